/* `xtui lab` with the real cargo. */
#include "e2e/bench_cli.h"

#include <sys/stat.h>
#include "e2e/bench_schema.h"
#include "text/json.h"

/* A variant's line; the caller frees it. Every line is of its promised shape. */
static struct json *
variant_of(struct stage *s, const char *name)
{
	struct span rest = str_span(&s->out);
	struct json *found = NULL;

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		struct json *o = json_parse(line.data, line.len, NULL);
		const char *event = json_string(json_get(o, "event"), "");

		assert_non_null(o);
		schema_check(s->schema,
			text_is(event, "variant")               ? "LAB_VARIANT"
				: text_is(event, "lab_started") ? "LAB_STARTED"
								: "LAB_FINISHED",
			o);
		if (text_is(json_string(json_get(o, "variant"), NULL), name))
			found = o;
		else
			json_free(o);
	}
	assert_non_null(found);
	return found;
}

static double
bytes_of(struct stage *s, const char *variant)
{
	struct json *o = variant_of(s, variant);
	double bytes = json_number(json_get(o, "bytes"), -1);

	json_free(o);
	return bytes;
}

/* The first file of the first target. */
static const struct json *
file_of(const struct json *variant)
{
	return json_first(json_get(json_first(json_get(variant, "targets")), "files"));
}

static bool
has_section(const struct json *file, const char *name)
{
	for (const struct json *o = json_first(json_get(file, "sections")); o; o = json_next(o))
		if (text_is(json_string(json_get(o, "name"), NULL), name))
			return true;
	return false;
}

/* What is said to be smaller is smaller, the project and its own target folder stay as they were, and
 * nothing of the lab is left. */
static void
test_lab(void **state)
{
	struct stage *s = *state;
	struct json *usual, *small;
	char *lab, *own;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "--variant", "small",
		"--variant", "default", "--json");
	assert_code(s, 0);
	usual = variant_of(s, "as configured");
	small = variant_of(s, "small");
	assert_true(bytes_of(s, "small") > 100000);
	assert_true(bytes_of(s, "small") < bytes_of(s, "as configured"));
	assert_true(json_number(json_get(usual, "cpu_ms"), 0) > 0);
	assert_true(json_count(json_get(file_of(usual), "sections")) > 5);
	assert_true(json_count(json_get(file_of(usual), "symbols")) == 20);
	assert_true(json_count(json_get(file_of(usual), "crates")) > 3);
	assert_true(json_is_null(json_get(file_of(usual), "untold")));
	assert_false(json_bool(json_get(file_of(usual), "twin"), true));
	assert_true(json_count(json_get(file_of(small), "symbols")) == 20); /* of its twin */
	assert_true(json_is_null(json_get(file_of(small), "untold")));
	assert_true(json_bool(json_get(file_of(small), "twin"), false));
	assert_true(has_section(file_of(usual), ".symtab"));
	assert_false(has_section(file_of(small), ".symtab")); /* what is measured is its own */
	json_free(usual);
	json_free(small);
	lab = path_join(s->dir, "target/xtui/lab");
	own = path_join(s->dir, "target/" HOST);
	assert_false(file_exists(lab));
	assert_false(file_exists(own));
	xtui(s, "history", "-n", "5", "--json"); /* a twin is no build of its own */
	assert_code(s, 0);
	usual = stage_json(s, "HISTORY");
	assert_int_equal(json_count(json_get(usual, "runs")), 2);
	json_free(usual);
	xtui(s, "history", "-n", "5");
	assert_out(s, "lab: release, small");
	xtui(s, "history", "--mark");
	assert_refused(s, 2, "was built by a lab");
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
	assert_out(s, "as configured," HOST ",failed,0,,,");
	str_fini(&svg);
	free(path);
}

/* A lab is kept: it is shown again without building, and the next one is compared with it. */
static void
test_kept(void **state)
{
	struct stage *s = *state;
	struct json *row;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "--last");
	assert_refused(s, 1, "there is no lab of this workspace yet");
	xtui(s, "lab", "--compare", "-t", HOST, "-p", "greet", "--variant", "default");
	assert_refused(s, 1, "there is no lab of this workspace yet");
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "-q");
	assert_code(s, 0);
	xtui(s, "lab", "--last");
	assert_code(s, 0);
	assert_out(s, "as configured");
	assert_out(s, "symbols have ");
	xtui(s, "lab", "--last", "--compare");
	assert_refused(s, 1, "there is no earlier lab of this workspace");
	xtui(s, "lab", "--compare", "-t", HOST, "-p", "greet", "--variant", "default", "--json");
	assert_code(s, 0);
	row = variant_of(s, "as configured");
	assert_true(json_number(json_get(row, "was_ms"), 0) > 0);
	assert_true(json_number(json_get(json_first(json_get(row, "targets")), "was_bytes"), 0) ==
		json_number(json_get(row, "bytes"), -1));
	json_free(row);
	xtui(s, "lab", "--last", "--compare");
	assert_code(s, 0);
	assert_out(s, "since");
	xtui(s, "lab", "--last", "1999");
	assert_refused(s, 2, "no lab \"1999\" is known here");
}

/* A command of the user's is run with each program, and told what it is run for; one that fails is said. */
static void
test_bench(void **state)
{
	struct stage *s = *state;
	struct json *row;
	const struct json *bench;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "--bench-runs", "3",
		"--bench-cmd", "{} --help && echo $XTUI_VARIANT $XTUI_TARGET >> ran", "--json");
	assert_code(s, 0);
	row = variant_of(s, "as configured");
	bench = json_get(file_of(row), "bench");
	assert_int_equal((int)json_number(json_get(bench, "runs"), 0), 3);
	assert_true(json_number(json_get(bench, "least_ms"), 0) > 0);
	assert_true(json_number(json_get(bench, "median_ms"), 0) <=
		json_number(json_get(bench, "most_ms"), -1));
	json_free(row);
	str_clear(&s->out);
	assert_true(file_read(bed_path(s->bed, "greet/ran"), &s->out, NULL));
	assert_string_equal(str_cstr(&s->out),
		"as configured " HOST "\nas configured " HOST "\nas configured " HOST
		"\nas configured " HOST "\n"); /* the first one warms up */
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "--bench-cmd", "exit 7");
	assert_code(s, 0);
	assert_out(s, "greet was not measured: the command ended with status 7");
	xtui(s, "lab", "--bench-runs", "3");
	assert_refused(s, 2, "there is no --bench-cmd to run");
}

/* upx packs a copy of the program; without upx it is said what brings it, before anything is built. */
static void
test_upx(void **state)
{
	struct stage *s = *state;
	struct json *row;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "--upx");
	assert_refused(s, 3, "upx is not here");
	if (!stage_show(s, "upx")) {
		bed_write(
			s->bed, "bin/upx", "#!/bin/sh\n[ \"$1\" = -t ] || echo packed > \"$5\"\n");
		assert_int_equal(chmod(bed_path(s->bed, "bin/upx"), 0755), 0);
	}
	xtui(s, "lab", "-t", HOST, "-p", "greet", "--variant", "default", "--upx", "--json");
	assert_code(s, 0);
	row = variant_of(s, "as configured");
	assert_true(json_number(json_get(json_first(json_get(row, "targets")), "upx_bytes"), 1e9) <
		json_number(json_get(row, "bytes"), 0));
	json_free(row);
	xtui(s, "lab", "--last");
	assert_out(s, "  + upx");
}

/* A lab that is interrupted ends as such, leaves nothing in the target folder, and keeps what was done. */
static void
test_interrupted(void **state)
{
	struct stage *s = *state;
	static const char *const words[] = { "lab", "-t", HOST, "--variant", "default", "--json",
		NULL };
	struct running *running;
	char *lab;

	NEED_FIXTURE(s);
	stage_slow(s);
	running = stage_start(s, words, "lab_started");
	stage_signal(running, SIGINT);
	stage_wait(running);
	assert_int_equal(s->code, 130);
	assert_out(s, "\"status\":\"cancelled\"");
	lab = path_join(s->dir, "target/xtui/lab");
	assert_false(file_exists(lab));
	free(lab);
}

/* A variant that is none is named before anything is built, and so is a word in no place. */
static void
test_refused(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "--variant", "smal");
	assert_refused(s, 2, "there is no such preset");
	xtui(s, "lab", "small");
	assert_refused(s, 2, "lab: \"small\" is in no place here");
	xtui(s, "lab", "--csv", "--md");
	assert_refused(s, 2, "give one of them");
	xtui(s, "lab", "--json", "--csv", "--last");
	assert_refused(s, 2, "give one of them");
}

/* From builds of the past, and with nothing built: what more machines would bring; no build, no answer. */
static void
test_simulated(void **state)
{
	struct stage *s = *state;
	const struct json *rows;
	struct json *json;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "lab", "--simulate", "4");
	assert_refused(s, 1, "no build of this workspace is known yet");
	xtui(s, "build", "-t", HOST, "-t", ARM64);
	assert_code(s, 0);
	xtui(s, "lab", "--simulate", "4", "-j", "2");
	assert_code(s, 0);
	assert_out(s, "2 targets x 1 variant, ");
	assert_out(s, "machines      wall speed-up  CPU-hours   busy  bottleneck\n       1 ");
	assert_out(s, "\n       4 ");
	xtui(s, "lab", "--simulate", "6", "-t", HOST, "-t", ARM64, "-t", MUSL, "--variant", "fast",
		"--variant", "small", "--json");
	assert_code(s, 0);
	json = stage_json(s, "SIMULATION");
	rows = json_get(json, "rows");
	assert_int_equal(json_integer(json_get(json, "builds"), 0), 6);
	assert_int_equal(json_integer(json_get(json, "recorded"), -1), 0);
	assert_int_equal(json_count(rows), 4);
	assert_int_equal(json_integer(json_get(json_at(rows, 3), "machines"), 0), 6);
	assert_true(json_number(json_get(json_at(rows, 3), "wall_ms"), 0) <=
		json_number(json_get(json_at(rows, 0), "wall_ms"), 0));
	assert_true(json_number(json_get(json_at(rows, 0), "chain_ms"), 0) > 0);
	json_free(json);
	xtui(s, "lab", "--simulate", "0");
	assert_code(s, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_lab),
		STAGE_TEST(test_forms),
		STAGE_TEST(test_kept),
		STAGE_TEST(test_bench),
		STAGE_TEST(test_upx),
		STAGE_TEST(test_interrupted),
		STAGE_TEST(test_refused),
		STAGE_TEST(test_simulated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
