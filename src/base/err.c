#include "base/err.h"
#include "base/utf8.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const int exit_codes[] = {
	[ERR_NONE] = 0,
	[ERR_FAILED] = 1,
	[ERR_USAGE] = 2,
	[ERR_PARSE] = 2,
	[ERR_ENVIRONMENT] = 3,
	[ERR_TERMINAL] = 4,
};

/* Control characters would break the line, or act on the terminal: they become blanks. So may bytes
 * that are no UTF-8: they become question marks. */
static void
make_printable(char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0, used; i < len; i += used) {
		uint32_t cp;

		used = utf8_decode(text + i, len - i, &cp);
		if (utf8_width(cp) < 0)
			memset(text + i, ' ', used);
		else if (!utf8_is_valid(text + i, used))
			memset(text + i, '?', used);
	}
}

/* Copies text into field, cut before a character with an ellipsis when it is too long. */
static void
fill(char *field, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size) {
		len = size - sizeof "…";
		while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
			len--;
		snprintf(field, size, "%.*s…", (int)len, text);
	} else {
		snprintf(field, size, "%s", text);
	}
	make_printable(field);
}

/* The arguments may point into err itself, so the text is made beside it. */
static void __attribute__((format(printf, 2, 0)))
fill_message(struct err *err, const char *fmt, va_list args, const char *sep, const char *after)
{
	struct str text = STR_INIT;

	str_appendv(&text, fmt, args);
	str_append(&text, sep);
	str_append(&text, after);
	fill(err->message, sizeof err->message, str_cstr(&text));
	str_fini(&text);
}

bool
err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return false;
	va_start(args, fmt);
	fill_message(err, fmt, args, "", "");
	va_end(args);
	err->kind = kind;
	err->remedy[0] = '\0';
	return false;
}

bool
err_errno(struct err *err, const char *fmt, ...)
{
	const char *why = strerror(errno);
	va_list args;

	if (!err)
		return false;
	va_start(args, fmt);
	fill_message(err, fmt, args, ": ", why);
	va_end(args);
	err->kind = ERR_ENVIRONMENT;
	err->remedy[0] = '\0';
	return false;
}

bool
err_try(struct err *err, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	if (!err)
		return false;
	va_start(args, fmt);
	str_appendv(&text, fmt, args);
	va_end(args);
	fill(err->remedy, sizeof err->remedy, str_cstr(&text));
	str_fini(&text);
	return false;
}

bool
err_prefix(struct err *err, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return false;
	va_start(args, fmt);
	fill_message(err, fmt, args, ": ", err->message);
	va_end(args);
	return false;
}

int
err_exit_code(const struct err *err)
{
	return exit_codes[err->kind];
}
