/* shim: the real xtui-rustc with rustcs that are scripts, and callers that are no xtui-rustc. */
#include "unit/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/vec.h"
#include "build/shim.h"
#include "build/shimwire.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/proc.h"
#include "unit/dice.h"

#define CARGO_ARGS "--crate-name", "my_crate", "--error-format=json", "--crate-type", "lib"
#define WAIT_MS 60000

struct heard {
	int starts, ends;
	const struct shim_unit *asking; /* to link; NULL: nobody did */
	char *target, *crate, *type, *package, *version, *manifest_dir;
	bool is_primary;
	struct str lines; /* each with an LF */
	struct shim_end end;
};

struct bed {
	char *dir;
	char *program; /* xtui-rustc */
	struct loop *loop;
	struct shim *shim;
	struct heard heard;
	struct proc *proc;
	struct str out, err; /* of what was run */
	struct proc_end end;
};

/* ---- the bed ---- */

static void
on_started(void *arg, const struct shim_unit *unit)
{
	struct heard *h = arg;

	h->starts++;
	h->target = xstrdup(unit->target);
	h->crate = xstrdup(unit->crate);
	h->type = xstrdup(unit->type);
	h->package = xstrdup(unit->package);
	h->version = xstrdup(unit->version);
	h->manifest_dir = xstrdup(unit->manifest_dir);
	h->is_primary = unit->is_primary;
}

static void
on_asks(void *arg, const struct shim_unit *unit)
{
	struct heard *h = arg;

	h->asking = unit;
}

static void
on_line(void *arg, const struct shim_unit *unit, struct span line)
{
	struct heard *h = arg;

	assert_string_equal(unit->crate, h->crate);
	str_append_span(&h->lines, line);
	str_append_char(&h->lines, '\n');
}

static void
on_ended(void *arg, const struct shim_unit *unit, const struct shim_end *end)
{
	struct heard *h = arg;

	h->ends++;
	h->end = *end;
}

static const struct shim_events events = { on_started, on_asks, on_line, on_ended };

static void
forget(struct bed *b)
{
	struct heard *h = &b->heard;

	free(h->target);
	free(h->crate);
	free(h->type);
	free(h->package);
	free(h->version);
	free(h->manifest_dir);
	str_fini(&h->lines);
	str_fini(&b->out);
	str_fini(&b->err);
	*h = (struct heard){ 0 };
}

static int
setup(void **state)
{
	const char *build = getenv("XTUI_BUILD"), *parent = getenv("TMPDIR");
	struct bed *b = xcalloc(1, sizeof(*b));
	struct err err = ERR_INIT;

	if (!(b->dir = file_make_temp_dir(parent && *parent ? parent : "/tmp", "shim-", &err)))
		return -1;
	b->program = path_join(build && *build ? build : "build", "xtui-rustc");
	b->loop = loop_new();
	if (!(b->shim = shim_open(b->loop, &events, &b->heard, &err)))
		return -1;
	setenv(SHIM_ENV_SOCKET, shim_socket(b->shim), 1);
	unsetenv(SHIM_ENV_WRAPPER);
	unsetenv(SHIM_ENV_LINK);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bed *b = *state;

	unsetenv(SHIM_ENV_SOCKET);
	shim_close(b->shim);
	loop_free(b->loop);
	forget(b);
	file_remove_tree(b->dir, NULL);
	free(b->program);
	free(b->dir);
	free(b);
	return 0;
}

/* A program in the bed, path borrowed until the next. */
static const char *
script(struct bed *b, const char *name, const char *text)
{
	static char *path;
	FILE *f;

	free(path);
	path = path_join(b->dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", text);
	fclose(f);
	chmod(path, 0755);
	return path;
}

static void
on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct bed *b = arg;

	str_append_bytes(stream == PROC_STDOUT ? &b->out : &b->err, bytes, len);
}

static void
on_proc_end(void *arg, const struct proc_end *end)
{
	struct bed *b = arg;

	b->proc = NULL;
	b->end = *end;
}

static void
start(struct bed *b, const char *const *args)
{
	static const struct proc_events proc_events = { on_output, on_proc_end };
	VEC(const char *) argv = VEC_INIT;
	struct err err = ERR_INIT;

	vec_push(&argv, b->program);
	for (; *args; args++)
		vec_push(&argv, *args);
	vec_push(&argv, NULL);
	b->proc = proc_start(
		b->loop, &(struct proc_spec){ .argv = argv.items }, &proc_events, b, &err);
	if (!b->proc)
		fail_msg("%s", err.message);
	vec_fini(&argv);
}

static void
wait_end(struct bed *b)
{
	uint64_t end = loop_clock() / 1000 + WAIT_MS;

	while (b->proc) {
		loop_turn(b->loop, true);
		assert_true(loop_clock() / 1000 < end);
	}
	shim_listen(b->shim);
}

static void
run(struct bed *b, const char *const *args)
{
	forget(b);
	start(b, args);
	wait_end(b);
}

#define RUN(b, ...) run(b, (const char *const[]){ __VA_ARGS__, NULL })

/* ---- a compilation ---- */

/* xtui hears which crate, for whom, every line and how it ended; cargo sees the same bytes and the
 * same exit code as without a shim. */
static void
compilation_is_told(void **state)
{
	struct bed *b = *state;

	setenv("CARGO_PKG_NAME", "my-crate", 1);
	setenv("CARGO_PKG_VERSION", "1.2.3", 1);
	setenv("CARGO_PRIMARY_PACKAGE", "1", 1);
	setenv("CARGO_MANIFEST_DIR", "/p/my crate", 1);
	RUN(b, script(b, "rustc", "echo out; echo first >&2; printf 'last' >&2; exit 7"),
		CARGO_ARGS, "--target", "aarch64-unknown-linux-gnu");
	unsetenv("CARGO_PKG_NAME");
	unsetenv("CARGO_PKG_VERSION");
	unsetenv("CARGO_PRIMARY_PACKAGE");
	unsetenv("CARGO_MANIFEST_DIR");
	assert_int_equal(b->heard.starts, 1);
	assert_string_equal(b->heard.target, "aarch64-unknown-linux-gnu");
	assert_string_equal(b->heard.crate, "my_crate");
	assert_string_equal(b->heard.type, "lib");
	assert_string_equal(b->heard.package, "my-crate");
	assert_string_equal(b->heard.version, "1.2.3");
	assert_string_equal(b->heard.manifest_dir, "/p/my crate");
	assert_true(b->heard.is_primary);
	assert_string_equal(str_cstr(&b->heard.lines), "first\nlast\n");
	assert_int_equal(b->heard.ends, 1);
	assert_true(b->heard.end.is_known);
	assert_int_equal(b->heard.end.exit_code, 7);
	assert_true(b->heard.end.peak > 100000);
	assert_int_equal(b->end.exit_code, 7);
	assert_string_equal(str_cstr(&b->out), "out\n");
	assert_string_equal(str_cstr(&b->err), "first\nlast");
}

/* A crate of the host names no target. */
static void
host_crate(void **state)
{
	struct bed *b = *state;

	RUN(b, script(b, "rustc", "exit 0"), CARGO_ARGS);
	assert_int_equal(b->heard.starts, 1);
	assert_string_equal(b->heard.target, "");
	assert_string_equal(b->heard.package, "");
	assert_false(b->heard.is_primary);
	assert_int_equal(b->heard.end.exit_code, 0);
}

/* Five megabytes of every byte value pass unchanged, to both. */
static void
loud_compilation(void **state)
{
	struct bed *b = *state;
	char *path = path_join(b->dir, "bytes"), *text = xasprintf("cat '%s' >&2", path);
	struct str bytes = STR_INIT, lines = STR_INIT;

	for (int i = 0; i < 5 << 20; i++)
		str_append_char(&bytes, (char)(i * 7 + i / 256));
	str_append_char(&bytes, '\n');
	assert_true(file_write(path, str_span(&bytes), NULL));
	RUN(b, script(b, "rustc", text), CARGO_ARGS);
	assert_int_equal(b->end.exit_code, 0);
	assert_int_equal(b->err.len, bytes.len);
	assert_memory_equal(b->err.data, bytes.data, bytes.len);
	for (size_t i = 0; i < bytes.len; i++) { /* CR LF is a line end too */
		if (!(bytes.data[i] == '\r' && bytes.data[i + 1] == '\n'))
			str_append_char(&lines, bytes.data[i]);
	}
	assert_int_equal(b->heard.lines.len, lines.len);
	assert_memory_equal(b->heard.lines.data, lines.data, lines.len);
	str_fini(&lines);
	str_fini(&bytes);
	free(path);
	free(text);
}

/* xtui has a line before cargo has it. */
static void
xtui_hears_first(void **state)
{
	struct bed *b = *state;
	char *text =
		xasprintf("echo said >&2; while [ ! -e '%s/go' ]; do sleep 0.01; done", b->dir);
	uint64_t end = loop_clock() / 1000 + WAIT_MS;
	char *go = path_join(b->dir, "go");

	forget(b);
	start(b, (const char *const[]){ script(b, "rustc", text), CARGO_ARGS, NULL });
	while (!b->err.len) {
		loop_turn(b->loop, true);
		assert_true(loop_clock() / 1000 < end);
	}
	shim_listen(b->shim);
	assert_string_equal(str_cstr(&b->heard.lines), "said\n");
	assert_int_equal(b->heard.ends, 0);
	file_write(go, SPAN(""), NULL);
	wait_end(b);
	assert_int_equal(b->heard.ends, 1);
	free(go);
	free(text);
}

/* A rustc that a signal ends ends the shim the same way. */
static void
signals_are_passed_on(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGKILL, SIGSEGV, SIGABRT };
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(signals); i++) {
		char *text = xasprintf("echo before >&2; kill -%d $$", signals[i]);

		RUN(b, script(b, "rustc", text), CARGO_ARGS);
		assert_int_equal(b->end.signal, signals[i]);
		assert_int_equal(b->heard.end.exit_code, 128 + signals[i]);
		assert_string_equal(str_cstr(&b->err), "before\n");
		free(text);
	}
}

static void
wait_question(struct bed *b)
{
	uint64_t end = loop_clock() / 1000 + WAIT_MS;

	while (!b->heard.asking) {
		loop_turn(b->loop, true);
		assert_true(loop_clock() / 1000 < end);
	}
}

#define FAT(...)                                                                                   \
	((const char *const[]){ script(b, "rustc", "echo linked"), "--crate-name", "prog",         \
		"--error-format=json", "--crate-type", "bin", __VA_ARGS__, NULL })

/* A link with fat LTO does not begin before xtui says so; time it waited is not counted. */
static void
fat_link_waits(void **state)
{
	struct bed *b = *state;
	uint64_t began = loop_clock(), asked, waited;

	forget(b);
	start(b, FAT("-C", "lto=fat"));
	wait_question(b);
	asked = loop_clock();
	assert_string_equal(b->heard.asking->crate, "prog");
	while (loop_clock() < asked + 200000)
		loop_turn(b->loop, false);
	assert_int_equal(b->out.len, 0);
	assert_int_equal(b->heard.ends, 0);
	waited = loop_clock() - asked;
	shim_allow(b->shim, b->heard.asking);
	wait_end(b);
	assert_string_equal(str_cstr(&b->out), "linked\n");
	assert_int_equal(b->heard.end.exit_code, 0);
	assert_true(b->heard.end.ms <= (loop_clock() - began - waited) / 1000 + 1);
}

/* When xtui goes away meanwhile, it links; when it is to end meanwhile, it ends. */
static void
fat_link_is_not_stuck(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;

	forget(b);
	start(b, FAT("-Clto"));
	wait_question(b);
	shim_close(b->shim);
	b->shim = shim_open(b->loop, &events, &b->heard, &err);
	wait_end(b);
	assert_string_equal(str_cstr(&b->out), "linked\n");
	setenv(SHIM_ENV_SOCKET, shim_socket(b->shim), 1);
	forget(b);
	start(b, FAT("-C", "lto=fat"));
	wait_question(b);
	kill(proc_pid(b->proc), SIGTERM);
	wait_end(b);
	assert_int_equal(b->end.signal, SIGTERM);
	assert_int_equal(b->out.len, 0);
}

/* Nobody else asks: thin LTO, and what is not linked. */
static void
others_do_not_ask(void **state)
{
	struct bed *b = *state;

	run(b, FAT("-C", "lto=thin"));
	assert_null(b->heard.asking);
	run(b, FAT("-C", "opt-level=3"));
	assert_null(b->heard.asking);
	RUN(b, script(b, "rustc", "exit 0"), CARGO_ARGS, "-C", "lto=fat");
	assert_null(b->heard.asking);
}

/* A signal to the shim reaches rustc, and both are gone. */
static void
signal_to_the_shim(void **state)
{
	struct bed *b = *state;
	uint64_t end = loop_clock() / 1000 + WAIT_MS;

	forget(b);
	start(b,
		(const char *const[]){ script(b, "rustc",
					       "trap 'echo caught >&2; exit 3' TERM; echo up >&2; "
					       "while :; do sleep 0.01; done"),
			CARGO_ARGS, NULL });
	while (!b->err.len) {
		loop_turn(b->loop, true);
		assert_true(loop_clock() / 1000 < end);
	}
	kill(proc_pid(b->proc), SIGTERM);
	wait_end(b);
	assert_int_equal(b->end.exit_code, 3);
	assert_string_equal(str_cstr(&b->err), "up\ncaught\n");
}

/* A rustc that is not there is said, and the code is the shell's. */
static void
no_rustc(void **state)
{
	struct bed *b = *state;

	RUN(b, "/nowhere/rustc", CARGO_ARGS);
	assert_int_equal(b->end.exit_code, 127);
	assert_string_equal(
		str_cstr(&b->err), "xtui-rustc: /nowhere/rustc: No such file or directory\n");
}

/* ---- what is none ---- */

/* Questions to rustc, and what build scripts try out with it, are none of xtui's business. */
static void
questions_are_not_told(void **state)
{
	static const char *const cases[][6] = {
		{ "-vV" },
		{ "-", "--crate-name", "___", "--print=file-names", "--error-format=json" },
		{ "-", "--crate-name", "___", "--print", "cfg" },
		{ "--crate-name", "probe0", "--crate-type=lib", "--emit=metadata" },
		{ "--crate-name=probe1", "-" },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *args[8] = { script(b, "rustc", "echo \"$@\"; exit 4") };
		struct str expected = STR_INIT;

		for (size_t a = 0; a < 6 && cases[i][a]; a++) {
			args[a + 1] = cases[i][a];
			str_appendf(&expected, "%s%s", a ? " " : "", cases[i][a]);
		}
		str_append_char(&expected, '\n');
		run(b, args);
		assert_int_equal(b->end.exit_code, 4);
		assert_int_equal(b->heard.starts, 0);
		assert_string_equal(str_cstr(&b->out), str_cstr(&expected));
		str_fini(&expected);
	}
}

/* A call that is too long for a command line comes as a file of arguments. */
static void
arguments_in_a_file(void **state)
{
	struct bed *b = *state;
	char *path = path_join(b->dir, "args"), *at = xasprintf("@%s", path);

	file_write(path,
		SPAN("--crate-name\nmy_crate\n--error-format=json\n--crate-type\nbin\n--target\n"
		     "x86_64-unknown-linux-musl\n"),
		NULL);
	setenv(SHIM_ENV_LINK, "x86_64-unknown-linux-musl=linker=musl-gcc\n", 1);
	RUN(b, script(b, "rustc", "shift; echo \"$@\""), at);
	unsetenv(SHIM_ENV_LINK);
	assert_int_equal(b->heard.starts, 1);
	assert_string_equal(b->heard.crate, "my_crate");
	assert_string_equal(b->heard.type, "bin");
	assert_string_equal(b->heard.target, "x86_64-unknown-linux-musl");
	assert_string_equal(str_cstr(&b->out), "-C linker=musl-gcc\n");
	free(path);
	free(at);
}

/* ---- the linker ---- */

/* The linker that xtui found is given to what is linked for its target, and to nothing else. */
static void
found_linker(void **state)
{
	static const struct {
		const char *args[8];
		const char *added;
	} cases[] = {
		{ { "--crate-type", "bin", "--target", "a-b-c" },
			" -C linker=/x y/gcc -C link-arg=-fuse-ld=lld" },
		{ { "--crate-type", "cdylib", "--target=a-b-c" },
			" -C linker=/x y/gcc -C link-arg=-fuse-ld=lld" },
		{ { "--crate-type", "rlib", "--crate-type", "cdylib", "--target", "a-b-c" },
			" -C linker=/x y/gcc -C link-arg=-fuse-ld=lld" },
		{ { "--test", "--target", "a-b-c" },
			" -C linker=/x y/gcc -C link-arg=-fuse-ld=lld" },
		{ { "--crate-type", "bin", "--target", "d-e-f" }, " -C linker=ld" },
		{ { "--crate-type", "lib", "--target", "a-b-c" }, "" },
		{ { "--crate-type", "staticlib", "--target", "a-b-c" }, "" },
		{ { "--crate-type", "bin", "--target", "a-b" }, "" },
		{ { "--crate-type", "bin" }, "" },
		{ { "--crate-type", "bin", "--target", "a-b-c", "-C", "linker=own" }, "" },
		{ { "--crate-type", "bin", "--target", "a-b-c", "-Clinker=own" }, "" },
		{ { "--crate-type", "bin", "--target", "a-b-c", "--codegen=linker=own" }, "" },
		{ { "--crate-type", "bin", "--target", "a-b-c", "-C", "linker-flavor=gcc" },
			" -C linker=/x y/gcc -C link-arg=-fuse-ld=lld" },
	};
	struct bed *b = *state;

	setenv(SHIM_ENV_LINK,
		"a-b-c=linker=/x y/gcc\na-b-c=link-arg=-fuse-ld=lld\nd-e-f=linker=ld\n", 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *args[16] = { script(b, "rustc", "echo \"$@\""), "--crate-name", "c",
			"--error-format=json" };
		struct str expected = STR_INIT;

		memcpy(args + 4, cases[i].args, sizeof(cases[i].args));
		for (size_t a = 1; args[a]; a++)
			str_appendf(&expected, "%s%s", a > 1 ? " " : "", args[a]);
		str_appendf(&expected, "%s\n", cases[i].added);
		run(b, args);
		assert_string_equal(str_cstr(&b->out), str_cstr(&expected));
		str_fini(&expected);
	}
	unsetenv(SHIM_ENV_LINK);
}

/* ---- wrappers ---- */

/* The user's own wrapper gets rustc and its arguments, and knows nothing of xtui. */
static void
users_wrapper(void **state)
{
	struct bed *b = *state;
	char *wrapper =
		xstrdup(script(b, "wrapper", "env | grep -c XTUI_SHIM; echo wrapped; exec \"$@\""));

	setenv(SHIM_ENV_WRAPPER, wrapper, 1);
	RUN(b, script(b, "rustc", "echo \"$2\""), CARGO_ARGS);
	assert_string_equal(str_cstr(&b->out), "0\nwrapped\nmy_crate\n");
	assert_int_equal(b->heard.starts, 1);
	RUN(b, script(b, "rustc", "echo \"$1\""), "-vV");
	assert_string_equal(str_cstr(&b->out), "0\nwrapped\n-vV\n");
	unsetenv(SHIM_ENV_WRAPPER);
	free(wrapper);
}

/* ---- an xtui that is gone or busy ---- */

/* Without xtui everything is as if there were no shim. */
static void
nobody_listens(void **state)
{
	static const char *const places[] = { "/nowhere/s", "", "/dev/null", NULL };
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(places); i++) {
		if (places[i])
			setenv(SHIM_ENV_SOCKET, places[i], 1);
		else
			unsetenv(SHIM_ENV_SOCKET);
		RUN(b, script(b, "rustc", "echo out; echo err >&2; exit 5"), CARGO_ARGS);
		assert_int_equal(b->end.exit_code, 5);
		assert_string_equal(str_cstr(&b->out), "out\n");
		assert_string_equal(str_cstr(&b->err), "err\n");
		assert_int_equal(b->heard.starts, 0);
	}
}

/* xtui goes away in the middle: rustc's words still reach cargo. */
static void
listener_leaves(void **state)
{
	struct bed *b = *state;
	char *text = xasprintf("echo one >&2; while [ ! -e '%s/go' ]; do sleep 0.01; done; "
			       "echo two >&2; exit 6",
		b->dir);
	char *go = path_join(b->dir, "go");
	struct err err = ERR_INIT;

	forget(b);
	start(b, (const char *const[]){ script(b, "rustc", text), CARGO_ARGS, NULL });
	while (!b->err.len)
		loop_turn(b->loop, true);
	shim_close(b->shim);
	b->shim = shim_open(b->loop, &events, &b->heard, &err);
	file_write(go, SPAN(""), NULL);
	wait_end(b);
	assert_int_equal(b->end.exit_code, 6);
	assert_string_equal(str_cstr(&b->err), "one\ntwo\n");
	free(go);
	free(text);
}

/* xtui that hears nothing for long (suspended, say) holds nobody up: megabytes go by. */
static void
listener_sleeps(void **state)
{
	struct bed *b = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *path = path_join(b->dir, "deaf");
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 8), 0);
	setenv(SHIM_ENV_SOCKET, path, 1);
	RUN(b, script(b, "rustc", "head -c 30000000 /dev/zero >&2; exit 9"), CARGO_ARGS);
	assert_int_equal(b->end.exit_code, 9);
	assert_int_equal(b->err.len, 30000000);
	close(fd);
	free(path);
}

/* A daemon that keeps rustc's stderr open does not hold the build for good. */
static void
daemon_holds_stderr(void **state)
{
	struct bed *b = *state;
	char *path = path_join(b->dir, "pid");
	char *text = xasprintf("sh -c 'echo $$ > \"%s\"; exec sleep 600' >/dev/null & "
			       "while [ ! -s '%s' ]; do sleep 0.01; done; echo done >&2",
		path, path);
	struct str pid = STR_INIT;

	RUN(b, script(b, "rustc", text), CARGO_ARGS);
	assert_int_equal(b->end.exit_code, 0);
	assert_string_equal(str_cstr(&b->heard.lines), "done\n");
	assert_int_equal(b->heard.end.exit_code, 0);
	assert_true(file_read(path, &pid, NULL));
	assert_int_equal(kill(atoi(str_cstr(&pid)), SIGKILL), 0);
	str_fini(&pid);
	free(path);
	free(text);
}

/* ---- callers of other kinds ---- */

static int
call(struct bed *b)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path, shim_socket(b->shim), strlen(shim_socket(b->shim)));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void
put_frame(struct str *out, char type, const char *bytes, size_t len)
{
	char header[SHIM_FRAME_HEADER] = { type, (char)len, (char)(len >> 8), (char)(len >> 16),
		(char)(len >> 24) };

	str_append_bytes(out, header, sizeof(header));
	str_append_bytes(out, bytes, len);
}

static void
put_unit(struct str *out)
{
	static const char start_frame[] = "t\0c\0lib\0p\0v\0001\0/m",
			  end_frame[] = "0\00012\000345";

	put_frame(out, SHIM_START, start_frame, sizeof(start_frame));
	put_frame(out, SHIM_STDERR, "one\ntw", 6);
	put_frame(out, SHIM_STDERR, "o\n", 2);
	put_frame(out, SHIM_END, end_frame, sizeof(end_frame));
}

/* Frames cut anywhere are the same frames. */
static void
cut_frames(void **state)
{
	struct bed *b = *state;
	struct str bytes = STR_INIT;

	put_unit(&bytes);
	for (size_t cut = 1; cut < bytes.len; cut++) {
		int fd = call(b);

		forget(b);
		assert_int_equal(write(fd, bytes.data, cut), cut);
		shim_listen(b->shim);
		assert_int_equal(write(fd, bytes.data + cut, bytes.len - cut), bytes.len - cut);
		shim_listen(b->shim);
		close(fd);
		shim_listen(b->shim);
		assert_int_equal(b->heard.starts, 1);
		assert_int_equal(b->heard.ends, 1);
		assert_string_equal(b->heard.manifest_dir, "/m");
		assert_string_equal(str_cstr(&b->heard.lines), "one\ntwo\n");
		assert_int_equal(b->heard.end.ms, 12);
		assert_int_equal(b->heard.end.peak, 345 * 1024);
	}
	str_fini(&bytes);
}

/* A shim that dies is an end without a known result. */
static void
caller_dies(void **state)
{
	struct bed *b = *state;
	struct str bytes = STR_INIT;
	int fd = call(b);

	put_unit(&bytes);
	assert_true(write(fd, bytes.data, bytes.len - 14) > 0);
	close(fd);
	shim_listen(b->shim);
	assert_int_equal(b->heard.ends, 1);
	assert_false(b->heard.end.is_known);
	assert_string_equal(str_cstr(&b->heard.lines), "one\ntwo\n");
	str_fini(&bytes);
}

/* Whatever else speaks to the socket is hung up on, and harms nobody. */
static void
strangers(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n\r\n", 18 },
		{ "S\xff\xff\xff\xff", 5 },
		{ "S\0\0\0\0", 5 },
		{ "S\3\0\0\0abc", 8 },
		{ "E\1\0\0\0x", 6 },
		{ "X\0\0\0\0", 5 },
	};
	struct bed *b = *state;
	char byte;

	for (size_t i = 0; i < COUNT(cases); i++) {
		int fd = call(b);

		assert_int_equal(write(fd, cases[i].bytes, cases[i].len), cases[i].len);
		shim_listen(b->shim);
		assert_int_equal(b->heard.starts, 0);
		assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), 0);
		close(fd);
	}
}

/* A frame of random bytes, and random changes of good frames: never more than a hung-up caller. */
static void
random_callers(void **state)
{
	struct bed *b = *state;
	struct dice dice = { 7 };

	for (int i = 0; i < 2000; i++) {
		struct str bytes = STR_INIT;
		int fd = call(b);

		put_unit(&bytes);
		for (int n = 0; n < 4; n++)
			bytes.data[dice_below(&dice, bytes.len)] = (char)dice_below(&dice, 256);
		assert_true(write(fd, bytes.data, bytes.len) > 0);
		shim_listen(b->shim);
		close(fd);
		shim_listen(b->shim);
		assert_int_equal(b->heard.starts, b->heard.ends);
		forget(b);
		str_fini(&bytes);
	}
}

/* The socket's folder is ours alone, and gone afterwards. */
static void
private_socket(void **state)
{
	struct err err = ERR_INIT;
	struct bed *b = *state;
	struct heard heard = { 0 };
	struct shim *s = shim_open(b->loop, &events, &heard, &err);
	char *dir = path_dirname(shim_socket(s));
	struct stat st;

	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	shim_close(s);
	assert_false(file_exists(dir));
	free(dir);
}

#define SHIM_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SHIM_TEST(compilation_is_told),
		SHIM_TEST(host_crate),
		SHIM_TEST(loud_compilation),
		SHIM_TEST(xtui_hears_first),
		SHIM_TEST(fat_link_waits),
		SHIM_TEST(fat_link_is_not_stuck),
		SHIM_TEST(others_do_not_ask),
		SHIM_TEST(signals_are_passed_on),
		SHIM_TEST(signal_to_the_shim),
		SHIM_TEST(no_rustc),
		SHIM_TEST(questions_are_not_told),
		SHIM_TEST(arguments_in_a_file),
		SHIM_TEST(found_linker),
		SHIM_TEST(users_wrapper),
		SHIM_TEST(nobody_listens),
		SHIM_TEST(listener_leaves),
		SHIM_TEST(listener_sleeps),
		SHIM_TEST(daemon_holds_stderr),
		SHIM_TEST(cut_frames),
		SHIM_TEST(caller_dies),
		SHIM_TEST(strangers),
		SHIM_TEST(random_callers),
		SHIM_TEST(private_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
