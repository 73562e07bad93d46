#include "artifact/demangle_v0_scan.h"

#include "artifact/punycode.h"
#include "base/utf8.h"

#define DEPTH_MAX 200
#define STEPS_MAX 100000 /* rules entered; backward references can repeat a name without end */

/* --- characters --- */

void
v0_print_span(struct v0 *v, struct span s)
{
	if (v->silent || v->failed)
		return;
	if (v->out->len + s.len > v->out_end) {
		v->failed = true;
		return;
	}
	str_append_span(v->out, s);
}

void
v0_print(struct v0 *v, const char *text)
{
	v0_print_span(v, span_of(text));
}

void
v0_print_number(struct v0 *v, uint64_t number)
{
	char text[24];
	size_t at = sizeof(text);

	do
		text[--at] = (char)('0' + number % 10);
	while (number /= 10);
	v0_print_span(v, (struct span){ text + at, sizeof(text) - at });
}

char
v0_peek(const struct v0 *v)
{
	return !v->failed && v->at < v->text.len ? v->text.data[v->at] : '\0';
}

bool
v0_eat(struct v0 *v, char c)
{
	if (v0_peek(v) != c)
		return false;
	v->at++;
	return true;
}

char
v0_next(struct v0 *v)
{
	char c = v0_peek(v);

	if (c)
		v->at++;
	else
		v->failed = true;
	return c;
}

bool
v0_enter(struct v0 *v)
{
	if (++v->depth > DEPTH_MAX || ++v->steps > STEPS_MAX)
		v->failed = true;
	return !v->failed;
}

void
v0_leave(struct v0 *v)
{
	v->depth--;
}

/* --- numbers and names --- */

static int
digit62(char c)
{
	if (v0_is_digit(c))
		return c - '0';
	if (v0_is_lower(c))
		return c - 'a' + 10;
	return v0_is_upper(c) ? c - 'A' + 36 : -1;
}

uint64_t
v0_read_base62(struct v0 *v)
{
	uint64_t value = 0;

	if (v0_eat(v, '_'))
		return 0;
	while (!v->failed && !v0_eat(v, '_')) {
		int digit = digit62(v0_next(v));

		if (digit < 0 || value > (UINT64_MAX - 100) / 62)
			v->failed = true;
		else
			value = value * 62 + (uint64_t)digit;
	}
	return value + 1;
}

uint64_t
v0_read_tagged62(struct v0 *v, char tag)
{
	return v0_eat(v, tag) ? v0_read_base62(v) + 1 : 0;
}

/* The ASCII letters stand before the last underscore, where to put the others behind it. */
static struct v0_name
split_punycode(struct span bytes)
{
	for (size_t i = bytes.len; i > 0; i--)
		if (bytes.data[i - 1] == '_')
			return (struct v0_name){ { bytes.data, i - 1 },
				{ bytes.data + i, bytes.len - i } };
	return (struct v0_name){ { bytes.data, 0 }, bytes };
}

struct v0_name
v0_read_name(struct v0 *v)
{
	bool is_punycode = v0_eat(v, 'u');
	struct span bytes = { NULL, 0 };
	size_t len = 0;

	if (!v0_is_digit(v0_peek(v)))
		v->failed = true;
	else if (!v0_eat(v, '0'))
		while (v0_is_digit(v0_peek(v)) && len < v->text.len)
			len = len * 10 + (size_t)(v0_next(v) - '0');
	v0_eat(v, '_');
	if (v->failed || len > v->text.len - v->at) {
		v->failed = true;
		return (struct v0_name){ { NULL, 0 }, { NULL, 0 } };
	}
	bytes = (struct span){ v->text.data + v->at, len };
	v->at += len;
	return is_punycode ? split_punycode(bytes) : (struct v0_name){ bytes, { NULL, 0 } };
}

void
v0_print_point(struct v0 *v, uint32_t cp)
{
	char bytes[4];

	v0_print_span(v, (struct span){ bytes, utf8_encode(cp, bytes) });
}

void
v0_print_name(struct v0 *v, const struct v0_name *name)
{
	struct punycode p;

	if (!name->punycode.len) {
		v0_print_span(v, name->ascii);
	} else if (punycode_decode(name->ascii, name->punycode, &p)) {
		for (size_t i = 0; i < p.count; i++)
			v0_print_point(v, p.points[i]);
	} else {
		v0_print(v, "punycode{");
		v0_print_span(v, name->ascii);
		v0_print(v, name->ascii.len ? "-" : "");
		v0_print_span(v, name->punycode);
		v0_print(v, "}");
	}
}
