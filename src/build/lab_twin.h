/* lab_twin: a variant's files once more with their symbols, to see what they are made of.
 *
 * A profile that strips leaves files of which nothing tells that. Of such a variant, once it is measured, cargo is
 * asked again for the same without strip: what it links is linked anew, all else is there. Nothing of the twin is
 * measured. */
#pragma once
#include "base/arena.h"
#include "build/run.h"

struct job;
struct lab_cell;
struct lab_row;

/* Whether a file of the row had its symbols taken out. */
bool lab_twin_is_wanted(const struct lab_row *row, size_t target_count);
/* The variant without strip, in the arena; false where no profile takes the symbols out. */
bool lab_twin_variant(const struct run_spec *spec, const struct run_variant *variant,
	struct arena *arena, struct run_variant *twin);
/* What the stripped files of a cell are made of, by the files that the twin's job made. */
void lab_twin_attribute(struct lab_cell *cell, const struct job *job, struct arena *arena);
