/* tool: an index of PATH.
 *
 * A map from program name to a chain of places, in the order of PATH. Whether a place may be run is
 * asked when its name is first looked up, so reading a folder costs no call per file, and asking for
 * `clang` on behalf of a hundred targets costs one. */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/count.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "host/tool.h"
#include "io/file.h"
#include "io/proc.h"

#define VERSION_TIMEOUT_MS 5000
#define VERSION_OUTPUT_MAX 65536

enum verdict { UNASKED, RUNS, RUNS_NOT };

struct place {
	char *path;
	_Atomic enum verdict verdict; /* whichever thread asks first writes it; all find the same */
	struct place *next;           /* of the same name, further down PATH; NULL */
};

struct tool_index {
	struct map places; /* name to struct place */
	struct arena arena;
};

/* Which folder it is: /bin and /usr/bin are often the same. */
struct folder {
	dev_t device;
	ino_t inode;
};

struct folders {
	struct folder *items;
	size_t len;
	size_t cap;
};

static bool
seen_before(struct folders *seen, const char *dir)
{
	struct stat st;

	if (stat(dir, &st) < 0)
		return true; /* nothing there to be read */
	for (size_t i = 0; i < seen->len; i++)
		if (seen->items[i].device == st.st_dev && seen->items[i].inode == st.st_ino)
			return true;
	vec_push(seen, ((struct folder){ st.st_dev, st.st_ino }));
	return false;
}

static void
add_place(struct tool_index *index, const char *dir, const char *name)
{
	struct place *place = arena_new(&index->arena, struct place);
	struct place *first = map_get(&index->places, name);

	place->path = arena_join(&index->arena, dir, "/", name, NULL);
	if (!first) {
		map_set(&index->places, name, place);
		return;
	}
	while (first->next)
		first = first->next;
	first->next = place;
}

static void
add_folder(struct tool_index *index, const char *dir)
{
	DIR *stream = opendir(dir);
	struct dirent *entry;

	if (!stream)
		return;
	while ((entry = readdir(stream)))
		if (entry->d_name[0] != '.' && entry->d_type != DT_DIR)
			add_place(index, dir, entry->d_name);
	closedir(stream);
}

struct tool_index *
tool_index_new(const char *path)
{
	struct tool_index *index = xcalloc(1, sizeof(*index));
	struct folders seen = VEC_INIT;
	const char *dirs = path ? path : getenv("PATH");

	for (struct span rest = span_of(dirs ? dirs : ""); rest.len;) {
		char *dir = span_dup(span_cut(rest, ':', &rest));
		const char *shown = *dir ? dir : "."; /* an empty entry is the working folder */
		if (!seen_before(&seen, shown))
			add_folder(index, shown);
		free(dir);
	}
	vec_fini(&seen);
	return index;
}

struct tool_index *
tool_index_of(const char *const *dirs, size_t count)
{
	struct tool_index *index = xcalloc(1, sizeof(*index));

	for (size_t i = 0; i < count; i++)
		add_folder(index, dirs[i]);
	return index;
}

void
tool_index_free(struct tool_index *index)
{
	if (!index)
		return;
	map_fini(&index->places);
	arena_fini(&index->arena);
	free(index);
}

static bool
can_be_run(struct place *p)
{
	if (p->verdict == UNASKED)
		p->verdict = file_is_executable(p->path) ? RUNS : RUNS_NOT;
	return p->verdict == RUNS;
}

const char *
tool_find(const struct tool_index *index, const char *name)
{
	if (strchr(name, '/'))
		return file_is_executable(name) ? name : NULL;
	for (struct place *p = map_get(&index->places, name); p; p = p->next)
		if (can_be_run(p))
			return p->path;
	return NULL;
}

/* Programs that are asked for their version in a way of their own. */
static const struct {
	const char *program, *argument;
} version_arguments[] = {
	{ "go", "version" },
	{ "tmux", "-V" },
	{ "zig", "version" },
};

const char *
tool_version_argument(const char *program)
{
	const char *name = path_basename(program);

	for (size_t i = 0; i < COUNT(version_arguments); i++)
		if (text_is(version_arguments[i].program, name))
			return version_arguments[i].argument;
	return "--version";
}

static bool
begins_word(struct span text, size_t at)
{
	unsigned char before;

	if (at == 0)
		return true;
	before = (unsigned char)text.data[at - 1];
	if (before == 'v' || before == 'V')
		return begins_word(text, at - 1);
	return !isalnum(before) && before != '.' && before != '_';
}

/* "12.2.0" at the beginning of the text: how long, 0 when it is not a number with a point in it. */
static size_t
dotted_number(struct span text)
{
	size_t len = 0, points = 0;

	while (len < text.len && isdigit((unsigned char)text.data[len])) {
		while (len < text.len && isdigit((unsigned char)text.data[len]))
			len++;
		if (len + 1 >= text.len || text.data[len] != '.' ||
			!isdigit((unsigned char)text.data[len + 1]))
			break;
		points++;
		len++;
	}
	return points ? len : 0;
}

static struct span
first_dotted(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		struct span rest = { text.data + i, text.len - i };
		size_t len = begins_word(text, i) ? dotted_number(rest) : 0;
		if (len)
			return (struct span){ rest.data, len };
	}
	return SPAN("");
}

/* "12" of "x86_64-w64-mingw32-gcc (GCC) 12-win32": a number that follows a blank. */
static struct span
first_plain(struct span line)
{
	for (size_t i = 1; i < line.len; i++) {
		size_t len = 0;
		while (line.data[i - 1] == ' ' && i + len < line.len &&
			isdigit((unsigned char)line.data[i + len]))
			len++;
		if (len)
			return (struct span){ line.data + i, len };
	}
	return SPAN("");
}

/* The program's own line comes first; what follows may name other versions and years. */
char *
tool_version_in(const char *text)
{
	struct span all = span_of(text), rest;
	struct span line = span_cut(all, '\n', &rest);
	struct span found = first_dotted(line);

	if (!found.len)
		found = first_plain(line);
	if (!found.len)
		found = first_dotted(rest);
	return found.len ? span_dup(found) : NULL;
}

char *
tool_version(const char *program)
{
	const char *argv[] = { program, tool_version_argument(program), NULL };
	static const struct proc_env env[] = {
		{ "LC_ALL", "C" },
		{ "RUSTUP_AUTO_INSTALL", "0" }, /* a question must not download anything */
	};
	struct proc_spec spec = { .argv = argv, .env = env, .env_count = 2 };
	struct proc_result result;
	char *version = NULL;

	if (proc_capture(&spec, VERSION_OUTPUT_MAX, VERSION_TIMEOUT_MS, &result, NULL) &&
		result.end.exit_code == 0)
		version = tool_version_in(str_cstr(result.out.len ? &result.out : &result.err));
	proc_result_fini(&result);
	return version;
}
