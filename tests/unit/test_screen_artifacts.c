/* screen_artifacts: drawn from rows and cards made by hand, moved by the actions of keys. */
#include "ui/artifacts_state.h"
#include "ui/widget_input.h"
#include "unit/help_screen.h"

#include "artifact/card.h"
#include "hint/explain.h"

#define ROOT "/nonexistent/greet/"

static struct artifacts *
own(struct bench *b)
{
	return b->screen.own;
}

/* A job with a file, or with none (NULL). */
static void
add_job(struct bench *b, const char *target, enum job_state state, const char *path, uint64_t bytes)
{
	struct job *job = job_new(1, target, "as configured", "native");

	job->state = state;
	job->errors = state == JOB_FAILED ? 2 : 0;
	if (path)
		vec_push(&job->artifacts,
			((struct job_artifact){ xstrdup(path), xstrdup("bin"), bytes }));
	artifact_rows_add_job(&own(b)->rows, job, text_starts(target, "aarch64") ? "2.17" : NULL);
	job_free(job);
}

static void
set_was(struct bench *b, size_t row, uint64_t was)
{
	struct artifact_row *r = &own(b)->rows.items.items[row];

	r->growth.before = was;
	r->growth.has_before = true;
}

static struct card *
linux_card(const char *path, const char *arch, uint64_t bytes, const char *glibc)
{
	struct card *card = card_new(path);

	card->bytes = bytes;
	card->format = FORMAT_ELF;
	card->kind = KIND_EXECUTABLE;
	card->arch = arch;
	card->bits = 64;
	card->os = "linux";
	card->libc = glibc ? "glibc" : "musl";
	card->linkage = glibc ? LINKAGE_DYNAMIC : LINKAGE_STATIC_PIE;
	card->min_glibc = glibc;
	if (glibc) {
		vec_push(&card->needed, "libgcc_s.so.1");
		vec_push(&card->needed, "libc.so.6");
	}
	card->pie = card->nx = TELL_YES;
	card->relro = RELRO_FULL;
	card->stripped = TELL_YES;
	return card;
}

static void
take(struct bench *b, size_t row, struct card *card)
{
	artifact_row_take(&own(b)->rows.items.items[row], card, "cut short", b->survey);
}

static int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	struct artifacts *a;

	bench_open(b, &screen_artifacts, 0);
	a = own(b);
	a->is_stale = false; /* the rows are those of here */
	add_job(b, SURVEY_HOST, JOB_OK, ROOT "target/" SURVEY_HOST "/release/greet", 2410000);
	add_job(b, "x86_64-unknown-linux-musl", JOB_OK, ROOT "target/m/release/greet", 2600000);
	add_job(b, "aarch64-unknown-linux-gnu", JOB_OK, ROOT "target/a/release/greet", 2900000);
	add_job(b, "x86_64-pc-windows-gnu", JOB_OK, ROOT "target/w/release/greet.exe", 2950000);
	add_job(b, "armv7-unknown-linux-gnueabihf", JOB_FAILED, NULL, 0);
	add_job(b, "riscv64gc-unknown-linux-gnu", JOB_RUNNING, NULL, 0);
	for (size_t i = 0; i < 4; i++)
		a->rows.items.items[i].growth =
			(struct growth){ .is_known = true, .bytes = a->rows.items.items[i].bytes };
	set_was(b, 0, 2487000);
	set_was(b, 1, 2600000);
	set_was(b, 2, 1450000);
	take(b, 0, linux_card(a->rows.items.items[0].path, "x86_64", 2410000, "2.17"));
	take(b, 1, linux_card(a->rows.items.items[1].path, "x86_64", 2600000, NULL));
	take(b, 2, linux_card(a->rows.items.items[2].path, "aarch64", 2900000, "2.34"));
	list_set_count(&a->table.list, a->rows.items.len);
	a->largest = 2950000;
	*state = b;
	return 0;
}

/* At every size each file stands with its size and whether it fits, and targets without one say why. */
static void
draws_at_every_size(void **state)
{
	struct bench *b = *state;

	golden(b, "artifacts-80x24", 24, 80, false);
	golden(b, "artifacts-40x10", 10, 40, false);
	press(b, ACT_DOWN);
	press(b, ACT_DOWN);
	golden(b, "artifacts-200x50", 50, 200, false);
	golden(b, "artifacts-80x24-ascii", 24, 80, true);
	golden(b, "artifacts-40x10-ascii", 10, 40, true);
	golden(b, "artifacts-200x50-ascii", 50, 200, true);
}

/* Where there is no room for whole names, two files of one target are told apart all the same. */
static void
files_of_one_target(void **state)
{
	struct bench *b = *state;
	char *text;

	add_job(b, "riscv64gc-unknown-linux-gnu", JOB_OK, ROOT "target/r/release/libgreet.so",
		1000);
	list_set_count(&own(b)->table.list, own(b)->rows.items.len);
	press(b, ACT_BOTTOM);
	text = drawn(b, 10, 40);
	assert_non_null(strstr(text, "riscv64gc-linux-… libgre…"));
	free(text);
}

/* With a run that is marked the change since it stands in the list where there is room, and in the card and the
 * full text, where there is none, too. */
static void
since_the_marked_run(void **state)
{
	struct bench *b = *state;
	struct artifact_row *rows = own(b)->rows.items.items;

	rows[0].growth.has_marked = rows[2].growth.has_marked = true;
	rows[0].growth.marked = 2410000;
	rows[2].growth.marked = 3200000;
	press(b, ACT_DOWN);
	press(b, ACT_DOWN);
	golden(b, "artifacts-marked-80x24", 24, 80, false);
	golden(b, "artifacts-marked-200x50", 50, 200, false);
	press(b, ACT_OPEN);
	assert_non_null(strstr(str_cstr(&b->store.request.text),
		"change       +100 % (1.45 MB) since the build before, -9.4 % (300 kB) since the "
		"marked run\n"));
	press(b, ACT_TOP);
	press(b, ACT_OPEN);
	assert_non_null(strstr(str_cstr(&b->store.request.text), "as large as in the marked run"));
	rows[1].growth.has_before = false;
	press(b, ACT_DOWN);
	assert_drawn(b, "new: no earlier build of it is known", true);
}

/* Where nothing was built the screen says what to do, and no key breaks anything. */
static void
nothing_yet(void **state)
{
	struct bench *b = *state;

	artifact_rows_fini(&own(b)->rows);
	list_set_count(&own(b)->table.list, 0);
	golden(b, "artifacts-nothing-40x10", 10, 40, false);
	assert_true(press(b, ACT_PACKAGES) & FX_BELL);
	for (enum action_id act = 1; act < ACT_COUNT; act++)
		if (act != ACT_DISK) /* that one reads the disk */
			press(b, act);
	assert_drawn(b, "Nothing has been built here yet", true);
}

/* A file too new for the floor that the project wants does not fit, and Enter tells why and what it is. */
static void
enter_tells_all(void **state)
{
	struct bench *b = *state;
	const char *text;

	press(b, ACT_DOWN);
	press(b, ACT_DOWN);
	assert_int_equal(press(b, ACT_OPEN), FX_SHOW);
	assert_string_equal(str_cstr(&b->store.request.title), "greet");
	text = str_cstr(&b->store.request.text);
	assert_non_null(strstr(text, "executable for aarch64 Linux, dynamic"));
	assert_non_null(strstr(text, "libgcc_s.so.1, libc.so.6"));
	assert_non_null(strstr(text, "does not fit"));
	assert_non_null(strstr(text, "2.17"));
}

/* What could not be read says so in its row, in its card and on Enter. */
static void
unreadable_file_says_why(void **state)
{
	struct bench *b = *state;

	take(b, 3, NULL);
	assert_drawn(b, "cut short", true);
	press(b, ACT_BOTTOM);
	press(b, ACT_UP);
	press(b, ACT_UP);
	press(b, ACT_OPEN);
	assert_string_equal(str_cstr(&b->store.request.text), "cut short");
	artifact_row_take(&own(b)->rows.items.items[3], linux_card("x", "x86_64", 1, "2.17"), NULL,
		b->survey);
	assert_drawn(b, "cut short", false);
}

/* A job that failed for a known cause is told with it. */
static void
failed_job_tells_its_cause(void **state)
{
	struct bench *b = *state;
	struct job *job = job_new(1, "i686-unknown-linux-gnu", "as configured", "native");
	struct hint hint = { .title = "the linker cc is not here" };

	job->state = JOB_FAILED;
	job->explanation = &(struct explanation){ &hint, 1, NULL };
	artifact_rows_add_job(&own(b)->rows, job, NULL);
	job->explanation = NULL;
	job_free(job);
	list_set_count(&own(b)->table.list, own(b)->rows.items.len);
	assert_drawn(b, "not built: the linker cc is not here", true);
}

/* A typed path is a row of its own, with the cursor on it; the same path again is no second one. */
static void
typed_path_is_a_row(void **state)
{
	struct bench *b = *state;
	size_t count = own(b)->rows.items.len;
	struct input *in;

	for (int i = 0; i < 2; i++) {
		press(b, ACT_INSPECT);
		in = screen_artifacts.input(&b->screen);
		assert_non_null(in);
		input_set(in, "/nonexistent/ls");
		screen_artifacts.typed(&b->screen, INPUT_ACCEPTED);
		assert_null(screen_artifacts.input(&b->screen));
		assert_int_equal(own(b)->rows.items.len, count + 1);
		assert_int_equal(own(b)->table.list.focus, count);
	}
	assert_string_equal(own(b)->rows.items.items[count].path, "/nonexistent/ls");
	press(b, ACT_INSPECT);
	screen_artifacts.typed(&b->screen, INPUT_CANCELLED);
	assert_null(screen_artifacts.input(&b->screen));
	assert_int_equal(own(b)->rows.items.len, count + 1);
}

/* The path of a file can be copied; what does not exist cannot. */
static void
path_is_copied(void **state)
{
	struct bench *b = *state;

	assert_int_equal(press(b, ACT_COPY), FX_COPY);
	assert_string_equal(
		str_cstr(&b->store.request.text), ROOT "target/" SURVEY_HOST "/release/greet");
	press(b, ACT_BOTTOM);
	assert_int_equal(press(b, ACT_COPY), FX_BELL);
	assert_false(screen_artifacts.acts(&b->screen, ACT_COPY));
}

/* Two Apple files of one name are slices of a universal one; others are not, and the key says what it takes. */
static void
slices_are_counted(void **state)
{
	struct bench *b = *state;

	assert_int_equal(artifacts_slices(own(b)), 0);
	assert_true(press(b, ACT_UNIVERSAL) & FX_BELL);
	assert_false(screen_artifacts.acts(&b->screen, ACT_UNIVERSAL));
	add_job(b, "x86_64-apple-darwin", JOB_OK, ROOT "target/x/release/greet", 1);
	add_job(b, "aarch64-apple-darwin", JOB_OK, ROOT "target/y/release/libgreet.dylib", 1);
	list_set_count(&own(b)->table.list, own(b)->rows.items.len);
	press(b, ACT_BOTTOM);
	assert_int_equal(artifacts_slices(own(b)), 1);
	add_job(b, "aarch64-apple-darwin", JOB_OK, ROOT "target/y/release/greet", 1);
	list_set_count(&own(b)->table.list, own(b)->rows.items.len);
	press(b, ACT_BOTTOM);
	assert_int_equal(artifacts_slices(own(b)), 2);
	assert_true(screen_artifacts.acts(&b->screen, ACT_UNIVERSAL));
}

/* x lists the kinds of files; the one that is chosen is shown whole before anything is written, and after a no
 * nothing waits any more. While the list is open the screen's own keys rest, those of every screen do not. */
static void
export_is_shown_first(void **state)
{
	struct bench *b = *state;

	assert_int_equal(press(b, ACT_EXPORT), FX_REDRAW);
	golden(b, "artifacts-export-80x24", 24, 80, false);
	golden(b, "artifacts-export-40x10", 10, 40, false);
	assert_int_equal(press(b, ACT_PACKAGES), FX_DONE);
	assert_int_equal(press(b, ACT_HELP), 0);
	press(b, ACT_QUIT);
	assert_drawn(b, "do the same elsewhere", false);
	assert_int_equal(press(b, ACT_QUIT), 0);
	b->survey->workspace->complete = true;
	press(b, ACT_EXPORT);
	assert_true(press(b, ACT_OPEN) & FX_ASK);
	assert_non_null(strstr(
		str_cstr(&b->store.request.title), ".github/workflows/xtui.yml: a new file"));
	assert_non_null(strstr(str_cstr(&b->store.request.text), "\njobs:\n  build:\n"));
	screen_artifacts.answer(&b->screen, false);
	assert_non_null(strstr(str_cstr(&b->store.message), "nothing was written"));
	b->survey->workspace->complete = false;
	press(b, ACT_EXPORT);
	assert_true(press(b, ACT_OPEN) & FX_BELL);
	assert_non_null(strstr(str_cstr(&b->store.message), "without cargo it is not known"));
}

#define ARTIFACTS_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, bench_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ARTIFACTS_TEST(draws_at_every_size),
		ARTIFACTS_TEST(files_of_one_target),
		ARTIFACTS_TEST(since_the_marked_run),
		ARTIFACTS_TEST(nothing_yet),
		ARTIFACTS_TEST(enter_tells_all),
		ARTIFACTS_TEST(unreadable_file_says_why),
		ARTIFACTS_TEST(failed_job_tells_its_cause),
		ARTIFACTS_TEST(typed_path_is_a_row),
		ARTIFACTS_TEST(path_is_copied),
		ARTIFACTS_TEST(slices_are_counted),
		ARTIFACTS_TEST(export_is_shown_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
