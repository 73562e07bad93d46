/* screen_targets: drawn from a survey that no process took, moved by the actions of keys. */
#include "unit/check.h"
#include "build/job.h"
#include "build/lab.h"
#include "build/run.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "unit/dice.h"
#include "unit/help_screen.h"
#include "unit/triples.h"

/* Stands for the engine's: the screen asks no more of a run than its jobs. */
struct run {
	struct job jobs[3];
	size_t count;
};

bool
lab_is_over(const struct lab *lab)
{
	return true;
}

size_t
run_job_count(const struct run *r)
{
	return r->count;
}

struct job *
run_job(const struct run *r, size_t i)
{
	return (struct job *)&r->jobs[i];
}

static int
set_up(void **state)
{
	*state = xcalloc(1, sizeof(struct bench));
	bench_open(*state, &screen_targets, 0);
	return 0;
}

static void
press_times(struct bench *b, enum action_id act, int times)
{
	while (times-- > 0)
		press(b, act);
}

static void
type_filter(struct bench *b, const char *text)
{
	press(b, ACT_FILTER);
	struct input *in = screen_targets.input(&b->screen);
	assert_non_null(in);
	input_set(in, text);
	screen_targets.typed(&b->screen, INPUT_CHANGED);
}

/* The triple on the row that has the cursor. */
static void
assert_focus(struct bench *b, const char *triple)
{
	char *text = drawn(b, 24, 80);
	char *at = strstr(text, "▸");

	assert_non_null(at);
	at += strlen("▸");
	if (text_starts(at, "✓"))
		at += strlen("✓") - 1;
	at += 1 + 1;
	if (!text_starts(at, triple))
		print_error("wanted %s:\n%s", triple, text);
	assert_true(text_starts(at, triple));
	free(text);
}

/* Moves the cursor to a target of those that stand first. */
static void
go_to(struct bench *b, const char *triple)
{
	type_filter(b, triple);
	screen_targets.typed(&b->screen, INPUT_CANCELLED);
	assert_focus(b, triple);
}

static bool
canvas_has(const struct canvas *c, enum role role, uint8_t attrs)
{
	for (int i = 0; i < c->rows * c->cols; i++)
		if (c->cells[i].role == role && (c->cells[i].attrs & attrs) == attrs)
			return true;
	return false;
}

/* At every size the table shows what can be built here, and the card what the rest lacks. */
static void
draws_at_every_size(void **state)
{
	struct bench *b = *state;

	choice_mark(b->store.choice, SURVEY_HOST, true);
	choice_mark(b->store.choice, ARM64, true);
	golden(b, "targets-40x10", 10, 40, false);
	golden(b, "targets-80x24", 24, 80, false);
	golden(b, "targets-200x50", 50, 200, false);
	golden(b, "targets-40x10-ascii", 10, 40, true);
	golden(b, "targets-80x24-ascii", 24, 80, true);
	golden(b, "targets-200x50-ascii", 50, 200, true);
}

/* The open card says everything, the log of a probe that failed included. */
static void
draws_the_open_card(void **state)
{
	struct bench *b = *state;

	go_to(b, ARMV7);
	golden(b, "targets-failed-80x24", 24, 80, false);
	press(b, ACT_OPEN);
	golden(b, "targets-card-80x24", 24, 80, false);
	golden(b, "targets-card-40x10", 10, 40, false);
	press(b, ACT_BACK);
	assert_drawn(b, "links with", true);
}

/* What stands in the way is one line on top; the rest stays readable. */
static void
says_what_is_amiss(void **state)
{
	static const struct {
		unsigned without;
		const char *text;
	} cases[] = {
		{ SURVEY_NO_TOOLCHAIN,
			"! cargo: not found on PATH; try: sudo apt-get install -y cargo" },
		{ SURVEY_NO_WORKSPACE, "! no Cargo.toml in /home/ana or above it" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bench b;
		bench_open(&b, &screen_targets, cases[i].without);
		assert_drawn(&b, cases[i].text, true);
		assert_drawn(&b, ARM64, true);
		if (cases[i].without == SURVEY_NO_TOOLCHAIN)
			golden(&b, "targets-no-toolchain-80x24", 24, 80, false);
		bench_close(&b);
	}
}

/* With an xtui.toml that cannot be read, or one that names an unknown target, a line says so. */
static void
says_what_is_wrong_with_the_choice(void **state)
{
	struct bench *b = *state;

	choice_mark(b->store.choice, "aarch64-linux-gnu", true);
	screen_targets.update(&b->screen, STORE_CHOICE);
	assert_drawn(
		b, "! xtui.toml: target \"aarch64-linux-gnu\": the built-in table of rust", true);
	b->store.choice_is_kept = false;
	screen_targets.update(&b->screen, STORE_CHOICE);
	assert_drawn(b, "xtui.toml cannot be read: marks are not kept", true);
}

/* First what can be built here and what everyone uses, by platform; then the rest, by platform. */
static void
common_targets_come_first(void **state)
{
	static const char *const order[] = { "\nLinux\n", SURVEY_HOST, ARM64, ARMV7, RISCV,
		"Linux (musl)\n", "x86_64-unknown-linux-musl", "Windows\n", "macOS\n", "BSD\n",
		"Linux, less common\n", "aarch64-unknown-linux-gnu_ilp32",
		"Windows, less common\n" };
	struct bench *b = *state;
	char *text = drawn(b, 400, 120), *at = text;

	for (size_t i = 0; i < COUNT(order); i++) {
		at = strstr(at, order[i]);
		if (!at)
			print_error("not in its place: %s\n", order[i]);
		assert_non_null(at);
	}
	free(text);
}

/* g groups by tier, by readiness, not at all, and by platform again; the cursor stays. */
static void
groups_in_turn(void **state)
{
	static const char *const headings[] = { "Tier 1: tested", "Ready: a probe linked", "",
		"Linux\n" };
	struct bench *b = *state;

	go_to(b, ARM64);
	for (size_t i = 0; i < COUNT(headings); i++) {
		assert_true(press(b, ACT_GROUP) & FX_REDRAW);
		char *text = drawn(b, 400, 80);
		assert_non_null(strstr(text, headings[i]));
		free(text);
		assert_focus(b, ARM64);
	}
}

/* Typing leaves what holds the words, else what holds the letters in order; Esc brings all back. */
static void
filters_as_you_type(void **state)
{
	static const struct {
		const char *filter, *there, *gone;
	} cases[] = {
		{ "musl", "aarch64-unknown-linux-musl", SURVEY_HOST },
		{ "win gnu", "x86_64-pc-windows-gnu", "msvc" },
		{ "macos", "aarch64-apple-darwin", "-linux-" },    /* by what it is */
		{ "raspberry", ARMV7, SURVEY_HOST },               /* by what it is for */
		{ "rv64gnu", RISCV, "x86_64-unknown-linux-musl" }, /* by letters */
		{ "no such thing", "no target matches", "-linux-" },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		type_filter(b, cases[i].filter);
		assert_drawn(b, cases[i].there, true);
		assert_drawn(b, cases[i].gone, false);
		screen_targets.typed(&b->screen, INPUT_CANCELLED);
		assert_null(screen_targets.input(&b->screen));
		assert_drawn(b, "Esc shows all", false);
	}
}

/* The letters that match are marked by role, and on the cursor's row by underlining. */
static void
marks_the_letters_that_match(void **state)
{
	struct bench *b = *state;

	type_filter(b, "musl");
	draw(b, 24, 80);
	assert_true(canvas_has(b->canvas, ROLE_MATCH, 0));
	assert_true(canvas_has(b->canvas, ROLE_CURSOR, ANSI_UNDERLINE));
	golden(b, "targets-filter-80x24", 24, 80, false);
	golden(b, "targets-filter-40x10", 10, 40, false);
}

/* Enter keeps the filter, Esc then takes it away; the cursor stays on the target that was found. */
static void
filter_stays_until_esc(void **state)
{
	struct bench *b = *state;

	type_filter(b, "windows");
	assert_focus(b, "x86_64-pc-windows-gnu");
	screen_targets.typed(&b->screen, INPUT_ACCEPTED);
	assert_null(screen_targets.input(&b->screen));
	assert_drawn(b, "Esc shows all", true);
	press(b, ACT_BACK);
	assert_drawn(b, "Esc shows all", false);
	assert_focus(b, "x86_64-pc-windows-gnu");
	assert_int_equal(press(b, ACT_BACK), FX_DONE);
}

/* The cursor stays on its triple when the survey is replaced, wherever that puts it. */
static void
cursor_stays_on_its_triple(void **state)
{
	struct bench *b = *state;
	struct survey *before = b->survey;

	go_to(b, RISCV);
	b->store.survey = b->survey = survey_fixture(SURVEY_NO_TOOLCHAIN);
	screen_targets.update(&b->screen, STORE_SURVEY);
	survey_free(before);
	assert_focus(b, RISCV);
}

/* Space marks and unmarks, and has it kept. */
static void
space_marks(void **state)
{
	struct bench *b = *state;

	go_to(b, ARM64);
	assert_int_equal(press(b, ACT_MARK), FX_REDRAW | FX_SAVE_CHOICE);
	assert_true(choice_has_target(b->store.choice, ARM64));
	assert_drawn(b, "▸✓ " ARM64, true);
	press(b, ACT_MARK);
	assert_false(choice_has_target(b->store.choice, ARM64));
}

/* A brings the saved marks back, then none, then the saved ones again. */
static void
saved_marks_come_back(void **state)
{
	struct bench *b = *state;
	struct choice *choice = b->store.choice;

	choice_mark(choice, SURVEY_HOST, true);
	choice_mark(choice, ARM64, true);
	screen_targets.update(&b->screen, STORE_CHOICE);
	go_to(b, RISCV);
	press(b, ACT_MARK);
	assert_int_equal(choice_target_count(choice), 3);
	assert_true(press(b, ACT_MARK_SAVED) & FX_SAVE_CHOICE);
	assert_int_equal(choice_target_count(choice), 2);
	assert_false(choice_has_target(choice, RISCV));
	press(b, ACT_MARK_SAVED);
	assert_int_equal(choice_target_count(choice), 0);
	press(b, ACT_MARK_SAVED);
	assert_true(choice_has_target(choice, ARM64));
}

/* Where nothing was saved, A unmarks what was marked here, and brings that back. */
static void
marks_come_back_without_saved_ones(void **state)
{
	struct bench *b = *state;

	assert_int_equal(press(b, ACT_MARK_SAVED), FX_REDRAW);
	assert_string_equal(
		str_cstr(&b->store.message), "no targets are saved for this project yet");
	press(b, ACT_MARK);
	press(b, ACT_MARK_SAVED);
	assert_int_equal(choice_target_count(b->store.choice), 0);
	press(b, ACT_MARK_SAVED);
	assert_true(choice_has_target(b->store.choice, SURVEY_HOST));
}

/* b builds what is marked; with nothing marked it says so. */
static void
builds_what_is_marked(void **state)
{
	struct bench *b = *state;

	assert_true(press(b, ACT_BUILD) & FX_BELL);
	assert_string_equal(str_cstr(&b->store.message), "no target is marked");
	press(b, ACT_MARK);
	assert_int_equal(press(b, ACT_BUILD), FX_BUILD);
}

/* p probes where all that is needed is here; else it says what is missing and how to get it. */
static void
probes_what_can_be_probed(void **state)
{
	struct bench *b = *state;

	go_to(b, "x86_64-unknown-linux-musl");
	assert_true(press(b, ACT_PROBE) & FX_PROBE);
	assert_string_equal(b->store.request.triple, "x86_64-unknown-linux-musl");
	vec_push(&b->store.probing, xstrdup("x86_64-unknown-linux-musl"));
	assert_drawn(b, "… probing", true);
	assert_drawn(b, "compiling and linking a small program", true);
	assert_false(press(b, ACT_PROBE) & FX_PROBE);

	go_to(b, RISCV);
	assert_false(press(b, ACT_PROBE) & FX_PROBE);
	assert_string_equal(str_cstr(&b->store.message),
		RISCV ": std is missing; try: rustup target add " RISCV);
	go_to(b, "aarch64-apple-darwin");
	assert_false(press(b, ACT_PROBE) & FX_PROBE);
	go_to(b, "aarch64-apple-ios");
	assert_false(press(b, ACT_PROBE) & FX_PROBE);
	assert_string_equal(str_cstr(&b->store.message),
		"aarch64-apple-ios: no backend reaches it from this host");
}

/* B goes round the backends; the choice is kept, and what it lacks here is said. */
static void
backends_in_turn(void **state)
{
	static const struct need zig = {
		.kind = NEED_TOOL, .name = "cargo-zigbuild", .detail = "not found on PATH"
	};
	static const struct need *const lacks[] = { NULL, &zig, NULL };
	struct bench *b = *state;
	const struct survey *s = b->store.survey;
	struct target_state *arm = &s->states[survey_find(s, ARM64)];

	go_to(b, ARM64);
	arm->lacks = lacks;
	assert_int_equal(press(b, ACT_BACKEND), FX_REDRAW | FX_SAVE_CHOICE);
	assert_string_equal(choice_backend(b->store.choice, ARM64), "zig");
	assert_string_equal(
		str_cstr(&b->store.message), ARM64 ": zig; cargo-zigbuild: not found on PATH");
	assert_drawn(b, "◐ tool", true);
	press(b, ACT_OPEN);
	assert_drawn(b, "zig, chosen here (needs cargo-zigbuild", true);
	press(b, ACT_BACK);
	press(b, ACT_BACKEND);
	assert_string_equal(choice_backend(b->store.choice, ARM64), "cross");
	press(b, ACT_BACKEND);
	assert_null(choice_backend(b->store.choice, ARM64));
	assert_drawn(b, "◐ tool", false);

	go_to(b, "aarch64-apple-darwin");
	assert_false(press(b, ACT_BACKEND) & FX_SAVE_CHOICE);
}

/* y copies the command that brings what is missing, else the triple. */
static void
copies_the_remedy(void **state)
{
	static const struct {
		const char *triple, *copied;
	} cases[] = {
		{ SURVEY_HOST, SURVEY_HOST },
		{ RISCV, "rustup target add " RISCV },
		{ "x86_64-unknown-linux-musl", "sudo apt-get install -y musl-tools" },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		go_to(b, cases[i].triple);
		assert_int_equal(press(b, ACT_COPY), FX_COPY);
		assert_string_equal(str_cstr(&b->store.request.text), cases[i].copied);
	}
}

/* The open card scrolls to its last line and no further, and goes on to the next target. */
static void
card_scrolls(void **state)
{
	struct bench *b = *state;

	go_to(b, ARM64);
	press(b, ACT_OPEN);
	press(b, ACT_BOTTOM);
	char *end = drawn(b, 10, 40);
	press_times(b, ACT_DOWN, 50);
	char *further = drawn(b, 10, 40);
	assert_string_equal(end, further);
	assert_non_null(strstr(end, "facts"));
	assert_non_null(strstr(end, "▲"));
	free(end);
	free(further);
	press(b, ACT_TOP);
	assert_drawn(b, "ARM64 Linux", true);
	press(b, ACT_NEXT);
	assert_drawn(b, ARMV7, true);
	press(b, ACT_BACK);
	assert_focus(b, ARMV7);
}

/* A click selects, a double click opens the card, the wheel moves; headings take no click. */
static void
mouse_selects_and_opens(void **state)
{
	struct bench *b = *state;

	draw(b, 24, 80);
	mouse(b, TERM_MOUSE_PRESS, row_of(b, ARMV7), 10);
	assert_focus(b, ARMV7);
	mouse(b, TERM_MOUSE_PRESS, row_of(b, "Linux (musl)"), 3);
	assert_focus(b, ARMV7);
	mouse(b, TERM_MOUSE_DOUBLE, row_of(b, "Linux (musl)"), 3);
	assert_drawn(b, "links with", true);
	mouse(b, TERM_MOUSE_WHEEL_UP, 6, 10);
	assert_focus(b, SURVEY_HOST);
	mouse(b, TERM_MOUSE_DOUBLE, row_of(b, ARM64), 10);
	assert_drawn(b, "links with", false);
	assert_drawn(b, "ARM64 Linux", true);
	mouse(b, TERM_MOUSE_DOUBLE, 6, 10);
	assert_focus(b, ARM64);
}

/* The time of this session's last build stands in the row of its target. */
static void
shows_the_last_build(void **state)
{
	char host[] = SURVEY_HOST, arm[] = ARM64, armv7[] = ARMV7;
	struct run run = {
		.jobs = { { .target = host, .state = JOB_OK, .started_ms = 100, .ended_ms = 1390 },
			{ .target = arm, .state = JOB_FAILED, .ended_ms = 800 },
			{ .target = armv7, .state = JOB_OK, .ended_ms = 725000 } },
		.count = 3
	};
	struct bench *b = *state;

	b->store.run = &run;
	assert_drawn(b, "✔ ready   1.2s", true);
	assert_drawn(b, "✔ ready      ✖", true);
	assert_drawn(b, "✖ probe    12m", true);
	b->store.run = NULL;
}

/* Before anything is built now, the history tells: the time, and where there is room the size. */
static void
shows_past_builds(void **state)
{
	struct bench *b = *state;
	char *wide;

	vec_push(&b->store.lasts.items,
		((struct last_build){ xstrdup(SURVEY_HOST), JOB_OK, 1290, 2412345 }));
	vec_push(&b->store.lasts.items,
		((struct last_build){ .target = xstrdup(ARM64), .state = JOB_FAILED }));
	assert_drawn(b, "✔ ready   1.2s", true);
	assert_drawn(b, "✔ ready      ✖", true);
	wide = drawn(b, 50, 200);
	assert_non_null(strstr(wide, "2.41 MB    1.2s"));
	free(wide);
	last_builds_fini(&b->store.lasts);
}

/* The room beside the tabs says how many targets are ready, as well as it fits. */
static void
corner_counts(void **state)
{
	static const struct {
		int cols;
		const char *text;
	} cases[] = { { 40, "2 ready, 2 likely of 320" }, { 18, "2 ready of 320" }, { 8, "" } };
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str text = STR_INIT;
		canvas_resize(b->canvas, 1, cases[i].cols);
		screen_targets.corner(&b->screen, canvas_area(b->canvas));
		canvas_dump_text(b->canvas, &text);
		assert_span(span_trim(str_span(&text)), cases[i].text);
		str_fini(&text);
	}
}

/* Whatever is pressed, at whatever size, there is a picture and the cursor is on a target. */
static void
any_keys_at_any_size(void **state)
{
	static const char *const filters[] = { "", "linux", "x", "a b", "\xff", "nothing at all" };
	struct bench *b = *state;
	struct dice d = { 7 };

	for (int i = 0; i < 3000; i++) {
		press(b, (enum action_id)(1 + dice_below(&d, ACT_COUNT - 1)));
		if (screen_targets.input(&b->screen)) {
			input_set(screen_targets.input(&b->screen),
				filters[dice_below(&d, COUNT(filters))]);
			screen_targets.typed(
				&b->screen, (enum input_change)(INPUT_CHANGED + dice_below(&d, 3)));
		}
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
		CASE(draws_the_open_card),
		cmocka_unit_test(says_what_is_amiss),
		CASE(says_what_is_wrong_with_the_choice),
		CASE(common_targets_come_first),
		CASE(groups_in_turn),
		CASE(filters_as_you_type),
		CASE(marks_the_letters_that_match),
		CASE(filter_stays_until_esc),
		CASE(cursor_stays_on_its_triple),
		CASE(space_marks),
		CASE(saved_marks_come_back),
		CASE(marks_come_back_without_saved_ones),
		CASE(builds_what_is_marked),
		CASE(probes_what_can_be_probed),
		CASE(backends_in_turn),
		CASE(copies_the_remedy),
		CASE(card_scrolls),
		CASE(mouse_selects_and_opens),
		CASE(shows_the_last_build),
		CASE(shows_past_builds),
		CASE(corner_counts),
		CASE(any_keys_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
