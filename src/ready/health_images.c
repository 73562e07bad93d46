/* health_images: the images that wanted targets are built in: whether the engine has them, how large and old
 * they are, and which glibc is in them. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/quantity.h"
#include "base/str.h"
#include "ready/crossfile.h"
#include "ready/crossimage.h"
#include "ready/engine.h"
#include "ready/examination.h"
#include "ready/imagelibc.h"
#include "text/version.h"

/* -- which ------------------------------------------------------------------------------------ */

/* That cross takes for a wanted target; NULL: it is made there, or it is not known. */
static const char *
image_of_cross(struct examination *e, const struct health_want *want)
{
	const char *cross = tool_find(e->s->tools, "cross");
	struct cross_image image = { 0 };
	struct err err = ERR_INIT; /* a broken file is told where it is used */
	const struct answer *a;

	if (!e->s->workspace ||
		!cross_image_find(&image, e->s->workspace, want->triple, e->arena, &err) ||
		image.is_made)
		return NULL;
	if (image.name || !cross)
		return image.name;
	a = exam_ask(e, true, cross, "--version", NULL);
	return a->state == ANSWER_GIVEN
		? cross_image_of_version(span_of(a->text), want->triple, e->arena)
		: NULL;
}

/* The one that the project has chosen, or cross's; NULL: the target is built in none. */
static const char *
wanted_image(struct examination *e, const struct health_want *want)
{
	const struct target_state *state = exam_state(e, want->triple);
	const char *backend = want->backend ? want->backend : state ? state->backend : NULL;
	bool is_cross = text_is(backend, "cross");

	if (want->image && (is_cross || text_is(backend, "container")))
		return want->image;
	return is_cross ? image_of_cross(e, want) : NULL;
}

/* -- its age ---------------------------------------------------------------------------------- */

/* Days from the 1st of March of the year 0 on. */
static long
day_of(int year, int month, int day)
{
	int y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;

	return 365L * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day;
}

/* "2026-05-25 10:23:01 …", "2026-05-25T10:23:01Z": ", made 180 days ago". */
static const char *
age_of(struct examination *e, const char *created)
{
	int year, month, day;
	time_t now = time(NULL);
	struct tm utc;
	long days;

	if (sscanf(created, "%d-%d-%d", &year, &month, &day) != 3 || !gmtime_r(&now, &utc))
		return "";
	days = day_of(utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday) - day_of(year, month, day);
	return days <= 0
		? ", made today"
		: arena_printf(e->arena, ", made %ld day%s ago", days, days == 1 ? "" : "s");
}

/* -- what is in it ----------------------------------------------------------------------------- */

struct facts {
	const char *id, *arch, *made;
	uint64_t bytes;
	const char *glibc; /* NULL: none that the target has, or not known */
};

#define QUESTION "{{.Id}}|{{.Architecture}}|{{.Size}}|{{.Created}}"

static struct facts
read_facts(struct examination *e, const char *said)
{
	struct span rest, id = span_cut(span_trim(span_of(said)), '|', &rest);
	struct span arch = span_cut(rest, '|', &rest), bytes = span_cut(rest, '|', &rest);

	return (struct facts){ .id = arena_span(e->arena, id),
		.arch = arena_span(e->arena, arch),
		.bytes = strtoull(arena_span(e->arena, bytes), NULL, 10),
		.made = arena_span(e->arena, rest) };
}

/* False: it is still asked for. */
static bool
find_glibc(
	struct examination *e, const struct engine *engine, const char *triple, struct facts *facts)
{
	const char *const *argv =
		imagelibc_question(engine, facts->id, facts->arch, triple, e->arena);
	const struct answer *a =
		argv ? inquiry_ask(e->inquiry, argv, IMAGELIBC_LIMIT_MS, true) : NULL;

	if (a && a->state == ANSWER_GIVEN)
		facts->glibc = imagelibc_read(a->text, e->arena);
	return !a || a->state != ANSWER_PENDING;
}

/* "podman has it: 1.25 GB, made 180 days ago, glibc 2.36" */
static void
take_image(struct examination *e, struct check *c, const struct engine *engine,
	const struct health_want *want, const struct facts *facts)
{
	struct check_image *image = arena_new(e->arena, struct check_image);
	const char *glibc = "";
	char size[QUANTITY_MAX];

	*image = (struct check_image){ facts->bytes, facts->made, facts->glibc };
	c->image = image;
	if (facts->glibc)
		glibc = arena_printf(e->arena, ", glibc %s for %s", facts->glibc, want->triple);
	c->detail = arena_printf(e->arena, "%s has it: %s%s%s", engine->name,
		quantity_put(size, facts->bytes), age_of(e, facts->made), glibc);
	if (!facts->glibc || !want->glibc || version_compare(facts->glibc, want->glibc) <= 0)
		return;
	exam_worsen(c, CHECK_WARN,
		arena_printf(e->arena,
			"%s; what is linked there may need that one, above the %s asked for",
			c->detail, want->glibc));
	c->advice = arena_printf(e->arena,
		"an older image, or zig: xtui build -t %s --backend zig --glibc %s", want->triple,
		want->glibc);
}

/* -------------------------------------------------------------------------------------------- */

static const struct answer *
inspect(struct examination *e, const char *const *words, const char *image)
{
	return words[1] ? exam_ask(e, false, words[0], words[1], words[2], "image", "inspect",
				  "--format", QUESTION, image, NULL)
			: exam_ask(e, false, words[0], "image", "inspect", "--format", QUESTION,
				  image, NULL);
}

static void
say_absent(struct examination *e, struct check *c, const struct engine *engine,
	const struct health_want *want, const char *const *words)
{
	c->state = CHECK_SKIP;
	c->detail = arena_printf(e->arena, "not at %s yet; the first build for %s pulls it",
		engine->name, want->triple);
	c->fix = arena_printf(e->arena, "%s%s%s%s%s pull %s",
		engine->is_podman ? "podman" : "docker", words[1] ? " " : "",
		words[1] ? words[1] : "", words[1] ? " " : "", words[1] ? words[2] : "", c->title);
}

static void
check_image(struct examination *e, const struct health_want *want)
{
	const char *image = wanted_image(e, want), *words[ENGINE_WORDS_MAX] = { NULL };
	struct engine engine = want->engine ? engine_look(want->engine, e->s->tools, e->arena)
					    : engine_of_cross(e->s->tools, e->arena);
	const struct answer *a;
	struct facts facts;
	struct check *c;

	if (!image || !engine.path || engine.why)
		return;
	engine_words(&engine, words);
	a = inspect(e, words, image);
	c = exam_add(e, "image", CHECK_OK, "");
	c->title = image;
	if (a->state == ANSWER_PENDING) {
		c->state = CHECK_ASKING;
		return;
	}
	if (a->state != ANSWER_GIVEN || a->exit_code != 0) {
		say_absent(e, c, &engine, want, words);
		return;
	}
	facts = read_facts(e, a->text);
	if (!find_glibc(e, &engine, want->triple, &facts))
		c->state = CHECK_ASKING;
	take_image(e, c, &engine, want, &facts);
}

/* -- cross's settings -------------------------------------------------------------------------- */

static void
check_settings(struct examination *e)
{
	const char *cross = tool_find(e->s->tools, "cross");
	const struct answer *a = cross ? exam_ask(e, true, cross, "--version", NULL) : NULL;
	struct cross_fault faults[CROSS_FAULTS_MAX];
	size_t count;

	if (!a || a->state != ANSWER_GIVEN || !e->s->workspace)
		return;
	count = cross_faults(
		e->s->workspace, cross_is_of_main(cross, span_of(a->text)), e->arena, faults);
	for (size_t i = 0; i < count; i++) {
		const struct cross_fault *f = &faults[i];
		struct check *c =
			exam_add(e, "cross-config", f->is_grave ? CHECK_FAIL : CHECK_WARN, f->text);

		c->title = f->place;
		c->advice = f->advice;
	}
}

void
examine_images(struct examination *e)
{
	check_settings(e);
	for (size_t i = 0; i < e->want_count; i++)
		check_image(e, &e->wants[i]);
}
