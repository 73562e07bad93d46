/* build_lend: the terminal is lent to the user's editor, at the place that a diagnostic is about, or
 * to a pager with the log. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "build/job.h"
#include "build/logstore.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "ui/build_state.h"

#define NEAR_LINES 60 /* of a diagnostic, that are looked at above and below the cursor */

struct place {
	const char *root; /* of paths that are not absolute */
	char *path;       /* NULL: none was found */
	unsigned line, column;
	bool is_over; /* an empty line ended the diagnostic */
};

/* ":12" off the front; 0: there is none. */
static unsigned
take_number(struct span *text)
{
	unsigned number = 0;
	size_t len = 1;

	if (text->len < 2 || text->data[0] != ':')
		return 0;
	for (; len < text->len && isdigit((unsigned char)text->data[len]) && len < 9; len++)
		number = number * 10 + (unsigned)(text->data[len] - '0');
	text->data += len;
	text->len -= len;
	return number;
}

/* "src/main.rs:12:5", with more behind it: a place when there is such a file. */
static bool
is_place(struct place *place, struct span word)
{
	const char *colon = memchr(word.data, ':', word.len);
	struct span rest;
	unsigned line;

	if (!colon || colon == word.data)
		return false;
	rest = (struct span){ colon, (size_t)(word.data + word.len - colon) };
	line = take_number(&rest);
	if (!line)
		return false;
	char *name = xstrndup(word.data, (size_t)(colon - word.data));
	char *path = path_is_absolute(name) ? xstrdup(name) : path_join(place->root, name);
	free(name);
	if (!file_exists(path)) {
		free(path);
		return false;
	}
	place->path = path;
	place->line = line;
	place->column = take_number(&rest);
	return true;
}

static void
look_for_place(void *arg, size_t line, const struct ansi_line *text)
{
	struct place *place = arg;
	struct span rest = span_trim(text->text);

	place->is_over = place->is_over || !rest.len;
	while (rest.len && !place->path && !place->is_over) {
		struct span word = span_cut(rest, ' ', &rest);
		while (word.len && strchr("('\"`", *word.data)) {
			word.data++;
			word.len--;
		}
		is_place(place, word);
	}
}

/* At the cursor or below it in the same diagnostic, else above. */
static bool
find_place(struct build *b, const struct build_pane *p, struct place *place)
{
	const struct workspace *ws = b->store->survey->workspace;
	struct logstore *log = p->job->log;
	size_t lines = log ? logstore_lines(log) : 0, at = p->view.cursor;

	*place = (struct place){ .root = ws ? ws->root : "." };
	if (!lines)
		return false;
	if (p->view.is_following) {
		long error = logstore_find_mark(log, (long)lines, true, LOGMARK_ERROR);
		at = error >= 0 ? (size_t)error : lines - 1;
	}
	logstore_read(log, at, NEAR_LINES, look_for_place, place);
	place->is_over = false;
	for (size_t i = 1; i <= NEAR_LINES && i <= at && !place->path && !place->is_over; i++)
		logstore_read(log, at - i, 1, look_for_place, place);
	return place->path;
}

/* ---- commands ---- */

void
build_lend_fini(struct build *b)
{
	for (size_t i = 0; i < LENT_WORDS_MAX; i++) {
		free(b->lent[i]);
		b->lent[i] = NULL;
	}
}

/* Ends the command before; the new one begins with the words of `command`. */
static size_t
begin_command(struct build *b, const char *command)
{
	struct span rest = span_of(command);
	size_t count = 0;

	build_lend_fini(b);
	while (rest.len && count < LENT_WORDS_MAX - 3) {
		struct span word = span_cut(rest, ' ', &rest);
		if (word.len)
			b->lent[count++] = span_dup(word);
	}
	return count;
}

static const char *
setting(const char *first, const char *second, const char *otherwise)
{
	const char *value = getenv(first);

	if ((!value || !*value) && second)
		value = getenv(second);
	return value && *value ? value : otherwise;
}

/* How an editor is told the line; others understand +LINE FILE, as vi does. */
static const struct {
	const char *editor, *option; /* NULL: none */
} with_colons[] = {
	{ "code", "-g" },
	{ "codium", "-g" },
	{ "cursor", "-g" },
	{ "hx", NULL },
	{ "helix", NULL },
	{ "subl", NULL },
	{ "zed", NULL },
};

static void
add_place(struct build *b, size_t at, const struct place *place)
{
	const char *editor = path_basename(b->lent[0]);

	for (size_t i = 0; i < COUNT(with_colons); i++) {
		if (!text_is(editor, with_colons[i].editor))
			continue;
		if (with_colons[i].option)
			b->lent[at++] = xstrdup(with_colons[i].option);
		b->lent[at] = xasprintf(
			"%s:%u:%u", place->path, place->line, place->column ? place->column : 1);
		return;
	}
	b->lent[at++] = xasprintf("+%u", place->line);
	b->lent[at] = xstrdup(place->path);
}

unsigned
build_edit(struct build *b)
{
	struct build_pane *p = build_focused(b);
	struct place place;

	if (!find_place(b, p, &place))
		return store_say(b->store, SAY_INFO, "no file and line near the cursor");
	size_t count = begin_command(b, setting("VISUAL", "EDITOR", "vi"));
	if (count)
		add_place(b, count, &place);
	free(place.path);
	return count ? store_lend(b->store, (const char *const *)b->lent) : FX_BELL;
}

unsigned
build_page(struct build *b)
{
	const struct job *job = build_focused(b)->job;

	if (!job->log || !logstore_lines(job->log))
		return store_say(b->store, SAY_INFO, "nothing was said yet");
	size_t count = begin_command(b, setting("PAGER", NULL, "less"));
	if (!count)
		return FX_BELL;
	if (text_is(path_basename(b->lent[0]), "less"))
		b->lent[count++] = xstrdup("-R");
	b->lent[count] = xstrdup(logstore_path(job->log));
	return store_lend(b->store, (const char *const *)b->lent);
}
