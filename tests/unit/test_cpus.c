/* cpus: the processors that rustc lists for a target. */
#include "rust/cpus.h"
#include "rust/toolchain.h"
#include "rustbed.h"
#include "unit/triples.h"

/* rustc is asked once for a target and commit; headings and explanations are no names. */
static void
asked_once(void **state)
{
	struct bed *b = *state;
	struct toolchain tc = { .commit = (char *)"abc123", .rustc = bed_path(b, "bin/rustc") };
	const char *const *names;
	size_t count;

	bed_script(b, "bin/rustc",
		"#!/bin/sh\necho asked >>\"${0%/*}/calls\"\n"
		"[ \"$*\" = '--print target-cpus --target " ARM64 "' ] || exit 1\n"
		"echo 'Available CPUs for this target:'\n"
		"echo '    native       - Select the CPU of the current host (currently znver3).'\n"
		"echo '    neoverse-n1'\n"
		"echo '    generic      - This is the default target CPU for the current "
		"target.'\n");
	assert_null(cpus_list(&tc, ARM64, true, &b->arena, &count));
	assert_int_equal(count, 0);
	for (int i = 0; i < 2; i++) {
		names = cpus_list(&tc, ARM64, i == 1, &b->arena, &count);
		assert_int_equal(count, 3);
		assert_string_equal(names[0], "native");
		assert_string_equal(names[1], "neoverse-n1");
		assert_string_equal(names[2], "generic");
		assert_null(names[3]);
	}
	struct str calls = STR_INIT;
	assert_true(file_read(bed_path(b, "bin/calls"), &calls, NULL));
	assert_string_equal(calls.data, "asked\n");
	str_fini(&calls);
	assert_null(cpus_list(&tc, "wasm32-wasip1", false, &b->arena, &count));
	tc.commit = (char *)"def456";
	assert_null(cpus_list(&tc, ARM64, true, &b->arena, &count));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(asked_once, bed_setup, bed_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
