/* health: what is right and wrong with this machine's Rust, in checks a person can read in one go. */
#pragma once
#include <stddef.h>
#include "base/arena.h"

struct survey;

enum check_state { CHECK_OK, CHECK_WARN, CHECK_FAIL, CHECK_SKIP };
const char *check_state_name(enum check_state s); /* "ok" */

struct check {
	const char *id;    /* "rustc" */
	const char *title; /* "rustc" as people call it */
	enum check_state state;
	const char *detail;  /* one line */
	const char *version; /* or NULL */
	const char *path;    /* or NULL */
	const char *fix;     /* a command, or NULL */
};

/* The checks of a survey, in the arena; runs `--version` of the tools it finds. */
struct check *health_checks(const struct survey *s, struct arena *arena, size_t *count);
