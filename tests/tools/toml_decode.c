/* toml-decode: TOML on standard input, the tagged JSON of toml-test's decoder interface on standard
 * output. Exit 1 with the error on standard error when the input is not TOML. */
#include "base/utf8.h"
#include "text/toml.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
put_text(struct str *out, struct span text)
{
	str_append_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c < 0x20 || c == 0x7F)
			str_appendf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			str_appendf(out, "\\%c", c);
		else
			str_append_char(out, (char)c);
	}
	str_append_char(out, '"');
}

/* The shortest digits that read back as the same float. */
static void
put_float(struct str *out, double value)
{
	char digits[40];

	if (isnan(value) || isinf(value)) {
		str_append(out, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
		return;
	}
	for (int precision = 1; precision <= 17; precision++) {
		snprintf(digits, sizeof digits, "%.*g", precision, value);
		if (strtod(digits, NULL) == value)
			break;
	}
	str_append(out, digits);
	if (!strpbrk(digits, ".e"))
		str_append(out, ".0");
}

/* As RFC 3339 writes it: "T" and "Z", and parts of a second down to milliseconds. */
static void
put_date(struct str *out, struct span text)
{
	size_t decimals = 0;
	bool in_decimals = false;

	for (size_t i = 0; i <= text.len; i++) {
		char c = i < text.len ? text.data[i] : '\0';

		if (in_decimals && (c < '0' || c > '9')) {
			for (; decimals < 3; decimals++)
				str_append_char(out, '0');
			in_decimals = false;
		}
		if (in_decimals)
			decimals++;
		if (c == '.')
			in_decimals = true;
		if (c != '\0')
			str_append_char(out, c == ' ' || c == 't' ? 'T' : c == 'z' ? 'Z' : c);
	}
}

static void
put_scalar(struct str *out, const struct toml_value *v)
{
	static const char *const types[] = {
		[TOML_STRING] = "string",
		[TOML_INTEGER] = "integer",
		[TOML_FLOAT] = "float",
		[TOML_BOOL] = "bool",
		[TOML_OFFSET_DATETIME] = "datetime",
		[TOML_LOCAL_DATETIME] = "datetime-local",
		[TOML_LOCAL_DATE] = "date-local",
		[TOML_LOCAL_TIME] = "time-local",
	};
	struct str value = STR_INIT;

	switch (toml_kind(v)) {
	case TOML_STRING: str_append_span(&value, toml_text(v)); break;
	case TOML_INTEGER: str_appendf(&value, "%lld", (long long)toml_integer(v, 0)); break;
	case TOML_FLOAT: put_float(&value, toml_float(v, 0)); break;
	case TOML_BOOL: str_append(&value, toml_bool(v, false) ? "true" : "false"); break;
	default: put_date(&value, toml_text(v)); break;
	}
	str_appendf(out, "{\"type\":\"%s\",\"value\":", types[toml_kind(v)]);
	put_text(out, str_span(&value));
	str_append_char(out, '}');
	str_fini(&value);
}

static void
put_value(struct str *out, const struct toml_value *v)
{
	bool is_table = toml_kind(v) == TOML_TABLE;

	if (!is_table && toml_kind(v) != TOML_ARRAY) {
		put_scalar(out, v);
		return;
	}
	str_append_char(out, is_table ? '{' : '[');
	for (size_t i = 0; i < toml_count(v); i++) {
		if (i > 0)
			str_append_char(out, ',');
		if (is_table) {
			put_text(out, toml_key_text(v, i));
			str_append_char(out, ':');
		}
		put_value(out, toml_at(v, i));
	}
	str_append_char(out, is_table ? '}' : ']');
}

int
main(void)
{
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	struct toml *doc = toml_read("/dev/stdin", "stdin", &err);

	if (!doc) {
		fprintf(stderr, "toml-decode: %s\n", err.message);
		return 1;
	}
	put_value(&out, toml_root(doc));
	puts(str_cstr(&out));
	str_fini(&out);
	toml_free(doc);
	return fflush(stdout) == 0 ? 0 : 1;
}
