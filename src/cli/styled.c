#include "cli/styled.h"

void
styled_append(struct str *out, const struct ansi_line *line)
{
	bool is_styled = false;

	for (size_t i = 0; i < line->run_count; i++) {
		size_t at = line->runs[i].at;
		size_t end = i + 1 < line->run_count ? line->runs[i + 1].at : line->text.len;
		bool is_plain = ansi_style_equal(line->runs[i].style, ANSI_STYLE_PLAIN);

		if (is_styled || !is_plain)
			ansi_sgr(out, line->runs[i].style);
		str_append_bytes(out, line->text.data + at, end - at);
		is_styled = !is_plain;
	}
	if (is_styled)
		ansi_sgr(out, ANSI_STYLE_PLAIN);
}
