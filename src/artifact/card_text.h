/* card_text: a card in words for people, on one line or in rows. All that is out of the file has been
 * cleaned by utf8_clean. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "base/vec.h"

struct card;

/* "executable for aarch64 Linux, dynamic" */
void card_title(const struct card *card, struct str *out);
/* What it runs on, in a few letters: "glibc >= 2.17", "any Linux x86_64", "macOS >= 11.0", "Windows";
 * nothing for what is not run, or of which nothing is known. `plus` is how ">=" is written. */
void card_floor(const struct card *card, const char *plus, struct str *out);

enum card_tone { TONE_PLAIN, TONE_GOOD, TONE_WARN, TONE_BAD };

struct card_row {
	const char *label; /* "needs"; "" for what goes on with the row above */
	char *text;
	enum card_tone tone;
};

struct card_rows {
	VEC(struct card_row) list;
};

/* All that is worth a row, the most decisive first; `all` adds what few ask for: every symbol version,
 * section, member and detail. */
void card_rows_fill(struct card_rows *rows, const struct card *card, bool all);
void card_rows_fini(struct card_rows *rows);
