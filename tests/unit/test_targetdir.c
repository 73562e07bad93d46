#include "tests/unit/check.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/clean.h"
#include "build/targetdir.h"
#include "io/file.h"
#include "io/usage.h"
#include "rust/workspace.h"

#define KB 1024

/* A target folder like cargo's, with a link that leads out of it. */
struct bench {
	char *dir, *target, *outside;
	struct workspace ws;
	struct usage_links *links;
	struct target_trees trees;
};

static char *
put(const char *dir, const char *name, size_t kilobytes)
{
	char *path = path_join(dir, name);
	char *bytes = xcalloc(kilobytes + 1, KB);

	memset(bytes, 'x', kilobytes * KB);
	assert_true(file_write(path, (struct span){ bytes, kilobytes * KB }, NULL));
	free(bytes);
	return path;
}

static void
put_tree(const char *dir, const char *tree)
{
	static const struct {
		const char *name;
		size_t kilobytes;
	} files[] = {
		{ ".cargo-lock", 0 },
		{ ".fingerprint/greet-1/lib-greet", 4 },
		{ "build/ring-1/output", 8 },
		{ "incremental/greet-1/dep-graph.bin", 16 },
		{ "deps/libserde-1.rlib", 32 },
		{ "greet.d", 4 },
	};
	char *path = path_join(dir, tree), *final = path_join(path, "greet"), *dep;

	for (size_t i = 0; i < COUNT(files); i++)
		free(put(path, files[i].name, files[i].kilobytes));
	dep = put(path, "deps/greet-1", 64);
	assert_int_equal(link(dep, final), 0);
	free(dep);
	free(final);
	free(path);
}

static int
setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	char *link_path;

	b->dir = file_make_temp_dir("/tmp", "xtui-targetdir-", NULL);
	b->target = path_join(b->dir, "target");
	b->outside = path_join(b->dir, "outside");
	put_tree(b->target, "release");
	put_tree(b->target, "aarch64-unknown-linux-gnu/release");
	put_tree(b->target, "aarch64-unknown-linux-gnu/debug");
	put_tree(b->target, "xtui/small/aarch64-unknown-linux-gnu/release");
	put_tree(b->outside, "release");
	free(put(b->target, "CACHEDIR.TAG", 1));
	free(put(b->target, "doc/greet/index.html", 128));
	link_path = path_join(b->target, "x86_64-unknown-linux-musl");
	assert_int_equal(symlink(b->outside, link_path), 0);
	free(link_path);
	b->ws = (struct workspace){ .target_dir = b->target, .build_dir = b->target };
	b->links = usage_links_new();
	assert_true(target_trees_read(&b->ws, b->links, &b->trees, NULL));
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	target_trees_fini(&b->trees);
	usage_links_free(b->links);
	assert_true(file_remove_tree(b->dir, NULL));
	free(b->outside);
	free(b->target);
	free(b->dir);
	free(b);
	return 0;
}

static bool
has(const struct bench *b, const char *name)
{
	char *path = path_join(b->dir, name);
	struct stat st;
	bool found = lstat(path, &st) == 0;

	free(path);
	return found;
}

static struct clean_query
query_of(const char *const *targets, const char *profile)
{
	return (struct clean_query){
		.targets = targets,
		.profile = profile,
		.host = "x86_64-unknown-linux-gnu",
	};
}

/* Every profile of every target is a row, cargo's own before xtui's; a link is none. */
static void
test_trees_are_found(void **state)
{
	static const struct {
		const char *target, *profile, *variant;
	} rows[] = {
		{ NULL, "release", NULL },
		{ "aarch64-unknown-linux-gnu", "debug", NULL },
		{ "aarch64-unknown-linux-gnu", "release", NULL },
		{ "aarch64-unknown-linux-gnu", "release", "small" },
	};
	struct bench *b = *state;

	assert_int_equal(b->trees.items.len, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct target_tree *tree = &b->trees.items.items[i];

		assert_true(text_is(tree->target, rows[i].target));
		assert_string_equal(tree->profile, rows[i].profile);
		assert_true(text_is(tree->variant, rows[i].variant));
	}
}

/* A program that is also in deps/ counts once, as what the build was for. */
static void
test_kinds_are_told_apart(void **state)
{
	static const uint64_t least[PART_COUNT] = {
		[PART_FINAL] = 68,
		[PART_DEPS] = 32,
		[PART_BUILD] = 8,
		[PART_INCREMENTAL] = 16,
		[PART_OTHER] = 4,
	};
	struct bench *b = *state;
	const struct target_tree *tree = &b->trees.items.items[0];

	for (int kind = 0; kind < PART_COUNT; kind++) {
		assert_true(tree->bytes[kind] >= least[kind] * KB);
		assert_true(tree->bytes[kind] < (least[kind] + 24) * KB); /* folders */
	}
	assert_int_equal(tree->files, 8);
	assert_true(b->trees.rest >= 129 * KB && b->trees.rest < 160 * KB);
}

/* Where the build folder is set apart, what is in it is found as well, and none twice. */
static void
test_build_dir_apart(void **state)
{
	struct bench *b = *state;
	struct workspace ws = { .target_dir = b->target };
	struct usage_links *links = usage_links_new();
	struct target_trees trees;
	char *build = path_join(b->target, "intermediate");

	put_tree(b->target, "intermediate/release");
	put_tree(b->target, "xtui/small/build/release");
	ws.build_dir = build;
	assert_true(target_trees_read(&ws, links, &trees, NULL));
	assert_int_equal(trees.items.len, 6);
	target_trees_fini(&trees);
	usage_links_free(links);
	free(build);
}

/* What was built in a folder beside, because another xtui was building, is listed with its variants, and
 * is cleaned. */
static void
test_folders_beside(void **state)
{
	static const char *const targets[] = { "aarch64-unknown-linux-gnu", NULL };
	struct bench *b = *state;
	struct clean_query query = query_of(targets, NULL);
	struct target_trees trees;
	struct usage_links *links = usage_links_new();
	uint64_t rest = b->trees.rest;
	uint64_t freed = 0;
	bool *chosen;

	put_tree(b->target, "xtui/beside-1/aarch64-unknown-linux-gnu/release");
	put_tree(b->target, "xtui/beside-1/xtui/small/aarch64-unknown-linux-gnu/release");
	assert_true(target_trees_read(&b->ws, links, &trees, NULL));
	assert_int_equal(trees.items.len, 6);
	assert_string_equal(trees.items.items[3].variant, "beside-1");
	assert_string_equal(trees.items.items[4].variant, "beside-1/small");
	assert_string_equal(trees.items.items[4].target, "aarch64-unknown-linux-gnu");
	assert_int_equal(trees.rest, rest);
	chosen = clean_choose(&trees, &query, NULL);
	assert_non_null(chosen);
	assert_true(clean_run(&trees, chosen, clean_is_all(&query), &freed, NULL));
	assert_false(has(b, "target/xtui/beside-1/xtui/small/aarch64-unknown-linux-gnu/release"));
	free(chosen);
	target_trees_fini(&trees);
	usage_links_free(links);
}

/* Cleaning a target removes all its trees and nothing else. */
static void
test_clean_of_a_target(void **state)
{
	static const char *const targets[] = { "aarch64-unknown-linux-gnu", NULL };
	struct bench *b = *state;
	struct clean_query query = query_of(targets, NULL);
	bool *chosen = clean_choose(&b->trees, &query, NULL);
	uint64_t freed = 0;

	assert_non_null(chosen);
	assert_true(clean_run(&b->trees, chosen, clean_is_all(&query), &freed, NULL));
	assert_int_equal(freed,
		target_tree_bytes(&b->trees.items.items[1]) +
			target_tree_bytes(&b->trees.items.items[2]) +
			target_tree_bytes(&b->trees.items.items[3]));
	assert_false(has(b, "target/aarch64-unknown-linux-gnu/debug"));
	assert_false(has(b, "target/xtui/small/aarch64-unknown-linux-gnu/release"));
	assert_true(has(b, "target/release/greet"));
	assert_true(has(b, "target/doc/greet/index.html"));
	free(chosen);
}

/* This machine's triple means also what was built without --target. */
static void
test_clean_of_the_host(void **state)
{
	static const char *const targets[] = { "x86_64-unknown-linux-gnu", NULL };
	struct bench *b = *state;
	struct clean_query query = query_of(targets, NULL);
	bool *chosen = clean_choose(&b->trees, &query, NULL);

	assert_true(chosen[0]);
	assert_false(chosen[1] || chosen[2] || chosen[3]);
	free(chosen);
}

/* Cleaning everything empties the target folder, and never follows a link out of it. */
static void
test_clean_of_all(void **state)
{
	static const char *const targets[] = { NULL };
	struct bench *b = *state;
	struct clean_query query = query_of(targets, NULL);
	bool *chosen = clean_choose(&b->trees, &query, NULL);
	uint64_t freed = 0;

	assert_true(clean_run(&b->trees, chosen, clean_is_all(&query), &freed, NULL));
	assert_true(has(b, "target"));
	assert_false(has(b, "target/release"));
	assert_false(has(b, "target/doc"));
	assert_false(has(b, "target/x86_64-unknown-linux-musl"));
	assert_true(has(b, "outside/release/greet"));
	free(chosen);
}

/* A folder that cargo has not marked as its own is never emptied as a whole. */
static void
test_clean_of_a_strange_folder(void **state)
{
	static const char *const targets[] = { NULL };
	struct bench *b = *state;
	struct clean_query query = query_of(targets, NULL);
	bool *chosen = clean_choose(&b->trees, &query, NULL);
	char *mark = path_join(b->target, "CACHEDIR.TAG");
	uint64_t freed = 0;

	assert_int_equal(unlink(mark), 0);
	assert_true(clean_run(&b->trees, chosen, clean_is_all(&query), &freed, NULL));
	assert_false(has(b, "target/release"));
	assert_true(has(b, "target/doc/greet/index.html"));
	free(mark);
	free(chosen);
}

/* While a build holds the lock of one tree, nothing of any tree goes. */
static void
test_clean_during_a_build(void **state)
{
	static const char *const targets[] = { "aarch64-unknown-linux-gnu", NULL };
	struct bench *b = *state;
	struct clean_query query = query_of(targets, NULL);
	bool *chosen = clean_choose(&b->trees, &query, NULL);
	char *path = path_join(b->target, "aarch64-unknown-linux-gnu/release/.cargo-lock");
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct err err = ERR_INIT;
	uint64_t freed = 0;

	assert_int_equal(flock(fd, LOCK_SH), 0);
	assert_false(clean_run(&b->trees, chosen, false, &freed, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	assert_non_null(strstr(err.message, "aarch64-unknown-linux-gnu/release: a build is going"));
	assert_int_equal(freed, 0);
	assert_true(has(b, "target/aarch64-unknown-linux-gnu/debug/greet"));
	close(fd);
	assert_true(clean_run(&b->trees, chosen, false, &freed, NULL));
	free(path);
	free(chosen);
}

/* A target or profile that was never built is a mistake that is named. */
static void
test_clean_of_nothing(void **state)
{
	static const char *const typo[] = { "aarch64-unknown-linux-gun", NULL };
	static const char *const none[] = { NULL };
	struct bench *b = *state;
	struct clean_query targets = query_of(typo, NULL), profile = query_of(none, "fast");
	struct err err = ERR_INIT;

	assert_null(clean_choose(&b->trees, &targets, &err));
	assert_string_equal(err.message,
		"clean: nothing has been built for \"aarch64-unknown-linux-gun\": did you mean "
		"aarch64-unknown-linux-gnu?");
	assert_null(clean_choose(&b->trees, &profile, &err));
	assert_string_equal(
		err.message, "clean: nothing has been built with profile folder \"fast\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_trees_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kinds_are_told_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(test_build_dir_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folders_beside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clean_of_a_target, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clean_of_the_host, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clean_of_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clean_of_a_strange_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clean_during_a_build, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clean_of_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
