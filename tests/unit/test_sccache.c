/* sccache: what it says, and whose of that is what. */
#include "tests/unit/check.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/sccache.h"
#include "ready/sccache.h"
#include "io/file.h"
#include "io/loop.h"
#include <sys/stat.h>

/* rustc's counts alone are taken; what is no answer is none. */
static void
answers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t hits, misses;
		const char *storage;
	} cases[] = {
		{ "{\"stats\":{\"compile_requests\":8,\"cache_hits\":{\"counts\":{\"Rust\":5,"
		  "\"C/C++\":2},\"adv_counts\":{}},\"cache_misses\":{\"counts\":{\"Rust\":3}}},"
		  "\"cache_location\":\"S3, bucket: ours\"}",
			true, 5, 3, "S3, bucket: ours" },
		{ "{\"stats\":{\"cache_hits\":{\"counts\":{}}}}", true, 0, 0, "" },
		{ "{\"stats\":[]}", false, 0, 0, "" },
		{ "error: couldn't connect to server\n", false, 0, 0, "" },
		{ "", false, 0, 0, "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sccache_stats stats;

		assert_int_equal(sccache_parse(span_of(cases[i].text), &stats), cases[i].ok);
		assert_int_equal(stats.hits, cases[i].hits);
		assert_int_equal(stats.misses, cases[i].misses);
		assert_string_equal(stats.storage, cases[i].storage);
	}
}

/* A program that answers what the test says. */
struct place {
	char *dir, *program, *answer;
	struct loop *loop;
	struct sccache *cache;
};

static void
on_news(void *arg)
{
}

static void
set_answer(struct place *p, int hits, int misses)
{
	char *text = xasprintf("{\"stats\":{\"cache_hits\":{\"counts\":{\"Rust\":%d}},"
			       "\"cache_misses\":{\"counts\":{\"Rust\":%d}}},"
			       "\"cache_location\":\"Local disk\"}",
		hits, misses);

	assert_true(file_write(p->answer, span_of(text), NULL));
	free(text);
}

static void
settle(struct place *p)
{
	while (!sccache_is_settled(p->cache))
		loop_turn(p->loop, true);
}

static int
open_place(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));
	char *script;

	p->dir = file_make_temp_dir("/tmp", "xtui-test-sccache", NULL);
	p->program = path_join(p->dir, "sccache");
	p->answer = path_join(p->dir, "answer");
	p->loop = loop_new();
	script = xasprintf("#!/bin/sh\ncat %s\n", p->answer);
	assert_true(file_write(p->program, span_of(script), NULL));
	assert_int_equal(chmod(p->program, 0755), 0);
	free(script);
	set_answer(p, 100, 40);
	p->cache = sccache_begin(p->loop, p->program, on_news, p);
	settle(p);
	*state = p;
	return 0;
}

static int
close_place(void **state)
{
	struct place *p = *state;

	sccache_free(p->cache);
	loop_free(p->loop);
	file_remove_tree(p->dir, NULL);
	free(p->answer);
	free(p->program);
	free(p->dir);
	free(p);
	return 0;
}

static void
compile(struct place *p, struct job_cache *of, const char *type, uint64_t ms)
{
	sccache_unit_started(p->cache);
	sccache_unit_ended(p->cache, of, type, ms, true);
}

#define assert_counts(cache, h, m, u)                                                              \
	do {                                                                                       \
		assert_int_equal((cache).hits, h);                                                 \
		assert_int_equal((cache).misses, m);                                               \
		assert_int_equal((cache).uncached, u);                                             \
	} while (0)

/* What the server had counted before the run is none of the run's, and each job is told its own. */
static void
each_job_has_its_own(void **state)
{
	struct place *p = *state;
	struct job_cache first = { 0 }, second = { 0 };

	set_answer(p, 102, 40);
	compile(p, &first, "lib", 30);
	compile(p, &first, "rlib", 40);
	settle(p);
	assert_counts(first, 2, 0, 0);
	set_answer(p, 102, 41);
	compile(p, &second, "staticlib", 900);
	settle(p);
	assert_counts(first, 2, 0, 0);
	assert_counts(second, 0, 1, 0);
	assert_string_equal(sccache_storage(p->cache), "Local disk");
}

/* Of hits and misses that came together, the quick ones were the hits. */
static void
quick_ones_are_hits(void **state)
{
	struct place *p = *state;
	struct job_cache quick = { 0 }, slow = { 0 }, rest = { 0 };

	set_answer(p, 102, 41);
	compile(p, &rest, "lib", 1); /* is being asked about while the others end */
	compile(p, &slow, "lib", 700);
	compile(p, &quick, "lib", 20);
	settle(p);
	assert_counts(quick, 1, 0, 0);
	assert_counts(slow, 0, 1, 0);
}

/* Programs, proc macros and what cargo builds incrementally are neither; nor is what failed. */
static void
not_all_is_cached(void **state)
{
	static const char *const linked[] = { "bin", "proc-macro", "cdylib", "dylib", "" };
	struct place *p = *state;
	struct job_cache of = { 0 };

	for (size_t i = 0; i < COUNT(linked); i++)
		compile(p, &of, linked[i], 5);
	assert_counts(of, 0, 0, COUNT(linked));
	compile(p, &of, "lib", 80); /* the server counts nothing */
	settle(p);
	assert_counts(of, 0, 0, COUNT(linked) + 1);
	sccache_unit_started(p->cache);
	sccache_unit_ended(p->cache, &of, "lib", 5, false);
	settle(p);
	assert_counts(of, 0, 0, COUNT(linked) + 1);
}

/* What somebody else's build has the server count stays out. */
static void
others_are_left_out(void **state)
{
	struct place *p = *state;
	struct job_cache of = { 0 };

	set_answer(p, 150, 90);
	compile(p, &of, "lib", 30);
	settle(p);
	assert_int_equal(of.hits + of.misses, 1);
	compile(p, &of, "lib", 30);
	settle(p);
	assert_int_equal(of.hits + of.misses, 1);
	assert_int_equal(of.uncached, 1);
}

/* One that was started anew meanwhile counts from 0 on. */
static void
started_anew(void **state)
{
	struct place *p = *state;
	struct job_cache of = { 0 };

	set_answer(p, 1, 0);
	compile(p, &of, "lib", 30);
	settle(p);
	assert_counts(of, 1, 0, 0);
}

/* One that does not answer is soon left alone, and counts nothing. */
static void
no_answer(void **state)
{
	struct place *p = *state;
	struct job_cache of = { 0 };

	sccache_free(p->cache);
	p->cache = sccache_begin(p->loop, "/nonexistent/sccache", on_news, p);
	for (int i = 0; i < 5; i++) {
		compile(p, &of, "lib", 30);
		settle(p);
	}
	assert_counts(of, 0, 0, 0);
	assert_null(sccache_storage(p->cache));
	sccache_free(p->cache);
	p->cache = sccache_begin(p->loop, p->program, on_news, p); /* freed while it is asked */
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_place, close_place)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		TEST(each_job_has_its_own),
		TEST(quick_ones_are_hits),
		TEST(not_all_is_cached),
		TEST(others_are_left_out),
		TEST(started_anew),
		TEST(no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
