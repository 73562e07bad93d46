/* fixplan: the fix of a hint as a plan. */
#pragma once
#include <stdbool.h>

struct arena;
struct fix;
struct plan;
struct step;

/* Whether a plan can carry the fix out: a command or an edit. A note and another backend are for the
 * person and for the build. */
bool fix_has_plan(const struct fix *fix);
/* One step that does it. An edit may be run with runner_replace: its diff has shown what it replaces. The
 * program that the fix is checked by, where it is not here yet, proves a command. For plan_free. */
struct plan *fix_plan(const struct fix *fix);
/* A command as a person would type it ("sudo apt-get install -y mold") as a step that nothing proves; its
 * strings live in the arena. */
void command_step(struct step *step, struct arena *arena, const char *command, const char *why);
