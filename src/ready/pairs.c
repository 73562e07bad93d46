#include "ready/pairs.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/map.h"
#include "host/tool.h"
#include "ready/survey.h"
#include "ready/versions.h"
#include "ready/zig.h"
#include "rust/toolchain.h"

struct asking {
	struct map versions; /* of the programs; a text, or no entry */
	struct arena arena;
	const char *const *programs;
	struct str *warnings;
	struct err *err;
	bool fails;
};

static void
ask(struct asking *a, const struct survey *s, const char *program)
{
	const char *path = text_is(program, "zig") ? zig_find(s->tools, &a->arena).path
						   : tool_find(s->tools, program);
	char *version = path ? tool_version(path) : NULL;

	if (version)
		map_set(&a->versions, program, arena_strdup(&a->arena, version));
	free(version);
}

static const char *
version_of(void *arg, const char *program)
{
	struct asking *a = arg;

	return map_get(&a->versions, program);
}

/* A rule that holds; those on programs that this way does not use are not its matter. */
static void
judge(void *arg, const struct version_rule *rule)
{
	struct asking *a = arg;
	const char *version = version_of(a, rule->on);
	const char *const *program = a->programs;

	while (*program && !text_is(*program, rule->on))
		program++;
	if (!*program || a->fails)
		return;
	if (rule->fails) {
		a->fails = true;
		err_set(a->err, ERR_ENVIRONMENT, "%s %s: %s", rule->on, version, rule->why);
		err_try(a->err, "%s", rule->fix ? rule->fix : rule->advice);
		return;
	}
	str_appendf(a->warnings, "warning: %s %s: %s; try: %s\n", rule->on, version, rule->why,
		rule->fix ? rule->fix : rule->advice);
}

bool
pairs_check(
	const struct survey *s, const char *const *programs, struct str *warnings, struct err *err)
{
	struct asking a = { .programs = programs, .warnings = warnings, .err = err };
	struct versions *rules = versions_load();

	for (; *programs && s->tools; programs++)
		ask(&a, s, *programs);
	if (s->toolchain && s->toolchain->release)
		map_set(&a.versions, "rustc", s->toolchain->release);
	versions_judge(rules, version_of, judge, &a);
	versions_free(rules);
	map_fini(&a.versions);
	arena_fini(&a.arena);
	return !a.fails;
}
