/* target_json: the survey's structs, key by key. */
#include "cli/target_json.h"

#include "ready/survey.h"
#include "rust/toolchain.h"
#include "text/json.h"

static struct json *
need_json(const struct need *n)
{
	struct json *o = json_object();

	json_set_string(o, "kind", need_kind_name(n->kind));
	json_set_string(o, "name", n->name);
	json_set_string(o, "state", need_state_name(n->state));
	json_set_string(o, "detail", n->detail);
	json_set_string(o, "path", n->path);
	return o;
}

static struct json *
probe_json(const struct probe *p)
{
	struct json *o;

	if (p->state == PROBE_NONE)
		return NULL;
	o = json_object();
	json_set_string(o, "state", p->is_stale ? "stale" : probe_state_name(p->state));
	json_set_number(o, "link_ms", (double)p->link_ms);
	json_set_bool(o, "ran", p->ran);
	json_set_string(o, "log", p->log);
	return o;
}

static void
set_time(struct json *o, const char *key, int64_t ms)
{
	if (ms)
		json_set_number(o, key, (double)ms);
	else
		json_set_null(o, key);
}

/* A text that is empty where there is none. */
static void
set_text(struct json *o, const char *key, const char *text)
{
	json_set_string(o, key, *text ? text : NULL);
}

struct json *
target_json(const struct survey *s, size_t i, bool with_probe)
{
	const struct target *t = &s->targets->items[i];
	const struct target_state *state = &s->states[i];
	struct json *o = json_object();
	struct json *needs = json_array();

	json_set_string(o, "triple", t->triple);
	if (t->tier)
		json_set_number(o, "tier", t->tier);
	else
		json_set_null(o, "tier");
	set_text(o, "description", t->description);
	json_set_string(o, "os", t->os);
	json_set_string(o, "arch", t->arch);
	set_text(o, "env", t->env);
	json_set_string(o, "std", std_state_name(t->std));
	json_set_bool(o, "host_tools", t->host_tools);
	json_set_string(o, "backend", state->backend);
	json_set_string(o, "readiness", readiness_name(state->readiness));
	set_time(o, "probed_at", state->probe.at);
	for (size_t n = 0; n < state->need_count; n++)
		json_push(needs, need_json(&state->needs[n]));
	json_set(o, "needs", needs);
	if (with_probe)
		json_set(o, "probe", probe_json(&state->probe));
	return o;
}

struct json *
toolchain_json(const struct survey *s)
{
	const struct toolchain *tc = s->toolchain;
	struct json *o;

	if (!tc)
		return NULL;
	o = json_object();
	json_set_string(o, "name", tc->name);
	json_set_string(o, "rustc", tc->release);
	json_set_string(o, "channel", tc->channel);
	json_set_string(o, "kind", tc->kind == TOOLCHAIN_RUSTUP ? "rustup" : "system");
	json_set_string(o, "sysroot", tc->sysroot);
	return o;
}
