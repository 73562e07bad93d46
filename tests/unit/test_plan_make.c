/* Tests of plan/make: plans for machines made of a few empty programs. */
#include "unit/help_machine.h"

#include "cli/options.h"
#include "plan/goals.h"
#include "plan/kits.h"
#include "text/json.h"
#include "unit/dice.h"
#include "unit/help_golden.h"

/* ---- whole plans, as people read them ---- */

static const struct golden {
	const char *name;
	struct machine_spec spec;
} goldens[] = {
	{ "plan-debian-root",
		{ .packages = PM_APT,
			.root = ROOT_SELF,
			.reach = { { MUSL, NULL }, { ARM64, NULL }, { WINDOWS, NULL } } } },
	{ "plan-debian-guides",
		{ .packages = PM_APT,
			.root = ROOT_SUDO,
			.has_c_code = true,
			.reach = { { FREEBSD, NULL }, { ARM64, NULL }, { ARMV7, NULL },
				{ MUSL, NULL }, { WINDOWS, NULL } } } },
	{ "plan-fedora-sudo",
		{ .packages = PM_DNF,
			.root = ROOT_SUDO,
			.programs = { "python3" },
			.reach = { { ARM64, NULL }, { WINDOWS, NULL } } } },
	{ "plan-arch",
		{ .packages = PM_PACMAN,
			.root = ROOT_SUDO,
			.update = "pacman -Sy --noconfirm",
			.reach = { { ARM64, NULL }, { MUSL, NULL } } } },
	{ "plan-alpine-no-root",
		{ .host = "x86_64-unknown-linux-musl",
			.packages = PM_APK,
			.root = ROOT_NONE,
			.programs = { "pipx" },
			.reach = { { ARM64, NULL }, { MUSL, NULL } } } },
	{ "plan-macos-brew",
		{ .host = "aarch64-apple-darwin",
			.packages = PM_BREW,
			.root = ROOT_SUDO,
			.reach = { { "x86_64-apple-darwin", NULL }, { MUSL, NULL },
				{ WINDOWS, NULL } } } },
	{ "plan-no-rustup",
		{ .packages = PM_APT,
			.root = ROOT_SUDO,
			.rust = RUST_OF_SYSTEM,
			.reach = { { HOST, NULL }, { MUSL, NULL } } } },
	{ "plan-no-rust",
		{ .packages = PM_APT,
			.root = ROOT_SUDO,
			.rust = RUST_NONE,
			.reach = { { MUSL, NULL } } } },
	{ "plan-kits",
		{ .packages = PM_APT,
			.root = ROOT_SUDO,
			.programs = { "pipx", "clang", "lld-link" },
			.reach = { { MSVC, NULL }, { ANDROID, NULL }, { ARM64, "cross" } } } },
};

static void
check_golden(struct machine *m, const struct golden *g)
{
	struct plan_paper paper = { .dir = bed_path(m->bed, "ws"),
		.root = g->spec.root,
		.bold = "",
		.dim = "",
		.warn = "",
		.plain = "" };
	struct str text = STR_INIT, shown = STR_INIT;

	if (!machine_plan(m, &g->spec))
		fail_msg("%s: %s", g->name, m->err.message);
	plan_text(m->plan, &paper, &text);
	machine_print(m, &text, &shown);
	golden_check_text(g->name, str_span(&shown));
	str_fini(&shown);
	str_fini(&text);
}

/* A person on a typical machine reads a plan that is right for it. */
static void
typical_machines(void **state)
{
	for (size_t i = 0; i < COUNT(goldens); i++)
		check_golden(*state, &goldens[i]);
}

/* ---- what is true of every plan ---- */

static void
check_order(const struct plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct step *step = &p->items[i];

		assert_int_equal(plan_find(p, step->id), i);
		assert_true(*step->title && *step->why);
		for (const char *const *id = step->after; *id; id++) {
			long at = plan_find(p, *id);
			if (at < 0 || at >= (long)i)
				fail_msg("%s waits for %s, which is at %ld", step->id, *id, at);
		}
	}
}

static void
check_kinds(const struct plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct step *s = &p->items[i];

		assert_int_equal(s->kind == STEP_RUN || s->kind == STEP_PROBE, s->argv != NULL);
		assert_int_equal(s->kind == STEP_DOWNLOAD, s->url != NULL);
		assert_int_equal(s->kind == STEP_EDIT, s->keys != NULL);
		assert_int_equal(s->kind == STEP_EDIT, s->diff || s->conflict);
		assert_int_equal(
			s->kind == STEP_DOWNLOAD || s->kind == STEP_EXTRACT || s->kind == STEP_EDIT,
			s->path != NULL);
		if (s->path)
			assert_true(path_is_absolute(s->path));
		if (s->argv && s->argv[0])
			assert_string_not_equal(s->argv[0], "sudo");
	}
}

static size_t
count_of(const struct plan *p, const char *id)
{
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		count += text_starts(p->items[i].id, id);
	return count;
}

static void
random_spec(struct dice *d, struct machine_spec *spec)
{
	static const char *const targets[] = { HOST, ARM64, ARMV7, MUSL, WINDOWS, MSVC, FREEBSD,
		MAC, ANDROID, RISCV, "wasm32-unknown-unknown", "aarch64-unknown-linux-musl",
		"thumbv7em-none-eabihf", "arm-unknown-linux-gnueabihf", "x86_64-unknown-netbsd",
		"mips-unknown-linux-gnu" };
	static const char *const programs[] = { "aarch64-linux-gnu-gcc", "clang", "ld.lld",
		"docker", "podman", "pipx", "uv", "cross", "zig", "python-zig", "cargo-zigbuild",
		"lld" };

	*spec = (struct machine_spec){ .packages = (enum package_manager)dice_below(d, PM_BREW + 1),
		.root = (enum root_way)dice_below(d, ROOT_NONE + 1),
		.rust = (enum machine_rust)dice_below(d, RUST_PIN_MISSING + 1),
		.has_c_code = dice_below(d, 2),
		.has_no_workspace = dice_below(d, 4) == 0,
		.runners = dice_below(d, 2),
		.update = dice_below(d, 2) ? "update" : NULL };
	for (size_t i = 0, n = dice_below(d, 6); i < n; i++)
		spec->programs[i] = programs[dice_below(d, COUNT(programs))];
	for (size_t i = 0, n = 1 + dice_below(d, 8); i < n; i++)
		spec->reach[i].triple = targets[dice_below(d, COUNT(targets))];
}

static void
format_all(const struct machine *m, struct str *out)
{
	struct plan_paper paper = { bed_path(m->bed, "ws"), ROOT_SUDO, "", "", "", "" };
	struct json *json = plan_json(m->plan);

	plan_text(m->plan, &paper, out);
	json_print(json, out);
	json_free(json);
	plan_script(m->plan, paper.dir, "them", out);
}

/* Whatever the machine: each step comes after what it waits for, packages are one call, and the
 * same machine gives the same plan. */
static void
any_machine(void **state)
{
	struct machine *m = *state;
	struct dice d = { 5 };

	for (int round = 0; round < 60; round++) {
		struct str first = STR_INIT, again = STR_INIT;
		struct machine_spec spec;

		random_spec(&d, &spec);
		if (!machine_plan(m, &spec))
			fail_msg("%s", m->err.message);
		check_order(m->plan);
		check_kinds(m->plan);
		assert_true(count_of(m->plan, "packages:") <= 1);
		format_all(m, &first);
		assert_non_null(machine_plan(m, &spec));
		format_all(m, &again);
		assert_string_equal(str_cstr(&first), str_cstr(&again));
		str_fini(&first);
		str_fini(&again);
	}
}

/* ---- single promises ---- */

/* What is here already makes no step: a machine that has all gets the probe alone. */
static void
nothing_twice(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.programs = { "aarch64-linux-gnu-gcc" },
		.installed = { ARM64 },
		.reach = { { ARM64, NULL }, { ARM64, "zig" } } };

	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target." ARM64 "]\nlinker = \"aarch64-linux-gnu-gcc\"\n");
	assert_non_null(machine_plan(m, &spec));
	assert_int_equal(m->plan->count, 1);
	assert_string_equal(m->plan->items[0].id, "probe:" ARM64);
	m->survey->states[survey_find(m->survey, ARM64)].readiness = READY;
	plan_free(m->plan);
	m->plan = plan_make(m->survey,
		&(struct plan_query){ .reach = spec.reach, .count = 1, .packages = PM_APT },
		&m->err);
	assert_int_equal(m->plan->count, 0);
}

/* A toolchain that a file pins gets its standard library by name, after it was installed. */
static void
pinned_toolchain(void **state)
{
	struct machine *m = *state;
	struct machine_spec pinned = { .toolchain = "1.80.0-" HOST, .reach = { { MUSL, NULL } } };
	struct machine_spec absent = { .rust = RUST_PIN_MISSING, .reach = { { MUSL, NULL } } };

	assert_non_null(machine_plan(m, &pinned));
	assert_string_equal(machine_step(m, "std:" MUSL)->title,
		"rustup target add " MUSL " --toolchain 1.80.0-" HOST);
	assert_non_null(machine_plan(m, &absent));
	assert_string_equal(
		machine_step(m, "toolchain:1.80.0")->title, "rustup toolchain install 1.80.0");
	assert_string_equal(machine_step(m, "std:" MUSL)->title,
		"rustup target add " MUSL " --toolchain 1.80.0");
	assert_string_equal(machine_step(m, "std:" MUSL)->after[0], "toolchain:1.80.0");
}

/* The file that cargo reads is the one that is edited, also where it has no extension. */
static void
config_without_extension(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .reach = { { ARM64, NULL } } };

	bed_write(m->bed, "ws/.cargo/config", "# mine\n[build]\njobs = 2\n");
	assert_non_null(machine_plan(m, &spec));
	assert_true(text_ends(machine_step(m, "config:" ARM64)->path, "/ws/.cargo/config"));
	assert_non_null(strstr(machine_step(m, "config:" ARM64)->diff, "+linker = \"aarch64-"));
}

/* A linker that the configuration names, and that a package brings, is installed and not
 * replaced. */
static void
configured_linker_is_installed(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .reach = { { ARM64, NULL } } };

	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target." ARM64 "]\nlinker = \"aarch64-linux-gnu-gcc\"\n");
	assert_non_null(machine_plan(m, &spec));
	machine_step(m, "packages:gcc-aarch64-linux-gnu");
	assert_int_equal(plan_find(m->plan, "config:" ARM64), -1);
}

/* A linker that the configuration names and nothing brings is a conflict that shows both values. */
static void
wrong_linker_is_a_conflict(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .reach = { { ARM64, NULL } } };
	const struct step *step;

	bed_write(
		m->bed, "ws/.cargo/config.toml", "[target." ARM64 "]\nlinker = \"/opt/no/gcc\"\n");
	assert_non_null(machine_plan(m, &spec));
	step = machine_step(m, "config:" ARM64);
	assert_null(step->diff);
	assert_non_null(strstr(step->conflict, "\"/opt/no/gcc\""));
	assert_non_null(strstr(step->conflict, "\"aarch64-linux-gnu-gcc\""));
	assert_non_null(strstr(step->conflict, "config.toml:2"));
}

/* A variable that names a linker which is not here wins over every file: only a person can unset
 * it. */
static void
variable_is_told(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .reach = { { ARM64, NULL } } };

	setenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "no-such-gcc", 1);
	assert_non_null(machine_plan(m, &spec));
	unsetenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
	assert_string_equal(
		machine_step(m, "variable:CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER")->title,
		"unset CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
	assert_int_equal(count_of(m->plan, "config:"), 0);
}

/* Two targets in one file: the second diff goes on where the first one ends. */
static void
diffs_build_on_another(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.reach = { { ARM64, NULL }, { ARMV7, NULL } } };

	assert_non_null(machine_plan(m, &spec));
	assert_non_null(strstr(machine_step(m, "config:" ARM64)->diff, "--- /dev/null\n"));
	assert_non_null(strstr(machine_step(m, "config:" ARMV7)->diff,
		" linker = \"aarch64-linux-gnu-gcc\"\n+\n+[target." ARMV7 "]\n"));
}

/* A file that cannot be written becomes something to do by hand, with what to write. */
static void
file_of_a_folder(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.programs = { "aarch64-linux-gnu-gcc" },
		.reach = { { ARM64, NULL } } };

	bed_dirs(m->bed, "ws/.cargo/config.toml/x");
	machine_plan(m, &spec);
	if (!m->plan) /* cargo's configuration cannot be read either */
		assert_int_not_equal(m->err.kind, ERR_NONE);
	else
		assert_int_equal(machine_step(m, "config:" ARM64)->kind, STEP_NOTE);
}

/* Without C code musl needs no compiler of its own, with it it does. */
static void
c_code_needs_a_compiler(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .reach = { { MUSL, NULL } } };

	assert_non_null(machine_plan(m, &spec));
	assert_int_equal(count_of(m->plan, "packages:"), 0);
	spec.has_c_code = true;
	assert_non_null(machine_plan(m, &spec));
	assert_string_equal(
		machine_step(m, "packages:musl-tools")->why, "musl-tools compiles C for " MUSL);
}

/* Runners are installed when they are asked for, in the same call. */
static void
runners_when_asked(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = {
		.packages = PM_APT, .runners = true, .reach = { { ARM64, NULL } }
	};

	assert_non_null(machine_plan(m, &spec));
	machine_step(m, "packages:gcc-aarch64-linux-gnu,qemu-user-static");
	assert_string_equal(machine_step(m, "probe:" ARM64)->why,
		"compile, link, run with qemu-aarch64-static");
}

/* sccache is installed and put before rustc when it is asked for, in the user's own file, and never over
 * another wrapper. */
static void
sccache_when_asked(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .sccache = true };
	const struct step *edit;

	assert_non_null(machine_plan(m, &spec));
	machine_step(m, "packages:sccache");
	edit = machine_step(m, "config:sccache");
	assert_string_equal(edit->path, bed_path(m->bed, "cargo-home/config.toml"));
	assert_non_null(strstr(edit->diff, "+rustc-wrapper = \"sccache\""));
	bed_write(m->bed, "cargo-home/config.toml", "[build]\nrustc-wrapper = \"mine\"\n");
	assert_non_null(machine_plan(m, &spec));
	assert_non_null(machine_step(m, "config:sccache")->conflict);
	bed_write(m->bed, "cargo-home/config.toml", "[build]\nrustc-wrapper = \"/opt/sccache\"\n");
	spec.programs[0] = "sccache";
	assert_non_null(machine_plan(m, &spec));
	assert_int_equal(m->plan->count, 0);
	spec.sccache = false;
	unlink(bed_path(m->bed, "cargo-home/config.toml"));
	assert_non_null(machine_plan(m, &spec));
	assert_int_equal(m->plan->count, 0);
}

/* A package that brings a linker without a libc is not taken for one that links. */
static void
kernel_compilers_do_not_link(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_DNF, .reach = { { ARM64, NULL } } };

	assert_non_null(machine_plan(m, &spec));
	assert_string_equal(machine_step(m, "probe:" ARM64)->backend, "zig");
}

/* A way that lacks nothing is taken before one that has to be installed. */
static void
what_is_here_is_taken(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.programs = { "zig", "cargo-zigbuild" },
		.reach = { { ARM64, NULL } } };

	assert_non_null(machine_plan(m, &spec));
	assert_string_equal(machine_step(m, "probe:" ARM64)->backend, "zig");
	assert_int_equal(count_of(m->plan, "packages:"), 0);
}

/* A linker that is named and made for this machine is a conflict, though it is there. */
static void
host_linker_is_a_conflict(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .reach = { { ARM64, NULL } } };

	bed_write(m->bed, "ws/.cargo/config.toml", "[target." ARM64 "]\nlinker = \"cc\"\n");
	assert_non_null(machine_plan(m, &spec));
	assert_non_null(strstr(machine_step(m, "config:" ARM64)->conflict, "\"cc\""));
	machine_step(m, "packages:gcc-aarch64-linux-gnu");
}

/* A variable that names a zig which is not there wins over one that could be installed. */
static void
zig_by_variable(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = {
		.packages = PM_APT, .programs = { "cargo-zigbuild" }, .reach = { { ARM64, "zig" } }
	};

	setenv("CARGO_ZIGBUILD_ZIG_PATH", "/no/zig", 1);
	assert_non_null(machine_plan(m, &spec));
	unsetenv("CARGO_ZIGBUILD_ZIG_PATH");
	assert_string_equal(machine_step(m, "variable:CARGO_ZIGBUILD_ZIG_PATH")->title,
		"unset CARGO_ZIGBUILD_ZIG_PATH");
	assert_int_equal(count_of(m->plan, "pypi:"), 0);
}

/* Microsoft's SDK is fetched by cargo-xwin, so after it. */
static void
kit_waits_for_its_tool(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = {
		.packages = PM_APT, .programs = { "uv" }, .reach = { { MSVC, NULL } }
	};
	const struct step *kit;
	bool waits = false;

	assert_non_null(machine_plan(m, &spec));
	assert_string_equal(
		machine_step(m, "pypi:cargo-xwin")->title, "uv tool install cargo-xwin");
	kit = machine_step(m, "kit:windows-sdk");
	assert_non_null(kit->license);
	for (const char *const *id = kit->after; *id; id++)
		waits = waits || text_is(*id, "pypi:cargo-xwin");
	assert_true(waits);
}

/* Wheels: maturin and zig come from PyPI once for all targets, and nothing is compiled. */
static void
wheels(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.reach = { { HOST, "maturin" }, { ARM64, "maturin" }, { MUSL, "maturin" } } };

	assert_non_null(machine_plan(m, &spec));
	assert_int_equal(count_of(m->plan, "pypi:"), 2);
	assert_int_equal(count_of(m->plan, "cargo:"), 0);
	assert_string_equal(machine_step(m, "zig-name")->after[0], "pypi:ziglang");
}

/* Cross.toml says which image is pulled, and that none is when cross builds it. */
static void
images(void **state)
{
	static const struct {
		const char *text, *id;
	} rows[] = {
		{ "", "image:ghcr.io/cross-rs/" ARM64 ":0.2.5" },
		{ "[target." ARM64 "]\nimage = \"my/image:1\"\n", "image:my/image:1" },
		{ "[target." ARM64 "]\nimage = { name = \"my/image:2\" }\n", "image:my/image:2" },
		{ "[target." ARM64 "]\ndockerfile = \"x\"\n", NULL },
		{ "[target." ARM64 "]\npre-build = [\"true\"]\n", NULL },
	};
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.programs = { "cross", "podman" },
		.reach = { { ARM64, "cross" } } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		bed_write(m->bed, "ws/Cross.toml", rows[i].text);
		assert_non_null(machine_plan(m, &spec));
		assert_int_equal(count_of(m->plan, "image:"), rows[i].id != NULL);
		if (rows[i].id)
			assert_string_equal(machine_step(m, rows[i].id)->argv[0], "podman");
	}
}

/* Another way than the preferred one is kept in xtui.toml, so that builds take it, too. */
static void
chosen_backend_is_kept(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.programs = { "zig", "cargo-zigbuild" },
		.installed = { ARM64 },
		.reach = { { ARM64, "zig" } } };

	bed_write(m->bed, "ws/xtui.toml", "targets = [\"" ARM64 "\"]\n");
	assert_non_null(machine_plan(m, &spec));
	assert_non_null(strstr(machine_step(m, "choice:" ARM64)->diff, "+backend = \"zig\"\n"));
}

/* An SDK that is here already is not fetched again. */
static void
kit_that_is_here(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = {
		.packages = PM_APT, .programs = { "cargo-ndk" }, .reach = { { ANDROID, NULL } }
	};

	assert_non_null(machine_plan(m, &spec));
	assert_non_null(machine_step(m, "download:android-ndk")->license);
	bed_dirs(m->bed, "Android/Sdk/ndk/26.1.0");
	assert_non_null(machine_plan(m, &spec));
	assert_int_equal(count_of(m->plan, "download:"), 0);
}

/* What cannot be is said: a target nobody knows, and a way that does not lead there. */
static void
mistakes_are_named(void **state)
{
	static const struct {
		struct reach reach;
		const char *message;
	} rows[] = {
		{ { "aarch64-unknown-linux-gun", NULL }, "aarch64-unknown-linux-gun" },
		{ { WINDOWS, "xwin" }, "xwin cannot build for it from here" },
		{ { ARM64, "magic" }, "magic cannot build for it from here" },
	};
	struct machine *m = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct machine_spec spec = { .packages = PM_APT, .reach = { rows[i].reach } };

		assert_null(machine_plan(m, &spec));
		assert_int_equal(m->err.kind, ERR_USAGE);
		assert_non_null(strstr(m->err.message, rows[i].message));
	}
}

/* A target that nothing reaches gets a note that says so, not silence. */
static void
impossible_target(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.reach = { { "aarch64-apple-ios", NULL } } };

	assert_non_null(machine_plan(m, &spec));
	assert_string_equal(machine_step(m, "impossible:aarch64-apple-ios")->title,
		"aarch64-apple-ios cannot be built from here");
}

/* ---- tables ---- */

/* The tables that ship are without mistakes, and goals name targets and ways that there are. */
static void
tables_are_sound(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .reach = { { HOST, NULL } } };
	struct arena arena = ARENA_INIT;
	struct goals goals;
	struct kits kits;

	assert_non_null(machine_plan(m, &spec));
	if (!goals_load(&arena, HOST, &goals, &m->err) || !kits_load(&arena, &kits, &m->err))
		fail_msg("%s", m->err.message);
	assert_true(goals.count >= 8 && kits.count >= 2);
	for (size_t i = 0; i < goals.count; i++) {
		struct plan_query q = { .reach = goals.items[i].reach,
			.count = goals.items[i].count,
			.packages = PM_APT };

		plan_free(m->plan);
		m->plan = plan_make(m->survey, &q, &m->err);
		if (!m->plan)
			fail_msg("%s: %s", goals.items[i].name, m->err.message);
		if (!strstr(command_find("setup")->details, goals.items[i].name))
			fail_msg("%s: not in the help of setup", goals.items[i].name);
		assert_int_equal(count_of(m->plan, "impossible:"), 0);
	}
	assert_null(goals_find(&goals, "rasberry-pi", &m->err));
	assert_non_null(strstr(m->err.message, "did you mean raspberry-pi?"));
	arena_fini(&arena);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, machine_setup, machine_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(typical_machines),
		TEST(any_machine),
		TEST(nothing_twice),
		TEST(pinned_toolchain),
		TEST(config_without_extension),
		TEST(configured_linker_is_installed),
		TEST(wrong_linker_is_a_conflict),
		TEST(variable_is_told),
		TEST(diffs_build_on_another),
		TEST(file_of_a_folder),
		TEST(c_code_needs_a_compiler),
		TEST(runners_when_asked),
		TEST(sccache_when_asked),
		TEST(kernel_compilers_do_not_link),
		TEST(what_is_here_is_taken),
		TEST(host_linker_is_a_conflict),
		TEST(zig_by_variable),
		TEST(kit_waits_for_its_tool),
		TEST(wheels),
		TEST(images),
		TEST(chosen_backend_is_kept),
		TEST(kit_that_is_here),
		TEST(mistakes_are_named),
		TEST(impossible_target),
		TEST(tables_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
