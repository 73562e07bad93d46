/* Keys, tables and arrays: what may be defined where, and only once. A key is walked part by part,
 * its tables made on the way; the form of each (toml_tree.h) says what may still go into it. */
#include "base/utf8.h"
#include "text/toml_tree.h"
#include <string.h>

static bool parse_pair(struct toml_scan *s, struct toml_value *section);
static struct toml_value *parse_value(struct toml_scan *s, struct toml_value *parent);

static const char *
form_name(const struct toml_value *v)
{
	switch (v->form) {
	case FORM_INLINE: return "an inline table";
	case FORM_HEADER: return "a table with a header of its own";
	case FORM_DOTTED: return "a table made by dotted keys";
	case FORM_SECTIONS: return "an array of tables";
	default: return toml_kind_name(v->kind);
	}
}

/* A key as errors show it: quoted, a long one cut. */
static const char *
shown(struct toml_scan *s, struct span key)
{
	size_t used;

	str_clear(&s->scratch);
	toml_quote(&s->scratch, utf8_fit(key, 60, &used));
	return str_cstr(&s->scratch);
}

static bool
refuse_duplicate(struct toml_scan *s, const struct toml_key *key, const struct toml_entry *first)
{
	return toml_err_at(s->doc, key->at, s->err, "%s is already defined on line %d",
		shown(s, key->name), toml_place_of(s->doc, first->key_at).line);
}

static bool
refuse_more_keys(struct toml_scan *s, const struct toml_key *key, const struct toml_entry *first)
{
	return toml_err_at(s->doc, key->at, s->err,
		"%s is %s (line %d): nothing can be added to it here", shown(s, key->name),
		form_name(first->value), toml_place_of(s->doc, first->key_at).line);
}

/* A value that begins at the last place asked for. */
static struct toml_value *
value_new(struct toml_scan *s, enum toml_kind kind, enum toml_form form, struct toml_value *parent)
{
	struct toml_value *value;

	if (parent && parent->depth == TOML_DEPTH_MAX) {
		toml_err_at(s->doc, s->at, s->err, "more than %d values within each other",
			TOML_DEPTH_MAX);
		return NULL;
	}
	value = arena_new(&s->doc->arena, struct toml_value);
	value->kind = kind;
	value->form = form;
	value->parent = parent;
	value->depth = parent ? parent->depth + 1 : 0;
	value->line = s->mark.line;
	value->column = s->mark.column;
	value->begin = s->mark.at;
	return value;
}

static struct toml_value *
container_add(struct toml_scan *s, struct toml_value *parent, const struct toml_key *key,
	enum toml_kind kind, enum toml_form form)
{
	struct toml_value *value = value_new(s, kind, form, parent);

	if (value)
		toml_add_entry(&s->doc->arena, parent,
			(struct toml_entry){ key->name, key->hash, key->at, s->mark.at, value });
	return value;
}

/* The table that a part of a dotted key stands for, made when it is new. */
static struct toml_value *
enter_dotted(struct toml_scan *s, struct toml_value *table, const struct toml_key *key)
{
	struct toml_entry *entry = toml_lookup(table, key->name, key->hash);

	if (!entry)
		return container_add(s, table, key, TOML_TABLE, FORM_DOTTED);
	if (entry->value->form == FORM_IMPLICIT) { /* no header can claim it any more */
		entry->value->form = FORM_DOTTED;
		entry->key_at = key->at;
		entry->pair = s->mark.at;
	}
	if (entry->value->form == FORM_DOTTED)
		return entry->value;
	refuse_more_keys(s, key, entry);
	return NULL;
}

/* The pair from `pair` to here is the latest line of every table between its key and its section. */
static void
note_pair(struct toml_scan *s, struct toml_value *table, struct toml_value *section, size_t pair)
{
	for (;; table = table->parent) {
		table->list.last = pair;
		table->list.tail = s->at;
		if (table == section)
			return;
	}
}

/* key = value, up to the end of the value. */
static bool
parse_pair(struct toml_scan *s, struct toml_value *section)
{
	struct toml_value *table = section;
	struct toml_value *value;
	struct toml_entry *entry;
	struct toml_key key;
	size_t pair = s->at;

	toml_place_advance(s->text, &s->mark, s->at);
	for (;;) {
		if (!toml_scan_key(s, &key))
			return false;
		toml_scan_blanks(s);
		if (!toml_scan_take(s, '.'))
			break;
		toml_scan_blanks(s);
		if (!(table = enter_dotted(s, table, &key)))
			return false;
	}
	if ((entry = toml_lookup(table, key.name, key.hash)))
		return refuse_duplicate(s, &key, entry);
	if (!toml_scan_take(s, '='))
		return toml_scan_expected(s, "\"=\" after the key");
	toml_scan_blanks(s);
	if (!(value = parse_value(s, table)))
		return false;
	toml_add_entry(&s->doc->arena, table,
		(struct toml_entry){ key.name, key.hash, key.at, pair, value });
	note_pair(s, table, section, pair);
	return true;
}

static bool
parse_item(struct toml_scan *s, struct toml_value *array)
{
	struct toml_value *item = parse_value(s, array);

	if (item)
		toml_add_entry(&s->doc->arena, array,
			(struct toml_entry){
				.key_at = item->begin, .pair = item->begin, .value = item });
	return item != NULL;
}

/* Items up to `closing`, on as many lines as they like, a comma behind the last one or not. */
static bool
parse_block(struct toml_scan *s, struct toml_value *list, char closing,
	bool (*parse_one)(struct toml_scan *s, struct toml_value *list))
{
	const char *name = closing == ']' ? "array" : "inline table";
	size_t opening = s->at++;

	for (;;) {
		toml_scan_gap(s);
		if (toml_scan_take(s, closing))
			return true;
		if (toml_scan_peek(s) == '\0')
			break;
		if (!parse_one(s, list))
			return false;
		toml_scan_gap(s);
		if (toml_scan_take(s, ',') || toml_scan_peek(s) == closing)
			continue;
		if (toml_scan_peek(s) == '\0')
			break;
		return toml_scan_expected(s,
			closing == ']' ? "\",\" or \"]\" in the array"
				       : "\",\" or \"}\" in the inline table");
	}
	return toml_err_at(s->doc, opening, s->err, "this %s has no closing %c", name, closing);
}

/* TOML 1.0: all on one line, and a key behind each comma. */
static bool
parse_inline_line(struct toml_scan *s, struct toml_value *table)
{
	s->at++;
	toml_scan_blanks(s);
	if (toml_scan_take(s, '}'))
		return true;
	for (;;) {
		if (!parse_pair(s, table))
			return false;
		toml_scan_blanks(s);
		if (toml_scan_take(s, '}'))
			return true;
		if (!toml_scan_take(s, ','))
			return toml_scan_expected(
				s, "\",\" or \"}\" on the line of the inline table");
		toml_scan_blanks(s);
		if (toml_scan_peek(s) == '}')
			return toml_scan_expected(s, "another key after the last \",\"");
	}
}

static struct toml_value *
parse_value(struct toml_scan *s, struct toml_value *parent)
{
	char c = toml_scan_peek(s);
	struct toml_value *value;
	bool ok;

	toml_place_advance(s->text, &s->mark, s->at);
	if (!(value = value_new(s, c == '{' ? TOML_TABLE : TOML_ARRAY,
		      c == '{' ? FORM_INLINE : FORM_VALUE, parent)))
		return NULL;
	if (c == '[')
		ok = parse_block(s, value, ']', parse_item);
	else if (c == '{' && s->doc->dialect == TOML_1_1)
		ok = parse_block(s, value, '}', parse_pair);
	else if (c == '{')
		ok = parse_inline_line(s, value);
	else
		ok = toml_scan_scalar(s, value);
	value->end = s->at;
	return ok ? value : NULL;
}

/* The table that a part of a header before the last stands for. */
static struct toml_value *
enter_header(struct toml_scan *s, struct toml_value *table, const struct toml_key *key)
{
	struct toml_entry *entry = toml_lookup(table, key->name, key->hash);

	if (!entry)
		return container_add(s, table, key, TOML_TABLE, FORM_IMPLICIT);
	if (entry->value->form == FORM_SECTIONS)
		return entry->value->list.entries[entry->value->list.count - 1].value;
	if (entry->value->form >= FORM_IMPLICIT)
		return entry->value;
	refuse_more_keys(s, key, entry);
	return NULL;
}

/* [… key] */
static struct toml_value *
open_table(struct toml_scan *s, struct toml_value *table, const struct toml_key *key)
{
	struct toml_entry *entry = toml_lookup(table, key->name, key->hash);
	struct toml_value *opened;

	if (!entry)
		return container_add(s, table, key, TOML_TABLE, FORM_HEADER);
	if (entry->value->form != FORM_IMPLICIT) {
		refuse_duplicate(s, key, entry);
		return NULL;
	}
	entry->key_at = key->at;
	entry->pair = s->mark.at;
	opened = entry->value;
	opened->form = FORM_HEADER;
	opened->begin = s->mark.at;
	opened->line = s->mark.line;
	opened->column = s->mark.column;
	return opened;
}

/* [[… key]] */
static struct toml_value *
open_item(struct toml_scan *s, struct toml_value *table, const struct toml_key *key)
{
	struct toml_entry *entry = toml_lookup(table, key->name, key->hash);
	struct toml_key item = { .at = key->at };
	struct toml_value *array;

	if (entry && entry->value->form != FORM_SECTIONS) {
		refuse_duplicate(s, key, entry);
		return NULL;
	}
	array = entry ? entry->value : container_add(s, table, key, TOML_ARRAY, FORM_SECTIONS);
	return array ? container_add(s, array, &item, TOML_TABLE, FORM_HEADER) : NULL;
}

/* [key] or [[key]]; the table that the following pairs belong to. */
static struct toml_value *
parse_header(struct toml_scan *s)
{
	struct toml_value *table = s->doc->root;
	bool is_item = s->text[s->at + 1] == '[';
	struct toml_key key;

	toml_place_advance(s->text, &s->mark, s->at);
	s->at += is_item ? 2 : 1;
	for (;;) {
		toml_scan_blanks(s);
		if (!toml_scan_key(s, &key))
			return NULL;
		toml_scan_blanks(s);
		if (!toml_scan_take(s, '.'))
			break;
		if (!(table = enter_header(s, table, &key)))
			return NULL;
	}
	if (!toml_scan_take(s, ']') || (is_item && !toml_scan_take(s, ']'))) {
		toml_scan_expected(s, is_item ? "\"]]\" after the name" : "\"]\" after the name");
		return NULL;
	}
	if (!(table = is_item ? open_item(s, table, &key) : open_table(s, table, &key)))
		return NULL;
	table->list.last = table->begin;
	table->list.tail = table->end = s->at;
	return table;
}

static bool
parse_lines(struct toml_scan *s)
{
	struct toml_value *section = s->doc->root;

	while (toml_scan_peek(s) != '\0') {
		char c;

		toml_scan_blanks(s);
		c = toml_scan_peek(s);
		if (c == '[') {
			if (section == s->doc->root)
				s->doc->first_header = s->at;
			if (!(section = parse_header(s)))
				return false;
		} else if (c != '\0' && !strchr("#\r\n", c) && !parse_pair(s, section)) {
			return false;
		}
		if (!toml_scan_line_end(s))
			return false;
	}
	return true;
}

bool
toml_parse_document(struct toml *doc, struct err *err)
{
	size_t start = toml_text_start(doc);
	struct toml_scan s = {
		.doc = doc,
		.text = doc->text.data,
		.at = start,
		.mark = { .at = start, .line = 1, .column = 1 },
		.err = err,
	};
	bool ok;

	doc->first_header = doc->text.len;
	doc->root = value_new(&s, TOML_TABLE, FORM_ROOT, NULL);
	doc->root->list.last = doc->root->list.tail = start;
	ok = toml_scan_check(&s) && parse_lines(&s);
	str_fini(&s.scratch);
	return ok;
}
