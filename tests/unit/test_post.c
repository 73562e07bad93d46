/* post: lines of three targets' build, and whose log each is found in. */
#include "unit/check.h"
#include "unit/triples.h"

#include "base/alloc.h"
#include "base/path.h"
#include "build/logstore.h"
#include "build/post.h"
#include "build/run.h"
#include "io/file.h"
#include "rust/message.h"
#include "text/ansi.h"

#define COUNT_TARGETS 3

static const char *const triples[] = { HOST, ARM64, MUSL };
static const char *const dirs[] = { "/t", NULL };

struct bed {
	char *dir;
	struct pane panes[COUNT_TARGETS];
	struct pane *list[COUNT_TARGETS];
	struct progress *progress;
	struct post *post;
	struct chatter *chatter;
	struct str told; /* events that are no text, a line each */
};

static void
on_tell(void *arg, struct run_event *event)
{
	struct bed *b = arg;

	if (event->kind == RUN_UNIT)
		str_appendf(&b->told, "%d unit %s %s\n", event->job->id, event->crate,
			event->unit_finished ? "finished" : "started");
	if (event->kind == RUN_ARTIFACT)
		str_appendf(&b->told, "%d %s %s\n", event->job->id, event->artifact->kind,
			event->artifact->path);
	if (event->kind == RUN_DIAGNOSTIC)
		str_appendf(&b->told, "%d diagnostic %s\n", event->job->id, event->message->text);
}

static void
on_piece(void *arg, const struct chatter_piece *piece)
{
	struct bed *b = arg;

	post_chatter(b->post, piece);
}

static int
setup(void **state)
{
	const char *parent = getenv("TMPDIR");
	struct bed *b = xcalloc(1, sizeof(*b));
	struct err err = ERR_INIT;

	if (!(b->dir = file_make_temp_dir(parent && *parent ? parent : "/tmp", "post-", &err)))
		return -1;
	for (int i = 0; i < COUNT_TARGETS; i++) {
		struct job *job = job_new(i + 1, triples[i], "as configured", "native");
		char *path = path_joinf(b->dir, "%s.log", triples[i]);

		job->state = JOB_RUNNING;
		job->log = logstore_create(path, &err);
		pane_init(&b->panes[i], job, on_tell, b);
		pane_begin(&b->panes[i]);
		b->list[i] = &b->panes[i];
		free(path);
	}
	b->progress = progress_new(triples, COUNT_TARGETS);
	b->post = post_new(&(struct post_spec){ .panes = b->list,
		.triples = triples,
		.count = COUNT_TARGETS,
		.host = HOST,
		.dirs = dirs,
		.progress = b->progress });
	b->chatter = chatter_new(on_piece, b);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bed *b = *state;

	chatter_free(b->chatter);
	post_free(b->post);
	progress_free(b->progress);
	for (int i = 0; i < COUNT_TARGETS; i++) {
		job_free(b->panes[i].job);
		pane_fini(&b->panes[i]);
	}
	str_fini(&b->told);
	file_remove_tree(b->dir, NULL);
	free(b->dir);
	free(b);
	return 0;
}

/* ---- what is said ---- */

static struct shim_unit
unit(const char *target, const char *crate, const char *type)
{
	return (struct shim_unit){ .target = target,
		.crate = crate,
		.type = type,
		.package = text_starts(crate, "build_script") ? "app" : crate,
		.version = "0.1.0",
		.manifest_dir = "/p",
		.is_primary = true };
}

static void
started(struct bed *b, struct shim_unit u)
{
	post_unit_started(b->post, &u);
}

static void
says(struct bed *b, struct shim_unit u, const char *line)
{
	post_unit_line(b->post, &u, span_of(line));
}

static void
ended(struct bed *b, struct shim_unit u, int exit_code)
{
	struct shim_end end = { .is_known = true, .exit_code = exit_code, .ms = 5 };

	post_unit_ended(b->post, &u, &end);
}

static void
on_stderr(struct bed *b, const char *text)
{
	chatter_feed(b->chatter, text, strlen(text));
	chatter_settle(b->chatter);
}

static void
on_stdout(struct bed *b, const char *line)
{
	post_stdout_line(b->post, span_of(line));
}

static void
script_ran(struct bed *b, const char *triple)
{
	char *line = xasprintf(
		"{\"reason\":\"build-script-executed\",\"package_id\":\"path+file:///app#0.1.0\","
		"\"out_dir\":\"/t/%s/release/build/app-1/out\"}",
		triple);

	on_stdout(b, line);
	free(line);
}

static void
artifact(struct bed *b, const char *crate, const char *kind, const char *path, bool fresh)
{
	char *line = xasprintf(
		"{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file:///%s#0.1.0\","
		"\"target\":{\"kind\":[\"%s\"],\"crate_types\":[\"%s\"],\"name\":\"%s\"},"
		"\"profile\":{\"opt_level\":\"3\"},\"filenames\":[\"%s\"],\"executable\":%s%s%s,"
		"\"fresh\":%s}",
		crate, kind, kind, crate, path, text_is(kind, "bin") ? "\"" : "",
		text_is(kind, "bin") ? path : "null", text_is(kind, "bin") ? "\"" : "",
		fresh ? "true" : "false");

	on_stdout(b, line);
	free(line);
}

static void
cargo_diagnostic(struct bed *b, const char *crate, const char *text)
{
	char *line = xasprintf(
		"{\"reason\":\"compiler-message\",\"package_id\":\"path+file:///%s#0.1.0\","
		"\"target\":{\"kind\":[\"lib\"],\"crate_types\":[\"lib\"],\"name\":\"%s\"},"
		"\"message\":{\"level\":\"warning\",\"message\":\"%s\",\"rendered\":\"%s\\n\"}}",
		crate, crate, text, text);

	on_stdout(b, line);
	free(line);
}

#define ERROR_LINE                                                                                 \
	"{\"$message_type\":\"diagnostic\",\"level\":\"error\",\"message\":\"bad\",\"rendered\":"  \
	"\"bad\\n\"}"
#define SUMMARY_LINE                                                                               \
	"{\"$message_type\":\"diagnostic\",\"level\":\"error\",\"message\":\"aborting due to 1 "   \
	"previous error\","                                                                        \
	"\"rendered\":\"aborting\\n\"}"

static void
assert_log(struct bed *b, int i, const char *text)
{
	struct str raw = STR_INIT, plain = STR_INIT;

	logstore_flush(b->panes[i].job->log, NULL);
	assert_true(file_read(logstore_path(b->panes[i].job->log), &raw, NULL));
	ansi_strip(&plain, str_cstr(&raw), raw.len);
	assert_string_equal(str_cstr(&plain), text);
	str_fini(&raw);
	str_fini(&plain);
}

static void
assert_logs(struct bed *b, const char *host, const char *arm, const char *musl)
{
	assert_log(b, 0, host);
	assert_log(b, 1, arm);
	assert_log(b, 2, musl);
}

/* ---- units ---- */

/* A target's unit is told to that target, the host's to all and marked as such; the package is named
 * as cargo named it, once. */
static void
units(void **state)
{
	struct bed *b = *state;

	on_stderr(b,
		"\033[1m\033[92m   Compiling\033[0m lib v0.1.0 "
		"(https://h/lib?branch=x#12345678)\n");
	started(b, unit(ARM64, "lib", "lib"));
	started(b, unit("", "mac", "proc-macro"));
	started(b, unit("", "build_script_build", "bin"));
	started(b, unit(ARM64, "app", "bin"));
	assert_logs(b, "   Compiling mac v0.1.0 (/p) (host)\n   Compiling app v0.1.0 (/p)\n",
		"   Compiling lib v0.1.0 (https://h/lib?branch=x#12345678)\n"
		"   Compiling mac v0.1.0 (/p) (host)\n   Compiling app v0.1.0 (/p)\n",
		"   Compiling mac v0.1.0 (/p) (host)\n   Compiling app v0.1.0 (/p)\n");
	assert_non_null(strstr(str_cstr(&b->told), "3 unit app(build.rs) started\n"));
	str_clear(&b->told);
	ended(b, unit(ARM64, "lib", "lib"), 0);
	assert_string_equal(str_cstr(&b->told), "2 unit lib finished\n");
}

/* A target that is none of the run's (asked for with cargo's own arguments) is told to nobody. */
static void
foreign_target(void **state)
{
	struct bed *b = *state;

	started(b, unit("riscv64gc-unknown-linux-gnu", "lib", "lib"));
	says(b, unit("riscv64gc-unknown-linux-gnu", "lib", "lib"), ERROR_LINE);
	ended(b, unit("riscv64gc-unknown-linux-gnu", "lib", "lib"), 1);
	assert_logs(b, "", "", "");
	assert_int_equal(b->told.len, 0);
}

/* A package of a registry has no folder to show. */
static void
registry_package(void **state)
{
	struct bed *b = *state;
	struct shim_unit u = unit(ARM64, "serde", "lib");

	u.is_primary = false;
	u.manifest_dir = "/home/me/.cargo/registry/src/registry.example-1/serde-0.1.0";
	started(b, u);
	assert_log(b, 1, "   Compiling serde v0.1.0\n");
}

/* rustc's diagnostics are counted and shown, its sums of them are not; what it prints besides is
 * shown once, though cargo repeats it. */
static void
rustc_lines(void **state)
{
	struct bed *b = *state;

	says(b, unit(MUSL, "lib", "lib"), ERROR_LINE);
	says(b, unit(MUSL, "lib", "lib"), SUMMARY_LINE);
	says(b, unit(MUSL, "lib", "lib"), "{\"$message_type\":\"artifact\",\"artifact\":\"x\"}");
	says(b, unit(MUSL, "lib", "lib"), "printed");
	on_stderr(b, "printed\nprinted\n");
	assert_logs(b, "printed\n", "printed\n", "bad\nprinted\nprinted\n");
	assert_int_equal(b->panes[2].job->errors, 1);
	assert_string_equal(str_cstr(&b->told), "3 diagnostic bad\n");
}

/* ---- cargo's messages ---- */

/* Warnings that cargo repeats of a fresh crate are shown to its target; those of a crate that rustc
 * was run for are known already. */
static void
replayed_warnings(void **state)
{
	struct bed *b = *state;

	started(b, unit(ARM64, "lib", "lib"));
	cargo_diagnostic(b, "lib", "w");
	artifact(b, "lib", "lib", "/t/" ARM64 "/release/liblib.rlib", false);
	cargo_diagnostic(b, "lib", "w");
	cargo_diagnostic(b, "lib", "v");
	artifact(b, "lib", "lib", "/t/" MUSL "/release/liblib.rlib", true);
	artifact(b, "lib", "lib", "/t/" HOST "/release/liblib.rlib", true);
	post_settle(b->post);
	assert_logs(b, "", "   Compiling lib v0.1.0 (/p)\n", "w\nv\n");
	assert_int_equal(b->panes[2].job->warnings, 2);
	assert_int_equal(b->panes[2].job->fresh, 1);
	assert_int_equal(b->panes[1].job->fresh, 0);
}

/* An error of one target, which cargo repeats without saying whose it is, is not another's whose crate
 * of that name is up to date. */
static void
echoes(void **state)
{
	struct bed *b = *state;

	started(b, unit(ARM64, "lib", "lib"));
	says(b, unit(ARM64, "lib", "lib"), ERROR_LINE);
	cargo_diagnostic(b, "lib", "bad");
	artifact(b, "lib", "lib", "/t/" HOST "/release/liblib.rlib", true);
	post_settle(b->post);
	assert_int_equal(b->panes[1].job->errors, 1);
	assert_int_equal(b->panes[0].job->errors + b->panes[0].job->warnings, 0);
}

/* Without a shim the artefact says whose the warnings were; what has none is everyone's. */
static void
warnings_without_shim(void **state)
{
	struct bed *b = *state;

	cargo_diagnostic(b, "lib", "w");
	cargo_diagnostic(b, "lib", "w");
	artifact(b, "lib", "lib", "/t/" ARM64 "/release/liblib.rlib", false);
	artifact(b, "lib", "lib", "/t/" MUSL "/release/liblib.rlib", false);
	cargo_diagnostic(b, "app", "lost");
	post_settle(b->post);
	assert_logs(b, "lost\n", "w\nlost\n", "w\nlost\n");
}

/* Files that a person looks for are told of, where cargo puts them in the end. */
static void
artifacts(void **state)
{
	static const struct {
		const char *kind, *path, *told;
	} cases[] = {
		{ "bin", "/t/" ARM64 "/release/app", "2 bin /t/" ARM64 "/release/app\n" },
		{ "example", "/t/" ARM64 "/release/examples/libdemo.a",
			"2 staticlib /t/" ARM64 "/release/examples/libdemo.a\n" },
		{ "cdylib", "/t/" ARM64 "/debug/libx.so", "2 cdylib /t/" ARM64 "/debug/libx.so\n" },
		{ "dylib", "/t/" MUSL "/debug/libx.so", "3 dylib /t/" MUSL "/debug/libx.so\n" },
		{ "staticlib", "/t/" MUSL "/my-profile/libx.a",
			"3 staticlib /t/" MUSL "/my-profile/libx.a\n" },
		{ "cdylib", "/t/" ARM64 "/debug/x.dll.a", "" },
		{ "lib", "/t/" ARM64 "/debug/libx.rlib", "" },
		{ "cdylib", "/t/" ARM64 "/debug/deps/libx-1.so", "" },
		{ "bin", "/t/" ARM64 "/release/build/app-1/build-script-build", "" },
		{ "proc-macro", "/t/release/libmac.so", "" },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		str_clear(&b->told);
		artifact(b, "x", cases[i].kind, cases[i].path, false);
		artifact(b, "x", cases[i].kind, cases[i].path, true); /* again: told once */
		assert_string_equal(str_cstr(&b->told), cases[i].told);
	}
}

/* ---- cargo's errors ---- */

/* "could not compile" goes to the target whose rustc failed, in the order of the failures. */
static void
not_compiled(void **state)
{
	struct bed *b = *state;

	ended(b, unit(MUSL, "app", "bin"), 101);
	ended(b, unit(ARM64, "app", "bin"), 1);
	on_stderr(b, "error: could not compile `app` (bin \"app\") due to 1 previous error\n");
	assert_logs(b, "", "",
		"error: could not compile `app` (bin \"app\") due to 1 previous error\n");
	assert_true(b->panes[2].is_blamed);
	assert_int_equal(b->panes[2].unsaid, 0);
	assert_false(b->panes[1].is_blamed);
	assert_int_equal(b->panes[1].unsaid, 1);
	assert_int_equal(b->panes[2].job->errors, 0); /* its diagnostics are counted, not this */
	on_stderr(b, "error: could not compile `app` (bin \"app\") due to 2 previous errors\n");
	assert_true(b->panes[1].is_blamed);
	assert_false(b->panes[0].is_blamed);
}

/* A library and a program of one package that fail for different targets are not mixed up. */
static void
library_or_program(void **state)
{
	struct bed *b = *state;

	ended(b, unit(MUSL, "app", "bin"), 1);
	ended(b, unit(ARM64, "app", "lib"), 1);
	on_stderr(b, "error: could not compile `app` (lib) due to 1 previous error\n");
	assert_true(b->panes[1].is_blamed);
	assert_false(b->panes[2].is_blamed);
}

/* Text that names targets is for those; the host's name beside another's is only context. */
static void
named_errors(void **state)
{
	static const struct {
		const char *text;
		bool blamed[COUNT_TARGETS];
	} cases[] = {
		{ "error: cannot produce cdylib as the target `" MUSL "` does not\n", { 0, 0, 1 } },
		{ "error: x\n  HOST = Some(" HOST ")\n  TARGET = Some(" ARM64 ")\n", { 0, 1, 0 } },
		{ "error: on " HOST " nothing\n", { 1, 0, 0 } },
		{ "error: " ARM64 " and " MUSL "\n", { 0, 1, 1 } },
		{ "error: " ARM64 "x and x" MUSL " and " HOST "-x\n", { 1, 1, 1 } },
		{ "error: see " MUSL ".\n", { 0, 0, 1 } },
		{ "error: for " MUSL ".2.17\n", { 1, 1, 1 } },
		{ "error: x\n  TARGET = Some(\"" HOST "\")\n  known: " ARM64 "\n", { 1, 0, 0 } },
		{ "error: no network\n\nCaused by:\n  nobody knows\n", { 1, 1, 1 } },
		{ "error: build failed\n", { 0, 0, 0 } },
		{ "warning: build failed, waiting for other jobs to finish...\n", { 0, 0, 0 } },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		on_stderr(b, cases[i].text);
		for (int t = 0; t < COUNT_TARGETS; t++) {
			assert_int_equal(b->panes[t].is_blamed, cases[i].blamed[t]);
			assert_int_equal(b->panes[t].job->errors, cases[i].blamed[t]);
			pane_begin(&b->panes[t]);
		}
	}
}

/* A warning that cargo repeats for every target's build script is said once to each. */
static void
repeated_warnings(void **state)
{
	struct bed *b = *state;

	on_stderr(b,
		"warning: app@0.1.0: old\nwarning: app@0.1.0: old\nwarning: app@0.1.0: for " MUSL
		"\n");
	assert_logs(b, "warning: app@0.1.0: old\n", "warning: app@0.1.0: old\n",
		"warning: app@0.1.0: old\nwarning: app@0.1.0: for " MUSL "\n");
}

#define SCRIPT_ERROR                                                                               \
	"error: failed to run custom build command for `app v0.1.0 (/p/app)`\n\nCaused by:\n"

static void
assert_blamed(struct bed *b, bool host, bool arm, bool musl)
{
	assert_int_equal(b->panes[0].is_blamed, host);
	assert_int_equal(b->panes[1].is_blamed, arm);
	assert_int_equal(b->panes[2].is_blamed, musl);
}

/* A build script's failure waits until only one target can be meant. */
static void
script_by_elimination(void **state)
{
	struct bed *b = *state;

	on_stderr(b, SCRIPT_ERROR "  no foo\n");
	assert_blamed(b, false, false, false);
	script_ran(b, HOST);
	assert_blamed(b, false, false, false);
	script_ran(b, MUSL);
	assert_blamed(b, false, true, false);
	assert_logs(b, "", SCRIPT_ERROR "  no foo\n", "");
	assert_int_equal(b->panes[1].job->errors, 1);
	post_settle(b->post);
	assert_blamed(b, false, true, false);
}

/* One that names its target waits for nothing. */
static void
script_by_name(void **state)
{
	struct bed *b = *state;

	on_stderr(b, SCRIPT_ERROR "  TARGET = Some(" MUSL ")\n  HOST = Some(" HOST ")\n");
	assert_blamed(b, false, false, true);
}

/* Two that fail differently without a name: both are told to the two that are left. */
static void
scripts_by_count(void **state)
{
	struct bed *b = *state;

	on_stderr(b, SCRIPT_ERROR "  one\n");
	on_stderr(b, SCRIPT_ERROR "  two\n");
	script_ran(b, ARM64);
	assert_blamed(b, true, false, true);
	assert_int_equal(b->panes[0].job->errors, 2);
}

/* At the end of cargo, whoever has not been built may be meant; with all runs done it was the host's. */
static void
scripts_at_the_end(void **state)
{
	struct bed *b = *state;

	script_ran(b, ARM64);
	on_stderr(b, SCRIPT_ERROR "  one\n");
	assert_blamed(b, false, false, false);
	post_settle(b->post);
	assert_blamed(b, true, false, true);
	script_ran(b, HOST);
	script_ran(b, MUSL);
	on_stderr(b, SCRIPT_ERROR "  another\n");
	assert_blamed(b, true, true, true);
}

/* Whether cargo has begun to build, and came to its end, can be told. */
static void
begun_and_finished(void **state)
{
	struct bed *b = *state;

	on_stderr(b, "\033[1m\033[92m    Updating\033[0m crates.io index\n");
	assert_false(post_has_begun(b->post));
	artifact(b, "lib", "lib", "/t/release/liblib.rlib", true);
	assert_true(post_has_begun(b->post));
	assert_false(post_has_finished(b->post));
	on_stdout(b, "{\"reason\":\"build-finished\",\"success\":false}");
	assert_true(post_has_finished(b->post));
	assert_logs(b, "    Updating crates.io index\n", "    Updating crates.io index\n",
		"    Updating crates.io index\n");
}

/* A job that is over hears nothing any more. */
static void
over_is_over(void **state)
{
	struct bed *b = *state;

	b->panes[1].is_over = true;
	started(b, unit(ARM64, "lib", "lib"));
	says(b, unit(ARM64, "lib", "lib"), ERROR_LINE);
	on_stderr(b, "error: for all\n");
	on_stdout(b, "printed");
	artifact(b, "app", "bin", "/t/" ARM64 "/release/app", false);
	assert_logs(b, "error: for all\nprinted\n", "", "error: for all\nprinted\n");
	assert_int_equal(b->panes[1].job->errors, 0);
	assert_int_equal(b->told.len, 0);
}

#define POST_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		POST_TEST(units),
		POST_TEST(foreign_target),
		POST_TEST(registry_package),
		POST_TEST(rustc_lines),
		POST_TEST(replayed_warnings),
		POST_TEST(echoes),
		POST_TEST(warnings_without_shim),
		POST_TEST(artifacts),
		POST_TEST(not_compiled),
		POST_TEST(library_or_program),
		POST_TEST(named_errors),
		POST_TEST(repeated_warnings),
		POST_TEST(script_by_elimination),
		POST_TEST(script_by_name),
		POST_TEST(scripts_by_count),
		POST_TEST(scripts_at_the_end),
		POST_TEST(begun_and_finished),
		POST_TEST(over_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
