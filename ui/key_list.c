/* key_list: the action table, printed once per place. */
#include "ui/key_list.h"

#include "ui/action.h"

struct section {
	const char *title;
	unsigned where; /* ON_ bits, one of which an action must have */
};

static bool
is_in(const struct action *a, const struct section *s, bool is_everywhere)
{
	bool acts_everywhere = (a->screens & ON_SCREENS) == ON_SCREENS;

	return (a->screens & s->where) && acts_everywhere == is_everywhere;
}

static void
print_section(struct str *out, const struct section *s, bool is_everywhere)
{
	str_appendf(out, "%s%s\n", out->len ? "\n" : "", s->title);
	for (int id = ACT_NONE + 1; id < ACT_COUNT; id++) {
		const struct action *a = action_get((enum action_id)id);

		if (is_in(a, s, is_everywhere))
			str_appendf(out, "  %-18s %-16s %s\n", a->keys, a->name, a->what);
	}
}

void
key_list(struct str *out)
{
	static const struct section screens[] = {
		{ "Targets", ON_TARGETS },
		{ "Profile", ON_PROFILE },
		{ "Build", ON_BUILD },
	};
	static const struct section everywhere = { "Everywhere", ON_SCREENS };
	static const struct section typing = { "While typing", ON_TYPING };

	for (size_t i = 0; i < sizeof(screens) / sizeof(*screens); i++)
		print_section(out, &screens[i], false);
	print_section(out, &everywhere, true);
	print_section(out, &typing, false);
	str_append(out,
		"\nThe second column is the action's name in [keys] of config.toml:\n"
		"  [keys]\n  build = [\"b\", \"F5\"]\n  suspend = \"none\"\n");
}
