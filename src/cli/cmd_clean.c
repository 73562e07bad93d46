/* clean: shows what builds have left for these targets, and frees it. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/quantity.h"
#include "build/clean.h"
#include "build/targetdir.h"
#include "build/volume.h"
#include "cli/cli.h"
#include "cli/disk_report.h"
#include "io/usage.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "text/json.h"

struct job {
	struct target_trees trees;
	bool *chosen;           /* a flag for each tree */
	struct volumes volumes; /* that are to be freed, too */
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
	for (size_t i = 0; i < job->volumes.items.len; i++)
		job->bytes += volume_measure(&job->volumes.items.items[i]);
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
	for (size_t i = 0; i < job->volumes.items.len; i++)
		str_appendf(&out, "and the volume %s of %s, %s's target folder there\n",
			job->volumes.items.items[i].name, job->volumes.items.items[i].engine,
			job->volumes.items.items[i].triple);
	str_appendf(&out, "%s%s%s to free\n", ink(cli, INK_BOLD), size, ink(cli, INK_PLAIN));
	cli_print(cli, &out);
	str_fini(&out);
	free(size);
}

static struct json *
volumes_json(const struct volumes *volumes)
{
	struct json *list = json_array();

	for (size_t i = 0; i < volumes->items.len; i++) {
		const struct volume *v = &volumes->items.items[i];
		struct json *o = json_push(list, json_object());

		json_set_string(o, "engine", v->engine);
		json_set_string(o, "name", v->name);
		json_set_string(o, "target", v->triple);
	}
	return list;
}

/* Those of the query's targets; a volume is for all profiles, so one of them alone means none. */
static void
choose_volumes(struct volumes *volumes, const struct clean_query *query)
{
	for (size_t i = volumes->items.len; i-- > 0;) {
		bool is_meant = !*query->targets && !query->profile;

		for (const char *const *t = query->targets; *t && !query->profile; t++)
			is_meant |= text_is(*t, volumes->items.items[i].triple);
		if (!is_meant)
			vec_remove(&volumes->items, i);
	}
}

static bool
remove_volumes(const struct volumes *volumes, uint64_t *freed, struct err *err)
{
	for (size_t i = 0; i < volumes->items.len; i++) {
		if (!volume_remove(&volumes->items.items[i], err))
			return false;
		*freed += volumes->items.items[i].bytes;
	}
	return true;
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
	json_set(doc, "volumes", volumes_json(&job->volumes));
	cli_print_json(cli, doc);
	json_free(doc);
}

static int
run(struct cli *cli, struct job *job)
{
	bool json = args_has(&cli->args, OPT_JSON), is_dry = args_has(&cli->args, OPT_DRY_RUN);
	struct err err = ERR_INIT;
	uint64_t freed = 0, there = 0;
	bool ok = true;
	char *size;

	count_job(job);
	if (!json)
		print_text(cli, job);
	if (!is_dry && (job->bytes || job->volumes.items.len))
		ok = cli_agree(cli, "clean", "Remove it?", "removed", &err) &&
			remove_volumes(&job->volumes, &there, &err) &&
			clean_run(&job->trees, job->chosen, job->is_all, &freed, &err);
	freed += there;
	if (json && (ok || freed))
		print_json(cli, job, is_dry, freed);
	if (!json && freed && !cli->quiet) {
		size = quantity_bytes(freed);
		printf("%s freed\n", size);
		free(size);
	}
	return ok ? 0 : cli_fail(cli, &err);
}

/* Their triples, for clean_query; caller frees. */
static const char **
read_volumes(struct volumes *volumes, const char *target_dir)
{
	const char **triples;

	volumes_read(volumes, target_dir);
	triples = xcalloc(volumes->items.len + 1, sizeof(*triples));
	for (size_t i = 0; i < volumes->items.len; i++)
		triples[i] = volumes->items.items[i].triple;
	return triples;
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
	const char **others = NULL;
	struct clean_query query = {
		.targets = targets,
		.profile = profile_folder(args_get(&cli->args, OPT_PROFILE, NULL)),
		.host = s->host,
	};
	int status;

	job.is_all = clean_is_all(&query);
	if (s->workspace)
		query.others = others = read_volumes(&job.volumes, s->workspace->target_dir);
	choose_volumes(&job.volumes, &query);
	if (s->workspace && target_trees_read(s->workspace, links, &job.trees, &err) &&
		(job.chosen = clean_choose(&job.trees, &query, &err)))
		status = run(cli, &job);
	else
		status = cli_fail(cli, &err);
	free(job.chosen);
	free(others);
	volumes_fini(&job.volumes);
	target_trees_fini(&job.trees);
	usage_links_free(links);
	survey_free(s);
	free(targets);
	return status;
}
