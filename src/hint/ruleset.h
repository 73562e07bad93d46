/* ruleset: what the rule files say, as hint/rules.h's `struct rules` holds it.
 *
 * A rule's patterns are numbers of `patterns`; texts are templates (hint/template.h), lists of texts
 * are alternatives of which the first that can be filled in is taken. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "hint/explain.h"
#include "hint/match.h"

#define RULE_ALL_MAX 64 /* patterns in `all` */

enum rule_block {
	BLOCK_ANY,
	BLOCK_LINKER, /* only what a linker or its driver printed */
};

/* Globs over what is known; an empty list asks for nothing. */
struct rule_scope {
	const char *const *target; /* each list ends with NULL, never NULL itself */
	const char *const *host;
	const char *const *linker;
	const char *const *backend;
};

struct numbers {
	const size_t *items;
	size_t len;
};

struct example {
	const char *log;
	const char *target, *host, *linker; /* NULL: not told */
	bool matches;                       /* of [[rule.yes]] */
	int line;
};

struct fix_edit {
	const char *const *path; /* keys, templates; ends with NULL */
	const char *value;       /* TOML text, a template */
};

struct fix_rule {
	const char *id;
	const char *file;
	int line;
	enum fix_kind kind;
	const char *const *title;
	const char *const *argv; /* FIX_RUN: templates */
	const char *install; /* FIX_RUN in place of argv: the program or library a package brings */
	const char *path;    /* FIX_EDIT */
	struct fix_edit edit;
	const char *backend; /* FIX_SWITCH_BACKEND */
	const char *needs;   /* a program without which the fix is of no use, or NULL */
	const char *verify;
	bool root;
	bool native;  /* only for the machine's own target */
	bool foreign; /* never for that */
	struct rule_scope when;
};

struct rule {
	const char *id;
	const char *cause;
	const char *file;
	int line;
	const char *const *title;
	const char *const *text; /* empty: the title */
	const char *const *why;
	struct numbers any;  /* one of these, or there are none */
	struct numbers all;  /* each of these */
	struct numbers none; /* no line of the log */
	enum rule_block block;
	struct rule_scope when;   /* must be known and fit */
	struct rule_scope unless; /* must not be known to fit */
	struct rule_scope surer;  /* one more step of confidence when known and fitting */
	const char *const *hides; /* ids and causes */
	bool survives;            /* counts even when the build then finishes without a failure */
	int rank; /* among the causes found in one failure the highest is the root */
	enum confidence sure;
	const struct fix_rule **fixes;
	size_t fix_count;
	const char *const *notes; /* what only a person can do, after the fixes; templates */
	const char *const *refs;
	struct example *examples;
	size_t example_count;
};

/* Who waits for a pattern. */
enum pattern_role { ROLE_ANY, ROLE_ALL, ROLE_NONE, ROLE_FACT };

struct pattern_use {
	size_t pattern;
	enum pattern_role role;
	size_t rule;  /* ROLE_FACT: which fact (hint/facts.h) */
	size_t which; /* ROLE_ALL: the place in `all` */
};

struct err;
struct rules_unread;
struct toml;

struct rules {
	struct rules_unread *unread; /* NULL: all is there; else only after rules_read */
	struct patterns *patterns;
	struct backends *backends;
	VEC(struct rule) items;
	VEC(struct fix_rule *) fixes;
	struct map fixes_by_id;
	struct map ids;               /* of the rules; the values say nothing */
	struct map causes;            /* of the rules; likewise */
	VEC(struct pattern_use) uses; /* sorted by pattern */
	VEC(size_t) first_use;        /* per pattern: index into uses; one more at the end */
	struct arena arena;
};

/* Empty rules take in what the documents say, which then may go; false with the first mistake. */
bool ruleset_fill(struct rules *r, struct toml *const *docs, size_t count, struct err *err);
/* The rules, read now at the latest; on any thread. */
const struct rules *rules_read(const struct rules *rules);
