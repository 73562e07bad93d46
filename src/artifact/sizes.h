/* sizes: what makes a file big: its crates, its functions and data with all copies of a generic one summed, and what is
 * left of its sections. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

struct size_row {
	const char *name;  /* "serde_json", "serde_json::read::parse"; demangled, not cleaned */
	const char *crate; /* of a symbol; NULL for one that is not Rust's */
	uint64_t bytes;
	unsigned count; /* symbols of a crate, copies of a symbol */
};

typedef VEC(struct size_row) size_rows;

struct sizes {
	struct arena arena;
	uint64_t file;     /* bytes of the file */
	uint64_t told;     /* of symbols */
	uint64_t other;    /* of symbols that are not Rust's: C, C++, assembly */
	unsigned copies;   /* copies of generic functions beyond the first of each */
	uint64_t copied;   /* their bytes */
	uint64_t rest;     /* of sections, outside all symbols */
	size_rows crates;  /* the largest first */
	size_rows symbols; /* the largest `most` of them */
	size_rows rests;   /* by the name of the section, the largest first; their sum is `rest` */
};

/* Reads the symbols of an ELF, PE, Mach-O or WebAssembly file, or of an archive of them (artifact/sized_symbols.h says how far that
 * goes). A stripped one has rests alone. Data without names of their own stand in one row, "(anonymous data)", and
 * so do the tables that compilers number. False with err that names the file; fini
 * it in any case. 100 MB take well below a second, and 64 MiB at most. */
bool sizes_read(struct sizes *s, const char *path, size_t most, struct err *err);
void sizes_fini(struct sizes *s);
