/* linkers: what the C drivers of this machine say of themselves: whether they have a C library, and what
 * processor they make code for.
 *
 * Asked once a survey, side by side: that a program is there proves little (Fedora's cross gcc is built
 * for kernels and has no libc; Debian's arm-linux-gnueabihf-gcc makes ARMv7 code). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct linkers;

struct linker_facts {
	bool lacks_libc; /* it does not find crt1.o, so no program links */
	const char
		*arch; /* what it makes code for unless told, "armv7-a+fp"; NULL: it does not say */
};

/* Asks the programs at these paths (copied); one that does not answer in time has no facts. */
struct linkers *linkers_ask(const char *const *paths, size_t count);
void linkers_free(struct linkers *l);
/* NULL for one that was not asked or did not answer; `l` may be NULL. */
const struct linker_facts *linkers_get(const struct linkers *l, const char *path);
