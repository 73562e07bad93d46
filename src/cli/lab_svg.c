/* The picture: groups of bars below each other, a scale of its own for what is measured in bytes and for
 * what is measured in seconds. Sizes are pixels. */
#include <math.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/quantity.h"
#include "build/lab_result.h"
#include "cli/lab_report.h"
#include "text/xml.h"

#define WIDTH 760
#define MARGIN 20
#define LINE 24
#define LABEL 150   /* where the bars begin */
#define LONGEST 400 /* bar */
#define BAR_HEIGHT 14
#define BASELINE 11 /* of text, below the top of its bar */

#define COLOR_SIZE "#3b78b8"
#define COLOR_PACKED "#8db8df"
#define COLOR_TIME "#c2873a"
#define COLOR_RUN "#4c9a6b"
#define COLOR_BEATEN "#b9c0c7"
#define COLOR_TEXT "#24292f"
#define COLOR_DIM "#6a737d"

struct svg {
	struct str body;
	int y; /* the top of the next line */
};

static void
text_at(struct svg *s, int x, const char *attributes, const char *text)
{
	str_appendf(&s->body, "<text x=\"%d\" y=\"%d\"%s>", x, s->y + BASELINE + 1, attributes);
	xml_append(&s->body, text);
	str_append(&s->body, "</text>\n");
}

static void
heading(struct svg *s, const char *text)
{
	s->y += 8;
	text_at(s, MARGIN, " font-weight=\"600\"", text);
	s->y += LINE;
}

/* One bar; `share` of the longest. */
static void
bar(struct svg *s, const char *label, double share, const char *color, const char *text)
{
	int length = (int)lround(share * LONGEST);

	text_at(s, MARGIN + 12, "", label);
	str_appendf(&s->body,
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>\n",
		LABEL, s->y, length > 1 ? length : 2, BAR_HEIGHT, color);
	text_at(s, LABEL + length + 8, "", text);
	s->y += LINE;
}

static void
size_bar(struct svg *s, const char *label, uint64_t bytes, uint64_t first, uint64_t most,
	const char *color)
{
	char change[LAB_CHANGE_MAX];
	char *size = quantity_bytes(bytes);
	char *text = xasprintf("%s  %s", size, lab_change(change, first, bytes));

	bar(s, label, (double)bytes / (double)most, color, text);
	free(text);
	free(size);
}

static void
add_target(struct svg *s, const struct lab_result *lab, size_t target, uint64_t most)
{
	heading(s, lab->targets[target]);
	for (size_t i = 0; i < lab->row_count; i++) {
		const struct lab_row *row = &lab->rows[i];
		const struct lab_cell *cell = &row->cells[target];
		uint64_t first = i ? lab->rows[0].cells[target].bytes : 0;

		if (!row->is_over)
			continue;
		if (cell->state != JOB_OK) {
			bar(s, row->variant, 0, COLOR_BEATEN, job_state_name(cell->state));
			continue;
		}
		size_bar(s, row->variant, cell->bytes, first, most,
			row->is_beaten ? COLOR_BEATEN : COLOR_SIZE);
		if (cell->packed)
			size_bar(s, "   + upx", cell->packed, i ? first : cell->bytes, most,
				COLOR_PACKED);
	}
}

/* What a variant took; below 0: it is not known. */
typedef double times_of(const struct lab_result *lab, const struct lab_row *row, size_t target);

static double
build_seconds(const struct lab_result *lab, const struct lab_row *row, size_t target)
{
	return lab_row_is_whole(lab, row) ? (double)row->ms / 1000 : -1;
}

static double
run_ms(const struct lab_result *lab, const struct lab_row *row, size_t target)
{
	return lab_cell_bench(&row->cells[target]);
}

static void
add_times(struct svg *s, const struct lab_result *lab, size_t target, const char *title,
	const char *unit, const char *color, times_of *of)
{
	double most = 0;

	for (size_t i = 0; i < lab->row_count; i++)
		most = fmax(most, of(lab, &lab->rows[i], target));
	if (!(most > 0))
		return;
	heading(s, title);
	for (size_t i = 0; i < lab->row_count; i++) {
		const struct lab_row *row = &lab->rows[i];
		double value = of(lab, row, target);
		char *text;

		if (value < 0)
			continue;
		text = xasprintf(value < 10 ? "%.2f %s" : "%.1f %s", value, unit);
		bar(s, row->variant, value / most, row->is_beaten ? COLOR_BEATEN : color, text);
		free(text);
	}
}

static void
add_runs(struct svg *s, const struct lab_result *lab)
{
	for (size_t k = 0; lab->bench && k < lab->target_count; k++) {
		const char *runner = NULL;
		char *title;

		for (size_t i = 0; i < lab->row_count && !runner; i++)
			runner = lab_cell_runner(&lab->rows[i].cells[k]);
		title = xasprintf("run: %s, %s%s%s", lab->bench, lab->targets[k],
			runner ? ", under " : "", runner ? runner : "");
		add_times(s, lab, k, title, "ms", COLOR_RUN, run_ms);
		free(title);
	}
}

static bool
any_beaten(const struct lab_result *lab)
{
	for (size_t i = 0; i < lab->row_count; i++)
		if (lab->rows[i].is_beaten)
			return true;
	return false;
}

void
lab_report_svg(const struct lab_result *lab, struct str *out)
{
	uint64_t most = lab_result_largest(lab);
	struct svg s = { .y = MARGIN };
	char *title = xasprintf(
		"%s%ssize and build time by variant", lab->project, *lab->project ? ": " : "");
	char *note = xasprintf("profile %s, %s%s", lab->profile, lab->toolchain,
		any_beaten(lab) ? "; grey: another variant is better in all" : "");

	text_at(&s, MARGIN, " font-size=\"15\" font-weight=\"600\"", title);
	s.y += LINE;
	text_at(&s, MARGIN, " fill=\"" COLOR_DIM "\"", note);
	s.y += LINE;
	for (size_t k = 0; k < lab->target_count; k++)
		add_target(&s, lab, k, most);
	add_times(&s, lab, 0, "build from nothing, all targets", "s", COLOR_TIME, build_seconds);
	add_runs(&s, lab);
	str_appendf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" fill=\"" COLOR_TEXT "\" font-size=\"13\" "
		"font-family=\"-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif\">\n"
		"<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"#ffffff\"/>\n",
		WIDTH, s.y + MARGIN / 2, WIDTH, s.y + MARGIN / 2);
	str_append_span(out, str_span(&s.body));
	str_append(out, "</svg>\n");
	str_fini(&s.body);
	free(note);
	free(title);
}
