/* The pane below the plan: what the step under the cursor would do, or what it says while it runs and how
 * far it is, or why it failed and what helps. */
#include "base/alloc.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "hint/explain.h"
#include "plan/format.h"
#include "plan/plan.h"
#include "plan/runner.h"
#include "text/ansi.h"
#include "ui/hint_text.h"
#include "ui/setup_state.h"
#include "ui/widget_bar.h"
#include "ui/widget_dialog.h"

#define BAR_COLS_LEAST 8

/* ---- what a step is ---- */

static void
append_cost(const struct setup_step *row, struct str *out)
{
	struct step cost = { .bytes = row->bytes, .disk_bytes = row->disk_bytes };
	struct str text = STR_INIT;

	plan_cost(&text, &cost);
	if (text.len)
		str_appendf(out, "%s\n", str_cstr(&text));
	str_fini(&text);
}

static void
append_license(const struct step_license *license, struct str *out)
{
	str_appendf(out, "asks you to agree to: %s\n%s\n", license->name, license->url);
}

static void
append_what(const struct setup *s, size_t i, struct str *out)
{
	const struct step *step = &s->plan->items[i];
	struct str command = STR_INIT;

	setup_command(s, step, &command);
	if (command.len)
		str_appendf(out, "$ %s\n", str_cstr(&command));
	else if (step->url)
		str_appendf(out, "%s\n", step->url);
	if (step->path)
		str_appendf(out, "%s\n", step->path);
	str_appendf(out, "%s\n", step->why);
	append_cost(&s->steps[i], out);
	if (step->license)
		append_license(step->license, out);
	if (step->conflict)
		str_appendf(out, "%s\nEnter asks whether to replace it.\n", step->conflict);
	if (step->root && s->root == ROOT_NONE)
		str_append(out,
			"It needs root, and there is neither sudo nor doas here: y copies the "
			"command for an administrator, Space takes it for done.\n");
	str_fini(&command);
}

/* ---- why it did not go well ---- */

static void
append_fixes(const struct hint *h, struct str *out)
{
	for (size_t i = 0; i < h->fix_count; i++)
		str_appendf(out, "%zu  %s\n", i + 1, h->fixes[i].title);
}

static void
append_end(const struct step *step, const struct step_status *status, struct str *out)
{
	const struct explanation *hints = status->hints;

	if (status->err.message[0])
		str_appendf(out, "%s\n", status->err.message);
	if (hints && hints->count) {
		str_appendf(out, "%s (%s)\n", hints->hints[0].title,
			confidence_name(hints->hints[0].confidence));
		append_fixes(&hints->hints[0], out);
	}
	if (status->err.remedy[0])
		str_appendf(out, "try: %s\n", status->err.remedy);
	if (step->conflict)
		str_append(out, "Enter asks whether to replace it.\n");
	if (status->handover)
		str_appendf(out, "for an administrator: %s\n", status->handover);
}

void
setup_step_text(const struct setup_screen *v, size_t i, struct str *out)
{
	const struct setup *s = v->store->setup;
	const struct step *step = &s->plan->items[i];
	const struct step_status *status = s->steps[i].status;
	struct str said = STR_INIT;
	struct span output = setup_output(s, i);

	append_what(s, i, out);
	if (step->sha256)
		str_appendf(out, "sha256 %s\n", step->sha256);
	if (step->license)
		str_appendf(out, "\n%s\n", step->license->text);
	if (step->diff)
		str_appendf(out, "\n%s\n", step->diff);
	if (status->state >= STEP_STOPPED) {
		str_append_char(out, '\n');
		append_end(step, status, out);
	}
	if (status->hints && status->hints->count) {
		str_append_char(out, '\n');
		hint_text(status->hints, out);
	}
	ansi_strip(&said, output.data, output.len);
	if (said.len)
		str_appendf(out, "\n%s", str_cstr(&said));
	str_fini(&said);
}

/* ---- drawing ---- */

static bool
has_bar(const struct step_status *status)
{
	return status->state == STEP_RUNNING && status->total != 0;
}

/* "16.1 / 31.0 MB  4.2 MB/s  0:04" */
static void
append_progress(const struct step_status *s, struct str *out)
{
	char size[QUANTITY_MAX], time[16];

	str_append(out, quantity_put(size, (uint64_t)s->done));
	if (s->total > 0)
		str_appendf(out, " / %s", quantity_put(size, (uint64_t)s->total));
	if (s->rate > 0)
		str_appendf(out, "  %s/s", quantity_put(size, (uint64_t)s->rate));
	if (s->eta_ms < 0)
		return;
	bar_time(time, (uint64_t)s->eta_ms);
	str_appendf(out, "  %s", time);
}

static void
draw_bar(const struct step_status *s, struct area a)
{
	struct str text = STR_INIT;
	int bar, cols;

	append_progress(s, &text);
	cols = (int)utf8_columns(str_span(&text));
	bar = a.cols - cols - 10;
	if (s->total > 0 && bar >= BAR_COLS_LEAST) {
		bar_draw(a, 0, 1, bar, (uint64_t)s->done, (uint64_t)s->total);
		area_printf(a, 0, bar + 2, ROLE_VALUE, "%3d %%", (int)(s->done * 100 / s->total));
	}
	area_text_right(a, 0, a.cols - 1, ROLE_TEXT, str_cstr(&text));
	str_fini(&text);
}

struct tail {
	struct area a;
	size_t skip, at;
};

static void
count_line(void *arg, const struct ansi_line *line)
{
	(*(size_t *)arg)++;
}

static void
draw_tail_line(void *arg, const struct ansi_line *line)
{
	struct tail *t = arg;

	if (t->at >= t->skip)
		area_ansi(t->a, (int)(t->at - t->skip), 0, ROLE_TEXT, line, 0);
	t->at++;
}

/* The last bytes that can fill the area. */
static struct span
end_of(struct span output, struct area a)
{
	size_t rows = 0, at = output.len;

	while (at > 0 && rows <= (size_t)a.rows)
		rows += output.data[--at] == '\n';
	if (at > 0)
		at++;
	return (struct span){ output.data + at, output.len - at };
}

static int
draw_output(struct span output, struct area a)
{
	struct span end = end_of(output, a);
	struct ansi *parser = ansi_new();
	struct tail tail = { .a = a };
	size_t lines = 0;

	if (a.rows < 1 || !end.len) {
		ansi_free(parser);
		return 0;
	}
	ansi_feed(parser, end.data, end.len, count_line, &lines);
	ansi_reset(parser, ANSI_STYLE_PLAIN);
	tail.skip = lines > (size_t)a.rows ? lines - (size_t)a.rows : 0;
	ansi_feed(parser, end.data, end.len, draw_tail_line, &tail);
	ansi_free(parser);
	return (int)(lines - tail.skip);
}

static enum role
role_of_end(enum step_state state)
{
	return state == STEP_FAILED ? ROLE_FAIL : state >= STEP_STOPPED ? ROLE_WARN : ROLE_TEXT;
}

/* What went wrong keeps what it needs, up to most of the pane; what was said last stands above. */
static void
draw_end(const struct setup *s, size_t i, struct area a)
{
	const struct step_status *status = s->steps[i].status;
	struct str text = STR_INIT;
	int rows, most = a.rows > 4 ? a.rows * 2 / 3 : a.rows;

	append_end(&s->plan->items[i], status, &text);
	rows = wrap_count(str_cstr(&text), a.cols - 2);
	if (rows > most)
		rows = most;
	int said = draw_output(setup_output(s, i), area_part(a, 0, 1, a.rows - rows, a.cols - 2));
	wrap_draw(area_part(a, said, 1, -1, a.cols - 2), role_of_end(status->state),
		str_cstr(&text), 0);
	str_fini(&text);
}

static void
draw_what(const struct setup *s, size_t i, struct area a)
{
	struct str text = STR_INIT;

	append_what(s, i, &text);
	wrap_draw(area_part(a, 0, 1, -1, a.cols - 2), ROLE_TEXT, str_cstr(&text), 0);
	str_fini(&text);
}

void
setup_pane_draw(struct setup_screen *v, struct area a)
{
	const struct setup *s = v->store->setup;
	long i = setup_focused(v);
	const struct step_status *status = i < 0 ? NULL : s->steps[i].status;

	if (!status || a.rows < 1)
		return;
	if (has_bar(status)) {
		draw_bar(status, area_part(a, a.rows - 1, 0, 1, -1));
		a = area_part(a, 0, 0, a.rows - 1, -1);
	}
	if (status->state >= STEP_STOPPED)
		draw_end(s, (size_t)i, a);
	else if (setup_output(s, (size_t)i).len)
		draw_output(setup_output(s, (size_t)i), area_part(a, 0, 1, -1, a.cols - 2));
	else
		draw_what(s, (size_t)i, a);
}
