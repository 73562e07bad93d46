/* rustbed: a folder of its own for tests of src/rust, with a clean environment.
 *
 * HOME, CARGO_HOME, RUSTUP_HOME and the caches lie in the folder; the machine's own rustup and cargo
 * are found again with bed_use_real. Nothing here reaches the network. */
#pragma once
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/path.h"
#include "io/file.h"
#include "io/proc.h"
#include "check.h"
#include "folder.h"

struct bed {
	char *dir;
	char *real_path, *real_rustup_home, *real_home; /* of the machine */
	struct arena arena;
};

static inline void
bed_clear_environment(void)
{
	static const char *const names[] = { "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME",
		"RUSTC", "RUSTDOC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS",
		"CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR",
		"CARGO_BUILD_BUILD_DIR", "CARGO_BUILD_TARGET", "CARGO_INCREMENTAL",
		"RUSTC_BOOTSTRAP", "CARGO_BUILD_RUSTFLAGS", "CARGO", "XDG_CONFIG_HOME",
		"XDG_DATA_HOME", "XDG_STATE_HOME" };

	for (size_t i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
}

static inline char *
bed_real_rustup_home(void)
{
	const char *home = getenv("HOME"), *given = getenv("RUSTUP_HOME");

	if (given && *given)
		return xstrdup(given);
	return home ? path_join(home, ".rustup") : NULL;
}

/* The path of a name in the bed; lives until the test ends. */
static inline char *
bed_path(struct bed *b, const char *name)
{
	return arena_printf(&b->arena, "%s/%s", b->dir, name);
}

static inline void
bed_set_home(struct bed *b)
{
	setenv("HOME", b->dir, 1);
	setenv("XDG_CACHE_HOME", bed_path(b, "cache"), 1);
	setenv("CARGO_HOME", bed_path(b, "cargo-home"), 1);
	setenv("RUSTUP_HOME", bed_path(b, "rustup-home"), 1);
	setenv("RUSTUP_AUTO_INSTALL", "0", 1);
	setenv("RUSTUP_DIST_SERVER", "http://127.0.0.1:9", 1);
	setenv("RUSTUP_UPDATE_ROOT", "http://127.0.0.1:9", 1);
}

static inline int
bed_setup(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	b->dir = folder_new();
	b->real_path = xstrdup(getenv("PATH"));
	b->real_rustup_home = bed_real_rustup_home();
	b->real_home = xstrdup(getenv("HOME") ? getenv("HOME") : "/");
	bed_clear_environment();
	bed_set_home(b);
	*state = b;
	return 0;
}

static inline int
bed_teardown(void **state)
{
	struct bed *b = *state;

	file_remove_tree(b->dir, NULL);
	setenv("PATH", b->real_path, 1);
	setenv("HOME", b->real_home, 1);
	bed_clear_environment();
	if (b->real_rustup_home)
		setenv("RUSTUP_HOME", b->real_rustup_home, 1);
	arena_fini(&b->arena);
	free(b->real_home);
	free(b->real_path);
	free(b->real_rustup_home);
	free(b->dir);
	free(b);
	return 0;
}

static inline void
bed_write(struct bed *b, const char *name, const char *text)
{
	folder_put(b->dir, name, text, 0644);
}

static inline void
bed_script(struct bed *b, const char *name, const char *text)
{
	folder_put(b->dir, name, text, 0755);
}

static inline void
bed_dirs(struct bed *b, const char *name)
{
	assert_true(file_make_dirs(bed_path(b, name), 0755, NULL));
}

/* Whether cargo has waited for another one that builds in the same folder. For cargo's home they wait, too,
 * when they begin at the same moment. */
static inline bool
bed_says_blocked(struct span text)
{
	while (text.len) {
		struct span line = span_cut(text, '\n', &text);

		if (span_find(line, SPAN("waiting for file lock")) >= 0 &&
			span_find(line, SPAN("package cache")) < 0)
			return true;
	}
	return false;
}

/* PATH becomes one folder of the bed and what scripts need, or the folder alone. */
static inline void
bed_set_path(struct bed *b, const char *name, bool with_system)
{
	char *path = xasprintf("%s%s", bed_path(b, name), with_system ? ":/usr/bin:/bin" : "");

	setenv("PATH", path, 1);
	free(path);
}

/* From here on the machine's own rustup and cargo. */
static inline void
bed_use_real(struct bed *b)
{
	setenv("PATH", b->real_path, 1);
	if (b->real_rustup_home)
		setenv("RUSTUP_HOME", b->real_rustup_home, 1);
}

/* Runs a program in `dir` and keeps what it printed, both streams in one; its exit code. */
static inline int
bed_run(const char *dir, const char *const *argv, struct str *out)
{
	struct proc_spec spec = { .argv = argv, .dir = dir };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	int code;

	if (!proc_capture(&spec, 16u << 20, 60000, &result, &err))
		fail_msg("%s", err.message);
	str_append_span(out, str_span(&result.out));
	str_append_span(out, str_span(&result.err));
	code = result.end.exit_code;
	proc_result_fini(&result);
	return code;
}

static inline bool
bed_has(const char *program)
{
	char *path = proc_find_program(program);
	bool has = path != NULL;

	free(path);
	return has;
}

/* Ends the test as skipped, with the reason in the output. */
#define bed_skip(reason)                                                                           \
	do {                                                                                       \
		print_message("SKIPPED %s: %s\n", __func__, reason);                               \
		skip();                                                                            \
	} while (0)
