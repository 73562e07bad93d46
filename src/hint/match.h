/* match: many patterns over a log of any size, in one pass.
 *
 * Every pattern has sets of fixed texts, of each of which a matching line must hold one; one automaton
 * looks for all of them, and only where it finds that is the line cleaned (hint/logline.h) and the
 * pattern itself run. A pattern matches within one line, without regard to case; ' and ` in
 * it stand for either. Long lines are taken in pieces of MATCH_PIECE. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

#define MATCH_PIECE 16384 /* bytes of a line that are looked at together */

struct patterns;

struct patterns *patterns_new(void);
/* Makes ready what the first scan of them would have to. */
void patterns_prepare(struct patterns *p);
void patterns_free(struct patterns *p);
/* Adds a PCRE2 pattern (the same text again gives the same number). -1 with err (no position in it)
 * when it does not compile or has no fixed text to look for. */
long patterns_add(struct patterns *p, const char *pattern, struct err *err);
size_t patterns_count(const struct patterns *p);
/* The names of the pattern's captures, in order of number; NULL after the last. */
const char *patterns_capture_name(const struct patterns *p, size_t pattern, size_t i);

struct match {
	size_t pattern;
	long line;        /* 1-based */
	struct span text; /* the cleaned line; borrowed for the call */
	size_t at;        /* where in it the match begins */
	const struct patterns *patterns;
	void *data; /* for match_capture */
};

/* What a named capture took; empty data when it took no part in the match. */
struct span match_capture(const struct match *m, const char *name);

struct scan_events {
	/* Whether a match of this pattern would still say anything; asked before it is run. */
	bool (*wanted)(void *arg, size_t pattern);
	void (*found)(void *arg, const struct match *m);
	/* A blank line, told only while scan_watch_blank is on. */
	void (*blank)(void *arg);
};

struct scan;
/* After the last pattern was added; the first scan of some patterns prepares them. */
struct scan *scan_new(struct patterns *p, const struct scan_events *events, void *arg);
/* Bytes as they come, cut anywhere. */
void scan_feed(struct scan *s, struct span bytes);
void scan_end(struct scan *s); /* what follows the last line end is a line, too */
void scan_watch_blank(struct scan *s, bool on);
uint64_t scan_tries(const struct scan *s); /* patterns run so far */
void scan_free(struct scan *s);
