/* Palette: the actions that can be taken here, found by typing some of their letters. */
#include <stdlib.h>
#include "base/alloc.h"
#include "text/fuzzy.h"
#include "ui/keys.h"
#include "ui/layout.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "ui/widget_table.h"

#define PALETTE_COLS 86
#define PALETTE_ROWS 16 /* frame and input included */

struct found {
	const struct action *action;
	int score;
	size_t order; /* of the table: decides among equals */
};

struct palette {
	struct store *store;
	VEC(struct found) found; /* best first */
	struct table table;
	struct input input;
};

static const struct table_column columns[] = {
	{ .title = "does", .min = 50, .want = 0 },
	{ .title = "action", .min = 16, .want = 16, .rank = 2 },
	{ .title = "key", .min = 8, .want = 8, .rank = 1 },
};

/* Moving about and typing are nothing to look up. */
static bool
is_deed(const struct store *s, const struct action *action)
{
	enum screen_id shows = action_shows(action->id);

	if (!(action->screens & 1u << s->screen) || action->screens & ON_TYPING)
		return action->id == ACT_MOUSE || action->id == ACT_REDRAW ||
			action->id == ACT_SUSPEND;
	if (action->id == ACT_QUIT)
		return true;
	if (action->id == ACT_PALETTE || action->id == ACT_PANE || action->screens & ON_DIALOG)
		return false;
	return !shows || (s->tabs & 1u << shows && shows != s->screen);
}

static int
compare(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* The better of how its name and how its description match. */
static bool
match(const char *pattern, const struct action *action, int *score)
{
	int by_name, by_what;
	bool name = fuzzy_match(pattern, action->name, &by_name);
	bool what = fuzzy_match(pattern, action->what, &by_what);

	*score = !what || (name && by_name > by_what) ? by_name : by_what;
	return name || what;
}

static void
collect(struct palette *p)
{
	int score;

	vec_clear(&p->found);
	for (int id = 1; id < ACT_COUNT; id++) {
		const struct action *action = action_get((enum action_id)id);
		if (is_deed(p->store, action) && match(input_text(&p->input), action, &score))
			vec_push(&p->found, ((struct found){ action, score, (size_t)id }));
	}
	if (p->found.len)
		qsort(p->found.items, p->found.len, sizeof(*p->found.items), compare);
	list_set_count(&p->table.list, p->found.len);
	list_focus(&p->table.list, 0);
}

static void *
palette_open(struct store *store)
{
	struct palette *p = xcalloc(1, sizeof(*p));

	p->store = store;
	p->input.prompt = ": ";
	p->table = (struct table){ .columns = columns, .column_count = 3, .no_head = true };
	collect(p);
	return p;
}

static void
palette_close(struct screen_state *s)
{
	struct palette *p = s->own;

	vec_fini(&p->found);
	input_fini(&p->input);
	free(p);
}

static unsigned
take(struct palette *p)
{
	if (!p->found.len)
		return FX_BELL;
	p->store->request.action = p->found.items[p->table.list.focus].action->id;
	return FX_ACTION;
}

static unsigned
palette_key(struct screen_state *s, enum action_id act, int nth)
{
	struct palette *p = s->own;

	return list_key(&p->table.list, act) ? FX_REDRAW : 0;
}

static struct input *
palette_input(struct screen_state *s)
{
	struct palette *p = s->own;

	return &p->input;
}

static unsigned
palette_typed(struct screen_state *s, enum input_change change)
{
	struct palette *p = s->own;

	if (change == INPUT_CANCELLED)
		return FX_CLOSE;
	if (change == INPUT_ACCEPTED)
		return take(p);
	collect(p);
	return FX_REDRAW;
}

static unsigned
palette_mouse(struct screen_state *s, const struct term_event *event)
{
	struct palette *p = s->own;

	if (event->mouse == TERM_MOUSE_DOUBLE)
		return take(p);
	return list_mouse(&p->table.list, event) ? FX_REDRAW : FX_DONE;
}

static void
draw_cell(void *arg, size_t row, size_t column, struct area a)
{
	const struct palette *p = arg;
	const struct action *action = p->found.items[row].action;
	struct str keys = STR_INIT;

	switch (column) {
	case 0: area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, span_of(action->what)); break;
	case 1: area_text_cut(a, 0, 0, a.cols, ROLE_DIM, span_of(action->name)); break;
	default:
		keymap_shown(p->store->keymap, 1u << p->store->screen, action->id, false, &keys);
		area_text_cut(a, 0, 0, a.cols, ROLE_KEY, str_span(&keys));
	}
	str_fini(&keys);
}

static void
palette_draw(struct screen_state *s, struct area a)
{
	struct palette *p = s->own;
	struct table_rows rows = { .cell = draw_cell, .arg = p };
	struct area in = area_box(layout_center(a, PALETTE_ROWS, PALETTE_COLS), ROLE_BORDER_FOCUS,
		"Actions", ROLE_TITLE);

	table_draw(&p->table, area_part(in, 1, 1, -1, in.cols - 2), &rows, true);
	if (!p->found.len)
		area_puts(in, 1, 1, ROLE_DIM, "nothing is called that");
	input_draw(&p->input, area_part(in, 0, 1, 1, in.cols - 2));
}

const struct screen screen_palette = {
	.id = SCREEN_PALETTE,
	.title = "Actions",
	.open = palette_open,
	.close = palette_close,
	.key = palette_key,
	.draw = palette_draw,
	.mouse = palette_mouse,
	.input = palette_input,
	.typed = palette_typed,
};
