/* bench_sshd: a real sshd on 127.0.0.1 that lets this user in by a key of its own, and a machine of
 * xtui's that is behind it: all of it in the stage's bed, nothing of the user's ssh is read.
 *
 * "There" is this machine with other folders (bed/there) and the stage's PATH. */
#pragma once
#include "e2e/bench_cli.h"

struct sshd;

/* Skips the test where OpenSSH's server, client or the Rust fixture is missing. Writes bed/config's
 * config.toml with [remote.box]. It ends with the stage. */
struct sshd *sshd_open(struct stage *s);
int sshd_port(const struct sshd *d); /* who knocks there shows bed/ssh/key */
/* More of config.toml. */
void sshd_configure(struct stage *s, const char *more);
/* bed/ssh/config with one more line for Host box, before all others. */
void sshd_client_line(struct stage *s, const char *line);
/* Ends what serves the connections that are open, as a lost line does. */
void sshd_drop(struct sshd *d);
/* Processes that were started there and still run. */
int sshd_processes(struct stage *s);
/* Waits until there are none; false after a while. */
bool sshd_is_quiet(struct stage *s);
/* The only folder of sources there; lives until the test ends. */
const char *sshd_sources(struct stage *s);
