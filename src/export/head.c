#include "export/head.h"

#include "base/path.h"
#include "build/run.h"
#include "build/way.h"
#include "rust/targets.h"
#include "text/shell.h"

void
head_lines(const struct recipe *r, const char *format, struct str *out)
{
	str_appendf(out, "Builds %s for %zu target%s, as `xtui build` does.\n", r->name,
		r->targets.len, r->targets.len == 1 ? "" : "s");
	str_appendf(out, "Made by `xtui export %s` from the choice in xtui.toml:\n", format);
	recipe_append_choice(r, out);
	str_appendf(out, "\n`xtui export %s%s --check` tells when they no longer agree.\n", format,
		r->again ? r->again : "");
}

void
head_targets(const struct recipe *r, struct str *out)
{
	for (size_t i = 0; i < r->targets.len; i++) {
		const struct recipe_target *t = &r->targets.items[i];

		str_appendf(out, "%s: %s; %s\n", t->triple, t->backend, t->origin);
	}
	head_left_out(r, out);
}

void
head_left_out(const struct recipe *r, struct str *out)
{
	for (size_t i = 0; i < r->refused.len; i++)
		str_appendf(out, "left out: %s: %s\n", r->refused.items[i].triple,
			r->refused.items[i].why);
}

void
head_comment(const char *lines, struct str *out)
{
	for (struct span rest = span_of(lines), line; rest.len;) {
		line = span_cut(rest, '\n', &rest);
		str_appendf(out, "#%s%.*s\n", line.len ? " " : "", (int)line.len, line.data);
	}
}

const char *
head_channel(const struct recipe *r)
{
	return text_is(r->channel, "stable") || text_is(r->channel, r->release) ? NULL : r->channel;
}

void
head_words(const char *const *words, struct str *out)
{
	shell_command(out, words);
}

void
head_engine_variables(struct recipe *r, const struct recipe_target *t, struct str *out)
{
	for (const struct recipe_variable *v = recipe_profile(r); v->name; v++)
		str_appendf(out, " -e %s", v->name);
	for (const struct recipe_variable *v = recipe_variables(r, t); v->name; v++)
		str_appendf(out, " -e %s", v->name);
}

const char *const *
head_names(struct recipe *r, const struct recipe_target *t)
{
	size_t count = 0;
	const char **names;

	while (t->files[count])
		count++;
	names = arena_array(&r->arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		names[i] = path_basename(t->files[i]);
	return names;
}

bool
head_any(const struct recipe *r, bool (*is)(const struct recipe_target *t))
{
	for (size_t i = 0; i < r->targets.len; i++)
		if (is(&r->targets.items[i]))
			return true;
	return false;
}

bool
head_all(const struct recipe *r, bool (*is)(const struct recipe_target *t))
{
	for (size_t i = 0; i < r->targets.len; i++)
		if (!is(&r->targets.items[i]))
			return false;
	return true;
}

/* ---- questions ---- */

bool
head_is_wheel(const struct recipe_target *t)
{
	return t->is_wheel;
}

bool
head_is_packed(const struct recipe_target *t)
{
	return !t->is_wheel && *t->files;
}

bool
head_has_product(const struct recipe_target *t)
{
	return t->is_wheel || *t->files;
}

bool
head_is_windows(const struct recipe_target *t)
{
	return text_is(t->info->os, "windows");
}

bool
head_is_freebsd_vm(const struct recipe_target *t)
{
	return t->machine == ON_FREEBSD;
}

bool
head_wants_apt(const struct recipe_target *t)
{
	return t->machine == ON_LINUX && *t->packages != NULL;
}

bool
head_has_python(const struct recipe_target *t)
{
	return *t->python != NULL;
}

bool
head_has_crate(const struct recipe_target *t)
{
	return t->crate != NULL;
}

bool
head_has_sysroot(const struct recipe_target *t)
{
	return t->sysroot != NULL;
}

bool
head_has_toolchain(const struct recipe_target *t)
{
	return t->toolchain != NULL;
}

bool
head_is_ndk(const struct recipe_target *t)
{
	return text_is(t->backend, "ndk");
}

bool
head_is_container(const struct recipe_target *t)
{
	return text_is(t->backend, "container");
}
