/* runbed: a plan that is carried out in a bed, and what was told of it. */
#pragma once
#include "tests/unit/rustbed.h"
#include "hint/explain.h"
#include "io/loop.h"
#include "plan/plan.h"
#include "plan/runner.h"
#include "ready/survey.h"

#define ROWS_MAX 16

struct runbed {
	struct bed *bed;
	struct loop *loop;
	struct runner *runner;
	struct survey_query query;
	struct str lines[ROWS_MAX]; /* all lines of each step */
	struct str states;          /* "0:running 0:done " … */
	int idle;
	int asked; /* for licences */
	bool agrees;
	bool has_terminal;
	int lent;
	void (*on_line)(struct runbed *b, size_t step, struct span line);
};

static inline void
runbed_changed(void *arg, size_t step)
{
	struct runbed *b = arg;
	struct str now = STR_INIT;

	str_appendf(&now, "%zu:%s ", step, step_state_name(runner_status(b->runner, step)->state));
	if (!span_ends(str_span(&b->states), str_cstr(&now)))
		str_append_span(&b->states, str_span(&now));
	str_fini(&now);
}

static inline void
runbed_line(void *arg, size_t step, struct span line)
{
	struct runbed *b = arg;

	str_append_span(&b->lines[step], line);
	str_append_char(&b->lines[step], '\n');
	if (b->on_line)
		b->on_line(b, step, line);
}

static inline void
runbed_license(void *arg, size_t step, const struct step_license *license)
{
	struct runbed *b = arg;

	b->asked++;
	runner_agree(b->runner, step, b->agrees);
}

static inline bool
runbed_lend(void *arg, size_t step, const char *const *argv)
{
	struct runbed *b = arg;

	b->lent += b->has_terminal;
	return b->has_terminal;
}

static inline void
runbed_back(void *arg, size_t step)
{
}

static inline void
runbed_idle(void *arg)
{
	struct runbed *b = arg;

	b->idle++;
}

static const struct runner_events runbed_events = {
	.changed = runbed_changed,
	.line = runbed_line,
	.license = runbed_license,
	.terminal_lend = runbed_lend,
	.terminal_back = runbed_back,
	.idle = runbed_idle,
};

/* A plan of these steps, the strings of which outlive it. */
static inline struct plan *
plan_of(const struct step *steps, size_t count)
{
	struct plan *p = xcalloc(1, sizeof *p);

	p->items = arena_array(&p->arena, struct step, count);
	memcpy(p->items, steps, count * sizeof *steps);
	for (size_t i = 0; i < count; i++) {
		p->items[i].why = "for the test";
		p->items[i].title = p->items[i].title ? p->items[i].title : p->items[i].id;
	}
	p->count = count;
	return p;
}

static inline void
runbed_open(struct runbed *b, struct bed *bed, const struct step *steps, size_t count,
	enum root_way root)
{
	struct runner_spec spec = { .plan = plan_of(steps, count), .dir = bed->dir, .root = root };

	b->bed = bed;
	b->query = (struct survey_query){ .dir = bed->dir };
	spec.query = &b->query;
	b->loop = loop_new();
	b->runner = runner_new(b->loop, &spec, &runbed_events, b);
}

static inline void
runbed_close(struct runbed *b)
{
	runner_free(b->runner);
	loop_free(b->loop);
	str_fini(&b->states);
	for (size_t i = 0; i < ROWS_MAX; i++)
		str_fini(&b->lines[i]);
	*b = (struct runbed){ 0 };
}

#define runbed_wait(b, condition)                                                                  \
	do {                                                                                       \
		uint64_t end_ = loop_clock() + 60000000;                                           \
		while (!(condition)) {                                                             \
			assert_true(loop_clock() < end_);                                          \
			loop_turn((b)->loop, true);                                                \
		}                                                                                  \
	} while (0)

static inline void
runbed_asked(struct runbed *b)
{
	runbed_wait(b, !runner_is_asking(b->runner));
}

/* Everything, to its end. */
static inline void
runbed_run(struct runbed *b)
{
	struct err err = ERR_INIT;
	int idle = b->idle;

	if (!runner_run_all(b->runner, &err))
		fail_msg("%s", err.message);
	runbed_wait(b, b->idle > idle);
}

static inline enum step_state
runbed_state(const struct runbed *b, size_t step)
{
	return runner_status(b->runner, step)->state;
}

#define assert_state(b, step, wanted)                                                              \
	assert_string_equal(step_state_name(runbed_state(b, step)), step_state_name(wanted))
