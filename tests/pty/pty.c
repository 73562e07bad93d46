#include "pty/pty.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <cmocka.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "io/file.h"

#define TAIL_BYTES 2048 /* of a dump */
#define QUIET_MS 30     /* what marks no frames is looked at when it pauses */
#define SYNC_ON "\033[?2026h"
#define SYNC_OFF "\033[?2026l"

struct pty {
	int master, slave; /* the slave stays open: its modes are looked at after the end */
	pid_t pid;
	int status;            /* of waitpid; -1 while it runs */
	struct termios before; /* modes, when nobody had changed them yet */
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;
	bool altscreen, cursor_visible;
	int mouse;
	unsigned frame;
	struct str bytes;
	VEC(char *) oscs;
	char mark[64]; /* in the environment of all that is ours */
};

static uint64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- the emulator ---- */

static int
on_prop(VTermProp prop, VTermValue *value, void *user)
{
	struct pty *p = user;

	switch (prop) {
	case VTERM_PROP_ALTSCREEN: p->altscreen = value->boolean; break;
	case VTERM_PROP_CURSORVISIBLE: p->cursor_visible = value->boolean; break;
	case VTERM_PROP_MOUSE: p->mouse = value->number; break;
	default: break;
	}
	return 1;
}

/* The signature is that of libvterm 0.1; from 0.2 on it comes in fragments. */
static int
on_osc(const char *command, size_t len, void *user)
{
	struct pty *p = user;
	char *text = xstrndup(command, len);

	if (text_starts(text, "7701;"))
		p->frame = (unsigned)strtoul(text + 5, NULL, 10);
	vec_push(&p->oscs, text);
	return 1;
}

static void
on_output(const char *bytes, size_t len, void *user)
{
	pty_send(user, bytes, len);
}

static void
make_emulator(struct pty *p)
{
	static const VTermScreenCallbacks callbacks = { .settermprop = on_prop };
	static const VTermParserCallbacks fallbacks = { .osc = on_osc };

	p->vt = vterm_new(p->rows, p->cols);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, on_output, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_set_callbacks(p->screen, &callbacks, p);
	vterm_screen_set_unrecognised_fallbacks(p->screen, &fallbacks, p);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	p->cursor_visible = true;
}

/* ---- the program ---- */

static void
set_environment(struct pty *p, const struct pty_spec *spec)
{
	setenv("LANG", "C.UTF-8", 1);
	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	unsetenv("NO_COLOR");
	unsetenv("TMUX");
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	unsetenv("SSH_CONNECTION");
	setenv("XTUI_TEST", "1", 1);
	putenv(p->mark);
	if (spec->term && !*spec->term)
		unsetenv("TERM");
	else
		setenv("TERM", spec->term ? spec->term : "xterm-256color", 1);
	for (const struct pty_env *e = spec->env; e && e->name; e++) {
		if (e->value)
			setenv(e->name, e->value, 1);
		else
			unsetenv(e->name);
	}
}

static _Noreturn void
be_program(struct pty *p, const struct pty_spec *spec)
{
	sigset_t none;

	close(p->master);
	if (login_tty(p->slave) != 0)
		_exit(126);
	if (spec->keep_stdin)
		dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	if (spec->dir && chdir(spec->dir) != 0)
		_exit(126);
	set_environment(p, spec);
	for (int signum = 1; signum < NSIG; signum++)
		signal(signum, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(spec->argv[0], (char *const *)spec->argv);
	_exit(127);
}

struct pty *
pty_start(const struct pty_spec *spec)
{
	struct pty *p = xcalloc(1, sizeof(*p));
	struct winsize size;

	p->rows = spec->rows ? spec->rows : 24;
	p->cols = spec->cols ? spec->cols : 80;
	p->status = -1;
	snprintf(p->mark, sizeof(p->mark), "PTY_MARK=%d-%llu", (int)getpid(),
		(unsigned long long)clock_ms());
	size = (struct winsize){ .ws_row = (unsigned short)p->rows,
		.ws_col = (unsigned short)p->cols };
	assert_int_equal(openpty(&p->master, &p->slave, NULL, NULL, &size), 0);
	fcntl(p->master, F_SETFL, O_NONBLOCK);
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	make_emulator(p);
	p->before = pty_modes(p);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0)
		be_program(p, spec);
	return p;
}

void
pty_close(struct pty *p)
{
	if (p->status < 0) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, &p->status, 0);
	}
	if (p->master >= 0)
		pty_hang_up(p);
	vterm_free(p->vt);
	str_fini(&p->bytes);
	for (size_t i = 0; i < p->oscs.len; i++)
		free(p->oscs.items[i]);
	vec_fini(&p->oscs);
	free(p);
}

pid_t
pty_pid(const struct pty *p)
{
	return p->pid;
}

char *
pty_program(const char *name)
{
	char *self = file_real_path("/proc/self/exe");
	char *tests = path_dirname(self), *build = path_dirname(tests);
	char *program = path_join(build, name);

	free(build);
	free(tests);
	free(self);
	return program;
}

/* ---- reading ---- */

/* Takes in what has come; false when the other end is gone and empty. */
static bool
take_in(struct pty *p)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(p->master, buf, sizeof(buf))) > 0) {
		str_append_bytes(&p->bytes, buf, (size_t)n);
		vterm_input_write(p->vt, buf, (size_t)n);
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static bool
has_ended(struct pty *p)
{
	if (p->status < 0 && waitpid(p->pid, &p->status, WNOHANG) != p->pid)
		p->status = -1;
	return p->status >= 0;
}

/* Waits until something comes, at most ms. */
static bool
wait_for_bytes(struct pty *p, int ms)
{
	struct pollfd fd = { .fd = p->master, .events = POLLIN };

	return poll(&fd, 1, ms) > 0;
}

/* Whether the last that came is the mark of a frame. */
static bool
is_whole_frame(struct pty *p)
{
	struct span bytes = str_span(&p->bytes);

	for (size_t back = 2; back < 20 && back < bytes.len; back++)
		if (bytes.data[bytes.len - back] == '\033' && back > 2)
			return span_starts(
				(struct span){ bytes.data + bytes.len - back, back }, "\033]7701;");
	return false;
}

/* Whether the last that came is the beginning of a frame: the rest of it is still to come, however long
 * the program is kept from its CPU. */
static bool
is_in_frame(struct pty *p)
{
	struct span bytes = str_span(&p->bytes);
	size_t len = strlen(SYNC_ON);

	for (size_t at = bytes.len; at-- > 0;) {
		struct span rest = { bytes.data + at, bytes.len - at };
		if (bytes.data[at] == '\033' && rest.len >= len && span_starts(rest, SYNC_ON))
			return true;
		if (bytes.data[at] == '\033' && rest.len >= len && span_starts(rest, SYNC_OFF))
			return false;
	}
	return false;
}

void
pty_wait(struct pty *p, bool (*is_so)(struct pty *p, const void *arg), const void *arg,
	const char *step)
{
	uint64_t deadline = clock_ms() + PTY_DEADLINE_MS;

	for (bool is_quiet = false;;) {
		bool ended = has_ended(p);
		take_in(p);
		if ((is_quiet || ended || is_whole_frame(p)) && is_so(p, arg))
			return;
		if (clock_ms() > deadline || ended)
			pty_fail(p, step);
		is_quiet = !wait_for_bytes(p, QUIET_MS) && !is_in_frame(p);
	}
}

static bool
has_text(struct pty *p, const void *text)
{
	return pty_find(p, text) >= 0;
}

static bool
has_no_text(struct pty *p, const void *text)
{
	return pty_find(p, text) < 0;
}

static bool
has_bytes(struct pty *p, const void *bytes)
{
	return span_find(str_span(&p->bytes), span_of(bytes)) >= 0;
}

static bool
has_frame_after(struct pty *p, const void *frame)
{
	return p->frame > *(const unsigned *)frame;
}

static bool
is_over(struct pty *p, const void *unused)
{
	return p->status >= 0;
}

void
pty_wait_text(struct pty *p, const char *text)
{
	pty_wait(p, has_text, text, text);
}

void
pty_wait_no_text(struct pty *p, const char *text)
{
	pty_wait(p, has_no_text, text, text);
}

void
pty_wait_bytes(struct pty *p, const char *bytes)
{
	pty_wait(p, has_bytes, bytes, bytes);
}

void
pty_wait_frame(struct pty *p)
{
	unsigned frame = p->frame;

	pty_wait(p, has_frame_after, &frame, "a frame");
}

int
pty_wait_exit(struct pty *p)
{
	pty_wait(p, is_over, NULL, "the end");
	take_in(p);
	return WIFEXITED(p->status) ? WEXITSTATUS(p->status) : 128 + WTERMSIG(p->status);
}

bool
pty_stirs(struct pty *p, int ms)
{
	bool stirs = wait_for_bytes(p, ms) || has_ended(p);

	take_in(p);
	return stirs;
}

/* How often the main thread has gone to sleep and come back so far. */
static long
wakeups(const struct pty *p)
{
	char path[64], line[256];
	long count = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)p->pid);
	assert_non_null(file = fopen(path, "r"));
	while (fgets(line, sizeof(line), file))
		sscanf(line, "voluntary_ctxt_switches: %ld", &count);
	fclose(file);
	return count;
}

void
pty_wait_rest(struct pty *p, int ms)
{
	uint64_t deadline = clock_ms() + PTY_DEADLINE_MS;
	long before;

	do {
		if (clock_ms() > deadline || has_ended(p))
			pty_fail(p, "rest");
		before = wakeups(p);
	} while (pty_stirs(p, ms) || wakeups(p) != before);
}

void
pty_wait_taken(struct pty *p)
{
	uint64_t deadline = clock_ms() + PTY_DEADLINE_MS;
	int waiting = 0;

	while (ioctl(p->slave, FIONREAD, &waiting) == 0 && waiting) {
		if (clock_ms() > deadline || has_ended(p))
			pty_fail(p, "all keys taken");
		wait_for_bytes(p, 2);
		take_in(p);
	}
}

/* ---- writing ---- */

void
pty_send(struct pty *p, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(p->master, bytes, len);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else {
			poll(&(struct pollfd){ .fd = p->master, .events = POLLOUT }, 1, 100);
		}
	}
}

void
pty_type(struct pty *p, const char *text)
{
	struct span rest = span_of(text);
	uint32_t cp;

	while (rest.len) {
		size_t len = utf8_decode(rest.data, rest.len, &cp);
		vterm_keyboard_unichar(p->vt, cp, VTERM_MOD_NONE);
		rest.data += len;
		rest.len -= len;
	}
}

void
pty_key(struct pty *p, VTermKey key)
{
	vterm_keyboard_key(p->vt, key, VTERM_MOD_NONE);
}

void
pty_ctrl(struct pty *p, char letter)
{
	char byte = (char)(letter & 0x1f);

	pty_send(p, &byte, 1);
}

void
pty_alt(struct pty *p, char letter)
{
	pty_send(p, (char[]){ '\033', letter }, 2);
}

void
pty_paste(struct pty *p, const char *text)
{
	vterm_keyboard_start_paste(p->vt);
	pty_send(p, text, strlen(text));
	vterm_keyboard_end_paste(p->vt);
}

void
pty_click(struct pty *p, int row, int col)
{
	vterm_mouse_move(p->vt, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(p->vt, 1, true, VTERM_MOD_NONE);
	vterm_mouse_button(p->vt, 1, false, VTERM_MOD_NONE);
}

void
pty_pull(struct pty *p, int row, int col, int to_row, int to_col)
{
	vterm_mouse_move(p->vt, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(p->vt, 1, true, VTERM_MOD_NONE);
	vterm_mouse_move(p->vt, to_row, to_col, VTERM_MOD_NONE);
}

void
pty_wheel(struct pty *p, int row, int col, bool up)
{
	vterm_mouse_move(p->vt, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(p->vt, up ? 4 : 5, true, VTERM_MOD_NONE);
}

void
pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	take_in(p);
	p->rows = rows;
	p->cols = cols;
	vterm_set_size(p->vt, rows, cols);
	ioctl(p->master, TIOCSWINSZ, &size);
}

/* ---- looking ---- */

unsigned
pty_frame(const struct pty *p)
{
	return p->frame;
}

int
pty_rows(const struct pty *p)
{
	return p->rows;
}

static void
append_row(struct pty *p, int row, struct str *out)
{
	size_t end = out->len;
	char bytes[4];

	for (int col = 0; col < p->cols;) {
		VTermScreenCell cell = pty_cell(p, row, col);
		if (!cell.chars[0])
			str_append_char(out, ' ');
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			str_append_bytes(out, bytes, utf8_encode(cell.chars[i], bytes));
		if (cell.chars[0] && cell.chars[0] != ' ')
			end = out->len;
		col += cell.width > 1 ? cell.width : 1;
	}
	str_truncate(out, end);
}

char *
pty_row(struct pty *p, int row)
{
	struct str out = STR_INIT;

	append_row(p, row, &out);
	return str_take(&out);
}

char *
pty_screen(struct pty *p)
{
	struct str out = STR_INIT;

	for (int row = 0; row < p->rows; row++) {
		append_row(p, row, &out);
		str_append_char(&out, '\n');
	}
	return str_take(&out);
}

int
pty_find(struct pty *p, const char *text)
{
	for (int row = 0; row < p->rows; row++)
		if (pty_find_col(p, row, text) >= 0)
			return row;
	return -1;
}

int
pty_find_col(struct pty *p, int row, const char *text)
{
	char *line = pty_row(p, row);
	const char *at = strstr(line, text);
	int col = at ? (int)utf8_columns((struct span){ line, (size_t)(at - line) }) : -1;

	free(line);
	return col;
}

VTermScreenCell
pty_cell(struct pty *p, int row, int col)
{
	VTermScreenCell cell = { 0 };

	vterm_screen_get_cell(p->screen, (VTermPos){ .row = row, .col = col }, &cell);
	return cell;
}

VTermPos
pty_cursor(struct pty *p)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &pos);
	return pos;
}

bool
pty_in_altscreen(const struct pty *p)
{
	return p->altscreen;
}

bool
pty_cursor_is_visible(const struct pty *p)
{
	return p->cursor_visible;
}

int
pty_mouse(const struct pty *p)
{
	return p->mouse;
}

bool
pty_takes_paste(struct pty *p)
{
	return pty_dec_mode(p, "?2004") == 1;
}

const char *
pty_osc(const struct pty *p, const char *prefix)
{
	for (size_t i = p->oscs.len; i-- > 0;)
		if (text_starts(p->oscs.items[i], prefix))
			return p->oscs.items[i];
	return NULL;
}

const char *
pty_bytes(const struct pty *p, size_t *len)
{
	if (len)
		*len = p->bytes.len;
	return str_cstr(&p->bytes);
}

static long
last_of(const struct pty *p, const char *mode, char end)
{
	char *sequence = xasprintf("\033[%s%c", mode, end);
	struct span rest = str_span(&p->bytes), needle = span_of(sequence);
	long at = -1, found;

	while ((found = span_find(rest, needle)) >= 0) {
		at = (long)(rest.data - p->bytes.data) + found;
		rest.data += found + 1;
		rest.len -= (size_t)found + 1;
	}
	free(sequence);
	return at;
}

int
pty_dec_mode(const struct pty *p, const char *mode)
{
	long on = last_of(p, mode, 'h'), off = last_of(p, mode, 'l');

	if (on < 0 && off < 0)
		return -1;
	return on > off;
}

struct termios
pty_modes(struct pty *p)
{
	struct termios modes;

	memset(&modes, 0, sizeof(modes));
	assert_int_equal(tcgetattr(p->slave, &modes), 0);
	return modes;
}

struct termios
pty_modes_before(const struct pty *p)
{
	return p->before;
}

void
pty_hang_up(struct pty *p)
{
	close(p->slave);
	close(p->master);
	p->slave = p->master = -1;
}

void
pty_scribble(struct pty *p, const char *bytes)
{
	vterm_input_write(p->vt, bytes, strlen(bytes));
}

static bool
has_in(const char *pid, const char *file, struct span text)
{
	char path[64], buf[4096];
	struct str all = STR_INIT;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0)
		str_append_bytes(&all, buf, (size_t)n);
	if (fd >= 0)
		close(fd);
	bool has = span_find(str_span(&all), text) >= 0;
	str_fini(&all);
	return has;
}

/* podman without root leaves one process a user behind whenever it is asked anything. */
static bool
is_ours(const char *pid, struct span mark)
{
	return has_in(pid, "environ", mark) && !has_in(pid, "comm", SPAN("catatonit"));
}

int
pty_processes(struct pty *p)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			count += is_ours(entry->d_name, span_of(p->mark));
	closedir(dir);
	return count;
}

void
pty_wait_no_processes(struct pty *p)
{
	uint64_t deadline = clock_ms() + PTY_DEADLINE_MS;

	while (pty_processes(p) > 0) {
		if (clock_ms() > deadline)
			pty_fail(p, "no process left");
		wait_for_bytes(p, QUIET_MS);
	}
}

/* ---- when it is not so ---- */

static void
print_escaped(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c == '\033')
			fputs("\n\\e", stderr);
		else if (c < ' ' || c == 0x7f)
			fprintf(stderr, "\\x%02x", c);
		else
			fputc(c, stderr);
	}
	fputc('\n', stderr);
}

/* The screen comes last: of a long log the end is looked at. */
void
pty_fail(struct pty *p, const char *what)
{
	size_t from = p->bytes.len > TAIL_BYTES ? p->bytes.len - TAIL_BYTES : 0;

	fprintf(stderr, "---- last bytes ----\n");
	print_escaped(str_cstr(&p->bytes) + from, p->bytes.len - from);
	fprintf(stderr, "---- not seen: %s; frame %u, %s ----\n", what, p->frame,
		p->status < 0 ? "running" : "ended");
	for (int row = 0; row < p->rows; row++) {
		char *text = pty_row(p, row);
		fprintf(stderr, "%3d|%s\n", row, text);
		free(text);
	}
	fail();
	abort();
}
