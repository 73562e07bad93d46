/* artifacts_deeds: packages and universal binaries out of artefacts, made on another thread. */
#include <stdlib.h>
#include <string.h>
#include "artifact/universal.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/program.h"
#include "host/platform.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/proc.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/artifacts_state.h"
#include "ui/screen.h"

#define OUTPUT_MAX 65536
#define UNIVERSAL "universal-apple-darwin" /* the folder, beside those of targets */

struct artifacts_deed {
	struct artifacts *artifacts; /* NULL: the screen has gone */
	VEC(char *) words;           /* of `xtui package`, ends with NULL; or the slices */
	char *out;                   /* of slices: the file to be made; else the packages' folder */
	bool is_joining;
	_Atomic bool is_dropped; /* nobody waits for it: the command is stopped */
	bool ok;
	struct str said; /* how it went, one line */
};

static void
add_word(struct artifacts_deed *d, const char *word)
{
	vec_push(&d->words, xstrdup(word));
}

/* ---- the worker's ---- */

/* The line after "xtui: " that a failed command says. */
static void
take_trouble(struct artifacts_deed *d, const struct str *printed)
{
	struct span rest = str_span(printed), line = { 0 };

	while (rest.len && !span_starts(line, "xtui: "))
		line = span_cut(rest, '\n', &rest);
	if (span_starts(line, "xtui: "))
		line = (struct span){ line.data + 6, line.len - 6 };
	str_append_span(&d->said, line.len ? line : SPAN("a program in a package does not start"));
}

static void
pack(struct artifacts_deed *d)
{
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	bool ran = proc_capture(&(struct proc_spec){ .argv = (const char *const *)d->words.items,
					.cancel = &d->is_dropped },
		OUTPUT_MAX, 0, &result, &err);

	d->ok = ran && result.end.exit_code == 0;
	if (!ran)
		str_append(&d->said, err.message);
	else if (!d->ok)
		take_trouble(d, &result.err);
	else
		str_appendf(&d->said, "packages, sums and manifest are in %s", d->out);
	proc_result_fini(&result);
}

static void
join(struct artifacts_deed *d)
{
	char *dir = path_dirname(d->out);
	struct str machines = STR_INIT;
	struct err err = ERR_INIT;
	uint64_t bytes;

	d->ok = file_make_dirs(dir, 0755, &err) &&
		universal_write((const char *const *)d->words.items, d->words.len, d->out,
			&machines, &bytes, &err);
	if (d->ok)
		str_appendf(&d->said, "%s: %s", d->out, str_cstr(&machines));
	else
		str_append(&d->said, err.message);
	str_fini(&machines);
	free(dir);
}

static void
work(void *arg)
{
	struct artifacts_deed *d = arg;

	if (d->is_joining)
		join(d);
	else
		pack(d);
}

static void
done(void *arg)
{
	struct artifacts_deed *d = arg;
	struct artifacts *a = d->artifacts;

	if (a) {
		a->deed = NULL;
		store_say(a->store, d->ok ? SAY_GOOD : SAY_WARN, "%s", str_cstr(&d->said));
		if (d->ok && d->is_joining)
			artifacts_add_file(a, d->out);
		a->store->changed |= STORE_CLOCK; /* to be drawn */
	}
	for (size_t i = 0; i < d->words.len; i++)
		free(d->words.items[i]);
	vec_fini(&d->words);
	str_fini(&d->said);
	free(d->out);
	free(d);
}

static unsigned
start(struct artifacts *a, struct artifacts_deed *d)
{
	d->artifacts = a;
	a->deed = d;
	loop_work(a->store->loop, work, done, d);
	return FX_REDRAW;
}

void
artifacts_drop_deed(struct artifacts *a)
{
	if (!a->deed)
		return;
	a->deed->is_dropped = true;
	a->deed->artifacts = NULL;
}

/* ---- what is asked for ---- */

static bool
has_files(const struct artifacts *a)
{
	for (size_t i = 0; i < a->rows.items.len; i++)
		if (a->rows.items.items[i].path && a->rows.items.items[i].target)
			return true;
	return false;
}

static void
add_targets(struct artifacts_deed *d, const struct artifacts *a)
{
	const char *last = NULL;

	for (size_t i = 0; i < a->rows.items.len; i++) {
		const struct artifact_row *row = &a->rows.items.items[i];

		if (!row->path || !row->target || text_is(row->target, last))
			continue;
		add_word(d, "-t");
		add_word(d, row->target);
		last = row->target;
	}
}

unsigned
artifacts_pack(struct artifacts *a)
{
	const struct workspace *ws = a->store->survey->workspace;
	struct artifacts_deed *d;
	char *program;

	if (a->deed)
		return store_say(a->store, SAY_INFO, "wait for what is being made");
	if (!has_files(a) || !a->profile)
		return store_say(a->store, SAY_INFO, "there is nothing to pack: build first") |
			FX_BELL;
	if (!ws || !(program = platform_program_path()))
		return FX_BELL;
	d = xcalloc(1, sizeof(*d));
	d->out = path_join(ws->target_dir, "dist");
	vec_push(&d->words, program);
	add_word(d, "package");
	add_word(d, "--manifest-path");
	add_word(d, ws->manifest);
	add_word(d, "--profile");
	add_word(d, a->profile);
	add_targets(d, a);
	vec_push(&d->words, NULL);
	store_say(a->store, SAY_INFO, "packages are being made");
	return start(a, d);
}

static bool
is_slice(const struct artifact_row *row, const struct artifact_row *like)
{
	return row->path && row->target && strstr(row->target, "-apple-darwin") &&
		text_is(row->variant, like->variant) &&
		text_is(path_basename(row->path), path_basename(like->path));
}

static const struct artifact_row *
focused_slice(const struct artifacts *a)
{
	const struct artifact_row *row =
		a->table.list.count ? &a->rows.items.items[a->table.list.focus] : NULL;

	return row && row->path && is_slice(row, row) ? row : NULL;
}

size_t
artifacts_slices(const struct artifacts *a)
{
	const struct artifact_row *like = focused_slice(a);
	size_t count = 0;

	for (size_t i = 0; like && i < a->rows.items.len; i++)
		count += is_slice(&a->rows.items.items[i], like);
	return count;
}

unsigned
artifacts_join(struct artifacts *a)
{
	const struct artifact_row *like = focused_slice(a);
	const struct workspace *ws = a->store->survey->workspace;
	struct artifacts_deed *d;

	if (a->deed)
		return store_say(a->store, SAY_INFO, "wait for what is being made");
	if (!ws || !a->profile || artifacts_slices(a) < 2)
		return store_say(a->store, SAY_INFO,
			       "put the cursor on a file that two Apple targets have") |
			FX_BELL;
	d = xcalloc(1, sizeof(*d));
	d->is_joining = true;
	d->out = xasprintf("%s/%s/%s/%s", ws->target_dir, UNIVERSAL, profile_folder(a->profile),
		path_basename(like->path));
	for (size_t i = 0; i < a->rows.items.len; i++)
		if (is_slice(&a->rows.items.items[i], like))
			add_word(d, a->rows.items.items[i].path);
	return start(a, d);
}
