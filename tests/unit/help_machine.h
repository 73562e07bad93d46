/* help_machine: a machine made of a few empty programs, looked at as a survey would.
 *
 * bed/bin is its PATH, bed/sysroot its toolchain, bed/ws its project, bed/ its HOME; nothing of
 * the real machine is asked. */
#pragma once
#include "unit/rustbed.h"
#include "unit/triples.h"
#include "host/tool.h"
#include "plan/format.h"
#include "plan/make.h"
#include "plan/plan.h"
#include "ready/assess.h"
#include "ready/backend.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

#define MACHINE_TARGETS_MAX 12

enum machine_rust { RUST_OF_RUSTUP, RUST_OF_SYSTEM, RUST_NONE, RUST_PIN_MISSING };

/* What a test says of a machine; the rest is as on a Debian machine with sudo and rustup's
 * stable. */
struct machine_spec {
	const char *host; /* NULL: HOST */
	enum package_manager packages;
	enum root_way root;
	enum machine_rust rust;
	bool has_c_code, has_no_workspace, runners, sccache;
	const char *update;       /* as in plan_query */
	const char *toolchain;    /* named in RUSTUP_TOOLCHAIN; NULL: the default one */
	const char *programs[8];  /* besides cc */
	const char *installed[4]; /* targets with a standard library */
	struct reach reach[MACHINE_TARGETS_MAX];
};

struct machine {
	struct bed *bed;
	struct survey *survey;
	struct plan *plan;
	struct err err;
};

/* What the developer's own machine may say to plans. */
static const char *const machine_variables[] = { "RUSTUP_UPDATE_ROOT", "XTUI_FREEBSD_MIRROR",
	"ANDROID_HOME", "ANDROID_SDK_ROOT", "ANDROID_SDK_HOME", "ANDROID_NDK_HOME",
	"ANDROID_NDK_ROOT", "ANDROID_NDK_PATH", "NDK_HOME", "XWIN_CACHE_DIR", "XWIN_ACCEPT_LICENSE",
	"CROSS_CONTAINER_ENGINE", "CROSS_CONFIG", "DOCKER_HOST", "PIPX_BIN_DIR",
	"CARGO_ZIGBUILD_ZIG_PATH", "CARGO_ZIGBUILD_PYTHON_PATH", "SDKROOT" };

static inline int
machine_setup(void **state)
{
	struct machine *m = xcalloc(1, sizeof(*m));

	if (bed_setup((void **)&m->bed) < 0)
		return -1;
	bed_dirs(m->bed, "bin");
	bed_dirs(m->bed, "ws");
	for (size_t i = 0; i < COUNT(machine_variables); i++)
		unsetenv(machine_variables[i]);
	setenv("PATH", bed_path(m->bed, "bin"), 1);
	*state = m;
	return 0;
}

static inline void
machine_forget(struct machine *m)
{
	plan_free(m->plan);
	survey_free(m->survey);
	m->plan = NULL;
	m->survey = NULL;
	m->err = ERR_INIT;
}

static inline int
machine_teardown(void **state)
{
	struct machine *m = *state;

	machine_forget(m);
	bed_teardown((void **)&m->bed);
	free(m);
	return 0;
}

static inline struct toolchain *
machine_toolchain(struct machine *m, const struct machine_spec *spec)
{
	struct toolchain *tc = xcalloc(1, sizeof(*tc));
	bool is_system = spec->rust == RUST_OF_SYSTEM;
	const char *host = spec->host ? spec->host : HOST;

	tc->kind = is_system ? TOOLCHAIN_SYSTEM : TOOLCHAIN_RUSTUP;
	tc->name = is_system ? xstrdup("system") : xasprintf("stable-%s", host);
	tc->origin = xstrdup(is_system ? "PATH" : spec->toolchain ? "RUSTUP_TOOLCHAIN" : "default");
	tc->rustup_name = is_system ? NULL : xstrdup(spec->toolchain ? spec->toolchain : tc->name);
	tc->rustc = xstrdup(is_system ? "/usr/bin/rustc" : bed_path(m->bed, "sysroot/bin/rustc"));
	tc->cargo = xstrdup(is_system ? "/usr/bin/cargo" : bed_path(m->bed, "sysroot/bin/cargo"));
	tc->sysroot = xstrdup(bed_path(m->bed, "sysroot"));
	tc->release = xstrdup("1.95.0");
	tc->channel = xstrdup("stable");
	tc->commit = xstrdup("0123");
	tc->host = xstrdup(host);
	return tc;
}

static inline struct workspace *
machine_workspace(struct machine *m, const struct machine_spec *spec)
{
	struct workspace *ws = xcalloc(1, sizeof(*ws));

	ws->root = bed_path(m->bed, "ws");
	ws->manifest = bed_path(m->bed, "ws/Cargo.toml");
	ws->has_c_code = spec->has_c_code;
	return ws;
}

static inline void
machine_programs(struct machine *m, const struct machine_spec *spec)
{
	file_remove_tree(bed_path(m->bed, "bin"), NULL);
	bed_dirs(m->bed, "bin");
	bed_script(m->bed, "bin/cc", "#!/bin/sh\n");
	if (spec->rust == RUST_OF_RUSTUP || spec->rust == RUST_PIN_MISSING)
		bed_script(m->bed, "bin/rustup", "#!/bin/sh\n");
	for (size_t i = 0; i < COUNT(spec->programs) && spec->programs[i]; i++)
		bed_script(m->bed, arena_printf(&m->bed->arena, "bin/%s", spec->programs[i]),
			"#!/bin/sh\n");
}

static inline void
machine_std(struct survey *s, const struct machine_spec *spec)
{
	for (size_t i = 0; i < s->targets->len; i++) {
		struct target *t = &s->targets->items[i];

		if (spec->rust == RUST_OF_SYSTEM)
			t->std = t->has_std ? STD_SOURCE : STD_NONE;
		if (s->toolchain && text_is(t->triple, s->host))
			t->std = STD_INSTALLED;
		for (size_t k = 0; k < COUNT(spec->installed) && spec->installed[k]; k++)
			if (text_is(t->triple, spec->installed[k]))
				t->std = STD_INSTALLED;
	}
}

static inline void
machine_survey(struct machine *m, const struct machine_spec *spec)
{
	struct survey *s = xcalloc(1, sizeof(*s));
	struct err err = ERR_INIT;

	m->survey = s;
	s->dir = xstrdup(bed_path(m->bed, "ws"));
	s->host = xstrdup(spec->host ? spec->host : HOST);
	s->packages = spec->packages;
	s->tools = tool_index_new(bed_path(m->bed, "bin"));
	s->backends = backends_load(&err);
	s->targets = targets_load(NULL, true);
	s->states = arena_array(&s->arena, struct target_state, s->targets->len);
	if (spec->rust == RUST_OF_RUSTUP || spec->rust == RUST_OF_SYSTEM)
		s->toolchain = machine_toolchain(m, spec);
	if (spec->rust == RUST_PIN_MISSING) {
		err_set(&s->toolchain_err, ERR_ENVIRONMENT,
			"rust-toolchain.toml:2: the toolchain 1.80.0-" HOST " is not installed");
		err_try(&s->toolchain_err, "rustup toolchain install 1.80.0");
	}
	if (!spec->has_no_workspace)
		s->workspace = machine_workspace(m, spec);
	if (!(s->conf = cargoconf_load(s->dir, &s->conf_err)))
		return;
	machine_std(s, spec);
	for (size_t i = 0; i < s->targets->len; i++) {
		assess_target(s, i);
		assess_conclude(s, i);
	}
}

/* Looks at the machine and plans; m->plan is NULL when there is none, m->err says why. */
static inline struct plan *
machine_plan(struct machine *m, const struct machine_spec *spec)
{
	struct plan_query query = { .reach = spec->reach,
		.packages = spec->packages,
		.root = spec->root,
		.update = spec->update,
		.runners = spec->runners,
		.sccache = spec->sccache };

	while (query.count < MACHINE_TARGETS_MAX && spec->reach[query.count].triple)
		query.count++;
	machine_forget(m);
	machine_programs(m, spec);
	machine_survey(m, spec);
	return m->plan = plan_make(m->survey, &query, &m->err);
}

/* The step of that id; the test fails without one. */
static inline const struct step *
machine_step(const struct machine *m, const char *id)
{
	long i = plan_find(m->plan, id);

	if (i >= 0)
		return &m->plan->items[i];
	for (size_t k = 0; k < m->plan->count; k++)
		print_error("  %s\n", m->plan->items[k].id);
	fail_msg("no step %s", id);
	return NULL;
}

/* The text with the bed's folder called /bed. */
static inline void
machine_print(const struct machine *m, const struct str *text, struct str *out)
{
	struct span rest = str_span(text), dir = span_of(m->bed->dir);
	long at;

	while ((at = span_find(rest, dir)) >= 0) {
		str_append_bytes(out, rest.data, (size_t)at);
		str_append(out, "/bed");
		rest.data += (size_t)at + dir.len;
		rest.len -= (size_t)at + dir.len;
	}
	str_append_span(out, rest);
}
