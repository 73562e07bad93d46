/* Causes are sorted by id; a cause is told from its rules in the order in which they were read, and
 * what two of them say alike is said once (`said`). */
#include "hint/catalogue.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/map.h"
#include "base/vec.h"
#include "hint/report.h"
#include "hint/ruleset.h"
#include "hint/template.h"

#define EVIDENCE_LINES 8

struct causes {
	VEC(const struct rule *) items; /* of each cause the first rule */
};

/* How the parts of a cause are written. */
struct form {
	void (*title)(struct str *out, const struct rule *rule);
	void (*meaning)(struct str *out, const char *title, const char *why);
	void (*heading)(struct str *out, const char *text);
	void (*item)(struct str *out, const char *text);
	void (*evidence)(struct str *out, struct span line);
	const char *fence; /* around the evidence, "" none */
};

static int
by_cause(const void *a, const void *b)
{
	const struct rule *const *x = a, *const *y = b;

	return strcmp((*x)->cause, (*y)->cause);
}

static void
collect(const struct rules *r, struct causes *out)
{
	struct map seen = MAP_INIT;

	for (size_t i = 0; i < r->items.len; i++) {
		const struct rule *rule = &r->items.items[i];
		if (!map_set(&seen, rule->cause, out))
			vec_push(&out->items, rule);
	}
	if (out->items.len)
		qsort(out->items.items, out->items.len, sizeof(*out->items.items), by_cause);
	map_fini(&seen);
}

/* "target.gcc" is TARGET-GCC; functions give what they are of. */
static bool
general_value(void *arg, struct span name, struct str *out)
{
	struct span rest, first = span_cut(name, ':', &rest);

	if (first.len < name.len) {
		str_append(out, span_is(first, "package") ? "the package with " : "");
		str_append_span(out, rest);
		return true;
	}
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];
		str_append_char(out, isalnum((unsigned char)c) ? (char)toupper(c) : '-');
	}
	return true;
}

static const struct template_source general = { general_value, NULL };

static char *
general_text(const char *text)
{
	struct str out = STR_INIT;

	template_fill(text, &general, &out);
	return str_take(&out);
}

/* Of alternatives the last one asks for least. */
static char *
most_general(const char *const *texts)
{
	while (texts[0] && texts[1])
		texts++;
	return general_text(texts[0] ? texts[0] : "");
}

/* Whether it was said before; it is from now on. */
static bool
is_said(struct map *said, const char *text)
{
	return map_set(said, text, said) != NULL;
}

static void
add_item(const struct form *f, const char *text, struct map *said, struct str *out)
{
	char *plain = general_text(text);

	if (!is_said(said, plain))
		f->item(out, plain);
	free(plain);
}

static void
add_meaning(const struct form *f, const struct rule *rule, struct map *said, struct str *out)
{
	char *title = most_general(rule->title), *why = most_general(rule->why);

	if (!is_said(said, why))
		f->meaning(out, title, why);
	free(title);
	free(why);
}

static void
add_evidence(const struct form *f, const struct rule *rule, struct str *out)
{
	struct span rest = { 0 };

	for (size_t i = 0; i < rule->example_count && !rest.len; i++) {
		if (rule->examples[i].matches)
			rest = span_trim(span_of(rule->examples[i].log));
	}
	str_append(out, f->fence);
	for (int i = 0; i < EVIDENCE_LINES && rest.len; i++)
		f->evidence(out, span_cut(rest, '\n', &rest));
	str_append(out, f->fence);
}

static void
add_help(const struct form *f, const struct rule *rule, struct map *said, struct str *out)
{
	for (size_t i = 0; i < rule->fix_count; i++) {
		char *title = most_general(rule->fixes[i]->title);
		if (!is_said(said, title))
			f->item(out, title);
		free(title);
	}
	for (size_t i = 0; rule->notes[i]; i++)
		add_item(f, rule->notes[i], said, out);
}

static bool
has_cause(const struct rule *rule, const char *cause)
{
	return !strcmp(rule->cause, cause);
}

static void
tell_cause(const struct rules *r, const struct rule *first, const struct form *f, struct str *out)
{
	struct map said = MAP_INIT;
	const struct rule *end = r->items.items + r->items.len;

	f->title(out, first);
	for (const struct rule *rule = r->items.items; rule < end; rule++) {
		if (has_cause(rule, first->cause))
			add_meaning(f, rule, &said, out);
	}
	f->heading(out, "A log then says, for example");
	add_evidence(f, first, out);
	f->heading(out, "What helps");
	for (const struct rule *rule = r->items.items; rule < end; rule++) {
		if (has_cause(rule, first->cause))
			add_help(f, rule, &said, out);
	}
	for (const struct rule *rule = r->items.items; rule < end; rule++) {
		for (size_t i = 0; has_cause(rule, first->cause) && rule->refs[i]; i++)
			add_item(f, rule->refs[i], &said, out);
	}
	map_fini(&said);
}

/* ---- for a terminal ---- */

static void
text_title(struct str *out, const struct rule *rule)
{
	str_appendf(out, "%s\n", rule->cause);
}

static void
text_meaning(struct str *out, const char *title, const char *why)
{
	str_append_char(out, '\n');
	report_wrap(out, "  ", title, INT_MAX);
	report_wrap(out, "    ", why, INT_MAX);
}

static void
text_heading(struct str *out, const char *text)
{
	str_appendf(out, "\n%s:\n", text);
}

static void
text_item(struct str *out, const char *text)
{
	size_t at = out->len;

	report_wrap(out, "    ", text, INT_MAX);
	out->data[at + 2] = '-';
}

static void
text_evidence(struct str *out, struct span line)
{
	str_append(out, "    ");
	str_append_span(out, line);
	str_append_char(out, '\n');
}

static const struct form text_form = { text_title, text_meaning, text_heading, text_item,
	text_evidence, "" };

bool
catalogue_show(const struct rules *r, const char *cause, struct str *out)
{
	for (size_t i = 0; i < r->items.len; i++) {
		if (has_cause(&r->items.items[i], cause)) {
			tell_cause(r, &r->items.items[i], &text_form, out);
			return true;
		}
	}
	return false;
}

size_t
catalogue_list(const struct rules *r, const char *part, struct str *out)
{
	struct causes causes = { 0 };
	size_t count = 0, width = 0;

	collect(r, &causes);
	for (size_t i = 0; i < causes.items.len; i++) {
		size_t len = strlen(causes.items.items[i]->cause);
		width = len > width ? len : width;
	}
	for (size_t i = 0; i < causes.items.len; i++) {
		const struct rule *rule = causes.items.items[i];
		char *title = most_general(rule->title);
		if (!part || strcasestr(rule->cause, part) || strcasestr(title, part)) {
			str_appendf(out, "%-*s  %s\n", (int)width, rule->cause, title);
			count++;
		}
		free(title);
	}
	vec_fini(&causes.items);
	return count;
}

/* ---- Markdown ---- */

/* What Markdown would take for itself; names in backticks stay as they are. */
static void
append_escaped(struct str *out, const char *text)
{
	bool in_code = false;

	for (; *text; text++) {
		in_code ^= *text == '`';
		if (!in_code && strchr("*<>[]|", *text))
			str_append_char(out, '\\');
		str_append_char(out, *text);
	}
}

static void
markdown_title(struct str *out, const struct rule *rule)
{
	str_appendf(out, "\n## %s\n\n", rule->cause);
}

static void
markdown_meaning(struct str *out, const char *title, const char *why)
{
	str_append(out, "**");
	append_escaped(out, title);
	str_append(out, ".** ");
	append_escaped(out, why);
	str_append(out, "\n\n");
}

static void
markdown_heading(struct str *out, const char *text)
{
	str_appendf(
		out, "%s%s:\n\n", out->len && span_ends(str_span(out), "\n\n") ? "" : "\n", text);
}

static void
markdown_item(struct str *out, const char *text)
{
	str_append(out, "- ");
	if (text_starts(text, "https://"))
		str_appendf(out, "<%s>", text);
	else
		append_escaped(out, text);
	str_append_char(out, '\n');
}

static void
markdown_evidence(struct str *out, struct span line)
{
	str_append_span(out, line);
	str_append_char(out, '\n');
}

static const struct form markdown_form = { markdown_title, markdown_meaning, markdown_heading,
	markdown_item, markdown_evidence, "```\n" };

void
catalogue_markdown(const struct rules *r, struct str *out)
{
	struct causes causes = { 0 };

	collect(r, &causes);
	str_append(out,
		"# Hints: the causes xtui knows\n\n"
		"Made by `make docs` from `data/hints/`. `xtui explain LOG` names the cause of a "
		"failed\nbuild or run, with the line that shows it and what helps on this machine; "
		"`xtui help hints\nCAUSE` prints one of these sections. Words in capitals stand "
		"for "
		"what the log tells.\n\n");
	for (size_t i = 0; i < causes.items.len; i++) {
		const char *cause = causes.items.items[i]->cause;
		str_appendf(out, "- [%s](#%s)\n", cause, cause);
	}
	for (size_t i = 0; i < causes.items.len; i++)
		tell_cause(r, causes.items.items[i], &markdown_form, out);
	vec_fini(&causes.items);
}
