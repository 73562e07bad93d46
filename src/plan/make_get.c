/* make_get: where programs come from: the distribution, PyPI, crates.io, in the order of their
 * work. */
#include "plan/make_parts.h"

#include "base/path.h"
#include "host/tool.h"
#include "rust/rustup.h"

enum source_kind {
	FROM_PACKAGE,
	FROM_PYPI,      /* pipx or uv is here */
	FROM_CARGO,     /* compiled: minutes */
	FROM_PYPI_LATE, /* pipx itself comes as a package first */
	FROM_ADMIN,     /* a package that we may not install ourselves */
	FROM_NOWHERE,
};

struct source {
	enum source_kind kind;
	struct package_answer answer;
	const char *program;
};

static const char pipx[] = "pipx";

static bool
is_wished(const struct draft *d, const char *program)
{
	for (size_t i = 0; i < d->wishes.len; i++)
		if (text_is(d->wishes.items[i].program, program))
			return true;
	return false;
}

static bool
has_package(const struct draft *d, const char *program, struct package_answer *answer)
{
	*answer = packages_for(d->q->packages, program);
	return answer->package && !answer->incomplete;
}

static bool
may_install(const struct draft *d)
{
	return d->q->root != ROOT_NONE || !packages_need_root(d->q->packages);
}

/* The program that installs from PyPI for one user, or NULL. */
static const char *
python_installer(const struct draft *d)
{
	if (tool_find(d->s->tools, pipx) || is_wished(d, pipx))
		return pipx;
	return tool_find(d->s->tools, "uv") ? "uv" : NULL;
}

static struct source
source_of(const struct draft *d, const char *program)
{
	struct source package = { .program = program }, s = { .program = program };
	struct package_answer ignored;

	if (has_package(d, program, &package.answer)) {
		package.kind = may_install(d) ? FROM_PACKAGE : FROM_ADMIN;
		if (may_install(d))
			return package;
	}
	s.answer = packages_for(PM_PYPI, program);
	s.kind = python_installer(d) ? FROM_PYPI : FROM_PYPI_LATE;
	if (s.answer.package &&
		(s.kind == FROM_PYPI || (s.answer.preferred && has_package(d, pipx, &ignored))))
		return s;
	s.answer = packages_for(PM_CARGO, program);
	if (s.answer.package) {
		s.kind = FROM_CARGO;
		return s;
	}
	s.answer = packages_for(PM_PYPI, program);
	if (s.answer.package && has_package(d, pipx, &ignored)) {
		s.kind = FROM_PYPI_LATE;
		return s;
	}
	if (!package.answer.package || package.answer.incomplete)
		package.kind = FROM_NOWHERE;
	return package;
}

static struct source
best_source(const struct draft *d, const char *const *programs)
{
	struct source best = { .kind = FROM_NOWHERE };

	for (; *programs; programs++) {
		struct source s = source_of(d, *programs);
		if (s.kind < best.kind)
			best = s;
	}
	return best;
}

static const char *
find_here(const struct draft *d, const char *const *programs)
{
	for (; *programs; programs++)
		if (tool_find(d->s->tools, *programs))
			return *programs;
	return NULL;
}

bool
get_is_possible(const struct draft *d, const char *const *programs)
{
	return find_here(d, programs) || best_source(d, programs).kind != FROM_NOWHERE;
}

static void
wish(struct draft *d, const struct source *s, const char *purpose)
{
	draft_wish(d,
		&(struct wish){ .package = s->answer.package,
			.program = s->program,
			.purpose = purpose,
			.note = s->answer.trap,
			.verified = s->answer.verified });
}

static void
add_to_path(struct draft *d, struct step *step, char *dir)
{
	if (dir && !path_is_listed(getenv("PATH"), dir))
		step->adds_path = arena_strdup(d->arena, dir);
	free(dir);
}

static const char *
from_cargo(struct draft *d, const struct source *s, const char *purpose)
{
	static const char *const cc[] = { "cc", "gcc", NULL };
	struct step *step = draft_add(d, PHASE_TOOLS, STEP_RUN, "cargo", s->answer.package);
	const char *linker_step = NULL;
	char *home;

	if (!step)
		return draft_id(d, "cargo", s->answer.package);
	draft_command(
		d, step, draft_words(d, "cargo", "install", "--locked", s->answer.package, NULL));
	step->why =
		arena_printf(d->arena, "%s; compiled from crates.io, which takes minutes", purpose);
	draft_prove(d, step, &(struct step_proof){ .kind = PROOF_PROGRAM, .name = s->program });
	draft_wait(d, step, d->rust_step);
	get_program(d, cc, "links programs for this machine", &linker_step);
	draft_wait(d, step, linker_step);
	home = rustup_cargo_home();
	add_to_path(d, step, home ? path_join(home, "bin") : NULL);
	free(home);
	return step->id;
}

/* Where pipx and uv put programs. */
static char *
python_programs(void)
{
	const char *own = getenv("PIPX_BIN_DIR");
	char *home = own ? NULL : path_home();
	char *dir = own ? path_join(own, "") : home ? path_join(home, ".local/bin") : NULL;

	free(home);
	return dir;
}

static const char *
from_pypi(struct draft *d, const struct source *s, const char *purpose)
{
	const char *installer = python_installer(d);
	struct step *step = draft_add(d, PHASE_TOOLS, STEP_RUN, "pypi", s->answer.package);

	if (!step)
		return draft_id(d, "pypi", s->answer.package);
	if (text_is(installer, "uv"))
		draft_command(
			d, step, draft_words(d, "uv", "tool", "install", s->answer.package, NULL));
	else
		draft_command(d, step, draft_words(d, pipx, "install", s->answer.package, NULL));
	step->why = arena_printf(d->arena, "%s; a Python package, nothing to compile", purpose);
	draft_prove(d, step, &(struct step_proof){ .kind = PROOF_PROGRAM, .name = s->program });
	draft_wait(d, step, is_wished(d, pipx) ? packages_step : NULL);
	add_to_path(d, step, python_programs());
	return step->id;
}

static void
wish_for_pipx(struct draft *d)
{
	struct source s = { .program = pipx };

	if (!python_installer(d) && has_package(d, pipx, &s.answer))
		wish(d, &s, "installs Python programs for one user");
}

/* One that a step of its own brings already, however it would be got now. */
static const char *
find_got(const struct draft *d, const char *const *programs, const char **id)
{
	for (; *programs; programs++)
		if ((*id = map_get(&d->got, *programs)))
			return *programs;
	return NULL;
}

const char *
get_program(struct draft *d, const char *const *programs, const char *purpose, const char **id)
{
	const char *known = find_here(d, programs);
	struct source s;

	*id = NULL;
	if (known || (known = find_got(d, programs, id)))
		return known;
	s = best_source(d, programs);
	switch (s.kind) {
	case FROM_PACKAGE:
	case FROM_ADMIN:
		wish(d, &s, purpose);
		*id = packages_step;
		return s.program;
	case FROM_PYPI_LATE: wish_for_pipx(d); /* fall through */
	case FROM_PYPI: *id = from_pypi(d, &s, purpose); break;
	case FROM_CARGO: *id = from_cargo(d, &s, purpose); break;
	case FROM_NOWHERE: return NULL;
	}
	map_set(&d->got, s.program, arena_strdup(d->arena, *id));
	return s.program;
}
