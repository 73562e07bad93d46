/* card: see card.h. */
#include "artifact/card.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"

static const char *const format_names[FORMAT_COUNT] = { "unknown", "elf", "pe", "mach-o", "wasm",
	"ar", "wheel" };
static const char *const kind_names[KIND_COUNT] = { NULL, "executable", "shared", "static-lib",
	"object" };
static const char *const linkage_names[LINKAGE_COUNT] = { NULL, "static", "static-pie", "dynamic" };

const char *
card_format_name(enum card_format f)
{
	return format_names[f];
}

const char *
card_kind_name(enum card_kind k)
{
	return kind_names[k];
}

const char *
card_linkage_name(enum card_linkage l)
{
	return linkage_names[l];
}

struct card *
card_new(const char *path)
{
	struct card *card = xcalloc(1, sizeof(*card));

	card->path = arena_strdup(&card->arena, path);
	return card;
}

void
card_free(struct card *card)
{
	if (!card)
		return;
	for (size_t i = 0; i < card->parts.len; i++)
		card_free(card->parts.items[i]);
	vec_fini(&card->needed);
	vec_fini(&card->rpath);
	vec_fini(&card->runpath);
	vec_fini(&card->versions);
	vec_fini(&card->imports);
	vec_fini(&card->producers);
	vec_fini(&card->sections);
	vec_fini(&card->details);
	vec_fini(&card->members);
	vec_fini(&card->parts);
	vec_fini(&card->problems);
	vec_fini(&card->runs_on);
	vec_fini(&card->misfits);
	arena_fini(&card->arena);
	free(card);
}

bool
card_take_over_parts(struct card *card)
{
	const struct card *first = card->parts.len ? card->parts.items[0] : NULL;
	bool kind = true, os = true, arch = true;

	for (size_t i = 1; i < card->parts.len; i++) {
		const struct card *part = card->parts.items[i];

		kind &= part->kind == first->kind;
		os &= text_is(part->os, first->os);
		arch &= text_is(part->arch, first->arch) && part->bits == first->bits;
	}
	if (!first)
		return true;
	card->kind = kind ? first->kind : KIND_UNKNOWN;
	card->os = os ? arena_strdup(&card->arena, first->os) : NULL;
	card->arch = arch ? arena_strdup(&card->arena, first->arch) : NULL;
	return kind;
}

static const char *
format_text(struct card *card, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

static const char *
format_text(struct card *card, const char *fmt, va_list args)
{
	struct str text = STR_INIT;

	str_appendv(&text, fmt, args);
	return arena_take(&card->arena, &text);
}

void
card_add_problem(struct card *card, bool grave, const char *id, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	struct card_problem problem = {
		.id = id, .text = format_text(card, fmt, args), .grave = grave
	};
	va_end(args);
	vec_push(&card->problems, problem);
}

#define DAMAGE_MAX 16 /* a file that is all wrong says so often enough */

void
card_add_damage(struct card *card, const char *fmt, ...)
{
	va_list args;
	size_t count = 0;

	for (size_t i = 0; i < card->problems.len; i++)
		count += text_is(card->problems.items[i].id, "damaged");
	if (count >= DAMAGE_MAX)
		return;
	va_start(args, fmt);
	struct card_problem problem = {
		.id = "damaged", .text = format_text(card, fmt, args), .grave = true
	};
	va_end(args);
	vec_push(&card->problems, problem);
}

void
card_add_detail(struct card *card, const char *key, const char *label, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	struct card_detail detail = {
		.key = key, .label = label, .value = format_text(card, fmt, args)
	};
	va_end(args);
	vec_push(&card->details, detail);
}

const struct card_detail *
card_detail(const struct card *card, const char *key)
{
	for (size_t i = 0; i < card->details.len; i++)
		if (text_is(card->details.items[i].key, key))
			return &card->details.items[i];
	return NULL;
}

#define SECTIONS_SHOWN 512

struct card_section *
card_section_for(struct card *card, struct span name)
{
	struct card_section *s;

	for (size_t i = 0; i < card->sections.len; i++)
		if (span_is(name, card->sections.items[i].name))
			return &card->sections.items[i];
	if (card->sections.len >= SECTIONS_SHOWN)
		return NULL;
	s = vec_add(&card->sections);
	s->name = arena_span(&card->arena, name);
	return s;
}

#define PRODUCERS_MAX 16

void
card_add_producer(struct card *card, const char *name)
{
	for (size_t i = 0; i < card->producers.len; i++)
		if (text_is(card->producers.items[i], name))
			return;
	if (*name && card->producers.len < PRODUCERS_MAX)
		vec_push(&card->producers, arena_strdup(&card->arena, name));
}
