/* format: a plan told to people, to programs, and to a shell. */
#pragma once
#include <stddef.h>
#include "base/str.h"
#include "plan/plan.h"
#include "plan/root.h"

struct json;

struct plan_paper {
	const char *dir;    /* the project's folder: paths below it are shown relative */
	enum root_way root; /* how root steps become root */
	/* SGR sequences around what counts, what does not, and what warns; "" without colour. */
	const char *bold, *dim, *warn, *plain;
};

/* Numbered steps: what each does, why, what it costs, its diff. */
void plan_text(const struct plan *p, const struct plan_paper *paper, struct str *out);
/* As product.md 2.1: {"schema":1,"plan":[…]}. The caller frees it. */
struct json *plan_json(const struct plan *p);
/* A POSIX sh script that does the same; it stops at the first failure. `what` is said in its head:
 * "aarch64-unknown-linux-gnu". */
void plan_script(const struct plan *p, const char *dir, const char *what, struct str *out);
/* "31.0 MB", "1.20 GB"; nothing for less than 0. */
void plan_size(struct str *out, int64_t bytes);
/* "31.0 MB to fetch, 111 MB on disk"; nothing when neither is known. */
void plan_cost(struct str *out, const struct step *step);
