/* proof: see proof.h. */
#include "plan/proof.h"
#include <stdlib.h>
#include "io/file.h"
#include "io/proc.h"
#include "plan/edit.h"
#include "plan/plan.h"
#include "plan/transfer.h"
#include "ready/assess.h"
#include "ready/survey.h"
#include "rust/targets.h"
#include "rust/toolchain.h"
#include "text/shell.h"

#define COMMAND_MS 20000
#define OUTPUT_MAX 4096

static bool
has_program(const char *name)
{
	char *path = proc_find_program(name);
	bool found = path != NULL;

	free(path);
	return found;
}

static bool
has_std(const struct survey_query *query, const char *triple)
{
	struct toolchain_query tq = { .dir = query->dir, .override = query->toolchain };
	struct toolchain *tc = toolchain_find(&tq, NULL);
	bool has = tc && targets_has_std(tc->sysroot, triple);

	toolchain_free(tc);
	return has;
}

static bool
ends_well(const struct survey_query *query, const char *const *argv)
{
	struct proc_spec spec = { .argv = argv, .dir = query->dir, .cancel = query->cancel };
	struct proc_result result = { 0 };
	bool ok = proc_capture(&spec, OUTPUT_MAX, COMMAND_MS, &result, NULL) &&
		result.end.exit_code == 0;

	proc_result_fini(&result);
	return ok;
}

static bool
holds(const struct step_proof *p, const struct survey_query *query)
{
	switch (p->kind) {
	case PROOF_PROGRAM: return has_program(p->name);
	case PROOF_PATH: return file_exists(p->name);
	case PROOF_STD: return has_std(query, p->name);
	case PROOF_COMMAND: return ends_well(query, p->argv);
	}
	return false;
}

static void
say_missing(const struct step_proof *p, struct str *out)
{
	str_append(out, out->len ? ", " : "");
	switch (p->kind) {
	case PROOF_PROGRAM: str_appendf(out, "%s is not found on PATH", p->name); break;
	case PROOF_PATH: str_appendf(out, "there is no %s", p->name); break;
	case PROOF_STD:
		str_appendf(out, "the toolchain has no standard library for %s", p->name);
		break;
	case PROOF_COMMAND:
		shell_command(out, p->argv);
		str_append(out, " does not end well");
		break;
	}
}

bool
proofs_hold(const struct step *step, const struct survey_query *query, struct str *missing)
{
	bool all = step->proof_count > 0;

	for (size_t i = 0; i < step->proof_count; i++) {
		if (holds(&step->proofs[i], query))
			continue;
		all = false;
		if (missing)
			say_missing(&step->proofs[i], missing);
	}
	return all;
}

void
proof_asker_fini(struct proof_asker *a)
{
	survey_free(a->survey);
	a->survey = NULL;
}

/* The target as it is when that backend builds it, where that is not the preferred one. */
static void
go_by(struct survey *s, size_t i, const char *backend)
{
	struct target_state *state = &s->states[i], way = { 0 };

	assess_way(s, i, backend, &s->arena, &way);
	probe_fini(&state->probe);
	*state = way;
	probe_recall(s, &s->targets->items[i], &state->probe);
	assess_conclude(s, i);
}

long
proof_asker_target(struct proof_asker *a, const struct step *step)
{
	long i;

	if (!a->survey)
		a->survey = survey_take(a->query);
	i = survey_find(a->survey, step->target);
	if (i >= 0 && step->backend && !text_is(a->survey->states[i].backend, step->backend))
		go_by(a->survey, (size_t)i, step->backend);
	return i;
}

static bool
edit_is_true(const struct proof_asker *a, const struct step *step)
{
	struct edit *e = edit_prepare(a->dir, step->path, step->keys, step->key_count, false, NULL);
	bool made = e && edit_is_made(e);

	edit_free(e);
	return made;
}

static bool
probe_is_true(struct proof_asker *a, const struct step *step)
{
	long i = proof_asker_target(a, step);
	const struct probe *probe = i >= 0 ? &a->survey->states[i].probe : NULL;

	return probe && probe->state == PROBE_PASSED && !probe->is_stale;
}

bool
proof_is_true(struct proof_asker *a, const struct step *step)
{
	switch (step->kind) {
	case STEP_EDIT: return edit_is_true(a, step);
	case STEP_PROBE: return probe_is_true(a, step);
	case STEP_DOWNLOAD:
	case STEP_EXTRACT: return transfer_is_done(step);
	default: return proofs_hold(step, a->query, NULL);
	}
}
