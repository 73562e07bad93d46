/* package: an archive to hand out, the same byte for byte wherever and whenever it is made from the same
 * files.
 *
 * Members stand below one folder, sorted by name, owned by 0:0, all of one time, with the mode 0755 or
 * 0644; the compressors get fixed levels, one thread, and no time of their own. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

/* The time of members where SOURCE_DATE_EPOCH says none: the one `cargo package` gives. */
#define PACKAGE_TIME 1153704088

enum package_format { PACKAGE_TAR_GZ, PACKAGE_TAR_XZ, PACKAGE_TAR_ZST, PACKAGE_ZIP, PACKAGE_COUNT };
const char *package_ending(enum package_format f); /* "tar.gz" */
/* ERR_USAGE names those there are. */
bool package_format_parse(const char *text, enum package_format *f, struct err *err);

struct package_file {
	const char *source; /* path of a regular file */
	const char *name;   /* below the top folder: "man/greet.1" */
	bool is_program;    /* to be run: 0755 */
};

/* Seconds since 1970 out of SOURCE_DATE_EPOCH; ERR_USAGE when that is no number. */
bool package_time(int64_t *time, struct err *err);
/* Writes the archive whole, or not at all; `files` is sorted by it. ERR_USAGE for two of one name.
 * Changes TZ for a moment, for zip has local times: not while other threads ask for one. */
bool package_write(const char *path, const char *top, struct package_file *files, size_t count,
	enum package_format format, int64_t time, struct err *err);
