/* buildstd: a standard library that is built along with the project: -Z build-std.
 *
 * For targets that no release of Rust has one for. Only a nightly's cargo takes the option, or any cargo
 * whose user has set RUSTC_BOOTSTRAP; it is never set by us. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct run_spec;
struct way;

/* Whether cargo would take it, and the sources are there; ERR_ENVIRONMENT with what would help. True
 * where the way builds none. */
bool build_std_check(const struct run_spec *spec, const struct way *way, struct err *err);
