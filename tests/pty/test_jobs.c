/* The real program with jobs of all kinds in its panes: what they print, how they end, and what is
 * left of them. The jobs are shell commands. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "io/loop.h"
#include "pty/pty_bench.h"
#include "unit/check.h"

static int
set_up(void **state)
{
	int result = bench_make(state);

	bench_write_package(*state);
	return result;
}

/* The Build screen with so many panes, a shell command running in each. */
static struct pty *
launch(struct bench *b, const char *panes, const char *command)
{
	const char *words[] = { "bench-panes", panes, "--", "sh", "-c", command, NULL };

	return bench_launch(b, words, NULL, NULL);
}

/* There is no toolchain here, it says; any key takes that away, and this one means nothing. */
static void
clear_message(struct pty *p)
{
	pty_wait_text(p, "/nonexistent: not found");
	pty_key(p, VTERM_KEY_FUNCTION(12));
	pty_wait_text(p, "all keys");
}

/* q asks while jobs run; no stays, yes stops them and leaves nothing behind. */
static void
leaving_asks(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, "2", "echo RUNNING; exec sleep 1000");

	pty_wait_text(p, "RUNNING");
	pty_type(p, "q");
	pty_wait_text(p, "2 jobs are not done yet");
	pty_type(p, "n");
	pty_wait_no_text(p, "not done yet");
	pty_type(p, "q");
	pty_wait_text(p, "2 jobs are not done yet");
	pty_type(p, "y");
	assert_over(b, 130);
}

/* Ctrl-C stops the job in sight and says so; soon again, it leaves, and asks first while others run. */
static void
interrupts(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, "2", "echo RUNNING; exec sleep 1000");

	pty_wait_text(p, "RUNNING");
	clear_message(p);
	pty_ctrl(p, 'c');
	pty_wait_text(p, "stopping ");
	pty_ctrl(p, 'c');
	pty_wait_text(p, "not done yet");
	pty_wait_text(p, "cancelled");
	pty_ctrl(p, 'c');
	assert_over(b, 130);
}

/* A signal from outside ends the program, its jobs, and their children. */
static void
signals_end_jobs(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT };
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(signals); i++) {
		struct pty *p = launch(b, "3", "sleep 1000 & echo RUNNING; wait");
		pty_wait_text(p, "RUNNING");
		kill(pty_pid(p), signals[i]);
		assert_over(b, 128 + signals[i]);
		pty_close(p);
		b->pty = NULL;
	}
}

/* A job that ignores TERM is killed when its time is up. */
static void
deaf_job(void **state)
{
	struct bench *b = *state;

	bench_write(b, ".config/xtui/config.toml", "kill-grace = 300\n");
	struct pty *p =
		launch(b, "1", "trap '' TERM INT HUP; echo RUNNING; while :; do sleep 1000; done");
	pty_wait_text(p, "RUNNING");
	pty_type(p, "q");
	pty_wait_text(p, "not done yet");
	pty_type(p, "y");
	assert_over(b, 130);
}

/* A daemon that a job leaves behind holds its output open; the job ends all the same. */
static void
daemon_holds_output(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, "1", "sleep 20 & echo started");

	pty_wait_text(p, "started");
	clear_message(p);
	pty_wait_text(p, "1 ok");
	pty_type(p, "q");
	assert_int_equal(pty_wait_exit(p), 0);
}

/* The last line is shown though it has no end, and a failure is told from success. */
static void
last_line(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, "1", "echo one; printf 'no end'; exit 3");

	pty_wait_text(p, "no end");
	pty_wait_text(p, "1 failed");
	pty_type(p, "q");
	assert_over(b, 1);
	assert_true(pty_find(p, "pane-1 failed; its log: ") >= 0);
}

/* Nothing that a job prints reaches the terminal but text and colours: no clipboard, no title, no
 * question that the terminal would answer, no end of the alternate screen. */
static void
hostile_output(void **state)
{
	static const char command[] =
		"printf "
		"'\\033]52;c;aGVsbG8=\\a\\033]0;TITLE\\a\\033[6n\\033[c\\033[?1049l\\033[?1000h"
		"\\033Pq\\033\\\\\\033[2J\\302\\233\\061\\061\\061m\\033]8;;http://"
		"x\\033\\\\link\\n';"
		"printf '\\000\\001\\002\\177\\377\\376\\302\\n'; printf '\\033[31mred\\033[0m "
		"done\\n\\033]0;never ended'";
	struct bench *b = *state;
	struct pty *p = launch(b, "1", command);
	size_t len;

	pty_wait_text(p, "red done");
	pty_wait_text(p, "link");
	assert_null(pty_osc(p, "52;"));
	assert_null(strstr(pty_bytes(p, &len), "TITLE"));
	assert_true(pty_in_altscreen(p));
	assert_int_equal(pty_mouse(p), VTERM_PROP_MOUSE_NONE);
	clear_message(p);
	pty_type(p, "q");
	assert_over(b, 0);
}

/* The end of a long run is told to who looks elsewhere, in the terminal's own way and title; who looks
 * at it needs no telling; by default nothing is told, and the old title comes back. */
static void
end_is_told(void **state)
{
	static const struct pty_env ghostty[] = { { "TMUX", NULL }, { "TERM_PROGRAM", "ghostty" },
		{ NULL, NULL } };
	static const char *const focus[] = { NULL, "\033[I", "\033[O" };
	const char *words[] = { "bench-panes", "2", "--", "sh", "-c", "read x <go; echo over",
		NULL };
	struct bench *b = *state;
	char *go = path_join(b->home, "go");
	size_t len;

	for (size_t i = 0; i <= COUNT(focus); i++) {
		bool is_asked_for = i < COUNT(focus), is_told = is_asked_for && i != 1;
		bench_write(b, ".config/xtui/config.toml",
			is_asked_for ? "notify = 'desktop'\nnotify-after = 0\n"
				     : "notify-after = 0\n");
		assert_int_equal(mkfifo(go, 0600), 0);
		struct pty *p = bench_launch(b, words, ghostty, NULL);
		clear_message(p);
		if (is_asked_for && focus[i])
			pty_send(p, focus[i], 3);
		pty_type(p, "?");
		pty_wait_text(p, "Esc close");
		int fd = open(go, O_RDWR);
		assert_int_equal(write(fd, "1\n2\n", 4), 4);
		pty_key(p, VTERM_KEY_ESCAPE);
		pty_wait_text(p, "2 ok");
		pty_type(p, "q");
		assert_over(b, 0);
		close(fd);
		if (is_told)
			assert_string_equal(pty_osc(p, "777;"), "777;notify;jobs;2 ok");
		else
			assert_null(pty_osc(p, "777;"));
		assert_non_null(strstr(pty_bytes(p, &len), "\033]2;jobs: 2 ok\033\\"));
		assert_non_null(strstr(pty_bytes(p, &len), "\033[23;2t"));
		pty_close(p);
		b->pty = NULL;
		unlink(go);
	}
	free(go);
}

/* A line of ten million bytes is one long line, and the program answers meanwhile. */
static void
long_line(void **state)
{
	struct bench *b = *state;
	struct pty *p =
		launch(b, "1", "head -c 10000000 /dev/zero | tr '\\000' x; echo; echo after");

	pty_wait_text(p, "after");
	clear_message(p);
	pty_type(p, "?");
	pty_wait_text(p, "Esc close");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_no_text(p, "Esc close");
	pty_type(p, "q");
	assert_over(b, 0);
}

/* The memory of the program, KiB; the sanitizer's own is many times that. */
#ifdef __SANITIZE_ADDRESS__
#define RESIDENT_MAX 4000000
#else
#define RESIDENT_MAX 200000
#endif
static long
resident(struct pty *p)
{
	char path[64], line[256];
	long kib = -1;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pty_pid(p));
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "VmRSS: %ld", &kib);
	fclose(file);
	return kib;
}

/* Two hundred megabytes in four panes, and more for as long as keys are pressed: these are answered all
 * the while, memory stays small, the jobs end. */
static void
flood(void **state)
{
	struct bench *b = *state;
	char *going = path_join(b->home, "going");
	struct pty *p;

	bench_write(b, "going", "");
	p = launch(b, "4",
		"flood() { yes 'a line of a flood that never seems to end' | head -c \"$1\"; }; "
		"flood 50000000; while test -e going; do flood 1000000; done; echo; echo the end");
	clear_message(p);
	for (int i = 0; i < 5; i++) {
		pty_type(p, "?");
		pty_wait_text(p, "Esc close");
		pty_key(p, VTERM_KEY_ESCAPE);
		pty_wait_no_text(p, "Esc close");
	}
	pty_wait_text(p, "4 running");
	assert_int_equal(unlink(going), 0);
	pty_wait_text(p, "4 ok");
	assert_in_range(resident(p), 1, RESIDENT_MAX);
	pty_type(p, "q");
	assert_over(b, 0);
	free(going);
}

/* Enough to be far beyond what the first frames take. */
static bool
has_sent_much(struct pty *p, const void *from)
{
	size_t len;

	pty_bytes(p, &len);
	return len > *(const size_t *)from + 120000;
}

/* In a flood the terminal gets no more than it can take over a slow line, 60 kB a second, though keys
 * are pressed; and when it ends each pane shows its end. */
static void
flood_is_thin(void **state)
{
	static const char script[] =
		"while test -e going; do seq 1000001 1030000; done; echo the end";
	const char *words[] = { "bench-panes", "4", "--", "sh", "-c", script, NULL };
	const struct pty_spec large = { .rows = 50, .cols = 200 };
	struct bench *b = *state;
	char *going = path_join(b->home, "going");
	size_t from = 0;
	struct pty *p;

	bench_write(b, "going", "");
	p = bench_launch(b, words, NULL, &large);
	clear_message(p);
	pty_bytes(p, &from);
	uint64_t began = loop_clock();
	for (int i = 0; i < 5; i++) {
		pty_type(p, "?");
		pty_wait_text(p, "Esc close");
		pty_key(p, VTERM_KEY_ESCAPE);
		pty_wait_no_text(p, "Esc close");
	}
	pty_wait(p, has_sent_much, &from, "much is sent");
	assert_in_range(loop_clock() - began, 120000 * 1000000ull / 60000, UINT64_MAX);
	assert_int_equal(unlink(going), 0);
	pty_wait_text(p, "4 ok");
	for (int row = 0, ends = 0; ends < 4; row++) {
		assert_in_range(row, 0, 49);
		char *text = pty_row(p, row);
		for (const char *at = text; (at = strstr(at, "the end")); at++)
			ends++;
		free(text);
	}
	pty_type(p, "q");
	assert_over(b, 0);
	free(going);
}

/* A hundred changes of size while four jobs print end in a whole picture of the last size, and no job
 * notices. */
static void
resize_storm(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, "4",
		"i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i + 1)); done; echo ALL SAID");

	for (int i = 0; i < 100; i++)
		pty_resize(p, 1 + i * 7 % 60, 1 + i * 13 % 200);
	pty_resize(p, 30, 120);
	clear_message(p);
	pty_wait_text(p, "4 ok");
	pty_type(p, "z");
	pty_wait_text(p, "ALL SAID");
	pty_wait_text(p, "line 2999");
	pty_type(p, "q");
	assert_over(b, 0);
}

/* When all is over it is quiet: nothing wakes the program up. */
static void
quiet_afterwards(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, "2", "echo RUNNING");

	pty_wait_text(p, "2 ok");
	clear_message(p);
	pty_wait_rest(p, 2000);
}

/* W watches the sources: a change stops what runs and starts it again; W again, and it does not. */
static void
watching(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	bench_write(b, "src/lib.rs", "// FIRST\n");
	p = launch(b, "1", "cat src/lib.rs; exec sleep 1000");
	pty_wait_text(p, "// FIRST");
	clear_message(p);
	pty_type(p, "W");
	pty_wait_text(p, "watching the sources");
	pty_wait_text(p, "watching · 1 running");
	bench_write(b, "src/lib.rs", "// SECOND\n");
	pty_wait_text(p, "// SECOND");
	pty_wait_text(p, "src/lib.rs has changed");
	pty_wait_text(p, "1 running");
	pty_type(p, "x");
	pty_wait_text(p, "1 cancelled");
	bench_write(b, "src/lib.rs", "// THIRD\n");
	pty_wait_text(p, "// THIRD");
	pty_type(p, "W");
	pty_wait_text(p, "no longer watching");
	assert_int_equal(pty_find(p, "watching · "), -1);
	pty_type(p, "q");
	pty_wait_text(p, "1 job is not done yet");
	pty_type(p, "y");
	assert_over(b, 130);
}

/* Killed without warning, the program takes its jobs with it. */
static void
killed(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, "2", "echo RUNNING; exec sleep 1000");

	pty_wait_text(p, "RUNNING");
	kill(pty_pid(p), SIGKILL);
	assert_int_equal(pty_wait_exit(p), 128 + SIGKILL);
	pty_wait_no_processes(p);
}

int
main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, set_up, bench_drop)
	const struct CMUnitTest tests[] = {
		test(leaving_asks),
		test(interrupts),
		test(signals_end_jobs),
		test(deaf_job),
		test(daemon_holds_output),
		test(last_line),
		test(hostile_output),
		test(end_is_told),
		test(long_line),
		test(flood),
		test(flood_is_thin),
		test(resize_storm),
		test(quiet_afterwards),
		test(watching),
		test(killed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
