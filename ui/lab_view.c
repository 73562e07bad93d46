#include "ui/lab_view.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/quantity.h"
#include "build/lab.h"
#include "build/pack.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "ui/profile_save.h"
#include "ui/term.h"

void
lab_view_init(struct lab_view *v, struct store *store)
{
	static const char *const usual[] = { LAB_AS_CONFIGURED, "fast", "small", "small-fast" };

	*v = (struct lab_view){ .store = store, .bench.prompt = "time with ({} is the program): " };
	for (size_t i = 0; i < COUNT(usual); i++)
		lab_rows_mark(v, usual[i], true);
}

void
lab_view_fini(struct lab_view *v)
{
	for (size_t i = 0; i < v->past.len; i++)
		lab_result_fini(&v->past.items[i]);
	vec_fini(&v->past);
	vec_fini(&v->items);
	vec_fini(&v->marks);
	input_fini(&v->bench);
	arena_fini(&v->names);
	arena_fini(&v->marked);
}

void
lab_view_update(struct lab_view *v, unsigned changed)
{
	if (!v->is_open)
		return;
	if (changed & STORE_SURVEY)
		lab_rows_read_past(v);
	if (changed & (STORE_LAB | STORE_SURVEY | STORE_PROFILE | STORE_CHOICE))
		lab_rows_make(v);
}

unsigned
lab_view_toggle(struct lab_view *v)
{
	v->is_open = !v->is_open;
	if (v->is_open) {
		lab_rows_read_past(v);
		lab_rows_make(v);
	}
	return FX_REDRAW;
}

/* ---- measuring ---- */

/* Says what brings upx, and puts it on the list of what Setup is to do. */
static bool
has_upx(struct lab_view *v)
{
	struct err err = ERR_INIT;

	if (pack_program(v->store->survey, &err))
		return true;
	if (*err.remedy && !text_starts(err.remedy, "http") && !store_fix(v->store, err.remedy))
		store_toggle_fix(v->store, "upx", "packs programs for the lab", err.remedy);
	store_say(
		v->store, SAY_WARN, "%s; the screen Setup has it now: %s", err.message, err.remedy);
	return false;
}

static unsigned
toggle_upx(struct lab_view *v)
{
	if (!v->packs && !has_upx(v))
		return FX_BELL | FX_REDRAW;
	v->packs = !v->packs;
	return store_say(v->store, SAY_INFO,
		v->packs ? "the next lab packs a copy of each program with upx"
			 : "the next lab packs nothing");
}

static unsigned
measure(struct lab_view *v)
{
	const char **presets = arena_array(&v->marked, const char *, v->items.len + 1);
	struct lab_wish wish = { .presets = presets, .packs = v->packs };
	size_t count = 0;

	for (size_t i = 0; i < v->items.len; i++) {
		const struct lab_item *item = &v->items.items[i];

		if (item->is_packed || !lab_rows_is_marked(v, item->name))
			continue;
		if (item->preset)
			presets[count++] = item->preset;
		wish.has_changes |= item->is_changes;
	}
	wish.bench = v->bench.text.len ? input_text(&v->bench) : NULL;
	if (!count && !wish.has_changes)
		return store_say(v->store, SAY_WARN, "no variant is marked: Space marks one") |
			FX_BELL;
	return store_measure(v->store, &wish);
}

static unsigned
stop(struct lab_view *v)
{
	return store_measure(v->store, &(struct lab_wish){ .stops = true });
}

static unsigned
mark(struct lab_view *v)
{
	const struct lab_item *item = lab_rows_focused(v);

	if (!item || (!item->preset && !item->is_changes))
		return store_say(v->store, SAY_INFO,
			       "only presets and what is changed now can be "
			       "measured again here") |
			FX_BELL;
	lab_rows_mark(v, item->name, !lab_rows_is_marked(v, item->name));
	list_key(&v->table.list, ACT_DOWN);
	return FX_REDRAW;
}

/* ---- looking ---- */

static unsigned
sort(struct lab_view *v)
{
	static const char *const said[] = { "in their order", "the smallest first",
		"the quickest to build first" };

	v->sort = (v->sort + 1) % LAB_SORT_COUNT;
	lab_rows_make(v);
	return store_say(v->store, SAY_INFO, "%s", said[v->sort]);
}

/* The next older lab, and after the oldest none. */
static unsigned
compare(struct lab_view *v)
{
	const struct lab_result *shown = lab_rows_shown(v);
	size_t at = v->compared;

	if (!shown)
		return store_say(v->store, SAY_INFO, "nothing was measured yet: R measures");
	if (!at)
		lab_rows_read_past(v);
	shown = lab_rows_shown(v);
	for (at++; at <= v->past.len && text_is(v->past.items[at - 1].id, shown->id); at++)
		continue;
	lab_rows_make(v); /* those of the past were read again */
	if (at > v->past.len) {
		v->compared = 0;
		return store_say(v->store, SAY_INFO,
			v->past.len > 1 ? "compared with none" : "there is no earlier lab");
	}
	v->compared = at;
	return FX_REDRAW;
}

static unsigned
step_target(struct lab_view *v, int by)
{
	size_t count = lab_rows_target_count(v);

	if ((by < 0 && !v->target) || (by > 0 && v->target + 1 >= count))
		return FX_BELL;
	v->target += (size_t)by;
	if (v->sort == LAB_SORT_SIZE)
		lab_rows_make(v);
	return FX_REDRAW;
}

static unsigned
open_item(struct lab_view *v)
{
	const struct lab_item *item = lab_rows_focused(v);
	struct str text = STR_INIT;
	unsigned fx;

	if (!item)
		return FX_BELL;
	char *title = xasprintf("%s, %s", item->name, lab_rows_target(v, v->target));
	lab_rows_describe(v, item, &text);
	fx = store_show(v->store, title, str_cstr(&text));
	free(title);
	str_fini(&text);
	return fx;
}

static unsigned
copy(struct lab_view *v)
{
	const struct lab_item *item = lab_rows_focused(v);
	struct str text = STR_INIT;
	char size[QUANTITY_MAX];
	unsigned fx;

	if (!item || !item->row)
		return store_say(v->store, SAY_INFO, "it was not measured yet") | FX_BELL;
	str_appendf(&text, "%s%s: ", item->name, item->is_packed ? " + upx" : "");
	for (size_t k = 0; k < lab_rows_target_count(v); k++) {
		const struct lab_cell *cell = &item->row->cells[k];

		str_appendf(&text, "%s %s, ", cell->target,
			quantity_put(size, item->is_packed ? cell->packed : cell->bytes));
	}
	str_appendf(&text, "built in %.1f s", (double)item->row->ms / 1000);
	fx = store_copy(v->store, item->name, str_span(&text));
	str_fini(&text);
	return fx;
}

/* ---- taking one over ---- */

/* "profile.release.lto=\"fat\"" -> "lto=\"fat\"". */
static bool
set_config(struct profile *p, const char *config, struct err *err)
{
	char *prefix = xasprintf("profile.%s.", p->name);
	bool is_ours = text_starts(config, prefix);
	const char *pair = config + (is_ours ? strlen(prefix) : 0);
	bool ok = is_ours ? profile_set_pair(p, pair, err)
			  : err_set(err, ERR_USAGE, "%s is not of profile %s", config, p->name);

	free(prefix);
	return ok;
}

static bool
apply(struct profile *p, const struct lab_item *item, struct err *err)
{
	if (item->is_changes)
		return true;
	if (item->preset)
		return profile_apply_preset(p, item->preset, err);
	profile_reset(p);
	for (size_t i = 0; item->row && i < item->row->config_count; i++)
		if (!set_config(p, item->row->config[i], err))
			return false;
	return true;
}

static unsigned
take_over(struct lab_view *v)
{
	const struct lab_item *item = lab_rows_focused(v);
	struct profile *p = v->store->profile;
	struct err err = ERR_INIT;
	char *title;
	unsigned fx;

	if (!item || !p)
		return FX_BELL;
	if (!apply(p, item, &err))
		return store_say_err(v->store, SAY_WARN, &err) | FX_BELL | FX_PROFILE;
	title = xasprintf("Write %s into Cargo.toml?", item->name);
	fx = profile_save_ask(v->store, title) | FX_PROFILE;
	free(title);
	return fx;
}

unsigned
lab_view_answer(struct lab_view *v, bool yes)
{
	if (!yes)
		return store_say(
			v->store, SAY_INFO, "nothing is written; builds from here get it as flags");
	return profile_save_answer(v->store, true);
}

/* ---- keys ---- */

static unsigned
begin_typing(struct lab_view *v)
{
	v->is_typing = true;
	return FX_REDRAW;
}

unsigned
lab_view_typed(struct lab_view *v, enum input_change change)
{
	if (change == INPUT_CHANGED)
		return FX_REDRAW;
	v->is_typing = false;
	if (change == INPUT_CANCELLED)
		input_set(&v->bench, "");
	return v->bench.text.len ? store_say(v->store, SAY_INFO, "the next lab also times: %s",
					   input_text(&v->bench))
				 : store_say(v->store, SAY_INFO, "the next lab times nothing");
}

unsigned
lab_view_key(struct lab_view *v, enum action_id act)
{
	switch (act) {
	case ACT_BACK:
	case ACT_LAB: return lab_view_toggle(v);
	case ACT_MEASURE: return measure(v);
	case ACT_STOP: return stop(v);
	case ACT_MARK: return mark(v);
	case ACT_SORT: return sort(v);
	case ACT_COMPARE: return compare(v);
	case ACT_PACK: return toggle_upx(v);
	case ACT_BENCH: return begin_typing(v);
	case ACT_TAKE: return take_over(v);
	case ACT_OPEN: return open_item(v);
	case ACT_COPY: return copy(v);
	case ACT_LEFT: return step_target(v, -1);
	case ACT_RIGHT: return step_target(v, 1);
	default: return list_key(&v->table.list, act) ? FX_REDRAW : 0;
	}
}

bool
lab_view_owns(enum action_id act)
{
	switch (act) {
	case ACT_MEASURE:
	case ACT_STOP:
	case ACT_MARK:
	case ACT_SORT:
	case ACT_COMPARE:
	case ACT_PACK:
	case ACT_BENCH:
	case ACT_TAKE: return true;
	default: return false;
	}
}

bool
lab_view_acts(const struct lab_view *v, enum action_id act)
{
	const struct lab_item *item = lab_rows_focused(v);
	bool goes_on = store_lab_goes_on(v->store);

	switch (act) {
	case ACT_MEASURE: return !goes_on;
	case ACT_STOP: return goes_on;
	case ACT_TAKE: return item && v->store->profile;
	case ACT_COMPARE: return v->past.len > 0;
	case ACT_OPEN:
	case ACT_COPY: return item && item->row;
	case ACT_LAB:
	case ACT_BACK:
	case ACT_MARK:
	case ACT_SORT:
	case ACT_PACK:
	case ACT_BENCH: return true;
	default: return false;
	}
}

unsigned
lab_view_mouse(struct lab_view *v, const struct term_event *event)
{
	if (event->mouse == TERM_MOUSE_RELEASE)
		return FX_DONE;
	list_mouse(&v->table.list, event);
	return event->mouse == TERM_MOUSE_DOUBLE ? open_item(v) : FX_REDRAW;
}
