/* zig: cargo-zigbuild in cargo's place, which gives cargo a `zig cc` as linker and C compiler.
 *
 * cargo-zigbuild makes wrappers of its own for linker, cc and ar and leaves RUSTC_WRAPPER alone, so
 * that the shim still tells targets apart. A floor of glibc's is a suffix of the triple; one that zig does
 * not know would be ignored silently, so zig is asked for its list before. */
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/way.h"
#include "host/tool.h"
#include "io/file.h"
#include "io/proc.h"
#include "ready/survey.h"
#include "rust/targets.h"
#include "rust/toolchain.h"

#define ANSWER_MAX (1u << 20)
#define ANSWER_MS 20000

struct version {
	int major, minor;
};

static struct version
version_of(const char *text)
{
	struct version v = { 0 };
	char *rest;

	v.major = (int)strtol(text, &rest, 10);
	if (*rest == '.')
		v.minor = (int)strtol(rest + 1, NULL, 10);
	return v;
}

static int
version_compare(struct version a, struct version b)
{
	return a.major != b.major ? a.major - b.major : a.minor - b.minor;
}

/* ---- what zig knows ---- */

/* As cargo-zigbuild looks for it: Python's first, then the one that is named, or on PATH. */
static bool
ask_zig(const char *word, struct str *answer)
{
	const char *python = getenv("CARGO_ZIGBUILD_PYTHON_PATH");
	const char *zig = getenv("CARGO_ZIGBUILD_ZIG_PATH");
	const char *const programs[][5] = {
		{ python ? python : "python3", "-m", "ziglang", word, NULL },
		{ zig ? zig : "zig", word, NULL },
		{ "python-zig", word, NULL },
	};

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		struct proc_spec spec = { .argv = programs[i] };
		struct proc_result result = { 0 };
		bool ok = proc_capture(&spec, ANSWER_MAX, ANSWER_MS, &result, NULL) &&
			result.end.exit_code == 0;

		if (ok)
			str_append_span(answer, str_span(&result.out));
		proc_result_fini(&result);
		if (ok)
			return true;
	}
	return false;
}

/* `zig targets` lists the versions of glibc it can link for, as "2.17.0" in quotes, under "glibc". */
static bool
knows_glibc(const char *targets, struct version wanted, struct version *newest)
{
	const char *list = strstr(targets, "glibc");
	const char *end = list ? list + strcspn(list, "}]") : NULL;
	bool found = false;

	*newest = (struct version){ 0 };
	while (list && (list = memchr(list, '"', (size_t)(end - list)))) {
		struct version v = version_of(++list);

		found |= v.major && version_compare(v, wanted) == 0;
		if (version_compare(v, *newest) > 0)
			*newest = v;
	}
	return found;
}

/* What rustc's own description says: "ARM64 Linux (kernel 4.1, glibc 2.17+)"; 0.0 unknown. */
static struct version
floor_of_std(const struct run_spec *spec, const char *triple)
{
	const struct target *t = targets_find(spec->survey->targets, triple);
	const char *at = t ? strstr(t->description, "glibc ") : NULL;

	return at ? version_of(at + strlen("glibc ")) : (struct version){ 0 };
}

static bool
zig_check(const struct run_spec *spec, const struct way *way, struct err *err)
{
	struct version wanted = version_of(way->glibc ? way->glibc : "0"), newest;
	struct version least = floor_of_std(spec, way->triple);
	struct str targets = STR_INIT;
	bool is_known;

	if (way->sdk && !file_is_dir(way->sdk))
		return err_set(err, ERR_USAGE, "%s: %s: no such folder", way->triple, way->sdk);
	if (!way->glibc)
		return true;
	if (version_compare(wanted, least) < 0)
		return err_set(err, ERR_USAGE,
			"%s: Rust's standard library needs glibc %d.%d there, %s is older",
			way->triple, least.major, least.minor, way->glibc);
	if (!ask_zig("targets", &targets)) {
		str_fini(&targets);
		return err_set(err, ERR_ENVIRONMENT, "%s: zig does not run", way->triple);
	}
	is_known = knows_glibc(str_cstr(&targets), wanted, &newest);
	str_fini(&targets);
	return is_known || !newest.major ||
		err_set(err, ERR_USAGE, "%s: this zig has no glibc %s, its newest is %d.%d",
			way->triple, way->glibc, newest.major, newest.minor);
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

/* cargo-zigbuild starts the cargo that CARGO names. pip's ziglang may be on PATH while its Python is
 * not the first. */
static void
zig_environment(struct command *c, const struct command_query *query)
{
	const struct survey *s = query->spec->survey;
	const char *pip = s->tools ? tool_find(s->tools, "python-zig") : NULL;

	command_set(c, "CARGO", s->toolchain->cargo);
	give_sdk(c, query);
	if (pip && !tool_find(s->tools, "zig") && !getenv("CARGO_ZIGBUILD_ZIG_PATH"))
		command_set(c, "CARGO_ZIGBUILD_ZIG_PATH", pip);
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
