/* app: the workbench: owns the store and the screens, turns keys into actions and effects into deeds,
 * paints once a turn. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "ui/action.h"
#include "base/err.h"

struct history_run;
struct recording;
struct run_spec;
struct screen;
struct settings;

/* All of it has to last until the process ends: a thread that is not waited for may read it. */
struct app_options {
	const char *dir;       /* absolute; where the project is */
	const char *manifest;  /* --manifest-path, or NULL */
	const char *toolchain; /* --toolchain, or NULL */
	const char *theme;     /* --theme, or NULL: the settings' */
	const struct settings *settings;
	const char *profile; /* --profile, or NULL: the choice's */
	const char *const
		*presets; /* --preset, ends with NULL; several are variants side by side */
	size_t preset_count;
	const char *const *sets; /* --set KEY=VALUE */
	size_t set_count;
	/* Not NULL: builds this at once, on the Build screen. survey, profile and kill_grace_ms are
	 * filled in here; no targets: those of the choice. */
	const struct run_spec *build;
	bool is_plain; /* nothing has said what that build is of: one that was killed is offered first */
	const struct history_run *resumed; /* not NULL: it goes on with this one */
	/* Not NULL: what that build's jobs run in place of cargo (bench). */
	const char *const *command;
	/* Not NULL: they go as those of a recording did. */
	const struct recording *recording;
	bool watch;            /* the sources, from the start */
	bool leave_when_built; /* leaves by itself when that build ends well */
	/* Screens in the order of their tabs, NULL at the end; NULL: app_screens. */
	const struct screen *const *screens;
};

/* Every screen there is, NULL at the end (screens.c). */
extern const struct screen *const app_screens[];
/* False for an action that goes to a screen which is not among them. */
bool app_offers(enum action_id id);

/* Runs until the person leaves. The exit status: the last run's (0 without one), 128+n after a
 * signal, or err_exit_code(err) with err filled when it could not start (broken keys or theme, no
 * terminal). */
int app_run(const struct app_options *options, struct err *err);
