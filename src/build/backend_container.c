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
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/container.h"
#include "build/place.h"
#include "build/run.h"
#include "build/tuning.h"
#include "build/volume.h"
#include "build/way.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/shell.h"

#define BOX_REGISTRY "/xtui-registry"
#define BOX_RESULTS "/xtui-results"
#define BOX_CHANGED "/xtui-changed"

struct box {
	struct engine engine;
	const char *address; /* of the engine; NULL: not known, or here */
	bool is_elsewhere; /* it does not see our files: they are copied there, and what is built back */
	const char *volume; /* that is the target folder there; NULL: it is the one here */
};

/* ---- whether it can ---- */

/* Whatever the image is for. */
static bool
container_reaches(const struct run_spec *spec, const struct way *way)
{
	return true;
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
	return ok && container_check_engine(spec, way, err);
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

/* What the image is made of, all of the project but what .dockerignore names, goes to the engine. */
static void
add_image_build(struct command *c, const struct command_query *query, const struct box *box,
	const char *tag)
{
	const struct run_spec *spec = query->spec;
	const struct way *way = query->place->ways[0];
	const char *const words[] = { "build", "-t", tag, "-f", dockerfile(spec, way, &c->arena),
		spec->survey->workspace->root, NULL };

	if (box->is_elsewhere)
		container_say(c,
			arena_printf(&c->arena,
				"     Sending the project to %s, for %s; .dockerignore says what "
				"stays here",
				container_shown(&box->engine, box->address, &c->arena),
				way->dockerfile));
	container_step(&box->engine, c,
		arena_printf(&c->arena, "%s build -f %s", box->engine.name, way->dockerfile),
		words);
}

static const char *
add_image(struct command *c, const struct command_query *query, const struct box *box)
{
	const struct way *way = query->place->ways[0];
	const char *tag;

	if (!way->dockerfile) {
		if (!query->spec->offline)
			container_pull(&box->engine, way->image, c);
		return way->image;
	}
	tag = way->image ? way->image : tag_of(query->spec, way, &c->arena);
	add_image_build(c, query, box, tag);
	return tag;
}

/* ---- the command ---- */

static void
add_mount(struct command *c, const char *host, const char *inside)
{
	const char *labels = file_is_dir("/sys/fs/selinux") ? ":z" : "";

	command_add_pair(c, "-v", arena_printf(&c->arena, "%s:%s%s", host, inside, labels));
}

/* A folder that the engine would make as root: it is made before, by us or by a line of the shell's. */
static void
need_folder(struct command *c, const struct command_query *query, const char *dir)
{
	const char *const argv[] = { "mkdir", "-p", dir, NULL };
	struct str line = STR_INIT;

	if (!query->is_for_shell) {
		file_make_dirs(dir, 0755, NULL);
	} else if (!file_is_dir(dir)) {
		shell_command(&line, argv);
		command_add_step(c,
			&(struct command_step){
				.title = "mkdir", .argv = argv, .line = str_cstr(&line) });
	}
	str_fini(&line);
}

/* What was downloaded here is not downloaded again. */
static void
add_registry(struct command *c, const struct command_query *query)
{
	const char *own = getenv("CARGO_HOME");
	char *home = path_home();
	char *cargo = own && *own ? xstrdup(own) : home ? path_join(home, ".cargo") : NULL;
	char *registry = cargo ? path_join(cargo, "registry") : NULL;

	if (registry) {
		need_folder(c, query, registry);
		add_mount(c, registry, BOX_REGISTRY);
	}
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
	for (size_t i = 0; i < COUNT(passed); i++) {
		if (getenv(passed[i]))
			command_add_pair(c, "-e", passed[i]);
	}
	add_tuning(c, query);
}

static void
add_mounts(struct command *c, const struct command_query *query)
{
	const struct workspace *ws = query->spec->survey->workspace;
	const char *target_dir = query->place->target_dir;

	add_mount(c, ws->root, ws->root);
	if (!path_is_below(target_dir, ws->root))
		add_mount(c, target_dir, target_dir);
	add_registry(c, query);
}

/* The registry there is shared by all projects. */
static void
add_volumes(struct command *c, const struct command_query *query, const struct box *box)
{
	const char *target_dir = query->place->target_dir;

	command_add_pair(c, "-v", arena_printf(&c->arena, "%s:%s", box->volume, target_dir));
	command_add_pair(c, "-v", VOLUME_REGISTRY ":" BOX_REGISTRY);
	if (!query->is_for_shell)
		volume_keep(
			box->engine.name, box->volume, query->place->ways[0]->triple, target_dir);
}

static void
add_box(struct command *c, const struct command_query *query, const struct box *box)
{
	char *dir = path_dirname(query->spec->survey->workspace->manifest);

	if (box->is_elsewhere)
		command_add(c, "create");
	else
		command_add_pair(c, "run", "--rm");
	if (!query->is_for_shell) {
		const char *label = container_label(&c->arena);

		command_add_pair(c, "--label", label);
		c->sweep = container_sweep(&box->engine, label, &c->arena);
	}
	if (!box->is_elsewhere) {
		add_user(c, &box->engine);
		add_mounts(c, query);
	} else {
		add_volumes(c, query, box);
	}
	command_add_pair(c, "-w", dir);
	add_variables(c, query);
	free(dir);
}

/* ---- on another machine ---- */

/* The engine's command line to make the container is "$@"; R is the project, T its target folder, D what
 * cargo calls the target's in it, W the engine as people know it, V the volume that is the target folder there.
 *
 * Sources come anew into each container, while what is built stays in the volume: a file is "touched" there
 * unless it is known to be as it was when a build last ended well (a line in T/V), for the two machines' clocks
 * need not agree; where tar can, what has not changed is given an old time. What changes is forgotten before the
 * build begins, so that one that fails half-way counts for nothing. */
static const char copying[] =
	"pack() { tar $m --exclude=\".$R/${T#\"$R/\"}\" --exclude=\".$R/target\" "
	"--exclude=\".$R/.git\" -C / -cf - \".$R\"; }\n"
	"sums() { (cd / && find \".$R\" \\( -path \".$T\" -o -path \".$R/target\" -o -path "
	"\".$R/.git\" \\) -prune -o -type f -exec cksum {} + -o -type l -exec sh -c "
	"'for l; do printf \"%s %s\\n\" \"$(readlink \"$l\" | cksum)\" \"$l\"; done' sh {} +); }\n"
	"tar --version 2>/dev/null | grep -q GNU && m=--mtime=@946684800 || m=\n"
	"e volume inspect \"$V\" >/dev/null 2>&1 || { : >\"$T/$V\" && e volume create \"$V\" "
	">/dev/null; } || exit 125\n"
	"echo \"     Copying $(($(pack | wc -c) / 1000)) kB of sources to $W; what is built comes "
	"back, the target folder stays there in the volume $V\"\n"
	"t=$T/xtui-copy; mkdir -p \"$t\" && c=$(\"$@\") || exit 125\n"
	"trap 'e rm -fv \"$c\" >/dev/null 2>&1; rm -rf \"$t\"' EXIT\n"
	"trap 'exit 130' INT TERM HUP\n"
	"touch \"$T/$V\"; sums >\"$t/new\"\n"
	"grep -vxFf \"$T/$V\" \"$t/new\" | cut -d' ' -f3- >\"$t/changed\"\n"
	"grep -xFf \"$T/$V\" \"$t/new\" >\"$t/same\"; mv \"$t/same\" \"$T/$V\"\n"
	"pack | (export TMPDIR=\"$t\"; e cp - \"$c:/\") && " /* podman 4.3 leaves a copy */
	"e cp \"$t/changed\" \"$c:" BOX_CHANGED "\" || exit 125\n"
	"e start -a \"$c\"; s=$?\n"
	"[ $s != 0 ] || mv \"$t/new\" \"$T/$V\"\n"
	"mkdir -p \"$T/$D\" && e cp \"$c:" BOX_RESULTS
	"/.\" - | tar -C \"$T/$D\" --no-same-owner -xf - "
	"|| [ $s != 0 ] || s=125\n"
	"exit $s\n";

static void
set_variable(struct str *text, const char *name, const char *value)
{
	str_appendf(text, "%s=", name);
	shell_word(text, value);
	str_append_char(text, '\n');
}

static void
begin_elsewhere(struct command *c, const struct command_query *query, const struct box *box)
{
	struct str text = STR_INIT;

	set_variable(&text, "R", query->spec->survey->workspace->root);
	set_variable(&text, "T", query->place->target_dir);
	set_variable(&text, "D", query->place->ways[0]->triple);
	set_variable(&text, "V", box->volume);
	set_variable(&text, "W", container_shown(&box->engine, box->address, &c->arena));
	str_append(&text, "e() {");
	container_append_engine(&box->engine, &text);
	str_appendf(&text, " \"$@\"; }\n%s", copying);
	command_add_pair(c, "/bin/sh", "-c");
	command_add(c, str_cstr(&text));
	command_add(c, "sh");
	str_fini(&text);
}

/* ---- the whole ---- */

/* Before cargo: the registry that is mounted is cargo's. */
#define WITH_REGISTRY                                                                              \
	"h=${CARGO_HOME:-$HOME/.cargo}; "                                                          \
	"{ mkdir -p \"$h\" && [ -e \"$h/registry\" ] || "                                          \
	"ln -s " BOX_REGISTRY " \"$h/registry\"; } 2>/dev/null; "
static const char with_registry[] = WITH_REGISTRY "exec \"$0\" \"$@\"";

/* After cargo: the files that it has built, without what it keeps for itself, are put together. */
static const char with_results[] = WITH_REGISTRY
	"(cd /; while IFS= read -r f; do [ ! -e \"$f\" ] || touch \"$f\"; done <" BOX_CHANGED "); "
	"\"$0\" \"$@\"; s=$?; mkdir -p " BOX_RESULTS
	"; cd \"$CARGO_TARGET_DIR/$XTUI_TARGET\" 2>/dev/null || "
	"exit $s; for f in \"$XTUI_PROFILE\"/* \"$XTUI_PROFILE\"/examples/*; do "
	"[ -f \"$f\" ] || continue; "
	"mkdir -p \"" BOX_RESULTS "/${f%/*}\" && cp -p \"$f\" \"" BOX_RESULTS
	"/$f\"; done; exit $s";

static struct box
look_at_box(struct command *c, const struct command_query *query)
{
	struct box box = { .engine = container_engine(
				   query->spec, query->place->ways[0], &c->arena) };

	box.address = engine_address(&box.engine, &c->arena);
	box.is_elsewhere = c->is_elsewhere = engine_is_elsewhere(box.address);
	if (box.is_elsewhere)
		box.volume = volume_name(box.engine.name, query->place->target_dir, &c->arena);
	return box;
}

static void
container_begin(struct command *c, const struct command_query *query)
{
	struct box box = look_at_box(c, query);
	const char *image;

	need_folder(c, query, query->place->target_dir);
	container_ask(&box.engine, c);
	image = add_image(c, query, &box);
	if (box.is_elsewhere)
		begin_elsewhere(c, query, &box);
	container_add_engine(&box.engine, c);
	add_box(c, query, &box);
	if (box.is_elsewhere) {
		command_add_pair(c, "-e",
			arena_printf(&c->arena, "XTUI_TARGET=%s", query->place->ways[0]->triple));
		command_add_pair(c, "-e",
			arena_printf(&c->arena, "XTUI_PROFILE=%s", query->place->profile_dir));
	}
	command_add(c, image);
	command_add_pair(c, "sh", "-c");
	command_add(c, box.is_elsewhere ? with_results : with_registry);
	command_add(c, "cargo");
	command_alias(c, arena_printf(&c->arena, "%s run %s cargo", box.engine.name, image));
	command_add(c, run_mode_name(query->spec->mode));
}

const struct backend backend_container = {
	.name = "container",
	.traits = BACKEND_APART | BACKEND_ALONE | BACKEND_BOXED,
	.reaches = container_reaches,
	.check = container_check,
	.begin = container_begin,
};
