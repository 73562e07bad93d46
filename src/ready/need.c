/* need: the names of kinds and states, as the JSON and the screens say them. */
#include "ready/need.h"

#include <stdlib.h>
#include "base/arena.h"

const char *
need_kind_name(enum need_kind k)
{
	static const char *const names[] = {
		[NEED_STD] = "std",
		[NEED_LINKER] = "linker",
		[NEED_SYSROOT] = "sysroot",
		[NEED_CC] = "cc",
		[NEED_ENGINE] = "engine",
		[NEED_TOOL] = "tool",
		[NEED_LICENSE] = "license",
		[NEED_RUNNER] = "runner",
	};
	return names[k];
}

const char *
need_state_name(enum need_state s)
{
	static const char *const names[] = {
		[NEED_FOUND] = "found",
		[NEED_MISSING] = "missing",
		[NEED_UNKNOWN] = "unknown",
	};
	return names[s];
}

const char *
readiness_name(enum readiness r)
{
	static const char *const names[] = {
		[READY] = "ready",
		[LIKELY] = "likely",
		[MISSING] = "missing",
		[IMPOSSIBLE] = "impossible",
	};
	return names[r];
}

const char *
need_install_command(
	struct arena *arena, enum package_manager packages, const char *const *programs)
{
	const char *kept;
	char *command;

	for (; *programs; programs++) {
		struct package_answer answer = packages_for(packages, *programs);

		if (!answer.package)
			continue;
		command = packages_install_command(packages, &answer.package, 1);
		kept = arena_strdup(arena, command);
		free(command);
		return kept;
	}
	return NULL;
}
