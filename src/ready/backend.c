/* backend: data/backends.toml read into three arrays, all text in one arena. */
#include "ready/backend.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "ready/sysroot.h"
#include "text/toml_keep.h"

struct backends {
	struct arena arena;
	VEC(struct backend_native) natives;
	VEC(struct backend_order) orders;
	VEC(struct backend_tools) tools;
};

/* Whether an entry for these targets and hosts (none: any) is meant. */
static bool
counts(const char *const *targets, const char *const *hosts, const char *triple, const char *host)
{
	return text_fits_any(triple, targets) && (!*hosts || text_fits_any(host, hosts));
}

static bool
read_native(struct backends *b, const struct toml *doc, const struct toml_value *e, struct err *err)
{
	struct arena *a = &b->arena;
	struct backend_native *n = vec_add(&b->natives);
	const char *kind = toml_string(toml_get(e, "linker-kind"), "");

	n->targets = toml_keep_texts(a, toml_get(e, "targets"));
	n->hosts = toml_keep_texts(a, toml_get(e, "hosts"));
	n->linkers = toml_keep_texts(a, toml_get(e, "linkers"));
	n->link_args = toml_keep_texts(a, toml_get(e, "link-args"));
	n->cc = toml_keep_texts(a, toml_get(e, "cc"));
	n->cflags = toml_keep_texts(a, toml_get(e, "cflags"));
	n->headers = toml_keep_text(a, e, "headers");
	n->tools = toml_keep_texts(a, toml_get(e, "tools"));
	n->runners = toml_keep_texts(a, toml_get(e, "runner"));
	n->runner_args = toml_keep_texts(a, toml_get(e, "runner-args"));
	n->runner_node = toml_keep_text(a, e, "runner-node");
	n->runner_sysroot = toml_keep_text(a, e, "runner-sysroot");
	n->sysroot = toml_keep_text(a, e, "sysroot");
	n->note = toml_keep_text(a, e, "note");
	n->is_lld = text_is(kind, "rust-lld");
	if (!*n->targets)
		return toml_err(doc, e, err, "a [[native]] entry needs `targets`");
	if (!n->is_lld && !text_is(kind, "cc"))
		return toml_err(
			doc, e, err, "`linker-kind` is \"cc\" or \"rust-lld\", not \"%s\"", kind);
	return true;
}

static bool
read_order(struct backends *b, const struct toml *doc, const struct toml_value *e, struct err *err)
{
	struct backend_order *o = vec_add(&b->orders);

	o->targets = toml_keep_texts(&b->arena, toml_get(e, "targets"));
	o->hosts = toml_keep_texts(&b->arena, toml_get(e, "hosts"));
	o->backends = toml_keep_texts(&b->arena, toml_get(e, "backends"));
	o->reason = toml_keep_text(&b->arena, e, "reason");
	if (!*o->targets || !*o->backends || !o->reason)
		return toml_err(
			doc, e, err, "an [[order]] entry needs `targets`, `backends` and `reason`");
	return true;
}

static bool
read_tools(struct backends *b, const struct toml *doc, const struct toml_value *e, struct err *err)
{
	const struct toml_value *rows = toml_get(e, "tools");
	size_t count = toml_count(rows);
	const char *const **any = arena_array(&b->arena, const char *const *, count + 1);
	struct backend_tools *t = vec_add(&b->tools);

	for (size_t i = 0; i < count; i++)
		any[i] = toml_keep_texts(&b->arena, toml_at(rows, i));
	t->name = toml_keep_text(&b->arena, e, "name");
	t->title = toml_keep_text(&b->arena, e, "title");
	t->targets = toml_keep_texts(&b->arena, toml_get(e, "targets"));
	t->any = any;
	t->image = toml_keep_text(&b->arena, e, "image");
	if (!t->name || !t->title || !*t->targets || !rows)
		return toml_err(doc, e, err,
			"a [[backend]] entry needs `name`, `title`, `targets` and `tools`");
	return true;
}

static bool
read_entries(struct backends *b, const struct toml *doc, const char *name,
	bool (*read)(
		struct backends *, const struct toml *, const struct toml_value *, struct err *),
	struct err *err)
{
	const struct toml_value *entries = toml_get(toml_root(doc), name);

	for (size_t i = 0; i < toml_count(entries); i++)
		if (!read(b, doc, toml_at(entries, i), err))
			return false;
	return true;
}

struct backends *
backends_load(struct err *err)
{
	struct toml *doc = toml_read_data("data/backends.toml", err);
	struct backends *b;
	bool ok;

	if (!doc)
		return NULL;
	b = xcalloc(1, sizeof(*b));
	ok = read_entries(b, doc, "native", read_native, err) &&
		read_entries(b, doc, "order", read_order, err) &&
		read_entries(b, doc, "backend", read_tools, err);
	toml_free(doc);
	if (ok)
		return b;
	backends_free(b);
	return NULL;
}

void
backends_free(struct backends *b)
{
	if (!b)
		return;
	vec_fini(&b->natives);
	vec_fini(&b->orders);
	vec_fini(&b->tools);
	arena_fini(&b->arena);
	free(b);
}

const struct backend_native *
backends_native(const struct backends *b, const char *triple, const char *host)
{
	for (size_t i = 0; i < b->natives.len; i++) {
		const struct backend_native *n = &b->natives.items[i];

		if (counts(n->targets, n->hosts, triple, host))
			return n;
	}
	return NULL;
}

const struct backend_order *
backends_order(const struct backends *b, const char *triple, const char *host)
{
	const struct backend_order *o = NULL;

	for (size_t i = 0; i < b->orders.len; i++) {
		o = &b->orders.items[i];
		if (counts(o->targets, o->hosts, triple, host))
			break;
	}
	return o;
}

const struct backend_tools *
backends_tools(const struct backends *b, const char *name)
{
	for (size_t i = 0; i < b->tools.len; i++)
		if (text_is(b->tools.items[i].name, name))
			return &b->tools.items[i];
	return NULL;
}

bool
backends_reach(const struct backends *b, const char *name, const char *triple)
{
	const struct backend_tools *t = backends_tools(b, name);

	return t && text_fits_any(triple, t->targets);
}

/* The text with what stands for `name` in it replaced. */
static const char *
put_value(struct arena *arena, const char *text, const char *name, const char *value)
{
	const char *place = strstr(text, name);

	if (!place)
		return text;
	return arena_printf(
		arena, "%.*s%s%s", (int)(place - text), text, value, place + strlen(name));
}

static const char *
link_arg(struct arena *arena, const char *arg, const char *sysroot)
{
	char *home = path_dirname(sysroot);
	char *clang = sysroot_clang_target(path_basename(home), path_basename(sysroot));

	arg = put_value(arena, arg, "{clang-target}", clang);
	arg = put_value(arena, arg, "{sysroot}", sysroot);
	free(clang);
	free(home);
	return arg;
}

const char *const *
backend_link_args(struct arena *arena, const struct backend_native *native, const char *sysroot)
{
	size_t count = 0;
	const char **args;

	while (native->link_args[count])
		count++;
	args = arena_array(arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		args[i] = link_arg(arena, native->link_args[i], sysroot);
	return args;
}

const char *const *
backend_cflags(
	struct arena *arena, const struct backend_native *native, const char *const *link_args)
{
	size_t count = 0;
	bool has_target = false;
	const char **flags;

	if (native && *native->cflags)
		return native->cflags;
	while (link_args[count])
		count++;
	flags = arena_array(arena, const char *, count + 1);
	for (count = 0; *link_args; link_args++) {
		bool is_target = text_starts(*link_args, "--target=");

		has_target = has_target || is_target;
		if (is_target || text_starts(*link_args, "--sysroot="))
			flags[count++] = *link_args;
	}
	if (!has_target)
		flags[0] = NULL;
	return flags;
}
