/* head: what exported files of several formats say alike. */
#pragma once
#include <stdbool.h>
#include "base/str.h"
#include "export/recipe.h"

/* The lines at the top, without comment signs: what made the file, of what, and how to make it
 * again. */
void head_lines(const struct recipe *r, const char *format, struct str *out);
/* A line for each target: how it is built and where that comes from; then those that are left out. */
void head_targets(const struct recipe *r, struct str *out);
/* A line for each target that is left out, with why. */
void head_left_out(const struct recipe *r, struct str *out);
/* The same lines with "# " before each. */
void head_comment(const char *lines, struct str *out);

/* The toolchain that an image of Rust has to be told of, "nightly"; NULL: it has the right one, or
 * rust-toolchain.toml says it. */
const char *head_channel(const struct recipe *r);
/* What linking needs of FreeBSD's base.txz; the program is the other name of a file in there. */
#define HEAD_SYSROOT_MEMBERS "./bin/freebsd-version ./lib ./usr/lib ./usr/include"
/* Where the package llvm has it, which gives it no name on PATH. */
#define HEAD_DEBIAN_LIPO "/usr/lib/llvm-*/bin/llvm-lipo"
/* A find that makes links to the root of an unpacked system stay inside it; `folder` as a shell
 * reads it. */
#define HEAD_KEEP_LINKS(folder)                                                                    \
	"find " folder " -type l -lname '/*' "                                                     \
	"-exec sh -c 'ln -sfn \"$0$(readlink \"$1\")\" \"$1\"' " folder " {} \\;"
/* The words, a blank between them, as a shell reads them. */
void head_words(const char *const *words, struct str *out);
/* " -e NAME" for each variable of the build, for an engine that runs it. */
void head_engine_variables(struct recipe *r, const struct recipe_target *t, struct str *out);
/* The names that a target's files have once they are copied into one folder; in the arena, ends
 * with NULL. */
const char *const *head_names(struct recipe *r, const struct recipe_target *t);
bool head_any(const struct recipe *r, bool (*is)(const struct recipe_target *t));
bool head_all(const struct recipe *r, bool (*is)(const struct recipe_target *t));
/* Questions for both. */
bool head_is_wheel(const struct recipe_target *t);
bool head_is_packed(const struct recipe_target *t);   /* its files go into an archive */
bool head_has_product(const struct recipe_target *t); /* archive or wheel: not of a library */
bool head_is_windows(const struct recipe_target *t);
bool head_is_freebsd_vm(const struct recipe_target *t);
bool head_wants_apt(const struct recipe_target *t); /* of a Linux machine */
bool head_has_python(const struct recipe_target *t);
bool head_has_crate(const struct recipe_target *t);
bool head_has_sysroot(const struct recipe_target *t);
bool head_has_toolchain(const struct recipe_target *t);
bool head_is_ndk(const struct recipe_target *t);
bool head_is_container(const struct recipe_target *t);
