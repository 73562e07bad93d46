/* What a lab has measured: sums, which variants are beaten, and the way through the history. */
#include "build/lab_result.h"

#include "artifact/card.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/history.h"
#include "build/pack.h"
#include "build/run.h"
#include "check.h"
#include "io/file.h"
#include "text/json.h"

static const char *const targets[] = { "x86_64-unknown-linux-gnu", "wasm32-wasip1" };
static const char *const small_config[] = { "profile.release.strip=\"symbols\"" };
static const struct run_variant variants[] = {
	{ .name = "as configured" },
	{ .name = "fast" },
	{ .name = "small", .config = small_config, .config_count = 1 },
};

static void
make(struct lab_result *r)
{
	const struct run_spec spec = { .targets = targets,
		.target_count = 2,
		.variants = variants,
		.variant_count = COUNT(variants) };

	lab_result_init(r, &spec);
	r->id = "20260101-120000";
	r->project = "greet";
	r->profile = "release";
	r->toolchain = "stable 1.96.0";
}

/* A row that was built well: a file of `bytes` for each target. */
static void
fill(struct lab_result *r, size_t row, uint64_t ms, uint64_t bytes)
{
	struct lab_row *at = &r->rows[row];

	at->is_over = true;
	at->ms = ms;
	for (size_t k = 0; k < r->target_count; k++) {
		struct lab_file *file = arena_new(&at->arena, struct lab_file);

		*file = (struct lab_file){ .name = "greet", .kind = "bin", .bytes = bytes };
		at->cells[k].files = file;
		at->cells[k].file_count = 1;
		at->cells[k].state = JOB_OK;
	}
	lab_row_sum(at, r->target_count);
}

/* A variant is beaten by one that is no worse in size and time and better in one; what is not whole is
 * neither beaten nor beats. */
static void
beaten(void **state)
{
	struct lab_result r;

	make(&r);
	fill(&r, 0, 2000, 500);
	fill(&r, 1, 9000, 500);
	fill(&r, 2, 3000, 300);
	lab_result_judge(&r);
	assert_false(r.rows[0].is_beaten);
	assert_true(r.rows[1].is_beaten);
	assert_false(r.rows[2].is_beaten);
	r.rows[1].cells[1].state = JOB_FAILED;
	r.rows[0].ms = r.rows[2].ms + 1;
	lab_result_judge(&r);
	assert_true(r.rows[0].is_beaten);
	assert_false(r.rows[1].is_beaten);
	lab_result_fini(&r);
}

/* What runs faster is not beaten for its size; times of an emulator do not count. */
static void
beaten_in_running(void **state)
{
	struct lab_result r;

	make(&r);
	fill(&r, 0, 2000, 500);
	fill(&r, 1, 9000, 600);
	for (size_t i = 0; i < 2; i++) {
		r.rows[i].cells[0].files->bench =
			(struct lab_bench){ .runs = 5, .median = i ? 3 : 8 };
		r.rows[i].cells[1].files->bench =
			(struct lab_bench){ .runs = 5, .median = 90, .runner = "wasmtime" };
	}
	lab_result_judge(&r);
	assert_false(r.rows[1].is_beaten);
	assert_true(lab_row_bench(&r, &r.rows[1]) > 2.9 && lab_row_bench(&r, &r.rows[1]) < 3.1);
	r.rows[1].cells[0].files->bench.median = 9;
	lab_result_judge(&r);
	assert_true(r.rows[1].is_beaten);
	lab_result_fini(&r);
}

/* Packed sizes are told for a target as a whole: what upx does not take counts as it is. */
static void
packed(void **state)
{
	struct lab_result r;
	struct lab_file two[2] = { { .name = "a", .kind = "bin", .bytes = 100 },
		{ .name = "b", .kind = "cdylib", .bytes = 40 } };

	make(&r);
	fill(&r, 0, 2000, 500);
	assert_false(lab_row_is_packed(&r, &r.rows[0]));
	two[0].packed = (struct lab_packed){ .bytes = 30, .ms = 7 };
	r.rows[0].cells[0].files = two;
	r.rows[0].cells[0].file_count = 2;
	lab_row_sum(&r.rows[0], 2);
	assert_int_equal(r.rows[0].cells[0].bytes, 140);
	assert_int_equal(r.rows[0].cells[0].packed, 70);
	assert_int_equal(r.rows[0].cells[1].packed, 0);
	assert_int_equal(r.rows[0].pack_ms, 7);
	assert_true(lab_row_is_packed(&r, &r.rows[0]));
	lab_result_fini(&r);
}

/* The change is said in percent, finely where it is small. */
static void
changes(void **state)
{
	static const struct {
		uint64_t was, is;
		const char *text;
	} rows[] = { { 0, 5, "" }, { 5, 5, "=" }, { 1000, 630, "-37 %" }, { 1000, 1004, "+0.4 %" },
		{ 100, 0, "-100 %" }, { 1, 100000, "x100000" } };
	char out[LAB_CHANGE_MAX];

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(lab_change(out, rows[i].was, rows[i].is), rows[i].text);
}

static char *
print(const struct lab_result *r)
{
	struct json *o = lab_result_json(r);
	struct str text = STR_INIT;

	json_print(o, &text);
	json_free(o);
	return str_take(&text);
}

/* What was kept reads back as it was; kept again, it is replaced; labs of other workspaces and other names
 * stay out of sight. */
static void
history(void **state)
{
	struct err err = ERR_INIT;
	char *dir = file_make_temp_dir("/tmp", "xtui-test-", &err), *first, *again;
	char *path = path_join(dir, "history.db");
	struct history *h = history_open(path, NULL, NULL);
	struct lab_file *file;
	struct history_labs labs;
	struct lab_result r, back;

	make(&r);
	fill(&r, 0, 2000, 500);
	assert_true(history_keep_lab(h, dir, &r));
	fill(&r, 2, 3000, 300);
	file = r.rows[2].cells[0].files;
	file->untold = "it is stripped";
	file->packed = (struct lab_packed){ .why = "too small" };
	file->bench = (struct lab_bench){ .runs = 3, .median = 1.5, .least = 1.25, .most = 2 };
	r.rows[0].cells[0].files->crates = &(struct size_row){ "std", NULL, 70, 9 };
	r.rows[0].cells[0].files->crate_count = 1;
	r.rows[0].cells[0].files->is_twins = true;
	lab_result_judge(&r);
	assert_true(history_keep_lab(h, dir, &r));
	r.id = "20260101-130000";
	assert_true(history_keep_lab(h, "/elsewhere", &r));
	r.id = "20260101-120000";
	assert_true(history_ask_labs(h, dir, NULL, 0, &labs, &err));
	assert_int_equal(labs.results.len, 1);
	assert_true(lab_result_read(&back, labs.results.items[0], &err));
	first = print(&r);
	again = print(&back);
	assert_string_equal(first, again);
	assert_int_equal(back.row_count, 2); /* what was not built is not kept */
	assert_non_null(lab_result_cell(&back, "small", "wasm32-wasip1"));
	assert_null(lab_result_cell(&back, "fast", "wasm32-wasip1"));
	history_labs_fini(&labs);
	assert_true(history_ask_labs(h, dir, "20260102", 0, &labs, &err));
	assert_int_equal(labs.results.len, 0);
	history_labs_fini(&labs);
	free(first);
	free(again);
	lab_result_fini(&back);
	lab_result_fini(&r);
	history_close(h);
	file_remove_tree(dir, NULL);
	free(path);
	free(dir);
}

/* A text that is no lab is refused or read as an empty one, whatever is in it. */
static void
strange(void **state)
{
	static const char *const texts[] = { "", "[", "[]",
		"{\"targets\":7,\"variants\":[1,[],null]}",
		("{\"targets\":[\"a\",3],\"variants\":[{\"targets\":[{\"target\":\"a\",\"files\":"
		 "[{\"crates\":[1],\"bytes\":-4}]},{\"target\":\"a\"}]}]}") };
	struct lab_result r;

	for (size_t i = 0; i < COUNT(texts); i++) {
		lab_result_read(&r, texts[i], NULL);
		lab_result_fini(&r);
	}
}

/* upx is kept away from what it would break, and the reason says what that is. */
static void
left_alone(void **state)
{
	static const struct {
		const char *kind;
		enum card_format format;
		enum card_kind is;
		const char *os, *arch, *problem;
		bool grave;
		const char *why;
	} rows[] = {
		{ "bin", FORMAT_ELF, KIND_EXECUTABLE, "linux", "x86_64", NULL, false, NULL },
		{ "bin", FORMAT_ELF, KIND_EXECUTABLE, "linux", "aarch64", "build-paths", false,
			NULL },
		{ "bin", FORMAT_PE, KIND_EXECUTABLE, "windows", "x86_64", NULL, false, NULL },
		{ "cdylib", FORMAT_ELF, KIND_SHARED, "linux", "x86_64", NULL, false, "library" },
		{ "staticlib", FORMAT_AR, KIND_STATIC_LIB, "linux", "x86_64", NULL, false,
			"library" },
		{ "bin", FORMAT_MACHO, KIND_EXECUTABLE, "macos", "aarch64", NULL, false,
			"signature" },
		{ "bin", FORMAT_WASM, KIND_EXECUTABLE, "none", "wasm32", NULL, false, "format" },
		{ "bin", FORMAT_ELF, KIND_EXECUTABLE, "freebsd", "x86_64", NULL, false, "freebsd" },
		{ "bin", FORMAT_ELF, KIND_EXECUTABLE, "linux", "riscv64", NULL, false, "riscv64" },
		{ "bin", FORMAT_PE, KIND_EXECUTABLE, "windows", "aarch64", NULL, false, "aarch64" },
		{ "bin", FORMAT_ELF, KIND_EXECUTABLE, "linux", "x86_64", "packed", false,
			"already" },
		{ "bin", FORMAT_ELF, KIND_EXECUTABLE, "linux", "x86_64", "text-relocations", true,
			"problem" },
	};

	struct card *debuggable = card_new("greet");

	debuggable->format = FORMAT_ELF;
	debuggable->kind = KIND_EXECUTABLE;
	debuggable->os = "linux";
	debuggable->arch = "x86_64";
	debuggable->debug = DEBUG_LINES;
	assert_non_null(strstr(pack_refuses(NULL, debuggable, "bin"), "debug"));
	card_free(debuggable);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena arena = ARENA_INIT;
		struct card *card = card_new("greet");
		const char *why;

		card->format = rows[i].format;
		card->kind = rows[i].is;
		card->os = rows[i].os;
		card->arch = rows[i].arch;
		if (rows[i].problem)
			card_add_problem(card, rows[i].grave, rows[i].problem, "so it is");
		why = pack_refuses(&arena, card, rows[i].kind);
		if (!rows[i].why != !why || (why && !strstr(why, rows[i].why)))
			fail_msg("%zu: %s", i, why ? why : "packed");
		card_free(card);
		arena_fini(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(beaten),
		cmocka_unit_test(beaten_in_running),
		cmocka_unit_test(packed),
		cmocka_unit_test(changes),
		cmocka_unit_test(history),
		cmocka_unit_test(strange),
		cmocka_unit_test(left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
