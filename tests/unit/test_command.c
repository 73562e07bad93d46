/* command: the arguments and environment of a group's cargo. */
#include "unit/check.h"
#include "unit/triples.h"

#include "base/alloc.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/shimwire.h"
#include "build/tuning.h"
#include "build/way.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

#define SHIM "/lib/xtui-rustc"

static const char *const targets[] = { HOST, ARM64 };

struct bed {
	struct toolchain toolchain;
	struct workspace workspace;
	struct crate_target bins[2];
	struct package packages[2];
	struct survey survey;
	struct run_spec spec;
	struct arena arena;
	struct command command;
	struct place place;
};

static int
setup(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	b->toolchain = (struct toolchain){ .kind = TOOLCHAIN_SYSTEM,
		.cargo = (char *)"/usr/bin/cargo",
		.rustc = (char *)"/usr/bin/rustc",
		.host = (char *)HOST };
	b->bins[0] = (struct crate_target){ "greet", "bin" };
	b->bins[1] = (struct crate_target){ "words", "lib" };
	b->packages[0] = (struct package){ .name = "greet", .targets = b->bins, .target_count = 1 };
	b->packages[1] = (struct package){
		.name = "greet-words", .targets = b->bins + 1, .target_count = 1
	};
	b->workspace = (struct workspace){ .root = "/nowhere",
		.manifest = "/nowhere/Cargo.toml",
		.packages = b->packages,
		.package_count = 2,
		.complete = true };
	b->survey = (struct survey){ .toolchain = &b->toolchain,
		.workspace = &b->workspace,
		.host = (char *)HOST,
		.targets = targets_load(NULL, true) };
	b->survey.states = xcalloc(b->survey.targets->len, sizeof(struct target_state));
	b->spec = (struct run_spec){ .survey = &b->survey };
	b->place = (struct place){ .backend = &backend_native,
		.args = command_profile(NULL, &b->arena) };
	unsetenv("RUSTC_WRAPPER");
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bed *b = *state;

	command_fini(&b->command);
	targets_free(b->survey.targets);
	free(b->survey.states);
	arena_fini(&b->arena);
	unsetenv("RUSTC_WRAPPER");
	free(b);
	return 0;
}

static struct command *
build(struct bed *b, const char *shim)
{
	command_fini(&b->command);
	command_build(&b->command,
		&(struct command_query){ .spec = &b->spec,
			.place = &b->place,
			.targets = targets,
			.target_count = 2,
			.shim = shim,
			.socket = shim ? "/run/s" : NULL });
	return &b->command;
}

static bool
has_args(const struct command *c, const char *first, const char *second)
{
	for (size_t i = 0; c->argv.items[i]; i++) {
		if (text_is(c->argv.items[i], first) &&
			(!second || text_is(c->argv.items[i + 1], second)))
			return true;
	}
	return false;
}

/* What a child gets; "" when the variable is taken out or not touched. */
static const char *
variable(const struct command *c, const char *name)
{
	const char *value = "";

	for (size_t i = 0; i < c->env.len; i++) {
		if (text_is(c->env.items[i].name, name))
			value = c->env.items[i].value ? c->env.items[i].value : "";
	}
	return value;
}

/* A person could type the command that is shown: it has all they chose, nothing of what watches it. */
static void
shown_to_people(void **state)
{
	struct bed *b = *state;

	assert_string_equal(build(b, SHIM)->shown,
		"cargo build --release --target " HOST " --target " ARM64 " --keep-going");
	b->spec.packages = (const char *const[]){ "greet" };
	b->spec.package_count = 1;
	b->spec.bins = (const char *const[]){ "greet" };
	b->spec.bin_count = 1;
	b->spec.features = "a b,it's";
	b->spec.jobs = 3;
	b->spec.fail_fast = true;
	b->spec.offline = true;
	b->spec.cargo_args = (const char *const[]){ "--config", "x=\"y\"" };
	b->spec.cargo_arg_count = 2;
	assert_string_equal(build(b, SHIM)->shown,
		"cargo build --release --target " HOST " --target " ARM64
		" --package greet --bin greet --features 'a b,it'\\''s' --offline --jobs 3 "
		"--config 'x=\"y\"'");
	assert_true(has_args(&b->command, "--manifest-path", "/nowhere/Cargo.toml"));
	assert_string_equal(b->command.argv.items[0], "/usr/bin/cargo");
}

/* cargo is made to say everything: messages with colours, and the bar. */
static void
watched(void **state)
{
	struct bed *b = *state;
	struct command *c = build(b, SHIM);

	assert_true(has_args(c, "--message-format=json-diagnostic-rendered-ansi", NULL));
	assert_true(has_args(c, "--color", "always"));
	assert_true(has_args(c, "--config", "term.progress.when=\"always\""));
	assert_true(has_args(c, "--config", "term.progress.width=80"));
	assert_string_equal(variable(c, "RUSTC_WRAPPER"), SHIM);
	assert_string_equal(variable(c, SHIM_ENV_SOCKET), "/run/s");
}

/* Profile names and changed options are passed as cargo wants them. */
static void
profiles(void **state)
{
	struct bed *b = *state;
	struct profile *p = profile_load("release", NULL, NULL, NULL);
	struct err err = ERR_INIT;

	assert_non_null(p);
	assert_true(profile_set_pair(p, "lto=fat", &err));
	b->place.args = command_profile(p, &b->arena);
	profile_free(p); /* a run keeps what it was started with */
	assert_true(has_args(build(b, SHIM), "--config", "profile.release.lto=\"fat\""));
	assert_true(has_args(&b->command, "--release", NULL));
	p = profile_load("dev", NULL, NULL, NULL);
	assert_non_null(p);
	b->place.args = command_profile(p, &b->arena);
	profile_free(p);
	assert_string_equal(build(b, SHIM)->shown,
		"cargo build --target " HOST " --target " ARM64 " --keep-going");
}

/* Found linkers go to the shim. Without it cargo gets them, but never the host's: it would link build
 * scripts with it. */
static void
linkers(void **state)
{
	struct bed *b = *state;

	assert_string_equal(variable(build(b, SHIM), SHIM_ENV_LINK), "");
	b->survey.states[survey_find(&b->survey, ARM64)].linker_env = "/x/gcc";
	b->survey.states[survey_find(&b->survey, HOST)].linker_env = "clang";
	assert_string_equal(variable(build(b, SHIM), SHIM_ENV_LINK),
		HOST "=linker=clang\n" ARM64 "=linker=/x/gcc\n");
	assert_string_equal(
		variable(&b->command, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"), "");
	b->survey.states[survey_find(&b->survey, ARM64)].link_args =
		(const char *const[]){ "--sysroot=/s", "-fuse-ld=lld", NULL };
	assert_non_null(strstr(variable(build(b, SHIM), SHIM_ENV_LINK),
		ARM64 "=linker=/x/gcc\n" ARM64 "=link-arg=--sysroot=/s\n" ARM64
		      "=link-arg=-fuse-ld=lld\n"));
	build(b, NULL);
	assert_string_equal(variable(&b->command, SHIM_ENV_LINK), "");
	assert_string_equal(
		variable(&b->command, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"), "/x/gcc");
	assert_string_equal(
		variable(&b->command, "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER"), "");
	assert_string_equal(variable(&b->command, "RUSTC_WRAPPER"), "");
}

/* What stands in cargo's place is told of a target by the same variables; the user's own stay in them. */
static void
tunings(void **state)
{
	static const char *const flags[] = { "-Cextra", NULL };
	static const struct way host = { .triple = HOST, .backend = &backend_zig },
				arm = { .triple = ARM64,
					.backend = &backend_zig,
					.tuning = { .linker = "tools/ld",
						.target_cpu = "neoverse-n1",
						.crt_static = "false",
						.rustflags = flags } };
	const struct way *ways[] = { &host, &arm };
	struct bed *b = *state;

	b->place.backend = &backend_zig;
	b->place.ways = ways;
	b->place.way_count = 2;
	setenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS", "-Cown", 1);
	build(b, SHIM);
	assert_string_equal(
		variable(&b->command, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS"),
		"-Cown -C target-cpu=neoverse-n1 -C target-feature=-crt-static -Cextra");
	assert_string_equal(variable(&b->command, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"),
		"/nowhere/tools/ld");
	assert_string_equal(
		variable(&b->command, "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS"), "");
	unsetenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS");
	assert_false(tuning_parts(&b->spec, &b->place));
	setenv("RUSTFLAGS", "-Call", 1); /* cargo takes it for all targets: each has to be alone */
	assert_true(tuning_parts(&b->spec, &b->place));
	unsetenv("RUSTFLAGS");
}

/* The user's wrapper is kept behind the shim; the shim itself is not taken for one. */
static void
wrappers(void **state)
{
	static const struct {
		const char *named, *kept;
	} cases[] = {
		{ NULL, "" },
		{ "", "" },
		{ "sccache", "sccache" },
		{ "/opt/my wrapper", "/opt/my wrapper" },
		{ "/elsewhere/xtui-rustc", "" },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (cases[i].named)
			setenv("RUSTC_WRAPPER", cases[i].named, 1);
		assert_string_equal(variable(build(b, SHIM), SHIM_ENV_WRAPPER), cases[i].kept);
	}
}

/* The question for the unit graph is about the same build, and starts none. */
static void
graph(void **state)
{
	struct bed *b = *state;

	b->spec.packages = (const char *const[]){ "greet" };
	b->spec.package_count = 1;
	command_graph(&b->command,
		&(struct command_query){ .spec = &b->spec,
			.place = &b->place,
			.targets = targets,
			.target_count = 2,
			.shim = SHIM });
	assert_true(has_args(&b->command, "--unit-graph", NULL));
	assert_true(has_args(&b->command, "--target", ARM64));
	assert_true(has_args(&b->command, "--package", "greet"));
	assert_true(has_args(&b->command, "--release", NULL));
	assert_string_equal(variable(&b->command, "RUSTC_WRAPPER"), SHIM);
	assert_string_equal(variable(&b->command, SHIM_ENV_SOCKET), "");
}

/* A name that is not there is a slip to be told of; what only cargo can judge is left to it. */
static void
names(void **state)
{
	static const struct {
		const char *package, *bin, *remedy; /* remedy NULL: fine */
	} cases[] = {
		{ "greet", "greet", NULL },
		{ "greet-words", NULL, NULL },
		{ "greet@0.3.1", NULL, NULL },
		{ "https://h/x#y", NULL, NULL },
		{ "gre*", "g*", NULL },
		{ "gret", NULL, "greet" },
		{ "nothing-like-it", NULL, "one of greet, greet-words" },
		{ NULL, "words", "one of greet" },
		{ NULL, "gree", "greet" },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;

		b->spec.packages = &cases[i].package;
		b->spec.package_count = cases[i].package != NULL;
		b->spec.bins = &cases[i].bin;
		b->spec.bin_count = cases[i].bin != NULL;
		assert_int_equal(command_check(&b->spec, &err), !cases[i].remedy);
		if (!cases[i].remedy)
			continue;
		assert_int_equal(err.kind, ERR_USAGE);
		assert_string_equal(err.remedy, cases[i].remedy);
	}
	b->workspace.complete = false;
	assert_true(command_check(&b->spec, NULL));
}

#define COMMAND_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		COMMAND_TEST(shown_to_people),
		COMMAND_TEST(watched),
		COMMAND_TEST(profiles),
		COMMAND_TEST(linkers),
		COMMAND_TEST(tunings),
		COMMAND_TEST(wrappers),
		COMMAND_TEST(graph),
		COMMAND_TEST(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
