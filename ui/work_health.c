/* work_health: the checks of this machine, made when the Health screen is first shown and kept true from
 * then on. Programs are asked on the loop, so that nothing waits for them. */
#include <stdlib.h>
#include "base/alloc.h"
#include "ready/health.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "ui/work_state.h"

static void
show_checks(struct work *w)
{
	w->store->checks = health_checks(w->health, &w->store->check_count);
	w->store->examining = health_is_asking(w->health);
	work_change(w, STORE_HEALTH);
}

static void
on_answer(void *arg)
{
	show_checks(arg);
}

static void
examine(struct work *w, bool again)
{
	const struct choice *choice = w->store->choice;
	size_t count = choice_target_count(choice);
	struct health_want *wants = xcalloc(count + 1, sizeof(*wants));

	for (size_t i = 0; i < count; i++) {
		const char *triple = choice_target(choice, i);

		wants[i] = (struct health_want){ triple, choice_backend(choice, triple),
			choice_option(choice, triple, "glibc"),
			choice_option(choice, triple, "engine"),
			choice_option(choice, triple, "image") };
	}
	health_examine(w->health, w->store->survey, wants, count, again);
	free(wants);
	show_checks(w);
}

void
work_examine(struct work *w, bool again)
{
	if (!w->health)
		w->health = health_new(w->store->loop, on_answer, w);
	examine(w, again);
}

void
work_renew_health(struct work *w)
{
	if (w->health)
		examine(w, false);
}

void
work_close_health(struct work *w)
{
	health_free(w->health);
	w->health = NULL;
	w->store->checks = NULL;
	w->store->check_count = 0;
}
