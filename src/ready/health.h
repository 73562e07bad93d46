/* health: what is right and wrong with this machine's Rust, in checks a person can read in one go.
 *
 * Checks are made of a survey, of the targets wanted, and of what the machine's programs have answered
 * so far: at once a whole list, in which answers fill in as they come. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct health;
struct loop;
struct survey;

enum check_section {
	SECTION_RUST,
	SECTION_LINKERS,
	SECTION_CONTAINERS,
	SECTION_HELPERS,
	SECTION_REMOTES,
	SECTION_CONFIG,
	SECTION_DISK,
	SECTION_COUNT
};
enum check_state { CHECK_OK, CHECK_WARN, CHECK_FAIL, CHECK_SKIP, CHECK_ASKING };
const char *check_section_title(enum check_section s); /* "Linkers and C compilers" */
const char *check_state_name(enum check_state s);      /* "ok" */

struct check_image { /* of containers, that the engine has */
	uint64_t bytes;
	const char *made; /* "2026-05-25 10:23:01 …", as the engine says it */
	const char *
		glibc; /* that programs for the target are linked with there; NULL: none, not known */
};

struct check {
	enum check_section section;
	enum check_state state;
	const char *id;      /* "rustc"; several checks may share one ("config") */
	const char *title;   /* "rustc" as people call it */
	const char *detail;  /* one line; for warn and fail why it is so; never NULL */
	const char *version; /* or NULL */
	const char *path;    /* or NULL; may end in ":<line>" */
	const char *fix;     /* the command that mends it, or NULL */
	const char *advice;  /* what a person could do where no command mends it, or NULL */
	const char *source;  /* URL of where this is written, or NULL */
	const char *text;    /* all there is to say, several lines, or NULL */
	const struct check_image *image; /* or NULL */
};

/* A target somebody wants to build. */
struct health_want {
	const char *triple;
	const char *backend; /* chosen one, or NULL: the preferred one */
	const char *glibc;   /* the oldest glibc it is to run with, "2.17", or NULL */
	const char *engine;  /* that its containers go to, "podman:nas", or NULL */
	const char *image;   /* of its containers, or NULL: cross's own choice */
};

/* Programs are asked on the loop, which must outlive it; `changed` is called when an answer has come. */
struct health *health_new(struct loop *l, void (*changed)(void *arg), void *arg);
void health_free(struct health *h); /* NULL is fine */
/* Begins with this machine, or begins anew: the survey must live until the next call; the wants are
 * copied. `again`: programs are asked anew, too. */
void health_examine(struct health *h, const struct survey *s, const struct health_want *wants,
	size_t count, bool again);
/* The checks, section by section; they live until the next call of any function here. */
const struct check *health_checks(struct health *h, size_t *count);
bool health_is_asking(const struct health *h);
/* Turns the loop until all is answered. */
void health_finish(struct health *h);
