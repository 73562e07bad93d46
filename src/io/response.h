/* response: what the head of an answer over HTTP says of a file. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

struct response {
	char *etag, *last_modified;       /* NULL: not said */
	int64_t range_first, range_total; /* of Content-Range; -1: not said */
};

#define RESPONSE_INIT ((struct response){ .range_first = -1, .range_total = -1 })

void response_fini(struct response *r); /* and it may be filled again */
/* One line of a head; a status line begins anew, as after a redirect. */
void response_line(struct response *r, struct span line);
/* What If-Range takes to mean the same bytes: a strong ETag, else the date; or NULL. Borrowed. */
const char *response_validator(const struct response *r);
/* Whether a status may be another one in a moment. */
bool response_is_passing(long status);
/* "it does not have it (404)": what a status means, for a person. Borrowed, or `words`. */
#define RESPONSE_WORDS 64
const char *response_words(long status, char words[RESPONSE_WORDS]);
