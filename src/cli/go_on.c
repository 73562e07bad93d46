#include "cli/go_on.h"
#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "build/order.h"
#include "build/resume.h"
#include "cli/build_spec.h"
#include "cli/cli.h"
#include "cli/past.h"
#include "io/file.h"
#include "rust/profile.h"
#include "text/shell.h"

#define LOOKED_AT 200 /* runs */

/* ---- the line ---- */

/* Of what a line of `build` says, what is not of what to build. */
static bool
is_of_how(enum option_id id)
{
	static const enum option_id all[] = { OPT_RESUME, OPT_JSON, OPT_DRY_RUN, OPT_WATCH,
		OPT_IF_BUSY, OPT_LOG_DIR, OPT_JOBS, OPT_JOBS_MEMORY, OPT_MAX_SIZE, OPT_MAX_GROWTH };

	for (size_t i = 0; i < COUNT(all); i++) {
		if (all[i] == id)
			return true;
	}
	return id < OPTION_GLOBAL_END;
}

/* The first option that says what to build; OPT_COUNT: none does. */
static enum option_id
first_of_what(const struct args *args)
{
	for (size_t i = 0; i < args->values.len; i++) {
		if (!is_of_how(args->values.items[i].id))
			return args->values.items[i].id;
	}
	return OPT_COUNT;
}

bool
go_on_is_offered(const struct args *args)
{
	return first_of_what(args) == OPT_COUNT && !args->rest.len && !args_has(args, OPT_RESUME);
}

static bool
check_line(const struct args *args, struct err *err)
{
	enum option_id what = first_of_what(args);

	if (!args_has(args, OPT_RESUME))
		return !args->positional.len ||
			err_set(err, ERR_USAGE, "build: unexpected \"%s\"",
				args->positional.items[0]);
	if (what != OPT_COUNT)
		return err_set(err, ERR_USAGE,
			"build --resume: it builds what was asked for then, so --%s cannot be said",
			option_rows[what].name);
	return !args->rest.len ||
		err_set(err, ERR_USAGE,
			"build --resume: it builds what was asked for then, so no words after -- "
			"can be said");
}

/* ---- --resume ---- */

static bool
err_not_interrupted(const struct history_run *run, struct err *err)
{
	err_set(err, ERR_FAILED, "build --resume: run %s was not interrupted: %s", run->id,
		run->status);
	return err_try(err, "xtui history");
}

static bool
err_elsewhere(const struct history_run *run, struct err *err)
{
	struct str dir = STR_INIT;

	shell_word(&dir, run->root);
	err_set(err, ERR_USAGE, "build --resume: run %s is of another workspace: %s", run->id,
		run->root);
	err_try(err, "xtui -C %s build --resume %s", str_cstr(&dir), run->id);
	str_fini(&dir);
	return false;
}

static bool
find_named(struct going_on *g, const struct cli *cli, struct history *h, const char *name,
	const char *root, struct err *err)
{
	const struct history_run *run;

	if (!past_find(cli, h, name, &g->list, err))
		return false;
	run = &g->list.runs.items[0];
	if (!text_is(run->root, root))
		return err_elsewhere(run, err);
	if (!resume_is_possible(run))
		return err_not_interrupted(run, err);
	g->run = run;
	return true;
}

static bool
find_last(struct going_on *g, struct history *h, const char *root, struct err *err)
{
	const struct history_query query = { .root = root, .limit = LOOKED_AT };

	if (!history_ask(h, &query, &g->list, err))
		return false;
	if ((g->run = resume_find(&g->list)))
		return true;
	err_set(err, ERR_FAILED, "build --resume: no build was interrupted here");
	return err_try(err, "xtui build");
}

/* As the history names the workspace. */
static char *
root_of(const struct cli *cli, struct err *err)
{
	char *root = past_root(cli), *real = root ? file_real_path(root) : NULL;

	if (!real)
		err_set(err, ERR_ENVIRONMENT, "build --resume: there is no workspace here");
	free(root);
	return real;
}

bool
go_on_find(struct going_on *g, const struct cli *cli, struct err *err)
{
	const struct args *args = &cli->args;
	struct history *h = NULL;
	char *root = NULL;
	bool ok = false;

	*g = (struct going_on){ 0 };
	if (!check_line(args, err))
		return false;
	if (!args_has(args, OPT_RESUME))
		return true;
	if (!(root = root_of(cli, err)) || !(h = past_open(err)))
		goto done;
	if (args->positional.len)
		ok = find_named(g, cli, h, args->positional.items[0], root, err);
	else
		ok = find_last(g, h, root, err);
done:
	history_close(h);
	free(root);
	return ok;
}

void
go_on_fini(struct going_on *g)
{
	history_list_fini(&g->list);
	*g = (struct going_on){ 0 };
}

/* ---- the offer ---- */

static void
append_option(const struct args *args, enum option_id id, const char *name, struct str *out)
{
	const char *value = args_get(args, id, NULL);

	if (!value)
		return;
	str_appendf(out, " %s ", name);
	shell_word(out, value);
}

static void
say_line(const struct cli *cli, const struct history_run *run, const char *what)
{
	struct str line = STR_INIT;

	append_option(&cli->args, OPT_CHDIR, "-C", &line);
	append_option(&cli->args, OPT_MANIFEST_PATH, "--manifest-path", &line);
	fprintf(stderr,
		"xtui: the last build was interrupted (%s); to go on with it: xtui%s build "
		"--resume %s\n",
		what, str_cstr(&line), run->id);
	str_fini(&line);
}

static bool
ask(const char *what, const struct run_spec *otherwise)
{
	char *question = xasprintf("xtui was killed while it built %s.\nBuild that, in place of "
				   "%s%s?",
		what, otherwise->targets[0], otherwise->target_count > 1 ? " and others" : "");
	bool yes = cli_ask(question);

	free(question);
	return yes;
}

static void
offer(struct going_on *g, const struct cli *cli, struct history *h, const struct history_run *run,
	const char *what, const struct run_spec *otherwise)
{
	if (!cli_can_ask(cli) || getenv("CI")) {
		if (!cli->quiet)
			say_line(cli, run, what);
		return;
	}
	if (ask(what, otherwise))
		g->run = run;
	history_asked(h, run);
}

void
go_on_offer(struct going_on *g, const struct cli *cli, struct history *h, const char *root,
	const struct build_spec *spec)
{
	const struct history_query query = { .root = root, .limit = 1 };
	const struct history_run *run;
	struct str what = STR_INIT;
	struct order order = { 0 };

	if (!h || !history_ask(h, &query, &g->list, NULL) || !g->list.runs.len)
		return;
	run = &g->list.runs.items[0];
	if (!resume_is_possible(run) || run->was_asked)
		return;
	if (resume_read(run, &order)) {
		resume_say(run, &order, &what);
		if (!resume_is_same(run, &spec->order.run, spec->profile->name))
			offer(g, cli, h, run, str_cstr(&what), &spec->order.run);
		else if (!cli->quiet)
			fprintf(stderr,
				"xtui: the last build was interrupted: this one goes on where it "
				"was\n");
	}
	order_fini(&order);
	str_fini(&what);
}
