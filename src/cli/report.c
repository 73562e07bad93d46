/* report: what both kinds share: whole lines of a job's log, and writing. */
#include "cli/report_kind.h"

#include <stdlib.h>
#include "artifact/runson.h"
#include "base/alloc.h"
#include "text/ansi.h"

#define LINE_MAX_SHOWN 65536

struct report *
report_new(const struct cli *cli, bool json)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->cli = cli;
	r->tell = json ? report_tell_json : report_tell_plain;
	return r;
}

void
report_free(struct report *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->jobs.len; i++) {
		lines_fini(&r->jobs.items[i].lines);
		ansi_free(r->jobs.items[i].ansi);
	}
	vec_fini(&r->jobs);
	vec_fini(&r->groups_told);
	runson_free(r->systems);
	str_fini(&r->out);
	free(r);
}

struct report_job *
report_job(struct report *r, const struct job *job)
{
	while (r->jobs.len < (size_t)job->id) {
		struct report_job *j = vec_add(&r->jobs);

		j->report = r;
		j->ansi = ansi_new();
		lines_init(&j->lines, LINE_MAX_SHOWN, false);
	}
	r->jobs.items[job->id - 1].job = job;
	return &r->jobs.items[job->id - 1];
}

bool
report_event(struct report *r, const struct run *run, const struct run_event *event)
{
	bool ok;

	r->tell(r, run, event);
	if (!r->out.len)
		return true;
	ok = fwrite(r->out.data, 1, r->out.len, stdout) == r->out.len && fflush(stdout) == 0;
	str_clear(&r->out);
	return ok;
}
