/* action: everything a key can do, one row each.
 *
 * The keys, the bottom line, `?`, the palette, the manual and the user's [keys] table are all read
 * from this list. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* The screens' numbers are those of their tabs. */
enum screen_id {
	SCREEN_NONE,
	SCREEN_TARGETS,
	SCREEN_HEALTH,
	SCREEN_SETUP,
	SCREEN_PROFILE,
	SCREEN_BUILD,
	SCREEN_ARTIFACTS,
	SCREEN_HELP, /* overlays from here on */
	SCREEN_PALETTE,
	SCREEN_PARTS,
	SCREEN_DIALOG,
	SCREEN_TYPING, /* no screen: wherever text is being typed */
};
#define SCREEN_TAB_COUNT 6

/* Where an action acts. */
enum {
	ON_TARGETS = 1 << SCREEN_TARGETS,
	ON_HEALTH = 1 << SCREEN_HEALTH,
	ON_SETUP = 1 << SCREEN_SETUP,
	ON_PROFILE = 1 << SCREEN_PROFILE,
	ON_BUILD = 1 << SCREEN_BUILD,
	ON_ARTIFACTS = 1 << SCREEN_ARTIFACTS,
	ON_SCREENS = ON_TARGETS | ON_HEALTH | ON_SETUP | ON_PROFILE | ON_BUILD | ON_ARTIFACTS,
	ON_HELP = 1 << SCREEN_HELP,
	ON_PALETTE = 1 << SCREEN_PALETTE,
	ON_PARTS = 1 << SCREEN_PARTS,
	ON_DIALOG = 1 << SCREEN_DIALOG,
	ON_OVERLAYS = ON_HELP | ON_PALETTE | ON_PARTS | ON_DIALOG,
	ON_TYPING = 1 << SCREEN_TYPING, /* printable keys are text there */
	ON_ALL = ON_SCREENS | ON_OVERLAYS | ON_TYPING,
	ON_YIELDS = 1 << 30, /* a screen's own action wins a key that both have */
};

/* In the order of the bottom line and of help. An empty short label: not on the bottom line.
 *  id, name in [keys], where, keys, short label, what it does */
/* clang-format off */
#define ACTIONS(X) \
	X(MARK, "mark", ON_TARGETS | ON_PARTS | ON_PROFILE, "Space", "mark", "mark or unmark what is under the cursor") \
	X(MARK_SAVED, "mark-saved", ON_TARGETS, "A", "", "mark the project's saved targets, or none") \
	X(ADD_FIX, "add-fix", ON_HEALTH, "a", "add fix", "put what mends it into the plan, or take it out") \
	X(RUN_STEP, "run-step", ON_SETUP, "Enter", "run step", "carry out the step, or take the goal") \
	X(RUN_ALL, "run-all", ON_SETUP, "R", "run all", "carry out the whole plan") \
	X(RUN_FROM, "run-from", ON_SETUP, "f", "", "carry out the step and all behind it") \
	X(SKIP, "skip", ON_SETUP, "Space", "skip", "leave the step out, or not; mark a goal") \
	X(DETAILS, "details", ON_SETUP, "d", "in full", "the step in full: command, diff, what it said") \
	X(GOALS, "goals", ON_SETUP, "c", "goals", "common goals to pick from") \
	X(UNDO, "undo", ON_SETUP, "u", "undo", "put back a file that xtui has changed") \
	X(FIX, "fix", ON_BUILD, "f", "fixes", "apply a fix of the hint, once you have seen it") \
	X(PANE, "pane", ON_BUILD, "1 2 3 4 5 6 7 8 9", "pane", "go to the pane of this number, else to the screen") \
	X(NEXT_PAGE, "next-page", ON_BUILD, "}", "more", "the next page of panes") \
	X(PREVIOUS_PAGE, "previous-page", ON_BUILD, "{", "", "the page of panes before") \
	X(ZOOM, "zoom", ON_BUILD, "z", "zoom", "show the focused pane alone, or all of them") \
	X(NEXT_ERROR, "next-error", ON_BUILD, "e", "next error", "go to the next error") \
	X(PREVIOUS_ERROR, "previous-error", ON_BUILD, "E", "", "go to the previous error") \
	X(NEXT_WARNING, "next-warning", ON_BUILD, "d", "", "go to the next warning") \
	X(PREVIOUS_WARNING, "previous-warning", ON_BUILD, "D", "", "go to the previous warning") \
	X(NEXT_LINKER, "next-linker", ON_BUILD, "c", "", "go to the next error of a linker, in its own words") \
	X(PREVIOUS_LINKER, "previous-linker", ON_BUILD, "C", "", "go to the linker's error before") \
	X(SEARCH, "search", ON_BUILD, "/", "search", "search the log as you type; /text: an expression") \
	X(SEARCH_NEXT, "search-next", ON_BUILD, "n", "next", "go to the next hit of the search") \
	X(SEARCH_PREVIOUS, "search-previous", ON_BUILD, "N", "", "go to the hit before") \
	X(SEARCH_ALL, "search-all", ON_BUILD, "*", "", "search all panes, or only the focused one") \
	X(STOP, "stop", ON_BUILD | ON_SETUP | ON_PROFILE, "x", "stop", "stop the focused job, the step or the lab") \
	X(AGAIN, "again", ON_BUILD, "r", "again", "build the focused job again") \
	X(AGAIN_FAILED, "again-failed", ON_BUILD, "R", "", "build every failed job again") \
	X(PRESET, "preset", ON_PROFILE, "p", "preset", "take the next preset") \
	X(RESET, "reset", ON_PROFILE, "u", "undo", "undo every change of the profile") \
	X(WRITE, "write", ON_PROFILE, "w", "write", "write the changes into Cargo.toml, asking first") \
	X(TUNE, "tune", ON_PROFILE, "t", "targets", "options of single targets, or the profile's again") \
	X(CHOOSE_PROFILE, "choose-profile", ON_PROFILE, "P", "", "choose the profile: release, dev or one of your own") \
	X(OVERRIDE, "override", ON_PROFILE, "o", "", "an option for one package, or for build scripts") \
	X(LAB, "lab", ON_PROFILE, "L", "lab", "size and time of variants, or the options again") \
	X(MEASURE, "measure", ON_PROFILE, "R", "measure", "lab: build what is marked and measure it") \
	X(TAKE, "take", ON_PROFILE, "T", "take over", "lab: write the variant into Cargo.toml, asking first") \
	X(SORT, "sort", ON_PROFILE, "S", "sort", "lab: by their order, size or time") \
	X(COMPARE, "compare", ON_PROFILE, "C", "compare", "lab: with the one before, and those before that") \
	X(PACK, "pack", ON_PROFILE, "U", "upx", "lab: also pack with upx, or not") \
	X(BENCH, "bench", ON_PROFILE, "K", "time", "lab: a command to time each program with") \
	X(INSPECT, "inspect", ON_ARTIFACTS, "i", "inspect", "what a file is and where it runs, by its path") \
	X(PACKAGES, "packages", ON_ARTIFACTS, "P", "packages", "archives of what was built, as xtui package makes") \
	X(UNIVERSAL, "universal", ON_ARTIFACTS, "u", "universal", "one file for all Macs out of the Apple slices") \
	X(DISK, "disk", ON_ARTIFACTS, "d", "disk", "where the space goes, and freeing it, or back") \
	X(EXPORT, "export", ON_ARTIFACTS, "x", "export", "files for CI, containers and shells that do the same") \
	X(CLEAN, "clean", ON_ARTIFACTS, "c", "clean", "remove what builds left, under the cursor") \
	X(BUILD, "build", ON_TARGETS | ON_SETUP | ON_PROFILE | ON_BUILD | ON_ARTIFACTS, "b", "build", "build every marked target") \
	X(SET_UP, "set-up", ON_TARGETS | ON_HEALTH, "s", "set up", "plan what is missing, on the screen Setup") \
	X(PARTS, "parts", ON_TARGETS | ON_PROFILE | ON_BUILD | ON_PARTS, "M", "", "choose packages, programs, examples and features") \
	X(WATCH, "watch", ON_TARGETS | ON_BUILD, "W", "", "build again when a source file changes, or no more") \
	X(PROBE, "probe", ON_TARGETS, "p", "probe", "compile and link for the target under the cursor") \
	X(PROBE_MARKED, "probe-marked", ON_TARGETS | ON_HEALTH, "P", "probe all", "compile and link for every marked target") \
	X(BACKEND, "backend", ON_TARGETS, "B", "backend", "take the next way to build the target") \
	X(FILTER, "filter", ON_TARGETS | ON_HEALTH | ON_PROFILE | ON_HELP, "/", "filter", "show only what matches, as you type") \
	X(GROUP, "group", ON_TARGETS, "g", "group", "group by platform, tier, readiness or not at all") \
	X(COPY, "copy", ON_TARGETS | ON_HEALTH | ON_SETUP | ON_PROFILE | ON_BUILD | ON_ARTIFACTS, "y", "copy", "copy the line under the cursor, or the selection") \
	X(COPY_LOG, "copy-log", ON_BUILD, "Y", "", "copy the whole log") \
	X(SELECT, "select", ON_BUILD, "Space", "", "begin or end a selection of lines") \
	X(SAVE_LOG, "save-log", ON_BUILD, "S", "", "save the log as text; the timeline also as a page") \
	X(FOLLOW, "follow", ON_BUILD, "F", "", "follow the end of the log") \
	X(WRAP, "wrap", ON_BUILD, "w", "", "wrap long lines, or cut them") \
	X(TIMES, "times", ON_BUILD, "t", "", "show when each line came, or not") \
	X(EDIT, "edit", ON_BUILD, "O", "", "open the file and line of a diagnostic in $EDITOR") \
	X(PAGER, "pager", ON_BUILD, "L", "", "open the log in $PAGER") \
	X(TIMELINE, "timeline", ON_BUILD, "T", "", "when each unit was compiled, or the panes") \
	X(HISTORY, "history", ON_BUILD, "H", "past", "past builds: panes, logs and timeline of any of them") \
	X(ONLY_FAILED, "only-failed", ON_BUILD, "o", "", "show only the panes of failed jobs") \
	X(VIEW, "view", ON_BUILD, "v", "", "panes in a grid, or a list of jobs") \
	X(REFRESH, "refresh", ON_TARGETS | ON_HEALTH | ON_SETUP | ON_PROFILE | ON_ARTIFACTS, "r", "", "look at this machine and project again") \
	X(OPEN, "open", ON_SCREENS | ON_OVERLAYS | ON_TYPING | ON_YIELDS, "Enter", "", "open, choose or change what is under the cursor") \
	X(BACK, "back", ON_ALL, "Esc", "", "close, or go one step back") \
	X(UP, "up", ON_ALL, "Up k", "", "one line up") \
	X(DOWN, "down", ON_ALL, "Down j", "", "one line down") \
	X(PAGE_UP, "page-up", ON_ALL, "PageUp Ctrl-B", "", "one page up") \
	X(PAGE_DOWN, "page-down", ON_ALL, "PageDown Ctrl-F", "", "one page down") \
	X(TOP, "top", ON_SCREENS | ON_OVERLAYS, "Home <", "", "to the beginning") \
	X(BOTTOM, "bottom", ON_SCREENS | ON_OVERLAYS, "End > G", "", "to the end") \
	X(LEFT, "left", ON_SCREENS | ON_OVERLAYS, "Left h", "", "to the left, or the value before") \
	X(RIGHT, "right", ON_SCREENS | ON_OVERLAYS, "Right l", "", "to the right, or the next value") \
	X(NEXT, "next", ON_SCREENS | ON_OVERLAYS, "Tab", "", "the next part or pane") \
	X(PREVIOUS, "previous", ON_SCREENS | ON_OVERLAYS, "BackTab", "", "the part or pane before") \
	X(SHOW_TARGETS, "targets", ON_SCREENS | ON_YIELDS, "1 Alt-1", "", "go to the screen Targets") \
	X(SHOW_HEALTH, "health", ON_SCREENS | ON_YIELDS, "2 Alt-2", "", "go to the screen Health") \
	X(SHOW_SETUP, "setup", ON_SCREENS | ON_YIELDS, "3 Alt-3", "", "go to the screen Setup") \
	X(SHOW_PROFILE, "profile", ON_SCREENS | ON_YIELDS, "4 Alt-4", "", "go to the screen Profile") \
	X(SHOW_BUILD, "build-screen", ON_SCREENS | ON_YIELDS, "5 Alt-5", "", "go to the screen Build") \
	X(SHOW_ARTIFACTS, "artifacts", ON_SCREENS | ON_YIELDS, "6 Alt-6", "", "go to the screen Artifacts") \
	X(NEXT_SCREEN, "next-screen", ON_SCREENS, "]", "", "go to the next screen") \
	X(PREVIOUS_SCREEN, "previous-screen", ON_SCREENS, "[", "", "go to the screen before") \
	X(PALETTE, "palette", ON_SCREENS | ON_HELP, ": Ctrl-P", "", "find an action by its name") \
	X(MOUSE, "mouse", ON_ALL, "F2", "", "mouse on or off; off lets the terminal select text") \
	X(THEME, "theme", ON_SCREENS, "F3", "", "the next theme") \
	X(REDRAW, "redraw", ON_ALL, "Ctrl-L", "", "draw everything again") \
	X(SUSPEND, "suspend", ON_ALL, "Ctrl-Z", "", "suspend; `fg` comes back") \
	X(INTERRUPT, "interrupt", ON_ALL, "Ctrl-C", "", "stop what runs; a second time: leave") \
	X(QUIT, "quit", ON_SCREENS | ON_HELP | ON_PARTS | ON_DIALOG, "q", "", "close a box; else leave, asking when jobs run") \
	X(HELP, "help", ON_SCREENS | ON_HELP, "? F1", "all keys", "every key of this screen") \
	X(TYPE_LEFT, "type-left", ON_TYPING, "Left", "", "typing: one character to the left") \
	X(TYPE_RIGHT, "type-right", ON_TYPING, "Right", "", "typing: one character to the right") \
	X(TYPE_HOME, "type-home", ON_TYPING, "Home Ctrl-A", "", "typing: to the beginning") \
	X(TYPE_END, "type-end", ON_TYPING, "End Ctrl-E", "", "typing: to the end") \
	X(TYPE_ERASE, "type-erase", ON_TYPING, "Backspace", "", "typing: erase the character before") \
	X(TYPE_DELETE, "type-delete", ON_TYPING, "Delete Ctrl-D", "", "typing: erase the character under the cursor") \
	X(TYPE_ERASE_WORD, "type-erase-word", ON_TYPING, "Ctrl-W", "", "typing: erase the word before") \
	X(TYPE_ERASE_ALL, "type-erase-all", ON_TYPING, "Ctrl-U", "", "typing: erase everything before")

enum action_id {
	ACT_NONE,
#define X(id, ...) ACT_##id,
	ACTIONS(X)
#undef X
	ACT_COUNT
};
/* clang-format on */

struct action {
	enum action_id id;
	const char *name;  /* in [keys]: "next-error" */
	unsigned screens;  /* ON_ bits */
	const char *keys;  /* built-in bindings, blanks between them */
	const char *label; /* for the bottom line; "" not shown there */
	const char *what;  /* one line */
};

const struct action *action_get(enum action_id id); /* ACT_NONE: a row with empty texts */
const struct action *action_find(const char *name); /* NULL when unknown */
/* The known name nearest to a misspelt one, or NULL. */
const char *action_nearest(const char *name);
/* The screen that an action goes to, or SCREEN_NONE. */
enum screen_id action_shows(enum action_id id);
bool action_acts_on(enum action_id id, enum screen_id screen);
