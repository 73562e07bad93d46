/* Logs and rules that nobody means well: they are read without harm, without hanging, and shown as text. */
#include "base/alloc.h"
#include "tests/unit/corpus.h"
#include "tests/unit/dice.h"

int fuzz_log(const uint8_t *data, size_t size);
int fuzz_rules(const uint8_t *data, size_t size);

#define LLVMFuzzerTestOneInput fuzz_log
#include "tests/fuzz/fuzz_log.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_rules
#include "tests/fuzz/fuzz_rules.c"
#undef LLVMFuzzerTestOneInput

static int (*fuzzer)(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzzer(data, size);
}

/* Logs that the fuzzer was given: the same hints however they are cut, and nothing but text is shown. */
static void
logs_are_harmless(void **state)
{
	fuzzer = fuzz_log;
	corpus_replay("tests/corpus/log");
}

/* Files of rules: sound, broken, with patterns that take for ever; each is taken, limited or refused. */
static void
rules_are_harmless(void **state)
{
	fuzzer = fuzz_rules;
	corpus_replay("tests/corpus/rules");
}

static struct explanation *
in_pieces(const struct rules *rules, struct span log, struct dice *dice)
{
	struct explaining *x = explain_begin(rules, NULL);

	for (size_t at = 0, len; at < log.len; at += len) {
		len = dice_below(dice, 4000) + 1;
		len = len > log.len - at ? log.len - at : len;
		explain_feed(x, (struct span){ log.data + at, len });
	}
	return explain_end(x);
}

/* A line of 10 MB, NULs, bytes that are no UTF-8 and sequences for the terminal hide no cause that stands
 * after them, and reach nobody's terminal. */
static void
hostile_bytes(void **state)
{
	static const char evil[] = "\0\xff\xc3\x28\033]52;c;eA==\a\x9b"
				   "31m\033P\x90\x7f";
	struct rules *rules = rules_load(NULL, NULL);
	struct dice dice = { 7 };
	struct str log = STR_INIT;
	struct explanation *e;

	assert_non_null(rules);
	for (int i = 0; i < 10 << 20; i += 16)
		str_append(&log, i % 4096 ? "undefined  ref \t" : "error: linker ` ");
	str_append_char(&log, '\n');
	str_append_bytes(&log, evil, sizeof evil);
	str_append(&log, "\nerror: linker `\033[1mx-\033]52;c;eA==\ay-gcc` not found\n");
	e = in_pieces(rules, str_span(&log), &dice);
	assert_int_equal(e->count, 1);
	assert_string_equal(e->hints[0].cause, "linker-not-found");
	assert_int_equal(e->hints[0].line, 3);
	require_printable(e);
	explanation_free(e);
	rules_free(rules);
	str_fini(&log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_are_harmless),
		cmocka_unit_test(rules_are_harmless),
		cmocka_unit_test(hostile_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
