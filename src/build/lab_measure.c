#include "build/lab_measure.h"

#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "artifact/object.h"
#include "artifact/sizes.h"
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "build/lab_result.h"
#include "build/pack.h"
#include "io/loop.h"
#include "io/proc.h"
#include "text/shell.h"

#define TOLD_LEAST                                                                                 \
	20 /* a file of which symbols tell a smaller part than 1/20 is as good as stripped */
#define BENCH_SAID_MAX 65536
#define BENCH_MS_MAX 600000 /* of one run: who takes longer hangs */

/* ---- what it is made of ---- */

static void
take_sections(struct lab_file *file, const struct card *card, struct arena *arena)
{
	file->sections = arena_array(arena, struct lab_section, card->sections.len + 1);
	for (size_t i = 0; i < card->sections.len; i++)
		file->sections[i] = (struct lab_section){
			arena_strdup(arena, card->sections.items[i].name),
			card->sections.items[i].bytes,
		};
	file->section_count = card->sections.len;
}

static struct size_row *
take_parts(const size_rows *rows, size_t *count, struct arena *arena)
{
	struct size_row *parts;

	*count = rows->len < LAB_PARTS ? rows->len : LAB_PARTS;
	parts = arena_array(arena, struct size_row, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		parts[i] = rows->items[i];
		parts[i].name = arena_strdup(arena, parts[i].name);
		parts[i].crate = arena_strdup(arena, parts[i].crate);
	}
	return parts;
}

void
lab_measure_parts(struct lab_file *file, const char *path, bool is_twin, struct arena *arena)
{
	struct sizes sizes;
	struct err err = ERR_INIT;

	if (!sizes_read(&sizes, path, LAB_PARTS, &err)) {
		file->untold = arena_strdup(arena, err.message);
	} else if (!sizes.symbols.len ||
		(!text_is(file->kind, "staticlib") && sizes.told * TOLD_LEAST < file->bytes)) {
		file->untold = "it is stripped: no symbols tell what makes it big";
		file->is_stripped = true;
	} else {
		file->untold = NULL;
		file->is_twins = is_twin;
		file->crates = take_parts(&sizes.crates, &file->crate_count, arena);
		file->symbols = take_parts(&sizes.symbols, &file->symbol_count, arena);
		file->told = sizes.told;
		file->copied = sizes.copied;
	}
	sizes_fini(&sizes);
}

/* ---- upx ---- */

static void
pack(struct lab_file *file, const struct card *card, const char *path, const char *upx,
	struct arena *arena, const _Atomic bool *cancel)
{
	struct packed packed = { 0 };
	const char *why = pack_refuses(arena, card, file->kind);

	if (!why)
		why = pack_try(arena, upx, path, cancel, &packed);
	file->packed = (struct lab_packed){ packed.bytes, packed.ms, why };
}

/* ---- how fast it runs ---- */

/* The command with each {} replaced by the program, and what it runs under. Caller frees. */
static char *
bench_line(const char *command, const struct lab_sample *sample)
{
	struct str line = STR_INIT, program = STR_INIT;

	shell_command(&program, sample->runner);
	str_append(&program, program.len ? " " : "");
	shell_word(&program, sample->path);
	for (const char *at; (at = strstr(command, "{}")); command = at + 2) {
		str_append_bytes(&line, command, (size_t)(at - command));
		str_append_span(&line, str_span(&program));
	}
	str_append(&line, command);
	str_fini(&program);
	return str_take(&line);
}

/* One run, ms; below 0 with why. */
static double
run_once(const char *line, const struct lab_sample *sample, const struct lab_tests *tests,
	const _Atomic bool *cancel, struct arena *arena, const char **why)
{
	const char *const argv[] = { "/bin/sh", "-c", line, NULL };
	struct str runner = STR_INIT;
	shell_command(&runner, sample->runner);
	const struct proc_env env[] = {
		{ "XTUI_PROGRAM", sample->path },
		{ "XTUI_RUNNER", str_cstr(&runner) },
		{ "XTUI_TARGET", sample->target },
		{ "XTUI_VARIANT", sample->variant },
	};
	const struct proc_spec spec = { .argv = argv,
		.dir = tests->dir,
		.env = env,
		.env_count = COUNT(env),
		.cancel = cancel };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	uint64_t begun = loop_clock();
	double ms = -1;

	if (!proc_capture(&spec, BENCH_SAID_MAX, BENCH_MS_MAX, &result, &err))
		*why = arena_strdup(arena, err.message);
	else if (result.end.signal)
		*why = arena_printf(arena, "the command was ended by signal %d", result.end.signal);
	else if (result.end.exit_code)
		*why = arena_printf(
			arena, "the command ended with status %d", result.end.exit_code);
	else
		ms = (double)(loop_clock() - begun) / 1000;
	proc_result_fini(&result);
	str_fini(&runner);
	return ms;
}

static int
compare_times(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median_of(const double *sorted, unsigned count)
{
	return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static void
bench(struct lab_file *file, const struct lab_sample *sample, const struct lab_tests *tests,
	struct arena *arena, const _Atomic bool *cancel)
{
	unsigned wanted = tests->bench_runs ? tests->bench_runs : LAB_BENCH_RUNS;
	double *times = xcalloc(wanted, sizeof(*times));
	struct lab_bench *b = &file->bench;
	char *line = bench_line(tests->bench, sample);

	if (!sample->runs)
		b->why = "nothing here runs it";
	else
		run_once(line, sample, tests, cancel, arena, &b->why);
	while (!b->why && b->runs < wanted) {
		times[b->runs] = run_once(line, sample, tests, cancel, arena, &b->why);
		b->runs += !b->why;
	}
	if (b->why) {
		b->runs = 0;
	} else {
		qsort(times, b->runs, sizeof(*times), compare_times);
		b->median = median_of(times, b->runs);
		b->least = times[0];
		b->most = times[b->runs - 1];
		b->runner = *sample->runner ? arena_strdup(arena, path_basename(*sample->runner))
					    : NULL;
	}
	free(line);
	free(times);
}

void
lab_measure(struct lab_file *file, const struct lab_sample *sample, const struct lab_tests *tests,
	struct arena *arena, const _Atomic bool *cancel)
{
	bool is_program = text_is(file->kind, "bin") || text_is(file->kind, "example");
	struct err err = ERR_INIT;
	struct card *card = object_inspect(sample->path, &err);

	if (!card) {
		file->untold = arena_strdup(arena, err.message);
		return;
	}
	take_sections(file, card, arena);
	lab_measure_parts(file, sample->path, false, arena);
	if (tests->upx && !*cancel)
		pack(file, card, sample->path, tests->upx, arena, cancel);
	if (tests->bench && is_program && !*cancel)
		bench(file, sample, tests, arena, cancel);
	card_free(card);
}
