/* confview: a walk over the files' tables; each leaf is then held against all other places. */
#include "rust/confview.h"

#include <string.h>
#include "base/str.h"
#include "base/vec.h"
#include "rust/cargoconf.h"
#include "rust/conffiles.h"
#include "rust/confkeys.h"
#include "text/toml.h"

#define PARTS_MAX 8
#define VALUE_MAX 200

struct walk {
	const struct cargoconf *conf;
	const struct conf_file *file;
	struct arena *arena;
	const char *parts[PARTS_MAX];
	size_t depth;
	VEC(struct conf_entry) entries;
};

/* -- values as text -------------------------------------------------------------------------- */

static void
print_value(struct str *out, const struct toml_value *v)
{
	bool is_table = toml_kind(v) == TOML_TABLE;

	switch (toml_kind(v)) {
	case TOML_STRING: toml_quote(out, toml_text(v)); break;
	case TOML_INTEGER: str_appendf(out, "%lld", (long long)toml_integer(v, 0)); break;
	case TOML_FLOAT: str_appendf(out, "%g", toml_float(v, 0)); break;
	case TOML_BOOL: str_append(out, toml_bool(v, false) ? "true" : "false"); break;
	case TOML_ARRAY:
	case TOML_TABLE:
		str_append(out, is_table ? "{ " : "[");
		for (size_t i = 0; i < toml_count(v) && out->len < VALUE_MAX; i++) {
			str_append(out, i ? ", " : "");
			if (is_table)
				str_appendf(out, "%s = ", toml_key_at(v, i));
			print_value(out, toml_at(v, i));
		}
		str_append(out, is_table ? " }" : "]");
		break;
	default: str_append_span(out, toml_text(v));
	}
}

static const char *
value_text(struct arena *arena, const struct toml_value *v)
{
	struct str out = STR_INIT;

	print_value(&out, v);
	return arena_take(arena, &out);
}

static const char *
key_text(struct walk *w)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < w->depth; i++)
		str_appendf(&out, "%s%s", i ? "." : "", w->parts[i]);
	return arena_take(w->arena, &out);
}

/* -- what becomes of an entry ---------------------------------------------------------------- */

static const struct toml_value *
value_in(const struct conf_file *file, const struct walk *w)
{
	const struct toml_value *v = toml_root(file->doc);

	for (size_t i = 0; i < w->depth; i++)
		v = toml_get(v, w->parts[i]);
	return v;
}

/* What cargo's own lookup says of the key, where that is one that the environment can set. */
static bool
ask(const struct walk *w, const char *key, struct conf_value *value)
{
	if (text_is(w->parts[0], "target") && w->depth == 3)
		return !text_starts(w->parts[1], "cfg(") &&
			cargoconf_target(w->conf, w->parts[1], w->parts[2], value);
	return cargoconf_get(w->conf, key, value);
}

static bool
is_nearest_only(const struct walk *w)
{
	return text_is(w->parts[w->depth - 1], "runner");
}

/* The first file, before this one, that sets the key too. */
static void
judge_among_files(struct walk *w, struct conf_entry *e)
{
	const struct conf_files *files = cargoconf_files(w->conf);

	for (size_t i = 0; i < files->len && &files->items[i] != w->file; i++) {
		const struct toml_value *other = value_in(&files->items[i], w);

		if (!other)
			continue;
		e->by = arena_printf(w->arena, "%s:%d", files->items[i].path, toml_line(other));
		e->fate = text_is(value_text(w->arena, other), e->value) ? CONF_AGREES
									 : CONF_OVERRIDDEN;
		return;
	}
}

static bool
is_joined(struct walk *w, const struct toml_value *v)
{
	const struct conf_files *files = cargoconf_files(w->conf);
	size_t count = 0;

	for (size_t i = 0; i < files->len; i++)
		count += value_in(&files->items[i], w) != NULL;
	return toml_kind(v) == TOML_ARRAY && !is_nearest_only(w) && count > 1;
}

static void
judge(struct walk *w, struct conf_entry *e, const struct toml_value *v)
{
	struct conf_value decided;

	if (is_joined(w, v))
		e->fate = CONF_JOINED;
	else
		judge_among_files(w, e);
	if (!ask(w, e->key, &decided) || decided.line)
		return;
	e->by = arena_strdup(w->arena, decided.name);
	if (decided.text)
		e->fate =
			text_is(decided.text, toml_string(v, NULL)) ? CONF_AGREES : CONF_OVERRIDDEN;
}

/* -- the walk -------------------------------------------------------------------------------- */

static struct conf_entry *
add_entry(struct walk *w, const struct toml_value *v)
{
	struct conf_entry *e = vec_add(&w->entries);

	e->key = key_text(w);
	e->value = value_text(w->arena, v);
	e->path = arena_strdup(w->arena, w->file->path);
	e->line = toml_line(v);
	return e;
}

static void
add_fault(struct walk *w, const struct toml_value *v, const char *expected)
{
	struct conf_entry *e = add_entry(w, v);
	const char *nearest;

	e->fate = CONF_IGNORED;
	e->is_refused = expected != NULL;
	nearest = confkey_nearest(w->arena, w->parts, w->depth);
	e->fault = expected ? arena_printf(w->arena, "expected %s, found %s", expected,
				      toml_kind_name(toml_kind(v)))
			    : "cargo does not know this key";
	if (nearest && !text_is(nearest, e->key))
		e->fault = arena_printf(w->arena, "%s; did you mean %s?", e->fault, nearest);
}

static void walk_table(struct walk *w, const struct toml_value *table);

static void
walk_value(struct walk *w, const struct toml_value *v)
{
	const char *expected;

	switch (confkey_judge(w->parts, w->depth, toml_kind(v), &expected)) {
	case CONFKEY_SOUND: judge(w, add_entry(w, v), v); break;
	case CONFKEY_INSIDE: walk_table(w, v); break;
	case CONFKEY_UNKNOWN: add_fault(w, v, NULL); break;
	case CONFKEY_WRONG: add_fault(w, v, expected); break;
	}
}

static void
walk_table(struct walk *w, const struct toml_value *table)
{
	for (size_t i = 0; i < toml_count(table) && w->depth < PARTS_MAX; i++) {
		w->parts[w->depth++] = toml_key_at(table, i);
		walk_value(w, toml_at(table, i));
		w->depth--;
	}
}

struct conf_entry *
confview_make(const struct cargoconf *conf, struct arena *arena, size_t *count)
{
	const struct conf_files *files = cargoconf_files(conf);
	struct walk w = { .conf = conf, .arena = arena };
	struct conf_entry *entries;

	for (size_t i = 0; i < files->len; i++) {
		w.file = &files->items[i];
		walk_table(&w, toml_root(w.file->doc));
	}
	*count = w.entries.len;
	entries = arena_array(arena, struct conf_entry, w.entries.len + 1);
	if (w.entries.len)
		memcpy(entries, w.entries.items, w.entries.len * sizeof(*entries));
	vec_fini(&w.entries);
	return entries;
}
