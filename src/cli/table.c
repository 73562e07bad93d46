/* table: cells in one array, row after row; widths are counted when it is printed. */
#include "cli/table.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"

struct cell {
	const char *text;
	enum ink ink;
};

struct table {
	const char *const *headings;
	size_t columns;
	VEC(struct cell) cells;
	struct arena arena;
};

struct table *
table_new(const char *const *headings)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->headings = headings;
	while (headings[t->columns])
		t->columns++;
	return t;
}

void
table_free(struct table *t)
{
	vec_fini(&t->cells);
	arena_fini(&t->arena);
	free(t);
}

void
table_cell(struct table *t, enum ink i, const char *text)
{
	struct cell *c = vec_add(&t->cells);

	c->text = arena_strdup(&t->arena, text);
	c->ink = i;
}

static bool
is_right(const struct table *t, size_t column)
{
	return t->headings[column][0] == '>';
}

static const char *
heading(const struct table *t, size_t column)
{
	return t->headings[column] + is_right(t, column);
}

static size_t
width_of(const struct table *t, size_t column)
{
	size_t width = utf8_columns(span_of(heading(t, column)));

	for (size_t i = column; i < t->cells.len; i += t->columns) {
		size_t columns = utf8_columns(span_of(t->cells.items[i].text));

		width = columns > width ? columns : width;
	}
	return width;
}

static void
print_cell(const struct table *t, const struct cli *cli, size_t column, const size_t *widths,
	struct cell cell, struct str *out)
{
	size_t pad = widths[column] - utf8_columns(span_of(cell.text));
	bool is_last = column + 1 == t->columns;

	if (is_right(t, column))
		str_append_repeat(out, ' ', pad);
	str_append(out, ink(cli, cell.ink));
	str_append(out, cell.text);
	if (cell.ink != INK_PLAIN)
		str_append(out, ink(cli, INK_PLAIN));
	if (!is_right(t, column) && !is_last)
		str_append_repeat(out, ' ', pad);
	str_append(out, is_last ? "\n" : "  ");
}

void
table_print(const struct table *t, const struct cli *cli, struct str *out)
{
	size_t *widths = xcalloc(t->columns, sizeof(*widths));

	for (size_t c = 0; c < t->columns; c++)
		widths[c] = width_of(t, c);
	for (size_t c = 0; c < t->columns; c++)
		print_cell(t, cli, c, widths, (struct cell){ heading(t, c), INK_DIM }, out);
	for (size_t i = 0; i < t->cells.len; i++)
		print_cell(t, cli, i % t->columns, widths, t->cells.items[i], out);
	free(widths);
}
