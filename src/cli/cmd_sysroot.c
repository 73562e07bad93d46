/* sysroot: the store of what foreign systems bring for linking. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "base/quantity.h"
#include "cli/cli.h"
#include "cli/interrupts.h"
#include "cli/table.h"
#include "io/loop.h"
#include "plan/sysroot.h"
#include "ready/sysroot.h"
#include "rust/cargoconf.h"
#include "text/fuzzy.h"
#include "text/json.h"

#define DRAW_MS 100
#define BAR_WIDTH 24

/* -- adding ------------------------------------------------------------------------------------ */

struct adding {
	struct cli *cli;
	struct loop *loop;
	struct sysroot_request request;
	struct sysroot_progress progress;
	struct sysroot sysroot;
	struct err err;
	int signal; /* that asked us to stop */
	bool ok, is_live, is_drawn;
};

static void
append_bar(struct str *out, int64_t done, int64_t total)
{
	int filled = total > 0 ? (int)(done * BAR_WIDTH / total) : 0;

	str_append_char(out, '[');
	str_append_repeat(out, '#', (size_t)filled);
	str_append_repeat(out, '.', (size_t)(BAR_WIDTH - filled));
	str_append(out, "] ");
}

/* What comes is unpacked as it comes; a fast network is ahead of that. */
static void
append_transfer(struct str *out, struct sysroot_progress *p)
{
	int64_t total = atomic_load(&p->gauge.total), rate = atomic_load(&p->gauge.rate);
	bool is_here = total > 0 && atomic_load(&p->gauge.done) >= total;
	int64_t done = is_here ? atomic_load(&p->unpacked) : atomic_load(&p->gauge.done);
	int64_t left = rate > 0 ? (total - done) / rate : 0;
	char text[QUANTITY_MAX];

	str_append(out, is_here ? "unpacking " : "fetching ");
	if (total > 0)
		append_bar(out, done, total);
	str_append(out, quantity_put(text, (uint64_t)done));
	if (total > 0)
		str_appendf(out, " of %s", quantity_put(text, (uint64_t)total));
	if (rate > 0 && !is_here)
		str_appendf(out, ", %s/s", quantity_put(text, (uint64_t)rate));
	if (rate > 0 && !is_here && total > done)
		str_appendf(out, ", %d:%02d left", (int)(left / 60), (int)(left % 60));
}

/* One line that is written over; left as it is when the work is done. */
static void
draw(void *arg)
{
	struct adding *a = arg;
	struct str line = STR_INIT;

	switch (atomic_load(&a->progress.stage)) {
	case SYSROOT_WAITING: break;
	case SYSROOT_MANIFEST: str_append(&line, "asking for the MANIFEST"); break;
	case SYSROOT_FETCHING: append_transfer(&line, &a->progress); break;
	default: str_append(&line, "unpacking");
	}
	if (line.len) {
		fprintf(stderr, "\r\033[K%s", str_cstr(&line));
		fflush(stderr);
		a->is_drawn = true;
	}
	str_fini(&line);
}

static void
work(void *arg)
{
	struct adding *a = arg;

	a->ok = sysroot_add(&a->request, &a->progress, &a->sysroot, &a->err);
}

static void
work_is_done(void *arg)
{
	struct adding *a = arg;

	loop_stop(a->loop);
}

static void
interrupted(void *arg, int signum)
{
	struct adding *a = arg;

	a->signal = signum;
	atomic_store(&a->progress.gauge.cancel, true);
}

static void
run_adding(struct adding *a)
{
	struct interrupts *interrupts;
	struct loop_timer *timer = NULL;

	a->loop = loop_new();
	interrupts = interrupts_start(a->loop, interrupted, a);
	if (a->is_live)
		timer = loop_timer_start(a->loop, DRAW_MS, DRAW_MS, draw, a);
	loop_work(a->loop, work, work_is_done, a);
	loop_run(a->loop);
	loop_timer_stop(timer);
	interrupts_stop(interrupts);
	loop_free(a->loop);
	if (a->is_drawn)
		fprintf(stderr, "\r\033[K");
}

static struct json *
sysroot_json(const struct sysroot *s)
{
	struct json *o = json_object();

	json_set_string(o, "triple", s->triple);
	json_set_string(o, "version", s->version);
	json_set_string(o, "path", s->path);
	json_set_string(o, "url", s->url);
	json_set_string(o, "sha256", s->sha256);
	if (s->added)
		json_set_number(o, "added_at", (double)s->added);
	else
		json_set_null(o, "added_at");
	json_set_number(o, "files", (double)s->files);
	json_set_number(o, "bytes", (double)s->bytes);
	return o;
}

/* The one tree that a verb was about: as JSON, or in these words. */
static void
print_one(struct cli *cli, const struct sysroot *s, const struct str *words)
{
	struct json *doc;

	if (args_has(&cli->args, OPT_JSON)) {
		doc = json_object();
		json_set_number(doc, "schema", 1);
		json_set(doc, "sysroot", sysroot_json(s));
		cli_print_json(cli, doc);
		json_free(doc);
	} else if (!cli->quiet) {
		cli_print(cli, words);
	}
}

static void
print_added(struct cli *cli, const struct sysroot *s)
{
	struct str words = STR_INIT;
	char *shown = path_shown(s->path, NULL), size[QUANTITY_MAX];

	str_appendf(&words, "FreeBSD %s for %s: %zu files, %s, in %s\n", s->version, s->triple,
		s->files, quantity_put(size, s->bytes), shown);
	print_one(cli, s, &words);
	str_fini(&words);
	free(shown);
}

/* What cargo is told of the network counts here too. */
static void
use_cargo_network(struct adding *a, struct cargoconf *conf)
{
	struct conf_value v;

	if (conf && cargoconf_get(conf, "http.proxy", &v))
		a->request.proxy = v.text;
	if (conf && cargoconf_get(conf, "http.cainfo", &v))
		a->request.ca_file = v.text;
}

static int
end_by_signal(int signum)
{
	signal(signum, SIG_DFL);
	raise(signum);
	return 128 + signum;
}

static int
add(struct cli *cli, const char *triple)
{
	struct cargoconf *conf = cargoconf_load(cli->dir, NULL);
	const char **mirrors = sysroot_mirrors(cli->settings);
	struct adding a = {
		.cli = cli,
		.request = {
			.triple = triple,
			.version = args_get(&cli->args, OPT_RELEASE, NULL),
			.from = args_get(&cli->args, OPT_FROM, NULL),
			.mirrors = mirrors,
			.offline = args_has(&cli->args, OPT_OFFLINE),
		},
		.progress = SYSROOT_PROGRESS_INIT,
		.is_live = !cli->quiet && isatty(STDERR_FILENO) && !text_is(getenv("TERM"), "dumb"),
	};
	int status = 0;

	use_cargo_network(&a, conf);
	if (!a.request.from || cli_has_file(a.request.from, &a.err))
		run_adding(&a);
	if (a.ok)
		print_added(cli, &a.sysroot);
	else if (!a.signal)
		status = cli_fail(cli, &a.err);
	else if (!cli->quiet && !a.request.from)
		fputs("stopped; what came so far is kept, and the same command goes on\n", stderr);
	sysroot_fini(&a.sysroot);
	cargoconf_free(conf);
	free(mirrors);
	return a.ok || !a.signal ? status : end_by_signal(a.signal);
}

/* -- listing ----------------------------------------------------------------------------------- */

static struct json *
releases_json(const char *triple)
{
	const struct sysroot_release *releases;
	size_t count = sysroot_releases(triple, &releases);
	struct json *list = json_array();
	const char *standard = sysroot_default_version(triple);

	for (size_t i = 0; i < count; i++) {
		struct json *o = json_object();

		json_set_string(o, "version", releases[i].version);
		json_set_string(o, "ends", releases[i].ends);
		json_set_bool(o, "default", text_is(releases[i].version, standard));
		json_push(list, o);
	}
	return list;
}

/* `triple` NULL: of every target that there are some for. */
static struct json *
available_json(const char *triple)
{
	struct json *list = json_array();
	const char *at;

	for (size_t i = 0; (at = sysroot_target_at(i)); i++) {
		struct json *o;

		if (triple && !text_is(at, triple))
			continue;
		o = json_object();
		json_set_string(o, "triple", at);
		json_set(o, "releases", releases_json(at));
		json_push(list, o);
	}
	return list;
}

static void
print_list_json(struct cli *cli, const struct sysroot_list *list, const char *triple)
{
	struct json *doc = json_object(), *trees = json_array();
	char *store = sysroot_store();

	for (size_t i = 0; i < list->count; i++)
		json_push(trees, sysroot_json(&list->items[i]));
	json_set_number(doc, "schema", 1);
	json_set_string(doc, "store", store);
	json_set(doc, "sysroots", trees);
	json_set(doc, "available", available_json(triple));
	cli_print_json(cli, doc);
	json_free(doc);
	free(store);
}

static void
append_trees(struct cli *cli, const struct sysroot_list *list, struct str *out)
{
	static const char *const headings[] = { "target", "version", ">files", ">size", "where",
		NULL };
	struct table *table = table_new(headings);

	for (size_t i = 0; i < list->count; i++) {
		const struct sysroot *s = &list->items[i];
		char *shown = path_shown(s->path, NULL), text[QUANTITY_MAX];

		table_cell(table, INK_PLAIN, s->triple);
		table_cell(table, INK_BOLD, s->version);
		snprintf(text, sizeof(text), "%zu", s->files);
		table_cell(table, INK_PLAIN, s->url ? text : "-");
		table_cell(table, INK_PLAIN, s->url ? quantity_put(text, s->bytes) : "-");
		table_cell(table, INK_DIM, shown);
		free(shown);
	}
	table_print(table, cli, out);
	table_free(table);
}

/* The releases of a target in one cell; those without support have their end in brackets. */
static char *
releases_text(const char *triple, const char *day)
{
	const struct sysroot_release *releases;
	size_t count = sysroot_releases(triple, &releases);
	struct str text = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		bool has_ended = strcmp(releases[i].ends, day) < 0;

		str_appendf(
			&text, has_ended ? "%s(%s)" : "%s%s", i ? " " : "", releases[i].version);
	}
	return str_take(&text);
}

static void
append_available(struct cli *cli, const char *triple, struct str *out)
{
	static const char *const headings[] = { "can be added for", "FreeBSD", "without --version",
		NULL };
	struct table *table = table_new(headings);
	char day[SYSROOT_DAY_SIZE];
	const char *at;

	sysroot_today(day);
	for (size_t i = 0; (at = sysroot_target_at(i)); i++) {
		char *text;

		if (triple && !text_is(at, triple))
			continue;
		text = releases_text(at, day);
		table_cell(table, INK_PLAIN, at);
		table_cell(table, INK_PLAIN, text);
		table_cell(table, INK_BOLD, sysroot_default_version(at));
		free(text);
	}
	table_print(table, cli, out);
	str_append(out, "In brackets: without support by FreeBSD.\n");
	table_free(table);
}

static int
list(struct cli *cli, const char *triple)
{
	struct sysroot_list found;
	struct err err = ERR_INIT;
	struct str out = STR_INIT;

	if (!sysroot_list_read(triple, &found, &err))
		return cli_fail(cli, &err);
	if (args_has(&cli->args, OPT_JSON)) {
		print_list_json(cli, &found, triple);
	} else {
		if (found.count) {
			append_trees(cli, &found, &out);
			str_append_char(&out, '\n');
		}
		append_available(cli, triple, &out);
		cli_print(cli, &out);
	}
	sysroot_list_fini(&found);
	str_fini(&out);
	return 0;
}

/* -- verifying and removing -------------------------------------------------------------------- */

static bool
fits(const struct cli *cli, const struct sysroot *s)
{
	const char *version = args_get(&cli->args, OPT_RELEASE, NULL);

	return !version || text_is(s->version, version);
}

/* Those that the line names; none is an error. */
static bool
read_named(struct cli *cli, const char *triple, struct sysroot_list *found, struct err *err)
{
	const char *version = args_get(&cli->args, OPT_RELEASE, NULL);
	size_t kept = 0;

	if (!sysroot_list_read(triple, found, err))
		return false;
	for (size_t i = 0; i < found->count; i++) {
		if (fits(cli, &found->items[i]))
			found->items[kept++] = found->items[i];
		else
			sysroot_fini(&found->items[i]);
	}
	found->count = kept;
	if (kept)
		return true;
	err_set(err, ERR_FAILED, "%s%s%s: no such sysroot is here", triple ? triple : "sysroot",
		version ? " " : "", version ? version : "");
	err_try(err, "xtui sysroot list");
	sysroot_list_fini(found);
	return false;
}

static struct json *
problems_json(struct span problems)
{
	struct json *list = json_array();

	while (problems.len) {
		char *line = span_dup(span_cut(problems, '\n', &problems));

		json_push_string(list, line);
		free(line);
	}
	return list;
}

/* One tree; -1: it could not be looked at, else how many problems. */
static int
verify_one(struct cli *cli, const struct sysroot *s, struct json *results)
{
	struct err err = ERR_INIT;
	struct str problems = STR_INIT, out = STR_INIT;
	bool ok = sysroot_verify(s, &problems, &err);
	int count = ok ? problems.len > 0 : -1;
	struct json *o;

	if (!ok) {
		cli_fail(cli, &err);
	} else if (results) {
		o = sysroot_json(s);
		json_set(o, "problems", problems_json(str_span(&problems)));
		json_push(results, o);
	} else {
		str_appendf(&out, "%s %s: %s\n", s->triple, s->version,
			count ? "not what it was" : "as it was added");
		str_append_span(&out, str_span(&problems));
		cli_print(cli, &out);
	}
	str_fini(&problems);
	str_fini(&out);
	return count;
}

static int
verify(struct cli *cli, const char *triple)
{
	struct json *results = args_has(&cli->args, OPT_JSON) ? json_array() : NULL;
	struct sysroot_list found;
	struct err err = ERR_INIT;
	int status = 0;

	if (!read_named(cli, triple, &found, &err)) {
		json_free(results);
		return cli_fail(cli, &err);
	}
	for (size_t i = 0; i < found.count; i++)
		if (verify_one(cli, &found.items[i], results) != 0)
			status = 1;
	if (results) {
		struct json *doc = json_object();

		json_set_number(doc, "schema", 1);
		json_set(doc, "sysroots", results);
		cli_print_json(cli, doc);
		json_free(doc);
	}
	sysroot_list_fini(&found);
	return status;
}

static int
remove_tree(struct cli *cli, const char *triple)
{
	struct sysroot_list found;
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	int status = 0;

	if (!read_named(cli, triple, &found, &err))
		return cli_fail(cli, &err);
	if (found.count > 1) {
		err_set(&err, ERR_USAGE, "%s: there are several releases here", triple);
		err_try(&err, "xtui sysroot remove %s --version %s", triple,
			found.items[0].version);
		status = cli_fail(cli, &err);
	} else if (!sysroot_remove(&found.items[0], &err)) {
		status = cli_fail(cli, &err);
	} else {
		str_appendf(&out, "%s %s is removed\n", triple, found.items[0].version);
		print_one(cli, &found.items[0], &out);
	}
	sysroot_list_fini(&found);
	str_fini(&out);
	return status;
}

/* -- the line ---------------------------------------------------------------------------------- */

static const struct verb {
	const char *name;
	bool wants_target;
	int (*run)(struct cli *cli, const char *triple);
} verbs[] = {
	{ "list", false, list },
	{ "add", true, add },
	{ "verify", false, verify },
	{ "remove", true, remove_tree },
};
#define VERB_COUNT (COUNT(verbs))

static int
refuse_verb(struct cli *cli, const char *word)
{
	const char *names[VERB_COUNT], *nearest;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < VERB_COUNT; i++)
		names[i] = verbs[i].name;
	nearest = fuzzy_nearest(word, names, VERB_COUNT);
	err_set(&err, ERR_USAGE, "sysroot: unknown verb \"%s\"", word);
	err_try(&err, "xtui sysroot %s", nearest ? nearest : "list");
	return cli_fail(cli, &err);
}

/* A target that no sysroot is for, where one is wanted; the nearest that there is. */
static int
refuse_target(struct cli *cli, const char *verb, const char *triple)
{
	const char *names[16], *nearest;
	struct err err = ERR_INIT;
	size_t count = 0;

	while (count < 16 && (names[count] = sysroot_target_at(count)))
		count++;
	nearest = triple ? fuzzy_nearest(triple, names, count) : NULL;
	if (triple)
		err_set(&err, ERR_USAGE, "%s: no sysroot is known for it", triple);
	else
		err_set(&err, ERR_USAGE, "sysroot %s: which target?", verb);
	err_try(&err, "xtui sysroot %s %s", verb, nearest ? nearest : names[0]);
	return cli_fail(cli, &err);
}

int
cmd_sysroot(struct cli *cli)
{
	size_t count = cli->args.positional.len;
	const char *word = count ? cli->args.positional.items[0] : "list";
	const char *triple = count > 1 ? cli->args.positional.items[1] : NULL;

	for (size_t i = 0; i < VERB_COUNT; i++) {
		const struct verb *verb = &verbs[i];

		if (!text_is(verb->name, word))
			continue;
		if (triple ? !sysroot_is_for(triple) : verb->wants_target)
			return refuse_target(cli, word, triple);
		return verb->run(cli, triple);
	}
	return refuse_verb(cli, word);
}
