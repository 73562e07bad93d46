#include "ready/zig.h"

#include <stdlib.h>
#include "base/path.h"
#include "base/str.h"
#include "host/tool.h"
#include "io/file.h"

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
