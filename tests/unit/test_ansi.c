#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "tests/fuzz/fuzz_ansi.c"
#include "tests/unit/corpus.h"

/* Writes a line as its text, with "<fg,bg,attrs>" wherever the style changes from what was before. */
static void
write_line(void *arg, const struct ansi_line *line)
{
	struct str *out = arg;
	struct ansi_style before = ANSI_STYLE_PLAIN;

	for (size_t i = 0; i < line->run_count; i++) {
		struct ansi_style style = line->runs[i].style;
		size_t end = i + 1 < line->run_count ? line->runs[i + 1].at : line->text.len;

		if (!ansi_style_equal(style, before))
			str_appendf(out, "<%d,%d,%d>", style.fg, style.bg, style.attrs);
		before = style;
		str_append_bytes(out, line->text.data + line->runs[i].at, end - line->runs[i].at);
	}
	str_append_char(out, '|');
}

static void
assert_shown(const char *bytes, size_t len, const char *expected)
{
	struct ansi *a = ansi_new();
	struct str out = STR_INIT;
	struct ansi_line rest;

	ansi_feed(a, bytes, len, write_line, &out);
	rest = ansi_pending(a);
	write_line(&out, &rest);
	str_truncate(&out, out.len - 1);
	assert_string_equal(str_cstr(&out), expected);
	str_fini(&out);
	ansi_free(a);
}

struct shown {
	const char *bytes;
	const char *expected; /* lines joined by '|', as write_line writes them */
};

static void
assert_all_shown(const struct shown *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_shown(cases[i].bytes, strlen(cases[i].bytes), cases[i].expected);
}

/* Text stays as it is, and every LF is one line, CR before it or not. */
static void
text_is_text(void **state)
{
	static const struct shown cases[] = {
		{ "", "" },
		{ "one\ntwo\n", "one|two|" },
		{ "dos\r\nunix\n", "dos|unix|" },
		{ "windows pty\r\r\n", "windows pty|" },
		{ "\n\n", "||" },
		{ "no end", "no end" },
		{ "café → 漢字 🦀\n", "café → 漢字 🦀|" },
		{ "e\314\201\n", "e\314\201|" },
		{ "\314\201lonely accent\n", "lonely accent|" },
		{ "\357\273\277byte order mark\n", "byte order mark|" },
	};

	assert_all_shown(cases, COUNT(cases));
}

/* The compiler's colours and attributes arrive, in each of the ways to write them. */
static void
colours_are_kept(void **state)
{
	static const struct shown cases[] = {
		{ "\033[1m\033[32m   Compiling\033[0m x", "<2,-1,1>   Compiling<-1,-1,0> x" },
		{ "\033[31mred\033[mplain", "<1,-1,0>red<-1,-1,0>plain" },
		{ "\033[97;100mx", "<15,8,0>x" },
		{ "\033[90;107mx", "<8,15,0>x" },
		{ "\033[37;40mx", "<7,0,0>x" },
		{ "\033[38;5;208mx", "<208,-1,0>x" },
		{ "\033[48;5;0mx", "<-1,0,0>x" },
		{ "\033[38;2;1;2;3mx", "<16843267,-1,0>x" },
		{ "\033[48;2;255;255;255mx", "<-1,33554431,0>x" },
		{ "\033[38:5:208mx", "<208,-1,0>x" },
		{ "\033[38:2:1:2:3mx", "<16843267,-1,0>x" },
		{ "\033[38:2::1:2:3mx", "<16843267,-1,0>x" },
		{ "\033[38:2:0:1:2:3:0:1mx", "<16843267,-1,0>x" },
		{ "\033[38;2;;;mx", "<16777216,-1,0>x" },
		{ "\033[1;38;5;208;4;48;2;0;0;1mx", "<208,16777217,9>x" },
		{ "\033[58;5;1;31mx\033[58:2::1:2:3;1mx", "<1,-1,0>x<1,-1,1>x" },
		{ "\033[1;2;3;4;7;9mx", "<-1,-1,63>x" },
		{ "\033[1;2;3;4;7;9m\033[22mx", "<-1,-1,60>x" },
		{ "\033[1;2;3;4;7;9m\033[23;24;27;29mx", "<-1,-1,3>x" },
		{ "\033[4:3mx\033[4:0my", "<-1,-1,8>x<-1,-1,0>y" },
		{ "\033[21mx", "<-1,-1,8>x" },
		{ "\033[31;42;39mx\033[49my", "<-1,2,0>x<-1,-1,0>y" },
		{ "\033[31m\033[32m\033[31mone style\033[31m, one run",
			"<1,-1,0>one style, one run" },
		{ "\033[31ma\nb", "<1,-1,0>a|<1,-1,0>b" },
		{ "\033[5;8;31mneither hidden nor blinking",
			"<1,-1,0>neither hidden nor blinking" },
		{ "\033[31m\033[;1mx", "<-1,-1,1>x" },
	};

	assert_all_shown(cases, COUNT(cases));
}

/* A colour that makes no sense changes nothing, and does not eat what follows it. */
static void
nonsense_colours_are_ignored(void **state)
{
	static const struct shown cases[] = {
		{ "\033[38;5;256mx", "x" },
		{ "\033[38;2;0;0;256mx", "x" },
		{ "\033[38mx", "x" },
		{ "\033[38;5mx", "x" },
		{ "\033[38;2;1;2mx", "x" },
		{ "\033[38;7;31mx", "<1,-1,0>x" },
		{ "\033[38:2:1mx", "x" },
		{ "\033[38:9:1;31mx", "<1,-1,0>x" },
		{ "\033[999999999999999999;31mx", "<1,-1,0>x" },
		{ "\033[?31mx", "x" },
		{ "\033[>4;31mx", "x" },
		{ "\033[31 mx", "x" },
		{ "\033[31\"mx", "x" },
		{ "\033[31:9mx", "<1,-1,0>x" },
	};

	assert_all_shown(cases, COUNT(cases));
}

/* Progress bars show their last state: CR, backspace, tab, erasing and moves within the line. */
static void
the_line_is_edited(void **state)
{
	static const struct shown cases[] = {
		{ "10%\r55%\r100%\n", "100%|" },
		{ "downloading\rdone\n", "doneloading|" },
		{ "downloading\r\033[Kdone\n", "done|" },
		{ "downloading\r\033[2Kdone\n", "done|" },
		{ "downloading\033[2K\rdone\n", "done|" },
		{ "downloading\033[4D\033[K\n", "downloa|" },
		{ "downloading\033[1Kx\n", "           x|" },
		{ "downloading\033[5G\033[1Kx\n", "    xoading|" },
		{ "abc\033[3K\n", "abc|" },
		{ "|\b/\b-\b\\\n", "\\|" },
		{ "\b\b\bx", "x" },
		{ "N\bNA\bA", "NA" },
		{ "a\tb\tc", "a       b       c" },
		{ "12345678\tx", "12345678        x" },
		{ "\tx\r\ty", "        y" },
		{ "abc\r\tx", "abc     x" },
		{ "trailing tab\t\n", "trailing tab|" },
		{ "ab\033[3Cc", "ab   c" },
		{ "abcdef\033[2Dx", "abcdxf" },
		{ "abcdef\033[2Gx", "axcdef" },
		{ "abcdef\033[Gx", "xbcdef" },
		{ "abcdef\033[99Dx", "xbcdef" },
		{ "a\033[0Cb", "a b" },
		{ "\033[31mabc\033[0m\r\033[1mx", "<-1,-1,1>x<1,-1,0>bc" },
		{ "\033[41mab\033[4Cc", "<-1,1,0>ab<-1,-1,0>    <-1,1,0>c" },
		{ "first\rsecond\nthird\r\n", "second|third|" },
		{ "\033[31m\rx\r\033[Ky\n", "<1,-1,0>y|" },
	};

	assert_all_shown(cases, COUNT(cases));
}

/* A wide character takes two columns; the half that is left of one written over is a blank. */
static void
wide_characters_are_two_columns(void **state)
{
	static const struct shown cases[] = {
		{ "漢字\rx", "x 字" },
		{ "漢字\033[2Gx", " x字" },
		{ "abcd\r漢", "漢cd" },
		{ "a漢b\r字", "字 b" },
		{ "漢字\033[2G漢", " 漢 " },
		{ "漢\bx", " x" },
		{ "漢\b\bx", "x " },
		{ "漢字\033[2G\033[K", " " },
		{ "漢字\033[2G\033[1K", "  字" },
		{ "漢字\033[G\033[1K", "  字" },
		{ "漢\tx", "漢      x" },
		{ "ae\314\201i\rx", "xe\314\201i" },
		{ "xyz\re\314\201", "e\314\201yz" },
		{ "漢z\rx\033[3G\314\201", "x \314\201z" },
	};

	assert_all_shown(cases, COUNT(cases));
}

/* Whatever else a program says to the terminal is shown as nothing, in whatever form it comes. */
static void
everything_else_is_dropped(void **state)
{
	static const struct shown cases[] = {
		{ "a\033]52;c;ZXZpbA==\ab", "ab" },
		{ "a\033]52;c;ZXZpbA==\033\\b", "ab" },
		{ "a\033]8;;http://evil\033\\link\033]8;;\033\\b", "alinkb" },
		{ "a\033]0;tïtle ✜\302\234b", "ab" },
		{ "a\033]0;title\234b", "ab" },
		{ "a\033]9;4;1;33\033\\b", "ab" },
		{ "a\033Pq#0;2;0;0;0\033\\b", "ab" },
		{ "a\033Ptmux;\033\033]52;c;eA==\a\033\\b", "ab" },
		{ "a\033_Gf=24;AAAA\033\\b", "ab" },
		{ "a\033^pm\033\\b\033Xsos\033\\c", "abc" },
		{ "a\033(Bb\033)0c\033#8d\033%Ge", "abcde" },
		{ "a\0337b\0338c\033Md\033ce\033=f\033>g", "abcdefg" },
		{ "a\033[2Jb\033[Hc\033[1;1fd\033[6ne\033[?1049hf\033[5Ag", "abcdefg" },
		{ "a\033[!pb\033[1$rc\033[3 qd", "abcd" },
		{ "a\001\002\003\004\005\006\a\v\f\016\017\177b", "ab" },
		{ "a\302\205b\302\204c\302\23331md", "abcd" },
		{ "a\302\23552;c;eA==\ab\302\220q\302\234c", "abc" },
		{ "a\302\2350;t\033\\b", "ab" },
		{ "a\23331mb\233?25lc", "abc" },
		{ "a\23552;c;ZXZpbA==\ab", "ab" },
		{ "a\23552;c;ZXZpbA==\033\\b", "ab" },
		{ "a\220qq\234b\205\204c", "abc" },
		{ "\033[31ma\236漢\234\033[32mb", "<1,-1,0>a<2,-1,0>b" },
		{ "a\033\033[31mb", "a<1,-1,0>b" },
		{ "a\033[3\0331;31mb", "a;31mb" },
		{ "a\033[3\030b\033[4\032c", "abc" },
		{ "a\033]0;t\030b", "ab" },
		{ "a\033[3\b1mb", "<1,-1,0>b" },
		{ "a\033[\033[31mb", "a<1,-1,0>b" },
		{ "a\033[3éb", "aéb" },
		{ "a\033éb", "aéb" },
		{ "a\033", "a" },
		{ "a\033[31", "a" },
	};

	assert_all_shown(cases, COUNT(cases));
}

/* What is never terminated hides no more than the rest of its line. */
static void
unterminated_ends_with_the_line(void **state)
{
	static const struct shown cases[] = {
		{ "a\033]0;title\nb\n", "a|b|" },
		{ "a\033Pdcs\nb\n", "a|b|" },
		{ "a\033[31\nb\n", "a|b|" },
		{ "a\033\nb\n", "a|b|" },
		{ "a\033(\nb\n", "a|b|" },
		{ "a\342\206\nb\n", "a�|b|" },
	};

	assert_all_shown(cases, COUNT(cases));
}

/* An unterminated sequence is given up after ANSI_SEQUENCE_MAX bytes, and text goes on. */
static void
unterminated_is_given_up(void **state)
{
	static const char *const begins[] = { "\033]0;", "\033P", "\033[", "\033_" };

	for (size_t i = 0; i < COUNT(begins); i++) {
		struct str in = STR_INIT;

		str_append(&in, begins[i]);
		str_append_repeat(&in, '1', ANSI_SEQUENCE_MAX - in.len);
		str_append(&in, "shown");
		assert_shown(in.data, in.len, "shown");
		str_fini(&in);
	}
}

/* Letters of old encodings that look like a C1 string keep their line readable. */
static void
old_encodings_stay_readable(void **state)
{
	static const struct shown cases[] = {
		{ "warning: \220tat inconnu\nnext", "warning: tat inconnu|next" },
		{ "pam\236\235\ttab", "pam     tab" },
		{ "caf\351 \273\273", "caf� ��" },
		{ "a\235b\007c\235d\re\007", "ecd" },
	};
	struct str in = STR_INIT;
	struct str expected = STR_INIT;

	assert_all_shown(cases, COUNT(cases));
	str_append(&in, "a\235");
	str_append_repeat(&in, 'x', ANSI_SEQUENCE_MAX);
	str_append(&in, "\007");
	str_append_char(&expected, 'a');
	str_append_repeat(&expected, 'x', ANSI_SEQUENCE_MAX);
	assert_shown(in.data, in.len, expected.data);
	str_fini(&in);
	str_fini(&expected);
}

/* Bytes that are no UTF-8 show as U+FFFD, one for each maximal part of a character. */
static void
bad_utf8_is_replaced(void **state)
{
	static const struct shown cases[] = {
		{ "\377\376", "��" },
		{ "\342\206x", "�x" },
		{ "\360\237\246x", "�x" },
		{ "\303é", "�é" },
		{ "\355\240\200x", "��x" },
		{ "\300\257x", "��x" },
		{ "\342\033[31m\206x", "�<1,-1,0>x" },
	};

	/* the surrogate's 0xa0 and 0x80: one is a stray byte, the other a C1 */
	assert_all_shown(cases, COUNT(cases));
}

/* A line longer than ANSI_LINE_MAX is cut there and says so; the next one is whole again. */
static void
long_lines_are_cut(void **state)
{
	struct ansi *a = ansi_new();
	struct str in = STR_INIT;
	struct str out = STR_INIT;
	struct ansi_line line;

	str_append_repeat(&in, 'x', ANSI_LINE_MAX);
	ansi_feed(a, in.data, in.len, write_line, &out);
	assert_false(ansi_pending(a).cut);
	ansi_feed(a, "é", 2, write_line, &out);
	line = ansi_pending(a);
	assert_true(line.cut);
	assert_int_equal(line.text.len, ANSI_LINE_MAX);
	ansi_feed(a, "\rback\b\b\033[K", 10, write_line, &out);
	line = ansi_pending(a);
	assert_span(line.text, "ba");
	ansi_feed(a, "\nshort", 6, write_line, &out);
	line = ansi_pending(a);
	assert_false(line.cut);
	assert_span(line.text, "short");
	str_fini(&in);
	str_fini(&out);
	ansi_free(a);
}

/* A few bytes cannot ask for a line of millions of columns. */
static void
moves_are_bounded(void **state)
{
	struct ansi *a = ansi_new();
	struct str tabs = STR_INIT;

	ansi_feed(a, "\033[99999Cx\033[99999Gy\033[99999Cz", 27, write_line, NULL);
	assert_true(ansi_pending(a).text.len <= 1100);
	ansi_reset(a, ANSI_STYLE_PLAIN);
	str_append_repeat(&tabs, '\t', 1 << 20);
	str_append_char(&tabs, 'x');
	ansi_feed(a, tabs.data, tabs.len, write_line, NULL);
	assert_true(ansi_pending(a).text.len <= ANSI_LINE_MAX);
	assert_true(ansi_pending(a).cut);
	str_fini(&tabs);
	ansi_free(a);
}

/* What is dropped is counted: once for each sequence or control byte. */
static void
dropped_is_counted(void **state)
{
	static const struct {
		const char *bytes;
		uint64_t dropped;
	} cases[] = {
		{ "\033[31mtext\033[K\r\n\tx\b", 0 },
		{ "\a", 1 },
		{ "\033]0;t\a", 1 },
		{ "\033]0;t\033\\", 1 },
		{ "\033[2J", 1 },
		{ "\033[?25l\033[?25h", 2 },
		{ "\302\23331m\302\2350;t\a\302\205", 3 },
		{ "\2350;t\a", 2 },
		{ "\033]0;t\n", 1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ansi *a = ansi_new();
		struct str out = STR_INIT;

		ansi_feed(a, cases[i].bytes, strlen(cases[i].bytes), write_line, &out);
		assert_int_equal(ansi_dropped(a), cases[i].dropped);
		str_fini(&out);
		ansi_free(a);
	}
}

/* A reader that starts in the middle gives the style, and the line, from before its place up. */
static void
reset_begins_with_a_style(void **state)
{
	struct ansi *a = ansi_new();
	struct ansi_style style = { 1, ANSI_DEFAULT, ANSI_BOLD };
	struct ansi_line line;

	ansi_feed(a, "old \342\033]0;", 9, write_line, NULL);
	ansi_reset(a, style);
	ansi_feed(a, "new", 3, write_line, NULL);
	line = ansi_pending(a);
	assert_span(line.text, "new");
	assert_int_equal(line.run_count, 1);
	assert_true(ansi_style_equal(line.runs[0].style, style));
	assert_true(ansi_style_equal(ansi_current(a), style));
	ansi_free(a);
	ansi_free(NULL);
}

/* The sequence written for a style sets that style, from whatever was before. */
static void
sgr_is_understood(void **state)
{
	static const int32_t colours[] = { ANSI_DEFAULT, 0, 7, 8, 15, 16, 255, ANSI_RGB,
		ANSI_RGB | 0x123456, ANSI_RGB | 0xffffff };
	struct ansi_style noise = { 3, 200, 63 };

	for (size_t i = 0; i < COUNT(colours) * 64; i++) {
		struct ansi_style style = { colours[i / 64], colours[9 - i / 64], i % 64 };
		struct str out = STR_INIT;

		ansi_sgr(&out, style);
		assert_true(ansi_style_equal(ansi_track(noise, out.data, out.len), style));
		str_fini(&out);
	}
	assert_false(ansi_style_equal(noise, ANSI_STYLE_PLAIN));
}

/* Without styles the text of each line is what it last said. */
static void
strip_leaves_text(void **state)
{
	static const struct shown cases[] = {
		{ "\033[1m\033[31merror\033[0m: x\r\n", "error: x\n" },
		{ "a\tb\n", "a\tb\n" },
		{ "Building 10%\rerror: x\n", "error: x\n" },
		{ "kept\r\r\nBuilding\r\033[Kdone\n", "kept\ndone\n" },
		{ "a\033]0;t\ab\033(Bc\001\177\302\2331md\n", "abcd\n" },
		{ "a\033]0;t\nb\377\342\206", "a\nb��" },
		{ "first\n\rsecond", "first\nsecond" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		str_append(&out, "before ");
		ansi_strip(&out, cases[i].bytes, strlen(cases[i].bytes));
		assert_int_equal(strncmp(out.data, "before ", 7), 0);
		assert_string_equal(out.data + 7, cases[i].expected);
		str_fini(&out);
	}
}

/* Each byte value, alone and between letters, leaves nothing that could harm a terminal. */
static void
every_byte_is_harmless(void **state)
{
	for (unsigned first = 0; first < 256; first++) {
		for (unsigned second = 0; second < 256; second++) {
			uint8_t bytes[] = { 0, 'a', (uint8_t)first, (uint8_t)second, 'b', '\n' };

			LLVMFuzzerTestOneInput(bytes, sizeof bytes);
		}
	}
}

/* A random stream made of what sequences are made of. */
static void
random_stream(struct dice *dice, struct str *out)
{
	static const char *const parts[] = { "\033[", "\033]", "\033P", "\033\\", "\a", "\r", "\n",
		"\b", "\t", "31", ";", ":", "m", "K", "38;2;9;8;7", "4", "text", " ", "\302\233",
		"\302\235", "\302\234", "\235", "\234", "漢", "\314\201", "\360\237", "\246\200",
		"\033", "\033(", "C", "D", "3G", "\357\270\217", "\030", "\342", "\033[0m",
		"\033[1m", "?" };
	size_t count = 1 + dice_below(dice, 60);

	str_append_char(out, (char)dice_below(dice, 9)); /* pieces of 1 to 9 bytes */
	while (count-- > 0) {
		if (dice_below(dice, 12) == 0)
			str_append_char(out, (char)dice_roll(dice));
		else
			str_append(out, parts[dice_below(dice, COUNT(parts))]);
	}
}

/* A stream cut anywhere gives the same lines, and its style needs no text. */
static void
cuts_change_nothing(void **state)
{
	struct dice dice = { 4 };

	for (int i = 0; i < 20000; i++) {
		struct str in = STR_INIT;

		random_stream(&dice, &in);
		LLVMFuzzerTestOneInput((const uint8_t *)in.data, in.len);
		str_fini(&in);
	}
}

/* Streams that once did harm, to us or to others, do none. */
static void
corpus_is_harmless(void **state)
{
	corpus_replay("tests/corpus/ansi");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_text),
		cmocka_unit_test(colours_are_kept),
		cmocka_unit_test(nonsense_colours_are_ignored),
		cmocka_unit_test(the_line_is_edited),
		cmocka_unit_test(wide_characters_are_two_columns),
		cmocka_unit_test(everything_else_is_dropped),
		cmocka_unit_test(unterminated_ends_with_the_line),
		cmocka_unit_test(unterminated_is_given_up),
		cmocka_unit_test(old_encodings_stay_readable),
		cmocka_unit_test(bad_utf8_is_replaced),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(moves_are_bounded),
		cmocka_unit_test(dropped_is_counted),
		cmocka_unit_test(reset_begins_with_a_style),
		cmocka_unit_test(sgr_is_understood),
		cmocka_unit_test(strip_leaves_text),
		cmocka_unit_test(every_byte_is_harmless),
		cmocka_unit_test(cuts_change_nothing),
		cmocka_unit_test(corpus_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
