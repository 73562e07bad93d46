/* github: a workflow for GitHub Actions: one job with a matrix, a row for each target, and a
 * release of what came out when a tag is pushed.
 *
 * Texts of the project's (names of packages, features, files) go through github_literal(), because
 * an expression within them would be evaluated. */
#include "export/format.h"

#include "build/run.h"
#include "build/way.h"
#include "export/github_parts.h"
#include "export/head.h"
#include "ready/sysroot.h"
#include "rust/targets.h"
#include "text/yaml.h"

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
		github_put_literal(g, "working-directory", g->r->subdir);
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
		github_put_literal(g, key, str_cstr(&out));
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
		github_literal(&out, (struct span){ rest.data, (size_t)at });
		str_append_span(&out, own);
		rest.data += (size_t)at + own.len;
		rest.len -= (size_t)at + own.len;
	}
	github_literal(&out, rest);
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
	for (const struct recipe_variable *v = recipe_environment(r); v->name; v++) {
		yaml_comment(&g->y, v->note ? v->note : "");
		put_variable(g, v);
	}
	yaml_end(&g->y);
}

static void
put_job(struct github *g)
{
	struct recipe *r = g->r;

	yaml_begin(&g->y, "build");
	yaml_text(&g->y, "name", "${{ matrix.target }}");
	yaml_text(&g->y, "runs-on", "${{ matrix.runner }}");
	github_put_number(g, "timeout-minutes", r->pins.build_minutes);
	put_matrix(g);
	put_environment(g);
	yaml_begin(&g->y, "steps");
	github_put_steps(g);
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_download(struct github *g, const char *pattern)
{
	yaml_item(&g->y);
	github_use(g, "download-artifact");
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
	github_literal(&lines, str_span(&names));
	str_appendf(&lines,
		"; do\n"
		"  lipo -create -output \"$name/$file\" "
		"%s-{aarch64,x86_64}-apple-darwin/\"$file\"\n"
		"done\n"
		"tar -czf \"$name.tar.gz\" \"$name\"\n",
		r->name);
	github_step(g, "Join", NULL);
	github_run(g, str_cstr(&lines));
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
	github_put_number(g, "timeout-minutes", r->pins.release_minutes);
	put_top_folder(g);
	yaml_begin(&g->y, "steps");
	put_download(g, github_text(g, "%s-*-apple-darwin", r->name));
	put_join(g);
	github_put_upload(g, NULL, github_text(g, "%s-universal2-apple-darwin", r->name),
		span_of(github_text(g, "dist/%s-universal2-apple-darwin.tar.gz", r->name)));
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
	github_put_number(g, "timeout-minutes", g->r->pins.release_minutes);
	yaml_begin(&g->y, "permissions");
	yaml_text(&g->y, "contents", "write");
	yaml_end(&g->y);
	put_top_folder(g);
	yaml_begin(&g->y, "steps");
	put_download(g, github_text(g, "%s-*", g->r->name));
	github_step(g, "Release", NULL);
	yaml_begin(&g->y, "env");
	yaml_text(&g->y, "GH_TOKEN", "${{ github.token }}");
	yaml_text(&g->y, "GH_REPO", "${{ github.repository }}");
	yaml_end(&g->y);
	github_run(g,
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
	if (head_any(r, head_has_product))
		put_release(&g);
	yaml_end(&g.y);
	return true;
}
