/* parts_report: what makes a file big, for people: its crates and its functions, the largest first. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

struct cli;
struct size_row;

struct parts_view {
	const struct size_row *crates;
	size_t crate_count;
	const struct size_row *symbols;
	size_t symbol_count;
	uint64_t told;                /* bytes of all symbols, of which shares are told */
	uint64_t copied;              /* of copies of generic functions beyond the first of each */
	const struct size_row *rests; /* sections as far as no symbol is for them */
	size_t rest_count;
};

/* At most `most` of each. Names come out of the file and are cleaned. */
void
parts_report(const struct cli *cli, const struct parts_view *parts, size_t most, struct str *out);
