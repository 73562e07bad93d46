/* cargoconf: see cargoconf.h.
 *
 * The files stand parsed, most decisive first; a question walks them for its key. Each question is
 * answered once and kept by its name in `known`. */
#include "rust/cargoconf.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/count.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "rust/cfgexpr.h"
#include "rust/conffiles.h"
#include "rust/targets.h"
#include "text/toml.h"

extern char **environ;

#define KEY_MAX 8
#define BLANKS " \t\r\n"

struct cargoconf {
	char *dir; /* what relative paths in the environment are relative to */
	struct conf_files files;
	struct keeper {
		pthread_mutex_t lock;
		struct arena arena;
		struct map known;           /* of struct answer */
		struct target_table *table; /* for cfg(…), when a file has one */
	} * keeper;                         /* changes while conf itself stays the same */
};

struct answer {
	bool found;
	struct conf_value value;
};

struct key {
	const char *parts[KEY_MAX];
	size_t len;
};

typedef VEC(const char *) items;

enum {                    /* what cargo does with the values of a key */
	KEY_LIST = 1,     /* a text is split at blanks */
	KEY_JOINS = 2,    /* what the environment says is put after what the files say */
	KEY_PROGRAM = 4,  /* with a slash: relative to the parent of the file's folder */
	KEY_FOLDER = 8,   /* always relative to that */
	KEY_NEAREST = 16, /* arrays are not joined */
};

static unsigned
key_rule(const struct key *key)
{
	static const struct {
		const char *name;
		unsigned rule;
	} rows[] = {
		{ "rustflags", KEY_LIST | KEY_JOINS },
		{ "rustdocflags", KEY_LIST | KEY_JOINS },
		{ "runner", KEY_LIST | KEY_NEAREST | KEY_PROGRAM },
		{ "linker", KEY_PROGRAM },
		{ "rustc", KEY_PROGRAM },
		{ "rustc-wrapper", KEY_PROGRAM },
		{ "rustc-workspace-wrapper", KEY_PROGRAM },
		{ "rustdoc", KEY_PROGRAM },
		{ "target-dir", KEY_FOLDER },
		{ "build-dir", KEY_FOLDER },
	};
	bool counts = strcmp(key->parts[0], "build") == 0 || strcmp(key->parts[0], "target") == 0;

	for (size_t i = 0; counts && i < COUNT(rows); i++)
		if (strcmp(rows[i].name, key->parts[key->len - 1]) == 0)
			return rows[i].rule;
	return 0;
}

/* --- names --- */

static char
upper(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c == '-' || c == '.' ? '_' : c;
}

static void
append_upper(struct str *out, const char *text)
{
	for (; *text; text++)
		str_append_char(out, upper(*text));
}

char *
cargoconf_env_triple(const char *triple)
{
	struct str out = STR_INIT;

	append_upper(&out, triple);
	return str_take(&out);
}

/* "CARGO_BUILD_TARGET_DIR" */
static void
variable_of(const struct key *key, struct str *out)
{
	str_append(out, "CARGO");
	for (size_t i = 0; i < key->len; i++) {
		str_append_char(out, '_');
		append_upper(out, key->parts[i]);
	}
}

/* The variable of older times, which goes before the other; NULL when there is none. */
static const char *
other_variable_of(const struct key *key)
{
	static const struct {
		const char *name, *variable;
	} rows[] = {
		{ "target-dir", "CARGO_TARGET_DIR" },
		{ "rustc", "RUSTC" },
		{ "rustc-wrapper", "RUSTC_WRAPPER" },
		{ "rustc-workspace-wrapper", "RUSTC_WORKSPACE_WRAPPER" },
		{ "rustdoc", "RUSTDOC" },
		{ "incremental", "CARGO_INCREMENTAL" },
	};

	if (strcmp(key->parts[0], "build") != 0 || key->len != 2)
		return NULL;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].name, key->parts[1]) == 0)
			return rows[i].variable;
	return NULL;
}

/* "a.b.c" in parts; the middle of target.<triple>.<key> may hold dots itself. */
static struct key
key_parse(struct arena *arena, const char *dotted)
{
	struct key key = { .len = 0 };
	char *rest = arena_strdup(arena, dotted);
	char *last = strrchr(rest, '.');

	while (rest && key.len < KEY_MAX) {
		char *dot = key.len == 1 && strcmp(key.parts[0], "target") == 0 ? last
										: strchr(rest, '.');

		key.parts[key.len++] = rest;
		if (dot && dot >= rest)
			*dot++ = '\0';
		else
			dot = NULL;
		rest = dot;
	}
	return key;
}

/* --- values --- */

static void
push_words(struct arena *arena, items *out, const char *text, const char *separators)
{
	while (*(text += strspn(text, separators))) {
		size_t len = strcspn(text, separators);

		vec_push(out, arena_strndup(arena, text, len));
		text += len;
	}
}

static const char *const *
items_take(struct arena *arena, items *found)
{
	const char **list = arena_array(arena, const char *, found->len + 1);

	if (found->len)
		memcpy(list, found->items, found->len * sizeof(*list));
	vec_fini(found);
	return list;
}

/* A path as cargo takes it; `root` is where it counts from. */
static const char *
resolve(struct arena *arena, const char *root, const char *text, unsigned rule)
{
	bool relative =
		(rule & KEY_PROGRAM && strchr(text, '/')) || (rule & KEY_FOLDER && text[0] != '{');
	char *path;
	const char *kept;

	if (!relative || !*text || path_is_absolute(text))
		return text;
	path = path_join(root, text);
	kept = arena_strdup(arena, path);
	free(path);
	return kept;
}

/* .cargo/config.toml counts from the folder that holds .cargo. */
static char *
root_of(const struct conf_file *file)
{
	char *folder = path_dirname(file->path), *root = path_dirname(folder);

	free(folder);
	return root;
}

static const char *
scalar_text(struct arena *arena, const struct toml_value *v)
{
	switch (toml_kind(v)) {
	case TOML_BOOL: return toml_bool(v, false) ? "true" : "false";
	case TOML_INTEGER: return arena_printf(arena, "%lld", (long long)toml_integer(v, 0));
	case TOML_FLOAT: return arena_printf(arena, "%g", toml_float(v, 0));
	default: return arena_span(arena, toml_text(v));
	}
}

static void
push_value(struct arena *arena, items *out, const struct toml_value *v, unsigned rule)
{
	if (toml_kind(v) == TOML_STRING && rule & KEY_LIST)
		push_words(arena, out, toml_string(v, ""), BLANKS);
	for (size_t i = 0; toml_kind(v) == TOML_ARRAY && i < toml_count(v); i++)
		vec_push(out, scalar_text(arena, toml_at(v, i)));
}

static const struct toml_value *
value_in(const struct conf_file *file, const struct key *key)
{
	const struct toml_value *v = toml_root(file->doc);

	for (size_t i = 0; i < key->len; i++)
		v = toml_get(v, key->parts[i]);
	return v && toml_kind(v) != TOML_TABLE ? v : NULL;
}

/* What the files say, into value; what they list, into found. */
static bool
ask_files(
	const struct cargoconf *conf, const struct key *key, struct conf_value *value, items *found)
{
	struct arena *arena = &conf->keeper->arena;
	unsigned rule = key_rule(key);
	bool any = false;
	char *root;

	for (size_t i = conf->files.len; i-- > 0;) { /* arrays join from the outermost inwards */
		const struct conf_file *file = &conf->files.items[i];
		const struct toml_value *v = value_in(file, key);

		if (!v)
			continue;
		if (rule & KEY_NEAREST || toml_kind(v) != TOML_ARRAY)
			vec_clear(found);
		push_value(arena, found, v, rule);
		root = root_of(file);
		if (rule & KEY_PROGRAM && found->len)
			found->items[0] = resolve(arena, root, found->items[0], rule);
		*value = (struct conf_value){ .path = file->path,
			.name = key->parts[key->len - 1],
			.is_string = toml_kind(v) == TOML_STRING,
			.line = toml_line(v),
			.column = toml_column(v) };
		if (toml_kind(v) != TOML_ARRAY)
			value->text = resolve(
				arena, root, scalar_text(arena, v), rule & KEY_LIST ? 0 : rule);
		free(root);
		any = true;
	}
	return any;
}

static bool
ask_variable(const struct cargoconf *conf, const char *name, unsigned rule,
	struct conf_value *value, items *found)
{
	struct arena *arena = &conf->keeper->arena;
	const char *text = getenv(name);

	if (!text || (!*text && rule & KEY_FOLDER))
		return false;
	text = arena_strdup(arena, text);
	if (!(rule & KEY_JOINS))
		vec_clear(found);
	if (rule & KEY_LIST)
		push_words(arena, found, text, BLANKS);
	if (rule & KEY_PROGRAM && found->len)
		found->items[0] = resolve(arena, conf->dir, found->items[0], rule);
	*value = (struct conf_value){ .path = "environment",
		.name = arena_strdup(arena, name),
		.text = resolve(arena, conf->dir, text, rule & KEY_LIST ? 0 : rule) };
	return true;
}

static bool
ask_environment(
	const struct cargoconf *conf, const struct key *key, struct conf_value *value, items *found)
{
	unsigned rule = key_rule(key);
	const char *other = other_variable_of(key);
	struct str name = STR_INIT;
	bool any = other && ask_variable(conf, other, rule, value, found);

	if (!any) {
		variable_of(key, &name);
		any = ask_variable(conf, str_cstr(&name), rule, value, found);
	}
	str_fini(&name);
	return any;
}

static bool
is_in_argument(const struct cargoconf *conf, const struct key *key)
{
	for (size_t i = 0; i < conf->files.len && conf->files.items[i].is_argument; i++) {
		if (value_in(&conf->files.items[i], key))
			return true;
	}
	return false;
}

/* Files, then the environment over them, but for what a command line says. */
static bool
ask(const struct cargoconf *conf, const struct key *key, struct conf_value *value, items *found)
{
	bool in_files = ask_files(conf, key, value, found);
	bool joins = key_rule(key) & KEY_JOINS;

	if ((is_in_argument(conf, key) && !joins) || !ask_environment(conf, key, value, found))
		return in_files;
	if (in_files && key_rule(key) & KEY_JOINS)
		value->text = NULL; /* no single text: the items of both */
	return true;
}

/* --- target.'cfg(…)' --- */

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The cfg(…) keys of all files, sorted as cargo goes through them. */
static void
list_conditions(const struct cargoconf *conf, items *out)
{
	for (size_t i = 0; i < conf->files.len; i++) {
		const struct toml_value *tables =
			toml_get(toml_root(conf->files.items[i].doc), "target");

		for (size_t k = 0; k < toml_count(tables); k++)
			if (text_starts(toml_key_at(tables, k), "cfg("))
				vec_push(out, toml_key_at(tables, k));
	}
	if (out->len)
		qsort(out->items, out->len, sizeof(*out->items), compare_texts);
}

static struct target
facts_of(const struct cargoconf *conf, const char *triple)
{
	struct keeper *keeper = conf->keeper;
	const struct target *known;
	struct target guess;

	if (!keeper->table)
		keeper->table = targets_load(NULL, true);
	if ((known = targets_find(keeper->table, triple)))
		return *known;
	targets_guess(&guess, &keeper->arena, triple);
	return guess;
}

/* Lists are added to found, in cargo's order; of scalars the first one counts. */
static bool
ask_conditions(const struct cargoconf *conf, const char *triple, const char *name,
	struct conf_value *value, items *found, bool joins)
{
	items conditions = VEC_INIT;
	struct target facts;
	bool any = false;

	list_conditions(conf, &conditions);
	if (conditions.len)
		facts = facts_of(conf, triple);
	for (size_t i = 0; i < conditions.len && (joins || !any); i++) {
		struct key key = { { "target", conditions.items[i], name }, 3 };
		struct conf_value one;
		items more = VEC_INIT;

		if (i > 0 && strcmp(conditions.items[i], conditions.items[i - 1]) == 0)
			continue;
		if (cfg_matches(conditions.items[i], &facts) &&
			ask_files(conf, &key, &one, &more)) {
			if (!any)
				*value = one;
			for (size_t k = 0; k < more.len; k++)
				vec_push(found, more.items[k]);
			any = true;
		}
		vec_fini(&more);
	}
	vec_fini(&conditions);
	return any;
}

static bool
ask_target(const struct cargoconf *conf, const char *triple, const char *name,
	struct conf_value *value, items *found)
{
	struct key key = { { "target", triple, name }, 3 };
	bool joins = key_rule(&key) & KEY_JOINS;
	struct conf_value other;
	bool any = ask(conf, &key, value, found);

	if (joins && ask_conditions(conf, triple, name, any ? &other : value, found, true)) {
		value->text = NULL;
		return true;
	}
	return any || (!joins && ask_conditions(conf, triple, name, value, found, false));
}

/* --- flags --- */

static bool
ask_flags_variable(const struct cargoconf *conf, const char *name, const char *separators,
	struct conf_value *value, items *found)
{
	const char *text = getenv(name);

	if (!text)
		return false;
	push_words(&conf->keeper->arena, found, text, separators);
	*value = (struct conf_value){ .path = "environment", .name = name };
	return true;
}

/* A variable that is set decides even when it is empty; an empty array does not. */
static bool
ask_rustflags(
	const struct cargoconf *conf, const char *triple, struct conf_value *value, items *found)
{
	const struct key build = { { "build", "rustflags" }, 2 };

	return ask_flags_variable(conf, "CARGO_ENCODED_RUSTFLAGS", "\x1f", value, found) ||
		ask_flags_variable(conf, "RUSTFLAGS", BLANKS, value, found) ||
		(ask_target(conf, triple, "rustflags", value, found) && found->len) ||
		(ask(conf, &build, value, found) && found->len);
}

/* --- the whole --- */

struct cargoconf *
cargoconf_load(const char *dir, struct err *err)
{
	struct cargoconf *conf = xcalloc(1, sizeof(*conf));

	if (!conffiles_load(&conf->files, dir, err)) {
		free(conf);
		return NULL;
	}
	conf->dir = xstrdup(dir);
	conf->keeper = xcalloc(1, sizeof(*conf->keeper));
	pthread_mutex_init(&conf->keeper->lock, NULL);
	return conf;
}

bool
cargoconf_add_argument(struct cargoconf *conf, const char *dir, const char *text, struct err *err)
{
	return conffiles_add_argument(&conf->files, dir, text, err);
}

void
cargoconf_free(struct cargoconf *conf)
{
	if (!conf)
		return;
	targets_free(conf->keeper->table);
	map_fini(&conf->keeper->known);
	arena_fini(&conf->keeper->arena);
	pthread_mutex_destroy(&conf->keeper->lock);
	free(conf->keeper);
	conffiles_fini(&conf->files);
	free(conf->dir);
	free(conf);
}

size_t
cargoconf_file_count(const struct cargoconf *conf)
{
	return conf->files.len;
}

const char *
cargoconf_file(const struct cargoconf *conf, size_t i)
{
	return conf->files.items[i].path;
}

const struct conf_files *
cargoconf_files(const struct cargoconf *conf)
{
	return &conf->files;
}

/* Whether the variable is CARGO_TARGET_<the triple>_ and more. */
static bool
variable_is_of(const char *variable, const char *triple)
{
	static const char head[] = "CARGO_TARGET_";

	if (strncmp(variable, head, sizeof(head) - 1) != 0)
		return false;
	for (variable += sizeof(head) - 1; *triple; triple++, variable++)
		if (*variable != upper(*triple))
			return false;
	return *variable == '_';
}

/* Whether any file or variable may say something of it: of most targets none does, and hundreds are
 * asked for. */
static bool
may_say_of(const struct cargoconf *conf, const char *triple)
{
	for (size_t i = 0; i < conf->files.len; i++)
		if (toml_get(toml_root(conf->files.items[i].doc), "target"))
			return true;
	for (char **variable = environ; *variable; variable++)
		if (**variable == 'C' && variable_is_of(*variable, triple))
			return true;
	return false;
}

struct question {
	enum { ASK_KEY, ASK_TARGET, ASK_RUSTFLAGS } kind;
	const char *triple, *key;
};

static void
answer_make(const struct cargoconf *conf, const struct question *q, struct answer *answer)
{
	struct arena *arena = &conf->keeper->arena;
	struct key key;
	items found = VEC_INIT;

	if (q->kind == ASK_TARGET) {
		answer->found = ask_target(conf, arena_strdup(arena, q->triple),
			arena_strdup(arena, q->key), &answer->value, &found);
	} else if (q->kind == ASK_RUSTFLAGS) {
		answer->found = ask_rustflags(conf, q->triple, &answer->value, &found);
	} else {
		key = key_parse(arena, q->key);
		answer->found = ask(conf, &key, &answer->value, &found);
	}
	if (found.len || !answer->value.text)
		answer->value.items = items_take(arena, &found);
	vec_fini(&found);
}

static bool
answer_get(const struct cargoconf *conf, const struct question *q, struct conf_value *value)
{
	struct keeper *keeper = conf->keeper;
	struct str name = STR_INIT;
	struct answer *answer;

	str_append_char(&name, (char)('0' + (int)q->kind));
	str_append_char(&name, ' ');
	str_append(&name, q->triple);
	str_append_char(&name, ' ');
	str_append(&name, q->key);
	pthread_mutex_lock(&keeper->lock);
	answer = map_get(&keeper->known, name.data);
	if (!answer) {
		answer = arena_new(&keeper->arena, struct answer);
		answer_make(conf, q, answer);
		map_set(&keeper->known, name.data, answer);
	}
	pthread_mutex_unlock(&keeper->lock);
	str_fini(&name);
	if (answer->found)
		*value = answer->value;
	return answer->found;
}

bool
cargoconf_get(const struct cargoconf *conf, const char *key, struct conf_value *value)
{
	return answer_get(conf, &(struct question){ ASK_KEY, "", key }, value);
}

bool
cargoconf_target(
	const struct cargoconf *conf, const char *triple, const char *key, struct conf_value *value)
{
	return may_say_of(conf, triple) &&
		answer_get(conf, &(struct question){ ASK_TARGET, triple, key }, value);
}

bool
cargoconf_rustflags(const struct cargoconf *conf, const char *triple, struct conf_value *value)
{
	return answer_get(conf, &(struct question){ ASK_RUSTFLAGS, triple, "" }, value);
}
