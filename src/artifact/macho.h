/* macho: Apple's programs, libraries, bundles and objects, of one machine or of several (fat). */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct card;
struct reader;

/* Of one machine. */
bool macho_is(const struct reader *r);
bool macho_read(struct reader *r, struct card *card, struct err *err);

/* A fat file: slices, each with a card of its own in card->parts. Class files of Java begin with the same
 * four bytes and are none. */
bool macho_is_fat(const struct reader *r);
bool macho_read_fat(struct reader *r, struct card *card, struct err *err);
