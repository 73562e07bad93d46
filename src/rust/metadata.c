/* metadata: the file begins with stamps, a line for each path that matters and what is there now; they
 * count when they are the same again. Then, after an empty line, the document. */
#include "rust/metadata.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/path.h"
#include "io/file.h"
#include "rust/conffiles.h"
#include "rust/rustcache.h"
#include "rust/rustup.h"
#include "rust/toolchain.h"
#include "text/json.h"
#include "text/toml.h"

#define VERSION "xtui metadata 1\n"
#define STAMPS_END "\n\n"
#define FRESH_NS 100000000 /* what changed so shortly ago may change again and seem the same */

extern char **environ;

/* --- stamps -------------------------------------------------------------------------------- */

struct stamps {
	struct str text;
	struct map seen; /* beginnings of lines, up to the tab */
	int64_t newest;  /* change of a file, ns since 1970 */
};

/* What of a path matters: the first letter of its line. */
enum what {
	THE_FILE = '=',  /* that it is this very file, unchanged */
	ITS_BEING = '?', /* that there is one, or none */
	ITS_NAMES = '/', /* the names in the folder */
};

static uint64_t
hash_names(const char *path)
{
	uint64_t hash = HASH_INIT;
	char **names;
	size_t count;

	if (!file_list(path, &names, &count, NULL))
		return 0;
	for (size_t i = 0; i < count; i++)
		hash = hash_text(hash, names[i]);
	file_list_free(names, count);
	return hash;
}

/* "=<path>\t<device> <inode> <size> <change>", "?<path>\t+", "/<path>\t<hash>"; "-" for nothing. The
 * change is given back, ns since 1970. */
static int64_t
append_stamp(struct str *out, enum what what, const char *path)
{
	struct file_identity id = { 0 };
	bool is_there = file_identity(path, &id);

	str_appendf(out, "%c%s\t", what, path);
	if (!is_there)
		str_append(out, "-\n");
	else if (what == ITS_BEING)
		str_append(out, "+\n");
	else if (what == ITS_NAMES)
		str_appendf(out, "%" PRIx64 "\n", hash_names(path));
	else
		str_appendf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 "\n", id.device,
			id.inode, id.size, id.mtime_ns);
	return what == THE_FILE ? id.mtime_ns : 0;
}

static void
add(struct stamps *s, enum what what, const char *path)
{
	char *key = xasprintf("%c%s", what, path);
	int64_t changed = 0;

	if (!map_has(&s->seen, key))
		changed = append_stamp(&s->text, what, path);
	map_set(&s->seen, key, s);
	s->newest = changed > s->newest ? changed : s->newest;
	free(key);
}

static void
add_in(struct stamps *s, enum what what, const char *dir, const char *name)
{
	char *path = path_join(dir, name);

	add(s, what, path);
	free(path);
}

static void
stamps_fini(struct stamps *s)
{
	str_fini(&s->text);
	map_fini(&s->seen);
}

/* --- what it follows from ------------------------------------------------------------------ */

/* A folder in which cargo looks for files of any name, and for folders with a file of this name. */
static void
add_folder(struct stamps *s, const char *path, const char *inside)
{
	char **names;
	size_t count;

	add(s, ITS_NAMES, path);
	if (!file_is_dir(path) || !file_list(path, &names, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++) {
		char *below = path_join(path, names[i]);

		if (file_is_dir(below))
			add_in(s, ITS_BEING, below, inside);
		free(below);
	}
	file_list_free(names, count);
}

/* Where cargo finds targets that no manifest names: src/bin/x.rs and src/bin/x/main.rs. */
static void
add_targets(struct stamps *s, const char *dir)
{
	static const char *const files[] = { "build.rs", "src/main.rs", "src/lib.rs" };
	static const char *const folders[] = { "src/bin", "examples", "tests", "benches" };

	for (size_t i = 0; i < COUNT(files); i++)
		add_in(s, ITS_BEING, dir, files[i]);
	for (size_t i = 0; i < COUNT(folders); i++) {
		char *path = path_join(dir, folders[i]);

		add_folder(s, path, "main.rs");
		free(path);
	}
}

/* Folders between a package and its workspace: a member may come to be in them. */
static void
add_folders_above(struct stamps *s, const char *dir, const char *root)
{
	char *above = path_dirname(dir);

	while (strlen(above) > strlen(root) && text_starts(above, root)) {
		char *next = path_dirname(above);

		add_folder(s, above, "Cargo.toml");
		free(above);
		above = next;
	}
	free(above);
}

static void
add_package(struct stamps *s, const char *manifest, const char *root)
{
	char *dir = path_dirname(manifest);

	add(s, THE_FILE, manifest);
	add_targets(s, dir);
	add_folders_above(s, dir, root);
	free(dir);
}

/* The folder in which "crates/a*" is looked for; false for the workspace's own, in which much else
 * comes and goes. */
static bool
add_pattern(struct stamps *s, const char *root, const char *pattern)
{
	size_t len = strcspn(pattern, "*?[");
	char *dir, *path;

	if (!pattern[len])
		return true;
	while (len && pattern[len - 1] != '/')
		len--;
	if (!len)
		return false;
	dir = span_dup((struct span){ pattern, len - 1 });
	path = path_join(root, dir);
	add_folder(s, path, "Cargo.toml");
	free(path);
	free(dir);
	return true;
}

static bool
add_members(struct stamps *s, const char *root)
{
	char *path = path_join(root, "Cargo.toml");
	struct toml *doc = toml_read(path, path, NULL);
	const struct toml_value *members =
		doc ? toml_get(toml_get(toml_root(doc), "workspace"), "members") : NULL;
	bool ok = doc;

	add(s, THE_FILE, path);
	for (size_t i = 0; ok && i < toml_count(members); i++)
		ok = add_pattern(s, root, toml_string(toml_at(members, i), ""));
	toml_free(doc);
	free(path);
	return ok;
}

/* In this folder and each above it. */
static void
add_upwards(struct stamps *s, const char *dir, const char *const *names, size_t count)
{
	char *at = path_dirname(dir), *last = NULL;

	for (size_t i = 0; i < count; i++)
		add_in(s, THE_FILE, dir, names[i]);
	while (!last || !text_is(at, last)) {
		for (size_t i = 0; i < count; i++)
			add_in(s, THE_FILE, at, names[i]);
		free(last);
		last = at;
		at = path_dirname(last);
	}
	free(last);
	free(at);
}

static bool
add_configuration(struct stamps *s, const char *dir)
{
	static const char *const names[] = { ".cargo/config", ".cargo/config.toml" };
	struct conf_files files = { 0 };
	char *home = rustup_cargo_home();
	bool ok = conffiles_load(&files, dir, NULL);

	add_upwards(s, dir, names, 2);
	if (home) {
		add_in(s, THE_FILE, home, "config");
		add_in(s, THE_FILE, home, "config.toml");
	}
	for (size_t i = 0; i < files.len; i++)
		add(s, THE_FILE, files.items[i].path); /* includes, too */
	conffiles_fini(&files);
	free(home);
	return ok;
}

/* What cannot be told by files. */
static void
append_head(struct str *out, const struct metadata_query *q)
{
	str_appendf(out, VERSION "%s\n%s\n%s\n", q->manifest, q->dir, q->tc->name);
	for (char **variable = environ; *variable; variable++)
		if (text_starts(*variable, "CARGO"))
			str_appendf(out, "%s\n", *variable);
}

/* False when something that matters cannot be watched. */
static bool
gather(struct stamps *s, const struct metadata_query *q, const struct json *doc)
{
	static const char *const names[] = { "Cargo.toml" };
	const char *root = json_string(json_get(doc, "workspace_root"), NULL);
	const struct json *packages = json_get(doc, "packages");

	if (!root)
		return false;
	append_head(&s->text, q);
	add(s, THE_FILE, q->tc->cargo);
	add(s, THE_FILE, q->manifest);
	add_upwards(s, root, names, 1);
	for (const struct json *p = json_first(packages); p; p = json_next(p))
		add_package(s, json_string(json_get(p, "manifest_path"), ""), root);
	return add_members(s, root) && add_configuration(s, q->dir);
}

/* --- the file ------------------------------------------------------------------------------ */

static char *
cache_path(const struct metadata_query *q)
{
	char *key = xasprintf("%s\n%s\n%s", q->manifest, q->dir, q->tc->cargo);
	char *path = rustcache_path("metadata", key);

	free(key);
	return path;
}

/* Whether each line of the stamps is what it would be now. */
static bool
is_same(struct span stamps)
{
	struct str now = STR_INIT;
	bool same = true;

	while (same && stamps.len) {
		struct span line = span_cut(stamps, '\n', &stamps), was;
		char *path = span_dup(span_cut(line, '\t', &was));

		str_clear(&now);
		if (!*path || !strchr("=?/", *path))
			same = false;
		else
			append_stamp(&now, (enum what) * path, path + 1);
		same = same && line.len + 1 == now.len &&
			memcmp(line.data, now.data, line.len) == 0;
		free(path);
	}
	str_fini(&now);
	return same;
}

static struct json *
read_kept(const struct metadata_query *q, struct span text)
{
	struct str head = STR_INIT;
	struct json *doc = NULL;
	long end = span_find(text, SPAN(STAMPS_END));

	append_head(&head, q);
	if (end >= 0 && (size_t)end > head.len && memcmp(text.data, head.data, head.len) == 0 &&
		is_same((struct span){ text.data + head.len, (size_t)end - head.len }))
		doc = json_parse(text.data + end + 2, text.len - (size_t)end - 2, NULL);
	str_fini(&head);
	return doc;
}

struct json *
metadata_recall(const struct metadata_query *q)
{
	char *path = cache_path(q);
	struct str text = STR_INIT;
	struct json *doc = NULL;

	if (path && file_exists(path) && file_read(path, &text, NULL))
		doc = read_kept(q, str_span(&text));
	str_fini(&text);
	free(path);
	return doc;
}

void
metadata_keep(const struct metadata_query *q, struct span text, const struct json *doc)
{
	char *path = cache_path(q);
	struct stamps s = { 0 };
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (path && gather(&s, q, doc) &&
		s.newest + FRESH_NS < (int64_t)now.tv_sec * 1000000000 + now.tv_nsec) {
		str_append_char(&s.text, '\n');
		str_append_span(&s.text, text);
		file_write(path, str_span(&s.text), NULL); /* next time, then */
	}
	stamps_fini(&s);
	free(path);
}
