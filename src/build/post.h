/* post: who of a group hears what.
 *
 * rustc's lines come through the shim and name their target. cargo's messages name it by their
 * paths; its errors name it in their text, or belong to the unit that has just failed, or to the
 * build script that never came to its end. What cannot be told goes to every job that still runs. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"
#include "build/chatter.h"
#include "build/pane.h"
#include "build/progress.h"
#include "build/shim.h"

struct post;

struct post_spec {
	struct pane *const *panes; /* one for each target of the group, in its order */
	const char *const *triples;
	size_t count;
	const char *host;        /* triple */
	const char *const *dirs; /* target and build folder, ends with NULL */
	const char *box_dir;     /* what a container calls dirs[0]; NULL: the same */
	bool checks;             /* what is for the targets is checked, not compiled */
	bool is_without_shim;    /* no units are told of: what cargo says of them has to do */
	/* Whether a line tells of a file (build/backend.h); NULL: none does. */
	bool (*find_artifact)(struct span line, struct span *path, const char **kind);
	struct progress *progress;
};

/* The spec's arrays are borrowed. */
struct post *post_new(const struct post_spec *spec);
void post_free(struct post *p);

void post_unit_started(struct post *p, const struct shim_unit *unit);
void post_unit_line(struct post *p, const struct shim_unit *unit, struct span line);
void post_unit_ended(struct post *p, const struct shim_unit *unit, const struct shim_end *end);
void post_stdout_line(struct post *p, struct span line);
void post_chatter(struct post *p, const struct chatter_piece *piece);
/* A line of what is run before the build. */
void post_step_line(struct post *p, struct span line);
/* The unit graph has come: what waited for it may be told now. */
void post_review(struct post *p);
/* cargo has ended: what nobody could be named for is told to all that may be meant. */
void post_settle(struct post *p);

bool post_has_begun(const struct post *p);    /* anything was built or found fresh */
bool post_has_finished(const struct post *p); /* cargo came to the end of its queue */
