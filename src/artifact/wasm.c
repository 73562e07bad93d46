/* wasm: see wasm.h. A file is a row of sections, each a number, a length and its bytes. Those of modules by
 * https://webassembly.github.io/spec/core/binary, of components by Binary.md of
 * https://github.com/WebAssembly/component-model, custom ones by WebAssembly/tool-conventions. */
#include "artifact/wasm.h"
#include <inttypes.h>
#include <string.h>
#include "artifact/buildpath.h"
#include "artifact/card.h"
#include "artifact/dwarf.h"
#include "artifact/reader.h"
#include "base/count.h"
#include "base/quantity.h"

#define IMPORTS_MAX 65536
#define NAME_SHOWN 512
#define PAGE_BITS 16

enum { CORE_MODULE = 1, COMPONENT = 0x1000d }; /* the four bytes behind the magic */
enum { CUSTOM = 0, IMPORT = 2, MEMORY = 5, EXPORT = 7, DATA = 11 };
enum { NESTED_MODULE = 1, COMPONENT_IMPORT = 10, COMPONENT_EXPORT = 11 };
enum { KIND_FUNC, KIND_TABLE, KIND_MEMORY, KIND_GLOBAL, KIND_TAG };

struct wasm {
	struct card *card;
	bool is_component;
	bool has_linking, has_dylink, has_start, has_reactor, has_names;
	bool has_lines; /* DWARF without abbreviations */
	unsigned exports, modules;
	struct reader abbreviations;
	struct buildpaths paths;
};

/* A place in a section; what is read beyond its end is 0 and marks it bad. */
struct cursor {
	struct reader part;
	uint64_t at;
	bool is_bad;
};

bool
wasm_is(const struct reader *r)
{
	return reader_starts(r, 0, SPAN("\0asm"));
}

/* --- numbers and names --- */

static uint64_t
take_number(struct cursor *c)
{
	uint64_t value = 0;

	if (!c->is_bad && !reader_uleb(&c->part, &c->at, &value))
		c->is_bad = true;
	return value;
}

static unsigned
take_byte(struct cursor *c)
{
	if (c->is_bad || !reader_has(&c->part, c->at, 1)) {
		c->is_bad = true;
		return 0;
	}
	return reader_u8(&c->part, c->at++);
}

static const char *
take_name(struct cursor *c, struct card *card)
{
	uint64_t len = take_number(c);
	const char *name;

	if (c->is_bad || !reader_has(&c->part, c->at, len)) {
		c->is_bad = true;
		return "";
	}
	name = reader_text(&c->part, c->at, len < NAME_SHOWN ? len : NAME_SHOWN, &card->arena);
	c->at += len;
	return name;
}

/* --- imports --- */

static void
add_import(struct card *card, const char *module, const char *name)
{
	struct card_import import = { .library = module, .name = name };

	if (card->imports.len >= IMPORTS_MAX)
		return;
	vec_push(&card->imports, import);
	for (size_t i = 0; i < card->needed.len; i++)
		if (text_is(card->needed.items[i], module))
			return;
	vec_push(&card->needed, module);
}

/* "17 pages (1.11 MB) to 256, shared" */
static void
take_memory(struct wasm *w, struct cursor *c, const char *from)
{
	unsigned flags = take_byte(c), bits = PAGE_BITS;
	uint64_t min = take_number(c), max = flags & 1 ? take_number(c) : 0;
	struct str text = STR_INIT;
	char size[QUANTITY_MAX];

	if (flags & 8)
		bits = (unsigned)(take_number(c) & 63);
	if (c->is_bad)
		return;
	if (flags & 4) {
		w->card->arch = "wasm64";
		w->card->bits = 64;
	}
	if (card_detail(w->card, "memory"))
		return;
	str_appendf(&text, "%" PRIu64 " page%s (", min, min == 1 ? "" : "s");
	str_appendf(&text, "%s)",
		quantity_put(size, min <= UINT64_MAX >> bits ? min << bits : UINT64_MAX));
	if (flags & 1)
		str_appendf(&text, ", at most %" PRIu64, max);
	str_appendf(&text, "%s%s", flags & 2 ? ", shared" : "", from);
	card_add_detail(w->card, "memory", "memory", "%s", text.data);
	str_fini(&text);
}

static void
take_value_type(struct cursor *c)
{
	unsigned type = take_byte(c);
	int64_t heap;

	if ((type == 0x63 || type == 0x64) && !reader_sleb(&c->part, &c->at, &heap))
		c->is_bad = true;
}

static void
take_import_kind(struct wasm *w, struct cursor *c)
{
	unsigned flags;

	switch (take_byte(c)) {
	case KIND_FUNC: take_number(c); return;
	case KIND_TABLE:
		take_value_type(c);
		flags = take_byte(c);
		take_number(c);
		if (flags & 1)
			take_number(c);
		return;
	case KIND_MEMORY: take_memory(w, c, ", imported"); return;
	case KIND_GLOBAL:
		take_value_type(c);
		take_byte(c);
		return;
	case KIND_TAG:
		take_byte(c);
		take_number(c);
		return;
	default: c->is_bad = true; return;
	}
}

static void
read_imports(struct wasm *w, struct cursor *c)
{
	uint64_t count = take_number(c);

	for (uint64_t i = 0; i < count && !c->is_bad; i++) {
		const char *module = take_name(c, w->card), *name = take_name(c, w->card);

		take_import_kind(w, c);
		if (!c->is_bad && !w->is_component)
			add_import(w->card, module, name);
	}
}

static void
read_exports(struct wasm *w, struct cursor *c)
{
	uint64_t count = take_number(c);

	for (uint64_t i = 0; i < count && !c->is_bad; i++) {
		const char *name = take_name(c, w->card);

		take_byte(c);
		take_number(c);
		if (c->is_bad || w->is_component)
			continue;
		w->exports++;
		w->has_start |= text_is(name, "_start");
		w->has_reactor |= text_is(name, "_initialize");
	}
}

/* --- custom sections --- */

/* "language": "Rust"; "processed-by": "rustc 1.95.0 (…)", "wasm-bindgen 0.2.92" */
static void
read_producers(struct wasm *w, struct cursor *c)
{
	uint64_t fields = take_number(c);

	for (uint64_t i = 0; i < fields && !c->is_bad; i++) {
		bool is_tool = !text_is(take_name(c, w->card), "language");
		uint64_t values = take_number(c);

		for (uint64_t k = 0; k < values && !c->is_bad; k++) {
			const char *name = take_name(c, w->card);
			const char *version = take_name(c, w->card);

			if (is_tool && !c->is_bad)
				card_add_producer(w->card,
					arena_printf(&w->card->arena, "%s%s%s", name,
						*version ? " " : "", version));
		}
	}
}

#define FEATURES_MAX 64

static void
read_features(struct wasm *w, struct cursor *c)
{
	uint64_t count = take_number(c);
	struct str text = STR_INIT;

	for (uint64_t i = 0; i < count && i < FEATURES_MAX && !c->is_bad; i++) {
		unsigned sign = take_byte(c);
		const char *name = take_name(c, w->card);

		if (sign == '+' || sign == '=')
			str_appendf(&text, "%s%s", text.len ? ", " : "", name);
	}
	if (text.len && !card_detail(w->card, "features"))
		card_add_detail(w->card, "features", "features", "%s", text.data);
	str_fini(&text);
}

static void
read_build_id(struct wasm *w, struct cursor *c)
{
	uint64_t len = take_number(c);
	struct str hex = STR_INIT;

	for (uint64_t i = 0; i < len && i < 64 && !c->is_bad; i++)
		str_appendf(&hex, "%02x", take_byte(c));
	if (hex.len && !w->card->build_id)
		w->card->build_id = arena_strdup(&w->card->arena, hex.data);
	str_fini(&hex);
}

/* The cursor stands behind the name. */
static void
read_custom(struct wasm *w, const char *name, struct cursor *c)
{
	w->has_linking |= text_is(name, "linking");
	w->has_dylink |= text_is(name, "dylink.0") || text_is(name, "dylink");
	w->has_names |= text_is(name, "name");
	w->has_lines |= text_is(name, ".debug_line");
	if (text_is(name, ".debug_abbrev"))
		reader_slice(&c->part, c->at, c->part.len - c->at, &w->abbreviations);
	else if (text_is(name, "producers"))
		read_producers(w, c);
	else if (text_is(name, "target_features"))
		read_features(w, c);
	else if (text_is(name, "build_id"))
		read_build_id(w, c);
	else if (text_is(name, "external_debug_info"))
		w->card->debug_link = take_name(c, w->card);
}

/* --- components --- */

/* Names are given as they are (0), or as one with a version (1). */
static const char *
take_extern_name(struct wasm *w, struct cursor *c)
{
	if (take_byte(c) > 1)
		c->is_bad = true;
	return take_name(c, w->card);
}

static void
take_extern_type(struct cursor *c)
{
	switch (take_byte(c)) {
	case 0: /* a core module */
		take_byte(c);
		take_number(c);
		return;
	case 3: /* a type: equal to one, or any resource */
		if (take_byte(c) == 0)
			take_number(c);
		return;
	case 1:
	case 4:
	case 5: take_number(c); return;
	default: c->is_bad = true; return; /* values are not in use yet */
	}
}

static void
read_component_imports(struct wasm *w, struct cursor *c)
{
	uint64_t count = take_number(c);

	for (uint64_t i = 0; i < count && !c->is_bad; i++) {
		const char *name = take_extern_name(w, c);

		if (!c->is_bad)
			add_import(w->card, name, NULL);
		take_extern_type(c);
	}
}

static void
read_component_exports(struct wasm *w, struct cursor *c)
{
	uint64_t count = take_number(c);

	for (uint64_t i = 0; i < count && !c->is_bad; i++) {
		const char *name = take_extern_name(w, c);

		if (take_byte(c) == 0)
			take_byte(c);
		take_number(c);
		if (take_byte(c) == 1)
			take_extern_type(c);
		w->exports += !c->is_bad;
		w->has_start |= text_starts(name, "wasi:cli/run@");
	}
}

/* --- sections --- */

static const char *const module_names[] = { NULL, "type", "import", "function", "table", "memory",
	"global", "export", "start", "element", "code", "data", "data count", "tag" };
static const char *const component_names[] = { NULL, "core module", "core instance", "core type",
	"component", "instance", "alias", "type", "canonical", "start", "import", "export",
	"value" };

static const char *
section_name(bool in_component, unsigned id)
{
	if (in_component)
		return id < COUNT(component_names) ? component_names[id] : "unknown";
	return id < COUNT(module_names) ? module_names[id] : "unknown";
}

static void
read_memories(struct wasm *w, struct cursor *c)
{
	uint64_t count = take_number(c);

	for (uint64_t i = 0; i < count && !c->is_bad; i++)
		take_memory(w, c, "");
}

static void read_sections(struct wasm *w, const struct reader *r, bool in_component);

/* What tells something; a section that is not read to its end does no harm. */
static void
read_section(struct wasm *w, bool in_component, unsigned id, struct cursor *c)
{
	if (in_component) {
		if (id == COMPONENT_IMPORT)
			read_component_imports(w, c);
		else if (id == COMPONENT_EXPORT)
			read_component_exports(w, c);
		else if (id == NESTED_MODULE && wasm_is(&c->part)) {
			w->modules++;
			read_sections(w, &c->part, false);
		}
		return;
	}
	switch (id) {
	case IMPORT: read_imports(w, c); break;
	case MEMORY: read_memories(w, c); break;
	case EXPORT: read_exports(w, c); break;
	case DATA: buildpath_scan(&c->part, &w->paths, w->card); return;
	default: return;
	}
	if (c->is_bad)
		card_add_damage(
			w->card, "its %s section is damaged", section_name(in_component, id));
}

static void
show_section(struct wasm *w, const char *name, uint64_t size)
{
	struct card_section *shown = card_section_for(w->card, span_of(name));

	if (shown)
		shown->bytes += size;
}

/* Modules within a component are read as well, but those within these are not: the depth is bound. */
static void
read_sections(struct wasm *w, const struct reader *r, bool in_component)
{
	struct cursor c = { .part = *r, .at = 8 };

	while (reader_has(r, c.at, 1)) {
		unsigned id = take_byte(&c);
		uint64_t size = take_number(&c);
		struct cursor inner = { 0 };
		const char *name;

		if (c.is_bad || !reader_slice(r, c.at, size, &inner.part)) {
			card_add_damage(w->card,
				"the %s section at offset %" PRIu64
				" reaches beyond the file's end",
				id ? section_name(in_component, id) : "custom", c.at);
			return;
		}
		name = id == CUSTOM ? take_name(&inner, w->card) : section_name(in_component, id);
		if (in_component == w->is_component)
			show_section(w, name, size);
		if (id == CUSTOM)
			read_custom(w, name, &inner);
		else
			read_section(w, in_component, id, &inner);
		c.at += size;
	}
}

/* --- conclusions --- */

static void
tell_wasi(struct card *card)
{
	for (size_t i = 0; i < card->needed.len; i++) {
		const char *module = card->needed.items[i], *version = strchr(module, '@');
		bool is_one = text_is(module, "wasi_snapshot_preview1");

		if (!is_one && !text_is(module, "wasi_unstable") && !text_starts(module, "wasi:"))
			continue;
		card->os = "wasi";
		if (version)
			card_add_detail(card, "wasi", "WASI", "%s", version + 1);
		else
			card_add_detail(
				card, "wasi", "WASI", "preview %s", is_one ? "1" : "0 (old)");
		return;
	}
}

/* Modules that JavaScript gives, by who makes it. */
static void
tell_glue(struct card *card)
{
	for (size_t i = 0; i < card->imports.len; i++) {
		const struct card_import *import = &card->imports.items[i];

		if (text_starts(import->library, "__wbindgen_placeholder__")) {
			card_add_problem(card, false, "wasm-bindgen",
				"not yet ready for JavaScript: run wasm-bindgen (or wasm-pack) on "
				"it");
			return;
		}
		if (text_is(import->library, "env") && text_starts(import->name, "emscripten_")) {
			card->os = "emscripten";
			return;
		}
	}
}

static void
tell_kind(struct wasm *w)
{
	struct card *card = w->card;

	if (w->has_linking)
		card->kind = KIND_OBJECT;
	else if (w->has_start)
		card->kind = KIND_EXECUTABLE;
	else
		card->kind = KIND_SHARED;
	if (card->kind == KIND_EXECUTABLE)
		card->linkage = LINKAGE_STATIC;
	card_add_detail(card, "wasm", "kind", "%s",
		w->is_component          ? "component"
			: w->has_dylink  ? "module, to be linked at the start"
			: w->has_linking ? "module, an object"
			: w->has_reactor ? "module, a reactor"
			: w->has_start   ? "module, a command"
					 : "module");
	if (w->modules)
		card_add_detail(card, "modules", "holds", "%u module%s", w->modules,
			w->modules == 1 ? "" : "s");
	card_add_detail(card, "exports", "exports", "%u", w->exports);
}

static void
tell_symbols(struct wasm *w)
{
	struct card *card = w->card;

	card->stripped = TELL(!w->has_names && !w->has_linking);
	if (w->abbreviations.len)
		card->debug = dwarf_kind(&w->abbreviations);
	else if (w->has_lines)
		card->debug = DEBUG_LINES;
	else
		card->debug = card->debug_link ? DEBUG_ELSEWHERE : DEBUG_NONE;
}

bool
wasm_read(struct reader *r, struct card *card, struct err *err)
{
	struct wasm w = { .card = card };
	uint32_t version;

	r->big_endian = false;
	version = reader_u32(r, 4);
	if (!reader_has(r, 0, 8) || (version != CORE_MODULE && version != COMPONENT))
		return err_set(err, ERR_PARSE,
			"a WebAssembly header of version 0x%" PRIx32
			", which is neither a module nor a component",
			version);
	w.is_component = version == COMPONENT;
	card->arch = "wasm32";
	card->bits = 32;
	card->endian = ENDIAN_LITTLE;
	read_sections(&w, r, w.is_component);
	tell_kind(&w);
	tell_wasi(card);
	tell_glue(card);
	tell_symbols(&w);
	buildpath_report(&w.paths, card);
	return true;
}
