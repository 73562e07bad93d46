/* Builds by other backends, with the real tools: cargo-zigbuild with zig, cross with podman. */
#include "e2e/bench_cli.h"

#include <stdio.h>
#include "text/json.h"

#define ARM64_MUSL "aarch64-unknown-linux-musl"
#define FREEBSD "x86_64-unknown-freebsd"
#define MAC "aarch64-apple-darwin"

#define NEED(s, name, why)                                                                         \
	if (!file_exists(in_fixture(s, name)))                                                     \
	bed_skip(why)
#define NEED_ZIG(s)                                                                                \
	NEED(s, "rustup/done", "no rustup fixture below build/fixture");                           \
	NEED(s, "tools/packages", "no zig below build/fixture")
#define NEED_CROSS(s)                                                                              \
	NEED(s, "rustup/done", "no rustup fixture below build/fixture");                           \
	NEED(s, "containers/ready", "no container fixture below build/fixture")

static const char *
in_fixture(struct stage *s, const char *name)
{
	return arena_printf(&s->bed->arena, "%s/%s", s->fixture, name);
}

static void
add_to_path(struct stage *s, const char *dir)
{
	setenv("PATH", arena_printf(&s->bed->arena, "%s:%s", getenv("PATH"), dir), 1);
}

/* zig keeps the C libraries that it has compiled. */
static void
show_zig(struct stage *s)
{
	add_to_path(s, in_fixture(s, "tools/bin"));
	setenv("ZIG_GLOBAL_CACHE_DIR", in_fixture(s, "zig-cache"), 1);
}

static void
hide_all(void)
{
	static const char *const names[] = { "ZIG_GLOBAL_CACHE_DIR", "CONTAINERS_CONF",
		"CONTAINERS_STORAGE_CONF", "CROSS_CONTAINER_ENGINE", "CONTAINER_HOST" };

	for (size_t i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
}

/* ---- cross ---- */

struct workshop {
	struct stage *stage;
	pid_t server; /* of rustup's files; 0: none */
};

/* cross 0.2.5 has the toolchain installed anew by each rustup since 1.28: from a server here, into a
 * home of the test's own. */
static void
serve_rustup(struct workshop *w)
{
	struct stage *s = w->stage;
	const char *port = bed_path(s->bed, "port");
	struct str text = STR_INIT;

	w->server = fork();
	if (!w->server) {
		int fd = open(port, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

		dup2(fd, STDOUT_FILENO);
		execl("/usr/bin/env", "env", "PATH=/usr/bin:/bin", "python3",
			arena_printf(&s->bed->arena, "%s/tests/fixture/serve.py", s->source),
			in_fixture(s, "dist"), (char *)NULL);
		_exit(127);
	}
	while (!text.len || text.data[text.len - 1] != '\n') {
		assert_int_equal(waitpid(w->server, NULL, WNOHANG), 0);
		str_clear(&text);
		file_read(port, &text, NULL);
	}
	setenv("RUSTUP_DIST_SERVER",
		arena_printf(&s->bed->arena, "http://127.0.0.1:%d", atoi(text.data)), 1);
	str_fini(&text);
}
