/* lab_view: the Lab in place of the profile's options: variants by targets, with bars, live while one is
 * built, and of the last one otherwise.
 *
 * A row is a variant that may be measured or was; one that upx packed has a second line. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/lab_result.h"
#include "ui/screen.h"
#include "ui/widget_input.h"
#include "ui/widget_table.h"

struct lab_item {
	const char *name;   /* of the variant, as a result has it */
	const char *preset; /* that it is; NULL: the profile's changes, or only known of a lab */
	const struct lab_row *row; /* what was measured; NULL: nothing */
	bool is_changes;           /* what is changed on the screen of options */
	bool is_packed;            /* the second line */
};

#define LAB_AS_CONFIGURED "as configured" /* what the preset LAB_DEFAULT is called in results */
#define LAB_DEFAULT "default"

enum lab_sort { LAB_SORT_ORDER, LAB_SORT_SIZE, LAB_SORT_TIME, LAB_SORT_COUNT };

struct lab_view {
	struct store *store;
	bool is_open;
	struct arena names;  /* of items: made again with them */
	struct arena marked; /* names of marks */
	VEC(struct lab_item) items;
	VEC(const char *) marks;     /* names of variants that are to be measured */
	VEC(struct lab_result) past; /* newest first */
	size_t compared;             /* a place in past, from 1; 0: with none */
	enum lab_sort sort;
	size_t target; /* the column under the cursor */
	bool packs;
	bool is_typing; /* bench */
	struct input bench;
	struct table table;
	struct table_column columns[TABLE_COLUMNS_MAX];
	size_t first_target, shown_targets; /* as drawn last */
};

void lab_view_init(struct lab_view *v, struct store *store);
void lab_view_fini(struct lab_view *v);
/* FX_ bits, all of them; 0: the key means nothing here. */
unsigned lab_view_toggle(struct lab_view *v);
unsigned lab_view_key(struct lab_view *v, enum action_id act);
unsigned lab_view_typed(struct lab_view *v, enum input_change change);
unsigned lab_view_answer(struct lab_view *v, bool yes);
unsigned lab_view_mouse(struct lab_view *v, const struct term_event *event);
bool lab_view_owns(enum action_id act); /* means something only while it is open */
bool lab_view_acts(const struct lab_view *v, enum action_id act);
void lab_view_update(struct lab_view *v, unsigned changed);
void lab_view_draw(struct lab_view *v, struct area a);

/* For lab_draw.c and tests; from lab_rows.c. */
void lab_rows_make(struct lab_view *v); /* items, sorted; the cursor stays on its variant */
void lab_rows_read_past(struct lab_view *v);
bool lab_rows_is_marked(const struct lab_view *v, const char *name);
void lab_rows_mark(struct lab_view *v, const char *name, bool is_marked);
/* What is shown: the store's lab, else the last that is kept; NULL: there was none. */
const struct lab_result *lab_rows_shown(const struct lab_view *v);
const struct lab_result *lab_rows_compared(const struct lab_view *v); /* NULL: with none */
const struct lab_item *lab_rows_focused(const struct lab_view *v);    /* NULL: there are none */
/* Of the focused target; NULL: it was not measured. */
const struct lab_cell *lab_rows_cell(const struct lab_view *v, const struct lab_item *item);
/* What makes it big, all that is known. */
void lab_rows_describe(const struct lab_view *v, const struct lab_item *item, struct str *out);
/* The targets of the next lab, or of the one shown; "" where there are not so many. */
size_t lab_rows_target_count(const struct lab_view *v);
const char *lab_rows_target(const struct lab_view *v, size_t i);
