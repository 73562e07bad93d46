#include "ui/widget_bar.h"
#include <stdio.h>

#define FULL_BLOCK "█"
#define HALF_BLOCK "▌"

/* `halves` half columns from col on; returns the column after them. */
static int
draw_halves(struct area a, int row, int col, enum role role, int halves)
{
	for (; halves >= 2; halves -= 2)
		col = area_puts(a, row, col, role, FULL_BLOCK);
	if (halves && !a.canvas->ascii)
		col = area_puts(a, row, col, role, HALF_BLOCK);
	return col;
}

static int
to_halves(uint64_t value, uint64_t max, int width)
{
	if (!max || width <= 0)
		return 0;
	if (value > max)
		value = max;
	return (int)((double)value / (double)max * 2 * width);
}

void
bar_draw(struct area a, int row, int col, int width, uint64_t done, uint64_t total)
{
	int end = col + width;

	col = draw_halves(a, row, col, ROLE_BAR_FULL, to_halves(done, total, width));
	while (col < end && col < a.cols)
		col = area_puts(a, row, col, ROLE_BAR_EMPTY, "-");
}

int
bar_length(struct area a, int row, int col, int width, enum role role, uint64_t value, uint64_t max)
{
	int halves = to_halves(value, max, width);

	if (!halves && value)
		halves = a.canvas->ascii ? 2 : 1; /* something is never shown as nothing */
	return draw_halves(a, row, col, role, halves) - col;
}

void
bar_time(char out[16], uint64_t ms)
{
	unsigned long long s = ms / 1000;

	if (s < 10)
		snprintf(out, 16, "%llu.%llus", s, (unsigned long long)(ms % 1000 / 100));
	else if (s < 3600)
		snprintf(out, 16, "%llu:%02llu", s / 60, s % 60);
	else if (s < 1000 * 3600ull)
		snprintf(out, 16, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(out, 16, "%llu d", s / 86400);
}
