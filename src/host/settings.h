/* settings: the user's own, from $XDG_CONFIG_HOME/xtui/config.toml.
 *
 * The table of options in settings.c gives names, types, ranges, defaults and help; `xtui help
 * config` and xtui.toml(5) are printed from it. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"

struct remotes;
struct toml;

/* FreeBSD's own servers: the releases that have support, and the others. */
#define SETTINGS_FREEBSD_MIRROR                                                                    \
	"https://download.freebsd.org/releases https://archive.freebsd.org/old-releases"

struct settings {
	char *path;        /* of the file, also when there is none; "" without a home */
	char *theme;       /* "default"; whether there is one of that name is for ui to say */
	bool mouse;        /* false */
	bool ascii;        /* ASCII twins of glyphs even in a UTF-8 locale */
	int esc_delay_ms;  /* 25; 100 over ssh */
	int kill_grace_ms; /* 5000: from the first signal to KILL when a build is cancelled */
	char *notify;      /* "no", "bell", "desktop": the end of a long run is told so */
	int notify_after;  /* 30: seconds that make a run a long one */
	bool progress;     /* true: in the terminal's own chrome, where it knows how */
	bool title;        /* true: likewise */
	int log_keep_days; /* 30 */
	int log_keep_mb;   /* 2048 */
	char *sign;        /* "no", or a command that gets the file to be signed as its last word */
	char *freebsd_mirror;    /* SETTINGS_FREEBSD_MIRROR; several are parted by blanks */
	struct remotes *remotes; /* machines that build by ssh; never NULL */
	struct toml *file; /* the parsed file, for [keys], [preset.NAME]; NULL when there is none */
};

/* `path` NULL: the usual place. An absent file gives the defaults; a broken one, an unknown key or a
 * value out of range is an ERR_PARSE error with line and column. Caller: settings_free. */
struct settings *settings_load(const char *path, struct err *err);
void settings_free(struct settings *s);
/* Two lines per option for help: name, range and default, then what it does. */
void settings_describe(struct str *out);
