/* pins: the versions that exported files name, from data/export.toml. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

struct toml;

/* Texts live as long as the pins. */
struct pins {
	struct toml *doc;
	const char *date; /* "2026-11-21", the day that the versions are of */
	const char *rust; /* "1.96" */
	long keep_days;   /* for artefacts */
	long build_minutes, release_minutes;
};

struct pin_action {
	const char *name, *version, *commit; /* "actions/checkout", "v7.0.1", 40 hex digits */
};

/* ERR_PARSE when the table is broken (a test holds that the built-in one is not). */
bool pins_load(struct pins *p, struct err *err);
void pins_fini(struct pins *p);
struct pin_action pins_action(const struct pins *p, const char *key); /* a key that is there */
/* Any text of a table: pins_text(p, "runner", "linux"); NULL: there is none. */
const char *pins_text(const struct pins *p, const char *table, const char *key);
/* The image of Rust for a release, in the arena. */
const char *pins_rust_image(const struct pins *p, const char *release, struct arena *arena);
