#include "check.h"
#include <math.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "text/ansi.h"
#include "ui/theme.h"

/* A folder for the user's own themes, as the config folder. */
struct home {
	char *dir;
};

static int
home_make(void **state)
{
	struct home *h = xcalloc(1, sizeof(*h));

	h->dir = file_make_temp_dir("/tmp", "xtui-theme", NULL);
	*state = h;
	return h->dir ? 0 : -1;
}

static int
home_drop(void **state)
{
	struct home *h = *state;

	file_remove_tree(h->dir, NULL);
	free(h->dir);
	free(h);
	return 0;
}

static void
write_theme(const struct home *h, const char *name, const char *text)
{
	char *path = path_joinf(h->dir, "themes/%s.toml", name);

	assert_true(file_write(path, span_of(text), NULL));
	free(path);
}

/* Every theme that comes with the program can be read, and none says anything that is not known. */
static void
built_in_themes(void **state)
{
	char **names = theme_names(NULL);
	bool has_default = false;
	size_t count = 0;

	for (; names[count]; count++) {
		struct err err = ERR_INIT;
		struct theme theme;
		if (!theme_load(names[count], NULL, &theme, &err))
			fail_msg("%s", err.message);
		assert_string_equal(theme.name, names[count]);
		has_default = has_default || text_is(names[count], "default");
	}
	assert_true(has_default);
	assert_true(count >= 8);
	theme_names_free(names);
}

/* The default theme is the terminal's own: no background of its own, no white, yellow or bright-black
 * text on it. */
static void
default_is_the_terminals(void **state)
{
	struct theme t;

	assert_true(theme_load("default", NULL, &t, NULL));
	for (int role = 0; role < ROLE_COUNT; role++) {
		const struct theme_style *s = &t.roles[role];
		assert_true(s->fg < 16 && s->bg < 16);
		if (s->bg == ANSI_DEFAULT) {
			assert_int_not_equal(s->fg, 3);
			assert_int_not_equal(s->fg, 7);
			assert_true(s->fg < 8);
		}
	}
}

/* Without colours what matters can still be told apart. */
static void
mono_tells_apart(void **state)
{
	struct theme t;

	assert_true(theme_load("default", NULL, &t, NULL));
	assert_true(t.roles[ROLE_CURSOR].mono_attrs & ANSI_REVERSE);
	assert_true(t.roles[ROLE_TAB_ACTIVE].mono_attrs & ANSI_REVERSE);
	assert_int_not_equal(t.roles[ROLE_FAIL].mono_attrs, t.roles[ROLE_TEXT].mono_attrs);
	assert_int_not_equal(
		t.roles[ROLE_BORDER_FOCUS].mono_attrs, t.roles[ROLE_BORDER].mono_attrs);
	assert_true(theme_load("mono", NULL, &t, NULL));
	for (int role = 0; role < ROLE_COUNT; role++)
		assert_true(t.roles[role].fg == ANSI_DEFAULT && t.roles[role].bg == ANSI_DEFAULT);
}

static double
linear(int channel)
{
	double v = channel / 255.0;

	return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double
luminance(int32_t rgb)
{
	return 0.2126 * linear(rgb >> 16 & 255) + 0.7152 * linear(rgb >> 8 & 255) +
		0.0722 * linear(rgb & 255);
}

/* The contrast of two colours as WCAG counts it, 1 to 21. */
static double
contrast(int32_t a, int32_t b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

	return x > y ? x / y : y / x;
}

/* A theme that brings its own colours is readable: every text has a contrast of 4.5 at least. */
static void
own_colors_are_readable(void **state)
{
	char **names = theme_names(NULL);
	int seen = 0;

	for (size_t i = 0; names[i]; i++) {
		struct theme t;
		assert_true(theme_load(names[i], NULL, &t, NULL));
		if (!(t.roles[ROLE_TEXT].bg & ANSI_RGB) || t.roles[ROLE_TEXT].bg < 0)
			continue;
		seen++;
		for (int role = 0; role < ROLE_COUNT; role++) {
			double ratio = contrast(t.roles[role].fg, t.roles[role].bg);
			bool is_line = role == ROLE_BORDER || role == ROLE_BAR_EMPTY;
			if (ratio < (is_line ? 1.9 : 4.5))
				fail_msg("%s: %s has a contrast of %.1f", names[i],
					role_name((enum role)role), ratio);
		}
	}
	assert_true(seen >= 4);
	theme_names_free(names);
}

/* A user's theme wins over one of the same name; what it leaves out is the default's. */
static void
users_theme(void **state)
{
	struct home *h = *state;
	struct theme t;

	write_theme(h, "default",
		"[palette]\nink = \"#102030\"\n[roles]\nfail = \"ink on 7 underline\"\n");
	assert_true(theme_load("default", h->dir, &t, NULL));
	assert_int_equal(t.roles[ROLE_FAIL].fg, ANSI_RGB | 0x102030);
	assert_int_equal(t.roles[ROLE_FAIL].bg, 7);
	assert_int_equal(t.roles[ROLE_FAIL].attrs, ANSI_UNDERLINE);
	assert_int_equal(t.roles[ROLE_OK].fg, 2);
	assert_int_equal(t.roles[ROLE_FAIL].mono_attrs, ANSI_BOLD);

	write_theme(h, "mine", "[roles]\ntext = \"white on blue\"\nok = \"green\"\n");
	assert_true(theme_load("mine", h->dir, &t, NULL));
	assert_int_equal(t.roles[ROLE_OK].bg, 4);
	char **names = theme_names(h->dir);
	size_t mine = 0, total = 0;
	for (; names[total]; total++)
		mine += text_is(names[total], "mine");
	assert_int_equal(mine, 1);
	theme_names_free(names);
}

/* A broken theme file is named with the place and what was expected. */
static void
broken_themes(void **state)
{
	static const struct {
		const char *text, *place, *why, *remedy; /* NULL: none is asked for */
	} cases[] = {
		{ "[roles]\nfial = \"red\"\n", ":2:8: ", "did you mean \"fail\"" },
		{ "[roles]\nfail = \"redd\"\n", ":2:8: ", "\"redd\" is no colour or attribute",
			"red" },
		{ "[roles]\nfail = \"bild\"\n", ":2:8: ", "\"bild\" is no colour", "bold" },
		{ "[palette]\nmoss = \"2\"\n[roles]\nfail = \"mos\"\n", ":4:8: ", "\"mos\"",
			"moss" },
		{ "[roles]\nfail = \"puce\"\n", ":2:8: ", "\"puce\"", "one of black red green" },
		{ "[palette]\nx = \"puce\"\n", ":2:5: ", "expected a colour", "one of black red" },
		{ "[roles]\nfail = \"red blue\"\n", ":2:8: ", "\"blue\" is a second colour" },
		{ "[roles]\nfail = 3\n", ":2:8: ", "found an integer" },
		{ "[mono]\nfail = \"red\"\n", ":2:8: ", "no attribute" },
		{ "[palette]\nx = \"#12345\"\n", ":2:5: ", "expected a colour" },
		{ "[rolls]\n", ":1:", "did you mean \"roles\"" },
		{ "roles = 3\n", ":1:", "expected a table" },
		{ "[roles\n", ":1:", "" },
		{ "[roles]\nfail = \"256\"\n", ":2:8: ", "\"256\"" },
	};
	struct home *h = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;
		struct theme t;
		write_theme(h, "broken", cases[i].text);
		assert_false(theme_load("broken", h->dir, &t, &err));
		assert_int_equal(err.kind, ERR_PARSE);
		if (!strstr(err.message, cases[i].place) || !strstr(err.message, cases[i].why))
			fail_msg("case %zu: %s", i, err.message);
		assert_non_null(strstr(err.message, "broken.toml"));
		if (cases[i].remedy)
			assert_true(text_starts(err.remedy, cases[i].remedy));
	}
}

/* An unknown theme is refused with the nearest name; a path is no name. */
static void
unknown_theme(void **state)
{
	struct home *h = *state;
	struct err err = ERR_INIT;
	struct theme t;

	assert_false(theme_load("gruvbx", h->dir, &t, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.remedy, "--theme gruvbox");
	assert_false(theme_load("../../etc/passwd", h->dir, &t, &err));
	assert_int_equal(err.kind, ERR_USAGE);
}

/* Colours that a terminal lacks become the nearest it has. */
static void
reduction(void **state)
{
	static const struct {
		int32_t color;
		int colors, reduced;
	} cases[] = {
		{ ANSI_DEFAULT, 256, -1 },
		{ ANSI_DEFAULT, 8, -1 },
		{ 5, 256, 5 },
		{ 5, 8, 5 },
		{ 12, 8, 4 },
		{ 12, 16, 12 },
		{ 200, 256, 200 },
		{ 196, 16, 9 },
		{ 196, 8, 1 },
		{ 231, 16, 15 },
		{ ANSI_RGB | 0xff0000, 256, 196 },
		{ ANSI_RGB | 0x000000, 256, 16 },
		{ ANSI_RGB | 0xffffff, 256, 231 },
		{ ANSI_RGB | 0x808080, 256, 244 },
		{ ANSI_RGB | 0xfe0101, 16, 9 },
		{ ANSI_RGB | 0x00cc00, 8, 2 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(theme_reduce(cases[i].color, cases[i].colors), cases[i].reduced);
	for (int32_t rgb = 0; rgb < 0x1000000; rgb += 0x12345) {
		assert_in_range(theme_reduce(ANSI_RGB | rgb, 256), 16, 255);
		assert_in_range(theme_reduce(ANSI_RGB | rgb, 16), 0, 15);
		assert_in_range(theme_reduce(ANSI_RGB | rgb, 8), 0, 7);
	}
}

int
main(void)
{
#define with_home(test) cmocka_unit_test_setup_teardown(test, home_make, home_drop)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_themes),
		cmocka_unit_test(default_is_the_terminals),
		cmocka_unit_test(mono_tells_apart),
		cmocka_unit_test(own_colors_are_readable),
		with_home(users_theme),
		with_home(broken_themes),
		with_home(unknown_theme),
		cmocka_unit_test(reduction),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
