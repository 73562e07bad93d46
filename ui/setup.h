/* setup: the plan of the Setup screen as screens see it; ui/work_setup.c fills it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"
#include "plan/make.h"
#include "plan/root.h"

struct plan;
struct runner;
struct step_status;

enum setup_stage {
	SETUP_MAKING,  /* the plan is being made, or the machine still looked at */
	SETUP_NOTHING, /* no target is marked, and the project's files name none */
	SETUP_BROKEN,  /* it cannot be made: err */
	SETUP_MADE,
};

/* Of each step of the plan, in its order. */
struct setup_step {
	const struct step_status *status;
	int64_t bytes, disk_bytes; /* over the net, on disk; -1 unknown */
	struct span output;        /* where there is no runner */
};

struct setup {
	enum setup_stage stage;
	struct err err;
	const struct reach *reach; /* what is to be reached */
	size_t reach_count;
	const char
		*origin; /* ".github/workflows/ci.yml:12": proposed by the project; NULL: marked */
	enum package_manager packages;
	enum root_way root;
	const struct plan *plan; /* MADE; without steps: nothing is missing */
	struct setup_step *steps;
	const struct runner *runner; /* NULL: a plan without steps */
	bool is_asking;              /* whether steps are true already */
	bool is_busy;
	bool is_finished;
	bool has_begun; /* a step has been run since the plan was made */
};

/* What a step said, the last part of much. */
struct span setup_output(const struct setup *s, size_t step);
/* Steps that are over. */
size_t setup_count_over(const struct setup *s);
