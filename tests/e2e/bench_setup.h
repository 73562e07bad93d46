/* bench_setup: a machine on which nothing is set up yet: a rustup without toolchains, and a server on
 * 127.0.0.1 that has what rustup and sysroots are fetched from.
 *
 * The environment names them, so all that the stage runs uses them. Snapshots tell whether files are as
 * they were. */
#pragma once
#include "e2e/bench_cli.h"

struct setting {
	struct stage *stage;
	pid_t server;
	int port;
};

/* False, and why in a line, when the fixtures are not there. With `has_toolchain` rustup has a toolchain
 * of its own already, with the standard library of the host alone. */
bool setting_open(struct setting *w, struct stage *s, bool has_toolchain, const char **why);
void setting_close(struct setting *w);

/* Every file, folder and link below `dir`: name, mode, size, and a digest of the bytes, a line each. Names
 * in `left_out` (relative to `dir`, ends with NULL) and all below are not looked at. */
void snapshot_take(const char *dir, const char *const *left_out, struct str *out);
/* Fails with the lines that differ. */
void snapshot_compare(const struct str *expected, const struct str *found, const char *when);

/* Puts back all edits that setup lists, one after the other, until none is left. */
void setting_undo_all(struct stage *s);
