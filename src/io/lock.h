/* lock: one process at a time, by a file that is locked as long as it is held. The system gives it back
 * however its holder ends. */
#pragma once
#include "base/err.h"

struct lock;

/* Takes it, waiting for another holder at most wait_ms. The file is made, in a folder that is made too.
 * NULL with err: ERR_FAILED "<path>: held by process <pid>" or ERR_ENVIRONMENT. On a file system
 * that knows no locks it is had at once. */
struct lock *lock_take(const char *path, unsigned wait_ms, struct err *err);
void lock_release(struct lock *lock); /* NULL is fine; the file stays */
