#include "text/yaml.h"

#include <string.h>

/* ---- scalars ---- */

static bool
is_among(const char *text, const char *const *words)
{
	char lower[8] = { 0 };
	size_t len = strlen(text);

	if (len >= sizeof(lower))
		return false;
	for (size_t i = 0; i < len; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 'a' - 'A') : text[i];
	for (; *words; words++)
		if (text_is(lower, *words))
			return true;
	return false;
}

/* What YAML 1.2 would not take for a text, nor 1.1 numbers, dates and times: those begin with a
 * digit, a sign or a dot. */
static bool
is_special(const char *text)
{
	static const char *const words[] = { "", "~", "null", "true", "false", ".inf", "-.inf",
		"+.inf", ".nan", "<<", "=", "---", "...", NULL };

	if (is_among(text, words))
		return true;
	return strchr("0123456789+-.", *text) && strpbrk(text, "0123456789") &&
		strspn(text, "0123456789+-.:_eExXoabcdefABCDEFTZ") == strlen(text);
}

/* Truth values of YAML 1.1; as keys they are left alone: "on" is GitHub's own. */
static bool
is_old_bool(const char *text)
{
	static const char *const words[] = { "yes", "no", "on", "off", "y", "n", NULL };

	return is_among(text, words);
}

/* A control character, or a byte of another encoding. */
static bool
needs_escapes(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c < 0x20 || *c == 0x7f)
			return true;
	return false;
}

static bool
is_plain(const char *text)
{
	size_t len = strlen(text);

	if (is_special(text) || needs_escapes(text) || strchr("-?:,[]{}#&*!|>'\"%@` ", *text))
		return false;
	return text[len - 1] != ' ' && text[len - 1] != ':' && !strstr(text, ": ") &&
		!strstr(text, " #");
}

static void
append_escaped(struct str *out, const char *text)
{
	str_append_char(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			str_append_char(out, '\\');
		if (c == '\n')
			str_append(out, "\\n");
		else if (c < 0x20 || c == 0x7f)
			str_appendf(out, "\\x%02x", c);
		else
			str_append_char(out, (char)c);
	}
	str_append_char(out, '"');
}

static void
append_scalar(struct str *out, const char *text, bool is_key)
{
	if (is_plain(text) && (is_key || !is_old_bool(text))) {
		str_append(out, text);
		return;
	}
	if (needs_escapes(text) || strchr(text, '\'')) {
		append_escaped(out, text);
		return;
	}
	str_appendf(out, "'%s'", text);
}

void
yaml_scalar(struct str *out, const char *text)
{
	append_scalar(out, text, false);
}

/* ---- lines ---- */

static void
begin_line(struct yaml *y)
{
	str_append_repeat(y->out, ' ', (size_t)(y->depth - y->is_dashed) * 2);
	if (y->is_dashed)
		str_append(y->out, "- ");
	y->is_dashed = false;
}

static void
append_key(struct yaml *y, const char *key)
{
	begin_line(y);
	append_scalar(y->out, key, true);
	str_append_char(y->out, ':');
}

void
yaml_word(struct yaml *y, const char *key, const char *word)
{
	append_key(y, key);
	str_appendf(y->out, " %s\n", word);
}

void
yaml_text(struct yaml *y, const char *key, const char *text)
{
	append_key(y, key);
	str_append_char(y->out, ' ');
	yaml_scalar(y->out, text);
	str_append_char(y->out, '\n');
}

void
yaml_noted(struct yaml *y, const char *key, const char *text, const char *note)
{
	yaml_text(y, key, text);
	str_truncate(y->out, y->out->len - 1);
	str_appendf(y->out, " # %s\n", note);
}

/* A block keeps all of its bytes but for blanks before the first line, which would shift it. */
static bool
fits_block(struct span lines)
{
	for (size_t i = 0; i < lines.len; i++) {
		unsigned char c = (unsigned char)lines.data[i];
		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			return false;
	}
	return lines.len && span_ends(lines, "\n") && !span_ends(lines, "\n\n") &&
		!strchr(" \t\n", lines.data[0]);
}

static void
append_lines(struct yaml *y, struct span lines, int depth)
{
	str_append(y->out, " |\n");
	while (lines.len) {
		struct span line = span_cut(lines, '\n', &lines);

		if (line.len)
			str_append_repeat(y->out, ' ', (size_t)depth * 2);
		str_append_span(y->out, line);
		str_append_char(y->out, '\n');
	}
}

/* A single line stands behind its key, where YAML lets it; what no block can hold is a text. */
static void
append_block(struct yaml *y, struct span lines, int depth)
{
	struct span rest, first = span_cut(lines, '\n', &rest);
	struct str text = STR_INIT;

	str_append_span(&text, rest.len ? lines : first);
	if (fits_block(lines) && (rest.len || !is_plain(str_cstr(&text)))) {
		append_lines(y, lines, depth);
	} else {
		str_append_char(y->out, ' ');
		yaml_scalar(y->out, str_cstr(&text));
		str_append_char(y->out, '\n');
	}
	str_fini(&text);
}

void
yaml_lines(struct yaml *y, const char *key, struct span lines)
{
	append_key(y, key);
	append_block(y, lines, y->depth + 1);
}

void
yaml_nothing(struct yaml *y, const char *key)
{
	append_key(y, key);
	str_append_char(y->out, '\n');
}

void
yaml_begin(struct yaml *y, const char *key)
{
	yaml_nothing(y, key);
	y->depth++;
}

void
yaml_end(struct yaml *y)
{
	y->depth--;
}

/* The item's lines are a level deeper than its dash, which stands in their indentation. */
void
yaml_item(struct yaml *y)
{
	y->depth++;
	y->is_dashed = true;
}

static void
begin_entry(struct yaml *y)
{
	str_append_repeat(y->out, ' ', (size_t)y->depth * 2);
	str_append_char(y->out, '-');
}

void
yaml_entry(struct yaml *y, const char *text)
{
	begin_entry(y);
	str_append_char(y->out, ' ');
	yaml_scalar(y->out, text);
	str_append_char(y->out, '\n');
}

void
yaml_entry_lines(struct yaml *y, struct span lines)
{
	begin_entry(y);
	append_block(y, lines, y->depth + 1);
}

void
yaml_comment(struct yaml *y, const char *text)
{
	for (struct span rest = span_of(text), line; rest.len;) {
		line = span_cut(rest, '\n', &rest);
		str_append_repeat(y->out, ' ', (size_t)y->depth * 2);
		str_appendf(y->out, "#%s%.*s\n", line.len ? " " : "", (int)line.len, line.data);
	}
}

void
yaml_blank(struct yaml *y)
{
	str_append_char(y->out, '\n');
}
