/* probe: a tiny crate in a temporary folder, one cargo, one run of what came out.
 *
 * A result is a small JSON file in the cache, named by a hash of everything that could change it. */
#include "ready/probe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/time.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "host/tool.h"
#include "io/file.h"
#include "io/proc.h"
#include "ready/probe_crate.h"
#include "ready/survey.h"
#include "ready/tuning.h"
#include "ready/wish.h"
#include "ready/zig.h"
#include "rust/cargoconf.h"
#include "rust/link.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"
#include "text/json.h"

#define PROBE_LOG_MAX 65536
#define PROBE_BUILD_MS 120000
#define PROBE_RUN_MS 20000
const char *
probe_state_name(enum probe_state s)
{
	static const char *const names[] = { "none", "passed", "failed" };

	return names[s];
}

void
probe_fini(struct probe *p)
{
	free(p->log);
	*p = (struct probe){ 0 };
}

/* -- the cache ------------------------------------------------------------------------------- */

static uint64_t
hash_value(uint64_t hash, const struct conf_value *v)
{
	hash = hash_text(hash, v->text);
	for (size_t i = 0; v->items && v->items[i]; i++)
		hash = hash_text(hash, v->items[i]);
	return hash;
}

static uint64_t
hash_identity(uint64_t hash, const char *path)
{
	struct file_identity id = { 0 };

	if (path && file_identity(path, &id))
		hash = hash_bytes(hash, &id, sizeof(id));
	return hash_text(hash, path);
}

/* What xtui.toml says counts as far as the linker's name, which is hashed already, does not tell it. */
static uint64_t
hash_wish(uint64_t hash, const struct wish *w)
{
	struct arena arena = ARENA_INIT;

	for (const char *const *flag = tuning_rustflags(&w->tuning, &arena); *flag; flag++)
		hash = hash_text(hash, *flag);
	arena_fini(&arena);
	if (w->glibc)
		hash = hash_text(hash, w->glibc);
	return w->sdk ? hash_text(hash, w->sdk) : hash;
}

static const char *
crate_name(const struct survey *s, const struct target *t)
{
	struct probe_crate c = probe_crate_for(s, t);

	return !c.is_cdylib     ? (c.cc ? "program with C" : "program")
		: !c.is_program ? (c.cc ? "library with C" : "library")
				: (c.cc ? "both with C" : "both");
}

/* Everything that decides whether a link for the target works, as far as it can be seen. */
static uint64_t
configuration_hash(const struct survey *s, const struct target *t, const struct target_state *state)
{
	uint64_t hash = HASH_INIT;
	struct conf_value v;

	hash = hash_text(hash, t->triple);
	hash = hash_text(hash, s->toolchain->commit);
	hash = hash_text(hash, s->toolchain->sysroot);
	hash = hash_text(hash, state->backend);
	hash = hash_text(hash, state->linker);
	for (size_t i = 0; i < state->need_count; i++)
		hash = hash_identity(hash, state->needs[i].path);
	for (size_t i = 0; state->link_args[i]; i++)
		hash = hash_text(hash, state->link_args[i]);
	if (s->conf && cargoconf_rustflags(s->conf, t->triple, &v))
		hash = hash_value(hash, &v);
	hash = hash_wish(hash, wishes_find(s->wishes, t->triple));
	return hash_text(hash, crate_name(s, t));
}

static char *
probe_path(const char *kind, uint64_t hash)
{
	char *cache = path_cache_dir();
	char *path = cache ? path_joinf(cache, "probes/%s%016" PRIx64 ".json", kind, hash) : NULL;

	free(cache);
	return path;
}

/* Of the target as it would be built now. */
static char *
result_path(const struct survey *s, const struct target *t)
{
	const struct target_state *state = &s->states[t - s->targets->items];

	return probe_path("", configuration_hash(s, t, state));
}

/* Of the target as this project built it last, whatever has changed since. */
static char *
last_path(const struct survey *s, const struct target *t)
{
	uint64_t hash = hash_text(HASH_INIT, t->triple);

	return probe_path("last-", hash_text(hash, s->workspace ? s->workspace->root : s->dir));
}

static bool
read_result(const char *path, const char *triple, struct probe *out)
{
	struct str text = STR_INIT;
	struct json *json = NULL;
	bool ok = path && file_exists(path) && file_read(path, &text, NULL) &&
		(json = json_parse(text.data, text.len, NULL)) &&
		text_is(json_string(json_get(json, "target"), ""), triple);

	if (ok) {
		out->state =
			json_bool(json_get(json, "passed"), false) ? PROBE_PASSED : PROBE_FAILED;
		out->ran = json_bool(json_get(json, "ran"), false);
		out->link_ms = (uint64_t)json_integer(json_get(json, "link_ms"), 0);
		out->at = json_integer(json_get(json, "at"), 0);
		out->log = xstrdup(json_string(json_get(json, "log"), ""));
	}
	json_free(json);
	str_fini(&text);
	return ok;
}

void
probe_recall(const struct survey *s, const struct target *t, struct probe *out)
{
	char *path, *last;

	*out = (struct probe){ 0 };
	if (!s->toolchain)
		return;
	path = result_path(s, t);
	last = last_path(s, t);
	if (!read_result(path, t->triple, out))
		out->is_stale = read_result(last, t->triple, out);
	free(last);
	free(path);
}

/* A cache that cannot be written costs the next start a probe, nothing else. */
static void
keep(const struct survey *s, const struct target *t, const struct probe *p)
{
	char *paths[] = { result_path(s, t), last_path(s, t) };
	struct json *json = json_object();
	struct str text = STR_INIT;

	json_set_string(json, "target", t->triple);
	json_set_bool(json, "passed", p->state == PROBE_PASSED);
	json_set_bool(json, "ran", p->ran);
	json_set_number(json, "link_ms", (double)p->link_ms);
	json_set_number(json, "at", (double)p->at);
	json_set_string(json, "log", p->log);
	json_print(json, &text);
	for (size_t i = 0; i < 2; i++) {
		if (paths[i])
			file_write(paths[i], str_span(&text), NULL);
		free(paths[i]);
	}
	str_fini(&text);
	json_free(json);
}

/* -- the probe itself ------------------------------------------------------------------------ */

struct command {
	VEC(const char *) argv;
	struct proc_env env[TOOLCHAIN_ENV_MAX + TUNING_ENV_MAX + 4];
	size_t env_count;
	struct arena arena;
};

static void
add_words(struct command *c, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		vec_push(&c->argv, words[i]);
}

static void
set_variable(struct command *c, const char *name, const char *value)
{
	c->env[c->env_count++] = (struct proc_env){ name, value };
}

/* cargo-zigbuild starts the cargo that CARGO names, and looks for zig in its own way. */
static void
begin_zig(struct command *c, const struct survey *s, const char *sdk)
{
	const char *const words[] = { tool_find(s->tools, "cargo-zigbuild"), "zigbuild" };
	const char *zig = zig_to_name(s->tools);

	add_words(c, words, 2);
	set_variable(c, "CARGO", s->toolchain->cargo);
	if (sdk)
		set_variable(c, "SDKROOT", sdk);
	if (zig)
		set_variable(c, "CARGO_ZIGBUILD_ZIG_PATH", zig);
}

static void
begin_cargo(struct command *c)
{
	const char *const words[] = { "cargo", "build" };

	add_words(c, words, 2);
}

/* What the linker that was found needs to be told; zig says all of it itself. */
static void
add_config(struct command *c, const struct target *t, const char *linker, const char *const *args)
{
	const char *const *config = link_config(&c->arena, t->triple, linker, args);

	for (; *config; config++) {
		vec_push(&c->argv, "--config");
		vec_push(&c->argv, *config);
	}
}

/* The arguments of the linker before what xtui.toml says: a variable for all flags leaves out those of --config. */
static const char *const *
join_flags(struct command *c, const char *const *link_args, const char *const *own)
{
	size_t count = 0, len = 0;
	const char **all;

	while (link_args[count])
		count++;
	while (own[len])
		len++;
	all = arena_array(&c->arena, const char *, 2 * count + len + 1);
	for (size_t i = 0; i < count; i++) {
		all[2 * i] = "-C";
		all[2 * i + 1] = arena_printf(&c->arena, "link-arg=%s", link_args[i]);
	}
	memcpy(all + 2 * count, own, len * sizeof(*all));
	return all;
}

/* As a build is told (build/tuning.c). */
static void
add_wishes(struct command *c, const struct survey *s, const struct target *t)
{
	static const char *const no_args[] = { NULL };
	const struct target_state *state = &s->states[t - s->targets->items];
	const struct wish *w = wishes_find(s->wishes, t->triple);
	const char *const *own = tuning_rustflags(&w->tuning, &c->arena);
	struct tuning_telling telling = {
		.s = s,
		.triple = t->triple,
		.linker = state->linker_is_wished ? tuning_linker(&w->tuning, s, &c->arena) : NULL,
		.flags = *own ? join_flags(c, state->link_args, own) : no_args,
		.is_alone = true,
	};

	add_config(c, t, state->linker_env, *own ? no_args : state->link_args);
	c->env_count += tuning_env(&telling, &c->arena, c->env + c->env_count);
}

/* To zig the floor is a part of the triple. */
static const char *
target_word(struct command *c, const struct survey *s, const struct target *t)
{
	const struct wish *w = wishes_find(s->wishes, t->triple);
	bool is_zig = text_is(s->states[t - s->targets->items].backend, "zig");

	return is_zig && w->glibc ? arena_printf(&c->arena, "%s.%s", t->triple, w->glibc)
				  : t->triple;
}

static void
compose(struct command *c, const struct survey *s, const struct target *t, const char *dir)
{
	const struct target_state *state = &s->states[t - s->targets->items];
	const char *target_dir = arena_printf(&c->arena, "%s/target", dir);
	const char *const words[] = { "--quiet", "--offline", "--color", "never", "--manifest-path",
		arena_printf(&c->arena, "%s/Cargo.toml", dir), "--target-dir", target_dir,
		"--target", target_word(c, s, t), "--message-format", "json-render-diagnostics" };

	c->env_count = toolchain_env(s->toolchain, c->env, 0);
	set_variable(c, "CARGO_BUILD_BUILD_DIR", target_dir);
	if (text_is(state->backend, "zig"))
		begin_zig(c, s, wishes_find(s->wishes, t->triple)->sdk);
	else
		begin_cargo(c);
	add_words(c, words, COUNT(words));
	add_wishes(c, s, t);
	vec_push(&c->argv, NULL);
}

/* The program's path, out of cargo's JSON lines. */
static char *
find_executable(const struct str *out)
{
	struct span rest = str_span(out);
	char *found = NULL;

	while (rest.len && !found) {
		struct span line = span_cut(rest, '\n', &rest);
		struct json *json =
			span_starts(line, "{") ? json_parse(line.data, line.len, NULL) : NULL;

		found = xstrdup(json_string(json_get(json, "executable"), NULL));
		json_free(json);
	}
	return found;
}

/* Runs the program, through the runner where one is needed; false when it cannot be or is wrong. */
static bool
run_program(const struct target_state *state, const char *program, struct str *log)
{
	VEC(const char *) argv = VEC_INIT;
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	bool ran;

	for (const char *const *word = state->runner; *word; word++)
		vec_push(&argv, *word);
	vec_push(&argv, program);
	vec_push(&argv, NULL);
	ran = proc_capture(&(struct proc_spec){ .argv = argv.items }, PROBE_LOG_MAX, PROBE_RUN_MS,
		      &result, &err) &&
		result.end.exit_code == 0 && span_starts(str_span(&result.out), PROBE_GREETING);
	if (!ran && err.kind != ERR_NONE)
		str_appendf(log, "it links, but does not run here: %s\n", err.message);
	else if (!ran)
		str_appendf(log, "it links, but does not run here: %s %d\n%s",
			result.end.signal ? "ended by signal" : "exit status",
			result.end.signal ? result.end.signal : result.end.exit_code,
			str_cstr(&result.err));
	proc_result_fini(&result);
	vec_fini(&argv);
	return ran;
}

/* A program that asks for more than the target's processor has, on one that has no more: what links here
 * is made for a newer one. */
static bool
is_for_another_cpu(const struct target_state *state, const struct str *log)
{
	return state->runner_is_exact &&
		(span_find(str_span(log), SPAN("ended by signal 4")) >= 0 ||
			span_find(str_span(log), SPAN("exit status 132")) >= 0 ||
			span_find(str_span(log), SPAN("Illegal instruction")) >= 0);
}

static bool
can_run(const struct target *t, const struct target_state *state)
{
	return t->has_std && (state->runs_here || *state->runner);
}

static int64_t
now_ms(void)
{
	struct timeval tv;

	gettimeofday(&tv, NULL);
	return (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

static void
judge(const struct probe_crate *crate, const struct target *t, const struct target_state *state,
	const struct proc_result *built, struct probe *out)
{
	char *program = find_executable(&built->out);
	struct str log = STR_INIT;

	str_append_span(&log, str_span(&built->err));
	out->link_ms = built->end.ms;
	out->at = now_ms();
	out->state = built->end.exit_code == 0 && (program || !crate->is_program) ? PROBE_PASSED
										  : PROBE_FAILED;
	if (out->state == PROBE_PASSED && program && can_run(t, state)) {
		out->ran = run_program(state, program, &log);
		if (!out->ran && (state->runs_here || is_for_another_cpu(state, &log)))
			out->state = PROBE_FAILED;
	}
	out->log = str_take(&log);
	free(program);
}

bool
probe_can_go(const char *backend)
{
	return text_is(backend, "native") || text_is(backend, "zig");
}

bool
probe_is_possible(const struct target_state *state)
{
	return probe_can_go(state->backend) &&
		(state->readiness <= LIKELY || state->probe.state == PROBE_FAILED);
}

bool
probe_run(const struct survey *s, const struct target *t, struct probe *out, struct err *err)
{
	const struct target_state *state = &s->states[t - s->targets->items];
	struct probe_crate crate = probe_crate_for(s, t);
	char *cache = path_cache_dir();
	char *dir = NULL;
	struct command c = { 0 };
	struct proc_result result = { 0 };
	struct proc_spec spec;
	bool ok = false;

	*out = (struct probe){ 0 };
	if (!s->toolchain) {
		*err = s->toolchain_err;
		goto done;
	}
	if (!probe_can_go(state->backend)) {
		err_set(err, ERR_ENVIRONMENT, "%s: no linker of this machine reaches it",
			t->triple);
		goto done;
	}
	if (!(dir = file_make_temp_dir(cache ? cache : "/tmp", "probe-", err)) ||
		!probe_crate_write(&crate, dir, err))
		goto done;
	compose(&c, s, t, dir);
	spec = (struct proc_spec){
		.argv = c.argv.items,
		.dir = s->dir,
		.env = c.env,
		.env_count = c.env_count,
		.cancel = s->cancel,
	};
	if (!proc_capture(&spec, PROBE_LOG_MAX, PROBE_BUILD_MS, &result, err))
		goto done;
	judge(&crate, t, state, &result, out);
	keep(s, t, out);
	ok = true;
done:
	proc_result_fini(&result);
	if (dir)
		file_remove_tree(dir, NULL);
	vec_fini(&c.argv);
	arena_fini(&c.arena);
	free(dir);
	free(cache);
	return ok;
}
