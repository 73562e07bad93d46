#include "build/logindex.h"

#include <string.h>
#include "base/varint.h"

#define MAGIC "xindex1\n"
#define COLOR_MAX (2 * ANSI_RGB) /* as written: one more than the colour */

/* A record begins with a number: how much line has grown, times 4, and its kind. */
enum kind {
	KIND_ENTRY,  /* offset's growth; the style of the entry before */
	KIND_STYLED, /* offset's growth, colours and attributes */
	KIND_MARK,   /* the marks; line's growth is that of marks */
};

void
logindex_init(struct logindex *x)
{
	*x = (struct logindex){ 0 };
	vec_push(&x->entries, ((struct logindex_entry){ 0, 0, ANSI_STYLE_PLAIN }));
	x->saved = 1;
}

void
logindex_fini(struct logindex *x)
{
	vec_fini(&x->entries);
	vec_fini(&x->marks);
}

void
logindex_add(struct logindex *x, uint64_t offset, size_t line, struct ansi_style style)
{
	vec_push(&x->entries, ((struct logindex_entry){ offset, line, style }));
}

void
logindex_mark(struct logindex *x, size_t line, unsigned marks)
{
	size_t len = x->marks.len;

	if (!len || x->marks.items[len - 1].line != line)
		vec_push(&x->marks, ((struct logindex_mark){ .line = line }));
	x->marks.items[x->marks.len - 1].marks |= marks;
}

const struct logindex_entry *
logindex_last(const struct logindex *x)
{
	return &x->entries.items[x->entries.len - 1];
}

const struct logindex_entry *
logindex_before(const struct logindex *x, size_t line)
{
	size_t low = 0;
	size_t high = x->entries.len;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (x->entries.items[middle].line <= line)
			low = middle;
		else
			high = middle;
	}
	return &x->entries.items[low];
}

/* The first mark of a line beyond `line`. */
static size_t
mark_after(const struct logindex *x, long line)
{
	size_t low = 0;
	size_t high = x->marks.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((long)x->marks.items[middle].line <= line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

long
logindex_find_mark(const struct logindex *x, long from, bool backwards, unsigned marks)
{
	size_t at = mark_after(x, backwards ? from - 1 : from);
	size_t step = backwards ? (size_t)-1 : 1;

	for (at -= backwards; at < x->marks.len; at += step) {
		if (x->marks.items[at].marks & marks)
			return (long)x->marks.items[at].line;
	}
	return -1;
}

/* --- as bytes ------------------------------------------------------------------------------ */

static void
append_head(struct str *out, size_t growth, enum kind kind)
{
	varint_append(out, (uint64_t)growth << 2 | kind);
}

static void
append_entry(
	struct str *out, const struct logindex_entry *entry, const struct logindex_entry *before)
{
	bool is_plain = ansi_style_equal(entry->style, before->style);

	append_head(out, entry->line - before->line, is_plain ? KIND_ENTRY : KIND_STYLED);
	varint_append(out, entry->offset - before->offset);
	if (is_plain)
		return;
	varint_append(out, (uint64_t)(entry->style.fg - ANSI_DEFAULT));
	varint_append(out, (uint64_t)(entry->style.bg - ANSI_DEFAULT));
	varint_append(out, entry->style.attrs);
}

static void
append_mark(struct str *out, const struct logindex *x, size_t at)
{
	const struct logindex_mark *mark = &x->marks.items[at];

	append_head(out, mark->line - (at ? mark[-1].line : 0), KIND_MARK);
	varint_append(out, mark->marks);
}

void
logindex_save(struct logindex *x, uint64_t offset, bool has_ended, struct str *out)
{
	bool is_first = x->saved == 1 && !x->saved_marks;
	size_t len = out->len;

	for (; x->saved < x->entries.len && x->entries.items[x->saved].offset <= offset; x->saved++)
		append_entry(out, &x->entries.items[x->saved], &x->entries.items[x->saved - 1]);
	for (; x->saved_marks < x->marks.len; x->saved_marks++) {
		const struct logindex_entry *last = &x->entries.items[x->saved - 1];

		if (!has_ended && x->marks.items[x->saved_marks].line >= last->line)
			break;
		append_mark(out, x, x->saved_marks);
	}
	if (is_first && out->len > len)
		str_splice(out, len, 0, MAGIC, strlen(MAGIC));
}

static bool
take_style(struct span bytes, size_t *at, struct ansi_style *style)
{
	uint64_t fg, bg, attrs;

	if (!varint_read(bytes, at, &fg) || !varint_read(bytes, at, &bg) ||
		!varint_read(bytes, at, &attrs))
		return false;
	*style = (struct ansi_style){ (int32_t)fg + ANSI_DEFAULT, (int32_t)bg + ANSI_DEFAULT,
		(uint8_t)attrs };
	return fg <= COLOR_MAX && bg <= COLOR_MAX;
}

static bool
take_mark(struct logindex *x, struct span bytes, size_t *at, uint64_t growth)
{
	uint64_t line = x->marks.len ? x->marks.items[x->marks.len - 1].line : 0, marks;

	if (!varint_read(bytes, at, &marks) || growth > SIZE_MAX - line)
		return false;
	vec_push(&x->marks, ((struct logindex_mark){ line + growth, (unsigned)marks }));
	return true;
}

static bool
take_entry(struct logindex *x, struct span bytes, size_t *at, uint64_t growth, bool is_styled)
{
	struct logindex_entry entry = *logindex_last(x);
	uint64_t offset;

	if (!varint_read(bytes, at, &offset) || (is_styled && !take_style(bytes, at, &entry.style)))
		return false;
	/* lines have a byte at the least */
	if (!growth || growth > offset || offset > INT64_MAX - entry.offset)
		return false;
	entry.line += growth;
	entry.offset += offset;
	vec_push(&x->entries, entry);
	return true;
}

/* One record from *at on, which moves only when it is whole. */
static bool
take_record(struct logindex *x, struct span bytes, size_t *at)
{
	size_t next = *at;
	uint64_t head;
	bool ok = false;

	if (!varint_read(bytes, &next, &head))
		return false;
	switch ((enum kind)(head & 3)) {
	case KIND_ENTRY: ok = take_entry(x, bytes, &next, head >> 2, false); break;
	case KIND_STYLED: ok = take_entry(x, bytes, &next, head >> 2, true); break;
	case KIND_MARK: ok = take_mark(x, bytes, &next, head >> 2); break;
	}
	if (ok)
		*at = next;
	return ok;
}

bool
logindex_load(struct logindex *x, struct span bytes, uint64_t size)
{
	struct logindex loaded;
	size_t at = strlen(MAGIC);

	if (!span_starts(bytes, MAGIC))
		return false;
	logindex_init(&loaded);
	while (at < bytes.len && take_record(&loaded, bytes, &at)) {
	}
	if (logindex_last(&loaded)->offset > size) {
		logindex_fini(&loaded);
		return false;
	}
	logindex_fini(x);
	*x = loaded;
	x->saved = x->entries.len;
	x->saved_marks = x->marks.len;
	return true;
}
