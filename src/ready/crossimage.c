#include "ready/crossimage.h"

#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "base/str.h"
#include "host/tool.h"
#include "io/file.h"
#include "io/proc.h"
#include "rust/cargoconf.h"
#include "rust/workspace.h"
#include "text/toml.h"

#define REGISTRY "ghcr.io/cross-rs"
#define ANSWER_MAX 65536
#define ANSWER_MS 20000

/* The variable that names an image for the triple, in the arena. */
static const char *
variable_of(const char *triple, struct arena *arena)
{
	char *name = cargoconf_env_triple(triple);
	const char *variable = arena_printf(arena, "CROSS_TARGET_%s_IMAGE", name);

	free(name);
	return variable;
}

/* "name", or { name = "…" }. */
static const struct toml_value *
image_of(const struct toml_value *target)
{
	const struct toml_value *image = toml_get(target, "image");
	const struct toml_value *name = toml_get(image, "name");

	return name ? name : image;
}

/* Whether cross makes or chooses the image by what this table says. */
static bool
is_making(const struct toml_value *table)
{
	const struct toml_value *zig = toml_get(table, "zig");

	return toml_get(table, "dockerfile") || toml_get(table, "pre-build") ||
		toml_bool(zig, false) || toml_bool(toml_get(zig, "enable"), false);
}

/* What a document, or its part that is cross's, says of the target. */
static void
read_table(struct cross_image *out, const struct toml *doc, const struct toml_value *cross,
	const char *triple, struct arena *arena)
{
	const struct toml_value *target = toml_find(cross, "target", triple, NULL);
	const struct toml_value *image = image_of(target);

	out->is_made |= is_making(target) || is_making(toml_get(cross, "build"));
	if (out->name || !toml_string(image, NULL))
		return;
	out->name = arena_strdup(arena, toml_string(image, NULL));
	out->origin = arena_printf(arena, "%s:%d", toml_name(doc), toml_line(image));
}

/* A file of cross's own. */
static bool
read_config(struct cross_image *out, const char *path, const char *triple, struct arena *arena,
	struct err *err)
{
	struct toml *doc;

	if (!file_exists(path))
		return true;
	if (!(doc = toml_read_dialect(path, path_basename(path), TOML_1_1, err)))
		return false;
	read_table(out, doc, toml_root(doc), triple, arena);
	toml_free(doc);
	return true;
}

/* [workspace.metadata.cross] and [package.metadata.cross]; a broken manifest is cargo's to tell of. */
static void
read_manifest(struct cross_image *out, const char *path, const char *triple, struct arena *arena)
{
	static const char *const tables[] = { "workspace", "package" };
	struct toml *doc = toml_read_dialect(path, path_basename(path), TOML_1_1, NULL);

	for (size_t i = 0; doc && i < 2; i++)
		read_table(out, doc,
			toml_find(toml_root(doc), tables[i], "metadata", "cross", NULL), triple,
			arena);
	toml_free(doc);
}

bool
cross_image_find(struct cross_image *out, const struct workspace *ws, const char *triple,
	struct arena *arena, struct err *err)
{
	const char *variable = variable_of(triple, arena), *own = getenv("CROSS_CONFIG");
	const char *given = getenv(variable);
	const char *config = own && *own ? own : arena_printf(arena, "%s/Cross.toml", ws->root);
	char *root = path_join(ws->root, "Cargo.toml");
	bool ok;

	*out = (struct cross_image){ 0 };
	if (given && *given) {
		out->name = arena_strdup(arena, given);
		out->origin = variable;
	}
	if ((ok = read_config(out, config, triple, arena, err))) {
		read_manifest(out, ws->manifest, triple, arena);
		if (!text_is(root, ws->manifest))
			read_manifest(out, root, triple, arena);
	}
	free(root);
	return ok;
}

/* "cross 0.2.5", or "cross 0.2.5 (19be834 2024-05-07)" of one built from its repository. */
static const char *
tag_of(struct span said, struct arena *arena)
{
	struct span rest, line = span_cut(said, '\n', &rest);
	char *plain = span_dup(line), *version = tool_version_in(plain);
	const char *tag = version ? arena_strdup(arena, version) : NULL;

	if (tag && strchr(plain, '(')) /* whoever's commit it is */
		tag = "main";
	free(version);
	free(plain);
	return tag;
}

const char *
cross_image_of_version(struct span said, const char *triple, struct arena *arena)
{
	const char *tag = tag_of(said, arena);

	return tag ? arena_printf(arena, "%s/%s:%s", REGISTRY, triple, tag) : NULL;
}

struct span
cross_version_said(const char *cross, struct arena *arena)
{
	const char *const argv[] = { cross, "--version", NULL };
	struct proc_spec spec = { .argv = argv, .dir = "/" }; /* as ready/inquiry asks it */
	struct proc_result result = { 0 };
	struct span said = SPAN("");

	if (proc_capture(&spec, ANSWER_MAX, ANSWER_MS, &result, NULL))
		said = span_of(arena_span(arena, str_span(&result.out)));
	proc_result_fini(&result);
	return said;
}
