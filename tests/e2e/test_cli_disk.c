/* `xtui run`, `xtui disk` and `xtui clean` on what the real cargo built. */
#include "e2e/bench_cli.h"

#include <sys/stat.h>
#include "text/json.h"

static void
build_two(struct stage *s)
{
	stage_greet(s);
	xtui(s, "build", "-t", HOST, "-t", ARM64, "-q");
	assert_code(s, 0);
}

static bool
is_there(struct stage *s, const char *name)
{
	char *path = path_join(s->dir, name);
	struct stat st;
	bool found = stat(path, &st) == 0;

	free(path);
	return found;
}

/* A built program runs with its arguments, and its exit status is ours. */
static void
test_run_here(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	build_two(s);
	xtui(s, "run", "--", "Ada");
	assert_code(s, 0);
	assert_out(s, "Hello, Ada!");
	assert_string_equal(str_cstr(&s->err), "");
}

/* A foreign program runs under qemu, which is said. */
static void
test_run_foreign(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	if (!stage_show(s, "qemu-aarch64-static"))
		bed_skip("no qemu-aarch64-static on this machine");
	build_two(s);
	xtui(s, "run", "-t", ARM64);
	assert_code(s, 0);
	assert_out(s, "on aarch64 linux");
	assert_non_null(strstr(str_cstr(&s->err), "running it with "));
	assert_non_null(strstr(str_cstr(&s->err), "qemu-aarch64"));
}

/* What cannot be run is named with the reason: not built, no runner, no such program. */
static void
test_run_refused(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	build_two(s);
	xtui(s, "run", "-t", ARMV7);
	assert_refused(s, 1, "run: greet has not been built for " ARMV7 " with profile release");
	assert_non_null(strstr(str_cstr(&s->err), "try: xtui build -t " ARMV7));
	xtui(s, "run", "--bin", "gret");
	assert_refused(s, 2, "no program \"gret\": did you mean greet?");
	stage_hide(s, "qemu-aarch64-static");
	stage_hide(s, "qemu-aarch64");
	xtui(s, "run", "-t", ARM64);
	assert_refused(s, 3, "nothing here runs that");
}

/* disk --json has the shape of its document, and a row for each target that was built. */
static void
test_disk(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	bool has_arm = false;

	NEED_FIXTURE(s);
	build_two(s);
	xtui(s, "disk");
	assert_code(s, 0);
	assert_out(s, ARM64);
	xtui(s, "disk", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "DISK");
	for (const struct json *t = json_first(json_get(doc, "trees")); t; t = json_next(t)) {
		if (!text_is(json_string(json_get(t, "target"), NULL), ARM64))
			continue;
		has_arm = true;
		assert_string_equal(json_string(json_get(t, "profile"), NULL), "release");
		assert_true(json_number(json_get(t, "final"), 0) > 100000);
	}
	assert_true(has_arm);
	json_free(doc);
}

/* The images that cross builds in are counted where their engine runs; others, and engines that do not run,
 * are left alone. */
static void
test_disk_images(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	int images = 0;

	bed_script(s->bed, "bin/podman",
		"#!/bin/sh\n"
		"case $1 in\n"
		"images) echo ghcr.io/cross-rs/" ARM64
		":0.2.5; echo docker.io/library/debian:12 ;;\n"
		"image) [ \"$5\" = ghcr.io/cross-rs/" ARM64 ":0.2.5 ] && echo 1234567890 ;;\n"
		"esac\n");
	bed_script(s->bed, "bin/docker", "#!/bin/sh\necho >\"${0%/*}/asked\"\n");
	setenv("DOCKER_HOST", "unix:///nowhere/docker.sock", 1);
	setenv("CONTAINER_HOST", "ssh://elsewhere", 1);
	xtui(s, "disk", "--json");
	unsetenv("CONTAINER_HOST");
	unsetenv("DOCKER_HOST");
	assert_code(s, 0);
	doc = stage_json(s, "DISK");
	for (const struct json *t = json_first(json_get(doc, "stores")); t; t = json_next(t)) {
		if (!text_is(json_string(json_get(t, "kind"), NULL), "image"))
			continue;
		images++;
		assert_string_equal(json_string(json_get(t, "name"), NULL),
			"ghcr.io/cross-rs/" ARM64 ":0.2.5 (podman)");
		assert_true(json_number(json_get(t, "bytes"), 0) == 1234567890);
	}
	assert_int_equal(images, 1);
	assert_false(file_exists(bed_path(s->bed, "bin/asked")));
	json_free(doc);
}

/* clean removes the one target it is asked for, after showing it, and only when agreed to; the next
 * build makes it again. */
static void
test_clean(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	NEED_FIXTURE(s);
	build_two(s);
	xtui(s, "clean", "-t", ARM64);
	assert_refused(s, 2, "nobody can be asked here");
	xtui(s, "clean", "-t", ARM64, "--dry-run");
	assert_code(s, 0);
	assert_out(s, "to free");
	assert_true(is_there(s, "target/" ARM64 "/release/greet"));
	xtui(s, "clean", "-t", ARM64, "--yes", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "CLEAN");
	assert_true(json_number(json_get(doc, "freed"), 0) > 100000);
	json_free(doc);
	assert_false(is_there(s, "target/" ARM64 "/release"));
	assert_true(is_there(s, "target/" HOST "/release/greet"));
	xtui(s, "build", "-t", HOST, "-t", ARM64, "-q");
	assert_code(s, 0);
	assert_true(is_there(s, "target/" ARM64 "/release/greet"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_run_here),
		STAGE_TEST(test_run_foreign),
		STAGE_TEST(test_run_refused),
		STAGE_TEST(test_disk),
		STAGE_TEST(test_disk_images),
		STAGE_TEST(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
