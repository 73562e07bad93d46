#include "hint/explain.h"
#include "hint/rules.h"
#include "io/file.h"
#include "base/path.h"
#include "base/alloc.h"
#include "tests/unit/check.h"
#include "unit/folder.h"

#define RULE                                                                                       \
	"[[rule]]\nid = \"own\"\ncause = \"linker-not-found\"\ntitle = \"own\"\n"                  \
	"match = ['gizmo-ld has gone']\nsure = \"certain\"\nwhy = \"so\"\n"
#define PROOF "[[rule.yes]]\nlog = \"gizmo-ld has gone\"\n[[rule.no]]\nlog = \"gizmo-ld is here\"\n"

static char *
write_rules(const char *dir, const char *text)
{
	char *path = path_join(dir, "own.toml");

	assert_true(file_write(path, span_of(text), NULL));
	return path;
}

/* Every rule that comes with the program holds its own examples, and has words for each match. */
static void
built_in_rules_hold(void **state)
{
	struct err err = ERR_INIT;
	struct rules *r = rules_load(NULL, &err);

	if (!r || !rules_check_examples(r, &err))
		fail_msg("%s", err.message);
	assert_true(rules_count(r) > 100);
	rules_free(r);
}

/* A user's rule counts beside the built-in ones; a folder that is not there is no error. */
static void
users_own_rules(void **state)
{
	char *dir = folder_new(), *path = write_rules(dir, RULE PROOF);
	struct err err = ERR_INIT;
	struct rules *own = rules_load(dir, &err), *alone = rules_load("/nowhere/at/all", &err);

	assert_non_null(own);
	assert_non_null(alone);
	assert_int_equal(rules_count(own), rules_count(alone) + 1);
	struct explanation *e = explain(own, SPAN("gizmo-ld has gone\n"), NULL);
	assert_int_equal(e->count, 1);
	assert_string_equal(e->hints[0].id, "own");
	explanation_free(e);
	rules_free(own);
	rules_free(alone);
	free(path);
	folder_remove(dir);
}

static bool
knows_own_rule(const char *dir)
{
	struct err err = ERR_INIT;
	struct rules *r = rules_load_for(dir, &err);

	assert_non_null(r);
	struct explanation *e = explain(r, SPAN("gizmo-ld has gone\n"), NULL);
	bool knows = e->count == 1;
	explanation_free(e);
	rules_free(r);
	return knows;
}

/* A project's rules, in .xtui/hints beside its Cargo.toml, count in the project and below it; a
 * folder without a Cargo.toml has no say. */
static void
projects_own_rules(void **state)
{
	char *dir = folder_new(), *config = path_join(dir, "config");
	char *hints = path_join(dir, ".xtui/hints"), *below = path_join(dir, "crates/a");
	char *manifest = path_join(dir, "Cargo.toml");

	setenv("XDG_CONFIG_HOME", config, 1);
	assert_true(file_make_dirs(hints, 0755, NULL) && file_make_dirs(below, 0755, NULL));
	free(write_rules(hints, RULE PROOF));
	assert_false(knows_own_rule(dir));
	assert_true(file_write(manifest, SPAN("[workspace]\n"), NULL));
	assert_true(knows_own_rule(dir));
	assert_true(knows_own_rule(below));
	assert_false(knows_own_rule(NULL));
	free(manifest);
	free(below);
	free(hints);
	free(config);
	folder_remove(dir);
}

/* Rules that are read when they are needed say what the others say, wherever they are asked from first;
 * a project's own broken rule is named at once all the same. */
static void
read_when_needed(void **state)
{
	static const char log[] = "error: linker `aarch64-linux-gnu-gcc` not found\n";
	char *dir = folder_new(), *hints = path_join(dir, ".xtui/hints");
	char *manifest = path_join(dir, "Cargo.toml");
	struct err err = ERR_INIT;
	struct rules *known = rules_load(NULL, &err);

	setenv("XDG_CONFIG_HOME", dir, 1);
	assert_true(file_write(manifest, SPAN("[workspace]\n"), NULL));
	for (int i = 0; i < 4; i++) {
		struct rules *r = rules_expect_for(dir, &err);

		assert_non_null(r);
		if (i & 1)
			rules_begin_reading(r);
		if (i & 2) {
			struct explanation *a = explain(r, span_of(log), NULL);
			struct explanation *b = explain(known, span_of(log), NULL);

			assert_int_equal(a->count, b->count);
			assert_string_equal(a->hints[0].id, b->hints[0].id);
			assert_int_equal(rules_count(r), rules_count(known));
			explanation_free(b);
			explanation_free(a);
		}
		rules_free(r);
	}
	assert_true(file_make_dirs(hints, 0755, NULL));
	free(write_rules(hints, "[[rule]]\nid = 1\n"));
	assert_null(rules_expect_for(dir, &err));
	assert_non_null(strstr(err.message, "own.toml:2:"));
	rules_free(known);
	file_remove_tree(dir, NULL);
	free(manifest);
	free(hints);
	free(dir);
}

/* A broken rule is named with file, line and column, and with what is wrong. */
static void
broken_rules_are_named(void **state)
{
	static const struct {
		const char *text, *place, *why;
	} cases[] = {
		{ RULE, ":1:", "has no \"yes\"" },
		{ RULE "[[rule.yes]]\nlog = \"gizmo-ld has gone\"\n", ":1:", "has no \"no\"" },
		{ RULE "colour = 1\n" PROOF, ":8:", "no key \"colour\"" },
		{ RULE "rank = \"high\"\n" PROOF, ":8:", "expected an integer" },
		{ RULE "rank = 101\n" PROOF, ":8:", "expected 0 to 100" },
		{ RULE "not = ['(']\n" PROOF, ":8:", "no regular expression" },
		{ RULE "all = ['\\d+']\n" PROOF, ":8:", "no fixed text" },
		{ RULE "fix = [\"wish\"]\n" PROOF, ":8:", "no fix with the id \"wish\"" },
		{ RULE "hides = [\"wish\"]\n" PROOF, ":1:", "no rule and no cause" },
		{ RULE "text = \"a {brace\"\n" PROOF, ":8:", "is not closed" },
		{ RULE "block = \"kitchen\"\n" PROOF, ":8:", "expected one of any, linker" },
		{ RULE "when = { arch = \"x\" }\n" PROOF, ":8:", "no key \"arch\"" },
		{ RULE PROOF RULE PROOF, ":12:", "is there twice" },
		{ RULE "[[rule.yes]]\nlog = \"other\"\n[[rule.no]]\nlog = \"x\"\n",
			":8:", "does not come first" },
		{ RULE "[[rule.yes]]\nlog = \"gizmo-ld has gone\"\n[[rule.no]]\nlog = \"gizmo-ld "
		       "has gone\"\n",
			":10:", "must not" },
		{ "[[rule]]\nid = \"own\"\ncause = \"x\"\ntitle = \"a {thing}\"\nmatch = "
		  "['gizmo']\n"
		  "sure = \"likely\"\nwhy = \"so\"\n" PROOF,
			":1:", "its pattern 1 can fill in" },
		{ "[[fix]]\nid = \"f\"\nkind = \"run\"\ntitle = \"t\"\n", ":1:", "needs \"argv\"" },
		{ "[[fix]]\nid = \"f\"\nkind = \"edit\"\ntitle = \"t\"\n",
			":1:", "needs \"path\"" },
		{ "rules = 1\n", ":1:", "[[rule]] and [[fix]] only" },
		{ "[[rule]\n", ":1:", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *dir = folder_new(), *path = write_rules(dir, cases[i].text);
		struct err err = ERR_INIT;
		assert_false(rules_check_file(path, &err));
		assert_int_equal(err.kind, ERR_PARSE);
		char *place = xasprintf("%s%s", path, cases[i].place);
		if (!text_starts(err.message, place) || !strstr(err.message, cases[i].why))
			fail_msg("case %zu: %s", i, err.message);
		free(place);
		free(path);
		folder_remove(dir);
	}
}

/* A sound rule file passes the check, and one that is not there is said not to be. */
static void
sound_rules_pass(void **state)
{
	char *dir = folder_new(), *path = write_rules(dir, RULE PROOF);
	struct err err = ERR_INIT;

	if (!rules_check_file(path, &err))
		fail_msg("%s", err.message);
	assert_false(rules_check_file("/nowhere/own.toml", &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	free(path);
	folder_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_rules_hold),
		cmocka_unit_test(users_own_rules),
		cmocka_unit_test(projects_own_rules),
		cmocka_unit_test(read_when_needed),
		cmocka_unit_test(broken_rules_are_named),
		cmocka_unit_test(sound_rules_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
