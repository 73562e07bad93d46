/* object: a built file of any format, read into a card.
 *
 * A table of formats, each known by its first bytes; each reads one file by
 *
 *     bool FORMAT_read(struct reader *r, struct card *card, struct err *err);
 *
 * which sets r->big_endian, fills what the format tells and returns true. A table that lies outside the
 * file and the like is card_add_damage, and the reading goes on; false with err (ERR_PARSE, "<why>"
 * without the file's name, which object_read puts before it) only when there is nothing to tell. Nothing
 * is ever run, no other file opened, and no number of the file believed: loops are bound by the part's
 * length, and by the LIMITs where entries may overlap. */
#pragma once
#include "artifact/card.h"
#include "artifact/reader.h"
#include "base/err.h"

struct format {
	enum card_format id;
	/* The file begins like one. `r` is the whole; look at the head only. */
	bool (*is)(const struct reader *r);
	bool (*read)(struct reader *r, struct card *card, struct err *err);
};

/* The format of what `r` holds, or NULL. For members and slices, too. */
const struct format *object_format(const struct reader *r);

/* Reads a part that is known to be nothing but an object: format, arch, kind and all. The card's path
 * and bytes are the caller's to set. A part of no known format is FORMAT_UNKNOWN and true. */
bool object_read(struct reader *r, struct card *card, struct err *err);

/* The card of a file, all but sha256, runs_on and fits; NULL with err that names it. card_free it. */
struct card *object_inspect(const char *path, struct err *err);

/* Reads the code of the card's file for who uses the symbols that ask for a glibc newer than `above`, or, of
 * NULL, for the newest: `from` of its versions, and min_glibc_from. What cannot be known stays NULL. */
void object_blame(struct card *card, const char *above);
/* Reads the card's file once more, all of it, for its sha256. That takes about a second for 500 MB, so it
 * is done for JSON only. False with err. */
bool object_digest(struct card *card, struct err *err);
