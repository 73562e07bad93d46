#include "cli/past.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "rust/workspace.h"

#define NAMED_MAX 5 /* runs that an error lists */

struct history *
past_open(struct err *err)
{
	char *path = history_usual_path();
	struct history *h;

	if (!path) {
		err_set(err, ERR_ENVIRONMENT, "there is no home folder, so there is no history");
		return NULL;
	}
	h = history_open_to_read(path, err);
	free(path);
	return h;
}

char *
past_root(const struct cli *cli)
{
	const struct workspace_query query = {
		.dir = cli->dir,
		.manifest = args_get(&cli->args, OPT_MANIFEST_PATH, NULL),
		.quick = true,
	};
	struct workspace *ws = workspace_load(&query, NULL, NULL);
	char *root = ws ? xstrdup(ws->root) : NULL;

	workspace_free(ws);
	return root;
}

/* ---- runs ---- */

static bool
err_ambiguous(const char *name, const struct history_list *list, struct err *err)
{
	struct str ids = STR_INIT;

	for (size_t i = 0; i < list->runs.len && i < NAMED_MAX; i++)
		str_appendf(&ids, "%s%s", i ? ", " : "", list->runs.items[i].id);
	err_set(err, ERR_USAGE, "%zu runs begin with \"%s\": %s%s", list->runs.len, name,
		str_cstr(&ids), list->runs.len > NAMED_MAX ? " and more" : "");
	str_fini(&ids);
	return false;
}

/* The one run that a name means: the newest of exactly that name, else the only one that begins so. */
static bool
choose(const char *name, const struct history_list *list, int64_t *row, struct err *err)
{
	for (size_t i = 0; i < list->runs.len; i++) {
		*row = list->runs.items[i].row;
		if (text_is(list->runs.items[i].id, name))
			return true;
	}
	if (list->runs.len == 1)
		return true;
	if (list->runs.len)
		return err_ambiguous(name, list, err);
	err_set(err, ERR_USAGE, "no run \"%s\" is known", name);
	return err_try(err, "xtui history");
}

static bool
find_named(struct history *h, const char *name, struct history_list *list, struct err *err)
{
	struct history_query query = { .id = name };
	bool ok = history_ask(h, &query, list, err) && choose(name, list, &query.row, err);

	if (!ok)
		return false;
	history_list_fini(list);
	query.in_detail = true;
	return history_ask(h, &query, list, err);
}

static bool
find_last(const struct cli *cli, struct history *h, struct history_list *list, struct err *err)
{
	char *root = past_root(cli);
	struct history_query query = { .root = root, .limit = 1, .in_detail = true };
	bool ok = history_ask(h, &query, list, err);

	if (ok && !list->runs.len) {
		if (root)
			err_set(err, ERR_FAILED, "%s: nothing has been built here yet", root);
		else
			err_set(err, ERR_FAILED, "nothing has been built yet");
		ok = err_try(err, "xtui build");
	}
	free(root);
	return ok;
}

static bool
find_marked(const struct cli *cli, struct history *h, struct history_list *list, struct err *err)
{
	char *root = past_root(cli);
	struct history_query query = { .root = root, .is_marked = true, .in_detail = true };
	bool ok = root
		? history_ask(h, &query, list, err)
		: err_set(err, ERR_ENVIRONMENT, "there is no workspace here, so no marked run");

	free(root);
	if (!ok || list->runs.len)
		return ok;
	err_set(err, ERR_USAGE, "no run is marked here");
	return err_try(err, "xtui history --mark");
}

bool
past_find(const struct cli *cli, struct history *h, const char *name, struct history_list *list,
	struct err *err)
{
	if (text_is(name, PAST_MARKED))
		return find_marked(cli, h, list, err);
	return name ? find_named(h, name, list, err) : find_last(cli, h, list, err);
}

/* ---- jobs ---- */

static bool
err_choice(const struct history_run *run, const char *name, struct err *err)
{
	struct str jobs = STR_INIT;

	for (size_t i = 0; i < run->job_count; i++) {
		const struct history_job *job = &run->jobs[i];

		str_appendf(&jobs, "%s%d %s", i ? ", " : "", job->number, job->target);
		if (history_has_variants(run))
			str_appendf(&jobs, " (%s)", job->variant);
	}
	if (name)
		err_set(err, ERR_USAGE, "run %s has no single job \"%s\": %s", run->id, name,
			str_cstr(&jobs));
	else
		err_set(err, ERR_USAGE, "run %s has %zu jobs, name one: %s", run->id,
			run->job_count, str_cstr(&jobs));
	str_fini(&jobs);
	return err_try(err, "xtui log %s 1", run->id);
}

/* Ways to mean a job, from the surest on. */
static bool
is_only(const struct history_run *run, const struct history_job *job, const char *name)
{
	return !name && (run->job_count == 1 || text_is(job->status, "failed"));
}

static bool
is_named(const struct history_run *run, const struct history_job *job, const char *name)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", job->number);
	return text_is(job->target, name) || text_is(number, name);
}

static bool
is_named_in_part(const struct history_run *run, const struct history_job *job, const char *name)
{
	return name && strstr(job->target, name);
}

const struct history_job *
past_job(const struct history_run *run, const char *name, struct err *err)
{
	static bool (*const ways[])(const struct history_run *run, const struct history_job *job,
		const char *name) = { is_only, is_named, is_named_in_part };

	for (size_t w = 0; w < COUNT(ways); w++) {
		const struct history_job *found = NULL;
		size_t count = 0;

		for (size_t i = 0; i < run->job_count; i++) {
			if (!ways[w](run, &run->jobs[i], name))
				continue;
			found = &run->jobs[i];
			count++;
		}
		if (count == 1)
			return found;
	}
	err_choice(run, name, err);
	return NULL;
}

enum ink
past_ink(const char *status)
{
	if (text_is(status, "ok"))
		return INK_GOOD;
	return text_is(status, "failed") ? INK_BAD : INK_WARN;
}
