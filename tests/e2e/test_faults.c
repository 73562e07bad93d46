/* What can go wrong around a build, with the real cargo: children that do not behave, output that is
 * none, disks that are full, signals. */
#include "e2e/bench_cli.h"

#include "text/json.h"

/* A package `odd` in which one works, with this build script. */
static void
write_package(struct stage *s, const char *script)
{
	bed_write(s->bed, "odd/Cargo.toml",
		"[package]\nname = \"odd\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
	bed_write(s->bed, "odd/src/main.rs", "fn main() {}\n");
	bed_write(s->bed, "odd/build.rs", script);
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "odd"));
}

/* The whole log of a target in the folder that --log-dir named; in the bed's memory. */
static struct span
log_in(struct stage *s, const char *dir, const char *name)
{
	char **names;
	size_t count;
	struct str log = STR_INIT;
	struct span kept;

	assert_true(file_list(bed_path(s->bed, dir), &names, &count, NULL));
	assert_int_equal(count, 1);
	assert_true(file_read(
		bed_path(s->bed, arena_printf(&s->bed->arena, "%s/%s/%s", dir, names[0], name)),
		&log, NULL));
	kept = (struct span){ arena_span(&s->bed->arena, str_span(&log)), log.len };
	file_list_free(names, count);
	str_fini(&log);
	return kept;
}

/* ---- children ---- */

/* A build script that closes its output and works on is waited for. */
static void
closed_output(void **state)
{
	struct stage *s = *state;
	const char *gate = bed_path(s->bed, "gate");
	struct running *r;

	NEED_FIXTURE(s);
	write_package(s,
		arena_printf(&s->bed->arena,
			"extern \"C\" { fn close(fd: i32) -> i32; }\n"
			"fn main() {\n    unsafe { close(1); close(2); }\n"
			"    std::fs::write(\"closed\", \"\").unwrap();\n"
			"    while !std::path::Path::new(\"%s\").exists() {\n"
			"        std::thread::sleep(std::time::Duration::from_millis(10));\n    "
			"}\n}\n",
			gate));
	r = stage_start(s, WORDS("build", "-t", HOST), "Compiling odd");
	stage_wait_file(r, bed_path(s->bed, "odd/closed"));
	bed_write(s->bed, "gate", "");
	stage_wait(r);
	assert_code(s, 0);
	assert_out(s, "1 ok in");
}

/* A wrapper of rustc's that leaves a server behind, as sccache does, which holds rustc's stderr: the
 * build ends all the same. */
static void
daemon_left_behind(void **state)
{
	struct stage *s = *state;
	const char *pid_file = bed_path(s->bed, "pid");
	struct str pid = STR_INIT;

	NEED_FIXTURE(s);
	write_package(s, "fn main() {}\n");
	if (!stage_show(s, "setsid"))
		bed_skip("no setsid");
	bed_script(s->bed, "wrapper",
		arena_printf(&s->bed->arena,
			"#!/bin/sh\ncase \"$*\" in *'--crate-name odd '*)\n"
			"    setsid sleep 600 </dev/null >/dev/null &\n    echo $! > '%s' "
			";;\nesac\n"
			"exec \"$@\"\n",
			pid_file));
	setenv("RUSTC_WRAPPER", bed_path(s->bed, "wrapper"), 1);
	xtui(s, "build", "-t", HOST);
	unsetenv("RUSTC_WRAPPER");
	assert_true(file_read(pid_file, &pid, NULL));
	kill((pid_t)strtol(str_cstr(&pid), NULL, 10), SIGKILL);
	assert_code(s, 0);
	assert_out(s, "1 ok in");
	str_fini(&pid);
}

/* A build script that does not listen to INT and TERM is killed when its time is up, with its own
 * children; the build says that it was cancelled. */
static void
deaf_child(void **state)
{
	struct stage *s = *state;
	struct running *r;

	NEED_FIXTURE(s);
	write_package(s,
		arena_printf(&s->bed->arena,
			"fn main() {\n    "
			"std::process::Command::new(\"/bin/sh\").arg(\"-c\").arg(\"trap '' "
			"INT TERM HUP; echo > '%s'; while :; do sleep 0.05; "
			"done\").status().unwrap();\n}\n",
			bed_path(s->bed, "up")));
	stage_show(s, "sleep");
	bed_write(s->bed, "quick.toml", "kill-grace = 300\n");
	r = stage_start(s, WORDS("--config", bed_path(s->bed, "quick.toml"), "build", "-t", HOST),
		"Compiling");
	stage_wait_file(r, bed_path(s->bed, "up"));
	stage_signal(r, SIGTERM);
	stage_wait(r);
	assert_code(s, 128 + SIGTERM);
	assert_out(s, "cancelled");
	assert_true(stage_is_alone(s));
}

/* ---- output ---- */

#define FAILING_SCRIPT(bytes)                                                                      \
	"use std::io::Write;\nfn main() {\n    let mut e = std::io::stderr();\n    " bytes         \
	"\n    e.write_all(b\"\\nBEHIND IT\\n\").unwrap();\n    std::process::exit(1);\n}\n"

/* Ten megabytes without a line's end: all are kept, and what comes after is seen. */
static void
line_of_ten_megabytes(void **state)
{
	struct stage *s = *state;
	struct span log;
	size_t x = 0;

	NEED_FIXTURE(s);
	write_package(s, FAILING_SCRIPT("e.write_all(&vec![b'x'; 10 << 20]).unwrap();"));
	xtui(s, "build", "-t", HOST, "--log-dir", bed_path(s->bed, "logs"));
	assert_code(s, 1);
	assert_out(s, "BEHIND IT");
	log = log_in(s, "logs", HOST ".log");
	for (size_t i = 0; i < log.len; i++)
		x += log.data[i] == 'x';
	assert_true(x >= 10u << 20);
	assert_true(span_find(log, SPAN("BEHIND IT")) >= 0);
}

/* Whatever bytes a proc macro prints are in the log as they came: every value, and characters that
 * are cut; nothing of them harms what is printed. */
static void
every_byte(void **state)
{
	struct stage *s = *state;
	char all[256];
	size_t len = 0;
	struct span log;

	NEED_FIXTURE(s);
	write_package(s, "fn main() {}\n");
	bed_write(s->bed, "odd/Cargo.toml",
		"[package]\nname = \"odd\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
		"[dependencies]\nnoisy = { path = \"noisy\" }\n");
	bed_write(s->bed, "odd/noisy/Cargo.toml",
		"[package]\nname = \"noisy\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
		"[lib]\nproc-macro = true\n");
	bed_write(s->bed, "odd/noisy/src/lib.rs",
		"use std::io::Write;\n#[proc_macro]\npub fn make_noise(t: proc_macro::TokenStream) "
		"-> proc_macro::TokenStream {\n"
		"    let all: Vec<u8> = (1..=255).filter(|b| *b != 10 && *b != 13).collect();\n"
		"    let mut e = std::io::stderr();\n"
		"    e.write_all(&all).unwrap();\n"
		"    e.write_all(b\"\\ncut \\xe4\\xb8\\n\\xf0\\x9f\\nNOISE ENDS\\n\").unwrap();\n"
		"    t\n}\n");
	bed_write(s->bed, "odd/src/main.rs", "noisy::make_noise!();\nfn main() {}\n");
	for (int b = 1; b < 256; b++) {
		if (b != '\n' && b != '\r')
			all[len++] = (char)b;
	}
	xtui(s, "build", "-t", HOST, "--log-dir", bed_path(s->bed, "logs"));
	assert_code(s, 0);
	log = log_in(s, "logs", HOST ".log");
	assert_true(span_find(log, (struct span){ all, len }) >= 0);
	assert_true(span_find(log, SPAN("cut \xe4\xb8\n\xf0\x9f\nNOISE ENDS\n")) >= 0);
	assert_out(s, "NOISE ENDS");
	for (const char *c = str_cstr(&s->out); *c; c++)
		assert_true(*c == '\n' || *c == '\t' || (unsigned char)*c >= ' ');
}

/* Sequences that would write a clipboard, a title or reset a terminal do not get to ours, from a build
 * script that fails, whole or unterminated. */
static void
hostile_script(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	write_package(s,
		FAILING_SCRIPT("e.write_all(b\"A\\x1b]52;c;aGFybQ==\\x07B\\x1b]0;title\\x1b\\\\"
			       "C\\x1bP1$r0m\\x1b\\\\D\\x1bcE\\xc2\\x9b2JF\\n\\x1b]52;c;never "
			       "ends\").unwrap();"));
	xtui(s, "--color", "always", "build", "-t", HOST);
	assert_code(s, 1);
	assert_not_out(s, "\x1b]");
	assert_not_out(s, "\x1bP");
	assert_not_out(s,
		"\x1b"
		"c");
	xtui(s, "build", "-t", HOST);
	assert_out(s, "ABCDE");
	assert_out(s, "BEHIND IT");
	assert_not_out(s, "aGFybQ");
}

/* ---- disks ---- */

/* Warnings for so many kilobytes. */
static void
write_flood(struct stage *s)
{
	struct str source = STR_INIT;

	for (int i = 0; i < 1500; i++)
		str_appendf(&source, "fn never_called_%d() { let unused_%d = %d; }\n", i, i, i);
	str_append(&source, "fn main() {}\n");
	write_package(s, "fn main() {}\n");
	bed_write(s->bed, "odd/src/main.rs", str_cstr(&source));
	str_fini(&source);
}

/* Runs a line of sh where mounts are our own; false where that is not allowed. */
static bool
run_unshared(struct stage *s, const char *line)
{
	const char *argv[] = { "/usr/bin/unshare", "-m", "/bin/sh", "-c", line, NULL };
	struct proc_spec spec = { .argv = argv, .dir = s->dir };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	bool ran =
		proc_capture(&spec, 64u << 20, 120000, &result, &err) && result.end.exit_code != 77;

	str_clear(&s->out);
	str_clear(&s->err);
	str_append_span(&s->out, str_span(&result.out));
	str_append_span(&s->err, str_span(&result.err));
	s->code = result.end.exit_code;
	proc_result_fini(&result);
	return ran && !strstr(str_cstr(&s->err), "unshare");
}

/* The disk of the logs is full: the build goes on and ends well, the job's lines say where its log is
 * cut, and the end says which logs are. */
static void
disk_full(void **state)
{
	struct stage *s = *state;
	const char *logs = bed_path(s->bed, "small");

	NEED_FIXTURE(s);
	write_flood(s);
	bed_dirs(s->bed, "small");
	if (!file_is_executable("/usr/bin/unshare") || geteuid() != 0)
		bed_skip("needs root, for a disk that is full");
	if (!run_unshared(s,
		    arena_printf(&s->bed->arena,
			    "/usr/bin/mount -t tmpfs -o size=64k xtui '%s' || exit 77\n"
			    "exec '%s' build -t %s -t %s --log-dir '%s'",
			    logs, s->program, HOST, MUSL, logs)))
		bed_skip("no mounts of our own here");
	assert_code(s, 0);
	assert_out(s, "2 ok in");
	assert_out(s, HOST " | error: the log is cut here, what follows is not kept: ");
	assert_out(s, "No space left on device");
	assert_non_null(strstr(str_cstr(&s->err), HOST ".log: the log is cut: "));
	assert_non_null(strstr(str_cstr(&s->err), MUSL ".log: the log is cut: "));
}

/* Where the state folder cannot be written, logs are kept elsewhere and the build is as good as ever;
 * a folder that was asked for by name and cannot be had is an error before anything runs. */
static void
no_place_for_logs(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	write_package(s, "fn main() {}\n");
	setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
	xtui(s, "build", "-t", HOST);
	unsetenv("XDG_STATE_HOME");
	assert_code(s, 0);
	assert_out(s, "1 ok in");
	xtui(s, "build", "-t", HOST, "--log-dir", "/proc/nowhere");
	assert_refused(s, 3, "/proc/nowhere");
}

/* ---- signals ---- */

/* Stopped and continued: nothing is lost. */
static void
stopped_and_continued(void **state)
{
	struct stage *s = *state;
	struct running *r;

	NEED_FIXTURE(s);
	stage_slow(s);
	r = stage_start(s, WORDS("build", "-t", HOST), "Compiling slow");
	stage_signal(r, SIGSTOP);
	stage_open_gate(s);
	stage_wait_file(r, bed_path(s->bed, "slow/target/" HOST "/release/slow"));
	stage_signal(r, SIGCONT);
	stage_wait(r);
	assert_code(s, 0);
	assert_out(s, "unused");
	assert_out(s, "1 ok in");
}

/* The terminal goes away: the builds end, the logs are whole, the history says so. */
static void
hung_up(void **state)
{
	struct stage *s = *state;
	struct running *r;
	struct json *doc;
	struct span log;

	NEED_FIXTURE(s);
	stage_slow(s);
	r = stage_start(s, WORDS("build", "-t", HOST, "--log-dir", bed_path(s->bed, "logs")),
		"Compiling slow");
	stage_signal(r, SIGHUP);
	stage_wait(r);
	assert_code(s, 128 + SIGHUP);
	assert_true(stage_is_alone(s));
	log = log_in(s, "logs", HOST ".log");
	assert_true(span_find(log, SPAN("Compiling")) >= 0);
	xtui(s, "history", "--json");
	doc = stage_json(s, "HISTORY");
	assert_string_equal(json_string(json_get(json_first(json_get(doc, "runs")), "status"), ""),
		"cancelled");
	json_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(closed_output),
		STAGE_TEST(daemon_left_behind),
		STAGE_TEST(deaf_child),
		STAGE_TEST(line_of_ten_megabytes),
		STAGE_TEST(every_byte),
		STAGE_TEST(hostile_script),
		STAGE_TEST(disk_full),
		STAGE_TEST(no_place_for_logs),
		STAGE_TEST(stopped_and_continued),
		STAGE_TEST(hung_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
