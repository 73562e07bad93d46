/* pack: programs made smaller by upx, where that breaks nothing. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"

struct card;
struct survey;
struct err;

/* Where upx is; borrowed of the survey. NULL with err that says what to install. */
const char *pack_program(const struct survey *s, struct err *err);
/* Why a file is left alone, a sentence without full stop in the arena; NULL: upx may have it. `kind` is
 * cargo's. upx itself refuses more. Formats and machines are those of upx 4.2 (its `--help`, and
 * https://github.com/upx/upx/blob/v4.2.2/README). */
const char *pack_refuses(struct arena *arena, const struct card *card, const char *kind);

struct packed {
	uint64_t bytes; /* of the packed copy */
	uint64_t ms;    /* that it took */
};

/* Packs a copy, asks upx whether it can be unpacked, and removes it. Blocks; on any thread. Why not, in the
 * arena, or NULL. */
const char *pack_try(struct arena *arena, const char *upx, const char *path,
	const _Atomic bool *cancel, struct packed *packed);
