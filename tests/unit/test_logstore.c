#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>
#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/logstore.h"
#include "io/file.h"
#include "unit/folder.h"

static char *folder; /* of this run's logs, removed at the end */

static char *
log_path(const char *name)
{
	return path_join(folder, name);
}

static struct logstore *
log_new(const char *name)
{
	char *path = log_path(name);
	struct err err = ERR_INIT;
	struct logstore *ls = logstore_create(path, &err);

	assert_string_equal(err.message, "");
	assert_non_null(ls);
	free(path);
	return ls;
}

static struct logstore *
log_again(const char *name)
{
	char *path = log_path(name);
	struct err err = ERR_INIT;
	struct logstore *ls = logstore_open(path, &err);

	assert_string_equal(err.message, "");
	assert_non_null(ls);
	free(path);
	return ls;
}

static void
say(struct logstore *ls, const char *text)
{
	logstore_append(ls, text, strlen(text));
}

/* Rows as one text: "<line>:<sgr of every run><text>\n". */
struct rows {
	struct str text;
	size_t next; /* line that must come next */
};

static void
take_row(void *arg, size_t line, const struct ansi_line *text)
{
	struct rows *rows = arg;

	assert_int_equal(line, rows->next++);
	str_appendf(&rows->text, "%zu:", line);
	for (size_t i = 0; i < text->run_count; i++) {
		size_t at = text->runs[i].at;
		size_t end = i + 1 < text->run_count ? text->runs[i + 1].at : text->text.len;

		if (!ansi_style_equal(text->runs[i].style, ANSI_STYLE_PLAIN))
			ansi_sgr(&rows->text, text->runs[i].style);
		str_append_bytes(&rows->text, text->text.data + at, end - at);
	}
	str_append(&rows->text, text->cut ? " (cut)\n" : "\n");
}

static char *
rows_of(struct logstore *ls, size_t first, size_t count)
{
	struct rows rows = { .next = first };

	logstore_read(ls, first, count, take_row, &rows);
	return str_take(&rows.text);
}

/* What was appended is there at once, styled, and in the file once flushed. */
static void
what_comes_is_shown(void **state)
{
	struct logstore *ls = log_new("new/folder/job.log");
	struct str file = STR_INIT;

	assert_int_equal(logstore_lines(ls), 0);
	assert_text(rows_of(ls, 0, 10), "");
	say(ls, "one\n\033[31mtwo\nthr");
	assert_int_equal(logstore_lines(ls), 3);
	assert_text(rows_of(ls, 0, 10), "0:one\n1:\033[0;31mtwo\n2:\033[0;31mthr\n");
	assert_text(rows_of(ls, 1, 1), "1:\033[0;31mtwo\n");
	assert_true(logstore_flush(ls, NULL));
	say(ls, "ee\033[0m\n");
	assert_text(rows_of(ls, 2, 9), "2:\033[0;31mthree\n");
	assert_text(rows_of(ls, 3, 9), "");
	assert_text(rows_of(ls, 99, SIZE_MAX), "");
	assert_int_equal(logstore_lines(ls), 3);
	assert_int_equal(logstore_bytes(ls), 23);
	assert_true(logstore_flush(ls, NULL));
	assert_true(file_read(logstore_path(ls), &file, NULL));
	assert_string_equal(str_cstr(&file), "one\n\033[31mtwo\nthree\033[0m\n");
	assert_int_equal(logstore_lost(ls), 0);
	str_fini(&file);
	logstore_close(ls);
	logstore_close(NULL);
}

/* An unfinished line counts and grows on the screen; a progress bar in it shows its last state. */
static void
unfinished_line_is_live(void **state)
{
	struct logstore *ls = log_new("live");

	say(ls, "10%");
	assert_text(rows_of(ls, 0, 1), "0:10%\n");
	say(ls, "\r2");
	assert_text(rows_of(ls, 0, 1), "0:20%\n");
	assert_true(logstore_flush(ls, NULL));
	say(ls, "\033[3");
	assert_text(rows_of(ls, 0, 5), "0:20%\n");
	say(ls, "2m5\303");
	assert_text(rows_of(ls, 0, 5), "0:2\033[0;32m5%\n");
	say(ls, "\251\n");
	assert_text(rows_of(ls, 0, 5), "0:2\033[0;32m5é\n");
	assert_int_equal(logstore_lines(ls), 1);
	say(ls, "next");
	assert_text(rows_of(ls, 0, 5), "0:2\033[0;32m5é\n1:\033[0;32mnext\n");
	assert_text(rows_of(ls, 1, 5), "1:\033[0;32mnext\n");
	logstore_close(ls);
}

/* Many lines in pieces of all sizes: each window shows what it must, styles from before included. */
static void
any_window_is_right(void **state)
{
	enum { LINES = 20000 };
	struct dice dice = { 7 };
	struct logstore *ls = log_new("windows");
	struct logstore *old;
	struct str all = STR_INIT;

	for (int i = 0; i < LINES; i++)
		str_appendf(&all, "%sline %d%s\n", i % 100 == 50 ? "\033[1;33m" : "", i,
			i % 100 == 70 ? "\033[0m" : "");
	for (size_t at = 0, len; at < all.len; at += len) {
		len = 1 + dice_below(&dice, 3000);
		len = len < all.len - at ? len : all.len - at;
		logstore_append(ls, all.data + at, len);
		if (dice_below(&dice, 9) == 0)
			assert_true(logstore_flush(ls, NULL));
	}
	assert_true(logstore_flush(ls, NULL));
	old = log_again("windows");
	assert_int_equal(logstore_lines(ls), LINES);
	assert_int_equal(logstore_lines(old), LINES);
	for (int i = 0; i < 300; i++) {
		size_t first = dice_below(&dice, LINES);
		struct str expected = STR_INIT;

		for (size_t line = first; line < first + 3 && line < LINES; line++)
			str_appendf(&expected, "%zu:%sline %zu\n", line,
				line % 100 >= 50 && line % 100 <= 70 ? "\033[0;1;33m" : "", line);
		assert_text(rows_of(ls, first, 3), expected.data);
		assert_text(rows_of(old, first, 3), expected.data);
		str_fini(&expected);
	}
	str_fini(&all);
	logstore_close(old);
	logstore_close(ls);
}

/* Lines of many megabytes are shown cut, and the lines around them are still found. */
static void
huge_lines_are_cut(void **state)
{
	struct logstore *ls = log_new("huge");
	struct str line = STR_INIT;
	char *rows;

	str_append_repeat(&line, 'x', 3u << 20);
	for (int i = 0; i < 4; i++) {
		say(ls, "\033[3");
		say(ls, i == 2 ? "2m" : "1m");
		logstore_append(ls, line.data, line.len);
		say(ls, "\nshort\n");
	}
	assert_int_equal(logstore_lines(ls), 8);
	assert_text(rows_of(ls, 3, 1), "3:\033[0;31mshort\n");
	assert_text(rows_of(ls, 5, 1), "5:\033[0;32mshort\n");
	assert_text(rows_of(ls, 7, 1), "7:\033[0;31mshort\n");
	rows = rows_of(ls, 4, 1);
	assert_int_equal(strlen(rows), strlen("4:\033[0;32m (cut)\n") + ANSI_LINE_MAX);
	assert_true(text_ends(rows, "x (cut)\n"));
	free(rows);
	str_fini(&line);
	logstore_close(ls);
}

/* A log of a build that was killed reads as far as it got, without being written to. */
static void
old_log_is_read(void **state)
{
	struct logstore *ls = log_new("old");
	struct str tail = STR_INIT;

	say(ls, "\033[35mfirst\nsecond, cut o");
	logstore_close(ls);
	ls = log_again("old");
	assert_int_equal(logstore_lines(ls), 2);
	assert_int_equal(logstore_bytes(ls), 24);
	assert_text(rows_of(ls, 0, 9), "0:\033[0;35mfirst\n1:\033[0;35msecond, cut o\n");
	say(ls, "not taken");
	assert_true(logstore_flush(ls, NULL));
	assert_int_equal(logstore_bytes(ls), 24);
	assert_int_equal(logstore_lost(ls), 9);
	logstore_tail(ls, 5, &tail);
	assert_string_equal(str_cstr(&tail), "cut o");
	str_fini(&tail);
	logstore_close(ls);
}

/* The tail is the last raw bytes, from file and memory alike. */
static void
tail_is_raw(void **state)
{
	struct logstore *ls = log_new("tail");
	struct str tail = STR_INIT;

	logstore_tail(ls, 10, &tail);
	assert_int_equal(tail.len, 0);
	say(ls, "0123\033[1m");
	assert_true(logstore_flush(ls, NULL));
	say(ls, "4567");
	logstore_tail(ls, 6, &tail);
	assert_span(str_span(&tail), "1m4567");
	logstore_tail(ls, 1000, &tail);
	assert_span(str_span(&tail), "1m45670123\033[1m4567");
	str_fini(&tail);
	logstore_close(ls);
}

/* `e` and `E` go from one marked line to the next, errors alone or warnings too. */
static void
marks_are_found(void **state)
{
	struct logstore *ls = log_new("marks");
	const unsigned both = LOGMARK_ERROR | LOGMARK_WARNING;

	assert_int_equal(logstore_find_mark(ls, -1, false, both), -1);
	say(ls, "0\n1\n");
	logstore_mark_next(ls, LOGMARK_WARNING);
	say(ls, "2\n3\n4");
	logstore_mark_next(ls, LOGMARK_ERROR);
	logstore_mark_next(ls, LOGMARK_WARNING);
	say(ls, "\n5\n");
	logstore_mark_next(ls, LOGMARK_WARNING);
	say(ls, "6\n");
	assert_int_equal(logstore_find_mark(ls, -1, false, both), 2);
	assert_int_equal(logstore_find_mark(ls, 2, false, both), 4);
	assert_int_equal(logstore_find_mark(ls, 4, false, both), 6);
	assert_int_equal(logstore_find_mark(ls, 6, false, both), -1);
	assert_int_equal(logstore_find_mark(ls, -1, false, LOGMARK_ERROR), 4);
	assert_int_equal(logstore_find_mark(ls, 4, false, LOGMARK_ERROR), -1);
	assert_int_equal(logstore_find_mark(ls, 99, true, both), 6);
	assert_int_equal(logstore_find_mark(ls, 6, true, LOGMARK_ERROR), 4);
	assert_int_equal(logstore_find_mark(ls, 2, true, both), -1);
	logstore_close(ls);
}

/* A log that cannot be made or read says which file and why. */
static void
bad_paths_are_named(void **state)
{
	struct err err = ERR_INIT;
	char *file = log_path("file");
	char *below = path_join(file, "job.log");

	logstore_close(log_new("file"));
	assert_null(logstore_create(below, &err));
	assert_non_null(strstr(err.message, file));
	err = ERR_INIT;
	assert_null(logstore_create(folder, &err));
	assert_non_null(strstr(err.message, folder));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	err = ERR_INIT;
	assert_null(logstore_open(below, &err));
	assert_non_null(strstr(err.message, below));
	err = ERR_INIT;
	assert_null(logstore_open(folder, &err));
	assert_non_null(strstr(err.message, "directory"));
	free(file);
	free(below);
}

/* Lets files of this process grow to `bytes` and no further, as on a full disk; the limit before. */
static rlim_t
limit_files(rlim_t bytes)
{
	struct rlimit limit;
	rlim_t before;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	before = limit.rlim_cur;
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	return before;
}

/* A full disk is said once; what was shown stays, what is lost is counted, and space that comes back
 * before the end saves what memory still holds. */
static void
full_disk_is_said_once(void **state)
{
	struct logstore *ls = log_new("full");
	struct err err = ERR_INIT;
	rlim_t before;

	before = limit_files(10);
	say(ls, "12345\n");
	assert_true(logstore_flush(ls, &err));
	say(ls, "67890\n");
	assert_false(logstore_flush(ls, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.message, logstore_path(ls)));
	assert_true(err.remedy[0] != '\0');
	say(ls, "dropped\n");
	assert_true(logstore_flush(ls, &err));
	assert_int_equal(logstore_lost(ls), 10);
	assert_int_equal(logstore_bytes(ls), 12);
	assert_text(rows_of(ls, 0, 9), "0:12345\n1:67890\n");
	logstore_note(ls, "cut here\n");
	assert_int_equal(logstore_lost(ls), 10);
	assert_text(rows_of(ls, 0, 9), "0:12345\n1:67890\n2:cut here\n");
	limit_files(before);
	logstore_close(ls);
	ls = log_again("full");
	assert_text(rows_of(ls, 0, 9), "0:12345\n1:67890\n2:cut here\n");
	logstore_close(ls);
}

/* However full the memory is, there is room to say that the log is cut; not for saying it for ever. */
static void
cut_is_noted(void **state)
{
	char *flood = xmalloc(2000001);
	struct logstore *ls = log_new("noted");
	rlim_t before = limit_files(1000000);
	struct err err = ERR_INIT;
	size_t lines;

	memset(flood, 'x', 2000000);
	flood[2000000] = 0;
	say(ls, flood);
	assert_false(logstore_flush(ls, &err));
	logstore_note(ls, "cut here\n");
	assert_int_equal(logstore_lines(ls), 2);
	assert_int_equal(logstore_find_mark(ls, -1, false, LOGMARK_ERROR), 1);
	for (int i = 0; i < 10000; i++)
		logstore_note(ls, "again\n");
	lines = logstore_lines(ls);
	assert_true(lines > 2 && lines < LOGSTORE_NOTES);
	limit_files(before);
	logstore_close(ls);
	free(flood);
}

/* A flood that fills the disk in the middle of one append stops there, with nothing counted twice. */
static void
full_disk_in_a_flood(void **state)
{
	struct logstore *ls = log_new("flood");
	struct err err = ERR_INIT;
	struct str flood = STR_INIT;
	rlim_t before;

	for (int i = 0; i < 200000; i++)
		str_append(&flood, "1234567\n");
	before = limit_files(1000000);
	logstore_append(ls, flood.data, flood.len);
	assert_false(logstore_flush(ls, &err));
	assert_true(logstore_flush(ls, &err));
	limit_files(before);
	assert_int_equal(logstore_lost(ls), flood.len - 1000000);
	assert_true(logstore_bytes(ls) >= 1000000);
	assert_int_equal(logstore_lines(ls), logstore_bytes(ls) / 8);
	assert_text(rows_of(ls, logstore_lines(ls) - 1, 9), "131071:1234567\n");
	str_fini(&flood);
	logstore_close(ls);
}

/* A log cut short by somebody else while it is shown gives fewer rows, not a crash. */
static void
truncated_file_gives_less(void **state)
{
	struct logstore *ls = log_new("truncated");

	for (int i = 0; i < 1000; i++)
		say(ls, "line\n");
	say(ls, "rest");
	assert_true(logstore_flush(ls, NULL));
	assert_int_equal(truncate(logstore_path(ls), 52), 0);
	assert_text(rows_of(ls, 9, 100), "9:line\n");
	assert_text(rows_of(ls, 900, 100), "");
	logstore_close(ls);
}

/* ---- the index beside it ---- */

static char *
index_path(const char *name)
{
	char *path = log_path(name);
	char *index = xasprintf("%s.index", path);

	free(path);
	return index;
}

/* A log with a mark on every 1000th line, and a style that goes on and on. */
static void
write_indexed(const char *name, int lines)
{
	struct logstore *ls = log_new(name);
	char line[64];

	for (int i = 0; i < lines; i++) {
		if (i % 1000 == 999)
			logstore_mark_next(ls, LOGMARK_ERROR);
		snprintf(line, sizeof(line), "%sline %d of %s\n", i == 5000 ? "\033[31m" : "", i,
			name);
		say(ls, line);
		if (i % 777 == 0)
			assert_true(logstore_flush(ls, NULL));
	}
	say(ls, "the last, cut o");
	logstore_close(ls);
}

/* A log that is opened again is what it was, marks and styles too, and nothing of what is indexed is
 * read: bytes that were changed since are not missed. */
static void
index_spares_reading(void **state)
{
	char *path = log_path("indexed");
	struct logstore *ls;
	FILE *file;

	write_indexed("indexed", 20000);
	file = fopen(path, "r+");
	assert_non_null(file);
	fseek(file, 100, SEEK_SET);
	fputc('\n', file); /* one line more, for who reads it all */
	fclose(file);
	ls = log_again("indexed");
	assert_int_equal(logstore_lines(ls), 20001);
	assert_text(rows_of(ls, 19999, 9),
		"19999:\033[0;31mline 19999 of indexed\n20000:\033[0;31mthe last, cut o\n");
	assert_int_equal(logstore_find_mark(ls, -1, false, LOGMARK_ERROR), 999);
	assert_int_equal(logstore_find_mark(ls, 20000, true, LOGMARK_ERROR), 19999);
	logstore_close(ls);
	free(path);
}

/* An index that is another log's, or of a log that was cut since, is not believed; without one the
 * log is read. */
static void
wrong_index_is_ignored(void **state)
{
	char *path = log_path("first"), *first = index_path("first"),
	     *second = index_path("second");
	struct logstore *ls;

	write_indexed("first", 20000);
	write_indexed("second", 21000);
	assert_int_equal(rename(second, first), 0);
	ls = log_again("first");
	assert_int_equal(logstore_lines(ls), 20001);
	assert_text(rows_of(ls, 4999, 2),
		"4999:line 4999 of first\n5000:\033[0;31mline 5000 of first\n");
	logstore_close(ls);
	ls = log_again("second");
	assert_int_equal(logstore_lines(ls), 21001);
	logstore_close(ls);
	write_indexed("first", 20000);
	assert_int_equal(truncate(path, 22), 0);
	ls = log_again("first");
	assert_text(rows_of(ls, 0, 9), "0:line 0 of first\n1:line 1\n");
	logstore_close(ls);
	free(second);
	free(first);
	free(path);
}

/* A new log of an old name has no index of the old one's. */
static void
new_log_new_index(void **state)
{
	struct logstore *ls, *again;

	write_indexed("reused", 20000);
	ls = log_new("reused");
	say(ls, "all of it\n");
	assert_true(logstore_flush(ls, NULL));
	again = log_again("reused");
	assert_int_equal(logstore_lines(again), 1);
	logstore_close(again);
	logstore_close(ls);
}

/* ---- when lines came ---- */

static uint64_t
read_clock(void *arg)
{
	return *(uint64_t *)arg;
}

static struct str
times_file(const char *name)
{
	char *path = log_path(name);
	char *times = xasprintf("%s.times", path);
	struct str bytes = STR_INIT;

	if (file_exists(times))
		assert_true(file_read(times, &bytes, NULL));
	free(times);
	free(path);
	return bytes;
}

/* A line has the time when it began, to the next 10 ms, in the log at hand and in one read back; a
 * line that grows keeps its time. */
static void
lines_have_their_time(void **state)
{
	static const int64_t expected[] = { 100, 100, 500, 900, 900 };
	struct logstore *ls = log_new("times");
	struct logstore *old;
	uint64_t now = 100;
	struct str file;

	logstore_set_clock(ls, read_clock, &now);
	say(ls, "0\n");
	now = 108;
	say(ls, "1\n");
	now = 500;
	say(ls, "2");
	assert_true(logstore_flush(ls, NULL));
	now = 800;
	say(ls, " goes on\n");
	now = 900;
	say(ls, "3\n4");
	assert_true(logstore_flush(ls, NULL));
	old = log_again("times");
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_int_equal(logstore_time_of(ls, i), expected[i]);
		assert_int_equal(logstore_time_of(old, i), expected[i]);
	}
	assert_int_equal(logstore_time_of(ls, 5), -1);
	assert_int_equal(logstore_time_of(old, 5), -1);
	file = times_file("times");
	assert_true(file.len <= 8 + 3 * 8);
	str_fini(&file);
	logstore_close(old);
	logstore_close(ls);
}

/* Without a clock there are no times and no file for them; those of an old log of this name go. */
static void
no_clock_no_times(void **state)
{
	struct logstore *ls = log_new("untimed");
	uint64_t now = 1;
	struct str file;

	logstore_set_clock(ls, read_clock, &now);
	say(ls, "0\n");
	logstore_close(ls);
	ls = log_new("untimed");
	say(ls, "0\n");
	assert_int_equal(logstore_time_of(ls, 0), -1);
	logstore_close(ls);
	file = times_file("untimed");
	assert_int_equal(file.len, 0);
	str_fini(&file);
	ls = log_again("untimed");
	assert_int_equal(logstore_time_of(ls, 0), -1);
	logstore_close(ls);
}

/* A flood of a million lines costs a few bytes every 10 ms. */
static void
flood_costs_little(void **state)
{
	struct logstore *ls = log_new("timed-flood");
	uint64_t now = 0;
	struct str lines = STR_INIT, file;

	for (int i = 0; i < 1000; i++)
		str_append(&lines, "a line of this length\n");
	logstore_set_clock(ls, read_clock, &now);
	for (; now < 1000; now++)
		logstore_append(ls, lines.data, lines.len);
	assert_true(logstore_flush(ls, NULL));
	file = times_file("timed-flood");
	assert_true(file.len <= 8 + 100 * 8);
	assert_int_equal(logstore_time_of(ls, 999 * 1000), 990);
	assert_int_equal(logstore_time_of(ls, 10000), 10);
	str_fini(&file);
	str_fini(&lines);
	logstore_close(ls);
}

/* A disk that is full for the times is no trouble for the log's reader: the first ones stay. */
static void
full_disk_ends_times(void **state)
{
	struct logstore *ls = log_new("times-full");
	uint64_t now = 1000;
	rlim_t before = limit_files(12);

	logstore_set_clock(ls, read_clock, &now);
	for (int i = 0; i < 6; i++) {
		say(ls, "x\n");
		now += 1000;
		logstore_flush(ls, NULL);
	}
	limit_files(before);
	logstore_close(ls);
	ls = log_again("times-full");
	assert_int_equal(logstore_lines(ls), 6);
	assert_int_equal(logstore_time_of(ls, 0), 1000);
	assert_true(logstore_time_of(ls, 5) >= 1000);
	logstore_close(ls);
}

static int
make_folder(void **state)
{
	folder = folder_new();
	return 0;
}

static int
remove_folder(void **state)
{
	folder_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_is_shown),
		cmocka_unit_test(unfinished_line_is_live),
		cmocka_unit_test(any_window_is_right),
		cmocka_unit_test(huge_lines_are_cut),
		cmocka_unit_test(old_log_is_read),
		cmocka_unit_test(tail_is_raw),
		cmocka_unit_test(marks_are_found),
		cmocka_unit_test(bad_paths_are_named),
		cmocka_unit_test(full_disk_is_said_once),
		cmocka_unit_test(cut_is_noted),
		cmocka_unit_test(full_disk_in_a_flood),
		cmocka_unit_test(truncated_file_gives_less),
		cmocka_unit_test(index_spares_reading),
		cmocka_unit_test(wrong_index_is_ignored),
		cmocka_unit_test(new_log_new_index),
		cmocka_unit_test(lines_have_their_time),
		cmocka_unit_test(no_clock_no_times),
		cmocka_unit_test(flood_costs_little),
		cmocka_unit_test(full_disk_ends_times),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
