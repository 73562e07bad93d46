/* artifacts_disk: what builds have left and what else lies on the disk for them, in place of the
 * artefacts; the target folder's own lines can be freed.
 *
 * Reading and removing are a worker's; what it found replaces what is shown. */
#pragma once
#include <stdbool.h>
#include "base/str.h"
#include "base/vec.h"
#include "ui/canvas.h"
#include "ui/widget_table.h"

struct disk_task;
struct store;

struct disk_row {
	char *name, *note;
	char *path; /* of a tree that can be freed; "": the whole target folder; NULL: neither */
	uint64_t bytes;
};

struct disk_view {
	struct store *store;
	bool is_open;
	VEC(struct disk_row) rows;
	uint64_t total;
	struct table table;
	struct disk_task *task; /* what is under way; or NULL */
	bool is_cleaning;       /* that removes something */
	char *asked;            /* path of what to free, while that is asked; or NULL */
};

void disk_view_init(struct disk_view *v, struct store *store);
void disk_view_fini(struct disk_view *v);
/* FX_ bits, all of them. */
unsigned disk_view_toggle(struct disk_view *v);
unsigned disk_view_read(struct disk_view *v);  /* anew */
unsigned disk_view_clean(struct disk_view *v); /* asks whether to */
unsigned disk_view_answer(struct disk_view *v, bool yes);
/* Whether there is something to free under the cursor. */
bool disk_view_can_clean(const struct disk_view *v);
void disk_view_draw(struct disk_view *v, struct area a);
