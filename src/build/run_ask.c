/* What a run says of itself. */
#include "build/run_kind.h"

#include "base/alloc.h"
#include "build/crew.h"
#include "build/group.h"
#include "build/logstore.h"
#include "build/sccache.h"
#include "io/loop.h"

const char *
run_id(const struct run *r)
{
	return r->id;
}

const char *
run_dir(const struct run *r)
{
	return r->dir;
}

const struct recording *
run_recording(const struct run *r)
{
	return r->recording;
}

const struct survey *
run_survey(const struct run *r)
{
	return r->spec.survey;
}

const char *
run_profile(const struct run *r)
{
	return r->profile_name;
}

char *
run_order(const struct run *r)
{
	return xstrdup(r->order ? r->order : "{}");
}

bool
run_is_lab(const struct run *r)
{
	return r->spec.is_lab;
}

enum run_mode
run_mode(const struct run *r)
{
	return r->spec.mode;
}

size_t
run_job_count(const struct run *r)
{
	return r->jobs.len;
}

struct job *
run_job(const struct run *r, size_t i)
{
	return r->jobs.items[i];
}

const char *
run_waits_for(const struct run *r)
{
	return r->turn || r->is_over || !r->crew ? NULL : str_cstr(&r->others);
}

const char *
run_target_dir(const struct run *r)
{
	return r->spec.target_dir;
}

bool
run_is_over(const struct run *r)
{
	return r->is_over;
}

uint64_t
run_elapsed_ms(const struct run *r)
{
	return (r->is_over ? r->ended : loop_now(r->loop)) - r->started;
}

uint64_t
run_cpu_ms(const struct run *r)
{
	uint64_t sum = 0, ms;

	for (int i = 1; i <= run_group_count(r); i++) {
		if (!group_cpu_ms(crew_group(r->crew, i), &ms))
			return 0;
		sum += ms;
	}
	return sum;
}

int
run_group_count(const struct run *r)
{
	return r->crew ? crew_count(r->crew) : 0;
}

const char *
run_command(const struct run *r, int group)
{
	return group_command(crew_group(r->crew, group));
}

static bool
any_job(const struct run *r, enum job_state state)
{
	for (size_t i = 0; i < r->jobs.len; i++) {
		if (r->jobs.items[i]->state == state)
			return true;
	}
	return false;
}

static void
add_cache(struct job_cache *sum, const struct job_cache *one)
{
	sum->hits += one->hits;
	sum->misses += one->misses;
	sum->uncached += one->uncached;
}

bool
run_cache(const struct run *r, struct job_cache *sum, const char **storage)
{
	*sum = r->host_cache;
	for (size_t i = 0; i < r->jobs.len; i++)
		add_cache(sum, &r->jobs.items[i]->cache);
	if (storage)
		*storage = sccache_storage(r->cache);
	return r->cache != NULL;
}

bool
run_cache_found_little(const struct run *r)
{
	struct job_cache sum;

	return run_cache(r, &sum, NULL) && sum.hits <= sum.misses &&
		(run_exit_code(r) == 1 || sum.misses + sum.uncached);
}

size_t
run_cache_faults(const struct run *r, const struct sccache_fault **faults)
{
	*faults = r->cache_faults;
	return r->cache_fault_count;
}

int
run_exit_code(const struct run *r)
{
	if (r->is_cancelled)
		return 130;
	if (any_job(r, JOB_FAILED) || any_job(r, JOB_SKIPPED))
		return 1;
	return any_job(r, JOB_CANCELLED) ? 130 : 0;
}

void
run_cut_logs(
	const struct run *r, void (*cut)(void *arg, const char *path, uint64_t lost), void *arg)
{
	for (size_t i = 0; i < r->jobs.len; i++) {
		if (logstore_lost(r->jobs.items[i]->log))
			cut(arg, logstore_path(r->jobs.items[i]->log),
				logstore_lost(r->jobs.items[i]->log));
	}
	for (int i = 1; i <= run_group_count(r); i++) {
		const struct logstore *raw = group_log(crew_group(r->crew, i));

		if (raw && logstore_lost(raw))
			cut(arg, logstore_path(raw), logstore_lost(raw));
	}
}
