/* zig: which zig cargo-zigbuild and maturin would take, and what it can link for. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

struct tool_index;

struct zig {
	const char *path;   /* NULL: none was found, or the one named cannot be run */
	const char *origin; /* "Python's ziglang", "CARGO_ZIGBUILD_ZIG_PATH", "found on PATH" */
	bool is_broken;     /* CARGO_ZIGBUILD_ZIG_PATH names what cannot be run */
};

/* Python's ziglang comes first, where its folder is seen without asking Python. In the arena. */
struct zig zig_find(const struct tool_index *tools, struct arena *arena);
/* What cargo-zigbuild must be told in CARGO_ZIGBUILD_ZIG_PATH: pip's python-zig, where there is no other on
 * PATH and its Python may not be the first; NULL: nothing. Borrowed of the tools. */
const char *zig_to_name(const struct tool_index *tools);

struct zig_glibc {
	bool has_wanted;
	const char *newest; /* "2.41"; NULL: it says nothing of glibc */
};

/* What the answer to `zig targets` says of the versions of glibc that it links for, as JSON or as zig's own
 * notation; `wanted` is as "2.17". In the arena. */
struct zig_glibc zig_glibc_parse(const char *targets, const char *wanted, struct arena *arena);
/* Asks it; runs a process. False with err when it does not say. */
bool zig_ask_glibc(const struct zig *zig, const char *wanted, struct arena *arena,
	struct zig_glibc *out, struct err *err);
