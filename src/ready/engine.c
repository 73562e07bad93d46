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
#define ANSWER_MAX (1u << 20)
#define ANSWER_MS 5000

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
look_at_address(struct engine *e, const char *address, struct arena *arena)
{
	static const char unix_scheme[] = "unix://";
	bool is_here = text_starts(address, unix_scheme);

	look_at_socket(e, is_here ? address + strlen(unix_scheme) : NULL, arena);
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

	if (!host && getenv("CONTAINER_CONNECTION"))
		host = "";
	if (host) {
		look_at_address(e, host, arena);
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

static bool
is_podman(const struct engine *e, const char *program)
{
	char *real = e->path ? file_real_path(e->path) : NULL;
	bool is = text_is(path_basename(program), "podman") ||
		(real && text_is(path_basename(real), "podman"));

	free(real);
	return is;
}

/* A program may be named by its path, where a colon stands in no file's name. */
struct engine
engine_look(const char *name, const struct tool_index *tools, struct arena *arena)
{
	struct span place, program = span_cut(span_of(name), ':', &place);
	struct engine e = { .name = name };
	const char *word = arena_span(arena, program);

	e.place = place.len ? place.data : NULL;
	e.path = tool_find(tools, word);
	e.is_podman = is_podman(&e, word);
	if (!e.path)
		return e;
	if (e.place)
		look_at_address(&e, e.place, arena);
	else if (e.is_podman)
		look_at_podman(&e, tools, arena);
	else if (text_is(path_basename(word), "docker"))
		look_at_docker(&e, arena);
	else
		e.state = ENGINE_UNKNOWN;
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

/* -- places ---------------------------------------------------------------------------------- */

static bool
is_address(const char *place)
{
	return place && strstr(place, "://");
}

size_t
engine_words(const struct engine *e, const char *words[ENGINE_WORDS_MAX])
{
	size_t count = 0;

	words[count++] = e->path ? e->path : e->name;
	if (e->place) {
		words[count++] = e->is_podman  ? (is_address(e->place) ? "--url" : "--connection")
			: is_address(e->place) ? "--host"
					       : "--context";
		words[count++] = e->place;
	}
	words[count] = NULL;
	return count;
}

size_t
engine_env(const struct engine *e, struct proc_env env[ENGINE_ENV_MAX])
{
	static const char *const names[2][2] = { { "DOCKER_CONTEXT", "DOCKER_HOST" },
		{ "CONTAINER_CONNECTION", "CONTAINER_HOST" } };
	const char *const *pair = names[e->is_podman];

	if (!e->place)
		return 0;
	env[0] = (struct proc_env){ pair[0], is_address(e->place) ? NULL : e->place };
	env[1] = (struct proc_env){ pair[1], is_address(e->place) ? e->place : NULL };
	return 2;
}

/* What a program prints, without the blanks around it; NULL when it does not say. */
static const char *
said_by(const char *const *argv, struct arena *arena)
{
	const struct proc_spec spec = { .argv = argv };
	struct proc_result result = { 0 };
	const char *text = NULL;

	if (proc_capture(&spec, ANSWER_MAX, ANSWER_MS, &result, NULL) && result.end.exit_code == 0)
		text = arena_span(arena, span_trim(str_span(&result.out)));
	proc_result_fini(&result);
	return text && *text ? text : NULL;
}

/* Neither question leaves this machine. */
static const char *
ask_docker_for_address(const struct engine *e, struct arena *arena)
{
	const char *argv[] = { e->path, "context", "inspect", "--format",
		"{{.Endpoints.docker.Host}}", e->place, NULL };

	return said_by(argv, arena);
}

static const char *
ask_podman_for_address(const struct engine *e, const char *connection, struct arena *arena)
{
	const char *const argv[] = { e->path, "system", "connection", "list", "--format", "json",
		NULL };
	const char *text = said_by(argv, arena), *address = NULL;
	struct json *doc = text ? json_parse(text, strlen(text), NULL) : NULL;

	for (const struct json *c = json_first(doc); c && !address; c = json_next(c)) {
		bool is_it = text_is(json_string(json_get(c, "Name"), ""), connection);

		if (is_it && !json_bool(json_get(c, "IsMachine"), false)) /* it sees our files */
			address = arena_strdup(arena, json_string(json_get(c, "URI"), NULL));
	}
	json_free(doc);
	return address;
}

static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

const char *
engine_address(const struct engine *e, struct arena *arena)
{
	const char *host = variable(e->is_podman ? "CONTAINER_HOST" : "DOCKER_HOST");
	const char *connection = e->place ? e->place : variable("CONTAINER_CONNECTION");

	if (is_address(e->place))
		return e->place;
	if (!e->place && host)
		return arena_strdup(arena, host);
	if (!e->path || (!e->place && e->state != ENGINE_UNKNOWN))
		return NULL;
	if (!e->is_podman)
		return ask_docker_for_address(e, arena);
	return connection ? ask_podman_for_address(e, connection, arena) : NULL;
}

bool
engine_is_elsewhere(const char *address)
{
	return address && !text_starts(address, "unix:") && !text_starts(address, "npipe:") &&
		!text_starts(address, "fd:");
}

bool
engine_check_name(const char *name, struct err *err)
{
	struct span place, program = span_cut(span_of(name), ':', &place);
	bool has_place = strchr(name, ':') != NULL;

	if (program.len && (!has_place || place.len))
		return true;
	err_set(err, ERR_USAGE, "\"%s\" names no container engine", name);
	return err_try(err,
		"docker, podman, docker:CONTEXT, podman:CONNECTION or "
		"podman:ssh://HOST");
}
