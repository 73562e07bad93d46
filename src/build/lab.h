/* lab: variants of a profile, each built from nothing in a folder apart, and measured.
 *
 * One after the other, so that none takes the other's CPUs: below <target-dir>/xtui/lab, emptied before
 * each; the targets of a variant are one run, so that what they share is built once. When it is over, a
 * worker measures its files; one that strips is then linked once more (build/lab_twin.h). Nothing of the user's is touched. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "build/lab_measure.h"
#include "build/lab_result.h"
#include "build/run.h"

struct lab;

struct lab_spec {
	const struct run_spec *run; /* with the variants to try; what it borrows outlives the lab */
	struct lab_tests tests;     /* its texts outlive the lab */
};

struct lab_events {
	/* Hears of each event of each run, as it comes; and then of the row that is over. */
	void (*run_event)(void *arg, const struct run *run, const struct run_event *event);
	void (*row)(void *arg, const struct lab_row *row);
	/* Last: every variant is over, or it was stopped, or one could not be started (err). */
	void (*over)(void *arg, const struct err *err);
};

/* Leaves one of those variants that come to the same. */
void lab_drop_doubles(struct run_spec *spec);
/* NULL with err when the first one cannot be started, or another xtui has a lab here. */
struct lab *lab_start(struct loop *l, const struct lab_spec *spec, const struct lab_events *events,
	void *arg, struct err *err);
void lab_stop(struct lab *lab); /* `over` comes when what runs has ended */
/* NULL is fine; removes the folder. Not from within one of its events. */
void lab_free(struct lab *lab);

const struct lab_result *lab_result(const struct lab *lab);
bool lab_is_over(const struct lab *lab);
bool lab_is_stopped(const struct lab *lab);
size_t lab_at(const struct lab *lab); /* the row that is built or measured */
/* What is being built; NULL: its files are being measured, or it is over. */
const struct run *lab_run(const struct lab *lab);
bool lab_has_failed(const struct lab *lab); /* a job of a row that is over */
