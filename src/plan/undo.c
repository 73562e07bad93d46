/* undo: entries are read newest first; for each file it is known what its next older entry must have
 * left, so that a chain of edits can be told from a file that somebody else has changed. */
#include "plan/undo.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "io/lock.h"
#include "text/diff.h"
#include "text/json.h"

#define LOCK_MS 5000
#define KEEP 500           /* entries; the oldest beyond that are dropped */
#define NEW_PREFIX ".new-" /* of an entry that is being written */
#define OLD_PREFIX ".old-" /* of one that is being dropped */

/* The folder of all entries, held. */
struct store {
	char *dir;
	struct lock *lock;
};

/* An entry with its texts. */
struct record {
	struct undo_entry entry;
	char *dir;
	struct str before, after;
	struct json *json;
};

/* ---- the store ---- */

static void
store_close(struct store *s)
{
	lock_release(s->lock);
	free(s->dir);
	*s = (struct store){ 0 };
}

/* What a killed one of us was writing or dropping. */
static void
store_sweep(const struct store *s)
{
	char **names;
	size_t count;

	if (!file_list(s->dir, &names, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(s->dir, names[i]);

		if (text_starts(names[i], NEW_PREFIX) || text_starts(names[i], OLD_PREFIX))
			file_remove_tree(path, NULL);
		free(path);
	}
	file_list_free(names, count);
}

static bool
store_open(struct store *s, struct err *err)
{
	char *state = path_state_dir(), *lock;

	*s = (struct store){ 0 };
	if (!state) {
		err_set(err, ERR_ENVIRONMENT, "no home folder: old files cannot be kept");
		return err_try(err, "XDG_STATE_HOME=/some/folder");
	}
	s->dir = path_join(state, "undo");
	lock = path_join(s->dir, ".lock");
	s->lock = lock_take(lock, LOCK_MS, err);
	free(lock);
	free(state);
	if (!s->lock) {
		store_close(s);
		return false;
	}
	store_sweep(s);
	return true;
}

static int
compare_numbers(const void *a, const void *b)
{
	unsigned left = *(const unsigned *)a, right = *(const unsigned *)b;

	return (left < right) - (left > right);
}

struct numbers {
	VEC(unsigned) list;
};

/* Of all entries, the newest first. */
static bool
store_numbers(const struct store *s, struct numbers *out, struct err *err)
{
	char **names;
	size_t count;

	if (!file_list(s->dir, &names, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		char *end;
		unsigned long number = strtoul(names[i], &end, 10);

		if (*names[i] != '.' && !*end && number)
			vec_push(&out->list, (unsigned)number);
	}
	file_list_free(names, count);
	if (out->list.len)
		qsort(out->list.items, out->list.len, sizeof *out->list.items, compare_numbers);
	return true;
}

/* Renamed first: an entry that is half removed is none. */
static void
drop_entry(const struct store *s, unsigned number)
{
	char *dir = path_joinf(s->dir, "%u", number);
	char *old = path_joinf(s->dir, OLD_PREFIX "%u", number);

	if (rename(dir, old) == 0)
		file_remove_tree(old, NULL);
	free(old);
	free(dir);
}

/* ---- entries on disk ---- */

static void
entry_fini(struct undo_entry *e)
{
	free(e->file);
	free(e->project);
	free(e->what);
}

static void
record_fini(struct record *r)
{
	entry_fini(&r->entry);
	free(r->dir);
	str_fini(&r->before);
	str_fini(&r->after);
	json_free(r->json);
	*r = (struct record){ 0 };
}

static bool
read_part(const struct record *r, const char *name, struct str *out, struct err *err)
{
	char *path = path_join(r->dir, name);
	bool ok = file_read(path, out, err);

	free(path);
	return ok;
}

static bool
parse_entry(struct record *r, struct span text, struct err *err)
{
	struct undo_entry *e = &r->entry;

	if (!(r->json = json_parse(text.data, text.len, err)))
		return err_prefix(err, "%s", r->dir);
	e->at = json_integer(json_get(r->json, "at"), 0);
	e->file = xstrdup(json_string(json_get(r->json, "file"), NULL));
	e->project = xstrdup(json_string(json_get(r->json, "project"), NULL));
	e->what = xstrdup(json_string(json_get(r->json, "what"), ""));
	e->created = json_bool(json_get(r->json, "created"), false);
	return (e->file && path_is_absolute(e->file)) ||
		err_set(err, ERR_PARSE, "%s/entry.json: names no file", r->dir);
}

static bool
record_read(const struct store *s, unsigned number, struct record *r, struct err *err)
{
	struct str text = STR_INIT;
	bool ok;

	*r = (struct record){ .entry.number = number };
	r->dir = path_joinf(s->dir, "%u", number);
	ok = read_part(r, "entry.json", &text, err) &&
		parse_entry(r, (struct span){ str_cstr(&text), text.len }, err) &&
		read_part(r, "before", &r->before, err) && read_part(r, "after", &r->after, err);
	str_fini(&text);
	if (!ok)
		record_fini(r);
	return ok;
}

static bool
write_part(const char *dir, const char *name, struct span bytes, struct err *err)
{
	char *path = path_join(dir, name);
	bool ok = file_write(path, bytes, err);

	free(path);
	return ok;
}

/* The folders on the way to the file that are not there yet, the innermost first. */
static struct json *
missing_folders(const char *file)
{
	struct json *list = json_array();
	char *dir = path_dirname(file);

	while (!file_exists(dir)) {
		char *parent = path_dirname(dir);

		json_push_string(list, dir);
		free(dir);
		dir = parent;
	}
	free(dir);
	return list;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
write_entry(const char *dir, const struct undo_change *c, struct err *err)
{
	struct json *o = json_object();
	struct str text = STR_INIT;
	bool ok;

	json_set_number(o, "schema", 1);
	json_set_number(o, "at", (double)now_ms());
	json_set_string(o, "file", c->file);
	json_set_string(o, "project", c->project);
	json_set_string(o, "what", c->what);
	json_set_bool(o, "created", !c->exists);
	json_set(o, "folders", missing_folders(c->file));
	json_print(o, &text);
	ok = write_part(dir, "before", c->before, err) && write_part(dir, "after", c->after, err) &&
		write_part(dir, "entry.json", str_span(&text), err);
	str_fini(&text);
	json_free(o);
	return ok;
}

/* 0 with err when the entry could not be kept. */
static unsigned
keep_entry(const struct store *s, const struct undo_change *c, struct err *err)
{
	struct numbers numbers = { 0 };
	char *fresh = NULL, *dir = NULL;
	unsigned number = 0;

	if (!store_numbers(s, &numbers, err))
		return 0;
	for (size_t i = KEEP - 1; i < numbers.list.len; i++)
		drop_entry(s, numbers.list.items[i]);
	if (!(fresh = file_make_temp_dir(s->dir, NEW_PREFIX, err)) || !write_entry(fresh, c, err))
		goto done;
	number = numbers.list.len ? numbers.list.items[0] + 1 : 1;
	dir = path_joinf(s->dir, "%u", number);
	if (rename(fresh, dir) < 0) {
		err_errno(err, "%s: cannot be named", dir);
		number = 0;
	}
done:
	if (!number && fresh)
		file_remove_tree(fresh, NULL);
	free(fresh);
	free(dir);
	vec_fini(&numbers.list);
	return number;
}

/* ---- files as they are ---- */

/* False with err when it cannot be read; absent: true, and *exists is false. */
static bool
read_file(const char *path, bool *exists, struct str *bytes, struct err *err)
{
	struct stat st;

	*exists = stat(path, &st) == 0;
	if (!*exists)
		return errno == ENOENT || errno == ENOTDIR || err_errno(err, "%s", path);
	return file_read(path, bytes, err);
}

/* ---- the list ---- */

/* What a file is expected to be, going back from what it is. */
struct trail {
	struct str bytes;
	bool exists;
	bool lost;   /* not as its newest entry left it */
	bool is_top; /* no entry of it was seen yet */
};

struct trails {
	struct map map; /* by file: struct trail */
};

static struct trail *
trail_of(struct trails *t, const char *file)
{
	struct trail *trail = map_get(&t->map, file);

	if (!trail) {
		trail = xcalloc(1, sizeof *trail);
		trail->is_top = true;
		trail->lost = !read_file(file, &trail->exists, &trail->bytes, NULL);
		map_set(&t->map, file, trail);
	}
	return trail;
}

static void
trails_fini(struct trails *t)
{
	for (size_t i = 0; i < t->map.len; i++) {
		struct trail *trail = t->map.entries[i].value;

		str_fini(&trail->bytes);
		free(trail);
	}
	map_fini(&t->map);
}

static bool
is_as(const struct trail *trail, bool exists, const struct str *bytes)
{
	return trail->exists == exists && span_equal(str_span(&trail->bytes), str_span(bytes));
}

static void
remove_folders(const struct record *r)
{
	const struct json *list = json_get(r->json, "folders");

	for (const struct json *f = json_first(list); f; f = json_next(f))
		if (json_string(f, NULL) && rmdir(json_string(f, NULL)) < 0)
			return;
}

/* Sets the entry's state; false when there is nothing to put back. */
static bool
judge(struct trails *trails, struct record *r)
{
	struct trail *trail = trail_of(trails, r->entry.file);

	if (!trail->lost && trail->is_top && is_as(trail, !r->entry.created, &r->before))
		return false;
	trail->lost |= !is_as(trail, true, &r->after);
	r->entry.state = trail->lost ? UNDO_CHANGED : trail->is_top ? UNDO_READY : UNDO_BURIED;
	trail->is_top = false;
	trail->exists = !r->entry.created;
	str_clear(&trail->bytes);
	str_append_span(&trail->bytes, str_span(&r->before));
	return true;
}

/* An entry that cannot be read is passed over: what is left of it helps nobody. */
static bool
store_list(const struct store *s, struct undo_list *list, struct err *err)
{
	struct numbers numbers = { 0 };
	struct trails trails = { 0 };

	if (!store_numbers(s, &numbers, err))
		return false;
	for (size_t i = 0; i < numbers.list.len; i++) {
		struct record r;

		if (!record_read(s, numbers.list.items[i], &r, NULL))
			continue;
		if (judge(&trails, &r)) {
			vec_push(list, r.entry);
			r.entry = (struct undo_entry){ 0 };
		} else {
			if (r.entry.created)
				remove_folders(&r);
			drop_entry(s, numbers.list.items[i]);
		}
		record_fini(&r);
	}
	trails_fini(&trails);
	vec_fini(&numbers.list);
	return true;
}

void
undo_list_fini(struct undo_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		entry_fini(&list->items[i]);
	vec_fini(list);
}

/* Drops the entries of edits that were never made. */
static bool
store_prune(const struct store *s, struct err *err)
{
	struct undo_list list = { 0 };
	bool ok = store_list(s, &list, err);

	undo_list_fini(&list);
	return ok;
}

/* ---- writing ---- */

static bool
check_unchanged(const struct undo_change *c, bool *is_made, struct err *err)
{
	struct str now = STR_INIT;
	bool exists, ok;

	if (!read_file(c->file, &exists, &now, err))
		return false;
	*is_made = exists && span_equal(str_span(&now), c->after);
	ok = *is_made || (exists == c->exists && span_equal(str_span(&now), c->before));
	str_fini(&now);
	if (!ok)
		err_set(err, ERR_FAILED, "%s: has changed since the change was shown", c->file);
	return ok;
}

static void
sweep_beside(const char *file)
{
	char *dir = path_dirname(file);

	file_sweep(dir);
	free(dir);
}

bool
undo_write(const struct undo_change *change, struct err *err)
{
	struct store s;
	bool ok, is_made;
	unsigned number;

	if (!store_open(&s, err))
		return false;
	sweep_beside(change->file);
	ok = check_unchanged(change, &is_made, err) && store_prune(&s, err);
	if (ok && !is_made) {
		number = keep_entry(&s, change, err);
		ok = number && file_write(change->file, change->after, err);
		if (number && !ok)
			drop_entry(&s, number);
	}
	store_close(&s);
	return ok;
}

bool
undo_list_load(struct undo_list *list, struct err *err)
{
	struct store s;
	bool ok;

	*list = (struct undo_list){ 0 };
	if (!store_open(&s, err))
		return false;
	ok = store_list(&s, list, err);
	store_close(&s);
	return ok;
}

/* ---- putting back ---- */

/* The newest entry that stands on top of this one. */
static unsigned
on_top_of(const struct undo_list *list, const struct undo_entry *e)
{
	for (size_t i = 0; i < list->len; i++)
		if (text_is(list->items[i].file, e->file))
			return list->items[i].number;
	return e->number;
}

static bool
check_state(const struct undo_list *list, const struct undo_entry *e, struct err *err)
{
	switch (e->state) {
	case UNDO_READY: return true;
	case UNDO_BURIED:
		err_set(err, ERR_FAILED, "%s: was edited again after edit %u", e->file, e->number);
		return err_try(err, "xtui setup --undo %u", on_top_of(list, e));
	default:
		return err_set(err, ERR_FAILED, "%s: has changed since edit %u, and is left alone",
			e->file, e->number);
	}
}

/* The entry with that number, if it can be put back. */
static bool
find_ready(const struct store *s, unsigned number, struct record *r, struct err *err)
{
	struct undo_list list = { 0 };
	const struct undo_entry *e = NULL;
	bool ok = store_list(s, &list, err);

	for (size_t i = 0; i < list.len && !e; i++)
		if (list.items[i].number == number)
			e = &list.items[i];
	if (ok && !e)
		err_set(err, ERR_USAGE, "there is no edit %u to put back", number);
	ok = e && check_state(&list, e, err) && record_read(s, number, r, err);
	undo_list_fini(&list);
	return ok;
}

static bool
remove_file(const struct record *r, struct err *err)
{
	if (unlink(r->entry.file) < 0)
		return err_errno(err, "%s: cannot be removed", r->entry.file);
	remove_folders(r);
	return true;
}

bool
undo_put_back(unsigned number, struct err *err)
{
	struct record r = { 0 };
	struct store s;
	bool ok;

	if (!store_open(&s, err))
		return false;
	ok = find_ready(&s, number, &r, err);
	if (ok) {
		sweep_beside(r.entry.file);
		ok = r.entry.created ? remove_file(&r, err)
				     : file_write(r.entry.file, str_span(&r.before), err);
	}
	if (ok)
		drop_entry(&s, number);
	record_fini(&r);
	store_close(&s);
	return ok;
}

bool
undo_diff(unsigned number, struct str *out, struct err *err)
{
	struct record r = { 0 };
	struct store s;
	bool ok;

	if (!store_open(&s, err))
		return false;
	if ((ok = find_ready(&s, number, &r, err))) {
		struct span none = { 0 };
		struct span before = { str_cstr(&r.before), r.before.len };
		char *shown = path_shown(r.entry.file, r.entry.project);

		diff_unified(out, shown, (struct span){ str_cstr(&r.after), r.after.len },
			r.entry.created ? none : before);
		free(shown);
	}
	record_fini(&r);
	store_close(&s);
	return ok;
}
