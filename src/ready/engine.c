/* engine: docker is a socket with a daemon behind it; podman needs none, but rights to more user ids. */
#include "ready/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "base/str.h"
#include "host/platform.h"
#include "host/tool.h"
#include "io/file.h"
#include "io/socket.h"
#include "text/json.h"

#define DOCKER_SOCKET "/var/run/docker.sock"

/* -- docker ---------------------------------------------------------------------------------- */

/* The context that `docker context use` has chosen; NULL for the default one. */
static const char *
chosen_context(struct arena *arena)
{
	const char *given = getenv("DOCKER_CONTEXT"), *folder = getenv("DOCKER_CONFIG");
	char *home = path_home();
	char *path = folder ? path_join(folder, "config.json")
		: home      ? path_join(home, ".docker/config.json")
			    : NULL;
	struct str text = STR_INIT;
	struct json *json = NULL;
	const char *context = given;

	if (!given && path && file_exists(path) && file_read(path, &text, NULL)) {
		json = json_parse(text.data, text.len, NULL);
		context = arena_strdup(arena, json_string(json_get(json, "currentContext"), NULL));
	}
	json_free(json);
	str_fini(&text);
	free(path);
	free(home);
	return context && *context && !text_is(context, "default") ? context : NULL;
}

/* The path of its socket; NULL when it is reached in another way. */
static const char *
docker_socket(struct arena *arena)
{
	const char *host = getenv("DOCKER_HOST");

	if (host && *host)
		return text_starts(host, "unix://") ? host + strlen("unix://") : NULL;
	return chosen_context(arena) ? NULL : DOCKER_SOCKET;
}

static const char *
start_command(void)
{
	if (text_is(platform_get()->os, "macos"))
		return "open -a Docker";
	return file_is_dir("/run/systemd/system") ? "sudo systemctl start docker"
						  : "sudo service docker start";
}

/* `socket` NULL: it is reached in another way. */
static void
look_at_socket(struct engine *e, const char *socket, struct arena *arena)
{
	int why = socket ? socket_try(socket) : 0;

	e->state = !socket      ? ENGINE_UNKNOWN
		: why == 0      ? ENGINE_RUNS
		: why == EACCES ? ENGINE_NO_RIGHTS
				: ENGINE_STOPPED;
	if (e->state == ENGINE_STOPPED)
		e->why = arena_printf(arena, "it is not running: nobody listens at %s", socket);
	else if (e->state == ENGINE_NO_RIGHTS)
		e->why = arena_printf(arena, "this user may not use %s", socket);
}

static void
look_at_docker(struct engine *e, struct arena *arena)
{
	look_at_socket(e, docker_socket(arena), arena);
	if (e->state == ENGINE_STOPPED) {
		e->fix = start_command();
	} else if (e->state == ENGINE_NO_RIGHTS) {
		e->why = arena_printf(
			arena, "%s; the group docker may, from the next login on", e->why);
		e->fix = "sudo usermod -aG docker \"$USER\"";
	}
}

/* -- podman ---------------------------------------------------------------------------------- */

/* Whether /etc/subuid or /etc/subgid gives the user a range, by name or number. */
static bool
has_range(const char *file, const char *user)
{
	struct str text = STR_INIT;
	struct span rest, line;
	bool found = false;

	if (!file_read(file, &text, NULL))
		return false;
	for (rest = str_span(&text); rest.len && !found;) {
		line = span_cut(rest, '\n', &rest);
		found = span_is(span_cut(line, ':', &line), user);
	}
	str_fini(&text);
	return found;
}

/* Without root it maps user ids, for which it needs two helpers and a range of its own. */
static void
look_at_podman(struct engine *e, const struct tool_index *tools, struct arena *arena)
{
	const char *user = getenv("USER"), *host = getenv("CONTAINER_HOST");

	if (host && *host) {
		look_at_socket(
			e, text_starts(host, "unix://") ? host + strlen("unix://") : NULL, arena);
		return;
	}
	e->state = ENGINE_RUNS;
	if (!text_is(platform_get()->os, "linux")) {
		e->state = ENGINE_UNKNOWN; /* it runs in a virtual machine */
		return;
	}
	if (platform_get()->is_root || !user || !*user)
		return;
	if (!tool_find(tools, "newuidmap")) {
		e->state = ENGINE_NO_RIGHTS;
		e->why = "rootless, but there is no newuidmap, which gives it user ids";
		e->fix = "sudo apt-get install -y uidmap";
	} else if (!has_range("/etc/subuid", user) || !has_range("/etc/subgid", user)) {
		e->state = ENGINE_NO_RIGHTS;
		e->why = "rootless, but /etc/subuid and /etc/subgid give this user no range of ids";
		e->fix = arena_printf(arena,
			"sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %s",
			user);
	}
}

/* -------------------------------------------------------------------------------------------- */

struct engine
engine_look(const char *name, const struct tool_index *tools, struct arena *arena)
{
	struct engine e = { .name = name, .path = tool_find(tools, name) };
	char *real = e.path ? path_real(e.path) : NULL;

	if (e.path &&
		(text_is(path_basename(name), "podman") ||
			(real && text_is(path_basename(real), "podman"))))
		look_at_podman(&e, tools, arena);
	else if (e.path && text_is(path_basename(name), "docker"))
		look_at_docker(&e, arena);
	else if (e.path)
		e.state = ENGINE_UNKNOWN;
	free(real);
	return e;
}

struct engine
engine_cross_takes(const struct tool_index *tools, struct arena *arena)
{
	const char *given = getenv("CROSS_CONTAINER_ENGINE");
	struct engine e;

	if (given && *given)
		return engine_look(arena_strdup(arena, given), tools, arena);
	e = engine_look("docker", tools, arena);
	return e.path ? e : engine_look("podman", tools, arena);
}

struct engine
engine_of_cross(const struct tool_index *tools, struct arena *arena)
{
	const char *given = getenv("CROSS_CONTAINER_ENGINE");
	struct engine e = engine_cross_takes(tools, arena), other;

	if ((given && *given) || !e.why)
		return e;
	other = engine_look("podman", tools, arena);
	return other.path && !other.why ? other : e;
}
