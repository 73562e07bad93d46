#include "build/engine.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/path.h"
#include "base/str.h"
#include "build/command.h"
#include "host/tool.h"
#include "io/loop.h"
#include "io/proc.h"
#include "ready/survey.h"
#include "text/shell.h"

#define ANSWER_MAX 65536
#define ANSWER_MS 10000

/* DOCKER_HOST, CONTAINER_HOST: "ssh://…", "tcp://…"; a socket's path is this machine. */
static bool
is_remote(const char *name)
{
	const char *host = getenv(text_is(name, "podman") ? "CONTAINER_HOST" : "DOCKER_HOST");

	return host && *host && !text_starts(host, "unix:") && !text_starts(host, "npipe:") &&
		*host != '/';
}

/* What would wake it, as far as that can be told from what it said. */
static void
say_remedy(const char *name, const char *said, struct err *err)
{
	if (strstr(said, "permission denied"))
		err_try(err, "sudo usermod -aG %s $USER, then log in again", name);
	else if (text_is(name, "docker"))
		err_try(err, "sudo systemctl start docker");
	else if (text_is(name, "podman"))
		err_try(err, "podman machine start");
}

/* The first line that says something, without the program's "Error: ". */
static struct span
first_line(struct span text)
{
	struct span rest = text, line = { 0 };

	while (rest.len && !line.len)
		line = span_trim(span_cut(rest, '\n', &rest));
	if (span_starts(line, "Error: "))
		line = (struct span){ line.data + 7, line.len - 7 };
	return line;
}

/* Listing containers needs the daemon, or podman's own storage, and little else. */
static bool
answers(const struct engine *e, struct err *err)
{
	const char *const argv[] = { e->path, "ps", "-q", NULL };
	struct proc_spec spec = { .argv = argv };
	struct proc_result result = { 0 };
	bool ok = proc_capture(&spec, ANSWER_MAX, ANSWER_MS, &result, err);
	struct span line = first_line(str_span(&result.err));

	if (ok && result.end.exit_code != 0) {
		ok = err_set(err, ERR_ENVIRONMENT, "%s does not answer: %.*s", e->name,
			(int)line.len, line.data);
		say_remedy(e->name, str_cstr(&result.err), err);
	}
	proc_result_fini(&result);
	return ok;
}

static bool
try_engine(struct engine *out, const struct survey *s, const char *name, struct err *err)
{
	const char *path = s->tools ? tool_find(s->tools, name) : NULL;

	if (!path)
		return err_set(err, ERR_ENVIRONMENT, "%s: not found on PATH", name);
	*out = (struct engine){ path_basename(name), path, is_remote(path_basename(name)) };
	return answers(out, err);
}

bool
engine_find(struct engine *out, const struct survey *s, struct err *err)
{
	static const char *const names[] = { "docker", "podman", NULL };
	const char *named = getenv("CROSS_CONTAINER_ENGINE");
	struct err first = ERR_INIT, second = ERR_INIT;

	if (named && *named)
		return try_engine(out, s, named, err);
	if (try_engine(out, s, names[0], &first) || try_engine(out, s, names[1], &second))
		return true;
	if (s->tools && tool_find(s->tools, names[0]))
		*err = first;
	else if (s->tools && tool_find(s->tools, names[1]))
		*err = second;
	else
		err_set(err, ERR_ENVIRONMENT, "neither docker nor podman was found on PATH");
	return false;
}

/* `image inspect` and `pull` are spelt alike by all engines. */
void
engine_pull(const struct engine *e, const char *image, struct command *c)
{
	static const char script[] = "\"$0\" image inspect \"$1\" >/dev/null 2>&1 && exit\n"
				     "echo \"     Pulling $1\"\n"
				     "exec \"$0\" pull \"$1\"";
	const char *const argv[] = { "/bin/sh", "-c", script, e->path, image, NULL };

	command_add_before(c, arena_printf(&c->arena, "%s pull %s", e->name, image), argv);
}

const char *
engine_label(struct arena *arena)
{
	return arena_printf(
		arena, "xtui=%ld.%llu", (long)getpid(), (unsigned long long)loop_clock());
}

const char *
engine_sweep(const struct engine *e, const char *label, struct arena *arena)
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
