/* targets_list: the rows of the Targets screen: which targets, in which order, under which headings,
 * and which one has the cursor.
 *
 * The cursor belongs to a triple, not to a row: it stays when the rows are made anew. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/vec.h"
#include "ui/action.h"
#include "ui/widget_list.h"

struct survey;

enum targets_group { GROUP_PLATFORM, GROUP_TIER, GROUP_READINESS, GROUP_NONE, GROUP_COUNT };
const char *targets_group_name(enum targets_group g); /* "by platform" */

struct targets_row {
	const char *heading; /* NULL: a target */
	size_t target;       /* its index in the survey */
};

struct targets_list {
	const struct survey *survey; /* as of the last targets_list_make */
	enum targets_group group;
	char *filter; /* "" for all */
	VEC(struct targets_row) rows;
	size_t shown;       /* targets among the rows */
	char *focus;        /* the triple under the cursor, also while it is filtered away */
	struct arena arena; /* headings */
};

void targets_list_init(struct targets_list *l);
void targets_list_fini(struct targets_list *l);
/* Makes the rows of a survey and leaves the cursor of `view` on its triple; where that is filtered
 * away, on the best match or the first. */
void targets_list_make(struct targets_list *l, struct list *view, const struct survey *survey);
void targets_list_set_filter(struct targets_list *l, const char *filter); /* before a make */
/* The cursor was moved: its triple is the one to stay on. */
void targets_list_moved(struct targets_list *l, const struct list *view);
/* The target under the cursor as an index in the survey; -1 when no row is there. */
long targets_list_at(const struct targets_list *l, const struct list *view);
bool targets_list_is_heading(const struct targets_list *l, size_t row);
