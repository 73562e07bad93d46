#include "hint/probed.h"

#include "hint/explain.h"
#include "host/platform.h"
#include "ready/survey.h"
#include "rust/workspace.h"

struct explanation *
probed_explain(const struct rules *rules, const struct survey *s, size_t i)
{
	const struct target_state *state = &s->states[i];
	struct hint_context context = {
		.target = s->targets->items[i].triple,
		.host = s->host,
		.backend = state->backend,
		.linker = state->linker,
		.distribution = platform_get()->distribution,
		.project_dir = s->workspace ? s->workspace->root : s->dir,
		.is_from_here = true,
	};

	return rules ? explain(rules, span_of(state->probe.log), &context) : NULL;
}
