/* Tests of cli/table: columns that line up, for people and for pipes. */
#include "unit/check.h"

#include "cli/table.h"

static const char *const headings[] = { "name", ">size", "note", NULL };

static void
fill(struct table *t, const char *const (*rows)[3], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		table_cell(t, INK_BOLD, rows[i][0]);
		table_cell(t, INK_PLAIN, rows[i][1]);
		table_cell(t, INK_DIM, rows[i][2]);
	}
}

static char *
printed(const char *const (*rows)[3], size_t count, bool color)
{
	struct cli cli = { .color = color };
	struct table *t = table_new(headings);
	struct str out = STR_INIT;

	fill(t, rows, count);
	table_print(t, &cli, &out);
	table_free(t);
	return str_take(&out);
}

/* Columns begin below their headings, numbers end below theirs, and no line ends with blanks. */
static void
columns_line_up(void **state)
{
	static const char *const rows[][3] = { { "a", "1", "x" }, { "longer", "12345", "" },
		{ "", "", "yy" } };

	assert_text(printed(rows, 3, false),
		"name     size  note\n"
		"a           1  x\n"
		"longer  12345\n"
		"               yy\n");
}

/* Wide and combining characters count by the cells they take. */
static void
width_by_cells(void **state)
{
	static const char *const rows[][3] = { { "\xe4\xb8\xad\xe6\x96\x87", "1", "x" },
		{ "e\xcc\x81t\xc3\xa9", "2", "y" }, { "plain", "3", "z" } };

	assert_text(printed(rows, 3, false),
		"name   size  note\n"
		"\xe4\xb8\xad\xe6\x96\x87      1  x\n"
		"e\xcc\x81t\xc3\xa9       2  y\n"
		"plain     3  z\n");
}

/* Colours change nothing of the layout, and each is ended. */
static void
colours_take_no_room(void **state)
{
	static const char *const rows[][3] = { { "a", "1", "x" } };

	assert_text(printed(rows, 1, true),
		"\033[2mname\033[0m  \033[2msize\033[0m  \033[2mnote\033[0m\n"
		"\033[1ma\033[0m        1  \033[2mx\033[0m\n");
}

/* A table without rows is its headings. */
static void
headings_alone(void **state)
{
	assert_text(printed(NULL, 0, false), "name  size  note\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_line_up),
		cmocka_unit_test(width_by_cells),
		cmocka_unit_test(colours_take_no_room),
		cmocka_unit_test(headings_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
