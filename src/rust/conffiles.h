/* conffiles: the configuration files that cargo reads for a folder, with their includes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct toml;

struct conf_file {
	char *path; /* absolute; of an argument "--config" */
	struct toml *doc;
	bool is_argument; /* of a command line: goes before the environment */
};

struct conf_files {
	struct conf_file *items; /* most decisive first */
	size_t len, cap;
};

/* `dir` absolute. ERR_PARSE for a file that is broken, includes what it cannot, or whose arrays and
 * tables do not go together with those of a more decisive file. */
bool conffiles_load(struct conf_files *files, const char *dir, struct err *err);
/* What follows --config on a command line, KEY=VALUE or a file, before all that are there. `dir`: where it was
 * typed. ERR_USAGE or ERR_PARSE. */
bool conffiles_add_argument(
	struct conf_files *files, const char *dir, const char *text, struct err *err);
void conffiles_fini(struct conf_files *files);
/* The file that cargo reads for `path` ("…/.cargo/config.toml"), of a folder where it is relative: the one
 * without extension where that exists, else the same. Caller frees. */
char *conffiles_place(const char *dir, const char *path);
