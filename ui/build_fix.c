#include "ui/build_fix.h"
#include "build/run.h"
#include "hint/explain.h"
#include "ui/build_state.h"
#include "ui/hint_text.h"

bool
build_fix_can_ask(const struct store *s, const struct job *job)
{
	const struct explanation *e = job->explanation;

	return s->run && run_survey(s->run) && e && e->count && e->hints[0].fix_count;
}

unsigned
build_fix_ask(struct store *s, struct job *job, size_t fix)
{
	const struct hint *h = &job->explanation->hints[0];
	struct str text = STR_INIT;
	unsigned fx;

	if (fix >= h->fix_count)
		return FX_BELL;
	hint_fix_text(job->explanation, fix, &text);
	fx = h->fixes[fix].kind == FIX_NOTE ? store_show(s, job->label, str_cstr(&text))
					    : store_ask(s, job->label, str_cstr(&text), "Apply");
	s->request.job = job;
	s->request.fix = fix;
	str_fini(&text);
	return fx;
}

/* The run may have been replaced while the question was open. */
static struct job *
asked_about(const struct store *s)
{
	for (size_t i = 0; s->run && i < run_job_count(s->run); i++)
		if (run_job(s->run, i) == s->request.job && s->request.job->explanation &&
			s->request.job->explanation->count)
			return s->request.job;
	return NULL;
}

unsigned
build_fix_answered(struct build *b, bool yes)
{
	return yes && asked_about(b->store) ? FX_FIX | FX_REDRAW : FX_REDRAW;
}

unsigned
build_fix_chosen(struct build *b, size_t n)
{
	struct job *job = asked_about(b->store);

	return job && build_fix_can_ask(b->store, job) ? build_fix_ask(b->store, job, n) : FX_BELL;
}
