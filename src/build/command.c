/* Arguments are appended in three parts: what is built, how it is watched, the user's own. */
#include "build/command.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/place.h"
#include "build/run.h"
#include "build/shimwire.h"
#include "build/tuning.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/profile.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"
#include "text/fuzzy.h"
#include "text/shell.h"

/* ---- names that must exist ---- */

/* A package may be named with a version, as a URL or by a pattern: cargo is the judge of those. */
static bool
is_plain_name(const char *name)
{
	return *name && !strpbrk(name, "@:/*?[]# ");
}

/* Dependencies can be built with -p too; they are in the lock file. */
static bool
is_locked(const struct workspace *ws, const char *name)
{
	char *path = path_join(ws->root, "Cargo.lock");
	char *line = xasprintf("\nname = \"%s\"\n", name);
	struct str text = STR_INIT;
	bool found = file_read(path, &text, NULL) && span_find(str_span(&text), span_of(line)) >= 0;

	str_fini(&text);
	free(line);
	free(path);
	return found;
}

static bool
has_package(const struct workspace *ws, const char *name)
{
	for (size_t i = 0; i < ws->package_count; i++) {
		if (text_is(ws->packages[i].name, name))
			return true;
	}
	return is_locked(ws, name);
}

typedef VEC(const char *) names;

/* "<what> "<name>": not in this workspace", with the nearest of the known names. */
static bool
err_unknown(const char *what, const char *name, const names *known, struct err *err)
{
	const char *nearest = fuzzy_nearest(name, known->items, known->len);
	struct str list = STR_INIT;

	err_set(err, ERR_USAGE, "%s \"%s\": this workspace has none of that name", what, name);
	for (size_t i = 0; !nearest && i < known->len && i < 8; i++)
		str_appendf(&list, "%s%s", i ? ", " : "", known->items[i]);
	if (nearest)
		err_try(err, "%s", nearest);
	else if (list.len)
		err_try(err, "one of %s", str_cstr(&list));
	str_fini(&list);
	return false;
}

static bool
check_package(const struct workspace *ws, const char *name, struct err *err)
{
	names known = VEC_INIT;

	if (!is_plain_name(name) || has_package(ws, name))
		return true;
	for (size_t i = 0; i < ws->package_count; i++)
		vec_push(&known, ws->packages[i].name);
	err_unknown("package", name, &known, err);
	vec_fini(&known);
	return false;
}

static bool
check_bin(const struct workspace *ws, const char *name, struct err *err)
{
	names known = VEC_INIT;
	bool found = !is_plain_name(name);

	for (size_t i = 0; i < ws->package_count; i++) {
		for (size_t j = 0; j < ws->packages[i].target_count; j++) {
			const struct crate_target *target = &ws->packages[i].targets[j];

			if (!text_is(target->kind, "bin"))
				continue;
			vec_push(&known, target->name);
			found |= text_is(target->name, name);
		}
	}
	if (!found)
		err_unknown("program", name, &known, err);
	vec_fini(&known);
	return found;
}

bool
command_check(const struct run_spec *spec, struct err *err)
{
	const struct workspace *ws = spec->survey->workspace;

	if (!ws->complete) /* not all names are known: cargo will say */
		return true;
	for (size_t i = 0; i < spec->package_count; i++) {
		if (!check_package(ws, spec->packages[i], err))
			return false;
	}
	for (size_t i = 0; i < spec->bin_count; i++) {
		if (!check_bin(ws, spec->bins[i], err))
			return false;
	}
	return true;
}

/* ---- arguments ---- */

void
command_add(struct command *c, const char *arg)
{
	vec_push(&c->argv, arena_strdup(&c->arena, arg));
}

void
command_add_pair(struct command *c, const char *option, const char *value)
{
	command_add(c, option);
	command_add(c, value);
}

const char *const *
command_profile(const struct profile *profile, struct arena *arena)
{
	const char *name = profile ? profile->name : "release";
	struct str flags = STR_INIT;
	size_t count = profile ? profile_config_flags(profile, &flags) : 0, len = 0;
	const char **args = arena_array(arena, const char *, count * 2 + 3);
	const char *flag = str_cstr(&flags);

	if (text_is(name, "release")) {
		args[len++] = "--release";
	} else if (!text_is(name, "dev")) {
		args[len++] = "--profile";
		args[len++] = arena_strdup(arena, name);
	}
	for (; count > 0; count--, flag += strlen(flag) + 1) {
		args[len++] = "--config";
		args[len++] = arena_strdup(arena, flag);
	}
	str_fini(&flags);
	return args;
}

static void
append_toml_string(struct str *out, const char *text)
{
	str_append_char(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			str_append_char(out, '\\');
		str_append_char(out, *text);
	}
	str_append_char(out, '"');
}

static void
add_config_text(struct command *c, const char *key, const char *text)
{
	struct str setting = STR_INIT;

	str_appendf(&setting, "%s=", key);
	append_toml_string(&setting, text);
	command_add_pair(c, "--config", str_cstr(&setting));
	str_fini(&setting);
}

static void
add_runner(struct command *c, const char *triple, const char *const *runner)
{
	struct str setting = STR_INIT;

	str_appendf(&setting, "target.\"%s\".runner=[", triple);
	for (size_t i = 0; runner[i]; i++) {
		str_append(&setting, i ? ", " : "");
		append_toml_string(&setting, runner[i]);
	}
	str_append_char(&setting, ']');
	command_add_pair(c, "--config", str_cstr(&setting));
	str_fini(&setting);
}

/* Programs that run those of a foreign target here, where no configuration names one. */
static void
add_runners(struct command *c, const struct command_query *query)
{
	const struct survey *survey = query->spec->survey;
	struct conf_value value;

	for (size_t i = 0; i < query->target_count; i++) {
		const char *triple = query->targets[i];
		long at = survey_find(survey, triple);
		const char *const *runner = at < 0 ? NULL : survey->states[at].runner;

		if (runner && *runner &&
			!(survey->conf && cargoconf_target(survey->conf, triple, "runner", &value)))
			add_runner(c, triple, runner);
	}
}

static void
add_targets(struct command *c, const struct command_query *query, const struct backend *backend)
{
	for (size_t i = 0; i < query->target_count; i++) {
		const char *word = query->targets[i];

		if (backend->target)
			word = backend->target(c, place_way(query->place, word));
		command_add_pair(c, "--target", word);
	}
}

static void
add_manifest(struct command *c, const struct run_spec *spec)
{
	command_add_pair(c, "--manifest-path", spec->survey->workspace->manifest);
}

/* `build`, and what is built: the part that people are shown. */
static void
add_selection(struct command *c, const struct command_query *query, const struct backend *backend)
{
	const struct run_spec *spec = query->spec;
	const struct place *place = query->place;

	if (backend->begin) {
		backend->begin(c, query);
	} else {
		command_add(c, spec->survey->toolchain->cargo);
		command_add(c, run_mode_name(spec->mode));
	}
	for (const char *const *arg = place->args; *arg; arg++)
		command_add(c, *arg);
	add_targets(c, query, backend);
	if (place->build_std)
		command_add_pair(
			c, "-Z", arena_printf(&c->arena, "build-std=%s", place->build_std));
	for (size_t i = 0; i < spec->package_count; i++)
		command_add_pair(c, "--package", spec->packages[i]);
	for (size_t i = 0; i < spec->bin_count; i++)
		command_add_pair(c, "--bin", spec->bins[i]);
	for (size_t i = 0; i < spec->example_count; i++)
		command_add_pair(c, "--example", spec->examples[i]);
	if (spec->features)
		command_add_pair(c, "--features", spec->features);
	if (spec->offline)
		command_add(c, "--offline");
	if (spec->mode == MODE_TEST && !(backend->traits & BACKEND_BOXED))
		add_runners(c, query);
}

/* A box is told of its folders by other means. */
static void
add_folders(struct command *c, const struct command_query *query)
{
	const struct place *place = query->place;

	if (place->backend->traits & BACKEND_BOXED)
		return;
	if (place->sets_target_dir)
		command_add_pair(c, "--target-dir", place->target_dir);
	if (place->sets_build_dir)
		add_config_text(c, "build.build-dir", place->build_dir);
	add_manifest(c, query->spec);
}

static void
add_own(struct command *c, const struct run_spec *spec)
{
	for (size_t i = 0; i < spec->cargo_arg_count; i++)
		command_add(c, spec->cargo_args[i]);
}

/* ---- the line for people ---- */

static char *
shown(const struct command *c)
{
	struct str line = STR_INIT;

	str_append(&line, c->alias ? c->alias : path_basename(c->argv.items[0]));
	for (size_t i = c->alias ? c->alias_len : 1; i < c->argv.len; i++) {
		if (text_is(c->argv.items[i], "--manifest-path")) {
			i++;
			continue;
		}
		str_append_char(&line, ' ');
		shell_word(&line, c->argv.items[i]);
	}
	return str_take(&line);
}

/* ---- environment ---- */

void
command_set(struct command *c, const char *name, const char *value)
{
	vec_push(&c->env, ((struct proc_env){ name, arena_strdup(&c->arena, value) }));
}

void
command_alias(struct command *c, const char *text)
{
	c->alias = arena_strdup(&c->arena, text);
	c->alias_len = c->argv.len;
}

void
command_add_link_arg(struct command *c, const char *triple, const char *arg)
{
	vec_push(&c->link_args,
		((struct command_link_arg){ arena_strdup(&c->arena, triple),
			arena_printf(&c->arena, "link-arg=%s", arg) }));
}

void
command_add_step(struct command *c, const struct command_step *step)
{
	size_t count = 0;
	const char **copy;

	while (step->argv[count])
		count++;
	copy = arena_array(&c->arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		copy[i] = arena_strdup(&c->arena, step->argv[i]);
	vec_push(&c->before,
		((struct command_step){ arena_strdup(&c->arena, step->title), copy,
			arena_strdup(&c->arena, step->line), step->is_pull }));
}

void
command_add_before(struct command *c, const char *title, const char *const *argv)
{
	command_add_step(c, &(struct command_step){ .title = title, .argv = argv });
}

static void
add_toolchain(struct command *c, const struct toolchain *tc)
{
	vec_reserve(&c->env, TOOLCHAIN_ENV_MAX);
	c->env.len = toolchain_env(tc, c->env.items, c->env.len);
}

/* The user's own wrapper, by cargo's precedence; an empty variable says none. */
static const char *
own_wrapper(const struct run_spec *spec)
{
	const char *named = getenv("RUSTC_WRAPPER");
	struct conf_value value;

	if (!named && spec->survey->conf &&
		cargoconf_get(spec->survey->conf, "build.rustc-wrapper", &value))
		named = value.text;
	if (!named || !*named || text_is(path_basename(named), "xtui-rustc"))
		return NULL;
	return named;
}

static void
add_environment(struct command *c, const struct command_query *query, const struct backend *backend)
{
	add_toolchain(c, query->spec->survey->toolchain);
	if (query->makeflags)
		command_set(c, "MAKEFLAGS", query->makeflags);
	if (query->shim) {
		command_set(c, "RUSTC_WRAPPER", query->shim);
		command_set(c, SHIM_ENV_SOCKET, query->socket);
		command_set(c, SHIM_ENV_WRAPPER, own_wrapper(query->spec));
		command_set(c, SHIM_ENV_LINK, NULL); /* unless the backend says more */
	}
	if (backend->environment)
		backend->environment(c, query);
	tuning_give(c, query);
}

/* "env -u A B=c ", or nothing. */
static void
append_environment(struct str *line, const struct command *c)
{
	if (c->env.len)
		str_append(line, "env ");
	for (size_t i = 0; i < c->env.len; i++) {
		if (!c->env.items[i].value)
			str_appendf(line, "-u %s ", c->env.items[i].name);
	}
	for (size_t i = 0; i < c->env.len; i++) {
		if (!c->env.items[i].value)
			continue;
		str_appendf(line, "%s=", c->env.items[i].name);
		shell_word(line, c->env.items[i].value);
		str_append_char(line, ' ');
	}
}

/* ---- whole commands ---- */

/* Machine-readable messages with the colours of people, and the bar, which a pipe would not get. */
static void
add_watching(struct command *c)
{
	command_add(c, "--message-format=json-diagnostic-rendered-ansi");
	command_add_pair(c, "--color", "always");
	command_add_pair(c, "--config", "term.progress.when=\"always\"");
	command_add_pair(c, "--config", "term.progress.width=80");
	command_add_pair(c, "--config", "term.progress.term-integration=false");
}

/* All that a person would type; cargo obeys one job server, so -j is said to people only where xtui
 * is it. */
static void
add_all(struct command *c, const struct command_query *query, bool with_jobs)
{
	const struct run_spec *spec = query->spec;
	int jobs = query->jobs ? query->jobs : spec->jobs;

	if (query->place->backend->compose) {
		query->place->backend->compose(c, query, with_jobs);
		return;
	}
	add_selection(c, query, query->place->backend);
	add_folders(c, query);
	if (!spec->fail_fast)
		command_add(c, spec->mode == MODE_TEST ? "--no-fail-fast" : "--keep-going");
	if (jobs && with_jobs)
		command_add_pair(c, "--jobs", arena_printf(&c->arena, "%d", jobs));
	add_own(c, spec);
}

void
command_build(struct command *c, const struct command_query *query)
{
	*c = (struct command){ 0 };
	add_all(c, query, true);
	c->shown = shown(c);
	if (query->makeflags) {
		vec_clear(&c->argv);
		vec_clear(&c->before);
		add_all(c, query, false);
	}
	if (!query->place->backend->compose)
		add_watching(c);
	vec_push(&c->argv, NULL);
	add_environment(c, query, query->place->backend);
}

/* ---- lines for a shell ---- */

static void
append_words(struct str *line, const struct command *c, const struct command_query *query,
	const char *const *argv)
{
	const char *dir = c->dir ? c->dir : query->spec->dir;

	if (dir) {
		str_append(line, "cd ");
		shell_word(line, dir);
		str_append(line, " && ");
	}
	append_environment(line, c);
	shell_command(line, argv);
}

/* `line` NULL: as the words say. */
static void
keep_line(struct command_lines *out, const char *title, const char *line, const struct command *c,
	const struct command_query *query, const char *const *argv)
{
	struct str text = STR_INIT;

	if (line)
		str_append(&text, line);
	else
		append_words(&text, c, query, argv);
	if (text.len)
		vec_push(&out->items,
			((struct command_line){ arena_strdup(&out->arena, title),
				arena_strdup(&out->arena, str_cstr(&text)) }));
	str_fini(&text);
}

void
command_for_shell(struct command_lines *out, const struct command_query *query)
{
	struct command_query plain = *query;
	struct command c = { 0 };

	*out = (struct command_lines){ 0 };
	plain.shim = plain.socket = plain.makeflags = NULL;
	plain.is_for_shell = true;
	add_all(&c, &plain, true);
	vec_push(&c.argv, NULL);
	add_environment(&c, &plain, query->place->backend);
	for (size_t i = 0; i < c.before.len; i++) {
		const struct command_step *step = &c.before.items[i];

		keep_line(out, step->title, step->line, &c, &plain, step->argv);
	}
	keep_line(out, NULL, c.line, &c, &plain, c.argv.items);
	command_fini(&c);
}

void
command_lines_fini(struct command_lines *lines)
{
	vec_fini(&lines->items);
	arena_fini(&lines->arena);
}

/* ---- the unit graph ---- */

/* A target folder of its own: there cargo finds what it learnt of rustc the last time, however empty
 * the workspace's is, and the build's locks are not asked for. */
static void
set_graph_dir(struct command *c)
{
	char *cache = path_cache_dir();
	char *dir = cache ? path_join(cache, "unit-graph") : NULL;

	if (dir && file_make_dirs(dir, 0755, NULL))
		command_set(c, "CARGO_TARGET_DIR", dir);
	free(dir);
	free(cache);
}

/* Of cargo alone it is a nightly that we want: with RUSTC_BOOTSTRAP rustc would answer differently
 * too, and its answers would end up in the cache that cargo keeps of them. */
void
command_graph(struct command *c, const struct command_query *query)
{
	*c = (struct command){ 0 };
	add_selection(c, query, &backend_native);
	add_manifest(c, query->spec);
	add_own(c, query->spec);
	command_add(c, "--unit-graph");
	command_add_pair(c, "-Z", "unstable-options");
	vec_push(&c->argv, NULL);
	add_environment(c, query, &backend_native);
	command_set(c, "__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS", "nightly");
	set_graph_dir(c);
}

void
command_fini(struct command *c)
{
	vec_fini(&c->argv);
	vec_fini(&c->env);
	vec_fini(&c->before);
	vec_fini(&c->link_args);
	free(c->shown);
	arena_fini(&c->arena);
}
