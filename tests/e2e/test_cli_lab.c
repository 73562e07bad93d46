/* `xtui lab` with the real cargo. */
#include "e2e/bench_cli.h"

#include <sys/stat.h>
#include "text/json.h"

#define NEED_FIXTURE(s)                                                                            \
	if (!file_exists((s)->fixture))                                                            \
	bed_skip("no Rust fixture below build/fixture")

/* A variant's bytes, by its name; the lines are checked against their shapes. */
static double
bytes_of(struct stage *s, const char *variant)
{
	struct span rest = str_span(&s->out);
	double bytes = -1;

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		struct json *o = json_parse(line.data, line.len, NULL);

		assert_non_null(o);
		if (text_is(json_string(json_get(o, "variant"), NULL), variant))
			bytes = json_number(json_get(o, "bytes"), -1);
		json_free(o);
	}
	return bytes;
}

/* What is said to be smaller is smaller, the project and its own target folder stay as they were, and
 * nothing of the lab is left. */
static void
test_lab(void **state)
{
	struct stage *s = *state;
	char *lab, *own;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "--variant", "small",
		"--json");
	assert_code(s, 0);
	assert_true(bytes_of(s, "small") > 100000);
	assert_true(bytes_of(s, "small") < bytes_of(s, "as configured"));
	lab = path_join(s->dir, "target/xtui/lab");
	own = path_join(s->dir, "target/" HOST);
	assert_false(file_exists(lab));
	assert_false(file_exists(own));
	xtui(s, "history", "-n", "5");
	assert_out(s, "small");
	free(own);
	free(lab);
}

/* The table, the Markdown, the CSV and the picture tell the same variant; one that fails to build is said,
 * and decides the exit status. */
static void
test_forms(void **state)
{
	struct stage *s = *state;
	struct str svg = STR_INIT;
	char *path;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "--md", "--svg",
		"sizes.svg");
	assert_code(s, 0);
	assert_out(s, "| as configured | ");
	path = path_join(s->dir, "sizes.svg");
	assert_true(file_read(path, &svg, NULL));
	assert_true(span_starts(str_span(&svg), "<svg "));
	assert_non_null(strstr(str_cstr(&svg), HOST));
	bed_write(s->bed, "greet/src/main.rs", "fn main() { nothing() }\n");
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "--csv");
	assert_code(s, 1);
	assert_out(s, "as configured," HOST ",failed,0,");
	str_fini(&svg);
	free(path);
}

/* A variant that is none is named before anything is built. */
static void
test_refused(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "--variant", "smal");
	assert_refused(s, 2, "there is no such preset");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lab, stage_setup, stage_teardown),
		cmocka_unit_test_setup_teardown(test_forms, stage_setup, stage_teardown),
		cmocka_unit_test_setup_teardown(test_refused, stage_setup, stage_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
