/* inspect: cards of files, and whether they fit a target or a floor. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include "artifact/card.h"
#include "artifact/card_json.h"
#include "artifact/card_text.h"
#include "artifact/fits.h"
#include "artifact/missing.h"
#include "artifact/object.h"
#include "artifact/runson.h"
#include "base/alloc.h"
#include "cli/cli.h"
#include "rust/targets.h"
#include "rust/toolchain.h"
#include "text/json.h"

#define LABEL_COLUMNS 12

/* What each file is held against. */
struct question {
	struct target_table *targets; /* only where a target was named */
	const struct target *target;
	struct floor floor;
	bool has_floor;
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

static enum ink
ink_of(enum card_tone tone)
{
	static const enum ink inks[] = { INK_PLAIN, INK_GOOD, INK_DIM, INK_WARN, INK_BAD };

	return inks[tone];
}

static void
append_card(const struct cli *cli, const struct card *card, struct str *out)
{
	struct card_rows rows = { 0 };

	str_append(out, out->len ? "\n" : "");
	str_append(out, ink(cli, INK_BOLD));
	card_clean(out, card->path, SIZE_MAX);
	str_appendf(out, "%s\n", ink(cli, INK_PLAIN));
	card_rows_fill(&rows, card, cli->verbose);
	for (size_t i = 0; i < rows.list.len; i++) {
		const struct card_row *row = &rows.list.items[i];

		str_appendf(out, "  %s%-*s%s %s%s%s\n", ink(cli, INK_DIM), LABEL_COLUMNS,
			row->label, ink(cli, INK_PLAIN), ink(cli, ink_of(row->tone)), row->text,
			ink(cli, INK_PLAIN));
	}
	card_rows_fini(&rows);
}

/* One file, to `cards` or else to `out`; the exit status. What cannot be read is told on standard error. */
static int
inspect_file(struct cli *cli, const char *path, const struct question *q,
	const struct runson *systems, struct json *cards, struct str *out)
{
	struct err err = ERR_INIT;
	struct card *card = object_inspect(path, &err);
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
	if (cards)
		json_push(cards, card_json(card));
	else
		append_card(cli, card, out);
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
		int its =
			inspect_file(cli, cli->args.positional.items[i], &q, systems, cards, &out);

		status = its > status ? its : status; /* the gravest; the others are told, too */
	}
	if (as_json)
		cli_print_json(cli, doc);
	else
		cli_print(cli, &out);
done:
	targets_free(q.targets);
	runson_free(systems);
	json_free(doc);
	str_fini(&out);
	return status;
}
