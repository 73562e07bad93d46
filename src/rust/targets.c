/* targets: see targets.h.
 *
 * Specifications come from one of three places: the cache (one line per target, fields parted by
 * tabs, read in one pass), rustc's JSON, or data/targets.json in the same shape. Then the state of
 * std is added, which is read anew each time: the sysroot's folders, and rustup's manifest. */
#include "rust/targets.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/data.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "io/proc.h"
#include "rust/platforms.h"
#include "rust/rustcache.h"
#include "rust/toolchain.h"
#include "text/fuzzy.h"
#include "text/json.h"

#define CACHE_VERSION "xtui-targets 2"
#define RUSTC_TIMEOUT_MS 20000
#define SPECS_MAX (32u << 20)

enum { /* how the yes and no of a target are kept in the cache */
	FLAG_BIG_ENDIAN = 1,
	FLAG_HOST_TOOLS = 2,
	FLAG_HAS_STD = 4,
	FLAG_CRT_STATIC = 8,
	FLAG_DYNAMIC = 16,
	FLAG_OWN_CRT = 32,
};

const char *
std_state_name(enum std_state s)
{
	static const char *const names[] = { "installed", "available", "source", "none" };

	return names[s];
}

/* --- from JSON --- */

/* What rustc starts for a linker flavor when the specification names no linker. */
static const char *
linker_for_flavor(const char *flavor)
{
	static const struct {
		const char *flavor, *linker;
	} rows[] = {
		{ "msvc", "link.exe" },
		{ "em-cc", "emcc" },
		{ "bpf", "bpf-linker" },
		{ "ptx", "rust-ptx-linker" },
		{ "llbc", "llvm-bitcode-linker" },
		{ "gnu", "ld" },
		{ "darwin", "ld" },
		{ "unix", "ld" },
		{ "gnu-lld", "lld" },
		{ "darwin-lld", "lld" },
		{ "wasm-lld", "lld" },
		{ "msvc-lld", "lld" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].flavor, flavor) == 0)
			return rows[i].linker;
	return "cc";
}

static const char *
copy_string(struct arena *arena, const struct json *spec, const char *key, const char *fallback)
{
	char *text = arena_strdup(arena, json_string(json_get(spec, key), fallback));

	for (char *p = text; p && *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' '; /* the cache parts fields by tabs and targets by lines */
	return text;
}

/* A number; older compilers wrote it as text. */
static int
number_of(const struct json *v)
{
	return atoi(json_string(v, "0")) + (int)json_integer(v, 0);
}

/* rustc does not know for every target whether it has a std; one with a system has, we say. */
static bool
has_std(const struct json *metadata, const char *os)
{
	const struct json *known = json_get(metadata, "std");

	return json_is_null(known) ? strcmp(os, "none") != 0 : json_bool(known, false);
}

/* ["unix", "wasm"] -> "unix wasm" */
static const char *
families_of(struct arena *arena, const struct json *families)
{
	struct str out = STR_INIT;

	for (const struct json *f = json_first(families); f; f = json_next(f))
		str_appendf(&out, "%s%s", out.len ? " " : "", json_string(f, ""));
	return arena_take(arena, &out);
}

static void
target_from_json(struct target *t, struct arena *arena, const char *triple, const struct json *spec)
{
	const struct json *metadata = json_get(spec, "metadata");
	const char *fallback = json_string(json_get(spec, "crt-objects-fallback"), "false");

	t->triple = arena_strdup(arena, triple);
	t->description = copy_string(arena, metadata, "description", "");
	t->arch = copy_string(arena, spec, "arch", "");
	t->os = copy_string(arena, spec, "os", "none");
	t->env = copy_string(arena, spec, "env", "");
	t->abi = copy_string(arena, spec, "abi", "");
	t->vendor = copy_string(arena, spec, "vendor", "unknown");
	t->families = families_of(arena, json_get(spec, "target-family"));
	t->linker_flavor = copy_string(arena, spec, "linker-flavor", "gnu-cc");
	t->linker = copy_string(arena, spec, "linker", linker_for_flavor(t->linker_flavor));
	t->exe_suffix = copy_string(arena, spec, "exe-suffix", "");
	t->tier = number_of(json_get(metadata, "tier"));
	t->pointer_width = number_of(json_get(spec, "target-pointer-width"));
	t->big_endian = strcmp(json_string(json_get(spec, "target-endian"), "little"), "big") == 0;
	t->host_tools = json_bool(json_get(metadata, "host_tools"), false);
	t->has_std = has_std(metadata, t->os);
	t->crt_static_default = json_bool(json_get(spec, "crt-static-default"), false);
	t->dynamic_linking = json_bool(json_get(spec, "dynamic-linking"), false);
	t->self_contained_crt = strcmp(fallback, "false") != 0;
}

static int
compare_targets(const void *a, const void *b)
{
	return strcmp(((const struct target *)a)->triple, ((const struct target *)b)->triple);
}

static void
table_clear(struct target_table *table)
{
	free(table->items);
	arena_fini(&table->arena);
	*table = (struct target_table){ 0 };
}

/* `specs`: an object, a member per triple. False when there is nothing in it. */
static bool
table_from_json(struct target_table *table, const struct json *specs)
{
	table->items = xcalloc(json_count(specs) + 1, sizeof(*table->items));
	for (const struct json *s = json_first(specs); s; s = json_next(s))
		if (json_is_object(s))
			target_from_json(
				&table->items[table->len++], &table->arena, json_key(s), s);
	qsort(table->items, table->len, sizeof(*table->items), compare_targets);
	return table->len > 0;
}

/* --- the built-in table --- */

/* "rustc 1.95.0 --print …" -> "the built-in table of rustc 1.95.0" */
static const char *
built_in_name(struct arena *arena, const char *source)
{
	struct span rest, version;

	span_cut(span_of(source), ' ', &rest);
	version = span_cut(rest, ' ', &rest);
	return arena_printf(
		arena, "the built-in table of rustc %.*s", (int)version.len, version.data);
}

/* Here `std` is what a release offers; targets_load looks closer when there is a toolchain. */
static void
set_released(struct target *t, const struct json *spec)
{
	bool released = json_bool(json_get(spec, "rust_std_in_release"), false);

	t->std = released ? STD_AVAILABLE : t->has_std ? STD_SOURCE : STD_NONE;
}

static void
table_built_in(struct target_table *table)
{
	const struct data_file *file = data_find("data/targets.json");
	struct err err = ERR_INIT;
	struct json *doc = json_parse(file->bytes, file->len, &err);
	const struct json *specs = json_get(doc, "targets");

	if (!doc)
		die("data/targets.json: %s", err.message);
	table_from_json(table, specs);
	for (size_t i = 0; i < table->len; i++)
		set_released(&table->items[i], json_get(specs, table->items[i].triple));
	table->source = built_in_name(&table->arena, json_string(json_get(doc, "source"), ""));
	json_free(doc);
}

/* --- the cache --- */

#define FIELD_COUNT 14

static unsigned
flags_of(const struct target *t)
{
	return (t->big_endian ? FLAG_BIG_ENDIAN : 0u) | (t->host_tools ? FLAG_HOST_TOOLS : 0u) |
		(t->has_std ? FLAG_HAS_STD : 0u) | (t->crt_static_default ? FLAG_CRT_STATIC : 0u) |
		(t->dynamic_linking ? FLAG_DYNAMIC : 0u) |
		(t->self_contained_crt ? FLAG_OWN_CRT : 0u);
}

static void
flags_take(struct target *t, unsigned flags)
{
	t->big_endian = flags & FLAG_BIG_ENDIAN;
	t->host_tools = flags & FLAG_HOST_TOOLS;
	t->has_std = flags & FLAG_HAS_STD;
	t->crt_static_default = flags & FLAG_CRT_STATIC;
	t->dynamic_linking = flags & FLAG_DYNAMIC;
	t->self_contained_crt = flags & FLAG_OWN_CRT;
}

static void
target_print(const struct target *t, struct str *out)
{
	str_appendf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%u\n", t->triple,
		t->description, t->arch, t->os, t->env, t->abi, t->vendor, t->families, t->linker,
		t->linker_flavor, t->exe_suffix, t->tier, t->pointer_width, flags_of(t));
}

/* Cuts the NUL-terminated line in place; false when it does not have the fields. */
static bool
target_scan(struct target *t, char *line)
{
	char *field[FIELD_COUNT];
	size_t count = 0;

	while (line && count < FIELD_COUNT)
		field[count++] = strsep(&line, "\t");
	if (count < FIELD_COUNT || !*field[0])
		return false;
	*t = (struct target){ .triple = field[0], .description = field[1] };
	t->arch = field[2];
	t->os = field[3];
	t->env = field[4];
	t->abi = field[5];
	t->vendor = field[6];
	t->families = field[7];
	t->linker = field[8];
	t->linker_flavor = field[9];
	t->exe_suffix = field[10];
	t->tier = atoi(field[11]);
	t->pointer_width = atoi(field[12]);
	flags_take(t, (unsigned)atoi(field[13]));
	return true;
}

/* The head ties the file to its compiler and says how many lines follow, so that a cut file is not
 * taken for a whole one. */
static void
cache_head(struct str *out, const struct toolchain *tc, size_t count)
{
	str_appendf(out, "%s\t%s\t%zu\n", CACHE_VERSION, tc->commit, count);
}

static bool
cache_parse(struct target_table *table, const struct toolchain *tc, char *text, size_t len)
{
	struct str head = STR_INIT;
	size_t count = 0;
	char *line = text;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\n';
	if (count > 1)
		cache_head(&head, tc, count - 1);
	if (!head.len || !text_starts(text, head.data)) {
		str_fini(&head);
		return false;
	}
	line += head.len;
	str_fini(&head);
	table->items = xcalloc(count, sizeof(*table->items));
	for (char *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!target_scan(&table->items[table->len++], line))
			return false;
	}
	return true;
}

static bool
cache_recall(struct target_table *table, const struct toolchain *tc)
{
	char *path = rustcache_path("targets", tc->commit);
	struct str text = STR_INIT;
	bool ok = path && file_exists(path) && file_read(path, &text, NULL) && text.len &&
		cache_parse(table, tc, arena_strndup(&table->arena, text.data, text.len), text.len);

	if (!ok)
		table_clear(table);
	str_fini(&text);
	free(path);
	return ok;
}

static void
cache_keep(const struct target_table *table, const struct toolchain *tc)
{
	char *path = rustcache_path("targets", tc->commit);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	cache_head(&text, tc, table->len);
	for (size_t i = 0; i < table->len; i++)
		target_print(&table->items[i], &text);
	if (path && !file_write(path, str_span(&text), &err))
		log_line("targets: %s", err.message);
	str_fini(&text);
	free(path);
}

/* --- asking rustc --- */

static bool
ask(const struct toolchain *tc, const char *const *argv, struct str *out)
{
	struct proc_env env[TOOLCHAIN_ENV_MAX + 1] = { { "RUSTC_BOOTSTRAP", "1" } };
	struct proc_spec spec = {
		.argv = argv, .env = env, .env_count = toolchain_env(tc, env, 1)
	};
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	bool ok = proc_capture(&spec, SPECS_MAX, RUSTC_TIMEOUT_MS, &result, &err) &&
		result.end.exit_code == 0 && !result.cut;

	if (ok)
		str_append_span(out, str_span(&result.out));
	else
		log_line("targets: %s %s: %s", argv[0], argv[1], err.message);
	proc_result_fini(&result);
	return ok;
}

static bool
ask_specs(struct target_table *table, const struct toolchain *tc)
{
	const char *const argv[] = { tc->rustc, "-Zunstable-options", "--print",
		"all-target-specs-json", NULL };
	struct str text = STR_INIT;
	struct json *specs = NULL;
	bool ok = ask(tc, argv, &text) && text.len &&
		(specs = json_parse(text.data, text.len, NULL)) && table_from_json(table, specs);

	json_free(specs);
	str_fini(&text);
	return ok;
}

static const char *
guess_arch(struct arena *arena, struct span name)
{
	if (name.len == 4 && name.data[0] == 'i' && span_ends(name, "86"))
		return "x86";
	if (span_starts(name, "armv") || span_starts(name, "thumb"))
		return "arm";
	return arena_span(arena, name);
}

void
targets_guess(struct target *t, struct arena *arena, const char *triple)
{
	struct span rest = span_of(triple), arch = span_cut(rest, '-', &rest);
	struct span vendor = span_cut(rest, '-', &rest), os = span_cut(rest, '-', &rest);

	*t = (struct target){ .triple = arena_strdup(arena, triple), .popularity = -1 };
	t->description = t->abi = t->exe_suffix = "";
	t->arch = guess_arch(arena, arch);
	t->vendor = arena_span(arena, vendor);
	t->os = os.len ? arena_span(arena, os) : "none";
	t->env = arena_span(arena, rest);
	t->has_std = strcmp(t->os, "none") != 0;
	t->families = strcmp(t->os, "windows") == 0 ? "windows" : t->has_std ? "unix" : "";
	t->linker = "cc";
	t->linker_flavor = "gnu-cc";
	t->pointer_width = strstr(t->arch, "64") ? 64 : 32;
}

/* A compiler too old to print specifications: its names, with the facts of the built-in table. */
static bool
ask_names(struct target_table *table, const struct toolchain *tc)
{
	const char *const argv[] = { tc->rustc, "--print", "target-list", NULL };
	struct target_table known = { 0 };
	struct str text = STR_INIT;
	struct span rest;
	VEC(struct target) found = VEC_INIT;

	if (!ask(tc, argv, &text)) {
		str_fini(&text);
		return false;
	}
	table_built_in(&known);
	for (rest = str_span(&text); rest.len;) {
		struct span line = span_trim(span_cut(rest, '\n', &rest));
		char *triple = span_dup(line);
		const struct target *t = targets_find(&known, triple);

		if (t)
			vec_push(&found, *t);
		else if (line.len)
			targets_guess(vec_add(&found), &known.arena, triple);
		free(triple);
	}
	free(known.items);
	table_clear(table);
	table->arena = known.arena;
	table->items = found.items;
	table->len = found.len;
	if (found.len)
		qsort(found.items, found.len, sizeof(*found.items), compare_targets);
	str_fini(&text);
	return found.len > 0;
}

/* --- std: what is installed, what can be had --- */

/* Whether the folder of libraries holds a core or std that links. */
static bool
holds_std(const char *lib)
{
	char **names;
	size_t count;
	bool holds = false;

	if (!file_list(lib, &names, &count, NULL))
		return false;
	for (size_t i = 0; i < count && !holds; i++)
		holds = text_ends(names[i], ".rlib") &&
			(text_starts(names[i], "libcore-") || text_starts(names[i], "libstd-"));
	file_list_free(names, count);
	return holds;
}

bool
targets_has_std(const char *sysroot, const char *triple)
{
	char *lib = path_joinf(sysroot, "lib/rustlib/%s/lib", triple);
	bool has = holds_std(lib);

	free(lib);
	return has;
}

/* The crt objects of these come with their std, but a distribution's std may lack them. */
static bool
should_ship_crt(const struct target *t)
{
	return t->self_contained_crt &&
		(text_starts(t->env, "musl") || strcmp(t->os, "windows") == 0 ||
			strcmp(t->os, "wasi") == 0);
}

static void
look_at_lib(struct target *t, const char *rustlib)
{
	char *lib = path_joinf(rustlib, "%s/lib", t->triple);
	char *own = path_join(lib, "self-contained");

	if (holds_std(lib)) {
		t->std = STD_INSTALLED;
		if (should_ship_crt(t))
			t->self_contained_crt = file_is_dir(own);
	}
	free(own);
	free(lib);
}

static struct target *
find_mutable(struct target_table *table, struct span triple)
{
	size_t low = 0, high = table->len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const char *name = table->items[mid].triple;
		int order = strncmp(triple.data, name, triple.len);

		if (order == 0 && !name[triple.len])
			return &table->items[mid];
		if (order > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void
mark_installed(struct target_table *table, const char *rustlib)
{
	char **names;
	size_t count;

	if (!file_list(rustlib, &names, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++) {
		struct target *t = find_mutable(table, span_of(names[i]));

		if (t)
			look_at_lib(t, rustlib);
	}
	file_list_free(names, count);
}

/* A triple with a dot in it is a quoted key. */
static struct span
unquoted(struct span key)
{
	if (key.len >= 2 && key.data[0] == '"' && key.data[key.len - 1] == '"')
		key.data++, key.len -= 2;
	return key;
}

/* rustup keeps the release's manifest beside the toolchain: a megabyte of TOML, of which only
 * "[pkg.rust-std.target.<triple>]" and "available = true" on the next line matter. */
static void
mark_available(struct target_table *table, struct span manifest)
{
	static const struct span head = { "\n[pkg.rust-std.target.", 22 };
	long at;

	while ((at = span_find(manifest, head)) >= 0) {
		struct span triple, line;
		struct target *t;

		manifest.data += (size_t)at + head.len;
		manifest.len -= (size_t)at + head.len;
		triple = unquoted(span_cut(manifest, ']', &manifest));
		span_cut(manifest, '\n', &manifest);
		line = span_trim(span_cut(manifest, '\n', &(struct span){ 0 }));
		t = find_mutable(table, triple);
		if (t && span_is(line, "available = true"))
			t->std = STD_AVAILABLE;
	}
}

static void
read_manifest(struct target_table *table, const char *rustlib)
{
	char *path = path_join(rustlib, "multirust-channel-manifest.toml");
	struct str text = STR_INIT;

	if (file_exists(path) && file_read(path, &text, NULL))
		mark_available(table, str_span(&text));
	str_fini(&text);
	free(path);
}

static void
look_at_toolchain(struct target_table *table, const struct toolchain *tc)
{
	char *rustlib = path_join(tc->sysroot, "lib/rustlib");

	for (size_t i = 0; i < table->len; i++)
		table->items[i].std = table->items[i].has_std ? STD_SOURCE : STD_NONE;
	if (tc->kind == TOOLCHAIN_RUSTUP)
		read_manifest(table, rustlib);
	mark_installed(table, rustlib);
	free(rustlib);
}

/* --- the whole --- */

static void
fill_platforms(struct target_table *table)
{
	struct err err = ERR_INIT;
	struct platforms *p = platforms_load(&err);

	if (!p)
		die("%s", err.message);
	for (size_t i = 0; i < table->len; i++)
		platforms_fill(p, &table->items[i], &table->arena);
	platforms_free(p);
}

static bool
load_specs(struct target_table *table, const struct toolchain *tc, bool quick)
{
	if (!tc)
		return false;
	if (!cache_recall(table, tc)) {
		if (quick || (!ask_specs(table, tc) && !ask_names(table, tc)))
			return false;
		cache_keep(table, tc);
	}
	table->source = arena_printf(&table->arena, "rustc %s", tc->release);
	return true;
}

struct target_table *
targets_load(const struct toolchain *tc, bool quick)
{
	struct target_table *table = xcalloc(1, sizeof(*table));

	if (!load_specs(table, tc, quick)) {
		table_clear(table);
		table_built_in(table);
	}
	if (tc)
		look_at_toolchain(table, tc);
	fill_platforms(table);
	return table;
}

void
targets_free(struct target_table *table)
{
	if (!table)
		return;
	table_clear(table);
	free(table);
}

const struct target *
targets_find(const struct target_table *table, const char *triple)
{
	struct target key = { .triple = triple };

	return table->len ? bsearch(&key, table->items, table->len, sizeof(key), compare_targets)
			  : NULL;
}

/* --- names that are not there --- */

#define NEAREST_COUNT 3
#define NEAREST_NONE 10000

/* How far a name is from what was typed: edits when there are few, else whether the typed letters
 * come in it in order ("linux-musl"), the better known ones first. */
static int
distance_of(const struct target *t, const char *typed)
{
	int edits = fuzzy_distance(typed, t->triple);
	int known = t->popularity < 0 ? 50 : t->popularity;

	if (edits <= (int)strlen(typed) / 3)
		return edits * 100 + known;
	return fuzzy_match(typed, t->triple, NULL) ? NEAREST_NONE / 2 + known : NEAREST_NONE;
}

/* The nearest ones, the best first; NULL where there are none. */
static void
find_nearest(const struct target_table *table, const char *typed, const struct target **best)
{
	int far[NEAREST_COUNT] = { NEAREST_NONE, NEAREST_NONE, NEAREST_NONE };

	memset(best, 0, NEAREST_COUNT * sizeof *best);
	for (size_t i = 0; i < table->len; i++) {
		int distance = distance_of(&table->items[i], typed);
		size_t at = NEAREST_COUNT;

		while (at > 0 && distance < far[at - 1])
			at--;
		if (at == NEAREST_COUNT)
			continue;
		for (size_t k = NEAREST_COUNT - 1; k > at; k--)
			best[k] = best[k - 1], far[k] = far[k - 1];
		best[at] = &table->items[i], far[at] = distance;
	}
}

const struct target *
targets_nearest(const struct target_table *table, const char *typed)
{
	const struct target *best[NEAREST_COUNT];

	find_nearest(table, typed, best);
	return best[0];
}

bool
targets_err_unknown(const struct target_table *table, const char *triple, struct err *err)
{
	const struct target *best[NEAREST_COUNT];

	err_set(err, ERR_USAGE, "target \"%s\": %s knows no such target", triple, table->source);
	find_nearest(table, triple, best);
	if (!best[0])
		return err_try(err, "xtui targets");
	return err_try(err, "%s%s%s%s%s", best[0]->triple, best[1] ? ", " : "",
		best[1] ? best[1]->triple : "", best[2] ? ", " : "",
		best[2] ? best[2]->triple : "");
}

bool
targets_is_triple(struct span text)
{
	/* first parts of Rust's triples: a name, or the beginning of one */
	static const char *const architectures[] = { "aarch64", "amdgcn", "arm", "avr", "bpfe",
		"csky", "hexagon", "i386", "i586", "i686", "loongarch", "m68k", "mips", "msp430",
		"nvptx", "powerpc", "riscv", "s390x", "sparc", "thumb", "wasm32", "wasm64",
		"x86_64", "xtensa" };
	size_t dashes = 0;

	for (size_t i = 0; i < text.len; i++)
		dashes += text.data[i] == '-';
	for (size_t i = 0; dashes > 0 && dashes < 5 && i < COUNT(architectures); i++)
		if (span_starts(text, architectures[i]))
			return true;
	return false;
}

void
targets_short_name(const char *triple, struct str *out)
{
	struct span rest, system, arch = span_cut(span_of(triple), '-', &rest);
	struct span vendor = span_cut(rest, '-', &system);
	bool is_idle = span_is(vendor, "unknown") || span_is(vendor, "pc");

	str_append_span(out, arch);
	str_append_char(out, '-');
	str_append_span(out, is_idle && system.len ? system : rest);
}
