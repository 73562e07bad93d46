#include "build/cause.h"
#include <string.h>
#include "build/job.h"
#include "build/logstore.h"
#include "hint/explain.h"
#include "host/platform.h"
#include "ready/survey.h"
#include "rust/workspace.h"

#define LOOKED_AT_MAX (8u << 20) /* bytes of a log's end: a failure is said last */

static struct hint_context
context_of(const struct job *job, const struct survey *s, const char *host)
{
	long i = s ? survey_find(s, job->target) : -1;
	struct hint_context context = {
		.target = job->target,
		.host = s ? s->host : host,
		.backend = job->backend,
		.linker = i < 0 ? NULL : s->states[i].linker,
		.distribution = platform_get()->distribution,
		.linker_output = job->linker_output,
	};

	if (s)
		context.project_dir = s->workspace ? s->workspace->root : s->dir;
	return context;
}

/* Lines of the log that end before the text, which is its end. */
static size_t
lines_before(const struct logstore *log, struct span text)
{
	size_t lines = text.len && text.data[text.len - 1] != '\n';

	for (size_t i = 0; i < text.len; i++)
		lines += text.data[i] == '\n';
	return logstore_lines(log) - lines;
}

struct explanation *
cause_find(const struct job *job, const struct rules *rules, const struct survey *survey,
	const char *host)
{
	struct hint_context context = context_of(job, survey, host);
	struct str text = STR_INIT;
	struct explanation *found;
	size_t before;

	logstore_tail(job->log, LOOKED_AT_MAX, &text);
	found = explain(rules, str_span(&text), &context);
	before = lines_before(job->log, str_span(&text));
	for (size_t i = 0; i < found->count; i++)
		found->hints[i].line += found->hints[i].line > 0 ? (long)before : 0;
	str_fini(&text);
	return found;
}
