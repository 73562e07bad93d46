/* message: lines as cargo 1.95 and rustc 1.96 print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/alloc.h"
#include "tests/fuzz/fuzz_message.c"
#include "tests/unit/corpus.h"

#define TARGETS "/p/target"

static const char *const dirs[] = { TARGETS, "/cache/build", NULL };
static const char *const triples[] = { "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu" };

static struct message
parse(const char *line)
{
	struct message m;

	message_parse(span_of(line), &m);
	return m;
}

/* A failed link keeps what the linker itself said apart from rustc's words around it. */
static void
failed_link(void **state)
{
	struct message m = parse(
		"{\"reason\":\"compiler-message\",\"package_id\":\"path+file:///p/beta#0.1.0\","
		"\"target\":{\"kind\":[\"bin\"],\"name\":\"beta\"},\"message\":{"
		"\"$message_type\":\"diagnostic\",\"message\":\"linking with `cc` failed: exit "
		"status: 1\","
		"\"code\":null,\"level\":\"error\",\"spans\":[],\"children\":["
		"{\"message\":\" \\\"cc\\\" \\\"-m64\\\"\",\"level\":\"note\",\"children\":[]},"
		"{\"message\":\"some arguments are omitted. use `--verbose` to show all linker "
		"arguments\",\"level\":\"note\"},"
		"{\"message\":\"/usr/bin/ld: cannot find -lfoo\\n\",\"level\":\"note\"},"
		"{\"message\":\"use the `-l` flag\",\"level\":\"help\"}],"
		"\"rendered\":\"\\u001b[1merror\\u001b[0m: linking\\n\"}}");

	assert_int_equal(m.kind, MESSAGE_DIAGNOSTIC);
	assert_string_equal(m.package_id, "path+file:///p/beta#0.1.0");
	assert_string_equal(m.crate, "beta");
	assert_string_equal(m.crate_kind, "bin");
	assert_string_equal(m.level, "error");
	assert_string_equal(m.linker_output, "/usr/bin/ld: cannot find -lfoo\n");
	assert_string_equal(m.rendered, "\033[1merror\033[0m: linking\n");
	assert_null(m.code);
	assert_null(m.file);
	message_fini(&m);
	assert_null(m.json);
}

/* rustc's own line (through the shim) is the same diagnostic, with code and place. */
static void
rustc_diagnostic(void **state)
{
	struct message m = parse(
		"{\"$message_type\":\"diagnostic\",\"message\":\"mismatched types\","
		"\"code\":{\"code\":\"E0308\",\"explanation\":\"x\"},\"level\":\"error\",\"spans\":"
		"["
		"{\"file_name\":\"a.rs\",\"is_primary\":false,\"line_start\":1,\"column_start\":2},"
		"{\"file_name\":\"b.rs\",\"is_primary\":true,\"line_start\":7,\"column_start\":9}],"
		"\"children\":[],\"rendered\":\"error[E0308]: mismatched types\\n\"}");

	assert_int_equal(m.kind, MESSAGE_DIAGNOSTIC);
	assert_string_equal(m.code, "E0308");
	assert_string_equal(m.file, "b.rs");
	assert_int_equal(m.line, 7);
	assert_int_equal(m.column, 9);
	assert_null(m.linker_output);
	assert_false(message_is_summary(&m));
	message_fini(&m);
}

/* What carries no diagnostic, artefact or end is nothing, whatever it looks like. */
static void
other_lines(void **state)
{
	static const char *const lines[] = {
		"",
		"   Compiling a v0.1.0",
		"{",
		"{}",
		"[1]",
		"{\"reason\":\"timing-info\"}",
		"{\"reason\":7}",
		"{\"$message_type\":\"artifact\",\"artifact\":\"/p/a.rlib\",\"emit\":\"link\"}",
		"{\"$message_type\":\"future_incompat\",\"future_incompat_report\":[]}",
		"{\"level\":3}",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct message m = parse(lines[i]);

		assert_int_equal(m.kind, MESSAGE_OTHER);
		assert_int_equal(message_file_count(&m), 0);
		assert_int_equal(message_triple(&m, dirs, triples, 2), -1);
		message_fini(&m);
	}
}

/* A diagnostic without any of its members does not confuse whoever reads it. */
static void
bare_messages(void **state)
{
	struct message m = parse("{\"reason\":\"compiler-message\"}");

	assert_int_equal(m.kind, MESSAGE_DIAGNOSTIC);
	assert_string_equal(m.level, "");
	assert_string_equal(m.text, "");
	assert_null(m.rendered);
	message_fini(&m);
	m = parse("{\"reason\":\"compiler-artifact\"}");
	assert_int_equal(m.kind, MESSAGE_ARTIFACT);
	assert_int_equal(message_file_count(&m), 0);
	assert_string_equal(message_file(&m, 0), "");
	message_fini(&m);
	m = parse("{\"reason\":\"build-finished\",\"success\":true}");
	assert_int_equal(m.kind, MESSAGE_FINISHED);
	assert_true(m.success);
	message_fini(&m);
}

/* rustc's counts of what it said before are known, so that they are shown once: by cargo. */
static void
summaries(void **state)
{
	static const struct {
		const char *text;
		bool is_summary;
	} cases[] = {
		{ "aborting due to 1 previous error", true },
		{ "aborting due to 2 previous errors; 1 warning emitted", true },
		{ "1 warning emitted", true },
		{ "3 warnings emitted", true },
		{ "For more information about this error, try `rustc --explain E0308`.", false },
		{ "unused variable: `a`", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *line = xasprintf(
			"{\"$message_type\":\"diagnostic\",\"message\":\"%s\",\"level\":\"error\"}",
			cases[i].text);
		struct message m = parse(line);

		assert_int_equal(message_is_summary(&m), cases[i].is_summary);
		message_fini(&m);
		free(line);
	}
}

/* An artefact belongs to the triple its path goes through, never to one that a parent folder of the
 * project happens to be called. */
static void
whose_artifact(void **state)
{
	static const struct {
		const char *path;
		int triple;
	} cases[] = {
		{ "/p/target/x86_64-unknown-linux-gnu/release/greet", 0 },
		{ "/p/target/aarch64-unknown-linux-gnu/release/deps/liba-1.rlib", 1 },
		{ "/cache/build/aarch64-unknown-linux-gnu/release/deps/liba-1.rlib", 1 },
		{ "/p/target/release/build/beta-fa8d9/build-script-build", -1 },
		{ "/p/target/release/aarch64-unknown-linux-gnu", -1 },
		{ "/p/targets/aarch64-unknown-linux-gnu/release/greet", 1 },
		{ "/x86_64-unknown-linux-gnu/other/aarch64-unknown-linux-gnu/debug/greet", 1 },
		{ "/elsewhere/aarch64-unknown-linux-gnux/debug/greet", -1 },
		{ "", -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *line = xasprintf(
			"{\"reason\":\"compiler-artifact\",\"fresh\":true,\"profile\":"
			"{\"opt_level\":\"3\"},\"filenames\":[\"%s\"],\"executable\":null}",
			cases[i].path);
		struct message m = parse(line);

		assert_true(m.fresh);
		assert_string_equal(m.opt_level, "3");
		assert_null(m.executable);
		assert_int_equal(message_file_count(&m), 1);
		assert_string_equal(message_file(&m, 0), cases[i].path);
		assert_int_equal(message_triple(&m, dirs, triples, 2), cases[i].triple);
		message_fini(&m);
		free(line);
	}
}

/* A build script that ran belongs to the target it ran for. */
static void
whose_script(void **state)
{
	struct message m =
		parse("{\"reason\":\"build-script-executed\",\"package_id\":\"path+file:///p/"
		      "beta#0.1.0\",\"out_dir\":\"/p/target/aarch64-unknown-linux-gnu/"
		      "release/build/beta-1/out\"}");

	assert_int_equal(m.kind, MESSAGE_BUILD_SCRIPT);
	assert_int_equal(message_triple(&m, dirs, triples, 2), 1);
	message_fini(&m);
}

/* A package is named as cargo names it, whatever the spelling of its id. */
static void
package_names(void **state)
{
	static const struct {
		const char *id, *name, *version, *source; /* no name: none can be read */
	} cases[] = {
		{ "path+file:///p/beta#0.1.0", "beta", "0.1.0", "/p/beta" },
		{ "path+file:///p/beta-dir#beta@0.1.0", "beta", "0.1.0", "/p/beta-dir" },
		{ "registry+https://github.com/rust-lang/crates.io-index#serde@1.0.219", "serde",
			"1.0.219", "" },
		{ "registry+https://corp/index#thing@2.0.0", "thing", "2.0.0",
			"https://corp/index" },
		{ "git+https://h/u/dep?branch=main#0.3.0", "dep", "0.3.0",
			"https://h/u/dep?branch=main" },
		{ "git+https://h/u/mono#dep@0.3.0", "dep", "0.3.0", "https://h/u/mono" },
		{ "serde 1.0.219 (registry+https://github.com/rust-lang/crates.io-index)", "serde",
			"1.0.219", "" },
		{ "beta 0.1.0 (path+file:///p/a b/beta)", "beta", "0.1.0", "/p/a b/beta" },
		{ "what is this" },
		{ "" },
		{ "#" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct package_parts parts;

		if (!cases[i].name) {
			assert_false(message_package_parts(cases[i].id, &parts));
			continue;
		}
		assert_true(message_package_parts(cases[i].id, &parts));
		assert_true(span_is(parts.name, cases[i].name));
		assert_true(span_is(parts.version, cases[i].version));
		assert_true(span_is(parts.source, cases[i].source));
	}
}

/* cargo's bar is read with and without colours, and nothing else is taken for it. */
static void
bars(void **state)
{
	static const struct {
		const char *line;
		int done, total;
		const char *crates;
	} cases[] = {
		{ "    Building [====>   ] 3/12: c2(build.rs), c4", 3, 12, "c2(build.rs), c4" },
		{ "\033[K\033[1m\033[96m    Building\033[0m [=>  ] 1/9: a   ", 1, 9, "a" },
		{ "\033[0m\033[0m\033[1m\033[36m    Building\033[0m [    ] 0/104", 0, 104, "" },
		{ "             [=======] 12/12: greet(bin)  ", 12, 12, "greet(bin)" },
		{ "    Building", -1, 0, NULL },
		{ "       Fetch [==>   ] 12.34%", -1, 0, NULL },
		{ " Downloading [==>   ] 3/10: serde", -1, 0, NULL },
		{ "   Compiling a v0.1.0 [x] 1/2", -1, 0, NULL },
		{ "[=>] 1/", -1, 0, NULL },
		{ "[=>] /2", -1, 0, NULL },
		{ "[=>] 1/2x", -1, 0, NULL },
		{ "[1/2]", -1, 0, NULL },
		{ "\033[", -1, 0, NULL },
		{ "", -1, 0, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int done, total;
		struct span crates;
		bool is_bar = message_parse_bar(span_of(cases[i].line), &done, &total, &crates);

		assert_int_equal(is_bar, cases[i].done >= 0);
		if (!is_bar)
			continue;
		assert_int_equal(done, cases[i].done);
		assert_int_equal(total, cases[i].total);
		assert_true(span_is(crates, cases[i].crates));
	}
}

/* A message of many megabytes is read whole. */
static void
huge_message(void **state)
{
	size_t len = 8u << 20;
	char *filler = xmalloc(len + 1), *line;
	struct message m;

	memset(filler, 'x', len);
	filler[len] = '\0';
	line = xasprintf("{\"$message_type\":\"diagnostic\",\"message\":\"m\",\"level\":\"error\","
			 "\"rendered\":\"%s\"}",
		filler);
	m = parse(line);
	assert_string_equal(m.rendered, filler);
	message_fini(&m);
	free(line);
	free(filler);
}

/* Lines that once did harm do none. */
static void
corpus_is_harmless(void **state)
{
	corpus_replay("tests/corpus/message");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failed_link),
		cmocka_unit_test(rustc_diagnostic),
		cmocka_unit_test(other_lines),
		cmocka_unit_test(bare_messages),
		cmocka_unit_test(summaries),
		cmocka_unit_test(whose_artifact),
		cmocka_unit_test(whose_script),
		cmocka_unit_test(package_names),
		cmocka_unit_test(bars),
		cmocka_unit_test(huge_message),
		cmocka_unit_test(corpus_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
