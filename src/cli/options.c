/* options: one row per option, and a parser that knows only the rows. */
#include "cli/options.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "text/fuzzy.h"

/* clang-format off */
const struct option_row option_rows[OPT_COUNT] = {
	{ OPT_CHDIR,         'C', "chdir",         "DIR",    "work in DIR" },
	{ OPT_MANIFEST_PATH, 0,   "manifest-path", "FILE",   "the Cargo.toml to build" },
	{ OPT_TOOLCHAIN,     0,   "toolchain",     "NAME",   "a rustup toolchain, in place of the project's" },
	{ OPT_COLOR,         0,   "color",         "WHEN",   "auto, always or never" },
	{ OPT_PLAIN,         0,   "plain",         NULL,     "never the full screen, also on a terminal" },
	{ OPT_THEME,         0,   "theme",         "NAME",   "colours of the screen" },
	{ OPT_CONFIG,        0,   "config",        "FILE",   "settings from FILE in place of config.toml" },
	{ OPT_OFFLINE,       0,   "offline",       NULL,     "never ask the network" },
	{ OPT_QUIET,         'q', "quiet",         NULL,     "only what was asked for and errors" },
	{ OPT_VERBOSE,       'v', "verbose",       NULL,     "more: log lines in JSON, and a log of xtui itself" },
	{ OPT_HELP,          'h', "help",          NULL,     "this text, or a command's" },
	{ OPT_VERSION,       'V', "version",       NULL,     "the version" },
	{ OPT_JSON,          0,   "json",          NULL,     "print JSON (docs/json.md)" },
	{ OPT_INSTALLED,     0,   "installed",     NULL,     "only targets whose standard library is installed" },
	{ OPT_READY,         0,   "ready",         NULL,     "only targets that are ready or likely to be" },
	{ OPT_TIER,          0,   "tier",          "N",      "only targets of tier N" },
	{ OPT_OS,            0,   "os",            "OS",     "only targets of this operating system" },
	{ OPT_PROBE,         0,   "probe",         NULL,     "compile and link a program for each target" },
	{ OPT_TARGET,        't', "target",        "TRIPLE", "a target; may be repeated" },
	{ OPT_PACKAGE,       'p', "package",       "PKG",    "a package; may be repeated" },
	{ OPT_BIN,           0,   "bin",           "NAME",   "a program; may be repeated" },
	{ OPT_EXAMPLE,       0,   "example",       "NAME",   "an example; may be repeated" },
	{ OPT_PROFILE,       0,   "profile",       "NAME",   "the cargo profile (release)" },
	{ OPT_PRESET,        0,   "preset",        "NAME",   "a preset of profile options; may be repeated" },
	{ OPT_SET,           0,   "set",           "K=V",    "a profile option for this build: --set lto=fat" },
	{ OPT_JOBS,          'j', "jobs",          "N",      "how many CPUs the build may use" },
	{ OPT_FEATURES,      0,   "features",      "LIST",   "features to turn on; may be repeated" },
	{ OPT_FAIL_FAST,     0,   "fail-fast",     NULL,     "stop everything at the first failure" },
	{ OPT_LOG_DIR,       0,   "log-dir",       "DIR",    "where the logs of the run go" },
	{ OPT_MODE,          0,   "mode",          "MODE",   "build, check, test, clippy or doc (build)" },
	{ OPT_DRY_RUN,       0,   "dry-run",       NULL,     "print the command lines, start nothing" },
	{ OPT_WATCH,         0,   "watch",         NULL,     "build again whenever a source file changes" },
	{ OPT_JOBS_MEMORY,   0,   "jobs-memory",   "MIB",    "memory of a link with fat LTO (as measured)" },
	{ OPT_BACKEND,       0,   "backend",       "B",      "native, zig, cross …; for one target: TRIPLE=B" },
	{ OPT_GLIBC,         0,   "glibc",         "V",      "the oldest glibc to run on, as 2.17; or TRIPLE=V" },
	{ OPT_IMAGE,         0,   "image",         "I",      "the container's image; or TRIPLE=I" },
	{ OPT_DOCKERFILE,    0,   "dockerfile",    "FILE",   "a container is made of it; or TRIPLE=FILE" },
	{ OPT_ENGINE,        0,   "engine",        "NAME",   "where containers run; or TRIPLE=NAME" },
	{ OPT_BUILD_STD,     0,   "build-std",     "LIST",   "build std, core … along; or TRIPLE=LIST" },
	{ OPT_SDK,           0,   "sdk",           "DIR",    "Apple's SDK, for zig; or TRIPLE=DIR" },
	{ OPT_API,           0,   "api",           "N",      "Android's oldest API level (21); or TRIPLE=N" },
	{ OPT_COMPATIBILITY, 0,   "compatibility", "TAG",    "of wheels: manylinux_2_17, pypi; or TRIPLE=TAG" },
	{ OPT_INTERPRETER,   0,   "interpreter",   "V",      "Pythons of wheels: \"3.11 3.12\"; or TRIPLE=V" },
	{ OPT_LINKER,        0,   "linker",        "PROG",   "the program that links; or TRIPLE=PROG" },
	{ OPT_TARGET_CPU,    0,   "target-cpu",    "CPU",    "the processor, as x86-64-v3; or TRIPLE=CPU" },
	{ OPT_CRT_STATIC,    0,   "crt-static",    "BOOL",   "true: the C library is linked in; or TRIPLE=BOOL" },
	{ OPT_RUSTFLAGS,     0,   "rustflags",     "FLAGS",  "more flags of rustc's; or TRIPLE=FLAGS" },
	{ OPT_SDIST,         0,   "sdist",         NULL,     "a source distribution beside wheels" },
	{ OPT_IF_BUSY,       0,   "if-busy",       "WHAT",   "another xtui builds here: wait, separate, refuse" },
	{ OPT_FLOOR,         0,   "floor",         "FLOOR",  "the oldest system it must run on: glibc-2.17" },
	{ OPT_CHECK,         0,   "check",         "RULES",  "check a file of hint rules" },
	{ OPT_BINARY,        0,   "binary",        "FILE",   "say why this program does not start" },
	{ OPT_COMPARE,       0,   "compare",       NULL,     "times and sizes of two runs, side by side" },
	{ OPT_LIMIT,         'n', "limit",         "N",      "at most N runs (20)" },
	{ OPT_FOLLOW,        'f', "follow",        NULL,     "go on until the job is over" },
	{ OPT_TIMESTAMPS,    0,   "timestamps",    NULL,     "before each line, the seconds since the run began" },
	{ OPT_RELEASE,       0,   "version",       "V",      "a release: 14.4" },
	{ OPT_FROM,          0,   "from",          "FILE",   "an archive that is here, in place of a download" },
	{ OPT_YES,           'y', "yes",           NULL,     "do what is shown without asking" },
	{ OPT_GOAL,          0,   "goal",          "NAME",   "what to reach, by its name; may be repeated" },
	{ OPT_SCRIPT,        0,   "script",        NULL,     "print a shell script that does the same" },
	{ OPT_RUNNERS,       0,   "runners",       NULL,     "also what runs foreign programs here: qemu, wine" },
	{ OPT_SCCACHE,       0,   "sccache",       NULL,     "also sccache before rustc, for all your builds" },
	{ OPT_UNDO,          0,   "undo",          NULL,     "list the edits that were made, or put one back" },
	{ OPT_ACCEPT_LICENSES, 0, "accept-licenses", NULL,   "agree to the licences of what is downloaded" },
	{ OPT_APPLY,         0,   "apply",         "N",      "carry out fix N of the first cause" },
	{ OPT_VARIANT,       0,   "variant",       "NAME",   "a preset to try; may be repeated" },
	{ OPT_CSV,           0,   "csv",           NULL,     "print comma-separated values" },
	{ OPT_MARKDOWN,      0,   "md",            NULL,     "print a table in Markdown" },
	{ OPT_SVG,           0,   "svg",           "FILE",   "draw the sizes into FILE as well" },
	{ OPT_OUTPUT,        'o', "output",        "PATH",   "where what is made goes" },
	{ OPT_FORMAT,        0,   "format",        "EXT",    "of packages: tar.gz, tar.xz, tar.zst, zip" },
	{ OPT_MAX_SIZE,      0,   "max-size",      "SIZE",  "fail when a file is larger; TRIPLE=4M" },
	{ OPT_MAX_GROWTH,    0,   "max-growth",    "PERCENT","fail when a file has grown by more than that" },
	{ OPT_UPX,           0,   "upx",           NULL,     "also pack each program with upx, and measure that" },
	{ OPT_BENCH_CMD,     0,   "bench-cmd",     "CMD",    "also time CMD with each program; {} is its path" },
	{ OPT_BENCH_RUNS,    0,   "bench-runs",    "N",      "how many runs of it count (10)" },
	{ OPT_LAST,          0,   "last",          NULL,     "show what was measured last, build nothing" },
	{ OPT_SIZES,         0,   "sizes",         NULL,     "what makes it big; in history, files over time" },
	{ OPT_MARK,          0,   "mark",          NULL,     "sizes are held against this run from here on" },
	{ OPT_FORCE,         0,   "force",         NULL,     "write it although another one is there" },
	{ OPT_CURRENT,       0,   "check",         NULL,     "write nothing; end with 1 when it would differ" },
	{ OPT_RUN_ID,        0,   "run",           "ID",     "a run of the CI, in place of the last" },
	{ OPT_SIMULATE,      0,   "simulate",      "N",      "how long it would take on up to N machines" },
	{ OPT_RESUME,        0,   "resume",        NULL,     "go on with a build that was interrupted" },
};
/* clang-format on */

bool
command_takes(const struct command_row *c, enum option_id id)
{
	if (id >= OPTION_LATE)
		return c->late_options & OPTION_LATE_BIT(id);
	return id >= OPTION_GLOBAL_END && (c->options & OPTION_BIT(id));
}

static bool
goes_with(const struct option_row *o, const struct command_row *c)
{
	return o->id < OPTION_GLOBAL_END || (c && command_takes(c, o->id));
}

static bool
err_unknown(struct err *err, const char *what, const char *word, const char *nearest,
	const char *dashes)
{
	if (nearest)
		return err_set(err, ERR_USAGE, "unknown %s \"%s\": did you mean %s%s?", what, word,
			dashes, nearest);
	return err_set(
		err, ERR_USAGE, "unknown %s \"%s\": xtui --help has all there are", what, word);
}

static bool
err_unknown_option(struct err *err, const struct command_row *c, const char *word, struct span name)
{
	const char *names[OPT_COUNT];
	size_t count = 0;
	char *plain = span_dup(name);

	for (int i = 0; i < OPT_COUNT; i++)
		if (!c || goes_with(&option_rows[i], c))
			names[count++] = option_rows[i].name;
	err_unknown(err, "option", word, fuzzy_nearest(plain, names, count), "--");
	free(plain);
	return false;
}

static bool
err_unknown_command(struct err *err, const char *word)
{
	const char *names[64];
	size_t count = 0;

	for (const struct command_row *c = command_rows; c->name && count < 64; c++)
		names[count++] = c->name;
	return err_unknown(err, "command", word, fuzzy_nearest(word, names, count), "");
}

/* A command's own option wins over a global one of the same name. */
static const struct option_row *
find_long(const struct command_row *c, struct span name)
{
	const struct option_row *found = NULL;

	for (int i = 0; i < OPT_COUNT; i++) {
		const struct option_row *o = &option_rows[i];

		if (span_is(name, o->name) &&
			(!found || (goes_with(o, c) && o->id >= OPTION_GLOBAL_END)))
			found = o;
	}
	return found;
}

static const struct option_row *
find_letter(char letter)
{
	for (int i = 0; i < OPT_COUNT; i++)
		if (option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

static void
add_value(struct args *args, const struct option_row *o, const char *value)
{
	struct arg_value *v = vec_add(&args->values);

	v->id = o->id;
	v->value = value;
}

/* The word after an option that wants one. */
static bool
take_argument(struct args *args, const struct option_row *o, const char *word, char ***next,
	struct err *err)
{
	if (!**next)
		return err_set(err, ERR_USAGE, "%s: %s is missing", word, o->argument);
	add_value(args, o, *(*next)++);
	return true;
}

static bool
parse_long(struct args *args, const char *word, char ***next, struct err *err)
{
	const char *equals = strchr(word, '=');
	struct span name = { word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2) };
	const struct option_row *o = find_long(args->command, name);

	if (!o)
		return err_unknown_option(err, args->command, word, name);
	if (!o->argument && equals)
		return err_set(err, ERR_USAGE, "--%s takes no value", o->name);
	if (!o->argument)
		add_value(args, o, NULL);
	else if (equals)
		add_value(args, o, equals + 1);
	else
		return take_argument(args, o, word, next, err);
	return true;
}

static bool
parse_letters(struct args *args, const char *word, char ***next, struct err *err)
{
	for (const char *c = word + 1; *c; c++) {
		const struct option_row *o = find_letter(*c);

		if (!o)
			return err_unknown_option(err, args->command, word, (struct span){ c, 1 });
		if (!o->argument) {
			add_value(args, o, NULL);
			continue;
		}
		if (!c[1])
			return take_argument(args, o, word, next, err);
		add_value(args, o, c[1] == '=' ? c + 2 : c + 1);
		break;
	}
	return true;
}

static bool
parse_word(struct args *args, const char *word, struct err *err)
{
	if (args->command) {
		vec_push(&args->positional, word);
		return true;
	}
	if (word[0] == '+' && word[1]) {
		add_value(args, &option_rows[OPT_TOOLCHAIN], word + 1);
		return true;
	}
	args->command = command_find(word);
	return args->command || err_unknown_command(err, word);
}

/* What can only be judged once the command is known, wherever it stood. */
static bool
check_command(const struct args *args, struct err *err)
{
	const struct command_row *c = args->command;
	size_t most = c && c->positional_max >= 0 ? (size_t)c->positional_max : (size_t)-1;

	for (size_t i = 0; i < args->values.len; i++) {
		const struct option_row *o = &option_rows[args->values.items[i].id];

		if (goes_with(o, c))
			continue;
		if (!c)
			err_set(err, ERR_USAGE, "--%s needs a command to go with", o->name);
		else
			err_set(err, ERR_USAGE, "--%s does not go with \"%s\"", o->name, c->name);
		return err_try(err, c ? "xtui help %s" : "xtui --help", c ? c->name : "");
	}
	if (c && args->positional.len > most)
		return err_set(err, ERR_USAGE, "%s: unexpected \"%s\"", c->name,
			args->positional.items[most]);
	if (args->rest.len && !(c && c->takes_rest))
		return err_set(err, ERR_USAGE, "%s takes no words after --",
			c ? c->name : "xtui without a command");
	return true;
}

bool
args_parse(struct args *args, int argc, char **argv, struct err *err)
{
	char **next = argv + (argc > 0);

	*args = (struct args){ 0 };
	while (*next) {
		const char *word = *next++;
		bool ok;

		if (text_is(word, "--")) {
			while (*next)
				vec_push(&args->rest, *next++);
			break;
		}
		if (text_starts(word, "--"))
			ok = parse_long(args, word, &next, err);
		else if (word[0] == '-' && word[1])
			ok = parse_letters(args, word, &next, err);
		else
			ok = parse_word(args, word, err);
		if (!ok)
			return false;
	}
	return check_command(args, err);
}

void
args_fini(struct args *args)
{
	vec_fini(&args->values);
	vec_fini(&args->positional);
	vec_fini(&args->rest);
}

bool
args_has(const struct args *args, enum option_id id)
{
	for (size_t i = 0; i < args->values.len; i++)
		if (args->values.items[i].id == id)
			return true;
	return false;
}

const char *
args_get(const struct args *args, enum option_id id, const char *fallback)
{
	for (size_t i = args->values.len; i-- > 0;)
		if (args->values.items[i].id == id)
			return args->values.items[i].value;
	return fallback;
}

const char **
args_all(const struct args *args, enum option_id id, size_t *count)
{
	const char **all = xcalloc(args->values.len + 1, sizeof(*all));

	*count = 0;
	for (size_t i = 0; i < args->values.len; i++)
		if (args->values.items[i].id == id)
			all[(*count)++] = args->values.items[i].value;
	return all;
}

bool
args_number(const struct args *args, enum option_id id, long least, long fallback, long *out,
	struct err *err)
{
	const char *text = args_get(args, id, NULL);
	char *end;

	*out = fallback;
	if (!text)
		return true;
	*out = strtol(text, &end, 10);
	if (*text && !*end && *out >= least && *out < 1000000000)
		return true;
	return err_set(err, ERR_USAGE, "--%s: expected a whole number from %ld, found \"%s\"",
		option_rows[id].name, least, text);
}

static void
help_option(struct str *out, const struct option_row *o)
{
	char *name = xasprintf(
		"--%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");

	if (o->letter)
		str_appendf(out, "  -%c, %-24s %s\n", o->letter, name, o->help);
	else
		str_appendf(out, "      %-24s %s\n", name, o->help);
	free(name);
}

void
options_help(struct str *out)
{
	str_append(out,
		"xtui: a workbench for cross-compiling Rust projects\n\n"
		"Usage: xtui [+TOOLCHAIN] [OPTIONS] [COMMAND] [ARGS]\n\n"
		"Without a command: the interactive workbench;\n"
		"without a terminal the same as `xtui doctor`.\n\n"
		"Commands:\n");
	for (const struct command_row *c = command_rows; c->name; c++)
		str_appendf(out, "  %-14s %s\n", c->name, c->help);
	str_append(out, "\nOptions:\n");
	for (int i = 0; i < OPTION_GLOBAL_END; i++)
		help_option(out, &option_rows[i]);
	str_append(out,
		"\nExit status: 0 done, 1 a build failed or a target is not ready, 2 usage or\n"
		"a broken file, 3 the environment lacks something, 4 no usable terminal,\n"
		"128+n ended by signal n.\n"
		"More: xtui help COMMAND, xtui help keys, xtui help config.\n");
}

void
options_help_command(const struct command_row *c, struct str *out)
{
	str_appendf(out, "xtui %s: %s\n\nUsage: xtui %s %s\n", c->name, c->help, c->name, c->usage);
	if (*c->details)
		str_appendf(out, "\n%s\n", c->details);
	if (c->options || c->late_options)
		str_append(out, "\nOptions:\n");
	for (int i = OPTION_GLOBAL_END; i < OPT_COUNT; i++)
		if (command_takes(c, (enum option_id)i))
			help_option(out, &option_rows[i]);
}
