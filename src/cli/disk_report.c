#include "cli/disk_report.h"

#include "base/alloc.h"
#include "base/quantity.h"
#include "build/targetdir.h"
#include "cli/table.h"
#include "text/json.h"

static void
bytes_cell(struct table *table, enum ink i, uint64_t bytes)
{
	char *text = bytes ? quantity_bytes(bytes) : xstrdup("-");

	table_cell(table, i, text);
	free(text);
}

static void
add_row(struct table *table, const struct target_tree *tree)
{
	table_cell(table, INK_BOLD, tree->target ? tree->target : "this machine");
	table_cell(table, INK_PLAIN, tree->profile);
	table_cell(table, INK_DIM, tree->variant ? tree->variant : "");
	for (int kind = 0; kind < PART_COUNT; kind++)
		bytes_cell(table, INK_PLAIN, tree->bytes[kind]);
	bytes_cell(table, INK_BOLD, target_tree_bytes(tree));
}

void
disk_report_trees(const struct cli *cli, const struct target_trees *trees, const bool *chosen,
	struct str *out)
{
	static const char *const headings[] = { "target", "profile", "variant", ">final", ">deps",
		">scripts", ">increm.", ">other", ">together", NULL };
	struct table *table = table_new(headings);

	for (size_t i = 0; i < trees->items.len; i++) {
		if (!chosen || chosen[i])
			add_row(table, &trees->items.items[i]);
	}
	table_print(table, cli, out);
	table_free(table);
}

static struct json *
tree_json(const struct target_tree *tree)
{
	struct json *o = json_object();

	json_set_string(o, "target", tree->target);
	json_set_string(o, "profile", tree->profile);
	json_set_string(o, "variant", tree->variant);
	json_set_string(o, "path", tree->path);
	json_set_number(o, "files", (double)tree->files);
	json_set_number(o, "bytes", (double)target_tree_bytes(tree));
	for (int kind = 0; kind < PART_COUNT; kind++)
		json_set_number(o, target_part_name(kind), (double)tree->bytes[kind]);
	return o;
}

struct json *
disk_report_json(const struct target_trees *trees, const bool *chosen)
{
	struct json *list = json_array();

	for (size_t i = 0; i < trees->items.len; i++) {
		if (!chosen || chosen[i])
			json_push(list, tree_json(&trees->items.items[i]));
	}
	return list;
}
