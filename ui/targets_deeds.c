#include "ui/targets_deeds.h"
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "ready/remote.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "ui/screen.h"
#include "ui/targets_table.h"

static const char *
triple_of(const struct store *s, size_t target)
{
	return s->survey->targets->items[target].triple;
}

static const struct need *
missing_need(const struct store *s, size_t target, bool optional)
{
	const struct target_state *state = &s->survey->states[target];

	for (size_t i = 0; i < state->need_count; i++)
		if (state->needs[i].state == NEED_MISSING && state->needs[i].optional == optional)
			return &state->needs[i];
	return NULL;
}

unsigned
target_probe(struct store *s, size_t target)
{
	const char *triple = triple_of(s, target), *backend = targets_backend(s, target);
	const struct need *need = missing_need(s, target, false);

	if (!s->survey->toolchain)
		return store_say(s, SAY_WARN, "no probe without a toolchain");
	if (store_is_probing(s, triple))
		return store_say(s, SAY_INFO, "%s: the probe is running", triple);
	if (!backend)
		return store_say(s, SAY_WARN, "%s: no backend reaches it from this host", triple);
	if (!text_is(backend, s->survey->states[target].backend))
		return store_say(s, SAY_WARN,
			"%s: a probe goes the way that this machine prefers, %s; this is built by "
			"%s",
			triple, s->survey->states[target].backend, backend);
	if (!text_is(backend, "native") && !text_is(backend, "zig"))
		return store_say(
			s, SAY_WARN, "%s: what %s builds is proved by a build", triple, backend);
	if (need)
		return store_say(s, SAY_WARN, "%s: %s is missing%s%s", triple, need->name,
			need->remedy ? "; try: " : "", need->remedy ? need->remedy : "");
	return store_probe(s, triple) | FX_REDRAW;
}

/* Those of this machine, then the machines that serve the target; ends with NULL. */
static const char *const *
list_backends(const struct store *s, size_t target, struct arena *arena)
{
	const char *const *own = s->survey->states[target].backends;
	const struct remotes *remotes = s->survey->remotes;
	size_t count = 0, more = remotes ? remotes->count : 0;
	const char **all;

	while (own[count])
		count++;
	all = arena_array(arena, const char *, count + more + 1);
	memcpy(all, own, count * sizeof(*all));
	for (size_t i = 0; i < more; i++) {
		if (remote_serves(&remotes->items[i], triple_of(s, target)))
			all[count++] =
				arena_printf(arena, REMOTE_WORD ":%s", remotes->items[i].name);
	}
	return all;
}

static const char *
backend_after(const char *const *backends, const char *now)
{
	for (size_t i = 0; backends[i]; i++)
		if (text_is(backends[i], now))
			return backends[i + 1] ? backends[i + 1] : backends[0];
	return backends[0];
}

static unsigned
take_backend(struct store *s, size_t target, const char *next)
{
	const struct target_state *state = &s->survey->states[target];
	const char *triple = triple_of(s, target), *now = targets_backend(s, target);
	const struct need *lack;

	if (!next)
		return store_say(s, SAY_INFO, "%s: no backend reaches it from this host", triple);
	if (text_is(next, now))
		return store_say(s, SAY_INFO, "%s: there is no other way from this host", triple);
	choice_set_backend(s->choice, triple, text_is(next, state->usual) ? NULL : next);
	if ((lack = survey_lack(state, next)))
		store_say(s, SAY_WARN, "%s: %s; %s: %s", triple, next, lack->name, lack->detail);
	else
		store_say(s, SAY_INFO, "%s: %s", triple, next);
	return FX_REDRAW | FX_SAVE_CHOICE;
}

unsigned
target_next_backend(struct store *s, size_t target)
{
	struct arena arena = { 0 };
	const char *now = targets_backend(s, target);
	unsigned effects =
		take_backend(s, target, backend_after(list_backends(s, target, &arena), now));

	arena_fini(&arena);
	return effects;
}

unsigned
target_set_up(struct store *s, long target)
{
	if (choice_target_count(s->choice))
		return FX_GO_SETUP;
	if (target < 0)
		return FX_BELL;
	choice_mark(s->choice, triple_of(s, (size_t)target), true);
	return FX_SAVE_CHOICE | FX_GO_SETUP;
}

unsigned
target_copy(struct store *s, size_t target)
{
	const struct need *need = missing_need(s, target, false);
	const char *text;

	if (!need || !need->remedy)
		need = missing_need(s, target, true);
	text = need && need->remedy ? need->remedy : triple_of(s, target);
	return store_copy(s, text, span_of(text));
}
