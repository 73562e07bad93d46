/* Tests of ready/zig: which zig is taken, and what it says that it can link for. */
#include "unit/check.h"

#include <string.h>
#include "host/tool.h"
#include "ready/zig.h"
#include "unit/rustbed.h"

static const char as_json[] = "{ \"libc\": [ \"aarch64-linux-gnu\" ],\n"
			      " \"glibc\": [ \"2.0.0\", \"2.2.5\", \"2.17.0\", \"2.9.0\" ],\n"
			      " \"cpus\": { \"x\": [ \"9.9.9\" ] } }\n";
static const char as_zon[] = ".{\n    .libc = .{ \"aarch64-linux-gnu\" },\n    .glibc = .{\n"
			     "        \"2.0.0\",\n        \"2.2.5\",\n        \"2.41.0\",\n    },\n"
			     "    .cpus = .{ .x = .{ \"9.9.9\" } },\n}\n";

/* The list of glibc versions is read from either notation, compared as numbers, and shown as people
 * write them. */
static void
versions_of_glibc(void **state)
{
	static const struct {
		const char *targets, *wanted;
		bool has;
		const char *newest;
	} rows[] = {
		{ as_json, "2.17", true, "2.17" },
		{ as_json, "2.9", true, "2.17" },
		{ as_json, "2.2", false, "2.17" },
		{ as_json, "9.9.9", false, "2.17" },
		{ as_zon, "2.2.5", true, "2.41" },
		{ as_zon, "2.41", true, "2.41" },
		{ as_zon, "2.99", false, "2.41" },
		{ "error: unknown command", "2.17", false, NULL },
		{ "\"glibc\": [", "2.17", false, NULL },
		{ "", "2.17", false, NULL },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zig_glibc found =
			zig_glibc_parse(rows[i].targets, rows[i].wanted, &b->arena);

		if (found.has_wanted != rows[i].has || !text_is(found.newest, rows[i].newest))
			fail_msg("row %zu: %d, %s", i, found.has_wanted, found.newest);
	}
}

/* Python's ziglang is taken before a zig on PATH, in each folder where pip puts it; Debian's is local/. */
static void
where_pip_puts_it(void **state)
{
	static const char *const places[] = { "usr/lib/python3.11/site-packages/ziglang/zig",
		"usr/local/lib/python3.13/dist-packages/ziglang/zig",
		".local/lib/python3.12/site-packages/ziglang/zig" };
	struct bed *b = *state;

	bed_script(b, "usr/bin/python3", "");
	bed_script(b, "usr/bin/zig", "");
	bed_set_path(b, "usr/bin", false);
	for (size_t i = 0; i < COUNT(places); i++) {
		struct tool_index *tools = tool_index_new(NULL);

		assert_string_equal(zig_find(tools, &b->arena).path, bed_path(b, "usr/bin/zig"));
		bed_script(b, places[i], "");
		assert_string_equal(zig_find(tools, &b->arena).path, bed_path(b, places[i]));
		assert_int_equal(unlink(bed_path(b, places[i])), 0);
		tool_index_free(tools);
	}
}

/* cargo-zigbuild is told of pip's zig only where it would find no other by itself. */
static void
told_of_pips(void **state)
{
	struct bed *b = *state;
	struct tool_index *tools;

	bed_script(b, "bin/python-zig", "");
	bed_set_path(b, "bin", false);
	tools = tool_index_new(NULL);
	assert_string_equal(zig_to_name(tools), bed_path(b, "bin/python-zig"));
	setenv("CARGO_ZIGBUILD_ZIG_PATH", "/opt/zig", 1);
	assert_null(zig_to_name(tools));
	unsetenv("CARGO_ZIGBUILD_ZIG_PATH");
	tool_index_free(tools);
	bed_script(b, "bin/zig", "");
	tools = tool_index_new(NULL);
	assert_null(zig_to_name(tools));
	tool_index_free(tools);
}

/* One that is not there, or does not run, is named. */
static void
it_does_not_say(void **state)
{
	struct bed *b = *state;
	struct zig zig = { .path = bed_path(b, "zig") };
	struct zig_glibc glibc;
	struct err err = ERR_INIT;

	bed_script(b, "zig", "#!/bin/sh\nexit 4\n");
	assert_false(zig_ask_glibc(&zig, "2.17", &b->arena, &glibc, &err));
	assert_non_null(strstr(err.message, bed_path(b, "zig")));
	zig.path = NULL;
	assert_false(zig_ask_glibc(&zig, "2.17", &b->arena, &glibc, &err));
	assert_string_equal(err.message, "there is no zig");
}

#define BED(test) cmocka_unit_test_setup_teardown(test, bed_setup, bed_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BED(versions_of_glibc),
		BED(where_pip_puts_it),
		BED(told_of_pips),
		BED(it_does_not_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
