/* shell: words as a POSIX shell reads them back. */
#pragma once
#include "base/str.h"

/* Appends the word, in single quotes where a shell would read anything else than it. */
void shell_word(struct str *out, const char *word);
/* Appends the words of argv (ends with NULL), a blank between them. */
void shell_command(struct str *out, const char *const *argv);
