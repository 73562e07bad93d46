#include "ui/osc52.h"

#define SCREEN_CHUNK 700 /* GNU screen takes strings of 768 bytes at the most */

static void
append_base64(struct str *out, struct span text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)text.data;

	for (size_t i = 0; i < text.len; i += 3) {
		bool has_second = i + 1 < text.len, has_third = i + 2 < text.len;
		unsigned group = (unsigned)p[i] << 16;
		group |= has_second ? (unsigned)p[i + 1] << 8 : 0;
		group |= has_third ? p[i + 2] : 0;
		str_append_char(out, digits[group >> 18]);
		str_append_char(out, digits[group >> 12 & 63]);
		str_append_char(out, has_second ? digits[group >> 6 & 63] : '=');
		str_append_char(out, has_third ? digits[group & 63] : '=');
	}
}

void
osc52_append(struct str *out, struct span text, bool through_screen)
{
	struct str osc = STR_INIT;

	str_append(&osc, "\033]52;c;");
	append_base64(&osc, text);
	str_append_char(&osc, '\a'); /* ST would end the string around it */
	if (!through_screen)
		str_append_span(out, str_span(&osc));
	for (size_t at = 0; through_screen && at < osc.len; at += SCREEN_CHUNK) {
		size_t len = osc.len - at < SCREEN_CHUNK ? osc.len - at : SCREEN_CHUNK;
		str_append(out, "\033P");
		str_append_bytes(out, osc.data + at, len);
		str_append(out, "\033\\");
	}
	str_fini(&osc);
}
