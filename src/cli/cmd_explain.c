/* explain: hints for a log from a file or standard input, or for a program that does not start. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "artifact/missing.h"
#include "artifact/object.h"
#include "base/alloc.h"
#include "cli/carry_out.h"
#include "cli/cli.h"
#include "hint/binary.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "host/platform.h"
#include "plan/fixplan.h"
#include "plan/plan.h"
#include "plan/root.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/json.h"
#include "text/shell.h"

#define READ_SIZE 65536

/* Whatever its length, a log is read piece by piece. */
static bool
feed_log(struct explaining *x, int fd, const char *name, struct err *err)
{
	char buffer[READ_SIZE];
	ssize_t got;

	do {
		got = read(fd, buffer, sizeof buffer);
		if (got > 0)
			explain_feed(x, (struct span){ buffer, (size_t)got });
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got < 0 ? err_errno(err, "%s: cannot be read", name) : true;
}

static int
check_rules(struct cli *cli, const char *path)
{
	struct err err = ERR_INIT;
	struct str out = STR_INIT;

	if (!cli_has_file(path, &err) || !rules_check_file(path, &err))
		return cli_fail(cli, &err);
	str_appendf(&out, "%s: every rule is well formed, and its examples hold\n", path);
	if (!cli->quiet)
		cli_print(cli, &out);
	str_fini(&out);
	return 0;
}

/* The plan of fix `number` of the first cause; it has been shown. NULL with err when there is none. */
static struct plan *
plan_of_fix(const struct explanation *e, long number, struct err *err)
{
	const struct hint *h = e->count ? &e->hints[0] : NULL;
	const struct fix *fix;
	struct str line = STR_INIT;

	if (!h || number > (long)h->fix_count) {
		err_set(err, ERR_USAGE, "--apply %ld: the first cause has %zu fixes", number,
			h ? h->fix_count : 0);
		return NULL;
	}
	fix = &h->fixes[number - 1];
	if (fix_has_plan(fix))
		return fix_plan(fix);
	err_set(err, ERR_USAGE, "--apply %ld: this one is for you to do: %s", number, fix->title);
	if (fix->argv) {
		shell_command(&line, fix->argv);
		err_try(err, "%s", str_cstr(&line));
		str_fini(&line);
	}
	return NULL;
}

static void
show_step(struct cli *cli, const struct hint *h, const struct step *step)
{
	struct str out = STR_INIT;
	const char *root = step->root ? root_way_name(root_way()) : "";

	str_appendf(&out, "%s\n%s\n", h->title, step->why);
	if (step->diff)
		str_append(&out, step->diff);
	else
		str_appendf(&out, "$ %s%s%s\n", root, *root ? " " : "", step->title);
	cli_print(cli, &out);
	str_fini(&out);
}

/* The workspace's root, where fixes belong; without one, or a readable one, the folder at hand. */
static char *
find_project(const struct cli *cli)
{
	const struct workspace_query query = { .dir = cli->dir,
		.manifest = args_get(&cli->args, OPT_MANIFEST_PATH, NULL),
		.quick = true };
	struct workspace *ws = workspace_load(&query, NULL, NULL);
	char *root = xstrdup(ws ? ws->root : cli->dir);

	workspace_free(ws);
	return root;
}

static int
apply(struct cli *cli, const struct explanation *e, const char *project, struct err *err)
{
	struct survey_query query = cli_survey_query(cli);
	struct plan *plan;
	long number;

	if (!args_number(&cli->args, OPT_APPLY, 1, 1, &number, err) ||
		!(plan = plan_of_fix(e, number, err)))
		return cli_fail(cli, err);
	if (!args_has(&cli->args, OPT_JSON))
		show_step(cli, &e->hints[0], &plan->items[0]);
	if (cli_agree(cli, "explain --apply", "Do this?", "done", err))
		return carry_out(cli,
			&(struct carry_out){ .dir = project, .query = &query, .is_fix = true },
			plan);
	plan_free(plan);
	return cli_fail(cli, err);
}

/* The machine that --target names, or this one. */
static bool
find_machine(struct cli *cli, const struct survey *s, struct binary_host *host, struct err *err)
{
	const struct platform *p = platform_get();
	const char *target = args_get(&cli->args, OPT_TARGET, NULL);
	long i = target ? survey_find(s, target) : -1;

	*host = (struct binary_host){ p->arch, p->os, *p->glibc ? p->glibc : NULL, "" };
	if (!target || text_is(target, s->host))
		return true;
	if (i < 0)
		return targets_err_unknown(s->targets, target, err);
	*host = (struct binary_host){ s->targets->items[i].arch, s->targets->items[i].os, NULL,
		NULL };
	return true;
}

static struct card *
inspect_program(const char *path, struct err *err)
{
	struct card *card = object_inspect(path, err);

	if (!card || card->kind == KIND_EXECUTABLE || card->kind == KIND_SHARED)
		return card;
	err_set(err, ERR_USAGE, "%s: is no program or shared library", path);
	err_try(err, "xtui inspect %s", path);
	card_free(card);
	return NULL;
}

/* Why the file does not start; NULL with err when it cannot be read. */
static struct explanation *
explain_file(struct cli *cli, const struct rules *rules, const char *path,
	const struct hint_context *context, struct err *err)
{
	struct survey *s = cli_survey(cli);
	struct explanation *e = NULL;
	struct binary_host host;
	struct card *card = NULL;

	if (find_machine(cli, s, &host, err) && cli_has_file(path, err) &&
		(card = inspect_program(path, err))) {
		if (host.root)
			missing_check(card);
		e = binary_explain(rules, card, path, &host, context);
	}
	card_free(card);
	survey_free(s);
	return e;
}

static struct explanation *
explain_log(struct cli *cli, const struct rules *rules, const struct hint_context *context,
	struct err *err)
{
	const char *file = cli->args.positional.len ? cli->args.positional.items[0] : "-";
	bool is_input = text_is(file, "-");
	int fd = STDIN_FILENO;
	struct explanation *e;
	struct explaining *x;
	bool ok;

	if (!is_input && !cli_has_file(file, err))
		return NULL;
	if (!is_input && (fd = open(file, O_RDONLY | O_CLOEXEC)) < 0) {
		err_errno(err, "%s: cannot be read", file);
		return NULL;
	}
	if (is_input && isatty(fd) && !cli->quiet)
		fputs("reading the log from here, to its end by Ctrl-D\n", stderr);
	x = explain_begin(rules, context);
	ok = feed_log(x, fd, is_input ? "standard input" : file, err);
	e = explain_end(x);
	if (!is_input)
		close(fd);
	if (!ok) {
		explanation_free(e);
		e = NULL;
	}
	return e;
}

static void
print_result(struct cli *cli, const struct explanation *e)
{
	struct str out = STR_INIT;
	struct json *doc;

	if (args_has(&cli->args, OPT_JSON)) {
		doc = explain_json(e);
		cli_print_json(cli, doc);
		json_free(doc);
	} else if (e->count) {
		cli_append_hints(cli, e, &out);
		cli_print(cli, &out);
	} else if (!cli->quiet) {
		fprintf(stderr, "xtui: %s\n",
			args_has(&cli->args, OPT_BINARY)
				? "nothing in the file speaks against its starting"
				: "no toolchain cause is known for this log");
	}
	str_fini(&out);
}

int
cmd_explain(struct cli *cli)
{
	const struct args *args = &cli->args;
	const char *check = args_get(args, OPT_CHECK, NULL);
	struct hint_context context = {
		.target = args_get(args, OPT_TARGET, NULL),
		.backend = args_get(args, OPT_BACKEND, NULL),
		.distribution = platform_get()->distribution,
	};
	const char *binary = args_get(args, OPT_BINARY, NULL);
	struct rules *rules = NULL;
	struct explanation *e = NULL;
	struct err err = ERR_INIT;
	char *project;
	int status;

	if (check)
		return check_rules(cli, check);
	context.project_dir = project = find_project(cli);
	if ((rules = rules_load_for(cli->dir, &err)))
		e = binary ? explain_file(cli, rules, binary, &context, &err)
			   : explain_log(cli, rules, &context, &err);
	status = !e ? cli_fail(cli, &err) : e->count ? 0 : 1;
	if (e && e->count && args_has(args, OPT_APPLY))
		status = apply(cli, e, project, &err);
	else if (e)
		print_result(cli, e);
	explanation_free(e);
	rules_free(rules);
	free(project);
	return status;
}
