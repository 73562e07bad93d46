#include "unit/check.h"
#include "ui/term_chrome.h"

static const char *const *variables; /* NAME, value, …, NULL */

static char *
get(const char *name)
{
	for (size_t i = 0; variables && variables[i]; i += 2)
		if (strcmp(variables[i], name) == 0)
			return (char *)variables[i + 1];
	return NULL;
}

#define VARIABLES_MAX 6

/* Progress and title go to terminals that are known to understand them, never through a multiplexer
 * that does not; what no terminal is known by gets nothing. */
static void
known_terminals(void **state)
{
	static const struct {
		const char *term;
		const char *variables[VARIABLES_MAX];
		bool progress, title, clipboard;
		enum chrome_notice notice;
	} cases[] = {
		{ "xterm-256color", { NULL }, false, true, true, NOTICE_BELL },
		{ "xterm-ghostty", { NULL }, true, true, true, NOTICE_OSC777 },
		{ "xterm-256color", { "TERM_PROGRAM", "WezTerm" }, true, true, true,
			NOTICE_OSC777 },
		{ "tmux-256color", { "TMUX", "/tmp/1", "TERM_PROGRAM", "WezTerm" }, false, true,
			true, NOTICE_BELL },
		{ "xterm-256color", { "TERM_PROGRAM", "iTerm.app", "TERM_FEATURES", "T3LrMSc7" },
			false, true, true, NOTICE_OSC9 },
		{ "xterm-256color", { "TERM_PROGRAM", "iTerm.app", "TERM_FEATURES", "T3PLr" }, true,
			true, true, NOTICE_OSC9 },
		{ "xterm-256color", { "VTE_VERSION", "6800" }, false, true, false, NOTICE_BELL },
		{ "xterm-256color", { "VTE_VERSION", "8003" }, true, true, false, NOTICE_BELL },
		{ "screen-256color", { "VTE_VERSION", "8003" }, false, false, true, NOTICE_BELL },
		{ "linux", { NULL }, false, false, false, NOTICE_BELL },
		{ "xterm-256color", { "WT_SESSION", "9" }, true, true, true, NOTICE_BELL },
		{ "foot", { NULL }, false, true, true, NOTICE_OSC777 },
		{ "eterm", { NULL }, false, false, true, NOTICE_BELL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		variables = cases[i].variables;
		struct chrome c = chrome_of(cases[i].term, get);
		assert_int_equal(c.progress, cases[i].progress);
		assert_int_equal(c.title, cases[i].title);
		assert_int_equal(c.clipboard, cases[i].clipboard);
		assert_int_equal(c.notice, cases[i].notice);
	}
}

/* The title that was there is set aside once and comes back; what is the same is not sent again. */
static void
all_is_taken_back(void **state)
{
	struct chrome c = { .progress = true, .title = true };
	struct str out = STR_INIT;

	chrome_leave(&c, &out);
	chrome_set_title(&c, NULL, &out);
	chrome_set_progress(&c, -1, &out);
	assert_int_equal(out.len, 0);
	chrome_set_title(&c, "greet: 1 %\a\033\177", &out);
	chrome_set_title(&c, "greet: 2 %", &out);
	chrome_set_progress(&c, 2, &out);
	chrome_set_progress(&c, 2, &out);
	assert_string_equal(str_cstr(&out),
		"\033[22;2t\033]2;greet: 1 %\033\\\033]2;greet: 2 %\033\\\033]9;4;1;2\033\\");
	str_clear(&out);
	chrome_leave(&c, &out);
	assert_string_equal(str_cstr(&out), "\033]9;4;0;0\033\\\033[23;2t");
	str_clear(&out);
	chrome_set_progress(&c, -1, &out);
	chrome_set_title(&c, NULL, &out);
	chrome_leave(&c, &out);
	assert_string_equal(str_cstr(&out), "\033]9;4;0;0\033\\\033[23;2t");
	str_fini(&out);
}

/* A terminal that is not known to take them gets no byte. */
static void
nothing_to_who_does_not_know(void **state)
{
	struct chrome c = { 0 };
	struct str out = STR_INIT;

	chrome_set_title(&c, "greet", &out);
	chrome_set_progress(&c, 50, &out);
	chrome_leave(&c, &out);
	assert_int_equal(out.len, 0);
	str_fini(&out);
}

/* A notice comes in the terminal's own way, or as a bell. */
static void
notices(void **state)
{
	static const char *const sent[] = { "\a", "\033]9;greet: 2 ok\033\\",
		"\033]777;notify;greet;2 ok\033\\" };

	for (int how = NOTICE_BELL; how <= NOTICE_OSC777; how++) {
		struct str out = STR_INIT;
		chrome_notify((enum chrome_notice)how, "greet", "2 ok", &out);
		assert_string_equal(str_cstr(&out), sent[how]);
		str_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_terminals),
		cmocka_unit_test(all_is_taken_back),
		cmocka_unit_test(nothing_to_who_does_not_know),
		cmocka_unit_test(notices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
