/* proof: whether what a step brings is there. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct step;
struct survey;
struct survey_query;

/* Who asks for several steps at about the same time: probes share a look at the machine. */
struct proof_asker {
	const struct survey_query *query;
	const char *dir;       /* the project's folder */
	struct survey *survey; /* of all probes; NULL at first; freed by proof_asker_fini */
};
void proof_asker_fini(struct proof_asker *a);
/* The place of a probe step's target in the survey, which is taken now when there was none, with what
 * building by the step's own backend needs; -1 when there is no such target. */
long proof_asker_target(struct proof_asker *a, const struct step *step);

/* Whether a step is true already: its proofs hold, its file has the keys, its folder is there, its target has
 * passed its probe as it would be built now. These block; call them on a worker thread. */
bool proof_is_true(struct proof_asker *a, const struct step *step);
/* Whether all proofs that a step names hold; false too where it names none. What is missing is appended to
 * `missing` (may be NULL): "gcc is not found on PATH". */
bool proofs_hold(const struct step *step, const struct survey_query *query, struct str *missing);
