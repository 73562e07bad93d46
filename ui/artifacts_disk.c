/* artifacts_disk: see artifacts_disk.h. A task has its own copy of what it needs of the workspace, for a
 * survey may be replaced while it runs. */
#include "ui/artifacts_disk.h"
#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "base/quantity.h"
#include "build/clean.h"
#include "build/disk.h"
#include "build/volume.h"
#include "io/loop.h"
#include "io/usage.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "ui/screen.h"
#include "ui/widget_bar.h"

enum { COL_WHAT, COL_NOTE, COL_BAR, COL_BYTES };
static const struct table_column columns[] = {
	[COL_WHAT] = { .title = "what", .min = 20, .want = 46 },
	[COL_NOTE] = { .title = "", .min = 40, .want = 0, .rank = 2 },
	[COL_BAR] = { .title = "", .min = 10, .want = 20, .rank = 1 },
	[COL_BYTES] = { .title = "size", .min = 8, .want = 8, .right = true },
};

struct disk_task {
	struct disk_view *view; /* NULL: it has gone */
	struct workspace ws;    /* root, target_dir and build_dir alone, in its arena */
	bool has_workspace;
	char *clean; /* a tree's path, "" for all; NULL: nothing is freed */
	uint64_t freed;
	bool ok;
	struct err err;
	struct disk disk;
};

/* ---- the worker's ---- */

static bool
free_volumes(struct disk_task *t)
{
	struct volumes volumes;
	bool ok = true;

	volumes_read(&volumes, t->ws.target_dir);
	for (size_t i = 0; ok && i < volumes.items.len; i++)
		ok = volume_remove(&volumes.items.items[i], &t->err);
	volumes_fini(&volumes);
	return ok;
}

static bool
free_tree(struct disk_task *t)
{
	struct usage_links *links = usage_links_new();
	struct target_trees trees = { 0 };
	bool is_all = !*t->clean, ok = target_trees_read(&t->ws, links, &trees, &t->err);
	bool *chosen = xcalloc(trees.items.len + 1, sizeof(*chosen));

	for (size_t i = 0; i < trees.items.len; i++)
		chosen[i] = is_all || text_is(trees.items.items[i].path, t->clean);
	ok = ok && (!is_all || free_volumes(t)) &&
		clean_run(&trees, chosen, is_all, &t->freed, &t->err);
	free(chosen);
	target_trees_fini(&trees);
	usage_links_free(links);
	return ok;
}

static void
work(void *arg)
{
	struct disk_task *t = arg;

	t->ok = !t->clean || free_tree(t);
	if (!disk_read(t->has_workspace ? &t->ws : NULL, &t->disk, t->ok ? &t->err : NULL))
		t->ok = false;
}

/* ---- rows ---- */

static void
drop_rows(struct disk_view *v)
{
	for (size_t i = 0; i < v->rows.len; i++) {
		free(v->rows.items[i].name);
		free(v->rows.items[i].note);
		free(v->rows.items[i].path);
	}
	vec_clear(&v->rows);
}

static void
add_row(struct disk_view *v, char *name, char *note, const char *path, uint64_t bytes)
{
	vec_push(&v->rows, ((struct disk_row){ name, note, xstrdup(path), bytes }));
}

static char *
tree_note(const struct target_tree *tree)
{
	char *final = quantity_bytes(tree->bytes[PART_FINAL]);
	char *deps = quantity_bytes(tree->bytes[PART_DEPS] + tree->bytes[PART_BUILD]);
	char *note = xasprintf("files %s, crates %s", final, deps);

	free(final);
	free(deps);
	return note;
}

static void
make_rows(struct disk_view *v, const struct disk *disk)
{
	uint64_t all = disk->trees.rest;

	drop_rows(v);
	for (size_t i = 0; i < disk->trees.items.len; i++)
		all += target_tree_bytes(&disk->trees.items.items[i]);
	if (disk->trees.root)
		add_row(v, xstrdup("target folder, all of it"), path_shown(disk->trees.root, NULL),
			"", all);
	for (size_t i = 0; i < disk->trees.items.len; i++) {
		const struct target_tree *tree = &disk->trees.items.items[i];

		add_row(v,
			xasprintf("  %s %s%s%s", tree->target ? tree->target : "this machine",
				tree->profile, tree->variant ? ", " : "",
				tree->variant ? tree->variant : ""),
			tree_note(tree), tree->path, target_tree_bytes(tree));
	}
	for (size_t i = 0; i < disk->stores.len; i++) {
		const struct disk_store *s = &disk->stores.items[i];

		add_row(v, xasprintf("%s: %s", store_kind_name(s->kind), s->name),
			s->path ? path_shown(s->path, NULL) : NULL, NULL, s->bytes);
	}
	v->total = disk->total;
	list_set_count(&v->table.list, v->rows.len);
}

static void
say_end(struct disk_view *v, const struct disk_task *t)
{
	char *size = quantity_bytes(t->freed);

	if (!t->ok)
		store_say_err(v->store, SAY_WARN, &t->err);
	else if (t->clean)
		store_say(v->store, SAY_GOOD, "%s freed", size);
	free(size);
}

static void
done(void *arg)
{
	struct disk_task *t = arg;
	struct disk_view *v = t->view;

	if (v) {
		v->task = NULL;
		v->is_cleaning = false;
		make_rows(v, &t->disk);
		say_end(v, t);
		v->store->changed |= STORE_CLOCK; /* to be drawn */
	}
	disk_fini(&t->disk);
	arena_fini(&t->ws.arena);
	free(t->clean);
	free(t);
}

/* ---- the view ---- */

void
disk_view_init(struct disk_view *v, struct store *store)
{
	*v = (struct disk_view){ .store = store };
	v->table.columns = columns;
	v->table.column_count = COUNT(columns);
}

void
disk_view_fini(struct disk_view *v)
{
	if (v->task)
		v->task->view = NULL;
	drop_rows(v);
	vec_fini(&v->rows);
	free(v->asked);
}

static void
start(struct disk_view *v, const char *clean)
{
	const struct workspace *ws = v->store->survey->workspace;
	struct disk_task *t = xcalloc(1, sizeof(*t));

	t->view = v;
	t->clean = xstrdup(clean);
	t->has_workspace = ws != NULL;
	if (ws) {
		t->ws.root = arena_strdup(&t->ws.arena, ws->root);
		t->ws.target_dir = arena_strdup(&t->ws.arena, ws->target_dir);
		t->ws.build_dir = arena_strdup(&t->ws.arena, ws->build_dir);
	}
	v->task = t;
	v->is_cleaning = clean != NULL;
	loop_work(v->store->loop, work, done, t);
}

unsigned
disk_view_read(struct disk_view *v)
{
	if (!v->task)
		start(v, NULL);
	return FX_REDRAW;
}

unsigned
disk_view_toggle(struct disk_view *v)
{
	v->is_open = !v->is_open;
	return v->is_open ? disk_view_read(v) : FX_REDRAW;
}

bool
disk_view_can_clean(const struct disk_view *v)
{
	return v->is_open && !v->task && v->table.list.count &&
		v->rows.items[v->table.list.focus].path;
}

unsigned
disk_view_clean(struct disk_view *v)
{
	const struct disk_row *row;
	struct str text = STR_INIT;
	char *size;
	unsigned fx;

	if (v->task)
		return store_say(v->store, SAY_INFO, "the disk is still being looked at");
	if (!disk_view_can_clean(v))
		return store_say(v->store, SAY_INFO,
			       "only what builds left in the target folder is freed here") |
			FX_BELL;
	row = &v->rows.items[v->table.list.focus];
	size = quantity_bytes(row->bytes);
	str_append_span(&text, span_trim(span_of(row->name)));
	str_appendf(&text, "\n%s\n\n%s will be free; the next build makes it again.",
		*row->path ? row->path : row->note, size);
	free(v->asked);
	v->asked = xstrdup(row->path);
	fx = store_ask(v->store, "Remove what builds have left?", str_cstr(&text), "Remove");
	str_fini(&text);
	free(size);
	return fx;
}

unsigned
disk_view_answer(struct disk_view *v, bool yes)
{
	if (yes && v->asked && !v->task)
		start(v, v->asked);
	free(v->asked);
	v->asked = NULL;
	return FX_REDRAW;
}

/* ---- drawing ---- */

static void
draw_cell(void *arg, size_t at, size_t column, struct area a)
{
	const struct disk_view *v = arg;
	const struct disk_row *row = &v->rows.items[at];
	char size[QUANTITY_MAX];

	switch (column) {
	case COL_WHAT:
		area_text_cut(
			a, 0, 0, a.cols, row->path ? ROLE_TEXT : ROLE_DIM, span_of(row->name));
		break;
	case COL_NOTE:
		area_text_cut(a, 0, 0, a.cols, ROLE_DIM, span_of(row->note ? row->note : ""));
		break;
	case COL_BAR: bar_length(a, 0, 0, a.cols, ROLE_BAR_FULL, row->bytes, v->total); break;
	default: area_text_right(a, 0, a.cols, ROLE_VALUE, quantity_put(size, row->bytes)); break;
	}
}

void
disk_view_draw(struct disk_view *v, struct area a)
{
	const struct table_rows rows = { draw_cell, NULL, v };
	char size[QUANTITY_MAX];

	if (a.rows < 2)
		return;
	table_draw(&v->table, area_part(a, 0, 1, a.rows - 1, a.cols - 1), &rows, true);
	if (v->task)
		area_puts(a, a.rows - 1, 1, ROLE_RUNNING,
			v->is_cleaning ? "removing it" : "the disk is being looked at");
	else
		area_printf(a, a.rows - 1, 1, ROLE_DIM, "%s together. c frees, d goes back",
			quantity_put(size, v->total));
}
