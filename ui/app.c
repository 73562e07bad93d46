/* app: a key becomes an action by the keymap, the action goes to whoever has the focus (dialog,
 * overlay, screen), effects come back and are carried out here. All painting happens in
 * before_sleep, once a turn. */
#include "ui/app.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/job.h"
#include "build/logstore.h"
#include "build/run.h"
#include "host/platform.h"
#include "host/settings.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "ui/clipboard.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/theme.h"
#include "ui/widget_dialog.h"
#include "ui/widget_input.h"
#include "ui/work.h"

#define FRAME_US 33000       /* between two frames that no key asked for */
#define CLOCK_MS 500         /* how often elapsed times are drawn anew */
#define MESSAGE_MS 5000      /* how long good news stays */
#define INTERRUPT_US 3000000 /* a second Ctrl-C within this time leaves */

enum question { ASK_NOTHING, ASK_FOR_SCREEN, ASK_TO_LEAVE };

struct app {
	const struct app_options *options;
	struct loop *loop;
	struct work *work;
	struct store store;
	struct keymap *keymap;
	char *config_dir;
	struct theme theme;
	struct canvas *canvas;
	struct frame frame; /* as drawn last */

	struct screen_state screens[SCREEN_TAB_COUNT];
	size_t screen_count, screen; /* the one on show */
	struct screen_state overlay; /* help or palette; screen NULL: none */
	struct dialog dialog;        /* text NULL: none */
	enum question question;      /* what the dialog's first button answers */
	struct screen_state *asker;  /* ASK_FOR_SCREEN */
	struct key_chord pressed;    /* the beginning of a chord */

	bool is_dirty, is_urgent; /* something to paint; not to be kept waiting */
	uint64_t painted_at;      /* us */
	struct loop_timer *paint_timer, *clock, *message_timer;
	struct str message_timed; /* the message that message_timer takes away */
	uint64_t interrupted_at;
	bool is_leaving;   /* as soon as the run is over */
	bool has_touched;  /* a key was pressed: no leaving by itself */
	bool has_built;    /* a run has begun */
	int exit_code;     /* of a signal; 0 none */
	struct err fatal;  /* why the asked-for build could not even start */
	bool marks_frames; /* XTUI_TEST */
	bool was_handled;  /* an event came this turn */
	unsigned frame_count;
};

static void
soon(struct app *app)
{
	app->is_dirty = true;
}

static void
now(struct app *app)
{
	app->is_dirty = app->is_urgent = true;
}

static struct screen_state *
shown(struct app *app)
{
	return &app->screens[app->screen];
}

/* Whoever gets the keys, dialogs apart. */
static struct screen_state *
focused(struct app *app)
{
	return app->overlay.screen ? &app->overlay : shown(app);
}

static struct input *
typing_into(struct app *app)
{
	struct screen_state *s = focused(app);

	return s->screen->input && !app->dialog.text ? s->screen->input(s) : NULL;
}

/* ---- messages and dialogs ---- */

static void
message_over(void *arg)
{
	struct app *app = arg;

	loop_timer_stop(app->message_timer);
	app->message_timer = NULL;
	if (text_is(str_cstr(&app->message_timed), str_cstr(&app->store.message)))
		str_clear(&app->store.message);
	soon(app);
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

static void
close_dialog(struct app *app)
{
	dialog_fini(&app->dialog);
	app->question = ASK_NOTHING;
	now(app);
}

static void
show_text(struct app *app, const char *title, const char *text, bool is_error)
{
	dialog_fini(&app->dialog);
	dialog_init(&app->dialog, title, text);
	app->dialog.is_error = is_error;
	app->question = ASK_NOTHING;
	now(app);
}

static void
show_err(struct app *app, const char *title, const struct err *err)
{
	char *text = err->remedy[0] ? xasprintf("%s\n\ntry: %s", err->message, err->remedy)
				    : xstrdup(err->message);

	show_text(app, title, text, true);
	free(text);
}

static void
ask(struct app *app, enum question question, const char *title, const char *text, const char *yes)
{
	show_text(app, title, text, false);
	dialog_set_last(&app->dialog, "No", 'n');
	dialog_add_button(&app->dialog, yes, 'y');
	app->question = question;
}

/* ---- leaving ---- */

static void
leave(struct app *app)
{
	size_t going = store_jobs_going(&app->store);

	if (!going || app->is_leaving) {
		loop_stop(app->loop);
		return;
	}
	app->is_leaving = true;
	run_cancel(app->store.run);
	store_say(&app->store, SAY_WARN, "stopping %zu job%s, then leaving; again: leave at once",
		going, going == 1 ? "" : "s");
	now(app);
}

static void
ask_to_leave(struct app *app)
{
	size_t going = store_jobs_going(&app->store);

	if (!going || app->is_leaving) {
		leave(app);
		return;
	}
	char *text = xasprintf(
		"%zu job%s not done yet. Stop and leave?", going, going == 1 ? " is" : "s are");
	ask(app, ASK_TO_LEAVE, "Leave?", text, "Leave");
	free(text);
}

/* Ctrl-C where the screen had nothing to stop. */
static void
interrupt(struct app *app)
{
	uint64_t at = loop_clock();
	size_t going = store_jobs_going(&app->store);
	bool again = app->interrupted_at && at - app->interrupted_at < INTERRUPT_US;

	app->interrupted_at = at;
	if (again) {
		ask_to_leave(app);
	} else if (going) {
		run_cancel(app->store.run);
		store_say(&app->store, SAY_WARN, "stopping %zu job%s; Ctrl-C again: leave", going,
			going == 1 ? "" : "s");
	} else {
		store_say(&app->store, SAY_INFO, "nothing runs here; Ctrl-C again: leave");
	}
	now(app);
}

/* ---- screens ---- */

static void
show_screen(struct app *app, size_t i)
{
	app->screen = i;
	app->store.screen = shown(app)->screen->id;
	now(app);
}

static bool
show_screen_of(struct app *app, enum screen_id id)
{
	for (size_t i = 0; i < app->screen_count; i++) {
		if (app->screens[i].screen->id == id) {
			show_screen(app, i);
			return true;
		}
	}
	return false;
}

static void
close_overlay(struct app *app)
{
	if (!app->overlay.screen)
		return;
	app->overlay.screen->close(&app->overlay);
	app->overlay = (struct screen_state){ 0 };
	now(app);
}

static void
open_overlay(struct app *app, const struct screen *screen)
{
	close_overlay(app);
	app->overlay = (struct screen_state){ screen, &app->store, screen->open(&app->store) };
	now(app);
}

/* ---- effects ---- */

static void perform(struct app *app, struct screen_state *s, unsigned fx);
static void act(struct app *app, enum action_id id, int nth);

static void
copied(void *arg, bool ok, const char *where)
{
	struct app *app = arg;

	if (ok)
		store_say(&app->store, SAY_GOOD, "copied %s %s",
			str_cstr(&app->store.request.title), where);
	else
		store_say(&app->store, SAY_ERROR, "%s: not copied: %s",
			str_cstr(&app->store.request.title), where);
	now(app);
}

static void
lend(struct app *app)
{
	struct err err = ERR_INIT;

	if (term_lend(app->store.request.argv, &err) < 0)
		show_err(app, "The program cannot run", &err);
	work_survey(app->work);
	now(app);
}

static void
retry(struct app *app, struct job *job)
{
	struct err err = ERR_INIT;

	if (job && !run_retry(app->store.run, job, &err))
		show_err(app, "The job cannot be built again", &err);
}

static void
retry_failed(struct app *app)
{
	struct run *run = app->store.run;

	for (size_t i = 0; run && i < run_job_count(run); i++)
		if (run_job(run, i)->state == JOB_FAILED)
			retry(app, run_job(run, i));
}

static void
build(struct app *app)
{
	show_screen_of(app, SCREEN_BUILD);
	work_build(app->work, false);
}

static void
perform_dialogs(struct app *app, struct screen_state *s, unsigned fx)
{
	const struct request *r = &app->store.request;

	if (fx & FX_SHOW)
		show_text(app, str_cstr(&r->title), str_cstr(&r->text), false);
	if (fx & FX_ASK) {
		ask(app, ASK_FOR_SCREEN, str_cstr(&r->title), str_cstr(&r->text), r->yes);
		app->asker = s;
	}
}

static void
perform_work(struct app *app, unsigned fx)
{
	struct request *r = &app->store.request;

	if (fx & FX_SAVE_CHOICE)
		work_keep_choice(app->work);
	if ((fx & FX_PROFILE) && app->store.profile)
		work_keep_profile(app->work);
	if (fx & FX_PROBE)
		work_probe(app->work, r->triple);
	if (fx & FX_SURVEY)
		work_survey(app->work);
	if ((fx & FX_STOP_JOB) && r->job)
		run_cancel_job(app->store.run, r->job);
	if ((fx & FX_STOP_RUN) && app->store.run)
		run_cancel(app->store.run);
	if (fx & FX_RETRY_JOB)
		retry(app, r->job);
	if (fx & FX_RETRY_FAILED)
		retry_failed(app);
	if (fx & FX_BUILD)
		build(app);
}

static void
perform(struct app *app, struct screen_state *s, unsigned fx)
{
	struct request *r = &app->store.request;
	enum action_id next = r->action;

	if (fx)
		now(app);
	if (fx & FX_BELL)
		term_bell();
	if (fx & FX_COPY)
		clipboard_put(app->loop, str_cstr(&r->text), r->text.len, copied, app);
	perform_dialogs(app, s, fx);
	perform_work(app, fx);
	if (fx & FX_LEND)
		lend(app);
	if (fx & (FX_CLOSE | FX_ACTION))
		close_overlay(app);
	if (fx & FX_ACTION)
		act(app, next, 0);
}

/* ---- actions ---- */

static void
step_screen(struct app *app, size_t by)
{
	show_screen(app, (app->screen + by) % app->screen_count);
}

static void
next_theme(struct app *app)
{
	char **names = theme_names(app->config_dir);
	size_t count = 0, at = 0;
	struct theme theme;
	struct err err = ERR_INIT;

	for (; names[count]; count++)
		if (text_is(names[count], app->theme.name))
			at = count;
	if (theme_load(names[(at + 1) % count], app->config_dir, &theme, &err)) {
		app->theme = theme;
		term_set_theme(&app->theme);
		store_say(&app->store, SAY_INFO, "theme %s", theme.name);
	} else {
		store_say(&app->store, SAY_ERROR, "%s", err.message);
	}
	theme_names_free(names);
	now(app);
}

static void
toggle_mouse(struct app *app)
{
	term_set_mouse(!term_mouse());
	store_say(&app->store, SAY_INFO,
		term_mouse() ? "the mouse is on; F2 gives it back to the terminal"
			     : "the mouse is off; the terminal selects text");
	now(app);
}

/* What no screen took. */
static void
act_on_app(struct app *app, enum action_id id)
{
	if (action_shows(id)) {
		show_screen_of(app, action_shows(id));
		return;
	}
	switch (id) {
	case ACT_HELP: open_overlay(app, &screen_help); break;
	case ACT_PALETTE: open_overlay(app, &screen_palette); break;
	case ACT_NEXT_SCREEN: step_screen(app, 1); break;
	case ACT_PREVIOUS_SCREEN: step_screen(app, app->screen_count - 1); break;
	case ACT_MOUSE: toggle_mouse(app); break;
	case ACT_THEME: next_theme(app); break;
	case ACT_REDRAW:
		term_redraw();
		now(app);
		break;
	case ACT_SUSPEND: term_suspend(); break;
	case ACT_INTERRUPT: interrupt(app); break;
	case ACT_BUILD: build(app); break;
	case ACT_REFRESH: work_survey(app->work); break;
	case ACT_QUIT: ask_to_leave(app); break;
	default: break;
	}
}

static void
act(struct app *app, enum action_id id, int nth)
{
	struct screen_state *s = focused(app);
	unsigned fx =
		action_get(id)->screens & 1u << s->screen->id ? s->screen->key(s, id, nth) : 0;

	if (fx)
		perform(app, s, fx);
	else
		act_on_app(app, id);
}

/* ---- keys ---- */

static void
answer(struct app *app, bool yes)
{
	enum question question = app->question;
	struct screen_state *asker = app->asker;

	close_dialog(app);
	if (question == ASK_TO_LEAVE && yes)
		leave(app);
	if (question == ASK_FOR_SCREEN && asker->screen->answer)
		perform(app, asker, asker->screen->answer(asker, yes));
}

static void
dialog_got(struct app *app, enum action_id id, uint32_t key)
{
	int button = dialog_key(&app->dialog, id, key);

	now(app);
	if (button >= 0)
		answer(app, app->question && button == 0);
	else if (id == ACT_INTERRUPT && app->question == ASK_TO_LEAVE)
		answer(app, true);
	else if (id == ACT_MOUSE || id == ACT_REDRAW || id == ACT_SUSPEND)
		act_on_app(app, id);
}

static void
typed(struct app *app, enum input_change change)
{
	struct screen_state *s = focused(app);

	now(app);
	if (change != INPUT_IGNORED)
		perform(app, s, s->screen->typed(s, change) | FX_REDRAW);
}

/* Where a key falls now: an ON_ bit. */
static unsigned
place_of_keys(struct app *app)
{
	if (app->dialog.text)
		return ON_DIALOG;
	return typing_into(app) ? ON_TYPING : 1u << focused(app)->screen->id;
}

/* Looks the chord up; one that leads nowhere is begun anew with its last key. */
static enum action_id
look_up(struct app *app, unsigned on, uint32_t key, int *nth, bool *more)
{
	struct key_chord *chord = &app->pressed;
	enum action_id id;

	chord->keys[chord->len++] = key;
	id = keymap_find(app->keymap, on, chord, nth, more);
	if (!id && !*more && chord->len > 1) {
		*chord = (struct key_chord){ { key }, 1 };
		id = keymap_find(app->keymap, on, chord, nth, more);
	}
	if (!*more)
		chord->len = 0;
	return id;
}

static void
on_key(struct app *app, uint32_t key)
{
	unsigned on = place_of_keys(app);
	enum action_id id = ACT_NONE;
	bool more = false;
	int nth = 0;

	app->has_touched = true;
	if (app->store.message.len) {
		str_clear(&app->store.message);
		now(app);
	}
	if (on == ON_TYPING && key_is_text(key)) {
		typed(app, input_key(typing_into(app), ACT_NONE, key));
		return;
	}
	id = look_up(app, on, key, &nth, &more);
	if (on == ON_DIALOG) {
		dialog_got(app, id, key);
	} else if (on == ON_TYPING) {
		enum input_change change = input_key(typing_into(app), id, 0);
		if (change != INPUT_IGNORED)
			typed(app, change);
		else
			act(app, id, nth);
	} else if (id) {
		act(app, id, nth);
	}
}

static void
on_mouse(struct app *app, const struct term_event *event)
{
	struct screen_state *s = focused(app);
	const struct area *body = &app->frame.body;

	if (app->dialog.text)
		return;
	if (!app->overlay.screen && event->row == app->frame.tabs.row) {
		int tab = frame_tab_at(
			&app->frame, app->screens, app->screen_count, app->screen, event->col);
		if (tab >= 0 && event->mouse == TERM_MOUSE_PRESS)
			show_screen(app, (size_t)tab);
	} else if (event->row >= body->row && event->row < body->row + body->rows &&
		s->screen->mouse) {
		perform(app, s, s->screen->mouse(s, event));
	}
}

static void
on_paste(struct app *app, const char *text)
{
	struct input *in = typing_into(app);

	if (in)
		typed(app, input_paste(in, text));
	else
		store_say(&app->store, SAY_INFO, "there is nothing to paste into here");
	now(app);
}

static void
on_event(void *arg, const struct term_event *event)
{
	struct app *app = arg;

	app->was_handled = true;
	switch (event->kind) {
	case TERM_KEY: on_key(app, event->key); break;
	case TERM_MOUSE: on_mouse(app, event); break;
	case TERM_PASTE: on_paste(app, event->text); break;
	case TERM_RESIZE:
	case TERM_RESUMED: now(app); break;
	case TERM_END:
		app->exit_code = 128 + event->signal;
		loop_stop(app->loop);
		break;
	}
}

/* ---- painting ---- */

static void
tell_screens(struct app *app)
{
	unsigned changed = app->store.changed;

	app->store.changed = 0;
	for (size_t i = 0; changed && i < app->screen_count; i++)
		app->screens[i].screen->update(&app->screens[i], changed);
}

static void
draw_bottom(struct app *app)
{
	static const enum role roles[] = { ROLE_MESSAGE, ROLE_MESSAGE, ROLE_MESSAGE, ROLE_ERROR };
	struct area a = app->frame.keys;
	const struct str *message = &app->store.message;
	struct input *in = app->overlay.screen ? NULL : typing_into(app);

	if (in) {
		input_draw(in, a);
	} else if (message->len) {
		area_fill(a, roles[app->store.message_level], ' ');
		area_text_cut(
			a, 0, 1, a.cols - 1, roles[app->store.message_level], str_span(message));
	} else {
		frame_draw_keys(a, focused(app), 1u << focused(app)->screen->id);
	}
}

static void
draw(struct app *app)
{
	struct canvas *c = app->canvas;

	if (c->rows != term_rows() || c->cols != term_cols())
		canvas_resize(c, term_rows(), term_cols());
	canvas_clear(c);
	app->frame = frame_lay_out(c, shown(app)->screen->framed);
	if (app->frame.is_too_small) {
		frame_draw_too_small(canvas_area(c));
		return;
	}
	frame_draw(&app->frame, app->screens, app->screen_count, app->screen);
	shown(app)->screen->draw(shown(app), app->frame.body);
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
	app->is_urgent = true;
}

/* False when it is too early for a frame that nobody asked for. */
static bool
is_time_to_paint(struct app *app)
{
	uint64_t since = loop_clock() - app->painted_at;

	if (app->is_urgent || since >= FRAME_US)
		return true;
	if (!app->paint_timer)
		app->paint_timer = loop_timer_start(
			app->loop, (unsigned)((FRAME_US - since) / 1000 + 1), 0, paint_due, app);
	return false;
}

static void
clock_tick(void *arg)
{
	struct app *app = arg;

	app->store.changed |= STORE_CLOCK;
	soon(app);
}

/* The clock runs while jobs do: an idle workbench never wakes up. */
static void
keep_clock(struct app *app)
{
	bool going = store_jobs_going(&app->store) > 0;

	if (going && !app->clock) {
		app->clock = loop_timer_start(app->loop, CLOCK_MS, CLOCK_MS, clock_tick, app);
	} else if (!going && app->clock) {
		loop_timer_stop(app->clock);
		app->clock = NULL;
	}
}

static void
paint(struct app *app)
{
	tell_screens(app);
	time_message(app);
	keep_clock(app);
	draw(app);
	term_paint(app->canvas);
	app->painted_at = loop_clock();
	app->is_dirty = app->is_urgent = false;
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
	soon(arg);
}

static void
work_failed(void *arg, const char *what, const struct err *err)
{
	struct app *app = arg;

	show_err(app, what, err);
	if (app->options->build && !app->has_built) {
		app->fatal = *err;
		loop_stop(app->loop);
	}
}

static void
run_over(struct app *app)
{
	const struct app_options *o = app->options;
	bool went_well = run_exit_code(app->store.run) == 0;

	if (app->is_leaving || (o->build && o->leave_when_built && went_well && !app->has_touched))
		loop_stop(app->loop);
	term_progress(-1);
}

/* All units of all jobs, for the terminal's own chrome. */
static void
tell_progress(struct app *app)
{
	long done = 0, total = 0;

	for (size_t i = 0; i < run_job_count(app->store.run); i++) {
		done += run_job(app->store.run, i)->done;
		total += run_job(app->store.run, i)->total;
	}
	if (total > 0)
		term_progress((int)(done * 100 / total));
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
	for (size_t i = 0; table[i] && i < SCREEN_TAB_COUNT; i++) {
		struct screen_state s = { table[i], &app->store, table[i]->open(&app->store) };
		app->screens[app->screen_count++] = s;
	}
	app->store.changed = STORE_ALL;
	show_screen(app, 0);
}

static void
close_screens(struct app *app)
{
	close_overlay(app);
	for (size_t i = 0; i < app->screen_count; i++)
		app->screens[i].screen->close(&app->screens[i]);
	app->screen_count = 0;
}

/* Everything that can be wrong before the terminal is touched. */
static bool
prepare(struct app *app, struct err *err)
{
	static const struct work_events events = { work_changed, work_run_event, work_failed };
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
	if (!term_enter(app->loop, app->options->settings, on_event, app, err))
		return false;
	term_set_theme(&app->theme);
	app->canvas = canvas_new(term_rows(), term_cols());
	app->canvas->ascii = !term_is_utf8();
	app->marks_frames = getenv("XTUI_TEST") != NULL;
	open_screens(app);
	loop_before_sleep(app->loop, before_sleep, app);
	work_survey(app->work);
	paint(app); /* the first frame, from what files and caches tell */
	if (app->options->build) {
		show_screen_of(app, SCREEN_BUILD);
		work_build(app->work, true);
	}
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
		char *line = xasprintf("xtui: %s failed; its log: %s", job->target, path);
		term_say_at_exit(line);
		free(line);
		free(path);
	}
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
		term_leave();
		code = exit_code(app);
		if (app->fatal.kind)
			*err = app->fatal;
	} else {
		code = err_exit_code(err);
	}
	fini(app);
	return code;
}
