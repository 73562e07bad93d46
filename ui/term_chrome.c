#include "ui/term_chrome.h"
#include <stdlib.h>
#include <string.h>
#include "base/count.h"

#define VTE_WITH_PROGRESS 8000 /* 0.80 */
#define PROGRESS "\033]9;4;%d;%d\033\\"
#define TITLE_ASIDE "\033[22;2t"
#define TITLE_BACK "\033[23;2t"

/* The first row that fits says all. Sources: cargo's list of terminals with OSC 9;4
 * (cargo/core/shell.rs), the terminals' own documentation of OSC 9, 777 and 52. */
static const struct terminal {
	const char *variable; /* of the environment; "TERM": the terminfo entry's beginning */
	const char *value;    /* NULL: any */
	struct chrome chrome;
} terminals[] = {
	/* multiplexers stand between us and the terminal, whatever that one's variables say */
	{ "TMUX", NULL, { false, true, true, NOTICE_BELL } },
	{ "STY", NULL, { false, false, true, NOTICE_BELL } },
	{ "ZELLIJ", NULL, { false, false, true, NOTICE_BELL } },
	{ "TERM", "screen", { false, false, true, NOTICE_BELL } },
	{ "TERM", "tmux", { false, true, true, NOTICE_BELL } },
	{ "TERM", "linux", { false, false, false, NOTICE_BELL } },
	{ "TERM", "vt", { false, false, false, NOTICE_BELL } },
	{ "TERM_PROGRAM", "ghostty", { true, true, true, NOTICE_OSC777 } },
	{ "TERM_PROGRAM", "WezTerm", { true, true, true, NOTICE_OSC777 } },
	{ "TERM_PROGRAM", "iTerm.app", { false, true, true, NOTICE_OSC9 } },
	{ "TERM_PROGRAM", "mintty", { true, true, true, NOTICE_BELL } },
	{ "TERM_PROGRAM", "Apple_Terminal", { false, true, false, NOTICE_BELL } },
	{ "TERM_PROGRAM", "vscode", { false, false, true, NOTICE_BELL } },
	{ "WT_SESSION", NULL, { true, true, true, NOTICE_BELL } },
	{ "ConEmuANSI", "ON", { true, true, false, NOTICE_BELL } },
	{ "KITTY_WINDOW_ID", NULL, { false, true, true, NOTICE_OSC9 } },
	{ "VTE_VERSION", NULL, { false, true, false, NOTICE_BELL } },
	{ "KONSOLE_VERSION", NULL, { false, true, true, NOTICE_BELL } },
	{ "TERM", "xterm-ghostty", { true, true, true, NOTICE_OSC777 } },
	{ "TERM", "xterm-kitty", { false, true, true, NOTICE_OSC9 } },
	{ "TERM", "foot", { false, true, true, NOTICE_OSC777 } },
	{ "TERM", "contour", { false, true, true, NOTICE_OSC777 } },
	{ "TERM", "rxvt-unicode", { false, false, true, NOTICE_OSC777 } },
	{ "TERM", "alacritty", { false, true, true, NOTICE_BELL } },
	{ "TERM", "xterm", { false, true, true, NOTICE_BELL } },
};

static bool
fits(const struct terminal *t, const char *term, char *(*get)(const char *name))
{
	const char *value;

	if (strcmp(t->variable, "TERM") == 0)
		return text_starts(term, t->value);
	value = get(t->variable);
	return value && *value && (!t->value || strcmp(value, t->value) == 0);
}

/* What newer versions of some terminals know more. */
static void
add_news(struct chrome *c, char *(*get)(const char *name))
{
	const char *program = get("TERM_PROGRAM"), *features = get("TERM_FEATURES");
	const char *vte = get("VTE_VERSION");

	if (program && features && strcmp(program, "iTerm.app") == 0 && strchr(features, 'P'))
		c->progress = true;
	if (vte && !get("TMUX") && strtol(vte, NULL, 10) >= VTE_WITH_PROGRESS)
		c->progress = true;
}

struct chrome
chrome_of(const char *term, char *(*get)(const char *name))
{
	struct chrome chrome = { .clipboard = true };

	for (size_t i = 0; i < COUNT(terminals); i++) {
		if (!fits(&terminals[i], term, get))
			continue;
		chrome = terminals[i].chrome;
		break;
	}
	if (!chrome.progress && chrome.title)
		add_news(&chrome, get);
	return chrome;
}

/* No byte that could end the sequence. */
static void
append_plain(struct str *out, const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x20 && *text != 0x7f)
			str_append_char(out, *text);
}

void
chrome_set_progress(struct chrome *c, int percent, struct str *out)
{
	bool has = percent >= 0;

	percent = has ? percent : 0;
	if (!c->progress || (has == c->has_progress && percent == c->percent))
		return;
	c->has_progress = has;
	c->percent = percent;
	str_appendf(out, PROGRESS, has, c->percent);
}

void
chrome_set_title(struct chrome *c, const char *title, struct str *out)
{
	if (!c->title || (!title && !c->has_title))
		return;
	if (title) {
		str_append(out, c->has_title ? "\033]2;" : TITLE_ASIDE "\033]2;");
		append_plain(out, title);
		str_append(out, "\033\\");
	} else {
		str_append(out, TITLE_BACK);
	}
	c->has_title = title;
}

void
chrome_leave(const struct chrome *c, struct str *out)
{
	if (c->has_progress)
		str_appendf(out, PROGRESS, 0, 0);
	if (c->has_title)
		str_append(out, TITLE_BACK);
}

void
chrome_notify(enum chrome_notice how, const char *title, const char *text, struct str *out)
{
	switch (how) {
	case NOTICE_BELL: str_append_char(out, '\a'); return;
	case NOTICE_OSC9:
		str_append(out, "\033]9;");
		append_plain(out, title);
		str_append(out, ": ");
		break;
	case NOTICE_OSC777:
		str_append(out, "\033]777;notify;");
		append_plain(out, title);
		str_append_char(out, ';');
		break;
	}
	append_plain(out, text);
	str_append(out, "\033\\");
}
