#include "build/scripts.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "build/named.h"
#include "build/pane.h"
#include "build/post.h"
#include "build/progress.h"

void
scripts_init(struct scripts *all, const struct post_spec *spec)
{
	*all = (struct scripts){
		.spec = spec,
		.open = xcalloc(spec->count + 1, sizeof(bool)),
		.named = xcalloc(spec->count + 1, sizeof(bool)),
	};
}

static void
drop(struct scripts *all, size_t at)
{
	struct script_error *s = &all->errors.items[at];

	free(s->package);
	free(s->version);
	free(s->text);
	vec_remove(&all->errors, at);
}

void
scripts_fini(struct scripts *all)
{
	while (all->errors.len)
		drop(all, all->errors.len - 1);
	vec_fini(&all->errors);
	free(all->open);
	free(all->named);
}

void
scripts_add(struct scripts *all, struct span package, struct span version, struct span text)
{
	vec_push(&all->errors,
		((struct script_error){ span_dup(package), span_dup(version), span_dup(text) }));
}

static struct progress_unit
script_unit(const struct script_error *s, int target)
{
	return (struct progress_unit){
		.package = span_of(s->package),
		.version = span_of(s->version),
		.is_script_run = true,
		.target = target,
	};
}

/* The script's failure is this target's (or the host's). */
static void
blame_script(struct scripts *all, const struct script_error *s, int target)
{
	struct progress_unit unit = script_unit(s, target);

	progress_failed(all->spec->progress, &unit);
	for (size_t i = 0; i < all->spec->count; i++) {
		if (progress_needs(all->spec->progress, i, &unit))
			pane_error(all->spec->panes[i], span_of(s->text), true);
	}
}

/* The runs of this script that have not come to an end: flags in all->open; how many. */
static size_t
find_open_runs(struct scripts *all, const struct script_error *s)
{
	size_t count = 0;

	for (size_t i = 0; i < all->spec->count; i++) {
		struct progress_unit unit = script_unit(s, (int)i);

		count += all->open[i] = progress_is_open(all->spec->progress, &unit);
	}
	return count;
}

static bool
is_same_script(const struct script_error *a, const struct script_error *b)
{
	return text_is(a->package, b->package) && text_is(a->version, b->version);
}

/* One that its own text names, of those still open. */
static bool
settle_named(struct scripts *all, size_t at)
{
	const struct script_error *s = &all->errors.items[at];
	bool found = false;

	find_open_runs(all, s);
	named_triples(span_of(s->text), all->spec->triples, all->spec->count, all->spec->host,
		all->named);
	for (size_t i = 0; i < all->spec->count; i++) {
		if (!all->open[i] || !all->named[i])
			continue;
		blame_script(all, s, (int)i);
		found = true;
	}
	if (found)
		drop(all, at);
	return found;
}

/* As many failures as runs are open: all of these have failed, though not which how. None open: it
 * was the host's run. */
static bool
settle_counted(struct scripts *all, size_t at, bool is_last_chance)
{
	struct script_error first = all->errors.items[at];
	size_t count = find_open_runs(all, &first), failures = 0;

	for (size_t i = at; i < all->errors.len; i++)
		failures += is_same_script(&all->errors.items[i], &first);
	if (count > failures && !is_last_chance)
		return false;
	for (size_t i = all->errors.len; i-- > at;) {
		struct script_error *s = &all->errors.items[i];

		if (!is_same_script(s, &first))
			continue;
		if (!count)
			blame_script(all, s, PROGRESS_HOST);
		for (size_t t = 0; t < all->spec->count; t++) {
			if (all->open[t])
				blame_script(all, s, (int)t);
		}
		if (i > at)
			drop(all, i);
	}
	drop(all, at);
	return true;
}

void
scripts_settle(struct scripts *all, bool is_last_chance)
{
	for (size_t i = 0; i < all->errors.len;) {
		if (settle_named(all, i) || settle_counted(all, i, is_last_chance))
			i = 0;
		else
			i++;
	}
}
