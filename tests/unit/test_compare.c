#include "tests/unit/check.h"
#include "build/compare.h"
#include "build/history.h"

#define JOBS(...)                                                                                  \
	.jobs = (struct history_job[]){ __VA_ARGS__ },                                             \
	.job_count = COUNT(((struct history_job[]){ __VA_ARGS__ }))

static struct history_job
job(const char *target, const char *backend, const char *variant)
{
	return (struct history_job){ .target = target, .backend = backend, .variant = variant };
}

/* "<variant before>/<variant after> …", "-" where there is none; caller frees. */
static char *
pairs(const struct history_run *before, const struct history_run *after)
{
	struct comparison c;
	struct str text = STR_INIT;

	compare_runs(before, after, &c);
	str_append(&text, "");
	for (size_t i = 0; i < c.jobs.len; i++) {
		const struct compared_job *j = &c.jobs.items[i];

		str_appendf(&text, "%s/%s ", j->before ? j->before->variant : "-",
			j->after ? j->after->variant : "-");
	}
	comparison_fini(&c);
	return str_take(&text);
}

/* Targets meet each other whatever their variant or backend; those of the same variant do first. */
static void
targets_meet(void **state)
{
	struct history_run one = { JOBS(job("a", "native", "x"), job("b", "native", "x")) };
	struct history_run two = { JOBS(job("b", "native", "y"), job("c", "native", "y")) };
	struct history_run lab = { JOBS(
		job("a", "native", "y"), job("a", "zig", "x"), job("a", "native", "x")) };
	struct history_run none = { 0 };

	assert_text(pairs(&one, &one), "x/x x/x ");
	assert_text(pairs(&one, &two), "x/- x/y -/y ");
	assert_text(pairs(&one, &lab), "x/x x/- -/y -/x ");
	assert_text(pairs(&lab, &lab), "y/y x/x x/x ");
	assert_text(pairs(&none, &two), "-/y -/y ");
	assert_text(pairs(&two, &none), "y/- y/- ");
	assert_text(pairs(&none, &none), "");
}

/* Artefacts meet by the name of their file, wherever it lies; what one side has alone is there too. */
static void
artifacts_meet(void **state)
{
	struct history_artifact old[] = { { "/t/release/app", "bin", 10 },
		{ "/t/release/old", "bin", 1 } };
	struct history_artifact new[] = { { "/t/small/lib.so", "cdylib", 5 },
		{ "/t/small/app", "bin", 7 } };
	struct history_run before = { JOBS(job("a", "native", "x")) };
	struct history_run after = { JOBS(job("a", "native", "x")) };
	struct comparison c;

	before.jobs[0].artifacts = old;
	before.jobs[0].artifact_count = COUNT(old);
	after.jobs[0].artifacts = new;
	after.jobs[0].artifact_count = COUNT(new);
	compare_runs(&before, &after, &c);
	assert_int_equal(c.jobs.len, 1);
	assert_int_equal(c.jobs.items[0].artifacts.len, 3);
	assert_ptr_equal(c.jobs.items[0].artifacts.items[0].before, &old[0]);
	assert_ptr_equal(c.jobs.items[0].artifacts.items[0].after, &new[1]);
	assert_ptr_equal(c.jobs.items[0].artifacts.items[1].before, &old[1]);
	assert_null(c.jobs.items[0].artifacts.items[1].after);
	assert_null(c.jobs.items[0].artifacts.items[2].before);
	assert_ptr_equal(c.jobs.items[0].artifacts.items[2].after, &new[0]);
	comparison_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_meet),
		cmocka_unit_test(artifacts_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
