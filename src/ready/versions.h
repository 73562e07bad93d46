/* versions: which versions of programs do not go together, from data/versions.toml. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"
#include "text/version.h"

struct versions;

struct version_rule {
	const char *id;
	const char *on;     /* the program whose line tells it */
	bool fails;         /* it cannot work; else it is worth a warning */
	const char *why;    /* one line */
	const char *fix;    /* a command, or NULL */
	const char *advice; /* where no command mends it, or NULL */
	const char *source; /* URL */
	const char *date;   /* of the source, "2025-05-07" */
};

/* `bytes` as in data/versions.toml; NULL with ERR_PARSE when they are not. */
struct versions *versions_parse(struct span bytes, const char *name, struct err *err);
struct versions *versions_load(void); /* the built-in ones */
void versions_free(struct versions *v);
/* Calls `found` for each rule that holds; `version_of` gives the version of a program, NULL when it is
 * not here. The rule lives as long as v. */
void
versions_judge(const struct versions *v, const char *(*version_of)(void *arg, const char *program),
	void (*found)(void *arg, const struct version_rule *rule), void *arg);
