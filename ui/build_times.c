/* build_times: the timeline on the Build screen: a row a unit below the name of its job, a bar where
 * it was compiled. */
#include <stdlib.h>
#include "base/path.h"
#include "build/backend.h"
#include "build/job.h"
#include "build/logstore.h"
#include "build/run.h"
#include "io/file.h"
#include "rust/workspace.h"
#include "ready/survey.h"
#include "ui/build_state.h"
#include "ui/keys.h"

#define NAME_COLS_MOST 32
#define SECONDS_COLS 9 /* "  123.4 s" */

/* ---- rows ---- */

static bool
is_heading(void *arg, size_t row)
{
	const struct build_times *times = arg;

	return times->rows.items[row] < 0;
}

static const struct timeline_unit *
unit_of(const struct build_times *times, size_t row)
{
	long unit = row < times->rows.len ? times->rows.items[row] : -1;

	/* a run that has just begun has none of them any more */
	return unit >= 0 && (size_t)unit < times->shown->units.len
		? &times->shown->units.items[unit]
		: NULL;
}

#define NOTE_ROW 1000000L /* a row of -(NOTE_ROW + id) says why the job has no units */

/* It links this machine's libc, and an image's may be older. */
static const char why_boxed[] =
	"no times: xtui-rustc, of this machine's libc, cannot be run in its container";

static bool
is_boxed(const struct job *job)
{
	const struct backend *backend = backend_find(job->backend);

	return backend && backend->traits & BACKEND_BOXED;
}

static void
add_rows_of_job(struct build *b, int id)
{
	struct build_times *times = &b->times;
	bool has_units = timeline_has_job(times->shown, id);
	bool is_known = id > 0 && (size_t)id <= b->panes.len;

	if (has_units || (is_known && is_boxed(b->panes.items[id - 1].job)))
		vec_push(&times->rows, -(long)id);
	if (!has_units && is_known && is_boxed(b->panes.items[id - 1].job))
		vec_push(&times->rows, -(NOTE_ROW + id));
	for (size_t i = 0; i < times->shown->units.len; i++)
		if (times->shown->units.items[i].job == id)
			vec_push(&times->rows, (long)i);
}

/* The cursor stays on its unit while others come. */
static void
take_rows(struct build *b)
{
	struct build_times *times = &b->times;
	const struct timeline_unit *focused = unit_of(times, times->list.focus);
	int last = timeline_last_job(times->shown);

	if (last < (int)b->panes.len)
		last = (int)b->panes.len;
	timeline_find_path(times->shown, build_elapsed(b));
	vec_clear(&times->rows);
	for (int id = 1; id <= last; id++)
		add_rows_of_job(b, id);
	times->list.skip = is_heading;
	times->list.arg = times;
	list_set_count(&times->list, times->rows.len);
	for (size_t i = 0; focused && i < times->rows.len; i++)
		if (unit_of(times, i) == focused)
			list_focus(&times->list, i);
}

static const char *
job_name(void *arg, int id)
{
	const struct build *b = arg;

	return id > 0 && (size_t)id <= b->panes.len ? b->panes.items[id - 1].job->label : "";
}

/* ---- keys ---- */

unsigned
build_times_toggle(struct build *b)
{
	b->times.is_shown = !b->times.is_shown;
	b->times.list.focus = b->times.list.top = 0;
	if (b->times.is_shown)
		take_rows(b);
	list_focus(&b->times.list, 0);
	return FX_REDRAW;
}

static bool
write_beside(const char *log, const char *name, const struct str *text, struct err *err)
{
	char *dir = path_dirname(log), *path = path_join(dir, name);
	bool ok = file_write(path, str_span(text), err);

	free(path);
	free(dir);
	return ok;
}

/* As text and as a page, beside the logs; says where. */
static unsigned
save(struct build *b)
{
	const struct workspace *ws = b->store->survey->workspace;
	const struct logstore *log = b->panes.items[0].job->log;
	struct timeline_names names = { ws ? ws->name : "timeline", job_name, b };
	struct str text = STR_INIT, page = STR_INIT;
	struct err err = ERR_INIT;
	unsigned effects;

	if (!log || !b->times.shown->units.len)
		return store_say(b->store, SAY_INFO,
			b->past.run ? "nothing of it is kept any more"
				    : "there is no timeline to save yet");
	timeline_find_path(b->times.shown, build_elapsed(b));
	timeline_text(b->times.shown, &names, &text);
	timeline_html(b->times.shown, &names, &page);
	char *dir = path_dirname(logstore_path(log)), *shown = path_shown(dir, NULL);
	if (write_beside(logstore_path(log), "timeline.txt", &text, &err) &&
		write_beside(logstore_path(log), "timeline.html", &page, &err))
		effects =
			store_say(b->store, SAY_GOOD, "saved timeline.txt and .html in %s", shown);
	else
		effects = store_say_err(b->store, SAY_ERROR, &err);
	free(shown);
	free(dir);
	str_fini(&page);
	str_fini(&text);
	return effects;
}

static void
describe(const struct build *b, const struct timeline_unit *unit, struct str *out)
{
	str_appendf(out, "%s for %s: %s %.1f s, from %.1f s on%s", unit->crate,
		job_name((void *)b, unit->job), unit->is_going ? "going for" : "took",
		(double)(unit->end - unit->start) / 1000, (double)unit->start / 1000,
		unit->is_critical ? "; on the critical path" : "");
}

static unsigned
copy_unit(struct build *b)
{
	const struct timeline_unit *unit = unit_of(&b->times, b->times.list.focus);
	struct str text = STR_INIT;
	unsigned effects;

	if (!unit)
		return FX_BELL;
	describe(b, unit, &text);
	effects = store_copy(b->store, unit->crate, str_span(&text));
	str_fini(&text);
	return effects;
}

unsigned
build_times_key(struct build *b, enum action_id act)
{
	switch (act) {
	case ACT_TIMELINE:
	case ACT_BACK: return build_times_toggle(b);
	case ACT_SAVE_LOG: return save(b);
	case ACT_COPY: return copy_unit(b);
	default: return list_key(&b->times.list, act) ? FX_REDRAW : 0;
	}
}

unsigned
build_times_mouse(struct build *b, const struct term_event *event)
{
	return list_mouse(&b->times.list, event) ? FX_REDRAW : 0;
}

void
build_times_fini(struct build *b)
{
	timeline_fini(&b->times.line);
	vec_fini(&b->times.rows);
}

/* ---- drawing ---- */

static int
name_cols(struct area a)
{
	int cols = a.cols / 3;

	return cols < NAME_COLS_MOST ? cols : NAME_COLS_MOST;
}

static void
draw_unit(const struct build_times *times, const struct timeline_unit *unit, struct area a)
{
	enum role role = unit->is_critical ? ROLE_WARN : ROLE_BAR_FULL;
	int cols = name_cols(a);
	struct area bars = area_part(a, 0, cols + SECONDS_COLS + 1, 1, -1);
	uint64_t total = times->shown->end ? times->shown->end : 1;
	int from = (int)(unit->start * (uint64_t)bars.cols / total);
	int to = (int)(unit->end * (uint64_t)bars.cols / total);

	if (unit->is_critical)
		area_puts(a, 0, 0, ROLE_WARN, "*");
	area_text_cut(a, 0, 2, cols - 2, ROLE_TEXT, span_of(unit->crate));
	area_printf(a, 0, cols, ROLE_VALUE, "%*.1f s", SECONDS_COLS - 2,
		(double)(unit->end - unit->start) / 1000);
	if (from >= bars.cols)
		from = bars.cols - 1;
	for (int col = from; col <= from || col < to; col++)
		area_puts(bars, 0, col, role, "█");
}

static void
draw_heading(struct build *b, int id, struct area a)
{
	const struct job *job = b->panes.items[(size_t)(id - 1) % b->panes.len].job;
	int at = area_puts(a, 0, 0, job_role(job), job_glyph(a.canvas, job));

	area_text_cut(a, 0, at + 1, a.cols - at - 1, ROLE_HEADING, span_of(job->label));
}

static void
draw_rows(struct build *b, struct area a)
{
	struct build_times *times = &b->times;
	struct list *l = &times->list;

	list_fit(l, a);
	for (size_t i = l->top; i < l->count && i < l->top + l->rows; i++) {
		struct area row = area_part(a, (int)(i - l->top), 0, 1, -1);
		const struct timeline_unit *unit = unit_of(times, i);
		if (unit)
			draw_unit(times, unit, row);
		else if (times->rows.items[i] < -NOTE_ROW)
			area_text_cut(row, 0, 2, row.cols - 2, ROLE_DIM, span_of(why_boxed));
		else
			draw_heading(b, (int)-times->rows.items[i], row);
		if (unit && i == l->focus) {
			area_highlight(row, 0, 0, name_cols(row) + SECONDS_COLS, ROLE_CURSOR, 0);
			area_cursor(row, 0, 0);
		}
	}
}

/* In the lower frame: what the keys do here. */
static void
draw_keys(const struct build *b, struct area a)
{
	struct str text = STR_INIT;

	str_append_char(&text, ' ');
	keymap_shown(b->store->keymap, ON_BUILD, ACT_SAVE_LOG, false, &text);
	str_append(&text, " saves  ");
	keymap_shown(b->store->keymap, ON_BUILD, ACT_TIMELINE, false, &text);
	str_append(&text, " panes ");
	area_text_right(a, a.rows - 1, a.cols - 2, ROLE_KEY_LABEL, str_cstr(&text));
	str_fini(&text);
}

void
build_times_draw(struct build *b, struct area a)
{
	struct area inside = area_part(a, 1, 1, a.rows - 2, a.cols - 2);
	const struct timeline_unit *unit;
	struct str text = STR_INIT;

	take_rows(b);
	area_frame(a, ROLE_BORDER_FOCUS);
	str_appendf(&text, " timeline: %.1f s; * critical path, as far as the times tell ",
		(double)b->times.shown->end / 1000);
	area_text_cut(a, 0, 2, a.cols - 4, ROLE_TITLE, str_span(&text));
	str_clear(&text);
	draw_keys(b, a);
	unit = unit_of(&b->times, b->times.list.focus);
	if (!b->times.rows.len) {
		area_puts(inside, 0, 1, ROLE_DIM,
			b->past.run ? "no unit was compiled, or they are not kept any more"
				    : "no unit was compiled yet");
		str_fini(&text);
		return;
	}
	draw_rows(b, area_part(inside, 0, 0, inside.rows - 1, -1));
	if (unit)
		describe(b, unit, &text);
	area_text_cut(inside, inside.rows - 1, 0, inside.cols, ROLE_VALUE, str_span(&text));
	str_fini(&text);
}
