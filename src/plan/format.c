/* format: plans as text. */
#include "plan/format.h"

#include "base/quantity.h"
#include "text/diff.h"

#define WIDTH 90 /* of a reason, without what stands before it */

void
plan_size(struct str *out, int64_t bytes)
{
	char text[QUANTITY_MAX];

	if (bytes >= 0)
		str_append(out, quantity_put(text, (uint64_t)bytes));
}

void
plan_cost(struct str *out, const struct step *step)
{
	if (step->bytes >= 0) {
		plan_size(out, step->bytes);
		str_append(out, " to fetch");
	}
	if (step->disk_bytes >= 0) {
		str_append(out, step->bytes >= 0 ? ", " : "");
		plan_size(out, step->disk_bytes);
		str_append(out, " on disk");
	}
}

static void
append_mark(struct str *marks, const char *text)
{
	str_appendf(marks, "%s%s", marks->len ? ", " : "", text);
}

static const char *
root_mark(enum root_way way)
{
	switch (way) {
	case ROOT_SUDO:
	case ROOT_DOAS: return root_way_name(way);
	case ROOT_SELF: return "root";
	default: return "needs root";
	}
}

/* "sudo, 31.0 MB to fetch", "edit, +2 -1", "by hand" */
static void
append_marks(const struct step *step, const struct plan_paper *paper, struct str *out)
{
	size_t added, removed;

	if (step->root)
		append_mark(out, root_mark(paper->root));
	if (step->kind == STEP_NOTE)
		append_mark(out, "note");
	if (step->kind == STEP_EDIT)
		append_mark(out, step->conflict ? "edit, conflict" : "edit");
	if (step->diff) {
		diff_count(span_of(step->diff), &added, &removed);
		str_appendf(out, ", +%zu", added);
		if (removed)
			str_appendf(out, " -%zu", removed);
	}
	if (step->bytes >= 0 || step->disk_bytes >= 0) {
		str_append(out, out->len ? ", " : "");
		plan_cost(out, step);
	}
}

static void
append_indented(struct str *out, const char *text, const char *before, const char *after)
{
	for (struct span rest = span_of(text), line; rest.len;) {
		line = span_cut(rest, '\n', &rest);
		str_appendf(out, "     %s%.*s%s\n", before, (int)line.len, line.data, after);
	}
}

/* The text in lines of about WIDTH columns. */
static void
append_wrapped(struct str *out, const char *text, const char *before, const char *after)
{
	struct str lines = STR_INIT;
	size_t column = 0;

	for (struct span rest = span_of(text), word; rest.len;) {
		word = span_cut(rest, ' ', &rest);
		if (column && column + 1 + word.len > WIDTH) {
			str_append_char(&lines, '\n');
			column = 0;
		}
		str_append(&lines, column ? " " : "");
		str_append_span(&lines, word);
		column += (column > 0) + word.len;
	}
	append_indented(out, str_cstr(&lines), before, after);
	str_fini(&lines);
}

static void
append_license(struct str *out, const struct step_license *license, const struct plan_paper *paper)
{
	str_appendf(out, "     %sasks you to agree to: %s%s\n     %s\n", paper->warn, license->name,
		paper->plain, license->url);
	append_indented(out, license->text, paper->dim, paper->plain);
}

static void
append_step(struct str *out, size_t number, const struct step *step, const struct plan_paper *paper)
{
	struct str marks = STR_INIT;

	append_marks(step, paper, &marks);
	str_appendf(out, "%3zu  %s%s%s", number, paper->bold, step->title, paper->plain);
	if (marks.len)
		str_appendf(out, "  %s[%s]%s", paper->warn, str_cstr(&marks), paper->plain);
	str_append_char(out, '\n');
	append_wrapped(out, step->why, paper->dim, paper->plain);
	if (step->license)
		append_license(out, step->license, paper);
	if (step->conflict)
		append_indented(out, step->conflict, paper->warn, paper->plain);
	if (step->diff)
		append_indented(out, step->diff, "", "");
	str_fini(&marks);
}

void
plan_text(const struct plan *p, const struct plan_paper *paper, struct str *out)
{
	for (size_t i = 0; i < p->count; i++)
		append_step(out, i + 1, &p->items[i], paper);
}
