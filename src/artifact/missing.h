/* missing: libraries that a program of this machine's kind asks for, and this machine does not have.
 *
 * Looked for as the loader does: in the run paths, in /etc/ld.so.cache, in the system's folders. Files of
 * other machines are left alone: what those have is not known here. */
#pragma once

struct card;

/* Adds the problem "missing-library" for each. Only heads of libraries are read. */
void missing_check(struct card *card);
/* The same with everything below another root, for tests: "/root/etc/ld.so.cache", "/root/lib". */
void missing_check_below(struct card *card, const char *root);
