/* goals: what people want to reach, in their words (data/goals.toml). */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "plan/make.h"

struct goal {
	const char *name;  /* "raspberry-pi" */
	const char *title; /* "Raspberry Pi" */
	const char *why;   /* one line */
	const struct reach *reach;
	size_t count;
};

struct goals {
	struct goal *items;
	size_t count;
};

/* Those that make sense on a host (a triple), in the order of the table; in the arena. ERR_PARSE
 * when the table is broken (a test holds that the built-in one is not). */
bool goals_load(struct arena *arena, const char *host, struct goals *out, struct err *err);
/* NULL with ERR_USAGE that names the nearest. */
const struct goal *goals_find(const struct goals *goals, const char *name, struct err *err);
