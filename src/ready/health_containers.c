/* health_containers: the container engines of this machine, and those that it can reach elsewhere. */
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "host/platform.h"
#include "ready/engine.h"
#include "ready/examination.h"
#include "text/json.h"

/* -- of this machine ------------------------------------------------------------------------- */

static bool
says(const struct answer *a, const char *words)
{
	return strcasestr(a->complaint, words) || strcasestr(a->text, words);
}

/* docker itself says best what is wrong, wherever its daemon is. */
static void
ask_docker(struct examination *e, struct check *c, const struct engine *engine)
{
	const struct answer *a = exam_ask(e, false, engine->path, "info", "--format",
		"{{.ServerVersion}} {{.SecurityOptions}}", NULL);

	if (a->state != ANSWER_GIVEN || a->exit_code == 0) {
		exam_take_version(e, c, a);
		if (a->state == ANSWER_GIVEN && says(a, "name=rootless"))
			c->detail = "it runs, rootless";
		return;
	}
	if (says(a, "permission denied")) {
		exam_worsen(c, CHECK_WARN, "it runs, but this user has no rights to it");
		c->fix = "sudo usermod -aG docker \"$USER\"";
		c->advice = "the group counts from the next login on";
	} else {
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena, "it is not running: %s", exam_complaint(e, a)));
	}
}

/* The program's own version, where no server tells one. */
static void
ask_client(struct examination *e, struct check *c, const struct engine *engine)
{
	exam_take_version(e, c, exam_ask(e, true, engine->path, "--version", NULL));
}

static void
check_docker(struct examination *e)
{
	struct engine engine = engine_look("docker", e->s->tools, e->arena);
	struct check *c;

	if (!engine.path) {
		exam_tool(e, "docker", "container engine");
		return;
	}
	c = exam_add(e, "docker", CHECK_OK, "it runs");
	c->path = engine.path;
	if (engine.why)
		exam_worsen(c, CHECK_WARN, engine.why);
	c->fix = engine.fix;
	if (engine.state == ENGINE_RUNS || engine.state == ENGINE_UNKNOWN)
		ask_docker(e, c, &engine);
	else
		ask_client(e, c, &engine);
}

static void
check_podman(struct examination *e)
{
	struct engine engine = engine_look("podman", e->s->tools, e->arena);
	struct check *c;

	if (!engine.path) {
		exam_tool(e, "podman", "container engine without a daemon");
		return;
	}
	c = exam_add(e, "podman", CHECK_OK,
		platform_get()->is_root ? "needs no daemon; as root" : "needs no daemon; rootless");
	c->path = engine.path;
	if (engine.why)
		exam_worsen(c, CHECK_WARN, engine.why);
	c->fix = engine.fix;
	ask_client(e, c, &engine);
}

/* cross takes the first engine there is, whether it runs or not. */
static void
check_choice(struct examination *e)
{
	struct engine taken = engine_cross_takes(e->s->tools, e->arena);
	struct engine podman = engine_look("podman", e->s->tools, e->arena);
	bool is_used = tool_find(e->s->tools, "cross") != NULL;
	const char *given = getenv("CROSS_CONTAINER_ENGINE");
	struct check *c;

	if (given && *given && !taken.path) {
		c = exam_add(e, "engine", CHECK_FAIL,
			arena_printf(e->arena, "CROSS_CONTAINER_ENGINE names %s, which is not here",
				given));
		c->fix = "unset CROSS_CONTAINER_ENGINE";
	} else if (is_used && taken.path && taken.state != ENGINE_RUNS &&
		taken.state != ENGINE_UNKNOWN && podman.state == ENGINE_RUNS) {
		c = exam_add(e, "engine", CHECK_WARN,
			arena_printf(e->arena,
				"cross takes %s, which does not run, before podman, which does",
				taken.name));
		c->fix = "export CROSS_CONTAINER_ENGINE=podman";
	} else {
		return;
	}
	c->title = "cross's engine";
}

/* -- contexts and connections ---------------------------------------------------------------- */

/* The last line of what it complained about: podman's warnings come before. */
static const char *
last_complaint(struct examination *e, const struct answer *a)
{
	struct span rest = span_trim(span_of(a->complaint ? a->complaint : "")), line;

	if (a->state == ANSWER_LATE)
		return "no answer";
	if (a->state == ANSWER_NONE || !rest.len)
		return exam_complaint(e, a);
	do
		line = span_trim(span_cut(rest, '\n', &rest));
	while (rest.len);
	return arena_span(e->arena, line);
}

/* "28.2.2|linux/amd64|8|…rootless…", as both programs are asked for it. */
static const char *
ask_words(const struct engine *engine)
{
	return engine->is_podman
		? "{{.Version.Version}}|{{.Host.OS}}/{{.Host.Arch}}|{{.Host.CPUs}}|"
		  "{{if .Host.Security.Rootless}}rootless{{end}}"
		: "{{.ServerVersion}}|{{.OSType}}/{{.Architecture}}|{{.NCPU}}|{{.SecurityOptions}}";
}

static void
take_place(struct examination *e, struct check *c, struct span said, const char *address)
{
	struct span rest, version = span_cut(span_trim(said), '|', &rest);
	struct span system = span_cut(rest, '|', &rest), cpus = span_cut(rest, '|', &rest);

	c->version = arena_span(e->arena, version);
	c->detail = arena_printf(e->arena, "%s%s%.*s, %.*s CPUs%s", address ? address : "",
		address ? ": " : "", (int)system.len, system.data, (int)cpus.len, cpus.data,
		span_find(rest, span_of("rootless")) >= 0 ? ", rootless" : "");
}

/* `address` NULL: not known. `is_chosen`: a target's containers go there. */
static void
check_place(struct examination *e, const char *name, const char *address, bool is_chosen)
{
	struct engine engine = engine_look(name, e->s->tools, e->arena);
	const char *words[ENGINE_WORDS_MAX] = { NULL };
	const struct answer *a;
	struct check *c;

	for (size_t i = 0; i < e->checks.len; i++)
		if (text_is(e->checks.items[i].title, name))
			return;
	c = exam_add(e, "engine-place", CHECK_OK, address ? address : "");
	c->title = name;
	if (!engine.path || !engine.place) {
		exam_worsen(c, CHECK_FAIL,
			engine.path ? "no engine has this name" : "its program is not on PATH");
		return;
	}
	engine_words(&engine, words);
	a = exam_ask(e, false, words[0], words[1], words[2], "info", "--format", ask_words(&engine),
		NULL);
	if (a->state == ANSWER_PENDING)
		c->state = CHECK_ASKING;
	else if (a->state == ANSWER_GIVEN && a->exit_code == 0)
		take_place(e, c, span_of(a->text), address);
	else
		exam_worsen(c, is_chosen ? CHECK_FAIL : CHECK_WARN,
			arena_printf(e->arena, "%s%snot to be reached: %s", address ? address : "",
				address ? ": " : "", last_complaint(e, a)));
}

static bool
is_chosen(const struct examination *e, const char *name)
{
	for (size_t i = 0; i < e->want_count; i++)
		if (text_is(e->wants[i].engine, name))
			return true;
	return false;
}

static void
check_listed(struct examination *e, const char *program, const char *place, const char *address)
{
	const char *name = arena_printf(e->arena, "%s:%s", program, place);

	check_place(e, name, arena_strdup(e->arena, address), is_chosen(e, name));
}

/* A JSON object a line; "default" is what docker does without a context. */
static void
list_contexts(struct examination *e, const struct engine *docker)
{
	const struct answer *a =
		exam_ask(e, false, docker->path, "context", "ls", "--format", "{{json .}}", NULL);
	struct span rest = span_of(a->state == ANSWER_GIVEN && a->exit_code == 0 ? a->text : "");

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		struct json *o = json_parse(line.data, line.len, NULL);
		const char *name = json_string(json_get(o, "Name"), "");

		if (*name && !text_is(name, "default"))
			check_listed(e, "docker", name,
				json_string(json_get(o, "DockerEndpoint"), NULL));
		json_free(o);
	}
}

static void
list_connections(struct examination *e, const struct engine *podman)
{
	const struct answer *a = exam_ask(
		e, false, podman->path, "system", "connection", "list", "--format", "json", NULL);
	struct span text = span_of(a->state == ANSWER_GIVEN && a->exit_code == 0 ? a->text : "");
	struct json *doc = json_parse(text.data, text.len, NULL);

	for (const struct json *o = json_first(doc); o; o = json_next(o)) {
		const char *name = json_string(json_get(o, "Name"), "");

		if (*name)
			check_listed(e, "podman", name, json_string(json_get(o, "URI"), NULL));
	}
	json_free(doc);
}

/* Those that the programs know, each asked whether it answers, and those that targets have chosen. */
static void
check_places(struct examination *e)
{
	struct engine docker = engine_look("docker", e->s->tools, e->arena);
	struct engine podman = engine_look("podman", e->s->tools, e->arena);

	if (docker.path && !docker.is_podman)
		list_contexts(e, &docker);
	if (podman.path)
		list_connections(e, &podman);
	for (size_t i = 0; i < e->want_count; i++)
		if (e->wants[i].engine && strchr(e->wants[i].engine, ':'))
			check_place(e, e->wants[i].engine, NULL, true);
}

/* -------------------------------------------------------------------------------------------- */

void
examine_containers(struct examination *e)
{
	check_docker(e);
	check_podman(e);
	check_choice(e);
	check_places(e);
	examine_images(e);
}
