/* The Build screen's body: the panes in a grid or one alone, the list, and what is said where there is no
 * run. */
#include "base/utf8.h"
#include "build/logstore.h"
#include "hint/explain.h"
#include "rust/choice.h"
#include "ui/build_state.h"
#include "ui/keys.h"
#include "ui/widget_bar.h"
#include "ui/widget_dialog.h"

#define NOTHING_COLS 52 /* of the text where there is no run */

/* `gap` parts its sentences. */
static void
append_nothing(const struct build *b, const char *gap, struct str *out)
{
	const struct keymap *keys = b->store->keymap;
	size_t marked = choice_target_count(b->store->choice);

	str_appendf(out, "Nothing has been built since xtui began.%s", gap);
	if (!marked) {
		str_append(out, "Mark targets on the screen Targets (");
		keymap_shown(keys, ON_TARGETS, ACT_MARK, false, out);
		str_append(out, "), then press ");
	}
	keymap_shown(keys, ON_BUILD, ACT_BUILD, false, out);
	if (marked > 1)
		str_appendf(out, " builds the %zu marked targets", marked);
	else if (marked)
		str_append(out, " builds the marked target");
	str_append_char(out, '.');
	if (!b->store->history)
		return;
	str_append(out, gap);
	keymap_shown(keys, ON_BUILD, ACT_HISTORY, false, out);
	str_append(out, " shows past builds, ");
	keymap_shown(keys, ON_BUILD, ACT_TIMELINE, false, out);
	str_append(out, " the timeline of the last one.");
}

void
build_draw_nothing(const struct build *b, struct area a)
{
	int cols = a.cols - 2 < NOTHING_COLS ? a.cols - 2 : NOTHING_COLS;
	struct str text = STR_INIT;

	append_nothing(b, "\n\n", &text);
	if (wrap_count(str_cstr(&text), cols) > a.rows) {
		str_clear(&text);
		append_nothing(b, "\n", &text);
	}
	struct area box = layout_center(a, wrap_count(str_cstr(&text), cols), cols);
	wrap_draw(box, ROLE_TEXT, str_cstr(&text), 0);
	str_fini(&text);
}

/* In the lower frame; frees the text. */
static void
draw_below(struct area a, struct str *text)
{
	area_text_right(a, a.rows - 1, a.cols - 2, ROLE_VALUE, str_cstr(text));
	str_fini(text);
}

/* That these are not all. */
static void
append_filter(const struct build *b, struct str *out)
{
	if (b->only_failed)
		str_appendf(out, " only failed: %zu of %zu ", b->shown.len, b->panes.len);
}

/* Which panes these are, where there are more of them. */
static void
draw_page(const struct build *b, struct area a)
{
	int first = b->grid.first + 1, last = b->grid.first + b->grid.count;
	struct str text = STR_INIT;

	if (b->grid.count < b->grid.total && b->grid.count == 1)
		str_appendf(&text, " %d of %d ", first, b->grid.total);
	else if (b->grid.count < b->grid.total)
		str_appendf(&text, " %d to %d of %d ", first, last, b->grid.total);
	if (!b->is_zoomed)
		append_filter(b, &text);
	draw_below(a, &text);
}

void
build_draw_grid(struct build *b, struct area a)
{
	struct str fix_key = STR_INIT, open_key = STR_INIT;
	int focus = b->is_zoomed ? 0 : build_shown_index(b);
	struct build_pane_look look = {
		.elapsed_ms = build_elapsed(b),
		.is_hasty = b->store->is_hasty,
	};

	keymap_shown(b->store->keymap, ON_BUILD, ACT_FIX, false, &fix_key);
	look.fix_key = fix_key.len ? str_cstr(&fix_key) : NULL;
	keymap_shown(b->store->keymap, ON_BUILD, ACT_OPEN, false, &open_key);
	look.open_key = open_key.len ? str_cstr(&open_key) : NULL;
	grid_lay_out(&b->grid, build_count_on_show(b), focus, a.rows, a.cols);
	grid_frame(&b->grid, a, focus);
	for (int i = b->grid.first; i < b->grid.first + b->grid.count; i++) {
		struct build_pane *p = &b->panes.items[build_on_show(b, i)];
		look.number = b->panes.len > 1 ? (int)build_on_show(b, i) + 1 : 0;
		look.focused = i == focus;
		build_pane_draw(p, grid_inside(&b->grid, a, i), &look);
		build_pane_draw_title(p, grid_title(&b->grid, a, i), &look);
		b->store->was_held = b->store->was_held || build_pane_is_held(p);
	}
	draw_page(b, a);
	str_fini(&open_key);
	str_fini(&fix_key);
}

static void
draw_last_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct area *a = arg;

	area_text_cut(*a, 0, 0, a->cols, ROLE_DIM, span_trim(text->text));
}

/* The hint of a job that has one, else the last line of its log. */
static void
draw_last(const struct job *job, struct area a)
{
	const struct hint *hint = job_hint(job);
	size_t lines = job->log ? logstore_lines(job->log) : 0;

	if (hint)
		area_text_cut(a, 0, 0, a.cols, ROLE_HINT, span_of(hint->title));
	else if (lines)
		logstore_read(job->log, lines - 1, 1, draw_last_line, &a);
}

static void
draw_name(const struct job *job, struct area a)
{
	struct str name = STR_INIT;

	if (utf8_columns(span_of(job->label)) <= (size_t)a.cols)
		str_append(&name, job->label);
	else
		job_short_name(job, &name);
	area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, str_span(&name));
	str_fini(&name);
}

static void
draw_state(const struct job *job, struct area a)
{
	int at = area_puts(a, 0, 0, job_role(job), job_glyph(a.canvas, job));

	area_printf(a, 0, at, job_role(job), " %s", job_state_word(job));
}

/* None for a job that is not known to have anything to do. */
static void
draw_job_bar(const struct job *job, struct area a)
{
	uint64_t done, total;

	if (job_progress(job, &done, &total))
		bar_draw(a, 0, 0, a.cols, done, total);
}

static void
draw_cell(void *arg, size_t row, size_t column, struct area a)
{
	const struct build *b = arg;
	size_t pane = b->shown.items[row];
	const struct job *job = b->panes.items[pane].job;
	uint64_t ms = job_elapsed_ms(job, build_elapsed(b));
	char units[48], time[16];

	job_units(job, units, sizeof(units));
	bar_time(time, ms);
	switch (column) {
	case 0: area_printf(a, 0, 0, ROLE_KEY, "%*zu", a.cols, pane + 1); break;
	case 1: draw_name(job, a); break;
	case 2: draw_state(job, a); break;
	case 3: area_text_right(a, 0, a.cols, ROLE_TEXT, units); break;
	case 4: draw_job_bar(job, a); break;
	case 5: area_text_right(a, 0, a.cols, ROLE_TEXT, ms ? time : ""); break;
	default: draw_last(job, a); break;
	}
}

void
build_draw_list(struct build *b, struct area a)
{
	struct table_rows rows = { .cell = draw_cell, .arg = b };
	struct str text = STR_INIT;

	area_frame(a, ROLE_BORDER_FOCUS);
	table_draw(&b->table, area_part(a, 1, 1, a.rows - 2, a.cols - 2), &rows, true);
	append_filter(b, &text);
	draw_below(a, &text);
}
