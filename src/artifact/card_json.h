/* card_json: a card as JSON, as docs/json.md has it (CARD). */
#pragma once

struct card;
struct json;

/* The caller frees it, or hands it on. */
struct json *card_json(const struct card *card);
