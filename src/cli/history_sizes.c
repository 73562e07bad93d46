#include "cli/history_sizes.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/quantity.h"
#include "build/lab_result.h"
#include "cli/cli.h"
#include "cli/past.h"
#include "cli/table.h"
#include "text/json.h"

#define RUNS_SHOWN 20

/* A file in one run. */
struct size_entry {
	const struct history_run *run;
	const struct history_job *job;
	const char *file;
	uint64_t bytes;
};

typedef VEC(struct size_entry) size_entries;

/* ---- gathering ---- */

static bool
is_of_one(const struct size_entry *a, const struct size_entry *b)
{
	return text_is(a->job->target, b->job->target) && text_is(a->file, b->file) &&
		text_is(a->job->variant, b->job->variant) &&
		text_is(a->run->profile, b->run->profile);
}

/* Behind those of the same file, so that each file's stand together, newest first. */
static void
insert(size_entries *entries, const struct size_entry *entry)
{
	size_t at = entries->len;

	while (at && !is_of_one(&entries->items[at - 1], entry))
		at--;
	at = at ? at : entries->len;
	vec_push(entries, *entry);
	memmove(&entries->items[at + 1], &entries->items[at],
		(entries->len - 1 - at) * sizeof(*entries->items));
	entries->items[at] = *entry;
}

static void
gather(size_entries *entries, const struct history_run *run)
{
	for (size_t j = 0; !text_is(run->mode, HISTORY_LAB) && j < run->job_count; j++) {
		const struct history_job *job = &run->jobs[j];

		for (size_t i = 0; text_is(job->status, "ok") && i < job->artifact_count; i++) {
			const struct history_artifact *a = &job->artifacts[i];
			struct size_entry entry = { run, job, path_basename(a->path), a->bytes };

			insert(entries, &entry);
		}
	}
}

/* What the file had in the marked run; 0: it was not there, or no run is marked. */
static uint64_t
marked_bytes(struct history *h, const struct size_entry *entry)
{
	const struct history_file file = { entry->run->root, entry->job->target,
		entry->run->profile, entry->job->variant, entry->file };
	uint64_t bytes;

	return history_size_marked(h, &file, &bytes) ? bytes : 0;
}

/* ---- telling ---- */

static void
own_cell(struct table *table, enum ink i, char *text)
{
	table_cell(table, i, text);
	free(text);
}

static void
print_sizes(const struct cli *cli, struct history *h, const size_entries *entries)
{
	static const char *const headings[] = { "target", "file", "variant", "run", ">size",
		">change", ">since marked", NULL };
	struct table *table = table_new(headings);
	struct str out = STR_INIT;

	for (size_t i = 0; i < entries->len; i++) {
		const struct size_entry *e = &entries->items[i];
		bool is_first = !i || !is_of_one(&e[-1], e);
		bool has_older = i + 1 < entries->len && is_of_one(e, &e[1]);
		char change[LAB_CHANGE_MAX];

		table_cell(table, INK_BOLD, is_first ? e->job->target : "");
		table_cell(table, INK_PLAIN, is_first ? e->file : "");
		table_cell(table, INK_DIM, is_first ? e->job->variant : "");
		own_cell(table, INK_PLAIN,
			xasprintf("%s%s", e->run->id, e->run->is_marked ? " (marked)" : ""));
		own_cell(table, INK_PLAIN, quantity_bytes(e->bytes));
		table_cell(
			table, INK_PLAIN, lab_change(change, has_older ? e[1].bytes : 0, e->bytes));
		table_cell(table, INK_PLAIN,
			e->run->is_marked ? "" : lab_change(change, marked_bytes(h, e), e->bytes));
	}
	if (entries->len)
		table_print(table, cli, &out);
	else if (!cli->quiet)
		fprintf(stderr, "no file was built in these runs; -n N looks at more\n");
	table_free(table);
	cli_print(cli, &out);
	str_fini(&out);
}

static void
begin_file(struct json *o, struct history *h, const struct size_entry *e)
{
	uint64_t marked = marked_bytes(h, e);

	json_set_string(o, "target", e->job->target);
	json_set_string(o, "profile", e->run->profile);
	json_set_string(o, "variant", e->job->variant);
	json_set_span(o, "file", span_of(e->file));
	if (marked)
		json_set_number(o, "marked_bytes", (double)marked);
	else
		json_set_null(o, "marked_bytes");
}

static void
print_json(
	const struct cli *cli, struct history *h, const size_entries *entries, const char *marked)
{
	struct json *doc = json_object(), *files = json_array(), *sizes = NULL;

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "marked", marked);
	for (size_t i = 0; i < entries->len; i++) {
		const struct size_entry *e = &entries->items[i];
		struct json *size;

		if (!i || !is_of_one(&e[-1], e)) {
			struct json *file = json_push(files, json_object());

			begin_file(file, h, e);
			sizes = json_set(file, "sizes", json_array());
		}
		size = json_push(sizes, json_object());
		json_set_string(size, "run", e->run->id);
		json_set_number(size, "started", (double)e->run->started);
		json_set_number(size, "bytes", (double)e->bytes);
	}
	json_set(doc, "files", files);
	cli_print_json(cli, doc);
	json_free(doc);
}

int
history_sizes(const struct cli *cli, struct history *h)
{
	char *root = past_root(cli);
	struct history_query query = { .root = root, .in_detail = true };
	struct history_query mark = { .root = root, .is_marked = true };
	struct history_list list = { 0 }, marked = { 0 };
	size_entries entries = VEC_INIT;
	struct err err = ERR_INIT;
	long limit;
	bool ok = root || err_set(&err, ERR_ENVIRONMENT, "history: there is no workspace here");

	ok = ok && args_number(&cli->args, OPT_LIMIT, 1, RUNS_SHOWN, &limit, &err);
	query.limit = ok ? (size_t)limit : 1;
	ok = ok && history_ask(h, &query, &list, &err) && history_ask(h, &mark, &marked, &err);
	for (size_t i = 0; ok && i < list.runs.len; i++)
		gather(&entries, &list.runs.items[i]);
	if (ok && args_has(&cli->args, OPT_JSON))
		print_json(cli, h, &entries, marked.runs.len ? marked.runs.items[0].id : NULL);
	else if (ok)
		print_sizes(cli, h, &entries);
	vec_fini(&entries);
	history_list_fini(&marked);
	history_list_fini(&list);
	free(root);
	return ok ? 0 : cli_fail(cli, &err);
}
