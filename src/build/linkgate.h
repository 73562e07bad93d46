/* linkgate: lets links with fat LTO begin as far as memory has room for them.
 *
 * Those that run are believed to need all that was estimated for them, so what is there is measured
 * when none runs. One may always run. Who waits longest comes first. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct linkgate;

/* `available`: bytes of memory that a new program could have; 0: not known, then all may begin. */
struct linkgate *linkgate_new(uint64_t (*available)(void));
void linkgate_free(struct linkgate *g); /* NULL is fine */

/* True: it may begin, and runs from here on. False: it waits; begin(owner, link) is told when it may,
 * from within a later linkgate_leave or linkgate_forget. A link is known by its address. */
bool linkgate_ask(struct linkgate *g, void *owner, const void *link, uint64_t bytes,
	void (*begin)(void *owner, const void *link));
/* For what cannot ask when it links, a container: whether there is room for one more, and that so much
 * is taken from here on, room or not, until linkgate_forget. */
bool linkgate_has_room(struct linkgate *g, uint64_t bytes);
void linkgate_claim(struct linkgate *g, void *owner, uint64_t bytes);
/* It has ended, or will never begin; unknown is fine. */
void linkgate_leave(struct linkgate *g, const void *link);
void linkgate_forget(struct linkgate *g, const void *owner); /* all of its links */
