/* screen_build: what is done in the log of a pane: mouse, search, folded lines, editor and pager. */
#include "unit/help_build_screen.h"

/* ---- mouse ---- */

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

/* What is being marked is seen while the mouse moves, beyond the edge too, where the pane scrolls. */
static void
marking_is_seen(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	job_say_lines(b->run.jobs.items[0], 1, 40);
	draw(b, 24, 80);
	mouse(b, TERM_MOUSE_PRESS, 5, 5);
	assert_true(mouse(b, TERM_MOUSE_DRAG, 4, 70));
	draw(b, 24, 80);
	assert_int_equal(b->canvas->cells[4 * 80 + 5].role, ROLE_CURSOR);
	assert_int_equal(b->canvas->cells[5 * 80 + 5].role, ROLE_CURSOR);
	assert_int_not_equal(b->canvas->cells[6 * 80 + 5].role, ROLE_CURSOR);
	for (int i = 0; i < 3; i++)
		mouse(b, TERM_MOUSE_DRAG, 1, 5);
	mouse(b, TERM_MOUSE_RELEASE, 1, 5);
	assert_false(mouse(b, TERM_MOUSE_DRAG, 9, 5)); /* no button is down */
	assert_true(press(b, ACT_COPY) & FX_COPY);
	assert_string_equal(str_cstr(&b->store.request.title), "6 lines");
}

/* ---- searching ---- */

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
	assert_is_drawn(b, " hit 1/2 ");
	assert_is_drawn(b, "│line 17 ");
	screen_build.typed(b->screen, INPUT_ACCEPTED);
	assert_null(screen_build.input(b->screen));
	press(b, ACT_SEARCH_NEXT);
	assert_is_drawn(b, " 2/2 ");
	press(b, ACT_SEARCH_NEXT);
	assert_is_drawn(b, " hit 1/2 ");
	press(b, ACT_SEARCH_PREVIOUS);
	assert_is_drawn(b, " 2/2 ");
	press(b, ACT_DOWN);
	assert_is_drawn(b, " 2 hits ");
	golden(b, "search", 24, 80);
	assert_true(press(b, ACT_BACK));
	assert_not_drawn(b, " hits ");
	assert_not_drawn(b, " 1 x86_64-unknown-linux-gnu  ✔ 38/38  0.0s ");
	press(b, ACT_SEARCH_NEXT);
	assert_is_drawn(b, " hit 1/2 ");
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
	assert_is_drawn(b, " hit 1/2 ");
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

/* The linker's command line is one row that says how long it is; Enter opens and closes it, several
 * may be open, and what is found in one is shown. */
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
	job_say(b->run.jobs.items[2],
		" = note:  \"ld\" \"one.o\" \"two.o\" \"three.o\" \"four.o\""
		" \"five.o\" \"six.o\" \"seven.o\" \"eight.o\"\n");
	press(b, ACT_OPEN);
	press(b, ACT_BOTTOM);
	press(b, ACT_UP);
	press(b, ACT_DOWN);
	press(b, ACT_OPEN);
	assert_is_drawn(b, "\"one.o\""); /* both are open */
	assert_is_drawn(b, "\"<4 object files omitted>\"");
	press(b, ACT_OPEN);
	assert_not_drawn(b, "\"one.o\"");
	assert_is_drawn(b, "\"<4 object files omitted>\"");
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

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(mouse_on_panes),
		TEST(mouse_selects),
		TEST(marking_is_seen),
		TEST(searching),
		TEST(search_given_up),
		TEST(search_everywhere),
		TEST(search_of_what_changes),
		TEST(times_of_lines),
		TEST(folded_command),
		TEST(edit_the_place),
		TEST(page_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
