/* build_search: each pane that is searched has a logsearch of its own; a timer gives them a few
 * milliseconds at a time until every log is gone through. A hit is shown as soon as it is known. */
#include <limits.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "build/job.h"
#include "build/logsearch.h"
#include "build/logstore.h"
#include "io/loop.h"
#include "ui/build_state.h"

#define WORK_US 2000 /* that a key or a frame may have to wait */
#define WORK_MS 1    /* between two pieces of work */

/* ---- looking ---- */

/* Shows the hit that is sought, when it is known. False: it is not yet. */
static bool
show_sought(struct build *b, struct build_pane *p)
{
	size_t line = 0;
	enum logsearch_answer answer = logsearch_next(p->search, p->seeks_from, p->seeks_up, &line);

	if (answer == LOGSEARCH_NOT_YET)
		return false;
	p->seeks = false;
	if (answer == LOGSEARCH_FOUND)
		log_view_show_whole(&p->view, line);
	else if (!b->search.is_typing)
		store_say(b->store, SAY_INFO, "%s: not found", b->search.text);
	return true;
}

/* Goes on for some time, the focused pane first. False when there is nothing left to look at. */
static bool
work(struct build *b)
{
	uint64_t until = loop_clock() + WORK_US;
	bool has_more = false;

	for (size_t i = 0; i < b->panes.len; i++) {
		struct build_pane *p = &b->panes.items[(b->focus + i) % b->panes.len];
		uint64_t now = loop_clock();
		build_pane_update(p);
		if (!p->search)
			continue;
		if (now < until)
			logsearch_work(p->search, p->job->log, (unsigned)(until - now));
		has_more = has_more || !logsearch_is_done(p->search);
		if (p->seeks)
			show_sought(b, p);
	}
	return has_more;
}

static void
stop_worker(struct build *b)
{
	loop_timer_stop(b->search.worker);
	b->search.worker = NULL;
}

static void
work_due(void *arg)
{
	struct build *b = arg;

	if (b->store->changed & STORE_RUN) /* the panes are of a run that is gone */
		stop_worker(b);
	else if (!work(b))
		stop_worker(b);
	b->store->changed |= STORE_CLOCK; /* numbers and marks are to be drawn */
}

void
build_search_go_on(struct build *b)
{
	bool has_search = false;

	for (size_t i = 0; i < b->panes.len; i++)
		has_search = has_search || b->panes.items[i].search;
	if (has_search && !b->search.worker)
		b->search.worker = loop_timer_start(b->store->loop, WORK_MS, WORK_MS, work_due, b);
}

/* ---- beginning and ending ---- */

static void
drop_all(struct build *b)
{
	stop_worker(b);
	for (size_t i = 0; i < b->panes.len; i++) {
		build_pane_fini(&b->panes.items[i]);
		b->panes.items[i].seeks = false;
	}
}

/* Line after which a search of a pane begins. */
static long
line_before(const struct log_view *v)
{
	return v->is_following ? -1 : (long)v->cursor - 1;
}

static bool
look_in(struct build *b, struct build_pane *p, struct err *err)
{
	long before = line_before(&p->view);

	if (p->search || !p->job->log)
		return true;
	p->search = logsearch_new(b->search.text, p->job->log, (size_t)(before + 1), err);
	return p->search;
}

/* In the focused pane, or in all. */
static bool
look(struct build *b, struct err *err)
{
	struct build_pane *p = build_focused(b);
	bool ok = look_in(b, p, err);

	for (size_t i = 0; ok && b->search.is_everywhere && i < b->panes.len; i++)
		ok = look_in(b, &b->panes.items[i], err);
	return ok;
}

static void
seek(struct build *b, struct build_pane *p, long from, bool up)
{
	if (!p->search)
		return;
	p->seeks = true;
	p->seeks_from = from;
	p->seeks_up = up;
	if (!show_sought(b, p) && work(b))
		build_search_go_on(b);
}

static void
set_text(struct build *b, const char *text)
{
	char *copy = *text ? xstrdup(text) : NULL;

	free(b->search.text);
	b->search.text = copy;
}

bool
build_search_end(struct build *b)
{
	bool had = false;

	for (size_t i = 0; i < b->panes.len; i++)
		had = had || b->panes.items[i].search;
	drop_all(b);
	return had;
}

void
build_search_forget(struct build *b)
{
	drop_all(b);
	b->search.is_typing = false;
}

void
build_search_fini(struct build *b)
{
	stop_worker(b);
	input_fini(&b->search.input);
	free(b->search.text_before);
	free(b->search.text);
}

/* ---- keys ---- */

unsigned
build_search_begin(struct build *b)
{
	struct build_pane *p = build_focused(b);

	b->is_zoomed = b->is_zoomed || b->is_list; /* it is to be seen */
	b->search.before = p->view;
	free(b->search.text_before);
	b->search.text_before = b->search.text ? xstrdup(b->search.text) : NULL;
	b->search.is_typing = true;
	b->search.input.prompt = b->search.is_everywhere ? "all panes /" : "/";
	input_set(&b->search.input, "");
	return FX_REDRAW;
}

/* Looks for what has been typed so far, from where the window stood before. */
static bool
look_for_typed(struct build *b, struct err *err)
{
	struct build_pane *p = build_focused(b);

	drop_all(b);
	p->view = b->search.before;
	set_text(b, input_text(&b->search.input));
	if (!b->search.text)
		return true;
	if (!look(b, err))
		return false;
	seek(b, p, line_before(&p->view), false);
	return true;
}

static unsigned
accept(struct build *b)
{
	struct build_pane *p = build_focused(b);
	struct err err = ERR_INIT;

	b->search.is_typing = false;
	if (b->search.text && !look(b, &err))
		return store_say_err(b->store, SAY_WARN, &err);
	if (p->search && logsearch_is_done(p->search) && !logsearch_count(p->search))
		return store_say(b->store, SAY_INFO, "%s: not found", b->search.text);
	return FX_REDRAW;
}

unsigned
build_search_typed(struct build *b, enum input_change change)
{
	if (change == INPUT_CHANGED) {
		look_for_typed(b, NULL); /* half an expression is none; it is told at the end */
	} else if (change == INPUT_ACCEPTED) {
		return accept(b);
	} else if (change == INPUT_CANCELLED) {
		drop_all(b);
		set_text(b, b->search.text_before ? b->search.text_before : "");
		b->search.is_typing = false;
		build_focused(b)->view = b->search.before;
	}
	return FX_REDRAW;
}

/* Past the last hit of a pane come those of the next pane that has some. */
static bool
step_to_other_pane(struct build *b, bool up)
{
	int count = (int)b->shown.len, at = build_shown_index(b);

	for (int i = 1; i < count; i++) {
		int other = (at + (up ? count - i : i)) % count;
		struct build_pane *p = &b->panes.items[b->shown.items[other]];
		if (!p->search || !logsearch_count(p->search))
			continue;
		build_focus_shown(b, other);
		seek(b, p, up ? LONG_MAX : -1, up);
		return true;
	}
	return false;
}

unsigned
build_search_step(struct build *b, bool up)
{
	struct build_pane *p = build_focused(b);
	long from = p->view.is_following ? (up ? LONG_MAX : -1) : (long)p->view.cursor;
	struct err err = ERR_INIT;
	size_t line = 0;

	if (!b->search.text)
		return store_say(b->store, SAY_INFO, "nothing is searched for yet");
	if (!look(b, &err))
		return store_say_err(b->store, SAY_WARN, &err);
	b->is_zoomed = b->is_zoomed || b->is_list;
	if (!p->search)
		return FX_BELL;
	enum logsearch_answer answer = logsearch_next(p->search, from, up, &line);
	bool is_past = answer == LOGSEARCH_NONE ||
		(answer == LOGSEARCH_FOUND && (up ? (long)line >= from : (long)line <= from));
	if (!(b->search.is_everywhere && is_past && step_to_other_pane(b, up)))
		seek(b, p, from, up);
	return FX_REDRAW;
}

unsigned
build_search_everywhere(struct build *b)
{
	bool had_search = build_search_end(b);

	b->search.is_everywhere = !b->search.is_everywhere;
	if (had_search && look(b, NULL) && work(b))
		build_search_go_on(b);
	return store_say(b->store, SAY_INFO,
		b->search.is_everywhere ? "/ searches all panes" : "/ searches the focused pane");
}
