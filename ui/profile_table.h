/* profile_table: the table of the Profile screen: the presets, then the options. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "ui/canvas.h"
#include "ui/widget_table.h"

struct profile;

#define PROFILE_ROW_PRESET 0 /* the options come after it */

struct profile_rows {
	const struct profile *profile;
	const size_t *options; /* of the rows after the first: indices of profile_options */
	const char *dir;       /* places are shown relative to it */
};

/* `table` needs its list only. */
void profile_table_draw(
	struct table *table, struct area a, const struct profile_rows *rows, bool focused);
