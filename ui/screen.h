/* screen: a tab or overlay as a table of functions; its file exports one symbol.
 *
 * State in, cells out, effects back: a screen never draws outside draw and corner, never calls
 * another screen, never waits. Members marked (opt) may be NULL. */
#pragma once
#include <stdbool.h>
#include "ui/action.h"
#include "ui/canvas.h"
#include "ui/store.h"

struct input;
struct run_event;
struct term_event;

/* What a handler asks the app to do; bits. 0: the key meant nothing here. */
enum {
	FX_DONE = 1 << 0, /* handled, nothing changed to the eye */
	FX_REDRAW = 1 << 1,
	FX_BELL = 1 << 2,
	FX_COPY = 1 << 3,        /* store_copy */
	FX_ASK = 1 << 4,         /* store_ask */
	FX_SHOW = 1 << 5,        /* store_show */
	FX_SAVE_CHOICE = 1 << 6, /* choice was changed: keep it in xtui.toml, tell the screens */
	FX_PROFILE = 1 << 7,     /* profile was changed: keep it in xtui.toml, tell the screens */
	FX_BUILD = 1 << 8,       /* every marked target */
	FX_PROBE = 1 << 9,       /* store_probe */
	FX_STOP_JOB = 1 << 10,   /* store_stop */
	FX_STOP_RUN = 1 << 11,
	FX_RETRY_JOB = 1 << 12, /* store_retry */
	FX_RETRY_FAILED = 1 << 13,
	FX_SURVEY = 1 << 14, /* look at the machine and project again */
	FX_LEND = 1 << 15,   /* store_lend: hand the terminal to a program, then survey again */
	FX_ACTION = 1 << 16, /* overlays: close me, then do request.action */
	FX_CLOSE = 1 << 17,  /* overlays: close me */
	FX_PROBE_MARKED = 1 << 18,
	FX_EXAMINE = 1 << 19,  /* ask the machine's programs anew, and survey */
	FX_SETUP = 1 << 20,    /* store_set_up */
	FX_FIX = 1 << 22,      /* apply request.fix for request.job, then build again what failed */
	FX_LAB = 1 << 27,      /* store_measure */
	FX_GO_SETUP = 1 << 21, /* show the Setup screen, with the plan for what is marked */
};

enum input_change { INPUT_IGNORED, INPUT_CHANGED, INPUT_ACCEPTED, INPUT_CANCELLED };

struct screen_state {
	const struct screen *screen;
	struct store *store;
	void *own; /* the screen's; made by open, freed by close */
};

#define HEADLINE_LEFT_LEAST 12 /* columns of line 1's left text; with less, it stands alone */

struct screen {
	enum screen_id id;
	const char *title;
	bool framed; /* draws its own frame: no rules above and below */

	void *(*open)(struct store *store); /* makes state.own; once, before the first draw */
	void (*close)(struct screen_state *s);
	/* Facts changed (STORE_ bits): recompute, no drawing. Before the next frame or key, also while
	 * hidden. */
	void (*update)(struct screen_state *s, unsigned changed);
	/* The action of a key, palette or menu; nth: which of the action's keys, from 0. FX_ bits. */
	unsigned (*key)(struct screen_state *s, enum action_id act, int nth);
	/* Draws all of it; the area is blank. Sizes are only known here. */
	void (*draw)(struct screen_state *s, struct area a);

	/* (opt) A mouse event inside the drawn area; row and col are the canvas's. FX_ bits. */
	unsigned (*mouse)(struct screen_state *s, const struct term_event *event);
	bool drags; /* mouse hears TERM_MOUSE_DRAG too, and of a release wherever it is */
	/* (opt) The line of text being typed into now, or NULL. The app edits it and calls typed, and
	 * shows it in place of the bottom line (overlays draw it themselves); keys that are no editing
	 * (Up, PageDown) still come to key. */
	struct input *(*input)(struct screen_state *s);
	unsigned (*typed)(struct screen_state *s, enum input_change change);
	/* (opt) The answer to store_ask. FX_ bits. */
	unsigned (*answer)(struct screen_state *s, bool yes);
	/* (opt) A digit, less one, pressed while a dialog of the screen is open. FX_ bits. */
	unsigned (*choose)(struct screen_state *s, size_t n);
	/* (opt) Whether the action does something here and now; decides about the bottom line. */
	bool (*acts)(struct screen_state *s, enum action_id act);
	/* (opt) What the bottom line calls the action here and now; NULL: as the table has it. */
	const char *(*label)(struct screen_state *s, enum action_id act);
	/* (opt) Texts of a line 1 of so many columns instead of the app's own; leave empty what stays. */
	void (*headline)(struct screen_state *s, int cols, struct str *left, struct str *right);
	/* (opt) Draws, right-aligned, in the room beside the tabs; one row. */
	void (*corner)(struct screen_state *s, struct area a);
	/* (opt) Hears each event of the run as it comes; must be cheap. */
	void (*run_event)(struct screen_state *s, const struct run_event *event);
};

extern const struct screen screen_targets;
extern const struct screen screen_health;
extern const struct screen screen_setup;
extern const struct screen screen_profile;
extern const struct screen screen_build;
extern const struct screen screen_artifacts;
extern const struct screen screen_help;
extern const struct screen screen_palette;
extern const struct screen screen_parts;
