/* demangle_v0: Rust's v0 symbol names, for demangle alone. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

/* `path` is the symbol behind its "_R". Appends the name, with or without generic arguments; *rest is
 * what follows it. False when it is not one; out then holds any part of it. */
bool v0_append(struct span path, bool with_args, struct str *out, struct span *rest);
/* The name of the crate in which the symbol is defined; empty when it is none. */
struct span v0_crate(struct span path);
