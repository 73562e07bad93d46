/* term: what entering takes, term_leave gives back in the opposite order; for a process that dies where
 * it stands term_rescue does. */
#include "ui/term.h"
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "host/settings.h"
#include "io/fd.h"
#include "io/foreground.h"
#include "io/loop.h"
#include "ui/canvas.h"
#include "ui/osc52.h"
#include "ui/term_chrome.h"
#include "ui/term_keys.h"
#include "ui/term_page.h"
#include "ui/term_paint.h"
#include "ui/term_rescue.h"
#include "ui/theme.h"

#define ESC_DELAY_MAX 600000

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1002h" /* drags too, of which curses does not know */
#define MOUSE_OFF "\033[?1006l\033[?1003l\033[?1002l\033[?1000l"
#define MOUSE_MASK                                                                                 \
	(BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED |                  \
		REPORT_MOUSE_POSITION)
#define SYNC_ON "\033[?2026h"
#define SYNC_OFF "\033[?2026l"
#define FOCUS_ON "\033[?1004h"
#define FOCUS_OFF "\033[?1004l"
#define CURSOR_ON "\033[?25h"

/* <term.h> takes away too many names to be included. */
struct term;
char *tigetstr(const char *name);
int setupterm(const char *name, int fd, int *status);
struct term *set_curterm(struct term *entry);
int del_curterm(struct term *entry);

static const int asked_to_end[] = { SIGHUP, SIGINT, SIGTERM };

static struct terminal {
	bool is_entered;
	bool is_registered; /* with atexit and die */
	struct loop *loop;
	void (*event)(void *arg, const struct term_event *event);
	void *arg;

	SCREEN *screen;
	FILE *in, *out; /* the terminal, by descriptors of our own */
	WINDOW *keys;   /* a pad: reading from it never paints */
	struct painter *painter;
	struct page page;
	struct str frame;     /* as it is sent; kept for its room */
	struct termios modes; /* as we found them */
	int saved_stderr;     /* -1: not taken away */
	int lent_stderr;      /* ours, while the terminal is given away; else -1 */
	bool colors, utf8, is_modern, mouse;
	const struct settings *settings;
	struct chrome chrome;
	char name[64]; /* the entry of terminfo in use */

	struct loop_watch *watch;
	struct loop_signal *signals[COUNT(asked_to_end) + 2];
	size_t signal_count;

	struct decoder decoder;
	struct str at_exit;
} term = { .page = { .tty = -1, .file = -1 }, .saved_stderr = -1, .lent_stderr = -1 };

bool
term_is_entered(void)
{
	return term.is_entered;
}

int
term_rows(void)
{
	return LINES;
}

int
term_cols(void)
{
	return COLS;
}

bool
term_is_utf8(void)
{
	return term.utf8;
}

bool
term_has_few_glyphs(void)
{
	return text_is(getenv("TERM"), "linux");
}

bool
term_mouse(void)
{
	return term.mouse;
}

/* Bytes that curses need not know of, after what it has written. */
static void
send_bytes(const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fileno(term.out), bytes, len);
		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fileno(term.out), .events = POLLOUT }, 1, -1);
		else if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

static void
send_text(const char *text)
{
	send_bytes(text, strlen(text));
}

static const char *
capability(const char *name)
{
	const char *value = tigetstr(name);

	return (intptr_t)value == -1 ? NULL : value;
}

/* Capabilities may hold delays ("$<5>"), which are for tputs; here they are cut off. */
static void
append_capability(struct str *out, const char *name)
{
	const char *value = capability(name);

	if (value)
		str_append_bytes(out, value, strcspn(value, "$"));
}

/* What of leaving a dying process can do. */
static void
prepare_rescue(void)
{
	struct str bytes = STR_INIT;

	if (term.is_modern)
		str_append(&bytes, MOUSE_OFF PASTE_OFF FOCUS_OFF SYNC_OFF);
	chrome_leave(&term.chrome, &bytes);
	append_capability(&bytes, "sgr0");
	append_capability(&bytes, "rmkx");
	append_capability(&bytes, "rmcup");
	append_capability(&bytes, "cnorm");
	str_append(&bytes, "\r\n");
	rescue_set_bytes(str_cstr(&bytes), bytes.len);
	str_fini(&bytes);
}

/* ---- events ---- */

static void
tell(const struct term_event *event)
{
	if (term.is_entered)
		term.event(term.arg, event);
}

static void
terminal_gone(void)
{
	loop_set_urgent(term.loop, -1);
	loop_watch_close(term.watch);
	term.watch = NULL;
	tell(&(struct term_event){ .kind = TERM_END, .signal = SIGHUP });
}

static void
on_readable(void *arg, int events)
{
	int waiting = 0, code;

	if ((events & LOOP_HANGUP) || ioctl(fileno(term.in), FIONREAD, &waiting) < 0 || !waiting) {
		terminal_gone();
		return;
	}
	decoder_wake(&term.decoder);
	while (term.is_entered && (code = wgetch(term.keys)) != ERR)
		decoder_take(&term.decoder, code);
	if (term.is_entered)
		decoder_end(&term.decoder);
}

static void
on_ending(void *arg, int signum)
{
	tell(&(struct term_event){ .kind = TERM_END, .signal = signum });
}

/* What the terminal shows is not known any more: all of it is painted next. */
static void
repaint_all(void)
{
	struct winsize size;

	if (ioctl(fileno(term.out), TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resize_term(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
	painter_forget(term.painter);
}

static void
on_winch(void *arg, int signum)
{
	repaint_all();
	tell(&(struct term_event){ .kind = TERM_RESIZE });
}

static void
on_tstp(void *arg, int signum)
{
	term_suspend();
}

static void
take_signal(int signum, void (*fn)(void *arg, int signum))
{
	term.signals[term.signal_count++] = loop_signal_start(term.loop, signum, fn, NULL);
}

static void
take_signals(void)
{
	for (size_t i = 0; i < COUNT(asked_to_end); i++)
		take_signal(asked_to_end[i], on_ending);
	take_signal(SIGWINCH, on_winch);
	take_signal(SIGTSTP, on_tstp);
}

static void
give_back_signals(void)
{
	while (term.signal_count)
		loop_signal_stop(term.signals[--term.signal_count]);
}

/* ---- entering and leaving ---- */

/* The terminal itself, when standard input or output is a file or pipe. */
static FILE *
open_tty(int fd, const char *mode)
{
	int tty = isatty(fd) ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : open("/dev/tty", O_RDWR | O_CLOEXEC);
	FILE *file = tty < 0 ? NULL : fdopen(tty, mode);

	if (!file && tty >= 0)
		close(tty);
	return file;
}

static bool
open_terminal(struct err *err)
{
	term.in = open_tty(STDIN_FILENO, "r");
	term.out = open_tty(STDOUT_FILENO, "w");
	if (term.in && term.out && tcgetattr(fileno(term.out), &term.modes) == 0)
		return true;
	err_set(err, ERR_TERMINAL, "terminal: there is none here");
	return err_try(err, "xtui doctor");
}

static void
close_terminal(void)
{
	if (term.in)
		fclose(term.in);
	if (term.out)
		fclose(term.out);
	term.in = term.out = NULL;
}

/* newterm would not say no without losing memory. */
static bool
terminfo_knows(const char *name)
{
	int status;

	if (!name || !*name || setupterm(name, fileno(term.out), &status) != OK)
		return false;
	del_curterm(set_curterm(NULL));
	return true;
}

/* TERM as it is, else what nearly every terminal understands. */
static bool
open_screen(struct err *err)
{
	const char *wanted = getenv("TERM");
	const char *const names[] = { wanted, "xterm-256color", "xterm", "vt100" };

	if (wanted && strcmp(wanted, "dumb") == 0) {
		err_set(err, ERR_TERMINAL,
			"terminal: TERM=dumb says that its cursor cannot be moved");
		return err_try(err, "xtui doctor");
	}
	for (size_t i = 0; i < COUNT(names) && !term.screen; i++) {
		if (!terminfo_knows(names[i]))
			continue;
		term.screen = newterm(names[i], term.out, term.in);
		snprintf(term.name, sizeof(term.name), "%s", names[i]);
	}
	if (!term.screen)
		return err_set(err, ERR_TERMINAL, "terminal: terminfo knows neither %s nor vt100",
			wanted ? wanted : "TERM (unset)");
	if (capability("cup"))
		return true;
	endwin();
	return err_set(err, ERR_TERMINAL, "terminal: a cursor of %s cannot be moved", term.name);
}

static bool
wants_color(void)
{
	const char *no_color = getenv("NO_COLOR");

	return !(no_color && *no_color);
}

static void
start_colors(void)
{
	term.colors = has_colors() && wants_color() && start_color() == OK;
	if (term.colors)
		use_default_colors();
}

/* Keys come one by one and as they are; Ctrl-\ alone stays a signal, the way out of a program that
 * does not answer any more. */
static void
set_modes(void)
{
	struct termios modes;

	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	if (tcgetattr(fileno(term.out), &modes) == 0) {
		modes.c_lflag |= ISIG;
		modes.c_cc[VINTR] = modes.c_cc[VSUSP] = _POSIX_VDISABLE;
		tcsetattr(fileno(term.out), TCSANOW, &modes);
		def_prog_mode();
	}
	term.keys = newpad(1, 1);
	keypad(term.keys, TRUE);
	nodelay(term.keys, TRUE);
	decoder_define_keys();
}

/* What others write to stderr must not land in the screen: it goes to the log, or nowhere. */
static void
take_stderr(void)
{
	char *dir = log_is_on() ? path_state_dir() : NULL;
	char *path = dir ? path_join(dir, "xtui.log") : xstrdup("/dev/null");
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0 && isatty(STDERR_FILENO)) {
		term.saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
		dup2(fd, STDERR_FILENO);
	}
	if (fd >= 0)
		close(fd);
	free(path);
	free(dir);
}

static void
give_back_stderr(void)
{
	if (term.saved_stderr < 0)
		return;
	dup2(term.saved_stderr, STDERR_FILENO);
	close(term.saved_stderr);
	term.saved_stderr = -1;
}

static void
mouse_on_or_off(void)
{
	mousemask(term.mouse ? MOUSE_MASK : 0, NULL);
	if (term.is_modern)
		send_text(term.mouse ? MOUSE_ON : MOUSE_OFF);
}

static bool
wants_notices(void)
{
	return !text_is(term.settings->notify, "no");
}

/* The part of entering that a suspension undoes. */
static void
screen_on(void)
{
	if (term.is_modern)
		send_text(PASTE_ON);
	if (term.is_modern && wants_notices())
		send_text(FOCUS_ON);
	if (term.mouse)
		mouse_on_or_off();
}

static void
screen_off(void)
{
	term_progress(-1);
	term_set_title(NULL);
	mousemask(0, NULL); /* before raw mode ends: what still comes is no text */
	if (term.is_modern)
		send_text(MOUSE_OFF PASTE_OFF FOCUS_OFF SYNC_OFF);
	curs_set(1);
	endwin();
	if (term.is_modern) /* some terminals bring back how it was when a scroll saved its place */
		send_text(CURSOR_ON);
}

bool
term_enter(struct loop *l, const struct settings *settings,
	void (*event)(void *arg, const struct term_event *event), void *arg, struct err *err)
{
	setlocale(LC_CTYPE, "");
	term.utf8 = !settings->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	term.settings = settings;
	term.loop = l;
	term.event = event;
	term.arg = arg;
	set_escdelay(
		settings->esc_delay_ms < ESC_DELAY_MAX ? settings->esc_delay_ms : ESC_DELAY_MAX);
	use_env(FALSE); /* LINES and COLUMNS of the environment are not the terminal's size */
	use_tioctl(TRUE);
	if (!open_terminal(err) || !open_screen(err))
		goto fail;
	term.watch =
		loop_watch_fd(l, fileno(term.in), LOOP_READ | LOOP_HANGUP, on_readable, NULL, err);
	if (!term.watch)
		goto fail;
	loop_set_urgent(l, fileno(term.in));
	set_modes();
	start_colors();
	term.is_modern = capability("smcup") && capability("kmous");
	term.chrome = chrome_of(term.name, getenv);
	term.chrome.progress = term.chrome.progress && settings->progress;
	term.chrome.title = term.chrome.title && settings->title;
	mouseinterval(0);
	term.mouse = settings->mouse;
	term.painter = painter_new(term.colors);
	decoder_init(&term.decoder, tell);
	take_signals();
	take_stderr();
	page_init(&term.page, fileno(term.out));
	rescue_arm(term.page.tty, &term.modes, term.saved_stderr);
	prepare_rescue();
	if (!term.is_registered) {
		atexit(term_leave);
		die_set_hook(term_leave);
		term.is_registered = true;
	}
	term.is_entered = true;
	screen_on();
	log_line("terminal %s, %d x %d, %d colours", term.name, COLS, LINES,
		term.colors ? COLORS : 0);
	return true;
fail:
	if (term.screen) {
		endwin();
		delscreen(term.screen);
		term.screen = NULL;
	}
	close_terminal();
	return false;
}

void
term_leave(void)
{
	if (!term.is_entered)
		return;
	screen_off();
	term.is_entered = false;
	tcsetattr(fileno(term.out), TCSADRAIN, &term.modes);
	rescue_disarm();
	give_back_stderr();
	give_back_signals();
	loop_set_urgent(term.loop, -1);
	loop_watch_close(term.watch);
	term.watch = NULL;
	painter_free(term.painter);
	delwin(term.keys);
	delscreen(term.screen);
	term.screen = NULL;
	send_bytes(str_cstr(&term.at_exit), term.at_exit.len);
	str_fini(&term.at_exit);
	decoder_fini(&term.decoder);
	str_fini(&term.frame);
	page_fini(&term.page);
	close_terminal();
}

void
term_say_at_exit(const char *text)
{
	str_appendf(&term.at_exit, "%s\n", text);
}

/* ---- suspension, lending ---- */

static void
come_back(void)
{
	reset_prog_mode();
	screen_on();
	repaint_all();
	decoder_forget(&term.decoder);
}

void
term_suspend(void)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, before;

	if (!term.is_entered)
		return;
	screen_off();
	sigemptyset(&stop.sa_mask);
	sigaction(SIGTSTP, &stop, &before);
	kill(0, SIGTSTP); /* the group: whoever started us in a script stops too */
	sigaction(SIGTSTP, &before, NULL);
	come_back();
	tell(&(struct term_event){ .kind = TERM_RESUMED });
}

/* A shell that ran in between may have kept the terminal for a group of its own. */
static void
take_foreground(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	sigemptyset(&ignore.sa_mask);
	sigaction(SIGTTOU, &ignore, &before);
	tcsetpgrp(fileno(term.out), getpgrp());
	sigaction(SIGTTOU, &before, NULL);
}

void
term_give(void)
{
	screen_off();
	term.lent_stderr = term.saved_stderr >= 0 ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3) : -1;
	if (term.lent_stderr >= 0)
		dup2(term.saved_stderr, STDERR_FILENO);
}

void
term_take_back(void)
{
	if (term.lent_stderr >= 0) {
		dup2(term.lent_stderr, STDERR_FILENO);
		fd_close(&term.lent_stderr);
	}
	take_foreground();
	come_back();
}

int
term_lend(const char *const *argv, struct err *err)
{
	term_give();
	int code = foreground_run(argv, err);
	term_take_back();
	return code;
}

/* ---- output ---- */

void
term_set_mouse(bool on)
{
	term.mouse = on;
	mouse_on_or_off();
}

void
term_set_theme(const struct theme *theme)
{
	painter_set_theme(term.painter, theme);
}

/* What curses has to write, in one piece. */
static void
gather_frame(struct str *frame)
{
	str_clear(frame);
	if (term.is_modern)
		str_append(frame, SYNC_ON);
	if (page_begin(&term.page)) {
		doupdate();
		page_end(&term.page, frame);
	} else {
		send_bytes(frame->data, frame->len);
		str_clear(frame);
		doupdate();
	}
	if (term.is_modern)
		str_append(frame, SYNC_OFF);
}

size_t
term_paint(const struct canvas *c)
{
	if (!term.is_entered || !painter_paint(term.painter, c))
		return 0;
	wnoutrefresh(stdscr);
	gather_frame(&term.frame);
	send_bytes(term.frame.data, term.frame.len);
	return page_is_open(&term.page) ? term.frame.len : (size_t)c->rows * (size_t)c->cols;
}

void
term_redraw(void)
{
	repaint_all();
}

void
term_bell(void)
{
	beep();
}

static void
send_chrome(struct str *out)
{
	send_bytes(out->data, out->len);
	if (out->len)
		prepare_rescue();
	str_fini(out);
}

void
term_progress(int percent)
{
	struct str out = STR_INIT;

	chrome_set_progress(&term.chrome, percent, &out);
	send_chrome(&out);
}

void
term_set_title(const char *title)
{
	struct str out = STR_INIT;

	chrome_set_title(&term.chrome, title, &out);
	send_chrome(&out);
}

void
term_notify(const char *title, const char *text)
{
	bool is_bell = text_is(term.settings->notify, "bell");
	struct str out = STR_INIT;

	if (!wants_notices() || term.decoder.is_looked_at)
		return;
	chrome_notify(is_bell ? NOTICE_BELL : term.chrome.notice, title, text, &out);
	send_chrome(&out);
}

void
term_mark_frame(unsigned frame)
{
	char text[32];

	snprintf(text, sizeof(text), "\033]7701;%u\033\\", frame);
	send_text(text);
}

bool
term_copy(const char *text, size_t len)
{
	struct str out = STR_INIT;

	if (!term.is_modern || !term.chrome.clipboard || len > TERM_COPY_MAX)
		return false;
	osc52_append(&out, (struct span){ text, len },
		strncmp(term.name, "screen", 6) == 0 && !getenv("TMUX"));
	send_bytes(out.data, out.len);
	str_fini(&out);
	return true;
}
