/* The Lab of the real program, with a real toolchain: key by key from an empty project to Cargo.toml. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "pty/pty_bench.h"
#include "unit/check.h"

static const char manifest[] = "# kept as it is\n[package]\nname = \"tool\"\nversion = \"1.0.0\"\n"
			       "edition = \"2021\"\n";

static int
set_up(void **state)
{
	int result = bench_make(state);
	struct bench *b = *state;

	bench_write(b, "Cargo.toml", manifest);
	bench_write(
		b, "src/main.rs", "fn main() { println!(\"{}\", std::env::args().count()); }\n");
	return result;
}

/* The toolchain that tests share; false where it was not made. */
static bool
launch(struct bench *b)
{
	const char *none[] = { NULL };
	const char *source = getenv("XTUI_SOURCE");
	char *bin = path_join(source && *source ? source : ".", "build/fixture/system/bin");
	char *absolute = path_absolute(bin), *cargo = path_join(absolute, "cargo");
	char *path = xasprintf("%s:/usr/bin:/bin", absolute);
	bool is_there = file_is_executable(cargo);

	if (is_there)
		bench_launch(b, none,
			(const struct pty_env[]){ { "PATH", path }, { "RUSTC", NULL },
				{ "CARGO_HOME", NULL }, { "RUSTUP_HOME", NULL }, { NULL } },
			&(struct pty_spec){ .rows = 24, .cols = 100 });
	free(path);
	free(cargo);
	free(absolute);
	free(bin);
	return is_there;
}

static void
assert_manifest(struct bench *b, const char *has, bool is_there)
{
	struct str text = STR_INIT;
	char *path = path_join(b->home, "Cargo.toml");

	assert_true(file_read(path, &text, NULL));
	assert_non_null(strstr(str_cstr(&text), "# kept as it is"));
	if ((strstr(str_cstr(&text), has) != NULL) != is_there)
		fail_msg("%s", str_cstr(&text));
	str_fini(&text);
	free(path);
}

/* Two variants are measured live and timed; one is taken over after its diff was seen, and stands in
 * Cargo.toml; the lab is there again after the next start, and can be compared with another. */
static void
from_nothing_to_taken_over(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	if (!launch(b))
		skip();
	p = b->pty;
	pty_wait_text(p, "idle");
	pty_type(p, "4L");
	pty_wait_text(p, "nothing was measured yet");
	pty_key(p, VTERM_KEY_DOWN);
	pty_type(p, "    "); /* left: as configured, debuggable; those with fat LTO take long */
	pty_type(p, "K");
	pty_wait_text(p, "time with");
	pty_type(p, "{} --help");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "the next lab also times: {} --help");
	pty_type(p, "R");
	pty_wait_text(p, "1 of 2");
	pty_wait_text(p, "2 of 2");
	pty_wait_text(p, "the lab is done");
	pty_wait_text(p, "run");
	pty_wait_text(p, " ms");
	for (int i = 0; i < 4; i++)
		pty_key(p, VTERM_KEY_UP);
	pty_wait_text(p, "tool, as configured");
	pty_wait_text(p, "crates    ");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "runs in ");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_no_text(p, "runs in ");

	for (int i = 0; i < 4; i++)
		pty_key(p, VTERM_KEY_DOWN);
	pty_wait_text(p, "tool, debuggable");
	pty_type(p, "T");
	pty_wait_text(p, "Write debuggable into Cargo.toml?");
	pty_wait_text(p, "+[profile.release]");
	pty_type(p, "n");
	pty_wait_text(p, "nothing is written");
	assert_manifest(b, "line-tables-only", false);
	pty_type(p, "T");
	pty_wait_text(p, "Write debuggable into Cargo.toml?");
	pty_type(p, "y");
	pty_wait_text(p, "debuggable is written");
	assert_manifest(b, "debug = \"line-tables-only\"", true);
	pty_type(p, "q");
	assert_over(b, 0);
	pty_close(p);

	assert_true(launch(b));
	p = b->pty;
	pty_wait_text(p, "idle");
	pty_type(p, "4L");
	pty_wait_text(p, "measured 2");
	pty_wait_text(p, " ms");
	pty_type(p, "C");
	pty_wait_text(p, "there is no earlier lab");
	pty_type(p, "q");
	assert_over(b, 0);
}

/* x stops a lab that builds; leaving while one goes on asks, and nothing of it is left. */
static void
stopped(void **state)
{
	struct bench *b = *state;
	struct pty *p;
	char *left = path_join(b->home, "target/xtui/lab");

	if (!launch(b)) {
		free(left);
		skip();
	}
	p = b->pty;
	pty_wait_text(p, "idle");
	pty_type(p, "4LR");
	pty_wait_text(p, "of 4");
	pty_type(p, "x");
	pty_wait_text(p, "the lab is stopped");
	pty_wait_text(p, "idle");
	pty_type(p, "R");
	pty_wait_text(p, "of 4");
	pty_type(p, "q");
	pty_wait_text(p, "The lab is not done yet");
	pty_key(p, VTERM_KEY_ENTER);
	assert_over(b, 0);
	assert_false(file_exists(left));
	free(left);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(from_nothing_to_taken_over, set_up, bench_drop),
		cmocka_unit_test_setup_teardown(stopped, set_up, bench_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
