/* xwin: cargo-xwin in cargo's place, which fetches Microsoft's libraries and gives cargo clang and lld.
 *
 * That it may fetch them, the licence agreed to, is a need that the survey sees. */
#include "build/backend.h"
#include "build/command.h"
#include "build/run.h"
#include "host/tool.h"
#include "ready/survey.h"
#include "rust/toolchain.h"

static void
xwin_begin(struct command *c, const struct command_query *query)
{
	const struct survey *s = query->spec->survey;
	const char *found = s->tools ? tool_find(s->tools, "cargo-xwin") : NULL;

	command_add(c, found ? found : "cargo-xwin");
	command_add(c, "xwin");
	command_alias(c, "cargo xwin");
	command_add(c, run_mode_name(query->spec->mode));
}

/* It starts the cargo that CARGO names. */
static void
xwin_environment(struct command *c, const struct command_query *query)
{
	command_set(c, "CARGO", query->spec->survey->toolchain->cargo);
}

const struct backend backend_xwin = {
	.name = "xwin",
	.traits = BACKEND_APART | BACKEND_LINKS,
	.begin = xwin_begin,
	.environment = xwin_environment,
};
