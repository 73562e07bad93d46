/* settings: one table of options, each with its place in the struct and its default as TOML.
 *
 * The defaults are a document of their own, written from the table and read as the user's file is,
 * so there is one way in. */
#include "host/settings.h"
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "host/remotes.h"
#include "io/file.h"
#include "text/fuzzy.h"
#include "text/toml.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct option {
	const char *name;
	enum toml_kind kind;
	size_t field;
	int least, most; /* of integers */
	const char *standard;
	const char *help;
	const char *words; /* what a string must be one of, blanks between them; NULL: anything */
};

#define FIELD(name) offsetof(struct settings, name)
#define SSH_ESC_DELAY_MS 100

/* clang-format off */
static const struct option options[] = {
	{ "theme",         TOML_STRING,  FIELD(theme),         0, 0,          "\"default\"",
	  "name of a theme, built in or from the folder themes beside this file" },
	{ "mouse",         TOML_BOOL,    FIELD(mouse),         0, 0,          "false",
	  "take the mouse from the start; F2 switches it" },
	{ "ascii",         TOML_BOOL,    FIELD(ascii),         0, 0,          "false",
	  "draw with ASCII characters only" },
	{ "esc-delay",     TOML_INTEGER, FIELD(esc_delay_ms),  1, 600000,     "25",
	  "milliseconds to wait for the rest of a key after Esc; 100 over ssh" },
	{ "kill-grace",    TOML_INTEGER, FIELD(kill_grace_ms), 0, 600000,     "5000",
	  "milliseconds that a cancelled build has to end before it is killed" },
	{ "notify",        TOML_STRING,  FIELD(notify),        0, 0,          "\"no\"",
	  "tell the end of a long run; desktop: by a notice, where the terminal knows how",
	  "no bell desktop" },
	{ "notify-after",  TOML_INTEGER, FIELD(notify_after),  0, 86400,      "30",
	  "seconds from which a run is a long one" },
	{ "progress",      TOML_BOOL,    FIELD(progress),      0, 0,          "true",
	  "show how far a run is in the terminal's own frame or tab, where it knows how" },
	{ "title",         TOML_BOOL,    FIELD(title),         0, 0,          "true",
	  "say in the terminal's title what goes on, where it can give the old title back" },
	{ "log-keep-days", TOML_INTEGER, FIELD(log_keep_days), 1, 36500,      "30",
	  "logs older than this are removed" },
	{ "log-keep-mb",   TOML_INTEGER, FIELD(log_keep_mb),   1, 1024 * 1024, "2048",
	  "the oldest logs are removed when all take more megabytes than this" },
	{ "sign",          TOML_STRING,  FIELD(sign),          0, 0,          "\"no\"",
	  "command that signs the SHA256SUMS of packages: minisign -S -m, gpg -b --armor" },
	{ "freebsd-mirror", TOML_STRING, FIELD(freebsd_mirror), 0, 0,         "\"" SETTINGS_FREEBSD_MIRROR "\"",
	  "where FreeBSD releases come from; several are tried in order" },
};
/* clang-format on */

#define OPTION_COUNT (COUNT(options))
/* Tables that others read. */
#define KEYS "keys"
#define PRESET "preset"

static bool
refuse_unknown(const struct toml *doc, size_t i, struct err *err)
{
	const char *names[OPTION_COUNT + 3] = { KEYS, REMOTES_TABLE, PRESET };
	const char *key = toml_key_at(toml_root(doc), i);
	const char *nearest;

	for (size_t n = 0; n < OPTION_COUNT; n++)
		names[n + 3] = options[n].name;
	nearest = fuzzy_nearest(key, names, OPTION_COUNT + 3);
	toml_err_key(doc, toml_root(doc), i, err, "there is no setting \"%s\"", key);
	return nearest ? err_try(err, "%s", nearest) : err_try(err, "xtui help config");
}

static const struct option *
option_find(struct span name)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (span_is(name, options[i].name))
			return &options[i];
	return NULL;
}

static bool
apply_integer(struct settings *s, const struct option *option, const struct toml *doc,
	const struct toml_value *v, struct err *err)
{
	int64_t number = toml_integer(v, 0);

	if (number < option->least || number > option->most)
		return toml_err(doc, v, err, "\"%s\" must be from %d to %d", option->name,
			option->least, option->most);
	*(int *)((char *)s + option->field) = (int)number;
	return true;
}

/* Whether a word stands among words with blanks between them. */
static bool
is_among(const char *words, struct span word)
{
	struct span rest = span_of(words);

	while (rest.len) {
		struct span one = span_cut(rest, ' ', &rest);

		if (one.len == word.len && memcmp(one.data, word.data, one.len) == 0)
			return true;
	}
	return false;
}

static bool
apply_text(struct settings *s, const struct option *option, const struct toml *doc,
	const struct toml_value *v, struct err *err)
{
	char **field = (char **)((char *)s + option->field);

	if (toml_text(v).len == 0)
		return toml_err(doc, v, err, "\"%s\" must not be empty", option->name);
	if (!span_is(toml_text(v), toml_string(v, "")))
		return toml_err(doc, v, err, "\"%s\" must not hold a NUL", option->name);
	if (option->words && !is_among(option->words, toml_text(v)))
		return toml_err(
			doc, v, err, "\"%s\" must be one of: %s", option->name, option->words);
	free(*field);
	*field = xstrdup(toml_string(v, ""));
	return true;
}

static bool
apply_option(struct settings *s, const struct option *option, const struct toml *doc,
	const struct toml_value *v, struct err *err)
{
	if (toml_kind(v) != option->kind)
		return toml_err(doc, v, err, "expected %s for \"%s\", found %s",
			toml_kind_name(option->kind), option->name, toml_kind_name(toml_kind(v)));
	if (option->kind == TOML_INTEGER)
		return apply_integer(s, option, doc, v, err);
	if (option->kind == TOML_STRING)
		return apply_text(s, option, doc, v, err);
	*(bool *)((char *)s + option->field) = toml_bool(v, false);
	return true;
}

static bool
apply_remotes(
	struct settings *s, const struct toml *doc, const struct toml_value *table, struct err *err)
{
	struct remotes *remotes = remotes_read(doc, table, err);

	if (!remotes)
		return false;
	remotes_free(s->remotes);
	s->remotes = remotes;
	remotes->file = s->path;
	return true;
}

static bool
apply_entry(struct settings *s, const struct toml *doc, size_t i, struct err *err)
{
	const struct toml_value *v = toml_at(toml_root(doc), i);
	struct span key = toml_key_text(toml_root(doc), i);
	const struct option *option = option_find(key);

	if (option)
		return apply_option(s, option, doc, v, err);
	if (!span_is(key, KEYS) && !span_is(key, PRESET) && !span_is(key, REMOTES_TABLE))
		return refuse_unknown(doc, i, err);
	if (toml_kind(v) != TOML_TABLE)
		return toml_err(doc, v, err, "expected a table for \"%s\", found %s",
			toml_key_at(toml_root(doc), i), toml_kind_name(toml_kind(v)));
	return !span_is(key, REMOTES_TABLE) || apply_remotes(s, doc, v, err);
}

static bool
apply_document(struct settings *s, const struct toml *doc, struct err *err)
{
	for (size_t i = 0; i < toml_count(toml_root(doc)); i++)
		if (!apply_entry(s, doc, i, err))
			return false;
	return true;
}

static bool
apply_defaults(struct settings *s, struct err *err)
{
	struct str text = STR_INIT;
	struct toml *doc;
	bool ok;

	for (size_t i = 0; i < OPTION_COUNT; i++)
		str_appendf(&text, "%s = %s\n", options[i].name, options[i].standard);
	doc = toml_parse(str_cstr(&text), text.len, "the defaults", err);
	ok = doc && apply_document(s, doc, err) && apply_remotes(s, doc, NULL, err);
	if (getenv("SSH_CONNECTION") || getenv("SSH_TTY"))
		s->esc_delay_ms = SSH_ESC_DELAY_MS;
	toml_free(doc);
	str_fini(&text);
	return ok;
}

static char *
usual_path(void)
{
	char *dir = path_config_dir();
	char *path = dir ? path_join(dir, "config.toml") : xstrdup("");

	free(dir);
	return path;
}

static bool
read_user_file(struct settings *s, struct err *err)
{
	char *shown;

	if (!file_exists(s->path))
		return true;
	shown = path_shown(s->path, NULL);
	s->file = toml_read(s->path, shown, err);
	free(shown);
	return s->file && apply_document(s, s->file, err);
}

struct settings *
settings_load(const char *path, struct err *err)
{
	struct settings *s = xcalloc(1, sizeof *s);

	s->path = path ? xstrdup(path) : usual_path();
	if (!apply_defaults(s, err) || !read_user_file(s, err)) {
		settings_free(s);
		return NULL;
	}
	return s;
}

void
settings_free(struct settings *s)
{
	if (!s)
		return;
	toml_free(s->file);
	remotes_free(s->remotes);
	free(s->theme);
	free(s->sign);
	free(s->freebsd_mirror);
	free(s->notify);
	free(s->path);
	free(s);
}

static void
describe(struct str *out, const char *name, const char *range, const char *standard,
	const char *help)
{
	str_appendf(out, "%-14s %s", name, range);
	if (*standard)
		str_appendf(out, ", without it %s", standard);
	str_appendf(out, "\n    %s\n", help);
}

void
settings_describe(struct str *out)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &options[i];
		struct str range = STR_INIT;

		if (o->kind == TOML_INTEGER)
			str_appendf(&range, "%d to %d", o->least, o->most);
		else
			str_append(&range,
				o->kind == TOML_BOOL ? "true or false"
					: o->words   ? o->words
						     : "text");
		describe(out, o->name, str_cstr(&range), o->standard, o->help);
		str_fini(&range);
	}
	describe(out, "[" KEYS "]", "table", "", "keys of your own; see xtui help keys");
	describe(out, "[" PRESET ".NAME]", "table", "",
		"a preset of your own: what = \"TEXT\", set = [\"opt-level=z\", …]");
	remotes_describe(out);
}
