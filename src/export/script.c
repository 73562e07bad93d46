/* script: a POSIX shell script that does the set-up that is missing and then builds, a function for
 * each target.
 *
 * Functions at the top are there only when a target calls them. Each target is built in a subshell
 * of its own, so that what one exports is not another's. */
#include "export/format.h"

#include <string.h>
#include "base/count.h"
#include "base/path.h"
#include "build/run.h"
#include "build/way.h"
#include "export/head.h"
#include "host/packages.h"
#include "plan/kits.h"
#include "ready/survey.h"
#include "rust/targets.h"
#include "rust/workspace.h"
#include "text/shell.h"

struct script {
	struct recipe *r;
	struct str *out;
};

/* ---- words ---- */

/* In double quotes: the script's own "$sysroots" and "$ndk" are read, all else is as it is. */
static void
append_value(struct str *out, const char *value, const char *own)
{
	size_t len = strlen(own);

	str_append_char(out, '"');
	while (*value) {
		if (len && strncmp(value, own, len) == 0) {
			str_append(out, own);
			value += len;
			continue;
		}
		if (strchr("\"\\$`", *value))
			str_append_char(out, '\\');
		str_append_char(out, *value++);
	}
	str_append_char(out, '"');
}

static void
append_export(
	struct str *out, const char *indent, const char *name, const char *value, const char *own)
{
	str_appendf(out, "%sexport %s=", indent, name);
	append_value(out, value, own);
	str_append_char(out, '\n');
}

/* "build_x86_64_unknown_linux_gnu" */
static const char *
function_name(struct script *s, const char *triple)
{
	return text_to_underscores(arena_printf(&s->r->arena, "build_%s", triple));
}

/* ---- helpers, as far as they are needed ---- */

static bool
needs_programs(const struct recipe_target *t)
{
	return *t->programs != NULL;
}

static bool
needs_std(const struct recipe_target *t)
{
	return !t->toolchain;
}

static const char text_rust[] = "\n# rust: cargo, from rustup where there is none\n"
				"rust() {\n"
				"\t! command -v cargo >/dev/null || return 0\n"
				"\techo \"cargo is missing: https://rustup.rs\" >&2\n"
				"\texit 3\n"
				"}\n";

static const char text_need[] =
	"\n# root COMMAND...: runs it as root\n"
	"root() {\n"
	"\tif [ \"$(id -u)\" -eq 0 ]; then\n\t\t\"$@\"\n"
	"\telif command -v sudo >/dev/null; then\n\t\tsudo \"$@\"\n"
	"\telif command -v doas >/dev/null; then\n\t\tdoas \"$@\"\n"
	"\telse\n\t\techo \"for an administrator: $*\" >&2\n\t\treturn 1\n"
	"\tfi\n"
	"}\n"
	"\n# need NAME MANAGER:PACKAGE...: installs the package where the program, library or "
	"folder of\n"
	"# headers is missing\n"
	"need() {\n"
	"\tprogram=$1\n"
	"\t! command -v \"$program\" >/dev/null || return 0\n"
	"\tfor found in /usr/lib/llvm-*/lib/\"$program\"* /usr/include/\"$program\" "
	"/usr/\"$program\" \\\n"
	"\t\t/usr/share/wasi-sysroot/include/\"$program\"; do\n"
	"\t\t[ ! -e \"$found\" ] || return 0\n"
	"\tdone\n"
	"\tshift\n"
	"\tfor package in \"$@\"; do\n"
	"\t\tcommand -v \"${package%%:*}\" >/dev/null || continue\n"
	"\t\tcase $package in\n"
	"\t\tapt-get:*)\n"
	"\t\t\t[ -n \"$(ls /var/lib/apt/lists)\" ] || root apt-get update\n"
	"\t\t\troot apt-get install -y \"${package#*:}\"\n"
	"\t\t\t;;\n"
	"\t\tdnf:* | zypper:*) root \"${package%%:*}\" install -y \"${package#*:}\" ;;\n"
	"\t\tpacman:*) root pacman -S --noconfirm \"${package#*:}\" ;;\n"
	"\t\tapk:*) root apk add \"${package#*:}\" ;;\n"
	"\t\tbrew:*) brew install \"${package#*:}\" ;;\n"
	"\t\tesac\n"
	"\t\treturn\n"
	"\tdone\n"
	"\techo \"$program is missing, and no package is known for it here\" >&2\n"
	"\texit 3\n"
	"}\n";

static const char text_std[] =
	"\n# std TARGET: its standard library; a distribution's own Rust has what it has\n"
	"std() {\n"
	"\t[ ! -d \"$(rustc --print sysroot)/lib/rustlib/$1/lib\" ] || return 0\n"
	"\tif command -v rustup >/dev/null; then\n"
	"\t\trustup target add \"$1\"\n"
	"\telse\n"
	"\t\techo \"rustc has no standard library for $1; rustup would\" >&2\n"
	"\t\texit 3\n"
	"\tfi\n"
	"}\n";

static const char text_python[] =
	"\n# tool PROGRAM NAME==VERSION: from PyPI, into a folder of the project's\n"
	"tool() {\n"
	"\tPATH=$PATH:$tools/bin\n"
	"\t! command -v \"$1\" >/dev/null || return 0\n"
	"\tif [ \"$1\" = zig ] && python3 -m ziglang version >/dev/null 2>&1; then return; fi\n"
	"\t[ -x \"$tools/bin/pip\" ] || python3 -m venv \"$tools\"\n"
	"\t\"$tools/bin/pip\" install --quiet \"$2\"\n"
	"\tif [ \"$1\" = zig ]; then ln -sf python-zig \"$tools/bin/zig\"; fi\n"
	"}\n";

static const char text_crate[] =
	"\n# crate NAME@VERSION: from crates.io\n"
	"crate() {\n"
	"\tcommand -v \"${1%@*}\" >/dev/null || cargo install --locked \"$1\"\n"
	"}\n";

static const char text_sysroot[] =
	"\n# sysroot TARGET VERSION URL SHA256: FreeBSD's base, only what linking needs\n"
	"sysroot() {\n"
	"\tdir=$sysroots/$1/$2\n"
	"\t[ ! -d \"$dir\" ] || return 0\n"
	"\trm -rf \"$dir.part\"\n"
	"\tmkdir -p \"$dir.part\"\n"
	"\tcurl -fSL --retry 3 -o \"$dir.txz\" \"$3\"\n"
	"\techo \"$4  $dir.txz\" >\"$dir.sum\"\n"
	"\tif command -v sha256sum >/dev/null; then\n"
	"\t\tsha256sum -c \"$dir.sum\"\n"
	"\telse\n"
	"\t\tshasum -a 256 -c \"$dir.sum\"\n"
	"\tfi\n"
	"\ttar -xJf \"$dir.txz\" -C \"$dir.part\" " HEAD_SYSROOT_MEMBERS "\n"
	"\tfind \"$dir.part\" -type l | while read -r link; do\n"
	"\t\tto=$(readlink \"$link\")\n"
	"\t\tcase $to in /*) ln -sfn \"$dir$to\" \"$link\" ;; esac\n"
	"\tdone\n"
	"\trm \"$dir.txz\" \"$dir.sum\"\n"
	"\tmv \"$dir.part\" \"$dir\"\n"
	"}\n";

static const char text_agree[] = "\n# agreed VARIABLE VALUE URL: ends unless the variable says "
				 "that the licence is agreed to\n"
				 "agreed() {\n"
				 "\tsaid=\n"
				 "\teval \"said=\\${$1:-}\"\n"
				 "\t[ \"$said\" != \"$2\" ] || return 0\n"
				 "\techo \"read $3, and if you agree set $1=$2\" >&2\n"
				 "\texit 3\n"
				 "}\n";

static const char text_keep[] = "\n# keep TARGET FILE...: copies what was built to dist/TARGET\n"
				"keep() {\n"
				"\ttarget=$1\n"
				"\tshift\n"
				"\tmkdir -p \"dist/$target\"\n"
				"\tfor file in \"$@\"; do\n"
				"\t\tcp -R \"$built/$target/$profile/$file\" \"dist/$target/\"\n"
				"\tdone\n"
				"}\n";

static const char text_join[] =
	"\n# join FILE...: what both Apple targets made, in one file each\n"
	"join() {\n"
	"\tfor slice in aarch64 x86_64; do [ -d \"dist/$slice-apple-darwin\" ] || return 0; done\n"
	"\tlipo=$(command -v lipo || command -v llvm-lipo ||\n"
	"\t\tfind /usr/lib -path '*/llvm-*/bin/llvm-lipo' 2>/dev/null | sort | tail -n 1)\n"
	"\tif [ -z \"$lipo\" ]; then\n"
	"\t\techo \"lipo is missing; LLVM has it as llvm-lipo\" >&2\n"
	"\t\texit 3\n"
	"\tfi\n"
	"\tmkdir -p dist/universal2-apple-darwin\n"
	"\tfor file in \"$@\"; do\n"
	"\t\t\"$lipo\" -create -output \"dist/universal2-apple-darwin/$file\" \\\n"
	"\t\t\t\"dist/aarch64-apple-darwin/$file\" \"dist/x86_64-apple-darwin/$file\"\n"
	"\tdone\n"
	"}\n";

static bool
is_xwin(const struct recipe_target *t)
{
	return text_is(t->backend, "xwin");
}

static bool
has_files(const struct recipe_target *t)
{
	return head_is_packed(t);
}

static void
put_helpers(struct script *s)
{
	const struct recipe *r = s->r;

	str_append(s->out, text_rust);
	str_append(s->out, head_any(r, needs_programs) ? text_need : "");
	str_append(s->out, head_any(r, needs_std) ? text_std : "");
	str_append(s->out, head_any(r, head_has_python) ? text_python : "");
	str_append(s->out, head_any(r, head_has_crate) ? text_crate : "");
	str_append(s->out, head_any(r, head_has_sysroot) ? text_sysroot : "");
	str_append(s->out, head_any(r, is_xwin) ? text_agree : "");
	str_append(s->out, head_any(r, has_files) ? text_keep : "");
	str_append(s->out, r->slice ? text_join : "");
}

/* From wherever the script is to the workspace's root, which holds for a clone in another place too where the
 * script is within it. */
static void
put_place(struct script *s)
{
	const char *root = s->r->run->survey->workspace->root, *file = s->r->file;

	if (!path_is_below(file, root)) {
		str_append(s->out, "cd ");
		shell_word(s->out, root);
	} else {
		str_append(s->out, "cd \"$(dirname \"$0\")");
		for (const char *c = file + strlen(root) + 1; (c = strchr(c, '/')); c++)
			str_append(s->out, "/..");
		str_append_char(s->out, '"');
	}
	str_append_char(s->out, '\n');
}

static void
put_head(struct script *s)
{
	struct recipe *r = s->r;
	struct str lines = STR_INIT;

	str_append(s->out, "#!/bin/sh\n");
	head_lines(r, "script", &lines);
	str_appendf(&lines,
		"\n    %s [TARGET...]\n\n"
		"builds all of them, or those that are named; what is missing is installed.\n",
		path_basename(r->file));
	head_left_out(r, &lines);
	head_comment(str_cstr(&lines), s->out);
	str_fini(&lines);
	str_append(s->out, "set -eu\n");
	put_place(s);
	if (head_any(r, has_files) || head_any(r, head_has_python) ||
		head_any(r, head_has_sysroot)) {
		str_append(s->out, "target_dir=");
		shell_word(s->out, r->target_dir);
		str_append(s->out, "\nbuilt=${CARGO_TARGET_DIR:-$PWD/$target_dir}\n");
	}
	if (head_any(r, has_files)) {
		str_append(s->out, "profile=");
		shell_word(s->out, r->profile_dir);
		str_append_char(s->out, '\n');
	}
	if (head_any(r, head_has_python))
		str_append(s->out, "tools=$built/export/tools\n");
	if (head_any(r, head_has_sysroot))
		str_append(s->out, "sysroots=$built/export/sysroots\n");
	for (const struct recipe_variable *v = recipe_profile(r); v->name; v++)
		append_export(s->out, "", v->name, v->value, "");
}

/* ---- targets ---- */

static void
put_need(struct script *s, const char *program)
{
	static const struct {
		enum package_manager manager;
		const char *program;
	} managers[] = { { PM_APT, "apt-get" }, { PM_DNF, "dnf" }, { PM_PACMAN, "pacman" },
		{ PM_APK, "apk" }, { PM_ZYPPER, "zypper" }, { PM_BREW, "brew" } };

	str_append(s->out, "\tneed ");
	shell_word(s->out, program);
	for (size_t i = 0; i < COUNT(managers); i++) {
		struct package_answer answer = packages_for(managers[i].manager, program);

		if (answer.package && !answer.incomplete)
			str_appendf(s->out, " %s:%s", managers[i].program, answer.package);
	}
	str_append_char(s->out, '\n');
}

/* What stands for an engine where there is any. */
static void
put_programs(struct script *s, const struct recipe_target *t)
{
	for (const char *const *program = t->programs; *program; program++) {
		if (text_is(*program, "podman"))
			str_append(s->out, "\tcommand -v docker >/dev/null ||\n\t");
		put_need(s, *program);
	}
}

static void
put_tools(struct script *s, const struct recipe_target *t)
{
	for (const char *const *package = t->python; *package; package++) {
		size_t len = strcspn(*package, "=");
		bool is_zig = len == strlen("ziglang") && text_starts(*package, "ziglang");

		str_append(s->out, "\ttool ");
		if (is_zig)
			str_append(s->out, "zig");
		else
			str_appendf(s->out, "%.*s", (int)len, *package);
		str_appendf(s->out, " %s\n", *package);
	}
	if (t->crate)
		str_appendf(s->out, "\tcrate %s\n", t->crate);
	if (t->sysroot)
		str_appendf(s->out, "\tsysroot %s %s %s %s\n", t->triple, t->sysroot->version,
			t->sysroot->url, t->sysroot->sha256);
}

static void
put_licenses(struct script *s, const struct recipe_target *t)
{
	if (is_xwin(t) && t->kit) {
		str_append(s->out, "\tagreed XWIN_ACCEPT_LICENSE 1 ");
		shell_word(s->out, t->kit->license.url);
		str_append_char(s->out, '\n');
	}
	if (head_is_ndk(t))
		str_append(s->out, "\tndk=${ANDROID_NDK_HOME:?says where the Android NDK is}\n");
}

static void
put_variables(struct script *s, const struct recipe_target *t)
{
	for (const struct recipe_variable *v = recipe_variables(s->r, t); v->name; v++) {
		if (text_is(v->name, "XWIN_ACCEPT_LICENSE"))
			continue;
		if (v->is_below_ndk)
			append_export(s->out, "\t", v->name,
				arena_printf(&s->r->arena, "$ndk/%s", v->value), "$ndk");
		else
			append_export(s->out, "\t", v->name, v->value, s->r->sysroots);
	}
	if (t->toolchain)
		str_appendf(s->out,
			"\trustup toolchain install %s --profile minimal --component rust-src "
			"--no-self-update\n\texport RUSTUP_TOOLCHAIN=%s\n",
			t->toolchain, t->toolchain);
}

static void
put_container(struct script *s, const struct recipe_target *t)
{
	const char *image = t->image ? t->image : "localhost/xtui-build";

	str_append(s->out, "\tengine=$(command -v docker || command -v podman)\n");
	if (t->way->dockerfile) {
		str_append(s->out, "\t\"$engine\" build -t ");
		shell_word(s->out, image);
		str_append(s->out, " -f ");
		shell_word(s->out, t->way->dockerfile);
		str_append(s->out, " .\n");
	}
	str_append(s->out, "\t\"$engine\" run --rm -v \"$PWD:$PWD\" -w \"$PWD\"");
	head_engine_variables(s->r, t, s->out);
	str_append_char(s->out, ' ');
	shell_word(s->out, image);
	str_append(s->out, " \\\n\t");
}

static void
put_target(struct script *s, const struct recipe_target *t)
{
	bool is_container = head_is_container(t);

	str_appendf(
		s->out, "\n# %s; %s\n%s() (\n", t->backend, t->origin, function_name(s, t->triple));
	put_licenses(s, t);
	put_programs(s, t);
	if (needs_std(t) && !is_container)
		str_appendf(s->out, "\tstd %s\n", t->triple);
	put_tools(s, t);
	put_variables(s, t);
	if (is_container)
		put_container(s, t);
	str_append_char(s->out, '\t');
	recipe_command(s->r, t, NULL, s->out);
	str_append_char(s->out, '\n');
	if (head_is_packed(t)) {
		str_appendf(s->out, "\tkeep %s ", t->triple);
		head_words(t->files, s->out);
		str_append_char(s->out, '\n');
	}
	str_append(s->out, ")\n");
}

static void
put_main(struct script *s)
{
	const struct recipe *r = s->r;

	str_append(s->out, "\nrust\n[ $# -gt 0 ] || set --");
	for (size_t i = 0; i < r->targets.len; i++)
		str_appendf(s->out, " \\\n\t%s", r->targets.items[i].triple);
	str_append(
		s->out, "\nfor target in \"$@\"; do\n\techo \"== $target\"\n\tcase $target in\n");
	for (size_t i = 0; i < r->targets.len; i++)
		str_appendf(s->out, "\t%s) %s ;;\n", r->targets.items[i].triple,
			function_name(s, r->targets.items[i].triple));
	str_append(s->out,
		"\t*)\n\t\techo \"$target: not one of its targets\" >&2\n\t\texit 2\n\t\t;;\n"
		"\tesac\ndone\n");
	if (!r->slice)
		return;
	str_append(s->out, "join ");
	head_words(head_names(s->r, r->slice), s->out);
	str_append_char(s->out, '\n');
}

bool
export_script(struct recipe *r, struct span before, struct str *out, struct err *err)
{
	struct script s = { .r = r, .out = out };

	put_head(&s);
	put_helpers(&s);
	for (size_t i = 0; i < r->targets.len; i++)
		put_target(&s, &r->targets.items[i]);
	put_main(&s);
	return true;
}
