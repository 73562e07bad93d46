/* app: the first frame comes from files and caches, the rest from the loop: all painting happens in
 * before_sleep, once a turn, and no timer runs while nothing goes on. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/job.h"
#include "build/logstore.h"
#include "build/run.h"
#include "host/platform.h"
#include "host/settings.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/shell.h"
#include "ui/app_state.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "ui/work.h"

/* Between two frames that no key asked for, and longer as long as the terminal has not had the time for
 * what was sent to it: nobody reads so fast, and it may be at the end of a slow line. */
#define FRAME_US 34000
#define FRAME_US_MOST 1000000
#define BYTES_A_SECOND 48000
#define CLOCK_MS 500    /* how often elapsed times are drawn anew */
#define MESSAGE_MS 5000 /* how long good news stays */
#define MESSAGE_PART 2  /* a message may take half of the rows */

/* ---- messages ---- */

static void
message_over(void *arg)
{
	struct app *app = arg;

	loop_timer_stop(app->message_timer);
	app->message_timer = NULL;
	if (text_is(str_cstr(&app->message_timed), str_cstr(&app->store.message)))
		str_clear(&app->store.message);
	app_soon(app);
}

/* Good news goes by itself; what is wrong stays until a key is pressed. */
static void
time_message(struct app *app)
{
	const struct str *message = &app->store.message;

	if (!message->len || app->store.message_level >= SAY_WARN ||
		text_is(str_cstr(&app->message_timed), str_cstr(message)))
		return;
	str_clear(&app->message_timed);
	str_append_span(&app->message_timed, str_span(message));
	loop_timer_stop(app->message_timer);
	app->message_timer = loop_timer_start(app->loop, MESSAGE_MS, 0, message_over, app);
}

/* ---- painting ---- */

void
app_tell_screens(struct app *app)
{
	unsigned changed = app->store.changed;

	app->store.changed = 0;
	for (size_t i = 0; changed && i < app->screen_count; i++)
		app->screens[i].screen->update(&app->screens[i], changed);
}

/* One that is longer than the last line takes those above, too: what to try stands at its end. */
static void
draw_message(struct app *app)
{
	static const enum role roles[] = { ROLE_MESSAGE, ROLE_MESSAGE, ROLE_MESSAGE, ROLE_ERROR };
	struct area all = canvas_area(app->canvas), line = app->frame.keys;
	enum role role = roles[app->store.message_level];
	const char *text = str_cstr(&app->store.message);
	int cols = all.cols - 2, rows = wrap_count(text, cols), most = all.rows / MESSAGE_PART;

	if (rows <= 1 || most <= 1) {
		area_fill(line, role, ' ');
		area_text_cut(line, 0, 1, cols, role, span_of(text));
		return;
	}
	rows = rows < most ? rows : most;
	line = area_part(all, all.rows - rows, 0, rows, -1);
	area_fill(line, role, ' ');
	wrap_draw(area_part(line, 0, 1, -1, cols), role, text, 0);
}

static void
draw_bottom(struct app *app)
{
	struct area a = app->frame.keys;
	const struct str *message = &app->store.message;
	struct input *in = app_typing_into(app);

	if (in && app->overlay.screen) {
		frame_draw_typing_keys(a, &app->overlay);
	} else if (in) {
		input_draw(in, a);
	} else if (message->len) {
		draw_message(app);
	} else if (app->dialog.text) {
		frame_draw_dialog_keys(a, app_focused(app), app->dialog.button_count > 1);
	} else {
		frame_draw_keys(a, app_focused(app), 1u << app_focused(app)->screen->id);
	}
}

static void
draw(struct app *app)
{
	struct canvas *c = app->canvas;

	if (c->rows != term_rows() || c->cols != term_cols())
		canvas_resize(c, term_rows(), term_cols());
	canvas_clear(c);
	app->frame = frame_lay_out(c, app_shown(app)->screen->framed);
	if (app->frame.is_too_small) {
		frame_draw_too_small(canvas_area(c));
		return;
	}
	frame_draw(&app->frame, app->screens, app->screen_count, app->screen);
	app_shown(app)->screen->draw(app_shown(app), app->frame.body);
	if (app->overlay.screen)
		app->overlay.screen->draw(&app->overlay, app->frame.body);
	draw_bottom(app);
	if (app->dialog.text)
		dialog_draw(&app->dialog, app->frame.body);
}

static void
paint_due(void *arg)
{
	struct app *app = arg;

	loop_timer_stop(app->paint_timer);
	app->paint_timer = NULL;
	app->is_due = true;
}

/* False when it is too early for a frame that nobody asked for. */
static bool
is_time_to_paint(struct app *app)
{
	uint64_t since = loop_clock() - app->frame_at;

	if (app->is_urgent || app->is_due || since >= app->rest_us)
		return true;
	if (!app->paint_timer)
		app->paint_timer = loop_timer_start(app->loop,
			(unsigned)((app->rest_us - since) / 1000 + 1), 0, paint_due, app);
	return false;
}

static void
clock_tick(void *arg)
{
	struct app *app = arg;

	app->store.changed |= STORE_CLOCK;
	app_soon(app);
}

/* The clock runs while jobs do: an idle workbench never wakes up. */
static void
keep_clock(struct app *app)
{
	bool going = store_jobs_going(&app->store) > 0 || store_lab_goes_on(&app->store);

	if (going && !app->clock) {
		app->clock = loop_timer_start(app->loop, CLOCK_MS, CLOCK_MS, clock_tick, app);
	} else if (!going && app->clock) {
		loop_timer_stop(app->clock);
		app->clock = NULL;
	}
}

/* What the terminal was sent is a debt that shrinks by BYTES_A_SECOND; frames that answer keys add to it
 * and do not wait. */
static void
spend(struct app *app, size_t bytes, uint64_t now)
{
	uint64_t paid = (now - app->debt_at) * BYTES_A_SECOND / 1000000;

	app->debt = (app->debt > paid ? app->debt - paid : 0) + bytes;
	app->debt_at = now;
}

/* From the last frame that nobody asked for until the debt is paid, us. */
static uint64_t
rest_of(const struct app *app, uint64_t now)
{
	uint64_t us = app->debt * 1000000 / BYTES_A_SECOND + (now - app->frame_at);

	return us < FRAME_US ? FRAME_US : us < FRAME_US_MOST ? us : FRAME_US_MOST;
}

/* A frame that answers a key right after another one shows what the key did; what it left out comes
 * with the next frame, when that is due. */
static void
paint(struct app *app)
{
	bool is_hasty = !app->is_due && loop_clock() - app->frame_at < app->rest_us;

	app->store.is_hasty = is_hasty;
	app->store.was_held = false;
	app_tell_screens(app);
	time_message(app);
	keep_clock(app);
	draw(app);
	size_t bytes = term_paint(app->canvas);
	uint64_t now = loop_clock();
	spend(app, bytes, now);
	if (!is_hasty)
		app->frame_at = now;
	app->rest_us = rest_of(app, now);
	app->is_dirty = app->store.was_held;
	app->is_urgent = app->is_due = false;
	app->was_handled = true;
}

static void
before_sleep(void *arg)
{
	struct app *app = arg;

	if (!term_is_entered())
		return;
	if ((app->is_dirty || app->store.changed) && is_time_to_paint(app))
		paint(app);
	if (app->marks_frames && app->was_handled && !app->is_dirty)
		term_mark_frame(++app->frame_count);
	app->was_handled = false;
}

/* ---- what the engine says ---- */

static void
work_changed(void *arg)
{
	app_soon(arg);
}

static void
work_was_interrupted(void *arg, const char *question)
{
	app_ask_to_go_on(arg, question);
}

static void
work_busy(void *arg, const char *who)
{
	app_ask_if_busy(arg, who);
}

static void
work_failed(void *arg, const char *what, const struct err *err)
{
	struct app *app = arg;

	app_show_err(app, what, err);
	if (app->options->build && !app->has_built) {
		app->fatal = *err;
		loop_stop(app->loop);
	}
}

/* Who has pressed a key looks at something already. */
static bool
first_run(void *arg)
{
	struct app *app = arg;

	return !app->has_touched && !app->dialog.text && app_show_screen(app, SCREEN_SETUP);
}

static void
license_asked(void *arg, size_t step, const struct step_license *license)
{
	app_ask_license(arg, step, license);
}

static bool
lend_terminal(void *arg, const char *const *argv)
{
	struct str line = STR_INIT;

	if (!term_is_entered())
		return false;
	shell_command(&line, argv);
	term_give();
	printf("\nxtui runs, as root:\n\n  $ %s\n\n", str_cstr(&line));
	fflush(stdout);
	str_fini(&line);
	return true;
}

static void
fix_failed(void *arg, struct job *job, const char *text, long next, bool can_undo)
{
	app_ask_after_fix(arg, job, text, next, can_undo);
}

static void
take_terminal_back(void *arg)
{
	term_take_back();
	app_now(arg);
}

static const char *
project_name(const struct app *app)
{
	const struct workspace *ws = app->store.survey->workspace;

	return ws ? ws->name : "xtui";
}

/* "greet: 2 of 3 failed" */
static char *
outcome(const struct app *app)
{
	const struct run *run = app->store.run;
	size_t count = run_job_count(run), failed = 0, ok = 0;

	for (size_t i = 0; i < count; i++) {
		failed += run_job(run, i)->state == JOB_FAILED;
		ok += run_job(run, i)->state == JOB_OK;
	}
	if (failed)
		return xasprintf("%zu of %zu failed", failed, count);
	return ok == count ? xasprintf("%zu ok", ok) : xasprintf("%zu of %zu ok", ok, count);
}

/* To who looks elsewhere. A run that somebody stopped has somebody who looks. */
static void
tell_end(struct app *app)
{
	const struct run *run = app->store.run;
	uint64_t long_ms = (uint64_t)app->options->settings->notify_after * 1000;
	char *how = outcome(app), *title = xasprintf("%s: %s", project_name(app), how);

	term_progress(-1);
	term_set_title(title);
	if (run_elapsed_ms(run) >= long_ms && run_exit_code(run) <= 1)
		term_notify(project_name(app), how);
	free(title);
	free(how);
}

static void
run_over(struct app *app)
{
	const struct app_options *o = app->options;
	bool went_well = run_exit_code(app->store.run) == 0;

	if (app->is_leaving || (o->build && o->leave_when_built && went_well && !app->has_touched))
		loop_stop(app->loop);
	tell_end(app);
}

/* All units of all jobs, for the terminal's own chrome. */
static void
tell_progress(struct app *app)
{
	long done = 0, total = 0;
	int percent;

	for (size_t i = 0; i < run_job_count(app->store.run); i++) {
		done += run_job(app->store.run, i)->done;
		total += run_job(app->store.run, i)->total;
	}
	percent = total > 0 ? (int)(done * 100 / total) : -1;
	if (percent == app->percent)
		return;
	app->percent = percent;
	char *title = xasprintf("%s: %d %%", project_name(app), percent);
	term_progress(percent);
	if (percent >= 0)
		term_set_title(title);
	free(title);
}

static void
work_run_event(void *arg, const struct run_event *event)
{
	struct app *app = arg;

	for (size_t i = 0; i < app->screen_count; i++)
		if (app->screens[i].screen->run_event)
			app->screens[i].screen->run_event(&app->screens[i], event);
	app->has_built = true;
	if (!app->store.run)
		return; /* run_start has not come back yet */
	if (event->kind == RUN_STARTED)
		app->percent = -1;
	if (event->kind == RUN_PROGRESS || event->kind == RUN_UNIT)
		tell_progress(app);
	if (event->kind == RUN_FINISHED)
		run_over(app);
}

/* ---- life ---- */

static void
open_screens(struct app *app)
{
	const struct screen *const *table =
		app->options->screens ? app->options->screens : app_screens;

	for (size_t i = 0; table[i]; i++)
		app->store.tabs |= 1u << table[i]->id;
	app->store.screen = table[0] ? table[0]->id : SCREEN_NONE;
	for (size_t i = 0; i < SCREEN_TAB_COUNT && table[i]; i++) {
		struct screen_state s = { table[i], &app->store, table[i]->open(&app->store) };
		app->screens[app->screen_count++] = s;
	}
	app->store.changed = STORE_ALL;
}

static void
close_screens(struct app *app)
{
	app_close_overlay(app);
	for (size_t i = 0; i < app->screen_count; i++)
		app->screens[i].screen->close(&app->screens[i]);
	app->screen_count = 0;
}

/* Everything that can be wrong before the terminal is touched. */
static bool
prepare(struct app *app, struct err *err)
{
	static const struct work_events events = {
		.changed = work_changed,
		.run_event = work_run_event,
		.busy = work_busy,
		.interrupted = work_was_interrupted,
		.failed = work_failed,
		.first_run = first_run,
		.license = license_asked,
		.fix_failed = fix_failed,
		.terminal_lend = lend_terminal,
		.terminal_back = take_terminal_back,
	};
	const struct app_options *o = app->options;
	const char *theme = o->theme ? o->theme : o->settings->theme;

	app->config_dir = path_config_dir();
	if (!theme_load(theme ? theme : "default", app->config_dir, &app->theme, err))
		return false;
	if (!(app->keymap = keymap_new(o->settings->file, err)))
		return false;
	app->store.loop = app->loop;
	app->store.settings = o->settings;
	app->store.platform = platform_get();
	app->store.keymap = app->keymap;
	app->work = work_open(&app->store, o, &events, app, err);
	return app->work != NULL;
}

static bool
enter(struct app *app, struct err *err)
{
	if (!term_enter(app->loop, app->options->settings, app_event, app, err))
		return false;
	term_set_theme(&app->theme);
	app->canvas = canvas_new(term_rows(), term_cols());
	app->canvas->ascii = !term_is_utf8();
	app->canvas->plain_glyphs = term_has_few_glyphs();
	app->marks_frames = getenv("XTUI_TEST") != NULL;
	open_screens(app);
	loop_before_sleep(app->loop, before_sleep, app);
	if (app->options->watch)
		work_watch(app->work);
	if (app->options->build)
		app_show_screen(app, SCREEN_BUILD);
	if (!app->options->build)
		app_offer_to_go_on(app);
	app->store.surveying = true; /* as it is going to be: it says so, and has both CPUs */
	paint(app);                  /* the first frame, from what files and caches tell */
	app->store.surveying = false;
	work_survey(app->work);
	if (app->options->resumed)
		work_go_on(app->work);
	else if (app->options->build)
		work_build(app->work, true);
	return true;
}

/* On the normal screen stays which jobs failed and where their logs are. */
static void
say_failed_logs(const struct app *app)
{
	const struct run *run = app->store.run;

	for (size_t i = 0; run && i < run_job_count(run); i++) {
		const struct job *job = run_job(run, i);
		if (job->state != JOB_FAILED || !job->log)
			continue;
		char *path = path_shown(logstore_path(job->log), NULL);
		char *line = xasprintf("xtui: %s failed; its log: %s", job->label, path);
		term_say_at_exit(line);
		free(line);
		free(path);
	}
}

static void
say_cut_log(void *arg, const char *path, uint64_t lost)
{
	char *shown = path_shown(path, NULL);
	char *line = xasprintf("xtui: %s: the log is cut: %llu bytes of it could not be written",
		shown, (unsigned long long)lost);

	term_say_at_exit(line);
	free(line);
	free(shown);
}

static int
exit_code(const struct app *app)
{
	if (app->exit_code)
		return app->exit_code;
	if (app->fatal.kind)
		return err_exit_code(&app->fatal);
	return app->store.run ? run_exit_code(app->store.run) : 0;
}

static void
fini(struct app *app)
{
	loop_timer_stop(app->paint_timer);
	loop_timer_stop(app->clock);
	loop_timer_stop(app->message_timer);
	loop_before_sleep(app->loop, NULL, NULL);
	if (app->work && app->store.screen == SCREEN_SETUP)
		work_leave_setup(app->work);
	close_screens(app);
	dialog_fini(&app->dialog);
	if (app->work && !work_close(app->work))
		return;
	loop_free(app->loop);
	store_fini(&app->store);
	keymap_free(app->keymap);
	canvas_free(app->canvas);
	str_fini(&app->message_timed);
	free(app->config_dir);
	free(app);
}

int
app_run(const struct app_options *options, struct err *err)
{
	struct app *app = xcalloc(1, sizeof(*app));
	int code;

	app->options = options;
	app->loop = loop_new();
	if (prepare(app, err) && enter(app, err)) {
		loop_run(app->loop);
		say_failed_logs(app);
		if (app->store.run)
			run_cut_logs(app->store.run, say_cut_log, app);
		term_leave();
		code = exit_code(app);
		*err = app->fatal; /* what was tried in vain on the way is no failure */
	} else {
		code = err_exit_code(err);
	}
	fini(app);
	return code;
}
