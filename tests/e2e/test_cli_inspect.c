/* inspect, as a person runs it. */
#include <unistd.h>
#include "e2e/bench_cli.h"
#include "e2e/bench_schema.h"
#include "text/json.h"
#include "unit/check.h"

/* A program of the machine: its card in words, and as a document of the promised shape. */
static void
own_program(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	const struct json *card;

	xtui(s, "inspect", s->program);
	assert_code(s, 0);
	assert_out(s, "executable for ");
	assert_out(s, "libuv.so");
	xtui(s, "inspect", "-v", s->program);
	assert_out(s, "versions");
	xtui(s, "inspect", "--json", s->program, s->program);
	assert_code(s, 0);
	doc = stage_json(s, "INSPECT");
	assert_int_equal(json_count(json_get(doc, "cards")), 2);
	card = json_first(json_get(doc, "cards"));
	assert_string_equal(json_string(json_get(card, "format"), ""), "elf");
	assert_string_equal(json_string(json_get(card, "kind"), ""), "executable");
	assert_true(json_is_null(json_get(card, "fits")));
	assert_true(json_is_null(json_get(card, "sizes")));
	json_free(doc);
}

/* What makes a file big is told on demand: of xtui itself, its functions and data. */
static void
own_sizes(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	const struct json *sizes;

	xtui(s, "inspect", "--sizes", s->program);
	assert_code(s, 0);
	assert_out(s, "symbols have ");
	xtui(s, "inspect", "--sizes", "--json", s->program);
	assert_code(s, 0);
	doc = stage_json(s, "INSPECT");
	sizes = json_get(json_first(json_get(doc, "cards")), "sizes");
	assert_int_equal(json_count(json_get(sizes, "symbols")), 40);
	assert_true(json_number(json_get(sizes, "symbol_bytes"), 0) > 100000);
	json_free(doc);
}

/* A file that fits ends with 0, one that does not with 1 and a reason; a floor names the symbol. */
static void
fits_or_not(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	const struct json *card;

	xtui(s, "inspect", "--target", "riscv64gc-unknown-linux-gnu", s->program);
	assert_code(s, 1);
	assert_out(s, "does not fit");
	assert_out(s, "riscv64gc-unknown-linux-gnu is riscv64");
	xtui(s, "inspect", "--floor", "glibc-9.9", s->program);
	assert_code(s, 0);
	assert_out(s, "fits         yes");
	xtui(s, "inspect", "--floor", "glibc-2.1", s->program, "--json");
	assert_code(s, 1);
	doc = stage_json(s, "INSPECT");
	card = json_first(json_get(doc, "cards"));
	assert_false(json_bool(json_get(card, "fits"), true));
	assert_true(json_count(json_get(card, "misfits")) >= 2);
	json_free(doc);
	xtui(s, "inspect", "--target", HOST ".2.1", s->program); /* both in one */
	assert_code(s, 1);
	assert_out(s, "not 2.1");
}

/* What cannot be asked or read is refused by name, and the other files are told all the same. */
static void
refusals(void **state)
{
	struct stage *s = *state;

	xtui(s, "inspect");
	assert_refused(s, 2, "expected a file");
	xtui(s, "inspect", "absent", s->program);
	assert_code(s, 2);
	assert_out(s, "executable for ");
	assert_non_null(strstr(str_cstr(&s->err), "absent: there is no such file"));
	xtui(s, "inspect", "--floor", "glibc", s->program);
	assert_refused(s, 2, "expected a system and a version, found \"glibc\"");
	xtui(s, "inspect", "--target", "x86_64-unknown-linux-gun", s->program);
	assert_refused(s, 2, "x86_64-unknown-linux-gun");
	bed_write(s->bed, "text", "hello\n");
	xtui(s, "inspect", bed_path(s->bed, "text"), "--target", HOST);
	assert_code(s, 1);
	assert_out(s, "no known format");
}

/* universal asks for two files and a name, refuses what is not Apple's, and writes nothing then. */
static void
universal_refusals(void **state)
{
	struct stage *s = *state;
	char *made = bed_path(s->bed, "made");

	xtui(s, "universal", s->program, "-o", made);
	assert_refused(s, 2, "expected two files");
	xtui(s, "universal", s->program, s->program);
	assert_refused(s, 2, "expected -o FILE");
	xtui(s, "universal", s->program, s->program, "-o", made);
	assert_refused(s, 2, "neither a Mach-O file nor an archive");
	assert_int_not_equal(access(made, F_OK), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(own_program),
		STAGE_TEST(own_sizes),
		STAGE_TEST(fits_or_not),
		STAGE_TEST(refusals),
		STAGE_TEST(universal_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
