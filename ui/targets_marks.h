/* targets_marks: which targets are marked, and the set that the project had before. */
#pragma once
#include <stdbool.h>
#include "base/vec.h"

struct store;

struct targets_marks {
	VEC(char *) saved; /* the project's marks before they were changed here */
	bool is_changed;   /* they were changed here: what is saved stays */
};

void targets_marks_fini(struct targets_marks *m);
/* The choice is another: its marks are the saved ones, unless they were changed here. */
void targets_marks_update(struct targets_marks *m, const struct store *s);
/* Each returns FX_ bits. */
unsigned targets_marks_toggle(struct targets_marks *m, struct store *s, const char *triple);
/* Marks the saved set; where that is what is marked, or none was saved, unmarks all. */
unsigned targets_marks_restore(struct targets_marks *m, struct store *s);
