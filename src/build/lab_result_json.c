/* A lab as JSON: printed, kept in the history, and read again. */
#include "build/lab_result.h"

#include <string.h>
#include "artifact/card_json.h"
#include "text/json.h"

/* ---- writing ---- */

static struct json *
packed_json(const struct lab_packed *packed)
{
	struct json *o;

	if (!packed->bytes && !packed->why)
		return NULL;
	o = json_object();
	if (packed->bytes)
		json_set_number(o, "bytes", (double)packed->bytes);
	else
		json_set_null(o, "bytes");
	json_set_number(o, "ms", (double)packed->ms);
	json_set_string(o, "why", packed->why);
	return o;
}

static struct json *
bench_json(const struct lab_bench *bench)
{
	struct json *o;

	if (!bench->runs && !bench->why)
		return NULL;
	o = json_object();
	json_set_number(o, "runs", bench->runs);
	json_set_number(o, "median_ms", bench->median);
	json_set_number(o, "least_ms", bench->least);
	json_set_number(o, "most_ms", bench->most);
	json_set_string(o, "runner", bench->runner);
	json_set_string(o, "why", bench->why);
	return o;
}

static struct json *
file_json(const struct lab_file *file)
{
	struct json *o = json_object(), *sections = json_array();

	json_set_string(o, "name", file->name);
	json_set_string(o, "kind", file->kind);
	json_set_number(o, "bytes", (double)file->bytes);
	for (size_t i = 0; i < file->section_count; i++) {
		struct json *section = json_push(sections, json_object());

		json_set_string(section, "name", file->sections[i].name);
		json_set_number(section, "bytes", (double)file->sections[i].bytes);
	}
	json_set(o, "sections", sections);
	json_set(o, "crates", size_rows_json(file->crates, file->crate_count, false));
	json_set(o, "symbols", size_rows_json(file->symbols, file->symbol_count, true));
	json_set_number(o, "symbol_bytes", (double)file->told);
	json_set_number(o, "copied_bytes", (double)file->copied);
	json_set_string(o, "untold", file->untold);
	json_set_bool(o, "twin", file->is_twins);
	json_set(o, "upx", packed_json(&file->packed));
	json_set(o, "bench", bench_json(&file->bench));
	return o;
}

static void
set_figure(struct json *o, const char *key, uint64_t value)
{
	if (value)
		json_set_number(o, key, (double)value);
	else
		json_set_null(o, key);
}

static struct json *
cell_json(const struct lab_cell *cell, uint64_t was)
{
	struct json *o = json_object(), *files = json_array();

	json_set_string(o, "target", cell->target);
	json_set_string(o, "status", job_state_name(cell->state));
	json_set_number(o, "bytes", (double)cell->bytes);
	set_figure(o, "upx_bytes", cell->packed);
	set_figure(o, "was_bytes", was);
	json_set_number(o, "unit_ms", (double)cell->unit_ms);
	json_set_string(o, "log", cell->log);
	for (size_t i = 0; i < cell->file_count; i++)
		json_push(files, file_json(&cell->files[i]));
	json_set(o, "files", files);
	return o;
}

struct json *
lab_row_json(const struct lab_result *r, const struct lab_row *row, const struct lab_result *before)
{
	const struct lab_row *was = before ? lab_result_row(before, row->variant) : NULL;
	struct json *o = json_object(), *cells = json_array();

	json_set_string(o, "event", "variant");
	json_set_string(o, "variant", row->variant);
	json_set(o, "config", json_strings(row->config));
	json_set_number(o, "ms", (double)row->ms);
	set_figure(o, "cpu_ms", row->cpu_ms);
	set_figure(o, "was_ms", was && was->is_over ? was->ms : 0);
	json_set_number(o, "bytes", (double)row->bytes);
	json_set_bool(o, "beaten", row->is_beaten);
	for (size_t k = 0; k < r->target_count; k++)
		json_push(cells,
			cell_json(&row->cells[k],
				lab_result_was(before, row->variant, &row->cells[k], false)));
	json_set(o, "targets", cells);
	return o;
}

struct json *
lab_result_json(const struct lab_result *r)
{
	struct json *o = json_object(), *rows = json_array();

	json_set_number(o, "schema", 1);
	json_set_string(o, "lab", r->id);
	json_set_number(o, "started_at", (double)r->started);
	json_set_string(o, "project", r->project);
	json_set_string(o, "profile", r->profile);
	json_set_string(o, "toolchain", r->toolchain);
	json_set_string(o, "bench", r->bench);
	json_set(o, "targets", json_strings(r->targets));
	for (size_t i = 0; i < r->row_count; i++)
		if (r->rows[i].is_over)
			json_push(rows, lab_row_json(r, &r->rows[i], NULL));
	json_set(o, "variants", rows);
	return o;
}

/* ---- reading ---- */

static const char *
text_of(struct arena *arena, const struct json *o, const char *key)
{
	return arena_strdup(arena, json_string(json_get(o, key), NULL));
}

static const char *
word_of(struct arena *arena, const struct json *o, const char *key)
{
	return arena_strdup(arena, json_string(json_get(o, key), ""));
}

static uint64_t
figure_of(const struct json *o, const char *key)
{
	int64_t value = json_integer(json_get(o, key), 0);

	return value > 0 ? (uint64_t)value : 0;
}

static struct size_row *
read_parts(struct arena *arena, const struct json *list, size_t *count)
{
	struct size_row *rows = arena_array(arena, struct size_row, json_count(list) + 1);

	*count = 0;
	for (const struct json *o = json_first(list); o; o = json_next(o))
		rows[(*count)++] =
			(struct size_row){ word_of(arena, o, "name"), text_of(arena, o, "crate"),
				figure_of(o, "bytes"), (unsigned)figure_of(o, "count") };
	return rows;
}

static void
read_sections(struct arena *arena, const struct json *list, struct lab_file *file)
{
	file->sections = arena_array(arena, struct lab_section, json_count(list) + 1);
	for (const struct json *o = json_first(list); o; o = json_next(o))
		file->sections[file->section_count++] =
			(struct lab_section){ word_of(arena, o, "name"), figure_of(o, "bytes") };
}

static void
read_file(struct arena *arena, const struct json *o, struct lab_file *file)
{
	const struct json *upx = json_get(o, "upx"), *bench = json_get(o, "bench");

	file->name = word_of(arena, o, "name");
	file->kind = word_of(arena, o, "kind");
	file->bytes = figure_of(o, "bytes");
	read_sections(arena, json_get(o, "sections"), file);
	file->crates = read_parts(arena, json_get(o, "crates"), &file->crate_count);
	file->symbols = read_parts(arena, json_get(o, "symbols"), &file->symbol_count);
	file->told = figure_of(o, "symbol_bytes");
	file->copied = figure_of(o, "copied_bytes");
	file->untold = text_of(arena, o, "untold");
	file->is_twins = json_bool(json_get(o, "twin"), false);
	file->packed = (struct lab_packed){ figure_of(upx, "bytes"), figure_of(upx, "ms"),
		text_of(arena, upx, "why") };
	file->bench = (struct lab_bench){ (unsigned)figure_of(bench, "runs"),
		json_number(json_get(bench, "median_ms"), 0),
		json_number(json_get(bench, "least_ms"), 0),
		json_number(json_get(bench, "most_ms"), 0), text_of(arena, bench, "runner"),
		text_of(arena, bench, "why") };
}

static enum job_state
state_of(const char *name)
{
	for (int s = JOB_WAITING; s <= JOB_SKIPPED; s++)
		if (text_is(job_state_name((enum job_state)s), name))
			return (enum job_state)s;
	return JOB_SKIPPED;
}

static void
read_cell(struct arena *arena, const struct json *o, struct lab_cell *cell)
{
	const struct json *files = json_get(o, "files");

	cell->state = state_of(json_string(json_get(o, "status"), NULL));
	cell->unit_ms = figure_of(o, "unit_ms");
	cell->log = text_of(arena, o, "log");
	cell->files = arena_array(arena, struct lab_file, json_count(files) + 1);
	for (const struct json *f = json_first(files); f; f = json_next(f))
		read_file(arena, f, &cell->files[cell->file_count++]);
}

static void
read_config(struct arena *arena, const struct json *list, struct lab_row *row)
{
	const char **config = arena_array(arena, const char *, json_count(list) + 1);

	for (const struct json *o = json_first(list); o; o = json_next(o))
		config[row->config_count++] = arena_strdup(arena, json_string(o, ""));
	row->config = config;
}

/* Cells stand where their targets do in the result, whatever the order in the text. */
static void
read_row(struct lab_result *r, const struct json *o, struct lab_row *row)
{
	row->variant = word_of(&row->arena, o, "variant");
	row->is_over = true;
	row->ms = figure_of(o, "ms");
	row->cpu_ms = figure_of(o, "cpu_ms");
	read_config(&row->arena, json_get(o, "config"), row);
	row->cells = arena_array(&row->arena, struct lab_cell, r->target_count + 1);
	for (size_t k = 0; k < r->target_count; k++) {
		row->cells[k] = (struct lab_cell){ .target = r->targets[k], .state = JOB_SKIPPED };
		for (const struct json *c = json_first(json_get(o, "targets")); c; c = json_next(c))
			if (text_is(json_string(json_get(c, "target"), NULL), r->targets[k]) &&
				!row->cells[k].files)
				read_cell(&row->arena, c, &row->cells[k]);
	}
	lab_row_sum(row, r->target_count);
}

bool
lab_result_read(struct lab_result *r, const char *text, struct err *err)
{
	struct json *o = json_parse(text, strlen(text), err);
	const struct json *targets = json_get(o, "targets"), *rows = json_get(o, "variants");

	*r = (struct lab_result){ .id = "", .project = "", .profile = "", .toolchain = "" };
	if (!o)
		return false;
	r->id = word_of(&r->arena, o, "lab");
	r->started = json_integer(json_get(o, "started_at"), 0);
	r->project = word_of(&r->arena, o, "project");
	r->profile = word_of(&r->arena, o, "profile");
	r->toolchain = word_of(&r->arena, o, "toolchain");
	r->bench = text_of(&r->arena, o, "bench");
	r->targets = arena_array(&r->arena, const char *, json_count(targets) + 1);
	for (const struct json *t = json_first(targets); t; t = json_next(t))
		r->targets[r->target_count++] = arena_strdup(&r->arena, json_string(t, ""));
	r->rows = arena_array(&r->arena, struct lab_row, json_count(rows) + 1);
	for (const struct json *row = json_first(rows); row; row = json_next(row))
		read_row(r, row, &r->rows[r->row_count++]);
	lab_result_judge(r);
	json_free(o);
	return true;
}
