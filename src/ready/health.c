/* health: one function per check, one table of tools that are only looked for. */
#include "ready/health.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/str.h"
#include "base/vec.h"
#include "host/tool.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

struct health {
	const struct survey *s;
	struct arena *arena;
	VEC(struct check) checks;
};

const char *
check_state_name(enum check_state s)
{
	static const char *const names[] = { "ok", "warn", "fail", "skip" };

	return names[s];
}

static struct check *
add(struct health *h, const char *id, enum check_state state, const char *detail)
{
	struct check *c = vec_add(&h->checks);

	c->id = id;
	c->title = id;
	c->state = state;
	c->detail = detail;
	return c;
}

static const char *
keep(struct health *h, char *text)
{
	const char *kept = arena_strdup(h->arena, text);

	free(text);
	return kept;
}

static void
check_toolchain(struct health *h)
{
	const struct toolchain *tc = h->s->toolchain;
	struct check *c;

	if (!tc) {
		c = add(h, "toolchain", CHECK_FAIL,
			arena_strdup(h->arena, h->s->toolchain_err.message));
		c->fix = *h->s->toolchain_err.remedy
			? arena_strdup(h->arena, h->s->toolchain_err.remedy)
			: NULL;
		return;
	}
	c = add(h, "toolchain", CHECK_OK,
		arena_printf(h->arena, "%s, chosen by %s", tc->name, tc->origin));
	c->version = tc->release;
	c->path = tc->sysroot;
	c = add(h, "rustc", CHECK_OK, arena_printf(h->arena, "%s, host %s", tc->channel, tc->host));
	c->version = tc->release;
	c->path = tc->rustc;
	c = add(h, "cargo", CHECK_OK, "");
	c->path = tc->cargo;
	c->version = keep(h, tool_version(tc->cargo));
	if (!c->version) {
		c->state = CHECK_FAIL;
		c->detail = "it cannot be run";
	}
	if (tc->is_mixed)
		add(h, "mixed", CHECK_WARN, "cargo and rustc are of different toolchains")->title =
			"toolchains";
	if (!tc->rustup) {
		add(h, "rustup", CHECK_SKIP, "not installed; the system's Rust is used");
		return;
	}
	c = add(h, "rustup", CHECK_OK, "");
	c->path = tc->rustup;
	c->version = keep(h, tool_version(tc->rustup));
}

static void
check_workspace(struct health *h)
{
	const struct workspace *ws = h->s->workspace;
	const struct err *why = &h->s->workspace_err;
	struct check *c;

	if (ws) {
		c = add(h, "workspace", CHECK_OK,
			arena_printf(h->arena, "%s, %zu package%s%s", ws->name, ws->package_count,
				ws->package_count == 1 ? "" : "s",
				ws->has_c_code ? ", builds C" : ""));
		c->version = ws->version;
		c->path = ws->root;
		return;
	}
	c = add(h, "workspace", why->kind == ERR_PARSE ? CHECK_FAIL : CHECK_SKIP,
		arena_strdup(h->arena, why->message));
	c->fix = *why->remedy ? arena_strdup(h->arena, why->remedy) : NULL;
}

static void
check_config(struct health *h)
{
	const struct cargoconf *conf = h->s->conf;

	if (!conf) {
		add(h, "config", CHECK_FAIL, arena_strdup(h->arena, h->s->conf_err.message))
			->title = "cargo config";
		return;
	}
	if (!cargoconf_file_count(conf))
		add(h, "config", CHECK_OK, "no configuration files")->title = "cargo config";
	for (size_t i = 0; i < cargoconf_file_count(conf); i++) {
		struct check *c = add(h, "config", CHECK_OK, i ? "applies" : "applies first");

		c->title = "cargo config";
		c->path = cargoconf_file(conf, i);
	}
}

/* RUSTFLAGS in the environment makes cargo ignore every rustflags of the configuration. */
static void
check_rustflags(struct health *h)
{
	struct conf_value v;
	const char *flags = getenv("RUSTFLAGS");

	if (!flags || !*flags || !h->s->conf)
		return;
	for (size_t i = 0; i < h->s->targets->len; i++) {
		const char *triple = h->s->targets->items[i].triple;

		if (!cargoconf_target(h->s->conf, triple, "rustflags", &v) || !v.line)
			continue;
		add(h, "rustflags", CHECK_WARN,
			arena_printf(h->arena,
				"RUSTFLAGS is set: the rustflags of %s:%d are ignored", v.path,
				v.line))
			->fix = "unset RUSTFLAGS";
		return;
	}
}

static void
check_tools(struct health *h)
{
	static const struct {
		const char *program, *what;
		bool wanted; /* nothing links without it */
	} tools[] = {
		{ "cc", "links for this machine and for build scripts", true },
		{ "clang", "links for FreeBSD with lld", false },
		{ "ld.lld", "lld", false },
		{ "musl-gcc", "compiles C for musl", false },
		{ "cargo-zigbuild", "the zig backend", false },
		{ "zig", "the zig backend", false },
		{ "cross", "the container backend", false },
		{ "podman", "container engine", false },
		{ "docker", "container engine", false },
		{ "cargo-xwin", "the xwin backend", false },
		{ "sccache", "caches rustc's results", false },
	};

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
		const char *const program[] = { tools[i].program, NULL };
		const char *path = tool_find(h->s->tools, *program);
		struct check *c = add(h, *program,
			path                      ? CHECK_OK
				: tools[i].wanted ? CHECK_FAIL
						  : CHECK_SKIP,
			tools[i].what);

		c->path = path;
		if (path)
			c->version = keep(h, tool_version(path));
		else
			c->fix = need_install_command(h->arena, h->s->packages, program);
	}
}

struct check *
health_checks(const struct survey *s, struct arena *arena, size_t *count)
{
	struct health h = { .s = s, .arena = arena };
	struct check *checks;

	check_toolchain(&h);
	check_workspace(&h);
	check_config(&h);
	check_rustflags(&h);
	check_tools(&h);
	*count = h.checks.len;
	checks = arena_array(arena, struct check, h.checks.len + 1);
	memcpy(checks, h.checks.items, h.checks.len * sizeof(*checks));
	vec_fini(&h.checks);
	return checks;
}
