/* lock: a file that one process at a time holds, and that says who.
 *
 * The system lets go of it however that process ends. A folder in which nothing can be locked (some
 * network file systems) lets everybody in. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

struct lock;

/* Takes it, waiting for another holder at most wait_ms. Missing folders are made, for us alone. NULL
 * with err: ERR_FAILED "<path>: held by process <pid>", or ERR_ENVIRONMENT. */
struct lock *lock_take(const char *path, unsigned wait_ms, struct err *err);
/* Takes it at once and writes `words` into the file, for others; missing folders are made. NULL with
 * err when another one holds it (*is_held), or when the file cannot be made. */
struct lock *lock_try(const char *path, const char *words, bool *is_held, struct err *err);
void lock_release(struct lock *l); /* the file stays, empty; NULL is fine */
/* Whether somebody else holds it; the words are appended. An absent file is held by nobody. */
bool lock_is_held(const char *path, struct str *words);
/* The process that has locked this file, whatever kind of program it is; 0: none, or not known. */
int64_t lock_holder(const char *path);
