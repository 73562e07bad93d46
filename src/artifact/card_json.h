/* card_json: a card as JSON, as docs/json.md has it (CARD). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct card;
struct json;
struct size_row;

/* The caller frees it, or hands it on. */
struct json *card_json(const struct card *card);
/* What makes a file big: crates, or symbols with the crate of each. */
struct json *size_rows_json(const struct size_row *rows, size_t count, bool has_crate);
