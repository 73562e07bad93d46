/* message: one line of cargo's or rustc's JSON output. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"

enum message_kind {
	MESSAGE_OTHER,        /* not JSON, or a reason that does not matter */
	MESSAGE_DIAGNOSTIC,   /* compiler-message of cargo, or a rustc diagnostic */
	MESSAGE_ARTIFACT,     /* compiler-artifact */
	MESSAGE_BUILD_SCRIPT, /* build-script-executed */
	MESSAGE_FINISHED,     /* build-finished */
};

struct json;

struct message {
	enum message_kind kind;
	struct json *json;         /* owns every string below; message_fini */
	const char *package_id;    /* or NULL */
	const char *crate;         /* target.name, or NULL */
	const char *crate_kind;    /* target.kind[0], or NULL */
	const char *crate_type;    /* target.crate_types[0], or NULL */
	const char *level;         /* diagnostic: "error", "warning", "note", "failure-note" … */
	const char *text;          /* diagnostic: message */
	const char *rendered;      /* diagnostic: with its colours */
	const char *code;          /* diagnostic: "E0463", or NULL */
	const char *file;          /* diagnostic: primary span, or NULL */
	int line, column;          /* of the primary span; 0 */
	const char *linker_output; /* the linker's own stderr, of a failed link; or NULL */
	const char *opt_level;     /* artifact: tells twice-built host crates apart; or NULL */
	const char *out_dir;       /* build script */
	const char *executable;    /* artifact, or NULL */
	bool fresh;                /* artifact */
	bool success;              /* finished */
};

/* Parses a line of cargo's stdout (reason …) or rustc's stderr ($message_type …). A line that does not
 * begin with '{' is MESSAGE_OTHER and costs nothing. */
void message_parse(struct span line, struct message *m);
void message_fini(struct message *m);
/* The artifact's files. */
size_t message_file_count(const struct message *m);
const char *message_file(const struct message *m, size_t i);
/* Which of `triples` the artifact or build script was made for: the one whose name follows one of
 * `dirs` (target and build folder, ends with NULL) in its path; for a file below none of them the
 * last component that is one of the triples. -1: made for the host. */
int message_triple(
	const struct message *m, const char *const *dirs, const char *const *triples, size_t count);
/* A summary that rustc adds to its diagnostics and cargo does not show ("aborting due to …", "2
 * warnings emitted"). */
bool message_is_summary(const struct message *m);

/* A package id in any of cargo's spellings, taken apart; the spans point into the id. */
struct package_parts {
	struct span name, version;
	struct span source; /* a path, or a URL of git or another registry; empty: crates.io */
};
bool message_package_parts(const char *package_id, struct package_parts *parts);

/* cargo's progress bar: "    Building [===>   ] 3/12: c2(build.rs), c4", with or without colours.
 * False for any other line. `crates` (may be NULL) is what follows the colon. */
bool message_parse_bar(struct span line, int *done, int *total, struct span *crates);
