#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "tests/unit/killed.h"
#include "tests/unit/runbed.h"
#include "plan/meter.h"
#include "plan/undo.h"

/* ---- steps ---- */

static const char *const hello[] = { "sh", "-c", "echo hello; echo oh >&2", NULL };
static const char *const broken[] = { "sh", "-c", "echo 'bad luck'; exit 7", NULL };
static const char *const after_a[] = { "a", NULL };
static const char *const after_b[] = { "b", NULL };
static const char *const linker[] = { "target", "x", "linker", NULL };
static const struct step_key linker_key[] = { { .path = linker, .literal = "'cc'" } };

static struct step
command(const char *id, const char *const *argv, const char *const *after)
{
	return (struct step){ .id = id, .kind = STEP_RUN, .argv = argv, .after = after };
}

static struct step
edit(const char *id, const char *const *after)
{
	return (struct step){ .id = id,
		.kind = STEP_EDIT,
		.path = ".cargo/config.toml",
		.keys = linker_key,
		.key_count = 1,
		.after = after };
}

/* ---- tests ---- */

/* A command is shown, what it says comes line by line, and it is done. */
static void
a_command_is_run(void **state)
{
	struct step steps[] = { command("a", hello, NULL) };
	struct runbed b = { 0 };

	runbed_open(&b, *state, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_true(text_starts(str_cstr(&b.lines[0]), "$ sh -c 'echo hello; echo oh >&2'\n"));
	assert_non_null(strstr(str_cstr(&b.lines[0]), "\nhello\n"));
	assert_non_null(strstr(str_cstr(&b.lines[0]), "\noh\n"));
	assert_int_equal(runner_status(b.runner, 0)->exit_code, 0);
	assert_true(runner_is_finished(b.runner));
	assert_int_equal(b.idle, 1);
	runbed_close(&b);
}

/* A step that fails stops those that wait for it, and no others. */
static void
a_failure_stops_its_dependants_only(void **state)
{
	struct step steps[] = { command("a", broken, NULL), command("b", hello, after_a),
		command("c", hello, after_b), command("d", hello, NULL), edit("e", NULL) };
	struct runbed b = { 0 };

	runbed_open(&b, *state, steps, COUNT(steps), ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_FAILED);
	assert_string_equal(
		runner_status(b.runner, 0)->err.message, "sh: ended with exit status 7: bad luck");
	assert_int_equal(runner_status(b.runner, 0)->exit_code, 7);
	assert_state(&b, 1, STEP_BLOCKED);
	assert_string_equal(runner_status(b.runner, 1)->err.message, "step 1 has failed: a");
	assert_state(&b, 2, STEP_BLOCKED);
	assert_state(&b, 3, STEP_DONE);
	assert_state(&b, 4, STEP_DONE);
	assert_false(runner_is_finished(b.runner));
	runbed_close(&b);
}

/* What is optional may fail, or be left out, and what comes after it goes on. */
static void
an_optional_step_may_fail(void **state)
{
	struct step steps[] = { command("a", broken, NULL), command("b", hello, after_a) };
	struct runbed b = { 0 };

	steps[0].optional = true;
	runbed_open(&b, *state, steps, COUNT(steps), ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_FAILED);
	assert_state(&b, 1, STEP_DONE);
	assert_true(runner_is_finished(b.runner));
	runbed_close(&b);
}

/* What is true already is ticked off and not done again. */
static void
what_is_true_is_ticked_off(void **state)
{
	struct bed *bed = *state;
	const struct step_proof has_sh = { .kind = PROOF_PROGRAM, .name = "sh" };
	const struct step_proof has_file = { .kind = PROOF_PATH, .name = bed_path(bed, "made") };
	static const char *const yes[] = { "true", NULL };
	const struct step_proof ends_well = { .kind = PROOF_COMMAND, .argv = yes };
	const char *const make[] = { "touch", bed_path(bed, "made"), NULL };
	struct step steps[] = { command("a", broken, NULL), command("b", make, NULL),
		command("c", broken, NULL), edit("e", NULL) };
	struct runbed b = { 0 };

	steps[0].proofs = &has_sh;
	steps[1].proofs = &has_file;
	steps[2].proofs = &ends_well;
	steps[0].proof_count = steps[1].proof_count = steps[2].proof_count = 1;
	bed_write(bed, ".cargo/config.toml", "[target.x]\nlinker = \"cc\"\n");
	runbed_open(&b, bed, steps, COUNT(steps), ROOT_SELF);
	runbed_asked(&b);
	assert_state(&b, 0, STEP_HAD);
	assert_state(&b, 1, STEP_WAITING);
	assert_state(&b, 2, STEP_HAD);
	assert_state(&b, 3, STEP_HAD);
	runbed_run(&b);
	assert_state(&b, 0, STEP_HAD);
	assert_state(&b, 1, STEP_DONE);
	assert_true(runner_is_finished(b.runner));
	runbed_close(&b);
}

/* A command that ends well but does not bring what it should has failed, and what is missing is said. */
static void
a_command_must_prove_itself(void **state)
{
	const struct step_proof proof = { .kind = PROOF_PROGRAM, .name = "no-such-linker" };
	struct step steps[] = { command("a", hello, NULL) };
	struct runbed b = { 0 };

	steps[0].proofs = &proof;
	steps[0].proof_count = 1;
	runbed_open(&b, *state, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_FAILED);
	assert_string_equal(runner_status(b.runner, 0)->err.message,
		"the command ended well, but no-such-linker is not found on PATH");
	runbed_close(&b);
}

/* What was done, failed and skipped is known again later; a failed step with its output. What can be
 * proved is never believed. */
static void
coming_back_resumes(void **state)
{
	struct bed *bed = *state;
	struct step steps[] = { command("a", hello, NULL), command("b", broken, NULL),
		command("c", hello, NULL), edit("e", NULL), command("f", hello, NULL) };
	struct runbed b = { 0 };

	runbed_open(&b, bed, steps, COUNT(steps), ROOT_SELF);
	runbed_asked(&b);
	runner_skip(b.runner, 2, true);
	runbed_run(&b);
	runbed_close(&b);

	bed_write(bed, ".cargo/config.toml", "# taken out again\n");
	steps[4].argv = broken; /* the same id, but something else */
	runbed_open(&b, bed, steps, COUNT(steps), ROOT_SELF);
	runbed_asked(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_state(&b, 1, STEP_FAILED);
	assert_string_equal(
		runner_status(b.runner, 1)->err.message, "sh: ended with exit status 7: bad luck");
	assert_true(span_find(runner_output(b.runner, 1), SPAN("\nbad luck\n")) > 0);
	assert_state(&b, 2, STEP_SKIPPED);
	assert_state(&b, 3, STEP_WAITING);
	assert_state(&b, 4, STEP_WAITING);
	runner_skip(b.runner, 2, false);
	assert_state(&b, 2, STEP_WAITING);
	runbed_close(&b);
}

/* A step that is asked for by itself is run, also when it was once. */
static void
done_once_is_done_again(void **state)
{
	struct step steps[] = { command("a", hello, NULL) };
	struct runbed b = { 0 };

	for (int round = 0; round < 2; round++) {
		runbed_open(&b, *state, steps, 1, ROOT_SELF);
		assert_true(runner_run(b.runner, 0, NULL));
		runbed_wait(&b, b.idle == 1);
		assert_state(&b, 0, STEP_DONE);
		assert_non_null(strstr(str_cstr(&b.lines[0]), "\nhello\n"));
		runbed_close(&b);
	}
}

/* One step alone; behind others that are not done it says which. */
static void
one_step_alone(void **state)
{
	struct step steps[] = { command("a", hello, NULL), command("b", hello, after_a),
		command("c", hello, NULL) };
	struct runbed b = { 0 };
	struct err err = ERR_INIT;

	runbed_open(&b, *state, steps, COUNT(steps), ROOT_SELF);
	runbed_asked(&b);
	assert_false(runner_run(b.runner, 1, &err));
	assert_string_equal(err.message, "step 1 is not done yet: a");
	assert_true(runner_run(b.runner, 0, &err));
	runbed_wait(&b, b.idle == 1);
	assert_state(&b, 0, STEP_DONE);
	assert_state(&b, 1, STEP_WAITING);
	assert_true(runner_run_from(b.runner, 1, &err));
	runbed_wait(&b, b.idle == 2);
	assert_state(&b, 1, STEP_DONE);
	assert_state(&b, 2, STEP_DONE);
	runbed_close(&b);
}

/* A step that was mended can be run again, and those it had blocked are to do again. */
static void
a_failed_step_is_run_again(void **state)
{
	struct bed *bed = *state;
	const char *const looks[] = { "ls", bed_path(bed, "there"), NULL };
	struct step steps[] = { command("a", looks, NULL), command("b", hello, after_a) };
	struct runbed b = { 0 };
	struct err err = ERR_INIT;

	runbed_open(&b, bed, steps, COUNT(steps), ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 1, STEP_BLOCKED);
	bed_write(bed, "there", "");
	assert_true(runner_run(b.runner, 0, &err));
	runbed_wait(&b, b.idle == 2);
	assert_state(&b, 0, STEP_DONE);
	assert_state(&b, 1, STEP_WAITING);
	runbed_run(&b);
	assert_true(runner_is_finished(b.runner));
	runbed_close(&b);
}

static void
stop_at_ready(struct runbed *b, size_t step, struct span line)
{
	if (span_is(line, "ready"))
		runner_stop(b->runner, -1);
}

/* Stopping ends the step's processes and lets nothing else begin; also one that is deaf. */
static void
a_step_is_stopped(void **state)
{
	static const char *const waits[] = { "sh", "-c", "echo ready; sleep 60 & wait", NULL };
	struct step steps[] = { command("a", waits, NULL), command("b", hello, after_a),
		command("c", hello, NULL) };
	struct runbed b = { .on_line = stop_at_ready };

	runbed_open(&b, *state, steps, COUNT(steps), ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_STOPPED);
	assert_state(&b, 1, STEP_WAITING);
	assert_state(&b, 2, STEP_WAITING);
	assert_true(runner_status(b.runner, 0)->ms < 30000);
	runbed_close(&b);
}

static void
skip_at_ready(struct runbed *b, size_t step, struct span line)
{
	if (span_is(line, "ready"))
		runner_skip(b->runner, step, true);
}

/* Skipping a step that runs stops it; those behind it go on. */
static void
a_running_step_is_skipped(void **state)
{
	static const char *const waits[] = { "sh", "-c", "echo ready; sleep 60 & wait", NULL };
	struct step steps[] = { command("a", waits, NULL), command("b", hello, after_a) };
	struct runbed b = { .on_line = skip_at_ready };

	runbed_open(&b, *state, steps, COUNT(steps), ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_SKIPPED);
	assert_state(&b, 1, STEP_DONE);
	runbed_close(&b);
}

/* Freeing the runner in the middle of things ends them. */
static void
freed_in_the_middle(void **state)
{
	static const char *const waits[] = { "sh", "-c", "echo ready; trap '' INT TERM; sleep 60",
		NULL };
	struct step steps[] = { command("a", waits, NULL), edit("e", NULL) };
	struct runbed b = { 0 };

	runbed_open(&b, *state, steps, COUNT(steps), ROOT_SELF);
	assert_true(runner_run_all(b.runner, NULL));
	runbed_wait(&b, strstr(str_cstr(&b.lines[0]), "\nready\n"));
	runbed_close(&b);
	runbed_open(&b, *state, steps, COUNT(steps), ROOT_SELF);
	runbed_close(&b);
}

/* A licence is asked for once; without agreement the step is not run. */
static void
a_licence_is_asked_for(void **state)
{
	static const struct step_license license = { "SDK terms", "http://127.0.0.1/",
		"all of it" };
	struct step steps[] = { command("a", hello, NULL) };
	struct runbed b = { 0 };

	steps[0].license = &license;
	runbed_open(&b, *state, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_FAILED);
	assert_string_equal(runner_status(b.runner, 0)->err.message, "SDK terms: not agreed to");
	assert_string_equal(str_cstr(&b.lines[0]), "");
	b.agrees = true;
	runbed_run(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_int_equal(b.asked, 2);
	runbed_close(&b);

	steps[0].argv = (const char *const[]){ "true", NULL };
	runbed_open(&b, *state, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_int_equal(b.asked, 0);
	runbed_close(&b);
}

/* An edit that conflicts fails with both values, until the person says that it may replace. */
static void
a_conflict_is_shown_and_replaced(void **state)
{
	struct bed *bed = *state;
	struct step steps[] = { edit("e", NULL) };
	struct runbed b = { 0 };
	struct undo_list list;

	bed_write(bed, ".cargo/config.toml", "[target.x]\nlinker = 'gcc'\n");
	runbed_open(&b, bed, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_FAILED);
	assert_string_equal(runner_status(b.runner, 0)->err.message,
		"target.x.linker is 'gcc' (.cargo/config.toml:2), not 'cc'");
	runner_replace(b.runner, 0);
	runbed_run(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_true(undo_list_load(&list, NULL));
	assert_int_equal(list.len, 1);
	undo_list_fini(&list);
	runbed_close(&b);
}

/* What only a person can do is left to them: it fails where it can be seen that it is not done, else what
 * comes behind it goes on. */
static void
notes_are_for_the_person(void **state)
{
	const struct step_proof proof = { .kind = PROOF_PROGRAM, .name = "no-such-sdk" };
	struct step steps[] = { { .id = "a", .kind = STEP_NOTE, .title = "get the SDK" },
		{ .id = "b", .kind = STEP_NOTE, .title = "log in again" },
		command("c", hello, after_a), command("d", hello, after_b) };
	struct runbed b = { 0 };

	steps[0].proofs = &proof;
	steps[0].proof_count = 1;
	runbed_open(&b, *state, steps, COUNT(steps), ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_FAILED);
	assert_string_equal(
		runner_status(b.runner, 0)->err.message, "this is for you to do: get the SDK");
	assert_state(&b, 1, STEP_SKIPPED);
	assert_state(&b, 2, STEP_BLOCKED);
	assert_state(&b, 3, STEP_DONE);
	runbed_close(&b);
}

/* Two xtui on the plan of one folder: the second says so and begins nothing. */
static void
a_second_one_says_so(void **state)
{
	struct step steps[] = { command("a", hello, NULL) };
	struct runbed first = { 0 }, second = { 0 };
	struct err err = ERR_INIT;

	runbed_open(&first, *state, steps, 1, ROOT_SELF);
	assert_true(runner_run_all(first.runner, &err));
	runbed_open(&second, *state, steps, 1, ROOT_SELF);
	assert_false(runner_run_all(second.runner, &err));
	assert_non_null(strstr(err.message, "another xtui carries out a plan for this folder"));
	runbed_wait(&first, first.idle == 1);
	assert_true(runner_run_all(second.runner, &err));
	runbed_wait(&second, second.idle == 1);
	assert_state(&second, 0, STEP_DONE);
	runbed_close(&first);
	runbed_close(&second);
}

/* ---- root ---- */

static const char *const install[] = { "pkg-manager", "install", "gcc x", NULL };

/* Root steps go through sudo, which is tried without a password first. */
static void
root_goes_through_sudo(void **state)
{
	struct bed *bed = *state;
	struct step steps[] = { command("a", install, NULL) };
	struct runbed b = { 0 };

	steps[0].root = true;
	bed_script(bed, "bin/sudo", "#!/bin/sh\n[ \"$1\" = -n ] && shift\necho as root: \"$@\"\n");
	bed_set_path(bed, "bin", true);
	runbed_open(&b, bed, steps, 1, ROOT_SUDO);
	runbed_run(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_string_equal(str_cstr(&b.lines[0]),
		"$ sudo pkg-manager install 'gcc x'\nas root: pkg-manager install gcc x\n");
	assert_int_equal(b.lent, 0);
	runbed_close(&b);
}

#define ASKING_SUDO                                                                                \
	"#!/bin/sh\nif [ \"$1\" = -n ]; then echo 'sudo: a password is required' >&2; exit 1; "    \
	"fi\n"                                                                                     \
	"echo as root: \"$@\"\nexit 3\n"

/* Where sudo wants a password the terminal is lent for it, and what the command says there is kept. */
static void
a_password_takes_the_terminal(void **state)
{
	struct bed *bed = *state;
	struct step steps[] = { command("a", install, NULL) };
	struct runbed b = { .has_terminal = true };

	steps[0].root = true;
	bed_script(bed, "bin/sudo", ASKING_SUDO);
	bed_set_path(bed, "bin", true);
	runbed_open(&b, bed, steps, 1, ROOT_SUDO);
	runbed_run(&b);
	assert_int_equal(b.lent, 1);
	assert_state(&b, 0, STEP_FAILED);
	assert_int_equal(runner_status(b.runner, 0)->exit_code, 3);
	assert_string_equal(str_cstr(&b.lines[0]),
		"$ sudo pkg-manager install 'gcc x'\nas root: pkg-manager install gcc x\n");
	runbed_close(&b);
}

/* Without a terminal, and without any way to become root, the command is there to be handed over. */
static void
without_root_the_command_is_handed_over(void **state)
{
	static const enum root_way ways[] = { ROOT_SUDO, ROOT_NONE };
	struct bed *bed = *state;
	struct step steps[] = { command("a", install, NULL) };

	steps[0].root = true;
	bed_script(bed, "bin/sudo", ASKING_SUDO);
	bed_set_path(bed, "bin", true);
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct runbed b = { 0 };

		runbed_open(&b, bed, steps, 1, ways[i]);
		runbed_run(&b);
		assert_state(&b, 0, STEP_FAILED);
		assert_string_equal(
			runner_status(b.runner, 0)->handover, "pkg-manager install 'gcc x'");
		assert_int_equal(runner_status(b.runner, 0)->err.kind, ERR_ENVIRONMENT);
		assert_non_null(strstr(runner_status(b.runner, 0)->err.remedy, "administrator"));
		runbed_close(&b);
	}
}

/* ---- output ---- */

/* Of a line that was written over only the last is told; what has no line end is told, too. */
static void
lines_as_a_person_reads_them(void **state)
{
	static const char *const talks[] = { "printf", "1%%\\r50%%\\r100%%\\r\\ndone\\nlast",
		NULL };
	struct step steps[] = { command("a", talks, NULL) };
	struct runbed b = { 0 };

	runbed_open(&b, *state, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_non_null(strstr(str_cstr(&b.lines[0]), "'\n100%\ndone\nlast\n"));
	runbed_close(&b);
}

/* However much a step says, its end is kept and memory is bounded. */
static void
much_output_is_cut_at_its_front(void **state)
{
	static const char *const talks[] = { "seq", "400000", NULL };
	struct step steps[] = { command("a", talks, NULL) };
	struct runbed b = { 0 };

	runbed_open(&b, *state, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_in_range(runner_output(b.runner, 0).len, 200 * 1024, 800 * 1024);
	assert_true(span_ends(runner_output(b.runner, 0), "\n399999\n400000\n"));
	runbed_close(&b);
}

/* What apt-get says of its downloads is how far the step is. */
static void
what_apt_says_is_progress(void **state)
{
	static const struct {
		const char *line;
		int64_t done, total;
	} lines[] = {
		{ "Reading package lists...", 0, 0 },
		{ "Get:1 http://h/debian bookworm/main amd64 Packages [8,792 kB]", 0, 0 },
		{ "Need to get 5,120 kB/31.0 MB of archives.", 0, 5120000 },
		{ "After this operation, 111 MB of additional disk space will be used.", 0,
			5120000 },
		{ "Get:1 http://h/debian bookworm/main amd64 a amd64 1.0 [1,120 kB]", 0, 5120000 },
		{ "Get:2 http://h/debian bookworm/main amd64 b amd64 1.0 [4,000 kB]", 1120000,
			5120000 },
		{ "Get:3 http://h/debian bookworm/main amd64 c", 1120000, 5120000 },
		{ "Fetched 5,120 kB in 3s (1,700 kB/s)", 5120000, 5120000 },
		{ "Need to get 0 B of archives.", 0, 0 },
		{ "Need to get a life", 0, 0 },
	};
	struct meter m = { 0 };

	for (size_t i = 0; i < COUNT(lines); i++) {
		meter_line(&m, span_of(lines[i].line), 1000000 * (i + 1));
		assert_int_equal(m.done, lines[i].done);
		assert_int_equal(m.total, lines[i].total);
		if (i == 5)
			assert_int_equal(meter_rate(&m, 7000000), 560000);
	}
}

/* An image that is pulled tells to a terminal how many of its bytes are there; the log has a line a layer. */
static void
pulled_layers_are_progress(void **state)
{
	static const char *const pulls[] = { "sh", "-c",
		"test -t 2 || exit 3; for n in 1 2; do "
		"printf '\\033[1A\\033[JCopying blob 02691f8a5d06 [=>-] %d.0MiB / 4.0MiB\\r\\n' "
		"$n; "
		"done >&2; echo 'Copying blob 02691f8a5d06 done' >&2",
		NULL };
	struct step steps[] = { command("a", pulls, NULL) };
	struct runbed b = { 0 };

	steps[0].is_pull = true;
	runbed_open(&b, *state, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_int_equal(runner_status(b.runner, 0)->state, STEP_DONE);
	assert_int_equal(runner_status(b.runner, 0)->total, 4 << 20);
	assert_int_equal(runner_status(b.runner, 0)->done, 4 << 20);
	assert_non_null(strstr(str_cstr(&b.lines[0]), "Copying blob 02691f8a5d06 done\n"));
	assert_null(strstr(str_cstr(&b.lines[0]), "1.0MiB / "));
	runbed_close(&b);
}

/* A failed step carries the causes that are known for what it said. */
static void
a_failed_step_has_its_hint(void **state)
{
	static const char *const links[] = { "sh", "-c",
		"echo 'error: linker `aarch64-linux-gnu-gcc` not found'; exit 1", NULL };
	struct step steps[] = { command("a", links, NULL) };
	struct runbed b = { 0 };

	runbed_open(&b, *state, steps, 1, ROOT_SELF);
	runbed_run(&b);
	assert_non_null(runner_status(b.runner, 0)->hints);
	assert_string_equal(runner_status(b.runner, 0)->hints->hints[0].cause, "linker-not-found");
	runbed_close(&b);
}

/* ---- killed ---- */

struct chain {
	struct bed *bed;
	struct step steps[4];
	const char *makes[3][4];
	struct step_proof proofs[3];
};

static void
chain_init(struct chain *c, struct bed *bed)
{
	static const char *const ids[] = { "a", "b", "c", "d" };
	static const char *const after[][2] = { { NULL }, { "a" }, { "b" }, { "c" } };

	c->bed = bed;
	for (size_t i = 0; i < 3; i++) {
		c->makes[i][0] = "mkdir";
		c->makes[i][1] = bed_path(bed, (const char *const[]){ "m0", "m1", "m2" }[i]);
		c->proofs[i] = (struct step_proof){ .kind = PROOF_PATH, .name = c->makes[i][1] };
		c->steps[i] = command(ids[i], c->makes[i], after[i]);
		c->steps[i].proofs = &c->proofs[i];
		c->steps[i].proof_count = 1;
	}
	c->steps[3] = edit(ids[3], after[3]);
}

static void
run_chain(void *arg)
{
	struct chain *c = arg;
	struct runbed b = { 0 };

	runbed_open(&b, c->bed, c->steps, COUNT(c->steps), ROOT_SELF);
	runbed_run(&b);
	if (!runner_is_finished(b.runner))
		_exit(1);
	runbed_close(&b);
}

static void
undo_chain(void *arg)
{
	struct chain *c = arg;

	for (size_t i = 0; i < 3; i++)
		assert_true(file_remove_tree(c->makes[i][1], NULL));
	bed_write(c->bed, ".cargo/config.toml", "# mine\n");
}

/* Killed at any moment and begun again, a plan comes to the same end: each of its commands, which fail
 * when they are run twice, is run once. */
static void
killed_and_begun_again(void **state)
{
	struct bed *bed = *state;
	struct chain c = { 0 };
	struct dice dice = { .state = 7 };
	struct str bytes = STR_INIT;
	int killed = 0;
	long ns;

	chain_init(&c, bed);
	ns = time_of(run_chain, undo_chain, &c);
	for (int round = 0; round < 200; round++) {
		undo_chain(&c);
		killed += killed_after(1 + (long)dice_below(&dice, (size_t)ns), run_chain, &c);
		assert_false(killed_after(60000000000, run_chain, &c));
		str_clear(&bytes);
		assert_true(file_read(bed_path(bed, ".cargo/config.toml"), &bytes, NULL));
		assert_string_equal(str_cstr(&bytes), "# mine\n\n[target.x]\nlinker = 'cc'\n");
	}
	assert_in_range(killed, 20, 200);
	str_fini(&bytes);
}

/* ---- archives ---- */

#define FILES 40

struct archive {
	struct bed *bed;
	struct step step;
};

static void
make_archive(struct archive *a, struct bed *bed)
{
	const char *const argv[] = { "tar", "-czf", bed_path(bed, "a.tgz"), "-C", bed->dir, "top",
		NULL };
	struct str out = STR_INIT;

	for (int i = 0; i < FILES; i++)
		bed_write(bed, arena_printf(&bed->arena, "top/lib/%d.txt", i), "some text\n");
	assert_int_equal(bed_run(bed->dir, argv, &out), 0);
	str_fini(&out);
	*a = (struct archive){ .bed = bed };
	a->step = (struct step){ .id = "a",
		.kind = STEP_EXTRACT,
		.from = bed_path(bed, "a.tgz"),
		.path = bed_path(bed, "trees/tree"),
		.strip = 1 };
}

static void
extract(void *arg)
{
	struct archive *a = arg;
	struct runbed b = { 0 };

	runbed_open(&b, a->bed, &a->step, 1, ROOT_SELF);
	runbed_run(&b);
	if (!runner_is_finished(b.runner))
		_exit(1);
	runbed_close(&b);
}

static void
forget_tree(void *arg)
{
	struct archive *a = arg;

	assert_true(file_remove_tree(bed_path(a->bed, "trees/tree"), NULL));
}

static size_t
count_files(struct bed *bed, const char *dir)
{
	char **names;
	size_t count;

	assert_true(file_list(bed_path(bed, dir), &names, &count, NULL));
	file_list_free(names, count);
	return count;
}

/* An archive killed while it is unpacked is not there or whole, and unpacked again it is whole, with
 * nothing left beside it. */
static void
unpacking_killed_and_begun_again(void **state)
{
	struct bed *bed = *state;
	struct dice dice = { .state = 23 };
	struct archive a;
	int killed = 0;
	long ns;

	if (!bed_has("tar") || !bed_has("gzip"))
		bed_skip("no tar and gzip");
	make_archive(&a, bed);
	ns = time_of(extract, forget_tree, &a);
	assert_int_equal(count_files(bed, "trees/tree/lib"), FILES);
	for (int round = 0; round < 200; round++) {
		forget_tree(&a);
		killed += killed_after(1 + (long)dice_below(&dice, (size_t)ns), extract, &a);
		if (file_exists(bed_path(bed, "trees/tree")))
			assert_int_equal(count_files(bed, "trees/tree/lib"), FILES);
		assert_false(killed_after(60000000000, extract, &a));
		assert_int_equal(count_files(bed, "trees/tree/lib"), FILES);
		assert_int_equal(count_files(bed, "trees"), 1);
	}
	assert_in_range(killed, 20, 200);
}

/* ---- the real package manager ---- */

static const char package_control[] =
	"Package: xtui-test-package\nVersion: 1\nArchitecture: all\n"
	"Maintainer: nobody <nobody@example.org>\nDescription: made by a test, to be removed\n";

/* A package comes by the real apt-get, is ticked off when it is there, and goes again. */
static void
a_real_package(void **state)
{
	struct bed *bed = *state;
	const char *deb = bed_path(bed, "p.deb");
	const char *const build[] = { "dpkg-deb", "--build", bed_path(bed, "deb"), deb, NULL };
	static const char *const wait[] = { "-o", "DPkg::Lock::Timeout=120" };
	const char *const add[] = { "apt-get", wait[0], wait[1], "install", "-y", deb, NULL };
	static const char *const purge[] = { "apt-get", "-o", "DPkg::Lock::Timeout=120", "purge",
		"-y", "xtui-test-package", NULL };
	static const char *const is_there[] = { "sh", "-c",
		"dpkg-query -W -f '${Status}' xtui-test-package | grep -q 'ok installed'", NULL };
	static const char *const is_gone[] = { "sh", "-c",
		"! dpkg-query -W -f '${Status}' xtui-test-package | grep -q 'ok installed'", NULL };
	const struct step_proof there = { .kind = PROOF_COMMAND, .argv = is_there };
	const struct step_proof gone = { .kind = PROOF_COMMAND, .argv = is_gone };
	struct step steps[] = { command("install", add, NULL), command("purge", purge, NULL) };
	struct str out = STR_INIT;

	if (geteuid() != 0 || !bed_has("apt-get") || !bed_has("dpkg-deb"))
		bed_skip("not root on Debian");
	bed_write(bed, "deb/DEBIAN/control", package_control);
	chmod(bed->dir, 0755);
	assert_int_equal(bed_run(bed->dir, build, &out), 0);
	for (size_t i = 0; i < COUNT(steps); i++) {
		steps[i].root = true;
		steps[i].proofs = i ? &gone : &there;
		steps[i].proof_count = 1;
	}
	for (size_t i = 0; i < COUNT(steps); i++) {
		for (int round = 0; round < 2; round++) {
			struct runbed b = { 0 };

			runbed_open(&b, bed, &steps[i], 1, root_way());
			runbed_run(&b);
			if (runbed_state(&b, 0) == STEP_FAILED)
				fail_msg("%s", str_cstr(&b.lines[0]));
			assert_int_equal(str_cstr(&b.lines[0])[0], round ? '\0' : '$');
			runbed_close(&b);
		}
	}
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define BED(test) cmocka_unit_test_setup_teardown(test, bed_setup, bed_teardown)
		BED(a_command_is_run),
		BED(a_failure_stops_its_dependants_only),
		BED(an_optional_step_may_fail),
		BED(what_is_true_is_ticked_off),
		BED(a_command_must_prove_itself),
		BED(coming_back_resumes),
		BED(done_once_is_done_again),
		BED(one_step_alone),
		BED(a_failed_step_is_run_again),
		BED(a_step_is_stopped),
		BED(a_running_step_is_skipped),
		BED(freed_in_the_middle),
		BED(a_licence_is_asked_for),
		BED(a_conflict_is_shown_and_replaced),
		BED(notes_are_for_the_person),
		BED(a_second_one_says_so),
		BED(root_goes_through_sudo),
		BED(a_password_takes_the_terminal),
		BED(without_root_the_command_is_handed_over),
		BED(lines_as_a_person_reads_them),
		BED(much_output_is_cut_at_its_front),
		cmocka_unit_test(what_apt_says_is_progress),
		BED(pulled_layers_are_progress),
		BED(a_failed_step_has_its_hint),
		BED(killed_and_begun_again),
		BED(unpacking_killed_and_begun_again),
		BED(a_real_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
