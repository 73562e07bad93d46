/* target_json: a target and its state as one object of `targets --json` (docs/json.md). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct json;
struct survey;

/* `with_probe`: also "probe", as `doctor --json` has it. */
struct json *target_json(const struct survey *s, size_t i, bool with_probe);
struct json *toolchain_json(const struct survey *s); /* NULL-able: null without a toolchain */
