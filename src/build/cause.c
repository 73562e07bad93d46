/* causes: a list of questions; each is the thread's from when it is given until it is answered, but for
 * `job` (NULL: nobody asks any more) and `is_dropped`, which tells the thread so. */
#include "build/cause.h"
#include <stdatomic.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/vec.h"
#include "build/job.h"
#include "build/logtail.h"
#include "hint/explain.h"
#include "host/platform.h"
#include "io/sidework.h"
#include "ready/survey.h"
#include "rust/workspace.h"

#define LOOKED_AT_MAX (8u << 20) /* bytes of a log's end: a failure is said last */

struct causes {
	struct sidework *sidework;
	VEC(struct question *) questions; /* in the order in which they were asked */
	void (*found)(void *arg, struct job *job);
	void *arg;
};

struct question {
	struct causes *causes;
	struct job *job;
	atomic_bool is_dropped;
	const struct rules *rules;
	struct hint_context context; /* texts in the arena */
	struct arena arena;
	struct logtail *tail;
	struct explanation *answer; /* NULL: not found yet */
};

static const char *
keep(struct question *q, const char *text)
{
	return text ? arena_strdup(&q->arena, text) : NULL;
}

static void
take_context(struct question *q, const struct survey *s, const char *host)
{
	long i = s ? survey_find(s, q->job->target) : -1;

	q->context = (struct hint_context){
		.target = keep(q, q->job->target),
		.host = keep(q, s ? s->host : host),
		.backend = keep(q, q->job->backend),
		.linker = keep(q, i < 0 ? NULL : s->states[i].linker),
		.distribution = keep(q, platform_get()->distribution),
		.linker_output = keep(q, q->job->linker_output),
		.is_from_here = s && !text_starts(q->job->backend, "remote"),
	};
	if (s)
		q->context.project_dir = keep(q, s->workspace ? s->workspace->root : s->dir);
}

static struct question *
question_new(struct causes *c, struct job *job, const struct rules *rules,
	const struct survey *survey, const char *host)
{
	struct question *q = xcalloc(1, sizeof(*q));

	q->causes = c;
	q->job = job;
	q->rules = rules;
	take_context(q, survey, host);
	q->tail = logtail_new(job->log, LOOKED_AT_MAX);
	return q;
}

static void
question_free(struct question *q)
{
	logtail_free(q->tail);
	explanation_free(q->answer);
	arena_fini(&q->arena);
	free(q);
}

/* On the thread, or on the loop's where there is none. */
static void
answer(void *arg)
{
	struct question *q = arg;
	struct span text;
	size_t before;

	if (atomic_load(&q->is_dropped))
		return;
	text = logtail_read(q->tail, &before);
	q->answer = explain(q->rules, text, &q->context);
	for (size_t i = 0; i < q->answer->count; i++)
		q->answer->hints[i].line += q->answer->hints[i].line > 0 ? (long)before : 0;
}

static void
remove_question(struct causes *c, const struct question *q)
{
	size_t at = 0;

	while (c->questions.items[at] != q)
		at++;
	vec_remove(&c->questions, at);
}

static void
tell(void *arg)
{
	struct question *q = arg;
	struct causes *c = q->causes;
	struct job *job = q->job;

	if (job) {
		remove_question(c, q);
		job->explanation = q->answer;
		q->answer = NULL;
	}
	question_free(q);
	if (job)
		c->found(c->arg, job);
}

struct causes *
causes_new(struct loop *l, void (*found)(void *arg, struct job *job), void *arg)
{
	struct causes *c = xcalloc(1, sizeof(*c));

	c->sidework = sidework_new(l);
	c->found = found;
	c->arg = arg;
	return c;
}

static void
drop(struct causes *c, size_t at)
{
	struct question *q = c->questions.items[at];

	atomic_store(&q->is_dropped, true);
	q->job = NULL;
	vec_remove(&c->questions, at);
}

void
causes_free(struct causes *c)
{
	if (!c)
		return;
	while (c->questions.len)
		drop(c, c->questions.len - 1);
	sidework_free(c->sidework);
	vec_fini(&c->questions);
	free(c);
}

void
causes_ask(struct causes *c, struct job *job, const struct rules *rules,
	const struct survey *survey, const char *host)
{
	struct question *q = question_new(c, job, rules, survey, host);

	vec_push(&c->questions, q);
	if (sidework_is_ready(c->sidework)) {
		sidework_give(c->sidework, answer, tell, q);
		return;
	}
	answer(q);
	tell(q);
}

bool
causes_forget(struct causes *c, const struct job *job)
{
	for (size_t i = 0; c && i < c->questions.len; i++) {
		if (c->questions.items[i]->job == job) {
			drop(c, i);
			return true;
		}
	}
	return false;
}

bool
causes_are_open(const struct causes *c)
{
	return c->questions.len > 0;
}
