/* wheel: see wheel.h. */
#include "artifact/wheel.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "artifact/object.h"
#include "artifact/reader.h"
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "io/file.h"
#include "io/tempdir.h"
#include "io/unpack.h"
#include "text/version.h"

#define PARTS_MAX 256
#define WHEEL_BYTES_MAX (UINT64_C(2) << 30) /* unpacked; PyPI takes no more than 1 GB packed */

bool
wheel_is(const struct reader *r, const char *path)
{
	return reader_starts(r, 0, SPAN("PK\3\4")) && text_ends(path, ".whl");
}

/* --- its name --- */

/* The word behind the last '-', which is cut off. */
static struct span
cut_tag(struct span *name)
{
	for (size_t i = name->len; i > 0; i--) {
		struct span tag = { name->data + i, name->len - i };

		if (name->data[i - 1] != '-')
			continue;
		name->len = i - 1;
		return tag;
	}
	return (struct span){ 0 };
}

/* "hello-0.1.0-cp39-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64.whl" */
static void
tell_name(struct card *card)
{
	static const char *const keys[][2] = { { "platform", "platform" },
		{ "python_abi", "Python's ABI" }, { "python", "for Python" } };
	const char *base = path_basename(card->path);
	struct span name = { base, strlen(base) - strlen(".whl") };
	const char *title, *version;

	for (size_t i = 0; i < 3; i++) {
		struct span tag = cut_tag(&name);

		if (!tag.len) {
			card_add_damage(card,
				"its name is not NAME-VERSION-PYTHON-ABI-PLATFORM.whl, and no "
				"installer takes it");
			return;
		}
		card_add_detail(card, keys[i][0], keys[i][1], "%.*s", (int)tag.len, tag.data);
	}
	title = arena_printf(&card->arena, "%.*s", (int)name.len, name.data);
	version = strchr(title, '-');
	card_add_detail(card, "package", "package", "%.*s",
		(int)(version ? (size_t)(version - title) : name.len), title);
	if (version)
		card_add_detail(card, "version", "version", "%s", version + 1);
}

/* PEP 513, 571 and 599 named the first tags by years. */
static const char *
version_of_tag(struct card *card, struct span tag, const char *family)
{
	static const struct {
		const char *tag, *version;
	} olds[] = { { "manylinux1_", "2.5" }, { "manylinux2010_", "2.12" },
		{ "manylinux2014_", "2.17" } };
	const char *text = arena_printf(&card->arena, "%.*s", (int)tag.len, tag.data);
	unsigned major, minor;

	for (size_t i = 0; i < COUNT(olds); i++)
		if (text_is(family, "manylinux") && text_starts(text, olds[i].tag))
			return olds[i].version;
	if (!text_starts(text, family) ||
		sscanf(text + strlen(family), "_%u_%u_", &major, &minor) != 2)
		return NULL;
	return arena_printf(&card->arena, "%u.%u", major, minor);
}

const char *
wheel_promise(struct card *card, const char *family)
{
	const struct card_detail *platform = card_detail(card, "platform");
	struct span rest = span_of(platform ? platform->value : "");
	const char *oldest = NULL;

	while (rest.len) {
		struct span tag = span_cut(rest, '.', &rest);
		const char *version = version_of_tag(card, tag, family);

		if (version && (!oldest || version_compare(version, oldest) < 0))
			oldest = version;
	}
	return oldest;
}

/* --- what is in it --- */

struct contents {
	struct card *card;
	VEC(char *) paths;
};

static void
note_member(void *arg, const struct unpack_member *m)
{
	struct contents *c = arg;

	if (m->kind == UNPACK_FILE)
		vec_push(&c->paths, xstrdup(m->path));
}

/* The value of "Key: value" at the beginning of a line of the file. */
static void
tell_header(struct card *card, const char *path, const char *key, const char *id, const char *label)
{
	struct str text = STR_INIT;
	struct span rest;

	if (!file_read(path, &text, NULL)) {
		str_fini(&text);
		return;
	}
	rest = str_span(&text);
	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest), value;
		struct span name = span_cut(line, ':', &value);

		if (!line.len) /* what follows is the description */
			break;
		if (!span_is(name, key))
			continue;
		value = span_trim(value);
		card_add_detail(card, id, label, "%.*s", (int)value.len, value.data);
		break;
	}
	str_fini(&text);
}

static void
add_part(struct card *card, const char *path, const char *name)
{
	struct err err = ERR_INIT;
	struct card *part;
	struct reader r;
	bool is_built;

	if (card->parts.len >= PARTS_MAX || !reader_open(&r, path, NULL))
		return;
	is_built = object_format(&r) != NULL;
	reader_close(&r);
	if (!is_built)
		return;
	if (!(part = object_inspect(path, &err))) {
		card_add_damage(card, "%s: %s", name, err.message);
		return;
	}
	card_add_detail(part, "member", "file", "%s", name);
	part->path = arena_printf(&part->arena, "%s (%s)", card->path, name);
	vec_push(&card->parts, part);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
read_members(struct contents *c, const char *dir)
{
	if (c->paths.len)
		qsort(c->paths.items, c->paths.len, sizeof(*c->paths.items), by_name);
	for (size_t i = 0; i < c->paths.len; i++) {
		char *path = path_join(dir, c->paths.items[i]);

		if (text_ends(path, ".dist-info/METADATA"))
			tell_header(c->card, path, "Requires-Python", "requires_python",
				"needs Python");
		else if (text_ends(path, ".dist-info/WHEEL"))
			tell_header(c->card, path, "Generator", "generator", "made by");
		else
			add_part(c->card, path, c->paths.items[i]);
		free(path);
	}
}

/* The newest that any part asks for is what the wheel asks for. */
static void
take_floors(struct card *card)
{
	for (size_t i = 0; i < card->parts.len; i++) {
		const struct card *part = card->parts.items[i];

		if (part->min_glibc && version_compare(part->min_glibc, card->min_glibc) > 0) {
			card->min_glibc = arena_strdup(&card->arena, part->min_glibc);
			card->min_glibc_symbol = arena_strdup(&card->arena, part->min_glibc_symbol);
		}
		if (part->min_macos && version_compare(part->min_macos, card->min_macos) > 0)
			card->min_macos = arena_strdup(&card->arena, part->min_macos);
	}
}

static bool
unpack_to(struct contents *c, const char *dir, struct err *err)
{
	const struct unpack_rules rules = {
		.bytes_max = WHEEL_BYTES_MAX, .member = note_member, .arg = c
	};
	struct unpack *u = unpack_open(dir, &rules, err);
	bool ok = u && unpack_file(u, c->card->path, err);

	if (ok)
		read_members(c, unpack_dir(u));
	unpack_close(u);
	return ok;
}

static struct tempdir *
open_tempdir(struct err *err)
{
	const char *parents[TEMPDIR_PLACES];
	struct tempdir *dir = NULL;

	tempdir_places(parents);
	for (size_t i = 1; !dir && i < TEMPDIR_PLACES; i++) /* not the one in memory */
		if (parents[i] && path_is_absolute(parents[i]))
			dir = tempdir_open(parents[i], "xtui-wheel-", err);
	return dir;
}

bool
wheel_read(struct card *card, struct err *err)
{
	struct contents c = { .card = card };
	struct tempdir *dir = open_tempdir(err);
	bool ok = dir && unpack_to(&c, tempdir_path(dir), err);

	card->format = FORMAT_WHEEL;
	if (ok) {
		tell_name(card);
		card_take_over_parts(card);
		take_floors(card);
	}
	for (size_t i = 0; i < c.paths.len; i++)
		free(c.paths.items[i]);
	vec_fini(&c.paths);
	tempdir_close(dir);
	return ok || err_prefix(err, "%s", card->path);
}
