/* together: the same work for many things, on several threads at once. */
#pragma once
#include <stddef.h>

/* Calls work(arg, i) for each i below count, at most `width` at a time, and comes back when all are
 * done. The order is that of i for who begins, none for who ends. Any thread may call it. */
void together(size_t count, size_t width, void (*work)(void *arg, size_t i), void *arg);
