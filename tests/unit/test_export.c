/* Exported files: what each format says for a choice, and that it hangs on nothing but the choice. */
#include <stdio.h>
#include "unit/help_machine.h"
#include "rust/choice.h"
#include "unit/dice.h"
#include "unit/help_golden.h"
#include "unit/triples.h"
#include "build/order.h"
#include "export/file.h"
#include "plan/undo.h"
#include "rust/profile.h"
#include "text/toml.h"

#define WASM "wasm32-wasip1"
#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

static const struct machine_spec bare = { .packages = PM_APT, .root = ROOT_SUDO };

/* ---- a project ---- */

/* greet: a program, a C library and an example; one crate with C. */
static void
make_project(struct machine *m)
{
	static const char *const without[] = { "admin", NULL };
	static struct crate_target targets[] = { { "greet", "bin" },
		{ "greet-admin", "bin", without }, { "greet-ffi", "cdylib" },
		{ "greet-ffi", "staticlib" }, { "loop", "example" } };
	static struct package packages[] = { { .name = "greet",
		.is_default = true,
		.targets = targets,
		.target_count = COUNT(targets) } };
	struct workspace *ws = m->survey->workspace;

	packages[0].manifest = ws->manifest;
	ws->name = "greet";
	ws->complete = true;
	ws->packages = packages;
	ws->package_count = 1;
	ws->target_dir = bed_path(m->bed, "ws/target");
	ws->build_dir = ws->target_dir;
	assert_true(file_write(
		bed_path(m->bed, "ws/Cargo.toml"), SPAN("[package]\nname = \"greet\"\n"), NULL));
	assert_true(file_write(bed_path(m->bed, "ws/Cargo.lock"), SPAN(""), NULL));
}

static void
write_choice(struct machine *m, const char *text)
{
	assert_true(file_write(bed_path(m->bed, "ws/xtui.toml"), span_of(text), NULL));
}

/* The machine with its project; the choice is written. */
static void
look(struct machine *m, const struct machine_spec *spec, const char *choice)
{
	machine_forget(m);
	machine_programs(m, spec);
	machine_survey(m, spec);
	make_project(m);
	write_choice(m, choice);
}

/* The file of a format, or NULL with m->err. */
static struct export_file *
prepare(struct machine *m, const char *format)
{
	const struct export_format *f = export_format_find(format, &m->err);
	const struct survey *s = m->survey;
	struct choice *choice = choice_load(s->workspace->root, &m->err);
	struct profile *profile = profile_load("release", s->workspace, s->conf, &m->err);
	struct export_file *file = NULL;
	struct order order;

	assert_non_null(f);
	assert_non_null(choice);
	assert_non_null(profile);
	assert_true(choice_apply(choice, profile, &m->err));
	order_make(&order, NULL, choice, false);
	order.run.survey = s;
	order.run.profile = profile;
	file = export_prepare(f, &order.run, NULL, NULL, &m->err);
	order_fini(&order);
	profile_free(profile);
	choice_free(choice);
	return file;
}

/* Its text, in the bed's arena. */
static const char *
text_of(struct machine *m, const char *format)
{
	struct export_file *f = prepare(m, format);
	const char *text;

	if (!f)
		fail_msg("%s: %s", format, m->err.message);
	text = arena_span(&m->bed->arena, str_span(&f->after));
	export_file_free(f);
	return text;
}

static void
assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void
assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static const char rich[] =
	"targets = [\"" HOST "\", \"" ARM64 "\", \"" MUSL "\", \"" WINDOWS "\", \"" MSVC
	"\", \"" MAC "\", \"" FREEBSD "\", \"aarch64-unknown-freebsd\", \"" ARMV7 "\", \"" WASM
	"\", \"" ANDROID "\"]\nfeatures = [\"tls\"]\n[profile]\npreset = \"small\"\n"
	"[target." ARM64 "]\nbackend = \"zig\"\nglibc = \"2.17\"\n"
	"[target." ARMV7 "]\nbackend = \"cross\"\n"
	"[target.aarch64-unknown-freebsd]\nbackend = \"native\"\n";

/* ---- what they say ---- */

/* Each format for eleven targets by six backends. */
static void
every_format(void **state)
{
	struct machine *m = *state;

	look(m, &(struct machine_spec){ .packages = PM_APT, .root = ROOT_SUDO, .has_c_code = true },
		rich);
	for (const struct export_format *f = export_formats; f->name; f++) {
		const char *text = text_of(m, f->name);
		struct str plain = STR_INIT;
		struct str raw = STR_INIT;

		str_append(&raw, text);
		machine_print(m, &raw, &plain);
		golden_check_text(
			arena_printf(&m->bed->arena, "export-%s", f->name), str_span(&plain));
		str_fini(&raw);
		str_fini(&plain);
	}
}

/* A machine that has everything and one that has nothing make the same files; so does a Mac, but
 * for what is made for the machine itself. */
static void
only_the_choice_counts(void **state)
{
	static const char *const everywhere[] = { "github", "gitlab", "dockerfile" };
	const struct machine_spec full = { .packages = PM_DNF,
		.root = ROOT_SELF,
		.programs = { "zig", "cargo-zigbuild", "cross", "podman", "clang", "ld.lld",
			"aarch64-linux-gnu-gcc" },
		.installed = { ARM64, MUSL, FREEBSD } };
	const struct machine_spec mac = { .host = MAC, .packages = PM_BREW, .root = ROOT_SUDO };
	const char *first[8];
	size_t i = 0;

	look(*state, &bare, rich);
	for (const struct export_format *f = export_formats; f->name; f++)
		first[i++] = text_of(*state, f->name);
	look(*state, &full, rich);
	i = 0;
	for (const struct export_format *f = export_formats; f->name; f++)
		assert_string_equal(text_of(*state, f->name), first[i++]);
	look(*state, &mac, rich);
	for (i = 0; i < COUNT(everywhere); i++)
		assert_string_equal(text_of(*state, everywhere[i]), first[i]);
}

/* A native backend that was chosen stays on Linux, where it is here; what nobody chose goes to a
 * machine of its own system. */
static void
machines(void **state)
{
	const char *text;

	look(*state, &bare, "targets = [\"" FREEBSD "\", \"" MAC "\", \"" MSVC "\"]\n");
	text = text_of(*state, "github");
	assert_has(text, "uses: vmactions/freebsd-vm@");
	assert_has(text, "runner: macos-15");
	assert_has(text, "runner: windows-2025");
	assert_lacks(text, "base.txz");
	look(*state, &bare,
		"targets = [\"" FREEBSD "\", \"" MAC "\", \"" MSVC "\"]\n[target." FREEBSD
		"]\nbackend = \"native\"\n[target." MAC "]\nbackend = \"zig\"\n[target." MSVC
		"]\nbackend = \"xwin\"\n");
	text = text_of(*state, "github");
	assert_lacks(text, "vmactions");
	assert_lacks(text, "macos-15");
	assert_lacks(text, "windows-2025");
	assert_has(text, "amd64/amd64/14.4-RELEASE/base.txz");
	assert_has(text, "cargo zigbuild");
	assert_has(text, "XWIN_ACCEPT_LICENSE: '1'");
}

/* With one way to build, no step asks which it is. */
static void
one_way_needs_no_conditions(void **state)
{
	const char *text;

	look(*state, &bare, "targets = [\"" HOST "\", \"" ARM64 "\"]\n");
	text = text_of(*state, "github");
	assert_lacks(text, "method");
	assert_has(text,
		"- name: Build\n        run: cargo build --locked --release --target ${{ "
		"matrix.target }}\n");
	assert_has(text, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER: aarch64-linux-gnu-gcc");
}

/* C code for a musl target of another processor takes zig, since no package compiles it; pure Rust
 * does not. */
static void
c_code_decides(void **state)
{
	look(*state, &bare, "targets = [\"" ARM64_MUSL "\"]\n");
	assert_has(text_of(*state, "github"),
		"CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER: rust-lld");
	look(*state,
		&(struct machine_spec){ .packages = PM_APT, .root = ROOT_SUDO, .has_c_code = true },
		"targets = [\"" ARM64_MUSL "\"]\n");
	assert_has(text_of(*state, "github"), "cargo zigbuild");
}

/* C code for WebAssembly gets the compiler and the flags that xtui's own builds give it, and the headers of
 * WASI's C library; pure Rust needs none of it. */
static void
c_code_for_webassembly(void **state)
{
	static const char choice[] = "targets = [\"" WASM "\", \"wasm32-unknown-unknown\"]\n";
	static const char *const formats[] = { "github", "gitlab", "dockerfile", "script" };
	static const char *const words[] = { "CC_wasm32_wasip1", "CFLAGS_wasm32_wasip1",
		"--target=wasm32-wasi", "CC_wasm32_unknown_unknown", "AR_wasm32_unknown_unknown",
		"--target=wasm32-unknown-unknown", "wasi-libc" };

	for (size_t i = 0; i < COUNT(formats); i++) {
		look(*state, &bare, choice);
		assert_lacks(text_of(*state, formats[i]), "--target=wasm32-wasi");
		assert_lacks(text_of(*state, formats[i]), "wasi-libc");
		look(*state,
			&(struct machine_spec){
				.packages = PM_APT, .root = ROOT_SUDO, .has_c_code = true },
			choice);
		for (size_t w = 0; w < COUNT(words); w++)
			assert_has(text_of(*state, formats[i]), words[w]);
	}
}

/* A floor of glibc's is zig's to keep. */
static void
a_floor_takes_zig(void **state)
{
	look(*state, &bare, "targets = [\"" ARM64 "\"]\n[target." ARM64 "]\nglibc = \"2.17\"\n");
	assert_has(text_of(*state, "github"), "word: aarch64-unknown-linux-gnu.2.17");
	assert_has(text_of(*state, "script"),
		"cargo zigbuild --locked --release --target " ARM64 ".2.17");
}

/* What a release is pinned to is the image's, too. */
static void
pinned_rust(void **state)
{
	struct machine *m = *state;
	const char *pin = bed_path(m->bed, "ws/rust-toolchain.toml");

	look(m, &bare, "targets = [\"" ARM64 "\"]\n");
	assert_has(text_of(m, "github"), "RUSTUP_TOOLCHAIN: stable");
	assert_has(text_of(m, "gitlab"), "image: rust:1.96-slim-bookworm");
	assert_true(file_write(pin, SPAN("[toolchain]\nchannel = \"1.92\"\n"), NULL));
	assert_lacks(text_of(m, "github"), "RUSTUP_TOOLCHAIN");
	assert_has(text_of(m, "github"), "rustup toolchain install --no-self-update");
	assert_has(text_of(m, "gitlab"), "image: rust:1.92-slim-bookworm");
	assert_has(text_of(m, "dockerfile"), "ARG RUST_IMAGE=rust:1.92-slim-bookworm");
	assert_true(file_write(pin, SPAN("[toolchain]\npath = \"/opt/rust\"\n"), NULL));
	assert_lacks(text_of(m, "github"), "RUSTUP_TOOLCHAIN");
	assert_true(file_write(pin, SPAN("[toolchain]\nchannel = \"nightly-2026-11-01\"\n"), NULL));
	write_choice(m, "targets = [\"" ARM64 "\"]\n[target." ARM64 "]\nbuild-std = \"std\"\n");
	assert_has(text_of(m, "github"), "toolchain: nightly-2026-11-01");
	assert_has(text_of(m, "script"), "export RUSTUP_TOOLCHAIN=nightly-2026-11-01");
}

/* Programs that want features are left out unless they are named; names are those that the system
 * gives. */
static void
files_that_come_out(void **state)
{
	const char *text;

	look(*state, &bare,
		"targets = [\"" HOST "\", \"" WINDOWS "\", \"" MUSL "\", \"" MAC "\", \"" MSVC
		"\"]\n");
	text = text_of(*state, "github");
	assert_lacks(text, "greet-admin");
	assert_has(text, "files: greet libgreet_ffi.so libgreet_ffi.a");
	assert_has(text, "files: greet.exe greet_ffi.dll libgreet_ffi.a");
	assert_has(text, "files: greet libgreet_ffi.a\n");
	assert_has(text, "files: greet libgreet_ffi.dylib libgreet_ffi.a");
	assert_has(text, "files: greet.exe greet_ffi.dll greet_ffi.lib");
	look(*state, &bare,
		"targets = [\"" HOST "\"]\nbins = [\"greet-admin\"]\nexamples = [\"loop\"]\n");
	assert_has(text_of(*state, "github"), "files: greet-admin examples/loop");
}

/* A library has nothing to hand out: it is built, and nothing is packed, uploaded or released.
 * Where one target alone has no file, the others are packed. */
static void
libraries(void **state)
{
	struct machine *m = *state;
	static struct crate_target lib[] = { { "greet", "rlib" }, { "greet", "cdylib" } };
	const char *text;

	look(m, &bare, "targets = [\"" ARM64 "\", \"" MUSL "\"]\n");
	m->survey->workspace->packages = &(struct package){ .name = "greet",
		.manifest = m->survey->workspace->manifest,
		.is_default = true,
		.targets = lib,
		.target_count = 2 };
	text = text_of(m, "github");
	assert_has(text, "if: matrix.files\n");
	assert_has(text_of(m, "gitlab"), "FILES:-}\" ] || exit 0");
	m->survey->workspace->packages->target_count = 1;
	text = text_of(m, "github");
	assert_has(text, "cargo build --locked");
	assert_lacks(text, "Pack");
	assert_lacks(text, "upload-artifact");
	assert_lacks(text, "release:");
	assert_lacks(text_of(m, "gitlab"), "FILES");
	assert_lacks(text_of(m, "dockerfile"), "cp -R");
	assert_lacks(text_of(m, "script"), "keep");
}

/* What xtui.toml tells rustc for one target goes with it, and options of a package; flags with
 * blanks, which no variable can tell, are arguments. */
static void
tuned_targets(void **state)
{
	const char *text;

	look(*state, &bare,
		"targets = [\"" ARM64 "\", \"" MUSL "\", \"" MAC "\"]\n"
		"[profile]\nset = [\"package.serde.opt-level=3\", \"lto=thin\"]\n"
		"[target." ARM64 "]\ntarget-cpu = \"cortex-a72\"\ncrt-static = true\n"
		"linker = \"tools/my-ld\"\n"
		"[target." MUSL "]\nrustflags = [\"--cfg\", \"a b\"]\n");
	text = text_of(*state, "github");
	assert_has(text,
		"CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS: '-C target-cpu=cortex-a72 -C "
		"target-feature=+crt-static'");
	assert_has(text, "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER: tools/my-ld");
	assert_has(text, "CARGO_PROFILE_RELEASE_LTO: thin");
	assert_has(text, "--config profile.release.package.serde.opt-level=3");
	assert_has(text, "'target." MUSL ".rustflags=[\"--cfg\", \"a b\"]'");
	text = text_of(*state, "cargo-config");
	assert_has(text, "[profile.release.package.serde]\nopt-level = 3");
	assert_has(text,
		"rustflags = [\"-Ctarget-cpu=cortex-a72\", \"-Ctarget-feature=+crt-static\"]");
}

/* ---- texts that would mean something ---- */

/* Names with quotes, blanks, dollars and expressions come through as they are, for each syntax. */
static void
hostile_names(void **state)
{
	const char *text;

	look(*state, &bare,
		"targets = [\"" HOST "\"]\npackages = [\"greet\"]\n"
		"features = [\"a b\", \"$(id)\", \"${{ secrets.X }}\", \"it's\", \"x: y # z\"]\n");
	text = text_of(*state, "github");
	assert_lacks(text, "--features 'a b,$(id),${{ secrets");
	assert_has(text, "'a b,$(id),${{ '${{' }} secrets.X }},it'\\''s,x: y # z'");
	assert_has(text_of(*state, "script"), "'a b,$(id),${{ secrets.X }},it'\\''s,x: y # z'");
	assert_has(text_of(*state, "dockerfile"), "'a b,$(id),${{ secrets.X }},it'\\''s,x: y # z'");
}

/* ---- the files that are there ---- */

/* TOML that a person wrote stays, with its comments; what the choice says is added, and a second
 * time nothing is. */
static void
toml_is_kept(void **state)
{
	struct machine *m = *state;
	const char *path = bed_path(m->bed, "ws/.cargo/config.toml"), *text;
	static const char own[] = "# mine\n[build]\njobs = 3 # few\n\n[target." ARM64
				  "]\nrustflags = [\"-Ctarget-cpu=native\"]\n";
	struct toml *doc;
	struct err err = ERR_INIT;

	assert_true(file_write(path, span_of(own), NULL));
	look(m, &bare, "targets = [\"" ARM64 "\"]\n[profile]\npreset = \"small\"\n");
	text = text_of(m, "cargo-config");
	assert_has(text, "# mine\n[build]\njobs = 3 # few\n");
	doc = toml_parse(text, strlen(text), "config.toml", &err);
	assert_non_null(doc);
	assert_string_equal(
		toml_string(toml_find(toml_root(doc), "target", ARM64, "linker", NULL), ""),
		"aarch64-linux-gnu-gcc");
	assert_string_equal(
		toml_string(toml_find(toml_root(doc), "profile", "release", "lto", NULL), ""),
		"fat");
	toml_free(doc);
	assert_true(file_write(path, span_of(text), NULL));
	assert_string_equal(text_of(m, "cargo-config"), text);
	assert_true(file_write(path, SPAN("[target\n"), NULL));
	assert_null(prepare(m, "cargo-config"));
	assert_int_equal(m->err.kind, ERR_PARSE);
}

/* Right after writing it agrees with the choice; after the choice has changed the first line that
 * differs is named; what is replaced can be put back. */
static void
check_tells(void **state)
{
	struct machine *m = *state;

	setenv("XDG_STATE_HOME", bed_path(m->bed, "state"), 1);
	for (const struct export_format *format = export_formats; format->name; format++) {
		struct export_file *f;
		struct err err = ERR_INIT;

		look(m, &bare, rich);
		f = prepare(m, format->name);
		assert_non_null(f);
		assert_false(export_is_current(f));
		assert_false(export_check(f, &err));
		assert_true(export_file_write(f, m->survey->workspace->root, &err));
		assert_int_equal(file_is_executable(f->path), format->is_program);
		export_file_free(f);
		f = prepare(m, format->name);
		assert_true(export_check(f, &err));
		assert_null(f->diff);
		export_file_free(f);
		look(m, &bare,
			"targets = [\"" ARM64 "\", \"" ARMV7 "\"]\n[profile]\npreset = \"fast\"\n"
			"[target." ARMV7 "]\nbackend = \"cross\"\nimage = \"example.org/x:1\"\n");
		f = prepare(m, format->name);
		assert_non_null(f);
		assert_false(export_check(f, &err));
		assert_int_equal(err.kind, ERR_FAILED);
		assert_has(err.message, ": not what the choice says: found \"");
		assert_true(export_file_write(f, m->survey->workspace->root, &err));
		export_file_free(f);
	}
	unsetenv("XDG_STATE_HOME");
}

/* A workspace below a repository's top: the file goes to the top and every step to the workspace. */
static void
workspace_below_the_top(void **state)
{
	struct machine *m = *state;
	struct export_file *f;
	const char *text;

	bed_dirs(m->bed, ".git");
	look(m, &bare, "targets = [\"" ARM64 "\"]\n");
	f = prepare(m, "github");
	assert_non_null(f);
	assert_string_equal(f->path, bed_path(m->bed, ".github/workflows/xtui.yml"));
	text = str_cstr(&f->after);
	assert_has(text, "working-directory: ws");
	assert_has(text, "workspaces: ws");
	assert_has(text, "path: ws/dist/*.tar.gz");
	assert_has(text, "RUSTUP_TOOLCHAIN: stable");
	export_file_free(f);
	bed_write(m->bed, "rust-toolchain", "1.92.0\n");
	assert_lacks(text_of(m, "github"), "RUSTUP_TOOLCHAIN");
	assert_has(text_of(m, "gitlab"), "image: rust:1.92.0-slim-bookworm");
	f = prepare(m, "dockerfile");
	assert_non_null(f);
	assert_string_equal(f->path, bed_path(m->bed, "ws/Dockerfile"));
	export_file_free(f);
}

/* ---- any choice ---- */

static void
check_bytes(const struct export_file *f)
{
	struct err err = ERR_INIT;
	struct toml *doc;

	for (const unsigned char *c = (const unsigned char *)str_cstr(&f->after); *c; c++)
		assert_true(*c >= ' ' || *c == '\n' || *c == '\t');
	if (!text_ends(f->path, ".toml"))
		return;
	doc = toml_parse(str_cstr(&f->after), f->after.len, f->shown, &err);
	assert_non_null(doc);
	toml_free(doc);
}

static void
roll_choice(struct dice *dice, struct str *out)
{
	static const char *const triples[] = { HOST, ARM64, ARMV7, MUSL, WINDOWS, MSVC, FREEBSD,
		MAC, ANDROID, RISCV, WASM, ARM64_MUSL };
	static const char *const backends[] = { "native", "zig", "cross", "xwin", "ndk" };
	static const char *const parts[] = { "a", " ", "'", "\"", "$", "${{", "}}", "`", "\\", "#",
		": ", "- ", "%", "!", "\t", "*", "é", "|" };
	struct str feature = STR_INIT;
	size_t first = dice_below(dice, COUNT(triples));

	for (size_t n = 1 + dice_below(dice, 6); n > 0; n--)
		str_append(&feature, parts[dice_below(dice, COUNT(parts))]);
	str_append(out, "features = [");
	toml_quote(out, str_span(&feature));
	str_append(out, "]\ntargets = [");
	for (size_t i = 0; i < 3; i++)
		str_appendf(
			out, "%s\"%s\"", i ? ", " : "", triples[(first + i * 5) % COUNT(triples)]);
	str_append(out, "]\n");
	if (dice_below(dice, 2))
		str_appendf(out, "[target.%s]\nbackend = \"%s\"\n", triples[first],
			backends[dice_below(dice, COUNT(backends))]);
	str_fini(&feature);
}

/* Whatever is chosen, with names of any letters: a file is the same twice, has no byte that its
 * readers refuse, and TOML among them is TOML; or it is said why there is none. */
static void
any_choice(void **state)
{
	struct machine *m = *state;
	struct dice dice = { 20261121 };

	for (int round = 0; round < 60; round++) {
		struct str choice = STR_INIT;

		roll_choice(&dice, &choice);
		look(m, &bare, str_cstr(&choice));
		for (const struct export_format *f = export_formats; f->name; f++) {
			struct export_file *once = prepare(m, f->name),
					   *twice = prepare(m, f->name);

			assert_true(!once == !twice && (once || *m->err.message));
			if (once) {
				assert_span(str_span(&once->after), str_cstr(&twice->after));
				check_bytes(once);
			}
			export_file_free(once);
			export_file_free(twice);
		}
		str_fini(&choice);
	}
}

/* ---- mistakes ---- */

static void
refusals(void **state)
{
	struct machine *m = *state;
	struct export_file *f;
	struct err err = ERR_INIT;

	assert_null(export_format_find("githab", &err));
	assert_string_equal(err.remedy, "xtui export github");
	look(m, &bare, "targets = [\"" HOST "\"]\n");
	assert_null(prepare(m, "cross-toml"));
	assert_has(m->err.message, "no target is built by cross");
	assert_null(prepare(m, "cargo-config"));
	assert_has(m->err.message, "nothing for what is chosen");
	look(m, &bare, "targets = [\"aarch64-apple-ios\"]\n");
	assert_null(prepare(m, "gitlab"));
	assert_has(m->err.message, "only a Mac builds it");
	look(m, &bare, "targets = [\"" HOST "\", \"aarch64-apple-ios\"]\n");
	f = prepare(m, "gitlab");
	assert_non_null(f);
	assert_int_equal(f->left.len, 1);
	assert_has(str_cstr(&f->after), "# left out: aarch64-apple-ios: only a Mac builds it");
	export_file_free(f);
	m->survey->workspace->complete = false;
	assert_null(prepare(m, "github"));
	assert_int_equal(m->err.kind, ERR_ENVIRONMENT);
}

/* The table of versions that is built in is whole. */
static void
pins(void **state)
{
	struct pins p;
	struct err err = ERR_INIT;

	assert_true(pins_load(&p, &err));
	assert_int_equal(strlen(pins_action(&p, "checkout").commit), 40);
	assert_null(pins_text(&p, "tool", "nothing"));
	pins_fini(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_format),
		TEST(only_the_choice_counts),
		TEST(machines),
		TEST(one_way_needs_no_conditions),
		TEST(c_code_decides),
		TEST(c_code_for_webassembly),
		TEST(a_floor_takes_zig),
		TEST(pinned_rust),
		TEST(files_that_come_out),
		TEST(libraries),
		TEST(tuned_targets),
		TEST(hostile_names),
		TEST(toml_is_kept),
		TEST(check_tells),
		TEST(workspace_below_the_top),
		TEST(any_choice),
		TEST(refusals),
		TEST(pins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
