/* table: aligned columns of text for people; pipe-safe (no colour, no padding at line ends). */
#pragma once
#include <stddef.h>
#include "cli/cli.h"

struct table;

/* `headings` ends with NULL; a heading that begins with '>' is of a right-aligned column. */
struct table *table_new(const char *const *headings);
void table_free(struct table *t);
/* Adds a cell to the row being filled; a full row begins the next. Text is copied. */
void table_cell(struct table *t, enum ink i, const char *text);
void table_print(const struct table *t, const struct cli *cli, struct str *out);
