/* Tests of ready/health: what doctor says of a machine, on machines made by hand. */
#include "unit/help_patient.h"

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

/* Without a toolchain the first check says why and what to do: words for the reader, a command for the plan. */
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
	assert_string_equal(p->checks[0].advice, "install rustup");
	assert_null(p->checks[0].fix);
	assert_null(find(p, "cargo"));
	err_try(&p->survey.toolchain_err, "rustup toolchain install 1.80");
	examine(p);
	assert_string_equal(p->checks[0].fix, "rustup toolchain install 1.80");
	assert_null(p->checks[0].advice);
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

/* ---- programs ---- */

/* A program that hangs costs its own line only, and is told as one that hangs. */
static void
hanging_program(void **state)
{
	struct patient *p = *state;

	bed_script(p->bed, "bin/musl-gcc", "#!/bin/sh\nexec sleep 1000\n");
	put(p, "clang", "18.1.8");
	examine(p);
	assert_state(get(p, "musl-gcc"), "warn");
	assert_says(get(p, "musl-gcc"), "it hangs");
	assert_state(get(p, "clang"), "ok");
}

/* What a program said of its version is kept as long as the program is the same file; a script is asked
 * each time, for it speaks of others. */
static void
answers_are_kept(void **state)
{
	struct patient *p = *state;
	const char *script = "#!/bin/sh\necho \"clang 18.1.$(ls \"$0\".* | wc -l)\"\n";

	put(p, "clang", "18.1.8");
	examine(p);
	assert_string_equal(get(p, "clang")->version, "18.1.8");
	put(p, "clang", "19.1.0");
	examine(p);
	assert_string_equal(get(p, "clang")->version, "19.1.0");
	bed_script(p->bed, "bin/clang", script);
	examine(p);
	assert_string_equal(get(p, "clang")->version, "18.1.0");
	bed_write(p->bed, "bin/clang.1", "");
	examine(p);
	assert_string_equal(get(p, "clang")->version, "18.1.1");
}

/* ---- versions that do not go together ---- */

static const char *const rustup_128 = "1.28.2";

/* cross 0.2.5 with rustup 1.28 or newer is told, with what mends it and where it is written; a build from
 * the repository, and an older rustup, are not. */
static void
cross_and_rustup(void **state)
{
	struct patient *p = *state;

	p->toolchain.rustup = bed_path(p->bed, "bin/rustup");
	put(p, "rustup", rustup_128);
	put(p, "cross", "0.2.5");
	examine(p);
	assert_state(get(p, "cross"), "warn");
	assert_says(get(p, "cross"), "list of toolchains");
	assert_non_null(strstr(get(p, "cross")->fix, "--git"));
	assert_non_null(strstr(get(p, "cross")->source, "cross-rs/cross/issues/1678"));
	put(p, "cross", "0.2.5 (1b8cf50 2025-08-09)");
	examine(p);
	assert_state(get(p, "cross"), "ok");
	assert_string_equal(get(p, "cross")->version, "0.2.5+git");
	put(p, "cross", "0.2.5");
	put(p, "rustup", "1.27.1");
	examine(p);
	assert_state(get(p, "cross"), "ok");
}

/* A cargo-zigbuild too old for the rustc or zig at hand is told, also where zig comes from Python. */
static void
old_zigbuild(void **state)
{
	static const struct {
		const char *zigbuild, *zig, *rustc, *state;
	} rows[] = {
		{ "0.24.0", "0.16.0", "1.98.0", "ok" },
		{ "0.22.3", "0.15.2", "1.98.0", "warn" },
		{ "0.22.3", "0.15.2", "1.97.1", "ok" },
		{ "0.22.1", "0.16.0", "1.95.0", "warn" },
		{ "0.19.8", "0.13.0", "1.90.0", "fail" },
		{ "0.21.0", "0.15.1", "1.89.0", "warn" },
	};
	struct patient *p = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		p->toolchain.release = (char *)rows[i].rustc;
		put(p, "cargo-zigbuild", rows[i].zigbuild);
		put(p, "zig", rows[i].zig);
		examine(p);
		if (!text_is(check_state_name(get(p, "cargo-zigbuild")->state), rows[i].state))
			fail_msg("row %zu: %s", i, get(p, "cargo-zigbuild")->detail);
	}
	unlink(bed_path(p->bed, "bin/zig"));
	bed_script(p->bed, "bin/python3", "#!/bin/sh\n[ \"$2\" = ziglang ] && echo 0.15.1\n");
	examine(p);
	assert_string_equal(get(p, "zig")->version, "0.15.1");
	assert_string_equal(get(p, "zig")->path, bed_path(p->bed, "bin/python3"));
	assert_state(get(p, "cargo-zigbuild"), "warn");
}

/* What is linked here may need this machine's glibc: a floor below it is told, but not where zig builds. */
static void
glibc_floor(void **state)
{
	struct patient *p = *state;
	struct health_want want = { HOST, "native", "2.17" };

	if (!*platform_get()->glibc)
		skip();
	examine_for(p, &want, 1);
	assert_state(get(p, "glibc"), "warn");
	assert_says(get(p, "glibc"), "glibc 2.17");
	assert_non_null(strstr(get(p, "glibc")->advice, "zig"));
	want.glibc = platform_get()->glibc;
	examine_for(p, &want, 1);
	assert_state(get(p, "glibc"), "ok");
	want = (struct health_want){ HOST, "zig", "2.17" };
	examine_for(p, &want, 1);
	assert_state(get(p, "glibc"), "ok");
}

/* ---- containers ---- */

/* docker is told as it is: not running, without rights for this user, rootless; and cross, which takes it
 * before podman, is told too. */
static void
docker(void **state)
{
	static const struct {
		const char *script, *state, *said, *fix;
	} rows[] = {
		{ "echo 'Cannot connect to the Docker daemon at tcp://x. Is the docker daemon "
		  "running?' "
		  ">&2; exit 1",
			"warn", "it is not running: Cannot connect", NULL },
		{ "echo 'permission denied while trying to connect to the Docker daemon socket' "
		  ">&2; "
		  "exit 1",
			"warn", "no rights", "sudo usermod -aG docker \"$USER\"" },
		{ "echo '27.1.0 [name=seccomp,profile=builtin name=rootless]'", "ok", "rootless",
			NULL },
		{ "echo '19.03.1 []'", "warn", "20.10", NULL },
	};
	struct patient *p = *state;

	setenv("DOCKER_HOST", "tcp://127.0.0.1:9", 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		bed_script(p->bed, "bin/docker",
			arena_printf(&p->bed->arena, "#!/bin/sh\n%s\n", rows[i].script));
		examine(p);
		assert_state(get(p, "docker"), rows[i].state);
		assert_says(get(p, "docker"), rows[i].said);
		if (rows[i].fix)
			assert_string_equal(get(p, "docker")->fix, rows[i].fix);
	}
	setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock", 1);
	put(p, "cross", "0.3.0");
	put(p, "podman", "5.2.0");
	unsetenv("USER");
	examine(p);
	assert_says(get(p, "docker"), "nobody listens at /nonexistent/docker.sock");
	assert_says(get(p, "engine"), "cross takes docker, which does not run, before podman");
	assert_string_equal(get(p, "engine")->fix, "export CROSS_CONTAINER_ENGINE=podman");
	setenv("CROSS_CONTAINER_ENGINE", "podman", 1);
	examine(p);
	assert_null(find(p, "engine"));
	unsetenv("CROSS_CONTAINER_ENGINE");
	unsetenv("DOCKER_HOST");
}

/* podman without root needs user ids of its own: who has none is told. */
static void
podman_rootless(void **state)
{
	struct patient *p = *state;

	if (platform_get()->is_root)
		skip();
	put(p, "podman", "5.2.0");
	setenv("USER", "nobody-here", 1);
	examine(p);
	assert_state(get(p, "podman"), "warn");
	assert_says(get(p, "podman"), "newuidmap");
	put(p, "newuidmap", "4.13");
	examine(p);
	assert_says(get(p, "podman"), "/etc/subuid");
	assert_non_null(strstr(get(p, "podman")->fix, "--add-subuids"));
}

/* ---- toolchains ---- */

/* Each installed toolchain has a line; one that was cut short is told with what takes it away. */
static void
several_toolchains(void **state)
{
	struct patient *p = *state;

	bed_script(p->bed, "rustup-home/toolchains/1.80.0-" HOST "/bin/rustc",
		"#!/bin/sh\necho 'rustc 1.80.0 (abc 2024-07-21)'\n");
	bed_write(p->bed, "rustup-home/toolchains/nightly-" HOST "/lib/x", "");
	examine(p);
	assert_string_equal(titled(p, "other-toolchain", "1.80.0-" HOST)->version, "1.80.0");
	assert_state(titled(p, "other-toolchain", "nightly-" HOST), "warn");
	assert_string_equal(titled(p, "other-toolchain", "nightly-" HOST)->fix,
		"rustup toolchain uninstall nightly-" HOST);
}

/* A pin that names targets without their std is told with the command that brings them; one that something
 * else overrides is told, too. */
static void
pin(void **state)
{
	struct patient *p = *state;

	bed_write(p->bed, "rust-toolchain.toml",
		"[toolchain]\nchannel = \"1.95.0\"\ntargets = [\"aarch64-unknown-linux-gnu\"]\n");
	p->toolchain.origin = bed_path(p->bed, "rust-toolchain.toml");
	examine(p);
	assert_state(get(p, "pin"), "warn");
	assert_says(get(p, "pin"), "not installed: aarch64-unknown-linux-gnu");
	assert_string_equal(get(p, "pin")->fix,
		"rustup target add aarch64-unknown-linux-gnu --toolchain stable");
	bed_write(p->bed, "rust-toolchain.toml", "[toolchain]\nchannel = \"1.95.0\"\n");
	examine(p);
	assert_state(get(p, "pin"), "ok");
	p->toolchain.origin = (char *)"RUSTUP_TOOLCHAIN";
	examine(p);
	assert_says(get(p, "pin"), "it asks for 1.95.0, but RUSTUP_TOOLCHAIN decides");
}

/* ---- engines elsewhere ---- */

/* Each context and connection is told with its address and what answers there, or why nothing does; the one
 * that a target has chosen must answer, also where nobody lists it. */
static void
engines_elsewhere(void **state)
{
	struct patient *p = *state;
	const struct health_want want = { HOST, "cross", NULL, "podman:ssh://me@box" };

	bed_script(p->bed, "bin/docker",
		"#!/bin/sh\ncase \"$*\" in\n"
		"'context ls --format {{json .}}') echo '{\"Name\":\"default\"}'\n"
		"echo '{\"Name\":\"builder\",\"DockerEndpoint\":\"ssh://b\"}'\n"
		"echo '{\"Name\":\"dead\",\"DockerEndpoint\":\"tcp://d\"}' ;;\n"
		"'--context builder info'*) echo '28.1.0|linux/aarch64|8|[name=rootless]' ;;\n"
		"*) echo warning >&2; echo 'no route to host' >&2; exit 1 ;;\nesac\n");
	bed_script(p->bed, "bin/podman",
		"#!/bin/sh\ncase \"$*\" in\n"
		"'system connection list --format json') echo '[{\"Name\":\"nas\",\"URI\":"
		"\"ssh://me@nas\"}]' ;;\n"
		"'--connection nas info'*) echo '5.1.0|linux/amd64|4|' ;;\n"
		"--version) echo podman 5.1.0 ;;\n*) exit 1 ;;\nesac\n");
	examine(p);
	assert_string_equal(titled(p, "engine-place", "docker:builder")->detail,
		"ssh://b: linux/aarch64, 8 CPUs, rootless");
	assert_string_equal(titled(p, "engine-place", "docker:builder")->version, "28.1.0");
	assert_state(titled(p, "engine-place", "docker:dead"), "warn");
	assert_string_equal(titled(p, "engine-place", "docker:dead")->detail,
		"tcp://d: not to be reached: no route to host");
	assert_string_equal(titled(p, "engine-place", "podman:nas")->detail,
		"ssh://me@nas: linux/amd64, 4 CPUs");
	examine_for(p, &want, 1);
	assert_state(titled(p, "engine-place", "podman:ssh://me@box"), "fail");
}

/* The image that cross builds a wanted target in: whether the engine has it, how large and how old it is. */
static void
images(void **state)
{
	struct patient *p = *state;
	struct workspace ws = { .root = p->bed->dir,
		.manifest = bed_path(p->bed, "Cargo.toml"),
		.name = "p",
		.target_dir = bed_path(p->bed, "target"),
		.build_dir = bed_path(p->bed, "target") };
	struct health_want want = { "aarch64-unknown-linux-gnu", "cross" };

	if (!platform_get()->is_root) /* who has no range of ids, as here, cannot use podman */
		skip();
	p->survey.workspace = &ws;
	put(p, "cross", "0.2.5");
	bed_script(p->bed, "bin/podman",
		"#!/bin/sh\ncase \"$*\" in\n"
		"*'image inspect'*aarch64-unknown-linux-gnu:0.2.5) "
		"echo 'abc0123|amd64|1250000000|2020-02-28 10:11:12' ;;\n"
		"*create*abc0123*) echo box ;;\n"
		"'cp '*'box:/usr/aarch64-linux-gnu/lib/libc.so.6 -') printf 'a\\000GNU C Library "
		"(Ubuntu GLIBC 2.31-0ubuntu9) stable release version 2.31.\\000' ;;\n"
		"'rm -fv box') touch \"${0%/*}/gone\" ;;\n"
		"--version) echo podman 5.1.0 ;;\n*) exit 1 ;;\nesac\n");
	examine_for(p, &want, 1);
	assert_string_equal(
		get(p, "image")->title, "ghcr.io/cross-rs/aarch64-unknown-linux-gnu:0.2.5");
	assert_says(get(p, "image"), "podman has it: 1.25 GB, made ");
	assert_says(get(p, "image"), " days ago, glibc 2.31");
	assert_int_equal(get(p, "image")->image->bytes, 1250000000);
	assert_string_equal(get(p, "image")->image->glibc, "2.31");
	assert_state(get(p, "image"), "ok");
	assert_true(file_exists(bed_path(p->bed, "bin/gone")));
	want.glibc = "2.17";
	examine_for(p, &want, 1);
	assert_state(get(p, "image"), "warn");
	assert_says(get(p, "image"), "above the 2.17 asked for");
	want.glibc = NULL;
	bed_write(p->bed, "Cross.toml", "[target.aarch64-unknown-linux-gnu]\nimage = \"ours:1\"\n");
	examine_for(p, &want, 1);
	assert_string_equal(get(p, "image")->title, "ours:1");
	assert_state(get(p, "image"), "skip");
	assert_string_equal(get(p, "image")->fix, "podman pull ours:1");
	assert_null(find(p, "cross-config"));
	bed_write(p->bed, "Cross.toml",
		"[build]\nzig = true\nprebuild = []\n[target.aarch64-unknown-linux-gnu]\n"
		"xargo = false\nimage = { name = \"ours:1\" }\n");
	examine_for(p, &want, 1);
	assert_state(titled(p, "cross-config", "Cross.toml:2"), "warn");
	assert_says(titled(p, "cross-config", "Cross.toml:2"),
		"only cross's main branch takes zig; this one is its release");
	assert_string_equal(titled(p, "cross-config", "Cross.toml:3")->advice, "pre-build");
	assert_null(titled(p, "cross-config", "Cross.toml:5"));
	assert_state(titled(p, "cross-config", "Cross.toml:6"), "fail");
	put(p, "cross", "0.2.5 (8c1a8aa 2026-08-19)");
	examine_for(p, &want, 1);
	assert_null(titled(p, "cross-config", "Cross.toml:2"));
	assert_says(titled(p, "cross-config", "Cross.toml:5"),
		"only cross's release takes xargo; this one is its main branch");
	assert_null(titled(p, "cross-config", "Cross.toml:6"));
	want.image = "theirs:1";
	examine_for(p, &want, 1);
	assert_string_equal(get(p, "image")->title, "theirs:1");
	examine(p);
	assert_null(find(p, "image"));
	p->survey.workspace = NULL;
}

/* ---- sccache ---- */

#define SCCACHE                                                                                    \
	"#!/bin/sh\ncase $1 in --version) echo 'sccache 0.16.0' ;; *) cat "                        \
	"<<'END'\n%s\nEND\nesac\n"

static void
put_sccache(struct patient *p, const char *stats)
{
	bed_script(p->bed, "bin/sccache", arena_printf(&p->bed->arena, SCCACHE, stats));
}

/* What it holds and where, what it could not keep, and when it is full. */
static void
sccache_says_what_it_holds(void **state)
{
	struct patient *p = *state;

	put_sccache(p,
		"{\"stats\":{\"cache_hits\":{\"counts\":{\"Rust\":36}},\"cache_misses\":"
		"{\"counts\":{\"Rust\":4}}},\"cache_location\":\"Local disk\",\"cache_size\":"
		"49500000,\"max_cache_size\":10000000000}");
	examine(p);
	assert_state(get(p, "sccache"), "ok");
	assert_string_equal(get(p, "sccache")->advice, "xtui setup --sccache");
	bed_write(p->bed, ".cargo/config.toml", "[build]\nrustc-wrapper = \"sccache\"\n");
	examine(p);
	assert_null(find(p, "sccache"));
	assert_state(get(p, "rustc-wrapper"), "ok");
	assert_says(get(p, "rustc-wrapper"),
		"36 of 40 compilations found; Local disk, 49.5 MB of 10.0 GB");
	put_sccache(
		p, "{\"stats\":{\"cache_write_errors\":3},\"cache_location\":\"S3, bucket: b\"}");
	examine(p);
	assert_state(get(p, "rustc-wrapper"), "warn");
	assert_says(get(p, "rustc-wrapper"), "could not write 3 results");
	put_sccache(p,
		"{\"stats\":{},\"cache_location\":\"Local disk\",\"cache_size\":99,"
		"\"max_cache_size\":100}");
	examine(p);
	assert_says(get(p, "rustc-wrapper"), "it is full");
	put_sccache(p, "error: no credentials");
	examine(p);
	assert_says(get(p, "rustc-wrapper"), "it does not say what it holds");
}

/* Each setting that keeps it from finding things is named with its place; where it is not the wrapper,
 * none is. */
static void
sccache_faults_are_named(void **state)
{
	static const struct {
		const char *variable, *value; /* or */
		const char *config;
		const char *id, *state, *says;
	} cases[] = {
		{ "CARGO_INCREMENTAL", "1", NULL, "sccache-incremental", "fail", "refuses" },
		{ NULL, NULL, "incremental = true\n", "sccache-incremental", "warn",
			"config.toml:3" },
		{ NULL, NULL, "[profile.release]\nincremental = true\n", "sccache-incremental",
			"warn", "config.toml:4" },
		{ "CARGO_TARGET_DIR", "/t", NULL, "sccache-variables", "warn",
			"CARGO_TARGET_DIR in the environment" },
		{ "RUSTFLAGS", "-Copt-level=3", NULL, "sccache-rustflags", "warn", "RUSTFLAGS in" },
		{ NULL, NULL, "rustflags = [\"-Ctarget-cpu=native\"]\n", "sccache-native", "warn",
			"config.toml:3" },
		{ NULL, NULL, "rustflags = \"--remap-path-prefix=/home/a=/\"\n", "sccache-paths",
			"warn", "another folder" },
	};
	struct patient *p = *state;

	put_sccache(p, "{\"stats\":{}}");
	for (size_t i = 0; i < COUNT(cases); i++) {
		bed_write(p->bed, ".cargo/config.toml", "");
		if (cases[i].variable)
			setenv(cases[i].variable, cases[i].value, 1);
		examine(p);
		assert_null(find(p, cases[i].id));
		bed_write(p->bed, ".cargo/config.toml",
			arena_printf(&p->bed->arena, "[build]\nrustc-wrapper = \"sccache\"\n%s",
				cases[i].config ? cases[i].config : ""));
		examine(p);
		assert_state(get(p, cases[i].id), cases[i].state);
		assert_says(get(p, cases[i].id), cases[i].says);
		assert_non_null(get(p, cases[i].id)->advice);
		if (cases[i].variable)
			unsetenv(cases[i].variable);
	}
	bed_write(p->bed, ".cargo/config.toml", "[build]\nrustc-wrapper = \"sccache\"\n");
	examine(p);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_null(find(p, cases[i].id));
}

/* The rules of versions are well formed; a broken one is told with its line. */
static void
version_rules(void **state)
{
	struct versions *v = versions_load();
	struct err err = ERR_INIT;

	versions_free(v);
	assert_null(versions_parse(
		SPAN("[[bad]]\nid = \"x\"\nwhen = [\"cross ~ 1\"]\non = \"cross\"\n"), "t", &err));
	assert_non_null(strstr(err.message, "t:3:"));
	assert_null(versions_parse(SPAN("[[bad]]\nid = \"x\"\n"), "t", &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PATIENT_TEST(healthy),
		PATIENT_TEST(no_toolchain),
		PATIENT_TEST(odd_cargo),
		PATIENT_TEST(no_compiler),
		PATIENT_TEST(workspace),
		PATIENT_TEST(hanging_program),
		PATIENT_TEST(answers_are_kept),
		PATIENT_TEST(cross_and_rustup),
		PATIENT_TEST(old_zigbuild),
		PATIENT_TEST(glibc_floor),
		PATIENT_TEST(docker),
		PATIENT_TEST(podman_rootless),
		PATIENT_TEST(several_toolchains),
		PATIENT_TEST(pin),
		PATIENT_TEST(engines_elsewhere),
		PATIENT_TEST(images),
		PATIENT_TEST(sccache_says_what_it_holds),
		PATIENT_TEST(sccache_faults_are_named),
		PATIENT_TEST(version_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
