#include "check.h"
#include "corpus.h"
#include "fuzz/fuzz_keys.c"
#include "text/toml.h"
#include "ui/keys.h"
#include "ui/term.h"

/* A keymap with the user's text as config.toml; fails the test when it is refused. */
static struct keymap *
keymap_with(const char *text)
{
	struct err err = ERR_INIT;
	struct toml *file = toml_parse(text, strlen(text), "config.toml", &err);
	struct keymap *map = file ? keymap_new(file, &err) : NULL;

	if (!map)
		fail_msg("%s", err.message);
	toml_free(file);
	return map;
}

static struct key_chord
chord(const char *name)
{
	struct key_chord c;

	assert_true(key_parse(name, &c));
	return c;
}

static enum action_id
find(const struct keymap *map, unsigned on, const char *keys)
{
	struct key_chord pressed = chord(keys);
	bool more;
	int nth;

	return keymap_find(map, on, &pressed, &nth, &more);
}

static char *
shown(const struct keymap *map, unsigned on, enum action_id id, bool all)
{
	struct str out = STR_INIT;

	keymap_shown(map, on, id, all, &out);
	return str_take(&out);
}

/* Names of keys mean what is written on them, in any case, and print as themselves. */
static void
names(void **state)
{
	static const struct {
		const char *name;
		uint32_t key;
		const char *shown;
	} cases[] = {
		{ "a", 'a', "a" },
		{ "A", 'A', "A" },
		{ "-", '-', "-" },
		{ "?", '?', "?" },
		{ "\u00e9", 0xe9, "\u00e9" },
		{ "Space", ' ', "Space" },
		{ "space", ' ', "Space" },
		{ "Ctrl-P", TERM_CTRL('p'), "Ctrl-P" },
		{ "ctrl-p", TERM_CTRL('p'), "Ctrl-P" },
		{ "Ctrl-I", TERM_KEY_TAB, "Tab" },
		{ "Ctrl-[", TERM_KEY_ESCAPE, "Esc" },
		{ "Ctrl-\\", 0x1c, "Ctrl-\\" },
		{ "Alt-x", 'x' | TERM_KEY_ALT, "Alt-x" },
		{ "Alt--", '-' | TERM_KEY_ALT, "Alt--" },
		{ "Alt-Enter", TERM_KEY_ENTER | TERM_KEY_ALT, "Alt-Enter" },
		{ "Alt-Ctrl-x", TERM_CTRL('x') | TERM_KEY_ALT, "Alt-Ctrl-X" },
		{ "F5", TERM_KEY_F1 + 4, "F5" },
		{ "F12", TERM_KEY_F12, "F12" },
		{ "F1", TERM_KEY_F1, "F1" },
		{ "PageUp", TERM_KEY_PAGE_UP, "PageUp" },
		{ "PgUp", TERM_KEY_PAGE_UP, "PageUp" },
		{ "Escape", TERM_KEY_ESCAPE, "Esc" },
		{ "Shift-Tab", TERM_KEY_BACKTAB, "BackTab" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct key_chord c = chord(cases[i].name);
		struct str out = STR_INIT;
		assert_int_equal(c.len, 1);
		assert_int_equal(c.keys[0], cases[i].key);
		key_format(&c, &out);
		assert_string_equal(str_cstr(&out), cases[i].shown);
		str_fini(&out);
	}
}

/* Keys that follow each other are one chord. */
static void
chords(void **state)
{
	struct key_chord c = chord("g-g");

	assert_int_equal(c.len, 2);
	assert_int_equal(c.keys[1], 'g');
	c = chord("Ctrl-X-Space-F1");
	assert_int_equal(c.len, 3);
	assert_int_equal(c.keys[1], ' ');
	c = chord("g--");
	assert_int_equal(c.len, 2);
	assert_int_equal(c.keys[1], '-');
}

/* What no terminal sends, or no one could press, is refused. */
static void
no_names(void **state)
{
	static const char *const bad[] = { "", "ab", "Ctrl-", "Ctrl-1", "Ctrl-Up", "Alt-[", "Alt-O",
		"Alt-Up", "F13", "F0", "g-", "a-b-c-d", "Hyper-x", "a b", "\t", "\xff", "Spac" };

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct key_chord c;
		if (key_parse(bad[i], &c))
			fail_msg("\"%s\" is taken for a key", bad[i]);
	}
}

/* Without a file every built-in key acts on its screens, and no two actions share one. */
static void
built_in(void **state)
{
	struct err err = ERR_INIT;
	struct keymap *map = keymap_new(NULL, &err);

	if (!map)
		fail_msg("%s", err.message);
	assert_int_equal(find(map, ON_TARGETS, "b"), ACT_BUILD);
	assert_int_equal(find(map, ON_TARGETS, "Space"), ACT_MARK);
	assert_int_equal(find(map, ON_BUILD, "Space"), ACT_SELECT);
	assert_int_equal(find(map, ON_HELP, "b"), ACT_NONE);
	assert_int_equal(find(map, ON_TYPING, "Ctrl-W"), ACT_TYPE_ERASE_WORD);
	keymap_free(map);
}

/* Digits show screens, but on the screen Build they are its panes; Alt and a digit always work. */
static void
digits(void **state)
{
	struct keymap *map = keymap_new(NULL, NULL);
	struct key_chord pressed = chord("3");
	bool more;
	int nth;

	assert_int_equal(find(map, ON_TARGETS, "5"), ACT_SHOW_BUILD);
	assert_int_equal(keymap_find(map, ON_BUILD, &pressed, &nth, &more), ACT_PANE);
	assert_int_equal(nth, 2);
	assert_int_equal(find(map, ON_BUILD, "Alt-1"), ACT_SHOW_TARGETS);
	assert_text(shown(map, ON_BUILD, ACT_PANE, false), "1-9");
	assert_text(shown(map, ON_BUILD, ACT_SHOW_TARGETS, true), "Alt-1");
	assert_text(shown(map, ON_TARGETS, ACT_SHOW_TARGETS, true), "1 Alt-1");
	keymap_free(map);
}

/* While text is typed letters are text, whatever they are bound to. */
static void
typing(void **state)
{
	struct keymap *map = keymap_new(NULL, NULL);

	assert_int_equal(find(map, ON_TYPING, "k"), ACT_NONE);
	assert_int_equal(find(map, ON_TYPING, "Up"), ACT_UP);
	assert_int_equal(find(map, ON_TYPING, "Enter"), ACT_OPEN);
	assert_text(shown(map, ON_TYPING, ACT_UP, true), "Up");
	keymap_free(map);
}

/* The user's keys replace the built-in ones of that action, and "none" takes them away. */
static void
users_keys(void **state)
{
	struct keymap *map = keymap_with(
		"[keys]\nbuild = [\"F5\", \"Ctrl-X-b\"]\nstop = \"none\"\nmark = \"m\"\n");
	struct key_chord pressed = chord("Ctrl-X");
	bool more;
	int nth;

	assert_int_equal(find(map, ON_TARGETS, "b"), ACT_NONE);
	assert_int_equal(find(map, ON_TARGETS, "F5"), ACT_BUILD);
	assert_int_equal(keymap_find(map, ON_TARGETS, &pressed, &nth, &more), ACT_NONE);
	assert_true(more);
	assert_int_equal(find(map, ON_TARGETS, "Ctrl-X-b"), ACT_BUILD);
	assert_int_equal(find(map, ON_BUILD, "x"), ACT_NONE);
	assert_text(shown(map, ON_TARGETS, ACT_BUILD, true), "F5 Ctrl-X-b");
	assert_text(shown(map, ON_TARGETS, ACT_BUILD, false), "F5");
	assert_text(shown(map, ON_BUILD, ACT_STOP, true), "");
	assert_int_equal(find(map, ON_BUILD, "Space"), ACT_SELECT);
	keymap_free(map);
}

/* A key freed from one action can be given to another. */
static void
swapped_keys(void **state)
{
	struct keymap *map = keymap_with("[keys]\nstop = \"b\"\nbuild = \"x\"\nexport = \"E\"\n");

	assert_int_equal(find(map, ON_BUILD, "b"), ACT_STOP);
	assert_int_equal(find(map, ON_BUILD, "x"), ACT_BUILD);
	keymap_free(map);
}

/* A mistake in the key table is named with line and column, what is meant, and what to try. */
static void
mistakes(void **state)
{
	static const struct {
		const char *text, *place, *why, *remedy;
	} cases[] = {
		{ "[keys]\nbiuld = \"b\"\n", "config.toml:2:9: ", "did you mean \"build\"?", "" },
		{ "[keys]\nxyzzyx = \"b\"\n", "config.toml:2:10: ", "unknown action \"xyzzyx\"",
			"" },
		{ "[keys]\nbuild = \"Hyper-b\"\n", "config.toml:2:9: ", "no key's name",
			"names such as" },
		{ "[keys]\nbuild = [\"b\", \"Ctrl-1\"]\n",
			"config.toml:2:15: ", "\"Ctrl-1\" is no key's name", "" },
		{ "[keys]\nbuild = 3\n", "config.toml:2:9: ", "found an integer", "" },
		{ "[keys]\nbuild = \"x\"\n", "config.toml:2:9: ",
			"key x of \"build\" belongs to \"stop\"", "stop = \"none\"" },
		{ "[keys]\nmark = \"q\"\n", "config.toml:2:8: ", "belongs to \"quit\"", "" },
		{ "[keys]\nbuild = \"g-b\"\n",
			"config.toml:2:9: ", "key g of \"build\" belongs to \"group\"", "" },
		{ "[keys]\nstop = \"m\"\nfix = \"m\"\n", "config.toml:3:7: ", "belongs to \"stop\"",
			"" },
		{ "keys = 1\n", "config.toml:1:8: ", "expected a table", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;
		struct toml *file =
			toml_parse(cases[i].text, strlen(cases[i].text), "config.toml", &err);
		assert_non_null(file);
		if (keymap_new(file, &err))
			fail_msg("case %zu is taken", i);
		assert_int_equal(err.kind, ERR_PARSE);
		if (!text_starts(err.message, cases[i].place) ||
			!strstr(err.message, cases[i].why) || !strstr(err.remedy, cases[i].remedy))
			fail_msg("case %zu: %s; try: %s", i, err.message, err.remedy);
		toml_free(file);
	}
}

/* The same key may do different things on different screens. */
static void
screens_apart(void **state)
{
	struct keymap *map = keymap_with("[keys]\nprobe = \"e\"\n");

	assert_int_equal(find(map, ON_TARGETS, "e"), ACT_PROBE);
	assert_int_equal(find(map, ON_BUILD, "e"), ACT_NEXT_ERROR);
	keymap_free(map);
}

/* Whatever stands in the file, a name that is shown is the key's own. */
static void
corpus_is_harmless(void **state)
{
	corpus_replay("tests/corpus/keys");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(chords),
		cmocka_unit_test(no_names),
		cmocka_unit_test(built_in),
		cmocka_unit_test(digits),
		cmocka_unit_test(typing),
		cmocka_unit_test(users_keys),
		cmocka_unit_test(swapped_keys),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(screens_apart),
		cmocka_unit_test(corpus_is_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
