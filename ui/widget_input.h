/* widget_input: a line of text being typed. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "ui/canvas.h"
#include "ui/screen.h"

#define INPUT_MAX 512 /* bytes; more is not taken */

struct input {
	struct str text;
	size_t at;          /* byte of the cursor; on a character's beginning */
	const char *prompt; /* before it; NULL: "/" */
};

void input_fini(struct input *in);
void input_set(struct input *in, const char *text); /* cursor at the end */
const char *input_text(const struct input *in);     /* never NULL */
/* One key: an ACT_TYPE_ action, ACT_OPEN (accept), ACT_BACK (cancel), or, with ACT_NONE, text. */
enum input_change input_key(struct input *in, enum action_id act, uint32_t key);
/* Pasted text; line ends and tabs become blanks, control characters nothing. */
enum input_change input_paste(struct input *in, const char *text);
/* Draws prompt and text into the first row with the hardware cursor; scrolls sideways. */
void input_draw(const struct input *in, struct area a);
