/* widget_list: which row is focused and which rows are on screen. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "ui/action.h"
#include "ui/canvas.h"

struct term_event;

struct list {
	size_t count;
	size_t focus; /* < count, unless count is 0 */
	size_t top;   /* first row on screen */
	size_t rows;  /* rows on screen, as of the last list_fit */
	int at;       /* row of the canvas where they begin */
	bool (*skip)(
		void *arg, size_t row); /* rows that cannot be focused (headings); NULL: none */
	void *arg;
};

/* Sets the number of rows; focus stays where it can. */
void list_set_count(struct list *l, size_t count);
void list_focus(struct list *l, size_t row); /* the nearest row that can be focused */
/* ACT_UP, DOWN, PAGE_UP, PAGE_DOWN, TOP, BOTTOM. False for any other action. */
bool list_key(struct list *l, enum action_id act);
/* A click focuses, the wheel moves by three. True when something changed. */
bool list_mouse(struct list *l, const struct term_event *event);
/* Before drawing into `body`, a row each: scrolls so that the focus is on screen. */
void list_fit(struct list *l, struct area body);
