/* health_list: the rows of the Health screen: headings, checks with what is wrong below them, and the
 * marked targets.
 *
 * The cursor belongs to a check or target, not to a row: it stays when the rows are made anew. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/vec.h"
#include "ready/health.h"
#include "ui/widget_list.h"

struct store;

enum health_row_kind {
	HEALTH_HEADING,
	HEALTH_CHECK,
	HEALTH_TARGET,
	HEALTH_WHY, /* of the check above */
	HEALTH_FIX, /* likewise */
};

struct health_row {
	enum health_row_kind kind;
	const char *text;          /* heading, why, fix */
	const struct check *check; /* NULL for headings and targets */
	long target;               /* index in the survey; -1 for what is no target */
};

struct health_list {
	char *filter; /* "" for all */
	VEC(struct health_row) rows;
	size_t shown, all;  /* checks and targets, of all there are */
	char *focus;        /* what is under the cursor, also while it is filtered away */
	struct arena arena; /* headings */
};

void health_list_init(struct health_list *l);
void health_list_fini(struct health_list *l);
void health_list_set_filter(struct health_list *l, const char *filter); /* before a make */
/* Makes the rows of the store's checks and marked targets; `view` keeps its cursor. */
void health_list_make(struct health_list *l, struct list *view, const struct store *store);
void health_list_moved(struct health_list *l, const struct list *view); /* the cursor */
/* The check or target under the cursor; NULL when there is none. */
const struct health_row *health_list_at(const struct health_list *l, const struct list *view);
/* Whether a row cannot have the cursor. */
bool health_list_is_skipped(const struct health_list *l, size_t row);
/* How many rows below it belong to a row. */
size_t health_list_tail(const struct health_list *l, size_t row);
