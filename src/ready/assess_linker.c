/* assess_linker: linkers that are there and yet do not link for the target. */
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "host/tool.h"
#include "io/file.h"
#include "ready/assessment.h"
#include "ready/backend.h"
#include "ready/linkers.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/targets.h"
#include "rust/workspace.h"

/* Programs that are linkers alone: whoever calls them must say crt objects and libc himself. */
static bool
is_bare_linker(const char *name)
{
	static const char *const patterns[] = { "ld", "ld.*", "*-linux-*-ld", "*-w64-mingw32-ld",
		"*-freebsd*-ld", "*-elf-ld", "lld", "lld-*", "mold", "gold", "rust-lld" };

	for (size_t i = 0; i < COUNT(patterns); i++)
		if (text_fits(name, patterns[i]))
			return true;
	return false;
}

/* Whether rustc links this target with a C driver, as far as is known. */
static bool
wants_driver(const struct assessment *a)
{
	const char *const *linker = a->native ? a->native->linkers : NULL;

	if (a->is_host)
		return true;
	if (!linker || a->native->is_lld)
		return false;
	for (; *linker; linker++)
		if (text_is(*linker, "rust-lld"))
			return false;
	return true;
}

/* What ought to be named in its place, or NULL. */
static const char *
proper_linker(const struct assessment *a)
{
	if (a->is_host)
		return "cc";
	return a->native && *a->native->linkers ? *a->native->linkers : NULL;
}

static void
refuse(struct assessment *a, struct need *n, const char *why)
{
	const char *proper = proper_linker(a);
	const char *const programs[] = { proper, NULL };

	n->state = NEED_MISSING;
	n->path = NULL;
	n->detail = arena_printf(a->arena, "%s: %s%s%s", n->detail, why, proper ? "; name " : "",
		proper ? proper : "");
	n->remedy = proper && !tool_find(a->s->tools, proper) ? assess_install(a, programs) : NULL;
	a->state->linker = NULL;
	a->state->linker_path = NULL;
}

/* cc, gcc, clang and those with the host's own triple before them. */
static bool
is_host_driver(const struct assessment *a, const char *name)
{
	static const char *const names[] = { "cc", "gcc", "clang", "c++", "g++", "clang++" };
	size_t arch = strcspn(a->s->host, "-");
	const char *last = strrchr(name, '-');

	for (size_t i = 0; i < COUNT(names); i++) {
		size_t len = strlen(names[i]);

		if (text_is(name, names[i]) ||
			(strncmp(name, names[i], len) == 0 &&
				strspn(name + len, "-.0123456789") == strlen(name + len)))
			return true; /* gcc-12, clang-18 too */
	}
	return last && text_is(last, "-gcc") && strncmp(name, a->s->host, arch) == 0 &&
		text_fits(name, "*-linux-gnu-gcc");
}

/* A clang that is told its target links for it. */
static bool
is_told_target(const struct assessment *a)
{
	for (const char *const *flag = assess_flags(a); *flag; flag++)
		if (strstr(*flag, "-target") || strstr(*flag, "-m32") || strstr(*flag, "-m64"))
			return true;
	return false;
}

/* The host's processor and system: its driver may well do. */
static bool
is_of_host(const struct assessment *a)
{
	size_t arch = strcspn(a->s->host, "-");

	return strncmp(a->t->triple, a->s->host, arch + 1) == 0 &&
		strstr(a->s->host, text_is(a->t->os, "macos") ? "darwin" : a->t->os) != NULL;
}

bool
assess_is_hosts_driver(const struct assessment *a, const char *name)
{
	return !a->is_host && is_host_driver(a, path_basename(name)) && !is_of_host(a);
}

void
assess_named_linker(struct assessment *a, struct need *n, const char *program)
{
	const char *name = path_basename(program);

	if (is_bare_linker(name) && wants_driver(a))
		refuse(a, n,
			"it links objects alone and brings neither the C library nor its start "
			"files");
	else if (is_host_driver(a, name) && wants_driver(a) && !is_of_host(a) && !is_told_target(a))
		refuse(a, n, arena_printf(a->arena, "it links for %s only", a->s->host));
}

/* The path as the file has it: without the folder that cargo put before it. */
static const char *
as_written(struct assessment *a, const struct conf_value *v, const char **folder)
{
	char *dot_cargo = path_dirname(v->path), *root = path_dirname(dot_cargo);
	const char *written = NULL;

	*folder = arena_strdup(a->arena, dot_cargo);
	if (path_is_below(v->text, root) && strlen(v->text) > strlen(root) + 1)
		written = arena_strdup(a->arena, v->text + strlen(root) + 1);
	free(root);
	free(dot_cargo);
	return written;
}

void
assess_absent_linker(struct assessment *a, struct need *n, const struct conf_value *v)
{
	const char *folder, *written;

	if (!v->line || !strchr(v->text, '/') || !(written = as_written(a, v, &folder)))
		return;
	const char *const places[] = { folder, a->s->dir,
		a->s->workspace ? a->s->workspace->root : NULL };
	for (size_t i = 0; i < COUNT(places) && places[i]; i++) {
		const char *path = arena_printf(a->arena, "%s/%s", places[i], written);

		if (!file_is_executable(path) || text_is(path, v->text))
			continue;
		n->detail = arena_printf(a->arena,
			"%s: a relative path counts from the folder that holds .cargo; %s is there",
			n->detail, path);
		return;
	}
}

/* -- facts ----------------------------------------------------------------------------------- */

static void
lacks_libc(struct assessment *a, const char *path)
{
	struct need *n = assess_add(a, NEED_SYSROOT, NEED_MISSING,
		arena_printf(a->arena, "a C library for %s", path_basename(path)));

	n->detail = "it finds no crt1.o, so nothing links: it is made for kernels; zig or a "
		    "container bring a libc";
}

/* Debian's and Ubuntu's driver of this name makes code for ARMv7 unless told otherwise, and so is all
 * of the libc that goes with it. */
static bool
is_too_new(const struct assessment *a, const struct linker_facts *facts)
{
	bool is_v6 = text_starts(a->t->triple, "arm-unknown-linux-");
	bool is_v5 = text_starts(a->t->triple, "armv5te-") || text_starts(a->t->triple, "armv4t-");

	if (!facts->arch || (!is_v6 && !is_v5))
		return false;
	return text_starts(facts->arch, "armv7") || text_starts(facts->arch, "armv8") ||
		(is_v5 && text_starts(facts->arch, "armv6"));
}

void
assess_driver(struct assessment *a, const char *path)
{
	const struct linker_facts *facts = linkers_get(a->s->linkers, path);

	if (!facts || a->state->link_args[0])
		return;
	if (facts->lacks_libc && wants_driver(a))
		lacks_libc(a, path);
	if (is_too_new(a, facts))
		a->state->trap = arena_printf(a->arena,
			"%s and its libc are made for %s: programs will not run on an older "
			"processor, such as a Raspberry Pi 1's or Zero's; zig or cross make such",
			path_basename(path), facts->arch);
}
