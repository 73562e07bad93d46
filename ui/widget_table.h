/* widget_table: rows in columns that share the width; what does not fit goes, least needed first. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "ui/canvas.h"
#include "ui/widget_list.h"

#define TABLE_COLUMNS_MAX 16

struct table_column {
	const char *title;
	int min;     /* least columns it is any use with */
	int want;    /* columns it takes when there is room; 0: all that is left */
	int rank;    /* 0: always there; the higher, the sooner it goes */
	bool right;  /* right-aligned title; cells align themselves */
	bool is_off; /* not shown, however much room there is */
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	struct list list;
	bool no_head;                 /* no row of titles */
	int at[TABLE_COLUMNS_MAX];    /* first column, as of the last table_lay_out */
	int width[TABLE_COLUMNS_MAX]; /* 0: not shown */
};

/* What a row shows. */
struct table_rows {
	/* Draws one cell into its area (one row). */
	void (*cell)(void *arg, size_t row, size_t column, struct area a);
	/* (may be NULL) The text of a heading row that goes over all columns; NULL: an ordinary row. */
	const char *(*heading)(void *arg, size_t row);
	void *arg;
};

/* Gives every column its place in `cols` columns, one blank between two. */
void table_lay_out(struct table *t, int cols);
/* Lays out and draws titles, rows, the focused one highlighted (with the cursor on it when
 * `focused`), and at the right edge what is above and below. */
void table_draw(struct table *t, struct area a, const struct table_rows *rows, bool focused);
