/* health_rows: how a row of the Health screen looks, and what is to be read of it in full. */
#pragma once
#include "base/str.h"
#include "ui/canvas.h"
#include "ui/health_list.h"

struct store;

/* Draws one row, one line high. */
void health_row_draw(struct area a, const struct health_row *row, const struct store *store);
/* All there is to say of a check or target. */
void health_row_text(const struct health_row *row, struct store *store, struct str *out);
