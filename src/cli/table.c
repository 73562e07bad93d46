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

	c->text = arena_clean(&t->arena, text);
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

/* `gap` blanks are owed before the cell; what is owed after it comes back. */
static size_t
print_cell(const struct cli *cli, struct cell cell, size_t width, bool is_right, size_t gap,
	struct str *out)
{
	size_t pad = width - utf8_columns(span_of(cell.text));

	if (!*cell.text)
		return gap + width + 2;
	str_append_repeat(out, ' ', is_right ? gap + pad : gap);
	if (cell.ink != INK_PLAIN)
		str_append(out, ink(cli, cell.ink));
	str_append(out, cell.text);
	if (cell.ink != INK_PLAIN)
		str_append(out, ink(cli, INK_PLAIN));
	return is_right ? 2 : pad + 2;
}

/* `cells` NULL: the headings. */
static void
print_row(const struct table *t, const struct cli *cli, const size_t *widths,
	const struct cell *cells, struct str *out)
{
	size_t gap = 0;

	for (size_t c = 0; c < t->columns; c++) {
		struct cell cell = cells ? cells[c] : (struct cell){ heading(t, c), INK_DIM };

		gap = print_cell(cli, cell, widths[c], is_right(t, c), gap, out);
	}
	str_append_char(out, '\n');
}

void
table_print(const struct table *t, const struct cli *cli, struct str *out)
{
	size_t *widths = xcalloc(t->columns, sizeof(*widths));

	for (size_t c = 0; c < t->columns; c++)
		widths[c] = width_of(t, c);
	print_row(t, cli, widths, NULL, out);
	for (size_t i = 0; i + t->columns <= t->cells.len; i += t->columns)
		print_row(t, cli, widths, &t->cells.items[i], out);
	free(widths);
}
