/* package: archives of what was built, a target each, with their sums and a manifest. */
#include <stdio.h>
#include <stdlib.h>
#include "artifact/card.h"
#include "artifact/card_json.h"
#include "artifact/fits.h"
#include "artifact/object.h"
#include "artifact/package.h"
#include "artifact/runson.h"
#include "base/alloc.h"
#include "base/path.h"
#include "base/quantity.h"
#include "build/history.h"
#include "cli/cli.h"
#include "cli/package_files.h"
#include "cli/past.h"
#include "host/settings.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/foreground.h"
#include "io/proc.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "text/json.h"

#define SMOKE_MS 20000 /* qemu may take its time */
#define SMOKE_OUTPUT 65536
#define CANNOT_RUN 126 /* from here on an exit code is the shell's: not started */

struct packer {
	struct cli *cli;
	struct survey *survey;
	struct history *history;
	struct choice *choice;
	struct runson *systems;
	const char *profile;
	const char *name, *version;
	const char *dir; /* where packages go; absolute */
	int64_t time;
	struct str sums;       /* SHA256SUMS */
	struct json *manifest; /* its packages */
	struct json *report;   /* likewise, of --json */
	struct str notes;      /* of the target at hand, for people */
	bool has_failed;       /* a program did not start */
};

/* ---- a smoke run ---- */

struct smoke {
	const char *runner; /* NULL: none was needed */
	bool ran, ok;
	char *end; /* "exit 0", "killed by signal 11"; or why it did not run */
};

static bool
run_once(const struct target_state *state, const char *path, struct proc_result *result,
	struct err *err)
{
	VEC(const char *) argv = VEC_INIT;
	bool ok;

	for (const char *const *word = state->runner; *word; word++)
		vec_push(&argv, *word);
	vec_push(&argv, path);
	vec_push(&argv, "--version");
	vec_push(&argv, NULL);
	ok = proc_capture(
		&(struct proc_spec){ .argv = argv.items }, SMOKE_OUTPUT, SMOKE_MS, result, err);
	vec_fini(&argv);
	return ok;
}

/* Not every program knows --version: any exit code of its own is good, a signal or no start is not. */
static struct smoke
smoke_run(const struct survey *s, const char *target, const char *path)
{
	const struct target_state *state = &s->states[survey_find(s, target)];
	struct proc_result result = { 0 };
	struct smoke smoke = { .runner = *state->runner };
	struct err err = ERR_INIT;

	if (!*state->runner && !state->runs_here) {
		smoke.end = xstrdup("nothing here runs it");
		smoke.ok = true;
	} else if (!run_once(state, path, &result, &err)) {
		smoke.ran = true;
		smoke.end = xstrdup(err.message);
	} else {
		smoke.ran = true;
		smoke.ok = result.end.exit_code >= 0 && result.end.exit_code < CANNOT_RUN;
		smoke.end = result.end.signal ? xasprintf("killed by signal %d", result.end.signal)
					      : xasprintf("exit %d", result.end.exit_code);
	}
	proc_result_fini(&result);
	return smoke;
}

static struct json *
smoke_json(const struct packed_file *file, const struct smoke *smoke)
{
	struct json *o = json_object();

	json_set_string(o, "program", file->name);
	json_set_string(o, "runner", smoke->runner);
	json_set_bool(o, "ran", smoke->ran);
	json_set_bool(o, "ok", smoke->ok);
	json_set_string(o, "end", smoke->end);
	return o;
}

/* Of all programs; lines for people go to `out`. */
static struct json *
smoke_all(struct packer *p, const char *target, const struct package_files *files, struct str *out)
{
	struct json *runs = json_array();

	for (size_t i = 0; i < files->list.len; i++) {
		const struct packed_file *file = &files->list.items[i];
		struct smoke smoke;

		if (!text_is(file->kind, "bin"))
			continue;
		smoke = smoke_run(p->survey, target, file->source);
		p->has_failed |= !smoke.ok;
		str_appendf(out, "  %s%s%s --version: %s%s%s%s\n",
			ink(p->cli, smoke.ok ? INK_DIM : INK_BAD), file->name,
			ink(p->cli, INK_PLAIN), smoke.end, smoke.runner ? " (with " : "",
			smoke.runner ? path_basename(smoke.runner) : "", smoke.runner ? ")" : "");
		json_push(runs, smoke_json(file, &smoke));
		free(smoke.end);
	}
	return runs;
}

/* ---- a package ---- */

/* A time of linking makes other bytes at each build; SOURCE_DATE_EPOCH gives the linkers of Windows theirs. */
static void
note_link_time(struct packer *p, const struct card *card)
{
	const struct card_detail *linked = card_detail(card, "link_time");
	char *given = quantity_utc(p->time);

	if (linked && !text_is(linked->value, given))
		str_appendf(&p->notes,
			"  %s%s holds the time of its link, %s; a build with SOURCE_DATE_EPOCH set "
			"is "
			"the same each time%s\n",
			ink(p->cli, INK_DIM), card->path, linked->value, ink(p->cli, INK_PLAIN));
	free(given);
}

/* Cards of what was built; their paths are those within the archive, for the manifest tells nothing of
 * this machine. */
static struct json *
read_cards(struct packer *p, const char *target, const struct package_files *files, struct err *err)
{
	struct json *cards = json_array();

	str_clear(&p->notes);
	for (size_t i = 0; i < files->list.len; i++) {
		const struct packed_file *file = &files->list.items[i];
		struct card *card;

		if (!file->kind)
			continue;
		if (!(card = object_inspect(file->source, err)) || !object_digest(card, err)) {
			card_free(card);
			json_free(cards);
			return NULL;
		}
		runson_fill(p->systems, card);
		fits_check(card, targets_find(p->survey->targets, target), NULL);
		card->path = file->name;
		note_link_time(p, card);
		json_push(cards, card_json(card));
		card_free(card);
	}
	return cards;
}

static bool
choose_format(
	const struct packer *p, const char *target, enum package_format *format, struct err *err)
{
	const char *named = args_get(&p->cli->args, OPT_FORMAT, NULL);
	const struct target *t = targets_find(p->survey->targets, target);

	if (named)
		return package_format_parse(named, format, err);
	*format = text_is(t->os, "windows") ? PACKAGE_ZIP : PACKAGE_TAR_GZ;
	return true;
}

static bool
write_archive(const struct packer *p, const struct package_files *files, const char *top,
	const char *path, enum package_format format, struct err *err)
{
	VEC(struct package_file) members = VEC_INIT;
	bool ok;

	for (size_t i = 0; i < files->list.len; i++) {
		const struct packed_file *file = &files->list.items[i];

		vec_push(&members,
			((struct package_file){ file->source, file->name,
				text_is(file->kind, "bin") || text_is(file->kind, "cdylib") }));
	}
	ok = package_write(path, top, members.items, members.len, format, p->time, err);
	vec_fini(&members);
	return ok;
}

static struct json *
names_json(const struct package_files *files)
{
	struct json *list = json_array();

	for (size_t i = 0; i < files->list.len; i++)
		json_push_string(list, files->list.items[i].name);
	return list;
}

/* What both lists tell of a package. */
static struct json *
package_json(const char *target, const char *file, uint64_t bytes, const char *sha256,
	const struct package_files *files)
{
	struct json *o = json_object();

	json_set_string(o, "target", target);
	json_set_string(o, "file", file);
	json_set_number(o, "bytes", (double)bytes);
	json_set_string(o, "sha256", sha256);
	json_set(o, "files", names_json(files));
	return o;
}

/* The archive is there: sums, manifest, report, smoke runs. Takes `cards`. */
static bool
tell(struct packer *p, const char *target, const char *path, const struct package_files *files,
	struct json *cards, struct err *err)
{
	const char *file = path_basename(path);
	char sha256[DIGEST_HEX_LEN + 1], *size, *shown = path_shown(path, p->cli->dir);
	struct file_identity id = { 0 };
	struct json *entry, *report;
	struct str out = STR_INIT;
	bool ok = digest_file(path, sha256, err);

	if (ok) {
		file_identity(path, &id);
		str_appendf(&p->sums, "%s  %s\n", sha256, file);
		entry = json_push(p->manifest, package_json(target, file, id.size, sha256, files));
		json_set(entry, "cards", cards);
		report = json_push(p->report, package_json(target, file, id.size, sha256, files));
		size = quantity_bytes(id.size);
		str_appendf(&out, "%s%s%s  %s, %zu file%s\n", ink(p->cli, INK_BOLD), shown,
			ink(p->cli, INK_PLAIN), size, files->list.len,
			files->list.len == 1 ? "" : "s");
		json_set(report, "smoke", smoke_all(p, target, files, &out));
		str_append_span(&out, str_span(&p->notes));
		if (!args_has(&p->cli->args, OPT_JSON) && !p->cli->quiet)
			cli_print(p->cli, &out);
		free(size);
	} else {
		json_free(cards);
	}
	str_fini(&out);
	free(shown);
	return ok;
}

static void
say_missing(const struct packer *p, const char *target, const struct package_files *files)
{
	for (size_t i = 0; i < files->missing.len && !p->cli->quiet; i++)
		fprintf(stderr, "xtui: %s: %s is left out: it has not been built\n", target,
			files->missing.items[i]);
}

static bool
pack(struct packer *p, const char *target, struct err *err)
{
	struct package_query query = { p->survey, p->history, p->choice, target, p->profile };
	char *top = xasprintf("%s-%s-%s", p->name, p->version, target), *path = NULL;
	struct package_files files;
	enum package_format format;
	struct json *cards = NULL;
	bool ok = package_files_find(&files, &query, err) &&
		choose_format(p, target, &format, err) &&
		(cards = read_cards(p, target, &files, err));

	if (ok) {
		say_missing(p, target, &files);
		path = path_joinf(p->dir, "%s.%s", top, package_ending(format));
		if ((ok = write_archive(p, &files, top, path, format, err)))
			ok = tell(p, target, path, &files, cards, err);
		else
			json_free(cards);
	}
	package_files_fini(&files);
	free(path);
	free(top);
	return ok;
}

/* ---- all of them ---- */

/* The first package that is packed gives the version where the workspace has none. */
static const char *
version_of(const struct packer *p)
{
	const struct workspace *ws = p->survey->workspace;

	for (size_t i = 0; !ws->version && i < ws->package_count; i++)
		if (ws->packages[i].is_default)
			return ws->packages[i].version;
	return ws->version ? ws->version : "0.0.0";
}

/* Takes the list of packages. */
static bool
write_manifest(struct packer *p, struct err *err)
{
	struct json *doc = json_object();
	struct str text = STR_INIT;
	char *path = path_join(p->dir, "manifest.json"), hex[DIGEST_HEX_LEN + 1];
	struct digest *digest = digest_new(err);
	bool ok;

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "name", p->name);
	json_set_string(doc, "version", p->version);
	json_set_string(doc, "profile", p->profile);
	json_set(doc, "packages", p->manifest);
	p->manifest = NULL;
	json_print(doc, &text);
	str_append_char(&text, '\n');
	ok = digest && file_write(path, str_span(&text), err);
	if (ok) {
		digest_add(digest, text.data, text.len);
		digest_take(digest, hex);
		str_appendf(&p->sums, "%s  manifest.json\n", hex);
	}
	digest_free(digest);
	str_fini(&text);
	json_free(doc);
	free(path);
	return ok;
}

/* By the user's own tool, which may ask for a password. */
static bool
sign(const struct packer *p, const char *path, struct err *err)
{
	VEC(char *) words = VEC_INIT;
	struct span rest = span_of(p->cli->settings->sign);
	int status;

	if (text_is(p->cli->settings->sign, "no"))
		return true;
	while (rest.len) {
		struct span word = span_cut(rest, ' ', &rest);

		if (word.len)
			vec_push(&words, span_dup(word));
	}
	vec_push(&words, xstrdup(path));
	vec_push(&words, NULL);
	fflush(stdout);
	status = foreground_run((const char *const *)words.items, err);
	if (status > 0)
		err_set(err, ERR_FAILED, "sign: %s ended with %d", words.items[0], status);
	for (size_t i = 0; i < words.len; i++)
		free(words.items[i]);
	vec_fini(&words);
	return status == 0;
}

static bool
finish(struct packer *p, struct err *err)
{
	char *path = path_join(p->dir, "SHA256SUMS");
	struct json *doc;
	bool ok = write_manifest(p, err) && file_write(path, str_span(&p->sums), err) &&
		sign(p, path, err);

	if (ok && args_has(&p->cli->args, OPT_JSON)) {
		doc = json_object();
		json_set_number(doc, "schema", 1);
		json_set_string(doc, "dir", p->dir);
		json_set_bool(doc, "signed", !text_is(p->cli->settings->sign, "no"));
		json_set(doc, "packages", p->report);
		p->report = NULL;
		cli_print_json(p->cli, doc);
		json_free(doc);
	}
	free(path);
	return ok;
}

/* Of the line, else of the project's choice, else what cargo would build for; ends with NULL, caller frees the
 * array. */
static const char **
choose_targets(const struct packer *p, struct err *err)
{
	size_t count, own = 0, chosen = choice_target_count(p->choice);
	const char **targets = args_all(&p->cli->args, OPT_TARGET, &count);

	if (!count) {
		free(targets);
		while (!chosen && survey_own_target(p->survey, own))
			own++;
		targets = xcalloc(chosen + own + 1, sizeof(*targets));
		for (size_t i = 0; i < chosen + own; i++)
			targets[i] = chosen ? choice_target(p->choice, i)
					    : survey_own_target(p->survey, i);
	}
	for (size_t i = 0; targets[i]; i++) {
		if (survey_find(p->survey, targets[i]) >= 0)
			continue;
		targets_err_unknown(p->survey->targets, targets[i], err);
		free(targets);
		return NULL;
	}
	return targets;
}

static bool
pack_all(struct packer *p, struct err *err)
{
	const char **targets = choose_targets(p, err);
	bool ok = targets != NULL;

	for (size_t i = 0; ok && targets[i]; i++) {
		bool is_double = false;

		for (size_t k = 0; k < i; k++)
			is_double |= text_is(targets[i], targets[k]);
		ok = is_double || pack(p, targets[i], err);
	}
	free(targets);
	return ok && finish(p, err);
}

static int
package(struct packer *p, struct err *err)
{
	const struct workspace *ws = p->survey->workspace;
	const char *named = args_get(&p->cli->args, OPT_OUTPUT, NULL);
	char *dir = named ? path_join(p->cli->dir, named) : path_join(ws->target_dir, "dist");
	bool ok = package_time(&p->time, err) && (p->choice = choice_load(ws->root, err)) &&
		(p->systems = runson_load(err));

	p->dir = dir;
	p->name = ws->name;
	p->version = version_of(p);
	p->history = past_open(NULL);
	p->profile = args_get(
		&p->cli->args, OPT_PROFILE, p->choice ? choice_profile_name(p->choice) : NULL);
	ok = ok && pack_all(p, err);
	history_close(p->history);
	runson_free(p->systems);
	choice_free(p->choice);
	free(dir);
	return ok ? p->has_failed : cli_fail(p->cli, err);
}

int
cmd_package(struct cli *cli)
{
	struct packer p = {
		.cli = cli,
		.survey = cli_survey(cli),
		.manifest = json_array(),
		.report = json_array(),
	};
	struct err err = p.survey->workspace_err;
	int status = p.survey->workspace ? package(&p, &err) : cli_fail(cli, &err);

	json_free(p.manifest);
	json_free(p.report);
	str_fini(&p.sums);
	str_fini(&p.notes);
	survey_free(p.survey);
	return status;
}
