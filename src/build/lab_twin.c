#include "build/lab_twin.h"

#include <string.h>
#include "base/path.h"
#include "build/job.h"
#include "build/lab_measure.h"
#include "build/lab_result.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"

#define STRIP "strip"
#define NOT_STRIPPED "\"none\""

bool
lab_twin_is_wanted(const struct lab_row *row, size_t target_count)
{
	for (size_t i = 0; i < target_count; i++)
		for (size_t k = 0; k < row->cells[i].file_count; k++)
			if (row->cells[i].files[k].is_stripped)
				return true;
	return false;
}

/* ---- what cargo is told ---- */

/* What follows "profile.release.strip=" among the variant's texts, or NULL. */
static const char *
said_by(const struct run_variant *v, const char *key)
{
	for (size_t i = 0; i < v->config_count; i++) {
		size_t len = strlen(key);

		if (text_starts(v->config[i], key) && v->config[i][len] == '=')
			return v->config[i] + len + 1;
	}
	return NULL;
}

/* As the workspace's own files and the environment have it. */
static const char *
configured(const struct profile *p)
{
	for (size_t i = 0; p && i < profile_option_count; i++)
		if (text_is(p->settings[i].option->key, STRIP))
			return p->settings[i].configured;
	return NULL;
}

/* Whether what it makes is linked: a program, or a library for others than rustc. */
static bool
is_linked(const struct package *p)
{
	for (size_t i = 0; i < p->target_count; i++) {
		const char *kind = p->targets[i].kind;

		if (!text_is(kind, "lib") && !text_is(kind, "rlib") &&
			!text_is(kind, "proc-macro") && !text_is(kind, "custom-build") &&
			!text_is(kind, "test") && !text_is(kind, "bench") &&
			!text_is(kind, "example"))
			return true;
	}
	return false;
}

bool
lab_twin_variant(const struct run_spec *spec, const struct run_variant *variant,
	struct arena *arena, struct run_variant *twin)
{
	const struct workspace *ws = spec->survey->workspace;
	const char *name = spec->profile ? spec->profile->name : "release";
	const char *key = arena_printf(arena, "profile.%s." STRIP, name);
	const char *value = said_by(variant, key);
	const char **config =
		arena_array(arena, const char *, variant->config_count + ws->package_count + 3);
	size_t count = 0;

	if (!value)
		value = configured(spec->profile);
	if (!value || text_is(value, NOT_STRIPPED))
		return false;
	for (size_t i = 0; i < variant->config_count; i++)
		if (!text_starts(variant->config[i], key))
			config[count++] = variant->config[i];
	config[count++] = arena_printf(arena, "%s=" NOT_STRIPPED, key);
	/* what is not linked stays what it was to cargo, and fresh */
	config[count++] = arena_printf(arena, "profile.%s.package.\"*\"." STRIP "=%s", name, value);
	for (size_t i = 0; i < ws->package_count; i++)
		if (!is_linked(&ws->packages[i]))
			config[count++] =
				arena_printf(arena, "profile.%s.package.\"%s\"." STRIP "=%s", name,
					ws->packages[i].name, value);
	*twin = (struct run_variant){ variant->name, config, count };
	return true;
}

/* ---- what came of it ---- */

static const char *
twin_path(const struct job *job, const struct lab_file *file)
{
	for (size_t i = 0; i < job->artifacts.len; i++) {
		const struct job_artifact *a = &job->artifacts.items[i];

		if (text_is(path_basename(a->path), file->name) && text_is(a->kind, file->kind))
			return a->path;
	}
	return NULL;
}

void
lab_twin_attribute(struct lab_cell *cell, const struct job *job, struct arena *arena)
{
	for (size_t i = 0; i < cell->file_count; i++) {
		struct lab_file *file = &cell->files[i];
		const char *path = file->is_stripped ? twin_path(job, file) : NULL;

		if (path)
			lab_measure_parts(file, path, true, arena);
	}
}
