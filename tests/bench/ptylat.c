/* ptylat: how a terminal program feels, seen through a real emulator (libvterm).
 *
 *   ptylat [options] -- PROGRAM [ARGS...]
 *     -s ROWSxCOLS   the terminal's size (24x80)
 *     -w TEXT        the first frame is whole when this is on the screen (default: any output)
 *     -k KEYS        sends them again and again; C escapes \033 \t \r are understood
 *     -K KEYS        every second time these instead, to undo what KEYS did
 *     -a R0,C0,R1,C1 a key's effect is the first change within this area, which must be still
 *                    otherwise (the whole screen)
 *     -n COUNT       keys to send (100)
 *     -f             does not wait for silence before that: the program is in a flood
 *     -i SECONDS     afterwards, leaves it alone for so long and counts its wake-ups
 *     -e             waits for the program to end by itself
 *     -q KEYS        what makes it end, when not -e (q)
 *     -d FILE        writes the last screen as text
 *
 * Prints one object of JSON; what was not asked for is null. Times are milliseconds from the start
 * of the program (p50, p99, max: from key to paint), peak_kib is the program's own memory, its
 * children not counted, wakeups are its context switches while left alone, frames its synchronised
 * updates. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>
#include "base/hash.h"

#define KEYS_MAX 10000
#define READY_LIMIT 20000 /* ms */
#define KEY_LIMIT 5000
#define KEY_PAUSE 20 /* between an effect and the next key */
#define SETTLE 1000  /* without output, before anything but the start is measured */
#define SETTLE_LIMIT 10000
#define FLOOD_BEGINS 500 /* what is measured in a flood begins when that has */
#define END_LIMIT 300000
#define QUIT_LIMIT 3000
#define MEMORY_EVERY 50 /* between two looks at the program's memory */

struct options {
	int rows, cols;
	const char *ready;
	char *keys[2];
	int top, left, bottom, right;
	int count;
	double idle; /* seconds; 0: not asked for */
	bool to_end, in_flood;
	const char *quit;
	const char *dump;
	char **argv;
};

struct program {
	pid_t pid;
	int fd;
	VTerm *vterm;
	VTermScreen *screen;
	double began;
	bool gone;      /* it closed the terminal */
	uint64_t bytes; /* it wrote */
	long frames;
	size_t matched; /* of what begins a frame, at the end of what it wrote so far */
	long peak;      /* KiB, as of the last look */
	double looked;  /* when that was */
};

/* Milliseconds; negative: not measured. */
struct figures {
	double first_byte, ready, ended;
	double latencies[KEYS_MAX];
	int keys, missed;
	long wakeups;
};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
since(const struct program *p)
{
	return now_ms() - p->began;
}

_Noreturn static void
fail(const char *what)
{
	fprintf(stderr, "ptylat: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- the program and its terminal ----------------------------------------------------------- */

/* The program does not read fast enough only when it hangs: then the keys are lost. */
static void
program_send(const char *bytes, size_t len, void *arg)
{
	struct program *p = arg;

	while (len > 0) {
		ssize_t n = write(p->fd, bytes, len);

		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

static void
program_start(struct program *p, const struct options *o)
{
	struct winsize size = { (unsigned short)o->rows, (unsigned short)o->cols, 0, 0 };

	p->began = now_ms();
	p->pid = forkpty(&p->fd, NULL, NULL, &size);
	if (p->pid < 0)
		fail("forkpty");
	if (p->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		unsetenv("TMUX");
		execvp(o->argv[0], o->argv);
		_exit(127);
	}
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	p->vterm = vterm_new(o->rows, o->cols);
	vterm_set_utf8(p->vterm, 1);
	vterm_output_set_callback(p->vterm, program_send, p);
	p->screen = vterm_obtain_screen(p->vterm);
	vterm_screen_reset(p->screen, 1);
}

/* Highest memory of the program so far; it stays what it was once the program is gone. */
static void
program_weigh(struct program *p)
{
	char line[256];
	FILE *file;

	snprintf(line, sizeof line, "/proc/%d/status", (int)p->pid);
	if (!(file = fopen(line, "r")))
		return;
	while (fgets(line, sizeof line, file))
		sscanf(line, "VmHWM: %ld", &p->peak);
	fclose(file);
	p->looked = now_ms();
}

static void
count_frames(struct program *p, const char *bytes, size_t len)
{
	static const char begin[] = "\033[?2026h";

	for (size_t i = 0; i < len; i++) {
		p->matched = bytes[i] == begin[p->matched] ? p->matched + 1 : bytes[i] == begin[0];
		if (p->matched < sizeof begin - 1)
			continue;
		p->frames++;
		p->matched = 0;
	}
}

/* Takes what the program writes within `timeout` ms; false when nothing came. */
static bool
program_pump(struct program *p, double timeout)
{
	static char buffer[1 << 18];
	struct pollfd fd = { p->fd, POLLIN, 0 };
	ssize_t n;

	if (now_ms() - p->looked > MEMORY_EVERY)
		program_weigh(p);
	if (p->gone || poll(&fd, 1, timeout > 0 ? (int)timeout + 1 : 0) <= 0)
		return false;
	n = read(p->fd, buffer, sizeof buffer);
	if (n <= 0) {
		p->gone = n == 0 || (errno != EAGAIN && errno != EINTR);
		return false;
	}
	p->bytes += (uint64_t)n;
	count_frames(p, buffer, (size_t)n);
	vterm_input_write(p->vterm, buffer, (size_t)n);
	return true;
}

/* Until it has written nothing for a while. */
static void
program_settle(struct program *p)
{
	double limit = now_ms() + SETTLE_LIMIT;
	double quiet_since = now_ms();

	while (!p->gone && now_ms() - quiet_since < SETTLE && now_ms() < limit)
		if (program_pump(p, 50))
			quiet_since = now_ms();
}

static void
program_pump_for(struct program *p, double duration)
{
	double end = now_ms() + duration;
	double left;

	while (!p->gone && (left = end - now_ms()) > 0)
		program_pump(p, left < MEMORY_EVERY ? left : MEMORY_EVERY);
}

/* Waits for its end, then ends it; whether it ended by itself. */
static bool
program_end(struct program *p, double limit)
{
	double end = now_ms() + limit;
	bool by_itself = false;

	while (!by_itself && now_ms() < end) {
		program_pump(p, p->gone ? 0 : 10);
		by_itself = waitpid(p->pid, NULL, WNOHANG) == p->pid;
		if (p->gone && !by_itself)
			poll(NULL, 0, 1);
	}
	if (!by_itself) {
		kill(-p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	return by_itself;
}

/* Context switches of all its threads so far. */
static long
program_switches(const struct program *p)
{
	char path[PATH_MAX];
	char line[256];
	struct dirent *entry;
	long sum = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/task", (int)p->pid);
	if (!(dir = opendir(path)))
		return -1;
	while ((entry = readdir(dir))) {
		FILE *file;
		long n;

		snprintf(path, sizeof path, "/proc/%d/task/%s/status", (int)p->pid, entry->d_name);
		if (entry->d_name[0] == '.' || !(file = fopen(path, "r")))
			continue;
		while (fgets(line, sizeof line, file))
			if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1 ||
				sscanf(line, "nonvoluntary_ctxt_switches: %ld", &n) == 1)
				sum += n;
		fclose(file);
	}
	closedir(dir);
	return sum;
}

/* --- the screen ----------------------------------------------------------------------------- */

static VTermScreenCell
cell_at(const struct program *p, int row, int col)
{
	VTermScreenCell cell = { 0 };

	vterm_screen_get_cell(p->screen, (VTermPos){ row, col }, &cell);
	return cell;
}

/* One row as text of one byte a cell, '?' for what is not ASCII. */
static void
row_text(const struct program *p, int row, int cols, char *out)
{
	for (int col = 0; col < cols; col++) {
		uint32_t c = cell_at(p, row, col).chars[0];

		out[col] = c == 0 ? ' ' : c < 0x7f ? (char)c : '?';
	}
	out[cols] = '\0';
}

static bool
screen_has(const struct program *p, const struct options *o, const char *text)
{
	char line[1024];

	for (int row = 0; row < o->rows; row++) {
		row_text(p, row, o->cols, line);
		if (strstr(line, text))
			return true;
	}
	return false;
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	return hash_bytes(hash, &value, sizeof(value));
}

/* A number for what is to be seen in the area, colours and attributes too. */
static uint64_t
screen_hash(const struct program *p, const struct options *o)
{
	uint64_t hash = HASH_INIT;

	for (int row = o->top; row <= o->bottom; row++)
		for (int col = o->left; col <= o->right; col++) {
			VTermScreenCell cell = cell_at(p, row, col);

			hash = mix(hash, cell.chars[0]);
			hash = mix(hash,
				cell.attrs.bold | cell.attrs.reverse << 1 |
					cell.attrs.underline << 2);
			hash = mix(hash,
				cell.fg.type | cell.fg.rgb.red << 8 | cell.fg.rgb.green << 16);
			hash = mix(hash,
				cell.bg.type | cell.bg.rgb.red << 8 | cell.bg.rgb.green << 16);
			hash = mix(hash, cell.fg.rgb.blue | cell.bg.rgb.blue << 8);
		}
	return hash;
}

static void
screen_dump(const struct program *p, const struct options *o)
{
	char line[1024];
	FILE *file = fopen(o->dump, "w");

	if (!file)
		fail(o->dump);
	for (int row = 0; row < o->rows; row++) {
		row_text(p, row, o->cols, line);
		fprintf(file, "%s\n", line);
	}
	fclose(file);
}

/* --- what is measured ----------------------------------------------------------------------- */

static void
measure_start(struct program *p, const struct options *o, struct figures *f)
{
	while (!p->gone && f->ready < 0 && since(p) < READY_LIMIT) {
		if (!program_pump(p, 50))
			continue;
		if (f->first_byte < 0)
			f->first_byte = since(p);
		if (!o->ready || screen_has(p, o, o->ready))
			f->ready = since(p);
	}
}

/* Sends a key and waits for its effect; false when there is none. */
static bool
measure_key(struct program *p, const struct options *o, const char *keys, double *latency)
{
	uint64_t before = screen_hash(p, o);
	double sent = now_ms();

	program_send(keys, strlen(keys), p);
	while (!p->gone && now_ms() - sent < KEY_LIMIT) {
		if (!program_pump(p, 50) || screen_hash(p, o) == before)
			continue;
		*latency = now_ms() - sent;
		return true;
	}
	return false;
}

static void
measure_keys(struct program *p, const struct options *o, struct figures *f)
{
	for (int i = 0; i < o->count && !p->gone; i++) {
		const char *keys = i % 2 && o->keys[1] ? o->keys[1] : o->keys[0];

		if (measure_key(p, o, keys, &f->latencies[f->keys]))
			f->keys++;
		else
			f->missed++;
		program_pump_for(p, KEY_PAUSE);
	}
}

static void
measure_idle(struct program *p, const struct options *o, struct figures *f)
{
	long before;

	program_settle(p);
	before = program_switches(p);
	program_pump_for(p, o->idle * 1e3);
	f->wakeups = p->gone ? -1 : program_switches(p) - before;
}

static void
measure(struct program *p, const struct options *o, struct figures *f)
{
	measure_start(p, o, f);
	if (o->keys[0] && f->ready >= 0) {
		if (o->in_flood)
			program_pump_for(p, FLOOD_BEGINS);
		else
			program_settle(p);
		measure_keys(p, o, f);
	}
	if (o->idle > 0 && f->ready >= 0)
		measure_idle(p, o, f);
	if (o->to_end && program_end(p, END_LIMIT))
		f->ended = since(p);
	program_weigh(p);
	if (o->dump)
		screen_dump(p, o);
	if (o->to_end)
		return;
	program_send(o->quit, strlen(o->quit), p);
	program_end(p, QUIT_LIMIT);
}

/* --- command line and result ---------------------------------------------------------------- */

/* C escapes in place: \t \r \n \e and octal. */
static char *
unescape(char *text)
{
	static const char names[] = "t\tr\rn\ne\033";
	char *out = text;

	for (const char *in = text; *in;) {
		const char *name;

		if (*in != '\\' || !in[1]) {
			*out++ = *in++;
		} else if (in[1] >= '0' && in[1] <= '7') {
			char *end = NULL;
			char digits[4] = { 0 };

			strncpy(digits, in + 1, 3);
			*out++ = (char)strtol(digits, &end, 8);
			in += 1 + (end - digits);
		} else {
			name = strchr(names, in[1]);
			*out++ = name ? name[1] : in[1];
			in += 2;
		}
	}
	*out = '\0';
	return text;
}

_Noreturn static void
usage(void)
{
	fprintf(stderr,
		"usage: ptylat [-s ROWSxCOLS] [-w TEXT] [-k KEYS [-K KEYS] [-a R0,C0,R1,C1] [-n "
		"COUNT]]\n"
		"              [-f] [-i SECONDS] [-e | -q KEYS] [-d FILE] -- PROGRAM [ARGS...]\n");
	exit(2);
}

static void
parse_option(struct options *o, int option)
{
	bool ok = true;

	switch (option) {
	case 's': ok = sscanf(optarg, "%dx%d", &o->rows, &o->cols) == 2; break;
	case 'w': o->ready = optarg; break;
	case 'k': o->keys[0] = unescape(optarg); break;
	case 'K': o->keys[1] = unescape(optarg); break;
	case 'a':
		ok = sscanf(optarg, "%d,%d,%d,%d", &o->top, &o->left, &o->bottom, &o->right) == 4;
		break;
	case 'n': o->count = atoi(optarg); break;
	case 'i': o->idle = atof(optarg); break;
	case 'e': o->to_end = true; break;
	case 'f': o->in_flood = true; break;
	case 'q': o->quit = unescape(optarg); break;
	case 'd': o->dump = optarg; break;
	default: ok = false;
	}
	if (!ok)
		usage();
}

static struct options
parse(int argc, char **argv)
{
	struct options o = { .rows = 24, .cols = 80, .count = 100, .quit = "q" };
	int option;

	o.bottom = o.right = INT_MAX;
	while ((option = getopt(argc, argv, "+s:w:k:K:a:n:i:efq:d:")) != -1)
		parse_option(&o, option);
	if (optind == argc || o.rows < 1 || o.cols < 1 || o.cols > 1000 || o.count > KEYS_MAX)
		usage();
	o.bottom = o.bottom < o.rows ? o.bottom : o.rows - 1;
	o.right = o.right < o.cols ? o.right : o.cols - 1;
	o.argv = argv + optind;
	return o;
}

static void
print_figure(const char *name, double value)
{
	if (value < 0)
		printf("\"%s\":null,", name);
	else
		printf("\"%s\":%.2f,", name, value);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value below which `part` of the sorted ones lie; -1 when there are none. */
static double
quantile(const struct figures *f, double part)
{
	return f->keys > 0 ? f->latencies[(int)((f->keys - 1) * part)] : -1;
}

static void
print_figures(const struct program *p, struct figures *f)
{
	qsort(f->latencies, (size_t)f->keys, sizeof *f->latencies, compare);
	printf("{");
	print_figure("first_byte_ms", f->first_byte);
	print_figure("ready_ms", f->ready);
	print_figure("ended_ms", f->ended);
	print_figure("p50_ms", quantile(f, .5));
	print_figure("p99_ms", quantile(f, .99));
	print_figure("max_ms", quantile(f, 1));
	print_figure("wakeups", (double)f->wakeups);
	printf("\"keys\":%d,\"missed\":%d,\"out_bytes\":%llu,\"frames\":%ld,"
	       "\"peak_kib\":%ld}\n",
		f->keys, f->missed, (unsigned long long)p->bytes, p->frames, p->peak);
}

int
main(int argc, char **argv)
{
	static struct figures f = { .first_byte = -1, .ready = -1, .ended = -1, .wakeups = -1 };
	struct options o = parse(argc, argv);
	struct program p = { 0 };

	program_start(&p, &o);
	measure(&p, &o, &f);
	print_figures(&p, &f);
	vterm_free(p.vterm);
	close(p.fd);
	return f.ready >= 0 ? 0 : 1;
}
