/* profile: see profile.h; what is changed in a session. */
#include "rust/profile.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "rust/profile_parts.h"
#include "text/fuzzy.h"
#include "text/toml.h"

/* --- lifetime --- */

static void
settings_free(struct profile_setting *settings)
{
	for (size_t i = 0; settings && i < profile_option_count; i++) {
		for (size_t k = 0; k < settings[i].under_count; k++) {
			free(settings[i].under[k].value);
			free(settings[i].under[k].origin);
		}
		free(settings[i].under);
		free(settings[i].value);
		free(settings[i].configured);
		free(settings[i].origin);
	}
	free(settings);
}

static void
texts_free(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

void
profile_free(struct profile *p)
{
	if (!p)
		return;
	while (p->override_count)
		profile_override_drop(p, p->override_count - 1);
	free(p->overrides);
	settings_free(p->settings);
	texts_free(p->chain, p->chain_len);
	texts_free(p->ignored, p->ignored_count);
	free(p->presets);
	free(p->lock);
	arena_fini(&p->arena);
	free(p->name);
	free(p);
}

/* --- overrides --- */

/* A key that TOML takes without quotes. */
static bool
is_bare(const char *key)
{
	return *key &&
		key[strspn(
			key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")] ==
		'\0';
}

static char *
table_of(const char *spec)
{
	struct str out = STR_INIT;

	if (!spec)
		return xstrdup("build-override");
	str_append(&out, "package.");
	if (is_bare(spec))
		str_append(&out, spec);
	else
		toml_quote(&out, span_of(spec));
	return str_take(&out);
}

/* A name with a version or an URL is for cargo to judge. */
static bool
is_idle(const struct profile *p, const char *spec)
{
	char *line;
	bool is;

	if (!p->lock || !spec || !*spec || strpbrk(spec, "@:/*?[]# "))
		return false;
	line = xasprintf("\nname = \"%s\"\n", spec);
	is = !strstr(p->lock, line);
	free(line);
	return is;
}

struct profile_override *
profile_override_get(struct profile *p, const char *spec)
{
	struct profile_override *o;

	for (size_t i = 0; i < p->override_count; i++) {
		if (text_is(p->overrides[i].spec, spec))
			return &p->overrides[i];
	}
	p->overrides = xrealloc(p->overrides, (p->override_count + 1) * sizeof(*p->overrides));
	o = &p->overrides[p->override_count++];
	*o = (struct profile_override){ .table = table_of(spec),
		.spec = spec ? xstrdup(spec) : NULL };
	o->settings = profile_settings_new(o->table, o->spec);
	o->is_idle = is_idle(p, spec);
	return o;
}

bool
profile_override_is_empty(const struct profile_override *o)
{
	for (size_t i = 0; i < profile_option_count; i++) {
		if (o->settings[i].value)
			return false;
	}
	return true;
}

void
profile_override_drop(struct profile *p, size_t i)
{
	struct profile_override *o = &p->overrides[i];

	settings_free(o->settings);
	free(o->table);
	free(o->spec);
	p->override_count--;
	memmove(o, o + 1, (p->override_count - i) * sizeof(*o));
}

size_t
profile_setting_count(const struct profile *p)
{
	return profile_option_count * (1 + p->override_count);
}

struct profile_setting *
profile_setting_at(const struct profile *p, size_t i)
{
	struct profile_setting *table = i < profile_option_count
		? p->settings
		: p->overrides[i / profile_option_count - 1].settings;

	return &table[i % profile_option_count];
}

void
profile_setting_key(const struct profile_setting *s, struct str *out)
{
	str_appendf(out, "%s%s%s", s->table, *s->table ? "." : "", s->option->key);
}

/* --- what decides --- */

static const struct profile_setting *
said_by(const struct profile *p, const char *spec, size_t option)
{
	for (size_t i = 0; i < p->override_count; i++) {
		const struct profile_override *o = &p->overrides[i];

		if (text_is(o->spec, spec) && o->settings[option].value)
			return &o->settings[option];
	}
	return NULL;
}

/* cargo turns them down for the host, whatever the profile says. */
static bool
is_turned_down(const struct profile_option *option)
{
	return text_is(option->key, "opt-level") || text_is(option->key, "codegen-units") ||
		text_is(option->key, "debug");
}

const struct profile_setting *
profile_decides(const struct profile *p, const struct profile_option *option, const char *package,
	bool is_member, bool is_for_host)
{
	size_t i = (size_t)(option - profile_options);
	const struct profile_setting *s = package ? said_by(p, package, i) : NULL;

	if (!s && !is_member)
		s = said_by(p, "*", i);
	if (!s && is_for_host)
		s = said_by(p, NULL, i);
	if (s || (is_for_host && is_turned_down(option)))
		return s;
	return &p->settings[i];
}

/* --- changing --- */

/* A key's last part is the option, the others name a table. */
struct key {
	struct span option, spec;
	bool is_override;
};

/* The name of a package, out of its quotes. */
static struct span
unquoted(struct span s)
{
	bool is_quoted =
		s.len >= 2 && (*s.data == '"' || *s.data == '\'') && s.data[s.len - 1] == *s.data;

	return is_quoted ? (struct span){ s.data + 1, s.len - 2 } : s;
}

static bool
key_parse(const char *text, struct key *key)
{
	const char *dot = strrchr(text, '.');
	struct span table = { text, dot ? (size_t)(dot - text) : 0 };

	*key = (struct key){ .option = span_of(dot ? dot + 1 : text), .is_override = dot != NULL };
	if (!dot || span_is(table, "build-override"))
		return true;
	if (!span_starts(table, "package.") || table.len == strlen("package."))
		return false;
	key->spec = unquoted((struct span){ text + 8, table.len - 8 });
	return key->spec.len > 0;
}

static struct profile_setting *
setting_find(struct profile *p, const char *text)
{
	struct key key;
	char *name, *spec;
	const struct profile_option *option;
	struct profile_setting *table = p->settings;

	if (!key_parse(text, &key))
		return NULL;
	name = span_dup(key.option);
	option = profile_option_find(name);
	free(name);
	if (!option || (key.is_override && option->is_whole))
		return NULL;
	if (key.is_override) {
		spec = key.spec.len ? span_dup(key.spec) : NULL;
		table = profile_override_get(p, spec)->settings;
		free(spec);
	}
	return &table[option - profile_options];
}

static void
setting_take(struct profile_setting *setting, char *value)
{
	free(setting->value);
	setting->value = value;
	setting->is_changed = !text_is(value, setting->configured);
}

static bool
err_unknown_key(const char *text, struct err *err)
{
	const char *names[64], *nearest;
	struct key key;
	size_t count = 0;
	char *name;

	if (!key_parse(text, &key)) {
		err_set(err, ERR_USAGE, "--set %s: there is no such table of a profile", text);
		return err_try(err, "package.NAME.opt-level, or build-override.opt-level");
	}
	name = span_dup(key.option);
	for (size_t i = 0; i < profile_option_count; i++) {
		if (!key.is_override || !profile_options[i].is_whole)
			names[count++] = profile_options[i].key;
	}
	nearest = fuzzy_nearest(name, names, count);
	if (key.is_override && profile_option_find(name))
		err_set(err, ERR_USAGE, "--set %s: %s is of the whole program, not of a package",
			text, name);
	else
		err_set(err, ERR_USAGE, "--set %s: there is no such option of a profile", text);
	free(name);
	return nearest ? err_try(err, "%s", nearest) : false;
}

bool
profile_set(struct profile *p, const char *key, const char *value, struct err *err)
{
	struct profile_setting *setting = setting_find(p, key);
	char *literal;

	if (!setting)
		return err_unknown_key(key, err);
	if (!(literal = profile_literal_of_word(setting->option, value)))
		return profile_err_value(setting->option, value, "--set", ERR_USAGE, err);
	setting_take(setting, literal);
	return true;
}

bool
profile_set_pair(struct profile *p, const char *key_value, struct err *err)
{
	struct span value, key = span_trim(span_cut(span_of(key_value), '=', &value));
	char *name, *text;
	bool ok;

	if (!strchr(key_value, '=')) {
		err_set(err, ERR_USAGE, "--set %s: expected KEY=VALUE", key_value);
		return err_try(err, "--set lto=fat");
	}
	name = span_dup(key);
	text = span_dup(span_trim(value));
	ok = profile_set(p, name, text, err);
	free(text);
	free(name);
	return ok;
}

void
profile_unset(struct profile_setting *s)
{
	setting_take(s, s->configured ? xstrdup(s->configured) : NULL);
}

void
profile_reset(struct profile *p)
{
	for (size_t i = 0; i < profile_setting_count(p); i++)
		profile_unset(profile_setting_at(p, i));
}

bool
profile_is_changed(const struct profile *p)
{
	for (size_t i = 0; i < profile_setting_count(p); i++)
		if (profile_setting_at(p, i)->is_changed)
			return true;
	return false;
}

size_t
profile_config_flags(const struct profile *p, struct str *out)
{
	size_t count = 0;

	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);

		if (!s->is_changed)
			continue;
		str_appendf(out, "profile.%s.", p->name);
		profile_setting_key(s, out);
		str_appendf(out, "=%s", s->value);
		str_append_char(out, '\0');
		count++;
	}
	return count;
}
