#include "ui/profile_save.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "plan/edit.h"
#include "plan/profile_edit.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/screen.h"

static unsigned
say_err(struct store *s, const struct err *err)
{
	return store_say_err(s, SAY_WARN, err) | FX_BELL;
}

/* What counts more than the file, a line each: writing it there changes nothing. */
static void
append_shadows(const struct profile *p, struct str *text)
{
	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		const char *shadow = profile_edit_shadow(s);

		if (!shadow)
			continue;
		str_append_char(text, '\n');
		profile_setting_key(s, text);
		str_appendf(
			text, ": %s sets it and counts more; it stays %s\n", shadow, s->configured);
	}
}

unsigned
profile_save_ask(struct store *s, const char *what)
{
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct edit *edit;
	unsigned fx;

	if (!s->survey->workspace || !s->profile)
		return store_say(s, SAY_WARN, "there is no Cargo.toml to write into") | FX_BELL;
	if (!profile_is_changed(s->profile))
		return store_say(s, SAY_INFO, "nothing is changed: Cargo.toml says all of it");
	if (!(edit = profile_edit_prepare(
		      s->profile, s->survey->workspace, s->survey->toolchain, &err)))
		return say_err(s, &err);
	str_appendf(&text, "%s\n\n%s", edit->shown, edit->diff ? edit->diff : "says it already");
	append_shadows(s->profile, &text);
	fx = store_ask(s, what, str_cstr(&text), "Write");
	str_fini(&text);
	edit_free(edit);
	return fx;
}

unsigned
profile_save_answer(struct store *s, bool yes)
{
	const struct workspace *ws = s->survey->workspace;
	struct err err = ERR_INIT;
	struct edit *edit;
	char *name, *what;
	bool ok;

	if (!yes || !ws || !s->profile)
		return FX_REDRAW;
	if (!(edit = profile_edit_prepare(s->profile, ws, s->survey->toolchain, &err)))
		return say_err(s, &err);
	name = profile_variant_name(s->profile);
	what = xasprintf("profile.%s: %s", s->profile->name, name);
	ok = edit_make(edit, ws->root, what, &err);
	if (ok)
		store_say(s, SAY_GOOD, "%s: %s is written; `xtui setup --undo` puts it back",
			edit->shown, name);
	free(what);
	free(name);
	edit_free(edit);
	return ok ? FX_SURVEY | FX_REDRAW : say_err(s, &err);
}
