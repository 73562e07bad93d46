/* screen_build: drawn from jobs that nothing builds, moved by the actions of keys. The run is one of
 * our own: a few functions of build/run.h are all that the screen asks of it. */
#include "unit/check.h"
#include "base/path.h"
#include "build/history.h"
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
	const struct survey *survey;
	uint64_t elapsed;
};

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

const char *
run_profile(const struct run *r)
{
	return "release";
}

enum run_mode
run_mode(const struct run *r)
{
	return MODE_CHECK;
}

const char *
run_mode_name(enum run_mode mode)
{
	return mode == MODE_CHECK ? "check" : "build";
}

/* What the history says of the jobs of the fixture's workspace. */
bool
history_expect(struct history *h, const struct history_key *key, uint64_t *ms)
{
	if (!text_is(key->root, "/nonexistent/greet") || !text_is(key->profile, "release") ||
		!text_is(key->variant, "as configured") || !text_is(key->mode, "check") ||
		!text_is(key->target, "x86_64-unknown-linux-gnu"))
		return false;
	*ms = 10000;
	return true;
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

static int
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

static int
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

static struct job *
add(struct bench *b, const char *target, enum job_state state, const char *log)
{
	struct job *job = jobs_add(&b->run.jobs, target, state);

	job_say(job, log);
	return job;
}

static void
begin_run(struct bench *b, uint64_t elapsed)
{
	b->store.run = &b->run;
	b->run.elapsed = elapsed;
	screen_build.update(b->screen, STORE_RUN);
}

static void
jobs_changed(struct bench *b)
{
	screen_build.update(b->screen, STORE_JOBS);
}

/* The three jobs of the sketch: one is done, one runs, one has failed. */
static void
begin_three(struct bench *b)
{
	struct job *ok = add(b, "x86_64-unknown-linux-gnu", JOB_OK, log_of_success);
	struct job *running = add(b, "x86_64-unknown-linux-musl", JOB_RUNNING, log_in_progress);
	struct job *failed = add(b, "aarch64-unknown-linux-gnu", JOB_FAILED, log_of_failure);

	job_count(ok, 38, 38);
	ok->ended_ms = 22410;
	job_add_artifact(ok, "/t/x86_64-unknown-linux-gnu/release/greet", "bin", 2412345);
	job_count(running, 31, 38);
	job_count(failed, 12, 38);
	failed->ended_ms = 9370;
	failed->explanation = &b->explanation;
	begin_run(b, 41200);
}

static void
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

static unsigned
press(struct bench *b, enum action_id act)
{
	return screen_build.key(b->screen, act, 0);
}

static unsigned
press_number(struct bench *b, int number)
{
	return screen_build.key(b->screen, ACT_PANE, number - 1);
}

static void
draw(struct bench *b, int rows, int cols)
{
	canvas_resize(b->canvas, rows, cols);
	b->frame = frame_lay_out(b->canvas, true);
	frame_draw(&b->frame, b->tabs, 3, 2);
	screen_build.draw(b->screen, b->frame.body);
	frame_draw_keys(b->frame.keys, b->screen, ON_BUILD);
}

static void
golden(struct bench *b, const char *name, int rows, int cols)
{
	char *file = xasprintf("build-%s%s%dx%d%s", name, *name ? "-" : "", cols, rows,
		b->canvas->ascii ? "-ascii" : "");

	draw(b, rows, cols);
	golden_check(file, b->canvas);
	free(file);
}

/* ---- pictures ---- */

/* The Build screen shows done, running and failed jobs, the hint and its fixes at every size. */
static void
three_jobs_at_every_size(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	golden(b, "", 24, 80);
	golden(b, "", 50, 200);
	press_number(b, 3);
	golden(b, "", 10, 40);
	b->canvas->ascii = true;
	golden(b, "", 10, 40);
	golden(b, "", 24, 80);
}

static void
nine_jobs(void **state)
{
	struct bench *b = *state;

	begin_many(b, 9);
	golden(b, "nine", 50, 200);
	golden(b, "nine", 24, 80);
	press(b, ACT_VIEW);
	golden(b, "list", 24, 80);
	golden(b, "list", 10, 40);
}

static void
zoomed_and_wrapped(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press_number(b, 3);
	press(b, ACT_ZOOM);
	golden(b, "zoom", 24, 80);
	press(b, ACT_WRAP);
	draw(b, 24, 80);
	press(b, ACT_NEXT_ERROR);
	golden(b, "wrap", 24, 80);
}

static void
nothing_built(void **state)
{
	struct bench *b = *state;

	golden(b, "nothing", 24, 80);
	choice_mark(b->store.choice, "x86_64-unknown-linux-gnu", true);
	golden(b, "nothing", 10, 40);
}

/* ---- which pane ---- */

static void
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
static int
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

/* Numbers, Tab and Shift-Tab move the focus; a number without a pane rings the bell. */
static void
focus_moves(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	assert_int_equal(focus_of(b), 1);
	press_number(b, 3);
	assert_int_equal(focus_of(b), 3);
	press(b, ACT_NEXT);
	assert_int_equal(focus_of(b), 1);
	press(b, ACT_PREVIOUS);
	assert_int_equal(focus_of(b), 3);
	assert_int_equal(press_number(b, 7), FX_BELL);
	assert_int_equal(focus_of(b), 3);
}

/* More panes than fit stand on pages, which follow the focus and are told. */
static void
more_panes_than_fit(void **state)
{
	struct bench *b = *state;

	begin_many(b, 30);
	draw(b, 24, 80);
	assert_is_drawn(b, " 1 to 10 of 30 ");
	for (int i = 0; i < 10; i++)
		press(b, ACT_NEXT);
	assert_is_drawn(b, " 11 to 20 of 30 ");
	press_number(b, 1);
	press(b, ACT_PREVIOUS);
	assert_is_drawn(b, " 21 to 30 of 30 ");
	assert_is_drawn(b, " 30 ");
}

/* Zoomed, a pane is alone; moving the focus shows the next one alone; Esc brings all back. */
static void
zoom(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press(b, ACT_OPEN);
	assert_is_drawn(b, " 1 x86_64-unknown-linux-gnu ");
	assert_not_drawn(b, " 2 x86_64-unknown-linux-musl ");
	press(b, ACT_NEXT);
	assert_is_drawn(b, " 2 x86_64-unknown-linux-musl ");
	assert_not_drawn(b, " 1 x86_64-unknown-linux-gnu ");
	assert_true(press(b, ACT_BACK));
	assert_is_drawn(b, " 1 x86_64-unknown-linux-gnu ");
	assert_false(press(b, ACT_BACK));
}

/* Only failed jobs are shown when asked for; as soon as none is failed, all are. */
static void
only_failed(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press(b, ACT_ONLY_FAILED);
	assert_int_equal(focus_of(b), 3);
	assert_not_drawn(b, " 1 x86_64");
	assert_int_equal(press_number(b, 1), FX_BELL);
	press(b, ACT_NEXT);
	assert_int_equal(focus_of(b), 3);
	press(b, ACT_BACK);
	assert_is_drawn(b, " 1 x86_64");
	press(b, ACT_ONLY_FAILED);
	b->run.jobs.items[2]->state = JOB_RUNNING;
	b->run.jobs.items[2]->explanation = NULL;
	jobs_changed(b);
	assert_is_drawn(b, " 1 x86_64");
	press(b, ACT_ONLY_FAILED);
	assert_string_equal(str_cstr(&b->store.message), "no job has failed");
}

/* In the list the arrows move between jobs, Enter opens one, Esc comes back; e opens it at its error. */
static void
list_of_jobs(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press(b, ACT_VIEW);
	assert_is_drawn(b, " 3 aarch64-linux-gnu");
	assert_is_drawn(b, "The host's ");
	press(b, ACT_DOWN);
	press(b, ACT_OPEN);
	assert_is_drawn(b, " 2 x86_64-unknown-linux-musl  ◐ 31/38");
	press(b, ACT_BACK);
	assert_is_drawn(b, "progress");
	press_number(b, 1);
	press(b, ACT_DOWN);
	press(b, ACT_DOWN);
	press(b, ACT_PREVIOUS_ERROR);
	assert_is_drawn(b, " 3 aarch64-unknown-linux-gnu  ✖ failed");
	press(b, ACT_BACK);
	assert_int_equal(press(b, ACT_COPY), FX_BELL);
	press(b, ACT_VIEW);
	assert_is_drawn(b, "┬");
}

/* A new run is shown from its beginning, with the panes as wide lines were wanted. */
static void
another_run(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press_number(b, 3);
	press(b, ACT_WRAP);
	press(b, ACT_ZOOM);
	for (size_t i = 0; i < 3; i++) {
		b->run.jobs.items[i]->explanation = NULL;
		job_free(b->run.jobs.items[i]);
	}
	b->run.jobs.count = 0;
	struct job *job = add(b, "wasm32-unknown-unknown", JOB_RUNNING, "");
	job_say(job,
		"a line that is longer than the pane is wide, so that its end is seen only where "
		"long lines are wrapped\n");
	b->store.changed = STORE_RUN; /* a key may come before the update does */
	assert_false(screen_build.acts(b->screen, ACT_FIX));
	press(b, ACT_NEXT_ERROR);
	b->store.changed = 0;
	begin_run(b, 100);
	assert_is_drawn(b, " wasm32-unknown-unknown  ◐ 0.1s");
	assert_is_drawn(b, "are wrapped");
	b->store.run = NULL;
	screen_build.update(b->screen, STORE_RUN);
	assert_is_drawn(b, "Nothing has been built yet.");
}

/* ---- what is done with a job ---- */

/* x stops what goes, r builds again what has ended; each says so where it cannot. */
static void
stop_and_again(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press(b, ACT_STOP);
	assert_string_equal(
		str_cstr(&b->store.message), "x86_64-unknown-linux-gnu has ended already");
	assert_int_equal(press(b, ACT_AGAIN), FX_RETRY_JOB);
	assert_ptr_equal(b->store.request.job, b->run.jobs.items[0]);
	assert_int_equal(press(b, ACT_AGAIN_FAILED), FX_RETRY_FAILED);
	press_number(b, 2);
	assert_int_equal(press(b, ACT_STOP), FX_STOP_JOB);
	assert_ptr_equal(b->store.request.job, b->run.jobs.items[1]);
	press(b, ACT_AGAIN);
	assert_string_equal(
		str_cstr(&b->store.message), "x86_64-unknown-linux-musl is still being built");
	assert_int_equal(press(b, ACT_BUILD), FX_BUILD);
	b->run.jobs.items[2]->state = JOB_OK;
	press(b, ACT_AGAIN_FAILED);
	assert_string_equal(str_cstr(&b->store.message), "no job has failed");
}

/* f shows every fix in full: commands, diffs, proofs. */
static void
fixes_in_full(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	assert_int_equal(press(b, ACT_FIX), FX_BELL);
	press_number(b, 3);
	assert_int_equal(press(b, ACT_FIX), FX_SHOW);
	assert_string_equal(str_cstr(&b->store.request.title), "aarch64-unknown-linux-gnu");
	assert_string_equal(str_cstr(&b->store.request.text),
		"The host's linker was used for aarch64 (certain)\n"
		"line 7: /usr/bin/ld: greet.o: Relocations in generic ELF (EM: 183)\n"
		"\n"
		"`cc` links x86-64 only; these objects are aarch64 (EM 183).\n"
		"\n"
		"1  use aarch64-linux-gnu-gcc for aarch64-unknown-linux-gnu\n"
		"   --- /dev/null\n"
		"   +++ b/.cargo/config.toml\n"
		"   @@ -0,0 +1,2 @@\n"
		"   +[target.aarch64-unknown-linux-gnu]\n"
		"   +linker = \"aarch64-linux-gnu-gcc\"\n"
		"   proof: aarch64-linux-gnu-gcc --version\n"
		"\n"
		"2  install gcc-aarch64-linux-gnu, which brings aarch64-linux-gnu-gcc\n"
		"   $ sudo apt-get install gcc-aarch64-linux-gnu\n"
		"\n"
		"3  build it with zig (cargo-zigbuild): brings its own libc and linker\n"
		"   $ xtui build --backend zig\n"
		"\n"
		"see https://doc.rust-lang.org/cargo/reference/config.html\n");
}

/* y copies a line or the selection, Y the log without its colours, S where the log is. */
static void
copying(void **state)
{
	struct bench *b = *state;
	const struct request *r = &b->store.request;

	begin_three(b);
	draw(b, 24, 80);
	press(b, ACT_TOP);
	press(b, ACT_SELECT);
	press(b, ACT_DOWN);
	assert_true(press(b, ACT_COPY) & FX_COPY);
	assert_string_equal(str_cstr(&r->title), "2 lines");
	assert_string_equal(str_cstr(&r->text),
		"   Compiling serde v1.0.219\n   Compiling regex-automata v0.4.9");
	assert_true(press(b, ACT_COPY) & FX_COPY); /* the selection is over */
	assert_string_equal(str_cstr(&r->title), "1 line");
	assert_int_equal(press(b, ACT_COPY_LOG), FX_COPY);
	assert_string_equal(str_cstr(&r->title), "the whole log");
	assert_null(strchr(str_cstr(&r->text), '\033'));
	assert_non_null(strstr(str_cstr(&r->text), "    Finished `release` profile"));
	assert_int_equal(press(b, ACT_SAVE_LOG), FX_COPY);
	assert_string_equal(str_cstr(&r->text), logstore_path(b->run.jobs.items[0]->log));
	assert_string_equal(str_cstr(&r->title), str_cstr(&r->text));
}

/* What is too long for a clipboard is not copied, and that is said. */
static void
too_long_to_copy(void **state)
{
	struct bench *b = *state;
	struct job *job = add(b, "x86_64-unknown-linux-gnu", JOB_RUNNING, "");
	char line[1024];

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	for (int i = 0; i < 5000; i++)
		logstore_append(job->log, line, sizeof(line));
	begin_run(b, 100);
	draw(b, 24, 80);
	assert_false(press(b, ACT_COPY_LOG) & FX_COPY);
	assert_true(text_starts(
		str_cstr(&b->store.message), "the whole log: too long for a clipboard"));
	press(b, ACT_TOP);
	press(b, ACT_SELECT);
	press(b, ACT_BOTTOM);
	assert_false(press(b, ACT_COPY) & FX_COPY);
	assert_true(
		text_starts(str_cstr(&b->store.message), "5000 lines: too long for a clipboard"));
}

/* e where there is no error says so. */
static void
no_error_here(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press(b, ACT_NEXT_ERROR);
	assert_string_equal(str_cstr(&b->store.message), "no error here");
	press_number(b, 3);
	press(b, ACT_NEXT_ERROR);
	press(b, ACT_NEXT_ERROR);
	assert_string_equal(str_cstr(&b->store.message), "no further error here");
}

/* d goes to the next warning, out of the list too, and says where there is none. */
static void
next_warning(void **state)
{
	struct bench *b = *state;
	struct job *job = add(b, "x86_64-unknown-linux-gnu", JOB_OK, log_of_success);

	begin_run(b, 1000);
	press(b, ACT_NEXT_WARNING);
	assert_string_equal(str_cstr(&b->store.message), "no warning here");
	press(b, ACT_VIEW);
	logstore_mark_next(job->log, LOGMARK_WARNING);
	job_say(job, "warning: unused variable\n");
	job_say_lines(job, 1, 40);
	press(b, ACT_NEXT_WARNING);
	assert_is_drawn(b, "warning: unused variable");
	press(b, ACT_NEXT_WARNING);
	assert_string_equal(str_cstr(&b->store.message), "no further warning here");
}

/* The bottom line offers what acts on the focused job, no more. */
static void
offered_keys(void **state)
{
	static const struct {
		int pane;
		const char *there, *not_there;
	} cases[] = {
		{ 1, " r again ", " x stop " },
		{ 1, " 1-9 pane  z zoom ", " f fixes " },
		{ 2, " x stop ", " r again " },
		{ 3, " f fixes  1-9 pane  z zoom  e next error ", " b build " },
	};
	struct bench *b = *state;

	assert_is_drawn(b, " b build  ? all keys");
	begin_three(b);
	for (size_t i = 0; i < COUNT(cases); i++) {
		press_number(b, cases[i].pane);
		assert_is_drawn(b, cases[i].there);
		assert_not_drawn(b, cases[i].not_there);
	}
	b->run.jobs.items[1]->state = JOB_OK;
	jobs_changed(b);
	assert_is_drawn(b, " b build ");
}

/* ---- line 1 and the total ---- */

/* Line 1 names the variant when the profile was changed, and how many cargos are at work. */
static void
headline(void **state)
{
	struct bench *b = *state;
	struct job *job = add(b, "x86_64-unknown-linux-gnu", JOB_OK, log_of_success);

	begin_run(b, 1000);
	assert_is_drawn(b, " greet · release · 1 target · one cargo, 2 CPUs");
	assert_is_drawn(b, " 1 ok · 1.0s\n");
	free(job->variant);
	job->variant = xstrdup("small");
	add(b, "wasm32-unknown-unknown", JOB_FAILED, "")->group = 2;
	add(b, "aarch64-apple-darwin", JOB_CANCELLED, "");
	add(b, "x86_64-unknown-freebsd", JOB_SKIPPED, "");
	b->platform.cpus = 1;
	begin_run(b, 61000);
	draw(b, 24, 120);
	struct str text = STR_INIT;
	canvas_dump_text(b->canvas, &text);
	assert_true(text_starts(
		str_cstr(&text), " greet · release, small · 4 targets · 2 cargos, 1 CPU   "));
	assert_non_null(strstr(str_cstr(&text), "  1 failed · 1 cancelled · 1 skipped · 1:01\n"));
	str_fini(&text);
}

/* Line 1 says that the sources are watched. */
static void
headline_says_watching(void **state)
{
	struct bench *b = *state;

	add(b, "x86_64-unknown-linux-gnu", JOB_RUNNING, "");
	begin_run(b, 61000);
	assert_not_drawn(b, "watching");
	b->store.watching = true;
	assert_is_drawn(b, "  watching · 1 running · 1:01\n");
}

/* The total is a guess until every job has counted its units. */
static void
total_of_all_jobs(void **state)
{
	struct bench *b = *state;
	struct job *first = add(b, "x86_64-unknown-linux-gnu", JOB_RUNNING, log_in_progress);
	struct job *second = add(b, "x86_64-unknown-linux-musl", JOB_RUNNING, "");

	begin_run(b, 1000);
	assert_not_drawn(b, " %\n");
	job_count(first, 20, 40);
	assert_is_drawn(b, " ~ 25 %\n");
	job_count(second, 10, 20);
	assert_is_drawn(b, "-   50 %\n");
	second->total_is_exact = false;
	assert_is_drawn(b, "- ~ 50 %\n");
	second->state = JOB_CANCELLED;
	assert_is_drawn(b, "-   50 %\n");
}

/* A job that was built before says from the beginning how long it will take; one that is no cargo's
 * has no past. */
static void
time_left_of_past_runs(void **state)
{
	struct bench *b = *state;
	struct job *job = add(b, "x86_64-unknown-linux-gnu", JOB_RUNNING, log_in_progress);

	job_count(job, 1, 38);
	begin_run(b, 1000);
	assert_not_drawn(b, "~9 s");
	b->run.survey = b->survey;
	begin_run(b, 1000);
	assert_is_drawn(b, "~9 s");
	add(b, "x86_64-unknown-linux-musl", JOB_RUNNING, log_in_progress);
	job->state = JOB_OK;
	begin_run(b, 1000);
	assert_not_drawn(b, "~9 s");
}

/* ---- mouse ---- */

static unsigned
mouse(struct bench *b, enum term_mouse kind, int row, int col)
{
	struct term_event event = { .kind = TERM_MOUSE, .mouse = kind, .row = row, .col = col };

	return screen_build.mouse(b->screen, &event);
}

/* A click focuses, a second one zooms, the wheel scrolls the pane below it. */
static void
mouse_on_panes(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	job_say_lines(b->run.jobs.items[1], 1, 99);
	draw(b, 24, 80);
	assert_true(mouse(b, TERM_MOUSE_WHEEL_UP, 5, 60));
	assert_int_equal(focus_of(b), 1);
	assert_is_drawn(b, "+3 ");
	assert_is_drawn(b, "line 96 ");
	assert_not_drawn(b, "line 97 ");
	assert_true(mouse(b, TERM_MOUSE_WHEEL_DOWN, 5, 60));
	assert_is_drawn(b, "line 99 ");
	assert_true(mouse(b, TERM_MOUSE_PRESS, 15, 10));
	assert_int_equal(focus_of(b), 3);
	assert_true(mouse(b, TERM_MOUSE_RELEASE, 15, 10));
	assert_false(mouse(b, TERM_MOUSE_RELEASE, 15, 10));
	mouse(b, TERM_MOUSE_DOUBLE, 15, 10);
	assert_not_drawn(b, " 1 x86_64");
	press(b, ACT_ZOOM);
	press(b, ACT_VIEW);
	draw(b, 24, 80);
	mouse(b, TERM_MOUSE_PRESS, 5, 10);
	mouse(b, TERM_MOUSE_DOUBLE, 5, 10);
	assert_is_drawn(b, " 2 x86_64-unknown-linux-musl");
	assert_int_equal(focus_of(b), 2);
}

/* Pulling with the button down selects lines, a click moves the cursor of a window that stands. */
static void
mouse_selects(void **state)
{
	struct bench *b = *state;
	const struct request *r = &b->store.request;

	begin_three(b);
	draw(b, 24, 80);
	mouse(b, TERM_MOUSE_PRESS, 3, 5);
	assert_true(mouse(b, TERM_MOUSE_RELEASE, 5, 70));
	assert_true(press(b, ACT_COPY) & FX_COPY);
	assert_string_equal(str_cstr(&r->text),
		"   Compiling serde v1.0.219\n   Compiling regex-automata v0.4.9\n"
		"   Compiling greet v0.3.1 (/home/ana/greet)");
	mouse(b, TERM_MOUSE_PRESS, 4, 5);
	mouse(b, TERM_MOUSE_RELEASE, 4, 5);
	assert_true(press(b, ACT_COPY) & FX_COPY);
	assert_string_equal(str_cstr(&r->text), "   Compiling regex-automata v0.4.9");
	press(b, ACT_FOLLOW);
	mouse(b, TERM_MOUSE_PRESS, 3, 5);
	mouse(b, TERM_MOUSE_RELEASE, 3, 5);
	assert_true(press(b, ACT_COPY) & FX_COPY);
	assert_true(text_starts(str_cstr(&r->text), "    Finished"));
}

/* ---- searching ---- */

static void
type(struct bench *b, const char *text)
{
	struct input *in = screen_build.input(b->screen);

	assert_non_null(in);
	input_set(in, text);
	screen_build.typed(b->screen, INPUT_CHANGED);
}

/* Until every log is gone through. */
static void
wait_for_search(struct bench *b)
{
	while (loop_turn(b->store.loop, true))
		;
}

static void
search_for(struct bench *b, const char *text)
{
	press(b, ACT_SEARCH);
	type(b, text);
	screen_build.typed(b->screen, INPUT_ACCEPTED);
	wait_for_search(b);
}

/* The search goes along as one types, from where the window stands; n and N go on, around the ends;
 * Esc takes the marks away. */
static void
searching(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	job_say_lines(b->run.jobs.items[0], 1, 250);
	press(b, ACT_ZOOM);
	draw(b, 24, 80);
	press(b, ACT_SEARCH);
	type(b, "ne 1");
	wait_for_search(b);
	assert_is_drawn(b, " 1/111 ");
	type(b, "ne 17");
	assert_is_drawn(b, " 1/11 ");
	type(b, "/ne 1[79]$");
	assert_is_drawn(b, " 1/2 ");
	assert_is_drawn(b, "│line 17 ");
	screen_build.typed(b->screen, INPUT_ACCEPTED);
	assert_null(screen_build.input(b->screen));
	press(b, ACT_SEARCH_NEXT);
	assert_is_drawn(b, " 2/2 ");
	press(b, ACT_SEARCH_NEXT);
	assert_is_drawn(b, " 1/2 ");
	press(b, ACT_SEARCH_PREVIOUS);
	assert_is_drawn(b, " 2/2 ");
	press(b, ACT_DOWN);
	assert_is_drawn(b, " 2 hits ");
	golden(b, "search", 24, 80);
	assert_true(press(b, ACT_BACK));
	assert_not_drawn(b, " hits ");
	assert_not_drawn(b, " 1 x86_64-unknown-linux-gnu  ✔ 38/38  0.0s ");
	press(b, ACT_SEARCH_NEXT);
	assert_is_drawn(b, " 1/2 ");
}

/* A search that is given up leaves the window as it was. */
static void
search_given_up(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	job_say_lines(b->run.jobs.items[0], 1, 250);
	draw(b, 24, 80);
	press(b, ACT_SEARCH);
	type(b, "line 17");
	assert_not_drawn(b, "line 250");
	screen_build.typed(b->screen, INPUT_CANCELLED);
	assert_is_drawn(b, "line 250");
	assert_not_drawn(b, " hits ");
	press(b, ACT_SEARCH_NEXT);
	assert_string_equal(str_cstr(&b->store.message), "nothing is searched for yet");
	search_for(b, "line 99");
	press(b, ACT_SEARCH);
	type(b, "line 1");
	screen_build.typed(b->screen, INPUT_CANCELLED);
	press(b, ACT_SEARCH_NEXT);
	assert_is_drawn(b, " 1/1 ");
	search_for(b, "nowhere");
	assert_string_equal(str_cstr(&b->store.message), "nowhere: not found");
	assert_is_drawn(b, " 0 hits ");
	search_for(b, "/a(b");
	assert_true(text_starts(str_cstr(&b->store.message), "/a(b: no regular expression: "));
	search_for(b, "");
	press(b, ACT_SEARCH_NEXT);
	assert_string_equal(str_cstr(&b->store.message), "nothing is searched for yet");
}

/* With * all panes are searched, and n goes from the last hit of one to the first of the next. */
static void
search_everywhere(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	draw(b, 24, 80);
	press(b, ACT_SEARCH_ALL);
	assert_string_equal(str_cstr(&b->store.message), "/ searches all panes");
	search_for(b, "compiling");
	assert_is_drawn(b, " 1/3 ");
	assert_is_drawn(b, " 2 hits ");
	for (int i = 0; i < 3; i++)
		press(b, ACT_SEARCH_NEXT);
	assert_int_equal(focus_of(b), 2);
	press(b, ACT_SEARCH_PREVIOUS);
	assert_int_equal(focus_of(b), 1);
	assert_is_drawn(b, " 3/3 ");
	press(b, ACT_SEARCH_ALL);
	assert_not_drawn(b, " 2 hits ");
}

/* A log that grows, and a job that is built anew, are searched as they are now. */
static void
search_of_what_changes(void **state)
{
	struct bench *b = *state;
	struct job *job;

	begin_three(b);
	job = b->run.jobs.items[1];
	press_number(b, 2);
	search_for(b, "line");
	assert_is_drawn(b, " 0 hits ");
	job_say_lines(job, 1, 5);
	jobs_changed(b);
	wait_for_search(b);
	assert_is_drawn(b, " 5 hits ");
	job->group = 7;
	job_new_log(&b->run.jobs, job);
	jobs_changed(b);
	wait_for_search(b);
	assert_not_drawn(b, " hits ");
	job_say_lines(job, 1, 2);
	press(b, ACT_SEARCH_NEXT);
	assert_is_drawn(b, " 1/2 ");
}

/* ---- lines of a log ---- */

static uint64_t
clock_of_log(void *arg)
{
	return *(uint64_t *)arg;
}

/* t shows when each line came. */
static void
times_of_lines(void **state)
{
	struct bench *b = *state;
	uint64_t now = 41234;

	begin_three(b);
	logstore_set_clock(b->run.jobs.items[1]->log, clock_of_log, &now);
	job_say(b->run.jobs.items[1], "soon\n");
	now = 3723456;
	job_say(b->run.jobs.items[1], "much later\n");
	press_number(b, 2);
	press(b, ACT_ZOOM);
	assert_is_drawn(b, "│soon ");
	press(b, ACT_TIMES);
	assert_is_drawn(b, "│  0:41.2 soon ");
	assert_is_drawn(b, "│ 62:03.4 much later ");
	press(b, ACT_TIMES);
	assert_is_drawn(b, "│soon ");
}

/* The linker's command line is one row that says how long it is; Enter opens and closes it, and what
 * is found in it is shown. */
static void
folded_command(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press_number(b, 3);
	press(b, ACT_ZOOM);
	draw(b, 24, 80);
	press(b, ACT_TOP);
	for (int i = 0; i < 4; i++)
		press(b, ACT_DOWN);
	assert_is_drawn(b, "\"cc\" … 269 characters folded, Enter opens ");
	press(b, ACT_OPEN);
	assert_is_drawn(b, "\"<4 object files omitted>\"");
	assert_is_drawn(b, "\"-lc\"");
	press(b, ACT_OPEN);
	assert_is_drawn(b, "269 characters folded");
	press(b, ACT_FOLLOW);
	search_for(b, "rustcW3jsPp");
	assert_is_drawn(b, "/rustcW3jsPp/symbols.o");
	press(b, ACT_UP);
	press(b, ACT_OPEN); /* an ordinary line: the pane */
	assert_is_drawn(b, " 1 x86_64");
}

static void
assert_lent(struct bench *b, const char *words)
{
	struct str text = STR_INIT;

	for (const char *const *word = b->store.request.argv; *word; word++)
		str_appendf(&text, "%s%s", text.len ? " " : "", *word);
	assert_string_equal(str_cstr(&text), words);
	str_fini(&text);
}

/* O opens the place that the diagnostic around the cursor is about, as the editor wants to be told. */
static void
edit_the_place(void **state)
{
	struct bench *b = *state;
	struct workspace *ws = b->survey->workspace;
	const char *root = ws->root, *dir = b->run.jobs.dir;
	struct job *job = add(b, "x86_64-unknown-linux-gnu", JOB_FAILED, "");
	char *path = path_join(dir, "main.rs");
	struct err err = ERR_INIT;
	char *wanted;

	assert_true(file_write(path, SPAN("fn main() {}\n"), &err));
	ws->root = dir;
	job_say(job, "   Compiling greet v0.3.1\n\n");
	begin_run(b, 100);
	press(b, ACT_EDIT);
	assert_string_equal(str_cstr(&b->store.message), "no file and line near the cursor");
	job_say(job,
		BOLD "\033[91merror" PLAIN ": mismatched types\n"
		     " --> gone.rs:1:1\n  " BOLD "--> " PLAIN
		     "main.rs:12:5\n   |\n12 |     x\n\n\n");
	job_say(job, "main.rs:99:1: of another one\n");
	assert_true(press(b, ACT_EDIT) & FX_LEND);
	wanted = xasprintf("nano -l +12 %s", path);
	assert_lent(b, wanted);
	free(wanted);
	setenv("VISUAL", "/opt/code", 1);
	draw(b, 24, 80);
	press(b, ACT_TOP);
	for (int i = 0; i < 6; i++)
		press(b, ACT_DOWN);
	assert_true(press(b, ACT_EDIT) & FX_LEND);
	wanted = xasprintf("/opt/code -g %s:12:5", path);
	assert_lent(b, wanted);
	free(wanted);
	ws->root = root;
	free(path);
}

/* L opens the log, with its colours where the pager is less. */
static void
page_the_log(void **state)
{
	struct bench *b = *state;
	char *wanted;

	begin_three(b);
	assert_true(press(b, ACT_PAGER) & FX_LEND);
	wanted = xasprintf("less -R %s", logstore_path(b->run.jobs.items[0]->log));
	assert_lent(b, wanted);
	free(wanted);
	setenv("PAGER", "most -w", 1);
	assert_true(press(b, ACT_PAGER) & FX_LEND);
	wanted = xasprintf("most -w %s", logstore_path(b->run.jobs.items[0]->log));
	assert_lent(b, wanted);
	free(wanted);
	add(b, "wasm32-unknown-unknown", JOB_WAITING, "");
	begin_run(b, 100);
	press_number(b, 4);
	press(b, ACT_PAGER);
	assert_string_equal(str_cstr(&b->store.message), "nothing was said yet");
}

/* ---- the timeline ---- */

static void
unit(struct bench *b, size_t job, const char *crate, uint64_t at, bool is_finished)
{
	struct run_event event = { .kind = RUN_UNIT,
		.job = b->run.jobs.items[job],
		.crate = crate,
		.at = at,
		.unit_finished = is_finished };

	screen_build.run_event(b->screen, &event);
}

static void
build_units(struct bench *b)
{
	unit(b, 0, "serde", 100, false);
	unit(b, 1, "serde", 120, false);
	unit(b, 0, "serde", 4100, true);
	unit(b, 0, "regex_automata", 4100, false);
	unit(b, 1, "serde", 9000, true);
	unit(b, 1, "ring", 9001, false);
	unit(b, 0, "regex_automata", 20000, true);
	unit(b, 0, "greet", 20001, false);
	unit(b, 0, "greet", 22400, true);
}

/* T shows when each unit was compiled, names the one under the cursor with its seconds; T or Esc
 * brings the panes back. */
static void
timeline(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, "no unit was compiled yet");
	assert_int_equal(press(b, ACT_COPY), FX_BELL);
	press(b, ACT_SAVE_LOG);
	assert_string_equal(str_cstr(&b->store.message), "there is no timeline to save yet");
	build_units(b);
	assert_is_drawn(b, "serde for x86_64-unknown-linux-gnu: took 4.0 s, from 0.1 s on");
	press(b, ACT_BOTTOM);
	assert_is_drawn(b, "ring for x86_64-unknown-linux-musl: going for 32.2 s, from 9.0 s on");
	golden(b, "timeline", 24, 80);
	assert_true(press(b, ACT_COPY) & FX_COPY);
	assert_true(text_starts(str_cstr(&b->store.request.text), "ring for "));
	assert_true(press(b, ACT_BACK));
	assert_is_drawn(b, " 1 x86_64");
	screen_build.run_event(b->screen, &(struct run_event){ .kind = RUN_STARTED });
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, "no unit was compiled yet");
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, " 1 x86_64");
}

/* S saves the timeline as text and as a page, beside the logs. */
static void
timeline_saved(void **state)
{
	struct bench *b = *state;
	char *text = path_join(b->run.jobs.dir, "timeline.txt");
	char *page = path_join(b->run.jobs.dir, "timeline.html");

	begin_three(b);
	build_units(b);
	press(b, ACT_TIMELINE);
	press(b, ACT_SAVE_LOG);
	assert_true(text_starts(str_cstr(&b->store.message),
		"saved timeline.txt and .html in /tmp/xtui-test-jobs-"));
	assert_true(file_exists(text));
	assert_true(file_exists(page));
	free(page);
	free(text);
}

/* ---- everything at once ---- */

/* Any key, any size, any change of state: nothing breaks, and the focus is on a pane that is shown. */
static void
any_keys_at_any_size(void **state)
{
	struct bench *b = *state;
	static const char *const texts[] = { "", "error", "/[a-z]*", "-", "/(", "compiling" };
	struct dice dice = { 40 };

	begin_many(b, 12);
	for (int round = 0; round < 4000; round++) {
		struct job *job = b->run.jobs.items[dice_below(&dice, b->run.jobs.count)];
		if (dice_below(&dice, 6) == 0)
			job->state = (enum job_state)dice_below(&dice, JOB_SKIPPED + 1);
		job->explanation = job->state == JOB_FAILED ? &b->explanation : NULL;
		if (dice_below(&dice, 6) == 0)
			job_say(job, dice_below(&dice, 2) ? log_of_failure : log_in_progress);
		jobs_changed(b);
		enum action_id act = (enum action_id)(1 + dice_below(&dice, ACT_COUNT - 1));
		screen_build.key(b->screen, act, (int)dice_below(&dice, 9));
		if (screen_build.input(b->screen))
			type(b, texts[dice_below(&dice, COUNT(texts))]);
		if (screen_build.input(b->screen) && dice_below(&dice, 2))
			screen_build.typed(
				b->screen, dice_below(&dice, 2) ? INPUT_ACCEPTED : INPUT_CANCELLED);
		loop_turn(b->store.loop, false);
		if (dice_below(&dice, 4) == 0)
			unit(b, dice_below(&dice, 12), dice_below(&dice, 2) ? "serde" : "ring",
				(uint64_t)round * 10, dice_below(&dice, 2));
		mouse(b, (enum term_mouse)dice_below(&dice, 5), (int)dice_below(&dice, 50),
			(int)dice_below(&dice, 200));
		draw(b, 5 + (int)dice_below(&dice, 45), 20 + (int)dice_below(&dice, 180));
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(three_jobs_at_every_size),
		TEST(nine_jobs),
		TEST(zoomed_and_wrapped),
		TEST(nothing_built),
		TEST(focus_moves),
		TEST(more_panes_than_fit),
		TEST(zoom),
		TEST(only_failed),
		TEST(list_of_jobs),
		TEST(another_run),
		TEST(stop_and_again),
		TEST(fixes_in_full),
		TEST(copying),
		TEST(too_long_to_copy),
		TEST(no_error_here),
		TEST(next_warning),
		TEST(offered_keys),
		TEST(headline),
		TEST(headline_says_watching),
		TEST(total_of_all_jobs),
		TEST(time_left_of_past_runs),
		TEST(mouse_on_panes),
		TEST(mouse_selects),
		TEST(searching),
		TEST(search_given_up),
		TEST(search_everywhere),
		TEST(search_of_what_changes),
		TEST(times_of_lines),
		TEST(folded_command),
		TEST(edit_the_place),
		TEST(page_the_log),
		TEST(timeline),
		TEST(timeline_saved),
		TEST(any_keys_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
