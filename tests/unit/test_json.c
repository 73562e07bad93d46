#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "text/json.h"
#include "base/utf8.h"
#include <math.h>
#include <stdio.h>

static struct json *
parsed(const char *text)
{
	struct err err = ERR_INIT;
	struct json *v = json_parse(text, strlen(text), &err);

	if (!v)
		fail_msg("%s: %s", text, err.message);
	return v;
}

static char *
printed(const struct json *v)
{
	struct str out = STR_INIT;

	json_print(v, &out);
	return str_take(&out);
}

/* Look-ups can be chained through what is not there, and end in the fallback. */
static void
absent_is_the_fallback(void **state)
{
	struct json *v = parsed("{\"a\":[{\"b\":\"x\"},2,true,null]}");
	const struct json *a = json_get(v, "a");

	assert_string_equal(json_string(json_get(json_at(a, 0), "b"), "no"), "x");
	assert_string_equal(json_string(json_get(json_at(a, 9), "b"), "no"), "no");
	assert_null(json_string(json_get(json_get(v, "b"), "c"), NULL));
	assert_true(json_integer(json_at(a, 1), -1) == 2);
	assert_true(json_integer(json_at(a, 2), -1) == -1);
	assert_true(json_bool(json_at(a, 2), false));
	assert_true(json_bool(json_at(a, 3), true));
	assert_true(json_is_null(json_at(a, 3)));
	assert_true(json_is_null(json_at(a, 4)));
	assert_null(json_get(a, "b"));
	assert_null(json_get(NULL, "b"));
	assert_null(json_first(NULL));
	assert_null(json_next(NULL));
	assert_null(json_key(NULL));
	assert_int_equal(json_count(NULL), 0);
	assert_false(json_is_object(NULL));
	assert_false(json_is_array(NULL));
	json_free(v);
	json_free(NULL);
}

/* A number that no integer holds is none, so that nothing is cut or overflows. */
static void
integers_are_whole(void **state)
{
	static const struct {
		const char *text;
		int64_t number;
	} cases[] = {
		{ "[0]", 0 },
		{ "[-17]", -17 },
		{ "[1e3]", 1000 },
		{ "[4294967296]", 4294967296 },
		{ "[9007199254740992]", 9007199254740992 },
		{ "[-9007199254740992]", -9007199254740992 },
		{ "[9007199254740994]", -1 },
		{ "[1e400]", -1 },
		{ "[-1e400]", -1 },
		{ "[0.5]", -1 },
		{ "[\"1\"]", -1 },
		{ "[true]", -1 },
		{ "[]", -1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct json *v = parsed(cases[i].text);

		assert_true(json_integer(json_at(v, 0), -1) == cases[i].number);
		json_free(v);
	}
}

/* Members are walked in the order of the file, with their keys; keys differ by case. */
static void
walk_in_order(void **state)
{
	struct json *v = parsed(" { \"b\" : 1, \"a\" : 2, \"B\" : 3 } \r\n\t");
	const struct json *member = json_first(v);

	assert_true(json_is_object(v));
	assert_int_equal(json_count(v), 3);
	assert_string_equal(json_key(member), "b");
	assert_string_equal(json_key(json_next(member)), "a");
	assert_true(json_integer(json_get(v, "B"), 0) == 3);
	assert_null(json_next(json_at(v, 2)));
	json_free(v);
}

/* What is not one JSON document is refused with the place where it ends to be one. */
static void
refuses_with_the_place(void **state)
{
	static const char *const cases[][2] = {
		{ "", "expected JSON, found nothing" },
		{ "   Compiling x", "line 1, column 4: expected JSON, found `Compiling x`" },
		{ "{} x", "line 1, column 4: expected JSON, found `x`" },
		{ "{}{}", "line 1, column 3: expected JSON, found `{}`" },
		{ "[1,\n 2,\n zz]", "line 3, column 2: expected JSON, found `zz]`" },
		{ "[1 2]", "line 1, column 4: expected JSON, found `2]`" },
		{ "語", "line 1, column 1: expected JSON, found `語`" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;

		assert_null(json_parse(cases[i][0], strlen(cases[i][0]), &err));
		assert_int_equal(err.kind, ERR_PARSE);
		assert_string_equal(err.message, cases[i][1]);
	}
}

/* Every beginning of a document is refused, and reading it stays inside its bytes. */
static void
refuses_every_beginning(void **state)
{
	static const char whole[] = "{\"a\":[1,-2.5e3,\"\\u00e9\\ud83d\\ude00\\n\"],\"b\":null}";

	for (size_t len = 0; len < sizeof whole - 1; len++) {
		char *part = malloc(len + 1);
		struct err err = ERR_INIT;

		memcpy(part, whole, len);
		part = realloc(part, len ? len : 1);
		assert_non_null(part);
		assert_null(json_parse(part, len, &err));
		assert_int_equal(err.kind, ERR_PARSE);
		free(part);
	}
}

/* A document nested without end is refused, not followed into the ground. */
static void
refuses_endless_nesting(void **state)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	str_append_repeat(&text, '[', 1000000);
	assert_null(json_parse(text.data, text.len, &err));
	assert_int_equal(err.kind, ERR_PARSE);
	str_fini(&text);
}

/* Numbers are written so that they read back the same; whole ones without a point. */
static void
numbers(void **state)
{
	static const struct {
		double number;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -0.0, "0" },
		{ 1, "1" },
		{ -42, "-42" },
		{ 0.5, "0.5" },
		{ 0.1, "0.1" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 1e10, "10000000000" },
		{ 2147483648.0, "2147483648" },
		{ 9007199254740991.0, "9007199254740991" },
		{ 9007199254740992.0, "9007199254740992" },
		{ -9007199254740991.0, "-9007199254740991" },
		{ 1e300, "1e+300" },
		{ NAN, "null" },
		{ INFINITY, "null" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct json *v = json_object();
		char expected[64];

		snprintf(expected, sizeof expected, "{\"n\":%s}", cases[i].text);
		json_set_number(v, "n", cases[i].number);
		assert_text(printed(v), expected);
		json_free(v);
	}
}

/* Strings are escaped; bytes that are no UTF-8 become U+FFFD; no control reaches a terminal. */
static void
strings(void **state)
{
	static const char *const cases[][2] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "\"\\/", "\\\"\\\\/" },
		{ "\b\f\n\r\t", "\\b\\f\\n\\r\\t" },
		{ "\x01\x1B[0m\x7F", "\\u0001\\u001b[0m\\u007f" },
		{ "\xC2\x9B", "\\u009b" },
		{ "é語😀", "é語😀" },
		{ "a\xFF\xC3(", "a\xEF\xBF\xBD\xEF\xBF\xBD(" },
		{ "\xF0\x9F\x98", "\xEF\xBF\xBD" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct json *v = json_array();
		struct str expected = STR_INIT;

		str_appendf(&expected, "[\"%s\"]", cases[i][1]);
		json_push_string(v, cases[i][0]);
		assert_text(printed(v), str_cstr(&expected));
		str_fini(&expected);
		json_free(v);
	}
}

/* A piece of bytes is set whole, a NUL in it is shown as what it is: no text. */
static void
set_span(void **state)
{
	struct json *v = json_object();

	json_set_span(v, "a", (struct span){ "linux-gnu", 5 });
	json_set_span(v, "b", (struct span){ "a\0b\0", 4 });
	json_set_span(v, "c", (struct span){ NULL, 0 });
	assert_text(printed(v),
		"{\"a\":\"linux\",\"b\":\"a\xEF\xBF\xBD"
		"b\xEF\xBF\xBD\",\"c\":\"\"}");
	json_free(v);
}

/* Documents are made piece by piece; setting a key again replaces it where it stands. */
static void
build_a_document(void **state)
{
	struct json *v = json_object();
	struct json *list = json_set(v, "list", json_array());
	struct str out = STR_INIT;

	json_set_number(v, "schema", 1);
	json_set_string(v, "name", "x");
	json_set_string(v, "absent", NULL);
	json_set_bool(v, "ok", true);
	json_set_null(v, "gone");
	json_set(v, "empty", json_object());
	json_push_string(list, "a");
	json_push_string(list, NULL);
	json_push(list, NULL);
	json_set_string(json_push(list, json_object()), "k", "v");
	json_set_string(v, "name", "y");
	json_set_number(v, "list2", 0);
	assert_text(printed(v),
		"{\"list\":[\"a\",null,null,{\"k\":\"v\"}],\"schema\":1,\"name\":\"y\","
		"\"absent\":null,\"ok\":true,\"gone\":null,\"empty\":{},\"list2\":0}");
	json_set(v, "list", NULL);
	json_set(v, "name", json_array());
	assert_text(printed(v),
		"{\"list\":null,\"schema\":1,\"name\":[],\"absent\":null,\"ok\":true,"
		"\"gone\":null,\"empty\":{},\"list2\":0}");
	str_fini(&out);
	json_free(v);
}

static struct json *
random_value(struct dice *dice, int depth)
{
	static const char *const texts[] = { "", "a", "é語", "\"\\\n\x1F", "😀", "a/b" };
	struct json *v;
	size_t kind = dice_below(dice, depth > 4 ? 3 : 5);

	if (kind < 3) {
		v = json_array();
		json_push_string(v, texts[dice_below(dice, COUNT(texts))]);
		return v;
	}
	v = kind == 3 ? json_array() : json_object();
	for (size_t n = dice_below(dice, 5); n > 0; n--) {
		char key[8];

		snprintf(key, sizeof key, "k%zu\"", n);
		if (kind == 3)
			json_push(v, random_value(dice, depth + 1));
		else if (n % 2)
			json_set(v, key, random_value(dice, depth + 1));
		else
			json_set_number(v, key,
				ldexp((double)dice_roll(dice), (int)dice_below(dice, 200) - 130));
	}
	return v;
}

/* What was printed reads back and prints the same, on one line and indented. */
static void
print_then_parse(void **state)
{
	struct dice dice = { 99 };

	for (int round = 0; round < 500; round++) {
		struct json *v = random_value(&dice, 0);
		char *once = printed(v);
		struct json *again = parsed(once);

		assert_null(strchr(once, '\n'));
		assert_text(printed(again), once);
		json_free(again);
		json_free(v);
		free(once);
	}
}

/* A line of several megabytes is read as any other; the bytes need no NUL after them. */
static void
megabytes(void **state)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct json *v;

	str_append(&text, "{\"rendered\":\"");
	str_append_repeat(&text, 'x', 5000000);
	str_append(&text, "\"}");
	text.data = realloc(text.data, text.len); /* for the address sanitizer */
	assert_non_null(text.data);
	v = json_parse(text.data, text.len, &err);
	assert_non_null(v);
	assert_int_equal(strlen(json_string(json_get(v, "rendered"), "")), 5000000);
	json_free(v);
	str_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_is_the_fallback),
		cmocka_unit_test(integers_are_whole),
		cmocka_unit_test(walk_in_order),
		cmocka_unit_test(refuses_with_the_place),
		cmocka_unit_test(refuses_every_beginning),
		cmocka_unit_test(refuses_endless_nesting),
		cmocka_unit_test(numbers),
		cmocka_unit_test(strings),
		cmocka_unit_test(set_span),
		cmocka_unit_test(build_a_document),
		cmocka_unit_test(print_then_parse),
		cmocka_unit_test(megabytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
