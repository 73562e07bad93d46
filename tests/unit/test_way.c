/* way: by which backend a target is built, and what that is told. */
#include "unit/rustbed.h"
#include "unit/triples.h"

#include "build/backend.h"
#include "build/place.h"
#include "build/run.h"
#include "build/way.h"
#include "host/tool.h"
#include "ready/backend.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"

#define say(g, ...) give_words(g, (const char *const[]){ __VA_ARGS__, NULL })

static const char *const targets[] = { HOST, ARM64, ARM64_MUSL, MAC };
static const struct need missing_zig = { .kind = NEED_TOOL,
	.state = NEED_MISSING,
	.name = "cargo-zigbuild",
	.detail = "not found on PATH",
	.remedy = "cargo install cargo-zigbuild" };

struct ground {
	struct bed *bed;
	struct workspace workspace;
	struct survey survey;
	struct run_spec spec;
	struct arena arena;
	struct places places;
	struct err err;
};

/* Every target by native, zig and cross, in this order, nothing missing. */
static void
give_ways(struct survey *s)
{
	static const char *const all[] = { "native", "zig", "cross", NULL };
	static const struct need *const none[3];

	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		struct target_state *state = &s->states[survey_find(s, targets[i])];

		state->backends = all;
		state->lacks = none;
		state->backend = state->usual = "native";
	}
}

static int
setup(void **state)
{
	struct ground *g = xcalloc(1, sizeof(*g));

	bed_setup((void **)&g->bed);
	g->workspace = (struct workspace){
		.root = g->bed->dir, .target_dir = "/w/target", .build_dir = "/w/target"
	};
	g->survey = (struct survey){ .workspace = &g->workspace,
		.host = (char *)HOST,
		.backends = backends_load(NULL),
		.tools = tool_index_new(g->bed->dir),
		.targets = targets_load(NULL, true) };
	g->survey.states = xcalloc(g->survey.targets->len, sizeof(struct target_state));
	give_ways(&g->survey);
	g->spec = (struct run_spec){ .survey = &g->survey, .targets = targets, .target_count = 4 };
	*state = g;
	return 0;
}

static int
teardown(void **state)
{
	struct ground *g = *state;

	tool_index_free(g->survey.tools);
	targets_free(g->survey.targets);
	backends_free(g->survey.backends);
	free(g->survey.states);
	arena_fini(&g->arena);
	bed_teardown((void **)&g->bed);
	free(g);
	return 0;
}

static void
give_words(struct ground *g, const char *const *words)
{
	size_t count = 0;

	while (words[count])
		count++;
	g->spec.ways = words;
	g->spec.way_count = count;
}

static bool
make(struct ground *g)
{
	g->err = ERR_INIT;
	return places_make(&g->places, &g->spec, &g->arena, &g->err);
}

/* The backends of the four targets, in one line. */
static const char *
backends_of(struct ground *g)
{
	struct str line = STR_INIT;
	const char *text;

	if (!make(g))
		fail_msg("%s", g->err.message);
	for (size_t i = 0; i < g->places.job_count; i++)
		str_appendf(&line, "%s%s", i ? " " : "", g->places.jobs[i].way->backend->name);
	text = arena_strdup(&g->arena, str_cstr(&line));
	str_fini(&line);
	return text;
}

/* The line decides, the target's own word first; else the project; else what is preferred here. */
static void
who_decides(void **state)
{
	struct ground *g = *state;
	struct choice *choice;

	assert_string_equal(backends_of(g), "native native native native");
	bed_write(g->bed, "xtui.toml", "[target." ARM64 "]\nbackend = \"zig\"\nglibc = \"2.28\"\n");
	choice = choice_load(g->bed->dir, NULL);
	ways_add_chosen(&g->spec, choice, false, &g->arena);
	assert_string_equal(backends_of(g), "native zig native native");
	assert_string_equal(g->places.jobs[1].way->glibc, "2.28");
	assert_true(g->places.jobs[1].way->is_chosen);
	assert_false(g->places.jobs[0].way->is_chosen);
	say(g, "*:backend=native");
	ways_add_chosen(&g->spec, choice, false, &g->arena);
	assert_string_equal(backends_of(g), "native native native native");
	ways_add_chosen(&g->spec, choice, true, &g->arena); /* it was made after the line */
	assert_string_equal(backends_of(g), "native zig native native");
	choice_free(choice);
}

/* Every option of a way can stand in xtui.toml, and is taken from there. */
static void
options_of_the_project(void **state)
{
	struct ground *g = *state;

	for (const char *const *key = way_keys; *key; key++) {
		bool is_truth = text_is(*key, WAY_CRT_STATIC);
		struct choice *choice;

		bed_write(g->bed, "xtui.toml",
			arena_printf(&g->arena, "[target." ARM64 "]\n%s = %s\n", *key,
				is_truth ? "true" : "\"a value\""));
		if (!(choice = choice_load(g->bed->dir, &g->err)))
			fail_msg("%s", g->err.message);
		g->spec.way_count = 0;
		ways_add_chosen(&g->spec, choice, false, &g->arena);
		assert_string_equal(
			way_option(&g->spec, ARM64, *key), is_truth ? "true" : "a value");
		assert_null(way_option(&g->spec, HOST, *key));
		choice_free(choice);
	}
}

/* Of two words for a target the one that names it counts, else the later. */
static void
which_word(void **state)
{
	struct ground *g = *state;

	assert_string_equal(way_word("backend", "zig", &g->arena), "*:backend=zig");
	assert_string_equal(way_word("backend", ARM64 "=zig", &g->arena), ARM64 ":backend=zig");
	say(g, "*:backend=zig", HOST ":backend=native");
	assert_string_equal(backends_of(g), "native zig zig zig");
	say(g, ARM64 ":backend=native", "*:backend=zig", "*:backend=native", MAC ":backend=zig");
	assert_string_equal(backends_of(g), "native native native zig");
}

/* Words that make no sense are named before anything is built. */
static void
slips(void **state)
{
	static const struct {
		const char *word, *message, *remedy;
	} cases[] = {
		{ "*:backend=zigg", "there is no backend \"zigg\"", "zig" },
		{ "*:backend=qqqqqq", "there is no backend \"qqqqqq\"", "native, zig" },
		{ "riscv64gc-unknown-linux-gnu:backend=zig",
			"--backend riscv64gc-unknown-linux-gnu=zig: that target is not built", "" },
		{ "*:glibc=2", "\"2\" is no version of glibc", "" },
		{ "*:glibc=2.17.0", "\"2.17.0\" is no version of glibc", "" },
		{ ARM64_MUSL ":glibc=2.17", ARM64_MUSL ": this target has no glibc", "" },
	};
	struct ground *g = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		say(g, cases[i].word);
		if (make(g))
			fail_msg("case %zu passed", i);
		assert_int_equal(g->err.kind, ERR_USAGE);
		assert_non_null(strstr(g->err.message, cases[i].message));
		assert_int_equal(
			strncmp(g->err.remedy, cases[i].remedy, strlen(cases[i].remedy)), 0);
	}
}

/* A floor of glibc's is for those that have one, and chooses the backend that can link for it. */
static void
glibc_floor(void **state)
{
	struct ground *g = *state;

	say(g, "*:glibc=2.28", ARM64 ":glibc=2.17");
	assert_string_equal(backends_of(g), "zig zig native native");
	assert_string_equal(g->places.jobs[0].way->glibc, "2.28");
	assert_string_equal(g->places.jobs[1].way->glibc, "2.17");
	assert_null(g->places.jobs[2].way->glibc);
	say(g, "*:backend=native", ARM64 ":glibc=2.17"); /* held against it afterwards */
	assert_string_equal(backends_of(g), "native native native native");
	assert_string_equal(g->places.jobs[1].way->glibc, "2.17");
}

/* Flags have words with "=" of their own; a word without a value takes out what the project says. */
static void
tunings(void **state)
{
	struct ground *g = *state;
	struct choice *choice;
	const struct tuning *t;

	assert_string_equal(
		way_word("rustflags", "-C opt-level=3", &g->arena), "*:rustflags=-C opt-level=3");
	assert_string_equal(
		way_word("rustflags", ARM64 "=-Ca=b", &g->arena), ARM64 ":rustflags=-Ca=b");
	bed_write(g->bed, "xtui.toml",
		"[target." ARM64 "]\nrustflags = [\"--cfg\", \"a b\"]\ncrt-static = true\n"
		"target-cpu = \"neoverse-n1\"\nlinker = \"ld\"\nbackend = \"native\"\n");
	choice = choice_load(g->bed->dir, NULL);
	say(g, "*:linker=", "*:crt-static=no", ARM64_MUSL ":target-cpu=generic");
	ways_add_chosen(&g->spec, choice, false, &g->arena);
	assert_true(make(g));
	t = &g->places.jobs[1].way->tuning;
	assert_null(t->linker);
	assert_string_equal(t->crt_static, "false");
	assert_string_equal(t->target_cpu, "neoverse-n1");
	assert_string_equal(t->rustflags[1], "a b");
	assert_null(t->rustflags[2]);
	assert_string_equal(tuning_rustflags(t, &g->arena)[1], "target-cpu=neoverse-n1");
	assert_string_equal(g->places.jobs[2].way->tuning.target_cpu, "generic");
	choice_free(choice);
}

/* Who names a linker wants cargo itself, which takes one; what brings its own refuses it. */
static void
linkers(void **state)
{
	struct ground *g = *state;

	g->survey.states[survey_find(&g->survey, ARM64)].usual = "zig";
	assert_string_equal(backends_of(g), "native zig native native");
	say(g, ARM64 ":linker=cc");
	assert_string_equal(backends_of(g), "native native native native");
	say(g, ARM64 ":linker=cc", "*:backend=zig");
	assert_false(make(g));
	assert_string_equal(g->err.message, ARM64 ": zig links by itself, not with cc");
	say(g, ARM64 ":linker=cc", ARM64 ":backend=cross"); /* a program of the image */
	assert_true(make(g));
}

/* A place for each backend and variant, in a folder that does not depend on what else is built. */
static void
places(void **state)
{
	const struct run_variant variants[] = { { "usual", NULL, 0 },
		{ "small", (const char *const[]){ "profile.release.lto=true" }, 1 } };
	static const char *const folders[] = { "", "zig", "small", "zig-small" };
	struct ground *g = *state;

	say(g, "*:backend=zig", HOST ":backend=native");
	g->spec.variants = variants;
	g->spec.variant_count = 2;
	assert_true(make(g));
	assert_int_equal(g->places.count, 4);
	assert_int_equal(g->places.job_count, 8);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(g->places.items[i].folder, folders[i]);
		assert_int_equal(g->places.items[i].way_count, i % 2 ? 3 : 1);
	}
	assert_string_equal(g->places.items[0].target_dir, "/w/target");
	assert_string_equal(g->places.items[3].target_dir, "/w/target/xtui/zig-small");
	assert_string_equal(g->places.jobs[0].way->triple, HOST);
	assert_ptr_equal(g->places.jobs[5].place, &g->places.items[3]);
}

/* What a backend lacks is said with what brings it, and with another one that is there. */
static void
lacks(void **state)
{
	static const struct need *const no_zig[] = { NULL, &missing_zig, NULL };
	struct way_answers answers = { 0 };
	struct ground *g = *state;
	struct target_state *arm = &g->survey.states[survey_find(&g->survey, ARM64)];

	say(g, "*:backend=zig");
	assert_true(make(g));
	assert_true(way_check(&g->spec, g->places.jobs[1].way, &answers, &g->err));
	arm->lacks = no_zig;
	assert_false(way_check(&g->spec, g->places.jobs[1].way, &answers, &g->err));
	assert_int_equal(g->err.kind, ERR_ENVIRONMENT);
	assert_string_equal(g->err.message,
		ARM64 ": zig cannot build it here: cargo-zigbuild: not found on PATH");
	assert_string_equal(
		g->err.remedy, "cargo install cargo-zigbuild, or --backend " ARM64 "=native");
}

#define GROUND_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		GROUND_TEST(who_decides),
		GROUND_TEST(options_of_the_project),
		GROUND_TEST(which_word),
		GROUND_TEST(slips),
		GROUND_TEST(glibc_floor),
		GROUND_TEST(tunings),
		GROUND_TEST(linkers),
		GROUND_TEST(places),
		GROUND_TEST(lacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
