/* link: how cargo is told the linker that was found for a target, without touching any file.
 *
 * By --config, not by environment: CARGO_TARGET_<HOST>_LINKER would link build scripts too. For the
 * probe, whose fingerprints nobody keeps; a build tells its shim, so that cargo finds the same
 * fingerprints with and without xtui. */
#pragma once
#include "base/arena.h"

/* The --config values for a target, each a TOML assignment; ends with NULL; in the arena. `linker`
 * NULL: cargo's configuration or rustc's default already says it. `link_args` ends with NULL; it is
 * joined to the rustflags that the configuration has. */
const char *const *link_config(
	struct arena *arena, const char *triple, const char *linker, const char *const *link_args);
