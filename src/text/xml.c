#include "text/xml.h"

#include <stdint.h>
#include "base/utf8.h"

void
xml_append(struct str *out, const char *text)
{
	struct str clean = STR_INIT;

	utf8_clean(&clean, text, SIZE_MAX);
	for (const char *c = str_cstr(&clean); *c; c++) {
		switch (*c) {
		case '<': str_append(out, "&lt;"); break;
		case '>': str_append(out, "&gt;"); break;
		case '&': str_append(out, "&amp;"); break;
		case '"': str_append(out, "&quot;"); break;
		default: str_append_char(out, *c);
		}
	}
	str_fini(&clean);
}
