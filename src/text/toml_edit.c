/* Edits of a document: each makes a new text, parses it, and takes its place when that went well. */
#include "base/alloc.h"
#include "base/vec.h"
#include "text/toml_tree.h"
#include <string.h>

/* How far a path of keys leads into the tree. */
struct spot {
	struct toml_value *table; /* the deepest table on the way; inline or of lines */
	size_t known;             /* keys of the path that lead to `table` */
	struct toml_entry *entry; /* what the whole path names, or NULL */
};

struct range {
	size_t begin;
	size_t end;
};

struct ranges {
	struct range *items;
	size_t len;
	size_t cap;
};

static void
append_key(struct str *out, const char *key)
{
	static const char bare[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	if (*key && strspn(key, bare) == strlen(key))
		str_append(out, key);
	else
		toml_quote(out, span_of(key));
}

static void
append_path(struct str *out, const char *const *path, size_t count)
{
	for (size_t i = 0; i < count && path[i]; i++) {
		if (i > 0)
			str_append_char(out, '.');
		append_key(out, path[i]);
	}
}

static bool
refuse(const struct toml *doc, const char *const *path, const struct toml_value *v, struct err *err,
	const char *why)
{
	struct str name = STR_INIT;

	append_path(&name, path, SIZE_MAX);
	toml_err(doc, v, err, "%s cannot be changed: %s", str_cstr(&name), why);
	str_fini(&name);
	return false;
}

static bool
find_spot(const struct toml *doc, const char *const *path, struct spot *spot, struct err *err)
{
	*spot = (struct spot){ .table = doc->root };
	for (; path[spot->known]; spot->known++) {
		struct span key = span_of(path[spot->known]);
		struct toml_entry *entry = toml_lookup(spot->table, key, toml_hash(key));

		if (!entry)
			return true;
		if (!path[spot->known + 1]) {
			spot->entry = entry;
			return true;
		}
		if (entry->value->form == FORM_SECTIONS)
			return refuse(doc, path, entry->value, err,
				"there is an array of tables on the way");
		if (entry->value->kind != TOML_TABLE)
			return refuse(doc, path, entry->value, err,
				"a value that is no table is on the way");
		spot->table = entry->value;
	}
	return refuse(doc, path, doc->root, err, "no key was named");
}

/* Takes over `text` when it is TOML; the tree is new then. */
static bool
replace_text(struct toml *doc, const struct str *text, struct err *err)
{
	struct toml *fresh =
		toml_parse_dialect(str_cstr(text), text->len, doc->name, doc->dialect, err);
	struct toml old = *doc;

	if (!fresh)
		return err_prefix(err, "the file would be broken by this edit");
	*doc = *fresh;
	*fresh = old;
	toml_free(fresh);
	return true;
}

/* Replaces the bytes from begin to end. */
static bool
replace_bytes(struct toml *doc, size_t begin, size_t end, const struct str *piece, struct err *err)
{
	struct str text = STR_INIT;
	bool ok;

	str_append_span(&text, toml_bytes(doc));
	str_splice(&text, begin, end - begin, str_cstr(piece), piece->len);
	ok = replace_text(doc, &text, err);
	str_fini(&text);
	return ok;
}

/* The literal must be one value and nothing but it. */
static bool
check_literal(const struct toml *doc, const char *literal, struct err *err)
{
	struct str line = STR_INIT;
	struct toml *alone;
	bool ok;

	str_appendf(&line, "value = %s", literal);
	alone = toml_parse_dialect(str_cstr(&line), line.len, "new value", doc->dialect, err);
	ok = alone && toml_count(alone->root) == 1 && alone->root->list.tail == line.len;
	if (alone && !ok)
		err_set(err, ERR_PARSE, "new value: \"%s\" is not one value alone", literal);
	toml_free(alone);
	str_fini(&line);
	return ok;
}

static const char *
newline_of(const struct toml *doc)
{
	const char *first = strchr(str_cstr(&doc->text), '\n');

	return first && first > doc->text.data && first[-1] == '\r' ? "\r\n" : "\n";
}

static size_t
line_begin(const struct toml *doc, size_t at)
{
	size_t start = toml_text_start(doc);

	while (at > start && doc->text.data[at - 1] != '\n')
		at--;
	return at;
}

static size_t
before_blanks(const struct toml *doc, size_t at)
{
	while (at > 0 && (doc->text.data[at - 1] == ' ' || doc->text.data[at - 1] == '\t'))
		at--;
	return at;
}

/* Behind the newline of the line that `at` stands on. */
static size_t
line_after(const struct toml *doc, size_t at)
{
	const char *newline = strchr(doc->text.data + at, '\n');

	return newline ? (size_t)(newline + 1 - doc->text.data) : doc->text.len;
}

static struct span
indent_at(const struct toml *doc, size_t at)
{
	size_t begin = line_begin(doc, at);

	return (struct span){ doc->text.data + begin, strspn(doc->text.data + begin, " \t") };
}

static bool
is_blank_line(const struct toml *doc, size_t begin)
{
	const char *line = doc->text.data + begin;

	return strchr("\r\n", line[strspn(line, " \t")]) != NULL;
}

/* Before the line `begin`: nothing, or an empty line. */
static bool
is_after_gap(const struct toml *doc, size_t begin)
{
	return begin == toml_text_start(doc) || is_blank_line(doc, line_begin(doc, begin - 1));
}

/* A new last line of the text begins here: with a newline first when the text ends without one. */
static void
append_line_start(const struct toml *doc, struct str *out, size_t at)
{
	if (at > toml_text_start(doc) && doc->text.data[at - 1] != '\n')
		str_append(out, newline_of(doc));
}

/* A pair at the end of the table's own lines; `prefix` is what its keys begin with there. */
static bool
insert_line(struct toml *doc, const struct toml_value *table, struct span prefix,
	const char *const *keys, const char *literal, struct err *err)
{
	size_t at = line_after(doc, table->list.tail);
	struct str line = STR_INIT;
	bool ok;

	append_line_start(doc, &line, at);
	str_append_span(&line, indent_at(doc, table->list.last));
	str_append_span(&line, prefix);
	append_path(&line, keys, SIZE_MAX);
	str_appendf(&line, " = %s%s", literal, newline_of(doc));
	ok = replace_bytes(doc, at, at, &line, err);
	str_fini(&line);
	return ok;
}

/* The first pair of the root goes before the first header and the comment on top of that. */
static size_t
first_pair_at(const struct toml *doc)
{
	size_t at = doc->first_header;

	if (at == doc->text.len)
		return at;
	at = line_begin(doc, at);
	while (!is_after_gap(doc, at))
		at = line_begin(doc, at - 1);
	return at;
}

static bool
insert_first_pair(struct toml *doc, const char *const *keys, const char *literal, struct err *err)
{
	size_t at = first_pair_at(doc);
	struct str line = STR_INIT;
	bool ok;

	append_line_start(doc, &line, at);
	append_path(&line, keys, SIZE_MAX);
	str_appendf(&line, " = %s%s", literal, newline_of(doc));
	if (at < doc->text.len)
		str_append(&line, newline_of(doc));
	ok = replace_bytes(doc, at, at, &line, err);
	str_fini(&line);
	return ok;
}

/* Of the tables with headers of their own in this one, itself included, the last in the document. */
static const struct toml_value *
last_section(const struct toml_value *v)
{
	const struct toml_value *last = v->form == FORM_HEADER ? v : NULL;

	for (size_t i = 0; v->form >= FORM_ROOT && i < v->list.count; i++) {
		const struct toml_value *below = last_section(v->list.entries[i].value);

		if (below && (!last || below->list.tail > last->list.tail))
			last = below;
	}
	return last;
}

static bool
is_comment_line(const struct toml *doc, size_t begin)
{
	const char *line = doc->text.data + begin;

	return line[strspn(line, " \t")] == '#';
}

/* Whether nothing else is behind `at`. */
static bool
only_blanks(const struct toml *doc, size_t at)
{
	return at + strspn(doc->text.data + at, " \t\r\n") == doc->text.len;
}

/* Where the section has ended; comments right below it belong to it, unless a header is below them. */
static size_t
section_end(const struct toml *doc, const struct toml_value *section)
{
	size_t end = line_after(doc, section->list.tail), at = end;

	while (is_comment_line(doc, at))
		at = line_after(doc, at);
	if (at < doc->text.len && !is_blank_line(doc, at))
		return end;
	return only_blanks(doc, at) ? doc->text.len : at;
}

static void
append_section(const struct toml *doc, struct str *out, const struct toml_value *model,
	const char *const *path, const char *literal)
{
	struct span none = SPAN("");
	size_t count = 0;

	while (path[count + 1])
		count++;
	str_append_span(out, model ? indent_at(doc, model->begin) : none);
	str_append_char(out, '[');
	append_path(out, path, count);
	str_appendf(out, "]%s", newline_of(doc));
	str_append_span(out, model ? indent_at(doc, model->list.last) : none);
	append_path(out, path + count, 1);
	str_appendf(out, " = %s%s", literal, newline_of(doc));
}

/* [path without its last key], then the pair: behind the sections within `table`, and in their manner,
 * or at the end of the document. */
static bool
insert_section(struct toml *doc, const struct toml_value *table, const char *const *path,
	const char *literal, struct err *err)
{
	const struct toml_value *model = table != doc->root ? last_section(table) : NULL;
	size_t at = model ? section_end(doc, model) : doc->text.len;
	struct str lines = STR_INIT;
	bool ok, is_last = at == doc->text.len;

	append_line_start(doc, &lines, at);
	if (lines.len > 0 || (is_last ? !is_after_gap(doc, at) : is_blank_line(doc, at)))
		str_append(&lines, newline_of(doc));
	append_section(doc, &lines, model, path, literal);
	ok = replace_bytes(doc, at, at, &lines, err);
	str_fini(&lines);
	return ok;
}

/* Behind a gap from `at`: the offset of a comma there, or 0. */
static size_t
comma_after(struct toml *doc, size_t at)
{
	struct toml_scan scan = { .doc = doc, .text = doc->text.data, .at = at };

	toml_scan_gap(&scan);
	return toml_scan_peek(&scan) == ',' ? scan.at : 0;
}

/* Whether nothing but blanks and a comment follow on the line. */
static bool
ends_line(const struct toml *doc, size_t at)
{
	const char *rest = doc->text.data + at;

	return strchr("\r\n#", rest[strspn(rest, " \t")]) != NULL;
}

static bool
begins_line(const struct toml *doc, size_t at)
{
	return before_blanks(doc, at) == line_begin(doc, at);
}

/* Between brackets with nothing but blanks and comments in them; `pad` stands around it alone. */
static bool
fill_empty(struct toml *doc, const struct toml_value *list, const char *pad, const char *item,
	struct err *err)
{
	size_t begin = list->begin + 1;
	const char *inside = doc->text.data + begin;
	size_t blanks = strspn(inside, " \t");
	bool is_bare = begin + blanks + 1 == list->end;
	struct str piece = STR_INIT;
	bool ok;

	str_appendf(&piece, "%s%s%s", pad, item, is_bare ? pad : "");
	ok = replace_bytes(doc, begin, begin + (is_bare ? blanks : 0), &piece, err);
	str_fini(&piece);
	return ok;
}

/* Behind the item from begin to end, in its manner: on a line of its own, or on the same one. */
static bool
append_item(struct toml *doc, struct range last, const char *item, struct err *err)
{
	size_t comma = comma_after(doc, last.end);
	size_t begin = comma ? comma + 1 : last.end;
	size_t end = begin;
	struct str piece = STR_INIT;
	bool ok;

	if (begins_line(doc, last.begin) && ends_line(doc, begin)) {
		end = line_after(doc, begin);
		str_append(&piece, comma ? "" : ",");
		str_append_bytes(&piece, doc->text.data + begin, end - begin);
		str_append_span(&piece, indent_at(doc, last.begin));
		str_appendf(&piece, "%s%s%s", item, comma ? "," : "", newline_of(doc));
	} else {
		str_appendf(&piece, comma ? " %s," : ", %s", item);
	}
	ok = replace_bytes(doc, begin, end, &piece, err);
	str_fini(&piece);
	return ok;
}

/* The bytes that go with an item: its lines, or it and one comma. */
static struct range
item_range(struct toml *doc, struct range item)
{
	const char *text = doc->text.data;
	size_t comma = comma_after(doc, item.end);
	size_t end = comma ? comma + 1 : item.end;
	size_t after = end + strspn(text + end, " \t");
	size_t before = before_blanks(doc, item.begin);

	if (begins_line(doc, item.begin) && ends_line(doc, end))
		return (struct range){ line_begin(doc, item.begin), line_after(doc, end) };
	if (comma && !strchr("\r\n#]}", text[after]))
		return (struct range){ item.begin, after };
	if (comma)
		return (struct range){ before, end };
	if (text[before - 1] == ',')
		return (struct range){ before_blanks(doc, before - 1), end };
	return (struct range){ before, after };
}

static struct range
item_place(const struct toml_entry *entry)
{
	return (struct range){ entry->pair, entry->value->end };
}

/* A pair behind the last one of the table within its { … }. */
static bool
insert_inline(struct toml *doc, const struct toml_value *table, struct span prefix,
	const char *const *keys, const char *literal, struct err *err)
{
	struct str pair = STR_INIT;
	bool ok;

	str_append_span(&pair, prefix);
	append_path(&pair, keys, SIZE_MAX);
	str_appendf(&pair, " = %s", literal);
	if (table->list.count == 0)
		ok = fill_empty(doc, table, " ", str_cstr(&pair), err);
	else
		ok = append_item(doc, (struct range){ table->list.last, table->list.tail },
			str_cstr(&pair), err);
	str_fini(&pair);
	return ok;
}

static bool
is_inline(const struct toml_value *table)
{
	while (table->form == FORM_DOTTED)
		table = table->parent;
	return table->form == FORM_INLINE;
}

/* What a pair writes before its key in this table: "a.b." for one made by dotted keys. */
static struct span
prefix_of(const struct toml *doc, const struct toml_value *table)
{
	for (size_t i = table->list.count; table->form == FORM_DOTTED && i-- > 0;) {
		const struct toml_entry *entry = &table->list.entries[i];
		enum toml_form form = entry->value->form;

		if (form == FORM_VALUE || form == FORM_INLINE || form == FORM_DOTTED)
			return (struct span){ doc->text.data + entry->pair,
				entry->key_at - entry->pair };
	}
	return SPAN("");
}

static bool
replace_value(struct toml *doc, const char *const *path, const struct toml_value *v,
	const char *literal, struct err *err)
{
	struct str piece = STR_INIT;
	bool ok;

	if (v->form > FORM_INLINE)
		return refuse(doc, path, v, err, "it is a table of several lines");
	str_append(&piece, literal);
	ok = replace_bytes(doc, v->begin, v->end, &piece, err);
	str_fini(&piece);
	return ok;
}

bool
toml_set(struct toml *doc, const char *const *path, const char *literal, struct err *err)
{
	const struct toml_value *table;
	const char *const *keys;
	struct span prefix;
	struct spot spot;

	if (!check_literal(doc, literal, err) || !find_spot(doc, path, &spot, err))
		return false;
	if (spot.entry)
		return replace_value(doc, path, spot.entry->value, literal, err);
	table = spot.table;
	keys = path + spot.known;
	prefix = prefix_of(doc, table);
	if (is_inline(table))
		return insert_inline(doc, table, prefix, keys, literal, err);
	if (table->form == FORM_IMPLICIT || (table->form != FORM_DOTTED && keys[1]))
		return insert_section(doc, table, path, literal, err);
	if (table->list.tail == toml_text_start(doc))
		return insert_first_pair(doc, keys, literal, err);
	return insert_line(doc, table, prefix, keys, literal, err);
}

static bool
remove_range(struct toml *doc, struct range range, struct err *err)
{
	return replace_bytes(doc, range.begin, range.end, &STR_INIT, err);
}

/* Removes one pair within { … } of the entry, which dotted keys may have given several. */
static bool
remove_inline(struct toml *doc, const struct toml_entry *entry, struct err *err)
{
	while (entry->value->form == FORM_DOTTED)
		entry = &entry->value->list.entries[entry->value->list.count - 1];
	return remove_range(doc, item_range(doc, item_place(entry)), err);
}

/* The lines of a header and its pairs, with the empty ones before (at the top: behind) them. */
static struct range
section_range(const struct toml *doc, const struct toml_value *table)
{
	size_t start = toml_text_start(doc);
	struct range range = { line_begin(doc, table->begin), line_after(doc, table->list.tail) };

	while (range.begin > start && is_after_gap(doc, range.begin))
		range.begin = line_begin(doc, range.begin - 1);
	while (range.begin == start && range.end < doc->text.len && is_blank_line(doc, range.end))
		range.end = line_after(doc, range.end);
	return range;
}

/* The lines that make up an entry, wherever in the document they are. */
static void
collect_lines(const struct toml *doc, const struct toml_entry *entry, struct ranges *out)
{
	const struct toml_value *v = entry->value;

	if (v->form == FORM_VALUE || v->form == FORM_INLINE) {
		vec_push(out,
			((struct range){ line_begin(doc, entry->pair), line_after(doc, v->end) }));
		return;
	}
	if (v->form == FORM_HEADER)
		vec_push(out, section_range(doc, v));
	for (size_t i = 0; i < v->list.count; i++)
		collect_lines(doc, &v->list.entries[i], out);
}

static int
compare_ranges(const void *a, const void *b)
{
	const struct range *left = a, *right = b;

	return (left->begin > right->begin) - (left->begin < right->begin);
}

static bool
remove_lines(struct toml *doc, const struct toml_entry *entry, struct err *err)
{
	struct ranges ranges = VEC_INIT;
	struct str text = STR_INIT;
	size_t at = 0;
	bool ok;

	collect_lines(doc, entry, &ranges);
	if (ranges.len > 1)
		qsort(ranges.items, ranges.len, sizeof *ranges.items, compare_ranges);
	for (size_t i = 0; i < ranges.len; i++) { /* they may overlap */
		if (ranges.items[i].begin > at)
			str_append_bytes(&text, doc->text.data + at, ranges.items[i].begin - at);
		if (ranges.items[i].end > at)
			at = ranges.items[i].end;
	}
	str_append_bytes(&text, doc->text.data + at, doc->text.len - at);
	ok = replace_text(doc, &text, err);
	str_fini(&text);
	vec_fini(&ranges);
	return ok;
}

bool
toml_remove(struct toml *doc, const char *const *path, struct err *err)
{
	struct spot spot;

	for (;;) {
		if (!find_spot(doc, path, &spot, err))
			return false;
		if (!spot.entry)
			return true;
		if (!is_inline(spot.table))
			return remove_lines(doc, spot.entry, err);
		if (!remove_inline(doc, spot.entry, err))
			return false;
	}
}

/* The array of values at the path; *array is NULL when there is none. */
static bool
find_array(
	const struct toml *doc, const char *const *path, struct toml_value **array, struct err *err)
{
	struct spot spot;

	*array = NULL;
	if (!find_spot(doc, path, &spot, err))
		return false;
	if (!spot.entry)
		return true;
	*array = spot.entry->value;
	return ((*array)->kind == TOML_ARRAY && (*array)->form == FORM_VALUE) ||
		refuse(doc, path, *array, err, "it is not an array of values");
}

bool
toml_array_add(struct toml *doc, const char *const *path, const char *item, struct err *err)
{
	struct toml_value *array;
	struct str whole = STR_INIT;
	bool ok;

	if (!check_literal(doc, item, err) || !find_array(doc, path, &array, err))
		return false;
	if (array && array->list.count == 0)
		return fill_empty(doc, array, "", item, err);
	if (array)
		return append_item(
			doc, item_place(&array->list.entries[array->list.count - 1]), item, err);
	str_appendf(&whole, "[%s]", item);
	ok = toml_set(doc, path, str_cstr(&whole), err);
	str_fini(&whole);
	return ok;
}

bool
toml_array_remove(struct toml *doc, const char *const *path, size_t i, struct err *err)
{
	struct toml_value *array;

	if (!find_array(doc, path, &array, err))
		return false;
	if (!array || i >= array->list.count)
		return refuse(doc, path, array ? array : doc->root, err, "it has no such item");
	return remove_range(doc, item_range(doc, item_place(&array->list.entries[i])), err);
}
