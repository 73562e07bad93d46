/* dwarf: see dwarf.h. */
#include "artifact/dwarf.h"

enum {
	DW_TAG_FORMAL_PARAMETER = 0x05,
	DW_TAG_STRUCTURE = 0x13,
	DW_TAG_BASE_TYPE = 0x24,
	DW_TAG_VARIABLE = 0x34,
	DW_AT_DWO_NAME = 0x76,
	DW_AT_GNU_DWO_NAME = 0x2130,
	DW_FORM_IMPLICIT_CONST = 0x21,
};

#define ABBREVIATIONS_MAX (1u << 20) /* bytes that are read; the first unit decides nearly always */

enum card_debug
dwarf_kind(const struct reader *r)
{
	uint64_t at = 0, code, tag, attribute, form;
	enum card_debug debug = DEBUG_LINES;
	int64_t value;

	while (at < ABBREVIATIONS_MAX && reader_uleb(r, &at, &code)) {
		if (!code)
			continue;
		if (!reader_uleb(r, &at, &tag))
			return debug;
		at++; /* whether it has children */
		do {
			if (!reader_uleb(r, &at, &attribute) || !reader_uleb(r, &at, &form))
				return debug;
			if (form == DW_FORM_IMPLICIT_CONST)
				reader_sleb(r, &at, &value);
			if (attribute == DW_AT_DWO_NAME || attribute == DW_AT_GNU_DWO_NAME)
				debug = DEBUG_ELSEWHERE;
		} while (attribute || form);
		if (tag == DW_TAG_FORMAL_PARAMETER || tag == DW_TAG_STRUCTURE ||
			tag == DW_TAG_BASE_TYPE || tag == DW_TAG_VARIABLE)
			return DEBUG_FULL;
	}
	return debug;
}
