#include "ui/widget_sheet.h"
#include "ui/widget_dialog.h"

void
sheet_put(struct sheet *s, int col, enum role role, const char *text)
{
	area_text_cut(s->a, s->row, col, s->a.cols - col, role, span_of(text));
}

void
sheet_add(struct sheet *s, int col, enum role role, const char *text)
{
	int above = s->row < 0 ? -s->row : 0;
	struct area room = area_part(s->a, s->row + above, col, -1, -1);

	if (!*text)
		return;
	if (s->one_line || room.cols < 1) {
		sheet_put(s, col, role, text);
		s->row++;
	} else {
		int rows = wrap_draw(room, role, text, above) - above;
		s->row += rows + above;
		if (rows > room.rows && room.rows > 0) /* the end of it has no room */
			area_puts(room, room.rows - 1, room.cols - 1, role,
				glyph(room.canvas, GLYPH_ELLIPSIS));
	}
}

void
sheet_labelled(struct sheet *s, const char *label, enum role role, const char *text)
{
	sheet_put(s, SHEET_LABEL_COL, ROLE_DIM, label);
	sheet_add(s, s->text_col, role, text);
}
