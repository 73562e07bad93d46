/* ar: archives of objects: GNU's, BSD's and Apple's, COFF's, and thin ones; Rust's rlibs among them. */
#pragma once
#include <stdbool.h>
#include "artifact/reader.h"
#include "base/err.h"

struct card;

bool ar_is(const struct reader *r);
bool ar_read(struct reader *r, struct card *card, struct err *err);

/* Walks over the members. */
struct ar {
	const struct reader *r;
	struct arena *arena;
	bool is_thin;
	uint64_t at; /* of the next header */
	uint64_t names, names_size;
	const char *flavour; /* "GNU", "BSD", "COFF"; NULL until something tells */
	bool is_cut;         /* it ended where no header or no room was */
};

struct ar_member {
	const char *name;
	uint64_t offset, bytes; /* of the contents; offset 0 where they are in another file */
	bool is_index;          /* of symbols or names, no object */
};

/* Names go to the arena. */
void ar_init(struct ar *ar, const struct reader *r, struct arena *arena);
bool ar_next(struct ar *ar, struct ar_member *m);
