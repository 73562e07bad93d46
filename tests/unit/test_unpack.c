/* unpack: honest archives of every kind become the trees they describe, others become nothing. */
#include "tests/unit/help_tar.h"
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "io/unpack.h"
#include "tests/unit/dice.h"

struct place {
	char dir[40];
	char *store; /* where trees are to appear */
	char *tree;  /* the one that is published */
	struct str tar;
	struct str told; /* what the rules' function was told, a line each */
	struct unpack_rules rules;
};

static void
tell(void *arg, const struct unpack_member *m)
{
	struct place *p = arg;

	str_appendf(&p->told, "%c %s", "fdl"[m->kind], m -> path);
	if (m->kind == UNPACK_LINK)
		str_appendf(&p->told, " -> %s", m->target);
	if (m->kind == UNPACK_FILE)
		str_appendf(&p->told, " %llu %.8s", (unsigned long long)m->bytes, m->sha256);
	str_append_char(&p->told, '\n');
}

static int
place_setup(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));

	memcpy(p->dir, "/tmp/test_unpack_XXXXXX", 24);
	assert_non_null(mkdtemp(p->dir));
	p->store = path_join(p->dir, "store");
	p->tree = path_join(p->store, "tree");
	p->rules = (struct unpack_rules){ .member = tell, .arg = p };
	*state = p;
	return 0;
}

static int
place_teardown(void **state)
{
	struct place *p = *state;

	file_remove_tree(p->dir, NULL);
	str_fini(&p->tar);
	str_fini(&p->told);
	free(p->store);
	free(p->tree);
	free(p);
	return 0;
}

/* Feeds in pieces of this size and, where hard links want it, once more. */
static bool
feed_all(struct unpack *u, const struct str *bytes, size_t piece, struct err *err)
{
	do {
		for (size_t at = 0; at < bytes->len; at += piece) {
			size_t len = bytes->len - at < piece ? bytes->len - at : piece;

			if (!unpack_feed(u, bytes->data + at, len, err))
				return false;
		}
		if (!unpack_finish(u, err))
			return false;
	} while (unpack_is_short(u));
	return true;
}

static bool
unpack(struct place *p, size_t piece, struct err *err)
{
	struct unpack *u = unpack_open(p->store, &p->rules, err);
	bool ok;

	*err = ERR_INIT;
	str_clear(&p->told);
	assert_non_null(u);
	ok = feed_all(u, &p->tar, piece, err) && unpack_publish(u, p->tree, err);
	unpack_close(u);
	return ok;
}

static void
must_unpack(struct place *p)
{
	struct err err;

	tar_end(&p->tar);
	if (!unpack(p, 10000, &err))
		fail_msg("%s", err.message);
}

/* Nothing is left where the tree would have been, and nothing beside it. */
static void
assert_nothing(struct place *p)
{
	char **names;
	size_t count;

	assert_true(file_list(p->store, &names, &count, NULL));
	assert_int_equal(count, 0);
	file_list_free(names, count);
	assert_true(file_list(p->dir, &names, &count, NULL));
	assert_int_equal(count, 1);
	file_list_free(names, count);
}

static void
must_refuse(struct place *p, const char *text)
{
	struct err err;

	tar_end(&p->tar);
	assert_false(unpack(p, 10000, &err));
	if (!strstr(err.message, text))
		fail_msg("\"%s\" is not in \"%s\"", text, err.message);
	assert_int_equal(err.kind, ERR_FAILED);
	assert_nothing(p);
	str_clear(&p->tar);
}

static char *
in_tree(struct place *p, const char *path)
{
	return path_join(p->tree, path);
}

static void
assert_holds(struct place *p, const char *path, const char *text)
{
	char *full = in_tree(p, path);
	struct str bytes = STR_INIT;

	if (!file_read(full, &bytes, NULL))
		fail_msg("%s is not there", path);
	assert_string_equal(str_cstr(&bytes), text);
	str_fini(&bytes);
	free(full);
}

static void
assert_absent(struct place *p, const char *path)
{
	char *full = in_tree(p, path);
	struct stat st;

	assert_int_not_equal(lstat(full, &st), 0);
	free(full);
}

static void
assert_link(struct place *p, const char *path, const char *target)
{
	char *full = in_tree(p, path), text[256] = "";

	assert_true(readlink(full, text, sizeof(text) - 1) > 0);
	assert_string_equal(text, target);
	free(full);
}

static unsigned
mode_of(struct place *p, const char *path)
{
	char *full = in_tree(p, path);
	struct stat st;

	assert_int_equal(lstat(full, &st), 0);
	free(full);
	return st.st_mode & 07777;
}

/* ---- honest archives ---- */

static void
add_honest(struct str *tar)
{
	tar_add(tar, "./", TAR_DIR, NULL, 0755, NULL);
	tar_add(tar, "./bin/", TAR_DIR, NULL, 0755, NULL);
	tar_add(tar, "./bin/sh", TAR_FILE, NULL, 0755, "shell");
	tar_add(tar, "./lib/libc.so.7", TAR_FILE, NULL, 0444, "libc");
	tar_add(tar, "./usr/lib/libc.so", TAR_LINK, "/lib/libc.so.7", 0777, NULL);
	tar_add(tar, "./usr/lib/tool", TAR_FILE, NULL, 04755, "tool");
	tar_add(tar, "./usr/lib/empty", TAR_FILE, NULL, 0644, "");
	tar_add(tar, "./usr/share/doc", TAR_FILE, NULL, 0644, "doc");
}

static void
assert_honest(struct place *p)
{
	assert_holds(p, "lib/libc.so.7", "libc");
	assert_link(p, "usr/lib/libc.so", "../../lib/libc.so.7");
	assert_holds(p, "usr/lib/libc.so", "libc");
	assert_holds(p, "usr/lib/tool", "tool");
	assert_holds(p, "usr/lib/empty", "");
}

/* tar of every compression, in pieces of every size. */
static void
compressions(void **state)
{
	struct place *p = *state;
	static const char *const programs[] = { "", "gzip", "xz", "zstd", "bzip2" };
	static const size_t pieces[] = { 1, 513, 1u << 20 };

	for (size_t i = 0; i < COUNT(programs); i++) {
		str_clear(&p->tar);
		add_honest(&p->tar);
		tar_end(&p->tar);
		if (*programs[i] && !packed_by(programs[i], &p->tar)) {
			print_message("no %s on this machine\n", programs[i]);
			continue;
		}
		for (size_t n = 0; n < COUNT(pieces); n++) {
			struct err err;

			if (!unpack(p, pieces[n], &err))
				fail_msg("%s: %s", programs[i], err.message);
			assert_honest(p);
			assert_holds(p, "bin/sh", "shell");
			assert_true(file_remove_tree(p->tree, NULL));
		}
	}
}

/* Only what is wanted, with the folders above it; a name that only begins like one is another. */
static void
wanted(void **state)
{
	struct place *p = *state;
	static const char *const names[] = { "lib", "usr/lib", NULL };

	p->rules.wanted = names;
	add_honest(&p->tar);
	tar_add(&p->tar, "./lib32/x", TAR_FILE, NULL, 0644, "x");
	tar_add(&p->tar, "./usr/lib", TAR_DIR, NULL, 0755, NULL);
	must_unpack(p);
	assert_honest(p);
	assert_absent(p, "bin");
	assert_absent(p, "lib32");
	assert_absent(p, "usr/share");
}

/* What is in the tree is told, with sizes and hashes. */
static void
told(void **state)
{
	struct place *p = *state;

	tar_add(&p->tar, "./a/", TAR_DIR, NULL, 0755, NULL);
	tar_add(&p->tar, "./a/b", TAR_FILE, NULL, 0644, "abc");
	tar_add(&p->tar, "./a/c", TAR_LINK, "/a/b", 0777, NULL);
	tar_add(&p->tar, "./d", TAR_HARD_LINK, "./a/b", 0644, NULL);
	must_unpack(p);
	assert_string_equal(
		str_cstr(&p->told), "d a\nf a/b 3 ba7816bf\nl a/c -> b\nf d 3 ba7816bf\n");
}

/* Modes are those of plain files and programs; setuid, setgid and the like are nobody's here. */
static void
modes(void **state)
{
	struct place *p = *state;
	mode_t mask = umask(022);

	tar_add(&p->tar, "setuid", TAR_FILE, NULL, 06755, "x");
	tar_add(&p->tar, "secret", TAR_FILE, NULL, 0400, "x");
	tar_add(&p->tar, "open", TAR_FILE, NULL, 0666, "x");
	tar_add(&p->tar, "sticky/", TAR_DIR, NULL, 01777, NULL);
	tar_add(&p->tar, "shut/", TAR_DIR, NULL, 0000, NULL);
	tar_add(&p->tar, "shut/in", TAR_FILE, NULL, 0000, "x");
	must_unpack(p);
	assert_int_equal(mode_of(p, "setuid"), 0755);
	assert_int_equal(mode_of(p, "secret"), 0644);
	assert_int_equal(mode_of(p, "open"), 0644);
	assert_int_equal(mode_of(p, "sticky"), 0755);
	assert_int_equal(mode_of(p, "shut"), 0755);
	assert_int_equal(mode_of(p, "shut/in"), 0644);
	assert_int_equal(mode_of(p, ""), 0755);
	umask(mask);
}

/* Devices, pipes and sockets are left out. */
static void
devices(void **state)
{
	struct place *p = *state;

	tar_add(&p->tar, "dev/null", TAR_CHARACTER, NULL, 0666, NULL);
	tar_add(&p->tar, "dev/disk", TAR_BLOCK, NULL, 0666, NULL);
	tar_add(&p->tar, "dev/pipe", TAR_FIFO, NULL, 0666, NULL);
	tar_add(&p->tar, "file", TAR_FILE, NULL, 0644, "x");
	must_unpack(p);
	assert_absent(p, "dev");
	assert_holds(p, "file", "x");
}

/* A member that comes twice is what it was the second time. */
static void
twice(void **state)
{
	struct place *p = *state;

	tar_add(&p->tar, "a", TAR_FILE, NULL, 0644, "first, and longer");
	tar_add(&p->tar, "b", TAR_HARD_LINK, "a", 0644, NULL);
	tar_add(&p->tar, "a", TAR_FILE, NULL, 0644, "second");
	tar_add(&p->tar, "c", TAR_LINK, "a", 0777, NULL);
	tar_add(&p->tar, "c", TAR_FILE, NULL, 0644, "own");
	must_unpack(p);
	assert_holds(p, "a", "second");
	assert_holds(p, "b", "first, and longer");
	assert_holds(p, "c", "own");
}

/* ---- hard links ---- */

/* Names of one file: also of one that was not wanted, whose bytes come from a second look at the
 * archive; of a link, which is made to lead to the same place from there. */
static void
hard_links(void **state)
{
	struct place *p = *state;
	static const char *const names[] = { "usr", NULL };
	struct stat a, b;
	char *first, *second;

	p->rules.wanted = names;
	tar_add(&p->tar, "./bin/tool", TAR_FILE, NULL, 0755, "tool");
	tar_add(&p->tar, "./bin/alias", TAR_HARD_LINK, "./bin/tool", 0755, NULL);
	tar_add(&p->tar, "./bin/way", TAR_LINK, "../usr/lib/here", 0777, NULL);
	tar_add(&p->tar, "./usr/lib/here", TAR_FILE, NULL, 0644, "here");
	tar_add(&p->tar, "./usr/lib/there", TAR_HARD_LINK, "./usr/lib/here", 0644, NULL);
	tar_add(&p->tar, "./usr/bin/tool", TAR_HARD_LINK, "./bin/tool", 0755, NULL);
	tar_add(&p->tar, "./usr/bin/same", TAR_HARD_LINK, "./usr/bin/tool", 0755, NULL);
	tar_add(&p->tar, "./usr/bin/third", TAR_HARD_LINK, "./bin/alias", 0755, NULL);
	tar_add(&p->tar, "./usr/a/b/way", TAR_HARD_LINK, "./bin/way", 0777, NULL);
	tar_add(&p->tar, "./usr/link", TAR_LINK, "lib/here", 0777, NULL);
	tar_add(&p->tar, "./usr/a/link", TAR_HARD_LINK, "./usr/link", 0777, NULL);
	must_unpack(p);
	assert_holds(p, "usr/lib/there", "here");
	assert_holds(p, "usr/bin/tool", "tool");
	assert_holds(p, "usr/bin/same", "tool");
	assert_holds(p, "usr/bin/third", "tool");
	assert_int_equal(mode_of(p, "usr/bin/tool") & 0111, 0111);
	assert_link(p, "usr/a/b/way", "../../lib/here");
	assert_link(p, "usr/a/link", "../lib/here");
	assert_absent(p, "bin");
	first = in_tree(p, "usr/bin/tool");
	second = in_tree(p, "usr/bin/same");
	assert_int_equal(stat(first, &a), 0);
	assert_int_equal(stat(second, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	free(first);
	free(second);
}

/* Hard links to nothing, to a folder, to what comes only later, or out of the tree. */
static void
bad_hard_links(void **state)
{
	struct place *p = *state;
	static const char *const names[] = { "usr", NULL };

	tar_add(&p->tar, "a", TAR_HARD_LINK, "b", 0644, NULL);
	must_refuse(p, "a: a hard link to something that did not come before it");
	tar_add(&p->tar, "d/", TAR_DIR, NULL, 0755, NULL);
	tar_add(&p->tar, "a", TAR_HARD_LINK, "d", 0644, NULL);
	must_refuse(p, "a: a hard link to something that did not come before it");
	tar_add(&p->tar, "a", TAR_HARD_LINK, "../../etc/passwd", 0644, NULL);
	must_refuse(p, "leads out of the tree");
	tar_add(&p->tar, "a", TAR_HARD_LINK, "/etc/passwd", 0644, NULL);
	must_refuse(p, "leads out of the tree");
	p->rules.wanted = names;
	tar_add(&p->tar, "usr/a", TAR_HARD_LINK, "bin/nothing", 0644, NULL);
	must_refuse(p, "usr/a: a hard link to something that is not in it");
	tar_add(&p->tar, "bin/a", TAR_HARD_LINK, "bin/a", 0644, NULL);
	tar_add(&p->tar, "usr/a", TAR_HARD_LINK, "bin/a", 0644, NULL);
	must_refuse(p, "usr/a: a hard link to something that is not in it");
	tar_add(&p->tar, "bin/a", TAR_FIFO, NULL, 0644, NULL);
	tar_add(&p->tar, "usr/a", TAR_HARD_LINK, "bin/a", 0644, NULL);
	must_refuse(p, "a hard link to what is no file");
}

/* A hard link that brings bytes of its own does not write them into its other name. */
static void
hard_link_with_bytes(void **state)
{
	struct place *p = *state;

	tar_add(&p->tar, "a", TAR_FILE, NULL, 0644, "mine");
	tar_add(&p->tar, "PaxHeaders/b", 'x', NULL, 0644, "9 path=b\n"); /* pax alone has such */
	tar_header(&p->tar, "b", TAR_HARD_LINK, "a", 0644, 5);
	tar_bytes(&p->tar, "yours", 5);
	tar_add(&p->tar, "c", TAR_FILE, NULL, 0644, "end");
	must_unpack(p);
	assert_holds(p, "a", "mine");
	assert_holds(p, "c", "end");
}

/* ---- archives that mean harm ---- */

/* Names that lead out, and links that are to be written through. */
static void
ways_out(void **state)
{
	struct place *p = *state;
	static const char *const names[] = { "../x", "a/../../x", "/tmp/x", "a/..", ".." };

	for (size_t i = 0; i < COUNT(names); i++) {
		tar_add(&p->tar, "ok", TAR_FILE, NULL, 0644, "x");
		tar_add(&p->tar, names[i], TAR_FILE, NULL, 0644, "x");
		must_refuse(p, "a name that leads out of the tree");
	}
	tar_add(&p->tar, "way", TAR_LINK, "/tmp", 0777, NULL);
	tar_add(&p->tar, "way/x", TAR_FILE, NULL, 0644, "x");
	must_refuse(p, "way/x: something above it is a link or a file");
	tar_add(&p->tar, "a/way", TAR_LINK, "..", 0777, NULL);
	tar_add(&p->tar, "a/way/x/", TAR_DIR, NULL, 0755, NULL);
	must_refuse(p, "a/way/x: something above it is a link or a file");
	tar_add(&p->tar, ".", TAR_LINK, "/tmp", 0777, NULL);
	must_refuse(p, "a link that is the root");
	tar_add(&p->tar, "./", TAR_FILE, NULL, 0644, "x");
	must_refuse(p, ""); /* libarchive takes it for a folder, or we for a file */
}

/* Each link that is made ends inside, whatever it says; a hard link to one is no trick either. */
static void
links_inside(void **state)
{
	struct place *p = *state;

	tar_add(&p->tar, "deep/er/etc", TAR_LINK, "../../../../../../etc/passwd", 0777, NULL);
	tar_add(&p->tar, "abs", TAR_LINK, "/etc/passwd", 0777, NULL);
	tar_add(&p->tar, "dot", TAR_LINK, ".", 0777, NULL);
	tar_add(&p->tar, "up", TAR_LINK, "dot/../etc", 0777, NULL);
	tar_add(&p->tar, "a/b/two", TAR_LINK, "../../x", 0777, NULL);
	tar_add(&p->tar, "top", TAR_HARD_LINK, "a/b/two", 0777, NULL);
	must_unpack(p);
	assert_link(p, "deep/er/etc", "../../etc/passwd");
	assert_link(p, "abs", "etc/passwd");
	assert_link(p, "up", "etc");
	assert_link(p, "a/b/two", "../../x");
	assert_link(p, "top", "x");
}

/* Names that would draw on a terminal, that are too long or too deep. */
static void
odd_names(void **state)
{
	struct place *p = *state;
	struct str deep = STR_INIT;
	struct err err;

	tar_add(&p->tar, "a\033[31mb", TAR_FILE, NULL, 0644, "x");
	must_refuse(p, "a?[31mb: a name with control characters");
	tar_add(&p->tar, "a", TAR_LINK, "b\nc", 0777, NULL);
	must_refuse(p, "a link to a name with control characters");
	tar_add(&p->tar, "", TAR_LINK, "b", 0777, NULL);
	must_refuse(p, "");
	tar_add(&p->tar, "a", TAR_LINK, "", 0777, NULL);
	must_refuse(p, "");
	for (int i = 0; i < 200; i++)
		str_append(&deep, "d/");
	tar_header(&p->tar, "././@LongLink", 'L', NULL, 0, deep.len + 1);
	tar_bytes(&p->tar, str_cstr(&deep), deep.len + 1);
	tar_add(&p->tar, "d", TAR_DIR, NULL, 0755, NULL);
	must_refuse(p, "too many folders in each other");
	str_clear(&deep);
	str_append_repeat(&deep, 'x', 300);
	tar_header(&p->tar, "././@LongLink", 'L', NULL, 0, deep.len + 1);
	tar_bytes(&p->tar, str_cstr(&deep), deep.len + 1);
	tar_add(&p->tar, "x", TAR_FILE, NULL, 0644, "x");
	tar_end(&p->tar);
	assert_false(unpack(p, 10000, &err)); /* the file system takes no name of 300 bytes */
	assert_nothing(p);
	str_fini(&deep);
}

/* More members than can be right, wanted or not. */
static void
too_many(void **state)
{
	struct place *p = *state;
	static const char *const names[] = { "lib", NULL };

	p->rules.members_max = 1000;
	p->rules.wanted = names;
	for (int i = 0; i < 1001; i++) {
		char name[32];

		snprintf(name, sizeof(name), "bin/%d", i);
		tar_add(&p->tar, name, TAR_DIR, NULL, 0755, NULL);
	}
	must_refuse(p, "more than 1000 members");
}

static void
add_zeros(struct str *tar, const char *name, size_t len)
{
	tar_header(tar, name, TAR_FILE, NULL, 0644, len);
	str_append_repeat(tar, '\0', len);
}

/* A few kilobytes that would fill the disk: also where nothing of it is wanted. */
static void
bombs(void **state)
{
	struct place *p = *state;
	static const char *const names[] = { "lib", NULL };

	p->rules.bytes_max = 8u << 20;
	add_zeros(&p->tar, "lib/x", 9u << 20);
	if (packed_by("gzip", &p->tar))
		must_refuse(p, "more than 8 MiB");
	p->rules.wanted = names;
	str_clear(&p->tar);
	add_zeros(&p->tar, "bin/x", 9u << 20);
	if (packed_by("gzip", &p->tar))
		must_refuse(p, "more than 8 MiB");
}

/* A file with holes is as large as it says. */
static void
holes(void **state)
{
	struct place *p = *state;
	static const char map[] = "1\n8388600\n8\n";
	struct str pax = STR_INIT;
	struct stat st;
	char *full = in_tree(p, "sparse");

	/* GNU's sparse format 1.0: the map stands before the data */
	str_append(&pax,
		"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
		"31 GNU.sparse.realsize=8388608\n26 GNU.sparse.name=sparse\n");
	tar_header(&p->tar, "PaxHeaders/x", 'x', NULL, 0644, pax.len);
	tar_bytes(&p->tar, pax.data, pax.len);
	tar_header(&p->tar, "x", TAR_FILE, NULL, 0644, 512 + 8);
	tar_bytes(&p->tar, map, sizeof(map) - 1);
	tar_bytes(&p->tar, "the end.", 8);
	tar_end(&p->tar);
	p->rules.bytes_max = 1u << 20;
	str_fini(&pax);
	struct err err;
	assert_false(unpack(p, 10000, &err));
	assert_nothing(p);
	p->rules.bytes_max = 16u << 20;
	if (!unpack(p, 10000, &err))
		fail_msg("%s", err.message);
	assert_int_equal(stat(full, &st), 0);
	assert_int_equal(st.st_size, 8388608);
	assert_non_null(strstr(str_cstr(&p->told), "f sparse 8388608 "));
	free(full);
}

/* What is no archive, is cut, or spoilt. */
static void
spoilt(void **state)
{
	struct place *p = *state;
	struct err err;
	size_t whole;

	assert_false(unpack(p, 1, &err)); /* nothing at all */
	assert_nothing(p);
	str_append(&p->tar, "<html>Please log in to the hotel's network</html>");
	assert_false(unpack(p, 10, &err));
	assert_nothing(p);
	str_clear(&p->tar);
	add_honest(&p->tar);
	tar_end(&p->tar);
	if (!packed_by("xz", &p->tar))
		skip();
	whole = p->tar.len;
	for (size_t cut = 1; cut < whole; cut += 37) {
		p->tar.len = whole - cut;
		assert_false(unpack(p, 100, &err));
		assert_true(*err.message);
		assert_nothing(p);
	}
	p->tar.len = whole;
	for (size_t at = 20; at + 40 < whole; at += 41) {
		p->tar.data[at] ^= 0x10;
		assert_false(unpack(p, 100, &err));
		assert_nothing(p);
		p->tar.data[at] ^= 0x10;
	}
	assert_true(unpack(p, 100, &err));
}

/* ---- steps ---- */

/* What was fed is void after `again`; what is not published is gone after close. */
static void
again(void **state)
{
	struct place *p = *state;
	struct err err = ERR_INIT;
	struct unpack *u = unpack_open(p->store, &p->rules, &err);
	struct str other = STR_INIT;

	tar_add(&other, "wrong", TAR_FILE, NULL, 0644, "x");
	assert_true(unpack_feed(u, other.data, other.len, &err));
	assert_true(unpack_again(u, &err));
	add_honest(&p->tar);
	tar_end(&p->tar);
	assert_true(feed_all(u, &p->tar, 100, &err));
	assert_true(path_is_below(unpack_dir(u), p->store));
	assert_true(unpack_publish(u, p->tree, &err));
	assert_honest(p);
	assert_absent(p, "wrong");
	unpack_close(u);
	assert_true(file_is_dir(p->tree));

	u = unpack_open(p->store, &p->rules, &err);
	assert_true(feed_all(u, &p->tar, 100, &err));
	assert_false(unpack_publish(u, p->tree, &err));
	assert_non_null(strstr(err.message, "is there already"));
	unpack_close(u);
	assert_true(file_remove_tree(p->tree, NULL));
	assert_nothing(p);
	str_fini(&other);
}

/* After an error a new beginning is a new beginning. */
static void
again_after_error(void **state)
{
	struct place *p = *state;
	struct err err = ERR_INIT;
	struct unpack *u = unpack_open(p->store, &p->rules, &err);
	struct str bad = STR_INIT;

	str_append_repeat(&bad, 'x', 100000);
	assert_false(feed_all(u, &bad, 1000, &err));
	assert_true(unpack_again(u, &err));
	add_honest(&p->tar);
	tar_end(&p->tar);
	assert_true(feed_all(u, &p->tar, 1000, &err));
	assert_true(unpack_publish(u, p->tree, &err));
	assert_honest(p);
	unpack_close(u);
	str_fini(&bad);
}

/* Somebody who has had enough is heard. */
static void
cancelled(void **state)
{
	struct place *p = *state;
	_Atomic bool cancel = true;

	p->rules.cancel = &cancel;
	add_honest(&p->tar);
	must_refuse(p, "stopped");
	cancel = false;
	add_honest(&p->tar);
	must_unpack(p);
	assert_honest(p);
}

/* ---- zip ---- */

static uint32_t
crc(const char *bytes, size_t len)
{
	uint32_t sum = 0xffffffffu;

	for (size_t i = 0; i < len; i++) {
		sum ^= (unsigned char)bytes[i];
		for (int n = 0; n < 8; n++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0);
	}
	return ~sum;
}

static void
number(struct str *out, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		str_append_char(out, (char)((uint64_t)value >> 8 * i));
}

/* One stored file; at the end stands that it is of Unix, with its mode. */
static void
zip_add(struct str *zip, struct str *directory, const char *name, unsigned mode, const char *text)
{
	uint32_t at = (uint32_t)zip->len, len = (uint32_t)strlen(text), sum = crc(text, len);

	number(zip, 0x04034b50, 4);
	number(zip, 20, 2);
	number(zip, 0, 8);
	number(zip, sum, 4);
	number(zip, len, 4);
	number(zip, len, 4);
	number(zip, (uint32_t)strlen(name), 2);
	number(zip, 0, 2);
	str_append(zip, name);
	str_append(zip, text);
	number(directory, 0x02014b50, 4);
	number(directory, 3 << 8 | 20, 2);
	number(directory, 20, 2);
	number(directory, 0, 8);
	number(directory, sum, 4);
	number(directory, len, 4);
	number(directory, len, 4);
	number(directory, (uint32_t)strlen(name), 2);
	number(directory, 0, 8);
	number(directory, mode << 16, 4);
	number(directory, at, 4);
	str_append(directory, name);
}

static void
zip_end(struct str *zip, struct str *directory, uint32_t count)
{
	uint32_t at = (uint32_t)zip->len;

	str_append_span(zip, str_span(directory));
	number(zip, 0x06054b50, 4);
	number(zip, 0, 4);
	number(zip, count, 2);
	number(zip, count, 2);
	number(zip, (uint32_t)directory->len, 4);
	number(zip, at, 4);
	number(zip, 0, 2);
	str_clear(directory);
}

/* A zip that comes has its files; from a file on disk it has its modes and links, too. */
static void
zips(void **state)
{
	struct place *p = *state;
	char *path = path_join(p->store, "a.zip");
	struct str directory = STR_INIT;
	struct err err = ERR_INIT;
	struct unpack *u;

	zip_add(&p->tar, &directory, "lib/a", 0100644, "a file");
	zip_add(&p->tar, &directory, "bin/b", 0100755, "a program");
	zip_add(&p->tar, &directory, "lib/c", 0120777, "/bin/b");
	zip_end(&p->tar, &directory, 3);
	if (!unpack(p, 7, &err))
		fail_msg("%s", err.message);
	assert_holds(p, "lib/a", "a file");
	assert_holds(p, "bin/b", "a program");
	assert_true(file_remove_tree(p->tree, NULL));

	assert_true(file_write(path, str_span(&p->tar), &err));
	u = unpack_open(p->store, &p->rules, &err);
	if (!unpack_file(u, path, &err) || !unpack_publish(u, p->tree, &err))
		fail_msg("%s", err.message);
	unpack_close(u);
	assert_holds(p, "lib/a", "a file");
	assert_int_equal(mode_of(p, "bin/b") & 0111, 0111);
	assert_int_equal(mode_of(p, "lib/a") & 0111, 0);
	assert_link(p, "lib/c", "../bin/b");
	assert_true(file_remove_tree(p->tree, NULL));

	str_clear(&p->tar);
	zip_add(&p->tar, &directory, "../out", 0100644, "out");
	zip_end(&p->tar, &directory, 1);
	assert_true(file_write(path, str_span(&p->tar), &err));
	u = unpack_open(p->store, &p->rules, &err);
	assert_false(unpack_file(u, path, &err));
	assert_non_null(strstr(err.message, "leads out of the tree"));
	unpack_close(u);
	unlink(path);
	assert_nothing(p);
	str_fini(&directory);
	free(path);
}

/* A whole file of any kind, hard links to what is not wanted included; one that is not there is named. */
static void
from_file(void **state)
{
	struct place *p = *state;
	static const char *const names[] = { "usr", NULL };
	char *path = path_join(p->dir, "a.tar");
	struct err err = ERR_INIT;
	struct unpack *u;

	p->rules.wanted = names;
	add_honest(&p->tar);
	tar_add(&p->tar, "./usr/bin/sh", TAR_HARD_LINK, "./bin/sh", 0755, NULL);
	tar_end(&p->tar);
	assert_true(file_write(path, str_span(&p->tar), &err));
	u = unpack_open(p->store, &p->rules, &err);
	if (!unpack_file(u, path, &err) || !unpack_publish(u, p->tree, &err))
		fail_msg("%s", err.message);
	assert_holds(p, "usr/bin/sh", "shell");
	unpack_close(u);
	unlink(path);
	u = unpack_open(p->store, &p->rules, &err);
	assert_false(unpack_file(u, path, &err));
	assert_non_null(strstr(err.message, path));
	unpack_close(u);
	free(path);
}

#define PLACE_TEST(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(compressions),
		PLACE_TEST(wanted),
		PLACE_TEST(told),
		PLACE_TEST(modes),
		PLACE_TEST(devices),
		PLACE_TEST(twice),
		PLACE_TEST(hard_links),
		PLACE_TEST(bad_hard_links),
		PLACE_TEST(hard_link_with_bytes),
		PLACE_TEST(ways_out),
		PLACE_TEST(links_inside),
		PLACE_TEST(odd_names),
		PLACE_TEST(too_many),
		PLACE_TEST(bombs),
		PLACE_TEST(holes),
		PLACE_TEST(spoilt),
		PLACE_TEST(again),
		PLACE_TEST(again_after_error),
		PLACE_TEST(cancelled),
		PLACE_TEST(zips),
		PLACE_TEST(from_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
