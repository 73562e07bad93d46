/* addressed: symbols that have an address and no size: each goes on to the next one in its section.
 *
 * Collected in any order, then told by address. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "artifact/sized_symbols.h"
#include "base/vec.h"

struct addressed_symbol {
	uint64_t address;
	uint64_t name; /* offset of the name in the file */
	uint32_t section;
	uint16_t name_len; /* 0: to its NUL */
	bool is_minor;     /* of several at one address another is told, where there is one */
};

struct addressed {
	VEC(struct addressed_symbol) symbols;
	const uint64_t *ends; /* of each section: where its bytes in the file end, as an address */
	size_t section_count;
};

#define ADDRESSED_MAX (1u << 22) /* symbols; what is more is left out */

void addressed_add(struct addressed *a, const struct addressed_symbol *s);
/* `skip`: characters that the format puts before each name ("_"). `base` goes into the places. */
void addressed_tell(struct addressed *a, const struct reader *r, uint64_t base, const char *skip,
	sized_visit *visit, void *arg);
void addressed_fini(struct addressed *a);
