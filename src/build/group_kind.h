/* group_kind: inside of a group: what its start and stop (group.c), the commands that come before its
 * cargo and after (group_steps.c), its output (group_output.c), fat links (group_links.c), unit graph
 * (group_graph.c) and the verdict on each job (group_verdict.c) share. */
#pragma once
#include <stdint.h>
#include "base/vec.h"
#include "build/command.h"
#include "build/group.h"
#include "build/shim.h"
#include "io/proc.h"
#include "text/lines.h"

struct chatter;
struct chatter_piece;
struct loop_timer;
struct pane;
struct post;
struct progress;
struct pull;
struct relay;

struct shift {
	struct command command;
	size_t step;          /* of what comes before it: the next one */
	struct lines said[2]; /* by that, by stream */
	struct pull *pull;    /* NULL: that is not an image that is pulled */
	struct str sent;      /* by that, of one that is away: its complaint */
	bool is_building;     /* the command itself has been started */
	struct proc *sweeper; /* NULL: none runs */
	bool is_swept;        /* since cargo has ended */
	VEC(struct pane *) panes;
	VEC(const char *) triples;
	struct relay *relay; /* NULL: a cargo of this machine, not another machine's xtui */
	struct shim *shim;
	struct progress *progress;
	struct post *post;
	struct chatter *chatter;
	struct lines out;
	struct proc *cargo; /* NULL: ended */
	struct proc *asker; /* asks for the unit graph; NULL: not yet, or ended */
	bool has_asked;
	struct str graph;
	struct loop_timer *settle, *wait;
	uint64_t last_words; /* when stderr last came, ms */
	struct proc_end end;
	bool is_stopped; /* so that it can go on without one */
};

struct group {
	struct group_spec spec;
	struct pane **panes;
	size_t pane_count;
	const char *dirs[3];
	struct logstore *raw;
	char *command;
	uint64_t started;    /* ms */
	uint64_t cpu_ms;     /* of what has ended: its cargos, and what came before them */
	struct shift *shift; /* NULL: nothing runs */
	bool is_cancelled;
	bool is_abandoned; /* being freed */
};

/* The command's own process. */
bool group_start_cargo(struct group *g, struct err *err);
void group_end_shift(struct group *g);           /* nothing of it runs any more */
int group_exit_code(const struct proc_end *end); /* 128+n for a signal */

/* What the next cargo is told of; its texts are the shift's. */
struct command_query group_query(const struct group *g);
/* One that belongs to the group's cargo, in the run's folder; NULL with err. */
struct proc *group_run_command(struct group *g, const struct command *c,
	const struct proc_events *events, struct err *err);
struct pane *group_pane_of(const struct group *g, const struct job *job);
/* What the cargo began with is behind it. */
void group_tell_begun(struct group *g);

/* Once, as soon as cargo builds: until then it may hold locks that the question would wait for. */
void group_ask_for_graph(struct group *g);
/* cargo has failed: the graph, which tells whose failure it was, is given a while to come. */
void group_wait_for_graph(struct group *g);

/* The next step of those that come before, or the command itself. */
bool group_start_next(struct group *g, struct err *err);
/* Ends what a cancelled command has started outside its process group. */
void group_sweep(struct group *g);
/* Whether that is done; asked after the command's end, it is done once more, for what the command was just
 * starting. */
bool group_is_swept(struct group *g);

/* What is heard of a cargo, each with the group as `arg`. */
extern const struct shim_events group_shim_events;
void group_on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len);
void group_on_chatter(void *arg, const struct chatter_piece *piece);
void group_end_output(struct group *g); /* there will be no more */

/* A link with fat LTO begins, or waits and its pane (NULL: none) hears why. */
void group_ask_to_link(struct group *g, struct pane *pane, const struct shim_unit *unit);
/* The cargo that is started takes what its links will need, where they cannot ask. */
void group_claim_links(struct group *g);

void group_job_over(struct group *g, struct pane *pane, enum job_state state, int exit_code);
/* Counts are told, and jobs whose fate is known are over before their cargo is. */
void group_review(struct group *g);
/* The end of the shift, when nothing of it runs any more. */
void group_conclude(struct group *g);
/* Its cargo has ended; a job that another machine builds is over; all that it fetches is here. With the
 * group as `arg`. */
void group_on_end(void *arg, const struct proc_end *end);
void group_on_relay_over(void *arg, struct pane *pane, enum job_state state, int exit_code);
void group_on_relay_settled(void *arg);
