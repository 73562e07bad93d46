#include "ui/widget_log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "build/logsearch.h"
#include "build/logstore.h"
#include "ui/log_fold.h"

#define SHIFT_STEP 8
#define TIME_COLS 9   /* " 1:23.4 " and room for hours */
#define TIMES_FROM 30 /* columns from which there is room for them */

void
log_view_init(struct log_view *v, bool wraps)
{
	*v = (struct log_view){
		.is_following = true, .wraps = wraps, .anchor = -1, .whole = -1, .pressed = -1
	};
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

bool
log_view_is_open(const struct log_view *v, size_t line)
{
	bool is_open = (long)line == v->whole;

	for (size_t i = 0; i < v->opened_count; i++)
		is_open = is_open || v->opened[i] == line;
	return is_open;
}

/* Whether any line may take more than a row. */
static bool
has_tall_lines(const struct log_view *v)
{
	return v->wraps || v->whole >= 0 || v->opened_count;
}

/* Told in one row, whatever its length. */
static bool
is_folded(const struct log_view *v, size_t line, struct span text)
{
	return !log_view_is_open(v, line) && log_fold_head(text) &&
		utf8_columns(text) > (size_t)v->cols;
}

static bool
is_wrapped(const struct log_view *v, size_t line, struct span text)
{
	return log_view_is_open(v, line) || (v->wraps && !is_folded(v, line, text));
}

struct measuring {
	const struct log_view *v;
	size_t first;
	size_t *heights;
};

static void
measure_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct measuring *m = arg;

	if (is_wrapped(m->v, line, text->text))
		m->heights[line - m->first] = count_rows(text->text, m->v->cols);
}

/* The rows that each of some lines takes; caller frees. Lines that are not there take one. */
static size_t *
measure(const struct log_view *v, struct logstore *log, size_t first, size_t count)
{
	struct measuring m = { v, first, xcalloc(count + 1, sizeof(*m.heights)) };

	for (size_t i = 0; i <= count; i++)
		m.heights[i] = 1;
	if (log && has_tall_lines(v))
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
	if (!has_tall_lines(v))
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

void
log_view_show_whole(struct log_view *v, size_t line)
{
	bool is_seen = !v->is_following && line >= v->top.line && line < v->end;

	v->whole = (long)line;
	v->top.part = 0;
	log_view_show(v, line, is_seen ? LOG_ANYWHERE : LOG_HIGH);
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
go_to_mark(struct log_view *v, struct logstore *log, bool backwards, enum logstore_mark mark)
{
	long from = !v->is_following ? (long)v->cursor : backwards ? (long)line_count(log) : -1;
	long line = log ? logstore_find_mark(log, from, backwards, mark) : -1;

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

struct folding {
	const struct log_view *v;
	bool is_folded;
};

static void
ask_folded(void *arg, size_t line, const struct ansi_line *text)
{
	struct folding *f = arg;

	f->is_folded = is_folded(f->v, line, text->text);
}

static void
fold(struct log_view *v, size_t line)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->opened_count; i++)
		if (v->opened[i] != line)
			v->opened[kept++] = v->opened[i];
	v->opened_count = kept;
	v->whole = -1;
	v->top.part = 0;
}

static void
unfold(struct log_view *v, size_t line)
{
	if (v->opened_count < LOG_OPENED_MAX)
		v->opened_count++;
	memmove(v->opened + 1, v->opened, (v->opened_count - 1) * sizeof(*v->opened));
	v->opened[0] = line;
	v->top.part = 0;
}

static bool
toggle_fold(struct log_view *v, struct logstore *log)
{
	struct folding f = { v, false };

	if (v->is_following || !log)
		return false;
	if (log_view_is_open(v, v->cursor)) {
		fold(v, v->cursor);
		return true;
	}
	logstore_read(log, v->cursor, 1, ask_folded, &f);
	if (!f.is_folded)
		return false;
	unfold(v, v->cursor);
	reveal(v, log); /* all of it, where there is room */
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
	case ACT_NEXT_ERROR: return go_to_mark(v, log, false, LOGMARK_ERROR);
	case ACT_PREVIOUS_ERROR: return go_to_mark(v, log, true, LOGMARK_ERROR);
	case ACT_NEXT_WARNING: return go_to_mark(v, log, false, LOGMARK_WARNING);
	case ACT_PREVIOUS_WARNING: return go_to_mark(v, log, true, LOGMARK_WARNING);
	case ACT_NEXT_LINKER: return go_to_mark(v, log, false, LOGMARK_LINKER);
	case ACT_PREVIOUS_LINKER: return go_to_mark(v, log, true, LOGMARK_LINKER);
	case ACT_SELECT: return toggle_selection(v, log);
	case ACT_OPEN: return toggle_fold(v, log);
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

/* The line in a row of the canvas; the first or last in sight for rows above or below. -1: none. */
static long
line_at(const struct log_view *v, struct logstore *log, int row)
{
	int last = v->rows > 0 ? v->rows - 1 : 0;
	size_t lines = line_count(log), line;

	row -= v->canvas_row;
	row = row < 0 ? 0 : row > last ? last : row;
	line = spot_below(v, log, v->top, (size_t)row).line;
	return lines && line >= lines ? (long)lines - 1 : lines ? (long)line : -1;
}

void
log_view_press(struct log_view *v, struct logstore *log, int row)
{
	v->pressed = line_at(v, log, row);
}

/* From the line where the button went down to this one. */
static void
mark_to(struct log_view *v, long line)
{
	v->is_following = false;
	v->cursor = (size_t)line;
	v->anchor = v->pressed != line ? v->pressed : -1;
}

void
log_view_drag(struct log_view *v, struct logstore *log, int row)
{
	long beyond = row < v->canvas_row ? -1 : row >= v->canvas_row + v->rows ? 1 : 0;
	long line = line_at(v, log, row);

	if (v->pressed < 0 || line < 0 || (v->is_following && v->pressed == line))
		return;
	mark_to(v, line);
	if (beyond)
		log_view_scroll(v, log, beyond);
	if (beyond && (line = line_at(v, log, row)) >= 0)
		mark_to(v, line);
}

void
log_view_release(struct log_view *v, struct logstore *log, int row)
{
	long line = line_at(v, log, row);

	if (v->pressed >= 0 && line >= 0 && (!v->is_following || v->pressed != line))
		mark_to(v, line);
	v->pressed = -1;
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
	struct logstore *log;
	struct area a;     /* of the text */
	struct area times; /* no columns: they are not shown */
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

/* "0:41.2": since the run began. */
static void
draw_time(const struct drawing *d, size_t line)
{
	int64_t ms = d->times.cols && d->row >= 0 ? logstore_time_of(d->log, line) : -1;
	unsigned tenths = (unsigned)(ms / 100);
	char text[16];

	if (ms < 0)
		return;
	snprintf(text, sizeof(text), "%u:%02u.%u", tenths / 600, tenths / 10 % 60, tenths % 10);
	area_text_right(d->times, d->row, TIME_COLS - 1, ROLE_DIM, text);
}

/* The places of what is searched for in a line, one after the other. */
struct matches {
	const struct logsearch *search; /* NULL: none is left */
	struct span text;
	size_t at;    /* byte from which the next one is looked for */
	int col;      /* of that byte */
	int from, to; /* columns of this one */
};

/* Places of no width are passed over. */
static void
next_match(struct matches *m)
{
	size_t begin, end;
	uint32_t cp;

	while (m->search) {
		struct span rest = { m->text.data + m->at, m->text.len - m->at };
		if (!rest.len || !logsearch_match(m->search, m->text, m->at, &begin, &end))
			break;
		m->from = m->col + (int)utf8_columns((struct span){ rest.data, begin - m->at });
		m->to = m->from +
			(int)utf8_columns((struct span){ m->text.data + begin, end - begin });
		if (begin == end && end < m->text.len)
			end += utf8_decode(m->text.data + end, m->text.len - end, &cp);
		m->col = m->from +
			(int)utf8_columns((struct span){ m->text.data + begin, end - begin });
		m->at = end;
		if (m->to > m->from)
			return;
		if (end == m->text.len)
			break;
	}
	m->search = NULL;
}

static struct matches
first_match(const struct log_view *v, struct span text)
{
	struct matches m = { .search = v->search, .text = text };

	next_match(&m);
	return m;
}

/* Marks what a row shows: the columns [skip, skip + cols) of its line. */
static void
draw_matches(const struct drawing *d, struct matches *m, int skip, int cols)
{
	for (; m->search && m->from < skip + cols; next_match(m)) {
		int from = m->from > skip ? m->from - skip : 0;
		int to = m->to < skip + cols ? m->to - skip : cols;
		if (d->row >= 0 && to > from)
			area_highlight(d->a, d->row, from, to - from, ROLE_MATCH, 0);
		if (m->to > skip + cols)
			return;
	}
}

static void
draw_wrapped(struct drawing *d, size_t line, const struct ansi_line *text)
{
	struct matches matches = first_match(d->v, text->text);
	struct span rest = text->text;
	size_t skip = 0, used;

	for (bool more = true; more && d->row < d->a.rows; d->row++, skip += used) {
		next_row(&rest, d->a.cols, &used);
		more = rest.len > 0;
		if (!more)
			d->v->end = line + 1;
		if (d->row >= 0) {
			area_ansi(d->a, d->row, 0, ROLE_TEXT, text, (int)skip);
			if (!more && text->cut)
				draw_ellipsis(d, (int)used);
			draw_cursor(d, line);
		}
		draw_matches(d, &matches, (int)skip, (int)used);
	}
}

static void
draw_cut(struct drawing *d, size_t line, const struct ansi_line *text)
{
	struct matches matches = first_match(d->v, text->text);
	int end = (int)utf8_columns(text->text) - d->v->shift;

	area_ansi(d->a, d->row, 0, ROLE_TEXT, text, d->v->shift);
	if (d->v->shift && text->text.len)
		draw_ellipsis(d, 0);
	if (end > d->a.cols || text->cut)
		draw_ellipsis(d, end);
	draw_cursor(d, line);
	draw_matches(d, &matches, d->v->shift, d->a.cols);
	d->v->is_cut = d->v->is_cut || end > d->a.cols;
	d->v->end = line + 1;
	d->row++;
}

/* What it is; how much is not shown, and to who stands on it what shows it. */
static void
draw_folded(struct drawing *d, size_t line, const struct ansi_line *text)
{
	const char *key = d->v->open_key;
	struct ansi_line head = *text;
	struct str rest = STR_INIT;

	head.text.len = log_fold_head(text->text);
	str_appendf(&rest, " %s %zu characters folded", glyph(d->a.canvas, GLYPH_ELLIPSIS),
		utf8_columns(text->text) - utf8_columns(head.text));
	if (key && d->shows_cursor && line == d->v->cursor)
		str_appendf(&rest, ", %s opens", key);
	int at = area_ansi(d->a, d->row, 0, ROLE_TEXT, &head, 0);
	area_text_cut(d->a, d->row, at, d->a.cols - at, ROLE_DIM, str_span(&rest));
	draw_cursor(d, line);
	d->v->end = line + 1;
	d->row++;
	str_fini(&rest);
}

static void
draw_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct drawing *d = arg;

	draw_time(d, line);
	if (is_folded(d->v, line, text->text))
		draw_folded(d, line, text);
	else if (is_wrapped(d->v, line, text->text))
		draw_wrapped(d, line, text);
	else
		draw_cut(d, line, text);
}

/* Sizes change, logs grow and begin anew: the window is put where it belongs now. */
static void
settle(struct log_view *v, struct logstore *log)
{
	struct log_spot last = last_page(v, log), cursor = { v->cursor, 0 };
	size_t lines = line_count(log);

	if (!v->is_held || v->held > lines)
		v->held = lines;
	if (!v->is_following && v->cursor >= line_count(log))
		follow(v);
	if (v->is_following) {
		v->top = spot_above(v, log, (struct log_spot){ v->held, 0 }, room(v));
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
	int times = v->has_times && a.cols >= TIMES_FROM ? TIME_COLS : 0;
	struct drawing d = { .v = v, .log = log, .times = area_part(a, 0, 0, -1, times) };

	d.a = area_part(a, 0, times, -1, -1);
	if (d.a.cols != v->cols)
		v->top.part = 0; /* another width, other rows */
	v->rows = d.a.rows;
	v->cols = d.a.cols;
	v->canvas_row = d.a.row;
	v->is_cut = false;
	if (!line_count(log) || d.a.rows < 1 || d.a.cols < 1)
		return;
	settle(v, log);
	d.row = -(int)v->top.part;
	d.shows_cursor = focused && !v->is_following;
	logstore_read(log, v->top.line, room(v), draw_line, &d);
}
