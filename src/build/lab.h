/* lab: variants of a profile, each built from nothing in a folder apart, and measured.
 *
 * One after the other, so that none takes the other's CPUs: below <target-dir>/xtui/lab, emptied before
 * each. Nothing of the user's is touched. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "build/run.h"

struct lab_file {
	const char *name; /* of the file */
	const char *kind; /* cargo's: "bin", "cdylib" */
	uint64_t bytes;
};

/* One target in one variant. */
struct lab_cell {
	const char *target;
	enum job_state state;
	VEC(struct lab_file) files;
	uint64_t bytes;   /* of all files */
	uint64_t unit_ms; /* what its units took, added up: work, not waiting */
};

struct lab_row {
	const char *variant;
	bool is_over;
	bool is_beaten;         /* another is neither larger nor slower, and one of both is less */
	uint64_t ms;            /* of the whole build, all targets at once */
	uint64_t cells_bytes;   /* of all targets */
	struct lab_cell *cells; /* one for each target, in the spec's order */
};

struct lab;

struct lab_events {
	/* Hears of each event of each run, as it comes; and then of the row that is over. */
	void (*run_event)(void *arg, const struct run *run, const struct run_event *event);
	void (*row)(void *arg, const struct lab_row *row);
	/* Last: every variant is over, or it was stopped, or one could not be started (err). */
	void (*over)(void *arg, const struct err *err);
};

/* `spec` as for run_start, with the variants to try; what it borrows outlives the lab. NULL with err when
 * the first one cannot be started. */
struct lab *lab_start(struct loop *l, const struct run_spec *spec, const struct lab_events *events,
	void *arg, struct err *err);
void lab_stop(struct lab *lab); /* `over` comes when what runs has ended */
void lab_free(struct lab *lab); /* NULL is fine; removes the folder */

size_t lab_row_count(const struct lab *lab);
const struct lab_row *lab_row(const struct lab *lab, size_t i);
size_t lab_target_count(const struct lab *lab);
bool lab_has_failed(const struct lab *lab); /* a job of a row that is over */
