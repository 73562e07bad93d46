/* toolset: the linker and the compilers that a target is built with, given to a command. */
#pragma once
#include <stddef.h>

struct command;
struct command_query;

struct toolset {
	const char *triple;
	const char *linker;           /* NULL: as cargo is configured */
	const char *const *link_args; /* ends with NULL; NULL: none */
	/* For crates with C code, as cc-rs and bindgen read them; NULL: as these find them. */
	const char *cc, *cxx, *ar, *ranlib;
	const char *const *cflags; /* of cc and cxx, and bindgen's; ends with NULL; NULL: none */
};

/* Linkers go to the shim where there is one, because cargo would make them part of every fingerprint. A
 * compiler that the user names stays, and is told nothing. */
void toolset_give(struct command *c, const struct command_query *query, const struct toolset *sets,
	size_t count);
