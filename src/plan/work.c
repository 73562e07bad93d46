/* work: a chain of stages, each of which starts the next on the loop's thread:
 *
 *     carry (thread) → command (child), for a STEP_RUN → terminal, where a password is asked for
 *                    → prove (thread)
 *
 * Stopping sets a flag that every stage looks at, and ends the child. */
#include "plan/work.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "io/foreground.h"
#include "io/loop.h"
#include "io/proc.h"
#include "plan/edit.h"
#include "plan/proof.h"
#include "plan/transfer.h"
#include "ready/survey.h"
#include "ready/pull.h"
#include "text/shell.h"

#define GRACE_MS 6000 /* a package manager told to stop puts things right first */
#define KILL_MS 3000  /* for a kill(1) as root */
#define HEAD_MAX 512  /* bytes that may be sudo's refusal, not the command's words */

struct work {
	const struct work_place *place;
	const struct step *step;
	bool replace;
	const struct work_events *events;
	void *arg;
	struct survey_query query; /* the place's, with our flag */
	struct proc *proc;         /* while a child runs */
	struct str head;           /* of its first words, while they may be a refusal */
	struct str log;            /* of a stage on a thread, not told yet */
	bool trying;               /* it may be refused for want of a password */
	bool spoke;                /* it said something of its own */
	_Atomic bool cancel;
	struct sysroot_progress progress;
	struct work_result result;
	struct arena arena;
};

static void
work_free(struct work *w)
{
	str_fini(&w->head);
	str_fini(&w->log);
	arena_fini(&w->arena);
	free(w);
}

static void
end(struct work *w)
{
	if (w->cancel && w->result.outcome == WORK_FAILED)
		w->result.outcome = WORK_STOPPED;
	w->events->ended(w->arg, &w->result);
	work_free(w);
}

static void
fail(struct work *w)
{
	w->result.outcome = WORK_FAILED;
	end(w);
}

/* ---- on a worker thread ---- */

static bool
is_same_key(const struct step_key *a, const struct step_key *b)
{
	const char *const *left = a->path, *const *right = b->path;

	while (*left && *right && text_is(*left, *right)) {
		left++;
		right++;
	}
	return !*left && !*right;
}

/* "target.x.linker, target.x.rustflags": what the list of edits says of it. Several items of one array come
 * one behind the other. */
static void
name_keys(const struct step *step, struct str *out)
{
	for (size_t i = 0; i < step->key_count; i++) {
		if (i && is_same_key(&step->keys[i - 1], &step->keys[i]))
			continue;
		str_append(out, i ? ", " : "");
		for (const char *const *key = step->keys[i].path; *key; key++)
			str_appendf(out, "%s%s", key == step->keys[i].path ? "" : ".", *key);
	}
}

static bool
carry_edit(struct work *w, struct proof_asker *asker, struct err *err)
{
	const struct step *step = w->step;
	struct edit *e = edit_prepare(
		w->place->dir, step->path, step->keys, step->key_count, w->replace, err);
	struct str keys = STR_INIT;
	bool ok;

	name_keys(step, &keys);
	ok = e && edit_make(e, w->place->dir, str_cstr(&keys), err);
	str_fini(&keys);
	edit_free(e);
	return ok;
}

static bool
carry_transfer(struct work *w, struct proof_asker *asker, struct err *err)
{
	return transfer_run(w->step, w->place->settings, w->place->offline, &w->progress, err);
}

static bool
carry_probe(struct work *w, struct proof_asker *asker, struct err *err)
{
	long i = proof_asker_target(asker, w->step);
	struct survey *s = asker->survey;
	struct probe probe = { 0 };
	bool ok;

	if (i < 0)
		return targets_err_unknown(s->targets, w->step->target, err);
	if (s->states[i].backend && !probe_can_go(s->states[i].backend)) {
		str_appendf(&w->log, "no probe goes by way of %s: the first build will tell\n",
			s->states[i].backend);
		w->result.outcome = WORK_LEFT;
		return true;
	}
	ok = probe_run(s, &s->targets->items[i], &probe, err);
	if (ok && probe.state == PROBE_FAILED) {
		str_append(&w->log, probe.log);
		ok = err_set(err, ERR_FAILED, "%s: a small program does not link", w->step->target);
	}
	probe_fini(&probe);
	return ok;
}

static bool
carry_note(struct work *w, struct proof_asker *asker, struct err *err)
{
	w->result.outcome = WORK_LEFT;
	return !w->step->proof_count ||
		err_set(err, ERR_FAILED, "this is for you to do: %s", w->step->title);
}

/* A command is not for this thread. */
static bool
carry_nothing(struct work *w, struct proof_asker *asker, struct err *err)
{
	return true;
}

static void
carry(void *arg)
{
	static bool (*const carriers[])(struct work *, struct proof_asker *, struct err *) = {
		[STEP_RUN] = carry_nothing,
		[STEP_NOTE] = carry_note,
		[STEP_EDIT] = carry_edit,
		[STEP_DOWNLOAD] = carry_transfer,
		[STEP_EXTRACT] = carry_transfer,
		[STEP_PROBE] = carry_probe,
	};
	struct work *w = arg;
	struct proof_asker asker = { .query = &w->query, .dir = w->place->dir };

	if (proof_is_true(&asker, w->step))
		w->result.outcome = WORK_HAD;
	else if (w->cancel || !carriers[w->step->kind](w, &asker, &w->result.err))
		w->result.outcome = WORK_FAILED;
	proof_asker_fini(&asker);
}

static void
prove(void *arg)
{
	struct work *w = arg;
	struct str missing = STR_INIT;

	if (w->step->proof_count && !proofs_hold(w->step, &w->query, &missing)) {
		w->result.outcome = WORK_FAILED;
		err_set(&w->result.err, ERR_FAILED, "the command ended well, but %s",
			str_cstr(&missing));
	}
	str_fini(&missing);
}

static void
proved(void *arg)
{
	end(arg);
}

/* ---- the command ---- */

static void
command_ended(struct work *w, int exit_code, int signal)
{
	const char *program = w->step->argv[0];

	w->result.exit_code = exit_code;
	if (exit_code == 0) {
		loop_work(w->place->loop, prove, proved, w);
		return;
	}
	if (signal)
		err_set(&w->result.err, ERR_FAILED, "%s: ended by signal %d (%s)", program, signal,
			strsignal(signal));
	else
		err_set(&w->result.err, ERR_FAILED, "%s: ended with exit status %d", program,
			exit_code);
	fail(w);
}

/* No way to become root: whoever has one gets the command. */
static void
hand_over(struct work *w, const char *why)
{
	struct str line = STR_INIT;

	shell_command(&line, w->step->argv);
	w->result.handover = arena_strdup(&w->arena, str_cstr(&line));
	err_set(&w->result.err, ERR_ENVIRONMENT, "%s: needs root, and %s", w->step->argv[0], why);
	err_try(&w->result.err, "have an administrator run: %s", str_cstr(&line));
	str_fini(&line);
	fail(w);
}

static void
say_command(struct work *w, const char *const *argv)
{
	struct str line = STR_INIT;

	shell_command(&line, argv);
	w->events->command(w->arg, str_cstr(&line));
	str_fini(&line);
}

static void
heard(void *arg, const char *bytes, size_t len)
{
	struct work *w = arg;

	w->spoke = true;
	w->events->output(w->arg, bytes, len);
}

/* With the terminal, on which a password is asked for; blocks the loop. */
static void
run_on_terminal(struct work *w)
{
	const char *const *argv = root_argv(&w->arena, w->place->root, w->step->argv, true);
	int code;

	if (!w->events->terminal_lend || !w->events->terminal_lend(w->arg, argv)) {
		hand_over(w, "a password that nobody is here to type");
		return;
	}
	code = foreground_run_heard(argv, heard, w, &w->result.err);
	w->events->terminal_back(w->arg);
	if (code < 0) {
		fail(w);
		return;
	}
	w->cancel |= code == 128 + SIGINT;
	command_ended(w, code, 0);
}

/* What was held back was the command's own after all. */
static void
release_head(struct work *w)
{
	w->trying = false;
	if (w->head.len)
		heard(w, w->head.data, w->head.len);
	str_clear(&w->head);
}

static void
on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct work *w = arg;

	if (!w->trying) {
		heard(w, bytes, len);
		return;
	}
	str_append_bytes(&w->head, bytes, len);
	if (w->head.len > HEAD_MAX || stream == PROC_STDOUT ||
		!root_is_refusal(w->place->root, str_span(&w->head)))
		release_head(w);
}

static void
on_ended(void *arg, const struct proc_end *ended)
{
	struct work *w = arg;
	bool refused = w->trying && ended->exit_code == 1 &&
		root_is_refusal(w->place->root, str_span(&w->head));

	w->proc = NULL;
	if (refused && !w->cancel) {
		str_clear(&w->head);
		run_on_terminal(w);
		return;
	}
	release_head(w);
	command_ended(w, ended->exit_code, ended->signal);
}

static void
run_command(struct work *w)
{
	static const struct proc_events events = { .output = on_output, .ended = on_ended };
	/* Where nobody can be asked, nothing is. */
	static const struct proc_env env[] = { { "DEBIAN_FRONTEND", "noninteractive" } };
	const struct step *step = w->step;
	enum root_way way = step->root ? w->place->root : ROOT_SELF;
	const char *const *argv = root_argv(&w->arena, way, step->argv, false);
	struct proc_spec spec = { .argv = argv,
		.dir = w->place->dir,
		.env = env,
		.env_count = 1,
		.terminal_cols = step->is_pull ? PULL_TERMINAL_COLS : 0 };

	say_command(w, root_argv(&w->arena, way, step->argv, true));
	if (way == ROOT_NONE) {
		hand_over(w, "there is neither sudo nor doas");
		return;
	}
	w->trying = way != ROOT_SELF;
	if (!(w->proc = proc_start(w->place->loop, &spec, &events, w, &w->result.err)))
		fail(w);
}

static void
carried(void *arg)
{
	struct work *w = arg;

	if (w->log.len)
		w->events->output(w->arg, w->log.data, w->log.len);
	if (w->result.outcome == WORK_DONE && w->step->kind == STEP_RUN && !w->cancel)
		run_command(w);
	else
		end(w);
}

/* ---- for the runner ---- */

struct work *
work_start(const struct work_place *place, const struct step *step, bool replace,
	const struct work_events *events, void *arg)
{
	struct work *w = xcalloc(1, sizeof *w);

	w->place = place;
	w->step = step;
	w->replace = replace;
	w->events = events;
	w->arg = arg;
	w->query = *place->query;
	w->query.cancel = &w->cancel;
	w->progress = (struct sysroot_progress)SYSROOT_PROGRESS_INIT;
	w->result.exit_code = -1;
	loop_work(place->loop, carry, carried, w);
	return w;
}

static bool
is_roots(const struct work *w)
{
	return w->step->root && w->place->root != ROOT_SELF;
}

/* Root's processes do not heed our signals; root's own kill says it. */
static void
signal_as_root(struct work *w, const char *signal)
{
	const char *group = arena_printf(&w->arena, "-%ld", (long)proc_pid(w->proc));
	const char *const argv[] = { "kill", "-s", signal, "--", group, NULL };
	struct proc_spec spec = { .argv = root_argv(&w->arena, w->place->root, argv, false) };
	struct proc_result result = { 0 };

	proc_capture(&spec, HEAD_MAX, KILL_MS, &result, NULL);
	proc_result_fini(&result);
}

static void
cancel(struct work *w)
{
	w->cancel = true;
	w->progress.gauge.cancel = true;
}

void
work_stop(struct work *w, bool kill)
{
	cancel(w);
	if (w->proc && is_roots(w))
		signal_as_root(w, kill ? "TERM" : "INT");
	if (w->proc)
		proc_cancel(w->proc, kill ? SIGKILL : SIGINT, kill ? 0 : GRACE_MS);
}

bool
work_drop(struct work *w)
{
	cancel(w);
	if (!w->proc)
		return false;
	if (is_roots(w))
		signal_as_root(w, "TERM");
	proc_drop(w->proc);
	work_free(w);
	return true;
}

struct work_gauge
work_gauge(const struct work *w)
{
	const struct fetch_gauge *g = &w->progress.gauge;
	enum step_kind kind = w->step->kind;

	if (kind != STEP_DOWNLOAD)
		return (struct work_gauge){ 0 };
	return (struct work_gauge){ .done = g->done, .total = g->total, .rate = g->rate };
}
