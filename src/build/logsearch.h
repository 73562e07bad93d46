/* logsearch: the lines of a log that hold a text.
 *
 * A bit a line. The log is looked at piece by piece, first from where someone stands to the end, then
 * what is above; where it grows, the search goes on. What counts is the text as it is shown, without
 * control sequences, up to ANSI_LINE_MAX bytes a line. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct logsearch;
struct logstore;

/* Text that begins with `/` is a regular expression (PCRE2; one `/` at its end is left out), other
 * text is what it is; without a capital letter, case makes no difference. Lines from `from` on are
 * looked at first. NULL with err when the expression is none. */
struct logsearch *
logsearch_new(const char *text, const struct logstore *log, size_t from, struct err *err);
void logsearch_free(struct logsearch *s); /* NULL is fine */
/* Looks at what was not looked at yet for about `us` microseconds; always the same log. False when
 * nothing is left. */
bool logsearch_work(struct logsearch *s, struct logstore *log, unsigned us);
bool logsearch_is_done(const struct logsearch *s); /* as of the last work */

size_t logsearch_count(const struct logsearch *s); /* lines that hold the text, as far as known */
size_t logsearch_rank(const struct logsearch *s, size_t line); /* those up to this one */
bool logsearch_has(const struct logsearch *s, size_t line);

enum logsearch_answer { LOGSEARCH_NONE, LOGSEARCH_FOUND, LOGSEARCH_NOT_YET };
/* The nearest of these lines below `from` (above, when backwards), which may be -1 or beyond the end;
 * past the last comes the first. Not yet: lines between have not been looked at. */
enum logsearch_answer
logsearch_next(const struct logsearch *s, long from, bool backwards, size_t *line);

/* Where the text is in a line, from byte `at` on; an expression may be content with no byte. */
bool
logsearch_match(const struct logsearch *s, struct span line, size_t at, size_t *begin, size_t *end);
