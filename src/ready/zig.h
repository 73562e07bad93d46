/* zig: which zig cargo-zigbuild and maturin would take. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"

struct tool_index;

struct zig {
	const char *path;   /* NULL: none was found, or the one named cannot be run */
	const char *origin; /* "Python's ziglang", "CARGO_ZIGBUILD_ZIG_PATH", "found on PATH" */
	bool is_broken;     /* CARGO_ZIGBUILD_ZIG_PATH names what cannot be run */
};

/* Python's ziglang comes first, where its folder is seen without asking Python. In the arena. */
struct zig zig_find(const struct tool_index *tools, struct arena *arena);
