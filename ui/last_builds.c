#include "ui/last_builds.h"
#include <stdlib.h>
#include "base/str.h"

void
last_builds_fini(struct last_builds *l)
{
	for (size_t i = 0; i < l->items.len; i++)
		free(l->items.items[i].target);
	vec_fini(&l->items);
	*l = (struct last_builds){ 0 };
}

const struct last_build *
last_builds_find(const struct last_builds *l, const char *target)
{
	for (size_t i = 0; i < l->items.len; i++)
		if (text_is(l->items.items[i].target, target))
			return &l->items.items[i];
	return NULL;
}

uint64_t
last_build_bytes(const struct job_artifact *artifacts, size_t count)
{
	uint64_t most = 0;
	bool has_program = false;

	for (size_t i = 0; i < count; i++) {
		const struct job_artifact *a = &artifacts[i];
		bool is_program = text_is(a->kind, "bin");
		if (is_program == has_program ? a->bytes > most : is_program)
			most = a->bytes;
		has_program = has_program || is_program;
	}
	return most;
}
