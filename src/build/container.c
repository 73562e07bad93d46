#include "build/container.h"

#include <unistd.h>
#include "base/str.h"
#include "build/command.h"
#include "build/run.h"
#include "build/way.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "text/shell.h"

/* ---- the engine ---- */

struct engine
container_engine(const struct run_spec *spec, const struct way *way, struct arena *arena)
{
	const struct tool_index *tools = spec->survey->tools;

	return way->engine ? engine_look(way->engine, tools, arena) : engine_of_cross(tools, arena);
}

bool
container_check_engine(const struct run_spec *spec, const struct way *way, struct err *err)
{
	struct arena arena = { 0 };
	struct engine engine = container_engine(spec, way, &arena);
	bool ok = engine.path && !engine.why;

	if (!engine.path && way->engine)
		err_set(err, ERR_ENVIRONMENT, "%s: its program was not found on PATH", way->engine);
	else if (!engine.path)
		err_set(err, ERR_ENVIRONMENT, "neither docker nor podman was found on PATH");
	else if (engine.why)
		err_set(err, ERR_ENVIRONMENT, "%s: %s", engine.name, engine.why);
	if (!ok) {
		err_prefix(err, "%s: %s cannot build it here", way->triple, way->backend->name);
		if (engine.fix)
			err_try(err, "%s", engine.fix);
	}
	arena_fini(&arena);
	return ok;
}

const char *
container_shown(const struct engine *e, const char *address, struct arena *arena)
{
	if (!address || (e->place && text_is(e->place, address)))
		return e->name;
	return arena_printf(arena, "%s, %s", e->name, address);
}

void
container_add_engine(const struct engine *e, struct command *c)
{
	const char *words[ENGINE_WORDS_MAX];
	size_t count = engine_words(e, words);

	for (size_t i = 0; i < count; i++)
		command_add(c, words[i]);
}

/* ---- steps ---- */

#define STEP_WORDS_MAX 16

/* `before` and `words` end with NULL; the engine's own stand between. */
static void
add_step(const struct engine *e, struct command *c, const char *title, const char *const *before,
	const char *const *words)
{
	const char *argv[STEP_WORDS_MAX + ENGINE_WORDS_MAX + 1], *engine[ENGINE_WORDS_MAX];
	size_t engine_count = engine_words(e, engine), count = 0;

	for (; *before; before++)
		argv[count++] = *before;
	for (size_t i = 0; i < engine_count; i++)
		argv[count++] = engine[i];
	for (; *words && count < STEP_WORDS_MAX + ENGINE_WORDS_MAX; words++)
		argv[count++] = *words;
	argv[count] = NULL;
	command_add_before(c, title, argv);
}

void
container_step(
	const struct engine *e, struct command *c, const char *title, const char *const *words)
{
	static const char *const nothing[] = { NULL };

	add_step(e, c, title, nothing, words);
}

void
container_ask(const struct engine *e, struct command *c)
{
	static const char *const before[] = { "/bin/sh", "-c", "exec \"$@\" >/dev/null", "sh",
		NULL };
	static const char *const words[] = { "ps", "-q", NULL };

	if (e->state == ENGINE_UNKNOWN)
		add_step(e, c, arena_printf(&c->arena, "%s ps", e->name), before, words);
}

/* `image inspect` and `pull` are spelt alike by all engines. */
void
container_pull(const struct engine *e, const char *image, struct command *c)
{
	static const char script[] = "\"$@\" image inspect \"$0\" >/dev/null 2>&1 && exit\n"
				     "echo \"     Pulling $0\"\n"
				     "exec \"$@\" pull \"$0\"";
	const char *const before[] = { "/bin/sh", "-c", script, image, NULL };
	static const char *const words[] = { NULL };

	add_step(e, c, arena_printf(&c->arena, "%s pull %s", e->name, image), before, words);
}

void
container_say(struct command *c, const char *text)
{
	const char *const argv[] = { "/bin/sh", "-c", "printf '%s\\n' \"$0\"", text, NULL };

	command_add_before(c, "printf", argv);
}

/* ---- the end ---- */

const char *
container_label(struct arena *arena)
{
	return arena_printf(
		arena, "xtui=%ld.%llu", (long)getpid(), (unsigned long long)loop_clock());
}

const char *
container_sweep(const struct engine *e, const char *label, struct arena *arena)
{
	const char *words[ENGINE_WORDS_MAX], *sweep;
	size_t count = engine_words(e, words);
	struct str text = STR_INIT;

	str_append(&text, "e() {");
	for (size_t i = 0; i < count; i++) {
		str_append_char(&text, ' ');
		shell_word(&text, words[i]);
	}
	/* `rm -f` alone waits for those that ignore TERM */
	str_appendf(&text,
		" \"$@\";}; i=$(e ps -aq --filter label=%s) && [ -n \"$i\" ] && "
		"{ e kill $i; e rm -fv $i; } >/dev/null 2>&1",
		label);
	sweep = arena_strdup(arena, str_cstr(&text));
	str_fini(&text);
	return sweep;
}
