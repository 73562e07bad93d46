/* health_cache: the wrapper of rustc; where that is sccache, what it holds and what is in its way. */
#include <inttypes.h>
#include "base/path.h"
#include "base/quantity.h"
#include "base/str.h"
#include "ready/examination.h"
#include "ready/sccache.h"
#include "ready/versions.h"
#include "rust/cargoconf.h"

#define ASKS_NOBODY "0.7.7" /* from it on it starts no server to say what one has counted */
#define FULL_PERCENT 95

/* "…; 36 of 40 compilations found; Local disk: "/home/a/.cache/sccache", 49.5 MB of 10.7 GB" */
static void
tell_stats(struct examination *e, struct check *c, const struct sccache_stats *stats)
{
	char bytes[QUANTITY_MAX], most[QUANTITY_MAX];
	struct str text = STR_INIT;

	str_append(&text, c->detail);
	if (stats->hits + stats->misses)
		str_appendf(&text, "; %" PRIu64 " of %" PRIu64 " compilations found", stats->hits,
			stats->hits + stats->misses);
	if (*stats->storage)
		str_appendf(&text, "; %s", stats->storage);
	if (*stats->storage && stats->max_bytes)
		str_appendf(&text, ", %s of %s", quantity_put(bytes, stats->bytes),
			quantity_put(most, stats->max_bytes));
	c->detail = arena_take(e->arena, &text);
}

static void
judge_stats(struct examination *e, struct check *c, const struct sccache_stats *stats)
{
	if (stats->not_written + stats->not_read) {
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena,
				"it could not write %" PRIu64 " results and not read %" PRIu64
				" (%s)",
				stats->not_written, stats->not_read, stats->storage));
		c->advice = "SCCACHE_ERROR_LOG and SCCACHE_LOG=debug have its server say why";
	} else if (stats->max_bytes && stats->bytes > stats->max_bytes / 100 * FULL_PERCENT) {
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena, "it is full (%s): what is old goes, needed or not",
				stats->storage));
		c->advice = "SCCACHE_CACHE_SIZE=20G, for a server that is started anew";
	}
}

static void
say_what_it_holds(struct examination *e, struct check *c)
{
	struct sccache_stats stats;
	const struct answer *a;

	if (!sccache_wrapper(e->s) || !c->version || version_compare(c->version, ASKS_NOBODY) < 0)
		return;
	a = exam_ask(e, false, c->path, "--show-stats", "--stats-format=json", NULL);
	if (a->state == ANSWER_PENDING) {
		c->state = CHECK_ASKING;
	} else if (a->state != ANSWER_GIVEN || a->exit_code != 0 ||
		!sccache_parse(span_of(a->text), &stats)) {
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena, "it does not say what it holds: %s",
				a->state == ANSWER_LATE ? "no answer" : exam_complaint(e, a)));
	} else {
		tell_stats(e, c, &stats);
		judge_stats(e, c, &stats);
	}
}

/* A wrapper that cargo is told to run every rustc through. */
static void
check_wrapper(struct examination *e)
{
	struct conf_value v;
	const char *path, *place;
	struct check *c;

	if (!e->s->conf || !cargoconf_get(e->s->conf, "build.rustc-wrapper", &v) || !v.text ||
		!*v.text)
		return;
	path = tool_find(e->s->tools, v.text);
	place = v.line ? exam_place(e, v.path, v.line) : v.name;
	if (!path) {
		c = exam_add(e, "rustc-wrapper", CHECK_FAIL,
			arena_printf(e->arena,
				"%s names %s, which cannot be run: nothing can be compiled", place,
				v.text));
		c->fix = exam_install(e, path_basename(v.text));
		if (!c->fix)
			c->advice = arena_printf(e->arena, "install %s, or take the setting out",
				path_basename(v.text));
	} else {
		c = exam_program(e, "rustc-wrapper", path,
			arena_printf(e->arena, "every rustc runs through it: %s", place));
		say_what_it_holds(e, c);
	}
	c->title = "rustc wrapper";
}

/* What keeps it from finding things, a line each. */
static void
check_faults(struct examination *e)
{
	const char **triples = arena_array(e->arena, const char *, e->want_count + 1);
	struct sccache_fault faults[SCCACHE_FAULTS_MAX];
	size_t count;

	triples[0] = e->s->host;
	for (size_t i = 0; i < e->want_count; i++)
		triples[i + 1] = e->wants[i].triple;
	count = sccache_faults(e->s, NULL, triples, e->want_count + 1, e->arena, faults);
	for (size_t i = 0; i < count; i++) {
		struct check *c = exam_add(e, faults[i].id,
			faults[i].is_grave ? CHECK_FAIL : CHECK_WARN, faults[i].text);

		c->title = "sccache";
		c->advice = faults[i].advice;
	}
}

void
examine_cache(struct examination *e)
{
	check_wrapper(e);
	if (sccache_wrapper(e->s))
		check_faults(e);
	else if (tool_find(e->s->tools, "sccache"))
		exam_tool(e, "sccache", "caches rustc's results; no build here runs through it")
			->advice = "xtui setup --sccache";
	else
		exam_tool(e, "sccache", "caches rustc's results");
}
