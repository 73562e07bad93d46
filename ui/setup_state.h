/* setup_state: what the parts of the Setup screen share: screen_setup.c (keys, life), setup_rows.c (the
 * plan as rows), setup_pane.c (what the step under the cursor is and says) and setup_side.c (what is to be
 * reached, goals). Only they include this. */
#pragma once
#include "base/arena.h"
#include "base/vec.h"
#include "plan/goals.h"
#include "plan/undo.h"
#include "ui/screen.h"
#include "ui/setup.h"
#include "ui/widget_list.h"
#include "ui/widget_pick.h"

struct step;

enum setup_question { SETUP_ASKS_NOTHING, SETUP_ASKS_ROOT, SETUP_ASKS_REPLACE, SETUP_ASKS_UNDO };

struct setup_row {
	size_t step;
	const char *text; /* a line below its step, in rows_memory; NULL: the step itself */
};

struct setup_screen {
	struct store *store;
	VEC(struct setup_row) rows;
	struct arena rows_memory;
	VEC(char) opened;        /* by step: 1 its lines are shown */
	const struct plan *plan; /* that the rows are of; NULL: none */
	bool follows;            /* the cursor goes with what runs */
	bool is_low;             /* no room for lines below steps */
	struct list list;        /* of the rows, or of the goals */
	struct goals goals;
	struct arena goals_memory;
	bool wants_goals;             /* in place of the plan */
	enum setup_question question; /* that the dialog asks */
	enum setup_deed deed;         /* to be done when it is agreed to */
	struct undo_list undo;        /* in pick's order, while that is open */
	struct pick pick;
	unsigned undone; /* the number of the entry that is asked about */
	struct area body;
};

/* setup_rows.c */
void setup_rows_make(struct setup_screen *v);
bool setup_rows_is_skipped(void *arg, size_t row);
void setup_rows_draw(struct setup_screen *v, struct area a);
void setup_cursor_draw(
	const struct setup_screen *v, struct area a); /* on the row under it, of both lists */
/* The step as it is run: "sudo apt-get install -y mold"; nothing for one without a command. */
void setup_command(const struct setup *s, const struct step *step, struct str *out);

/* setup_pane.c */
void setup_pane_draw(struct setup_screen *v, struct area a);
/* All of a step in full, as text. */
void setup_step_text(const struct setup_screen *v, size_t step, struct str *out);

/* setup_side.c */
bool setup_shows_goals(const struct setup_screen *v);
bool setup_goal_is_reached(
	const struct setup_screen *v, const struct goal *goal); /* all of it is marked */
void setup_goals_draw(struct setup_screen *v, struct area a);
void setup_goal_draw(struct setup_screen *v, struct area a); /* the one under the cursor, in full */
void setup_head_draw(const struct setup_screen *v, struct area a); /* one row */
void setup_side_draw(const struct setup_screen *v, struct area a); /* the same, with room */

/* screen_setup.c */
long setup_focused(const struct setup_screen *v); /* the step under the cursor; -1: none */
