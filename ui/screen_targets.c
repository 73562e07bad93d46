/* Targets: what exists, what can be built here, what is marked.
 *
 * The table over (or beside) the card of the focused target; Enter gives the card the whole screen.
 * Where the last frame put things is kept for the mouse. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/str.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "ui/layout.h"
#include "ui/place.h"
#include "ui/screen.h"
#include "ui/targets_card.h"
#include "ui/targets_deeds.h"
#include "ui/targets_list.h"
#include "ui/targets_marks.h"
#include "ui/targets_table.h"
#include "ui/term.h"
#include "ui/widget_dialog.h"
#include "ui/widget_input.h"
#include "ui/widget_table.h"

#define CARD_ROWS_FULL 12 /* a card as high as this is wrapped, not cut */
#define LOW_ROWS 8        /* an area this low has no row of titles beside a line of its own */
#define NOTICE_ROWS 3     /* at the most, else it is cut */
#define WHEEL_ROWS 3

struct targets {
	struct store *store;
	struct targets_list rows;
	struct table table;
	struct input filter;
	bool is_typing; /* the filter */
	bool is_open;   /* the card has the whole screen */
	int card_top;   /* first line of the card on screen */
	struct targets_marks marks;
	struct str notice; /* what is wrong with project or toolchain, one line; empty: nothing */
	struct area body, card; /* where the rows and the card are */
};

static struct targets *
targets_of(struct screen_state *s)
{
	return s->own;
}

static long
focused(const struct targets *t)
{
	return targets_list_at(&t->rows, &t->table.list);
}

static const char *
focused_triple(const struct targets *t)
{
	return t->store->survey->targets->items[focused(t)].triple;
}

static bool
skip_heading(void *arg, size_t row)
{
	return targets_list_is_heading(arg, row);
}

/* --- facts --- */

static void
notice_err(struct str *out, const struct err *err)
{
	str_append(out, err->message);
	if (*err->remedy)
		str_appendf(out, "; try: %s", err->remedy);
}

/* A marked target that the toolchain does not know, or NULL. */
static const char *
unknown_mark(const struct store *s)
{
	for (size_t i = 0; i < choice_target_count(s->choice); i++)
		if (survey_find(s->survey, choice_target(s->choice, i)) < 0)
			return choice_target(s->choice, i);
	return NULL;
}

static void
notice_unknown(struct str *out, const struct survey *s, const char *triple)
{
	struct err err = ERR_INIT;

	targets_err_unknown(s->targets, triple, &err);
	err_prefix(&err, "xtui.toml");
	notice_err(out, &err);
}

static void
make_notice(struct targets *t)
{
	const struct survey *s = t->store->survey;
	const char *unknown = unknown_mark(t->store);

	str_clear(&t->notice);
	if (!s->toolchain && s->toolchain_err.kind != ERR_NONE)
		notice_err(&t->notice, &s->toolchain_err);
	else if (!s->workspace && s->workspace_err.kind != ERR_NONE)
		notice_err(&t->notice, &s->workspace_err);
	else if (!t->store->choice_is_kept && s->workspace)
		str_append(&t->notice, "xtui.toml cannot be read: marks are not kept");
	else if (!s->conf && s->conf_err.kind != ERR_NONE)
		notice_err(&t->notice, &s->conf_err);
	else if (unknown && !s->quick)
		notice_unknown(&t->notice, s, unknown);
}

static void
make_rows(struct targets *t)
{
	targets_list_set_filter(&t->rows, input_text(&t->filter));
	targets_list_make(&t->rows, &t->table.list, t->store->survey);
}

static void
targets_update(struct screen_state *s, unsigned changed)
{
	struct targets *t = targets_of(s);

	if (changed & (STORE_SURVEY | STORE_PROBES))
		make_rows(t);
	if (changed & (STORE_SURVEY | STORE_CHOICE)) {
		make_notice(t);
		targets_marks_update(&t->marks, t->store);
	}
}

static void *
targets_open(struct store *store)
{
	struct targets *t = xcalloc(1, sizeof(*t));

	t->store = store;
	targets_list_init(&t->rows);
	t->table.list.skip = skip_heading;
	t->table.list.arg = &t->rows;
	make_rows(t);
	make_notice(t);
	targets_marks_update(&t->marks, store);
	return t;
}

static void
targets_close(struct screen_state *s)
{
	struct targets *t = targets_of(s);

	targets_marks_fini(&t->marks);
	str_fini(&t->notice);
	input_fini(&t->filter);
	targets_list_fini(&t->rows);
	free(t);
}

static unsigned
build(struct targets *t)
{
	if (!choice_target_count(t->store->choice))
		return store_say(t->store, SAY_WARN, "no target is marked") | FX_BELL;
	return FX_BUILD;
}

/* --- moving about --- */

static unsigned
scroll_card(struct targets *t, enum action_id act)
{
	int page = t->card.rows > 1 ? t->card.rows - 1 : 1;

	switch (act) {
	case ACT_UP: t->card_top--; break;
	case ACT_DOWN: t->card_top++; break;
	case ACT_PAGE_UP: t->card_top -= page; break;
	case ACT_PAGE_DOWN: t->card_top += page; break;
	case ACT_TOP: t->card_top = 0; break;
	case ACT_BOTTOM: t->card_top = INT16_MAX; break; /* drawing keeps it within the card */
	default: return 0;
	}
	return FX_REDRAW;
}

static unsigned
cursor_moved(struct targets *t)
{
	targets_list_moved(&t->rows, &t->table.list);
	t->card_top = 0;
	return FX_REDRAW;
}

static unsigned
move_cursor(struct targets *t, enum action_id act)
{
	if (!list_key(&t->table.list, act))
		return 0;
	return cursor_moved(t);
}

static unsigned
move(struct targets *t, enum action_id act)
{
	if (!t->is_open)
		return move_cursor(t, act);
	if (act == ACT_NEXT || act == ACT_RIGHT)
		return move_cursor(t, ACT_DOWN);
	if (act == ACT_PREVIOUS || act == ACT_LEFT)
		return move_cursor(t, ACT_UP);
	return scroll_card(t, act);
}

static unsigned
open_card(struct targets *t, bool open)
{
	t->is_open = open;
	t->card_top = 0;
	return FX_REDRAW;
}

static unsigned
filter(struct targets *t, const char *text)
{
	input_set(&t->filter, text);
	make_rows(t);
	t->card_top = 0;
	return FX_REDRAW;
}

static unsigned
back(struct targets *t)
{
	if (t->is_open)
		return open_card(t, false);
	return t->filter.text.len ? filter(t, "") : FX_DONE;
}

static unsigned
begin_typing(struct targets *t)
{
	t->is_typing = true;
	t->is_open = false;
	return FX_REDRAW;
}

static unsigned
next_group(struct targets *t)
{
	t->rows.group = (t->rows.group + 1) % GROUP_COUNT;
	make_rows(t);
	return store_say(t->store, SAY_INFO, "%s", targets_group_name(t->rows.group));
}

/* --- keys --- */

static bool
wants_target(enum action_id act)
{
	return act == ACT_MARK || act == ACT_PROBE || act == ACT_BACKEND || act == ACT_COPY ||
		act == ACT_OPEN;
}

static unsigned
targets_key(struct screen_state *s, enum action_id act, int nth)
{
	struct targets *t = targets_of(s);

	if (wants_target(act) && focused(t) < 0)
		return FX_BELL;
	switch (act) {
	case ACT_MARK: return targets_marks_toggle(&t->marks, t->store, focused_triple(t));
	case ACT_MARK_SAVED: return targets_marks_restore(&t->marks, t->store);
	case ACT_BUILD: return build(t);
	case ACT_PROBE: return target_probe(t->store, (size_t)focused(t));
	case ACT_PROBE_MARKED: return FX_PROBE_MARKED;
	case ACT_SET_UP: return target_set_up(t->store, focused(t));
	case ACT_BACKEND: return target_next_backend(t->store, (size_t)focused(t));
	case ACT_COPY: return target_copy(t->store, (size_t)focused(t));
	case ACT_OPEN: return open_card(t, !t->is_open);
	case ACT_BACK: return back(t);
	case ACT_FILTER: return begin_typing(t);
	case ACT_GROUP: return next_group(t);
	case ACT_REFRESH: return FX_SURVEY;
	default: return move(t, act);
	}
}

static bool
targets_acts(struct screen_state *s, enum action_id act)
{
	struct targets *t = targets_of(s);

	if (act == ACT_BUILD)
		return choice_target_count(t->store->choice) > 0;
	if (act == ACT_FILTER || act == ACT_GROUP)
		return !t->is_open;
	return !wants_target(act) || focused(t) >= 0;
}

static struct input *
targets_input(struct screen_state *s)
{
	struct targets *t = targets_of(s);

	return t->is_typing ? &t->filter : NULL;
}

static unsigned
targets_typed(struct screen_state *s, enum input_change change)
{
	struct targets *t = targets_of(s);

	t->is_typing = change == INPUT_CHANGED || change == INPUT_IGNORED;
	if (change == INPUT_CANCELLED)
		return filter(t, "");
	make_rows(t);
	t->card_top = 0;
	return FX_REDRAW;
}

static unsigned
card_mouse(struct targets *t, const struct term_event *event)
{
	if (event->mouse == TERM_MOUSE_WHEEL_UP)
		t->card_top -= WHEEL_ROWS;
	else if (event->mouse == TERM_MOUSE_WHEEL_DOWN)
		t->card_top += WHEEL_ROWS;
	else if (event->mouse == TERM_MOUSE_DOUBLE)
		return open_card(t, !t->is_open);
	return FX_REDRAW;
}

static unsigned
targets_mouse(struct screen_state *s, const struct term_event *event)
{
	struct targets *t = targets_of(s);
	struct list *list = &t->table.list;
	size_t row = list->top + (size_t)(event->row - list->at);

	if (event->mouse == TERM_MOUSE_RELEASE)
		return FX_DONE;
	if (place_has(&t->card, event))
		return card_mouse(t, event);
	if (!place_has(&t->body, event))
		return FX_DONE;
	bool moved = list_mouse(list, event);
	if (event->mouse == TERM_MOUSE_DOUBLE && row == list->focus)
		return cursor_moved(t) | open_card(t, true);
	return moved ? cursor_moved(t) : FX_DONE;
}

/* --- drawing --- */

static void
draw_card(struct targets *t, struct area a, enum card_form form)
{
	struct area room = area_part(a, 0, 0, -1, a.cols > 1 ? a.cols - 1 : a.cols);
	size_t target = (size_t)focused(t);
	int lines = card_draw(area_part(room, 0, 0, 0, -1), t->store, target, form, 0);

	if (t->card_top > lines - a.rows)
		t->card_top = lines - a.rows;
	if (t->card_top < 0)
		t->card_top = 0;
	card_draw(room, t->store, target, form, t->card_top);
	if (t->card_top > 0)
		area_puts(a, 0, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_UP));
	if (t->card_top + a.rows < lines)
		area_puts(a, a.rows - 1, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_DOWN));
}

/* A line on top, when there is something to say; the rest comes back. */
static struct area
draw_line(struct area a, enum role role, const char *text)
{
	if (!*text || a.rows < 3)
		return a;
	area_text_cut(a, 0, 1, a.cols - 2, role, span_of(text));
	return area_part(a, 1, 0, -1, -1);
}

/* What is wrong, with what to try at its end: in as many lines as that takes, where there is room. */
static struct area
draw_notice(struct targets *t, struct area a)
{
	int cols = a.cols - 4, rows = wrap_count(str_cstr(&t->notice), cols);

	if (!t->notice.len || a.rows < 3)
		return a;
	if (rows > NOTICE_ROWS || a.rows < LOW_ROWS)
		rows = 1;
	area_puts(a, 0, 1, ROLE_WARN, glyph(a.canvas, GLYPH_WARN));
	if (rows == 1)
		area_text_cut(a, 0, 3, cols, ROLE_WARN, str_span(&t->notice));
	else
		wrap_draw(area_part(a, 0, 3, rows, cols), ROLE_WARN, str_cstr(&t->notice), 0);
	return area_part(a, rows, 0, -1, -1);
}

static struct area
draw_filter(struct targets *t, struct area a)
{
	struct str line = STR_INIT;

	if (t->filter.text.len)
		str_appendf(&line, "/%s  %zu of %zu, Esc shows all", input_text(&t->filter),
			t->rows.shown, t->store->survey->targets->len);
	a = draw_line(a, ROLE_INPUT, str_cstr(&line));
	str_fini(&line);
	return a;
}

static void
draw_table(struct targets *t, struct area a)
{
	bool has_line = t->filter.text.len > 0 || t->notice.len > 0;

	a = draw_filter(t, a);
	t->table.no_head = has_line && a.rows < LOW_ROWS;
	t->body = area_part(a, !t->table.no_head, 0, -1, -1);
	if (t->rows.shown)
		targets_table_draw(&t->table, a, t->store, &t->rows);
	else
		area_text_cut(
			a, 1, 3, a.cols - 4, ROLE_DIM, SPAN("no target matches; Esc shows all"));
}

/* What the card wants: beside the table, enough for its sentences; below it, two fifths. */
static struct split
lay_out(struct area a)
{
	int side_cols = a.cols * 9 / 20;

	if (a.cols < 130)
		return layout_split(a, a.rows * 2 / 5, a.cols);
	return layout_split(a, 0, side_cols < a.cols - 81 ? side_cols : a.cols - 81);
}

static void
targets_draw(struct screen_state *s, struct area screen)
{
	struct targets *t = targets_of(s);
	struct area a = draw_notice(t, screen);

	t->body = t->card = (struct area){ 0 };
	if (t->is_open && focused(t) >= 0) {
		t->card = a;
		draw_card(t, a, CARD_FULL);
		return;
	}
	struct split split = lay_out(a);
	draw_table(t, split.main);
	if (!split.has_side || focused(t) < 0)
		return;
	t->card = split.side;
	draw_card(t, split.side,
		split.beside || split.side.rows >= CARD_ROWS_FULL ? CARD_FULL : CARD_SHORT);
}

static void
targets_corner(struct screen_state *s, struct area a)
{
	const struct survey *survey = targets_of(s)->store->survey;
	size_t ready = survey_count(survey, READY), likely = survey_count(survey, LIKELY);
	struct str text = STR_INIT;

	str_appendf(&text, "%zu ready, %zu likely of %zu ", ready, likely, survey->targets->len);
	if (text.len > (size_t)a.cols) {
		str_clear(&text);
		str_appendf(&text, "%zu ready of %zu ", ready, survey->targets->len);
	}
	if (text.len <= (size_t)a.cols)
		area_text_right(a, 0, a.cols, ROLE_DIM, str_cstr(&text));
	str_fini(&text);
}

const struct screen screen_targets = {
	.id = SCREEN_TARGETS,
	.title = "Targets",
	.open = targets_open,
	.close = targets_close,
	.update = targets_update,
	.key = targets_key,
	.draw = targets_draw,
	.mouse = targets_mouse,
	.input = targets_input,
	.typed = targets_typed,
	.acts = targets_acts,
	.corner = targets_corner,
};
