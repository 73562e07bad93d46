/* shell: see shell.h. */
#include "text/shell.h"
#include <string.h>

/* Those that a terminal would swallow. */
static bool
is_control(char c)
{
	return (c > 0 && c < ' ' && c != '\t' && c != '\n') || c == 0x7f;
}

static bool
is_plain(const char *word)
{
	for (const char *c = word; *c; c++) {
		if (is_control(*c))
			return false;
	}
	return *word && !strpbrk(word, " \t\r\n\"'\\$`*?[]{}()<>|&;#~!");
}

void
shell_word(struct str *out, const char *word)
{
	if (is_plain(word)) {
		str_append(out, word);
		return;
	}
	str_append_char(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			str_append(out, "'\\''");
		else if (is_control(*word))
			str_appendf(out, "'\"$(printf '\\%03o')\"'", (unsigned)*word);
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
