/* logindex: where the lines of a log begin, and which of them are marked.
 *
 * Sparse and ascending: line 0, then every LOGSTORE_STEP-th line, or sooner where lines are long, each
 * with the style it begins in. As bytes, beside the log as <log>.index, to which is only appended: a
 * magic, then records of a few numbers (base/varint): how much line and offset have grown since the
 * record before. A file that ends within a record, as a kill may leave it, gives those before it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "base/vec.h"
#include "text/ansi.h"

#define LOGINDEX_ENDING ".index"

struct logindex_entry {
	uint64_t offset; /* where the line begins */
	size_t line;
	struct ansi_style style; /* that it begins in */
};

struct logindex_mark {
	size_t line; /* ascending, each once */
	unsigned marks;
};

struct logindex {
	VEC(struct logindex_entry) entries; /* the first is line 0 */
	VEC(struct logindex_mark) marks;
	size_t saved, saved_marks; /* those that logindex_save has given; line 0 is known without */
};

void logindex_init(struct logindex *x);
void logindex_fini(struct logindex *x);
void logindex_add(struct logindex *x, uint64_t offset, size_t line, struct ansi_style style);
void logindex_mark(struct logindex *x, size_t line, unsigned marks); /* the last marked, or later */
/* The last entry at or before a line. */
const struct logindex_entry *logindex_before(const struct logindex *x, size_t line);
const struct logindex_entry *logindex_last(const struct logindex *x);
/* The nearest line after (before, when backwards) `from` with one of these marks, or -1. */
long logindex_find_mark(const struct logindex *x, long from, bool backwards, unsigned marks);

/* Appends to out what its file lacks: entries up to `offset`, before which all is in the log's file,
 * and the marks of lines before the last of those; all marks when the log has ended. */
void logindex_save(struct logindex *x, uint64_t offset, bool has_ended, struct str *out);
/* Takes in the bytes of a file; false, and nothing is taken, when they are none of ours or tell of
 * more than `size` bytes of log. */
bool logindex_load(struct logindex *x, struct span bytes, uint64_t size);
