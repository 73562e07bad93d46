/* The words of the tools themselves, in tests/fixture/messages/: each gets its cause, and what is no
 * cause gets none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/path.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "io/file.h"

#define HEAD "== "

struct message {
	struct span causes; /* the accepted ones, after blanks */
	char *target;       /* NULL: not told */
	struct span log;
};

static int
setup(void **state)
{
	struct err err = ERR_INIT;

	*state = rules_load(NULL, &err);
	return *state ? 0 : -1;
}

static int
teardown(void **state)
{
	rules_free(*state);
	return 0;
}

/* False at the end; the caller frees out->target. */
static bool
next_message(struct span *rest, struct message *out)
{
	struct span line = { 0 };

	while (rest->len && !span_starts(line, HEAD))
		line = span_cut(*rest, '\n', rest);
	if (!span_starts(line, HEAD))
		return false;
	struct span target,
		causes = span_cut((struct span){ line.data + 3, line.len - 3 }, '|', &target);
	*out = (struct message){ .causes = span_trim(causes), .log = { rest->data, 0 } };
	out->target = target.len ? span_dup(span_trim(target)) : NULL;
	while (rest->len && !span_starts(*rest, HEAD))
		span_cut(*rest, '\n', rest);
	out->log.len = (size_t)(rest->data - out->log.data);
	return true;
}

static void
read_fixture(const char *name, struct str *out)
{
	const char *source = getenv("XTUI_SOURCE");
	char *dir = path_join(source ? source : ".", "tests/fixture/messages");
	char *path = path_join(dir, name);

	if (!file_read(path, out, NULL))
		fail_msg("%s is not there", path);
	free(path);
	free(dir);
}

static bool
accepts(const struct message *m, const char *cause)
{
	for (struct span rest = m->causes; rest.len;) {
		if (span_is(span_cut(rest, ' ', &rest), cause))
			return true;
	}
	return false;
}

static struct explanation *
explain_message(const struct rules *rules, const struct message *m)
{
	struct hint_context told = { .target = m->target, .distribution = "debian" };

	return explain(rules, m->log, &told);
}

static void
report(const struct message *m, const struct explanation *e)
{
	printf("%.*s: said %s (%s) for:\n%.*s\n", (int)m->causes.len, m->causes.data,
		e->count ? e->hints[0].cause : "nothing", e->count ? e->hints[0].id : "",
		(int)m->log.len, m->log.data);
}

/* What a tool prints for a cause gets that cause first. */
static void
causes_are_known(void **state)
{
	struct str text = STR_INIT;
	struct message m;
	int wrong = 0, count = 0;

	read_fixture("causes.txt", &text);
	for (struct span rest = str_span(&text); next_message(&rest, &m); count++) {
		struct explanation *e = explain_message(*state, &m);
		if (!e->count || !accepts(&m, e->hints[0].cause)) {
			report(&m, e);
			wrong++;
		}
		explanation_free(e);
		free(m.target);
	}
	assert_true(count > 500);
	assert_int_equal(wrong, 0);
	str_fini(&text);
}

/* Compile errors, failing tests, panics, warnings and a program's own words get nothing that is certain
 * or likely. */
static void
others_are_left_alone(void **state)
{
	struct str text = STR_INIT;
	struct message m;
	int wrong = 0;

	read_fixture("none.txt", &text);
	for (struct span rest = str_span(&text); next_message(&rest, &m);) {
		struct explanation *e = explain_message(*state, &m);
		if (e->count && e->hints[0].confidence > HINT_POSSIBLE) {
			report(&m, e);
			wrong++;
		}
		explanation_free(e);
		free(m.target);
	}
	assert_int_equal(wrong, 0);
	str_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes_are_known),
		cmocka_unit_test(others_are_left_alone),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
