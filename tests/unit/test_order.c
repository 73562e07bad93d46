/* What is to be built: what was asked for, what the project has chosen, and what a killed run was at. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/order.h"
#include "build/variants.h"
#include "build/way.h"
#include "io/file.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "check.h"

struct project {
	char *dir;
	struct choice *choice;
};

static int
setup(void **state)
{
	struct project *p = xcalloc(1, sizeof(*p));
	char *path;

	p->dir = file_make_temp_dir("/tmp", "xtui-order-", NULL);
	path = path_join(p->dir, "xtui.toml");
	assert_true(file_write(path,
		SPAN("targets = ['one', 'two']\nbins = ['tool']\nfeatures = ['a', 'b/c']\n"
		     "[target.three]\nglibc = '2.17'\nlinker = 'a'\n"),
		NULL));
	free(path);
	p->choice = choice_load(p->dir, NULL);
	*state = p;
	return p->choice ? 0 : -1;
}

static int
teardown(void **state)
{
	struct project *p = *state;

	choice_free(p->choice);
	file_remove_tree(p->dir, NULL);
	free(p->dir);
	free(p);
	return 0;
}

#define NAMES(...) ((const char *const[]){ __VA_ARGS__ })

/* Nothing asked: all is as chosen. */
static void
choice_fills_silence(void **state)
{
	struct project *p = *state;
	struct order o;

	order_make(&o, NULL, p->choice, false);
	assert_int_equal(o.run.target_count, 2);
	assert_string_equal(o.run.targets[1], "two");
	assert_int_equal(o.run.bin_count, 1);
	assert_int_equal(o.run.package_count, 0);
	assert_string_equal(o.run.features, "a,b/c");
	order_add_target(&o, "three", p->choice);
	assert_int_equal(o.run.target_count, 3);
	assert_string_equal(o.run.targets[0], "one");
	assert_string_equal(o.run.targets[2], "three");
	assert_string_equal(way_option(&o.run, "three", "glibc"), "2.17");
	order_fini(&o);
}

/* What is asked for counts: a package asked for is built whole, without the program chosen once. */
static void
asked_counts(void **state)
{
	const struct run_spec asked = {
		.targets = NAMES("mine"),
		.target_count = 1,
		.packages = NAMES("lib"),
		.package_count = 1,
		.features = "x",
		.jobs = 3,
	};
	struct project *p = *state;
	struct order o;

	order_make(&o, &asked, p->choice, false);
	assert_int_equal(o.run.target_count, 1);
	assert_string_equal(o.run.targets[0], "mine");
	assert_string_equal(o.run.packages[0], "lib");
	assert_int_equal(o.run.bin_count, 0);
	assert_string_equal(o.run.features, "x");
	assert_int_equal(o.run.jobs, 3);
	order_fini(&o);
}

/* On a screen the marks of now count, not the line it was started with. */
static void
choice_is_preferred(void **state)
{
	const struct run_spec asked = {
		.targets = NAMES("mine"),
		.target_count = 1,
		.packages = NAMES("lib"),
		.package_count = 1,
		.cargo_args = NAMES("--locked"),
		.cargo_arg_count = 1,
	};
	struct project *p = *state;
	struct order o;

	order_make(&o, &asked, p->choice, true);
	assert_int_equal(o.run.target_count, 2);
	assert_int_equal(o.run.package_count, 0);
	assert_string_equal(o.run.bins[0], "tool");
	assert_string_equal(o.run.cargo_args[0], "--locked");
	order_fini(&o);
}

/* An order is the same when it was written and read: also its variants. */
static void
written_and_read(void **state)
{
	static const char *const config[] = { "profile.dist.lto=\"fat\"" };
	static const struct run_variant variants[] = { { "as configured", NULL, 0 },
		{ "fat \"x\"", config, 1 } };
	const struct run_spec spec = {
		.targets = NAMES("one", "two"),
		.target_count = 2,
		.bins = NAMES("tool"),
		.bin_count = 1,
		.examples = NAMES("loop"),
		.example_count = 1,
		.cargo_args = NAMES("--locked"),
		.cargo_arg_count = 1,
		.features = "a,b",
		.variants = variants,
		.variant_count = 2,
		.mode = MODE_CLIPPY,
		.jobs = 2,
		.fail_fast = true,
	};
	char *text = order_write(&spec, "dist"), *again;
	struct order o;

	assert_true(order_read(&o, text));
	assert_string_equal(o.profile, "dist");
	assert_int_equal(o.run.mode, MODE_CLIPPY);
	assert_int_equal(o.run.variant_count, 2);
	assert_string_equal(o.run.variants[1].config[0], config[0]);
	again = order_write(&o.run, o.profile);
	assert_string_equal(again, text);
	free(again);
	free(text);
	order_fini(&o);
}

/* What a profile was changed to goes on as it was, whatever the profile is by then. */
static void
changed_profile_is_a_variant(void **state)
{
	struct profile *p = profile_load("release", NULL, NULL, NULL);
	const struct run_spec spec = { .targets = NAMES("one"), .target_count = 1, .profile = p };
	struct order o;
	char *text;

	assert_true(profile_apply_preset(p, "small", NULL));
	text = order_write(&spec, "release");
	assert_true(order_read(&o, text));
	assert_int_equal(o.run.variant_count, 1);
	assert_string_equal(o.run.variants[0].name, "small");
	assert_true(o.run.variants[0].config_count > 2);
	order_fini(&o);
	free(text);
	profile_reset(p);
	text = order_write(&spec, "release");
	assert_true(order_read(&o, text));
	assert_int_equal(o.run.variant_count, 0);
	order_fini(&o);
	free(text);
	profile_free(p);
}

/* What is no order is none: an older xtui's silence, a torn text, one without targets. */
static void
others_are_refused(void **state)
{
	static const char *const texts[] = { NULL, "", "{", "[]", "{\"targets\":[\"one\"]}",
		"{\"targets\":[],\"mode\":\"build\"}", "{\"targets\":[7],\"mode\":\"build\"}" };

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct order o;

		assert_false(order_read(&o, texts[i]));
		order_fini(&o);
	}
}

/* Presets become variants with the single options over each; an unknown one is a slip. */
static void
presets_are_variants(void **state)
{
	struct profile *p = profile_load("release", NULL, NULL, NULL);
	const char *const sets[] = { "strip=false", NULL };
	struct run_spec spec = { 0 };
	struct arena arena = { 0 };
	struct err err = ERR_INIT;

	assert_true(
		variants_make(&spec, p, ((const char *const[]){ "default", "small", "fast", NULL }),
			((const char *const[]){ NULL }), &arena, &err));
	assert_int_equal(spec.variant_count, 3);
	assert_int_equal(spec.variants[0].config_count, 0);
	assert_string_equal(spec.variants[1].name, "small");
	assert_string_equal(spec.variants[2].name, "fast");
	assert_false(profile_is_changed(p));
	assert_true(variants_make(
		&spec, p, ((const char *const[]){ "small", NULL }), sets, &arena, &err));
	for (size_t i = 0; i < spec.variants[0].config_count; i++)
		assert_null(strstr(spec.variants[0].config[i], "symbols"));
	assert_false(variants_make(
		&spec, p, ((const char *const[]){ "smal", NULL }), sets, &arena, &err));
	assert_non_null(strstr(err.message, "smal"));
	assert_int_equal(spec.variant_count, 0);
	arena_fini(&arena);
	profile_free(p);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(choice_fills_silence),
		TEST(asked_counts),
		TEST(choice_is_preferred),
		TEST(written_and_read),
		TEST(changed_profile_is_a_variant),
		TEST(others_are_refused),
		TEST(presets_are_variants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
