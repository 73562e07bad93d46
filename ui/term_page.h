/* term_page: gathers what curses writes for a frame, so that it goes to the terminal in one piece and
 * its size is known.
 *
 * curses writes to a descriptor and flushes at every move of the cursor; while a page is open that
 * descriptor is a file in memory. Only term includes this. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct page {
	int out;  /* what curses writes to */
	int tty;  /* the terminal, always; -1 when it could not be had once more */
	int file; /* -1: there is none, and curses writes to the terminal by itself */
};

void page_init(struct page *p, int out);
void page_fini(struct page *p);
bool page_is_open(const struct page *p); /* there is a file */
/* What curses writes from now on is gathered; false: it is not. */
bool page_begin(struct page *p);
/* Appends what it wrote; it writes to the terminal again. */
void page_end(struct page *p, struct str *bytes);
