/* place: whether a mouse event falls on an area that was drawn. */
#pragma once
#include <stdbool.h>
#include "ui/canvas.h"
#include "ui/term.h"

static inline bool
place_has(const struct area *a, const struct term_event *event)
{
	return event->row >= a->row && event->row < a->row + a->rows && event->col >= a->col &&
		event->col < a->col + a->cols;
}
