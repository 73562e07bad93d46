/* shell: see shell.h. */
#include "text/shell.h"
#include <string.h>

void
shell_word(struct str *out, const char *word)
{
	if (*word && !strpbrk(word, " \t\r\n\"'\\$`*?[]{}()<>|&;#~!")) {
		str_append(out, word);
		return;
	}
	str_append_char(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			str_append(out, "'\\''");
		else
			str_append_char(out, *word);
	}
	str_append_char(out, '\'');
}

void
shell_command(struct str *out, const char *const *argv)
{
	for (size_t i = 0; argv[i]; i++) {
		str_append(out, i ? " " : "");
		shell_word(out, argv[i]);
	}
}
