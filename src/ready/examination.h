/* examination: what the files of the health checks share. Only they include this. */
#pragma once
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "host/tool.h"
#include "ready/health.h"
#include "ready/inquiry.h"
#include "ready/survey.h"

struct examination {
	const struct survey *s;
	const struct health_want *wants;
	size_t want_count;
	struct inquiry *inquiry;
	struct arena *arena;
	enum check_section section; /* of the checks that are added */
	struct map versions;        /* of programs that are here: text */
	VEC(struct check) checks;
};

/* One function a section; each adds its checks. */
void examine_rust(struct examination *e);
void examine_linkers(struct examination *e);
void examine_containers(struct examination *e);
void examine_images(struct examination *e); /* of containers, and the settings of cross */
void examine_helpers(struct examination *e);
void examine_remotes(struct examination *e);
void examine_config(struct examination *e);
void examine_cache(struct examination *e); /* of the helpers */
void examine_disk(struct examination *e);

/* A check that is good until the next one is added. */
struct check *
exam_add(struct examination *e, const char *id, enum check_state state, const char *detail);
/* A program at a path; its version is asked for. One that cannot be run fails. */
struct check *
exam_program(struct examination *e, const char *id, const char *path, const char *detail);
/* The program of this name as found on PATH; skipped when there is none, with the command that brings
 * it. */
struct check *exam_tool(struct examination *e, const char *name, const char *detail);
/* Asks a program; the words end with NULL. */
const struct answer *
exam_ask(struct examination *e, bool lasting, const char *program, ...) __attribute__((sentinel));
/* Writes what an answer to a question for the version says into the check. */
void exam_take_version(struct examination *e, struct check *c, const struct answer *a);
/* The first line of what a program complained about, in the arena. */
const char *exam_complaint(struct examination *e, const struct answer *a);
/* Lower: fail over warn over ok; a check never gets better. */
void exam_worsen(struct check *c, enum check_state state, const char *why);
/* A path as a person writes it, with a line unless that is 0; in the arena. */
const char *exam_place(struct examination *e, const char *path, int line);
/* The command that installs a program with this machine's package manager, or NULL. */
const char *exam_install(struct examination *e, const char *program);
const struct target_state *exam_state(const struct examination *e, const char *triple);
