/* health_rust: rustup, toolchains, cargo, components and pins. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "ready/examination.h"
#include "rust/rustup.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"
#include "text/toml.h"

#define LISTED_MAX 8 /* names in one line; the rest is counted */

static void
check_rustup(struct examination *e)
{
	const struct toolchain *tc = e->s->toolchain;
	const char *path = tc ? tc->rustup : tool_find(e->s->tools, "rustup");
	struct check *c;

	if (path) {
		exam_program(e, "rustup", path, "installs toolchains and standard libraries");
		return;
	}
	c = exam_add(e, "rustup", CHECK_SKIP,
		tc ? "not installed; the system's Rust is used" : "not installed");
	c->advice = "https://rustup.rs installs it: with it come the standard libraries of other "
		    "targets";
}

/* A command goes into the plan on a key; words are for the reader. */
static void
tell_remedy(struct examination *e, struct check *c, const struct err *why)
{
	static const char *const commands[] = { "rustup default ", "rustup toolchain install " };
	const char *remedy = *why->remedy ? arena_strdup(e->arena, why->remedy) : NULL;

	c->advice = remedy;
	for (size_t i = 0; remedy && i < COUNT(commands); i++) {
		if (!text_starts(remedy, commands[i]))
			continue;
		c->fix = remedy;
		c->advice = NULL;
	}
}

static void
check_active(struct examination *e)
{
	const struct toolchain *tc = e->s->toolchain;
	const struct err *why = &e->s->toolchain_err;
	struct check *c;

	if (!tc) {
		c = exam_add(e, "toolchain", CHECK_FAIL,
			why->kind == ERR_NONE ? "still being looked at"
					      : arena_strdup(e->arena, why->message));
		if (why->kind == ERR_NONE)
			c->state = CHECK_ASKING;
		tell_remedy(e, c, why);
		return;
	}
	c = exam_add(e, "toolchain", CHECK_OK,
		arena_printf(e->arena, "%s, chosen by %s", tc->name,
			path_is_absolute(tc->origin) ? exam_place(e, tc->origin, 0) : tc->origin));
	c->path = tc->sysroot;
	c->version = tc->release;
	c = exam_add(e, "rustc", CHECK_OK,
		arena_printf(e->arena, "%s, host %s%s%s", tc->channel, tc->host,
			tc->llvm ? ", LLVM " : "", tc->llvm ? tc->llvm : ""));
	c->version = tc->release;
	c->path = tc->rustc;
	map_set(&e->versions, "rustc", tc->release);
	exam_program(e, "cargo", tc->cargo, "");
	if (tc->is_mixed) {
		c = exam_add(e, "mixed", CHECK_WARN,
			"cargo and rustc are of different toolchains: what one has installed, the "
			"other does not find");
		c->title = "toolchains";
		c->advice = "put the folder of one of them first on PATH, or set RUSTC";
	}
}

/* -- other toolchains ------------------------------------------------------------------------ */

static void
check_other(struct examination *e, const char *home, const char *name)
{
	const struct toolchain *tc = e->s->toolchain;
	const char *root = arena_printf(e->arena, "%s/toolchains/%s", home, name);
	const char *rustc = arena_printf(e->arena, "%s/bin/rustc", root);
	struct check *c;

	if (tc && tc->kind == TOOLCHAIN_RUSTUP && text_is(tc->name, name))
		return;
	if (!file_is_executable(rustc)) {
		c = exam_add(e, "other-toolchain", CHECK_WARN,
			"it has no rustc: its installation was cut short, or its link leads "
			"nowhere");
		c->fix = arena_printf(e->arena, "rustup toolchain uninstall %s", name);
	} else {
		c = exam_program(e, "other-toolchain", rustc, "installed, not in use here");
	}
	c->title = arena_strdup(e->arena, name);
	c->path = root;
}

static void
check_others(struct examination *e)
{
	char *home = rustup_home();
	char *folder = home ? path_join(home, "toolchains") : NULL;
	char **names = NULL;
	size_t count = 0;

	if (folder && file_list(folder, &names, &count, NULL))
		for (size_t i = 0; i < count; i++)
			check_other(e, home, names[i]);
	file_list_free(names, count);
	free(folder);
	free(home);
}

/* -- components ------------------------------------------------------------------------------ */

/* "clippy" of "clippy-x86_64-unknown-linux-gnu"; "" of rust-std, which is counted with the targets. */
static struct span
component_name(struct span line, const char *host)
{
	long at = span_find(line, span_of(host));

	if (span_starts(line, "rust-std"))
		return SPAN("");
	if (at > 1)
		line.len = (size_t)at - 1;
	return line;
}

static size_t
installed_count(const struct survey *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->targets->len; i++)
		count += s->targets->items[i].std == STD_INSTALLED;
	return count;
}

static const char *
list_components(struct examination *e, struct span text)
{
	struct str out = STR_INIT;
	size_t count = installed_count(e->s);

	while (text.len) {
		struct span name = component_name(
			span_trim(span_cut(text, '\n', &text)), e->s->toolchain->host);
		if (name.len)
			str_appendf(&out, "%s%.*s", out.len ? ", " : "", (int)name.len, name.data);
	}
	str_appendf(
		&out, "%sstd for %zu target%s", out.len ? "; " : "", count, count == 1 ? "" : "s");
	return arena_take(e->arena, &out);
}

/* A wanted target without a prebuilt standard library is built from its source. */
static bool
wants_source(const struct examination *e)
{
	for (size_t i = 0; i < e->want_count; i++) {
		long at = survey_find(e->s, e->wants[i].triple);

		if (at >= 0 && e->s->targets->items[at].std >= STD_SOURCE)
			return true;
	}
	return false;
}

static void
check_components(struct examination *e)
{
	const struct toolchain *tc = e->s->toolchain;
	const char *path;
	struct str text = STR_INIT;
	struct check *c;

	if (!tc)
		return;
	path = arena_printf(e->arena, "%s/lib/rustlib/components", tc->sysroot);
	if (file_exists(path))
		file_read(path, &text, NULL);
	c = exam_add(e, "components", CHECK_OK, list_components(e, str_span(&text)));
	c->path = text.len ? path : NULL;
	if (wants_source(e) && text.len && span_find(str_span(&text), SPAN("rust-src")) < 0) {
		exam_worsen(c, CHECK_WARN,
			"a wanted target has no prebuilt standard library, and rust-src, from "
			"which "
			"it could be built, is not here");
		c->fix = arena_printf(
			e->arena, "rustup component add rust-src --toolchain %s", tc->name);
	}
	str_fini(&text);
}

/* -- pins ------------------------------------------------------------------------------------ */

/* rust-toolchain.toml or its older name, here or in a folder above; in the arena, or NULL. */
static const char *
find_pin(struct examination *e)
{
	static const char *const names[] = { "rust-toolchain", "rust-toolchain.toml" };
	char *dir = xstrdup(e->s->dir);
	const char *found = NULL;

	for (bool at_end = false; !found && !at_end;) {
		char *above = path_dirname(dir);

		for (size_t i = 0; i < 2 && !found; i++) {
			const char *path = arena_printf(
				e->arena, "%s/%s", text_is(dir, "/") ? "" : dir, names[i]);
			found = file_exists(path) ? path : NULL;
		}
		at_end = text_is(above, dir);
		free(dir);
		dir = above;
	}
	free(dir);
	return found;
}

struct pin {
	const char *path;
	const char *channel; /* or NULL */
	const char *lacking; /* targets it names that have no std here, or NULL */
	const char *unknown; /* targets it names that rustc does not know, or NULL */
	size_t target_count;
};

static void
append_name(struct str *out, size_t *count, const char *name)
{
	if (++*count <= LISTED_MAX)
		str_appendf(out, "%s%s", out->len ? " " : "", name);
}

static void
read_targets(struct examination *e, struct pin *pin, const struct toml_value *targets)
{
	struct str lacking = STR_INIT, unknown = STR_INIT;
	size_t lacking_count = 0, unknown_count = 0;

	pin->target_count = toml_count(targets);
	for (size_t i = 0; i < pin->target_count; i++) {
		const char *triple = toml_string(toml_at(targets, i), "");
		long at = survey_find(e->s, triple);

		if (at < 0)
			append_name(&unknown, &unknown_count, triple);
		else if (e->s->targets->items[at].std != STD_INSTALLED)
			append_name(&lacking, &lacking_count, triple);
	}
	pin->lacking = lacking.len ? arena_strdup(e->arena, str_cstr(&lacking)) : NULL;
	pin->unknown = unknown.len ? arena_strdup(e->arena, str_cstr(&unknown)) : NULL;
	str_fini(&lacking);
	str_fini(&unknown);
}

/* The older form is a channel's name alone. A broken file is told by the toolchain's own check. */
static void
read_pin(struct examination *e, struct pin *pin)
{
	struct toml *doc = toml_read(pin->path, NULL, NULL);
	const struct toml_value *table = doc ? toml_get(toml_root(doc), "toolchain") : NULL;
	struct str text = STR_INIT;

	pin->channel = arena_strdup(e->arena, toml_string(toml_get(table, "channel"), NULL));
	read_targets(e, pin, toml_get(table, "targets"));
	if (!table && file_read(pin->path, &text, NULL))
		pin->channel = arena_span(e->arena, span_trim(str_span(&text)));
	str_fini(&text);
	toml_free(doc);
}

static void
judge_pin(struct examination *e, struct check *c, const struct pin *pin)
{
	const struct toolchain *tc = e->s->toolchain;

	if (tc && !text_is(tc->origin, pin->path)) {
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena, "it asks for %s, but %s decides: %s",
				pin->channel ? pin->channel : "more", tc->origin, tc->name));
		c->advice =
			text_is(tc->origin, "RUSTUP_TOOLCHAIN") ? "unset RUSTUP_TOOLCHAIN" : NULL;
	}
	if (tc && pin->unknown)
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena, "it names targets that this rustc does not know: %s",
				pin->unknown));
	if (tc && pin->lacking) {
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena,
				"it names targets whose standard library is not installed: %s",
				pin->lacking));
		c->fix = arena_printf(
			e->arena, "rustup target add %s --toolchain %s", pin->lacking, tc->name);
	}
}

static void
check_pin(struct examination *e)
{
	struct pin pin = { .path = find_pin(e) };
	struct check *c;

	if (!pin.path)
		return;
	read_pin(e, &pin);
	c = exam_add(e, "pin", CHECK_OK,
		arena_printf(e->arena, "%s%s%s", pin.channel ? "channel " : "components only",
			pin.channel ? pin.channel : "",
			pin.target_count
				? arena_printf(e->arena, ", %zu target%s", pin.target_count,
					  pin.target_count == 1 ? "" : "s")
				: ""));
	c->title = path_basename(pin.path);
	c->path = pin.path;
	judge_pin(e, c, &pin);
}

/* -- the project ----------------------------------------------------------------------------- */

static void
check_workspace(struct examination *e)
{
	const struct workspace *ws = e->s->workspace;
	const struct err *why = &e->s->workspace_err;
	struct check *c;

	if (ws) {
		c = exam_add(e, "workspace", CHECK_OK,
			arena_printf(e->arena, "%s, %zu package%s%s", ws->name, ws->package_count,
				ws->package_count == 1 ? "" : "s",
				ws->has_c_code ? ", builds C" : ""));
		c->version = ws->version;
		c->path = ws->root;
		return;
	}
	if (!e->s->conf &&
		e->s->conf_err.kind == ERR_PARSE) { /* cargo blames the manifest for it */
		exam_add(
			e, "workspace", CHECK_SKIP, "cargo stops at its configuration, see Config");
		return;
	}
	c = exam_add(e, "workspace", why->kind == ERR_PARSE ? CHECK_FAIL : CHECK_SKIP,
		arena_strdup(e->arena, why->message));
	c->advice = *why->remedy ? arena_strdup(e->arena, why->remedy) : NULL;
}

void
examine_rust(struct examination *e)
{
	check_active(e);
	check_rustup(e);
	check_others(e);
	check_components(e);
	check_pin(e);
	check_workspace(e);
}
