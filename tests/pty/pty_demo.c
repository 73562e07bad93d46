#include "pty/pty_demo.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "host/settings.h"
#include "io/file.h"
#include "io/loop.h"
#include "ui/app.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "unit/check.h"

struct demo {
	struct store *store;
	int count;
	struct input input;
	bool is_typing;
	struct loop_timer *flood;
	long ticks;
	char said[64];
};

static void *
demo_open(struct store *store)
{
	struct demo *d = xcalloc(1, sizeof(*d));

	d->store = store;
	return d;
}

static void
demo_close(struct screen_state *s)
{
	struct demo *d = s->own;

	loop_timer_stop(d->flood);
	input_fini(&d->input);
	free(d);
}

static void
demo_update(struct screen_state *s, unsigned changed)
{
}

static void
demo_tick(void *arg)
{
	struct demo *d = arg;

	d->ticks++;
	store_say(d->store, SAY_WARN, "tick %ld", d->ticks);
	d->store->changed |= STORE_JOBS;
}

static unsigned
demo_key(struct screen_state *s, enum action_id act, int nth)
{
	struct demo *d = s->own;
	static const char *const pager[] = { "sh", "-c", "printf LENT; read -r line; exit 3",
		NULL };

	switch (act) {
	case ACT_MARK: d->count++; return FX_REDRAW;
	case ACT_FILTER: d->is_typing = true; return FX_REDRAW;
	case ACT_COPY: return store_copy(d->store, "the word", SPAN("hello"));
	case ACT_OPEN: return store_ask(d->store, "Sure?", "A question.", "Yes");
	case ACT_GROUP: die("the demo dies");
	case ACT_MARK_SAVED: exit(7);
	case ACT_REFRESH: fprintf(stderr, "NOISE ON STDERR\n"); return FX_REDRAW;
	case ACT_BACKEND: return store_lend(d->store, pager);
	case ACT_PROBE:
		loop_timer_stop(d->flood);
		d->flood = d->flood ? NULL : loop_timer_start(d->store->loop, 1, 1, demo_tick, d);
		return FX_REDRAW;
	default: return 0;
	}
}

static struct input *
demo_input(struct screen_state *s)
{
	struct demo *d = s->own;

	return d->is_typing ? &d->input : NULL;
}

static unsigned
demo_typed(struct screen_state *s, enum input_change change)
{
	struct demo *d = s->own;

	if (change != INPUT_CHANGED)
		d->is_typing = false;
	return FX_REDRAW;
}

static unsigned
demo_answer(struct screen_state *s, bool yes)
{
	struct demo *d = s->own;

	snprintf(d->said, sizeof(d->said), "answer %s", yes ? "yes" : "no");
	return FX_REDRAW;
}

static unsigned
demo_mouse(struct screen_state *s, const struct term_event *event)
{
	struct demo *d = s->own;

	snprintf(d->said, sizeof(d->said), "mouse %d at %d,%d", (int)event->mouse, event->row,
		event->col);
	return FX_REDRAW;
}

static void
demo_draw(struct screen_state *s, struct area a)
{
	struct demo *d = s->own;

	area_printf(a, 0, 1, ROLE_OK, "count %d", d->count);
	area_printf(a, 1, 1, ROLE_TEXT, "input [%s]", input_text(&d->input));
	area_puts(a, 2, 1, ROLE_FAIL, d->said);
	area_puts(a, 3, 1, ROLE_TEXT, "caf\u00e9 \u4e16\u754c \u2500\u2502 end");
	area_cursor(a, 0, 1);
}

static const struct screen demo_screen = {
	.id = SCREEN_TARGETS,
	.title = "Demo",
	.open = demo_open,
	.close = demo_close,
	.update = demo_update,
	.key = demo_key,
	.draw = demo_draw,
	.mouse = demo_mouse,
	.drags = true,
	.input = demo_input,
	.typed = demo_typed,
	.answer = demo_answer,
};

/* ---- starting it ---- */

void
demo_main(void)
{
	static const struct screen *const screens[] = { &demo_screen, NULL };
	struct err err = ERR_INIT;
	struct settings *settings = settings_load(NULL, &err);
	char *dir = path_absolute(".");
	struct app_options options = { .dir = dir, .settings = settings, .screens = screens };

	int code = settings ? app_run(&options, &err) : err_exit_code(&err);
	if (err.kind)
		fprintf(stderr, "xtui: %s\n  try: %s\n", err.message, err.remedy);
	loop_exit(code); /* a thread may still read what is here */
}

struct pty *
launch(struct bench *b, const struct start *start)
{
	char *self = file_real_path("/proc/self/exe");
	const char *direct[] = { self, "--demo", NULL };
	const char *through[] = { start->through[0], start->through[1], start->through[2], self,
		NULL };
	const struct pty_spec how = { .term = start->term,
		.rows = start->rows,
		.cols = start->cols,
		.keep_stdin = start->keep_stdin };
	struct pty *p = bench_launch(b, start->through[0] ? through : direct, start->env, &how);

	free(self);
	return p;
}

struct pty *
launch_idle(struct bench *b, const struct start *start)
{
	struct pty *p = launch(b, start);

	pty_wait_text(p, "count 0");
	pty_wait_text(p, "idle");
	pty_wait_text(p, "/nonexistent: not found"); /* there is no toolchain here, it says */
	pty_type(p, "~"); /* any key takes that away, and this one means nothing */
	pty_wait_text(p, "? all keys");
	return p;
}

bool
bottom_has_help(struct pty *p, const void *unused)
{
	return pty_find_col(p, pty_rows(p) - 1, "? all keys") >= 0;
}
