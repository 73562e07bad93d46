/* The commands that build nothing, as a person runs them: what they print, where, and how they end. */
#include "e2e/bench_cli.h"

#include "cli/options.h"
#include "text/json.h"

/* The first line of the output that begins so, in the bed's memory; NULL when there is none. */
static const char *
line_of(struct stage *s, const char *begin)
{
	struct span rest = str_span(&s->out);

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);

		if (span_starts(line, begin))
			return arena_span(&s->bed->arena, line);
	}
	return NULL;
}

static size_t
count_lines(const struct str *text)
{
	size_t count = 0;

	for (size_t i = 0; i < text->len; i++)
		count += text->data[i] == '\n';
	return count;
}

static const struct json *
target_in(const struct json *doc, const char *triple)
{
	for (const struct json *t = json_first(json_get(doc, "targets")); t; t = json_next(t))
		if (text_is(json_string(json_get(t, "triple"), ""), triple))
			return t;
	fail_msg("%s is not in the document", triple);
	return NULL;
}

static const struct json *
need_in(const struct json *target, const char *kind)
{
	for (const struct json *n = json_first(json_get(target, "needs")); n; n = json_next(n))
		if (text_is(json_string(json_get(n, "kind"), ""), kind))
			return n;
	fail_msg("no need of a %s", kind);
	return NULL;
}

#define assert_json(object, key, text)                                                             \
	assert_string_equal(json_string(json_get(object, key), "(none)"), text)

/* ---- targets ---- */

/* The table: the host first, then what can be built here, each with its linker and state. */
static void
targets_table(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	xtui(s, "targets");
	assert_code(s, 0);
	assert_true(text_starts(str_cstr(&s->out), "target "));
	assert_true(count_lines(&s->out) > 200);
	assert_non_null(strstr(line_of(s, HOST " "), "installed  cc "));
	assert_non_null(strstr(line_of(s, HOST " "), "likely"));
	assert_non_null(strstr(line_of(s, ARM64 " "), "aarch64-linux-gnu-gcc"));
	assert_non_null(strstr(line_of(s, "s390x-unknown-linux-gnu "), "2 needs"));
	assert_non_null(strstr(line_of(s, "aarch64-apple-ios "), "no way here"));
	assert_non_null(strstr(str_cstr(&s->err), "ready or likely here"));
	assert_null(strstr(str_cstr(&s->out), " \n"));
	xtui(s, "-q", "targets");
	assert_string_equal(str_cstr(&s->err), "");
}

/* Filters narrow the table; a pattern finds letters in order, as the screen's filter does. */
static void
targets_filters(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	size_t installed;

	NEED_FIXTURE(s);
	xtui(s, "targets", "--installed");
	assert_non_null(line_of(s, HOST));
	assert_non_null(line_of(s, WINDOWS));
	assert_null(line_of(s, "riscv64gc-unknown-linux-gnu"));
	installed = count_lines(&s->out);
	assert_true(installed >= 1 + 5 && installed < 20);
	xtui(s, "targets", "--ready");
	assert_non_null(line_of(s, ARM64));
	assert_null(line_of(s, "riscv64gc-unknown-linux-gnu"));
	assert_true(count_lines(&s->out) <= installed);
	xtui(s, "targets", "--os", "windows", "--tier=1", "gnu");
	assert_non_null(line_of(s, WINDOWS));
	assert_null(line_of(s, "aarch64-pc-windows-msvc"));
	assert_null(line_of(s, HOST));
	xtui(s, "targets", "a64musl", "--json");
	doc = stage_json(s, "TARGETS");
	target_in(doc, "aarch64-unknown-linux-musl");
	assert_true(json_count(json_get(doc, "targets")) < 10);
	json_free(doc);
	xtui(s, "targets", "no-such-thing-at-all");
	assert_code(s, 0);
	assert_string_equal(str_cstr(&s->out), "");
	xtui(s, "targets", "--tier", "4");
	assert_refused(s, 2, "--tier: expected 1, 2 or 3, found \"4\"");
	xtui(s, "targets", "--os", "linx");
	assert_refused(s, 2, "--os: no target is for \"linx\"");
	assert_non_null(strstr(str_cstr(&s->err), "try: xtui targets --os linux"));
}

/* Colours only where a person looks, or where they are asked for. */
static void
colours(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	xtui(s, "targets", "--installed");
	assert_not_out(s, "\033");
	xtui(s, "targets", "--installed", "--color", "always");
	assert_out(s, "\033[");
	setenv("CLICOLOR_FORCE", "1", 1);
	xtui(s, "targets", "--installed");
	assert_out(s, "\033[");
	xtui(s, "targets", "--installed", "--color=never");
	assert_not_out(s, "\033");
	setenv("NO_COLOR", "1", 1);
	xtui(s, "targets", "--installed");
	assert_not_out(s, "\033");
	xtui(s, "targets", "--installed", "--color", "always");
	assert_out(s, "\033[");
	unsetenv("NO_COLOR");
	setenv("CLICOLOR_FORCE", "0", 1);
	xtui(s, "targets", "--installed");
	assert_not_out(s, "\033");
	unsetenv("CLICOLOR_FORCE");
	xtui(s, "--color", "sometimes", "targets");
	assert_refused(s, 2, "--color: expected auto, always or never, found \"sometimes\"");
}

/* The document has every key of docs/json.md and says what the table says. */
static void
targets_json(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	const struct json *t;

	NEED_FIXTURE(s);
	xtui(s, "targets", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "TARGETS");
	assert_json(doc, "host", HOST);
	assert_true(json_is_object(json_get(doc, "toolchain")));
	t = target_in(doc, ARM64);
	assert_json(t, "std", "installed");
	assert_json(t, "backend", "native");
	assert_json(t, "readiness", "likely");
	assert_json(need_in(t, "linker"), "name", "aarch64-linux-gnu-gcc");
	assert_json(need_in(t, "linker"), "state", "found");
	assert_json(t, "env", "gnu");
	t = target_in(doc, "aarch64-apple-ios");
	assert_true(json_is_null(json_get(t, "env")));
	assert_json(t, "readiness", "impossible");
	assert_true(json_is_null(json_get(t, "backend")));
	json_free(doc);
}

/* Without any cargo the built-in table is shown, and what is missing is said. */
static void
targets_without_cargo(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	bed_set_path(s->bed, "bin", false);
	unsetenv("CARGO_HOME");
	unsetenv("RUSTUP_HOME");
	xtui(s, "targets", "--json");
	assert_code(s, 0);
	assert_non_null(strstr(str_cstr(&s->err), "xtui: "));
	assert_non_null(strstr(str_cstr(&s->err), "cargo"));
	doc = stage_json(s, "TARGETS");
	assert_true(json_is_null(json_get(doc, "toolchain")));
	assert_true(json_count(json_get(doc, "targets")) > 300);
	json_free(doc);
}

/* ---- doctor ---- */

/* The health of the machine, one line a check, ends with 0 when nothing is wrong. */
static void
doctor_health(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "doctor");
	assert_code(s, 0);
	assert_non_null(strstr(line_of(s, "  ok    rustc"), "1."));
	assert_non_null(strstr(line_of(s, "  ok    workspace"), "greet, 4 packages, builds C"));
	assert_non_null(line_of(s, "  ok    cc"));
	xtui(s, "doctor", "--json");
	doc = stage_json(s, "DOCTOR");
	assert_int_equal(json_count(json_get(doc, "targets")), 0);
	json_free(doc);
	xtui(s, "--plain"); /* no command and no screen: the same */
	assert_code(s, 0);
	assert_non_null(line_of(s, "  ok    rustc"));
}

/* The targets that the project has chosen are checked without being named. */
static void
doctor_of_choice(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	bed_write(s->bed, "greet/xtui.toml",
		"targets = [\"" ARM64 "\", \"s390x-unknown-linux-gnu\"]\n");
	xtui(s, "doctor");
	assert_code(s, 1);
	assert_non_null(line_of(s, ARM64 "  likely"));
	assert_non_null(line_of(s, "s390x-unknown-linux-gnu  missing"));
	assert_out(s, "FAIL  linker   s390x-linux-gnu-gcc: not found on PATH");
}

/* A probe links and runs a program for real; its result is kept. */
static void
doctor_probe(void **state)
{
	struct stage *s = *state;
	bool has_runner = stage_show(s, "qemu-aarch64-static") || bed_has("qemu-aarch64-static");
	struct json *doc;
	const struct json *t;

	NEED_FIXTURE(s);
	xtui(s, "doctor", ARM64, HOST, "--probe", "--json");
	assert_code(s, 0);
	assert_non_null(strstr(str_cstr(&s->err), "probing " ARM64));
	doc = stage_json(s, "DOCTOR");
	t = target_in(doc, ARM64);
	assert_json(t, "readiness", "ready");
	assert_json(json_get(t, "probe"), "state", "passed");
	assert_int_equal(json_bool(json_get(json_get(t, "probe"), "ran"), false), has_runner);
	assert_true(json_bool(json_get(json_get(target_in(doc, HOST), "probe"), "ran"), false));
	json_free(doc);
	xtui(s, "targets", ARM64, "--json");
	doc = stage_json(s, "TARGETS");
	assert_json(target_in(doc, ARM64), "readiness", "ready");
	assert_true(json_number(json_get(target_in(doc, ARM64), "probed_at"), 0) > 0);
	json_free(doc);
}

/* A project with C and a cdylib is proved with both: a C compiler for another machine fails the probe, with
 * its cause, where the linker alone would pass; what is known of the target is stale from then on. */
static void
doctor_probe_of_c(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "-q", "doctor", ARM64, "--probe");
	assert_code(s, 0);
	assert_out(s, "probe    linked in");
	bed_script(s->bed, "bin/my-cc", "#!/bin/sh\nexec cc \"$@\"\n");
	setenv("CC_aarch64_unknown_linux_gnu", "my-cc", 1);
	xtui(s, "doctor", ARM64, "--json");
	doc = stage_json(s, "DOCTOR");
	assert_json(json_get(target_in(doc, ARM64), "probe"), "state", "stale");
	assert_json(target_in(doc, ARM64), "readiness", "likely");
	json_free(doc);
	xtui(s, "-q", "doctor", ARM64, "--probe");
	unsetenv("CC_aarch64_unknown_linux_gnu");
	assert_code(s, 1);
	assert_out(s, "did not link");
	assert_out(s, "is for another architecture");
	assert_not_out(s, "error: linking with");
}

/* Without its linker the target is missing exactly that, and the package is named; no probe is tried. */
static void
doctor_linker_hidden(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_hide(s, "aarch64-linux-gnu-gcc");
	xtui(s, "doctor", ARM64, "--probe");
	assert_code(s, 1);
	assert_non_null(line_of(s, ARM64 "  missing"));
	assert_out(s, "FAIL  linker   aarch64-linux-gnu-gcc: not found on PATH");
	if (file_is_executable("/usr/bin/apt-get"))
		assert_out(s, "apt-get install -y gcc-aarch64-linux-gnu");
	assert_not_out(s, "probe  ");
	assert_null(strstr(str_cstr(&s->err), "probing"));
}

/* A linker that is there and wrong is found out by the probe, with what it said. */
static void
doctor_wrong_linker(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	const struct json *probe;

	NEED_FIXTURE(s);
	bed_write(s->bed, ".cargo/config.toml", "[target." ARM64 "]\nlinker = \"cc\"\n");
	xtui(s, "doctor", ARM64);
	assert_code(s, 1); /* it cannot be right, and that is seen without a try */
	assert_out(s, "links for x86_64-unknown-linux-gnu only");
	bed_write(s->bed, ".cargo/config.toml", "[target." ARM64 "]\nlinker = \"my-linker\"\n");
	bed_script(s->bed, "bin/my-linker", "#!/bin/sh\nexec cc \"$@\"\n");
	xtui(s, "doctor", ARM64);
	assert_code(s, 0); /* it looks fine */
	xtui(s, "doctor", ARM64, "--probe", "--json");
	assert_code(s, 1);
	doc = stage_json(s, "DOCTOR");
	assert_json(target_in(doc, ARM64), "readiness", "missing");
	probe = json_get(target_in(doc, ARM64), "probe");
	assert_json(probe, "state", "failed");
	assert_non_null(strstr(json_string(json_get(probe, "log"), ""), "my-linker` failed"));
	json_free(doc);
	xtui(s, "doctor", ARM64);
	assert_out(s, "FAIL  probe    did not link");
	assert_out(s, "The host's linker was used for aarch64 objects");
	assert_not_out(s, "          | ");
	assert_code(s, 1);
	xtui(s, "-v", "doctor", ARM64);
	assert_out(s, "          | error: linking with `");
}

/* ---- help, completions, profile, explain ---- */

/* Every command and topic explains itself, on standard output, in whatever state the machine is. */
static void
help_topics(void **state)
{
	static const char *const topics[] = { "keys", "config" };
	struct stage *s = *state;

	bed_write(s->bed, "config/xtui/config.toml", "broken\n");
	for (const struct command_row *c = command_rows; c->name; c++) {
		xtui(s, c->name, "--help");
		assert_code(s, 0);
		assert_out(s, c->help);
	}
	xtui(s, "--help");
	assert_code(s, 0);
	assert_out(s, "Commands:");
	xtui(s, "-V");
	assert_code(s, 0);
	assert_true(text_starts(str_cstr(&s->out), "xtui 0."));
	file_remove_tree(bed_path(s->bed, "config"), NULL);
	for (size_t i = 0; i < COUNT(topics); i++) {
		xtui(s, "help", topics[i]);
		assert_code(s, 0);
		assert_true(count_lines(&s->out) > 5);
	}
	xtui(s, "help", "build");
	assert_out(s, "Usage: xtui build");
	xtui(s, "help", "config");
	assert_out(s, "\ntheme ");
	assert_out(s, "\ntarget.TRIPLE.compatibility text\n    of wheels");
	assert_out(s, "\npreset.NAME.set ");
	xtui(s, "help", "bild");
	assert_refused(s, 2, "no help on \"bild\"");
}

/* What the shells are given, they can read. */
static void
completions(void **state)
{
	static const char *const shells[][2] = { { "bash", "-n" }, { "zsh", "-n" },
		{ "fish", "--no-execute" } };
	struct stage *s = *state;
	struct str said = STR_INIT;

	setenv("PATH", s->bed->real_path, 1);
	for (size_t i = 0; i < COUNT(shells); i++) {
		const char *file = bed_path(s->bed, shells[i][0]);

		xtui(s, "completions", shells[i][0]);
		assert_code(s, 0);
		for (const struct command_row *c = command_rows; c->name; c++)
			assert_out(s, c->name);
		assert_out(s, "manifest-path");
		assert_not_out(s, "bench-panes");
		bed_write(s->bed, shells[i][0], str_cstr(&s->out));
		if (!bed_has(shells[i][0]))
			continue;
		assert_int_equal(
			bed_run(s->dir,
				((const char *const[]){ shells[i][0], shells[i][1], file, NULL }),
				&said),
			0);
	}
	str_fini(&said);
	xtui(s, "completions", "tcsh");
	assert_refused(s, 2, "expected bash, zsh or fish, found \"tcsh\"");
	xtui(s, "completions");
	assert_refused(s, 2, "expected bash, zsh or fish");
}

/* bash completes commands, options and triples. */
static void
bash_completes(void **state)
{
	static const struct {
		const char *line, *word;
	} cases[] = {
		{ "xtui bu", "build" },
		{ "xtui -C dir bu", "build" },
		{ "xtui build --fail", "--fail-fast" },
		{ "xtui build -t aarch64-unknown-linux-g", ARM64 },
		{ "xtui --color always targets --inst", "--installed" },
	};
	struct stage *s = *state;

	NEED_FIXTURE(s);
	if (!bed_has("bash") && !stage_show(s, "bash"))
		bed_skip("no bash on this machine");
	stage_show(s, "bash");
	stage_show(s, "sed");
	assert_int_equal(symlink(s->program, bed_path(s->bed, "bin/xtui")), 0);
	xtui(s, "completions", "bash");
	str_append(&s->out,
		"COMP_WORDS=($LINE); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _xtui\n"
		"printf '%s\\n' \"${COMPREPLY[@]}\"\n");
	bed_write(s->bed, "try.bash", str_cstr(&s->out));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str said = STR_INIT;

		setenv("LINE", cases[i].line, 1);
		assert_int_equal(bed_run(s->dir,
					 ((const char *const[]){
						 "bash", bed_path(s->bed, "try.bash"), NULL }),
					 &said),
			0);
		if (!text_starts(str_cstr(&said), cases[i].word))
			fail_msg("%s: %s", cases[i].line, str_cstr(&said));
		str_fini(&said);
	}
	unsetenv("LINE");
}

/* The profile in force, each option with where its value comes from. */
static void
profile(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "profile");
	assert_code(s, 0);
	assert_non_null(line_of(s, "lto "));
	xtui(s, "profile", "show", "--preset", "small", "--set", "lto=thin", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "PROFILE");
	assert_json(doc, "profile", "release");
	for (const struct json *o = json_first(json_get(doc, "options")); o; o = json_next(o)) {
		if (text_is(json_string(json_get(o, "key"), ""), "lto")) {
			assert_json(o, "value", "\"thin\"");
			assert_true(json_bool(json_get(o, "changed"), false));
		}
	}
	json_free(doc);
	xtui(s, "profile", "--preset", "smal");
	assert_refused(s, 2, "smal");
	xtui(s, "profile", "--set", "lto=round");
	assert_refused(s, 2, "lto");
	xtui(s, "profile", "draw");
	assert_refused(s, 2, "profile: unknown verb \"draw\"");
}

static const char linker_log[] =
	"   Compiling greet v0.3.1 (/p/greet)\n"
	"error: linker `aarch64-linux-gnu-gcc` not found\n"
	"  |\n"
	"  = note: No such file or directory (os error 2)\n"
	"\n"
	"error: could not compile `greet` (bin \"greet\") due to 1 previous error\n";

/* A log is explained from a file and from standard input, as text and as JSON. */
static void
explain_log(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	const struct json *hint;

	bed_write(s->bed, "build.log", linker_log);
	xtui(s, "explain", "build.log");
	assert_code(s, 0);
	assert_out(s, "aarch64-linux-gnu-gcc");
	assert_out(s, "line 2: ");
	assert_not_out(s, "\033");
	xtui(s, "--color", "always", "explain", "build.log");
	assert_true(text_starts(str_cstr(&s->out), "\033[1m"));
	stage_run_input(s, (const char *const[]){ "explain", "--json", "-t", ARM64, NULL },
		span_of(linker_log));
	assert_code(s, 0);
	doc = stage_json(s, "EXPLAIN");
	hint = json_first(json_get(doc, "hints"));
	assert_json(hint, "cause", "linker-not-found");
	assert_true(json_number(json_get(hint, "line"), 0) == 2);
	json_free(doc);
}

/* A fix of a file goes where the workspace begins, wherever in it the log is explained. */
static void
explain_within(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	bed_write(s->bed, "greet/ci.log", linker_log);
	xtui(s, "-C", "crates/words", "explain", "../../ci.log", "-t", ARM64, "--json");
	assert_out(s, "\"path\":\".cargo/config.toml\"");
	xtui(s, "-C", "crates/words", "explain", "../../ci.log", "-t", ARM64, "--apply", "1",
		"--yes");
	assert_code(s, 0);
	assert_true(file_exists(bed_path(s->bed, "greet/.cargo/config.toml")));
	assert_false(file_exists(bed_path(s->bed, "greet/crates/words/.cargo")));
}

/* The folder's name is the cause of the logs in it. */
static void
explain_folder(struct stage *s, const char *folder, const char *cause)
{
	bool has_cause = !text_starts(cause, "negative-");
	char **names;
	size_t count;

	assert_true(file_list(folder, &names, &count, NULL));
	for (size_t i = 0; i < count; i++) {
		char *log = path_join(folder, names[i]);
		const struct json *hint;
		struct json *doc;

		xtui(s, "explain", log, "--json");
		doc = stage_json(s, "EXPLAIN");
		hint = json_first(json_get(doc, "hints"));
		if (s->code != !has_cause || !hint != !has_cause ||
			(hint && !text_is(json_string(json_get(hint, "cause"), ""), cause)))
			fail_msg("%s: exit status %d, %s", log, s->code, str_cstr(&s->out));
		json_free(doc);
		free(log);
	}
	file_list_free(names, count);
}

/* Each log of the fixtures that has a cause is told one, with 0; each that has none, none, with 1. */
static void
explain_fixtures(void **state)
{
	struct stage *s = *state;
	char *dir = path_join(s->source, "tests/fixture/logs"), **names;
	size_t count;

	assert_true(file_list(dir, &names, &count, NULL));
	if (!count)
		bed_skip("no logs below tests/fixture/logs");
	for (size_t i = 0; i < count; i++) {
		char *folder = path_join(dir, names[i]);

		explain_folder(s, folder, names[i]);
		free(folder);
	}
	file_list_free(names, count);
	free(dir);
}

/* A log without a toolchain's cause: no guess, a line on standard error, exit 1. */
static void
explain_nothing(void **state)
{
	struct stage *s = *state;

	stage_run_input(s, (const char *const[]){ "explain", "-", NULL },
		SPAN("error[E0425]: cannot find value `x`\n"));
	assert_code(s, 1);
	assert_string_equal(str_cstr(&s->out), "");
	assert_non_null(strstr(str_cstr(&s->err), "no toolchain cause is known"));
	xtui(s, "explain"); /* nothing to read */
	assert_code(s, 1);
}

/* A file that is named and not there is a slip of the command line, whichever command it is for. */
static void
absent_files(void **state)
{
	static const char *const lines[][8] = {
		{ "explain", "absent" },
		{ "explain", "--binary", "absent" },
		{ "explain", "--check", "absent" },
		{ "inspect", "absent" },
		{ "inspect", "--json", "absent" },
		{ "universal", "absent", "absent", "-o", "made" },
		{ "sysroot", "add", "x86_64-unknown-freebsd", "--from", "absent" },
		{ "targets", "--manifest-path", "absent" },
		{ "doctor", "--manifest-path", "absent" },
		{ "build", "--manifest-path", "absent" },
		{ "targets", "--config", "absent" },
		{ "targets", "-C", "absent" },
	};
	struct stage *s = *state;

	NEED_FIXTURE(s);
	for (size_t i = 0; i < COUNT(lines); i++) {
		stage_run(s, lines[i]);
		assert_refused(s, 2, "absent");
		assert_int_equal(count_lines(&s->err), text_is(lines[i][1], "-C") ? 2 : 1);
	}
	xtui(s, "build", "--manifest-path", ".");
	assert_refused(s, 2, "--manifest-path: .: is a folder, not a file");
}

/* ---- what is broken ---- */

/* One clear line, with file, line and column, and the exit status of a file that cannot be parsed. */
static void
broken_files(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	bed_write(s->bed, "greet/.cargo/config.toml", "[build]\njobs = \n");
	xtui(s, "build");
	assert_refused(s, 2, ".cargo/config.toml:2:8: ");
	xtui(s, "targets");
	assert_refused(s, 2, ".cargo/config.toml:2:8: ");
	xtui(s, "profile");
	assert_refused(s, 2, ".cargo/config.toml:2:8: ");
	xtui(s, "doctor");
	assert_code(s, 2);
	assert_out(s, ".cargo/config.toml:2:8: ");
	file_remove_tree(bed_path(s->bed, "greet/.cargo"), NULL);

	bed_write(s->bed, "greet/xtui.toml", "targets = [\n  \"" ARM64 "\"\n  nonsense\n");
	xtui(s, "build");
	assert_refused(s, 2, "xtui.toml:3:3: ");
	xtui(s, "doctor");
	assert_refused(s, 2, "xtui.toml:3:3: ");
	bed_write(s->bed, "greet/xtui.toml", "targets = [\"aarch64-unknown-linux-gno\"]\n");
	xtui(s, "build");
	assert_refused(s, 2, "xtui.toml:1:12: target \"aarch64-unknown-linux-gno\": ");
	xtui(s, "doctor");
	assert_refused(s, 2, "xtui.toml:1:12: target \"aarch64-unknown-linux-gno\": ");
	bed_write(s->bed, "greet/xtui.toml", "[profile]\npreset = \"smal\"\n");
	xtui(s, "build");
	assert_refused(s, 2, "xtui.toml:2:10: preset \"smal\": there is no such preset\n");
	bed_write(s->bed, "greet/xtui.toml", "[profile]\nset = [\"lto=fat\", \"lto=round\"]\n");
	xtui(s, "build");
	assert_refused(s, 2, "xtui.toml:2:19: expected ");
	bed_write(s->bed, "greet/xtui.toml", "[target." HOST "]\nbackend = \"zug\"\n");
	xtui(s, "build");
	assert_refused(s, 2, "xtui.toml:2:11: there is no backend \"zug\"\n");
	unlink(bed_path(s->bed, "greet/xtui.toml"));

	bed_write(s->bed, "config/xtui/config.toml", "mouse = true\ncolour = 1\n");
	xtui(s, "targets");
	assert_refused(s, 2, "config.toml:2:1: ");
	xtui(s, "--config", "absent.toml", "targets");
	assert_refused(s, 2, "--config: there is no absent.toml");
	file_remove_tree(bed_path(s->bed, "config"), NULL);

	bed_write(s->bed, "greet/Cargo.toml", "[package]\nname = \"greet\nversion = \"1\"\n");
	xtui(s, "build");
	assert_refused(s, 2, "Cargo.toml:2:");
	xtui(s, "doctor");
	assert_code(s, 2);
	assert_out(s, "Cargo.toml:2:");
}

/* A file that is broken stays as it is. */
static void
broken_files_stay(void **state)
{
	static const char text[] = "targets = [\n# mine\n";
	struct stage *s = *state;
	struct str now = STR_INIT;

	NEED_FIXTURE(s);
	stage_greet(s);
	bed_write(s->bed, "greet/xtui.toml", text);
	xtui(s, "build");
	assert_code(s, 2);
	assert_true(file_read(bed_path(s->bed, "greet/xtui.toml"), &now, NULL));
	assert_string_equal(str_cstr(&now), text);
	str_fini(&now);
}

/* A toolchain pin that cannot be met is named with its file; nothing is installed for it. */
static void
absent_pin(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	if (!getenv("RUSTUP_HOME") || !bed_has("rustup"))
		bed_skip("no rustup on this machine");
	stage_greet(s);
	bed_write(s->bed, "greet/rust-toolchain.toml", "[toolchain]\nchannel = \"1.80.0\"\n");
	xtui(s, "build");
	assert_refused(s, 3, "rust-toolchain.toml");
	assert_non_null(strstr(str_cstr(&s->err), "1.80.0"));
	assert_non_null(strstr(str_cstr(&s->err), "  try: rustup toolchain install 1.80.0"));
	assert_int_equal(count_lines(&s->err), 2);
	xtui(s, "doctor");
	assert_code(s, 3);
	assert_out(s, "FAIL  toolchain");
	unlink(bed_path(s->bed, "greet/rust-toolchain.toml"));
	xtui(s, "+nightly", "build");
	assert_refused(s, 3, "nightly");
	xtui(s, "+nightly", "targets");
	assert_refused(s, 3, "nightly");
	assert_string_equal(str_cstr(&s->out), "");
}

/* Without cargo on PATH a build says so and how to get it. */
static void
no_cargo(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	bed_set_path(s->bed, "bin", false);
	unsetenv("CARGO_HOME");
	unsetenv("RUSTUP_HOME");
	xtui(s, "build");
	assert_refused(s, 3, "cargo");
	assert_non_null(strstr(str_cstr(&s->err), "  try: "));
	xtui(s, "doctor");
	assert_code(s, 3);
	assert_out(s, "FAIL  toolchain");
}

/* Where there is no project, a build says where it looked. */
static void
no_project(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	xtui(s, "build");
	assert_refused(s, 3, "Cargo.toml");
	xtui(s, "-C", "no/such/folder", "targets");
	assert_refused(s, 2, "-C no/such/folder: No such file or directory");
	xtui(s, "build", "--manifest-path", "no/Cargo.toml");
	assert_int_equal(s->code, 2);
	assert_non_null(strstr(str_cstr(&s->err), "no/Cargo.toml"));
}

/* A word that is off is answered with the nearest known one. */
static void
near_misses(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "--theme", "drak", "targets");
	assert_refused(s, 2, "theme \"drak\": there is none of that name\n  try: --theme dark\n");
	xtui(s, "taregts");
	assert_refused(s, 2, "unknown command \"taregts\": did you mean targets?");
	xtui(s, "doctor", "aarch64-unknown-linux-gun");
	assert_refused(s, 2, "aarch64-unknown-linux-gun");
	assert_non_null(strstr(str_cstr(&s->err), "  try: " ARM64));
	xtui(s, "build", "-t", "x86_64-linux-musl");
	assert_refused(s, 2, "x86_64-linux-musl");
	assert_non_null(strstr(str_cstr(&s->err), MUSL));
	xtui(s, "build", "-p", "gret");
	assert_refused(s, 2, "gret");
	assert_non_null(strstr(str_cstr(&s->err), "greet"));
	xtui(s, "build", "-j", "0");
	assert_refused(s, 2, "--jobs: expected a whole number from 1, found \"0\"");
}

/* A folder that cannot be read or written is named. */
static void
folder_without_rights(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	if (getuid() == 0)
		bed_skip("root may read and write everywhere");
	stage_greet(s);
	chmod(s->dir, 0555);
	xtui(s, "build");
	chmod(s->dir, 0755);
	assert_code(s, 1);
	assert_out(s, HOST " | error: Permission denied");
	bed_dirs(s->bed, "closed");
	chmod(bed_path(s->bed, "closed"), 0);
	xtui(s, "-C", "../closed", "targets");
	chmod(bed_path(s->bed, "closed"), 0755);
	assert_refused(s, 3, "Permission denied");
}

/* A reader that goes away ends the program quietly, as any other filter; a full disk is told. */
static void
output_that_fails(void **state)
{
	struct stage *s = *state;
	struct str said = STR_INIT;
	char *line;

	NEED_FIXTURE(s);
	line = xasprintf("('%s' targets; echo status $? >&2) 2>status | head -n 0", s->program);
	stage_show(s, "head");
	bed_run(s->dir, ((const char *const[]){ "sh", "-c", line, NULL }), &said);
	assert_string_equal(str_cstr(&said), "");
	file_read(bed_path(s->bed, "status"), &said, NULL);
	assert_null(strstr(str_cstr(&said), "xtui:"));
	free(line);
	str_clear(&said);
	if (!file_exists("/dev/full"))
		bed_skip("no /dev/full on this machine");
	line = xasprintf("'%s' targets --json >/dev/full", s->program);
	assert_int_equal(
		bed_run(s->dir, ((const char *const[]){ "sh", "-c", line, NULL }), &said), 3);
	assert_string_equal(str_cstr(&said), "xtui: standard output: No space left on device\n");
	str_fini(&said);
	free(line);
}

/* The demo needs no toolchain, and stops when it is told to. */
static void
test_demo(void **state)
{
	struct stage *s = *state;
	static const char *const words[] = { "demo", "--json", NULL };
	struct running *r;

	stage_hide(s, "cargo");
	stage_hide(s, "rustc");
	r = stage_start(s, words, "\"state\":\"started\"");
	stage_signal(r, SIGINT);
	stage_wait(r);
	assert_code(s, 128 + SIGINT);
	assert_int_equal(stage_events(s, "job_started", NULL, NULL), 3);
	assert_int_equal(stage_events(s, "job_finished", "status", "cancelled"), 3);
	assert_non_null(strstr(str_cstr(&s->err), "a recorded build, "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_demo),
		STAGE_TEST(targets_table),
		STAGE_TEST(targets_filters),
		STAGE_TEST(colours),
		STAGE_TEST(targets_json),
		STAGE_TEST(targets_without_cargo),
		STAGE_TEST(doctor_health),
		STAGE_TEST(doctor_of_choice),
		STAGE_TEST(doctor_probe),
		STAGE_TEST(doctor_probe_of_c),
		STAGE_TEST(doctor_linker_hidden),
		STAGE_TEST(doctor_wrong_linker),
		STAGE_TEST(help_topics),
		STAGE_TEST(completions),
		STAGE_TEST(bash_completes),
		STAGE_TEST(profile),
		STAGE_TEST(explain_log),
		STAGE_TEST(explain_within),
		STAGE_TEST(explain_fixtures),
		STAGE_TEST(explain_nothing),
		STAGE_TEST(absent_files),
		STAGE_TEST(broken_files),
		STAGE_TEST(broken_files_stay),
		STAGE_TEST(absent_pin),
		STAGE_TEST(no_cargo),
		STAGE_TEST(no_project),
		STAGE_TEST(near_misses),
		STAGE_TEST(folder_without_rights),
		STAGE_TEST(output_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
