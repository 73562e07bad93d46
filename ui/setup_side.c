/* What is to be reached and on what machine; and the goals, where nothing is chosen yet. */
#include "base/utf8.h"
#include "host/packages.h"
#include "host/platform.h"
#include "plan/plan.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "ui/setup_state.h"
#include "ui/targets_table.h"
#include "ui/widget_dialog.h"

#define SHORT_COLS 60 /* with fewer only the most needed is shown */

bool
setup_shows_goals(const struct setup_screen *v)
{
	const struct setup *s = v->store->setup;

	return v->wants_goals || (s && s->stage == SETUP_NOTHING);
}

static const char *
root_text(enum root_way way)
{
	static const char *const texts[] = {
		[ROOT_SELF] = "root",
		[ROOT_SUDO] = "sudo",
		[ROOT_DOAS] = "doas",
		[ROOT_NONE] = "no root, no sudo",
	};

	return texts[way];
}

static void
append_machine(const struct setup *s, const char *name, struct str *out)
{
	const char *manager = packages_manager_name(s->packages);

	str_appendf(out, "%s%s%s, %s", name, *name ? ", " : "",
		*manager ? manager : "no package manager", root_text(s->root));
}

static void
append_reach(const struct setup *s, struct str *out)
{
	for (size_t i = 0; i < s->reach_count; i++) {
		str_appendf(out, "%s%s", i ? ", " : "", s->reach[i].triple);
		if (s->reach[i].backend)
			str_appendf(out, " (%s)", s->reach[i].backend);
	}
	if (!s->reach_count)
		str_append(out, "what Health wants");
}

static const char *
machine_name(const struct setup_screen *v)
{
	return v->store->platform ? v->store->platform->pretty : "";
}

/* The machine in full where both have room; and in short where what is reached can be read still. */
void
setup_head_draw(const struct setup_screen *v, struct area a)
{
	const struct setup *s = v->store->setup;
	struct str left = STR_INIT, right = STR_INIT;
	int end = a.cols - 1;

	if (!s || s->stage != SETUP_MADE)
		return;
	str_append(&left, s->origin ? "Wanted by the project: " : "Reach: ");
	append_reach(s, &left);
	append_machine(s, machine_name(v), &right);
	if ((int)(utf8_columns(str_span(&left)) + utf8_columns(str_span(&right))) + 4 > a.cols) {
		str_clear(&right);
		append_machine(s, "", &right);
	}
	if (a.cols >= SHORT_COLS)
		end = area_text_right(a, 0, end, ROLE_DIM, str_cstr(&right)) - 2;
	area_text_cut(a, 0, 1, end - 1, ROLE_HEADING, str_span(&left));
	str_fini(&left);
	str_fini(&right);
}

/* ---- with room ---- */

static int
draw_target(const struct setup_screen *v, const struct reach *reach, struct area a, int row)
{
	const struct store *store = v->store;
	long at = survey_find(store->survey, reach->triple);
	const char *backend = reach->backend;
	struct target_word word;

	area_text_cut(a, row, 1, a.cols - 2, ROLE_TEXT, span_of(reach->triple));
	if (at < 0)
		return row + 1;
	if (!backend)
		backend = store->survey->states[at].backend;
	word = targets_state(store, (size_t)at);
	int col = area_puts(a, row + 1, 3, word.role, glyph(a.canvas, word.glyph));
	col = area_printf(a, row + 1, col, word.role, " %s", word.text);
	area_printf(a, row + 1, col, ROLE_DIM, ", %s", backend ? backend : "no way from here");
	return row + 2;
}

void
setup_side_draw(const struct setup_screen *v, struct area a)
{
	const struct setup *s = v->store->setup;
	struct str machine = STR_INIT, origin = STR_INIT;
	int row = 1;

	if (!s || s->stage != SETUP_MADE)
		return;
	area_puts(a, 0, 1, ROLE_HEADING, s->origin ? "Wanted by the project" : "Reach");
	for (size_t i = 0; i < s->reach_count && row < a.rows; i++)
		row = draw_target(v, &s->reach[i], a, row);
	if (s->origin) {
		str_appendf(&origin, "named in %s; to run the plan marks them", s->origin);
		wrap_draw(area_part(a, row, 1, -1, a.cols - 2), ROLE_DIM, str_cstr(&origin), 0);
		row += wrap_count(str_cstr(&origin), a.cols - 2);
	}
	append_machine(s, machine_name(v), &machine);
	area_puts(a, row + 1, 1, ROLE_HEADING, "Machine");
	wrap_draw(area_part(a, row + 2, 1, -1, a.cols - 2), ROLE_TEXT, str_cstr(&machine), 0);
	str_fini(&machine);
	str_fini(&origin);
}

/* ---- goals ---- */

bool
setup_goal_is_reached(const struct setup_screen *v, const struct goal *goal)
{
	for (size_t i = 0; i < goal->count; i++)
		if (!choice_has_target(v->store->choice, goal->reach[i].triple))
			return false;
	return true;
}

/* Of the longest title, as far as half of the row has room for it. */
static int
title_cols(const struct setup_screen *v, int cols)
{
	size_t widest = 0;

	if (cols < SHORT_COLS)
		return cols - 4;
	for (size_t i = 0; i < v->goals.count; i++) {
		size_t own = utf8_columns(span_of(v->goals.items[i].title));
		widest = own > widest ? own : widest;
	}
	return (int)widest < cols / 2 ? (int)widest : cols / 2;
}

static void
draw_goal(const struct setup_screen *v, const struct goal *goal, struct area a)
{
	int cols = title_cols(v, a.cols);

	if (setup_goal_is_reached(v, goal))
		area_puts(a, 0, 1, ROLE_MARK, glyph(a.canvas, GLYPH_MARK));
	area_text_cut(a, 0, 3, cols, ROLE_TEXT, span_of(goal->title));
	if (a.cols >= SHORT_COLS)
		area_text_cut(a, 0, 3 + cols + 2, a.cols - cols - 6, ROLE_DIM, span_of(goal->why));
}

void
setup_goals_draw(struct setup_screen *v, struct area a)
{
	if (a.rows > 4) {
		area_text_cut(a, 0, 1, a.cols - 2, ROLE_HEADING,
			SPAN("What do you want to reach? (Single targets are marked on Targets.)"));
		a = area_part(a, 1, 0, -1, -1);
	}
	list_fit(&v->list, a);
	for (int i = 0; i < a.rows && v->list.top + (size_t)i < v->goals.count; i++)
		draw_goal(v, &v->goals.items[v->list.top + (size_t)i], area_part(a, i, 0, 1, -1));
	if (!v->goals.count || a.rows < 1)
		return;
	if (v->list.top > 0)
		area_puts(a, 0, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_UP));
	if (v->list.top + (size_t)a.rows < v->goals.count)
		area_puts(a, a.rows - 1, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_DOWN));
	setup_cursor_draw(v, a);
}

void
setup_goal_draw(struct setup_screen *v, struct area a)
{
	const struct goal *goal =
		v->list.focus < v->goals.count ? &v->goals.items[v->list.focus] : NULL;
	struct str text = STR_INIT;

	if (!goal)
		return;
	str_appendf(&text, "%s: %s\n\n", goal->title, goal->why);
	for (size_t i = 0; i < goal->count; i++)
		str_appendf(&text, "%s%s%s\n", goal->reach[i].triple,
			goal->reach[i].backend ? " by " : "",
			goal->reach[i].backend ? goal->reach[i].backend : "");
	wrap_draw(area_part(a, 0, 1, -1, a.cols - 2), ROLE_TEXT, str_cstr(&text), 0);
	str_fini(&text);
}
