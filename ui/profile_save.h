/* profile_save: writing the profile's changes into Cargo.toml, after the diff was seen. */
#pragma once
#include <stdbool.h>

struct store;

/* Shows what would be written and asks: FX_ASK, or says why there is nothing to write. `what`: the title of
 * the question. */
unsigned profile_save_ask(struct store *s, const char *what);
/* The answer: writes just that, where the file is still as it was. FX_ bits. */
unsigned profile_save_answer(struct store *s, bool yes);
