/* docs/first-target.md is what a newcomer's first run prints. UPDATE_GOLDEN=1 writes it anew. */
#include "e2e/bench_cli.h"
#include "text/diff.h"

/* The transcript in the documentation is what is printed today, line by line. */
static void
the_transcript_is_true(void **state)
{
	struct stage *s = *state;
	struct arena *arena = &s->bed->arena;
	const char *page = arena_printf(arena, "%s/docs/first-target.md", s->source);
	char *build = path_dirname(s->program);
	const char *const argv[] = { "env", arena_printf(arena, "PATH=%s", s->bed->real_path),
		"bash", arena_printf(arena, "%s/tests/transcript.sh", s->source), build, NULL };
	struct proc_spec spec = { .argv = argv };
	struct proc_result result = { 0 };
	struct str expected = STR_INIT, diff = STR_INIT;
	struct err err = ERR_INIT;

	if (!proc_capture(&spec, 1 << 20, 120000, &result, &err))
		fail_msg("%s", err.message);
	free(build);
	if (result.end.exit_code == 3) {
		proc_result_fini(&result);
		bed_skip("no rustup fixture, ARM64 linker or qemu");
	}
	if (result.end.exit_code)
		fail_msg("%s", str_cstr(&result.err));
	if (getenv("UPDATE_GOLDEN"))
		assert_true(file_write(page, str_span(&result.out), NULL));
	assert_true(file_read(page, &expected, NULL));
	diff_unified(&diff, "docs/first-target.md", str_span(&expected), str_span(&result.out));
	if (diff.len)
		fail_msg("%s", str_cstr(&diff));
	str_fini(&diff);
	str_fini(&expected);
	proc_result_fini(&result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(the_transcript_is_true),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
