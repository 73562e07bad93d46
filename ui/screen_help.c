/* Help: every key of the screen below, from the action table and the keymap; `/` searches. */
#include <stdlib.h>
#include "base/alloc.h"
#include "text/fuzzy.h"
#include "ui/keys.h"
#include "ui/layout.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "ui/widget_table.h"

#define HELP_COLS 96
#define FRAME_ROWS 3 /* frame and the line of the filter */

enum section { OF_SCREEN, OF_ALL, OF_TYPING, SECTION_COUNT };

static const char *const section_titles[SECTION_COUNT] = { "Here", "Everywhere", "While typing" };

struct help_row {
	enum section section;
	const struct action *action; /* NULL: the section's title */
};

struct help {
	struct store *store;
	VEC(struct help_row) rows;
	struct table table;
	struct input filter;
	bool is_typing;
};

static const struct table_column columns[] = {
	{ .title = "key", .min = 8, .want = 18 },
	{ .title = "action", .min = 16, .want = 16, .rank = 1 },
	{ .title = "does", .min = 50, .want = 0 },
};

static unsigned
section_where(const struct help *h, enum section section)
{
	return section == OF_TYPING ? (unsigned)ON_TYPING : 1u << h->store->screen;
}

static enum section
section_of(const struct action *action)
{
	if ((action->screens & ON_ALL) == ON_TYPING)
		return OF_TYPING;
	return (action->screens & ON_SCREENS) == ON_SCREENS ? OF_ALL : OF_SCREEN;
}

static bool
is_there(const struct help *h, const struct action *action)
{
	enum screen_id shows = action_shows(action->id);

	return !shows || h->store->tabs & 1u << shows;
}

/* The filter looks at keys, name and description alike. */
static bool
is_wanted(const struct help *h, const struct action *action, const struct str *keys)
{
	struct str all = STR_INIT;

	str_appendf(&all, "%s %s %s", str_cstr(keys), action->name, action->what);
	bool ok = fuzzy_match(input_text(&h->filter), str_cstr(&all), NULL);
	str_fini(&all);
	return ok;
}

static void
add_section(struct help *h, enum section section)
{
	struct str keys = STR_INIT;
	bool has_title = false;

	for (int id = 1; id < ACT_COUNT; id++) {
		const struct action *action = action_get((enum action_id)id);
		if (section_of(action) != section || !is_there(h, action))
			continue;
		str_clear(&keys);
		keymap_shown(h->store->keymap, section_where(h, section), action->id, true, &keys);
		if (!keys.len || !is_wanted(h, action, &keys))
			continue;
		if (!has_title)
			vec_push(&h->rows, ((struct help_row){ section, NULL }));
		has_title = true;
		vec_push(&h->rows, ((struct help_row){ section, action }));
	}
	str_fini(&keys);
}

static void
collect(struct help *h)
{
	vec_clear(&h->rows);
	for (int section = 0; section < SECTION_COUNT; section++)
		add_section(h, (enum section)section);
	list_set_count(&h->table.list, h->rows.len);
}

static bool
is_title(void *arg, size_t row)
{
	const struct help *h = arg;

	return !h->rows.items[row].action;
}

static void *
help_open(struct store *store)
{
	struct help *h = xcalloc(1, sizeof(*h));

	h->store = store;
	h->table = (struct table){ .columns = columns, .column_count = 3, .no_head = true };
	h->table.list.skip = is_title;
	h->table.list.arg = h;
	collect(h);
	return h;
}

static void
help_close(struct screen_state *s)
{
	struct help *h = s->own;

	vec_fini(&h->rows);
	input_fini(&h->filter);
	free(h);
}

static unsigned
help_key(struct screen_state *s, enum action_id act, int nth)
{
	struct help *h = s->own;

	switch (act) {
	case ACT_FILTER: h->is_typing = true; return FX_REDRAW;
	case ACT_BACK:
	case ACT_OPEN:
	case ACT_QUIT:
	case ACT_HELP: return FX_CLOSE;
	default: return list_key(&h->table.list, act) ? FX_REDRAW : 0;
	}
}

static unsigned
help_typed(struct screen_state *s, enum input_change change)
{
	struct help *h = s->own;

	if (change == INPUT_CANCELLED)
		input_set(&h->filter, "");
	if (change != INPUT_CHANGED)
		h->is_typing = false;
	collect(h);
	return FX_REDRAW;
}

static struct input *
help_input(struct screen_state *s)
{
	struct help *h = s->own;

	return h->is_typing ? &h->filter : NULL;
}

static unsigned
help_mouse(struct screen_state *s, const struct term_event *event)
{
	struct help *h = s->own;

	return list_mouse(&h->table.list, event) ? FX_REDRAW : FX_DONE;
}

static void
draw_cell(void *arg, size_t row, size_t column, struct area a)
{
	const struct help *h = arg;
	const struct help_row *r = &h->rows.items[row];
	struct str keys = STR_INIT;

	switch (column) {
	case 0:
		keymap_shown(
			h->store->keymap, section_where(h, r->section), r->action->id, true, &keys);
		area_text_cut(a, 0, 0, a.cols, ROLE_KEY, str_span(&keys));
		break;
	case 1: area_text_cut(a, 0, 0, a.cols, ROLE_DIM, span_of(r->action->name)); break;
	default: area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, span_of(r->action->what)); break;
	}
	str_fini(&keys);
}

static const char *
heading(void *arg, size_t row)
{
	const struct help *h = arg;

	return is_title(arg, row) ? section_titles[h->rows.items[row].section] : NULL;
}

/* What is filtered for, and the keys that do and end it. */
static void
draw_foot(const struct help *h, struct area a)
{
	const char *filter = input_text(&h->filter);
	struct str text = STR_INIT;

	keymap_shown(h->store->keymap, ON_HELP, ACT_FILTER, false, &text);
	str_appendf(&text, " filter%s%s  ", *filter ? ": " : "", filter);
	keymap_shown(h->store->keymap, ON_HELP, ACT_BACK, false, &text);
	str_append(&text, " close");
	area_text_cut(a, 0, 0, a.cols, ROLE_DIM, str_span(&text));
	str_fini(&text);
}

static void
help_draw(struct screen_state *s, struct area a)
{
	struct help *h = s->own;
	struct table_rows rows = { draw_cell, heading, h };
	struct area box = layout_center(a, (int)h->rows.len + FRAME_ROWS, HELP_COLS);
	struct area in = area_box(box, ROLE_BORDER_FOCUS, "Keys", ROLE_TITLE);
	struct area foot = area_part(in, in.rows - 1, 1, 1, in.cols - 2);

	table_draw(&h->table, area_part(in, 0, 1, in.rows - 1, in.cols - 2), &rows, true);
	if (h->is_typing)
		input_draw(&h->filter, foot);
	else
		draw_foot(h, foot);
}

const struct screen screen_help = {
	.id = SCREEN_HELP,
	.title = "Keys",
	.open = help_open,
	.close = help_close,
	.key = help_key,
	.draw = help_draw,
	.mouse = help_mouse,
	.input = help_input,
	.typed = help_typed,
};
