#include "pty/pty_bench.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "unit/check.h"
#include "unit/folder.h"

#define ENV_MAX 24

int
bench_make(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->home = folder_new();
	b->program = pty_program("xtui");
	*state = b;
	return 0;
}

int
bench_drop(void **state)
{
	struct bench *b = *state;

	if (b->pty)
		pty_close(b->pty);
	file_remove_tree(b->home, NULL);
	free(b->home);
	free(b->program);
	free(b);
	return 0;
}

void
bench_write(struct bench *b, const char *name, const char *text)
{
	folder_put(b->home, name, text, 0644);
}

void
bench_script(struct bench *b, const char *name, const char *text)
{
	folder_put(b->home, name, text, 0755);
}

void
bench_write_package(struct bench *b)
{
	bench_write(b, "Cargo.toml", "[package]\nname = \"jobs\"\nversion = \"1.0.0\"\n");
	bench_write(b, "src/lib.rs", "");
}

struct pty *
bench_launch(struct bench *b, const char *const *words, const struct pty_env *env,
	const struct pty_spec *how)
{
	const char *argv[16] = { b->program };
	struct pty_env all[ENV_MAX] = {
		{ "HOME", b->home },
		{ "XDG_CONFIG_HOME", NULL },
		{ "XDG_STATE_HOME", NULL },
		{ "XDG_CACHE_HOME", NULL },
		{ "XDG_DATA_HOME", NULL },
		{ "PATH", "/usr/bin:/bin" },
		{ "RUSTC", "/nonexistent" },
	};
	struct pty_spec spec = how ? *how : (struct pty_spec){ 0 };
	size_t count = words[0] && path_is_absolute(words[0]) ? 0 : 1, vars = 7;

	while (*words && count < COUNT(argv) - 1)
		argv[count++] = *words++;
	argv[count] = NULL;
	for (; env && env->name && vars < ENV_MAX - 1; env++)
		all[vars++] = *env;
	spec.argv = argv;
	spec.dir = b->home;
	spec.env = all;
	b->pty = pty_start(&spec);
	b->before = pty_modes_before(b->pty);
	return b->pty;
}

/* The folder with the toolchain; caller frees. NULL: it was not made here. */
static char *
toolchain_bin(void)
{
	const char *source = getenv("XTUI_SOURCE");
	char *bin = path_join(source && *source ? source : ".", "build/fixture/system/bin");
	char *absolute = path_absolute(bin), *cargo = path_join(absolute, "cargo");
	bool is_there = file_is_executable(cargo);

	free(cargo);
	free(bin);
	if (is_there)
		return absolute;
	free(absolute);
	return NULL;
}

struct pty *
bench_launch_with_rust(struct bench *b, const char *const *words, const struct pty_spec *how)
{
	char *bin = toolchain_bin(), *path;

	if (!bin)
		skip();
	path = xasprintf("%s:/usr/bin:/bin", bin);
	bench_launch(b, words,
		(const struct pty_env[]){ { "PATH", path }, { "RUSTC", NULL },
			{ "CARGO_HOME", NULL }, { "RUSTUP_HOME", NULL }, { "TMUX", NULL },
			{ "TERM_PROGRAM", "ghostty" }, { NULL } },
		how);
	free(path);
	free(bin);
	return b->pty;
}

void
assert_restored(struct bench *b)
{
	struct termios after = pty_modes(b->pty);

	assert_int_equal(after.c_lflag, b->before.c_lflag);
	assert_int_equal(after.c_iflag, b->before.c_iflag);
	assert_int_equal(after.c_oflag, b->before.c_oflag);
	assert_memory_equal(after.c_cc, b->before.c_cc, sizeof(after.c_cc));
	assert_false(pty_in_altscreen(b->pty));
	assert_true(pty_cursor_is_visible(b->pty));
	assert_int_equal(pty_mouse(b->pty), VTERM_PROP_MOUSE_NONE);
	assert_int_not_equal(pty_dec_mode(b->pty, "?2004"), 1);
	assert_int_not_equal(pty_dec_mode(b->pty, "?2026"), 1);
	pty_wait_no_processes(b->pty);
}

void
assert_over(struct bench *b, int code)
{
	if (pty_wait_exit(b->pty) != code)
		pty_fail(b->pty, "the exit status that was expected");
	assert_restored(b);
}

void
bench_quit(struct bench *b)
{
	pty_type(b->pty, "q");
	pty_wait_exit(b->pty);
	pty_wait_no_processes(b->pty);
}
