#include "e2e/bench_schema.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/vec.h"
#include "io/file.h"
#include "unit/check.h"

enum shape_kind {
	SHAPE_TEXT,
	SHAPE_NUMBER,
	SHAPE_BOOL,
	SHAPE_NULL,
	SHAPE_LITERAL,
	SHAPE_NAME,
	SHAPE_ARRAY,
	SHAPE_OBJECT
};

struct shape {
	enum shape_kind kind;
	const char *text;       /* of a literal text, of a name */
	double number;          /* of a literal number */
	struct shape *inner;    /* of an array */
	struct member *members; /* of an object */
	struct shape *more;     /* the next part of a sum */
	struct shape *next;     /* the next alternative */
};

struct member {
	const char *key;
	struct shape *shape;
	struct member *next;
};

struct definition {
	const char *name;
	const struct shape *shape;
};

struct schema {
	struct str page;
	struct arena arena;
	VEC(struct definition) definitions;
	const char *at; /* while it is read */
};

/* ---- reading ---- */

static void
skip_blanks(struct schema *s)
{
	while (isspace((unsigned char)*s->at))
		s->at++;
}

static bool
take(struct schema *s, char c)
{
	skip_blanks(s);
	if (*s->at != c)
		return false;
	s->at++;
	return true;
}

static void
must_take(struct schema *s, char c)
{
	if (!take(s, c))
		fail_msg("docs/json.md: expected `%c` at: %.40s", c, s->at);
}

static const char *
take_text(struct schema *s)
{
	const char *begin;

	must_take(s, '"');
	begin = s->at;
	s->at += strcspn(s->at, "\"");
	return arena_strndup(&s->arena, begin, (size_t)(s->at++ - begin));
}

static const char *
take_name(struct schema *s)
{
	const char *begin;

	skip_blanks(s);
	begin = s->at;
	while (isalnum((unsigned char)*s->at) || *s->at == '_')
		s->at++;
	if (s->at == begin)
		fail_msg("docs/json.md: expected a name at: %.40s", begin);
	return arena_strndup(&s->arena, begin, (size_t)(s->at - begin));
}

static struct shape *take_shape(struct schema *s);

static struct member *
take_members(struct schema *s)
{
	struct member *first = NULL, **end = &first;

	do {
		*end = arena_new(&s->arena, struct member);
		(*end)->key = take_text(s);
		must_take(s, ':');
		(*end)->shape = take_shape(s);
		end = &(*end)->next;
	} while (take(s, ','));
	must_take(s, '}');
	return first;
}

static void
name_or_kind(struct shape *shape, const char *name)
{
	static const struct {
		const char *name;
		enum shape_kind kind;
	} kinds[] = { { "TEXT", SHAPE_TEXT }, { "NUMBER", SHAPE_NUMBER }, { "BOOL", SHAPE_BOOL },
		{ "null", SHAPE_NULL } };

	shape->kind = SHAPE_NAME;
	shape->text = name;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (text_is(name, kinds[i].name))
			shape->kind = kinds[i].kind;
}

static struct shape *
take_part(struct schema *s)
{
	struct shape *shape = arena_new(&s->arena, struct shape);
	char *end;

	skip_blanks(s);
	if (*s->at == '"') {
		shape->kind = SHAPE_LITERAL;
		shape->text = take_text(s);
	} else if (isdigit((unsigned char)*s->at)) {
		shape->kind = SHAPE_LITERAL;
		shape->number = strtod(s->at, &end);
		s->at = end;
	} else if (take(s, '[')) {
		shape->kind = SHAPE_ARRAY;
		shape->inner = take_shape(s);
		must_take(s, ']');
	} else if (take(s, '{')) {
		shape->kind = SHAPE_OBJECT;
		shape->members = take_members(s);
	} else {
		name_or_kind(shape, take_name(s));
	}
	return shape;
}

static struct shape *
take_shape(struct schema *s)
{
	struct shape *first = take_part(s);

	for (struct shape *last = first; take(s, '+'); last = last->more)
		last->more = take_part(s);
	if (take(s, '|'))
		first->next = take_shape(s);
	return first;
}

static void
read_block(struct schema *s, const char *end)
{
	for (skip_blanks(s); s->at < end; skip_blanks(s)) {
		struct definition d = { .name = take_name(s) };

		must_take(s, '=');
		d.shape = take_shape(s);
		vec_push(&s->definitions, d);
	}
}

struct schema *
schema_read(const char *path)
{
	struct schema *s = xcalloc(1, sizeof(*s));
	struct err err = ERR_INIT;
	const char *fence;

	if (!file_read(path, &s->page, &err))
		fail_msg("%s", err.message);
	s->at = str_cstr(&s->page);
	while ((fence = strstr(s->at, "```\n"))) {
		s->at = fence + 4;
		fence = strstr(s->at, "```");
		assert_non_null(fence);
		read_block(s, fence);
		s->at = fence + 3;
	}
	assert_true(s->definitions.len > 0);
	return s;
}

void
schema_free(struct schema *s)
{
	if (!s)
		return;
	vec_fini(&s->definitions);
	arena_fini(&s->arena);
	str_fini(&s->page);
	free(s);
}

/* ---- checking ---- */

/* What is wrong, and where; "" when nothing is. */
struct fault {
	char where[256];
	char what[256];
};

static bool
wrong(struct fault *f, const char *where, const char *what, const char *name)
{
	snprintf(f->where, sizeof(f->where), "%s", where);
	snprintf(f->what, sizeof(f->what), "%s%s", what, name);
	return false;
}

static const struct shape *
find_definition(const struct schema *s, const char *name)
{
	for (size_t i = 0; i < s->definitions.len; i++)
		if (text_is(s->definitions.items[i].name, name))
			return s->definitions.items[i].shape;
	fail_msg("docs/json.md defines no %s", name);
	return NULL;
}

static bool fits(const struct schema *s, const struct shape *shape, const struct json *v,
	const char *where, struct fault *fault);

/* The members of every part of a sum, by name where a part is a name; NULL when there is no such. */
static const struct member *
find_member(const struct schema *s, const struct shape *part, const char *key)
{
	const struct member *found = NULL;

	for (; part && !found; part = part->more) {
		if (part->kind == SHAPE_NAME)
			found = find_member(s, find_definition(s, part->text), key);
		for (const struct member *m = part->members; m && !found; m = m->next)
			if (text_is(m->key, key))
				found = m;
	}
	return found;
}

static bool
has_all_members(const struct schema *s, const struct shape *part, const struct json *v,
	const char *where, struct fault *fault)
{
	for (; part; part = part->more) {
		if (part->kind == SHAPE_NAME &&
			!has_all_members(s, find_definition(s, part->text), v, where, fault))
			return false;
		for (const struct member *m = part->members; m; m = m->next)
			if (!json_get(v, m->key))
				return wrong(fault, where, "lacks ", m->key);
	}
	return true;
}

static bool
object_fits(const struct schema *s, const struct shape *shape, const struct json *v,
	const char *where, struct fault *fault)
{
	if (!json_is_object(v))
		return wrong(fault, where, "is no object", "");
	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		const struct member *m = find_member(s, shape, json_key(c));
		char inner[256];

		snprintf(inner, sizeof(inner), "%.200s.%s", where, json_key(c));
		if (!m)
			return wrong(fault, inner, "is not in docs/json.md", "");
		if (!fits(s, m->shape, c, inner, fault))
			return false;
	}
	return has_all_members(s, shape, v, where, fault);
}

static bool
array_fits(const struct schema *s, const struct shape *shape, const struct json *v,
	const char *where, struct fault *fault)
{
	size_t i = 0;

	if (!json_is_array(v))
		return wrong(fault, where, "is no array", "");
	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		char inner[256];

		snprintf(inner, sizeof(inner), "%.200s[%zu]", where, i++);
		if (!fits(s, shape->inner, c, inner, fault))
			return false;
	}
	return true;
}

static bool
is_number(const struct json *v)
{
	return !isnan(json_number(v, NAN));
}

static bool
literal_fits(const struct shape *shape, const struct json *v)
{
	if (shape->text)
		return text_is(shape->text, json_string(v, NULL));
	return is_number(v) && json_number(v, 0) == shape->number;
}

static bool
alternative_fits(const struct schema *s, const struct shape *shape, const struct json *v,
	const char *where, struct fault *fault)
{
	if (shape->more)
		return object_fits(s, shape, v, where, fault);
	switch (shape->kind) {
	case SHAPE_TEXT: return json_string(v, NULL) || wrong(fault, where, "is no text", "");
	case SHAPE_NUMBER: return is_number(v) || wrong(fault, where, "is no number", "");
	case SHAPE_BOOL:
		return json_bool(v, true) == json_bool(v, false) ||
			wrong(fault, where, "is no truth value", "");
	case SHAPE_NULL: return json_is_null(v) || wrong(fault, where, "is not null", "");
	case SHAPE_LITERAL:
		return literal_fits(shape, v) || wrong(fault, where, "is another value", "");
	case SHAPE_NAME: return fits(s, find_definition(s, shape->text), v, where, fault);
	case SHAPE_ARRAY: return array_fits(s, shape, v, where, fault);
	case SHAPE_OBJECT: return object_fits(s, shape, v, where, fault);
	}
	return false;
}

/* The fault that is told is of the alternative that got furthest. */
static bool
fits(const struct schema *s, const struct shape *shape, const struct json *v, const char *where,
	struct fault *fault)
{
	struct fault furthest = { 0 };

	for (; shape; shape = shape->next) {
		if (alternative_fits(s, shape, v, where, fault))
			return true;
		if (!*furthest.what ||
			(strlen(fault->where) >= strlen(furthest.where) &&
				!strstr(fault->where, ".event")))
			furthest = *fault;
	}
	*fault = furthest;
	return false;
}

void
schema_check(const struct schema *s, const char *name, const struct json *value)
{
	struct fault fault = { 0 };
	struct str text = STR_INIT;

	if (fits(s, find_definition(s, name), value, name, &fault))
		return;
	json_print(value, &text);
	fail_msg("%s %s in %s", fault.where, fault.what, str_cstr(&text));
}
