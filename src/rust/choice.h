/* choice: what the project builds, saved in xtui.toml beside the workspace's Cargo.toml.
 *
 *     targets = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"]
 *     packages = ["greet"]
 *     bins = ["greet"]
 *     examples = ["loop"]
 *     features = ["greet/tls"]
 *     [profile]
 *     name = "release"
 *     preset = "small"
 *     set = ["lto=thin"]
 *     [preset.tiny]
 *     set = ["opt-level=z", "package.serde.opt-level=3"]
 *     [package]
 *     files = ["docs/manual.pdf"]
 *     man = ["target/man"]
 *     completions = ["target/completions"]
 *     [target.aarch64-unknown-linux-gnu]
 *     backend = "zig"
 *     glibc = "2.17"
 *     target-cpu = "neoverse-n1"
 *     crt-static = true
 *     linker = "aarch64-linux-gnu-gcc"
 *     rustflags = ["-C", "link-arg=-s"]
 *
 * Unknown keys and wrong types are errors with line and column; saving keeps comments and order.
 * Texts that come back are borrowed from the document: they last until the next change. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct choice;
struct profile;

/* Appends two lines for each key of the file: its name with what it takes, and what it is. */
void choice_describe(struct str *out);
/* The choice of the workspace in root; an absent file is an empty choice. NULL with ERR_PARSE for a
 * broken one, which is left alone. */
struct choice *choice_load(const char *root, struct err *err);
void choice_free(struct choice *c);
const char *choice_path(const struct choice *c);
/* Writes the file whole, and only when something changed. What someone else wrote into it since it
 * was loaded stays; when that broke it, it is left alone and this is an ERR_PARSE error. */
bool choice_save(struct choice *c, struct err *err);

size_t choice_target_count(const struct choice *c);
const char *choice_target(const struct choice *c, size_t i);
bool choice_has_target(const struct choice *c, const char *triple);
void choice_mark(struct choice *c, const char *triple, bool marked);
/* The lists of names, targets among them. */
enum choice_list {
	CHOICE_TARGETS,
	CHOICE_PACKAGES,
	CHOICE_BINS,
	CHOICE_EXAMPLES,
	CHOICE_FEATURES,
	CHOICE_LIST_COUNT
};
size_t choice_list_count(const struct choice *c, enum choice_list list);
const char *choice_list_get(const struct choice *c, enum choice_list list, size_t i);
bool choice_list_has(const struct choice *c, enum choice_list list, const char *name);
void choice_list_mark(struct choice *c, enum choice_list list, const char *name, bool marked);
const char *choice_backend(const struct choice *c, const char *triple);             /* or NULL */
void choice_set_backend(struct choice *c, const char *triple, const char *backend); /* NULL: none */
/* The i-th target that [target.TRIPLE] is about, chosen or not; NULL: there are no more. */
const char *choice_tuned(const struct choice *c, size_t i);
/* Any option of a target, by its key (build/way.h): "glibc"; truth as "true" or "false", a list of words with
 * CHOICE_SEPARATOR behind each, for words may hold blanks. NULL: none. Options are set in the same spelling. */
#define CHOICE_SEPARATOR '\x1f'
const char *choice_option(const struct choice *c, const char *triple, const char *key);
/* The line of xtui.toml it stands in; 0: none. */
int choice_option_line(const struct choice *c, const char *triple, const char *key);
void choice_set_option(struct choice *c, const char *triple, const char *key, const char *text);
/* The TOML of such a text, appended. */
void choice_append_literal(struct str *out, const char *key, const char *text);
const char *choice_profile_name(const struct choice *c);     /* "release" */
void choice_set_profile(struct choice *c, const char *name); /* NULL: none is said */
const char *choice_preset(const struct choice *c);           /* or NULL */
size_t choice_setting_count(const struct choice *c);
const char *choice_setting(const struct choice *c, size_t i); /* "lto=thin" */
/* The preset (NULL: none) and the single settings that this project builds with. */
void choice_set_variant(struct choice *c, const char *preset, const char *const *set, size_t count);
/* The presets of [preset.NAME] become the profile's (rust/profile.h). */
bool choice_give_presets(const struct choice *c, struct profile *p, struct err *err);
/* Puts the chosen preset and options over the profile. ERR_PARSE with its place for one that it does not
 * take. */
bool choice_apply(const struct choice *c, struct profile *p, struct err *err);
/* Puts the place of a chosen target before what err says of it; as it was for one that is not chosen.
 * Returns false. */
bool choice_err_target(const struct choice *c, const char *triple, struct err *err);
/* The same for an option of [target.TRIPLE] that is there. */
bool
choice_err_option(const struct choice *c, const char *triple, const char *key, struct err *err);
/* What packages hold besides what was built and what is found by its name: files or folders, relative
 * to the workspace's root. NULL where `i` is past the last. */
enum choice_pack { CHOICE_PACK_FILES, CHOICE_PACK_MAN, CHOICE_PACK_COMPLETIONS };
const char *choice_package_file(const struct choice *c, enum choice_pack kind, size_t i);
