#include "ui/timeline.h"
#include <stdlib.h>
#include "base/alloc.h"
#include "build/history.h"
#include "build/job.h"
#include "build/run.h"
#include "text/xml.h"

#define SLACK_MS                                                                                   \
	3 /* a unit may seem to begin so much before the one that it waited for has ended */
#define TEXT_COLS 50

static void
clear(struct timeline *t)
{
	for (size_t i = 0; i < t->units.len; i++)
		free(t->units.items[i].crate);
	vec_clear(&t->units);
	t->end = 0;
}

void
timeline_fini(struct timeline *t)
{
	clear(t);
	vec_fini(&t->units);
}

static struct timeline_unit *
find_going(struct timeline *t, int job, const char *crate)
{
	for (size_t i = t->units.len; i > 0; i--) {
		struct timeline_unit *unit = &t->units.items[i - 1];
		if (unit->is_going && unit->job == job && text_is(unit->crate, crate))
			return unit;
	}
	return NULL;
}

static void
take_unit(struct timeline *t, const struct run_event *event)
{
	struct timeline_unit *unit = find_going(t, event->job->id, event->crate);

	if (event->unit_finished && unit) {
		unit->is_going = false;
		unit->end = event->at;
	} else if (!event->unit_finished) {
		unit = vec_add(&t->units);
		*unit = (struct timeline_unit){ .job = event->job->id,
			.crate = xstrdup(event->crate),
			.start = event->at,
			.end = event->at,
			.is_going = true };
	}
}

/* What was going when its job ended was cut off with it. */
static void
end_units(struct timeline *t, const struct job *job)
{
	for (size_t i = 0; i < t->units.len; i++) {
		struct timeline_unit *unit = &t->units.items[i];
		if (!unit->is_going || (job && unit->job != job->id))
			continue;
		unit->is_going = false;
		unit->end = t->end;
	}
}

void
timeline_event(struct timeline *t, const struct run_event *event)
{
	if (event->kind == RUN_STARTED)
		clear(t);
	if (event->kind == RUN_UNIT)
		take_unit(t, event);
	t->end = event->at > t->end ? event->at : t->end;
	if (event->kind == RUN_JOB_FINISHED || event->kind == RUN_FINISHED)
		end_units(t, event->job);
}

static int
compare_starts(const void *a, const void *b)
{
	const struct timeline_unit *left = a, *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

void
timeline_load(struct timeline *t, const struct history_run *run)
{
	for (size_t i = 0; i < run->job_count; i++) {
		const struct history_job *job = &run->jobs[i];
		for (size_t k = 0; k < job->unit_count; k++) {
			const struct history_unit *unit = &job->units[k];
			vec_push(&t->units,
				((struct timeline_unit){ .job = job->number,
					.crate = xstrdup(unit->crate),
					.start = unit->started,
					.end = unit->started + unit->ms }));
		}
	}
	if (t->units.len)
		qsort(t->units.items, t->units.len, sizeof(*t->units.items), compare_starts);
	t->end = run->ms;
}

/* The unit that ended last of those that ended before `start`; NULL: none. One that began later wins
 * a tie: it is the shorter step. */
static struct timeline_unit *
last_before(struct timeline *t, const struct timeline_unit *next)
{
	struct timeline_unit *last = NULL;

	for (size_t i = 0; i < t->units.len; i++) {
		struct timeline_unit *unit = &t->units.items[i];
		bool is_before =
			!next || (unit->end <= next->start + SLACK_MS && unit->start < next->start);
		if (is_before && (!last || unit->end >= last->end))
			last = unit;
	}
	return last;
}

void
timeline_find_path(struct timeline *t, uint64_t now)
{
	t->end = now > t->end ? now : t->end;
	for (size_t i = 0; i < t->units.len; i++) {
		struct timeline_unit *unit = &t->units.items[i];
		unit->is_critical = false;
		if (unit->is_going)
			unit->end = t->end;
	}
	for (struct timeline_unit *at = last_before(t, NULL); at; at = last_before(t, at))
		at->is_critical = true;
}

/* ---- files ---- */

bool
timeline_has_job(const struct timeline *t, int id)
{
	for (size_t i = 0; i < t->units.len; i++)
		if (t->units.items[i].job == id)
			return true;
	return false;
}

int
timeline_last_job(const struct timeline *t)
{
	int last = 0;

	for (size_t i = 0; i < t->units.len; i++)
		if (t->units.items[i].job > last)
			last = t->units.items[i].job;
	return last;
}

/* Calls for each job, as they stand in panes, then for each of its units. */
static void
each(const struct timeline *t, void (*job)(void *arg, int id),
	void (*unit)(void *arg, const struct timeline_unit *unit), void *arg)
{
	for (int id = 1; id <= timeline_last_job(t); id++) {
		if (!timeline_has_job(t, id))
			continue;
		job(arg, id);
		for (size_t i = 0; i < t->units.len; i++)
			if (t->units.items[i].job == id)
				unit(arg, &t->units.items[i]);
	}
}

struct writing {
	const struct timeline *t;
	const struct timeline_names *names;
	struct str *out;
};

static double
seconds(uint64_t ms)
{
	return (double)ms / 1000;
}

static void
text_of_job(void *arg, int id)
{
	struct writing *w = arg;

	str_appendf(w->out, "\n%s\n", w->names->job(w->names->arg, id));
}

static void
text_of_unit(void *arg, const struct timeline_unit *unit)
{
	struct writing *w = arg;
	uint64_t total = w->t->end ? w->t->end : 1;
	size_t from = (size_t)(unit->start * TEXT_COLS / total);
	size_t to = (size_t)(unit->end * TEXT_COLS / total);

	if (from >= TEXT_COLS)
		from = TEXT_COLS - 1;
	if (to <= from)
		to = from + 1;
	str_appendf(w->out, "%c %7.1f s %7.1f s  |", unit->is_critical ? '*' : ' ',
		seconds(unit->start), seconds(unit->end - unit->start));
	str_append_repeat(w->out, ' ', from);
	str_append_repeat(w->out, '#', to - from);
	str_append_repeat(w->out, ' ', TEXT_COLS - to);
	str_appendf(w->out, "| %s%s\n", unit->crate, unit->is_going ? " (going)" : "");
}

void
timeline_text(const struct timeline *t, const struct timeline_names *names, struct str *out)
{
	struct writing w = { t, names, out };

	str_appendf(out,
		"%s: %.1f s, %zu units\n"
		"begin, time; * on the critical path, as far as the times tell\n",
		names->title, seconds(t->end), t->units.len);
	each(t, text_of_job, text_of_unit, &w);
}

static void
html_of_job(void *arg, int id)
{
	struct writing *w = arg;

	str_append(w->out, "<h2>");
	xml_append(w->out, w->names->job(w->names->arg, id));
	str_append(w->out, "</h2>\n");
}

static void
html_of_unit(void *arg, const struct timeline_unit *unit)
{
	struct writing *w = arg;
	double total = w->t->end ? (double)w->t->end : 1,
	       length = (double)(unit->end - unit->start);

	str_append(w->out, "<div class=u><span>");
	xml_append(w->out, unit->crate);
	str_appendf(w->out,
		" %.1f s</span><p><i%s style=\"left:%.3f%%;width:%.3f%%\" title=\"%.1f s to %.1f "
		"s\"></i></p></div>\n",
		seconds(unit->end - unit->start), unit->is_critical ? " class=c" : "",
		(double)unit->start * 100 / total, length * 100 / total, seconds(unit->start),
		seconds(unit->end));
}

static const char html_head[] =
	"<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
	"<meta name=viewport content=\"width=device-width\">\n<style>\n"
	"body{font:14px system-ui,sans-serif;margin:2em;color:#222;background:#fff}\n"
	"h2{font-size:1em;margin:1.5em 0 .3em}\n"
	".u{display:flex;align-items:center}\n"
	".u span{width:22em;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}\n"
	".u p{flex:1;position:relative;height:1em;margin:1px 0;background:#8882}\n"
	".u i{position:absolute;height:100%;min-width:1px;background:#47a}\n"
	".u i.c,b{background:#d72}\nb{color:#fff;padding:0 .3em}\n"
	"@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}}\n"
	"</style>\n<title>";

void
timeline_html(const struct timeline *t, const struct timeline_names *names, struct str *out)
{
	struct writing w = { t, names, out };

	str_append(out, html_head);
	xml_append(out, names->title);
	str_append(out, "</title></head><body>\n<h1>");
	xml_append(out, names->title);
	str_appendf(out,
		"</h1>\n<p>%.1f s, %zu units; <b>critical path</b>, as far as the times tell</p>\n",
		seconds(t->end), t->units.len);
	each(t, html_of_job, html_of_unit, &w);
	str_append(out, "</body></html>\n");
}
