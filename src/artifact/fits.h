/* fits: is a file what a target wants, and does it run on the oldest system that it must? */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct card;
struct target;

enum floor_kind {
	FLOOR_GLIBC,
	FLOOR_MUSL,
	FLOOR_FREEBSD, /* its major release */
	FLOOR_ANDROID, /* API level */
	FLOOR_WINDOWS, /* subsystem version */
	FLOOR_MACOS,
	FLOOR_COUNT
};

struct floor {
	enum floor_kind kind;
	char version[24];
};

/* "glibc-2.17", "macos-11.0"; ERR_USAGE names what is known. */
bool floor_parse(struct floor *floor, const char *text, struct err *err);

/* Sets fits, and misfits with a sentence for each reason. `target` or `floor` may be NULL, both: nothing
 * is asked, and fits stays unknown. What the file does not tell is not held against it. A fat file fits a
 * target when one of its slices does; a floor must hold for all. */
void fits_check(struct card *card, const struct target *target, const struct floor *floor);
