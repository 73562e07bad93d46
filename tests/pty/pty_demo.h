/* pty_demo: the workbench with a screen of its own that counts, types, floods and dies: the test program
 * itself, started with --demo. */
#pragma once
#include "pty/pty_bench.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_INSTRUMENTED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define IS_INSTRUMENTED 1
#endif
#ifndef IS_INSTRUMENTED
#define IS_INSTRUMENTED 0
#endif

_Noreturn void demo_main(void); /* what main does with --demo */

struct start {
	const char *term;
	int rows, cols;
	struct pty_env env[4];
	bool keep_stdin;
	const char *through[4]; /* a program that starts us: "/bin/sh", "-c", "… \"$0\" --demo" */
};

/* Starts the demo in a folder without a toolchain or workspace. */
struct pty *launch(struct bench *b, const struct start *start);
/* Up, with the survey taken. */
struct pty *launch_idle(struct bench *b, const struct start *start);
bool bottom_has_help(struct pty *p, const void *unused); /* for pty_wait */
