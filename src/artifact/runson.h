/* runson: systems that run a file, out of data/distributions.toml. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct card;
struct runson;

/* The table, read once for any number of cards; NULL only when the data file is broken. */
struct runson *runson_load(struct err *err);
void runson_free(struct runson *r);
/* Fills card->runs_on, of its parts too. The strings are the card's own. */
void runson_fill(const struct runson *r, struct card *card);
