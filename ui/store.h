/* store: what screens see.
 *
 * The app owns it and everything in it; screens read it, change choice and profile, and ask for the
 * rest by handing back effects (screen.h). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "ui/action.h"
#include "ui/last_builds.h"

struct check;
struct choice;
struct history;
struct job;
struct keymap;
struct lab;
struct loop;
struct platform;
struct profile;
struct rules;
struct run;
struct settings;
struct setup;
struct survey;

/* What changed since a screen was told last; bits. */
enum {
	STORE_SURVEY =
		1 << 0, /* survey replaced, and with it profile: pointers into the old are dead */
	STORE_CHOICE = 1 << 1,  /* marks, backends */
	STORE_PROFILE = 1 << 2, /* values of the profile */
	STORE_RUN = 1 << 3,     /* run replaced: pointers into the old one are dead */
	STORE_JOBS = 1 << 4,    /* jobs of the run: state, progress, log, explanation */
	STORE_PROBES = 1 << 5,  /* probes began or ended */
	STORE_CLOCK = 1 << 6,   /* time passed while jobs run: elapsed times */
	STORE_HEALTH = 1 << 7,  /* checks replaced: pointers into the old ones are dead */
	STORE_FIXES = 1 << 8,   /* fixes */
	STORE_SETUP = 1 << 9,   /* the plan, or how far it is */
	STORE_LAB = 1 << 10,    /* the lab: replaced, or how far it is */
	STORE_ALL = (1 << 11) - 1,
};

enum say { SAY_INFO, SAY_GOOD, SAY_WARN, SAY_ERROR };

/* What is done with the plan of the Setup screen (FX_SETUP). */
enum setup_deed {
	SETUP_RUN, /* the step, also again */
	SETUP_RUN_FROM,
	SETUP_RUN_ALL,
	SETUP_REPLACE, /* the step, an edit whose other values may go */
	SETUP_SKIP,    /* the step, or no more */
	SETUP_STOP,
	SETUP_ASK, /* show the licence that the step waits for, and ask */
	SETUP_RENEW,
};

/* What is to be measured (FX_LAB); what is pointed to lives until the effect is carried out. */
struct lab_wish {
	bool stops;                 /* the lab that goes on; nothing else counts */
	const char *const *presets; /* ends with NULL */
	bool has_changes;           /* the profile with its changes, too */
	bool packs;                 /* by upx */
	const char *bench;          /* NULL: none */
};

/* The data of effects; filled by the helpers below, carried out after the handler came back. */
struct request {
	struct str text;       /* FX_COPY: what; FX_ASK, FX_SHOW: the body */
	struct str title;      /* FX_COPY: how the message calls it ("12 lines"); FX_ASK, FX_SHOW */
	const char *yes;       /* FX_ASK: label of the button that agrees */
	char *triple;          /* FX_PROBE */
	struct job *job;       /* FX_STOP_JOB, FX_RETRY_JOB, FX_FIX */
	size_t fix;            /* FX_FIX: of the job's first hint, from 0 */
	enum action_id action; /* FX_ACTION */
	const char *const *argv; /* FX_LEND: must live until the effect is carried out */
	enum setup_deed deed;    /* FX_SETUP, with the step that it is about */
	size_t step;
	struct lab_wish lab; /* FX_LAB */
};

/* Something that mends this machine, and that somebody wants done: for the plan of the Setup screen. */
struct wanted_fix {
	char *title;   /* what it mends: "musl-gcc" */
	char *why;     /* one line */
	char *command; /* as a person would type it */
};

struct store {
	struct loop *loop;
	const struct settings *settings;
	const struct platform *platform;
	const struct keymap *keymap;
	const struct survey *survey; /* never NULL while a screen is open; quick at first */
	struct choice *choice;       /* never NULL */
	bool choice_is_kept;     /* false: no workspace or a broken xtui.toml; nothing is saved */
	struct profile *profile; /* NULL: it could not be read (profile_why says why) */
	const char *profile_why;
	struct run *run;            /* the last run, going or over; NULL: none yet */
	struct lab *lab;            /* the last one, going or over; NULL: none yet */
	struct history *history;    /* of past runs; NULL: there is no place for it */
	struct rules *rules;        /* of hints; NULL: not read yet, or broken (store_rules) */
	struct last_builds lasts;   /* of each target, before this run */
	struct job *focused_job;    /* the Build screen's; NULL: none */
	VEC(char *) probing;        /* triples whose probe runs */
	const struct check *checks; /* of the health, section by section; NULL: not looked at yet */
	size_t check_count;
	bool examining; /* programs are being asked: checks will change */
	VEC(struct wanted_fix) fixes;
	const struct setup *setup; /* the plan; NULL: nobody has asked for it yet */
	size_t focused_step;       /* of it, on the Setup screen */
	bool watching;             /* changes of source files start the build again */
	bool surveying;            /* a survey is being taken */
	enum screen_id screen;     /* on show, below overlays */
	unsigned tabs;             /* 1 << id of the screens there are */
	unsigned changed;          /* STORE_ bits not told yet */
	/* The frame being drawn answers a key, soon after another frame: what flows by may stay as it
	 * was, so that there is little to send; who makes use of that says so. */
	bool is_hasty, was_held;
	struct str message; /* shown in place of the bottom line; empty: none */
	enum say message_level;
	struct request request;
};

/* Each fills store->request (or the message) and returns the effect bits to hand back, so that a
 * handler can end with `return store_say(…)`. */
unsigned store_say(struct store *s, enum say level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
unsigned
store_say_err(struct store *s, enum say level, const struct err *err); /* with its remedy */
unsigned store_copy(struct store *s, const char *what, struct span text);
/* A question; screen.answer gets the answer. */
unsigned store_ask(struct store *s, const char *title, const char *text, const char *yes);
/* A text to read, scrollable, until a key closes it. */
unsigned store_show(struct store *s, const char *title, const char *text);
unsigned store_probe(struct store *s, const char *triple);
unsigned store_stop(struct store *s, struct job *job);
unsigned store_retry(struct store *s, struct job *job);
unsigned store_lend(struct store *s, const char *const *argv);
unsigned store_set_up(struct store *s, enum setup_deed deed, size_t step);

unsigned store_measure(struct store *s, const struct lab_wish *wish);

/* The wanted fix with this command, or NULL. */
const struct wanted_fix *store_fix(const struct store *s, const char *command);
/* Adds it, or takes it back; the texts are copied. */
void store_toggle_fix(struct store *s, const char *title, const char *why, const char *command);
/* The rules of hints, read when they are first asked for. NULL with err when they are broken. */
const struct rules *store_rules(struct store *s, struct err *err);
bool store_is_probing(const struct store *s, const char *triple);
/* Jobs of the run that wait or run; 0 without a run. */
size_t store_jobs_going(const struct store *s);
bool store_lab_goes_on(const struct store *s);
void store_fini(struct store *s); /* message, request, probing, rules; the rest is the app's */
