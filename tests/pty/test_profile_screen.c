/* The Profile screen of the real program, with a real toolchain: a target's processor is set, kept, and obeyed. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "pty/pty_bench.h"
#include "unit/check.h"
#include "unit/triples.h"

static const char chosen[] = "# kept as it is\ntargets = [\"" HOST "\"]\n";

static int
set_up(void **state)
{
	int result = bench_make(state);
	struct bench *b = *state;

	bench_write(b, "Cargo.toml",
		"# kept as it is\n[package]\nname = \"tool\"\nversion = \"1.0.0\"\n"
		"edition = \"2021\"\n\n[profile.dist]\ninherits = \"release\"\nlto = \"thin\"\n");
	bench_write(b, "src/main.rs", "fn main() {}\n");
	bench_write(b, "xtui.toml", chosen);
	return result;
}

/* Started, with project and machine looked at, and on the screen. */
static struct pty *
launch(struct bench *b)
{
	const char *none[] = { NULL };
	struct pty *p =
		bench_launch_with_rust(b, none, &(struct pty_spec){ .rows = 24, .cols = 100 });

	pty_wait_text(p, "idle");
	return p;
}

static void
assert_file(struct bench *b, const char *name, const char *has, bool is_there)
{
	struct str text = STR_INIT;
	char *path = path_join(b->home, name);

	assert_true(file_read(path, &text, NULL));
	assert_non_null(strstr(str_cstr(&text), "# kept as it is"));
	if ((strstr(str_cstr(&text), has) != NULL) != is_there)
		fail_msg("%s", str_cstr(&text));
	str_fini(&text);
	free(path);
}

/* From rustc's list one processor is found by its letters and kept in xtui.toml; the next start shows it, a
 * build obeys it, and u takes it out again. */
static void
a_processor_is_kept(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);

	pty_type(p, "4t");
	pty_wait_text(p, "options of targets, kept in xtui.toml");
	for (int i = 0; i < 3; i++)
		pty_key(p, VTERM_KEY_DOWN);
	pty_wait_text(p, "the oldest processor it is to run on");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "alderlake");
	pty_type(p, "/86-64-v2");
	pty_wait_no_text(p, "alderlake");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "x86-64-v2");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "target-cpu is kept in xtui.toml");
	pty_wait_text(p, "rustc gets -C target-cpu=x86-64-v2");
	assert_file(b, "xtui.toml", "[target." HOST "]\ntarget-cpu = \"x86-64-v2\"\n", true);
	pty_type(p, "q");
	assert_over(b, 0);
	pty_close(p);

	p = launch(b);
	pty_type(p, "4t");
	pty_wait_text(p, "x86-64-v2");
	pty_type(p, "b");
	pty_wait_text(p, "1 ok");
	pty_alt(p, '4');
	pty_wait_text(p, "kept in xtui.toml");
	for (int i = 0; i < 3; i++)
		pty_key(p, VTERM_KEY_DOWN);
	pty_wait_text(p, "the oldest processor it is to run on");
	pty_type(p, "u");
	pty_wait_text(p, "target-cpu is taken out of xtui.toml");
	assert_file(b, "xtui.toml", "target-cpu", false);
	assert_file(b, "xtui.toml", chosen, true);
	pty_type(p, "q");
	assert_over(b, 0);
}

/* Another profile is chosen, and what is changed of it is written into Cargo.toml once it was seen. */
static void
a_profile_is_written(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);

	pty_type(p, "4P");
	pty_wait_text(p, "bench");
	pty_key(p, VTERM_KEY_END);
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "dist: as configured");
	assert_file(b, "xtui.toml", "name = \"dist\"", true);
	pty_key(p, VTERM_KEY_DOWN);
	pty_key(p, VTERM_KEY_LEFT);
	pty_wait_text(p, "dist: opt-level=2");
	pty_type(p, "w");
	pty_wait_text(p, "Write the changes into Cargo.toml?");
	pty_wait_text(p, "+opt-level = 2");
	pty_type(p, "y");
	pty_wait_text(p, "is written");
	assert_file(b, "Cargo.toml", "lto = \"thin\"\nopt-level = 2\n", true);
	pty_type(p, "q");
	assert_over(b, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_processor_is_kept, set_up, bench_drop),
		cmocka_unit_test_setup_teardown(a_profile_is_written, set_up, bench_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
