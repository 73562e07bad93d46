/* shim: hears what every xtui-rustc of a group has to say (build/shimwire.h).
 *
 * A socket in a private folder, and a connection for each rustc that runs. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

struct loop;
struct shim;

struct shim_unit {          /* one rustc at work; lives until its `ended` returns */
	const char *target; /* triple; "" for the host */
	const char *crate;  /* rustc's name of it: "build_script_build" */
	const char *type;   /* its first crate type: "lib", "bin" … */
	const char *package;
	const char *version;
	const char *manifest_dir;
	bool is_primary; /* of the workspace, as cargo sees it */
};

struct shim_end {
	bool is_known; /* false: the connection ended without a word, the shim was killed */
	int exit_code; /* 128+n for a signal */
	uint64_t ms;
	uint64_t peak; /* bytes */
};

struct shim_events {
	void (*started)(void *arg, const struct shim_unit *unit);
	/* It waits until shim_allow, because it is a link with fat LTO. */
	void (*asks)(void *arg, const struct shim_unit *unit);
	/* A line of rustc's stderr without its LF. */
	void (*line)(void *arg, const struct shim_unit *unit, struct span line);
	void (*ended)(void *arg, const struct shim_unit *unit, const struct shim_end *end);
};

/* Listens; `events` must outlive it. ERR_ENVIRONMENT when no folder for the socket can be made. */
struct shim *
shim_open(struct loop *l, const struct shim_events *events, void *arg, struct err *err);
/* Ends all connections (without events) and removes the socket. NULL is fine. */
void shim_close(struct shim *s);
void shim_allow(struct shim *s, const struct shim_unit *unit); /* one that has asked */
const char *shim_socket(const struct shim *s);                 /* its path */
/* Hears out what has been said up to now: a shim speaks to us before it passes a line on, so what
 * cargo says later is known here by then. Not from within an event. */
void shim_listen(struct shim *s);

/* The program xtui-rustc: $XTUI_RUSTC, beside this program, in its ../libexec/xtui, on PATH; caller
 * frees; NULL when it is nowhere. */
char *shim_find_program(void);
