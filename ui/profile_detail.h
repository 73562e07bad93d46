/* profile_detail: what the focused option does, and what the next build is told. */
#pragma once
#include "base/str.h"
#include "ui/canvas.h"

struct profile;
struct profile_note;
struct profile_setting;

/* A TOML literal as a person says it: z, not "z". */
struct span profile_word(const char *literal);
/* The preset that the variant is made from, or -1. */
long profile_preset_at(const struct profile *p);
/* The --config arguments of the changes as a shell takes them, in lines of at most `cols` columns
 * where they can be; 0: in one line. */
void profile_flags_text(const struct profile *p, int cols, struct str *out);
struct profile_detail {
	const struct profile *profile;
	const struct profile_setting *setting; /* NULL: the row of presets */
	const char *dir;                       /* places are shown relative to it */
	const char *lack;                 /* what the toolchain lacks for the setting; or NULL */
	const struct profile_note *notes; /* on all settings */
	size_t note_count;
	const char *const
		*targets; /* a line for each that has options of its own, ends with NULL */
};

void profile_detail_draw(struct area a, const struct profile_detail *d);
