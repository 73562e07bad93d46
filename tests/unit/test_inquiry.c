/* Tests of ready/inquiry and io/together: many asked at once, none waited for too long. */
#include "unit/rustbed.h"

#include <stdatomic.h>
#include <sys/wait.h>
#include "io/together.h"
#include "ready/inquiry.h"
#include "text/json.h"

#define PATIENCE_MS 60000 /* with what answers */

struct room {
	struct bed *bed;
	struct loop *loop;
	struct inquiry *inquiry;
	int told;
};

static void
on_told(void *arg)
{
	((struct room *)arg)->told++;
}

static void
room_renew(struct room *r)
{
	inquiry_free(r->inquiry);
	r->inquiry = inquiry_new(r->loop, on_told, r);
}

static int
room_setup(void **state)
{
	struct room *r = xcalloc(1, sizeof(*r));

	if (bed_setup((void **)&r->bed) < 0)
		return -1;
	r->loop = loop_new();
	room_renew(r);
	*state = r;
	return 0;
}

static int
room_teardown(void **state)
{
	struct room *r = *state;
	int left;

	inquiry_free(r->inquiry);
	loop_free(r->loop);
	left = waitpid(-1, NULL, WNOHANG);
	bed_teardown((void **)&r->bed);
	free(r);
	return left > 0 ? -1 : 0; /* nobody was left behind */
}

static const struct answer *
ask(struct room *r, const char *program, unsigned limit_ms, bool lasting)
{
	const char *const argv[] = { bed_path(r->bed, program), "--version", NULL };

	return inquiry_ask(r->inquiry, argv, limit_ms, lasting);
}

/* An answer is what was printed, with the exit code; asking again is answered at once. */
static void
answers(void **state)
{
	struct room *r = *state;
	const struct answer *a;

	bed_script(r->bed, "yes", "#!/bin/sh\necho \"it is $1\"\n");
	bed_script(r->bed, "no", "#!/bin/sh\necho 'not I' >&2\nexit 3\n");
	a = ask(r, "yes", PATIENCE_MS, false);
	assert_int_equal(a->state, ANSWER_PENDING);
	ask(r, "no", PATIENCE_MS, false);
	ask(r, "absent", PATIENCE_MS, false);
	assert_true(inquiry_finish(r->inquiry));
	assert_int_equal(a->state, ANSWER_GIVEN);
	assert_string_equal(a->text, "it is --version\n");
	a = ask(r, "no", PATIENCE_MS, false);
	assert_int_equal(a->exit_code, 3);
	assert_string_equal(a->text, "");
	assert_string_equal(a->complaint, "not I\n");
	assert_int_equal(ask(r, "absent", PATIENCE_MS, false)->state, ANSWER_NONE);
	assert_false(inquiry_finish(r->inquiry));
	assert_int_equal(r->told, 3);
}

/* Programs that wait for each other all answer: they are asked side by side. */
static void
side_by_side(void **state)
{
	struct room *r = *state;

	for (int i = 0; i < 4; i++)
		bed_script(r->bed, arena_printf(&r->bed->arena, "p%d", i),
			arena_printf(&r->bed->arena,
				"#!/bin/sh\n: >\"$0.here\"\nwhile [ ! -e \"%s\" ]; do :; done\n",
				bed_path(r->bed,
					arena_printf(&r->bed->arena, "p%d.here", (i + 1) % 4))));
	for (int i = 0; i < 4; i++)
		ask(r, arena_printf(&r->bed->arena, "p%d", i), PATIENCE_MS, false);
	inquiry_finish(r->inquiry);
	for (int i = 0; i < 4; i++)
		assert_int_equal(
			ask(r, arena_printf(&r->bed->arena, "p%d", i), PATIENCE_MS, false)->state,
			ANSWER_GIVEN);
}

/* One that hangs is given up after its limit, with the children it began; more of them than are asked at
 * once keep nobody from being asked. */
static void
hanging(void **state)
{
	struct room *r = *state;
	uint64_t begun = loop_clock();

	bed_script(r->bed, "quick", "#!/bin/sh\necho 1.2\n");
	for (int i = 0; i < 12; i++) {
		char *name = arena_printf(&r->bed->arena, "slow%d", i);
		bed_script(r->bed, name, "#!/bin/sh\nsleep 1000\n");
		ask(r, name, 50, false);
	}
	ask(r, "quick", PATIENCE_MS, false);
	inquiry_finish(r->inquiry);
	assert_true(loop_clock() - begun < PATIENCE_MS * 1000ull);
	assert_int_equal(ask(r, "slow0", 50, false)->state, ANSWER_LATE);
	assert_int_equal(ask(r, "slow11", 50, false)->state, ANSWER_LATE);
	assert_string_equal(ask(r, "quick", PATIENCE_MS, false)->text, "1.2\n");
}

/* An inquiry that goes away while programs run takes them with it. */
static void
given_up(void **state)
{
	struct room *r = *state;

	bed_script(r->bed, "slow", "#!/bin/sh\nsleep 1000\n");
	ask(r, "slow", 60000, false);
	inquiry_begin(r->inquiry);
	assert_true(inquiry_is_going(r->inquiry));
	inquiry_forget(r->inquiry);
	assert_false(inquiry_is_going(r->inquiry));
	ask(r, "slow", 60000, false);
	inquiry_begin(r->inquiry);
	room_renew(r);
	assert_int_equal(r->told, 0);
}

static void
change_kept(struct room *r, const char *text)
{
	const char *path = bed_path(r->bed, "cache/xtui/answers.json");
	struct str kept = STR_INIT, changed = STR_INIT;
	struct json *json, *entry;

	assert_true(file_read(path, &kept, NULL));
	json = json_parse(kept.data, kept.len, NULL);
	entry = json_object();
	json_set_string(entry, "program", json_string(json_get(json_first(json), "program"), NULL));
	json_set_string(entry, "out", text);
	json_set_string(entry, "err", "");
	json_set(json, json_key(json_first(json)), entry);
	json_print(json, &changed);
	assert_true(file_write(path, str_span(&changed), NULL));
	json_free(json);
	str_fini(&changed);
	str_fini(&kept);
}

/* What a program says of its version is kept as long as it is the same file; another one is asked. */
static void
lasting_answers(void **state)
{
	struct room *r = *state;
	struct str program = STR_INIT;

	assert_true(file_read("/bin/echo", &program, NULL));
	assert_true(file_write(bed_path(r->bed, "tool"), str_span(&program), NULL));
	assert_int_equal(chmod(bed_path(r->bed, "tool"), 0755), 0);
	ask(r, "tool", PATIENCE_MS, true);
	assert_true(inquiry_finish(r->inquiry));
	room_renew(r);
	change_kept(r, "kept 7.7\n"); /* as only one who reads it would say */
	assert_string_equal(ask(r, "tool", PATIENCE_MS, true)->text, "kept 7.7\n");
	assert_false(inquiry_finish(r->inquiry));
	assert_true(file_write(bed_path(r->bed, "tool"), str_span(&program), NULL));
	room_renew(r);
	assert_int_equal(ask(r, "tool", PATIENCE_MS, true)->state, ANSWER_PENDING);
	assert_true(inquiry_finish(r->inquiry));
	assert_non_null(strstr(ask(r, "tool", PATIENCE_MS, true)->text, "echo"));
	str_fini(&program);
}

/* A cache that is broken, or of another program, is as none. */
static void
broken_cache(void **state)
{
	static const char *const texts[] = { "", "{", "[]", "{\"x\":1}", "\xff" };
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		bed_write(r->bed, "cache/xtui/answers.json", texts[i]);
		bed_script(r->bed, "tool", "#!/bin/sh\necho 1.2\n");
		room_renew(r);
		ask(r, "tool", PATIENCE_MS, true);
		assert_true(inquiry_finish(r->inquiry));
		assert_string_equal(ask(r, "tool", PATIENCE_MS, true)->text, "1.2\n");
	}
}

struct tally {
	atomic_int seen[100];
};

static void
count_one(void *arg, size_t i)
{
	atomic_fetch_add(&((struct tally *)arg)->seen[i], 1);
}

/* Work done together is done once each, however many threads there are. */
static void
each_once(void **state)
{
	static const size_t widths[] = { 0, 1, 3, 200 };

	for (size_t w = 0; w < COUNT(widths); w++) {
		struct tally tally = { 0 };

		together(COUNT(tally.seen), widths[w], count_one, &tally);
		for (size_t i = 0; i < COUNT(tally.seen); i++)
			assert_int_equal(tally.seen[i], 1);
		together(0, widths[w], count_one, &tally);
	}
}

#define ROOM_TEST(test) cmocka_unit_test_setup_teardown(test, room_setup, room_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(answers),
		ROOM_TEST(side_by_side),
		ROOM_TEST(hanging),
		ROOM_TEST(given_up),
		ROOM_TEST(lasting_answers),
		ROOM_TEST(broken_cache),
		cmocka_unit_test(each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
