/* build_pane: the rows inside a pane are the log's, but the last ones: a bar while the job runs, what
 * came out when it went well, the hint when it did not. */
#include "ui/build_pane.h"
#include <stdio.h>
#include <string.h>
#include "artifact/card_text.h"
#include "base/count.h"
#include "base/path.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "build/job.h"
#include "build/logsearch.h"
#include "build/logstore.h"
#include "hint/explain.h"
#include "rust/targets.h"
#include "ui/widget_bar.h"
#include "ui/widget_dialog.h"

void
build_pane_init(struct build_pane *p, struct job *job, bool wraps)
{
	*p = (struct build_pane){ .job = job, .group = job->group };
	log_view_init(&p->view, wraps);
}

void
build_pane_fini(struct build_pane *p)
{
	logsearch_free(p->search);
	p->search = NULL;
}

/* The job is built anew, with a new log. */
static void
begin_again(struct build_pane *p)
{
	bool has_times = p->view.has_times;
	struct paces paces = p->paces;

	build_pane_fini(p);
	build_pane_init(p, p->job, p->view.wraps);
	p->paces = paces;
	p->view.has_times = has_times;
}

/* The line that the hint is about, above its box; without a hint the first error and what it says. */
static void
show_cause(struct build_pane *p)
{
	const struct hint *hint = job_hint(p->job);
	long error = hint || !p->job->log
		? -1
		: logstore_find_mark(p->job->log, -1, false, LOGMARK_ERROR);

	if (hint && hint->line > 0)
		log_view_show(&p->view, (size_t)hint->line - 1, LOG_LOW);
	else if (error >= 0)
		log_view_show(&p->view, (size_t)error, LOG_HIGH);
}

void
build_pane_update(struct build_pane *p)
{
	if (p->group != p->job->group)
		begin_again(p);
	if (p->is_judged || p->job->state != JOB_FAILED || !p->job->explanation)
		return;
	p->is_judged = true;
	if (p->view.is_following)
		show_cause(p);
}

/* ---- the job in words ---- */

enum role
job_role(const struct job *job)
{
	static const enum role roles[] = {
		[JOB_WAITING] = ROLE_DIM,
		[JOB_RUNNING] = ROLE_RUNNING,
		[JOB_OK] = ROLE_OK,
		[JOB_FAILED] = ROLE_FAIL,
		[JOB_CANCELLED] = ROLE_WARN,
		[JOB_SKIPPED] = ROLE_DIM,
	};

	return roles[job->state];
}

const char *
job_glyph(const struct canvas *c, const struct job *job)
{
	static const enum glyph glyphs[] = {
		[JOB_WAITING] = GLYPH_EMPTY,
		[JOB_RUNNING] = GLYPH_HALF,
		[JOB_OK] = GLYPH_OK,
		[JOB_FAILED] = GLYPH_FAIL,
		[JOB_CANCELLED] = GLYPH_WARN,
		[JOB_SKIPPED] = GLYPH_DASH,
	};

	return glyph(c, glyphs[job->state]);
}

uint64_t
job_elapsed_ms(const struct job *job, uint64_t run_elapsed_ms)
{
	uint64_t end = job->ended_ms ? job->ended_ms : run_elapsed_ms;

	if (job->state == JOB_WAITING || job->state == JOB_SKIPPED || end < job->started_ms)
		return 0;
	return end - job->started_ms;
}

/* A triple without a vendor that says nothing. */
void
job_short_name(const struct job *job, struct str *out)
{
	targets_short_name(job->target, out);
	str_append(out, job->label + strlen(job->target));
}

void
job_units(const struct job *job, char *out, size_t size)
{
	char done[QUANTITY_MAX], all[QUANTITY_MAX];

	*out = '\0';
	if (job->pull.all_bytes)
		snprintf(out, size, "pulls %s/%s", quantity_put(done, job->pull.done_bytes),
			quantity_put(all, job->pull.all_bytes));
	else if (job->pull.layers)
		snprintf(out, size, "pulls layer %d/%d", job->pull.done, job->pull.layers);
	else if (job->total)
		snprintf(out, size, "%d/%s%d", job->done, job->total_is_exact ? "" : "~",
			job->total);
}

/* ---- the title ---- */

#define TITLE_NAME_LEAST 8

/* A title says all of this, or less; from most to least. */
static const struct title_form {
	bool full_name, word, time;
} title_forms[] = {
	{ true, true, true },
	{ true, true, false },
	{ false, true, false },
	{ false, false, false },
};

/* "failed 12/38  2.4s"; running and ok are told by what they count. */
static void
append_state(
	struct str *out, const struct job *job, const struct title_form *form, uint64_t elapsed)
{
	bool has_begun = job->state != JOB_WAITING && job->state != JOB_SKIPPED;
	bool has_word = job->state != JOB_RUNNING && job->state != JOB_OK;
	char units[48], time[16];

	job_units(job, units, sizeof(units));
	bar_time(time, job_elapsed_ms(job, elapsed));
	if (has_word && (form->word || !*units))
		str_append(out, job_state_word(job));
	if (*units)
		str_appendf(out, "%s%s", out->len ? " " : "", units);
	if (has_begun && form->time)
		str_appendf(out, "%s%s", out->len ? "  " : "", time);
}

struct title {
	struct str name, state, hits, below;
};

static void
title_fini(struct title *t)
{
	str_fini(&t->name);
	str_fini(&t->state);
	str_fini(&t->hits);
	str_fini(&t->below);
}

/* Columns of what stands beside the name, the blanks included. */
static int
columns_beside_name(const struct title *t)
{
	size_t state = utf8_columns(str_span(&t->state)), hits = t->hits.len, below = t->below.len;

	return 4 + (int)(state ? state + 1 : 0) + (int)(hits ? hits + 2 : 0) +
		(int)(below ? below + 2 : 0);
}

/* "hit 12/340" on one, "340 hits" beside them; "+" while the log has not been gone through. */
static void
append_hits(struct str *out, const struct build_pane *p)
{
	const struct log_view *v = &p->view;
	size_t count = logsearch_count(p->search);
	const char *more = logsearch_is_done(p->search) ? "" : "+";

	if (!v->is_following && logsearch_has(p->search, v->cursor))
		str_appendf(
			out, "hit %zu/%zu%s", logsearch_rank(p->search, v->cursor), count, more);
	else
		str_appendf(out, "%zu%s hit%s", count, more, count == 1 ? "" : "s");
}

/* Fills in the richest form that has room. */
static void
compose_title(const struct build_pane *p, int cols, uint64_t elapsed, struct title *t)
{
	size_t below = log_view_below(&p->view, p->job->log);

	if (p->search)
		append_hits(&t->hits, p);
	if (below)
		str_appendf(&t->below, "+%zu", below);
	for (size_t i = 0; i < COUNT(title_forms); i++) {
		const struct title_form *form = &title_forms[i];
		str_clear(&t->name);
		str_clear(&t->state);
		if (form->full_name)
			str_append(&t->name, p->job->label);
		else
			job_short_name(p->job, &t->name);
		append_state(&t->state, p->job, form, elapsed);
		if ((int)utf8_columns(str_span(&t->name)) + columns_beside_name(t) <= cols)
			return;
	}
}

void
build_pane_draw_title(const struct build_pane *p, struct area a, const struct build_pane_look *look)
{
	enum role name_role = look->focused ? ROLE_TITLE : ROLE_TEXT, role = job_role(p->job);
	struct title t = { 0 };
	int at = area_puts(a, 0, 0, name_role, " ");

	if (look->number)
		at = area_printf(a, 0, at, ROLE_KEY, "%d ", look->number);
	compose_title(p, a.cols - at, look->elapsed_ms, &t);
	int room = a.cols - at - columns_beside_name(&t);
	at = area_text_cut(a, 0, at, room > TITLE_NAME_LEAST ? room : TITLE_NAME_LEAST, name_role,
		str_span(&t.name));
	at = area_puts(a, 0, at, role, "  ");
	at = area_puts(a, 0, at, role, job_glyph(a.canvas, p->job));
	at = area_puts(a, 0, at, role, " ");
	if (t.state.len)
		at = area_printf(a, 0, at, role, "%s ", str_cstr(&t.state));
	if (t.hits.len)
		at = area_printf(a, 0, at, ROLE_MATCH, " %s ", str_cstr(&t.hits));
	if (t.below.len)
		area_printf(a, 0, at, ROLE_VALUE, " %s ", str_cstr(&t.below));
	title_fini(&t);
}

/* ---- below the log: the bar ---- */

#define BAR_COLS_LEAST 4
#define PERCENT_COLS 7 /* "  81 % " */
#define ETA_COLS 9     /* " ~1:02:03" */

/* Units that are neither fresh nor built. */
static int
units_left(const struct job *job)
{
	return job->total > job->done ? job->total - job->done : 0;
}

/* How long the rest will take when it goes on like this; 0: too early to say. */
static uint64_t
eta_by_units(const struct job *job, uint64_t elapsed)
{
	int built = job->built ? job->built : job->done - job->fresh, left = units_left(job);

	if (!job->total_is_exact || built <= 0 || !left || built * 4 < built + left)
		return 0;
	return elapsed * (uint64_t)left / (uint64_t)built;
}

/* What is left of the time that as much took before; once that is over, as the units say. */
static uint64_t
eta_ms(const struct build_pane *p, uint64_t elapsed)
{
	const struct job *job = p->job;
	uint64_t usual = pace_expect(&p->paces, job->total ? job->built + units_left(job) : 0);

	if (usual > elapsed && (units_left(job) || !job->total_is_exact))
		return usual - elapsed;
	return eta_by_units(job, elapsed);
}

static void
draw_eta(struct area a, int col, uint64_t ms)
{
	char time[16];

	if (!ms)
		return;
	if (ms >= 60000)
		bar_time(time, ms);
	else
		snprintf(time, sizeof(time), "%u s", (unsigned)(ms + 999) / 1000);
	area_printf(a, 0, col, ROLE_TEXT, "~%s", time);
}

static void
draw_bar(const struct build_pane *p, struct area a, uint64_t elapsed)
{
	const struct job *job = p->job;
	uint64_t done = 0, total = 1;
	bool has_eta = a.cols >= BAR_COLS_LEAST * 2 + PERCENT_COLS + ETA_COLS;
	int width = a.cols - PERCENT_COLS - 1 - (has_eta ? ETA_COLS : 0);

	if (width < BAR_COLS_LEAST)
		width = 0;
	job_progress(job, &done, &total);
	bar_draw(a, 0, 1, width, done, total);
	area_printf(a, 0, width + 2, ROLE_TEXT, "%3d %%", (int)(done * 100 / total));
	if (has_eta && !job->pull.layers)
		draw_eta(a, width + 2 + PERCENT_COLS, eta_ms(p, job_elapsed_ms(job, elapsed)));
}

/* ---- what came out ---- */

#define ITEM_GAP 3
#define MORE_COLS 6 /* "   +12" */

/* " glibc ≥ 2.17" */
static void
append_floor(struct str *out, const struct card *card, struct area a)
{
	size_t before = out->len;

	if (!card)
		return;
	str_append(out, " ");
	card_floor(card, glyph(a.canvas, GLYPH_GE), out);
	if (out->len == before + 1)
		str_truncate(out, before);
}

/* As many as have room whole, at least one; then how many more there are. */
static void
draw_artifacts(const struct job *job, struct area a)
{
	size_t count = job->artifacts.len;
	struct str text = STR_INIT;
	char size[QUANTITY_MAX];
	int at = 1;

	for (size_t i = 0; i < count; i++) {
		const struct job_artifact *artifact = &job->artifacts.items[i];
		int rest = i + 1 < count ? MORE_COLS : 0;
		str_clear(&text);
		str_appendf(&text, "%s ", path_basename(artifact->path));
		str_append(&text, quantity_put(size, artifact->bytes));
		append_floor(&text, artifact->card, a);
		if (i && at + (int)utf8_columns(str_span(&text)) + rest > a.cols) {
			area_printf(a, 0, at, ROLE_VALUE, "+%zu", count - i);
			break;
		}
		at = area_text_cut(a, 0, at, a.cols - at - rest, ROLE_OK, str_span(&text)) +
			ITEM_GAP;
	}
	str_fini(&text);
}

/* ---- the hint ---- */

#define HINT_LOG_ROWS                                                                              \
	3 /* that a hint leaves to the log at the least, where it has room to choose */
#define HINT_BOX_LEAST 3 /* rows of a box with one row in it */
#define HINT_BOX_COLS 16
#define HINT_WHY_MAX 4
#define HINT_MARGIN_FROM 60 /* columns from which a box stands apart from the pane's frame */

/* The rows of a hint besides its title; in a box, each may have none. */
struct hint_rows {
	int why, evidence, fixes;
};

static int
min(int a, int b)
{
	return a < b ? a : b;
}

/* Shares out up to `rows` in the order in which they are needed. */
static struct hint_rows
share_rows(const struct hint *h, int rows, int cols)
{
	struct hint_rows r = { 0 };
	int fixes = h->fix_count < 9 ? (int)h->fix_count : 9;

	r.fixes = min(rows, fixes ? 1 : 0);
	r.evidence = min(rows - r.fixes, h->excerpt && *h->excerpt);
	r.why = min(rows - r.fixes - r.evidence,
		min(wrap_count(h->why ? h->why : "", cols), HINT_WHY_MAX));
	r.fixes = min(rows - r.evidence - r.why, fixes);
	return r;
}

static int
hint_height(const struct hint *h, struct area a)
{
	int most = a.rows - HINT_LOG_ROWS;

	if (a.rows < 2)
		return 0;
	if (most < HINT_BOX_LEAST || a.cols < HINT_BOX_COLS)
		return most >= 2 && h->fix_count ? 2 : 1;
	struct hint_rows r = share_rows(h, most - 2, a.cols - (a.cols >= HINT_MARGIN_FROM ? 6 : 4));
	int inside = r.why + r.evidence + r.fixes;
	return inside ? inside + 2 : 1;
}

/* "f 1 use gcc (.cargo/config.toml)  +2": the key stands before the first fix, which it is about; at
 * the end of the last one, how many more there are. */
static void
draw_fix(const struct hint *h, size_t i, struct area a, const char *key, size_t hidden)
{
	const struct fix *f = &h->fixes[i];
	int at = key ? (int)utf8_columns(span_of(key)) + 1 : 0, end = a.cols;
	struct str text = STR_INIT;

	if (hidden) {
		str_appendf(&text, "  +%zu", hidden);
		end = area_text_right(a, 0, a.cols, ROLE_VALUE, str_cstr(&text));
		str_clear(&text);
	}
	if (key && i == 0)
		area_puts(a, 0, 0, ROLE_KEY, key);
	str_appendf(&text, "%zu %s", i + 1, f->title);
	if (f->path)
		str_appendf(&text, " (%s)", f->path);
	area_text_cut(a, 0, at, end - at, ROLE_TEXT, str_span(&text));
	str_fini(&text);
}

/* What a linker says begins with long paths and ends with the point: that end is kept. */
static void
draw_evidence(struct area a, struct span text)
{
	int at = 0;

	if (text.len && *text.data == '/' && utf8_columns(text) > (size_t)a.cols) {
		at = area_puts(a, 0, 0, ROLE_DIM, glyph(a.canvas, GLYPH_ELLIPSIS));
		while (text.len && utf8_columns(text) > (size_t)(a.cols - at)) {
			uint32_t cp;
			size_t len = utf8_decode(text.data, text.len, &cp);

			text = (struct span){ text.data + len, text.len - len };
		}
	}
	area_text_cut(a, 0, at, a.cols - at, ROLE_DIM, text);
}

static void
draw_inside_box(const struct hint *h, struct area a, const char *key)
{
	struct hint_rows r = share_rows(h, a.rows, a.cols);
	struct area why = area_part(a, 0, 0, r.why, -1);
	struct area fixes = area_part(a, r.why + r.evidence, 0, r.fixes, -1);

	if (r.why && wrap_draw(why, ROLE_TEXT, h->why, 0) > r.why)
		area_puts(why, r.why - 1, why.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_ELLIPSIS));
	if (r.evidence)
		draw_evidence(area_part(a, r.why, 0, 1, -1), span_trim(span_of(h->excerpt)));
	for (int i = 0; i < r.fixes; i++) {
		size_t hidden = i == r.fixes - 1 ? h->fix_count - (size_t)r.fixes : 0;
		draw_fix(h, (size_t)i, area_part(fixes, i, 0, 1, -1), key, hidden);
	}
}

/* Without room for a box: the title, and below it the first fix. */
static void
draw_hint_lines(const struct hint *h, struct area a, const char *key)
{
	int at = area_puts(a, 0, 0, ROLE_HINT, glyph(a.canvas, GLYPH_CURSOR));

	area_text_cut(a, 0, at + 1, a.cols - at - 1, ROLE_HINT, span_of(h->title));
	if (a.rows > 1 && h->fix_count)
		draw_fix(h, 0, area_part(a, 1, 2, 1, -1), key, h->fix_count - 1);
}

static void
draw_hint(const struct hint *h, struct area a, const char *key)
{
	const char *sure = confidence_name(h->confidence);
	int sure_cols = (int)utf8_columns(span_of(sure));

	if (a.cols >= HINT_MARGIN_FROM)
		a = area_part(a, 0, 1, -1, a.cols - 2);
	if (a.rows < HINT_BOX_LEAST) {
		draw_hint_lines(h, a, key);
		return;
	}
	struct area inside = area_box(a, ROLE_HINT, h->title, ROLE_HINT);
	if (a.cols >= (int)utf8_columns(span_of(h->title)) + sure_cols + 8)
		area_printf(a, 0, a.cols - sure_cols - 4, ROLE_HINT, " %s ", sure);
	draw_inside_box(h, area_part(inside, 0, 1, -1, inside.cols - 2), key);
}

/* ---- the pane ---- */

/* Where there is no line of log yet, or never will be. */
static void
draw_silence(const struct job *job, struct area a)
{
	static const char *const texts[] = {
		[JOB_WAITING] = "waits for its turn",
		[JOB_RUNNING] = "nothing said yet",
		[JOB_OK] = "nothing was said",
		[JOB_FAILED] = "nothing was said",
		[JOB_CANCELLED] = "stopped before anything was said",
		[JOB_SKIPPED] = "not built",
	};

	const char *text =
		job->log ? texts[job->state] : "its log is gone: logs are kept for a time";

	if (!job->log || !logstore_lines(job->log))
		area_text_cut(a, 0, 1, a.cols - 1, ROLE_DIM, span_of(text));
}

/* Rows below the log. */
static int
foot_rows(const struct job *job, struct area a)
{
	const struct hint *hint = job_hint(job);

	if (hint)
		return hint_height(hint, a);
	if (job->state == JOB_RUNNING)
		return (job->total || job->pull.layers) && a.rows > 1;
	return job->state == JOB_OK && job->artifacts.len && a.rows > 2;
}

bool
build_pane_is_held(const struct build_pane *p)
{
	return p->view.is_following && p->job->log && p->view.held < logstore_lines(p->job->log);
}

void
build_pane_draw(struct build_pane *p, struct area a, const struct build_pane_look *look)
{
	const struct job *job = p->job;
	int below = foot_rows(job, a);
	struct area log = area_part(a, 0, 0, a.rows - below, -1);
	struct area foot = area_part(a, a.rows - below, 0, below, -1);

	draw_silence(job, log);
	p->view.search = p->search;
	p->view.open_key = look->open_key;
	p->view.is_held = look->is_hasty;
	log_view_draw(&p->view, job->log, log, look->focused);
	if (!below)
		return;
	if (job_hint(job))
		draw_hint(job_hint(job), foot, look->focused ? look->fix_key : NULL);
	else if (job->state == JOB_RUNNING)
		draw_bar(p, foot, look->elapsed_ms);
	else
		draw_artifacts(job, foot);
}
