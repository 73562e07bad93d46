#include "build/universal2.h"

#include <stdlib.h>
#include <string.h>
#include "artifact/universal.h"
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "build/job.h"
#include "build/run.h"
#include "io/file.h"
#include "text/shell.h"

static const char *const both[] = { "aarch64-apple-darwin", "x86_64-apple-darwin" };

/* ---- the name ---- */

static void
expand_targets(struct run_spec *spec, struct arena *arena)
{
	const char **targets = arena_array(arena, const char *, spec->target_count * 2 + 1);
	size_t count = 0;

	for (size_t i = 0; i < spec->target_count; i++) {
		if (!text_is(spec->targets[i], UNIVERSAL2)) {
			targets[count++] = spec->targets[i];
			continue;
		}
		targets[count++] = both[0];
		targets[count++] = both[1];
		spec->is_universal = true;
	}
	spec->targets = targets;
	spec->target_count = count;
}

static void
expand_ways(struct run_spec *spec, struct arena *arena)
{
	const char **ways = arena_array(arena, const char *, spec->way_count * 2 + 1);
	size_t count = 0;

	for (size_t i = 0; i < spec->way_count; i++) {
		const char *way = spec->ways[i];

		if (!text_starts(way, UNIVERSAL2 ":")) {
			ways[count++] = way;
			continue;
		}
		for (size_t k = 0; k < 2; k++)
			ways[count++] =
				arena_printf(arena, "%s%s", both[k], way + strlen(UNIVERSAL2));
	}
	spec->ways = ways;
	spec->way_count = count;
}

void
universal2_expand(struct run_spec *spec, struct arena *arena)
{
	expand_targets(spec, arena);
	if (spec->is_universal)
		expand_ways(spec, arena);
}

const char *
universal2_partner(const char *triple)
{
	return text_is(triple, both[0]) ? both[1] : text_is(triple, both[1]) ? both[0] : NULL;
}

/* ---- joining ---- */

/* The same file's path below the folder of the name; caller frees, NULL: it is not below its target's. */
static char *
joined_path(const char *path, const char *triple)
{
	char *inside = xasprintf("/%s/", triple);
	const char *at = strstr(path, inside);
	char *joined = at
		? xasprintf("%.*s/" UNIVERSAL2 "/%s", (int)(at - path), path, at + strlen(inside))
		: NULL;

	free(inside);
	return joined;
}

static const struct job_artifact *
same_file(const struct job *job, const char *name)
{
	for (size_t i = 0; i < job->artifacts.len; i++) {
		if (text_is(path_basename(job->artifacts.items[i].path), name))
			return &job->artifacts.items[i];
	}
	return NULL;
}

static bool
join(const char *first, const char *second, const char *out, struct err *err)
{
	const char *const files[] = { first, second };
	struct str machines = STR_INIT;
	char *dir = path_dirname(out);
	uint64_t bytes;
	bool ok = file_make_dirs(dir, 0755, err) &&
		universal_write(files, 2, out, &machines, &bytes, err);

	str_fini(&machines);
	free(dir);
	return ok;
}

bool
universal2_join(const struct job *a, const struct job *b,
	void (*made)(void *arg, const char *path, const char *kind), void *arg, struct err *err)
{
	size_t count = a->artifacts.len; /* what is made may be added to them */
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++) {
		const struct job_artifact *mine = &a->artifacts.items[i];
		const struct job_artifact *other = same_file(b, path_basename(mine->path));
		char *out = joined_path(mine->path, a->target);

		if (other && out && (ok = join(mine->path, other->path, out, err)))
			made(arg, out, mine->kind);
		free(out);
	}
	return ok;
}

/* ---- for a shell ---- */

const char *
universal2_line(const char *program, const char *first, const char *second, const char *out,
	struct arena *arena)
{
	struct str line = STR_INIT;

	str_append(&line, "mkdir -p ");
	shell_word(&line, out);
	str_append(&line, " && n= && for f in ");
	shell_word(&line, first);
	str_append(&line, "/*; do g=");
	shell_word(&line, second);
	str_append(&line,
		"/${f##*/}; case $f in *.d | *.rlib) continue ;; esac; "
		"[ -f \"$f\" ] && [ -f \"$g\" ] || continue; ");
	shell_word(&line, program);
	str_append(&line, " universal \"$f\" \"$g\" -o ");
	shell_word(&line, out);
	str_append(&line, "/\"${f##*/}\" && n=1 || break; done; [ \"$n\" ]");
	return arena_take(arena, &line);
}
