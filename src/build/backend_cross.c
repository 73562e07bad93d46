/* cross: cargo within a container that has the target's linker and libraries.
 *
 * A target folder for each target, because build scripts of one image do not run in another. The
 * container's target folder is called /target there; cross is run in the project's folder, because
 * the path of a manifest here is none there. Every container has a label of ours, by which it is ended
 * when cross cannot do so any more. Where the engine is on another machine, cross copies. */
#include <stdlib.h>
#include <sys/stat.h>
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/container.h"
#include "build/place.h"
#include "build/run.h"
#include "build/way.h"
#include "host/tool.h"
#include "io/file.h"
#include "ready/backend.h"
#include "ready/crossfile.h"
#include "ready/crossimage.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

#define BOX_TARGET_DIR "/target"

static const char *
program(const struct survey *s)
{
	const char *found = s->tools ? tool_find(s->tools, "cross") : NULL;

	return found ? found : "cross";
}

/* ---- whether it can ---- */

static bool
cross_check_machine(const struct run_spec *spec, struct err *err)
{
	return spec->survey->toolchain->rustup_name ||
		err_set(err, ERR_ENVIRONMENT,
			"the toolchain is not rustup's, and cross takes no other");
}

/* It provides images for some targets; for others the project may name one. */
static bool
cross_reaches(const struct run_spec *spec, const struct way *way)
{
	struct cross_image image = { 0 };
	struct arena arena = { 0 };
	bool reaches = way->image || !spec->survey->backends ||
		backends_reach(spec->survey->backends, "cross", way->triple);

	if (!reaches)
		reaches = cross_image_find(
				  &image, spec->survey->workspace, way->triple, &arena, NULL) &&
			(image.name || image.is_made);
	arena_fini(&arena);
	return reaches;
}

static bool
is_of_main(const struct survey *s, struct arena *arena)
{
	return cross_is_of_main(program(s), cross_version_said(program(s), arena));
}

/* What the cross at hand makes of its settings; it is asked for its version only where that matters. */
static size_t
find_faults(
	const struct survey *s, struct arena *arena, struct cross_fault faults[CROSS_FAULTS_MAX])
{
	const struct workspace *ws = s->workspace;

	if (!cross_faults(ws, true, arena, faults) && !cross_faults(ws, false, arena, faults))
		return 0;
	return cross_faults(ws, is_of_main(s, arena), arena, faults);
}

static const char *
find_image_missing(const struct survey *s, const char *triple, struct arena *arena)
{
	if (!cross_image_missing(true, triple, arena) && !cross_image_missing(false, triple, arena))
		return NULL;
	return cross_image_missing(is_of_main(s, arena), triple, arena);
}

/* What this cross ends with an error for, and an image that it has not. */
static bool
check_settings(const struct run_spec *spec, const struct way *way, bool has_image,
	struct arena *arena, struct err *err)
{
	struct cross_fault faults[CROSS_FAULTS_MAX];
	size_t count = find_faults(spec->survey, arena, faults);
	const char *why = has_image ? NULL : find_image_missing(spec->survey, way->triple, arena);

	for (size_t i = 0; i < count; i++) {
		if (!faults[i].is_grave)
			continue;
		err_set(err, ERR_USAGE, "%s: %s", faults[i].place, faults[i].text);
		return faults[i].advice ? err_try(err, "%s", faults[i].advice) : false;
	}
	if (!why)
		return true;
	err_set(err, ERR_ENVIRONMENT, "%s: %s", way->triple, why);
	return err_try(err, "--image %s=IMAGE, one of your own", way->triple);
}

static bool
cross_check(const struct run_spec *spec, const struct way *way, struct err *err)
{
	struct cross_image image;
	struct arena arena = { 0 };
	bool ok = container_check_engine(spec, way, err) &&
		cross_image_find(&image, spec->survey->workspace, way->triple, &arena, err) &&
		check_settings(spec, way, way->image || image.name || image.is_made, &arena, err);

	arena_fini(&arena);
	return ok;
}

/* ---- the command ---- */

static void
cross_begin(struct command *c, const struct command_query *query)
{
	command_add(c, program(query->spec->survey));
	command_add(c, run_mode_name(query->spec->mode));
}

/* Unless cross makes the image itself, it is there before cargo's time begins. */
static void
add_image(struct command *c, const struct command_query *query, const struct engine *engine)
{
	const struct survey *s = query->spec->survey;
	const struct way *way = query->place->ways[0];
	struct cross_image image = { 0 };
	const char *name = way->image;

	if (way->image) {
		char *triple = cargoconf_env_triple(way->triple);

		command_set(
			c, arena_printf(&c->arena, "CROSS_TARGET_%s_IMAGE", triple), way->image);
		free(triple);
	} else {
		cross_image_find(&image, s->workspace, way->triple, &c->arena, NULL);
		name = image.name || image.is_made
			? image.name
			: cross_image_of_version(cross_version_said(program(s), &c->arena),
				  way->triple, &c->arena);
	}
	if (name && !image.is_made && !query->spec->offline)
		container_pull(engine, name, c);
}

/* Settings that have no effect with this cross are said where its output goes. */
static void
say_ignored(struct command *c, const struct command_query *query)
{
	struct cross_fault faults[CROSS_FAULTS_MAX];
	size_t count = find_faults(query->spec->survey, &c->arena, faults);

	for (size_t i = 0; i < count; i++)
		container_say(c,
			arena_printf(
				&c->arena, "warning: %s: %s", faults[i].place, faults[i].text));
}

/* Its own options for the engine stay as they are. */
static void
add_label(struct command *c, const struct engine *engine)
{
	const char *label = container_label(&c->arena), *own = getenv("CROSS_CONTAINER_OPTS");

	if (!own)
		own = getenv("DOCKER_OPTS");
	command_set(c, "CROSS_CONTAINER_OPTS",
		arena_printf(&c->arena, "%s%s--label %s", own ? own : "", own ? " " : "", label));
	command_set(c, "DOCKER_OPTS", NULL);
	c->sweep = container_sweep(engine, label, &c->arena);
}

static void
set_unless_set(struct command *c, const char *name, const char *value)
{
	if (!getenv(name))
		command_set(c, name, value);
}

/* The engine, and what the program says that it is given. */
static void
set_engine(struct command *c, const struct engine *engine)
{
	struct proc_env env[ENGINE_ENV_MAX];
	size_t count = engine_env(engine, env);

	command_set(c, "CROSS_CONTAINER_ENGINE", engine->path);
	for (size_t i = 0; i < count; i++)
		command_set(c, env[i].name, env[i].value);
}

/* A program that is the engine, but for the label of the containers that it starts: cross 0.2.5 gives
 * its options for containers to none that is on another machine. NULL: it could not be written. */
static const char *
write_engine(struct command *c, const struct command_query *query, const struct engine *engine,
	const char *label)
{
	const char *path = arena_printf(&c->arena, "%s/xtui-engine", query->place->target_dir);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	bool ok;

	str_appendf(&text,
		"#!/bin/sh\n[ \"$1\" != run ] || { shift; set -- run --label %s \"$@\"; }\nexec",
		label);
	container_append_engine(engine, &text);
	str_append(&text, " \"$@\"\n");
	ok = file_make_dirs(query->place->target_dir, 0755, &err) &&
		file_write(path, str_span(&text), &err) && chmod(path, 0755) == 0;
	if (!ok)
		log_line("cross: %s: %s", path, err.message);
	str_fini(&text);
	return ok ? path : NULL;
}

/* To an engine on another machine it copies what it needs, and back what it has built. */
static void
set_elsewhere(struct command *c, const struct command_query *query, const struct engine *engine,
	const char *address)
{
	const char *label = container_label(&c->arena), *program;

	c->is_elsewhere = true;
	set_unless_set(c, "CROSS_REMOTE", "1");
	if (query->is_for_shell)
		return;
	container_say(c,
		arena_printf(&c->arena,
			"     Copying the toolchain, the registry and the project to %s; "
			"cross keeps them in a volume there until it has ended",
			container_shown(engine, address, &c->arena)));
	c->sweep = container_sweep(engine, label, &c->arena);
	if ((program = write_engine(c, query, engine, label)))
		command_set(c, "CROSS_CONTAINER_ENGINE", program);
}

static bool
has_std(const struct survey *s, const char *triple)
{
	const struct target *t = targets_find(s->targets, triple);

	return t && t->std == STD_INSTALLED;
}

static void
cross_environment(struct command *c, const struct command_query *query)
{
	const struct survey *s = query->spec->survey;
	struct engine engine = container_engine(query->spec, query->place->ways[0], &c->arena);
	const char *address;
	char *dir = path_dirname(s->workspace->manifest);

	c->dir = arena_strdup(&c->arena, dir);
	free(dir);
	command_set(c, "CARGO_TARGET_DIR", query->place->target_dir);
	set_unless_set(
		c, "CARGO_BUILD_BUILD_DIR", BOX_TARGET_DIR); /* that of the host is not there */
	if (has_std(s, query->place->ways[0]->triple)) /* else it asks rustup for components */
		set_unless_set(c, "CROSS_CUSTOM_TOOLCHAIN", "1");
	if (!engine.path)
		return;
	set_engine(c, &engine);
	say_ignored(c, query);
	container_ask(&engine, c);
	add_image(c, query, &engine);
	address = engine_address(&engine, &c->arena);
	if (engine_is_elsewhere(address))
		set_elsewhere(c, query, &engine, address);
	else if (!query->is_for_shell)
		add_label(c, &engine);
}

const struct backend backend_cross = {
	.name = "cross",
	.traits = BACKEND_APART | BACKEND_ALONE | BACKEND_BOXED,
	.box_target_dir = BOX_TARGET_DIR,
	.reaches = cross_reaches,
	.check_machine = cross_check_machine,
	.check = cross_check,
	.begin = cross_begin,
	.environment = cross_environment,
};
