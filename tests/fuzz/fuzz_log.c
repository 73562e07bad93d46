/* fuzz_log: any log is explained without harm, and the same however it is cut as it comes. */
#include <string.h>
#include "hint/explain.h"
#include "hint/rules.h"
#include "tests/fuzz/require.h"

static void
require_same(const struct explanation *a, const struct explanation *b)
{
	require(a->count == b->count, "a cut changes how many hints there are");
	for (size_t i = 0; i < a->count; i++) {
		require(!strcmp(a->hints[i].id, b->hints[i].id), "a cut changes a hint");
		require(a->hints[i].line == b->hints[i].line, "a cut changes its line");
		require(!strcmp(a->hints[i].excerpt, b->hints[i].excerpt),
			"a cut changes its excerpt");
	}
}

static void
require_printable(const struct explanation *e)
{
	struct str out = STR_INIT;

	explain_print(e, &out);
	for (size_t i = 0; i < out.len; i++)
		require((unsigned char)out.data[i] >= ' ' || out.data[i] == '\n' ||
				out.data[i] == '\t',
			"a control byte of the log is shown");
	str_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rules *rules; /* loading them is what takes the time */
	struct span log = { (const char *)data, size };
	struct explanation *whole, *cut;
	struct explaining *x;

	if (!rules)
		rules = rules_load(NULL, NULL);
	require(rules != NULL, "the rules cannot be read");
	whole = explain(rules, log, NULL);
	x = explain_begin(rules, NULL);
	for (size_t at = 0, step = size % 13 + 1; at < size; at += step)
		explain_feed(
			x, (struct span){ log.data + at, size - at < step ? size - at : step });
	cut = explain_end(x);
	require_same(whole, cut);
	require_printable(whole);
	explanation_free(whole);
	explanation_free(cut);
	return 0;
}
