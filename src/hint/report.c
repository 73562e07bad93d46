/* The two forms in which hints leave the program: JSON (docs/json.md) and text for people. */
#include "hint/report.h"

#include <string.h>
#include "base/utf8.h"
#include "hint/explain.h"
#include "text/json.h"
#include "text/shell.h"

#define WHY_LINES 4
#define FIX_LINES 4

static struct json *
fix_json(const struct fix *f)
{
	struct json *o = json_object();

	json_set_string(o, "title", f->title);
	json_set_string(o, "kind", fix_kind_name(f->kind));
	json_set(o, "argv", json_strings(f->argv));
	json_set_string(o, "path", f->path);
	json_set_string(o, "diff", f->diff);
	json_set_bool(o, "root", f->root);
	json_set_string(o, "verify", f->verify);
	return o;
}

struct json *
explain_hint_json(const struct hint *h)
{
	struct json *o = json_object(), *fixes = json_array();

	for (size_t i = 0; i < h->fix_count; i++)
		json_push(fixes, fix_json(&h->fixes[i]));
	json_set_string(o, "id", h->id);
	json_set_string(o, "title", h->title);
	json_set_string(o, "cause", h->cause);
	json_set_string(o, "text", h->text);
	json_set_string(o, "confidence", confidence_name(h->confidence));
	json_set_number(o, "line", (double)h->line);
	json_set_string(o, "excerpt", h->excerpt);
	json_set_string(o, "why", h->why);
	json_set(o, "fixes", fixes);
	json_set(o, "refs", json_strings(h->refs));
	return o;
}

struct json *
explain_json(const struct explanation *e)
{
	struct json *o = json_object(), *hints = json_array();

	for (size_t i = 0; i < e->count; i++)
		json_push(hints, explain_hint_json(&e->hints[i]));
	json_set_number(o, "schema", 1);
	json_set(o, "hints", hints);
	return o;
}

/* As much of the text as fits in the columns, cut at a blank where there is one. */
static struct span
first_row(struct span text, size_t columns)
{
	size_t used;
	struct span row = utf8_fit(text, columns, &used);

	if (row.len == text.len)
		return row;
	for (size_t i = row.len; i > row.len / 2; i--) {
		if (text.data[i] == ' ')
			return (struct span){ text.data, i };
	}
	return row;
}

/* The text in rows behind `indent`, at most `rows` of them; "…" says that there is more. */
void
report_wrap(struct str *out, const char *indent, const char *text, int rows)
{
	struct span rest = span_of(text);
	size_t columns = REPORT_COLUMNS - strlen(indent) - 1;

	while (rest.len && rows--) {
		struct span row = first_row(rest, columns);
		rest = span_trim((struct span){ rest.data + row.len, rest.len - row.len });
		str_appendf(out, "%s%.*s%s\n", indent, (int)row.len, row.data,
			rest.len && !rows ? "…" : "");
	}
}

static void
append_command(struct str *out, const struct fix *f)
{
	str_append(out, f->root ? "       $ sudo " : "       $ ");
	shell_command(out, f->argv);
	str_append_char(out, '\n');
}

/* What an edit adds, without the frame of the diff. */
static void
append_additions(struct str *out, const struct fix *f)
{
	struct span rest = span_of(f->diff);

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		if (line.len > 1 && (line.data[0] == '+' || line.data[0] == '-') &&
			!span_starts(line, "+++") && !span_starts(line, "---"))
			str_appendf(out, "       %.*s\n", (int)line.len, line.data);
	}
}

static void
append_fixes(struct str *out, const struct hint *h)
{
	for (size_t i = 0; i < h->fix_count && i < FIX_LINES; i++) {
		const struct fix *f = &h->fixes[i];
		str_appendf(out, "  %2zu  %s%s%s%s\n", i + 1, f->title, f->path ? " (" : "",
			f->path ? f->path : "", f->path ? ")" : "");
		if (i == 0 && f->argv)
			append_command(out, f);
		else if (i == 0 && f->diff)
			append_additions(out, f);
	}
}

static void
append_hint(struct str *out, const struct hint *h)
{
	size_t title = utf8_columns(span_of(h->title)),
	       name = strlen(confidence_name(h->confidence));

	str_append(out, h->title);
	str_append_repeat(
		out, ' ', title + name + 2 < REPORT_COLUMNS ? REPORT_COLUMNS - title - name : 2);
	str_appendf(out, "%s\n", confidence_name(h->confidence));
	if (h->line)
		str_appendf(out, "  line %ld: ", h->line);
	else
		str_append(out, "  ");
	struct span shown = utf8_fit(span_of(h->excerpt), REPORT_COLUMNS * 2, &name);
	str_append_span(out, shown);
	str_append_char(out, '\n');
	report_wrap(out, "  ", h->why, WHY_LINES);
	append_fixes(out, h);
}

void
explain_print(const struct explanation *e, struct str *out)
{
	for (size_t i = 0; i < e->count; i++) {
		if (i)
			str_append_char(out, '\n');
		append_hint(out, &e->hints[i]);
	}
}
