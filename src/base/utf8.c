#include "base/utf8.h"
#include "base/count.h"
#include <string.h>
#include "base/utf8_table.h"

/* What may follow a lead byte: `more` bytes, the first of them within [low, high]. */
struct lead {
	unsigned more;
	unsigned char low;
	unsigned char high;
};

static struct lead
lead_of(unsigned char byte)
{
	if (byte >= 0xC2 && byte <= 0xDF)
		return (struct lead){ 1, 0x80, 0xBF };
	if (byte >= 0xE0 && byte <= 0xEF)
		return (struct lead){ 2, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF };
	if (byte >= 0xF0 && byte <= 0xF4)
		return (struct lead){ 3, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF };
	return (struct lead){ 0 };
}

/* How many of the len bytes at p, lead included, are as a sequence wants them. */
static size_t
well_formed(const unsigned char *p, size_t len, struct lead lead)
{
	size_t n = 1;

	while (n < len && n <= lead.more && p[n] >= lead.low && p[n] <= lead.high) {
		lead.low = 0x80;
		lead.high = 0xBF;
		n++;
	}
	return n;
}

size_t
utf8_decode(const char *p, size_t len, uint32_t *cp)
{
	const unsigned char *bytes = (const unsigned char *)p;
	struct lead lead;
	uint32_t value;
	size_t n;

	if (bytes[0] < 0x80) {
		*cp = bytes[0];
		return 1;
	}
	lead = lead_of(bytes[0]);
	n = well_formed(bytes, len, lead);
	if (lead.more == 0 || n <= lead.more) {
		*cp = UTF8_BAD;
		return n;
	}
	value = bytes[0] & (0x3Fu >> lead.more);
	for (size_t i = 1; i < n; i++)
		value = value << 6 | (bytes[i] & 0x3Fu);
	*cp = value;
	return n;
}

bool
utf8_is_cut(const char *p, size_t len)
{
	const unsigned char *bytes = (const unsigned char *)p;
	struct lead lead;

	if (len == 0)
		return false;
	lead = lead_of(bytes[0]);
	return len <= lead.more && well_formed(bytes, len, lead) == len;
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = UTF8_BAD;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* How many bytes at the beginning are ASCII. */
static size_t
ascii_run(const char *p, size_t len)
{
	size_t n = 0;
	uint64_t word;

	for (; n + sizeof word <= len; n += sizeof word) {
		memcpy(&word, p + n, sizeof word);
		if (word & 0x8080808080808080u)
			break;
	}
	while (n < len && (unsigned char)p[n] < 0x80)
		n++;
	return n;
}

bool
utf8_is_valid(const char *p, size_t len)
{
	for (size_t at = 0; at < len;) {
		struct lead lead;

		at += ascii_run(p + at, len - at);
		if (at == len)
			break;
		lead = lead_of((unsigned char)p[at]);
		if (lead.more == 0 ||
			well_formed((const unsigned char *)p + at, len - at, lead) <= lead.more)
			return false;
		at += lead.more + 1;
	}
	return true;
}

static bool
is_within(uint32_t cp, const struct utf8_range *ranges, size_t count)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cp > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && cp >= ranges[low].first; /* low: the first that ends at cp or later */
}

int
utf8_width(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
		return -1;
	if (cp < utf8_zero[0].first)
		return 1;
	if (is_within(cp, utf8_zero, COUNT(utf8_zero)))
		return 0;
	return is_within(cp, utf8_wide, COUNT(utf8_wide)) ? 2 : 1;
}

/* The columns of the character at p, where a control character takes one. */
static size_t
step(const char *p, size_t len, size_t *columns)
{
	uint32_t cp;
	size_t n = utf8_decode(p, len, &cp);
	int width = utf8_width(cp);

	*columns = width < 0 ? 1 : (size_t)width;
	return n;
}

size_t
utf8_columns(struct span text)
{
	size_t columns = 0;

	for (size_t at = 0; at < text.len;) {
		size_t run = ascii_run(text.data + at, text.len - at);
		size_t width = 0;

		columns += run;
		at += run;
		if (at < text.len)
			at += step(text.data + at, text.len - at, &width);
		columns += width;
	}
	return columns;
}

struct span
utf8_fit(struct span text, size_t columns, size_t *used)
{
	size_t at = 0;

	*used = 0;
	while (at < text.len) {
		size_t room = columns - *used;
		size_t left = text.len - at;
		size_t run = ascii_run(text.data + at, room < left ? room : left);
		size_t width;
		size_t n;

		at += run;
		*used += run;
		if (at == text.len)
			break;
		n = step(text.data + at, text.len - at, &width);
		if (width > columns - *used)
			break;
		at += n;
		*used += width;
	}
	return (struct span){ text.data, at };
}

uint32_t
utf8_lower(uint32_t cp)
{
	const struct utf8_case *rule = NULL;

	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + ('a' - 'A') : cp;
	for (size_t i = 0; i < COUNT(utf8_cases) && utf8_cases[i].first <= cp; i++)
		if (cp <= utf8_cases[i].last)
			rule = &utf8_cases[i];
	if (!rule || (cp - rule->first) % rule->step != 0)
		return cp;
	return (uint32_t)((int32_t)cp + rule->delta);
}

void
utf8_clean(struct str *out, const char *text, size_t max)
{
	struct span rest = span_of(text ? text : "");
	size_t columns = 0;
	char bytes[4];
	uint32_t cp;

	while (rest.len) {
		size_t len = utf8_decode(rest.data, rest.len, &cp);
		int width = utf8_width(cp);

		if (width < 0) {
			cp = UTF8_BAD;
			width = 1;
		}
		columns += (size_t)width;
		if (columns > max)
			return;
		str_append_bytes(out, bytes, utf8_encode(cp, bytes));
		rest.data += len;
		rest.len -= len;
	}
}
