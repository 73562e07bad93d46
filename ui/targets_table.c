/* targets_table: see targets_table.h. Two sets of columns: for the usual terminal, and for one with
 * room for words. */
#include "ui/targets_table.h"
#include <stdio.h>
#include <string.h>
#include "base/path.h"
#include "base/quantity.h"
#include "base/str.h"
#include "build/run.h"
#include "ready/backend.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "text/ansi.h"
#include "text/fuzzy.h"
#include "ui/last_builds.h"
#include "ui/store.h"
#include "ui/targets_list.h"
#include "ui/widget_bar.h"

#define WORDS_COLS 97 /* from here on the wide columns */
#define STD_WORD_COLS 8
#define POSITIONS_MAX 64

enum column {
	COL_MARK,
	COL_TRIPLE,
	COL_TIER,
	COL_STD,
	COL_LINKS,
	COL_STATE,
	COL_SIZE,
	COL_LAST,
	COL_COUNT
};

/* clang-format off */
static const struct table_column narrow[COL_COUNT] = {
	/*               title         min want rank right */
	[COL_MARK]   = { "",             2,  2,  0 },
	[COL_TRIPLE] = { "target",      26, 36,  0 },
	[COL_TIER]   = { "tier",         4,  4,  2, true },
	[COL_STD]    = { "std",          3,  3,  1 },
	[COL_LINKS]  = { "links with",  20, 26,  3 },
	[COL_STATE]  = { "state",        9,  9,  0 },
	[COL_SIZE]   = { "size",         7,  7,  5, true },
	[COL_LAST]   = { "last",         4,  4,  4, true },
};
static const struct table_column wide[COL_COUNT] = {
	[COL_MARK]   = { "",             2,  2,  0 },
	[COL_TRIPLE] = { "target",      30, 40,  0 },
	[COL_TIER]   = { "tier",         4,  4,  0, true },
	[COL_STD]    = { "std",         11, 11,  0 },
	[COL_LINKS]  = { "links with",  21, 26,  0 },
	[COL_STATE]  = { "state",       14, 14,  0 },
	[COL_SIZE]   = { "size",         7,  7,  1, true },
	[COL_LAST]   = { "last",         7,  7,  0, true },
};
/* clang-format on */

struct view {
	const struct store *store;
	const struct targets_list *rows;
	const struct table *table;
};

const char *
targets_backend(const struct store *s, size_t target)
{
	const char *chosen = choice_backend(s->choice, s->survey->targets->items[target].triple);

	return chosen ? chosen : s->survey->states[target].backend;
}

static struct target_word
state_of_chosen(const struct target_state *state, const char *backend)
{
	const struct need *lack = survey_lack(state, backend);

	if (lack)
		return (struct target_word){ GLYPH_HALF, need_kind_name(lack->kind), ROLE_WARN };
	return (struct target_word){ GLYPH_FULL, readiness_name(LIKELY), ROLE_OK };
}

struct target_word
targets_state(const struct store *s, size_t target)
{
	const struct target_state *state = &s->survey->states[target];
	const char *backend = targets_backend(s, target);

	if (store_is_probing(s, s->survey->targets->items[target].triple))
		return (struct target_word){ GLYPH_ELLIPSIS, "probing", ROLE_RUNNING };
	if (!text_is(backend, state->backend)) /* the survey speaks of another */
		return state_of_chosen(state, backend);
	if (state->probe.state == PROBE_FAILED)
		return (struct target_word){ GLYPH_FAIL, state->summary, ROLE_FAIL };
	switch (state->readiness) {
	case READY: return (struct target_word){ GLYPH_OK, state->summary, ROLE_OK };
	case LIKELY: return (struct target_word){ GLYPH_FULL, state->summary, ROLE_OK };
	case MISSING: return (struct target_word){ GLYPH_HALF, state->summary, ROLE_WARN };
	default: return (struct target_word){ GLYPH_FAIL, state->summary, ROLE_DIM };
	}
}

/* --- cells --- */

/* As many whole words as there is room for. */
static struct span
whole_words(const char *text, int cols)
{
	struct span s = span_of(text);

	if (s.len <= (size_t)cols)
		return s;
	for (size_t len = (size_t)cols; len > 0; len--)
		if (s.data[len] == ' ')
			return (struct span){ s.data, len };
	return s;
}

static void
draw_word(struct area a, struct target_word w)
{
	int room = a.cols > 2 ? a.cols - 2 : 0;

	area_puts(a, 0, 0, w.role, glyph(a.canvas, w.glyph));
	area_text_cut(a, 0, 2, room, w.role, whole_words(w.text, room));
}

static void
draw_mark(const struct view *v, size_t row, const char *triple, struct area a)
{
	if (row == v->table->list.focus)
		area_puts(a, 0, 0, ROLE_CURSOR, glyph(a.canvas, GLYPH_CURSOR));
	if (choice_has_target(v->store->choice, triple))
		area_puts(a, 0, 1, ROLE_MARK, glyph(a.canvas, GLYPH_MARK));
}

/* Where the filter's letters are in the triple, one column each. */
static size_t
matched(const struct view *v, const char *triple, uint16_t positions[POSITIONS_MAX])
{
	if (!*v->rows->filter)
		return 0;
	return fuzzy_positions(v->rows->filter, triple, positions, POSITIONS_MAX);
}

static void
draw_triple(const struct view *v, const char *triple, struct area a)
{
	uint16_t positions[POSITIONS_MAX];
	size_t count = matched(v, triple, positions);

	area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, span_of(triple));
	for (size_t i = 0; i < count; i++)
		area_highlight(a, 0, positions[i], 1, ROLE_MATCH, 0);
}

static void
draw_tier(const struct target *t, struct area a)
{
	char tier[12] = "?";

	if (t->tier)
		snprintf(tier, sizeof(tier), "%d", t->tier);
	area_text_right(a, 0, a.cols, ROLE_TEXT, tier);
}

static void
draw_std(const struct view *v, const struct target *t, struct area a)
{
	static const struct target_word words[] = {
		[STD_INSTALLED] = { GLYPH_FULL, "installed", ROLE_OK },
		[STD_AVAILABLE] = { GLYPH_EMPTY, "to add", ROLE_TEXT },
		[STD_SOURCE] = { GLYPH_DASH, "source", ROLE_DIM },
		[STD_NONE] = { GLYPH_DASH, "none", ROLE_DIM },
	};
	const struct target_word *w = &words[t->std];

	if (!v->store->survey->toolchain)
		area_puts(a, 0, 1, ROLE_DIM, "?");
	else if (a.cols >= STD_WORD_COLS)
		draw_word(a, *w);
	else
		area_puts(a, 0, 1, w->role, glyph(a.canvas, w->glyph));
}

static const struct need *
linker_of(const struct target_state *state)
{
	for (size_t i = 0; i < state->need_count; i++)
		if (state->needs[i].kind == NEED_LINKER)
			return &state->needs[i];
	return NULL;
}

static void
draw_links(const struct view *v, size_t target, struct area a)
{
	const struct target_state *state = &v->store->survey->states[target];
	const char *backend = targets_backend(v->store, target);
	const struct need *linker = linker_of(state);
	int col = 0;

	if (backend && !text_is(backend, "native")) {
		const struct backend_tools *tools =
			backends_tools(v->store->survey->backends, backend);
		area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, span_of(tools ? tools->title : backend));
	} else if (!linker) {
		area_puts(a, 0, 0, ROLE_DIM, glyph(a.canvas, GLYPH_DASH));
	} else {
		if (linker->state != NEED_FOUND)
			col = area_puts(a, 0, 0, ROLE_DIM, "no ");
		area_text_cut(a, 0, col, a.cols - col, col ? ROLE_DIM : ROLE_TEXT,
			span_of(path_basename(linker->name)));
	}
}

static void
draw_state(const struct view *v, size_t target, struct area a)
{
	draw_word(a, targets_state(v->store, target));
}

/* The last job of the run for a target, or NULL. */
static const struct job *
job_of(const struct run *run, const char *triple)
{
	const struct job *found = NULL;

	for (size_t i = 0; run && i < run_job_count(run); i++)
		if (text_is(run_job(run, i)->target, triple))
			found = run_job(run, i);
	return found;
}

/* A time in as many columns as there are: "12:05", or "12m". */
static void
draw_time(uint64_t ms, struct area a)
{
	char time[16];

	bar_time(time, ms);
	if (strlen(time) > (size_t)a.cols)
		snprintf(time, sizeof(time), "%um", (unsigned)(ms / 60000));
	area_text_right(a, 0, a.cols, ROLE_TEXT, time);
}

static void
draw_last(const struct view *v, const char *triple, struct area a)
{
	const struct job *job = job_of(v->store->run, triple);
	const struct last_build *last = job ? NULL : last_builds_find(&v->store->lasts, triple);
	uint64_t ms = job ? job->ended_ms - job->started_ms : last ? last->ms : 0;

	switch (job ? job->state : last ? last->state : JOB_WAITING) {
	case JOB_OK: draw_time(ms, a); break;
	case JOB_FAILED:
		area_text_right(a, 0, a.cols, ROLE_FAIL, glyph(a.canvas, GLYPH_FAIL));
		break;
	case JOB_RUNNING:
		area_text_right(a, 0, a.cols, ROLE_RUNNING, glyph(a.canvas, GLYPH_ELLIPSIS));
		break;
	default: area_text_right(a, 0, a.cols, ROLE_DIM, glyph(a.canvas, GLYPH_DASH)); break;
	}
}

static void
draw_size(const struct view *v, const char *triple, struct area a)
{
	const struct job *job = job_of(v->store->run, triple);
	const struct last_build *last = last_builds_find(&v->store->lasts, triple);
	uint64_t bytes = job && job->artifacts.len
		? last_build_bytes(job->artifacts.items, job->artifacts.len)
		: last ? last->bytes
		       : 0;
	char size[QUANTITY_MAX];

	if (bytes)
		area_text_right(a, 0, a.cols, ROLE_TEXT, quantity_put(size, bytes));
}

static void
draw_cell(void *arg, size_t row, size_t column, struct area a)
{
	const struct view *v = arg;
	size_t target = v->rows->rows.items[row].target;
	const struct target *t = &v->store->survey->targets->items[target];

	switch ((enum column)column) {
	case COL_MARK: draw_mark(v, row, t->triple, a); break;
	case COL_TRIPLE: draw_triple(v, t->triple, a); break;
	case COL_TIER: draw_tier(t, a); break;
	case COL_STD: draw_std(v, t, a); break;
	case COL_LINKS: draw_links(v, target, a); break;
	case COL_STATE: draw_state(v, target, a); break;
	case COL_SIZE: draw_size(v, t->triple, a); break;
	case COL_LAST: draw_last(v, t->triple, a); break;
	case COL_COUNT: break;
	}
}

static const char *
row_heading(void *arg, size_t row)
{
	const struct view *v = arg;

	return v->rows->rows.items[row].heading;
}

/* The cursor's row has one role; the letters that matched stay marked in it by underlining. */
static void
underline_matches(const struct view *v, struct area a)
{
	const struct list *list = &v->table->list;
	uint16_t positions[POSITIONS_MAX];
	long target = targets_list_at(v->rows, list);

	if (target < 0)
		return;
	int row = (int)(list->focus - list->top) + !v->table->no_head;
	size_t count = matched(v, v->store->survey->targets->items[target].triple, positions);
	struct area cell =
		area_part(a, row, v->table->at[COL_TRIPLE], 1, v->table->width[COL_TRIPLE]);
	for (size_t i = 0; i < count; i++)
		area_highlight(cell, 0, positions[i], 1, -1, ANSI_UNDERLINE);
}

void
targets_table_draw(
	struct table *table, struct area a, const struct store *s, const struct targets_list *rows)
{
	struct view v = { s, rows, table };
	struct table_rows cells = { draw_cell, row_heading, &v };

	table->columns = a.cols >= WORDS_COLS ? wide : narrow;
	table->column_count = COL_COUNT;
	table_draw(table, a, &cells, true);
	underline_matches(&v, a);
}
