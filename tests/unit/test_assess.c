/* Tests of ready/assess: what a target needs, on machines made of a few empty programs. */
#include "unit/help_assess.h"

/* ---- linkers ---- */

/* The host links with cc as rustc does by itself; without a cc it cannot. */
static void
host_links_with_cc(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/x86_64-linux-gnu-gcc"); /* not what rustc would take */
	look(m);
	assert_readiness(m, HOST, MISSING);
	assert_string_equal(state_of(m, HOST)->summary, "linker");
	assert_missing(need_of(m, HOST, NEED_LINKER), "cc");
	assert_null(state_of(m, HOST)->linker);

	put_program(m, "bin/cc");
	look(m);
	assert_readiness(m, HOST, LIKELY);
	assert_found(need_of(m, HOST, NEED_LINKER), bed_path(m->bed, "bin/cc"));
	assert_string_equal(state_of(m, HOST)->linker, "cc");
	assert_null(state_of(m, HOST)->linker_env);
	assert_true(state_of(m, HOST)->runs_here);
}

/* A foreign target without its linker is missing exactly that, with the command that brings it; the
 * host's cc does not count. */
static void
foreign_linker_missing(void **state)
{
	struct machine *m = *state;
	const struct need *linker;

	put_program(m, "bin/cc");
	look(m);
	assert_readiness(m, ARM64, MISSING);
	assert_string_equal(state_of(m, ARM64)->summary, "linker");
	linker = need_of(m, ARM64, NEED_LINKER);
	assert_missing(linker, "aarch64-linux-gnu-gcc");
	assert_non_null(strstr(linker->remedy, "apt-get install"));
	assert_non_null(strstr(linker->remedy, "gcc-aarch64-linux-gnu"));
}

/* A linker found on PATH is told to the build, since rustc would take another. */
static void
foreign_linker_found(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	look(m);
	assert_readiness(m, ARM64, LIKELY);
	assert_string_equal(state_of(m, ARM64)->summary, "likely");
	assert_string_equal(state_of(m, ARM64)->linker, "aarch64-linux-gnu-gcc");
	assert_string_equal(state_of(m, ARM64)->linker_env, "aarch64-linux-gnu-gcc");
	assert_string_equal(state_of(m, ARM64)->linker_origin, "found on PATH");
	assert_null(*state_of(m, ARM64)->link_args);
}

/* Of several names the first that is there is taken. */
static void
linkers_in_order(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/x86_64-w64-mingw32-gcc-win32");
	put_program(m, "bin/x86_64-w64-mingw32-dlltool");
	look(m);
	assert_string_equal(
		state_of(m, "x86_64-pc-windows-gnu")->linker, "x86_64-w64-mingw32-gcc-win32");
	put_program(m, "bin/x86_64-w64-mingw32-gcc-posix");
	look(m);
	assert_string_equal(
		state_of(m, "x86_64-pc-windows-gnu")->linker, "x86_64-w64-mingw32-gcc-posix");
	put_program(m, "bin/x86_64-w64-mingw32-gcc");
	look(m);
	assert_string_equal(state_of(m, "x86_64-pc-windows-gnu")->linker, "x86_64-w64-mingw32-gcc");
	assert_null(state_of(m, "x86_64-pc-windows-gnu")->linker_env); /* rustc's own choice */
}

/* What cargo's configuration names wins over what is on PATH, and a build is told nothing more. */
static void
configured_linker_found(void **state)
{
	struct machine *m = *state;
	const struct need *linker;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	put_program(m, "tools/my-ld");
	bed_write(m->bed, "ws/.cargo/config.toml",
		"# ours\n[target." ARM64 "]\nlinker = \"../tools/my-ld\"\n");
	look(m);
	linker = need_of(m, ARM64, NEED_LINKER);
	assert_string_equal(need_state_name(linker->state), "found");
	assert_non_null(strstr(linker->path, "tools/my-ld"));
	assert_string_equal(linker->detail, "named in .cargo/config.toml:3");
	assert_string_equal(state_of(m, ARM64)->linker_origin, ".cargo/config.toml:3");
	assert_null(state_of(m, ARM64)->linker_env);
}

/* A configured linker that is not there makes the target missing, with the place that names it. */
static void
configured_linker_missing(void **state)
{
	struct machine *m = *state;
	const struct need *linker;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target." ARM64 "]\nlinker = \"arm-linux-gnueabihf-gcc\"\n");
	look(m);
	assert_readiness(m, ARM64, MISSING);
	linker = need_of(m, ARM64, NEED_LINKER);
	assert_missing(linker, "arm-linux-gnueabihf-gcc");
	assert_string_equal(linker->detail, "named in .cargo/config.toml:2, not found");
	assert_non_null(strstr(linker->remedy, "gcc-arm-linux-gnueabihf"));
}

/* A linker from the environment is named by its variable. */
static void
configured_by_environment(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/other-gcc");
	setenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "other-gcc", 1);
	look(m);
	assert_string_equal(state_of(m, ARM64)->linker, "other-gcc");
	assert_string_equal(
		state_of(m, ARM64)->linker_origin, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
}

/* Bare metal and wasm link with what comes with rustc; a distribution's rustc comes without it, and
 * its lld stands in, which a build must be told. */
static void
bundled_lld(void **state)
{
	static const char *const triples[] = { "thumbv7em-none-eabihf", "wasm32-unknown-unknown",
		"riscv32imc-unknown-none-elf", "x86_64-unknown-uefi" };
	struct machine *m = *state;

	look(m);
	assert_missing(need_of(m, triples[0], NEED_LINKER), "rust-lld");
	assert_non_null(strstr(need_of(m, triples[0], NEED_LINKER)->remedy, " lld"));
	put_program(m, "bin/lld");
	look(m);
	for (size_t i = 0; i < COUNT(triples); i++) {
		assert_readiness(m, triples[i], LIKELY);
		assert_string_equal(state_of(m, triples[i])->linker, "lld");
		assert_string_equal(state_of(m, triples[i])->linker_env, "lld");
	}
	put_program(m, "sysroot/lib/rustlib/" HOST "/bin/rust-lld");
	look(m);
	for (size_t i = 0; i < COUNT(triples); i++) {
		assert_string_equal(state_of(m, triples[i])->linker, "rust-lld");
		assert_null(state_of(m, triples[i])->linker_env);
		assert_string_equal(state_of(m, triples[i])->linker_origin, "comes with rustc");
	}
}

/* A target whose rustc asks for a program of its own links with that, in the toolchain or on PATH. */
static void
linker_of_its_own(void **state)
{
	struct machine *m = *state;

	look(m);
	assert_missing(need_of(m, "wasm32-wasip2", NEED_LINKER), "wasm-component-ld");
	assert_missing(need_of(m, "avr-none", NEED_LINKER), "avr-gcc");
	put_program(m, "sysroot/lib/rustlib/" HOST "/bin/wasm-component-ld");
	put_program(m, "bin/avr-gcc");
	look(m);
	assert_string_equal(state_of(m, "wasm32-wasip2")->linker, "wasm-component-ld");
	assert_null(state_of(m, "wasm32-wasip2")->linker_env);
	assert_readiness(m, "avr-none", LIKELY);
	assert_null(state_of(m, "avr-none")->linker_env);
}

/* ---- musl ---- */

/* musl on its own processor links with cc and runs as it is; musl-gcc is wanted by crates with C. */
static void
musl_here(void **state)
{
	struct machine *m = *state;
	const struct need *cc;

	put_program(m, "bin/cc");
	look(m);
	assert_readiness(m, MUSL, LIKELY);
	assert_string_equal(state_of(m, MUSL)->linker, "cc");
	assert_true(state_of(m, MUSL)->runs_here);
	cc = need_of(m, MUSL, NEED_CC);
	assert_missing(cc, "x86_64-linux-musl-gcc");
	assert_true(cc->optional);

	m->has_c_code = true;
	look(m);
	assert_readiness(m, MUSL, MISSING);
	assert_string_equal(state_of(m, MUSL)->summary, "cc");
	assert_non_null(strstr(need_of(m, MUSL, NEED_CC)->remedy, "musl-tools"));
	put_program(m, "bin/musl-gcc");
	look(m);
	assert_readiness(m, MUSL, LIKELY);
	assert_string_equal(need_of(m, MUSL, NEED_CC)->name, "musl-gcc");
}

/* musl for another processor: its gcc, else the lld of rustc, which then must be told. */
static void
musl_elsewhere(void **state)
{
	static const char *const triple = "aarch64-unknown-linux-musl";
	struct machine *m = *state;

	look(m);
	assert_missing(need_of(m, triple, NEED_LINKER), "aarch64-linux-musl-gcc");
	assert_false(state_of(m, triple)->runs_here);
	put_program(m, "sysroot/lib/rustlib/" HOST "/bin/rust-lld");
	look(m);
	assert_string_equal(state_of(m, triple)->linker_env, "rust-lld");
	put_program(m, "bin/aarch64-linux-musl-gcc");
	look(m);
	assert_string_equal(state_of(m, triple)->linker_env, "aarch64-linux-musl-gcc");
}

/* On a musl machine the musl target is the host, and glibc's a foreign one that does not run here. */
static void
musl_host(void **state)
{
	struct machine *m = *state;

	m->host = "aarch64-unknown-linux-musl";
	put_program(m, "bin/cc");
	look(m);
	assert_readiness(m, "aarch64-unknown-linux-musl", LIKELY);
	assert_true(state_of(m, "aarch64-unknown-linux-musl")->runs_here);
	assert_missing(need_of(m, ARM64, NEED_LINKER), "aarch64-linux-gnu-gcc");
	assert_false(state_of(m, ARM64)->runs_here);
}

/* ---- what goes with the linker ---- */

/* FreeBSD wants a sysroot beside clang and lld; with one in the store the linker is told where. Of several
 * the oldest release counts, which the later ones are made to run the programs of. */
static void
freebsd_sysroot(void **state)
{
	struct machine *m = *state;
	const char *const *args;
	char *sysroot =
		xasprintf("--sysroot=%s", bed_path(m->bed, "data/xtui/sysroots/" FREEBSD "/14.3"));

	put_program(m, "bin/clang");
	put_program(m, "bin/ld.lld");
	look(m);
	assert_readiness(m, FREEBSD, MISSING);
	assert_string_equal(state_of(m, FREEBSD)->summary, "sysroot");
	assert_missing(need_of(m, FREEBSD, NEED_SYSROOT), "FreeBSD base");
	assert_null(*state_of(m, FREEBSD)->link_args);

	bed_dirs(m->bed, "data/xtui/sysroots/" FREEBSD "/14.10");
	bed_dirs(m->bed, "data/xtui/sysroots/" FREEBSD "/14.3");
	look(m);
	assert_readiness(m, FREEBSD, LIKELY);
	args = state_of(m, FREEBSD)->link_args;
	assert_string_equal(args[0], "--target=x86_64-unknown-freebsd14");
	assert_string_equal(args[1], sysroot);
	assert_string_equal(args[2], "-fuse-ld=lld");
	assert_null(args[3]);
	free(sysroot);
}

/* What the configuration tells clang when it links, the compiler of C code is told as well; a linker that is
 * for one target alone needs to be told nothing, and nothing is. */
static void
c_code_is_for_the_same_system(void **state)
{
	struct machine *m = *state;
	const char *const *cflags;

	put_program(m, "bin/clang");
	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target." FREEBSD "]\nlinker = \"clang\"\n"
		"rustflags = [\"-Clink-arg=--target=x86_64-unknown-freebsd14\", \"-C\", "
		"\"link-arg=--sysroot=/s\", \"-Clink-arg=-fuse-ld=lld\"]\n");
	look(m);
	cflags = state_of(m, FREEBSD)->cflags;
	assert_string_equal(cflags[0], "--target=x86_64-unknown-freebsd14");
	assert_string_equal(cflags[1], "--sysroot=/s");
	assert_null(cflags[2]);

	put_program(m, "bin/freebsd-gcc");
	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target." FREEBSD "]\nlinker = \"freebsd-gcc\"\n"
		"rustflags = [\"-Clink-arg=--sysroot=/s\"]\n");
	look(m);
	assert_null(*state_of(m, FREEBSD)->cflags);
}

/* A configured linker is the user's own way: nothing is added to it. */
static void
configured_linker_needs_no_more(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/my-freebsd-cc");
	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target." FREEBSD "]\nlinker = \"my-freebsd-cc\"\n");
	look(m);
	assert_readiness(m, FREEBSD, LIKELY);
	assert_null(find_need(m, FREEBSD, NEED_SYSROOT));
	assert_null(find_need(m, FREEBSD, NEED_TOOL));
}

/* Windows wants dlltool, too. */
static void
windows_tools(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/x86_64-w64-mingw32-gcc");
	look(m);
	assert_readiness(m, "x86_64-pc-windows-gnu", MISSING);
	assert_string_equal(state_of(m, "x86_64-pc-windows-gnu")->summary, "tool");
	assert_missing(
		need_of(m, "x86_64-pc-windows-gnu", NEED_TOOL), "x86_64-w64-mingw32-dlltool");
}

/* The C compiler that the environment names is the one that counts. */
static void
compiler_by_environment(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	look(m);
	assert_found(need_of(m, ARM64, NEED_CC), bed_path(m->bed, "bin/aarch64-linux-gnu-gcc"));
	setenv("CC_aarch64_unknown_linux_gnu", "my-cc", 1);
	look(m);
	assert_missing(need_of(m, ARM64, NEED_CC), "my-cc");
	assert_string_equal(need_of(m, ARM64, NEED_CC)->detail,
		"named in CC_aarch64_unknown_linux_gnu, not found");
	put_program(m, "bin/my-cc");
	look(m);
	assert_found(need_of(m, ARM64, NEED_CC), bed_path(m->bed, "bin/my-cc"));
}

/* ---- runners ---- */

/* A runner is nice to have: without one the target is likely all the same. */
static void
runner_found(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	look(m);
	assert_readiness(m, ARM64, LIKELY);
	assert_missing(need_of(m, ARM64, NEED_RUNNER), "qemu-aarch64-static");
	assert_null(*state_of(m, ARM64)->runner);
	put_program(m, "bin/qemu-aarch64");
	look(m);
	assert_found(need_of(m, ARM64, NEED_RUNNER), bed_path(m->bed, "bin/qemu-aarch64"));
	assert_string_equal(state_of(m, ARM64)->runner[0], bed_path(m->bed, "bin/qemu-aarch64"));
}

/* The configured runner is taken with its arguments. */
static void
runner_configured(void **state)
{
	struct machine *m = *state;
	const char *const *runner;

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	put_program(m, "bin/qemu-aarch64");
	put_program(m, "bin/board");
	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target." ARM64 "]\nrunner = [\"board\", \"--port\", \"a b\"]\n");
	look(m);
	runner = state_of(m, ARM64)->runner;
	assert_string_equal(runner[0], bed_path(m->bed, "bin/board"));
	assert_string_equal(runner[1], "--port");
	assert_string_equal(runner[2], "a b");
	assert_null(runner[3]);

	bed_write(
		m->bed, "ws/.cargo/config.toml", "[target." ARM64 "]\nrunner = \"no-board -v\"\n");
	look(m);
	assert_missing(need_of(m, ARM64, NEED_RUNNER), "no-board");
	assert_null(*state_of(m, ARM64)->runner);
	assert_readiness(m, ARM64, LIKELY);
}

/* ---- backends ---- */

/* The first backend that lacks nothing is taken; where each lacks something, the preferred one. */
static void
backends_in_order(void **state)
{
	struct machine *m = *state;

	look(m);
	assert_string_equal(state_of(m, ARM64)->backend, "native");
	assert_string_equal(state_of(m, ARM64)->backends[0], "native");
	assert_string_equal(state_of(m, ARM64)->backends[1], "zig");
	assert_string_equal(state_of(m, ARM64)->backends[2], "cross");
	assert_null(state_of(m, ARM64)->backends[3]);

	put_program(m, "bin/cargo-zigbuild");
	put_program(m, "bin/zig");
	look(m);
	assert_string_equal(state_of(m, ARM64)->backend, "zig");
	assert_readiness(m, ARM64, LIKELY);
	assert_string_equal(state_of(m, "aarch64-apple-darwin")->backend, "zig");

	put_program(m, "bin/aarch64-linux-gnu-gcc");
	look(m);
	assert_string_equal(state_of(m, ARM64)->backend, "native");
}

/* A missing std does not hide the backend that is complete. */
static void
backend_without_std(void **state)
{
	struct machine *m = *state;

	put_program(m, "bin/cargo-zigbuild");
	put_program(m, "bin/zig");
	look(m);
	m->survey->targets->items[survey_find(m->survey, ARM64)].std = STD_AVAILABLE;
	assess_all(m);
	assert_string_equal(state_of(m, ARM64)->backend, "zig");
	assert_string_equal(state_of(m, ARM64)->summary, "std");
}

/* A container wants an engine besides cross. */
static void
container_wants_engine(void **state)
{
	static const char *const triple = "x86_64-unknown-netbsd";
	struct machine *m = *state;

	put_program(m, "bin/cross");
	look(m);
	assert_string_equal(state_of(m, triple)->backend, "cross");
	assert_missing(need_of(m, triple, NEED_ENGINE), "podman");
	put_program(m, "bin/docker");
	setenv("DOCKER_HOST", "tcp://127.0.0.1:9", 1); /* somewhere else: cross will see */
	look(m);
	assert_readiness(m, triple, LIKELY);
}

/* An engine that is installed is not one that runs: what listens at docker's socket decides. */
static void
container_wants_running_engine(void **state)
{
	static const char *const triple = "x86_64-unknown-netbsd";
	struct machine *m = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct need *engine;

	put_program(m, "bin/cross");
	put_program(m, "bin/docker");
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/docker.sock", m->bed->dir);
	setenv("DOCKER_HOST", arena_printf(&m->bed->arena, "unix://%s", at.sun_path), 1);
	look(m);
	engine = need_of(m, triple, NEED_ENGINE);
	assert_missing(engine, "docker");
	assert_non_null(strstr(engine->detail, "not running"));
	assert_non_null(strstr(engine->remedy, "start"));

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	look(m);
	assert_found(need_of(m, triple, NEED_ENGINE), bed_path(m->bed, "bin/docker"));
	assert_readiness(m, triple, LIKELY);
	close(fd);
}

/* What no backend reaches from here is impossible, and configuration can make it possible. */
static void
impossible_targets(void **state)
{
	static const char *const triples[] = { "aarch64-apple-ios", "csky-unknown-linux-gnuabiv2",
		"x86_64-uwp-windows-msvc", "x86_64-unknown-haiku" };
	struct machine *m = *state;

	put_program(m, "bin/cc");
	look(m);
	for (size_t i = 0; i < COUNT(triples); i++) {
		assert_readiness(m, triples[i], IMPOSSIBLE);
		assert_null(state_of(m, triples[i])->backend);
		assert_null(*state_of(m, triples[i])->backends);
		assert_string_equal(state_of(m, triples[i])->summary, "no way here");
	}
	put_program(m, "bin/haiku-gcc");
	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target.x86_64-unknown-haiku]\nlinker = \"haiku-gcc\"\n");
	look(m);
	assert_readiness(m, "x86_64-unknown-haiku", LIKELY);
	assert_string_equal(state_of(m, "x86_64-unknown-haiku")->backend, "native");
}

/* Microsoft's targets want cargo-xwin and LLVM. */
static void
microsoft(void **state)
{
	static const char *const triple = "x86_64-pc-windows-msvc";
	struct machine *m = *state;

	look(m);
	assert_string_equal(state_of(m, triple)->backend, "xwin");
	assert_string_equal(state_of(m, triple)->summary, "4 needs");
	assert_missing(need_of(m, triple, NEED_LICENSE), "Microsoft Software License Terms");
	setenv("XWIN_ACCEPT_LICENSE", "1", 1);
	put_program(m, "bin/cargo-xwin");
	put_program(m, "bin/clang");
	put_program(m, "bin/lld-link");
	look(m);
	assert_readiness(m, triple, LIKELY);
}

/* ---- std, probes, order ---- */

/* A missing std is brought by rustup, for the toolchain that the project uses. */
static void
standard_library(void **state)
{
	struct machine *m = *state;
	struct target *t;

	look(m);
	t = &m->survey->targets->items[survey_find(m->survey, ARM64)];
	t->std = STD_AVAILABLE;
	assess_all(m);
	assert_string_equal(need_of(m, ARM64, NEED_STD)->remedy, "rustup target add " ARM64);
	free(m->survey->toolchain->origin);
	m->survey->toolchain->origin = xstrdup("/p/rust-toolchain.toml");
	assess_all(m);
	assert_string_equal(need_of(m, ARM64, NEED_STD)->remedy,
		"rustup target add " ARM64 " --toolchain stable-" HOST);
	t->std = STD_SOURCE;
	assess_all(m);
	assert_null(need_of(m, ARM64, NEED_STD)->remedy);
	assert_string_equal(need_state_name(need_of(m, ARM64, NEED_STD)->state), "missing");
}

/* Without a toolchain nothing is said to be ready, and nothing to be absent that cannot be known. */
static void
no_toolchain(void **state)
{
	struct machine *m = *state;

	m->has_toolchain = false;
	put_program(m, "bin/cc");
	look(m);
	assert_readiness(m, HOST, MISSING);
	assert_string_equal(need_state_name(need_of(m, HOST, NEED_STD)->state), "unknown");
}

/* A probe decides: passed makes it ready, failed makes it missing whatever was found. */
static void
probe_decides(void **state)
{
	struct machine *m = *state;
	long i;

	put_program(m, "bin/cc");
	look(m);
	i = survey_find(m->survey, HOST);
	m->survey->states[i].probe.state = PROBE_PASSED;
	assess_conclude(m->survey, (size_t)i);
	assert_readiness(m, HOST, READY);
	m->survey->states[i].probe.state = PROBE_FAILED;
	assess_conclude(m->survey, (size_t)i);
	assert_readiness(m, HOST, MISSING);
	assert_string_equal(state_of(m, HOST)->summary, "probe failed");
}

/* People find the host first, then what they can build for, then what everyone uses. */
static void
order_of_targets(void **state)
{
	struct machine *m = *state;
	size_t *order, len, usable = 0;

	put_program(m, "bin/cc");
	put_program(m, "bin/aarch64-linux-gnu-gcc");
	look(m);
	len = m->survey->targets->len;
	for (size_t i = 0; i < len; i++)
		m->survey->targets->items[i].std = STD_SOURCE;
	m->survey->targets->items[survey_find(m->survey, "x86_64-unknown-haiku")].std =
		STD_INSTALLED;
	assess_all(m);
	order = survey_order(m->survey);
	assert_string_equal(m->survey->targets->items[order[0]].triple, HOST);
	assert_string_equal(m->survey->targets->items[order[1]].triple, "x86_64-unknown-haiku");
	assert_string_equal(m->survey->targets->items[order[2]].triple, ARM64);
	for (size_t i = 0; i < len; i++)
		usable += order[i] < len;
	assert_int_equal(usable, len);
	free(order);
}

#define MACHINE_TEST(test) cmocka_unit_test_setup_teardown(test, machine_setup, machine_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(host_links_with_cc),
		MACHINE_TEST(foreign_linker_missing),
		MACHINE_TEST(foreign_linker_found),
		MACHINE_TEST(linkers_in_order),
		MACHINE_TEST(configured_linker_found),
		MACHINE_TEST(configured_linker_missing),
		MACHINE_TEST(configured_by_environment),
		MACHINE_TEST(bundled_lld),
		MACHINE_TEST(linker_of_its_own),
		MACHINE_TEST(musl_here),
		MACHINE_TEST(musl_elsewhere),
		MACHINE_TEST(musl_host),
		MACHINE_TEST(freebsd_sysroot),
		MACHINE_TEST(c_code_is_for_the_same_system),
		MACHINE_TEST(configured_linker_needs_no_more),
		MACHINE_TEST(windows_tools),
		MACHINE_TEST(compiler_by_environment),
		MACHINE_TEST(runner_found),
		MACHINE_TEST(runner_configured),
		MACHINE_TEST(backends_in_order),
		MACHINE_TEST(backend_without_std),
		MACHINE_TEST(container_wants_engine),
		MACHINE_TEST(container_wants_running_engine),
		MACHINE_TEST(impossible_targets),
		MACHINE_TEST(microsoft),
		MACHINE_TEST(standard_library),
		MACHINE_TEST(no_toolchain),
		MACHINE_TEST(probe_decides),
		MACHINE_TEST(order_of_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
