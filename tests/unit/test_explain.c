#include "base/alloc.h"
#include "base/path.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "io/file.h"
#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "text/json.h"
#include "unit/folder.h"

static const struct hint_context on_debian = { .distribution = "debian" };

static int
load(void **state)
{
	struct err err = ERR_INIT;

	*state = rules_load(NULL, &err);
	if (!*state)
		print_error("%s\n", err.message);
	return *state ? 0 : -1;
}

static int
unload(void **state)
{
	rules_free(*state);
	return 0;
}

static struct explanation *
explain_text(void **state, const char *log)
{
	return explain(*state, span_of(log), &on_debian);
}

/* The logs that were made with the real tools: tests/fixture/logs/<cause>/<name>.log */

typedef void log_visitor(void **state, const char *cause, const char *path, struct span log);

static void
visit_logs_of(void **state, const char *dir, const char *cause, log_visitor *visit)
{
	char *folder = path_join(dir, cause), **names = NULL;
	size_t count = 0;

	assert_true(file_list(folder, &names, &count, NULL));
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(folder, names[i]);
		struct str log = STR_INIT;
		assert_true(file_read(path, &log, NULL));
		visit(state, cause, path, str_span(&log));
		str_fini(&log);
		free(path);
	}
	file_list_free(names, count);
	free(folder);
}

static void
visit_logs(void **state, log_visitor *visit)
{
	const char *source = getenv("XTUI_SOURCE");
	char *dir = path_join(source ? source : ".", "tests/fixture/logs"), **causes = NULL;
	size_t count = 0;

	assert_true(file_list(dir, &causes, &count, NULL));
	assert_true(count > 30);
	for (size_t i = 0; i < count; i++)
		visit_logs_of(state, dir, causes[i], visit);
	file_list_free(causes, count);
	free(dir);
}

static const char *
first_cause(const struct explanation *e)
{
	return e->count ? e->hints[0].cause : "nothing";
}

static const char *
expected_cause(const char *cause)
{
	return text_starts(cause, "negative-") ? "nothing" : cause;
}

static void
names_its_cause(void **state, const char *cause, const char *path, struct span log)
{
	struct explanation *e = explain(*state, log, &on_debian);

	if (strcmp(first_cause(e), expected_cause(cause)))
		fail_msg("%s: said %s", path, first_cause(e));
	explanation_free(e);
}

/* Each of the real logs is explained by its own cause, one hint for one failure; compile errors,
 * failing tests, panics and warnings get none. */
static void
real_logs_name_their_cause(void **state)
{
	visit_logs(state, names_its_cause);
}

/* Noise: what a log goes through on its way changes nothing. */

static void
with_time_stamps(struct str *out, struct span line, size_t number)
{
	str_appendf(out, "2026-11-21T07:%02zu:%02zu.1234567Z ", number / 60 % 60, number % 60);
	str_append_span(out, line);
	str_append_char(out, '\n');
}

static void
with_docker_steps(struct str *out, struct span line, size_t number)
{
	str_appendf(out, "#14 %zu.%03zu ", number, number % 1000);
	str_append_span(out, line);
	str_append_char(out, '\n');
}

static void
with_windows_ends(struct str *out, struct span line, size_t number)
{
	str_append_span(out, line);
	str_append(out, "\r\n");
}

static void
with_colours(struct str *out, struct span line, size_t number)
{
	size_t half = line.len / 2;

	while (half && ((unsigned char)line.data[half] & 0xc0) == 0x80)
		half--;
	str_appendf(out, "\033[1m\033[38;5;%zum%.*s\033[0m", number % 256, (int)half, line.data);
	str_append_bytes(out, line.data + half, line.len - half);
	str_append(out, "\033[0m\033[K\n");
}

static void
with_command_marks(struct str *out, struct span line, size_t number)
{
	str_append(out, number % 2 ? "##[error]" : "");
	str_append_span(out, line);
	str_append_char(out, '\n');
}

static void
with_other_lines(struct str *out, struct span line, size_t number)
{
	str_append_span(out, line);
	str_append(out, "\n");
	if (number == 1)
		str_append(out, "   Compiling other v1.0.0 (/home/ada/other)\n");
}

static char *
first_hint(void **state, struct span log)
{
	struct explanation *e = explain(*state, log, &on_debian);
	char *id = xstrdup(e->count ? e->hints[0].id : "nothing");

	explanation_free(e);
	return id;
}

static void
survives_noise(void **state, const char *cause, const char *path, struct span log)
{
	static void (*const noises[])(struct str *, struct span, size_t) = { with_time_stamps,
		with_docker_steps, with_windows_ends, with_colours, with_command_marks,
		with_other_lines };
	char *plain = first_hint(state, log);
	bool is_json = span_find(log, SPAN("{\"reason\"")) >= 0;

	for (size_t i = 0; i < COUNT(noises); i++) {
		struct str noisy = STR_INIT;
		struct span rest = log;
		for (size_t number = 1; rest.len; number++)
			noises[i](&noisy, span_cut(rest, '\n', &rest), number);
		char *id = first_hint(state, str_span(&noisy));
		if (strcmp(id, plain) && !(is_json && noises[i] == with_colours))
			fail_msg("%s, noise %zu: said %s, without it %s", path, i, id, plain);
		free(id);
		str_fini(&noisy);
	}
	free(plain);
}

/* Time stamps, docker's steps, colours, CRLF and CI marks do not change the first hint. */
static void
noise_changes_nothing(void **state)
{
	visit_logs(state, survives_noise);
}

/* What is said */

static void
check_filled(const char *path, const char *text)
{
	for (const char *p = text ? strchr(text, '{') : NULL; p; p = strchr(p + 1, '{')) {
		if (p[1] == '?' || (p[1] >= 'a' && p[1] <= 'z'))
			fail_msg("%s: unfilled: %s", path, text);
	}
}

static void
check_words(const char *path, const struct hint *h)
{
	const char *const texts[] = { h->title, h->text, h->why };

	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_true(texts[i] && *texts[i]);
		check_filled(path, texts[i]);
	}
	assert_true(h->line > 0 && h->excerpt && *h->excerpt);
	assert_true(h->fix_count > 0);
	for (size_t i = 0; i < h->fix_count; i++) {
		const struct fix *f = &h->fixes[i];
		check_filled(path, f->title);
		check_filled(path, f->path);
		check_filled(path, f->verify);
		assert_true(f->kind != FIX_EDIT || (f->path && f->diff));
		assert_true(f->kind == FIX_EDIT || f->kind == FIX_NOTE || (f->argv && f->argv[0]));
		for (size_t k = 0; f->argv && f->argv[k]; k++)
			check_filled(path, f->argv[k]);
	}
}

static size_t
count_of(const char *text, char c)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == c;
	return count;
}

static void
says_it_well(void **state, const char *cause, const char *path, struct span log)
{
	struct explanation *e = explain(*state, log, &on_debian);
	struct str out = STR_INIT;

	for (size_t i = 0; i < e->count; i++)
		check_words(path, &e->hints[i]);
	explain_print(e, &out);
	if (e->count == 1 && count_of(str_cstr(&out), '\n') > 13)
		fail_msg("%s: too long:\n%s", path, str_cstr(&out));
	str_fini(&out);
	explanation_free(e);
}

/* Every hint has title, evidence, explanation and a fix, no placeholder left, and fits a box. */
static void
hints_are_said_in_full(void **state)
{
	visit_logs(state, says_it_well);
}

#define FOREIGN                                                                                    \
	"error: linking with `cc` failed: exit status: 1\n"                                        \
	"  |\n"                                                                                    \
	"  = note: \"cc\" \"/w/target/aarch64-unknown-linux-gnu/debug/deps/greet.o\"\n"            \
	"  = note: /usr/bin/ld: greet.o: Relocations in generic ELF (EM: 183)\n"                   \
	"          /usr/bin/ld: greet.o: error adding symbols: file in wrong format\n"             \
	"          collect2: error: ld returned 1 exit status\n"                                   \
	"\n"                                                                                       \
	"error: could not compile `greet` (bin \"greet\") due to 1 previous error\n"

/* One failed link is one hint, with the target, linker and machine that the log tells. */
static void
one_failure_one_hint(void **state)
{
	struct explanation *e = explain_text(state, FOREIGN);

	assert_int_equal(e->count, 1);
	const struct hint *h = &e->hints[0];
	assert_string_equal(h->cause, "wrong-host-linker");
	assert_int_equal(h->confidence, HINT_CERTAIN);
	assert_int_equal(h->line, 4);
	assert_string_equal(
		h->excerpt, "/usr/bin/ld: greet.o: Relocations in generic ELF (EM: 183)");
	assert_string_equal(h->why,
		"`cc` links for the machine it runs on; these objects are aarch64 (ELF machine "
		"183). No "
		"linker is set for aarch64-unknown-linux-gnu.");
	explanation_free(e);
}

/* Two targets that fail for two reasons get two hints, each with its own target. */
static void
two_failures_two_hints(void **state)
{
	struct explanation *e = explain_text(state,
		FOREIGN
		"error: linking with `arm-linux-gnueabihf-gcc` failed: exit status: 1\n"
		"  = note: \"arm-linux-gnueabihf-gcc\" "
		"\"/w/target/armv7-unknown-linux-gnueabihf/debug/deps/greet.o\"\n"
		"  = note: /usr/bin/arm-linux-gnueabihf-ld: cannot find -lasound: No such file\n");

	assert_int_equal(e->count, 2);
	assert_string_equal(e->hints[0].cause, "wrong-host-linker");
	assert_string_equal(e->hints[1].cause, "native-lib-missing");
	assert_non_null(strstr(e->hints[0].why, "aarch64-unknown-linux-gnu"));
	assert_non_null(strstr(e->hints[1].title, "armv7-unknown-linux-gnueabihf"));
	explanation_free(e);
}

/* The same failure in two targets' logs is not said twice when nothing in it differs. */
static void
said_once(void **state)
{
	struct explanation *e = explain_text(state,
		"error: linker `x-gcc` not found\n"
		"error: could not compile `a`\n"
		"error: linker `x-gcc` not found\n"
		"error: could not compile `b`\n"
		"error: linker `y-gcc` not found\n");

	assert_int_equal(e->count, 2);
	explanation_free(e);
}

/* What went well afterwards is no cause any more; what ran afterwards may be one. */
static void
success_forgets(void **state)
{
	struct explanation *e = explain_text(state,
		"ld: cannot find -lgizmo\n"
		"    Finished `dev` profile target(s) in 1.2s\n");

	assert_int_equal(e->count, 0);
	explanation_free(e);
	e = explain_text(state,
		"    Finished `dev` profile target(s) in 1.2s\n"
		"     Running `target/debug/greet`\n"
		"target/debug/greet: error while loading shared libraries: libgizmo.so: "
		"cannot open shared object file: No such file or directory\n");
	assert_int_equal(e->count, 1);
	assert_string_equal(e->hints[0].cause, "missing-shared-lib-runtime");
	explanation_free(e);
}

/* What is known besides the log counts before what the log says. */
static void
told_context_counts(void **state)
{
	struct hint_context told = { .target = "x86_64-unknown-linux-musl",
		.distribution = "debian" };
	static const char log[] = "glue.c:(.text+0x2): undefined reference to `__fprintf_chk'\n";
	struct explanation *e = explain(*state, span_of(log), &told);

	assert_string_equal(first_cause(e), "glibc-objects-in-musl");
	assert_int_equal(e->hints[0].confidence, HINT_CERTAIN);
	explanation_free(e);
	told.target = "aarch64-unknown-linux-gnu";
	e = explain(*state, span_of(log), &told);
	assert_string_equal(first_cause(e), "undefined-native-symbol");
	explanation_free(e);
}

/* The linker's own words, when they are known apart, are enough, and are found again in the log. */
static void
linkers_own_output(void **state)
{
	struct hint_context told = { .distribution = "debian",
		.linker = "cc",
		.linker_output = "/usr/bin/ld: unrecognized option '--gizmo'\n" };
	struct explanation *e = explain(
		*state, SPAN("one\ntwo\n/usr/bin/ld: unrecognized option '--gizmo'\n"), &told);

	assert_string_equal(first_cause(e), "linker-flag-unsupported");
	assert_int_equal(e->hints[0].line, 3);
	explanation_free(e);
}

/* Where the log says what it was built for, the target is read from it. */
static void
target_from_the_log(void **state)
{
	static const struct {
		const char *line, *target;
	} cases[] = {
		{ "$ cargo build --release --target s390x-unknown-linux-gnu",
			"s390x-unknown-linux-gnu" },
		{ "+ cross build --target=armv7-unknown-linux-musleabihf",
			"armv7-unknown-linux-musleabihf" },
		{ "  CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER: /bin/false",
			"x86_64-pc-windows-gnu" },
		{ "note: the `thumbv7em-none-eabihf` target may not be installed",
			"thumbv7em-none-eabihf" },
		{ "  TARGET = Some(\"aarch64-apple-ios\")", "aarch64-apple-ios" },
		{ "cargo zigbuild --target aarch64-unknown-linux-gnu.2.17",
			"aarch64-unknown-linux-gnu" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *log = xasprintf("%s\nld: cannot find -lgizmo\n", cases[i].line);
		struct explanation *e = explain_text(state, log);
		assert_int_equal(e->count, 1);
		if (!strstr(e->hints[0].title, cases[i].target))
			fail_msg("%s: %s", cases[i].line, e->hints[0].title);
		explanation_free(e);
		free(log);
	}
}

/* Fixes */

static char *
fresh_project(const char *config)
{
	char *dir = folder_new();

	if (config)
		folder_put(dir, ".cargo/config.toml", config, 0644);
	return dir;
}

static const struct fix *
fix_of_kind(const struct explanation *e, enum fix_kind kind)
{
	for (size_t i = 0; e->count && i < e->hints[0].fix_count; i++) {
		if (e->hints[0].fixes[i].kind == kind)
			return &e->hints[0].fixes[i];
	}
	return NULL;
}

/* An edit is shown as the diff it would make: a new file, a table added, a value replaced; where the
 * file says it already, it is not offered. */
static void
edits_as_diffs(void **state)
{
	static const struct {
		const char *config, *diff; /* NULL config: no file; NULL diff: not offered */
	} cases[] = {
		{ NULL,
			"--- /dev/null\n+++ b/.cargo/config.toml\n@@ -0,0 +1,2 @@\n"
			"+[target.aarch64-unknown-linux-gnu]\n+linker = "
			"\"aarch64-linux-gnu-gcc\"\n" },
		{ "# mine\n[target.aarch64-unknown-linux-gnu]\nlinker = \"cc\" # old\n",
			"--- a/.cargo/config.toml\n+++ b/.cargo/config.toml\n@@ -1,3 +1,3 @@\n # "
			"mine\n"
			" [target.aarch64-unknown-linux-gnu]\n-linker = \"cc\" # old\n"
			"+linker = \"aarch64-linux-gnu-gcc\" # old\n" },
		{ "[target.aarch64-unknown-linux-gnu]\nlinker = \"aarch64-linux-gnu-gcc\"\n",
			NULL },
		{ "[target\n", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *dir = fresh_project(cases[i].config);
		struct hint_context told = { .distribution = "debian", .project_dir = dir };
		struct explanation *e = explain(*state, span_of(FOREIGN), &told);
		const struct fix *f = fix_of_kind(e, FIX_EDIT);
		assert_int_equal(f != NULL, cases[i].diff != NULL);
		if (f) {
			assert_string_equal(f->path, ".cargo/config.toml");
			assert_string_equal(f->diff, cases[i].diff);
		}
		explanation_free(e);
		folder_remove(dir);
	}
}

/* The package is the one of the distribution, root is said, and where none is known none is named. */
static void
packages_of_the_distribution(void **state)
{
	static const struct {
		const char *distribution, *program, *package; /* NULL: none is offered */
	} cases[] = {
		{ "debian", "apt-get", "gcc-aarch64-linux-gnu" },
		{ "arch", "pacman", "aarch64-linux-gnu-gcc" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hint_context told = { .distribution = cases[i].distribution };
		struct explanation *e = explain(
			*state, SPAN("error: linker `aarch64-linux-gnu-gcc` not found\n"), &told);
		const struct fix *f = fix_of_kind(e, FIX_RUN);
		assert_non_null(f);
		assert_string_equal(f->argv[0], cases[i].program);
		size_t last = 0;
		while (f->argv[last + 1])
			last++;
		assert_string_equal(f->argv[last], cases[i].package);
		assert_true(f->root);
		explanation_free(e);
	}
	struct explanation *e = explain_text(state, "error: linker `no-such-gcc` not found\n");
	assert_null(fix_of_kind(e, FIX_RUN));
	assert_non_null(fix_of_kind(e, FIX_SWITCH_BACKEND));
	explanation_free(e);
}

/* A backend is offered as the build to run with it, but not the one that has just failed. */
static void
other_backends(void **state)
{
	struct hint_context told = { .distribution = "debian", .backend = "zig" };
	struct explanation *e = explain(*state, span_of(FOREIGN), &told);

	for (size_t i = 0; i < e->hints[0].fix_count; i++) {
		const struct fix *f = &e->hints[0].fixes[i];
		if (f->kind != FIX_SWITCH_BACKEND)
			continue;
		assert_string_equal(f->backend, "cross");
		assert_string_equal(f->argv[0], "xtui");
		assert_string_equal(f->argv[3], "aarch64-unknown-linux-gnu");
	}
	explanation_free(e);
}

/* No backend is offered that cannot build for the target, no container for what is missing on the machine
 * itself, and no linker that is the one that has failed. */
static void
fixes_that_cannot_help(void **state)
{
	static const struct {
		const char *log, *target, *host;
		enum fix_kind kind;
		const char *title; /* begins one of the fixes; NULL: there is none of the kind */
	} cases[] = {
		{ "ld: cannot find -lasound\n", "aarch64-unknown-linux-gnu", NULL,
			FIX_SWITCH_BACKEND, "build it in a container" },
		{ "ld: cannot find -lasound\n", "x86_64-apple-darwin", NULL, FIX_SWITCH_BACKEND,
			NULL },
		{ "ld: cannot find -lasound\n", "x86_64-unknown-linux-gnu",
			"x86_64-unknown-linux-gnu", FIX_SWITCH_BACKEND, NULL },
		{ "Could not find directory of OpenSSL installation\n", "x86_64-unknown-linux-gnu",
			"x86_64-unknown-linux-gnu", FIX_RUN, "install libssl-dev" },
		{ "Could not find directory of OpenSSL installation\n", "aarch64-unknown-linux-gnu",
			"x86_64-unknown-linux-gnu", FIX_RUN, NULL },
		{ "Package libudev was not found in the pkg-config search path.\n",
			"x86_64-unknown-linux-gnu", "x86_64-unknown-linux-gnu", FIX_RUN,
			"install libudev-dev" },
		{ "Package libudev was not found in the pkg-config search path.\n",
			"aarch64-unknown-linux-gnu", "x86_64-unknown-linux-gnu", FIX_RUN, NULL },
		{ "The pkg-config command could not be found.\n", NULL, NULL, FIX_RUN,
			"install pkg-config" },
		{ "ld: unknown option: --as-needed\n", "x86_64-unknown-linux-musl", NULL, FIX_EDIT,
			NULL },
		{ "ld: unknown option: --as-needed\n", "aarch64-unknown-linux-gnu", NULL, FIX_EDIT,
			"use aarch64-linux-gnu-gcc" },
	};
	char *path = xstrdup(getenv("PATH"));

	setenv("PATH", "/nowhere/at/all", 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hint_context told = {
			.distribution = "debian", .target = cases[i].target, .host = cases[i].host
		};
		struct explanation *e = explain(*state, span_of(cases[i].log), &told);
		const struct fix *f = fix_of_kind(e, cases[i].kind);

		if (cases[i].title ? !f || !text_starts(f->title, cases[i].title) : f != NULL)
			fail_msg("case %zu: %s", i, f ? f->title : "nothing");
		explanation_free(e);
	}
	setenv("PATH", path, 1);
	free(path);
}

/* What this machine lacks a program for comes after the fix that installs it, or last, and says so. */
static void
possible_fixes_first(void **state)
{
	static const struct {
		const char *distribution;
		enum fix_kind first;
		bool says_wanting; /* of the edit that names the missing linker */
	} cases[] = { { "debian", FIX_RUN, false }, { "nowhere", FIX_EDIT, true } };
	char *path = xstrdup(getenv("PATH"));

	setenv("PATH", "/nowhere/at/all", 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hint_context told = { .distribution = cases[i].distribution };
		struct explanation *e = explain(*state, span_of(FOREIGN), &told);
		const struct fix *edit = fix_of_kind(e, FIX_EDIT),
				 *other = fix_of_kind(e, FIX_SWITCH_BACKEND);
		assert_int_equal(e->hints[0].fixes[0].kind, cases[i].first);
		assert_true(edit < other);
		assert_int_equal(
			text_ends(edit->title, "is not installed here"), cases[i].says_wanting);
		assert_true(text_ends(other->title, "cargo-zigbuild is not installed here"));
		explanation_free(e);
	}
	setenv("PATH", path, 1);
	free(path);
}

/* A log of another machine: what would install what this one has comes before what this one lacks; in one
 * that this machine made it is the last. */
static void
idle_fixes_say_so(void **state)
{
	char *dir = file_make_temp_dir("/tmp", "xtui-explain-", NULL);
	char *program = path_join(dir, "aarch64-linux-gnu-gcc");
	char *path = xstrdup(getenv("PATH"));
	struct hint_context from_here = { .distribution = "debian", .is_from_here = true };
	struct explanation *e;
	size_t last;

	assert_true(file_write_program(program, SPAN("#!/bin/sh\n"), NULL));
	setenv("PATH", dir, 1);
	e = explain(*state, SPAN("error: linker `aarch64-linux-gnu-gcc` not found\n"), &on_debian);
	assert_true(e->hints[0].fix_count > 2);
	assert_int_equal(e->hints[0].fixes[0].kind, FIX_RUN);
	assert_true(text_ends(e->hints[0].fixes[0].title, "; this machine has it"));
	assert_true(text_ends(e->hints[0].fixes[1].title, "is not installed here"));
	explanation_free(e);
	e = explain(*state, SPAN("error: linker `aarch64-linux-gnu-gcc` not found\n"), &from_here);
	for (last = e->hints[0].fix_count - 1; e->hints[0].fixes[last].kind == FIX_NOTE;)
		last--;
	assert_true(text_ends(e->hints[0].fixes[last].title, "; this machine has it"));
	explanation_free(e);
	setenv("PATH", path, 1);
	file_remove_tree(dir, NULL);
	free(path);
	free(program);
	free(dir);
}

/* The JSON document has every key of the contract, absent ones as null. */
static void
json_document(void **state)
{
	static const char *const hint_keys[] = { "id", "title", "cause", "text", "confidence",
		"line", "excerpt", "why", "fixes", "refs" };
	static const char *const fix_keys[] = { "title", "kind", "argv", "path", "diff", "root",
		"verify" };
	struct explanation *e = explain_text(state, FOREIGN);
	struct json *doc = explain_json(e);
	const struct json *hint = json_at(json_get(doc, "hints"), 0);

	assert_true(json_integer(json_get(doc, "schema"), 0) == 1);
	assert_int_equal(json_count(hint), COUNT(hint_keys));
	for (size_t i = 0; i < COUNT(hint_keys); i++)
		assert_non_null(json_get(hint, hint_keys[i]));
	assert_string_equal(json_string(json_get(hint, "confidence"), ""), "certain");
	assert_true(json_integer(json_get(hint, "line"), 0) == 4);
	for (const struct json *f = json_first(json_get(hint, "fixes")); f; f = json_next(f)) {
		assert_int_equal(json_count(f), COUNT(fix_keys));
		for (size_t i = 0; i < COUNT(fix_keys); i++)
			assert_non_null(json_get(f, fix_keys[i]));
	}
	json_free(doc);
	explanation_free(e);
	e = explain_text(state, "all is well\n");
	doc = explain_json(e);
	assert_true(json_is_array(json_get(doc, "hints")));
	assert_int_equal(json_count(json_get(doc, "hints")), 0);
	json_free(doc);
	explanation_free(e);
}

/* For people: title with confidence, evidence with its line, why, the fixes by number. */
static void
text_for_people(void **state)
{
	struct explanation *e = explain_text(state, FOREIGN);
	struct str out = STR_INIT;

	explain_print(e, &out);
	assert_true(text_starts(str_cstr(&out), "The host's linker was used for aarch64 objects "));
	assert_non_null(strstr(str_cstr(&out), " certain\n  line 4: /usr/bin/ld: greet.o: Reloc"));
	assert_non_null(strstr(str_cstr(&out), "\n   1  "));
	assert_non_null(strstr(str_cstr(&out), "\n   2  "));
	str_fini(&out);
	explanation_free(e);
}

/* A log of random bytes and of words that rules look for is explained without harm. */
static void
random_logs(void **state)
{
	static const char *const words[] = { "error: ", "linker `", "` not found\n",
		"cannot find -l", "{\"reason\":\"compiler-message\"", "\n", "\\n", "\033[",
		"undefined reference to `", "\r", "linking with `cc` failed: ", "could not compile",
		"GLIBC_2.34", "\xff", "'", "required by " };
	struct dice d = { 99 };

	for (int round = 0; round < 300; round++) {
		struct str log = STR_INIT;
		for (size_t n = dice_below(&d, 60); n; n--) {
			if (dice_below(&d, 4))
				str_append(&log, words[dice_below(&d, COUNT(words))]);
			else
				str_append_char(&log, (char)dice_below(&d, 256));
		}
		struct explanation *e = explain(*state, str_span(&log), NULL);
		struct str out = STR_INIT;
		explain_print(e, &out);
		str_fini(&out);
		explanation_free(e);
		str_fini(&log);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_logs_name_their_cause),
		cmocka_unit_test(noise_changes_nothing),
		cmocka_unit_test(hints_are_said_in_full),
		cmocka_unit_test(one_failure_one_hint),
		cmocka_unit_test(two_failures_two_hints),
		cmocka_unit_test(said_once),
		cmocka_unit_test(success_forgets),
		cmocka_unit_test(told_context_counts),
		cmocka_unit_test(linkers_own_output),
		cmocka_unit_test(target_from_the_log),
		cmocka_unit_test(edits_as_diffs),
		cmocka_unit_test(packages_of_the_distribution),
		cmocka_unit_test(other_backends),
		cmocka_unit_test(fixes_that_cannot_help),
		cmocka_unit_test(idle_fixes_say_so),
		cmocka_unit_test(possible_fixes_first),
		cmocka_unit_test(json_document),
		cmocka_unit_test(text_for_people),
		cmocka_unit_test(random_logs),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
