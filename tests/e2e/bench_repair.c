#include "e2e/bench_repair.h"
#include "text/json.h"

#define LIMIT (64u << 20)
#define WAIT_MS 200000
#define CANNOT 77 /* a setup ends so where its failure cannot be made */

struct workshop {
	struct stage *stage;
	const struct repair *repair;
	struct str log; /* what the build said last */
};

/* Beside those of bench_cli: what the scripts use. */
static const char *const tools[] = { "cp", "mv", "ln", "sed", "grep", "chmod", "touch", "true",
	"false", "rmdir", "dirname", "uname", "basename", "mkfifo" };

/* Links the programs of the package, and of those it depends on, into its own folder. */
static const char apt_get[] =
	"#!/bin/sh\n"
	"[ \"$1\" != update ] || exit 0\n"
	"for package; do\n"
	"	case $package in -*|install) continue ;; esac\n"
	"	list=$(dpkg-query -W -f='${Depends}' \"$package\" 2>/dev/null | sed 's/([^)]*)//g; "
	"s/[,|]/ /g')\n"
	"	for part in $package $list; do\n"
	"		for file in $(dpkg-query -L $part 2>/dev/null | grep '^/usr/bin/.'); do\n"
	"			[ -e \"${0%/*}/${file##*/}\" ] || ln -s \"$file\" \"${0%/*}/\"\n"
	"		done\n"
	"	done\n"
	"	[ -n \"$list\" ] || { echo \"E: Unable to locate package $package\" >&2; exit 100; "
	"}\n"
	"done\n";
static const char sudo[] =
	"#!/bin/sh\nwhile :; do case $1 in -*) shift ;; *) exec \"$@\" ;; esac; done\n";

static void
stand_in(struct stage *s, const char *name, const char *script)
{
	stage_hide(s, name);
	bed_write(s->bed, arena_printf(&s->bed->arena, "bin/%s", name), script);
	assert_int_equal(
		chmod(bed_path(s->bed, arena_printf(&s->bed->arena, "bin/%s", name)), 0755), 0);
}

/* False when a program of the case is not on this machine. */
static bool
furnish(struct workshop *w)
{
	struct span rest = span_of(w->repair->machine ? w->repair->machine : "");
	bool is_complete = true;

	for (size_t i = 0; i < COUNT(tools); i++)
		stage_show(w->stage, tools[i]);
	while (rest.len) {
		char *name = span_dup(span_cut(rest, ' ', &rest));

		if (*name == '-')
			stage_hide(w->stage, name + 1);
		else if (!stage_show(w->stage, name)) {
			printf("SKIPPED %s: no %s on this machine\n", w->repair->cause, name);
			is_complete = false;
		}
		free(name);
	}
	stage_show(w->stage, "dpkg-query");
	stand_in(w->stage, "apt-get", apt_get);
	stand_in(w->stage, "sudo", sudo);
	return is_complete;
}

/* cmocka cuts what it says after some 1000 bytes. */
#define FAIL(w, log, ...)                                                                          \
	do {                                                                                       \
		fprintf(stderr, "%s: %s\n", (w)->repair->cause, log);                              \
		fail_msg(__VA_ARGS__);                                                             \
	} while (0)

static bool
has_fixture(struct workshop *w)
{
	const char *name = w->repair->fixture ? w->repair->fixture : ".";
	char *path = path_join(w->stage->fixture, name);
	bool is_there = file_exists(path);

	if (!is_there)
		printf("SKIPPED %s: no %s below build/fixture\n", w->repair->cause, name);
	free(path);
	return is_there;
}

static int
workshop_setup(void **state)
{
	struct workshop *w = xcalloc(1, sizeof *w);
	struct stage *s;

	w->repair = *state;
	if (stage_setup((void **)&s) < 0)
		return -1;
	w->stage = s;
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "work"));
	bed_dirs(s->bed, "work");
	setenv("XTUI_REPAIRS", arena_printf(&s->bed->arena, "%s/tests/fixture", s->source), 1);
	setenv("XTUI_FIXTURE", s->fixture, 1);
	*state = w;
	return 0;
}

static int
workshop_teardown(void **state)
{
	struct workshop *w = *state;
	int status = stage_teardown((void **)&w->stage);

	str_fini(&w->log);
	free(w);
	return status;
}

/* Runs it in the project's folder; what it prints on both streams goes to `out`. */
static int
run(struct workshop *w, const char *script, struct str *out)
{
	struct arena *arena = &w->stage->bed->arena;
	const char *whole =
		arena_printf(arena, "exec 2>&1; . \"$XTUI_REPAIRS/repairs.sh\"\n%s", script);
	const char *own = arena_printf(arena, "%s/tests/fixture/own_rustup.sh", w->stage->source);
	/* The server of own_rustup.sh is not for the stage to run. */
	const char *machine = arena_printf(arena, "PATH=%s", w->stage->bed->real_path);
	const char *stage = arena_printf(arena, "PATH=%s", getenv("PATH"));
	const char *argv[] = { "env", machine, "sh", own, w->stage->fixture,
		bed_path(w->stage->bed, "rustup"), "env", stage, "sh", "-ec", whole, NULL };
	struct proc_spec spec = { .argv = w->repair->own_rustup ? argv : argv + 8,
		.dir = w->stage->dir };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	int code;

	if (!proc_capture(&spec, LIMIT, WAIT_MS, &result, &err))
		fail_msg("%s", err.message);
	str_clear(out);
	str_append_span(out, str_span(&result.out));
	str_append_span(out, str_span(&result.err));
	code = result.end.signal ? 128 + result.end.signal : result.end.exit_code;
	proc_result_fini(&result);
	return code;
}

static void
run_well(struct workshop *w, const char *what, const char *script)
{
	struct str out = STR_INIT;
	int code = run(w, script, &out);

	if (code)
		FAIL(w, str_cstr(&out), "%s ended with %d", what, code);
	str_fini(&out);
}

static const char *
xtui_line(struct workshop *w, const char *words)
{
	const char *target = w->repair->target;

	return arena_printf(&w->stage->bed->arena, "'%s' explain build.log %s%s %s",
		w->stage->program, target ? "--target " : "", target ? target : "", words);
}

/* A fix with this text is offered. */
static bool
offers(const struct json *hint, const char *text)
{
	for (const struct json *fix = json_first(json_get(hint, "fixes")); fix;
		fix = json_next(fix)) {
		if (strstr(json_string(json_get(fix, "title"), ""), text))
			return true;
	}
	return false;
}

static void
see_hint(struct workshop *w)
{
	const struct repair *r = w->repair;
	struct str out = STR_INIT;
	struct json *doc;
	const struct json *hint;

	run(w, xtui_line(w, "--json"), &out);
	doc = json_parse(out.data, out.len, NULL);
	hint = json_first(json_get(doc, "hints"));
	if (!text_is(json_string(json_get(hint, "cause"), NULL), r->cause))
		FAIL(w, str_cstr(&w->log), "not the first hint: %s", str_cstr(&out));
	if (!r->apply && !offers(hint, r->says))
		FAIL(w, str_cstr(&out), "no fix says \"%s\"", r->says);
	json_free(doc);
	str_fini(&out);
}

/* The failure is made, its first hint names the cause, what the hint offers is done, and the same build
 * passes. */
static void
repair(void **state)
{
	struct workshop *w = *state;
	const struct repair *r = w->repair;
	char apply[40];
	int code;

	if (!has_fixture(w) || !furnish(w))
		skip();
	if ((code = run(w, r->setup, &w->log)) == CANNOT) {
		printf("SKIPPED %s: %s\n", r->cause, str_cstr(&w->log));
		skip();
	}
	if (code)
		FAIL(w, str_cstr(&w->log), "its setup ended with %d", code);
	if ((run(w, r->build, &w->log) == 0) != r->passes)
		FAIL(w, str_cstr(&w->log), "the build did not end as expected");
	bed_write(w->stage->bed, "work/build.log", str_cstr(&w->log));
	see_hint(w);
	snprintf(apply, sizeof apply, "--apply %d --yes", r->apply);
	run_well(w, "the fix", r->apply ? xtui_line(w, apply) : r->repair);
	run_well(w, "the repaired build", r->build);
}

int
repair_main(const struct repair *cases, size_t count)
{
	struct CMUnitTest *tests = xcalloc(count, sizeof *tests);
	int failed;

	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){ cases[i].cause, repair, workshop_setup,
			workshop_teardown, (void *)&cases[i] };
	if (getenv("XTUI_REPAIR"))
		cmocka_set_test_filter(getenv("XTUI_REPAIR"));
	failed = _cmocka_run_group_tests("repairs", tests, count, NULL, NULL);
	free(tests);
	return failed;
}
