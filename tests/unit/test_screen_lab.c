/* The Lab on the Profile screen: drawn from labs that the history has. */
#include "unit/check.h"
#include "build/history.h"
#include "build/lab_result.h"
#include "build/run.h"
#include "io/file.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "unit/help_golden.h"
#include "unit/help_screen.h"

struct labbed {
	struct bench bench;
	char *dir;
};

static const char *const targets[] = { "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu",
	"x86_64-pc-windows-gnu" };
static const char *const no_config[] = { NULL };
static const struct run_variant variants[] = { { "as configured", no_config, 0 },
	{ "fast", no_config, 0 }, { "small", no_config, 0 }, { "small +lto=thin", no_config, 0 } };
static struct size_row crates[] = { { "std", NULL, 180000, 200 }, { "core", NULL, 90000, 240 },
	{ "greet", NULL, 41000, 3 } };
static struct size_row symbols[] = { { "core::slice::sort::stable::quicksort", "core", 13300, 5 },
	{ "greet::main", "greet", 9000, 1 }, { "memcpy", NULL, 2000, 1 } };
static struct lab_section sections[] = { { ".text", 257000 }, { ".rodata", 28300 },
	{ ".comment", 40 } };

/* A row of one file a target, smaller by `part` thousandths than the first. */
static void
fill(struct lab_result *r, size_t row, uint64_t ms, uint64_t part, bool is_packed)
{
	struct lab_row *at = &r->rows[row];

	at->is_over = true;
	at->ms = ms;
	at->cpu_ms = ms * 2;
	for (size_t k = 0; k < r->target_count; k++) {
		struct lab_file *file = arena_new(&at->arena, struct lab_file);

		*file = (struct lab_file){ .name = "greet",
			.kind = "bin",
			.bytes = (448800 + 90000 * k) * part / 1000,
			.sections = sections,
			.section_count = COUNT(sections),
			.crates = crates,
			.crate_count = COUNT(crates),
			.symbols = symbols,
			.symbol_count = COUNT(symbols),
			.told = 330000 };
		if (is_packed)
			file->packed =
				(struct lab_packed){ .bytes = file->bytes * 2 / 5, .ms = 400 };
		if (row)
			file->untold = "it is stripped: no symbols tell what makes it big";
		at->cells[k].files = file;
		at->cells[k].file_count = 1;
		at->cells[k].state = JOB_OK;
	}
	lab_row_sum(at, r->target_count);
}

static void
keep(struct history *h, const char *root, const char *id, uint64_t part)
{
	const struct run_spec spec = { .targets = targets,
		.target_count = COUNT(targets),
		.variants = variants,
		.variant_count = COUNT(variants) };
	struct lab_result r;

	lab_result_init(&r, &spec);
	r.id = id;
	r.started = 1798000000000;
	r.profile = "release";
	r.toolchain = "stable 1.96.0";
	fill(&r, 0, 2000, part, false);
	fill(&r, 1, 9300, part + 20, false);
	fill(&r, 2, 15300, 678, true);
	fill(&r, 3, 8000, 701, false);
	r.rows[2].cells[1].state = JOB_FAILED;
	r.rows[2].cells[1].file_count = 0;
	lab_row_sum(&r.rows[2], COUNT(targets));
	assert_true(history_keep_lab(h, root, &r));
	lab_result_fini(&r);
}

static int
set_up(void **state)
{
	struct labbed *b = xcalloc(1, sizeof(*b));
	struct store *store = &b->bench.store;
	char *path;

	setenv("TZ", "UTC", 1);
	bench_open(&b->bench, &screen_profile, 0);
	b->dir = file_make_temp_dir("/tmp", "xtui-test-", NULL);
	path = path_join(b->dir, "history.db");
	history_close(store->history);
	store->history = history_open(path, NULL, NULL);
	keep(store->history, store->survey->workspace->root, "20261220-101010", 1100);
	keep(store->history, store->survey->workspace->root, "20261221-101010", 1000);
	free(path);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct labbed *b = *state;

	history_close(b->bench.store.history);
	b->bench.store.history = NULL;
	file_remove_tree(b->dir, NULL);
	bench_close(&b->bench);
	free(b->dir);
	free(b);
	return 0;
}

/* The last lab with bars, changes and what makes it big, at every size; variants that were not measured stand
 * there to be marked. */
static void
draws_at_every_size(void **state)
{
	struct bench *b = &((struct labbed *)*state)->bench;

	press(b, ACT_LAB);
	golden(b, "lab-80x24", 24, 80, false);
	golden(b, "lab-40x10", 10, 40, false);
	golden(b, "lab-200x50", 50, 200, false);
	golden(b, "lab-80x24-ascii", 24, 80, true);
	golden(b, "lab-40x10-ascii", 10, 40, true);
	golden(b, "lab-200x50-ascii", 50, 200, true);
}

/* Right goes to the next target, sorted by size the smallest comes first, and C compares with the lab before. */
static void
sorts_and_compares(void **state)
{
	struct bench *b = &((struct labbed *)*state)->bench;

	press(b, ACT_LAB);
	press(b, ACT_RIGHT);
	press(b, ACT_RIGHT);
	assert_int_equal(press(b, ACT_RIGHT), FX_BELL);
	press(b, ACT_SORT);
	press(b, ACT_COMPARE);
	golden(b, "lab-sorted-80x24", 24, 80, false);
	press(b, ACT_COMPARE);
	assert_string_equal(str_cstr(&b->store.message), "compared with none");
	press(b, ACT_SORT);
	press(b, ACT_TOP);
	assert_drawn(b, "▸✓ as configured", true);
}

/* R asks for what is marked; a command to time with and upx go along. */
static void
measures_what_is_marked(void **state)
{
	struct bench *b = &((struct labbed *)*state)->bench;
	const struct lab_wish *wish = &b->store.request.lab;

	press(b, ACT_LAB);
	assert_int_equal(press(b, ACT_MEASURE), FX_LAB | FX_REDRAW);
	assert_string_equal(wish->presets[0], "default");
	assert_string_equal(wish->presets[1], "fast");
	assert_string_equal(wish->presets[3], "small-fast");
	assert_null(wish->presets[4]);
	assert_false(wish->has_changes);
	assert_null(wish->bench);
	press(b, ACT_TOP);
	press(b, ACT_MARK); /* and goes on to the next */
	press(b, ACT_MARK);
	press(b, ACT_BENCH);
	input_set(screen_profile.input(&b->screen), "{} --help");
	screen_profile.typed(&b->screen, INPUT_ACCEPTED);
	press(b, ACT_MEASURE);
	assert_string_equal(wish->presets[0], "small");
	assert_null(wish->presets[2]);
	assert_string_equal(wish->bench, "{} --help");
}

/* What is changed on the screen of options is a variant of its own. */
static void
measures_changes(void **state)
{
	struct bench *b = &((struct labbed *)*state)->bench;

	assert_true(profile_set(b->store.profile, "lto", "thin", NULL));
	press(b, ACT_LAB);
	assert_drawn(b, "lto=thin", true);
	for (size_t i = 0; i < 3; i++)
		press(b, ACT_MARK);
	press(b, ACT_DOWN); /* past what upx made of small */
	press(b, ACT_MARK);
	assert_true(press(b, ACT_MEASURE) & FX_BELL);
	assert_string_equal(str_cstr(&b->store.message), "no variant is marked: Space marks one");
	press(b, ACT_DOWN);
	press(b, ACT_MARK);
	press(b, ACT_MEASURE);
	assert_true(b->store.request.lab.has_changes);
	assert_null(b->store.request.lab.presets[0]);
}

/* Enter shows all that is known of a file, y copies the figures. */
static void
tells_more(void **state)
{
	struct bench *b = &((struct labbed *)*state)->bench;

	press(b, ACT_LAB);
	assert_true(press(b, ACT_OPEN) & FX_SHOW);
	assert_non_null(strstr(str_cstr(&b->store.request.text), "greet::main"));
	assert_non_null(strstr(str_cstr(&b->store.request.text), ".comment"));
	assert_true(press(b, ACT_COPY) & FX_COPY);
	assert_non_null(strstr(str_cstr(&b->store.request.text), "built in 2.0 s"));
	press(b, ACT_BACK);
	assert_drawn(b, "opt-level", true);
}

/* Its keys mean nothing among the options, and those of the options nothing in it. */
static void
keeps_its_keys(void **state)
{
	struct bench *b = &((struct labbed *)*state)->bench;

	assert_false(screen_profile.acts(&b->screen, ACT_MEASURE));
	assert_int_equal(press(b, ACT_MEASURE), 0);
	press(b, ACT_LAB);
	assert_true(screen_profile.acts(&b->screen, ACT_MEASURE));
	assert_false(screen_profile.acts(&b->screen, ACT_STOP));
	assert_false(screen_profile.acts(&b->screen, ACT_PRESET));
	assert_int_equal(press(b, ACT_PRESET), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(draws_at_every_size, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sorts_and_compares, set_up, tear_down),
		cmocka_unit_test_setup_teardown(measures_what_is_marked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(measures_changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tells_more, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_its_keys, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
