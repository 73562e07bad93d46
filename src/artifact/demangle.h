/* demangle: names of Rust's symbols as people write them.
 *
 * Both manners: v0 (https://doc.rust-lang.org/rustc/symbol-mangling/v0.html) and legacy, which looks
 * like C++'s. Hashes, crate disambiguators and types of constants are left out. Nothing is allocated but
 * what `out` takes; a name of any length and depth is read within fixed bounds of time and stack. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

#define DEMANGLE_MAX 16384 /* bytes of a name; a longer one stays as it is */

enum demangle_args {
	DEMANGLE_ARGS,    /* foo::bar::<u8> */
	DEMANGLE_NO_ARGS, /* foo::bar: the same for all copies of a generic function */
};

/* Appends the name; false, and out as it was, when the symbol is not one of Rust's. */
bool demangle(const char *symbol, enum demangle_args args, struct str *out);

/* The crate that has the code, a piece of the symbol: of `<T as Trait>::f` the one that has the impl,
 * which legacy names only let guess (the type's, unless that is the standard library's). Empty when the
 * symbol is not one of Rust's. */
struct span demangle_crate(const char *symbol);
