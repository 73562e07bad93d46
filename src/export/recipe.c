#include "export/recipe.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/run.h"
#include "build/way.h"
#include "export/needs.h"
#include "io/file.h"
#include "ready/survey.h"
#include "ready/sysroot.h"
#include "ready/tuning.h"
#include "rust/profile.h"
#include "rust/targets.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"
#include "text/shell.h"
#include "text/toml.h"

/* ---- the project ---- */

static bool
is_there(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	bool found = file_exists(path);

	free(path);
	return found;
}

/* How the folder is called below the repository that it is in; "" where it is its top, or in none. */
static const char *
place_in_repository(const char *root, struct arena *arena)
{
	const char *end = root + strlen(root);

	while (end > root) {
		char *dir = arena_strndup(arena, root, (size_t)(end - root));

		if (is_there(dir, ".git"))
			return arena_strdup(arena, *end ? end + 1 : end);
		do
			end--;
		while (end > root && *end != '/');
	}
	return "";
}

/* What rust-toolchain.toml, or rust-toolchain, of the folder asks for: *channel, NULL where it names a
 * folder. False: there is neither. */
static bool
find_pin(const char *dir, const char **channel, struct arena *arena)
{
	char *toml = path_join(dir, "rust-toolchain.toml"),
	     *plain = path_join(dir, "rust-toolchain");
	const char *path = file_exists(toml) ? toml : plain;
	struct toml *doc = file_exists(path) ? toml_read(path, NULL, NULL) : NULL;
	bool found = file_exists(path);
	struct str text = STR_INIT;

	if (doc)
		*channel = arena_strdup(arena,
			toml_string(toml_find(toml_root(doc), "toolchain", "channel", NULL), NULL));
	else if (found && file_read(path, &text, NULL)) /* the name alone */
		*channel = arena_span(arena, span_trim(str_span(&text)));
	toml_free(doc);
	str_fini(&text);
	free(toml);
	free(plain);
	return found;
}

/* As rustup looks for it: in the workspace's folder and those above, up to the repository's top. */
static bool
find_pin_above(const struct recipe *r, const char *root, const char **channel, struct arena *arena)
{
	size_t below = *r->subdir ? strlen(r->subdir) + 1 : 0, top = strlen(root) - below;

	for (size_t len = strlen(root); len >= top && len > 0; len--) {
		if (root[len] && root[len] != '/')
			continue;
		if (find_pin(arena_strndup(arena, root, len), channel, arena))
			return true;
	}
	return false;
}

static bool
is_release(const char *channel)
{
	return channel && *channel >= '0' && *channel <= '9' &&
		strspn(channel, "0123456789.") == strlen(channel);
}

static void
read_toolchain(struct recipe *r, const char *root)
{
	const struct toolchain *tc = r->run->survey->toolchain;
	bool is_asked =
		tc && (text_is(tc->origin, "--toolchain") || text_is(tc->origin, "+toolchain"));
	const char *pinned = NULL;
	bool has_pin = find_pin_above(r, root, &pinned, &r->arena);

	if (is_asked && tc->rustup_name)
		r->channel =
			arena_strndup(&r->arena, tc->rustup_name, strcspn(tc->rustup_name, "-"));
	else if (!has_pin)
		r->channel = "stable";
	r->release = is_release(r->channel)         ? r->channel
		: !r->channel && is_release(pinned) ? pinned
						    : r->pins.rust;
	r->nightly = text_starts(pinned, "nightly") ? pinned : "nightly";
}

static const char *
wheel_dir(struct recipe *r, const struct workspace *ws)
{
	char *dir = ws->pyproject ? path_dirname(ws->pyproject) : NULL;
	const char *below = "";

	if (dir && path_is_below(dir, ws->root) && strlen(dir) > strlen(ws->root))
		below = arena_strdup(&r->arena, dir + strlen(ws->root) + 1);
	free(dir);
	return below;
}

static const char *
plain_name(const char *name, struct arena *arena)
{
	char *plain = arena_strdup(arena, *name ? name : "project");

	for (char *c = plain; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_-.", *c))
			*c = '-';
	return plain;
}

static bool
read_project(struct recipe *r, struct err *err)
{
	const struct workspace *ws = r->run->survey->workspace;

	if (!ws->complete) {
		err_set(err, ERR_ENVIRONMENT,
			"%s: without cargo it is not known what the project builds", ws->root);
		return err_try(err, "xtui doctor");
	}
	r->name = plain_name(ws->name, &r->arena);
	r->target_dir =
		!path_is_below(ws->target_dir, ws->root) || text_is(ws->target_dir, ws->root)
		? "target"
		: arena_strdup(&r->arena, ws->target_dir + strlen(ws->root) + 1);
	r->subdir = place_in_repository(ws->root, &r->arena);
	r->profile_dir = profile_folder(r->run->profile ? r->run->profile->name : "release");
	r->is_locked = is_there(ws->root, "Cargo.lock");
	r->wheel_dir = wheel_dir(r, ws);
	read_toolchain(r, ws->root);
	return true;
}

/* ---- what comes out ---- */

static bool
is_listed(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_is(names[i], name))
			return true;
	return false;
}

static bool
is_built(const struct run_spec *run, const struct package *p)
{
	if (run->package_count)
		return is_listed(run->packages, run->package_count, p->name);
	return p->is_default;
}

/* Libraries have underscores in their files' names. */
static const char *
library_file(struct recipe *r, const struct target *t, const char *name, const char *kind)
{
	bool is_static = text_is(kind, "staticlib"), is_windows = text_is(t->os, "windows");
	bool is_wasm = text_starts(t->arch, "wasm"), has_lib;
	char *stem = arena_strdup(&r->arena, name);
	const char *ending = is_wasm ? ".wasm" : ".so";

	for (char *c = stem; *c; c++)
		if (*c == '-')
			*c = '_';
	if (is_static)
		ending = text_is(t->env, "msvc") ? ".lib" : ".a";
	else if (is_windows)
		ending = ".dll";
	else if (strstr(t->triple, "-apple-"))
		ending = ".dylib";
	has_lib = is_static ? !text_is(t->env, "msvc") : !is_wasm && !is_windows;
	return arena_printf(&r->arena, "%s%s%s", has_lib ? "lib" : "", stem, ending);
}

/* "--features a,b": the names stand between blanks and commas, maybe with the package before them. */
static bool
is_asked_for(const char *features, const char *name)
{
	struct span rest = span_of(features ? features : "");

	while (rest.len) {
		size_t len = 0;
		struct span word;

		while (len < rest.len && !strchr(", ", rest.data[len]))
			len++;
		word = (struct span){ rest.data, len };
		rest.data += len < rest.len ? len + 1 : len;
		rest.len -= len < rest.len ? len + 1 : len;
		if (span_is(word, name) ||
			(span_ends(word, name) && word.data[word.len - strlen(name) - 1] == '/'))
			return true;
	}
	return false;
}

/* Whether the features that a program needs are on. */
static bool
has_features(const struct run_spec *run, const struct crate_target *c)
{
	for (const char *const *name = c->missing; name && *name; name++) {
		if (!is_asked_for(run->features, *name))
			return false;
	}
	return true;
}

/* The file of a crate's target, or NULL for what is nobody's to have. */
static const char *
file_of(struct recipe *r, const struct target *t, const struct crate_target *c)
{
	const struct run_spec *run = r->run;
	bool is_narrowed = run->bin_count || run->example_count;
	bool is_library = text_is(c->kind, "cdylib") || text_is(c->kind, "staticlib");

	if (text_is(c->kind, "example") && is_listed(run->examples, run->example_count, c->name))
		return arena_printf(&r->arena, "examples/%s%s", c->name, t->exe_suffix);
	if (text_is(c->kind, "bin") &&
		(is_narrowed ? is_listed(run->bins, run->bin_count, c->name)
			     : has_features(run, c)))
		return arena_printf(&r->arena, "%s%s", c->name, t->exe_suffix);
	if (!is_library || is_narrowed)
		return NULL;
	if (text_is(c->kind, "cdylib") &&
		(!t->dynamic_linking || (t->crt_static_default && text_is(t->env, "musl"))))
		return NULL; /* cargo leaves it out there, too */
	return library_file(r, t, c->name, c->kind);
}

static const char *const *
files_of(struct recipe *r, const struct target *t)
{
	const struct workspace *ws = r->run->survey->workspace;
	const char **files;
	size_t count = 0;

	for (size_t i = 0; i < ws->package_count; i++)
		count += ws->packages[i].target_count;
	files = arena_array(&r->arena, const char *, count + 1);
	count = 0;
	for (size_t i = 0; i < ws->package_count; i++) {
		const struct package *p = &ws->packages[i];

		for (size_t k = 0; is_built(r->run, p) && k < p->target_count; k++) {
			const char *file = file_of(r, t, &p->targets[k]);

			if (file && !is_listed(files, count, file))
				files[count++] = file;
		}
	}
	return files;
}

/* ---- targets ---- */

/* What [target.TRIPLE] says, on one line: a comment has no room for more. */
static const char *
origin_of(struct recipe *r, const struct recipe_target *t)
{
	bool is_chosen = text_is(t->way->backend->name, t->backend) && t->way->is_chosen;
	struct str said = STR_INIT;
	char *text;

	for (const char *const *key = way_keys; *key; key++) {
		const char *value = way_option(r->run, t->triple, *key);

		if (value)
			str_appendf(&said, "%s%s = \"%s\"", said.len ? ", " : "", *key, value);
	}
	if (is_chosen)
		text = arena_printf(&r->arena, "chosen: %s", str_cstr(&said));
	else
		text = arena_printf(&r->arena, "%s%s%s: %s",
			t->way->is_chosen ? "stands for" : "no backend chosen",
			said.len && !t->way->is_chosen ? ", "
				: said.len             ? " "
						       : "",
			str_cstr(&said), needs_reason(r, t));
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	str_fini(&said);
	return text;
}

static void
add_target(struct recipe *r, const struct way *way, enum recipe_reach reach)
{
	struct recipe_target t = { .triple = way->triple,
		.way = way,
		.info = targets_find(r->run->survey->targets, way->triple) };
	const char *why = NULL;

	if (!needs_choose(r, &t, reach, &why)) {
		vec_push(&r->refused, ((struct recipe_refusal){ way->triple, why }));
		return;
	}
	needs_fill(r, &t);
	t.word = t.triple;
	if (text_is(t.backend, "zig") && way->glibc)
		t.word = arena_printf(&r->arena, "%s.%s", t.triple, way->glibc);
	t.files = files_of(r, t.info);
	if (way->build_std)
		t.toolchain = r->nightly;
	t.origin = origin_of(r, &t);
	vec_push(&r->targets, t);
}

/* What the commands of a method have in common. */
static char *
pattern_of(const struct recipe *r, const struct recipe_target *t)
{
	bool is_own_image = text_is(t->backend, "container");
	struct str out = STR_INIT;

	recipe_command(r, t, "TARGET", &out);
	str_appendf(&out, "\n%s\n%d", t->backend, t->machine == ON_FREEBSD);
	if (is_own_image) /* with an image and variables of its own */
		str_appendf(&out, "\n%s", t->triple);
	return str_take(&out);
}

static void
name_methods(struct recipe *r)
{
	VEC(char *) patterns = VEC_INIT;

	for (size_t i = 0; i < r->targets.len; i++) {
		struct recipe_target *t = &r->targets.items[i];
		const char *base = t->machine == ON_FREEBSD ? "freebsd-vm" : t->backend;
		size_t alike = 1;

		vec_push(&patterns, pattern_of(r, t));
		for (size_t k = 0; k < i && !t->method; k++) {
			const struct recipe_target *other = &r->targets.items[k];

			if (text_is(patterns.items[k], patterns.items[i]))
				t->method = other->method;
			alike += other->is_first && text_starts(other->method, base);
		}
		t->is_first = !t->method;
		if (t->is_first)
			t->method =
				alike > 1 ? arena_printf(&r->arena, "%s-%zu", base, alike) : base;
	}
	for (size_t i = 0; i < patterns.len; i++)
		free(patterns.items[i]);
	vec_fini(&patterns);
}

/* A target of the two that are joined, where both are built and are files. */
static const struct recipe_target *
slice_of_mac(const struct recipe *r)
{
	const struct recipe_target *slice = NULL;
	size_t count = 0;

	for (size_t i = 0; i < r->targets.len; i++) {
		const struct recipe_target *t = &r->targets.items[i];

		if (!text_ends(t->triple, "-apple-darwin") || t->is_wheel || !*t->files)
			continue;
		slice = t;
		count++;
	}
	return count == 2 ? slice : NULL;
}

static void
use_store(struct recipe *r)
{
	char *store = sysroot_store();

	r->uses_store = true;
	r->sysroots = arena_strdup(&r->arena, store ? store : "/nowhere");
	free(store);
}

bool
recipe_make(struct recipe *r, const struct run_spec *run, enum recipe_reach reach,
	const char *sysroots, struct err *err)
{
	struct way *ways;

	*r = (struct recipe){ .run = run, .reach = reach, .sysroots = sysroots };
	if (!sysroots)
		use_store(r);
	if (!pins_load(&r->pins, err) || !read_project(r, err))
		return false;
	if (!(ways = ways_make(run, run->targets, run->target_count, &r->arena, err)))
		return false;
	for (size_t i = 0; i < run->target_count; i++)
		if (!is_listed(run->targets, i, run->targets[i]))
			add_target(r, &ways[i], reach);
	name_methods(r);
	r->slice = run->is_universal ? slice_of_mac(r) : NULL;
	if (run->is_universal && !r->slice)
		vec_push(&r->refused,
			((struct recipe_refusal){ "universal2-apple-darwin",
				"not both of Apple's targets make files here that can be "
				"joined" }));
	if (r->targets.len)
		return true;
	return err_set(
		err, ERR_USAGE, "%s: %s", r->refused.items[0].triple, r->refused.items[0].why);
}

void
recipe_fini(struct recipe *r)
{
	vec_fini(&r->targets);
	vec_fini(&r->refused);
	if (r->pins.doc)
		pins_fini(&r->pins);
	arena_fini(&r->arena);
	*r = (struct recipe){ 0 };
}

const char *const *
recipe_all(struct recipe *r, const char *const *(*of)(const struct recipe_target *t))
{
	size_t count = 0;
	const char **all;

	for (size_t i = 0; i < r->targets.len; i++)
		for (const char *const *item = of(&r->targets.items[i]); *item; item++)
			count++;
	all = arena_array(&r->arena, const char *, count + 1);
	count = 0;
	for (size_t i = 0; i < r->targets.len; i++)
		for (const char *const *item = of(&r->targets.items[i]); *item; item++)
			if (!is_listed(all, count, *item))
				all[count++] = *item;
	return all;
}

/* ---- the command ---- */

static void
add_words(struct str *out, const char *option, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		str_appendf(out, " %s ", option);
		shell_word(out, words[i]);
	}
}

static void
add_word(struct str *out, const char *option, const char *word)
{
	if (word)
		add_words(out, option, &word, 1);
}

/* Words with blanks between them, each with the option before it. */
static void
add_each(struct str *out, const char *option, const char *words)
{
	struct span rest = span_of(words ? words : "");

	while (rest.len) {
		struct span word = span_cut(rest, ' ', &rest);
		char *text = span_dup(word);

		if (word.len)
			add_word(out, option, text);
		free(text);
	}
}

/* The options that are changed are variables. */
static void
add_profile(const struct recipe *r, struct str *out)
{
	const char *name = r->run->profile ? r->run->profile->name : "release";

	if (text_is(name, "release"))
		str_append(out, " --release");
	else if (!text_is(name, "dev"))
		add_word(out, "--profile", name);
}

/* What no variable can tell: options of packages, and flags with blanks in them. */
static void
add_package_options(const struct profile *p, struct str *out)
{
	struct str text = STR_INIT;

	for (size_t i = 0; p && i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);

		if (!s->is_changed || !s->spec || !s->value)
			continue;
		str_clear(&text);
		str_appendf(&text, "profile.%s.", p->name);
		profile_setting_key(s, &text);
		str_appendf(&text, "=%s", s->value);
		add_word(out, "--config", str_cstr(&text));
	}
	str_fini(&text);
}

static void
add_quoted_flags(const struct recipe_target *t, struct str *out)
{
	struct arena arena = ARENA_INIT;
	const char *const *flag = tuning_rustflags(&t->way->tuning, &arena);
	struct str text = STR_INIT;

	str_appendf(&text, "target.%s.rustflags=[", t->triple);
	for (size_t i = 0; flag[i]; i++) {
		str_append(&text, i ? ", " : "");
		toml_quote(&text, span_of(flag[i]));
	}
	str_append_char(&text, ']');
	add_word(out, "--config", str_cstr(&text));
	str_fini(&text);
	arena_fini(&arena);
}

static void
add_config(const struct recipe *r, const struct recipe_target *t, struct str *out)
{
	add_package_options(r->run->profile, out);
	if (recipe_has_quoted_flags(t))
		add_quoted_flags(t, out);
}

static void
add_target_word(const char *target, const char *word, struct str *out)
{
	str_append(out, " --target ");
	if (target)
		str_append(out, target);
	else
		shell_word(out, word);
}

/* From the folder of wheels back to the root, "../../dist". */
static void
add_dist(const struct recipe *r, struct str *out)
{
	str_append(out, " --out ");
	for (struct span rest = span_of(r->wheel_dir); rest.len;) {
		span_cut(rest, '/', &rest);
		str_append(out, "../");
	}
	str_append(out, "dist");
}

static void
wheel_command(
	const struct recipe *r, const struct recipe_target *t, const char *target, struct str *out)
{
	const struct way *way = t->way;
	struct span minor, major = span_cut(span_of(way->glibc ? way->glibc : ""), '.', &minor);

	if (*r->wheel_dir) {
		str_append(out, "cd ");
		shell_word(out, r->wheel_dir);
		str_append(out, " && ");
	}
	str_append(out, "maturin build");
	add_profile(r, out);
	add_config(r, t, out);
	add_target_word(target, t->word, out);
	if (needs_wheel_by_zig(t))
		str_append(out, " --zig");
	if (way->compatibility)
		add_each(out, "--compatibility", way->compatibility);
	else if (way->glibc)
		str_appendf(out, " --compatibility manylinux_%.*s_%.*s", (int)major.len, major.data,
			(int)minor.len, minor.data);
	add_each(out, "--interpreter", way->interpreter);
	add_word(out, "--features", r->run->features);
	str_append(out, r->is_locked ? " --locked" : "");
	add_dist(r, out);
}

static void
add_build_std(struct str *out, const char *crates)
{
	char *word = xasprintf("build-std=%s", crates);

	add_word(out, "-Z", word);
	free(word);
}

void
recipe_command(
	const struct recipe *r, const struct recipe_target *t, const char *target, struct str *out)
{
	const struct run_spec *run = r->run;

	if (t->is_wheel) {
		wheel_command(r, t, target, out);
		return;
	}
	str_append(out, needs_program(r, t));
	str_append(out, r->is_locked ? " --locked" : "");
	add_profile(r, out);
	add_config(r, t, out);
	add_target_word(target, t->word, out);
	if (t->way->build_std)
		add_build_std(out, t->way->build_std);
	add_words(out, "--package", run->packages, run->package_count);
	add_words(out, "--bin", run->bins, run->bin_count);
	add_words(out, "--example", run->examples, run->example_count);
	add_word(out, "--features", run->features);
}

/* ---- for people ---- */

static void
append_list(struct str *out, const char *what, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_appendf(out, "%s%s", i ? ", " : what, names[i]);
}

void
recipe_append_choice(const struct recipe *r, struct str *out)
{
	const struct run_spec *run = r->run;
	char *variant = run->profile ? profile_variant_name(run->profile) : NULL;

	str_appendf(out, "profile %s", run->profile ? run->profile->name : "release");
	if (variant && profile_is_changed(run->profile))
		str_appendf(out, " (%s)", variant);
	append_list(out, "; packages ", run->packages, run->package_count);
	append_list(out, "; programs ", run->bins, run->bin_count);
	append_list(out, "; examples ", run->examples, run->example_count);
	if (run->features)
		str_appendf(out, "; features %s", run->features);
	free(variant);
}
