/* facts: what a log itself says of the build it is from: targets, host, linker, tools.
 *
 * A fact holds from the line that tells it until another line tells another; each has a strength, and
 * a weaker one never replaces a stronger. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "hint/match.h"

enum fact_kind {
	FACT_TARGET,
	FACT_HOST,
	FACT_LINKER,
	FACT_BACKEND,
	/* Not values but marks of the log's course. */
	FACT_LINK_FAILED,   /* "linking with `cc` failed" */
	FACT_SCRIPT_FAILED, /* "failed to run custom build command" */
	FACT_UNIT_FAILED,   /* "could not compile" */
	FACT_ERROR,         /* a line that begins with "error" */
	FACT_TESTS_BEGIN,   /* "running 3 tests" */
	FACT_TESTS_END,     /* "test result: FAILED. 2 passed; …" */
	FACT_FINISHED,      /* "Finished `release` profile" */
};
#define FACT_VALUES 4
/* "target", "host", "linker", "backend": as captures and placeholders call them. */
extern const char *const fact_names[FACT_VALUES];

struct facts {
	const char *values[FACT_VALUES]; /* NULL unknown */
	int strengths[FACT_VALUES];
	struct arena *arena;
};

/* Adds the patterns of all facts; pattern_of[i] gets the number of the i-th. */
size_t facts_count(void);
bool facts_add_patterns(struct patterns *p, long *numbers, struct err *err);
enum fact_kind fact_kind(size_t fact);
/* What the match tells is put into facts; marks change nothing. */
void facts_take(struct facts *f, size_t fact, const struct match *m);
/* Told by whoever asked: nothing in the log is stronger. */
void facts_tell(struct facts *f, enum fact_kind kind, const char *value);
