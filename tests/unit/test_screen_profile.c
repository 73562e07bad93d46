/* screen_profile: drawn from a profile of its own, moved by the actions of keys. */
#include "unit/check.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "unit/dice.h"
#include "unit/help_screen.h"

static int
set_up(void **state)
{
	*state = xcalloc(1, sizeof(struct bench));
	bench_open(*state, &screen_profile, 0);
	return 0;
}

/* Moves the cursor to the option. */
static void
go_to(struct bench *b, const char *key)
{
	const struct profile_option *option = profile_option_find(key);

	assert_non_null(option);
	press(b, ACT_TOP);
	for (const struct profile_option *o = profile_options; o <= option; o++)
		press(b, ACT_DOWN);
}

static const struct profile_setting *
setting(struct bench *b, const char *key)
{
	return &b->store.profile->settings[profile_option_find(key) - profile_options];
}

static unsigned
type(struct bench *b, const char *text, enum input_change change)
{
	struct input *in = screen_profile.input(&b->screen);

	assert_non_null(in);
	input_set(in, text);
	return screen_profile.typed(&b->screen, change);
}

/* At every size each option stands with its value; where there is room, with all that is known. */
static void
draws_at_every_size(void **state)
{
	struct bench *b = *state;

	golden(b, "profile-plain-80x24", 24, 80, false);
	press(b, ACT_PRESET);
	press(b, ACT_PRESET);
	go_to(b, "lto");
	press(b, ACT_LEFT);
	golden(b, "profile-40x10", 10, 40, false);
	golden(b, "profile-80x24", 24, 80, false);
	golden(b, "profile-200x50", 50, 200, false);
	golden(b, "profile-40x10-ascii", 10, 40, true);
	golden(b, "profile-80x24-ascii", 24, 80, true);
	golden(b, "profile-200x50-ascii", 50, 200, true);
	press(b, ACT_OPEN);
	golden(b, "profile-values-80x24", 24, 80, false);
	press(b, ACT_BACK);
	press(b, ACT_TOP);
	press(b, ACT_OPEN);
	golden(b, "profile-presets-80x24", 24, 80, false);
	golden(b, "profile-presets-40x10", 10, 40, false);
}

/* A profile that cannot be read is told with its reason, and no key breaks anything. */
static void
says_why_there_is_no_profile(void **state)
{
	struct bench *b = *state;

	profile_free(b->store.profile);
	b->store.profile = NULL;
	b->store.profile_why = "Cargo.toml:9:7: expected false or true for lto, found 3";
	screen_profile.update(&b->screen, STORE_SURVEY | STORE_PROFILE);
	assert_drawn(b, b->store.profile_why, true);
	for (enum action_id act = 1; act < ACT_COUNT; act++)
		assert_int_equal(press(b, act), act == ACT_REFRESH ? FX_SURVEY : 0);
	mouse(b, TERM_MOUSE_DOUBLE, 5, 5);
}

/* Left and Right go round the values; what is changed is marked, and said to be for the next build. */
static void
left_and_right_change(void **state)
{
	static const char *const values[] = { "\"off\"", "\"thin\"", "\"fat\"", "false" };
	struct bench *b = *state;

	assert_drawn(b, "given to builds as flags only", true);
	go_to(b, "lto");
	for (size_t i = 0; i < COUNT(values); i++) {
		assert_int_equal(press(b, ACT_RIGHT), FX_REDRAW | FX_PROFILE);
		assert_string_equal(setting(b, "lto")->value, values[i]);
	}
	assert_drawn(b, "▸* lto", false);
	press(b, ACT_LEFT);
	assert_drawn(b, "▸* lto", true);
	assert_drawn(b, "here, was false", true);
	assert_drawn(b, "release: lto=fat", true);
	assert_drawn(b, "next build lto=fat", true);
	char *wide = drawn(b, 50, 200);
	assert_non_null(strstr(wide, "next build --config 'profile.release.lto=\"fat\"'"));
	free(wide);
}

/* Enter lists the values, the one in force marked; Enter takes one, Esc leaves all as it was. */
static void
enter_lists_the_values(void **state)
{
	struct bench *b = *state;

	go_to(b, "opt-level");
	press(b, ACT_OPEN);
	assert_drawn(b, "▸● 3  as configured", true);
	assert_int_equal(press(b, ACT_DOWN), FX_REDRAW);
	assert_int_equal(press(b, ACT_DOWN), FX_REDRAW);
	assert_int_equal(press(b, ACT_BUILD), FX_DONE);
	assert_int_equal(press(b, ACT_HELP), 0);
	assert_int_equal(press(b, ACT_OPEN), FX_REDRAW | FX_PROFILE);
	assert_string_equal(setting(b, "opt-level")->value, "\"z\"");
	press(b, ACT_OPEN);
	press(b, ACT_UP);
	assert_int_equal(press(b, ACT_QUIT), FX_REDRAW);
	assert_string_equal(setting(b, "opt-level")->value, "\"z\"");
	assert_drawn(b, "▸●", false);
}

/* A number is stepped or typed; what is no number is refused with what was expected. */
static void
numbers_are_typed(void **state)
{
	struct bench *b = *state;

	go_to(b, "codegen-units");
	press(b, ACT_RIGHT);
	assert_string_equal(setting(b, "codegen-units")->value, "17");
	press(b, ACT_OPEN);
	assert_int_equal(type(b, "1", INPUT_CHANGED), FX_REDRAW);
	assert_int_equal(type(b, "1", INPUT_ACCEPTED), FX_REDRAW | FX_PROFILE);
	assert_null(screen_profile.input(&b->screen));
	assert_string_equal(setting(b, "codegen-units")->value, "1");
	assert_int_equal(press(b, ACT_LEFT), FX_BELL);
	press(b, ACT_OPEN);
	assert_true(type(b, "many", INPUT_ACCEPTED) & FX_BELL);
	assert_string_equal(str_cstr(&b->store.message),
		"codegen-units = many: expected a whole number, 1 or more");
	press(b, ACT_OPEN);
	assert_int_equal(type(b, "4", INPUT_CANCELLED), FX_REDRAW);
	assert_string_equal(setting(b, "codegen-units")->value, "1");
}

/* p takes the next preset, from the cursor's row of presets Enter any of them; u undoes it all. */
static void
presets_in_turn(void **state)
{
	static const char *const variants[] = { "fast", "small", "small-fast", "debuggable",
		"as configured" };
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(variants); i++) {
		assert_true(press(b, ACT_PRESET) & FX_PROFILE);
		assert_text(profile_variant_name(b->store.profile), variants[i]);
	}
	press(b, ACT_TOP);
	press(b, ACT_OPEN);
	press(b, ACT_DOWN);
	press(b, ACT_DOWN);
	assert_true(press(b, ACT_OPEN) & FX_PROFILE);
	assert_drawn(b, "release: small", true);
	assert_drawn(b, "default fast [small] small-fast", true);
	press(b, ACT_LEFT);
	assert_drawn(b, "release: fast", true);
	assert_true(press(b, ACT_RESET) & FX_PROFILE);
	assert_drawn(b, "release: as configured", true);
	assert_int_equal(press(b, ACT_RESET), FX_REDRAW);
	assert_string_equal(str_cstr(&b->store.message), "nothing is changed");
}

/* After a change of a preset its name stays, with the change; the next preset follows it. */
static void
presets_go_on_from_the_changed_one(void **state)
{
	struct bench *b = *state;

	press(b, ACT_PRESET);
	press(b, ACT_PRESET);
	go_to(b, "lto");
	press(b, ACT_LEFT);
	assert_drawn(b, "release: small +lto=thin", true);
	press(b, ACT_PRESET);
	assert_drawn(b, "release: small-fast", true);
}

/* Where a value comes from stands beside it: the file and line, or the variable. */
static void
says_where_values_come_from(void **state)
{
	char dir[] = "/tmp/xtui-profile-XXXXXX";
	struct workspace ws = { .root = mkdtemp(dir) };
	char *path = path_join(ws.root, "Cargo.toml");
	struct bench *b = *state;
	struct err err = ERR_INIT;

	assert_true(file_write(
		path, SPAN("[package]\nname = \"a\"\n[profile.release]\nlto = \"thin\"\n"), &err));
	profile_free(b->store.profile);
	b->store.profile = profile_load("release", &ws, NULL, &err);
	assert_non_null(b->store.profile);
	screen_profile.update(&b->screen, STORE_SURVEY | STORE_PROFILE);
	assert_drawn(b, "Cargo.toml:4", true);
	go_to(b, "lto");
	press(b, ACT_RIGHT);
	assert_drawn(b, "here, was thin", true);
	char *wide = drawn(b, 50, 200);
	assert_non_null(strstr(wide, "configured thin (Cargo.toml:4)"));
	free(wide);
	file_remove_tree(ws.root, &err);
	free(path);
}

/* A place that is too long for its column loses its beginning, not the file and line. */
static void
long_places_keep_their_end(void **state)
{
	struct bench *b = *state;
	struct profile_setting *s = &b->store.profile->settings[0];

	free(s->origin);
	s->origin = xstrdup("/nonexistent/greet/.cargo/config.toml:3");
	assert_drawn(b, "…go/config.toml:3 ", true);
	free(s->origin);
	s->origin = xstrdup("/home/ana/c.toml:12");
	assert_drawn(b, "~/c.toml:12", true);
}

/* The filter leaves the options whose name or effect it fits; the cursor stays on its option. */
static void
filters_options(void **state)
{
	struct bench *b = *state;

	go_to(b, "strip");
	press(b, ACT_FILTER);
	type(b, "debug", INPUT_CHANGED);
	assert_drawn(b, "split-debuginfo", true);
	assert_drawn(b, "codegen-units", false);
	type(b, "strip", INPUT_CHANGED);
	assert_int_equal(type(b, "strip", INPUT_ACCEPTED), FX_REDRAW);
	assert_drawn(b, "▸  strip", true);
	press(b, ACT_BACK);
	assert_drawn(b, "▸  strip", true);
	assert_drawn(b, "codegen-units", true);
	assert_int_equal(press(b, ACT_BACK), FX_DONE);
}

/* y copies the option as a line of TOML; on the row of presets, the flags of the build. */
static void
copies_lines_and_flags(void **state)
{
	struct bench *b = *state;

	assert_int_equal(press(b, ACT_COPY), FX_REDRAW);
	go_to(b, "panic");
	press(b, ACT_RIGHT);
	assert_int_equal(press(b, ACT_COPY), FX_COPY);
	assert_string_equal(str_cstr(&b->store.request.text), "panic = \"abort\"");
	press(b, ACT_TOP);
	assert_int_equal(press(b, ACT_COPY), FX_COPY);
	assert_string_equal(
		str_cstr(&b->store.request.text), "--config 'profile.release.panic=\"abort\"'");
}

/* b builds from here too, when something is marked. */
static void
builds_from_here(void **state)
{
	struct bench *b = *state;

	assert_true(press(b, ACT_BUILD) & FX_BELL);
	choice_mark(b->store.choice, SURVEY_HOST, true);
	assert_int_equal(press(b, ACT_BUILD), FX_BUILD);
}

/* A click selects, a double click opens the list, a click in it takes, one beside it gives up. */
static void
mouse_changes_values(void **state)
{
	struct bench *b = *state;

	draw(b, 24, 80);
	mouse(b, TERM_MOUSE_PRESS, row_of(b, "strip"), 5);
	assert_drawn(b, "▸  strip", true);
	mouse(b, TERM_MOUSE_DOUBLE, row_of(b, "strip"), 5);
	int row = row_of(b, "▸● none");
	assert_true(mouse(b, TERM_MOUSE_PRESS, row + 2, 40) & FX_PROFILE);
	assert_string_equal(setting(b, "strip")->value, "\"symbols\"");
	mouse(b, TERM_MOUSE_DOUBLE, row_of(b, "▸* strip"), 5);
	row = row_of(b, "● symbols");
	mouse(b, TERM_MOUSE_PRESS, row, 1);
	assert_drawn(b, "● symbols", false);
	assert_string_equal(setting(b, "strip")->value, "\"symbols\"");
}

/* Whatever is pressed, at whatever size, there is a picture. */
static void
any_keys_at_any_size(void **state)
{
	static const char *const texts[] = { "", "l", "12", "zzz", "\xff", "0" };
	struct bench *b = *state;
	struct dice d = { 11 };

	for (int i = 0; i < 3000; i++) {
		press(b, (enum action_id)(1 + dice_below(&d, ACT_COUNT - 1)));
		if (screen_profile.input(&b->screen))
			type(b, texts[dice_below(&d, COUNT(texts))],
				(enum input_change)(INPUT_CHANGED + dice_below(&d, 3)));
		draw(b, 1 + (int)dice_below(&d, 60), 1 + (int)dice_below(&d, 220));
		mouse(b, (enum term_mouse)dice_below(&d, 5), (int)dice_below(&d, 60),
			(int)dice_below(&d, 200));
		b->canvas->ascii = dice_below(&d, 2);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, bench_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(draws_at_every_size),
		CASE(says_why_there_is_no_profile),
		CASE(left_and_right_change),
		CASE(enter_lists_the_values),
		CASE(numbers_are_typed),
		CASE(presets_in_turn),
		CASE(presets_go_on_from_the_changed_one),
		CASE(says_where_values_come_from),
		CASE(long_places_keep_their_end),
		CASE(filters_options),
		CASE(copies_lines_and_flags),
		CASE(builds_from_here),
		CASE(mouse_changes_values),
		CASE(any_keys_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
