/* tree: names and links on paper, and on disk that nothing is written outside. */
#include "tests/unit/check.h"
#include "io/tree.h"
#include <sys/stat.h>
#include <unistd.h>
#include "base/path.h"
#include "io/file.h"
#include "tests/unit/dice.h"

/* Names as archives write them become paths below the root; those that lead out are none. */
static void
names(void **state)
{
	static const struct {
		const char *name, *path;
	} cases[] = {
		{ "./usr/lib/crt1.o", "usr/lib/crt1.o" },
		{ "usr//lib/./x/", "usr/lib/x" },
		{ "./", "" },
		{ ".", "" },
		{ "", "" },
		{ "...", "..." },
		{ "a..b/..c", "a..b/..c" },
		{ "/etc/passwd", NULL },
		{ "..", NULL },
		{ "a/../b", NULL },
		{ "a/..", NULL },
		{ "./../b", NULL },
		{ "//a", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *path = tree_name(cases[i].name);

		if (cases[i].path) {
			assert_text(path, cases[i].path);
		} else {
			assert_null(path);
		}
	}
}

/* Links lead, from inside the tree, where they would lead on a system of which it is the root. */
static void
links(void **state)
{
	static const struct {
		const char *path, *target, *inside;
	} cases[] = {
		{ "usr/lib/libc.so", "/lib/libc.so.7", "../../lib/libc.so.7" },
		{ "usr/lib/libc.so", "../../lib/libc.so.7", "../../lib/libc.so.7" },
		{ "usr/lib/libm.so", "libm.so.5", "libm.so.5" },
		{ "usr/lib/libm.so", "/usr/lib/libm.so.5", "libm.so.5" },
		{ "usr/lib/x", "/", "../.." },
		{ "usr/lib/x", "..", ".." },
		{ "usr/lib/x", ".", "." },
		{ "x", "/etc/passwd", "etc/passwd" },
		{ "x", "../../../etc/passwd", "etc/passwd" },
		{ "a/x", "../../../../etc/passwd", "../etc/passwd" },
		{ "a/b/x", "c/../../../../d", "../../d" },
		{ "a/b/x", "/../../a/b/y", "y" },
		{ "x", "/", "." },
		{ "x", "..", "." },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(tree_link_inside(cases[i].path, cases[i].target), cases[i].inside);
	assert_text(tree_link_from_root("usr/lib/x", "../y"), "/usr/y");
	assert_text(tree_link_from_root("x", "../../y"), "/y");
	assert_text(tree_link_from_root("a/x", ".."), "/");
}

static void
random_path(struct dice *dice, struct str *out, bool is_link)
{
	static const char *const parts[] = { "a", "b", "..", ".", "", "c.d" };

	str_clear(out);
	if (is_link && dice_below(dice, 3) == 0)
		str_append_char(out, '/');
	for (size_t i = 0, count = 1 + dice_below(dice, 6); i < count; i++)
		str_appendf(out, "%s%s", i ? "/" : "",
			parts[is_link ? dice_below(dice, COUNT(parts)) : dice_below(dice, 2)]);
}

/* Whatever a link says: its ".." stand at the beginning, and are no more than the folders above it. */
static void
links_stay_inside(void **state)
{
	struct dice dice = { 11 };
	struct str path = STR_INIT, target = STR_INIT;

	for (int i = 0; i < 20000; i++) {
		int depth = 0, up = 0;
		bool is_down = false;
		char *inside;
		struct span rest;

		random_path(&dice, &path, false);
		random_path(&dice, &target, true);
		for (const char *c = str_cstr(&path); *c; c++)
			depth += *c == '/';
		inside = tree_link_inside(str_cstr(&path), str_cstr(&target));
		assert_true(*inside != '/' && *inside);
		for (rest = span_of(inside); rest.len;) {
			struct span part = span_cut(rest, '/', &rest);

			up += span_is(part, "..");
			is_down |= !span_is(part, "..");
			if (span_is(part, "..") && is_down)
				fail_msg(
					"%s -> %s: %s", str_cstr(&path), str_cstr(&target), inside);
		}
		if (up > depth)
			fail_msg("%s -> %s: %s", str_cstr(&path), str_cstr(&target), inside);
		free(inside);
	}
	str_fini(&path);
	str_fini(&target);
}

struct place {
	char dir[32];
	char *root, *outside;
	struct tree *tree;
};

static int
place_setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	memcpy(p->dir, "/tmp/test_tree_XXXXXX", 22);
	assert_non_null(mkdtemp(p->dir));
	p->root = path_join(p->dir, "root");
	p->outside = path_join(p->dir, "outside");
	assert_int_equal(mkdir(p->root, 0755), 0);
	assert_int_equal(mkdir(p->outside, 0755), 0);
	assert_non_null(p->tree = tree_open(p->root, NULL));
	*state = p;
	return 0;
}

static int
place_teardown(void **state)
{
	struct place *p = *state;

	tree_close(p->tree);
	file_remove_tree(p->dir, NULL);
	free(p->root);
	free(p->outside);
	free(p);
	return 0;
}

static bool
put(struct place *p, const char *path, const char *text)
{
	int fd = tree_create(p->tree, path, false, NULL);

	if (fd < 0)
		return false;
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return true;
}

static void
assert_holds(struct place *p, const char *path, const char *text)
{
	char *full = path_join(p->root, path);
	struct str bytes = STR_INIT;

	assert_true(file_read(full, &bytes, NULL));
	assert_string_equal(str_cstr(&bytes), text);
	str_fini(&bytes);
	free(full);
}

/* Files, folders and links where they are said to be; a later one replaces an earlier one, but no
 * folder. */
static void
written(void **state)
{
	struct place *p = *state;
	struct stat st;
	char *program = path_join(p->root, "bin/program");

	assert_true(put(p, "a/b/c", "one"));
	assert_true(put(p, "a/b/c", "two"));
	assert_holds(p, "a/b/c", "two");
	assert_true(tree_symlink(p->tree, "a/link", "b/c", NULL));
	assert_holds(p, "a/link", "two");
	assert_text(tree_link_target(p->tree, "a/link"), "b/c");
	assert_true(put(p, "a/link", "three"));
	assert_holds(p, "a/b/c", "two");
	assert_true(tree_hard_link(p->tree, "d/e", "a/b/c", NULL));
	assert_true(tree_hard_link(p->tree, "a/b/c", "a/b/c", NULL));
	assert_holds(p, "d/e", "two");
	assert_true(tree_make_dir(p->tree, "a/b", NULL));
	assert_true(tree_make_dir(p->tree, "", NULL));
	assert_false(put(p, "a/b", "a folder"));
	assert_false(tree_symlink(p->tree, "a/b", "x", NULL));
	assert_false(put(p, "a/b/c/d", "below a file"));
	assert_int_equal(tree_kind(p->tree, "a/b/c"), TREE_FILE);
	assert_int_equal(tree_kind(p->tree, "a/b"), TREE_DIR);
	assert_int_equal(tree_kind(p->tree, "nothing"), TREE_NOTHING);
	assert_null(tree_link_target(p->tree, "a/b/c"));
	close(tree_create(p->tree, "bin/program", true, NULL));
	assert_int_equal(stat(program, &st), 0);
	assert_int_equal(st.st_mode & 07111, 0111);
	free(program);
}

/* A link that stands in the tree leads no later member out of it. */
static void
not_through_links(void **state)
{
	struct place *p = *state;
	struct err err = ERR_INIT;
	char **names;
	size_t count;

	assert_true(tree_symlink(p->tree, "way", "../outside", NULL));
	assert_false(put(p, "way/file", "out"));
	assert_false(put(p, "way/deep/file", "out"));
	assert_false(tree_make_dir(p->tree, "way/dir", &err));
	assert_non_null(strstr(err.message, "nothing is written through those"));
	assert_false(tree_make_dir(p->tree, "way", NULL));
	assert_false(tree_symlink(p->tree, "way/link", "x", NULL));
	assert_true(put(p, "mine", "mine"));
	assert_false(tree_hard_link(p->tree, "way/mine", "mine", NULL));
	assert_false(tree_hard_link(p->tree, "theirs", "way/file", NULL));
	assert_true(tree_read(p->tree, "way", NULL) < 0);
	assert_int_equal(tree_kind(p->tree, "way/file"), TREE_NOTHING);
	assert_int_equal(tree_kind(p->tree, "way"), TREE_LINK);
	assert_true(file_list(p->outside, &names, &count, NULL));
	assert_int_equal(count, 0);
	file_list_free(names, count);
}

#define PLACE_TEST(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(links),
		cmocka_unit_test(links_stay_inside),
		PLACE_TEST(written),
		PLACE_TEST(not_through_links),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
