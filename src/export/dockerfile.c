/* dockerfile: a Dockerfile of several stages, whose last one holds what was built and nothing else,
 * for `docker build --output dist .`.
 *
 * base has Rust, packages and tools for all targets; a stage for each sysroot; build has the
 * project, by a user who is not root. A target that cross builds here gets a stage of cross's own
 * image, with Rust copied in from base. */
#include "export/format.h"

#include <string.h>
#include "build/run.h"
#include "build/universal2.h"
#include "build/way.h"
#include "export/head.h"
#include "plan/kits.h"
#include "rust/targets.h"

#define USER "1000"
#define NDK "/opt/android-ndk"

struct dockerfile {
	struct recipe *r;
	struct str *out;
};

/* ---- texts ---- */

/* A value of ENV: in double quotes, nothing in it expanded. */
static void
append_value(struct str *out, const char *value)
{
	str_append_char(out, '"');
	for (; *value; value++) {
		if (strchr("\"\\$", *value))
			str_append_char(out, '\\');
		str_append_char(out, *value);
	}
	str_append_char(out, '"');
}

static void
put_env(struct dockerfile *d, const char *name, const char *value)
{
	str_appendf(d->out, "ENV %s=", name);
	append_value(d->out, value);
	str_append_char(d->out, '\n');
}

static void
put_comment(struct dockerfile *d, const char *text)
{
	head_comment(text, d->out);
}

static bool
is_cross(const struct recipe_target *t)
{
	return text_is(t->backend, "cross");
}

/* ---- base ---- */

static const char *const *
packages_of(const struct recipe_target *t)
{
	static const char *const none[] = { NULL };

	return is_cross(t) ? none : t->packages;
}

static const char *const *
python_of(const struct recipe_target *t)
{
	return t->python;
}

static void
put_packages(struct dockerfile *d)
{
	struct recipe *r = d->r;
	const char *const *packages = recipe_all(r, packages_of);
	bool has_python = *recipe_all(r, python_of) != NULL;
	bool fetches = head_any(r, head_has_sysroot) || head_any(r, head_is_ndk);

	if (!*packages && !has_python && !fetches)
		return;
	str_append(d->out,
		"# Debian's packages for the targets, as `xtui setup` plans them.\n"
		"# hadolint ignore=DL3008\n"
		"RUN apt-get update \\\n"
		"\t&& apt-get install -y --no-install-recommends");
	if (fetches)
		str_append(d->out, " \\\n\t\tca-certificates \\\n\t\tcurl");
	if (head_any(r, head_has_sysroot))
		str_append(d->out, " \\\n\t\txz-utils");
	if (head_any(r, head_is_ndk))
		str_append(d->out, " \\\n\t\tunzip");
	if (has_python)
		str_append(d->out, " \\\n\t\tpython3-venv");
	for (; *packages; packages++)
		str_appendf(d->out, " \\\n\t\t%s", *packages);
	str_append(d->out, " \\\n\t&& rm -rf /var/lib/apt/lists/*\n");
}

static void
put_std(struct dockerfile *d)
{
	struct recipe *r = d->r;
	const char *nightly = NULL;
	size_t count = 0;

	if (head_channel(r)) {
		put_env(d, "RUSTUP_TOOLCHAIN", r->channel);
		str_appendf(d->out,
			"RUN rustup toolchain install %s --profile minimal --no-self-update\n",
			r->channel);
	} else if (!r->channel) {
		str_append(d->out,
			"WORKDIR /src\n"
			"COPY rust-toolchain* ./\n"
			"RUN rustup toolchain install --no-self-update\n");
	}
	for (size_t i = 0; i < r->targets.len; i++) {
		const struct recipe_target *t = &r->targets.items[i];

		if (t->toolchain)
			nightly = t->toolchain;
		else
			str_appendf(d->out, "%s%s", count++ ? " " : "RUN rustup target add ",
				t->triple);
	}
	str_append(d->out, count ? "\n" : "");
	if (nightly)
		str_appendf(d->out,
			"RUN rustup toolchain install %s --profile minimal --component rust-src\n",
			nightly);
}

static void
put_python(struct dockerfile *d)
{
	const char *const *python = recipe_all(d->r, python_of);

	if (!*python)
		return;
	str_append(d->out,
		"RUN python3 -m venv /opt/tools \\\n\t&& /opt/tools/bin/pip install "
		"--no-cache-dir ");
	head_words(python, d->out);
	str_append(d->out, "\nENV PATH=\"/opt/tools/bin:${PATH}\"\n");
}

static void
put_ndk(struct dockerfile *d)
{
	for (size_t i = 0; i < d->r->targets.len; i++) {
		const struct kit *kit = d->r->targets.items[i].kit;

		if (!head_is_ndk(&d->r->targets.items[i]) || !kit)
			continue;
		str_appendf(d->out,
			"# Whoever builds this has agreed to: %s\n"
			"RUN curl -fsSL --retry 3 -o /tmp/ndk.zip %s \\\n"
			"\t&& echo '%s  /tmp/ndk.zip' > /tmp/ndk.sum \\\n"
			"\t&& sha256sum -c /tmp/ndk.sum \\\n"
			"\t&& unzip -q /tmp/ndk.zip -d /tmp/ndk \\\n"
			"\t&& mv /tmp/ndk/* " NDK " \\\n"
			"\t&& rm -r /tmp/ndk /tmp/ndk.zip /tmp/ndk.sum\n",
			kit->license.url, kit->url, kit->sha256);
		return;
	}
}

/* Whoever builds owns the folder of sources, and nothing else. */
static void
put_user(struct dockerfile *d)
{
	str_append(d->out,
		"RUN useradd --create-home --uid " USER " builder \\\n"
		"\t&& install -d -o builder -g builder /src\n");
}

static void
put_base(struct dockerfile *d)
{
	struct recipe *r = d->r;

	str_appendf(
		d->out, "ARG RUST_IMAGE=%s\n\n", pins_rust_image(&r->pins, r->release, &r->arena));
	str_append(d->out, "FROM ${RUST_IMAGE} AS base\n");
	put_packages(d);
	put_std(d);
	put_python(d);
	put_ndk(d);
	put_user(d);
}

/* ---- sysroots ---- */

static void
put_sysroots(struct dockerfile *d)
{
	for (size_t i = 0; i < d->r->targets.len; i++) {
		const struct recipe_target *t = &d->r->targets.items[i];

		if (!t->sysroot)
			continue;
		str_appendf(d->out,
			"\n# FreeBSD %s, as `xtui sysroot add` has it: only what linking needs.\n"
			"FROM base AS sysroot-%s\n"
			"RUN dir=%s/%s/%s \\\n"
			"\t&& curl -fsSL --retry 3 -o /tmp/base.txz %s \\\n"
			"\t&& echo '%s  /tmp/base.txz' > /tmp/base.sum \\\n"
			"\t&& sha256sum -c /tmp/base.sum \\\n"
			"\t&& mkdir -p \"$dir\" \\\n"
			"\t&& tar -xJf /tmp/base.txz -C \"$dir\" " HEAD_SYSROOT_MEMBERS " \\\n"
			"\t&& " HEAD_KEEP_LINKS("\"$dir\"") " \\\n"
							    "\t&& rm /tmp/base.txz /tmp/base.sum\n",
			t->sysroot->version, t->triple, d->r->sysroots, t->triple,
			t->sysroot->version, t->sysroot->url, t->sysroot->sha256);
	}
}

/* ---- builds ---- */

static void
put_profile(struct dockerfile *d)
{
	for (const struct recipe_variable *v = recipe_profile(d->r); v->name; v++)
		put_env(d, v->name, v->value);
}

static void
put_variables(struct dockerfile *d, const struct recipe_target *t)
{
	const struct recipe_variable *v = recipe_variables(d->r, t);

	for (; v->name; v++) {
		put_comment(d, v->note ? v->note : "");
		put_env(d, v->name,
			v->is_below_ndk ? arena_printf(&d->r->arena, NDK "/%s", v->value)
					: v->value);
	}
}

/* The registry and the target folder stay between builds, and out of the image. Each image has a
 * target folder of its own: build scripts of one do not run in another. */
static void
put_command(struct dockerfile *d, const struct recipe_target *t)
{
	struct recipe *r = d->r;

	str_appendf(d->out, "# %s: %s; %s\n", t->triple, t->backend, t->origin);
	str_appendf(d->out,
		"RUN --mount=type=cache,target=/usr/local/cargo/registry,uid=" USER ",gid=" USER
		" \\\n"
		"\t--mount=type=cache,id=%s-%s,target=/src/target,uid=" USER ",gid=" USER " \\\n\t",
		r->name, is_cross(t) ? t->triple : "target");
	if (t->toolchain)
		str_appendf(d->out, "RUSTUP_TOOLCHAIN=%s ", t->toolchain);
	recipe_command(r, t, NULL, d->out);
	if (t->is_wheel) {
		str_appendf(d->out,
			" \\\n\t&& mkdir -p /home/builder/dist/%s \\\n\t&& mv -- /src/dist/* "
			"/home/builder/dist/%s/\n",
			t->triple, t->triple);
		return;
	}
	if (!head_is_packed(t)) {
		str_append(d->out, " \\\n\t&& mkdir -p /home/builder/dist\n");
		return;
	}
	str_appendf(d->out,
		" \\\n\t&& mkdir -p /home/builder/dist/%s \\\n\t&& cd target/%s/%s \\\n\t&& cp -R "
		"-- ",
		t->triple, t->triple, r->profile_dir);
	head_words(t->files, d->out);
	str_appendf(d->out, " /home/builder/dist/%s/\n", t->triple);
}

static void
put_sources(struct dockerfile *d)
{
	str_append(d->out,
		"USER builder\n"
		"WORKDIR /src\n"
		"COPY --chown=" USER ":" USER " . .\n"
		"ENV CARGO_TARGET_DIR=/src/target\n");
}

static bool
is_of_build(const struct recipe_target *t)
{
	return !is_cross(t);
}

static void
put_build(struct dockerfile *d)
{
	struct recipe *r = d->r;

	if (!head_any(r, is_of_build))
		return;
	str_append(d->out, "\nFROM base AS build\n");
	for (size_t i = 0; i < r->targets.len; i++)
		if (r->targets.items[i].sysroot)
			str_appendf(d->out, "COPY --from=sysroot-%s %s/%s %s/%s\n",
				r->targets.items[i].triple, r->sysroots, r->targets.items[i].triple,
				r->sysroots, r->targets.items[i].triple);
	put_profile(d);
	for (size_t i = 0; i < r->targets.len; i++)
		if (is_of_build(&r->targets.items[i]))
			put_variables(d, &r->targets.items[i]);
	put_sources(d);
	for (size_t i = 0; i < r->targets.len; i++)
		if (is_of_build(&r->targets.items[i]))
			put_command(d, &r->targets.items[i]);
}

static void
put_cross(struct dockerfile *d, const struct recipe_target *t)
{
	str_appendf(d->out,
		"\n# What cross would start, with the same Rust.\n"
		"FROM %s AS cross-%s\n"
		"COPY --from=base /usr/local/rustup /usr/local/rustup\n"
		"COPY --from=base /usr/local/cargo /usr/local/cargo\n"
		"ENV RUSTUP_HOME=/usr/local/rustup\n"
		"ENV CARGO_HOME=/usr/local/cargo\n"
		"ENV PATH=\"/usr/local/cargo/bin:${PATH}\"\n",
		t->image, t->triple);
	put_user(d);
	put_profile(d);
	put_sources(d);
	put_command(d, t);
}

/* ---- both kinds of Mac in one file ---- */

static void
put_slice(struct dockerfile *d, const struct recipe_target *t)
{
	const char *own = is_cross(t) ? arena_printf(&d->r->arena, "cross-%s", t->triple) : "build";

	str_appendf(d->out, "COPY --from=%s /home/builder/dist/%s /slices/%s\n", own, t->triple,
		t->triple);
}

static void
put_universal(struct dockerfile *d)
{
	struct recipe *r = d->r;

	if (!r->slice)
		return;
	str_append(d->out,
		"\n# What both Apple targets make, in one file.\n"
		"FROM base AS universal\n"
		"# hadolint ignore=DL3008\n"
		"RUN apt-get update \\\n"
		"\t&& apt-get install -y --no-install-recommends llvm \\\n"
		"\t&& rm -rf /var/lib/apt/lists/*\n");
	for (size_t i = 0; i < r->targets.len; i++) {
		const struct recipe_target *t = &r->targets.items[i];

		if (text_ends(t->triple, "-apple-darwin") && head_is_packed(t))
			put_slice(d, t);
	}
	str_append(d->out,
		"USER builder\n"
		"RUN mkdir -p /home/builder/dist/" UNIVERSAL2 " \\\n"
		"\t&& cd /home/builder/dist/" UNIVERSAL2 " \\\n"
		"\t&& lipo=$(echo " HEAD_DEBIAN_LIPO ") \\\n\t&& for file in ");
	head_words(head_names(r, r->slice), d->out);
	str_append(d->out,
		"; do \\\n"
		"\t\t\"$lipo\" -create -output \"$file\" \"/slices/aarch64-apple-darwin/$file\" "
		"\\\n"
		"\t\t\t\"/slices/x86_64-apple-darwin/$file\" || exit 1; \\\n"
		"\tdone\n");
}

static void
put_dist(struct dockerfile *d)
{
	struct recipe *r = d->r;

	str_append(d->out, "\nFROM scratch AS dist\n");
	if (head_any(r, is_of_build))
		str_append(d->out, "COPY --from=build /home/builder/dist/ /\n");
	for (size_t i = 0; i < r->targets.len; i++)
		if (is_cross(&r->targets.items[i]))
			str_appendf(d->out, "COPY --from=cross-%s /home/builder/dist/ /\n",
				r->targets.items[i].triple);
	if (r->slice)
		str_append(d->out, "COPY --from=universal /home/builder/dist/ /\n");
}

bool
export_dockerfile(struct recipe *r, struct span before, struct str *out, struct err *err)
{
	struct dockerfile d = { .r = r, .out = out };
	struct str lines = STR_INIT;

	str_append(out, "# syntax=docker/dockerfile:1\n");
	head_lines(r, "dockerfile", &lines);
	str_append(&lines,
		"\n    docker build --output dist .\n\n"
		"leaves a folder for each target in dist. target/ belongs in .dockerignore.\n");
	head_left_out(r, &lines);
	put_comment(&d, str_cstr(&lines));
	str_fini(&lines);
	put_base(&d);
	put_sysroots(&d);
	put_build(&d);
	for (size_t i = 0; i < r->targets.len; i++)
		if (is_cross(&r->targets.items[i]))
			put_cross(&d, &r->targets.items[i]);
	put_universal(&d);
	put_dist(&d);
	return true;
}
