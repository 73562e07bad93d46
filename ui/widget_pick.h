/* widget_pick: a box with a list of which one is chosen.
 *
 * Labels are copied; title and notes are borrowed and must live while it is open. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"
#include "base/vec.h"
#include "ui/action.h"
#include "ui/canvas.h"
#include "ui/widget_list.h"

struct term_event;

/* Nothing is chosen yet; given up; the action means nothing here. */
enum { PICK_OPEN = -1, PICK_CLOSED = -2, PICK_IGNORED = -3 };

struct pick_item {
	char *label;
	const char *note; /* beside it; "" none */
	bool is_current;  /* the one in force */
};

struct pick {
	const char *title; /* NULL: not open */
	VEC(struct pick_item) items;
	struct list list;
	struct area body; /* where the rows are, as of the last draw */
};

void pick_begin(struct pick *p, const char *title); /* empty */
void pick_add(struct pick *p, struct span label, const char *note, bool is_current);
void pick_close(struct pick *p);
void pick_fini(struct pick *p);
bool pick_is_open(const struct pick *p);
/* What the bottom line calls the action while a box is open; "" for what means nothing there. */
const char *pick_label(enum action_id act);
/* The number of the item chosen (the box is closed then), or one of PICK_. */
int pick_key(struct pick *p, enum action_id act);
/* FX_ bits of an action that was ignored: what is one screen's own rests while a box is open, what is
 * everywhere does not. */
unsigned pick_ignored(enum action_id act);
/* A press on an item chooses it, one elsewhere gives up. */
int pick_mouse(struct pick *p, const struct term_event *event);
void pick_draw(struct pick *p, struct area a); /* in the middle, over what is there */
