/* sccache, the real one, as rustc's wrapper: what it spares, whose that is, and that xtui costs it
 * nothing. */
#include "e2e/bench_cli.h"
#include "e2e/bench_schema.h"
#include "ready/sccache.h"
#include "text/json.h"

#define NEED_SCCACHE(s)                                                                            \
	if (!file_exists(program(s)))                                                              \
		bed_skip("no sccache below build/fixture");                                        \
	NEED_RUSTUP(s)

static const char *
program(struct stage *s)
{
	return arena_printf(&s->bed->arena, "%s/sccache/bin/sccache", s->fixture);
}

static void
run(struct stage *s, const char *const *argv, struct proc_result *result)
{
	struct err err = ERR_INIT;
	const struct proc_spec spec = { .argv = argv, .dir = s->dir };

	if (!proc_capture(&spec, 1u << 20, 120000, result, &err))
		fail_msg("%s", err.message);
	if (result->end.exit_code != 0)
		fail_msg("%s: %s", argv[0], str_cstr(&result->err));
}

static struct sccache_stats
stats(struct stage *s)
{
	const char *const argv[] = { program(s), "--show-stats", "--stats-format=json", NULL };
	struct proc_result result = { 0 };
	struct sccache_stats stats;

	run(s, argv, &result);
	assert_true(sccache_parse(str_span(&result.out), &stats));
	proc_result_fini(&result);
	return stats;
}

static void
tell_server(struct stage *s, const char *what)
{
	const char *const argv[] = { program(s), what, NULL };
	struct proc_result result = { 0 };

	run(s, argv, &result);
	proc_result_fini(&result);
}

static void
cargo(struct stage *s)
{
	const char *const argv[] = { "cargo", "build", "--release", "--target", HOST, "--target",
		ARM64, "--target", MUSL, NULL };
	struct proc_result result = { 0 };

	run(s, argv, &result);
	proc_result_fini(&result);
}

static int
cache_setup(void **state)
{
	struct stage *s;

	if (stage_setup(state) < 0)
		return -1;
	s = *state;
	setenv("SCCACHE_DIR", bed_path(s->bed, "sccache"), 1);
	setenv("SCCACHE_SERVER_UDS", bed_path(s->bed, "server"), 1);
	setenv("SCCACHE_IDLE_TIMEOUT", "300", 1);
	setenv("SCCACHE_CONF", bed_path(s->bed, "none.toml"), 1);
	setenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc", 1);
	return 0;
}

static int
cache_teardown(void **state)
{
	struct stage *s = *state;
	const char *const argv[] = { program(s), "--stop-server", NULL };
	const struct proc_spec spec = { .argv = argv };
	struct proc_result result = { 0 };

	if (file_exists(program(s)))
		proc_capture(&spec, 1u << 20, 120000, &result, NULL);
	proc_result_fini(&result);
	for (size_t i = 0; i < 5; i++)
		unsetenv(((const char *const[]){ "SCCACHE_DIR", "SCCACHE_SERVER_UDS",
			"SCCACHE_IDLE_TIMEOUT", "SCCACHE_CONF", "RUSTC_WRAPPER" })[i]);
	unsetenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
	return stage_teardown(state);
}

/* Two libraries and a proc macro under a program, and a server that runs. */
static void
make_project(struct stage *s)
{
	static const char *const names[] = { "first", "second", "macros" };
	struct str manifest = STR_INIT;

	str_append(&manifest,
		"[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
		"[workspace]\nmembers = [\"first\", \"second\", \"macros\"]\n[dependencies]\n");
	for (size_t i = 0; i < COUNT(names); i++) {
		str_appendf(&manifest, "%s = { path = \"%s\" }\n", names[i], names[i]);
		bed_write(s->bed, arena_printf(&s->bed->arena, "app/%s/Cargo.toml", names[i]),
			arena_printf(&s->bed->arena,
				"[package]\nname = \"%s\"\nversion = \"0.1.0\"\nedition = "
				"\"2021\"\n"
				"%s",
				names[i], i == 2 ? "[lib]\nproc-macro = true\n" : ""));
		bed_write(s->bed, arena_printf(&s->bed->arena, "app/%s/src/lib.rs", names[i]),
			i == 2 ? "" : "pub fn sum(n: &[u64]) -> u64 { n.iter().sum() }\n");
	}
	bed_write(s->bed, "app/Cargo.toml", str_cstr(&manifest));
	bed_write(s->bed, "app/src/main.rs",
		"fn main() { println!(\"{}\", first::sum(&[1]) + second::sum(&[2])); }\n");
	str_fini(&manifest);
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "app"));
	setenv("RUSTC_WRAPPER", program(s), 1);
	tell_server(s, "--start-server");
}

static void
empty_target(struct stage *s)
{
	assert_true(file_remove_tree(bed_path(s->bed, "app/target"), NULL));
	tell_server(s, "--zero-stats");
}

static void
build(struct stage *s)
{
	xtui(s, "build", "-t", HOST, "-t", ARM64, "-t", MUSL, "--json");
	assert_code(s, 0);
}

/* The "cache" of the run's last line; for json_free with the document. */
static const struct json *
cache_of(struct stage *s, struct json **doc)
{
	const char *last = strstr(str_cstr(&s->out), "{\"event\":\"run_finished\"");

	assert_non_null(last);
	*doc = json_parse(last, strcspn(last, "\n"), NULL);
	return json_get(*doc, "cache");
}

#define assert_number(json, key, value)                                                            \
	assert_int_equal(json_integer(json_get(json, key), -1), value)

/* A second build in an empty folder finds all that can be found, and each job is told its own. */
static void
second_build_finds_all(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	const struct json *cache;

	NEED_SCCACHE(s);
	make_project(s);
	build(s);
	cache = cache_of(s, &doc);
	assert_number(cache, "hits", 0);
	assert_number(cache, "misses", 6);
	json_free(doc);
	empty_target(s);
	build(s);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 3);
	cache = cache_of(s, &doc);
	assert_number(cache, "hits", 6);
	assert_number(cache, "misses", 0);
	assert_number(cache, "uncached", 4); /* three programs, and the macro for the host */
	assert_non_null(strstr(json_string(json_get(cache, "storage"), ""), "Local disk"));
	for (const struct json *j = json_first(json_get(cache, "jobs")); j; j = json_next(j)) {
		assert_number(j, "hits", 2);
		assert_number(j, "misses", 0);
		assert_number(j, "uncached", 1);
	}
	json_free(doc);
	empty_target(s);
	xtui(s, "build", "-t", HOST, "--plain");
	assert_out(s, "sccache: 2 of 2 compilations found");
	bed_write(s->bed, "app/first/src/lib.rs",
		"pub fn sum(n: &[u64]) -> u64 { n.iter().sum::<u64>() + 1 }\n");
	tell_server(s, "--zero-stats");
	xtui(s, "build", "-t", HOST, "--plain");
	assert_out(s, "sccache: 0 of 1 compilations found");
}

/* What cargo by itself has built is found by xtui, and the other way round: it adds no miss, not even
 * where rustup's cargo names CARGO_HOME to its children. */
static void
cargo_and_xtui_share(void **state)
{
	struct stage *s = *state;
	struct sccache_stats first;

	NEED_SCCACHE(s);
	assert_int_equal(symlink(getenv("CARGO_HOME"), bed_path(s->bed, ".cargo")), 0);
	assert_int_equal(symlink(getenv("RUSTUP_HOME"), bed_path(s->bed, ".rustup")), 0);
	unsetenv("CARGO_HOME");
	unsetenv("RUSTUP_HOME");
	make_project(s);
	cargo(s);
	first = stats(s);
	assert_int_equal(first.misses, 6);
	empty_target(s);
	build(s);
	assert_int_equal(stats(s).hits, 6);
	assert_int_equal(stats(s).misses, 0);
	bed_write(s->bed, "app/second/src/lib.rs", "pub fn sum(n: &[u64]) -> u64 { n[0] }\n");
	empty_target(s);
	build(s);
	assert_int_equal(stats(s).misses, 3);
	empty_target(s);
	cargo(s);
	assert_int_equal(stats(s).hits, 6);
	assert_int_equal(stats(s).misses, 0);
}

/* After a build that found little, what may be to blame is named; after a good one nothing is. */
static void
blame_after_few_hits(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	NEED_SCCACHE(s);
	make_project(s);
	bed_write(s->bed, "app/.cargo/config.toml", "[build]\nincremental = true\n");
	xtui(s, "build", "-t", HOST, "--plain");
	assert_code(s, 0);
	assert_out(s, "incremental compilation is on (profile release: ");
	assert_out(s, "sccache: 0 of 0 compilations found, 4 more that it does not cache");
	empty_target(s);
	xtui(s, "build", "-t", HOST, "--json");
	assert_string_equal(
		json_string(json_get(json_first(json_get(cache_of(s, &doc), "faults")), "id"), ""),
		"sccache-incremental");
	json_free(doc);
	assert_int_equal(unlink(bed_path(s->bed, "app/.cargo/config.toml")), 0);
	for (int i = 0; i < 2; i++) {
		empty_target(s);
		xtui(s, "build", "-t", HOST, "--plain");
	}
	assert_out(s, "sccache: 2 of 2 compilations found");
	assert_not_out(s, "try: ");
	setenv("CARGO_INCREMENTAL", "1", 1);
	xtui(s, "build", "-t", HOST, "--plain");
	unsetenv("CARGO_INCREMENTAL");
	assert_code(s, 1);
	assert_out(s, "CARGO_INCREMENTAL=1 in the environment: it refuses to compile anything");
}

/* A wrapper of the workspace's stands between it and rustc, as with cargo alone. */
static void
behind_it_the_workspaces_own(void **state)
{
	struct stage *s = *state;
	struct str seen = STR_INIT;

	NEED_SCCACHE(s);
	make_project(s);
	bed_script(s->bed, "own",
		arena_printf(&s->bed->arena, "#!/bin/sh\necho \"$2 $3\" >>'%s'\nexec \"$@\"\n",
			bed_path(s->bed, "seen")));
	bed_write(s->bed, "app/.cargo/config.toml",
		arena_printf(&s->bed->arena, "[build]\nrustc-workspace-wrapper = \"%s\"\n",
			bed_path(s->bed, "own")));
	build(s);
	assert_true(file_read(bed_path(s->bed, "seen"), &seen, NULL));
	assert_non_null(strstr(str_cstr(&seen), "--crate-name app"));
	str_fini(&seen);
}

int
main(void)
{
#define CACHE_TEST(test) cmocka_unit_test_setup_teardown(test, cache_setup, cache_teardown)
	const struct CMUnitTest tests[] = {
		CACHE_TEST(second_build_finds_all),
		CACHE_TEST(cargo_and_xtui_share),
		CACHE_TEST(blame_after_few_hits),
		CACHE_TEST(behind_it_the_workspaces_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
