#include "ui/widget_log.h"
#include <stdlib.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "build/logstore.h"

#define SHIFT_STEP 8

void
log_view_init(struct log_view *v, bool wraps)
{
	*v = (struct log_view){ .is_following = true, .wraps = wraps, .anchor = -1 };
}

static size_t
line_count(struct logstore *log)
{
	return log ? logstore_lines(log) : 0;
}

static size_t
room(const struct log_view *v)
{
	return v->rows > 1 ? (size_t)v->rows : 1;
}

/* ---- rows of wrapped lines ---- */

/* The next row's text off the front of *rest; *used gets its columns. */
static struct span
next_row(struct span *rest, int cols, size_t *used)
{
	struct span row = utf8_fit(*rest, cols > 0 ? (size_t)cols : 1, used);
	uint32_t cp;

	if (!row.len && rest->len) /* wider than the window */
		row.len = utf8_decode(rest->data, rest->len, &cp);
	*rest = (struct span){ rest->data + row.len, rest->len - row.len };
	return row;
}

static size_t
count_rows(struct span text, int cols)
{
	size_t count = 1, used;

	for (next_row(&text, cols, &used); text.len; count++)
		next_row(&text, cols, &used);
	return count;
}

struct measuring {
	int cols;
	size_t first;
	size_t *heights;
};

static void
measure_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct measuring *m = arg;

	m->heights[line - m->first] = count_rows(text->text, m->cols);
}

/* The rows that each of some lines takes; caller frees. Lines that are not there take one. */
static size_t *
measure(const struct log_view *v, struct logstore *log, size_t first, size_t count)
{
	struct measuring m = { v->cols, first, xcalloc(count + 1, sizeof(*m.heights)) };

	for (size_t i = 0; i <= count; i++)
		m.heights[i] = 1;
	if (log && v->wraps)
		logstore_read(log, first, count, measure_line, &m);
	return m.heights;
}

static bool
is_after(struct log_spot a, struct log_spot b)
{
	return a.line > b.line || (a.line == b.line && a.part > b.part);
}

/* The row so many rows above another one, or the first of all. */
static struct log_spot
spot_above(const struct log_view *v, struct logstore *log, struct log_spot at, size_t rows)
{
	if (at.part >= rows)
		return (struct log_spot){ at.line, at.part - rows };
	rows -= at.part;
	size_t count = at.line < rows ? at.line : rows; /* a line takes a row at least */
	if (!v->wraps)
		return (struct log_spot){ at.line - count, 0 };
	size_t *heights = measure(v, log, at.line - count, count);
	at.part = 0;
	while (rows > 0 && count > 0) {
		size_t height = heights[--count];
		at.line--;
		at.part = height > rows ? height - rows : 0;
		rows -= height < rows ? height : rows;
	}
	free(heights);
	return at;
}

/* The row so many rows below another one, or the one after the last. */
static struct log_spot
spot_below(const struct log_view *v, struct logstore *log, struct log_spot at, size_t rows)
{
	size_t lines = line_count(log);
	size_t *heights = measure(v, log, at.line, rows + 1);

	at.part += rows;
	for (size_t i = 0; i <= rows && at.line < lines && at.part >= heights[i]; i++) {
		at.part -= heights[i];
		at.line++;
	}
	free(heights);
	return at.line < lines ? at : (struct log_spot){ lines, 0 };
}

/* Where a window begins whose last row is the end of a line. */
static struct log_spot
spot_to_end_with(const struct log_view *v, struct logstore *log, size_t line)
{
	return spot_above(v, log, (struct log_spot){ line + 1, 0 }, room(v));
}

static struct log_spot
last_page(const struct log_view *v, struct logstore *log)
{
	return spot_above(v, log, (struct log_spot){ line_count(log), 0 }, room(v));
}

/* ---- moving ---- */

static void
follow(struct log_view *v)
{
	v->is_following = true;
	v->anchor = -1;
}

/* From now on the window stands; the last line has the cursor. */
static void
stand(struct log_view *v, struct logstore *log)
{
	size_t lines = line_count(log);

	if (!v->is_following)
		return;
	v->is_following = false;
	v->cursor = lines ? lines - 1 : 0;
}

/* The window moves as little as it must to hold the cursor's line whole, or, where that is taller,
 * to be filled by it. */
static void
reveal(struct log_view *v, struct logstore *log)
{
	struct log_spot from = spot_to_end_with(v, log, v->cursor), to = { v->cursor, 0 };

	if (is_after(from, to)) {
		struct log_spot swap = from;
		from = to;
		to = swap;
	}
	if (is_after(from, v->top))
		v->top = from;
	else if (is_after(v->top, to))
		v->top = to;
}

/* The size of the window may not be known yet, or be about to change. */
void
log_view_show(struct log_view *v, size_t line, enum log_place place)
{
	v->is_following = false;
	v->cursor = line;
	v->place = place;
}

static void
put_in_place(struct log_view *v, struct logstore *log)
{
	size_t low = room(v) > 2 ? room(v) - 2 : 0;
	size_t above = v->place == LOG_LOW ? low : room(v) / 4;

	if (v->place != LOG_ANYWHERE)
		v->top = spot_above(v, log, (struct log_spot){ v->cursor, 0 }, above);
	v->place = LOG_ANYWHERE;
}

static void
move_up(struct log_view *v, struct logstore *log)
{
	stand(v, log);
	if (v->cursor == v->top.line && v->top.part) {
		v->top.part--; /* the line itself goes on above */
	} else if (v->cursor) {
		v->cursor--;
		reveal(v, log);
	}
}

static void
move_down(struct log_view *v, struct logstore *log)
{
	if (v->is_following)
		return;
	if (is_after(spot_to_end_with(v, log, v->cursor), v->top)) {
		v->top = spot_below(v, log, v->top, 1); /* the line itself goes on below */
	} else if (v->cursor + 1 < line_count(log)) {
		v->cursor++;
		reveal(v, log);
	} else if (v->anchor < 0) {
		follow(v); /* past the end is the end that grows */
	}
}

static void
keep_cursor_inside(struct log_view *v, struct logstore *log)
{
	size_t last = spot_below(v, log, v->top, room(v) - 1).line, lines = line_count(log);

	if (last >= lines)
		last = lines ? lines - 1 : 0;
	if (v->cursor < v->top.line)
		v->cursor = v->top.line;
	if (v->cursor > last)
		v->cursor = last;
}

void
log_view_scroll(struct log_view *v, struct logstore *log, long rows)
{
	struct log_spot last = last_page(v, log);

	put_in_place(v, log);
	if (v->is_following && rows >= 0)
		return;
	if (v->is_following)
		v->top = last; /* the log may have grown since it was drawn */
	stand(v, log);
	v->top = rows < 0 ? spot_above(v, log, v->top, (size_t)-rows)
			  : spot_below(v, log, v->top, (size_t)rows);
	if (rows > 0 && !is_after(last, v->top)) {
		v->top = last;
		if (v->anchor < 0)
			follow(v);
		else
			v->cursor = line_count(log) - 1;
	}
	keep_cursor_inside(v, log);
}

static void
move_page(struct log_view *v, struct logstore *log, bool up)
{
	struct log_spot was = v->top;
	long page = v->rows > 2 ? v->rows - 1 : 1;

	log_view_scroll(v, log, up ? -page : page);
	if (up && !is_after(was, v->top))
		v->cursor = 0;
}

static void
go_to_end(struct log_view *v, struct logstore *log)
{
	if (v->anchor < 0) {
		follow(v);
	} else {
		v->cursor = line_count(log) - 1;
		reveal(v, log);
	}
}

static bool
go_to_error(struct log_view *v, struct logstore *log, bool backwards)
{
	long from = !v->is_following ? (long)v->cursor : backwards ? (long)line_count(log) : -1;
	long line = log ? logstore_find_mark(log, from, backwards, LOGMARK_ERROR) : -1;

	if (line < 0)
		return false;
	log_view_show(v, (size_t)line, LOG_HIGH);
	return true;
}

static bool
move_sideways(struct log_view *v, bool right)
{
	if (v->wraps || (right ? !v->is_cut : !v->shift))
		return false;
	v->shift += right ? SHIFT_STEP : -SHIFT_STEP;
	return true;
}

static bool
toggle_selection(struct log_view *v, struct logstore *log)
{
	if (!line_count(log))
		return false;
	stand(v, log);
	v->anchor = v->anchor < 0 ? (long)v->cursor : -1;
	return true;
}

bool
log_view_key(struct log_view *v, struct logstore *log, enum action_id act)
{
	put_in_place(v, log);
	switch (act) {
	case ACT_UP: move_up(v, log); break;
	case ACT_DOWN: move_down(v, log); break;
	case ACT_PAGE_UP: move_page(v, log, true); break;
	case ACT_PAGE_DOWN: move_page(v, log, false); break;
	case ACT_TOP: log_view_show(v, 0, LOG_HIGH); break;
	case ACT_BOTTOM: go_to_end(v, log); break;
	case ACT_FOLLOW: follow(v); break;
	case ACT_LEFT: return move_sideways(v, false);
	case ACT_RIGHT: return move_sideways(v, true);
	case ACT_NEXT_ERROR: return go_to_error(v, log, false);
	case ACT_PREVIOUS_ERROR: return go_to_error(v, log, true);
	case ACT_SELECT: return toggle_selection(v, log);
	default: return false;
	}
	return true;
}

void
log_view_wrap(struct log_view *v, bool wraps)
{
	v->wraps = wraps;
	v->top.part = 0;
	v->shift = 0;
}

size_t
log_view_below(const struct log_view *v, struct logstore *log)
{
	size_t lines = line_count(log);

	return v->is_following || v->end > lines ? 0 : lines - v->end;
}

/* ---- copying ---- */

/* The first and the last line of the selection, else the cursor's. */
static void
selection(const struct log_view *v, size_t *first, size_t *last)
{
	*first = *last = v->cursor;
	if (v->anchor >= 0 && (size_t)v->anchor < v->cursor)
		*first = (size_t)v->anchor;
	else if (v->anchor >= 0)
		*last = (size_t)v->anchor;
}

static void
copy_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct str *out = arg;

	str_append_span(out, text->text);
	str_append_char(out, '\n');
}

size_t
log_view_copy(const struct log_view *v, struct logstore *log, struct str *out)
{
	size_t lines = line_count(log), first, last;

	if (!lines)
		return 0;
	selection(v, &first, &last);
	if (v->is_following)
		first = last = lines - 1;
	logstore_read(log, first, last - first + 1, copy_line, out);
	if (out->len)
		str_truncate(out, out->len - 1);
	return last - first + 1;
}

/* ---- drawing ---- */

struct drawing {
	struct log_view *v;
	struct area a;
	bool shows_cursor;
	int row;         /* the next one; negative: above the window */
	bool has_cursor; /* the terminal's, on the first row of the line */
};

static void
draw_cursor(struct drawing *d, size_t line)
{
	size_t first, last;

	selection(d->v, &first, &last);
	if (!d->shows_cursor || line < first || line > last)
		return;
	area_highlight(d->a, d->row, 0, d->a.cols, ROLE_CURSOR, 0);
	if (line != d->v->cursor || d->has_cursor)
		return;
	area_cursor(d->a, d->row, 0);
	d->has_cursor = true;
}

/* At a column where text was cut off, or at the edge before it. */
static void
draw_ellipsis(const struct drawing *d, int col)
{
	int last = d->a.cols - 1;

	area_puts(d->a, d->row, col < last ? col : last, ROLE_DIM,
		glyph(d->a.canvas, GLYPH_ELLIPSIS));
}

static void
draw_wrapped(struct drawing *d, size_t line, const struct ansi_line *text)
{
	struct span rest = text->text;
	size_t skip = 0, used;

	for (bool more = true; more && d->row < d->a.rows; d->row++, skip += used) {
		next_row(&rest, d->a.cols, &used);
		more = rest.len > 0;
		if (!more)
			d->v->end = line + 1;
		if (d->row < 0)
			continue;
		area_ansi(d->a, d->row, 0, ROLE_TEXT, text, (int)skip);
		if (!more && text->cut)
			draw_ellipsis(d, (int)used);
		draw_cursor(d, line);
	}
}

static void
draw_cut(struct drawing *d, size_t line, const struct ansi_line *text)
{
	int end = (int)utf8_columns(text->text) - d->v->shift;

	area_ansi(d->a, d->row, 0, ROLE_TEXT, text, d->v->shift);
	if (d->v->shift && text->text.len)
		draw_ellipsis(d, 0);
	if (end > d->a.cols || text->cut)
		draw_ellipsis(d, end);
	draw_cursor(d, line);
	d->v->is_cut = d->v->is_cut || end > d->a.cols;
	d->v->end = line + 1;
	d->row++;
}

static void
draw_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct drawing *d = arg;

	if (d->v->wraps)
		draw_wrapped(d, line, text);
	else
		draw_cut(d, line, text);
}

/* Sizes change, logs grow and begin anew: the window is put where it belongs now. */
static void
settle(struct log_view *v, struct logstore *log)
{
	struct log_spot last = last_page(v, log), cursor = { v->cursor, 0 };

	if (!v->is_following && v->cursor >= line_count(log))
		follow(v);
	if (v->is_following) {
		v->top = last;
		return;
	}
	put_in_place(v, log);
	if (v->cursor < v->top.line || is_after(spot_above(v, log, cursor, room(v) - 1), v->top))
		reveal(v, log);
	if (is_after(v->top, last))
		v->top = last;
}

void
log_view_draw(struct log_view *v, struct logstore *log, struct area a, bool focused)
{
	if (a.cols != v->cols)
		v->top.part = 0; /* another width, other rows */
	v->rows = a.rows;
	v->cols = a.cols;
	v->is_cut = false;
	if (!line_count(log) || a.rows < 1 || a.cols < 1)
		return;
	settle(v, log);
	struct drawing d = { .v = v, .a = a, .row = -(int)v->top.part };
	d.shows_cursor = focused && !v->is_following;
	logstore_read(log, v->top.line, room(v), draw_line, &d);
}
