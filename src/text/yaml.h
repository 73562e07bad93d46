/* yaml: a writer of YAML for people to read: block style, two blanks a level.
 *
 * Keys and values are any texts and are quoted where YAML would read anything else than that text;
 * what is a number, truth value or list is said with yaml_word. Nothing can be written that a
 * parser refuses, but for a key twice in one mapping. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct yaml {
	struct str *out;
	int depth;      /* of the mapping or list that is being written */
	bool is_dashed; /* the next line begins an item: the dash is to be put before it */
};

/* key: text */
void yaml_text(struct yaml *y, const char *key, const char *text);
/* The same, with a comment behind it. */
void yaml_noted(struct yaml *y, const char *key, const char *text, const char *note);
/* key: word, as it is: true, 3, [main] */
void yaml_word(struct yaml *y, const char *key, const char *word);
/* key: | and the lines below it; one line is an ordinary text. Lines end with \n. */
void yaml_lines(struct yaml *y, const char *key, struct span lines);
void yaml_nothing(struct yaml *y, const char *key); /* key: without a value */
/* key: and what follows is one level below, up to yaml_end. */
void yaml_begin(struct yaml *y, const char *key);
void yaml_end(struct yaml *y);
/* - and what follows, up to yaml_end, is the item's mapping. */
void yaml_item(struct yaml *y);
/* - text */
void yaml_entry(struct yaml *y, const char *text);
/* - | and the lines below it. */
void yaml_entry_lines(struct yaml *y, struct span lines);
/* # text, each of its lines; not at the beginning of an item. */
void yaml_comment(struct yaml *y, const char *text);
void yaml_blank(struct yaml *y); /* an empty line */
/* Appends the text as a scalar that reads back as it. */
void yaml_scalar(struct str *out, const char *text);
