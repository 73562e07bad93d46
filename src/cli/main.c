/* main: the command line is read, then a command runs or the workbench opens.
 *
 * The one place where cli meets ui. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/path.h"
#include "build/ci.h"
#include "build/recording.h"
#include "cli/build_spec.h"
#include "cli/cli.h"
#include "cli/go_on.h"
#include "host/settings.h"
#include "io/file.h"
#include "io/loop.h"
#include "ui/app.h"
#include "ui/key_list.h"
#include "ui/theme.h"

#define PANES_MAX 40 /* of bench-panes */

static bool
is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

/* Whether text for this descriptor gets colours, by --color, NO_COLOR, CLICOLOR_FORCE and TERM. */
static bool
wants_color(const struct args *args, int fd, bool *ok, struct err *err)
{
	const char *when = args_get(args, OPT_COLOR, "auto");

	if (text_is(when, "always"))
		return true;
	if (text_is(when, "never"))
		return false;
	if (!text_is(when, "auto")) {
		*ok = err_set(err, ERR_USAGE,
			"--color: expected auto, always or never, found \"%s\"", when);
		return false;
	}
	if (is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE") && !text_is(getenv("CLICOLOR_FORCE"), "0"))
		return true;
	return isatty(fd) && !text_is(getenv("TERM"), "dumb");
}

static bool
has_screen(const struct cli *cli)
{
	const char *term = getenv("TERM");

	if (args_has(&cli->args, OPT_PLAIN) || args_has(&cli->args, OPT_JSON) || is_set("CI"))
		return false;
	if (term && text_is(term, "dumb"))
		return false;
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* The usual file need not be there, a named one must. */
static bool
load_settings(struct cli *cli, struct err *err)
{
	const char *path = args_get(&cli->args, OPT_CONFIG, NULL);

	if (path && !file_exists(path))
		return err_set(err, ERR_USAGE, "--config: there is no %s", path);
	cli->settings = settings_load(path, err);
	return cli->settings != NULL;
}

/* A name that leads nowhere is a slip, as for --manifest-path; a closed folder is the machine's. */
static bool
err_dir(const char *dir, struct err *err)
{
	bool is_slip = errno == ENOENT || errno == ENOTDIR;

	err_set(err, is_slip ? ERR_USAGE : ERR_ENVIRONMENT, "-C %s: %s", dir, strerror(errno));
	return is_slip && err_try(err, "name a folder that exists");
}

/* Also where the command does not need them, a file and a theme that are named must be there. */
static bool
check_manifest(const struct args *args, struct err *err)
{
	const char *path = args_get(args, OPT_MANIFEST_PATH, NULL);

	return !path || cli_has_file(path, err) || err_prefix(err, "--manifest-path");
}

static bool
check_theme(const struct args *args, struct err *err)
{
	const char *name = args_get(args, OPT_THEME, NULL);
	char *config_dir = path_config_dir();
	struct theme theme;
	bool ok = !name || theme_load(name, config_dir, &theme, err);

	free(config_dir);
	return ok;
}

static bool
prepare(struct cli *cli, struct err *err)
{
	const char *dir = args_get(&cli->args, OPT_CHDIR, NULL);
	bool ok = true;

	cli->color = wants_color(&cli->args, STDOUT_FILENO, &ok, err);
	cli->err_color = wants_color(&cli->args, STDERR_FILENO, &ok, err);
	if (!ok)
		return false;
	cli->quiet = args_has(&cli->args, OPT_QUIET);
	cli->verbose = args_has(&cli->args, OPT_VERBOSE);
	if (dir && chdir(dir) != 0)
		return err_dir(dir, err);
	cli->dir = path_absolute(".");
	return check_manifest(&cli->args, err) && check_theme(&cli->args, err) &&
		load_settings(cli, err);
}

static void
open_log(const struct cli *cli)
{
	char *state = cli->verbose ? path_state_dir() : NULL;
	char *path = state ? path_join(state, "xtui.log") : NULL;

	if (path)
		log_open(path);
	free(path);
	free(state);
}

static struct app_options
app_options_of(const struct cli *cli)
{
	return (struct app_options){
		.dir = cli->dir,
		.manifest = args_get(&cli->args, OPT_MANIFEST_PATH, NULL),
		.toolchain = args_get(&cli->args, OPT_TOOLCHAIN, NULL),
		.theme = args_get(&cli->args, OPT_THEME, NULL),
		.settings = cli->settings,
		.profile = args_get(&cli->args, OPT_PROFILE, NULL),
	};
}

/* The workbench; with a run to start, on the Build screen. It is the last that the program does: a thread
 * that is not waited for (a survey asks other programs) may still read what callers have, so the program
 * ends here, and they free nothing. */
_Noreturn static void
open_workbench(const struct cli *cli, const struct run_spec *build, const char *const *command,
	const struct recording *recording, const struct history_run *killed)
{
	struct app_options options = app_options_of(cli);
	struct err err = ERR_INIT;
	int status;

	options.sets = args_all(&cli->args, OPT_SET, &options.set_count);
	options.presets = args_all(&cli->args, OPT_PRESET, &options.preset_count);
	options.build = build;
	options.is_plain = build && !command && !recording && go_on_is_offered(&cli->args);
	options.resumed = killed;
	options.watch = args_has(&cli->args, OPT_WATCH);
	options.command = command;
	options.recording = recording;
	options.leave_when_built = command && is_set("XTUI_BENCH_EXIT");
	status = app_run(&options, &err);
	if (err.kind != ERR_NONE)
		status = cli_fail(cli, &err);
	loop_exit(status);
}

/* `xtui bench-panes N -- COMMAND`, for make bench: the command's output in N panes. */
static int
bench_panes(struct cli *cli)
{
	char names[PANES_MAX][sizeof("pane-99")];
	const char *targets[PANES_MAX], *word = "1";
	struct err err = ERR_INIT;
	char *end;

	if (cli->args.positional.len)
		word = cli->args.positional.items[0];
	unsigned long panes = strtoul(word, &end, 10);
	if (panes < 1 || panes > PANES_MAX || *end || !cli->args.rest.len) {
		err_set(&err, ERR_USAGE, "bench-panes: expected 1 to %d, and a command after --",
			PANES_MAX);
		return cli_fail(cli, &err);
	}
	for (unsigned i = 0; i < panes; i++) {
		snprintf(names[i], sizeof(names[i]), "pane-%u", i + 1);
		targets[i] = names[i];
	}
	struct run_spec run = { .targets = targets, .target_count = panes };
	vec_push(&cli->args.rest, NULL);
	open_workbench(cli, &run, cli->args.rest.items, NULL, NULL);
}

static int
demo_on_screen(struct cli *cli)
{
	struct run_spec run = { 0 };
	struct err err = ERR_INIT;
	struct recording *recording = recording_demo(&err);

	if (!recording)
		return cli_fail(cli, &err);
	open_workbench(cli, &run, NULL, recording, NULL);
}

/* The jobs of a CI run are over: their panes fill at once. */
static int
ci_on_screen(struct cli *cli)
{
	struct run_spec run = { 0 };
	struct err err = ERR_INIT;
	struct ci_run *ci = ci_load(cli->dir, args_get(&cli->args, OPT_RUN_ID, NULL), &err);
	struct recording *recording;

	if (!ci)
		return cli_fail(cli, &err);
	recording = ci_recording(ci);
	ci_free(ci);
	open_workbench(cli, &run, NULL, recording, NULL);
}

static int
build_on_screen(struct cli *cli)
{
	struct run_line line;
	struct going_on going_on;
	struct err err = ERR_INIT;

	if (!run_line_read(&line, cli, &err) || !go_on_find(&going_on, cli, &err))
		return cli_fail(cli, &err);
	open_workbench(cli, &line.run, NULL, NULL, going_on.run);
}

/* --help and --version, which need nothing to be in order. */
static bool
answers_at_once(const struct cli *cli)
{
	const struct command_row *c = cli->args.command;
	struct str out = STR_INIT;

	if (args_has(&cli->args, OPT_VERSION))
		str_append(&out, "xtui " XTUI_VERSION "\n");
	else if (!args_has(&cli->args, OPT_HELP))
		return false;
	else if (c)
		options_help_command(c, &out);
	else
		options_help(&out);
	cli_print(cli, &out);
	str_fini(&out);
	return true;
}

static int
dispatch(struct cli *cli)
{
	const struct command_row *c = cli->args.command;

	if (!c && !has_screen(cli))
		return cmd_doctor(cli);
	if (!c)
		open_workbench(cli, NULL, NULL, NULL, NULL);
	if (!c->run)
		return bench_panes(cli);
	if (c->run == cmd_build && has_screen(cli) && !args_has(&cli->args, OPT_DRY_RUN) &&
		!args_has(&cli->args, OPT_MAX_SIZE) && !args_has(&cli->args, OPT_MAX_GROWTH))
		return build_on_screen(cli);
	if (c->run == cmd_ci && has_screen(cli) && !args_has(&cli->args, OPT_JSON))
		return ci_on_screen(cli);
	if (c->run == cmd_demo && has_screen(cli))
		return demo_on_screen(cli);
	return c->run(cli);
}

int
main(int argc, char **argv)
{
	struct cli cli = { .keys_help = key_list };
	struct err err = ERR_INIT;
	int status = 0;

	setlocale(LC_CTYPE,
		""); /* characters only: numbers are read and written the same everywhere */
	if (!args_parse(&cli.args, argc, argv, &err)) {
		status = cli_fail(&cli, &err);
	} else if (!answers_at_once(&cli)) {
		if (prepare(&cli, &err)) {
			open_log(&cli);
			status = dispatch(&cli);
		} else {
			status = cli_fail(&cli, &err);
		}
	}
	settings_free(cli.settings);
	free(cli.dir);
	args_fini(&cli.args);
	return status;
}
