/* help_screen: one screen on a canvas, with a store around the survey that no process took. */
#pragma once
#include "unit/check.h"
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "unit/help_golden.h"
#include "unit/help_survey.h"

struct bench {
	struct survey *survey;
	struct store store;
	struct screen_state screen;
	struct canvas *canvas;
};

/* `without`: of what survey_fixture leaves out. */
static inline void
bench_open(struct bench *b, const struct screen *screen, unsigned without)
{
	*b = (struct bench){ .survey = survey_fixture(without), .canvas = canvas_new(24, 80) };
	survey_store(&b->store, b->survey);
	b->screen = (struct screen_state){ screen, &b->store, screen->open(&b->store) };
}

static inline void
bench_close(struct bench *b)
{
	b->screen.screen->close(&b->screen);
	survey_store_fini(&b->store);
	survey_free(b->survey);
	canvas_free(b->canvas);
}

static inline int
bench_tear_down(void **state)
{
	bench_close(*state);
	free(*state);
	return 0;
}

static inline unsigned
press(struct bench *b, enum action_id act)
{
	return b->screen.screen->key(&b->screen, act, 0);
}

static inline void
draw(struct bench *b, int rows, int cols)
{
	canvas_resize(b->canvas, rows, cols);
	struct frame f = frame_lay_out(b->canvas, false);
	b->screen.screen->draw(&b->screen, f.body);
}

/* What is drawn, as text; freed by the caller. */
static inline char *
drawn(struct bench *b, int rows, int cols)
{
	struct str text = STR_INIT;

	draw(b, rows, cols);
	canvas_dump_text(b->canvas, &text);
	return str_take(&text);
}

static inline void
assert_drawn(struct bench *b, const char *what, bool is_there)
{
	char *text = drawn(b, 24, 80);
	bool found = strstr(text, what);

	if (found != is_there)
		print_error("%s \"%s\":\n%s", is_there ? "not there:" : "there:", what, text);
	free(text);
	assert_int_equal(found, is_there);
}

static inline void
golden(struct bench *b, const char *name, int rows, int cols, bool ascii)
{
	b->canvas->ascii = ascii;
	draw(b, rows, cols);
	golden_check(name, b->canvas);
}

/* The row of a canvas of 24 by 80 that has the text. */
static inline int
row_of(struct bench *b, const char *what)
{
	char *text = drawn(b, 24, 80), *at = strstr(text, what);
	int row = 0;

	assert_non_null(at);
	for (char *p = text; p < at; p++)
		row += *p == '\n';
	free(text);
	return row;
}

static inline unsigned
mouse(struct bench *b, enum term_mouse kind, int row, int col)
{
	struct term_event event = { .kind = TERM_MOUSE, .mouse = kind, .row = row, .col = col };

	return b->screen.screen->mouse(&b->screen, &event);
}
