/* wants: TOML files by their keys, CI files word by word: a word that is a target is meant. */
#include "plan/wants.h"

#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/toml.h"

struct search {
	const struct survey *s;
	struct arena *arena;
	VEC(struct want) found;
};

/* "x86_64-unknown-linux-gnu.2.17", as zig takes it, is x86_64-unknown-linux-gnu. */
static struct span
without_version(struct span word)
{
	for (size_t i = 1; i + 1 < word.len; i++)
		if (word.data[i] == '.' && word.data[i + 1] >= '0' && word.data[i + 1] <= '9')
			return (struct span){ word.data, i };
	return word;
}

static void
want(struct search *search, struct span word, const char *file, int line)
{
	char *triple = span_dup(without_version(word));
	long i = survey_find(search->s, triple);
	const char *known;

	free(triple);
	if (i < 0)
		return;
	known = search->s->targets->items[i].triple;
	for (size_t k = 0; k < search->found.len; k++)
		if (text_is(search->found.items[k].triple, known))
			return;
	vec_push(&search->found,
		((struct want){ arena_strdup(search->arena, known),
			arena_printf(search->arena, "%s:%d", file, line) }));
}

/* ---- TOML ---- */

static struct toml *
open_toml(struct search *search, const char *file)
{
	char *path = path_join(search->s->workspace->root, file);
	struct toml *doc = file_exists(path) ? toml_read_dialect(path, file, TOML_1_1, NULL) : NULL;

	free(path);
	return doc;
}

/* A string, or each of an array's. */
static void
want_value(struct search *search, const char *file, const struct toml_value *v)
{
	if (v && toml_kind(v) == TOML_STRING)
		want(search, toml_text(v), file, toml_line(v));
	for (size_t i = 0; v && toml_kind(v) == TOML_ARRAY && i < toml_count(v); i++)
		if (toml_kind(toml_at(v, i)) == TOML_STRING)
			want(search, toml_text(toml_at(v, i)), file, toml_line(toml_at(v, i)));
}

/* Each target that has a table of its own. */
static void
want_keys(struct search *search, const char *file, const struct toml_value *table)
{
	for (size_t i = 0; table && toml_kind(table) == TOML_TABLE && i < toml_count(table); i++)
		want(search, toml_key_text(table, i), file, toml_line(toml_at(table, i)));
}

static void
read_toml(struct search *search, const char *file)
{
	/* Where targets are named; in any of the files, for none of these keys means anything
	 * else. */
	static const char *const places[][4] = {
		{ "build", "target" },           /* .cargo/config.toml */
		{ "build", "default-target" },   /* Cross.toml */
		{ "toolchain", "targets" },      /* rust-toolchain.toml */
		{ "dist", "targets" },           /* dist-workspace.toml */
		{ "tool", "maturin", "target" }, /* pyproject.toml */
		{ "workspace", "metadata", "dist", "targets" },
		{ "package", "metadata", "dist", "targets" },
	};
	struct toml *doc = open_toml(search, file);

	if (!doc)
		return;
	for (size_t i = 0; i < COUNT(places); i++) {
		const struct toml_value *v = toml_root(doc);
		for (size_t k = 0; k < 4 && places[i][k]; k++)
			v = toml_get(v, places[i][k]);
		want_value(search, file, v);
	}
	if (!text_is(file, "Cargo.toml")) /* its [target.…] tables are dependencies */
		want_keys(search, file, toml_get(toml_root(doc), "target"));
	toml_free(doc);
}

/* ---- CI ---- */

static bool
is_of_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_' || c == '-' || c == '.';
}

static void
read_line(struct search *search, const char *file, struct span line, int number)
{
	size_t at = 0, len;

	while (at < line.len) {
		if (line.data[at] == '#')
			return;
		for (len = 0; at + len < line.len && is_of_word(line.data[at + len]);)
			len++;
		if (len && memchr(line.data + at, '-', len))
			want(search, (struct span){ line.data + at, len }, file, number);
		at += len ? len : 1;
	}
}

static void
read_words(struct search *search, const char *file)
{
	char *path = path_join(search->s->workspace->root, file);
	struct str text = STR_INIT;
	struct span rest, line;

	if (file_exists(path) && file_read(path, &text, NULL)) {
		rest = str_span(&text);
		for (int number = 1; rest.len; number++) {
			line = span_cut(rest, '\n', &rest);
			read_line(search, file, line, number);
		}
	}
	str_fini(&text);
	free(path);
}

static void
read_workflows(struct search *search)
{
	static const char folder[] = ".github/workflows";
	char *path = path_join(search->s->workspace->root, folder), **names = NULL;
	size_t count = 0;

	if (file_list(path, &names, &count, NULL))
		for (size_t i = 0; i < count; i++)
			if (text_ends(names[i], ".yml") || text_ends(names[i], ".yaml"))
				read_words(search,
					arena_printf(search->arena, "%s/%s", folder, names[i]));
	file_list_free(names, count);
	free(path);
}

/* ---- the whole ---- */

void
wants_read(const struct survey *s, struct arena *arena, struct wants *out)
{
	static const char *const tomls[] = { ".cargo/config", ".cargo/config.toml",
		"rust-toolchain.toml", "rust-toolchain", "Cross.toml", "dist-workspace.toml",
		"Cargo.toml", "pyproject.toml" };
	static const char *const texts[] = { ".gitlab-ci.yml", "azure-pipelines.yml", ".cirrus.yml",
		".travis.yml", ".circleci/config.yml" };
	struct search search = { .s = s, .arena = arena };

	*out = (struct wants){ 0 };
	if (!s->workspace)
		return;
	for (size_t i = 0; i < COUNT(tomls); i++)
		read_toml(&search, tomls[i]);
	read_workflows(&search);
	for (size_t i = 0; i < COUNT(texts); i++)
		read_words(&search, texts[i]);
	out->count = search.found.len;
	out->items = arena_array(arena, struct want, out->count + 1);
	if (out->count)
		memcpy(out->items, search.found.items, out->count * sizeof(*out->items));
	vec_fini(&search.found);
}
