/* widget_bar: how much of something is done or large. */
#pragma once
#include <stdint.h>
#include "ui/canvas.h"

/* `width` columns: full to done/total, in halves; the rest empty. total 0 draws an empty one. */
void bar_draw(struct area a, int row, int col, int width, uint64_t done, uint64_t total);
/* As above without drawing the rest: for lengths that are compared. Returns the columns used. */
int bar_length(
	struct area a, int row, int col, int width, enum role role, uint64_t value, uint64_t max);
/* "0:41", "12:05", "1:02:33"; below ten seconds with a tenth: "2.4s". */
void bar_time(char out[16], uint64_t ms);
