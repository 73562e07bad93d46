#include "cli/build_spec.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "build/history.h"
#include "build/resume.h"
#include "build/variants.h"
#include "build/way.h"
#include "hint/rules.h"
#include "host/settings.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "rust/workspace.h"

/* --backend and --glibc, all in one list. */
static void
read_ways(struct run_line *line, const struct args *args)
{
	static const struct {
		enum option_id id;
		const char *key;
	} options[] = { { OPT_BACKEND, WAY_BACKEND }, { OPT_GLIBC, WAY_GLIBC },
		{ OPT_IMAGE, WAY_IMAGE }, { OPT_DOCKERFILE, WAY_DOCKERFILE },
		{ OPT_ENGINE, WAY_ENGINE }, { OPT_BUILD_STD, WAY_BUILD_STD }, { OPT_SDK, WAY_SDK },
		{ OPT_API, WAY_API }, { OPT_COMPATIBILITY, WAY_COMPATIBILITY },
		{ OPT_INTERPRETER, WAY_INTERPRETER }, { OPT_LINKER, WAY_LINKER },
		{ OPT_TARGET_CPU, WAY_TARGET_CPU }, { OPT_CRT_STATIC, WAY_CRT_STATIC },
		{ OPT_RUSTFLAGS, WAY_RUSTFLAGS } };

	line->ways = xcalloc(args->values.len + 1, sizeof(*line->ways));
	for (size_t i = 0; i < args->values.len; i++) {
		const struct arg_value *v = &args->values.items[i];

		for (size_t k = 0; k < COUNT(options); k++)
			if (options[k].id == v->id)
				line->ways[line->run.way_count++] =
					way_word(options[k].key, v->value, &line->arena);
	}
	line->run.ways = line->ways;
}

static bool
read_if_busy(const char *word, enum run_busy *busy, struct err *err)
{
	static const char *const words[] = { [BUSY_ASK] = NULL,
		[BUSY_WAIT] = "wait",
		[BUSY_SEPARATE] = "separate",
		[BUSY_REFUSE] = "refuse" };

	for (size_t i = 0; i < COUNT(words); i++) {
		*busy = (enum run_busy)i;
		if (text_is(word, words[i]))
			return true;
	}
	return err_set(err, ERR_USAGE,
		"--if-busy %s: one of wait, separate and refuse was expected", word);
}

/* As cargo takes several --features: all of them. */
static const char *
read_features(struct run_line *line, const struct args *args)
{
	size_t count;
	const char **lists = args_all(args, OPT_FEATURES, &count);
	const char *all = count ? lists[0] : NULL;

	for (size_t i = 1; i < count; i++)
		all = arena_printf(&line->arena, "%s,%s", all, lists[i]);
	free(lists);
	return all;
}

bool
run_line_read(struct run_line *line, const struct cli *cli, struct err *err)
{
	const struct args *args = &cli->args;
	struct run_spec *run = &line->run;
	const char *mode = args_get(args, OPT_MODE, NULL);
	long jobs, memory;

	*line = (struct run_line){ 0 };
	if (!args_number(args, OPT_JOBS, 1, 0, &jobs, err) ||
		!args_number(args, OPT_JOBS_MEMORY, 1, 0, &memory, err) ||
		!read_if_busy(args_get(args, OPT_IF_BUSY, NULL), &run->if_busy, err) ||
		(mode && !run_mode_parse(mode, &run->mode, err)))
		return false;
	line->targets = args_all(args, OPT_TARGET, &run->target_count);
	line->packages = args_all(args, OPT_PACKAGE, &run->package_count);
	line->bins = args_all(args, OPT_BIN, &run->bin_count);
	line->examples = args_all(args, OPT_EXAMPLE, &run->example_count);
	run->targets = line->targets;
	run->packages = line->packages;
	run->bins = line->bins;
	run->examples = line->examples;
	read_ways(line, args);
	run->features = read_features(line, args);
	run->cargo_args = args->rest.items;
	run->cargo_arg_count = args->rest.len;
	run->jobs = (int)jobs;
	run->link_memory = (uint64_t)memory << 20;
	run->fail_fast = args_has(args, OPT_FAIL_FAST);
	run->offline = args_has(args, OPT_OFFLINE);
	run->sdist = args_has(args, OPT_SDIST);
	run->log_dir = args_get(args, OPT_LOG_DIR, NULL);
	run->kill_grace_ms = (unsigned)cli->settings->kill_grace_ms;
	return true;
}

void
run_line_fini(struct run_line *line)
{
	free(line->targets);
	free(line->packages);
	free(line->bins);
	free(line->examples);
	free(line->ways);
	arena_fini(&line->arena);
}

/* What the choice has brought into the order is refused with its place there. */
static bool
check_order(const struct build_spec *spec, const struct survey *s, const struct choice *choice,
	struct err *err)
{
	const struct run_spec *run = &spec->order.run, *line = &spec->line.run;

	for (size_t i = 0; i < run->target_count; i++) {
		const char *triple = run->targets[i];
		const char *backend = way_option(run, triple, WAY_BACKEND);

		if (survey_find(s, triple) < 0) {
			targets_err_unknown(s->targets, triple, err);
			return !line->target_count && choice_err_target(choice, triple, err);
		}
		if (backend && *backend && !way_check_backend(backend, err))
			return !way_option(line, triple, WAY_BACKEND) &&
				choice_err_option(choice, triple, WAY_BACKEND, err);
	}
	return true;
}

/* Each of several presets is a variant; one, or none, is the profile's own. */
static bool
read_variants(struct build_spec *spec, const struct args *args, struct err *err)
{
	size_t preset_count, set_count;
	const char **presets = args_all(args, OPT_PRESET, &preset_count);
	const char **sets = args_all(args, OPT_SET, &set_count);
	bool ok = preset_count < 2 ||
		variants_make(
			&spec->order.run, spec->profile, presets, sets, &spec->order.arena, err);

	free(presets);
	free(sets);
	return ok;
}

bool
build_spec_init(struct build_spec *spec, const struct cli *cli, const struct survey *s,
	struct rules *rules, struct err *err)
{
	struct run_spec *run = &spec->order.run;
	struct choice *choice = NULL;
	bool ok;

	*spec = (struct build_spec){ .rules = rules };
	ok = run_line_read(&spec->line, cli, err) &&
		(choice = choice_load(s->workspace->root, err)) &&
		(spec->profile = cli_profile(cli, s, choice, err));
	if (ok)
		order_make(&spec->order, &spec->line.run, choice, false);
	ok = ok && read_variants(spec, &cli->args, err);
	if (ok)
		order_add_own(&spec->order, s, choice);
	ok = ok && check_order(spec, s, choice, err);
	choice_free(choice);
	if (!ok) {
		build_spec_fini(spec);
		return false;
	}
	run->survey = s;
	run->profile = spec->profile;
	run->rules = spec->rules;
	return true;
}

bool
build_spec_resume(struct build_spec *spec, const struct cli *cli, const struct survey *s,
	const struct history_run *killed, struct rules *rules, struct err *err)
{
	struct run_spec *run = &spec->order.run;
	const char *profile;
	bool ok;

	*spec = (struct build_spec){ .rules = rules };
	ok = run_line_read(&spec->line, cli, err);
	if (ok && !resume_read(killed, &spec->order))
		ok = err_set(err, ERR_FAILED, "%s: what it was to build is not known any more",
			killed->id);
	profile = spec->order.profile ? spec->order.profile : "release";
	ok = ok && (spec->profile = profile_load(profile, s->workspace, s->conf, err));
	if (!ok) {
		build_spec_fini(spec);
		return false;
	}
	resume_take_line(&spec->order, &spec->line.run);
	run->survey = s;
	run->profile = spec->profile;
	run->rules = spec->rules;
	return true;
}

void
build_spec_fini(struct build_spec *spec)
{
	order_fini(&spec->order);
	run_line_fini(&spec->line);
	profile_free(spec->profile);
	rules_free(spec->rules);
}
