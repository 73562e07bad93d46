#include "ready/sccache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/path.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/profile.h"
#include "text/json.h"

#define NAMES_MAX 6 /* of variables, in one text */

extern char **environ;

/* ---- what it says ---- */

/* What C compilers ask for, whom it wraps too, is counted under other names. */
static uint64_t
count_of_rust(const struct json *stats, const char *key)
{
	return (uint64_t)json_integer(
		json_get(json_get(json_get(stats, key), "counts"), "Rust"), 0);
}

static uint64_t
number(const struct json *object, const char *key)
{
	return (uint64_t)json_integer(json_get(object, key), 0);
}

bool
sccache_parse(struct span text, struct sccache_stats *stats)
{
	struct json *doc = json_parse(text.data, text.len, NULL);
	const struct json *all = json_get(doc, "stats");
	bool ok = json_is_object(all);

	*stats = (struct sccache_stats){ 0 };
	if (ok) {
		*stats = (struct sccache_stats){
			.hits = count_of_rust(all, "cache_hits"),
			.misses = count_of_rust(all, "cache_misses"),
			.not_written = number(all, "cache_write_errors"),
			.not_read =
				number(all, "cache_read_errors") + number(all, "cache_timeouts"),
			.bytes = number(doc, "cache_size"),
			.max_bytes = number(doc, "max_cache_size"),
		};
		snprintf(stats->storage, sizeof(stats->storage), "%s",
			json_string(json_get(doc, "cache_location"), ""));
	}
	json_free(doc);
	return ok;
}

const char *
sccache_wrapper(const struct survey *s)
{
	struct conf_value value;

	if (!s->conf || !cargoconf_get(s->conf, "build.rustc-wrapper", &value) || !value.text)
		return NULL;
	return text_is(path_basename(value.text), "sccache") ? value.text : NULL;
}

/* ---- what is in its way ---- */

struct search {
	const struct survey *s;
	const struct profile *profile;
	const char *const *triples;
	size_t triple_count;
	struct arena *arena;
	struct sccache_fault *faults;
	size_t count;
};

static void
add(struct search *q, const char *id, const char *text, const char *advice)
{
	if (q->count < SCCACHE_FAULTS_MAX)
		q->faults[q->count++] =
			(struct sccache_fault){ .id = id, .text = text, .advice = advice };
}

/* "RUSTFLAGS", ".cargo/config.toml:3" */
static const char *
place(struct search *q, const struct conf_value *value)
{
	char *shown;
	const char *text;

	if (!value->line)
		return value->name;
	shown = path_shown(value->path, q->s->dir);
	text = arena_printf(q->arena, "%s:%d", shown, value->line);
	free(shown);
	return text;
}

/* Where incremental compilation is switched on; NULL: nowhere. */
static const char *
incremental_place(struct search *q)
{
	struct err unread = ERR_INIT; /* what is wrong with it is told where it is used */
	struct profile *own =
		q->profile ? NULL : profile_load("release", q->s->workspace, q->s->conf, &unread);
	const struct profile *p = q->profile ? q->profile : own;
	const char *at = NULL;

	for (size_t i = 0; p && i < profile_option_count; i++) {
		const struct profile_setting *setting = &p->settings[i];

		if (text_is(setting->option->key, "incremental") && text_is(setting->value, "true"))
			at = arena_printf(q->arena, "profile %s: %s", p->name,
				setting->is_changed ? "as changed" : setting->origin);
	}
	profile_free(own);
	return at;
}

static void
find_incremental(struct search *q)
{
	static const char *const refused[] = { "CARGO_INCREMENTAL", "CARGO_BUILD_INCREMENTAL" };
	const char *at;

	for (size_t i = 0; i < 2; i++) {
		if (!text_is(getenv(refused[i]), "1"))
			continue;
		add(q, "sccache-incremental",
			arena_printf(q->arena,
				"%s=1 in the environment: it refuses to compile anything",
				refused[i]),
			arena_printf(q->arena, "unset %s", refused[i]));
		q->faults[q->count - 1].is_grave = true;
		return;
	}
	if ((at = incremental_place(q)))
		add(q, "sccache-incremental",
			arena_printf(q->arena,
				"incremental compilation is on (%s): no crate of the workspace is "
				"ever cached",
				at),
			"incremental = false under [build] in .cargo/config.toml");
}

/* Those that it leaves out, those that cargo gives each rustc itself, and those told of apart. */
static bool
is_in_keys(const char *variable)
{
	static const char *const others[] = { "CARGO_MAKEFLAGS=", "CARGO_BUILD_JOBS=",
		"CARGO_REGISTRIES_", "CARGO_ENCODED_RUSTFLAGS=", "CARGO_HOME=", "CARGO_PKG_",
		"CARGO_MANIFEST_", "CARGO_CRATE_NAME=", "CARGO_BIN_",
		"CARGO_PRIMARY_PACKAGE=", "CARGO_RUSTC_CURRENT_DIR=", "CARGO_CFG_",
		"CARGO_FEATURE_", "CARGO_INCREMENTAL=1", "CARGO_BUILD_INCREMENTAL=1",
		"CARGO_BUILD_RUSTC_WRAPPER=" };

	for (size_t i = 0; i < COUNT(others); i++)
		if (text_starts(variable, others[i]))
			return false;
	return text_starts(variable, "CARGO_") && strchr(variable, '=');
}

static void
find_variables(struct search *q)
{
	struct str names = STR_INIT;
	size_t count = 0;

	for (char **v = environ; *v; v++) {
		if (!is_in_keys(*v) || count++ >= NAMES_MAX)
			continue;
		str_appendf(&names, "%s%.*s", names.len ? ", " : "", (int)strcspn(*v, "="), *v);
	}
	if (count > NAMES_MAX)
		str_appendf(&names, " and %zu more", count - NAMES_MAX);
	if (count)
		add(q, "sccache-variables",
			arena_printf(q->arena,
				"%s in the environment: with another value, or without, it finds "
				"nothing of what is compiled now",
				str_cstr(&names)),
			"set it in .cargo/config.toml, which is in no key");
	str_fini(&names);
}

static void
find_flags_variable(struct search *q)
{
	static const char *const names[] = { "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS" };

	for (size_t i = 0; i < 2; i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		add(q, "sccache-rustflags",
			arena_printf(q->arena,
				"%s in the environment, in place of any rustflags of the "
				"configuration: whoever builds without it finds nothing of this",
				names[i]),
			"rustflags under [build] or [target.TRIPLE] in .cargo/config.toml");
		return;
	}
}

static const struct flag_trap {
	const char *part; /* of a flag of rustc's */
	const char *id, *why, *advice;
} flag_traps[] = {
	{ "incremental=", "sccache-incremental", "no crate is ever cached", "take the flag out" },
	{ "--remap-path-prefix", "sccache-paths",
		"the paths in it are in every key, so another folder finds nothing",
		"name paths that are the same everywhere" },
	{ "target-cpu=native", "sccache-native",
		"the key says native on every machine, so a shared cache hands out programs that "
		"other CPUs cannot run",
		"name the CPU, or a level such as x86-64-v3" },
};

static bool
has_flag(const struct conf_value *flags, const char *part)
{
	for (const char *const *item = flags->items; item && *item; item++)
		if (strstr(*item, part))
			return true;
	return false;
}

static void
find_flags(struct search *q, const struct flag_trap *trap)
{
	struct conf_value flags;

	for (size_t i = 0; q->s->conf && i < q->triple_count; i++) {
		if (!cargoconf_rustflags(q->s->conf, q->triples[i], &flags) ||
			!has_flag(&flags, trap->part))
			continue;
		add(q, trap->id,
			arena_printf(q->arena, "rustflags have %s (%s): %s", trap->part,
				place(q, &flags), trap->why),
			trap->advice);
		return;
	}
}

size_t
sccache_faults(const struct survey *s, const struct profile *profile, const char *const *triples,
	size_t count, struct arena *arena, struct sccache_fault faults[SCCACHE_FAULTS_MAX])
{
	struct search q = { .s = s,
		.profile = profile,
		.triples = triples,
		.triple_count = count,
		.arena = arena,
		.faults = faults };

	find_incremental(&q);
	find_variables(&q);
	find_flags_variable(&q);
	for (size_t i = 0; i < COUNT(flag_traps); i++)
		find_flags(&q, &flag_traps[i]);
	return q.count;
}
