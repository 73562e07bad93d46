/* help_survey: a survey that no process took, and a store around it.
 *
 * The built-in table of targets seen from a Debian machine with rustup: five targets have their std,
 * some linkers are there, some things were probed. All other targets lack std and linker. */
#pragma once
#include <time.h>
#include "unit/check.h"
#include "base/alloc.h"
#include "host/tool.h"
#include "ready/assess.h"
#include "ready/backend.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"
#include "ui/store.h"

#define SURVEY_HOST "x86_64-unknown-linux-gnu"
#define SURVEY_SYSROOT "/home/ana/.rustup/toolchains/stable-x86_64-unknown-linux-gnu"

enum { SURVEY_NO_TOOLCHAIN = 1, SURVEY_NO_WORKSPACE = 2 };

/* clang-format off */
static const struct survey_row {
	const char *triple;
	bool has_std;
	const char *linker, *path; /* path NULL: it is missing */
	const char *cc_path;       /* of a C compiler named like the linker */
	const char *runner;        /* path, "" this machine, NULL none here */
	enum probe_state probe;
	const char *log;
} survey_rows[] = {
	{ SURVEY_HOST, true, "cc", "/usr/bin/cc", "/usr/bin/cc", "", PROBE_PASSED, "" },
	{ "aarch64-unknown-linux-gnu", true, "aarch64-linux-gnu-gcc", "/usr/bin/aarch64-linux-gnu-gcc",
	  "/usr/bin/aarch64-linux-gnu-gcc", "/usr/bin/qemu-aarch64-static", PROBE_PASSED, "" },
	{ "x86_64-unknown-linux-musl", true, "cc", "/usr/bin/cc", NULL, "", PROBE_NONE, NULL },
	{ "armv7-unknown-linux-gnueabihf", true, "arm-linux-gnueabihf-gcc", "/usr/bin/arm-linux-gnueabihf-gcc",
	  "/usr/bin/arm-linux-gnueabihf-gcc", NULL, PROBE_FAILED,
	  "error: linking with `arm-linux-gnueabihf-gcc` failed: exit status: 1\n"
	  "  = note: /usr/lib/gcc-cross/arm-linux-gnueabihf/12/../../../../arm-linux-gnueabihf/bin/ld: "
	  "cannot find Scrt1.o: No such file or directory\n"
	  "          collect2: error: ld returned 1 exit status\n" },
	{ "x86_64-pc-windows-gnu", false, "x86_64-w64-mingw32-gcc", "/usr/bin/x86_64-w64-mingw32-gcc",
	  "/usr/bin/x86_64-w64-mingw32-gcc", NULL, PROBE_NONE, NULL },
	{ "wasm32-unknown-unknown", true, "rust-lld", SURVEY_SYSROOT "/lib/rustlib/" SURVEY_HOST "/bin/rust-lld",
	  NULL, NULL, PROBE_NONE, NULL },
};
/* clang-format on */

static inline void
survey_add_need(struct survey *s, size_t i, struct need need)
{
	struct target_state *state = &s->states[i];

	state->needs[state->need_count++] = need;
}

static inline void
survey_add_std(struct survey *s, size_t i, bool is_here)
{
	const char *triple = s->targets->items[i].triple;

	if (is_here)
		s->targets->items[i].std = STD_INSTALLED;
	survey_add_need(s, i,
		(struct need){ .kind = NEED_STD,
			.state = !s->toolchain ? NEED_UNKNOWN
				: is_here      ? NEED_FOUND
					       : NEED_MISSING,
			.name = "std",
			.detail = !s->toolchain ? "no toolchain found"
				: is_here       ? "installed"
						: "not installed",
			.path = is_here ? arena_printf(&s->arena, "%s/lib/rustlib/%s/lib",
						  SURVEY_SYSROOT, triple)
					: NULL,
			.remedy = s->toolchain && !is_here
				? arena_printf(&s->arena, "rustup target add %s", triple)
				: NULL });
}

/* What is missing comes from a package of the linker's name. */
static inline void
survey_add_program(struct survey *s, size_t i, enum need_kind kind, const char *name,
	const char *path, const char *here, const char *absent)
{
	survey_add_need(s, i,
		(struct need){ .kind = kind,
			.state = path ? NEED_FOUND : NEED_MISSING,
			.name = name,
			.detail = path ? here : absent,
			.path = path,
			.remedy = path ? NULL
				       : arena_printf(&s->arena, "sudo apt-get install -y %s",
						 text_is(name, "musl-gcc") ? "musl-tools" : name),
			.optional = kind == NEED_CC || kind == NEED_RUNNER });
}

static inline void
survey_add_row(struct survey *s, size_t i, const struct survey_row *row)
{
	struct target_state *state = &s->states[i];

	survey_add_std(s, i, s->toolchain && row->has_std);
	survey_add_program(
		s, i, NEED_LINKER, row->linker, row->path, "found on PATH", "not found on PATH");
	if (!text_is(row->linker, "rust-lld"))
		survey_add_program(s, i, NEED_CC, row->cc_path ? row->linker : "musl-gcc",
			row->cc_path, "compiles C for it", "only if a crate builds C");
	if (row->runner && !*row->runner)
		survey_add_need(s, i,
			(struct need){ .kind = NEED_RUNNER,
				.state = NEED_FOUND,
				.name = "this machine",
				.detail = "runs as it is",
				.optional = true });
	else if (row->runner || s->targets->items[i].platform == PLATFORM_LINUX)
		survey_add_program(s, i, NEED_RUNNER, "qemu-user-static", row->runner,
			"runs its programs here", "only to run its programs here");
	state->linker = row->path ? row->linker : NULL;
	if (!s->toolchain || row->probe == PROBE_NONE)
		return;
	state->probe = (struct probe){ .state = row->probe,
		.ran = row->runner != NULL,
		.link_ms = 1240,
		.at = 1795000000000,
		.log = xstrdup(row->log) };
}

static inline void
survey_add_target(struct survey *s, size_t i)
{
	const struct target *t = &s->targets->items[i];
	const struct backend_native *native = backends_native(s->backends, t->triple, s->host);
	struct target_state *state = &s->states[i];
	static const char *const no_backends[] = { NULL };

	state->needs = arena_array(&s->arena, struct need, 8);
	state->backends = backends_order(s->backends, t->triple, s->host)->backends;
	if (!native && text_is(state->backends[0], "native"))
		state->backends = no_backends;
	state->backend = state->usual = state->backends[0];
	for (size_t r = 0; r < COUNT(survey_rows); r++) {
		if (text_is(survey_rows[r].triple, t->triple)) {
			survey_add_row(s, i, &survey_rows[r]);
			return;
		}
	}
	survey_add_std(s, i, false);
	if (native && text_is(state->backend, "native") && !*native->linkers)
		survey_add_program(s, i, NEED_LINKER, "rust-lld",
			SURVEY_SYSROOT "/lib/rustlib/" SURVEY_HOST "/bin/rust-lld",
			"comes with rustc", "");
	else if (native && text_is(state->backend, "native"))
		survey_add_program(
			s, i, NEED_LINKER, native->linkers[0], NULL, "", "not found on PATH");
	else if (state->backend && !text_is(state->backend, "native"))
		survey_add_program(s, i, NEED_TOOL,
			arena_printf(&s->arena, "cargo-%s", state->backend), NULL, "",
			"not found on PATH");
}

static inline struct toolchain *
survey_toolchain(void)
{
	struct toolchain *tc = xcalloc(1, sizeof(*tc));

	tc->name = xstrdup("stable-" SURVEY_HOST);
	tc->origin = xstrdup("default");
	tc->rustc = xstrdup(SURVEY_SYSROOT "/bin/rustc");
	tc->cargo = xstrdup(SURVEY_SYSROOT "/bin/cargo");
	tc->sysroot = xstrdup(SURVEY_SYSROOT);
	tc->release = xstrdup("1.95.0");
	tc->channel = xstrdup("stable");
	tc->commit = xstrdup("0123456789abcdef");
	tc->host = xstrdup(SURVEY_HOST);
	return tc;
}

static inline struct workspace *
survey_workspace(void)
{
	struct workspace *ws = xcalloc(1, sizeof(*ws));

	ws->root = "/nonexistent/greet";
	ws->manifest = "/nonexistent/greet/Cargo.toml";
	ws->name = "greet";
	ws->version = "0.3.1";
	ws->target_dir = ws->build_dir = "/nonexistent/greet/target";
	return ws;
}

/* Assesses again after a state was changed by hand. */
static inline void
survey_conclude(struct survey *s)
{
	for (size_t i = 0; i < s->targets->len; i++)
		assess_conclude(s, i);
}

/* `without`: SURVEY_ bits. Ended by survey_free. Paths below /home/ana are shown with ~, times in
 * UTC. */
static inline struct survey *
survey_fixture(unsigned without)
{
	struct survey *s = xcalloc(1, sizeof(*s));
	struct err err = ERR_INIT;

	setenv("HOME", "/home/ana", 1);
	setenv("TZ", "UTC", 1);
	tzset();
	s->dir = xstrdup("/nonexistent/greet");
	s->host = xstrdup(SURVEY_HOST);
	s->packages = PM_APT;
	s->tools = tool_index_new("/nonexistent");
	s->backends = backends_load(&err);
	s->targets = targets_load(NULL, true);
	s->states = arena_array(&s->arena, struct target_state, s->targets->len);
	err_set(&s->toolchain_err, ERR_ENVIRONMENT, "cargo: not found on PATH");
	err_try(&s->toolchain_err, "sudo apt-get install -y cargo");
	s->toolchain = without & SURVEY_NO_TOOLCHAIN ? NULL : survey_toolchain();
	err_set(&s->workspace_err, ERR_ENVIRONMENT, "no Cargo.toml in /home/ana or above it");
	s->workspace = without & SURVEY_NO_WORKSPACE ? NULL : survey_workspace();
	for (size_t i = 0; i < s->targets->len; i++)
		survey_add_target(s, i);
	survey_conclude(s);
	return s;
}

/* A store with an empty choice that is kept nowhere, and the release profile. */
static inline void
survey_store(struct store *store, const struct survey *survey)
{
	struct err err = ERR_INIT;

	*store = (struct store){ .survey = survey, .choice_is_kept = survey->workspace != NULL };
	store->choice = choice_load("/nonexistent", &err);
	store->profile = profile_load("release", NULL, NULL, &err);
	assert_non_null(store->choice);
	assert_non_null(store->profile);
}

static inline void
survey_store_fini(struct store *store)
{
	choice_free(store->choice);
	profile_free(store->profile);
	store_fini(store);
}
