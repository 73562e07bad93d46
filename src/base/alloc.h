/* alloc: allocation that cannot return NULL.
 *
 * When memory runs out the program says so on stderr and ends with status 3, after calling the
 * hook (ui/term restores the terminal there). */
#pragma once
#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size); /* zeroed; the product is checked for overflow */
void *xrealloc(void *ptr, size_t size);
void *xreallocarray(void *ptr, size_t count, size_t size);
char *xstrdup(const char *text); /* NULL stays NULL */
char *xstrndup(const char *text, size_t len);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Ends the program as out-of-memory does: hook, one line "xtui: …" on stderr, exit 3. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void die_set_hook(void (*hook)(void)); /* called once, before the message is written */
