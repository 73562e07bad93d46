/* setup: the plan that makes targets buildable here, told as text, JSON or a script, or carried
 * out. */
#include <stdlib.h>
#include "base/arena.h"
#include "base/vec.h"
#include "cli/carry_out.h"
#include "cli/cli.h"
#include "cli/setup_undo.h"
#include "host/platform.h"
#include "plan/format.h"
#include "plan/goals.h"
#include "plan/make.h"
#include "plan/size.h"
#include "plan/sysroot.h"
#include "plan/wants.h"
#include "ready/remote.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "text/json.h"

#define SIZE_MS 5000

/* What to reach, and where that was said. */
struct request {
	VEC(struct reach) reach;
	struct arena arena;
	const char *origin; /* "chosen in xtui.toml"; NULL: asked for */
};

/* --backend B counts for all targets, --backend TARGET=B for one. */
static const char *
backend_for(const struct cli *cli, const char *triple)
{
	const char *backend = NULL;

	for (size_t i = 0; i < cli->args.values.len; i++) {
		const char *value = cli->args.values.items[i].value, *part;

		if (cli->args.values.items[i].id != OPT_BACKEND)
			continue;
		part = strchr(value, '=');
		if (!part)
			backend = backend ? backend : value;
		else if (span_is((struct span){ value, (size_t)(part - value) }, triple))
			return part + 1;
	}
	return backend;
}

static void
add(const struct cli *cli, struct request *r, const char *triple, const char *backend)
{
	const char *asked = backend_for(cli, triple);

	vec_push(&r->reach,
		((struct reach){ arena_strdup(&r->arena, triple),
			arena_strdup(&r->arena, asked ? asked : backend) }));
}

static bool
add_goals(const struct cli *cli, const struct survey *s, struct request *r, struct err *err)
{
	struct goals goals;

	if (!goals_load(&r->arena, s->host, &goals, err))
		return false;
	for (size_t i = 0; i < cli->args.values.len; i++) {
		const struct goal *goal;

		if (cli->args.values.items[i].id != OPT_GOAL)
			continue;
		if (!(goal = goals_find(&goals, cli->args.values.items[i].value, err)))
			return false;
		for (size_t n = 0; n < goal->count; n++)
			add(cli, r, goal->reach[n].triple, goal->reach[n].backend);
	}
	return true;
}

static bool
add_chosen(const struct cli *cli, const struct survey *s, struct request *r, struct err *err)
{
	struct choice *choice = choice_load(s->workspace->root, err);

	if (!choice)
		return false;
	for (size_t n = 0; n < choice_target_count(choice); n++) {
		const char *triple = choice_target(choice, n);
		if (!remote_is_meant(choice_backend(choice, triple)))
			add(cli, r, triple, choice_backend(choice, triple));
	}
	choice_free(choice);
	r->origin = "chosen in xtui.toml";
	return true;
}

static void
add_wanted(const struct cli *cli, const struct survey *s, struct request *r)
{
	struct wants wants;

	wants_read(s, &r->arena, &wants);
	for (size_t i = 0; i < wants.count; i++)
		add(cli, r, wants.items[i].triple, NULL);
	if (wants.count)
		r->origin = arena_printf(&r->arena, "named in %s%s", wants.items[0].origin,
			wants.count > 1 ? " and so on" : "");
}

static void
err_nothing_named(struct err *err)
{
	err_set(err, ERR_USAGE,
		"setup: no target is named, chosen in xtui.toml, or found in the "
		"project's files");
	err_try(err,
		"xtui setup x86_64-unknown-linux-musl --dry-run, or a --goal of "
		"xtui help setup");
}

/* What the line names, else what the project has chosen, else what its files say it wants. */
static bool
gather(const struct cli *cli, const struct survey *s, struct request *r, struct err *err)
{
	for (size_t n = 0; n < cli->args.positional.len; n++)
		add(cli, r, cli->args.positional.items[n], NULL);
	if (!add_goals(cli, s, r, err))
		return false;
	if (!r->reach.len && args_has(&cli->args, OPT_SCCACHE))
		return true; /* asked for by itself */
	if (!r->reach.len && s->workspace && !add_chosen(cli, s, r, err))
		return false;
	if (!r->reach.len)
		add_wanted(cli, s, r);
	if (r->reach.len)
		return true;
	if (!s->conf && s->conf_err.kind != ERR_NONE) /* what the project wants could not be read */
		*err = s->conf_err;
	else if (!s->workspace && s->workspace_err.kind == ERR_PARSE)
		*err = s->workspace_err;
	else
		err_nothing_named(err);
	return false;
}

static struct plan *
make(const struct cli *cli, const struct survey *s, const struct request *r, struct err *err)
{
	const char **mirrors = sysroot_mirrors(cli->settings);
	struct plan_query query = { .reach = r->reach.items,
		.count = r->reach.len,
		.mirrors = mirrors,
		.runners = args_has(&cli->args, OPT_RUNNERS),
		.sccache = args_has(&cli->args, OPT_SCCACHE) };
	struct plan *plan;

	plan_query_machine(&query, s);
	plan = plan_make(s, &query, err);
	free(mirrors);
	return plan;
}

static void
ask_sizes(struct plan *p)
{
	struct step_size size;

	for (size_t i = 0; i < p->count; i++) {
		if (!size_can_be_asked(&p->items[i]) || !size_ask(&p->items[i], SIZE_MS, &size))
			continue;
		p->items[i].bytes = size.bytes;
		p->items[i].disk_bytes = size.disk_bytes;
	}
}

/* "a, b" */
static char *
names(const struct request *r)
{
	struct str list = STR_INIT;

	for (size_t i = 0; i < r->reach.len; i++)
		str_appendf(&list, "%s%s", i ? ", " : "", r->reach.items[i].triple);
	if (!r->reach.len)
		str_append(&list, "sccache before rustc");
	return str_take(&list);
}

static void
append_head(const struct survey *s, const struct request *r, struct str *out)
{
	const char *manager = packages_manager_name(s->packages);
	char *list = names(r);

	str_appendf(out, "Reach: %s%s%s%s\n", list, r->origin ? " (" : "",
		r->origin ? r->origin : "", r->origin ? ")" : "");
	str_appendf(out, "Machine: %s, %s, %s\n\n", platform_get()->pretty,
		*manager ? manager : "no package manager known",
		root_way() == ROOT_SELF           ? "root"
			: root_way() == ROOT_NONE ? "neither root nor sudo"
						  : root_way_name(root_way()));
	free(list);
}

static void
print_text(const struct cli *cli, const struct survey *s, const struct request *r,
	const struct plan *p)
{
	struct plan_paper paper = { .dir = s->workspace ? s->workspace->root : s->dir,
		.root = root_way(),
		.bold = ink(cli, INK_BOLD),
		.dim = ink(cli, INK_DIM),
		.warn = ink(cli, INK_WARN),
		.plain = ink(cli, INK_PLAIN) };
	struct str out = STR_INIT;

	append_head(s, r, &out);
	if (p->count)
		plan_text(p, &paper, &out);
	else
		str_append(&out, "nothing to do: all of it is ready\n");
	cli_print(cli, &out);
	str_fini(&out);
}

static void
print_json(const struct cli *cli, const struct plan *p)
{
	struct json *document = plan_json(p);

	cli_print_json(cli, document);
	json_free(document);
}

static void
print_script(const struct cli *cli, const struct survey *s, const struct request *r,
	const struct plan *p)
{
	struct str out = STR_INIT;
	char *list = names(r);

	plan_script(p, s->workspace ? s->workspace->root : s->dir, list, &out);
	cli_print(cli, &out);
	free(list);
	str_fini(&out);
}

static bool
check_options(const struct cli *cli, struct err *err)
{
	bool json = args_has(&cli->args, OPT_JSON), script = args_has(&cli->args, OPT_SCRIPT);

	if (json && script)
		return err_set(err, ERR_USAGE,
			"setup: --json and --script are two ways to print "
			"the plan: give one of them");
	if (script || args_has(&cli->args, OPT_DRY_RUN) || args_has(&cli->args, OPT_YES))
		return true;
	if (cli_can_ask(cli))
		return true;
	err_set(err, ERR_USAGE,
		"setup: nobody can be asked here: give --dry-run, --script or --yes");
	return err_try(err, "xtui setup --dry-run");
}

static void
print_plan(const struct cli *cli, const struct survey *s, const struct request *r,
	const struct plan *p)
{
	if (args_has(&cli->args, OPT_SCRIPT))
		print_script(cli, s, r, p);
	else if (cli->quiet && args_has(&cli->args, OPT_YES) && !args_has(&cli->args, OPT_DRY_RUN))
		return; /* agreed to unseen */
	else if (!args_has(&cli->args, OPT_JSON))
		print_text(cli, s, r, p);
	else if (args_has(&cli->args, OPT_DRY_RUN))
		print_json(cli, p);
}

/* Takes the plan over. */
static int
carry_out_agreed(const struct cli *cli, const struct survey *s, struct plan *plan)
{
	struct survey_query query = cli_survey_query(cli);
	struct carry_out what = { .dir = s->workspace ? s->workspace->root : s->dir,
		.query = &query };
	bool is_nothing = !plan->count && !args_has(&cli->args, OPT_JSON);
	struct err err = ERR_INIT;

	if (!is_nothing && cli_agree(cli, "setup", "Carry this out?", "changed", &err))
		return carry_out(cli, &what, plan);
	plan_free(plan);
	return is_nothing ? 0 : cli_fail(cli, &err);
}

int
cmd_setup(struct cli *cli)
{
	struct request request = { .reach = VEC_INIT };
	struct err err = ERR_INIT;
	struct survey *s = NULL;
	struct plan *plan = NULL;
	int status = 0;

	if (args_has(&cli->args, OPT_UNDO))
		return setup_undo(cli);
	if (!check_options(cli, &err))
		return cli_fail(cli, &err);
	s = cli_survey(cli);
	if (!gather(cli, s, &request, &err) || !(plan = make(cli, s, &request, &err))) {
		status = cli_fail(cli, &err);
		goto done;
	}
	if (!args_has(&cli->args, OPT_SCRIPT))
		ask_sizes(plan);
	print_plan(cli, s, &request, plan);
	if (!args_has(&cli->args, OPT_DRY_RUN) && !args_has(&cli->args, OPT_SCRIPT)) {
		status = carry_out_agreed(cli, s, plan);
		plan = NULL;
	}
done:
	plan_free(plan);
	vec_fini(&request.reach);
	arena_fini(&request.arena);
	survey_free(s);
	return status;
}
