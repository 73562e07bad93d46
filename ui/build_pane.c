/* build_pane: lines come from the log for the rows on screen only; nothing is kept between drawings
 * but where the window stands. */
#include "ui/build_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "build/job.h"
#include "build/logstore.h"
#include "hint/explain.h"
#include "ui/widget_bar.h"
#include "ui/widget_dialog.h"

#define SHIFT_STEP 8

void
pane_init(struct pane *p, struct job *job)
{
	*p = (struct pane){ .job = job, .is_following = true, .anchor = -1 };
}

static size_t
line_count(const struct pane *p)
{
	return p->job->log ? logstore_lines(p->job->log) : 0;
}

/* The last line has the cursor when following ends. */
static void
stop_following(struct pane *p)
{
	size_t lines = line_count(p);

	if (!p->is_following)
		return;
	p->is_following = false;
	p->cursor = lines ? lines - 1 : 0;
}

static void
follow(struct pane *p)
{
	p->is_following = true;
	p->anchor = -1;
}

static void
show_cursor(struct pane *p)
{
	size_t rows = p->rows > 0 ? (size_t)p->rows : 1;

	if (p->cursor < p->top)
		p->top = p->cursor;
	if (p->cursor >= p->top + rows)
		p->top = p->cursor - rows + 1;
}

static void
move_cursor(struct pane *p, long by)
{
	size_t lines = line_count(p);
	bool was_following = p->is_following;

	stop_following(p);
	if (by < 0)
		p->cursor = (size_t)-by > p->cursor ? 0 : p->cursor - (size_t)-by;
	else if (p->cursor + (size_t)by < lines)
		p->cursor += (size_t)by;
	else if (p->anchor < 0 && !was_following)
		follow(p); /* past the end is the end that grows */
	else
		p->cursor = lines ? lines - 1 : 0;
	show_cursor(p);
}

void
pane_scroll(struct pane *p, long lines)
{
	size_t rows = p->rows > 0 ? (size_t)p->rows : 1;

	if (p->is_following && lines < 0) {
		stop_following(p);
		p->cursor = p->top;
	}
	if (p->is_following)
		return;
	if (lines < 0)
		p->top = (size_t)-lines > p->top ? 0 : p->top - (size_t)-lines;
	else
		p->top += (size_t)lines;
	if (p->top + rows >= line_count(p) && lines > 0) {
		follow(p);
		return;
	}
	if (p->cursor < p->top)
		p->cursor = p->top;
	if (p->cursor >= p->top + rows)
		p->cursor = p->top + rows - 1;
}

static bool
go_to_error(struct pane *p, bool backwards)
{
	long from = p->is_following ? (backwards ? (long)line_count(p) : -1) : (long)p->cursor;
	long line = p->job->log ? logstore_find_mark(p->job->log, from, backwards, LOGMARK_ERROR) : -1;
	size_t above = (size_t)p->rows / 4;

	if (line < 0)
		return false;
	stop_following(p);
	p->cursor = (size_t)line;
	p->top = p->cursor > above ? p->cursor - above : 0;
	return true;
}

static void
toggle_selection(struct pane *p)
{
	stop_following(p);
	p->anchor = p->anchor < 0 ? (long)p->cursor : -1;
}

bool
pane_key(struct pane *p, enum action_id act)
{
	long page = p->rows > 1 ? p->rows - 1 : 1;

	switch (act) {
	case ACT_UP: move_cursor(p, -1); break;
	case ACT_DOWN: move_cursor(p, 1); break;
	case ACT_PAGE_UP: move_cursor(p, -page); break;
	case ACT_PAGE_DOWN: move_cursor(p, page); break;
	case ACT_TOP: move_cursor(p, -(long)line_count(p)); break;
	case ACT_BOTTOM:
	case ACT_FOLLOW: follow(p); break;
	case ACT_LEFT: p->shift = p->shift > SHIFT_STEP ? p->shift - SHIFT_STEP : 0; break;
	case ACT_RIGHT: p->shift += SHIFT_STEP; break;
	case ACT_NEXT_ERROR: return go_to_error(p, false);
	case ACT_PREVIOUS_ERROR: return go_to_error(p, true);
	case ACT_SELECT: toggle_selection(p); break;
	default: return false;
	}
	return true;
}

static void
copy_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct str *out = arg;

	str_append_span(out, text->text);
	str_append_char(out, '\n');
}

size_t
pane_copy(const struct pane *p, struct str *out)
{
	size_t lines = line_count(p);
	size_t first = p->is_following ? (lines ? lines - 1 : 0) : p->cursor;
	size_t last = first;

	if (!lines)
		return 0;
	if (p->anchor >= 0) {
		first = (size_t)p->anchor < p->cursor ? (size_t)p->anchor : p->cursor;
		last = (size_t)p->anchor < p->cursor ? p->cursor : (size_t)p->anchor;
	}
	logstore_read(p->job->log, first, last - first + 1, copy_line, out);
	if (first == last && out->len)
		str_truncate(out, out->len - 1);
	return last - first + 1;
}

/* -- the job in words ------------------------------------------------------------------------ */

enum role
job_role(const struct job *job)
{
	static const enum role roles[] = {
		[JOB_WAITING] = ROLE_DIM,
		[JOB_RUNNING] = ROLE_RUNNING,
		[JOB_OK] = ROLE_OK,
		[JOB_FAILED] = ROLE_FAIL,
		[JOB_CANCELLED] = ROLE_WARN,
		[JOB_SKIPPED] = ROLE_DIM,
	};
	return roles[job->state];
}

const char *
job_glyph(const struct canvas *c, const struct job *job)
{
	static const enum glyph glyphs[] = {
		[JOB_WAITING] = GLYPH_EMPTY,
		[JOB_RUNNING] = GLYPH_HALF,
		[JOB_OK] = GLYPH_OK,
		[JOB_FAILED] = GLYPH_FAIL,
		[JOB_CANCELLED] = GLYPH_WARN,
		[JOB_SKIPPED] = GLYPH_EMPTY,
	};
	return glyph(c, glyphs[job->state]);
}

uint64_t
job_elapsed_ms(const struct job *job, uint64_t run_elapsed_ms)
{
	uint64_t end = job->ended_ms ? job->ended_ms : run_elapsed_ms;

	if (job->state == JOB_WAITING || job->state == JOB_SKIPPED || end < job->started_ms)
		return 0;
	return end - job->started_ms;
}

void
job_units(const struct job *job, char *out, size_t size)
{
	*out = '\0';
	if (job->total)
		snprintf(out, size, "%d/%s%d", job->done, job->total_is_exact ? "" : "~", job->total);
}

/* What the title says besides the target: "failed 12/38  2.4s  +120". */
static void
describe(const struct pane *p, uint64_t elapsed, struct str *out)
{
	const struct job *job = p->job;
	char units[48], time[16];
	size_t lines = line_count(p);
	size_t below = p->top + (size_t)p->rows < lines ? lines - p->top - (size_t)p->rows : 0;

	job_units(job, units, sizeof(units));
	bar_time(time, job_elapsed_ms(job, elapsed));
	if (job->state != JOB_RUNNING && job->state != JOB_OK)
		str_append(out, job_state_name(job->state));
	if (*units)
		str_appendf(out, "%s%s", out->len ? " " : "", units);
	if (job->state != JOB_WAITING && job->state != JOB_SKIPPED)
		str_appendf(out, "%s%s", out->len ? "  " : "", time);
	if (!p->is_following && below)
		str_appendf(out, "  +%zu", below);
}

void
pane_draw_title(const struct pane *p, struct area a, int number, uint64_t elapsed, bool focused)
{
	enum role name_role = focused ? ROLE_TITLE : ROLE_TEXT;
	struct str state = STR_INIT;
	int at = area_puts(a, 0, 0, name_role, " ");
	int room;

	describe(p, elapsed, &state);
	if (number)
		at = area_printf(a, 0, at, ROLE_KEY, "%d ", number);
	room = a.cols - at - (int)utf8_columns(str_span(&state)) - 5;
	at = area_text_cut(a, 0, at, room > 8 ? room : 8, name_role, span_of(p->job->target));
	at = area_puts(a, 0, at, name_role, " ");
	at = area_puts(a, 0, at, job_role(p->job), job_glyph(a.canvas, p->job));
	at = area_puts(a, 0, at, job_role(p->job), " ");
	at = area_text_cut(a, 0, at, a.cols - at - 1, job_role(p->job), str_span(&state));
	area_puts(a, 0, at, name_role, " ");
	str_fini(&state);
}

/* -- the log --------------------------------------------------------------------------------- */

struct drawing {
	struct pane *p;
	struct area a;
	bool wraps;
	bool focused;  /* shows the cursor */
	size_t first;  /* line of the first row */
	int row;       /* next row to draw */
	int *heights;  /* of lines from first on, while measuring; NULL: drawing */
};

static int
height_of(const struct drawing *d, const struct ansi_line *text)
{
	int columns = (int)utf8_columns(text->text);

	if (!d->wraps || columns <= d->a.cols || d->a.cols < 1)
		return 1;
	return (columns + d->a.cols - 1) / d->a.cols;
}

static bool
is_selected(const struct pane *p, size_t line)
{
	size_t from = (size_t)p->anchor, to = p->cursor;

	if (p->anchor < 0)
		return false;
	return from <= to ? line >= from && line <= to : line >= to && line <= from;
}

static void
draw_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct drawing *d = arg;
	int height = height_of(d, text);

	if (d->heights) {
		d->heights[line - d->first] = height;
		return;
	}
	for (int part = 0; part < height && d->row < d->a.rows; part++, d->row++) {
		if (d->row < 0)
			continue;
		area_ansi(d->a, d->row, 0, ROLE_TEXT, text, d->wraps ? part * d->a.cols : d->p->shift);
		if (d->p->is_following || !d->focused)
			continue;
		if (line == d->p->cursor || is_selected(d->p, line))
			area_highlight(d->a, d->row, 0, d->a.cols, ROLE_CURSOR, ANSI_REVERSE);
	}
}

/* Wrapped and following: the last lines that fill the rows, their first one perhaps cut above. */
static void
draw_wrapped_end(struct drawing *d, size_t lines)
{
	size_t count = lines < (size_t)d->a.rows ? lines : (size_t)d->a.rows;
	int *heights = xcalloc(count + 1, sizeof(*heights));
	int total = 0;
	size_t first = count;

	d->first = lines - count;
	d->heights = heights;
	logstore_read(d->p->job->log, d->first, count, draw_line, d);
	d->heights = NULL;
	while (first > 0 && total < d->a.rows)
		total += heights[--first];
	d->row = total > d->a.rows ? d->a.rows - total : 0;
	d->p->top = d->first + first;
	logstore_read(d->p->job->log, d->p->top, count - first, draw_line, d);
	free(heights);
}

static void
draw_log(struct pane *p, struct area a, bool wraps, bool focused)
{
	struct drawing d = { .p = p, .a = a, .wraps = wraps, .focused = focused };
	size_t lines = line_count(p);

	p->rows = a.rows;
	if (!lines || a.rows < 1)
		return;
	if (p->is_following && wraps) {
		draw_wrapped_end(&d, lines);
		return;
	}
	if (p->is_following)
		p->top = lines > (size_t)a.rows ? lines - (size_t)a.rows : 0;
	else
		show_cursor(p);
	logstore_read(p->job->log, p->top, (size_t)a.rows, draw_line, &d);
}

/* -- the bar --------------------------------------------------------------------------------- */

static void
draw_bar(const struct pane *p, struct area a)
{
	const struct job *job = p->job;
	int percent = job->total ? (int)((int64_t)job->done * 100 / job->total) : 0;
	int width = a.cols - 6;

	if (width < 4)
		return;
	bar_draw(a, 0, 0, width, (uint64_t)job->done, (uint64_t)job->total);
	if (job->total)
		area_printf(a, 0, width, ROLE_TEXT, " %3d%%", percent);
}

/* -- the hint -------------------------------------------------------------------------------- */

#define HINT_ROWS_MAX 8
#define HINT_LOG_ROWS 3 /* rows of log that a hint box leaves at least */

static const struct hint *
hint_of(const struct pane *p)
{
	const struct explanation *e = p->job->explanation;

	return !p->hides_hint && e && e->count ? &e->hints[0] : NULL;
}

/* The text of the box: why, then the fixes, each line as it stands. */
static void
hint_lines(const struct hint *h, struct str *out)
{
	if (h->why && *h->why)
		str_appendf(out, "%s\n", h->why);
	for (size_t i = 0; i < h->fix_count; i++)
		str_appendf(out, "%zu %s\n", i + 1, h->fixes[i].title);
}

static int
hint_rows(const struct hint *h, struct area a)
{
	struct str text = STR_INIT;
	int rows, most = a.rows - HINT_LOG_ROWS;

	hint_lines(h, &text);
	rows = wrap_count(str_cstr(&text), a.cols - 4) + 2;
	str_fini(&text);
	rows = rows > HINT_ROWS_MAX ? HINT_ROWS_MAX : rows;
	if (rows > most)
		rows = most;
	return rows < 3 ? (a.rows > 1 ? 1 : 0) : rows;
}

/* One row where there is no room for a box. */
static void
draw_hint_line(const struct hint *h, struct area a)
{
	int at = area_puts(a, 0, 0, ROLE_HINT, glyph(a.canvas, GLYPH_CURSOR));

	at = area_puts(a, 0, at, ROLE_HINT, " ");
	area_text_cut(a, 0, at, a.cols - at, ROLE_HINT, span_of(h->title));
}

static void
draw_hint(const struct hint *h, struct area a)
{
	struct str text = STR_INIT;
	struct area inside;
	const char *sure = confidence_name(h->confidence);

	if (a.rows < 3) {
		draw_hint_line(h, a);
		return;
	}
	inside = area_box(a, ROLE_HINT, h->title, ROLE_HINT);
	if (a.cols > (int)utf8_columns(span_of(h->title)) + (int)strlen(sure) + 10)
		area_printf(a, 0, a.cols - (int)strlen(sure) - 4, ROLE_HINT, " %s ", sure);
	hint_lines(h, &text);
	wrap_draw(area_part(inside, 0, 1, -1, inside.cols - 2), ROLE_TEXT, str_cstr(&text), 0);
	str_fini(&text);
}

void
pane_draw(struct pane *p, struct area a, bool wraps, bool focused)
{
	const struct hint *hint = hint_of(p);
	int below = hint ? hint_rows(hint, a) : p->job->state == JOB_RUNNING && a.rows > 2;

	draw_log(p, area_part(a, 0, 0, a.rows - below, -1), wraps, focused);
	if (hint && below)
		draw_hint(hint, area_part(a, a.rows - below, 0, below, -1));
	else if (below)
		draw_bar(p, area_part(a, a.rows - 1, 0, 1, -1));
}
