/* setup carried out: the real rustup against a dist server on this machine, real linkers, real probes. */
#include "e2e/bench_cli.h"
#include "text/json.h"

/* Runs xtui beside a dist server, with a rustup that has nothing installed yet. */
static void
setup(struct stage *s, const char *const *words)
{
	struct arena *arena = &s->bed->arena;
	const char *argv[20] = { "sh",
		arena_printf(arena, "%s/tests/fixture/own_rustup.sh", s->source), s->fixture,
		bed_path(s->bed, "own"), "env", arena_printf(arena, "PATH=%s", getenv("PATH")),
		s->program };
	const struct proc_env env = { "PATH", s->bed->real_path }; /* the server's */
	struct proc_spec spec = { .argv = argv, .dir = s->dir, .env = &env, .env_count = 1 };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;

	for (size_t i = 0; words[i]; i++)
		argv[7 + i] = words[i];
	bed_dirs(s->bed, "own/rustup");
	bed_dirs(s->bed, "own/cargo");
	if (!proc_capture(&spec, 64u << 20, 120000, &result, &err))
		fail_msg("%s", err.message);
	str_fini(&s->out);
	str_fini(&s->err);
	s->out = result.out;
	s->err = result.err;
	s->code = result.end.exit_code;
}
#define setup(s, ...) setup(s, ((const char *const[]){ "setup", __VA_ARGS__, NULL }))

static void
write_project(struct stage *s, const char *config)
{
	bed_write(s->bed, "p/Cargo.toml", "[package]\nname = \"p\"\nversion = \"0.1.0\"\n");
	bed_write(s->bed, "p/src/main.rs", "fn main() {}\n");
	if (config)
		bed_write(s->bed, "p/.cargo/config.toml", config);
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "p"));
}

static void
assert_events(struct stage *s, const char *event, const char *key, const char *text, int count)
{
	int found = stage_events_of(s, "SETUP_EVENT", event, key, text);

	if (found != count)
		fail_msg("%d %s: %s\n%s", found, event, str_cstr(&s->out), str_cstr(&s->err));
}

static void
assert_config(struct stage *s, const char *text)
{
	struct str bytes = STR_INIT;

	assert_true(file_read(bed_path(s->bed, "p/.cargo/config.toml"), &bytes, NULL));
	assert_string_equal(str_cstr(&bytes), text);
	str_fini(&bytes);
}

#define BEFORE "# mine\n[net]\nretry = 3\n"
#define LINKER "[target.aarch64-unknown-linux-gnu]\nlinker = \"aarch64-linux-gnu-gcc\"\n"

/* From a rustup without any toolchain to a target that links and runs, with one command; a second time
 * there is nothing to do; and the file of the project comes back as it was. */
static void
from_nothing_to_ready_and_back(void **state)
{
	struct stage *s = *state;

	NEED_RUSTUP(s);
	NEED(s, "dist", "no dist server below build/fixture");
	write_project(s, BEFORE);
	setup(s, ARM64, MUSL, "--yes", "--json");
	assert_int_equal(s->code, 0);
	assert_events(s, "setup_started", NULL, NULL, 1);
	assert_events(s, "setup_finished", "status", "ok", 1);
	assert_events(s, "step_finished", "step", "std:" ARM64, 1);
	assert_events(s, "step_finished", "step", "probe:" ARM64, 1);
	assert_events(s, "step_finished", "state", "failed", 0);
	assert_config(s, BEFORE "\n" LINKER);

	setup(s, ARM64, MUSL, "--yes");
	assert_int_equal(s->code, 0);
	assert_non_null(strstr(str_cstr(&s->out), "nothing to do: all of it is ready"));

	setup(s, "--undo", "--json");
	json_free(stage_json(s, "UNDO"));
	setup(s, "--undo", "1", "--yes");
	assert_int_equal(s->code, 0);
	assert_config(s, BEFORE);
}

/* What fails stops what waits for it and nothing else, and the next time it goes on from there. */
static void
a_failure_and_going_on(void **state)
{
	struct stage *s = *state;

	NEED_RUSTUP(s);
	NEED(s, "dist", "no dist server below build/fixture");
	write_project(s, NULL);
	/* The folder in the way of the toolchain is what goes wrong. */
	bed_write(s->bed, "own/rustup/toolchains", "no folder");
	setup(s, ARM64, "--yes", "--json");
	assert_int_equal(s->code, 1);
	assert_events(s, "step_finished", "state", "failed", 1);
	assert_events(s, "step_finished", "step", "probe:" ARM64, 1);
	assert_events(s, "step_finished", "state", "done", 1); /* the edit */
	assert_events(s, "setup_finished", "status", "failed", 1);
	assert_config(s, LINKER);

	unlink(bed_path(s->bed, "own/rustup/toolchains"));
	setup(s, ARM64, "--yes", "--json");
	assert_int_equal(s->code, 0);
	assert_events(s, "setup_finished", "status", "ok", 1);
}

/* Where nobody can be asked nothing is changed unasked. */
static void
nobody_to_ask(void **state)
{
	struct stage *s = *state;

	write_project(s, NULL);
	xtui(s, "setup", ARM64);
	assert_int_equal(s->code, 2);
	assert_non_null(strstr(str_cstr(&s->err), "nobody can be asked here"));
	assert_false(file_exists(bed_path(s->bed, "p/.cargo")));
	xtui(s, "setup", "--undo");
	assert_int_equal(s->code, 0);
	assert_string_equal(str_cstr(&s->out), "there is no edit to put back\n");
	xtui(s, "setup", "--undo", "7", "--yes");
	assert_int_equal(s->code, 2);
	xtui(s, "setup", "--undo", "x", "--yes");
	assert_int_equal(s->code, 2);
}

static const char foreign_log[] =
	"error: linking with `cc` failed: exit status: 1\n"
	"  = note:  \"cc\" \"-m64\" \"/tmp/rustcAbc/symbols.o\" \"-o\" "
	"\"/p/target/aarch64-unknown-linux-gnu/release/deps/p-1\"\n"
	"  = note: /usr/bin/ld: /tmp/rustcAbc/symbols.o: Relocations in generic ELF (EM: 183)\n"
	"          /usr/bin/ld: /tmp/rustcAbc/symbols.o: error adding symbols: file in wrong "
	"format\n"
	"          collect2: error: ld returned 1 exit status\n";

/* A hint's fix is shown and made, replaces what it has shown that it replaces, and can be put back. */
static void
a_fix_is_applied(void **state)
{
	struct stage *s = *state;
	const char *log;

	write_project(s, "[target.aarch64-unknown-linux-gnu]\nlinker = \"cc\" # old\n");
	bed_write(s->bed, "p/log", foreign_log);
	log = bed_path(s->bed, "p/log");
	xtui(s, "explain", log, "--target", ARM64, "--apply", "1");
	assert_int_equal(s->code, 2);
	assert_non_null(strstr(str_cstr(&s->out), "+linker = \"aarch64-linux-gnu-gcc\""));
	xtui(s, "explain", log, "--target", ARM64, "--apply", "99", "--yes");
	assert_int_equal(s->code, 2);
	xtui(s, "explain", log, "--target", ARM64, "--apply", "1", "--yes", "--json");
	assert_int_equal(s->code, 0);
	assert_events(s, "step_finished", "state", "done", 1);
	assert_config(s,
		"[target.aarch64-unknown-linux-gnu]\nlinker = \"aarch64-linux-gnu-gcc\" # old\n");
	xtui(s, "setup", "--undo", "1", "--yes");
	assert_int_equal(s->code, 0);
	assert_config(s, "[target.aarch64-unknown-linux-gnu]\nlinker = \"cc\" # old\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(from_nothing_to_ready_and_back),
		STAGE_TEST(a_failure_and_going_on),
		STAGE_TEST(nobody_to_ask),
		STAGE_TEST(a_fix_is_applied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
