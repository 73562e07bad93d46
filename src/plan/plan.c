#include "plan/plan.h"
#include <stdlib.h>
#include <string.h>

const char *
step_kind_name(enum step_kind kind)
{
	static const char *const names[] = {
		[STEP_RUN] = "run",
		[STEP_DOWNLOAD] = "download",
		[STEP_EXTRACT] = "extract",
		[STEP_EDIT] = "edit",
		[STEP_NOTE] = "note",
		[STEP_PROBE] = "run",
	};

	return names[kind];
}

void
plan_free(struct plan *p)
{
	if (!p)
		return;
	arena_fini(&p->arena);
	free(p);
}

long
plan_find(const struct plan *p, const char *id)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->items[i].id, id) == 0)
			return (long)i;
	return -1;
}
