/* jobserver: the CPU budget of a run whose groups work side by side.
 *
 * A pool of `slots` tokens, a fifo per group. Every cargo owns one implicit token, so a group of its
 * own has `granted - 1` bytes in its fifo or in the hands of what it runs. The tokens granted are
 * never more than the slots. Bytes that lie in a fifo are not in use: they are what can be moved to a
 * group that has none left. A group that cannot obey (in a container) has tokens without a fifo. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct jobserver;

/* `slots` >= 1; the fifos lie in a private folder for temporary files. NULL with err when it cannot
 * be made. */
struct jobserver *jobserver_new(int slots, struct err *err);
void jobserver_free(struct jobserver *js); /* NULL is fine */

/* Adds a group (any number that is not there yet) and gives it its share; the text for its MAKEFLAGS
 * is borrowed and lives until the group is renewed or removed. NULL with err when no slot is left
 * for it (jobserver_has_room) or its fifo cannot be made. */
const char *jobserver_add_group(struct jobserver *js, int group, struct err *err);
/* Adds, or keeps, a group that does not obey us: up to `wanted` slots, at least 1, are its own until it
 * is removed. How many, for its --jobs. */
int jobserver_add_fixed(struct jobserver *js, int group, int wanted);
/* Another cargo goes on with the group: a killed one returns no token, so its share lies in a fifo of
 * a new name, out of reach of what the old one may have left. NULL with err when
 * that fifo cannot be made: the group is removed then. */
const char *jobserver_renew_group(struct jobserver *js, int group, struct err *err);
/* The group has ended, however it ended: its whole share is handed to the others. Unknown is fine. */
void jobserver_remove_group(struct jobserver *js, int group);

/* Keeps this many tokens out of the groups' hands, for groups to come, as far as they are not handed
 * out yet. 0 at first. */
void jobserver_reserve(struct jobserver *js, int tokens);

/* Moves tokens that lie idle to the groups that have none idle. */
void jobserver_balance(struct jobserver *js);

/* Whether there is a slot for one more group: not while all are in use. */
bool jobserver_has_room(struct jobserver *js);
bool jobserver_has_group(const struct jobserver *js, int group);
int
jobserver_granted(const struct jobserver *js, int group); /* with the implicit one; 0: unknown */
