#include "build/program.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "build/history.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/targets.h"
#include "rust/workspace.h"
#include "text/fuzzy.h"

#define RUNS_LOOKED_AT 20 /* the newest, for one that built the target */

/* ---- which one ---- */

struct names {
	VEC(const char *) list;
};

static bool
has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->list.len; i++) {
		if (text_is(names->list.items[i], name))
			return true;
	}
	return false;
}

static void
names_read(struct names *names, const struct workspace *ws, const char *kind, bool all)
{
	for (size_t p = 0; p < ws->package_count; p++) {
		const struct package *package = &ws->packages[p];

		for (size_t t = 0; t < package->target_count; t++) {
			const struct crate_target *target = &package->targets[t];

			if ((all || package->is_default) && text_is(target->kind, kind) &&
				!has_name(names, target->name))
				vec_push(&names->list, target->name);
		}
	}
}

static void
list_names(const struct names *names, struct str *out)
{
	for (size_t i = 0; i < names->list.len; i++)
		str_appendf(out, "%s%s", i ? ", " : "", names->list.items[i]);
}

static const char *
err_name(const struct names *names, const struct program_query *query, struct err *err)
{
	const char *what = query->is_example ? "example" : "program", *nearest = NULL;
	const char *option = query->is_example ? "--example" : "--bin";
	struct str list = STR_INIT;

	list_names(names, &list);
	if (query->name)
		nearest = fuzzy_nearest(query->name, names->list.items, names->list.len);
	if (!names->list.len)
		err_set(err, ERR_USAGE, "run: no package here has %s %s",
			query->is_example ? "an" : "a", what);
	else if (nearest)
		err_set(err, ERR_USAGE, "run: no %s \"%s\": did you mean %s?", what, query->name,
			nearest);
	else if (query->name)
		err_set(err, ERR_USAGE, "run: no %s \"%s\": there are %s", what, query->name,
			str_cstr(&list));
	else
		err_set(err, ERR_USAGE, "run: several %ss: %s", what, str_cstr(&list));
	if (names->list.len && !query->name)
		err_try(err, "xtui run %s %s", option, names->list.items[0]);
	str_fini(&list);
	return NULL;
}

/* Borrowed from the workspace. */
static const char *
choose_name(const struct workspace *ws, const struct program_query *query, struct err *err)
{
	const char *kind = query->is_example ? "example" : "bin", *name = NULL;
	struct names names = { 0 };

	names_read(&names, ws, kind, query->name != NULL);
	if (!query->name && names.list.len == 1)
		name = names.list.items[0];
	for (size_t i = 0; query->name && i < names.list.len; i++) {
		if (text_is(names.list.items[i], query->name))
			name = names.list.items[i];
	}
	if (!name)
		err_name(&names, query, err);
	vec_fini(&names.list);
	return name;
}

/* ---- where it is ---- */

struct newest {
	char *path; /* NULL: none yet */
	int64_t mtime_ns;
};

static void
offer(struct newest *newest, char *path)
{
	struct file_identity id;
	bool is_newer = !file_is_dir(path) && file_identity(path, &id) &&
		(!newest->path || id.mtime_ns > newest->mtime_ns);

	if (is_newer) {
		free(newest->path);
		newest->path = path;
		newest->mtime_ns = id.mtime_ns;
	} else {
		free(path);
	}
}

static bool
is_wasm(const struct target *target)
{
	return text_is(target->arch, "wasm32") || text_is(target->arch, "wasm64");
}

static const char *
suffix_of(const struct target *target)
{
	if (is_wasm(target))
		return ".wasm";
	return text_is(target->os, "windows") || text_is(target->os, "uefi") ? ".exe" : "";
}

static void
offer_cargos(struct newest *newest, const struct survey *s, const struct program_query *query,
	const char *file)
{
	const char *folder = profile_folder(query->profile);
	const char *below = query->is_example ? "examples/" : "";
	const char *dir = s->workspace->target_dir;

	offer(newest, xasprintf("%s/%s/%s/%s%s", dir, query->target, folder, below, file));
	if (text_is(query->target, s->host))
		offer(newest, xasprintf("%s/%s/%s%s", dir, folder, below, file));
}

/* What the newest run with this target made under that file name. */
static void
offer_runs(struct newest *newest, const struct survey *s, struct history *h,
	const struct program_query *query, const char *file)
{
	struct history_query question = {
		.root = s->workspace->root, .in_detail = true, .limit = RUNS_LOOKED_AT
	};
	struct history_list list = { 0 };

	if (h)
		history_ask(h, &question, &list, NULL);
	for (size_t r = 0; r < list.runs.len; r++) {
		const struct history_run *run = &list.runs.items[r];

		for (size_t j = 0; j < run->job_count; j++) {
			const struct history_job *job = &run->jobs[j];

			for (size_t a = 0; text_is(job->target, query->target) &&
				text_is(run->profile, query->profile) && a < job->artifact_count;
				a++) {
				const char *path = job->artifacts[a].path;

				if (text_is(path_basename(path), file))
					offer(newest, xstrdup(path));
			}
		}
	}
	history_list_fini(&list);
}

char *
program_find_file(const struct survey *s, struct history *h, const struct program_query *query,
	const char *file)
{
	struct newest newest = { 0 };

	offer_cargos(&newest, s, query, file);
	offer_runs(&newest, s, h, query, file);
	return newest.path;
}

/* A library's crate is named with "_" where its package has "-". */
static char *
library_name(const char *prefix, const char *name, const char *ending)
{
	char *file = xasprintf("%s%s%s", prefix, name, ending);

	for (char *c = file; *c; c++)
		if (*c == '-')
			*c = '_';
	return file;
}

char *
program_file_name(const struct target *target, const char *kind, const char *name)
{
	bool is_windows = text_is(target->os, "windows");
	bool is_msvc = text_is(target->env, "msvc");

	if (text_is(kind, "bin"))
		return xasprintf("%s%s", name, suffix_of(target));
	if (text_is(kind, "staticlib"))
		return library_name(is_msvc ? "" : "lib", name, is_msvc ? ".lib" : ".a");
	if (!text_is(kind, "cdylib"))
		return NULL;
	return library_name(is_windows || is_wasm(target) ? "" : "lib", name,
		is_wasm(target)                            ? ".wasm"
			: is_windows                       ? ".dll"
			: text_is(target->vendor, "apple") ? ".dylib"
							   : ".so");
}

char *
program_find(const struct survey *s, struct history *h, const struct program_query *query,
	struct err *err)
{
	const char *name = choose_name(s->workspace, query, err);
	long at = survey_find(s, query->target);
	char *file, *path;

	if (!name)
		return NULL;
	file = xasprintf("%s%s", name, at < 0 ? "" : suffix_of(&s->targets->items[at]));
	path = program_find_file(s, h, query, file);
	free(file);
	if (path)
		return path;
	err_set(err, ERR_FAILED, "run: %s has not been built for %s with profile %s", name,
		query->target, query->profile);
	err_try(err, "xtui build -t %s%s%s", query->target,
		text_is(query->profile, "release") ? "" : " --profile ",
		text_is(query->profile, "release") ? "" : query->profile);
	return NULL;
}
