/* Container engines on another machine: podman's real service behind a real sshd on 127.0.0.1, which xtui
 * takes for one that does not see its files. */
#include "e2e/bench_schema.h"
#include "e2e/bench_sshd.h"
#include "e2e/bench_ways.h"
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "build/volume.h"
#include "io/loop.h"
#include "text/json.h"

#define WAIT_US 60000000

static const char *
socket_of(struct stage *s)
{
	return bed_path(s->bed, "podman.sock");
}

/* ---- the machine ---- */

/* podman as it is, but for limits: a service gives its containers higher ones than a machine within a
 * container may have. */
static void
write_podman(struct stage *s, const char *real)
{
	bed_script(s->bed, "engine/podman",
		arena_printf(&s->bed->arena,
			"#!/bin/sh\nn=$#\nwhile [ $n -gt 0 ]; do\n\ta=$1\n\tshift\n\tset -- \"$@\" "
			"\"$a\"\n\tcase $seen$a in volume) seen=1 ;; create | run) seen=1\n\t\tset "
			"-- \"$@\" "
			"--ulimit "
			"nofile=1024:2048 --ulimit nproc=1000:1000 ;; esac\n\tn=$((n - "
			"1))\ndone\nexec %s \"$@\"\n",
			real));
}

static void
write_connections(struct stage *s, int port)
{
	struct str text = STR_INIT;

	assert_true(file_read(stage_fixture(s, "containers/containers.conf"), &text, NULL));
	str_appendf(&text,
		"[engine.service_destinations.nas]\nuri = \"ssh://%s@127.0.0.1:%d%s\"\n"
		"identity = \"%s\"\n[engine.service_destinations.dead]\n"
		"uri = \"ssh://nobody@127.0.0.1:9/x.sock\"\nidentity = \"%s\"\n",
		getpwuid(getuid())->pw_name, port, socket_of(s), bed_path(s->bed, "ssh/key"),
		bed_path(s->bed, "ssh/key"));
	bed_write(s->bed, "containers.conf", str_cstr(&text));
	str_fini(&text);
}

static pid_t
start_service(struct stage *s)
{
	const char *address = arena_printf(&s->bed->arena, "unix://%s", socket_of(s));
	uint64_t end = loop_clock() + WAIT_US;
	pid_t parent = getpid(), pid = fork();

	if (!pid) {
		int out = open(bed_path(s->bed, "service"), O_WRONLY | O_CREAT | O_TRUNC, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent || dup2(out, 1) < 0 || dup2(out, 2) < 0)
			_exit(127);
		execlp("podman", "podman", "system", "service", "--time=0", address, (char *)NULL);
		_exit(127);
	}
	while (!file_exists(socket_of(s)) && loop_clock() < end)
		poll(NULL, 0, 10);
	assert_true(file_exists(socket_of(s)));
	return pid;
}

static void
end_service(void *arg)
{
	pid_t pid = (pid_t)(intptr_t)arg;

	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

/* They end with the stage. */
static void
open_elsewhere(struct stage *s)
{
	static const char *const programs[] = { "podman", "runc", "crun", "conmon", "tar", "wc",
		"mktemp", "chmod", "find", "cksum", "grep", "cut", "touch", "mv" };
	char *real;

	for (size_t i = 0; i < COUNT(programs); i++)
		stage_show(s, programs[i]);
	real = proc_find_program("podman");
	write_podman(s, real);
	write_connections(s, sshd_port(sshd_open(s)));
	setenv("CONTAINERS_CONF", bed_path(s->bed, "containers.conf"), 1);
	setenv("CONTAINERS_STORAGE_CONF", stage_fixture(s, "containers/storage.conf"), 1);
	stage_at_end(s, end_service, (void *)(intptr_t)start_service(s));
	setenv("PATH",
		arena_printf(&s->bed->arena, "%s:%s", bed_path(s->bed, "engine"), getenv("PATH")),
		1);
	free(real);
}

static bool
says(const char *pid, const char *file, const char *text)
{
	char *path = xasprintf("/proc/%s/%s", pid, file);
	struct str bytes = STR_INIT;
	bool found = file_read(path, &bytes, NULL) && bytes.len &&
		memmem(bytes.data, bytes.len, text, strlen(text));

	str_fini(&bytes);
	free(path);
	return found;
}

/* The service keeps one of them for minutes for each command that cross has run in its container. */
static void
end_monitors(struct stage *s)
{
	char **names = NULL;
	size_t count = 0;

	assert_true(file_list("/proc", &names, &count, NULL));
	for (size_t i = 0; i < count; i++) {
		if (*names[i] >= '1' && *names[i] <= '9' && says(names[i], "comm", "conmon") &&
			says(names[i], "environ", s->bed->dir))
			kill((pid_t)strtol(names[i], NULL, 10), SIGKILL);
	}
	file_list_free(names, count);
}

/* A project with an image of its own, which no other test's containers have. */
static void
make_project(struct stage *s)
{
	stage_greet(s);
	bed_write(s->bed, "greet/Dockerfile.nas",
		"FROM localhost/xtui-aarch64:2\nENV PATH=/opt/rust/bin:/usr/bin "
		"LD_LIBRARY_PATH=/opt/rust/lib\n");
	bed_write(s->bed, "greet/xtui.toml",
		"targets = [\"" ARM64 "\"]\n[target." ARM64 "]\nbackend = \"container\"\n"
		"dockerfile = \"Dockerfile.nas\"\nengine = \"podman:nas\"\n");
}

static size_t
lines_of(struct stage *s, const char *const *argv)
{
	struct str said = STR_INIT;
	size_t lines = 0;

	assert_int_equal(bed_run("/", argv, &said), 0);
	for (size_t i = 0; i < said.len; i++)
		lines += said.data[i] == '\n';
	str_fini(&said);
	return lines;
}

static size_t
containers(struct stage *s)
{
	const char *const argv[] = { "podman", "ps", "-aq", "--filter",
		"ancestor=localhost/xtui-greet-dockerfile.nas", NULL };

	return lines_of(s, argv);
}

/* Whether there come to be as many, before long. */
static bool
wait_containers(struct stage *s, size_t count)
{
	uint64_t end = loop_clock() + WAIT_US;

	while (containers(s) != count && loop_clock() < end)
		poll(NULL, 0, 50);
	return containers(s) == count;
}

/* ---- promises ---- */

static size_t
volumes(struct stage *s)
{
	const char *const argv[] = { "podman", "volume", "ls", "-q", NULL };
	struct volumes kept;
	size_t lines = 0, all = lines_of(s, argv);

	volumes_read(&kept, bed_path(s->bed, "greet/target"));
	for (size_t i = 0; i < kept.items.len; i++) {
		const char *const inspect[] = { "podman", "volume", "inspect", "-f", "{{.Name}}",
			kept.items.items[i].name, NULL };

		lines += lines_of(s, inspect);
	}
	volumes_fini(&kept);
	assert_true(lines <= all);
	return lines;
}

/* The target folder that is kept there is told by disk and freed by clean, for its target alone. */
static void
clean_elsewhere(struct stage *s)
{
	const char *folder = bed_path(s->bed, "greet/target/xtui/container-" ARM64);

	assert_int_equal(volumes(s), 1);
	xtui(s, "disk", "--json");
	json_free(stage_json(s, "DISK"));
	assert_out(s, "\"kind\":\"volume\",\"name\":\"" ARM64 " (xtui-");
	xtui(s, "clean", "-t", ARM64, "--dry-run", "--json");
	json_free(stage_json(s, "CLEAN"));
	assert_out(s, "\"engine\":\"podman:nas\"");
	xtui(s, "clean", "-t", ARM64, "--yes");
	assert_code(s, 0);
	assert_out(s, " of podman:nas, " ARM64 "'s target folder there");
	assert_int_equal(volumes(s), 0);
	assert_false(file_exists(folder));
}

/* What goes there is said before it goes, the build is as one here, what it has built is here in the end, and
 * nothing is left there. */
static void
container_elsewhere(void **state)
{
	struct stage *s = *state;
	const char *file;

	NEED_CROSS(s);
	open_elsewhere(s);
	make_project(s);
	xtui(s, "build");
	assert_code(s, 0);
	assert_out(s, ARM64 " |      Sending the project to podman:nas, ssh://");
	assert_out(s, " kB of sources to podman:nas, ssh://");
	assert_out(s, ARM64 " |    Compiling greet v0.3.1");
	assert_out(s, ARM64 " | ok 6/6 units");
	file = bed_path(s->bed, "greet/target/xtui/container-" ARM64 "/" ARM64 "/release/greet");
	assert_true(file_exists(file));
	assert_false(file_exists(
		bed_path(s->bed, "greet/target/xtui/container-" ARM64 "/" ARM64 "/release/deps")));
	assert_int_equal(containers(s), 0);
	assert_int_equal(unlink(file), 0);
	xtui(s, "build", "--json", "-v");
	assert_code(s, 0);
	assert_int_equal(stage_events(s, "artifact", "path", file), 1);
	assert_not_out(s, "Compiling");
	bed_write(s->bed, "greet/src/main.rs", "fn main() {\n    println!(\"new\");\n}\n");
	xtui(s, "build");
	assert_code(s, 0);
	assert_out(s, ARM64 " |    Compiling greet v0.3.1");
	assert_not_out(s, "Compiling greet-ffi");
	bed_write(s->bed, "greet/src/main.rs", "fn main() { nothing() }\n");
	xtui(s, "build");
	assert_code(s, 1);
	assert_out(s, "cannot find function `nothing`");
	assert_int_equal(containers(s), 0);
	clean_elsewhere(s);
}

/* A build that is stopped, and one whose xtui is killed, leave no container there. */
static void
nothing_is_left(void **state)
{
	static const int signals[] = { SIGINT, SIGKILL };
	struct stage *s = *state;

	NEED_CROSS(s);
	open_elsewhere(s);
	make_project(s);
	bed_write(s->bed, "greet/build.rs",
		"fn main() {\n    loop {\n        "
		"std::thread::sleep(std::time::Duration::from_millis(20));\n    }\n}\n");
	for (size_t i = 0; i < COUNT(signals); i++) {
		struct running *r = stage_start(
			s, ((const char *const[]){ "build", NULL }), "kB of sources to podman:nas");

		assert_true(wait_containers(s, 1));
		stage_signal(r, signals[i]);
		stage_wait(r);
		assert_int_equal(s->code, signals[i] == SIGINT ? 130 : -1);
		assert_true(wait_containers(s, 0));
	}
}

/* Each connection is told by doctor with what answers there; the one that a target has chosen must. */
static void
doctor_tells(void **state)
{
	struct stage *s = *state;
	int found = 0;

	NEED_CROSS(s);
	open_elsewhere(s);
	make_project(s);
	xtui(s, "doctor", "--json");
	struct json *doc = stage_json(s, "DOCTOR");
	for (const struct json *c = json_first(json_get(doc, "checks")); c; c = json_next(c)) {
		const char *title = json_string(json_get(c, "title"), "");

		if (text_is(title, "podman:nas")) {
			found++;
			assert_string_equal(json_string(json_get(c, "state"), ""), "ok");
			assert_non_null(strstr(json_string(json_get(c, "detail"), ""), "linux/"));
		} else if (text_is(title, "podman:dead")) {
			found++;
			assert_string_equal(json_string(json_get(c, "state"), ""), "warn");
			assert_non_null(strstr(
				json_string(json_get(c, "detail"), ""), "not to be reached: "));
		}
	}
	assert_int_equal(found, 2);
	json_free(doc);
}

/* An engine that is nowhere is told before anything is copied; a word that names none is refused. */
static void
nobody_there(void **state)
{
	struct stage *s = *state;

	NEED_CROSS(s);
	open_elsewhere(s);
	make_project(s);
	xtui(s, "build", "--engine", "podman:dead");
	assert_code(s, 1);
	assert_out(s, ARM64 " | error: `podman:dead ps` ended with status ");
	assert_not_out(s, "kB of sources");
	xtui(s, "build", "--engine", "podman:");
	assert_refused(s, 2, "\"podman:\" names no container engine");
	xtui(s, "build", "--engine", "lxc:box");
	assert_refused(s, 3, "lxc:box: its program was not found on PATH");
}

/* ---- cross ---- */

static const char cross_image[] = "localhost/xtui-test-cross:1";

/* The fixture's image with bash, by which cross asks what has been built. False where that cannot be. */
static bool
make_image(struct stage *s)
{
	static const char lib[] = "/lib/x86_64-linux-gnu/libtinfo.so.6";
	const char *const copy[] = { "cp", "-L", "/bin/bash", lib, bed_path(s->bed, "image"),
		NULL };
	const char *const build[] = { "podman", "build", "-q", "-t", cross_image,
		bed_path(s->bed, "image"), NULL };

	stage_show(s, "cp");
	bed_write(s->bed, "image/Dockerfile",
		"FROM localhost/xtui-aarch64:2\nCOPY bash /usr/bin/bash\n"
		"COPY libtinfo.so.6 /usr/lib/x86_64-linux-gnu/\n");
	return file_exists("/bin/bash") && file_exists(lib) && lines_of(s, copy) == 0 &&
		lines_of(s, build) > 0;
}

/* cross copies toolchain and project to the engine there, and what it has built back. */
static void
cross_elsewhere(void **state)
{
	const char *const ps[] = { "podman", "ps", "-aq", "--filter",
		"ancestor=localhost/xtui-test-cross:1", NULL };
	struct stage *s = *state;
	pid_t server;

	NEED_CROSS(s);
	open_elsewhere(s);
	stage_greet(s);
	if (!make_image(s))
		bed_skip("no bash and libtinfo that fit the fixture's image");
	server = stage_show_cross(s);
	setenv("CONTAINERS_CONF", bed_path(s->bed, "containers.conf"), 1);
	xtui(s, "build", "-t", ARM64, "--backend", "cross", "--engine", "podman:nas", "--image",
		cross_image);
	assert_code(s, 0);
	assert_out(s, "Copying the toolchain, the registry and the project to podman:nas, ssh://");
	assert_out(s, ARM64 " | ok 6/6 units");
	assert_true(file_exists(
		bed_path(s->bed, "greet/target/xtui/cross-" ARM64 "/" ARM64 "/release/greet")));
	assert_int_equal(lines_of(s, ps), 0);
	end_monitors(s);
	stage_end_server(server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WAYS_TEST(container_elsewhere),
		WAYS_TEST(nothing_is_left),
		WAYS_TEST(doctor_tells),
		WAYS_TEST(nobody_there),
		WAYS_TEST(cross_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
