/* make_rust: rustup adds standard libraries; where only a distribution's Rust is, the distribution
 * brings a few of them, and rustup is offered for the others. */
#include "plan/make_parts.h"

#include "base/path.h"
#include "host/tool.h"
#include "rust/rustup.h"
#include "rust/toolchain.h"

#define RUSTUP_SERVER "https://static.rust-lang.org/rustup"

static const char rustup_step[] = "rustup";

static bool
is_system(const struct draft *d)
{
	return d->s->toolchain && d->s->toolchain->kind == TOOLCHAIN_SYSTEM;
}

/* ---- the toolchain ---- */

/* The command that err tells, when it is one of rustup's and complete: it brings the toolchain. */
static bool
is_command(const char *remedy)
{
	return text_starts(remedy, "rustup ") && !text_ends(remedy, " FOLDER");
}

/* "1.80" of "rustup toolchain install 1.80". */
static const char *
named_toolchain(struct draft *d, const char *command)
{
	const char *name = strrchr(command, ' ') + 1;

	return text_starts(command, "rustup default ") ? NULL : arena_strdup(d->arena, name);
}

static bool
add_toolchain(struct draft *d)
{
	const struct err *why = &d->s->toolchain_err;
	struct step *step;

	if (!is_command(why->remedy)) {
		*d->err = *why;
		return false;
	}
	d->toolchain = named_toolchain(d, why->remedy);
	step = draft_add(
		d, PHASE_RUST, STEP_RUN, "toolchain", d->toolchain ? d->toolchain : "stable");
	draft_command(d, step, draft_split(d, why->remedy));
	step->why = arena_strdup(d->arena, why->message);
	d->rust_step = step->id;
	return true;
}

static struct step *
download_rustup(struct draft *d)
{
	const char *server = getenv("RUSTUP_UPDATE_ROOT");
	struct step *step = draft_add(d, PHASE_RUST, STEP_DOWNLOAD, "rustup-init", NULL);

	if (!server || !*server)
		server = RUSTUP_SERVER;
	step->url = arena_printf(d->arena, "%s/dist/%s/rustup-init", server, d->s->host);
	step->sha256_url = arena_printf(d->arena, "%s.sha256", step->url);
	step->path = draft_download_path(d, "rustup-init");
	step->executable = true;
	step->title = arena_printf(d->arena, "download %s", step->url);
	step->why = "rustup has every release of Rust, and the standard library of every target";
	return step;
}

static const char *
add_rustup(struct draft *d)
{
	struct step *fetch, *step = draft_add(d, PHASE_RUST, STEP_RUN, rustup_step, NULL);
	char *home, *bin, *shown;

	if (!step)
		return rustup_step;
	home = rustup_cargo_home();
	fetch = download_rustup(d);
	bin = path_join(home, "bin");
	shown = path_shown(bin, NULL);
	draft_command(d, step, draft_words(d, fetch->path, "-y", NULL));
	draft_wait(d, step, fetch->id);
	step->why = arena_printf(d->arena,
		"installs Rust in your home folder%s, and puts %s on PATH in your shell's profile",
		is_system(d) ? ", beside the system's, which stays as it is" : "", shown);
	step->adds_path = arena_strdup(d->arena, bin);
	draft_prove(d, step,
		&(struct step_proof){
			.kind = PROOF_PATH, .name = arena_printf(d->arena, "%s/rustup", bin) });
	free(shown);
	free(bin);
	free(home);
	return step->id;
}

/* rustup lives in it. */
static bool
has_home(struct draft *d)
{
	char *home = rustup_cargo_home();
	bool has = home && draft_download_path(d, "");

	free(home);
	return has;
}

bool
rust_begin(struct draft *d)
{
	const struct toolchain *tc = d->s->toolchain;

	if (tc) {
		d->toolchain = text_is(tc->origin, "default") ? NULL : tc->rustup_name;
		return true;
	}
	if (tool_find(d->s->tools, "rustup"))
		return add_toolchain(d);
	if (d->s->toolchain_err.kind == ERR_PARSE) {
		*d->err = d->s->toolchain_err;
		return false;
	}
	if (!has_home(d)) {
		*d->err = d->s->toolchain_err;
		return false;
	}
	d->rust_step = add_rustup(d);
	return true;
}

void
rust_end(struct draft *d)
{
	targets_free(d->released);
}

/* ---- standard libraries ---- */

/* Whether a release of Rust has the target's standard library made. */
static bool
is_released(struct draft *d, const struct target *t)
{
	const struct target *r;

	if (t->std == STD_AVAILABLE)
		return true;
	if (!is_system(d))
		return false;
	if (!d->released)
		d->released = targets_load(NULL, true);
	r = targets_find(d->released, t->triple);
	return r && r->std == STD_AVAILABLE;
}

static void
add_target(struct draft *d, struct goal_line *line, const char *rustup)
{
	const char *triple = line->t->triple;
	struct step *step = draft_add(d, PHASE_STD, STEP_RUN, "std", triple);

	if (d->toolchain)
		draft_command(d, step,
			draft_words(d, "rustup", "target", "add", triple, "--toolchain",
				d->toolchain, NULL));
	else
		draft_command(d, step, draft_words(d, "rustup", "target", "add", triple, NULL));
	step->why = "the standard library for it";
	step->target = triple;
	draft_prove(d, step, &(struct step_proof){ .kind = PROOF_STD, .name = triple });
	draft_wait(d, step, rustup);
	draft_wait(d, line->probe, step->id);
}

/* The distribution's package with a standard library for its own rustc. */
static bool
wish_for_std(struct draft *d, struct goal_line *line)
{
	const char *program = arena_printf(d->arena, "std %s", line->t->triple);
	struct package_answer answer = packages_for(d->q->packages, program);

	if (!answer.package)
		return false;
	draft_wish(d,
		&(struct wish){ .package = answer.package,
			.purpose = arena_printf(
				d->arena, "is the standard library of %s", line->t->triple),
			.note = answer.trap,
			.verified = answer.verified });
	draft_wait(d, line->probe, packages_step);
	return true;
}

/* rustup is here, but the cargo that is found first is not its own. */
static const char *
note_path(struct draft *d)
{
	char *home = rustup_cargo_home();
	const char *note = draft_note(d, PHASE_RUST, "path",
		arena_printf(d->arena, "put %s/bin first on PATH", home ? home : "~/.cargo"),
		arena_printf(d->arena,
			"%s is found before rustup's cargo, and has no standard "
			"libraries for other targets",
			d->s->toolchain->cargo));

	free(home);
	return note;
}

/* What the system's Rust cannot do, and the offer. */
const char *
rust_offer_rustup(struct draft *d)
{
	const struct toolchain *tc = d->s->toolchain;
	const char *note, *step;

	if (tool_find(d->s->tools, "rustup"))
		return note_path(d);
	note = draft_note(d, PHASE_RUST, "system-rust",
		arena_printf(d->arena, "%s (%s) comes without standard libraries for other targets",
			tc->rustc, tc->release),
		"the distribution packages none for what you want to reach; rustup adds them, in "
		"your home folder: skip the steps that install it if that is not wanted");
	if (!has_home(d))
		return note;
	step = add_rustup(d);
	draft_wait(d, draft_find(d, "rustup-init"), note);
	return step;
}

/* No release has it: it is built from source, by a nightly cargo. */
static void
note_build_std(struct draft *d, struct goal_line *line)
{
	const struct toolchain *tc = d->s->toolchain;
	bool is_nightly = tc && text_is(tc->channel, "nightly");
	const char *triple = line->t->triple,
		   *crates = line->t->has_std ? "std,panic_abort" : "core";
	struct step *step = draft_add(d, PHASE_STD, STEP_RUN, "component", "rust-src");
	const char *note;

	if (step && is_nightly)
		draft_command(d, step,
			d->toolchain
				? draft_words(d, "rustup", "component", "add", "rust-src",
					  "--toolchain", d->toolchain, NULL)
				: draft_words(d, "rustup", "component", "add", "rust-src", NULL));
	else if (step)
		draft_command(d, step,
			draft_words(d, "rustup", "toolchain", "install", "nightly", "--profile",
				"minimal", "--component", "rust-src", NULL));
	if (step) {
		step->why = "the standard library's sources; only nightly builds it (-Z build-std)";
		draft_wait(d, step, d->rust_step);
		if (is_system(d))
			draft_wait(d, step, rust_offer_rustup(d));
	}
	note = draft_note(d, PHASE_STD, draft_id(d, "build-std", triple),
		arena_printf(d->arena, "cargo %sbuild -Z build-std=%s --target %s",
			is_nightly ? "" : "+nightly ", crates, triple),
		arena_printf(d->arena,
			"this toolchain's release has no standard library for %s: it is "
			"built along with the project",
			triple));
	draft_wait(d, draft_find(d, note), "component:rust-src");
}

bool
rust_std(struct draft *d, struct goal_line *line)
{
	const struct target *t = line->t;

	if (t->std == STD_INSTALLED || text_is(t->triple, d->s->host)) {
		draft_wait(d, line->probe, d->rust_step);
		return true;
	}
	if (is_system(d) && wish_for_std(d, line))
		return true;
	if (!is_released(d, t)) {
		note_build_std(d, line);
		return false;
	}
	add_target(d, line, is_system(d) ? rust_offer_rustup(d) : d->rust_step);
	return true;
}
