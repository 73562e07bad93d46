/* demangle: see demangle.h. A symbol is told by its beginning and handed to one of two readers. */
#include "artifact/demangle.h"
#include <ctype.h>
#include <string.h>
#include "artifact/demangle_v0.h"
#include "base/count.h"
#include "base/utf8.h"

/* What follows the prefix, with the underscore that macOS and 32-bit Windows add; or NULL. */
static const char *
after_prefix(const char *symbol, const char *prefix)
{
	if (symbol[0] == '_' && symbol[1] == '_')
		symbol++;
	return text_starts(symbol, prefix) ? symbol + strlen(prefix) : NULL;
}

/* Without ".llvm.9D1C9369", which LTO appends. */
static struct span
without_llvm(const char *text)
{
	const char *llvm = strstr(text, ".llvm."), *end;

	if (!llvm)
		return span_of(text);
	end = llvm + strlen(".llvm.");
	end += strspn(end, "0123456789ABCDEF@");
	return *end ? span_of(text) : (struct span){ text, (size_t)(llvm - text) };
}

/* ".0.0", ".exit.i.i", ".cold": what LLVM and linkers append is kept. */
static bool
is_suffix(struct span s)
{
	if (s.len && s.data[0] != '.')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!isgraph((unsigned char)s.data[i]))
			return false;
	return true;
}

/* --- legacy: _ZN, then names with their lengths, then E --- */

/* The next name of *rest, which moves behind it; false at the end or where there is none. */
static bool
next_name(struct span *rest, struct span *name)
{
	size_t len = 0, at = 0;

	while (at < rest->len && isdigit((unsigned char)rest->data[at]) && len < 1000000)
		len = len * 10 + (size_t)(rest->data[at++] - '0');
	if (!at || len > rest->len - at)
		return false;
	*name = (struct span){ rest->data + at, len };
	rest->data += at + len;
	rest->len -= at + len;
	return true;
}

static bool
is_hash(struct span name)
{
	for (size_t i = 1; i < name.len; i++)
		if (!isxdigit((unsigned char)name.data[i]))
			return false;
	return name.len && name.data[0] == 'h';
}

/* The code point of "u7b"; 0 where it is none that may be shown. */
static uint32_t
escaped_point(struct span hex)
{
	uint32_t cp = 0;

	if (hex.len < 2 || hex.len > 7 || hex.data[0] != 'u')
		return 0;
	for (size_t i = 1; i < hex.len; i++) {
		char c = hex.data[i];

		if (!isdigit((unsigned char)c) && (c < 'a' || c > 'f'))
			return 0;
		cp = cp * 16 + (uint32_t)(isdigit((unsigned char)c) ? c - '0' : c - 'a' + 10);
	}
	return utf8_width(cp) < 0 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) ? 0 : cp;
}

static bool
append_escape(struct span escape, struct str *out)
{
	static const struct {
		const char *name, *text;
	} rows[] = { { "SP", "@" }, { "BP", "*" }, { "RF", "&" }, { "LT", "<" }, { "GT", ">" },
		{ "LP", "(" }, { "RP", ")" }, { "C", "," } };
	uint32_t cp = escaped_point(escape);
	char bytes[4];

	for (size_t i = 0; i < COUNT(rows); i++)
		if (span_is(escape, rows[i].name)) {
			str_append(out, rows[i].text);
			return true;
		}
	if (cp)
		str_append_bytes(out, bytes, utf8_encode(cp, bytes));
	return cp != 0;
}

static void
append_name(struct span name, struct str *out)
{
	if (span_starts(name, "_$"))
		name.data++, name.len--;
	while (name.len) {
		size_t plain = 0;

		if (name.data[0] == '$') {
			struct span rest, escape;

			span_cut((struct span){ name.data + 1, name.len - 1 }, '$', &rest);
			escape = (struct span){ name.data + 1,
				rest.data ? (size_t)(rest.data - name.data) - 2 : 0 };
			if (!rest.data || !append_escape(escape, out))
				break;
			name = rest;
			continue;
		}
		if (span_starts(name, "..")) {
			str_append(out, "::");
			name.data += 2, name.len -= 2;
			continue;
		}
		do
			plain++;
		while (plain < name.len && name.data[plain] != '$' && name.data[plain] != '.');
		str_append_bytes(out, name.data, plain);
		name.data += plain, name.len -= plain;
	}
	str_append_span(out, name);
}

struct legacy {
	struct span first, last; /* names */
	struct span names;       /* all of them */
	struct span suffix;
	size_t count;
};

static bool
legacy_parse(const char *text, struct legacy *l)
{
	struct span rest = without_llvm(text);

	*l = (struct legacy){ .names = rest };
	for (struct span name; next_name(&rest, &name); l->count++) {
		l->first = l->count ? l->first : name;
		l->last = name;
	}
	if (!l->count || !rest.len || rest.data[0] != 'E')
		return false;
	l->names.len = (size_t)(rest.data - l->names.data);
	l->suffix = (struct span){ rest.data + 1, rest.len - 1 };
	for (size_t i = 0; i < l->names.len; i++)
		if ((unsigned char)l->names.data[i] > 127)
			return false;
	return is_suffix(l->suffix);
}

static void
legacy_append(const struct legacy *l, struct str *out)
{
	size_t count = l->count > 1 && is_hash(l->last) ? l->count - 1 : l->count;
	struct span rest = l->names, name;

	for (size_t i = 0; i < count && next_name(&rest, &name); i++) {
		str_append(out, i ? "::" : "");
		append_name(name, out);
	}
	str_append_span(out, l->suffix);
}

static bool
is_standard(struct span crate)
{
	return span_is(crate, "core") || span_is(crate, "alloc") || span_is(crate, "std");
}

/* The first path within a type: "$RF$mut$u20$foo..Bar" -> "foo". Types without one, such as parameters
 * and numbers, give nothing. */
static struct span
crate_in(struct span type)
{
	for (size_t i = 0; i + 1 < type.len; i++) {
		size_t from = i;

		if (type.data[i] != '.' || type.data[i + 1] != '.')
			continue;
		while (from > 0 &&
			(isalnum((unsigned char)type.data[from - 1]) || type.data[from - 1] == '_'))
			from--;
		return (struct span){ type.data + from, i - from };
	}
	return (struct span){ NULL, 0 };
}

static struct span
legacy_crate(const struct legacy *l)
{
	static const struct span as = SPAN("$u20$as$u20$");
	struct span type = l->first, crate;
	long at;

	if (!span_starts(l->first, "_$LT$"))
		return l->first;
	if ((at = span_find(l->first, as)) < 0)
		return crate_in(l->first);
	type.len = (size_t)at;
	crate = crate_in(type);
	if (crate.len && !is_standard(crate))
		return crate;
	type = (struct span){ l->first.data + at + as.len, l->first.len - (size_t)at - as.len };
	return crate_in(type).len ? crate_in(type) : crate;
}

/* --- the whole --- */

bool
demangle(const char *symbol, enum demangle_args args, struct str *out)
{
	const char *v0 = after_prefix(symbol, "_R"), *text = after_prefix(symbol, "_ZN");
	size_t before = out->len;
	struct legacy legacy;

	if (text && legacy_parse(text, &legacy)) {
		legacy_append(&legacy, out);
		return true;
	}
	if (v0) {
		struct span path = without_llvm(v0), rest;

		if (v0_append(path, args == DEMANGLE_ARGS, out, &rest) && is_suffix(rest)) {
			str_append_span(out, rest);
			return true;
		}
		str_truncate(out, before);
	}
	return false;
}

struct span
demangle_crate(const char *symbol)
{
	const char *v0 = after_prefix(symbol, "_R"), *text = after_prefix(symbol, "_ZN");
	struct legacy legacy;

	if (text && legacy_parse(text, &legacy) && is_hash(legacy.last))
		return legacy_crate(&legacy);
	return v0 ? v0_crate(without_llvm(v0)) : (struct span){ NULL, 0 };
}
