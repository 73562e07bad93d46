/* term_chrome: what a terminal has around its cells: progress, title, notices, clipboard; which of it
 * this one is known to understand, and the bytes for it.
 *
 * terminfo tells none of that, so what is not known is not sent. Pure; only term sends. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

enum chrome_notice { NOTICE_BELL, NOTICE_OSC9, NOTICE_OSC777 };

struct chrome {
	bool progress;             /* OSC 9;4 */
	bool title;                /* OSC 2, and the stack of titles that gives the old one back */
	bool clipboard;            /* OSC 52 is not known to be ignored */
	enum chrome_notice notice; /* the best that there is */
	bool has_progress, has_title; /* that we have set */
	int percent;
};

/* By TERM and the variables that terminals set; `get` is getenv but in tests. */
struct chrome chrome_of(const char *term, char *(*get)(const char *name));

/* Each appends what is to be sent, if anything. Control characters of texts are left out. */
void
chrome_set_progress(struct chrome *c, int percent, struct str *out); /* below 0: takes it away */
void chrome_set_title(struct chrome *c, const char *title, struct str *out); /* NULL: the old one */
/* What takes both back, from wherever they are. */
void chrome_leave(const struct chrome *c, struct str *out);
void chrome_notify(enum chrome_notice how, const char *title, const char *text, struct str *out);
