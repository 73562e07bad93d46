/* screen_parts: what of the workspace is built, marked and kept. */
#include "unit/check.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "unit/help_golden.h"
#include "unit/help_screen.h"

static struct crate_target app_targets[] = { { "app", "bin" }, { "helper", "bin" },
	{ "loop", "example" }, { "app", "lib" } };
static struct crate_target ffi_targets[] = { { "ffi", "cdylib" }, { "ffi", "staticlib" } };
static const char *features[] = { "json", "tls" };
static struct package packages[] = {
	{ .name = "app",
		.is_default = true,
		.targets = app_targets,
		.target_count = COUNT(app_targets),
		.features = features,
		.feature_count = COUNT(features) },
	{ .name = "ffi", .targets = ffi_targets, .target_count = COUNT(ffi_targets) },
};
static struct workspace workspace = {
	.root = "/p", .packages = packages, .package_count = COUNT(packages), .complete = true
};

struct fixture {
	struct bench bench; /* first: help_screen ends it */
	struct workspace *own;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	bench_open(&f->bench, &screen_parts, 0);
	f->own = f->bench.survey->workspace;
	f->bench.survey->workspace = &workspace;
	screen_parts.close(&f->bench.screen);
	f->bench.screen.own = screen_parts.open(&f->bench.store);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	f->bench.survey->workspace = f->own;
	return bench_tear_down(state);
}

static bool
has(struct bench *b, enum choice_list list, const char *name)
{
	return choice_list_has(b->store.choice, list, name);
}

static void
go_to(struct bench *b, int row)
{
	press(b, ACT_TOP);
	for (int i = 0; i < row; i++)
		press(b, ACT_DOWN);
}

/* Packages, what they make, and their features; libraries go with their package. */
static void
pictures(void **state)
{
	struct bench *b = *state;

	draw(b, 24, 80);
	golden_check("parts-80x24", b->canvas);
	press(b, ACT_MARK);
	draw(b, 10, 40);
	golden_check("parts-40x10", b->canvas);
}

/* Space marks and unmarks, and that is kept; a program's package is marked with it, or cargo would not
 * find it. */
static void
marks(void **state)
{
	struct bench *b = *state;

	go_to(b, 2);
	assert_true(press(b, ACT_MARK) & FX_SAVE_CHOICE);
	assert_true(has(b, CHOICE_BINS, "helper"));
	assert_true(has(b, CHOICE_PACKAGES, "app"));
	press(b, ACT_OPEN);
	assert_false(has(b, CHOICE_BINS, "helper"));
	go_to(b, 3);
	press(b, ACT_MARK);
	assert_true(has(b, CHOICE_EXAMPLES, "loop"));
	go_to(b, 5);
	press(b, ACT_MARK);
	assert_true(has(b, CHOICE_FEATURES, "app/tls"));
}

/* A library cannot be marked alone, it says; Esc and the key that opened it close. */
static void
libraries_and_leaving(void **state)
{
	struct bench *b = *state;

	press(b, ACT_BOTTOM);
	assert_false(press(b, ACT_MARK) & FX_SAVE_CHOICE);
	assert_non_null(strstr(str_cstr(&b->store.message), "is built with its package"));
	assert_int_equal(press(b, ACT_BACK), FX_CLOSE);
	assert_int_equal(press(b, ACT_QUIT), FX_CLOSE);
	assert_int_equal(press(b, ACT_PARTS), FX_CLOSE);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(pictures),
		TEST(marks),
		TEST(libraries_and_leaving),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
