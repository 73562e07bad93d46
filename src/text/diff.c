/* diff: the changes between two texts are ranges of lines, found as what is left of a longest common
 * subsequence between their equal beginnings and ends; hunks are runs of changes that are near. */
#include "text/diff.h"
#include <stdint.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/vec.h"

#define CONTEXT 3    /* lines shown around a change */
#define HEAD_LINES 2 /* before the first hunk */
/* Two middles with more pairs of lines than this are shown as all taken away and all added. */
#define PAIRS_MAX ((size_t)4 << 20)

struct side {
	VEC(struct span) list; /* each with its line end */
};

/* Lines from..to of the old text stand for at..until of the new one. */
struct change {
	size_t from, to;
	size_t at, until;
};

struct diff {
	struct side before, after;
	VEC(struct change) changes;
};

static void
split(struct side *lines, struct span text)
{
	while (text.len) {
		const char *lf = memchr(text.data, '\n', text.len);
		size_t len = lf ? (size_t)(lf - text.data) + 1 : text.len;

		vec_push(&lines->list, ((struct span){ text.data, len }));
		text = (struct span){ text.data + len, text.len - len };
	}
}

static bool
is_same(const struct diff *d, size_t i, size_t k)
{
	return span_equal(d->before.list.items[i], d->after.list.items[k]);
}

static void
take_line(struct diff *d, struct change line)
{
	if (d->changes.len) {
		struct change *last = &d->changes.items[d->changes.len - 1];

		if (last->to == line.from && last->until == line.at) {
			last->to = line.to;
			last->until = line.until;
			return;
		}
	}
	vec_push(&d->changes, line);
}

/* common[i * (m + 1) + k]: lines in common behind line i of n and line k of m. */
static uint32_t *
count_common(const struct diff *d, struct change middle)
{
	size_t n = middle.to - middle.from, m = middle.until - middle.at;
	uint32_t *common = xcalloc((n + 1) * (m + 1), sizeof *common);

	for (size_t i = n; i-- > 0;)
		for (size_t k = m; k-- > 0;) {
			uint32_t *here = &common[i * (m + 1) + k];

			if (is_same(d, middle.from + i, middle.at + k))
				*here = here[m + 2] + 1;
			else
				*here = here[m + 1] >= here[1] ? here[m + 1] : here[1];
		}
	return common;
}

static void
compare_middle(struct diff *d, struct change middle)
{
	size_t n = middle.to - middle.from, m = middle.until - middle.at, i = 0, k = 0;
	uint32_t *common = count_common(d, middle);

	while (i < n || k < m) {
		size_t a = middle.from + i, b = middle.at + k;
		const uint32_t *here = &common[i * (m + 1) + k];

		if (i < n && k < m && is_same(d, a, b)) {
			i++;
			k++;
		} else if (i < n && (k == m || here[m + 1] >= here[1])) {
			take_line(d, (struct change){ a, a + 1, b, b });
			i++;
		} else {
			take_line(d, (struct change){ a, a, b, b + 1 });
			k++;
		}
	}
	free(common);
}

static void
compare(struct diff *d)
{
	size_t n = d->before.list.len, m = d->after.list.len, head = 0, tail = 0;

	while (head < n && head < m && is_same(d, head, head))
		head++;
	while (tail < n - head && tail < m - head && is_same(d, n - 1 - tail, m - 1 - tail))
		tail++;
	struct change middle = { head, n - tail, head, m - tail };
	if (n - tail == head || m - tail == head ||
		(n - tail - head) > PAIRS_MAX / (m - tail - head)) {
		if (n - tail > head || m - tail > head)
			take_line(d, middle);
	} else {
		compare_middle(d, middle);
	}
}

static void
append_lines(struct str *out, char sign, const struct side *lines, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		struct span line = lines->list.items[i];

		str_append_char(out, sign);
		str_append_span(out, line);
		if (!span_ends(line, "\n"))
			str_append(out, "\n\\ No newline at end of file\n");
	}
}

static size_t
less(size_t n, size_t by)
{
	return n > by ? n - by : 0;
}

/* The changes first to last - 1, and the lines around and between them. */
static void
append_hunk(struct str *out, const struct diff *d, size_t first, size_t last)
{
	const struct change *c = d->changes.items;
	size_t from = less(c[first].from, CONTEXT), at = less(c[first].at, CONTEXT);
	size_t rest = d->before.list.len - c[last - 1].to;
	size_t behind = rest < CONTEXT ? rest : CONTEXT;
	size_t n = c[last - 1].to + behind - from, m = c[last - 1].until + behind - at;

	str_appendf(out, "@@ -%zu,%zu +%zu,%zu @@\n", from + (n > 0), n, at + (m > 0), m);
	for (size_t i = first; i < last; i++) {
		append_lines(out, ' ', &d->before, from, c[i].from);
		append_lines(out, '-', &d->before, c[i].from, c[i].to);
		append_lines(out, '+', &d->after, c[i].at, c[i].until);
		from = c[i].to;
	}
	append_lines(out, ' ', &d->before, from, from + behind);
}

static void
append_head(struct str *out, const char *path, struct span before, struct span after)
{
	bool plain = path_is_absolute(path) || text_starts(path, "~/");

	str_appendf(out, "--- %s%s\n", !before.data || plain ? "" : "a/",
		before.data ? path : "/dev/null");
	str_appendf(out, "+++ %s%s\n", !after.data || plain ? "" : "b/",
		after.data ? path : "/dev/null");
}

static void
append_hunks(struct str *out, const struct diff *d)
{
	size_t first = 0;

	for (size_t i = 1; i <= d->changes.len; i++) {
		if (i < d->changes.len &&
			d->changes.items[i].from - d->changes.items[i - 1].to <= 2 * CONTEXT)
			continue;
		append_hunk(out, d, first, i);
		first = i;
	}
}

void
diff_unified(struct str *out, const char *path, struct span before, struct span after)
{
	struct diff d = { 0 };

	split(&d.before, before);
	split(&d.after, after);
	compare(&d);
	if (d.changes.len)
		append_head(out, path, before, after);
	append_hunks(out, &d);
	vec_fini(&d.before.list);
	vec_fini(&d.after.list);
	vec_fini(&d.changes);
}

void
diff_count(struct span diff, size_t *added, size_t *removed)
{
	*added = *removed = 0;
	for (size_t i = 0; diff.len; i++) {
		struct span line = span_cut(diff, '\n', &diff);

		*added += i >= HEAD_LINES && span_starts(line, "+");
		*removed += i >= HEAD_LINES && span_starts(line, "-");
	}
}
