/* assess: what one target requires on this host, what of it is here, and what follows. */
#pragma once
#include <stddef.h>

struct survey;

/* Fills survey->states[i] from the survey's other parts; everything lives in the survey's arena. */
void assess_target(struct survey *s, size_t i);
/* Sets readiness and summary from the needs and the probe; after either changed. */
void assess_conclude(struct survey *s, size_t i);
