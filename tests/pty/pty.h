/* pty: the real program in a pseudo-terminal, its screen kept by libvterm.
 *
 * Tests wait for facts with a deadline, never for time. The program is started with XTUI_TEST=1 and
 * marks the end of each frame (OSC 7701), so that what is looked at is always a whole frame. When
 * a wait fails, the screen and the last bytes are printed and the test fails. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#define PTY_DEADLINE_MS 120000 /* of a machine many times slower than ours */

struct pty;

struct pty_env {
	const char *name;
	const char *value; /* NULL: unset */
};

struct pty_spec {
	const char *const *argv;   /* ends with NULL */
	const char *dir;           /* working directory; NULL: ours */
	int rows, cols;            /* 0: 24 x 80 */
	const char *term;          /* NULL: xterm-256color; "": unset */
	const struct pty_env *env; /* name NULL at the end; over LANG=C.UTF-8 and XTUI_TEST=1 */
	bool keep_stdin; /* standard input is /dev/null, the terminal only the controlling one */
};

struct pty *pty_start(const struct pty_spec *spec);
void pty_close(struct pty *p); /* kills what still runs */
pid_t pty_pid(const struct pty *p);
/* The path of a program beside the tests: "xtui" is <build>/xtui. Caller frees. */
char *pty_program(const char *name);

/* Keys, as the terminal would send them in its present modes. */
void pty_type(struct pty *p, const char *text); /* UTF-8, a key a character */
void pty_key(struct pty *p, VTermKey key);
void pty_ctrl(struct pty *p, char letter);
void pty_alt(struct pty *p, char letter);
void pty_paste(struct pty *p, const char *text);
void pty_click(struct pty *p, int row, int col);
void pty_pull(struct pty *p, int row, int col, int to_row, int to_col); /* the button stays down */
void pty_wheel(struct pty *p, int row, int col, bool up);
void pty_send(struct pty *p, const char *bytes, size_t len); /* raw */
void pty_resize(struct pty *p, int rows, int cols);

/* Waits; on timeout the test fails with a dump. `step` names it there. */
void pty_wait(struct pty *p, bool (*is_so)(struct pty *p, const void *arg), const void *arg,
	const char *step);
void pty_wait_text(struct pty *p, const char *text); /* anywhere on the screen */
void pty_wait_no_text(struct pty *p, const char *text);
void pty_wait_bytes(struct pty *p, const char *bytes); /* in what has come since the start */
void pty_wait_frame(struct pty *p);                    /* one more frame than now */
int pty_wait_exit(struct pty *p); /* exit code, 128+n for a signal; reads all that still comes */
/* Whether anything came, or the program ended, within so many ms. */
bool pty_stirs(struct pty *p, int ms);
/* Until it has come to rest: its main thread has slept so many ms without a break. */
void pty_wait_rest(struct pty *p, int ms);
/* Until it has read whatever keys were sent. */
void pty_wait_taken(struct pty *p);

unsigned pty_frame(const struct pty *p); /* the number of the last whole frame */
int pty_rows(const struct pty *p);
char *pty_row(struct pty *p, int row);         /* text without blanks at the end; caller frees */
char *pty_screen(struct pty *p);               /* all rows, a line each; caller frees */
int pty_find(struct pty *p, const char *text); /* first row that has it, or -1 */
int pty_find_col(struct pty *p, int row, const char *text); /* column there, or -1 */
VTermScreenCell pty_cell(struct pty *p, int row, int col);
VTermPos pty_cursor(struct pty *p);

/* What the terminal was told. */
bool pty_in_altscreen(const struct pty *p);
bool pty_cursor_is_visible(const struct pty *p);
int pty_mouse(const struct pty *p); /* VTERM_PROP_MOUSE_… */
bool pty_takes_paste(struct pty *p);
const char *pty_osc(const struct pty *p, const char *prefix); /* last OSC that began so, or NULL */
const char *pty_bytes(const struct pty *p, size_t *len);      /* everything that came */
/* The mode of a DEC private mode as last set ("?2004"): 1, 0, or -1 never. */
int pty_dec_mode(const struct pty *p, const char *mode);

struct termios pty_modes(struct pty *p);
struct termios pty_modes_before(const struct pty *p); /* before the program began */
/* The terminal goes away, as when its window is closed. */
void pty_hang_up(struct pty *p);
/* Shows bytes on the screen that the program knows nothing of. */
void pty_scribble(struct pty *p, const char *bytes);
/* How many processes there are that the program or its children began, itself counted; they are
 * known by a variable of their environment. */
int pty_processes(struct pty *p);
void pty_wait_no_processes(struct pty *p);
_Noreturn void pty_fail(struct pty *p, const char *what);
