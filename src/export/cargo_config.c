/* cargo_config: .cargo/config.toml, so that plain cargo builds what xtui builds natively: linkers,
 * their arguments, runners, C compilers and the profile; what else it says stays. */
#include "export/format.h"

#include "build/run.h"
#include "build/way.h"
#include "export/head.h"
#include "export/toml_keys.h"
#include "ready/tuning.h"
#include "rust/profile.h"

/* "-C" and what follows it are one item, so that a second time finds it. */
static void
add_tuning(struct toml_keys *k, const struct recipe_target *t)
{
	const char *const *flag = tuning_rustflags(&t->way->tuning, &k->r->arena);

	for (; *flag; flag++) {
		const char *text = *flag;

		if (text_is(text, "-C") && flag[1])
			text = arena_printf(&k->r->arena, "-C%s", *++flag);
		toml_keys_item(k, "target", t->triple, "rustflags", text);
	}
}

/* CARGO_TARGET_… stand in their table, the others are variables for build scripts. */
static void
add_target(struct toml_keys *k, const struct recipe_target *t)
{
	const char *linker = t->way->tuning.linker ? t->way->tuning.linker : t->linker;
	const struct recipe_variable *v;

	if (linker)
		toml_keys_text(k, "target", t->triple, "linker", linker);
	for (const char *const *arg = t->link_args; *arg; arg++)
		toml_keys_item(k, "target", t->triple, "rustflags",
			arena_printf(&k->r->arena, "-Clink-arg=%s", *arg));
	add_tuning(k, t);
	if (*t->runner)
		toml_keys_texts(k, "target", t->triple, "runner", t->runner);
	for (v = recipe_variables(k->r, t); v->name && text_is(t->backend, "native"); v++)
		if (!text_starts(v->name, "CARGO_"))
			toml_keys_text(k, "env", NULL, v->name, v->value);
}

static void
add_profile(struct toml_keys *k)
{
	const struct profile *p = k->r->run->profile;

	for (size_t i = 0; p && i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		const char *const of_package[] = { "profile", p->name, "package", s->spec,
			s->option->key, NULL };
		const char *const of_build[] = { "profile", p->name, s->table, s->option->key,
			NULL };
		const char *const own[] = { "profile", p->name, s->option->key, NULL };

		if (s->is_changed && s->value)
			toml_keys_path(k,
				s->spec             ? of_package
					: *s->table ? of_build
						    : own,
				s->value);
	}
}

bool
export_cargo_config(struct recipe *r, struct span before, struct str *out, struct err *err)
{
	struct toml_keys keys = { .r = r };
	struct str comment = STR_INIT;
	bool ok;

	for (size_t i = 0; i < r->targets.len; i++)
		add_target(&keys, &r->targets.items[i]);
	add_profile(&keys);
	if (!keys.items.len) {
		vec_fini(&keys.items);
		return err_set(err, ERR_USAGE,
			"export cargo-config: cargo needs to be told nothing for what is chosen");
	}
	head_lines(r, "cargo-config", &comment);
	head_targets(r, &comment);
	ok = toml_keys_write(&keys, ".cargo/config.toml", str_cstr(&comment), before, out, err);
	str_fini(&comment);
	return ok;
}
