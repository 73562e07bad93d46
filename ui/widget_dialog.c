#include "ui/widget_dialog.h"
#include <stdlib.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/layout.h"

#define DIALOG_COLS 72 /* at the most, frame included */
#define BUTTON_GAP 2
#define DIALOG_EXTRA_ROWS 4 /* frame, blank line, buttons */
#define HANG_MOST 16        /* columns before the text of a line, with more it is none */

void
dialog_init(struct dialog *d, const char *title, const char *text)
{
	*d = (struct dialog){ .title = xstrdup(title), .text = xstrdup(text), .button_count = 1 };
	d->buttons[0] = (struct dialog_button){ "Close", 'c' };
}

void
dialog_add_button(struct dialog *d, const char *label, uint32_t key)
{
	if (d->button_count == DIALOG_BUTTONS_MAX)
		return;
	d->buttons[d->button_count] = d->buttons[d->button_count - 1];
	d->buttons[d->button_count - 1] = (struct dialog_button){ label, key };
	d->button_count++;
}

void
dialog_set_last(struct dialog *d, const char *label, uint32_t key)
{
	d->buttons[d->button_count - 1] = (struct dialog_button){ label, key };
}

void
dialog_fini(struct dialog *d)
{
	free(d->title);
	free(d->text);
	*d = (struct dialog){ 0 };
}

int
dialog_key(struct dialog *d, enum action_id act, uint32_t key)
{
	for (int i = 0; i < d->button_count; i++)
		if (key && d->buttons[i].key == (key | 0x20))
			return i;
	switch (act) {
	case ACT_OPEN: return d->focus;
	case ACT_BACK:
	case ACT_QUIT: return d->button_count - 1;
	case ACT_NEXT:
	case ACT_RIGHT: d->focus = (d->focus + 1) % d->button_count; break;
	case ACT_PREVIOUS:
	case ACT_LEFT: d->focus = (d->focus + d->button_count - 1) % d->button_count; break;
	case ACT_UP: d->top--; break;
	case ACT_DOWN: d->top++; break;
	case ACT_PAGE_UP: d->top -= 10; break;
	case ACT_PAGE_DOWN: d->top += 10; break;
	case ACT_TOP: d->top = 0; break;
	case ACT_BOTTOM:
		d->top = wrap_count(d->text, 1);
		break; /* more than enough; drawing clips */
	default: break;
	}
	return -1;
}

/* Where the text of a line begins: behind its indent, and behind a label ("1  ", "runs on      ")
 * that two spaces or more set off. What does not fit goes on below it. */
static int
hang_of(struct span line, int cols)
{
	size_t at = 0, end;

	while (at < line.len && line.data[at] == ' ')
		at++;
	for (end = at; end + 1 < line.len; end++) {
		if (line.data[end] != ' ' || line.data[end + 1] != ' ')
			continue;
		while (end < line.len && line.data[end] == ' ')
			end++;
		at = end;
		break;
	}
	return at <= HANG_MOST && (int)at <= cols / 2 ? (int)at : 0;
}

/* Where a line of which `fit` bytes have room is broken: before a space, or else behind a slash of
 * a path; 0: neither is there. */
static size_t
break_of(struct span line, size_t fit)
{
	size_t at = fit;

	while (at > 0 && line.data[at] != ' ')
		at--;
	if (at > 0 && span_trim((struct span){ line.data, at }).len)
		return at;
	for (at = fit; at > 0 && line.data[at - 1] != '/'; at--)
		;
	return at;
}

/* The next piece of at most `cols` columns off the front of a line. */
static struct span
wrap_piece(struct span *line, int cols)
{
	size_t used;

	if (utf8_columns(*line) <= (size_t)cols) {
		struct span all = *line;
		*line = (struct span){ line->data + line->len, 0 };
		return all;
	}
	struct span fit = utf8_fit(*line, (size_t)cols, &used);
	if (!fit.len) /* not even one character has room */
		fit.len = utf8_decode(line->data, line->len, &(uint32_t){ 0 });
	size_t at = break_of(*line, fit.len);
	if (at > 0)
		fit.len = at;
	size_t taken = fit.len + (line->data[fit.len] == ' ');
	*line = (struct span){ line->data + taken, line->len - taken };
	return fit;
}

static int
wrap_each(struct area *a, enum role role, const char *text, int cols, int top)
{
	int count = 0;

	cols = cols > 0 ? cols : 1;
	for (struct span rest = span_of(text), line; rest.len;) {
		line = span_cut(rest, '\n', &rest);
		int indent = 0, hang = hang_of(line, cols);
		do {
			struct span piece = wrap_piece(&line, cols - indent);
			if (a && count >= top)
				area_text(*a, count - top, indent, role, piece);
			count++;
			indent = hang;
		} while (line.len);
	}
	return count;
}

int
wrap_draw(struct area a, enum role role, const char *text, int top)
{
	return wrap_each(&a, role, text, a.cols, top);
}

int
wrap_count(const char *text, int cols)
{
	return wrap_each(NULL, ROLE_TEXT, text, cols, 0);
}

/* "[Leave]  [No]" */
static int
buttons_cols(const struct dialog *d)
{
	int cols = -BUTTON_GAP;

	for (int i = 0; i < d->button_count; i++)
		cols += (int)utf8_columns(span_of(d->buttons[i].label)) + 2 + BUTTON_GAP;
	return cols;
}

/* The focused one stands out and has the cursor; of the others the letters do. */
static void
draw_buttons(const struct dialog *d, struct area a)
{
	int col = a.cols - buttons_cols(d);

	for (int i = 0; i < d->button_count; i++) {
		const char *label = d->buttons[i].label;
		enum role role = i == d->focus ? ROLE_CURSOR : ROLE_KEY_LABEL;
		int start = col;
		if (i == d->focus)
			area_cursor(a, 0, start < 0 ? 0 : start);
		col = area_printf(a, 0, col, role, "[%s]", label);
		if (d->buttons[i].key && i != d->focus)
			area_highlight(a, 0, start + 1, 1, ROLE_KEY, 0);
		col += BUTTON_GAP;
	}
}

static int
max(int a, int b)
{
	return a > b ? a : b;
}

static int
min(int a, int b)
{
	return a < b ? a : b;
}

/* The columns of the text's widest line, or what a line may have at the most. */
static int
text_cols(const char *text, int most)
{
	struct span rest = span_of(text);
	size_t widest = 0;

	while (rest.len) {
		size_t cols = utf8_columns(span_cut(rest, '\n', &rest));
		widest = cols > widest ? cols : widest;
	}
	return widest < (size_t)most ? (int)widest : most;
}

void
dialog_draw(struct dialog *d, struct area a)
{
	int most = min(a.cols, max(DIALOG_COLS, a.cols * 2 / 3)) - 4;
	int cols = max(text_cols(d->text, most), buttons_cols(d));

	cols = max(cols, (int)utf8_columns(span_of(d->title)));
	cols = max(min(cols, most), 1);
	int lines = wrap_count(d->text, cols);
	struct area box = layout_center(a, lines + DIALOG_EXTRA_ROWS, cols + 4);
	struct area in = area_box(box, d->is_error ? ROLE_FAIL : ROLE_BORDER_FOCUS, d->title,
		d->is_error ? ROLE_FAIL : ROLE_TITLE);
	struct area body = area_part(in, 0, 1, max(in.rows - 2, 0), max(in.cols - 2, 0));

	d->top = max(min(d->top, lines - body.rows), 0);
	area_fill(in, ROLE_DIALOG, ' ');
	wrap_draw(body, ROLE_DIALOG, d->text, d->top);
	if (d->top > 0)
		area_puts(in, 0, in.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_UP));
	if (d->top + body.rows < lines && body.rows > 0)
		area_puts(in, body.rows - 1, in.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_DOWN));
	draw_buttons(d, area_part(in, in.rows - 1, 1, 1, max(in.cols - 2, 0)));
}
