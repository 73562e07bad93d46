#include "hint/automaton.h"
#include "hint/literal.h"
#include "hint/logline.h"
#include "hint/match.h"
#include "hint/template.h"
#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include <stdio.h>

/* automaton */

struct seen {
	size_t texts[64];
	size_t len;
};

static void
see(void *arg, size_t text)
{
	struct seen *s = arg;

	assert_true(s->len < COUNT(s->texts));
	s->texts[s->len++] = text;
}

/* Every text is found wherever it ends, also within another, whatever its case. */
static void
texts_within_texts(void **state)
{
	static const struct span texts[] = { SPAN("he"), SPAN("she"), SPAN("his"), SPAN("hers"),
		SPAN("r") };
	static const size_t expected[] = { 1, 0, 4, 3, 2 };
	struct automaton *a = automaton_new(texts, COUNT(texts));
	struct seen s = { 0 };

	automaton_scan(a, SPAN("uSHErs, hIs"), see, &s);
	assert_int_equal(s.len, COUNT(expected));
	for (size_t i = 0; i < s.len; i++)
		assert_int_equal(s.texts[i], expected[i]);
	automaton_free(a);
}

/* Colours and links in the middle of a word do not hide it; a bare escape swallows nothing. */
static void
escapes_are_stepped_over(void **state)
{
	static const struct span texts[] = { SPAN("linker not found") };
	static const struct {
		const char *log;
		size_t hits;
	} cases[] = {
		{ "\033[1m\033[91mlinker\033[0m not\033[38;5;12m found", 1 },
		{ "linker \033]8;;https://x\033\\not found\033]8;;\a", 1 },
		{ "linker\033", 0 },
		{ "linker\033[", 0 },
		{ "\033[linker not found", 0 },
		{ "linker\nnot found", 0 },
	};
	struct automaton *a = automaton_new(texts, 1);

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seen s = { 0 };
		automaton_scan(a, span_of(cases[i].log), see, &s);
		assert_int_equal(s.len, cases[i].hits);
	}
	automaton_free(a);
}

static size_t
count_plainly(struct span hay, const struct span *texts, size_t count)
{
	size_t hits = 0;

	for (size_t i = 0; i < hay.len; i++) {
		for (size_t k = 0; k < count; k++)
			hits += hay.len - i >= texts[k].len &&
				!memcmp(hay.data + i, texts[k].data, texts[k].len);
	}
	return hits;
}

/* On random texts and logs it finds exactly what a plain search finds. */
static void
as_a_plain_search(void **state)
{
	struct dice d = { 7 };

	for (int round = 0; round < 200; round++) {
		char words[6][8], hay[300];
		struct span texts[6];
		size_t count = 1 + dice_below(&d, 6);
		for (size_t k = 0; k < count; k++) {
			texts[k] = (struct span){ words[k], 1 + dice_below(&d, 5) };
			for (size_t i = 0; i < texts[k].len; i++)
				words[k][i] = (char)('a' + dice_below(&d, 3));
		}
		for (size_t i = 0; i < sizeof(hay); i++)
			hay[i] = (char)('a' + dice_below(&d, 4));
		struct automaton *a = automaton_new(texts, count);
		size_t expected = count_plainly((struct span){ hay, sizeof(hay) }, texts, count),
		       hits = 0;
		for (size_t at = 0; at < sizeof(hay);
			at++) { /* one end at a time keeps `seen` small */
			struct seen s = { 0 }, before = { 0 };
			size_t from = at > 8 ? at - 8 : 0;
			automaton_scan(a, (struct span){ hay + from, at + 1 - from }, see, &s);
			automaton_scan(a, (struct span){ hay + from, at - from }, see, &before);
			hits += s.len - before.len;
		}
		assert_int_equal(hits, expected);
		automaton_free(a);
	}
}

/* literal */

static bool
has_set(const struct literal_sets *sets, const char *joined)
{
	for (size_t i = 0; i < sets->sets.len; i++) {
		struct str text = STR_INIT;
		for (size_t k = 0; k < sets->sets.items[i].len; k++)
			str_appendf(&text, "%s%s", k ? "|" : "", sets->sets.items[i].items[k]);
		bool same = !strcmp(str_cstr(&text), joined);
		str_fini(&text);
		if (same)
			return true;
	}
	return false;
}

/* The texts that a pattern cannot do without are found, and none that it can do without. */
static void
fixed_texts_of_patterns(void **state)
{
	static const struct {
		const char *pattern;
		const char *set; /* NULL: no set at all */
	} cases[] = {
		{ "linker `(?<linker>[^`]+)` not found", "linker " },
		{ "linker `(?<linker>[^`]+)` not found", " not found" },
		{ "(?:cannot find|unable to find library) -l(?<lib>\\w+)",
			"cannot find -l|unable to find library -l" },
		{ "(?:ld|lld)(?:\\.exe)?: error",
			"ld.exe: error|ld: error|lld.exe: error|lld: error" },
		{ "[Ff]ile in wrong format", "file in wrong format" },
		{ "colou?red", "coloured|colored" },
		{ "abc+def", "def" },
		{ "ab(?:cd)*efg", "efg" },
		{ "E[MN]: \\d+", ": " },
		{ "E[MN]:\\d+", NULL },
		{ "(?<file>\\S+\\.(?:ld|x)):\\d+", ".ld|.x" },
		{ "(?:abc \\d+ de|fg\\d+hijk) lm", " lm" },
		{ "abc \\d+ de|fg\\d+hijk", "abc |hijk" },
		{ "abc \\d+ de|fg\\d+hijk", " de|fg" },
		{ "abc \\d+ de|fghi", " de|fghi" },
		{ "abc \\d+ de|f", NULL },
		{ "\\d+|abc", NULL },
		{ "a|bcd", NULL },
		{ "abc|defg", "abc|defg" },
		{ "(?!abc)defg", "defg" },
		{ "x{0,3}abcd", "abcd" },
		{ "\\bLNK1181: ", "lnk1181: " },
		{ "\\x41bcd", "bcd" },
		{ "\\p{Lu}bcd", "bcd" },
		{ "(?i)No Space", "no space" },
		{ "", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena arena = ARENA_INIT;
		struct literal_sets sets = { 0 };
		literal_sets_of(cases[i].pattern, &arena, &sets);
		if (cases[i].set && !has_set(&sets, cases[i].set))
			fail_msg("%s does not give %s", cases[i].pattern, cases[i].set);
		if (!cases[i].set && sets.sets.len)
			fail_msg("%s gives %s", cases[i].pattern, sets.sets.items[0].items[0]);
		vec_fini(&sets.sets);
		arena_fini(&arena);
	}
}

/* logline */

/* What CI systems, docker and cargo put before a line is taken off; what belongs to it stays. */
static void
prefixes_are_taken_off(void **state)
{
	static const char *const same[] = {
		"error: linker `cc` not found",
		"\033[1m\033[91merror\033[0m\033[1m: linker `cc` not found\033[0m",
		"2026-02-03T04:05:06.1234567Z error: linker `cc` not found",
		"2026-02-03 04:05:06 error: linker `cc` not found",
		"[2026-02-03T04:05:06Z] error: linker `cc` not found",
		"04:05:06 error: linker `cc` not found",
		"[04:05:06] error: linker `cc` not found",
		"##[error]error: linker `cc` not found",
		"2026-02-03T04:05:06.1234567Z ##[error]error: linker `cc` not found",
		"::error file=x,line=1::error: linker `cc` not found",
		"#12 34.56 error: linker `cc` not found",
		"#12 error: linker `cc` not found",
		"34.56 error: linker `cc` not found",
		"2026-02-03T04:05:06.123456Z 01E error: linker `cc` not found",
		"build\tRun cargo build\t2026-02-03T04:05:06.1Z error: linker `cc` not found",
		"  = note: error: linker `cc` not found",
		"warning: greet-sys@0.1.0: error: linker `cc` not found",
		"> error: linker `cc` not found",
		"| error: linker `cc` not found",
		"greet-1  | error: linker `cc` not found",
		"greet> error: linker `cc` not found",
		"error: linker `cc` not found\r",
	};
	static const char *const kept[] = { "12:30: expected a value", ">>> referenced by main.rs",
		"warning: unused manifest key: build.rustflags", "#include <stdio.h>",
		"ld: cannot find -lz", "--> src/main.rs:1:1", "1.2.3 is the version", "a|b",
		"2026-02-03" };
	struct str buffer = STR_INIT;

	for (size_t i = 0; i < COUNT(same); i++)
		assert_span(
			logline_clean(span_of(same[i]), &buffer), "error: linker `cc` not found");
	for (size_t i = 0; i < COUNT(kept); i++)
		assert_span(logline_clean(span_of(kept[i]), &buffer), kept[i]);
	assert_span(
		logline_clean(SPAN("unrecognized option \xe2\x80\x98-m64\xe2\x80\x99"), &buffer),
		"unrecognized option '-m64'");
	assert_true(logline_is_blank(SPAN("2026-02-03T04:05:06.1Z \r"), &buffer));
	assert_false(logline_is_blank(SPAN("  |"), &buffer));
	str_fini(&buffer);
}

/* scan */

struct found {
	size_t count;
	long line;
	size_t pattern;
	char text[200];
	char capture[64];
	size_t blanks;
};

static bool
want_all(void *arg, size_t pattern)
{
	return true;
}

static void
note_blank(void *arg)
{
	((struct found *)arg)->blanks++;
}

static void
note_match(void *arg, const struct match *m)
{
	struct found *f = arg;
	struct span v = match_capture(m, "v");

	f->count++;
	f->line = m->line;
	f->pattern = m->pattern;
	snprintf(f->text, sizeof(f->text), "%.*s", (int)m->text.len, m->text.data);
	snprintf(f->capture, sizeof(f->capture), "%.*s", (int)v.len, v.len ? v.data : "");
}

static const struct scan_events events = { want_all, note_match, note_blank };

static struct patterns *
patterns_of(const char *const *texts, size_t count)
{
	struct patterns *p = patterns_new();

	for (size_t i = 0; i < count; i++)
		assert_int_equal(patterns_add(p, texts[i], NULL), i);
	return p;
}

static struct found
scan_log(const char *pattern, struct span log, size_t piece, uint64_t *tries)
{
	struct patterns *p = patterns_of(&pattern, 1);
	struct found f = { 0 };
	struct scan *s = scan_new(p, &events, &f);

	for (size_t at = 0; at < log.len; at += piece)
		scan_feed(s,
			(struct span){
				log.data + at, log.len - at < piece ? log.len - at : piece });
	scan_end(s);
	if (tries)
		*tries = scan_tries(s);
	scan_free(s);
	patterns_free(p);
	return f;
}

/* A pattern is not even tried on a line that lacks one of its fixed texts; where all are there, it is. */
static void
lines_without_all_texts_are_not_tried(void **state)
{
	static const struct {
		const char *line;
		uint64_t tries;
		size_t count;
	} cases[] = {
		{ "undefined reference to `main'", 0, 0 },
		{ "it needs GLIBC_2.34", 0, 0 },
		{ "fork@GLIBC_2.34: undefined reference to `main'", 1, 0 },
		{ "undefined reference to fork@GLIBC_2.34", 1, 1 },
		{ "undefined reference\033[0m to fork@GLI\033[1mBC_2.34", 1, 1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t tries;
		struct found f = scan_log("undefined reference to (?<v>\\w+@GLIBC_[\\d.]+)",
			span_of(cases[i].line), 999, &tries);
		assert_int_equal(tries, cases[i].tries);
		assert_int_equal(f.count, cases[i].count);
	}
}

/* A match is told with its line and captures, however the bytes are cut. */
static void
matches_in_any_cut(void **state)
{
	static const char log[] =
		"one\r\n\033[1merror\033[0m: linker `cc` not found\nlast: linker 'ld' not found";

	for (size_t piece = 1; piece < sizeof(log); piece++) {
		struct found f = scan_log("linker `(?<v>[^`]+)` not found",
			(struct span){ log, sizeof(log) - 1 }, piece, NULL);
		assert_int_equal(f.count, 2);
		assert_int_equal(f.line, 3);
		assert_string_equal(f.capture, "ld");
		assert_string_equal(f.text, "last: linker 'ld' not found");
	}
}

/* What a JSON message renders, and what an error's debug form holds, is searched line by line. */
static void
lines_within_lines(void **state)
{
	struct found f = scan_log("^ld: cannot find -l(?<v>\\w+)$",
		SPAN("{\"reason\":\"compiler-message\",\"message\":{\"rendered\":\"error: x\\n  = "
		     "note: "
		     "\\u001b[1mld: cannot find -lgizmo\\u001b[0m\\n\",\"level\":\"error\"}}\n"),
		99999, NULL);

	assert_int_equal(f.count, 1);
	assert_string_equal(f.capture, "gizmo");
	f = scan_log("linker (?<v>\\w+) not found$",
		SPAN("{\"reason\":\"compiler-message\",\"message\":{\"rendered\":\"error: "
		     "lin\\u001b[1m"
		     "ker ld not found\\n\",\"level\":\"error\"}}\n"),
		99999, NULL);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.capture, "ld");
	f = scan_log("^ld: cannot find -l(?<v>\\w+)$",
		SPAN("x\nErr value: \"run\\nld: cannot find -lgizmo\\n\\\"q\\\"\"\n"), 99999, NULL);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.line, 2);
	assert_string_equal(f.capture, "gizmo");
}

/* A line of megabytes is searched in pieces: what lies across their edges is found, too. */
static void
long_lines(void **state)
{
	static const size_t places[] = { 0, 16000, MATCH_PIECE - 8, MATCH_PIECE * 3 - 500, 999000 };

	for (size_t i = 0; i < COUNT(places); i++) {
		struct str log = STR_INIT;
		str_append_repeat(&log, 'x', 1000000);
		str_splice(&log, places[i], 20, "cannot find -lgizmo ", 20);
		struct found f = scan_log("cannot find -l(?<v>\\w+)", str_span(&log), 65536, NULL);
		assert_true(f.count >= 1);
		assert_string_equal(f.capture, "gizmo");
		assert_int_equal(f.line, 1);
		str_fini(&log);
	}
}

/* A log of 50 MB in which nothing matches runs no pattern at all. */
static void
nothing_is_tried_in_vain(void **state)
{
	static const char line[] =
		"   Compiling some-crate-with-a-long-name v1.2.3 (/home/ada/src/some-crate)\n";
	struct str log = STR_INIT;
	uint64_t tries = 1;

	while (log.len < 50u << 20)
		str_append_bytes(&log, line, sizeof(line) - 1);
	struct found f = scan_log("linker `(?<v>[^`]+)` not found", str_span(&log), 65536, &tries);
	assert_int_equal(f.count, 0);
	assert_int_equal(tries, 0);
	str_fini(&log);
}

/* A pattern that would take for ever on a line is given up, not waited for. */
static void
slow_patterns_are_given_up(void **state)
{
	struct str log = STR_INIT;

	str_append(&log, "hang ");
	str_append_repeat(&log, 'a', 10000);
	struct found f = scan_log("hang (a+)+$b", str_span(&log), 65536, NULL);
	assert_int_equal(f.count, 0);
	f = scan_log("hang (?:a|aa|aaa)+!", str_span(&log), 65536, NULL);
	assert_int_equal(f.count, 0);
	str_fini(&log);
}

/* NULs, invalid UTF-8 and unterminated sequences are bytes like others. */
static void
hostile_bytes(void **state)
{
	static const char log[] = "\0\xff\xfe\033]0;never ended\n\0 cannot find -lgizmo\xc3\n\033[";
	struct found f = scan_log(
		"cannot find -l(?<v>\\w+)", (struct span){ log, sizeof(log) - 1 }, 3, NULL);

	assert_int_equal(f.count, 1);
	assert_string_equal(f.capture, "gizmo");
}

/* A pattern that cannot be compiled, or that would have to be tried on every line, is refused. */
static void
bad_patterns(void **state)
{
	static const struct {
		const char *pattern, *why;
	} cases[] = {
		{ "linker (", "missing closing parenthesis" },
		{ "\\d+ \\w+", "no fixed text" },
		{ "", "no fixed text" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct patterns *p = patterns_new();
		struct err err = ERR_INIT;
		assert_int_equal(patterns_add(p, cases[i].pattern, &err), -1);
		assert_non_null(strstr(err.message, cases[i].why));
		patterns_free(p);
	}
}

/* template */

static bool
known_value(void *arg, struct span name, struct str *out)
{
	static const char *const values[][2] = { { "target", "T" }, { "linker", "cc" },
		{ "package:cc", "gcc" } };

	for (size_t i = 0; i < COUNT(values); i++) {
		if (span_is(name, values[i][0])) {
			str_append(out, values[i][1]);
			return true;
		}
	}
	return false;
}

/* A text is filled in whole or not at all; optional parts go where something in them is unknown. */
static void
templates(void **state)
{
	static const struct {
		const char *text, *filled; /* NULL: cannot be */
	} cases[] = {
		{ "plain", "plain" },
		{ "{linker} for {target}", "cc for T" },
		{ "{linker} for {host}", NULL },
		{ "used{? for {target}?}.", "used for T." },
		{ "used{? for {host}?}.", "used." },
		{ "{package:{linker}}", "gcc" },
		{ "{package:{host}}", NULL },
		{ "{{ x = 1 }}", "{ x = 1 }" },
		{ "", "" },
	};
	struct template_source source = { known_value, NULL };
	char why[100];

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;
		assert_int_equal(
			template_fill(cases[i].text, &source, &out), cases[i].filled != NULL);
		assert_string_equal(str_cstr(&out), cases[i].filled ? cases[i].filled : "");
		str_fini(&out);
	}
	assert_true(template_check("{a} {{ {? {b}?}", why, sizeof(why)));
	assert_false(template_check("an {open brace", why, sizeof(why)));
	assert_non_null(strstr(why, "character 4"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_within_texts),
		cmocka_unit_test(escapes_are_stepped_over),
		cmocka_unit_test(as_a_plain_search),
		cmocka_unit_test(fixed_texts_of_patterns),
		cmocka_unit_test(prefixes_are_taken_off),
		cmocka_unit_test(matches_in_any_cut),
		cmocka_unit_test(lines_without_all_texts_are_not_tried),
		cmocka_unit_test(lines_within_lines),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(nothing_is_tried_in_vain),
		cmocka_unit_test(slow_patterns_are_given_up),
		cmocka_unit_test(hostile_bytes),
		cmocka_unit_test(bad_patterns),
		cmocka_unit_test(templates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
