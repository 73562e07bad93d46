/* key_list: the action table, printed once per place. */
#include "ui/key_list.h"

#include "ui/app.h"
#include "ui/screen.h"

static void
print_section(struct str *out, const char *title, unsigned where)
{
	str_appendf(out, "%s%s\n", out->len ? "\n" : "", title);
	for (int id = ACT_NONE + 1; id < ACT_COUNT; id++) {
		const struct action *a = action_get((enum action_id)id);

		if (key_list_has(a, where))
			str_appendf(out, "  %-18s %-16s %s\n", a->keys, a->name, a->what);
	}
}

bool
key_list_has(const struct action *a, unsigned where)
{
	bool acts_everywhere = (a->screens & ON_SCREENS) == ON_SCREENS;

	return (a->screens & where) && acts_everywhere == (where == ON_SCREENS) &&
		app_offers(a->id);
}

void
key_list(struct str *out)
{
	for (size_t i = 0; app_screens[i]; i++)
		print_section(out, app_screens[i]->title, 1u << app_screens[i]->id);
	print_section(out, "Everywhere", ON_SCREENS);
	print_section(out, "While typing", ON_TYPING);
	str_append(out,
		"\nThe second column is the action's name in [keys] of config.toml:\n"
		"  [keys]\n  build = [\"b\", \"F5\"]\n  suspend = \"none\"\n");
}
