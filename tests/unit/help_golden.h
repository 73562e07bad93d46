/* help_golden: a canvas against tests/golden/<name>.txt: its text, then its roles.
 *
 * Roles are a letter a cell, as many as differ from plain text; the letters in use are named at the
 * end. UPDATE_GOLDEN=1 writes the file anew. XTUI_SOURCE names the source folder (else "."). */
#pragma once
#include <stdio.h>
#include "unit/check.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "ui/canvas.h"
#include "ui/theme.h"

static inline char
golden_letter(int role)
{
	return (char)(role < 26 ? 'a' + role : 'A' + role - 26);
}

/* The roles without the plain text at the end of each line. */
static inline void
golden_roles(const struct canvas *c, struct str *out)
{
	struct str all = STR_INIT;
	struct span rest;

	canvas_dump_roles(c, &all);
	rest = str_span(&all);
	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		while (line.len && line.data[line.len - 1] == golden_letter(ROLE_TEXT))
			line.len--;
		str_append_span(out, line);
		str_append_char(out, '\n');
	}
	str_fini(&all);
}

static inline void
golden_format(const struct canvas *c, struct str *out)
{
	struct str roles = STR_INIT;

	canvas_dump_text(c, out);
	golden_roles(c, &roles);
	str_appendf(out, "---- roles ----\n%s----\n", str_cstr(&roles));
	for (int role = 0; role < ROLE_COUNT; role++)
		if (strchr(str_cstr(&roles), golden_letter(role)))
			str_appendf(
				out, "%c %s\n", golden_letter(role), role_name((enum role)role));
	str_fini(&roles);
}

/* Prints the lines that differ; the lines' numbers are those of the file. */
static inline void
golden_print_difference(struct span wanted, struct span drawn)
{
	for (int line = 1; wanted.len || drawn.len; line++) {
		struct span a = span_cut(wanted, '\n', &wanted), b = span_cut(drawn, '\n', &drawn);
		if (!span_equal(a, b))
			print_error("%4d - %.*s\n     + %.*s\n", line, (int)a.len, a.data,
				(int)b.len, b.data);
	}
}

static inline void
golden_check_text(const char *name, struct span drawn)
{
	const char *source = getenv("XTUI_SOURCE");
	char *path = path_joinf(source ? source : ".", "tests/golden/%s.txt", name);
	struct str wanted = STR_INIT;
	struct err err = ERR_INIT;
	bool same;

	if (getenv("UPDATE_GOLDEN")) {
		same = file_write(path, drawn, &err);
	} else {
		file_read(path, &wanted, &err);
		same = span_equal(str_span(&wanted), drawn);
	}
	if (!same) {
		print_error("%s: %s\n", path, err.kind ? err.message : "not what is drawn");
		golden_print_difference(str_span(&wanted), drawn);
	}
	str_fini(&wanted);
	free(path);
	assert_true(same);
}

static inline void
golden_check(const char *name, const struct canvas *c)
{
	struct str drawn = STR_INIT;

	golden_format(c, &drawn);
	golden_check_text(name, str_span(&drawn));
	str_fini(&drawn);
}
