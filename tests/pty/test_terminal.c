/* The terminal's side of the workbench: it is taken over and given back, of every kind and size. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "io/loop.h"
#include "pty/pty_demo.h"
#include "unit/check.h"

static bool
has_ticked(struct pty *p, const void *least)
{
	char *row = pty_row(p, pty_rows(p) - 1);
	const char *tick = strstr(row, "tick ");
	bool has = tick && atol(tick + 5) >= *(const long *)least;

	free(row);
	return has;
}

/* ---- starting and ending ---- */

/* Starting takes the terminal over, q gives back everything that was taken. */
static void
start_and_quit(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	assert_true(pty_in_altscreen(p));
	assert_true(pty_takes_paste(p));
	assert_int_equal(pty_mouse(p), VTERM_PROP_MOUSE_NONE);
	assert_int_equal(pty_find(p, "xtui"), 0);
	assert_int_equal(pty_find(p, "1 Demo"), 1);
	assert_int_equal(pty_find(p, "? all keys"), 23);
	pty_type(p, "q");
	assert_int_equal(pty_wait_exit(p), 0);
	assert_restored(b);
}

/* Whatever signal ends the program, the terminal comes back and the status says which it was. */
static void
ended_by_signals(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS };
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(signals); i++) {
		struct pty *p = launch_idle(b, &(struct start){ 0 });
		pty_key(p, VTERM_KEY_FUNCTION(2)); /* with the mouse on */
		pty_wait_text(p, "the mouse is on");
		kill(pty_pid(p), signals[i]);
		int code = pty_wait_exit(p);
		if (IS_INSTRUMENTED && code == 1) /* the sanitizer has the last word on a crash */
			code = 128 + signals[i];
		assert_int_equal(code, 128 + signals[i]);
		assert_restored(b);
		pty_close(p);
		b->pty = NULL;
	}
}

/* A program that gives up, or a library that calls exit, leaves the screen first; the reason is
 * readable on the normal screen. */
static void
ended_from_within(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_type(p, "g");
	assert_int_equal(pty_wait_exit(p), 3);
	assert_restored(b);
	assert_true(pty_find(p, "xtui: the demo dies") >= 0);
	pty_close(p);
	p = launch_idle(b, &(struct start){ 0 });
	pty_type(p, "A");
	assert_int_equal(pty_wait_exit(p), 7);
	assert_restored(b);
}

/* A terminal that goes away ends the program at once, without a spinning loop. */
static void
terminal_goes_away(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	kill(pty_pid(p), SIGCONT);
	pty_hang_up(p);
	assert_int_equal(pty_wait_exit(p), 128 + SIGHUP);
}

/* Ctrl-C asks first; twice in a row leaves; Esc never does. */
static void
interrupt_and_escape(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	for (int i = 0; i < 3; i++) {
		pty_key(p, VTERM_KEY_ESCAPE);
		pty_wait_frame(p);
	}
	pty_ctrl(p, 'c');
	pty_wait_text(p, "Ctrl-C again: leave");
	pty_ctrl(p, 'c');
	assert_int_equal(pty_wait_exit(p), 0);
	assert_restored(b);
}

/* Ctrl-\ still reaches a program that answers nothing else. */
static void
quit_character(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_ctrl(p, '\\');
	assert_int_equal(pty_wait_exit(p), 128 + SIGQUIT);
	assert_restored(b);
}

/* ---- terminals of all kinds ---- */

/* Each usual TERM is drawn in full; an unknown or missing one falls back on what nearly all
 * terminals understand. */
static void
terms(void **state)
{
	static const char *const terms[] = { "xterm-256color", "xterm", "linux", "vt100",
		"screen-256color", "tmux-256color", "xterm-kitty-from-afar", "" };
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(terms); i++) {
		struct pty *p = launch_idle(b, &(struct start){ .term = terms[i] });
		assert_int_equal(pty_find(p, "? all keys"), 23);
		pty_key(p, VTERM_KEY_DOWN);
		pty_type(p, " ");
		pty_wait_text(p, "count 1");
		pty_type(p, "q");
		assert_int_equal(pty_wait_exit(p), 0);
		assert_restored(b);
		pty_close(p);
		b->pty = NULL;
	}
}

/* A terminal that cannot move its cursor is refused with status 4, before anything is drawn. */
static void
dumb_terminal(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, &(struct start){ .term = "dumb" });

	assert_int_equal(pty_wait_exit(p), 4);
	assert_true(pty_find(p, "TERM=dumb") >= 0);
	assert_restored(b);
}

/* NO_COLOR draws without a single colour, but still with attributes. */
static void
no_color(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ .env = { { "NO_COLOR", "1" } } });
	VTermScreenCell tab = pty_cell(p, 1, 1);
	size_t len;

	assert_true(tab.attrs.reverse);
	for (int color = 30; color < 50; color++) {
		char *sequence = xasprintf("\033[%dm", color);
		if (color != 39 && color != 49)
			assert_null(strstr(pty_bytes(p, &len), sequence));
		free(sequence);
	}
}

/* In the C locale everything is ASCII, and nothing is out of its column. */
static void
c_locale(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ .env = { { "LC_ALL", "C" } } });
	size_t len;
	const char *bytes = pty_bytes(p, &len);

	for (size_t i = 0; i < len; i++)
		assert_true((unsigned char)bytes[i] < 0x80);
	int row = pty_find(p, "end");
	assert_int_equal(pty_find_col(p, row, "end"), 14);
	assert_true(pty_find(p, "-| end") == row);
}

/* In UTF-8 wide characters take two columns and what follows stands where it should. */
static void
wide_characters(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });
	int row = pty_find(p, "caf\u00e9 \u4e16\u754c");

	assert_true(row > 0);
	assert_int_equal(pty_find_col(p, row, "end"), 14);
}

/* With input from a pipe or file the keys still come from the terminal. */
static void
input_is_no_terminal(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ .keep_stdin = true });

	pty_type(p, " ");
	pty_wait_text(p, "count 1");
	pty_type(p, "q");
	assert_int_equal(pty_wait_exit(p), 0);
	assert_restored(b);
}

/* ---- sizes ---- */

/* Below 20x5 it says so and waits; bigger again it is whole again. */
static void
too_small(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 2, 2 }, { 4, 19 }, { 5, 19 }, { 4, 80 },
		{ 1, 200 } };
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	for (size_t i = 0; i < COUNT(sizes); i++) {
		pty_resize(p, sizes[i][0], sizes[i][1]);
		pty_wait_text(p, sizes[i][1] < 9 ? "t" : "too small");
		pty_resize(p, 24, 80);
		pty_wait_text(p, "? all keys");
	}
	pty_type(p, "q");
	assert_int_equal(pty_wait_exit(p), 0);
}

/* Every size from 20x5 up shows the tab, the screen and the way to all keys. */
static void
any_size(void **state)
{
	static const int sizes[][2] = { { 5, 20 }, { 10, 40 }, { 24, 80 }, { 50, 200 },
		{ 200, 500 }, { 6, 300 } };
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	for (size_t i = 0; i < COUNT(sizes); i++) {
		pty_resize(p, sizes[i][0], sizes[i][1]);
		pty_wait(p, bottom_has_help, NULL, "the keys in the last row");
		assert_true(pty_find(p, "1 Demo") >= 0);
		assert_true(pty_find(p, "count 0") > 0);
	}
}

/* A hundred changes of size in a row end in the last one, drawn whole. */
static void
resize_storm(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	for (int i = 0; i < 100; i++)
		pty_resize(p, 1 + i * 7 % 60, 1 + i * 13 % 200);
	pty_resize(p, 30, 100);
	pty_wait(p, bottom_has_help, NULL, "the keys in the last row");
	pty_type(p, " ");
	pty_wait_text(p, "count 1");
	assert_int_equal(pty_find(p, "count 1"), 3);
}

/* LINES and COLUMNS of the environment do not overrule the terminal. */
static void
size_of_environment(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(
		b, &(struct start){ .env = { { "LINES", "10" }, { "COLUMNS", "30" } } });

	assert_int_equal(pty_find(p, "? all keys"), 23);
	pty_resize(p, 30, 100);
	pty_wait(p, bottom_has_help, NULL, "the keys in the last row");
}

/* ---- suspension ---- */

/* Ctrl-Z gives the shell a clean terminal; fg brings everything back. */
static void
suspend_and_resume(void **state)
{
	struct bench *b = *state;
	struct start start = { .through = { "/bin/sh", "-c",
				       "set -m; \"$0\" --demo; printf 'STOPPED %s\\n' $?; read -r "
				       "x; fg; printf 'DONE %s\\n' $?" } };
	struct pty *p = launch(b, &start);

	pty_wait_text(p, "idle");
	pty_type(p, " ");
	pty_wait_text(p, "count 1");
	pty_ctrl(p, 'z');
	pty_wait_text(p, "STOPPED");
	assert_false(pty_in_altscreen(p));
	assert_int_equal(pty_modes(p).c_lflag, b->before.c_lflag);
	pty_send(p, "\r", 1);
	pty_wait_text(p, "count 1");
	assert_true(pty_in_altscreen(p));
	assert_true(pty_takes_paste(p));
	pty_type(p, " ");
	pty_wait_text(p, "count 2");
	pty_type(p, "q");
	pty_wait_text(p, "DONE 0");
	assert_int_equal(pty_wait_exit(p), 0);
	assert_restored(b);
}

/* Ctrl-L draws everything again, over whatever another program left there. */
static void
redraw(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_scribble(p, "\033[H\033[2JGARBAGE");
	assert_int_equal(pty_find(p, "GARBAGE"), 0);
	pty_ctrl(p, 'l');
	pty_wait_no_text(p, "GARBAGE");
	pty_wait_text(p, "count 0");
}

/* ---- quiet and floods ---- */

/* Nobody touches it, nothing runs: the program does not wake up at all. */
static void
idle(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_type(p, " ");
	pty_wait_text(p, "count 1");
	pty_wait_rest(p, 2000);
}

/* A flood of changes is drawn a few dozen times a second at the most, and keys act in between. */
static void
flood(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	unsigned frames = pty_frame(p);
	uint64_t start = loop_clock();
	pty_type(p, "p");
	pty_wait(p, has_ticked, &(long){ 50 }, "50 ticks");
	pty_type(p, " ");
	pty_wait_text(p, "count 1");
	pty_wait(p, has_ticked, &(long){ 400 }, "400 ticks");
	uint64_t ms = (loop_clock() - start) / 1000;
	assert_in_range(pty_frame(p) - frames, 1, ms / 30 + 5);
	pty_type(p, "p");
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--demo") == 0)
		demo_main();

#define test(name) cmocka_unit_test_setup_teardown(name, bench_make, bench_drop)
	const struct CMUnitTest tests[] = {
		test(start_and_quit),
		test(ended_by_signals),
		test(ended_from_within),
		test(terminal_goes_away),
		test(interrupt_and_escape),
		test(quit_character),
		test(terms),
		test(dumb_terminal),
		test(no_color),
		test(c_locale),
		test(wide_characters),
		test(input_is_no_terminal),
		test(too_small),
		test(any_size),
		test(resize_storm),
		test(size_of_environment),
		test(suspend_and_resume),
		test(redraw),
		test(idle),
		test(flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
