/* export_menu: the files that do the same elsewhere: a list of their kinds, then what would be
 * written.
 *
 * Choosing a kind makes the file of the project's choice as it stands and shows it, or how it
 * differs from the one that is there; it is written once that is agreed to. */
#pragma once
#include <stdbool.h>
#include "ui/action.h"
#include "ui/canvas.h"
#include "ui/widget_pick.h"

struct export_file;
struct store;
struct term_event;

struct export_menu {
	struct store *store;
	struct pick pick;
	struct export_file *file; /* that is shown and waits for an answer; or NULL */
};

void export_menu_init(struct export_menu *m, struct store *store);
void export_menu_fini(struct export_menu *m);
/* All of these give FX_ bits. */
unsigned export_menu_open(struct export_menu *m);
bool export_menu_is_open(const struct export_menu *m);
unsigned export_menu_key(struct export_menu *m, enum action_id act);
unsigned export_menu_mouse(struct export_menu *m, const struct term_event *event);
/* To what was shown; 0 when nothing was. */
unsigned export_menu_answer(struct export_menu *m, bool yes);
void export_menu_draw(struct export_menu *m, struct area a); /* over what is there */
