/* buildpath: see buildpath.h. One pass, from slash to slash. */
#include "artifact/buildpath.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "base/alloc.h"
#include "base/count.h"

#define SCAN_MAX                                                                                   \
	(16u << 20) /* of one part: the reading of a card must not wait for a disk's worth */
#define PIECE (256u << 10)
#define PATH_MAX_LEN 1024
#define COMMIT_LEN 40

struct piece {
	const char *data;
	size_t len;
};

static bool
begins(struct piece p, size_t at, const char *with)
{
	size_t len = strlen(with);

	return p.len - at >= len && memcmp(p.data + at, with, len) == 0;
}

static bool
is_path_byte(char c)
{
	return (unsigned char)c > ' ' && c != 127 && !strchr("\"'`<>|*?$%{}()", c);
}

/* Where the path that is at `at` ends. Rust's texts stand side by side with no NUL between, so that a
 * source file's suffix ends one, too. */
static size_t
path_end(struct piece p, size_t at)
{
	size_t end = at, limit = p.len - at > PATH_MAX_LEN ? at + PATH_MAX_LEN : p.len;

	while (end < limit && is_path_byte(p.data[end])) {
		end++;
		if (end - at > 3 && memcmp(p.data + end - 3, ".rs", 3) == 0)
			return end;
	}
	return end;
}

/* A source file, or something that cargo made: what stays in a file by the compiler's doing, where
 * "/home/" alone may be what the program is about. */
static bool
is_of_build(struct span path)
{
	static const char *const marks[] = { "/registry/src/", "\\registry\\src\\",
		"/git/checkouts/", "\\git\\checkouts\\", "/target/", "\\target\\", "/src/",
		"\\src\\", "/build/", "/rustlib/" };
	static const char *const suffixes[] = { ".rs", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp",
		".S", ".go", ".zig", ".swift" };

	for (size_t i = 0; i < COUNT(marks); i++)
		if (memmem(path.data, path.len, marks[i], strlen(marks[i])))
			return true;
	for (size_t i = 0; i < COUNT(suffixes); i++)
		if (span_ends(path, suffixes[i]))
			return true;
	return false;
}

/* The path begins with the first slash of its run. */
static size_t
path_begin(struct piece p, size_t at)
{
	size_t first = at;

	for (size_t i = at; i > 0 && at - i < PATH_MAX_LEN && is_path_byte(p.data[i - 1]); i--)
		if (p.data[i - 1] == '/')
			first = i - 1;
	return first;
}

/* Takes the path that begins at `at`, if it is one; where to go on. */
static size_t
take_path(struct piece p, size_t at, struct buildpaths *found, struct card *card)
{
	size_t end = path_end(p, at);
	struct span path = { p.data + at, end - at };

	if (!is_of_build(path))
		return end;
	found->count++;
	if (!found->first)
		found->first = arena_span(&card->arena, path);
	return end;
}

static void
take_commit(struct piece p, size_t at, struct buildpaths *found, struct card *card)
{
	const char *commit = p.data + at + strlen("/rustc/");
	size_t len = 0;

	if (found->rustc || p.len - at < strlen("/rustc/") + COMMIT_LEN + 1)
		return;
	while (len < COMMIT_LEN && isxdigit((unsigned char)commit[len]))
		len++;
	if (len == COMMIT_LEN && commit[len] == '/')
		found->rustc = arena_strndup(&card->arena, commit, len);
}

static bool
is_home(struct piece p, size_t at)
{
	static const char *const homes[] = { "/home/", "/Users/", "/root/", "/var/home/",
		"/builds/", "/github/workspace/" };

	for (size_t i = 0; i < COUNT(homes); i++)
		if (begins(p, at, homes[i]))
			return true;
	return false;
}

static void
scan_slashes(struct piece p, struct buildpaths *found, struct card *card)
{
	const char *slash;
	size_t at = 0;

	while (at < p.len && (slash = memchr(p.data + at, '/', p.len - at))) {
		at = (size_t)(slash - p.data);
		if (is_home(p, at)) {
			at = take_path(p, at, found, card);
			continue;
		}
		if (begins(p, at, "/registry/src/") || begins(p, at, "/git/checkouts/")) {
			size_t from = path_begin(p, at);
			size_t end = from < at ? take_path(p, from, found, card) : at;

			at = end > at ? end : at + 1;
			continue;
		}
		if (begins(p, at, "/rustc/"))
			take_commit(p, at, found, card);
		at++;
	}
}

/* "C:\Users\" */
static void
scan_backslashes(struct piece p, struct buildpaths *found, struct card *card)
{
	const char *slash;
	size_t at = 0;

	while (at < p.len && (slash = memchr(p.data + at, '\\', p.len - at))) {
		at = (size_t)(slash - p.data);
		if (at >= 2 && p.data[at - 1] == ':' && isalpha((unsigned char)p.data[at - 2]) &&
			begins(p, at, "\\Users\\"))
			at = take_path(p, at - 2, found, card);
		else
			at++;
	}
}

/* A path across two pieces may be missed; its neighbours are not. */
void
buildpath_scan(const struct reader *part, struct buildpaths *found, struct card *card)
{
	char *bytes = xmalloc(PIECE);
	uint64_t end = part->len < SCAN_MAX ? part->len : SCAN_MAX;

	for (uint64_t at = 0; at < end;) {
		struct piece p = { bytes, reader_copy(part, at, bytes, PIECE) };

		if (!p.len)
			break;
		scan_slashes(p, found, card);
		scan_backslashes(p, found, card);
		at += p.len;
	}
	free(bytes);
}

void
buildpath_report(const struct buildpaths *found, struct card *card)
{
	if (found->rustc)
		card_add_detail(card, "rustc_commit", "rustc commit", "%s", found->rustc);
	if (!found->count)
		return;
	card_add_problem(card, false, "build-paths",
		"%" PRIu64 " path%s of the building machine inside, such as %s; "
		"--remap-path-prefix hides them",
		found->count, found->count == 1 ? "" : "s", found->first);
}
