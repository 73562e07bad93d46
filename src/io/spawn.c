/* spawn: fork and exec.
 *
 * Everything the child needs is laid out before the fork, since between fork and exec only
 * async-signal-safe calls are allowed (other threads may have held any lock). What goes wrong there
 * comes back through a close-on-exec pipe as a struct failure; its end of file means the exec
 * worked. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include "base/alloc.h"
#include "base/str.h"
#include "base/vec.h"
#include "io/fd.h"
#include "io/file.h"
#include "io/proc.h"
#include "io/spawn.h"

#define PATH_DEFAULT "/usr/local/bin:/usr/bin:/bin"
#define TERMINAL_ROWS 200
#define BUSY_MAX_MS 1024 /* on a machine with too much to do that child is slow to get there */
#define REPORT_FD (STDERR_FILENO + 1) /* in the child, until the exec */

extern char **environ;

enum stage { STAGE_DIR, STAGE_EXEC, STAGE_SETUP };

struct failure {
	enum stage stage;
	int error; /* errno */
};

struct strings { /* for vec_* */
	char **items;
	size_t len;
	size_t cap;
};

/* What the child works from; nothing of it is written after the fork. */
struct plan {
	char *const *argv;
	const char *dir;
	struct strings env;      /* ends with NULL; each is ours */
	struct strings programs; /* the paths to try in turn, each is ours */
	pid_t parent;
	int stdio[3];
	int report; /* where a struct failure goes */
};

static void
strings_fini(struct strings *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i]);
	vec_fini(list);
}

static bool
env_is_edited(const struct proc_spec *spec, const char *entry)
{
	for (size_t i = 0; i < spec->env_count; i++) {
		size_t len = strlen(spec->env[i].name);
		if (!strncmp(entry, spec->env[i].name, len) && entry[len] == '=')
			return true;
	}
	return false;
}

/* Whether a later edit is about the same name. */
static bool
env_is_overridden(const struct proc_spec *spec, size_t at)
{
	for (size_t i = at + 1; i < spec->env_count; i++)
		if (text_is(spec->env[i].name, spec->env[at].name))
			return true;
	return false;
}

static void
plan_env(struct plan *plan, const struct proc_spec *spec)
{
	for (char **entry = environ; entry && *entry; entry++)
		if (!env_is_edited(spec, *entry))
			vec_push(&plan->env, xstrdup(*entry));
	for (size_t i = 0; i < spec->env_count; i++) {
		const struct proc_env *edit = &spec->env[i];
		if (edit->value && !env_is_overridden(spec, i))
			vec_push(&plan->env, xasprintf("%s=%s", edit->name, edit->value));
	}
	vec_push(&plan->env, NULL);
}

static const char *
plan_path(const struct plan *plan)
{
	for (char **entry = plan->env.items; *entry; entry++)
		if (text_starts(*entry, "PATH="))
			return *entry + strlen("PATH=");
	return PATH_DEFAULT;
}

/* Every place where a program of that name may be, in turn; an empty folder is the working one. */
static void
list_candidates(const char *path, const char *name, struct strings *out)
{
	struct span rest = span_of(path);
	bool more = *name != '\0';

	if (strchr(name, '/')) {
		vec_push(out, xstrdup(name));
		return;
	}
	while (more) {
		more = memchr(rest.data, ':', rest.len) != NULL;
		struct span dir = span_cut(rest, ':', &rest);
		if (dir.len)
			vec_push(out, xasprintf("%.*s/%s", (int)dir.len, dir.data, name));
		else
			vec_push(out, xasprintf("./%s", name));
	}
}

char *
proc_find_program(const char *name)
{
	const char *path = getenv("PATH");
	struct strings candidates = VEC_INIT;
	char *found = NULL;

	list_candidates(path ? path : PATH_DEFAULT, name, &candidates);
	for (size_t i = 0; i < candidates.len && !found; i++)
		if (file_is_executable(candidates.items[i]))
			found = xstrdup(candidates.items[i]);
	strings_fini(&candidates);
	return found;
}

_Noreturn static void
child_fail(int report, enum stage stage)
{
	struct failure failure = { .stage = stage, .error = errno };

	while (write(report, &failure, sizeof(failure)) < 0 && errno == EINTR)
		;
	_exit(127);
}

static void
reset_signals(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigemptyset(&action.sa_mask);
	for (int signum = 1; signum < NSIG; signum++)
		sigaction(signum, &action, NULL);
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
}

/* Only this process is killed with us, not what it has started: io/guard sees to those. */
static void
child_die_with_parent(const struct plan *plan)
{
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	if (getppid() != plan->parent)
		_exit(127);
}

/* A program written a moment ago is "busy" while a child that another thread has just forked still
 * holds it open for writing: that child is about to exec. */
static void
exec_patiently(const struct plan *plan, const char *program)
{
	for (int wait_ms = 1; wait_ms < BUSY_MAX_MS; wait_ms *= 2) {
		execve(program, plan->argv, plan->env.items);
		if (errno != ETXTBSY)
			return;
		poll(NULL, 0, wait_ms);
		errno = ETXTBSY;
	}
}

/* As execvp does, but with the errno that says most when none can be run. */
static void
child_exec(const struct plan *plan)
{
	int error = ENOENT;

	for (size_t i = 0; i < plan->programs.len; i++) {
		exec_patiently(plan, plan->programs.items[i]);
		if (errno == EACCES)
			error = EACCES;
		else if (errno != ENOENT && errno != ENOTDIR)
			return;
	}
	errno = error;
}

static void
child_main(const void *arg)
{
	const struct plan *plan = arg;

	child_die_with_parent(plan);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (dup2(plan->stdio[fd], fd) < 0)
			child_fail(plan->report, STAGE_SETUP);
	dup2(plan->report, REPORT_FD);
	fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC);
	fd_close_from(REPORT_FD + 1);
	if (plan->dir && chdir(plan->dir) < 0)
		child_fail(REPORT_FD, STAGE_DIR);
	child_exec(plan);
	child_fail(REPORT_FD, STAGE_EXEC);
}

/* Signals stay blocked over the fork: a handler of ours must never run in the child. */
pid_t
spawn_fork(void (*run)(const void *arg), const void *arg)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0) {
		setsid();
		reset_signals();
		run(arg);
		_exit(0);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid;
}

/* False when the report is empty: the program runs. */
static bool
read_failure(int fd, struct failure *failure)
{
	ssize_t got;

	while ((got = read(fd, failure, sizeof(*failure))) < 0 && errno == EINTR)
		;
	return got == (ssize_t)sizeof(*failure);
}

/* ENOENT is also what the system says of a program whose interpreter or loader is not there. */
static const char *
existing_program(const struct plan *plan)
{
	for (size_t i = 0; i < plan->programs.len; i++)
		if (file_exists(plan->programs.items[i]))
			return plan->programs.items[i];
	return NULL;
}

static bool
explain_failure(const struct plan *plan, const struct failure *failure, struct err *err)
{
	const char *program = plan->argv[0];
	const char *there = existing_program(plan);

	errno = failure->error;
	if (failure->stage == STAGE_DIR)
		return err_errno(err, "%s: cannot be entered to run %s", plan->dir, program);
	if (failure->stage == STAGE_SETUP)
		return err_errno(err, "%s: cannot be started", program);
	if (failure->error == ENOENT && there)
		return err_set(err, ERR_ENVIRONMENT,
			"%s: cannot be run: its interpreter or loader is missing", there);
	if (failure->error == ENOENT && strchr(program, '/'))
		return err_set(err, ERR_ENVIRONMENT, "%s: no such program", program);
	if (!there && !strchr(program, '/')) /* EACCES: a folder on PATH that is not for us */
		return err_set(err, ERR_ENVIRONMENT, "%s: not found on PATH", program);
	return err_errno(err, "%s: cannot be run", there ? there : program);
}

/* A child's four channels; [0] is read, [1] is written. */
enum channel { CHANNEL_IN, CHANNEL_OUT, CHANNEL_ERR, CHANNEL_REPORT, CHANNEL_COUNT };

struct channels {
	int ends[CHANNEL_COUNT][2];
};

/* A terminal in place of the pipe: nobody's controlling one, and nothing of what is written to it is
 * changed. Where there is none to be had it is a pipe after all. */
static bool
terminal_open(int ends[2], unsigned short cols)
{
	struct winsize size = { .ws_row = TERMINAL_ROWS, .ws_col = cols };
	int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), theirs = -1;
	struct termios modes;

	if (ours >= 0 && grantpt(ours) == 0 && unlockpt(ours) == 0)
		theirs = open(ptsname(ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (theirs < 0 || ioctl(theirs, TIOCSWINSZ, &size) < 0 || tcgetattr(theirs, &modes) < 0) {
		fd_close(&theirs);
		fd_close(&ours);
		return fd_pipe(ends);
	}
	cfmakeraw(&modes);
	tcsetattr(theirs, TCSANOW, &modes);
	ends[0] = ours;
	ends[1] = theirs;
	return true;
}

static bool
channels_open(struct channels *c, bool feed, unsigned short terminal_cols)
{
	memset(c, -1, sizeof(*c));
	if (!feed && (c->ends[CHANNEL_IN][0] = fd_null()) < 0)
		return false;
	for (int i = feed ? CHANNEL_IN : CHANNEL_OUT; i < CHANNEL_COUNT; i++)
		if (i == CHANNEL_OUT && terminal_cols ? !terminal_open(c->ends[i], terminal_cols)
						      : !fd_pipe(c->ends[i]))
			return false;
	return true;
}

static void
channels_close(struct channels *c)
{
	for (int i = 0; i < CHANNEL_COUNT; i++) {
		fd_close(&c->ends[i][0]);
		fd_close(&c->ends[i][1]);
	}
}

/* Takes our end of a channel out; it does not block. */
static int
channel_take(int *end)
{
	int fd = *end;

	*end = -1;
	if (fd >= 0)
		fd_set_nonblocking(fd);
	return fd;
}

static void
plan_init(struct plan *plan, const struct proc_spec *spec)
{
	*plan = (struct plan){ .argv = (char *const *)spec->argv, .dir = spec->dir };
	plan_env(plan, spec);
	list_candidates(plan_path(plan), spec->argv[0], &plan->programs);
	plan->parent = getpid();
}

static void
plan_fini(struct plan *plan)
{
	strings_fini(&plan->env);
	strings_fini(&plan->programs);
}

bool
spawn_start(const struct proc_spec *spec, bool feed, struct spawn *child, struct err *err)
{
	struct failure failure;
	struct proc_end unused;
	struct channels c;
	struct plan plan;
	bool ok = false;

	plan_init(&plan, spec);
	if (!channels_open(&c, feed, spec->terminal_cols)) {
		err_errno(err, "%s: cannot be started", spec->argv[0]);
		goto done;
	}
	plan.stdio[0] = c.ends[CHANNEL_IN][0];
	plan.stdio[1] = c.ends[CHANNEL_OUT][1];
	plan.stdio[2] = c.ends[spec->terminal_cols ? CHANNEL_OUT : CHANNEL_ERR][1];
	plan.report = c.ends[CHANNEL_REPORT][1];
	if ((child->pid = spawn_fork(child_main, &plan)) < 0) {
		err_errno(err, "%s: cannot be started", spec->argv[0]);
		goto done;
	}
	fd_close(&c.ends[CHANNEL_REPORT][1]);
	if (read_failure(c.ends[CHANNEL_REPORT][0], &failure)) {
		spawn_reap(child->pid, &unused);
		explain_failure(&plan, &failure, err);
		goto done;
	}
	child->input = channel_take(&c.ends[CHANNEL_IN][1]);
	child->out = channel_take(&c.ends[CHANNEL_OUT][0]);
	child->err = channel_take(&c.ends[CHANNEL_ERR][0]);
	ok = true;
done:
	channels_close(&c);
	plan_fini(&plan);
	return ok;
}

void
spawn_signal(pid_t group, int signum)
{
	kill(-group, signum);
	if (signum != SIGKILL)
		kill(-group, SIGCONT);
}

bool
spawn_has_exited(pid_t pid)
{
	siginfo_t info = { 0 };
	int status;

	while ((status = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT)) < 0 &&
		errno == EINTR)
		;
	return status < 0 || info.si_pid == pid; /* an error: someone else has waited for it */
}

static uint64_t
milliseconds(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_usec / 1000;
}

static uint64_t
rss_bytes(const struct rusage *usage)
{
#ifdef __APPLE__
	return (uint64_t)usage->ru_maxrss;
#else
	return (uint64_t)usage->ru_maxrss * 1024;
#endif
}

void
spawn_reap(pid_t pid, struct proc_end *end)
{
	struct rusage usage = { 0 };
	pid_t got;
	int status = 0;

	while ((got = wait4(pid, &status, 0, &usage)) < 0 && errno == EINTR)
		;
	end->exit_code = got == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	end->signal = got == pid && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	end->cpu_ms = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
	end->max_rss = rss_bytes(&usage);
}
