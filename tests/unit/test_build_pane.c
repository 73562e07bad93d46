/* build_pane: titles, bars, hints and logs of hand-made jobs in areas of every size. */
#include "unit/check.h"
#include "artifact/card.h"
#include "base/utf8.h"
#include "ui/build_pane.h"
#include "unit/dice.h"
#include "unit/help_jobs.h"

struct bench {
	struct jobs jobs;
	struct job *job;
	struct build_pane pane;
	struct build_pane_look look;
	struct canvas *canvas;
	struct hint hint;
	struct explanation explanation;
};

static int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	jobs_open(&b->jobs);
	b->job = jobs_add(&b->jobs, "x86_64-unknown-linux-gnu", JOB_RUNNING);
	b->canvas = canvas_new(24, 80);
	b->look = (struct build_pane_look){
		.number = 1, .focused = true, .elapsed_ms = 5000, .fix_key = "f"
	};
	b->hint = wrong_linker;
	b->explanation = (struct explanation){ .hints = &b->hint, .count = 1 };
	build_pane_init(&b->pane, b->job, false);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	jobs_close(&b->jobs);
	canvas_free(b->canvas);
	free(b);
	return 0;
}

/* ---- helpers ---- */

static char *
canvas_text(const struct canvas *c)
{
	struct str out = STR_INIT;

	canvas_dump_text(c, &out);
	return str_take(&out);
}

/* The title in so many columns, without the line end. */
static char *
title(struct bench *b, int cols)
{
	canvas_resize(b->canvas, 1, cols);
	build_pane_draw_title(&b->pane, canvas_area(b->canvas), &b->look);
	char *text = canvas_text(b->canvas);
	text[strlen(text) - 1] = '\0';
	return text;
}

/* The pane in a canvas of its size, rows ended by LF. */
static char *
body(struct bench *b, int rows, int cols)
{
	canvas_resize(b->canvas, rows, cols);
	build_pane_draw(&b->pane, canvas_area(b->canvas), &b->look);
	return canvas_text(b->canvas);
}

static void
fail_job(struct bench *b)
{
	job_say(b->job, log_of_failure);
	b->job->state = JOB_FAILED;
	b->job->ended_ms = 9300;
	b->job->explanation = &b->explanation;
	build_pane_update(&b->pane);
}

static void
assert_has(struct bench *b, int rows, int cols, const char *what, bool is_there)
{
	char *text = body(b, rows, cols);
	bool found = strstr(text, what);

	if (found != is_there)
		print_error("%s \"%s\" at %dx%d:\n%s", is_there ? "not there:" : "there:", what,
			cols, rows, text);
	free(text);
	assert_int_equal(found, is_there);
}

/* ---- titles ---- */

/* Each state has its glyph and, where the count does not tell it, its word. */
static void
title_of_each_state(void **state)
{
	static const struct {
		enum job_state state;
		int done, total;
		const char *title;
		enum role role;
	} cases[] = {
		{ JOB_WAITING, 0, 0, " 1 x86_64-unknown-linux-gnu  ○ waiting", ROLE_DIM },
		{ JOB_RUNNING, 0, 0, " 1 x86_64-unknown-linux-gnu  ◐ 4.0s", ROLE_RUNNING },
		{ JOB_RUNNING, 12, 38, " 1 x86_64-unknown-linux-gnu  ◐ 12/38  4.0s", ROLE_RUNNING },
		{ JOB_OK, 38, 38, " 1 x86_64-unknown-linux-gnu  ✔ 38/38  2.5s", ROLE_OK },
		{ JOB_FAILED, 12, 38, " 1 x86_64-unknown-linux-gnu  ✖ failed 12/38  2.5s",
			ROLE_FAIL },
		{ JOB_CANCELLED, 12, 38, " 1 x86_64-unknown-linux-gnu  ! cancelled 12/38  2.5s",
			ROLE_WARN },
		{ JOB_SKIPPED, 0, 0, " 1 x86_64-unknown-linux-gnu  – skipped", ROLE_DIM },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		b->job->state = cases[i].state;
		b->job->started_ms = 1000;
		b->job->ended_ms = cases[i].state > JOB_RUNNING ? 3500 : 0;
		job_count(b->job, cases[i].done, cases[i].total);
		assert_text(title(b, 76), cases[i].title);
		assert_int_equal(b->canvas->cells[29].role, cases[i].role);
		assert_int_equal(b->canvas->cells[1].role, ROLE_KEY);
		assert_int_equal(b->canvas->cells[3].role, ROLE_TITLE);
	}
}

/* Without room a title sheds the time, the idle vendor, the word, and cuts the name last. */
static void
title_sheds_what_matters_least(void **state)
{
	static const struct {
		int cols;
		const char *title;
	} cases[] = {
		{ 51, " 3 aarch64-unknown-linux-gnu  ✖ failed 12/38  2.5s" },
		{ 50, " 3 aarch64-unknown-linux-gnu  ✖ failed 12/38" },
		{ 44, " 3 aarch64-linux-gnu  ✖ failed 12/38" },
		{ 36, " 3 aarch64-linux-gnu  ✖ 12/38" },
		{ 28, " 3 aarch64-linux-…  ✖ 12/38" },
		{ 20, " 3 aarch64…  ✖ 12/38" },
		{ 3, " 3" },
		{ 1, "" },
	};
	struct bench *b = *state;
	struct job *job = jobs_add(&b->jobs, "aarch64-unknown-linux-gnu", JOB_FAILED);

	job_count(job, 12, 38);
	job->ended_ms = 2500;
	b->pane.job = job;
	b->look.number = 3;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(title(b, cases[i].cols), cases[i].title);
}

/* A guessed total says so; one job alone has no number; not in focus, it is plain. */
static void
title_of_one_job(void **state)
{
	struct bench *b = *state;

	b->look = (struct build_pane_look){ .elapsed_ms = 61000 };
	b->job->done = 3;
	b->job->total = 40;
	assert_text(title(b, 60), " x86_64-unknown-linux-gnu  ◐ 3/~40  1:01");
	assert_int_equal(b->canvas->cells[1].role, ROLE_TEXT);
}

/* A pane that was scrolled tells how many lines are below, whatever else has to go. */
static void
title_tells_lines_below(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 500);
	job_count(b->job, 12, 38);
	free(body(b, 10, 40));
	log_view_key(&b->pane.view, b->job->log, ACT_TOP);
	free(body(b, 10, 40));
	assert_text(title(b, 60), " 1 x86_64-unknown-linux-gnu  ◐ 12/38  5.0s  +491");
	assert_text(title(b, 36), " 1 x86_64-linux-gnu  ◐ 12/38  +491");
	log_view_key(&b->pane.view, b->job->log, ACT_FOLLOW);
	free(body(b, 10, 40));
	assert_text(title(b, 60), " 1 x86_64-unknown-linux-gnu  ◐ 12/38  5.0s");
}

/* A vendor that says nothing is left out of a short name; one that does stays. */
static void
short_names(void **state)
{
	static const char *const cases[][2] = {
		{ "x86_64-unknown-linux-gnu", "x86_64-linux-gnu" },
		{ "x86_64-pc-windows-msvc", "x86_64-windows-msvc" },
		{ "x86_64-unknown-freebsd", "x86_64-freebsd" },
		{ "aarch64-apple-darwin", "aarch64-apple-darwin" },
		{ "x86_64-uwp-windows-gnu", "x86_64-uwp-windows-gnu" },
		{ "wasm32-unknown-unknown", "wasm32-unknown" },
		{ "thumbv7em-none-eabihf", "thumbv7em-none-eabihf" },
		{ "riscv32imc-unknown", "riscv32imc-unknown" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct job *job = job_new(1, cases[i][0], "", "");
		struct str name = STR_INIT;
		job_short_name(job, &name);
		assert_text(str_take(&name), cases[i][1]);
		job_free(job);
	}
}

/* ---- below the log ---- */

/* The bar has a percentage, and the time left once a quarter of what had to be built is done. */
static void
bar_and_time_left(void **state)
{
	static const struct {
		int done, total, fresh;
		uint64_t elapsed;
		int cols;
		const char *row;
	} cases[] = {
		{ 0, 0, 0, 9000, 40, "\n" },
		{ 0, 38, 0, 9000, 40, " -----------------------   0 %\n" },
		{ 9, 38, 0, 9000, 40, " █████------------------  23 %\n" },
		{ 19, 38, 0, 9500, 40, " ███████████▌-----------  50 %  ~10 s\n" },
		{ 19, 38, 18, 9500, 40, " ███████████▌-----------  50 %\n" },
		{ 30, 38, 20, 10000, 40, " ██████████████████-----  78 %  ~8 s\n" },
		{ 10, 38, 0, 60000, 40, " ██████-----------------  26 %  ~2:48\n" },
		{ 38, 38, 0, 9000, 40, " ███████████████████████ 100 %\n" },
		{ 19, 38, 0, 9500, 20, " ██████------  50 %\n" },
		{ 19, 38, 0, 9500, 10, "   50 %\n" },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		job_count(b->job, cases[i].done, cases[i].total);
		b->job->fresh = cases[i].fresh;
		b->look.elapsed_ms = cases[i].elapsed;
		char *text = body(b, 3, cases[i].cols);
		assert_string_equal(strchr(strchr(text, '\n') + 1, '\n') + 1, cases[i].row);
		free(text);
	}
}

/* A past that is one build; none where `ms` is 0. */
static struct paces
took(int units, uint64_t ms)
{
	return (struct paces){ .items = { { units, ms } }, .count = ms > 0 };
}

/* The time left is what the same job took in past runs, where that is known, as long as it lasts; then
 * it is the units'. */
static void
time_left_by_history(void **state)
{
	static const struct {
		int done;
		bool is_exact;
		uint64_t usual, elapsed;
		const char *left;
	} cases[] = {
		{ 1, true, 10000, 1000, "~9 s" },
		{ 0, false, 10000, 0, "~10 s" },
		{ 1, false, 130000, 1000, "~2:09" },
		{ 19, true, 10000, 9500, "~1 s" },
		{ 19, true, 9500, 9500, "~10 s" },
		{ 19, true, 0, 9500, "~10 s" },
		{ 1, true, 9000, 9500, NULL },
		{ 38, true, 10000, 1000, NULL },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		job_count(b->job, cases[i].done, 38);
		b->job->total_is_exact = cases[i].is_exact;
		b->job->built = cases[i].done;
		b->pane.paces = took(38, cases[i].usual);
		b->look.elapsed_ms = cases[i].elapsed;
		assert_has(b, 3, 40, cases[i].left ? cases[i].left : "~", cases[i].left != NULL);
	}
}

/* Where most is fresh, it is not the time of a whole build. */
static void
time_left_of_a_small_change(void **state)
{
	struct bench *b = *state;

	b->pane.paces = took(38, 130000);
	job_count(b->job, 36, 38);
	b->job->fresh = 36;
	b->look.elapsed_ms = 500;
	assert_has(b, 3, 40, "~7 s", true);
}

/* A job that is built again takes as long as it usually does. */
static void
time_left_of_another_attempt(void **state)
{
	struct bench *b = *state;

	b->pane.paces = took(38, 10000);
	b->job->group++;
	build_pane_update(&b->pane);
	job_count(b->job, 1, 38);
	b->look.elapsed_ms = 4000;
	assert_has(b, 3, 40, "~6 s", true);
}

/* No time is promised on a guessed total. */
static void
no_time_on_a_guess(void **state)
{
	struct bench *b = *state;

	job_count(b->job, 19, 38);
	b->job->total_is_exact = false;
	assert_has(b, 3, 40, "50 %", true);
	assert_has(b, 3, 40, "~", false);
}

/* What came out of a job that went well stands below its log. */
static void
artifacts(void **state)
{
	struct bench *b = *state;

	job_say(b->job, log_of_success);
	b->job->state = JOB_OK;
	assert_has(b, 6, 60, "MB", false);
	job_has_made(b->job, "/t/x86_64-unknown-linux-gnu/release/greet", "bin", 2412345);
	job_has_made(b->job, "/t/x86_64-unknown-linux-gnu/release/libgreet.so", "cdylib", 999499);
	job_has_made(b->job, "/t/x86_64-unknown-linux-gnu/release/tiny", "bin", 1234);
	assert_has(b, 6, 60, "\n greet 2.41 MB   libgreet.so 999 kB   tiny 1 kB\n", true);
	assert_has(b, 6, 30, "\n greet 2.41 MB   +2\n", true);
	assert_has(b, 6, 14, "\n greet …   +2\n", true);
	assert_has(b, 2, 60, "MB", false);
	b->job->artifacts.items[0].card = card_new("greet");
	b->job->artifacts.items[0].card->kind = KIND_EXECUTABLE;
	assert_has(b, 6, 60, "\n greet 2.41 MB   libgreet.so", true); /* nothing is known of it */
	b->job->artifacts.items[0].card->min_glibc = "2.17";
	assert_has(b, 6, 60, "\n greet 2.41 MB glibc ≥ 2.17   libgreet.so 999 kB", true);
}

/* A pane without a line of log says why. */
static void
silence(void **state)
{
	static const struct {
		enum job_state state;
		const char *text;
	} cases[] = {
		{ JOB_WAITING, " waits for its turn\n\n\n" },
		{ JOB_RUNNING, " nothing said yet\n\n\n" },
		{ JOB_SKIPPED, " not built\n\n\n" },
		{ JOB_CANCELLED, " stopped before anything was said\n\n\n" },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		b->job->state = cases[i].state;
		assert_text(body(b, 3, 60), cases[i].text);
	}
	logstore_close(b->job->log);
	b->job->log = NULL;
	assert_text(body(b, 3, 60),
		" its log is gone: logs are kept for a time\n\n\n"); /* a past one */
	assert_text(title(b, 60), " 1 x86_64-unknown-linux-gnu  ! cancelled  5.0s");
}

/* ---- hints ---- */

/* The hint's title is seen in every pane of two rows and more, and leaves rows to the log. */
static void
hint_in_every_size(void **state)
{
	struct bench *b = *state;

	fail_job(b);
	for (int rows = 1; rows <= 24; rows++) {
		for (int cols = 12; cols <= 120; cols += 9) {
			assert_has(b, rows, cols, "The host", rows > 1);
			assert_true(b->pane.view.rows >= (rows > 5 ? 3 : rows > 2 ? rows - 2 : 1));
			assert_int_equal(
				b->canvas->cells[(b->pane.view.rows - 1) * cols].role == ROLE_HINT,
				false);
		}
	}
}

/* With room, a box: why, evidence, fixes; the key is offered in the focused pane only. */
static void
hint_in_full(void **state)
{
	struct bench *b = *state;

	fail_job(b);
	assert_has(b, 12, 78, "EM 183).", true);
	assert_has(
		b, 12, 78, "/usr/bin/ld: greet.o: Relocations in generic ELF (EM: 183)    ", true);
	assert_has(b, 12, 78, "f 1 use aarch64-linux-gnu-gcc", true);
	assert_has(b, 12, 78, "  2 install gcc-aarch64-linux-gnu", true);
	assert_has(b, 12, 78, "  3 build it with zig", true);
	assert_has(b, 12, 78, " certain ", true);
	b->look.focused = false;
	assert_has(b, 12, 78, "f 1 use", false);
	assert_has(b, 12, 78, " 1 use", true);
	b->look.focused = true;
	b->look.fix_key = NULL;
	assert_has(b, 12, 78, "│ 1 use", true);
}

/* What of a hint has no room is said to be there. */
static void
hint_says_what_is_hidden(void **state)
{
	struct bench *b = *state;

	b->hint.why =
		"One two three four five six seven eight nine ten eleven twelve. One two three "
		"four "
		"five six seven eight nine ten. One two three four five six seven eight nine ten.";
	fail_job(b);
	assert_has(b, 8, 40, "+2", true);
	assert_has(b, 5, 40, "+2", true);
	assert_has(b, 12, 30, "…", true);
}

/* A hint may lack everything but its title. */
static void
hint_without_anything(void **state)
{
	struct bench *b = *state;

	b->hint.fix_count = 0;
	b->hint.excerpt = b->hint.why = NULL;
	b->hint.line = 0;
	fail_job(b);
	for (int rows = 1; rows < 12; rows++)
		assert_has(b, rows, 60, "▸ The host's linker", rows > 1);
	b->hint.title = "A title of many words that are far too long for a pane of thirty columns";
	assert_has(b, 6, 28, "▸ A title of many words tha…", true);
}

/* A pane that follows goes to the evidence when its job fails; one that was scrolled stays. */
static void
failure_shows_its_evidence(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 50);
	b->hint.line += 50;
	free(body(b, 12, 78));
	fail_job(b);
	assert_false(b->pane.view.is_following);
	assert_int_equal(b->pane.view.cursor, 56);
	char *text = body(b, 12, 78);
	assert_non_null(strstr(text, "  = note: /usr/bin/ld: greet.o: Relocations"));
	assert_non_null(strstr(text, "error adding symbols"));
	free(text);
	log_view_key(&b->pane.view, b->job->log, ACT_FOLLOW);
	build_pane_update(&b->pane);
	assert_true(b->pane.view.is_following);
}

/* Where nothing explains the failure, it goes to the first error, however much others said after it. */
static void
failure_shows_its_first_error(void **state)
{
	struct bench *b = *state;

	b->explanation.count = 0;
	job_say_lines(b->job, 1, 50);
	free(body(b, 12, 78));
	job_say(b->job, BOLD "\033[91merror[E0308]" PLAIN ": mismatched types\n");
	job_say_lines(b->job, 51, 90);
	fail_job(b);
	assert_has(b, 12, 78, "\nerror[E0308]: mismatched types\nline 51\n", true);
	assert_int_equal(b->pane.view.cursor, 50);
	log_view_key(&b->pane.view, b->job->log, ACT_FOLLOW);
	build_pane_update(&b->pane);
	assert_true(b->pane.view.is_following);
}

/* Who has scrolled is left where they are. */
static void
failure_leaves_a_reader_alone(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 50);
	free(body(b, 12, 78));
	log_view_key(&b->pane.view, b->job->log, ACT_TOP);
	fail_job(b);
	assert_int_equal(b->pane.view.cursor, 0);
}

/* Built again, a pane follows its new log. */
static void
another_attempt(void **state)
{
	struct bench *b = *state;

	fail_job(b);
	free(body(b, 12, 78));
	b->job->explanation = NULL;
	b->job->state = JOB_RUNNING;
	b->job->group++;
	job_new_log(&b->jobs, b->job);
	job_say_lines(b->job, 1, 30);
	build_pane_update(&b->pane);
	assert_true(b->pane.view.is_following);
	assert_has(b, 5, 40, "line 30\n", true);
	fail_job(b);
	assert_false(b->pane.view.is_following);
}

/* ---- everything at once ---- */

/* In ASCII nothing else is drawn, in any state at any size. */
static void
ascii_only(void **state)
{
	struct bench *b = *state;
	struct dice dice = { 30 };

	job_say(b->job, log_in_progress);
	b->canvas->ascii = true;
	for (int round = 0; round < 2000; round++) {
		b->job->state = (enum job_state)dice_below(&dice, JOB_SKIPPED + 1);
		b->job->explanation = b->job->state == JOB_FAILED ? &b->explanation : NULL;
		job_count(b->job, (int)dice_below(&dice, 39), 38 * (int)dice_below(&dice, 2));
		if (b->job->done > b->job->total)
			b->job->done = b->job->total;
		int rows = 1 + (int)dice_below(&dice, 20), cols = 1 + (int)dice_below(&dice, 90);
		char *inside = body(b, rows, cols), *head = title(b, cols);
		for (const char *c = inside; *c; c++)
			assert_true((unsigned char)*c < 0x80);
		for (const char *c = head; *c; c++)
			assert_true((unsigned char)*c < 0x80);
		free(inside);
		free(head);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(title_of_each_state),
		TEST(title_sheds_what_matters_least),
		TEST(title_of_one_job),
		TEST(title_tells_lines_below),
		TEST(short_names),
		TEST(bar_and_time_left),
		TEST(time_left_by_history),
		TEST(time_left_of_a_small_change),
		TEST(time_left_of_another_attempt),
		TEST(no_time_on_a_guess),
		TEST(artifacts),
		TEST(silence),
		TEST(hint_in_every_size),
		TEST(hint_in_full),
		TEST(hint_says_what_is_hidden),
		TEST(hint_without_anything),
		TEST(failure_shows_its_evidence),
		TEST(failure_shows_its_first_error),
		TEST(failure_leaves_a_reader_alone),
		TEST(another_attempt),
		TEST(ascii_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
