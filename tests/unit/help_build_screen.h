/* help_build_screen: the Build screen drawn from jobs that nothing builds, moved by the actions of
 * keys, for its tests.
 *
 * The run is one of our own: the few functions of build/run.h and build/history.h that the screen asks
 * are defined here. Included by one file of a test program only. */
#pragma once
#include "unit/check.h"
#include "base/path.h"
#include "build/history.h"
#include "build/lab.h"
#include "build/run.h"
#include "host/platform.h"
#include "io/loop.h"
#include "rust/workspace.h"
#include "ui/build_pane.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "unit/dice.h"
#include "unit/help_golden.h"
#include "unit/help_jobs.h"
#include "unit/help_survey.h"

struct run {
	struct jobs jobs;
	enum run_mode mode;
	const struct survey *survey;
	uint64_t elapsed;
	bool has_cache; /* rustc's wrapper is sccache */
};

/* Nothing is measured beside it. */
bool
lab_is_over(const struct lab *lab)
{
	return true;
}

size_t
run_job_count(const struct run *r)
{
	return r->jobs.count;
}

struct job *
run_job(const struct run *r, size_t i)
{
	return r->jobs.items[i];
}

uint64_t
run_elapsed_ms(const struct run *r)
{
	return r->elapsed;
}

const struct survey *
run_survey(const struct run *r)
{
	return r->survey;
}

bool
run_cache(const struct run *r, struct job_cache *sum, const char **storage)
{
	*sum = (struct job_cache){ 0 };
	for (size_t i = 0; i < r->jobs.count; i++) {
		sum->hits += r->jobs.items[i]->cache.hits;
		sum->misses += r->jobs.items[i]->cache.misses;
	}
	return r->has_cache;
}

const char *
run_profile(const struct run *r)
{
	return "release";
}

bool
run_is_lab(const struct run *r)
{
	return false;
}

enum run_mode
run_mode(const struct run *r)
{
	return r->mode;
}

const char *
run_mode_name(enum run_mode mode)
{
	return mode == MODE_CHECK ? "check" : "build";
}

const char *
run_id(const struct run *r)
{
	return "20261121-103000";
}

const struct recording *
run_recording(const struct run *r)
{
	return NULL;
}

/* The history of a test; empty at first. */
static struct history_list past_builds;

bool
history_ask(struct history *h, const struct history_query *query, struct history_list *list,
	struct err *err)
{
	*list = (struct history_list){ 0 };
	for (size_t i = 0; i < past_builds.runs.len; i++) {
		const struct history_run *run = &past_builds.runs.items[i];
		if ((!query->row || query->row == run->row) &&
			(!query->limit || list->runs.len < query->limit))
			vec_push(&list->runs, *run);
	}
	return true;
}

void
history_list_fini(struct history_list *list)
{
	vec_fini(&list->runs);
}

/* What the history says of the jobs of the fixture's workspace. */
void
history_paces(struct history *h, const struct history_key *key, struct paces *paces)
{
	paces->count = text_is(key->root, "/nonexistent/greet") &&
		text_is(key->profile, "release") && text_is(key->variant, "as configured") &&
		text_is(key->mode, "build") && text_is(key->target, "x86_64-unknown-linux-gnu");
	paces->items[0] = (struct pace){ 38, 10000 };
}

static const struct screen tab_targets = { .id = SCREEN_TARGETS, .title = "Targets" };
static const struct screen tab_profile = { .id = SCREEN_PROFILE, .title = "Profile" };

struct bench {
	struct run run;
	struct survey *survey;
	struct platform platform;
	struct store store;
	struct screen_state tabs[3];
	struct screen_state *screen;
	struct canvas *canvas;
	struct frame frame;
	struct hint hint;
	struct explanation explanation;
};

static inline int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	struct err err = ERR_INIT;

	jobs_open(&b->run.jobs);
	setenv("VISUAL", "", 1);
	setenv("EDITOR", "nano -l", 1);
	setenv("PAGER", "", 1);
	b->survey = survey_fixture(0);
	survey_store(&b->store, b->survey);
	b->store.loop = loop_new();
	b->platform.cpus = 2;
	b->store.platform = &b->platform;
	b->store.keymap = keymap_new(NULL, &err);
	assert_non_null(b->store.keymap);
	b->canvas = canvas_new(24, 80);
	b->hint = wrong_linker;
	b->explanation = (struct explanation){ .hints = &b->hint, .count = 1 };
	b->tabs[0] = (struct screen_state){ &tab_targets, &b->store, NULL };
	b->tabs[1] = (struct screen_state){ &tab_profile, &b->store, NULL };
	b->tabs[2] =
		(struct screen_state){ &screen_build, &b->store, screen_build.open(&b->store) };
	b->screen = &b->tabs[2];
	*state = b;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct bench *b = *state;

	screen_build.close(b->screen);
	loop_free(b->store.loop);
	keymap_free((struct keymap *)b->store.keymap);
	survey_store_fini(&b->store);
	survey_free(b->survey);
	canvas_free(b->canvas);
	jobs_close(&b->run.jobs);
	free(b);
	return 0;
}

/* ---- helpers ---- */

static inline struct job *
add(struct bench *b, const char *target, enum job_state state, const char *log)
{
	struct job *job = jobs_add(&b->run.jobs, target, state);

	job_say(job, log);
	return job;
}

static inline void
begin_run(struct bench *b, uint64_t elapsed)
{
	b->store.run = &b->run;
	b->run.elapsed = elapsed;
	screen_build.update(b->screen, STORE_RUN);
}

static inline void
jobs_changed(struct bench *b)
{
	screen_build.update(b->screen, STORE_JOBS);
}

/* The three jobs of the sketch: one is done, one runs, one has failed. */
static inline void
begin_three(struct bench *b)
{
	struct job *ok = add(b, "x86_64-unknown-linux-gnu", JOB_OK, log_of_success);
	struct job *running = add(b, "x86_64-unknown-linux-musl", JOB_RUNNING, log_in_progress);
	struct job *failed = add(b, "aarch64-unknown-linux-gnu", JOB_FAILED, log_of_failure);

	job_count(ok, 38, 38);
	ok->ended_ms = 22410;
	job_has_made(ok, "/t/x86_64-unknown-linux-gnu/release/greet", "bin", 2412345);
	job_count(running, 31, 38);
	job_count(failed, 12, 38);
	failed->ended_ms = 9370;
	failed->explanation = &b->explanation;
	begin_run(b, 41200);
}

static inline void
begin_many(struct bench *b, size_t count)
{
	static const char *const targets[] = { "x86_64-unknown-linux-gnu",
		"aarch64-unknown-linux-gnu", "x86_64-unknown-linux-musl",
		"aarch64-unknown-linux-musl", "armv7-unknown-linux-gnueabihf",
		"x86_64-pc-windows-gnu", "x86_64-unknown-freebsd", "aarch64-apple-darwin",
		"wasm32-unknown-unknown" };

	for (size_t i = 0; i < count; i++) {
		enum job_state state = (enum job_state)(i % (JOB_SKIPPED + 1));
		bool has_begun = state != JOB_WAITING && state != JOB_SKIPPED;
		struct job *job = add(b, targets[i % COUNT(targets)], state,
			state == JOB_FAILED ? log_of_failure
				: has_begun ? log_in_progress
					    : "");
		if (has_begun)
			job_count(job, state == JOB_OK ? 38 : 12 + (int)i, 38);
		if (state == JOB_FAILED)
			job->explanation = &b->explanation;
		if (job_is_over(job))
			job->ended_ms = 5000 + 100 * i;
	}
	begin_run(b, 12340);
}

static inline unsigned
press(struct bench *b, enum action_id act)
{
	return screen_build.key(b->screen, act, 0);
}

static inline unsigned
press_number(struct bench *b, int number)
{
	return screen_build.key(b->screen, ACT_PANE, number - 1);
}

static inline void
draw(struct bench *b, int rows, int cols)
{
	canvas_resize(b->canvas, rows, cols);
	b->frame = frame_lay_out(b->canvas, true);
	frame_draw(&b->frame, b->tabs, 3, 2);
	screen_build.draw(b->screen, b->frame.body);
	frame_draw_keys(b->frame.keys, b->screen, ON_BUILD);
}

static inline void
golden(struct bench *b, const char *name, int rows, int cols)
{
	char *file = xasprintf("build-%s%s%dx%d%s", name, *name ? "-" : "", cols, rows,
		b->canvas->ascii ? "-ascii" : "");

	draw(b, rows, cols);
	golden_check(file, b->canvas);
	free(file);
}

static inline void
assert_drawn(struct bench *b, const char *what, bool is_there)
{
	struct str text = STR_INIT;

	draw(b, 24, 80);
	canvas_dump_text(b->canvas, &text);
	bool found = strstr(str_cstr(&text), what);
	if (found != is_there)
		print_error("%s \"%s\":\n%s", is_there ? "not there:" : "there:", what,
			str_cstr(&text));
	str_fini(&text);
	assert_int_equal(found, is_there);
}

#define assert_is_drawn(b, what) assert_drawn(b, what, true)
#define assert_not_drawn(b, what) assert_drawn(b, what, false)

/* The number of the pane in focus: its title is the one in the role of titles. */
static inline int
focus_of(struct bench *b)
{
	draw(b, 24, 80);
	for (int row = b->frame.body.row; row < 24; row++) {
		for (int col = 0; col < 79; col++) {
			const struct canvas_cell *c = &b->canvas->cells[row * 80 + col];
			if (c->role == ROLE_KEY && c[2].role == ROLE_TITLE)
				return (int)(c->chars[0] - '0');
		}
	}
	return 0;
}

static inline unsigned
mouse(struct bench *b, enum term_mouse kind, int row, int col)
{
	struct term_event event = { .kind = TERM_MOUSE, .mouse = kind, .row = row, .col = col };

	return screen_build.mouse(b->screen, &event);
}

static inline void
type(struct bench *b, const char *text)
{
	struct input *in = screen_build.input(b->screen);

	assert_non_null(in);
	input_set(in, text);
	screen_build.typed(b->screen, INPUT_CHANGED);
}

/* Until every log is gone through. */
static inline void
wait_for_search(struct bench *b)
{
	while (loop_turn(b->store.loop, true))
		;
}

static inline void
search_for(struct bench *b, const char *text)
{
	press(b, ACT_SEARCH);
	type(b, text);
	screen_build.typed(b->screen, INPUT_ACCEPTED);
	wait_for_search(b);
}

static inline void
unit(struct bench *b, size_t job, const char *crate, uint64_t at, bool is_finished)
{
	struct run_event event = { .kind = RUN_UNIT,
		.job = b->run.jobs.items[job],
		.crate = crate,
		.at = at,
		.unit_finished = is_finished };

	screen_build.run_event(b->screen, &event);
}
