/* cli: printing, and the pieces of work that several commands share. */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/count.h"
#include "hint/explain.h"
#include "host/settings.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "text/json.h"

const char *
ink(const struct cli *cli, enum ink i)
{
	static const char *const codes[] = {
		[INK_PLAIN] = "\033[0m",
		[INK_BOLD] = "\033[1m",
		[INK_DIM] = "\033[2m",
		[INK_GOOD] = "\033[32m",
		[INK_WARN] = "\033[33m",
		[INK_BAD] = "\033[31m",
		[INK_NAME] = "\033[36m",
	};
	return cli->color ? codes[i] : "";
}

int
cli_fail(const struct cli *cli, const struct err *err)
{
	const char *red = cli->err_color ? "\033[31m" : "";
	const char *plain = cli->err_color ? "\033[0m" : "";

	fprintf(stderr, "%sxtui:%s %s\n", red, plain, err->message);
	if (*err->remedy)
		fprintf(stderr, "  try: %s\n", err->remedy);
	return err_exit_code(err);
}

/* The reader has gone: end as a program that does not know better would. */
static void
die_of_pipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	_exit(128 + SIGPIPE);
}

void
cli_print(const struct cli *cli, const struct str *text)
{
	struct err err = ERR_INIT;

	if (fwrite(str_cstr(text), 1, text->len, stdout) == text->len && fflush(stdout) == 0)
		return;
	if (errno == EPIPE)
		die_of_pipe();
	err_errno(&err, "standard output");
	_exit(cli_fail(cli, &err));
}

void
cli_append_diff(const struct cli *cli, const char *diff, struct str *out)
{
	struct span rest = span_of(diff ? diff : "");

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		enum ink i = span_starts(line, "+") ? INK_GOOD
			: span_starts(line, "-")    ? INK_BAD
						    : INK_PLAIN;

		str_appendf(out, "%s%.*s%s\n", ink(cli, i), (int)line.len, line.data,
			ink(cli, INK_PLAIN));
	}
}

/* What a line of the hints is, by how it begins. */
static enum ink
ink_of_hint(struct span line)
{
	static const struct {
		const char *begin;
		enum ink ink;
	} kinds[] = {
		{ "       +", INK_GOOD },
		{ "       -", INK_BAD },
		{ "       $ ", INK_NAME },
		{ "  line ", INK_DIM },
		{ "  ", INK_PLAIN },
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (span_starts(line, kinds[i].begin))
			return kinds[i].ink;
	return INK_BOLD;
}

void
cli_append_hints(const struct cli *cli, const struct explanation *e, struct str *out)
{
	struct str text = STR_INIT;
	struct span rest;

	explain_print(e, &text);
	rest = str_span(&text);
	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		bool is_plain = !line.len || ink_of_hint(line) == INK_PLAIN;

		str_appendf(out, "%s%.*s%s\n", is_plain ? "" : ink(cli, ink_of_hint(line)),
			(int)line.len, line.data, is_plain ? "" : ink(cli, INK_PLAIN));
	}
	str_fini(&text);
}

void
cli_print_json(const struct cli *cli, const struct json *json)
{
	struct str text = STR_INIT;

	json_print(json, &text);
	str_append_char(&text, '\n');
	cli_print(cli, &text);
	str_fini(&text);
}

bool
cli_has_file(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return !S_ISDIR(st.st_mode) ||
			err_set(err, ERR_USAGE, "%s: is a folder, not a file", path);
	return (errno != ENOENT && errno != ENOTDIR) ||
		err_set(err, ERR_USAGE, "%s: there is no such file", path);
}

bool
cli_ask(const char *question)
{
	char line[16];

	fprintf(stderr, "%s [y/N] ", question);
	if (!fgets(line, sizeof(line), stdin))
		return false;
	return text_is(line, "y\n") || text_is(line, "Y\n") || text_is(line, "yes\n");
}

bool
cli_can_ask(const struct cli *cli)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !args_has(&cli->args, OPT_JSON);
}

bool
cli_agree(const struct cli *cli, const char *what, const char *question, const char *done,
	struct err *err)
{
	if (args_has(&cli->args, OPT_YES))
		return true;
	if (!cli_can_ask(cli)) {
		err_set(err, ERR_USAGE, "%s: nobody can be asked here, so nothing was %s", what,
			done);
		return err_try(err, "the same with --yes");
	}
	return cli_ask(question) || err_set(err, ERR_FAILED, "%s: nothing was %s", what, done);
}

struct survey_query
cli_survey_query(const struct cli *cli)
{
	return (struct survey_query){
		.dir = cli->dir,
		.manifest = args_get(&cli->args, OPT_MANIFEST_PATH, NULL),
		.toolchain = args_get(&cli->args, OPT_TOOLCHAIN, NULL),
		.remotes = cli->settings->remotes,
	};
}

struct survey *
cli_survey(const struct cli *cli)
{
	struct survey_query query = cli_survey_query(cli);

	return survey_take(&query);
}

struct survey *
cli_survey_without_targets(const struct cli *cli)
{
	struct survey_query query = cli_survey_query(cli);

	query.leaves_targets = true;
	return survey_take(&query);
}

static bool
apply_line(struct profile *p, const char *preset, const char *const *sets, struct err *err)
{
	if (preset && !profile_apply_preset(p, preset, err))
		return false;
	for (; *sets; sets++)
		if (!profile_set_pair(p, *sets, err))
			return false;
	return true;
}

struct profile *
cli_profile(
	const struct cli *cli, const struct survey *s, const struct choice *choice, struct err *err)
{
	const char *chosen = choice ? choice_profile_name(choice) : NULL;
	const char *name = args_get(&cli->args, OPT_PROFILE, chosen ? chosen : "release");
	struct profile *p = profile_load(name, s->workspace, s->conf, err);
	size_t count, preset_count;
	const char **presets = args_all(&cli->args, OPT_PRESET, &preset_count);
	const char **sets = args_all(&cli->args, OPT_SET, &count);
	bool is_silent = !preset_count && !count;
	bool ok = p && profile_read_presets(p, cli->settings->file, err) &&
		(!choice || choice_give_presets(choice, p, err));

	if (ok && is_silent && choice)
		ok = choice_apply(choice, p, err);
	else if (ok && preset_count < 2)
		ok = apply_line(p, presets[0], sets, err);
	free(presets);
	free(sets);
	if (ok)
		return p;
	profile_free(p);
	return NULL;
}
