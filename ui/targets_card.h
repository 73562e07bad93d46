/* targets_card: what is known of one target, laid out for the room there is. */
#pragma once
#include <stddef.h>
#include "ui/canvas.h"

struct store;

enum card_form {
	CARD_SHORT, /* a line for each thing, cut at the edge */
	CARD_FULL,  /* everything, wrapped */
};

/* Draws the card of a target of store->survey from line `top` of it on; returns the count of all its
 * lines. An area without rows: counts only. */
int card_draw(struct area a, const struct store *s, size_t target, enum card_form form, int top);
