#include "e2e/bench_cli.h"

#include <errno.h>

#include <poll.h>
#include <sys/wait.h>
#include "e2e/bench_build.h"
#include "e2e/bench_schema.h"
#include "io/loop.h"
#include "unit/wait.h"

#define LIMIT (64u << 20)
#define WAIT_MS                                                                                    \
	300000 /* zig compiles the C libraries of four systems when it first links for them */

/* ---- the machine ---- */

/* What a machine with these cross compilers has on its PATH, as far as a build looks there. */
static const char *const programs[] = { "apt-get", "sh", "env", "cat", "rm", "mkdir", "cc", "gcc",
	"as", "ld", "ar", "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-ar",
	"arm-linux-gnueabihf-gcc", "arm-linux-gnueabihf-ar", "musl-gcc", "x86_64-w64-mingw32-gcc",
	"x86_64-w64-mingw32-ar", "x86_64-w64-mingw32-dlltool", "x86_64-linux-gnu-gcc",
	"x86_64-w64-mingw32-as", "qemu-aarch64-static", "qemu-arm-static" };

static char *
from_environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return path_absolute(value && *value ? value : otherwise);
}

static void
set_environment(struct stage *s)
{
	char *cargo_home = path_join(s->fixture, "rustup/cargo");
	char *rustup_home = path_join(s->fixture, "rustup/home");
	bool has_rustup = file_is_dir(rustup_home);
	char *bin = has_rustup ? path_join(cargo_home, "bin") : path_join(s->fixture, "system/bin");
	char *path = xasprintf("%s:%s", bin, bed_path(s->bed, "bin"));

	if (has_rustup) {
		setenv("CARGO_HOME", cargo_home, 1);
		setenv("RUSTUP_HOME", rustup_home, 1);
	}
	setenv("PATH", path, 1);
	setenv("XDG_STATE_HOME", bed_path(s->bed, "state"), 1);
	setenv("XDG_CONFIG_HOME", bed_path(s->bed, "config"), 1);
	setenv("CARGO_NET_OFFLINE", "true", 1);
	setenv("TERM", "xterm-256color", 1);
	unsetenv("CI");
	unsetenv("NO_COLOR");
	unsetenv("CLICOLOR_FORCE");
	free(path);
	free(bin);
	free(rustup_home);
	free(cargo_home);
}

int
stage_setup(void **state)
{
	struct stage *s = xcalloc(1, sizeof(*s));
	char *build = from_environment("XTUI_BUILD", "build");
	char *page;

	if (bed_setup((void **)&s->bed) < 0)
		return -1;
	s->source = from_environment("XTUI_SOURCE", ".");
	s->program = path_join(build, "xtui");
	s->fixture = path_join(s->source, "build/fixture");
	s->dir = xstrdup(s->bed->dir);
	page = path_join(s->source, "docs/json.md");
	s->schema = schema_read(page);
	for (size_t i = 0; i < COUNT(programs); i++)
		stage_show(s, programs[i]);
	set_environment(s);
	free(page);
	free(build);
	*state = s;
	return 0;
}

void
stage_at_end(struct stage *s, void (*fn)(void *arg), void *arg)
{
	assert_true(s->ending_count < COUNT(s->endings));
	s->endings[s->ending_count].fn = fn;
	s->endings[s->ending_count++].arg = arg;
}

int
stage_teardown(void **state)
{
	struct stage *s = *state;
	bool is_alone;

	while (s->ending_count--)
		s->endings[s->ending_count].fn(s->endings[s->ending_count].arg);
	is_alone = stage_is_alone(s);
	schema_free(s->schema);
	bed_teardown((void **)&s->bed);
	unsetenv("CARGO_NET_OFFLINE");
	str_fini(&s->out);
	str_fini(&s->err);
	free(s->program);
	free(s->fixture);
	free(s->source);
	free(s->dir);
	free(s);
	return is_alone ? 0 : -1;
}

static void
copy_tree(const char *from, const char *to)
{
	char **names;
	size_t count;
	struct str bytes = STR_INIT;

	if (!file_is_dir(from)) {
		assert_true(
			file_read(from, &bytes, NULL) && file_write(to, str_span(&bytes), NULL));
		str_fini(&bytes);
		return;
	}
	assert_true(file_make_dirs(to, 0755, NULL));
	assert_true(file_list(from, &names, &count, NULL));
	for (size_t i = 0; i < count; i++) {
		char *a = path_join(from, names[i]), *b = path_join(to, names[i]);

		if (!text_is(names[i], "target"))
			copy_tree(a, b);
		free(a);
		free(b);
	}
	file_list_free(names, count);
}

const char *
stage_fixture(struct stage *s, const char *name)
{
	return arena_printf(&s->bed->arena, "%s/%s", s->fixture, name);
}

void
stage_greet(struct stage *s)
{
	char *from = path_join(s->source, "examples/greet");

	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "greet"));
	copy_tree(from, s->dir);
	free(from);
}

void
stage_hide(struct stage *s, const char *name)
{
	unlink(bed_path(s->bed, arena_printf(&s->bed->arena, "bin/%s", name)));
}

bool
stage_show(struct stage *s, const char *name)
{
	const char *link = bed_path(s->bed, arena_printf(&s->bed->arena, "bin/%s", name));
	struct span rest = span_of(s->bed->real_path);

	bed_dirs(s->bed, "bin");
	while (rest.len) {
		struct span dir = span_cut(rest, ':', &rest);
		char *program = xasprintf("%.*s/%s", (int)dir.len, dir.data, name);
		bool is_here = file_is_executable(program) &&
			(symlink(program, link) == 0 || errno == EEXIST);

		free(program);
		if (is_here)
			return true;
	}
	return false;
}

void
stage_slow(struct stage *s)
{
	static const char *const files[][2] = {
		{ "slow/Cargo.toml",
			"[package]\nname = \"slow\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
			"[build-dependencies]\ngate = { path = \"gate\" }\n"
			"[dependencies]\nquick = { path = \"quick\" }\n" },
		{ "slow/build.rs", "fn main() {\n    gate::wait();\n}\n" },
		{ "slow/src/main.rs",
			"fn main() {\n    let unused = 1;\n    quick::hello();\n}\n" },
		{ "slow/quick/Cargo.toml",
			"[package]\nname = \"quick\"\nversion = \"0.2.0\"\nedition = \"2021\"\n" },
		{ "slow/quick/src/lib.rs", "pub fn hello() {\n    let idle = 2;\n}\n" },
		{ "slow/gate/Cargo.toml",
			"[package]\nname = \"gate\"\nversion = \"0.3.0\"\nedition = \"2021\"\n" },
	};
	const char *gate = bed_path(s->bed, "gate");

	for (size_t i = 0; i < COUNT(files); i++)
		bed_write(s->bed, files[i][0], files[i][1]);
	bed_write(s->bed, "slow/gate/src/lib.rs",
		arena_printf(&s->bed->arena,
			"pub fn wait() {\n    while !std::path::Path::new(\"%s\").exists() {\n"
			"        std::thread::sleep(std::time::Duration::from_millis(10));\n    "
			"}\n}\n",
			gate));
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "slow"));
}

void
stage_open_gate(struct stage *s)
{
	bed_write(s->bed, "gate", "");
}

bool
stage_is_alone(struct stage *s)
{
	struct bench b = { .bed = s->bed };

	return bench_is_alone(&b);
}

/* ---- running ---- */

static const char **
whole_line(struct stage *s, const char *const *words)
{
	size_t count = 0;
	const char **argv;

	while (words[count])
		count++;
	argv = arena_array(&s->bed->arena, const char *, count + 2);
	argv[0] = s->program;
	memcpy(argv + 1, words, count * sizeof(*argv));
	return argv;
}

void
stage_run_input(struct stage *s, const char *const *words, struct span input)
{
	struct proc_spec spec = { .argv = whole_line(s, words), .dir = s->dir, .input = input };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;

	if (!proc_capture(&spec, LIMIT, WAIT_MS, &result, &err))
		fail_msg("%s", err.message);
	str_clear(&s->out);
	str_clear(&s->err);
	str_append_span(&s->out, str_span(&result.out));
	str_append_span(&s->err, str_span(&result.err));
	s->code = result.end.exit_code;
	s->signal = result.end.signal;
	proc_result_fini(&result);
}

void
stage_run(struct stage *s, const char *const *words)
{
	stage_run_input(s, words, (struct span){ 0 });
}

void
stage_paste(struct stage *s)
{
	char *script = xstrdup(str_cstr(&s->out));

	str_clear(&s->out);
	s->code = bed_run(s->dir, (const char *const[]){ "/bin/sh", "-c", script, NULL }, &s->out);
	free(script);
}

void
stage_kill_after(struct stage *s, const char *const *words, uint64_t microseconds)
{
	const char **argv = whole_line(s, words);
	uint64_t end = loop_clock() + microseconds;
	pid_t pid = fork();
	bool is_over = false;

	assert_true(pid >= 0);
	if (pid == 0) {
		int nowhere = open("/dev/null", O_RDWR);

		for (int fd = 0; fd < 3; fd++)
			dup2(nowhere, fd);
		if (chdir(s->dir) == 0)
			execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	while (loop_clock() < end && !is_over) {
		poll(NULL, 0, 1);
		is_over = waitpid(pid, NULL, WNOHANG) == pid;
	}
	if (is_over)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

struct running {
	struct stage *stage;
	struct loop *loop;
	struct loop_timer *tick; /* lets time pass while nothing is said */
	struct proc *proc;       /* NULL when it has ended */
};

static void
on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct running *r = arg;

	str_append_bytes(stream == PROC_STDOUT ? &r->stage->out : &r->stage->err, bytes, len);
}

static void
on_end(void *arg, const struct proc_end *end)
{
	struct running *r = arg;

	r->stage->code = end->exit_code;
	r->stage->signal = end->signal;
	r->proc = NULL;
}

static const struct proc_events events = { on_output, on_end };

static void
tick(void *arg)
{
}

static void
turn(struct running *r, uint64_t end, const char *what)
{
	if (loop_clock() / 1000 > end)
		fail_msg("waited in vain for %s:\n%s\n%s", what, str_cstr(&r->stage->out),
			str_cstr(&r->stage->err));
	loop_turn(r->loop, true);
}

void
stage_wait_text(struct running *r, const char *text)
{
	uint64_t end = loop_clock() / 1000 + WAIT_MS;

	while (!strstr(str_cstr(&r->stage->out), text) && !strstr(str_cstr(&r->stage->err), text)) {
		if (!r->proc)
			fail_msg("it ended without \"%s\":\n%s\n%s", text, str_cstr(&r->stage->out),
				str_cstr(&r->stage->err));
		turn(r, end, text);
	}
}

void
stage_wait_file(struct running *r, const char *path)
{
	uint64_t end = loop_clock() / 1000 + WAIT_MS;

	while (!file_exists(path))
		turn(r, end, path);
}

struct running *
stage_start(struct stage *s, const char *const *words, const char *text)
{
	struct proc_spec spec = { .argv = whole_line(s, words), .dir = s->dir };
	struct running *r = xcalloc(1, sizeof(*r));
	struct err err = ERR_INIT;

	str_clear(&s->out);
	str_clear(&s->err);
	r->stage = s;
	r->loop = loop_new();
	r->tick = loop_timer_start(r->loop, 20, 20, tick, NULL);
	if (!(r->proc = proc_start(r->loop, &spec, &events, r, &err)))
		fail_msg("%s", err.message);
	stage_wait_text(r, text);
	return r;
}

/* To the program alone, as a terminal does: its children are in groups of their own. */
void
stage_signal(struct running *r, int signum)
{
	assert_non_null(r->proc);
	assert_int_equal(kill(proc_pid(r->proc), signum), 0);
}

void
stage_wait(struct running *r)
{
	uint64_t end = loop_clock() / 1000 + WAIT_MS;

	while (r->proc)
		turn(r, end, "its end");
	loop_timer_stop(r->tick);
	loop_free(r->loop);
	free(r);
}

/* ---- what it said ---- */

struct json *
stage_json(struct stage *s, const char *shape)
{
	struct err err = ERR_INIT;
	struct json *json = json_parse(s->out.data, s->out.len, &err);

	if (!json)
		fail_msg("%s: %s\n%s", err.message, str_cstr(&s->out), str_cstr(&s->err));
	schema_check(s->schema, shape, json);
	return json;
}

int
stage_events_of(
	struct stage *s, const char *shape, const char *event, const char *key, const char *text)
{
	struct span rest = str_span(&s->out);
	int count = 0;

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		struct err err = ERR_INIT;
		struct json *json = json_parse(line.data, line.len, &err);

		if (!json)
			fail_msg("%s: %.*s", err.message, (int)line.len, line.data);
		schema_check(s->schema, shape, json);
		count += text_is(json_string(json_get(json, "event"), NULL), event) &&
			(!key || text_is(json_string(json_get(json, key), NULL), text));
		json_free(json);
	}
	return count;
}

int
stage_events(struct stage *s, const char *event, const char *key, const char *text)
{
	return stage_events_of(s, "BUILD", event, key, text);
}
