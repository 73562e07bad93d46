/* cargo_config: .cargo/config.toml, so that plain cargo builds what xtui builds natively: linkers, their
 * arguments, runners, C compilers and the profile; what else it says stays. */
#include "export/format.h"

#include "build/run.h"
#include "export/head.h"
#include "export/toml_keys.h"
#include "rust/profile.h"

/* CARGO_TARGET_… stand in their table, the others are variables for build scripts. */
static void
add_target(struct toml_keys *k, const struct recipe_target *t)
{
	const struct recipe_variable *v;

	if (t->linker)
		toml_keys_text(k, "target", t->triple, "linker", t->linker);
	for (const char *const *arg = t->link_args; *arg; arg++)
		toml_keys_item(k, "target", t->triple, "rustflags",
			arena_printf(&k->r->arena, "-Clink-arg=%s", *arg));
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

	for (size_t i = 0; p && i < profile_option_count; i++)
		if (p->settings[i].is_changed)
			toml_keys_literal(k, "profile", p->name, p->settings[i].option->key,
				p->settings[i].value);
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
