#include "build/bring.h"

#include <stdlib.h>
#include <sys/types.h>
#include "base/arena.h"
#include "base/vec.h"
#include "build/relay.h"
#include "build/remote_send.h"
#include "text/json.h"

struct bringing {
	const char *target_dir;
	VEC(const char *) targets; /* by the other's job number less one */
	VEC(struct remote_file) files;
	const char *status; /* of the run; NULL: it has not been told */
	void (*say)(void *arg, struct span line);
	void *arg;
	struct arena arena;
};

static void
hear_started(struct bringing *b, const struct json *o)
{
	for (const struct json *j = json_first(json_get(o, "jobs")); j; j = json_next(j))
		vec_push(&b->targets,
			arena_strdup(&b->arena, json_string(json_get(j, "target"), "")));
}

static void
hear_artifact(struct bringing *b, const struct json *o)
{
	int64_t job = json_integer(json_get(o, "job"), 0);
	const char *there = json_string(json_get(o, "path"), "");
	const char *sha256 = json_string(json_get(o, "sha256"), NULL), *here;

	if (job < 1 || (size_t)job > b->targets.len || !sha256)
		return;
	here = relay_place_here(b->target_dir, b->targets.items[job - 1], there, &b->arena);
	if (here)
		vec_push(&b->files,
			((struct remote_file){ .there = arena_strdup(&b->arena, there),
				.here = here,
				.sha256 = arena_strdup(&b->arena, sha256),
				.bytes = (unsigned long long)json_integer(
					json_get(o, "bytes"), 0) }));
}

static void
hear(struct bringing *b, struct span line)
{
	struct json *o = json_parse(line.data, line.len, NULL);
	const char *event = json_string(json_get(o, "event"), NULL);

	if (!event)
		b->say(b->arg, line);
	else if (text_is(event, "run_started"))
		hear_started(b, o);
	else if (text_is(event, "log"))
		b->say(b->arg, span_of(json_string(json_get(o, "text"), "")));
	else if (text_is(event, "artifact"))
		hear_artifact(b, o);
	else if (text_is(event, "run_finished"))
		b->status = arena_strdup(&b->arena, json_string(json_get(o, "status"), ""));
	json_free(o);
}

static bool
is_well(const struct bringing *b, const struct remote *r, struct err *err)
{
	if (text_is(b->status, "ok"))
		return true;
	if (!b->status)
		return err_set(
			err, ERR_FAILED, "%s: the build there has not told of its end", r->name);
	return err_set(err, ERR_FAILED, "%s: the build there ended as %s", r->name, b->status);
}

bool
bring_built(const struct remote *r, const char *target_dir, FILE *in,
	void (*say)(void *arg, struct span line), void *arg, struct err *err)
{
	struct bringing b = { .target_dir = target_dir, .say = say, .arg = arg };
	char *line = NULL;
	size_t room = 0;
	bool ok = true;

	for (ssize_t len; (len = getline(&line, &room, in)) > 0;)
		hear(&b, span_trim((struct span){ line, (size_t)len }));
	if (b.files.len)
		ok = remote_fetch(r, b.files.items, b.files.len, err);
	ok = ok && is_well(&b, r, err);
	free(line);
	vec_fini(&b.files);
	vec_fini(&b.targets);
	arena_fini(&b.arena);
	return ok;
}
