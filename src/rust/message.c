/* A message is a parsed JSON document and pointers into it; nothing is copied. Which target it is
 * about is read from its paths, since cargo does not say. */
#include "rust/message.h"

#include <limits.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "text/json.h"

static const char *
text_at(const struct json *object, const char *key)
{
	return json_string(json_get(object, key), NULL);
}

/* ---- diagnostics ---- */

static bool
is_linker_own(const char *note)
{
	return !text_starts(note, "some arguments are omitted") &&
		!text_starts(note, "use `--verbose`");
}

/* A failed link's notes: the command line first, then what the linker said, then rustc's advice. */
static const char *
find_linker_output(const struct json *diagnostic)
{
	const char *text = text_at(diagnostic, "message");
	const struct json *child = json_first(json_get(diagnostic, "children"));

	if (!text || !text_starts(text, "linking with "))
		return NULL;
	for (child = json_next(child); child; child = json_next(child)) {
		const char *note = text_at(child, "message");

		if (note && is_linker_own(note))
			return note;
	}
	return NULL;
}

/* A line or column; 0 for what is none. */
static int
place_at(const struct json *span, const char *key)
{
	int64_t place = json_integer(json_get(span, key), 0);

	return place > 0 && place <= INT_MAX ? (int)place : 0;
}

static void
read_span(struct message *m, const struct json *spans)
{
	for (const struct json *span = json_first(spans); span; span = json_next(span)) {
		if (!json_bool(json_get(span, "is_primary"), false))
			continue;
		m->file = text_at(span, "file_name");
		m->line = place_at(span, "line_start");
		m->column = place_at(span, "column_start");
		return;
	}
}

static void
read_diagnostic(struct message *m, const struct json *diagnostic)
{
	m->kind = MESSAGE_DIAGNOSTIC;
	m->level = json_string(json_get(diagnostic, "level"), "");
	m->text = json_string(json_get(diagnostic, "message"), "");
	m->rendered = text_at(diagnostic, "rendered");
	m->code = text_at(json_get(diagnostic, "code"), "code");
	m->linker_output = find_linker_output(diagnostic);
	read_span(m, json_get(diagnostic, "spans"));
}

/* ---- cargo's reasons ---- */

static void
read_compiler_message(struct message *m)
{
	read_diagnostic(m, json_get(m->json, "message"));
}

static void
read_artifact(struct message *m)
{
	m->kind = MESSAGE_ARTIFACT;
	m->executable = text_at(m->json, "executable");
	m->fresh = json_bool(json_get(m->json, "fresh"), false);
	m->opt_level = text_at(json_get(m->json, "profile"), "opt_level");
}

static void
read_build_script(struct message *m)
{
	m->kind = MESSAGE_BUILD_SCRIPT;
	m->out_dir = text_at(m->json, "out_dir");
}

static void
read_finished(struct message *m)
{
	m->kind = MESSAGE_FINISHED;
	m->success = json_bool(json_get(m->json, "success"), false);
}

static const struct reason {
	const char *name;
	void (*read)(struct message *m);
} reasons[] = {
	{ "compiler-message", read_compiler_message },
	{ "compiler-artifact", read_artifact },
	{ "build-script-executed", read_build_script },
	{ "build-finished", read_finished },
};

static void
read_reason(struct message *m, const char *reason)
{
	const struct json *target = json_get(m->json, "target");

	for (size_t i = 0; i < COUNT(reasons); i++) {
		if (!text_is(reason, reasons[i].name))
			continue;
		m->package_id = text_at(m->json, "package_id");
		m->crate = text_at(target, "name");
		m->crate_kind = json_string(json_first(json_get(target, "kind")), NULL);
		m->crate_type = json_string(json_first(json_get(target, "crate_types")), NULL);
		reasons[i].read(m);
	}
}

void
message_parse(struct span line, struct message *m)
{
	const char *reason, *type;

	*m = (struct message){ .kind = MESSAGE_OTHER };
	if (!span_starts(line, "{") || !(m->json = json_parse(line.data, line.len, NULL)))
		return;
	if ((reason = text_at(m->json, "reason"))) {
		read_reason(m, reason);
		return;
	}
	type = text_at(m->json, "$message_type"); /* absent before Rust 1.76 */
	if (text_is(type, "diagnostic") || (!type && text_at(m->json, "level")))
		read_diagnostic(m, m->json);
}

void
message_fini(struct message *m)
{
	json_free(m->json);
	*m = (struct message){ .kind = MESSAGE_OTHER };
}

size_t
message_file_count(const struct message *m)
{
	return m->kind == MESSAGE_ARTIFACT ? json_count(json_get(m->json, "filenames")) : 0;
}

const char *
message_file(const struct message *m, size_t i)
{
	return json_string(json_at(json_get(m->json, "filenames"), i), "");
}

bool
message_is_summary(const struct message *m)
{
	if (m->kind != MESSAGE_DIAGNOSTIC || m->file)
		return false;
	return text_starts(m->text, "aborting due to ") || text_ends(m->text, " warning emitted") ||
		text_ends(m->text, " warnings emitted");
}

/* ---- which target ---- */

static int
find_triple(struct span name, const char *const *triples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (span_is(name, triples[i]))
			return (int)i;
	}
	return -1;
}

/* What follows `dir` in path, without the slash; empty when path is not below it. */
static struct span
below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	while (len > 1 && dir[len - 1] == '/')
		len--;
	if (strncmp(path, dir, len) != 0 || path[len] != '/')
		return SPAN("");
	return span_of(path + len + 1);
}

static int
path_triple(const char *path, const char *const *dirs, const char *const *triples, size_t count)
{
	struct span rest = span_of(path);
	int found = -1;

	for (; dirs && *dirs; dirs++) {
		struct span inside = below(path, *dirs);

		if (inside.len)
			return find_triple(span_cut(inside, '/', &rest), triples, count);
	}
	while (rest.len) {
		int index = find_triple(span_cut(rest, '/', &rest), triples, count);

		if (index >= 0)
			found = index;
	}
	return found;
}

int
message_triple(
	const struct message *m, const char *const *dirs, const char *const *triples, size_t count)
{
	if (m->out_dir)
		return path_triple(m->out_dir, dirs, triples, count);
	if (message_file_count(m))
		return path_triple(message_file(m, 0), dirs, triples, count);
	return -1;
}

/* ---- package ids ---- */

/* Where a package comes from, as cargo shows it in parentheses; empty for crates.io. */
static struct span
shown_source(struct span source)
{
	long scheme = span_find(source, SPAN("://"));
	long kind = span_find(source, SPAN("+"));

	if (span_ends(source, "/crates.io-index")) /* also of the sparse protocol */
		return SPAN("");
	if (span_starts(source, "path+file://"))
		scheme += 3;
	else
		scheme = kind < scheme ? kind + 1 : 0;
	return (struct span){ source.data + scheme, source.len - (size_t)scheme };
}

/* "name version (source)", until Rust 1.76. */
static bool
read_old_id(struct span id, struct package_parts *parts)
{
	struct span source;

	parts->name = span_cut(id, ' ', &source);
	parts->version = span_cut(source, ' ', &source);
	if (!parts->name.len || !parts->version.len || !span_starts(source, "(") ||
		!span_ends(source, ")"))
		return false;
	source = (struct span){ source.data + 1, source.len - 2 };
	parts->source = shown_source(source);
	return true;
}

/* "kind+URL#name@version", or "kind+URL#version" when the URL's last component is the name. */
static bool
read_new_id(struct span id, struct package_parts *parts)
{
	struct span fragment, url = span_cut(id, '#', &fragment), query;
	struct span name = span_cut(fragment, '@', &parts->version);

	if (!fragment.len)
		return false;
	if (parts->version.len) {
		parts->name = name;
	} else {
		struct span path = span_cut(url, '?', &query);

		parts->version = fragment;
		parts->name = path;
		for (size_t i = path.len; i > 0; i--) {
			if (path.data[i - 1] != '/')
				continue;
			parts->name = (struct span){ path.data + i, path.len - i };
			break;
		}
	}
	parts->source = shown_source(url);
	return parts->name.len > 0;
}

bool
message_package_parts(const char *package_id, struct package_parts *parts)
{
	struct span id = span_of(package_id);

	*parts = (struct package_parts){ 0 };
	return span_find(id, SPAN(" (")) >= 0 ? read_old_id(id, parts) : read_new_id(id, parts);
}

/* ---- the bar ---- */

static struct span
skip(struct span s, size_t len)
{
	return (struct span){ s.data + len, s.len - len };
}

static struct span
skip_blanks(struct span s)
{
	while (s.len && s.data[0] == ' ')
		s = skip(s, 1);
	return s;
}

/* Without the blanks and control sequences (ESC [ … letter) that it begins with. */
static struct span
skip_style(struct span s)
{
	for (s = skip_blanks(s); span_starts(s, "\033["); s = skip_blanks(s)) {
		size_t len = 2;

		while (len < s.len && !(s.data[len] >= '@' && s.data[len] <= '~'))
			len++;
		s = skip(s, len < s.len ? len + 1 : s.len);
	}
	return s;
}

static bool
read_count(struct span *s, int *count)
{
	size_t len = 0;
	int value = 0;

	for (; len < s->len && len < 9 && s->data[len] >= '0' && s->data[len] <= '9'; len++)
		value = value * 10 + (s->data[len] - '0');
	*count = value;
	*s = skip(*s, len);
	return len > 0;
}

bool
message_parse_bar(struct span line, int *done, int *total, struct span *crates)
{
	struct span rest = skip_style(line);

	if (span_starts(rest, "Building"))
		rest = skip_style(skip(rest, 8));
	if (!span_starts(rest, "["))
		return false;
	for (rest = skip(rest, 1); rest.len && strchr("=> ", rest.data[0]);)
		rest = skip(rest, 1);
	if (!span_starts(rest, "]"))
		return false;
	rest = skip_blanks(skip(rest, 1));
	if (!read_count(&rest, done) || !span_starts(rest, "/"))
		return false;
	rest = skip(rest, 1);
	if (!read_count(&rest, total) || (rest.len && !strchr(": ", rest.data[0])))
		return false;
	if (crates)
		*crates = span_trim(span_starts(rest, ":") ? skip(rest, 1) : rest);
	return true;
}
