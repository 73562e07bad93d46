/* Prefixes are a table of small recognisers; each says how many bytes it takes, and they are asked
 * again until none takes any. */
#include "hint/logline.h"

#include <ctype.h>
#include <string.h>
#include "base/count.h"
#include "text/ansi.h"
#include "text/json.h"

#define JSON_MAX (8u << 20) /* a longer line is no message of cargo's */

static bool
is_digit(struct span s, size_t i)
{
	return i < s.len && isdigit((unsigned char)s.data[i]);
}

/* The bytes of `s` from `at` that are in `set`. */
static size_t
run_of(struct span s, size_t at, const char *set)
{
	size_t n = 0;

	while (at + n < s.len && s.data[at + n] && strchr(set, s.data[at + n]))
		n++;
	return n;
}

static size_t
blanks_after(struct span s, size_t at)
{
	return run_of(s, at, " \t");
}

/* "09:12:33", "09:12:33.120", also within brackets. */
static size_t
prefix_clock(struct span s)
{
	size_t open = s.len && s.data[0] == '[', at = open;

	size_t digits = run_of(s, at, "0123456789:.,");
	if (digits < 5 || !is_digit(s, at) || !memchr(s.data + at, ':', digits) ||
		s.data[at + digits - 1] == ':')
		return 0;
	at += digits;
	if (open && (at >= s.len || s.data[at++] != ']'))
		return 0;
	size_t blanks = blanks_after(s, at);
	return blanks ? at + blanks : at == s.len ? at : 0;
}

/* "2026-02-03T04:05:06.789Z ", "2026-02-03 04:05:06 +0000 ", also within brackets. */
static size_t
prefix_date(struct span s)
{
	size_t at = s.len && s.data[0] == '[';

	if (!is_digit(s, at) || !is_digit(s, at + 3) || run_of(s, at + 4, "-/") != 1 ||
		!is_digit(s, at + 5) || run_of(s, at + 7, "-/") != 1 || !is_digit(s, at + 9))
		return 0;
	at += 10;
	if (run_of(s, at, "T ") != 1 || !is_digit(s, at + 1))
		return 0;
	at += 1 + run_of(s, at + 1, "0123456789:.,");
	at += run_of(s, at, "Z");
	if (at + 1 < s.len && (s.data[at] == '+' || s.data[at] == '-') && is_digit(s, at + 1))
		at += 1 + run_of(s, at + 1, "0123456789:");
	at += run_of(s, at, "]");
	return at + blanks_after(s, at);
}

/* cargo's, dmesg's and docker's seconds: "12.345 ", "[   12.345] ". */
static size_t
prefix_seconds(struct span s)
{
	size_t open = s.len && s.data[0] == '[', at = open + (open ? blanks_after(s, 1) : 0);
	size_t whole = run_of(s, at, "0123456789");

	if (!whole || at + whole >= s.len || s.data[at + whole] != '.')
		return 0;
	size_t part = run_of(s, at + whole + 1, "0123456789");
	at += whole + 1 + part;
	if (!part || run_of(s, at, "s]") != open)
		return 0;
	at += open;
	size_t blanks = blanks_after(s, at);
	return blanks ? at + blanks : at == s.len ? at : 0;
}

/* `docker build`: "#12 ", "#12 3.456 " (the seconds are taken next). */
static size_t
prefix_docker_step(struct span s)
{
	if (!s.len || s.data[0] != '#')
		return 0;
	size_t digits = run_of(s, 1, "0123456789");
	size_t blanks = blanks_after(s, 1 + digits);
	return digits && (blanks || 1 + digits == s.len) ? 1 + digits + blanks : 0;
}

/* Workflow commands: "##[error]", "::error::", "::error file=a,line=1::". */
static size_t
prefix_command(struct span s)
{
	const char *close;

	if (span_starts(s, "##[") && (close = memchr(s.data, ']', s.len)))
		return (size_t)(close - s.data) + 1;
	if (!span_starts(s, "::error") && !span_starts(s, "::warning"))
		return 0;
	long at = span_find((struct span){ s.data + 2, s.len - 2 }, SPAN("::"));
	return at < 0 ? 0 : (size_t)at + 4;
}

/* GitLab's stream marks: "01E ", "00O+". */
static size_t
prefix_stream(struct span s)
{
	if (s.len >= 4 && is_digit(s, 0) && is_digit(s, 1) &&
		(s.data[2] == 'O' || s.data[2] == 'E') && (s.data[3] == ' ' || s.data[3] == '+'))
		return 4;
	return 0;
}

/* `gh run view --log`: "job<TAB>step<TAB>time stamp…". */
static size_t
prefix_columns(struct span s)
{
	const char *one = memchr(s.data, '\t', s.len);
	const char *two = one ? memchr(one + 1, '\t', s.len - (size_t)(one + 1 - s.data)) : NULL;

	if (!two || !is_digit(s, (size_t)(two + 1 - s.data)))
		return 0;
	size_t at = (size_t)(two + 1 - s.data);
	return prefix_date((struct span){ s.data + at, s.len - at }) ? at : 0;
}

/* What quotes a log within a log: "> ", "| ", "name> " (nix), "name-1  | " (compose). */
static size_t
prefix_quote(struct span s)
{
	size_t name =
		run_of(s, 0, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
	size_t blanks = name ? blanks_after(s, name) : 0;
	size_t at = name + blanks;

	if (at >= s.len || (s.data[at] != '>' && s.data[at] != '|') ||
		(name && !isalnum((unsigned char)s.data[0])))
		return 0;
	if ((s.data[at] == '>' && blanks) || (name && s.data[at] == '|' && !blanks))
		return 0;
	size_t after = blanks_after(s, at + 1);
	return after || at + 1 == s.len ? at + 1 + after : 0;
}

/* rustc's "= note: " and "= help: ". */
static size_t
prefix_note(struct span s)
{
	if (span_starts(s, "= note: ") || span_starts(s, "= help: "))
		return 8;
	return 0;
}

/* cargo before what a build script printed: "warning: name@1.2.3: ". */
static size_t
prefix_build_script(struct span s)
{
	if (!span_starts(s, "warning: "))
		return 0;
	size_t name =
		run_of(s, 9, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
	size_t at = 9 + name;
	if (!name || at >= s.len || s.data[at] != '@')
		return 0;
	at += 1 + run_of(s, at + 1, "abcdefghijklmnopqrstuvwxyz0123456789.-+");
	return at + 1 < s.len && s.data[at] == ':' && s.data[at + 1] == ' ' ? at + 2 : 0;
}

static size_t (*const prefixes[])(struct span s) = {
	prefix_columns,
	prefix_date,
	prefix_clock,
	prefix_seconds,
	prefix_docker_step,
	prefix_command,
	prefix_stream,
	prefix_quote,
	prefix_note,
	prefix_build_script,
};

static struct span
without_prefixes(struct span s)
{
	size_t taken, i;

	s = span_trim(s);
	do {
		taken = 0;
		for (i = 0; !taken && s.len && i < COUNT(prefixes); i++)
			taken = prefixes[i](s);
		s = span_trim((struct span){ s.data + taken, s.len - taken });
	} while (taken);
	return s;
}

/* U+2018 to U+201F, three bytes each in UTF-8, become ' and ". */
static void
flatten_quotes(struct str *text)
{
	size_t out = 0;

	if (!text->len || !memchr(text->data, 0xe2, text->len))
		return;
	for (size_t i = 0; i < text->len; i++) {
		const unsigned char *p = (const unsigned char *)text->data + i;
		if (i + 2 < text->len && p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0x98 &&
			p[2] <= 0x9f) {
			text->data[out++] = p[2] < 0x9c ? '\'' : '"';
			i += 2;
		} else {
			text->data[out++] = text->data[i];
		}
	}
	str_truncate(text, out);
}

struct span
logline_clean(struct span raw, struct str *buffer)
{
	str_clear(buffer);
	ansi_strip(buffer, raw.data, raw.len);
	flatten_quotes(buffer);
	return without_prefixes(str_span(buffer));
}

/* What a prefix can end with. */
static bool
ends_like_a_prefix(struct span text)
{
	text = span_trim(text);
	return !text.len || strchr("0123456789.,:]+ZEO>|", text.data[text.len - 1]) ||
		memchr(text.data, 0x1b, text.len);
}

bool
logline_is_blank(struct span raw, struct str *buffer)
{
	if (!ends_like_a_prefix(raw))
		return false;
	return logline_clean(raw, buffer).len == 0 && !memchr(raw.data, '|', raw.len);
}

bool
logline_is_escaped(struct span text)
{
	int ends = 0;

	for (size_t i = 1; i + 1 < text.len && ends < 2; i++) {
		if (text.data[i] == '\\' && text.data[i + 1] == 'n' && text.data[i - 1] != '\\')
			ends++;
	}
	return ends == 2;
}

void
logline_unescape(struct span text, struct str *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i], next = i + 1 < text.len ? text.data[i + 1] : 0;
		const char *at = c == '\\' && next ? strchr("nrt\"'\\", next) : NULL;
		if (at) {
			c = "\n\r\t\"'\\"[at - "nrt\"'\\"];
			i++;
		}
		str_append_char(out, c);
	}
}

bool
logline_rendered(struct span raw, struct str *out)
{
	const char *brace = memchr(raw.data, '{', raw.len);
	struct json *doc;
	const char *text;

	if (!brace || raw.len > JSON_MAX)
		return false;
	raw = span_trim((struct span){ brace, raw.len - (size_t)(brace - raw.data) });
	if (!span_starts(raw, "{\"") || span_find(raw, SPAN("\"reason\"")) < 0)
		return false;
	if (!(doc = json_parse(raw.data, raw.len, NULL)))
		return false;
	text = json_string(json_get(json_get(doc, "message"), "rendered"), "");
	str_append(out, text);
	json_free(doc);
	return true;
}
