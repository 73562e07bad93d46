#include "artifact/wheel.h"
#include "artifact/fits.h"
#include "artifact/runson.h"
#include "help_broken.h"

static int
setup(void **state)
{
	if (objectbed_setup(state) != 0)
		return -1;
	objectbed_write("module.c",
		"#include <pthread.h>\n#include <stdio.h>\n"
		"static void *f(void *a) { return a; }\n"
		"int module(void) { pthread_t t; return pthread_create(&t, 0, f, 0) + puts(\"\"); "
		"}\n");
	objectbed_write("hello-0.1.0.dist-info/WHEEL",
		"Wheel-Version: 1.0\nGenerator: maturin (1.9.4)\nRoot-Is-Purelib: false\n");
	objectbed_write("hello-0.1.0.dist-info/METADATA",
		"Metadata-Version: 2.4\nName: hello\nVersion: 0.1.0\nRequires-Python: >=3.9\n\n"
		"Requires-Python: of the description\n");
	objectbed_write("hello/__init__.py", "");
	return 0;
}

/* A wheel of that name with the folder hello and what a line of a shell puts there; its card, judged. */
static struct card *
made(const char *name, const char *line)
{
	char *zip = xasprintf("rm -f hello/*.so && %s && rm -f %s && "
			      "python3 -m zipfile -c %s hello hello-0.1.0.dist-info",
		line, name, name);
	struct runson *systems = runson_load(NULL);
	struct card *card;

	if (!objectbed_has("python3") || !objectbed_has("gcc"))
		objectbed_skip("no python3 or no gcc");
	if (objectbed_shell(zip) != 0)
		fail_msg("%s", zip);
	card = objectbed_card(name);
	runson_fill(systems, card);
	runson_free(systems);
	free(zip);
	return card;
}

#define MODULE "gcc -shared -fPIC -o hello/hello.abi3.so module.c"

static const char *
detail(const struct card *card, const char *key)
{
	const struct card_detail *d = card_detail(card, key);

	return d ? d->value : NULL;
}

/* A wheel says which Pythons it is for, and what is built in it says the rest. */
static void
card_of_a_wheel(void **state)
{
	struct card *card = made("hello-0.1.0-cp39-abi3-manylinux_2_39_x86_64.whl", MODULE);
	struct card_rows rows = { 0 };
	struct str floor = STR_INIT;

	assert_int_equal(card->format, FORMAT_WHEEL);
	assert_int_equal(card->kind, KIND_SHARED);
	assert_string_equal(detail(card, "package"), "hello");
	assert_string_equal(detail(card, "version"), "0.1.0");
	assert_string_equal(detail(card, "python"), "cp39");
	assert_string_equal(detail(card, "python_abi"), "abi3");
	assert_string_equal(detail(card, "platform"), "manylinux_2_39_x86_64");
	assert_string_equal(detail(card, "requires_python"), ">=3.9");
	assert_string_equal(detail(card, "generator"), "maturin (1.9.4)");
	assert_int_equal(card->parts.len, 1);
	assert_string_equal(detail(card->parts.items[0], "member"), "hello/hello.abi3.so");
	assert_string_equal(card->arch, card->parts.items[0]->arch);
	assert_string_equal(card->os, "linux");
	assert_string_equal(card->min_glibc, card->parts.items[0]->min_glibc);
	assert_int_equal(card->problems.len, 0);
	card_floor(card, ">=", &floor);
	assert_string_equal(floor.data, "manylinux_2_39_x86_64");
	card_rows_fill(&rows, card, true);
	assert_string_equal(rows.list.items[1].text,
		"hello 0.1.0 for cp39, ABI abi3, manylinux_2_39_x86_64, needs Python >=3.9");
	card_rows_fini(&rows);
	str_fini(&floor);
	card_free(card);
}

/* What a tag promises is held against what the libraries need: an older glibc, a library that no system has
 * to have; of several tags the oldest counts. */
static void
promises(void **state)
{
	static const struct {
		const char *tag, *line, *problem;
	} rows[] = {
		{ "manylinux_2_39_x86_64", MODULE, NULL },
		{ "linux_x86_64", MODULE, NULL },
		{ "manylinux_2_17_x86_64", MODULE, "tag-too-old" },
		{ "manylinux2014_x86_64.manylinux_2_39_x86_64", MODULE, "tag-too-old" },
		{ "manylinux2010_x86_64", MODULE, "tag-too-old" },
		{ "manylinux_2_39_x86_64",
			"gcc -shared -fPIC -o libother.so module.c && "
			"gcc -shared -fPIC -o hello/hello.so module.c -Wl,--no-as-needed "
			"./libother.so",
			"library-outside" },
		{ "musllinux_1_2_x86_64", MODULE, "library-outside" },
		{ "manylinux_2_5_x86_64", "true", NULL },
	};

	if (!objectbed_has("gcc") || objectbed_shell("gcc -dumpmachine | grep -q x86_64.*gnu") != 0)
		objectbed_skip("no gcc for x86-64 and glibc");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *name = xasprintf("hello-0.1.0-py3-none-%s.whl", rows[i].tag);
		struct card *card = made(name, rows[i].line);

		print_message("%s\n", rows[i].tag);
		assert_int_equal(card->problems.len > 0, rows[i].problem != NULL);
		if (rows[i].problem && !card_problem_of(card, rows[i].problem))
			fail_msg("%s", card->problems.items[0].text);
		card_free(card);
		free(name);
	}
}

/* A name that no installer takes, and an archive that is cut or damaged, are told. */
static void
broken(void **state)
{
	struct card *card = made("hello.whl", MODULE);
	struct str file = STR_INIT;
	char *path = path_join(objectbed_dir, "hello.whl");

	assert_non_null(strstr(card_problem_of(card, "damaged")->text, "NAME-VERSION"));
	card_free(card);
	assert_true(file_read(path, &file, NULL));
	for (size_t cut = 4; cut < file.len; cut += file.len / 23) {
		struct err err = ERR_INIT;

		assert_true(file_write(path, (struct span){ file.data, cut }, NULL));
		card = object_inspect(path, &err);
		if (!card)
			assert_non_null(strstr(err.message, "hello.whl: "));
		card_free(card);
	}
	str_fini(&file);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, objectbed_teardown)
		CASE(card_of_a_wheel),
		CASE(promises),
		CASE(broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
