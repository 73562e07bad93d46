/* Tests of plan/wants and plan/size: what files and tools say. */
#include "unit/help_machine.h"

#include "plan/size.h"
#include "plan/wants.h"

static const struct row {
	const char *file, *text;
	const char *wants[4]; /* "triple origin" */
} rows[] = {
	{ ".cargo/config.toml",
		"[build]\ntarget = [\"" MUSL "\", \"nonsense\"]\n[target." ARM64
		"]\nlinker = \"x\"\n"
		"[target.'cfg(unix)']\nrunner = \"y\"\n",
		{ MUSL " .cargo/config.toml:2", ARM64 " .cargo/config.toml:3" } },
	{ "rust-toolchain.toml",
		"[toolchain]\nchannel = \"stable\"\ntargets = [\n  \"" WINDOWS "\",\n]\n",
		{ WINDOWS " rust-toolchain.toml:4" } },
	{ "rust-toolchain", "1.80.0\n", { NULL } },
	{ "Cross.toml", "[target." ARMV7 "]\nimage = \"x\"\n", { ARMV7 " Cross.toml:1" } },
	{ "dist-workspace.toml", "[dist]\ntargets = [\"" MAC "\"]\n",
		{ MAC " dist-workspace.toml:2" } },
	{ "Cargo.toml",
		"[package]\nname = \"x\"\n[target." WINDOWS ".dependencies]\nwinapi = \"1\"\n"
		"[package.metadata.dist]\ntargets = [\"" MUSL "\"]\n",
		{ MUSL " Cargo.toml:6" } },
	{ "pyproject.toml", "[tool.maturin]\ntarget = \"" ARM64 "\"\n",
		{ ARM64 " pyproject.toml:2" } },
	{ ".github/workflows/ci.yml",
		"jobs:\n  build:\n    # not " RISCV
		"\n    strategy:\n      matrix:\n        target:\n"
		"          - " HOST "\n          - '" MUSL "'\n"
		"    steps:\n      - run: cargo zigbuild --target " ARM64 ".2.17 # and " ARMV7 "\n"
		"      - run: echo my-" WINDOWS "-name\n",
		{ HOST " .github/workflows/ci.yml:7", MUSL " .github/workflows/ci.yml:8",
			ARM64 " .github/workflows/ci.yml:10" } },
	{ ".github/workflows/notes.txt", MUSL "\n", { NULL } },
	{ ".gitlab-ci.yml", "a:\n  variables:\n    TARGET: " FREEBSD "\n",
		{ FREEBSD " .gitlab-ci.yml:3" } },
	{ "Cross.toml", "[target." ARMV7 "\n", { NULL } },
};

static void
check_row(struct machine *m, const struct row *row)
{
	struct arena arena = ARENA_INIT;
	struct wants wants;
	size_t count = 0;

	file_remove_tree(bed_path(m->bed, "ws"), NULL);
	bed_write(m->bed, arena_printf(&m->bed->arena, "ws/%s", row->file), row->text);
	wants_read(m->survey, &arena, &wants);
	for (size_t i = 0; i < wants.count; i++) {
		const char *got =
			arena_printf(&arena, "%s %s", wants.items[i].triple, wants.items[i].origin);
		if (i >= COUNT(row->wants) || !text_is(row->wants[i], got))
			fail_msg("%s: %s, not %s", row->file, got, row->wants[i]);
	}
	while (count < COUNT(row->wants) && row->wants[count])
		count++;
	assert_int_equal(wants.count, count);
	arena_fini(&arena);
}

/* A project's own files say what it builds for, and where they say it. */
static void
files_say(void **state)
{
	struct machine *m = *state;
	struct machine_spec spec = { .packages = PM_APT, .reach = { { HOST, NULL } } };

	assert_non_null(machine_plan(m, &spec));
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(m, &rows[i]);
}

/* What tools say of sizes is understood in their words. */
static void
sizes_are_read(void **state)
{
	static const struct {
		const char *program, *said;
		int64_t bytes, disk;
	} said[] = {
		{ "apt-get",
			"0 upgraded, 15 newly installed.\nNeed to get 34.2 MB of archives.\n"
			"After this operation, 118 MB of additional disk space will be used.\n",
			34200000, 118000000 },
		{ "apt-get",
			"Need to get 1,204 kB/34.2 MB of archives.\n"
			"After this operation, 512 B of additional disk space will be used.\n",
			1204000, 512 },
		{ "apt-get", "E: Unable to locate package x\n", -1, -1 },
		{ "dnf", "Total download size: 21 M\nInstalled size: 97 M\n", 21000000, 97000000 },
		{ "pacman", "1000\n2000\n", 3000, -1 },
		{ "pacman", "", -1, -1 },
		{ "zypper",
			"Overall download size: 12.5 MiB. Already cached: 0 B.\n"
			"After the operation, additional 40.0 MiB will be used.\n",
			13107200, 41943040 },
		{ "brew", "anything", -1, -1 },
	};

	for (size_t i = 0; i < COUNT(said); i++) {
		struct step_size size;
		bool known = size_read(said[i].program, span_of(said[i].said), &size);

		assert_int_equal(known, said[i].bytes >= 0 || said[i].disk >= 0);
		assert_int_equal(size.bytes, said[i].bytes);
		assert_int_equal(size.disk_bytes, said[i].disk);
	}
}

/* The tool is asked in words that install nothing, and for no longer than it may take. */
static void
tool_is_asked(void **state)
{
	struct machine *m = *state;
	const char *const argv[] = { "apt-get", "install", "-y", "a", "b", NULL };
	struct step step = { .id = "packages:a,b", .kind = STEP_RUN, .argv = argv };
	struct step_size size;

	setenv("PATH", m->bed->real_path, 1);
	bed_script(m->bed, "bin/apt-get",
		"#!/bin/sh\n[ \"$*\" = 'install --print-uris -y a b' ] && echo 'Need to get 2 MB "
		"of'\n");
	setenv("PATH",
		arena_printf(&m->bed->arena, "%s:%s", bed_path(m->bed, "bin"), m->bed->real_path),
		1);
	assert_true(size_can_be_asked(&step));
	assert_true(size_ask(&step, 10000, &size));
	assert_int_equal(size.bytes, 2000000);
	bed_script(m->bed, "bin/apt-get", "#!/bin/sh\nexec sleep 60\n");
	assert_false(size_ask(&step, 50, &size));
	step.id = "std:x";
	assert_false(size_can_be_asked(&step));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, machine_setup, machine_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_say),
		cmocka_unit_test(sizes_are_read),
		TEST(tool_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
