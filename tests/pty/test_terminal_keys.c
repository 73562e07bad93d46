/* What the terminal sends and gets besides pictures: keys, pastes, the mouse, the clipboard. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "io/loop.h"
#include "pty/pty_demo.h"
#include "unit/check.h"
#include "unit/dice.h"

static bool
cursor_is_below(struct pty *p, const void *row)
{
	return pty_cursor(p).row == *(const int *)row + 1;
}

/* ---- keys ---- */

/* A lone Esc acts within 50 ms: what the program waits is the least that it takes of many times, for the
 * rest is the machine's. */
static void
escape_is_quick(void **state)
{
	const uint64_t limit = IS_INSTRUMENTED ? 200000 : 50000;
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 100 && least > limit; i++) {
		pty_type(p, "?");
		pty_wait_text(p, "Esc close");
		uint64_t start = loop_clock();
		pty_key(p, VTERM_KEY_ESCAPE);
		pty_wait_no_text(p, "Esc close");
		uint64_t took = loop_clock() - start;
		least = took < least ? took : least;
	}
	assert_in_range(least, 0, limit);
}

/* Bytes of one key that come apart, within the time that is set, are still that key; unknown sequences are
 * no keys at all. */
static void
keys_in_pieces(void **state)
{
	static const char *const unknown[] = { "\033[1;5Z", "\033[99~", "\033[?1;2c",
		"\033[27;2;13~", "\033OX" };
	struct bench *b = *state;
	struct pty *p;

	bench_write(
		b, ".config/xtui/config.toml", "esc-delay = 600000\n"); /* beyond the deadline */
	p = launch_idle(b, &(struct start){ 0 });
	pty_type(p, "?");
	pty_wait_text(p, "Esc close");
	int before = pty_cursor(p).row;
	for (const char *byte = "\033OB"; *byte; byte++) {
		pty_send(p, byte, 1);
		pty_stirs(p, 10);
	}
	pty_wait(p, cursor_is_below, &before, "one line down");
	pty_type(p, "q");
	pty_wait_no_text(p, "Esc close");
	for (size_t i = 0; i < COUNT(unknown); i++)
		pty_send(p, unknown[i], strlen(unknown[i]));
	pty_type(p, " ");
	pty_wait_text(p, "count 1");
}

/* Alt with a letter is one key; a character of several bytes is one character. */
static void
keys_of_several_bytes(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_alt(p, '1');
	pty_type(p, "/");
	pty_wait_frame(p);
	pty_type(p, "a\u00e9\u4e16");
	pty_wait_text(p, "input [a\u00e9\u4e16]");
	pty_key(p, VTERM_KEY_BACKSPACE);
	pty_wait_text(p, "input [a\u00e9]");
	pty_ctrl(p, 'u');
	pty_wait_text(p, "input []");
}

/* Whatever bytes come in, in whatever pieces, the program lives and answers afterwards. */
static void
random_bytes(void **state)
{
	static const char deadly[] =
		"ABgpq:\x03\x10\x1a\x1c"; /* keys that end, suspend or flood the demo */
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });
	struct dice dice = { 1912 };

	for (int i = 0; i < 4000; i++) {
		char byte = (char)(dice_below(&dice, 3)
				? dice_roll(&dice)
				: (uint64_t) "\033[O;~M0"[dice_below(&dice, 8)]);
		if (!memchr(deadly, byte, sizeof(deadly)))
			pty_send(p, &byte, 1);
		if (i % 100 == 0)
			pty_stirs(p, 1);
	}
	pty_send(p, "\033[201~", 6); /* should a paste have begun */
	for (int i = 0; i < 3; i++) {
		pty_wait_taken(p); /* two Esc that are read together are another key */
		pty_wait_rest(p, 100);
		pty_key(p, VTERM_KEY_ESCAPE);
	}
	pty_resize(p, 30, 100);
	pty_wait(p, bottom_has_help, NULL, "the keys in the last row");
}

/* Pasted text is text in an input and nothing anywhere else, whatever it says. */
static void
paste(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_paste(p, "q\n ");
	pty_wait_text(p, "nothing to paste into");
	assert_true(pty_find(p, "count 0") > 0);
	pty_type(p, "/");
	pty_wait_text(p, "input []");
	pty_paste(p, "two\nlines\033[A \tq");
	pty_wait_text(p, "input [two lines");
	pty_key(p, VTERM_KEY_ENTER);
	pty_type(p, " ");
	pty_wait_text(p, "count 1");
}

/* Help lists the keys of the screen from the one table, finds among them, and closes. */
static void
help_overlay(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ .rows = 80, .cols = 100 });

	pty_type(p, "?");
	pty_wait_text(p, "mark or unmark what is under the cursor");
	assert_true(pty_find(p, "Ctrl-Z") > 0);
	assert_true(pty_find(p, "go to the screen Build") < 0); /* there is none here */
	pty_type(p, "/susp");
	pty_wait_no_text(p, "mark or unmark");
	assert_true(pty_find(p, "Ctrl-Z") > 0);
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_text(p, "mark or unmark");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_no_text(p, "mark or unmark what");
}

/* The palette finds an action by some of its letters and does it. */
static void
palette(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_type(p, ":");
	pty_wait_text(p, "Actions");
	assert_int_equal(pty_find(p, "Enter take  Esc back"), 23);
	pty_type(p, "unmark");
	pty_wait_no_text(p, "Ctrl-Z");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "count 1");
	assert_true(pty_find(p, "Actions") < 0);
}

/* The user's keys act, are shown at the bottom and in help, and the old ones are gone. */
static void
users_keys(void **state)
{
	struct bench *b = *state;

	bench_write(b, ".config/xtui/config.toml", "[keys]\nmark = \"m\"\nprobe = \"none\"\n");
	struct pty *p = launch_idle(b, &(struct start){ 0 });
	assert_true(pty_find(p, "m mark") == 23);
	assert_true(pty_find(p, "p probe") < 0);
	pty_type(p, " m");
	pty_wait_text(p, "count 1");
}

/* A broken key table is named with its place; the terminal is not touched. */
static void
broken_keys(void **state)
{
	struct bench *b = *state;

	bench_write(b, ".config/xtui/config.toml", "[keys]\nmark = \"Hyper-X\"\n");
	struct pty *p = launch(b, &(struct start){ 0 });
	assert_int_equal(pty_wait_exit(p), 2);
	assert_true(pty_find(p, "config.toml:2:8: ") >= 0);
	assert_int_equal(pty_dec_mode(p, "?1049"), -1);
}

/* A question takes yes and no, by letter, Enter and Esc. */
static void
dialog(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "A question.");
	pty_type(p, "y");
	pty_wait_text(p, "answer yes");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "A question.");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_text(p, "answer no");
	assert_true(pty_find(p, "A question.") < 0);
}

/* ---- mouse, clipboard, stderr ---- */

/* The mouse is the terminal's own until F2, and again after a second F2. */
static void
mouse(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	assert_int_equal(pty_mouse(p), VTERM_PROP_MOUSE_NONE);
	pty_key(p, VTERM_KEY_FUNCTION(2));
	pty_wait_text(p, "the mouse is on");
	assert_int_not_equal(pty_mouse(p), VTERM_PROP_MOUSE_NONE);
	pty_click(p, 5, 7);
	pty_wait_text(p, "mouse 1 at 5,7");
	pty_pull(p, 5, 7, 8, 3);
	pty_wait_text(p, "mouse 2 at 8,3");
	pty_wheel(p, 6, 9, true);
	pty_wait_text(p, "mouse 4 at 6,9");
	pty_key(p, VTERM_KEY_FUNCTION(2));
	pty_wait_text(p, "the mouse is off");
	assert_int_equal(pty_mouse(p), VTERM_PROP_MOUSE_NONE);
}

/* Copied text goes to the terminal's clipboard, and what happened is said. */
static void
copy(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_type(p, "y");
	pty_wait_text(p, "copied the word to the clipboard");
	assert_string_equal(pty_osc(p, "52;"), "52;c;aGVsbG8=");
}

/* A program that takes all it is given, into a file beside it. */
static void
write_taker(struct bench *b, const char *name)
{
	char *path = path_joinf(b->home, "bin/%s", name);
	struct err err = ERR_INIT;

	if (!file_write(path, SPAN("#!/bin/sh\n/bin/cat >\"$0.got\"\n"), &err))
		fail_msg("%s", err.message);
	assert_int_equal(chmod(path, 0755), 0);
	free(path);
}

/* A terminal without a clipboard of its own has that of tmux, or the desktop's by the program that is
 * there, and which it was is said. */
static void
copy_by_program(void **state)
{
	static const struct {
		const char *variable, *program, *said;
	} cases[] = {
		{ "TMUX", "tmux", "copied the word to tmux and the clipboard" },
		{ "WAYLAND_DISPLAY", "wl-copy", "copied the word to the clipboard by wl-copy" },
		{ "DISPLAY", "xclip", "copied the word to the clipboard by xclip" },
		{ "DISPLAY", "xsel", "copied the word to the clipboard by xsel" },
		{ "LANG", "pbcopy", "copied the word to the clipboard by pbcopy" },
	};
	struct bench *b = *state;
	char *bin = path_join(b->home, "bin");

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = path_joinf(b->home, "bin/%s.got", cases[i].program);
		struct str text = STR_INIT;

		file_remove_tree(bin, NULL);
		write_taker(b, cases[i].program);
		struct pty *p = launch(b,
			&(struct start){ .term = "vt100",
				.env = { { "PATH", bin }, { cases[i].variable, "C.UTF-8" },
					{ NULL, NULL } } });
		pty_wait_text(p, "no cargo found on PATH");
		pty_type(p, "y");
		pty_wait_text(p, cases[i].said);
		assert_true(file_read(got, &text, NULL));
		assert_string_equal(str_cstr(&text), "hello");
		pty_close(p);
		b->pty = NULL;
		str_fini(&text);
		free(got);
	}
	free(bin);
}

/* Without a clipboard the text goes to a file that is named. */
static void
copy_to_file(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ .term = "vt100" });
	struct str text = STR_INIT;
	char *path = path_join(b->home, ".local/state/xtui/copied.txt");

	pty_type(p, "y");
	pty_wait_text(p, "copied the word to ~/.local/state/xtui/copied.txt");
	assert_true(file_read(path, &text, NULL));
	assert_string_equal(str_cstr(&text), "hello");
	str_fini(&text);
	free(path);
}

/* What a library writes to stderr never lands in the screen. */
static void
stderr_noise(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });
	size_t len;

	pty_type(p, "r ");
	pty_wait_text(p, "count 1");
	assert_null(strstr(pty_bytes(p, &len), "NOISE"));
}

/* A program that the terminal is lent to has the normal screen and modes; then ours come back. */
static void
lend(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_type(p, "B");
	pty_wait_text(p, "LENT");
	assert_false(pty_in_altscreen(p));
	assert_int_equal(pty_modes(p).c_lflag, b->before.c_lflag);
	pty_send(p, "\r", 1);
	pty_wait_text(p, "count 0");
	assert_true(pty_in_altscreen(p));
	pty_type(p, " ");
	pty_wait_text(p, "count 1");
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--demo") == 0)
		demo_main();

#define test(name) cmocka_unit_test_setup_teardown(name, bench_make, bench_drop)
	const struct CMUnitTest tests[] = {
		test(escape_is_quick),
		test(keys_in_pieces),
		test(keys_of_several_bytes),
		test(random_bytes),
		test(paste),
		test(help_overlay),
		test(palette),
		test(users_keys),
		test(broken_keys),
		test(dialog),
		test(mouse),
		test(copy),
		test(copy_by_program),
		test(copy_to_file),
		test(stderr_noise),
		test(lend),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
