#include "base/alloc.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*die_hook)(void); /* set once, at start; cleared when it is called */

void *
xmalloc(size_t size)
{
	void *ptr = malloc(size ? size : 1);

	if (!ptr)
		die("out of memory (%zu bytes wanted)", size);
	return ptr;
}

void *
xcalloc(size_t count, size_t size)
{
	void *ptr = calloc(count ? count : 1, size ? size : 1);

	if (!ptr)
		die("out of memory (%zu times %zu bytes wanted)", count, size);
	return ptr;
}

void *
xrealloc(void *ptr, size_t size)
{
	void *moved = realloc(ptr, size ? size : 1);

	if (!moved)
		die("out of memory (%zu bytes wanted)", size);
	return moved;
}

void *
xreallocarray(void *ptr, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		die("out of memory (%zu times %zu bytes wanted)", count, size);
	return xrealloc(ptr, bytes);
}

char *
xstrdup(const char *text)
{
	return text ? xstrndup(text, strlen(text)) : NULL;
}

char *
xstrndup(const char *text, size_t len)
{
	char *copy;

	if (!text)
		return NULL;
	len = strnlen(text, len);
	copy = xmalloc(len + 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list args;
	char *text = NULL;
	int len;

	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	if (len < 0)
		die("out of memory (while formatting a text)");
	return text;
}

void
die(const char *fmt, ...)
{
	void (*hook)(void) = die_hook;
	char line[512] = "xtui: ";
	size_t len = strlen(line);
	va_list args;

	va_start(args, fmt);
	vsnprintf(line + len, sizeof line - len - 1, fmt, args);
	va_end(args);
	len = strlen(line);
	line[len++] = '\n';

	die_hook = NULL;
	if (hook)
		hook();
	if (write(STDERR_FILENO, line, len) > 0)
		fflush(NULL);
	_exit(3); /* exit waits for threads, and this may be one of them */
}

void
die_set_hook(void (*hook)(void))
{
	die_hook = hook;
}
