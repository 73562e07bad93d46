/* Builds by other backends, with the real tools: cargo-zigbuild with zig, cross with podman. */
#include "e2e/bench_ways.h"

#include "text/json.h"
#include "unit/wait.h"

/* Where a build by a backend of its own puts things. */
static const char *
built(struct stage *s, const char *folder, const char *target, const char *name)
{
	return bed_path(s->bed,
		arena_printf(&s->bed->arena, "greet/target/xtui/%s/%s/release/%s", folder, target,
			name));
}

/* One member of the card that `xtui inspect` has of a file. */
static const char *
card_says(struct stage *s, const char *file, const char *member)
{
	const struct json *card;
	struct json *json;
	const char *text;

	xtui(s, "inspect", file, "--json");
	assert_code(s, 0);
	json = json_parse(s->out.data, s->out.len, NULL);
	card = json_first(json_get(json, "cards"));
	text = arena_strdup(&s->bed->arena, json_string(json_get(card, member), ""));
	json_free(json);
	return text;
}

static bool
begins_with(const char *path, const char *magic)
{
	struct str bytes = STR_INIT;
	bool begins = file_read(path, &bytes, NULL) && span_starts(str_span(&bytes), magic);

	str_fini(&bytes);
	return begins;
}

/* ---- zig ---- */

/* Four kinds of system in one cargo zigbuild, one of them with a floor of glibc's that its program keeps;
 * each line is told to its own target. */
static void
zig_links_for_four(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	stage_show_zig(s);
	/* debug information: without it macOS programs are stripped, by a tool that
	 * the fixture lacks */
	xtui(s, "build", "--backend", "zig", "--glibc", "2.17", "--set", "debug=1", "-t", ARM64,
		"-t", ARM64_MUSL, "-t", FREEBSD, "-t", MAC);
	assert_code(s, 0);
	assert_out(s, "$ cargo zigbuild --release --config profile.release.debug=");
	assert_out(s, " --target " ARM64 ".2.17 --target " ARM64_MUSL);
	assert_out(s, ARM64 " |    Compiling greet v0.3.1");
	assert_out(s, MAC " |    Compiling greet v0.3.1");
	assert_out(s, ARM64 " | ok 6/6 units");
	assert_out(s, FREEBSD " | ok 6/6 units");
	assert_string_equal(card_says(s, built(s, "zig", ARM64, "greet"), "min_glibc"), "2.17");
	assert_string_equal(
		card_says(s, built(s, "zig", ARM64_MUSL, "greet"), "linkage"), "static");
	assert_string_equal(card_says(s, built(s, "zig", FREEBSD, "greet"), "os"), "freebsd");
	assert_true(begins_with(built(s, "zig", MAC, "greet"), "\xcf\xfa\xed\xfe"));
}

/* Both of macOS's machines in one file, beside the file of each; the SDK that is named is the one. */
static void
universal2(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	stage_show_zig(s);
	xtui(s, "build", "--backend", "zig", "-t", MAC, "--sdk", "/nowhere");
	assert_refused(s, 2, MAC ": /nowhere: no such folder");
	xtui(s, "build", "-t", "universal2-apple-darwin", "--backend",
		"universal2-apple-darwin=zig", "--set", "debug=1", "--bin", "greet", "--sdk",
		s->bed->dir, "--json");
	assert_code(s, 0);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 2);
	assert_int_equal(stage_events(s, "artifact", "path",
				 built(s, "zig", "universal2-apple-darwin", "greet")),
		1);
	assert_true(begins_with(
		built(s, "zig", "universal2-apple-darwin", "greet"), "\xca\xfe\xba\xbe"));
	xtui(s, "build", "-t", "universal2-apple-darwin", "--sdk", s->bed->dir, "--dry-run");
	assert_out(s, arena_printf(&s->bed->arena, "SDKROOT=%s ", s->bed->dir));
	file_remove_tree(bed_path(s->bed, "greet/target"), NULL);
	xtui(s, "build", "-t", "universal2-apple-darwin", "--backend",
		"universal2-apple-darwin=zig", "--set", "debug=1", "--bin", "greet", "--sdk",
		s->bed->dir, "--dry-run");
	stage_paste(s);
	assert_code(s, 0);
	assert_true(begins_with(
		built(s, "zig", "universal2-apple-darwin", "greet"), "\xca\xfe\xba\xbe"));
}

/* What comes out is held against the floor, whoever linked it. */
static void
floor_is_kept(void **state)
{
	struct stage *s = *state;

	NEED_RUSTUP(s);
	stage_greet(s);
	xtui(s, "build", "-t", HOST, "--backend", "native", "--glibc", "2.17");
	assert_code(s, 1);
	assert_out(s, HOST " | error: greet needs glibc 2.");
	assert_out(s, ", and is to run on 2.17");
	assert_out(s, "GLIBC_2.");
	assert_out(s, "--backend zig links for that glibc");
	assert_out(s, HOST " | failed ");
	assert_not_out(s, "Finished");
	xtui(s, "build", "-t", HOST, "--backend", "native", "--glibc", "2.99");
	assert_code(s, 0);
}

/* A floor that zig has not is said before anything is built; so is one below Rust's own. */
static void
odd_floors(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	stage_show_zig(s);
	xtui(s, "build", "-t", ARM64, "--glibc", "2.99");
	assert_refused(s, 2, ARM64 ": this zig has no glibc 2.99, its newest is 2.");
	xtui(s, "build", "-t", ARM64, "--glibc", "2.5");
	assert_refused(s, 2, ARM64 ": Rust's standard library needs glibc 2.17 there");
	assert_false(file_exists(bed_path(s->bed, "greet/target/xtui/zig")));
}

/* What the project has chosen for a target is built that way, and a word of the line is stronger. */
static void
choice_of_the_project(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	stage_show_zig(s);
	bed_write(s->bed, "greet/xtui.toml",
		"targets = [\"" ARM64 "\"]\n[target." ARM64 "]\nbackend = \"zig\"\n"
		"glibc = \"2.28\"\n");
	xtui(s, "build", "--dry-run");
	assert_code(s, 0);
	assert_out(s, "# as configured, zig: " ARM64);
	assert_out(s, "cargo-zigbuild zigbuild --release --target " ARM64 ".2.28");
	xtui(s, "build", "--dry-run", "--backend", "native");
	assert_out(s, "cargo build --release --target " ARM64 " ");
	bed_write(s->bed, "greet/xtui.toml", "[target." ARM64 "]\nbackends = \"zig\"\n");
	xtui(s, "build", "--dry-run");
	assert_refused(s, 2, "xtui.toml:2:1: there is no key \"backends\" here");
}

/* A cargo-zigbuild and a zig that do not work together are said before anything is built, with what mends it;
 * a pair that works in part is said in the log of each job. */
static void
versions_that_do_not_go_together(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	stage_show_zig(s);
	bed_script(s->bed, "bin/cargo-zigbuild", "#!/bin/sh\necho cargo-zigbuild 0.16.1\n");
	xtui(s, "build", "--backend", "zig", "-t", ARM64);
	assert_refused(s, 3, ARM64 ": zig cannot build it here: cargo-zigbuild 0.16.1: ");
	assert_non_null(strstr(str_cstr(&s->err), "try: cargo install cargo-zigbuild --locked"));
	assert_false(file_exists(bed_path(s->bed, "greet/target/xtui/zig")));
	bed_script(s->bed, "bin/cargo-zigbuild",
		arena_printf(&s->bed->arena,
			"#!/bin/sh\n[ \"$*\" = --version ] && echo cargo-zigbuild 0.22.1 && exit\n"
			"exec %s \"$@\"\n",
			stage_fixture(s, "tools/bin/cargo-zigbuild")));
	xtui(s, "build", "--backend", "zig", "-t", ARM64);
	assert_code(s, 0);
	assert_out(s, ARM64 " | warning: cargo-zigbuild 0.22.1: ");
}

/* Without cargo-zigbuild nothing is built by something else: it is said what brings it, and what is
 * there; beside targets that can be built it alone fails. */
static void
zig_missing(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	xtui(s, "build", "-t", ARM64, "--backend", "zig");
	assert_refused(s, 3, ARM64 ": zig cannot build it here: cargo-zigbuild: not found on PATH");
	assert_non_null(strstr(str_cstr(&s->err), "or --backend " ARM64 "=native"));
	assert_false(file_exists(bed_path(s->bed, "greet/target/xtui/zig")));
	xtui(s, "build", "-t", HOST, "-t", ARM64, "--backend", ARM64 "=zig");
	assert_code(s, 1);
	assert_out(s, ARM64 " | error: " ARM64 ": zig cannot build it here");
	assert_out(s, ARM64 " | failed ");
	assert_out(s, HOST " | ok ");
	assert_null(strstr(str_cstr(&s->out), "zigbuild --"));
}

/* ---- maturin ---- */

#define WHEELS "target/wheels/hello-0.1.0-py3-none-"

/* Two wheels for other machines and the sources beside, all of them artefacts of their jobs. */
static void
wheels(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_python(s);
	stage_show_zig(s);
	xtui(s, "build", "--backend", "maturin", "--glibc", "2.17", "--sdist", "-t", ARM64, "-t",
		ARM64_MUSL, "--json");
	assert_code(s, 0);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 2);
	assert_int_equal(stage_events(s, "artifact", "kind", "wheel"), 2);
	assert_int_equal(stage_events(s, "artifact", "kind", "sdist"), 1);
	assert_true(stage_events(s, "unit", "crate", "hello") > 0);
	assert_true(file_exists(
		bed_path(s->bed, "py/" WHEELS "manylinux2014_aarch64.manylinux_2_17_aarch64.whl")));
	assert_string_equal(
		card_says(s, bed_path(s->bed, "py/" WHEELS "musllinux_1_2_aarch64.whl"), "format"),
		"wheel");
	assert_true(file_exists(bed_path(s->bed, "py/target/wheels/hello-0.1.0.tar.gz")));
}

/* What is no Python project, and what maturin cannot do, is said; a tag that the wheel does not keep is a
 * failed job with its cause. */
static void
wheels_that_cannot_be(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	stage_show_zig(s);
	xtui(s, "build", "--backend", "maturin");
	assert_refused(s, 2, "no pyproject.toml here has maturin as its build-backend");
	stage_python(s);
	xtui(s, "build", "--backend", "maturin", "--mode", "test");
	assert_refused(s, 2, "--mode test: maturin builds, and nothing else");
	xtui(s, "build", "--backend", "maturin", "-t", HOST, "--compatibility", "manylinux_2_17");
	assert_code(s, 1);
	assert_out(s, HOST " | The library asks for a newer glibc than its platform tag allows");
}

/* ---- a standard library that is built along ---- */

/* With the system's own cargo, whose sources are here, vendored crates and all. */
static bool
use_system(struct stage *s)
{
	const char *sources = "/usr/lib/rustlib/src/rust/library";

	if (!file_exists(sources))
		return false;
	setenv("PATH", arena_printf(&s->bed->arena, "/usr/bin:%s", bed_path(s->bed, "bin")), 1);
	setenv("CARGO_HOME", bed_path(s->bed, "cargo"), 1);
	setenv("RUSTC", "/usr/bin/rustc", 1);
	bed_write(s->bed, "cargo/config.toml",
		arena_printf(&s->bed->arena,
			"[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\n"
			"directory = \"%s/vendor\"\n",
			sources));
	return true;
}

/* For a target without a prebuilt one core is built along, once the user's own word allows it. */
static void
core_is_built_along(void **state)
{
#define BARE "thumbv7em-none-eabi"
	struct stage *s = *state;

	if (!use_system(s))
		bed_skip("no sources of the standard library below /usr/lib/rustlib/src");
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "bare"));
	bed_write(s->bed, "bare/Cargo.toml",
		"[package]\nname = \"bare\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
	bed_write(s->bed, "bare/src/lib.rs", "#![no_std]\npub fn one() -> u8 {\n    1\n}\n");
	xtui(s, "build", "-t", BARE, "--build-std", "core");
	assert_refused(s, 3, BARE ": only a nightly cargo builds the standard library");
	assert_non_null(strstr(str_cstr(&s->err), "RUSTC_BOOTSTRAP=1"));
	setenv("RUSTC_BOOTSTRAP", "1", 1);
	xtui(s, "build", "-t", BARE, "--build-std", "core");
	assert_code(s, 0);
	assert_out(s, "$ cargo build --release --target " BARE " -Z build-std=core ");
	assert_out(s, BARE " |    Compiling core v0.0.0");
	assert_out(s, BARE " | ok ");
}

/* ---- Microsoft's and Google's kits, which are not to be had here ---- */

/* cargo-xwin is started only once the licence is agreed to, with cargo's own options and the project's
 * cargo. A stand-in: it says what it was told. */
static void
xwin_stands_in(void **state)
{
	static const char *const programs[] = { "clang", "lld-link", "clang-cl" };
	struct stage *s = *state;

	NEED_RUSTUP(s);
	stage_greet(s);
	for (size_t i = 0; i < COUNT(programs); i++)
		bed_script(s->bed, arena_printf(&s->bed->arena, "tools/%s", programs[i]),
			"#!/bin/sh\n");
	stage_add_to_path(s, bed_path(s->bed, "tools"));
	xtui(s, "build", "-t", MSVC, "--backend", "xwin");
	assert_refused(s, 3, MSVC ": xwin cannot build it here: cargo-xwin: not found on PATH");
	bed_script(s->bed, "tools/cargo-xwin",
		"#!/bin/sh\n[ -x \"$CARGO\" ] && echo \"told: $*\" >&2\n");
	xtui(s, "build", "-t", MSVC, "--backend", "xwin");
	assert_refused(s, 3, "xwin cannot build it here: Microsoft Software License Terms: ");
	assert_non_null(strstr(str_cstr(&s->err), "export XWIN_ACCEPT_LICENSE=1"));
	setenv("XWIN_ACCEPT_LICENSE", "1", 1);
	xtui(s, "build", "-t", MSVC, "--backend", "xwin");
	unsetenv("XWIN_ACCEPT_LICENSE");
	assert_code(s, 0);
	assert_out(s, "$ cargo xwin build --release --target " MSVC " --target-dir ");
	assert_out(s, MSVC " | told: xwin build --release --target " MSVC " ");
	assert_out(s, "--message-format=json");
}

/* A kit that has clang for these levels. */
static void
make_kit(struct stage *s, const char *release)
{
	static const char *const levels[] = { "21", "28", "35" };

	bed_write(s->bed, "kit/source.properties",
		arena_printf(&s->bed->arena, "Pkg.Desc = Android NDK\nPkg.Revision = %s.1.2\n",
			release));
	for (size_t i = 0; i < COUNT(levels); i++)
		bed_script(s->bed,
			arena_printf(&s->bed->arena,
				"kit/toolchains/llvm/prebuilt/linux-x86_64/bin/" ANDROID "%s-clang",
				levels[i]),
			"#!/bin/sh\n");
	setenv("ANDROID_NDK_HOME", bed_path(s->bed, "kit"), 1);
}

/* cargo is started with the clang of the kit for target and level, as linker and for C; kits that do not
 * align for large pages are told to. */
static void
ndk_stands_in(void **state)
{
#define BIN "/kit/toolchains/llvm/prebuilt/linux-x86_64/bin/"
	struct stage *s = *state;

	NEED_RUSTUP(s);
	stage_greet(s);
	xtui(s, "build", "-t", ANDROID, "--backend", "ndk");
	assert_refused(s, 3, ANDROID ": ndk cannot build it here: Android NDK: ");
	make_kit(s, "27");
	xtui(s, "build", "-t", ANDROID, "--backend", "ndk", "--dry-run");
	assert_code(s, 0);
	assert_out(s, "CARGO_TARGET_AARCH64_LINUX_ANDROID_LINKER=");
	assert_out(s, BIN ANDROID "21-clang ");
	assert_out(s, BIN "llvm-ar ");
	assert_out(s,
		"CARGO_TARGET_AARCH64_LINUX_ANDROID_RUSTFLAGS='-C "
		"link-arg=-Wl,-z,max-page-size=16384'");
	xtui(s, "build", "-t", ANDROID, "--backend", "ndk", "--api", "28", "--dry-run");
	assert_out(s, BIN ANDROID "28-clang ");
	make_kit(s, "28");
	xtui(s, "build", "-t", ANDROID, "--backend", "ndk", "--dry-run");
	assert_not_out(s, "max-page-size");
	xtui(s, "build", "-t", ANDROID, "--backend", "ndk", "--api", "19");
	assert_refused(s, 2, ANDROID ": API level 19: the kit in ");
	assert_non_null(strstr(str_cstr(&s->err), " has 21 to 35"));
	xtui(s, "build", "-t", ANDROID, "--backend", "ndk");
	unsetenv("ANDROID_NDK_HOME");
	assert_code(s, 1); /* no standard library for it */
	assert_out(s, "$ cargo build --release --target " ANDROID " --target-dir ");
	assert_out(s, ANDROID " | The standard library for " ANDROID " is not installed");
}

/* ---- cross ---- */

/* The containers that run an image of the fixture's with the bed's folder in it. */
static size_t
containers(struct stage *s)
{
	struct str said = STR_INIT;
	const char *const argv[] = { "podman", "ps", "-aq", "--filter",
		arena_printf(&s->bed->arena, "volume=%s", s->dir), NULL };
	size_t lines = 0;

	assert_int_equal(bed_run("/", argv, &said), 0);
	for (size_t i = 0; i < said.len; i++)
		lines += said.data[i] == '\n';
	str_fini(&said);
	return lines;
}

/* Six targets by three backends in one run, each backend in a group of its own. */
static void
three_backends(void **state)
{
	struct stage *s = *state;
	pid_t server;

	NEED_ZIG(s);
	NEED_CROSS(s);
	stage_greet(s);
	stage_show_zig(s);
	server = stage_show_cross(s);
	xtui(s, "build", "-t", HOST, "-t", ARMV7, "-t", MUSL, "-t", ARM64, "-t", ARM64_MUSL, "-t",
		FREEBSD, "--backend", ARM64 "=cross", "--backend", ARM64_MUSL "=zig", "--backend",
		FREEBSD "=zig", "--json");
	assert_code(s, 0);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 6);
	assert_true(file_exists(built(s, "cross-" ARM64, ARM64, "greet")));
	assert_true(file_exists(built(s, "cross-" ARM64, ARM64, "libgreet_ffi.so")));
	assert_true(file_exists(built(s, "zig", FREEBSD, "greet")));
	assert_true(file_exists(bed_path(s->bed, "greet/target/" ARMV7 "/release/greet")));
	assert_int_equal(
		stage_events(s, "artifact", "path", built(s, "cross-" ARM64, ARM64, "greet")), 1);
	stage_end_server(server);
}

/* Where memory has no room for both, what links outside waits for the container's end, and says so; with
 * room it does not. */
static void
container_links_take_turns(void **state)
{
	static const char waits[] = HOST " |      Waiting for memory: a link with fat LTO";
	static const char *const mib[] = { "999999999", "1" };
	struct stage *s = *state;
	pid_t server;

	NEED_CROSS(s);
	stage_greet(s);
	server = stage_show_cross(s);
	for (size_t i = 0; i < COUNT(mib); i++) {
		file_remove_tree(bed_path(s->bed, "greet/target"), NULL);
		xtui(s, "build", "-p", "greet", "-t", HOST, "-t", ARM64, "--backend",
			ARM64 "=cross", "--preset", "fast", "--jobs-memory", mib[i]);
		if ((strstr(str_cstr(&s->out), waits) != NULL) != (i == 0) ||
			!strstr(str_cstr(&s->out), HOST " |     Finished"))
			print_error("%s MiB: %s", mib[i], str_cstr(&s->out));
		assert_int_equal(strstr(str_cstr(&s->out), waits) != NULL, i == 0);
		assert_non_null(strstr(str_cstr(&s->out), HOST " |     Finished"));
	}
	stage_end_server(server);
}

/* A Dockerfile of the project's own, for a target of its own: its container builds in the project's folder,
 * as this user, and is gone. */
static void
container_of_a_dockerfile(void **state)
{
	struct stage *s = *state;
	pid_t server;

	NEED_CROSS(s);
	stage_greet(s);
	server = stage_show_cross(s);
	xtui(s, "build", "-t", ARM64, "--backend", "container");
	assert_refused(s, 2, ARM64 ": no image is named to build it in");
	bed_write(s->bed, "greet/Dockerfile.arm64",
		"FROM localhost/xtui-aarch64:2\nENV PATH=/opt/rust/bin:/usr/bin "
		"LD_LIBRARY_PATH=/opt/rust/lib\n");
	xtui(s, "build", "-t", ARM64, "--backend", "container", "--dockerfile", "Dockerfile.arm64");
	assert_code(s, 0);
	assert_out(s, "$ podman run localhost/xtui-greet-dockerfile.arm64 cargo build --release");
	assert_out(s, ARM64 " |    Compiling greet v0.3.1");
	assert_out(s, ARM64 " | ok 6/6 units");
	assert_true(file_exists(built(s, "container-" ARM64, ARM64, "greet")));
	assert_int_equal(containers(s), 0);
	file_remove_tree(bed_path(s->bed, "greet/target"), NULL);
	xtui(s, "build", "-t", ARM64, "--backend", "container", "--dockerfile", "Dockerfile.arm64",
		"--dry-run");
	assert_false(file_exists(bed_path(s->bed, "greet/target")));
	assert_out(s, "podman build -t localhost/xtui-greet-dockerfile.arm64 -f ");
	stage_paste(s);
	assert_code(s, 0);
	assert_true(file_exists(built(s, "container-" ARM64, ARM64, "greet")));
	bed_write(s->bed, "greet/Dockerfile.arm64", "FROM localhost/xtui-aarch64:2\nRUN false\n");
	xtui(s, "build", "-t", ARM64, "--backend", "container", "--dockerfile", "Dockerfile.arm64");
	assert_code(s, 1);
	assert_out(s, "error: `podman build -f Dockerfile.arm64` ended with status ");
	stage_end_server(server);
}

/* An image of two layers that holds nothing of use, as an OCI layout; the engine has it no more. */
static const char *
make_layout(struct stage *s)
{
	const char *line = arena_printf(&s->bed->arena,
		"cd '%s' && head -c 400000 /dev/urandom >a && head -c 400000 /dev/urandom >b && "
		"podman build -q --layers -t localhost/xtui-slow:1 . && "
		"podman save -q --format oci-dir -o layout localhost/xtui-slow:1 && "
		"podman rmi -f localhost/xtui-slow:1",
		bed_path(s->bed, "slow"));
	struct str said = STR_INIT;

	bed_write(s->bed, "slow/Dockerfile", "FROM scratch\nCOPY a /a\nCOPY b /b\n");
	stage_show(s, "head");
	if (bed_run("/", ((const char *const[]){ "/bin/sh", "-c", line, NULL }), &said) != 0)
		fail_msg("%s", str_cstr(&said));
	str_fini(&said);
	return bed_path(s->bed, "slow/layout");
}

/* While an image is pulled it is told how many of its bytes are here; the log has a line for each layer. */
static void
pull_with_progress(void **state)
{
	struct stage *s = *state;
	const char *image;
	pid_t server, registry;

	NEED_CROSS(s);
	stage_greet(s);
	server = stage_show_cross(s);
	registry = stage_serve_image(s, make_layout(s), "400000", &image);
	xtui(s, "build", "-t", ARM64, "--backend", "container", "--image", image, "--json", "-v");
	assert_code(s, 1);
	assert_true(stage_events(s, "pull", NULL, NULL) > 3);
	assert_out(s, "\"layers\":2,\"done_bytes\":");
	assert_out(s, "\"layers\":0,\"done_bytes\":0,\"bytes\":null}");
	assert_out(s, " done");
	assert_not_out(s, "KiB / ");
	bed_run("/", ((const char *const[]){ "podman", "rmi", "-f", image, NULL }), &s->err);
	stage_end_server(registry);
	stage_end_server(server);
}

/* The engine that is down, and an image that is nowhere: what to do is said, and which other way is there. */
static void
engine_and_image(void **state)
{
	struct stage *s = *state;
	pid_t server;

	NEED_CROSS(s);
	stage_greet(s);
	xtui(s, "build", "-t", ARM64, "--backend", "cross");
	assert_refused(s, 3, ARM64 ": cross cannot build it here: cross: not found on PATH");
	server = stage_show_cross(s);
	setenv("CONTAINER_HOST", "unix:///nowhere.sock", 1);
	xtui(s, "build", "-t", ARM64, "--backend", "cross");
	assert_refused(s, 3,
		"cross cannot build it here: podman: it is not running: nobody listens at "
		"/nowhere.sock");
	assert_non_null(strstr(str_cstr(&s->err), "--backend " ARM64 "=native"));
	unsetenv("CONTAINER_HOST");
	bed_write(s->bed, "greet/Cross.toml", "[build]\nbuild-std = [\"core\"]\n");
	xtui(s, "build", "-t", ARM64, "--backend", "cross");
	assert_refused(s, 2, "Cross.toml:2: only cross's main branch takes build-std as an array");
	bed_write(s->bed, "greet/Cross.toml",
		"[target." ARM64 "]\nimage = \"127.0.0.1:9/nowhere:1\"\n");
	xtui(s, "build", "-t", ARM64, "--backend", "cross");
	assert_code(s, 1);
	assert_out(s, ARM64 " |      Pulling 127.0.0.1:9/nowhere:1");
	assert_out(s, ARM64 " | error: `podman pull 127.0.0.1:9/nowhere:1` ended with status ");
	assert_out(s, ARM64 " |   try: --backend " ARM64 "=native");
	assert_not_out(s, "Compiling");
	xtui(s, "build", "-t", ARM64, "--backend", "cross", "--dry-run");
	assert_out(s, "image inspect 127.0.0.1:9/nowhere:1 >/dev/null 2>&1 || ");
	assert_out(s, "pull 127.0.0.1:9/nowhere:1 &&\ncd ");
	stage_end_server(server);
}

/* ---- what is left behind ---- */

/* A build script that says that it runs, and stays. */
static void
write_endless(struct stage *s, const char *script)
{
	bed_write(s->bed, script,
		"fn main() {\n    std::fs::write(\"here\", \"\").unwrap();\n"
		"    loop {\n        std::thread::sleep(std::time::Duration::from_millis(20));\n   "
		" }\n}\n");
}

static struct running *
start_endless(struct stage *s)
{
	struct running *r;

	write_endless(s, "greet/build.rs");
	r = stage_start(s,
		((const char *const[]){
			"build", "-p", "greet", "-t", ARM64, "--backend", "cross", NULL }),
		"$ cross build");
	stage_wait_file(r, bed_path(s->bed, "greet/here"));
	assert_int_equal(containers(s), 1);
	return r;
}

/* A build that is stopped stops its container, at once. */
static void
interrupt_ends_the_container(void **state)
{
	struct stage *s = *state;
	struct running *r;
	pid_t server;

	NEED_CROSS(s);
	stage_greet(s);
	server = stage_show_cross(s);
	r = start_endless(s);
	stage_signal(r, SIGINT);
	stage_wait(r);
	assert_code(s, 130);
	assert_out(s, ARM64 " | cancelled ");
	wait_until(!containers(s));
	stage_end_server(server);
}

/* kill -9 of xtui leaves no container and no lock: the next build goes on at once. */
static void
kill_ends_the_container(void **state)
{
	struct stage *s = *state;
	struct running *r;
	pid_t server;

	NEED_CROSS(s);
	stage_greet(s);
	server = stage_show_cross(s);
	r = start_endless(s);
	stage_signal(r, SIGKILL);
	stage_wait(r);
	assert_int_equal(s->code, -1);
	wait_until(!containers(s));
	bed_write(s->bed, "greet/build.rs", "fn main() {}\n");
	xtui(s, "build", "-p", "greet", "-t", ARM64, "--backend", "cross");
	assert_code(s, 0);
	assert_false(bed_says_blocked(str_span(&s->out)));
	stage_end_server(server);
}

/* The same of what goes without a container: no process stays, and no lock. */
static void
kill_ends_zig_and_maturin(void **state)
{
	static const struct {
		const char *backend, *folder;
	} rows[] = { { "zig", "greet" }, { "maturin", "py" } };
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_show_zig(s);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *script = arena_printf(&s->bed->arena, "%s/build.rs", rows[i].folder);
		const char *const words[] = { "build", "-t", ARM64, "--backend", rows[i].backend,
			NULL };
		struct running *r;

		if (text_is(rows[i].folder, "py"))
			stage_python(s);
		else
			stage_greet(s);
		write_endless(s, script);
		r = stage_start(s, words, "$ ");
		stage_wait_file(r,
			bed_path(s->bed, arena_printf(&s->bed->arena, "%s/here", rows[i].folder)));
		stage_signal(r, SIGKILL);
		stage_wait(r);
		assert_true(stage_is_alone(s));
		bed_write(s->bed, script, "fn main() {}\n");
		stage_run(s, words);
		assert_code(s, 0);
		assert_false(bed_says_blocked(str_span(&s->out)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WAYS_TEST(zig_links_for_four),
		WAYS_TEST(universal2),
		WAYS_TEST(floor_is_kept),
		WAYS_TEST(odd_floors),
		WAYS_TEST(choice_of_the_project),
		WAYS_TEST(zig_missing),
		WAYS_TEST(versions_that_do_not_go_together),
		WAYS_TEST(wheels),
		WAYS_TEST(wheels_that_cannot_be),
		WAYS_TEST(core_is_built_along),
		WAYS_TEST(xwin_stands_in),
		WAYS_TEST(ndk_stands_in),
		WAYS_TEST(three_backends),
		WAYS_TEST(container_links_take_turns),
		WAYS_TEST(container_of_a_dockerfile),
		WAYS_TEST(pull_with_progress),
		WAYS_TEST(engine_and_image),
		WAYS_TEST(interrupt_ends_the_container),
		WAYS_TEST(kill_ends_the_container),
		WAYS_TEST(kill_ends_zig_and_maturin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
