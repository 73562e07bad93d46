/* root: how this machine lets us become root. */
#pragma once
#include <stdbool.h>
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
 * terminal; else it ends with 1 at once where it would have to, and says so. ROOT_SELF and ROOT_NONE:
 * argv as it is. */
const char *const *
root_argv(struct arena *arena, enum root_way way, const char *const *argv, bool ask);
/* Whether a line of output is sudo's or doas's own. */
bool root_is_refusal(enum root_way way, struct span line);
