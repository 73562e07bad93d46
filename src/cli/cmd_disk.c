/* disk: where the space goes. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/quantity.h"
#include "build/disk.h"
#include "cli/cli.h"
#include "cli/disk_report.h"
#include "cli/table.h"
#include "ready/survey.h"
#include "text/json.h"

#define REST_SHOWN 100000 /* bytes; less is the target folder's own few files */

static void
print_stores(const struct cli *cli, const struct disk *disk, struct str *out)
{
	static const char *const headings[] = { "elsewhere", ">size", "path", NULL };
	struct table *table = table_new(headings);

	for (size_t i = 0; i < disk->stores.len; i++) {
		const struct disk_store *store = &disk->stores.items[i];
		char *size = quantity_bytes(store->bytes);
		char *path = store->path ? path_shown(store->path, NULL) : xstrdup("");

		table_cell(table, INK_PLAIN, store->name);
		table_cell(table, INK_BOLD, size);
		table_cell(table, INK_DIM, path);
		free(path);
		free(size);
	}
	table_print(table, cli, out);
	table_free(table);
}

static void
print_text(const struct cli *cli, const struct disk *disk)
{
	char *total = quantity_bytes(disk->total), *rest = quantity_bytes(disk->trees.rest);
	struct str out = STR_INIT;

	if (disk->trees.items.len)
		disk_report_trees(cli, &disk->trees, NULL, &out);
	if (disk->trees.rest > REST_SHOWN)
		str_appendf(&out, "and %s in the target folder besides (docs, packages)\n", rest);
	if (disk->stores.len) {
		str_append(&out, out.len ? "\n" : "");
		print_stores(cli, disk, &out);
	}
	str_appendf(&out, "%s%s%s together\n", ink(cli, INK_BOLD), total, ink(cli, INK_PLAIN));
	cli_print(cli, &out);
	str_fini(&out);
	free(rest);
	free(total);
}

static void
print_json(const struct cli *cli, const struct disk *disk)
{
	struct json *doc = json_object(), *stores = json_array();

	json_set_number(doc, "schema", 1);
	json_set_number(doc, "bytes", (double)disk->total);
	json_set_string(doc, "target_dir", disk->trees.root);
	json_set(doc, "trees", disk_report_json(&disk->trees, NULL));
	json_set_number(doc, "rest", (double)disk->trees.rest);
	for (size_t i = 0; i < disk->stores.len; i++) {
		const struct disk_store *store = &disk->stores.items[i];
		struct json *o = json_object();

		json_set_string(o, "kind", store_kind_name(store->kind));
		json_set_string(o, "name", store->name);
		json_set_string(o, "path", store->path);
		json_set_number(o, "bytes", (double)store->bytes);
		json_push(stores, o);
	}
	json_set(doc, "stores", stores);
	cli_print_json(cli, doc);
	json_free(doc);
}

int
cmd_disk(struct cli *cli)
{
	struct survey *s = cli_survey(cli);
	struct disk disk;
	struct err err = ERR_INIT;

	if (!disk_read(s->workspace, &disk, &err) && !cli->quiet)
		fprintf(stderr, "xtui: not all of it: %s\n", err.message);
	if (args_has(&cli->args, OPT_JSON))
		print_json(cli, &disk);
	else
		print_text(cli, &disk);
	disk_fini(&disk);
	survey_free(s);
	return 0;
}
