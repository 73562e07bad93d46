/* targets_table: what the columns of the Targets screen show. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "ui/canvas.h"
#include "ui/widget_table.h"

struct store;
struct targets_list;

/* A state in a glyph, a word and a role: never by colour alone. */
struct target_word {
	enum glyph glyph;
	const char *text;
	enum role role;
};

/* How the target stands: its probe going on, else what the survey found. */
struct target_word targets_state(const struct store *s, size_t target);
/* How it is built: what the person chose, else the survey's preference; NULL: no way. */
const char *targets_backend(const struct store *s, size_t target);
/* Draws the table; the list of `table` is that of `rows`. */
void targets_table_draw(
	struct table *table, struct area a, const struct store *s, const struct targets_list *rows);
