/* runson: see runson.h. The rows are the parsed document itself. */
#include "artifact/runson.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "artifact/wheel.h"
#include "text/version.h"
#include "base/alloc.h"
#include "base/count.h"
#include "text/toml.h"

#define DATA_NAME "data/distributions.toml"

struct runson {
	struct toml *doc;
	const struct toml_value *systems, *manylinux, *musllinux;
};

struct runson *
runson_load(struct err *err)
{
	struct runson *r = xcalloc(1, sizeof(*r));

	if (!(r->doc = toml_read_data(DATA_NAME, err))) {
		free(r);
		return NULL;
	}
	r->systems = toml_get(toml_root(r->doc), "system");
	r->manylinux = toml_get(toml_root(r->doc), "manylinux");
	r->musllinux = toml_get(toml_root(r->doc), "musllinux");
	return r;
}

void
runson_free(struct runson *r)
{
	if (!r)
		return;
	toml_free(r->doc);
	free(r);
}

/* --- what decides --- */

/* "GLIBCXX" -> the newest number among the versions asked for, or NULL. */
static const char *
newest_version(const struct card *card, const char *family)
{
	const char *newest = NULL;
	size_t len = strlen(family);

	for (size_t i = 0; i < card->versions.len; i++) {
		const char *name = card->versions.items[i].name;

		if (strncmp(name, family, len) == 0 && name[len] == '_' &&
			version_is(name + len + 1) && version_compare(name + len + 1, newest) > 0)
			newest = name + len + 1;
	}
	return newest;
}

static const char *
glibc_of(const struct card *card)
{
	return text_is(card->os, "linux") ? card->min_glibc : NULL;
}

static const char *
musl_of(const struct card *card)
{
	return card->linkage == LINKAGE_DYNAMIC ? card->min_musl : NULL;
}

static const char *
freebsd_of(const struct card *card)
{
	return text_is(card->os, "freebsd") ? newest_version(card, "FBSD") : NULL;
}

static const char *
android_of(const struct card *card)
{
	static const char head[] = "Android API ";

	return text_starts(card->min_os, head) ? card->min_os + strlen(head) : NULL;
}

static const char *
windows_of(const struct card *card)
{
	static const char head[] = "Windows ";

	return text_starts(card->min_os, head) ? card->min_os + strlen(head)
					       : card->min_windows_subsystem;
}

static const char *
macos_of(const struct card *card)
{
	return card->min_macos;
}

static const struct {
	const char *by;
	const char *(*figure)(const struct card *card); /* NULL: does not run there, or not known */
} figures[] = {
	{ "glibc", glibc_of },
	{ "musl", musl_of },
	{ "freebsd", freebsd_of },
	{ "android", android_of },
	{ "windows", windows_of },
	{ "macos", macos_of },
};

static const char *
figure_of(const struct card *card, const char *by)
{
	for (size_t i = 0; i < COUNT(figures); i++)
		if (text_is(figures[i].by, by))
			return figures[i].figure(card);
	return NULL;
}

/* Where byte orders share a name: "powerpc64le", "mips64el". */
static const char *
arch_of(struct card *card)
{
	const char *suffix = text_is(card->arch, "powerpc64") ? "le"
		: text_starts(card->arch, "mips")             ? "el"
							      : NULL;

	return suffix && card->endian == ENDIAN_LITTLE
		? arena_printf(&card->arena, "%s%s", card->arch, suffix)
		: card->arch;
}

/* --- systems --- */

static void
add_system(struct card *card, const char *name, const char *since, const char *released)
{
	struct card_system system = {
		.name = arena_strdup(&card->arena, name),
		.since = arena_strdup(&card->arena, since),
		.released = arena_strdup(&card->arena, released),
	};

	vec_push(&card->runs_on, system);
}

static void
add_version(struct card *card, const char *name, const struct toml_value *version)
{
	const char *number = toml_string(toml_get(version, "version"), "");
	const char *title = toml_string(toml_get(version, "name"), NULL);
	char *released = span_dup(toml_text(toml_get(version, "released")));

	add_system(card, name,
		title ? arena_printf(&card->arena, "%s (%s)", number, title) : number, released);
	free(released);
}

static void
try_system(struct card *card, const struct toml_value *system, const char *arch)
{
	const char *figure = figure_of(card, toml_string(toml_get(system, "by"), ""));
	const char *since = toml_string(toml_get(toml_get(system, "arches"), arch), NULL);
	const struct toml_value *versions = toml_get(system, "versions");
	bool has_arch = text_is(since, "");

	if (!figure || !since)
		return;
	for (size_t i = 0; i < toml_count(versions); i++) {
		const struct toml_value *v = toml_at(versions, i);

		has_arch |= text_is(toml_string(toml_get(v, "version"), ""), since);
		if (!has_arch || version_compare(toml_string(toml_get(v, "has"), ""), figure) < 0)
			continue;
		add_version(card, toml_string(toml_get(system, "name"), ""), v);
		return;
	}
}

/* --- wheels --- */

static bool
is_allowed(const char *library, const struct toml_value *libraries)
{
	for (size_t i = 0; i < toml_count(libraries); i++)
		if (text_fits(library, toml_string(toml_at(libraries, i), "")))
			return true;
	return false;
}

static bool
needs_only(const struct card *card, const struct toml_value *libraries)
{
	for (size_t i = 0; i < card->needed.len; i++)
		if (!is_allowed(card->needed.items[i], libraries))
			return false;
	return true;
}

static bool
is_covered(
	const struct card *card, const struct toml_value *tag, const char *key, const char *family)
{
	const char *newest = newest_version(card, family);

	return !newest || version_compare(newest, toml_string(toml_get(tag, key), "")) <= 0;
}

/* "2_17": the oldest tag whose systems run it, or NULL. */
static const char *
manylinux_tag(struct card *card, const struct toml_value *m)
{
	const char *arch = arch_of(card);
	const char *since = arch ? toml_string(toml_get(toml_get(m, "arches"), arch), NULL) : NULL;
	const struct toml_value *tags = toml_get(m, "tags");
	bool has_arch = false;

	if (!since || !glibc_of(card) || !needs_only(card, toml_get(m, "libraries")))
		return NULL;
	for (size_t i = 0; i < toml_count(tags); i++) {
		const struct toml_value *t = toml_at(tags, i);
		const char *tag = toml_string(toml_get(t, "tag"), "");

		has_arch |= text_is(tag, since);
		if (has_arch &&
			version_compare(card->min_glibc, toml_string(toml_get(t, "glibc"), "")) <=
				0 &&
			is_covered(card, t, "glibcxx", "GLIBCXX") &&
			is_covered(card, t, "cxxabi", "CXXABI") &&
			is_covered(card, t, "gcc", "GCC"))
			return tag;
	}
	return NULL;
}

static const char *
musllinux_tag(const struct card *card, const struct toml_value *m)
{
	const struct toml_value *tags = toml_get(m, "tags");

	if (!musl_of(card) || !needs_only(card, toml_get(m, "libraries")))
		return NULL;
	for (size_t i = 0; i < toml_count(tags); i++) {
		const struct toml_value *t = toml_at(tags, i);

		if (version_compare(card->min_musl, toml_string(toml_get(t, "musl"), "")) <= 0)
			return toml_string(toml_get(t, "tag"), "");
	}
	return NULL;
}

/* "2_17" against "2.17" */
static bool
is_tag_within(const char *tag, const char *version)
{
	unsigned a = 0, b = 0, major = 0, minor = 0;

	return sscanf(tag, "%u_%u", &a, &b) == 2 && sscanf(version, "%u.%u", &major, &minor) == 2 &&
		(a < major || (a == major && b <= minor));
}

/* What a part asks for beyond what its wheel's name promises of the family; `tag` is what it keeps to. */
static void
judge_part(struct card *wheel, const struct card *part, const char *family, const char *tag,
	const struct toml_value *libraries)
{
	const char *promised = wheel_promise(wheel, family);

	if (!promised || part->linkage != LINKAGE_DYNAMIC || (tag && is_tag_within(tag, promised)))
		return;
	for (size_t i = 0; i < part->needed.len; i++)
		if (!is_allowed(part->needed.items[i], libraries))
			card_add_problem(wheel, true, "library-outside",
				"needs %s, which the systems of %s need not have",
				part->needed.items[i], family);
	if (part->min_glibc && version_compare(part->min_glibc, promised) > 0)
		card_add_problem(wheel, true, "tag-too-old",
			"needs glibc %s (%s), and its tag promises %s", part->min_glibc,
			part->min_glibc_symbol ? part->min_glibc_symbol : "by a version", promised);
	else if (tag)
		card_add_problem(wheel, true, "tag-too-old",
			"keeps to %s_%s, and its tag promises %s", family, tag, promised);
}

static void
judge_wheel(const struct runson *r, struct card *wheel)
{
	for (size_t i = 0; i < wheel->parts.len; i++) {
		struct card *part = wheel->parts.items[i];

		judge_part(wheel, part, "manylinux", manylinux_tag(part, r->manylinux),
			toml_get(r->manylinux, "libraries"));
		judge_part(wheel, part, "musllinux", musllinux_tag(part, r->musllinux),
			toml_get(r->musllinux, "libraries"));
	}
}

/* --- the whole --- */

static void
add_tag(struct card *card, const char *family, const char *tag)
{
	if (tag)
		add_system(card, family, tag, NULL);
}

void
runson_fill(const struct runson *r, struct card *card)
{
	const char *arch = arch_of(card);

	for (size_t i = 0; i < card->parts.len; i++)
		runson_fill(r, card->parts.items[i]);
	if (card->format == FORMAT_WHEEL) {
		judge_wheel(r, card);
		return;
	}
	if (card->kind != KIND_EXECUTABLE && card->kind != KIND_SHARED)
		return;
	if (text_is(card->os, "linux") && card->kind == KIND_EXECUTABLE &&
		card->linkage != LINKAGE_DYNAMIC)
		add_system(card, "any Linux", NULL, NULL);
	for (size_t i = 0; i < toml_count(r->systems) && arch; i++)
		try_system(card, toml_at(r->systems, i), arch);
	if (card->kind == KIND_SHARED && arch) {
		add_tag(card, "manylinux", manylinux_tag(card, r->manylinux));
		add_tag(card, "musllinux", musllinux_tag(card, r->musllinux));
	}
}
