/* Builds whose xtui was killed: `xtui build` after it offers to go on with them, and --resume does. */
#include "e2e/bench_cli.h"

#include "text/json.h"

/* The newest run's name; in the bed's memory. */
static const char *
newest(struct stage *s)
{
	const char *id;
	struct json *doc;

	xtui(s, "history", "--json", "-n", "1");
	doc = stage_json(s, "HISTORY");
	id = arena_strdup(&s->bed->arena,
		json_string(json_get(json_first(json_get(doc, "runs")), "run"), ""));
	json_free(doc);
	return id;
}

/* Kills xtui while it builds with these words; the name of that run. */
static const char *
kill_build(struct stage *s, const char *const *words)
{
	struct running *building;

	stage_slow(s);
	building = stage_start(s, words, "Compiling slow");
	stage_signal(building, SIGKILL);
	stage_wait(building);
	assert_int_equal(s->signal, SIGKILL);
	stage_open_gate(s);
	return newest(s);
}

static void
assert_said(struct stage *s, const char *text)
{
	if (!strstr(str_cstr(&s->err), text))
		fail_msg("\"%s\" is not in: %s", text, str_cstr(&s->err));
}

/* Where nobody can be asked, a build that is told nothing names the line that goes on, once; that line builds
 * what was asked for then, and after that there is nothing left to go on with. */
static void
line_is_named(void **state)
{
	struct stage *s = *state;
	const char *id, *line;

	NEED_FIXTURE(s);
	id = kill_build(s, WORDS("build", "-t", MUSL, "--profile", "dev", NULL));
	line = arena_printf(&s->bed->arena, "xtui build --resume %s\n", id);
	xtui(s, "build");
	assert_code(s, 0);
	assert_said(s, "xtui: the last build was interrupted (1 target: " MUSL ")");
	assert_said(s, line);
	assert_out(s, "--target " HOST);
	xtui(s, "build");
	assert_null(strstr(str_cstr(&s->err), "interrupted"));
	xtui(s, "build", "--resume");
	assert_code(s, 0);
	assert_out(s, "$ cargo build --target " MUSL);
	xtui(s, "build", "--resume");
	assert_refused(s, 1, "no build was interrupted here");
	xtui(s, "build", "--resume", id, "--dry-run");
	assert_code(s, 0);
	assert_out(s, "--target " MUSL);
}

/* A build of the same as was killed goes on with it: there is nothing to choose. One that says what to build,
 * and -q, say nothing. */
static void
same_build_goes_on(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	kill_build(s, WORDS("build", NULL));
	xtui(s, "build", "--json");
	assert_code(s, 0);
	assert_said(s, "xtui: the last build was interrupted: this one goes on where it was\n");
	assert_int_equal(stage_events(s, "run_finished", "status", "ok"), 1);
}

/* Who says what to build, or wants to hear no more than that, is not bothered. */
static void
own_wish_is_no_question(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	kill_build(s, WORDS("build", "-t", MUSL, NULL));
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	assert_null(strstr(str_cstr(&s->err), "interrupted"));
	xtui(s, "build", "--resume", "--json");
	assert_code(s, 0);
	assert_int_equal(stage_events(s, "run_finished", "status", "ok"), 1);
}

/* What --resume does not go with is refused, with the reason; nothing is built. */
static void
what_cannot_be_resumed(void **state)
{
	struct stage *s = *state;
	const char *id, *whole;

	NEED_FIXTURE(s);
	id = kill_build(s, WORDS("build", "-t", MUSL, NULL));
	xtui(s, "build", "--resume", "-t", HOST);
	assert_refused(s, 2, "it builds what was asked for then, so --target cannot be said");
	xtui(s, "build", "--resume", "--", "--locked");
	assert_refused(s, 2, "no words after -- can be said");
	xtui(s, "build", id);
	assert_refused(s, 2, "build: unexpected");
	xtui(s, "build", "--resume", "nonsense");
	assert_refused(s, 2, "no run \"nonsense\" is known");
	xtui(s, "build", "-q", "-t", HOST);
	assert_code(s, 0);
	whole = newest(s);
	xtui(s, "build", "--resume", whole);
	assert_refused(s, 1, "was not interrupted: ok");
	stage_greet(s);
	xtui(s, "build", "--resume", id);
	assert_refused(s, 2, "is of another workspace");
	assert_string_equal(newest(s), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(line_is_named),
		STAGE_TEST(same_build_goes_on),
		STAGE_TEST(own_wish_is_no_question),
		STAGE_TEST(what_cannot_be_resumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
