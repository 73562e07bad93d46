/* remote: how a machine of host/remotes is spoken to by ssh, and what it says of itself.
 *
 * Only OpenSSH, by the user's own configuration and agent; nobody is ever asked for a password. What is
 * sent is always `exec /bin/sh -c '...' xtui WORD...`, which all login shells read alike. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "host/remotes.h"

#define REMOTE_LIMIT_MS 20000 /* for a machine to say what it is */

/* "remote:mac": how a way names a machine; the part behind the colon, or NULL. */
#define REMOTE_WORD "remote"
const char *remote_name_in(const char *backend);
/* Whether it is that, or "remote" alone: this machine needs nothing for it but ssh. */
bool remote_is_meant(const char *backend);

#define REMOTE_READY_MAX 400

struct remote_state {
	const char *version; /* of xtui there; NULL: there is none */
	bool has_rsync, has_git;
	const char *system; /* "Darwin arm64" */
	const char **ready; /* targets that it can build for, if that was asked; ends with NULL */
	size_t ready_count;
};

/* The words before the host's name; they end with NULL, in the arena. */
const char *const *remote_ssh(const struct remote *r, struct arena *arena);
/* ssh and all that makes it run a script of ours there, with these words as $1, $2 ... (end with NULL). */
const char *const *remote_shell(
	const struct remote *r, const char *script, const char *const *words, struct arena *arena);
/* The folder there of the project whose root is here; below the home folder unless it is absolute. */
const char *remote_folder(const struct remote *r, const char *root, struct arena *arena);

/* The question for its state; `dir` (NULL: none) is made there, `with_targets` has its toolchain looked
 * at. The answer to be given to remote_read. */
const char *const *
remote_question(const struct remote *r, const char *dir, bool with_targets, struct arena *arena);
/* False with err when it could not be reached, or cannot build: what the matter is, and what to do. */
bool remote_read(const struct remote *r, int exit_code, const char *out, const char *complaint,
	struct remote_state *state, struct arena *arena, struct err *err);
/* Asks, and waits for it. */
bool remote_ask(const struct remote *r, const char *dir, struct remote_state *state,
	struct arena *arena, struct err *err);
/* Why ssh has failed, from what it said. ERR_ENVIRONMENT; false. */
bool remote_err(const struct remote *r, int exit_code, const char *complaint, struct err *err);
