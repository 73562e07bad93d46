/* needs: by which backend, on what machine and with what a target is built that a fresh machine is
 * to build.
 *
 * The tables that set-up plans with answer: data/backends.toml, packages.toml, kits.toml. Only
 * export/recipe uses this. */
#pragma once
#include <stdbool.h>
#include "export/recipe.h"

/* Fills in backend and machine. False with why, one line, when no machine within reach can. */
bool
needs_choose(struct recipe *r, struct recipe_target *t, enum recipe_reach reach, const char **why);
/* Fills in what the machine needs besides Rust. */
void needs_fill(struct recipe *r, struct recipe_target *t);
/* Why an unchosen backend is the one, one line. */
const char *needs_reason(struct recipe *r, const struct recipe_target *t);
/* The first words of the command: "cargo zigbuild". */
const char *needs_program(const struct recipe *r, const struct recipe_target *t);
/* Whether zig links the wheel. */
bool needs_wheel_by_zig(const struct recipe_target *t);
