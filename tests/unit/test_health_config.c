/* Tests of ready/health_config: what doctor says of cargo's configuration and of the variables that override it. */
#include "unit/help_patient.h"

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

/* The old name without .toml is told, and that it hides the new one. */
static void
legacy_config(void **state)
{
	struct patient *p = *state;

	bed_write(p->bed, ".cargo/config", "[build]\njobs = 2\n");
	examine(p);
	assert_state(get(p, "config"), "warn");
	assert_string_equal(get(p, "config")->fix, "mv .cargo/config .cargo/config.toml");
	bed_write(p->bed, ".cargo/config.toml", "[build]\njobs = 3\n");
	examine(p);
	assert_says(get(p, "config"), "is ignored");
}

/* Keys that cargo does not know or would refuse are told with their line and what was meant. */
static void
config_mistakes(void **state)
{
	struct patient *p = *state;

	bed_write(p->bed, ".cargo/config.toml",
		"[build]\njob = 2\n[net]\nretry = \"3\"\n[target.aarch64-unknown-linux-gnu]\n"
		"runnner = \"qemu\"\n[env]\nOPENSSL_DIR = \"/o\"\n[profile.release]\nlto = "
		"\"fat\"\n");
	examine(p);
	assert_state(titled(p, "config-key", "build.job"), "warn");
	assert_says(titled(p, "config-key", "build.job"), "did you mean build.jobs?");
	assert_string_equal(titled(p, "config-key", "build.job")->path, ".cargo/config.toml:2");
	assert_state(titled(p, "config-key", "net.retry"), "fail");
	assert_says(
		titled(p, "config-key", "net.retry"), "expected a whole number, found a string");
	assert_says(titled(p, "config-key", "target.aarch64-unknown-linux-gnu.runnner"),
		"did you mean target.aarch64-unknown-linux-gnu.runner?");
	assert_null(titled(p, "config-key", "env.OPENSSL_DIR"));
	assert_null(titled(p, "config-key", "profile.release.lto"));
}

/* A table of a misspelt target is read by nobody: said, with the name that was meant. A target of the project's
 * own is none of that. */
static void
config_of_no_target(void **state)
{
	struct patient *p = *state;
	const struct check *c;

	bed_write(p->bed, ".cargo/config.toml",
		"[target.aarch64-unknwon-linux-gnu]\nlinker = \"cc\"\n"
		"[target.my-own-board]\nlinker = \"cc\"\n[target.'cfg(unix)']\nrunner = \"x\"\n"
		"[target.aarch64-unknown-linux-gnu]\nlinker = \"cc\"\n");
	examine(p);
	c = titled(p, "config-target", "target.aarch64-unknwon-linux-gnu.linker");
	assert_state(c, "warn");
	assert_string_equal(c->path, ".cargo/config.toml:2");
	assert_string_equal(c->advice, "did you mean aarch64-unknown-linux-gnu?");
	assert_null(titled(p, "config-target", "target.my-own-board.linker"));
	assert_null(titled(p, "config-target", "target.aarch64-unknown-linux-gnu.linker"));
}

/* Home, a folder above and the project at odds: each that loses says who wins, and the files tell every
 * key. */
static void
config_conflict(void **state)
{
#define LINKER(name) "[target.aarch64-unknown-linux-gnu]\nlinker = \"" name "\"\n"
	struct patient *p = *state;
	const struct check *c;
	size_t losers = 0;

	bed_write(p->bed, "cargo-home/config.toml", LINKER("of-home") "[build]\njobs = 1\n");
	bed_write(p->bed, ".cargo/config.toml", LINKER("of-above"));
	bed_write(p->bed, "ws/.cargo/config.toml", LINKER("of-project") "[build]\njobs = 1\n");
	examine_in(p, "ws");
	for (size_t i = 0; i < p->count; i++) {
		c = &p->checks[i];
		if (!text_is(c->id, "config-conflict"))
			continue;
		losers++;
		assert_string_equal(c->title, "target.aarch64-unknown-linux-gnu.linker");
		assert_says(c, ".cargo/config.toml:2 wins");
	}
	assert_int_equal(losers, 2);
	c = get(p, "config");
	assert_says(c, "goes first");
	assert_non_null(
		strstr(c->text, "2  target.aarch64-unknown-linux-gnu.linker = \"of-project\"\n"));
	c = titled(p, "config", "config.toml");
	assert_non_null(c);
}

/* Variables that override a file say which line; build.target is told as what plain cargo does. */
static void
environment(void **state)
{
	struct patient *p = *state;
	const char *name = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER";

	bed_write(p->bed, ".cargo/config.toml",
		LINKER("mine") "[build]\ntarget = \"aarch64-unknown-linux-gnu\"\n");
	setenv(name, "other", 1);
	examine(p);
	unsetenv(name);
	assert_state(titled(p, "environment", name), "warn");
	assert_says(titled(p, "environment", name), ".cargo/config.toml:2");
	assert_state(get(p, "build-target"), "warn");
	assert_says(get(p, "build-target"), "builds for aarch64-unknown-linux-gnu");
}

/* What a wanted target ends up with: linker, flags and runner, each with the place it comes from. */
static void
target_ends_up_with(void **state)
{
	struct health_want want = { "aarch64-unknown-linux-gnu", NULL, NULL };
	static const char *const none[] = { NULL };
	struct patient *p = *state;
	long i = survey_find(&p->survey, want.triple);

	p->survey.states[i] = (struct target_state){ .backend = "native",
		.linker = "mine",
		.linker_origin = ".cargo/config.toml:2",
		.link_args = none,
		.runner = none };
	bed_write(p->bed, ".cargo/config.toml",
		LINKER("mine") "runner = \"qemu -L /x\"\nrustflags = [\"-C\", \"lto\"]\n");
	examine_for(p, &want, 1);
	const char *text = titled(p, "target", want.triple)->text;
	assert_non_null(strstr(text, "linker     mine (.cargo/config.toml:2)"));
	assert_non_null(strstr(text, "rustflags  -C lto (.cargo/config.toml:4)"));
	assert_non_null(strstr(text, "runner     qemu -L /x (.cargo/config.toml:3)"));
}

/* A wrapper that is not there lets nothing be compiled; one that is there is named with its version. */
static void
wrapper(void **state)
{
	struct patient *p = *state;

	bed_write(p->bed, ".cargo/config.toml", "[build]\nrustc-wrapper = \"sccache\"\n");
	examine(p);
	assert_state(get(p, "rustc-wrapper"), "fail");
	assert_says(get(p, "rustc-wrapper"), ".cargo/config.toml:2 names sccache");
	put(p, "sccache", "0.7.4"); /* which would start a server to answer more */
	examine(p);
	assert_state(get(p, "rustc-wrapper"), "ok");
	assert_string_equal(get(p, "rustc-wrapper")->version, "0.7.4");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PATIENT_TEST(configuration),
		PATIENT_TEST(rustflags),
		PATIENT_TEST(legacy_config),
		PATIENT_TEST(config_mistakes),
		PATIENT_TEST(config_of_no_target),
		PATIENT_TEST(config_conflict),
		PATIENT_TEST(environment),
		PATIENT_TEST(target_ends_up_with),
		PATIENT_TEST(wrapper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
