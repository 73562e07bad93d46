#include "ui/store.h"
#include <stdarg.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "build/lab.h"
#include "build/run.h"
#include "hint/rules.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "ui/screen.h"

static void
set_text(struct str *s, const char *text)
{
	str_clear(s);
	str_append(s, text);
}

unsigned
store_say(struct store *s, enum say level, const char *fmt, ...)
{
	va_list args;

	str_clear(&s->message);
	va_start(args, fmt);
	str_appendv(&s->message, fmt, args);
	va_end(args);
	s->message_level = level;
	return FX_REDRAW;
}

unsigned
store_say_err(struct store *s, enum say level, const struct err *err)
{
	return store_say(
		s, level, "%s%s%s", err->message, err->remedy[0] ? "; try: " : "", err->remedy);
}

unsigned
store_copy(struct store *s, const char *what, struct span text)
{
	set_text(&s->request.title, what);
	str_clear(&s->request.text);
	str_append_span(&s->request.text, text);
	return FX_COPY;
}

unsigned
store_ask(struct store *s, const char *title, const char *text, const char *yes)
{
	set_text(&s->request.title, title);
	set_text(&s->request.text, text);
	s->request.yes = yes;
	return FX_ASK;
}

unsigned
store_show(struct store *s, const char *title, const char *text)
{
	set_text(&s->request.title, title);
	set_text(&s->request.text, text);
	return FX_SHOW;
}

unsigned
store_probe(struct store *s, const char *triple)
{
	free(s->request.triple);
	s->request.triple = xstrdup(triple);
	return FX_PROBE;
}

unsigned
store_stop(struct store *s, struct job *job)
{
	s->request.job = job;
	return FX_STOP_JOB;
}

unsigned
store_retry(struct store *s, struct job *job)
{
	s->request.job = job;
	return FX_RETRY_JOB;
}

unsigned
store_lend(struct store *s, const char *const *argv)
{
	s->request.argv = argv;
	return FX_LEND;
}

unsigned
store_set_up(struct store *s, enum setup_deed deed, size_t step)
{
	s->request.deed = deed;
	s->request.step = step;
	return FX_SETUP;
}

static long
fix_at(const struct store *s, const char *command)
{
	for (size_t i = 0; i < s->fixes.len; i++)
		if (text_is(s->fixes.items[i].command, command))
			return (long)i;
	return -1;
}

unsigned
store_measure(struct store *s, const struct lab_wish *wish)
{
	s->request.lab = *wish;
	return FX_LAB | FX_REDRAW;
}

const struct wanted_fix *
store_fix(const struct store *s, const char *command)
{
	long i = command ? fix_at(s, command) : -1;

	return i < 0 ? NULL : &s->fixes.items[i];
}

static void
fix_fini(struct wanted_fix *f)
{
	free(f->title);
	free(f->why);
	free(f->command);
}

void
store_toggle_fix(struct store *s, const char *title, const char *why, const char *command)
{
	long i = fix_at(s, command);

	if (i < 0) {
		vec_push(&s->fixes,
			((struct wanted_fix){ xstrdup(title), xstrdup(why), xstrdup(command) }));
	} else {
		fix_fini(&s->fixes.items[i]);
		vec_remove(&s->fixes, (size_t)i);
	}
	s->changed |= STORE_FIXES;
}

const struct rules *
store_rules(struct store *s, struct err *err)
{
	const struct workspace *ws = s->survey->workspace;

	if (!s->rules)
		s->rules = rules_expect_for(ws ? ws->root : NULL, err);
	return s->rules;
}

bool
store_is_probing(const struct store *s, const char *triple)
{
	for (size_t i = 0; i < s->probing.len; i++)
		if (text_is(s->probing.items[i], triple))
			return true;
	return false;
}

size_t
store_jobs_going(const struct store *s)
{
	size_t going = 0;

	for (size_t i = 0; s->run && i < run_job_count(s->run); i++) {
		enum job_state state = run_job(s->run, i)->state;
		going += state == JOB_WAITING || state == JOB_RUNNING;
	}
	return going;
}

bool
store_lab_goes_on(const struct store *s)
{
	return s->lab && !lab_is_over(s->lab);
}

void
store_fini(struct store *s)
{
	last_builds_fini(&s->lasts);
	rules_free(s->rules);
	str_fini(&s->message);
	str_fini(&s->request.text);
	str_fini(&s->request.title);
	free(s->request.triple);
	for (size_t i = 0; i < s->probing.len; i++)
		free(s->probing.items[i]);
	vec_fini(&s->probing);
	for (size_t i = 0; i < s->fixes.len; i++)
		fix_fini(&s->fixes.items[i]);
	vec_fini(&s->fixes);
}
