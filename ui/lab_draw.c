/* The Lab on screen: a line on what is shown, the table, and what makes the cell under the cursor big. A
 * target's column has a bar where there is room for one; of many targets those around the cursor are shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "artifact/card.h"
#include "base/alloc.h"
#include "base/count.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "build/lab.h"
#include "build/run.h"
#include "rust/targets.h"
#include "ui/lab_view.h"
#include "ui/layout.h"
#include "ui/widget_bar.h"
#include "ui/widget_sheet.h"

#define WIDE_COLS 136  /* the detail stands beside the table */
#define DETAIL_ROWS 5  /* below it */
#define DETAIL_COLS 60 /* beside it */
#define VARIANT_COLS 19
#define TARGET_COLS 24 /* least width of a column with a bar */
#define TARGET_COLS_MOST 80
#define TIME_COLS 8
#define SIZE_COLS 8
#define CHANGE_COLS 7
#define LABEL_COLS 10
#define HEAD_COLS 30 /* that the state is given before the settings are shown */

enum { COL_VARIANT, COL_FIRST_TARGET };

struct cell_view {
	struct lab_view *view;
	const struct lab_result *shown, *compared;
	uint64_t most;
};

/* ---- columns ---- */

static bool
has_bench(const struct lab_result *shown)
{
	return shown && shown->bench;
}

static void
add_column(struct lab_view *v, const char *title, int min, int want, bool is_right)
{
	v->columns[v->table.column_count++] = (struct table_column){
		.title = title, .min = min, .want = want, .right = is_right
	};
}

/* The columns for this width; of the targets, those that include the one under the cursor. */
static void
lay_out(struct lab_view *v, const struct lab_result *shown, int cols)
{
	size_t count = lab_rows_target_count(v);
	bool has_cpu = cols >= 110;
	int rest = TIME_COLS + 1 + (has_cpu ? TIME_COLS + 1 : 0) +
		(has_bench(shown) && cols >= 70 ? TIME_COLS + 3 : 0);
	int variant = cols < 50 ? 14 : VARIANT_COLS, room = cols - variant - 1 - rest;
	size_t fit = room / (TARGET_COLS + 1) > 0 ? (size_t)(room / (TARGET_COLS + 1)) : 1;

	v->shown_targets = fit < count ? fit : count;
	if (v->shown_targets > TABLE_COLUMNS_MAX - 4)
		v->shown_targets = TABLE_COLUMNS_MAX - 4;
	if (v->first_target + v->shown_targets > count)
		v->first_target = count - v->shown_targets;
	if (v->target < v->first_target)
		v->first_target = v->target;
	if (v->target >= v->first_target + v->shown_targets)
		v->first_target = v->target + 1 - v->shown_targets;
	v->table.columns = v->columns;
	v->table.column_count = 0;
	add_column(v, "   variant", variant, variant, false);
	for (size_t i = 0; i < v->shown_targets; i++) {
		int width = room / (int)v->shown_targets - 1;

		width = width > TARGET_COLS_MOST ? TARGET_COLS_MOST : width;

		add_column(v, "", width < 12 ? 12 : width, width, false);
	}
	add_column(v, "build", TIME_COLS, TIME_COLS, true);
	if (has_cpu)
		add_column(v, "cpu", TIME_COLS, TIME_COLS, true);
	if (rest > 2 * TIME_COLS + 2 || (has_bench(shown) && cols >= 70))
		add_column(v, has_bench(shown) ? "run" : "", has_bench(shown) ? TIME_COLS + 2 : 1,
			has_bench(shown) ? TIME_COLS + 2 : 1, true);
}

/* On which side there are columns of more targets. */
static void
draw_more_targets(const struct lab_view *v, struct area a)
{
	size_t last = COL_FIRST_TARGET + v->shown_targets - 1;

	if (!v->shown_targets)
		return;
	if (v->first_target > 0)
		area_puts(a, 0, v->table.at[COL_FIRST_TARGET] - 1, ROLE_DIM,
			glyph(a.canvas, GLYPH_LEFT));
	if (v->first_target + v->shown_targets < lab_rows_target_count(v))
		area_puts(a, 0, v->table.at[last] + v->table.width[last], ROLE_DIM,
			glyph(a.canvas, GLYPH_RIGHT));
}

/* Titles of the targets' columns; the one under the cursor stands out. */
static void
draw_titles(const struct lab_view *v, struct area a)
{
	struct str name = STR_INIT;

	for (size_t i = 0; i < v->shown_targets; i++) {
		size_t target = v->first_target + i, column = COL_FIRST_TARGET + i;
		struct area cell = area_part(a, 0, v->table.at[column], 1, v->table.width[column]);
		bool is_focused = target == v->target && lab_rows_target_count(v) > 1;

		str_clear(&name);
		targets_short_name(lab_rows_target(v, target), &name);
		area_text_cut(cell, 0, 0, cell.cols, is_focused ? ROLE_TITLE : ROLE_HEADING,
			str_span(&name));
	}
	str_fini(&name);
	draw_more_targets(v, a);
}

/* ---- cells ---- */

static void
draw_variant(const struct cell_view *c, const struct lab_item *item, size_t row, struct area a)
{
	const struct lab_view *v = c->view;
	bool is_marked = !item->is_packed && lab_rows_is_marked(v, item->name);
	bool is_beaten = item->row && item->row->is_beaten && !item->is_packed;
	int end = a.cols - (is_beaten ? 2 : 0);

	if (row == v->table.list.focus)
		area_puts(a, 0, 0, ROLE_CURSOR, glyph(a.canvas, GLYPH_CURSOR));
	if (is_marked)
		area_puts(a, 0, 1, ROLE_MARK, glyph(a.canvas, GLYPH_MARK));
	area_text_cut(a, 0, 3, end - 3,
		item->is_packed || is_beaten ? ROLE_DIM
			: item->row          ? ROLE_TEXT
					     : ROLE_DIM,
		item->is_packed ? SPAN("  + upx") : span_of(item->name));
	if (is_beaten)
		area_puts(a, 0, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_DOWN));
}

/* What is being built: how far it is. */
static void
draw_progress(const struct lab_view *v, const struct lab_cell *cell, struct area a)
{
	const struct run *run = lab_run(v->store->lab);

	for (size_t i = 0; run && i < run_job_count(run); i++) {
		const struct job *job = run_job(run, i);
		int width = a.cols - 8;

		if (!text_is(job->target, cell->target))
			continue;
		if (job->state != JOB_RUNNING)
			area_puts(a, 0, 0, ROLE_DIM, job_state_word(job));
		else if (job->total && width > 3)
			bar_draw(a, 0, 0, width, (uint64_t)job->done, (uint64_t)job->total);
		if (job->state == JOB_RUNNING && job->total)
			area_printf(a, 0, width > 3 ? width + 1 : 0, ROLE_RUNNING, "%d/%d",
				job->done, job->total);
		return;
	}
	area_puts(a, 0, 0, ROLE_RUNNING, "measuring");
}

static bool
is_at_it(const struct lab_view *v, const struct lab_row *row)
{
	const struct lab *lab = v->store->lab;

	return row && store_lab_goes_on(v->store) && row == &lab_result(lab)->rows[lab_at(lab)];
}

static void
draw_change(struct area a, int end, uint64_t was, uint64_t is, bool is_bright)
{
	char change[LAB_CHANGE_MAX];
	enum role role = !is_bright || was == is ? ROLE_DIM : is < was ? ROLE_OK : ROLE_WARN;

	area_text_right(a, 0, end, role, lab_change(change, was, is));
}

/* The size of the first row, that others are told against. */
static uint64_t
first_bytes(const struct cell_view *c, const struct lab_item *item, size_t target)
{
	const struct lab_cell *first = &c->shown->rows[0].cells[target];

	if (item->row == &c->shown->rows[0] && !item->is_packed)
		return 0;
	return c->shown->rows[0].is_over && first->state == JOB_OK ? first->bytes : 0;
}

static void
draw_size(const struct cell_view *c, const struct lab_item *item, size_t target, struct area a)
{
	const struct lab_cell *cell = &item->row->cells[target];
	uint64_t bytes = item->is_packed ? cell->packed : cell->bytes;
	int figures = SIZE_COLS + CHANGE_COLS + 1, bar = a.cols - figures - 1;
	char size[QUANTITY_MAX];

	if (item->is_packed && !bytes)
		return;
	if (bar > 2)
		bar_length(a, 0, 0, bar,
			item->row->is_beaten || item->is_packed ? ROLE_DIM : ROLE_BAR_FULL, bytes,
			c->most);
	if (a.cols < figures) {
		area_text_right(a, 0, a.cols, ROLE_VALUE, quantity_put(size, bytes));
		return;
	}
	area_text_right(a, 0, a.cols - CHANGE_COLS - 1, ROLE_VALUE, quantity_put(size, bytes));
	if (c->compared)
		draw_change(a, a.cols,
			lab_result_was(c->compared, item->name, cell, item->is_packed), bytes,
			true);
	else
		draw_change(a, a.cols, first_bytes(c, item, target), bytes, !item->is_packed);
}

static void
draw_target(const struct cell_view *c, const struct lab_item *item, size_t target, struct area a)
{
	const struct lab_cell *cell;

	if (!item->row)
		return;
	cell = &item->row->cells[target];
	if (is_at_it(c->view, item->row))
		draw_progress(c->view, cell, a);
	else if (!item->row->is_over)
		area_puts(a, 0, 0, ROLE_DIM, "waiting");
	else if (cell->state != JOB_OK)
		area_puts(a, 0, 0, cell->state == JOB_FAILED ? ROLE_FAIL : ROLE_DIM,
			job_state_name(cell->state));
	else
		draw_size(c, item, target, a);
}

static void
draw_seconds(struct area a, enum role role, uint64_t ms)
{
	char text[24];

	snprintf(text, sizeof(text), "%.1f s", (double)ms / 1000);
	if (ms)
		area_text_right(a, 0, a.cols, role, text);
}

static void
draw_time(const struct cell_view *c, const struct lab_item *item, struct area a)
{
	const struct lab_row *row = item->row;
	const struct run *run = is_at_it(c->view, row) ? lab_run(c->view->store->lab) : NULL;

	if (run)
		draw_seconds(a, ROLE_RUNNING, run_elapsed_ms(run));
	else if (row && row->is_over)
		draw_seconds(a, ROLE_VALUE, row->ms + (item->is_packed ? row->pack_ms : 0));
}

static void
draw_run(const struct lab_view *v, const struct lab_item *item, struct area a)
{
	const struct lab_cell *cell = lab_rows_cell(v, item);
	double ms = cell ? lab_cell_bench(cell) : -1;
	char text[32];

	if (ms < 0 || item->is_packed)
		return;
	snprintf(text, sizeof(text), ms < 100 ? "%.2f ms" : "%.0f ms", ms);
	area_text_right(a, 0, a.cols, lab_cell_runner(cell) ? ROLE_WARN : ROLE_VALUE, text);
}

static void
draw_cell(void *arg, size_t row, size_t column, struct area a)
{
	const struct cell_view *c = arg;
	struct lab_view *v = c->view;
	const struct lab_item *item = &v->items.items[row];
	const char *title = v->columns[column].title;

	if (column == COL_VARIANT)
		draw_variant(c, item, row, a);
	else if (column < COL_FIRST_TARGET + v->shown_targets)
		draw_target(c, item, v->first_target + column - COL_FIRST_TARGET, a);
	else if (text_is(title, "build"))
		draw_time(c, item, a);
	else if (text_is(title, "cpu") && item->row && item->row->is_over && !item->is_packed)
		draw_seconds(a, ROLE_DIM, item->row->cpu_ms);
	else if (text_is(title, "run"))
		draw_run(v, item, a);
}

/* ---- the line above ---- */

static void
append_state(const struct lab_view *v, const struct lab_result *shown, struct str *out)
{
	const struct lab *lab = v->store->lab;
	time_t at = shown ? (time_t)(shown->started / 1000) : 0;
	char when[32];
	struct tm tm;

	if (shown && store_lab_goes_on(v->store)) {
		str_appendf(out, "%s %s, %zu of %zu",
			lab_is_stopped(lab)    ? "stopping"
				: lab_run(lab) ? "building"
					       : "measuring",
			shown->rows[lab_at(lab)].variant, lab_at(lab) + 1, shown->row_count);
	} else if (shown) {
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", localtime_r(&at, &tm));
		str_appendf(out, "measured %s, %s", when, shown->toolchain);
	} else {
		str_append(out,
			"nothing was measured yet: R builds what is marked, each from "
			"nothing");
	}
}

static void
append_settings(const struct lab_view *v, const struct lab_result *compared, struct str *out)
{
	static const char *const sorted[] = { "", "smallest first", "quickest first" };

	if (v->sort)
		str_appendf(out, "%s", sorted[v->sort]);
	if (v->packs)
		str_appendf(out, "%supx", out->len ? ", " : "");
	if (v->bench.text.len)
		str_appendf(out, "%stimed", out->len ? ", " : "");
	if (compared)
		str_appendf(out, "%ssince %s", out->len ? ", " : "", compared->id);
}

static void
draw_head(const struct lab_view *v, const struct lab_result *shown,
	const struct lab_result *compared, struct area a)
{
	struct str left = STR_INIT, right = STR_INIT;
	int end = a.cols - 1;

	append_settings(v, compared, &right);
	if (right.len && (int)right.len + HEAD_COLS < a.cols)
		end = area_text_right(a, 0, a.cols - 1, ROLE_DIM, str_cstr(&right)) - 1;
	str_append(&left, "Lab: ");
	append_state(v, shown, &left);
	area_text_cut(a, 0, 1, end - 1, store_lab_goes_on(v->store) ? ROLE_RUNNING : ROLE_HEADING,
		str_span(&left));
	str_fini(&right);
	str_fini(&left);
}

/* ---- what makes it big ---- */

static void
append_part(struct str *out, const char *name, uint64_t bytes)
{
	char size[QUANTITY_MAX];

	str_append(out, out->len ? ", " : "");
	utf8_clean(out, name, 60);
	str_appendf(out, " %s", quantity_put(size, bytes));
}

/* One line of the largest, cut at the edge. */
static void
draw_line(struct sheet *s, const char *label, const struct size_row *rows, size_t count)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < count && (int)text.len < s->a.cols; i++)
		append_part(&text, rows[i].name, rows[i].bytes);
	if (count)
		sheet_labelled(s, label, ROLE_TEXT, str_cstr(&text));
	str_fini(&text);
}

/* A line each, with its share of the symbols. */
static void
draw_list(struct sheet *s, const char *label, const struct size_row *rows, size_t count,
	uint64_t told, size_t most)
{
	char size[QUANTITY_MAX];

	s->row += s->row > 1;
	for (size_t i = 0; i < count && i < most && s->row < s->a.rows; i++) {
		struct str name = STR_INIT;

		if (!i)
			sheet_put(s, SHEET_LABEL_COL, ROLE_DIM, label);
		utf8_clean(&name, rows[i].name, (size_t)s->a.cols);
		if (rows[i].count > 1)
			str_appendf(&name, " x%u", rows[i].count);
		area_text_right(s->a, s->row, s->text_col + SIZE_COLS, ROLE_VALUE,
			quantity_put(size, rows[i].bytes));
		area_printf(s->a, s->row, s->text_col + SIZE_COLS + 1, ROLE_DIM, "%4.1f %%",
			told ? (double)rows[i].bytes * 100 / (double)told : 0);
		sheet_put(s, s->text_col + SIZE_COLS + 9, ROLE_TEXT, str_cstr(&name));
		s->row++;
		str_fini(&name);
	}
}

static void
draw_sections(struct sheet *s, const struct lab_file *f)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < f->section_count; i++)
		if (f->sections[i].bytes * 50 >= f->bytes)
			append_part(&text, f->sections[i].name, f->sections[i].bytes);
	if (text.len)
		sheet_labelled(s, "sections", ROLE_TEXT, str_cstr(&text));
	str_fini(&text);
}

static void
draw_file(struct sheet *s, const struct lab_file *f, bool is_tall)
{
	size_t half = s->a.rows > s->row + 6 ? (size_t)(s->a.rows - s->row - 4) / 2 : 2;

	if (f->untold)
		sheet_labelled(s, "made of", ROLE_DIM, f->untold);
	else if (f->is_twins)
		sheet_labelled(s, "made of", ROLE_DIM, "by the same, linked with its symbols");
	if (is_tall) {
		draw_list(s, "crates", f->crates, f->crate_count, f->told, half);
		draw_list(s, "functions", f->symbols, f->symbol_count, f->told, half);
	} else {
		draw_line(s, "crates", f->crates, f->crate_count);
		draw_line(s, "functions", f->symbols, f->symbol_count);
	}
}

/* The largest file of the cell speaks for it; Enter shows all. */
static const struct lab_file *
largest_file(const struct lab_cell *cell)
{
	const struct lab_file *most = NULL;

	for (size_t i = 0; i < cell->file_count; i++)
		if (!most || cell->files[i].bytes > most->bytes)
			most = &cell->files[i];
	return most;
}

static void
draw_detail(const struct lab_view *v, struct area a, bool is_tall)
{
	const struct lab_item *item = lab_rows_focused(v);
	const struct lab_cell *cell = lab_rows_cell(v, item);
	const struct lab_file *file = cell ? largest_file(cell) : NULL;
	struct sheet s = { .a = a, .text_col = LABEL_COLS + 1, .one_line = !is_tall };
	char *title;

	if (!item)
		return;
	title = xasprintf("%s%s%s%s, %s", file ? file->name : "",
		cell && cell->file_count > 1 ? ", the largest file" : "", file ? ", " : "",
		item->name, lab_rows_target(v, v->target));
	sheet_add(&s, SHEET_LABEL_COL, ROLE_HEADING, title);
	free(title);
	if (cell && cell->state == JOB_FAILED)
		sheet_labelled(&s, "failed", ROLE_FAIL, cell->log ? cell->log : "");
	if (!file)
		return;
	if (file->packed.why)
		sheet_labelled(&s, "no upx", ROLE_DIM, file->packed.why);
	if (file->bench.why)
		sheet_labelled(&s, "not timed", ROLE_WARN, file->bench.why);
	if (file->bench.runner)
		sheet_labelled(&s, "runs under", ROLE_WARN, file->bench.runner);
	draw_sections(&s, file);
	draw_file(&s, file, is_tall);
}

static bool
any_beaten(const struct lab_result *shown)
{
	for (size_t i = 0; shown && i < shown->row_count; i++)
		if (shown->rows[i].is_beaten)
			return true;
	return false;
}

static void
draw_table(struct lab_view *v, struct cell_view *c, struct area a)
{
	const struct table_rows rows = { .cell = draw_cell, .arg = c };
	bool has_legend = any_beaten(c->shown) && a.rows > (int)v->items.len + 1;

	lay_out(v, c->shown, a.cols);
	table_draw(&v->table, a, &rows, true);
	draw_titles(v, area_part(a, 0, 0, 1, -1));
	if (has_legend)
		area_printf(a, a.rows - 1, 1, ROLE_DIM,
			"%s another is no worse in anything, and "
			"better in something",
			glyph(a.canvas, GLYPH_DOWN));
}

void
lab_view_draw(struct lab_view *v, struct area a)
{
	struct cell_view c = { v, lab_rows_shown(v), lab_rows_compared(v), 1 };
	struct split split;
	bool is_wide = a.cols >= WIDE_COLS;

	if (c.shown)
		c.most = lab_result_largest(c.shown);
	draw_head(v, c.shown, c.compared, area_part(a, 0, 0, 1, -1));
	split = layout_split(
		area_part(a, 1, 0, -1, -1), DETAIL_ROWS, is_wide ? DETAIL_COLS : a.cols);
	draw_table(v, &c, split.main);
	if (split.has_side)
		draw_detail(v, split.side, split.beside);
}
