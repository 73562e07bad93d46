/* demangle_v0: see demangle_v0.h. One function for each rule of the grammar, which reads from the place
 * `at` and prints as it goes; while `silent` it reads only. The first thing that does not fit sets
 * `failed`, after which all of them return at once. */
#include "artifact/demangle_v0.h"
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include "artifact/demangle.h"
#include "artifact/demangle_v0_scan.h"
#include "base/count.h"
#include "base/utf8.h"

static void read_path(struct v0 *v, bool in_value);
static void read_type(struct v0 *v);
static void read_const(struct v0 *v, bool in_value);

/* --- backward references --- */

/* Reads with `rule` at the earlier place that the reference names. While silent there is nothing to print,
 * so it need not be followed. */
static void
follow(struct v0 *v, void (*rule)(struct v0 *v, bool flag), bool flag)
{
	size_t here = v->at - 1, kept; /* of the B */
	uint64_t place = v0_read_base62(v);

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

	v0_print(v, "'");
	if (index == 0) {
		v0_print(v, "_");
	} else if (index > v->lifetimes) {
		v->failed = true;
	} else if (depth < 26) {
		v0_print_span(v, (struct span){ &"abcdefghijklmnopqrstuvwxyz"[depth], 1 });
	} else {
		v0_print(v, "_");
		v0_print_number(v, depth);
	}
}

/* Prints "for<'a, 'b> " and reads what they are bound in. */
static void
read_bound(struct v0 *v, void (*rule)(struct v0 *v))
{
	uint64_t count = v0_read_tagged62(v, 'G');

	if (count > 1000) {
		v->failed = true;
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		v0_print(v, i ? ", " : "for<");
		v->lifetimes++;
		print_lifetime(v, 1);
	}
	v0_print(v, count ? "> " : "");
	rule(v);
	v->lifetimes -= (unsigned)count;
}

/* --- paths --- */

static void
read_argument(struct v0 *v)
{
	if (v0_eat(v, 'L'))
		print_lifetime(v, v0_read_base62(v));
	else if (v0_eat(v, 'K'))
		read_const(v, false);
	else
		read_type(v);
}

/* What stands up to the E, with `between` between; how many that are. */
static size_t
read_list(struct v0 *v, void (*item)(struct v0 *v), const char *between)
{
	size_t count = 0;

	for (; !v->failed && !v0_eat(v, 'E'); count++) {
		v0_print(v, count ? between : "");
		item(v);
	}
	return count;
}

static void
read_arguments(struct v0 *v, bool in_value)
{
	v->silent += !v->with_args;
	v0_print(v, in_value ? "::<" : "<");
	read_list(v, read_argument, ", ");
	v0_print(v, ">");
	v->silent -= !v->with_args;
}

static void
read_crate(struct v0 *v)
{
	struct v0_name name;

	v0_read_tagged62(v, 's');
	name = v0_read_name(v);
	if (!v->crate.data && !v->failed)
		v->crate = name.punycode.len ? name.punycode : name.ascii;
	v0_print_name(v, &name);
}

/* "{closure#0}" for namespaces in capitals, "::name" for the others. */
static void
read_nested(struct v0 *v, bool in_value)
{
	char namespace = v0_next(v);
	uint64_t number;
	struct v0_name name;

	if (!v0_is_lower(namespace) && !v0_is_upper(namespace))
		v->failed = true;
	read_path(v, in_value);
	number = v0_read_tagged62(v, 's');
	name = v0_read_name(v);
	if (v0_is_lower(namespace)) {
		v0_print(v, name.ascii.len || name.punycode.len ? "::" : "");
		v0_print_name(v, &name);
		return;
	}
	v0_print(v, "::{");
	if (namespace == 'C')
		v0_print(v, "closure");
	else if (namespace == 'S')
		v0_print(v, "shim");
	else
		v0_print_span(v, (struct span){ &namespace, 1 });
	v0_print(v, name.ascii.len || name.punycode.len ? ":" : "");
	v0_print_name(v, &name);
	v0_print(v, "#");
	v0_print_number(v, number);
	v0_print(v, "}");
}

/* "<Type>", "<Type as Trait>"; where the impl stands is read, for its crate, and not printed. */
static void
read_impl(struct v0 *v, char tag)
{
	if (tag != 'Y') {
		v->silent++;
		v0_read_tagged62(v, 's');
		read_path(v, false);
		v->silent--;
	}
	v0_print(v, "<");
	read_type(v);
	if (tag != 'M') {
		v0_print(v, " as ");
		read_path(v, false);
	}
	v0_print(v, ">");
}

static void
read_path(struct v0 *v, bool in_value)
{
	char tag;

	if (!v0_enter(v))
		return;
	tag = v0_next(v);
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
	v0_leave(v);
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

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].tag == tag)
			return rows[i].name;
	return NULL;
}

static void
read_reference(struct v0 *v, bool is_mutable)
{
	v0_print(v, "&");
	if (v0_eat(v, 'L')) {
		uint64_t lifetime = v0_read_base62(v);

		if (lifetime) {
			print_lifetime(v, lifetime);
			v0_print(v, " ");
		}
	}
	v0_print(v, is_mutable ? "mut " : "");
	read_type(v);
}

static void
print_abi(struct v0 *v, const struct v0_name *abi)
{
	struct span rest = abi->ascii;

	while (rest.len && !v->failed) {
		struct span piece = span_cut(rest, '_', &rest);

		v0_print_span(v, piece);
		v0_print(v,
			rest.data && piece.data + piece.len < abi->ascii.data + abi->ascii.len
				? "-"
				: "");
	}
}

static void
read_function(struct v0 *v)
{
	v0_print(v, v0_eat(v, 'U') ? "unsafe " : "");
	if (v0_eat(v, 'K')) {
		v0_print(v, "extern \"");
		if (v0_eat(v, 'C')) {
			v0_print(v, "C");
		} else {
			struct v0_name abi = v0_read_name(v);

			if (!abi.ascii.len || abi.punycode.len)
				v->failed = true;
			print_abi(v, &abi);
		}
		v0_print(v, "\" ");
	}
	v0_print(v, "fn(");
	read_list(v, read_type, ", ");
	v0_print(v, ")");
	if (!v0_eat(v, 'u')) {
		v0_print(v, " -> ");
		read_type(v);
	}
}

/* The path of a trait, its generics left open for the bindings that follow. */
static void
open_rule(struct v0 *v, bool flag)
{
	if (!v0_enter(v))
		return;
	if (v0_eat(v, 'B')) {
		follow(v, open_rule, flag);
	} else if (v0_eat(v, 'I')) {
		read_path(v, false);
		v->silent += !v->with_args;
		v0_print(v, "<");
		read_list(v, read_argument, ", ");
		v->silent -= !v->with_args;
		v->is_open = true;
	} else {
		read_path(v, false);
		v->is_open = false;
	}
	v0_leave(v);
}

static void
read_dyn_trait(struct v0 *v)
{
	bool is_open;

	v->is_open = false;
	open_rule(v, false);
	is_open = v->is_open; /* the bindings may hold traits of their own */
	v->silent += !v->with_args;
	while (v0_eat(v, 'p')) {
		struct v0_name name = v0_read_name(v);

		v0_print(v, is_open ? ", " : "<");
		is_open = true;
		v0_print_name(v, &name);
		v0_print(v, " = ");
		if (v0_eat(v, 'K'))
			read_const(v, false);
		else
			read_type(v);
	}
	v0_print(v, is_open ? ">" : "");
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

	v0_print(v, "dyn ");
	read_bound(v, read_dyn_traits);
	if (!v0_eat(v, 'L'))
		v->failed = true;
	lifetime = v0_read_base62(v);
	if (lifetime) {
		v0_print(v, " + ");
		print_lifetime(v, lifetime);
	}
}

/* "u32 is 1..=9" */
static void
read_pattern(struct v0 *v)
{
	if (!v0_enter(v))
		return;
	if (v0_eat(v, 'R')) {
		read_const(v, false);
		v0_print(v, "..=");
		read_const(v, false);
	} else if (v0_eat(v, 'O')) {
		read_list(v, read_pattern, " | ");
	} else if (v0_eat(v, 'N')) {
		v0_print(v, "!null");
	} else {
		v->failed = true;
	}
	v0_leave(v);
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
		v0_print(v, tag == 'P' ? "*const " : "*mut ");
		read_type(v);
		break;
	case 'A':
	case 'S':
		v0_print(v, "[");
		read_type(v);
		if (tag == 'A') {
			v0_print(v, "; ");
			read_const(v, true);
		}
		v0_print(v, "]");
		break;
	case 'T':
		v0_print(v, "(");
		count = read_list(v, read_type, ", ");
		v0_print(v, count == 1 ? ",)" : ")");
		break;
	case 'F': read_bound(v, read_function); break;
	case 'D': read_dyn(v); break;
	case 'W':
		read_type(v);
		v0_print(v, " is ");
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

	if (!v0_enter(v))
		return;
	tag = v0_next(v);
	basic = basic_type(tag);
	if (basic)
		v0_print(v, basic);
	else if (!v->failed)
		read_compound(v, tag);
	v0_leave(v);
}

/* --- constants --- */

/* Hexadecimal digits up to the underscore. */
static struct span
read_hex(struct v0 *v)
{
	size_t from = v->at;

	while (v0_is_digit(v0_peek(v)) || (v0_peek(v) >= 'a' && v0_peek(v) <= 'f'))
		v->at++;
	if (!v0_eat(v, '_')) {
		v->failed = true;
		return (struct span){ NULL, 0 };
	}
	return (struct span){ v->text.data + from, v->at - 1 - from };
}

static unsigned
hex_digit(char c)
{
	return (unsigned)(v0_is_digit(c) ? c - '0' : c - 'a' + 10);
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

	v0_print(v, v0_eat(v, 'n') ? "-" : "");
	hex = read_hex(v);
	if (hex_value(hex, &value)) {
		v0_print_number(v, value);
	} else {
		v0_print(v, "0x");
		v0_print_span(v, hex);
	}
}

/* One character within a literal that ends with `quote`. */
static void
print_escaped(struct v0 *v, uint32_t cp, char quote)
{
	static const char from[] = "\t\r\n\\", to[] = "trn\\";
	const char *plain = cp && cp < 128 ? strchr(from, (int)cp) : NULL;

	if (plain || cp == (unsigned char)quote) {
		v0_print(v, "\\");
		v0_print_span(v, (struct span){ plain ? &to[plain - from] : &quote, 1 });
	} else if (cp == 0) {
		v0_print(v, "\\0");
	} else if (utf8_width(cp) < 0) {
		v0_print(v, "\\u{");
		v0_print_span(v,
			cp > 15 ? (struct span){ &"0123456789abcdef"[cp >> 4 & 15], 1 }
				: (struct span){ "", 0 });
		v0_print_span(v, (struct span){ &"0123456789abcdef"[cp & 15], 1 });
		v0_print(v, "}");
	} else {
		v0_print_point(v, cp);
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
	v0_print(v, "'");
	print_escaped(v, (uint32_t)value, '\'');
	v0_print(v, "'");
}

static void
read_bool(struct v0 *v)
{
	uint64_t value;

	if (!hex_value(read_hex(v), &value) || value > 1)
		v->failed = true;
	else
		v0_print(v, value ? "true" : "false");
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
	v0_print(v, "\"");
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
	v0_print(v, "\"");
}

static void
value_item(struct v0 *v)
{
	read_const(v, true);
}

static void
field_item(struct v0 *v)
{
	struct v0_name name;

	v0_read_tagged62(v, 's');
	name = v0_read_name(v);
	v0_print_name(v, &name);
	v0_print(v, ": ");
	read_const(v, true);
}

static void
read_struct(struct v0 *v)
{
	read_path(v, true);
	switch (v0_next(v)) {
	case 'U': break;
	case 'T':
		v0_print(v, "(");
		read_list(v, value_item, ", ");
		v0_print(v, ")");
		break;
	case 'S':
		v0_print(v, " { ");
		read_list(v, field_item, ", ");
		v0_print(v, " }");
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
		v0_print(v, "*");
		read_text(v);
		break;
	case 'R':
	case 'Q':
		v0_print(v, tag == 'R' ? "&" : "&mut ");
		read_const(v, true);
		break;
	case 'A':
		v0_print(v, "[");
		read_list(v, value_item, ", ");
		v0_print(v, "]");
		break;
	case 'T':
		v0_print(v, "(");
		count = read_list(v, value_item, ", ");
		v0_print(v, count == 1 ? ",)" : ")");
		break;
	default: read_struct(v);
	}
}

static void
read_const(struct v0 *v, bool in_value)
{
	char tag;

	if (!v0_enter(v))
		return;
	tag = v0_next(v);
	if (tag == 'p')
		v0_print(v, "_");
	else if (tag == 'B')
		follow(v, read_const, in_value);
	else if (tag == 'b')
		read_bool(v);
	else if (tag == 'c')
		read_char(v);
	else if (tag && strchr("ahijlmnostxy", tag))
		read_integer(v);
	else if (tag == 'R' && v0_eat(v, 'e'))
		read_text(v);
	else if (tag && strchr("eRQATV", tag)) {
		v0_print(v, in_value ? "" : "{");
		read_expression(v, tag);
		v0_print(v, in_value ? "" : "}");
	} else {
		v->failed = true;
	}
	v0_leave(v);
}

/* --- the whole --- */

bool
v0_append(struct span path, bool with_args, struct str *out, struct span *rest)
{
	struct v0 v = {
		.text = path, .out = out, .out_end = out->len + DEMANGLE_MAX, .with_args = with_args
	};

	if (!v0_is_upper(v0_peek(&v)))
		return false;
	read_path(&v, true);
	if (v0_is_upper(v0_peek(&v))) { /* the crate that asked for this copy */
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

	if (v0_is_upper(v0_peek(&v)))
		read_path(&v, true);
	return v.failed ? (struct span){ NULL, 0 } : v.crate;
}
