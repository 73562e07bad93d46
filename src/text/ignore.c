#include "text/ignore.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/vec.h"

struct pattern {
	const char *folder; /* that it is meant for; "" everywhere */
	const char *glob;
	bool is_back;     /* "!": matching paths are in again */
	bool is_anchored; /* the whole path from the folder, not only its last part */
	bool dirs_only;
};

struct ignore {
	VEC(struct pattern) patterns;
	struct arena arena;
};

struct ignore *
ignore_new(void)
{
	return xcalloc(1, sizeof(struct ignore));
}

void
ignore_free(struct ignore *ig)
{
	if (!ig)
		return;
	vec_fini(&ig->patterns);
	arena_fini(&ig->arena);
	free(ig);
}

/* ---- matching ---- */

/* "[a-z]", "[!x]" at `glob`: where it ends, or NULL when it never does. */
static const char *
match_class(const char *glob, char c, bool *matches)
{
	const char *at = glob + 1;
	bool is_not = *at == '!' || *at == '^', found = false;

	at += is_not;
	do {
		char from = *at;

		if (!from)
			return NULL;
		if (at[1] == '-' && at[2] && at[2] != ']')
			at += 2;
		found |= c >= from && c <= *at;
		at++;
	} while (*at != ']');
	*matches = found != is_not;
	return at + 1;
}

static bool match(const char *glob, const char *text);

/* "**" and a slash: any number of folders. */
static bool
match_folders(const char *rest, const char *text)
{
	for (; text; text = (text = strchr(text, '/')) ? text + 1 : NULL) {
		if (match(rest, text))
			return true;
	}
	return false;
}

static bool
match_star(const char *glob, const char *text)
{
	if (glob[1] == '*' && glob[2] == '/')
		return match_folders(glob + 3, text);
	if (glob[1] == '*' && !glob[2])
		return *text != '\0';
	for (;; text++) {
		if (match(glob + 1, text))
			return true;
		if (!*text || *text == '/')
			return false;
	}
}

static bool
match(const char *glob, const char *text)
{
	for (; *glob; text++) {
		bool matches = *text == *glob;
		const char *next = glob + 1;

		if (*glob == '*')
			return match_star(glob, text);
		if (!*text)
			return false;
		if (*glob == '?') {
			matches = *text != '/';
		} else if (*glob == '[' && *text != '/') {
			next = match_class(glob, *text, &matches);
		} else if (*glob == '\\' && glob[1]) {
			matches = *text == glob[1];
			next = glob + 2;
		}
		if (!matches || !next)
			return false;
		glob = next;
	}
	return !*text;
}

/* The path as the pattern's folder sees it, or NULL when it lies elsewhere. */
static const char *
seen_from(const char *folder, const char *path)
{
	size_t len = strlen(folder);

	if (!len)
		return path;
	return strncmp(path, folder, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

static bool
is_meant(const struct pattern *p, const char *path, bool is_dir)
{
	const char *seen = seen_from(p->folder, path), *last;

	if (!seen || (p->dirs_only && !is_dir))
		return false;
	last = strrchr(seen, '/');
	return match(p->glob, p->is_anchored || !last ? seen : last + 1);
}

bool
ignore_has(const struct ignore *ig, const char *path, bool is_dir)
{
	for (size_t i = ig->patterns.len; i > 0; i--) {
		if (is_meant(&ig->patterns.items[i - 1], path, is_dir))
			return !ig->patterns.items[i - 1].is_back;
	}
	return false;
}

/* ---- reading ---- */

static struct span
without_blanks_at_end(struct span line)
{
	while (line.len && strchr(" \t\r", line.data[line.len - 1]) &&
		!(line.len > 1 && line.data[line.len - 2] == '\\'))
		line.len--;
	return line;
}

static void
add_line(struct ignore *ig, const char *folder, struct span line)
{
	struct pattern p = { .folder = folder };
	char *glob;

	line = without_blanks_at_end(line);
	if (!line.len || line.data[0] == '#')
		return;
	p.is_back = line.data[0] == '!';
	glob = arena_printf(&ig->arena, "%.*s", (int)(line.len - p.is_back), line.data + p.is_back);
	if (*glob && glob[strlen(glob) - 1] == '/') {
		p.dirs_only = true;
		glob[strlen(glob) - 1] = '\0';
	}
	p.is_anchored = strchr(glob, '/') != NULL;
	p.glob = glob + (*glob == '/');
	if (*p.glob)
		vec_push(&ig->patterns, p);
}

void
ignore_add(struct ignore *ig, const char *folder, struct span text)
{
	const char *kept = arena_strdup(&ig->arena, folder);

	while (text.len) {
		struct span rest = { 0 };

		add_line(ig, kept, span_cut(text, '\n', &rest));
		text = rest;
	}
}
