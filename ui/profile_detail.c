#include "ui/profile_detail.h"
#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "build/profile_notes.h"
#include "rust/profile.h"
#include "ui/widget_sheet.h"

#define TEXT_COL 12
#define HIGH_ROWS 12 /* from here on all is said, else what the table does not say */

struct span
profile_word(const char *literal)
{
	struct span s = span_of(literal);

	if (s.len >= 2 && s.data[0] == '"')
		return (struct span){ s.data + 1, s.len - 2 };
	return s;
}

long
profile_preset_at(const struct profile *p)
{
	char *variant = profile_variant_name(p);
	struct span rest, first = span_cut(span_of(variant), ' ', &rest);
	long at = profile_is_changed(p) ? -1 : 0;

	for (size_t i = 1; i < p->preset_count; i++)
		if (at < 0 && span_is(first, p->presets[i].name))
			at = (long)i;
	free(variant);
	return at;
}

void
profile_flags_text(const struct profile *p, int cols, struct str *out)
{
	struct str flags = STR_INIT;
	size_t count = profile_config_flags(p, &flags), line = 0;
	const char *flag = flags.data;

	for (size_t i = 0; i < count; i++, flag += strlen(flag) + 1) {
		size_t len = strlen(flag) + strlen("--config ''");
		bool fits = !cols || line + 1 + len <= (size_t)cols;
		str_append(out, !i ? "" : fits ? " " : "\n");
		str_appendf(out, "--config '%s'", flag);
		line = fits ? line + 1 + len : len;
	}
	str_fini(&flags);
}

static void
append_words(const char *const *values, struct str *out)
{
	for (size_t i = 0; values[i]; i++) {
		str_append(out, !i ? "" : values[i + 1] ? ", " : " or ");
		str_append_span(out, profile_word(values[i]));
	}
}

static void
add_values(struct sheet *sheet, const struct profile_option *option)
{
	struct str text = STR_INIT;

	if (option->values)
		append_words(option->values, &text);
	else
		str_append(&text, "a whole number, 1 or more");
	sheet_labelled(sheet, "can be", ROLE_TEXT, str_cstr(&text));
	str_fini(&text);
}

static void
add_configured(struct sheet *sheet, const struct profile_setting *s, const char *dir)
{
	struct str text = STR_INIT;
	char *origin = path_shown(s->origin, dir);

	str_append_span(&text, profile_word(s->configured));
	str_appendf(&text, " (%s)", origin);
	sheet_labelled(sheet, "configured", ROLE_TEXT, str_cstr(&text));
	free(origin);
	str_fini(&text);
}

static void
add_presets(struct sheet *sheet, const struct profile *p, long at)
{
	for (size_t i = 0; i < p->preset_count; i++)
		sheet_labelled(sheet, p->presets[i].name, (long)i == at ? ROLE_VALUE : ROLE_TEXT,
			p->presets[i].what);
}

/* "opt-level=z lto=fat" */
static void
append_changes(const struct profile *p, struct str *out)
{
	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		if (!s->is_changed)
			continue;
		str_append(out, out->len ? " " : "");
		profile_setting_key(s, out);
		str_append_char(out, '=');
		str_append_span(out, profile_word(s->value));
	}
}

static void
add_changes(struct sheet *sheet, const struct profile *p, bool as_flags)
{
	struct str changes = STR_INIT;

	if (as_flags)
		profile_flags_text(
			p, sheet->a.cols > TEXT_COL ? sheet->a.cols - TEXT_COL : 1, &changes);
	else
		append_changes(p, &changes);
	sheet_labelled(sheet, "next build", changes.len ? ROLE_VALUE : ROLE_DIM,
		changes.len ? str_cstr(&changes) : "as configured, nothing added");
	str_fini(&changes);
}

/* The values that would count if this one did not, the next one first. */
static void
add_layers(struct sheet *sheet, const struct profile_setting *s, const char *dir)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < s->under_count; i++) {
		char *origin = path_shown(s->under[i].origin, dir);

		str_append(&text, i ? ", " : "");
		str_append_span(&text, profile_word(s->under[i].value));
		str_appendf(&text, " (%s)", origin);
		free(origin);
	}
	if (text.len)
		sheet_labelled(sheet, "wins over", ROLE_DIM, text.data);
	str_fini(&text);
}

static bool
is_about(const struct profile_note *n, const struct profile_setting *s)
{
	return !s || text_is(n->key, s->option->key);
}

/* Of the option; on the row of presets of all, with their names. */
static void
add_notes(struct sheet *sheet, const struct profile_detail *d, bool all)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < d->note_count; i++) {
		const struct profile_note *n = &d->notes[i];

		if (!is_about(n, d->setting) || (!all && !n->is_warning))
			continue;
		str_clear(&text);
		if (!d->setting)
			str_appendf(&text, "%s: ", n->key);
		if (n->targets)
			str_appendf(&text, "%s: ", n->targets);
		str_append(&text, n->text);
		sheet_labelled(sheet, n->is_warning ? "mind" : "note",
			n->is_warning ? ROLE_WARN : ROLE_TEXT, str_cstr(&text));
	}
	str_fini(&text);
}

static void
add_setting(struct sheet *sheet, const struct profile_detail *d, bool is_high)
{
	const struct profile_setting *s = d->setting;
	struct str lack = STR_INIT;

	sheet_labelled(sheet, "effect", ROLE_TEXT, profile_effect(s->option, s->value));
	if (d->lack) {
		str_appendf(&lack, "%s: this toolchain has not got it", d->lack);
		sheet_labelled(sheet, "needs", ROLE_WARN, lack.data);
	}
	str_fini(&lack);
	if (!is_high)
		return;
	add_values(sheet, s->option);
	if (s->configured)
		add_configured(sheet, s, d->dir);
	add_layers(sheet, s, d->dir);
}

void
profile_detail_draw(struct area a, const struct profile_detail *d)
{
	struct sheet sheet = { .a = a, .text_col = TEXT_COL };
	bool is_high = a.rows >= HIGH_ROWS;
	long preset = profile_preset_at(d->profile);

	if (d->setting)
		add_setting(&sheet, d, is_high);
	else if (is_high)
		add_presets(&sheet, d->profile, preset);
	else
		sheet_labelled(&sheet, "preset", ROLE_TEXT,
			preset < 0 ? "a choice of your own" : d->profile->presets[preset].what);
	sheet.row += is_high;
	if (!is_high && sheet.row < a.rows - 1 && d->setting)
		add_notes(&sheet, d, false);
	add_changes(&sheet, d->profile, is_high);
	sheet.row += is_high;
	if (!is_high && !d->setting)
		add_notes(&sheet, d, false);
	if (!is_high)
		return;
	add_notes(&sheet, d, true);
	sheet.row++;
	for (const char *const *line = d->targets; line && *line; line++)
		sheet_labelled(&sheet, "target", ROLE_TEXT, *line);
}
