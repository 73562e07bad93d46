/* Tests of ready/probe, with a cargo of a few lines of shell. */
#include "unit/rustbed.h"
#include "unit/triples.h"

#include "host/tool.h"
#include "ready/assess.h"
#include "ready/backend.h"
#include "ready/probe_crate.h"
#include "ready/survey.h"
#include "ready/wish.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

/* A cargo that links a shell script which says what it should, and notes how it was called. */
#define CARGO                                                                                      \
	"#!/bin/sh\n"                                                                              \
	"echo \"$@\" >>\"$HOME/called\"\n"                                                         \
	"printf '#!/bin/sh\\necho xtui probe\\n' >\"$HOME/program\"\n"                             \
	"chmod +x \"$HOME/program\"\n"                                                             \
	"echo '{\"reason\":\"build-script-executed\"}'\n"                                          \
	"echo "                                                                                    \
	"\"{\\\"reason\\\":\\\"compiler-artifact\\\",\\\"executable\\\":\\\"$HOME/"                \
	"program\\\"}\"\n"

struct prober {
	struct bed *bed;
	struct survey *survey;
	const struct target *target;
	struct probe probe;
};

static int
prober_setup(void **state)
{
	struct prober *p = xcalloc(1, sizeof(*p));

	if (bed_setup((void **)&p->bed) < 0)
		return -1;
	bed_script(p->bed, "bin/cargo", CARGO);
	bed_script(p->bed, "bin/cc", "#!/bin/sh\n");
	bed_script(p->bed, "bin/aarch64-linux-gnu-gcc", "#!/bin/sh\n");
	bed_set_path(p->bed, "bin", true);
	*state = p;
	return 0;
}

static int
prober_teardown(void **state)
{
	struct prober *p = *state;

	probe_fini(&p->probe);
	survey_free(p->survey);
	bed_teardown((void **)&p->bed);
	free(p);
	return 0;
}

static void
look(struct prober *p, const char *triple)
{
	struct survey *s = xcalloc(1, sizeof(*s));
	struct err err = ERR_INIT;
	long i;

	survey_free(p->survey);
	p->survey = s;
	s->dir = xstrdup(p->bed->dir);
	s->host = xstrdup(HOST);
	s->tools = tool_index_new(bed_path(p->bed, "bin"));
	s->backends = backends_load(&err);
	s->targets = targets_load(NULL, true);
	s->states = arena_array(&s->arena, struct target_state, s->targets->len);
	s->toolchain = xcalloc(1, sizeof(*s->toolchain));
	s->toolchain->origin = xstrdup("default");
	s->toolchain->sysroot = xstrdup(bed_path(p->bed, "sysroot"));
	s->toolchain->rustc = xstrdup(bed_path(p->bed, "bin/rustc"));
	s->toolchain->host = xstrdup(HOST);
	s->toolchain->commit = xstrdup("0123");
	if (!(s->conf = cargoconf_load(s->dir, &err)))
		fail_msg("%s", err.message);
	if (file_exists(bed_path(p->bed, "xtui.toml"))) {
		s->workspace = xcalloc(1, sizeof(*s->workspace));
		s->workspace->root = bed_path(p->bed, ".");
		s->wishes = wishes_read(s->dir, &s->arena, &s->wishes_hash);
	}
	i = survey_find(s, triple);
	s->targets->items[i].std = STD_INSTALLED;
	assess_target(s, (size_t)i);
	assess_conclude(s, (size_t)i);
	p->target = &s->targets->items[i];
}

static void
run(struct prober *p)
{
	struct err err = ERR_INIT;

	probe_fini(&p->probe);
	if (!probe_run(p->survey, p->target, &p->probe, &err))
		fail_msg("%s", err.message);
}

static void
recall(struct prober *p)
{
	probe_fini(&p->probe);
	probe_recall(p->survey, p->target, &p->probe);
}

#define assert_probe(p, expected)                                                                  \
	assert_string_equal(probe_state_name((p)->probe.state), probe_state_name(expected))

/* A program that links and says what it should is proof, with no word to say about it. */
static void
links_and_runs(void **state)
{
	struct prober *p = *state;

	look(p, HOST);
	run(p);
	assert_probe(p, PROBE_PASSED);
	assert_true(p->probe.ran);
	assert_string_equal(p->probe.log, "");
	assert_true(p->probe.at > 1600000000000);
}

/* A program that cannot run here is proved by its link alone. */
static void
links_without_running(void **state)
{
	struct prober *p = *state;

	look(p, ARM64);
	run(p);
	assert_probe(p, PROBE_PASSED);
	assert_false(p->probe.ran);
}

/* The program is run by the configured runner, with its arguments. */
static void
runs_under_runner(void **state)
{
	struct prober *p = *state;
	struct str seen = STR_INIT;

	bed_script(p->bed, "bin/board",
		"#!/bin/sh\necho \"$1 $2\" >\"$HOME/board\"\nshift 2\nexec \"$@\"\n");
	bed_write(p->bed, ".cargo/config.toml",
		"[target." ARM64 "]\nrunner = [\"board\", \"--at\", \"home\"]\n");
	look(p, ARM64);
	run(p);
	assert_true(p->probe.ran);
	assert_true(file_read(bed_path(p->bed, "board"), &seen, NULL));
	assert_string_equal(str_cstr(&seen), "--at home\n");
	str_fini(&seen);
}

/* A runner that fails proves nothing about the link, and says why. */
static void
runner_fails(void **state)
{
	struct prober *p = *state;

	bed_script(p->bed, "bin/qemu-aarch64", "#!/bin/sh\necho 'no such CPU' >&2\nexit 3\n");
	look(p, ARM64);
	run(p);
	assert_probe(p, PROBE_PASSED);
	assert_false(p->probe.ran);
	assert_non_null(strstr(p->probe.log, "exit status 3"));
	assert_non_null(strstr(p->probe.log, "no such CPU"));
}

/* A program of the host's that links and does not run is no success. */
static void
host_program_fails(void **state)
{
	struct prober *p = *state;

	bed_script(p->bed, "bin/cargo",
		CARGO "printf '#!/bin/sh\\nkill -SEGV $$\\n' >\"$HOME/program\"\n");
	look(p, HOST);
	run(p);
	assert_probe(p, PROBE_FAILED);
	assert_non_null(strstr(p->probe.log, "ended by signal 11"));
}

/* A link that fails is a result, with what was said. */
static void
link_fails(void **state)
{
	struct prober *p = *state;

	bed_script(p->bed, "bin/cargo",
		"#!/bin/sh\necho 'error: linking with `cc` failed' >&2\nexit 101\n");
	look(p, ARM64);
	run(p);
	assert_probe(p, PROBE_FAILED);
	assert_string_equal(p->probe.log, "error: linking with `cc` failed\n");
}

/* The linker that was found is told to cargo, and nothing is downloaded for a probe. */
static void
cargo_is_told_the_linker(void **state)
{
	struct prober *p = *state;
	struct str called = STR_INIT;

	look(p, ARM64);
	run(p);
	assert_true(file_read(bed_path(p->bed, "called"), &called, NULL));
	assert_non_null(strstr(str_cstr(&called), "--target " ARM64));
	assert_non_null(strstr(str_cstr(&called), "--offline"));
	assert_non_null(strstr(
		str_cstr(&called), "--config target." ARM64 ".linker=\"aarch64-linux-gnu-gcc\""));
	str_fini(&called);
}

/* Nothing of a probe is left in the cache but its result. */
static void
leaves_only_its_result(void **state)
{
	struct prober *p = *state;
	char **names;
	size_t count;

	look(p, HOST);
	run(p);
	assert_true(file_list(bed_path(p->bed, "cache/xtui"), &names, &count, NULL));
	assert_int_equal(count, 1);
	assert_string_equal(names[0], "probes");
	file_list_free(names, count);
}

/* A result is recalled without running anything, for the same target only. */
static void
result_is_kept(void **state)
{
	struct prober *p = *state;
	int64_t at;

	look(p, HOST);
	recall(p);
	assert_probe(p, PROBE_NONE);
	run(p);
	at = p->probe.at;
	bed_script(p->bed, "bin/cargo", "#!/bin/sh\nexit 1\n");
	look(p, HOST);
	recall(p);
	assert_probe(p, PROBE_PASSED);
	assert_true(p->probe.ran);
	assert_true(p->probe.at == at);
	assert_string_equal(p->probe.log, "");
	look(p, ARM64);
	recall(p);
	assert_probe(p, PROBE_NONE);
}

/* A failure is recalled with its log. */
static void
failure_is_kept(void **state)
{
	struct prober *p = *state;

	bed_script(p->bed, "bin/cargo", "#!/bin/sh\nprintf 'said \\377\\n' >&2\nexit 101\n");
	look(p, ARM64);
	run(p);
	recall(p);
	assert_probe(p, PROBE_FAILED);
	assert_non_null(strstr(p->probe.log, "said "));
}

/* What could change the answer makes a kept one stale: another linker under the same name, another
 * compiler, other flags. It is still told, as what it is, until the next probe. */
static void
stale_results(void **state)
{
	struct prober *p = *state;

	look(p, ARM64);
	run(p);
	recall(p);
	assert_probe(p, PROBE_PASSED);
	assert_false(p->probe.is_stale);

	bed_script(p->bed, "bin/aarch64-linux-gnu-gcc", "#!/bin/sh\n# a new one\n");
	look(p, ARM64);
	recall(p);
	assert_probe(p, PROBE_PASSED);
	assert_true(p->probe.is_stale);
	run(p);
	assert_false(p->probe.is_stale);

	free(p->survey->toolchain->commit);
	p->survey->toolchain->commit = xstrdup("4567");
	recall(p);
	assert_true(p->probe.is_stale);

	bed_write(p->bed, ".cargo/config.toml",
		"[target." ARM64 "]\nrustflags = [\"-C\", \"relro-level=off\"]\n");
	look(p, ARM64);
	recall(p);
	assert_true(p->probe.is_stale);
	look(p, HOST); /* another target's result is nobody else's */
	recall(p);
	assert_probe(p, PROBE_NONE);
}

/* A stale result proves nothing: neither ready nor missing follows from it. */
static void
stale_is_no_proof(void **state)
{
	struct prober *p = *state;
	struct target_state *target;

	look(p, ARM64);
	target = &p->survey->states[p->target - p->survey->targets->items];
	target->probe = (struct probe){ .state = PROBE_PASSED, .is_stale = true };
	assess_conclude(p->survey, (size_t)(p->target - p->survey->targets->items));
	assert_int_equal(target->readiness, LIKELY);
	target->probe.state = PROBE_FAILED;
	assess_conclude(p->survey, (size_t)(p->target - p->survey->targets->items));
	assert_int_equal(target->readiness, LIKELY);
}

/* A result that was cut short or written by another is none. */
static void
broken_results(void **state)
{
	static const char *const texts[] = { "", "{", "[]", "{\"target\":\"x\",\"passed\":true}",
		"\xff" };
	struct prober *p = *state;
	char **names, *path;
	size_t count;

	look(p, HOST);
	run(p);
	assert_true(file_list(bed_path(p->bed, "cache/xtui/probes"), &names, &count, NULL));
	assert_int_equal(count, 2); /* this one, and the project's last */
	for (size_t i = 0; i < COUNT(texts); i++) {
		for (size_t k = 0; k < count; k++) {
			path = xasprintf("cache/xtui/probes/%s", names[k]);
			bed_write(p->bed, path, texts[i]);
			free(path);
		}
		recall(p);
		assert_probe(p, PROBE_NONE);
		assert_null(p->probe.log);
	}
	file_list_free(names, count);
}

/* What cannot be probed says so: no toolchain, a backend that is no linker of this machine. */
static void
cannot_be_made(void **state)
{
	struct prober *p = *state;
	struct err err = ERR_INIT;

	look(p, "x86_64-pc-windows-msvc");
	assert_false(probe_run(p->survey, p->target, &p->probe, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.message, "x86_64-pc-windows-msvc"));

	look(p, HOST);
	toolchain_free(p->survey->toolchain);
	p->survey->toolchain = NULL;
	err_set(&p->survey->toolchain_err, ERR_ENVIRONMENT, "cargo: not found on PATH");
	assert_false(probe_run(p->survey, p->target, &p->probe, &err));
	assert_string_equal(err.message, "cargo: not found on PATH");
	recall(p);
	assert_probe(p, PROBE_NONE);
}

/* What is built by zig is probed by zig: cargo-zigbuild in cargo's place, told which cargo to start, and no
 * linker of this machine. */
static void
probed_by_zig(void **state)
{
	struct prober *p = *state;
	struct str called = STR_INIT;

	unlink(bed_path(p->bed, "bin/aarch64-linux-gnu-gcc"));
	bed_script(p->bed, "bin/zig", "#!/bin/sh\n");
	bed_script(p->bed, "bin/cargo-zigbuild",
		"#!/bin/sh\necho \"starts $CARGO\" >>\"$HOME/called\"\nexec cargo \"$@\"\n");
	look(p, ARM64);
	p->survey->toolchain->cargo = xstrdup(bed_path(p->bed, "bin/cargo"));
	assert_true(probe_is_possible(&p->survey->states[p->target - p->survey->targets->items]));
	run(p);
	assert_probe(p, PROBE_PASSED);
	assert_true(file_read(bed_path(p->bed, "called"), &called, NULL));
	assert_true(text_starts(str_cstr(&called), "starts /"));
	assert_non_null(strstr(str_cstr(&called), "/bin/cargo\nzigbuild --quiet"));
	assert_non_null(strstr(str_cstr(&called), "--target " ARM64));
	assert_null(strstr(str_cstr(&called), "linker"));
	str_fini(&called);
}

/* What xtui.toml asks for a target its probe is told as a build would be: linker, processor, C runtime and flags,
 * behind what the user's own configuration says; a change of any of them makes a kept result stale. */
static void
told_what_is_asked_for(void **state)
{
	struct prober *p = *state;
	struct str called = STR_INIT;

	bed_script(p->bed, "bin/other-gcc", "#!/bin/sh\n");
	bed_script(p->bed, "bin/cargo", CARGO "env | grep ^CARGO_TARGET_ | sort >\"$HOME/env\"\n");
	bed_write(p->bed, ".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"users\"]\n");
	bed_write(p->bed, "xtui.toml",
		"[target." ARM64 "]\nlinker = \"other-gcc\"\ntarget-cpu = \"neoverse-n1\"\n"
		"crt-static = true\nrustflags = [\"--cfg\", \"ours\"]\n");
	look(p, ARM64);
	run(p);
	assert_probe(p, PROBE_PASSED);
	assert_true(file_read(bed_path(p->bed, "env"), &called, NULL));
	assert_string_equal(str_cstr(&called),
		"CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=other-gcc\n"
		"CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS=--cfg users -C "
		"target-cpu=neoverse-n1 -C target-feature=+crt-static --cfg ours\n");
	str_fini(&called);
	recall(p);
	assert_false(p->probe.is_stale);
	bed_write(p->bed, "xtui.toml", "[target." ARM64 "]\nlinker = \"other-gcc\"\n");
	look(p, ARM64);
	recall(p);
	assert_true(p->probe.is_stale);
}

/* A floor of glibc's is zig's to keep: its probe links for that one. */
static void
links_for_the_floor(void **state)
{
	struct prober *p = *state;
	struct str called = STR_INIT;

	bed_script(p->bed, "bin/zig", "#!/bin/sh\n");
	bed_script(p->bed, "bin/cargo-zigbuild", "#!/bin/sh\nexec cargo \"$@\"\n");
	bed_write(p->bed, "xtui.toml", "[target." ARM64 "]\nglibc = \"2.17\"\n");
	look(p, ARM64);
	p->survey->toolchain->cargo = xstrdup(bed_path(p->bed, "bin/cargo"));
	run(p);
	assert_probe(p, PROBE_PASSED);
	assert_true(file_read(bed_path(p->bed, "called"), &called, NULL));
	assert_non_null(strstr(str_cstr(&called), "zigbuild --quiet"));
	assert_non_null(strstr(str_cstr(&called), "--target " ARM64 ".2.17 "));
	str_fini(&called);
}

/* A program that runs into an instruction which the target's processor has not, on an emulator that has
 * no more: it links, and yet it would not run where it is meant to. */
static void
older_processor(void **state)
{
	struct prober *p = *state;

	bed_script(p->bed, "bin/arm-linux-gnueabihf-gcc", "#!/bin/sh\n");
	bed_script(p->bed, "bin/qemu-arm",
		"#!/bin/sh\n[ \"$1 $2\" = '-cpu arm1176' ] && kill -ILL $$\nexec \"$1\"\n");
	look(p, "arm-unknown-linux-gnueabihf");
	run(p);
	assert_probe(p, PROBE_FAILED);
	assert_non_null(strstr(p->probe.log, "ended by signal 4"));
	look(p, "armv7-unknown-linux-gnueabihf"); /* whose processor it has */
	run(p);
	assert_probe(p, PROBE_PASSED);
}

/* The crate that is built has what the project has: a cdylib where that is what it makes, C where a
 * crate brings some. */
static void
crate_is_like_the_project(void **state)
{
	struct crate_target targets[] = { { "p", "cdylib" }, { "p", "bin" } };
	struct package package = { .name = "p", .targets = targets, .target_count = 1 };
	struct workspace ws = { .root = "/p", .packages = &package, .package_count = 1 };
	struct prober *p = *state;
	struct probe_crate c;

	look(p, ARM64);
	c = probe_crate_for(p->survey, p->target);
	assert_true(c.is_program && !c.is_cdylib && !c.cc);
	p->survey->workspace = &ws;
	c = probe_crate_for(p->survey, p->target);
	assert_true(!c.is_program && c.is_cdylib && !c.cc);
	package.target_count = 2;
	c = probe_crate_for(p->survey, p->target);
	assert_true(c.is_program && c.is_cdylib);
	ws.has_c_code = true;
	assess_target(p->survey, (size_t)(p->target - p->survey->targets->items));
	c = probe_crate_for(p->survey, p->target);
	assert_string_equal(c.cc, bed_path(p->bed, "bin/aarch64-linux-gnu-gcc"));
	p->survey->workspace = NULL;
}

#define PROBE_TEST(test) cmocka_unit_test_setup_teardown(test, prober_setup, prober_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROBE_TEST(links_and_runs),
		PROBE_TEST(links_without_running),
		PROBE_TEST(runs_under_runner),
		PROBE_TEST(runner_fails),
		PROBE_TEST(host_program_fails),
		PROBE_TEST(link_fails),
		PROBE_TEST(cargo_is_told_the_linker),
		PROBE_TEST(leaves_only_its_result),
		PROBE_TEST(result_is_kept),
		PROBE_TEST(failure_is_kept),
		PROBE_TEST(stale_results),
		PROBE_TEST(stale_is_no_proof),
		PROBE_TEST(probed_by_zig),
		PROBE_TEST(told_what_is_asked_for),
		PROBE_TEST(links_for_the_floor),
		PROBE_TEST(older_processor),
		PROBE_TEST(crate_is_like_the_project),
		PROBE_TEST(broken_results),
		PROBE_TEST(cannot_be_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
