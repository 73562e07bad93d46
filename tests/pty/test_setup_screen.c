/* The Setup screen of the real program, with a real rustup and a dist server on this machine. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "pty/pty_bench.h"
#include "unit/check.h"
#include "unit/triples.h"

static char *
fixture(void)
{
	char *program = pty_program("xtui"), *build = path_dirname(program);
	char *path = path_join(build, "fixture");

	free(build);
	free(program);
	return path;
}

static int
set_up(void **state)
{
	int result = bench_make(state);
	struct bench *b = *state;

	bench_write(b, "p/Cargo.toml",
		"[package]\nname = \"greet\"\nversion = \"1.0.0\"\nedition = \"2021\"\n");
	bench_write(b, "p/src/main.rs", "fn main() {}\n");
	return result;
}

/* The real program beside a dist server, with a rustup of its own that has no MUSL; its pid goes to
 * home/pid. bin/ is first on PATH. */
static struct pty *
launch(struct bench *b)
{
	char *where = fixture(),
	     *path = xasprintf("%s/bin:%s/own/cargo/bin:/usr/bin:/bin", b->home, b->home);
	const char *source = getenv("XTUI_SOURCE");
	char *script = xasprintf("%s/tests/fixture/own_rustup.sh", source ? source : ".");
	char *full = realpath(script, NULL), *own = path_join(b->home, "own"),
	     *dist = path_join(where, "dist");
	char *command = xasprintf("[ -e '%s/pid' ] || rustup -q target remove " MUSL
				  " >/dev/null 2>&1; cd '%s/p'; "
				  "echo $$ >'%s/pid'; exec '%s'",
		b->home, b->home, b->home, b->program);
	const char *words[] = { "/bin/sh", full, where, own, "sh", "-c", command, NULL };
	const struct pty_env env[] = { { "PATH", path }, { "RUSTC", NULL }, { NULL } };

	if (file_exists(dist) && full)
		bench_launch(b, words, env, NULL);
	free(dist);
	free(full);
	free(own);
	free(command);
	free(script);
	free(path);
	free(where);
	if (!b->pty)
		skip();
	return b->pty;
}

static void
assert_file(struct bench *b, const char *name, const char *what)
{
	char *path = path_join(b->home, name);
	struct str text = STR_INIT;

	assert_true(file_read(path, &text, NULL));
	if (!strstr(str_cstr(&text), what))
		fail_msg("no \"%s\" in %s:\n%s", what, name, str_cstr(&text));
	str_fini(&text);
	free(path);
}

/* A newcomer lands on the goals; marks a target without its std, presses s and R, and builds it. */
static void
from_nothing_to_built(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);

	pty_wait_text(p, "What do you want to reach?");
	pty_type(p, "1");
	pty_wait_text(p, "Space mark");
	pty_type(p, "/" MUSL);
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_no_text(p, ARM64);
	pty_type(p, " ");
	pty_wait_text(p, "1 marked");
	pty_type(p, "s");
	pty_wait_text(p, "rustup target add " MUSL);
	pty_wait_text(p, "0 of 2 done");
	pty_type(p, "R");
	pty_wait_text(p, "2 of 2 done");
	pty_wait_text(p, "b builds");
	pty_type(p, "1");
	pty_wait_text(p, "ready");
	pty_type(p, "b");
	pty_wait_text(p, "1 ok");
	bench_quit(b);
}

/* A goal is one key from its plan. */
static void
goal_to_plan(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);

	pty_wait_text(p, "one static Linux file");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "Reach: " MUSL);
	pty_wait_text(p, "rustup target add " MUSL);
	assert_file(b, "p/xtui.toml", MUSL);
	bench_quit(b);
}

/* What the project's files name is proposed with its place; to run the plan marks it. */
static void
wanted_by_the_project(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	bench_write(b, "p/rust-toolchain.toml",
		"[toolchain]\nchannel = \"stable\"\ntargets = [\"" MUSL "\"]\n");
	p = launch(b);
	pty_wait_text(p, "Wanted by the project: " MUSL);
	pty_type(p, "R");
	pty_wait_text(p, "b builds");
	assert_file(b, "p/xtui.toml", MUSL);
	bench_quit(b);
}

/* Who has all of the saved set is not bothered. */
static void
ready_project_lands_on_targets(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	bench_write(b, "p/xtui.toml", "targets = [\"x86_64-unknown-linux-gnu\"]\n");
	p = launch(b);
	pty_wait_text(p, "likely");
	assert_false(pty_stirs(p, 1500) && pty_find(p, "Reach:") >= 0);
	pty_wait_text(p, "Space mark");
	bench_quit(b);
}

/* What showed itself and was left as it was does not show itself again, be it by another screen or by leaving
 * xtui; what is missing anew does. */
static void
dismissed_stays_away(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);

	pty_wait_text(p, "What do you want to reach?");
	pty_type(p, "1");
	pty_wait_text(p, "Space mark");
	bench_quit(b);
	pty_close(b->pty);
	p = launch(b);
	pty_wait_text(p, "likely");
	assert_false(pty_stirs(p, 1500) && pty_find(p, "What do you want to reach?") >= 0);
	pty_wait_text(p, "Space mark");
	bench_quit(b);
	pty_close(b->pty);
	bench_write(b, "p/xtui.toml", "targets = [\"" MUSL "\"]\n");
	p = launch(b);
	pty_wait_text(p, "Reach: " MUSL);
	bench_quit(b);
	pty_close(b->pty);
	p = launch(b);
	pty_wait_text(p, "Space mark");
	pty_wait_text(p, "1 marked");
	assert_false(pty_stirs(p, 1500) && pty_find(p, "Reach:") >= 0);
	bench_quit(b);
}

static void
kill_it(struct bench *b)
{
	char *path = path_join(b->home, "pid");
	struct str text = STR_INIT;

	assert_true(file_read(path, &text, NULL));
	assert_int_equal(kill((pid_t)atol(str_cstr(&text)), SIGKILL), 0);
	str_fini(&text);
	free(path);
	pty_wait_exit(b->pty);
	pty_close(b->pty);
	b->pty = NULL;
}

/* Takes the stand-in away that holds rustup back. */
static void
let_go(struct bench *b)
{
	char *path = path_join(b->home, "bin/rustup");

	assert_int_equal(unlink(path), 0);
	free(path);
}

/* Killed in the middle of a step it shows the next time what was stopped, and goes on from there. */
static void
killed_and_resumed(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	bench_write(b, "p/xtui.toml", "targets = [\"" MUSL "\"]\n");
	p = launch(b);
	pty_wait_text(p, "rustup target add " MUSL);
	pty_wait_text(p, "0 of 2 done");
	bench_script(b, "bin/rustup",
		"#!/bin/sh\n[ \"$1 $2\" = 'target add' ] || exec \"$HOME/own/cargo/bin/rustup\" "
		"\"$@\"\n"
		"echo held back\nexec sleep 1000\n");
	pty_type(p, "R");
	pty_wait_text(p, "held back");
	kill_it(b);
	let_go(b);
	p = launch(b);
	pty_wait_text(p, "stopped");
	pty_type(p, "R");
	pty_wait_text(p, "2 of 2 done");
	bench_quit(b);
}

/* A step that hangs is stopped by x, blocks what waits for it, and can be run again. */
static void
stopped_and_run_again(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	bench_write(b, "p/xtui.toml", "targets = [\"" MUSL "\"]\n");
	p = launch(b);
	pty_wait_text(p, "0 of 2 done");
	bench_script(b, "bin/rustup", "#!/bin/sh\necho held back\nexec sleep 1000\n");
	pty_type(p, "R");
	pty_wait_text(p, "held back");
	pty_type(p, "x");
	pty_wait_text(p, "stopped");
	pty_wait_text(p, "blocked");
	let_go(b);
	pty_type(p, "<");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "1 of 2 done");
	pty_type(p, "R");
	pty_wait_text(p, "2 of 2 done");
	bench_quit(b);
}

/* f shows the fix of a wrong linker, applies it on yes, and the build passes. */
static void
fix_makes_the_build_pass(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	if (!file_exists("/usr/bin/aarch64-linux-gnu-gcc"))
		skip();
	bench_write(b, "p/xtui.toml", "targets = [\"" ARM64 "\"]\n");
	bench_write(
		b, "p/.cargo/config.toml", "# mine\n[target." ARM64 "]\nlinker = \"cc\" # wrong\n");
	p = launch(b);
	pty_wait_text(p, "conflict"); /* the plan opens by itself: another value stands there */
	pty_type(p, "b");
	pty_wait_text(p, "The host's linker was used");
	pty_wait_text(p, "f fixes");
	pty_type(p, "f");
	pty_wait_text(p, "[Apply]");
	pty_type(p, "2");
	pty_wait_text(p, "2  build it with zig");
	pty_type(p, "1");
	pty_wait_text(p, "+linker = ");
	assert_file(b, "p/.cargo/config.toml", "linker = \"cc\"");
	pty_type(p, "y");
	pty_wait_text(p, "the fix helped");
	pty_wait_text(p, "1 ok");
	assert_file(b, "p/.cargo/config.toml",
		"# mine\n[target." ARM64 "]\nlinker = \"aarch64-linux-gnu-gcc\" # wrong\n");
	bench_quit(b);
}

/* A fix after which the same cause comes back says so, offers the next one, and is taken back byte for
 * byte. */
static void
fix_that_does_not_help(void **state)
{
	struct bench *b = *state;
	const char *config = "# mine\n[target." ARM64 "]\nlinker = \"cc\"\n";
	struct pty *p;

	/* It is called like the cross linker, and links for this machine. */
	bench_script(b, "bin/aarch64-linux-gnu-gcc", "#!/bin/sh\nexec cc \"$@\"\n");
	bench_write(b, "p/xtui.toml", "targets = [\"" ARM64 "\"]\n");
	bench_write(b, "p/.cargo/config.toml", config);
	p = launch(b);
	pty_wait_text(p, "conflict");
	pty_type(p, "b");
	pty_wait_text(p, "The host's linker was used");
	pty_wait_text(p, "f fixes");
	pty_type(p, "f");
	pty_wait_text(p, "+linker = ");
	pty_type(p, "y");
	pty_wait_text(p, "The fix did not help");
	pty_wait_text(p, "Next: build it with zig");
	assert_file(b, "p/.cargo/config.toml", "linker = \"aarch64-linux-gnu-gcc\"");
	pty_type(p, "u");
	pty_wait_text(p, "as it was before");
	assert_file(b, "p/.cargo/config.toml", config);
	bench_quit(b);
}

/* Another backend as a fix is chosen for the target and built with; it is taken back likewise. */
static void
fix_by_another_backend(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	bench_write(b, "p/xtui.toml", "targets = [\"" ARM64 "\"]\n");
	bench_write(b, "p/.cargo/config.toml", "[target." ARM64 "]\nlinker = \"cc\"\n");
	p = launch(b);
	pty_wait_text(p, "conflict");
	pty_type(p, "b");
	pty_wait_text(p, "The host's linker was used");
	pty_wait_text(p, "f fixes");
	pty_type(p, "f");
	pty_wait_text(p, "2  build it with zig");
	pty_type(p, "2");
	pty_wait_text(p, "--backend zig");
	pty_type(p, "y");
	pty_wait_no_text(p, "[Apply]");
	pty_wait_text(
		p, "zig cannot build it here"); /* it builds again at once, and zig is not here */
	assert_file(b, "p/xtui.toml", "backend = \"zig\"");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_no_text(p, "[Close]");
	bench_quit(b);
}

/* Without root the command is shown, sudo gets the terminal for its password, and the screen comes
 * back whole with what was said. */
static void
root_step_by_sudo(void **state)
{
	struct bench *b = *state;
	char *path = xasprintf("%s/bin:/usr/bin:/bin", b->home);
	const char *drop[] = { "/usr/bin/setpriv", "--reuid=65534", "--regid=65534",
		"--clear-groups", b->program, NULL };
	const char *plain[] = { NULL };
	const struct pty_env env[] = { { "PATH", path }, { "CARGO_HOME", NULL },
		{ "RUSTUP_HOME", NULL }, { NULL } };
	struct pty *p;

	if (!file_exists("/usr/bin/apt-get") || !file_exists("/usr/bin/setpriv") ||
		file_exists("/usr/bin/mold"))
		skip();
	bench_script(b, "bin/sudo",
		"#!/bin/sh\nif [ \"$1\" = -n ]; then echo 'sudo: a password is required' >&2; exit "
		"1; fi\n"
		"printf '[sudo] password: ' >/dev/tty\nread -r word </dev/tty\n"
		"echo \"$word as root: $*\" >\"$HOME/said\"\necho \"done as root: $*\"\n");
	assert_int_equal(chmod(b->home, 0777), 0);
	b->pty = NULL;
	p = bench_launch(b, geteuid() ? plain : drop, env, NULL);
	free(path);
	pty_wait_text(p, "/nonexistent: not found"); /* there is no toolchain here, it says */
	pty_type(p, "2/mold");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "a fast linker");
	pty_type(p, "as"); /* what is said of "a" is soon followed by words of a survey */
	pty_wait_text(p, "apt-get install -y mold");
	pty_wait_text(p, "0 of 1 done");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "Run as root?");
	pty_wait_text(
		p, "Tab next answer  Esc no"); /* the keys of the question, not the screen's */
	pty_wait_text(p, "$ sudo apt-get install -y mold");
	pty_type(p, "y");
	pty_wait_text(p, "[sudo] password:");
	pty_type(p, "secret\r");
	pty_wait_text(p, "1 of 1 done");
	pty_wait_text(p, "done as root: apt-get install -y mold");
	assert_file(b, "said", "secret as root: apt-get install -y mold");
	bench_quit(b);
}

#define SETUP_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, bench_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SETUP_TEST(from_nothing_to_built),
		SETUP_TEST(goal_to_plan),
		SETUP_TEST(wanted_by_the_project),
		SETUP_TEST(ready_project_lands_on_targets),
		SETUP_TEST(dismissed_stays_away),
		SETUP_TEST(killed_and_resumed),
		SETUP_TEST(stopped_and_run_again),
		SETUP_TEST(fix_makes_the_build_pass),
		SETUP_TEST(fix_that_does_not_help),
		SETUP_TEST(fix_by_another_backend),
		SETUP_TEST(root_step_by_sudo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
