/* Build: a pane per job of the run, in a grid, as a list, or one alone. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "build/history.h"
#include "build/job.h"
#include "build/logstore.h"
#include "build/run.h"
#include "hint/explain.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/build_state.h"
#include "ui/build_fix.h"
#include "ui/hint_text.h"
#include "ui/keys.h"
#include "ui/term.h"
#include "ui/widget_dialog.h"

#define COPY_MAX (4u << 20) /* bytes; what is longer is no use on a clipboard */
#define WHEEL_ROWS 3

static struct build *
build_of(const struct screen_state *s)
{
	return s->own;
}

/* Where the focused pane is in shown; -1 when there is none. */
int
build_shown_index(const struct build *b)
{
	for (size_t i = 0; i < b->shown.len; i++)
		if (b->shown.items[i] == b->focus)
			return (int)i;
	return -1;
}

size_t
build_count_jobs(const struct build *b, enum job_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < b->panes.len; i++)
		count += b->panes.items[i].job->state == state;
	return count;
}

/* The pane that has the focus, and its job, which Ctrl-C stops, told to the app. */
static void
set_focus(struct build *b, size_t pane)
{
	b->focus = pane;
	b->store->focused_job =
		pane < b->panes.len && !b->past.run ? b->panes.items[pane].job : NULL;
}

/* The filter ends by itself when nothing is left to show; the focus, and the list's with it, is always
 * on something shown. */
static void
choose_shown(struct build *b)
{
	b->only_failed = b->only_failed && build_count_jobs(b, JOB_FAILED);
	vec_clear(&b->shown);
	for (size_t i = 0; i < b->panes.len; i++)
		if (!b->only_failed || b->panes.items[i].job->state == JOB_FAILED)
			vec_push(&b->shown, i);
	set_focus(b, build_shown_index(b) >= 0 ? b->focus : b->shown.len ? b->shown.items[0] : 0);
	list_set_count(&b->table.list, b->shown.len);
	list_focus(&b->table.list, (size_t)build_shown_index(b));
}

static void
update_panes(struct build *b)
{
	for (size_t i = 0; i < b->panes.len; i++)
		build_pane_update(&b->panes.items[i]);
	choose_shown(b);
}

void
build_clear_panes(struct build *b)
{
	build_search_forget(b);
	for (size_t i = 0; i < b->panes.len; i++)
		build_pane_fini(&b->panes.items[i]);
	vec_clear(&b->panes);
}

/* How long such jobs took in past runs. */
static void
read_paces(const struct store *s, struct build_pane *p)
{
	const struct survey *survey = s->run ? run_survey(s->run) : NULL;

	if (job_is_over(p->job) || !survey || !survey->workspace)
		return;
	history_paces(s->history,
		&(struct history_key){ survey->workspace->root, p->job->target, run_profile(s->run),
			p->job->variant, run_mode_name(run_mode(s->run)) },
		&p->paces);
}

static void
add_pane(struct build *b, struct job *job)
{
	struct build_pane *p = vec_add(&b->panes);

	build_pane_init(p, job, b->wraps);
	p->view.has_times = b->has_times;
	read_paces(b->store, p);
}

uint64_t
build_elapsed(const struct build *b)
{
	if (b->past.run)
		return b->past.run->ms;
	return b->store->run ? run_elapsed_ms(b->store->run) : 0;
}

static size_t
job_count(const struct build *b)
{
	if (b->past.run)
		return b->past.run->jobs.len;
	return b->store->run ? run_job_count(b->store->run) : 0;
}

static struct job *
job_at(const struct build *b, size_t i)
{
	return b->past.run ? b->past.run->jobs.items[i] : run_job(b->store->run, i);
}

void
build_take_panes(struct build *b)
{
	build_clear_panes(b);
	for (size_t i = 0; i < job_count(b); i++)
		add_pane(b, job_at(b, i));
	b->times.shown = b->past.run ? &b->past.run->line : &b->times.line;
	b->is_zoomed = b->only_failed = b->times.is_shown = false;
	update_panes(b);
}

/* Another run has begun, or ended for good: it is what people want to see. */
static void
take_run(struct build *b)
{
	bool has_profile = b->store->run && b->store->profile;

	build_past_drop(b);
	free(b->profile);
	b->profile = has_profile ? xstrdup(b->store->profile->name) : NULL;
	build_take_panes(b);
}

/* Keys and clicks may come between the end of a run and the update that tells of it. */
static struct build *
current(struct screen_state *s)
{
	struct build *b = build_of(s);

	if (b->store->changed & STORE_RUN)
		take_run(b);
	return b;
}

static const struct table_column list_columns[] = {
	{ .title = "", .min = 2, .want = 2, .right = true },
	{ .title = "target", .min = 17, .want = 32 },
	{ .title = "state", .min = 11, .want = 11 },
	{ .title = "units", .min = 7, .want = 9, .rank = 4, .right = true },
	{ .title = "progress", .min = 8, .want = 12, .rank = 2 },
	{ .title = "time", .min = 7, .want = 7, .rank = 1, .right = true },
	{ .title = "last line", .min = 22, .want = 0, .rank = 3 },
};

static void *
build_open(struct store *store)
{
	struct build *b = xcalloc(1, sizeof(*b));

	b->store = store;
	b->table.columns = list_columns;
	b->table.column_count = COUNT(list_columns);
	take_run(b);
	return b;
}

static void
build_close(struct screen_state *s)
{
	struct build *b = build_of(s);

	build_clear_panes(b);
	build_search_fini(b);
	build_lend_fini(b);
	build_times_fini(b);
	build_past_fini(b);
	vec_fini(&b->panes);
	vec_fini(&b->shown);
	free(b->profile);
	free(b);
}

static void
build_update(struct screen_state *s, unsigned changed)
{
	struct build *b = build_of(s);

	if (changed & STORE_RUN)
		take_run(b);
	else if (changed & STORE_JOBS)
		update_panes(b);
	if (changed & STORE_JOBS)
		build_search_go_on(b);
}

static void
build_run_event(struct screen_state *s, const struct run_event *event)
{
	timeline_event(&build_of(s)->times.line, event);
}

/* ---- keys: which pane, and how it is shown ---- */

struct build_pane *
build_focused(struct build *b)
{
	return b->focus < b->panes.len ? &b->panes.items[b->focus] : NULL;
}

unsigned
build_focus_shown(struct build *b, int index)
{
	int count = (int)b->shown.len, at = (index % count + count) % count;

	set_focus(b, b->shown.items[at]);
	list_focus(&b->table.list, (size_t)at);
	return FX_REDRAW;
}

/* 0 where the number tells no panes apart: it is a screen's then. */
static unsigned
focus_number(struct build *b, size_t number)
{
	if (number >= b->panes.len || b->panes.len == 1)
		return 0;
	for (size_t i = 0; i < b->shown.len; i++)
		if (b->shown.items[i] == number)
			return build_focus_shown(b, (int)i);
	return FX_BELL;
}

static bool
has_pages(const struct build *b)
{
	return !b->is_zoomed && !b->is_list && b->grid.pages > 1;
}

/* To the first pane of the page after this one, or before it. */
static unsigned
turn_page(struct build *b, bool forwards)
{
	if (!has_pages(b))
		return FX_BELL;
	int pages = b->grid.pages, page = b->grid.first / b->grid.room;
	return build_focus_shown(b, (page + (forwards ? 1 : pages - 1)) % pages * b->grid.room);
}

static unsigned
toggle(bool *flag)
{
	*flag = !*flag;
	return FX_REDRAW;
}

static unsigned
toggle_wrap(struct build *b)
{
	toggle(&b->wraps);
	for (size_t i = 0; i < b->panes.len; i++)
		log_view_wrap(&b->panes.items[i].view, b->wraps);
	return FX_REDRAW;
}

static unsigned
toggle_times(struct build *b)
{
	toggle(&b->has_times);
	for (size_t i = 0; i < b->panes.len; i++)
		b->panes.items[i].view.has_times = b->has_times;
	return FX_REDRAW;
}

static unsigned
toggle_failed(struct build *b)
{
	if (!build_count_jobs(b, JOB_FAILED))
		return store_say(b->store, SAY_INFO, "no job has failed");
	toggle(&b->only_failed);
	b->is_zoomed = false;
	choose_shown(b);
	return FX_REDRAW;
}

static bool
is_list_on_show(const struct build *b)
{
	return b->is_list && !b->is_zoomed;
}

static unsigned
go_to_mark(struct build *b, struct build_pane *p, enum action_id act, const char *what)
{
	bool stands = !p->view.is_following;

	if (!log_view_key(&p->view, p->job->log, act))
		return store_say(
			b->store, SAY_INFO, "no %s%s here", stands ? "further " : "", what);
	b->is_zoomed = b->is_zoomed || b->is_list; /* it is to be seen */
	return FX_REDRAW;
}

/* A folded line under the cursor, else the pane. */
static unsigned
open_or_zoom(struct build *b, struct build_pane *p)
{
	if (!is_list_on_show(b) && log_view_key(&p->view, p->job->log, ACT_OPEN))
		return FX_REDRAW;
	return toggle(&b->is_zoomed);
}

/* In the list the arrows move between jobs; in a pane they scroll it. */
static unsigned
move(struct build *b, struct build_pane *p, enum action_id act)
{
	if (!is_list_on_show(b))
		return log_view_key(&p->view, p->job->log, act) ? FX_REDRAW : 0;
	if (!list_key(&b->table.list, act))
		return 0;
	return build_focus_shown(b, (int)b->table.list.focus);
}

/* One step out: of the selection, the search, the zoom, the filter; then to the end of the log. */
static unsigned
go_back(struct build *b, struct build_pane *p)
{
	if (p->view.anchor >= 0)
		p->view.anchor = -1;
	else if (build_search_end(b))
		return FX_REDRAW;
	else if (b->is_zoomed)
		b->is_zoomed = false;
	else if (b->only_failed)
		return toggle_failed(b);
	else if (!p->view.is_following)
		p->view.is_following = true;
	else
		return build_past_leave(b);
	return FX_REDRAW;
}

/* ---- keys: what is done with a job ---- */

static unsigned
too_long(struct build *b, const char *what)
{
	return store_say(b->store, SAY_WARN,
		"%s: too long for a clipboard; the log's file has it all", what);
}

static unsigned
copy_lines(struct build *b, struct build_pane *p)
{
	struct str text = STR_INIT;
	size_t lines = is_list_on_show(b) ? 0 : log_view_copy(&p->view, p->job->log, &text);
	unsigned effects = FX_BELL;
	char what[32];

	snprintf(what, sizeof(what), lines == 1 ? "%zu line" : "%zu lines", lines);
	if (text.len > COPY_MAX)
		effects = too_long(b, what);
	else if (lines)
		effects = store_copy(b->store, what, str_span(&text)) | FX_REDRAW;
	p->view.anchor = -1;
	str_fini(&text);
	return effects;
}

static unsigned
copy_log(struct build *b, const struct job *job)
{
	struct str raw = STR_INIT, text = STR_INIT;
	unsigned effects;

	if (!job->log || !logstore_bytes(job->log))
		return FX_BELL;
	if (logstore_bytes(job->log) > COPY_MAX)
		return too_long(b, "the whole log");
	logstore_tail(job->log, COPY_MAX, &raw);
	ansi_strip(&text, raw.data, raw.len);
	effects = store_copy(b->store, "the whole log", str_span(&text));
	str_fini(&text);
	str_fini(&raw);
	return effects;
}

/* Where in shown the pane is whose fixes are asked for: the focused one, or the first that has any where it
 * has none; -1: there are none on show. */
static int
find_hinted(struct build *b)
{
	const struct build_pane *focused = build_focused(b);

	if (focused && job_hint(focused->job))
		return build_shown_index(b);
	for (size_t i = 0; i < b->shown.len && !b->is_zoomed; i++)
		if (job_hint(b->panes.items[b->shown.items[i]].job))
			return (int)i;
	return -1;
}

static unsigned
show_fixes(struct build *b)
{
	struct str text = STR_INIT;
	int hinted = find_hinted(b);
	unsigned effects;

	if (hinted < 0)
		return FX_BELL;
	build_focus_shown(b, hinted);
	struct job *job = build_focused(b)->job;
	if (!b->past.run && build_fix_can_ask(b->store, job))
		return build_fix_ask(b->store, job, 0);
	hint_text(job->explanation, &text);
	effects = store_show(b->store, job->label, str_cstr(&text));
	str_fini(&text);
	return effects;
}

static unsigned
stop_job(struct build *b, struct job *job)
{
	if (job_is_over(job))
		return store_say(b->store, SAY_INFO, "%s has ended already", job->label);
	return store_stop(b->store, job);
}

static unsigned
build_again(struct build *b, struct job *job)
{
	if (!job_is_over(job))
		return store_say(b->store, SAY_INFO, "%s is still being built", job->label);
	return store_retry(b->store, job);
}

static unsigned
build_failed_again(struct build *b)
{
	if (!build_count_jobs(b, JOB_FAILED))
		return store_say(b->store, SAY_INFO, "no job has failed");
	return FX_RETRY_FAILED;
}

/* What is done to a job that is gone. */
static bool
is_deed(enum action_id act)
{
	return act == ACT_STOP || act == ACT_AGAIN || act == ACT_AGAIN_FAILED;
}

static unsigned
build_key(struct screen_state *s, enum action_id act, int nth)
{
	struct build *b = current(s);
	struct build_pane *p = build_focused(b);

	if (act == ACT_BUILD)
		return FX_BUILD;
	if (pick_is_open(&b->past.pick))
		return build_past_key(b, act);
	if (act == ACT_HISTORY)
		return build_past_list(b);
	if (!p)
		return act == ACT_TIMELINE ? build_past_timeline(b) : 0;
	if (b->past.run && is_deed(act))
		return store_say(b->store, SAY_INFO, "this build is past; Esc goes back to now");
	if (b->times.is_shown)
		return build_times_key(b, act);
	switch (act) {
	case ACT_PANE: return focus_number(b, (size_t)nth);
	case ACT_NEXT: return build_focus_shown(b, build_shown_index(b) + 1);
	case ACT_PREVIOUS: return build_focus_shown(b, build_shown_index(b) - 1);
	case ACT_NEXT_PAGE: return turn_page(b, true);
	case ACT_PREVIOUS_PAGE: return turn_page(b, false);
	case ACT_OPEN: return open_or_zoom(b, p);
	case ACT_ZOOM: return toggle(&b->is_zoomed);
	case ACT_VIEW: return toggle(&b->is_list);
	case ACT_WRAP: return toggle_wrap(b);
	case ACT_TIMELINE: return build_times_toggle(b);
	case ACT_TIMES: return toggle_times(b);
	case ACT_ONLY_FAILED: return toggle_failed(b);
	case ACT_SEARCH: return build_search_begin(b);
	case ACT_SEARCH_NEXT: return build_search_step(b, false);
	case ACT_SEARCH_PREVIOUS: return build_search_step(b, true);
	case ACT_SEARCH_ALL: return build_search_everywhere(b);
	case ACT_EDIT: return build_edit(b);
	case ACT_PAGER: return build_page(b);
	case ACT_NEXT_ERROR:
	case ACT_PREVIOUS_ERROR: return go_to_mark(b, p, act, "error");
	case ACT_NEXT_WARNING:
	case ACT_PREVIOUS_WARNING: return go_to_mark(b, p, act, "warning");
	case ACT_NEXT_LINKER:
	case ACT_PREVIOUS_LINKER: return go_to_mark(b, p, act, "error of a linker");
	case ACT_STOP: return stop_job(b, p->job);
	case ACT_AGAIN: return build_again(b, p->job);
	case ACT_AGAIN_FAILED: return build_failed_again(b);
	case ACT_COPY: return copy_lines(b, p);
	case ACT_COPY_LOG: return copy_log(b, p->job);
	case ACT_SAVE_LOG: return build_save_log(b, p->job);
	case ACT_FIX: return show_fixes(b);
	case ACT_BACK: return go_back(b, p);
	default: return move(b, p, act);
	}
}

static struct input *
build_input(struct screen_state *s)
{
	struct build *b = current(s);

	return b->search.is_typing ? &b->search.input : NULL;
}

static unsigned
build_typed(struct screen_state *s, enum input_change change)
{
	return build_search_typed(current(s), change);
}

static unsigned
build_answer(struct screen_state *s, bool yes)
{
	return build_fix_answered(current(s), yes);
}

static unsigned
build_choose(struct screen_state *s, size_t n)
{
	return build_fix_chosen(current(s), n);
}

static bool
build_acts(struct screen_state *s, enum action_id act)
{
	struct build *b = current(s);
	struct build_pane *p = build_focused(b);

	if (pick_is_open(&b->past.pick))
		return act == ACT_OPEN || act == ACT_BACK;
	if (act == ACT_BUILD)
		return store_jobs_going(b->store) == 0;
	if (act == ACT_HISTORY)
		return !p && b->store->history;
	if (!p || (b->past.run && is_deed(act)))
		return false;
	if (b->times.is_shown)
		return act == ACT_COPY || !*action_get(act)->label;
	switch (act) {
	case ACT_STOP: return !job_is_over(p->job);
	case ACT_AGAIN: return job_is_over(p->job);
	case ACT_AGAIN_FAILED:
	case ACT_ONLY_FAILED: return build_count_jobs(b, JOB_FAILED) > 0;
	case ACT_NEXT_ERROR:
	case ACT_PREVIOUS_ERROR: return p->job->errors || p->job->state == JOB_FAILED;
	case ACT_FIX: return find_hinted(b) >= 0;
	case ACT_PANE: return b->shown.len > 1;
	case ACT_NEXT_PAGE:
	case ACT_PREVIOUS_PAGE: return has_pages(b);
	case ACT_SEARCH: return p->job->log != NULL;
	case ACT_SEARCH_NEXT:
	case ACT_SEARCH_PREVIOUS: return p->search != NULL;
	case ACT_COPY: return !is_list_on_show(b);
	default: return true;
	}
}

/* The numbers are the panes' here. */
static const char *
build_label(struct screen_state *s, enum action_id act)
{
	const struct build *b = current(s);

	if (pick_is_open(&b->past.pick))
		return pick_label(act);
	return act == ACT_NEXT_SCREEN && b->panes.len > 1 ? "next screen" : NULL;
}

/* ---- what is on show ---- */

int
build_count_on_show(const struct build *b)
{
	return b->is_zoomed ? 1 : (int)b->shown.len;
}

size_t
build_on_show(const struct build *b, int i)
{
	return b->is_zoomed ? b->focus : b->shown.items[i];
}

static unsigned
mouse_on_list(struct build *b, const struct term_event *event)
{
	if (list_mouse(&b->table.list, event))
		build_focus_shown(b, (int)b->table.list.focus);
	if (event->mouse == TERM_MOUSE_DOUBLE)
		toggle(&b->is_zoomed);
	return FX_REDRAW;
}

/* Wherever the mouse goes with its button down, the selection is in the pane where that was. */
static unsigned
drag(struct build *b, const struct term_event *event)
{
	struct build_pane *p = build_focused(b);

	if (!p || p->view.pressed < 0)
		return 0;
	if (event->mouse == TERM_MOUSE_DRAG)
		log_view_drag(&p->view, p->job->log, event->row);
	else
		log_view_release(&p->view, p->job->log, event->row);
	return FX_REDRAW;
}

static unsigned
build_mouse(struct screen_state *s, const struct term_event *event)
{
	struct build *b = current(s);
	int at = grid_at(&b->grid, event->row - b->area.row, event->col - b->area.col);
	struct build_pane *p;

	if (pick_is_open(&b->past.pick))
		return build_past_mouse(b, event);
	if (event->mouse == TERM_MOUSE_DRAG || event->mouse == TERM_MOUSE_RELEASE)
		return drag(b, event);
	if (b->times.is_shown)
		return build_times_mouse(b, event);
	if (b->search.is_typing && event->mouse == TERM_MOUSE_PRESS)
		build_search_typed(b, INPUT_ACCEPTED);
	if (b->shown.len && is_list_on_show(b))
		return mouse_on_list(b, event);
	if (at < 0 || at >= build_count_on_show(b) || !b->shown.len)
		return 0;
	p = &b->panes.items[build_on_show(b, at)];
	switch (event->mouse) {
	case TERM_MOUSE_WHEEL_UP: log_view_scroll(&p->view, p->job->log, -WHEEL_ROWS); break;
	case TERM_MOUSE_WHEEL_DOWN: log_view_scroll(&p->view, p->job->log, WHEEL_ROWS); break;
	case TERM_MOUSE_PRESS:
		focus_number(b, build_on_show(b, at));
		log_view_press(&p->view, p->job->log, event->row);
		break;
	case TERM_MOUSE_DOUBLE: toggle(&b->is_zoomed); break;
	case TERM_MOUSE_DRAG:
	case TERM_MOUSE_RELEASE: break;
	}
	return FX_REDRAW;
}

/* ---- drawing ---- */

static void
build_draw(struct screen_state *s, struct area a)
{
	struct build *b = build_of(s);

	b->area = a;
	if (!b->panes.len)
		build_draw_nothing(b, a);
	else if (b->times.is_shown)
		build_times_draw(b, a);
	else if (is_list_on_show(b))
		build_draw_list(b, a);
	else
		build_draw_grid(b, a);
	if (pick_is_open(&b->past.pick))
		pick_draw(&b->past.pick, a);
}

const struct screen screen_build = {
	.id = SCREEN_BUILD,
	.title = "Build",
	.framed = true,
	.open = build_open,
	.close = build_close,
	.update = build_update,
	.key = build_key,
	.draw = build_draw,
	.mouse = build_mouse,
	.drags = true,
	.input = build_input,
	.typed = build_typed,
	.answer = build_answer,
	.choose = build_choose,
	.acts = build_acts,
	.label = build_label,
	.headline = build_headline,
	.corner = build_corner,
	.run_event = build_run_event,
};
