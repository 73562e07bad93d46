#include "tests/unit/check.h"
#include "artifact/card.h"
#include "base/alloc.h"
#include "base/path.h"
#include "hint/binary.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "io/file.h"

/* A machine with one loader in a folder, and the built-in rules. */
struct bench {
	char *root;
	struct rules *rules;
	struct binary_host host;
};

static int
setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	char *loader;

	b->root = file_make_temp_dir("/tmp", "xtui-binary-", NULL);
	loader = path_join(b->root, "lib64/ld-linux-x86-64.so.2");
	assert_true(file_write(loader, SPAN("loader"), NULL));
	free(loader);
	b->rules = rules_load(NULL, NULL);
	b->host = (struct binary_host){ "x86_64", "linux", "2.31", b->root };
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	rules_free(b->rules);
	assert_true(file_remove_tree(b->root, NULL));
	free(b->root);
	free(b);
	return 0;
}

/* Of this machine, with its loader. */
static struct card *
new_card(void)
{
	struct card *card = card_new("greet");

	card->format = FORMAT_ELF;
	card->kind = KIND_EXECUTABLE;
	card->arch = "x86_64";
	card->os = "linux";
	card->interpreter = "/lib64/ld-linux-x86-64.so.2";
	return card;
}

static void
assert_cause(struct bench *b, struct card *card, const char *cause, const char *evidence)
{
	const struct hint_context context = { 0 };
	struct explanation *e = binary_explain(b->rules, card, "greet", &b->host, &context);

	assert_int_equal(e->count, 1);
	assert_string_equal(e->hints[0].cause, cause);
	assert_string_equal(e->hints[0].excerpt, evidence);
	assert_int_equal(e->hints[0].confidence, HINT_CERTAIN);
	assert_int_equal(e->hints[0].line, 0);
	explanation_free(e);
	card_free(card);
}

/* A program that this machine can start gets no hint. */
static void
test_nothing(void **state)
{
	struct bench *b = *state;
	const struct hint_context context = { 0 };
	struct card *card = new_card();
	struct explanation *e;

	card->min_glibc = "2.31";
	e = binary_explain(b->rules, card, "greet", &b->host, &context);
	assert_int_equal(e->count, 0);
	explanation_free(e);
	card_free(card);
}

/* One of another processor or system is named so, whatever else it lacks. */
static void
test_machine(void **state)
{
	struct bench *b = *state;
	struct card *arm = new_card(), *windows = new_card();

	arm->arch = "aarch64";
	arm->interpreter = "/lib/ld-linux-aarch64.so.1";
	assert_cause(b, arm, "exec-format-error-run",
		"greet is for aarch64 linux, the machine is x86_64 linux");
	windows->os = "windows";
	assert_cause(b, windows, "exec-format-error-run",
		"greet is for x86_64 windows, the machine is x86_64 linux");
}

/* A loader that is not there is the cause, not what it would have loaded. */
static void
test_loader(void **state)
{
	struct bench *b = *state;
	struct card *card = new_card();

	card->interpreter = "/lib/ld-musl-x86_64.so.1";
	card->min_glibc = "2.99";
	assert_cause(b, card, "missing-dynamic-loader",
		"greet asks for the loader /lib/ld-musl-x86_64.so.1, which is not on this machine");
}

/* A newer glibc than here is named with the symbol that wants it. */
static void
test_glibc(void **state)
{
	struct bench *b = *state;
	struct card *card = new_card();

	card->min_glibc = "2.34";
	card->min_glibc_symbol = "__libc_start_main@GLIBC_2.34";
	assert_cause(b, card, "glibc-too-old-runtime",
		"greet asks for glibc 2.34 (__libc_start_main@GLIBC_2.34), this machine has 2.31");
}

/* A library that is not here is named. */
static void
test_library(void **state)
{
	struct bench *b = *state;
	struct card *card = new_card();

	card_add_problem(card, true, "missing-library",
		"libpq.so.5 is not on this machine: it does not start here");
	assert_cause(b, card, "missing-shared-lib-runtime",
		"libpq.so.5 is not on this machine: it does not start here");
}

/* Of another machine only the kind is known: its files are not held against the program. */
static void
test_elsewhere(void **state)
{
	struct bench *b = *state;
	const struct hint_context context = { 0 };
	struct card *card = new_card();
	struct explanation *e;

	b->host.root = NULL;
	b->host.glibc = NULL;
	card->interpreter = "/lib/ld-musl-x86_64.so.1";
	card->min_glibc = "2.99";
	e = binary_explain(b->rules, card, "greet", &b->host, &context);
	assert_int_equal(e->count, 0);
	explanation_free(e);
	card_free(card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_machine, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loader, setup, teardown),
		cmocka_unit_test_setup_teardown(test_glibc, setup, teardown),
		cmocka_unit_test_setup_teardown(test_library, setup, teardown),
		cmocka_unit_test_setup_teardown(test_elsewhere, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
