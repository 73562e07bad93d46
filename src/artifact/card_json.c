/* card_json: the card's fields, key by key. */
#include "artifact/card_json.h"
#include "artifact/card.h"
#include "artifact/sizes.h"
#include "text/json.h"

static void
set_tell(struct json *o, const char *key, enum tell t)
{
	if (t == TELL_UNKNOWN)
		json_set_null(o, key);
	else
		json_set_bool(o, key, t == TELL_YES);
}

static void
set_count(struct json *o, const char *key, uint64_t number)
{
	json_set_number(o, key, (double)number);
}

static void
set_list(struct json *o, const char *key, const card_list *list)
{
	struct json *array = json_set(o, key, json_array());

	for (size_t i = 0; i < list->len; i++)
		json_push_string(array, list->items[i]);
}

static void
set_versions(struct json *o, const struct card *card)
{
	struct json *array = json_set(o, "versions", json_array());

	for (size_t i = 0; i < card->versions.len; i++) {
		const struct card_version *v = &card->versions.items[i];
		struct json *item = json_push(array, json_object());

		json_set_string(item, "library", v->library);
		json_set_string(item, "name", v->name);
		json_set_string(item, "symbol", v->symbol);
		json_set_string(item, "from", v->from);
		set_count(item, "count", v->count);
		json_set_bool(item, "weak", v->weak);
	}
}

static void
set_imports(struct json *o, const struct card *card)
{
	struct json *array = json_set(o, "imports", json_array());

	for (size_t i = 0; i < card->imports.len; i++) {
		const struct card_import *import = &card->imports.items[i];
		struct json *item = json_push(array, json_object());

		json_set_string(item, "library", import->library);
		json_set_string(item, "name", import->name);
		json_set_bool(item, "weak", import->weak);
	}
}

static void
set_sections(struct json *o, const struct card *card)
{
	struct json *array = json_set(o, "sections", json_array());

	for (size_t i = 0; i < card->sections.len; i++) {
		const struct card_section *s = &card->sections.items[i];
		struct json *item = json_push(array, json_object());

		json_set_string(item, "name", s->name);
		set_count(item, "bytes", s->bytes);
		set_count(item, "memory", s->memory);
	}
}

static void
set_details(struct json *o, const struct card *card)
{
	struct json *array = json_set(o, "details", json_array());

	for (size_t i = 0; i < card->details.len; i++) {
		const struct card_detail *d = &card->details.items[i];
		struct json *item = json_push(array, json_object());

		json_set_string(item, "key", d->key);
		json_set_string(item, "label", d->label);
		json_set_string(item, "value", d->value);
	}
}

static void
set_members(struct json *o, const struct card *card)
{
	struct json *array = json_set(o, "members", json_array());

	for (size_t i = 0; i < card->members.len; i++) {
		const struct card_member *m = &card->members.items[i];
		struct json *item = json_push(array, json_object());

		json_set_string(item, "name", m->name);
		set_count(item, "offset", m->offset);
		set_count(item, "bytes", m->bytes);
		json_set_string(item, "format", card_format_name(m->format));
		json_set_string(item, "arch", m->arch);
	}
}

static void
set_problems(struct json *o, const struct card *card)
{
	struct json *array = json_set(o, "problems", json_array());

	for (size_t i = 0; i < card->problems.len; i++) {
		const struct card_problem *p = &card->problems.items[i];
		struct json *item = json_push(array, json_object());

		json_set_string(item, "id", p->id);
		json_set_string(item, "text", p->text);
		json_set_bool(item, "grave", p->grave);
	}
}

static void
set_systems(struct json *o, const struct card *card)
{
	struct json *array = json_set(o, "runs_on", json_array());

	for (size_t i = 0; i < card->runs_on.len; i++) {
		const struct card_system *s = &card->runs_on.items[i];
		struct json *item = json_push(array, json_object());

		json_set_string(item, "name", s->name);
		json_set_string(item, "since", s->since);
		json_set_string(item, "released", s->released);
	}
}

static void
set_identity(struct json *o, const struct card *card)
{
	static const char *const endians[] = { NULL, "little", "big" };

	json_set_string(o, "path", card->path);
	set_count(o, "bytes", card->bytes);
	json_set_string(o, "sha256", card->sha256);
	json_set_string(o, "format", card_format_name(card->format));
	json_set_string(o, "kind", card_kind_name(card->kind));
	json_set_string(o, "arch", card->arch);
	json_set_string(o, "arch_note", card->arch_note);
	if (card->bits)
		json_set_number(o, "bits", card->bits);
	else
		json_set_null(o, "bits");
	json_set_string(o, "endian", endians[card->endian]);
	json_set_string(o, "os", card->os);
	json_set_string(o, "libc", card->libc);
	json_set_string(o, "linkage", card_linkage_name(card->linkage));
}

static void
set_libraries(struct json *o, const struct card *card)
{
	json_set_string(o, "interpreter", card->interpreter);
	json_set_string(o, "soname", card->soname);
	set_list(o, "needed", &card->needed);
	set_list(o, "rpath", &card->rpath);
	set_list(o, "runpath", &card->runpath);
	set_versions(o, card);
	set_imports(o, card);
	json_set_string(o, "min_glibc", card->min_glibc);
	json_set_string(o, "min_glibc_symbol", card->min_glibc_symbol);
	json_set_string(o, "min_glibc_from", card->min_glibc_from);
	json_set_string(o, "min_musl", card->min_musl);
	json_set_string(o, "min_kernel", card->min_kernel);
	json_set_string(o, "min_macos", card->min_macos);
	json_set_string(o, "min_os", card->min_os);
	json_set_string(o, "sdk", card->sdk);
	json_set_string(o, "min_windows_subsystem", card->min_windows_subsystem);
}

static void
set_making(struct json *o, const struct card *card)
{
	static const char *const relros[] = { NULL, "none", "partial", "full" };
	static const char *const debugs[] = { NULL, "none", "lines", "full", "elsewhere" };

	set_tell(o, "pie", card->pie);
	set_tell(o, "nx", card->nx);
	json_set_string(o, "relro", relros[card->relro]);
	set_tell(o, "stripped", card->stripped);
	json_set_string(o, "debug", debugs[card->debug]);
	json_set_string(o, "debug_link", card->debug_link);
	json_set_string(o, "build_id", card->build_id);
	set_list(o, "producers", &card->producers);
	set_sections(o, card);
	set_details(o, card);
	set_members(o, card);
}

struct json *
card_json(const struct card *card)
{
	struct json *o = json_object(), *parts;

	set_identity(o, card);
	set_libraries(o, card);
	set_making(o, card);
	parts = json_set(o, "parts", json_array());
	for (size_t i = 0; i < card->parts.len; i++)
		json_push(parts, card_json(card->parts.items[i]));
	set_tell(o, "fits", card->fits);
	set_list(o, "misfits", &card->misfits);
	set_problems(o, card);
	set_systems(o, card);
	return o;
}

struct json *
size_rows_json(const struct size_row *rows, size_t count, bool has_crate)
{
	struct json *list = json_array();

	for (size_t i = 0; i < count; i++) {
		struct json *o = json_push(list, json_object());

		json_set_string(o, "name", rows[i].name);
		if (has_crate)
			json_set_string(o, "crate", rows[i].crate);
		set_count(o, "bytes", rows[i].bytes);
		set_count(o, "count", rows[i].count);
	}
	return list;
}
