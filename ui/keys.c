/* keys: a keymap is one list of bindings, built-in ones first, in the order of the action table. */
#include "ui/keys.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/toml.h"
#include "ui/term.h"

struct key_name {
	const char *name;
	uint32_t key;
};

/* The first name of a key is the one that is shown. */
static const struct key_name key_names[] = {
	{ "Space", ' ' },
	{ "Up", TERM_KEY_UP },
	{ "Down", TERM_KEY_DOWN },
	{ "Left", TERM_KEY_LEFT },
	{ "Right", TERM_KEY_RIGHT },
	{ "Home", TERM_KEY_HOME },
	{ "End", TERM_KEY_END },
	{ "PageUp", TERM_KEY_PAGE_UP },
	{ "PageDown", TERM_KEY_PAGE_DOWN },
	{ "Insert", TERM_KEY_INSERT },
	{ "Delete", TERM_KEY_DELETE },
	{ "Backspace", TERM_KEY_BACKSPACE },
	{ "Enter", TERM_KEY_ENTER },
	{ "Tab", TERM_KEY_TAB },
	{ "BackTab", TERM_KEY_BACKTAB },
	{ "Esc", TERM_KEY_ESCAPE },
	{ "F10", TERM_KEY_F1 + 9 },
	{ "F11", TERM_KEY_F1 + 10 },
	{ "F12", TERM_KEY_F1 + 11 },
	{ "F1", TERM_KEY_F1 },
	{ "F2", TERM_KEY_F1 + 1 },
	{ "F3", TERM_KEY_F1 + 2 },
	{ "F4", TERM_KEY_F1 + 3 },
	{ "F5", TERM_KEY_F1 + 4 },
	{ "F6", TERM_KEY_F1 + 5 },
	{ "F7", TERM_KEY_F1 + 6 },
	{ "F8", TERM_KEY_F1 + 7 },
	{ "F9", TERM_KEY_F1 + 8 },
	{ "Shift-Tab", TERM_KEY_BACKTAB },
	{ "Escape", TERM_KEY_ESCAPE },
	{ "Return", TERM_KEY_ENTER },
	{ "PgUp", TERM_KEY_PAGE_UP },
	{ "PgDn", TERM_KEY_PAGE_DOWN },
	{ "Del", TERM_KEY_DELETE },
	{ "Ins", TERM_KEY_INSERT },
};
#define KEY_NAME_COUNT (COUNT(key_names))

struct binding {
	enum action_id action;
	struct key_chord chord;
	int nth;                        /* of the action's keys */
	const struct toml_value *value; /* where the user says so; NULL: built in */
};

struct keymap {
	VEC(struct binding) bindings;
};

static bool
take_prefix(const char **name, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncasecmp(*name, prefix, len) != 0)
		return false;
	*name += len;
	return true;
}

static bool
take_named(const char **name, uint32_t *key)
{
	for (size_t i = 0; i < KEY_NAME_COUNT; i++) {
		const char *rest = *name;
		if (take_prefix(&rest, key_names[i].name) && (!*rest || *rest == '-')) {
			*key = key_names[i].key;
			*name = rest;
			return true;
		}
	}
	return false;
}

static bool
take_char(const char **name, uint32_t *key)
{
	if (!**name)
		return false;
	*name += utf8_decode(*name, strlen(*name), key);
	return *key > ' ' && *key != UTF8_BAD && utf8_width(*key) > 0;
}

/* What a terminal sends for a control key; some of them are other keys. */
static bool
to_control(uint32_t *key)
{
	uint32_t upper = *key >= 'a' && *key <= 'z' ? *key - 32 : *key;

	if (upper < 'A' || upper > '_')
		return false;
	switch (upper) {
	case 'I': *key = TERM_KEY_TAB; break;
	case 'J':
	case 'M': *key = TERM_KEY_ENTER; break;
	case 'H': *key = TERM_KEY_BACKSPACE; break;
	case '[': *key = TERM_KEY_ESCAPE; break;
	default: *key = TERM_CTRL(upper);
	}
	return true;
}

/* Only what terminals send as Esc and one byte; Alt-[ and Alt-O begin the sequences of other keys. */
static bool
to_alt(uint32_t *key)
{
	bool is_byte = *key < TERM_KEY_UP || *key == TERM_KEY_ENTER || *key == TERM_KEY_BACKSPACE;

	if (!is_byte || *key == '[' || *key == 'O')
		return false;
	*key |= TERM_KEY_ALT;
	return true;
}

static bool
take_key(const char **name, uint32_t *key)
{
	bool alt = take_prefix(name, "Alt-");
	bool ctrl = take_prefix(name, "Ctrl-");

	if (!take_named(name, key) && !take_char(name, key))
		return false;
	return (!ctrl || to_control(key)) && (!alt || to_alt(key));
}

bool
key_parse(const char *name, struct key_chord *out)
{
	out->len = 0;
	do {
		if (out->len == KEY_CHORD_MAX || !take_key(&name, &out->keys[out->len++]))
			return false;
	} while (*name++ == '-');
	return !name[-1];
}

static void
format_one(uint32_t key, struct str *out)
{
	char bytes[4];

	if (key & TERM_KEY_ALT)
		str_append(out, "Alt-");
	key &= ~(uint32_t)TERM_KEY_ALT;
	for (size_t i = 0; i < KEY_NAME_COUNT; i++) {
		if (key_names[i].key == key) {
			str_append(out, key_names[i].name);
			return;
		}
	}
	if (key < ' ')
		str_appendf(out, "Ctrl-%c", (int)key + '@');
	else
		str_append_bytes(out, bytes, utf8_encode(key, bytes));
}

void
key_format(const struct key_chord *chord, struct str *out)
{
	for (int i = 0; i < chord->len; i++) {
		if (i > 0)
			str_append_char(out, '-');
		format_one(chord->keys[i], out);
	}
}

bool
key_is_text(uint32_t key)
{
	return key >= ' ' && key < TERM_KEY_UP && utf8_width(key) > 0;
}

static void
add_binding(struct keymap *map, enum action_id action, const struct key_chord *chord, int nth,
	const struct toml_value *value)
{
	struct binding b = { .action = action, .chord = *chord, .nth = nth, .value = value };

	vec_push(&map->bindings, b);
}

static void
add_built_in(struct keymap *map, const struct action *action)
{
	struct span rest = span_of(action->keys);
	struct key_chord chord;

	for (int nth = 0; rest.len; nth++) {
		char *name = span_dup(span_cut(rest, ' ', &rest));
		if (key_parse(name, &chord))
			add_binding(map, action->id, &chord, nth, NULL);
		free(name);
	}
}

/* The user's [keys] table being read. */
struct reading {
	struct keymap *map;
	const struct toml *file;
	struct err *err;
};

static bool
add_users(struct reading *r, const struct action *action, const struct toml_value *value, int nth)
{
	struct key_chord chord;
	const char *name = toml_string(value, NULL);

	if (!name)
		return toml_err(r->file, value, r->err,
			"expected the name of a key for \"%s\", found %s", action->name,
			toml_kind_name(toml_kind(value)));
	if (!key_parse(name, &chord)) {
		toml_err(r->file, value, r->err, "\"%s\" is no key's name", name);
		return err_try(r->err, "%s",
			"names such as \"b\", \"Ctrl-P\", \"Alt-x\", \"F5\", "
			"\"Space\", \"PageUp\", \"g-g\"");
	}
	add_binding(r->map, action->id, &chord, nth, value);
	return true;
}

static bool
read_action(struct reading *r, const char *name, const struct toml_value *value)
{
	const struct action *action = action_find(name);

	if (!action) {
		const char *nearest = action_nearest(name);
		return nearest
			? toml_err(r->file, value, r->err,
				  "unknown action \"%s\", did you mean \"%s\"?", name, nearest)
			: toml_err(r->file, value, r->err, "unknown action \"%s\"", name);
	}
	if (toml_kind(value) != TOML_ARRAY)
		return text_is(toml_string(value, NULL), "none") || add_users(r, action, value, 0);
	for (size_t i = 0; i < toml_count(value); i++)
		if (!add_users(r, action, toml_at(value, i), (int)i))
			return false;
	return true;
}

static bool
read_users(struct reading *r)
{
	const struct toml_value *keys = r->file ? toml_get(toml_root(r->file), "keys") : NULL;

	if (keys && toml_kind(keys) != TOML_TABLE)
		return toml_err(r->file, keys, r->err, "expected a table for \"keys\", found %s",
			toml_kind_name(toml_kind(keys)));
	for (size_t i = 1; i < ACT_COUNT; i++)
		if (!toml_get(keys, action_get((enum action_id)i)->name))
			add_built_in(r->map, action_get((enum action_id)i));
	for (size_t i = 0; i < toml_count(keys); i++)
		if (!read_action(r, toml_key_at(keys, i), toml_at(keys, i)))
			return false;
	return true;
}

static bool
begins_with(const struct key_chord *chord, const struct key_chord *start)
{
	return start->len <= chord->len &&
		memcmp(chord->keys, start->keys, sizeof(*chord->keys) * (size_t)start->len) == 0;
}

/* Where the binding counts. */
static unsigned
binding_screens(const struct binding *b)
{
	unsigned screens = action_get(b->action)->screens;

	return key_is_text(b->chord.keys[0]) ? screens & ~(unsigned)ON_TYPING : screens;
}

static bool
bindings_clash(const struct binding *a, const struct binding *b)
{
	unsigned ours = binding_screens(a), others = binding_screens(b);

	if (a->action == b->action || !(ours & others & ON_ALL) ||
		(ours & ON_YIELDS) != (others & ON_YIELDS))
		return false;
	return begins_with(&a->chord, &b->chord) || begins_with(&b->chord, &a->chord);
}

static bool
err_clash(const struct reading *r, const struct binding *late, const struct binding *early)
{
	const char *ours = action_get(late->action)->name, *other = action_get(early->action)->name;
	struct str key = STR_INIT;

	key_format(&early->chord, &key);
	if (late->value)
		toml_err(r->file, late->value, r->err,
			"key %s of \"%s\" belongs to \"%s\" there too", str_cstr(&key), ours,
			other);
	else
		err_set(r->err, ERR_PARSE, "built-in key %s: both \"%s\" and \"%s\"",
			str_cstr(&key), ours, other);
	str_fini(&key);
	return err_try(r->err, "another key, or %s = \"none\" in [keys]", other);
}

static bool
check_clashes(const struct reading *r)
{
	const struct keymap *map = r->map;

	for (size_t i = 1; i < map->bindings.len; i++)
		for (size_t k = 0; k < i; k++)
			if (bindings_clash(&map->bindings.items[i], &map->bindings.items[k]))
				return err_clash(
					r, &map->bindings.items[i], &map->bindings.items[k]);
	return true;
}

struct keymap *
keymap_new(const struct toml *file, struct err *err)
{
	struct keymap *map = xcalloc(1, sizeof(*map));
	struct reading r = { .map = map, .file = file, .err = err };

	if (read_users(&r) && check_clashes(&r))
		return map;
	keymap_free(map);
	return NULL;
}

void
keymap_free(struct keymap *map)
{
	if (!map)
		return;
	vec_fini(&map->bindings);
	free(map);
}

enum action_id
keymap_find(const struct keymap *map, unsigned on, const struct key_chord *pressed, int *nth,
	bool *more)
{
	const struct binding *found = NULL;

	*more = false;
	for (size_t i = 0; i < map->bindings.len; i++) {
		const struct binding *b = &map->bindings.items[i];
		if (!(binding_screens(b) & on) || !begins_with(&b->chord, pressed))
			continue;
		if (b->chord.len > pressed->len)
			*more = true;
		else if (!found || binding_screens(found) & ON_YIELDS)
			found = b;
	}
	*nth = found ? found->nth : 0;
	*more = *more && !found;
	return found ? found->action : ACT_NONE;
}

/* "1-9" for keys that are such a row of digits. */
static bool
shown_as_range(const struct key_chord *chords, size_t count, struct str *out)
{
	for (size_t i = 0; i < count; i++)
		if (chords[i].len != 1 || chords[i].keys[0] != chords[0].keys[0] + i ||
			chords[i].keys[0] < '0' || chords[i].keys[0] > '9')
			return false;
	if (count < 3)
		return false;
	key_format(&chords[0], out);
	str_append_char(out, '-');
	key_format(&chords[count - 1], out);
	return true;
}

void
keymap_shown(const struct keymap *map, unsigned on, enum action_id id, bool all, struct str *out)
{
	VEC(struct key_chord) chords = VEC_INIT;
	bool more;
	int nth;

	for (size_t i = 0; i < map->bindings.len; i++) {
		const struct binding *b = &map->bindings.items[i];
		if (b->action == id && keymap_find(map, on, &b->chord, &nth, &more) == id)
			vec_push(&chords, b->chord);
	}
	if (!shown_as_range(chords.items, chords.len, out)) {
		for (size_t i = 0; i < chords.len && (all || i == 0); i++) {
			if (i > 0)
				str_append_char(out, ' ');
			key_format(&chords.items[i], out);
		}
	}
	vec_fini(&chords);
}
