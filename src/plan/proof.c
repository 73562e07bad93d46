/* proof: see proof.h. */
#include "plan/proof.h"
#include <stdlib.h>
#include "io/file.h"
#include "io/proc.h"
#include "plan/plan.h"
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
