/* cause: why jobs have failed, from their logs, found on a thread beside the loop.
 *
 * The end of a log, as it is when it is asked about, is read and matched there; asking copies all that
 * the thread needs, so a job may go on, be built again or be gone meanwhile. */
#pragma once
#include <stdbool.h>

struct causes;
struct job;
struct loop;
struct rules;
struct survey;

/* `found` is called on the loop's thread, once for each job asked about, in that order: what the rules
 * say of the end of its log, and of what its linker said where that is known apart, is in its
 * `explanation`, maybe without a hint; the lines are the log's. */
struct causes *causes_new(struct loop *l, void (*found)(void *arg, struct job *job), void *arg);
/* Waits for the log that is being read; the others are not, and nobody is told of any. NULL is fine. */
void causes_free(struct causes *c);
/* One that has a log, and is not asked about. `rules` must outlive the answer. `survey`: the machine it
 * was built on; NULL: nothing is known but `host`, which may be NULL too. Where no thread can be had, or
 * too many are asked about, `found` is called before this comes back. */
void causes_ask(struct causes *c, struct job *job, const struct rules *rules,
	const struct survey *survey, const char *host);
/* Its answer is not wanted any more. False when it has been given, or it was not asked about;
 * NULL is fine. */
bool causes_forget(struct causes *c, const struct job *job);
bool causes_are_open(const struct causes *c); /* some are yet to be told of */
