/* term: the terminal: entered once, left on every path (architecture 4.8).
 *
 * The only file that calls newterm, doupdate and endwin. Reads keys; the canvas is painted through
 * it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct canvas;
struct loop;
struct settings;
struct theme;

enum term_event_kind {
	TERM_KEY,
	TERM_MOUSE,
	TERM_PASTE,
	TERM_RESIZE, /* term_rows and term_cols have changed */
	TERM_END, /* asked to end from outside: `signal` is SIGHUP (also: terminal gone), INT, TERM */
	TERM_RESUMED, /* back from a suspension; paint */
};

/* A key: a code point, or one of the enum below; TERM_CTRL('p') for control keys. */
enum term_key {
	TERM_KEY_UP = 0x200000,
	TERM_KEY_DOWN,
	TERM_KEY_LEFT,
	TERM_KEY_RIGHT,
	TERM_KEY_HOME,
	TERM_KEY_END,
	TERM_KEY_PAGE_UP,
	TERM_KEY_PAGE_DOWN,
	TERM_KEY_INSERT,
	TERM_KEY_DELETE,
	TERM_KEY_BACKSPACE,
	TERM_KEY_ENTER,
	TERM_KEY_TAB,
	TERM_KEY_BACKTAB,
	TERM_KEY_ESCAPE,
	TERM_KEY_F1,
	TERM_KEY_F12 = TERM_KEY_F1 + 11,
	TERM_KEY_ALT = 0x400000, /* or-ed to the key that followed Esc at once */
};
#define TERM_CTRL(c) ((uint32_t)((c)&0x1f))

enum term_mouse {
	TERM_MOUSE_PRESS,
	TERM_MOUSE_RELEASE,
	TERM_MOUSE_DRAG, /* to another cell while the button is down */
	TERM_MOUSE_DOUBLE,
	TERM_MOUSE_WHEEL_UP,
	TERM_MOUSE_WHEEL_DOWN
};

struct term_event {
	enum term_event_kind kind;
	uint32_t key;          /* TERM_KEY */
	enum term_mouse mouse; /* TERM_MOUSE, with row and col */
	int row, col;
	const char *text; /* TERM_PASTE; borrowed for the call */
	int signal;       /* TERM_END */
};

/* Enters the terminal: screen, keypad, paste mode; signals INT TERM HUP QUIT TSTP WINCH and the
 * crash ones are taken over. Unknown TERM: xterm-256color, xterm, vt100 are tried. ERR_TERMINAL
 * when none can be used. One term per process. */
bool term_enter(struct loop *l, const struct settings *settings,
	void (*event)(void *arg, const struct term_event *event), void *arg, struct err *err);
void term_leave(void); /* idempotent; also called by exit, die and the crash handlers */
bool term_is_entered(void);
int term_rows(void);
int term_cols(void);
bool term_is_utf8(void);
bool
term_has_few_glyphs(void); /* a console of the kernel: its fonts lack check marks and circles */
void term_set_mouse(bool on);
bool term_mouse(void);
void term_set_theme(const struct theme *theme);
/* Paints what changed since the last time; the one terminal update of a turn. Returns how many bytes
 * that took. */
size_t term_paint(const struct canvas *c);
void term_redraw(void);  /* Ctrl-L: everything again */
void term_suspend(void); /* Ctrl-Z: leaves, stops, comes back whole */
/* Hands the terminal to a program (pager, editor, sudo) and waits for it: its exit code, 128+n when
 * signal n ended it, or -1 with err when it cannot be started. */
int term_lend(const char *const *argv, struct err *err);
/* The same in two parts, where somebody else runs the program in between. */
void term_give(void);
void term_take_back(void);
/* Puts text on the clipboard by OSC 52, wrapped for tmux and screen; false when it is too long
 * (TERM_COPY_MAX bytes) or the terminal is known to ignore it. */
#define TERM_COPY_MAX 74994
bool term_copy(const char *text, size_t len);
void term_bell(void);
/* In the terminal's own chrome, where it is known to understand that and the settings want it:
 * progress, 0 to 100, -1 takes it away; its title, NULL gives the old one back. Leaving does both. */
void term_progress(int percent);
void term_set_title(const char *title);
/* Tells who looks elsewhere, as the settings say; nothing when they are known to look here. */
void term_notify(const char *title, const char *text);
/* For tests: tells whoever drives the terminal that a frame is whole (private OSC 7701). */
void term_mark_frame(unsigned frame);
/* Lines to print on the normal screen after leaving (paths of logs); copied. */
void term_say_at_exit(const char *text);
