/* github: a workflow for GitHub Actions: one job with a matrix, a row for each target, and a release of
 * what came out when a tag is pushed.
 *
 * What rows have in common is written once; a step that only some rows need asks for the row's own key, which
 * the others lack. Texts of the project's (names of packages, features, files) go through literal(), because
 * an expression within them would be evaluated. */
#include "export/format.h"

#include <stdlib.h>
#include <string.h>
#include "build/run.h"
#include "build/way.h"
#include "export/head.h"
#include "plan/kits.h"
#include "ready/sysroot.h"
#include "rust/targets.h"
#include "text/shell.h"
#include "text/yaml.h"

struct github {
	struct recipe *r;
	struct yaml y;
	bool has_methods; /* more than one */
};

/* ---- texts ---- */

/* Beginning and end of an expression, as texts that evaluate to them. */
static void
literal(struct str *out, struct span text)
{
	long at;

	while ((at = span_find(text, SPAN("${{"))) >= 0) {
		str_append_bytes(out, text.data, (size_t)at);
		str_append(out, "${{ '${{' }}");
		text.data += at + 3;
		text.len -= (size_t)at + 3;
	}
	str_append_span(out, text);
}

static void
put_literal(struct github *g, const char *key, const char *text)
{
	struct str out = STR_INIT;

	literal(&out, span_of(text));
	yaml_text(&g->y, key, str_cstr(&out));
	str_fini(&out);
}

static void
use(struct github *g, const char *key)
{
	struct pin_action a = pins_action(&g->r->pins, key);
	char *text = arena_printf(&g->r->arena, "%s@%s", a.name, a.commit);

	yaml_noted(&g->y, "uses", text, a.version);
}

static void
put_number(struct github *g, const char *key, long number)
{
	yaml_word(&g->y, key, arena_printf(&g->r->arena, "%ld", number));
}

static void
step(struct github *g, const char *name, const char *condition)
{
	yaml_item(&g->y);
	yaml_text(&g->y, "name", name);
	if (condition)
		yaml_text(&g->y, "if", condition);
}

static void
run(struct github *g, const char *lines)
{
	yaml_lines(&g->y, "run", span_of(lines));
}

/* ---- head ---- */

static void
put_head(struct github *g)
{
	struct str lines = STR_INIT;

	head_lines(g->r, "github", &lines);
	yaml_comment(&g->y, str_cstr(&lines));
	str_fini(&lines);
	yaml_text(&g->y, "name", "xtui");
	yaml_blank(&g->y);
	yaml_begin(&g->y, "on");
	yaml_begin(&g->y, "push");
	yaml_word(&g->y, "branches", "[main, master]");
	yaml_word(&g->y, "tags", "['v*']");
	yaml_end(&g->y);
	yaml_nothing(&g->y, "pull_request");
	yaml_nothing(&g->y, "workflow_dispatch");
	yaml_end(&g->y);
	yaml_blank(&g->y);
	yaml_begin(&g->y, "permissions");
	yaml_text(&g->y, "contents", "read");
	yaml_end(&g->y);
	yaml_blank(&g->y);
	yaml_begin(&g->y, "concurrency");
	yaml_text(&g->y, "group", "${{ github.workflow }}-${{ github.ref }}");
	yaml_text(&g->y, "cancel-in-progress", "${{ github.event_name == 'pull_request' }}");
	yaml_end(&g->y);
	yaml_blank(&g->y);
	yaml_begin(&g->y, "defaults");
	yaml_begin(&g->y, "run");
	yaml_text(&g->y, "shell", "bash");
	if (*g->r->subdir)
		put_literal(g, "working-directory", g->r->subdir);
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_blank(&g->y);
}

/* ---- the matrix ---- */

static void
put_words(struct github *g, const char *key, const char *const *words)
{
	struct str out = STR_INIT;

	head_words(words, &out);
	if (out.len)
		put_literal(g, key, str_cstr(&out));
	str_fini(&out);
}

static const char *
runner_of(const struct recipe *r, const struct recipe_target *t)
{
	static const char *const keys[] = { [ON_LINUX] = "linux",
		[ON_MACOS] = "macos",
		[ON_WINDOWS] = "windows",
		[ON_FREEBSD] = "linux" };

	return pins_text(&r->pins, "runner", keys[t->machine]);
}

static const char *
vm_arch(const struct recipe_target *t)
{
	return text_starts(t->triple, "aarch64-") ? "aarch64" : "x86_64";
}

static void
put_ndk(struct github *g, const struct recipe_target *t)
{
	struct str lines = STR_INIT;

	for (const struct recipe_variable *v = recipe_variables(g->r, t); v->name; v++)
		if (v->is_below_ndk)
			str_appendf(&lines, "%s=%s\n", v->name, v->value);
	yaml_lines(&g->y, "ndk", str_span(&lines));
	str_fini(&lines);
}

static void
put_row(struct github *g, const struct recipe_target *t)
{
	struct recipe *r = g->r;
	bool is_vm = t->machine == ON_FREEBSD;

	yaml_comment(&g->y, arena_printf(&r->arena, "%s; %s", t->backend, t->origin));
	yaml_item(&g->y);
	yaml_text(&g->y, "target", t->triple);
	yaml_text(&g->y, "runner", runner_of(r, t));
	if (g->has_methods)
		yaml_text(&g->y, "method", t->method);
	if (!text_is(t->word, t->triple))
		yaml_text(&g->y, "word", t->word);
	if (t->toolchain)
		yaml_text(&g->y, "toolchain", t->toolchain);
	if (!is_vm)
		put_words(g, "apt", t->packages);
	put_words(g, "pip", t->python);
	if (t->crate)
		yaml_text(&g->y, "crate", t->crate);
	if (t->sysroot) {
		yaml_text(&g->y, "freebsd", t->sysroot->version);
		yaml_text(&g->y, "base-url", t->sysroot->url);
		yaml_text(&g->y, "base-sha256", t->sysroot->sha256);
	}
	if (is_vm) {
		yaml_text(&g->y, "vm-release", sysroot_version_on(t->triple, r->pins.date));
		yaml_text(&g->y, "vm-arch", vm_arch(t));
	}
	if (head_is_container(t))
		yaml_word(&g->y, "own-image", "true");
	if (head_is_ndk(t))
		put_ndk(g, t);
	if (!t->is_wheel)
		put_words(g, "files", t->files);
	yaml_end(&g->y);
}

/* The folder of sysroots is an expression of ours; nothing else is one. */
static void
put_variable(struct github *g, const struct recipe_variable *v)
{
	struct span rest = span_of(v->value), own = span_of(g->r->sysroots);
	struct str out = STR_INIT;
	long at;

	while ((at = span_find(rest, own)) >= 0) {
		literal(&out, (struct span){ rest.data, (size_t)at });
		str_append_span(&out, own);
		rest.data += (size_t)at + own.len;
		rest.len -= (size_t)at + own.len;
	}
	literal(&out, rest);
	yaml_text(&g->y, v->name, str_cstr(&out));
	str_fini(&out);
}

static void
put_matrix(struct github *g)
{
	yaml_begin(&g->y, "strategy");
	yaml_word(&g->y, "fail-fast", "false");
	yaml_begin(&g->y, "matrix");
	yaml_begin(&g->y, "include");
	for (size_t i = 0; i < g->r->targets.len; i++)
		put_row(g, &g->r->targets.items[i]);
	for (size_t i = 0; i < g->r->refused.len; i++)
		yaml_comment(&g->y,
			arena_printf(&g->r->arena, "left out: %s: %s",
				g->r->refused.items[i].triple, g->r->refused.items[i].why));
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_environment(struct github *g)
{
	struct recipe *r = g->r;

	yaml_begin(&g->y, "env");
	yaml_text(&g->y, "CARGO_TERM_COLOR", "always");
	if (r->channel)
		yaml_text(&g->y, "RUSTUP_TOOLCHAIN", r->channel);
	for (const struct recipe_variable *v = recipe_profile(r); v->name; v++)
		yaml_text(&g->y, v->name, v->value);
	for (size_t i = 0; i < r->targets.len; i++) {
		const struct recipe_target *t = &r->targets.items[i];
		const struct recipe_variable *v = recipe_variables(r, t);

		if (text_is(t->backend, "xwin") && v->name && t->kit)
			yaml_comment(&g->y,
				arena_printf(&r->arena, "whoever runs this has agreed to: %s",
					t->kit->license.url));
		for (; v->name; v++)
			if (!v->is_below_ndk)
				put_variable(g, v);
	}
	yaml_end(&g->y);
}

/* ---- steps ---- */

static const char *
text_format(struct github *g, const char *fmt, ...)
{
	struct str out = STR_INIT;
	const char *kept;
	va_list args;

	va_start(args, fmt);
	str_appendv(&out, fmt, args);
	va_end(args);
	kept = arena_span(&g->r->arena, str_span(&out));
	str_fini(&out);
	return kept;
}

/* "matrix.crate" where some rows lack it; NULL where all have it. */
static const char *
condition(struct github *g, bool (*has)(const struct recipe_target *t), const char *key)
{
	return head_all(g->r, has) ? NULL : text_format(g, "matrix.%s", key);
}

static void
put_checkout(struct github *g)
{
	yaml_item(&g->y);
	use(g, "checkout");
	yaml_begin(&g->y, "with");
	yaml_word(&g->y, "persist-credentials", "false");
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_packages(struct github *g)
{
	if (!head_any(g->r, head_wants_apt))
		return;
	step(g, "Install packages", condition(g, head_wants_apt, "apt"));
	run(g,
		"sudo apt-get update\n"
		"sudo apt-get install -y --no-install-recommends ${{ matrix.apt }}\n");
	yaml_end(&g->y);
}

/* Not where the standard library is built, nor where something else brings Rust. */
static bool
takes_rust(const struct recipe_target *t)
{
	return !head_has_toolchain(t) && !head_is_freebsd_vm(t) && !head_is_container(t);
}

static const char *
rust_condition(struct github *g)
{
	static const struct {
		bool (*is)(const struct recipe_target *t);
		const char *key;
	} rows[] = { { head_has_toolchain, "toolchain" }, { head_is_freebsd_vm, "vm-release" },
		{ head_is_container, "own-image" } };
	const char *all = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (head_any(g->r, rows[i].is))
			all = text_format(g, "%s%s!matrix.%s", all ? all : "", all ? " && " : "",
				rows[i].key);
	return all;
}

/* rustup is on every machine of GitHub's. */
static void
put_rust(struct github *g)
{
	struct recipe *r = g->r;
	bool builds_std = head_any(r, head_has_toolchain);
	struct str lines = STR_INIT;

	if (builds_std) {
		step(g, "Install Rust with the sources of std",
			condition(g, head_has_toolchain, "toolchain"));
		run(g,
			"rustup toolchain install ${{ matrix.toolchain }} --profile minimal "
			"--component rust-src --no-self-update\n"
			"echo 'RUSTUP_TOOLCHAIN=${{ matrix.toolchain }}' >> \"$GITHUB_ENV\"\n");
		yaml_end(&g->y);
	}
	if (!head_any(r, takes_rust))
		return;
	if (r->channel)
		str_appendf(&lines,
			"rustup toolchain install %s --profile minimal --no-self-update\n",
			r->channel);
	else
		str_append(&lines,
			"rustup toolchain install --no-self-update # what rust-toolchain.toml "
			"says\n");
	str_append(&lines, "rustup target add ${{ matrix.target }}\n");
	step(g, "Install Rust", rust_condition(g));
	run(g, str_cstr(&lines));
	yaml_end(&g->y);
	str_fini(&lines);
}

static void
put_cache(struct github *g)
{
	yaml_item(&g->y);
	if (head_any(g->r, head_is_freebsd_vm))
		yaml_text(&g->y, "if", "!matrix.vm-release");
	use(g, "rust-cache");
	yaml_begin(&g->y, "with");
	yaml_text(&g->y, "key", "${{ matrix.target }}");
	if (*g->r->subdir)
		put_literal(g, "workspaces", g->r->subdir);
	yaml_text(&g->y, "save-if", "${{ github.event_name != 'pull_request' }}");
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_tools(struct github *g)
{
	if (head_any(g->r, head_has_python)) {
		step(g, "Install tools", condition(g, head_has_python, "pip"));
		run(g,
			"python3 -m venv \"$RUNNER_TEMP/tools\"\n"
			"\"$RUNNER_TEMP/tools/bin/pip\" install ${{ matrix.pip }}\n"
			"echo \"$RUNNER_TEMP/tools/bin\" >> \"$GITHUB_PATH\"\n");
		yaml_end(&g->y);
	}
	if (head_any(g->r, head_has_crate)) {
		step(g, "Install ${{ matrix.crate }}", condition(g, head_has_crate, "crate"));
		run(g, "cargo install --locked ${{ matrix.crate }}\n");
		yaml_end(&g->y);
	}
}

/* As `xtui sysroot add` does: only what linking needs, and only when the archive is the right one. */
static void
put_sysroot(struct github *g)
{
	if (!head_any(g->r, head_has_sysroot))
		return;
	step(g, "Fetch FreeBSD's base", condition(g, head_has_sysroot, "base-url"));
	yaml_begin(&g->y, "env");
	yaml_text(&g->y, "SYSROOT",
		text_format(g, "%s/${{ matrix.target }}/${{ matrix.freebsd }}", g->r->sysroots));
	yaml_end(&g->y);
	run(g,
		"curl -fsSL --retry 3 -o \"$RUNNER_TEMP/base.txz\" '${{ matrix.base-url }}'\n"
		"echo \"${{ matrix.base-sha256 }}  $RUNNER_TEMP/base.txz\" | sha256sum -c -\n"
		"mkdir -p \"$SYSROOT\"\n"
		"tar -xJf \"$RUNNER_TEMP/base.txz\" -C \"$SYSROOT\" ./lib ./usr/lib "
		"./usr/include\n");
	yaml_end(&g->y);
}

static void
put_ndk_step(struct github *g)
{
	if (!head_any(g->r, head_is_ndk))
		return;
	step(g, "Find the Android NDK", condition(g, head_is_ndk, "ndk"));
	yaml_begin(&g->y, "env");
	yaml_text(&g->y, "VARIABLES", "${{ matrix.ndk }}");
	yaml_end(&g->y);
	run(g,
		"while IFS='=' read -r name path; do\n"
		"  [ -z \"$name\" ] || echo \"$name=$ANDROID_NDK_LATEST_HOME/$path\" >> "
		"\"$GITHUB_ENV\"\n"
		"done <<< \"$VARIABLES\"\n");
	yaml_end(&g->y);
}

static void
append_literal(struct str *out, const struct str *line)
{
	literal(out, str_span(line));
	str_append_char(out, '\n');
}

/* In the project's own image, with its paths as they are. */
static void
append_container(struct github *g, const struct recipe_target *t, struct str *out)
{
	const char *image = t->image ? t->image : "xtui-build";
	struct str line = STR_INIT;

	if (t->way->dockerfile) {
		str_append(&line, "docker build -t ");
		shell_word(&line, image);
		str_append(&line, " -f ");
		shell_word(&line, t->way->dockerfile);
		str_append(&line, " .");
		append_literal(out, &line);
		str_clear(&line);
	}
	str_append(&line,
		"docker run --rm --user \"$(id -u):$(id -g)\" -v \"$PWD:$PWD\" -w \"$PWD\" "
		"-e CARGO_HOME=\"$PWD/.cargo-home\"");
	head_engine_variables(g->r, t, &line);
	str_append_char(&line, ' ');
	shell_word(&line, image);
	literal(out, str_span(&line));
	str_append(out, " \\\n  ");
	str_fini(&line);
}

static const char *
target_expression(struct github *g, const struct recipe_target *method)
{
	for (size_t i = 0; i < g->r->targets.len; i++) {
		const struct recipe_target *t = &g->r->targets.items[i];

		if (t->method == method->method && !text_is(t->word, t->triple))
			return "${{ matrix.word || matrix.target }}";
	}
	return "${{ matrix.target }}";
}

/* The command is the project's own text around the one expression. */
static void
append_command(struct github *g, const struct recipe_target *t, struct str *out)
{
	static const char mark[] = "\1";
	struct str line = STR_INIT;
	long at;

	recipe_command(g->r, t, mark, &line);
	at = span_find(str_span(&line), SPAN("\1"));
	literal(out, (struct span){ line.data, (size_t)at });
	str_append(out, target_expression(g, t));
	literal(out, (struct span){ line.data + at + 1, line.len - (size_t)at - 1 });
	str_append_char(out, '\n');
	str_fini(&line);
}

static void
put_vm(struct github *g, const struct recipe_target *t, const char *lines)
{
	struct str inside = STR_INIT, names = STR_INIT;

	if (*g->r->subdir) {
		str_append(&inside, "cd ");
		shell_word(&inside, g->r->subdir);
		str_append_char(&inside, '\n');
	}
	str_append(&inside, lines);
	use(g, "freebsd-vm");
	yaml_begin(&g->y, "with");
	yaml_text(&g->y, "release", "${{ matrix.vm-release }}");
	yaml_text(&g->y, "arch", "${{ matrix.vm-arch }}");
	yaml_text(&g->y, "prepare", "pkg install -y rust");
	str_append(&names, "CARGO_TERM_COLOR");
	for (const struct recipe_variable *v = recipe_profile(g->r); v->name; v++)
		str_appendf(&names, " %s", v->name);
	for (size_t i = 0; i < g->r->targets.len; i++) {
		const struct recipe_variable *v = recipe_variables(g->r, &g->r->targets.items[i]);

		for (; v->name && g->r->targets.items[i].method == t->method; v++)
			str_appendf(&names, " %s", v->name);
	}
	yaml_text(&g->y, "envs", str_cstr(&names));
	yaml_lines(&g->y, "run", str_span(&inside));
	yaml_end(&g->y);
	str_fini(&names);
	str_fini(&inside);
}

static void
put_build(struct github *g, const struct recipe_target *t)
{
	struct str lines = STR_INIT;
	const char *name = g->has_methods ? text_format(g, "Build (%s)", t->method) : "Build";

	if (text_is(t->backend, "container"))
		append_container(g, t, &lines);
	append_command(g, t, &lines);
	step(g, name, g->has_methods ? text_format(g, "matrix.method == '%s'", t->method) : NULL);
	if (t->machine == ON_FREEBSD)
		put_vm(g, t, str_cstr(&lines));
	else
		run(g, str_cstr(&lines));
	yaml_end(&g->y);
	str_fini(&lines);
}

static void
append_archive(struct github *g, struct str *out)
{
	static const char zip[] = "(cd dist && 7z a -bso0 \"$name.zip\" \"$name\")";
	static const char tar[] = "tar -C dist -czf \"dist/$name.tar.gz\" \"$name\"";

	if (head_all(g->r, head_is_windows))
		str_appendf(out, "%s\n", zip);
	else if (!head_any(g->r, head_is_windows))
		str_appendf(out, "%s\n", tar);
	else
		str_appendf(
			out, "case $name in\n  *-windows-*) %s ;;\n  *) %s ;;\nesac\n", zip, tar);
}

static void
put_pack(struct github *g)
{
	struct recipe *r = g->r;
	struct str lines = STR_INIT;

	if (head_all(r, head_is_wheel))
		return;
	step(g, "Pack", head_any(r, head_is_wheel) ? "matrix.files" : NULL);
	str_appendf(&lines,
		"name=%s-${{ matrix.target }}\n"
		"mkdir -p \"dist/$name\"\n"
		"(cd ",
		r->name);
	literal(&lines, span_of(r->target_dir));
	str_appendf(&lines,
		"/${{ matrix.target }}/%s && cp -R -- ${{ matrix.files }} "
		"\"$OLDPWD/dist/$name/\")\n",
		r->profile_dir);
	append_archive(g, &lines);
	run(g, str_cstr(&lines));
	yaml_end(&g->y);
	str_fini(&lines);
}

/* What comes out, as globs below dist. */
static const char *const *
endings(const struct recipe *r, const char *list[4])
{
	size_t count = 0;

	for (size_t i = 0; i < r->targets.len; i++) {
		const struct recipe_target *t = &r->targets.items[i];
		const char *ending = t->is_wheel ? "whl" : head_is_windows(t) ? "zip" : "tar.gz";
		bool is_known = false;

		for (size_t k = 0; k < count; k++)
			is_known |= text_is(list[k], ending);
		if (!is_known)
			list[count++] = ending;
	}
	list[count] = NULL;
	return list;
}

static void
put_upload(struct github *g)
{
	struct recipe *r = g->r;
	struct str paths = STR_INIT;
	const char *list[4];

	for (const char *const *ending = endings(r, list); *ending; ending++) {
		literal(&paths, span_of(r->subdir));
		str_appendf(&paths, "%sdist/*.%s\n", *r->subdir ? "/" : "", *ending);
	}
	yaml_item(&g->y);
	use(g, "upload-artifact");
	yaml_begin(&g->y, "with");
	yaml_text(&g->y, "name", text_format(g, "%s-${{ matrix.target }}", r->name));
	yaml_lines(&g->y, "path", str_span(&paths));
	yaml_text(&g->y, "if-no-files-found", "error");
	put_number(g, "retention-days", r->pins.keep_days);
	put_number(g, "compression-level", 0);
	yaml_end(&g->y);
	yaml_end(&g->y);
	str_fini(&paths);
}

static void
put_job(struct github *g)
{
	struct recipe *r = g->r;

	yaml_begin(&g->y, "build");
	yaml_text(&g->y, "name", "${{ matrix.target }}");
	yaml_text(&g->y, "runs-on", "${{ matrix.runner }}");
	put_number(g, "timeout-minutes", r->pins.build_minutes);
	put_matrix(g);
	put_environment(g);
	yaml_begin(&g->y, "steps");
	put_checkout(g);
	put_packages(g);
	put_rust(g);
	put_cache(g);
	put_tools(g);
	put_sysroot(g);
	put_ndk_step(g);
	for (size_t i = 0; i < r->targets.len; i++)
		if (r->targets.items[i].is_first)
			put_build(g, &r->targets.items[i]);
	put_pack(g);
	put_upload(g);
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_download(struct github *g, const char *pattern)
{
	yaml_item(&g->y);
	use(g, "download-artifact");
	yaml_begin(&g->y, "with");
	yaml_text(&g->y, "pattern", pattern);
	yaml_text(&g->y, "path", "dist");
	yaml_word(&g->y, "merge-multiple", "true");
	yaml_end(&g->y);
	yaml_end(&g->y);
}

/* Nothing is checked out in these jobs: the workspace's folder is not there. */
static void
put_top_folder(struct github *g)
{
	if (!*g->r->subdir)
		return;
	yaml_begin(&g->y, "defaults");
	yaml_begin(&g->y, "run");
	yaml_text(&g->y, "working-directory", ".");
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_join(struct github *g)
{
	struct recipe *r = g->r;
	struct str lines = STR_INIT, names = STR_INIT;

	str_appendf(&lines,
		"cd dist\n"
		"name=%s-universal2-apple-darwin\n"
		"mkdir -p \"$name\"\n"
		"for slice in aarch64 x86_64; do tar -xzf \"%s-$slice-apple-darwin.tar.gz\"; done\n"
		"for file in ",
		r->name, r->name);
	head_words(head_names(r, r->slice), &names);
	literal(&lines, str_span(&names));
	str_appendf(&lines,
		"; do\n"
		"  lipo -create -output \"$name/$file\" "
		"%s-{aarch64,x86_64}-apple-darwin/\"$file\"\n"
		"done\n"
		"tar -czf \"$name.tar.gz\" \"$name\"\n",
		r->name);
	step(g, "Join", NULL);
	run(g, str_cstr(&lines));
	yaml_end(&g->y);
	str_fini(&names);
	str_fini(&lines);
}

/* One file for both kinds of Mac. */
static void
put_universal(struct github *g)
{
	struct recipe *r = g->r;

	if (!r->slice)
		return;
	yaml_blank(&g->y);
	yaml_comment(&g->y, "universal2-apple-darwin: what both Apple targets make, in one file.");
	yaml_begin(&g->y, "universal");
	yaml_text(&g->y, "needs", "build");
	yaml_text(&g->y, "runs-on", pins_text(&r->pins, "runner", "macos"));
	put_number(g, "timeout-minutes", r->pins.release_minutes);
	put_top_folder(g);
	yaml_begin(&g->y, "steps");
	put_download(g, text_format(g, "%s-*-apple-darwin", r->name));
	put_join(g);
	yaml_item(&g->y);
	use(g, "upload-artifact");
	yaml_begin(&g->y, "with");
	yaml_text(&g->y, "name", text_format(g, "%s-universal2-apple-darwin", r->name));
	yaml_text(&g->y, "path", text_format(g, "dist/%s-universal2-apple-darwin.tar.gz", r->name));
	yaml_text(&g->y, "if-no-files-found", "error");
	put_number(g, "retention-days", r->pins.keep_days);
	put_number(g, "compression-level", 0);
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_release(struct github *g)
{
	yaml_blank(&g->y);
	yaml_comment(&g->y, "What was built, with its sums, when a tag is pushed.");
	yaml_begin(&g->y, "release");
	yaml_text(
		&g->y, "if", "github.event_name == 'push' && startsWith(github.ref, 'refs/tags/')");
	if (g->r->slice)
		yaml_word(&g->y, "needs", "[build, universal]");
	else
		yaml_text(&g->y, "needs", "build");
	yaml_text(&g->y, "runs-on", pins_text(&g->r->pins, "runner", "linux"));
	put_number(g, "timeout-minutes", g->r->pins.release_minutes);
	yaml_begin(&g->y, "permissions");
	yaml_text(&g->y, "contents", "write");
	yaml_end(&g->y);
	put_top_folder(g);
	yaml_begin(&g->y, "steps");
	put_download(g, text_format(g, "%s-*", g->r->name));
	step(g, "Release", NULL);
	yaml_begin(&g->y, "env");
	yaml_text(&g->y, "GH_TOKEN", "${{ github.token }}");
	yaml_text(&g->y, "GH_REPO", "${{ github.repository }}");
	yaml_end(&g->y);
	run(g,
		"cd dist\n"
		"sha256sum -- * > SHA256SUMS\n"
		"gh release create \"$GITHUB_REF_NAME\" --verify-tag --generate-notes -- *\n");
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_end(&g->y);
}

bool
export_github(struct recipe *r, struct span before, struct str *out, struct err *err)
{
	struct github g = { .r = r, .y = { .out = out } };

	for (size_t i = 1; i < r->targets.len; i++)
		g.has_methods |= r->targets.items[i].is_first;
	put_head(&g);
	yaml_begin(&g.y, "jobs");
	put_job(&g);
	put_universal(&g);
	put_release(&g);
	yaml_end(&g.y);
	return true;
}
