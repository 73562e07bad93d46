/* chatter: what cargo itself says on stderr, cut into pieces that belong together.
 *
 * An error or warning is a piece with all the lines that follow it ("Caused by:", a build script's
 * own output); a status line and anything else is a piece of one line; the bar is none of the text. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct chatter;

enum chatter_kind {
	CHATTER_BAR,    /* done, total */
	CHATTER_STATUS, /* "   Compiling serde v1.0.219" */
	CHATTER_ERROR,
	CHATTER_WARNING,
	CHATTER_LINE, /* anything else */
};

struct chatter_piece {
	enum chatter_kind kind;
	struct span text;  /* with its colours, lines end with LF */
	struct span plain; /* the same without control sequences */
	struct span verb;  /* status: "Compiling" */
	struct span rest;  /* status: "serde v1.0.219" */
	int done, total;   /* bar */
};

typedef void chatter_fn(void *arg, const struct chatter_piece *piece);

/* Pieces go to fn and are borrowed for the call. */
struct chatter *chatter_new(chatter_fn *fn, void *arg);
void chatter_free(struct chatter *c);
void chatter_feed(struct chatter *c, const char *bytes, size_t len);
/* Hands out an error or warning that has begun: nothing more has come for a while. */
void chatter_settle(struct chatter *c);
void chatter_end(struct chatter *c); /* hands out all that is left */
