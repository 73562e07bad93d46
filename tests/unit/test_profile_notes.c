/* profile_notes: what settings mean for the targets of a project. */
#include "unit/check.h"
#include "unit/triples.h"

#include "base/alloc.h"
#include "build/profile_notes.h"
#include "ready/survey.h"
#include "ready/tuning.h"
#include "rust/profile.h"
#include "rust/workspace.h"

#define WASM "wasm32-unknown-unknown"

static const struct row {
	const char *pairs[3]; /* of the profile */
	const char *target;
	struct tuning tuning;
	const char *has;    /* part of a note … */
	const char *is_for; /* … and its targets; NULL: all */
	bool is_there, warns;
} rows[] = {
	{ { NULL }, HOST, { 0 }, "catch_unwind", NULL, false, false },
	{ { "panic=abort" }, HOST, { 0 }, "catch_unwind catches nothing", NULL, true, true },
	{ { "panic=abort" }, WASM, { 0 }, "a panic ends the program there anyway", WASM, true,
		false },
	{ { "strip=symbols" }, HOST, { 0 }, "addresses only", NULL, true, true },
	{ { "strip=symbols" }, MSVC, { 0 }, "in a .pdb file there", MSVC, true, false },
	{ { "strip=symbols" }, HOST, { 0 }, "in a .pdb file there", NULL, false, false },
	{ { "opt-level=z" }, HOST, { 0 }, "no loop is vectorised", NULL, true, true },
	{ { "lto=fat" }, HOST, { 0 }, "8.0 GB are here", NULL, true, true },
	{ { "lto=thin" }, HOST, { 0 }, "GB are here", NULL, false, false },
	{ { "debug=1", "strip=debuginfo" }, HOST, { 0 }, "takes the debug info out again", NULL,
		true, true },
	{ { "debug=1", "strip=debuginfo", "split-debuginfo=packed" }, HOST, { 0 },
		"takes the debug info out again", NULL, false, false },
	{ { "debug=1", "split-debuginfo=packed" }, MAC, { 0 }, "NAME.dSYM", MAC, true, false },
	{ { "split-debuginfo=packed" }, HOST, { 0 }, "there is no debug info to split", NULL, true,
		false },
	{ { NULL }, MUSL, { 0 }, "no shared library can be made of kit", MUSL, true, true },
	{ { NULL }, MUSL, { .crt_static = "false" }, "musl's loader where it runs", MUSL, true,
		true },
	{ { NULL }, MUSL, { .crt_static = "false" }, "no shared library", NULL, false, false },
	{ { NULL }, HOST, { 0 }, "no shared library", NULL, false, false },
	{ { NULL }, HOST, { .crt_static = "true" }, "no shared library can be made of kit", HOST,
		true, true },
	{ { NULL }, MAC, { .crt_static = "true" }, "nothing changes", MAC, true, true },
	{ { NULL }, HOST, { .target_cpu = "native" }, "older processor than this machine's", HOST,
		true, true },
	{ { NULL }, HOST, { .target_cpu = "x86-64-v3" }, "illegal instruction", HOST, true, false },
	{ { NULL }, HOST, { .target_cpu = "generic" }, "illegal instruction", NULL, false, false },
};

static const struct profile_note *
find(const struct profile_note *notes, size_t count, const char *has)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(notes[i].text, has))
			return &notes[i];
	}
	return NULL;
}

/* Each is said where it matters, and nowhere else; warnings come first. */
static void
said_where_it_matters(void **state)
{
	struct crate_target library = { "kit", "cdylib" };
	struct package package = { .name = "kit", .targets = &library, .target_count = 1 };
	struct workspace ws = { .packages = &package, .package_count = 1 };
	struct survey survey = { .workspace = &ws, .targets = targets_load(NULL, true) };

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		struct profile *p = profile_load("release", NULL, NULL, NULL);
		struct arena arena = ARENA_INIT;
		const struct profile_note *notes, *found;
		size_t count;

		for (size_t k = 0; k < 3 && r->pairs[k]; k++)
			assert_true(profile_set_pair(p, r->pairs[k], NULL));
		notes = profile_notes(&(struct profile_notes_query){ .profile = p,
					      .survey = &survey,
					      .targets = &r->target,
					      .tunings = &r->tuning,
					      .target_count = 1,
					      .memory = 8000000000 },
			&arena, &count);
		found = find(notes, count, r->has);
		if ((found != NULL) != r->is_there ||
			(found &&
				(found->is_warning != r->warns ||
					!text_is(found->targets, r->is_for))))
			fail_msg("row %zu: %s", i, found ? found->targets : "not there");
		for (size_t k = 1; k < count; k++)
			assert_true(notes[k - 1].is_warning >= notes[k].is_warning);
		arena_fini(&arena);
		profile_free(p);
	}
	targets_free(survey.targets);
}

/* What stands somewhere and changes nothing is pointed out with its place. */
static void
idle_ones_are_pointed_out(void **state)
{
	struct survey survey = { .targets = targets_load(NULL, true) };
	struct profile *p = profile_load("release", NULL, NULL, NULL);
	struct arena arena = ARENA_INIT;
	const struct profile_note *notes;
	size_t count;

	profile_override_get(p, "serd")->is_idle = true;
	profile_override_get(p, "said nothing of")->is_idle = true;
	assert_true(profile_set_pair(p, "package.serd.debug=1", NULL));
	p->ignored = xcalloc(1, sizeof(*p->ignored));
	p->ignored[p->ignored_count++] = xstrdup("in/Cargo.toml:6");
	notes = profile_notes(
		&(struct profile_notes_query){ .profile = p, .survey = &survey }, &arena, &count);
	assert_int_equal(count, 2);
	assert_string_equal(notes[0].key, "package.serd");
	assert_string_equal(notes[1].key, "in/Cargo.toml:6");
	arena_fini(&arena);
	profile_free(p);
	targets_free(survey.targets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(said_where_it_matters),
		cmocka_unit_test(idle_ones_are_pointed_out) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
