/* plan: ordered steps that make targets buildable on this machine.
 *
 * An immutable list in an arena. Steps name each other by id; an id says what the step does and is the
 * same each time a plan is made, so that what was done, skipped or failed can be kept on disk. Each
 * step comes behind all those it waits for. Paths are absolute. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

enum step_kind {
	STEP_RUN,      /* a command */
	STEP_DOWNLOAD, /* a file, or an archive that is extracted as it comes */
	STEP_EXTRACT,  /* an archive that is here already */
	STEP_EDIT,     /* keys of a TOML file */
	STEP_NOTE,     /* what only a person can do */
	STEP_PROBE,    /* compile, link and run for a target; told to the world as a command */
};
const char *step_kind_name(enum step_kind kind); /* as in setup --json: "run", also for probes */

/* One key that an edit sets. */
struct step_key {
	const char *const *path; /* keys, ends with NULL: "target", "x86_64-…", "linker" */
	const char *literal;     /* TOML text of the value; NULL: the key is taken out */
	bool item; /* the key is an array, which gets the value as one more item if it has it not yet */
};

/* What is true on the machine once the step has been done; the runner asks it, and ticks a step off
 * whose proofs all hold. */
enum proof_kind {
	PROOF_PROGRAM, /* `name` is found on PATH */
	PROOF_PATH,    /* a file or folder `name` is there */
	PROOF_STD,     /* the toolchain has the standard library of the triple `name` */
	PROOF_COMMAND, /* `argv` ends with 0; it must change nothing, and end soon */
};

struct step_proof {
	enum proof_kind kind;
	const char *name;
	const char *const *argv; /* PROOF_COMMAND: ends with NULL */
};

/* A licence that has to be agreed to before the step runs. */
struct step_license {
	const char *name; /* "Microsoft Software License Terms" */
	const char *url;
	const char *text; /* what it comes to, a few lines */
};

struct step {
	const char *id; /* "std:aarch64-unknown-linux-gnu" */
	enum step_kind kind;
	const char *title; /* one line; for a command, the command as a person would type it */
	const char *why;   /* one line, never NULL */

	const char *const *argv; /* RUN, PROBE: ends with NULL, without sudo; else NULL */
	bool root;               /* RUN: needs root; the runner puts sudo before it where it must */
	const char *adds_path; /* a folder that is first on PATH for the steps behind it; or NULL */

	const char *url;    /* DOWNLOAD */
	const char *sha256; /* DOWNLOAD: 64 hex digits; NULL: sha256_url has it */
	/* DOWNLOAD: a text with the digest, on the line that has the url's last name or else on its
	 * first one; NULL with sha256 NULL: nobody tells it. */
	const char *sha256_url;
	int64_t bytes;      /* DOWNLOAD, RUN: how much comes over the net; -1 unknown */
	int64_t disk_bytes; /* what it takes on disk afterwards; -1 unknown */

	const char *path; /* DOWNLOAD, EXTRACT: what appears; EDIT: the file */
	const char *from; /* EXTRACT: the archive */
	bool executable;  /* DOWNLOAD: the file is a program */
	/* DOWNLOAD, EXTRACT: what is wanted of the archive, ends with NULL; an empty list is all of
	 * it. NULL: no archive, the file itself is wanted. */
	const char *const *members;
	int strip; /* EXTRACT: leading folders that names in the archive lose */

	const struct step_key *keys; /* EDIT */
	size_t key_count;
	const char
		*diff; /* EDIT: unified diff of the file as the edits before it leave it; NULL when
			* it conflicts */
	/* EDIT: a key has another value already, which is never replaced unasked: one line with both
	 * values and where the old one stands; else NULL. */
	const char *conflict;

	/* RUN, NOTE: none: nothing but having run it says that it is done. The other kinds prove
	 * themselves: the file has the keys, the folder is there, the probe has passed. */
	const struct step_proof *proofs;
	size_t proof_count;

	const struct step_license *license; /* or NULL */
	const char *target;                 /* the triple it is for; NULL: several or all */
	const char *backend;                /* with target: the way it serves; else NULL */
	const char *const *after;           /* ids, ends with NULL */
	/* The target links without it (a runner, a line in a file for cargo alone): when it fails or is
	 * skipped, what comes after it goes on. */
	bool is_pull; /* its command pulls an image, and tells how far it is (ready/pull.h) */
	bool optional;
};

struct plan {
	struct step *items;
	size_t count;
	struct arena arena; /* owns every string and list of the items */
};

void plan_free(struct plan *p); /* NULL is fine */
/* Index of the step with this id, or -1. */
long plan_find(const struct plan *p, const char *id);
