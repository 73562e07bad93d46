#include "build/proof.h"

#include <stdio.h>
#include "artifact/card.h"
#include "artifact/fits.h"
#include "base/path.h"
#include "build/backend.h"
#include "build/job.h"
#include "build/way.h"

static bool
keeps_floor(const struct job_artifact *a, const struct floor *floor, bool by_zig, struct str *why)
{
	const struct card *card = a->card;

	if (!card || !card->min_glibc)
		return true;
	fits_check(a->card, NULL, floor);
	if (card->fits != TELL_NO)
		return true;
	str_appendf(why, "error: %s needs glibc %s, and is to run on %s\n", path_basename(a->path),
		card->min_glibc, floor->version);
	for (size_t i = 0; i < card->misfits.len; i++)
		str_appendf(why, "  = note: %s\n", card->misfits.items[i]);
	if (!by_zig)
		str_append(why, "  = help: --backend zig links for that glibc\n");
	return false;
}

bool
proof_holds(const struct job *job, const struct way *way, struct str *why)
{
	struct floor floor = { .kind = FLOOR_GLIBC };
	bool holds = true;

	if (!way->glibc)
		return true;
	snprintf(floor.version, sizeof(floor.version), "%s", way->glibc);
	for (size_t i = 0; i < job->artifacts.len; i++)
		holds &= keeps_floor(
			&job->artifacts.items[i], &floor, way->backend == &backend_zig, why);
	return holds;
}
