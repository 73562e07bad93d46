#include "ui/widget_pick.h"
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "ui/layout.h"
#include "ui/place.h"
#include "ui/screen.h"

#define MARK_COLS 4 /* " ▸● " */

static void
drop_items(struct pick *p)
{
	for (size_t i = 0; i < p->items.len; i++)
		free(p->items.items[i].label);
	vec_clear(&p->items);
}

void
pick_begin(struct pick *p, const char *title)
{
	drop_items(p);
	p->list = (struct list){ 0 };
	p->title = title;
}

void
pick_add(struct pick *p, struct span label, const char *note, bool is_current)
{
	vec_push(&p->items, ((struct pick_item){ span_dup(label), note, is_current }));
	list_set_count(&p->list, p->items.len);
	if (is_current)
		list_focus(&p->list, p->items.len - 1);
}

void
pick_close(struct pick *p)
{
	p->title = NULL;
}

void
pick_fini(struct pick *p)
{
	drop_items(p);
	vec_fini(&p->items);
	p->title = NULL;
}

bool
pick_is_open(const struct pick *p)
{
	return p->title;
}

static int
choose(struct pick *p)
{
	pick_close(p);
	return p->items.len ? (int)p->list.focus : PICK_CLOSED;
}

int
pick_key(struct pick *p, enum action_id act)
{
	if (act == ACT_OPEN)
		return choose(p);
	if (act == ACT_BACK || act == ACT_QUIT) {
		pick_close(p);
		return PICK_CLOSED;
	}
	if (act == ACT_NEXT || act == ACT_RIGHT)
		act = ACT_DOWN;
	if (act == ACT_PREVIOUS || act == ACT_LEFT)
		act = ACT_UP;
	return list_key(&p->list, act) ? PICK_OPEN : PICK_IGNORED;
}

unsigned
pick_ignored(enum action_id act)
{
	return (action_get(act)->screens & ON_SCREENS) == ON_SCREENS ? 0 : FX_DONE;
}

int
pick_mouse(struct pick *p, const struct term_event *event)
{
	bool presses = event->mouse == TERM_MOUSE_PRESS || event->mouse == TERM_MOUSE_DOUBLE;

	if (presses && !place_has(&p->body, event)) {
		pick_close(p);
		return PICK_CLOSED;
	}
	if (event->mouse != TERM_MOUSE_RELEASE)
		list_mouse(&p->list, event);
	return presses ? choose(p) : PICK_OPEN;
}

const char *
pick_label(enum action_id act)
{
	return act == ACT_OPEN ? "take" : act == ACT_BACK ? "back" : "";
}

static int
label_cols(const struct pick *p)
{
	size_t widest = 0;

	for (size_t i = 0; i < p->items.len; i++) {
		size_t cols = utf8_columns(span_of(p->items.items[i].label));
		widest = cols > widest ? cols : widest;
	}
	return (int)widest;
}

static int
box_cols(const struct pick *p)
{
	size_t note = 0, title = strlen(p->title) + 2;

	for (size_t i = 0; i < p->items.len; i++) {
		size_t cols = utf8_columns(span_of(p->items.items[i].note));
		note = cols > note ? cols : note;
	}
	size_t cols = (size_t)(MARK_COLS + label_cols(p)) + (note ? note + 2 : 0) + 1;
	return (int)(cols > title ? cols : title) + 2;
}

static void
draw_item(const struct pick *p, size_t i, struct area a)
{
	const struct pick_item *item = &p->items.items[i];
	int note = MARK_COLS + label_cols(p) + 2;

	if (i == p->list.focus)
		area_puts(a, 0, 1, ROLE_TEXT, glyph(a.canvas, GLYPH_CURSOR));
	if (item->is_current)
		area_puts(a, 0, 2, ROLE_VALUE, glyph(a.canvas, GLYPH_FULL));
	area_puts(a, 0, MARK_COLS, item->is_current ? ROLE_VALUE : ROLE_TEXT, item->label);
	area_text_cut(a, 0, note, a.cols - note, ROLE_DIM, span_of(item->note));
	if (i != p->list.focus)
		return;
	area_highlight(a, 0, 0, -1, ROLE_CURSOR, 0);
	area_cursor(a, 0, 1);
}

void
pick_draw(struct pick *p, struct area a)
{
	struct area box = layout_center(a, (int)p->items.len + 2, box_cols(p));
	struct area in = area_box(box, ROLE_BORDER_FOCUS, p->title, ROLE_TITLE);

	p->body = in;
	list_fit(&p->list, in);
	for (int row = 0; row < in.rows && p->list.top + (size_t)row < p->items.len; row++)
		draw_item(p, p->list.top + (size_t)row, area_part(in, row, 0, 1, -1));
	if (p->list.top > 0)
		area_puts(in, 0, in.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_UP));
	if (p->list.top + p->list.rows < p->list.count && in.rows)
		area_puts(in, in.rows - 1, in.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_DOWN));
}
