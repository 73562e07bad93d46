/* remote_send: the sources of a workspace, to a machine that builds, and what it has built, back.
 *
 * Both wait for ssh: they are for a process of their own (`xtui remote send`, `fetch`), which a build
 * starts and can stop at any moment. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "host/remotes.h"

struct workspace;

/* Makes the remote's folder the same as the workspace: by rsync, or, where a side lacks it, as a git
 * bundle. What build/ignoring leaves out stays here (but for Cargo.lock), and so do .git and xtui.toml;
 * what is built there stays there. A file that is the same there keeps its time. */
bool remote_send(const struct remote *r, const struct workspace *ws, struct err *err);

struct remote_file {
	const char *there, *here; /* absolute paths */
	const char *sha256;
	unsigned long long bytes;
};
/* Each file gets its name here only whole and with this SHA-256. */
bool remote_fetch(
	const struct remote *r, const struct remote_file *files, size_t count, struct err *err);
