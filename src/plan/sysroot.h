/* sysroot (plan): adding a tree to the sysroot store.
 *
 * The release's MANIFEST is fetched first; then base.txz comes, is hashed and unpacked in one go, and
 * the tree gets its name only when the hash is the MANIFEST's. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include "base/err.h"
#include "io/fetch.h"
#include "ready/sysroot.h"

struct settings;

enum sysroot_stage {
	SYSROOT_WAITING,
	SYSROOT_MANIFEST, /* the gauge stands still */
	SYSROOT_FETCHING, /* the gauge runs, and `unpacked` behind it */
	SYSROOT_FINISHING /* all bytes are here: the last files are written, the tree is checked */
};

/* What a sysroot_add that runs on another thread tells. `gauge.cancel` stops it. */
struct sysroot_progress {
	struct fetch_gauge gauge;
	_Atomic int stage;        /* enum sysroot_stage */
	_Atomic int64_t unpacked; /* bytes of the archive that are in the tree, or on their way */
};
#define SYSROOT_PROGRESS_INIT                                                                      \
	{                                                                                          \
		.gauge = FETCH_GAUGE_INIT                                                          \
	}

struct sysroot_request {
	const char *triple;
	const char *version; /* "14.4", "14.4-RELEASE"; NULL: the default, or what `from` is */
	const char *from;    /* an archive that is here; NULL: fetched */
	const char *sha256;  /* what the archive must be; NULL: as the MANIFEST says */
	const char *const *mirrors;  /* as sysroot_mirrors gives them; at least one */
	const char *proxy, *ca_file; /* as in fetch_request */
	unsigned stall_ms, retry_ms; /* as in fetch_request */
	bool offline;
};

/* XTUI_FREEBSD_MIRROR, else the user's freebsd-mirror, which is FreeBSD's own servers at first. Several
 * are parted by blanks; of each, the "releases" below it, or itself when that is its name. The list ends
 * with NULL and is one allocation, the caller's. `settings` may be NULL. */
const char **sysroot_mirrors(const struct settings *settings);
/* The archive that would be fetched first, for a plan to show. Caller frees; NULL for a target without
 * one. */
char *sysroot_url(const struct sysroot_request *r);

/* Blocks; call it on a worker thread. True at once when the tree is there already. `out` is for
 * sysroot_fini. A download that was cut goes on where it ended the next time.
 *
 * The hash comes from the MANIFEST beside the archive, also beside a local one; where xtui knows the
 * release's hash, FreeBSD's own servers must say the same. A local archive without either is taken as
 * it is, if it is a base for the target. */
bool sysroot_add(const struct sysroot_request *r, struct sysroot_progress *progress,
	struct sysroot *out, struct err *err);
