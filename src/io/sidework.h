/* sidework: one thread beside the loop that does what is given to it, in that order.
 *
 * For what may have to wait for a disk: neither giving nor taking back ever waits for the thread, not
 * even for it to be let onto a CPU, as waking it by a condition would. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>

struct loop;
struct sidework;

/* The thread begins with the first work. */
struct sidework *sidework_new(struct loop *l);
/* Waits for what was given, and tells of it. NULL is fine. */
void sidework_free(struct sidework *s);
/* False where no thread can be had, or much too much is waiting for it: nothing may be given now. */
bool sidework_is_ready(struct sidework *s);
/* Runs work(arg) on the thread, then done(arg) on the loop's. */
void sidework_give(struct sidework *s, void (*work)(void *arg), void (*done)(void *arg), void *arg);
/* Waits for work that sets this; who is done meanwhile is told now. */
void sidework_wait(struct sidework *s, const atomic_bool *is_over);
