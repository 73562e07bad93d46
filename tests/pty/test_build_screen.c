/* The Build screen of the real program over the real cargo: a package whose build script waits at a gate,
 * so that a build goes on for as long as the test wants it to. */
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "pty/pty_bench.h"
#include "unit/check.h"
#include "unit/triples.h"

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static int
set_up(void **state)
{
	int result = bench_make(state);
	struct bench *b = *state;
	char *script =
		xasprintf("fn main() {\n"
			  "    println!(\"cargo:rerun-if-changed=build.rs\");\n"
			  "    while !std::path::Path::new(\"%s/gate\").exists() {\n"
			  "        std::thread::sleep(std::time::Duration::from_millis(10));\n"
			  "    }\n}\n",
			b->home);

	bench_write(b, "Cargo.toml",
		"[package]\nname = \"slow\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"
		"[dependencies]\nquick = { path = \"quick\" }\n");
	bench_write(b, "build.rs", script);
	bench_write(b, "src/main.rs", "fn main() {\n    quick::hello();\n}\n");
	bench_write(b, "quick/Cargo.toml",
		"[package]\nname = \"quick\"\nversion = \"0.2.0\"\nedition = \"2021\"\n");
	bench_write(b, "quick/src/lib.rs", "pub fn hello() {}\n");
	free(script);
	return result;
}

static void
open_gate(struct bench *b)
{
	bench_write(b, "gate", "");
}

static struct pty *
launch(struct bench *b, const char *const *words)
{
	return bench_launch_with_rust(b, words, NULL);
}

/* A build of both targets that stands at its gate, on the Build screen. */
static struct pty *
build_to_the_gate(struct bench *b)
{
	struct pty *p = launch(b, WORDS("build", "-t", HOST, "-t", MUSL));

	pty_wait_text(p, "2 running");
	pty_wait_text(p, "Compiling slow");
	return p;
}

static void
leave(struct bench *b, int code)
{
	pty_type(b->pty, "q");
	assert_over(b, code);
}

/* ---- tests ---- */

/* A build on a terminal shows its panes, and no word of what it waited for stays when it goes on. The
 * terminal's own progress is of all targets, and is taken away at the end. */
static void
build_on_a_terminal(void **state)
{
	struct bench *b = *state;
	struct pty *p = build_to_the_gate(b);

	pty_wait_no_text(p, "as soon as the toolchain is known");
	open_gate(b);
	pty_wait_text(p, "2 ok");
	pty_wait_text(p, "Finished " HOST);
	assert_non_null(pty_osc(p, "9;4;1;"));
	leave(b, 0);
	assert_string_equal(pty_osc(p, "9;4;"), "9;4;0;0");
}

/* One of a group is stopped on the screen: the other goes on to its end without it; R has nothing to do,
 * r builds the stopped one after all. */
static void
one_of_a_group_is_stopped(void **state)
{
	struct bench *b = *state;
	struct pty *p = build_to_the_gate(b);

	pty_type(p, "2x");
	pty_wait_text(p, "1 running");
	pty_wait_text(p, "1 cancelled");
	pty_wait_text(p, "Restarting");
	open_gate(b);
	pty_wait_text(p, "1 ok");
	pty_type(p, "R");
	pty_wait_text(p, "no job has failed");
	pty_type(p, "r");
	pty_wait_text(p, "2 ok");
	leave(b, 0);
}

/* While another xtui builds in the folder, the second one asks: it waits for the end of the first, ... */
static void
second_waits(void **state)
{
	struct bench *b = *state;
	struct pty *first = build_to_the_gate(b), *second;

	second = launch(b, WORDS("build", "-t", HOST));
	pty_wait_text(second, "The target folder is in use");
	pty_wait_text(second, "for " HOST);
	pty_key(second, VTERM_KEY_ENTER);
	pty_wait_text(second, "Waiting for another xtui");
	pty_wait_text(second, "1 waiting");
	open_gate(b);
	pty_wait_text(first, "2 ok");
	pty_wait_text(second, "1 ok");
	leave(b, 0);
	pty_type(first, "q");
	assert_int_equal(pty_wait_exit(first), 0);
	pty_close(first);
}

/* ... or builds in a folder beside it, ... */
static void
second_builds_beside(void **state)
{
	struct bench *b = *state;
	struct pty *first = build_to_the_gate(b), *second;
	char *beside = path_join(b->home, "target/xtui/beside-1");

	second = launch(b, WORDS("build", "-t", HOST));
	pty_wait_text(second, "The target folder is in use");
	pty_type(second, "b");
	pty_wait_text(second, "Compiling slow");
	pty_wait_text(second, "1 running");
	assert_true(file_is_dir(beside));
	open_gate(b);
	pty_wait_text(second, "1 ok");
	pty_wait_text(first, "2 ok");
	leave(b, 0);
	pty_type(first, "q");
	assert_int_equal(pty_wait_exit(first), 0);
	pty_close(first);
	free(beside);
}

/* ... or does not build at all. */
static void
second_leaves_it(void **state)
{
	struct bench *b = *state;
	struct pty *first = build_to_the_gate(b), *second;

	second = launch(b, WORDS("build", "-t", HOST));
	pty_wait_text(second, "The target folder is in use");
	pty_key(second, VTERM_KEY_ESCAPE);
	pty_wait_no_text(second, "The target folder is in use");
	pty_wait_text(second, "Nothing has been built");
	leave(b, 0);
	open_gate(b);
	pty_wait_text(first, "2 ok");
	pty_type(first, "q");
	assert_int_equal(pty_wait_exit(first), 0);
	pty_close(first);
}

/* With --watch it is seen that the sources are watched; a change ends what is being built and begins
 * again, names the file, and W ends that. */
static void
watched_on_a_terminal(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b, WORDS("build", "--watch", "-t", HOST));

	pty_wait_text(p, "watching · 1 running");
	pty_wait_text(p, "Compiling slow");
	bench_write(b, "src/main.rs", "fn main() {\n    let fresh = 1;\n    quick::hello();\n}\n");
	pty_wait_text(p, "src/main.rs has changed");
	open_gate(b);
	pty_wait_text(p, "1 ok");
	pty_wait_text(p, "let fresh = 1");
	bench_write(b, "src/main.rs", "fn main() {\n    gone();\n}\n");
	pty_wait_text(p, "1 failed");
	pty_wait_text(p, "watching · ");
	pty_type(p, "W");
	pty_wait_text(p, "no longer watching");
	pty_wait_no_text(p, "watching · ");
	leave(b, 1);
}

/* W on the screen watches from then on, and what is built already is left alone. */
static void
watched_by_a_key(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	open_gate(b);
	p = launch(b, WORDS("build", "-t", HOST));
	pty_wait_text(p, "1 ok");
	pty_type(p, "W");
	pty_wait_text(p, "watching · 1 ok");
	bench_write(b, "quick/src/lib.rs", "pub fn hello() {\n    let heard = 2;\n}\n");
	pty_wait_text(p, "let heard = 2");
	pty_wait_text(p, "1 ok");
	leave(b, 0);
}

/* Whether the log of the target has it, on the disk. */
static bool
is_logged(struct pty *p, const void *arg)
{
	const struct bench *b = arg;
	char *pattern = path_join(b->home, ".local/state/xtui/logs/*/" MUSL ".log");
	struct str text = STR_INIT;
	glob_t found;
	bool is = glob(pattern, 0, NULL, &found) == 0 &&
		file_read(found.gl_pathv[0], &text, NULL) && strstr(str_cstr(&text), "slow v1.0.0");

	globfree(&found);
	str_fini(&text);
	free(pattern);
	return is;
}

/* Killed in the middle, it says so at the next start, and goes on with the same targets when told to. */
static void
killed_and_gone_on(void **state)
{
	struct bench *b = *state;
	struct pty *p = build_to_the_gate(b);

	pty_wait(p, is_logged, b, "the log on the disk");
	kill(pty_pid(p), SIGKILL);
	assert_int_equal(pty_wait_exit(p), 128 + SIGKILL);
	pty_wait_no_processes(p);
	pty_close(p);
	open_gate(b);
	p = launch(b, WORDS(NULL));
	pty_wait_text(p, "The last build was interrupted");
	pty_wait_text(p, "it built 2 targets: " HOST);
	pty_type(p, "y");
	pty_wait_text(p, "2 ok");
	pty_type(p, "H");
	pty_wait_text(p, "interrupted");
	pty_wait_text(p, "past builds");
	pty_key(p, VTERM_KEY_DOWN);
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "past build of ");
	pty_wait_text(p, "2 interrupted");
	pty_type(p, "2");
	pty_wait_text(p, "Compiling slow");
	leave(b, 0);
}

/* A damaged history is set aside, and what was said of that is still there when the build has begun. */
static void
damaged_history(void **state)
{
	struct bench *b = *state;
	char *kept = path_join(b->home, ".local/state/xtui/history.db.broken-1");
	struct pty *p;

	bench_write(b, ".local/state/xtui/history.db", "this is no history of anything\n");
	p = launch(b, WORDS("build", "-t", HOST));
	pty_wait_text(p, "Compiling slow");
	pty_wait_text(p, "~/.local/state/xtui/history.db: is damaged: kept as history.db.broken-1");
	assert_true(file_exists(kept));
	pty_resize(p, 24, 40); /* in as many lines as it takes */
	pty_wait_text(p, "kept as history.db.broken-1");
	pty_resize(p, 24, 80);
	open_gate(b);
	pty_wait_text(p, "1 ok");
	pty_type(p, "H");
	pty_wait_text(p, "past builds");
	pty_wait_text(p, "1 job");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_no_text(p, "past builds");
	leave(b, 0);
	free(kept);
}

/* What lies over a screen is closed by q as by Esc: the list of past builds, what is built, the exports, help
 * over any of these; only on the screen itself it leaves. */
static void
overlays_are_closed(void **state)
{
	static const struct {
		const char *keys, *shown;
	} cases[] = {
		{ "H", "past builds" },
		{ "?", "Esc close" },
		{ "M", "What is built" },
		{ "H?q", "past builds" },
		{ "4P", "┌ profile " },
		{ "6x", "files that do the same elsewhere" },
	};
	struct bench *b = *state;
	struct pty *p = build_to_the_gate(b);

	open_gate(b);
	pty_wait_text(p, "2 ok");
	for (size_t i = 0; i < COUNT(cases); i++) {
		pty_type(p, cases[i].keys);
		pty_wait_text(p, cases[i].shown);
		pty_type(p, "q");
		pty_wait_no_text(p, cases[i].shown);
		pty_type(p, cases[i].keys);
		pty_wait_text(p, cases[i].shown);
		pty_key(p, VTERM_KEY_ESCAPE);
		pty_wait_no_text(p, cases[i].shown);
	}
	pty_type(p, "q");
	assert_int_equal(pty_wait_exit(p), 0);
}

/* The terminal goes away: the build ends, nothing is left running, and what was said until then is kept. */
static void
hung_up(void **state)
{
	struct bench *b = *state;
	struct pty *p = build_to_the_gate(b);
	struct pty *after;

	pty_hang_up(p);
	pty_wait_no_processes(p);
	pty_close(p);
	after = launch(b, WORDS("history"));
	pty_wait_text(after, "2 cancelled");
	assert_int_equal(pty_wait_exit(after), 0);
	pty_close(after);
	after = launch(b, WORDS("log", "musl"));
	pty_wait_text(after, "Compiling slow");
	assert_int_equal(pty_wait_exit(after), 0);
}

/* What a probe has found is in the table at once, not when the last of them has ended. */
static void
probes_are_told_one_by_one(void **state)
{
	struct bench *b = *state;
	char *linker = path_join(b->home, "bin/slow-cc");
	char *config = xasprintf("[target." MUSL "]\nlinker = \"%s\"\n", linker);
	char *script = xasprintf("#!/bin/sh\nwhile [ ! -e '%s/gate' ]; do sleep 0.01; done\n"
				 "exec cc \"$@\"\n",
		b->home);
	struct pty *p;

	bench_script(b, "bin/slow-cc", script);
	bench_write(b, ".cargo/config.toml", config);
	bench_write(b, "xtui.toml", "targets = [\"" HOST "\", \"" MUSL "\"]\n");
	p = launch(b, WORDS(NULL));
	pty_wait_text(p, "slow-cc                \u25cf likely");
	pty_type(p, "P");
	pty_wait_text(p, "probing 1");
	pty_wait_text(p, "1 ready of ");
	pty_wait_text(p, "probing 1"); /* it waits at the gate still */
	open_gate(b);
	pty_wait_text(p, "2 ready of ");
	bench_quit(b);
	free(script);
	free(config);
	free(linker);
}

/* A number that is no pane's is a screen's; one target alone leaves all of them to the screens. */
static void
numbers_lead_on(void **state)
{
	struct bench *b = *state;
	struct pty *p = build_to_the_gate(b);

	open_gate(b);
	pty_wait_text(p, "2 ok");
	pty_type(p, "4");
	pty_wait_text(p, "opt-level");
	pty_type(p, "52z");
	pty_wait_text(p, " 2 " MUSL);
	pty_type(p, "6");
	pty_wait_text(p, "2 files");
	pty_type(p, "1");
	pty_wait_text(p, "links with");
	leave(b, 0);
}

/* Stopped and continued from outside in the middle of a build, it goes on, and is drawn whole. */
static void
stopped_and_continued(void **state)
{
	struct bench *b = *state;
	struct pty *p = build_to_the_gate(b);

	kill(pty_pid(p), SIGSTOP);
	open_gate(b);
	kill(pty_pid(p), SIGCONT);
	pty_wait_text(p, "2 ok");
	pty_wait_text(p, "Finished " MUSL);
	leave(b, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, bench_drop)
	const struct CMUnitTest tests[] = {
		TEST(build_on_a_terminal),
		TEST(one_of_a_group_is_stopped),
		TEST(second_waits),
		TEST(second_builds_beside),
		TEST(second_leaves_it),
		TEST(watched_on_a_terminal),
		TEST(watched_by_a_key),
		TEST(killed_and_gone_on),
		TEST(damaged_history),
		TEST(overlays_are_closed),
		TEST(hung_up),
		TEST(probes_are_told_one_by_one),
		TEST(numbers_lead_on),
		TEST(stopped_and_continued),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
