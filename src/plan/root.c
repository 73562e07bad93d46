/* root: see root.h. */
#include "plan/root.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "io/proc.h"

static const char *const names[] = { [ROOT_SUDO] = "sudo", [ROOT_DOAS] = "doas" };

static bool
is_here(enum root_way way)
{
	char *path = proc_find_program(names[way]);
	bool found = path != NULL;

	free(path);
	return found;
}

enum root_way
root_way(void)
{
	if (geteuid() == 0)
		return ROOT_SELF;
	if (is_here(ROOT_SUDO))
		return ROOT_SUDO;
	return is_here(ROOT_DOAS) ? ROOT_DOAS : ROOT_NONE;
}

static bool
has_name(enum root_way way)
{
	return way == ROOT_SUDO || way == ROOT_DOAS;
}

const char *
root_way_name(enum root_way way)
{
	return has_name(way) ? names[way] : "";
}

const char *const *
root_argv(struct arena *arena, enum root_way way, const char *const *argv, bool ask)
{
	size_t count = 0, at = 0;
	const char **list;

	if (!has_name(way))
		return argv;
	while (argv[count])
		count++;
	list = arena_array(arena, const char *, count + 3);
	list[at++] = names[way];
	if (!ask)
		list[at++] = "-n";
	for (size_t i = 0; i < count; i++)
		list[at++] = argv[i];
	return list;
}

bool
root_is_refusal(enum root_way way, struct span line)
{
	return has_name(way) && span_starts(line, names[way]) &&
		span_starts((struct span){ line.data + strlen(names[way]),
				    line.len - strlen(names[way]) },
			": ");
}
