#include "cli/lab_report.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/quantity.h"
#include "build/job.h"
#include "build/lab.h"
#include "cli/table.h"
#include "text/json.h"

#define BAR_CELLS 20 /* of the largest file */

/* ---- figures ---- */

/* The change to the first variant in which this target was built: "−37 %"; "" for that one itself. */
static char *
change_of(const struct lab *lab, size_t row, size_t target)
{
	const struct lab_cell *cell = &lab_row(lab, row)->cells[target];
	const struct lab_cell *first = &lab_row(lab, 0)->cells[target];

	if (!row || first->state != JOB_OK || cell->state != JOB_OK || !first->bytes)
		return xstrdup("");
	return xasprintf("%+.0f %%",
		((double)cell->bytes - (double)first->bytes) * 100 / (double)first->bytes);
}

static char *
size_of(const struct lab_cell *cell)
{
	return cell->state == JOB_OK ? quantity_bytes(cell->bytes)
				     : xstrdup(job_state_name(cell->state));
}

static uint64_t
largest(const struct lab *lab)
{
	uint64_t most = 1;

	for (size_t i = 0; i < lab_row_count(lab); i++) {
		for (size_t k = 0; k < lab_target_count(lab); k++) {
			uint64_t bytes = lab_row(lab, i)->cells[k].bytes;

			most = bytes > most ? bytes : most;
		}
	}
	return most;
}

static char *
seconds_of(const struct lab_row *row)
{
	return xasprintf("%.1f s", (double)row->ms / 1000);
}

static void
own_cell(struct table *table, enum ink i, char *text)
{
	table_cell(table, i, text);
	free(text);
}

/* ---- for people ---- */

static char *
bar_of(const struct lab_cell *cell, uint64_t most)
{
	struct str bar = STR_INIT;
	size_t cells = (size_t)(cell->bytes * BAR_CELLS / most);

	for (size_t i = 0; i < cells; i++)
		str_append(&bar, "█");
	return str_take(&bar);
}

void
lab_report_text(const struct cli *cli, const struct lab *lab, struct str *out)
{
	static const char *const headings[] = { "variant", "target", ">size", ">change", "",
		">build", "", NULL };
	struct table *table = table_new(headings);
	uint64_t most = largest(lab);

	for (size_t i = 0; i < lab_row_count(lab); i++) {
		const struct lab_row *row = lab_row(lab, i);

		for (size_t k = 0; row->is_over && k < lab_target_count(lab); k++) {
			const struct lab_cell *cell = &row->cells[k];
			enum ink ink = cell->state == JOB_OK ? INK_PLAIN : INK_BAD;

			table_cell(table, INK_BOLD, k ? "" : row->variant);
			table_cell(table, INK_PLAIN, cell->target);
			own_cell(table, ink, size_of(cell));
			own_cell(table, INK_PLAIN, change_of(lab, i, k));
			own_cell(table, INK_NAME, bar_of(cell, most));
			own_cell(table, INK_PLAIN, k ? xstrdup("") : seconds_of(row));
			table_cell(table, INK_DIM,
				!k && row->is_beaten ? "another is smaller and quicker" : "");
		}
	}
	table_print(table, cli, out);
	table_free(table);
}

/* ---- for READMEs ---- */

void
lab_report_markdown(const struct lab *lab, struct str *out)
{
	str_append(out, "| variant |");
	for (size_t k = 0; k < lab_target_count(lab); k++)
		str_appendf(out, " %s |", lab_row(lab, 0)->cells[k].target);
	str_append(out, " build |\n|---|");
	for (size_t k = 0; k < lab_target_count(lab); k++)
		str_append(out, "---:|");
	str_append(out, "---:|\n");
	for (size_t i = 0; i < lab_row_count(lab); i++) {
		const struct lab_row *row = lab_row(lab, i);

		if (!row->is_over)
			continue;
		str_appendf(out, "| %s |", row->variant);
		for (size_t k = 0; k < lab_target_count(lab); k++) {
			char *size = size_of(&row->cells[k]), *change = change_of(lab, i, k);

			str_appendf(out, " %s%s%s%s |", size, *change ? " (" : "", change,
				*change ? ")" : "");
			free(change);
			free(size);
		}
		str_appendf(out, " %.1f s |\n", (double)row->ms / 1000);
	}
}

void
lab_report_csv(const struct lab *lab, struct str *out)
{
	str_append(out, "variant,target,status,bytes,unit_ms,variant_ms\n");
	for (size_t i = 0; i < lab_row_count(lab); i++) {
		const struct lab_row *row = lab_row(lab, i);

		for (size_t k = 0; row->is_over && k < lab_target_count(lab); k++) {
			const struct lab_cell *c = &row->cells[k];

			str_appendf(out, "%s,%s,%s,%llu,%llu,%llu\n", row->variant, c->target,
				job_state_name(c->state), (unsigned long long)c->bytes,
				(unsigned long long)c->unit_ms, (unsigned long long)row->ms);
		}
	}
}

/* ---- the picture ---- */

#define SVG_WIDTH 720
#define SVG_LINE 22
#define SVG_LABEL 150 /* where the bars begin */
#define SVG_BAR 380   /* the longest bar */

static void
svg_group(const struct lab *lab, size_t target, uint64_t most, int *y, struct str *out)
{
	str_appendf(out, "<text x=\"0\" y=\"%d\" font-weight=\"bold\">%s</text>\n", *y,
		lab_row(lab, 0)->cells[target].target);
	for (size_t i = 0; i < lab_row_count(lab); i++) {
		const struct lab_row *row = lab_row(lab, i);
		const struct lab_cell *cell = &row->cells[target];
		char *size, *change;

		if (!row->is_over)
			continue;
		*y += SVG_LINE;
		size = size_of(cell);
		change = change_of(lab, i, target);
		str_appendf(out,
			"<text x=\"12\" y=\"%d\">%s</text>\n"
			"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"14\" fill=\"%s\"/>\n"
			"<text x=\"%d\" y=\"%d\">%s %s</text>\n",
			*y, row->variant, SVG_LABEL, *y - 12, (int)(cell->bytes * SVG_BAR / most),
			row->is_beaten ? "#a0a0a0" : "#3b82c4",
			SVG_LABEL + 8 + (int)(cell->bytes * SVG_BAR / most), *y, size, change);
		free(change);
		free(size);
	}
	*y += SVG_LINE + 8;
}

/* Names are triples and presets: nothing in them has a meaning in XML. */
void
lab_report_svg(const struct lab *lab, struct str *out)
{
	struct str body = STR_INIT;
	uint64_t most = largest(lab);
	int y = SVG_LINE;

	for (size_t k = 0; k < lab_target_count(lab); k++)
		svg_group(lab, k, most, &y, &body);
	str_appendf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"font-family=\"monospace\" font-size=\"13\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
		SVG_WIDTH, y);
	str_append_span(out, str_span(&body));
	str_append(out, "</svg>\n");
	str_fini(&body);
}

/* ---- JSON ---- */

static struct json *
cell_json(const struct lab_cell *cell)
{
	struct json *o = json_object(), *files = json_array();

	json_set_string(o, "target", cell->target);
	json_set_string(o, "status", job_state_name(cell->state));
	json_set_number(o, "bytes", (double)cell->bytes);
	json_set_number(o, "unit_ms", (double)cell->unit_ms);
	for (size_t i = 0; i < cell->files.len; i++) {
		struct json *file = json_push(files, json_object());

		json_set_string(file, "name", cell->files.items[i].name);
		json_set_string(file, "kind", cell->files.items[i].kind);
		json_set_number(file, "bytes", (double)cell->files.items[i].bytes);
	}
	json_set(o, "files", files);
	return o;
}

struct json *
lab_report_row(const struct lab *lab, const struct lab_row *row)
{
	struct json *o = json_object(), *cells = json_array();

	json_set_string(o, "event", "variant");
	json_set_string(o, "variant", row->variant);
	json_set_number(o, "ms", (double)row->ms);
	json_set_number(o, "bytes", (double)row->cells_bytes);
	for (size_t k = 0; k < lab_target_count(lab); k++)
		json_push(cells, cell_json(&row->cells[k]));
	json_set(o, "targets", cells);
	return o;
}
