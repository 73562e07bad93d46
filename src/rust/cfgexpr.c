/* cfgexpr: see cfgexpr.h. The expression is decided while it is read. */
#include "rust/cfgexpr.h"
#include <string.h>
#include "base/count.h"
#include "base/str.h"
#include "rust/targets.h"

struct reader {
	struct span rest;
	const struct target *target;
	bool broken;
};
static void
skip_blanks(struct reader *r)
{
	while (r->rest.len && (r->rest.data[0] == ' ' || r->rest.data[0] == '\t'))
		r->rest.data++, r->rest.len--;
}

static bool
take_char(struct reader *r, char c)
{
	skip_blanks(r);
	if (!r->rest.len || r->rest.data[0] != c)
		return false;
	r->rest.data++, r->rest.len--;
	return true;
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_' || c == '-';
}

static struct span
take_name(struct reader *r)
{
	struct span name;
	size_t n = 0;

	skip_blanks(r);
	while (n < r->rest.len && is_name_char(r->rest.data[n]))
		n++;
	name = (struct span){ r->rest.data, n };
	r->rest.data += n, r->rest.len -= n;
	r->broken |= n == 0;
	return name;
}

/* families: "unix wasm" */
static bool
is_family(const struct target *t, struct span name)
{
	struct span rest = span_of(t->families);

	while (rest.len)
		if (span_equal(span_cut(rest, ' ', &rest), name))
			return true;
	return false;
}

static bool
is_width(const struct target *t, struct span value)
{
	return (t->pointer_width == 16 && span_is(value, "16")) ||
		(t->pointer_width == 32 && span_is(value, "32")) ||
		(t->pointer_width == 64 && span_is(value, "64"));
}

static bool
pair_holds(const struct target *t, struct span key, struct span value)
{
	const struct {
		const char *key, *value;
	} rows[] = {
		{ "target_arch", t->arch },
		{ "target_os", t->os },
		{ "target_env", t->env },
		{ "target_vendor", t->vendor },
		{ "target_abi", t->abi },
		{ "target_endian", t->big_endian ? "big" : "little" },
		{ "panic", "unwind" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (span_is(key, rows[i].key))
			return span_is(value, rows[i].value);
	if (span_is(key, "target_family"))
		return is_family(t, value);
	return span_is(key, "target_pointer_width") && is_width(t, value);
}

/* debug_assertions: cargo asks rustc without flags, so they are on. */
static bool
word_holds(const struct target *t, struct span word)
{
	return is_family(t, word) || span_is(word, "true") || span_is(word, "debug_assertions");
}

static bool take_expression(struct reader *r, int depth);

/* The inside of all( or any( up to its closing parenthesis. */
static bool
take_list(struct reader *r, bool is_all, int depth)
{
	bool holds = is_all;

	while (!r->broken && !take_char(r, ')')) {
		bool one = take_expression(r, depth + 1);

		holds = is_all ? holds && one : holds || one;
		if (!take_char(r, ',') && !(r->rest.len && r->rest.data[0] == ')'))
			r->broken = true;
	}
	return holds;
}

static bool
take_value(struct reader *r, struct span *value)
{
	if (!take_char(r, '"') || !memchr(r->rest.data, '"', r->rest.len))
		return false;
	*value = span_cut(r->rest, '"', &r->rest);
	return true;
}

static bool
take_expression(struct reader *r, int depth)
{
	struct span name = take_name(r), value;
	bool holds;

	if (depth > 64)
		r->broken = true;
	if (r->broken)
		return false;
	if (take_char(r, '(')) {
		if (span_is(name, "all") || span_is(name, "any"))
			return take_list(r, span_is(name, "all"), depth);
		holds = take_expression(r, depth + 1);
		r->broken |= !span_is(name, "not") || !take_char(r, ')');
		return !holds;
	}
	if (!take_char(r, '='))
		return word_holds(r->target, name);
	r->broken |= !take_value(r, &value);
	return !r->broken && pair_holds(r->target, name, value);
}

bool
cfg_matches(const char *expression, const struct target *target)
{
	struct reader r = { .rest = span_trim(span_of(expression)), .target = target };
	bool holds;

	if (!span_starts(r.rest, "cfg(") || !span_ends(r.rest, ")"))
		return false;
	r.rest.data += 4;
	r.rest.len -= 5;
	holds = take_expression(&r, 0);
	skip_blanks(&r);
	return holds && !r.broken && !r.rest.len;
}
