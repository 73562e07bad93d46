/* container: cargo within a container of the user's own image, or of one that is made of their
 * Dockerfile.
 *
 * The project and its target folder have the same paths in there as here, so what cargo says needs no
 * translation, and the registry is the host's. Nothing else of this machine is in it: the image brings
 * toolchain, linker and libraries. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/container.h"
#include "build/place.h"
#include "build/run.h"
#include "build/tuning.h"
#include "build/way.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/workspace.h"

#define BOX_REGISTRY "/xtui-registry"

/* ---- whether it can ---- */

/* Whatever the image is for. */
static bool
container_reaches(const struct run_spec *spec, const struct way *way)
{
	return true;
}

static bool
container_check_machine(const struct run_spec *spec, struct err *err)
{
	return container_engine_runs(spec->survey->tools, err);
}

static const char *
dockerfile(const struct run_spec *spec, const struct way *way, struct arena *arena)
{
	if (path_is_absolute(way->dockerfile))
		return way->dockerfile;
	return arena_printf(arena, "%s/%s", spec->survey->workspace->root, way->dockerfile);
}

static bool
container_check(const struct run_spec *spec, const struct way *way, struct err *err)
{
	struct arena arena = { 0 };
	bool ok = way->image || way->dockerfile;

	if (!ok) {
		err_set(err, ERR_USAGE, "%s: no image is named to build it in", way->triple);
		err_try(err, "--dockerfile %s=Dockerfile, or --image %s=IMAGE", way->triple,
			way->triple);
	} else if (way->dockerfile && !file_exists(dockerfile(spec, way, &arena))) {
		ok = err_set(err, ERR_USAGE, "%s: %s: no such file", way->triple,
			dockerfile(spec, way, &arena));
	}
	arena_fini(&arena);
	return ok;
}

/* ---- the image ---- */

/* "localhost/xtui-greet-dockerfile.freebsd": the same each time, so that layers are found again. */
static const char *
tag_of(const struct run_spec *spec, const struct way *way, struct arena *arena)
{
	char *tag = arena_printf(arena, "localhost/xtui-%s-%s", spec->survey->workspace->name,
		path_basename(way->dockerfile));

	for (char *c = tag; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
		else if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
				 strchr("/.-", *c)))
			*c = '-';
	}
	return tag;
}

static const char *
add_image(struct command *c, const struct command_query *query, const struct engine *engine)
{
	const struct run_spec *spec = query->spec;
	const struct way *way = query->place->ways[0];
	const char *tag, *file;

	if (!way->dockerfile) {
		if (!spec->offline)
			container_pull(engine, way->image, c);
		return way->image;
	}
	tag = way->image ? way->image : tag_of(spec, way, &c->arena);
	file = dockerfile(spec, way, &c->arena);
	command_add_before(c,
		arena_printf(&c->arena, "%s build -f %s", engine->name, way->dockerfile),
		(const char *const[]){ engine->path, "build", "-t", tag, "-f", file,
			spec->survey->workspace->root, NULL });
	return tag;
}

/* ---- the command ---- */

static void
add_mount(struct command *c, const char *host, const char *inside)
{
	const char *labels = file_is_dir("/sys/fs/selinux") ? ":z" : "";

	command_add_pair(c, "-v", arena_printf(&c->arena, "%s:%s%s", host, inside, labels));
}

/* What was downloaded here is not downloaded again. */
static void
add_registry(struct command *c)
{
	const char *own = getenv("CARGO_HOME");
	char *home = path_home();
	char *cargo = own && *own ? xstrdup(own) : home ? path_join(home, ".cargo") : NULL;
	char *registry = cargo ? path_join(cargo, "registry") : NULL;

	if (registry && file_make_dirs(registry, 0755, NULL))
		add_mount(c, registry, BOX_REGISTRY);
	free(registry);
	free(cargo);
	free(home);
}

/* Docker's daemon is root: what it builds would be root's. podman's containers are its user's. */
static void
add_user(struct command *c, const struct engine *engine)
{
	const char *host = getenv("DOCKER_HOST");
	bool is_rootless = host && strstr(host, "/run/user/");

	if (text_is(engine->name, "docker") && !is_rootless)
		command_add_pair(c, "--user",
			arena_printf(&c->arena, "%ld:%ld", (long)getuid(), (long)getgid()));
}

/* The variables that this target's options become, with their values. */
static void
add_tuning(struct command *c, const struct command_query *query)
{
	struct command own = { 0 };

	tuning_give(&own, query);
	for (size_t i = 0; i < own.env.len; i++) {
		const struct proc_env *v = &own.env.items[i];

		if (v->value)
			command_add_pair(
				c, "-e", arena_printf(&c->arena, "%s=%s", v->name, v->value));
	}
	command_fini(&own);
}

static void
add_variables(struct command *c, const struct command_query *query)
{
	static const char *const passed[] = { "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS",
		"CARGO_NET_OFFLINE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy",
		"https_proxy", "no_proxy" };
	const char *target_dir = query->place->target_dir;

	command_add_pair(c, "-e", arena_printf(&c->arena, "CARGO_TARGET_DIR=%s", target_dir));
	command_add_pair(c, "-e", arena_printf(&c->arena, "CARGO_BUILD_BUILD_DIR=%s", target_dir));
	for (size_t i = 0; i < sizeof(passed) / sizeof(*passed); i++) {
		if (getenv(passed[i]))
			command_add_pair(c, "-e", passed[i]);
	}
	add_tuning(c, query);
}

static void
add_box(struct command *c, const struct command_query *query, const struct engine *engine)
{
	const struct workspace *ws = query->spec->survey->workspace;
	char *dir = path_dirname(ws->manifest);

	command_add_pair(c, "run", "--rm");
	if (!query->is_for_shell) {
		const char *label = container_label(&c->arena);

		command_add_pair(c, "--label", label);
		c->sweep = container_sweep(engine, label, &c->arena);
	}
	add_user(c, engine);
	add_mount(c, ws->root, ws->root);
	if (!path_is_below(query->place->target_dir, ws->root))
		add_mount(c, query->place->target_dir, query->place->target_dir);
	add_registry(c);
	command_add_pair(c, "-w", dir);
	add_variables(c, query);
	free(dir);
}

static void
container_begin(struct command *c, const struct command_query *query)
{
	static const char script[] = "h=${CARGO_HOME:-$HOME/.cargo}; "
				     "{ mkdir -p \"$h\" && [ -e \"$h/registry\" ] || "
				     "ln -s " BOX_REGISTRY " \"$h/registry\"; } 2>/dev/null; "
				     "exec \"$0\" \"$@\"";
	const struct survey *s = query->spec->survey;
	struct engine engine = engine_of_cross(s->tools, &c->arena);
	const char *image;

	if (!engine.path)
		engine.path = engine.name;
	file_make_dirs(query->place->target_dir, 0755, NULL); /* else the engine would, as root */
	container_ask(&engine, c);
	image = add_image(c, query, &engine);
	command_add(c, engine.path);
	add_box(c, query, &engine);
	command_add(c, image);
	command_add_pair(c, "sh", "-c");
	command_add(c, script);
	command_add(c, "cargo");
	command_alias(c, arena_printf(&c->arena, "%s run %s cargo", engine.name, image));
	command_add(c, run_mode_name(query->spec->mode));
}

const struct backend backend_container = {
	.name = "container",
	.traits = BACKEND_APART | BACKEND_ALONE | BACKEND_BOXED,
	.reaches = container_reaches,
	.check_machine = container_check_machine,
	.check = container_check,
	.begin = container_begin,
};
