/* profile_targets: options of single targets (build/way.h) that a line of `xtui profile` gives, for xtui.toml. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

struct choice;
struct cli;
struct edit;
struct survey;

struct profile_target_option {
	const char *triple, *key;
	const char *value; /* as choice_option has it; NULL: it is taken out */
};

struct profile_targets {
	struct profile_target_option *options;
	size_t count;
	struct arena arena;
};

/* What the line gives for its targets, else for those of the choice, which holds it from here on, unsaved. ERR_USAGE
 * for a value that a build would refuse. To be given to profile_targets_fini in any case. */
bool profile_targets_read(struct profile_targets *t, const struct cli *cli, const struct survey *s,
	struct choice *choice, struct err *err);
void profile_targets_fini(struct profile_targets *t);
/* The edit of xtui.toml; NULL with err as edit_prepare. */
struct edit *
profile_targets_edit(const struct profile_targets *t, const char *root, struct err *err);
