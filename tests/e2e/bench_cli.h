/* bench_cli: the real program as a person runs it, on a machine that holds only what it is given.
 *
 * PATH is the Rust fixture's bin and a folder of links to chosen programs, home and caches are below
 * the bed. Skipped by name where the fixture could not be made. */
#pragma once
#include <signal.h>
#include "unit/rustbed.h"
#include "unit/triples.h"

#define NEED_FIXTURE(s)                                                                            \
	if (!file_exists((s)->fixture))                                                            \
	bed_skip("no Rust fixture below build/fixture")
/* A file below build/fixture. */
#define NEED(s, name, why)                                                                         \
	if (!file_exists(stage_fixture(s, name)))                                                  \
	bed_skip(why)
#define NEED_RUSTUP(s) NEED(s, "rustup/done", "no rustup fixture below build/fixture")
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

struct loop;
struct schema;

struct stage {
	struct bed *bed;
	char *program, *fixture, *source;
	char *dir;             /* where the program is run; the bed's own unless changed */
	struct schema *schema; /* docs/json.md */
	struct str out, err;   /* what it printed last */
	int code, signal;      /* how it ended; a signal's number, 0 none */
	struct {
		void (*fn)(void *arg);
		void *arg;
	} endings[4];
	size_t ending_count;
};

int stage_setup(void **state);
int stage_teardown(void **state);
/* What stage_teardown calls, the last one first, also after a test that has failed. */
void stage_at_end(struct stage *s, void (*fn)(void *arg), void *arg);
#define STAGE_TEST(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)

/* A path below build/fixture; lives as long as the stage. */
const char *stage_fixture(struct stage *s, const char *name);
/* Copies examples/greet to bed/greet and works there. */
void stage_greet(struct stage *s);
/* A workspace in bed/slow whose build takes until the gate is opened: some units are done before, the
 * program comes after. Works in it. */
void stage_slow(struct stage *s);
void stage_open_gate(struct stage *s);
/* Takes a program off the PATH, or puts one there that is on the machine's. */
void stage_hide(struct stage *s, const char *name);
bool stage_show(struct stage *s, const char *name);

/* Runs xtui with these words to its end. */
void stage_run(struct stage *s, const char *const *words);
void stage_run_input(struct stage *s, const char *const *words, struct span input);
#define xtui(s, ...) stage_run(s, WORDS(__VA_ARGS__))

/* Gives what it printed last to a shell, as a script. */
void stage_paste(struct stage *s);

/* Starts it and kills it with KILL after so many microseconds, unless it has ended by itself; what it says
 * is not kept. Its children may live for a moment. */
void stage_kill_after(struct stage *s, const char *const *words, uint64_t microseconds);

/* Starts it and waits until its output holds `text`; then stage_signal and stage_wait. What another one
 * that still runs has printed so far is forgotten. */
struct running;
struct running *stage_start(struct stage *s, const char *const *words, const char *text);
void stage_signal(struct running *r, int signum);
void stage_wait_text(struct running *r, const char *text); /* on either stream */
void stage_wait_file(struct running *r, const char *path);
void stage_wait(struct running *r); /* to its end; frees r */

/* The output as one document of the shape, checked; free with json_free. */
struct json *stage_json(struct stage *s, const char *shape);
/* Each line of the output against BUILD of docs/json.md: how many there are with this "event", and
 * this text as its member `key` (NULL: any). */
int stage_events(struct stage *s, const char *event, const char *key, const char *text);
int stage_events_of(
	struct stage *s, const char *shape, const char *event, const char *key, const char *text);
/* Whether all processes of the stage end, before long: one that was killed may still have to be let onto a
 * CPU to go, and the guard of an xtui that was killed takes a moment. */
bool stage_is_alone(struct stage *s);

/* One line "xtui: <text>" on standard error, and this exit status. */
#define assert_refused(s, status, text)                                                            \
	do {                                                                                       \
		if (!strstr(str_cstr(&(s)->err), text) ||                                          \
			!strstr(str_cstr(&(s)->err), "xtui: ") || (s)->code != (status))           \
			fail_msg("expected %d and \"%s\", got %d and: %s", status, text,           \
				(s)->code, str_cstr(&(s)->err));                                   \
	} while (0)
#define assert_code(s, status)                                                                     \
	do {                                                                                       \
		if ((s)->code != (status))                                                         \
			fail_msg("exit status %d, not %d:\n%s\n%s", (s)->code, status,             \
				str_cstr(&(s)->err), str_cstr(&(s)->out));                         \
	} while (0)
#define assert_out(s, text)                                                                        \
	do {                                                                                       \
		if (!strstr(str_cstr(&(s)->out), text))                                            \
			fail_msg("\"%s\" is not in:\n%s\n%s", text, str_cstr(&(s)->out),           \
				str_cstr(&(s)->err));                                              \
	} while (0)
#define assert_not_out(s, text)                                                                    \
	do {                                                                                       \
		if (strstr(str_cstr(&(s)->out), text))                                             \
			fail_msg("\"%s\" is in:\n%s", text, str_cstr(&(s)->out));                  \
	} while (0)
