/* demangle_v0: see demangle_v0.h. One function for each rule of the grammar, which reads from the place
 * `at` and prints as it goes; while `silent` it reads only. The first thing that does not fit sets
 * `failed`, after which all of them return at once. */
#include "artifact/demangle_v0.h"
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include "artifact/demangle.h"
#include "artifact/punycode.h"
#include "base/utf8.h"

#define DEPTH_MAX 200
#define STEPS_MAX 100000 /* rules entered; backward references can repeat a name without end */

struct v0 {
	struct span text;
	size_t at;
	struct str *out;
	size_t out_end; /* of out->len; DEMANGLE_MAX more than at the beginning */
	unsigned depth, steps, silent;
	unsigned lifetimes; /* bound around here */
	bool with_args;
	bool is_open; /* by open_rule: "<" was printed and not closed */
	bool failed;
	struct span crate; /* the first one that was read */
};

static void read_path(struct v0 *v, bool in_value);
static void read_type(struct v0 *v);
static void read_const(struct v0 *v, bool in_value);

/* --- characters --- */

/* The locale has no say in what a letter is. */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static void
print_span(struct v0 *v, struct span s)
{
	if (v->silent || v->failed)
		return;
	if (v->out->len + s.len > v->out_end) {
		v->failed = true;
		return;
	}
	str_append_span(v->out, s);
}

static void
print(struct v0 *v, const char *text)
{
	print_span(v, span_of(text));
}

static void
print_number(struct v0 *v, uint64_t number)
{
	char text[24];
	size_t at = sizeof(text);

	do
		text[--at] = (char)('0' + number % 10);
	while (number /= 10);
	print_span(v, (struct span){ text + at, sizeof(text) - at });
}

static char
peek(const struct v0 *v)
{
	return !v->failed && v->at < v->text.len ? v->text.data[v->at] : '\0';
}

static bool
eat(struct v0 *v, char c)
{
	if (peek(v) != c)
		return false;
	v->at++;
	return true;
}

static char
next(struct v0 *v)
{
	char c = peek(v);

	if (c)
		v->at++;
	else
		v->failed = true;
	return c;
}

/* Every rule that others are nested in calls these two around itself. */
static bool
enter(struct v0 *v)
{
	if (++v->depth > DEPTH_MAX || ++v->steps > STEPS_MAX)
		v->failed = true;
	return !v->failed;
}

static void
leave(struct v0 *v)
{
	v->depth--;
}

/* --- numbers and names --- */

static int
digit62(char c)
{
	if (is_digit(c))
		return c - '0';
	if (is_lower(c))
		return c - 'a' + 10;
	return is_upper(c) ? c - 'A' + 36 : -1;
}

/* "_" is 0, "0_" 1, "1_" 2 */
static uint64_t
read_base62(struct v0 *v)
{
	uint64_t value = 0;

	if (eat(v, '_'))
		return 0;
	while (!v->failed && !eat(v, '_')) {
		int digit = digit62(next(v));

		if (digit < 0 || value > (UINT64_MAX - 100) / 62)
			v->failed = true;
		else
			value = value * 62 + (uint64_t)digit;
	}
	return value + 1;
}

/* 0 without the tag, one more with it */
static uint64_t
read_tagged62(struct v0 *v, char tag)
{
	return eat(v, tag) ? read_base62(v) + 1 : 0;
}

struct name {
	struct span ascii;
	struct span punycode; /* empty for plain names */
};

/* The ASCII letters stand before the last underscore, where to put the others behind it. */
static struct name
split_punycode(struct span bytes)
{
	for (size_t i = bytes.len; i > 0; i--)
		if (bytes.data[i - 1] == '_')
			return (struct name){ { bytes.data, i - 1 },
				{ bytes.data + i, bytes.len - i } };
	return (struct name){ { bytes.data, 0 }, bytes };
}

/* An identifier without its disambiguator. */
static struct name
read_name(struct v0 *v)
{
	bool is_punycode = eat(v, 'u');
	struct span bytes = { NULL, 0 };
	size_t len = 0;

	if (!is_digit(peek(v)))
		v->failed = true;
	else if (!eat(v, '0'))
		while (is_digit(peek(v)) && len < v->text.len)
			len = len * 10 + (size_t)(next(v) - '0');
	eat(v, '_');
	if (v->failed || len > v->text.len - v->at) {
		v->failed = true;
		return (struct name){ { NULL, 0 }, { NULL, 0 } };
	}
	bytes = (struct span){ v->text.data + v->at, len };
	v->at += len;
	return is_punycode ? split_punycode(bytes) : (struct name){ bytes, { NULL, 0 } };
}

static void
print_point(struct v0 *v, uint32_t cp)
{
	char bytes[4];

	print_span(v, (struct span){ bytes, utf8_encode(cp, bytes) });
}

static void
print_name(struct v0 *v, const struct name *name)
{
	struct punycode p;

	if (!name->punycode.len) {
		print_span(v, name->ascii);
	} else if (punycode_decode(name->ascii, name->punycode, &p)) {
		for (size_t i = 0; i < p.count; i++)
			print_point(v, p.points[i]);
	} else {
		print(v, "punycode{");
		print_span(v, name->ascii);
		print(v, name->ascii.len ? "-" : "");
		print_span(v, name->punycode);
		print(v, "}");
	}
}

/* --- backward references --- */

/* Reads with `rule` at the earlier place that the reference names. While silent there is nothing to print,
 * so it need not be followed. */
static void
follow(struct v0 *v, void (*rule)(struct v0 *v, bool flag), bool flag)
{
	size_t here = v->at - 1, kept; /* of the B */
	uint64_t place = read_base62(v);

	if (v->failed || place >= here) {
		v->failed = true;
		return;
	}
	if (v->silent && v->crate.data)
		return;
	kept = v->at;
	v->at = (size_t)place;
	rule(v, flag);
	v->at = kept;
}

static void
type_rule(struct v0 *v, bool flag)
{
	read_type(v);
}

/* --- lifetimes --- */

static void
print_lifetime(struct v0 *v, uint64_t index)
{
	uint64_t depth = v->lifetimes - index;

	print(v, "'");
	if (index == 0) {
		print(v, "_");
	} else if (index > v->lifetimes) {
		v->failed = true;
	} else if (depth < 26) {
		print_span(v, (struct span){ &"abcdefghijklmnopqrstuvwxyz"[depth], 1 });
	} else {
		print(v, "_");
		print_number(v, depth);
	}
}

/* Prints "for<'a, 'b> " and reads what they are bound in. */
static void
read_bound(struct v0 *v, void (*rule)(struct v0 *v))
{
	uint64_t count = read_tagged62(v, 'G');

	if (count > 1000) {
		v->failed = true;
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		print(v, i ? ", " : "for<");
		v->lifetimes++;
		print_lifetime(v, 1);
	}
	print(v, count ? "> " : "");
	rule(v);
	v->lifetimes -= (unsigned)count;
}

/* --- paths --- */

static void
read_argument(struct v0 *v)
{
	if (eat(v, 'L'))
		print_lifetime(v, read_base62(v));
	else if (eat(v, 'K'))
		read_const(v, false);
	else
		read_type(v);
}

/* What stands up to the E, with `between` between; how many that are. */
static size_t
read_list(struct v0 *v, void (*item)(struct v0 *v), const char *between)
{
	size_t count = 0;

	for (; !v->failed && !eat(v, 'E'); count++) {
		print(v, count ? between : "");
		item(v);
	}
	return count;
}

static void
read_arguments(struct v0 *v, bool in_value)
{
	v->silent += !v->with_args;
	print(v, in_value ? "::<" : "<");
	read_list(v, read_argument, ", ");
	print(v, ">");
	v->silent -= !v->with_args;
}

static void
read_crate(struct v0 *v)
{
	struct name name;

	read_tagged62(v, 's');
	name = read_name(v);
	if (!v->crate.data && !v->failed)
		v->crate = name.punycode.len ? name.punycode : name.ascii;
	print_name(v, &name);
}

/* "{closure#0}" for namespaces in capitals, "::name" for the others. */
static void
read_nested(struct v0 *v, bool in_value)
{
	char namespace = next(v);
	uint64_t number;
	struct name name;

	if (!is_lower(namespace) && !is_upper(namespace))
		v->failed = true;
	read_path(v, in_value);
	number = read_tagged62(v, 's');
	name = read_name(v);
	if (is_lower(namespace)) {
		print(v, name.ascii.len || name.punycode.len ? "::" : "");
		print_name(v, &name);
		return;
	}
	print(v, "::{");
	if (namespace == 'C')
		print(v, "closure");
	else if (namespace == 'S')
		print(v, "shim");
	else
		print_span(v, (struct span){ &namespace, 1 });
	print(v, name.ascii.len || name.punycode.len ? ":" : "");
	print_name(v, &name);
	print(v, "#");
	print_number(v, number);
	print(v, "}");
}

/* "<Type>", "<Type as Trait>"; where the impl stands is read, for its crate, and not printed. */
static void
read_impl(struct v0 *v, char tag)
{
	if (tag != 'Y') {
		v->silent++;
		read_tagged62(v, 's');
		read_path(v, false);
		v->silent--;
	}
	print(v, "<");
	read_type(v);
	if (tag != 'M') {
		print(v, " as ");
		read_path(v, false);
	}
	print(v, ">");
}

static void
read_path(struct v0 *v, bool in_value)
{
	char tag;

	if (!enter(v))
		return;
	tag = next(v);
	switch (tag) {
	case 'C': read_crate(v); break;
	case 'N': read_nested(v, in_value); break;
	case 'M':
	case 'X':
	case 'Y': read_impl(v, tag); break;
	case 'I':
		read_path(v, in_value);
		read_arguments(v, in_value);
		break;
	case 'B': follow(v, read_path, in_value); break;
	default: v->failed = true;
	}
	leave(v);
}

/* --- types --- */

static const char *
basic_type(char tag)
{
	static const struct {
		char tag;
		const char *name;
	} rows[] = {
		{ 'a', "i8" },
		{ 'b', "bool" },
		{ 'c', "char" },
		{ 'd', "f64" },
		{ 'e', "str" },
		{ 'f', "f32" },
		{ 'h', "u8" },
		{ 'i', "isize" },
		{ 'j', "usize" },
		{ 'l', "i32" },
		{ 'm', "u32" },
		{ 'n', "i128" },
		{ 'o', "u128" },
		{ 'p', "_" },
		{ 's', "i16" },
		{ 't', "u16" },
		{ 'u', "()" },
		{ 'v', "..." },
		{ 'x', "i64" },
		{ 'y', "u64" },
		{ 'z', "!" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].tag == tag)
			return rows[i].name;
	return NULL;
}

static void
read_reference(struct v0 *v, bool is_mutable)
{
	print(v, "&");
	if (eat(v, 'L')) {
		uint64_t lifetime = read_base62(v);

		if (lifetime) {
			print_lifetime(v, lifetime);
			print(v, " ");
		}
	}
	print(v, is_mutable ? "mut " : "");
	read_type(v);
}

static void
print_abi(struct v0 *v, const struct name *abi)
{
	struct span rest = abi->ascii;

	while (rest.len && !v->failed) {
		struct span piece = span_cut(rest, '_', &rest);

		print_span(v, piece);
		print(v,
			rest.data && piece.data + piece.len < abi->ascii.data + abi->ascii.len
				? "-"
				: "");
	}
}

static void
read_function(struct v0 *v)
{
	print(v, eat(v, 'U') ? "unsafe " : "");
	if (eat(v, 'K')) {
		print(v, "extern \"");
		if (eat(v, 'C')) {
			print(v, "C");
		} else {
			struct name abi = read_name(v);

			if (!abi.ascii.len || abi.punycode.len)
				v->failed = true;
			print_abi(v, &abi);
		}
		print(v, "\" ");
	}
	print(v, "fn(");
	read_list(v, read_type, ", ");
	print(v, ")");
	if (!eat(v, 'u')) {
		print(v, " -> ");
		read_type(v);
	}
}

/* The path of a trait, its generics left open for the bindings that follow. */
static void
open_rule(struct v0 *v, bool flag)
{
	if (!enter(v))
		return;
	if (eat(v, 'B')) {
		follow(v, open_rule, flag);
	} else if (eat(v, 'I')) {
		read_path(v, false);
		v->silent += !v->with_args;
		print(v, "<");
		read_list(v, read_argument, ", ");
		v->silent -= !v->with_args;
		v->is_open = true;
	} else {
		read_path(v, false);
		v->is_open = false;
	}
	leave(v);
}

static void
read_dyn_trait(struct v0 *v)
{
	bool is_open;

	v->is_open = false;
	open_rule(v, false);
	is_open = v->is_open; /* the bindings may hold traits of their own */
	v->silent += !v->with_args;
	while (eat(v, 'p')) {
		struct name name = read_name(v);

		print(v, is_open ? ", " : "<");
		is_open = true;
		print_name(v, &name);
		print(v, " = ");
		if (eat(v, 'K'))
			read_const(v, false);
		else
			read_type(v);
	}
	print(v, is_open ? ">" : "");
	v->silent -= !v->with_args;
}

static void
read_dyn_traits(struct v0 *v)
{
	read_list(v, read_dyn_trait, " + ");
}

static void
read_dyn(struct v0 *v)
{
	uint64_t lifetime;

	print(v, "dyn ");
	read_bound(v, read_dyn_traits);
	if (!eat(v, 'L'))
		v->failed = true;
	lifetime = read_base62(v);
	if (lifetime) {
		print(v, " + ");
		print_lifetime(v, lifetime);
	}
}

/* "u32 is 1..=9" */
static void
read_pattern(struct v0 *v)
{
	if (!enter(v))
		return;
	if (eat(v, 'R')) {
		read_const(v, false);
		print(v, "..=");
		read_const(v, false);
	} else if (eat(v, 'O')) {
		read_list(v, read_pattern, " | ");
	} else if (eat(v, 'N')) {
		print(v, "!null");
	} else {
		v->failed = true;
	}
	leave(v);
}

static void
read_compound(struct v0 *v, char tag)
{
	size_t count;

	switch (tag) {
	case 'R':
	case 'Q': read_reference(v, tag == 'Q'); break;
	case 'P':
	case 'O':
		print(v, tag == 'P' ? "*const " : "*mut ");
		read_type(v);
		break;
	case 'A':
	case 'S':
		print(v, "[");
		read_type(v);
		if (tag == 'A') {
			print(v, "; ");
			read_const(v, true);
		}
		print(v, "]");
		break;
	case 'T':
		print(v, "(");
		count = read_list(v, read_type, ", ");
		print(v, count == 1 ? ",)" : ")");
		break;
	case 'F': read_bound(v, read_function); break;
	case 'D': read_dyn(v); break;
	case 'W':
		read_type(v);
		print(v, " is ");
		read_pattern(v);
		break;
	case 'B': follow(v, type_rule, false); break;
	default: v->at--; read_path(v, false);
	}
}

static void
read_type(struct v0 *v)
{
	const char *basic;
	char tag;

	if (!enter(v))
		return;
	tag = next(v);
	basic = basic_type(tag);
	if (basic)
		print(v, basic);
	else if (!v->failed)
		read_compound(v, tag);
	leave(v);
}

/* --- constants --- */

/* Hexadecimal digits up to the underscore. */
static struct span
read_hex(struct v0 *v)
{
	size_t from = v->at;

	while (is_digit(peek(v)) || (peek(v) >= 'a' && peek(v) <= 'f'))
		v->at++;
	if (!eat(v, '_')) {
		v->failed = true;
		return (struct span){ NULL, 0 };
	}
	return (struct span){ v->text.data + from, v->at - 1 - from };
}

static unsigned
hex_digit(char c)
{
	return (unsigned)(is_digit(c) ? c - '0' : c - 'a' + 10);
}

/* False for what needs more than 64 bits. */
static bool
hex_value(struct span hex, uint64_t *value)
{
	*value = 0;
	while (hex.len && hex.data[0] == '0')
		hex.data++, hex.len--;
	for (size_t i = 0; i < hex.len && i < 16; i++)
		*value = *value << 4 | hex_digit(hex.data[i]);
	return hex.len <= 16;
}

static void
read_integer(struct v0 *v)
{
	struct span hex;
	uint64_t value;

	print(v, eat(v, 'n') ? "-" : "");
	hex = read_hex(v);
	if (hex_value(hex, &value)) {
		print_number(v, value);
	} else {
		print(v, "0x");
		print_span(v, hex);
	}
}

/* One character within a literal that ends with `quote`. */
static void
print_escaped(struct v0 *v, uint32_t cp, char quote)
{
	static const char from[] = "\t\r\n\\", to[] = "trn\\";
	const char *plain = cp && cp < 128 ? strchr(from, (int)cp) : NULL;

	if (plain || cp == (unsigned char)quote) {
		print(v, "\\");
		print_span(v, (struct span){ plain ? &to[plain - from] : &quote, 1 });
	} else if (cp == 0) {
		print(v, "\\0");
	} else if (utf8_width(cp) < 0) {
		print(v, "\\u{");
		print_span(v,
			cp > 15 ? (struct span){ &"0123456789abcdef"[cp >> 4 & 15], 1 }
				: (struct span){ "", 0 });
		print_span(v, (struct span){ &"0123456789abcdef"[cp & 15], 1 });
		print(v, "}");
	} else {
		print_point(v, cp);
	}
}

static void
read_char(struct v0 *v)
{
	uint64_t value;

	if (!hex_value(read_hex(v), &value) || value > 0x10ffff ||
		(value >= 0xd800 && value < 0xe000)) {
		v->failed = true;
		return;
	}
	print(v, "'");
	print_escaped(v, (uint32_t)value, '\'');
	print(v, "'");
}

static void
read_bool(struct v0 *v)
{
	uint64_t value;

	if (!hex_value(read_hex(v), &value) || value > 1)
		v->failed = true;
	else
		print(v, value ? "true" : "false");
}

/* The UTF-8 bytes of a text, two digits each. */
static void
read_text(struct v0 *v)
{
	struct span hex = read_hex(v);
	char bytes[4];
	size_t have = 0;

	if (hex.len % 2)
		v->failed = true;
	print(v, "\"");
	while (!v->failed && (hex.len || have)) {
		uint32_t cp;
		size_t used;

		for (; have < 4 && hex.len; hex.data += 2, hex.len -= 2)
			bytes[have++] =
				(char)(hex_digit(hex.data[0]) << 4 | hex_digit(hex.data[1]));
		used = utf8_decode(bytes, have, &cp);
		if (cp == UTF8_BAD && !(used == 3 && (unsigned char)bytes[0] == 0xef))
			v->failed = true;
		print_escaped(v, cp, '"');
		have -= used;
		memmove(bytes, bytes + used, have);
	}
	print(v, "\"");
}

static void
value_item(struct v0 *v)
{
	read_const(v, true);
}

static void
field_item(struct v0 *v)
{
	struct name name;

	read_tagged62(v, 's');
	name = read_name(v);
	print_name(v, &name);
	print(v, ": ");
	read_const(v, true);
}

static void
read_struct(struct v0 *v)
{
	read_path(v, true);
	switch (next(v)) {
	case 'U': break;
	case 'T':
		print(v, "(");
		read_list(v, value_item, ", ");
		print(v, ")");
		break;
	case 'S':
		print(v, " { ");
		read_list(v, field_item, ", ");
		print(v, " }");
		break;
	default: v->failed = true;
	}
}

/* What needs braces where a type could stand. */
static void
read_expression(struct v0 *v, char tag)
{
	size_t count;

	switch (tag) {
	case 'e':
		print(v, "*");
		read_text(v);
		break;
	case 'R':
	case 'Q':
		print(v, tag == 'R' ? "&" : "&mut ");
		read_const(v, true);
		break;
	case 'A':
		print(v, "[");
		read_list(v, value_item, ", ");
		print(v, "]");
		break;
	case 'T':
		print(v, "(");
		count = read_list(v, value_item, ", ");
		print(v, count == 1 ? ",)" : ")");
		break;
	default: read_struct(v);
	}
}

static void
read_const(struct v0 *v, bool in_value)
{
	char tag;

	if (!enter(v))
		return;
	tag = next(v);
	if (tag == 'p')
		print(v, "_");
	else if (tag == 'B')
		follow(v, read_const, in_value);
	else if (tag == 'b')
		read_bool(v);
	else if (tag == 'c')
		read_char(v);
	else if (tag && strchr("ahijlmnostxy", tag))
		read_integer(v);
	else if (tag == 'R' && eat(v, 'e'))
		read_text(v);
	else if (tag && strchr("eRQATV", tag)) {
		print(v, in_value ? "" : "{");
		read_expression(v, tag);
		print(v, in_value ? "" : "}");
	} else {
		v->failed = true;
	}
	leave(v);
}

/* --- the whole --- */

bool
v0_append(struct span path, bool with_args, struct str *out, struct span *rest)
{
	struct v0 v = {
		.text = path, .out = out, .out_end = out->len + DEMANGLE_MAX, .with_args = with_args
	};

	if (!is_upper(peek(&v)))
		return false;
	read_path(&v, true);
	if (is_upper(peek(&v))) { /* the crate that asked for this copy */
		v.silent++;
		read_path(&v, false);
	}
	*rest = (struct span){ path.data + v.at, path.len - v.at };
	return !v.failed;
}

struct span
v0_crate(struct span path)
{
	struct v0 v = { .text = path, .silent = 1 };

	if (is_upper(peek(&v)))
		read_path(&v, true);
	return v.failed ? (struct span){ NULL, 0 } : v.crate;
}
