/* health_config: cargo's configuration explained: files, mistakes, conflicts, environment, and what each
 * wanted target ends up with. */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "ready/examination.h"
#include "ready/tuning.h"
#include "ready/wish.h"
#include "rust/cargoconf.h"
#include "rust/confview.h"
#include "rust/rustup.h"

struct view {
	struct examination *e;
	struct conf_entry *entries;
	size_t count;
};

/* -- files ----------------------------------------------------------------------------------- */

static const char *
fate_text(struct view *v, const struct conf_entry *entry)
{
	const char *by = entry->by ? exam_place(v->e, entry->by, 0) : "";

	switch (entry->fate) {
	case CONF_COUNTS: return "";
	case CONF_JOINED: return "  joined with the other files'";
	case CONF_OVERRIDDEN: return arena_printf(v->e->arena, "  overridden by %s", by);
	case CONF_AGREES: return arena_printf(v->e->arena, "  as in %s", by);
	case CONF_IGNORED: return arena_printf(v->e->arena, "  %s", entry->fault);
	}
	return "";
}

static const char *
file_text(struct view *v, const char *path)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < v->count; i++) {
		const struct conf_entry *entry = &v->entries[i];

		if (text_is(entry->path, path))
			str_appendf(&out, "%4d  %s = %s%s\n", entry->line, entry->key, entry->value,
				fate_text(v, entry));
	}
	return arena_take(v->e->arena, &out);
}

static size_t
keys_in(const struct view *v, const char *path)
{
	size_t count = 0;

	for (size_t i = 0; i < v->count; i++)
		count += text_is(v->entries[i].path, path);
	return count;
}

/* "the home folder's", "of a folder above", "the workspace's": whose a file is. */
static const char *
whose(struct view *v, const char *path)
{
	char *home = rustup_cargo_home(), *folder = path_dirname(path);
	char *holder = path_dirname(folder), *dir = file_real_path(v->e->s->dir);
	const char *text = "the project's";

	if (home && path_is_below(path, home))
		text = "of cargo's home";
	else if (!text_is(path_basename(folder), ".cargo"))
		text = "included";
	else if (dir && !path_is_below(holder, dir))
		text = "of a folder above";
	free(dir);
	free(holder);
	free(folder);
	free(home);
	return text;
}

/* cargo still reads `config` without an extension, and before config.toml where both are. */
static void
judge_name(struct view *v, struct check *c, const char *path)
{
	const char *newer = arena_printf(v->e->arena, "%s.toml", path);
	const char *shown = exam_place(v->e, path, 0);

	if (!text_is(path_basename(path), "config"))
		return;
	if (file_exists(newer)) {
		exam_worsen(c, CHECK_WARN,
			"the old name without .toml goes first: config.toml beside it is ignored");
		c->advice = "move what is in it to config.toml, and remove it";
		return;
	}
	exam_worsen(c, CHECK_WARN, "the old name without .toml; cargo will stop reading it");
	c->fix = arena_printf(v->e->arena, "mv %s %s.toml", shown, shown);
}

static void
check_file(struct view *v, const char *path, size_t place)
{
	size_t keys = keys_in(v, path);
	struct check *c = exam_add(v->e, "config", CHECK_OK,
		arena_printf(v->e->arena, "%s, %zu key%s%s", whose(v, path), keys,
			keys == 1 ? "" : "s", place ? "" : "; goes first"));

	c->title = path_basename(path);
	c->path = path;
	c->text = file_text(v, path);
	judge_name(v, c, path);
}

/* -- entries --------------------------------------------------------------------------------- */

static void
check_fault(struct view *v, const struct conf_entry *entry)
{
	struct check *c = exam_add(
		v->e, "config-key", entry->is_refused ? CHECK_FAIL : CHECK_WARN, entry->fault);

	c->title = entry->key;
	c->path = exam_place(v->e, entry->path, entry->line);
	c->advice = entry->is_refused ? "give it such a value, or take it out" : NULL;
	c->text =
		arena_printf(v->e->arena, "%s = %s\n\n%s.", entry->key, entry->value, entry->fault);
}

/* Whether two files at odds over it make builds differ by where they are begun. */
static bool
matters(const char *key)
{
	return text_starts(key, "target.") || text_starts(key, "build.target") ||
		text_starts(key, "build.rustc");
}

static void
check_conflict(struct view *v, const struct conf_entry *entry)
{
	const char *by = exam_place(v->e, entry->by, 0);
	struct check *c = exam_add(v->e, "config-conflict", CHECK_WARN,
		arena_printf(v->e->arena, "%s here, but %s wins", entry->value, by));

	c->title = entry->key;
	c->path = exam_place(v->e, entry->path, entry->line);
	c->text = arena_printf(v->e->arena,
		"%s sets %s to %s, but %s decides.\n\nThe environment goes before files, and a "
		"file of a deeper folder before one of a folder above; cargo's home comes last.",
		c->path, entry->key, entry->value, by);
}

/* The triple of "target.x86_64-unknown-linux-gnu.linker"; NULL: the key is of no single target. */
static const char *
target_of_key(struct view *v, const char *key)
{
	size_t from = strlen("target."), end = strlen(key);

	if (!text_starts(key, "target.") || strstr(key, "cfg("))
		return NULL;
	while (end > from && key[end] != '.')
		end--;
	return end > from ? arena_strndup(v->e->arena, key + from, end - from) : NULL;
}

/* A table of a target that does not exist is read by nobody, and cargo does not say so. A name that is near to
 * none is that of a target of the project's own. */
static bool
check_spelling(struct view *v, const struct conf_entry *entry)
{
	const struct target_table *targets = v->e->s->targets;
	const char *triple = target_of_key(v, entry->key);
	const struct target *nearest;
	struct check *c;

	if (!triple || !v->e->s->toolchain || targets_find(targets, triple))
		return false;
	nearest = targets_nearest(targets, triple);
	if (!nearest)
		return false;
	c = exam_add(
		v->e, "config-target", CHECK_WARN, "no target has this name, so nothing reads it");
	c->title = entry->key;
	c->path = exam_place(v->e, entry->path, entry->line);
	c->advice = arena_printf(v->e->arena, "did you mean %s?", nearest->triple);
	return true;
}

static void
check_entries(struct view *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct conf_entry *entry = &v->entries[i];

		if (check_spelling(v, entry))
			continue;
		if (entry->fault)
			check_fault(v, entry);
		else if (entry->fate == CONF_OVERRIDDEN && matters(entry->key))
			check_conflict(v, entry);
	}
}

/* Without --target cargo builds for this; xtui always says the target. */
static void
check_build_target(struct view *v)
{
	struct conf_value value;
	struct check *c;
	const char *triple;

	if (!cargoconf_get(v->e->s->conf, "build.target", &value))
		return;
	triple = value.text ? value.text : value.items && *value.items ? value.items[0] : "";
	c = exam_add(v->e, "build-target", CHECK_WARN,
		arena_printf(v->e->arena, "cargo without --target builds for %s, below target/%s",
			triple, triple));
	c->title = "build.target";
	c->path = value.line ? exam_place(v->e, value.path, value.line) : value.name;
	c->advice = "xtui builds for it, too, where no target is named or chosen";
	if (survey_find(v->e->s, triple) < 0 && !text_ends(triple, ".json"))
		exam_worsen(c, CHECK_FAIL,
			arena_printf(v->e->arena, "this rustc knows no target %s", triple));
}

/* -- environment ----------------------------------------------------------------------------- */

/* RUSTFLAGS in the environment makes cargo ignore every rustflags of the configuration. */
static bool
ignores_rustflags(struct view *v, const struct conf_entry **ignored)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct conf_entry *entry = &v->entries[i];

		if (!entry->fault &&
			(text_starts(entry->key, "target.") ||
				text_is(entry->key, "build.rustflags")) &&
			text_ends(entry->key, ".rustflags")) {
			*ignored = entry;
			return true;
		}
	}
	return false;
}

static void
check_rustflags(struct view *v)
{
	static const char *const names[] = { "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS" };
	const struct conf_entry *ignored;
	struct check *c;

	for (size_t i = 0; i < 2; i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		c = exam_add(v->e, "rustflags", CHECK_OK,
			arena_printf(v->e->arena, "%s, for every target and build script", value));
		c->title = names[i];
		if (!ignores_rustflags(v, &ignored))
			return;
		exam_worsen(c, CHECK_WARN,
			arena_printf(v->e->arena, "%s is set: the rustflags of %s are ignored",
				names[i], exam_place(v->e, ignored->path, ignored->line)));
		c->fix = arena_printf(v->e->arena, "unset %s", names[i]);
		return;
	}
}

/* The variable's name, where it is one of cargo's configuration that is worth knowing of. */
static bool
is_told(const char *name)
{
	static const char *const told[] = { "CARGO_TARGET_*", "CARGO_BUILD_*", "RUSTC",
		"RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTUP_TOOLCHAIN", "CARGO_HOME",
		"RUSTUP_HOME", "CARGO_NET_OFFLINE", "CARGO_PROFILE_*" };

	for (size_t i = 0; i < COUNT(told); i++)
		if (text_fits(name, told[i]))
			return true;
	return false;
}

static const struct conf_entry *
overridden_by(const struct view *v, const char *name)
{
	for (size_t i = 0; i < v->count; i++)
		if (text_is(v->entries[i].by, name) && v->entries[i].fate == CONF_OVERRIDDEN)
			return &v->entries[i];
	return NULL;
}

static void
check_variable(struct view *v, const char *name, const char *value)
{
	const struct conf_entry *entry = overridden_by(v, name);
	struct check *c = exam_add(v->e, "environment", CHECK_OK, value);

	c->title = name;
	if (!entry)
		return;
	exam_worsen(c, CHECK_WARN,
		arena_printf(v->e->arena, "%s overrides %s of %s", value, entry->key,
			exam_place(v->e, entry->path, entry->line)));
	c->fix = arena_printf(v->e->arena, "unset %s", name);
}

static void
check_environment(struct view *v)
{
	extern char **environ;

	for (char **at = environ; at && *at; at++) {
		const char *equals = strchr(*at, '=');
		const char *name;

		if (!equals || !equals[1])
			continue;
		name = arena_strndup(v->e->arena, *at, (size_t)(equals - *at));
		if (is_told(name))
			check_variable(v, name, arena_strdup(v->e->arena, equals + 1));
	}
}

/* -- targets --------------------------------------------------------------------------------- */

static const char *
value_place(struct view *v, const struct conf_value *value)
{
	return value->line ? exam_place(v->e, value->path, value->line) : value->name;
}

static const char *
value_words(struct view *v, const struct conf_value *value)
{
	struct str out = STR_INIT;
	const char *kept;

	for (size_t i = 0; value->items && value->items[i]; i++)
		str_appendf(&out, "%s%s", i ? " " : "", value->items[i]);
	kept = value->items ? arena_strdup(v->e->arena, str_cstr(&out)) : value->text;
	str_fini(&out);
	return kept;
}

static void
append_linker(const struct target_state *state, struct str *out)
{
	if (state->linker)
		str_appendf(out, "linker     %s (%s)\n", state->linker,
			state->linker_origin ? state->linker_origin : "rustc's own");
	else
		str_append(out, "linker     none is here\n");
	for (const char *const *arg = state->link_args; arg && *arg; arg++)
		str_appendf(out, "           %s\n", *arg);
}

static void
append_value(struct view *v, struct str *out, const char *label, const struct conf_value *value)
{
	str_appendf(out, "%-10s %s (%s)\n", label, value_words(v, value), value_place(v, value));
}

/* What xtui.toml adds to them. */
static void
append_wished_flags(struct view *v, const char *triple, struct str *out)
{
	const struct wish *w = wishes_find(v->e->s->wishes, triple);
	const char *const *flag = tuning_rustflags(&w->tuning, v->e->arena);

	if (!*flag)
		return;
	str_append(out, "          ");
	for (; *flag; flag++)
		str_appendf(out, " %s", *flag);
	str_append(out, " (xtui.toml)\n");
}

static const char *
target_text(struct view *v, const char *triple, const struct target_state *state)
{
	const struct cargoconf *conf = v->e->s->conf;
	struct conf_value value;
	struct str out = STR_INIT;

	append_linker(state, &out);
	if (cargoconf_rustflags(conf, triple, &value) && value.items && *value.items)
		append_value(v, &out, "rustflags", &value);
	else
		str_append(&out, "rustflags  none\n");
	append_wished_flags(v, triple, &out);
	if (cargoconf_target(conf, triple, "runner", &value))
		append_value(v, &out, "runner", &value);
	else if (*state->runner)
		str_appendf(
			&out, "runner     %s (found on PATH; not configured)\n", state->runner[0]);
	return arena_take(v->e->arena, &out);
}

static const char *
target_line(struct view *v, const char *triple, const struct target_state *state)
{
	struct conf_value value;
	bool has_flags =
		cargoconf_rustflags(v->e->s->conf, triple, &value) && value.items && *value.items;

	has_flags |= *tuning_rustflags(
			     &wishes_find(v->e->s->wishes, triple)->tuning, v->e->arena) != NULL;
	return arena_printf(v->e->arena, "linker %s%s%s%s", state->linker ? state->linker : "none",
		state->linker_origin ? ", " : "", state->linker_origin ? state->linker_origin : "",
		has_flags ? "; has rustflags" : "");
}

static void
check_target(struct view *v, const char *triple)
{
	const struct target_state *state = exam_state(v->e, triple);
	struct check *c;

	if (!state) {
		c = exam_add(v->e, "target", CHECK_FAIL, "this rustc knows no such target");
		c->title = triple;
		return;
	}
	if (!text_is(state->backend, "native"))
		return;
	c = exam_add(v->e, "target", CHECK_OK, target_line(v, triple, state));
	c->title = triple;
	c->text = target_text(v, triple, state);
}

/* -------------------------------------------------------------------------------------------- */

void
examine_config(struct examination *e)
{
	struct view v = { .e = e };
	const struct cargoconf *conf = e->s->conf;
	struct check *c;

	if (!conf) {
		c = exam_add(
			e, "config", CHECK_FAIL, arena_strdup(e->arena, e->s->conf_err.message));
		c->title = "cargo config";
		c->advice = *e->s->conf_err.remedy ? arena_strdup(e->arena, e->s->conf_err.remedy)
						   : NULL;
		return;
	}
	v.entries = confview_make(conf, e->arena, &v.count);
	if (!cargoconf_file_count(conf))
		exam_add(e, "config", CHECK_OK, "no configuration files")->title = "cargo config";
	for (size_t i = 0; i < cargoconf_file_count(conf); i++)
		check_file(&v, cargoconf_file(conf, i), i);
	check_entries(&v);
	check_build_target(&v);
	check_rustflags(&v);
	check_environment(&v);
	for (size_t i = 0; i < e->want_count; i++)
		check_target(&v, e->wants[i].triple);
}
