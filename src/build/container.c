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

static void
append_words(struct str *line, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (line->len)
			str_append_char(line, ' ');
		shell_word(line, words[i]);
	}
}

void
container_append_engine(const struct engine *e, struct str *line)
{
	const char *words[ENGINE_WORDS_MAX];

	append_words(line, words, engine_words(e, words));
}

/* ---- steps ---- */

#define STEP_WORDS_MAX 16

/* `before` and `words` end with NULL; the engine's own stand between. `line` for a shell, NULL: the engine's
 * and the words. */
static void
add_step(const struct engine *e, struct command *c, const char *title, const char *const *before,
	const char *const *words, const char *line, bool is_pull)
{
	const char *argv[STEP_WORDS_MAX + ENGINE_WORDS_MAX + 1], *engine[ENGINE_WORDS_MAX];
	size_t engine_count = engine_words(e, engine), count = 0, begin;
	struct str own = STR_INIT;

	for (; *before; before++)
		argv[count++] = *before;
	begin = count;
	for (size_t i = 0; i < engine_count; i++)
		argv[count++] = engine[i];
	for (; *words && count < STEP_WORDS_MAX + ENGINE_WORDS_MAX; words++)
		argv[count++] = *words;
	argv[count] = NULL;
	append_words(&own, argv + begin, count - begin);
	command_add_step(c,
		&(struct command_step){
			.title = title,
			.argv = argv,
			.line = line ? line : str_cstr(&own),
			.is_pull = is_pull,
		});
	str_fini(&own);
}

static const char *const nothing[] = { NULL };

void
container_step(
	const struct engine *e, struct command *c, const char *title, const char *const *words)
{
	add_step(e, c, title, nothing, words, NULL, false);
}

void
container_ask(const struct engine *e, struct command *c)
{
	static const char *const before[] = { "/bin/sh", "-c", "exec \"$@\" >/dev/null", "sh",
		NULL };
	static const char *const words[] = { "ps", "-q", NULL };

	if (e->state == ENGINE_UNKNOWN)
		add_step(e, c, arena_printf(&c->arena, "%s ps", e->name), before, words, NULL,
			false);
}

/* "podman image inspect IMAGE >/dev/null 2>&1 || podman pull IMAGE" */
static const char *
pulling_line(const struct engine *e, const char *image, struct arena *arena)
{
	struct str engine = STR_INIT, name = STR_INIT;
	const char *kept;

	container_append_engine(e, &engine);
	shell_word(&name, image);
	kept = arena_printf(arena, "%s image inspect %s >/dev/null 2>&1 || %s pull %s",
		str_cstr(&engine), str_cstr(&name), str_cstr(&engine), str_cstr(&name));
	str_fini(&name);
	str_fini(&engine);
	return kept;
}

/* `image inspect` and `pull` are spelt alike by all engines. */
void
container_pull(const struct engine *e, const char *image, struct command *c)
{
	static const char script[] = "\"$@\" image inspect \"$0\" >/dev/null 2>&1 && exit\n"
				     "echo \"     Pulling $0\"\n"
				     "exec \"$@\" pull \"$0\"";
	const char *const before[] = { "/bin/sh", "-c", script, image, NULL };

	add_step(e, c, arena_printf(&c->arena, "%s pull %s", e->name, image), before, nothing,
		pulling_line(e, image, &c->arena), true);
}

void
container_say(struct command *c, const char *text)
{
	const char *const argv[] = { "/bin/sh", "-c", "printf '%s\\n' \"$0\"", text, NULL };

	command_add_step(c, &(struct command_step){ .title = "printf", .argv = argv, .line = "" });
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
	struct str text = STR_INIT;

	str_append(&text, "e() {");
	container_append_engine(e, &text);
	/* `rm -f` alone waits for those that ignore TERM */
	str_appendf(&text,
		" \"$@\";}; i=$(e ps -aq --filter label=%s) && [ -n \"$i\" ] && "
		"{ e kill $i; e rm -fv $i; } >/dev/null 2>&1",
		label);
	return arena_take(arena, &text);
}
