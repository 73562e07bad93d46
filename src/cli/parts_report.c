#include "cli/parts_report.h"

#include <stdlib.h>
#include "artifact/card.h"
#include "artifact/sizes.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "cli/cli.h"

#define NAME_COLUMNS 120 /* of a symbol: generic names can be pages long */

static void
add_row(const struct cli *cli, const struct size_row *row, uint64_t told, const char *unit,
	struct str *out)
{
	char *size = quantity_bytes(row->bytes);

	if (told)
		str_appendf(out, "  %8s %s%5.1f %%%s  ", size, ink(cli, INK_DIM),
			(double)row->bytes * 100 / (double)told, ink(cli, INK_PLAIN));
	else
		str_appendf(out, "  %8s          ", size);
	utf8_clean(out, row->name, NAME_COLUMNS);
	if (row->name[0] == '(') /* artifact/sizes.h */
		unit = "of them";
	if (row->count > 1 && unit)
		str_appendf(out, " %s%u %s%s", ink(cli, INK_DIM), row->count, unit,
			ink(cli, INK_PLAIN));
	str_append_char(out, '\n');
	free(size);
}

/* A few bytes between symbols are no news. */
static void
add_rests(const struct cli *cli, const struct parts_view *parts, size_t most, struct str *out)
{
	uint64_t sum = 0;
	char *whole;

	for (size_t i = 0; i < parts->rest_count; i++)
		sum += parts->rests[i].bytes;
	if (!sum)
		return;
	whole = quantity_bytes(sum);
	str_appendf(out, "%s  %ssections have %s besides, that no symbol is for%s\n",
		parts->symbol_count ? "\n" : "", ink(cli, INK_DIM), whole, ink(cli, INK_PLAIN));
	for (size_t i = 0; i < parts->rest_count && i < most; i++)
		add_row(cli, &parts->rests[i], 0, NULL, out);
	free(whole);
}

static void
add_symbols(const struct cli *cli, const struct parts_view *parts, size_t most, struct str *out)
{
	char *told = quantity_bytes(parts->told), *copied = quantity_bytes(parts->copied);

	str_appendf(out, "  %ssymbols have %s%s%s%s\n", ink(cli, INK_DIM), told,
		parts->copied ? ", copies of generic functions " : "", parts->copied ? copied : "",
		ink(cli, INK_PLAIN));
	for (size_t i = 0; i < parts->crate_count && i < most; i++)
		add_row(cli, &parts->crates[i], parts->told, "symbols", out);
	if (parts->crate_count)
		str_append_char(out, '\n');
	for (size_t i = 0; i < parts->symbol_count && i < most; i++)
		add_row(cli, &parts->symbols[i], parts->told, "copies", out);
	free(copied);
	free(told);
}

void
parts_report(const struct cli *cli, const struct parts_view *parts, size_t most, struct str *out)
{
	if (parts->symbol_count)
		add_symbols(cli, parts, most, out);
	add_rests(cli, parts, most, out);
}
