/* scripts: build scripts that have failed, until it is known for which targets.
 *
 * cargo says that a package's script has failed, not for which target it ran. The text may name the target;
 * else it is settled when as many have failed as are still open. */
#pragma once
#include <stdbool.h>
#include "base/str.h"
#include "base/vec.h"

struct post_spec;

struct script_error {
	char *package, *version;
	char *text; /* cargo's, with what the script said */
};

struct scripts {
	const struct post_spec *spec;    /* borrowed */
	VEC(struct script_error) errors; /* those that nobody could be named for yet */
	bool *open, *named;              /* for whoever has a question about all targets */
};

void scripts_init(struct scripts *scripts, const struct post_spec *spec);
void scripts_fini(struct scripts *scripts);
void
scripts_add(struct scripts *scripts, struct span package, struct span version, struct span text);
/* Tells those targets' panes and spec->progress for which it is known by now; at the last chance all that
 * are still open have failed. */
void scripts_settle(struct scripts *scripts, bool is_last_chance);
