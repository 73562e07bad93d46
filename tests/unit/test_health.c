/* Tests of ready/health: what doctor says of a machine, on machines made by hand. */
#include "unit/rustbed.h"

#include "host/tool.h"
#include "io/loop.h"
#include "ready/health.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"

#define HOST "x86_64-unknown-linux-gnu"

struct patient {
	struct bed *bed;
	struct survey survey;
	struct toolchain toolchain;
	struct loop *loop;
	struct health *health;
	const struct check *checks;
	size_t count;
};

static int
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

static void
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

static int
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

static void
examine(struct patient *p)
{
	struct survey *s = &p->survey;

	forget(p);
	s->tools = tool_index_new(bed_path(p->bed, "bin"));
	s->conf_err = ERR_INIT;
	s->conf = cargoconf_load(p->bed->dir, &s->conf_err);
	p->loop = loop_new();
	p->health = health_new(p->loop, NULL, NULL);
	health_examine(p->health, s, NULL, 0, false);
	health_finish(p->health);
	p->checks = health_checks(p->health, &p->count);
}

static const struct check *
find(struct patient *p, const char *id)
{
	for (size_t i = 0; i < p->count; i++)
		if (text_is(p->checks[i].id, id))
			return &p->checks[i];
	return NULL;
}

static const struct check *
get(struct patient *p, const char *id)
{
	const struct check *c = find(p, id);

	if (!c)
		fail_msg("no check of %s", id);
	return c;
}

#define assert_state(c, name) assert_string_equal(check_state_name((c)->state), name)

/* What is there is named with its version and place; what is only nice to have is no failure, and is
 * told with the command that brings it. */
static void
healthy(void **state)
{
	struct patient *p = *state;

	examine(p);
	for (size_t i = 0; i < p->count; i++)
		if (p->checks[i].state == CHECK_FAIL || p->checks[i].state == CHECK_WARN)
			fail_msg("%s: %s", p->checks[i].id, p->checks[i].detail);
	assert_string_equal(get(p, "cargo")->version, "1.95.0");
	assert_string_equal(get(p, "cc")->version, "12.2.0");
	assert_string_equal(get(p, "cc")->path, bed_path(p->bed, "bin/cc"));
	assert_state(get(p, "rustup"), "skip");
	assert_state(get(p, "workspace"), "skip");
	assert_state(get(p, "config"), "ok");
	assert_state(get(p, "musl-gcc"), "skip");
	assert_non_null(strstr(get(p, "musl-gcc")->fix, "musl-tools"));
	assert_string_equal(get(p, "cross")->fix, "cargo install cross --locked"); /* no package */
}

/* Without a toolchain the first check says why and what to do. */
static void
no_toolchain(void **state)
{
	struct patient *p = *state;

	p->survey.toolchain = NULL;
	err_set(&p->survey.toolchain_err, ERR_ENVIRONMENT, "cargo: not found on PATH");
	err_try(&p->survey.toolchain_err, "install rustup");
	examine(p);
	assert_string_equal(p->checks[0].id, "toolchain");
	assert_state(&p->checks[0], "fail");
	assert_string_equal(p->checks[0].detail, "cargo: not found on PATH");
	assert_string_equal(p->checks[0].fix, "install rustup");
	assert_null(find(p, "cargo"));
}

/* A cargo that cannot be run is no cargo; one of another toolchain than rustc is worth a warning. */
static void
odd_cargo(void **state)
{
	struct patient *p = *state;

	bed_script(p->bed, "bin/cargo", "#!/bin/sh\nexit 1\n");
	p->toolchain.is_mixed = true;
	examine(p);
	assert_state(get(p, "cargo"), "fail");
	assert_state(get(p, "mixed"), "warn");
}

/* No C compiler: nothing links, not even a build script. */
static void
no_compiler(void **state)
{
	struct patient *p = *state;

	unlink(bed_path(p->bed, "bin/cc"));
	examine(p);
	assert_state(get(p, "cc"), "fail");
	assert_non_null(strstr(get(p, "cc")->fix, "gcc"));
}

/* Every configuration file that applies is listed; a broken one fails with its place. */
static void
configuration(void **state)
{
	struct patient *p = *state;

	bed_write(p->bed, ".cargo/config.toml", "[build]\njobs = 2\n");
	examine(p);
	assert_state(get(p, "config"), "ok");
	assert_string_equal(get(p, "config")->path, bed_path(p->bed, ".cargo/config.toml"));
	bed_write(p->bed, ".cargo/config.toml", "[build]\njobs =\n");
	examine(p);
	assert_state(get(p, "config"), "fail");
	assert_non_null(strstr(get(p, "config")->detail, "config.toml:2:"));
}

/* RUSTFLAGS silences the rustflags of the configuration: said, with the place of those. */
static void
rustflags(void **state)
{
	struct patient *p = *state;

	setenv("RUSTFLAGS", "-C opt-level=1", 1);
	examine(p);
	assert_state(get(p, "rustflags"), "ok");
	bed_write(p->bed, ".cargo/config.toml",
		"[target.aarch64-unknown-linux-gnu]\nrustflags = [\"-C\", \"relro-level=off\"]\n");
	examine(p);
	assert_state(get(p, "rustflags"), "warn");
	assert_non_null(strstr(get(p, "rustflags")->detail, ".cargo/config.toml:2 "));
	assert_string_equal(get(p, "rustflags")->fix, "unset RUSTFLAGS");
}

/* A Cargo.toml that is broken is a failure, a folder without one is not. */
static void
workspace(void **state)
{
	struct patient *p = *state;

	err_set(&p->survey.workspace_err, ERR_PARSE, "Cargo.toml:2:8: expected a value");
	examine(p);
	assert_state(get(p, "workspace"), "fail");
	assert_string_equal(get(p, "workspace")->detail, "Cargo.toml:2:8: expected a value");
}

#define PATIENT_TEST(test) cmocka_unit_test_setup_teardown(test, patient_setup, patient_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PATIENT_TEST(healthy),
		PATIENT_TEST(no_toolchain),
		PATIENT_TEST(odd_cargo),
		PATIENT_TEST(no_compiler),
		PATIENT_TEST(configuration),
		PATIENT_TEST(rustflags),
		PATIENT_TEST(workspace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
