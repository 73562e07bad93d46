#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "base/alloc.h"
#include "base/err.h"
#include "text/toml.h"
#include <stdio.h>

#define PATH_MAX_KEYS 8

enum edit { SET, REMOVE, ADD, DROP };

/* "a.b.c" as a list of keys, in `keys`; `text` is cut up. */
static const char *const *
path_of(char *text, const char **keys)
{
	size_t count = 0;

	for (char *at = strtok(text, "."); at; at = strtok(NULL, "."))
		keys[count++] = at;
	keys[count] = NULL;
	return keys;
}

/* `argument`: the literal, or for DROP the index as text. */
static bool
edit(struct toml *doc, enum edit what, const char *path, const char *argument, struct err *err)
{
	char *text = xstrdup(path);
	const char *keys[PATH_MAX_KEYS + 1];
	const char *const *list = path_of(text, keys);
	bool ok = false;

	switch (what) {
	case SET: ok = toml_set(doc, list, argument, err); break;
	case REMOVE: ok = toml_remove(doc, list, err); break;
	case ADD: ok = toml_array_add(doc, list, argument, err); break;
	case DROP: ok = toml_array_remove(doc, list, strtoul(argument, NULL, 10), err); break;
	}
	free(text);
	return ok;
}

static struct toml *
parsed(const char *text, enum toml_dialect dialect)
{
	struct err err = ERR_INIT;
	struct toml *doc = toml_parse_dialect(text, strlen(text), "f.toml", dialect, &err);

	if (!doc)
		fail_msg("%s", err.message);
	return doc;
}

struct edit_case {
	enum edit what;
	const char *path;
	const char *argument;
	const char *before;
	const char *after; /* NULL: refused, and nothing changed */
};

static void
check_edit(const struct edit_case *c, enum toml_dialect dialect)
{
	struct toml *doc = parsed(c->before, dialect);
	struct err err = ERR_INIT;
	bool ok = edit(doc, c->what, c->path, c->argument, &err);

	if (ok != (c->after != NULL))
		fail_msg("%s %s in: %s\n%s", c->path, c->argument, c->before, err.message);
	assert_span(toml_bytes(doc), c->after ? c->after : c->before);
	assert_true(ok || err.message[0] != '\0');
	toml_free(doc);
}

/* clang-format off */
static const struct edit_case set_cases[] = {
	/* where it stands */
	{ SET, "a", "2", "a = 1", "a = 2" },
	{ SET, "a", "\"x\"", "# c\n a  =  [1,\n2]  # d\nb = 1\n", "# c\n a  =  \"x\"  # d\nb = 1\n" },
	{ SET, "t.a", "2", "[t]\na = 1 # one\n", "[t]\na = 2 # one\n" },
	{ SET, "t.a.b", "2", "t.a.b = 1\r\n", "t.a.b = 2\r\n" },
	{ SET, "t.a", "2", "t = { a = 1, b = 2 }\n", "t = { a = 2, b = 2 }\n" },
	{ SET, "t", "{}", "t = { a = 1 }\n", "t = {}\n" },
	{ SET, "a", "[\n\t1, # one\n]", "a = 1\n", "a = [\n\t1, # one\n]\n" },
	/* a new line at the end of its table */
	{ SET, "a", "1", "", "a = 1\n" },
	{ SET, "a", "1", "# top", "# top\na = 1\n" },
	{ SET, "b", "2", "a = 1", "a = 1\nb = 2\n" },
	{ SET, "b", "2", "a = 1 # c\n\n# about t\n[t]\n", "a = 1 # c\nb = 2\n\n# about t\n[t]\n" },
	{ SET, "b", "2", "a = 1\r\n[t]\r\n", "a = 1\r\nb = 2\r\n[t]\r\n" },
	{ SET, "a", "1", "[t]\nx = 1\n", "a = 1\n\n[t]\nx = 1\n" },
	{ SET, "a", "1", "# top\n\n# about t\n[t]\n", "# top\n\na = 1\n\n# about t\n[t]\n" },
	{ SET, "a", "1", "\xEF\xBB\xBF[t]\n", "\xEF\xBB\xBF" "a = 1\n\n[t]\n" },
	{ SET, "t.b", "2", "[t]\n  a = 1 # c\n\n# about u\n[u]\n", "[t]\n  a = 1 # c\n  b = 2\n\n# about u\n[u]\n" },
	{ SET, "t.b", "2", "[t]\n[u]\n", "[t]\nb = 2\n[u]\n" },
	{ SET, "t.b", "2", "[t]\na = '''\nx'''\n", "[t]\na = '''\nx'''\nb = 2\n" },
	{ SET, "t.b", "2", "[t]", "[t]\nb = 2\n" },
	{ SET, "t.b c", "2", "[t]\n", "[t]\n\"b c\" = 2\n" },
	/* tables of dotted keys go on as they are */
	{ SET, "t.b", "2", "t.a = 1\nu = 1\n", "t.a = 1\nt.b = 2\nu = 1\n" },
	{ SET, "t.a.c", "2", "[t]\n\ta . \"b\" = 1\n", "[t]\n\ta . \"b\" = 1\n\ta . c = 2\n" },
	{ SET, "t.u.v", "2", "t.a = 1\n", "t.a = 1\nt.u.v = 2\n" },
	{ SET, "x.y.m", "2", "[x.y.z]\n[x]\ny.k = 1\n", "[x.y.z]\n[x]\ny.k = 1\ny.m = 2\n" },
	/* inline tables */
	{ SET, "t.b", "2", "t = {}\n", "t = { b = 2 }\n" },
	{ SET, "t.b", "2", "t = { a = 1 } # c\n", "t = { a = 1, b = 2 } # c\n" },
	{ SET, "t.b", "2", "t = {a=1}\n", "t = {a=1, b = 2}\n" },
	{ SET, "t.u.v", "2", "t = { a = 1 }\n", "t = { a = 1, u.v = 2 }\n" },
	{ SET, "t.u.v", "2", "t = { u.w = 1, a = 1 }\n", "t = { u.w = 1, u.v = 2, a = 1 }\n" },
	/* a new table */
	{ SET, "t.a", "1", "", "[t]\na = 1\n" },
	{ SET, "t.u.a", "1", "x = 1", "x = 1\n\n[t.u]\na = 1\n" },
	{ SET, "target.a b.x", "1", "x = 1\r\n", "x = 1\r\n\r\n[target.\"a b\"]\r\nx = 1\r\n" },
	{ SET, "t.u.a", "1", "[t]\nx = 1\n\n", "[t]\nx = 1\n\n[t.u]\na = 1\n" },
	{ SET, "t.a", "1", "[t.u]\nx = 1\n", "[t.u]\nx = 1\n\n[t]\na = 1\n" },
	/* among those it belongs with, in their manner */
	{ SET, "t.b.x", "2", "[t.a]\nx = 1\n\n[u]\n", "[t.a]\nx = 1\n\n[t.b]\nx = 2\n\n[u]\n" },
	{ SET, "t.b.x", "2", "[t.a]\nx = 1\n[u]\n", "[t.a]\nx = 1\n[t.b]\nx = 2\n[u]\n" },
	{ SET, "t.b.x", "2", "[t.a]\nx = 1\n\n# about u\n[u]\n", "[t.a]\nx = 1\n\n[t.b]\nx = 2\n\n# about u\n[u]\n" },
	{ SET, "t.b.x", "2", "[t.a]\nx = 1\n# y = 2\n\n[u]\n", "[t.a]\nx = 1\n# y = 2\n\n[t.b]\nx = 2\n\n[u]\n" },
	{ SET, "t.b.x", "2", "[t.a]\nx = 1\n# about u\n[u]\n", "[t.a]\nx = 1\n[t.b]\nx = 2\n# about u\n[u]\n" },
	{ SET, "t.b.x", "2", "[u]\n[t]\n  [t.a]\n    x = 1 # c\n\n[v]\n", "[u]\n[t]\n  [t.a]\n    x = 1 # c\n\n  [t.b]\n    x = 2\n\n[v]\n" },
	{ SET, "t.b.x", "2", "[t.a]\r\nx = 1\r\n\r\n[u]\r\n", "[t.a]\r\nx = 1\r\n\r\n[t.b]\r\nx = 2\r\n\r\n[u]\r\n" },
	{ SET, "t.b.x", "2", "[t.a]\nx = 1\n[u]\ny = 1\n[t.c.d]\nz = 1", "[t.a]\nx = 1\n[u]\ny = 1\n[t.c.d]\nz = 1\n\n[t.b]\nx = 2\n" },
	{ SET, "t.b.x", "2", "[t.a]\nx = 1\n\n\n", "[t.a]\nx = 1\n\n\n[t.b]\nx = 2\n" },
	{ SET, "t.b.x", "2", "[[t.a]]\nx = 1\n\n[u]\n", "[[t.a]]\nx = 1\n\n[t.b]\nx = 2\n\n[u]\n" },
	/* refused */
	{ SET, "t.a", "1", "t = 1\n", NULL },
	{ SET, "t.a", "1", "t = [1]\n", NULL },
	{ SET, "t.a", "1", "[[t]]\na = 1\n", NULL },
	{ SET, "t.a.b", "1", "[[t.a]]\n", NULL },
	{ SET, "t", "1", "[t]\na = 1\n", NULL },
	{ SET, "t", "1", "t.a = 1\n", NULL },
	{ SET, "t", "[]", "[[t]]\n", NULL },
	{ SET, "a", "1\nb = 2", "a = 1\n", NULL },
	{ SET, "a", "1 # c", "a = 1\n", NULL },
	{ SET, "a", "", "a = 1\n", NULL },
	{ SET, "a", "x", "a = 1\n", NULL },
	{ SET, "t.a", "1\nb = 2", "t = {}\n", NULL },
	{ SET, "", "1", "a = 1\n", NULL },
};

static const struct edit_case remove_cases[] = {
	{ REMOVE, "a", "", "a = 1", "" },
	{ REMOVE, "b", "", "# c\na = 1\n b = [\n2] # d\n\nc = 3", "# c\na = 1\n\nc = 3" },
	{ REMOVE, "b", "", "a = 1\n", "a = 1\n" },
	{ REMOVE, "t.b", "", "[u]\n", "[u]\n" },
	{ REMOVE, "t.a", "", "[t]\na = 1\n[u]\n", "[t]\n[u]\n" },
	{ REMOVE, "t", "", "t.a = 1\nb = 2\nt.c.d = 3\n", "b = 2\n" },
	{ REMOVE, "t.a", "", "t = { a = 1 }\n", "t = {}\n" },
	{ REMOVE, "t.a", "", "t = { a = 1, b = 2 }\n", "t = { b = 2 }\n" },
	{ REMOVE, "t.b", "", "t = { a = 1, b = 2 }\n", "t = { a = 1 }\n" },
	{ REMOVE, "t.b", "", "t = {a=1 , b=2 , c=3}\n", "t = {a=1 , c=3}\n" },
	{ REMOVE, "t.a", "", "t = { d = 0, a.b = 1, a.c.d = 2 }\n", "t = { d = 0 }\n" },
	{ REMOVE, "t.a", "", "t = { a.b = 1, d = 0, a.c.d = 2 }\n", "t = { d = 0 }\n" },
	{ REMOVE, "t", "", "a = 1\n\n[t]\nx = 1\n# in t\ny = 2\n\n# about u\n[u]\n", "a = 1\n\n# about u\n[u]\n" },
	{ REMOVE, "t", "", "[t]\nx = 1\n\n[u]\n", "[u]\n" },
	{ REMOVE, "t", "", "a = 1\r\n\r\n[t]\r\nx = 1\r\n", "a = 1\r\n" },
	{ REMOVE, "t", "", "[t.u]\nx = 1\n\n[b]\n\n[t]\n[t.u.v]\n", "[b]\n" },
	{ REMOVE, "t", "", "[[t]]\nx = 1\n[[t]]\n[t.u]\n[b]\n", "[b]\n" },
	{ REMOVE, "t.u", "", "[t]\nu.a = 1\nb = 1\n[t.u.x]\nc = 1\n", "[t]\nb = 1\n" },
	{ REMOVE, "t.a", "", "[[t]]\na = 1\n", NULL },
	{ REMOVE, "t.a", "", "t = 1\n", NULL },
};

static const struct edit_case array_cases[] = {
	{ ADD, "a", "2", "", "a = [2]\n" },
	{ ADD, "t.a", "2", "[t]\n", "[t]\na = [2]\n" },
	{ ADD, "a", "2", "a = []\n", "a = [2]\n" },
	{ ADD, "a", "2", "a = [ ]\n", "a = [2]\n" },
	{ ADD, "a", "2", "a = [ # none\n]\n", "a = [2 # none\n]\n" },
	{ ADD, "a", "2", "a = [1] # c\n", "a = [1, 2] # c\n" },
	{ ADD, "a", "2", "a = [ 1, ]\n", "a = [ 1, 2, ]\n" },
	{ ADD, "a", "2", "a = [\n  1, # one\n]\n", "a = [\n  1, # one\n  2,\n]\n" },
	{ ADD, "a", "2", "a = [\n\t1 # one\n]\n", "a = [\n\t1, # one\n\t2\n]\n" },
	{ ADD, "a", "2", "a = [\r\n\t1,\r\n]\r\n", "a = [\r\n\t1,\r\n\t2,\r\n]\r\n" },
	{ ADD, "a", "2", "a = [\n  0,\n  1\n  # last\n]\n", "a = [\n  0,\n  1,\n  2\n  # last\n]\n" },
	{ ADD, "a", "2", "a = [0,\n 1]\n", "a = [0,\n 1, 2]\n" },
	{ ADD, "a", "2", "a = [\n 0, 1,\n]\n", "a = [\n 0, 1, 2,\n]\n" },
	{ ADD, "a", "2", "a = [\n 1 # c\n ,\n]\n", "a = [\n 1 # c\n ,\n 2,\n]\n" },
	{ ADD, "t.a", "2", "t = { a = [1] }\n", "t = { a = [1, 2] }\n" },
	{ ADD, "a", "2", "a = 1\n", NULL },
	{ ADD, "a", "2", "[[a]]\n", NULL },
	{ ADD, "a", "2, 3", "a = [1]\n", NULL },
	{ DROP, "a", "0", "a = [1]\n", "a = []\n" },
	{ DROP, "a", "0", "a = [ 1, ] # c\n", "a = [ ] # c\n" },
	{ DROP, "a", "0", "a = [1, 2, 3]\n", "a = [2, 3]\n" },
	{ DROP, "a", "1", "a = [1, 2, 3]\n", "a = [1, 3]\n" },
	{ DROP, "a", "2", "a = [1, 2, 3]\n", "a = [1, 2]\n" },
	{ DROP, "a", "1", "a = [1, 2,]\n", "a = [1,]\n" },
	{ DROP, "a", "0", "a = [\n  1, # one\n  2, # two\n]\n", "a = [\n  2, # two\n]\n" },
	{ DROP, "a", "1", "a = [\n  1, # one\n  2 # two\n]\n", "a = [\n  1, # one\n]\n" },
	{ DROP, "a", "1", "a = [1,\n 2]\n", "a = [1,\n]\n" },
	{ DROP, "a", "1", "a = [\n 1, 2, # c\n 3\n]\n", "a = [\n 1, # c\n 3\n]\n" },
	{ DROP, "a", "0", "a = [\n [1,\n  2],\n 3\n]\n", "a = [\n 3\n]\n" },
	{ DROP, "a", "1", "a = [1]\n", NULL },
	{ DROP, "b", "0", "a = [1]\n", NULL },
	{ DROP, "a", "0", "a = 1\n", NULL },
};

static const struct edit_case block_cases[] = {
	{ SET, "a", "2", "t = {\n a = 1,\n}\n", "t = {\n a = 1,\n}\na = 2\n" },
	{ SET, "t.a", "2", "t = {\n a = 1, # c\n}\n", "t = {\n a = 2, # c\n}\n" },
	{ SET, "t.a", "{\n b = 1,\n}", "[t]\na = 1\n", "[t]\na = {\n b = 1,\n}\n" },
	{ SET, "t.a", "\"\\e\"", "[t]\na = \"\\x41\"\n", "[t]\na = \"\\e\"\n" },
	{ SET, "t.b", "2", "t = {\n\ta = 1, # c\n}\n", "t = {\n\ta = 1, # c\n\tb = 2,\n}\n" },
	{ SET, "t.b", "2", "t = {\n\ta = 1 # c\n}\n", "t = {\n\ta = 1, # c\n\tb = 2\n}\n" },
	{ SET, "t.b", "2", "t = {\r\n  a = 1,\r\n  # last\r\n}\r\n", "t = {\r\n  a = 1,\r\n  b = 2,\r\n  # last\r\n}\r\n" },
	{ SET, "t.b", "2", "t = { a = 1, }\n", "t = { a = 1, b = 2, }\n" },
	{ SET, "t.b", "2", "t = {\n a = 1 }\n", "t = {\n a = 1, b = 2 }\n" },
	{ SET, "t.b", "2", "t = { # none\n}\n", "t = { b = 2 # none\n}\n" },
	{ SET, "t.b", "2", "t = { }\n", "t = { b = 2 }\n" },
	{ SET, "t.u.b", "2", "t = {\n u . a = 1,\n v = 3\n}\n", "t = {\n u . a = 1,\n u . b = 2,\n v = 3\n}\n" },
	{ SET, "t.u.b", "2", "t = {\n u = {\n  a = 1,\n },\n}\n", "t = {\n u = {\n  a = 1,\n  b = 2,\n },\n}\n" },
	{ SET, "t.b", "2", "[t]\na = {\n}\n", "[t]\na = {\n}\nb = 2\n" },
	{ REMOVE, "t.a", "", "t = {\n  a = 1, # a\n  b = 2, # b\n}\n", "t = {\n  b = 2, # b\n}\n" },
	{ REMOVE, "t.b", "", "t = {\n  a = 1, # a\n  b = 2 # b\n}\n", "t = {\n  a = 1, # a\n}\n" },
	{ REMOVE, "t.a", "", "t = {\n  a = 1,\n}\n", "t = {\n}\n" },
	{ REMOVE, "t.a", "", "t = { a = 1, }\n", "t = { }\n" },
	{ REMOVE, "t.b", "", "t = { a = 1, b = 2, }\n", "t = { a = 1, }\n" },
	{ REMOVE, "t.b", "", "t = { a = 1, b = 2 # c\n}\n", "t = { a = 1 # c\n}\n" },
	{ REMOVE, "t.b", "", "t = { a = 1 # c\n, b = 2 }\n", "t = { a = 1 # c\n }\n" },
	{ REMOVE, "t.u", "", "t = {\n u.a = 1,\n v = 3,\n u.b = 2\n}\n", "t = {\n v = 3,\n}\n" },
	{ REMOVE, "t", "", "t = {\n a = 1,\n} # c\nb = 2\n", "b = 2\n" },
	{ REMOVE, "t.a", "", "[t]\na = {\n x = 1,\n}\nb = 2\n", "[t]\nb = 2\n" },
	{ ADD, "t.a", "2", "t = {\n a = [\n  1,\n ],\n}\n", "t = {\n a = [\n  1,\n  2,\n ],\n}\n" },
};
/* clang-format on */

/* A value is set where it stands, or on a new line in the manner of its table. */
static void
set_changes_its_line(void **state)
{
	for (size_t i = 0; i < COUNT(set_cases); i++)
		check_edit(&set_cases[i], TOML_1_0);
}

/* What is removed goes with its line, and nothing else goes. */
static void
remove_takes_its_lines(void **state)
{
	for (size_t i = 0; i < COUNT(remove_cases); i++)
		check_edit(&remove_cases[i], TOML_1_0);
}

/* Items come and go; the others keep their lines and comments. */
static void
array_items_come_and_go(void **state)
{
	for (size_t i = 0; i < COUNT(array_cases); i++)
		check_edit(&array_cases[i], TOML_1_0);
}

/* A table of TOML 1.1 keeps its layout and comments when pairs come and go, as an array does. */
static void
blocks_keep_their_layout(void **state)
{
	for (size_t i = 0; i < COUNT(block_cases); i++)
		check_edit(&block_cases[i], TOML_1_1);
	for (size_t i = 0; i < COUNT(set_cases); i++)
		check_edit(&set_cases[i], TOML_1_1);
	for (size_t i = 0; i < COUNT(remove_cases); i++)
		check_edit(&remove_cases[i], TOML_1_1);
}

/* A refusal says which key, where, and why. */
static void
refusals_are_named(void **state)
{
	struct toml *doc = parsed("x = 1\n[[bin]]\nname = 'a'\n", TOML_1_0);
	struct err err = ERR_INIT;

	assert_false(edit(doc, SET, "bin.name", "1", &err));
	assert_string_equal(err.message,
		"f.toml:2:1: bin.name cannot be changed: there is an array of tables on the way");
	assert_false(edit(doc, SET, "x", "[1", &err));
	assert_string_equal(err.message, "new value:1:9: this array has no closing ]");
	assert_false(edit(doc, SET, "x", "1\ny = 2", &err));
	assert_string_equal(err.message, "new value: \"1 y = 2\" is not one value alone");
	assert_false(edit(doc, SET, "x", "{ a = 1, }", &err));
	assert_string_equal(err.message,
		"new value:1:18: expected another key after the last \",\", found \"}\"");
	toml_free(doc);
}

/* Every leaf below v as "path=value" lines. */
static void
flatten(struct str *out, const struct toml_value *v, const char *path)
{
	if (toml_kind(v) != TOML_TABLE && toml_kind(v) != TOML_ARRAY) {
		str_appendf(out, "%s=", path);
		if (toml_kind(v) == TOML_STRING)
			toml_quote(out, toml_text(v));
		else
			str_appendf(out, "%lld", (long long)toml_integer(v, -1));
		str_append_char(out, '\n');
		return;
	}
	for (size_t i = 0; i < toml_count(v); i++) {
		char *below = toml_kind(v) == TOML_TABLE
			? xasprintf("%s.%s", path, toml_key_at(v, i))
			: xasprintf("%s.%zu", path, i);

		flatten(out, toml_at(v, i), below);
		free(below);
	}
}

static void
roll_value(struct dice *d, enum toml_dialect dialect, struct str *out)
{
	static const char *const values[] = { "1", "[1, 2]", "\"x # y\"", "[ # c\n  3,\n]",
		"{ p = 1, q.r = 2 }", "{}", "'''\nl\n'''", "[]",
		/* 1.1: */ "{ # c\n  p = 1, # d\n  q.r = 2,\n}", "{ p = 1,\n}" };

	str_append(out, values[dice_below(d, COUNT(values) - (dialect == TOML_1_0 ? 2 : 0))]);
}

static void
roll_blank(struct dice *d, struct str *out)
{
	static const char *const blanks[] = { "", "", "\n", "# c = 1\n",
		"\n# about what follows\n" };

	str_append(out, blanks[dice_below(d, COUNT(blanks))]);
}

static void
append_numbered(struct str *out, const char *pattern, size_t number)
{
	struct span rest;

	str_append_span(out, span_cut(span_of(pattern), '@', &rest));
	str_appendf(out, "%zu", number);
	str_append_span(out, rest);
}

/* A document of every kind of table; keys are numbered, so that none comes twice. */
static void
roll_document(struct dice *d, enum toml_dialect dialect, struct str *out)
{
	static const char *const headers[] = { "[t@]", "[s@.u]", "[[l@]]", "  [ r@ . \"v\" ] # c" };
	static const char *const keys[] = { "k@", "d@.a", "d@.a.b", "  i@", "\"q@\"" };
	size_t sections = dice_below(d, 4);

	for (size_t i = 0; i <= sections; i++) {
		roll_blank(d, out);
		if (i > 0) {
			append_numbered(out, headers[dice_below(d, COUNT(headers))], i);
			str_append_char(out, '\n');
		}
		for (size_t k = dice_below(d, 4); k > 0; k--) {
			roll_blank(d, out);
			append_numbered(out, keys[dice_below(d, COUNT(keys))], k);
			str_append(out, " = ");
			roll_value(d, dialect, out);
			str_append(out, dice_below(d, 3) == 0 ? " # kept\n" : "\n");
		}
	}
	if (out->len > 0 && dice_below(d, 4) == 0)
		str_truncate(out, out->len - 1);
}

static void
roll_path(struct dice *d, struct str *out)
{
	static const char *const firsts[] = { "k1", "d1", "d2.a", "i1", "q2", "t1", "s2.u", "s1",
		"r1.v", "l1", "t2", "new", "t1.d1" };
	static const char *const seconds[] = { "", ".k1", ".d1.a", ".n", ".p", ".q.r", ".b", ".a" };

	str_append(out, firsts[dice_below(d, COUNT(firsts))]);
	str_append(out, seconds[dice_below(d, COUNT(seconds))]);
}

/* Whether `line` is below the path or is it: its own leaf. */
static bool
is_own(struct span line, const char *path)
{
	size_t len = strlen(path);

	return line.len > len + 1 && line.data[0] == '.' && memcmp(line.data + 1, path, len) == 0 &&
		(line.data[len + 1] == '.' || line.data[len + 1] == '=');
}

/* The lines of `leaves` that are not the path's own, sorted out in their order. */
static char *
others_of(const struct str *leaves, const char *path)
{
	struct str out = STR_INIT;
	struct span rest = str_span(leaves);

	while (rest.len > 0) {
		struct span line = span_cut(rest, '\n', &rest);

		if (is_own(line, path))
			continue;
		str_append_span(&out, line);
		str_append_char(&out, '\n');
	}
	return str_take(&out);
}

static char *
sorted_lines(char *text)
{
	struct str out = STR_INIT;
	const char *lines[256];
	size_t count = 0;

	for (char *at = strtok(text, "\n"); at && count < COUNT(lines); at = strtok(NULL, "\n")) {
		size_t i = count++;

		for (; i > 0 && strcmp(lines[i - 1], at) > 0; i--)
			lines[i] = lines[i - 1];
		lines[i] = at;
	}
	for (size_t i = 0; i < count; i++)
		str_appendf(&out, "%s\n", lines[i]);
	free(text);
	return str_take(&out);
}

static void
assert_others_kept(const struct str *before, const struct toml *doc, const char *path)
{
	struct str after = STR_INIT;
	char *kept, *now;

	flatten(&after, toml_root(doc), "");
	kept = sorted_lines(others_of(before, path));
	now = sorted_lines(others_of(&after, path));
	assert_string_equal(kept, now);
	free(kept);
	free(now);
	str_fini(&after);
}

/* Comments of whole lines and at line ends, in order. */
static void
collect_comments(struct span text, struct str *out)
{
	while (text.len > 0) {
		struct span line = span_cut(text, '\n', &text);
		long at = span_find(line, SPAN("# kept"));
		struct span trimmed = span_trim(line);

		if (at >= 0)
			str_append(out, "k");
		if (span_starts(trimmed, "# c = 1") || span_starts(trimmed, "# about"))
			str_append(out, "c");
	}
}

static size_t
count_lines(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.data[i] == '\n';
	return count;
}

/* A new key only puts bytes in; a known one changes nothing before the line of its value. */
static void
assert_rest_untouched(struct span before, struct span after, int line)
{
	size_t head = 0, tail = 0;

	while (head < before.len && head < after.len && before.data[head] == after.data[head])
		head++;
	while (tail < before.len && tail < after.len &&
		before.data[before.len - 1 - tail] == after.data[after.len - 1 - tail])
		tail++;
	if (line == 0)
		assert_true(head + tail >= before.len);
	else
		assert_true(count_lines((struct span){ before.data, head }) + 1 >= (size_t)line);
}

static int
line_of(const struct toml *doc, const char *path)
{
	const struct toml_value *v = toml_root(doc);
	char *text = xstrdup(path);
	const char *keys[PATH_MAX_KEYS + 1];

	path_of(text, keys);
	for (size_t i = 0; keys[i]; i++)
		v = toml_get(v, keys[i]);
	free(text);
	return v ? toml_line(v) : 0;
}

/* Setting any key keeps all comments, all other values and all other lines. */
static void
random_sets_keep_the_rest(void **state)
{
	struct dice dice = { .state = 3 };
	size_t changed = 0;

	for (int round = 0; round < 5000; round++) {
		enum toml_dialect dialect = round % 2 ? TOML_1_1 : TOML_1_0;
		struct str text = STR_INIT, path = STR_INIT, value = STR_INIT, leaves = STR_INIT;
		struct str comments = STR_INIT, comments_after = STR_INIT;
		struct err err = ERR_INIT;
		struct toml *doc;
		int line;

		roll_document(&dice, dialect, &text);
		roll_path(&dice, &path);
		roll_value(&dice, dialect, &value);
		doc = parsed(str_cstr(&text), dialect);
		line = line_of(doc, str_cstr(&path));
		flatten(&leaves, toml_root(doc), "");
		collect_comments(str_span(&text), &comments);
		if (edit(doc, SET, str_cstr(&path), str_cstr(&value), &err)) {
			changed++;
			assert_others_kept(&leaves, doc, str_cstr(&path));
			assert_rest_untouched(str_span(&text), toml_bytes(doc), line);
			collect_comments(toml_bytes(doc), &comments_after);
			assert_string_equal(str_cstr(&comments), str_cstr(&comments_after));
			assert_true(span_find(toml_bytes(doc), str_span(&value)) >= 0);
		} else {
			assert_span(toml_bytes(doc), str_cstr(&text));
			assert_true(strstr(err.message, "cannot be changed") != NULL);
		}
		toml_free(doc);
		str_fini(&text);
		str_fini(&path);
		str_fini(&value);
		str_fini(&leaves);
		str_fini(&comments);
		str_fini(&comments_after);
	}
	assert_in_range(changed, 3000, 5000);
}

/* A new line that is removed again leaves the bytes that were there before. */
static void
removals_undo_sets(void **state)
{
	struct dice dice = { .state = 5 };
	size_t undone = 0;

	for (int round = 0; round < 10000; round++) {
		enum toml_dialect dialect = round % 2 ? TOML_1_1 : TOML_1_0;
		struct str text = STR_INIT, path = STR_INIT;
		struct err err = ERR_INIT;
		struct toml *doc;

		roll_document(&dice, dialect, &text);
		str_append(&text, text.len > 0 && !span_ends(str_span(&text), "\n") ? "\n" : "");
		roll_path(&dice, &path);
		str_append(&path, ".z");
		doc = parsed(str_cstr(&text), dialect);
		if (edit(doc, SET, str_cstr(&path), "7", &err) &&
			count_lines(toml_bytes(doc)) <= count_lines(str_span(&text)) + 1) {
			assert_true(edit(doc, REMOVE, str_cstr(&path), "", &err));
			assert_span(toml_bytes(doc), str_cstr(&text));
			undone++;
		}
		toml_free(doc);
		str_fini(&text);
		str_fini(&path);
	}
	assert_in_range(undone, 300, 10000);
}

/* Removing any key leaves every other value alone. */
static void
random_removals_keep_the_rest(void **state)
{
	struct dice dice = { .state = 13 };

	for (int round = 0; round < 5000; round++) {
		enum toml_dialect dialect = round % 2 ? TOML_1_1 : TOML_1_0;
		struct str text = STR_INIT, path = STR_INIT, leaves = STR_INIT;
		struct err err = ERR_INIT;
		struct toml *doc;

		roll_document(&dice, dialect, &text);
		roll_path(&dice, &path);
		doc = parsed(str_cstr(&text), dialect);
		flatten(&leaves, toml_root(doc), "");
		if (edit(doc, REMOVE, str_cstr(&path), "", &err)) {
			assert_others_kept(&leaves, doc, str_cstr(&path));
		} else {
			assert_span(toml_bytes(doc), str_cstr(&text));
		}
		toml_free(doc);
		str_fini(&text);
		str_fini(&path);
		str_fini(&leaves);
	}
}

/* An array of numbers, or a table of k<number> = <number>. */
struct list {
	bool is_table;
	long items[16];
	size_t count;
};

static void
append_list_item(struct str *out, const struct list *list, long item)
{
	if (list->is_table)
		str_appendf(out, "k%ld = ", item);
	str_appendf(out, "%ld", item);
}

static void
roll_list(struct dice *d, struct list *list, struct str *out)
{
	static const char *const pieces[] = { "", " ", "\n", "\n  ", " # c\n", "\r\n\t" };

	list->count = dice_below(d, 5);
	str_append(out, list->is_table ? "a = {" : "a = [");
	for (size_t i = 0; i < list->count; i++) {
		list->items[i] = (long)i;
		str_append(out, pieces[dice_below(d, COUNT(pieces))]);
		append_list_item(out, list, (long)i);
		str_append(out, pieces[dice_below(d, COUNT(pieces))]);
		if (i + 1 < list->count || dice_below(d, 2))
			str_append_char(out, ',');
	}
	str_append(out, pieces[dice_below(d, COUNT(pieces))]);
	str_append(out, list->is_table ? "} # kept\nb = 1\n" : "] # kept\nb = 1\n");
}

static bool
list_add(struct toml *doc, struct list *list, long item, struct err *err)
{
	char path[32], literal[32];

	list->items[list->count++] = item;
	snprintf(literal, sizeof literal, "%ld", item);
	snprintf(path, sizeof path, "a.k%ld", item);
	return list->is_table ? edit(doc, SET, path, literal, err)
			      : edit(doc, ADD, "a", literal, err);
}

static bool
list_drop(struct toml *doc, struct list *list, size_t at, struct err *err)
{
	char path[32], index[32];

	snprintf(path, sizeof path, "a.k%ld", list->items[at]);
	snprintf(index, sizeof index, "%zu", at);
	list->count--;
	memmove(list->items + at, list->items + at + 1, (list->count - at) * sizeof *list->items);
	return list->is_table ? edit(doc, REMOVE, path, "", err) : edit(doc, DROP, "a", index, err);
}

static void
assert_list(const struct toml *doc, const struct list *list)
{
	const struct toml_value *a = toml_get(toml_root(doc), "a");
	char key[32];

	assert_int_equal(toml_count(a), list->count);
	for (size_t i = 0; i < list->count; i++) {
		assert_int_equal(toml_integer(toml_at(a, i), -1), list->items[i]);
		snprintf(key, sizeof key, "k%ld", list->items[i]);
		if (list->is_table)
			assert_string_equal(toml_key_at(a, i), key);
	}
	assert_true(span_ends(
		toml_bytes(doc), list->is_table ? "} # kept\nb = 1\n" : "] # kept\nb = 1\n"));
}

/* An array or table that items are added to and dropped from, however it is laid out, holds the
 * right ones in their order. */
static void
random_list_edits(void **state)
{
	struct dice dice = { .state = 17 };

	for (int round = 0; round < 6000; round++) {
		struct list list = { .is_table = round % 2 };
		struct str text = STR_INIT;
		struct err err = ERR_INIT;
		struct toml *doc;

		roll_list(&dice, &list, &text);
		doc = parsed(str_cstr(&text), list.is_table ? TOML_1_1 : TOML_1_0);
		for (long step = 100; step < 108; step++) {
			size_t at = dice_below(&dice, list.count + 1);

			if (!(at < list.count ? list_drop(doc, &list, at, &err)
					      : list_add(doc, &list, step, &err)))
				fail_msg("%s in: %s", err.message, str_cstr(&text));
			assert_list(doc, &list);
		}
		toml_free(doc);
		str_fini(&text);
	}
}

/* Two values are equal when they mean the same, however they are written. */
static void
equality_is_of_meaning(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} cases[] = {
		{ "\"cc\"", "'cc'", true },
		{ "\"c\\u0063\"", "\"cc\"", true },
		{ "\"cc\"", "\"cd\"", false },
		{ "\"1\"", "1", false },
		{ "1", "0x1", true },
		{ "1", "1.0", false },
		{ "1_0.5", "10.5", true },
		{ "true", "false", false },
		{ "[1, 2]", "[1,\n2,]", true },
		{ "[1, 2]", "[2, 1]", false },
		{ "[1, 2]", "[1]", false },
		{ "{ a = 1, b = 2 }", "{ b = 2, a = 1 }", true },
		{ "{ a = 1 }", "{ b = 1 }", false },
		{ "2024-01-01", "2024-01-01", true },
		{ "2024-01-01", "2024-01-02", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = xasprintf("a = %s\nb = %s\n", cases[i].a, cases[i].b);
		struct toml *doc = parsed(text, TOML_1_0);
		const struct toml_value *root = toml_root(doc);

		if (toml_equal(toml_get(root, "a"), toml_get(root, "b")) != cases[i].equal)
			fail_msg("%s", text);
		assert_span(toml_source(doc, toml_get(root, "b")), cases[i].b);
		toml_free(doc);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_changes_its_line),
		cmocka_unit_test(equality_is_of_meaning),
		cmocka_unit_test(remove_takes_its_lines),
		cmocka_unit_test(array_items_come_and_go),
		cmocka_unit_test(blocks_keep_their_layout),
		cmocka_unit_test(refusals_are_named),
		cmocka_unit_test(random_sets_keep_the_rest),
		cmocka_unit_test(removals_undo_sets),
		cmocka_unit_test(random_removals_keep_the_rest),
		cmocka_unit_test(random_list_edits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
