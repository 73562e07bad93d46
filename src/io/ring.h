/* ring: bytes on their way from one thread to another, a bounded number of them.
 *
 * One thread puts, one takes. What was taken last stays where it is until the next take, so the taker
 * works on it in place. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct ring;

struct ring *ring_new(size_t size);
void ring_free(struct ring *r); /* NULL is fine; both threads must be done with it */
/* Copies the bytes in, waiting for room. False: the ring is broken. */
bool ring_put(struct ring *r, const void *bytes, size_t len);
void ring_end(struct ring *r); /* nothing more will be put */
/* Waits for bytes and lends them; 0: the end, or the ring is broken. */
size_t ring_take(struct ring *r, const void **bytes);
/* Either side gives up: nobody waits any more. */
void ring_break(struct ring *r);
bool ring_is_broken(struct ring *r);
