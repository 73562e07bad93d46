/* wish: what xtui.toml asks for a target, as readiness sees it. */
#include "unit/help_assess.h"

#include <unistd.h>
#include "base/hash.h"
#include "rust/choice.h"

static void
ask(struct machine *m, const char *options)
{
	char *text = xasprintf("# a line before it\n[target." ARM64 "]\n%s\n", options);

	m->has_c_code = true; /* a project */
	bed_write(m->bed, "ws/xtui.toml", text);
	look(m);
	free(text);
}

/* A linker that xtui.toml names counts over the one that was found and over cargo's own configuration. */
static void
named_linker(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	put_program(m, "bin/my-gcc");
	bed_write(m->bed, "ws/.cargo/config.toml", "[target." ARM64 "]\nlinker = \"nowhere\"\n");
	ask(m, "linker = \"my-gcc\"");
	assert_readiness(m, ARM64, LIKELY);
	assert_found(need_of(m, ARM64, NEED_LINKER), bed_path(m->bed, "bin/my-gcc"));
	assert_string_equal(need_of(m, ARM64, NEED_LINKER)->detail, "named in xtui.toml:3");
	assert_string_equal(state_of(m, ARM64)->linker, "my-gcc");
	assert_null(state_of(m, ARM64)->linker_env);
	assert_true(state_of(m, ARM64)->linker_is_wished);
	assert_false(state_of(m, HOST)->linker_is_wished);
}

/* One that is not there is said with file and line, however many others are. */
static void
absent_linker(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	ask(m, "crt-static = true\nlinker = \"my-gcc\"");
	assert_readiness(m, ARM64, MISSING);
	assert_missing(need_of(m, ARM64, NEED_LINKER), "my-gcc");
	assert_string_equal(
		need_of(m, ARM64, NEED_LINKER)->detail, "named in xtui.toml:4, not found");
	assert_string_equal(
		need_of(m, ARM64, NEED_LINKER)->remedy, "another linker for it in xtui.toml:4");
	assert_string_equal(state_of(m, ARM64)->summary, "linker");
}

/* A place counts from the workspace's root, as in a build. */
static void
linker_by_place(void **state)
{
	struct machine *m = *state;

	put_program(m, "ws/tools/link.sh");
	ask(m, "linker = \"tools/link.sh\"");
	assert_readiness(m, ARM64, MISSING); /* of the C compiler alone */
	assert_found(need_of(m, ARM64, NEED_LINKER), bed_path(m->bed, "ws/tools/link.sh"));
	unlink(bed_path(m->bed, "ws/tools/link.sh"));
	look(m);
	assert_missing(need_of(m, ARM64, NEED_LINKER), "tools/link.sh");
}

/* A linker of the host's is refused in xtui.toml as it is in cargo's configuration, unless the flags beside it
 * tell it the target. */
static void
linker_of_the_host(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/clang");
	put_program(m, "bin/aarch64-linux-gnu-gcc");
	ask(m, "linker = \"clang\"");
	assert_missing(need_of(m, ARM64, NEED_LINKER), "clang");
	assert_non_null(strstr(need_of(m, ARM64, NEED_LINKER)->detail, "named in xtui.toml:3"));
	ask(m, "linker = \"clang\"\nrustflags = \"-Clink-arg=--target=aarch64-linux-gnu\"");
	assert_readiness(m, ARM64, LIKELY);
	assert_string_equal(state_of(m, ARM64)->linker, "clang");
}

/* Whoever names a linker wants cargo itself; a floor of glibc's wants zig; a backend that is named is it. Where
 * none is chosen the usual one is kept, for a person to go back to. */
static void
what_builds_it(void **state)
{
	static const struct {
		const char *options, *backend, *usual;
	} rows[] = {
		{ "", "native", "native" }, { "glibc = \"2.17\"", "zig", "zig" },
		{ "linker = \"my-gcc\"\nglibc = \"2.17\"", "native", "native" },
		{ "backend = \"cross\"", "cross", "native" },
		{ "backend = \"ssh:nas\"", "native", "native" },
		{ "backend = \"native\"\nglibc = \"2.17\"", "native", "zig" },
		{ "backend = \"ndk\"", "native", "native" }, /* it does not reach it */
	};
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	for (size_t i = 0; i < COUNT(rows); i++) {
		ask(m, rows[i].options);
		assert_string_equal(state_of(m, ARM64)->backend, rows[i].backend);
		assert_string_equal(state_of(m, ARM64)->usual, rows[i].usual);
	}
}

/* What a build would refuse is said before: a linker for what links by itself, a floor without a glibc. */
static void
what_is_refused(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/cargo-zigbuild");
	put_program(m, "bin/zig");
	put_program(m, "bin/my-gcc");
	ask(m, "backend = \"zig\"\nlinker = \"my-gcc\"");
	assert_readiness(m, ARM64, MISSING);
	assert_string_equal(need_of(m, ARM64, NEED_LINKER)->detail,
		"xtui.toml:4: zig links by itself, not with it");
	bed_write(m->bed, "ws/xtui.toml", "[target." MUSL "]\nglibc = \"2.17\"\n");
	put_program(m, "bin/cc");
	put_program(m, "bin/musl-gcc");
	look(m);
	assert_readiness(m, MUSL, MISSING);
	assert_string_equal(
		need_of(m, MUSL, NEED_TOOL)->detail, "xtui.toml:2: this target has no glibc");
}

/* A processor that rustc does not list is said with its place, and the nearest it knows. */
static void
unknown_processor(void **state)
{
	struct machine *m = *state;
	const struct need *need;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	bed_script(m->bed, "bin/rustc",
		"#!/bin/sh\necho 'Available CPUs for this target:'\n"
		"echo '    generic  - x'\necho '    neoverse-n1'\n");
	ask(m, "target-cpu = \"neoverse-n2\"");
	assert_readiness(m, ARM64, MISSING);
	need = need_of(m, ARM64, NEED_TOOL);
	assert_missing(need, "target-cpu neoverse-n2");
	assert_string_equal(need->detail,
		"xtui.toml:3: rustc knows no processor \"neoverse-n2\" for this target");
	assert_string_equal(need->remedy, "target-cpu = \"neoverse-n1\" in xtui.toml:3");
}

/* A broken file asks for nothing here: whoever reads the choice says what is wrong with it. */
static void
broken_file(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	ask(m, "linker = ");
	assert_readiness(m, ARM64, LIKELY);
	assert_string_equal(state_of(m, ARM64)->linker, "aarch64-linux-gnu-gcc");
}

/* A choice that asks for something else than a survey has heard is known by its hash; its list of targets does
 * not matter. */
static void
changed_choice(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;
	struct choice *c;

	ask(m, "linker = \"my-gcc\"\nrustflags = [\"-C\", \"opt-level=1\"]");
	assert_non_null(c = choice_load(bed_path(m->bed, "ws"), &err));
	assert_true(wishes_hash(c) == m->survey->wishes_hash);
	choice_set_option(c, ARM64, "target-cpu", "generic");
	assert_true(wishes_hash(c) != m->survey->wishes_hash);
	choice_set_option(c, ARM64, "target-cpu", NULL);
	assert_true(wishes_hash(c) == m->survey->wishes_hash);
	choice_mark(c, HOST, true);
	choice_set_backend(c, HOST, "zig");
	assert_true(wishes_hash(c) != m->survey->wishes_hash);
	choice_free(c);
}

#define MACHINE_TEST(test) cmocka_unit_test_setup_teardown(test, machine_setup, machine_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(named_linker),
		MACHINE_TEST(absent_linker),
		MACHINE_TEST(linker_by_place),
		MACHINE_TEST(linker_of_the_host),
		MACHINE_TEST(what_builds_it),
		MACHINE_TEST(what_is_refused),
		MACHINE_TEST(unknown_processor),
		MACHINE_TEST(broken_file),
		MACHINE_TEST(changed_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
