/* dwarf: how much debug information of that kind tells. */
#pragma once
#include "artifact/card.h"
#include "artifact/reader.h"

/* Reads abbreviations (.debug_abbrev, __debug_abbrev), which list all kinds of entries that come: types or
 * variables are full debug information; the name of a .dwo file says where it is. */
enum card_debug dwarf_kind(const struct reader *abbreviations);
