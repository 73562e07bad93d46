/* Setup: the plan that makes what is marked buildable here, carried out step by step.
 *
 * Above what is to be reached, then the steps, below what the step under the cursor is and says. Where no
 * target is marked, or on a key, the goals stand in the plan's place. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "plan/plan.h"
#include "plan/runner.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "ui/layout.h"
#include "ui/place.h"
#include "ui/setup_state.h"
#include "ui/term.h"
#include "ui/widget_dialog.h"

#define SIDE_COLS_LEAST 130 /* of the screen, for what is to be reached beside the plan */
#define SIDE_COLS 44
#define LOW_ROWS 8 /* of the body, with fewer no lines stand below steps */

static struct setup_screen *
view_of(struct screen_state *s)
{
	return s->own;
}

static const struct setup *
setup_of(const struct setup_screen *v)
{
	return v->store->setup;
}

long
setup_focused(const struct setup_screen *v)
{
	if (setup_shows_goals(v) || v->list.focus >= v->rows.len)
		return -1;
	return (long)v->rows.items[v->list.focus].step;
}

/* ---- facts ---- */

/* The cursor goes with what runs, until somebody moves it. */
static void
follow(struct setup_screen *v)
{
	const struct setup *s = setup_of(v);

	for (size_t i = 0; v->follows && i < v->rows.len; i++) {
		enum step_state state = s->steps[v->rows.items[i].step].status->state;

		if (v->rows.items[i].text || (state != STEP_RUNNING && state != STEP_ASKING))
			continue;
		v->list.focus = i;
		return;
	}
	if (v->follows && !s->is_busy) { /* it has ended: at what went wrong */
		v->follows = false;
		for (size_t i = v->rows.len; i-- > 0;)
			if (!v->rows.items[i].text &&
				s->steps[v->rows.items[i].step].status->state == STEP_FAILED)
				v->list.focus = i;
	}
}

static void
make_rows(struct setup_screen *v)
{
	long step;

	setup_rows_make(v);
	if (v->plan && !setup_shows_goals(v))
		follow(v);
	step = setup_focused(v);
	v->store->focused_step = step < 0 ? 0 : (size_t)step;
}

static void
setup_update(struct screen_state *s, unsigned changed)
{
	if (changed & (STORE_SETUP | STORE_CHOICE | STORE_SURVEY))
		make_rows(view_of(s));
}

static void *
setup_open(struct store *store)
{
	struct setup_screen *v = xcalloc(1, sizeof(*v));
	struct err err = ERR_INIT;

	v->store = store;
	v->list.skip = setup_rows_is_skipped;
	v->list.arg = v;
	if (!goals_load(&v->goals_memory, store->survey->host, &v->goals, &err))
		v->goals = (struct goals){ 0 };
	make_rows(v);
	return v;
}

static void
setup_close(struct screen_state *s)
{
	struct setup_screen *v = view_of(s);

	vec_fini(&v->rows);
	vec_fini(&v->opened);
	arena_fini(&v->rows_memory);
	arena_fini(&v->goals_memory);
	undo_list_fini(&v->undo);
	pick_fini(&v->pick);
	free(v);
}

/* ---- running ---- */

static bool
is_root_step(const struct setup *s, size_t i)
{
	enum step_state state = s->steps[i].status->state;

	return s->plan->items[i].root && (s->root == ROOT_SUDO || s->root == ROOT_DOAS) &&
		!step_state_is_over(state);
}

/* The commands that a deed would run as root, a line each. */
static void
append_root_commands(const struct setup *s, enum setup_deed deed, size_t step, struct str *out)
{
	size_t from = deed == SETUP_RUN_ALL ? 0 : step;
	size_t until = deed == SETUP_RUN ? step + 1 : s->plan->count;

	for (size_t i = from; i < until; i++) {
		if (!is_root_step(s, i))
			continue;
		str_append(out, "$ ");
		setup_command(s, &s->plan->items[i], out);
		str_append_char(out, '\n');
	}
}

static unsigned
do_deed(struct setup_screen *v, enum setup_deed deed, size_t step)
{
	v->follows = deed == SETUP_RUN_ALL || deed == SETUP_RUN_FROM;
	return store_set_up(v->store, deed, step) | FX_REDRAW;
}

/* What runs as root is shown first. */
static unsigned
run(struct setup_screen *v, enum setup_deed deed)
{
	const struct setup *s = setup_of(v);
	size_t step = (size_t)setup_focused(v);
	struct str text = STR_INIT;
	unsigned fx;

	append_root_commands(s, deed, step, &text);
	if (!text.len)
		return do_deed(v, deed, step);
	str_appendf(&text, "\nThis runs as root, by %s, which may ask for your password.",
		root_way_name(s->root));
	v->question = SETUP_ASKS_ROOT;
	v->deed = deed;
	fx = store_ask(v->store, "Run as root?", str_cstr(&text), "Run");
	str_fini(&text);
	return fx;
}

static unsigned
ask_to_replace(struct setup_screen *v, const struct step *step)
{
	struct str text = STR_INIT;
	unsigned fx;

	str_appendf(&text,
		"%s\n\nPut the new value in the place of the old one? The old file is kept: "
		"u puts it back.",
		step->conflict);
	v->question = SETUP_ASKS_REPLACE;
	fx = store_ask(v->store, step->path, str_cstr(&text), "Replace");
	str_fini(&text);
	return fx;
}

static unsigned
run_step(struct setup_screen *v, size_t i)
{
	const struct setup *s = setup_of(v);
	const struct step *step = &s->plan->items[i];
	enum step_state state = s->steps[i].status->state;

	if (state == STEP_ASKING)
		return store_set_up(v->store, SETUP_ASK, i);
	if (state == STEP_RUNNING || state == STEP_QUEUED)
		return store_say(v->store, SAY_INFO, "step %zu is at it; x stops it", i + 1);
	if (step->conflict && !step_state_is_over(state))
		return ask_to_replace(v, step);
	return run(v, SETUP_RUN);
}

static unsigned
skip(struct setup_screen *v, size_t i)
{
	unsigned fx = do_deed(v, SETUP_SKIP, i);

	if (step_state_is_over(setup_of(v)->steps[i].status->state))
		return fx;
	list_key(&v->list, ACT_DOWN);
	return fx;
}

static unsigned
stop(struct setup_screen *v, size_t i)
{
	if (!setup_of(v)->is_busy)
		return store_say(v->store, SAY_INFO, "nothing runs here");
	return store_set_up(v->store, SETUP_STOP, i) | FX_REDRAW;
}

/* ---- goals ---- */

static unsigned
moved(struct setup_screen *v)
{
	v->follows = false;
	v->store->focused_step = setup_focused(v) < 0 ? 0 : (size_t)setup_focused(v);
	return FX_REDRAW;
}

static unsigned
take_goal(struct setup_screen *v)
{
	struct choice *choice = v->store->choice;
	const struct goal *goal;

	if (v->list.focus >= v->goals.count)
		return FX_BELL;
	goal = &v->goals.items[v->list.focus];
	for (size_t i = 0; i < goal->count; i++) {
		choice_mark(choice, goal->reach[i].triple, true);
		if (goal->reach[i].backend)
			choice_set_backend(choice, goal->reach[i].triple, goal->reach[i].backend);
	}
	v->wants_goals = false;
	v->list.focus = v->list.top = 0;
	return store_say(v->store, SAY_INFO, "%s: %zu target%s marked", goal->title, goal->count,
		       goal->count == 1 ? "" : "s") |
		FX_SAVE_CHOICE | FX_GO_SETUP;
}

/* Marks all targets of the goal, or none where all of them are; the goals stay. */
static unsigned
mark_goal(struct setup_screen *v)
{
	struct choice *choice = v->store->choice;
	const struct goal *goal;
	bool is_on;

	if (v->list.focus >= v->goals.count)
		return FX_BELL;
	goal = &v->goals.items[v->list.focus];
	is_on = !setup_goal_is_reached(v, goal);
	for (size_t i = 0; i < goal->count; i++) {
		choice_mark(choice, goal->reach[i].triple, is_on);
		if (is_on && goal->reach[i].backend)
			choice_set_backend(choice, goal->reach[i].triple, goal->reach[i].backend);
	}
	v->wants_goals = true;
	return FX_SAVE_CHOICE | FX_REDRAW;
}

static unsigned
goal_key(struct setup_screen *v, enum action_id act)
{
	switch (act) {
	case ACT_RUN_STEP: return take_goal(v);
	case ACT_SKIP: return mark_goal(v);
	default: return list_key(&v->list, act) ? moved(v) : 0;
	}
}

static unsigned
show_goals(struct setup_screen *v, bool show)
{
	if (v->wants_goals == show)
		return FX_DONE;
	v->wants_goals = show;
	v->list.focus = v->list.top = 0;
	make_rows(v);
	return show ? FX_REDRAW : FX_GO_SETUP; /* what was marked meanwhile is in the plan */
}

/* ---- undo ---- */

static const char *const undo_notes[] = {
	[UNDO_READY] = "",
	[UNDO_BURIED] = "later edits go first",
	[UNDO_CHANGED] = "changed since by somebody else",
};

static unsigned
list_undo(struct setup_screen *v)
{
	const struct workspace *ws = v->store->survey->workspace;
	struct err err = ERR_INIT;

	undo_list_fini(&v->undo);
	v->undo = (struct undo_list){ 0 };
	if (!undo_list_load(&v->undo, &err))
		return store_say_err(v->store, SAY_ERROR, &err);
	if (!v->undo.len)
		return store_say(v->store, SAY_INFO, "xtui has changed no file");
	pick_begin(&v->pick, "Put back");
	for (size_t i = 0; i < v->undo.len; i++) {
		const struct undo_entry *e = &v->undo.items[i];
		char *path = path_shown(e->file, ws ? ws->root : NULL);
		char *label = xasprintf("%s: %s", path, e->what);

		pick_add(&v->pick, span_of(label), undo_notes[e->state], false);
		free(label);
		free(path);
	}
	return FX_REDRAW;
}

static unsigned
ask_to_undo(struct setup_screen *v, const struct undo_entry *e)
{
	struct err err = ERR_INIT;
	struct str diff = STR_INIT;
	unsigned fx;

	if (!undo_diff(e->number, &diff, &err)) {
		str_fini(&diff);
		return store_say_err(v->store, SAY_WARN, &err);
	}
	v->question = SETUP_ASKS_UNDO;
	v->undone = e->number;
	fx = store_ask(v->store, "Put the file back?", str_cstr(&diff), "Put back");
	str_fini(&diff);
	return fx | FX_REDRAW;
}

static unsigned
put_back(struct setup_screen *v)
{
	struct err err = ERR_INIT;

	if (!undo_put_back(v->undone, &err))
		return store_say_err(v->store, SAY_ERROR, &err);
	store_say(v->store, SAY_GOOD, "the file is as it was before");
	return store_set_up(v->store, SETUP_RENEW, 0) | FX_REDRAW;
}

static unsigned
pick_got(struct setup_screen *v, int chosen)
{
	return chosen >= 0 ? ask_to_undo(v, &v->undo.items[chosen]) : FX_REDRAW;
}

/* ---- keys ---- */

static unsigned
fold(struct setup_screen *v, size_t i, bool open)
{
	v->opened.items[i] = (char)open;
	make_rows(v);
	return FX_REDRAW;
}

static unsigned
show_step(struct setup_screen *v, size_t i)
{
	struct str text = STR_INIT;
	unsigned fx;

	setup_step_text(v, i, &text);
	fx = store_show(v->store, setup_of(v)->plan->items[i].title, str_cstr(&text));
	str_fini(&text);
	return fx;
}

static unsigned
copy(struct setup_screen *v, size_t i)
{
	const struct setup *s = setup_of(v);
	const struct step *step = &s->plan->items[i];
	struct str text = STR_INIT;
	unsigned fx;

	setup_command(s, step, &text);
	if (!text.len)
		str_append(&text, step->diff ? step->diff : step->url ? step->url : step->title);
	fx = store_copy(v->store, step->diff ? "the diff" : str_cstr(&text), str_span(&text));
	str_fini(&text);
	return fx;
}

static unsigned
step_key(struct setup_screen *v, enum action_id act, size_t i)
{
	switch (act) {
	case ACT_RUN_STEP: return run_step(v, i);
	case ACT_RUN_ALL: return run(v, SETUP_RUN_ALL);
	case ACT_RUN_FROM: return run(v, SETUP_RUN_FROM);
	case ACT_SKIP: return skip(v, i);
	case ACT_STOP: return stop(v, i);
	case ACT_DETAILS: return show_step(v, i);
	case ACT_COPY: return copy(v, i);
	case ACT_RIGHT: return fold(v, i, true);
	case ACT_LEFT: return fold(v, i, false);
	default: return list_key(&v->list, act) ? moved(v) : 0;
	}
}

static unsigned
setup_key(struct screen_state *state, enum action_id act, int nth)
{
	struct setup_screen *v = view_of(state);
	long step = setup_focused(v);

	if (pick_is_open(&v->pick)) {
		int chosen = pick_key(&v->pick, act == ACT_RUN_STEP ? ACT_OPEN : act);

		return chosen == PICK_IGNORED ? pick_ignored(act) : pick_got(v, chosen);
	}
	switch (act) {
	case ACT_BUILD: return choice_target_count(v->store->choice) ? FX_BUILD : FX_BELL;
	case ACT_UNDO: return list_undo(v);
	case ACT_GOALS: return show_goals(v, !v->wants_goals);
	case ACT_BACK: return show_goals(v, false);
	case ACT_REFRESH: return store_set_up(v->store, SETUP_RENEW, 0);
	default: break;
	}
	if (setup_shows_goals(v))
		return goal_key(v, act);
	return step < 0 ? 0 : step_key(v, act, (size_t)step);
}

static unsigned
setup_answer(struct screen_state *state, bool yes)
{
	struct setup_screen *v = view_of(state);
	enum setup_question question = v->question;
	long step = setup_focused(v);

	v->question = SETUP_ASKS_NOTHING;
	if (!yes)
		return FX_REDRAW;
	if (question == SETUP_ASKS_UNDO)
		return put_back(v);
	if (step < 0)
		return FX_REDRAW;
	return do_deed(v, question == SETUP_ASKS_REPLACE ? SETUP_REPLACE : v->deed, (size_t)step);
}

static bool
setup_acts(struct screen_state *state, enum action_id act)
{
	const struct setup_screen *v = view_of(state);
	const struct setup *s = setup_of(v);
	bool has_steps = setup_focused(v) >= 0, is_busy = s && s->is_busy;
	bool is_finished = s && s->is_finished;

	switch (act) {
	case ACT_BUILD:
		return choice_target_count(v->store->choice) && !is_busy &&
			(!has_steps || is_finished);
	case ACT_STOP: return has_steps && is_busy;
	case ACT_RUN_STEP: return has_steps || setup_shows_goals(v) || pick_is_open(&v->pick);
	case ACT_RUN_ALL: return has_steps && !is_busy && !is_finished;
	case ACT_SKIP: return has_steps || setup_shows_goals(v);
	case ACT_RUN_FROM:
	case ACT_DETAILS:
	case ACT_COPY: return has_steps;
	default: return true;
	}
}

static const char *
setup_label(struct screen_state *state, enum action_id act)
{
	const struct setup_screen *v = view_of(state);

	if (pick_is_open(&v->pick))
		return pick_label(act == ACT_RUN_STEP ? ACT_OPEN : act);
	if (!setup_shows_goals(v))
		return NULL;
	switch (act) {
	case ACT_RUN_STEP: return "reach it";
	case ACT_SKIP: return "mark";
	case ACT_GOALS: return v->wants_goals ? "the plan" : "";
	default: return NULL;
	}
}

static unsigned
setup_mouse(struct screen_state *state, const struct term_event *event)
{
	struct setup_screen *v = view_of(state);

	if (pick_is_open(&v->pick))
		return pick_got(v, pick_mouse(&v->pick, event));
	if (event->mouse == TERM_MOUSE_RELEASE || !place_has(&v->body, event))
		return FX_DONE;
	return list_mouse(&v->list, event) ? moved(v) : FX_DONE;
}

/* ---- drawing ---- */

/* What there is to say where there are no steps. */
static void
append_state(const struct setup_screen *v, struct str *out)
{
	const struct setup *s = setup_of(v);

	if (!s || s->stage == SETUP_MAKING)
		str_append(out, "The machine is being looked at; the plan comes at once.");
	else if (s->stage == SETUP_BROKEN)
		str_appendf(out, "There is no plan: %s%s%s", s->err.message,
			s->err.remedy[0] ? "\n\ntry: " : "", s->err.remedy);
	else
		str_append(out, "Nothing to do: all of it is ready. b builds.");
}

static void
draw_state(const struct setup_screen *v, struct area a)
{
	struct str text = STR_INIT;
	int cols = a.cols - 4;

	append_state(v, &text);
	wrap_draw(area_part(a, a.rows > 4 ? 1 : 0, 2, -1, cols), ROLE_TEXT, str_cstr(&text), 0);
	str_fini(&text);
}

static int
pane_rows(struct area a)
{
	return a.rows < 6 ? 1 : a.rows < 10 ? 2 : a.rows < 30 ? a.rows / 3 : a.rows * 2 / 5;
}

/* List above, rule, pane below. */
static void
draw_plan(struct setup_screen *v, struct area a)
{
	bool is_low = a.rows < LOW_ROWS;
	int below = pane_rows(a), row = a.rows - below - 1;
	bool has_goals = setup_shows_goals(v);

	if (!has_goals && !v->rows.len) {
		v->body = a;
		draw_state(v, a);
		return;
	}
	if (is_low != v->is_low) {
		v->is_low = is_low;
		setup_rows_make(v);
	}
	if (row < 2) {
		row = a.rows;
		below = 0;
	}
	v->body = area_part(a, 0, 0, row, -1);
	if (has_goals)
		setup_goals_draw(v, v->body);
	else
		setup_rows_draw(v, v->body);
	if (below < 1)
		return;
	area_hline(a, row, ROLE_BORDER);
	if (has_goals)
		setup_goal_draw(v, area_part(a, row + 1, 0, -1, -1));
	else
		setup_pane_draw(v, area_part(a, row + 1, 0, -1, -1));
}

static void
setup_draw(struct screen_state *state, struct area a)
{
	struct setup_screen *v = view_of(state);
	bool has_steps = v->rows.len && !setup_shows_goals(v);
	struct area whole = a;

	if (has_steps && a.cols >= SIDE_COLS_LEAST) {
		setup_side_draw(v, area_part(a, 0, 0, -1, SIDE_COLS));
		for (int row = 0; row < a.rows; row++)
			area_line(a, row, SIDE_COLS, ROLE_BORDER, LINE_UP | LINE_DOWN);
		a = area_part(a, 0, SIDE_COLS + 1, -1, -1);
	} else if (!setup_shows_goals(v) && a.rows >= LOW_ROWS) {
		setup_head_draw(v, area_part(a, 0, 0, 1, -1));
		area_hline(a, 1, ROLE_BORDER);
		a = area_part(a, 2, 0, -1, -1);
	}
	draw_plan(v, a);
	if (pick_is_open(&v->pick))
		pick_draw(&v->pick, whole);
}

static void
setup_corner(struct screen_state *state, struct area a)
{
	const struct setup *s = setup_of(view_of(state));
	struct str text = STR_INIT;

	if (!s || s->stage != SETUP_MADE || !s->plan->count)
		return;
	str_appendf(&text, "%zu of %zu done%s ", setup_count_over(s), s->plan->count,
		s->is_asking         ? ", looking"
			: s->is_busy ? ", running"
				     : "");
	if (text.len <= (size_t)a.cols)
		area_text_right(a, 0, a.cols, ROLE_DIM, str_cstr(&text));
	str_fini(&text);
}

const struct screen screen_setup = {
	.id = SCREEN_SETUP,
	.title = "Setup",
	.open = setup_open,
	.close = setup_close,
	.update = setup_update,
	.key = setup_key,
	.draw = setup_draw,
	.mouse = setup_mouse,
	.answer = setup_answer,
	.acts = setup_acts,
	.label = setup_label,
	.corner = setup_corner,
};
