/* cpus: the processors that rustc can build for: `rustc --print target-cpus`, asked once per commit and target. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"

struct toolchain;

/* In the arena, sorted as rustc has them, "native" among them where rustc knows it; NULL when rustc does not
 * say. `quick`: from the cache only. */
const char *const *cpus_list(const struct toolchain *tc, const char *triple, bool quick,
	struct arena *arena, size_t *count);
