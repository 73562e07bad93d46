/* Profile: the options of the release profile, where each value comes from, presets.
 *
 * The first row is the preset, the others are the options that the filter leaves. A value is changed
 * in place (Left, Right), from a list (Enter), or typed where it is a number; only the next build
 * hears of it, no file does. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/str.h"
#include "build/profile_notes.h"
#include "host/platform.h"
#include "ready/survey.h"
#include "ready/tuning.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "rust/profile_known.h"
#include "text/fuzzy.h"
#include "ui/lab_view.h"
#include "ui/tuning_rows.h"
#include "ui/tuning_view.h"
#include "ui/layout.h"
#include "ui/place.h"
#include "ui/profile_detail.h"
#include "ui/profile_picks.h"
#include "ui/profile_save.h"
#include "ui/profile_table.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_dialog.h"
#include "ui/widget_input.h"
#include "ui/widget_pick.h"
#include "ui/widget_table.h"

#define WIDE_COLS 136 /* the detail stands beside the table */
#define DETAIL_ROWS 4 /* below the table */

enum typing { TYPING_NOTHING, TYPING_FILTER, TYPING_NUMBER };

struct profile_view {
	struct store *store;
	struct table table;
	VEC(size_t) options; /* of the rows after the first: indices of profile_options */
	enum typing typing;
	struct input filter, number;
	struct str prompt;            /* of number */
	struct pick pick;             /* the values of the focused row */
	enum profile_picking picking; /* what of */
	const char *const *picks;     /* of names that are picked from, not of values */
	struct arena names;
	char *override; /* the package that one is made for; NULL: build scripts */
	struct lab_view lab;
	struct tuning_view tuning;
	struct area body; /* where the rows are, for the mouse */
};

static struct profile_view *
view_of(struct screen_state *s)
{
	return s->own;
}

static struct profile *
profile_of(const struct profile_view *v)
{
	return v->store->profile;
}

/* The focused option, or NULL on the row of presets. */
static struct profile_setting *
focused(const struct profile_view *v)
{
	size_t row = v->table.list.focus;

	return row == PROFILE_ROW_PRESET
		? NULL
		: profile_setting_at(profile_of(v), v->options.items[row - 1]);
}

/* --- rows --- */

/* Of overrides what they say; of what only a nightly knows what somebody has said. */
static bool
is_shown(const struct profile_setting *s)
{
	if (*s->table)
		return s->value != NULL;
	return !s->option->is_nightly || s->is_changed || !text_is(s->origin, "default");
}

static bool
is_listed(const struct profile_view *v, const struct profile_setting *s)
{
	const char *filter = input_text(&v->filter);
	struct str key = STR_INIT;
	bool is;

	profile_setting_key(s, &key);
	is = is_shown(s) &&
		(fuzzy_match(filter, key.data, NULL) || strcasestr(s->option->effect, filter));
	str_fini(&key);
	return is;
}

/* The cursor stays on its option. */
static void
make_rows(struct profile_view *v)
{
	size_t row = v->table.list.focus, focus = row > 0;
	size_t was = row ? v->options.items[row - 1] : 0;
	size_t count = profile_of(v) ? profile_setting_count(profile_of(v)) : 0;

	vec_clear(&v->options);
	for (size_t i = 0; i < count; i++) {
		if (!is_listed(v, profile_setting_at(profile_of(v), i)))
			continue;
		vec_push(&v->options, i);
		if (row && i <= was)
			focus = v->options.len;
	}
	list_set_count(&v->table.list, v->options.len + 1);
	list_focus(&v->table.list, focus);
}

static void *
view_open(struct store *store)
{
	struct profile_view *v = xcalloc(1, sizeof(*v));

	v->store = store;
	lab_view_init(&v->lab, store);
	tuning_view_init(&v->tuning, store);
	make_rows(v);
	list_focus(&v->table.list, PROFILE_ROW_PRESET);
	return v;
}

static void
view_close(struct screen_state *s)
{
	struct profile_view *v = view_of(s);

	lab_view_fini(&v->lab);
	tuning_view_fini(&v->tuning);
	arena_fini(&v->names);
	free(v->override);
	pick_fini(&v->pick);
	input_fini(&v->filter);
	input_fini(&v->number);
	str_fini(&v->prompt);
	vec_fini(&v->options);
	free(v);
}

static void
view_update(struct screen_state *s, unsigned changed)
{
	struct profile_view *v = view_of(s);

	lab_view_update(&v->lab, changed);
	tuning_view_update(&v->tuning, changed);
	if (changed & (STORE_SURVEY | STORE_PROFILE))
		make_rows(v);
	if (!(changed & STORE_SURVEY))
		return;
	pick_close(&v->pick);
	if (v->typing == TYPING_NUMBER && !profile_of(v))
		v->typing = TYPING_NOTHING;
}

/* --- changes --- */

/* `value` NULL: it is as configured again. */
static unsigned
set_value(struct profile_view *v, struct profile_setting *s, const char *value)
{
	struct str key = STR_INIT;
	bool ok = true;

	profile_setting_key(s, &key);
	if (value)
		ok = profile_set(profile_of(v), key.data, value, NULL);
	else
		profile_unset(s);
	str_fini(&key);
	make_rows(v);
	if (ok)
		return FX_REDRAW | FX_PROFILE;
	/* what comes from a list is right; what is typed need not be */
	return FX_BELL |
		store_say(v->store, SAY_WARN, "%s = %s: expected a whole number, 1 or more",
			s->option->key, value);
}

static unsigned
apply_preset(struct profile_view *v, size_t i)
{
	const struct profile_preset *preset = &profile_of(v)->presets[i];
	struct err err = ERR_INIT;

	if (!profile_apply_preset(profile_of(v), preset->name, &err))
		return store_say_err(v->store, SAY_WARN, &err) | FX_BELL;
	make_rows(v);
	return store_say(v->store, SAY_INFO, "%s: %s", preset->name, preset->what) | FX_PROFILE;
}

/* The one `by` places on in a circle of `count`; from nowhere (-1) to one of its ends. */
static size_t
step(long now, int by, size_t count)
{
	if (now < 0)
		return by > 0 ? 0 : count - 1;
	return ((size_t)now + count + (size_t)by) % count;
}

static unsigned
step_preset(struct profile_view *v, int by)
{
	return apply_preset(
		v, step(profile_preset_at(profile_of(v)), by, profile_of(v)->preset_count));
}

static unsigned
step_number(struct profile_view *v, struct profile_setting *s, int by)
{
	long number = strtol(s->value, NULL, 10) + by;
	char text[24];

	if (number < 1)
		return FX_BELL;
	snprintf(text, sizeof(text), "%ld", number);
	return set_value(v, s, text);
}

static unsigned
step_value(struct profile_view *v, int by)
{
	struct profile_setting *s = focused(v);
	size_t count = 0;
	long now = -1;

	if (!s)
		return step_preset(v, by);
	if (!s->option->values)
		return step_number(v, s, by);
	for (; s->option->values[count]; count++)
		if (text_is(s->option->values[count], s->value))
			now = (long)count;
	return set_value(v, s, s->option->values[step(now, by, count)]);
}

static unsigned
reset(struct profile_view *v)
{
	if (!profile_is_changed(profile_of(v)))
		return store_say(v->store, SAY_INFO, "nothing is changed");
	profile_reset(profile_of(v));
	make_rows(v);
	return store_say(v->store, SAY_INFO, "every value is as configured") | FX_PROFILE;
}

/* --- profiles, overrides --- */

static unsigned
list_profiles(struct profile_view *v)
{
	v->picking = PICKING_PROFILE;
	profile_picks_profiles(&v->pick, v->store, &v->names, &v->picks);
	return FX_REDRAW;
}

static unsigned
list_packages(struct profile_view *v)
{
	v->picking = PICKING_PACKAGE;
	profile_picks_packages(&v->pick, v->store, &v->names, &v->picks);
	return FX_REDRAW;
}

/* The cursor goes to the new row. */
static void
focus_setting(struct profile_view *v, const struct profile_setting *s)
{
	make_rows(v);
	for (size_t i = 0; i < v->options.len; i++) {
		if (profile_setting_at(profile_of(v), v->options.items[i]) == s)
			list_focus(&v->table.list, i + 1);
	}
}

/* What the profile has is what the override begins with. */
static unsigned
add_override(struct profile_view *v, const char *key)
{
	const struct profile_option *option = profile_option_find(key);
	size_t i = (size_t)(option - profile_options);
	struct profile_override *o = profile_override_get(profile_of(v), v->override);
	char *pair = xasprintf("%s.%s=%s", o->table, key, profile_of(v)->settings[i].value);

	if (!o->settings[i].value)
		profile_set_pair(profile_of(v), pair, NULL);
	free(pair);
	focus_setting(v, &o->settings[i]);
	return FX_REDRAW | FX_PROFILE;
}

static unsigned
name_picked(struct profile_view *v, int item)
{
	const char *name = v->picks[item];

	if (v->picking == PICKING_PROFILE) {
		choice_set_profile(v->store->choice, text_is(name, "release") ? NULL : name);
		return FX_PROFILE | FX_SURVEY | FX_REDRAW;
	}
	if (v->picking == PICKING_OPTION)
		return add_override(v, name);
	free(v->override);
	v->override = name ? xstrdup(name) : NULL;
	v->picking = PICKING_OPTION;
	profile_picks_options(&v->pick, &v->names, &v->picks);
	return FX_REDRAW;
}

/* --- lists of values, numbers --- */

static void
list_presets(struct profile_view *v)
{
	long now = profile_preset_at(profile_of(v));

	v->picking = PICKING_VALUE;
	pick_begin(&v->pick, "preset");
	for (size_t i = 0; i < profile_of(v)->preset_count; i++) {
		const struct profile_preset *preset = &profile_of(v)->presets[i];

		pick_add(&v->pick, span_of(preset->name), preset->what, (long)i == now);
	}
}

static void
list_values(struct profile_view *v, const struct profile_setting *s)
{
	v->picking = PICKING_VALUE;
	pick_begin(&v->pick, s->option->key);
	for (size_t i = 0; s->option->values[i]; i++) {
		const char *value = s->option->values[i];
		pick_add(&v->pick, profile_word(value),
			text_is(value, s->configured) ? "as configured" : "",
			text_is(value, s->value));
	}
	if (*s->table && !s->configured)
		pick_add(&v->pick, SPAN("-"), "say nothing of it", false);
}

static unsigned
open_row(struct profile_view *v)
{
	const struct profile_setting *s = focused(v);

	if (!s) {
		list_presets(v);
	} else if (s->option->values) {
		list_values(v, s);
	} else {
		str_clear(&v->prompt);
		str_appendf(&v->prompt, "%s = ", s->option->key);
		v->number.prompt = str_cstr(&v->prompt);
		input_set(&v->number, s->value);
		v->typing = TYPING_NUMBER;
	}
	return FX_REDRAW;
}

static unsigned
picked(struct profile_view *v, int item)
{
	struct profile_setting *s = focused(v);

	if (item < 0)
		return FX_REDRAW;
	if (v->picking != PICKING_VALUE)
		return name_picked(v, item);
	if (!s)
		return apply_preset(v, (size_t)item);
	return set_value(v, s, s->option->values[item]); /* NULL: the last, "-" */
}

static unsigned
number_typed(struct profile_view *v, enum input_change change)
{
	struct profile_setting *s = focused(v);

	if (change == INPUT_CHANGED)
		return FX_REDRAW;
	v->typing = TYPING_NOTHING;
	if (change == INPUT_CANCELLED || !s)
		return FX_REDRAW;
	return set_value(v, s, input_text(&v->number));
}

static unsigned
filter_typed(struct profile_view *v, enum input_change change)
{
	if (change == INPUT_CANCELLED)
		input_set(&v->filter, "");
	if (change != INPUT_CHANGED)
		v->typing = TYPING_NOTHING;
	make_rows(v);
	return FX_REDRAW;
}

static unsigned
view_typed(struct screen_state *s, enum input_change change)
{
	struct profile_view *v = view_of(s);

	if (v->lab.is_typing)
		return lab_view_typed(&v->lab, change);
	if (v->tuning.is_typing)
		return tuning_view_typed(&v->tuning, change);
	return v->typing == TYPING_NUMBER ? number_typed(v, change) : filter_typed(v, change);
}

static struct input *
view_input(struct screen_state *s)
{
	struct profile_view *v = view_of(s);

	if (v->lab.is_typing)
		return &v->lab.bench;
	if (v->tuning.is_typing)
		return &v->tuning.input;
	switch (v->typing) {
	case TYPING_FILTER: return &v->filter;
	case TYPING_NUMBER: return &v->number;
	default: return NULL;
	}
}

/* --- keys --- */

static unsigned
build(struct profile_view *v)
{
	if (!choice_target_count(v->store->choice))
		return store_say(v->store, SAY_WARN, "no target is marked") | FX_BELL;
	return FX_BUILD;
}

/* A line for Cargo.toml, or on the row of presets all of what cargo is told. */
static unsigned
copy(struct profile_view *v)
{
	const struct profile_setting *s = focused(v);
	struct str text = STR_INIT;

	if (s) {
		profile_setting_key(s, &text);
		str_appendf(&text, " = %s", s->value);
	} else {
		profile_flags_text(profile_of(v), 0, &text);
	}
	unsigned fx = text.len
		? store_copy(v->store, s ? str_cstr(&text) : "the flags", str_span(&text))
		: store_say(v->store, SAY_INFO, "nothing is changed: there are no flags");
	str_fini(&text);
	return fx;
}

static unsigned
back(struct profile_view *v)
{
	if (!v->filter.text.len)
		return FX_DONE;
	return filter_typed(v, INPUT_CANCELLED);
}

static unsigned
change_key(struct profile_view *v, enum action_id act)
{
	switch (act) {
	case ACT_LEFT: return step_value(v, -1);
	case ACT_RIGHT: return step_value(v, 1);
	case ACT_OPEN: return open_row(v);
	case ACT_PRESET: return step_preset(v, 1);
	case ACT_RESET: return reset(v);
	case ACT_COPY: return copy(v);
	default: return 0;
	}
}

static unsigned
pick_key_pressed(struct profile_view *v, enum action_id act)
{
	int item = pick_key(&v->pick, act);

	return item == PICK_IGNORED ? pick_ignored(act) : picked(v, item);
}

static unsigned
begin_filter(struct profile_view *v)
{
	v->typing = TYPING_FILTER;
	return FX_REDRAW;
}

static unsigned
view_key(struct screen_state *s, enum action_id act, int nth)
{
	struct profile_view *v = view_of(s);

	if (act == ACT_REFRESH)
		return FX_SURVEY;
	if (!profile_of(v))
		return 0;
	if (pick_is_open(&v->pick))
		return pick_key_pressed(v, act);
	if (v->lab.is_open && act != ACT_BUILD)
		return lab_view_key(&v->lab, act);
	if (v->tuning.is_open && (act != ACT_BUILD || pick_is_open(&v->tuning.pick)))
		return tuning_view_key(&v->tuning, act);
	switch (act) {
	case ACT_LAB: return lab_view_toggle(&v->lab);
	case ACT_TUNE: return tuning_view_toggle(&v->tuning);
	case ACT_WRITE: return profile_save_ask(v->store, "Write the changes into Cargo.toml?");
	case ACT_CHOOSE_PROFILE: return list_profiles(v);
	case ACT_OVERRIDE: return list_packages(v);
	case ACT_BUILD: return build(v);
	case ACT_BACK: return back(v);
	case ACT_FILTER: return begin_filter(v);
	default: return list_key(&v->table.list, act) ? FX_REDRAW : change_key(v, act);
	}
}

static bool
view_acts(struct screen_state *s, enum action_id act)
{
	struct profile_view *v = view_of(s);

	if (!profile_of(v))
		return act == ACT_REFRESH;
	if (pick_is_open(&v->pick))
		return act == ACT_OPEN || act == ACT_BACK;
	if (v->lab.is_open)
		return lab_view_acts(&v->lab, act);
	if (v->tuning.is_open)
		return tuning_view_acts(&v->tuning, act);
	if (lab_view_owns(act))
		return false;
	if (act == ACT_BUILD)
		return choice_target_count(v->store->choice) > 0;
	return (act != ACT_RESET && act != ACT_WRITE) || profile_is_changed(profile_of(v));
}

static const char *
view_label(struct screen_state *s, enum action_id act)
{
	const struct profile_view *v = view_of(s);

	if (pick_is_open(&v->pick) || (v->tuning.is_open && pick_is_open(&v->tuning.pick)))
		return pick_label(act);
	if (v->lab.is_open)
		return act == ACT_LAB ? "back" : NULL;
	if (v->tuning.is_open && act == ACT_TUNE)
		return "back";
	return act == ACT_RIGHT ? "change" : NULL;
}

static unsigned
view_mouse(struct screen_state *s, const struct term_event *event)
{
	struct profile_view *v = view_of(s);
	struct list *list = &v->table.list;
	size_t row = list->top + (size_t)(event->row - list->at);

	if (!profile_of(v) || event->mouse == TERM_MOUSE_RELEASE)
		return FX_DONE;
	if (v->lab.is_open)
		return lab_view_mouse(&v->lab, event);
	if (v->tuning.is_open)
		return tuning_view_mouse(&v->tuning, event);
	if (pick_is_open(&v->pick))
		return picked(v, pick_mouse(&v->pick, event));
	if (!place_has(&v->body, event))
		return FX_DONE;
	list_mouse(list, event);
	if (event->mouse == TERM_MOUSE_DOUBLE && row == list->focus)
		return open_row(v);
	return FX_REDRAW;
}

/* --- drawing --- */

/* Which variant it is, and that no file changes. */
static struct area
draw_title(struct profile_view *v, struct area a)
{
	static const char *const notes[] = { "given to builds as flags only", "as flags only" };
	char *variant = profile_variant_name(profile_of(v));
	struct str text = STR_INIT;

	str_appendf(&text, "%s: %s", profile_of(v)->name, variant);
	if (v->filter.text.len)
		str_appendf(&text, "  /%s", input_text(&v->filter));
	const char *note = notes[text.len + strlen(notes[0]) + 4 > (size_t)a.cols];
	int end = area_text_right(a, 0, a.cols - 1, ROLE_DIM, note);
	area_text_cut(a, 0, 1, end - 2, ROLE_HEADING, str_span(&text));
	str_fini(&text);
	free(variant);
	return area_part(a, 1, 0, -1, -1);
}

static void
draw_table(struct profile_view *v, struct area a)
{
	struct profile_rows rows = { profile_of(v), v->options.items, v->store->survey->dir };

	v->body = area_part(a, 1, 0, -1, -1);
	profile_table_draw(&v->table, a, &rows, !pick_is_open(&v->pick));
}

static void
draw_detail(struct profile_view *v, struct area a)
{
	const struct store *s = v->store;
	size_t count = choice_target_count(s->choice);
	struct arena arena = ARENA_INIT;
	const char **targets = arena_array(&arena, const char *, count + 1);
	struct tuning *tunings = arena_array(&arena, struct tuning, count + 1);
	struct profile_notes_query query = { .profile = profile_of(v),
		.survey = s->survey,
		.targets = targets,
		.tunings = tunings,
		.target_count = count,
		.memory = s->platform ? s->platform->memory : 0 };
	struct profile_detail d = {
		.profile = profile_of(v), .setting = focused(v), .dir = s->survey->dir
	};

	for (size_t i = 0; i < count; i++) {
		targets[i] = choice_target(s->choice, i);
		tunings[i] = tuning_chosen(s->choice, targets[i], &arena);
	}
	d.notes = profile_notes(&query, &arena, &d.note_count);
	d.targets = tuning_lines(s, &arena);
	if (d.setting)
		d.lack = profile_lack(d.setting, s->survey->toolchain, &arena);
	profile_detail_draw(a, &d);
	arena_fini(&arena);
}

static unsigned
view_answer(struct screen_state *s, bool yes)
{
	struct profile_view *v = view_of(s);

	return v->lab.is_open ? lab_view_answer(&v->lab, yes) : profile_save_answer(v->store, yes);
}

static void
view_draw(struct screen_state *s, struct area whole)
{
	struct profile_view *v = view_of(s);

	if (!profile_of(v)) {
		wrap_draw(area_part(whole, 0, 1, -1, whole.cols - 2), ROLE_WARN,
			v->store->profile_why ? v->store->profile_why
					      : "the profile is not read yet",
			0);
		return;
	}
	if (v->lab.is_open) {
		lab_view_draw(&v->lab, whole);
		return;
	}
	if (v->tuning.is_open) {
		tuning_view_draw(&v->tuning, whole);
		return;
	}
	struct area a = draw_title(v, whole);
	struct split split =
		layout_split(a, DETAIL_ROWS, a.cols < WIDE_COLS ? a.cols : a.cols * 3 / 8);
	draw_table(v, split.main);
	if (split.has_side)
		draw_detail(v, area_part(split.side, 0, 0, -1, split.side.cols - 1));
	if (pick_is_open(&v->pick))
		pick_draw(&v->pick, whole);
}

const struct screen screen_profile = {
	.id = SCREEN_PROFILE,
	.title = "Profile",
	.open = view_open,
	.close = view_close,
	.update = view_update,
	.key = view_key,
	.draw = view_draw,
	.mouse = view_mouse,
	.input = view_input,
	.typed = view_typed,
	.acts = view_acts,
	.label = view_label,
	.answer = view_answer,
};
