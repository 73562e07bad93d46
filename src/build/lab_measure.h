/* lab_measure: what is asked of each file of a lab, on a worker's thread. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"

struct lab_file;

/* What is measured besides sizes; all NULL: nothing. */
struct lab_tests {
	const char *upx;     /* program */
	const char *bench;   /* for a shell; {} is the program, and so is $XTUI_PROGRAM */
	unsigned bench_runs; /* that count; one more before them does not */
	const char *dir;     /* where the bench runs; NULL: our own working directory */
};
#define LAB_BENCH_RUNS 10

/* A file, and how it runs here. */
struct lab_sample {
	const char *path, *target, *variant;
	const char *const *runner; /* what stands before its path; empty: nothing */
	bool runs;                 /* here, as it is or by the runner */
};

/* Fills in all but the file's name, kind and bytes; texts are in the arena. */
/* What it is made of by the symbols of the file at `path`: its own, or those of a twin (build/lab_twin.h). */
void lab_measure_parts(struct lab_file *file, const char *path, bool is_twin, struct arena *arena);
void lab_measure(struct lab_file *file, const struct lab_sample *sample,
	const struct lab_tests *tests, struct arena *arena, const _Atomic bool *cancel);
