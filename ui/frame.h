/* frame: what stands around a screen: title, tabs, rules, the bottom line. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "ui/canvas.h"

#define FRAME_LEAST_ROWS 5
#define FRAME_LEAST_COLS 20

struct screen_state;
struct store;

/* The parts of a canvas; those without room have 0 rows. */
struct frame {
	struct area title, tabs, upper_rule, body, lower_rule, keys;
	bool is_too_small;
};
struct frame frame_lay_out(struct canvas *c, bool framed);

/* Draws all but the body. `screens` are the tabs, `current` the one on show. */
void frame_draw(const struct frame *f, struct screen_state *screens, size_t count, size_t current);
/* The tab at a column of line 2, or -1. */
int frame_tab_at(const struct frame *f, const struct screen_state *screens, size_t count,
	size_t current, int col);
/* Draws the keys that act here and now, as many as fit; the way to all of them is always there. */
void frame_draw_keys(struct area a, struct screen_state *s, unsigned on);
/* The same while text is typed: how to take it, how to drop it. */
void frame_draw_typing_keys(struct area a, struct screen_state *s);
/* And while a dialog is open, which has all keys: a question with answers, or a text to read. */
void frame_draw_dialog_keys(struct area a, struct screen_state *s, bool is_question);
void frame_draw_too_small(struct area a);
