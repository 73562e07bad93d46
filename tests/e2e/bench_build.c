#include "e2e/bench_build.h"

#include <dirent.h>
#include <stdio.h>
#include "build/history.h"
#include "build/logstore.h"
#include "hint/rules.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "text/ansi.h"
#include "unit/wait.h"

#define WAIT_MS 300000

/* ---- the workspace ---- */

static void
write_workspace(struct bed *bed)
{
	static const char *const files[][2] = {
		{ "ws/Cargo.toml",
			"[workspace]\nmembers = [\"app\", \"core\", \"derive\", \"tool\"]\n"
			"default-members = [\"app\", \"core\"]\nresolver = \"2\"\n" },
		{ "ws/app/Cargo.toml",
			"[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
			"[dependencies]\ncore-lib = { path = \"../core\" }\n"
			"derive = { path = \"../derive\" }\n"
			"[build-dependencies]\ntool = { path = \"../tool\" }\n" },
		{ "ws/app/build.rs",
			"fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
			"    tool::run();\n}\n" },
		{ "ws/app/src/main.rs",
			"derive::nothing!();\nfn main() {\n    println!(\"{}\", "
			"core_lib::answer());\n}\n" },
		{ "ws/core/Cargo.toml",
			"[package]\nname = \"core-lib\"\nversion = \"0.2.0\"\n"
			"edition = \"2021\"\n" },
		{ "ws/core/src/lib.rs",
			"pub fn answer() -> i32 {\n    let idle = 1;\n    42\n}\n" },
		{ "ws/derive/Cargo.toml",
			"[package]\nname = \"derive\"\nversion = \"0.3.0\"\n"
			"edition = \"2021\"\n[lib]\nproc-macro = true\n" },
		{ "ws/derive/src/lib.rs",
			"use proc_macro::TokenStream;\n#[proc_macro]\n"
			"pub fn nothing(_: TokenStream) -> TokenStream {\n"
			"    TokenStream::new()\n}\n" },
		{ "ws/tool/Cargo.toml",
			"[package]\nname = \"tool\"\nversion = \"0.4.0\"\n"
			"edition = \"2021\"\n" },
		{ "ws/tool/src/lib.rs", "pub fn run() {}\n" },
	};

	for (size_t i = 0; i < COUNT(files); i++)
		bed_write(bed, files[i][0], files[i][1]);
}

static char *
from_environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return path_absolute(value && *value ? value : otherwise);
}

static void
set_environment(struct bench *b)
{
	char *build = from_environment("XTUI_BUILD", "build"),
	     *shim = path_join(build, "xtui-rustc");
	char *path = xasprintf("%s/system/bin:%s", b->fixture, b->bed->real_path);

	setenv("PATH", path, 1);
	setenv("XTUI_RUSTC", shim, 1);
	setenv("XDG_STATE_HOME", bed_path(b->bed, "state"), 1);
	setenv("RUSTUP_HOME", bed_path(b->bed, "no-rustup"), 1);
	setenv("CARGO_NET_OFFLINE", "true", 1);
	free(path);
	free(shim);
	free(build);
}

int
bench_setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	struct err err = ERR_INIT;
	char *source = from_environment("XTUI_SOURCE", ".");

	if (bed_setup((void **)&b->bed) < 0)
		return -1;
	b->fixture = path_join(source, "build/fixture");
	b->ws = xstrdup(bed_path(b->bed, "ws"));
	free(source);
	write_workspace(b->bed);
	set_environment(b);
	b->loop = loop_new();
	if (!(b->rules = rules_load(NULL, &err))) {
		print_error("%s\n", err.message);
		return -1;
	}
	bench_survey(b);
	*state = b;
	return 0;
}

void
bench_survey(struct bench *b)
{
	survey_free(b->survey);
	b->survey = survey_take(&(struct survey_query){ .dir = b->ws });
	b->spec = (struct run_spec){ .survey = b->survey, .dir = b->ws, .kill_grace_ms = 5000 };
}

int
bench_teardown(void **state)
{
	struct bench *b = *state;
	bool is_alone;

	bench_free_run(b);
	loop_free(b->loop);
	survey_free(b->survey);
	is_alone = bench_is_alone(b);
	bed_teardown((void **)&b->bed);
	unsetenv("XTUI_RUSTC");
	unsetenv("CARGO_NET_OFFLINE");
	free(b->fixture);
	free(b->ws);
	rules_free(b->rules);
	vec_fini(&b->notes);
	free(b);
	return is_alone ? 0 : -1;
}

/* ---- the run ---- */

static void
on_event(void *arg, const struct run_event *event)
{
	struct bench *b = arg;
	struct note *note = vec_add(&b->notes);
	const char *text = event->crate;

	if (event->kind == RUN_DIAGNOSTIC)
		text = event->message->text;
	if (event->kind == RUN_ARTIFACT)
		text = event->artifact->path;
	*note = (struct note){ .kind = event->kind,
		.job = event->job ? event->job->id : 0,
		.text = xstrdup(text),
		.finished = event->unit_finished,
		.ms = event->unit_ms,
		.at = event->at };
	history_event(b->spec.history, b->run, event);
	if (event->job)
		note->state = event->job->state;
}

void
bench_start(struct bench *b, const char *const *targets)
{
	struct err err = ERR_INIT;

	bench_free_run(b);
	b->spec.targets = targets;
	b->spec.target_count = 0;
	while (targets[b->spec.target_count])
		b->spec.target_count++;
	b->spec.rules = b->rules;
	b->run = run_start(b->loop, &b->spec, on_event, b, &err);
	if (!b->run)
		fail_msg("%s", err.message);
}

void
bench_wait(struct bench *b, bool (*is_so)(struct bench *b, const char *text), const char *text)
{
	uint64_t end = loop_clock() / 1000 + WAIT_MS;

	while (!is_so(b, text)) {
		if (loop_clock() / 1000 > end)
			fail_msg("waited in vain for %s", text);
		if (!loop_turn(b->loop, true) && !is_so(b, text))
			fail_msg("nothing left to wait for: %s", text);
	}
}

static bool
is_over(struct bench *b, const char *text)
{
	return run_is_over(b->run);
}

void
bench_wait_end(struct bench *b)
{
	bench_wait(b, is_over, "the end");
}

void
bench_build(struct bench *b, const char *const *targets)
{
	bench_start(b, targets);
	bench_wait_end(b);
}

void
bench_free_run(struct bench *b)
{
	history_leave(b->spec.history, b->run);
	run_free(b->run);
	b->run = NULL;
	for (size_t i = 0; i < b->notes.len; i++)
		free(b->notes.items[i].text);
	vec_clear(&b->notes);
}

/* ---- looking at it ---- */

struct job *
bench_job(struct bench *b, const char *target)
{
	for (size_t i = 0; i < run_job_count(b->run); i++) {
		if (text_is(run_job(b->run, i)->target, target))
			return run_job(b->run, i);
	}
	fail_msg("no job for %s", target);
	return NULL;
}

char *
bench_log(struct bench *b, const char *target)
{
	struct job *job = bench_job(b, target);
	struct str raw = STR_INIT, plain = STR_INIT;

	logstore_flush(job->log, NULL);
	file_read(logstore_path(job->log), &raw, NULL);
	ansi_strip(&plain, str_cstr(&raw), raw.len);
	str_fini(&raw);
	return str_take(&plain);
}

char *
bench_cargo(struct bench *b, const char *const *targets, int *exit_code)
{
	const char *argv[32] = { "cargo", "build", "--release" };
	struct str out = STR_INIT;
	size_t len = 3;

	for (; *targets; targets++) {
		argv[len++] = "--target";
		argv[len++] = *targets;
	}
	*exit_code = bed_run(b->ws, argv, &out);
	return str_take(&out);
}

int
bench_count(struct bench *b, enum run_event_kind kind, int job)
{
	int count = 0;

	for (size_t i = 0; i < b->notes.len; i++)
		count += b->notes.items[i].kind == kind && (!job || b->notes.items[i].job == job);
	return count;
}

static bool
names_folder(const char *pid, const char *file, const char *dir)
{
	char *path = xasprintf("/proc/%s/%s", pid, file);
	char buffer[65536];
	FILE *f = fopen(path, "re");
	size_t len = f ? fread(buffer, 1, sizeof(buffer), f) : 0;
	bool found = len && memmem(buffer, len, dir, strlen(dir));

	if (f)
		fclose(f);
	free(path);
	return found;
}

int
bench_children(struct bench *b)
{
	DIR *proc = opendir("/proc");
	int count = 0;

	for (struct dirent *entry; proc && (entry = readdir(proc));) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
			atoi(entry->d_name) == getpid())
			continue;
		count += names_folder(entry->d_name, "cmdline", b->bed->dir) ||
			names_folder(entry->d_name, "environ", b->bed->dir);
	}
	if (proc)
		closedir(proc);
	return count;
}

bool
bench_is_alone(struct bench *b)
{
	uint64_t end = loop_clock() + WAIT_US;

	while (bench_children(b))
		if (!wait_more(end))
			return false;
	return true;
}

/* ---- a build script that sleeps ---- */

void
bench_write_sleeping_script(struct bench *b, const char *word)
{
	char *text = xasprintf(
		"fn main() {\n    let t = std::env::var(\"TARGET\").unwrap();\n"
		"    if t.contains(\"%s\") {\n"
		"        std::fs::write(\"../asleep\", \"\").unwrap();\n"
		"        std::thread::sleep(std::time::Duration::from_secs(600));\n    }\n"
		"    tool::run();\n}\n",
		word);

	bed_write(b->bed, "ws/app/build.rs", text);
	free(text);
}

bool
bench_is_asleep(struct bench *b, const char *text)
{
	return file_exists(bed_path(b->bed, "ws/asleep"));
}

/* A timer that keeps the loop turning while a file is waited for. */
static void
do_nothing(void *arg)
{
}

void
bench_wait_until_asleep(struct bench *b)
{
	struct loop_timer *tick = loop_timer_start(b->loop, 5, 5, do_nothing, NULL);

	bench_wait(b, bench_is_asleep, "a build script to fall asleep");
	loop_timer_stop(tick);
}

void
assert_whole(struct job *job, int total)
{
	assert_int_equal(job->done, total);
	assert_int_equal(job->total, total);
	assert_true(job->total_is_exact);
	assert_int_equal(job->exit_code, 0);
}
