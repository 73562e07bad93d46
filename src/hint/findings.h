/* findings: which rules found what in a log, and in which failure.
 *
 * The log's course is cut into failures: a new one begins with each failed link or build script, and
 * with the next error after "could not compile". A rule counts once per failure; what stands before
 * a "Finished" without any failure, and what tests print that run to their end, is forgotten. */
#pragma once
#include "base/arena.h"
#include "base/vec.h"
#include "hint/facts.h"
#include "hint/ruleset.h"
#include "hint/values.h"

struct finding {
	size_t rule;
	long failure; /* number of the failure it belongs to */
	bool any;     /* one of the rule's `match` was seen */
	uint64_t all; /* a bit per pattern of `all` that was seen */
	bool barred;  /* one of `not` was seen */
	long line;    /* of the evidence; 0 none yet */
	const char *excerpt;
	const char *facts[FACT_VALUES]; /* as known at the evidence */
	VEC(struct capture) captures;
};

struct findings {
	const struct rules *rules;
	struct arena *arena;
	struct facts facts;
	VEC(struct finding) items;
	size_t *last; /* per rule: index + 1 of its newest finding */
	long failure;
	bool failure_has_head; /* a failed link or script was seen in it */
	bool failure_is_over;  /* "could not compile" was seen: the next error begins another */
	bool in_link;          /* inside of what rustc shows of a failed link */
	bool always_in_link;   /* the text is the linker's own */
	size_t *tries;         /* per fact: lines on which it was tried */
	struct scan *scan;
};

void findings_init(struct findings *f, const struct rules *rules, struct arena *arena);
void findings_fini(struct findings *f);
/* Looks through a log whose bytes come cut anywhere, between _begin and _end; `is_linker_output` when all
 * of it is the linker's own. findings_read does the three for a log that is there whole. */
void findings_begin(struct findings *f, bool is_linker_output);
void findings_feed(struct findings *f, struct span bytes);
void findings_end(struct findings *f);
void findings_read(struct findings *f, struct span log, bool is_linker_output);
/* Whether everything the rule asks of the log was seen. */
bool finding_is_complete(const struct finding *f, const struct rule *rule);
