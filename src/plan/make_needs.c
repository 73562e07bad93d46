/* make_needs: needs that are missing become steps.
 *
 * A need is met by a program, or, by its kind and name, by a download, a service that is started,
 * or a person. */
#include "plan/make_parts.h"

#include <stdlib.h>
#include "base/path.h"
#include "host/tool.h"
#include "plan/sysroot.h"
#include "ready/backend.h"

static const struct backend_native *
native_of(const struct draft *d, const struct goal_line *line)
{
	return backends_native(d->s->backends, line->t->triple, d->s->host);
}

static bool
is_host(const struct draft *d, const struct goal_line *line)
{
	return text_is(line->t->triple, d->s->host);
}

/* ---- programs ---- */

static const char *const *
one(struct draft *d, const char *program)
{
	return draft_words(d, program, NULL);
}

/* The row of the backend's table that the name begins, or the name alone. */
static const char *const *
row_of(struct draft *d, const struct goal_line *line, const char *name)
{
	const struct backend_tools *tools = backends_tools(d->s->backends, line->way.backend);

	for (size_t i = 0; tools && tools->any[i]; i++)
		for (size_t k = 0; tools->any[i][k]; k++)
			if (text_is(tools->any[i][k], name))
				return tools->any[i];
	return one(d, name);
}

/* The linkers there are for the target, whatever a configuration says. */
static const char *const *
known_linkers(struct draft *d, const struct goal_line *line)
{
	const struct backend_native *native = native_of(d, line);

	if (is_host(d, line) || !native || !*native->linkers)
		return one(d, line->t->linker);
	return native->linkers;
}

static bool
is_configured(const struct goal_line *line)
{
	return line->way.linker_origin != NULL;
}

/* The programs that meet a need of the target, in order. */
static const char *const *
programs_for(struct draft *d, const struct goal_line *line, const struct need *need)
{
	const struct backend_native *native = native_of(d, line);

	if (text_is(need->name, "rust-lld"))
		return one(d, "lld");
	if (need->kind == NEED_TOOL || need->kind == NEED_ENGINE)
		return row_of(d, line, need->name);
	if (need->kind == NEED_LINKER && !is_configured(line))
		return known_linkers(d, line);
	if (need->kind == NEED_CC && native && *native->cc && !is_host(d, line))
		return native->cc;
	if (need->kind == NEED_RUNNER && native && *native->runners)
		return native->runners;
	return one(d, need->name);
}

static const char *
purpose_of(struct draft *d, const struct goal_line *line, const struct need *need)
{
	const char *triple = line->t->triple;

	switch (need->kind) {
	case NEED_LINKER: return arena_printf(d->arena, "links %s", triple);
	case NEED_CC: return arena_printf(d->arena, "compiles C for %s", triple);
	case NEED_RUNNER: return arena_printf(d->arena, "runs programs for %s here", triple);
	default: break;
	}
	if (text_is(line->way.backend, "native"))
		return arena_printf(d->arena, "serves to build %s", triple);
	return arena_printf(d->arena, "serves the %s backend, for %s", line->way.backend, triple);
}

/* A linker that is on PATH, and yet the need is not met: it is not fit for the target. */
static bool
is_unfit(const struct draft *d, const char *const *programs)
{
	for (; *programs; programs++)
		if (tool_find(d->s->tools, *programs))
			return true;
	return false;
}

/* ---- which of them can be met ---- */

static bool
is_wanted(const struct draft *d, const struct need *need)
{
	if (need->state == NEED_FOUND || need->kind == NEED_STD)
		return false;
	return !need->optional || (need->kind == NEED_RUNNER && d->q->runners);
}

enum sysroot_kind {
	SYSROOT_STORE,   /* a tree of the sysroot store */
	SYSROOT_KIT,     /* an SDK */
	SYSROOT_LIBC,    /* the linker that is here has none, and none is packaged for it */
	SYSROOT_LIBRARY, /* a crate links it; whichever way is taken, a person gets it */
};

static enum sysroot_kind
sysroot_kind(const struct draft *d, const struct goal_line *line, const struct need *need)
{
	const struct backend_native *native = native_of(d, line);

	if (native && text_is(need->name, native->sysroot))
		return SYSROOT_STORE;
	if (text_is(need->name, "Android NDK"))
		return SYSROOT_KIT;
	return text_starts(need->name, "a C library") ? SYSROOT_LIBC : SYSROOT_LIBRARY;
}

static bool
sysroot_can_be_had(struct draft *d, const struct goal_line *line, const struct need *need)
{
	switch (sysroot_kind(d, line, need)) {
	case SYSROOT_STORE: return sysroot_is_for(line->t->triple);
	case SYSROOT_KIT: return fetch_has_kit(d, line);
	case SYSROOT_LIBC: return false;
	case SYSROOT_LIBRARY: return true;
	}
	return false;
}

static bool
can_be_had(struct draft *d, const struct goal_line *line, const struct need *need)
{
	const char *const *programs;

	if (need->kind == NEED_SYSROOT)
		return sysroot_can_be_had(d, line, need);
	if (need->kind == NEED_LICENSE)
		return fetch_has_kit(d, line);
	programs = programs_for(d, line, need);
	if (need->kind != NEED_LINKER)
		return text_is(need->name, "rustup") || get_is_possible(d, programs);
	if (!is_unfit(d, programs) && get_is_possible(d, programs))
		return true;
	return is_configured(line) && get_is_possible(d, known_linkers(d, line));
}

bool
needs_are_possible(struct draft *d, const struct goal_line *line)
{
	for (size_t n = 0; n < line->way.need_count; n++) {
		const struct need *need = &line->way.needs[n];

		if (is_wanted(d, need) && !need->optional && !can_be_had(d, line, need))
			return false;
	}
	return true;
}

/* ---- what only a person can do ---- */

/* A remedy that is a call of the package manager for one package joins the one call for all. */
static bool
wish_for_remedy(struct draft *d, struct goal_line *line, const struct need *need)
{
	static const char *const any[] = { "" };
	char *call = packages_install_command(d->q->packages, any, 1);
	bool is_call = call && need->remedy && text_starts(need->remedy, call);

	if (is_call) {
		draft_wish(d,
			&(struct wish){
				.package = arena_strdup(d->arena, need->remedy + strlen(call)),
				.purpose = purpose_of(d, line, need),
				.verified = true });
		draft_wait(d, line->probe, packages_step);
	}
	free(call);
	return is_call;
}

/* The remedy that is known, or the need itself. */
static void
note_need(struct draft *d, struct goal_line *line, const struct need *need)
{
	struct package_answer answer = packages_for(d->q->packages, need->name);
	const char *why = need->detail, *note;

	if (wish_for_remedy(d, line, need))
		return;
	if (answer.note)
		why = arena_printf(d->arena, "%s; %s", need->detail, answer.note);
	note = draft_note(d, PHASE_PACKAGES,
		arena_printf(d->arena, "missing:%s:%s", need->name, line->t->triple),
		need->remedy
			? need->remedy
			: arena_printf(d->arena, "get %s, for %s", need->name, line->t->triple),
		why);
	draft_find(d, note)->target = line->t->triple;
	draft_wait(d, line->probe, note);
}

/* The environment wins over every file, so only a person can take it away. */
static void
note_variable(struct draft *d, struct goal_line *line, const struct need *need)
{
	const char *note =
		draft_note(d, PHASE_EDITS, draft_id(d, "variable", line->way.linker_origin),
			arena_printf(d->arena, "unset %s", line->way.linker_origin),
			arena_printf(d->arena, "%s: %s; it wins over every file", need->name,
				need->detail));

	draft_wait(d, line->probe, note);
}

/* ---- linkers ---- */

static bool
is_variable(const char *origin)
{
	return !strchr(origin, ':') && strchr(origin, '_');
}

/* A linker that a configuration names, that nothing brings or that is not fit: another one, over
 * what is written there. */
static void
replace_linker(
	struct draft *d, struct goal_line *line, const struct need *need, struct link_facts *f)
{
	if (is_variable(line->way.linker_origin)) {
		note_variable(d, line, need);
		return;
	}
	f->linker =
		get_program(d, known_linkers(d, line), purpose_of(d, line, need), &f->linker_step);
	if (f->linker)
		draft_wait(d, line->probe, f->linker_step);
	else
		note_need(d, line, need);
}

static void
get_linker(struct draft *d, struct goal_line *line, const struct need *need, struct link_facts *f)
{
	const char *const *programs = programs_for(d, line, need);
	const char *id, *name = NULL;

	if (!is_unfit(d, programs))
		name = get_program(d, programs, purpose_of(d, line, need), &id);
	if (!name && is_configured(line) && !line->way.linker_is_wished) {
		replace_linker(d, line, need, f);
		return;
	}
	if (!name) {
		note_need(d, line, need);
		return;
	}
	draft_wait(d, line->probe, id);
	if (is_configured(line) || text_is(name, line->t->linker) || is_host(d, line))
		return;
	f->linker = name;
	f->linker_step = id;
}

/* ---- the others ---- */

static const char zig_variable[] = "CARGO_ZIGBUILD_ZIG_PATH";

/* The variable wins over every zig that could be installed. */
static void
note_zig(struct draft *d, struct goal_line *line, const struct need *need)
{
	draft_wait(d, line->probe,
		draft_note(d, PHASE_TOOLS, draft_id(d, "variable", zig_variable),
			arena_printf(d->arena, "unset %s", zig_variable), need->detail));
}

/* PyPI's zig is a program named python-zig; what builds with zig looks for `zig`. */
static const char *
name_zig(struct draft *d, const char *after)
{
	struct step *step = draft_add(d, PHASE_TOOLS, STEP_RUN, "zig-name", NULL);
	const char *here = tool_find(d->s->tools, "python-zig");
	char *home, *dir;

	if (!step)
		return "zig-name";
	home = path_home();
	dir = here ? path_dirname(here) : path_join(home ? home : "", ".local/bin");
	draft_command(d, step,
		draft_words(
			d, "ln", "-sf", "python-zig", arena_printf(d->arena, "%s/zig", dir), NULL));
	step->why = "cargo-zigbuild and maturin look for zig by this name";
	draft_prove(d, step, &(struct step_proof){ .kind = PROOF_PROGRAM, .name = "zig" });
	draft_wait(d, step, after);
	free(dir);
	free(home);
	return step->id;
}

static void
get_tool(struct draft *d, struct goal_line *line, const struct need *need, struct link_facts *f)
{
	const char *const *programs = programs_for(d, line, need);
	const char *name, *id;

	if (text_is(need->name, "rustup")) {
		draft_wait(d, line->probe, rust_offer_rustup(d));
		return;
	}
	if (text_is(need->name, "zig") && getenv(zig_variable)) {
		note_zig(d, line, need);
		return;
	}
	name = get_program(d, programs, purpose_of(d, line, need), &id);
	if (!name) {
		note_need(d, line, need);
		return;
	}
	if (text_is(name, "python-zig"))
		id = name_zig(d, id);
	draft_wait(d, line->probe, id);
}

static void
get_sysroot(struct draft *d, struct goal_line *line, const struct need *need, struct link_facts *f)
{
	enum sysroot_kind kind = sysroot_kind(d, line, need);
	struct step *step;

	if (kind == SYSROOT_KIT && fetch_kit(d, line))
		return;
	if (kind != SYSROOT_STORE || !sysroot_is_for(line->t->triple)) {
		note_need(d, line, need);
		return;
	}
	if (!(step = fetch_sysroot(d, line))) {
		note_need(d, line, need);
		return;
	}
	f->link_args = backend_link_args(d->arena, native_of(d, line), step->path);
	f->sysroot_step = step->id;
}

/* An engine that is here and stopped is started; one that this user may not use is a person's
 * matter. */
static const char *
start_engine(struct draft *d, struct goal_line *line, const struct need *need)
{
	struct step *step;

	if (wish_for_remedy(d, line, need))
		return packages_step;
	if (!need->remedy || !text_starts(need->remedy, "sudo ") ||
		strstr(need->remedy, "usermod")) {
		note_need(d, line, need);
		return NULL;
	}
	step = draft_add(d, PHASE_PACKAGES, STEP_RUN, "engine", need->name);
	if (step) {
		draft_command(d, step, draft_split(d, need->remedy + strlen("sudo ")));
		step->root = true;
		step->why = need->detail;
	}
	return draft_id(d, "engine", need->name);
}

static void
get_engine(struct draft *d, struct goal_line *line, const struct need *need, struct link_facts *f)
{
	const char *const *programs = programs_for(d, line, need);
	const char *name = need->name, *id = NULL;

	if (tool_find(d->s->tools, need->name))
		id = start_engine(d, line, need);
	else if (!(name = get_program(d, programs, purpose_of(d, line, need), &id)))
		note_need(d, line, need);
	draft_wait(d, line->probe, id);
	if (name)
		fetch_image(d, line, name, id);
}

static void
get_license(struct draft *d, struct goal_line *line, const struct need *need, struct link_facts *f)
{
	if (!fetch_kit(d, line))
		note_need(d, line, need);
}

/* ---- the whole ---- */

static void
get_need(struct draft *d, struct goal_line *line, const struct need *need, bool licenses,
	struct link_facts *f)
{
	static void (*const get[])(
		struct draft *, struct goal_line *, const struct need *, struct link_facts *) = {
		[NEED_LINKER] = get_linker,
		[NEED_SYSROOT] = get_sysroot,
		[NEED_CC] = get_tool,
		[NEED_ENGINE] = get_engine,
		[NEED_TOOL] = get_tool,
		[NEED_LICENSE] = get_license,
		[NEED_RUNNER] = get_tool,
	};

	if ((need->kind == NEED_LICENSE) != licenses)
		return;
	if (is_wanted(d, need))
		get[need->kind](d, line, need, f);
	else if (need->kind == NEED_ENGINE)
		fetch_image(d, line, need->name, NULL);
}

/* Of a backend's tools the last come first: one of them may bring what the others are best
 * installed with (pipx). What asks for a licence is fetched by one of the tools: it waits for them
 * all. */
void
needs_add(struct draft *d, struct goal_line *line)
{
	struct link_facts f = { .linker = line->way.linker_env, .link_args = line->way.link_args };
	bool is_native = text_is(line->way.backend, "native");

	for (size_t n = 0, count = line->way.need_count; n < count; n++)
		get_need(d, line, &line->way.needs[is_native ? n : count - 1 - n], false, &f);
	for (size_t n = 0; n < line->way.need_count; n++)
		get_need(d, line, &line->way.needs[n], true, &f);
	if (f.linker)
		config_add(d, line, &f);
	if (!is_native)
		config_keep_choice(d, line);
}
