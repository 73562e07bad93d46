/* What docker and podman print while they pull an image becomes layers and bytes. */
#include "ready/pull.h"

#include "unit/check.h"

static struct pull_count
hear(const char *const *lines, size_t count, struct str *told)
{
	struct pull *p = pull_new();
	struct pull_count all;

	for (size_t i = 0; i < count; i++) {
		if (pull_line(p, span_of(lines[i])))
			str_appendf(told, "%s\n", lines[i]);
	}
	all = pull_count(p);
	pull_free(p);
	return all;
}

static void
assert_heard(const char *const *lines, size_t count, struct pull_count expected, const char *log)
{
	struct str told = STR_INIT;
	struct pull_count got = hear(lines, count, &told);

	assert_int_equal(got.done, expected.done);
	assert_int_equal(got.layers, expected.layers);
	assert_int_equal(got.done_bytes, expected.done_bytes);
	assert_int_equal(got.all_bytes, expected.all_bytes);
	assert_string_equal(str_cstr(&told), log);
	str_fini(&told);
}

/* podman's bars on a terminal: bytes of every layer; the log has a line for each that is there. */
static void
podman_on_a_terminal(void **state)
{
	static const char *const lines[] = { "Trying to pull 127.0.0.1:5000/a:1...",
		"Getting image source signatures",
		"Copying blob 02691f8a5d06 [=>----] 156.2KiB / 2.0MiB",
		"Copying blob 826bc5c155ff [=>----] 1.0MiB / 2.0MiB | 3 MiB/s", "",
		"Copying blob 02691f8a5d06 [==>---] 1.0MiB / 2.0MiB",
		"Copying blob 826bc5c155ff done", "Copying blob 826bc5c155ff done",
		"Copying blob 3aae4d1f0b69 skipped: already exists" };

	assert_heard(lines, COUNT(lines), (struct pull_count){ 2, 3, 3 << 20, 4 << 20 },
		"Trying to pull 127.0.0.1:5000/a:1...\nGetting image source signatures\n"
		"Copying blob 826bc5c155ff done\n"
		"Copying blob 3aae4d1f0b69 skipped: already exists\n");
}

/* To a pipe podman tells only that layers begin; going on means that they are there. */
static void
podman_in_a_pipe(void **state)
{
	static const char *const lines[] = {
		"Copying blob "
		"sha256:02691f8a5d0676827ee2eded8ab4c6ada695f4d193d5921a6f0a49140f94d172",
		"Copying blob "
		"sha256:826bc5c155ffb36646f35cbfbb8b4c78062bdaa1c9cf41856d67fff359f68f8f",
		"Copying config "
		"sha256:25a093c2328922ed086cfa85babea835d96ad971d9ca32e48f1113f53e6eeddd"
	};

	assert_heard(lines, 2, (struct pull_count){ 0, 2, 0, 0 }, "");
	assert_heard(lines, 3, (struct pull_count){ 2, 2, 0, 0 },
		"Copying config "
		"sha256:25a093c2328922ed086cfa85babea835d96ad971d9ca32e48f1113f53e6eeddd\n");
}

/* docker counts layers from the beginning, and bytes once each has begun; what it unpacks has come. */
static void
docker_on_a_terminal(void **state)
{
	static const char *const lines[] = { "1.36: Pulling from library/busybox",
		"59bf1c3509f3: Pulling fs layer", "7a0437f04f83: Waiting", "aaaaaaaaaaaa: Waiting",
		"59bf1c3509f3: Downloading [==>   ]  1.2MB/3.4MB",
		"7a0437f04f83: Downloading [>     ]  100kB/1MB", "aaaaaaaaaaaa: Already exists",
		"59bf1c3509f3: Extracting [==>   ]  1.2MB/3.4MB", "7a0437f04f83: Pull complete",
		"Status: Downloaded newer image for busybox:1.36" };

	assert_heard(lines, 5, (struct pull_count){ 0, 3, 0, 0 },
		"1.36: Pulling from library/busybox\n");
	assert_heard(lines, COUNT(lines), (struct pull_count){ 2, 3, 4400000, 4400000 },
		"1.36: Pulling from library/busybox\naaaaaaaaaaaa: Already exists\n"
		"7a0437f04f83: Pull complete\nStatus: Downloaded newer image for busybox:1.36\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(podman_on_a_terminal),
		cmocka_unit_test(podman_in_a_pipe),
		cmocka_unit_test(docker_on_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
