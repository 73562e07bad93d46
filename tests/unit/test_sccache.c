/* sccache: what it says, and what of that is the run's. */
#include "tests/unit/check.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/sccache.h"
#include "io/file.h"
#include "io/loop.h"
#include <sys/stat.h>

/* Counts are of all languages together; what is no answer is none. */
static void
answers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t hits, misses;
	} cases[] = {
		{ "{\"stats\":{\"compile_requests\":8,\"cache_hits\":{\"counts\":{\"Rust\":5,"
		  "\"C/C++\":2},\"adv_counts\":{}},\"cache_misses\":{\"counts\":{\"Rust\":3}}}}",
			true, 7, 3 },
		{ "{\"stats\":{\"cache_hits\":{\"counts\":{}}}}", true, 0, 0 },
		{ "{\"stats\":[]}", false, 0, 0 },
		{ "error: couldn't connect to server\n", false, 0, 0 },
		{ "", false, 0, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sccache_count count = { 0 };

		assert_int_equal(sccache_parse(span_of(cases[i].text), &count), cases[i].ok);
		assert_int_equal(count.hits, cases[i].hits);
		assert_int_equal(count.misses, cases[i].misses);
	}
}

struct place {
	char *dir, *program, *answer;
	struct loop *loop;
	int news;
};

static void
on_news(void *arg)
{
	struct place *p = arg;

	p->news++;
}

static void
set_answer(struct place *p, int hits, int misses)
{
	char *text = xasprintf("{\"stats\":{\"cache_hits\":{\"counts\":{\"Rust\":%d}},"
			       "\"cache_misses\":{\"counts\":{\"Rust\":%d}}}}",
		hits, misses);

	assert_true(file_write(p->answer, span_of(text), NULL));
	free(text);
}

static void
wait_for_news(struct place *p)
{
	int before = p->news;

	while (p->news == before)
		loop_turn(p->loop, true);
}

/* What the server had counted before the run is none of the run's; one that was started anew counts
 * from 0 on. */
static void
only_the_run_counts(void **state)
{
	struct place p = { .dir = file_make_temp_dir("/tmp", "xtui-test-sccache", NULL) };
	struct sccache_count count;
	struct sccache *s;
	char *script;

	p.program = path_join(p.dir, "sccache");
	p.answer = path_join(p.dir, "answer");
	p.loop = loop_new();
	script = xasprintf("#!/bin/sh\ncat %s\n", p.answer);
	assert_true(file_write(p.program, span_of(script), NULL));
	assert_int_equal(chmod(p.program, 0755), 0);
	set_answer(&p, 100, 40);
	s = sccache_begin(p.loop, p.program, on_news, &p);
	assert_false(sccache_since(s, &count));
	wait_for_news(&p);
	assert_false(sccache_since(s, &count));
	set_answer(&p, 112, 48);
	wait_for_news(&p);
	assert_true(sccache_since(s, &count));
	assert_int_equal(count.hits, 12);
	assert_int_equal(count.misses, 8);
	set_answer(&p, 3, 1);
	sccache_end(s);
	wait_for_news(&p);
	assert_true(sccache_since(s, &count));
	assert_int_equal(count.hits, 3);
	sccache_free(s);
	s = sccache_begin(p.loop, "/nonexistent/sccache", on_news, &p);
	wait_for_news(&p);
	assert_false(sccache_since(s, &count));
	sccache_free(s);
	s = sccache_begin(p.loop, p.program, on_news, &p);
	sccache_free(s); /* while it is being asked */
	loop_free(p.loop);
	file_remove_tree(p.dir, NULL);
	free(script);
	free(p.answer);
	free(p.program);
	free(p.dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(only_the_run_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
