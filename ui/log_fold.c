#include "ui/log_fold.h"
#include <string.h>

#define NOTE "= note:"

/* Bytes up to the blank after the word that begins at `at`; what is between quotes is not looked at. */
static size_t
word_end(struct span line, size_t at)
{
	bool is_quoted = false;

	for (; at < line.len && (is_quoted || line.data[at] != ' '); at++) {
		if (line.data[at] == '\\' && at + 1 < line.len)
			at++;
		else if (line.data[at] == '"')
			is_quoted = !is_quoted;
	}
	return at;
}

static size_t
skip_blanks(struct span line, size_t at)
{
	while (at < line.len && line.data[at] == ' ')
		at++;
	return at;
}

/* Variables that the command is started with: LC_ALL="C". */
static bool
is_assignment(struct span word)
{
	const char *sign = memchr(word.data, '=', word.len);

	return sign && sign > word.data && sign + 1 < word.data + word.len && sign[1] == '"';
}

size_t
log_fold_head(struct span line)
{
	size_t at = skip_blanks(line, 0), end;

	if (!span_starts((struct span){ line.data + at, line.len - at }, NOTE))
		return 0;
	at = skip_blanks(line, at + sizeof(NOTE) - 1);
	for (; at < line.len; at = skip_blanks(line, end)) {
		end = word_end(line, at);
		if (line.data[at] == '"')
			return end < line.len ? end : 0;
		if (!is_assignment((struct span){ line.data + at, end - at }))
			return 0;
	}
	return 0;
}
