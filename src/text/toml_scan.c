/* Characters, keys and strings. The text was checked once (toml_scan_check), so that behind that no
 * function here meets bad UTF-8, a control character or a lone CR. */
#include "base/count.h"
#include "base/utf8.h"
#include "text/toml_tree.h"
#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

static bool
refuse_byte(struct toml_scan *s, size_t at)
{
	unsigned char c = (unsigned char)s->text[at];

	if (at == 0 && c >= 0xFE)
		return toml_err_at(s->doc, at, s->err, "UTF-16 instead of UTF-8");
	if (c == '\r')
		return toml_err_at(s->doc, at, s->err, "a carriage return without a line feed");
	if (c >= 0x80)
		return toml_err_at(s->doc, at, s->err, "the byte 0x%02X is not UTF-8", c);
	return toml_err_at(s->doc, at, s->err, "the control character U+%04X is not allowed", c);
}

bool
toml_scan_check(struct toml_scan *s)
{
	size_t len = s->doc->text.len;

	for (size_t i = 0, used; i < len; i += used) {
		unsigned char c = (unsigned char)s->text[i];
		uint32_t cp = c;

		used = c < 0x80 ? 1 : utf8_decode(s->text + i, len - i, &cp);
		if (is_control(c) || (c == '\r' && s->text[i + 1] != '\n'))
			return refuse_byte(s, i);
		if (cp == UTF8_BAD && (used != 3 || memcmp(s->text + i, "\xEF\xBF\xBD", 3) != 0))
			return refuse_byte(s, i);
	}
	return true;
}

char
toml_scan_peek(const struct toml_scan *s)
{
	return s->text[s->at];
}

bool
toml_scan_take(struct toml_scan *s, char c)
{
	if (s->text[s->at] != c)
		return false;
	s->at++;
	return true;
}

void
toml_scan_blanks(struct toml_scan *s)
{
	while (s->text[s->at] == ' ' || s->text[s->at] == '\t')
		s->at++;
}

static bool
take_newline(struct toml_scan *s)
{
	if (s->text[s->at] == '\r')
		s->at++; /* an LF follows: toml_scan_check */
	return toml_scan_take(s, '\n');
}

static void
scan_comment(struct toml_scan *s)
{
	if (toml_scan_peek(s) == '#')
		s->at += strcspn(s->text + s->at, "\r\n");
}

void
toml_scan_gap(struct toml_scan *s)
{
	do {
		toml_scan_blanks(s);
		scan_comment(s);
	} while (take_newline(s));
}

bool
toml_scan_line_end(struct toml_scan *s)
{
	toml_scan_blanks(s);
	scan_comment(s);
	return take_newline(s) || toml_scan_peek(s) == '\0' ||
		toml_scan_expected(s, "the end of the line");
}

/* Not isalnum: that one depends on the locale. */
static bool
is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
		c == '-';
}

static bool
is_token(char c)
{
	return is_bare(c) || c == '+' || c == '.' || c == ':';
}

static size_t
run_of(const char *text, bool (*fits)(char))
{
	size_t len = 0;

	while (fits(text[len]))
		len++;
	return len;
}

/* What an error shows of the text: a word, a character, or its code when it cannot be seen. */
bool
toml_scan_expected(struct toml_scan *s, const char *what)
{
	const char *at = s->text + s->at;
	size_t word = run_of(at, is_token);
	size_t len;
	uint32_t cp;
	char quote;

	if (*at == '\0')
		return toml_err_at(
			s->doc, s->at, s->err, "expected %s, found the end of the file", what);
	if (*at == '\n' || *at == '\r')
		return toml_err_at(
			s->doc, s->at, s->err, "expected %s, found the end of the line", what);
	if (word > 0)
		return toml_err_at(s->doc, s->at, s->err, "expected %s, found \"%.*s\"", what,
			word > 40 ? 40 : (int)word, at);
	len = utf8_decode(at, s->doc->text.len - s->at, &cp);
	if (utf8_width(cp) <= 0)
		return toml_err_at(
			s->doc, s->at, s->err, "expected %s, found U+%04X", what, (unsigned)cp);
	quote = *at == '"' ? '\'' : '"';
	return toml_err_at(s->doc, s->at, s->err, "expected %s, found %c%.*s%c", what, quote,
		(int)len, at, quote);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The digits of \x, \u and \U; `escape` is where the backslash stands. */
static bool
scan_code_point(struct toml_scan *s, size_t escape, int digits)
{
	uint32_t cp = 0;
	char bytes[4];

	for (int i = 0; i < digits; i++, s->at++) {
		int digit = hex_digit(toml_scan_peek(s));

		if (digit < 0)
			return toml_err_at(s->doc, escape, s->err,
				"expected %d hexadecimal digits after \\%c", digits,
				s->text[escape + 1]);
		cp = cp << 4 | (uint32_t)digit;
	}
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return toml_err_at(s->doc, escape, s->err, "%.*s is not a character of Unicode",
			digits + 2, s->text + escape);
	str_append_bytes(&s->scratch, bytes, utf8_encode(cp, bytes));
	return true;
}

static bool
scan_escape(struct toml_scan *s)
{
	static const struct {
		char letter;
		char byte;
		int digits; /* of a code point */
		enum toml_dialect since;
	} escapes[] = {
		{ 'b', '\b' },
		{ 't', '\t' },
		{ 'n', '\n' },
		{ 'f', '\f' },
		{ 'r', '\r' },
		{ '"', '"' },
		{ '\\', '\\' },
		{ 'u', .digits = 4 },
		{ 'U', .digits = 8 },
		{ 'e', '\x1B', .since = TOML_1_1 },
		{ 'x', .digits = 2, .since = TOML_1_1 },
	};
	size_t escape = s->at++;
	char c = toml_scan_peek(s);

	for (size_t i = 0; i < COUNT(escapes); i++) {
		if (escapes[i].letter != c || escapes[i].since > s->doc->dialect)
			continue;
		s->at++;
		if (escapes[i].digits > 0)
			return scan_code_point(s, escape, escapes[i].digits);
		str_append_char(&s->scratch, escapes[i].byte);
		return true;
	}
	return toml_err_at(s->doc, escape, s->err,
		"a backslash must be followed by one of b t n f r \" \\ u U%s",
		s->doc->dialect == TOML_1_1 ? " e x" : "");
}

/* Between one quote and the next; `quote` is which. */
static bool
scan_line_string(struct toml_scan *s, char quote)
{
	const char *stops = quote == '"' ? "\"\\\r\n" : "'\r\n";
	size_t opening = s->at++;

	str_clear(&s->scratch);
	for (;;) {
		size_t run = strcspn(s->text + s->at, stops);

		str_append_bytes(&s->scratch, s->text + s->at, run);
		s->at += run;
		if (toml_scan_take(s, quote))
			return true;
		if (toml_scan_peek(s) != '\\')
			return toml_err_at(s->doc, opening, s->err,
				"this string has no closing %c on its line", quote);
		if (!scan_escape(s))
			return false;
	}
}

/* A backslash at the end of a line swallows the white space up to the next character. */
static bool
scan_line_joint(struct toml_scan *s)
{
	size_t escape = s->at++;

	toml_scan_blanks(s);
	if (!take_newline(s)) {
		s->at = escape;
		return false;
	}
	do
		toml_scan_blanks(s);
	while (take_newline(s));
	return true;
}

/* Quotes within a string of several lines: up to two are text, three close it. */
static bool
scan_quotes_close(struct toml_scan *s, char quote)
{
	size_t run = 0;

	while (run < 5 && s->text[s->at + run] == quote)
		run++;
	s->at += run;
	str_append_repeat(&s->scratch, quote, run < 3 ? run : run - 3);
	return run >= 3;
}

static bool
scan_block_string(struct toml_scan *s, char quote)
{
	const char *stops = quote == '"' ? "\"\\\r\n" : "'\r\n";
	size_t opening = s->at;

	s->at += 3;
	take_newline(s);
	str_clear(&s->scratch);
	for (;;) {
		size_t run = strcspn(s->text + s->at, stops);
		char c;

		str_append_bytes(&s->scratch, s->text + s->at, run);
		s->at += run;
		c = toml_scan_peek(s);
		if (c == '\0')
			return toml_err_at(s->doc, opening, s->err,
				"this string has no closing %c%c%c", quote, quote, quote);
		if (c == quote && scan_quotes_close(s, quote))
			return true;
		if (c == '\\' && !scan_line_joint(s) && !scan_escape(s))
			return false;
		if (take_newline(s))
			str_append_char(&s->scratch, '\n');
	}
}

static bool
is_block(const struct toml_scan *s, char quote)
{
	const char *at = s->text + s->at;

	return at[0] == quote && at[1] == quote && at[2] == quote;
}

bool
toml_scan_key(struct toml_scan *s, struct toml_key *key)
{
	char c = toml_scan_peek(s);
	struct span bare = { s->text + s->at, run_of(s->text + s->at, is_bare) };

	key->at = s->at;
	if (bare.len > 0) {
		s->at += bare.len;
		key->name = bare;
	} else if (c != '"' && c != '\'') {
		return toml_scan_expected(s, "a key");
	} else if (is_block(s, c)) {
		return toml_err_at(s->doc, s->at, s->err, "a key must be on one line");
	} else if (!scan_line_string(s, c)) {
		return false;
	} else {
		key->name = str_span(&s->scratch);
	}
	key->name.data = arena_span(&s->doc->arena, key->name);
	key->hash = toml_hash(key->name);
	return true;
}

static bool
scan_string(struct toml_scan *s, struct toml_value *value, char quote)
{
	bool ok = is_block(s, quote) ? scan_block_string(s, quote) : scan_line_string(s, quote);

	value->kind = TOML_STRING;
	if (ok)
		value->text = (struct span){ arena_span(&s->doc->arena, str_span(&s->scratch)),
			s->scratch.len };
	return ok;
}

/* A token; a date followed by one blank and a digit goes on with a time. */
static struct span
scan_token(struct toml_scan *s)
{
	const char *at = s->text + s->at;
	size_t len = run_of(at, is_token);

	if (len == 10 && at[4] == '-' && at[10] == ' ' && is_digit(at[11]))
		len += 1 + run_of(at + 11, is_token);
	return (struct span){ at, len };
}

/* Four digits and a hyphen, or two digits and a colon. */
static bool
is_date(struct span token)
{
	size_t digits = 0;

	while (digits < token.len && is_digit(token.data[digits]))
		digits++;
	return (digits == 4 && token.data[4] == '-') || (digits == 2 && token.data[2] == ':');
}

bool
toml_scan_scalar(struct toml_scan *s, struct toml_value *value)
{
	char c = toml_scan_peek(s);
	struct span token;
	bool ok = true;

	if (c == '"' || c == '\'')
		return scan_string(s, value, c);
	token = scan_token(s);
	if (span_is(token, "true") || span_is(token, "false")) {
		value->kind = TOML_BOOL;
		value->truth = c == 't';
	} else if (is_date(token)) {
		ok = toml_date_parse(s, token, value);
	} else {
		ok = toml_number_parse(s, token, value);
	}
	s->at += token.len;
	return ok;
}
