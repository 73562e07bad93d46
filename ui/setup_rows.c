/* The plan as rows: a step each, and below an edit the lines that change. */
#include "base/alloc.h"
#include "base/utf8.h"
#include "plan/format.h"
#include "plan/plan.h"
#include "plan/runner.h"
#include "text/diff.h"
#include "text/shell.h"
#include "ui/setup_state.h"
#include "ui/widget_bar.h"

#define LINES_MOST 8   /* of a diff below its step */
#define TITLE_LEAST 16 /* columns, before what stands at the right goes */

/* ---- making ---- */

static void
add_line(struct setup_screen *v, size_t step, struct span line)
{
	vec_push(&v->rows, ((struct setup_row){ step, arena_span(&v->rows_memory, line) }));
}

/* The hunks without their heads. */
static void
add_diff(struct setup_screen *v, size_t step, const char *diff)
{
	size_t count = 0, left = 0;

	for (struct span rest = span_of(diff), line; rest.len;) {
		line = span_cut(rest, '\n', &rest);
		if (span_starts(line, "--- ") || span_starts(line, "+++ ") ||
			span_starts(line, "@@") || !span_trim(line).len)
			continue;
		if (count++ < LINES_MOST)
			add_line(v, step, line);
		else
			left++;
	}
	if (left) {
		char *more =
			arena_printf(&v->rows_memory, "  ... %zu more lines, d shows all", left);
		vec_push(&v->rows, ((struct setup_row){ step, more }));
	}
}

static void
add_lines(struct setup_screen *v, size_t i, const struct step *step)
{
	if (step->diff)
		add_diff(v, i, step->diff);
	if (step->conflict)
		add_line(v, i, span_of(step->conflict));
	if (step->kind != STEP_EDIT)
		add_line(v, i, span_of(step->why));
}

static void
reset_opened(struct setup_screen *v)
{
	vec_clear(&v->opened);
	for (size_t i = 0; i < v->plan->count; i++)
		vec_push(&v->opened, v->plan->items[i].kind == STEP_EDIT);
}

bool
setup_rows_is_skipped(void *arg, size_t row)
{
	const struct setup_screen *v = arg;

	return !setup_shows_goals(v) && row < v->rows.len && v->rows.items[row].text;
}

void
setup_rows_make(struct setup_screen *v)
{
	const struct setup *s = v->store->setup;
	const struct plan *plan = s && s->stage == SETUP_MADE ? s->plan : NULL;
	long focus = plan == v->plan ? setup_focused(v) : 0;

	vec_clear(&v->rows);
	arena_fini(&v->rows_memory);
	v->rows_memory = ARENA_INIT;
	if (plan != v->plan) {
		v->plan = plan;
		if (plan)
			reset_opened(v);
	}
	for (size_t i = 0; plan && i < plan->count; i++) {
		vec_push(&v->rows, ((struct setup_row){ i, NULL }));
		if (v->opened.items[i] && !v->is_low)
			add_lines(v, i, &plan->items[i]);
	}
	if (setup_shows_goals(v)) {
		list_set_count(&v->list, v->goals.count);
		return;
	}
	list_set_count(&v->list, v->rows.len);
	for (size_t i = 0; i < v->rows.len; i++)
		if (!v->rows.items[i].text && (long)v->rows.items[i].step == focus)
			v->list.focus = i;
}

/* ---- drawing ---- */

void
setup_command(const struct setup *s, const struct step *step, struct str *out)
{
	struct arena memory = ARENA_INIT;

	if ((step->kind == STEP_RUN || step->kind == STEP_PROBE) && step->argv)
		shell_command(out,
			step->root ? root_argv(&memory, s->root, step->argv, true) : step->argv);
	arena_fini(&memory);
}

static const struct {
	enum glyph glyph;
	enum role role;
	const char *word; /* NULL: what it costs, or took */
} looks[] = {
	[STEP_WAITING] = { GLYPH_EMPTY, ROLE_TEXT, NULL },
	[STEP_QUEUED] = { GLYPH_HALF, ROLE_RUNNING, "queued" },
	[STEP_ASKING] = { GLYPH_WARN, ROLE_WARN, "asks you" },
	[STEP_RUNNING] = { GLYPH_FULL, ROLE_RUNNING, NULL },
	[STEP_DONE] = { GLYPH_OK, ROLE_OK, NULL },
	[STEP_HAD] = { GLYPH_OK, ROLE_OK, "here already" },
	[STEP_SKIPPED] = { GLYPH_DASH, ROLE_DIM, "skipped" },
	[STEP_STOPPED] = { GLYPH_WARN, ROLE_WARN, "stopped" },
	[STEP_FAILED] = { GLYPH_FAIL, ROLE_FAIL, "failed" },
	[STEP_BLOCKED] = { GLYPH_FAIL, ROLE_DIM, "blocked" },
};

/* To fetch, and on disk. */
static void
append_costs(const struct setup_step *row, const struct canvas *c, struct str *out)
{
	if (row->bytes >= 0)
		plan_size(out, row->bytes);
	if (row->bytes >= 0 && row->disk_bytes >= 0)
		str_append(out, c->ascii ? " -> " : " → ");
	if (row->disk_bytes >= 0)
		plan_size(out, row->disk_bytes);
}

static void
append_edit(const struct step *step, struct str *out)
{
	size_t added, removed;

	str_append(out, step->conflict ? "conflict" : "edit");
	if (!step->diff)
		return;
	diff_count(span_of(step->diff), &added, &removed);
	str_appendf(out, ", +%zu", added);
	if (removed)
		str_appendf(out, " -%zu", removed);
}

static void
append_marks(const struct setup *s, size_t i, const struct canvas *c, struct str *out)
{
	const struct step *step = &s->plan->items[i];
	const struct setup_step *row = &s->steps[i];

	if (step->root && s->root != ROOT_SELF)
		str_append(out, s->root == ROOT_NONE ? "needs root" : root_way_name(s->root));
	if (step->root && s->root != ROOT_SELF && (row->bytes >= 0 || row->disk_bytes >= 0))
		str_append(out, "  ");
	append_costs(row, c, out);
	if (step->license)
		str_appendf(out, "%slicence", out->len ? "  " : "");
	if (step->kind == STEP_EDIT)
		append_edit(step, out);
	if (step->kind == STEP_NOTE)
		str_append(out, "by hand");
	if (step->kind == STEP_PROBE)
		str_append(out, step->why);
	if (step->optional)
		str_appendf(out, "%soptional", out->len ? "  " : "");
}

/* A probe by what it is for: beside others, the targets are to be seen. Its command stands below. */
static void
append_title(const struct step *step, struct str *out)
{
	if (step->kind == STEP_PROBE && step->target)
		str_appendf(out, "probe %s", step->target);
	else
		str_append(out, step->title);
}

static void
append_time(const struct step_status *status, struct str *out)
{
	char time[16];

	if (status->ms < 100)
		return;
	bar_time(time, status->ms);
	str_appendf(out, "%s%s", out->len ? "  " : "", time);
}

static void
append_right(const struct setup *s, size_t i, const struct canvas *c, struct str *out)
{
	const struct step_status *status = s->steps[i].status;

	if (looks[status->state].word) {
		str_append(out, looks[status->state].word);
		return;
	}
	if (status->state == STEP_WAITING) {
		append_marks(s, i, c, out);
		return;
	}
	if (status->state == STEP_RUNNING && status->total > 0)
		str_appendf(out, "%d %%", (int)(status->done * 100 / status->total));
	else if (status->state == STEP_DONE)
		append_costs(&s->steps[i], c, out);
	append_time(status, out);
}

static void
draw_step(const struct setup *s, size_t i, struct area a)
{
	const struct step *step = &s->plan->items[i];
	enum step_state state = s->steps[i].status->state;
	enum role role = state == STEP_SKIPPED || state == STEP_HAD || state == STEP_BLOCKED
		? ROLE_DIM
		: ROLE_TEXT;
	struct str title = STR_INIT, right = STR_INIT;
	int col, least, end = a.cols - 1;

	append_title(step, &title);
	least = step->kind == STEP_PROBE ? (int)utf8_columns(str_span(&title)) : TITLE_LEAST;
	append_right(s, i, a.canvas, &right);
	col = area_printf(a, 0, 1, ROLE_KEY, "%2zu ", i + 1);
	col = area_puts(a, 0, col, looks[state].role, glyph(a.canvas, looks[state].glyph)) + 1;
	if (right.len && a.cols - col - (int)utf8_columns(str_span(&right)) - 3 >= least)
		end = area_text_right(a, 0, end,
			      state == STEP_WAITING || state == STEP_DONE ? ROLE_DIM
									  : looks[state].role,
			      str_cstr(&right)) -
			2;
	else if (looks[state].word && state > STEP_HAD)
		end = area_text_right(a, 0, end, looks[state].role, looks[state].word) - 1;
	area_text_cut(a, 0, col, end - col, role, str_span(&title));
	str_fini(&title);
	str_fini(&right);
}

static void
draw_line(const char *text, struct area a)
{
	enum role role = *text == '+' ? ROLE_ADDED : *text == '-' ? ROLE_REMOVED : ROLE_DIM;

	area_text_cut(a, 0, 6, a.cols - 7, role, span_of(text));
}

/* The lines of the focused step are on screen with it. */
static void
fit(struct setup_screen *v, struct area a)
{
	size_t last = v->list.focus;

	list_fit(&v->list, a);
	while (last + 1 < v->rows.len && v->rows.items[last + 1].text)
		last++;
	if (last >= v->list.top + (size_t)a.rows)
		v->list.top = last - (size_t)a.rows + 1;
	if (v->list.top > v->list.focus)
		v->list.top = v->list.focus;
}

void
setup_cursor_draw(const struct setup_screen *v, struct area a)
{
	int row = (int)(v->list.focus - v->list.top);

	area_puts(a, row, 0, ROLE_CURSOR, glyph(a.canvas, GLYPH_CURSOR));
	area_highlight(a, row, 0, a.cols - 1, ROLE_CURSOR, 0);
	area_cursor(a, row, 0);
}

void
setup_rows_draw(struct setup_screen *v, struct area a)
{
	if (!v->rows.len || a.rows < 1)
		return;
	fit(v, a);
	for (int i = 0; i < a.rows && v->list.top + (size_t)i < v->rows.len; i++) {
		const struct setup_row *row = &v->rows.items[v->list.top + (size_t)i];
		struct area line = area_part(a, i, 0, 1, -1);

		if (row->text)
			draw_line(row->text, line);
		else
			draw_step(v->store->setup, row->step, line);
	}
	if (v->list.top > 0)
		area_puts(a, 0, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_UP));
	if (v->list.top + (size_t)a.rows < v->rows.len)
		area_puts(a, a.rows - 1, a.cols - 1, ROLE_DIM, glyph(a.canvas, GLYPH_DOWN));
	setup_cursor_draw(v, a);
}
