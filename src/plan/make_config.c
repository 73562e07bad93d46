/* make_config: edits of cargo's configuration and of xtui.toml. */
#include "plan/make_parts.h"

#include <stdlib.h>
#include "base/path.h"
#include "ready/backend.h"
#include "ready/sccache.h"
#include "rust/rustup.h"
#include "rust/workspace.h"
#include "text/toml.h"

#define KEYS_MAX 12

/* Where a setting goes: the project's own file; the user's for what is true of this machine alone,
 * and where there is no project. */
static char *
config_path(const struct draft *d, bool is_of_machine)
{
	char *home, *path;

	if (d->s->workspace && !is_of_machine)
		return path_join(d->s->workspace->root, ".cargo/config.toml");
	home = rustup_cargo_home();
	path = home ? path_join(home, "config.toml") : NULL;
	free(home);
	return path;
}

static const char *
quoted(struct draft *d, const char *text)
{
	struct str out = STR_INIT;

	toml_quote(&out, span_of(text));
	return arena_take(d->arena, &out);
}

/* target.<triple>.linker, and each argument as an item of target.<triple>.rustflags. */
static size_t
config_keys(struct draft *d, const struct goal_line *line, const char *linker,
	const char *const *link_args, struct step_key *keys)
{
	const char *triple = line->t->triple;
	size_t count = 0;

	keys[count++] = (struct step_key){ .path = draft_words(d, "target", triple, "linker", NULL),
		.literal = quoted(d, linker) };
	for (; *link_args && count < KEYS_MAX - 2; link_args++)
		keys[count++] = (struct step_key){
			.path = draft_words(d, "target", triple, "rustflags", NULL),
			.literal = quoted(d, arena_printf(d->arena, "-Clink-arg=%s", *link_args)),
			.item = true,
		};
	return count;
}

static bool
wants_c(const struct goal_line *line)
{
	for (size_t i = 0; i < line->way.need_count; i++)
		if (line->way.needs[i].kind == NEED_CC && !line->way.needs[i].optional)
			return true;
	return false;
}

static void
env_key(struct draft *d, const struct goal_line *line, const char *name, const char *value,
	struct step_key *key)
{
	char *variable = arena_printf(d->arena, "%s_%s", name, line->t->triple);

	text_to_underscores(variable);
	*key = (struct step_key){ .path = draft_words(d, "env", variable, NULL),
		.literal = quoted(d, value) };
}

/* env.CC_<triple> and env.CFLAGS_<triple>, where a crate has C code whose compiler must be told what the
 * linker is told; as cc-rs and those like it read them. */
static size_t
compiler_keys(struct draft *d, const struct goal_line *line, const struct link_facts *f,
	struct step_key *keys)
{
	const struct backend_native *native =
		backends_native(d->s->backends, line->t->triple, d->s->host);
	const char *const *cflags = backend_cflags(d->arena, native, f->link_args);
	const char *all = *cflags;

	if (!*cflags || !wants_c(line))
		return 0;
	while (*++cflags)
		all = arena_printf(d->arena, "%s %s", all, *cflags);
	env_key(d, line, "CC", f->linker, &keys[0]);
	env_key(d, line, "CFLAGS", all, &keys[1]);
	return 2;
}

/* A variable with flags for rustc makes cargo forget those of its files. */
static const char *
hidden_rustflags(void)
{
	if (getenv("CARGO_ENCODED_RUSTFLAGS"))
		return "; while CARGO_ENCODED_RUSTFLAGS is set, cargo does not read it";
	return getenv("RUSTFLAGS") ? "; while RUSTFLAGS is set, cargo does not read it" : "";
}

void
config_add(struct draft *d, struct goal_line *line, const struct link_facts *f)
{
	struct step_key keys[KEYS_MAX];
	size_t count = config_keys(d, line, f->linker, f->link_args, keys);
	char *path = config_path(d, *f->link_args != NULL);
	struct step *step;

	count += compiler_keys(d, line, f, keys + count);
	step = path ? draft_edit(d, "config", line->t->triple, path, keys, count) : NULL;
	free(path);
	if (!step)
		return;
	if (step->kind == STEP_EDIT)
		step->why = arena_printf(d->arena, "plain cargo build finds the linker, too%s%s",
			*f->link_args ? "; in your own file, for the path is this machine's" : "",
			*f->link_args ? hidden_rustflags() : "");
	step->target = line->t->triple;
	step->optional = true;
	draft_wait(d, step, f->linker_step);
	draft_wait(d, step, f->sysroot_step);
	draft_wait(d, line->probe, step->id);
}

void
config_keep_choice(struct draft *d, struct goal_line *line)
{
	const struct step_key key = {
		.path = draft_words(d, "target", line->t->triple, "backend", NULL),
		.literal = arena_printf(d->arena, "\"%s\"", line->way.backend),
	};
	const struct backend_tools *tools = backends_tools(d->s->backends, line->way.backend);
	char *path;
	struct step *step;

	if (!d->s->workspace || !line->is_asked_for ||
		text_is(line->way.backends[0], line->way.backend))
		return;
	path = path_join(d->s->workspace->root, "xtui.toml");
	step = draft_edit(d, "choice", line->t->triple, path, &key, 1);
	free(path);
	if (!step)
		return;
	if (step->kind == STEP_EDIT)
		step->why = arena_printf(d->arena, "builds of it use %s from now on",
			tools ? tools->title : line->way.backend);
	step->target = line->t->triple;
	step->optional = true;
	draft_wait(d, line->probe, step->id);
}

void
config_use_sccache(struct draft *d)
{
	static const char *const program[] = { "sccache", NULL };
	const struct step_key key = { .path = draft_words(d, "build", "rustc-wrapper", NULL),
		.literal = "\"sccache\"" };
	const char *id;
	char *path = config_path(d, true);
	struct step *step = NULL;

	get_program(d, program, "finds again what rustc compiled before", &id);
	if (path && !sccache_wrapper(d->s))
		step = draft_edit(d, "config", "sccache", path, &key, 1);
	free(path);
	if (!step)
		return;
	if (step->kind == STEP_EDIT)
		step->why = "every rustc of yours runs through it, of plain cargo too";
	draft_wait(d, step, id);
}
