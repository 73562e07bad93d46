#include "ui/hint_text.h"
#include <string.h>
#include "hint/explain.h"

#define INDENT "   "

static void
append_command(struct str *out, const struct fix *f)
{
	str_appendf(out, INDENT "$%s", f->root ? " sudo" : "");
	for (size_t i = 0; f->argv[i]; i++) {
		bool is_plain = *f->argv[i] && !strpbrk(f->argv[i], " \t\n\"\\`'$;&|<>*?()[]{}~#!");
		str_appendf(out, is_plain ? " %s" : " '%s'", f->argv[i]);
	}
	str_append_char(out, '\n');
}

static void
append_lines(struct str *out, const char *indent, const char *text)
{
	struct span rest = span_of(text);

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		str_append(out, indent);
		str_append_span(out, line);
		str_append_char(out, '\n');
	}
}

static void
append_fix(struct str *out, size_t number, const struct fix *f)
{
	str_appendf(out, "\n%zu  %s\n", number, f->title);
	if (f->argv)
		append_command(out, f);
	if (f->path && !f->diff)
		str_appendf(out, INDENT "%s\n", f->path);
	append_lines(out, INDENT, f->diff); /* which names the file */
	if (f->verify)
		str_appendf(out, INDENT "proof: %s\n", f->verify);
}

static void
append_title(struct str *out, const struct hint *h)
{
	str_appendf(out, "%s (%s)\n", h->title, confidence_name(h->confidence));
}

static void
append_evidence(struct str *out, const struct hint *h)
{
	if (!h->excerpt || !*h->excerpt)
		return;
	if (h->line)
		str_appendf(out, "line %ld: ", h->line);
	str_appendf(out, "%s\n", h->excerpt);
}

static void
append_why(struct str *out, const struct hint *h)
{
	if (h->why && *h->why)
		str_appendf(out, "\n%s\n", h->why);
}

static void
append_hint(struct str *out, const struct hint *h)
{
	append_title(out, h);
	append_evidence(out, h);
	append_why(out, h);
	for (size_t i = 0; i < h->fix_count; i++)
		append_fix(out, i + 1, &h->fixes[i]);
	if (h->refs && *h->refs)
		str_append_char(out, '\n');
	for (const char *const *ref = h->refs; ref && *ref; ref++)
		str_appendf(out, "see %s\n", *ref);
}

void
hint_fix_text(const struct explanation *e, size_t fix, struct str *out)
{
	const struct hint *h = &e->hints[0];

	append_title(out, h);
	append_fix(out, fix + 1, &h->fixes[fix]);
	if (h->fix_count > 1)
		str_append(out, "\nIts number chooses another one:\n");
	for (size_t i = 0; i < h->fix_count && i < 9; i++)
		if (i != fix)
			str_appendf(out, "%zu  %s\n", i + 1, h->fixes[i].title);
	append_why(out, h);
	append_evidence(out, h);
	for (size_t i = 1; i < e->count; i++)
		str_appendf(out, "\nAlso: %s (%s)\n", e->hints[i].title,
			confidence_name(e->hints[i].confidence));
}

void
hint_text(const struct explanation *e, struct str *out)
{
	for (size_t i = 0; i < e->count; i++) {
		if (i)
			str_append(out, "\n\n");
		append_hint(out, &e->hints[i]);
	}
}
