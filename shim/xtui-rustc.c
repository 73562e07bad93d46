/* xtui-rustc: stands between cargo and rustc and tells xtui whose line is whose.
 *
 * cargo runs it as RUSTC_WRAPPER: `xtui-rustc [wrapper of the workspace] rustc ARGS`. A compilation
 * becomes a child with a pipe for its stderr; each piece is offered to xtui's socket, which never
 * makes anyone wait (what it does not take is queued, and given up beyond QUEUE_MAX), and then
 * written to our own stderr, unchanged. Questions (-vV, --print) and every compilation that cannot
 * be told of are rustc itself, by exec. Its exit code or signal becomes ours. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "build/shimwire.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

enum {
	QUEUE_MAX = 16 << 20, /* bytes that wait for a busy xtui */
	PIECE = 64 << 10,
	START_MAX = 8192,
	LAST_WORDS_MS = 2000, /* for the queue, once rustc has ended */
	DRAIN_MS = 2000,      /* for a daemon that keeps rustc's stderr open */
};

struct call {
	char **argv;        /* what is run, ends with NULL */
	const char *target; /* --target, or "" */
	const char *crate;  /* NULL: no compilation */
	const char *type;   /* the first --crate-type, or "" */
	bool is_query;      /* --print */
	bool is_cargos;     /* cargo's own call, not a build script's that tries something out */
	bool is_linked;     /* one of its crate types is linked */
	bool has_linker;    /* -C linker= is there */
	bool has_fat_lto;
	char *file_text; /* of an argument file; what is noted may point into it */
	char *link_text; /* lines of SHIM_ENV_LINK, cut */
};

struct wire {
	int fd;           /* -1: nobody listens */
	size_t from, len; /* of `queue`: the frames that the socket did not take yet */
};

static volatile sig_atomic_t child_pid;
static int wake[2];           /* SIGCHLD writes, poll reads */
static char queue[QUEUE_MAX]; /* of the one wire; costs nothing until it is written to */

/* ---- reading rustc's arguments ---- */

static bool
is_linked_type(const char *type)
{
	static const char *const linked[] = { "bin", "cdylib", "dylib", "proc-macro" };

	for (size_t i = 0; i < sizeof(linked) / sizeof(*linked); i++) {
		if (strstr(type, linked[i]))
			return true;
	}
	return false;
}

static void
note_type(struct call *call, const char *type)
{
	if (!*call->type)
		call->type = type;
	call->is_linked |= is_linked_type(type);
}

static void
note_codegen(struct call *call, const char *value)
{
	static const char *const fat[] = { "lto", "lto=fat", "lto=true", "lto=yes" };

	call->has_linker |= strncmp(value, "linker=", 7) == 0;
	for (size_t i = 0; i < sizeof(fat) / sizeof(*fat); i++)
		call->has_fat_lto |= strcmp(value, fat[i]) == 0;
}

static void
note_option(struct call *call, const char *name, const char *value)
{
	if (strcmp(name, "--crate-name") == 0)
		call->crate = value;
	else if (strcmp(name, "--crate-type") == 0)
		note_type(call, value);
	else if (strcmp(name, "--target") == 0)
		call->target = value;
	else if (strcmp(name, "--print") == 0)
		call->is_query = true;
	else if (strcmp(name, "--error-format") == 0)
		call->is_cargos = strcmp(value, "json") == 0;
	else if (strcmp(name, "-C") == 0 || strcmp(name, "--codegen") == 0)
		note_codegen(call, value);
}

/* One argument, with the one before it: "--name value", "--name=value", "-Cvalue". */
static void
note_arg(struct call *call, char *before, char *arg)
{
	char *equals;

	if (strcmp(arg, "--test") == 0)
		call->is_linked = true;
	if (before && before[0] == '-')
		note_option(call, before, arg);
	if (strncmp(arg, "-C", 2) == 0 && arg[2]) {
		note_option(call, "-C", arg + 2);
	} else if (strncmp(arg, "--", 2) == 0 && (equals = strchr(arg, '='))) {
		*equals = '\0';
		note_option(call, arg, equals + 1);
		*equals = '=';
	}
}

/* cargo's argument file, one a line, for command lines beyond the system's limit. */
static void
note_file(struct call *call, const char *path)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	char *text, *before = NULL;

	if (!file)
		return;
	if (fstat(fileno(file), &st) == 0 && (text = calloc(1, (size_t)st.st_size + 1))) {
		size_t len = fread(text, 1, (size_t)st.st_size, file);

		text[len] = '\0';
		call->file_text = text;
		for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
			note_arg(call, before, line);
			before = line;
		}
	}
	fclose(file);
}

static void
note_args(struct call *call, int argc, char **argv)
{
	char *before = NULL;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '@')
			note_file(call, argv[i] + 1);
		else
			note_arg(call, before, argv[i]);
		before = argv[i];
	}
}

static bool
is_compilation(const struct call *call)
{
	return call->crate && call->is_cargos && !call->is_query;
}

static bool
is_linked(const struct call *call)
{
	return call->is_linked || !*call->type; /* without a type it is a program */
}

/* Whether xtui's options for linking go to this rustc: not to one that has a linker of its own. */
static bool
is_link_of_ours(const struct call *call)
{
	if (!is_compilation(call) || call->has_linker)
		return false;
	return is_linked(call);
}

/* Adds "-C OPTION" for each line "<triple>=OPTION" of the crate's target. */
static void
add_link_options(struct call *call, char *lines, int len)
{
	size_t triple_len = strlen(call->target);

	for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, call->target, triple_len) != 0 || line[triple_len] != '=')
			continue;
		call->argv[len++] = (char *)"-C";
		call->argv[len++] = line + triple_len + 1;
	}
}

static size_t
count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static bool
read_call(struct call *call, int argc, char **argv)
{
	const char *wrapper = getenv(SHIM_ENV_WRAPPER);
	const char *link = getenv(SHIM_ENV_LINK);
	int len = 0;

	*call = (struct call){ .target = "", .type = "" };
	call->link_text = strdup(link ? link : ""); /* the options point into it */
	if (!call->link_text)
		return false;
	call->argv = calloc((size_t)argc + 2 + 2 * count_lines(call->link_text), sizeof(char *));
	if (!call->argv)
		return false;
	note_args(call, argc, argv);
	if (wrapper && *wrapper)
		call->argv[len++] = (char *)wrapper;
	for (int i = 1; i < argc; i++)
		call->argv[len++] = argv[i];
	if (is_link_of_ours(call))
		add_link_options(call, call->link_text, len);
	return true;
}

/* ---- the socket ---- */

static int
connect_to_xtui(void)
{
	const char *path = getenv(SHIM_ENV_SOCKET);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (!path || strlen(path) >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, strlen(path));
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) < 0)
		return -1;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	/* Not blocking, the connect too: a full backlog means that nobody reads. */
	fcntl(fd, F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
	setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &(int){ 1 }, sizeof(int));
#endif
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
wire_give_up(struct wire *wire)
{
	if (wire->fd >= 0)
		close(wire->fd);
	*wire = (struct wire){ .fd = -1 };
}

/* Bytes that the socket took now; gives the link up when it is broken. */
static size_t
wire_send(struct wire *wire, const char *bytes, size_t len)
{
	size_t sent = 0;

	while (wire->fd >= 0 && sent < len) {
		ssize_t n = send(wire->fd, bytes + sent, len - sent, MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS))
			break;
		else if (n < 0 && errno != EINTR)
			wire_give_up(wire);
	}
	return sent;
}

static void
wire_flush(struct wire *wire)
{
	size_t sent = wire_send(wire, queue + wire->from, wire->len);

	if (wire->fd < 0)
		return;
	wire->len -= sent;
	wire->from = wire->len ? wire->from + sent : 0;
}

static void
wire_queue(struct wire *wire, const char *bytes, size_t len)
{
	if (wire->fd < 0)
		return;
	if (wire->len + len > QUEUE_MAX) {
		wire_give_up(wire);
		return;
	}
	if (wire->from + wire->len + len > QUEUE_MAX) {
		memmove(queue, queue + wire->from, wire->len);
		wire->from = 0;
	}
	memcpy(queue + wire->from + wire->len, bytes, len);
	wire->len += len;
}

static void
wire_put(struct wire *wire, const char *bytes, size_t len)
{
	size_t sent;

	wire_flush(wire);
	sent = wire->len ? 0 : wire_send(wire, bytes, len);
	wire_queue(wire, bytes + sent, len - sent);
}

static void
wire_frame(struct wire *wire, enum shim_frame type, const char *bytes, size_t len)
{
	char header[SHIM_FRAME_HEADER] = { (char)type, (char)(len & 0xff), (char)(len >> 8 & 0xff),
		(char)(len >> 16 & 0xff), (char)(len >> 24 & 0xff) };

	wire_put(wire, header, sizeof(header));
	wire_put(wire, bytes, len);
}

/* ---- telling ---- */

static void
tell_start(struct wire *wire, const struct call *call)
{
	static const char *const names[] = { "CARGO_PKG_NAME", "CARGO_PKG_VERSION",
		"CARGO_PRIMARY_PACKAGE", "CARGO_MANIFEST_DIR" };
	const char *fields[7] = { call->target, call->crate, call->type };
	char frame[START_MAX];
	size_t len = 0;

	for (size_t i = 0; i < 4; i++)
		fields[3 + i] = getenv(names[i]);
	for (size_t i = 0; i < 7; i++) {
		const char *field = fields[i] ? fields[i] : "";
		size_t size = strlen(field) + 1;

		if (len + size + (7 - i) > sizeof(frame)) {
			field = "";
			size = 1;
		}
		memcpy(frame + len, field, size);
		len += size;
	}
	wire_frame(wire, SHIM_START, frame, len);
}

/* Memory may have no room for one more such link: xtui says when it has. */
static void
ask_to_link(struct wire *wire)
{
	struct pollfd answer = { .fd = wire->fd, .events = POLLIN };

	wire_frame(wire, SHIM_ASK, "", 0);
	while (wire->len && wire->fd >= 0) {
		struct pollfd room = { .fd = wire->fd, .events = POLLOUT };

		poll(&room, 1, -1);
		wire_flush(wire);
	}
	while (wire->fd >= 0 && poll(&answer, 1, -1) < 0 && errno == EINTR)
		;
}

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* For poll: never less than 0, which would be for ever. */
static int
ms_until(uint64_t end)
{
	uint64_t now = now_ms();

	return now < end ? (int)(end - now) : 0;
}

static int
code_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void
tell_end(struct wire *wire, int status, uint64_t ms)
{
	struct rusage usage = { 0 };
	char frame[96];
	int len;

	getrusage(RUSAGE_CHILDREN, &usage);
#ifdef __APPLE__
	usage.ru_maxrss /= 1024;
#endif
	len = snprintf(frame, sizeof(frame), "%d%c%llu%c%ld", code_of(status), 0,
		(unsigned long long)ms, 0, (long)usage.ru_maxrss);
	wire_frame(wire, SHIM_END, frame, (size_t)len + 1);
	for (uint64_t end = now_ms() + LAST_WORDS_MS; wire->len && now_ms() < end;) {
		struct pollfd room = { .fd = wire->fd, .events = POLLOUT };

		poll(&room, 1, ms_until(end));
		wire_flush(wire);
	}
}

/* ---- the child ---- */

static void
on_child(int signum)
{
	int saved = errno;
	ssize_t written = write(wake[1], "", 1);

	(void)written;
	(void)signum;
	errno = saved;
}

/* The whole group may have got it, or we alone: the child hears of it either way. */
static void
on_ending(int signum)
{
	if (child_pid > 0)
		kill((pid_t)child_pid, signum);
}

static void
set_handler(int signum, void (*handler)(int))
{
	struct sigaction old, action = { .sa_handler = handler, .sa_flags = SA_RESTART };

	if (sigaction(signum, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(signum, &action, NULL);
}

static bool
watch_signals(void)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction child = { .sa_handler = on_child, .sa_flags = SA_RESTART };

	if (pipe(wake) < 0)
		return false;
	for (int i = 0; i < 2; i++) {
		fcntl(wake[i], F_SETFD, FD_CLOEXEC);
		fcntl(wake[i], F_SETFL, O_NONBLOCK);
	}
	sigaction(SIGCHLD, &child, NULL);
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++)
		set_handler(ending[i], on_ending);
	return true;
}

/* What runs below us has no business with xtui: not a cargo in a build script, not the server that a
 * wrapper leaves behind. */
static void
forget_environment(void)
{
	unsetenv(SHIM_ENV_SOCKET);
	unsetenv(SHIM_ENV_WRAPPER);
	unsetenv(SHIM_ENV_LINK);
}

_Noreturn static void
become(char **argv)
{
	execvp(argv[0], argv);
	fprintf(stderr, "xtui-rustc: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Starts argv with its stderr going to err_fd. */
static pid_t
start_child(char **argv, int err_fd)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD };
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(
		SIG_SETMASK, &all, &before); /* no signal between fork and the pid being known */
	if ((pid = fork()) == 0) {
		for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
			set_handler(caught[i], SIG_DFL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		dup2(err_fd, STDERR_FILENO);
		become(argv);
	}
	child_pid = pid;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

/* Ends as the child did. */
_Noreturn static void
end_like(int status)
{
	if (WIFSIGNALED(status)) {
		struct rlimit none = { 0 };

		setrlimit(RLIMIT_CORE, &none); /* the child has left one already */
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	_exit(code_of(status));
}

static bool
reap(pid_t pid, int *status)
{
	char drop[64];

	while (read(wake[0], drop, sizeof(drop)) > 0)
		;
	return waitpid(pid, status, WNOHANG) == pid;
}

/* ---- a compilation ---- */

static void
write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			return;
		}
	}
}

/* One piece from the child's stderr to both readers; false at its end. */
static bool
pass_on(int from, struct wire *wire)
{
	static char piece[PIECE];
	ssize_t n = read(from, piece, sizeof(piece));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0)
		return false;
	if (wire->fd >= 0) /* first, so that xtui has the line before cargo has it */
		wire_frame(wire, SHIM_STDERR, piece, (size_t)n);
	write_all(STDERR_FILENO, piece, (size_t)n);
	return true;
}

/* Until the child's stderr is at its end and its status is here; a daemon that holds the pipe is
 * waited for no longer than DRAIN_MS. */
static int
attend(pid_t pid, int from, struct wire *wire)
{
	bool open = true, ended = false;
	uint64_t give_up = 0;
	int status = 0;

	while (!ended || (open && now_ms() < give_up)) {
		struct pollfd fds[] = {
			{ .fd = wake[0], .events = POLLIN },
			{ .fd = open ? from : -1, .events = POLLIN },
			{ .fd = wire->len ? wire->fd : -1, .events = POLLOUT },
		};

		if (poll(fds, 3, ended ? ms_until(give_up) : -1) < 0 && errno != EINTR)
			break;
		if (fds[2].revents)
			wire_flush(wire);
		if (fds[1].revents)
			open = pass_on(from, wire);
		if (!ended && reap(pid, &status)) {
			ended = true;
			give_up = now_ms() + DRAIN_MS;
		}
	}
	return status;
}

_Noreturn static void
compile(const struct call *call, struct wire *wire)
{
	uint64_t began;
	int errors[2], status;
	pid_t pid;

	tell_start(wire, call);
	if (call->has_fat_lto && is_linked(call))
		ask_to_link(wire);
	began = now_ms();
	if (!watch_signals() || pipe(errors) < 0)
		become(call->argv);
	fcntl(errors[0], F_SETFD, FD_CLOEXEC);
	fcntl(errors[1], F_SETFD, FD_CLOEXEC);
	if ((pid = start_child(call->argv, errors[1])) < 0)
		become(call->argv);
	close(errors[1]);
	status = attend(pid, errors[0], wire);
	tell_end(wire, status, now_ms() - began);
	end_like(status);
}

int
main(int argc, char **argv)
{
	struct wire wire = { .fd = -1 };
	struct call call;

	if (argc < 2) {
		fputs("xtui-rustc: runs rustc for xtui; cargo starts it\n", stderr);
		return 2;
	}
	if (!read_call(&call, argc, argv))
		become(argv + 1);
	if (is_compilation(&call))
		wire.fd = connect_to_xtui();
	forget_environment();
	if (wire.fd < 0)
		become(call.argv);
	compile(&call, &wire);
}
