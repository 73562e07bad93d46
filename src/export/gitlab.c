/* gitlab: a pipeline for GitLab CI: a hidden job that all share, a job with a matrix for each way
 * to build, and a release of what came out when a tag is pushed.
 *
 * All of it runs in containers on Linux. A target that cross builds here is built there in cross's
 * own image, which is what cross would start. */
#include "export/format.h"

#include <string.h>
#include "build/run.h"
#include "build/universal2.h"
#include "build/way.h"
#include "export/head.h"
#include "plan/kits.h"
#include "rust/targets.h"
#include "text/shell.h"
#include "text/yaml.h"

#define REGISTRY "$CI_API_V4_URL/projects/$CI_PROJECT_ID/packages/generic"

struct gitlab {
	struct recipe *r;
	struct yaml y;
};

/* A text that GitLab expands no variable in. */
static void
put_literal(struct gitlab *g, const char *key, const char *text)
{
	struct str out = STR_INIT;

	for (; *text; text++) {
		str_append_char(&out, *text);
		if (*text == '$')
			str_append_char(&out, '$');
	}
	yaml_text(&g->y, key, str_cstr(&out));
	str_fini(&out);
}

static void
entry(struct gitlab *g, const char *line)
{
	yaml_entry_lines(&g->y, span_of(line));
}

static void
enter(struct gitlab *g, const char *folder)
{
	struct str line = STR_INIT;

	str_append(&line, "cd ");
	shell_word(&line, folder);
	entry(g, str_cstr(&line));
	str_fini(&line);
}

static const char *
words_of(struct gitlab *g, const char *const *words)
{
	struct str out = STR_INIT;

	head_words(words, &out);
	return arena_take(&g->r->arena, &out);
}

/* ---- head ---- */

static void
put_rules(struct gitlab *g)
{
	yaml_begin(&g->y, "stages");
	yaml_entry(&g->y, "build");
	yaml_entry(&g->y, "release");
	yaml_end(&g->y);
	yaml_blank(&g->y);
	yaml_comment(&g->y, "Merge requests, the default branch and tags; nothing is built twice.");
	yaml_begin(&g->y, "workflow");
	yaml_begin(&g->y, "rules");
	yaml_item(&g->y);
	yaml_text(&g->y, "if", "$CI_PIPELINE_SOURCE == \"merge_request_event\"");
	yaml_end(&g->y);
	yaml_item(&g->y);
	yaml_text(&g->y, "if", "$CI_COMMIT_TAG");
	yaml_end(&g->y);
	yaml_item(&g->y);
	yaml_text(&g->y, "if", "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH");
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_blank(&g->y);
}

/* The folder of sysroots is GitLab's to expand; what a person wrote is not. */
static void
put_variable(struct gitlab *g, const struct recipe_variable *v)
{
	if (strstr(v->value, g->r->sysroots) || !strchr(v->value, '$'))
		yaml_text(&g->y, v->name, v->value);
	else
		put_literal(g, v->name, v->value);
}

static void
put_variables(struct gitlab *g)
{
	struct recipe *r = g->r;

	yaml_begin(&g->y, "variables");
	yaml_text(&g->y, "CARGO_TERM_COLOR", "always");
	yaml_text(&g->y, "CARGO_HOME", "$CI_PROJECT_DIR/.cargo-home");
	if (head_channel(r))
		yaml_text(&g->y, "RUSTUP_TOOLCHAIN", r->channel);
	for (const struct recipe_variable *v = recipe_environment(r); v->name; v++) {
		yaml_comment(&g->y, v->note ? v->note : "");
		put_variable(g, v);
	}
	yaml_end(&g->y);
	yaml_blank(&g->y);
}

/* ---- what all jobs share ---- */

static void
put_cache(struct gitlab *g)
{
	static const char *const paths[] = { ".cargo-home/registry/index",
		".cargo-home/registry/cache", ".cargo-home/git/db", NULL };
	const char *slash = *g->r->subdir ? "/" : "";

	yaml_begin(&g->y, "cache");
	yaml_begin(&g->y, "key");
	yaml_text(&g->y, "prefix", "$TARGET");
	yaml_begin(&g->y, "files");
	yaml_entry(&g->y, arena_printf(&g->r->arena, "%s%sCargo.lock", g->r->subdir, slash));
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_begin(&g->y, "paths");
	for (const char *const *path = paths; *path; path++)
		yaml_entry(&g->y, *path);
	yaml_entry(
		&g->y, arena_printf(&g->r->arena, "%s%s%s", g->r->subdir, slash, g->r->target_dir));
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_shared(struct gitlab *g)
{
	struct recipe *r = g->r;
	const char *slash = *r->subdir ? "/" : "";

	yaml_begin(&g->y, ".build");
	yaml_text(&g->y, "stage", "build");
	yaml_text(&g->y, "image", pins_rust_image(&r->pins, r->release, &r->arena));
	yaml_text(&g->y, "timeout", arena_printf(&r->arena, "%ld minutes", r->pins.build_minutes));
	yaml_word(&g->y, "interruptible", "true");
	yaml_begin(&g->y, "retry");
	yaml_word(&g->y, "max", "1");
	yaml_begin(&g->y, "when");
	yaml_entry(&g->y, "runner_system_failure");
	yaml_entry(&g->y, "stuck_or_timeout_failure");
	yaml_end(&g->y);
	yaml_end(&g->y);
	put_cache(g);
	yaml_begin(&g->y, "before_script");
	entry(g,
		"if [ -n \"${APT:-}\" ]; then\n"
		"  apt-get update\n"
		"  echo \"$APT\" | xargs apt-get install -y --no-install-recommends\n"
		"fi\n");
	if (*r->subdir)
		enter(g, r->subdir);
	yaml_end(&g->y);
	yaml_begin(&g->y, "artifacts");
	yaml_text(&g->y, "name", arena_printf(&r->arena, "%s-$TARGET", r->name));
	yaml_begin(&g->y, "paths");
	yaml_entry(&g->y, arena_printf(&r->arena, "%s%sdist/", r->subdir, slash));
	yaml_end(&g->y);
	yaml_text(&g->y, "expire_in", arena_printf(&r->arena, "%ld days", r->pins.keep_days));
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_blank(&g->y);
}

/* ---- the jobs ---- */

/* What the images lack for the steps themselves. */
static const char *
apt_of(struct gitlab *g, const struct recipe_target *t)
{
	struct str out = STR_INIT;

	str_append(&out, words_of(g, t->packages));
	if (*t->python)
		str_appendf(&out, "%spython3-venv", out.len ? " " : "");
	if (t->sysroot || head_is_ndk(t))
		str_appendf(&out, "%sca-certificates curl", out.len ? " " : "");
	if (t->sysroot)
		str_append(&out, " xz-utils");
	if (head_is_ndk(t))
		str_append(&out, " unzip");
	if (head_is_windows(t))
		str_appendf(&out, "%szip", out.len ? " " : "");
	return arena_take(&g->r->arena, &out);
}

static void
put_row(struct gitlab *g, const struct recipe_target *t)
{
	const char *apt = apt_of(g, t);

	yaml_comment(&g->y, arena_printf(&g->r->arena, "%s; %s", t->backend, t->origin));
	yaml_item(&g->y);
	yaml_text(&g->y, "TARGET", t->triple);
	if (!text_is(t->word, t->triple))
		yaml_text(&g->y, "WORD", t->word);
	if (*apt)
		put_literal(g, "APT", apt);
	if (text_is(t->backend, "cross") && t->image)
		put_literal(g, "IMAGE", t->image);
	if (t->sysroot) {
		yaml_text(&g->y, "FREEBSD", t->sysroot->version);
		yaml_text(&g->y, "BASE_URL", t->sysroot->url);
		yaml_text(&g->y, "BASE_SHA256", t->sysroot->sha256);
	}
	if (head_is_packed(t))
		put_literal(g, "FILES", words_of(g, t->files));
	yaml_end(&g->y);
}

static bool
is_of_method(const struct recipe_target *t, const struct recipe_target *method)
{
	return t->method == method->method;
}

static bool
any_of_method(const struct gitlab *g, const struct recipe_target *method,
	bool (*is)(const struct recipe_target *t))
{
	for (size_t i = 0; i < g->r->targets.len; i++) {
		const struct recipe_target *t = &g->r->targets.items[i];

		if (is_of_method(t, method) && is(t))
			return true;
	}
	return false;
}

static void
put_rust(struct gitlab *g, const struct recipe_target *t)
{
	struct recipe *r = g->r;

	if (text_is(t->backend, "cross"))
		entry(g,
			arena_printf(&r->arena,
				"curl -fsSL --retry 3 -o rustup-init "
				"https://static.rust-lang.org/rustup/archive/%s/"
				"x86_64-unknown-linux-gnu/rustup-init\n"
				"echo '%s  rustup-init' | sha256sum -c -\n"
				"chmod +x rustup-init\n"
				"./rustup-init -y --no-modify-path --profile minimal "
				"--default-toolchain %s\n"
				"rm rustup-init\n"
				"export PATH=\"$CARGO_HOME/bin:$PATH\"\n",
				pins_text(&r->pins, "rust", "rustup"),
				pins_text(&r->pins, "rust", "rustup-sha256"),
				!r->channel               ? "none"
					: head_channel(r) ? r->channel
							  : r->release));
	if (t->toolchain)
		entry(g,
			arena_printf(&r->arena,
				"export RUSTUP_TOOLCHAIN=%s\n"
				"rustup toolchain install %s --profile minimal --component "
				"rust-src --no-self-update\n",
				t->toolchain, t->toolchain));
	else
		entry(g, "rustup target add \"$TARGET\"");
}

static void
put_tools(struct gitlab *g, const struct recipe_target *t)
{
	struct recipe *r = g->r;

	if (*t->python)
		entry(g,
			arena_printf(&r->arena,
				"python3 -m venv /opt/tools\n"
				"/opt/tools/bin/pip install --no-cache-dir %s\n"
				"export PATH=\"/opt/tools/bin:$PATH\"\n",
				words_of(g, t->python)));
	if (any_of_method(g, t, head_has_sysroot))
		entry(g,
			"if [ -n \"${BASE_URL:-}\" ]; then\n"
			"  sysroot=$CI_PROJECT_DIR/.sysroot/$TARGET/$FREEBSD\n"
			"  curl -fsSL --retry 3 -o /tmp/base.txz \"$BASE_URL\"\n"
			"  echo \"$BASE_SHA256  /tmp/base.txz\" | sha256sum -c -\n"
			"  mkdir -p \"$sysroot\"\n"
			"  tar -xJf /tmp/base.txz -C \"$sysroot\" " HEAD_SYSROOT_MEMBERS "\n"
			"  " HEAD_KEEP_LINKS("\"$sysroot\"") "\n"
							     "fi\n");
}

/* The kit is fetched once its licence was agreed to, by whoever sets the variable. */
static void
put_ndk(struct gitlab *g, const struct recipe_target *t)
{
	struct str lines = STR_INIT;

	if (!head_is_ndk(t) || !t->kit)
		return;
	str_appendf(&lines,
		"if [ \"${ANDROID_SDK_LICENSE:-}\" != accepted ]; then\n"
		"  echo 'set the variable ANDROID_SDK_LICENSE to accepted: %s' >&2\n"
		"  exit 1\n"
		"fi\n"
		"curl -fsSL --retry 3 -o /tmp/ndk.zip %s\n"
		"echo '%s  /tmp/ndk.zip' | sha256sum -c -\n"
		"mkdir -p /opt/ndk\n"
		"unzip -q /tmp/ndk.zip -d /opt/ndk\n"
		"export ANDROID_NDK_HOME=\"$(echo /opt/ndk/*)\"\n",
		t->kit->license.url, t->kit->url, t->kit->sha256);
	for (const struct recipe_variable *v = recipe_variables(g->r, t); v->name; v++)
		if (v->is_below_ndk)
			str_appendf(
				&lines, "export %s=\"$ANDROID_NDK_HOME/%s\"\n", v->name, v->value);
	entry(g, str_cstr(&lines));
	str_fini(&lines);
}

static bool
has_word(const struct recipe_target *t)
{
	return !text_is(t->word, t->triple);
}

static bool
has_no_files(const struct recipe_target *t)
{
	return !head_is_packed(t);
}

static void
put_pack(struct gitlab *g, const struct recipe_target *t)
{
	struct recipe *r = g->r;
	bool zips = any_of_method(g, t, head_is_windows);
	struct str lines = STR_INIT;

	if (!any_of_method(g, t, head_is_packed))
		return;
	if (any_of_method(g, t, has_no_files))
		entry(g, "[ -n \"${FILES:-}\" ] || exit 0");
	str_appendf(&lines, "name=%s-$TARGET\nmkdir -p \"dist/$name\"\n(cd ", r->name);
	shell_word(&lines, r->target_dir);
	str_appendf(&lines,
		"/\"$TARGET\"/%s && echo \"$FILES\" | xargs cp -R -t \"$OLDPWD/dist/$name\")\n",
		r->profile_dir);
	if (zips)
		str_append(&lines,
			"case $TARGET in\n"
			"*-windows-*) (cd dist && zip -qr \"$name.zip\" \"$name\") ;;\n"
			"*) tar -C dist -czf \"dist/$name.tar.gz\" \"$name\" ;;\n"
			"esac\n");
	else
		str_append(&lines, "tar -C dist -czf \"dist/$name.tar.gz\" \"$name\"\n");
	str_append(&lines, "rm -r \"dist/$name\"\n");
	entry(g, str_cstr(&lines));
	str_fini(&lines);
}

static void
put_job(struct gitlab *g, const struct recipe_target *method)
{
	struct recipe *r = g->r;
	struct str line = STR_INIT;

	yaml_begin(&g->y, arena_printf(&r->arena, "build %s", method->method));
	yaml_text(&g->y, "extends", ".build");
	if (text_is(method->backend, "cross"))
		yaml_text(&g->y, "image", "$IMAGE");
	yaml_begin(&g->y, "parallel");
	yaml_begin(&g->y, "matrix");
	for (size_t i = 0; i < r->targets.len; i++)
		if (is_of_method(&r->targets.items[i], method))
			put_row(g, &r->targets.items[i]);
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_begin(&g->y, "script");
	put_rust(g, method);
	put_tools(g, method);
	put_ndk(g, method);
	recipe_command(r, method,
		any_of_method(g, method, has_word) ? "\"${WORD:-$TARGET}\"" : "\"$TARGET\"", &line);
	entry(g, str_cstr(&line));
	put_pack(g, method);
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_blank(&g->y);
	str_fini(&line);
}

/* ---- both kinds of Mac in one file ---- */

static void
put_need_of(struct gitlab *g, const struct recipe_target *t)
{
	yaml_entry(&g->y, arena_printf(&g->r->arena, "build %s", t->method));
}

static bool
is_slice(const struct recipe *r, const struct recipe_target *t)
{
	return r->slice && text_ends(t->triple, "-apple-darwin") && head_is_packed(t);
}

static void
put_slices(struct gitlab *g)
{
	const char *first = NULL;

	yaml_begin(&g->y, "needs");
	for (size_t i = 0; i < g->r->targets.len; i++) {
		const struct recipe_target *t = &g->r->targets.items[i];

		if (!is_slice(g->r, t) || text_is(first, t->method))
			continue;
		put_need_of(g, t);
		first = t->method;
	}
	yaml_end(&g->y);
}

static void
put_join(struct gitlab *g)
{
	struct recipe *r = g->r;
	struct str lines = STR_INIT;

	str_appendf(&lines,
		"cd dist\n"
		"lipo=$(echo " HEAD_DEBIAN_LIPO ")\n"
		"name=%s-$TARGET\n"
		"mkdir -p \"$name\"\n"
		"for slice in aarch64 x86_64; do tar -xzf \"%s-$slice-apple-darwin.tar.gz\"; done\n"
		"for file in %s; do\n"
		"  \"$lipo\" -create -output \"$name/$file\" "
		"\"%s-aarch64-apple-darwin/$file\" \"%s-x86_64-apple-darwin/$file\"\n"
		"done\n"
		"tar -czf \"$name.tar.gz\" \"$name\"\n",
		r->name, r->name, words_of(g, head_names(r, r->slice)), r->name, r->name);
	entry(g, str_cstr(&lines));
	str_fini(&lines);
}

static void
put_universal(struct gitlab *g)
{
	struct recipe *r = g->r;
	const char *slash = *r->subdir ? "/" : "";

	if (!r->slice)
		return;
	yaml_comment(&g->y, "What both Apple targets make, in one file.");
	yaml_begin(&g->y, "universal");
	yaml_text(&g->y, "extends", ".build");
	put_slices(g);
	yaml_begin(&g->y, "variables");
	yaml_text(&g->y, "TARGET", UNIVERSAL2);
	yaml_text(&g->y, "APT", "llvm");
	yaml_end(&g->y);
	yaml_word(&g->y, "cache", "[]");
	yaml_begin(&g->y, "script");
	put_join(g);
	yaml_end(&g->y);
	yaml_begin(&g->y, "artifacts");
	yaml_begin(&g->y, "paths");
	yaml_entry(&g->y,
		arena_printf(
			&r->arena, "%s%sdist/%s-" UNIVERSAL2 ".tar.gz", r->subdir, slash, r->name));
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_blank(&g->y);
}

/* ---- the release ---- */

static void
put_needs(struct gitlab *g)
{
	yaml_begin(&g->y, "needs");
	for (size_t i = 0; i < g->r->targets.len; i++)
		if (g->r->targets.items[i].is_first)
			put_need_of(g, &g->r->targets.items[i]);
	if (g->r->slice)
		yaml_entry(&g->y, "universal");
	yaml_end(&g->y);
}

static void
put_on_tags(struct gitlab *g)
{
	yaml_begin(&g->y, "rules");
	yaml_item(&g->y);
	yaml_text(&g->y, "if", "$CI_COMMIT_TAG");
	yaml_end(&g->y);
	yaml_end(&g->y);
}

static void
put_upload(struct gitlab *g)
{
	struct recipe *r = g->r;

	yaml_comment(&g->y, "What was built, with its sums, into the project's package registry.");
	yaml_begin(&g->y, "upload");
	yaml_text(&g->y, "stage", "release");
	yaml_text(&g->y, "image", pins_rust_image(&r->pins, r->release, &r->arena));
	yaml_text(
		&g->y, "timeout", arena_printf(&r->arena, "%ld minutes", r->pins.release_minutes));
	put_on_tags(g);
	put_needs(g);
	yaml_begin(&g->y, "script");
	entry(g,
		"apt-get update && apt-get install -y --no-install-recommends ca-certificates "
		"curl");
	enter(g, *r->subdir ? arena_printf(&r->arena, "%s/dist", r->subdir) : "dist");
	entry(g, "sha256sum -- * > SHA256SUMS");
	entry(g,
		arena_printf(&r->arena,
			"for file in *; do\n"
			"  curl -fsS --retry 3 --header \"JOB-TOKEN: $CI_JOB_TOKEN\" --upload-file "
			"\"$file\" "
			"\"" REGISTRY "/%s/$CI_COMMIT_TAG/$file\"\n"
			"done\n",
			r->name));
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_blank(&g->y);
}

static void
put_link(struct gitlab *g, const char *file)
{
	struct recipe *r = g->r;

	yaml_item(&g->y);
	yaml_text(&g->y, "name", file);
	yaml_text(&g->y, "url",
		arena_printf(&r->arena, REGISTRY "/%s/$CI_COMMIT_TAG/%s", r->name, file));
	yaml_text(&g->y, "link_type", "package");
	yaml_end(&g->y);
}

static void
put_release(struct gitlab *g)
{
	struct recipe *r = g->r;

	yaml_begin(&g->y, "release");
	yaml_text(&g->y, "stage", "release");
	yaml_text(&g->y, "image", pins_text(&r->pins, "image", "gitlab"));
	yaml_text(
		&g->y, "timeout", arena_printf(&r->arena, "%ld minutes", r->pins.release_minutes));
	put_on_tags(g);
	yaml_begin(&g->y, "needs");
	yaml_entry(&g->y, "upload");
	yaml_end(&g->y);
	yaml_begin(&g->y, "script");
	entry(g, "echo \"releasing $CI_COMMIT_TAG\"");
	yaml_end(&g->y);
	yaml_begin(&g->y, "release");
	yaml_text(&g->y, "tag_name", "$CI_COMMIT_TAG");
	yaml_text(&g->y, "description", arena_printf(&r->arena, "%s $CI_COMMIT_TAG", r->name));
	yaml_begin(&g->y, "assets");
	yaml_begin(&g->y, "links");
	for (size_t i = 0; i < r->targets.len; i++) {
		const struct recipe_target *t = &r->targets.items[i];

		if (head_is_packed(t))
			put_link(g,
				arena_printf(&r->arena, "%s-%s.%s", r->name, t->triple,
					head_is_windows(t) ? "zip" : "tar.gz"));
	}
	if (r->slice)
		put_link(g, arena_printf(&r->arena, "%s-" UNIVERSAL2 ".tar.gz", r->name));
	put_link(g, "SHA256SUMS");
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_end(&g->y);
	yaml_end(&g->y);
}

bool
export_gitlab(struct recipe *r, struct span before, struct str *out, struct err *err)
{
	struct gitlab g = { .r = r, .y = { .out = out } };
	struct str lines = STR_INIT;

	head_lines(r, "gitlab", &lines);
	head_left_out(r, &lines);
	yaml_comment(&g.y, str_cstr(&lines));
	str_fini(&lines);
	put_rules(&g);
	put_variables(&g);
	put_shared(&g);
	for (size_t i = 0; i < r->targets.len; i++)
		if (r->targets.items[i].is_first)
			put_job(&g, &r->targets.items[i]);
	put_universal(&g);
	if (head_any(r, head_has_product)) {
		put_upload(&g);
		put_release(&g);
	}
	return true;
}
