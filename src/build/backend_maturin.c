/* maturin: wheels of a Python extension, by a cargo that maturin starts itself.
 *
 * One target at a time, all in one target folder, so that what is the host's is built once; the wheels
 * go where maturin always puts them. Its cargo gets our shim and our bar by the environment; what it
 * makes of cargo's messages comes as lines. Linked by zig where that is not the machine's own linker's
 * work: maturin brings cargo-zigbuild's part itself. */
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/way.h"
#include "host/tool.h"
#include "io/file.h"
#include "ready/survey.h"
#include "ready/zig.h"
#include "rust/targets.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

/* ---- whether it can ---- */

/* maturin tries any target of rustc's. */
static bool
maturin_reaches(const struct run_spec *spec, const struct way *way)
{
	return true;
}

static bool
maturin_check_machine(const struct run_spec *spec, struct err *err)
{
	if (spec->survey->workspace->pyproject)
		return true;
	err_set(err, ERR_USAGE, "no pyproject.toml here has maturin as its build-backend");
	return err_try(err, "maturin init, for a new one");
}

static const struct package *
find_package(const struct workspace *ws, const char *name)
{
	for (size_t i = 0; i < ws->package_count; i++) {
		if (text_is(ws->packages[i].name, name))
			return &ws->packages[i];
	}
	return NULL;
}

/* The folder of the project that is built: the package's that is asked for, else the workspace's; in
 * the arena. */
static const char *
project_dir(const struct run_spec *spec, struct arena *arena)
{
	const struct workspace *ws = spec->survey->workspace;
	const struct package *package =
		spec->package_count ? find_package(ws, spec->packages[0]) : NULL;
	char *dir = path_dirname(package ? package->manifest : ws->pyproject);
	const char *kept = arena_strdup(arena, dir);

	free(dir);
	return kept;
}

static bool
check_package(const struct run_spec *spec, struct err *err)
{
	struct arena arena = { 0 };
	const char *dir = project_dir(spec, &arena);
	bool ok = file_exists(arena_printf(&arena, "%s/pyproject.toml", dir));

	arena_fini(&arena);
	return ok ||
		err_set(err, ERR_USAGE, "--package %s: there is no pyproject.toml beside it",
			spec->packages[0]);
}

static bool
maturin_check(const struct run_spec *spec, const struct way *way, struct err *err)
{
	if (spec->mode != MODE_BUILD)
		return err_set(err, ERR_USAGE, "--mode %s: maturin builds, and nothing else",
			run_mode_name(spec->mode));
	if (spec->bin_count || spec->example_count)
		return err_set(err, ERR_USAGE, "--%s %s: maturin builds wheels of a whole project",
			spec->bin_count ? "bin" : "example",
			spec->bin_count ? spec->bins[0] : spec->examples[0]);
	if (spec->package_count > 1)
		return err_set(err, ERR_USAGE, "--package %s: maturin builds one project at a time",
			spec->packages[1]);
	return check_package(spec, err);
}

/* ---- the command ---- */

static const char *
program(const struct survey *s)
{
	const char *found = s->tools ? tool_find(s->tools, "maturin") : NULL;

	return found ? found : "maturin";
}

/* For another Linux or for macOS, where zig is there; for this machine too when a floor is asked for. */
static bool
is_linked_by_zig(const struct survey *s, const struct way *way, struct arena *arena)
{
	const struct target *t = targets_find(s->targets, way->triple);
	bool is_for_zig = t && (text_is(t->os, "linux") || text_is(t->os, "macos"));
	bool is_own = text_is(way->triple, s->host) && !way->glibc;

	return is_for_zig && !is_own && zig_find(s->tools, arena).path;
}

/* Words with blanks between them, each with the option before it. */
static void
add_each(struct command *c, const char *option, const char *words)
{
	struct span rest = span_of(words ? words : "");

	while (rest.len) {
		struct span word = span_cut(rest, ' ', &rest);

		if (word.len)
			command_add_pair(c, option, arena_span(&c->arena, word));
	}
}

/* "2.17" is manylinux_2_17. */
static void
add_compatibility(struct command *c, const struct way *way)
{
	char *tag;

	if (way->compatibility || !way->glibc) {
		add_each(c, "--compatibility", way->compatibility);
		return;
	}
	tag = arena_printf(&c->arena, "manylinux_%s", way->glibc);
	*strchr(tag, '.') = '_';
	command_add_pair(c, "--compatibility", tag);
}

/* Where maturin puts them by itself, but for a variant. */
static const char *
wheel_dir(struct command *c, const struct command_query *query)
{
	const struct place *place = query->place;
	bool is_usual = text_is(place->tag, place->backend->name);

	return arena_printf(&c->arena, "%s/wheels",
		is_usual ? query->spec->survey->workspace->target_dir : place->target_dir);
}

static void
add_profile(struct command *c, const struct place *place)
{
	for (const char *const *arg = place->args; *arg; arg++)
		command_add(c, *arg);
}

/* Once for all targets. */
static void
add_sdist(struct command *c, const struct command_query *query)
{
	const char *const argv[] = { program(query->spec->survey), "sdist", "--out",
		wheel_dir(c, query), NULL };

	if (query->spec->sdist && text_is(query->targets[0], query->place->ways[0]->triple))
		command_add_before(c, "maturin sdist", argv);
}

static void
maturin_compose(struct command *c, const struct command_query *query, bool with_jobs)
{
	const struct run_spec *spec = query->spec;
	const struct survey *s = spec->survey;
	const struct way *way = place_way(query->place, query->targets[0]);

	command_add(c, program(s));
	command_add(c, "build");
	add_profile(c, query->place);
	command_add_pair(c, "--target", way->triple);
	if (is_linked_by_zig(s, way, &c->arena))
		command_add(c, "--zig");
	add_compatibility(c, way);
	add_each(c, "--interpreter", way->interpreter);
	if (spec->features)
		command_add_pair(c, "--features", spec->features);
	if (spec->offline)
		command_add(c, "--offline");
	command_add_pair(c, "--target-dir", query->place->target_dir);
	command_add_pair(c, "--out", wheel_dir(c, query));
	if (spec->jobs && with_jobs)
		command_add_pair(c, "--jobs", arena_printf(&c->arena, "%d", spec->jobs));
	for (size_t i = 0; i < spec->cargo_arg_count; i++)
		command_add(c, spec->cargo_args[i]);
	c->dir = project_dir(spec, &c->arena);
	add_sdist(c, query);
}

static void
maturin_environment(struct command *c, const struct command_query *query)
{
	const struct run_spec *spec = query->spec;

	if (query->place->sets_build_dir)
		command_set(c, "CARGO_BUILD_BUILD_DIR", query->place->build_dir);
	if (!query->is_for_shell) {
		command_set(c, "CARGO_TERM_COLOR", "always");
		command_set(c, "CARGO_TERM_PROGRESS_WHEN", "always");
		command_set(c, "CARGO_TERM_PROGRESS_WIDTH", "80");
		command_set(c, "CARGO_TERM_PROGRESS_TERM_INTEGRATION", "false");
	}
	if (!is_linked_by_zig(spec->survey, place_way(query->place, query->targets[0]), &c->arena))
		backend_native.environment(c, query); /* with the linkers that are here */
}

/* ---- what came out ---- */

/* "📦 Built wheel for CPython 3.12 to /p/target/wheels/x.whl", "📦 Built source distribution to …" */
static bool
maturin_find_artifact(struct span line, struct span *path, const char **kind)
{
	static const struct {
		struct span text;
		const char *kind;
	} heads[] = { { { "Built wheel ", 12 }, "wheel" },
		{ { "Built source distribution ", 26 }, "sdist" } };

	for (size_t i = 0; i < COUNT(heads); i++) {
		long at = span_find(line, heads[i].text), to;

		if (at < 0 || (to = span_find(line, SPAN(" to "))) < at)
			continue;
		*path = span_trim((struct span){ line.data + to + 4, line.len - (size_t)to - 4 });
		*kind = heads[i].kind;
		return true;
	}
	return false;
}

static const char *const maturin_programs[] = { "maturin", "zig", NULL };

const struct backend backend_maturin = {
	.name = "maturin",
	.traits = BACKEND_APART | BACKEND_ALONE | BACKEND_NO_GRAPH,
	.reaches = maturin_reaches,
	.check_machine = maturin_check_machine,
	.programs = maturin_programs,
	.check = maturin_check,
	.compose = maturin_compose,
	.environment = maturin_environment,
	.find_artifact = maturin_find_artifact,
};
