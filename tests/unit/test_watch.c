/* sources, with io/watch below it: real folders, real changes, told once and only those that count. */
#include "unit/check.h"

#include <stdio.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/sources.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/watch.h"
#include "rust/workspace.h"

#define WAIT_MS 60000

struct bed {
	char *dir;
	struct loop *loop;
	struct workspace ws;
	struct package packages[2];
	char *paths[5]; /* what ws points to */
	struct sources *sources;
	char *what; /* changed last */
	unsigned kinds;
	int times;
};

static void
on_changed(void *arg, unsigned kinds, const char *path)
{
	struct bed *b = arg;

	b->kinds = kinds;
	free(b->what);
	b->what = xstrdup(path + strlen(b->dir) + 1);
	b->times++;
}

static void
write_file(struct bed *b, const char *name, const char *text)
{
	char *path = path_join(b->dir, name);
	struct err err = ERR_INIT;

	if (!file_write(path, span_of(text), &err))
		fail_msg("%s", err.message);
	free(path);
}

/* An editor that writes in place. */
static void
append_to(struct bed *b, const char *name)
{
	char *path = path_join(b->dir, name);
	FILE *f = fopen(path, "ae");

	assert_non_null(f);
	fputs("// more\n", f);
	fclose(f);
	free(path);
}

static void
make_dir(struct bed *b, const char *name)
{
	char *path = path_join(b->dir, name);

	assert_true(file_make_dirs(path, 0755, NULL));
	free(path);
}

static void
on_deadline(void *arg)
{
}

static void
wait_for(struct bed *b, int times)
{
	uint64_t end = loop_clock() / 1000 + WAIT_MS;
	struct loop_timer *t = loop_timer_start(b->loop, WAIT_MS, 0, on_deadline, NULL);

	while (b->times < times && loop_clock() / 1000 < end)
		loop_turn(b->loop, true);
	loop_timer_stop(t);
	assert_int_equal(b->times, times);
}

static int
setup(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	const char *parent = getenv("TMPDIR");
	struct err err = ERR_INIT;
	char *made = file_make_temp_dir(parent ? parent : "/tmp", "xtui-watch-", &err);

	b->dir = file_real_path(made);
	free(made);
	write_file(b, "Cargo.toml", "");
	write_file(b, ".gitignore", "/gen\n*.tmp\n");
	write_file(b, ".git/HEAD", "");
	write_file(b, "src/main.rs", "");
	write_file(b, "src/deep/er/mod.rs", "");
	write_file(b, "gen/x.rs", "");
	write_file(b, "target/release/app", "");
	write_file(b, "other-target/CACHEDIR.TAG", "");
	write_file(b, "crates/one/src/lib.rs", "");
	b->paths[0] = path_join(b->dir, "Cargo.toml");
	b->paths[1] = path_join(b->dir, "crates/one/Cargo.toml");
	b->paths[2] = path_join(b->dir, "target");
	b->packages[0] = (struct package){ .name = "app", .manifest = b->paths[0] };
	b->packages[1] = (struct package){ .name = "one", .manifest = b->paths[1] };
	b->ws = (struct workspace){ .root = b->dir,
		.manifest = b->paths[0],
		.target_dir = b->paths[2],
		.build_dir = b->paths[2],
		.packages = b->packages,
		.package_count = 2 };
	b->loop = loop_new();
	if (!(b->sources = sources_watch(b->loop, &b->ws, on_changed, b, &err))) {
		print_error("%s\n", err.message);
		return -1;
	}
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bed *b = *state;

	sources_close(b->sources);
	loop_free(b->loop);
	file_remove_tree(b->dir, NULL);
	for (size_t i = 0; i < COUNT(b->paths); i++)
		free(b->paths[i]);
	free(b->what);
	free(b->dir);
	free(b);
	return 0;
}

/* Folders of sources are watched once each; ignored, hidden, target and cache folders are not. */
static void
folders(void **state)
{
	struct bed *b = *state;

	/* the top, src, src/deep, src/deep/er, crates, crates/one, crates/one/src */
	assert_int_equal(sources_folders(b->sources), 7);
}

/* A file that is written is told once, however many events that makes. */
static void
told_once(void **state)
{
	struct bed *b = *state;

	for (int i = 0; i < 5; i++)
		append_to(b, "src/deep/er/mod.rs");
	append_to(b, "src/main.rs");
	wait_for(b, 1);
	assert_string_equal(b->what, "src/deep/er/mod.rs");
	append_to(b, "crates/one/src/lib.rs");
	wait_for(b, 2);
	assert_string_equal(b->what, "crates/one/src/lib.rs");
}

/* What is left out says nothing: what comes first after it is what is told. */
static void
left_out(void **state)
{
	static const char *const names[] = { "gen/x.rs", "src/a.tmp", "target/release/app",
		"other-target/y", "Cargo.lock", ".git/HEAD", "src/.main.rs.swp", "src/main.rs~" };
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(names); i++)
		write_file(b, names[i], "x");
	make_dir(b, "target/xtui/small");
	make_dir(b, "targetN5lRCv");
	append_to(b, "src/main.rs");
	wait_for(b, 1);
	assert_string_equal(b->what, "src/main.rs");
}

/* New folders are watched with all that is in them; one that went and came again is too. */
static void
new_folders(void **state)
{
	struct bed *b = *state;
	char *path = path_join(b->dir, "src/new");

	for (int i = 0; i < 3; i++) {
		make_dir(b, "src/new/below");
		wait_for(b, i * 3 + 1);
		assert_int_equal(sources_folders(b->sources), 9);
		write_file(b, "src/new/below/a.rs", "");
		wait_for(b, i * 3 + 2);
		assert_true(file_remove_tree(path, NULL));
		wait_for(b, i * 3 + 3);
		assert_int_equal(sources_folders(b->sources), 7);
	}
	free(path);
}

/* Files that go, and manifests, count too; what is more than source is told as that. */
static void
removed_and_manifest(void **state)
{
	struct bed *b = *state;
	char *path = path_join(b->dir, "src/main.rs");

	assert_int_equal(unlink(path), 0);
	wait_for(b, 1);
	assert_string_equal(b->what, "src/main.rs");
	assert_int_equal(b->kinds, SOURCE_CODE);
	append_to(b, "Cargo.toml");
	wait_for(b, 2);
	assert_string_equal(b->what, "Cargo.toml");
	assert_int_equal(b->kinds, SOURCE_SETUP);
	write_file(b, "xtui.toml", "");
	write_file(b, "rust-toolchain.toml", "");
	wait_for(b, 3);
	assert_int_equal(b->kinds, SOURCE_SETUP | SOURCE_CHOICE);
	free(path);
}

/* .cargo counts for its configuration alone: it may be cargo's home as well, in which builds write. */
static void
configuration(void **state)
{
	static const char *const names[] = { ".cargo/.package-cache", ".cargo/env",
		".cargo/registry/index/x.toml", ".cargo/.crates.toml" };
	struct bed *b = *state;

	make_dir(b, ".cargo");
	for (size_t i = 0; i < COUNT(names); i++)
		write_file(b, names[i], "x");
	append_to(b, "src/main.rs");
	wait_for(b, 1);
	assert_string_equal(b->what, "src/main.rs");
	assert_int_equal(b->kinds, SOURCE_CODE);
	write_file(b, ".cargo/config.toml", "");
	wait_for(b, 2);
	assert_string_equal(b->what, ".cargo/config.toml");
	assert_int_equal(b->kinds, SOURCE_SETUP);
}

/* A folder that comes with a configuration in it is heard of. */
static void
configuration_moved_in(void **state)
{
	struct bed *b = *state;
	char *from = path_join(b->dir, ".hidden"), *to = path_join(b->dir, ".cargo");

	write_file(b, ".hidden/config.toml", "");
	assert_int_equal(rename(from, to), 0);
	wait_for(b, 1);
	assert_string_equal(b->what, ".cargo/config.toml");
	assert_int_equal(b->kinds, SOURCE_SETUP);
	free(from);
	free(to);
}

/* Where the sources are watched anew, a change that has not settled yet is not lost. */
static void
taken_over(void **state)
{
	struct bed *b = *state;
	struct sources *old = b->sources;

	append_to(b, "src/main.rs");
	while (!sources_is_settling(old))
		loop_turn(b->loop, true);
	b->sources = sources_watch(b->loop, &b->ws, on_changed, b, NULL);
	sources_take_over(b->sources, old);
	wait_for(b, 1);
	assert_string_equal(b->what, "src/main.rs");
	assert_int_equal(b->kinds, SOURCE_CODE);
	sources_take_over(b->sources, NULL);
}

/* A folder that is not there cannot be watched, and the error names it. */
static void
no_folder(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;

	assert_null(watch_open(b->loop, "/nowhere/at/all", NULL, NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.message, "/nowhere/at/all"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(folders, setup, teardown),
		cmocka_unit_test_setup_teardown(told_once, setup, teardown),
		cmocka_unit_test_setup_teardown(left_out, setup, teardown),
		cmocka_unit_test_setup_teardown(new_folders, setup, teardown),
		cmocka_unit_test_setup_teardown(removed_and_manifest, setup, teardown),
		cmocka_unit_test_setup_teardown(configuration, setup, teardown),
		cmocka_unit_test_setup_teardown(configuration_moved_in, setup, teardown),
		cmocka_unit_test_setup_teardown(taken_over, setup, teardown),
		cmocka_unit_test_setup_teardown(no_folder, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
