/* assess_crates: what Cargo.lock's crates need besides rustc: programs that their build scripts run, and
 * libraries for the target that pkg-config finds. */
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "ready/assessment.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/nativecrates.h"
#include "rust/targets.h"
#include "rust/workspace.h"

/* -- which crates ---------------------------------------------------------------------------- */

/* The first crate for the target that wants one of these, or NULL. */
static const struct native_crate *
who_wants(const struct assessment *a, unsigned wants)
{
	const struct workspace *ws = a->s->workspace;

	for (size_t i = 0; ws && i < ws->native_crate_count; i++)
		if ((ws->native_crates[i].wants & wants) &&
			native_crate_is_for(&ws->native_crates[i], a->t->triple))
			return &ws->native_crates[i];
	return NULL;
}

bool
assess_wants_c(const struct assessment *a)
{
	return (a->s->workspace && a->s->workspace->has_c_code) ||
		who_wants(a, WANTS_CC | WANTS_CXX | WANTS_CMAKE);
}

/* -- programs -------------------------------------------------------------------------------- */

/* A folder's newest entry of this pattern, as a path in the arena, or NULL. */
static const char *
newest_in(struct assessment *a, const char *folder, const char *pattern)
{
	char **names = NULL;
	size_t count = 0;
	const char *found = NULL;

	if (file_list(folder, &names, &count, NULL))
		for (size_t i = 0; i < count; i++)
			if (text_fits(names[i], pattern))
				found = arena_printf(a->arena, "%s/%s", folder, names[i]);
	file_list_free(names, count);
	return found;
}

/* Where clang-sys looks: LIBCLANG_PATH, LLVM's own folders, the system's libraries. */
static const char *
find_libclang(struct assessment *a)
{
	static const char *const folders[] = { "/usr/lib", "/usr/lib64", "/usr/local/lib",
		"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
		"/opt/homebrew/opt/llvm/lib", "/Library/Developer/CommandLineTools/usr/lib" };
	const char *given = getenv("LIBCLANG_PATH"), *llvm, *found = NULL;

	if (given && *given)
		return file_is_dir(given) ? newest_in(a, given, "libclang*.*") : given;
	llvm = newest_in(a, "/usr/lib", "llvm-*");
	if (llvm)
		found = newest_in(a, arena_printf(a->arena, "%s/lib", llvm), "libclang*.so*");
	for (size_t i = 0; i < COUNT(folders) && !found; i++) {
		found = newest_in(a, folders[i], "libclang.*");
		if (!found)
			found = newest_in(a, folders[i], "libclang-*.so*");
	}
	return found;
}

static void
need_libclang(struct assessment *a)
{
	static const char *const names[] = { "libclang", NULL };
	const struct native_crate *crate = who_wants(a, WANTS_LIBCLANG);
	const char *path = crate ? find_libclang(a) : NULL;
	struct need *n;

	if (!crate)
		return;
	n = assess_add(a, NEED_TOOL, path ? NEED_FOUND : NEED_MISSING, "libclang");
	n->path = path;
	n->detail = arena_printf(a->arena, "%s reads C headers with it", crate->name);
	n->remedy = path ? NULL : assess_install(a, names);
}

static void
need_programs(struct assessment *a)
{
	static const struct {
		unsigned wants;
		const char *names[3];
	} programs[] = {
		{ WANTS_CMAKE, { "cmake", NULL } },
		{ WANTS_PKG_CONFIG, { "pkg-config", "pkgconf", NULL } },
		{ WANTS_MAKE, { "make", "gmake", NULL } },
		{ WANTS_PERL, { "perl", NULL } },
		{ WANTS_NASM, { "nasm", NULL } },
	};

	for (size_t i = 0; i < COUNT(programs); i++) {
		const struct native_crate *crate = who_wants(a, programs[i].wants);
		struct need *n;

		if (!crate)
			continue;
		n = assess_program(a, NEED_TOOL, programs[i].names,
			arena_printf(a->arena, "%s builds with it", crate->name));
		if (n->state == NEED_FOUND)
			n->detail = arena_printf(a->arena, "%s builds with it", crate->name);
		/* One that copes without a library finds out with pkg-config; it copes without. */
		n->optional = crate->has_fallback && programs[i].wants == WANTS_PKG_CONFIG;
	}
}

/* -- libraries ------------------------------------------------------------------------------- */

/* "aarch64-linux-gnu" of aarch64-unknown-linux-gnu: how distributions call the folder of a target's
 * libraries; in the arena. NULL where they have none. */
static const char *
multiarch(struct assessment *a)
{
	static const struct {
		const char *rust, *system;
	} arches[] = { { "armv7", "arm" }, { "arm", "arm" }, { "i686", "i386" }, { "i586", "i386" },
		{ "riscv64gc", "riscv64" } };
	size_t len = strcspn(a->t->triple, "-");
	const char *arch = arena_strndup(a->arena, a->t->triple, len);
	const char *env = strrchr(a->t->triple, '-');

	if (!text_is(a->t->os, "linux") || !text_starts(env, "-gnu"))
		return NULL;
	for (size_t i = 0; i < COUNT(arches); i++)
		if (text_is(arch, arches[i].rust))
			arch = arches[i].system;
	return arena_printf(a->arena, "%s-linux%s", arch, env);
}

/* "PKG_CONFIG_PATH" with the triple behind it, as pkg-config's crate looks for it; NULL when unset. */
static const char *
variable_for(struct assessment *a, const char *name)
{
	char *under = arena_printf(a->arena, "%s_%s", name, a->t->triple);
	const char *value = getenv(under);

	if (!value)
		value = getenv(text_to_underscores(under));
	if (!value && !a->is_host)
		value = getenv(arena_printf(a->arena, "TARGET_%s", name));
	return value && *value ? value : NULL;
}

static const char *
pc_in(struct assessment *a, const char *folder, const char *pc)
{
	const char *path = arena_printf(a->arena, "%s/%s.pc", folder, pc);

	return file_exists(path) ? path : NULL;
}

static const char *
pc_in_list(struct assessment *a, const char *folders, const char *pc)
{
	struct span rest = span_of(folders ? folders : "");
	const char *found = NULL;

	while (rest.len && !found) {
		struct span folder = span_cut(rest, ':', &rest);
		found = pc_in(a, arena_span(a->arena, folder), pc);
	}
	return found;
}

/* Where the library's pkg-config file for the target is, or NULL. */
static const char *
find_pc(struct assessment *a, const char *pc)
{
	static const char *const own[] = { "/usr/lib64/pkgconfig", "/usr/lib/pkgconfig",
		"/usr/local/lib/pkgconfig", "/usr/share/pkgconfig", "/opt/homebrew/lib/pkgconfig" };
	const char *system = multiarch(a);
	const char *found = pc_in_list(a, variable_for(a, "PKG_CONFIG_PATH"), pc);

	if (!found)
		found = pc_in_list(a, variable_for(a, "PKG_CONFIG_LIBDIR"), pc);
	if (!found && a->is_host)
		found = pc_in_list(a, getenv("PKG_CONFIG_PATH"), pc);
	if (!found && system)
		found = pc_in(a, arena_printf(a->arena, "/usr/lib/%s/pkgconfig", system), pc);
	if (!found && system)
		found = pc_in(a, arena_printf(a->arena, "/usr/%s/lib/pkgconfig", system), pc);
	for (size_t i = 0; i < COUNT(own) && !found && a->is_host; i++)
		found = pc_in(a, own[i], pc);
	return found;
}

/* pkg-config's crate refuses to answer for another machine unless it is told that it may. */
static bool
may_cross(struct assessment *a)
{
	return a->is_host || variable_for(a, "PKG_CONFIG_ALLOW_CROSS") ||
		variable_for(a, "PKG_CONFIG_SYSROOT_DIR") || getenv("PKG_CONFIG_ALLOW_CROSS") ||
		getenv("PKG_CONFIG_SYSROOT_DIR") || variable_for(a, "PKG_CONFIG");
}

/* openssl-sys can be told its place, with and without the target. */
static bool
is_told_place(struct assessment *a, const struct native_crate *crate)
{
	char *triple;
	const char *of_target;

	if (!text_is(crate->name, "openssl-sys"))
		return false;
	triple = cargoconf_env_triple(a->t->triple);
	of_target = arena_printf(a->arena, "%s_OPENSSL_DIR", triple);
	free(triple);
	return getenv(of_target) || getenv("OPENSSL_DIR") || getenv("OPENSSL_LIB_DIR");
}

static const char *
allow_command(struct assessment *a, const char *path)
{
	char *under = text_to_underscores(arena_strdup(a->arena, a->t->triple));
	char *folder = path_dirname(path);
	const char *command;

	command = arena_printf(a->arena, "export PKG_CONFIG_ALLOW_CROSS_%s=1 PKG_CONFIG_PATH_%s=%s",
		under, under, folder);
	free(folder);
	return command;
}

static void
need_library(struct assessment *a, const struct native_crate *crate)
{
	const char *const names[] = { arena_printf(a->arena, "%s.pc", crate->pc), NULL };
	const char *path = find_pc(a, crate->pc);
	bool told = is_told_place(a, crate), found = told || (path && may_cross(a));
	struct need *n =
		assess_add(a, NEED_SYSROOT, found ? NEED_FOUND : NEED_MISSING, crate->library);

	n->path = path;
	n->optional = crate->has_fallback;
	if (told)
		n->detail = arena_printf(a->arena, "%s is told its place", crate->name);
	else if (found)
		n->detail = arena_printf(a->arena, "%s links it", crate->name);
	else if (path)
		n->detail = arena_printf(a->arena,
			"%s links it, but pkg-config may not answer for another machine",
			crate->name);
	else
		n->detail = arena_printf(a->arena, "%s links it: headers and library for %s%s",
			crate->name, a->t->triple,
			crate->has_fallback ? "; it builds its own copy without" : "");
	if (!found)
		n->remedy = path     ? allow_command(a, path)
			: a->is_host ? assess_install(a, names)
				     : NULL;
	if (!found)
		n->path = NULL;
}

void
assess_crates(struct assessment *a)
{
	const struct workspace *ws = a->s->workspace;

	need_programs(a);
	need_libclang(a);
	for (size_t i = 0; ws && i < ws->native_crate_count; i++)
		if (ws->native_crates[i].library &&
			native_crate_is_for(&ws->native_crates[i], a->t->triple))
			need_library(a, &ws->native_crates[i]);
}
