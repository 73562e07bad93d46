/* metadata: what `cargo metadata --no-deps` said of a workspace, kept in the cache for as long as all
 * that it follows from is the same: manifests, folders in which cargo looks for targets and members,
 * its configuration, its own program, the environment. Asking again takes 15 ms and more. */
#pragma once
#include "base/str.h"

struct json;
struct toolchain;

struct metadata_query {
	const char *manifest;       /* absolute, as cargo is told it */
	const char *dir;            /* absolute; where cargo runs */
	const struct toolchain *tc; /* whose cargo */
};

/* The document, or NULL when it must be asked for. Caller: json_free. */
struct json *metadata_recall(const struct metadata_query *q);
/* Keeps what cargo has just said (`doc` is `text` parsed), unless it follows from something that cannot
 * be told to be the same next time. */
void metadata_keep(const struct metadata_query *q, struct span text, const struct json *doc);
