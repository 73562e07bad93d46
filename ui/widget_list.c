#include "ui/widget_list.h"
#include "ui/term.h"

#define WHEEL_ROWS 3

static bool
can_focus(const struct list *l, size_t row)
{
	return !l->skip || !l->skip(l->arg, row);
}

void
list_focus(struct list *l, size_t row)
{
	size_t below, above;

	if (!l->count)
		return;
	above = below = row < l->count ? row : l->count - 1;
	while (below < l->count && !can_focus(l, below))
		below++;
	while (above > 0 && !can_focus(l, above))
		above--;
	if (below < l->count)
		l->focus = below;
	else if (can_focus(l, above))
		l->focus = above;
}

void
list_set_count(struct list *l, size_t count)
{
	l->count = count;
	if (!count)
		l->focus = l->top = 0;
	list_focus(l, l->focus);
}

/* Moves the focus by `by` rows that can be focused, as far as there are any. */
static void
move_by(struct list *l, long by)
{
	long step = by < 0 ? -1 : 1, row = (long)l->focus;

	while (by != 0) {
		for (row += step; row >= 0 && row < (long)l->count; row += step)
			if (can_focus(l, (size_t)row))
				break;
		if (row < 0 || row >= (long)l->count)
			return;
		l->focus = (size_t)row;
		by -= step;
	}
}

bool
list_key(struct list *l, enum action_id act)
{
	long page = l->rows > 1 ? (long)l->rows - 1 : 1;

	switch (act) {
	case ACT_UP: move_by(l, -1); return true;
	case ACT_DOWN: move_by(l, 1); return true;
	case ACT_PAGE_UP: move_by(l, -page); return true;
	case ACT_PAGE_DOWN: move_by(l, page); return true;
	case ACT_TOP: list_focus(l, 0); return true;
	case ACT_BOTTOM: move_by(l, (long)l->count); return true;
	default: return false;
	}
}

bool
list_mouse(struct list *l, const struct term_event *event)
{
	size_t was = l->focus, row = l->top + (size_t)(event->row - l->at);

	if (event->mouse == TERM_MOUSE_WHEEL_UP)
		move_by(l, -WHEEL_ROWS);
	else if (event->mouse == TERM_MOUSE_WHEEL_DOWN)
		move_by(l, WHEEL_ROWS);
	else if (event->row >= l->at && row < l->count && can_focus(l, row))
		l->focus = row;
	return l->focus != was;
}

void
list_fit(struct list *l, struct area body)
{
	l->rows = (size_t)body.rows;
	l->at = body.row;
	if (l->focus < l->top)
		l->top = l->focus;
	if (l->rows && l->focus >= l->top + l->rows)
		l->top = l->focus - l->rows + 1;
	if (l->top > 0 && l->top + l->rows > l->count)
		l->top = l->count > l->rows ? l->count - l->rows : 0;
	if (l->top == l->focus && l->top > 0 && l->rows > 1 && !can_focus(l, l->top - 1))
		l->top--; /* a heading stays with its first row */
}
