#include "cli/size_limits.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/quantity.h"
#include "base/str.h"
#include "build/history.h"
#include "build/job.h"
#include "build/run.h"
#include "cli/cli.h"
#include "ready/survey.h"
#include "rust/workspace.h"

/* ---- the line ---- */

/* "900", "900K", "900kB", "1.5MiB"; 0: it is none. */
static uint64_t
read_bytes(const char *text)
{
	static const char letters[] = "KMG";
	char *end = NULL;
	double number = strtod(text, &end);
	const char *letter = *end ? strchr(letters, toupper((unsigned char)*end)) : NULL;
	bool is_binary;

	if (!isdigit((unsigned char)*text))
		return 0;
	if (letter) {
		is_binary = end[1] == 'i';
		end += is_binary ? 2 : 1;
		number *= pow(is_binary ? 1024 : 1000, (double)(letter - letters + 1));
	}
	if (*end && !text_is(end, "B"))
		return 0;
	return !(number >= 1) || number > 1e18 ? 0 : (uint64_t)number;
}

static bool
read_size(struct size_limits *limits, const char *text, struct err *err)
{
	const char *equals = strchr(text, '=');
	struct size_limit limit = { .target = equals ? text : NULL,
		.target_len = equals ? (size_t)(equals - text) : 0,
		.bytes = read_bytes(equals ? equals + 1 : text) };

	if (!limit.bytes || (equals && equals == text)) {
		err_set(err, ERR_USAGE, "--max-size: \"%s\" is no [TRIPLE=]SIZE", text);
		return err_try(err, "--max-size x86_64-unknown-linux-musl=4M");
	}
	vec_push(&limits->sizes, limit);
	return true;
}

static bool
read_growth(struct size_limits *limits, const char *text, struct err *err)
{
	char *end;

	limits->growth = strtod(text, &end);
	limits->has_growth = isdigit((unsigned char)*text) && isfinite(limits->growth) &&
		(!*end || text_is(end, "%"));
	if (limits->has_growth)
		return true;
	err_set(err, ERR_USAGE, "--max-growth: \"%s\" is no percentage", text);
	return err_try(err, "--max-growth 2.5");
}

bool
size_limits_read(struct size_limits *limits, const struct args *args, struct err *err)
{
	const char *growth = args_get(args, OPT_MAX_GROWTH, NULL);
	size_t count;
	const char **sizes = args_all(args, OPT_MAX_SIZE, &count);
	bool ok = true;

	*limits = (struct size_limits){ 0 };
	for (size_t i = 0; ok && i < count; i++)
		ok = read_size(limits, sizes[i], err);
	free(sizes);
	return ok && (!growth || read_growth(limits, growth, err));
}

void
size_limits_fini(struct size_limits *limits)
{
	vec_fini(&limits->sizes);
}

/* ---- the run ---- */

static bool
is_for(const struct size_limit *limit, const char *target)
{
	return !limit->target || span_is((struct span){ limit->target, limit->target_len }, target);
}

/* The limit of a target: its own, else that of all; of several the last. NULL: none. */
static const struct size_limit *
limit_of(const struct size_limits *limits, const char *target)
{
	const struct size_limit *found = NULL;

	for (size_t i = 0; i < limits->sizes.len; i++) {
		const struct size_limit *limit = &limits->sizes.items[i];

		if (is_for(limit, target) && (!found || limit->target || !found->target))
			found = limit;
	}
	return found;
}

static bool
size_holds(const struct size_limits *limits, const struct job *job, const struct job_artifact *a)
{
	const struct size_limit *limit = limit_of(limits, job->target);
	char *is, *may;

	if (!limit || a->bytes <= limit->bytes)
		return true;
	is = quantity_bytes(a->bytes);
	may = quantity_bytes(limit->bytes);
	fprintf(stderr, "xtui: %s: %s has %llu bytes (%s), --max-size allows %llu (%s)\n",
		job->label, path_basename(a->path), (unsigned long long)a->bytes, is,
		(unsigned long long)limit->bytes, may);
	free(may);
	free(is);
	return false;
}

static bool
growth_is_small(const struct size_limits *limits, const struct job *job,
	const struct history_file *file, uint64_t before, uint64_t now, const char *since)
{
	double growth = ((double)now - (double)before) * 100 / (double)before;

	if (growth <= limits->growth)
		return true;
	fprintf(stderr,
		"xtui: %s: %s has grown by %.2f %% since %s, from %llu to %llu bytes, --max-growth "
		"allows %g %%\n",
		job->label, file->name, growth, since, (unsigned long long)before,
		(unsigned long long)now, limits->growth);
	return false;
}

/* Against the last run, and against the marked one, so that much growth in small steps is seen, too. */
static bool
growth_holds(const struct size_limits *limits, const struct run *run, struct history *h,
	const struct job *job, const struct job_artifact *a)
{
	const struct history_file file = { run_survey(run)->workspace->root, job->target,
		run_profile(run), job->variant, path_basename(a->path) };
	uint64_t before;
	bool ok = true;

	if (!limits->has_growth)
		return true;
	if (history_size_before(h, &file, run_id(run), &before) && before)
		ok &= growth_is_small(limits, job, &file, before, a->bytes, "the last run");
	if (history_size_marked(h, &file, &before) && before)
		ok &= growth_is_small(limits, job, &file, before, a->bytes, "the marked run");
	return ok;
}

bool
size_limits_fit(const struct size_limits *limits, const struct run_spec *spec, struct err *err)
{
	for (size_t i = 0; i < limits->sizes.len; i++) {
		const struct size_limit *limit = &limits->sizes.items[i];
		bool is_there = !limit->target;

		for (size_t t = 0; t < spec->target_count; t++)
			is_there |= is_for(limit, spec->targets[t]);
		if (!is_there)
			return err_set(err, ERR_USAGE,
				"--max-size: %.*s is not among the targets built",
				(int)limit->target_len, limit->target);
	}
	return true;
}

bool
size_limits_hold(const struct size_limits *limits, const struct run *run, struct history *h)
{
	bool ok = true;

	for (size_t j = 0; j < run_job_count(run); j++) {
		const struct job *job = run_job(run, j);

		for (size_t i = 0; job->state == JOB_OK && i < job->artifacts.len; i++) {
			const struct job_artifact *a = &job->artifacts.items[i];

			ok &= size_holds(limits, job, a);
			ok &= growth_holds(limits, run, h, job, a);
		}
	}
	return ok;
}
