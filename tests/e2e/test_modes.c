/* xtui build --mode check, test, clippy and doc with a toolchain of this machine that has all their tools. */
#include "e2e/bench_cli.h"

#include <glob.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"

/* A program of its own there; what is rustup's asks for a toolchain that the stage does not have. */
static bool
has_program(const char *dir, const char *name)
{
	char *path = path_join(dir, name), *real = file_real_path(path);
	bool has = real && file_is_executable(real) && !text_is(path_basename(real), "rustup");

	free(real);
	free(path);
	return has;
}

static bool
has_all(const char *dir)
{
	static const char *const programs[] = { "cargo", "rustc", "rustdoc", "cargo-clippy",
		"clippy-driver" };

	for (size_t i = 0; i < COUNT(programs); i++) {
		if (!has_program(dir, programs[i]))
			return false;
	}
	return true;
}

/* A folder of rustup's toolchains, or of the machine's PATH; in the bed's memory. NULL: there is none. */
static const char *
find_tools(struct stage *s)
{
	struct arena *memory = &s->bed->arena;
	const char *home = s->bed->real_rustup_home ? s->bed->real_rustup_home
		: s->bed->real_home ? arena_printf(memory, "%s/.rustup", s->bed->real_home)
				    : "/nonexistent";
	const char *found = NULL;
	struct span rest = span_of(s->bed->real_path);
	glob_t all;

	if (glob(arena_printf(memory, "%s/toolchains/stable*/bin", home), 0, NULL, &all) == 0) {
		for (size_t i = 0; i < all.gl_pathc && !found; i++)
			found = has_all(all.gl_pathv[i]) ? arena_strdup(memory, all.gl_pathv[i])
							 : NULL;
		globfree(&all);
	}
	while (!found && rest.len) {
		const char *dir = arena_span(memory, span_cut(rest, ':', &rest));

		found = has_all(dir) ? dir : NULL;
	}
	return found;
}

/* A package whose library is as told; works in it, with such a toolchain. False: there is none here. */
static bool
set_out(struct stage *s, const char *library)
{
	const char *tools = find_tools(s);

	if (!tools)
		return false;
	setenv("PATH", arena_printf(&s->bed->arena, "%s:%s", tools, bed_path(s->bed, "bin")), 1);
	bed_write(s->bed, "moded/Cargo.toml",
		"[package]\nname = \"moded\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
	bed_write(s->bed, "moded/src/lib.rs", library);
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "moded"));
	return true;
}
#define SET_OUT(s, library)                                                                        \
	if (!set_out(s, library))                                                                  \
	bed_skip("no Rust toolchain with rustdoc and clippy on this machine")

#define ADDS                                                                                       \
	"/// ```\n/// assert_eq!(moded::add(1, 2), 3);\n/// ```\n"                                 \
	"pub fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n"                                      \
	"#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() {\n"                                \
	"        assert_eq!(super::add(2, 2), 4);\n    }\n}\n"

/* Tests and the examples of the documentation are run; one that fails fails the job. */
static void
tests_are_run(void **state)
{
	struct stage *s = *state;

	SET_OUT(s, ADDS);
	xtui(s, "build", "--mode", "test", "-t", HOST);
	assert_code(s, 0);
	assert_out(s, "$ cargo test --release --target " HOST);
	assert_out(s, "test tests::adds ... ok");
	assert_out(s, "Doc-tests moded");
	assert_out(s, "1 ok in ");
	bed_write(s->bed, "moded/src/lib.rs",
		ADDS "/// ```\n/// assert_eq!(moded::add(1, 2), 4);\n/// ```\npub fn wrong() {}\n");
	xtui(s, "build", "--mode", "test", "-t", HOST);
	assert_code(s, 1);
	assert_out(s, "error: doctest failed");
	assert_out(s, "1 failed in ");
}

/* What clippy warns of is told and counted; what it denies fails the job. */
static void
clippy_is_heard(void **state)
{
	struct stage *s = *state;

	SET_OUT(s, "pub fn one() -> i32 {\n    return 1;\n}\n");
	xtui(s, "build", "--mode", "clippy", "-t", HOST);
	assert_code(s, 0);
	assert_out(s, "warning: unneeded `return` statement");
	assert_out(s, ", 1 warning");
	bed_write(s->bed, "moded/src/lib.rs",
		"pub fn same(a: i32) -> bool {\n    a == a\n}\npub fn one() -> i32 {\n    return "
		"1;\n}\n");
	xtui(s, "build", "--mode", "clippy", "-t", HOST, "--json");
	assert_code(s, 1);
	assert_int_equal(stage_events(s, "diagnostic", "level", "warning"), 1);
	assert_true(stage_events(s, "diagnostic", "level", "error") >= 1);
	assert_int_equal(stage_events(s, "job_finished", "status", "failed"), 1);
}

/* Documentation is made where cargo makes it; a link that leads nowhere is told, and fails where denied. */
static void
documentation_is_made(void **state)
{
	struct stage *s = *state;

	SET_OUT(s, "/// See [`missing`].\npub fn one() {}\n");
	xtui(s, "build", "--mode", "doc", "-t", HOST);
	assert_code(s, 0);
	assert_out(s, "warning: unresolved link to `missing`");
	assert_out(s, ", 1 warning");
	assert_true(file_exists(bed_path(s->bed, "moded/target/" HOST "/doc/moded/index.html")));
	bed_write(s->bed, "moded/src/lib.rs",
		"#![deny(rustdoc::broken_intra_doc_links)]\n/// See [`missing`].\npub fn one() "
		"{}\n");
	xtui(s, "build", "--mode", "doc", "-t", HOST);
	assert_code(s, 1);
	assert_out(s, "error: unresolved link to `missing`");
}

/* Checking says what building would, and makes nothing. */
static void
check_makes_nothing(void **state)
{
	struct stage *s = *state;

	SET_OUT(s, "pub fn one() {\n    let unused = 1;\n}\n");
	xtui(s, "build", "--mode", "check", "-t", HOST, "--json");
	assert_code(s, 0);
	assert_int_equal(stage_events(s, "diagnostic", "level", "warning"), 1);
	assert_int_equal(stage_events(s, "artifact", NULL, NULL), 0);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(tests_are_run),
		STAGE_TEST(clippy_is_heard),
		STAGE_TEST(documentation_is_made),
		STAGE_TEST(check_makes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
