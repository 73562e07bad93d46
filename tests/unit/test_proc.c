/* Children on the loop: what they print, how they end, and that none is left. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "unit/help_proc.h"
#include "unit/wait.h"

/* Both streams come whole, each on its own, with the exit code. */
static void
both_streams(void **state)
{
	struct child c = { 0 };

	start_sh(&c, "echo out; echo err >&2; exit 3");
	assert_true(proc_pid(c.proc) > 0);
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "out\n");
	assert_string_equal(str_cstr(&c.text[PROC_STDERR]), "err\n");
	assert_int_equal(c.end.exit_code, 3);
	assert_int_equal(c.end.signal, 0);
	assert_false(c.end.cancelled);
	assert_true(c.end.drained);
	assert_true(c.end.max_rss > 100000);
	child_fini(&c);
}

/* A program that tells more to people has a terminal of that width for both streams, which changes no byte and is
 * nobody's controlling one; its end is seen. */
static void
terminal(void **state)
{
	const char *const argv[] = { "/bin/sh", "-c",
		"test -t 1 && test -t 2 && stty size <&2; printf 'a\\nb\\r\\n' >&2; "
		"(: </dev/tty) 2>/dev/null || exit 4",
		NULL };
	struct child c = { 0 };

	start(&c, &(struct proc_spec){ .argv = argv, .terminal_cols = 123 });
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "200 123\na\nb\r\n");
	assert_int_equal(c.text[PROC_STDERR].len, 0);
	assert_int_equal(c.end.exit_code, 4);
	assert_true(c.end.drained);
	child_fini(&c);
}

/* A child ended by a signal says which. */
static void
ended_by_signal(void **state)
{
	struct child c = { 0 };

	start_sh(&c, "kill -ABRT $$");
	wait_end(&c);
	assert_int_equal(c.end.exit_code, -1);
	assert_int_equal(c.end.signal, SIGABRT);
	child_fini(&c);
}

/* The last line is shown although nothing ends it. */
static void
last_line_without_newline(void **state)
{
	struct child c = { 0 };

	start_sh(&c, "echo one; printf 'error: the last word'");
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "one\nerror: the last word");
	child_fini(&c);
}

/* Every byte value comes through untouched. */
static void
every_byte(void **state)
{
	char *dir = folder_new();
	char *name = path_join(dir, "bytes");
	const char *argv[] = { "cat", name, NULL };
	struct child c = { 0 };
	char bytes[512];

	for (int i = 0; i < 512; i++)
		bytes[i] = (char)(i < 256 ? i : 511 - i);
	assert_true(file_write(name, (struct span){ bytes, sizeof(bytes) }, NULL));
	start(&c, &(struct proc_spec){ .argv = argv });
	wait_end(&c);
	assert_int_equal(c.text[PROC_STDOUT].len, sizeof(bytes));
	assert_memory_equal(c.text[PROC_STDOUT].data, bytes, sizeof(bytes));
	child_fini(&c);
	free(name);
	folder_remove(dir);
}

/* A program that cannot run is refused at once, with the object and the reason. */
static void
start_errors(void **state)
{
	char *dir = folder_new();
	char *plain = path_join(dir, "plain"), *orphan = path_join(dir, "orphan");
	char *absent = path_join(dir, "absent");
	const struct {
		const char *program, *dir, *object, *why;
	} cases[] = {
		{ "xtui-no-such-tool", NULL, "xtui-no-such-tool", "not found on PATH" },
		{ "", NULL, "", "not found on PATH" },
		{ absent, NULL, absent, "no such program" },
		{ plain, NULL, plain, "Permission denied" },
		{ dir, NULL, dir, "Permission denied" },
		{ orphan, NULL, orphan, "interpreter or loader is missing" },
		{ "sh", absent, absent, "cannot be entered to run sh" },
	};

	assert_true(file_write(plain, SPAN("text"), NULL));
	assert_true(file_write(orphan, SPAN("#!/no/such/interpreter\n"), NULL));
	assert_int_equal(chmod(orphan, 0755), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *argv[] = { cases[i].program, NULL };
		struct proc_spec spec = { .argv = argv, .dir = cases[i].dir };
		struct proc_result result;
		struct err err = ERR_INIT;

		assert_null(proc_start(loop, &spec, &events, NULL, &err));
		assert_int_equal(err.kind, ERR_ENVIRONMENT);
		assert_ptr_equal(strstr(err.message, cases[i].object), err.message);
		assert_non_null(strstr(err.message, cases[i].why));
		assert_false(proc_capture(&spec, 10, 0, &result, &err));
		proc_result_fini(&result);
	}
	assert_false(loop_turn(loop, false)); /* nothing is left to wait for */
	free(plain);
	free(orphan);
	free(absent);
	folder_remove(dir);
}

/* The program is looked up on the PATH the child will have; one that may not be run is passed over. */
static void
path_of_the_child(void **state)
{
	char *dir = folder_new();
	char *first = path_join(dir, "first"), *second = path_join(dir, "second");
	char *path = xasprintf("/no/such/dir:%s:%s:/usr/bin:/bin", first, second);
	struct proc_env env[] = { { "PATH", path } };
	const char *argv[] = { "xtui-test-tool", "x", NULL };
	struct child c = { 0 };

	assert_true(file_make_dirs(first, 0755, NULL) && file_make_dirs(second, 0755, NULL));
	folder_put(second, "xtui-test-tool", "#!/bin/sh\necho second $1\n", 0755);
	assert_null(proc_start(loop, &(struct proc_spec){ .argv = argv }, &events, &c, NULL));
	folder_put(first, "xtui-test-tool", "#!/bin/sh\necho first $1\n", 0755);
	char *tool = path_join(first, "xtui-test-tool");
	assert_int_equal(chmod(tool, 0644), 0);
	start(&c, &(struct proc_spec){ .argv = argv, .env = env, .env_count = 1 });
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "second x\n");
	child_fini(&c);
	free(tool);
	free(first);
	free(second);
	free(path);
	folder_remove(dir);
}

/* The environment is ours with the edits made, the working directory the one asked for. */
static void
env_and_dir(void **state)
{
	char *dir = folder_new();
	char *real = file_real_path(dir);
	struct proc_env env[] = {
		{ "XTUI_TEST_SET", "old" },
		{ "XTUI_TEST_GONE", NULL },
		{ "XTUI_TEST_SET", "new=value with blanks" },
		{ "XTUI_TEST_EMPTY", "" },
	};
	const char *argv[] = { "sh", "-c",
		"pwd -P; echo \"$XTUI_TEST_SET|${XTUI_TEST_GONE-gone}|${XTUI_TEST_EMPTY-unset}|"
		"$XTUI_TEST_KEPT\"; env | grep -c XTUI_TEST_SET",
		NULL };
	struct child c = { 0 };

	setenv("XTUI_TEST_GONE", "here", 1);
	setenv("XTUI_TEST_KEPT", "kept", 1);
	setenv("XTUI_TEST_SET", "ours", 1);
	start(&c, &(struct proc_spec){ .argv = argv, .dir = dir, .env = env, .env_count = 4 });
	wait_end(&c);
	char *expected = xasprintf("%s\nnew=value with blanks|gone||kept\n1\n", real);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), expected);
	assert_string_equal(getenv("XTUI_TEST_SET"), "ours");
	free(expected);
	free(real);
	child_fini(&c);
	folder_remove(dir);
}

/* A child gets no descriptor of ours, no terminal input and no signal setting of ours. (Signals from 32
 * on are the C library's own: nobody can set those back that a parent left ignored.) */
static void
child_is_clean(void **state)
{
	struct child c = { 0 };
	int leak = dup(STDERR_FILENO); /* without close-on-exec, as a careless library would */
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);

	start_sh(&c,
		"cat; ls /proc/self/fd | tr '\\n' ' '; "
		"awk '/^Sig(Blk|Ign):/ { low = substr($2, 9); sub(/^8/, \"0\", low);"
		" if (low ~ /[1-9a-f]/) print }' /proc/self/status; readlink /proc/self/fd/0");
	assert_int_equal(getpgid(proc_pid(c.proc)), proc_pid(c.proc));
	assert_int_equal(getsid(proc_pid(c.proc)), proc_pid(c.proc));
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "0 1 2 3 /dev/null\n");
	signal(SIGPIPE, before);
	close(leak);
	child_fini(&c);
}

/* A daemon that keeps our pipe does not keep the job: it ends soon after its leader. */
static void
daemon_holds_the_pipe(void **state)
{
	struct child c = { 0 };
	uint64_t began;

	start_sh(&c, "sleep 1000 & echo $!");
	began = loop_clock();
	wait_end(&c);
	assert_true(loop_clock() - began >= (PROC_DRAIN_MS - 10) * 1000);
	assert_false(c.end.drained);
	assert_int_equal(c.end.exit_code, 0);
	pid_t daemon = atoi(str_cstr(&c.text[PROC_STDOUT]));
	assert_true(daemon > 0 && is_running(daemon)); /* it is not ours to end */
	kill(daemon, SIGKILL);
	child_fini(&c);
}

/* A child that closes its output and works on has not ended. */
static void
closes_output_and_lives(void **state)
{
	char *dir = folder_new();
	char *gate = path_join(dir, "gate");
	char *script = xasprintf("exec >&- 2>&-; read line < '%s'; exit 7", gate);
	struct child c = { 0 };
	int fd;

	assert_int_equal(mkfifo(gate, 0600), 0);
	start_sh(&c, script);
	turn_until((fd = open(gate, O_WRONLY | O_NONBLOCK)) >= 0); /* it stands at the gate */
	for (int i = 0; i < 10; i++)
		turn();
	assert_non_null(c.proc);
	assert_int_equal(write(fd, "go\n", 3), 3);
	close(fd);
	wait_end(&c);
	assert_int_equal(c.end.exit_code, 7);
	assert_true(c.end.drained);
	child_fini(&c);
	free(script);
	free(gate);
	folder_remove(dir);
}

/* Cancel asks first, and the child may end in its own way. */
static void
cancel_is_polite(void **state)
{
	struct child c = { 0 };

	start_sh(&c, "trap 'echo bye; exit 9' INT; echo ready; while :; do sleep 0.01; done");
	turn_until(c.bytes[PROC_STDOUT] >= 6);
	proc_cancel(c.proc, SIGINT, DEADLINE_MS);
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "ready\nbye\n");
	assert_int_equal(c.end.exit_code, 9);
	assert_true(c.end.cancelled);
	child_fini(&c);
}

static bool
is_pending(pid_t pid, int signum)
{
	char *name = xasprintf("/proc/%d/status", (int)pid);
	struct str status = STR_INIT;
	const char *line = NULL;
	bool is;

	if (file_read(name, &status, NULL))
		line = strstr(str_cstr(&status), "\nShdPnd:\t");
	is = line && strtoull(line + 9, NULL, 16) >> (signum - 1) & 1;
	str_fini(&status);
	free(name);
	return is;
}

/* Until TERM has been sent, and, with the ladder standing still, has ended the child: one that is kept from
 * the CPU until the next rung would be ended by that. */
static void
wait_told_to_end(struct child *c)
{
	pid_t pid = proc_pid(c->proc);

	turn_until(is_pending(pid, SIGTERM) || !is_running(pid));
	wait_until(!is_running(pid));
}

/* An input that is held ends with a cancel, in place of the signal, and not before; who does not heed that
 * climbs the ladder too. */
static void
held_input_ends(void **state)
{
	static const char *const heeds[] = { "sh", "-c",
		"trap 'echo told' INT; echo ready; cat; echo ended; exit 7", NULL };
	static const char *const ignores[] = { "sh", "-c", "echo ready; exec sleep 1000", NULL };
	struct child c = { 0 }, other = { 0 };

	start(&c, &(struct proc_spec){ .argv = heeds, .holds_input = true });
	turn_until(c.bytes[PROC_STDOUT] >= 6);
	proc_cancel(c.proc, SIGINT, DEADLINE_MS);
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "ready\nended\n");
	assert_int_equal(c.end.exit_code, 7);
	child_fini(&c);
	start(&other, &(struct proc_spec){ .argv = ignores, .holds_input = true });
	turn_until(other.bytes[PROC_STDOUT] >= 6);
	proc_cancel(other.proc, SIGINT, 200);
	wait_told_to_end(&other);
	wait_end(&other);
	assert_int_equal(other.end.signal, SIGTERM);
	child_fini(&other);
}

/* One that ignores INT is told TERM; one that ignores both is killed; also when asked twice. */
static void
cancel_climbs_the_ladder(void **state)
{
	static const struct {
		const char *script;
		int signal;
		unsigned grace_ms;
	} cases[] = {
		{ "trap '' INT; echo ready; sleep 1000", SIGTERM, 200 },
		{ "trap '' INT TERM; echo ready; sleep 1000", SIGKILL, 200 },
		{ "trap '' INT TERM; echo ready; sleep 1000", SIGKILL, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct child c = { 0 };

		start_sh(&c, cases[i].script);
		turn_until(c.bytes[PROC_STDOUT] >= 6);
		proc_cancel(c.proc, SIGINT, DEADLINE_MS);
		proc_cancel(c.proc, SIGINT, cases[i].grace_ms);
		if (cases[i].signal == SIGTERM)
			wait_told_to_end(&c);
		wait_end(&c);
		assert_int_equal(c.end.signal, cases[i].signal);
		assert_int_equal(c.end.exit_code, -1);
		assert_true(c.end.cancelled);
		child_fini(&c);
	}
}

/* A stopped child (as by Ctrl-Z in a debugger) can be cancelled too. */
static void
cancel_wakes_the_stopped(void **state)
{
	struct child c = { 0 };

	start_sh(&c, "echo ready; kill -STOP $$; sleep 1000");
	turn_until(c.bytes[PROC_STDOUT] >= 6);
	proc_cancel(c.proc, SIGTERM, DEADLINE_MS);
	wait_end(&c);
	assert_int_equal(c.end.signal, SIGTERM);
	child_fini(&c);
}

/* Cancel ends the whole group: children of the child, also those that ignore TERM and have closed
 * our pipes. */
static void
cancel_ends_grandchildren(void **state)
{
	struct child c = { 0 };
	int first = 0, second = 0, third = 0;

	start_sh(&c,
		"sleep 1000 & echo $!; (trap '' INT TERM; exec sleep 1000) >/dev/null 2>&1 & "
		"echo $!; (trap '' TERM; exec sleep 1000) & echo $!; echo end; wait");
	turn_until(strstr(str_cstr(&c.text[PROC_STDOUT]), "end"));
	sscanf(str_cstr(&c.text[PROC_STDOUT]), "%d %d %d", &first, &second, &third);
	assert_true(first > 0 && second > 0 && third > 0);
	proc_cancel(c.proc, SIGTERM, 300);
	wait_end(&c);
	turn_until(!is_running(first) && !is_running(second) && !is_running(third));
	child_fini(&c);
}

/* A flood is counted to its last byte, in bounded memory, in bounded pieces. */
static void
flood(void **state)
{
	const char *argv[] = { "head", "-c", "200000000", "/dev/zero", NULL };
	struct child c = { .count_only = true };
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	start(&c, &(struct proc_spec){ .argv = argv });
	wait_end(&c);
	getrusage(RUSAGE_SELF, &after);
	assert_int_equal(c.bytes[PROC_STDOUT], 200 * MB);
	assert_true(c.largest <= PROC_READ_TURN);
	assert_true(after.ru_maxrss - before.ru_maxrss < 16 * 1024);
	assert_int_equal(c.end.exit_code, 0);
}

/* Two floods share the loop: neither waits for the other's end. */
static void
floods_are_fair(void **state)
{
	const char *argv[] = { "head", "-c", "100000000", "/dev/zero", NULL };
	struct proc_spec spec = { .argv = argv };
	struct child a = { .count_only = true }, b = { .count_only = true };

	a.other = &b;
	b.other = &a;
	start(&a, &spec);
	start(&b, &spec);
	wait_end(&a);
	wait_end(&b);
	assert_int_equal(a.bytes[PROC_STDOUT], 100 * MB);
	assert_int_equal(b.bytes[PROC_STDOUT], 100 * MB);
	uint64_t behind = a.other_at_end < b.other_at_end ? a.other_at_end : b.other_at_end;
	assert_true(behind > 30 * MB);
}

/* A line of 10 MB is no different from many. */
static void
long_line(void **state)
{
	struct child c = { 0 };

	start_sh(&c, "head -c 10000000 /dev/zero | tr '\\0' x; echo");
	wait_end(&c);
	assert_int_equal(c.text[PROC_STDOUT].len, 10 * MB + 1);
	assert_null(memchr(c.text[PROC_STDOUT].data, '\n', 10 * MB));
	child_fini(&c);
}

/* A paused child's output waits, and nothing of it is lost, also when the child has ended. */
static void
pause_loses_nothing(void **state)
{
	char *dir = folder_new();
	char *mark = path_join(dir, "mark");
	char *script = xasprintf("echo one; read x < '%s'; echo two; echo three >&2", mark);
	struct child c = { 0 };
	int fd;

	assert_int_equal(mkfifo(mark, 0600), 0);
	start_sh(&c, script);
	turn_until(c.bytes[PROC_STDOUT] == 4);
	pid_t pid = proc_pid(c.proc);
	proc_pause(c.proc, true);
	turn_until((fd = open(mark, O_WRONLY | O_NONBLOCK)) >= 0);
	assert_int_equal(write(fd, "go\n", 3), 3);
	close(fd);
	turn_until(!is_running(pid));
	assert_non_null(c.proc);
	assert_int_equal(c.bytes[PROC_STDOUT] + c.bytes[PROC_STDERR], 4);
	proc_pause(c.proc, false);
	proc_pause(c.proc, false);
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "one\ntwo\n");
	assert_string_equal(str_cstr(&c.text[PROC_STDERR]), "three\n");
	assert_true(c.end.drained);
	child_fini(&c);
	free(script);
	free(mark);
	folder_remove(dir);
}

/* 200 children at once, or as many as there are descriptors for, are all told apart and none is left
 * behind. */
static void
many_children(void **state)
{
	static struct child c[200];
	struct rlimit files;
	char script[64];

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	int count = files.rlim_cur < 500 ? (int)files.rlim_cur / 2 - 30 : 200;
	for (int i = 0; i < count; i++) {
		c[i] = (struct child){ 0 };
		snprintf(script, sizeof(script), "echo %d; exit %d", i, i);
		start_sh(&c[i], script);
	}
	for (int i = 0; i < count; i++) {
		wait_end(&c[i]);
		assert_int_equal(c[i].end.exit_code, i);
		assert_int_equal(atoi(str_cstr(&c[i].text[PROC_STDOUT])), i);
		assert_true(c[i].end.drained);
		child_fini(&c[i]);
	}
	assert_false(loop_turn(loop, false));
}

struct chain {
	struct child child;
	int left;
};

static void
chain_ended(void *arg, const struct proc_end *end)
{
	static const struct proc_events chain_events = { on_output, chain_ended };
	const char *argv[] = { "true", NULL };
	struct chain *chain = arg;

	chain->child.proc = NULL;
	if (chain->left-- > 0)
		chain->child.proc = proc_start(
			loop, &(struct proc_spec){ .argv = argv }, &chain_events, chain, NULL);
}

/* The end of one child may start the next. */
static void
end_starts_the_next(void **state)
{
	struct chain chain = { .left = 20 };

	chain_ended(&chain, NULL);
	turn_until(!chain.child.proc);
	assert_int_equal(chain.left, -1);
}

/* Leaving the program in the middle leaves no child. */
static void
leaving_kills(void **state)
{
	struct child c[3] = { 0 };
	pid_t pids[3];

	for (int i = 0; i < 3; i++) {
		start_sh(&c[i], "trap '' TERM; echo ready; sleep 1000");
		turn_until(c[i].bytes[PROC_STDOUT] >= 6);
		pids[i] = proc_pid(c[i].proc);
	}
	loop_free(loop);
	for (int i = 0; i < 3; i++) {
		assert_false(is_running(pids[i]));
		child_fini(&c[i]);
	}
	loop = loop_new();
}

/* What the process that is killed in the next test does: says its child's and grandchildren's
 * numbers. */
_Noreturn static void
be_killed(int report)
{
	struct child c = { 0 };

	loop = loop_new();
	start_sh(&c,
		"echo $$; sleep 1000 & echo $!; (trap '' TERM; exec sleep 1000) & echo $!; "
		"echo end; wait");
	turn_until(strstr(str_cstr(&c.text[PROC_STDOUT]), "end"));
	(void)!write(report, c.text[PROC_STDOUT].data, c.text[PROC_STDOUT].len);
	close(report);
	loop_run(loop);
	_exit(1);
}

/* Even kill -9 of xtui takes its children along, and theirs, also those that ignore TERM. */
static void
killed_parent_takes_all(void **state)
{
	int report[2], pids[3] = { 0 };
	char text[100] = "";
	pid_t parent;

	assert_int_equal(pipe(report), 0);
	if (!(parent = fork())) {
		close(report[0]);
		be_killed(report[1]);
	}
	close(report[1]);
	assert_true(read(report[0], text, sizeof(text) - 1) > 0);
	assert_int_equal(sscanf(text, "%d %d %d", &pids[0], &pids[1], &pids[2]), 3);
	for (int i = 0; i < 3; i++)
		assert_true(is_running(pids[i]));
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	turn_until(!is_running(pids[0]) && !is_running(pids[1]) && !is_running(pids[2]));
	/* end of file: the guard, who would hold it, is gone too */
	assert_int_equal(read(report[0], text, 1), 0);
	close(report[0]);
}

static long
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? -1 : (long)st.st_size;
}

static void
be_killed_with_sweep(const char *sweep, int report)
{
	static const struct proc_events none = { 0 };
	const char *argv[] = { "sleep", "1000", NULL };
	struct proc_spec spec = { .argv = argv, .sweep = sweep };

	loop = loop_new();
	if (proc_start(loop, &spec, &none, NULL, NULL))
		(void)!write(report, "x", 1);
	loop_run(loop);
	_exit(1);
}

/* What a child has started outside its group is ended too when xtui is killed: by its sweep. */
static void
killed_parent_sweeps(void **state)
{
	char dir[] = "/tmp/test_proc_XXXXXX", byte, sweep[200], file[100];
	int report[2];
	pid_t parent;

	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/swept", dir);
	snprintf(sweep, sizeof(sweep), "echo once >>'%s'", file);
	assert_int_equal(pipe(report), 0);
	if (!(parent = fork()))
		be_killed_with_sweep(sweep, report[1]);
	assert_int_equal(read(report[0], &byte, 1), 1);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	turn_until(size_of(file) == 10); /* and once more, for what was just being started */
	unlink(file);
	rmdir(dir);
	close(report[0]);
	close(report[1]);
}

/* While a person waits for an answer, children wait: what they print is read when that has been. */
static void
urgent_goes_first(void **state)
{
	struct child c = { 0 };
	int keys[2];
	char byte;

	assert_int_equal(pipe(keys), 0);
	assert_int_equal(write(keys[1], "k", 1), 1);
	loop_set_urgent(loop, keys[0]);
	start_sh(&c, "echo said");
	assert_true(loop_is_urgent(loop));
	for (int i = 0; i < 50; i++)
		turn();
	assert_int_equal(c.bytes[PROC_STDOUT], 0);
	assert_int_equal(read(keys[0], &byte, 1), 1);
	assert_false(loop_is_urgent(loop));
	wait_end(&c);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "said\n");
	loop_set_urgent(loop, -1);
	close(keys[0]);
	close(keys[1]);
	child_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		on_loop(both_streams),
		on_loop(terminal),
		on_loop(urgent_goes_first),
		on_loop(ended_by_signal),
		on_loop(last_line_without_newline),
		on_loop(every_byte),
		on_loop(start_errors),
		on_loop(path_of_the_child),
		on_loop(env_and_dir),
		on_loop(child_is_clean),
		on_loop(daemon_holds_the_pipe),
		on_loop(closes_output_and_lives),
		on_loop(cancel_is_polite),
		on_loop(held_input_ends),
		on_loop(cancel_climbs_the_ladder),
		on_loop(cancel_wakes_the_stopped),
		on_loop(cancel_ends_grandchildren),
		on_loop(flood),
		on_loop(floods_are_fair),
		on_loop(long_line),
		on_loop(pause_loses_nothing),
		on_loop(many_children),
		on_loop(end_starts_the_next),
		on_loop(leaving_kills),
		on_loop(killed_parent_takes_all),
		on_loop(killed_parent_sweeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
