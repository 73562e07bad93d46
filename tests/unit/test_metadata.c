/* metadata: kept for as long as all that it follows from is the same. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "tests/unit/check.h"
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "rust/metadata.h"
#include "rust/toolchain.h"
#include "text/json.h"

struct place {
	char *dir, *root, *manifest;
	struct toolchain tc;
	struct str said;
};

/* All of it a day old, so that nothing has changed a moment ago. */
static void
age(const char *path)
{
	const struct timespec times[2] = { { time(NULL) - 86400, 0 }, { time(NULL) - 86400, 0 } };

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void
age_all(const char *path)
{
	char **names;
	size_t count;

	if (file_is_dir(path)) {
		assert_true(file_list(path, &names, &count, NULL));
		for (size_t i = 0; i < count; i++) {
			char *below = path_join(path, names[i]);

			age_all(below);
			free(below);
		}
		file_list_free(names, count);
	}
	age(path);
}

static void
write_at(const struct place *p, const char *name, const char *text)
{
	char *path = path_join(p->root, name);

	assert_true(file_write(path, span_of(text), NULL));
	free(path);
}

static int
place_make(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));
	char *cache, *home;

	p->dir = file_make_temp_dir("/tmp", "xtui-test-metadata", NULL);
	p->root = path_join(p->dir, "w");
	p->manifest = path_join(p->root, "Cargo.toml");
	p->tc = (struct toolchain){ .name = (char *)"stable", .cargo = path_join(p->dir, "cargo") };
	cache = path_join(p->dir, "cache");
	home = path_join(p->dir, "home");
	setenv("XDG_CACHE_HOME", cache, 1);
	setenv("CARGO_HOME", home, 1);
	unsetenv("CARGO_TARGET_DIR");
	write_at(p, "../cargo", "#!/bin/sh\n");
	write_at(p, "Cargo.toml",
		"[workspace]\nmembers = [\"crates/*\"]\n[package]\nname = \"w\"\n");
	write_at(p, "src/main.rs", "fn main() {}\n");
	write_at(p, "crates/a/Cargo.toml", "[package]\nname = \"a\"\n");
	write_at(p, "crates/a/src/lib.rs", "");
	write_at(p, "crates/z/Cargo.toml", "[package]\nname = \"z\"\n");
	write_at(p, "src/bin/two/main.rs", "fn main() {}\n");
	write_at(p, "crates/not-yet/README.md", "");
	age_all(p->dir);
	str_appendf(&p->said,
		"{\"packages\":[{\"name\":\"w\",\"manifest_path\":\"%s/Cargo.toml\"},"
		"{\"name\":\"a\",\"manifest_path\":\"%s/crates/a/Cargo.toml\"},"
		"{\"name\":\"z\",\"manifest_path\":\"%s/crates/z/Cargo.toml\"}],"
		"\"workspace_root\":\"%s\"}",
		p->root, p->root, p->root, p->root);
	free(home);
	free(cache);
	*state = p;
	return 0;
}

static int
place_clear(void **state)
{
	struct place *p = *state;

	unsetenv("XDG_CACHE_HOME");
	unsetenv("CARGO_HOME");
	unsetenv("CARGO_TARGET_DIR");
	file_remove_tree(p->dir, NULL);
	str_fini(&p->said);
	free(p->tc.cargo);
	free(p->manifest);
	free(p->root);
	free(p->dir);
	free(p);
	return 0;
}

static struct metadata_query
query_of(const struct place *p)
{
	return (struct metadata_query){ p->manifest, p->root, &p->tc };
}

static void
keep(const struct place *p)
{
	struct metadata_query q = query_of(p);
	struct json *doc = json_parse(p->said.data, p->said.len, NULL);

	assert_non_null(doc);
	metadata_keep(&q, str_span(&p->said), doc);
	json_free(doc);
}

static bool
is_recalled(const struct place *p)
{
	struct metadata_query q = query_of(p);
	struct json *doc = metadata_recall(&q);
	bool found = doc;

	if (doc)
		assert_string_equal(json_string(json_get(doc, "workspace_root"), ""), p->root);
	json_free(doc);
	return found;
}

/* What cargo said is taken again while nothing of it can have changed: building, and other text in a
 * source file, change nothing. */
static void
same_is_recalled(void **state)
{
	struct place *p = *state;

	assert_false(is_recalled(p));
	keep(p);
	assert_true(is_recalled(p));
	write_at(p, "target/debug/w", "");
	write_at(p, "Cargo.lock", "");
	write_at(p, "README.md", "");
	write_at(p, "src/main.rs", "fn main() { println!(\"another\"); }\n");
	write_at(p, "src/bin/two/helper.rs", "");
	assert_true(is_recalled(p));
}

/* Any change from which cargo may say something else makes it be asked again. */
static void
changes_are_seen(void **state)
{
	static const struct {
		const char *file, *text;
	} changes[] = {
		{ "Cargo.toml", "[workspace]\nmembers = []\n" },
		{ "crates/a/Cargo.toml", "[package]\nname = \"b\"\n" },
		{ "crates/z/Cargo.toml", "[package]\nname = \"b\"\n" },
		{ "crates/b/Cargo.toml", "[package]\nname = \"b\"\n" },
		{ "build.rs", "" },
		{ "src/lib.rs", "" },
		{ "src/bin/one.rs", "" },
		{ "crates/not-yet/Cargo.toml", "[package]\nname = \"c\"\n" },
		{ "examples/e.rs", "" },
		{ "crates/a/tests/t.rs", "" },
		{ "crates/a/benches/deep/main.rs", "" },
		{ ".cargo/config.toml", "[build]\ntarget-dir = \"t\"\n" },
		{ "../.cargo/config", "[build]\ntarget-dir = \"t\"\n" },
		{ "../home/config.toml", "[build]\ntarget-dir = \"t\"\n" },
		{ "../Cargo.toml", "[workspace]\n" },
		{ "../cargo", "#!/bin/sh\n# another\n" },
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT(changes); i++) {
		void *fresh = NULL;

		place_make(&fresh);
		keep(fresh);
		assert_true(is_recalled(fresh));
		write_at(fresh, changes[i].file, changes[i].text);
		if (is_recalled(fresh))
			fail_msg("%s was not seen", changes[i].file);
		place_clear(&fresh);
	}
	setenv("XDG_CACHE_HOME", p->dir, 1);
	keep(p);
	assert_true(is_recalled(p));
	setenv("CARGO_TARGET_DIR", "/elsewhere", 1);
	assert_false(is_recalled(p));
}

/* What cannot be watched is not kept: members anywhere in the workspace's own folder, a file that was
 * written a moment ago, which may change once more and seem the same. */
static void
unsure_is_not_kept(void **state)
{
	struct place *p = *state;

	write_at(p, "Cargo.toml", "[workspace]\nmembers = [\"*\"]\n");
	age_all(p->root);
	keep(p);
	assert_false(is_recalled(p));
	write_at(p, "Cargo.toml", "[workspace]\n");
	keep(p);
	assert_false(is_recalled(p));
	age_all(p->root);
	keep(p);
	assert_true(is_recalled(p));
}

/* A file in the cache that is damaged is as none. */
static void
damaged_is_none(void **state)
{
	struct place *p = *state;
	char *dir = path_join(p->dir, "cache/xtui");
	char **names;
	size_t count;
	struct stat st;

	keep(p);
	assert_true(file_list(dir, &names, &count, NULL));
	assert_int_equal(count, 1);
	char *path = path_join(dir, names[0]);
	assert_int_equal(stat(path, &st), 0);
	for (off_t len = st.st_size - 1; len >= 0; len -= 97) {
		assert_int_equal(truncate(path, len), 0);
		assert_false(is_recalled(p));
	}
	file_list_free(names, count);
	free(path);
	free(dir);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_clear)
	const struct CMUnitTest tests[] = {
		TEST(same_is_recalled),
		TEST(changes_are_seen),
		TEST(unsure_is_not_kept),
		TEST(damaged_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
