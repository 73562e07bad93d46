/* pty_bench: what tests in a pseudo-terminal share: a home of its own, the real program started there,
 * without a toolchain, and what must be as before when it has ended. */
#pragma once
#include "pty/pty.h"

struct bench {
	char *home;    /* also the folder it works in */
	char *program; /* xtui */
	struct pty *pty;
	struct termios before; /* modes of the terminal when it began */
};

int bench_make(void **state);
int bench_drop(void **state);
void bench_write(struct bench *b, const char *name, const char *text);  /* below home */
void bench_script(struct bench *b, const char *name, const char *text); /* that can be run */
/* A package with nothing in it, in home. */
void bench_write_package(struct bench *b);

/* Starts b->program with these words, or (words[0] is a path) that program: in home, with the caches
 * there, and the variables of `env` (its end has no name; NULL: none) over that. `how` may be NULL: of
 * it counts all but argv, dir and env. */
struct pty *bench_launch(struct bench *b, const char *const *words, const struct pty_env *env,
	const struct pty_spec *how);
/* The same with the Rust toolchain that tests share, in a terminal that shows progress; where that could not be made the test is skipped. */
struct pty *
bench_launch_with_rust(struct bench *b, const char *const *words, const struct pty_spec *how);
/* It ends with this status; the terminal is as before, and no process of it is left. */
void assert_over(struct bench *b, int code);
void assert_restored(struct bench *b);
/* q, and waits until nothing of it is left. */
void bench_quit(struct bench *b);
