/* cli: what every command gets: the parsed line, the settings, and where to print. */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "base/err.h"
#include "base/str.h"
#include "cli/options.h"

struct choice;
struct explanation;
struct json;
struct profile;
struct settings;
struct survey;
struct survey_query;

struct cli {
	struct args args;
	struct settings *settings;
	char *dir;      /* where the project is; absolute */
	bool color;     /* of standard output */
	bool err_color; /* of standard error */
	bool quiet, verbose;
	void (*keys_help)(struct str
			*out); /* appends the list of keys; the screens know it, main hands it on */
};

/* Colours of text output, by meaning. */
enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_GOOD, INK_WARN, INK_BAD, INK_NAME };
/* The SGR sequence, or "" without colour. */
const char *ink(const struct cli *cli, enum ink i);

/* "xtui: <message>" and "  try: <remedy>" to standard error; the exit status of the err. */
int cli_fail(const struct cli *cli, const struct err *err);
/* Writes text to standard output. What cannot be written ends the program: quietly where the reader has
 * gone, as signal PIPE would, else with an error. */
void cli_print(const struct cli *cli, const struct str *text);
/* Appends a unified diff (NULL: none) in its colours. */
void cli_append_diff(const struct cli *cli, const char *diff, struct str *out);
/* Appends the hints for people (hint/explain.h) in their colours. */
void cli_append_hints(const struct cli *cli, const struct explanation *e, struct str *out);
/* One document and a line end. */
void cli_print_json(const struct cli *cli, const struct json *json);
/* False with a usage error when a file that the command line names is not there, or is a folder. */
bool cli_has_file(const char *path, struct err *err);
/* Asks on the terminal; yes is "y" or "yes". */
bool cli_ask(const char *question);
bool cli_can_ask(
	const struct cli *cli); /* somebody is at a terminal, and it is not JSON that they want */
/* Whether something may be done that was shown: --yes says so, else it is asked. False with err: ERR_USAGE
 * "<what>: nobody can be asked here, so nothing was <done>", or, when they say no, ERR_FAILED "<what>:
 * nothing was <done>". */
bool cli_agree(const struct cli *cli, const char *what, const char *question, const char *done,
	struct err *err);
/* How the command line wants the machine looked at; its texts are borrowed. */
struct survey_query cli_survey_query(const struct cli *cli);
/* A full survey of the project; never NULL. */
struct survey *cli_survey(const struct cli *cli);
/* The same for who is going to say which targets matter (survey_assess). */
struct survey *cli_survey_without_targets(const struct cli *cli);
/* The profile that --profile, --preset and --set ask for, over the survey's workspace; where the line
 * says nothing, as the project has chosen (`choice` may be NULL). With several --preset, each of
 * which is a variant of its own, it is as configured. */
struct profile *cli_profile(const struct cli *cli, const struct survey *s,
	const struct choice *choice, struct err *err);

/* The commands, one file each. */
int cmd_targets(struct cli *cli);
int cmd_doctor(struct cli *cli);
int cmd_setup(struct cli *cli);
int cmd_build(struct cli *cli);
int cmd_run(struct cli *cli);
int cmd_disk(struct cli *cli);
int cmd_clean(struct cli *cli);
int cmd_history(struct cli *cli);
int cmd_log(struct cli *cli);
int cmd_explain(struct cli *cli);
int cmd_inspect(struct cli *cli);
int cmd_universal(struct cli *cli);
int cmd_package(struct cli *cli);
int cmd_profile(struct cli *cli);
int cmd_ci(struct cli *cli);
int cmd_remote(struct cli *cli);
int cmd_sysroot(struct cli *cli);
int cmd_lab(struct cli *cli);
int cmd_export(struct cli *cli);
int cmd_demo(struct cli *cli);
int cmd_completions(struct cli *cli);
int cmd_help(struct cli *cli);
