/* last_builds: how the last build of each target went, as the history tells. */
#pragma once
#include <stdint.h>
#include "base/vec.h"
#include "build/job.h"

struct history;

struct last_build {
	char *target;
	enum job_state state; /* JOB_OK or JOB_FAILED */
	uint64_t ms;
	uint64_t bytes; /* of the largest program that came out, else library; 0: none */
};

struct last_builds {
	VEC(struct last_build) items;
};

/* Of the last runs of this workspace; what cannot be read is none. */
void last_builds_read(struct last_builds *l, struct history *h, const char *root);
void last_builds_fini(struct last_builds *l);
const struct last_build *last_builds_find(const struct last_builds *l, const char *target);
/* Of the largest program among artefacts, else library; 0: there are none. */
uint64_t last_build_bytes(const struct job_artifact *artifacts, size_t count);
