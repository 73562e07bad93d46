#include "ui/export_menu.h"

#include "build/order.h"
#include "export/file.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "ui/screen.h"

void
export_menu_init(struct export_menu *m, struct store *store)
{
	*m = (struct export_menu){ .store = store };
}

void
export_menu_fini(struct export_menu *m)
{
	pick_fini(&m->pick);
	export_file_free(m->file);
}

unsigned
export_menu_open(struct export_menu *m)
{
	if (!m->store->survey->workspace || !m->store->profile)
		return store_say(m->store, SAY_WARN, "there is no project here to make files for") |
			FX_BELL;
	pick_begin(&m->pick, "files that do the same elsewhere");
	for (const struct export_format *f = export_formats; f->name; f++)
		pick_add(&m->pick, span_of(f->name), f->what, false);
	return FX_REDRAW;
}

bool
export_menu_is_open(const struct export_menu *m)
{
	return pick_is_open(&m->pick);
}

/* The run that `b` would start; without marked targets those that cargo would take. */
static struct export_file *
make_file(struct export_menu *m, const struct export_format *format, struct err *err)
{
	struct store *store = m->store;
	struct export_file *file;
	struct order order;

	order_make(&order, NULL, store->choice, true);
	order_add_own(&order, store->survey, store->choice);
	order.run.survey = store->survey;
	order.run.profile = store->profile;
	file = export_prepare(format, &order.run, NULL, NULL, err);
	order_fini(&order);
	return file;
}

/* What is left out first: nobody scrolls to the end for it. */
static unsigned
show_file(struct export_menu *m)
{
	const struct export_file *f = m->file;
	struct str text = STR_INIT, title = STR_INIT;
	unsigned fx;

	for (size_t i = 0; i < f->left.len; i++)
		str_appendf(
			&text, "left out: %s: %s\n", f->left.items[i].triple, f->left.items[i].why);
	if (f->left.len)
		str_append_char(&text, '\n');
	if (f->exists && f->diff)
		str_append(&text, f->diff);
	else
		str_append_span(&text, str_span(&f->after));
	str_appendf(&title, "%s%s", f->shown,
		export_is_current(f) ? ": it is so already"
			: f->exists  ? ": what would change"
				     : ": a new file");
	fx = export_is_current(f) ? store_show(m->store, str_cstr(&title), str_cstr(&text))
				  : store_ask(m->store, str_cstr(&title), str_cstr(&text), "Write");
	str_fini(&title);
	str_fini(&text);
	return fx | FX_REDRAW;
}

static unsigned
picked(struct export_menu *m, int item)
{
	struct err err = ERR_INIT;
	unsigned fx;

	if (item < 0)
		return FX_REDRAW;
	export_file_free(m->file);
	m->file = make_file(m, &export_formats[item], &err);
	if (!m->file)
		return store_say_err(m->store, SAY_WARN, &err) | FX_REDRAW | FX_BELL;
	fx = show_file(m);
	if (export_is_current(m->file)) {
		export_file_free(m->file); /* nothing to be answered */
		m->file = NULL;
	}
	return fx;
}

unsigned
export_menu_key(struct export_menu *m, enum action_id act)
{
	int item = pick_key(&m->pick, act);

	return item == PICK_IGNORED ? pick_ignored(act) : picked(m, item);
}

unsigned
export_menu_mouse(struct export_menu *m, const struct term_event *event)
{
	return picked(m, pick_mouse(&m->pick, event));
}

unsigned
export_menu_answer(struct export_menu *m, bool yes)
{
	struct export_file *f = m->file;
	struct err err = ERR_INIT;
	unsigned fx = FX_REDRAW;

	if (!f)
		return 0;
	m->file = NULL;
	if (!yes)
		fx |= store_say(m->store, SAY_INFO, "%s: nothing was written", f->shown);
	else if (export_file_write(f, m->store->survey->workspace->root, &err))
		fx |= store_say(m->store, SAY_GOOD,
			"%s is written; xtui setup --undo takes it back", f->shown);
	else
		fx |= store_say_err(m->store, SAY_ERROR, &err);
	export_file_free(f);
	return fx;
}

void
export_menu_draw(struct export_menu *m, struct area a)
{
	if (pick_is_open(&m->pick))
		pick_draw(&m->pick, a);
}
