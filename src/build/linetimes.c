#include "build/linetimes.h"

#include <string.h>
#include "base/varint.h"

#define MAGIC SPAN("xtimes1\n")

void
linetimes_fini(struct linetimes *t)
{
	vec_fini(&t->items);
	str_fini(&t->rest);
}

static struct linetime
last_of(const struct linetimes *t)
{
	return t->items.len ? t->items.items[t->items.len - 1] : (struct linetime){ 0 };
}

void
linetimes_add(struct linetimes *t, size_t line, uint64_t ms, struct str *out)
{
	struct linetime last = last_of(t);

	if (t->items.len && (line <= last.line || ms < last.ms + LINETIMES_STEP))
		return;
	if (!t->items.len)
		str_append_span(out, MAGIC);
	varint_append(out, line - last.line);
	varint_append(out, ms - last.ms);
	vec_push(&t->items, ((struct linetime){ line, ms }));
}

/* Takes one pair from *at on; false when there is no whole one. */
static bool
take_pair(struct linetimes *t, struct span bytes, size_t *at)
{
	struct linetime last = last_of(t);
	uint64_t line, ms;
	size_t next = *at;

	if (!varint_read(bytes, &next, &line) || !varint_read(bytes, &next, &ms)) {
		t->is_foreign = bytes.len - *at > 2 * VARINT_MAX;
		return false;
	}
	if (line > SIZE_MAX - last.line || ms > INT64_MAX - last.ms) {
		t->is_foreign = true;
		return false;
	}
	vec_push(&t->items, ((struct linetime){ last.line + line, last.ms + ms }));
	*at = next;
	return true;
}

void
linetimes_feed(struct linetimes *t, const char *bytes, size_t len)
{
	struct span all;
	size_t at = 0;

	str_append_bytes(&t->rest, bytes, len);
	all = str_span(&t->rest);
	if (!t->has_magic && all.len >= MAGIC.len) {
		t->has_magic = true;
		t->is_foreign = memcmp(all.data, MAGIC.data, MAGIC.len) != 0;
		at = MAGIC.len;
	}
	while (t->has_magic && !t->is_foreign && at < all.len && take_pair(t, all, &at)) {
	}
	str_splice(&t->rest, 0, t->is_foreign ? all.len : at, "", 0);
}

int64_t
linetimes_find(const struct linetimes *t, size_t line)
{
	size_t low = 0;
	size_t high = t->items.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->items.items[middle].line <= line)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? (int64_t)t->items.items[low - 1].ms : -1;
}
