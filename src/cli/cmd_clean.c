/* clean: shows what builds have left for these targets, and frees it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/quantity.h"
#include "build/clean.h"
#include "build/targetdir.h"
#include "cli/cli.h"
#include "cli/disk_report.h"
#include "io/usage.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "text/json.h"

struct job {
	struct target_trees trees;
	bool *chosen; /* a flag for each tree */
	bool is_all;
	uint64_t bytes; /* what would be freed */
	size_t count;
};

static void
count_job(struct job *job)
{
	job->bytes = job->is_all ? job->trees.rest : 0;
	for (size_t i = 0; i < job->trees.items.len; i++) {
		if (!job->chosen[i])
			continue;
		job->bytes += target_tree_bytes(&job->trees.items.items[i]);
		job->count++;
	}
}

static void
print_text(const struct cli *cli, const struct job *job)
{
	char *size = quantity_bytes(job->bytes);
	struct str out = STR_INIT;

	if (job->count)
		disk_report_trees(cli, &job->trees, job->chosen, &out);
	if (job->is_all && job->trees.root)
		str_appendf(&out, "and everything else in %s\n", job->trees.root);
	str_appendf(&out, "%s%s%s to free\n", ink(cli, INK_BOLD), size, ink(cli, INK_PLAIN));
	cli_print(cli, &out);
	str_fini(&out);
	free(size);
}

static void
print_json(const struct cli *cli, const struct job *job, bool is_dry, uint64_t freed)
{
	struct json *doc = json_object();

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "target_dir", job->trees.root);
	json_set_bool(doc, "dry_run", is_dry);
	json_set_number(doc, "bytes", (double)job->bytes);
	json_set_number(doc, "freed", (double)freed);
	json_set(doc, "trees", disk_report_json(&job->trees, job->chosen));
	cli_print_json(cli, doc);
	json_free(doc);
}

static int
run(struct cli *cli, struct job *job)
{
	bool json = args_has(&cli->args, OPT_JSON), is_dry = args_has(&cli->args, OPT_DRY_RUN);
	struct err err = ERR_INIT;
	uint64_t freed = 0;
	bool ok = true;
	char *size;

	count_job(job);
	if (!json)
		print_text(cli, job);
	if (!is_dry && job->bytes)
		ok = cli_agree(cli, "clean", "Remove it?", "removed", &err) &&
			clean_run(&job->trees, job->chosen, job->is_all, &freed, &err);
	if (json && (ok || freed))
		print_json(cli, job, is_dry, freed);
	if (!json && freed && !cli->quiet) {
		size = quantity_bytes(freed);
		printf("%s freed\n", size);
		free(size);
	}
	return ok ? 0 : cli_fail(cli, &err);
}

int
cmd_clean(struct cli *cli)
{
	struct survey *s = cli_survey(cli);
	struct err err = s->workspace_err;
	struct usage_links *links = usage_links_new();
	struct job job = { 0 };
	size_t count;
	const char **targets = args_all(&cli->args, OPT_TARGET, &count);
	const struct clean_query query = {
		.targets = targets,
		.profile = profile_folder(args_get(&cli->args, OPT_PROFILE, NULL)),
		.host = s->host,
	};
	int status;

	job.is_all = clean_is_all(&query);
	if (s->workspace && target_trees_read(s->workspace, links, &job.trees, &err) &&
		(job.chosen = clean_choose(&job.trees, &query, &err)))
		status = run(cli, &job);
	else
		status = cli_fail(cli, &err);
	free(job.chosen);
	target_trees_fini(&job.trees);
	usage_links_free(links);
	survey_free(s);
	free(targets);
	return status;
}
