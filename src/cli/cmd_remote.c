/* remote: the machines of config.toml, asked side by side; and the two errands of a build there. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "build/bring.h"
#include "build/remote_send.h"
#include "cli/cli.h"
#include "host/settings.h"
#include "io/digest.h"
#include "io/loop.h"
#include "ready/inquiry.h"
#include "ready/remote.h"
#include "ready/survey.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"
#include "text/fuzzy.h"
#include "text/json.h"

#define FETCH_WORDS 4 /* of each file */

static bool
err_unknown(const struct cli *cli, const char *name, struct err *err)
{
	const struct remotes *all = cli->settings->remotes;
	const char **names = xcalloc(all->count + 1, sizeof(*names)), *nearest;

	for (size_t i = 0; i < all->count; i++)
		names[i] = all->items[i].name;
	nearest = fuzzy_nearest(name, names, all->count);
	free(names);
	err_set(err, ERR_USAGE, "remote: there is no machine \"%s\"", name);
	if (nearest)
		return err_try(err, "%s", nearest);
	return err_try(err, "[remote.%s] with host = \"…\" in %s", name, cli->settings->path);
}

/* ---- errands ---- */

static int
send_sources(struct cli *cli, const struct remote *r)
{
	struct err err = ERR_INIT;
	struct workspace_query query = { .dir = cli->dir,
		.manifest = args_get(&cli->args, OPT_MANIFEST_PATH, NULL) };
	struct toolchain_query of_toolchain = { .dir = cli->dir,
		.override = args_get(&cli->args, OPT_TOOLCHAIN, NULL) };
	struct toolchain *tc = toolchain_find(&of_toolchain, &err);
	struct workspace *ws = tc ? workspace_load(&query, tc, &err) : NULL;
	struct str said = STR_INIT;
	int status = 0;

	if (ws && !cli->quiet) {
		str_appendf(&said, "     Sending sources to %s (%s)\n", r->name, r->host);
		cli_print(cli, &said);
	}
	if (!ws || !remote_send(r, ws, &err))
		status = cli_fail(cli, &err);
	str_fini(&said);
	workspace_free(ws);
	toolchain_free(tc);
	return status;
}

static void
print_line(void *arg, struct span line)
{
	fprintf(stderr, "%.*s%s", (int)line.len, line.data, span_ends(line, "\n") ? "" : "\n");
}

/* What a build there tells of on standard input: `xtui build --json -v`. */
static int
bring(struct cli *cli, const struct remote *r)
{
	const char *dir = args_get(&cli->args, OPT_OUTPUT, NULL);
	struct err err = ERR_INIT;

	if (dir && bring_built(r, dir, stdin, print_line, NULL, &err))
		return 0;
	if (!dir) {
		err_set(&err, ERR_USAGE, "remote fetch: -o DIR, the target folder, is expected");
		err_try(&err, "xtui build --backend remote:%s --dry-run prints the whole line",
			r->name);
	}
	return cli_fail(cli, &err);
}

/* For a build: `-- SHA256 BYTES THERE HERE...` */
static int
fetch_files(struct cli *cli, const struct remote *r)
{
	size_t count = cli->args.rest.len / FETCH_WORDS;
	struct remote_file *files = xcalloc(count + 1, sizeof(*files));
	struct err err = ERR_INIT;
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++) {
		const char **words = cli->args.rest.items + i * FETCH_WORDS;

		files[i] = (struct remote_file){ .sha256 = words[0],
			.bytes = strtoull(words[1], NULL, 10),
			.there = words[2],
			.here = words[3] };
		ok = digest_is_hex(words[0]) ||
			err_set(&err, ERR_USAGE, "remote fetch: %s is no SHA-256", words[0]);
	}
	ok = ok && remote_fetch(r, files, count, &err);
	free(files);
	return ok ? 0 : cli_fail(cli, &err);
}

static int
fetch(struct cli *cli, const struct remote *r)
{
	return cli->args.rest.len ? fetch_files(cli, r) : bring(cli, r);
}

/* ---- the list ---- */

struct asked {
	const struct remote *remote;
	const struct answer *answer;
	struct remote_state state;
	struct err err; /* of kind ERR_NONE: it can build */
};

static void
read_answer(struct asked *a, struct arena *arena)
{
	if (a->answer->state == ANSWER_LATE) {
		err_set(&a->err, ERR_ENVIRONMENT, "%s: no answer within %d s", a->remote->name,
			REMOTE_LIMIT_MS / 1000);
		err_try(&a->err, "ssh %s", a->remote->host);
	} else if (a->answer->state == ANSWER_NONE) {
		err_set(&a->err, ERR_ENVIRONMENT, "%s: ssh cannot be started", a->remote->name);
		err_try(&a->err, "install OpenSSH's client");
	} else {
		remote_read(a->remote, a->answer->exit_code, a->answer->text, a->answer->complaint,
			&a->state, arena, &a->err);
	}
}

static void
ask_all(struct asked *asked, size_t count, struct arena *arena)
{
	struct loop *loop = loop_new();
	struct inquiry *q = inquiry_new(loop, NULL, NULL);

	for (size_t i = 0; i < count; i++)
		asked[i].answer =
			inquiry_ask(q, remote_question(asked[i].remote, NULL, true, arena),
				REMOTE_LIMIT_MS, false);
	inquiry_finish(q);
	for (size_t i = 0; i < count; i++)
		read_answer(&asked[i], arena);
	inquiry_free(q);
	loop_free(loop);
}

static void
append_ready(struct str *out, const struct remote_state *state)
{
	for (size_t i = 0; i < state->ready_count; i++)
		str_appendf(out, "  %s\n", state->ready[i]);
	if (!state->ready_count)
		str_append(out, "  no target is ready there: xtui doctor on that machine\n");
}

static void
print_plain(const struct cli *cli, const struct asked *asked, size_t count)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		const struct asked *a = &asked[i];
		const char *good = ink(cli, INK_GOOD), *bad = ink(cli, INK_BAD);
		const char *plain = ink(cli, INK_PLAIN);

		if (a->err.kind != ERR_NONE) {
			str_appendf(&out, "%s%s%s cannot build\n  %s\n  try: %s\n", bad,
				a->remote->name, plain, a->err.message, a->err.remedy);
			continue;
		}
		str_appendf(&out, "%s%s%s %s, xtui %s, %s; can build %zu targets%s\n", good,
			a->remote->name, plain, a->state.system, a->state.version,
			a->state.has_rsync         ? "rsync"
				: a->state.has_git ? "git"
						   : "neither rsync nor git",
			a->state.ready_count, a->state.ready_count ? ":" : "");
		append_ready(&out, &a->state);
	}
	cli_print(cli, &out);
	str_fini(&out);
}

static struct json *
machine_json(const struct asked *a)
{
	struct json *o = json_object(), *ready = json_array();
	bool is_ok = a->err.kind == ERR_NONE;

	json_set_string(o, "name", a->remote->name);
	json_set_string(o, "host", a->remote->host);
	json_set_string(o, "state", is_ok ? "ok" : "fail");
	json_set_string(o, "why", is_ok ? NULL : a->err.message);
	json_set_string(o, "try", is_ok ? NULL : a->err.remedy);
	json_set_string(o, "system", a->state.system);
	json_set_string(o, "version", a->state.version);
	json_set_bool(o, "rsync", a->state.has_rsync);
	json_set_bool(o, "git", a->state.has_git);
	json_set_number(o, "slots", a->remote->slots);
	for (size_t i = 0; i < a->state.ready_count; i++)
		json_push_string(ready, a->state.ready[i]);
	json_set(o, "ready", ready);
	return o;
}

static void
print_json(const struct cli *cli, const struct asked *asked, size_t count)
{
	struct json *doc = json_object(), *list = json_array();

	json_set_number(doc, "schema", 1);
	for (size_t i = 0; i < count; i++)
		json_push(list, machine_json(&asked[i]));
	json_set(doc, "remotes", list);
	cli_print_json(cli, doc);
	json_free(doc);
}

static void
say_none(const struct cli *cli)
{
	struct str out = STR_INIT;

	str_appendf(&out,
		"No machine that builds by ssh is named in %s. One is, by:\n\n"
		"[remote.NAME]\nhost = \"me@machine\"\n\n"
		"See xtui help config, and xtui help remote.\n",
		cli->settings->path);
	cli_print(cli, &out);
	str_fini(&out);
}

/* Those that are named, else all; false with err for one that is not there. */
static bool
choose(const struct cli *cli, struct asked *asked, size_t count, struct err *err)
{
	const struct remotes *all = cli->settings->remotes;
	size_t named = cli->args.positional.len;

	for (size_t i = 0; i < count; i++) {
		const char *name = named ? cli->args.positional.items[i] : all->items[i].name;

		if (!(asked[i].remote = remotes_find(all, name)))
			return err_unknown(cli, name, err);
	}
	return true;
}

static int
tell_all(const struct cli *cli, struct asked *asked, size_t count)
{
	struct arena arena = { 0 };
	int status = 0;

	ask_all(asked, count, &arena);
	if (args_has(&cli->args, OPT_JSON))
		print_json(cli, asked, count);
	else
		print_plain(cli, asked, count);
	for (size_t i = 0; i < count; i++)
		status |= asked[i].err.kind != ERR_NONE;
	arena_fini(&arena);
	return status;
}

static int
list(struct cli *cli)
{
	size_t named = cli->args.positional.len;
	size_t count = named ? named : cli->settings->remotes->count;
	struct asked *asked = xcalloc(count + 1, sizeof(*asked));
	struct err err = ERR_INIT;
	int status = 0;

	if (!choose(cli, asked, count, &err))
		status = cli_fail(cli, &err);
	else if (!count && !args_has(&cli->args, OPT_JSON))
		say_none(cli);
	else
		status = tell_all(cli, asked, count);
	free(asked);
	return status;
}

/* ---- the line ---- */

int
cmd_remote(struct cli *cli)
{
	static const struct {
		const char *verb;
		int (*run)(struct cli *cli, const struct remote *r);
	} errands[] = { { "send", send_sources }, { "fetch", fetch } };
	size_t count = cli->args.positional.len;
	struct err err = ERR_INIT;

	for (size_t i = 0; count == 2 && i < COUNT(errands); i++) {
		const char *name = cli->args.positional.items[1];
		const struct remote *r = remotes_find(cli->settings->remotes, name);

		if (!text_is(cli->args.positional.items[0], errands[i].verb))
			continue;
		if (r)
			return errands[i].run(cli, r);
		err_unknown(cli, name, &err);
		return cli_fail(cli, &err);
	}
	return list(cli);
}
