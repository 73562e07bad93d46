/* app_state: what the two halves of the app share: app.c (life, painting, the engine's news) and
 * app_act.c (keys, actions, effects). Only they include this. */
#pragma once
#include "ui/app.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/screen.h"
#include "ui/theme.h"
#include "ui/widget_dialog.h"

struct loop_timer;
struct step_license;
struct work;

enum question {
	ASK_NOTHING,
	ASK_FOR_SCREEN,
	ASK_TO_LEAVE,
	ASK_TO_GO_ON,
	ASK_IF_BUSY,
	ASK_LICENSE,
	ASK_AFTER_FIX
};

struct app {
	const struct app_options *options;
	struct loop *loop;
	struct work *work;
	struct store store;
	struct keymap *keymap;
	char *config_dir;
	struct theme theme;
	struct canvas *canvas;
	struct frame frame; /* as drawn last */

	struct screen_state screens[SCREEN_TAB_COUNT];
	size_t screen_count, screen;  /* the one on show */
	struct screen_state overlay;  /* help or palette; screen NULL: none */
	struct dialog dialog;         /* text NULL: none */
	enum question question;       /* what the dialog's first button answers */
	struct screen_state *asker;   /* ASK_FOR_SCREEN */
	struct screen_state *chooser; /* hears digits while the dialog is open; NULL: nobody */
	long next_fix;                /* ASK_AFTER_FIX: what the buttons offer; -1: none */
	bool can_undo_fix;
	size_t licensed;          /* ASK_LICENSE: the step */
	struct key_chord pressed; /* the beginning of a chord */

	bool is_dirty, is_urgent; /* something to paint; not to be kept waiting */
	bool is_due;              /* it is time for a frame */
	uint64_t frame_at;        /* us: the last frame that was not hasty; 0: none yet */
	uint64_t rest_us;         /* after it, until the next one, unless that is urgent */
	uint64_t debt;            /* bytes sent that the terminal has not had its time for */
	uint64_t debt_at;         /* us: as of when */
	struct loop_timer *paint_timer, *clock, *message_timer;
	struct str message_timed; /* the message that message_timer takes away */
	uint64_t interrupted_at;
	int percent;       /* of the run, as told last; -1 nothing yet */
	bool is_leaving;   /* as soon as the run is over */
	bool has_touched;  /* a key was pressed: no leaving by itself */
	bool has_built;    /* a run has begun */
	int exit_code;     /* of a signal; 0 none */
	struct err fatal;  /* why the asked-for build could not even start */
	bool marks_frames; /* XTUI_TEST */
	bool was_handled;  /* an event came this turn */
	unsigned frame_count;
};

void app_soon(struct app *app); /* something is to be painted, when there is time */
void app_now(struct app *app);  /* … at the end of this turn: someone waits for it */
struct screen_state *app_shown(struct app *app);   /* the tab on show */
struct screen_state *app_focused(struct app *app); /* who gets the keys, dialogs apart */
struct input *app_typing_into(struct app *app);    /* NULL: no text is being typed */
void app_tell_screens(struct app *app);            /* what has changed since they were told last */
bool app_show_screen(struct app *app, enum screen_id id); /* false: there is none */
void app_close_overlay(struct app *app);
void app_show_err(struct app *app, const char *title, const struct err *err);
void app_ask_to_go_on(struct app *app, const char *text);
void app_offer_to_go_on(struct app *app); /* with the last run, where it was interrupted */
void app_ask_if_busy(struct app *app, const char *who); /* wait, or build beside it */
void app_ask_license(struct app *app, size_t step, const struct step_license *license);
/* A fix did not help: undo it, take the next one. */
void
app_ask_after_fix(struct app *app, struct job *job, const char *text, long next, bool can_undo);
void app_event(void *arg, const struct term_event *event); /* what term hears; arg is the app */
