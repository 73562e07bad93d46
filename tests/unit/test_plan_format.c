/* Tests of plan/format and plan/script: what people, programs and shells are told of a plan. */
#include "unit/help_machine.h"

#include "io/proc.h"
#include "text/json.h"
#include "unit/dice.h"

/* Sizes are said with three figures; one that is not known is not said. */
static void
sizes(void **state)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} rows[] = {
		{ -1, "" },
		{ 0, "0 B" },
		{ 999, "999 B" },
		{ 1000, "1 kB" },
		{ 9940, "10 kB" },
		{ 9960, "10 kB" },
		{ 31000000, "31.0 MB" },
		{ 999600, "1.00 MB" },
		{ 663958918, "664 MB" },
		{ 1200000000, "1.20 GB" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str out = STR_INIT;
		plan_size(&out, rows[i].bytes);
		assert_string_equal(str_cstr(&out), rows[i].text);
		str_fini(&out);
	}
}

/* The JSON has every key in every step, with null for what is not. */
static void
json_is_whole(void **state)
{
	static const char *const keys[] = { "id", "kind", "title", "why", "argv", "root", "url",
		"sha256", "bytes", "disk_bytes", "path", "diff", "conflict", "license", "target",
		"backend", "optional", "after" };
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.root = ROOT_SUDO,
		.reach = { { FREEBSD, NULL }, { ANDROID, NULL }, { ARM64, NULL } } };
	struct json *doc;
	const struct json *list;

	assert_non_null(machine_plan(m, &spec));
	doc = plan_json(m->plan);
	assert_int_equal(json_integer(json_get(doc, "schema"), 0), 1);
	list = json_get(doc, "plan");
	assert_int_equal(json_count(list), m->plan->count);
	for (const struct json *step = json_first(list); step; step = json_next(step)) {
		assert_int_equal(json_count(step), COUNT(keys));
		for (size_t i = 0; i < COUNT(keys); i++)
			assert_non_null(json_get(step, keys[i]));
	}
	json_free(doc);
}

/* ---- scripts ---- */

static void
write_script(struct machine *m)
{
	struct str text = STR_INIT;

	plan_script(m->plan, bed_path(m->bed, "ws"), "them", &text);
	bed_script(m->bed, "setup.sh", str_cstr(&text));
	str_fini(&text);
}

/* Runs words on the real machine's PATH before the bed's; the exit code, -1 without the program. */
static int
run(struct machine *m, const char *const *argv, struct str *said)
{
	char *path = xasprintf("%s:%s", bed_path(m->bed, "bin"), m->bed->real_path);
	const struct proc_env env[] = { { "PATH", path } };
	struct proc_spec spec = { .argv = argv, .env = env, .env_count = 1 };
	struct proc_result result;
	int code = -1;

	setenv("PATH", path, 1);
	if (proc_capture(&spec, 65536, 60000, &result, NULL)) {
		code = result.end.exit_code;
		str_append_span(said, str_span(&result.out));
		str_append_span(said, str_span(&result.err));
	}
	proc_result_fini(&result);
	setenv("PATH", bed_path(m->bed, "bin"), 1);
	free(path);
	return code;
}

static int
run_script(struct machine *m, struct str *said)
{
	const char *const argv[] = { "sh", bed_path(m->bed, "setup.sh"), NULL };

	str_clear(said);
	return run(m, argv, said);
}

static void
assert_clean(struct machine *m)
{
	const char *const argv[] = { "shellcheck", "-s", "sh", bed_path(m->bed, "setup.sh"), NULL };
	struct str said = STR_INIT;
	int code = run(m, argv, &said);

	if (code > 0)
		fail_msg("%s", str_cstr(&said));
	str_fini(&said);
	if (code < 0)
		skip(); /* no shellcheck here */
}

/* Every kind of step becomes shell that shellcheck has nothing against. */
static void
shellcheck_is_content(void **state)
{
	static const struct machine_spec specs[] = {
		{ .packages = PM_APT,
			.root = ROOT_SUDO,
			.update = "apt-get update",
			.runners = true,
			.has_c_code = true,
			.reach = { { FREEBSD, NULL }, { ARM64, NULL }, { ARMV7, NULL },
				{ MUSL, NULL }, { WINDOWS, NULL }, { MAC, NULL }, { MSVC, NULL },
				{ ANDROID, NULL }, { RISCV, "cross" } } },
		{ .rust = RUST_OF_SYSTEM, .reach = { { MUSL, NULL } } },
		{ .rust = RUST_NONE, .reach = { { MUSL, NULL } } },
		{ .packages = PM_APT, .reach = { { "mips-unknown-linux-gnu", NULL } } },
	};
	struct machine *m = *state;

	bed_write(m->bed, "ws/.cargo/config.toml",
		"[target." ARM64 "]\nrustflags = []\n\n[build]\njobs = 2\n");
	for (size_t i = 0; i < COUNT(specs); i++) {
		assert_non_null(machine_plan(m, &specs[i]));
		write_script(m);
		assert_clean(m);
	}
}

static void
read_text(struct machine *m, const char *name, struct str *out)
{
	struct err err = ERR_INIT;

	str_clear(out);
	if (!file_read(bed_path(m->bed, name), out, &err))
		fail_msg("%s", err.message);
}

/* Programs that only note that they were called. */
static void
put_recorders(struct machine *m)
{
	static const char *const names[] = { "rustup", "apt-get", "cargo", "xtui", "sudo" };
	const char *log = bed_path(m->bed, "calls");

	for (size_t i = 0; i < COUNT(names); i++)
		bed_script(m->bed, arena_printf(&m->bed->arena, "bin/%s", names[i]),
			arena_printf(&m->bed->arena, "#!/bin/sh\necho \"%s $*\" >> %s\n%s",
				names[i], log, text_is(names[i], "sudo") ? "exec \"$@\"\n" : ""));
}

/* The script runs the plan's commands in their order and writes what the diffs show; a second time
 * it changes nothing. */
static void
script_does_the_same(void **state)
{
	static const char *const before[] = { NULL, "[build]\njobs = 2",
		"# mine\r\n[build]\r\njobs = 2\r\n", "[target." ARM64 "]\nrustflags = []\n" };
	struct machine *m = *state;
	struct machine_spec spec = {
		.packages = PM_APT, .root = ROOT_SELF, .reach = { { ARM64, NULL }, { ARMV7, NULL } }
	};
	struct str said = STR_INIT, once = STR_INIT, twice = STR_INIT, calls = STR_INIT;

	for (size_t i = 0; i < COUNT(before); i++) {
		file_remove_tree(bed_path(m->bed, "ws/.cargo"), NULL);
		file_remove_tree(bed_path(m->bed, "calls"), NULL);
		if (before[i])
			bed_write(m->bed, "ws/.cargo/config.toml", before[i]);
		assert_non_null(machine_plan(m, &spec));
		write_script(m);
		put_recorders(m);
		if (run_script(m, &said) != 0)
			fail_msg("%s", str_cstr(&said));
		read_text(m, "ws/.cargo/config.toml", &once);
		read_text(m, "calls", &calls);
		assert_non_null(strstr(str_cstr(&calls), "rustup target add " ARM64 "\n"));
		assert_non_null(strstr(str_cstr(&calls),
			"apt-get install -y gcc-aarch64-linux-gnu gcc-arm-linux-gnueabihf\n"));
		assert_non_null(strstr(str_cstr(&calls), "xtui doctor --probe " ARMV7 "\n"));
		if (run_script(m, &said) != 0)
			fail_msg("%s", str_cstr(&said));
		read_text(m, "ws/.cargo/config.toml", &twice);
		assert_string_equal(str_cstr(&once), str_cstr(&twice));
		/* Nothing is left to change for a plan made afterwards. */
		assert_non_null(machine_plan(m, &spec));
		assert_int_equal(plan_find(m->plan, "config:" ARM64), -1);
		assert_int_equal(plan_find(m->plan, "config:" ARMV7), -1);
	}
	str_fini(&said);
	str_fini(&once);
	str_fini(&twice);
	str_fini(&calls);
}

/* A file that has changed since is left alone, and the script says so. */
static void
changed_file_is_left_alone(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT,
		.root = ROOT_SELF,
		.programs = { "aarch64-linux-gnu-gcc" },
		.installed = { ARM64 },
		.reach = { { ARM64, NULL } } };
	struct str said = STR_INIT, text = STR_INIT;

	bed_write(
		m->bed, "ws/.cargo/config.toml", "[target." ARM64 "]\nrustflags = []\n\n[term]\n");
	assert_non_null(machine_plan(m, &spec));
	write_script(m);
	put_recorders(m);
	bed_write(m->bed, "ws/.cargo/config.toml", "[target." ARM64 "]\n# other\n");
	assert_int_equal(run_script(m, &said), 1);
	assert_non_null(strstr(str_cstr(&said), "config.toml is not what this was made for"));
	read_text(m, "ws/.cargo/config.toml", &text);
	assert_string_equal(str_cstr(&text), "[target." ARM64 "]\n# other\n");
	str_fini(&said);
	str_fini(&text);
}

/* A download gets its name only with the right hash. */
static void
downloads_are_checked(void **state)
{
	static const char *const good =
		"5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"; /* "hello\n" */
	static const char *const bad =
		"0000000000000000000000000000000000000000000000000000000000000000";
	struct machine *m = *state;
	struct step step = {
		.id = "x", .kind = STEP_DOWNLOAD, .title = "x", .why = "x", .executable = true
	};
	struct plan plan = { .items = &step, .count = 1 };
	struct str text = STR_INIT, said = STR_INIT;
	static const char *const nothing[] = { NULL };

	bed_write(m->bed, "hello", "hello\n");
	bed_write(m->bed, "MANIFEST",
		arena_printf(&m->bed->arena, "other.txz %s 1\nhello %s 2\n", bad, good));
	step.url = arena_printf(&m->bed->arena, "file://%s/hello", m->bed->dir);
	step.path = bed_path(m->bed, "got/hello");
	step.after = nothing;
	for (int i = 0; i < 3; i++) {
		step.sha256 = i == 0 ? bad : i == 1 ? good : NULL;
		step.sha256_url = arena_printf(&m->bed->arena, "file://%s/MANIFEST", m->bed->dir);
		file_remove_tree(bed_path(m->bed, "got"), NULL);
		str_clear(&text);
		plan_script(&plan, bed_path(m->bed, "ws"), "x", &text);
		bed_script(m->bed, "setup.sh", str_cstr(&text));
		assert_int_equal(run_script(m, &said) == 0, i != 0);
		assert_int_equal(file_exists(bed_path(m->bed, "got/hello")), i != 0);
	}
	assert_true(file_is_executable(bed_path(m->bed, "got/hello")));
	str_fini(&text);
	str_fini(&said);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, machine_setup, machine_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		TEST(json_is_whole),
		TEST(shellcheck_is_content),
		TEST(script_does_the_same),
		TEST(changed_file_is_left_alone),
		TEST(downloads_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
