/* addressed: symbols that have an address and no size: each goes on to the next one in its section.
 *
 * Collected in any order, then told by address, and behind those of a section what is left of it: what lies
 * before the first of them or behind a mark, that no symbol is for. */
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
	uint8_t minor;     /* of several at one address the one of the least is told */
	bool is_mark;      /* it ends the one before it, and is nothing itself */
};

#define ADDRESSED_NAME_SIZE 64

struct addressed_section {
	uint64_t begin, end; /* of its bytes in the file, as addresses; both 0: it has none */
	char name[ADDRESSED_NAME_SIZE];
};

struct addressed {
	VEC(struct addressed_symbol) symbols;
	const struct addressed_section *sections;
	size_t section_count;
};

#define ADDRESSED_MAX (1u << 22) /* symbols; what is more is left out */

void addressed_add(struct addressed *a, const struct addressed_symbol *s);
/* `skip`: characters that the format puts before each name ("_"). `base` goes into the places. */
void addressed_tell(struct addressed *a, const struct reader *r, uint64_t base, const char *skip,
	sized_visit *visit, void *arg);
void addressed_fini(struct addressed *a);
