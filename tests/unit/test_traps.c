/* Tests of ready/assess: what is there and yet does not do, each on a faithful stand-in of the machine that
 * people met it on. */
#include "unit/help_assess.h"

#include "base/data.h"
#include "ready/linkers.h"
#include "rust/nativecrates.h"

#define PI "arm-unknown-linux-gnueabihf"
#define CONFIG(target, line) "[target." target "]\n" line "\n"

static struct workspace *
locked(struct machine *m, const char *lock)
{
	struct workspace *ws = xcalloc(1, sizeof(*ws));

	ws->root = bed_path(m->bed, "ws");
	ws->native_crates = nativecrates_find(span_of(lock), &ws->arena, &ws->native_crate_count);
	return ws;
}

/* Asks the drivers of the machine for what they are, as a survey does. */
static void
look_closely(struct machine *m, const char *const *drivers, size_t count)
{
	look(m);
	m->survey->linkers = linkers_ask(drivers, count);
	assess_all(m);
}

/* ---- linkers ---- */

/* Fedora's cross gcc is made for kernels: it is on PATH, and finds no crt1.o. */
static void
gcc_without_libc(void **state)
{
	struct machine *m = *state;
	const char *driver = bed_path(m->bed, "bin/aarch64-linux-gnu-gcc");

	bed_script(m->bed, "bin/aarch64-linux-gnu-gcc",
		"#!/bin/sh\necho 'Target: aarch64-linux-gnu' >&2\necho crt1.o\n");
	look_closely(m, &driver, 1);
	assert_readiness(m, ARM64, MISSING);
	assert_non_null(strstr(need_of(m, ARM64, NEED_SYSROOT)->detail, "crt1.o"));

	put_program(m, "bin/cargo-zigbuild"); /* which is then the way to go */
	put_program(m, "bin/zig");
	look_closely(m, &driver, 1);
	assert_string_equal(state_of(m, ARM64)->backend, "zig");
	assert_readiness(m, ARM64, LIKELY);

	bed_script(m->bed, "bin/aarch64-linux-gnu-gcc",
		"#!/bin/sh\necho /usr/aarch64-linux-gnu/lib/crt1.o\n");
	look_closely(m, &driver, 1);
	assert_string_equal(state_of(m, ARM64)->backend, "native");
	assert_null(find_need(m, ARM64, NEED_SYSROOT));
}

/* Debian's arm-linux-gnueabihf-gcc makes ARMv7 code: right for armv7, a trap for an ARMv6 board. */
static void
gcc_for_newer_arm(void **state)
{
	struct machine *m = *state;
	const char *driver = bed_path(m->bed, "bin/arm-linux-gnueabihf-gcc");

	bed_script(m->bed, "bin/arm-linux-gnueabihf-gcc",
		"#!/bin/sh\necho 'Configured with: ../src/configure --with-arch=armv7-a+fp "
		"--enable-multilib' >&2\necho /usr/arm-linux-gnueabihf/lib/crt1.o\n");
	look_closely(m, &driver, 1);
	assert_readiness(m, PI, LIKELY);
	assert_non_null(strstr(state_of(m, PI)->trap, "armv7-a+fp"));
	assert_null(state_of(m, "armv7-unknown-linux-gnueabihf")->trap);

	bed_script(m->bed, "bin/arm-linux-gnueabihf-gcc",
		"#!/bin/sh\necho '--with-arch=armv6 --with-fpu=vfp' >&2\necho /usr/lib/crt1.o\n");
	look_closely(m, &driver, 1); /* Raspbian's own */
	assert_null(state_of(m, PI)->trap);
}

/* The real cross gcc of this machine, where it has one: Debian's finds its libc and says ARMv7. */
static void
real_gcc(void **state)
{
	const char *driver = "/usr/bin/arm-linux-gnueabihf-gcc";
	struct linkers *l;

	if (!file_is_executable(driver))
		skip();
	l = linkers_ask(&driver, 1);
	assert_non_null(linkers_get(l, driver));
	assert_false(linkers_get(l, driver)->lacks_libc);
	assert_true(text_starts(linkers_get(l, driver)->arch, "armv7"));
	assert_null(linkers_get(l, "/usr/bin/other"));
	linkers_free(l);
}

static long
times_asked(struct machine *m)
{
	struct str said = STR_INIT;
	long lines = 0;

	if (!file_read(bed_path(m->bed, "asked"), &said, NULL))
		return 0;
	for (size_t i = 0; i < said.len; i++)
		lines += said.data[i] == '\n';
	str_fini(&said);
	return lines;
}

static const struct linker_facts *
ask_again(struct linkers **l, const char *driver)
{
	linkers_free(*l);
	*l = linkers_ask(&driver, 1);
	return linkers_get(*l, driver);
}

/* What a C driver said is remembered, and it is asked again as soon as that may have changed: it is
 * another file, its start file is gone, or it had none. */
static void
gcc_is_asked_once(void **state)
{
	struct machine *m = *state;
	const char *driver = bed_path(m->bed, "bin/arm-linux-gnueabihf-gcc");
	const char *crt = bed_path(m->bed, "lib/crt1.o");
	char *script = xasprintf("#!/bin/sh\necho >>%s\necho %s\necho --with-arch=armv7-a >&2\n",
		bed_path(m->bed, "asked"), crt);
	struct linkers *l = NULL;

	bed_write(m->bed, "lib/crt1.o", "");
	bed_script(m->bed, "bin/arm-linux-gnueabihf-gcc", script);
	assert_string_equal(ask_again(&l, driver)->arch, "armv7-a");
	assert_int_equal(times_asked(m), 2);
	assert_string_equal(ask_again(&l, driver)->arch, "armv7-a");
	assert_false(linkers_get(l, driver)->lacks_libc);
	assert_int_equal(times_asked(m), 2);

	setenv("COMPILER_PATH", "/elsewhere", 1); /* gcc heeds it */
	ask_again(&l, driver);
	assert_int_equal(times_asked(m), 4);
	unsetenv("COMPILER_PATH");
	assert_int_equal(unlink(crt), 0);
	ask_again(&l, driver);
	assert_int_equal(times_asked(m), 6);

	char *bare = xasprintf("#!/bin/sh\necho >>%s\necho crt1.o\n", bed_path(m->bed, "asked"));
	bed_script(m->bed, "bin/arm-linux-gnueabihf-gcc", bare);
	assert_true(ask_again(&l, driver)->lacks_libc);
	assert_true(ask_again(&l, driver)->lacks_libc);
	assert_int_equal(times_asked(m), 10);
	linkers_free(l);
	free(script);
	free(bare);
}

/* A driver that hangs or fails has no facts, and is not held to be anything. */
static void
gcc_that_says_nothing(void **state)
{
	struct machine *m = *state;
	const char *driver = bed_path(m->bed, "bin/aarch64-linux-gnu-gcc");

	bed_script(m->bed, "bin/aarch64-linux-gnu-gcc", "#!/bin/sh\nexit 1\n");
	look_closely(m, &driver, 1);
	assert_readiness(m, ARM64, LIKELY);
}

/* ld alone brings neither libc nor start files, and the host's cc links for the host: a configuration
 * that names one of them is told so, with what ought to stand there. */
static void
wrong_linkers(void **state)
{
	static const struct {
		const char *linker, *rustflags, *said; /* NULL: it may well do */
	} rows[] = {
		{ "ld", NULL, "links objects alone" },
		{ "aarch64-linux-gnu-ld", NULL, "links objects alone" },
		{ "ld.lld", NULL, "links objects alone" },
		{ "cc", NULL, "links for x86_64-unknown-linux-gnu only" },
		{ "gcc-12", NULL, "links for x86_64-unknown-linux-gnu only" },
		{ "x86_64-linux-gnu-gcc", NULL, "links for x86_64-unknown-linux-gnu only" },
		{ "clang", NULL, "links for x86_64-unknown-linux-gnu only" },
		{ "clang", "[\"-Clink-arg=--target=aarch64-linux-gnu\"]", NULL },
		{ "my-linker", NULL, NULL },
		{ "aarch64-linux-gnu-gcc", NULL, NULL },
	};
	struct machine *m = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = xasprintf("[target." ARM64 "]\nlinker = \"%s\"\n%s%s\n",
			rows[i].linker, rows[i].rustflags ? "rustflags = " : "",
			rows[i].rustflags ? rows[i].rustflags : "");
		const struct need *n;

		put_program(m, arena_printf(&m->bed->arena, "bin/%s", rows[i].linker));
		bed_write(m->bed, "ws/.cargo/config.toml", text);
		free(text);
		look(m);
		n = need_of(m, ARM64, NEED_LINKER);
		if ((n->state == NEED_FOUND) != !rows[i].said)
			fail_msg("%s: %s", rows[i].linker, n->detail);
		if (rows[i].said && !strstr(n->detail, rows[i].said))
			fail_msg("%s: %s", rows[i].linker, n->detail);
		if (rows[i].said)
			assert_non_null(strstr(n->detail, "name aarch64-linux-gnu-gcc"));
	}
}

/* The same names are right where they belong: the host, its musl, rustc's own lld. */
static void
right_linkers(void **state)
{
	static const struct {
		const char *target, *linker;
	} rows[] = { { HOST, "cc" }, { HOST, "clang" }, { MUSL, "cc" },
		{ "aarch64-unknown-linux-musl", "rust-lld" }, { "thumbv7em-none-eabihf", "ld.lld" },
		{ "wasm32-unknown-unknown", "clang" } };
	struct machine *m = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text =
			xasprintf("[target.%s]\nlinker = \"%s\"\n", rows[i].target, rows[i].linker);

		put_program(m, arena_printf(&m->bed->arena, "bin/%s", rows[i].linker));
		bed_write(m->bed, "ws/.cargo/config.toml", text);
		free(text);
		look(m);
		if (need_of(m, rows[i].target, NEED_LINKER)->state != NEED_FOUND)
			fail_msg("%s with %s: %s", rows[i].target, rows[i].linker,
				need_of(m, rows[i].target, NEED_LINKER)->detail);
	}
}

/* A relative path counts from the folder that holds .cargo: who meant another place is told where the
 * program is. */
static void
linker_of_another_folder(void **state)
{
	struct machine *m = *state;
	const struct need *n;

	put_program(m, "ws/.cargo/tools/link");
	bed_write(m->bed, "ws/.cargo/config.toml", CONFIG(ARM64, "linker = \"tools/link\""));
	look(m);
	n = need_of(m, ARM64, NEED_LINKER);
	assert_int_equal(n->state, NEED_MISSING);
	assert_non_null(strstr(n->detail, "the folder that holds .cargo"));
	assert_non_null(strstr(n->detail, "/ws/.cargo/tools/link is there"));
	put_program(m, "ws/tools/link");
	look(m);
	assert_int_equal(need_of(m, ARM64, NEED_LINKER)->state, NEED_FOUND);
}

/* The environment goes before the files, and is named as what decides. */
static void
environment_overrides_files(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	put_program(m, "bin/other-gcc");
	bed_write(m->bed, "ws/.cargo/config.toml",
		CONFIG(ARM64, "linker = \"aarch64-linux-gnu-gcc\""));
	setenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "other-gcc", 1);
	look(m);
	assert_string_equal(state_of(m, ARM64)->linker, "other-gcc");
	assert_string_equal(
		state_of(m, ARM64)->linker_origin, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
}

/* CC=gcc in the environment is given to crates for every target, and is the host's compiler. */
static void
cc_of_the_host(void **state)
{
	struct machine *m = *state;
	const struct need *n;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	put_program(m, "bin/gcc");
	put_program(m, "bin/cc");
	m->has_c_code = true;
	setenv("CC", "gcc -O2", 1);
	look(m);
	n = need_of(m, ARM64, NEED_CC);
	assert_missing(n, "gcc");
	assert_non_null(strstr(n->detail, "named in CC: it compiles for"));
	assert_readiness(m, ARM64, MISSING);
	assert_int_equal(need_of(m, HOST, NEED_CC)->state, NEED_FOUND);
	setenv("CC_aarch64_unknown_linux_gnu", "aarch64-linux-gnu-gcc", 1);
	look(m);
	assert_readiness(m, ARM64, LIKELY);
}

/* ---- crates ---- */

#define PACKAGE(name, dependencies)                                                                \
	"[[package]]\nname = \"" name "\"\nversion = \"1.0.0\"\ndependencies = [\n" dependencies   \
	"]\n"

static const struct need *
need_named(struct machine *m, const char *triple, const char *name)
{
	const struct target_state *state = state_of(m, triple);

	for (size_t i = 0; i < state->need_count; i++)
		if (text_is(state->needs[i].name, name))
			return &state->needs[i];
	return NULL;
}

static void
look_with_lock(struct machine *m, const char *lock)
{
	look(m);
	m->survey->workspace = locked(m, lock);
	assess_all(m);
}

/* Pure Rust raises no need of a C compiler, also where chrono brings cc for Haiku. */
static void
pure_rust(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	look_with_lock(m,
		PACKAGE("app", " \"serde\",\n \"chrono\",\n") PACKAGE("serde", "")
			PACKAGE("chrono", " \"iana-time-zone-haiku\",\n")
				PACKAGE("iana-time-zone-haiku", " \"cc\",\n") PACKAGE("cc", ""));
	assert_true(need_of(m, ARM64, NEED_CC)->optional);
	assert_null(find_need(m, ARM64, NEED_TOOL));
	assert_null(find_need(m, ARM64, NEED_SYSROOT));
}

/* Crates that build C raise the compiler and what their build scripts run, each named as who wants it. */
static void
crates_with_c(void **state)
{
	struct machine *m = *state;
	const struct need *n;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	look_with_lock(m,
		PACKAGE("app", " \"ring\",\n") PACKAGE("ring", " \"cc 1.2.3\",\n")
			PACKAGE("rdkafka-sys", " \"cmake\",\n \"bindgen\",\n") PACKAGE("cc", "")
				PACKAGE("cmake", " \"cc\",\n") PACKAGE("bindgen", ""));
	assert_false(need_of(m, ARM64, NEED_CC)->optional);
	n = need_named(m, ARM64, "cmake");
	assert_non_null(n);
	assert_int_equal(n->state, NEED_MISSING);
	assert_string_equal(n->detail, "rdkafka-sys builds with it");
	assert_non_null(strstr(n->remedy, "cmake"));
	assert_non_null(need_named(m, ARM64, "libclang"));
	assert_readiness(m, ARM64, MISSING);
}

/* openssl-sys wants pkg-config and OpenSSL for the target; vendored it wants what builds it instead. */
static void
openssl(void **state)
{
	struct machine *m = *state;
	const struct need *n;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	put_program(m, "bin/pkg-config");
	setenv("PKG_CONFIG_PATH_aarch64_unknown_linux_gnu", bed_path(m->bed, "pc"), 1);
	look_with_lock(m,
		PACKAGE("app", " \"openssl-sys\",\n")
			PACKAGE("openssl-sys", " \"cc\",\n \"pkg-config\",\n") PACKAGE("cc", "")
				PACKAGE("pkg-config", ""));
	n = need_named(m, ARM64, "OpenSSL");
	assert_non_null(n);
	assert_int_equal(n->state, NEED_MISSING);
	assert_non_null(strstr(n->detail, "headers and library for " ARM64));
	assert_int_equal(need_named(m, ARM64, "pkg-config")->state, NEED_FOUND);
	assert_null(need_named(m, "x86_64-pc-windows-gnu", "OpenSSL")); /* which has its own TLS */

	bed_write(m->bed, "pc/openssl.pc", "Name: OpenSSL\n");
	assess_all(m);
	n = need_named(m, ARM64, "OpenSSL");
	assert_int_equal(n->state, NEED_MISSING);
	assert_non_null(strstr(n->detail, "may not answer for another machine"));
	assert_non_null(strstr(n->remedy, "PKG_CONFIG_ALLOW_CROSS_aarch64_unknown_linux_gnu=1"));
	setenv("PKG_CONFIG_ALLOW_CROSS", "1", 1);
	assess_all(m);
	assert_int_equal(need_named(m, ARM64, "OpenSSL")->state, NEED_FOUND);
	assert_readiness(m, ARM64, LIKELY);
	unsetenv("PKG_CONFIG_ALLOW_CROSS");
	unsetenv("PKG_CONFIG_PATH_aarch64_unknown_linux_gnu");

	look_with_lock(m,
		PACKAGE("app", " \"openssl-sys\",\n")
			PACKAGE("openssl-sys", " \"cc\",\n \"openssl-src\",\n \"pkg-config\",\n")
				PACKAGE("openssl-src", " \"cc\",\n") PACKAGE("cc", "")
					PACKAGE("pkg-config", ""));
	assert_null(need_named(m, ARM64, "OpenSSL"));
	assert_int_equal(need_named(m, ARM64, "perl")->state, NEED_MISSING);
	assert_false(need_of(m, ARM64, NEED_CC)->optional);
}

/* The table of crates is well formed. */
static void
crates_table(void **state)
{
	const struct data_file *file = data_find("data/crates.toml");
	struct err err = ERR_INIT;

	if (!nativecrates_check((struct span){ file->bytes, file->len }, file->name, &err))
		fail_msg("%s", err.message);
	assert_false(nativecrates_check(
		SPAN("[[builder]]\nnames = [\"x\"]\nwants = [\"gcc\"]\n"), "t", &err));
	assert_non_null(strstr(err.message, "t:3:"));
}

/* ---- other backends ---- */

/* zig in Python's packages counts before one on PATH, as cargo-zigbuild looks; a named one that cannot be
 * run is told. */
static void
zig_of_python(void **state)
{
	struct machine *m = *state;
	const struct need *n;

	put_program(m, "bin/cargo-zigbuild");
	put_program(m, "bin/python3");
	put_program(m, "bin/zig");
	look(m);
	assert_string_equal(need_named(m, ARM64, "zig")->detail, "found on PATH");
	put_program(m, "lib/python3.11/site-packages/ziglang/zig");
	look(m);
	assert_found(need_named(m, ARM64, "zig"),
		bed_path(m->bed, "lib/python3.11/site-packages/ziglang/zig"));
	bed_script(m->bed, "lib/python3.11/site-packages/ziglang/zig", "");
	unlink(bed_path(m->bed, "lib/python3.11/site-packages/ziglang/zig"));
	setenv("CARGO_ZIGBUILD_ZIG_PATH", "/nonexistent/zig", 1);
	look(m);
	unsetenv("CARGO_ZIGBUILD_ZIG_PATH");
	assert_string_equal(state_of(m, "aarch64-apple-darwin")->backend, "zig");
	n = need_named(m, "aarch64-apple-darwin", "zig");
	assert_int_equal(n->state, NEED_MISSING);
	assert_non_null(strstr(n->detail, "CARGO_ZIGBUILD_ZIG_PATH"));
}

/* Android wants the NDK besides cargo-ndk: named by a variable, or the newest of an SDK. */
static void
android(void **state)
{
	static const char *const triple = "aarch64-linux-android";
	struct machine *m = *state;
	const struct need *n;

	put_program(m, "bin/cargo-ndk");
	look(m);
	assert_string_equal(state_of(m, triple)->backend, "ndk");
	assert_int_equal(need_named(m, triple, "Android NDK")->state, NEED_MISSING);
	bed_write(m->bed, "sdk/ndk/9.0.1/source.properties", "Pkg.Revision = 9.0.1\n");
	bed_write(m->bed, "sdk/ndk/27.2.4/source.properties",
		"Pkg.Desc = Android NDK\nPkg.Revision = 27.2.4\n");
	setenv("ANDROID_HOME", bed_path(m->bed, "sdk"), 1);
	look(m);
	unsetenv("ANDROID_HOME");
	n = need_named(m, triple, "Android NDK");
	assert_found(n, bed_path(m->bed, "sdk/ndk/27.2.4"));
	assert_non_null(strstr(n->detail, "27.2.4"));
	assert_readiness(m, triple, LIKELY);
}

/* A Python extension is built as a wheel where maturin is here, else as before; another project never. */
static void
python_project(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/cc");
	put_program(m, "bin/maturin");
	look(m);
	assert_string_equal(state_of(m, HOST)->backend, "native");
	m->survey->workspace = locked(m, "");
	m->survey->workspace->pyproject = "/p/pyproject.toml";
	assess_all(m);
	assert_string_equal(state_of(m, HOST)->backend, "maturin");
	assert_string_equal(state_of(m, HOST)->backends[1], "native");
	assert_string_equal(state_of(m, "thumbv7em-none-eabihf")->backend, "native");
	unlink(bed_path(m->bed, "bin/maturin"));
	look(m);
	m->survey->workspace = locked(m, "");
	m->survey->workspace->pyproject = "/p/pyproject.toml";
	assess_all(m);
	assert_string_equal(state_of(m, HOST)->backend, "native");
	assert_string_equal(survey_lack(state_of(m, HOST), "maturin")->name, "maturin");
}

#define TRAP_TEST(test) cmocka_unit_test_setup_teardown(test, machine_setup, machine_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TRAP_TEST(gcc_without_libc),
		TRAP_TEST(gcc_for_newer_arm),
		TRAP_TEST(real_gcc),
		TRAP_TEST(gcc_is_asked_once),
		TRAP_TEST(gcc_that_says_nothing),
		TRAP_TEST(wrong_linkers),
		TRAP_TEST(right_linkers),
		TRAP_TEST(linker_of_another_folder),
		TRAP_TEST(environment_overrides_files),
		TRAP_TEST(cc_of_the_host),
		TRAP_TEST(pure_rust),
		TRAP_TEST(crates_with_c),
		TRAP_TEST(openssl),
		TRAP_TEST(crates_table),
		TRAP_TEST(zig_of_python),
		TRAP_TEST(android),
		TRAP_TEST(python_project),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
