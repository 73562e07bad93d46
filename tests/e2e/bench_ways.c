#include "e2e/bench_ways.h"

#include <signal.h>
#include <sys/wait.h>

void
stage_add_to_path(struct stage *s, const char *dir)
{
	setenv("PATH", arena_printf(&s->bed->arena, "%s:%s", getenv("PATH"), dir), 1);
}

void
stage_show_zig(struct stage *s)
{
	stage_add_to_path(s, stage_fixture(s, "tools/bin"));
	setenv("ZIG_GLOBAL_CACHE_DIR", stage_fixture(s, "zig-cache"), 1);
}

void
stage_hide_ways(void)
{
	static const char *const names[] = { "ZIG_GLOBAL_CACHE_DIR", "CONTAINERS_CONF",
		"CONTAINERS_STORAGE_CONF", "CONTAINERS_REGISTRIES_CONF", "CROSS_CONTAINER_ENGINE",
		"CONTAINER_HOST", "ANDROID_NDK_HOME", "XWIN_ACCEPT_LICENSE" };

	for (size_t i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
}

int
ways_teardown(void **state)
{
	stage_hide_ways();
	return stage_teardown(state);
}

/* A server of tests/fixture that prints its port. */
static pid_t
serve(struct stage *s, const char *script, const char *dir, const char *rate, int *port)
{
	const char *path = arena_printf(&s->bed->arena, "%s/tests/fixture/%s", s->source, script);
	char said[16] = "";
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	if (!(pid = fork())) {
		dup2(ends[1], STDOUT_FILENO);
		setenv("PATH", s->bed->real_path, 1);
		execlp("python3", "python3", path, dir, rate, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	assert_true(read(ends[0], said, sizeof(said) - 1) > 0);
	close(ends[0]);
	*port = atoi(said);
	return pid;
}

/* cross 0.2.5 has the toolchain installed anew by each rustup since 1.28: from a server here, into a
 * home of the test's own. */
static pid_t
serve_rustup(struct stage *s)
{
	int port;
	pid_t pid = serve(s, "serve.py", stage_fixture(s, "dist"), NULL, &port);

	setenv("RUSTUP_DIST_SERVER", arena_printf(&s->bed->arena, "http://127.0.0.1:%d", port), 1);
	setenv("RUSTUP_UPDATE_ROOT", getenv("RUSTUP_DIST_SERVER"), 1);
	return pid;
}

pid_t
stage_serve_image(struct stage *s, const char *layout, const char *rate, const char **name)
{
	int port;
	pid_t pid = serve(s, "registry.py", layout, rate, &port);

	bed_write(s->bed, "registries.conf",
		arena_printf(&s->bed->arena,
			"[[registry]]\nlocation = \"127.0.0.1:%d\"\ninsecure = true\n", port));
	setenv("CONTAINERS_REGISTRIES_CONF", bed_path(s->bed, "registries.conf"), 1);
	*name = arena_printf(&s->bed->arena, "127.0.0.1:%d/slow:1", port);
	return pid;
}

static void
copy_rustup_home(struct stage *s)
{
	const char *home = bed_path(s->bed, "rustup-home"), *from = stage_fixture(s, "rustup/home");
	const char *line = arena_printf(&s->bed->arena,
		"PATH=$PATH:/usr/bin:/bin; { cp -al '%s' '%s' 2>/dev/null || cp -a '%s/.' '%s'; } "
		"&& "
		"cp --remove-destination '%s/settings.toml' '%s' && RUSTUP_HOME='%s' rustup set "
		"auto-self-update disable",
		from, home, from, home, from, home, home);
	struct str said = STR_INIT;

	assert_int_equal(
		bed_run("/", ((const char *const[]){ "/bin/sh", "-c", line, NULL }), &said), 0);
	setenv("RUSTUP_HOME", home, 1);
	str_fini(&said);
}

pid_t
stage_show_cross(struct stage *s)
{
	static const char *const programs[] = { "podman", "runc", "crun", "conmon" };

	for (size_t i = 0; i < COUNT(programs); i++)
		stage_show(s, programs[i]);
	stage_add_to_path(s, stage_fixture(s, "cross/bin"));
	setenv("CONTAINERS_CONF", stage_fixture(s, "containers/containers.conf"), 1);
	setenv("CONTAINERS_STORAGE_CONF", stage_fixture(s, "containers/storage.conf"), 1);
	copy_rustup_home(s);
	bed_write(s->bed, "greet/Cross.toml",
		"[target." ARM64 "]\nimage = \"localhost/xtui-aarch64:2\"\n");
	return serve_rustup(s);
}

void
stage_end_server(pid_t server)
{
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
}

void
stage_python(struct stage *s)
{
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "py"));
	bed_write(s->bed, "py/Cargo.toml",
		"[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
		"description = \"says hello\"\nlicense = \"MIT\"\n");
	bed_write(s->bed, "py/src/main.rs", "fn main() {\n    println!(\"hello\");\n}\n");
	bed_write(s->bed, "py/pyproject.toml",
		"[build-system]\nrequires = [\"maturin>=1,<2\"]\nbuild-backend = \"maturin\"\n"
		"[project]\nname = \"hello\"\nversion = \"0.1.0\"\n"
		"[tool.maturin]\nbindings = \"bin\"\n");
}
