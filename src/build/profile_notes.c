/* profile_notes: a table of rules over settings and kinds of targets, and the few that take more than one
 * look. Sources: The Cargo Book, "Profiles"; The rustc book, "Codegen options"; The Rust Reference, "Linkage". */
#include "build/profile_notes.h"

#include <string.h>
#include "base/count.h"
#include "base/str.h"
#include "base/vec.h"
#include "ready/survey.h"
#include "ready/tuning.h"
#include "rust/profile.h"
#include "rust/targets.h"
#include "rust/workspace.h"

enum where {
	ANYWHERE = 0,
	ON_LINUX = 1,
	ON_APPLE = 2,
	ON_MSVC = 4,
	ON_WINDOWS = 8,
	ON_WASM = 16,
};

static const struct rule {
	const char *key, *value; /* TOML literal */
	unsigned where;
	bool is_warning;
	const char *text;
} rules[] = {
	{ "panic", "\"abort\"", ANYWHERE, true,
		"catch_unwind catches nothing any more, destructors do not run; cargo test unwinds "
		"all the same, and compiles the dependencies a second time for it" },
	{ "panic", "\"abort\"", ON_WASM, false, "a panic ends the program there anyway" },
	{ "strip", "\"symbols\"", ANYWHERE, true,
		"backtraces of users show addresses only: keep what is built without it, to look "
		"them up" },
	{ "strip", "\"symbols\"", ON_MSVC, false,
		"symbols are in a .pdb file there: the program hardly shrinks" },
	{ "strip", "\"debuginfo\"", ON_MSVC, false,
		"debug info is in a .pdb file there: the program hardly shrinks" },
	{ "opt-level", "\"z\"", ANYWHERE, true,
		"no loop is vectorised: what computes much can be several times slower; s is often "
		"as small" },
	{ "opt-level", "0", ANYWHERE, true, "runs many times slower than 3" },
	{ "split-debuginfo", "\"packed\"", ON_LINUX, false, "debug info goes into NAME.dwp" },
	{ "split-debuginfo", "\"packed\"", ON_APPLE, false, "debug info goes into NAME.dSYM" },
	{ "split-debuginfo", "\"packed\"", ON_MSVC, false,
		"debug info is in NAME.pdb there, whatever is said" },
	{ "split-debuginfo", "\"unpacked\"", ON_LINUX, false,
		"debug info lies in the target folder's .dwo files, and goes with them" },
	{ "rpath", "true", ON_WINDOWS, false, "Windows has no such thing: nothing changes" },
	{ "incremental", "true", ANYWHERE, false,
		"splits crates into 256 units where codegen-units is not set: larger and slower "
		"code" },
};

typedef VEC(struct profile_note) notes;

struct maker {
	const struct profile_notes_query *q;
	struct arena *arena;
	notes found;
};

static unsigned
kinds_of(const char *triple)
{
	unsigned kinds = 0;

	if (strstr(triple, "-linux-"))
		kinds |= ON_LINUX;
	if (strstr(triple, "-apple-"))
		kinds |= ON_APPLE;
	if (strstr(triple, "-windows-"))
		kinds |= ON_WINDOWS;
	if (text_ends(triple, "-windows-msvc"))
		kinds |= ON_MSVC;
	if (text_starts(triple, "wasm"))
		kinds |= ON_WASM;
	return kinds;
}

static const struct profile_setting *
setting_of(const struct profile *p, const char *key)
{
	return &p->settings[profile_option_find(key) - profile_options];
}

static bool
is_set_to(const struct maker *m, const char *key, const char *value)
{
	return text_is(setting_of(m->q->profile, key)->value, value);
}

/* What cargo does by itself is no news. */
static bool
is_said(const struct maker *m, const char *key)
{
	const struct profile_setting *s = setting_of(m->q->profile, key);

	return s->is_changed || !text_is(s->origin, "default");
}

static void
add(struct maker *m, const char *key, const char *targets, bool is_warning, const char *text)
{
	vec_push(&m->found, ((struct profile_note){ key, targets, text, is_warning }));
}

/* The asked for targets of these kinds, in one text; NULL: there are none. */
static const char *
targets_of(const struct maker *m, unsigned kinds)
{
	const char *list = NULL;

	for (size_t i = 0; i < m->q->target_count; i++) {
		const char *triple = m->q->targets[i];

		if (kinds_of(triple) & kinds)
			list = list ? arena_printf(m->arena, "%s, %s", list, triple)
				    : arena_strdup(m->arena, triple);
	}
	return list;
}

static void
follow_rules(struct maker *m)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		const struct rule *r = &rules[i];
		const char *targets = r->where ? targets_of(m, r->where) : NULL;

		if (is_said(m, r->key) && is_set_to(m, r->key, r->value) && (!r->where || targets))
			add(m, r->key, targets, r->is_warning, r->text);
	}
}

/* A fat link holds the code of all crates at once. */
static void
look_at_memory(struct maker *m)
{
	double gigabytes = (double)m->q->memory / 1e9;

	if (!is_set_to(m, "lto", "\"fat\""))
		return;
	add(m, "lto", NULL, true,
		m->q->memory
			? arena_printf(m->arena,
				  "a link holds all crates in memory, a large program several GB; "
				  "%.1f GB are here, xtui lets as many link at once as fit",
				  gigabytes)
			: "a link holds all crates in memory, a large program several GB");
}

/* What one takes out another need not have put in. */
static void
look_at_pairs(struct maker *m)
{
	bool has_debug = !is_set_to(m, "debug", "0");

	if (has_debug && !is_set_to(m, "strip", "\"none\"") &&
		is_set_to(m, "split-debuginfo", "\"off\""))
		add(m, "debug", NULL, true,
			"strip takes the debug info out again: it costs time and brings nothing");
	if (is_set_to(m, "lto", "\"thin\"") && is_set_to(m, "codegen-units", "1"))
		add(m, "lto", NULL, false,
			"with one unit a crate, thin LTO has little to share out");
	if (!has_debug && !is_set_to(m, "split-debuginfo", "\"off\""))
		add(m, "split-debuginfo", NULL, false,
			"there is no debug info to split: debug is 0");
}

/* What stands somewhere and changes nothing. */
static void
look_at_idle(struct maker *m)
{
	const struct profile *p = m->q->profile;

	for (size_t i = 0; i < p->override_count; i++) {
		if (p->overrides[i].is_idle && !profile_override_is_empty(&p->overrides[i]))
			add(m, p->overrides[i].table, NULL, true,
				"Cargo.lock has no such package, so it changes nothing");
	}
	for (size_t i = 0; i < p->ignored_count; i++)
		add(m, p->ignored[i], NULL, true,
			"cargo ignores profiles of a member; they belong into the root's "
			"Cargo.toml");
}

static const char *
name_of_cdylib(const struct workspace *ws)
{
	for (size_t i = 0; ws && i < ws->package_count; i++) {
		for (size_t k = 0; k < ws->packages[i].target_count; k++) {
			if (text_is(ws->packages[i].targets[k].kind, "cdylib"))
				return ws->packages[i].targets[k].name;
		}
	}
	return NULL;
}

/* rustc obeys crt-static for these only (crt-static-respected in its target specifications). */
static bool
obeys_crt_static(const struct target *t)
{
	bool is_linux = text_is(t->os, "linux");

	return text_is(t->env, "msvc") || text_is(t->env, "musl") ||
		(is_linux && text_starts(t->env, "gnu")) || text_starts(t->os, "wasi");
}

static void
look_at_crt(struct maker *m, const struct target *t, const struct tuning *own)
{
	bool is_static = own->crt_static ? text_is(own->crt_static, "true") : t->crt_static_default;
	const char *cdylib = name_of_cdylib(m->q->survey->workspace), *triple = t->triple;
	bool is_musl = text_starts(t->env, "musl"), is_gnu = text_starts(t->env, "gnu");

	if (own->crt_static && !obeys_crt_static(t)) {
		add(m, "crt-static", triple, true,
			"this target is never linked so: nothing changes");
		return;
	}
	if (is_static && cdylib && (is_musl || is_gnu))
		add(m, "crt-static", triple, true,
			arena_printf(m->arena,
				"no shared library can be made of %s: cargo leaves it out, with a "
				"warning; "
				"crt-static = false makes it%s",
				cdylib, is_musl ? ", and programs then need musl's loader" : ""));
	if (is_static && own->crt_static && is_gnu)
		add(m, "crt-static", triple, true,
			"to look up hosts and users, glibc in the program still loads that of the "
			"machine, of the same version; musl needs nothing");
	if (!is_static && is_musl)
		add(m, "crt-static", triple, true,
			"the program needs musl's loader where it runs: Alpine has it, hardly any "
			"other");
}

static void
look_at_target(struct maker *m, const char *triple, const struct tuning *own)
{
	const struct target *t = targets_find(m->q->survey->targets, triple);

	if (t)
		look_at_crt(m, t, own);
	if (text_is(own->target_cpu, "native"))
		add(m, "target-cpu", triple, true,
			"the program may not run on an older processor than this machine's");
	else if (own->target_cpu && !text_is(own->target_cpu, "generic"))
		add(m, "target-cpu", triple, false,
			arena_printf(m->arena,
				"a processor that lacks what %s has ends it: illegal instruction",
				own->target_cpu));
}

struct profile_note *
profile_notes(const struct profile_notes_query *query, struct arena *arena, size_t *count)
{
	static const struct tuning none = { 0 };
	struct maker m = { .q = query, .arena = arena };
	struct profile_note *kept;

	follow_rules(&m);
	look_at_memory(&m);
	look_at_pairs(&m);
	look_at_idle(&m);
	for (size_t i = 0; i < query->target_count; i++)
		look_at_target(&m, query->targets[i], query->tunings ? &query->tunings[i] : &none);
	kept = arena_array(arena, struct profile_note, m.found.len + 1);
	*count = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < m.found.len; i++) {
			if (m.found.items[i].is_warning == !pass)
				kept[(*count)++] = m.found.items[i];
		}
	}
	vec_fini(&m.found);
	return kept;
}
