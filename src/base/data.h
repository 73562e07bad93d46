/* data: the files of data/ and themes/, compiled into the program (tools/embed.c). */
#pragma once
#include <stddef.h>
#include "base/str.h"

struct data_file {
	const char *name;  /* as in the tree: "data/backends.toml", "themes/light.toml" */
	const char *bytes; /* a NUL follows the last byte */
	size_t len;
};

extern const struct data_file data_files[]; /* sorted by name */
extern const size_t data_file_count;

/* NULL when there is no such file. */
const struct data_file *data_find(const char *name);
/* The i-th file whose name begins with prefix ("data/hints/"), or NULL when there are fewer. */
const struct data_file *data_at(const char *prefix, size_t i);
