/* zig: cargo-zigbuild in cargo's place, which gives cargo a `zig cc` as linker and C compiler.
 *
 * cargo-zigbuild makes wrappers of its own for linker, cc and ar and leaves RUSTC_WRAPPER alone, so
 * that the shim still tells targets apart. A floor of glibc's is a suffix of the triple; one that zig does
 * not know would be ignored silently, so zig is asked for its list before. */
#include <string.h>
#include "base/arena.h"
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
#include "text/version.h"

/* What rustc's own description says: "ARM64 Linux (kernel 4.1, glibc 2.17+)"; NULL: nothing. */
static const char *
floor_of_std(const struct run_spec *spec, const char *triple, struct arena *arena)
{
	const struct target *t = targets_find(spec->survey->targets, triple);
	const char *at = t ? strstr(t->description, "glibc ") : NULL;

	if (!at)
		return NULL;
	at += strlen("glibc ");
	return arena_strndup(arena, at, strspn(at, ".0123456789"));
}

/* Rust's standard library and zig both have their say. */
static bool
check_floor(
	const struct run_spec *spec, const struct way *way, struct arena *arena, struct err *err)
{
	const char *least = floor_of_std(spec, way->triple, arena);
	struct zig zig = zig_find(spec->survey->tools, arena);
	struct zig_glibc glibc;
	struct err why = ERR_INIT;

	if (version_compare(way->glibc, least) < 0)
		return err_set(err, ERR_USAGE,
			"%s: Rust's standard library needs glibc %s there, %s is older",
			way->triple, least, way->glibc);
	if (!zig_ask_glibc(&zig, way->glibc, arena, &glibc, &why))
		return err_set(err, ERR_ENVIRONMENT, "%s: %s", way->triple, why.message);
	return glibc.has_wanted || !glibc.newest ||
		err_set(err, ERR_USAGE, "%s: this zig has no glibc %s, its newest is %s",
			way->triple, way->glibc, glibc.newest);
}

static bool
zig_check(const struct run_spec *spec, const struct way *way, struct err *err)
{
	struct arena arena = ARENA_INIT;
	bool ok;

	if (way->sdk && !file_is_dir(way->sdk))
		return err_set(err, ERR_USAGE, "%s: %s: no such folder", way->triple, way->sdk);
	ok = !way->glibc || check_floor(spec, way, &arena, err);
	arena_fini(&arena);
	return ok;
}

/* ---- the command ---- */

static void
zig_begin(struct command *c, const struct command_query *query)
{
	const struct run_spec *spec = query->spec;
	const char *found =
		spec->survey->tools ? tool_find(spec->survey->tools, "cargo-zigbuild") : NULL;

	command_add(c, found ? found : "cargo-zigbuild");
	command_add(c, spec->mode == MODE_BUILD ? "zigbuild" : run_mode_name(spec->mode));
	if (spec->mode == MODE_BUILD)
		command_alias(c, "cargo zigbuild");
}

static const char *
zig_target(struct command *c, const struct way *way)
{
	if (!way->glibc)
		return way->triple;
	return arena_printf(&c->arena, "%s.%s", way->triple, way->glibc);
}

/* Of frameworks zig has nothing: they are found below SDKROOT, which is one for all targets. */
static void
give_sdk(struct command *c, const struct command_query *query)
{
	for (size_t i = 0; i < query->target_count; i++) {
		const struct way *way = place_way(query->place, query->targets[i]);

		if (way->sdk)
			command_set(c, "SDKROOT", way->sdk);
	}
}

/* cargo-zigbuild starts the cargo that CARGO names. */
static void
zig_environment(struct command *c, const struct command_query *query)
{
	const struct survey *s = query->spec->survey;
	const char *zig = s->tools ? zig_to_name(s->tools) : NULL;

	command_set(c, "CARGO", s->toolchain->cargo);
	give_sdk(c, query);
	if (zig)
		command_set(c, "CARGO_ZIGBUILD_ZIG_PATH", zig);
}

static const char *const zig_programs[] = { "cargo-zigbuild", "zig", NULL };

const struct backend backend_zig = {
	.name = "zig",
	.traits = BACKEND_APART | BACKEND_LINKS,
	.programs = zig_programs,
	.check = zig_check,
	.begin = zig_begin,
	.target = zig_target,
	.environment = zig_environment,
};
