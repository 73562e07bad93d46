/* cause: why a job has failed, from its log. */
#pragma once

struct explanation;
struct job;
struct rules;
struct survey;

/* What the rules say of the end of its log, and of what its linker said where that is known apart; its
 * lines are the log's. `survey`: the machine it was built on; NULL: nothing is known but `host`, which
 * may be NULL too. Caller frees; never NULL. */
struct explanation *cause_find(const struct job *job, const struct rules *rules,
	const struct survey *survey, const char *host);
