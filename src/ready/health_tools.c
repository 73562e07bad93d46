/* health_tools: linkers and compilers, zig and the other helpers. */
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/str.h"
#include "host/platform.h"
#include "ready/backend.h"
#include "ready/crossfile.h"
#include "ready/examination.h"
#include "ready/ndk.h"
#include "ready/versions.h"
#include "rust/cargoconf.h"

/* -- linkers and C compilers ----------------------------------------------------------------- */

static bool
has_check(const struct examination *e, const char *id)
{
	for (size_t i = 0; i < e->checks.len; i++)
		if (text_is(e->checks.items[i].id, id))
			return true;
	return false;
}

static bool
is_wanted(const struct examination *e, const char *triple)
{
	for (size_t i = 0; i < e->want_count; i++)
		if (text_is(e->wants[i].triple, triple))
			return true;
	return false;
}

/* What a program of this machine is to the first target, of those people look for, that needs it. */
static void
check_found(struct examination *e, size_t target, const struct need *n)
{
	const char *triple = e->s->targets->items[target].triple;

	if (n->state != NEED_FOUND || !n->path || has_check(e, n->name) ||
		(n->kind != NEED_LINKER && n->kind != NEED_CC) || strchr(n->name, '/'))
		return;
	exam_program(e, n->name, n->path,
		arena_printf(
			e->arena, "%s %s", n->kind == NEED_LINKER ? "links for" : "C for", triple));
}

static void
check_all_found(struct examination *e)
{
	size_t *order = survey_order(e->s);

	for (size_t k = 0; k < e->s->targets->len; k++)
		for (size_t i = 0; i < e->s->states[order[k]].need_count; i++)
			check_found(e, order[k], &e->s->states[order[k]].needs[i]);
	free(order);
}

/* What is wrong with the way a wanted target would be linked; what is only absent is for the set-up. */
static void
check_trap(struct examination *e, size_t target)
{
	const struct target_state *state = &e->s->states[target];
	const char *triple = e->s->targets->items[target].triple;
	struct check *c;

	for (size_t i = 0; i < state->need_count; i++) {
		const struct need *n = &state->needs[i];

		if (n->state == NEED_FOUND || n->optional ||
			(n->kind != NEED_LINKER && n->kind != NEED_SYSROOT && n->kind != NEED_CC))
			continue;
		c = exam_add(e, "target-linker", CHECK_FAIL,
			arena_printf(e->arena, "%s: %s", n->name, n->detail));
		c->title = triple;
		c->fix = n->remedy;
	}
	if (!state->trap)
		return;
	c = exam_add(e, "target-linker", CHECK_WARN, state->trap);
	c->title = triple;
	c->path = state->linker_path;
}

/* The C library that programs linked here need at least. */
static void
check_glibc(struct examination *e)
{
	const char *version = platform_get()->glibc;
	struct check *c;

	if (!*version)
		return;
	c = exam_add(e, "glibc", CHECK_OK,
		"programs linked natively for this machine may need it or newer");
	c->version = version;
	map_set(&e->versions, "glibc", (void *)version);
	for (size_t i = 0; i < e->want_count; i++) {
		const struct health_want *w = &e->wants[i];
		const struct target_state *state = exam_state(e, w->triple);
		const char *backend = w->backend ? w->backend : state ? state->backend : NULL;

		if (!w->glibc || !text_is(w->triple, e->s->host) || !text_is(backend, "native") ||
			version_compare(version, w->glibc) <= 0)
			continue;
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena,
				"%s is to run with glibc %s, but what is linked natively here may "
				"need %s",
				w->triple, w->glibc, version));
		c->advice = "build it with zig, which links against the glibc you name, or in a "
			    "container of an older system";
	}
}

void
examine_linkers(struct examination *e)
{
	static const struct {
		const char *program, *what;
	} tools[] = {
		{ "clang", "links for FreeBSD with lld" },
		{ "ld.lld", "LLVM's linker" },
		{ "mold", "a fast linker for this machine" },
		{ "musl-gcc", "compiles C for musl" },
	};
	struct check *c = exam_tool(e, "cc", "links for this machine and for build scripts");

	if (!c->path)
		c->state = CHECK_FAIL;
	for (size_t i = 0; i < COUNT(tools); i++)
		exam_tool(e, tools[i].program, tools[i].what);
	check_all_found(e);
	for (size_t t = 0; t < e->s->targets->len; t++)
		if (is_wanted(e, e->s->targets->items[t].triple))
			check_trap(e, t);
	check_glibc(e);
}

/* -- zig ------------------------------------------------------------------------------------- */

/* cargo-zigbuild asks Python's ziglang first; only it and maturin care for that one. */
static const struct answer *
ask_python(struct examination *e, const char **python)
{
	const char *named = getenv("CARGO_ZIGBUILD_PYTHON_PATH");

	*python = tool_find(e->s->tools, named && *named ? named : "python3");
	if (!*python ||
		(!tool_find(e->s->tools, "cargo-zigbuild") && !tool_find(e->s->tools, "maturin")))
		return NULL;
	return exam_ask(e, false, *python, "-m", "ziglang", "version", NULL);
}

static struct check *
check_named_zig(struct examination *e, const char *named, const char *detail)
{
	const char *path = tool_find(e->s->tools, named);
	struct check *c;

	if (path) {
		c = exam_add(e, "zig", CHECK_OK, detail);
		c->path = path;
		exam_take_version(e, c, exam_ask(e, true, path, "version", NULL));
		return c;
	}
	c = exam_add(e, "zig", CHECK_FAIL,
		arena_printf(
			e->arena, "CARGO_ZIGBUILD_ZIG_PATH names %s, which cannot be run", named));
	c->fix = "unset CARGO_ZIGBUILD_ZIG_PATH";
	return c;
}

static void
check_zig(struct examination *e)
{
	const char *named = getenv("CARGO_ZIGBUILD_ZIG_PATH"), *python;
	const struct answer *a = ask_python(e, &python);
	struct check *c;

	if (a && a->state == ANSWER_GIVEN && a->exit_code == 0) {
		c = exam_add(e, "zig", CHECK_OK, "Python's ziglang; goes before any other zig");
		c->path = python;
		exam_take_version(e, c, a);
		return;
	}
	if (named && *named)
		c = check_named_zig(e, named, "named by CARGO_ZIGBUILD_ZIG_PATH");
	else if (tool_find(e->s->tools, "zig"))
		c = check_named_zig(e, "zig", "brings libc and linker for many targets");
	else
		c = exam_tool(e, "zig", "brings libc and linker for many targets");
	if (a && a->state == ANSWER_PENDING && !c->path)
		c->state = CHECK_ASKING;
	if (!c->path && !c->fix)
		c->fix = "pip install ziglang";
}

/* -- the other helpers ----------------------------------------------------------------------- */

static void
check_cross(struct examination *e)
{
	struct check *c = exam_tool(e, "cross", "builds in containers");
	const struct answer *a = c->path ? exam_ask(e, true, c->path, "--version", NULL) : NULL;

	/* A build from the repository says "cross 0.2.5 (<commit> <date>)". */
	if (c->version && a && cross_is_of_main(c->path, span_of(a->text))) {
		c->version = arena_printf(e->arena, "%s+git", c->version);
		map_set(&e->versions, "cross", (void *)c->version);
	}
	if (!c->path)
		c->fix = "cargo install cross --locked";
}

static void
check_ndk(struct examination *e)
{
	struct ndk ndk = ndk_find(e->arena);
	struct check *c = exam_add(e, "ndk", ndk.path ? CHECK_OK : CHECK_SKIP,
		ndk.path ? arena_printf(e->arena, "named by %s", ndk.origin)
			 : "links for Android; with its licence from Google");

	c->title = "Android NDK";
	c->path = ndk.path;
	c->version = ndk.version;
	if (ndk.version)
		map_set(&e->versions, "ndk", (void *)ndk.version);
	if (!ndk.path)
		c->advice = "sdkmanager --install 'ndk;27.2.12479018', then set ANDROID_NDK_HOME";
}

/* qemu's programs come together, so they are one line: what the first says, and for which processors. */
static void
check_qemu(struct examination *e, const struct need *n, const struct target *t, struct str *known)
{
	if (!known->len)
		exam_program(e, "qemu-user", n->path, "");
	if (span_find(str_span(known), span_of(t->arch)) < 0)
		str_appendf(known, "%s%s", known->len ? ", " : "runs programs for ", t->arch);
}

static void
check_runner(struct examination *e, const struct need *n, const struct target *t, struct str *known)
{
	if (n->kind != NEED_RUNNER || !n->path)
		return;
	if (text_starts(n->name, "qemu-"))
		check_qemu(e, n, t, known);
	else if (!has_check(e, n->name) && !strchr(n->name, '/'))
		exam_program(e, n->name, n->path,
			arena_printf(e->arena, "runs programs for %s", t->triple));
}

static void
check_runners(struct examination *e)
{
	struct str known = STR_INIT;

	for (size_t t = 0; t < e->s->targets->len; t++)
		for (size_t i = 0; i < e->s->states[t].need_count; i++)
			check_runner(
				e, &e->s->states[t].needs[i], &e->s->targets->items[t], &known);
	for (size_t i = 0; i < e->checks.len && known.len; i++)
		if (text_is(e->checks.items[i].id, "qemu-user") && !*e->checks.items[i].detail)
			e->checks.items[i].detail = arena_strdup(e->arena, str_cstr(&known));
	str_fini(&known);
}

/* What stands between this machine and the registries. */
static void
check_proxies(struct examination *e)
{
	static const char *const names[] = { "CARGO_HTTP_PROXY", "HTTPS_PROXY", "https_proxy",
		"http_proxy", "ALL_PROXY", "RUSTUP_DIST_SERVER", "RUSTUP_UPDATE_ROOT" };
	struct conf_value v;
	struct check *c;

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *value = getenv(names[i]), *at = value ? strrchr(value, '@') : NULL;

		if (!value || !*value)
			continue;
		c = exam_add(e, "proxy", CHECK_OK,
			arena_printf(e->arena, "%s%s", at ? "…" : "", at ? at : value));
		c->title = names[i]; /* a password before the @ is nobody's business */
	}
	if (!e->s->conf || !cargoconf_get(e->s->conf, "http.proxy", &v) || !v.line)
		return;
	c = exam_add(e, "proxy", CHECK_OK, "cargo's http.proxy");
	c->path = exam_place(e, v.path, v.line);
}

static void
check_or_cargo_install(struct examination *e, const char *name, const char *what)
{
	struct check *c = exam_tool(e, name, what);

	if (!c->path && !c->fix)
		c->fix = arena_printf(e->arena, "cargo install %s --locked", name);
}

void
examine_helpers(struct examination *e)
{
	static const struct {
		const char *program, *what;
		bool by_cargo; /* cargo installs it where no package does */
	} tools[] = {
		{ "cargo-xwin", "links for Windows MSVC", true },
		{ "maturin", "builds Python wheels", true },
		{ "cargo-ndk", "builds for Android", true },
		{ "upx", "packs programs", false },
		{ "wasmtime", "runs WASI programs", false },
		{ "node", "runs what Emscripten makes", false },
	};

	check_zig(e);
	check_or_cargo_install(e, "cargo-zigbuild", "builds with zig");
	check_cross(e);
	for (size_t i = 0; i < COUNT(tools); i++) {
		if (has_check(e, tools[i].program))
			continue;
		if (tools[i].by_cargo)
			check_or_cargo_install(e, tools[i].program, tools[i].what);
		else
			exam_tool(e, tools[i].program, tools[i].what);
	}
	check_ndk(e);
	check_runners(e);
	examine_cache(e);
	check_proxies(e);
}
