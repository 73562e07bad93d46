/* draft: steps in the order they were added; put in order by picking, again and again, the first
 * of the earliest phase whose predecessors are all there. */
#include "plan/draft.h"

#include <stdarg.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "plan/edit.h"
#include "text/diff.h"
#include "text/shell.h"

const char packages_step[] = "packages";

const char *
draft_id(struct draft *d, const char *what, const char *name)
{
	return name ? arena_printf(d->arena, "%s:%s", what, name) : arena_strdup(d->arena, what);
}

struct step *
draft_find(const struct draft *d, const char *id)
{
	for (size_t i = 0; i < d->steps.len; i++)
		if (text_is(d->steps.items[i].step->id, id))
			return d->steps.items[i].step;
	return NULL;
}

struct step *
draft_add(
	struct draft *d, enum phase phase, enum step_kind kind, const char *what, const char *name)
{
	static const char *const nothing[] = { NULL };
	const char *id = draft_id(d, what, name);
	struct step *step;

	if (draft_find(d, id))
		return NULL;
	step = arena_new(d->arena, struct step);
	*step = (struct step){ .id = id,
		.kind = kind,
		.title = "",
		.why = "",
		.bytes = -1,
		.disk_bytes = -1,
		.after = nothing };
	vec_push(&d->steps, ((struct draft_step){ step, phase, false }));
	return step;
}

void
draft_drop(struct draft *d, const struct step *step)
{
	for (size_t i = 0; i < d->steps.len; i++)
		if (d->steps.items[i].step == step) {
			vec_remove(&d->steps, i);
			return;
		}
}

static size_t
count_words(const char *const *words)
{
	size_t count = 0;

	while (words[count])
		count++;
	return count;
}

void
draft_wait(struct draft *d, struct step *step, const char *id)
{
	size_t count = count_words(step->after);
	const char **list;

	if (!id)
		return;
	for (size_t i = 0; i < count; i++)
		if (text_is(step->after[i], id))
			return;
	list = arena_array(d->arena, const char *, count + 2);
	memcpy(list, step->after, count * sizeof(*list));
	list[count] = id;
	step->after = list;
}

const char *const *
draft_words(struct draft *d, ...)
{
	VEC(const char *) words = VEC_INIT;
	const char *word;
	const char **list;
	va_list args;

	va_start(args, d);
	while ((word = va_arg(args, const char *)))
		vec_push(&words, arena_strdup(d->arena, word));
	va_end(args);
	list = arena_array(d->arena, const char *, words.len + 1);
	if (words.len)
		memcpy(list, words.items, words.len * sizeof(*list));
	vec_fini(&words);
	return list;
}

const char *const *
draft_split(struct draft *d, const char *command)
{
	struct span rest = span_of(command);
	size_t count = 1;
	const char **list;

	for (const char *c = command; *c; c++)
		count += *c == ' ';
	list = arena_array(d->arena, const char *, count + 1);
	for (count = 0; rest.len;) {
		struct span word = span_cut(rest, ' ', &rest);
		if (word.len)
			list[count++] = arena_span(d->arena, word);
	}
	return list;
}

void
draft_command(struct draft *d, struct step *step, const char *const *argv)
{
	struct str line = STR_INIT;

	shell_command(&line, argv);
	step->argv = argv;
	step->title = arena_take(d->arena, &line);
}

void
draft_prove(struct draft *d, struct step *step, const struct step_proof *proof)
{
	struct step_proof *list = arena_array(d->arena, struct step_proof, step->proof_count + 1);

	if (step->proof_count)
		memcpy(list, step->proofs, step->proof_count * sizeof(*list));
	list[step->proof_count++] = *proof;
	step->proofs = list;
}

const char *
draft_download_path(struct draft *d, const char *name)
{
	char *cache = path_cache_dir();
	const char *path = cache ? arena_printf(d->arena, "%s/downloads/%s", cache, name) : NULL;

	free(cache);
	return path;
}

void
draft_wish(struct draft *d, const struct wish *wish)
{
	for (size_t i = 0; i < d->wishes.len; i++)
		if (text_is(d->wishes.items[i].package, wish->package) &&
			text_is(d->wishes.items[i].program, wish->program))
			return;
	vec_push(&d->wishes, *wish);
}

const char *
draft_note(struct draft *d, enum phase phase, const char *id, const char *title, const char *why)
{
	struct step *step = draft_add(d, phase, STEP_NOTE, id, NULL);

	if (step) {
		step->title = title;
		step->why = why;
	}
	return arena_strdup(d->arena, id);
}

/* "target.x.linker = "cc"", for people. */
static const char *
key_text(struct draft *d, const struct step_key *key)
{
	struct str text = STR_INIT;

	for (size_t i = 0; key->path[i]; i++)
		str_appendf(&text, "%s%s", i ? "." : "", key->path[i]);
	str_appendf(&text, key->item ? " += %s" : " = %s", key->literal);
	return arena_take(d->arena, &text);
}

/* By hand, because `why`. */
static struct step *
note_edit(struct draft *d, const char *id, const char *path, const struct step_key *keys,
	size_t count, const char *why)
{
	const char *title = key_text(d, &keys[0]);

	for (size_t i = 1; i < count; i++)
		title = arena_printf(d->arena, "%s, %s", title, key_text(d, &keys[i]));
	draft_note(d, PHASE_EDITS, id, arena_printf(d->arena, "write into %s: %s", path, title),
		arena_strdup(d->arena, why));
	return draft_find(d, id);
}

/* The file as the edits so far make it: `edit` was prepared from the file as it is. */
static struct str *
file_so_far(struct draft *d, const struct edit *edit)
{
	struct str *text = map_get(&d->files, edit->path);

	if (text)
		return text;
	text = xcalloc(1, sizeof(*text));
	str_append_span(text, str_span(&edit->before));
	map_set(&d->files, edit->path, text);
	return text;
}

/* What this edit adds to those before it; an absent file that one of them makes is there by
 * then. */
static const char *
diff_so_far(struct draft *d, const struct edit *edit, const struct step_key *keys, size_t count)
{
	struct str *text = file_so_far(d, edit);
	struct str after = STR_INIT, conflicts = STR_INIT, diff = STR_INIT;
	bool exists = edit->exists || text->len;
	const char *kept;

	edit_apply(edit->path, str_span(text), keys, count, false, &after, &conflicts, NULL);
	diff_unified(&diff, edit->shown,
		exists ? (struct span){ str_cstr(text), text->len } : (struct span){ 0 },
		(struct span){ str_cstr(&after), after.len });
	kept = diff.len ? arena_span(d->arena, str_span(&diff)) : NULL;
	str_fini(text);
	*text = after;
	str_fini(&conflicts);
	str_fini(&diff);
	return kept;
}

struct step *
draft_edit(struct draft *d, const char *what, const char *name, const char *path,
	const struct step_key *keys, size_t count)
{
	struct step_key *kept = arena_array(d->arena, struct step_key, count);
	struct err why = ERR_INIT;
	struct edit *edit = edit_prepare(d->s->dir, path, keys, count, false, &why);
	struct step *step;

	if (!edit)
		return note_edit(d, draft_id(d, what, name), path, keys, count, why.message);
	if (!edit->diff && !edit->conflict) {
		edit_free(edit);
		return NULL;
	}
	memcpy(kept, keys, count * sizeof(*kept));
	step = draft_add(d, PHASE_EDITS, STEP_EDIT, what, name);
	step->keys = kept;
	step->key_count = count;
	step->path = arena_strdup(d->arena, edit->path);
	step->title = arena_strdup(d->arena, edit->shown);
	step->conflict = arena_strdup(d->arena, edit->conflict);
	step->diff = edit->conflict ? NULL : diff_so_far(d, edit, keys, count);
	edit_free(edit);
	return step;
}

/* ---- the one call of the package manager ---- */

static int
by_package(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;
	int order = strcmp(x->package, y->package);

	return order ? order : strcmp(x->purpose, y->purpose);
}

static bool
has_new_package(const struct draft *d, size_t i)
{
	return !i || !text_is(d->wishes.items[i].package, d->wishes.items[i - 1].package);
}

static void
append_remarks(struct str *why, const struct wish *w)
{
	if (w->note)
		str_appendf(why, " (%s)", w->note);
	if (!w->verified)
		str_append(why, " (the package's name is not verified)");
}

/* "gcc-mingw-w64-x86-64 links x86_64-pc-windows-gnu; …", with traps, and which names nobody has
 * tried. */
static const char *
package_reasons(struct draft *d)
{
	struct str why = STR_INIT;

	for (size_t i = 0; i < d->wishes.len; i++) {
		const struct wish *w = &d->wishes.items[i];

		if (has_new_package(d, i))
			str_appendf(&why, "%s%s %s", i ? "; " : "", w->package, w->purpose);
		else if (!text_is(w->purpose, d->wishes.items[i - 1].purpose))
			str_appendf(&why, ", %s", w->purpose);
		if (i + 1 == d->wishes.len || has_new_package(d, i + 1))
			append_remarks(&why, w);
	}
	return arena_take(d->arena, &why);
}

/* The words of the call: a package that several wish for stands once. */
static const char *const *
package_words(struct draft *d)
{
	VEC(const char *) names = VEC_INIT;
	char *command;
	const char *const *words;

	for (size_t i = 0; i < d->wishes.len; i++)
		vec_push(&names, d->wishes.items[i].package);
	command = packages_install_command(d->q->packages, names.items, names.len);
	words = draft_split(d, text_starts(command, "sudo ") ? command + strlen("sudo ") : command);
	free(command);
	vec_fini(&names);
	return words;
}

static struct step *
add_update(struct draft *d)
{
	struct step *step = draft_add(d, PHASE_PACKAGES, STEP_RUN, "package-lists", NULL);

	draft_command(d, step, draft_split(d, d->q->update));
	step->why = "this machine has no list of packages yet";
	step->root = packages_need_root(d->q->packages);
	return step;
}

/* "packages:musl-tools,qemu-user": the same wishes give the same id. */
static const char *
packages_id(struct draft *d)
{
	struct str id = STR_INIT;

	str_appendf(&id, "%s:", packages_step);
	for (size_t i = 0; i < d->wishes.len; i++)
		if (has_new_package(d, i))
			str_appendf(&id, "%s%s", i ? "," : "", d->wishes.items[i].package);
	return arena_take(d->arena, &id);
}

static void
rename_in_lists(struct draft *d, const char *old, const char *new)
{
	for (size_t i = 0; i < d->steps.len; i++) {
		const char **after = (const char **)d->steps.items[i].step->after;
		for (size_t k = 0; after[k]; k++)
			if (text_is(after[k], old))
				after[k] = new;
	}
}

static void
add_packages(struct draft *d)
{
	struct step *update, *step;

	if (!d->wishes.len)
		return;
	qsort(d->wishes.items, d->wishes.len, sizeof(*d->wishes.items), by_package);
	update = d->q->update ? add_update(d) : NULL;
	step = draft_add(d, PHASE_PACKAGES, STEP_RUN, packages_id(d), NULL);
	draft_command(d, step, package_words(d));
	draft_wait(d, step, update ? update->id : NULL);
	step->root = packages_need_root(d->q->packages);
	step->why = package_reasons(d);
	if (step->root && d->q->root == ROOT_NONE)
		step->why = arena_printf(d->arena, "%s; an administrator has to do it", step->why);
	for (size_t i = 0; i < d->wishes.len; i++)
		if (d->wishes.items[i].program)
			draft_prove(d, step,
				&(struct step_proof){ .kind = PROOF_PROGRAM,
					.name = d->wishes.items[i].program });
	rename_in_lists(d, packages_step, step->id);
}

/* ---- order ---- */

static bool
is_free(const struct draft *d, const struct step *step)
{
	for (const char *const *id = step->after; *id; id++)
		for (size_t i = 0; i < d->steps.len; i++)
			if (!d->steps.items[i].done && text_is(d->steps.items[i].step->id, *id))
				return false;
	return true;
}

static struct draft_step *
next_step(struct draft *d)
{
	struct draft_step *best = NULL;

	for (size_t i = 0; i < d->steps.len; i++) {
		struct draft_step *s = &d->steps.items[i];
		if (!s->done && (!best || s->phase < best->phase) && is_free(d, s->step))
			best = s;
	}
	return best;
}

void
draft_finish(struct draft *d)
{
	struct draft_step *next;

	add_packages(d);
	d->plan->items = arena_array(d->arena, struct step, d->steps.len + 1);
	while ((next = next_step(d))) {
		d->plan->items[d->plan->count++] = *next->step;
		next->done = true;
	}
}

void
draft_fini(struct draft *d)
{
	for (size_t i = 0; i < d->files.len; i++) {
		str_fini(d->files.entries[i].value);
		free(d->files.entries[i].value);
	}
	map_fini(&d->files);
	map_fini(&d->got);
	vec_fini(&d->steps);
	vec_fini(&d->wishes);
}
