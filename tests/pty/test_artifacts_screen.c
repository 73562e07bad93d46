/* The Artifacts screen of the real program, on what a real build made. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "pty/pty_bench.h"
#include "unit/check.h"

static int
set_up(void **state)
{
	int result = bench_make(state);
	struct bench *b = *state;

	bench_write(b, "Cargo.toml",
		"[package]\nname = \"tool\"\nversion = \"1.0.0\"\nedition = \"2021\"\n");
	bench_write(b, "src/main.rs", "fn main() {}\n");
	return result;
}

static struct pty *
launch(struct bench *b)
{
	const char *none[] = { NULL };

	return bench_launch_with_rust(b, none, &(struct pty_spec){ .rows = 40, .cols = 120 });
}

/* What was built is there with its card, also after the next start, and packages are made of it; a typed
 * path is read beside it; what builds left is freed once agreed to, and then the file is gone. */
static void
from_build_to_cleaning(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);

	pty_wait_text(p, "idle");
	pty_type(p, "6");
	pty_wait_text(p, "Nothing has been built here yet");
	pty_type(p, "1");
	pty_wait_text(p, "links with");
	pty_type(p, " b");
	pty_wait_text(p, "1 ok");
	pty_alt(p, '6');
	pty_wait_text(p, "1 file");
	pty_wait_text(p, "release/tool");
	pty_wait_text(p, "executable for");
	pty_type(p, "q");
	assert_over(b, 0);
	pty_close(p);

	p = launch(b);
	pty_wait_text(p, "idle");
	pty_type(p, "6");
	pty_wait_text(p, "executable for");
	pty_wait_text(p, "new");
	pty_type(p, "P");
	pty_wait_text(p, "packages, sums and manifest are in");
	pty_type(p, "isrc/main.rs");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "a file");
	pty_wait_text(p, "2 files");
	pty_type(p, "d");
	pty_wait_text(p, "target folder, all of it");
	pty_wait_text(p, "together");
	pty_type(p, "c");
	pty_wait_text(p, "Remove what builds have left?");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "freed");
	pty_type(p, "dr");
	pty_wait_text(p, "No such file");
	pty_type(p, "q");
	assert_over(b, 0);
}

/* A file for CI is shown before it is written; the same again has nothing to ask; one that somebody has changed
 * is shown as a diff, and stays as it is after a no. */
static void
files_for_elsewhere(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);
	char *path = path_join(b->home, ".gitlab-ci.yml");
	struct str text = STR_INIT;

	pty_wait_text(p, "idle");
	pty_type(p, "6");
	pty_wait_text(p, "Nothing has been built here yet");
	pty_type(p, "x");
	pty_wait_text(p, "a pipeline for GitLab CI");
	pty_key(p, VTERM_KEY_DOWN);
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, ".gitlab-ci.yml: a new file");
	assert_false(file_exists(path));
	pty_type(p, "y");
	pty_wait_text(p, ".gitlab-ci.yml is written");
	assert_true(file_read(path, &text, NULL));
	pty_type(p, "x");
	pty_wait_text(p, "a pipeline for GitLab CI");
	pty_key(p, VTERM_KEY_DOWN);
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "it is so already");
	pty_key(p, VTERM_KEY_ENTER);
	assert_true(file_write(path, SPAN("mine: {}\n"), NULL));
	pty_type(p, "x");
	pty_wait_text(p, "a pipeline for GitLab CI");
	pty_key(p, VTERM_KEY_DOWN);
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "-mine: {}");
	pty_type(p, "n");
	pty_wait_text(p, "nothing was written");
	str_clear(&text);
	assert_true(file_read(path, &text, NULL));
	assert_string_equal(str_cstr(&text), "mine: {}\n");
	pty_type(p, "q");
	assert_over(b, 0);
	str_fini(&text);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(from_build_to_cleaning, set_up, bench_drop),
		cmocka_unit_test_setup_teardown(files_for_elsewhere, set_up, bench_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
