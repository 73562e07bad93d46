#include "ui/frame.h"
#include <string.h>
#include "base/utf8.h"
#include "build/run.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"
#include "ui/keys.h"
#include "ui/screen.h"

#define ROWS_FOR_TITLE 7 /* below that, a line more for the screen counts more */
#define ROWS_FOR_RULES 16

struct frame
frame_lay_out(struct canvas *c, bool framed)
{
	struct area a = canvas_area(c);
	struct frame f = { .is_too_small = a.rows < FRAME_LEAST_ROWS || a.cols < FRAME_LEAST_COLS };
	bool has_title = a.rows >= ROWS_FOR_TITLE, has_rules = a.rows >= ROWS_FOR_RULES && !framed;
	int row = 0, bottom = a.rows - 1;

	f.title = area_part(a, row, 0, has_title, -1);
	row += has_title;
	f.tabs = area_part(a, row++, 0, 1, -1);
	f.upper_rule = area_part(a, row, 0, has_rules, -1);
	row += has_rules;
	f.keys = area_part(a, bottom, 0, 1, -1);
	f.lower_rule = area_part(a, bottom - has_rules, 0, has_rules, -1);
	f.body = area_part(a, row, 0, bottom - has_rules - row, -1);
	return f;
}

/* ---- line 1 ---- */

static void
title_left(const struct store *s, const char *dot, struct str *out)
{
	const struct survey *survey = s->survey;
	const struct workspace *ws = survey->workspace;
	const struct toolchain *tc = survey->toolchain;

	str_append(out, "xtui  ");
	str_append(out, ws ? ws->name : "no Cargo workspace here");
	if (ws && ws->version)
		str_appendf(out, " %s", ws->version);
	if (tc)
		str_appendf(out, " %s %s %s %s %s", dot, tc->channel, tc->release, dot, tc->host);
	else
		str_appendf(out, " %s %s", dot,
			survey->quick ? "looking for the toolchain" : "no toolchain");
}

struct tally {
	size_t going, failed;
};

static struct tally
tally_jobs(const struct store *s)
{
	struct tally t = { store_jobs_going(s), 0 };

	for (size_t i = 0; s->run && i < run_job_count(s->run); i++)
		t.failed += run_job(s->run, i)->state == JOB_FAILED;
	return t;
}

static void
title_right(const struct store *s, const char *dot, struct str *out)
{
	struct tally jobs = tally_jobs(s);
	size_t marked = choice_target_count(s->choice);

	if (marked)
		str_appendf(out, "%zu marked %s ", marked, dot);
	if (jobs.going)
		str_appendf(out, "%zu running %s ", jobs.going, dot);
	if (jobs.failed)
		str_appendf(out, "%zu failed %s ", jobs.failed, dot);
	if (s->watching)
		str_appendf(out, "watching %s ", dot);
	if (s->probing.len)
		str_appendf(out, "probing %zu", s->probing.len);
	else if (s->surveying)
		str_append(out, "looking");
	else if (store_lab_goes_on(s))
		str_append(out, "measuring");
	else if (jobs.going)
		str_truncate(out, out->len - strlen(dot) - 2);
	else
		str_append(out, "idle");
}

static void
draw_title(struct area a, struct screen_state *s)
{
	const char *dot = glyph(a.canvas, GLYPH_DOT);
	struct str left = STR_INIT, right = STR_INIT;

	if (s->screen->headline)
		s->screen->headline(s, a.cols, &left, &right);
	if (!left.len)
		title_left(s->store, dot, &left);
	if (!right.len)
		title_right(s->store, dot, &right);
	int end = a.cols - (int)utf8_columns(str_span(&right)) - 1;
	if (end < HEADLINE_LEFT_LEAST) /* too narrow for both */
		end = a.cols;
	else
		area_text(a, 0, end, ROLE_DIM, str_span(&right));
	area_text_cut(a, 0, 1, end - 2, ROLE_TITLE, str_span(&left));
	str_fini(&left);
	str_fini(&right);
}

/* ---- line 2 ---- */

/* Columns of a tab " 4 Profile "; without its name " 4 ". */
static int
tab_cols(const struct screen_state *s, bool is_short)
{
	return is_short ? 3 : 4 + (int)strlen(s->screen->title);
}

/* Whether all names have room; else only the current one has its name. */
static bool
tabs_are_short(const struct area *a, const struct screen_state *screens, size_t count)
{
	int cols = 0;

	for (size_t i = 0; i < count; i++)
		cols += tab_cols(&screens[i], false);
	return cols > a->cols;
}

static int
draw_tab(struct area a, int col, const struct screen_state *s, bool is_short, bool is_current)
{
	enum role role = is_current ? ROLE_TAB_ACTIVE : ROLE_TAB;

	col = area_printf(a, 0, col, role, " %d ", (int)s->screen->id);
	return is_short ? col : area_printf(a, 0, col, role, "%s ", s->screen->title);
}

static void
draw_tabs(struct area a, struct screen_state *screens, size_t count, size_t current)
{
	bool is_short = tabs_are_short(&a, screens, count);
	int col = 0;

	for (size_t i = 0; i < count; i++)
		col = draw_tab(a, col, &screens[i], is_short && i != current, i == current);
	if (screens[current].screen->corner && col + 1 < a.cols)
		screens[current].screen->corner(&screens[current], area_part(a, 0, col + 1, 1, -1));
}

int
frame_tab_at(const struct frame *f, const struct screen_state *screens, size_t count,
	size_t current, int col)
{
	bool is_short = tabs_are_short(&f->tabs, screens, count);
	int at = 0;

	for (size_t i = 0; i < count; i++) {
		at += tab_cols(&screens[i], is_short && i != current);
		if (col < at)
			return (int)i;
	}
	return -1;
}

/* ---- the last line ---- */

static void
append_key(struct screen_state *s, unsigned on, enum action_id id, struct str *keys)
{
	str_clear(keys);
	keymap_shown(s->store->keymap, on, id, false, keys);
}

static int
key_cols(const struct str *keys, const char *label)
{
	return (int)utf8_columns(str_span(keys)) + 1 + (int)strlen(label) + 2;
}

static int
draw_key(struct area a, int col, const struct str *keys, const char *label)
{
	col = area_text(a, 0, col, ROLE_KEY, str_span(keys));
	return area_puts(a, 0, col + 1, ROLE_KEY_LABEL, label) + 2;
}

static const char *
label_of(struct screen_state *s, const struct action *action)
{
	const char *own = s->screen->label ? s->screen->label(s, action->id) : NULL;

	return own ? own : action->label;
}

static bool
is_offered(struct screen_state *s, const struct action *action, unsigned on)
{
	if (!(action->screens & on) || !*label_of(s, action))
		return false;
	return !s->screen->acts || s->screen->acts(s, action->id);
}

void
frame_draw_keys(struct area a, struct screen_state *s, unsigned on)
{
	const char *help = action_get(ACT_HELP)->label;
	struct str keys = STR_INIT;
	int col = 1, end;

	append_key(s, on, ACT_HELP, &keys);
	end = keys.len ? a.cols - key_cols(&keys, help) + 2 : a.cols;
	for (int id = 1; id < ACT_COUNT; id++) {
		const struct action *action = action_get((enum action_id)id);
		append_key(s, on, action->id, &keys);
		if (id == ACT_HELP || !keys.len || !is_offered(s, action, on))
			continue;
		if (col + key_cols(&keys, label_of(s, action)) > end)
			break;
		col = draw_key(a, col, &keys, label_of(s, action));
	}
	append_key(s, on, ACT_HELP, &keys);
	if (keys.len)
		draw_key(a, col, &keys, help);
	str_fini(&keys);
}

struct offered_key {
	enum action_id id; /* 0 ends */
	const char *label;
};

static void
draw_offered(struct area a, struct screen_state *s, unsigned on, const struct offered_key *offered)
{
	struct str keys = STR_INIT;
	int col = 1;

	for (; offered->id; offered++) {
		append_key(s, on, offered->id, &keys);
		if (keys.len && col + key_cols(&keys, offered->label) <= a.cols)
			col = draw_key(a, col, &keys, offered->label);
	}
	str_fini(&keys);
}

void
frame_draw_typing_keys(struct area a, struct screen_state *s)
{
	static const struct offered_key offered[] = { { ACT_OPEN, "take" }, { ACT_BACK, "back" },
		{ ACT_TYPE_ERASE_ALL, "erase" }, { 0 } };

	draw_offered(a, s, ON_TYPING, offered);
}

void
frame_draw_dialog_keys(struct area a, struct screen_state *s, bool is_question)
{
	static const struct offered_key question[] = { { ACT_OPEN, "take" },
		{ ACT_NEXT, "next answer" }, { ACT_BACK, "no" }, { ACT_DOWN, "scroll" }, { 0 } };
	static const struct offered_key text[] = { { ACT_BACK, "close" }, { ACT_DOWN, "scroll" },
		{ 0 } };

	draw_offered(a, s, ON_DIALOG, is_question ? question : text);
}

void
frame_draw(const struct frame *f, struct screen_state *screens, size_t count, size_t current)
{
	if (f->title.rows)
		draw_title(f->title, &screens[current]);
	draw_tabs(f->tabs, screens, count, current);
	if (f->upper_rule.rows)
		area_hline(f->upper_rule, 0, ROLE_BORDER);
	if (f->lower_rule.rows)
		area_hline(f->lower_rule, 0, ROLE_BORDER);
}

void
frame_draw_too_small(struct area a)
{
	static const char text[] = "too small";
	int cols = (int)sizeof(text) - 1;

	area_puts(a, a.rows / 2, a.cols > cols ? (a.cols - cols) / 2 : 0, ROLE_TEXT, text);
}
