/* screens: the tabs, in their order. A new screen is a row here. */
#include "ui/app.h"
#include "ui/screen.h"

const struct screen *const app_screens[] = {
	&screen_targets,
	&screen_health,
	&screen_setup,
	&screen_profile,
	&screen_build,
	&screen_artifacts,
	NULL,
};

bool
app_offers(enum action_id id)
{
	enum screen_id shows = action_shows(id);

	for (size_t i = 0; shows && app_screens[i]; i++)
		if (app_screens[i]->id == shows)
			return true;
	return !shows;
}
