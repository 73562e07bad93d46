#include "build/proof.h"

#include <stdio.h>
#include "artifact/fits.h"
#include "artifact/object.h"
#include "base/path.h"
#include "build/job.h"
#include "build/way.h"

static bool
keeps_floor(const char *path, const struct floor *floor, struct str *why)
{
	struct card *card = object_inspect(path, NULL);
	bool keeps = true;

	if (!card)
		return true;
	fits_check(card, NULL, floor);
	for (size_t i = 0; card->fits == TELL_NO && i < card->misfits.len; i++) {
		str_appendf(why, "error: %s: %s\n", path_basename(path), card->misfits.items[i]);
		keeps = false;
	}
	if (!keeps && card->min_glibc_symbol)
		str_appendf(why, "  = note: %s asks for it%s%s\n", card->min_glibc_symbol,
			card->min_glibc_from ? ", from " : "",
			card->min_glibc_from ? card->min_glibc_from : "");
	card_free(card);
	return keeps;
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
		holds &= keeps_floor(job->artifacts.items[i].path, &floor, why);
	return holds;
}
