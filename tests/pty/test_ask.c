/* What is asked for on the terminal before anything is changed. */
#include <stdlib.h>
#include "unit/check.h"
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "pty/pty.h"

struct bench {
	char *home, *program, *log, *config;
};

static const char log_text[] =
	"error: linking with `cc` failed: exit status: 1\n"
	"  = note:  \"cc\" \"-m64\" \"/tmp/rustcAbc/symbols.o\" \"-o\" "
	"\"/p/target/aarch64-unknown-linux-gnu/release/deps/p-1\"\n"
	"  = note: /usr/bin/ld: /tmp/rustcAbc/symbols.o: Relocations in generic ELF (EM: 183)\n"
	"          /usr/bin/ld: /tmp/rustcAbc/symbols.o: error adding symbols: file in wrong "
	"format\n";

static int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof *b);

	b->home = file_make_temp_dir("/tmp", "xtui-ask", NULL);
	b->program = pty_program("xtui");
	b->log = path_join(b->home, "log");
	b->config = path_join(b->home, ".cargo/config.toml");
	*state = b;
	return file_write(b->log, span_of(log_text), NULL) ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	file_remove_tree(b->home, NULL);
	free(b->home);
	free(b->program);
	free(b->log);
	free(b->config);
	free(b);
	return 0;
}

/* Starts it and answers when it asks; the exit status. */
static int
ask(struct bench *b, const char *const *words, const char *question, const char *answer)
{
	const struct pty_env env[] = { { "HOME", b->home }, { "XDG_STATE_HOME", NULL },
		{ "XDG_CONFIG_HOME", NULL }, { "XDG_CACHE_HOME", NULL }, { "NO_COLOR", "1" },
		{ 0 } };
	const char *argv[12] = { b->program };
	struct pty *pty;
	int status;

	for (size_t i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	pty = pty_start(&(struct pty_spec){ .argv = argv, .dir = b->home, .env = env });
	pty_wait_text(pty, question);
	pty_send(pty, answer, strlen(answer));
	status = pty_wait_exit(pty);
	pty_close(pty);
	return status;
}

/* A fix is shown, and made when the person says yes; so is putting it back. */
static void
nothing_is_changed_unasked(void **state)
{
	struct bench *b = *state;
	const char *const fix[] = { "explain", b->log, "--target", "aarch64-unknown-linux-gnu",
		"--apply", "1", NULL };
	static const char *const undo[] = { "setup", "--undo", "1", NULL };

	assert_int_equal(ask(b, fix, "Do this? [y/N]", "\n"), 1);
	assert_false(file_exists(b->config));
	assert_int_equal(ask(b, fix, "Do this? [y/N]", "y\n"), 0);
	assert_true(file_exists(b->config));
	assert_int_equal(ask(b, undo, "Put this back? [y/N]", "n\n"), 1);
	assert_true(file_exists(b->config));
	assert_int_equal(ask(b, undo, "Put this back? [y/N]", "yes\n"), 0);
	assert_false(file_exists(b->config));
}

/* Without a file the log is what is typed or pasted, and that is said. */
static void
log_is_typed(void **state)
{
	static const char *const words[] = { "explain", NULL };

	assert_int_equal(ask(*state, words, "reading the log from here",
				 "error: linker `nope-gcc` not found\n\004"),
		0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_changed_unasked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(log_is_typed, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
