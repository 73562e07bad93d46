/* proof: whether what a step brings is there. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct step;
struct survey_query;

/* Whether all proofs of the step hold now; false too where it has none. What is missing is appended to
 * `missing` (may be NULL), "gcc is not found on PATH". Blocks; call it on a worker thread. */
bool proofs_hold(const struct step *step, const struct survey_query *query, struct str *missing);
