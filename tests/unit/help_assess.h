/* help_assess: a machine made of a few empty programs, as ready/assess sees it. */
#pragma once
#include "unit/rustbed.h"
#include "unit/triples.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "host/tool.h"
#include "ready/assess.h"
#include "ready/backend.h"
#include "ready/survey.h"
#include "ready/wish.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

/* A machine: bed/bin is its PATH, bed/sysroot its toolchain, bed/ws its project. */
struct machine {
	struct bed *bed;
	struct survey *survey;
	const char *host;
	bool has_c_code;
	bool has_toolchain;
};

static inline int
machine_setup(void **state)
{
	struct machine *m = xcalloc(1, sizeof(*m));

	if (bed_setup((void **)&m->bed) < 0)
		return -1;
	setenv("XDG_DATA_HOME", bed_path(m->bed, "data"), 1);
	bed_dirs(m->bed, "bin");
	bed_dirs(m->bed, "ws");
	m->host = HOST;
	m->has_toolchain = true;
	*state = m;
	return 0;
}

static inline int
machine_teardown(void **state)
{
	struct machine *m = *state;

	survey_free(m->survey);
	unsetenv("CC_aarch64_unknown_linux_gnu");
	unsetenv("CC");
	unsetenv("TARGET_CC");
	unsetenv("DOCKER_HOST");
	unsetenv("XWIN_ACCEPT_LICENSE");
	unsetenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
	bed_teardown((void **)&m->bed);
	free(m);
	return 0;
}

static inline void
put_program(struct machine *m, const char *name)
{
	bed_script(m->bed, name, "#!/bin/sh\n");
}

static inline struct toolchain *
make_toolchain(struct machine *m)
{
	struct toolchain *tc = xcalloc(1, sizeof(*tc));

	tc->kind = TOOLCHAIN_RUSTUP;
	tc->name = xstrdup("stable-" HOST);
	tc->origin = xstrdup("default");
	tc->sysroot = xstrdup(bed_path(m->bed, "sysroot"));
	tc->rustc = xstrdup(bed_path(m->bed, "bin/rustc"));
	tc->host = xstrdup(m->host);
	tc->commit = xstrdup("0123");
	return tc;
}

static inline struct workspace *
make_workspace(struct machine *m)
{
	struct workspace *ws = xcalloc(1, sizeof(*ws));

	ws->root = bed_path(m->bed, "ws");
	ws->has_c_code = true;
	return ws;
}

static inline void
assess_all(struct machine *m)
{
	struct survey *s = m->survey;

	for (size_t i = 0; i < s->targets->len; i++) {
		assess_target(s, i);
		assess_conclude(s, i);
	}
}

/* Looks at the machine anew; every target has its std. */
static inline void
look(struct machine *m)
{
	struct survey *s = xcalloc(1, sizeof(*s));
	struct err err = ERR_INIT;

	survey_free(m->survey);
	m->survey = s;
	s->dir = xstrdup(bed_path(m->bed, "ws"));
	s->host = xstrdup(m->host);
	s->packages = PM_APT;
	s->tools = tool_index_new(bed_path(m->bed, "bin"));
	s->backends = backends_load(&err);
	s->targets = targets_load(NULL, true);
	s->states = arena_array(&s->arena, struct target_state, s->targets->len);
	if (m->has_toolchain)
		s->toolchain = make_toolchain(m);
	if (m->has_c_code)
		s->workspace = make_workspace(m);
	if (s->workspace)
		s->wishes = wishes_read(s->workspace->root, &s->arena, &s->wishes_hash);
	if (!(s->conf = cargoconf_load(s->dir, &err)))
		fail_msg("%s", err.message);
	for (size_t i = 0; i < s->targets->len; i++)
		s->targets->items[i].std = STD_INSTALLED;
	assess_all(m);
}

static inline struct target_state *
state_of(struct machine *m, const char *triple)
{
	long i = survey_find(m->survey, triple);

	assert_true(i >= 0);
	return &m->survey->states[i];
}

/* NULL when the target has no such need. */
static inline const struct need *
find_need(struct machine *m, const char *triple, enum need_kind kind)
{
	const struct target_state *state = state_of(m, triple);

	for (size_t i = 0; i < state->need_count; i++)
		if (state->needs[i].kind == kind)
			return &state->needs[i];
	return NULL;
}

static inline const struct need *
need_of(struct machine *m, const char *triple, enum need_kind kind)
{
	const struct need *need = find_need(m, triple, kind);

	if (!need)
		fail_msg("%s has no need of a %s", triple, need_kind_name(kind));
	return need;
}

#define assert_readiness(m, triple, expected)                                                      \
	assert_string_equal(                                                                       \
		readiness_name(state_of(m, triple)->readiness), readiness_name(expected))
#define assert_found(need, where)                                                                  \
	do {                                                                                       \
		assert_string_equal(need_state_name((need)->state), "found");                      \
		assert_string_equal((need)->path, where);                                          \
	} while (0)
#define assert_missing(need, called)                                                               \
	do {                                                                                       \
		assert_string_equal(need_state_name((need)->state), "missing");                    \
		assert_string_equal((need)->name, called);                                         \
		assert_null((need)->path);                                                         \
	} while (0)
