/* screen_build: the panes, the list, line 1, and what is done with a job. */
#include "unit/help_build_screen.h"

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

/* Numbers, Tab and Shift-Tab move the focus; a number without a pane is left to the screens. */
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
	assert_int_equal(press_number(b, 7), 0);
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
	press(b, ACT_NEXT_PAGE);
	assert_is_drawn(b, " 1 to 10 of 30 ");
	press(b, ACT_NEXT_PAGE);
	assert_is_drawn(b, " 11 to 20 of 30 ");
	press(b, ACT_PREVIOUS_PAGE);
	assert_is_drawn(b, " 1 to 10 of 30 ");
	press(b, ACT_ZOOM);
	draw(b, 24, 80);
	assert_int_equal(press(b, ACT_NEXT_PAGE), FX_BELL);
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
	assert_is_drawn(b, " only failed: 1 of 3 ");
	press(b, ACT_VIEW);
	assert_is_drawn(b, " only failed: 1 of 3 ");
	press(b, ACT_VIEW);
	assert_int_equal(press_number(b, 1), FX_BELL);
	press(b, ACT_NEXT);
	assert_int_equal(focus_of(b), 3);
	press(b, ACT_BACK);
	assert_is_drawn(b, " 1 x86_64");
	assert_not_drawn(b, "only failed");
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
	assert_is_drawn(b, "Nothing has been built since xtui began.");
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

/* f shows every fix in full: commands, diffs, proofs. From a pane that has none it goes to the first that has,
 * but where it is alone on show. */
static void
fixes_in_full(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press(b, ACT_ZOOM);
	assert_int_equal(press(b, ACT_FIX), FX_BELL);
	press(b, ACT_ZOOM);
	assert_int_equal(press(b, ACT_FIX), FX_SHOW);
	assert_ptr_equal(b->store.focused_job, b->run.jobs.items[2]);
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
}

/* S saves the log as plain text beside it, and says where. */
static void
saving(void **state)
{
	struct bench *b = *state;
	char *path;
	struct str text = STR_INIT;

	begin_three(b);
	path = xstrdup(logstore_path(b->run.jobs.items[0]->log));
	memcpy(path + strlen(path) - strlen(".log"), ".txt", strlen(".txt"));
	job_say_lines(b->run.jobs.items[0], 1, 20000);
	job_say(b->run.jobs.items[0], "\033[31mno line end");
	assert_true(logstore_flush(b->run.jobs.items[0]->log, NULL));
	press(b, ACT_SAVE_LOG);
	while (!b->store.message.len)
		loop_turn(b->store.loop, true);
	assert_non_null(strstr(str_cstr(&b->store.message), ".txt in /tmp/"));
	assert_true(file_read(path, &text, NULL));
	assert_true(span_starts(str_span(&text), "   Compiling serde v1.0.219\n"));
	assert_true(span_ends(str_span(&text), "\nline 20000\nno line end"));
	assert_null(memchr(text.data, '\033', text.len));
	str_fini(&text);
	free(path);
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
		{ 1, " f fixes ", " b build " }, /* those of the third */
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
	b->run.mode = MODE_CHECK;
	assert_is_drawn(b, " greet · check · release · 1 target · one cargo, 2 CPUs");
	b->run.mode = MODE_BUILD;
	free(job->variant);
	job->variant = xstrdup("small");
	add(b, "wasm32-unknown-unknown", JOB_FAILED, "")->group = 2;
	add(b, "aarch64-apple-darwin", JOB_CANCELLED, "");
	add(b, "x86_64-unknown-freebsd", JOB_SKIPPED, "");
	b->platform.cpus = 1;
	begin_run(b, 61000);
	draw(b, 24, 119);
	struct str text = STR_INIT;
	canvas_dump_text(b->canvas, &text);
	assert_true(text_starts(
		str_cstr(&text), " greet · release, small · 4 targets · 2 cargos, 1 CPU   "));
	assert_non_null(strstr(str_cstr(&text), "  1 failed · 1 cancelled · 1 skipped · 1:01\n"));
	str_clear(&text);
	draw(b, 24, 120);
	canvas_dump_text(b->canvas, &text);
	assert_non_null(
		strstr(str_cstr(&text), "  1 failed · 1 cancelled · 1 skipped · 1 ok · 1:01\n"));
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

/* Line 1 says what sccache spared all jobs, and the focused one. */
static void
headline_says_what_the_cache_had(void **state)
{
	struct bench *b = *state;

	add(b, "x86_64-unknown-linux-gnu", JOB_RUNNING, "")->cache = (struct job_cache){ 4, 4, 1 };
	begin_run(b, 61000);
	assert_not_drawn(b, "sccache");
	b->run.has_cache = true;
	assert_is_drawn(b, "  1 running · sccache 4/8 · 1:01\n");
	add(b, "x86_64-unknown-linux-musl", JOB_RUNNING, "")->cache = (struct job_cache){ 8, 4, 0 };
	begin_run(b, 61000);
	assert_is_drawn(b, " 2 running · sccache 12/20 (this 4/8) · 1:01\n");
	press_number(b, 2);
	assert_is_drawn(b, " sccache 12/20 (this 8/12) · 1:01\n");
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
		mouse(b, (enum term_mouse)dice_below(&dice, TERM_MOUSE_WHEEL_DOWN + 1),
			(int)dice_below(&dice, 50), (int)dice_below(&dice, 200));
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
		TEST(saving),
		TEST(too_long_to_copy),
		TEST(no_error_here),
		TEST(next_warning),
		TEST(offered_keys),
		TEST(headline),
		TEST(headline_says_watching),
		TEST(headline_says_what_the_cache_had),
		TEST(total_of_all_jobs),
		TEST(time_left_of_past_runs),
		TEST(any_keys_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
