/* `xtui history` and `xtui log` after real builds, as a person runs them. */
#include "e2e/bench_cli.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>
#include "text/json.h"

/* A member of the newest run, or of its job (from 1), as text; in the bed's memory. */
static const char *
newest(struct stage *s, size_t job, const char *key)
{
	const char *found;
	struct json *doc;
	const struct json *run;

	xtui(s, "history", "--json", "-n", "1");
	assert_code(s, 0);
	doc = stage_json(s, "HISTORY");
	assert_int_equal(json_count(json_get(doc, "runs")), 1);
	run = json_first(json_get(doc, "runs"));
	if (job)
		run = json_at(json_get(run, "jobs"), job - 1);
	found = arena_strdup(&s->bed->arena, json_string(json_get(run, key), "(none)"));
	json_free(doc);
	return found;
}

static size_t
count_runs(struct stage *s)
{
	struct json *doc;
	size_t count;

	xtui(s, "history", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "HISTORY");
	count = json_count(json_get(doc, "runs"));
	json_free(doc);
	return count;
}

static int
count_text(const char *text, const char *word)
{
	int count = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		count++;
	return count;
}

/* ---- history ---- */

/* Nothing built yet is no error for a list, and one for a log. */
static void
nothing_yet(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_slow(s);
	xtui(s, "history");
	assert_code(s, 0);
	assert_int_equal(s->out.len, 0);
	assert_non_null(strstr(str_cstr(&s->err), "nothing has been built here yet"));
	assert_int_equal(count_runs(s), 0);
	xtui(s, "log");
	assert_refused(s, 1, "nothing has been built here yet");
	assert_false(file_exists(bed_path(s->bed, "state/xtui/history.db")));
}

/* Two builds: the list, one of them in detail, and what changed between them. */
static void
two_builds(void **state)
{
	struct stage *s = *state;
	const char *first, *second;
	struct json *doc;
	const struct json *job;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "-t", HOST, "-t", ARM64);
	assert_code(s, 0);
	first = newest(s, 0, "run");
	assert_string_equal(newest(s, 0, "status"), "ok");
	assert_string_equal(newest(s, 2, "target"), ARM64);
	xtui(s, "build", "-t", HOST, "--preset", "small");
	assert_code(s, 0);
	second = newest(s, 0, "run");
	assert_string_equal(newest(s, 0, "variant"), "small");
	xtui(s, "history");
	assert_code(s, 0);
	assert_true(strstr(str_cstr(&s->out), second) < strstr(str_cstr(&s->out), first));
	assert_out(s, HOST " +1");
	assert_out(s, "2 ok");
	assert_not_out(s, "\033");

	xtui(s, "history", first);
	assert_code(s, 0);
	assert_out(s, "cargo build --release");
	assert_out(s, "greet_words ");
	assert_out(s, "libgreet_ffi.so");
	xtui(s, "history", first, "--json");
	doc = stage_json(s, "HISTORY_RUN");
	job = json_at(json_get(doc, "jobs"), 1);
	assert_int_equal(json_number(json_get(job, "built"), 0), 5);
	assert_int_equal(json_count(json_get(job, "units")), 5);
	assert_true(json_number(json_get(json_first(json_get(job, "units")), "peak"), 0) > 1e6);
	assert_true(json_count(json_get(job, "artifacts")) >= 2);
	json_free(doc);

	xtui(s, "history", "--compare", first, second);
	assert_code(s, 0);
	assert_out(s, "as configured");
	assert_out(s, " %");
	xtui(s, "history", "--compare", first, second, "--json");
	doc = stage_json(s, "COMPARISON");
	assert_int_equal(json_count(json_get(doc, "targets")), 2);
	assert_true(json_is_null(json_get(json_at(json_get(doc, "targets"), 1), "after")));
	json_free(doc);
}

/* Where a run has several variants, a target does not say which job is meant: they are told apart. */
static void
variants_are_told_apart(void **state)
{
	struct stage *s = *state;
	const char *id;

	NEED_FIXTURE(s);
	stage_slow(s);
	stage_open_gate(s);
	xtui(s, "build", "-t", HOST, "--preset", "default", "--preset", "debuggable");
	assert_code(s, 0);
	id = newest(s, 0, "run");
	xtui(s, "log", id, HOST);
	assert_refused(s, 2, "1 " HOST " (as configured), 2 " HOST " (debuggable)");
	xtui(s, "history", "--compare", id, id);
	assert_code(s, 0);
	assert_out(s, "variant");
	assert_out(s, "debuggable");
}

/* Elsewhere than in a workspace runs of all are listed; bad words are refused with what to do. */
static void
words_are_judged(void **state)
{
	struct stage *s = *state;
	const char *id;

	NEED_FIXTURE(s);
	stage_slow(s);
	stage_open_gate(s);
	xtui(s, "build", "-t", HOST);
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	id = newest(s, 0, "run");
	xtui(s, "history", "-n", "1");
	assert_int_equal(count_text(str_cstr(&s->out), "\n"), 2);
	xtui(s, "history", arena_printf(&s->bed->arena, "%.4s", id));
	assert_refused(s, 2, "2 runs begin with");
	xtui(s, "history", "1999");
	assert_refused(s, 2, "no run \"1999\" is known");
	xtui(s, "history", "--compare", id);
	assert_refused(s, 2, "--compare needs two runs");
	xtui(s, "history", id, id);
	assert_refused(s, 2, "two runs need --compare");
	xtui(s, "history", "-n", "0");
	assert_refused(s, 2, "--limit");
	xtui(s, "log", id, "sparc");
	assert_refused(s, 2, "no single job \"sparc\"");
	free(s->dir);
	s->dir = xstrdup(s->bed->dir);
	xtui(s, "history");
	assert_code(s, 0);
	assert_out(s, "workspace");
	assert_out(s, "/slow");
}

/* ---- logs ---- */

/* The log of a job by number, triple or a part of it: what the file holds, without control sequences;
 * with colours on demand, and with the time of each line. */
static void
log_is_printed(void **state)
{
	struct stage *s = *state;
	struct str bytes = STR_INIT;
	const char *id, *path;

	NEED_FIXTURE(s);
	stage_slow(s);
	stage_open_gate(s);
	xtui(s, "build", "-t", HOST, "-t", MUSL);
	assert_code(s, 0);
	id = newest(s, 0, "run");
	path = newest(s, 2, "log");
	assert_true(file_read(path, &bytes, NULL));
	assert_non_null(strstr(bytes.data, "\033["));
	xtui(s, "log");
	assert_refused(s, 2, "has 2 jobs, name one: 1 " HOST ", 2 " MUSL);
	xtui(s, "log", "2");
	assert_code(s, 0);
	assert_not_out(s, "\033");
	assert_out(s, "   Compiling quick v0.2.0");
	assert_out(s, "    Finished " MUSL);
	assert_int_equal(count_text(str_cstr(&s->out), "\n"), count_text(bytes.data, "\n"));
	xtui(s, "log", id, MUSL);
	assert_out(s, "    Finished " MUSL);
	xtui(s, "log", "musl", "--color", "always");
	assert_code(s, 0);
	assert_out(s, "\033[");
	assert_out(s, "Finished\033[0m " MUSL);
	xtui(s, "log", id, "musl", "--timestamps");
	assert_code(s, 0);
	assert_true(text_starts(str_cstr(&s->out), "[    "));
	assert_int_equal(count_text(str_cstr(&s->out), "[ "), count_text(bytes.data, "\n"));
	assert_not_out(s, "-]");
	assert_int_equal(unlink(path), 0);
	xtui(s, "log", "2");
	assert_refused(s, 1, "is gone: logs are kept for 30 days");
	str_fini(&bytes);
}

/* What a build script prints to harm a terminal does not get there, with colours or without. */
static void
hostile_log_is_tamed(void **state)
{
	static const char hostile[] = "\033]52;c;ZXZpbA==\007\033[2Jone\033[31mred\n"
				      "\033Pdevice\033\\two\nthree \303\n\033]0;title";
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_slow(s);
	stage_open_gate(s);
	xtui(s, "build", "-t", HOST, "-q");
	assert_code(s, 0);
	assert_true(file_write(newest(s, 1, "log"), span_of(hostile), NULL));
	xtui(s, "log");
	assert_string_equal(str_cstr(&s->out), "onered\ntwo\nthree \357\277\275\n");
	xtui(s, "log", "--color=always", "--timestamps");
	assert_code(s, 0);
	assert_int_equal(count_text(str_cstr(&s->out), "\033"),
		count_text(str_cstr(&s->out), "\033[0m") +
			count_text(str_cstr(&s->out), "\033[2m") +
			count_text(str_cstr(&s->out), "\033[0;31m"));
	assert_out(s, "one\033[0;31mred");
	assert_not_out(s, "ZXZ");
	assert_not_out(s, "\007");
}

/* A log is followed from another terminal while it is written, and that ends when the build does. */
static void
log_is_followed(void **state)
{
	static const char *const build[] = { "build", "-t", HOST, NULL };
	static const char *const follow[] = { "log", "--follow", NULL };
	struct stage *s = *state;
	struct stage other;
	struct running *building, *following;

	NEED_FIXTURE(s);
	stage_slow(s);
	building = stage_start(s, build, "Compiling slow");
	other = *s;
	other.out = other.err = STR_INIT;
	following = stage_start(&other, follow, "Compiling slow");
	assert_null(strstr(str_cstr(&other.out), "Finished"));
	assert_string_equal(newest(s, 0, "status"), "running");
	assert_string_equal(newest(s, 1, "status"), "running");
	stage_open_gate(s);
	stage_wait(following);
	assert_int_equal(other.code, 0);
	assert_non_null(strstr(str_cstr(&other.out), "unused variable: `idle`"));
	assert_non_null(strstr(str_cstr(&other.out), "    Finished " HOST));
	stage_wait(building);
	assert_code(s, 0);
	xtui(s, "log");
	assert_string_equal(str_cstr(&s->out), str_cstr(&other.out));
	xtui(s, "log", "--follow");
	assert_string_equal(str_cstr(&s->out), str_cstr(&other.out));
	str_fini(&other.out);
	str_fini(&other.err);
}

/* ---- what can go wrong ---- */

/* xtui is killed in the middle: the run is interrupted, its log whole as far as it got; whoever follows
 * it is told no more; the next build is none the worse. */
static void
killed_in_the_middle(void **state)
{
	static const char *const build[] = { "build", "-t", HOST, "-t", MUSL, NULL };
	static const char *const follow[] = { "log", "musl", "--follow", NULL };
	struct stage *s = *state;
	struct stage other;
	struct running *building, *following;
	const char *id;
	struct json *doc;

	NEED_FIXTURE(s);
	stage_slow(s);
	building = stage_start(s, build, MUSL " |    Compiling slow");
	id = newest(s, 0, "run");
	other = *s;
	other.out = other.err = STR_INIT;
	following = stage_start(&other, follow, "Compiling slow");
	stage_signal(building, SIGKILL);
	stage_wait(building);
	assert_int_equal(s->signal, SIGKILL);
	stage_wait(following);
	assert_int_equal(other.code, 0);
	assert_string_equal(newest(s, 0, "status"), "interrupted");
	assert_string_equal(newest(s, 2, "status"), "interrupted");
	xtui(s, "log", id, "2", "--follow");
	assert_code(s, 0);
	assert_out(s, "Compiling slow"); /* quick may not have had its turn */
	assert_string_equal(str_cstr(&s->out), str_cstr(&other.out));
	str_fini(&other.out);
	str_fini(&other.err);
	stage_open_gate(s);
	xtui(s, "build", "-t", HOST, "-t", MUSL);
	assert_code(s, 0);
	assert_string_equal(newest(s, 0, "status"), "ok");
	xtui(s, "history", id, "--json");
	doc = stage_json(s, "HISTORY_RUN");
	assert_string_equal(json_string(json_get(doc, "status"), ""), "interrupted");
	assert_true(json_number(json_get(doc, "ms"), 0) > 0);
	assert_true(
		json_number(json_get(doc, "ended"), 0) > json_number(json_get(doc, "started"), -1));
	json_free(doc);
}

/* A build that is stopped by a signal is recorded as cancelled. */
static void
stopped_by_signal(void **state)
{
	static const char *const build[] = { "build", "-t", HOST, NULL };
	struct stage *s = *state;
	struct running *building;

	NEED_FIXTURE(s);
	stage_slow(s);
	building = stage_start(s, build, "Compiling slow");
	stage_signal(building, SIGTERM);
	stage_wait(building);
	assert_string_equal(newest(s, 0, "status"), "cancelled");
	assert_string_equal(newest(s, 1, "status"), "cancelled");
}

/* A damaged history is set aside and said, and the build recorded in a new one. */
static void
damaged_history(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_slow(s);
	stage_open_gate(s);
	bed_write(s->bed, "state/xtui/history.db", "this is no database, whatever its name says");
	xtui(s, "history");
	assert_refused(s, 3, "history.db: is damaged");
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	assert_int_equal(
		count_text(str_cstr(&s->err), "is damaged: kept as history.db.broken-1"), 1);
	assert_true(file_exists(bed_path(s->bed, "state/xtui/history.db.broken-1")));
	assert_int_equal(count_runs(s), 1);
}

/* A history that somebody else holds: the build takes its course and says once that it is not
 * recorded; the next one is. */
static void
locked_history(void **state)
{
	struct stage *s = *state;
	sqlite3 *other;

	NEED_FIXTURE(s);
	stage_slow(s);
	stage_open_gate(s);
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	assert_int_equal(
		sqlite3_open(bed_path(s->bed, "state/xtui/history.db"), &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	xtui(s, "build", "-t", HOST, "-t", MUSL);
	assert_code(s, 0);
	assert_out(s, "2 ok in ");
	assert_int_equal(count_text(str_cstr(&s->err), "is locked by another program"), 1);
	assert_int_equal(count_text(str_cstr(&s->err), "this build is not recorded"), 1);
	sqlite3_close(other);
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	assert_null(strstr(str_cstr(&s->err), "not recorded"));
	assert_int_equal(count_runs(s), 2);
}

/* Where no history can be kept, that is said once, and the build is as good as ever. */
static void
no_place_for_history(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_slow(s);
	stage_open_gate(s);
	bed_write(s->bed, "file", "");
	setenv("XDG_STATE_HOME", bed_path(s->bed, "file"), 1);
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	assert_out(s, "1 ok in ");
	assert_int_equal(count_text(str_cstr(&s->err), "this build is not recorded"), 1);
	assert_int_equal(count_runs(s), 0);
	setenv("XDG_STATE_HOME", bed_path(s->bed, "state"), 1);
}

static void
set_old(struct stage *s, const char *name, int days)
{
	struct timespec then[2];

	clock_gettime(CLOCK_REALTIME, &then[0]);
	then[0].tv_sec -= days * 86400;
	then[1] = then[0];
	assert_int_equal(utimensat(AT_FDCWD, bed_path(s->bed, name), then, 0), 0);
}

/* A build lets logs go that are older than the settings say; the runs are remembered. */
static void
old_logs_go(void **state)
{
	struct stage *s = *state;
	const char *path, *id;

	NEED_FIXTURE(s);
	stage_slow(s);
	stage_open_gate(s);
	bed_write(s->bed, "config/xtui/config.toml", "log-keep-days = 7\n");
	bed_write(s->bed, "state/xtui/logs/20200101-000000/a.log", "old");
	set_old(s, "state/xtui/logs/20200101-000000/a.log", 8);
	set_old(s, "state/xtui/logs/20200101-000000", 8);
	bed_write(s->bed, "state/xtui/logs/20200102-000000/a.log", "not so old");
	set_old(s, "state/xtui/logs/20200102-000000/a.log", 6);
	set_old(s, "state/xtui/logs/20200102-000000", 6);
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	assert_false(file_exists(bed_path(s->bed, "state/xtui/logs/20200101-000000")));
	assert_true(file_exists(bed_path(s->bed, "state/xtui/logs/20200102-000000")));
	id = newest(s, 0, "run");
	path = newest(s, 1, "log");
	assert_true(file_exists(path));
	assert_true(file_remove_tree(newest(s, 0, "logs"), NULL));
	xtui(s, "log", id);
	assert_refused(s, 1, "is gone: logs are kept for 7 days");
}

/* A program that has so many bytes more. */
static void
write_program(struct stage *s, int bytes)
{
	char *text = xasprintf("#[used]\nstatic PADDING: [u8; %d] = [1; %d];\n"
			       "fn main() { println!(\"{}\", PADDING[0]) }\n",
		bytes, bytes);

	bed_write(s->bed, "greet/src/main.rs", text);
	free(text);
}

#define MADE bed_path(s->bed, "greet/target/" HOST "/release/greet")

/* Sizes are told over the runs, against the one before and the marked one; growth in small steps is caught by
 * the mark, and a mark can be moved and taken away. */
static void
marked_run(void **state)
{
	struct stage *s = *state;
	const struct json *file;
	struct json *doc;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "history", "--mark");
	assert_refused(s, 1, "nothing has been built here yet");
	xtui(s, "history", "marked");
	assert_refused(s, 2, "no run is marked here");
	write_program(s, 1000);
	xtui(s, "build", "-t", HOST, "-p", "greet", "--bin", "greet", "-q", "--max-growth", "8");
	assert_code(s, 0);
	xtui(s, "history", "--mark");
	assert_code(s, 0);
	assert_out(s, " is the marked run");
	xtui(s, "history");
	assert_out(s, "ok, marked");
	write_program(s, 25000);
	xtui(s, "build", "-t", HOST, "-p", "greet", "--bin", "greet", "-q", "--max-growth", "8");
	assert_code(s, 0);
	write_program(s, 50000);
	xtui(s, "build", "-t", HOST, "-p", "greet", "--bin", "greet", "-q", "--max-growth", "8");
	assert_code(s, 1);
	assert_non_null(strstr(str_cstr(&s->err), "since the marked run"));
	assert_null(strstr(str_cstr(&s->err), "since the last run"));
	xtui(s, "history", "--sizes", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "SIZE_HISTORY");
	file = json_first(json_get(doc, "files"));
	assert_int_equal(json_count(json_get(file, "sizes")), 3);
	assert_true(json_number(json_get(file, "marked_bytes"), 0) + 40000 <
		json_number(json_get(json_first(json_get(file, "sizes")), "bytes"), 0));
	json_free(doc);
	xtui(s, "history", "--sizes");
	assert_out(s, "(marked)");
	xtui(s, "inspect", MADE);
	assert_out(s, " since the build before, +");
	assert_out(s, " since the marked run");
	xtui(s, "inspect", "--json", MADE, s->program);
	doc = stage_json(s, "INSPECT");
	file = json_get(json_first(json_get(doc, "cards")), "history");
	assert_true(json_number(json_get(file, "marked_bytes"), 0) + 20000 <
		json_number(json_get(file, "previous_bytes"), 0));
	assert_true(json_is_null(json_get(json_at(json_get(doc, "cards"), 1), "history")));
	json_free(doc);
	xtui(s, "history", "--mark");
	xtui(s, "build", "-t", HOST, "-p", "greet", "--bin", "greet", "-q", "--max-growth", "8");
	assert_code(s, 0);
	xtui(s, "history", "--mark", "none");
	assert_out(s, "no run is marked");
	xtui(s, "history", "--sizes", "1");
	assert_refused(s, 2, "it takes no RUN");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(nothing_yet),
		STAGE_TEST(two_builds),
		STAGE_TEST(words_are_judged),
		STAGE_TEST(log_is_printed),
		STAGE_TEST(hostile_log_is_tamed),
		STAGE_TEST(log_is_followed),
		STAGE_TEST(variants_are_told_apart),
		STAGE_TEST(killed_in_the_middle),
		STAGE_TEST(stopped_by_signal),
		STAGE_TEST(damaged_history),
		STAGE_TEST(locked_history),
		STAGE_TEST(no_place_for_history),
		STAGE_TEST(old_logs_go),
		STAGE_TEST(marked_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
