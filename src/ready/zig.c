#include "ready/zig.h"

#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "base/str.h"
#include "host/tool.h"
#include "io/file.h"
#include "io/proc.h"
#include "text/version.h"

#define ANSWER_MAX (1u << 20)
#define ANSWER_MS 20000

/* <prefix>/lib/python3.11/site-packages/ziglang/zig, for any python3. */
static const char *
below(struct arena *arena, const char *prefix)
{
	static const char *const packages[] = { "site-packages", "dist-packages" };
	const char *lib = arena_printf(arena, "%s/lib", prefix), *found = NULL;
	char **names = NULL;
	size_t count = 0;

	file_list(lib, &names, &count, NULL);
	for (size_t i = 0; i < count && !found; i++) {
		for (size_t k = 0; k < 2 && text_starts(names[i], "python3") && !found; k++) {
			const char *path = arena_printf(
				arena, "%s/%s/%s/ziglang/zig", lib, names[i], packages[k]);
			found = file_is_executable(path) ? path : NULL;
		}
	}
	file_list_free(names, count);
	return found;
}

static const char *
of_python(const struct tool_index *tools, struct arena *arena)
{
	const char *named = getenv("CARGO_ZIGBUILD_PYTHON_PATH"), *found;
	const char *python = tool_find(tools, named && *named ? named : "python3");
	char *bin, *prefix, *home;

	if (!python)
		return NULL;
	bin = path_dirname(python);
	prefix = path_dirname(bin);
	found = below(arena, prefix);
	if (!found)
		found = below(arena, arena_printf(arena, "%s/local", prefix)); /* Debian's pip */
	free(prefix);
	free(bin);
	if (found || !(home = path_home()))
		return found;
	found = below(arena, arena_printf(arena, "%s/.local", home));
	free(home);
	return found;
}

struct zig
zig_find(const struct tool_index *tools, struct arena *arena)
{
	const char *named = getenv("CARGO_ZIGBUILD_ZIG_PATH");
	struct zig zig = { of_python(tools, arena), "Python's ziglang", false };

	if (zig.path)
		return zig;
	if (named && *named) {
		zig.path = tool_find(tools, arena_strdup(arena, named));
		zig.origin = "CARGO_ZIGBUILD_ZIG_PATH";
		zig.is_broken = !zig.path;
		return zig;
	}
	zig.path = tool_find(tools, "zig");
	zig.origin = "found on PATH";
	if (!zig.path)
		zig.path = tool_find(tools, "python-zig");
	return zig;
}

const char *
zig_to_name(const struct tool_index *tools)
{
	if (tool_find(tools, "zig") || getenv("CARGO_ZIGBUILD_ZIG_PATH"))
		return NULL;
	return tool_find(tools, "python-zig");
}

/* "2.41.0" as people write it. */
static char *
without_last_zero(char *version)
{
	char *last = strrchr(version, '.');

	if (last != strchr(version, '.') && text_is(last, ".0"))
		*last = '\0';
	return version;
}

struct zig_glibc
zig_glibc_parse(const char *targets, const char *wanted, struct arena *arena)
{
	const char *list = strstr(targets, "glibc");
	struct span rest = { list, list ? strcspn(list, "}]") : 0 };
	struct zig_glibc found = { 0 };

	while (rest.len) {
		char *version = arena_span(arena, span_cut(rest, '"', &rest));

		if (!version_is(version))
			continue;
		found.has_wanted |= version_compare(version, wanted) == 0;
		if (version_compare(version, found.newest) > 0)
			found.newest = without_last_zero(version);
	}
	return found;
}

bool
zig_ask_glibc(const struct zig *zig, const char *wanted, struct arena *arena, struct zig_glibc *out,
	struct err *err)
{
	const char *const argv[] = { zig->path, "targets", NULL };
	struct proc_result result = { 0 };
	bool ok;

	if (!zig->path)
		return err_set(err, ERR_ENVIRONMENT, "there is no zig");
	ok = proc_capture(&(struct proc_spec){ .argv = argv }, ANSWER_MAX, ANSWER_MS, &result, err);
	if (ok && result.end.exit_code != 0)
		ok = err_set(err, ERR_ENVIRONMENT, "%s targets: ended with status %d", zig->path,
			result.end.exit_code);
	if (ok)
		*out = zig_glibc_parse(str_cstr(&result.out), wanted, arena);
	proc_result_fini(&result);
	return ok;
}
