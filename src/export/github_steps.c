/* github_steps: the job that builds, step by step: one that only some rows of the matrix need asks
 * for the row's own key, which the others lack. */
#include "base/count.h"
#include "build/way.h"
#include "export/github_parts.h"
#include "export/head.h"
#include "rust/targets.h"
#include "text/shell.h"

/* "matrix.crate" where some rows lack it; NULL where all have it. */
static const char *
condition(struct github *g, bool (*has)(const struct recipe_target *t), const char *key)
{
	return head_all(g->r, has) ? NULL : github_text(g, "matrix.%s", key);
}

static void
put_checkout(struct github *g)
{
	yaml_item(&g->y);
	github_use(g, "checkout");
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
	github_step(g, "Install packages", condition(g, head_wants_apt, "apt"));
	github_run(g,
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

	for (size_t i = 0; i < COUNT(rows); i++)
		if (head_any(g->r, rows[i].is))
			all = github_text(g, "%s%s!matrix.%s", all ? all : "", all ? " && " : "",
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
		github_step(g, "Install Rust with the sources of std",
			condition(g, head_has_toolchain, "toolchain"));
		github_run(g,
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
	github_step(g, "Install Rust", rust_condition(g));
	github_run(g, str_cstr(&lines));
	yaml_end(&g->y);
	str_fini(&lines);
}

static void
put_cache(struct github *g)
{
	yaml_item(&g->y);
	if (head_any(g->r, head_is_freebsd_vm))
		yaml_text(&g->y, "if", "!matrix.vm-release");
	github_use(g, "rust-cache");
	yaml_begin(&g->y, "with");
	yaml_text(&g->y, "key", "${{ matrix.target }}");
	if (*g->r->subdir)
		github_put_literal(g, "workspaces", g->r->subdir);
	yaml_text(&g->y, "save-if", "${{ github.event_name != 'pull_request' }}");
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_tools(struct github *g)
{
	if (head_any(g->r, head_has_python)) {
		github_step(g, "Install tools", condition(g, head_has_python, "pip"));
		github_run(g,
			"python3 -m venv \"$RUNNER_TEMP/tools\"\n"
			"\"$RUNNER_TEMP/tools/bin/pip\" install ${{ matrix.pip }}\n"
			"echo \"$RUNNER_TEMP/tools/bin\" >> \"$GITHUB_PATH\"\n");
		yaml_end(&g->y);
	}
	if (head_any(g->r, head_has_crate)) {
		github_step(
			g, "Install ${{ matrix.crate }}", condition(g, head_has_crate, "crate"));
		github_run(g, "cargo install --locked ${{ matrix.crate }}\n");
		yaml_end(&g->y);
	}
}

/* As `xtui sysroot add` does: only what linking needs, and only when the archive is the right one. */
static void
put_sysroot(struct github *g)
{
	if (!head_any(g->r, head_has_sysroot))
		return;
	github_step(g, "Fetch FreeBSD's base", condition(g, head_has_sysroot, "base-url"));
	yaml_begin(&g->y, "env");
	yaml_text(&g->y, "SYSROOT",
		github_text(g, "%s/${{ matrix.target }}/${{ matrix.freebsd }}", g->r->sysroots));
	yaml_end(&g->y);
	github_run(g,
		"curl -fsSL --retry 3 -o \"$RUNNER_TEMP/base.txz\" '${{ matrix.base-url }}'\n"
		"echo \"${{ matrix.base-sha256 }}  $RUNNER_TEMP/base.txz\" | sha256sum -c -\n"
		"mkdir -p \"$SYSROOT\"\n"
		"tar -xJf \"$RUNNER_TEMP/base.txz\" -C \"$SYSROOT\" " HEAD_SYSROOT_MEMBERS
		"\n" HEAD_KEEP_LINKS("\"$SYSROOT\"") "\n");
	yaml_end(&g->y);
}

static void
put_ndk_step(struct github *g)
{
	if (!head_any(g->r, head_is_ndk))
		return;
	github_step(g, "Find the Android NDK", condition(g, head_is_ndk, "ndk"));
	yaml_begin(&g->y, "env");
	yaml_text(&g->y, "VARIABLES", "${{ matrix.ndk }}");
	yaml_end(&g->y);
	github_run(g,
		"while IFS='=' read -r name path; do\n"
		"  [ -z \"$name\" ] || echo \"$name=$ANDROID_NDK_LATEST_HOME/$path\" >> "
		"\"$GITHUB_ENV\"\n"
		"done <<< \"$VARIABLES\"\n");
	yaml_end(&g->y);
}

static void
append_literal(struct str *out, const struct str *line)
{
	github_literal(out, str_span(line));
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
	github_literal(out, str_span(&line));
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
	github_literal(out, (struct span){ line.data, (size_t)at });
	str_append(out, target_expression(g, t));
	github_literal(out, (struct span){ line.data + at + 1, line.len - (size_t)at - 1 });
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
	github_use(g, "freebsd-vm");
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
	const char *name = g->has_methods ? github_text(g, "Build (%s)", t->method) : "Build";

	if (text_is(t->backend, "container"))
		append_container(g, t, &lines);
	append_command(g, t, &lines);
	github_step(g, name,
		g->has_methods ? github_text(g, "matrix.method == '%s'", t->method) : NULL);
	if (t->machine == ON_FREEBSD)
		put_vm(g, t, str_cstr(&lines));
	else
		github_run(g, str_cstr(&lines));
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

	if (!head_any(r, head_is_packed))
		return;
	github_step(g, "Pack", head_all(r, head_is_packed) ? NULL : "matrix.files");
	str_appendf(&lines,
		"name=%s-${{ matrix.target }}\n"
		"mkdir -p \"dist/$name\"\n"
		"(cd ",
		r->name);
	github_literal(&lines, span_of(r->target_dir));
	str_appendf(&lines,
		"/${{ matrix.target }}/%s && cp -R -- ${{ matrix.files }} "
		"\"$OLDPWD/dist/$name/\")\n",
		r->profile_dir);
	append_archive(g, &lines);
	github_run(g, str_cstr(&lines));
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
		bool is_known = !head_has_product(t);

		for (size_t k = 0; k < count; k++)
			is_known |= text_is(list[k], ending);
		if (!is_known)
			list[count++] = ending;
	}
	list[count] = NULL;
	return list;
}

void
github_put_upload(struct github *g, const char *condition, const char *name, struct span path)
{
	yaml_item(&g->y);
	if (condition)
		yaml_text(&g->y, "if", condition);
	github_use(g, "upload-artifact");
	yaml_begin(&g->y, "with");
	yaml_text(&g->y, "name", name);
	yaml_lines(&g->y, "path", path);
	yaml_text(&g->y, "if-no-files-found", "error");
	github_put_number(g, "retention-days", g->r->pins.keep_days);
	github_put_number(g, "compression-level", 0);
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_upload(struct github *g)
{
	struct recipe *r = g->r;
	struct str paths = STR_INIT;
	const char *list[4], *condition = NULL;

	if (!head_any(r, head_has_product))
		return;
	for (const char *const *ending = endings(r, list); *ending; ending++) {
		github_literal(&paths, span_of(r->subdir));
		str_appendf(&paths, "%sdist/*.%s\n", *r->subdir ? "/" : "", *ending);
	}
	if (!head_all(r, head_has_product))
		condition =
			head_any(r, head_is_wheel) ? "matrix.files || matrix.pip" : "matrix.files";
	github_put_upload(
		g, condition, github_text(g, "%s-${{ matrix.target }}", r->name), str_span(&paths));
	str_fini(&paths);
}

void
github_put_steps(struct github *g)
{
	const struct recipe *r = g->r;

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
}
