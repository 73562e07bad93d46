/* command: what builds a group: cargo, or what a backend puts in its place, with arguments and
 * environment. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "io/proc.h"

struct place;
struct profile;
struct run_spec;

struct command_step {
	const char *title;       /* for people: "podman pull IMAGE" */
	const char *const *argv; /* ends with NULL */
	const char *line; /* what a shell is given for the same; "": nothing; NULL: the argv */
	bool is_pull;     /* what it prints is of an image's layers (ready/pull.h) */
};

struct command_link_arg {
	const char *triple;
	const char *flag; /* "link-arg=-m32", as -C has it */
};

struct command {
	VEC(const char *) argv;   /* ends with NULL */
	VEC(struct proc_env) env; /* edits of our environment */
	char *shown;       /* the command line for people: without what xtui adds to watch it */
	const char *alias; /* what people are shown in place of the first words; or NULL */
	size_t alias_len;  /* how many */
	VEC(struct command_step) before;        /* have to succeed before it, one after the other */
	VEC(struct command_link_arg) link_args; /* that its linkers are told by rustc's flags */
	const char *dir;                        /* where it is run; NULL: where all of the run is */
	bool holds_input;                       /* as that of proc_spec */
	const char *sweep; /* as that of proc_spec; NULL: nothing is started outside its group */
	const char *line;  /* what a shell is given in place of argv and environment; NULL: those */
	bool is_elsewhere; /* it builds on another machine: files are here when it has ended */
	struct arena arena;
};

struct command_query {
	const struct run_spec *spec;
	const struct place *place;
	const char *makeflags; /* of a job server that cargo is to obey; NULL: none */
	int jobs; /* CPUs that it may use at once where it obeys no job server; 0: as the spec says */
	const char *const *targets; /* of this group */
	size_t target_count;
	const char *shim;   /* path of xtui-rustc; NULL: without it */
	const char *socket; /* that it speaks to; NULL: none */
	bool is_for_shell;  /* to be shown or kept, not run by us */
};

/* Whether the packages and programs that the spec names exist (ERR_USAGE, with the nearest name). */
bool command_check(const struct run_spec *spec, struct err *err);
/* The arguments that say how: --release or --profile, and a --config for each changed option; ends
 * with NULL. Kept apart, because a profile may change while the run goes on. */
const char *const *command_profile(const struct profile *profile, struct arena *arena);
/* The build itself, and the question for its unit graph. To be given to command_fini. */
void command_build(struct command *c, const struct command_query *query);
void command_graph(struct command *c, const struct command_query *query);
void command_fini(struct command *c);

/* A line for a shell and what it is for; of the build itself, the last one, the title is NULL. */
struct command_line {
	const char *title, *text;
};
struct command_lines {
	VEC(struct command_line) items;
	struct arena arena;
};
/* What a shell has to be given for the same build without xtui: what comes before it, and its folder,
 * environment and whole line. Changes nothing. To be given to command_lines_fini. */
void command_for_shell(struct command_lines *out, const struct command_query *query);
void command_lines_fini(struct command_lines *lines);

/* For backends: one more argument, two, a variable (NULL: taken out). Texts are copied. */
void command_add(struct command *c, const char *arg);
void command_add_pair(struct command *c, const char *option, const char *value);
void command_set(struct command *c, const char *name, const char *value);
/* People are shown this in place of all words so far. */
void command_alias(struct command *c, const char *text);
/* rustc is told -C link-arg=ARG for the triple. */
void command_add_link_arg(struct command *c, const char *triple, const char *arg);
void command_add_before(struct command *c, const char *title, const char *const *argv);
void command_add_step(struct command *c, const struct command_step *step);
