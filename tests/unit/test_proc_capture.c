/* Commands that are waited for, and programs that are looked for. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include "unit/help_proc.h"

/* A short command's output is had in one call, with what it was given to read. */
static void
capture_feeds_and_keeps(void **state)
{
	const char *argv[] = { "sh", "-c", "cat; echo err >&2; exit 5", NULL };
	struct str big = STR_INIT;
	struct proc_result r;

	for (int i = 0; i < 300000; i++)
		str_append_char(&big, (char)i);
	struct proc_spec spec = { .argv = argv, .input = str_span(&big) };
	assert_true(proc_capture(&spec, SIZE_MAX, 0, &r, NULL));
	assert_int_equal(r.end.exit_code, 5);
	assert_true(r.end.drained);
	assert_false(r.cut);
	assert_int_equal(r.out.len, big.len);
	assert_memory_equal(r.out.data, big.data, big.len);
	assert_string_equal(str_cstr(&r.err), "err\n");
	proc_result_fini(&r);
	str_fini(&big);
}

/* Without input the child reads nothing; what is beyond the limit is read and dropped. */
static void
capture_limits(void **state)
{
	const char *argv[] = { "sh", "-c", "cat; head -c 1000000 /dev/zero; printf 123 >&2", NULL };
	struct proc_result r;

	assert_true(proc_capture(&(struct proc_spec){ .argv = argv }, 3, 0, &r, NULL));
	assert_int_equal(r.out.len, 3);
	assert_string_equal(str_cstr(&r.err), "123");
	assert_true(r.cut);
	assert_int_equal(r.end.exit_code, 0);
	proc_result_fini(&r);
}

/* A child that does not read what it is given is no error, and no SIGPIPE for us. */
static void
capture_unread_input(void **state)
{
	const char *argv[] = { "true", NULL };
	struct str big = STR_INIT;
	struct proc_result r;
	void (*dispositions[])(int) = { SIG_DFL, SIG_IGN };

	str_append_repeat(&big, 'x', 5 * MB);
	for (int i = 0; i < 2; i++) {
		void (*before)(int) = signal(SIGPIPE, dispositions[i]);
		struct proc_spec spec = { .argv = argv, .input = str_span(&big) };
		assert_true(proc_capture(&spec, 10, DEADLINE_MS, &r, NULL));
		assert_int_equal(r.end.exit_code, 0);
		proc_result_fini(&r);
		signal(SIGPIPE, before);
	}
	str_fini(&big);
}

/* A child that takes too long is killed with all its own. */
static void
capture_times_out(void **state)
{
	char *dir = folder_new();
	char *gate = path_join(dir, "gate");
	char *script = xasprintf("trap '' TERM; sleep 1000 >'%s' & wait", gate);
	const char *argv[] = { "sh", "-c", script, NULL };
	struct err err = ERR_INIT;
	struct proc_result r;
	char byte;

	assert_int_equal(mkfifo(gate, 0600), 0);
	int fd = open(gate, O_RDONLY | O_NONBLOCK);
	assert_false(proc_capture(&(struct proc_spec){ .argv = argv }, 100, 300, &r, &err));
	assert_string_equal(err.message, "sh: did not end within 0.3 s");
	assert_int_equal(r.end.signal, SIGKILL);
	assert_true(r.end.ms >= 300);
	turn_until(read(fd, &byte, 1) == 0); /* nobody has it open */
	proc_result_fini(&r);
	close(fd);
	free(script);
	free(gate);
	folder_remove(dir);
}

/* A daemon left behind does not hold up a command's answer. */
static void
capture_with_daemon(void **state)
{
	const char *argv[] = { "sh", "-c", "sleep 1000 & echo $!", NULL };
	struct proc_result r;

	assert_true(proc_capture(&(struct proc_spec){ .argv = argv }, 100, DEADLINE_MS, &r, NULL));
	assert_false(r.end.drained);
	assert_true(r.end.ms >= PROC_DRAIN_MS && r.end.ms < DEADLINE_MS);
	kill(atoi(str_cstr(&r.out)), SIGKILL);
	proc_result_fini(&r);
}

/* A command that closes its output is still waited for. */
static void
capture_waits_for_exit(void **state)
{
	const char *argv[] = { "sh", "-c",
		"exec >&- 2>&-; for i in 1 2 3; do sleep 0.02; done; exit 4", NULL };
	struct proc_result r;

	assert_true(proc_capture(&(struct proc_spec){ .argv = argv }, 100, DEADLINE_MS, &r, NULL));
	assert_int_equal(r.end.exit_code, 4);
	proc_result_fini(&r);
}

static void *
let_go(void *arg)
{
	struct loop_timer *tick;
	struct loop *l = loop_new();
	int *fd = arg;

	tick = loop_timer_start(l, 20, 0, nothing, NULL);
	loop_run(l);
	loop_timer_stop(tick);
	loop_free(l);
	close(*fd);
	return NULL;
}

/* A program that was written a moment ago runs, although something still has it open. */
static void
just_written(void **state)
{
	char *dir = folder_new();
	char *tool = path_join(dir, "tool");
	const char *argv[] = { tool, NULL };
	struct child c = { 0 };
	pthread_t thread;

	folder_put(dir, "tool", "#!/bin/sh\necho runs\n", 0755);
	int fd = open(tool, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pthread_create(&thread, NULL, let_go, &fd), 0);
	start(&c, &(struct proc_spec){ .argv = argv });
	wait_end(&c);
	pthread_join(thread, NULL);
	assert_string_equal(str_cstr(&c.text[PROC_STDOUT]), "runs\n");
	child_fini(&c);
	free(tool);
	folder_remove(dir);
}

static void *
capture_often(void *arg)
{
	const char *argv[] = { "sh", "-c", "cat; exit 6", NULL };
	struct proc_spec spec = { .argv = argv, .input = SPAN("to and fro") };
	intptr_t wrong = 0;

	for (int i = 0; i < 15; i++) {
		struct proc_result r;

		wrong += !proc_capture(&spec, 100, DEADLINE_MS, &r, NULL) || r.end.exit_code != 6 ||
			strcmp(str_cstr(&r.out), "to and fro") != 0;
		proc_result_fini(&r);
	}
	return (void *)wrong;
}

/* Commands on other threads and children of the loop do not take each other's end. */
static void
threads_and_loop_together(void **state)
{
	pthread_t threads[6];
	struct child c = { 0 };
	void *wrong;

	for (int i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, capture_often, NULL), 0);
	for (int i = 0; i < 30; i++) {
		start_sh(&c, "echo x; exit 2");
		wait_end(&c);
		assert_int_equal(c.end.exit_code, 2);
	}
	assert_int_equal(c.bytes[PROC_STDOUT], 60);
	for (int i = 0; i < 6; i++) {
		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
	child_fini(&c);
}

static void
capture_at_gate(void *arg)
{
	const char *argv[] = { "sh", "-c", arg, NULL };
	struct proc_result r;

	proc_capture(&(struct proc_spec){ .argv = argv }, 100, 0, &r, NULL);
	proc_result_fini(&r);
}

/* A process that leaves, with one command on a thread and one that waits for a thread, or with none. */
_Noreturn static void
leave(char *script, const char *gate, bool is_at_work)
{
	struct loop *l = loop_new();

	setenv("UV_THREADPOOL_SIZE", "1", 1);
	for (int i = 0; is_at_work && i < 2; i++)
		loop_work(l, capture_at_gate, nothing, script);
	if (is_at_work)
		close(open(gate, O_RDONLY)); /* the command has begun */
	loop_exit(7);
}

/* Who leaves waits for no work on another thread, and takes the commands along that it runs. */
static void
leaving_takes_captures_along(void **state)
{
	char *dir = folder_new();
	char *gate = path_join(dir, "gate"), *held = path_join(dir, "held");
	char *script = xasprintf("exec 5>'%s'; echo >'%s'; sleep 1000 & wait", held, gate);
	int status;
	char byte;
	pid_t pid;

	assert_int_equal(mkfifo(gate, 0600), 0);
	assert_int_equal(mkfifo(held, 0600), 0);
	int fd = open(held, O_RDONLY | O_NONBLOCK);
	for (int is_at_work = 0; is_at_work < 2; is_at_work++) {
		if (!(pid = fork()))
			leave(script, gate, is_at_work);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 7);
	}
	turn_until(read(fd, &byte, 1) == 0); /* nobody has it open */
	close(fd);
	free(script);
	free(held);
	free(gate);
	folder_remove(dir);
}

/* A program is found by name as the child would find it. */
static void
find_program(void **state)
{
	char *sh = proc_find_program("sh");

	assert_non_null(sh);
	assert_true(file_is_executable(sh));
	char *again = proc_find_program(sh);
	assert_string_equal(again, sh);
	assert_null(proc_find_program("xtui-no-such-tool"));
	assert_null(proc_find_program(""));
	assert_null(proc_find_program("/"));
	free(again);
	free(sh);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		on_loop(capture_feeds_and_keeps),
		on_loop(capture_limits),
		on_loop(capture_unread_input),
		on_loop(capture_times_out),
		on_loop(capture_with_daemon),
		on_loop(capture_waits_for_exit),
		on_loop(just_written),
		on_loop(threads_and_loop_together),
		on_loop(leaving_takes_captures_along),
		on_loop(find_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
