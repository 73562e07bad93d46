/* Parts: which of the workspace's packages, programs and examples are built, and with which features;
 * what is marked is kept in xtui.toml.
 *
 * Rows are copied when it opens: a survey may be replaced below it. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/count.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "ui/layout.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_table.h"

#define PARTS_COLS 66
#define HEAD_ROWS 2
#define MARK_COLS 4 /* "[x] " */
#define INDENT 2

#define NO_LIST CHOICE_LIST_COUNT

struct part {
	const char *name; /* as the choice has it */
	const char *what; /* "program" */
	const char *package;
	enum choice_list list;
	bool is_below; /* a package */
};

struct parts {
	struct store *store;
	struct arena arena;
	VEC(struct part) items;
	const char *usual; /* what is built when nothing is marked */
	struct table table;
};

static const struct table_column columns[] = {
	{ .title = "part", .min = 20, .want = 0 },
	{ .title = "what", .min = 8, .want = 22, .rank = 1 },
};

/* ---- rows ---- */

static void
add(struct parts *p, const struct package *of, const char *name, const char *what,
	enum choice_list list)
{
	vec_push(&p->items,
		((struct part){ arena_strdup(&p->arena, name), what,
			arena_strdup(&p->arena, of->name), list, list != CHOICE_PACKAGES }));
}

/* What a crate type is to people, and where it is marked; libraries are built with their package. */
static void
add_target(struct parts *p, const struct package *of, const struct crate_target *t)
{
	static const struct {
		const char *kind, *what;
		enum choice_list list;
	} kinds[] = {
		{ "bin", "program", CHOICE_BINS },
		{ "example", "example", CHOICE_EXAMPLES },
		{ "cdylib", "C shared library", NO_LIST },
		{ "staticlib", "C static library", NO_LIST },
		{ "dylib", "Rust shared library", NO_LIST },
		{ "proc-macro", "proc macro", NO_LIST },
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (text_is(kinds[i].kind, t->kind))
			add(p, of, t->name, kinds[i].what, kinds[i].list);
}

static void
add_package(struct parts *p, const struct package *package)
{
	add(p, package, package->name, package->is_default ? "package, a default one" : "package",
		CHOICE_PACKAGES);
	for (size_t i = 0; i < package->target_count; i++)
		add_target(p, package, &package->targets[i]);
	for (size_t i = 0; i < package->feature_count; i++)
		add(p, package,
			arena_printf(&p->arena, "%s/%s", package->name, package->features[i]),
			"feature", CHOICE_FEATURES);
}

static void
collect(struct parts *p, const struct workspace *ws)
{
	for (size_t i = 0; ws && i < ws->package_count; i++) {
		const struct package *package = &ws->packages[i];

		add_package(p, package);
		if (package->is_default)
			p->usual = p->usual
				? arena_printf(&p->arena, "%s, %s", p->usual, package->name)
				: arena_strdup(&p->arena, package->name);
	}
	list_set_count(&p->table.list, p->items.len);
}

static bool
is_marked(const struct parts *p, const struct part *part)
{
	return part->list != NO_LIST && choice_list_has(p->store->choice, part->list, part->name);
}

static bool
any_marked(const struct parts *p)
{
	return choice_list_count(p->store->choice, CHOICE_PACKAGES) ||
		choice_list_count(p->store->choice, CHOICE_BINS) ||
		choice_list_count(p->store->choice, CHOICE_EXAMPLES);
}

/* ---- the screen ---- */

static void *
parts_open(struct store *store)
{
	struct parts *p = xcalloc(1, sizeof(*p));

	p->store = store;
	p->table = (struct table){ .columns = columns, .column_count = 2, .no_head = true };
	collect(p, store->survey->workspace);
	return p;
}

static void
parts_close(struct screen_state *s)
{
	struct parts *p = s->own;

	vec_fini(&p->items);
	arena_fini(&p->arena);
	free(p);
}

/* cargo looks for a program in the packages it is told of, else in the default ones alone. */
static void
mark(struct parts *p, const struct part *part, bool marked)
{
	bool is_in_package = part->list == CHOICE_BINS || part->list == CHOICE_EXAMPLES;

	choice_list_mark(p->store->choice, part->list, part->name, marked);
	if (marked && is_in_package)
		choice_list_mark(p->store->choice, CHOICE_PACKAGES, part->package, true);
}

static unsigned
toggle(struct parts *p)
{
	const struct part *part;

	if (!p->items.len)
		return FX_BELL;
	part = &p->items.items[p->table.list.focus];
	if (part->list == NO_LIST)
		return store_say(p->store, SAY_INFO, "%s is built with its package", part->name);
	mark(p, part, !is_marked(p, part));
	return FX_SAVE_CHOICE | FX_REDRAW;
}

static unsigned
parts_key(struct screen_state *s, enum action_id act, int nth)
{
	struct parts *p = s->own;

	switch (act) {
	case ACT_MARK:
	case ACT_OPEN: return toggle(p);
	case ACT_PARTS:
	case ACT_QUIT:
	case ACT_BACK: return FX_CLOSE;
	default: return list_key(&p->table.list, act) ? FX_REDRAW : 0;
	}
}

static unsigned
parts_mouse(struct screen_state *s, const struct term_event *event)
{
	struct parts *p = s->own;

	if (event->mouse == TERM_MOUSE_DOUBLE)
		return toggle(p);
	return list_mouse(&p->table.list, event) ? FX_REDRAW : FX_DONE;
}

static void
draw_cell(void *arg, size_t row, size_t column, struct area a)
{
	const struct parts *p = arg;
	const struct part *part = &p->items.items[row];
	bool marked = is_marked(p, part);
	int at = part->is_below ? INDENT : 0;

	if (column == 1) {
		area_text_cut(a, 0, 0, a.cols, ROLE_DIM, span_of(part->what));
		return;
	}
	if (part->list != NO_LIST)
		area_puts(a, 0, at, marked ? ROLE_MARK : ROLE_DIM, marked ? "[x]" : "[ ]");
	area_text_cut(a, 0, at + MARK_COLS, a.cols - at - MARK_COLS,
		part->list == NO_LIST ? ROLE_DIM : ROLE_TEXT, span_of(part->name));
}

static void
draw_head(const struct parts *p, struct area a)
{
	struct str text = STR_INIT;

	if (!p->items.len)
		str_append(&text, "no packages are known here");
	else if (any_marked(p))
		str_append(&text, "only what is marked is built");
	else
		str_appendf(&text, "nothing is marked: cargo's default, %s",
			p->usual ? p->usual : "all packages");
	area_text_cut(a, 0, 0, a.cols, ROLE_DIM, str_span(&text));
	str_fini(&text);
}

static void
parts_draw(struct screen_state *s, struct area a)
{
	struct parts *p = s->own;
	struct table_rows rows = { .cell = draw_cell, .arg = p };
	int wanted = (int)p->items.len + HEAD_ROWS + 2;
	struct area in = area_box(layout_center(a, wanted, PARTS_COLS), ROLE_BORDER_FOCUS,
		"What is built", ROLE_TITLE);

	draw_head(p, area_part(in, 0, 1, 1, in.cols - 2));
	table_draw(&p->table, area_part(in, HEAD_ROWS, 1, -1, in.cols - 2), &rows, true);
}

static const char *
parts_label(struct screen_state *s, enum action_id act)
{
	return act == ACT_BACK ? "close" : NULL;
}

const struct screen screen_parts = {
	.id = SCREEN_PARTS,
	.title = "What is built",
	.open = parts_open,
	.close = parts_close,
	.key = parts_key,
	.draw = parts_draw,
	.mouse = parts_mouse,
	.label = parts_label,
};
