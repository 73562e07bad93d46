/* remotes: the user's machines that build by ssh: [remote.NAME] of config.toml.
 *
 *     [remote.mac]
 *     host = "mac.local"
 *     targets = ["*-apple-*"]
 *
 * A project cannot name machines: its files come from others, and what is built there has the user's
 * own rights. Nothing of how to get in stands here: that is ssh's, its configuration and its agent. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

struct toml;
struct toml_value;

#define REMOTES_TABLE "remote"

struct remote {
	const char *name;
	const char *host;       /* as ssh has it: "me@mac.local", a Host of its configuration */
	const char *folder;     /* of sources there; without a slash before it in the home folder */
	const char *xtui;       /* the program there: a name to be found on PATH, or a path */
	const char *toolchain;  /* --toolchain there; NULL: that machine's own choice */
	const char *ssh_config; /* in place of the user's own (ssh -F); NULL: that */
	const char *const *targets; /* patterns of triples that it serves; ends with NULL */
	int slots;                  /* of several machines, so many targets for each of another's */
};

struct remotes {
	struct remote *items;
	size_t count;
	const char *file; /* config.toml, where they come from */
	struct arena arena;
};

/* The machines of a table, in their order; `table` NULL: none. NULL with ERR_PARSE for an unknown key, a
 * wrong type, a name or host that ssh would take for something else. */
struct remotes *
remotes_read(const struct toml *doc, const struct toml_value *table, struct err *err);
void remotes_free(struct remotes *r);
/* NULL: none of that name. `r` may be NULL. */
const struct remote *remotes_find(const struct remotes *r, const char *name);
bool remote_serves(const struct remote *r, const char *triple);
/* Two lines for each key, as settings_describe has them. */
void remotes_describe(struct str *out);
