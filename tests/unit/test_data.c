#include "tests/unit/check.h"
#include "base/data.h"

/* Every file compiled in is found by its name, in sorted order, with a NUL behind its bytes. */
static void
every_file_is_found(void **state)
{
	for (size_t i = 0; i < data_file_count; i++) {
		assert_ptr_equal(data_find(data_files[i].name), &data_files[i]);
		assert_int_equal(data_files[i].bytes[data_files[i].len], '\0');
		if (i > 0)
			assert_true(strcmp(data_files[i - 1].name, data_files[i].name) < 0);
	}
	assert_null(data_find("data/no-such-file.toml"));
}

/* A prefix walks its files in order, each once, and then ends. */
static void
prefix_walks_a_folder(void **state)
{
	size_t count = 0;

	while (data_at("", count))
		count++;
	assert_int_equal(count, data_file_count);
	count = 0;
	for (size_t i = 0; i < data_file_count; i++)
		if (text_starts(data_files[i].name, "data/hints/"))
			assert_ptr_equal(data_at("data/hints/", count++), &data_files[i]);
	assert_null(data_at("data/hints/", count));
	assert_null(data_at("no-such-folder/", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_is_found),
		cmocka_unit_test(prefix_walks_a_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
