/* growth: how large a file was before: in the last build that made it, and in the marked run. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

struct history;
struct history_file;

struct growth {
	bool is_known; /* builds of the file are known of */
	bool has_before, has_marked;
	uint64_t bytes; /* as it is */
	uint64_t before, marked;
};

/* Of a file that the run (an id; NULL: some run that is not over) made. `h` may be NULL. */
void growth_ask(struct growth *g, struct history *h, const struct history_file *file,
	const char *run, uint64_t bytes);
/* Of the file at a path, if a build of a kept history made it; a file that has changed since its last build is
 * held against that one. */
void growth_ask_path(struct growth *g, struct history *h, const char *path, uint64_t bytes);
/* -3.1 for "3.1 % smaller"; 0 where it was not there. */
double growth_percent(uint64_t was, uint64_t is);
/* "-3.1 % (77 kB) since the build before, +12 % (258 kB) since the marked run"; nothing where nothing is known. */
void growth_append(const struct growth *g, struct str *out);
