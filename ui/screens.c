/* screens: the tabs, in their order. A new screen is a row here. */
#include "ui/app.h"
#include "ui/screen.h"

const struct screen *const app_screens[] = {
	&screen_targets,
	&screen_profile,
	&screen_build,
	NULL,
};
