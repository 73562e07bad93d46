/* help_patient: a machine made by hand, and what doctor says of it. */
#pragma once
#include "unit/rustbed.h"
#include "unit/triples.h"

#include "host/platform.h"
#include "host/tool.h"
#include "io/loop.h"
#include "ready/health.h"
#include "ready/survey.h"
#include "ready/versions.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

struct patient {
	struct bed *bed;
	struct survey survey;
	struct toolchain toolchain;
	struct loop *loop;
	struct health *health;
	const char *folder; /* of the bed, that is looked at from; NULL: the bed */
	const struct check *checks;
	size_t count;
};

static inline int
patient_setup(void **state)
{
	struct patient *p = xcalloc(1, sizeof(*p));
	struct survey *s = &p->survey;

	if (bed_setup((void **)&p->bed) < 0)
		return -1;
	bed_script(p->bed, "bin/cargo", "#!/bin/sh\necho 'cargo 1.95.0 (abc 2026-03-01)'\n");
	bed_script(p->bed, "bin/cc", "#!/bin/sh\necho 'cc (Debian 12.2.0-14) 12.2.0'\n");
	p->toolchain = (struct toolchain){
		.name = (char *)"stable",
		.origin = (char *)"default",
		.rustc = (char *)"/rustc",
		.cargo = bed_path(p->bed, "bin/cargo"),
		.sysroot = (char *)"/sysroot",
		.release = (char *)"1.95.0",
		.channel = (char *)"stable",
		.host = (char *)HOST,
	};
	s->toolchain = &p->toolchain;
	s->targets = targets_load(NULL, true);
	s->dir = p->bed->dir;
	s->host = (char *)HOST;
	s->states = xcalloc(s->targets->len, sizeof(*s->states));
	s->packages = PM_APT;
	err_set(&s->workspace_err, ERR_ENVIRONMENT, "/p: no Cargo.toml here or in a folder above");
	*state = p;
	return 0;
}

static inline void
forget(struct patient *p)
{
	health_free(p->health);
	if (p->loop)
		loop_free(p->loop);
	p->health = NULL;
	p->loop = NULL;
	tool_index_free(p->survey.tools);
	cargoconf_free(p->survey.conf);
	p->survey.tools = NULL;
	p->survey.conf = NULL;
}

static inline int
patient_teardown(void **state)
{
	struct patient *p = *state;

	forget(p);
	free(p->survey.states);
	targets_free(p->survey.targets);
	unsetenv("RUSTFLAGS");
	bed_teardown((void **)&p->bed);
	free(p);
	return 0;
}

static inline void
examine_for(struct patient *p, const struct health_want *wants, size_t want_count)
{
	struct survey *s = &p->survey;

	forget(p);
	s->tools = tool_index_new(bed_path(p->bed, "bin"));
	s->conf_err = ERR_INIT;
	s->dir = p->folder ? bed_path(p->bed, p->folder) : p->bed->dir;
	s->conf = cargoconf_load(s->dir, &s->conf_err);
	p->loop = loop_new();
	p->health = health_new(p->loop, NULL, NULL);
	health_examine(p->health, s, wants, want_count, false);
	health_finish(p->health);
	p->checks = health_checks(p->health, &p->count);
}

static inline void
examine(struct patient *p)
{
	examine_for(p, NULL, 0);
}

/* As from a folder of the bed. */
static inline void
examine_in(struct patient *p, const char *folder)
{
	p->folder = folder;
	examine(p);
	p->folder = NULL;
}

static inline const struct check *
find(struct patient *p, const char *id)
{
	for (size_t i = 0; i < p->count; i++)
		if (text_is(p->checks[i].id, id))
			return &p->checks[i];
	return NULL;
}

static inline const struct check *
get(struct patient *p, const char *id)
{
	const struct check *c = find(p, id);

	if (!c)
		fail_msg("no check of %s", id);
	return c;
}

#define assert_state(c, name) assert_string_equal(check_state_name((c)->state), name)

/* The check of this id and title, or NULL. */
static inline const struct check *
titled(struct patient *p, const char *id, const char *title)
{
	for (size_t i = 0; i < p->count; i++)
		if (text_is(p->checks[i].id, id) && text_is(p->checks[i].title, title))
			return &p->checks[i];
	return NULL;
}

#define assert_says(c, words)                                                                      \
	do {                                                                                       \
		assert_non_null(c);                                                                \
		if (!strstr((c)->detail, words))                                                   \
			fail_msg("%s: %s", (c)->title, (c)->detail);                               \
	} while (0)

static inline void
put(struct patient *p, const char *program, const char *version)
{
	bed_script(p->bed, arena_printf(&p->bed->arena, "bin/%s", program),
		arena_printf(&p->bed->arena, "#!/bin/sh\necho '%s %s'\n", program, version));
}

#define PATIENT_TEST(test) cmocka_unit_test_setup_teardown(test, patient_setup, patient_teardown)
