#include "build/container.h"

#include <unistd.h>
#include "base/str.h"
#include "build/command.h"
#include "io/loop.h"
#include "text/shell.h"

bool
container_engine_runs(const struct tool_index *tools, struct err *err)
{
	struct arena arena = { 0 };
	struct engine engine = engine_of_cross(tools, &arena);
	bool ok = engine.path && !engine.why;

	if (!engine.path)
		err_set(err, ERR_ENVIRONMENT, "neither docker nor podman was found on PATH");
	else if (engine.why)
		err_set(err, ERR_ENVIRONMENT, "%s: %s", engine.name, engine.why);
	if (!ok && engine.fix)
		err_try(err, "%s", engine.fix);
	arena_fini(&arena);
	return ok;
}

void
container_ask(const struct engine *e, struct command *c)
{
	static const char script[] = "exec \"$0\" ps -q >/dev/null";
	const char *const argv[] = { "/bin/sh", "-c", script, e->path, NULL };

	if (e->state == ENGINE_UNKNOWN)
		command_add_before(c, arena_printf(&c->arena, "%s ps", e->name), argv);
}

/* `image inspect` and `pull` are spelt alike by all engines. */
void
container_pull(const struct engine *e, const char *image, struct command *c)
{
	static const char script[] = "\"$0\" image inspect \"$1\" >/dev/null 2>&1 && exit\n"
				     "echo \"     Pulling $1\"\n"
				     "exec \"$0\" pull \"$1\"";
	const char *const argv[] = { "/bin/sh", "-c", script, e->path, image, NULL };

	command_add_before(c, arena_printf(&c->arena, "%s pull %s", e->name, image), argv);
}

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
	const char *sweep;

	str_append(&text, "e=");
	shell_word(&text, e->path);
	/* `rm -f` alone waits for those that ignore TERM */
	str_appendf(&text,
		"; i=$(\"$e\" ps -aq --filter label=%s) && [ -n \"$i\" ] && "
		"{ \"$e\" kill $i; \"$e\" rm -f $i; } >/dev/null 2>&1",
		label);
	sweep = arena_strdup(arena, str_cstr(&text));
	str_fini(&text);
	return sweep;
}
