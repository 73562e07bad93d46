/* lab_result: what a lab has measured: a table of variants by targets.
 *
 * It is the same whether the lab goes on, is over, or is read out of the history; all that show a lab
 * show this. Each row has an arena of its own, so that a worker may fill one while others are shown. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "artifact/sizes.h"
#include "base/arena.h"
#include "base/err.h"
#include "build/job.h"

struct json;
struct run_spec;

#define LAB_PARTS 20 /* of the crates and of the symbols of a file, the largest are kept */

struct lab_section {
	const char *name;
	uint64_t bytes; /* in the file */
};

/* The file as upx leaves it. */
struct lab_packed {
	uint64_t bytes;  /* 0: it was not packed */
	uint64_t ms;     /* that packing took */
	const char *why; /* it was not; NULL: nobody asked, or it was */
};

/* How long a command of the user's took with the program, ms. */
struct lab_bench {
	unsigned runs; /* that count; 0: none */
	double median, least, most;
	const char
		*runner; /* what the program ran under, and the times are also of; NULL: nothing */
	const char *why; /* there are none; NULL: nobody asked, or there are */
};

struct lab_file {
	const char *name; /* of the file */
	const char *kind; /* cargo's: "bin", "cdylib" */
	uint64_t bytes;
	struct lab_section *sections;
	size_t section_count;
	struct size_row *crates, *symbols; /* the largest first */
	size_t crate_count, symbol_count;
	uint64_t told;      /* bytes of all symbols */
	uint64_t copied;    /* of them, of copies of generic functions beyond the first of each */
	const char *untold; /* why it is not known what makes it big; NULL: it is */
	bool is_stripped;   /* its own symbols are gone */
	bool is_twins;      /* the parts are those of the same, linked with its symbols */
	struct lab_packed packed;
	struct lab_bench bench;
};

/* One target in one variant. */
struct lab_cell {
	const char *target;
	enum job_state state;
	struct lab_file *files;
	size_t file_count;
	uint64_t bytes;   /* of all files */
	uint64_t packed;  /* of all files, those that upx takes packed; 0: none is */
	uint64_t unit_ms; /* what its units took, added up: work, not waiting */
	const char *log;  /* of a build that failed; NULL: none */
};

struct lab_row {
	const char *variant;
	const char *const
		*config; /* what cargo was told: profile.release.lto="fat"; ends with NULL */
	size_t config_count;
	bool is_over;
	bool is_beaten;   /* another is no worse in anything measured, and better in something */
	uint64_t ms;      /* of the whole build, all targets at once, from nothing */
	uint64_t cpu_ms;  /* of all its processes here; 0: not known */
	uint64_t pack_ms; /* what packing took on top */
	uint64_t bytes;   /* of all targets */
	struct lab_cell *cells; /* one for each target, in the result's order */
	struct arena arena;
};

struct lab_result {
	const char *id;  /* of its first run; "" until that has begun */
	int64_t started; /* ms since 1970 */
	const char *project, *profile, *toolchain;
	const char *bench;    /* the command; NULL: none */
	const char **targets; /* ends with NULL */
	size_t target_count;
	struct lab_row *rows;
	size_t row_count;
	struct arena arena;
};

/* Empty rows for all variants of a spec; to be given to lab_result_fini. */
void lab_result_init(struct lab_result *r, const struct run_spec *spec);
void lab_result_fini(struct lab_result *r);

/* Adds up what the cells' files say. */
void lab_row_sum(struct lab_row *row, size_t target_count);
/* Marks which rows are beaten; only those that were built whole are compared, by size, time of building
 * and, where that was measured for all targets of both, time of running. */
void lab_result_judge(struct lab_result *r);
bool lab_row_is_whole(const struct lab_result *r, const struct lab_row *row);
bool lab_row_is_packed(const struct lab_result *r, const struct lab_row *row); /* a file of it is */
/* The medians of all programs of a target, added up, ms; below 0: not all were run. */
double lab_cell_bench(const struct lab_cell *cell);
const char *lab_cell_runner(const struct lab_cell *cell); /* that they ran under; NULL: none */
/* The same of all targets whose programs run here as they are; below 0: there are none, or one was not
 * run. What an emulator takes says nothing of the program. */
double lab_row_bench(const struct lab_result *r, const struct lab_row *row);
/* The same variant and target elsewhere, where it was built well; or NULL. */
const struct lab_row *lab_result_row(const struct lab_result *r, const char *variant);
const struct lab_cell *
lab_result_cell(const struct lab_result *r, const char *variant, const char *target);
/* What the cell of the same variant and target had in an earlier lab, packed or not; 0: it was not there, or
 * other files were built. */
uint64_t lab_result_was(const struct lab_result *before, const char *variant,
	const struct lab_cell *cell, bool is_packed);
uint64_t lab_result_largest(const struct lab_result *r); /* bytes of a cell; at least 1 */
/* "-37 %" from one size to another, "+0.4 %" of less than ten, "=" where they are the same; "" when there
 * was none. */
#define LAB_CHANGE_MAX 16
const char *lab_change(char out[LAB_CHANGE_MAX], uint64_t was, uint64_t is);

/* As docs/json.md has them: LAB_VARIANT, with `was` of an earlier lab (or NULL), and LAB. */
struct json *lab_row_json(
	const struct lab_result *r, const struct lab_row *row, const struct lab_result *before);
struct json *lab_result_json(const struct lab_result *r);
/* A LAB; to be given to lab_result_fini in any case. False when it is none. */
bool lab_result_read(struct lab_result *r, const char *text, struct err *err);
