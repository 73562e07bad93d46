/* explain: from a log to the causes of its failure, with evidence and fixes, the root cause first. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct json;
struct rules;

/* What is known besides the log; any member may be NULL: it is then read from the log itself. */
struct hint_context {
	const char *target;
	const char *host;
	const char *backend;
	const char *linker;        /* as rustc was told */
	const char *distribution;  /* platform's; decides the package names */
	const char *linker_output; /* the linker's own stderr when known apart from the log */
	const char *project_dir;   /* for the paths of fixes */
	bool is_from_here; /* this machine made the log: what it has was not what was missing */
};

enum confidence { HINT_POSSIBLE, HINT_LIKELY, HINT_CERTAIN };
const char *confidence_name(enum confidence c);

enum fix_kind { FIX_RUN, FIX_EDIT, FIX_SWITCH_BACKEND, FIX_NOTE };
const char *fix_kind_name(enum fix_kind k);

struct fix {
	enum fix_kind kind;
	const char *title;       /* "use aarch64-linux-gnu-gcc for aarch64-unknown-linux-gnu" */
	const char *const *argv; /* FIX_RUN: ends with NULL */
	const char *path;        /* FIX_EDIT: the file */
	const char *diff;        /* FIX_EDIT: unified diff of what would be added */
	const char *const *keys; /* FIX_EDIT: the key it sets, ends with NULL */
	const char *value;       /* FIX_EDIT: TOML text */
	const char *backend;     /* FIX_SWITCH_BACKEND */
	bool root;               /* needs root */
	const char *verify;      /* what proves that it worked, a command; or NULL */
};

struct hint {
	const char *id;    /* of the rule */
	const char *cause; /* of the catalogue of causes: "linker-not-found" */
	const char *title; /* placeholders filled in */
	const char *text;  /* one sentence */
	const char *why;
	enum confidence confidence;
	long line;           /* of the evidence, 1-based */
	const char *excerpt; /* that line, without control sequences */
	const struct fix *fixes;
	size_t fix_count;
	const char *const *refs; /* URLs, ends with NULL */
};

struct explanation {
	struct hint *hints; /* most decisive first; what another explains away is not here */
	size_t count;
	void *memory; /* owns all of it */
};

/* Never NULL; count 0 when no rule matches. The log may be of any size and origin. */
struct explanation *
explain(const struct rules *rules, struct span log, const struct hint_context *context);
void explanation_free(struct explanation *e);
/* The same for a log that is read piece by piece, cut anywhere: memory does not grow with its length.
 * Rules and context are borrowed until _end, which frees it and never gives NULL. */
struct explaining;
struct explaining *explain_begin(const struct rules *rules, const struct hint_context *context);
void explain_feed(struct explaining *x, struct span bytes);
struct explanation *explain_end(struct explaining *x);
/* The document of `explain --json`, and a hint as one object of it. */
struct json *explain_json(const struct explanation *e);
struct json *explain_hint_json(const struct hint *h);
/* The hints as text for people: title with confidence, evidence, why, numbered fixes. */
void explain_print(const struct explanation *e, struct str *out);
