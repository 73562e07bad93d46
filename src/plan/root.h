/* root: how this machine lets us become root. */
#pragma once
#include "base/arena.h"

enum root_way {
	ROOT_SELF, /* we are root */
	ROOT_SUDO,
	ROOT_DOAS,
	ROOT_NONE,
};

/* sudo before doas, as found on PATH. */
enum root_way root_way(void);
const char *root_way_name(enum root_way way); /* "sudo"; "" for none and for root itself */
/* argv with what makes it run as root before it, in the arena. `ask`: it may ask for a password on the
 * terminal; else it fails where it would have to. ROOT_SELF and ROOT_NONE: argv as it is. */
const char *const *
root_argv(struct arena *arena, enum root_way way, const char *const *argv, bool ask);
/* The words as one line for a shell, quoted where they must be; in the arena. */
const char *root_command(struct arena *arena, const char *const *argv);
