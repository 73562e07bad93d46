#include "build/disk.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "build/volume.h"
#include "host/tool.h"
#include "io/proc.h"
#include "io/usage.h"
#include "ready/engine.h"
#include "ready/sysroot.h"
#include "rust/rustup.h"
#include "rust/workspace.h"
#include "text/toml.h"

#define ENGINE_TIMEOUT_MS 3000 /* an engine that does not answer is left out */
#define ENGINE_OUTPUT (1u << 20)

const char *
store_kind_name(enum store_kind kind)
{
	static const char *const names[] = {
		[STORE_SYSROOT] = "sysroot",
		[STORE_REGISTRY] = "registry",
		[STORE_IMAGE] = "image",
		[STORE_VOLUME] = "volume",
		[STORE_LOGS] = "logs",
		[STORE_CACHE] = "cache",
	};

	return names[kind];
}

struct reader {
	struct disk *out;
	struct usage_links *links;
	struct err *err;
	bool ok;
};

static void
add_store(struct reader *r, enum store_kind kind, const char *name, const char *path)
{
	struct usage size = { 0 };
	struct disk_store *store;

	if (!path)
		return;
	if (!usage_measure(path, r->links, &size, r->ok ? r->err : NULL))
		r->ok = false;
	if (!size.bytes)
		return;
	store = vec_add(&r->out->stores);
	store->kind = kind;
	store->name = arena_strdup(&r->out->arena, name);
	store->path = arena_strdup(&r->out->arena, path);
	store->bytes = size.bytes;
}

/* ---- folders ---- */

static void
add_sysroots(struct reader *r)
{
	struct sysroot_list list = { 0 };

	if (!sysroot_list_read(NULL, &list, r->ok ? r->err : NULL))
		r->ok = false;
	for (size_t i = 0; i < list.count; i++) {
		const struct sysroot *s = &list.items[i];
		char *name = xasprintf("%s %s", s->triple, s->version);

		add_store(r, STORE_SYSROOT, name, s->path);
		free(name);
	}
	sysroot_list_fini(&list);
}

static void
add_registry(struct reader *r)
{
	static const struct {
		const char *folder, *name;
	} parts[] = {
		{ "registry/cache", "downloaded crates" },
		{ "registry/src", "sources of crates" },
		{ "registry/index", "index of crates" },
		{ "git", "git repositories" },
	};
	char *home = rustup_cargo_home();

	for (size_t i = 0; home && i < COUNT(parts); i++) {
		char *path = path_join(home, parts[i].folder);

		add_store(r, STORE_REGISTRY, parts[i].name, path);
		free(path);
	}
	free(home);
}

static void
add_own(struct reader *r)
{
	char *state = path_state_dir(), *cache = path_cache_dir();

	add_store(r, STORE_LOGS, "logs and history of xtui", state);
	add_store(r, STORE_CACHE, "caches of xtui", cache);
	free(cache);
	free(state);
}

/* ---- images ---- */

static bool
engine_says(const char *const *argv, struct str *out)
{
	const struct proc_spec spec = { .argv = argv };
	struct proc_result result;
	bool ok = proc_capture(&spec, ENGINE_OUTPUT, ENGINE_TIMEOUT_MS, &result, NULL) &&
		result.end.exit_code == 0;

	if (ok)
		str_append_span(out, str_span(&result.out));
	proc_result_fini(&result);
	return ok;
}

static const char *
image_of(const struct toml_value *target)
{
	const struct toml_value *image = toml_get(target, "image");

	if (!image)
		return NULL;
	return toml_kind(image) == TOML_TABLE ? toml_string(toml_get(image, "name"), NULL)
					      : toml_string(image, NULL);
}

/* Whether the workspace's Cross.toml names the image for a target. */
static bool
is_named(const struct toml *cross, struct span image)
{
	const struct toml_value *targets = cross ? toml_get(toml_root(cross), "target") : NULL;

	for (size_t i = 0; i < toml_count(targets); i++) {
		const char *name = image_of(toml_at(targets, i));

		if (name && span_is(image, name))
			return true;
	}
	return false;
}

/* "REPOSITORY:TAG BYTES" is asked for one by one: the list gives sizes in words only. */
static void
add_image(struct reader *r, const struct engine *engine, struct span image)
{
	char *name = span_dup(image), *end;
	const char *const argv[] = { engine->path, "image", "inspect", "--format", "{{.Size}}",
		name, NULL };
	struct str size = STR_INIT;
	struct disk_store *store;
	uint64_t bytes = 0;

	if (engine_says(argv, &size))
		bytes = strtoull(str_cstr(&size), &end, 10);
	if (bytes) {
		store = vec_add(&r->out->stores);
		store->kind = STORE_IMAGE;
		store->name = arena_printf(&r->out->arena, "%s (%s)", name, engine->name);
		store->bytes = bytes;
	}
	str_fini(&size);
	free(name);
}

static void
add_images_of(struct reader *r, const struct engine *engine, const struct toml *cross)
{
	const char *const argv[] = { engine->path, "images", "--format", "{{.Repository}}:{{.Tag}}",
		NULL };
	struct str list = STR_INIT;
	struct span rest;

	engine_says(argv, &list);
	rest = str_span(&list);
	while (rest.len) {
		struct span image = span_trim(span_cut(rest, '\n', &rest));

		if (span_find(image, SPAN("cross-rs/")) >= 0 || is_named(cross, image))
			add_image(r, engine, image);
	}
	str_fini(&list);
}

static void
add_images(struct reader *r, const struct workspace *ws)
{
	static const char *const names[] = { "docker", "podman" };
	char *path = ws ? path_join(ws->root, "Cross.toml") : NULL;
	struct toml *cross = path ? toml_read(path, NULL, NULL) : NULL;
	struct tool_index *tools = tool_index_new(NULL);

	for (size_t i = 0; i < COUNT(names); i++) {
		struct engine engine = engine_look(names[i], tools, &r->out->arena);

		if (engine.path && !engine.why)
			add_images_of(r, &engine, cross);
	}
	tool_index_free(tools);
	toml_free(cross);
	free(path);
}

/* ---- volumes ---- */

static void
add_volumes(struct reader *r, const struct workspace *ws)
{
	struct volumes volumes;

	volumes_read(&volumes, ws->target_dir);
	for (size_t i = 0; i < volumes.items.len; i++) {
		struct volume *v = &volumes.items.items[i];
		struct disk_store *store = vec_add(&r->out->stores);

		store->kind = STORE_VOLUME;
		store->name = arena_printf(
			&r->out->arena, "%s (%s of %s)", v->triple, v->name, v->engine);
		store->bytes = volume_measure(v);
	}
	volumes_fini(&volumes);
}

/* ---- all ---- */

static uint64_t
total_of(const struct disk *disk)
{
	uint64_t sum = disk->trees.rest;

	for (size_t i = 0; i < disk->trees.items.len; i++)
		sum += target_tree_bytes(&disk->trees.items.items[i]);
	for (size_t i = 0; i < disk->stores.len; i++)
		sum += disk->stores.items[i].bytes;
	return sum;
}

bool
disk_read(const struct workspace *ws, struct disk *out, struct err *err)
{
	struct reader r = { .out = out, .links = usage_links_new(), .err = err, .ok = true };

	memset(out, 0, sizeof(*out));
	if (ws)
		r.ok = target_trees_read(ws, r.links, &out->trees, err);
	add_sysroots(&r);
	add_registry(&r);
	add_images(&r, ws);
	if (ws)
		add_volumes(&r, ws);
	add_own(&r);
	out->total = total_of(out);
	usage_links_free(r.links);
	return r.ok;
}

void
disk_fini(struct disk *disk)
{
	target_trees_fini(&disk->trees);
	vec_fini(&disk->stores);
	arena_fini(&disk->arena);
}
