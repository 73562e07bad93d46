/* keys: names of keys, and the map from keys to actions.
 *
 * A key is a terminal's (enum term_key); a chord is up to KEY_CHORD_MAX of them, pressed one after
 * the other. Names: "a", "Ctrl-P", "Alt-x", "F5", "Space", "PageUp"; chords: "g-g". The map holds the
 * built-in bindings with those of the user's [keys] table in their place. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"
#include "ui/action.h"

#define KEY_CHORD_MAX 3

struct toml;

struct key_chord {
	uint32_t keys[KEY_CHORD_MAX];
	int len;
};

/* The chord of a name; case matters for letters only. False when it is no key's name. */
bool key_parse(const char *name, struct key_chord *out);
void key_format(const struct key_chord *chord, struct str *out); /* appends the name */
bool key_is_text(uint32_t key); /* a printable character without Alt */

struct keymap;

/* `file` is the user's config.toml, or NULL. [keys]: action = "key", ["key", …] or "none". ERR_PARSE
 * with line and column for an unknown action or key (the nearest named) and for a key that two
 * actions of one screen have. */
struct keymap *keymap_new(const struct toml *file, struct err *err);
void keymap_free(struct keymap *map);

/* What the keys pressed so far mean where `on` (one ON_ bit) is: the action, and in *nth which of its
 * keys it was, from 0. ACT_NONE with *more set: they are the beginning of a chord. */
enum action_id keymap_find(const struct keymap *map, unsigned on, const struct key_chord *pressed,
	int *nth, bool *more);
/* The keys that reach the action there, as text: "Up k", "1-9", "" when none does. With `all` false
 * only the first one. */
void
keymap_shown(const struct keymap *map, unsigned on, enum action_id id, bool all, struct str *out);
