/* tuning_view: options of single targets in place of the profile's: who builds it, the oldest glibc, linker,
 * processor, C runtime, flags. They are kept in xtui.toml, and every build obeys them.
 *
 * The chosen targets stand one below the other, each with a row for every option that it can have. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "ui/screen.h"
#include "ui/widget_input.h"
#include "ui/widget_pick.h"
#include "ui/widget_table.h"

struct tuning_row {
	const char *triple;
	const struct tuning_option *option; /* NULL: the target's heading */
};

struct tuning_view {
	struct store *store;
	bool is_open;
	bool is_typing; /* the focused option's value, or what the list of values is to hold */
	bool is_filter;
	struct input input;
	struct str prompt, filter;
	struct pick pick;
	struct arena names;       /* of pick: made again with it */
	VEC(const char *) values; /* of the pick's items; NULL: none, as without the option */
	struct arena triples;
	VEC(struct tuning_row) rows;
	struct table table;
};

void tuning_view_init(struct tuning_view *v, struct store *store);
void tuning_view_fini(struct tuning_view *v);
/* FX_ bits, all of them; 0: the key means nothing here. */
unsigned tuning_view_toggle(struct tuning_view *v);
unsigned tuning_view_key(struct tuning_view *v, enum action_id act);
unsigned tuning_view_typed(struct tuning_view *v, enum input_change change);
unsigned tuning_view_mouse(struct tuning_view *v, const struct term_event *event);
bool tuning_view_acts(const struct tuning_view *v, enum action_id act);
void tuning_view_update(struct tuning_view *v, unsigned changed);
void tuning_view_draw(struct tuning_view *v, struct area a);
