/* Health: what is right and wrong with this machine's Rust, with what would mend it.
 *
 * The list, and beside it, where there is room, what is under the cursor in full; Enter shows that in a
 * box of its own. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/str.h"
#include "base/utf8.h"
#include "rust/choice.h"
#include "ui/health_list.h"
#include "ui/health_rows.h"
#include "ui/layout.h"
#include "ui/place.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_dialog.h"
#include "ui/widget_input.h"

#define SIDE_COLS_LEAST 150 /* of the screen, for a pane beside the list */
#define WHEEL_ROWS 3

struct health_screen {
	struct store *store;
	struct health_list rows;
	struct list list;
	struct input filter;
	bool is_typing;
	int side_top;           /* first line of the pane beside */
	struct str side;        /* what is under the cursor, in full */
	struct area body, pane; /* where the list and the pane are */
};

static struct health_screen *
health_of(struct screen_state *s)
{
	return s->own;
}

static bool
is_skipped(void *arg, size_t row)
{
	return health_list_is_skipped(arg, row);
}

static const struct health_row *
focused(const struct health_screen *h)
{
	return health_list_at(&h->rows, &h->list);
}

/* --- facts --- */

static void
write_side(struct health_screen *h)
{
	const struct health_row *row = focused(h);

	str_clear(&h->side);
	if (row)
		health_row_text(row, h->store, &h->side);
}

static void
make_rows(struct health_screen *h)
{
	health_list_set_filter(&h->rows, input_text(&h->filter));
	health_list_make(&h->rows, &h->list, h->store);
	write_side(h);
}

static void
health_update(struct screen_state *s, unsigned changed)
{
	if (changed & (STORE_HEALTH | STORE_SURVEY | STORE_CHOICE | STORE_PROBES | STORE_FIXES))
		make_rows(health_of(s));
}

static void *
health_open(struct store *store)
{
	struct health_screen *h = xcalloc(1, sizeof(*h));

	h->store = store;
	health_list_init(&h->rows);
	h->list.skip = is_skipped;
	h->list.arg = &h->rows;
	make_rows(h);
	return h;
}

static void
health_close(struct screen_state *s)
{
	struct health_screen *h = health_of(s);

	health_list_fini(&h->rows);
	input_fini(&h->filter);
	str_fini(&h->side);
	free(h);
}

/* --- keys --- */

static unsigned
moved(struct health_screen *h)
{
	health_list_moved(&h->rows, &h->list);
	h->side_top = 0;
	write_side(h);
	return FX_REDRAW;
}

static unsigned
filter(struct health_screen *h, const char *text)
{
	input_set(&h->filter, text);
	make_rows(h);
	return FX_REDRAW;
}

static unsigned
open_row(struct health_screen *h)
{
	const struct health_row *row = focused(h);
	struct str text = STR_INIT;
	unsigned fx;

	if (!row)
		return FX_BELL;
	health_row_text(row, h->store, &text);
	fx = store_show(h->store, row->check ? row->check->title : row->text, str_cstr(&text));
	str_fini(&text);
	return fx;
}

static unsigned
add_fix(struct health_screen *h)
{
	const struct health_row *row = focused(h);
	const struct check *c = row ? row->check : NULL;

	if (!c || !c->fix)
		return store_say(h->store, SAY_INFO, "%s: there is no command that mends it",
			       c ? c->title : "this") |
			FX_BELL;
	store_toggle_fix(h->store, c->title, c->detail, c->fix);
	return store_say(h->store, SAY_INFO, "%s the plan: %s",
		store_fix(h->store, c->fix) ? "in" : "taken out of", c->fix);
}

static unsigned
copy(struct health_screen *h)
{
	const struct health_row *row = focused(h);
	const struct check *c = row ? row->check : NULL;
	const char *text = c && c->fix ? c->fix : c && c->path ? c->path : row ? row->text : NULL;

	return text && *text ? store_copy(h->store, text, span_of(text)) : FX_BELL;
}

static unsigned
begin_typing(struct health_screen *h)
{
	h->is_typing = true;
	return FX_REDRAW;
}

static unsigned
health_key(struct screen_state *s, enum action_id act, int nth)
{
	struct health_screen *h = health_of(s);

	switch (act) {
	case ACT_OPEN: return open_row(h);
	case ACT_ADD_FIX: return add_fix(h);
	case ACT_SET_UP: return FX_GO_SETUP;
	case ACT_COPY: return copy(h);
	case ACT_FILTER: return begin_typing(h);
	case ACT_BACK: return h->filter.text.len ? filter(h, "") : FX_DONE;
	case ACT_PROBE_MARKED: return FX_PROBE_MARKED;
	case ACT_REFRESH: return FX_EXAMINE;
	default: return list_key(&h->list, act) ? moved(h) : 0;
	}
}

static bool
health_acts(struct screen_state *s, enum action_id act)
{
	struct health_screen *h = health_of(s);
	const struct health_row *row = focused(h);

	switch (act) {
	case ACT_ADD_FIX: return row && row->check && row->check->fix;
	case ACT_PROBE_MARKED: return choice_target_count(h->store->choice) > 0;
	case ACT_OPEN:
	case ACT_COPY: return row != NULL;
	default: return true;
	}
}

static struct input *
health_input(struct screen_state *s)
{
	struct health_screen *h = health_of(s);

	return h->is_typing ? &h->filter : NULL;
}

static unsigned
health_typed(struct screen_state *s, enum input_change change)
{
	struct health_screen *h = health_of(s);

	h->is_typing = change == INPUT_CHANGED || change == INPUT_IGNORED;
	if (change == INPUT_CANCELLED)
		return filter(h, "");
	make_rows(h);
	return FX_REDRAW;
}

static unsigned
health_mouse(struct screen_state *s, const struct term_event *event)
{
	struct health_screen *h = health_of(s);
	size_t row = h->list.top + (size_t)(event->row - h->list.at);

	if (event->mouse == TERM_MOUSE_RELEASE)
		return FX_DONE;
	if (place_has(&h->pane, event)) {
		h->side_top += event->mouse == TERM_MOUSE_WHEEL_UP ? -WHEEL_ROWS
			: event->mouse == TERM_MOUSE_WHEEL_DOWN    ? WHEEL_ROWS
								   : 0;
		return FX_REDRAW;
	}
	if (!place_has(&h->body, event) || !list_mouse(&h->list, event))
		return FX_DONE;
	moved(h);
	return event->mouse == TERM_MOUSE_DOUBLE && row == h->list.focus ? open_row(h) : FX_REDRAW;
}

/* --- drawing --- */

static const char *
nothing_to_show(const struct health_screen *h)
{
	if (!h->store->checks)
		return "the machine is being looked at";
	return h->rows.all ? "nothing matches; Esc shows all" : "there is nothing to say";
}

static struct area
draw_filter(struct health_screen *h, struct area a)
{
	struct str line = STR_INIT;

	if (!h->filter.text.len || a.rows < 3)
		return a;
	str_appendf(&line, "/%s  %zu of %zu, Esc shows all", input_text(&h->filter), h->rows.shown,
		h->rows.all);
	area_text_cut(a, 0, 1, a.cols - 2, ROLE_INPUT, str_span(&line));
	str_fini(&line);
	return area_part(a, 1, 0, -1, -1);
}

/* What is wrong with the focused check is on screen with it. */
static void
fit(struct health_screen *h, struct area a)
{
	size_t last;

	list_fit(&h->list, a);
	if (!h->list.count || a.rows < 1)
		return;
	last = h->list.focus + health_list_tail(&h->rows, h->list.focus);
	if (last >= h->list.top + (size_t)a.rows)
		h->list.top = last - (size_t)a.rows + 1;
	if (h->list.top > h->list.focus)
		h->list.top = h->list.focus;
	if (h->list.top == 1)
		h->list.top = 0; /* the first heading */
}

static void
draw_list(struct health_screen *h, struct area a)
{
	size_t count = h->rows.rows.len;

	h->body = a = draw_filter(h, a);
	fit(h, a);
	for (int i = 0; i < a.rows && h->list.top + (size_t)i < count; i++)
		health_row_draw(area_part(a, i, 0, 1, a.cols - 1),
			&h->rows.rows.items[h->list.top + (size_t)i], h->store);
	if (!count) {
		area_text_cut(a, 1, 3, a.cols - 4, ROLE_DIM, span_of(nothing_to_show(h)));
		return;
	}
	if (h->list.top > 0)
		area_puts(a, 0, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_UP));
	if (h->list.top + (size_t)a.rows < count)
		area_puts(a, a.rows - 1, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_DOWN));
	if (a.rows > 0) {
		int row = (int)(h->list.focus - h->list.top);
		area_puts(a, row, 0, ROLE_CURSOR, glyph(a.canvas, GLYPH_CURSOR));
		area_highlight(a, row, 0, a.cols - 1, ROLE_CURSOR, 0);
		area_cursor(a, row, 0);
	}
}

static void
draw_side(struct health_screen *h, struct area a)
{
	const struct health_row *row = focused(h);
	struct area room = area_part(a, 2, 1, -1, a.cols - 2);
	int lines = wrap_count(str_cstr(&h->side), room.cols);

	h->pane = a;
	if (!row)
		return;
	area_text_cut(a, 0, 1, a.cols - 2, ROLE_TITLE,
		span_of(row->check ? row->check->title : row->text));
	if (h->side_top > lines - room.rows)
		h->side_top = lines - room.rows;
	if (h->side_top < 0)
		h->side_top = 0;
	wrap_draw(room, ROLE_TEXT, str_cstr(&h->side), h->side_top);
}

static void
health_draw(struct screen_state *s, struct area a)
{
	struct health_screen *h = health_of(s);
	struct split split = { .main = a };

	h->pane = (struct area){ 0 };
	if (a.cols >= SIDE_COLS_LEAST)
		split = layout_split(a, 0, a.cols * 2 / 5);
	draw_list(h, split.main);
	if (split.has_side)
		draw_side(h, split.side);
}

static void
health_corner(struct screen_state *s, struct area a)
{
	const struct store *store = health_of(s)->store;
	size_t states[CHECK_ASKING + 1] = { 0 };
	struct str text = STR_INIT;

	for (size_t i = 0; i < store->check_count; i++)
		states[store->checks[i].state]++;
	if (store->examining)
		str_appendf(&text, "asking %zu", states[CHECK_ASKING]);
	else if (store->checks && !states[CHECK_FAIL] && !states[CHECK_WARN])
		str_append(&text, "all is well");
	else if (store->checks)
		str_appendf(&text, "%zu failed, %zu warning%s", states[CHECK_FAIL],
			states[CHECK_WARN], states[CHECK_WARN] == 1 ? "" : "s");
	if (store->fixes.len)
		str_appendf(&text, ", %zu in the plan", store->fixes.len);
	str_append_char(&text, ' ');
	if (text.len > (size_t)a.cols && !store->examining && store->checks) {
		str_clear(&text);
		str_appendf(&text, "%s %zu  %s %zu ", glyph(a.canvas, GLYPH_FAIL),
			states[CHECK_FAIL], glyph(a.canvas, GLYPH_WARN), states[CHECK_WARN]);
	}
	if (utf8_columns(str_span(&text)) <= (size_t)a.cols)
		area_text_right(a, 0, a.cols, ROLE_DIM, str_cstr(&text));
	str_fini(&text);
}

const struct screen screen_health = {
	.id = SCREEN_HEALTH,
	.title = "Health",
	.open = health_open,
	.close = health_close,
	.update = health_update,
	.key = health_key,
	.draw = health_draw,
	.mouse = health_mouse,
	.input = health_input,
	.typed = health_typed,
	.acts = health_acts,
	.corner = health_corner,
};
