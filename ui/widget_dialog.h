/* widget_dialog: a box in the middle: a title, wrapped text that scrolls, a row of buttons. */
#pragma once
#include <stdbool.h>
#include "ui/action.h"
#include "ui/canvas.h"

#define DIALOG_BUTTONS_MAX 3

struct dialog_button {
	const char *label; /* "Leave" */
	uint32_t key;      /* letter that presses it, as in its label; 0: none */
};

struct dialog {
	char *title;
	char *text; /* lines at \n; longer ones are wrapped */
	struct dialog_button buttons[DIALOG_BUTTONS_MAX];
	int button_count; /* at least 1; the last one is what Esc presses */
	int focus;        /* button that Enter presses */
	int top;          /* first line of text on screen */
	bool is_error;
};

void dialog_init(struct dialog *d, const char *title, const char *text);   /* one button: Close */
void dialog_add_button(struct dialog *d, const char *label, uint32_t key); /* before the last one */
void dialog_set_last(struct dialog *d, const char *label, uint32_t key);
void dialog_fini(struct dialog *d);
/* The number of the button pressed, from 0; -1 when none was. */
int dialog_key(struct dialog *d, enum action_id act, uint32_t key);
void dialog_draw(struct dialog *d, struct area a); /* over what is there */

/* Draws text wrapped at the area's width from line `top` of it on; the count of all its lines comes
 * back. Breaks at blanks where it can. */
int wrap_draw(struct area a, enum role role, const char *text, int top);
int wrap_count(const char *text, int cols);
