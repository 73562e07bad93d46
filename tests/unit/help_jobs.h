/* help_jobs: jobs that nothing builds, with logs of cargo's own words in a folder of their own. */
#pragma once
#include <stdio.h>
#include "unit/check.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/job.h"
#include "build/logstore.h"
#include "hint/explain.h"
#include "io/file.h"

#define JOBS_MAX 64

struct jobs {
	char *dir;
	struct job *items[JOBS_MAX];
	size_t count;
};

#define BOLD "\033[1m"
#define PLAIN "\033[0m"
#define STATUS(verb, rest) BOLD "\033[92m" verb PLAIN " " rest "\n"
#define NOTE "  " BOLD "\033[94m= " PLAIN BOLD "note" PLAIN ": "

/* As cargo 1.95 prints it with colours. */
static const char log_of_success[] =
	STATUS("   Compiling", "serde v1.0.219") STATUS("   Compiling", "regex-automata v0.4.9")
		STATUS("   Compiling", "greet v0.3.1 (/home/ana/greet)")
			STATUS("    Finished", "`release` profile [optimized] target(s) in 22.41s");
static const char log_in_progress[] = STATUS("   Compiling", "serde v1.0.219")
	STATUS("   Compiling", "regex-automata v0.4.9") STATUS("   Compiling", "ring v0.17.14");
static const char log_of_failure[] = STATUS("   Compiling", "serde v1.0.219")
	STATUS("   Compiling", "greet v0.3.1 (/home/ana/greet)") BOLD
	"\033[91merror" PLAIN BOLD ": linking with `cc` failed: exit status: 1" PLAIN "\n"
	"  " BOLD "\033[94m|" PLAIN "\n" NOTE " \"cc\" \"-m64\" "
	"\"/home/ana/greet/target/aarch64-unknown-linux-gnu/release/deps/rustcW3jsPp/symbols.o\" "
	"\"<4 object files omitted>\" \"-Wl,--as-needed\" \"-Wl,-Bstatic\" \"<sysroot>/lib/rustlib/"
	"aarch64-unknown-linux-gnu/lib/{libstd-*,libpanic_unwind-*,libobject-*}.rlib\" \"-lgcc_s\" "
	"\"-lc\"\n" NOTE
	"some arguments are omitted. use `--verbose` to show all linker arguments\n" NOTE
	"/usr/bin/ld: greet.o: Relocations in generic ELF (EM: 183)\n"
	"          /usr/bin/ld: greet.o: error adding symbols: file in wrong format\n"
	"          collect2: error: ld returned 1 exit status\n"
	"          \n\n" BOLD "\033[91merror" PLAIN
	": could not compile `greet` (bin \"greet\") due to 1 previous error\n";

static const struct fix wrong_linker_fixes[] = {
	{ .kind = FIX_EDIT,
		.title = "use aarch64-linux-gnu-gcc for aarch64-unknown-linux-gnu",
		.path = ".cargo/config.toml",
		.diff = "--- /dev/null\n+++ b/.cargo/config.toml\n@@ -0,0 +1,2 @@\n"
			"+[target.aarch64-unknown-linux-gnu]\n+linker = "
			"\"aarch64-linux-gnu-gcc\"\n",
		.verify = "aarch64-linux-gnu-gcc --version" },
	{ .kind = FIX_RUN,
		.title = "install gcc-aarch64-linux-gnu, which brings aarch64-linux-gnu-gcc",
		.argv = (const char *const[]){ "apt-get", "install", "gcc-aarch64-linux-gnu",
			NULL },
		.root = true },
	{ .kind = FIX_SWITCH_BACKEND,
		.title = "build it with zig (cargo-zigbuild): brings its own libc and linker",
		.argv = (const char *const[]){ "xtui", "build", "--backend", "zig", NULL },
		.backend = "zig" },
};

/* The hint of log_of_failure; copied where a test wants another one. */
static const struct hint wrong_linker = {
	.id = "host-linker-for-foreign-objects",
	.cause = "wrong-host-linker",
	.title = "The host's linker was used for aarch64",
	.text = "The host's linker cannot link aarch64.",
	.why = "`cc` links x86-64 only; these objects are aarch64 (EM 183).",
	.confidence = HINT_CERTAIN,
	.line = 7,
	.excerpt = "/usr/bin/ld: greet.o: Relocations in generic ELF (EM: 183)",
	.fixes = wrong_linker_fixes,
	.fix_count = COUNT(wrong_linker_fixes),
	.refs = (const char *const[]){ "https://doc.rust-lang.org/cargo/reference/config.html",
		NULL },
};

static inline void
jobs_open(struct jobs *jobs)
{
	struct err err = ERR_INIT;

	*jobs = (struct jobs){ .dir = file_make_temp_dir("/tmp", "xtui-test-jobs-", &err) };
	assert_non_null(jobs->dir);
}

static inline void
jobs_close(struct jobs *jobs)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < jobs->count; i++) {
		jobs->items[i]->explanation = NULL; /* the test's own */
		job_free(jobs->items[i]);
	}
	file_remove_tree(jobs->dir, &err);
	free(jobs->dir);
}

/* A new, empty log, as for another attempt. */
static inline void
job_new_log(struct jobs *jobs, struct job *job)
{
	char *path = path_joinf(jobs->dir, "%s.%d.%d.log", job->target, job->id, job->group);
	struct err err = ERR_INIT;

	logstore_close(job->log);
	job->log = logstore_create(path, &err);
	assert_non_null(job->log);
	free(path);
}

static inline struct job *
jobs_add(struct jobs *jobs, const char *target, enum job_state state)
{
	struct job *job = job_new((int)jobs->count + 1, target, "as configured", "native");

	assert_true(jobs->count < JOBS_MAX);
	job->state = state;
	job->group = 1;
	jobs->items[jobs->count++] = job;
	job_new_log(jobs, job);
	return job;
}

static inline void
job_count(struct job *job, int done, int total)
{
	job->done = done;
	job->total = total;
	job->total_is_exact = true;
}

static inline void
job_has_made(struct job *job, const char *path, const char *kind, uint64_t bytes)
{
	struct job_artifact artifact = { xstrdup(path), xstrdup(kind), bytes };

	vec_push(&job->artifacts, artifact);
}

/* Lines go to the log; those of errors are marked as the engine would. */
static inline void
job_say(struct job *job, const char *text)
{
	struct span rest = span_of(text);

	while (rest.len) {
		const char *begin = rest.data;
		struct span line = span_cut(rest, '\n', &rest);
		bool has_end = begin[line.len] == '\n';
		if (span_starts(line, BOLD "\033[91merror")) {
			logstore_mark_next(job->log, LOGMARK_ERROR);
			job->errors++;
		}
		logstore_append(job->log, begin, line.len + has_end);
	}
}

static inline void
job_say_lines(struct job *job, int from, int to)
{
	char text[32];

	for (int i = from; i <= to; i++) {
		snprintf(text, sizeof(text), "line %d\n", i);
		job_say(job, text);
	}
}
