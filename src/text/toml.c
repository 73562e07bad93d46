#include "text/toml.h"
#include "base/alloc.h"
#include "base/data.h"
#include "base/utf8.h"
#include "text/toml_tree.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHORT_TABLE 8 /* entries that are quicker compared one by one than hashed */

uint32_t
toml_hash(struct span key)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.data[i]) * 16777619u;
	return hash ^ hash >> 15;
}

struct toml_entry *
toml_lookup(const struct toml_value *table, struct span key, uint32_t hash)
{
	const struct toml_list *list = &table->list;

	if (!list->slots) {
		for (size_t i = 0; i < list->count; i++)
			if (span_equal(list->entries[i].key, key))
				return &list->entries[i];
		return NULL;
	}
	for (uint32_t i = hash;; i++) {
		uint32_t slot = list->slots[i & (list->slot_count - 1)];

		if (slot == 0)
			return NULL;
		if (list->entries[slot - 1].hash == hash &&
			span_equal(list->entries[slot - 1].key, key))
			return &list->entries[slot - 1];
	}
}

static void
list_slot_in(struct toml_list *list, uint32_t index)
{
	uint32_t i = list->entries[index].hash;

	while (list->slots[i & (list->slot_count - 1)] != 0)
		i++;
	list->slots[i & (list->slot_count - 1)] = index + 1;
}

static void
list_grow(struct arena *arena, struct toml_list *list, bool hashed)
{
	struct toml_entry *old = list->entries;

	list->cap = list->cap ? list->cap * 2 : 4;
	list->entries = arena_array(arena, struct toml_entry, list->cap);
	if (list->count > 0)
		memcpy(list->entries, old, list->count * sizeof *old);
	if (!hashed || list->cap <= SHORT_TABLE)
		return;
	list->slot_count = list->cap * 2;
	list->slots = arena_array(arena, uint32_t, list->slot_count);
	for (uint32_t i = 0; i < list->count; i++)
		list_slot_in(list, i);
}

struct toml_entry *
toml_add_entry(struct arena *arena, struct toml_value *parent, struct toml_entry entry)
{
	struct toml_list *list = &parent->list;

	if (list->count == list->cap)
		list_grow(arena, list, parent->kind == TOML_TABLE);
	list->entries[list->count++] = entry;
	if (list->slots)
		list_slot_in(list, list->count - 1);
	return &list->entries[list->count - 1];
}

void
toml_place_advance(const char *text, struct toml_place *place, size_t to)
{
	for (; place->at < to; place->at++) {
		unsigned char c = (unsigned char)text[place->at];

		if (c == '\n') {
			place->line++;
			place->column = 1;
		} else if ((c & 0xC0) != 0x80) {
			place->column++;
		}
	}
}

size_t
toml_text_start(const struct toml *doc)
{
	return span_starts(str_span(&doc->text), "\xEF\xBB\xBF") ? 3 : 0;
}

struct toml_place
toml_place_of(const struct toml *doc, size_t at)
{
	struct toml_place place = { .at = toml_text_start(doc), .line = 1, .column = 1 };

	toml_place_advance(doc->text.data, &place, at);
	return place;
}

static bool __attribute__((format(printf, 5, 0))) err_place(const struct toml *doc, int line,
	int column, struct err *err, const char *fmt, va_list args)
{
	struct str why = STR_INIT;

	str_appendv(&why, fmt, args);
	err_set(err, ERR_PARSE, "%s:%d:%d: %s", doc->name, line, column, str_cstr(&why));
	str_fini(&why);
	return false;
}

bool
toml_err_at(const struct toml *doc, size_t at, struct err *err, const char *fmt, ...)
{
	struct toml_place place = toml_place_of(doc, at);
	va_list args;

	va_start(args, fmt);
	err_place(doc, place.line, place.column, err, fmt, args);
	va_end(args);
	return false;
}

bool
toml_err(const struct toml *doc, const struct toml_value *v, struct err *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	err_place(doc, toml_line(v), toml_column(v), err, fmt, args);
	va_end(args);
	return false;
}

bool
toml_err_key(const struct toml *doc, const struct toml_value *table, size_t i, struct err *err,
	const char *fmt, ...)
{
	struct toml_place place = toml_place_of(doc, table->list.entries[i].key_at);
	va_list args;

	va_start(args, fmt);
	err_place(doc, place.line, place.column, err, fmt, args);
	va_end(args);
	return false;
}

struct toml *
toml_parse(const char *bytes, size_t len, const char *name, struct err *err)
{
	return toml_parse_dialect(bytes, len, name, TOML_1_0, err);
}

struct toml *
toml_parse_dialect(
	const char *bytes, size_t len, const char *name, enum toml_dialect dialect, struct err *err)
{
	struct toml *doc;

	if (len > TOML_SIZE_MAX) {
		err_set(err, ERR_PARSE, "%s: larger than %zu MB", name, TOML_SIZE_MAX >> 20);
		return NULL;
	}
	doc = xcalloc(1, sizeof *doc);
	doc->name = xstrdup(name);
	doc->dialect = dialect;
	str_reserve(&doc->text, len);
	str_append_bytes(&doc->text, bytes, len);
	if (!toml_parse_document(doc, err)) {
		toml_free(doc);
		return NULL;
	}
	return doc;
}

struct toml *
toml_read_data(const char *name, struct err *err)
{
	const struct data_file *file = data_find(name);

	return toml_parse(file->bytes, file->len, name, err);
}

static bool
read_all(int fd, struct str *out)
{
	for (;;) {
		ssize_t got;

		str_reserve(out, 64 * 1024);
		got = read(fd, out->data + out->len, 64 * 1024);
		if (got == 0)
			return true;
		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0)
			out->len += (size_t)got;
		if (out->len > TOML_SIZE_MAX)
			return true; /* toml_parse says so */
	}
}

struct toml *
toml_read(const char *path, const char *name, struct err *err)
{
	return toml_read_dialect(path, name, TOML_1_0, err);
}

struct toml *
toml_read_dialect(const char *path, const char *name, enum toml_dialect dialect, struct err *err)
{
	struct toml *doc = NULL;
	struct str bytes = STR_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (!name)
		name = path;
	if (fd < 0) {
		err_errno(err, "%s: cannot open", name);
		goto done;
	}
	if (!read_all(fd, &bytes)) {
		err_errno(err, "%s: cannot read", name);
		goto done;
	}
	doc = toml_parse_dialect(str_cstr(&bytes), bytes.len, name, dialect, err);
done:
	if (fd >= 0)
		close(fd);
	str_fini(&bytes);
	return doc;
}

void
toml_free(struct toml *doc)
{
	if (!doc)
		return;
	arena_fini(&doc->arena);
	str_fini(&doc->text);
	free(doc->name);
	free(doc);
}

struct span
toml_bytes(const struct toml *doc)
{
	return str_span(&doc->text);
}

const char *
toml_name(const struct toml *doc)
{
	return doc->name;
}

const struct toml_value *
toml_root(const struct toml *doc)
{
	return doc->root;
}

enum toml_kind
toml_kind(const struct toml_value *v)
{
	return v->kind;
}

const char *
toml_kind_name(enum toml_kind kind)
{
	static const char *const names[] = {
		[TOML_STRING] = "a string",
		[TOML_INTEGER] = "an integer",
		[TOML_FLOAT] = "a float",
		[TOML_BOOL] = "a boolean",
		[TOML_OFFSET_DATETIME] = "a date and time",
		[TOML_LOCAL_DATETIME] = "a local date and time",
		[TOML_LOCAL_DATE] = "a date",
		[TOML_LOCAL_TIME] = "a time",
		[TOML_ARRAY] = "an array",
		[TOML_TABLE] = "a table",
	};

	return names[kind];
}

int
toml_line(const struct toml_value *v)
{
	return v->line;
}

int
toml_column(const struct toml_value *v)
{
	return v->column;
}

static bool
is_kind(const struct toml_value *v, enum toml_kind kind)
{
	return v && v->kind == kind;
}

const struct toml_value *
toml_get(const struct toml_value *table, const char *key)
{
	struct span name = span_of(key);
	struct toml_entry *entry;

	if (!is_kind(table, TOML_TABLE))
		return NULL;
	entry = toml_lookup(table, name, toml_hash(name));
	return entry ? entry->value : NULL;
}

const struct toml_value *
toml_find(const struct toml_value *table, ...)
{
	va_list keys;
	const char *key;

	va_start(keys, table);
	while ((key = va_arg(keys, const char *)))
		table = toml_get(table, key);
	va_end(keys);
	return table;
}

size_t
toml_count(const struct toml_value *v)
{
	return is_kind(v, TOML_TABLE) || is_kind(v, TOML_ARRAY) ? v->list.count : 0;
}

const struct toml_value *
toml_at(const struct toml_value *v, size_t i)
{
	return i < toml_count(v) ? v->list.entries[i].value : NULL;
}

struct span
toml_key_text(const struct toml_value *table, size_t i)
{
	if (!is_kind(table, TOML_TABLE) || i >= table->list.count)
		return SPAN("");
	return table->list.entries[i].key;
}

const char *
toml_key_at(const struct toml_value *table, size_t i)
{
	return toml_key_text(table, i).data;
}

const char *
toml_string(const struct toml_value *v, const char *fallback)
{
	return is_kind(v, TOML_STRING) ? v->text.data : fallback;
}

struct span
toml_text(const struct toml_value *v)
{
	bool has_text = v &&
		(v->kind == TOML_STRING ||
			(v->kind >= TOML_OFFSET_DATETIME && v->kind <= TOML_LOCAL_TIME));

	return has_text ? v->text : SPAN("");
}

int64_t
toml_integer(const struct toml_value *v, int64_t fallback)
{
	return is_kind(v, TOML_INTEGER) ? v->integer : fallback;
}

double
toml_float(const struct toml_value *v, double fallback)
{
	if (is_kind(v, TOML_INTEGER))
		return (double)v->integer;
	return is_kind(v, TOML_FLOAT) ? v->real : fallback;
}

bool
toml_bool(const struct toml_value *v, bool fallback)
{
	return is_kind(v, TOML_BOOL) ? v->truth : fallback;
}

/* What TOML cannot hold becomes U+FFFD; control characters are escaped. */
struct span
toml_source(const struct toml *doc, const struct toml_value *v)
{
	return (struct span){ doc->text.data + v->begin, v->end - v->begin };
}

static bool
equal_lists(const struct toml_value *a, const struct toml_value *b)
{
	for (size_t i = 0; i < a->list.count; i++) {
		const struct toml_entry *entry = &a->list.entries[i];
		const struct toml_entry *other = a->kind == TOML_TABLE
			? toml_lookup(b, entry->key, entry->hash)
			: &b->list.entries[i];

		if (!other || !toml_equal(entry->value, other->value))
			return false;
	}
	return true;
}

bool
toml_equal(const struct toml_value *a, const struct toml_value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case TOML_INTEGER: return a->integer == b->integer;
	case TOML_FLOAT: return a->real == b->real;
	case TOML_BOOL: return a->truth == b->truth;
	case TOML_ARRAY:
	case TOML_TABLE: return a->list.count == b->list.count && equal_lists(a, b);
	default: return span_equal(a->text, b->text);
	}
}

void
toml_quote(struct str *out, struct span text)
{
	static const char names[] = { ['\b'] = 'b',
		['\t'] = 't',
		['\n'] = 'n',
		['\f'] = 'f',
		['\r'] = 'r',
		['"'] = '"',
		['\\'] = '\\' };

	str_append_char(out, '"');
	for (size_t i = 0, used; i < text.len; i += used) {
		uint32_t cp;
		char bytes[4];

		used = utf8_decode(text.data + i, text.len - i, &cp);
		if (cp < sizeof names && names[cp])
			str_appendf(out, "\\%c", names[cp]);
		else if (utf8_width(cp) < 0)
			str_appendf(out, "\\u%04X", (unsigned)cp);
		else
			str_append_bytes(out, bytes, utf8_encode(cp, bytes));
	}
	str_append_char(out, '"');
}
