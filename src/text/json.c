/* A struct json is a cJSON under another name. Reading is cJSON's; writing is done here, because
 * cJSON rounds integers above 2^50 and passes ill-formed UTF-8 and C1 controls through. */
#include "text/json.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX 9007199254740992.0 /* 2^53: integers up to here are told apart */
#define EXCERPT_COLUMNS 24

static const cJSON *
in(const struct json *v)
{
	return (const cJSON *)v;
}

static cJSON *
inside(struct json *v)
{
	return (cJSON *)v;
}

static const struct json *
out_of(const cJSON *item)
{
	return (const struct json *)item;
}

static cJSON *
must(cJSON *item)
{
	if (!item)
		die("out of memory (while making JSON)");
	return item;
}

/* Says where the bytes stop being JSON. */
static void
refuse(struct err *err, const char *bytes, size_t len, size_t at)
{
	struct span excerpt = { bytes + at, len - at };
	size_t line = 1;
	size_t start = 0;
	size_t columns;

	for (size_t i = 0; i < at; i++) {
		if (bytes[i] != '\n')
			continue;
		line++;
		start = i + 1;
	}
	excerpt = utf8_fit(excerpt, EXCERPT_COLUMNS, &columns);
	err_set(err, ERR_PARSE, "line %zu, column %zu: expected JSON, found `%.*s`", line,
		at - start + 1, (int)excerpt.len, excerpt.data);
}

struct json *
json_parse(const char *bytes, size_t len, struct err *err)
{
	const char *end = NULL;
	cJSON *root;

	if (len == 0) {
		err_set(err, ERR_PARSE, "expected JSON, found nothing");
		return NULL;
	}
	root = cJSON_ParseWithLengthOpts(bytes, len, &end, false);
	if (root) {
		while (end < bytes + len && strchr(" \t\r\n", *end) && *end)
			end++;
		if (end == bytes + len)
			return (struct json *)root;
		cJSON_Delete(root);
	}
	refuse(err, bytes, len, end ? (size_t)(end - bytes) : 0);
	return NULL;
}

void
json_free(struct json *v)
{
	cJSON_Delete(inside(v));
}

const struct json *
json_get(const struct json *object, const char *key)
{
	if (!json_is_object(object))
		return NULL;
	return out_of(cJSON_GetObjectItemCaseSensitive(in(object), key));
}

size_t
json_count(const struct json *v)
{
	size_t count = 0;

	for (const struct json *item = json_first(v); item; item = json_next(item))
		count++;
	return count;
}

const struct json *
json_at(const struct json *v, size_t i)
{
	const struct json *item = json_first(v);

	while (item && i-- > 0)
		item = json_next(item);
	return item;
}

const struct json *
json_first(const struct json *v)
{
	return v ? out_of(in(v)->child) : NULL;
}

const struct json *
json_next(const struct json *v)
{
	return v ? out_of(in(v)->next) : NULL;
}

const char *
json_key(const struct json *member)
{
	return member ? in(member)->string : NULL;
}

bool
json_is_object(const struct json *v)
{
	return cJSON_IsObject(in(v));
}

bool
json_is_array(const struct json *v)
{
	return cJSON_IsArray(in(v));
}

bool
json_is_null(const struct json *v)
{
	return !v || cJSON_IsNull(in(v));
}

const char *
json_string(const struct json *v, const char *fallback)
{
	return cJSON_IsString(in(v)) ? in(v)->valuestring : fallback;
}

double
json_number(const struct json *v, double fallback)
{
	return cJSON_IsNumber(in(v)) ? in(v)->valuedouble : fallback;
}

int64_t
json_integer(const struct json *v, int64_t fallback)
{
	double number = json_number(v, NAN);

	return fabs(number) <= EXACT_MAX && number == trunc(number) ? (int64_t)number : fallback;
}

bool
json_bool(const struct json *v, bool fallback)
{
	return cJSON_IsBool(in(v)) ? cJSON_IsTrue(in(v)) : fallback;
}

struct json *
json_object(void)
{
	return (struct json *)must(cJSON_CreateObject());
}

struct json *
json_array(void)
{
	return (struct json *)must(cJSON_CreateArray());
}

struct json *
json_copy(const struct json *v)
{
	return v ? (struct json *)must(cJSON_Duplicate(in(v), true)) : NULL;
}

struct json *
json_set(struct json *object, const char *key, struct json *value)
{
	cJSON *item = value ? inside(value) : must(cJSON_CreateNull());
	bool is_set = json_get(object, key)
		? cJSON_ReplaceItemInObjectCaseSensitive(inside(object), key, item)
		: cJSON_AddItemToObject(inside(object), key, item);

	if (!is_set)
		must(NULL);
	return (struct json *)item;
}

struct json *
json_push(struct json *array, struct json *value)
{
	cJSON *item = value ? inside(value) : must(cJSON_CreateNull());

	if (!cJSON_AddItemToArray(inside(array), item))
		must(NULL);
	return (struct json *)item;
}

static struct json *
string_value(const char *text)
{
	return text ? (struct json *)must(cJSON_CreateString(text)) : NULL;
}

void
json_set_string(struct json *object, const char *key, const char *text)
{
	json_set(object, key, string_value(text));
}

void
json_set_span(struct json *object, const char *key, struct span text)
{
	struct str copy = STR_INIT;
	struct span rest = text;

	while (rest.len > 0) { /* a NUL would end the value early */
		struct span piece = span_cut(rest, '\0', &rest);

		str_append_span(&copy, piece);
		if (piece.data + piece.len < text.data + text.len)
			str_append(&copy, "\xEF\xBF\xBD");
	}
	json_set_string(object, key, str_cstr(&copy));
	str_fini(&copy);
}

void
json_set_number(struct json *object, const char *key, double number)
{
	json_set(object, key, (struct json *)must(cJSON_CreateNumber(number)));
}

void
json_set_bool(struct json *object, const char *key, bool value)
{
	json_set(object, key, (struct json *)must(cJSON_CreateBool(value)));
}

void
json_set_null(struct json *object, const char *key)
{
	json_set(object, key, NULL);
}

void
json_push_string(struct json *array, const char *text)
{
	json_push(array, string_value(text));
}

struct json *
json_strings(const char *const *texts)
{
	struct json *list = texts ? json_array() : NULL;

	for (; texts && *texts; texts++)
		json_push_string(list, *texts);
	return list;
}

/* The short escape of a character, or 0. */
static char
short_escape(uint32_t cp)
{
	switch (cp) {
	case '"': return '"';
	case '\\': return '\\';
	case '\b': return 'b';
	case '\f': return 'f';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\t': return 't';
	default: return 0;
	}
}

static bool
is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
}

/* Control characters are escaped, those of 8 bits too: what is printed may meet a terminal. */
static void
print_character(uint32_t cp, struct str *out)
{
	char bytes[4];
	char escape = short_escape(cp);

	if (escape)
		str_appendf(out, "\\%c", escape);
	else if (utf8_width(cp) < 0)
		str_appendf(out, "\\u%04x", cp);
	else
		str_append_bytes(out, bytes, utf8_encode(cp, bytes));
}

static void
print_string(const char *text, struct str *out)
{
	size_t len = text ? strlen(text) : 0;

	str_append_char(out, '"');
	for (size_t at = 0; at < len;) {
		size_t plain = at;
		uint32_t cp;

		while (plain < len && is_plain((unsigned char)text[plain]))
			plain++;
		str_append_bytes(out, text + at, plain - at);
		at = plain;
		if (at == len)
			break;
		at += utf8_decode(text + at, len - at, &cp);
		print_character(cp, out);
	}
	str_append_char(out, '"');
}

/* The shortest decimal that reads back as the same number. */
static void
print_number(double number, struct str *out)
{
	size_t at = out->len;

	if (!isfinite(number)) {
		str_append(out, "null");
		return;
	}
	if (number == floor(number) && fabs(number) <= EXACT_MAX) {
		str_appendf(out, "%lld", (long long)number);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		str_truncate(out, at);
		str_appendf(out, "%.*g", digits, number);
		if (strtod(out->data + at, NULL) == number)
			break;
	}
	for (char *p = out->data + at; *p; p++)
		if (*p == ',') /* the locale's decimal point */
			*p = '.';
}

static void print_value(const cJSON *v, struct str *out);

static void
print_members(const cJSON *v, struct str *out)
{
	for (const cJSON *item = v->child; item; item = item->next) {
		if (cJSON_IsObject(v)) {
			print_string(item->string, out);
			str_append_char(out, ':');
		}
		print_value(item, out);
		if (item->next)
			str_append_char(out, ',');
	}
}

static void
print_value(const cJSON *v, struct str *out)
{
	bool is_object = cJSON_IsObject(v);

	if (cJSON_IsString(v)) {
		print_string(v->valuestring, out);
	} else if (cJSON_IsNumber(v)) {
		print_number(v->valuedouble, out);
	} else if (cJSON_IsBool(v)) {
		str_append(out, cJSON_IsTrue(v) ? "true" : "false");
	} else if (is_object || cJSON_IsArray(v)) {
		str_append_char(out, is_object ? '{' : '[');
		print_members(v, out);
		str_append_char(out, is_object ? '}' : ']');
	} else {
		str_append(out, "null");
	}
}

void
json_print(const struct json *v, struct str *out)
{
	print_value(in(v), out);
}
