#include "export/needs.h"

#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/path.h"
#include "build/backend.h"
#include "build/run.h"
#include "build/way.h"
#include "host/packages.h"
#include "plan/kits.h"
#include "ready/backend.h"
#include "ready/crossimage.h"
#include "ready/survey.h"
#include "ready/sysroot.h"
#include "rust/cargoconf.h"
#include "rust/nativecrates.h"
#include "rust/targets.h"
#include "rust/workspace.h"

#define LINUX "x86_64-unknown-linux-gnu"
#define LIST_MAX 24
#define MIRROR "https://download.freebsd.org/releases"

/* ---- machines ---- */

static bool
is_apple(const struct recipe_target *t)
{
	return strstr(t->triple, "-apple-") != NULL;
}

/* What rustc calls the machine that builds it. */
static const char *
host_of(const struct recipe *r, const struct recipe_target *t)
{
	static const char *const hosts[] = { [ON_LINUX] = LINUX,
		[ON_MACOS] = "aarch64-apple-darwin",
		[ON_WINDOWS] = "x86_64-pc-windows-msvc",
		[ON_FREEBSD] = NULL };
	const char *here = r->run->survey->host;

	if (t->machine == ON_FREEBSD)
		return t->triple;
	return r->reach == REACH_HERE && here ? here : hosts[t->machine];
}

/* The machine whose own tools link for the target. */
static enum recipe_machine
own_machine(const struct recipe_target *t)
{
	bool has_image = text_starts(t->triple, "x86_64-") || text_starts(t->triple, "aarch64-");

	if (is_apple(t))
		return ON_MACOS;
	if (text_is(t->info->os, "windows") && text_is(t->info->env, "msvc"))
		return ON_WINDOWS;
	return text_is(t->info->os, "freebsd") && has_image ? ON_FREEBSD : ON_LINUX;
}

/* ---- programs ---- */

static bool
has_package(const char *program)
{
	struct package_answer answer = packages_for(PM_APT, program);

	return answer.package && !answer.incomplete;
}

static const char *
first_packaged(const char *const *programs)
{
	for (; *programs; programs++)
		if (has_package(*programs))
			return *programs;
	return NULL;
}

/* The first that comes with Rust, with a C compiler for the host, or as a package; NULL: none. */
static const char *
obtainable_linker(const struct backend_native *native)
{
	for (const char *const *name = native->linkers; *name; name++)
		if (text_is(*name, "cc") || text_is(*name, "rust-lld") || has_package(*name))
			return *name;
	return NULL;
}

static const struct native_crate *
who_wants(const struct recipe *r, const struct recipe_target *t, unsigned wants)
{
	const struct workspace *ws = r->run->survey->workspace;

	for (size_t i = 0; i < ws->native_crate_count; i++)
		if ((ws->native_crates[i].wants & wants) &&
			native_crate_is_for(&ws->native_crates[i], t->triple))
			return &ws->native_crates[i];
	return NULL;
}

static bool
wants_c(const struct recipe *r, const struct recipe_target *t)
{
	return r->run->survey->workspace->has_c_code ||
		who_wants(r, t, WANTS_CC | WANTS_CXX | WANTS_CMAKE);
}

/* ---- the backend ---- */

static const struct backend_native *
native_of(const struct recipe *r, const struct recipe_target *t)
{
	return backends_native(r->run->survey->backends, t->triple, host_of(r, t));
}

/* What the choice or the project's own configuration names; what stands in a home folder is of that machine.
 * Good as long as the survey. */
static const char *
own_linker(const struct recipe *r, const struct recipe_target *t)
{
	const struct survey *s = r->run->survey;
	struct conf_value v;

	if (t->way->tuning.linker)
		return t->way->tuning.linker;
	if (!s->conf || !cargoconf_target(s->conf, t->triple, "linker", &v) || !v.text || !v.path ||
		!path_is_below(v.path, s->workspace->root))
		return NULL;
	return v.text;
}

/* Whether a fresh Linux machine can be made to link for it, and to compile C where a crate has
 * some. */
static bool
is_native_possible(const struct recipe *r, const struct recipe_target *t)
{
	const struct backend_native *native = native_of(r, t);
	const char *linker;

	if (text_is(t->triple, host_of(r, t)) || own_linker(r, t))
		return true;
	if (!native)
		return false;
	linker = obtainable_linker(native);
	if (*native->linkers && !linker)
		return false;
	if (native->sysroot && !sysroot_is_for(t->triple))
		return false;
	return !wants_c(r, t) || !*native->cc || first_packaged(native->cc) ||
		(linker && text_is(linker, "cc"));
}

static bool
is_possible(const struct recipe *r, const struct recipe_target *t, const char *backend)
{
	if (text_is(backend, "native"))
		return is_native_possible(r, t);
	return backends_reach(r->run->survey->backends, backend, t->triple);
}

/* The floor is zig's to keep, where nobody says more. */
static const char *
preferred(const struct recipe *r, const struct recipe_target *t)
{
	const struct backend_order *order =
		backends_order(r->run->survey->backends, t->triple, host_of(r, t));

	if (t->way->glibc && is_possible(r, t, "zig"))
		return "zig";
	for (const char *const *name = order->backends; *name; name++)
		if (is_possible(r, t, *name))
			return *name;
	return NULL;
}

static const char *
why_not(enum recipe_machine own)
{
	switch (own) {
	case ON_MACOS: return "only a Mac builds it natively; zig links for macOS elsewhere";
	case ON_WINDOWS: return "only Windows builds it natively; xwin links for it elsewhere";
	default: return "no package of Debian's brings the linker or compiler that it needs";
	}
}

bool
needs_choose(struct recipe *r, struct recipe_target *t, enum recipe_reach reach, const char **why)
{
	/* a machine of one's own is not everybody's: another one stands for it */
	bool is_away = t->way->backend->traits & BACKEND_AWAY;
	const char *chosen = t->way->is_chosen && !is_away ? t->way->backend->name : NULL;
	bool is_native = !chosen || text_is(chosen, "native");
	enum recipe_machine own = own_machine(t);

	r->reach = reach;
	t->machine = ON_LINUX;
	if (reach == REACH_HOSTED && is_native && (own != ON_FREEBSD || !chosen))
		t->machine = own;
	if (reach == REACH_HERE && own == ON_MACOS && is_native &&
		strstr(r->run->survey->host, "-apple-"))
		t->machine = ON_MACOS;
	if (t->machine != ON_LINUX)
		t->backend = "native";
	else
		t->backend = chosen ? chosen : preferred(r, t);
	if (t->backend && t->machine == ON_LINUX && text_is(t->backend, "native") &&
		!is_native_possible(r, t))
		t->backend = NULL;
	if (!t->backend)
		*why = why_not(own);
	if (t->backend && text_is(t->backend, "container") && reach == REACH_LINUX) {
		t->backend = NULL;
		*why = "it is built in a container of its own, which cannot be made within another";
	}
	return t->backend != NULL;
}

const char *
needs_reason(struct recipe *r, const struct recipe_target *t)
{
	static const char *const machines[] = { [ON_LINUX] = NULL,
		[ON_MACOS] = "a Mac builds it with Apple's own tools",
		[ON_WINDOWS] = "Windows builds it with Visual Studio's linker",
		[ON_FREEBSD] = "a FreeBSD machine builds it" };
	const struct backend_order *order =
		backends_order(r->run->survey->backends, t->triple, host_of(r, t));

	if (machines[t->machine])
		return machines[t->machine];
	if (text_is(t->triple, host_of(r, t)))
		return "the machine's own system";
	if (t->way->glibc && text_is(t->backend, "zig"))
		return "zig links for a glibc of that age";
	if (!text_is(t->backend, order->backends[0]))
		return arena_printf(
			&r->arena, "no package brings what %s would need", order->backends[0]);
	return order->reason;
}

const char *
needs_program(const struct recipe *r, const struct recipe_target *t)
{
	static const char *const programs[][2] = { { "zig", "cargo zigbuild" },
		{ "cross", "cross build" }, { "xwin", "cargo xwin build" } };

	if (r->reach == REACH_LINUX && text_is(t->backend, "cross"))
		return "cargo build"; /* within cross's image */
	for (size_t i = 0; i < COUNT(programs); i++)
		if (text_is(t->backend, programs[i][0]))
			return programs[i][1];
	return "cargo build";
}

bool
needs_wheel_by_zig(const struct recipe_target *t)
{
	bool is_for_zig = text_is(t->info->os, "linux") || text_is(t->info->os, "macos");
	bool is_own = text_is(t->triple, LINUX) && !t->way->glibc;

	return t->machine == ON_LINUX && is_for_zig && !is_own;
}

/* ---- what it needs ---- */

struct list {
	const char *items[LIST_MAX + 1];
	size_t count;
};

static void
list_add(struct list *l, const char *item)
{
	for (size_t i = 0; i < l->count; i++)
		if (text_is(l->items[i], item))
			return;
	if (item && l->count < LIST_MAX)
		l->items[l->count++] = item;
}

static const char *const *
list_keep(struct recipe *r, const struct list *l)
{
	const char **kept = arena_array(&r->arena, const char *, l->count + 1);

	for (size_t i = 0; i < l->count; i++)
		kept[i] = l->items[i];
	return kept;
}

static void
add_sysroot(struct recipe *r, struct recipe_target *t)
{
	struct recipe_sysroot *s = arena_new(&r->arena, struct recipe_sysroot);
	const char *version = sysroot_version_on(t->triple, r->pins.date);
	struct sysroot here = { 0 };
	char *dir;

	if (r->uses_store && sysroot_find(t->triple, NULL, &here)) {
		version = arena_strdup(&r->arena, here.version);
		sysroot_fini(&here);
	}
	dir = version ? sysroot_remote_dir(t->triple, version, false) : NULL;
	if (!dir)
		return;
	s->version = version;
	s->url = arena_printf(&r->arena, MIRROR "/%s/base.txz", dir);
	s->sha256 = sysroot_known_sha256(t->triple, version);
	t->sysroot = s->sha256 || r->uses_store ? s : NULL;
	free(dir);
}

static const char *
sysroot_dir(struct recipe *r, const struct recipe_target *t)
{
	return arena_printf(&r->arena, "%s/%s/%s", r->sysroots, t->triple, t->sysroot->version);
}

static void
add_runner(struct recipe *r, struct recipe_target *t, const struct backend_native *native)
{
	struct list words = { .count = 0 };
	const char *name = *native->runners;

	if (!name)
		return;
	list_add(&words, name);
	for (const char *const *arg = native->runner_args; *arg; arg++)
		words.items[words.count++] = *arg;
	if (native->runner_sysroot) {
		words.items[words.count++] = "-L";
		words.items[words.count++] = native->runner_sysroot;
	}
	t->runner = list_keep(r, &words);
}

static void
add_c(struct recipe *r, struct recipe_target *t, const struct backend_native *native,
	struct list *programs)
{
	const char *cc = *native->cc ? first_packaged(native->cc) : t->linker;
	const char *gcc = cc ? strstr(cc, "-gcc") : NULL;

	list_add(programs, cc);
	if (gcc && who_wants(r, t, WANTS_CXX))
		list_add(programs, arena_printf(&r->arena, "%.*s-g++", (int)(gcc - cc), cc));
	if (native->headers)
		list_add(programs, native->headers);
	t->cflags = backend_cflags(&r->arena, native, t->link_args);
	if (*t->cflags)
		list_add(programs, "llvm-ar");
}

static void
add_native(struct recipe *r, struct recipe_target *t, struct list *programs)
{
	const struct backend_native *native = native_of(r, t);
	const char *own = own_linker(r, t), *linker;

	if (t->machine != ON_LINUX || text_is(t->triple, host_of(r, t)) || !native)
		return;
	linker = own ? path_basename(own) : obtainable_linker(native);
	if (linker && !text_is(linker, "cc") && !text_is(linker, "rust-lld"))
		list_add(programs, linker);
	if (!own && linker && !text_is(linker, t->info->linker))
		t->linker = linker;
	for (const char *const *tool = native->tools; *tool; tool++)
		list_add(programs, *tool);
	if (native->sysroot)
		add_sysroot(r, t);
	if (*native->link_args && t->sysroot && !own)
		t->link_args = backend_link_args(&r->arena, native, sysroot_dir(r, t));
	if (wants_c(r, t))
		add_c(r, t, native, programs);
	add_runner(r, t, native);
}

/* Programs of build scripts, whatever the backend; a container's image has to have them itself. */
static void
add_crates(struct recipe *r, const struct recipe_target *t, struct list *programs)
{
	static const struct {
		unsigned wants;
		const char *program;
	} rows[] = { { WANTS_CMAKE, "cmake" }, { WANTS_PKG_CONFIG, "pkg-config" },
		{ WANTS_MAKE, "make" }, { WANTS_PERL, "perl" }, { WANTS_NASM, "nasm" },
		{ WANTS_LIBCLANG, "libclang" } };

	for (size_t i = 0; i < COUNT(rows); i++)
		if (who_wants(r, t, rows[i].wants))
			list_add(programs, rows[i].program);
}

/* "ziglang==0.17.0", "cross@0.2.5"; what data/export.toml does not pin is whatever comes. */
static const char *
pinned(struct recipe *r, const char *package, const char *sign)
{
	const char *version = pins_text(&r->pins, "tool", package);

	return version ? arena_printf(&r->arena, "%s%s%s", package, sign, version) : package;
}

/* GitHub's machines have one, and a container is in one. */
static bool
is_engine(const char *const *row)
{
	return text_is(*row, "podman") || text_is(*row, "docker");
}

/* Of each row of the backend's tools one: from PyPI, which compiles nothing, before crates.io and a
 * package. */
static void
add_tools(struct recipe *r, struct recipe_target *t, struct list *programs)
{
	const struct backend_tools *tools = backends_tools(r->run->survey->backends, t->backend);
	struct list python = { .count = 0 };

	for (const char *const *const *row = tools ? tools->any : NULL; row && *row; row++) {
		const char *package = NULL, *last = NULL;

		if (r->reach != REACH_HERE && is_engine(*row))
			continue;
		for (const char *const *name = *row; *name && !package; name++) {
			last = *name;
			package = packages_for(PM_PYPI, *name).package;
		}
		if (package &&
			(!text_is(package, "ziglang") || !t->is_wheel || needs_wheel_by_zig(t)))
			list_add(&python, pinned(r, package, "=="));
		else if (!package && packages_for(PM_CARGO, **row).package)
			t->crate = pinned(r, packages_for(PM_CARGO, **row).package, "@");
		else if (!package)
			list_add(programs, has_package(**row) ? **row : last);
	}
	t->python = list_keep(r, &python);
}

static void
add_image(struct recipe *r, struct recipe_target *t)
{
	const struct workspace *ws = r->run->survey->workspace;
	const struct backend_tools *tools = backends_tools(r->run->survey->backends, "cross");
	const char *at = tools && tools->image ? strstr(tools->image, "{triple}") : NULL;
	struct cross_image own = { 0 };

	if (t->way->image) {
		t->image = t->way->image;
	} else if (text_is(t->backend, "cross")) {
		cross_image_find(&own, ws, t->triple, &r->arena, NULL);
		if (own.name)
			t->image = own.name;
		else if (at)
			t->image = arena_printf(&r->arena, "%.*s%s%s", (int)(at - tools->image),
				tools->image, t->triple, at + strlen("{triple}"));
	}
}

static void
add_packages(struct recipe *r, struct recipe_target *t)
{
	struct list packages = { .count = 0 };

	for (const char *const *program = t->programs; *program; program++)
		list_add(&packages, packages_for(PM_APT, *program).package);
	t->packages = list_keep(r, &packages);
}

void
needs_fill(struct recipe *r, struct recipe_target *t)
{
	static const char *const none[] = { NULL };
	struct list programs = { .count = 0 };
	struct kits kits;

	t->programs = t->packages = t->python = t->link_args = t->cflags = t->runner = none;
	t->is_wheel = text_is(t->backend, "maturin");
	if (text_is(t->backend, "native"))
		add_native(r, t, &programs);
	else if (t->machine == ON_LINUX && !text_is(t->backend, "container") &&
		!(r->reach == REACH_LINUX && text_is(t->backend, "cross")))
		add_tools(r, t, &programs);
	if (t->machine == ON_LINUX && !text_is(t->backend, "container") &&
		!text_is(t->backend, "cross"))
		add_crates(r, t, &programs);
	if (kits_load(&r->arena, &kits, NULL))
		t->kit = kits_find(&kits, t->backend, t->triple, host_of(r, t));
	add_image(r, t);
	t->programs = list_keep(r, &programs);
	add_packages(r, t);
}
