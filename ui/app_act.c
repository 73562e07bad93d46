/* app_act: a key becomes an action by the keymap; the action goes to whoever has the focus (dialog,
 * overlay, screen); the effects that come back are carried out here. */
#include <stdlib.h>
#include "base/alloc.h"
#include "build/job.h"
#include "build/run.h"
#include "io/loop.h"
#include "plan/plan.h"
#include "ui/app_state.h"
#include "ui/build_fix.h"
#include "ui/clipboard.h"
#include "ui/term.h"
#include "ui/widget_input.h"
#include "ui/work.h"

#define ANSWER_NO DIALOG_BUTTONS_MAX /* as the last button */
#define INTERRUPT_US 3000000         /* a second Ctrl-C within this time leaves */

void
app_soon(struct app *app)
{
	app->is_dirty = true;
}

void
app_now(struct app *app)
{
	app->is_dirty = app->is_urgent = true;
}

struct screen_state *
app_shown(struct app *app)
{
	return &app->screens[app->screen];
}

/* Whoever gets the keys, dialogs apart. */
struct screen_state *
app_focused(struct app *app)
{
	return app->overlay.screen ? &app->overlay : app_shown(app);
}

struct input *
app_typing_into(struct app *app)
{
	struct screen_state *s = app_focused(app);

	return s->screen->input && !app->dialog.text ? s->screen->input(s) : NULL;
}

/* ---- dialogs ---- */

static void
close_dialog(struct app *app)
{
	dialog_fini(&app->dialog);
	app->question = ASK_NOTHING;
	app->chooser = NULL;
	app_now(app);
}

static void
show_text(struct app *app, const char *title, const char *text, bool is_error)
{
	dialog_fini(&app->dialog);
	dialog_init(&app->dialog, title, text);
	app->dialog.is_error = is_error;
	app->question = ASK_NOTHING;
	app->chooser = NULL;
	app_now(app);
}

void
app_show_err(struct app *app, const char *title, const struct err *err)
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

/* ---- beginning ---- */

void
app_ask_to_go_on(struct app *app, const char *text)
{
	ask(app, ASK_TO_GO_ON, "The last build was interrupted", text, "Yes");
}

void
app_offer_to_go_on(struct app *app)
{
	char *text = work_interrupted(app->work);

	if (text)
		app_ask_to_go_on(app, text);
	free(text);
}

void
app_ask_if_busy(struct app *app, const char *who)
{
	char *text = xasprintf("Another xtui builds in this workspace's target folder:\n%s.\n\n"
			       "Wait for its end, or build in a folder beside it, where nothing is "
			       "built yet?",
		who);

	ask(app, ASK_IF_BUSY, "The target folder is in use", text, "Wait");
	dialog_add_button(&app->dialog, "Beside", 'b');
	free(text);
}

void
app_ask_license(struct app *app, size_t step, const struct step_license *license)
{
	char *text = xasprintf("%s\n\n%s\n\nDo you agree?", license->text, license->url);

	ask(app, ASK_LICENSE, license->name, text, "Agree");
	app->licensed = step;
	free(text);
}

void
app_ask_after_fix(struct app *app, struct job *job, const char *text, long next, bool can_undo)
{
	app->store.request.job = job;
	app->next_fix = next;
	app->can_undo_fix = can_undo;
	show_text(app, "The fix did not help", text, false);
	dialog_set_last(&app->dialog, "Close", 'c');
	if (next >= 0)
		dialog_add_button(&app->dialog, "Next fix", 'n');
	if (can_undo)
		dialog_add_button(&app->dialog, "Undo it", 'u');
	app->question = ASK_AFTER_FIX;
}

static void
go_on(struct app *app)
{
	app_show_screen(app, SCREEN_BUILD);
	work_go_on(app->work);
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
	app_now(app);
}

static void
ask_to_leave(struct app *app)
{
	size_t going = store_jobs_going(&app->store);
	bool sets_up = work_is_setting_up(app->work), measures = store_lab_goes_on(&app->store);

	if ((!going && !sets_up && !measures) || app->is_leaving) {
		leave(app);
		return;
	}
	char *text = going ? xasprintf("%zu job%s not done yet. Stop and leave?", going,
				     going == 1 ? " is" : "s are")
		: measures
		? xstrdup("The lab is not done yet. Stop and leave? The variants that "
			  "are measured are kept.")
		: xstrdup("A step of the plan is not done yet. Stop and leave? The plan goes on "
			  "where it was when you come back.");
	ask(app, ASK_TO_LEAVE, "Leave?", text, "Leave");
	free(text);
}

/* The job that one looks at, when it is going. */
static struct job *
job_in_sight(const struct app *app)
{
	struct job *job = app->store.screen == SCREEN_BUILD ? app->store.focused_job : NULL;

	return job && (job->state == JOB_RUNNING || job->state == JOB_WAITING) ? job : NULL;
}

/* Ctrl-C: stops the job in sight, or all; soon again: leaves. */
static void
interrupt(struct app *app)
{
	uint64_t at = loop_clock();
	size_t going = store_jobs_going(&app->store);
	struct job *job = job_in_sight(app);
	bool again = app->interrupted_at && at - app->interrupted_at < INTERRUPT_US;

	app->interrupted_at = at;
	if (again) {
		ask_to_leave(app);
	} else if (app->store.screen == SCREEN_SETUP && work_is_setting_up(app->work)) {
		work_set_up(app->work, SETUP_STOP, app->store.focused_step);
		store_say(&app->store, SAY_WARN, "stopping the step; Ctrl-C again: leave");
	} else if (job) {
		run_cancel_job(app->store.run, job);
		store_say(&app->store, SAY_WARN, "stopping %s; Ctrl-C again: leave", job->label);
	} else if (store_lab_goes_on(&app->store)) {
		work_measure(app->work, &(struct lab_wish){ .stops = true });
		store_say(&app->store, SAY_WARN, "stopping the lab; Ctrl-C again: leave");
	} else if (going) {
		run_cancel(app->store.run);
		store_say(&app->store, SAY_WARN, "stopping %zu job%s; Ctrl-C again: leave", going,
			going == 1 ? "" : "s");
	} else {
		store_say(&app->store, SAY_INFO, "nothing runs here; Ctrl-C again: leave");
	}
	app_now(app);
}

/* ---- screens ---- */

static void
show_screen(struct app *app, size_t i)
{
	if (app->store.screen == SCREEN_SETUP && app->screen != i)
		work_leave_setup(app->work);
	app->screen = i;
	app->store.screen = app_shown(app)->screen->id;
	if (app->store.screen == SCREEN_HEALTH && !app->store.checks)
		work_examine(app->work, false);
	if (app->store.screen == SCREEN_SETUP)
		work_plan(app->work);
	app_now(app);
}

bool
app_show_screen(struct app *app, enum screen_id id)
{
	for (size_t i = 0; i < app->screen_count; i++) {
		if (app->screens[i].screen->id == id) {
			show_screen(app, i);
			return true;
		}
	}
	return false;
}

void
app_close_overlay(struct app *app)
{
	if (!app->overlay.screen)
		return;
	app->overlay.screen->close(&app->overlay);
	app->overlay = (struct screen_state){ 0 };
	app_now(app);
}

static void
open_overlay(struct app *app, const struct screen *screen)
{
	app_close_overlay(app);
	app->overlay = (struct screen_state){ screen, &app->store, screen->open(&app->store) };
	app_now(app);
}

static void
open_parts(struct app *app)
{
	if (app->store.choice_is_kept)
		open_overlay(app, &screen_parts);
	else
		store_say(&app->store, SAY_WARN, "there is no project here to choose of");
	app_now(app);
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
	app_now(app);
}

static void
lend(struct app *app)
{
	struct err err = ERR_INIT;

	if (term_lend(app->store.request.argv, &err) < 0)
		app_show_err(app, "The program cannot run", &err);
	work_survey(app->work);
	app_now(app);
}

static void
retry(struct app *app, struct job *job)
{
	struct err err = ERR_INIT;

	if (job && !run_retry(app->store.run, job, &err))
		app_show_err(app, "The job cannot be built again", &err);
}

static void
retry_failed(struct app *app)
{
	struct err err = ERR_INIT;

	if (app->store.run && !run_retry_failed(app->store.run, &err))
		app_show_err(app, "Not all can be built again", &err);
}

static void
build(struct app *app)
{
	app_show_screen(app, SCREEN_BUILD);
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
	if (fx & (FX_SHOW | FX_ASK))
		app->chooser = s->screen->choose ? s : NULL;
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
	if (fx & FX_PROBE_MARKED)
		work_probe_marked(app->work);
	if (fx & FX_EXAMINE)
		work_examine(app->work, true);
	if (fx & (FX_SURVEY | FX_EXAMINE))
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
	if ((fx & FX_FIX) && r->job)
		work_fix(app->work, r->job, r->fix);
	if (fx & FX_SETUP)
		work_set_up(app->work, r->deed, r->step);
	if (fx & FX_LAB)
		work_measure(app->work, &r->lab);
	if (fx & FX_GO_SETUP)
		app_show_screen(app, SCREEN_SETUP);
}

static void
perform(struct app *app, struct screen_state *s, unsigned fx)
{
	struct request *r = &app->store.request;
	enum action_id next = r->action;

	if (fx)
		app_now(app);
	if (fx & FX_BELL)
		term_bell();
	if (fx & FX_COPY)
		clipboard_put(app->loop, str_cstr(&r->text), r->text.len, copied, app);
	perform_dialogs(app, s, fx);
	perform_work(app, fx);
	if (fx & FX_LEND)
		lend(app);
	if (fx & (FX_CLOSE | FX_ACTION))
		app_close_overlay(app);
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
	if (count && theme_load(names[(at + 1) % count], app->config_dir, &theme, &err)) {
		app->theme = theme;
		term_set_theme(&app->theme);
		store_say(&app->store, SAY_INFO, "theme %s", theme.name);
	} else {
		store_say_err(&app->store, SAY_ERROR, &err);
	}
	theme_names_free(names);
	app_now(app);
}

static void
toggle_mouse(struct app *app)
{
	term_set_mouse(!term_mouse());
	store_say(&app->store, SAY_INFO,
		term_mouse() ? "the mouse is on; F2 gives it back to the terminal"
			     : "the mouse is off; the terminal selects text");
	app_now(app);
}

/* What no screen took. A pane's number that is no pane's is a screen's. */
static void
act_on_app(struct app *app, enum action_id id, int nth)
{
	if (action_shows(id)) {
		app_show_screen(app, action_shows(id));
		return;
	}
	switch (id) {
	case ACT_PANE:
		if (!app_show_screen(app, (enum screen_id)(nth + 1)))
			term_bell();
		break;
	case ACT_HELP: open_overlay(app, &screen_help); break;
	case ACT_PALETTE: open_overlay(app, &screen_palette); break;
	case ACT_PARTS: open_parts(app); break;
	case ACT_NEXT_SCREEN: step_screen(app, 1); break;
	case ACT_PREVIOUS_SCREEN: step_screen(app, app->screen_count - 1); break;
	case ACT_MOUSE: toggle_mouse(app); break;
	case ACT_THEME: next_theme(app); break;
	case ACT_REDRAW:
		term_redraw();
		app_now(app);
		break;
	case ACT_SUSPEND: term_suspend(); break;
	case ACT_INTERRUPT: interrupt(app); break;
	case ACT_BUILD: build(app); break;
	case ACT_WATCH: work_toggle_watch(app->work); break;
	case ACT_REFRESH: work_survey(app->work); break;
	case ACT_QUIT: ask_to_leave(app); break;
	default: break;
	}
}

static void
act(struct app *app, enum action_id id, int nth)
{
	struct screen_state *s = app_focused(app);
	unsigned fx = action_acts_on(id, s->screen->id) ? s->screen->key(s, id, nth) : 0;

	if (fx)
		perform(app, s, fx);
	else
		act_on_app(app, id, nth);
}

/* ---- keys ---- */

/* The buttons: next fix, undo, as far as there are these. */
static void
answer_after_fix(struct app *app, int button)
{
	bool has_next = app->next_fix >= 0;

	if (has_next && button == 0) {
		app_show_screen(app, SCREEN_BUILD);
		perform(app, app_shown(app),
			build_fix_ask(&app->store, app->store.request.job, (size_t)app->next_fix));
	} else if (app->can_undo_fix && button == has_next) {
		work_undo_fix(app->work);
	}
}

static void
answer(struct app *app, int button)
{
	enum question question = app->question;
	struct screen_state *asker = app->asker;
	bool yes = button == 0;

	close_dialog(app);
	if (question == ASK_TO_LEAVE && yes)
		leave(app);
	if (question == ASK_TO_GO_ON && yes)
		go_on(app);
	else if (question == ASK_TO_GO_ON && app->options->build)
		work_build_anyway(app->work);
	if (question == ASK_IF_BUSY && button < 2)
		work_build_busy(app->work, button == 0 ? BUSY_WAIT : BUSY_SEPARATE);
	if (question == ASK_AFTER_FIX)
		answer_after_fix(app, button);
	if (question == ASK_LICENSE)
		work_agree(app->work, app->licensed, yes);
	if (question == ASK_FOR_SCREEN && asker->screen->answer)
		perform(app, asker, asker->screen->answer(asker, yes));
}

static void
dialog_got(struct app *app, enum action_id id, uint32_t key)
{
	int button = dialog_key(&app->dialog, id, key);

	app_now(app);
	if (button >= 0)
		answer(app, button);
	else if (app->chooser && key >= '1' && key <= '9')
		perform(app, app->chooser, app->chooser->screen->choose(app->chooser, key - '1'));
	else if (id == ACT_INTERRUPT)
		answer(app, app->question == ASK_TO_LEAVE ? 0 : ANSWER_NO);
	else if (id == ACT_MOUSE || id == ACT_REDRAW || id == ACT_SUSPEND)
		act_on_app(app, id, 0);
}

static void
typed(struct app *app, enum input_change change)
{
	struct screen_state *s = app_focused(app);

	app_now(app);
	if (change != INPUT_IGNORED)
		perform(app, s, s->screen->typed(s, change) | FX_REDRAW);
}

/* Where a key falls now: an ON_ bit. */
static unsigned
place_of_keys(struct app *app)
{
	if (app->dialog.text)
		return ON_DIALOG;
	return app_typing_into(app) ? ON_TYPING : 1u << app_focused(app)->screen->id;
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
		app_now(app);
	}
	if (on == ON_TYPING && key_is_text(key)) {
		typed(app, input_key(app_typing_into(app), ACT_NONE, key));
		return;
	}
	id = look_up(app, on, key, &nth, &more);
	if (on == ON_DIALOG) {
		dialog_got(app, id, key);
	} else if (on == ON_TYPING) {
		enum input_change change = input_key(app_typing_into(app), id, 0);
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
	struct screen_state *s = app_focused(app);
	const struct area *body = &app->frame.body;
	bool is_drag = event->mouse == TERM_MOUSE_DRAG;

	if (app->dialog.text || (is_drag && !s->screen->drags))
		return;
	if (s->screen->drags && (is_drag || event->mouse == TERM_MOUSE_RELEASE))
		perform(app, s, s->screen->mouse(s, event));
	else if (!app->overlay.screen && event->row == app->frame.tabs.row) {
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
	struct input *in = app_typing_into(app);

	if (in)
		typed(app, input_paste(in, text));
	else
		store_say(&app->store, SAY_INFO, "there is nothing to paste into here");
	app_now(app);
}

void
app_event(void *arg, const struct term_event *event)
{
	struct app *app = arg;

	app->was_handled = true;
	app_tell_screens(app); /* so that none acts on what is no more */
	switch (event->kind) {
	case TERM_KEY: on_key(app, event->key); break;
	case TERM_MOUSE: on_mouse(app, event); break;
	case TERM_PASTE: on_paste(app, event->text); break;
	case TERM_RESIZE:
	case TERM_RESUMED: app_now(app); break;
	case TERM_END:
		app->exit_code = 128 + event->signal;
		loop_stop(app->loop);
		break;
	}
}
