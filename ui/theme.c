/* theme: a file has three tables. [palette] names colours, [roles] gives a role its style
 * ("bold red on black"), [mono] its attributes where there are no colours. A style that leaves the
 * background or colour out takes that of `text`. */
#include "ui/theme.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/data.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "io/file.h"
#include "text/ansi.h"
#include "text/fuzzy.h"
#include "text/toml.h"

#define COLOR_UNSET (-2) /* while loading: as `text` has it */
#define FALLBACK "default"

static const char *const role_names[ROLE_COUNT] = {
#define X(id, name) name,
	THEME_ROLES(X)
#undef X
};

struct word {
	const char *name;
	int value;
};

static const struct word attr_words[] = {
	{ "bold", ANSI_BOLD },
	{ "dim", ANSI_DIM },
	{ "italic", ANSI_ITALIC },
	{ "underline", ANSI_UNDERLINE },
	{ "reverse", ANSI_REVERSE },
	{ "strike", ANSI_STRIKE },
};

static const struct word color_words[] = {
	{ "default", ANSI_DEFAULT },
	{ "black", 0 },
	{ "red", 1 },
	{ "green", 2 },
	{ "yellow", 3 },
	{ "blue", 4 },
	{ "magenta", 5 },
	{ "cyan", 6 },
	{ "white", 7 },
	{ "bright-black", 8 },
	{ "bright-red", 9 },
	{ "bright-green", 10 },
	{ "bright-yellow", 11 },
	{ "bright-blue", 12 },
	{ "bright-magenta", 13 },
	{ "bright-cyan", 14 },
	{ "bright-white", 15 },
};
#define SOME_COLORS                                                                                \
	"black red green yellow blue magenta cyan white, bright-red and so on, 0 to 255, #rrggbb"
#define PALETTE_NAMED_MAX 64 /* names of a theme's own that an error may offer */

const char *
role_name(enum role r)
{
	return role_names[r];
}

static bool
find_word(const struct word *words, size_t count, struct span name, int *value)
{
	for (size_t i = 0; i < count; i++) {
		if (span_is(name, words[i].name)) {
			*value = words[i].value;
			return true;
		}
	}
	return false;
}

/* "#rrggbb", "0" to "255". */
static bool
parse_number(struct span text, int *color)
{
	char digits[8] = { 0 }, *end;
	bool is_rgb = text.len == 7 && text.data[0] == '#';

	if (!is_rgb && text.len > 3)
		return false;
	memcpy(digits, text.data + is_rgb, text.len - is_rgb);
	if (strspn(digits, is_rgb ? "0123456789abcdefABCDEF" : "0123456789") != text.len - is_rgb)
		return false;
	long value = strtol(digits, &end, is_rgb ? 16 : 10);
	*color = is_rgb ? (int)value | ANSI_RGB : (int)value;
	return text.len > 0 && (is_rgb || value < 256);
}

static bool
parse_color(const struct toml_value *palette, struct span name, int *color)
{
	char *key = span_dup(name);
	struct span entry = toml_text(toml_get(palette, key));

	free(key);
	if (entry.len)
		name = entry;
	return find_word(color_words, COUNT(color_words), name, color) || parse_number(name, color);
}

/* One theme file being read. */
struct reading {
	struct toml *doc;
	const struct toml_value *palette;
	struct theme *theme;
	struct err *err;
};

static bool
reading_is_text(struct reading *r, const struct toml_value *value)
{
	if (toml_kind(value) == TOML_STRING)
		return true;
	return toml_err(r->doc, value, r->err, "expected a style such as \"bold red\", found %s",
		toml_kind_name(toml_kind(value)));
}

/* What could have been meant: the nearest of the words that may stand there, or some of them. */
static bool
err_unknown_word(struct reading *r, const struct toml_value *value, struct span word, bool is_color)
{
	const char *names[COUNT(attr_words) + COUNT(color_words) + PALETTE_NAMED_MAX];
	size_t count = 0, colors = is_color ? toml_count(r->palette) : 0;
	char *wrong = span_dup(word);

	for (size_t i = 0; i < COUNT(attr_words); i++)
		names[count++] = attr_words[i].name;
	for (size_t i = 0; is_color && i < COUNT(color_words); i++)
		names[count++] = color_words[i].name;
	for (size_t i = 0; i < colors && i < PALETTE_NAMED_MAX; i++)
		names[count++] = toml_key_at(r->palette, i);
	const char *nearest = fuzzy_nearest(wrong, names, count);
	toml_err(r->doc, value, r->err, "\"%s\" is no %s", wrong,
		is_color ? "colour or attribute" : "attribute");
	free(wrong);
	if (nearest)
		return err_try(r->err, "%s", nearest);
	return err_try(r->err, "%s",
		is_color ? "one of " SOME_COLORS ", or of bold dim underline"
			 : "one of bold dim italic underline reverse strike");
}

static bool
read_word(struct reading *r, const struct toml_value *value, struct span word, int32_t *color,
	uint8_t *attrs)
{
	int found;

	if (find_word(attr_words, COUNT(attr_words), word, &found)) {
		*attrs |= (uint8_t)found;
		return true;
	}
	if (color && parse_color(r->palette, word, &found)) {
		if (*color != COLOR_UNSET)
			return toml_err(r->doc, value, r->err,
				"\"%.*s\" is a second colour; \"on\" goes before a background",
				(int)word.len, word.data);
		*color = found;
		return true;
	}
	return err_unknown_word(r, value, word, color);
}

static bool
read_style(struct reading *r, const struct toml_value *value, struct theme_style *style)
{
	struct span rest = toml_text(value);
	int32_t *color = &style->fg;

	if (!reading_is_text(r, value))
		return false;
	style->fg = style->bg = COLOR_UNSET;
	style->attrs = 0;
	while (rest.len) {
		struct span word = span_cut(rest, ' ', &rest);
		if (span_is(word, "on"))
			color = &style->bg;
		else if (word.len && !read_word(r, value, word, color, &style->attrs))
			return false;
	}
	return true;
}

static bool
read_mono(struct reading *r, const struct toml_value *value, struct theme_style *style)
{
	struct span rest = toml_text(value);

	if (!reading_is_text(r, value))
		return false;
	style->mono_attrs = 0;
	while (rest.len) {
		struct span word = span_cut(rest, ' ', &rest);
		if (word.len && !read_word(r, value, word, NULL, &style->mono_attrs))
			return false;
	}
	return true;
}

static bool
err_unknown_name(struct reading *r, const struct toml_value *value, const char *what,
	const char *name, const char *const *known, size_t count)
{
	const char *nearest = fuzzy_nearest(name, known, count);

	if (nearest)
		return toml_err(r->doc, value, r->err, "unknown %s \"%s\", did you mean \"%s\"?",
			what, name, nearest);
	return toml_err(r->doc, value, r->err, "unknown %s \"%s\"", what, name);
}

static bool
read_roles(struct reading *r, const char *name,
	bool (*read)(struct reading *, const struct toml_value *, struct theme_style *))
{
	const struct toml_value *table = toml_get(toml_root(r->doc), name);

	for (size_t i = 0; i < toml_count(table); i++) {
		const struct toml_value *value = toml_at(table, i);
		const char *key = toml_key_at(table, i);
		size_t role = 0;
		while (role < ROLE_COUNT && strcmp(role_names[role], key) != 0)
			role++;
		if (role == ROLE_COUNT)
			return err_unknown_name(r, value, "role", key, role_names, ROLE_COUNT);
		if (!read(r, value, &r->theme->roles[role]))
			return false;
	}
	return true;
}

static bool
read_palette(struct reading *r)
{
	int color;

	r->palette = toml_get(toml_root(r->doc), "palette");
	for (size_t i = 0; i < toml_count(r->palette); i++) {
		const struct toml_value *value = toml_at(r->palette, i);
		if (!reading_is_text(r, value))
			return false;
		if (!parse_color(NULL, toml_text(value), &color)) {
			toml_err(r->doc, value, r->err,
				"expected a colour such as \"#83a598\" or \"cyan\", found \"%s\"",
				toml_string(value, ""));
			return err_try(r->err, "one of " SOME_COLORS);
		}
	}
	return true;
}

static bool
read_tables(struct reading *r)
{
	static const char *const tables[] = { "palette", "roles", "mono" };
	const struct toml_value *root = toml_root(r->doc);

	for (size_t i = 0; i < toml_count(root); i++) {
		const char *key = toml_key_at(root, i);
		bool is_known = false;
		for (size_t t = 0; t < COUNT(tables); t++)
			is_known = is_known || text_is(key, tables[t]);
		if (!is_known)
			return err_unknown_name(
				r, toml_at(root, i), "table", key, tables, COUNT(tables));
		if (toml_kind(toml_at(root, i)) != TOML_TABLE)
			return toml_err(r->doc, toml_at(root, i), r->err,
				"expected a table for \"%s\", found %s", key,
				toml_kind_name(toml_kind(toml_at(root, i))));
	}
	return read_palette(r) && read_roles(r, "roles", read_style) &&
		read_roles(r, "mono", read_mono);
}

static bool
read_theme(struct toml *doc, struct theme *theme, struct err *err)
{
	struct reading r = { .doc = doc, .theme = theme, .err = err };

	bool ok = doc && read_tables(&r);
	toml_free(doc);
	return ok;
}

static const struct data_file *
built_in(const char *name)
{
	char *path = xasprintf("themes/%s.toml", name);
	const struct data_file *file = data_find(path);

	free(path);
	return file;
}

static struct toml *
open_built_in(const struct data_file *file, struct err *err)
{
	return toml_parse(file->bytes, file->len, file->name, err);
}

static void
err_unknown_theme(const char *name, const char *config_dir, struct err *err)
{
	char **names = theme_names(config_dir);
	size_t count = 0;

	while (names[count])
		count++;
	const char *nearest = fuzzy_nearest(name, (const char *const *)names, count);
	err_set(err, ERR_USAGE, "theme \"%s\": there is none of that name", name);
	err_try(err, "--theme %s", nearest ? nearest : FALLBACK);
	theme_names_free(names);
}

static struct toml *
open_theme(const char *name, const char *config_dir, struct err *err)
{
	const struct data_file *file = built_in(name);
	char *path = config_dir && !strchr(name, '/')
		? path_joinf(config_dir, "themes/%s.toml", name)
		: NULL;
	struct toml *doc = NULL;

	if (path && file_exists(path))
		doc = toml_read(path, NULL, err);
	else if (file)
		doc = open_built_in(file, err);
	else
		err_unknown_theme(name, config_dir, err);
	free(path);
	return doc;
}

static void
inherit_from_text(struct theme *theme)
{
	struct theme_style *text = &theme->roles[ROLE_TEXT];

	for (size_t i = 0; i < ROLE_COUNT; i++) {
		struct theme_style *style = &theme->roles[i];
		if (style->fg == COLOR_UNSET)
			style->fg = text->fg == COLOR_UNSET ? ANSI_DEFAULT : text->fg;
		if (style->bg == COLOR_UNSET)
			style->bg = text->bg == COLOR_UNSET ? ANSI_DEFAULT : text->bg;
	}
}

bool
theme_load(const char *name, const char *config_dir, struct theme *out, struct err *err)
{
	*out = (struct theme){ 0 };
	snprintf(out->name, sizeof(out->name), "%s", name);
	if (!read_theme(open_built_in(built_in(FALLBACK), err), out, err) ||
		!read_theme(open_theme(name, config_dir, err), out, err))
		return false;
	inherit_from_text(out);
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "light" of "themes/light.toml"; NULL for what is no theme file. */
static char *
name_of_file(const char *path)
{
	const char *base = path_basename(path);

	if (!text_ends(base, ".toml"))
		return NULL;
	return xstrndup(base, strlen(base) - strlen(".toml"));
}

char **
theme_names(const char *config_dir)
{
	char *dir = config_dir ? path_join(config_dir, "themes") : NULL;
	VEC(char *) names = VEC_INIT;
	char **own = NULL, *name;
	size_t own_count = 0;

	for (size_t i = 0; data_at("themes/", i); i++)
		if ((name = name_of_file(data_at("themes/", i)->name)))
			vec_push(&names, name);
	if (dir)
		file_list(dir, &own, &own_count, NULL);
	for (size_t i = 0; i < own_count; i++)
		if ((name = name_of_file(own[i])))
			vec_push(&names, name);
	file_list_free(own, own_count);
	free(dir);

	if (names.len)
		qsort(names.items, names.len, sizeof(*names.items), compare_names);
	for (size_t i = 1; i < names.len;) {
		if (strcmp(names.items[i - 1], names.items[i]) == 0) {
			free(names.items[i]);
			vec_remove(&names, i);
		} else {
			i++;
		}
	}
	vec_push(&names, NULL);
	return names.items;
}

void
theme_names_free(char **names)
{
	for (size_t i = 0; names[i]; i++)
		free(names[i]);
	free(names);
}

/* The first sixteen colours as xterm has them: what is compared when there are no more. */
/* clang-format off */
static const int basic_rgb[16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};
/* clang-format on */
static const int cube_levels[6] = { 0, 95, 135, 175, 215, 255 };

static int
palette_rgb(int index)
{
	if (index < 16)
		return basic_rgb[index];
	if (index >= 232)
		return (8 + (index - 232) * 10) * 0x10101;
	index -= 16;
	return cube_levels[index / 36] << 16 | cube_levels[index / 6 % 6] << 8 |
		cube_levels[index % 6];
}

static int
distance(int a, int b)
{
	int red = (a >> 16 & 255) - (b >> 16 & 255);
	int green = (a >> 8 & 255) - (b >> 8 & 255);
	int blue = (a & 255) - (b & 255);

	return 3 * red * red + 4 * green * green + 2 * blue * blue; /* as the eye weighs them */
}

static int
nearest_in_palette(int rgb, int from, int to)
{
	int best = from;

	for (int i = from + 1; i < to; i++)
		if (distance(rgb, palette_rgb(i)) < distance(rgb, palette_rgb(best)))
			best = i;
	return best;
}

int
theme_reduce(int32_t color, int colors)
{
	if (color < 0)
		return ANSI_DEFAULT;
	bool is_rgb = color & ANSI_RGB;
	if (!is_rgb && color < colors)
		return color;
	int rgb = is_rgb ? color & 0xffffff : palette_rgb(color);
	if (colors >= 256)
		return nearest_in_palette(rgb, 16, 256); /* the first 16 are the user's own */
	if (colors >= 16)
		return nearest_in_palette(rgb, 0, 16);
	if (!is_rgb && color < 16)
		return color - 8;
	return nearest_in_palette(rgb, 0, colors < 8 ? colors : 8);
}
