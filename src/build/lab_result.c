#include "build/lab_result.h"

#include <math.h>
#include <stdio.h>
#include "base/str.h"
#include "build/run.h"

void
lab_result_init(struct lab_result *r, const struct run_spec *spec)
{
	*r = (struct lab_result){ .id = "", .project = "", .profile = "", .toolchain = "" };
	r->target_count = spec->target_count;
	r->row_count = spec->variant_count;
	r->targets = arena_array(&r->arena, const char *, spec->target_count + 1);
	r->rows = arena_array(&r->arena, struct lab_row, spec->variant_count + 1);
	for (size_t i = 0; i < spec->target_count; i++)
		r->targets[i] = arena_strdup(&r->arena, spec->targets[i]);
	for (size_t i = 0; i < spec->variant_count; i++) {
		const struct run_variant *v = &spec->variants[i];
		const char **config = arena_array(&r->arena, const char *, v->config_count + 1);
		struct lab_row *row = &r->rows[i];

		for (size_t k = 0; k < v->config_count; k++)
			config[k] = arena_strdup(&r->arena, v->config[k]);
		row->variant = arena_strdup(&r->arena, v->name);
		row->config = config;
		row->config_count = v->config_count;
		row->cells = arena_array(&r->arena, struct lab_cell, spec->target_count + 1);
		for (size_t k = 0; k < spec->target_count; k++)
			row->cells[k].target = r->targets[k];
	}
}

void
lab_result_fini(struct lab_result *r)
{
	for (size_t i = 0; i < r->row_count; i++)
		arena_fini(&r->rows[i].arena);
	arena_fini(&r->arena);
	*r = (struct lab_result){ 0 };
}

/* ---- sums ---- */

static void
sum_cell(struct lab_cell *cell)
{
	bool is_packed = false;

	cell->bytes = cell->packed = 0;
	for (size_t i = 0; i < cell->file_count; i++) {
		const struct lab_file *file = &cell->files[i];

		cell->bytes += file->bytes;
		cell->packed += file->packed.bytes ? file->packed.bytes : file->bytes;
		is_packed |= file->packed.bytes > 0;
	}
	if (!is_packed)
		cell->packed = 0;
}

void
lab_row_sum(struct lab_row *row, size_t target_count)
{
	row->bytes = row->pack_ms = 0;
	for (size_t k = 0; k < target_count; k++) {
		struct lab_cell *cell = &row->cells[k];

		sum_cell(cell);
		row->bytes += cell->bytes;
		for (size_t i = 0; i < cell->file_count; i++)
			row->pack_ms += cell->files[i].packed.ms;
	}
}

double
lab_cell_bench(const struct lab_cell *cell)
{
	double sum = -1;

	for (size_t i = 0; i < cell->file_count; i++) {
		const struct lab_bench *bench = &cell->files[i].bench;

		if (bench->why)
			return -1;
		if (bench->runs)
			sum = (sum < 0 ? 0 : sum) + bench->median;
	}
	return sum;
}

const char *
lab_cell_runner(const struct lab_cell *cell)
{
	for (size_t i = 0; i < cell->file_count; i++) {
		if (cell->files[i].bench.runner)
			return cell->files[i].bench.runner;
	}
	return NULL;
}

double
lab_row_bench(const struct lab_result *r, const struct lab_row *row)
{
	double sum = -1;

	for (size_t k = 0; k < r->target_count; k++) {
		double one = lab_cell_bench(&row->cells[k]);

		if (lab_cell_runner(&row->cells[k]))
			continue;
		if (one < 0)
			return -1;
		sum = (sum < 0 ? 0 : sum) + one;
	}
	return sum;
}

/* ---- which are beaten ---- */

bool
lab_row_is_whole(const struct lab_result *r, const struct lab_row *row)
{
	for (size_t k = 0; k < r->target_count; k++) {
		if (row->cells[k].state != JOB_OK)
			return false;
	}
	return row->is_over;
}

bool
lab_row_is_packed(const struct lab_result *r, const struct lab_row *row)
{
	for (size_t k = 0; k < r->target_count; k++) {
		if (row->cells[k].packed)
			return true;
	}
	return false;
}

static bool
beats(const struct lab_result *r, const struct lab_row *a, const struct lab_row *b)
{
	double runs_a = lab_row_bench(r, a), runs_b = lab_row_bench(r, b);
	bool both_run = runs_a >= 0 && runs_b >= 0;

	if (a->bytes > b->bytes || a->ms > b->ms || (both_run && runs_a > runs_b))
		return false;
	return a->bytes < b->bytes || a->ms < b->ms || (both_run && runs_a < runs_b);
}

void
lab_result_judge(struct lab_result *r)
{
	for (size_t i = 0; i < r->row_count; i++) {
		struct lab_row *row = &r->rows[i];

		row->is_beaten = false;
		for (size_t k = 0; k < r->row_count && lab_row_is_whole(r, row); k++)
			row->is_beaten |=
				lab_row_is_whole(r, &r->rows[k]) && beats(r, &r->rows[k], row);
	}
}

/* ---- looking up ---- */

const struct lab_row *
lab_result_row(const struct lab_result *r, const char *variant)
{
	for (size_t i = 0; i < r->row_count; i++) {
		if (text_is(r->rows[i].variant, variant))
			return &r->rows[i];
	}
	return NULL;
}

const struct lab_cell *
lab_result_cell(const struct lab_result *r, const char *variant, const char *target)
{
	const struct lab_row *row = lab_result_row(r, variant);

	for (size_t k = 0; row && k < r->target_count; k++) {
		if (text_is(row->cells[k].target, target) && row->cells[k].state == JOB_OK)
			return &row->cells[k];
	}
	return NULL;
}

static bool
same_files(const struct lab_cell *a, const struct lab_cell *b)
{
	if (a->file_count != b->file_count)
		return false;
	for (size_t i = 0; i < a->file_count; i++) {
		size_t k = 0;

		while (k < b->file_count && !text_is(a->files[i].name, b->files[k].name))
			k++;
		if (k == b->file_count)
			return false;
	}
	return true;
}

uint64_t
lab_result_was(const struct lab_result *before, const char *variant, const struct lab_cell *cell,
	bool is_packed)
{
	const struct lab_cell *was = before ? lab_result_cell(before, variant, cell->target) : NULL;

	if (!was || cell->state != JOB_OK || !same_files(was, cell))
		return 0;
	return is_packed ? was->packed : was->bytes;
}

uint64_t
lab_result_largest(const struct lab_result *r)
{
	uint64_t most = 1;

	for (size_t i = 0; i < r->row_count; i++) {
		for (size_t k = 0; k < r->target_count; k++) {
			uint64_t bytes = r->rows[i].cells[k].bytes;

			most = bytes > most ? bytes : most;
		}
	}
	return most;
}

const char *
lab_change(char out[LAB_CHANGE_MAX], uint64_t was, uint64_t is)
{
	double percent = was ? ((double)is - (double)was) * 100 / (double)was : 0;

	if (!was)
		out[0] = '\0';
	else if (was == is)
		snprintf(out, LAB_CHANGE_MAX, "=");
	else if (fabs(percent) > 99999)
		snprintf(out, LAB_CHANGE_MAX, "x%.0f", (double)is / (double)was);
	else
		snprintf(out, LAB_CHANGE_MAX, fabs(percent) < 9.95 ? "%+.1f %%" : "%+.0f %%",
			percent);
	return out;
}
