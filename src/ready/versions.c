/* versions: an array of rules; each has a list of conditions, all of which must hold. */
#include "ready/versions.h"

#include <ctype.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/count.h"
#include "base/data.h"
#include "base/vec.h"
#include "text/toml.h"

enum operator{ LESS, LESS_OR_EQUAL, EQUAL, GREATER_OR_EQUAL, GREATER };

struct condition {
	const char *program;
	enum operator operator;
	const char *version;
};

struct rule {
	struct version_rule told;
	struct condition *conditions;
	size_t count;
};

struct versions {
	struct arena arena;
	VEC(struct rule) rules;
};

/* -- comparing ------------------------------------------------------------------------------- */

static bool
holds(const struct condition *c, const char *version)
{
	int order = version_compare(version, c->version);

	switch (c->operator) {
	case LESS: return order < 0;
	case LESS_OR_EQUAL: return order <= 0;
	case EQUAL: return order == 0;
	case GREATER_OR_EQUAL: return order >= 0;
	case GREATER: return order > 0;
	}
	return false;
}

void
versions_judge(const struct versions *v, const char *(*version_of)(void *arg, const char *program),
	void (*found)(void *arg, const struct version_rule *rule), void *arg)
{
	for (size_t i = 0; i < v->rules.len; i++) {
		const struct rule *r = &v->rules.items[i];
		bool all = true;

		for (size_t k = 0; k < r->count && all; k++) {
			const char *version = version_of(arg, r->conditions[k].program);
			all = version && holds(&r->conditions[k], version);
		}
		if (all)
			found(arg, &r->told);
	}
}

/* -- reading --------------------------------------------------------------------------------- */

static bool
parse_operator(struct span word, enum operator* operator)
{
	static const char *const words[] = {
		[LESS] = "<",
		[LESS_OR_EQUAL] = "<=",
		[EQUAL] = "=",
		[GREATER_OR_EQUAL] = ">=",
		[GREATER] = ">",
	};

	for (size_t i = 0; i < COUNT(words); i++) {
		if (span_is(word, words[i])) {
			*operator=(enum operator) i;
			return true;
		}
	}
	return false;
}

static bool
read_condition(struct versions *v, const struct toml *doc, const struct toml_value *value,
	struct condition *c, struct err *err)
{
	struct span rest = toml_text(value);

	c->program = arena_span(&v->arena, span_cut(rest, ' ', &rest));
	if (!parse_operator(span_cut(rest, ' ', &rest), &c->operator) || !rest.len ||
		!isdigit((unsigned char)*rest.data))
		return toml_err(doc, value, err,
			"expected \"PROGRAM OPERATOR VERSION\" with < <= = >= or >");
	c->version = arena_span(&v->arena, rest);
	return true;
}

static const char *
read_text(struct versions *v, const struct toml_value *entry, const char *key)
{
	return arena_strdup(&v->arena, toml_string(toml_get(entry, key), NULL));
}

static bool
read_rule(struct versions *v, const struct toml *doc, const struct toml_value *e, struct err *err)
{
	const struct toml_value *when = toml_get(e, "when");
	const char *state = toml_string(toml_get(e, "state"), "");
	struct rule *r = vec_add(&v->rules);

	r->told = (struct version_rule){
		.id = read_text(v, e, "id"),
		.on = read_text(v, e, "on"),
		.fails = text_is(state, "fail"),
		.why = read_text(v, e, "why"),
		.fix = read_text(v, e, "fix"),
		.advice = read_text(v, e, "advice"),
		.source = read_text(v, e, "source"),
		.date = arena_span(&v->arena, toml_text(toml_get(e, "date"))),
	};
	r->count = toml_count(when);
	r->conditions = arena_array(&v->arena, struct condition, r->count + 1);
	for (size_t i = 0; i < r->count; i++)
		if (!read_condition(v, doc, toml_at(when, i), &r->conditions[i], err))
			return false;
	if (!r->told.id || !r->told.on || !r->told.why || !r->told.source || !*r->told.date ||
		!r->count)
		return toml_err(doc, e, err,
			"a [[bad]] entry needs `id`, `when`, `on`, `why`, `source` and `date`");
	if (!r->told.fix == !r->told.advice)
		return toml_err(doc, e, err, "a [[bad]] entry has either `fix` or `advice`");
	if (!r->told.fails && !text_is(state, "warn"))
		return toml_err(doc, e, err, "`state` is \"fail\" or \"warn\", not \"%s\"", state);
	return true;
}

struct versions *
versions_parse(struct span bytes, const char *name, struct err *err)
{
	struct toml *doc = toml_parse(bytes.data, bytes.len, name, err);
	const struct toml_value *entries;
	struct versions *v;
	bool ok = true;

	if (!doc)
		return NULL;
	v = xcalloc(1, sizeof(*v));
	entries = toml_get(toml_root(doc), "bad");
	for (size_t i = 0; i < toml_count(entries) && ok; i++)
		ok = read_rule(v, doc, toml_at(entries, i), err);
	toml_free(doc);
	if (ok)
		return v;
	versions_free(v);
	return NULL;
}

struct versions *
versions_load(void)
{
	const struct data_file *file = data_find("data/versions.toml");
	struct err err = ERR_INIT;
	struct versions *v =
		versions_parse((struct span){ file->bytes, file->len }, file->name, &err);

	if (!v)
		die("%s", err.message); /* built in: a mistake of ours */
	return v;
}

void
versions_free(struct versions *v)
{
	if (!v)
		return;
	vec_fini(&v->rules);
	arena_fini(&v->arena);
	free(v);
}
