/* screen_setup: drawn from a plan made by hand, moved by the actions of keys. */
#include "hint/explain.h"
#include "host/platform.h"
#include "plan/plan.h"
#include "plan/runner.h"
#include "ui/setup.h"
#include "unit/help_golden.h"
#include "unit/help_screen.h"
#include "unit/triples.h"

static const char *const no_steps[] = { NULL };
static const char *const rustup_musl[] = { "rustup", "target", "add", MUSL, NULL };
static const char *const rustup_arm[] = { "rustup", "target", "add", ARM64, NULL };
static const char *const apt[] = { "apt-get", "install", "-y", "gcc-aarch64-linux-gnu", NULL };
static const char *const probe[] = { "xtui", "doctor", "--probe", ARM64, NULL };
static const char *const after_std[] = { "std:" ARM64, NULL };

/* clang-format off */
static struct step steps[] = {
	{ "std:" MUSL, STEP_RUN, "rustup target add " MUSL, "the standard library of " MUSL, rustup_musl,
	  .bytes = 21000000, .disk_bytes = -1, .after = no_steps },
	{ "packages:apt", STEP_RUN, "apt-get install -y gcc-aarch64-linux-gnu", "links " ARM64, apt, .root = true,
	  .bytes = -1, .disk_bytes = -1, .after = no_steps },
	{ "std:" ARM64, STEP_RUN, "rustup target add " ARM64, "the standard library of " ARM64, rustup_arm,
	  .bytes = -1, .disk_bytes = -1, .after = no_steps },
	{ "sysroot", STEP_DOWNLOAD, "base.txz of FreeBSD 14.3", "what programs for FreeBSD are linked against",
	  .url = "https://download.freebsd.org/releases/amd64/14.3-RELEASE/base.txz", .bytes = 198000000, .disk_bytes = 420000000,
	  .path = "/home/ana/.local/share/xtui/sysroots/x86_64-unknown-freebsd-14.3", .after = no_steps },
	{ "config", STEP_EDIT, ".cargo/config.toml", "plain cargo build finds the linker, too", .bytes = -1, .disk_bytes = -1,
	  .path = "/nonexistent/greet/.cargo/config.toml", .after = no_steps, .optional = true,
	  .diff = "--- /dev/null\n+++ b/.cargo/config.toml\n@@ -0,0 +1,2 @@\n+[target." ARM64 "]\n+linker = \"aarch64-linux-gnu-gcc\"\n" },
	{ "probe:" ARM64, STEP_PROBE, "xtui doctor --probe " ARM64, "compile, link, run with qemu-aarch64-static", probe,
	  .bytes = -1, .disk_bytes = -1, .target = ARM64, .after = after_std },
};
/* clang-format on */

#define STEPS COUNT(steps)

struct stand {
	struct bench bench; /* first: help_screen's tear down takes it for its own */
	struct plan plan;
	struct setup setup;
	struct step_status status[STEPS];
	struct setup_step rows[STEPS];
};

static const struct platform machine = { .pretty = "Debian GNU/Linux 12 (bookworm)" };
static const struct reach reach[] = { { MUSL, NULL }, { ARM64, "native" } };

static void
tell(struct stand *s)
{
	screen_setup.update(&s->bench.screen, STORE_ALL);
}

static int
set_up(void **state)
{
	struct stand *s = xcalloc(1, sizeof(*s));

	s->plan = (struct plan){ steps, STEPS, ARENA_INIT };
	s->setup = (struct setup){ .stage = SETUP_MADE,
		.reach = reach,
		.reach_count = 2,
		.packages = PM_APT,
		.root = ROOT_SUDO,
		.plan = &s->plan,
		.steps = s->rows };
	for (size_t i = 0; i < STEPS; i++) {
		s->status[i] = (struct step_status){ .exit_code = -1, .eta_ms = -1 };
		s->rows[i] = (struct setup_step){ &s->status[i], steps[i].bytes,
			steps[i].disk_bytes, { 0 } };
	}
	bench_open(&s->bench, &screen_setup, 0);
	s->bench.store.setup = &s->setup;
	s->bench.store.platform = &machine;
	choice_mark(s->bench.store.choice, MUSL, true);
	choice_mark(s->bench.store.choice, ARM64, true);
	tell(s);
	*state = s;
	return 0;
}

static void
goldens(struct stand *s, const char *name)
{
	static const struct {
		const char *size;
		int rows, cols;
		bool ascii;
	} forms[] = {
		{ "80x24", 24, 80, false },
		{ "40x10", 10, 40, false },
		{ "200x50", 50, 200, false },
		{ "80x24-ascii", 24, 80, true },
	};
	char file[80];

	for (size_t i = 0; i < COUNT(forms); i++) {
		snprintf(file, sizeof(file), "setup-%s-%s", name, forms[i].size);
		s->bench.canvas->ascii = forms[i].ascii;
		draw(&s->bench, forms[i].rows, forms[i].cols);
		golden_check(file, s->bench.canvas);
	}
	s->bench.canvas->ascii = false;
}

static void
go_to(struct stand *s, size_t step)
{
	press(&s->bench, ACT_TOP);
	for (size_t i = 0; i < step; i++)
		press(&s->bench, ACT_DOWN);
}

/* A plan that waits shows what each step runs, what it costs and what an edit changes. */
static void
waiting(void **state)
{
	struct stand *s = *state;

	go_to(s, 1);
	goldens(s, "waiting");
}

/* What runs shows what it says, and of a download how far it is. */
static void
running(void **state)
{
	struct stand *s = *state;

	for (size_t i = 0; i < 3; i++)
		s->status[i].state = i == 1 ? STEP_HAD : STEP_DONE;
	s->status[0].ms = 3200;
	s->status[3] = (struct step_status){ .state = STEP_RUNNING,
		.ms = 21000,
		.done = 103000000,
		.total = 198000000,
		.rate = 4200000,
		.eta_ms = 22600 };
	s->rows[3].output = SPAN("$ GET base.txz\n\033[32mthe first half\033[0m is here\n");
	s->setup.is_busy = true;
	tell(s);
	go_to(s, 3);
	goldens(s, "running");
}

static const struct fix fixes[] = {
	{ .kind = FIX_RUN, .title = "look for a proxy in the settings" },
	{ .kind = FIX_NOTE, .title = "try again later" },
};

/* What failed says why and what helps; what waits for it is blocked and says for what; the rest goes on. */
static void
failed_and_blocked(void **state)
{
	struct stand *s = *state;
	struct hint hint = { .id = "x",
		.title = "The server could not be reached",
		.why = "There is no network here.",
		.confidence = HINT_LIKELY,
		.fixes = fixes,
		.fix_count = 2 };
	struct explanation hints = { &hint, 1, NULL };

	s->status[0].state = STEP_DONE;
	s->status[1].state = STEP_SKIPPED;
	s->status[2].state = STEP_FAILED;
	s->status[2].hints = &hints;
	err_set(&s->status[2].err, ERR_FAILED, "it ended with exit status 1");
	err_try(&s->status[2].err, "rustup target add " ARM64);
	s->rows[2].output = SPAN("$ rustup target add " ARM64 "\ninfo: downloading rust-std\n"
				 "error: could not download file\n");
	s->status[5].state = STEP_BLOCKED;
	err_set(&s->status[5].err, ERR_FAILED, "step 3 has failed: %s", steps[2].title);
	tell(s);
	go_to(s, 2);
	goldens(s, "failed");
	go_to(s, 5);
	goldens(s, "blocked");
}

/* When all is over that is to be seen, and b is offered. */
static void
done(void **state)
{
	struct stand *s = *state;

	for (size_t i = 0; i < STEPS; i++)
		s->status[i] = (struct step_status){ .state = STEP_DONE, .ms = 1500 };
	s->setup.is_finished = true;
	tell(s);
	goldens(s, "done");
	assert_true(screen_setup.acts(&s->bench.screen, ACT_BUILD));
	assert_false(screen_setup.acts(&s->bench.screen, ACT_RUN_ALL));
	assert_int_equal(press(&s->bench, ACT_BUILD), FX_BUILD);
}

/* A plan without steps says that nothing is missing. */
static void
nothing_to_do(void **state)
{
	struct stand *s = *state;

	s->plan.count = 0;
	s->setup.plan = &(struct plan){ 0 };
	s->setup.is_finished = true;
	tell(s);
	goldens(s, "nothing");
}

/* Where nothing is marked or named the goals are offered, each in one line; one of them marks its
 * targets. */
static void
goals(void **state)
{
	struct stand *s = *state;

	choice_mark(s->bench.store.choice, MUSL, false);
	choice_mark(s->bench.store.choice, ARM64, false);
	s->setup = (struct setup){ .stage = SETUP_NOTHING };
	tell(s);
	press(&s->bench, ACT_DOWN);
	goldens(s, "goals");
	assert_true(press(&s->bench, ACT_RUN_STEP) & FX_SAVE_CHOICE);
	assert_true(choice_has_target(s->bench.store.choice, ARM64));
	assert_int_equal(choice_target_count(s->bench.store.choice), 2);
}

/* Several goals are marked one after the other, without leaving the list; Esc leads to the plan for them. The
 * bottom line says what the keys do to goals. */
static void
goals_are_marked(void **state)
{
	struct stand *s = *state;
	const struct choice *choice = s->bench.store.choice;
	const struct screen *screen = s->bench.screen.screen;

	assert_null(screen->label(&s->bench.screen, ACT_RUN_STEP));
	press(&s->bench, ACT_GOALS);
	assert_string_equal(screen->label(&s->bench.screen, ACT_RUN_STEP), "reach it");
	assert_true(press(&s->bench, ACT_SKIP) & FX_SAVE_CHOICE);
	assert_false(choice_has_target(choice, MUSL));
	press(&s->bench, ACT_SKIP);
	press(&s->bench, ACT_DOWN);
	press(&s->bench, ACT_SKIP);
	assert_true(choice_has_target(choice, MUSL) && choice_has_target(choice, ARMV7));
	assert_drawn(&s->bench, "What do you want to reach?", true);
	assert_true(press(&s->bench, ACT_BACK) & FX_GO_SETUP);
}

/* What the project's files name is shown with the place that names it. */
static void
proposal(void **state)
{
	struct stand *s = *state;

	s->setup.origin = ".github/workflows/ci.yml:12";
	assert_drawn(&s->bench, "Wanted by the project: " MUSL, true);
}

/* Steps that run as root are shown in full before anything runs, and only then. */
static void
root_is_asked_for(void **state)
{
	struct stand *s = *state;
	struct request *r = &s->bench.store.request;

	go_to(s, 0);
	assert_true(press(&s->bench, ACT_RUN_STEP) & FX_SETUP);
	assert_int_equal(r->deed, SETUP_RUN);
	assert_int_equal(press(&s->bench, ACT_RUN_ALL), FX_ASK);
	assert_non_null(
		strstr(str_cstr(&r->text), "$ sudo apt-get install -y gcc-aarch64-linux-gnu\n"));
	assert_false(screen_setup.answer(&s->bench.screen, false) & FX_SETUP);
	press(&s->bench, ACT_RUN_ALL);
	assert_true(screen_setup.answer(&s->bench.screen, true) & FX_SETUP);
	assert_int_equal(r->deed, SETUP_RUN_ALL);
	go_to(s, 2);
	assert_true(press(&s->bench, ACT_RUN_FROM) & FX_SETUP); /* the root step is behind us */
	assert_int_equal(r->deed, SETUP_RUN_FROM);
	assert_int_equal(r->step, 2);
}

/* Other values are replaced only by somebody who has seen both. */
static void
conflict_is_asked_about(void **state)
{
	struct stand *s = *state;
	struct step before = steps[4];

	steps[4].diff = NULL;
	steps[4].conflict = "target.x.linker is \"cc\" (.cargo/config.toml:3), not \"gcc\"";
	s->setup.plan = NULL;
	s->setup.stage = SETUP_MAKING;
	tell(s);
	s->setup.plan = &s->plan;
	s->setup.stage = SETUP_MADE;
	tell(s);
	go_to(s, 4);
	assert_drawn(&s->bench, "target.x.linker is \"cc\"", true);
	assert_int_equal(press(&s->bench, ACT_RUN_STEP), FX_ASK);
	assert_true(screen_setup.answer(&s->bench.screen, true) & FX_SETUP);
	assert_int_equal(s->bench.store.request.deed, SETUP_REPLACE);
	steps[4] = before;
}

/* Each key asks for its deed on the step under the cursor; the command is copied as it is run. */
static void
keys_ask_for_deeds(void **state)
{
	struct stand *s = *state;
	struct request *r = &s->bench.store.request;

	go_to(s, 1);
	assert_true(press(&s->bench, ACT_COPY) & FX_COPY);
	assert_string_equal(str_cstr(&r->text), "sudo apt-get install -y gcc-aarch64-linux-gnu");
	assert_true(press(&s->bench, ACT_SKIP) & FX_SETUP);
	assert_int_equal(r->deed, SETUP_SKIP);
	assert_int_equal(r->step, 1);
	assert_false(press(&s->bench, ACT_STOP) & FX_SETUP); /* nothing runs */
	s->setup.is_busy = true;
	assert_true(press(&s->bench, ACT_STOP) & FX_SETUP);
	assert_int_equal(r->deed, SETUP_STOP);
	go_to(s, 4);
	assert_int_equal(press(&s->bench, ACT_DETAILS), FX_SHOW);
	assert_non_null(strstr(str_cstr(&r->text), "+++ b/.cargo/config.toml"));
	press(&s->bench, ACT_LEFT);
	assert_drawn(&s->bench, "+linker", false);
	press(&s->bench, ACT_RIGHT);
	assert_drawn(&s->bench, "+linker", true);
}

/* The cursor goes along with what runs, until somebody moves it. */
static void
cursor_follows(void **state)
{
	struct stand *s = *state;

	s->setup.root = ROOT_SELF;
	go_to(s, 0);
	press(&s->bench, ACT_RUN_ALL);
	s->setup.is_busy = true;
	s->status[2].state = STEP_RUNNING;
	tell(s);
	assert_int_equal(s->bench.store.focused_step, 2);
	press(&s->bench, ACT_UP);
	s->status[3].state = STEP_RUNNING;
	tell(s);
	assert_int_equal(s->bench.store.focused_step, 1);
}

/* No key breaks anything in any state, and every size is drawn. */
static void
any_key_any_state(void **state)
{
	struct stand *s = *state;

	for (int stage = SETUP_MAKING; stage <= SETUP_MADE; stage++) {
		s->setup.stage = (enum setup_stage)stage;
		tell(s);
		for (enum action_id act = 1; act < ACT_COUNT; act++)
			press(&s->bench, act);
		for (int rows = 5; rows < 40; rows += 3)
			draw(&s->bench, rows, 20 + rows * 3);
	}
	s->bench.store.setup = NULL;
	tell(s);
	for (enum action_id act = 1; act < ACT_COUNT; act++)
		press(&s->bench, act);
	assert_drawn(&s->bench, "The machine is being looked at", true);
}

#define SETUP_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, bench_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SETUP_TEST(waiting),
		SETUP_TEST(running),
		SETUP_TEST(failed_and_blocked),
		SETUP_TEST(done),
		SETUP_TEST(nothing_to_do),
		SETUP_TEST(goals),
		SETUP_TEST(goals_are_marked),
		SETUP_TEST(proposal),
		SETUP_TEST(root_is_asked_for),
		SETUP_TEST(conflict_is_asked_about),
		SETUP_TEST(keys_ask_for_deeds),
		SETUP_TEST(cursor_follows),
		SETUP_TEST(any_key_any_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
