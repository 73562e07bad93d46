/* profile_preset: named sets of changes: xtui's own, the user's, the project's; and what a set of changes is
 * called. */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "rust/profile_parts.h"
#include "text/fuzzy.h"
#include "text/toml.h"

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct profile_preset built_in[] = {
	{ "default", "as the project has it", VALUES(NULL) },
	{ "fast", "fastest code: level 3, fat LTO, one unit",
		VALUES("opt-level=3", "lto=fat", "codegen-units=1") },
	{ "small", "smallest file: level z, fat LTO, one unit, stripped, abort on panic",
		VALUES("opt-level=z", "lto=fat", "codegen-units=1", "strip=symbols",
			"panic=abort") },
	{ "small-fast", "small file, faster code: as small, with level s",
		VALUES("opt-level=s", "lto=fat", "codegen-units=1", "strip=symbols",
			"panic=abort") },
	{ "debuggable", "release code with line tables in a file beside it",
		VALUES("debug=line-tables-only", "split-debuginfo=packed", "strip=none") },
};
#define BUILT_IN_COUNT (COUNT(built_in))

void
profile_presets_init(struct profile *p)
{
	p->presets = xcalloc(BUILT_IN_COUNT, sizeof(*p->presets));
	p->preset_count = BUILT_IN_COUNT;
	memcpy(p->presets, built_in, sizeof(built_in));
}

static struct profile_preset *
preset_find(const struct profile *p, const char *name)
{
	for (size_t i = 0; i < p->preset_count; i++) {
		if (strcmp(p->presets[i].name, name) == 0)
			return &p->presets[i];
	}
	return NULL;
}

/* --- of files --- */

static struct profile_preset *
preset_get(struct profile *p, const char *name)
{
	struct profile_preset *preset = preset_find(p, name);

	if (preset)
		return preset;
	p->presets = xrealloc(p->presets, (p->preset_count + 1) * sizeof(*p->presets));
	preset = &p->presets[p->preset_count++];
	*preset = (struct profile_preset){ .name = arena_strdup(&p->arena, name) };
	return preset;
}

/* As profile_set_pair would refuse it, at its place. */
static bool
check_pair(const struct toml *doc, const struct toml_value *v, struct err *err)
{
	struct profile *blank = profile_load("release", NULL, NULL, NULL);
	struct err why = ERR_INIT;
	bool ok = profile_set_pair(blank, toml_string(v, ""), &why);
	const char *text = why.message + (text_starts(why.message, "--set") ? strlen("--set") : 0);

	profile_free(blank);
	if (ok)
		return true;
	toml_err(doc, v, err, "%s", text + strspn(text, ": "));
	return why.remedy[0] ? err_try(err, "%s", why.remedy) : false;
}

static const char *const *
read_pairs(
	struct profile *p, const struct toml *doc, const struct toml_value *list, struct err *err)
{
	const char **pairs = arena_array(&p->arena, const char *, toml_count(list) + 1);

	for (size_t i = 0; i < toml_count(list); i++) {
		if (!check_pair(doc, toml_at(list, i), err))
			return NULL;
		pairs[i] = arena_strdup(&p->arena, toml_string(toml_at(list, i), ""));
	}
	return pairs;
}

static bool
read_preset(struct profile *p, const struct toml *doc, const struct toml_value *table,
	const char *name, struct err *err)
{
	const struct toml_value *set = toml_get(table, "set");
	const char *const *pairs;
	struct profile_preset *preset;

	if (strcmp(name, built_in[0].name) == 0)
		return toml_err(doc, table, err,
			"the preset \"%s\" is what the project has configured, and nothing else",
			name);
	if (!set || toml_kind(set) != TOML_ARRAY)
		return toml_err(doc, set ? set : table, err,
			"expected for preset \"%s\" an array: set = [\"lto=fat\"]", name);
	if (!(pairs = read_pairs(p, doc, set, err)))
		return false;
	preset = preset_get(p, name);
	preset->pairs = pairs;
	preset->what = arena_strdup(
		&p->arena, toml_string(toml_get(table, "what"), "a preset of your own"));
	return true;
}

bool
profile_read_presets(struct profile *p, const struct toml *doc, struct err *err)
{
	const struct toml_value *presets = doc ? toml_get(toml_root(doc), "preset") : NULL;

	for (size_t i = 0; i < toml_count(presets); i++) {
		if (!read_preset(p, doc, toml_at(presets, i), toml_key_at(presets, i), err))
			return false;
	}
	return true;
}

/* --- taken over --- */

bool
profile_apply_preset(struct profile *p, const char *name, struct err *err)
{
	const struct profile_preset *preset = preset_find(p, name);
	const char **names, *nearest;

	if (preset) {
		profile_reset(p);
		for (const char *const *pair = preset->pairs; *pair; pair++)
			if (!profile_set_pair(p, *pair, err))
				return false;
		return true;
	}
	names = xcalloc(p->preset_count, sizeof(*names));
	for (size_t i = 0; i < p->preset_count; i++)
		names[i] = p->presets[i].name;
	nearest = fuzzy_nearest(name, names, p->preset_count);
	free(names);
	err_set(err, ERR_USAGE, "preset \"%s\": there is no such preset", name);
	return err_try(err, "%s", nearest ? nearest : "small");
}

/* --- names of variants --- */

/* The literal that a preset gives a setting; NULL when it leaves it alone. */
static char *
preset_value(const struct profile_preset *preset, const struct profile_setting *s)
{
	struct str key = STR_INIT;
	char *literal = NULL;

	profile_setting_key(s, &key);
	for (const char *const *pair = preset->pairs; *pair && !literal; pair++) {
		struct span value, name = span_trim(span_cut(span_of(*pair), '=', &value));

		if (span_is(name, key.data))
			literal = profile_literal_of_word(s->option, span_trim(value).data);
	}
	str_fini(&key);
	return literal;
}

/* Whether the setting is not as the preset makes it (NULL: as configured). */
static bool
differs(const struct profile_setting *s, const struct profile_preset *preset)
{
	char *value = preset ? preset_value(preset, s) : NULL;
	bool is_other = !text_is(s->value, value ? value : s->configured);

	free(value);
	return is_other;
}

static size_t
count_pairs(const struct profile_preset *preset)
{
	size_t count = 0;

	while (preset->pairs[count])
		count++;
	return count;
}

/* What the preset says of settings that this profile has none of makes it another, too. */
static size_t
count_differences(const struct profile *p, const struct profile_preset *preset)
{
	size_t count = 0, said = 0;

	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		char *value = preset ? preset_value(preset, s) : NULL;

		said += value != NULL;
		free(value);
		count += differs(s, preset);
	}
	return count + (preset ? count_pairs(preset) - said : 0);
}

/* The preset that names the changes in fewest words; NULL when none does it better than a list. */
static const struct profile_preset *
nearest_preset(const struct profile *p)
{
	const struct profile_preset *best = NULL;
	size_t fewest = count_differences(p, NULL);

	for (size_t i = 1; i < p->preset_count; i++) {
		size_t count = count_differences(p, &p->presets[i]);

		if (count + 1 < fewest || count == 0) {
			best = &p->presets[i];
			fewest = count;
		}
	}
	return best;
}

static void
append_difference(const struct profile_setting *s, bool is_added, struct str *out)
{
	struct span bare = span_of(s->value ? s->value : s->configured);

	if (bare.data[0] == '"')
		bare.data++, bare.len -= 2;
	str_appendf(out, "%s%s", out->len ? " " : "", is_added ? "+" : "");
	profile_setting_key(s, out);
	str_appendf(out, "=%.*s", (int)bare.len, bare.data);
}

char *
profile_variant_name(const struct profile *p)
{
	const struct profile_preset *preset = nearest_preset(p);
	struct str out = STR_INIT;

	if (!profile_is_changed(p))
		return xstrdup("as configured");
	if (preset)
		str_append(&out, preset->name);
	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);

		if (differs(s, preset))
			append_difference(s, preset != NULL, &out);
	}
	return str_take(&out);
}
