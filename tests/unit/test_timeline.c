/* timeline: events of a run as they come, and what is told of them. */
#include "unit/check.h"
#include "base/alloc.h"
#include "build/job.h"
#include "build/run.h"
#include "ui/timeline.h"

struct bench {
	struct job jobs[2];
	struct timeline line;
};

static int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->jobs[0].id = 1;
	b->jobs[1].id = 2;
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	timeline_fini(&b->line);
	free(b);
	return 0;
}

static void
tell(struct bench *b, enum run_event_kind kind, int job, uint64_t at)
{
	struct run_event event = { .kind = kind, .at = at };

	event.job = job ? &b->jobs[job - 1] : NULL;
	timeline_event(&b->line, &event);
}

static void
unit(struct bench *b, int job, const char *crate, uint64_t at, bool is_finished)
{
	struct run_event event = { .kind = RUN_UNIT,
		.at = at,
		.job = &b->jobs[job - 1],
		.crate = crate,
		.unit_finished = is_finished };

	timeline_event(&b->line, &event);
}

/* Every unit as "job:crate start-end", those of the critical path with a star. */
static char *
told(struct bench *b, uint64_t now)
{
	struct str out = STR_INIT;

	timeline_find_path(&b->line, now);
	for (size_t i = 0; i < b->line.units.len; i++) {
		const struct timeline_unit *u = &b->line.units.items[i];
		str_appendf(&out, "%s%d:%s %d-%d%s", i ? " " : "", u->job, u->crate, (int)u->start,
			(int)u->end, u->is_critical ? "*" : "");
	}
	return str_take(&out);
}

/* The path goes back from the unit that ended last to the one that let it begin. */
static void
critical_path(void **state)
{
	struct bench *b = *state;

	tell(b, RUN_STARTED, 0, 0);
	unit(b, 1, "short", 0, false);
	unit(b, 1, "long", 0, false);
	unit(b, 1, "short", 50, true);
	unit(b, 1, "beside", 50, false);
	unit(b, 1, "long", 100, true);
	unit(b, 1, "last", 99, false); /* it was told a moment too early */
	unit(b, 1, "beside", 120, true);
	unit(b, 1, "last", 300, true);
	assert_text(told(b, 300), "1:short 0-50 1:long 0-100* 1:beside 50-120 1:last 99-300*");
}

/* What is going lasts until now; what its job took with it, until then. A new run begins anew. */
static void
units_that_go_on(void **state)
{
	struct bench *b = *state;

	unit(b, 1, "serde", 10, false);
	unit(b, 2, "serde", 20, false);
	unit(b, 2, "serde", 30, true);
	unit(b, 2, "ring", 40, false);
	unit(b, 1, "unheard", 45, true);
	assert_text(told(b, 50), "1:serde 10-50 2:serde 20-30* 2:ring 40-50*");
	tell(b, RUN_JOB_FINISHED, 2, 60);
	assert_text(told(b, 90), "1:serde 10-90* 2:serde 20-30 2:ring 40-60");
	tell(b, RUN_FINISHED, 0, 95);
	assert_text(told(b, 95), "1:serde 10-95* 2:serde 20-30 2:ring 40-60");
	tell(b, RUN_STARTED, 0, 0);
	assert_text(told(b, 0), "");
}

static const char *
name_of(void *arg, int job)
{
	return job == 1 ? "x86_64-unknown-linux-gnu" : "<script>";
}

#define HALF "#########################"
#define BLANKS "                         "

/* The text tells every unit below its job; the page holds no markup but its own. */
static void
files(void **state)
{
	struct bench *b = *state;
	struct timeline_names names = { "greet & co", name_of, NULL };
	struct str out = STR_INIT;

	unit(b, 2, "serde", 0, false); /* whichever begins first, jobs stand as in the panes */
	unit(b, 1, "serde", 0, false);
	unit(b, 1, "serde", 5000, true);
	unit(b, 1, "greet", 5000, false);
	unit(b, 1, "greet", 10000, true);
	timeline_find_path(&b->line, 10000);
	timeline_text(&b->line, &names, &out);
	assert_string_equal(str_cstr(&out),
		"greet & co: 10.0 s, 3 units\n"
		"begin, time; * on the critical path, as far as the times tell\n"
		"\nx86_64-unknown-linux-gnu\n"
		"*     0.0 s     5.0 s  |" HALF BLANKS "| serde\n"
		"*     5.0 s     5.0 s  |" BLANKS HALF "| greet\n"
		"\n<script>\n"
		"      0.0 s    10.0 s  |" HALF HALF "| serde (going)\n");
	str_clear(&out);
	timeline_html(&b->line, &names, &out);
	assert_non_null(strstr(str_cstr(&out), "<h1>greet &amp; co</h1>"));
	assert_non_null(strstr(str_cstr(&out), "<h2>&lt;script&gt;</h2>"));
	assert_non_null(strstr(str_cstr(&out), "left:50.000%;width:50.000%"));
	assert_null(strstr(str_cstr(&out), "<script"));
	assert_null(strstr(str_cstr(&out), "http"));
	str_fini(&out);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(critical_path),
		TEST(units_that_go_on),
		TEST(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
