/* watch: hears of changes in one folder, not in those below it. */
#pragma once
#include "base/err.h"

struct loop;
struct watch;

/* `changed` is told the name of what appeared, went or was written to in the folder; NULL when the
 * system does not say, or when it is the folder itself. May be called several times for one change.
 * NULL with err when the folder cannot be watched, or the system's limit of watches is reached. */
struct watch *watch_open(struct loop *l, const char *dir,
	void (*changed)(void *arg, struct watch *w, const char *name), void *arg, struct err *err);
void watch_close(struct watch *w); /* also from within `changed`; NULL is fine */
const char *watch_dir(const struct watch *w);
