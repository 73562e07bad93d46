#include "export/file.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/run.h"
#include "io/file.h"
#include "plan/undo.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/diff.h"

/* The format's own place, or one that was named; that counts from where the command was given. */
static char *
place_of(const struct export_format *format, const struct recipe *r, const char *output)
{
	const struct survey *s = r->run->survey;
	size_t below = format->is_of_repository && *r->subdir ? strlen(r->subdir) + 1 : 0;
	char *top, *path;

	if (output)
		return path_join(s->dir, output);
	top = xasprintf("%.*s", (int)(strlen(s->workspace->root) - below), s->workspace->root);
	path = path_join(top, format->path);
	free(top);
	return path;
}

static bool
read_old(struct export_file *f, struct err *err)
{
	f->exists = file_exists(f->path);
	if (file_is_dir(f->path))
		return err_set(err, ERR_USAGE, "%s: it is a folder", f->shown);
	return !f->exists || file_read(f->path, &f->before, err);
}

static void
make_diff(struct export_file *f)
{
	struct span before = str_span(&f->before);
	struct str diff = STR_INIT;

	if (f->exists && !before.data)
		before.data = "";
	diff_unified(&diff, f->shown, before, str_span(&f->after));
	f->diff = diff.len ? str_take(&diff) : NULL;
	str_fini(&diff);
}

static void
keep_refused(struct export_file *f, const struct recipe *r)
{
	for (size_t i = 0; i < r->refused.len; i++)
		vec_push(&f->left,
			((struct export_left){ xstrdup(r->refused.items[i].triple),
				xstrdup(r->refused.items[i].why) }));
}

struct export_file *
export_prepare(const struct export_format *format, const struct run_spec *run, const char *output,
	const char *words, struct err *err)
{
	struct export_file *f = xcalloc(1, sizeof(*f));
	struct recipe r;
	bool ok = recipe_make(&r, run, format->reach, format->sysroots, err);

	f->format = format;
	if (ok) {
		r.again = words;
		r.file = f->path = place_of(format, &r, output);
		f->shown = path_shown(f->path, run->survey->workspace->root);
		ok = read_old(f, err) && format->write(&r, str_span(&f->before), &f->after, err);
	}
	if (ok) {
		make_diff(f);
		keep_refused(f, &r);
	}
	recipe_fini(&r);
	if (ok)
		return f;
	export_file_free(f);
	return NULL;
}

void
export_file_free(struct export_file *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->left.len; i++) {
		free(f->left.items[i].triple);
		free(f->left.items[i].why);
	}
	vec_fini(&f->left);
	str_fini(&f->before);
	str_fini(&f->after);
	free(f->diff);
	free(f->path);
	free(f->shown);
	free(f);
}

bool
export_is_current(const struct export_file *f)
{
	return f->exists && span_equal(str_span(&f->before), str_span(&f->after));
}

bool
export_file_write(const struct export_file *f, const char *root, struct err *err)
{
	char *file = file_behind_links(f->path, err);
	char *what = xasprintf("xtui export %s", f->format->name);
	bool ok = file &&
		undo_write(&(struct undo_change){ .file = file,
				   .project = root,
				   .what = what,
				   .exists = f->exists,
				   .before = str_span(&f->before),
				   .after = str_span(&f->after) },
			err);

	if (ok && f->format->is_program && !f->exists)
		ok = file_write_program(file, str_span(&f->after), err);
	free(what);
	free(file);
	return ok;
}

/* The first line in which they differ, from 1; both lines come back, that of a text which has ended before
 * is empty. */
static size_t
first_difference(struct span a, struct span b, struct span *line_a, struct span *line_b)
{
	for (size_t number = 1;; number++) {
		*line_a = span_cut(a, '\n', &a);
		*line_b = span_cut(b, '\n', &b);
		if (!span_equal(*line_a, *line_b) || (!a.len && !b.len))
			return number;
	}
}

bool
export_check(const struct export_file *f, struct err *err)
{
	struct span is, should;
	size_t line;

	if (export_is_current(f))
		return true;
	if (!f->exists) {
		err_set(err, ERR_FAILED, "%s: there is no such file", f->shown);
		return err_try(err, "xtui export %s", f->format->name);
	}
	line = first_difference(str_span(&f->before), str_span(&f->after), &is, &should);
	is = span_trim(is);
	should = span_trim(should);
	err_set(err, ERR_FAILED,
		"%s:%zu: not what the choice says: found \"%.*s\", expected \"%.*s\"", f->shown,
		line, (int)(is.len > 200 ? 200 : is.len), is.len ? is.data : "",
		(int)(should.len > 200 ? 200 : should.len), should.len ? should.data : "");
	return err_try(err, "xtui export %s --force", f->format->name);
}
