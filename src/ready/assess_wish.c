/* assess_wish: what xtui.toml asks for one target, held against this machine as a build would hold it. */
#include <string.h>
#include "base/count.h"
#include "base/str.h"
#include "host/tool.h"
#include "ready/assessment.h"
#include "ready/survey.h"
#include "ready/wish.h"
#include "rust/targets.h"

static bool
has_glibc(const struct assessment *a)
{
	return strstr(a->t->triple, "-linux-gnu") != NULL;
}

long
assess_wished_backend(const struct assessment *a, bool by_name)
{
	const struct wish *w = a->wish;
	const char *name = by_name         ? w->backend
		: w->tuning.linker         ? "native"
		: w->glibc && has_glibc(a) ? "zig" /* the one that can link against an older one */
					   : NULL;

	for (size_t i = 0; name && a->state->backends[i]; i++)
		if (text_is(a->state->backends[i], name))
			return (long)i;
	return -1;
}

bool
assess_wished_linker(struct assessment *a)
{
	const struct tuning *t = &a->wish->tuning;
	struct need *n;

	if (!t->linker)
		return false;
	n = assess_add_linker(a, t->linker,
		tool_find(a->s->tools, tuning_linker(t, a->s, a->arena)), a->wish->linker_place);
	a->state->linker_is_wished = true;
	if (n->state == NEED_MISSING && !n->remedy)
		n->remedy = arena_printf(
			a->arena, "another linker for it in %s", a->wish->linker_place);
	return true;
}

/* -- what is refused ------------------------------------------------------------------------- */

static void
refuse(struct assessment *a, enum need_kind kind, const char *what, const char *place,
	const char *why, const char *remedy)
{
	struct need *n = assess_add(a, kind, NEED_MISSING, what);

	n->detail = arena_printf(a->arena, "%s: %s", place, why);
	n->remedy = remedy;
}

static void
refuse_linker(struct assessment *a, const char *backend)
{
	static const char *const that_link[] = { "zig", "xwin", "ndk" };
	const char *linker = a->wish->tuning.linker;

	for (size_t i = 0; linker && i < COUNT(that_link); i++)
		if (text_is(that_link[i], backend))
			refuse(a, NEED_LINKER, linker, a->wish->linker_place,
				arena_printf(a->arena, "%s links by itself, not with it", backend),
				"backend = \"native\" in xtui.toml, or no linker");
}

/* An option of the command line as the file has it. */
static const char *
remedy_of(struct assessment *a, const struct err *err)
{
	const char *name =
		text_starts(err->remedy, "--target-cpu ") ? strchr(err->remedy, '=') : NULL;

	if (name)
		return arena_printf(
			a->arena, "target-cpu = \"%s\" in %s", name + 1, a->wish->cpu_place);
	return *err->remedy ? arena_strdup(a->arena, err->remedy) : NULL;
}

static void
refuse_cpu(struct assessment *a)
{
	const struct tuning *t = &a->wish->tuning;
	struct err err = ERR_INIT;

	if (!t->target_cpu || !a->s->toolchain ||
		tuning_check_cpu(t, a->s, a->t->triple, a->s->quick, &err))
		return;
	/* what it is said of is said before it */
	const char *why = strstr(err.message, ": ");

	refuse(a, NEED_TOOL, arena_printf(a->arena, "target-cpu %s", t->target_cpu),
		a->wish->cpu_place, arena_strdup(a->arena, why ? why + 2 : err.message),
		remedy_of(a, &err));
}

static void
refuse_floor(struct assessment *a)
{
	if (a->wish->glibc && !has_glibc(a))
		refuse(a, NEED_TOOL, arena_printf(a->arena, "glibc %s", a->wish->glibc),
			a->wish->glibc_place, "this target has no glibc",
			"no glibc for it in xtui.toml");
}

void
assess_wishes(struct assessment *a, const char *backend)
{
	if (!a->wish->triple)
		return;
	refuse_linker(a, backend);
	refuse_cpu(a);
	refuse_floor(a);
}
