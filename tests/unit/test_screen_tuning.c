/* screen_profile's options of single targets and of single packages. */
#include <stdlib.h>
#include "ui/widget_input.h"
#include "unit/help_screen.h"
#include "unit/triples.h"

static int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(struct bench));

	*state = b;
	bench_open(b, &screen_profile, 0);
	choice_mark(b->store.choice, HOST, true);
	choice_mark(b->store.choice, MUSL, true);
	choice_mark(b->store.choice, MAC, true);
	press(b, ACT_TUNE);
	return 0;
}

/* Moves the cursor to the n-th row (from 0) of those that can be focused. */
static void
go_to(struct bench *b, int n)
{
	press(b, ACT_TOP);
	while (n--)
		press(b, ACT_DOWN);
}

static unsigned
type(struct bench *b, const char *text, enum input_change change)
{
	struct input *in = screen_profile.input(&b->screen);

	assert_non_null(in);
	input_set(in, text);
	return screen_profile.typed(&b->screen, change);
}

/* Each marked target stands with the options that it can have, at every size. */
static void
draws_at_every_size(void **state)
{
	struct bench *b = *state;

	choice_set_option(b->store.choice, HOST, "target-cpu", "x86-64-v3");
	choice_set_option(b->store.choice, HOST, "rustflags", "-C\x1flink-arg=-s\x1f");
	choice_set_option(b->store.choice, MUSL, "crt-static", "false");
	press(b, ACT_TUNE);
	press(b, ACT_TUNE);
	go_to(b, 3);
	golden(b, "tuning-80x24", 24, 80, false);
	golden(b, "tuning-80x24-ascii", 24, 80, true);
	golden(b, "tuning-40x10", 10, 40, false);
	golden(b, "tuning-200x50", 50, 200, false);
	assert_drawn(b, "rustc gets -C target-cpu=x86-64-v3 -C link-arg=-s", true);
	go_to(b, 9);
	golden(b, "tuning-crt-80x24", 24, 80, false);
	assert_drawn(b, "mind       the program needs musl's loader", true);
	b->canvas->ascii = false;
}

/* A value is taken from a list, or typed where there is none; it is kept, and can be taken out again. */
static void
values_are_kept(void **state)
{
	struct bench *b = *state;
	const struct choice *c = b->store.choice;

	go_to(b, 0);
	press(b, ACT_OPEN);
	golden(b, "tuning-backends-80x24", 24, 80, false);
	press(b, ACT_DOWN);
	assert_true(press(b, ACT_OPEN) & FX_SAVE_CHOICE);
	assert_string_equal(choice_option(c, HOST, "backend"), "native");
	assert_true(press(b, ACT_RESET) & FX_SAVE_CHOICE);
	assert_null(choice_option(c, HOST, "backend"));
	go_to(b, 1);
	press(b, ACT_OPEN);
	assert_true(type(b, "2.28", INPUT_ACCEPTED) & FX_SAVE_CHOICE);
	assert_string_equal(choice_option(c, HOST, "glibc"), "2.28");
	press(b, ACT_OPEN);
	assert_true(type(b, "", INPUT_ACCEPTED) & FX_SAVE_CHOICE);
	assert_null(choice_option(c, HOST, "glibc"));
	go_to(b, 4);
	press(b, ACT_RIGHT);
	assert_string_equal(choice_option(c, HOST, "crt-static"), "true");
	press(b, ACT_RIGHT);
	assert_string_equal(choice_option(c, HOST, "crt-static"), "false");
	press(b, ACT_RIGHT);
	assert_null(choice_option(c, HOST, "crt-static"));
	go_to(b, 5);
	press(b, ACT_OPEN);
	assert_true(type(b, "-C link-arg=-s", INPUT_ACCEPTED) & FX_SAVE_CHOICE);
	assert_string_equal(choice_option(c, HOST, "rustflags"), "-C link-arg=-s");
}

/* What a build would refuse is refused as it is typed, and nothing changes. */
static void
mistakes_change_nothing(void **state)
{
	struct bench *b = *state;

	go_to(b, 1);
	press(b, ACT_OPEN);
	assert_true(type(b, "new", INPUT_ACCEPTED) & FX_BELL);
	assert_non_null(strstr(b->store.message.data, "\"new\" is no version of glibc"));
	go_to(b, 2);
	press(b, ACT_OPEN);
	assert_true(type(b, "no-such-linker", INPUT_ACCEPTED) & FX_BELL);
	assert_non_null(strstr(b->store.message.data, "no-such-linker: not found on PATH"));
	assert_null(choice_option(b->store.choice, HOST, "glibc"));
	assert_null(choice_option(b->store.choice, HOST, "linker"));
	press(b, ACT_OPEN);
	type(b, "cc", INPUT_CANCELLED);
	assert_null(choice_option(b->store.choice, HOST, "linker"));
}

/* Targets that are not marked any more, but have options, stay to be seen; without any it is said how. */
static void
which_targets_stand_there(void **state)
{
	struct bench *b = *state;

	choice_set_option(b->store.choice, ARM64, "glibc", "2.17");
	screen_profile.update(&b->screen, STORE_CHOICE);
	char *high = drawn(b, 50, 80);
	assert_non_null(strstr(high, "\n" ARM64 "\n"));
	assert_null(strstr(strstr(high, MAC), "crt-static") < strstr(high, ARM64)
			? strstr(strstr(high, MAC), "crt-static")
			: NULL);
	free(high);
	choice_set_option(b->store.choice, ARM64, "glibc", NULL);
	choice_mark(b->store.choice, HOST, false);
	choice_mark(b->store.choice, MUSL, false);
	choice_mark(b->store.choice, MAC, false);
	screen_profile.update(&b->screen, STORE_CHOICE);
	assert_drawn(b, "no target is marked: mark some on the screen Targets", true);
	for (enum action_id act = 1; act < ACT_COUNT; act++) {
		if (act != ACT_TUNE && act != ACT_BACK && act != ACT_BUILD && act != ACT_REFRESH)
			press(b, act);
	}
	press(b, ACT_TUNE);
	assert_drawn(b, "opt-level", true);
}

/* --- packages and profiles --- */

/* o picks what an override is for and which option; it begins as the profile is, and "-" takes it out. */
static void
overrides_are_made(void **state)
{
	struct bench *b = *state;
	struct str flags = STR_INIT;

	press(b, ACT_TUNE);
	press(b, ACT_OVERRIDE);
	golden(b, "profile-override-80x24", 24, 80, false);
	press(b, ACT_OPEN); /* "*" */
	golden(b, "profile-override-option-80x24", 24, 80, false);
	assert_true(press(b, ACT_OPEN) & FX_PROFILE);
	assert_drawn(b, "▸* …", true);
	assert_drawn(b, "here, was nothing", true);
	press(b, ACT_LEFT);
	assert_int_equal(profile_config_flags(b->store.profile, &flags), 1);
	assert_string_equal(flags.data, "profile.release.package.\"*\".opt-level=2");
	golden(b, "profile-overridden-200x50", 50, 200, false);
	press(b, ACT_OPEN);
	assert_drawn(b, "say nothing of it", true);
	press(b, ACT_BOTTOM);
	press(b, ACT_OPEN);
	assert_false(profile_is_changed(b->store.profile));
	str_fini(&flags);
}

/* P lists the profiles that there are; the one taken is the project's from then on. The bottom line has the keys
 * of the list while that is open. */
static void
profiles_are_chosen(void **state)
{
	struct bench *b = *state;

	press(b, ACT_TUNE);
	assert_string_equal(b->screen.screen->label(&b->screen, ACT_RIGHT), "change");
	press(b, ACT_CHOOSE_PROFILE);
	assert_string_equal(b->screen.screen->label(&b->screen, ACT_OPEN), "take");
	assert_string_equal(b->screen.screen->label(&b->screen, ACT_WRITE), "");
	assert_drawn(b, "bench", true);
	press(b, ACT_TOP);
	assert_true(press(b, ACT_OPEN) & FX_SURVEY);
	assert_string_equal(choice_profile_name(b->store.choice), "dev");
}

/* w has nothing to write without a change, and without a project no file to write into. */
static void
writing_needs_a_change(void **state)
{
	struct bench *b = *state;

	press(b, ACT_TUNE);
	assert_false(screen_profile.acts(&b->screen, ACT_WRITE));
	press(b, ACT_WRITE);
	assert_non_null(strstr(b->store.message.data, "nothing is changed"));
	press(b, ACT_PRESET);
	assert_true(screen_profile.acts(&b->screen, ACT_WRITE));
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, bench_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(draws_at_every_size),
		TEST(values_are_kept),
		TEST(mistakes_change_nothing),
		TEST(which_targets_stand_there),
		TEST(overrides_are_made),
		TEST(profiles_are_chosen),
		TEST(writing_needs_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
