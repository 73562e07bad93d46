#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "text/fuzzy.h"
#include <limits.h>

/* The letters must come in order; case matters only when a capital was typed. */
static void
what_matches(void **state)
{
	static const struct {
		const char *pattern;
		const char *name;
		bool matches;
	} cases[] = {
		{ "", "anything", true },
		{ "  ", "anything", true },
		{ "", "", true },
		{ "a", "", false },
		{ "a64mu", "aarch64-unknown-linux-musl", true },
		{ "musl64", "aarch64-unknown-linux-musl", false },
		{ "musl 64", "aarch64-unknown-linux-musl", true },
		{ " musl  arm ", "arm-unknown-linux-musleabi", true },
		{ "musl zz", "arm-unknown-linux-musleabi", false },
		{ "cargo", "Cargo.toml", true },
		{ "Cargo", "cargo.toml", false },
		{ "C", "Cargo.toml", true },
		{ "aa", "a", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
			fuzzy_match(cases[i].pattern, cases[i].name, NULL), cases[i].matches);
}

/* Of two names, the one that a person means comes first. */
static void
better_first(void **state)
{
	static const struct {
		const char *pattern;
		const char *better;
		const char *worse;
	} cases[] = {
		{ "armv7", "armv7", "armv7-unknown-linux-gnueabihf" },
		{ "ARM", "ARM", "ARMS" },
		{ "arm", "arm-unknown-linux-gnueabi", "aarch64-unknown-linux-musl" },
		{ "arm", "arm-unknown-linux-gnueabi", "thumbv7neon-armx" },
		{ "musl", "x86_64-unknown-linux-musl", "mips-unknown-solaris" },
		{ "xw", "x86_64-windows", "axw64-linux-very-long" },
		{ "gnu", "x86_64-gnu", "x86_64-agnuish" },
		{ "lg", "x-linux-gnu", "x-linuxgnu" },
		{ "mp", "myProject", "mypproject" },
		{ "64 mu", "aarch64-musl", "aarch64-gnu-mxu" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		int better, worse;

		assert_true(fuzzy_match(cases[i].pattern, cases[i].better, &better));
		assert_true(fuzzy_match(cases[i].pattern, cases[i].worse, &worse));
		if (better <= worse)
			fail_msg("%s: %s (%d) not before %s (%d)", cases[i].pattern,
				cases[i].better, better, cases[i].worse, worse);
	}
}

/* An empty pattern ranks all names alike. */
static void
empty_scores_nothing(void **state)
{
	int score = 7;

	assert_true(fuzzy_match("", "name", &score));
	assert_int_equal(score, 0);
	score = 7;
	assert_true(fuzzy_match("  ", "name", &score));
	assert_int_equal(score, 0);
}

static void
assert_marked(const char *pattern, const char *name, const char *marked)
{
	uint16_t positions[64];
	size_t count = fuzzy_positions(pattern, name, positions, COUNT(positions));
	char shown[128];

	memset(shown, ' ', sizeof shown);
	for (size_t i = 0; i < count; i++)
		shown[positions[i]] = '^';
	shown[strlen(name)] = '\0';
	assert_string_equal(shown, marked);
}

/* The letters shown as matching are those of the best match. */
static void
marked_letters(void **state)
{
	assert_marked("musl", "x86_64-unknown-linux-musl", "                     ^^^^");
	assert_marked("lm", "x86_64-unknown-linux-musl", "               ^     ^   ");
	assert_marked("arm gnu", "arm-unknown-linux-gnueabi", "^^^               ^^^    ");
	assert_marked("gnu gnue", "arm-unknown-linux-gnueabi", "                  ^^^^   ");
	assert_marked("zz", "aarch64", "       ");
	assert_marked("", "aarch64", "       ");
	assert_marked("aarch64", "aarch64", "^^^^^^^");
}

/* Positions ascend, lie on the pattern's letters, and never outgrow the room for them. */
static void
positions_are_letters_of_the_pattern(void **state)
{
	struct dice dice = { 21 };

	for (int round = 0; round < 5000; round++) {
		char name[24] = "";
		char pattern[6] = "";
		uint16_t positions[6];
		size_t count, max = 1 + dice_below(&dice, 6);

		for (size_t i = 0, len = dice_below(&dice, 23); i < len; i++)
			name[i] = "abcABC-_"[dice_below(&dice, 8)];
		for (size_t i = 0, len = dice_below(&dice, 5); i < len; i++)
			pattern[i] = "abcA-"[dice_below(&dice, 5)];
		count = fuzzy_positions(pattern, name, positions, max);
		if (!fuzzy_match(pattern, name, NULL))
			assert_int_equal(count, 0);
		else
			assert_int_equal(count, strlen(pattern) < max ? strlen(pattern) : max);
		for (size_t i = 0; i < count; i++) {
			char typed[2] = { pattern[i] };
			char found[2] = { name[positions[i]] };

			assert_true(i == 0 || positions[i] > positions[i - 1]);
			assert_true(fuzzy_match(strchr(pattern, 'A') ? found : typed, found, NULL));
		}
	}
}

/* Names of any length are safe; those beyond the limit do not match. */
static void
long_names_and_patterns(void **state)
{
	uint16_t positions[8];
	char name[FUZZY_NAME_MAX + 2];
	char words[3000];
	int score;

	memset(name, 'a', sizeof name);
	name[FUZZY_NAME_MAX + 1] = '\0';
	assert_false(fuzzy_match("a", name, &score));
	assert_int_equal(fuzzy_positions("a", name, positions, 8), 0);
	assert_int_equal(fuzzy_positions("", name, positions, 8), 0);
	name[FUZZY_NAME_MAX] = '\0';
	assert_true(fuzzy_match(name, name, &score));
	assert_true(fuzzy_match(name + 1, name, &score));
	assert_int_equal(fuzzy_positions(name + 1, name, positions, 8), 8);
	for (size_t i = 0; i < sizeof words; i++)
		words[i] = i % 2 ? ' ' : 'a';
	words[sizeof words - 1] = '\0';
	assert_true(fuzzy_match(words, "a", &score));
	assert_int_equal(score, INT_MAX);
}

/* The number of slips between what was typed and what was meant. */
static void
distance(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		int distance;
	} cases[] = {
		{ "", "", 0 },
		{ "", "abc", 3 },
		{ "build", "build", 0 },
		{ "biuld", "build", 1 },
		{ "buld", "build", 1 },
		{ "builds", "build", 1 },
		{ "bujld", "build", 1 },
		{ "kitten", "sitting", 3 },
		{ "ca", "abc", 3 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(fuzzy_distance(cases[i].a, cases[i].b), cases[i].distance);
		assert_int_equal(fuzzy_distance(cases[i].b, cases[i].a), cases[i].distance);
	}
}

/* "Did you mean" names the nearest, and stays silent when nothing is near. */
static void
nearest(void **state)
{
	static const char *const names[] = { "build", "doctor", "explain", "inspect", "run" };

	assert_string_equal(fuzzy_nearest("biuld", names, COUNT(names)), "build");
	assert_string_equal(fuzzy_nearest("docter", names, COUNT(names)), "doctor");
	assert_string_equal(fuzzy_nearest("rn", names, COUNT(names)), "run");
	assert_string_equal(fuzzy_nearest("run", names, COUNT(names)), "run");
	assert_null(fuzzy_nearest("zzz", names, COUNT(names)));
	assert_null(fuzzy_nearest("x", names, COUNT(names)));
	assert_null(fuzzy_nearest("", names, COUNT(names)));
	assert_null(fuzzy_nearest("build", names, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_matches),
		cmocka_unit_test(better_first),
		cmocka_unit_test(empty_scores_nothing),
		cmocka_unit_test(marked_letters),
		cmocka_unit_test(positions_are_letters_of_the_pattern),
		cmocka_unit_test(long_names_and_patterns),
		cmocka_unit_test(distance),
		cmocka_unit_test(nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
