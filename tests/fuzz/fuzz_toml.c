/* fuzz_toml: a document is printed as it was read, TOML 1.0 is TOML 1.1 too, and an edit does what
 * it says and nothing else.
 *
 * The first bytes of the input choose the edit and where, the rest is the document. */
#include <string.h>
#include "base/err.h"
#include "tests/fuzz/require.h"
#include "text/toml.h"

#define PICKS 4 /* keys of a path */

enum edit { EDIT_SET, EDIT_REMOVE, EDIT_ADD, EDIT_DROP, EDIT_COUNT };

/* ---- values side by side ---- */

static bool same(const struct toml_value *a, const struct toml_value *b, const char *const *path);

static const struct toml_value *
entry_of(const struct toml_value *table, struct span key)
{
	for (size_t i = 0; i < toml_count(table); i++)
		if (span_equal(toml_key_text(table, i), key))
			return toml_at(table, i);
	return NULL;
}

/* Where the path goes on below this key; NULL when it leads elsewhere. */
static const char *const *
path_below(const char *const *path, struct span key)
{
	return path && *path && span_is(key, *path) ? path + 1 : NULL;
}

/* Every entry of a is in b; a table that has nothing but the path's end may be gone. */
static bool
same_entries(const struct toml_value *a, const struct toml_value *b, const char *const *path)
{
	for (size_t i = 0; i < toml_count(a); i++) {
		struct span key = toml_key_text(a, i);

		if (!same(toml_at(a, i), entry_of(b, key), path_below(path, key)))
			return false;
	}
	return true;
}

static bool
same_items(const struct toml_value *a, const struct toml_value *b, size_t from, size_t count,
	size_t from_b)
{
	for (size_t i = 0; i < count; i++)
		if (!same(toml_at(a, from + i), toml_at(b, from_b + i), NULL))
			return false;
	return true;
}

static bool
same_scalar(const struct toml_value *a, const struct toml_value *b)
{
	double left = toml_float(a, 0), right = toml_float(b, 0);

	return span_equal(toml_text(a), toml_text(b)) && toml_integer(a, 0) == toml_integer(b, 0) &&
		memcmp(&left, &right, sizeof left) == 0 &&
		toml_bool(a, false) == toml_bool(b, false);
}

/* Whether b is what a is, but for what stands at the end of the path. */
static bool
same(const struct toml_value *a, const struct toml_value *b, const char *const *path)
{
	if (path && !*path)
		return true;
	if (!b)
		return path && toml_kind(a) == TOML_TABLE && toml_count(a) > 0 &&
			same_entries(a, NULL, path);
	if (toml_kind(a) != toml_kind(b))
		return false;
	if (toml_kind(a) == TOML_TABLE)
		return same_entries(a, b, path) && same_entries(b, a, path);
	if (toml_kind(a) == TOML_ARRAY)
		return toml_count(a) == toml_count(b) && same_items(a, b, 0, toml_count(a), 0);
	return same_scalar(a, b);
}

/* ---- edits ---- */

struct picked {
	enum edit edit;
	const char *path[PICKS + 1];
	const struct toml_value *value; /* at the path, before the edit; or NULL */
	const char *literal;
	size_t index; /* of the item to drop */
};

static bool
is_plain_key(struct span key)
{
	return memchr(key.data, '\0', key.len) == NULL;
}

/* A way down the tree, each pick a key of the table there or a new one. */
static void
pick_path(struct picked *p, const struct toml_value *root, const uint8_t *picks)
{
	size_t depth = 0;

	p->value = root;
	do {
		size_t i = picks[depth] % (toml_count(p->value) + 1);
		bool is_known =
			i < toml_count(p->value) && is_plain_key(toml_key_text(p->value, i));

		p->path[depth] = is_known ? toml_key_at(p->value, i) : "a new key";
		p->value = toml_get(p->value, p->path[depth]);
	} while (++depth < PICKS && !(picks[depth - 1] & 0x80));
	p->path[depth] = NULL;
}

static struct picked
pick_edit(const struct toml *doc, const uint8_t *picks)
{
	static const char *const literals[] = { "1", "\"x # y\"", "[1, 2]", "{ p = 1, q.r = 2 }",
		"{}", "[ # c\n\t3,\n]", "1979-05-27", "'''\nl\n'''" };
	struct picked p = { .edit = picks[0] % EDIT_COUNT };

	p.literal = literals[picks[0] / EDIT_COUNT % (sizeof literals / sizeof *literals)];
	p.index = picks[0] / EDIT_COUNT;
	pick_path(&p, toml_root(doc), picks + 1);
	return p;
}

static bool
make_edit(struct toml *doc, const struct picked *p, struct err *err)
{
	switch (p->edit) {
	case EDIT_SET: return toml_set(doc, p->path, p->literal, err);
	case EDIT_REMOVE: return toml_remove(doc, p->path, err);
	case EDIT_ADD: return toml_array_add(doc, p->path, p->literal, err);
	default: return toml_array_remove(doc, p->path, p->index, err);
	}
}

/* What the edit promises of the place it was made at: before and after. */
static void
require_done(const struct picked *p, const struct toml_value *old, const struct toml_value *new)
{
	struct str line = STR_INIT;
	struct toml *alone;
	const struct toml_value *given;
	size_t count = toml_count(old), i = p->index;

	str_appendf(&line, "v = %s", p->literal);
	alone = toml_parse(str_cstr(&line), line.len, "literal", NULL);
	given = toml_get(toml_root(alone), "v");
	if (p->edit == EDIT_SET) {
		require(new &&same(given, new, NULL), "another value was set");
	} else if (p->edit == EDIT_REMOVE) {
		require(!new, "a removed value is there");
	} else if (p->edit == EDIT_ADD) {
		require(toml_count(new) == count + 1, "an item was not added");
		require(same_items(old, new, 0, count, 0), "an item was changed");
		require(same(given, toml_at(new, count), NULL), "another item was added");
	} else {
		require(toml_count(new) + 1 == count, "an item was not dropped");
		require(same_items(old, new, 0, i, 0) &&
				same_items(old, new, i + 1, count - i - 1, i),
			"another item was dropped");
	}
	toml_free(alone);
	str_fini(&line);
}

static const struct toml_value *
value_at(const struct toml *doc, const char *const *path)
{
	const struct toml_value *v = toml_root(doc);

	for (; *path; path++)
		v = toml_get(v, *path);
	return v;
}

/* `before` is the same document, which stays as it is. */
static void
try_edit(struct toml *doc, const struct toml *before, const uint8_t *picks)
{
	struct picked p = pick_edit(before, picks);
	struct err err = ERR_INIT;

	if (make_edit(doc, &p, &err)) {
		require(same(toml_root(before), toml_root(doc), p.path), "more than asked for");
		require_done(&p, p.value, value_at(doc, p.path));
	} else {
		require(span_equal(toml_bytes(doc), toml_bytes(before)), "a refusal changed it");
		require(err.message[0] != '\0', "a refusal without words");
		require(!text_starts(err.message, "the file would be broken") ||
				strstr(err.message, "more than 128"),
			"an edit would have broken it");
	}
}

/* ---- documents ---- */

static void
require_places(const struct toml_value *v)
{
	require(toml_line(v) > 0 && toml_column(v) > 0, "a value that is nowhere");
	for (size_t i = 0; i < toml_count(v); i++)
		require_places(toml_at(v, i));
}

static void
try_document(struct span text, enum toml_dialect dialect, const uint8_t *picks)
{
	struct err err = ERR_INIT;
	struct toml *doc = toml_parse_dialect(text.data, text.len, "f", dialect, &err);
	struct toml *before =
		doc ? toml_parse_dialect(text.data, text.len, "f", TOML_1_1, NULL) : NULL;

	if (!doc) {
		require(text_starts(err.message, "f:"), "an error without a place");
		return;
	}
	require(span_equal(toml_bytes(doc), text), "printed otherwise than read");
	require(before != NULL, "TOML 1.0 that is not TOML 1.1");
	require(same(toml_root(doc), toml_root(before), NULL), "TOML 1.1 means something else");
	require_places(toml_root(doc));
	try_edit(doc, before, picks);
	toml_free(before);
	toml_free(doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data + PICKS + 1, size - PICKS - 1 };

	if (size < PICKS + 1)
		return 0;
	try_document(text, TOML_1_0, data);
	try_document(text, TOML_1_1, data);
	return 0;
}
