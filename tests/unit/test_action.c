#include "check.h"
#include "base/utf8.h"
#include "ui/action.h"
#include "ui/keys.h"

/* Every action has a name that can stand in a config file, a description, and somewhere to act. */
static void
rows_are_whole(void **state)
{
	for (int id = 1; id < ACT_COUNT; id++) {
		const struct action *a = action_get((enum action_id)id);
		assert_int_equal(a->id, id);
		assert_int_equal(strspn(a->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(a->name));
		assert_in_range(strlen(a->name), 2, 16);
		assert_in_range(utf8_columns(span_of(a->what)), 5, 52); /* as wide as help shows */
		assert_true(a->screens & ON_ALL);
		assert_true(strlen(a->label) <= 12);
	}
}

/* Every built-in key is the name of a key, and each is given once to an action. */
static void
keys_are_keys(void **state)
{
	for (int id = 1; id < ACT_COUNT; id++) {
		struct span rest = span_of(action_get((enum action_id)id)->keys);
		while (rest.len) {
			char *name = span_dup(span_cut(rest, ' ', &rest));
			struct key_chord chord;
			struct str again = STR_INIT;
			if (!key_parse(name, &chord))
				fail_msg("\"%s\" is no key", name);
			key_format(&chord, &again);
			assert_string_equal(str_cstr(&again), name);
			str_fini(&again);
			free(name);
		}
	}
}

/* Names are unique, and each leads back to its action. */
static void
names_lead_back(void **state)
{
	for (int id = 1; id < ACT_COUNT; id++)
		assert_int_equal(action_find(action_get((enum action_id)id)->name)->id, id);
	assert_null(action_find("no-such-thing"));
	assert_null(action_find(""));
	assert_string_equal(action_nearest("nxt-error"), "next-error");
	assert_null(action_nearest("xyzzyxyzzy"));
}

/* Each tab's screen has the action that shows it, with the tab's number as its key. */
static void
screens_and_their_actions(void **state)
{
	for (int id = 1; id < ACT_COUNT; id++) {
		enum screen_id screen = action_shows((enum action_id)id);
		if (screen)
			assert_int_equal(
				action_get((enum action_id)id)->keys[0], '0' + (int)screen);
	}
	assert_int_equal(action_shows(ACT_SHOW_TARGETS), SCREEN_TARGETS);
	assert_int_equal(action_shows(ACT_SHOW_ARTIFACTS), SCREEN_ARTIFACTS);
	assert_int_equal(action_shows(ACT_BUILD), SCREEN_NONE);
	assert_true(action_acts_on(ACT_MARK, SCREEN_TARGETS));
	assert_false(action_acts_on(ACT_MARK, SCREEN_BUILD));
}

/* On every screen Esc goes back, q leaves, ? helps: they are on all of them. */
static void
same_everywhere(void **state)
{
	struct keymap *map = keymap_new(NULL, NULL);
	static const struct {
		const char *key;
		enum action_id id;
	} cases[] = { { "Esc", ACT_BACK }, { "q", ACT_QUIT }, { "?", ACT_HELP },
		{ ":", ACT_PALETTE }, { "Ctrl-C", ACT_INTERRUPT }, { "Ctrl-Z", ACT_SUSPEND },
		{ "Ctrl-L", ACT_REDRAW }, { "F2", ACT_MOUSE } };

	for (int screen = SCREEN_TARGETS; screen <= SCREEN_ARTIFACTS; screen++) {
		for (size_t i = 0; i < COUNT(cases); i++) {
			struct key_chord chord;
			bool more;
			int nth;
			assert_true(key_parse(cases[i].key, &chord));
			assert_int_equal(
				keymap_find(map, 1u << screen, &chord, &nth, &more), cases[i].id);
		}
	}
	keymap_free(map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(keys_are_keys),
		cmocka_unit_test(names_lead_back),
		cmocka_unit_test(screens_and_their_actions),
		cmocka_unit_test(same_everywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
