/* Numbers, dates and times: what a token of letters, digits and "+-._:" means. */
#include "text/toml_tree.h"
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool
refuse(struct toml_scan *s, struct span token, const char *why)
{
	int len = token.len > 60 ? 60 : (int)token.len;

	return toml_err_at(s->doc, s->at, s->err, "\"%.*s\" %s", len, token.data, why);
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* The end of the digits that begin at `at`; single underscores may stand between two of them. */
static size_t
digits_end(struct span t, size_t at, int base)
{
	size_t i = at;

	while (i < t.len &&
		(digit_of(t.data[i]) < base ||
			(t.data[i] == '_' && i > at && t.data[i - 1] != '_')))
		i++;
	return i > at && t.data[i - 1] == '_' ? i - 1 : i;
}

static bool
parse_integer(struct toml_scan *s, struct span token, size_t at, int base, struct toml_value *value)
{
	bool negative = token.data[0] == '-';
	int64_t number = 0;

	for (; at < token.len; at++) {
		int64_t digit = digit_of(token.data[at]);

		if (token.data[at] == '_')
			continue;
		if (__builtin_mul_overflow(number, (int64_t)base, &number) ||
			__builtin_add_overflow(number, negative ? -digit : digit, &number))
			return refuse(s, token, "does not fit in 64 bits");
	}
	value->kind = TOML_INTEGER;
	value->integer = number;
	return true;
}

/* strtod wants the decimal point of the locale. */
static bool
parse_float(struct toml_scan *s, struct span token, struct toml_value *value)
{
	str_clear(&s->scratch);
	for (size_t i = 0; i < token.len; i++) {
		if (token.data[i] == '.')
			str_append(&s->scratch, localeconv()->decimal_point);
		else if (token.data[i] != '_')
			str_append_char(&s->scratch, token.data[i]);
	}
	value->kind = TOML_FLOAT;
	value->real = strtod(str_cstr(&s->scratch), NULL);
	return isfinite(value->real) || refuse(s, token, "does not fit in a float of 64 bits");
}

static bool
parse_prefixed(struct toml_scan *s, struct span token, struct toml_value *value)
{
	bool is_hex = token.data[1] == 'x';
	bool is_octal = token.data[1] == 'o';
	int base = is_hex ? 16 : is_octal ? 8 : 2;

	if (token.len > 2 && digits_end(token, 2, base) == token.len)
		return parse_integer(s, token, 2, base, value);
	if (is_hex)
		return refuse(s, token, "is not a hexadecimal number");
	return refuse(s, token, is_octal ? "is not an octal number" : "is not a binary number");
}

/* Behind the digits before the point: [.digits] [e[+-]digits]. */
static bool
is_float_rest(struct span t, size_t at)
{
	size_t end;

	if (t.data[at] == '.') {
		if ((end = digits_end(t, at + 1, 10)) == at + 1)
			return false;
		at = end;
	}
	if (at < t.len && (t.data[at] == 'e' || t.data[at] == 'E')) {
		at++;
		if (at < t.len && (t.data[at] == '+' || t.data[at] == '-'))
			at++;
		if ((end = digits_end(t, at, 10)) == at)
			return false;
		at = end;
	}
	return at == t.len;
}

static bool
parse_special(struct span token, size_t at, struct toml_value *value)
{
	struct span word = { token.data + at, token.len - at };

	value->kind = TOML_FLOAT;
	if (span_is(word, "inf"))
		value->real = token.data[0] == '-' ? -INFINITY : INFINITY;
	else if (span_is(word, "nan"))
		value->real = token.data[0] == '-' ? -NAN : NAN;
	else
		return false;
	return true;
}

bool
toml_number_parse(struct toml_scan *s, struct span token, struct toml_value *value)
{
	size_t sign = token.len > 0 && (token.data[0] == '+' || token.data[0] == '-');
	size_t end = digits_end(token, sign, 10);

	if (parse_special(token, sign, value))
		return true;
	if (end == sign)
		return toml_scan_expected(s, "a value");
	if (token.data[0] == '0' && token.len > 1 && strchr("xob", token.data[1]))
		return parse_prefixed(s, token, value);
	if (token.data[sign] == '0' && end > sign + 1)
		return refuse(s, token, "has a zero before the number");
	if (end == token.len)
		return parse_integer(s, token, sign, 10, value);
	if (token.data[end] == '_')
		return refuse(s, token, "has an underscore that is not between two digits");
	if (!is_float_rest(token, end))
		return refuse(s, token, "is not a number; texts stand in quotes");
	return parse_float(s, token, value);
}

/* Reads `len` digits at *at; -1 when they are not there. */
static int
take_number(struct span t, size_t *at, size_t len)
{
	int number = 0;

	for (size_t i = 0; i < len; i++, (*at)++) {
		if (*at >= t.len || digit_of(t.data[*at]) > 9)
			return -1;
		number = number * 10 + digit_of(t.data[*at]);
	}
	return number;
}

static bool
take_one_of(struct span t, size_t *at, const char *set)
{
	if (*at >= t.len || !strchr(set, t.data[*at]))
		return false;
	(*at)++;
	return true;
}

static int
days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* What is wrong with the part at *at, or NULL. */
static const char *
take_date(struct span t, size_t *at)
{
	int year = take_number(t, at, 4);
	int month, day;

	if (year < 0 || !take_one_of(t, at, "-") || (month = take_number(t, at, 2)) < 0 ||
		!take_one_of(t, at, "-") || (day = take_number(t, at, 2)) < 0)
		return "is not a date (1979-05-27)";
	if (month < 1 || month > 12)
		return "has a month that does not exist";
	if (day < 1 || day > days_of(year, month))
		return "has a day that its month does not have";
	return NULL;
}

static const char *
take_time(struct span t, size_t *at, enum toml_dialect dialect)
{
	bool may_be_short = dialect == TOML_1_1;
	int hour = take_number(t, at, 2);
	int minute, second = 0;
	size_t point;
	bool is_short;

	if (hour < 0 || !take_one_of(t, at, ":") || (minute = take_number(t, at, 2)) < 0)
		return may_be_short ? "has no time (07:32)" : "has no time with seconds (07:32:00)";
	is_short = may_be_short && (*at == t.len || t.data[*at] != ':');
	if (!is_short && (!take_one_of(t, at, ":") || (second = take_number(t, at, 2)) < 0))
		return "has no time with seconds (07:32:00)";
	if (hour > 23 || minute > 59 || second > 60)
		return "has a time that no clock shows";
	if (is_short || !take_one_of(t, at, "."))
		return NULL;
	for (point = *at; *at < t.len && digit_of(t.data[*at]) <= 9;)
		(*at)++;
	return *at > point ? NULL : "has no digit after the point";
}

static const char *
take_offset(struct span t, size_t *at)
{
	int hour, minute;

	if (take_one_of(t, at, "Zz"))
		return NULL;
	if (!take_one_of(t, at, "+-") || (hour = take_number(t, at, 2)) < 0 ||
		!take_one_of(t, at, ":") || (minute = take_number(t, at, 2)) < 0)
		return "does not end with an offset (Z or +01:00)";
	return hour > 23 || minute > 59 ? "has an offset out of range" : NULL;
}

bool
toml_date_parse(struct toml_scan *s, struct span token, struct toml_value *value)
{
	bool has_date = token.data[2] != ':';
	size_t at = 0;
	const char *why = has_date ? take_date(token, &at) : NULL;

	value->text = token;
	value->kind = has_date ? TOML_LOCAL_DATE : TOML_LOCAL_TIME;
	if (!why && has_date && at < token.len) {
		value->kind = TOML_LOCAL_DATETIME;
		why = take_one_of(token, &at, "Tt ") ? take_time(token, &at, s->doc->dialect)
						     : "is not a date (1979-05-27)";
	} else if (!why && !has_date) {
		why = take_time(token, &at, s->doc->dialect);
	}
	if (!why && value->kind == TOML_LOCAL_DATETIME && at < token.len) {
		value->kind = TOML_OFFSET_DATETIME;
		why = take_offset(token, &at);
	}
	if (!why && at < token.len)
		why = has_date ? "goes on after the date" : "goes on after the time";
	return !why || refuse(s, token, why);
}
