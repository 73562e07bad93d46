/* Reading is driven by tables: a row per key, with its form and its place in the struct. Fixes of all
 * files are read before any rule, so that rules may name them; what rules hide is looked up last. */
#include "hint/ruleset.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/err.h"
#include "base/str.h"
#include "hint/facts.h"
#include "hint/template.h"
#include "ready/backend.h"
#include "text/toml.h"

enum form {
	FORM_TEXT,     /* const char * */
	FORM_TEXTS,    /* const char *const *: a text or a list of them */
	FORM_NUMBER,   /* int */
	FORM_BOOL,     /* bool */
	FORM_SCOPE,    /* struct rule_scope */
	FORM_PATTERNS, /* struct numbers */
	FORM_SURE,     /* enum confidence */
	FORM_BLOCK,    /* enum rule_block */
	FORM_KIND,     /* enum fix_kind */
	FORM_EDIT,     /* struct fix_edit */
	FORM_FIXES,    /* struct rule: fixes, fix_count */
	FORM_YES,      /* struct rule: examples, example_count */
	FORM_NO,
};

struct key {
	const char *name;
	enum form form;
	size_t at; /* offset in the struct */
	bool needed;
};

struct loader {
	struct rules *rules;
	const struct toml *doc;
	struct err *err;
};

/* clang-format off */
static const struct key scope_keys[] = {
	{ "target",  FORM_TEXTS, offsetof(struct rule_scope, target), false },
	{ "host",    FORM_TEXTS, offsetof(struct rule_scope, host), false },
	{ "linker",  FORM_TEXTS, offsetof(struct rule_scope, linker), false },
	{ "backend", FORM_TEXTS, offsetof(struct rule_scope, backend), false },
	{ 0 },
};
static const struct key edit_keys[] = {
	{ "path",  FORM_TEXTS, offsetof(struct fix_edit, path), true },
	{ "value", FORM_TEXT,  offsetof(struct fix_edit, value), true },
	{ 0 },
};
static const struct key example_keys[] = {
	{ "log",    FORM_TEXT, offsetof(struct example, log), true },
	{ "target", FORM_TEXT, offsetof(struct example, target), false },
	{ "host",   FORM_TEXT, offsetof(struct example, host), false },
	{ "linker", FORM_TEXT, offsetof(struct example, linker), false },
	{ 0 },
};
static const struct key fix_keys[] = {
	{ "id",      FORM_TEXT,  offsetof(struct fix_rule, id), true },
	{ "kind",    FORM_KIND,  offsetof(struct fix_rule, kind), true },
	{ "title",   FORM_TEXTS, offsetof(struct fix_rule, title), true },
	{ "argv",    FORM_TEXTS, offsetof(struct fix_rule, argv), false },
	{ "install", FORM_TEXT,  offsetof(struct fix_rule, install), false },
	{ "path",    FORM_TEXT,  offsetof(struct fix_rule, path), false },
	{ "set",     FORM_EDIT,  offsetof(struct fix_rule, edit), false },
	{ "backend", FORM_TEXT,  offsetof(struct fix_rule, backend), false },
	{ "needs",   FORM_TEXT,  offsetof(struct fix_rule, needs), false },
	{ "verify",  FORM_TEXT,  offsetof(struct fix_rule, verify), false },
	{ "root",    FORM_BOOL,  offsetof(struct fix_rule, root), false },
	{ "native",  FORM_BOOL,  offsetof(struct fix_rule, native), false },
	{ "foreign", FORM_BOOL,  offsetof(struct fix_rule, foreign), false },
	{ "when",    FORM_SCOPE, offsetof(struct fix_rule, when), false },
	{ 0 },
};
static const struct key rule_keys[] = {
	{ "id",     FORM_TEXT,     offsetof(struct rule, id), true },
	{ "cause",  FORM_TEXT,     offsetof(struct rule, cause), true },
	{ "title",  FORM_TEXTS,    offsetof(struct rule, title), true },
	{ "text",   FORM_TEXTS,    offsetof(struct rule, text), false },
	{ "why",    FORM_TEXTS,    offsetof(struct rule, why), true },
	{ "match",  FORM_PATTERNS, offsetof(struct rule, any), false },
	{ "all",    FORM_PATTERNS, offsetof(struct rule, all), false },
	{ "not",    FORM_PATTERNS, offsetof(struct rule, none), false },
	{ "block",  FORM_BLOCK,    offsetof(struct rule, block), false },
	{ "when",   FORM_SCOPE,    offsetof(struct rule, when), false },
	{ "unless", FORM_SCOPE,    offsetof(struct rule, unless), false },
	{ "surer",  FORM_SCOPE,    offsetof(struct rule, surer), false },
	{ "hides",  FORM_TEXTS,    offsetof(struct rule, hides), false },
	{ "survives", FORM_BOOL,   offsetof(struct rule, survives), false },
	{ "rank",   FORM_NUMBER,   offsetof(struct rule, rank), false },
	{ "sure",   FORM_SURE,     offsetof(struct rule, sure), true },
	{ "fix",    FORM_FIXES,    0, false },
	{ "notes",  FORM_TEXTS,    offsetof(struct rule, notes), false },
	{ "refs",   FORM_TEXTS,    offsetof(struct rule, refs), false },
	{ "yes",    FORM_YES,      0, true },
	{ "no",     FORM_NO,       0, true },
	{ 0 },
};
/* clang-format on */

static const char *const no_texts[] = { NULL };

static bool read_table(struct loader *l, const struct key *keys, const struct toml_value *table,
	void *into, const char *what);

static bool
expect(struct loader *l, const struct toml_value *v, enum toml_kind kind, const char *name)
{
	if (toml_kind(v) == kind)
		return true;
	return toml_err(l->doc, v, l->err, "expected %s for \"%s\", found %s", toml_kind_name(kind),
		name, toml_kind_name(toml_kind(v)));
}

static char *
keep(struct loader *l, const struct toml_value *v)
{
	return arena_strdup(&l->rules->arena, toml_string(v, ""));
}

/* A template's placeholders are checked where they are read. */
static bool
read_text(struct loader *l, const struct toml_value *v, const char *name, const char **out)
{
	char why[160];

	if (!expect(l, v, TOML_STRING, name))
		return false;
	*out = keep(l, v);
	if (!text_is(name, "log") && !template_check(*out, why, sizeof(why)))
		return toml_err(l->doc, v, l->err, "\"%s\": %s", name, why);
	return true;
}

static bool
read_texts(struct loader *l, const struct toml_value *v, const char *name, const char *const **out)
{
	bool is_list = toml_kind(v) == TOML_ARRAY;
	size_t count = is_list ? toml_count(v) : 1;
	const char **list = arena_array(&l->rules->arena, const char *, count + 1);

	for (size_t i = 0; i < count; i++) {
		if (!read_text(l, is_list ? toml_at(v, i) : v, name, &list[i]))
			return false;
	}
	*out = list;
	return true;
}

static bool
read_patterns(struct loader *l, const struct toml_value *v, const char *name, struct numbers *out)
{
	size_t *items;
	struct err why = ERR_INIT;

	if (!expect(l, v, TOML_ARRAY, name))
		return false;
	out->items = items = arena_array(&l->rules->arena, size_t, toml_count(v) + 1);
	for (out->len = 0; out->len < toml_count(v); out->len++) {
		const struct toml_value *item = toml_at(v, out->len);
		if (!expect(l, item, TOML_STRING, name))
			return false;
		long number = patterns_add(l->rules->patterns, toml_string(item, ""), &why);
		if (number < 0)
			return toml_err(l->doc, item, l->err, "\"%s\": %s", name, why.message);
		items[out->len] = (size_t)number;
	}
	return true;
}

static bool
err_word(struct loader *l, const struct toml_value *v, const char *name, const char *const *words)
{
	struct str all = STR_INIT;

	for (int i = 0; words[i]; i++)
		str_appendf(&all, "%s%s", i ? ", " : "", words[i]);
	toml_err(l->doc, v, l->err, "\"%s\" is \"%s\", expected one of %s", name,
		toml_string(v, ""), str_cstr(&all));
	str_fini(&all);
	return false;
}

/* One of a list of words, as its place in the list. */
static bool
read_word(struct loader *l, const struct toml_value *v, const char *name, const char *const *words,
	int *out)
{
	if (!expect(l, v, TOML_STRING, name))
		return false;
	for (int i = 0; words[i]; i++) {
		if (text_is(words[i], toml_string(v, ""))) {
			*out = i;
			return true;
		}
	}
	return err_word(l, v, name, words);
}

static bool
read_fixes(struct loader *l, const struct toml_value *v, struct rule *rule)
{
	if (!expect(l, v, TOML_ARRAY, "fix"))
		return false;
	rule->fixes = arena_array(&l->rules->arena, const struct fix_rule *, toml_count(v) + 1);
	for (size_t i = 0; i < toml_count(v); i++) {
		const char *id = toml_string(toml_at(v, i), "");
		struct fix_rule *fix = map_get(&l->rules->fixes_by_id, id);
		if (!fix)
			return toml_err(l->doc, toml_at(v, i), l->err,
				"there is no fix with the id \"%s\"", id);
		rule->fixes[rule->fix_count++] = fix;
	}
	return true;
}

static bool
read_examples(struct loader *l, const struct toml_value *v, bool matches, struct rule *rule)
{
	const char *name = matches ? "yes" : "no";
	struct example *list;

	if (!expect(l, v, TOML_ARRAY, name))
		return false;
	list = arena_array(&l->rules->arena, struct example, rule->example_count + toml_count(v));
	if (rule->example_count)
		memcpy(list, rule->examples, rule->example_count * sizeof(*list));
	rule->examples = list;
	for (size_t i = 0; i < toml_count(v); i++) {
		struct example *e = &list[rule->example_count++];
		e->matches = matches;
		e->line = toml_line(toml_at(v, i));
		if (!expect(l, toml_at(v, i), TOML_TABLE, name) ||
			!read_table(l, example_keys, toml_at(v, i), e, name))
			return false;
	}
	return true;
}

static bool
read_number(struct loader *l, const struct toml_value *v, const char *name, int *out)
{
	if (!expect(l, v, TOML_INTEGER, name))
		return false;
	*out = (int)toml_integer(v, 0);
	if (*out < 0 || *out > 100)
		return toml_err(l->doc, v, l->err, "\"%s\" is %d, expected 0 to 100", name, *out);
	return true;
}

static bool
read_bool(struct loader *l, const struct toml_value *v, const char *name, bool *out)
{
	*out = toml_bool(v, false);
	return expect(l, v, TOML_BOOL, name);
}

static bool
read_scope(struct loader *l, const struct toml_value *v, const char *name, struct rule_scope *out)
{
	return expect(l, v, TOML_TABLE, name) && read_table(l, scope_keys, v, out, name);
}

static bool
read_edit(struct loader *l, const struct toml_value *v, const char *name, struct fix_edit *out)
{
	return expect(l, v, TOML_TABLE, name) && read_table(l, edit_keys, v, out, name);
}

static bool
read_value(struct loader *l, const struct key *key, const struct toml_value *v, void *into)
{
	static const char *const sures[] = { "possible", "likely", "certain", NULL };
	static const char *const blocks[] = { "any", "linker", NULL };
	static const char *const kinds[] = { "run", "edit", "switch-backend", "note", NULL };
	void *place = (char *)into + key->at;

	switch (key->form) {
	case FORM_TEXT: return read_text(l, v, key->name, place);
	case FORM_TEXTS: return read_texts(l, v, key->name, place);
	case FORM_NUMBER: return read_number(l, v, key->name, place);
	case FORM_BOOL: return read_bool(l, v, key->name, place);
	case FORM_SCOPE: return read_scope(l, v, key->name, place);
	case FORM_PATTERNS: return read_patterns(l, v, key->name, place);
	case FORM_SURE: return read_word(l, v, key->name, sures, place);
	case FORM_BLOCK: return read_word(l, v, key->name, blocks, place);
	case FORM_KIND: return read_word(l, v, key->name, kinds, place);
	case FORM_EDIT: return read_edit(l, v, key->name, place);
	case FORM_FIXES: return read_fixes(l, v, into);
	case FORM_YES: return read_examples(l, v, true, into);
	case FORM_NO: return read_examples(l, v, false, into);
	}
	return false;
}

/* Lists that the file leaves out are empty, never NULL. */
static void
fill_absent(const struct key *keys, void *into)
{
	for (const struct key *k = keys; k->name; k++) {
		if (k->form == FORM_TEXTS)
			*(const char *const **)((char *)into + k->at) = no_texts;
		else if (k->form == FORM_SCOPE)
			fill_absent(scope_keys, (char *)into + k->at);
		else if (k->form == FORM_EDIT)
			fill_absent(edit_keys, (char *)into + k->at);
	}
}

static const struct key *
find_key(const struct key *keys, const char *name)
{
	for (; keys->name; keys++) {
		if (!strcmp(keys->name, name))
			return keys;
	}
	return NULL;
}

static bool
read_table(struct loader *l, const struct key *keys, const struct toml_value *table, void *into,
	const char *what)
{
	fill_absent(keys, into);
	for (size_t i = 0; i < toml_count(table); i++) {
		const struct key *key = find_key(keys, toml_key_at(table, i));
		if (!key)
			return toml_err(l->doc, toml_at(table, i), l->err, "a %s has no key \"%s\"",
				what, toml_key_at(table, i));
		if (!read_value(l, key, toml_at(table, i), into))
			return false;
	}
	for (const struct key *k = keys; k->name; k++) {
		if (k->needed && !toml_get(table, k->name))
			return toml_err(
				l->doc, table, l->err, "the %s has no \"%s\"", what, k->name);
	}
	return true;
}

/* What a fix of each kind cannot do without. */
static const char *
fix_lacks(const struct fix_rule *f)
{
	if (f->kind == FIX_RUN && !f->argv[0] && !f->install)
		return "a fix of kind run needs \"argv\" or \"install\"";
	if (f->kind == FIX_EDIT && (!f->path || !f->edit.path[0]))
		return "a fix of kind edit needs \"path\" and \"set\"";
	if (f->kind == FIX_SWITCH_BACKEND && !f->backend)
		return "a fix of kind switch-backend needs \"backend\"";
	return NULL;
}

static bool
load_fixes(struct loader *l)
{
	const struct toml_value *list = toml_get(toml_root(l->doc), "fix");

	for (size_t i = 0; i < toml_count(list); i++) {
		const struct toml_value *v = toml_at(list, i);
		struct fix_rule *f = arena_new(&l->rules->arena, struct fix_rule);
		if (!expect(l, v, TOML_TABLE, "fix") || !read_table(l, fix_keys, v, f, "fix"))
			return false;
		if (fix_lacks(f))
			return toml_err(l->doc, v, l->err, "%s", fix_lacks(f));
		if (map_set(&l->rules->fixes_by_id, f->id, f))
			return toml_err(l->doc, v, l->err, "the fix \"%s\" is there twice", f->id);
		f->file = arena_strdup(&l->rules->arena, toml_name(l->doc));
		f->line = toml_line(v);
		vec_push(&l->rules->fixes, f);
	}
	return true;
}

static bool
load_rules(struct loader *l)
{
	const struct toml_value *list = toml_get(toml_root(l->doc), "rule");

	for (size_t i = 0; i < toml_count(list); i++) {
		const struct toml_value *v = toml_at(list, i);
		struct rule rule = { .rank = 50, .line = toml_line(v) };
		if (!expect(l, v, TOML_TABLE, "rule") ||
			!read_table(l, rule_keys, v, &rule, "rule"))
			return false;
		if (!rule.any.len && !rule.all.len)
			return toml_err(
				l->doc, v, l->err, "the rule has neither \"match\" nor \"all\"");
		if (rule.all.len > RULE_ALL_MAX)
			return toml_err(l->doc, v, l->err, "\"all\" has more than %d patterns",
				RULE_ALL_MAX);
		if (map_set(&l->rules->ids, rule.id, l->rules))
			return toml_err(
				l->doc, v, l->err, "the rule \"%s\" is there twice", rule.id);
		map_set(&l->rules->causes, rule.cause, l->rules);
		rule.file = arena_strdup(&l->rules->arena, toml_name(l->doc));
		vec_push(&l->rules->items, rule);
	}
	return true;
}

static bool
check_top(struct loader *l)
{
	const struct toml_value *root = toml_root(l->doc);

	for (size_t i = 0; i < toml_count(root); i++) {
		const char *key = toml_key_at(root, i);
		if (!text_is(key, "rule") && !text_is(key, "fix"))
			return toml_err(l->doc, toml_at(root, i), l->err,
				"expected [[rule]] and [[fix]] only, found \"%s\"", key);
		if (!expect(l, toml_at(root, i), TOML_ARRAY, key))
			return false;
	}
	return true;
}

/* What is hidden must be a rule or a cause of one. */
static bool
check_hides(struct rules *r, struct err *err)
{
	for (size_t i = 0; i < r->items.len; i++) {
		const struct rule *rule = &r->items.items[i];
		for (size_t k = 0; rule->hides[k]; k++) {
			if (!map_has(&r->ids, rule->hides[k]) &&
				!map_has(&r->causes, rule->hides[k]))
				return err_set(err, ERR_PARSE,
					"%s:%d:1: \"hides\" of the rule \"%s\" names \"%s\", which "
					"is no rule and no cause",
					rule->file, rule->line, rule->id, rule->hides[k]);
		}
	}
	return true;
}

static void
use_pattern(struct rules *r, size_t pattern, enum pattern_role role, size_t rule, size_t which)
{
	vec_push(&r->uses, ((struct pattern_use){ pattern, role, rule, which }));
}

static int
by_pattern(const void *a, const void *b)
{
	const struct pattern_use *x = a, *y = b;

	if (x->pattern != y->pattern)
		return x->pattern < y->pattern ? -1 : 1;
	return (x->role == ROLE_FACT ? -1 : 1) * (x->role != y->role);
}

static void
index_uses(struct rules *r)
{
	size_t at = 0;

	for (size_t i = 0; i < r->items.len; i++) {
		const struct rule *rule = &r->items.items[i];
		for (size_t k = 0; k < rule->any.len; k++)
			use_pattern(r, rule->any.items[k], ROLE_ANY, i, k);
		for (size_t k = 0; k < rule->all.len; k++)
			use_pattern(r, rule->all.items[k], ROLE_ALL, i, k);
		for (size_t k = 0; k < rule->none.len; k++)
			use_pattern(r, rule->none.items[k], ROLE_NONE, i, k);
	}
	qsort(r->uses.items, r->uses.len, sizeof(*r->uses.items), by_pattern);
	for (size_t p = 0; p <= patterns_count(r->patterns); p++) {
		while (at < r->uses.len && r->uses.items[at].pattern < p)
			at++;
		vec_push(&r->first_use, at);
	}
}

/* Facts come first: the course of the log is settled before a rule looks at the same line. */
static bool
add_facts(struct rules *r, struct err *err)
{
	long *numbers = arena_array(&r->arena, long, facts_count());

	if (!facts_add_patterns(r->patterns, numbers, err))
		return false;
	for (size_t i = 0; i < facts_count(); i++)
		use_pattern(r, (size_t)numbers[i], ROLE_FACT, i, 0);
	return true;
}

bool
ruleset_fill(struct rules *r, struct toml *const *docs, size_t count, struct err *err)
{
	struct loader l = { .rules = r, .err = err };
	bool ok;

	r->patterns = patterns_new();
	r->backends =
		backends_load(NULL); /* without it hints stand, only cross compilers go unnamed */
	ok = add_facts(r, err);
	for (size_t i = 0; ok && i < count; i++) {
		l.doc = docs[i];
		ok = check_top(&l) && load_fixes(&l);
	}
	for (size_t i = 0; ok && i < count; i++) {
		l.doc = docs[i];
		ok = load_rules(&l);
	}
	if (!ok || !check_hides(r, err))
		return false;
	index_uses(r);
	return true;
}
