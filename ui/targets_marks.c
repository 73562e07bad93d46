#include "ui/targets_marks.h"
#include <stdlib.h>
#include "base/alloc.h"
#include "base/str.h"
#include "rust/choice.h"
#include "ui/screen.h"

static void
forget(struct targets_marks *m)
{
	for (size_t i = 0; i < m->saved.len; i++)
		free(m->saved.items[i]);
	vec_clear(&m->saved);
}

void
targets_marks_fini(struct targets_marks *m)
{
	forget(m);
	vec_fini(&m->saved);
}

static void
remember(struct targets_marks *m, const struct choice *choice)
{
	forget(m);
	for (size_t i = 0; i < choice_target_count(choice); i++)
		vec_push(&m->saved, xstrdup(choice_target(choice, i)));
}

void
targets_marks_update(struct targets_marks *m, const struct store *s)
{
	if (!m->is_changed)
		remember(m, s->choice);
}

static bool
is_saved(const struct targets_marks *m, const char *triple)
{
	for (size_t i = 0; i < m->saved.len; i++)
		if (text_is(m->saved.items[i], triple))
			return true;
	return false;
}

static bool
saved_are_marked(const struct targets_marks *m, const struct choice *choice)
{
	for (size_t i = 0; i < choice_target_count(choice); i++)
		if (!is_saved(m, choice_target(choice, i)))
			return false;
	return choice_target_count(choice) == m->saved.len;
}

unsigned
targets_marks_toggle(struct targets_marks *m, struct store *s, const char *triple)
{
	m->is_changed = true;
	choice_mark(s->choice, triple, !choice_has_target(s->choice, triple));
	return FX_REDRAW | FX_SAVE_CHOICE;
}

static void
unmark_all(struct choice *choice)
{
	for (size_t count; (count = choice_target_count(choice)) > 0;)
		choice_mark(choice, choice_target(choice, count - 1), false);
}

unsigned
targets_marks_restore(struct targets_marks *m, struct store *s)
{
	bool clears = !m->saved.len || saved_are_marked(m, s->choice);

	if (clears && !choice_target_count(s->choice))
		return store_say(s, SAY_INFO, "no targets are saved for this project yet");
	if (!m->saved.len)
		remember(m, s->choice);
	m->is_changed = true;
	unmark_all(s->choice);
	for (size_t i = 0; !clears && i < m->saved.len; i++)
		choice_mark(s->choice, m->saved.items[i], true);
	if (clears)
		return FX_SAVE_CHOICE | store_say(s, SAY_INFO, "nothing is marked");
	return FX_SAVE_CHOICE |
		store_say(s, SAY_INFO, "marked the %zu saved targets", m->saved.len);
}
