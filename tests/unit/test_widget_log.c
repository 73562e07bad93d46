/* widget_log: windows of all sizes on real logs. */
#include "unit/check.h"
#include "base/utf8.h"
#include "build/logsearch.h"
#include "build/logstore.h"
#include "ui/widget_log.h"
#include "unit/dice.h"
#include "unit/help_jobs.h"

struct bench {
	struct jobs jobs;
	struct job *job;
	struct log_view view;
	struct canvas *canvas;
	int rows, cols; /* of the window */
};

static int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	jobs_open(&b->jobs);
	b->job = jobs_add(&b->jobs, "x86_64-unknown-linux-gnu", JOB_RUNNING);
	b->canvas = canvas_new(40, 120);
	b->rows = 5;
	b->cols = 20;
	log_view_init(&b->view, false);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	jobs_close(&b->jobs);
	canvas_free(b->canvas);
	free(b);
	return 0;
}

static void
draw(struct bench *b)
{
	canvas_clear(b->canvas);
	log_view_draw(&b->view, b->job->log,
		area_part(canvas_area(b->canvas), 2, 3, b->rows, b->cols), true);
}

/* The window's rows, each ended by '|', blanks at their ends cut. */
static char *
shown(struct bench *b)
{
	struct str all = STR_INIT, out = STR_INIT;
	struct span rest;

	draw(b);
	canvas_dump_text(b->canvas, &all);
	rest = str_span(&all);
	for (int row = 0; rest.len; row++) {
		struct span line = span_cut(rest, '\n', &rest);
		if (row < 2 || row >= 2 + b->rows) {
			assert_int_equal(line.len, 0); /* nothing is drawn outside */
			continue;
		}
		if (line.len)
			str_append_bytes(&out, line.data + 3, line.len - 3);
		str_append_char(&out, '|');
	}
	str_fini(&all);
	return str_take(&out);
}

static bool
press(struct bench *b, enum action_id act)
{
	bool did = log_view_key(&b->view, b->job->log, act);

	draw(b);
	return did;
}

static void
press_times(struct bench *b, enum action_id act, int times)
{
	while (times--)
		press(b, act);
}

#define assert_shown(b, text) assert_text(shown(b), text)

static char *
copied(struct bench *b)
{
	struct str out = STR_INIT;

	log_view_copy(&b->view, b->job->log, &out);
	return str_take(&out);
}

/* ---- following and standing ---- */

/* A window follows the end of a log that grows. */
static void
follows_the_end(void **state)
{
	struct bench *b = *state;

	assert_shown(b, "|||||");
	job_say_lines(b->job, 1, 3);
	assert_shown(b, "line 1|line 2|line 3|||");
	job_say_lines(b->job, 4, 9);
	assert_shown(b, "line 5|line 6|line 7|line 8|line 9|");
	job_say(b->job, "and so");
	assert_shown(b, "line 6|line 7|line 8|line 9|and so|");
	assert_true(press(b, ACT_DOWN));
	assert_true(press(b, ACT_PAGE_DOWN));
	assert_true(b->view.is_following);
}

/* Scrolled up, the window stands and says how much is below; at the end it follows again. */
static void
stands_where_it_was_put(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 20);
	draw(b);
	press_times(b, ACT_UP, 6);
	assert_shown(b, "line 14|line 15|line 16|line 17|line 18|");
	assert_int_equal(log_view_below(&b->view, b->job->log), 2);
	job_say_lines(b->job, 21, 30);
	assert_shown(b, "line 14|line 15|line 16|line 17|line 18|");
	assert_int_equal(log_view_below(&b->view, b->job->log), 12);
	press_times(b, ACT_DOWN, 16);
	assert_false(b->view.is_following);
	press(b, ACT_DOWN);
	assert_true(b->view.is_following);
	assert_int_equal(log_view_below(&b->view, b->job->log), 0);
	assert_shown(b, "line 26|line 27|line 28|line 29|line 30|");
}

/* Pages, beginning and end. */
static void
pages(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 20);
	draw(b);
	press(b, ACT_PAGE_UP);
	assert_shown(b, "line 12|line 13|line 14|line 15|line 16|");
	press(b, ACT_TOP);
	assert_shown(b, "line 1|line 2|line 3|line 4|line 5|");
	press(b, ACT_PAGE_DOWN);
	assert_shown(b, "line 5|line 6|line 7|line 8|line 9|");
	press_times(b, ACT_PAGE_UP, 2);
	assert_int_equal(b->view.cursor, 0);
	press_times(b, ACT_PAGE_DOWN, 4);
	assert_true(b->view.is_following);
	press(b, ACT_TOP);
	press(b, ACT_BOTTOM);
	assert_true(b->view.is_following);
	press(b, ACT_UP);
	press(b, ACT_FOLLOW);
	assert_true(b->view.is_following);
}

/* The wheel scrolls by rows and takes the cursor along only where it would be lost. */
static void
wheel(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 20);
	draw(b);
	log_view_scroll(&b->view, b->job->log, -3);
	assert_shown(b, "line 13|line 14|line 15|line 16|line 17|");
	assert_int_equal(b->view.cursor, 16);
	log_view_scroll(&b->view, b->job->log, -100);
	assert_shown(b, "line 1|line 2|line 3|line 4|line 5|");
	log_view_scroll(&b->view, b->job->log, 2);
	assert_int_equal(b->view.cursor, 4);
	log_view_scroll(&b->view, b->job->log, 100);
	assert_true(b->view.is_following);
}

/* When a window grows, nothing is blank that could hold a line. */
static void
grows_and_shrinks(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 12);
	draw(b);
	press(b, ACT_UP);
	b->rows = 8;
	assert_shown(b, "line 5|line 6|line 7|line 8|line 9|line 10|line 11|line 12|");
	b->rows = 3;
	assert_shown(b, "line 9|line 10|line 11|");
	b->rows = 1;
	assert_shown(b, "line 11|");
	b->rows = 12;
	press(b, ACT_TOP);
	b->rows = 2;
	assert_shown(b, "line 1|line 2|");
}

/* A log that begins anew and is shorter is followed. */
static void
log_begins_anew(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 20);
	draw(b);
	press(b, ACT_UP);
	b->job->group++;
	job_new_log(&b->jobs, b->job);
	job_say_lines(b->job, 1, 2);
	assert_shown(b, "line 1|line 2||||");
	assert_true(b->view.is_following);
}

/* No log, or an empty one: every key does nothing. */
static void
nothing_to_show(void **state)
{
	struct bench *b = *state;

	for (int id = 1; id < ACT_COUNT; id++) {
		log_view_key(&b->view, b->job->log, (enum action_id)id);
		log_view_key(&b->view, NULL, (enum action_id)id);
		log_view_scroll(&b->view, NULL, id % 2 ? 3 : -3);
		draw(b);
	}
	log_view_draw(&b->view, NULL, canvas_area(b->canvas), true);
	assert_shown(b, "|||||");
	assert_text(copied(b), "");
	assert_int_equal(log_view_below(&b->view, NULL), 0);
}

/* ---- long lines ---- */

/* A line cut at an edge says so, and can be scrolled as far as there is something to see. */
static void
cut_lines(void **state)
{
	struct bench *b = *state;

	job_say(b->job, "short\nabcdefghijklmnopqrst\nabcdefghijklmnopqrstu\n");
	assert_shown(b, "short|abcdefghijklmnopqrst|abcdefghijklmnopqrs…|||");
	assert_false(press(b, ACT_LEFT));
	assert_true(press(b, ACT_RIGHT));
	assert_shown(b, "…|…jklmnopqrst|…jklmnopqrstu|||");
	assert_false(press(b, ACT_RIGHT));
	assert_true(press(b, ACT_LEFT));
	assert_shown(b, "short|abcdefghijklmnopqrst|abcdefghijklmnopqrs…|||");
}

/* Wrapped lines take the rows they need, wide characters move to the next row whole. */
static void
wrapped_lines(void **state)
{
	struct bench *b = *state;

	b->cols = 5;
	job_say(b->job, "abcdefgh\n日本語です\n\nend\n");
	log_view_wrap(&b->view, true);
	b->rows = 7;
	assert_shown(b, "abcde|fgh|日本|語で|す||end|");
	b->rows = 4;
	assert_shown(b, "語で|す||end|");
	assert_false(press(b, ACT_RIGHT));
	press(b, ACT_UP);
	assert_shown(b, "語で|す||end|");
	press(b, ACT_UP);
	assert_shown(b, "日本|語で|す||");
	press(b, ACT_UP);
	assert_shown(b, "abcde|fgh|日本|語で|");
}

/* A line taller than the window can be read to its end, row by row, both ways. */
static void
line_taller_than_window(void **state)
{
	static const char *const down[] = { "sta|aaaa|bbbb|", "aaaa|bbbb|cccc|", "bbbb|cccc|dddd|",
		"cccc|dddd|eeee|", "dddd|eeee|end|" };
	struct bench *b = *state;

	b->cols = 4;
	b->rows = 3;
	job_say(b->job, "sta\naaaabbbbccccddddeeee\nend\n");
	log_view_wrap(&b->view, true);
	draw(b);
	press(b, ACT_TOP);
	assert_shown(b, down[0]);
	for (int i = 1; i < 5; i++) {
		press(b, ACT_DOWN);
		assert_shown(b, down[i]);
	}
	assert_int_equal(b->view.cursor, 2);
	for (int i = 3; i >= 1; i--) {
		press(b, ACT_UP);
		assert_shown(b, down[i]);
	}
	press(b, ACT_UP);
	assert_shown(b, down[0]);
	assert_int_equal(b->view.cursor, 0);
}

/* Whatever the width, a wrapped line loses nothing and gains nothing. */
static void
wrapping_keeps_every_character(void **state)
{
	static const char *const letters[] = { "a", "B", "-", "é", "日", "語", "한", "🦀",
		"e\u0301" };
	struct bench *b = *state;
	struct dice dice = { 20 };

	log_view_wrap(&b->view, true);
	for (int round = 0; round < 300; round++) {
		struct str text = STR_INIT, drawn = STR_INIT;
		size_t len = dice_below(&dice, 60);
		for (size_t i = 0; i < len; i++)
			str_append(&text, letters[dice_below(&dice, COUNT(letters))]);
		b->cols = 2 + (int)dice_below(&dice, 30);
		b->rows = 40 - 2;
		b->job->group++;
		job_new_log(&b->jobs, b->job);
		job_say(b->job, str_cstr(&text));
		char *rows = shown(b);
		for (char *c = rows; *c; c++)
			if (*c != '|')
				str_append_char(&drawn, *c);
		if (utf8_columns(str_span(&text)) <= (size_t)(b->cols - 1) * (size_t)b->rows)
			assert_string_equal(str_cstr(&drawn), str_cstr(&text));
		free(rows);
		str_fini(&text);
		str_fini(&drawn);
	}
}

/* ---- selecting, errors ---- */

/* What is copied is the last line, the cursor's, or the selection, without colours. */
static void
copying(void **state)
{
	struct bench *b = *state;

	job_say(b->job, log_of_success);
	draw(b);
	assert_text(copied(b), "    Finished `release` profile [optimized] target(s) in 22.41s");
	press(b, ACT_TOP);
	assert_text(copied(b), "   Compiling serde v1.0.219");
	assert_true(press(b, ACT_SELECT));
	press(b, ACT_DOWN);
	assert_text(copied(b), "   Compiling serde v1.0.219\n   Compiling regex-automata v0.4.9");
	press(b, ACT_BOTTOM);
	assert_false(b->view.is_following);
	assert_int_equal(b->view.cursor, 3);
	press_times(b, ACT_DOWN, 3);
	assert_false(b->view.is_following);
	press(b, ACT_SELECT);
	assert_int_equal(b->view.anchor, -1);
	press(b, ACT_SELECT);
	press(b, ACT_UP);
	assert_text(copied(b),
		"   Compiling greet v0.3.1 (/home/ana/greet)\n"
		"    Finished `release` profile [optimized] target(s) in 22.41s");
}

/* The rows of the selection stand out, the terminal's cursor is on the line. */
static void
selection_is_seen(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 5);
	draw(b);
	assert_int_equal(b->canvas->cursor_row, -1);
	press(b, ACT_TOP);
	press(b, ACT_SELECT);
	press(b, ACT_DOWN);
	for (int row = 0; row < 5; row++) {
		int role = b->canvas->cells[(2 + row) * b->canvas->cols + 3].role;
		assert_int_equal(role, row < 2 ? ROLE_CURSOR : ROLE_TEXT);
	}
	assert_int_equal(b->canvas->cursor_row, 3);
	assert_int_equal(b->canvas->cursor_col, 3);
}

/* e and E go from error to error and say where there is none. */
static void
errors(void **state)
{
	struct bench *b = *state;

	assert_false(press(b, ACT_NEXT_ERROR));
	job_say_lines(b->job, 1, 10);
	assert_false(press(b, ACT_NEXT_ERROR));
	assert_true(b->view.is_following);
	job_say(b->job, BOLD "\033[91merror" PLAIN ": one\n");
	job_say_lines(b->job, 11, 20);
	job_say(b->job, BOLD "\033[91merror" PLAIN ": two\n");
	job_say_lines(b->job, 21, 30);
	assert_true(press(b, ACT_NEXT_ERROR));
	assert_shown(b, "line 10|error: one|line 11|line 12|line 13|");
	assert_true(press(b, ACT_NEXT_ERROR));
	assert_int_equal(b->view.cursor, 21);
	assert_false(press(b, ACT_NEXT_ERROR));
	assert_true(press(b, ACT_PREVIOUS_ERROR));
	assert_int_equal(b->view.cursor, 10);
	press(b, ACT_FOLLOW);
	assert_true(press(b, ACT_PREVIOUS_ERROR));
	assert_int_equal(b->view.cursor, 21);
}

/* d and D go from warning to warning, past the errors, and say where there is none. */
static void
warnings(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 10);
	job_say(b->job, BOLD "\033[91merror" PLAIN ": one\n");
	assert_false(press(b, ACT_NEXT_WARNING));
	assert_false(press(b, ACT_PREVIOUS_WARNING));
	assert_true(b->view.is_following);
	for (int i = 0; i < 2; i++) {
		logstore_mark_next(b->job->log, LOGMARK_WARNING);
		job_say(b->job, "warning: unused\n");
		job_say_lines(b->job, 1, 10);
	}
	assert_true(press(b, ACT_NEXT_WARNING));
	assert_int_equal(b->view.cursor, 11);
	assert_true(press(b, ACT_NEXT_WARNING));
	assert_int_equal(b->view.cursor, 22);
	assert_false(press(b, ACT_NEXT_WARNING));
	assert_true(press(b, ACT_PREVIOUS_WARNING));
	assert_int_equal(b->view.cursor, 11);
	assert_false(press(b, ACT_PREVIOUS_WARNING));
	press(b, ACT_FOLLOW);
	assert_true(press(b, ACT_PREVIOUS_WARNING));
	assert_int_equal(b->view.cursor, 22);
}

/* A line can be shown before the window has a size. */
static void
shown_before_drawn(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 30);
	log_view_show(&b->view, 19, LOG_LOW);
	assert_shown(b, "line 17|line 18|line 19|line 20|line 21|");
	log_view_show(&b->view, 19, LOG_HIGH);
	assert_shown(b, "line 19|line 20|line 21|line 22|line 23|");
	log_view_show(&b->view, 29, LOG_HIGH);
	assert_shown(b, "line 26|line 27|line 28|line 29|line 30|");
}

/* ---- what is searched for ---- */

/* The window's rows by roles, each ended by '|': '#' where a match is marked. */
static char *
marked(struct bench *b)
{
	struct str out = STR_INIT;

	draw(b);
	for (int row = 0; row < b->rows; row++) {
		const struct canvas_cell *cells =
			&b->canvas->cells[(2 + row) * b->canvas->cols + 3];
		for (int col = 0; col < b->cols; col++)
			str_append_char(&out, cells[col].role == ROLE_MATCH ? '#' : '.');
		str_append_char(&out, '|');
	}
	return str_take(&out);
}

static void
search_for(struct bench *b, const char *text)
{
	struct err err = ERR_INIT;

	b->view.search = logsearch_new(text, b->job->log, 0, &err);
	assert_non_null(b->view.search);
}

/* Every place of the text is marked, where it is drawn: wrapped, shifted, behind wide characters. */
static void
matches_are_marked(void **state)
{
	static const struct {
		const char *text;
		bool wraps;
		int shift;
		const char *marked;
	} cases[] = {
		{ "ab", false, 0, "##..##....|....##....|..........|" },
		{ "ab", true, 0, "##..##....|...##.##..|....##....|" },
		{ "ab", false, 8, ".....##.##|..........|..........|" },
		{ "/[0-9]ab", true, 0, "...###....|..######..|..........|" },
		{ "89-", true, 0, "........##|#.........|..........|" },
		{ "/x*", false, 0, "..........|......#...|..........|" },
	};
	struct bench *b = *state;

	b->rows = 3;
	b->cols = 10;
	job_say(b->job, "ab23ab6789-12ab5ab\n\344\270\255\345\233\275abx\n\n");
	for (size_t i = 0; i < COUNT(cases); i++) {
		log_view_init(&b->view, cases[i].wraps);
		log_view_show(&b->view, 0, LOG_HIGH);
		b->view.shift = cases[i].shift;
		search_for(b, cases[i].text);
		assert_text(marked(b), cases[i].marked);
		logsearch_free((struct logsearch *)b->view.search);
		b->view.search = NULL;
	}
}

/* A frame in haste shows again what was shown, and says that there is more; the next one has it. */
static void
hasty_frames(void **state)
{
	struct bench *b = *state;

	job_say_lines(b->job, 1, 20);
	assert_shown(b, "line 16|line 17|line 18|line 19|line 20|");
	job_say_lines(b->job, 21, 30);
	b->view.is_held = true;
	assert_shown(b, "line 16|line 17|line 18|line 19|line 20|");
	assert_int_equal(b->view.held, 20);
	b->view.is_held = false;
	assert_shown(b, "line 26|line 27|line 28|line 29|line 30|");
}

/* ---- properties ---- */

/* Rows that the lines [first, last) take. */
static size_t
rows_of_lines(struct bench *b, const size_t *columns, size_t first, size_t last)
{
	size_t rows = 0;

	for (size_t i = first; i < last; i++)
		rows += (b->view.wraps || log_view_is_open(&b->view, i)) && columns[i]
			? (columns[i] + (size_t)b->cols - 1) / (size_t)b->cols
			: 1;
	return rows;
}

static void
check_window(struct bench *b, const size_t *columns, size_t lines)
{
	const struct log_view *v = &b->view;
	size_t room = (size_t)b->rows, left;

	assert_true(v->top.line < lines);
	assert_true(v->end <= lines);
	left = rows_of_lines(b, columns, v->top.line, lines) - v->top.part;
	assert_true(left >= room ||
		(v->top.line == 0 && v->top.part == 0)); /* no row blank for nothing */
	if (v->is_following) {
		assert_true(left <= room);
		return;
	}
	assert_true(v->cursor < lines);
	assert_true(v->cursor >= v->top.line);
	assert_true(rows_of_lines(b, columns, v->top.line, v->cursor) < room + v->top.part);
}

/* Any keys at any size: the window stays on the log, the cursor in the window, no row is wasted. */
static void
any_keys_at_any_size(void **state)
{
	static const enum action_id keys[] = { ACT_UP, ACT_DOWN, ACT_PAGE_UP, ACT_PAGE_DOWN,
		ACT_TOP, ACT_BOTTOM, ACT_LEFT, ACT_RIGHT, ACT_FOLLOW, ACT_NEXT_ERROR,
		ACT_PREVIOUS_ERROR, ACT_NEXT_WARNING, ACT_PREVIOUS_WARNING, ACT_SELECT, ACT_UP,
		ACT_DOWN };
	static void (*const mouse[])(struct log_view * v, struct logstore * log, int row) = {
		log_view_press,
		log_view_drag,
		log_view_release,
	};
	struct bench *b = *state;
	struct dice dice = { 21 };
	size_t columns[4000], lines = 0;

	for (int round = 0; round < 3000; round++) {
		struct str line = STR_INIT;
		if (lines < 4 || dice_below(&dice, 4) == 0) {
			columns[lines] = dice_below(&dice, 5) ? dice_below(&dice, 12)
							      : dice_below(&dice, 90);
			str_append_repeat(&line, 'x', columns[lines++]);
			if (dice_below(&dice, 9) == 0)
				logstore_mark_next(b->job->log,
					dice_below(&dice, 2) ? LOGMARK_ERROR : LOGMARK_WARNING);
			str_append_char(&line, '\n');
			job_say(b->job, str_cstr(&line));
		}
		if (dice_below(&dice, 8) == 0) {
			b->rows = 1 + (int)dice_below(&dice, 12);
			b->cols = 1 + (int)dice_below(&dice, 40);
		}
		if (dice_below(&dice, 40) == 0)
			log_view_wrap(&b->view, !b->view.wraps);
		if (dice_below(&dice, 20) == 0)
			log_view_show_whole(&b->view, dice_below(&dice, lines));
		if (dice_below(&dice, 9) == 0)
			mouse[dice_below(&dice, COUNT(mouse))](
				&b->view, b->job->log, (int)dice_below(&dice, 20));
		if (dice_below(&dice, 3) == 0)
			log_view_scroll(&b->view, b->job->log, (long)dice_below(&dice, 20) - 10);
		else
			log_view_key(&b->view, b->job->log, keys[dice_below(&dice, COUNT(keys))]);
		draw(b);
		check_window(b, columns, lines);
		str_fini(&line);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(follows_the_end),
		TEST(stands_where_it_was_put),
		TEST(pages),
		TEST(wheel),
		TEST(grows_and_shrinks),
		TEST(log_begins_anew),
		TEST(nothing_to_show),
		TEST(cut_lines),
		TEST(wrapped_lines),
		TEST(line_taller_than_window),
		TEST(wrapping_keeps_every_character),
		TEST(copying),
		TEST(selection_is_seen),
		TEST(errors),
		TEST(warnings),
		TEST(shown_before_drawn),
		TEST(matches_are_marked),
		TEST(hasty_frames),
		TEST(any_keys_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
