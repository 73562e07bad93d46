#include "cli/lab_report.h"

#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "base/alloc.h"
#include "base/quantity.h"
#include "build/lab_result.h"
#include "cli/parts_report.h"
#include "cli/table.h"

#define BAR_CELLS 20 /* of the largest file */

/* ---- figures ---- */

/* The size that changes are told of: that of the first variant, where it was built. */
static uint64_t
first_bytes(const struct lab_result *lab, size_t row, size_t target)
{
	const struct lab_cell *first = &lab->rows[0].cells[target];

	return row && first->state == JOB_OK ? first->bytes : 0;
}

static char *
size_of(const struct lab_cell *cell)
{
	return cell->state == JOB_OK ? quantity_bytes(cell->bytes)
				     : xstrdup(job_state_name(cell->state));
}

static char *
seconds_of(uint64_t ms)
{
	return ms ? xasprintf("%.1f s", (double)ms / 1000) : xstrdup("");
}

static char *
bench_of(const struct lab_cell *cell)
{
	double ms = lab_cell_bench(cell);

	return ms < 0 ? xstrdup("") : xasprintf(ms < 100 ? "%.2f ms" : "%.0f ms", ms);
}

/* "0.41–0.44", of the program; of several it says nothing. */
static char *
spread_of(const struct lab_cell *cell)
{
	const struct lab_bench *only = NULL;

	for (size_t i = 0; i < cell->file_count; i++) {
		const struct lab_bench *b = &cell->files[i].bench;

		if (b->runs && only)
			return xstrdup("");
		only = b->runs ? b : only;
	}
	return only ? xasprintf("%.2f to %.2f", only->least, only->most) : xstrdup("");
}

static bool
has_bench(const struct lab_result *lab)
{
	return lab->bench != NULL;
}

/* ---- for people ---- */

static void
own_cell(struct table *table, enum ink i, char *text)
{
	table_cell(table, i, text);
	free(text);
}

static char *
bar_of(uint64_t bytes, uint64_t most)
{
	struct str bar = STR_INIT;
	size_t halves = (size_t)(bytes * BAR_CELLS * 2 / most);

	for (size_t i = 0; i < halves / 2; i++)
		str_append(&bar, "█");
	str_append(&bar, halves % 2 ? "▌" : "");
	return str_take(&bar);
}

struct text_table {
	struct table *table;
	const struct lab_result *lab, *before;
	uint64_t most;
};

/* The columns that all tables have, then those that this one has. */
static void
add_line(struct text_table *t, const char *variant, size_t row, size_t target, bool is_packed)
{
	const struct lab_row *r = &t->lab->rows[row];
	const struct lab_cell *cell = &r->cells[target];
	uint64_t was = lab_result_was(t->before, r->variant, cell, is_packed);
	uint64_t bytes = is_packed ? cell->packed : cell->bytes;
	uint64_t first = is_packed && !row ? cell->bytes : first_bytes(t->lab, row, target);
	uint64_t ms = r->ms + (is_packed ? r->pack_ms : 0);
	bool is_ok = cell->state == JOB_OK, is_head = !target || is_packed;
	char change[LAB_CHANGE_MAX];

	table_cell(t->table, INK_BOLD, variant);
	table_cell(t->table, INK_PLAIN, cell->target);
	own_cell(t->table, is_ok ? INK_PLAIN : INK_BAD,
		is_packed ? quantity_bytes(bytes) : size_of(cell));
	table_cell(t->table, INK_PLAIN, lab_change(change, is_ok ? first : 0, bytes));
	own_cell(t->table, INK_NAME, bar_of(bytes, t->most));
	if (t->before)
		table_cell(t->table, INK_PLAIN, lab_change(change, was, bytes));
	own_cell(t->table, INK_PLAIN, seconds_of(is_head ? ms : 0));
	own_cell(t->table, INK_DIM, seconds_of(is_head && !is_packed ? r->cpu_ms : 0));
	if (has_bench(t->lab)) {
		own_cell(t->table, INK_PLAIN, is_packed ? xstrdup("") : bench_of(cell));
		own_cell(t->table, INK_DIM, is_packed ? xstrdup("") : spread_of(cell));
	}
	table_cell(t->table, INK_DIM,
		!target && !is_packed && r->is_beaten ? "another is better in all" : "");
}

static struct table *
new_table(const struct lab_result *lab, const struct lab_result *before)
{
	const char *headings[16];
	size_t n = 0;

	headings[n++] = "variant";
	headings[n++] = "target";
	headings[n++] = ">size";
	headings[n++] = ">change";
	headings[n++] = "";
	if (before)
		headings[n++] = ">since";
	headings[n++] = ">build";
	headings[n++] = ">cpu";
	if (has_bench(lab)) {
		headings[n++] = ">run";
		headings[n++] = "from, to";
	}
	headings[n++] = "";
	headings[n] = NULL;
	return table_new(headings);
}

/* Once each: why a file was not packed, or its program not run. */
static void
add_reasons(const struct cli *cli, const struct lab_result *lab, const struct lab_row *row,
	struct str *out)
{
	for (size_t k = 0; k < lab->target_count; k++) {
		const struct lab_cell *cell = &row->cells[k];

		for (size_t i = 0; i < cell->file_count; i++) {
			const struct lab_file *f = &cell->files[i];

			if (f->packed.why)
				str_appendf(out, "%s%s, %s: %s is not packed: %s%s\n",
					ink(cli, INK_DIM), row->variant, cell->target, f->name,
					f->packed.why, ink(cli, INK_PLAIN));
			if (f->bench.why)
				str_appendf(out, "%s%s, %s: %s was not measured: %s%s\n",
					ink(cli, INK_WARN), row->variant, cell->target, f->name,
					f->bench.why, ink(cli, INK_PLAIN));
		}
	}
}

/* What emulated programs take says little of the machines they are for. */
static void
add_runners(const struct cli *cli, const struct lab_result *lab, struct str *out)
{
	for (size_t k = 0; k < lab->target_count; k++) {
		const char *runner = NULL;

		for (size_t i = 0; i < lab->row_count && !runner; i++)
			runner = lab_cell_runner(&lab->rows[i].cells[k]);
		if (runner)
			str_appendf(out, "%s%s ran under %s: its times are the emulator's, too%s\n",
				ink(cli, INK_WARN), lab->targets[k], runner, ink(cli, INK_PLAIN));
	}
}

void
lab_report_text(const struct cli *cli, const struct lab_result *lab,
	const struct lab_result *before, struct str *out)
{
	struct text_table t = { new_table(lab, before), lab, before, lab_result_largest(lab) };

	for (size_t i = 0; i < lab->row_count; i++) {
		const struct lab_row *row = &lab->rows[i];
		bool is_first = true;

		for (size_t k = 0; row->is_over && k < lab->target_count; k++)
			add_line(&t, k ? "" : row->variant, i, k, false);
		for (size_t k = 0; row->is_over && k < lab->target_count; k++) {
			if (!row->cells[k].packed)
				continue;
			add_line(&t, is_first ? "  + upx" : "", i, k, true);
			is_first = false;
		}
	}
	table_print(t.table, cli, out);
	table_free(t.table);
	for (size_t i = 0; i < lab->row_count; i++)
		add_reasons(cli, lab, &lab->rows[i], out);
	add_runners(cli, lab, out);
}

/* ---- what makes it big ---- */

static void
add_parts(const struct cli *cli, const struct lab_row *row, const struct lab_cell *cell,
	const struct lab_file *file, struct str *out)
{
	const struct parts_view parts = { file->crates, file->crate_count, file->symbols,
		file->symbol_count, file->told, file->copied };

	str_appendf(out, "\n%s%s%s, %s, %s%s%s%s\n", ink(cli, INK_BOLD), file->name,
		ink(cli, INK_PLAIN), cell->target, row->variant, ink(cli, INK_DIM),
		file->is_twins ? " (by the same linked once more with its symbols)" : "",
		ink(cli, INK_PLAIN));
	if (file->untold)
		str_appendf(
			out, "  %s%s%s\n", ink(cli, INK_DIM), file->untold, ink(cli, INK_PLAIN));
	else
		parts_report(cli, &parts, cli->verbose ? LAB_PARTS : 8, out);
}

/* The first row that tells of a target; else the first in which it was built, and says why not. */
static const struct lab_row *
telling_row(const struct lab_result *lab, size_t target)
{
	const struct lab_row *any = NULL;

	for (size_t i = 0; i < lab->row_count; i++) {
		const struct lab_cell *cell = &lab->rows[i].cells[target];

		for (size_t k = 0; k < cell->file_count; k++) {
			if (!cell->files[k].untold)
				return &lab->rows[i];
			any = any ? any : &lab->rows[i];
		}
	}
	return any;
}

void
lab_report_parts(const struct cli *cli, const struct lab_result *lab, struct str *out)
{
	for (size_t k = 0; k < lab->target_count; k++) {
		const struct lab_row *one = telling_row(lab, k);

		for (size_t i = 0; i < lab->row_count; i++) {
			const struct lab_row *row = &lab->rows[i];
			const struct lab_cell *cell = &row->cells[k];

			for (size_t n = 0; (cli->verbose || row == one) && n < cell->file_count;
				n++)
				add_parts(cli, row, cell, &cell->files[n], out);
		}
	}
}

/* ---- for READMEs ---- */

static void
markdown_cell(const struct lab_result *lab, const struct lab_result *before, size_t row,
	size_t target, bool is_packed, struct str *out)
{
	const struct lab_cell *cell = &lab->rows[row].cells[target];
	uint64_t was = lab_result_was(before, lab->rows[row].variant, cell, is_packed);
	uint64_t bytes = is_packed ? cell->packed : cell->bytes;
	uint64_t first = is_packed && !row ? cell->bytes : first_bytes(lab, row, target);
	char change[LAB_CHANGE_MAX], since[LAB_CHANGE_MAX];
	char *size = is_packed && !bytes ? xstrdup("")
		: is_packed              ? quantity_bytes(bytes)
					 : size_of(cell);

	lab_change(change, bytes ? first : 0, bytes);
	lab_change(since, bytes ? was : 0, bytes);
	str_appendf(out, " %s%s%s%s%s%s |", size, *change ? " (" : "", change, *change ? ")" : "",
		*since ? ", since " : "", since);
	free(size);
}

static void
markdown_row(const struct lab_result *lab, const struct lab_result *before, size_t i,
	bool is_packed, struct str *out)
{
	const struct lab_row *row = &lab->rows[i];
	double run = lab_row_bench(lab, row);

	str_appendf(out, "| %s%s |", row->variant, is_packed ? " + upx" : "");
	for (size_t k = 0; k < lab->target_count; k++)
		markdown_cell(lab, before, i, k, is_packed, out);
	str_appendf(out, " %.1f s |", (double)(row->ms + (is_packed ? row->pack_ms : 0)) / 1000);
	if (has_bench(lab) && run >= 0 && !is_packed)
		str_appendf(out, " %.2f ms |", run);
	else if (has_bench(lab))
		str_append(out, " |");
	str_append(out, "\n");
}

void
lab_report_markdown(const struct lab_result *lab, const struct lab_result *before, struct str *out)
{
	str_append(out, "| variant |");
	for (size_t k = 0; k < lab->target_count; k++)
		str_appendf(out, " %s |", lab->targets[k]);
	str_appendf(out, " build |%s\n|---|", has_bench(lab) ? " run |" : "");
	for (size_t k = 0; k < lab->target_count; k++)
		str_append(out, "---:|");
	str_appendf(out, "---:|%s\n", has_bench(lab) ? "---:|" : "");
	for (size_t i = 0; i < lab->row_count; i++) {
		if (!lab->rows[i].is_over)
			continue;
		markdown_row(lab, before, i, false, out);
		if (lab_row_is_packed(lab, &lab->rows[i]))
			markdown_row(lab, before, i, true, out);
	}
}

/* ---- for spreadsheets ---- */

/* A number, or nothing where it is not known. */
static void
csv_number(uint64_t value, struct str *out)
{
	if (value)
		str_appendf(out, ",%llu", (unsigned long long)value);
	else
		str_append(out, ",");
}

/* RFC 4180: quoted where a comma or quote would part it. */
static void
csv_text(const char *text, struct str *out)
{
	if (!strpbrk(text, ",\"\r\n")) {
		str_append(out, text);
		return;
	}
	str_append_char(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			str_append_char(out, '"');
		str_append_char(out, *text);
	}
	str_append_char(out, '"');
}

void
lab_report_csv(const struct lab_result *lab, const struct lab_result *before, struct str *out)
{
	str_append(out,
		"variant,target,status,bytes,upx_bytes,was_bytes,unit_ms,variant_ms,"
		"cpu_ms,run_ms,beaten\n");
	for (size_t i = 0; i < lab->row_count; i++) {
		const struct lab_row *row = &lab->rows[i];

		for (size_t k = 0; row->is_over && k < lab->target_count; k++) {
			const struct lab_cell *c = &row->cells[k];
			double run = lab_cell_bench(c);

			csv_text(row->variant, out);
			str_appendf(out, ",%s,%s,%llu", c->target, job_state_name(c->state),
				(unsigned long long)c->bytes);
			csv_number(c->packed, out);
			csv_number(lab_result_was(before, row->variant, c, false), out);
			csv_number(c->unit_ms, out);
			csv_number(row->ms, out);
			csv_number(row->cpu_ms, out);
			if (run >= 0)
				str_appendf(out, ",%.3f", run);
			else
				str_append(out, ",");
			str_appendf(out, ",%s\n", row->is_beaten ? "yes" : "no");
		}
	}
}
