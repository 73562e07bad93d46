/* targets_deeds: what can be done with the target under the cursor. */
#pragma once
#include <stddef.h>

struct store;

/* `target` is an index in store->survey. Each returns FX_ bits; what cannot be done is said. */
unsigned target_probe(struct store *s, size_t target);
unsigned target_next_backend(struct store *s, size_t target); /* kept in the choice */
/* To the plan for what is marked; the target (-1: none) is marked where nothing is. */
unsigned target_set_up(struct store *s, long target);
/* Copies the command that brings what is missing, or the triple. */
unsigned target_copy(struct store *s, size_t target);
