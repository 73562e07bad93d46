/* memo: the JSON document is the state; a step is found in it by its id and what it does. */
#include "plan/memo.h"
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/hash.h"
#include "base/path.h"
#include "io/file.h"
#include "text/json.h"

struct memo {
	char *base;         /* without ".json" */
	struct json *steps; /* an object by id */
};

static struct json *
read_steps(const char *base)
{
	char *path = xasprintf("%s.json", base);
	struct json *doc = NULL, *steps = json_object();
	struct str text = STR_INIT;

	if (file_exists(path) && file_read(path, &text, NULL))
		doc = json_parse(str_cstr(&text), text.len, NULL);
	for (const struct json *o = json_first(json_get(doc, "steps")); o; o = json_next(o))
		if (json_is_object(o))
			json_set(steps, json_key(o), json_copy(o));
	json_free(doc);
	str_fini(&text);
	free(path);
	return steps;
}

char *
memo_path(const char *dir)
{
	char *state = path_state_dir(), *real = file_real_path(dir), *path = NULL;

	if (state)
		path = path_joinf(
			state, "plans/%016" PRIx64, hash_text(HASH_INIT, real ? real : dir));
	free(real);
	free(state);
	return path;
}

struct memo *
memo_open(const char *dir)
{
	char *base = memo_path(dir);
	struct memo *m;

	if (!base)
		return NULL;
	m = xcalloc(1, sizeof *m);
	m->base = base;
	m->steps = read_steps(base);
	return m;
}

void
memo_close(struct memo *m)
{
	if (!m)
		return;
	json_free(m->steps);
	free(m->base);
	free(m);
}

void
memo_reread(struct memo *m)
{
	json_free(m->steps);
	m->steps = read_steps(m->base);
}

char *
memo_lock_path(const struct memo *m)
{
	return xasprintf("%s.lock", m->base);
}

/* What the step does, as far as having done it is remembered. */
static void
append_content(struct str *out, const struct step *step)
{
	uint64_t hash = HASH_INIT;

	for (size_t i = 0; step->argv && step->argv[i]; i++)
		hash = hash_text(hash, step->argv[i]);
	hash = hash_text(hash_text(hash, step->url), step->path);
	for (size_t i = 0; i < step->key_count; i++)
		hash = hash_text(hash, step->keys[i].literal);
	str_appendf(out, "%016" PRIx64, hash);
}

static bool
is_of(const struct json *o, const struct step *step)
{
	struct str content = STR_INIT;
	bool is;

	append_content(&content, step);
	is = text_is(json_string(json_get(o, "content"), ""), str_cstr(&content));
	str_fini(&content);
	return is;
}

static enum step_state
state_named(const char *name)
{
	static const enum step_state kept[] = { STEP_DONE, STEP_SKIPPED, STEP_STOPPED,
		STEP_FAILED };

	for (size_t i = 0; i < COUNT(kept); i++)
		if (text_is(step_state_name(kept[i]), name))
			return kept[i];
	return STEP_WAITING;
}

struct memo_step
memo_get(const struct memo *m, const struct step *step)
{
	const struct json *o = m ? json_get(m->steps, step->id) : NULL;

	if (!o || !is_of(o, step))
		return (struct memo_step){ .state = STEP_WAITING };
	return (struct memo_step){
		.state = state_named(json_string(json_get(o, "state"), "")),
		.ms = (uint64_t)json_integer(json_get(o, "ms"), 0),
		.why = json_string(json_get(o, "why"), NULL),
		.remedy = json_string(json_get(o, "remedy"), NULL),
	};
}

static char *
output_path(const struct memo *m, const struct step *step)
{
	return xasprintf("%s/%016" PRIx64 ".log", m->base, hash_text(HASH_INIT, step->id));
}

static bool
save(const struct memo *m, struct err *err)
{
	char *path = xasprintf("%s.json", m->base), *dir = path_dirname(path);
	struct str text = STR_INIT, steps = STR_INIT;
	bool ok;

	json_print(m->steps, &steps);
	str_appendf(&text, "{\"schema\":1,\"steps\":%s}\n", str_cstr(&steps));
	file_sweep(dir);
	ok = file_write(path, str_span(&text), err);
	str_fini(&steps);
	str_fini(&text);
	free(dir);
	free(path);
	return ok;
}

bool
memo_set(struct memo *m, const struct step *step, const struct memo_step *kept, struct span output,
	struct err *err)
{
	struct str content = STR_INIT;
	struct json *o = NULL;
	bool ok = true;

	if (!m)
		return true;
	if (output.len) {
		char *path = output_path(m, step);

		ok = file_write(path, output, err);
		free(path);
	}
	if (kept->state != STEP_WAITING) {
		o = json_object();
		append_content(&content, step);
		json_set_string(o, "content", str_cstr(&content));
		json_set_string(o, "state", step_state_name(kept->state));
		json_set_number(o, "at", (double)time(NULL) * 1000);
		json_set_number(o, "ms", (double)kept->ms);
		json_set_string(o, "why", kept->why);
		json_set_string(o, "remedy", kept->remedy);
		str_fini(&content);
		json_set(m->steps, step->id, o);
	} else if (!json_is_null(json_get(m->steps, step->id))) {
		json_set_null(m->steps, step->id);
	} else {
		return ok;
	}
	return save(m, err) && ok;
}

void
memo_output(const struct memo *m, const struct step *step, struct str *out)
{
	char *path = m ? output_path(m, step) : NULL;

	if (path && file_exists(path))
		file_read(path, out, NULL);
	free(path);
}
