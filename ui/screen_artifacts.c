/* Artifacts: what the last run made, how large it is and was, and where it runs.
 *
 * The list, with the card of what is under the cursor beside or below it where there is room; Enter shows
 * that card in full. In its place, on demand, what takes the room on the disk. */
#include <stdlib.h>
#include "artifact/card.h"
#include "artifact/card_text.h"
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "ui/artifacts_state.h"
#include "ui/layout.h"
#include "ui/place.h"
#include "ui/screen.h"
#include "ui/term.h"

#define SIDE_COLS_LEAST 150 /* of the screen, for the card beside the list */
#define SIDE_ROWS_LEAST 16  /* of the screen, for the card below it */
#define LIST_HEAD_ROWS 1
#define WHEEL_ROWS 3
#define LABEL_COLS 13

static struct artifacts *
artifacts_of(struct screen_state *s)
{
	return s->own;
}

static struct artifact_row *
focused(const struct artifacts *a)
{
	return a->table.list.count ? &a->rows.items.items[a->table.list.focus] : NULL;
}

static void *
artifacts_open(struct store *store)
{
	struct artifacts *a = xcalloc(1, sizeof(*a));

	a->store = store;
	a->is_stale = true;
	a->path.prompt = "inspect: ";
	disk_view_init(&a->disk, store);
	export_menu_init(&a->exports, store);
	return a;
}

static void
artifacts_close(struct screen_state *s)
{
	struct artifacts *a = artifacts_of(s);

	card_reading_drop(a->reading);
	artifacts_drop_deed(a);
	disk_view_fini(&a->disk);
	export_menu_fini(&a->exports);
	artifact_rows_fini(&a->rows);
	input_fini(&a->path);
	str_fini(&a->of);
	free(a->profile);
	free(a);
}

static void
artifacts_update(struct screen_state *s, unsigned changed)
{
	if (changed & (STORE_RUN | STORE_JOBS | STORE_SURVEY | STORE_CHOICE))
		artifacts_of(s)->is_stale = true;
}

/* --- keys --- */

/* While the menu is open the screen's own keys rest. */
static unsigned
menu_key(struct artifacts *a, enum action_id act)
{
	static const enum action_id own[] = { ACT_BUILD, ACT_COPY, ACT_INSPECT, ACT_PACKAGES,
		ACT_UNIVERSAL, ACT_DISK, ACT_CLEAN, ACT_REFRESH, ACT_EXPORT };
	unsigned fx = export_menu_key(&a->exports, act);

	for (size_t i = 0; !fx && i < COUNT(own); i++)
		if (act == own[i])
			return FX_DONE;
	return fx;
}

static void
append_card(const struct artifact_row *row, struct str *out)
{
	struct card_rows rows = { 0 };
	struct str change = STR_INIT;

	growth_append(&row->growth, &change);
	card_rows_fill(&rows, row->card, true);
	for (size_t i = 0; i < rows.list.len; i++) {
		str_appendf(out, "%-*s%s\n", LABEL_COLS, rows.list.items[i].label,
			rows.list.items[i].text);
		if (!i && change.len)
			str_appendf(out, "%-*s%s\n", LABEL_COLS, "change", str_cstr(&change));
	}
	str_fini(&change);
	card_rows_fini(&rows);
}

static unsigned
open_row(struct artifacts *a)
{
	const struct artifact_row *row = focused(a);
	struct str text = STR_INIT;
	unsigned fx;

	if (!row)
		return FX_BELL;
	if (row->card)
		append_card(row, &text);
	else
		str_append(&text, row->why ? row->why : "the file is being read");
	fx = store_show(
		a->store, row->path ? path_basename(row->path) : row->label, str_cstr(&text));
	str_fini(&text);
	return fx;
}

static unsigned
copy(struct artifacts *a)
{
	const struct artifact_row *row = focused(a);

	if (!row || !row->path)
		return FX_BELL;
	return store_copy(a->store, path_basename(row->path), span_of(row->path));
}

static unsigned
begin_typing(struct artifacts *a)
{
	a->is_typing = true;
	return FX_REDRAW;
}

static unsigned
build(const struct artifacts *a)
{
	if (!choice_target_count(a->store->choice))
		return store_say(a->store, SAY_WARN, "no target is marked") | FX_BELL;
	return FX_BUILD;
}

static unsigned
read_again(struct artifacts *a)
{
	artifacts_read_again(a);
	return FX_REDRAW;
}

static unsigned
move(struct artifacts *a, enum action_id act)
{
	if (!list_key(&a->table.list, act))
		return 0;
	a->side_top = 0;
	return FX_REDRAW;
}

static unsigned
disk_key(struct disk_view *v, enum action_id act)
{
	switch (act) {
	case ACT_DISK:
	case ACT_BACK: return disk_view_toggle(v);
	case ACT_OPEN:
	case ACT_CLEAN: return disk_view_clean(v);
	case ACT_REFRESH: return disk_view_read(v);
	default: return list_key(&v->table.list, act) ? FX_REDRAW : 0;
	}
}

static unsigned
artifacts_key(struct screen_state *s, enum action_id act, int nth)
{
	struct artifacts *a = artifacts_of(s);

	if (export_menu_is_open(&a->exports))
		return menu_key(a, act);
	if (act == ACT_BUILD)
		return build(a);
	if (a->disk.is_open)
		return disk_key(&a->disk, act);
	switch (act) {
	case ACT_OPEN: return open_row(a);
	case ACT_COPY: return copy(a);
	case ACT_INSPECT: return begin_typing(a);
	case ACT_PACKAGES: return artifacts_pack(a);
	case ACT_UNIVERSAL: return artifacts_join(a);
	case ACT_DISK: return disk_view_toggle(&a->disk);
	case ACT_EXPORT: return export_menu_open(&a->exports);
	case ACT_REFRESH: return read_again(a);
	case ACT_BACK: return FX_DONE;
	default: return move(a, act);
	}
}

static unsigned
artifacts_answer(struct screen_state *s, bool yes)
{
	struct artifacts *a = artifacts_of(s);
	unsigned fx = export_menu_answer(&a->exports, yes);

	return fx ? fx : disk_view_answer(&a->disk, yes);
}

static bool
artifacts_acts(struct screen_state *s, enum action_id act)
{
	struct artifacts *a = artifacts_of(s);
	const struct artifact_row *row = focused(a);

	if (export_menu_is_open(&a->exports))
		return act == ACT_OPEN || act == ACT_BACK;
	switch (act) {
	case ACT_EXPORT: return !a->disk.is_open && a->store->survey->workspace;
	case ACT_CLEAN: return disk_view_can_clean(&a->disk);
	case ACT_INSPECT: return !a->disk.is_open;
	case ACT_PACKAGES: return !a->disk.is_open && row && row->path && row->target;
	case ACT_UNIVERSAL: return !a->disk.is_open && artifacts_slices(a) > 1;
	case ACT_OPEN: return a->disk.is_open ? disk_view_can_clean(&a->disk) : row != NULL;
	case ACT_COPY: return !a->disk.is_open && row && row->path;
	case ACT_BUILD: return choice_target_count(a->store->choice) > 0;
	default: return true;
	}
}

static const char *
artifacts_label(struct screen_state *s, enum action_id act)
{
	const struct artifacts *a = artifacts_of(s);

	if (export_menu_is_open(&a->exports))
		return pick_label(act);
	return act == ACT_DISK && a->disk.is_open ? "back" : NULL;
}

static struct input *
artifacts_input(struct screen_state *s)
{
	struct artifacts *a = artifacts_of(s);

	return a->is_typing ? &a->path : NULL;
}

/* "~/x" is below the home, "x" below the folder that xtui works in. */
static char *
typed_path(const struct artifacts *a)
{
	const char *text = input_text(&a->path);
	char *home = text_starts(text, "~/") ? path_home() : NULL;
	char *path = path_join(home ? home : a->store->survey->dir, home ? text + 2 : text);

	free(home);
	return path;
}

static unsigned
artifacts_typed(struct screen_state *s, enum input_change change)
{
	struct artifacts *a = artifacts_of(s);
	char *path;

	a->is_typing = change == INPUT_CHANGED || change == INPUT_IGNORED;
	if (change == INPUT_ACCEPTED && a->path.text.len) {
		path = typed_path(a);
		artifacts_add_file(a, path);
		a->side_top = 0;
		free(path);
	}
	return FX_REDRAW;
}

static unsigned
artifacts_mouse(struct screen_state *s, const struct term_event *event)
{
	struct artifacts *a = artifacts_of(s);
	struct list *list = a->disk.is_open ? &a->disk.table.list : &a->table.list;
	size_t row = list->top + (size_t)(event->row - list->at);

	if (event->mouse == TERM_MOUSE_RELEASE)
		return FX_DONE;
	if (export_menu_is_open(&a->exports))
		return export_menu_mouse(&a->exports, event);
	if (!a->disk.is_open && place_has(&a->pane, event)) {
		a->side_top += event->mouse == TERM_MOUSE_WHEEL_UP ? -WHEEL_ROWS
			: event->mouse == TERM_MOUSE_WHEEL_DOWN    ? WHEEL_ROWS
								   : 0;
		return FX_REDRAW;
	}
	if (!list_mouse(list, event))
		return FX_DONE;
	a->side_top = 0;
	if (event->mouse == TERM_MOUSE_DOUBLE && row == list->focus && !a->disk.is_open)
		return open_row(a);
	return FX_REDRAW;
}

/* --- drawing --- */

/* The card below the list takes what the list leaves, but half of the room at the least. */
static struct split
lay_out(const struct artifacts *a, struct area room)
{
	int list_rows = (int)a->table.list.count + LIST_HEAD_ROWS;
	int below = room.rows - list_rows - 1;

	if (!a->table.list.count)
		return (struct split){ .main = room };
	if (room.cols >= SIDE_COLS_LEAST)
		return layout_split(room, 0, room.cols * 2 / 5);
	if (room.rows < SIDE_ROWS_LEAST)
		return (struct split){ .main = room };
	return layout_split(room, below > room.rows / 2 ? below : room.rows / 2, room.cols);
}

static void
artifacts_draw(struct screen_state *s, struct area room)
{
	struct artifacts *a = artifacts_of(s);
	struct split split;

	a->pane = (struct area){ 0 };
	if (a->disk.is_open) {
		disk_view_draw(&a->disk, room);
		return;
	}
	if (a->is_stale)
		artifacts_make(a);
	split = lay_out(a, room);
	artifacts_draw_list(a, split.main);
	if (split.has_side)
		artifacts_draw_card(a, split.side);
	export_menu_draw(&a->exports, room);
}

static void
artifacts_corner(struct screen_state *s, struct area room)
{
	struct artifacts *a = artifacts_of(s);
	size_t files = 0, failed = 0, misfits = 0;
	struct str text = STR_INIT;

	for (size_t i = 0; i < a->rows.items.len; i++) {
		const struct artifact_row *row = &a->rows.items.items[i];

		files += row->path != NULL;
		failed += !row->path && row->state == JOB_FAILED;
		misfits += row->card && row->card->fits == TELL_NO;
	}
	if (a->deed)
		str_append(&text, "working, ");
	else if (a->reading)
		str_append(&text, "reading, ");
	str_appendf(&text, "%zu file%s", files, files == 1 ? "" : "s");
	if (failed)
		str_appendf(&text, ", %zu not built", failed);
	if (misfits)
		str_appendf(&text, ", %zu fit not", misfits);
	str_append_char(&text, ' ');
	if (text.len <= (size_t)room.cols)
		area_text_right(room, 0, room.cols, ROLE_DIM, str_cstr(&text));
	str_fini(&text);
}

const struct screen screen_artifacts = {
	.id = SCREEN_ARTIFACTS,
	.title = "Artifacts",
	.open = artifacts_open,
	.close = artifacts_close,
	.update = artifacts_update,
	.key = artifacts_key,
	.draw = artifacts_draw,
	.mouse = artifacts_mouse,
	.input = artifacts_input,
	.typed = artifacts_typed,
	.answer = artifacts_answer,
	.acts = artifacts_acts,
	.label = artifacts_label,
	.corner = artifacts_corner,
};
