/* term_paint: cells to curses: which rows changed, what a role looks like here, colour pairs.
 *
 * Only term includes this; curses must be on. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct canvas;
struct theme;
struct painter;

struct painter *painter_new(bool colors); /* colors false: the mono attributes of the theme */
void painter_free(struct painter *p);
void painter_set_theme(struct painter *p, const struct theme *theme); /* copied */
/* Puts what changed since the last time into curses' stdscr; false when nothing did. */
bool painter_paint(struct painter *p, const struct canvas *c);
void painter_forget(struct painter *p); /* the next paint is of everything */
