/* The terminal's side of the workbench, tried with a screen of its own: this program started with
 * --demo. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/alloc.h"
#include "unit/dice.h"
#include "base/path.h"
#include "base/str.h"
#include "host/settings.h"
#include "io/file.h"
#include "io/loop.h"
#include "pty/pty.h"
#include "ui/app.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_input.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_INSTRUMENTED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define IS_INSTRUMENTED 1
#endif
#ifndef IS_INSTRUMENTED
#define IS_INSTRUMENTED 0
#endif

/* ---- the demo: a screen that counts, types, floods and dies ---- */

struct demo {
	struct store *store;
	int count;
	struct input input;
	bool is_typing;
	struct loop_timer *flood;
	long ticks;
	char said[64];
};

static void *
demo_open(struct store *store)
{
	struct demo *d = xcalloc(1, sizeof(*d));

	d->store = store;
	return d;
}

static void
demo_close(struct screen_state *s)
{
	struct demo *d = s->own;

	loop_timer_stop(d->flood);
	input_fini(&d->input);
	free(d);
}

static void
demo_update(struct screen_state *s, unsigned changed)
{
}

static void
demo_tick(void *arg)
{
	struct demo *d = arg;

	d->ticks++;
	store_say(d->store, SAY_WARN, "tick %ld", d->ticks);
	d->store->changed |= STORE_JOBS;
}

static unsigned
demo_key(struct screen_state *s, enum action_id act, int nth)
{
	struct demo *d = s->own;
	static const char *const pager[] = { "sh", "-c", "printf LENT; read -r line; exit 3",
		NULL };

	switch (act) {
	case ACT_MARK: d->count++; return FX_REDRAW;
	case ACT_FILTER: d->is_typing = true; return FX_REDRAW;
	case ACT_COPY: return store_copy(d->store, "the word", SPAN("hello"));
	case ACT_OPEN: return store_ask(d->store, "Sure?", "A question.", "Yes");
	case ACT_GROUP: die("the demo dies");
	case ACT_MARK_SAVED: exit(7);
	case ACT_REFRESH: fprintf(stderr, "NOISE ON STDERR\n"); return FX_REDRAW;
	case ACT_BACKEND: return store_lend(d->store, pager);
	case ACT_PROBE:
		loop_timer_stop(d->flood);
		d->flood = d->flood ? NULL : loop_timer_start(d->store->loop, 1, 1, demo_tick, d);
		return FX_REDRAW;
	default: return 0;
	}
}

static struct input *
demo_input(struct screen_state *s)
{
	struct demo *d = s->own;

	return d->is_typing ? &d->input : NULL;
}

static unsigned
demo_typed(struct screen_state *s, enum input_change change)
{
	struct demo *d = s->own;

	if (change != INPUT_CHANGED)
		d->is_typing = false;
	return FX_REDRAW;
}

static unsigned
demo_answer(struct screen_state *s, bool yes)
{
	struct demo *d = s->own;

	snprintf(d->said, sizeof(d->said), "answer %s", yes ? "yes" : "no");
	return FX_REDRAW;
}

static unsigned
demo_mouse(struct screen_state *s, const struct term_event *event)
{
	struct demo *d = s->own;

	snprintf(d->said, sizeof(d->said), "mouse %d at %d,%d", (int)event->mouse, event->row,
		event->col);
	return FX_REDRAW;
}

static void
demo_draw(struct screen_state *s, struct area a)
{
	struct demo *d = s->own;

	area_printf(a, 0, 1, ROLE_OK, "count %d", d->count);
	area_printf(a, 1, 1, ROLE_TEXT, "input [%s]", input_text(&d->input));
	area_puts(a, 2, 1, ROLE_FAIL, d->said);
	area_puts(a, 3, 1, ROLE_TEXT, "caf\u00e9 \u4e16\u754c \u2500\u2502 end");
	area_cursor(a, 0, 1);
}

static const struct screen demo_screen = {
	.id = SCREEN_TARGETS,
	.title = "Demo",
	.open = demo_open,
	.close = demo_close,
	.update = demo_update,
	.key = demo_key,
	.draw = demo_draw,
	.mouse = demo_mouse,
	.drags = true,
	.input = demo_input,
	.typed = demo_typed,
	.answer = demo_answer,
};

static int
demo_main(void)
{
	static const struct screen *const screens[] = { &demo_screen, NULL };
	struct err err = ERR_INIT;
	struct settings *settings = settings_load(NULL, &err);
	char *dir = path_absolute(".");
	struct app_options options = { .dir = dir, .settings = settings, .screens = screens };

	int code = settings ? app_run(&options, &err) : err_exit_code(&err);
	if (err.kind)
		fprintf(stderr, "xtui: %s\n  try: %s\n", err.message, err.remedy);
	settings_free(settings);
	free(dir);
	return code;
}

/* ---- the bench ---- */

struct bench {
	char *home;
	char *self;
	struct pty *pty;
	struct termios before;
};

struct start {
	const char *term;
	int rows, cols;
	struct pty_env env[4];
	bool keep_stdin;
	const char *through[4]; /* a program that starts us: "sh", "-c", "… \"$0\" --demo" */
};

static int
bench_make(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	struct err err = ERR_INIT;

	b->home = file_make_temp_dir("/tmp", "xtui-pty", &err);
	b->self = path_real("/proc/self/exe");
	*state = b;
	return b->home ? 0 : -1;
}

static int
bench_drop(void **state)
{
	struct bench *b = *state;

	if (b->pty)
		pty_close(b->pty);
	file_remove_tree(b->home, NULL);
	free(b->home);
	free(b->self);
	free(b);
	return 0;
}

static void
write_config(struct bench *b, const char *text)
{
	char *path = path_join(b->home, ".config/xtui/config.toml");
	struct err err = ERR_INIT;

	assert_true(file_write(path, span_of(text), &err));
	free(path);
}

/* Starts the demo in a folder without a toolchain or workspace. */
static struct pty *
launch(struct bench *b, const struct start *start)
{
	const char *direct[] = { b->self, "--demo", NULL };
	const char *through[] = { start->through[0], start->through[1], start->through[2], b->self,
		NULL };
	struct pty_env env[12] = {
		{ "HOME", b->home },
		{ "XDG_CONFIG_HOME", NULL },
		{ "XDG_STATE_HOME", NULL },
		{ "XDG_CACHE_HOME", NULL },
		{ "XDG_DATA_HOME", NULL },
		{ "PATH", "/usr/bin:/bin" },
		{ "RUSTC", "/nonexistent" },
	};
	struct pty_spec spec = { .argv = start->through[0] ? through : direct, .dir = b->home };

	for (size_t i = 0; i < COUNT(start->env) && start->env[i].name; i++)
		env[7 + i] = start->env[i];
	spec.env = env;
	spec.term = start->term;
	spec.rows = start->rows;
	spec.cols = start->cols;
	spec.keep_stdin = start->keep_stdin;
	b->pty = pty_start(&spec);
	b->before = pty_modes(b->pty);
	return b->pty;
}

static void
assert_restored(struct bench *b)
{
	struct termios after = pty_modes(b->pty);

	assert_int_equal(after.c_lflag, b->before.c_lflag);
	assert_int_equal(after.c_iflag, b->before.c_iflag);
	assert_int_equal(after.c_oflag, b->before.c_oflag);
	assert_memory_equal(after.c_cc, b->before.c_cc, sizeof(after.c_cc));
	assert_false(pty_in_altscreen(b->pty));
	assert_true(pty_cursor_is_visible(b->pty));
	assert_int_equal(pty_mouse(b->pty), VTERM_PROP_MOUSE_NONE);
	assert_int_not_equal(pty_dec_mode(b->pty, "?2004"), 1);
	assert_int_not_equal(pty_dec_mode(b->pty, "?2026"), 1);
	pty_wait_no_processes(b->pty);
}

/* Up, with the survey taken. */
static struct pty *
launch_idle(struct bench *b, const struct start *start)
{
	struct pty *p = launch(b, start);

	pty_wait_text(p, "count 0");
	pty_wait_text(p, "idle");
	pty_wait_text(p, "/nonexistent: not found"); /* there is no toolchain here, it says */
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_text(p, "? all keys");
	return p;
}

static bool
bottom_has_help(struct pty *p, const void *unused)
{
	return pty_find_col(p, pty_rows(p) - 1, "? all keys") >= 0;
}

static bool
cursor_is_below(struct pty *p, const void *row)
{
	return pty_cursor(p).row == *(const int *)row + 1;
}

static bool
has_ticked(struct pty *p, const void *least)
{
	char *row = pty_row(p, pty_rows(p) - 1);
	const char *tick = strstr(row, "tick ");
	bool has = tick && atol(tick + 5) >= *(const long *)least;

	free(row);
	return has;
}

/* How much more time an instrumented program may take. */
static uint64_t
slowness(void)
{
	return IS_INSTRUMENTED ? 4 : 1;
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

/* ---- keys ---- */

/* A lone Esc acts within 50 ms (here: well within the test's own turn-around). */
static void
escape_is_quick(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_type(p, "?");
	pty_wait_text(p, "Esc close");
	uint64_t start = loop_clock();
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_no_text(p, "Esc close");
	assert_in_range(loop_clock() - start, 0, 50000 * slowness());
}

/* Bytes of one key that come 20 ms apart are still that key; unknown sequences are no keys at all. */
static void
keys_in_pieces(void **state)
{
	static const char *const unknown[] = { "\033[1;5Z", "\033[99~", "\033[?1;2c",
		"\033[27;2;13~", "\033OX" };
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

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
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_frame(p);
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_frame(p);
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
	pty_wait_text(p, "mark or unmark the target under the cursor");
	assert_true(pty_find(p, "Ctrl-Z") > 0);
	assert_true(pty_find(p, "go to the screen Build") < 0); /* there is none here */
	pty_type(p, "/susp");
	pty_wait_no_text(p, "mark or unmark");
	assert_true(pty_find(p, "Ctrl-Z") > 0);
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_text(p, "mark or unmark");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_no_text(p, "mark or unmark the target");
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

	write_config(b, "[keys]\nmark = \"m\"\nprobe = \"none\"\n");
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

	write_config(b, "[keys]\nmark = \"Hyper-X\"\n");
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

/* ---- suspension ---- */

/* Ctrl-Z gives the shell a clean terminal; fg brings everything back. */
static void
suspend_and_resume(void **state)
{
	struct bench *b = *state;
	struct start start = { .through = { "sh", "-c",
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
	while (pty_stirs(p, 200)) /* until it has come to rest */
		;
	long before = pty_wakeups(p);
	assert_false(pty_stirs(p, 2000));
	assert_int_equal(pty_wakeups(p), before);
}

/* A flood of changes is drawn a few dozen times a second at the most, and keys act in between. */
static void
flood(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch_idle(b, &(struct start){ 0 });

	pty_type(p, "p");
	pty_wait(p, has_ticked, &(long){ 50 }, "50 ticks");
	unsigned frames = pty_frame(p);
	uint64_t start = loop_clock();
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
		return demo_main();

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
		test(copy_to_file),
		test(stderr_noise),
		test(lend),
		test(suspend_and_resume),
		test(redraw),
		test(idle),
		test(flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
