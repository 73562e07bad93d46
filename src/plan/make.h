/* make: from what is known of a machine to the plan that makes targets buildable on it.
 *
 * Asks nothing and runs nothing: the same machine and query give the same plan, byte for byte.
 * Least work first: what is here already makes no step, packages come in one call, nothing is
 * compiled that can be had made. The last step of each target is its probe. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "host/packages.h"
#include "plan/root.h"

struct plan;
struct survey;

/* A target to make buildable, and the way. */
struct reach {
	const char *triple;
	const char *backend; /* NULL: the preferred one of those that can be had here */
};

struct plan_query {
	const struct reach *reach; /* the same triple twice counts once, as it was named first */
	size_t count;
	enum package_manager packages; /* of this machine */
	enum root_way root;
	const char *update; /* what fetches the list of packages, where there is none; or NULL */
	const char *const *mirrors; /* of FreeBSD, as sysroot_mirrors gives them; NULL: the usual */
	bool runners;               /* also what runs foreign programs here (qemu, wine) */
	bool sccache;               /* also the cache before rustc, for all of this user's builds */
};

/* Fills all but reach for the machine of the survey. */
void plan_query_machine(struct plan_query *q, const struct survey *s);
/* NULL with err: an unknown target, or a backend that cannot reach it (ERR_USAGE), a configuration
 * file that cannot be read (ERR_PARSE). A target that nothing reaches from here gets a note.
 * Blocks for as long as it takes to read a few small files. */
struct plan *plan_make(const struct survey *s, const struct plan_query *q, struct err *err);
