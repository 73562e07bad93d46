/* progress: a unit graph of two targets, a build script and two proc macros. */
#include "unit/check.h"

#include "base/alloc.h"
#include "build/progress.h"

#define PKG(name) "\"pkg_id\":\"path+file:///p/" name "#0.1.0\""
#define UNIT(pkg, crate, type, level, platform, mode, needs)                                       \
	"{" PKG(pkg) ",\"target\":{\"name\":\"" crate "\",\"crate_types\":[\"" type "\"]},"        \
		     "\"profile\":{\"opt_level\":\"" level "\"},\"platform\":" platform            \
		     ",\"mode\":\"" mode "\",\"dependencies\":[" needs "]}"
#define ON(index) "{\"index\":" #index "}"

static const char *const triples[] = { "here", "there" };

/* 0, 1: lib for each; 2: macro of the host (level 0); 3: build script; 4, 5: its runs; 6, 7: the
 * programs; 8: the macro again as a root (level 3); 9: a helper that only "there" needs. */
static const char graph[] = "{\"version\":1,\"units\":[" UNIT(
	"lib", "my-lib", "lib", "3", "\"here\"", "build", "") "," UNIT("lib", "my-lib", "lib", "3",
	"\"there\"", "build", ON(9)) "," UNIT("mac", "mac", "proc-macro", "0", "null", "build",
	"") "," UNIT("app", "build-script-build", "bin", "0", "null", "build", "") "," UNIT("app",
	"build-script-build", "bin", "0", "\"here\"", "run-custom-build", ON(3)) "," UNIT("app",
	"build-script-build", "bin", "0", "\"there\"", "run-custom-build", ON(3)) "," UNIT("app",
	"app", "bin", "3", "\"here\"", "build", ON(0) "," ON(2) "," ON(4)) "," UNIT("app", "app",
	"bin", "3", "\"there\"", "build", ON(1) "," ON(2) "," ON(5)) "," UNIT("mac", "mac",
	"proc-macro", "3", "null", "build", "") "," UNIT("helper", "helper", "proc-macro", "0",
	"null", "build", "") "],\"roots\":[6,7,8]}";

static struct progress_unit
unit(const char *package, const char *crate, int target)
{
	return (struct progress_unit){
		.package = span_of(package),
		.version = SPAN("0.1.0"),
		.crate = span_of(crate),
		.is_program = text_is(crate, "app") || text_starts(crate, "build"),
		.target = target,
	};
}

static struct progress_unit
script_run(int target)
{
	struct progress_unit u = unit("app", "", target);

	u.is_script_run = true;
	return u;
}

static struct progress *
loaded(void)
{
	struct progress *p = progress_new(triples, 2);
	struct err err = ERR_INIT;

	if (!progress_load(p, span_of(graph), &err))
		fail_msg("%s", err.message);
	return p;
}

static void
done(struct progress *p, struct progress_unit u)
{
	progress_done(p, &u);
}

static void
failed(struct progress *p, struct progress_unit u)
{
	progress_failed(p, &u);
}

static void
assert_count(struct progress *p, size_t target, int is_done, int dead, int total)
{
	struct progress_count count = progress_count(p, target);

	assert_int_equal(count.done, is_done);
	assert_int_equal(count.dead, dead);
	assert_int_equal(count.total, total);
}

/* The host's units count for each target that needs them, and for no other. */
static void
totals(void **state)
{
	struct progress *p = loaded();

	assert_count(p, 0, 0, 0, 6);
	assert_count(p, 1, 0, 0, 7);
	assert_true(progress_count(p, 0).is_exact);
	done(p, unit("helper", "helper", PROGRESS_HOST));
	assert_count(p, 0, 0, 0, 6);
	assert_count(p, 1, 1, 0, 7);
	done(p, unit("lib", "my_lib", 0)); /* rustc's spelling */
	assert_count(p, 0, 1, 0, 6);
	progress_free(p);
}

/* A crate built twice for the host is two units; told twice, both are done. */
static void
twins(void **state)
{
	struct progress *p = loaded();
	struct progress_unit u = unit("mac", "mac", PROGRESS_HOST);

	u.opt_level = "3";
	done(p, u);
	assert_count(p, 0, 1, 0, 6);
	done(p, u); /* of another level than told: the one that is left */
	assert_count(p, 0, 2, 0, 6);
	done(p, u);
	assert_count(p, 0, 2, 0, 6);
	progress_free(p);
}

/* What depends on a failed unit will never come: it is counted as dead, for its target alone. */
static void
death_spreads(void **state)
{
	struct progress *p = loaded();

	failed(p, unit("lib", "my-lib", 1));
	assert_count(p, 1, 0, 2, 7);
	assert_count(p, 0, 0, 0, 6);
	failed(p, unit("app", "build_script_build", PROGRESS_HOST));
	assert_count(p, 0, 0, 3, 6);
	assert_count(p, 1, 0, 4, 7);
	done(p, unit("lib", "my-lib", 0));
	assert_count(p, 0, 1, 3, 6);
	progress_free(p);
}

/* A graph that comes late finds what was told before it. */
static void
late_graph(void **state)
{
	struct progress *p = progress_new(triples, 2);
	char package[] = "lib", crate[] = "my_lib";

	done(p, unit(package, crate, 0));
	memset(package, 'x', 3); /* what is told is kept, not borrowed */
	done(p, unit("mac", "mac", PROGRESS_HOST));
	failed(p, script_run(1));
	assert_count(p, 0, 2, 0, 0);
	assert_count(p, 1, 1, 1, 0);
	assert_true(progress_load(p, span_of(graph), NULL));
	assert_count(p, 0, 2, 0, 6);
	assert_count(p, 1, 1, 2, 7);
	progress_free(p);
}

/* Without a graph the bar has to do, and at a good end what was told is all there is. */
static void
no_graph(void **state)
{
	struct progress *p = progress_new(triples, 2);

	done(p, unit("lib", "my-lib", 0));
	progress_give_up(p);
	progress_bar(p, 3, 12);
	assert_count(p, 0, 3, 0, 12);
	assert_false(progress_count(p, 0).is_exact);
	progress_complete(p);
	assert_count(p, 0, 1, 0, 1);
	assert_true(progress_count(p, 0).is_exact);
	assert_count(p, 1, 0, 0, 0);
	progress_free(p);
}

/* Who needs a unit: its target; of the host's those that depend on it; an unknown one everybody. */
static void
needs(void **state)
{
	struct progress *p = loaded();
	struct progress_unit helper = unit("helper", "helper", PROGRESS_HOST);
	struct progress_unit stranger = unit("stranger", "stranger", PROGRESS_HOST);
	struct progress_unit lib = unit("lib", "my-lib", 1);

	assert_false(progress_needs(p, 0, &helper));
	assert_true(progress_needs(p, 1, &helper));
	assert_true(progress_needs(p, 0, &stranger));
	assert_false(progress_needs(p, 0, &lib));
	assert_true(progress_needs(p, 1, &lib));
	progress_free(p);
	p = progress_new(triples, 2);
	assert_true(progress_needs(p, 0, &helper));
	progress_free(p);
}

/* Open is what may still come. */
static void
open_units(void **state)
{
	struct progress *p = loaded();
	struct progress_unit here = script_run(0), there = script_run(1);
	struct progress_unit stranger = unit("stranger", "stranger", 0);

	assert_true(progress_is_open(p, &here));
	progress_done(p, &here);
	progress_failed(p, &there);
	assert_false(progress_is_open(p, &here));
	assert_false(progress_is_open(p, &there));
	assert_false(progress_is_open(p, &stranger));
	progress_free(p);
	p = progress_new(triples, 2);
	assert_true(progress_is_open(p, &here));
	progress_done(p, &here);
	assert_false(progress_is_open(p, &here));
	assert_true(progress_is_open(p, &there));
	progress_free(p);
}

/* What is no unit graph is refused, and harms nothing that was told. */
static void
broken_graphs(void **state)
{
	static const char *const cases[] = { "", "{", "[]", "{\"units\":[]}",
		"{\"units\":3,\"roots\":[]}", "error: the `--unit-graph` flag is unstable" };
	struct progress *p = progress_new(triples, 2);

	done(p, unit("lib", "my-lib", 0));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;

		assert_false(progress_load(p, span_of(cases[i]), &err));
		assert_int_equal(err.kind, ERR_PARSE);
	}
	assert_count(p, 0, 1, 0, 0);
	assert_true(progress_load(p,
		span_of("{\"units\":[{},{\"dependencies\":[{\"index\":9},{\"index\":-1},{}]}],"
			"\"roots\":[1,7]}"),
		NULL));
	assert_count(p, 0, 0, 0, 1);
	progress_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals),
		cmocka_unit_test(twins),
		cmocka_unit_test(death_spreads),
		cmocka_unit_test(late_graph),
		cmocka_unit_test(no_graph),
		cmocka_unit_test(needs),
		cmocka_unit_test(open_units),
		cmocka_unit_test(broken_graphs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
