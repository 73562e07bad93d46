/* screen_health: drawn from checks made by hand, moved by the actions of keys. */
#include "ui/term.h"
#include "ui/widget_input.h"
#include "unit/help_screen.h"

#include "ready/health.h"

/* clang-format off */
static const struct check checks[] = {
	{ SECTION_RUST, CHECK_OK, "toolchain", "toolchain", "stable, chosen by default", "1.95.0", SURVEY_SYSROOT },
	{ SECTION_RUST, CHECK_WARN, "pin", "rust-toolchain.toml", "it names targets whose standard library is not installed: x86_64-pc-windows-gnu",
	  NULL, "/nonexistent/greet/rust-toolchain.toml", .fix = "rustup target add x86_64-pc-windows-gnu" },
	{ SECTION_LINKERS, CHECK_OK, "cc", "cc", "links for this machine and for build scripts", "12.2.0", "/usr/bin/cc" },
	{ SECTION_LINKERS, CHECK_SKIP, "mold", "mold", "a fast linker for this machine", .fix = "sudo apt-get install -y mold" },
	{ SECTION_LINKERS, CHECK_ASKING, "clang", "clang", "links for FreeBSD with lld", NULL, "/usr/bin/clang" },
	{ SECTION_CONTAINERS, CHECK_WARN, "docker", "docker", "it is not running: nobody listens at /var/run/docker.sock",
	  "28.2.2", "/usr/bin/docker", .fix = "sudo systemctl start docker" },
	{ SECTION_HELPERS, CHECK_WARN, "cross", "cross",
	  "it does not understand this rustup's list of toolchains, so every call runs `rustup toolchain add`, which fails without network",
	  "0.2.5", "/home/ana/.cargo/bin/cross", .fix = "cargo install cross --locked --git https://github.com/cross-rs/cross",
	  .source = "https://github.com/cross-rs/cross/issues/1678" },
	{ SECTION_CONFIG, CHECK_OK, "config", "config.toml", "the project's, 2 keys; goes first", NULL,
	  "/nonexistent/greet/.cargo/config.toml", .text = "   2  build.jobs = 2\n   4  target.aarch64-unknown-linux-gnu.linker = \"cc\"  overridden by CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER\n" },
	{ SECTION_CONFIG, CHECK_FAIL, "config-key", "net.retry", "expected a whole number, found a string", NULL, ".cargo/config.toml:7",
	  .advice = "give it such a value, or take it out" },
	{ SECTION_DISK, CHECK_OK, "disk", "build output", "73.8 GB left of 271 GB", NULL, "/nonexistent/greet/target" },
};
/* clang-format on */

static int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	bench_open(b, &screen_health, 0);
	choice_mark(b->store.choice, SURVEY_HOST, true);
	choice_mark(b->store.choice, "armv7-unknown-linux-gnueabihf", true);
	b->store.checks = checks;
	b->store.check_count = COUNT(checks);
	screen_health.update(&b->screen, STORE_HEALTH | STORE_CHOICE);
	*state = b;
	return 0;
}

/* Down until that check or target has the cursor: Enter says which it is. */
static void
go_to(struct bench *b, const char *title)
{
	press(b, ACT_TOP);
	for (size_t i = 0; i < 100; i++) {
		if (press(b, ACT_OPEN) == FX_SHOW &&
			text_is(str_cstr(&b->store.request.title), title))
			return;
		press(b, ACT_DOWN);
	}
	fail_msg("there is no row of %s", title);
}

static void
type(struct bench *b, const char *text)
{
	struct input *in;

	press(b, ACT_FILTER);
	in = screen_health.input(&b->screen);
	assert_non_null(in);
	input_set(in, text);
	screen_health.typed(&b->screen, INPUT_CHANGED);
	screen_health.typed(&b->screen, INPUT_ACCEPTED);
}

/* At every size each check stands with its state, and what is wrong with its reason and its cure. */
static void
draws_at_every_size(void **state)
{
	struct bench *b = *state;

	golden(b, "health-80x24", 24, 80, false);
	golden(b, "health-40x10", 10, 40, false);
	go_to(b, "cross");
	golden(b, "health-200x50", 50, 200, false);
	golden(b, "health-80x24-ascii", 24, 80, true);
	golden(b, "health-40x10-ascii", 10, 40, true);
	golden(b, "health-200x50-ascii", 50, 200, true);
}

/* Before the machine was looked at the screen says so, and no key breaks anything. */
static void
nothing_yet(void **state)
{
	struct bench *b = *state;

	choice_mark(b->store.choice, SURVEY_HOST, false);
	choice_mark(b->store.choice, "armv7-unknown-linux-gnueabihf", false);
	b->store.checks = NULL;
	b->store.check_count = 0;
	screen_health.update(&b->screen, STORE_HEALTH | STORE_CHOICE);
	assert_drawn(b, "the machine is being looked at", true);
	for (enum action_id act = 1; act < ACT_COUNT; act++)
		press(b, act);
}

/* One key puts what mends a check into the plan, and takes it out again; the plan outlives the checks. */
static void
fix_goes_into_the_plan(void **state)
{
	struct bench *b = *state;

	go_to(b, "docker");
	press(b, ACT_ADD_FIX);
	assert_int_equal(b->store.fixes.len, 1);
	assert_string_equal(b->store.fixes.items[0].title, "docker");
	assert_string_equal(b->store.fixes.items[0].command, "sudo systemctl start docker");
	assert_non_null(strstr(b->store.fixes.items[0].why, "not running"));
	go_to(b, "net.retry"); /* nothing that a command could do */
	assert_true(press(b, ACT_ADD_FIX) & FX_BELL);
	assert_int_equal(b->store.fixes.len, 1);
	assert_false(screen_health.acts(&b->screen, ACT_ADD_FIX));
	b->store.checks = NULL;
	b->store.check_count = 0;
	screen_health.update(&b->screen, STORE_HEALTH);
	assert_int_equal(b->store.fixes.len, 1);
	b->store.checks = checks;
	b->store.check_count = COUNT(checks);
	screen_health.update(&b->screen, STORE_HEALTH);
	go_to(b, "docker");
	press(b, ACT_ADD_FIX);
	assert_int_equal(b->store.fixes.len, 0);
}

/* Enter tells all: each key of a configuration file with what becomes of it. */
static void
enter_explains(void **state)
{
	struct bench *b = *state;

	go_to(b, "config.toml");
	assert_non_null(strstr(str_cstr(&b->store.request.text),
		"overridden by CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"));
	go_to(b, "cross");
	assert_non_null(strstr(str_cstr(&b->store.request.text), "issues/1678"));
}

/* A marked target that did not link is told with the cause and the log. */
static void
failed_probe_is_explained(void **state)
{
	struct bench *b = *state;
	const char *text;

	go_to(b, "armv7-unknown-linux-gnueabihf");
	text = str_cstr(&b->store.request.text);
	assert_non_null(strstr(text, "did not link"));
	assert_non_null(strstr(text, "cannot find Scrt1.o"));
	assert_non_null(strstr(text, "(certain)"));
}

/* The filter leaves what has all its words, with the headings that are needed; Esc shows all. */
static void
filter_narrows(void **state)
{
	struct bench *b = *state;

	type(b, "config fail");
	assert_drawn(b, "net.retry", true);
	assert_drawn(b, "✔ config.toml", false);
	assert_drawn(b, "toolchain", false);
	assert_drawn(b, "/config fail  1 of 12, Esc shows all", true);
	press(b, ACT_BACK);
	assert_drawn(b, "1.95.0", true);
	type(b, "no such thing");
	assert_drawn(b, "nothing matches", true);
}

/* The cursor stays on its check when answers come in, wherever that stands then. */
static void
cursor_stays(void **state)
{
	struct bench *b = *state;

	go_to(b, "docker");
	b->store.checks = checks + 2;
	b->store.check_count = COUNT(checks) - 2;
	screen_health.update(&b->screen, STORE_HEALTH);
	press(b, ACT_OPEN);
	assert_string_equal(str_cstr(&b->store.request.title), "docker");
}

/* The keys hand back what the app does: probes of all marked targets, a fresh look at the machine. */
static void
keys_ask_the_app(void **state)
{
	struct bench *b = *state;

	assert_int_equal(press(b, ACT_PROBE_MARKED), FX_PROBE_MARKED);
	assert_int_equal(press(b, ACT_REFRESH), FX_EXAMINE);
	go_to(b, "docker");
	assert_int_equal(press(b, ACT_COPY), FX_COPY);
	assert_string_equal(str_cstr(&b->store.request.text), "sudo systemctl start docker");
}

#define HEALTH_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, bench_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HEALTH_TEST(draws_at_every_size),
		HEALTH_TEST(nothing_yet),
		HEALTH_TEST(fix_goes_into_the_plan),
		HEALTH_TEST(enter_explains),
		HEALTH_TEST(failed_probe_is_explained),
		HEALTH_TEST(filter_narrows),
		HEALTH_TEST(cursor_stays),
		HEALTH_TEST(keys_ask_the_app),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
