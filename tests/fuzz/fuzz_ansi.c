/* fuzz_ansi: whatever a program prints, what is shown is clean and does not depend on the cuts.
 *
 * A libFuzzer target; tests/unit/test_ansi.c runs it over tests/corpus/ansi too. The first byte of
 * the input says how long the pieces are. */
#include <string.h>
#include "base/utf8.h"
#include "tests/fuzz/require.h"
#include "text/ansi.h"

/* Nothing in it can do anything to a terminal; LF and tab only where ansi_strip leaves them. */
static void
require_clean(const char *text, size_t len, bool stripped)
{
	require(utf8_is_valid(text, len), "the text is not valid UTF-8");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		bool kept = stripped && (c == '\n' || c == '\t');

		require(c >= 0x20 || kept, "a control byte got through");
		require(c != 0x7f, "a DEL got through");
		require(c != 0xc2 || (unsigned char)text[i + 1] >= 0xa0,
			"a C1 control got through");
	}
}

static void
require_runs(const struct ansi_line *line)
{
	require(line->text.len <= ANSI_LINE_MAX, "the line is too long");
	require(line->text.len == 0 || line->run_count > 0, "text without a style");
	for (size_t i = 0; i < line->run_count; i++) {
		uint32_t at = line->runs[i].at;

		require(i == 0 ? at == 0 : at > line->runs[i - 1].at, "runs do not ascend");
		require(at < line->text.len, "a run begins beyond the text");
		require(((unsigned char)line->text.data[at] & 0xc0) != 0x80,
			"a run cuts a character");
	}
}

/* Writes a line down, styles and all. */
static void
take_line(void *arg, const struct ansi_line *line)
{
	struct str *out = arg;

	require_runs(line);
	require_clean(line->text.data, line->text.len, false);
	for (size_t i = 0; i < line->run_count; i++) {
		size_t end = i + 1 < line->run_count ? line->runs[i + 1].at : line->text.len;

		ansi_sgr(out, line->runs[i].style);
		str_append_bytes(out, line->text.data + line->runs[i].at, end - line->runs[i].at);
	}
	str_append(out, line->cut ? " (cut)\n" : "\n");
}

/* All lines of a stream that comes in pieces of `piece` bytes, and the style at its end. */
static struct ansi_style
take_stream(const char *bytes, size_t len, size_t piece, struct str *out)
{
	struct ansi *a = ansi_new();
	struct ansi_style style;
	struct ansi_line rest;

	for (size_t at = 0; at < len; at += piece)
		ansi_feed(a, bytes + at, len - at < piece ? len - at : piece, take_line, out);
	rest = ansi_pending(a);
	take_line(out, &rest);
	style = ansi_current(a);
	ansi_free(a);
	return style;
}

static size_t
count_lines(const char *bytes, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += bytes[i] == '\n';
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + (size > 0);
	size_t len = size - (size > 0);
	struct str whole = STR_INIT;
	struct str pieces = STR_INIT;
	struct str plain = STR_INIT;
	struct ansi_style style = take_stream(bytes, len, len + 1, &whole);
	struct ansi_style cut_style = take_stream(bytes, len, size > 0 ? data[0] + 1u : 1, &pieces);

	require(whole.len == pieces.len && memcmp(whole.data, pieces.data, whole.len) == 0,
		"the cuts change the lines");
	require(ansi_style_equal(style, cut_style), "the cuts change the style");
	require(ansi_style_equal(style, ansi_track(ANSI_STYLE_PLAIN, bytes, len)),
		"ansi_track has another style");
	require(count_lines(whole.data, whole.len) == count_lines(bytes, len) + 1,
		"an LF is not one line");
	ansi_strip(&plain, bytes, len);
	require_clean(plain.data, plain.len, true);
	require(count_lines(plain.data, plain.len) == count_lines(bytes, len),
		"ansi_strip eats LFs");
	str_fini(&whole);
	str_fini(&pieces);
	str_fini(&plain);
	return 0;
}
