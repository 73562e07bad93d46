/* profile_known: which cargo knows which option of a profile (data/profile.toml). */
#pragma once
#include "base/arena.h"

struct profile_setting;
struct toolchain;

/* What the toolchain lacks for a setting with the value that it has: "cargo 1.59", "a nightly cargo, with
 * cargo-features = [\"trim-paths\"]"; in the arena. NULL: nothing, or there is no toolchain. */
const char *
profile_lack(const struct profile_setting *s, const struct toolchain *tc, struct arena *arena);
/* The same, but only where a cargo refuses each Cargo.toml that has it: nothing of the project would be built. */
const char *
profile_refusal(const struct profile_setting *s, const struct toolchain *tc, struct arena *arena);
