/* assess_ways: what backends other than native need. The rows of programs come from data/backends.toml;
 * what is more than a program on PATH has a function here. */
#include <stdlib.h>
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "ready/assessment.h"
#include "ready/backend.h"
#include "ready/engine.h"
#include "ready/ndk.h"
#include "ready/survey.h"
#include "ready/zig.h"
#include "rust/targets.h"
#include "rust/toolchain.h"

static void
need_zig(struct assessment *a)
{
	static const char *const names[] = { "zig", NULL };
	struct zig zig = a->s->zig ? *a->s->zig : zig_find(a->s->tools, a->arena);
	struct need *n = assess_add(a, NEED_TOOL, zig.path ? NEED_FOUND : NEED_MISSING, "zig");

	n->path = zig.path;
	n->detail = zig.path    ? zig.origin
		: zig.is_broken ? "CARGO_ZIGBUILD_ZIG_PATH names one that cannot be run"
				: "brings compiler, libc and linker";
	if (!zig.path && !zig.is_broken && !(n->remedy = assess_install(a, names)))
		n->remedy = "pip install ziglang";
}

/* The engine that cross is given, which must also run. */
static void
need_engine(struct assessment *a)
{
	static const char *const names[] = { "podman", "docker", NULL };
	struct engine looked =
		a->s->engine ? *a->s->engine : engine_of_cross(a->s->tools, a->arena);
	const struct engine *engine = &looked;
	bool runs = engine->state == ENGINE_RUNS || engine->state == ENGINE_UNKNOWN;
	struct need *n = assess_add(a, NEED_ENGINE, runs ? NEED_FOUND : NEED_MISSING, engine->name);

	n->path = runs ? engine->path : NULL;
	n->detail = runs       ? "runs containers"
		: engine->path ? engine->why
			       : "runs the containers that cross builds in";
	n->remedy = runs ? NULL : engine->path ? engine->fix : assess_install(a, names);
}

/* cross asks rustup for the toolchain that it takes into the container. */
static void
need_rustup(struct assessment *a)
{
	static const char *const names[] = { "rustup", NULL };
	const struct toolchain *tc = a->s->toolchain;
	struct need *n;

	if (!tc || tc->kind == TOOLCHAIN_RUSTUP)
		return;
	n = assess_program(a, NEED_TOOL, names, "cross takes toolchains from it");
	n->optional = getenv("CROSS_CUSTOM_TOOLCHAIN") != NULL;
}

static void
need_ndk(struct assessment *a)
{
	struct ndk ndk = a->s->ndk ? *a->s->ndk : ndk_find(a->arena);
	struct need *n =
		assess_add(a, NEED_SYSROOT, ndk.path ? NEED_FOUND : NEED_MISSING, "Android NDK");

	n->path = ndk.path;
	n->detail = ndk.path ? arena_printf(a->arena, "%s, named by %s",
				       ndk.version ? ndk.version : "version unknown", ndk.origin)
			     : "Android's compiler, headers and libraries; set ANDROID_NDK_HOME";
}

/* cargo-xwin keeps what it fetched, which it does only after the licence was agreed to. */
static bool
has_windows_sdk(struct assessment *a)
{
	const char *given = getenv("XWIN_CACHE_DIR"), *cache = getenv("XDG_CACHE_HOME");
	char *home = path_home();
	const char *folder = given && *given ? arena_strdup(a->arena, given)
		: cache && *cache            ? arena_printf(a->arena, "%s/cargo-xwin", cache)
		: home                       ? arena_printf(a->arena, "%s/.cache/cargo-xwin", home)
					     : "";

	free(home);
	return file_exists(arena_printf(a->arena, "%s/xwin/DONE", folder));
}

static void
need_license(struct assessment *a)
{
	const char *accepted = getenv("XWIN_ACCEPT_LICENSE");
	bool is_agreed =
		(accepted && *accepted && !text_is(accepted, "0") && !text_is(accepted, "false")) ||
		has_windows_sdk(a);
	struct need *n = assess_add(a, NEED_LICENSE, is_agreed ? NEED_FOUND : NEED_MISSING,
		"Microsoft Software License Terms");

	n->detail = is_agreed ? "agreed to"
			      : "for the C runtime and Windows SDK that cargo-xwin fetches: "
				"https://go.microsoft.com/fwlink/?LinkId=2086102";
	n->remedy = is_agreed ? NULL : "export XWIN_ACCEPT_LICENSE=1";
}

/* Wheels for another Linux, or for one older than this, are linked with zig. */
static void
need_zig_for_wheels(struct assessment *a)
{
	if (!a->is_host && (text_is(a->t->os, "linux") || text_is(a->t->os, "macos")))
		need_zig(a);
}

static const struct extra {
	const char *backend;
	void (*needs[3])(struct assessment *a);
} extras[] = {
	{ "zig", { need_zig } },
	{ "cross", { need_engine, need_rustup } },
	{ "ndk", { need_ndk } },
	{ "xwin", { need_license } },
	{ "maturin", { need_zig_for_wheels } },
};

static const char *
cargo_install(struct assessment *a, const char *program)
{
	static const char *const by_cargo[] = { "cargo-zigbuild", "cross", "cargo-xwin",
		"cargo-ndk" };

	for (size_t i = 0; i < COUNT(by_cargo); i++)
		if (text_is(program, by_cargo[i]))
			return arena_printf(a->arena, "cargo install --locked %s", program);
	return text_is(program, "maturin") ? "pip install maturin" : NULL;
}

/* Those that a function of the extras looks for more closely. */
static bool
is_judged(const char *program)
{
	return text_is(program, "zig") || text_is(program, "podman");
}

void
assess_way_needs(struct assessment *a, const char *backend)
{
	const struct backend_tools *tools = backends_tools(a->s->backends, backend);

	for (size_t i = 0; tools && tools->any[i]; i++) {
		struct need *n;

		if (is_judged(tools->any[i][0]))
			continue;
		n = assess_program(a, NEED_TOOL, tools->any[i], "not found on PATH");
		if (n->state == NEED_MISSING && !n->remedy)
			n->remedy = cargo_install(a, tools->any[i][0]);
	}
	for (size_t i = 0; i < COUNT(extras); i++)
		for (size_t k = 0; text_is(extras[i].backend, backend) && k < 3; k++)
			if (extras[i].needs[k])
				extras[i].needs[k](a);
	if (!text_is(backend, "cross"))
		assess_crates(a);
}
