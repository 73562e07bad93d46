/* Logs whose files another thread writes: nothing is lost, nothing comes twice, nobody waits. */
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>
#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/logstore.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/sidework.h"

#define BUFFER 262144 /* of a store */

struct bench {
	char *folder;
	struct loop *loop;
	struct sidework *sidework;
	struct logstore *log;
	int rooms; /* how often there was room again */
	int gate[2];
};

static void
on_room(void *arg)
{
	((struct bench *)arg)->rooms++;
}

static uint64_t
no_time(void *arg)
{
	return 7;
}

static int
set_up(void **state)
{
	struct bench *b = *state = xcalloc(1, sizeof(*b));
	char *path;

	b->folder = file_make_temp_dir("/tmp", "xtui-test-beside", NULL);
	assert_non_null(b->folder);
	path = path_join(b->folder, "log");
	b->loop = loop_new();
	b->sidework = sidework_new(b->loop);
	b->log = logstore_create(path, NULL);
	assert_non_null(b->log);
	logstore_set_clock(b->log, no_time, NULL);
	logstore_write_beside(b->log, b->sidework, on_room, b);
	assert_int_equal(pipe(b->gate), 0);
	free(path);
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	logstore_close(b->log);
	sidework_free(b->sidework);
	loop_free(b->loop);
	close(b->gate[0]);
	close(b->gate[1]);
	file_remove_tree(b->folder, NULL);
	free(b->folder);
	free(b);
	return 0;
}

static void
wait_at_gate(void *arg)
{
	char byte;

	assert_int_equal(read(*(int *)arg, &byte, 1), 1);
}

static void
nothing(void *arg)
{
}

/* From now on the disk takes nothing, until it is let go on. */
static void
hold_disk(struct bench *b)
{
	assert_true(sidework_is_ready(b->sidework));
	sidework_give(b->sidework, wait_at_gate, nothing, &b->gate[0]);
}

static void
let_disk_go_on(struct bench *b)
{
	assert_int_equal(write(b->gate[1], "", 1), 1);
}

static void
assert_content(struct bench *b, const struct str *all)
{
	struct str seen = STR_INIT;

	assert_int_equal(logstore_bytes(b->log), all->len);
	logstore_tail(b->log, SIZE_MAX, &seen);
	assert_int_equal(seen.len, all->len);
	assert_memory_equal(seen.data, all->data, all->len);
	str_fini(&seen);
}

static void
assert_file(struct bench *b, const struct str *all)
{
	struct str file = STR_INIT;

	assert_true(file_read(logstore_path(b->log), &file, NULL));
	assert_int_equal(file.len, all->len);
	assert_memory_equal(file.data, all->data, all->len);
	str_fini(&file);
}

/* Whatever is said, flushed and shown meanwhile, all of it can be read at any moment, and is in the file
 * once that is settled, with its index and times. */
static void
all_is_kept(void **state)
{
	struct bench *b = *state;
	struct dice dice = { 3 };
	struct str all = STR_INIT;
	struct logstore *again;

	for (int i = 0; i < 400; i++) {
		size_t len = dice_below(&dice, i % 20 ? 9000 : 400000), from = all.len;

		for (size_t k = 0; k < len; k++)
			str_append_char(&all, dice_below(&dice, 60) ? 'a' + (char)(k % 26) : '\n');
		logstore_append(b->log, all.data + from, len);
		if (!dice_below(&dice, 3))
			assert_true(logstore_flush(b->log, NULL));
		if (!dice_below(&dice, 3))
			loop_turn(b->loop, false);
		if (!dice_below(&dice, 20))
			assert_content(b, &all);
		if (!dice_below(&dice, 50))
			logstore_settle(b->log);
	}
	logstore_settle(b->log);
	assert_content(b, &all);
	assert_file(b, &all);
	assert_int_equal(logstore_lost(b->log), 0);
	again = logstore_open(logstore_path(b->log), NULL);
	assert_int_equal(logstore_lines(again), logstore_lines(b->log));
	assert_int_equal(logstore_time_of(again, logstore_lines(again) / 2), 7);
	logstore_close(again);
	str_fini(&all);
}

/* A disk that takes nothing holds up nobody for the first bytes; then it is said to be behind, and when
 * it goes on there is room again. */
static void
slow_disk_is_told(void **state)
{
	struct bench *b = *state;
	struct str all = STR_INIT;

	for (int i = 0; i < BUFFER + LOGSTORE_AT_ONCE + 100; i++)
		str_append_char(&all, i % 80 ? 'x' : '\n');
	hold_disk(b);
	logstore_append(b->log, all.data, BUFFER);
	assert_false(logstore_is_behind(b->log));
	logstore_append(b->log, all.data + BUFFER, all.len - BUFFER);
	assert_true(logstore_is_behind(b->log));
	assert_content(b, &all);
	assert_int_equal(b->rooms, 0);
	let_disk_go_on(b);
	while (!b->rooms)
		loop_turn(b->loop, true);
	assert_false(logstore_is_behind(b->log));
	logstore_settle(b->log);
	assert_file(b, &all);
	str_fini(&all);
}

/* Who settles a log that somebody was held up by lets him go on. */
static void
settling_makes_room(void **state)
{
	struct bench *b = *state;

	hold_disk(b);
	logstore_append(b->log, "a line\n", 7);
	assert_true(logstore_flush(b->log, NULL));
	let_disk_go_on(b);
	logstore_settle(b->log);
	assert_int_equal(b->rooms, 1);
	assert_int_equal(logstore_lines(b->log), 1);
}

/* A disk that is full is said at the flush after it was noticed; what could not be written can still be
 * read and is counted, and gets there when there is space again before the end. */
static void
full_disk_is_said_later(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;
	struct rlimit limit;
	struct str all = STR_INIT, file = STR_INIT;
	rlim_t before;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	before = limit.rlim_cur;
	limit.rlim_cur = 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	str_append(&all, "12345\n67890\n");
	logstore_append(b->log, all.data, all.len);
	assert_true(logstore_flush(b->log, &err));
	logstore_append(b->log, "more\n", 5);
	str_append(&all, "more\n");
	while (!b->rooms)
		loop_turn(b->loop, true);
	assert_false(logstore_flush(b->log, &err));
	assert_non_null(strstr(err.message, logstore_path(b->log)));
	assert_true(logstore_flush(b->log, &err));
	assert_content(b, &all);
	assert_int_equal(logstore_lost(b->log), all.len - 10);
	logstore_append(b->log, "dropped\n", 8);
	assert_int_equal(logstore_lost(b->log), all.len - 10 + 8);
	logstore_note(b->log, "cut here\n");
	str_append(&all, "cut here\n");
	assert_content(b, &all);
	limit.rlim_cur = before;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	char *path = xstrdup(logstore_path(b->log));
	logstore_close(b->log);
	b->log = NULL;
	assert_true(file_read(path, &file, NULL));
	assert_string_equal(str_cstr(&file), str_cstr(&all));
	str_fini(&file);
	str_fini(&all);
	free(path);
}

/* A log is closed while its bytes are still on their way: they get there first. */
static void
closing_waits(void **state)
{
	struct bench *b = *state;
	struct str file = STR_INIT;
	char *path = xstrdup(logstore_path(b->log));

	logstore_append(b->log, "the last words\n", 15);
	assert_true(logstore_flush(b->log, NULL));
	logstore_append(b->log, "no, these\n", 10);
	logstore_close(b->log);
	b->log = NULL;
	assert_true(file_read(path, &file, NULL));
	assert_string_equal(str_cstr(&file), "the last words\nno, these\n");
	assert_int_equal(b->rooms, 0);
	str_fini(&file);
	free(path);
}

/* ---- the thread ---- */

struct deed {
	struct bench *bench;
	int number;
	atomic_bool is_done;
};

static int done_last;

static void
do_deed(void *arg)
{
	struct deed *deed = arg;

	atomic_store(&deed->is_done, true);
}

static void
tell_deed(void *arg)
{
	struct deed *deed = arg;

	assert_int_equal(deed->number, done_last + 1);
	done_last = deed->number;
}

/* Work is done in the order in which it was given, each is told once, and an end waits for all. */
static void
work_in_order(void **state)
{
	struct bench *b = *state;
	struct deed deeds[100];
	struct sidework *s = sidework_new(b->loop);

	done_last = -1;
	for (int i = 0; i < 100; i++) {
		deeds[i] = (struct deed){ .bench = b, .number = i };
		assert_true(sidework_is_ready(s));
		sidework_give(s, do_deed, tell_deed, &deeds[i]);
		if (i % 7 == 3)
			sidework_wait(s, &deeds[i].is_done);
		if (i % 5 == 2)
			loop_turn(b->loop, false);
	}
	sidework_free(s);
	assert_int_equal(done_last, 99);
	loop_run(b->loop); /* which has nothing to wait for any more */
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test(all_is_kept),
		test(slow_disk_is_told),
		test(settling_makes_room),
		test(full_disk_is_said_later),
		test(closing_waits),
		test(work_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
