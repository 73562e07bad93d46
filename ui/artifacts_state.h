/* artifacts_state: what the files of the Artifacts screen share. */
#pragma once
#include <stdbool.h>
#include "ui/artifact_rows.h"
#include "ui/artifacts_disk.h"
#include "ui/canvas.h"
#include "ui/card_reading.h"
#include "ui/export_menu.h"
#include "ui/widget_input.h"
#include "ui/widget_table.h"

#define ARTIFACT_COLUMNS 10

struct artifacts_deed;
struct store;

struct artifacts {
	struct store *store;
	struct artifact_rows rows;
	struct str of; /* what they were made of: a run and how far it was */
	char *profile; /* that they were built with; NULL: nothing was */
	bool is_stale; /* the run may be another by now; they are made when they are drawn */
	struct table table;
	struct table_column columns[ARTIFACT_COLUMNS];
	struct card_reading *reading; /* or NULL */
	struct input path;            /* of a file to inspect */
	bool is_typing;
	struct disk_view disk;
	struct export_menu exports;
	struct artifacts_deed *deed; /* what is being made of them; or NULL */
	int side_top;                /* first line of the pane with the card */
	struct area body, pane;      /* where the list and the pane are */
	uint64_t largest;            /* bytes of the largest file, for the bars */
};

/* Makes the rows anew where they are of another run, or of less of it; reads cards that are missing. */
void artifacts_make(struct artifacts *a);
/* Reads all cards again. */
void artifacts_read_again(struct artifacts *a);
/* Adds a file that a person named, and puts the cursor on it. */
void artifacts_add_file(struct artifacts *a, const char *path);
/* The list, the card of what is under the cursor; no thinking. */
void artifacts_draw_list(struct artifacts *s, struct area a);
void artifacts_draw_card(struct artifacts *s, struct area a);
/* Has packages made of all that was built, as `xtui package` does; FX_ bits. */
unsigned artifacts_pack(struct artifacts *a);
/* Joins the file under the cursor with those of its name for the other Apple targets; FX_ bits. */
unsigned artifacts_join(struct artifacts *a);
/* How many slices that would take: fewer than 2 are no use. */
size_t artifacts_slices(const struct artifacts *a);
void artifacts_drop_deed(struct artifacts *a);
