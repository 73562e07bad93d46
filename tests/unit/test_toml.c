#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "tests/fuzz/fuzz_toml.c"
#include "tests/unit/corpus.h"
#include "text/toml.h"
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

static struct toml *
parse(struct span text, struct err *err)
{
	return toml_parse(text.data, text.len, "f.toml", err);
}

static struct toml *
parsed_as(const char *text, enum toml_dialect dialect)
{
	struct err err = ERR_INIT;
	struct toml *doc = toml_parse_dialect(text, strlen(text), "f.toml", dialect, &err);

	if (!doc)
		fail_msg("%s\nin: %s", err.message, text);
	return doc;
}

static struct toml *
parsed(const char *text)
{
	return parsed_as(text, TOML_1_0);
}

static void
dump_scalar(struct str *out, const struct toml_value *v)
{
	switch (toml_kind(v)) {
	case TOML_STRING: toml_quote(out, toml_text(v)); break;
	case TOML_INTEGER: str_appendf(out, "%lld", (long long)toml_integer(v, 0)); break;
	case TOML_FLOAT: str_appendf(out, "%.17g!", toml_float(v, 0)); break;
	case TOML_BOOL: str_append(out, toml_bool(v, false) ? "yes" : "no"); break;
	default: str_append_span(out, toml_text(v)); break;
	}
}

/* A value on one line: {a=1 b=[2 "x"]}; floats end with "!". */
static void
dump(struct str *out, const struct toml_value *v)
{
	bool is_table = toml_kind(v) == TOML_TABLE;

	if (!is_table && toml_kind(v) != TOML_ARRAY) {
		dump_scalar(out, v);
		return;
	}
	str_append_char(out, is_table ? '{' : '[');
	for (size_t i = 0; i < toml_count(v); i++) {
		str_append(out, i > 0 ? " " : "");
		if (is_table) {
			str_append_span(out, toml_key_text(v, i));
			str_append_char(out, '=');
		}
		dump(out, toml_at(v, i));
	}
	str_append_char(out, is_table ? '}' : ']');
}

struct valid_case {
	const char *text;
	const char *dump;
};

static const struct valid_case valid[] = {
	/* clang-format off */
	{ "", "{}" },
	{ "\n \t\n# nothing", "{}" },
	{ "\xEF\xBB\xBF" "a = 1", "{a=1}" },
	{ "# \xEF\xBB\xBF", "{}" },
	{ "a=1\r\nb=2\r\n", "{a=1 b=2}" },
	{ "a = 1 # c\n  b\t=\t2", "{a=1 b=2}" },
	{ "1 = 1\n-_ = 2\n\"\" = 3", "{1=1 -_=2 =3}" },
	{ "\"a b\" = 1\n'c\"d' = 2\n\"\\u00e9\" = 3", "{a b=1 c\"d=2 \xC3\xA9=3}" },
	{ "a . b . 'c' = 1\na.d = 2", "{a={b={c=1} d=2}}" },
	{ "3.14 = 1", "{3={14=1}}" },
	/* integers */
	{ "a = [0, +0, -0, +99, -17, 1_000, 1_2_3]", "{a=[0 0 0 99 -17 1000 123]}" },
	{ "a = [9223372036854775807, -9223372036854775808]", "{a=[9223372036854775807 -9223372036854775808]}" },
	{ "a = [0xDEADbeef, 0xdead_beef, 0o01234567, 0b1101_0110, 0x00]", "{a=[3735928559 3735928559 342391 214 0]}" },
	{ "a = 0x7fffffffffffffff", "{a=9223372036854775807}" },
	/* floats */
	{ "a = [1.0, -0.5, +3.25, 5e+22, 1e06, -2E-2, 6.5e-1, 9_6.2_5, 0e0]", "{a=[1! -0.5! 3.25! 4.9999999999999996e+22! 1000000! -0.02! 0.65000000000000002! 96.25! 0!]}" },
	{ "a = [inf, +inf, -inf, nan, +nan]", "{a=[inf! inf! -inf! nan! nan!]}" },
	{ "a = 1.2e-3", "{a=0.0011999999999999999!}" },
	{ "a = 2024e-5", "{a=0.020240000000000001!}" },
	/* strings */
	{ "a = \"\\b\\t\\n\\f\\r\\\"\\\\ \\u00E9 \\U0001F600\"", "{a=\"\\b\\t\\n\\f\\r\\\"\\\\ \xC3\xA9 \xF0\x9F\x98\x80\"}" },
	{ "a = 'C:\\temp\\\"x\"'", "{a=\"C:\\\\temp\\\\\\\"x\\\"\"}" },
	{ "a = \"\\u0000b\"", "{a=\"\\u0000b\"}" },
	{ "a = \"\"\"\nx\ny\"\"\"", "{a=\"x\\ny\"}" },
	{ "a = \"\"\"\r\nx\r\ny\"\"\"", "{a=\"x\\ny\"}" },
	{ "a = \"\"\"x \\  \n\n  \t y\\\n\"\"\"", "{a=\"x y\"}" },
	{ "a = \"\"\"\"q\"\"\"\"\"", "{a=\"\\\"q\\\"\\\"\"}" },
	{ "a = '''''q'''''", "{a=\"''q''\"}" },
	{ "a = [\"\"\"\"\"\", '''''']", "{a=[\"\" \"\"]}" },
	{ "a = '''\n\\n\n'''", "{a=\"\\\\n\\n\"}" },
	{ "a = \"\xEF\xBF\xBD tab\there\"", "{a=\"\xEF\xBF\xBD tab\\there\"}" },
	/* dates */
	{ "a = 1979-05-27T07:32:00Z", "{a=1979-05-27T07:32:00Z}" },
	{ "a = 1979-05-27 07:32:00.999-07:00 # c", "{a=1979-05-27 07:32:00.999-07:00}" },
	{ "a = [1979-05-27t00:32:00, 2000-02-29, 07:32:60.5, 1979-05-27 ]", "{a=[1979-05-27t00:32:00 2000-02-29 07:32:60.5 1979-05-27]}" },
	{ "a = 1979-05-27 # 1", "{a=1979-05-27}" },
	/* arrays and inline tables */
	{ "a = [ ]\nb = [1, \"x\", [true, false,], {c = 1}, ]", "{a=[] b=[1 \"x\" [yes no] {c=1}]}" },
	{ "a = [ # c\n 1 # d\n , # e\n 2, # f\n]", "{a=[1 2]}" },
	{ "a = {}\nb = { c.d = 1, c.e = { }, 'f' = [\n1\n] }", "{a={} b={c={d=1 e={}} f=[1]}}" },
	/* tables */
	{ "[a]\nx=1\n[b]\ny=2\n[a.c]\nz=3", "{a={x=1 c={z=3}} b={y=2}}" },
	{ "[ a . 'b' ] # c\n[a]\nx=1", "{a={b={} x=1}}" },
	{ "[x.y.z]\n[x]\ny.k = 1", "{x={y={z={} k=1}}}" },
	{ "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true",
	  "{fruit={apple={color=1 taste={sweet=yes} texture={smooth=yes}}}}" },
	{ "[[a]]\nx=1\n[[a]]\n[a.b]\ny=2\n[[a.c]]\n[[a.c]]\nz=3", "{a=[{x=1} {b={y=2} c=[{} {z=3}]}]}" },
	{ "[fruit]\napple.color='r'\n[[fruit.apple.seeds]]\nsize=2", "{fruit={apple={color=\"r\" seeds=[{size=2}]}}}" },
	/* clang-format on */
};

/* Only TOML 1.1 is written so. */
static const struct valid_case valid_1_1[] = {
	/* clang-format off */
	{ "a = {\n\tb = 1,\n\tc = 2\n}\nd = 3", "{a={b=1 c=2} d=3}" },
	{ "a = {\r\n b = 1,\r\n}\r\n", "{a={b=1}}" },
	{ "a = { b = 1, }", "{a={b=1}}" },
	{ "a = { # c\n\n b.c = 1 # d\n , # e }\n b.d = 2 }", "{a={b={c=1 d=2}}}" },
	{ "a = {\n}\nb = { # c\n}", "{a={} b={}}" },
	{ "a = [{\nb = {\nc = 1,\n},\n}]", "{a=[{b={c=1}}]}" },
	{ "a = \"\\e[0m \\x41\\xe9\\xFf\"", "{a=\"\\u001B[0m A\xC3\xA9\xC3\xBF\"}" },
	{ "a = \"\"\"\\x41\\e\"\"\"\n\"\\x62\" = 1", "{a=\"A\\u001B\" b=1}" },
	{ "a = \"\\x00b\"", "{a=\"\\u0000b\"}" },
	{ "a = [07:32, 1979-05-27T07:32, 1979-05-27 07:32-07:00, 1979-05-27T07:32Z]", "{a=[07:32 1979-05-27T07:32 1979-05-27 07:32-07:00 1979-05-27T07:32Z]}" },
	/* clang-format on */
};

static void
assert_dump(const struct valid_case *c, enum toml_dialect dialect)
{
	struct toml *doc = parsed_as(c->text, dialect);
	struct str out = STR_INIT;

	dump(&out, toml_root(doc));
	assert_string_equal(str_cstr(&out), c->dump);
	assert_span(toml_bytes(doc), c->text);
	str_fini(&out);
	toml_free(doc);
}

/* Every way to write a value is read as what it means, in the newer TOML too. */
static void
valid_documents(void **state)
{
	for (size_t i = 0; i < COUNT(valid); i++) {
		assert_dump(&valid[i], TOML_1_0);
		assert_dump(&valid[i], TOML_1_1);
	}
}

/* Files of cargo's may be TOML 1.1; ours stay 1.0, so that every tool can read them. */
static void
newer_documents(void **state)
{
	for (size_t i = 0; i < COUNT(valid_1_1); i++) {
		struct err err = ERR_INIT;

		assert_dump(&valid_1_1[i], TOML_1_1);
		assert_null(parse(span_of(valid_1_1[i].text), &err));
		assert_int_equal(err.kind, ERR_PARSE);
	}
}

#define BYTES(literal)                                                                             \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

struct invalid_case {
	struct span text;
	const char *message;
};

static const struct invalid_case invalid[] = {
	/* clang-format off */
	/* what can stand nowhere */
	{ BYTES("a = \"\x01\""), "f.toml:1:6: the control character U+0001 is not allowed" },
	{ BYTES("# \x7F"), "f.toml:1:3: the control character U+007F is not allowed" },
	{ BYTES("a\0b = 1"), "f.toml:1:2: the control character U+0000 is not allowed" },
	{ BYTES("# \xC3\xA9\xC3\xA9 \xC0\xAF"), "f.toml:1:6: the byte 0xC0 is not UTF-8" },
	{ BYTES("# \xED\xA0\x80"), "f.toml:1:3: the byte 0xED is not UTF-8" },
	{ BYTES("# \xF0\x9F\x98"), "f.toml:1:3: the byte 0xF0 is not UTF-8" },
	{ BYTES("# \xF4\x90\x80\x80"), "f.toml:1:3: the byte 0xF4 is not UTF-8" },
	{ BYTES("a = 1\rb = 2"), "f.toml:1:6: a carriage return without a line feed" },
	{ BYTES("a = '''\r'''"), "f.toml:1:8: a carriage return without a line feed" },
	{ BYTES("\xFF\xFE" "a\0"), "f.toml:1:1: UTF-16 instead of UTF-8" },
	{ BYTES("a = 1\n\xEF\xBB\xBF"), "f.toml:2:1: expected a key, found U+FEFF" },
	/* lines */
	{ BYTES("a = 1 b = 2"), "f.toml:1:7: expected the end of the line, found \"b\"" },
	{ BYTES("a"), "f.toml:1:2: expected \"=\" after the key, found the end of the file" },
	{ BYTES("a =\n"), "f.toml:1:4: expected a value, found the end of the line" },
	{ BYTES("a = # c"), "f.toml:1:5: expected a value, found \"#\"" },
	{ BYTES("= 1"), "f.toml:1:1: expected a key, found \"=\"" },
	{ BYTES("a. = 1"), "f.toml:1:4: expected a key, found \"=\"" },
	{ BYTES("a b = 1"), "f.toml:1:3: expected \"=\" after the key, found \"b\"" },
	{ BYTES("\"\"\"a\"\"\" = 1"), "f.toml:1:1: a key must be on one line" },
	{ BYTES("\xC3\xA9 = 1"), "f.toml:1:1: expected a key, found \"\xC3\xA9\"" },
	{ BYTES("a = \xC3\xA9"), "f.toml:1:5: expected a value, found \"\xC3\xA9\"" },
	{ BYTES("\"\xC3\xA9\" = yes"), "f.toml:1:7: expected a value, found \"yes\"" },
	{ BYTES("a = True"), "f.toml:1:5: expected a value, found \"True\"" },
	/* numbers */
	{ BYTES("a = 01"), "f.toml:1:5: \"01\" has a zero before the number" },
	{ BYTES("a = -00.5"), "f.toml:1:5: \"-00.5\" has a zero before the number" },
	{ BYTES("a = 1__0"), "f.toml:1:5: \"1__0\" has an underscore that is not between two digits" },
	{ BYTES("a = 1_"), "f.toml:1:5: \"1_\" has an underscore that is not between two digits" },
	{ BYTES("a = _1"), "f.toml:1:5: expected a value, found \"_1\"" },
	{ BYTES("a = 9223372036854775808"), "f.toml:1:5: \"9223372036854775808\" does not fit in 64 bits" },
	{ BYTES("a = -9223372036854775809"), "f.toml:1:5: \"-9223372036854775809\" does not fit in 64 bits" },
	{ BYTES("a = 0xFFFFFFFFFFFFFFFF"), "f.toml:1:5: \"0xFFFFFFFFFFFFFFFF\" does not fit in 64 bits" },
	{ BYTES("a = 0x"), "f.toml:1:5: \"0x\" is not a hexadecimal number" },
	{ BYTES("a = 0x_1"), "f.toml:1:5: \"0x_1\" is not a hexadecimal number" },
	{ BYTES("a = 0o8"), "f.toml:1:5: \"0o8\" is not an octal number" },
	{ BYTES("a = 0b2"), "f.toml:1:5: \"0b2\" is not a binary number" },
	{ BYTES("a = +0x1"), "f.toml:1:5: \"+0x1\" is not a number; texts stand in quotes" },
	{ BYTES("a = 0X1"), "f.toml:1:5: \"0X1\" is not a number; texts stand in quotes" },
	{ BYTES("a = 1."), "f.toml:1:5: \"1.\" is not a number; texts stand in quotes" },
	{ BYTES("a = .5"), "f.toml:1:5: expected a value, found \".5\"" },
	{ BYTES("a = 1.e5"), "f.toml:1:5: \"1.e5\" is not a number; texts stand in quotes" },
	{ BYTES("a = 1e"), "f.toml:1:5: \"1e\" is not a number; texts stand in quotes" },
	{ BYTES("a = 1.5_"), "f.toml:1:5: \"1.5_\" is not a number; texts stand in quotes" },
	{ BYTES("a = 1._5"), "f.toml:1:5: \"1._5\" is not a number; texts stand in quotes" },
	{ BYTES("a = 1.2.3"), "f.toml:1:5: \"1.2.3\" is not a number; texts stand in quotes" },
	{ BYTES("a = 1e999"), "f.toml:1:5: \"1e999\" does not fit in a float of 64 bits" },
	{ BYTES("a = Inf"), "f.toml:1:5: expected a value, found \"Inf\"" },
	{ BYTES("a = ++1"), "f.toml:1:5: expected a value, found \"++1\"" },
	/* dates */
	{ BYTES("a = 2023-02-29"), "f.toml:1:5: \"2023-02-29\" has a day that its month does not have" },
	{ BYTES("a = 1900-02-29"), "f.toml:1:5: \"1900-02-29\" has a day that its month does not have" },
	{ BYTES("a = 2023-04-31"), "f.toml:1:5: \"2023-04-31\" has a day that its month does not have" },
	{ BYTES("a = 2023-13-01"), "f.toml:1:5: \"2023-13-01\" has a month that does not exist" },
	{ BYTES("a = 2023-1-01"), "f.toml:1:5: \"2023-1-01\" is not a date (1979-05-27)" },
	{ BYTES("a = 2023-01-01T"), "f.toml:1:5: \"2023-01-01T\" has no time with seconds (07:32:00)" },
	{ BYTES("a = 2023-01-01T07:32Z"), "f.toml:1:5: \"2023-01-01T07:32Z\" has no time with seconds (07:32:00)" },
	{ BYTES("a = 24:00:00"), "f.toml:1:5: \"24:00:00\" has a time that no clock shows" },
	{ BYTES("a = 23:59:61"), "f.toml:1:5: \"23:59:61\" has a time that no clock shows" },
	{ BYTES("a = 07:32:00."), "f.toml:1:5: \"07:32:00.\" has no digit after the point" },
	{ BYTES("a = 07:32:00Z"), "f.toml:1:5: \"07:32:00Z\" goes on after the time" },
	{ BYTES("a = 2023-01-01T07:32:00+24:00"), "f.toml:1:5: \"2023-01-01T07:32:00+24:00\" has an offset out of range" },
	{ BYTES("a = 2023-01-01T07:32:00+1:00"), "f.toml:1:5: \"2023-01-01T07:32:00+1:00\" does not end with an offset (Z or +01:00)" },
	{ BYTES("a = 2023-01-01T07:32:00ZZ"), "f.toml:1:5: \"2023-01-01T07:32:00ZZ\" goes on after the date" },
	{ BYTES("a = 2023-01-01  07:32:00"), "f.toml:1:17: expected the end of the line, found \"07:32:00\"" },
	/* strings */
	{ BYTES("a = \"x"), "f.toml:1:5: this string has no closing \" on its line" },
	{ BYTES("a = 'x\n'"), "f.toml:1:5: this string has no closing ' on its line" },
	{ BYTES("a = \"\\x41\""), "f.toml:1:6: a backslash must be followed by one of b t n f r \" \\ u U" },
	{ BYTES("a = \"\\e\""), "f.toml:1:6: a backslash must be followed by one of b t n f r \" \\ u U" },
	{ BYTES("a = \"\\u12\""), "f.toml:1:6: expected 4 hexadecimal digits after \\u" },
	{ BYTES("a = \"\\uD800\""), "f.toml:1:6: \\uD800 is not a character of Unicode" },
	{ BYTES("a = \"\\U00110000\""), "f.toml:1:6: \\U00110000 is not a character of Unicode" },
	{ BYTES("a = \"\"\"x\"\""), "f.toml:1:5: this string has no closing \"\"\"" },
	{ BYTES("a = \"\"\"x\\ y\"\"\""), "f.toml:1:9: a backslash must be followed by one of b t n f r \" \\ u U" },
	{ BYTES("a = \"\"\"x\"\"\"\"\"\""), "f.toml:1:14: expected the end of the line, found '\"'" },
	/* arrays and inline tables */
	{ BYTES("a = [1 2]"), "f.toml:1:8: expected \",\" or \"]\" in the array, found \"2\"" },
	{ BYTES("a = [1,,2]"), "f.toml:1:8: expected a value, found \",\"" },
	{ BYTES("a = [,]"), "f.toml:1:6: expected a value, found \",\"" },
	{ BYTES("a = [1\n#"), "f.toml:1:5: this array has no closing ]" },
	{ BYTES("a = {b = 1,}"), "f.toml:1:12: expected another key after the last \",\", found \"}\"" },
	{ BYTES("a = {b = 1\n}"), "f.toml:1:11: expected \",\" or \"}\" on the line of the inline table, found the end of the line" },
	{ BYTES("a = {b = 1 c = 2}"), "f.toml:1:12: expected \",\" or \"}\" on the line of the inline table, found \"c\"" },
	{ BYTES("a = {b = 1, b = 2}"), "f.toml:1:13: \"b\" is already defined on line 1" },
	{ BYTES("a = {b = {}, b.c = 2}"), "f.toml:1:14: \"b\" is an inline table (line 1): nothing can be added to it here" },
	/* tables */
	{ BYTES("a = 1\n\"a\" = 2"), "f.toml:2:1: \"a\" is already defined on line 1" },
	{ BYTES("[a]\n[a]"), "f.toml:2:2: \"a\" is already defined on line 1" },
	{ BYTES("[a]\n[b]\n[a.b]\n[a]"), "f.toml:4:2: \"a\" is already defined on line 1" },
	{ BYTES("[a.b]\n[a]\n[a]"), "f.toml:3:2: \"a\" is already defined on line 2" },
	{ BYTES("[a]\nb = 1\n[a.b]"), "f.toml:3:4: \"b\" is already defined on line 2" },
	{ BYTES("[a]\nb = 1\n[a.b.c]"), "f.toml:3:4: \"b\" is an integer (line 2): nothing can be added to it here" },
	{ BYTES("a.b = 1\n[a]"), "f.toml:2:2: \"a\" is already defined on line 1" },
	{ BYTES("[a.b.c]\nz = 9\n[a]\nb.c.t = 1"), "f.toml:4:3: \"c\" is a table with a header of its own (line 1): nothing can be added to it here" },
	{ BYTES("[x.y.z]\n[x]\ny.k = 1\n[x.y]"), "f.toml:4:4: \"y\" is already defined on line 3" },
	{ BYTES("a = {}\n[a.b]"), "f.toml:2:2: \"a\" is an inline table (line 1): nothing can be added to it here" },
	{ BYTES("a = {}\na.b = 1"), "f.toml:2:1: \"a\" is an inline table (line 1): nothing can be added to it here" },
	{ BYTES("a = []\n[[a]]"), "f.toml:2:3: \"a\" is already defined on line 1" },
	{ BYTES("a = [{}]\n[a.b]"), "f.toml:2:2: \"a\" is an array (line 1): nothing can be added to it here" },
	{ BYTES("[[a]]\n[a]"), "f.toml:2:2: \"a\" is already defined on line 1" },
	{ BYTES("[a]\n[[a]]"), "f.toml:2:3: \"a\" is already defined on line 1" },
	{ BYTES("[a.b]\n[[a]]"), "f.toml:2:3: \"a\" is already defined on line 1" },
	{ BYTES("[[a.b]]\n[a]\nb.y = 2"), "f.toml:3:1: \"b\" is an array of tables (line 1): nothing can be added to it here" },
	{ BYTES("[a"), "f.toml:1:3: expected \"]\" after the name, found the end of the file" },
	{ BYTES("[]"), "f.toml:1:2: expected a key, found \"]\"" },
	{ BYTES("[a]]"), "f.toml:1:4: expected the end of the line, found \"]\"" },
	{ BYTES("[[a] ]"), "f.toml:1:5: expected \"]]\" after the name, found \" \"" },
	{ BYTES("[ [a]]"), "f.toml:1:3: expected a key, found \"[\"" },
	{ BYTES("[a] x = 1"), "f.toml:1:5: expected the end of the line, found \"x\"" },
	/* clang-format on */
};

/* Not even TOML 1.1. */
static const struct invalid_case invalid_1_1[] = {
	/* clang-format off */
	{ BYTES("a = {,}"), "f.toml:1:6: expected a key, found \",\"" },
	{ BYTES("a = {b = 1,,}"), "f.toml:1:12: expected a key, found \",\"" },
	{ BYTES("a = {b = 1\nc = 2}"), "f.toml:2:1: expected \",\" or \"}\" in the inline table, found \"c\"" },
	{ BYTES("a = {b =\n1}"), "f.toml:1:9: expected a value, found the end of the line" },
	{ BYTES("a = {\n b = 1\n"), "f.toml:1:5: this inline table has no closing }" },
	{ BYTES("a = {\n# }"), "f.toml:1:5: this inline table has no closing }" },
	{ BYTES("a = {\nb = 1,\nb = 2}"), "f.toml:3:1: \"b\" is already defined on line 2" },
	{ BYTES("a = \"\\x4\""), "f.toml:1:6: expected 2 hexadecimal digits after \\x" },
	{ BYTES("a = \"\\X41\""), "f.toml:1:6: a backslash must be followed by one of b t n f r \" \\ u U e x" },
	{ BYTES("a = 07:32:"), "f.toml:1:5: \"07:32:\" has no time with seconds (07:32:00)" },
	{ BYTES("a = 07:32.5"), "f.toml:1:5: \"07:32.5\" goes on after the time" },
	{ BYTES("a = 07:3"), "f.toml:1:5: \"07:3\" has no time (07:32)" },
	{ BYTES("a = 24:00"), "f.toml:1:5: \"24:00\" has a time that no clock shows" },
	{ BYTES("a = 1979-05-27T07:32.5Z"), "f.toml:1:5: \"1979-05-27T07:32.5Z\" does not end with an offset (Z or +01:00)" },
	{ BYTES("\xC3\xA9 = 1"), "f.toml:1:1: expected a key, found \"\xC3\xA9\"" },
	/* clang-format on */
};

static void
assert_refused(const struct invalid_case *c, enum toml_dialect dialect)
{
	struct err err = ERR_INIT;

	if (toml_parse_dialect(c->text.data, c->text.len, "f.toml", dialect, &err))
		fail_msg("taken as valid: %s", c->text.data);
	assert_string_equal(err.message, c->message);
	assert_int_equal(err.kind, ERR_PARSE);
}

/* A broken file is named with the line and column of what is wrong, in words. */
static void
invalid_documents(void **state)
{
	for (size_t i = 0; i < COUNT(invalid); i++)
		assert_refused(&invalid[i], TOML_1_0);
	for (size_t i = 0; i < COUNT(invalid_1_1); i++)
		assert_refused(&invalid_1_1[i], TOML_1_1);
}

/* Look-ups walk tables, stop at what is absent or no table, and never change the fallback. */
static void
look_ups(void **state)
{
	struct toml *doc =
		parsed("s = 'x'\ni = 7\nf = 2.5\nb = true\nl = [1, 's']\n[t.u]\nk = 1\n");
	const struct toml_value *root = toml_root(doc);

	assert_string_equal(toml_name(doc), "f.toml");
	assert_string_equal(toml_string(toml_get(root, "s"), "no"), "x");
	assert_string_equal(toml_string(toml_get(root, "i"), "no"), "no");
	assert_int_equal(toml_integer(toml_get(root, "i"), 1), 7);
	assert_int_equal(toml_integer(NULL, 1), 1);
	assert_true(toml_float(toml_get(root, "f"), 0) == 2.5);
	assert_true(toml_float(toml_get(root, "i"), 0) == 7.0);
	assert_true(toml_bool(toml_get(root, "b"), false));
	assert_false(toml_bool(toml_get(root, "s"), false));
	assert_int_equal(toml_integer(toml_find(root, "t", "u", "k", NULL), 0), 1);
	assert_null(toml_find(root, "s", "u", "k", NULL));
	assert_null(toml_find(NULL, "s", NULL));
	assert_int_equal(toml_count(toml_get(root, "l")), 2);
	assert_int_equal(toml_count(toml_get(root, "s")), 0);
	assert_int_equal(toml_count(NULL), 0);
	assert_null(toml_at(toml_get(root, "l"), 2));
	assert_string_equal(toml_key_at(root, 4), "l");
	assert_int_equal(toml_text(toml_get(root, "i")).len, 0);
	toml_free(doc);
	toml_free(NULL);
}

/* Every value and key can be pointed at, in code points from 1. */
static void
places(void **state)
{
	struct toml *doc = parsed("\xEF\xBB\xBF"
				  "a = 1\n'\xC3\xA9' = [2,\n  3]\n [t.u]\nk.l = { m = 4 }\n");
	const struct toml_value *root = toml_root(doc);
	const struct {
		const struct toml_value *value;
		int line, column;
	} cases[] = {
		{ root, 1, 1 },
		{ toml_get(root, "a"), 1, 5 },
		{ toml_get(root, "\xC3\xA9"), 2, 7 },
		{ toml_at(toml_get(root, "\xC3\xA9"), 1), 3, 3 },
		{ toml_get(root, "t"), 4, 2 },
		{ toml_find(root, "t", "u", NULL), 4, 2 },
		{ toml_find(root, "t", "u", "k", NULL), 5, 1 },
		{ toml_find(root, "t", "u", "k", "l", "m", NULL), 5, 13 },
	};
	struct err err = ERR_INIT;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(toml_line(cases[i].value), cases[i].line);
		assert_int_equal(toml_column(cases[i].value), cases[i].column);
	}
	assert_false(toml_err(doc, cases[3].value, &err, "expected %s", "a string"));
	assert_string_equal(err.message, "f.toml:3:3: expected a string");
	assert_false(
		toml_err_key(doc, toml_find(root, "t", "u", "k", NULL), 0, &err, "unknown key"));
	assert_string_equal(err.message, "f.toml:5:3: unknown key");
	assert_int_equal(err.kind, ERR_PARSE);
	toml_free(doc);
}

/* Keys and strings may hold NULs, and are told apart behind them. */
static void
nul_in_keys(void **state)
{
	struct toml *doc = parsed("\"a\\u0000b\" = 1\n\"a\\u0000c\" = 2\na = 3");

	assert_int_equal(toml_count(toml_root(doc)), 3);
	assert_int_equal(toml_key_text(toml_root(doc), 1).len, 3);
	assert_memory_equal(toml_key_text(toml_root(doc), 1).data, "a\0c", 4);
	assert_int_equal(toml_integer(toml_get(toml_root(doc), "a"), 0), 3);
	toml_free(doc);
}

/* Floats are read with a point whatever the locale of the user says. */
static void
locale_does_not_matter(void **state)
{
	static const char *const locales[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8" };
	struct toml *doc;

	for (size_t i = 0; i < COUNT(locales) && !setlocale(LC_NUMERIC, locales[i]); i++)
		;
	doc = parsed("a = 2.5");
	assert_true(toml_float(toml_get(toml_root(doc), "a"), 0) == 2.5);
	toml_free(doc);
	setlocale(LC_NUMERIC, "C");
}

/* Depth is bounded: a hostile file is refused, it does not end the program. */
static void
depth_is_bounded(void **state)
{
	static const char *const forms[][3] = {
		{ "a = ", "[", "" },
		{ "a = ", "{a=", "" },
		{ "a = ", "{\na=", "" },
		{ "a", ".a", " = 1" },
		{ "[a", ".a", "]" },
		{ "[[a", ".a", "]]" },
	};

	for (size_t i = 0; i < COUNT(forms); i++) {
		struct str text = STR_INIT;
		struct err err = ERR_INIT;

		str_append(&text, forms[i][0]);
		for (int depth = 0; depth < 100000; depth++)
			str_append(&text, forms[i][1]);
		str_append(&text, forms[i][2]);
		assert_null(toml_parse_dialect(text.data, text.len, "f.toml", TOML_1_1, &err));
		assert_non_null(strstr(err.message, "more than 128 values within each other"));
		str_fini(&text);
	}
}

/* Tables of thousands of keys find each of them, and name a second one. */
static void
large_tables(void **state)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct toml *doc;
	char key[32];

	for (int i = 0; i < 5000; i++)
		str_appendf(&text, "k%d = %d\n", i, i);
	doc = parsed(str_cstr(&text));
	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof key, "k%d", i);
		assert_int_equal(toml_integer(toml_get(toml_root(doc), key), -1), i);
	}
	assert_null(toml_get(toml_root(doc), "k5000"));
	toml_free(doc);
	str_append(&text, "k4321 = 0\n");
	assert_null(parse(str_span(&text), &err));
	assert_string_equal(
		err.message, "f.toml:5001:1: \"k4321\" is already defined on line 4322");
	str_fini(&text);
}

static const char corpus[] = "# c\ntitle = \"a\\u00e9\\n\"\n"
			     "d = [1979-05-27T07:32:00Z, 07:32:00, 1e5, -0x1, inf]\n"
			     "[a.b]\nc.d = { e = 1, f.g = 'x' }\n"
			     "[[l]]\nm = \"\"\"\nx\\\n y\"\"\"\n"
			     "[[l]]\n[l.n]\nk = '''z'''\r\n";

/* Whatever bytes a file holds, it is read or refused with a place inside it. */
static void
mutations_never_crash(void **state)
{
	static const char spice[] = "\"'[]{}=.,#\\\r\n \t_-+:0129aeTZxub\0\x80\xEF";
	struct dice dice = { .state = 7 };

	for (int round = 0; round < 20000; round++) {
		struct str text = STR_INIT;
		struct err err = ERR_INIT;
		struct toml *doc;

		str_append(&text, corpus);
		for (size_t edits = 1 + dice_below(&dice, 4); edits > 0; edits--) {
			size_t at = dice_below(&dice, text.len);
			size_t old = dice_below(&dice, 3);

			if (old > text.len - at)
				old = text.len - at;
			str_splice(&text, at, old, spice + dice_below(&dice, sizeof spice - 1),
				dice_below(&dice, 2));
		}
		if ((doc = parse(str_span(&text), &err))) {
			assert_int_equal(toml_bytes(doc).len, text.len);
			assert_memory_equal(toml_bytes(doc).data, text.data, text.len);
		} else {
			assert_true(text_starts(err.message, "f.toml:"));
		}
		toml_free(doc);
		str_fini(&text);
	}
}

/* Any cut of a document is read or refused, too. */
static void
cuts_never_crash(void **state)
{
	for (size_t len = 0; len < sizeof corpus; len++) {
		struct err err = ERR_INIT;
		char *exact =
			malloc(len ? len : 1); /* so that a sanitizer sees one byte too many */

		memcpy(exact, corpus, len);
		toml_free(toml_parse(exact, len, "f.toml", &err));
		free(exact);
	}
}

/* Quoting any text gives a string that reads back as that text. */
static void
quote_reads_back(void **state)
{
	struct dice dice = { .state = 11 };
	static const char *const pieces[] = { "a", "\"", "\\", "\n", "\r", "\t", "\b", "\f", "\x1b",
		"\x7f", "\xC2\x9B", "\xC3\xA9", "\xF0\x9F\x98\x80", "'" };

	for (int round = 0; round < 500; round++) {
		struct str text = STR_INIT;
		struct str line = STR_INIT;
		struct toml *doc;

		for (size_t i = dice_below(&dice, 12); i > 0; i--)
			str_append(&text, pieces[dice_below(&dice, COUNT(pieces))]);
		if (round % 3 == 0)
			str_append_bytes(&text, "\0", 1);
		str_append(&line, "a = ");
		toml_quote(&line, str_span(&text));
		doc = parsed(str_cstr(&line));
		assert_true(span_equal(toml_text(toml_get(toml_root(doc), "a")), str_span(&text)));
		toml_free(doc);
		str_fini(&line);
		str_fini(&text);
	}
}

/* A file is read whole; one that is not there, or is a folder, is the environment's fault. */
static void
read_files(void **state)
{
	char path[] = "/tmp/test_toml_XXXXXX";
	int fd = mkstemp(path);
	struct err err = ERR_INIT;
	struct toml *doc;

	assert_int_equal(write(fd, "a = 1\n", 6), 6);
	doc = toml_read(path, "shown.toml", &err);
	assert_non_null(doc);
	assert_span(toml_bytes(doc), "a = 1\n");
	toml_free(doc);
	assert_int_equal(write(fd, "b", 1), 1);
	assert_null(toml_read(path, "shown.toml", &err));
	assert_string_equal(err.message,
		"shown.toml:2:2: expected \"=\" after the key, found the end of the file");
	assert_int_equal(write(fd, " = {\n}\n", 7), 7);
	close(fd);
	assert_null(toml_read(path, "shown.toml", &err));
	doc = toml_read_dialect(path, NULL, TOML_1_1, &err);
	assert_non_null(doc);
	assert_string_equal(toml_name(doc), path);
	assert_int_equal(toml_line(toml_get(toml_root(doc), "b")), 2);
	toml_free(doc);
	unlink(path);
	assert_null(toml_read(path, NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_true(text_starts(err.message, path));
	assert_null(toml_read("/", NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
}

/* Documents and edits that once went wrong go well. */
static void
corpus_is_harmless(void **state)
{
	corpus_replay("tests/corpus/toml");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_documents),
		cmocka_unit_test(newer_documents),
		cmocka_unit_test(invalid_documents),
		cmocka_unit_test(look_ups),
		cmocka_unit_test(places),
		cmocka_unit_test(nul_in_keys),
		cmocka_unit_test(locale_does_not_matter),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(large_tables),
		cmocka_unit_test(mutations_never_crash),
		cmocka_unit_test(cuts_never_crash),
		cmocka_unit_test(quote_reads_back),
		cmocka_unit_test(read_files),
		cmocka_unit_test(corpus_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
