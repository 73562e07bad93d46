/* From a toolchain with nothing to five targets that link, by `setup --yes`, and back to the first bytes:
 * the real rustup and apt-get, real linkers, qemu, a FreeBSD of the fixture's. */
#include "e2e/bench_setup.h"
#include "text/json.h"

static const char *const five[] = { ARM64, ARMV7, MUSL, WINDOWS, FREEBSD };

/* What a person's files look like before: line ends of two kinds, comments, no last line end. */
static const char project_config[] = "# mine\r\n[net]\r\nretry = 3\r\n";
static const char own_config[] = "[term]\n\tquiet = false # really\n\n# the end";

struct trial {
	struct setting setting;
	struct str before;
};

/* All below HOME but what tools keep for themselves: caches, state, built files, toolchains. */
static void
take(struct stage *s, struct str *out)
{
	static const char *const left_out[] = { "greet/target", "own/rustup",
		"own/cargo/.package-cache", "own/cargo/.package-cache-mutate",
		"own/cargo/.global-cache", "own/cargo/registry", "state", "cache", ".local", NULL };

	snapshot_take(s->bed->dir, left_out, out);
}

static bool
begin(struct trial *t, struct stage *s, const char **why)
{
	stage_show(s, "clang");
	stage_show(s, "ld.lld");
	stage_greet(s);
	if (!setting_open(&t->setting, s, false, why))
		return false;
	bed_write(s->bed, "greet/.cargo/config.toml", project_config);
	bed_write(s->bed, "own/cargo/config.toml", own_config);
	take(s, &t->before);
	return true;
}

/* With the lines that say why. */
static void
fail_setup(struct stage *s)
{
	for (struct span rest = str_span(&s->out); rest.len;) {
		struct span line = span_cut(rest, '\n', &rest);

		if (span_find(line, span_of("failed")) >= 0 ||
			span_find(line, span_of("step_line")) >= 0)
			print_message("%.*s\n", (int)line.len, line.data);
	}
	fail_msg("setup ended with %d: %s", s->code, str_cstr(&s->err));
}

static void
set_up(struct stage *s)
{
	xtui(s, "setup", ARM64, ARMV7, MUSL, WINDOWS, FREEBSD, "--yes", "--json");
	if (s->code || stage_events_of(s, "SETUP_EVENT", "step_finished", "state", "failed"))
		fail_setup(s);
	for (size_t i = 0; i < COUNT(five); i++) {
		const char *probe = arena_printf(&s->bed->arena, "probe:%s", five[i]);

		assert_int_equal(
			stage_events_of(s, "SETUP_EVENT", "step_finished", "step", probe), 1);
	}
}

/* Each is ready; those that something here runs have been run. */
static void
assert_ready(struct stage *s)
{
	const struct json *target;
	struct json *doc;
	int ready = 0, ran = 0;

	xtui(s, "doctor", ARM64, ARMV7, MUSL, WINDOWS, FREEBSD, "--json");
	assert_code(s, 0);
	doc = stage_json(s, "DOCTOR");
	target = json_first(json_get(doc, "targets"));
	for (; target; target = json_next(target)) {
		ready += text_is(json_string(json_get(target, "readiness"), ""), "ready");
		ran += json_bool(json_get(json_get(target, "probe"), "ran"), false);
	}
	assert_int_equal(ready, COUNT(five));
	assert_in_range(ran, 3, COUNT(five));
	json_free(doc);
}

static void
assert_builds(struct stage *s)
{
	xtui(s, "build", "-t", ARM64, "-t", ARMV7, "-t", MUSL, "-t", WINDOWS, "-t", FREEBSD);
	assert_code(s, 0);
	for (size_t i = 0; i < COUNT(five); i++) {
		const char *name = text_is(five[i], WINDOWS) ? "greet.exe" : "greet";

		assert_true(file_exists(bed_path(s->bed,
			arena_printf(
				&s->bed->arena, "greet/target/%s/release/%s", five[i], name))));
	}
	xtui(s, "run", "-t", ARM64, "--", "you");
	assert_code(s, 0);
	assert_out(s, "you");
}

/* Nothing but rustup itself at first; then five targets are ready, build, and one runs; and when all edits
 * are put back every file of the person's is byte for byte as it was. */
static void
from_nothing_to_five_and_back(void **state)
{
	struct stage *s = *state;
	struct trial t = { 0 };
	struct str after = STR_INIT;
	const char *why;

	if (!begin(&t, s, &why))
		bed_skip(why);
	set_up(s);
	assert_ready(s);
	assert_builds(s);
	xtui(s, "setup", ARM64, ARMV7, MUSL, WINDOWS, FREEBSD, "--yes");
	assert_code(s, 0);
	assert_out(s, "nothing to do: all of it is ready");
	xtui(s, "setup", ARM64, "--yes", "--quiet");
	assert_code(s, 0);
	assert_string_equal(str_cstr(&s->out), "");

	setting_undo_all(s);
	take(s, &after);
	snapshot_compare(&t.before, &after, "after all edits were put back");
	setting_close(&t.setting);
	str_fini(&t.before);
	str_fini(&after);
}

/* ---- packages ---- */

/* A machine for apt-get that lacks the linker for ARMv7 and has a package of it. */
static void
make_apt(struct stage *s)
{
	static const char *const tools[] = { "dpkg", "dpkg-deb", "dpkg-split", "dpkg-query", "tar",
		"ldconfig", "start-stop-daemon", "diff" };
	struct arena *arena = &s->bed->arena;
	const char *dir = bed_path(s->bed, "apt"), *path = getenv("PATH");
	const char *const argv[] = { "env", arena_printf(arena, "PATH=%s", s->bed->real_path), "sh",
		arena_printf(arena, "%s/tests/fixture/apt.sh", s->source), dir,
		"gcc-arm-linux-gnueabihf", "arm-linux-gnueabihf-gcc", NULL };
	struct str out = STR_INIT;

	for (size_t i = 0; i < COUNT(tools); i++)
		stage_show(s, tools[i]);
	if (bed_run(s->bed->dir, argv, &out) != 0)
		fail_msg("%s", str_cstr(&out));
	str_fini(&out);
	stage_hide(s, "arm-linux-gnueabihf-gcc");
	setenv("APT_CONFIG", arena_printf(arena, "%s/apt.conf", dir), 1);
	setenv("PATH", arena_printf(arena, "%s:%s/root/usr/bin", path, dir), 1);
}

/* The linker that is missing comes by the real apt-get, and the target links with it. */
static void
a_package_makes_a_target_ready(void **state)
{
	struct stage *s = *state;
	struct setting w;
	const char *why;

	if (geteuid() != 0 || !bed_has("apt-get") || access("/usr/bin/dpkg-deb", X_OK) < 0)
		bed_skip("not root on Debian");
	stage_greet(s);
	if (!setting_open(&w, s, true, &why))
		bed_skip(why);
	make_apt(s);
	xtui(s, "setup", ARMV7, "--yes", "--json");
	unsetenv("APT_CONFIG");
	setting_close(&w);
	if (s->code)
		fail_setup(s);
	assert_int_equal(stage_events_of(s, "SETUP_EVENT", "step_finished", "step",
				 "packages:gcc-arm-linux-gnueabihf"),
		1);
	assert_int_equal(
		stage_events_of(s, "SETUP_EVENT", "step_finished", "step", "probe:" ARMV7), 1);
	assert_int_equal(stage_events_of(s, "SETUP_EVENT", "step_finished", "state", "had"), 0);
	assert_true(file_exists(bed_path(s->bed, "apt/root/usr/bin/arm-linux-gnueabihf-gcc")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(from_nothing_to_five_and_back),
		STAGE_TEST(a_package_makes_a_target_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
