/* options: the command line as tables: options, commands, and which option goes with which command.
 *
 * Parsing, `--help`, `xtui help`, completions and the manual's lists all read these tables. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

enum option_id {
	/* global */
	OPT_CHDIR,
	OPT_MANIFEST_PATH,
	OPT_TOOLCHAIN,
	OPT_COLOR,
	OPT_PLAIN,
	OPT_THEME,
	OPT_CONFIG,
	OPT_OFFLINE,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_HELP,
	OPT_VERSION,
	/* of commands */
	OPT_JSON,
	OPT_INSTALLED,
	OPT_READY,
	OPT_TIER,
	OPT_OS,
	OPT_PROBE,
	OPT_TARGET,
	OPT_PACKAGE,
	OPT_BIN,
	OPT_EXAMPLE,
	OPT_PROFILE,
	OPT_PRESET,
	OPT_SET,
	OPT_JOBS,
	OPT_FEATURES,
	OPT_FAIL_FAST,
	OPT_LOG_DIR,
	OPT_MODE,
	OPT_DRY_RUN,
	OPT_WATCH,
	OPT_JOBS_MEMORY,
	OPT_BACKEND,
	OPT_GLIBC,
	OPT_IMAGE,
	OPT_DOCKERFILE,
	OPT_ENGINE,
	OPT_BUILD_STD,
	OPT_SDK,
	OPT_API,
	OPT_COMPATIBILITY,
	OPT_INTERPRETER,
	OPT_LINKER,
	OPT_TARGET_CPU,
	OPT_CRT_STATIC,
	OPT_RUSTFLAGS,
	OPT_SDIST,
	OPT_IF_BUSY,
	OPT_FLOOR,
	OPT_CHECK,
	OPT_BINARY,
	OPT_COMPARE,
	OPT_LIMIT,
	OPT_FOLLOW,
	OPT_TIMESTAMPS,
	OPT_RELEASE, /* --version of a command that has releases */
	OPT_FROM,
	OPT_YES,
	OPT_GOAL,
	OPT_SCRIPT,
	OPT_RUNNERS,
	OPT_SCCACHE,
	OPT_UNDO,
	OPT_ACCEPT_LICENSES,
	OPT_APPLY,
	OPT_VARIANT,
	OPT_CSV,
	OPT_MARKDOWN,
	OPT_SVG,
	OPT_OUTPUT,
	OPT_FORMAT,
	OPT_MAX_SIZE,
	OPT_MAX_GROWTH,
	/* the second half of the bits */
	OPT_UPX,
	OPT_BENCH_CMD,
	OPT_BENCH_RUNS,
	OPT_LAST,
	OPT_SIZES,
	OPT_MARK,
	OPT_FORCE,
	OPT_CURRENT, /* --check of export */
	OPT_RUN_ID,
	OPT_SIMULATE,
	OPT_RESUME,
	OPT_COUNT
};

struct option_row {
	enum option_id id;
	char letter;          /* 0: none */
	const char *name;     /* without the dashes */
	const char *argument; /* "FILE"; NULL: a flag */
	const char *help;
};
extern const struct option_row option_rows[OPT_COUNT];
#define OPTION_GLOBAL_END OPT_JSON /* options before it go with every command */
#define OPTION_LATE OPT_UPX        /* the bits of those from here on are late_options */
#define OPTION_BIT(id) (UINT64_C(1) << ((id)-OPTION_GLOBAL_END)) /* for command_row.options */
#define OPTION_LATE_BIT(id) (UINT64_C(1) << ((id)-OPTION_LATE))
_Static_assert(OPTION_LATE - OPTION_GLOBAL_END <= 64, "an option has no bit");
_Static_assert(OPT_COUNT - OPTION_LATE <= 64, "a late option has no bit");

struct cli;

struct command_row {
	const char *name;
	const char *usage;           /* what follows the name */
	const char *help;            /* one line */
	const char *details;         /* paragraphs for `help COMMAND`, or "" */
	uint64_t options;            /* OPTION_BIT of its own options */
	uint64_t late_options;       /* OPTION_LATE_BIT of those from OPTION_LATE on */
	int positional_max;          /* -1: any number */
	bool takes_rest;             /* words after -- */
	int (*run)(struct cli *cli); /* the exit status; NULL: main's own */
};
extern const struct command_row command_rows[]; /* what people are told of; ends with a NULL name */
/* Whether the option is one of the command's own. */
bool command_takes(const struct command_row *c, enum option_id id);
const struct command_row *command_find(const char *name); /* also the developers' own */

struct args {
	const struct command_row *command; /* NULL: none given */
	VEC(struct arg_value {
		enum option_id id;
		const char *value;
	})
	values; /* in the order given; value NULL for flags */
	VEC(const char *) positional;
	VEC(const char *) rest; /* after -- */
};

/* argv lives as long as args. ERR_USAGE names the unknown word and the nearest known one. */
bool args_parse(struct args *args, int argc, char **argv, struct err *err);
void args_fini(struct args *args);
bool args_has(const struct args *args, enum option_id id);
const char *
args_get(const struct args *args, enum option_id id, const char *fallback); /* the last */
/* All values of an option, in a new array that ends with NULL; caller frees the array. */
const char **args_all(const struct args *args, enum option_id id, size_t *count);
/* A whole number of at least `least`, or ERR_USAGE; absent: fallback. */
bool args_number(const struct args *args, enum option_id id, long least, long fallback, long *out,
	struct err *err);

/* Help texts. */
void options_help(struct str *out);                                      /* `xtui --help` */
void options_help_command(const struct command_row *c, struct str *out); /* `xtui help COMMAND` */
