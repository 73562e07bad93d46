/* conffiles: the configuration files that cargo reads for a folder, with their includes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct toml;

struct conf_file {
	char *path; /* absolute */
	struct toml *doc;
};

struct conf_files {
	struct conf_file *items; /* most decisive first */
	size_t len, cap;
};

/* `dir` absolute. ERR_PARSE for a file that is broken, includes what it cannot, or whose arrays and
 * tables do not go together with those of a more decisive file. */
bool conffiles_load(struct conf_files *files, const char *dir, struct err *err);
void conffiles_fini(struct conf_files *files);
/* The file that cargo reads for `path` ("…/.cargo/config.toml"), of a folder where it is relative: the one
 * without extension where that exists, else the same. Caller frees. */
char *conffiles_place(const char *dir, const char *path);
