/* Build: a pane per job of the run, in a grid, as a list, or one alone. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/vec.h"
#include "build/job.h"
#include "build/logstore.h"
#include "build/run.h"
#include "hint/explain.h"
#include "host/platform.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "ui/build_pane.h"
#include "ui/layout.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_bar.h"
#include "ui/widget_table.h"

#define COPY_LOG_MAX TERM_COPY_MAX
#define WHEEL_LINES 3

struct build {
	struct store *store;
	VEC(struct pane) panes; /* one per job of the run, in its order */
	VEC(size_t) shown;      /* panes on show, in order: all, the failed, or the zoomed one */
	size_t focus;           /* pane */
	bool is_zoomed, is_list, only_failed, wraps;
	struct grid grid;       /* over shown; as of the last drawing */
	struct table table;     /* the list view */
};

static struct build *
build_of(const struct screen_state *s)
{
	return s->own;
}

static struct pane *
focused_pane(struct build *b)
{
	return b->focus < b->panes.len ? &b->panes.items[b->focus] : NULL;
}

static void
show_focus(struct build *b)
{
	struct pane *p = focused_pane(b);

	b->store->focused_job = p ? p->job : NULL;
}

static void
choose_shown(struct build *b)
{
	vec_clear(&b->shown);
	for (size_t i = 0; i < b->panes.len; i++) {
		bool is_failed = b->panes.items[i].job->state == JOB_FAILED;

		if (b->is_zoomed ? i == b->focus : !b->only_failed || is_failed)
			vec_push(&b->shown, i);
	}
	list_set_count(&b->table.list, b->shown.len);
}

/* The panes of a run; what was focused stays so when only jobs were added. */
static void
take_run(struct build *b)
{
	size_t count = b->store->run ? run_job_count(b->store->run) : 0;

	vec_clear(&b->panes);
	for (size_t i = 0; i < count; i++)
		pane_init(vec_add(&b->panes), run_job(b->store->run, i));
	b->is_zoomed = b->only_failed = false;
	b->focus = 0;
	show_focus(b);
	choose_shown(b);
}

static const struct table_column list_columns[] = {
	{ "", 2, 2, 0, true },
	{ "target", 16, 32, 0, false },
	{ "state", 9, 9, 0, false },
	{ "units", 7, 9, 2, true },
	{ "progress", 6, 20, 3, false },
	{ "time", 6, 7, 1, true },
	{ "last line", 10, 0, 4, false },
};

static void *
build_open(struct store *store)
{
	struct build *b = xcalloc(1, sizeof(*b));

	b->store = store;
	b->table.columns = list_columns;
	b->table.column_count = sizeof(list_columns) / sizeof(*list_columns);
	take_run(b);
	return b;
}

static void
build_close(struct screen_state *s)
{
	struct build *b = build_of(s);

	b->store->focused_job = NULL;
	vec_fini(&b->panes);
	vec_fini(&b->shown);
	free(b);
}

static void
build_update(struct screen_state *s, unsigned changed)
{
	struct build *b = build_of(s);

	if (changed & STORE_RUN)
		take_run(b);
	else if (changed & STORE_JOBS)
		choose_shown(b);
}

/* -- keys ------------------------------------------------------------------------------------ */

/* Where the focused pane is in shown; -1 when it is not on show. */
static int
shown_index(const struct build *b)
{
	for (size_t i = 0; i < b->shown.len; i++)
		if (b->shown.items[i] == b->focus)
			return (int)i;
	return -1;
}

static unsigned
focus_pane(struct build *b, size_t pane)
{
	if (pane >= b->panes.len)
		return FX_BELL;
	b->focus = pane;
	show_focus(b);
	choose_shown(b);
	return FX_REDRAW;
}

static unsigned
focus_shown(struct build *b, int index)
{
	int count = (int)b->shown.len;

	if (!count)
		return FX_BELL;
	return focus_pane(b, b->shown.items[(index % count + count) % count]);
}

static unsigned
focus_next(struct build *b, int step)
{
	size_t count = b->panes.len;

	if (b->is_zoomed) /* one alone on show: the next one takes its place */
		return count ? focus_pane(b, (b->focus + count + (size_t)(step + (int)count)) % count) : FX_BELL;
	return focus_shown(b, shown_index(b) + step);
}

static unsigned
toggle(struct build *b, bool *flag)
{
	if (!b->panes.len)
		return FX_BELL;
	*flag = !*flag;
	choose_shown(b);
	return FX_REDRAW;
}

static unsigned
toggle_failed(struct build *b)
{
	size_t failed = 0;

	for (size_t i = 0; i < b->panes.len; i++)
		failed += b->panes.items[i].job->state == JOB_FAILED;
	if (!failed && !b->only_failed)
		return store_say(b->store, SAY_INFO, "no job has failed");
	b->is_zoomed = false;
	toggle(b, &b->only_failed);
	if (b->only_failed && shown_index(b) < 0)
		return focus_shown(b, 0);
	return FX_REDRAW;
}

static unsigned
copy_lines(struct build *b, struct pane *p)
{
	struct str text = STR_INIT;
	size_t lines = pane_copy(p, &text);
	char what[32];
	unsigned effects;

	if (!lines)
		return FX_BELL;
	snprintf(what, sizeof(what), lines == 1 ? "%zu line" : "%zu lines", lines);
	effects = store_copy(b->store, what, str_span(&text));
	p->anchor = -1;
	str_fini(&text);
	return effects | FX_REDRAW;
}

static unsigned
copy_log(struct build *b, const struct pane *p)
{
	struct str raw = STR_INIT, text = STR_INIT;
	unsigned effects;

	if (!p->job->log)
		return FX_BELL;
	if (logstore_bytes(p->job->log) > COPY_LOG_MAX)
		return store_say(b->store, SAY_WARN, "too long for the clipboard; it is in %s",
			logstore_path(p->job->log));
	logstore_tail(p->job->log, COPY_LOG_MAX, &raw);
	ansi_strip(&text, raw.data, raw.len);
	effects = store_copy(b->store, "the whole log", str_span(&text));
	str_fini(&text);
	str_fini(&raw);
	return effects;
}

static unsigned
show_fixes(struct build *b, const struct pane *p)
{
	const struct explanation *e = p->job->explanation;
	struct str text = STR_INIT;
	unsigned effects;

	if (!e || !e->count)
		return FX_BELL;
	explain_print(e, &text);
	effects = store_show(b->store, p->job->target, str_cstr(&text));
	str_fini(&text);
	return effects;
}

static unsigned
stop_job(struct build *b, struct pane *p)
{
	if (job_is_over(p->job))
		return store_say(b->store, SAY_INFO, "%s has ended already", p->job->target);
	return store_stop(b->store, p->job);
}

static unsigned
again(struct build *b, struct pane *p)
{
	if (!job_is_over(p->job))
		return store_say(b->store, SAY_INFO, "%s is still being built", p->job->target);
	p->is_following = true;
	return store_retry(b->store, p->job);
}

static unsigned
step(struct build *b, int d_row, int d_col)
{
	int at = shown_index(b);

	if (at < 0 || b->is_list)
		return 0;
	return focus_shown(b, grid_step(&b->grid, at, d_row, d_col));
}

/* In the list the arrows move between jobs; in a pane they scroll it. */
static unsigned
list_keys(struct build *b, enum action_id act)
{
	if (act == ACT_OPEN) {
		b->is_list = false;
		return toggle(b, &b->is_zoomed);
	}
	list_focus(&b->table.list, (size_t)(shown_index(b) < 0 ? 0 : shown_index(b)));
	if (!list_key(&b->table.list, act))
		return 0;
	return focus_shown(b, (int)b->table.list.focus);
}

static unsigned
pane_keys(struct build *b, struct pane *p, enum action_id act)
{
	if (pane_key(p, act))
		return FX_REDRAW;
	switch (act) {
	case ACT_NEXT_ERROR:
	case ACT_PREVIOUS_ERROR: return store_say(b->store, SAY_INFO, "no %serror here",
		p->is_following ? "" : "further ");
	case ACT_OPEN: return toggle(b, &b->is_zoomed);
	default: return 0;
	}
}

static unsigned
go_back(struct build *b, struct pane *p)
{
	if (p->anchor >= 0)
		p->anchor = -1;
	else if (!p->is_following)
		p->is_following = true;
	else if (b->is_zoomed)
		return toggle(b, &b->is_zoomed);
	else if (b->only_failed)
		return toggle(b, &b->only_failed);
	else
		return 0;
	return FX_REDRAW;
}

static unsigned
build_key(struct screen_state *s, enum action_id act, int nth)
{
	struct build *b = build_of(s);
	struct pane *p = focused_pane(b);

	if (act == ACT_BUILD)
		return FX_BUILD;
	if (!p)
		return 0;
	switch (act) {
	case ACT_PANE: return focus_pane(b, (size_t)nth);
	case ACT_NEXT: return focus_next(b, 1);
	case ACT_PREVIOUS: return focus_next(b, -1);
	case ACT_ZOOM: return toggle(b, &b->is_zoomed);
	case ACT_VIEW: return toggle(b, &b->is_list);
	case ACT_WRAP: return toggle(b, &b->wraps);
	case ACT_ONLY_FAILED: return toggle_failed(b);
	case ACT_STOP: return stop_job(b, p);
	case ACT_AGAIN: return again(b, p);
	case ACT_AGAIN_FAILED: return FX_RETRY_FAILED;
	case ACT_COPY: return copy_lines(b, p);
	case ACT_COPY_LOG: return copy_log(b, p);
	case ACT_FIX: return show_fixes(b, p);
	case ACT_BACK: return go_back(b, p);
	default: break;
	}
	if (b->is_list && !b->is_zoomed)
		return list_keys(b, act);
	return pane_keys(b, p, act);
}

static bool
build_acts(struct screen_state *s, enum action_id act)
{
	struct build *b = build_of(s);
	struct pane *p = focused_pane(b);

	switch (act) {
	case ACT_STOP: return p && !job_is_over(p->job);
	case ACT_AGAIN: return p && job_is_over(p->job);
	case ACT_AGAIN_FAILED:
	case ACT_ONLY_FAILED:
	case ACT_NEXT_ERROR:
	case ACT_PREVIOUS_ERROR: return p && (p->job->errors || p->job->state == JOB_FAILED);
	case ACT_FIX: return p && p->job->explanation && p->job->explanation->count;
	case ACT_PANE: return b->panes.len > 1;
	case ACT_ZOOM:
	case ACT_COPY: return p != NULL;
	default: return true;
	}
}

static unsigned
build_mouse(struct screen_state *s, const struct term_event *event)
{
	struct build *b = build_of(s);
	int at = b->is_list && !b->is_zoomed ? event->row - 1 + (int)b->table.list.top :
					       grid_at(&b->grid, event->row, event->col);
	struct pane *p;

	if (at < 0 || at >= (int)b->shown.len)
		return 0;
	p = &b->panes.items[b->shown.items[at]];
	switch (event->mouse) {
	case TERM_MOUSE_WHEEL_UP: pane_scroll(p, -WHEEL_LINES); return FX_REDRAW;
	case TERM_MOUSE_WHEEL_DOWN: pane_scroll(p, WHEEL_LINES); return FX_REDRAW;
	case TERM_MOUSE_PRESS: return focus_shown(b, at);
	case TERM_MOUSE_DOUBLE: focus_shown(b, at); return toggle(b, &b->is_zoomed);
	default: return 0;
	}
}

/* -- drawing --------------------------------------------------------------------------------- */

static uint64_t
elapsed(const struct build *b)
{
	return b->store->run ? run_elapsed_ms(b->store->run) : 0;
}

static void
draw_nothing(struct area a)
{
	static const char *const lines[] = {
		"Nothing has been built yet.",
		"",
		"Mark targets on the Targets screen (Space),",
		"then press b.",
	};
	struct area box = layout_center(a, 4, 43);

	for (int i = 0; i < 4; i++)
		area_puts(box, i, 0, i ? ROLE_DIM : ROLE_TEXT, lines[i]);
}

static void
draw_grid(struct build *b, struct area a)
{
	int focus = shown_index(b);

	grid_lay_out(&b->grid, (int)b->shown.len, focus < 0 ? 0 : focus, a.rows, a.cols);
	grid_frame(&b->grid, a, focus);
	for (int i = b->grid.first; i < b->grid.first + b->grid.count; i++) {
		struct pane *p = &b->panes.items[b->shown.items[i]];
		int number = b->panes.len > 1 ? (int)b->shown.items[i] + 1 : 0;

		pane_draw(p, grid_inside(&b->grid, a, i), b->wraps, i == focus);
		pane_draw_title(p, grid_title(&b->grid, a, i), number, elapsed(b), i == focus);
	}
}

static void
first_line(void *arg, size_t line, const struct ansi_line *text)
{
	struct area *a = arg;

	area_text_cut(*a, 0, 0, a->cols, ROLE_DIM, text->text);
}

/* The hint of a job that has one, else the last line of its log. */
static void
draw_last(const struct job *job, struct area a)
{
	size_t lines = job->log ? logstore_lines(job->log) : 0;

	if (job->explanation && job->explanation->count)
		area_text_cut(a, 0, 0, a.cols, ROLE_HINT, span_of(job->explanation->hints[0].title));
	else if (lines)
		logstore_read(job->log, lines - 1, 1, first_line, &a);
}

static void
draw_cell(void *arg, size_t row, size_t column, struct area a)
{
	struct build *b = arg;
	size_t index = b->shown.items[row];
	const struct job *job = b->panes.items[index].job;
	char text[48];
	int at;

	switch (column) {
	case 0: area_printf(a, 0, 0, ROLE_KEY, "%*zu", a.cols, index + 1); break;
	case 1: area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, span_of(job->target)); break;
	case 2:
		at = area_puts(a, 0, 0, job_role(job), job_glyph(a.canvas, job));
		area_printf(a, 0, at, job_role(job), " %s", job_state_name(job->state));
		break;
	case 3:
		job_units(job, text, sizeof(text));
		area_text_right(a, 0, a.cols, ROLE_TEXT, text);
		break;
	case 4: bar_draw(a, 0, 0, a.cols, (uint64_t)job->done, (uint64_t)job->total); break;
	case 5:
		bar_time(text, job_elapsed_ms(job, elapsed(b)));
		area_text_right(a, 0, a.cols, ROLE_TEXT, text);
		break;
	case 6: draw_last(job, a); break;
	}
}

static void
draw_list(struct build *b, struct area a)
{
	struct table_rows rows = { .cell = draw_cell, .arg = b };
	int focus = shown_index(b);

	list_focus(&b->table.list, (size_t)(focus < 0 ? 0 : focus));
	area_frame(a, ROLE_BORDER);
	table_draw(&b->table, area_part(a, 1, 1, a.rows - 2, a.cols - 2), &rows, true);
}

static void
build_draw(struct screen_state *s, struct area a)
{
	struct build *b = build_of(s);

	if (!b->panes.len)
		draw_nothing(a);
	else if (b->is_list && !b->is_zoomed)
		draw_list(b, a);
	else
		draw_grid(b, a);
}

static void
count_jobs(const struct run *run, size_t counts[JOB_SKIPPED + 1])
{
	for (size_t i = 0; i < run_job_count(run); i++)
		counts[run_job(run, i)->state]++;
}

static void
build_headline(struct screen_state *s, struct str *left, struct str *right)
{
	static const struct {
		enum job_state state;
		const char *word;
	} words[] = {
		{ JOB_RUNNING, "running" },
		{ JOB_WAITING, "waiting" },
		{ JOB_FAILED, "failed" },
		{ JOB_CANCELLED, "cancelled" },
		{ JOB_OK, "ok" },
	};
	struct build *b = build_of(s);
	const struct run *run = b->store->run;
	size_t counts[JOB_SKIPPED + 1] = { 0 };
	size_t jobs;
	char time[16];

	if (!run || !(jobs = run_job_count(run)))
		return;
	str_appendf(left, "%s%s%s, %zu target%s",
		b->store->survey->workspace ? b->store->survey->workspace->name : "",
		b->store->survey->workspace ? ": " : "", run_job(run, 0)->variant, jobs, jobs == 1 ? "" : "s");
	str_appendf(left, ", %d cargo%s, %d CPU%s", run_group_count(run), run_group_count(run) == 1 ? "" : "s",
		b->store->platform->cpus, b->store->platform->cpus == 1 ? "" : "s");
	count_jobs(run, counts);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (counts[words[i].state])
			str_appendf(right, "%zu %s, ", counts[words[i].state], words[i].word);
	bar_time(time, run_elapsed_ms(run));
	str_append(right, time);
}

static void
build_corner(struct screen_state *s, struct area a)
{
	struct build *b = build_of(s);
	int64_t done = 0, total = 0;
	int width = a.cols > 40 ? 24 : a.cols - 12;

	for (size_t i = 0; i < b->panes.len; i++) {
		done += b->panes.items[i].job->done;
		total += b->panes.items[i].job->total;
	}
	if (!total || width < 5)
		return;
	bar_draw(a, 0, a.cols - width - 6, width, (uint64_t)done, (uint64_t)total);
	area_printf(a, 0, a.cols - 5, ROLE_TEXT, "%3d%%", (int)(done * 100 / total));
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
	.acts = build_acts,
	.headline = build_headline,
	.corner = build_corner,
};
