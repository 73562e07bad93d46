/* variables: what a build is told by its environment: linkers, flags, C compilers, the profile. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "build/run.h"
#include "build/way.h"
#include "export/recipe.h"
#include "plan/kits.h"
#include "ready/tuning.h"
#include "rust/cargoconf.h"
#include "rust/profile.h"
#include "rust/targets.h"

#define VARIABLES_MAX 16
#define NDK_BIN "toolchains/llvm/prebuilt/linux-x86_64/bin"

struct variables {
	struct recipe *r;
	const struct recipe_target *t;
	struct recipe_variable *items;
	size_t count;
	char *under, *upper; /* the triple within names */
};

static void
add(struct variables *v, const char *name, const char *value)
{
	if (value && v->count < VARIABLES_MAX)
		v->items[v->count++] = (struct recipe_variable){ .name = name, .value = value };
}

/* NAME_x86_64_unknown_freebsd, as cc-rs and bindgen read them. */
static void
add_for(struct variables *v, const char *name, const char *value)
{
	add(v, arena_printf(&v->r->arena, "%s_%s", name, v->under), value);
}

/* CARGO_TARGET_X86_64_UNKNOWN_FREEBSD_NAME. */
static void
add_for_cargo(struct variables *v, const char *name, const char *value)
{
	add(v, arena_printf(&v->r->arena, "CARGO_TARGET_%s_%s", v->upper, name), value);
}

static void
append_flags(struct str *out, const char *before, const char *const *flags)
{
	for (; flags && *flags; flags++)
		str_appendf(out, "%s%s%s", out->len ? " " : "", before, *flags);
}

static void
add_cflags(struct variables *v)
{
	struct str flags = STR_INIT;
	const char *all;

	append_flags(&flags, "", v->t->cflags);
	all = arena_span(&v->r->arena, str_span(&flags));
	add_for(v, "CC", "clang");
	add_for(v, "CXX", "clang++");
	add_for(v, "AR", "llvm-ar");
	add_for(v, "CFLAGS", all);
	add_for(v, "CXXFLAGS", all);
	add_for(v, "BINDGEN_EXTRA_CLANG_ARGS", all);
	str_fini(&flags);
}

static bool
is_ndk(const struct recipe_target *t)
{
	return text_is(t->backend, "ndk");
}

/* Pages of 16 KiB, which 64-bit devices have, for kits before r28. */
static const char *const *
page_arguments(const struct recipe_target *t)
{
	static const char *const large[] = { "-Wl,-z,max-page-size=16384", NULL };

	return is_ndk(t) && t->info->pointer_width == 64 ? large : NULL;
}

/* Those with blanks in them are arguments of the command. */
static void
add_rustflags(struct variables *v)
{
	const char *const *own = tuning_rustflags(&v->t->way->tuning, &v->r->arena);
	struct str flags = STR_INIT;

	append_flags(&flags, "-Clink-arg=", v->t->link_args);
	append_flags(&flags, "-Clink-arg=", page_arguments(v->t));
	append_flags(&flags, "", recipe_has_quoted_flags(v->t) ? NULL : own);
	if (flags.len)
		add_for_cargo(v, "RUSTFLAGS", arena_span(&v->r->arena, str_span(&flags)));
	str_fini(&flags);
}

static void
add_ndk(struct variables *v)
{
	const char *triple = v->t->triple, *api = v->t->way->api, *clang;
	bool is_arm = text_ends(triple, "-linux-androideabi");
	size_t first = v->count;

	clang = arena_printf(&v->r->arena, "%s%s-clang",
		is_arm ? "armv7a-linux-androideabi" : triple,
		api                                      ? api
			: text_starts(triple, "riscv64") ? "35"
							 : "21");
	if (!v->t->way->tuning.linker)
		add_for_cargo(v, "LINKER", clang);
	add_for(v, "CC", clang);
	add_for(v, "CXX", arena_printf(&v->r->arena, "%s++", clang));
	add_for(v, "AR", "llvm-ar");
	add_for(v, "RANLIB", "llvm-ranlib");
	for (size_t i = first; i < v->count; i++) {
		v->items[i].value = arena_printf(&v->r->arena, NDK_BIN "/%s", v->items[i].value);
		v->items[i].is_below_ndk = true;
	}
}

static void
add_license(struct variables *v)
{
	struct recipe *r = v->r;

	add(v, "XWIN_ACCEPT_LICENSE", "1");
	if (v->t->kit)
		v->items[v->count - 1].note = arena_printf(
			&r->arena, "whoever runs this has agreed to: %s", v->t->kit->license.url);
}

static void
add_of_backend(struct variables *v)
{
	const struct way *way = v->t->way;

	if (is_ndk(v->t))
		add_ndk(v);
	if (text_is(v->t->backend, "xwin"))
		add_license(v);
	if (text_is(v->t->backend, "zig"))
		add(v, "SDKROOT", way->sdk);
	if (text_is(v->t->backend, "cross"))
		add(v, arena_printf(&v->r->arena, "CROSS_TARGET_%s_IMAGE", v->upper), way->image);
}

const struct recipe_variable *
recipe_variables(struct recipe *r, const struct recipe_target *t)
{
	const char *linker = t->way->tuning.linker;
	struct variables v = { .r = r,
		.t = t,
		.items = arena_array(&r->arena, struct recipe_variable, VARIABLES_MAX + 1),
		.under = text_to_underscores(arena_strdup(&r->arena, t->triple)),
		.upper = cargoconf_env_triple(t->triple) };

	add_for_cargo(&v, "LINKER", linker ? linker : t->linker);
	add_rustflags(&v);
	if (*t->cflags)
		add_cflags(&v);
	add_of_backend(&v);
	free(v.upper);
	return v.items;
}

bool
recipe_has_quoted_flags(const struct recipe_target *t)
{
	for (const char *const *flag = t->way->tuning.rustflags; flag && *flag; flag++)
		if (strpbrk(*flag, " \t"))
			return true;
	return false;
}

/* CARGO_PROFILE_RELEASE_LTO=fat; what is said of a package no variable tells. */
const struct recipe_variable *
recipe_profile(struct recipe *r)
{
	const struct profile *p = r->run->profile;
	size_t all = p ? profile_setting_count(p) : 0, count = 0;
	struct recipe_variable *items = arena_array(&r->arena, struct recipe_variable, all + 1);

	for (size_t i = 0; i < all; i++) {
		const struct profile_setting *setting = profile_setting_at(p, i);
		struct span value = span_of(setting->value ? setting->value : "");
		struct str key = STR_INIT;
		char *name;

		if (!setting->is_changed || setting->spec || !value.len)
			continue;
		profile_setting_key(setting, &key);
		name = arena_printf(&r->arena, "CARGO_PROFILE_%s_%s", p->name, str_cstr(&key));
		str_fini(&key);
		for (char *c = name; *c; c++)
			*c = *c == '-' || *c == '.' ? '_' : (char)toupper((unsigned char)*c);
		if (span_starts(value, "\""))
			value = (struct span){ value.data + 1, value.len - 2 };
		items[count++] = (struct recipe_variable){ .name = name,
			.value = arena_span(&r->arena, value) };
	}
	return items;
}

static bool
has_name(const struct recipe_variable *items, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_is(items[i].name, name))
			return true;
	return false;
}

const struct recipe_variable *
recipe_environment(struct recipe *r)
{
	const struct recipe_variable *v = recipe_profile(r);
	size_t most = r->targets.len * VARIABLES_MAX, count = 0;
	struct recipe_variable *all;

	most += r->run->profile ? profile_setting_count(r->run->profile) : 0;
	all = arena_array(&r->arena, struct recipe_variable, most + 1);
	for (; v->name; v++)
		all[count++] = *v;
	for (size_t i = 0; i < r->targets.len; i++)
		for (v = recipe_variables(r, &r->targets.items[i]); v->name; v++)
			if (!v->is_below_ndk && !has_name(all, count, v->name))
				all[count++] = *v;
	return all;
}
