#include "ui/action.h"
#include "base/str.h"
#include "text/fuzzy.h"

/* clang-format off */
static const struct action actions[ACT_COUNT] = {
	[ACT_NONE] = { ACT_NONE, "", 0, "", "", "" },
#define X(id, name, screens, keys, label, what)                                                    \
	[ACT_##id] = { ACT_##id, name, screens, keys, label, what },
	ACTIONS(X)
#undef X
};
/* clang-format on */

const struct action *
action_get(enum action_id id)
{
	return &actions[id < ACT_COUNT ? id : ACT_NONE];
}

const struct action *
action_find(const char *name)
{
	for (size_t i = 1; i < ACT_COUNT; i++)
		if (text_is(actions[i].name, name))
			return &actions[i];
	return NULL;
}

const char *
action_nearest(const char *name)
{
	const char *names[ACT_COUNT - 1];

	for (size_t i = 1; i < ACT_COUNT; i++)
		names[i - 1] = actions[i].name;
	return fuzzy_nearest(name, names, ACT_COUNT - 1);
}

enum screen_id
action_shows(enum action_id id)
{
	if (id < ACT_SHOW_TARGETS || id > ACT_SHOW_ARTIFACTS)
		return SCREEN_NONE;
	return SCREEN_TARGETS + (id - ACT_SHOW_TARGETS);
}

bool
action_acts_on(enum action_id id, enum screen_id screen)
{
	return action_get(id)->screens & 1u << screen;
}
