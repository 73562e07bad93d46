/* remote: an xtui on another machine, by ssh: `xtui build --json` there, on a copy of the sources.
 *
 * The first step copies them (`xtui remote send`). The process is ssh, whose standard input we hold:
 * when it ends, because the build is cancelled, we are killed or the connection drops, a watcher beside
 * the other xtui ends that one, and so all that it has started. */
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/way.h"
#include "host/platform.h"
#include "ready/remote.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/shell.h"

static bool
remote_reaches(const struct run_spec *spec, const struct way *way)
{
	return true; /* ways_make has found the machine */
}

/* ---- what the other xtui is told ---- */

static void
add_list(struct command *c, const char *option, const char *const *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		command_add_pair(c, option, values[i]);
}

/* cargo's arguments that say how, in xtui's words: the profile; the rest goes to cargo as it is. */
static const char *const *
add_profile(struct command *c, const char *const *args)
{
	if (*args && text_is(*args, "--release"))
		return args + 1;
	if (!*args || !text_is(*args, "--profile")) {
		command_add_pair(c, "--profile", "dev");
		return args;
	}
	command_add_pair(c, "--profile", args[1]);
	return args + 2;
}

/* What the targets are told for themselves; which backend builds them is the other machine's choice. */
static void
add_ways(struct command *c, const struct command_query *query)
{
	for (size_t i = 0; i < query->target_count; i++) {
		const char *triple = query->targets[i];

		for (const char *const *key = way_keys; *key; key++) {
			const char *value = text_is(*key, WAY_GLIBC)
				? place_way(query->place, triple)->glibc
				: way_option(query->spec, triple, *key);

			if (!value || text_is(*key, WAY_BACKEND))
				continue;
			command_add_pair(c, arena_printf(&c->arena, "--%s", *key),
				arena_printf(&c->arena, "%s=%s", triple, value));
		}
	}
}

static void
add_manifest(struct command *c, const struct workspace *ws)
{
	char *own = path_join(ws->root, "Cargo.toml");

	if (!text_is(own, ws->manifest) && path_is_below(ws->manifest, ws->root))
		command_add_pair(c, "--manifest-path", ws->manifest + strlen(ws->root) + 1);
	free(own);
}

static void
add_build(struct command *c, const struct command_query *query)
{
	const struct run_spec *spec = query->spec;
	const char *const *rest;

	if (query->place->remote->toolchain)
		command_add_pair(c, "--toolchain", query->place->remote->toolchain);
	if (spec->offline)
		command_add(c, "--offline");
	add_manifest(c, spec->survey->workspace);
	command_add(c, "build");
	rest = add_profile(c, query->place->args);
	add_list(c, "-t", query->targets, query->target_count);
	add_list(c, "-p", spec->packages, spec->package_count);
	add_list(c, "--bin", spec->bins, spec->bin_count);
	add_list(c, "--example", spec->examples, spec->example_count);
	if (spec->features)
		command_add_pair(c, "--features", spec->features);
	if (spec->mode != MODE_BUILD)
		command_add_pair(c, "--mode", run_mode_name(spec->mode));
	add_ways(c, query);
	if (spec->sdist)
		command_add(c, "--sdist");
	if (spec->fail_fast)
		command_add(c, "--fail-fast");
	if (spec->jobs)
		command_add_pair(c, "-j", arena_printf(&c->arena, "%d", spec->jobs));
	if (*rest || spec->cargo_arg_count)
		command_add(c, "--");
	for (; *rest; rest++)
		command_add(c, *rest);
	for (size_t i = 0; i < spec->cargo_arg_count; i++)
		command_add(c, spec->cargo_args[i]);
}

/* ---- the command ---- */

/* $1: the folder, $2: the program. */
static const char script[] =
	"cd -- \"$1\" || exit 1; x=$2; case $x in '~/'*) x=$HOME/${x#'~/'};; esac; shift 2; "
	"exec 3<&0; \"$x\" \"$@\" 3<&- </dev/null & p=$!; "
	"{ cat <&3; kill $p; } >/dev/null 2>&1 & w=$!; "
	"exec 3<&-; wait $p; s=$?; kill $w 2>/dev/null; exit $s";

static const char *
own_program(struct arena *arena)
{
	char *path = platform_program_path();
	const char *kept = arena_strdup(arena, path ? path : "xtui");

	free(path);
	return kept;
}

/* `xtui remote send mac`, with all that names the machine and the workspace. */
static const char *const *
errand(struct command *c, const struct command_query *query, const char *verb)
{
	const struct survey *s = query->spec->survey;
	const char *const words[] = { own_program(&c->arena), "--config", s->remotes->file,
		"--manifest-path", s->workspace->manifest, "remote", verb,
		query->place->remote->name, "-o", query->place->target_dir, NULL };
	bool is_sending = text_is(verb, "send");
	const char **argv = arena_array(&c->arena, const char *, COUNT(words));

	memcpy(argv, words, sizeof(words));
	if (is_sending)
		argv[8] = NULL;
	return argv;
}

static void
add_sending(struct command *c, const struct command_query *query)
{
	const char *const *argv = errand(c, query, "send");
	struct str line = STR_INIT;

	shell_command(&line, argv);
	command_add_step(c,
		&(struct command_step){
			.title = arena_printf(
				&c->arena, "xtui remote send %s", query->place->remote->name),
			.argv = argv,
			.line = str_cstr(&line),
		});
	str_fini(&line);
}

/* "ssh mac xtui build -t …" */
static void
add_alias(struct command *c, const struct remote *r, const struct command *build)
{
	struct str line = STR_INIT;

	str_appendf(&line, "ssh %s %s", r->host, path_basename(r->xtui));
	for (size_t i = 0; i < build->argv.len; i++) {
		str_append_char(&line, ' ');
		shell_word(&line, build->argv.items[i]);
	}
	command_alias(c, str_cstr(&line));
	str_fini(&line);
}

static const char *const *
words_there(
	struct command *c, const struct remote *r, const char *folder, const struct command *build)
{
	const char **words = arena_array(&c->arena, const char *, build->argv.len + 5);
	size_t len = 0;

	words[len++] = folder;
	words[len++] = r->xtui;
	words[len++] = "--json";
	words[len++] = "-v";
	for (size_t i = 0; i < build->argv.len; i++)
		words[len++] = arena_strdup(&c->arena, build->argv.items[i]);
	return words;
}

/* Builds, and what is told of that brings what was built back. */
static void
add_for_shell(struct command *c, const struct command_query *query, const char *folder,
	const struct command *build)
{
	static const char simple[] = "cd -- \"$1\" || exit; x=$2; "
				     "case $x in '~/'*) x=$HOME/${x#'~/'};; esac; shift 2; "
				     "exec \"$x\" \"$@\"";
	const char *const *words = words_there(c, query->place->remote, folder, build);
	struct str line = STR_INIT;

	shell_command(&line, remote_shell(query->place->remote, simple, words, &c->arena));
	str_append(&line, " | ");
	shell_command(&line, errand(c, query, "fetch"));
	c->line = arena_strdup(&c->arena, str_cstr(&line));
	command_add(c, "ssh");
	str_fini(&line);
}

static void
add_ssh(struct command *c, const struct remote *r, const char *folder, const struct command *build)
{
	const char *const *words = words_there(c, r, folder, build), *const * argv;

	for (argv = remote_shell(r, script, words, &c->arena); *argv; argv++)
		command_add(c, *argv);
	add_alias(c, r, build);
	c->holds_input = true;
}

static void
remote_compose(struct command *c, const struct command_query *query, bool with_jobs)
{
	const struct remote *r = query->place->remote;
	const char *folder = remote_folder(r, query->spec->survey->workspace->root, &c->arena);
	struct command build = { 0 };

	add_build(&build, query);
	add_sending(c, query);
	if (query->is_for_shell)
		add_for_shell(c, query, folder, &build);
	else
		add_ssh(c, r, folder, &build);
	command_fini(&build);
}

const struct backend backend_remote = {
	.name = REMOTE_WORD,
	.traits = BACKEND_NO_GRAPH | BACKEND_AWAY,
	.reaches = remote_reaches,
	.compose = remote_compose,
};
