/* inspect: cards of files, and whether they fit a target or a floor. */
#include <ctype.h>
#include <stdlib.h>
#include "artifact/card.h"
#include "artifact/card_json.h"
#include "artifact/card_text.h"
#include "artifact/fits.h"
#include "artifact/missing.h"
#include "artifact/object.h"
#include "artifact/runson.h"
#include "artifact/sizes.h"
#include "base/alloc.h"
#include "base/path.h"
#include "base/utf8.h"
#include "build/growth.h"
#include "build/history.h"
#include "cli/cli.h"
#include "cli/parts_report.h"
#include "cli/past.h"
#include "io/file.h"
#include "rust/targets.h"
#include "rust/toolchain.h"
#include "text/json.h"

#define LABEL_COLUMNS 12
#define SIZE_ROWS 40 /* of crates and of symbols, with -v and in JSON */
#define SIZE_ROWS_SHOWN 12

/* What each file is held against. */
struct question {
	struct target_table *targets; /* only where a target was named */
	const struct target *target;
	struct floor floor;
	bool has_floor;
	struct history *history; /* opened for the first file that a build may have made; or NULL */
	bool has_asked;
};

/* "…-gnu.2.17" -> the place of ".2.17", or NULL. */
static const char *
floor_suffix(const char *triple)
{
	const char *gnu = strstr(triple, "-gnu"), *dot = gnu ? strchr(gnu, '.') : NULL;

	return dot && isdigit((unsigned char)dot[1]) ? dot : NULL;
}

static bool
ask_target(const char *name, struct question *q, struct err *err)
{
	const char *suffix = floor_suffix(name);
	char *triple = suffix ? xstrndup(name, (size_t)(suffix - name)) : xstrdup(name);
	char *floor = suffix ? xasprintf("glibc-%s", suffix + 1) : NULL;
	bool ok;

	q->targets = targets_load(NULL, true);
	q->target = targets_find(q->targets, triple);
	ok = q->target || targets_err_unknown(q->targets, triple, err);
	if (ok && floor)
		ok = q->has_floor = floor_parse(&q->floor, floor, err);
	free(triple);
	free(floor);
	return ok;
}

static bool
ask(const struct args *args, struct question *q, struct err *err)
{
	const char *target = args_get(args, OPT_TARGET, NULL);
	const char *floor = args_get(args, OPT_FLOOR, NULL);

	if (!args->positional.len) {
		err_set(err, ERR_USAGE, "inspect: expected a file");
		return err_try(err, "xtui inspect target/release/PROGRAM");
	}
	if (target && !ask_target(target, q, err))
		return false;
	if (floor && !(q->has_floor = floor_parse(&q->floor, floor, err)))
		return false;
	return true;
}

/* Of two exit statuses the graver one; what the other says has been told. */
static int
worse(int a, int b)
{
	return a > b ? a : b;
}

static enum ink
ink_of(enum card_tone tone)
{
	static const enum ink inks[] = { [TONE_PLAIN] = INK_PLAIN,
		[TONE_GOOD] = INK_GOOD,
		[TONE_WARN] = INK_WARN,
		[TONE_BAD] = INK_BAD };

	return inks[tone];
}

/* cargo leaves a lock beside what it builds. */
static bool
may_be_built(const char *path)
{
	char *folder = path_dirname(path), *lock = path_join(folder, ".cargo-lock");
	bool is = file_exists(lock);

	free(lock);
	free(folder);
	return is;
}

static void
ask_growth(struct question *q, const struct card *card, struct growth *g)
{
	*g = (struct growth){ .bytes = card->bytes };
	if (!may_be_built(card->path))
		return;
	if (!q->has_asked)
		q->history = past_open(NULL);
	q->has_asked = true;
	growth_ask_path(g, q->history, card->path, card->bytes);
}

static void
append_row(const struct cli *cli, const char *label, enum ink i, const char *text, struct str *out)
{
	str_appendf(out, "  %s%-*s%s %s%s%s\n", ink(cli, INK_DIM), LABEL_COLUMNS, label,
		ink(cli, INK_PLAIN), ink(cli, i), text, ink(cli, INK_PLAIN));
}

static void
append_growth(const struct cli *cli, const struct growth *g, struct str *out)
{
	struct str text = STR_INIT;

	growth_append(g, &text);
	if (text.len)
		append_row(cli, "change", INK_PLAIN, str_cstr(&text), out);
	str_fini(&text);
}

static struct json *
growth_json(const struct growth *g)
{
	struct json *o;

	if (!g->is_known)
		return NULL;
	o = json_object();
	json_set_null(o, "previous_bytes");
	json_set_null(o, "marked_bytes");
	if (g->has_before)
		json_set_number(o, "previous_bytes", (double)g->before);
	if (g->has_marked)
		json_set_number(o, "marked_bytes", (double)g->marked);
	return o;
}

static void
append_card(const struct cli *cli, const struct card *card, const struct growth *g, struct str *out)
{
	struct card_rows rows = { 0 };

	str_append(out, out->len ? "\n" : "");
	str_append(out, ink(cli, INK_BOLD));
	utf8_clean(out, card->path, SIZE_MAX);
	str_appendf(out, "%s\n", ink(cli, INK_PLAIN));
	card_rows_fill(&rows, card, cli->verbose);
	for (size_t i = 0; i < rows.list.len; i++) {
		const struct card_row *row = &rows.list.items[i];

		append_row(cli, row->label, ink_of(row->tone), row->text, out);
		if (!i)
			append_growth(cli, g, out);
	}
	card_rows_fini(&rows);
}

/* ---- what makes it big ---- */

static void
append_sizes(const struct cli *cli, const struct sizes *s, struct str *out)
{
	const struct parts_view parts = { s->crates.items, s->crates.len, s->symbols.items,
		s->symbols.len, s->told, s->copied, s->rests.items, s->rests.len };

	str_append(out, "\n");
	if (!s->symbols.len)
		str_appendf(out, "  %sit is stripped: no symbols tell what makes it big%s\n",
			ink(cli, INK_DIM), ink(cli, INK_PLAIN));
	parts_report(cli, &parts, cli->verbose ? SIZE_ROWS : SIZE_ROWS_SHOWN, out);
}

static struct json *
sizes_json(const struct sizes *s)
{
	struct json *o = json_object();

	json_set_number(o, "symbol_bytes", (double)s->told);
	json_set_number(o, "copied_bytes", (double)s->copied);
	json_set_number(o, "other_bytes", (double)s->other);
	json_set_number(o, "rest_bytes", (double)s->rest);
	json_set(o, "crates", size_rows_json(s->crates.items, s->crates.len, false));
	json_set(o, "symbols", size_rows_json(s->symbols.items, s->symbols.len, true));
	json_set(o, "rests", size_rows_json(s->rests.items, s->rests.len, false));
	return o;
}

/* Into its card's JSON, or to `out`; what has no sizes to tell is said. */
static int
tell_sizes(const struct cli *cli, const char *path, struct json *card, struct str *out)
{
	struct sizes sizes;
	struct err err = ERR_INIT;
	bool ok = sizes_read(&sizes, path, SIZE_ROWS, &err);

	if (card)
		json_set(card, "sizes", ok ? sizes_json(&sizes) : NULL);
	else if (ok)
		append_sizes(cli, &sizes, out);
	sizes_fini(&sizes);
	return ok ? 0 : cli_fail(cli, &err);
}

/* ---- a file ---- */

/* One file, to `cards` or else to `out`; the exit status. What cannot be read is told on standard error. */
static int
inspect_file(struct cli *cli, const char *path, struct question *q, const struct runson *systems,
	struct json *cards, struct str *out)
{
	struct err err = ERR_INIT;
	struct card *card = cli_has_file(path, &err) ? object_inspect(path, &err) : NULL;
	struct json *json = NULL;
	struct growth growth;
	int status;

	if (!card)
		return cli_fail(cli, &err);
	runson_fill(systems, card);
	missing_check(card);
	if (q->has_floor && q->floor.kind == FLOOR_GLIBC)
		object_blame(card, q->floor.version);
	else if (cli->verbose)
		object_blame(card, NULL);
	fits_check(card, q->target, q->has_floor ? &q->floor : NULL);
	status = card->fits == TELL_NO;
	if (cards && !object_digest(card, &err))
		status = cli_fail(cli, &err);
	ask_growth(q, card, &growth);
	if (cards) {
		json = json_push(cards, card_json(card));
		json_set(json, "history", growth_json(&growth));
		json_set_null(json, "sizes");
	} else {
		append_card(cli, card, &growth, out);
	}
	if (args_has(&cli->args, OPT_SIZES))
		status = worse(status, tell_sizes(cli, path, json, out));
	card_free(card);
	return status;
}

int
cmd_inspect(struct cli *cli)
{
	bool as_json = args_has(&cli->args, OPT_JSON);
	struct json *doc = json_object(), *cards = NULL;
	struct runson *systems = NULL;
	struct question q = { 0 };
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	int status = 0;

	if (!ask(&cli->args, &q, &err) || !(systems = runson_load(&err))) {
		status = cli_fail(cli, &err);
		goto done;
	}
	json_set_number(doc, "schema", 1);
	if (as_json)
		cards = json_set(doc, "cards", json_array());
	for (size_t i = 0; i < cli->args.positional.len; i++) {
		const char *path = cli->args.positional.items[i];

		status = worse(status, inspect_file(cli, path, &q, systems, cards, &out));
	}
	if (as_json)
		cli_print_json(cli, doc);
	else
		cli_print(cli, &out);
done:
	history_close(q.history);
	targets_free(q.targets);
	runson_free(systems);
	json_free(doc);
	str_fini(&out);
	return status;
}
