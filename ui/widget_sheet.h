/* widget_sheet: lines of labelled text, one below the other, over as many rows as they take. */
#pragma once
#include <stdbool.h>
#include "ui/canvas.h"

#define SHEET_LABEL_COL 1

struct sheet {
	struct area a;
	int row;       /* the next line; negative while above the area (scrolled) */
	int text_col;  /* of what is labelled */
	bool one_line; /* cut at the edge instead of wrapped */
};

/* Puts text on the current line, cut at the edge; the line stays the current one. */
void sheet_put(struct sheet *s, int col, enum role role, const char *text);
/* Puts text from col on and goes to the line after it. An empty text is nothing. */
void sheet_add(struct sheet *s, int col, enum role role, const char *text);
void sheet_labelled(struct sheet *s, const char *label, enum role role, const char *text);
