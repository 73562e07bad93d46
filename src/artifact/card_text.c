/* card_text: see card_text.h. */
#include "artifact/card_text.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "base/alloc.h"
#include "base/count.h"
#include "base/quantity.h"
#include "base/utf8.h"

#define TEXT_COLUMNS 400 /* of a name out of the file */

/* --- pieces --- */

static void
append_bytes(struct str *out, uint64_t bytes)
{
	char text[QUANTITY_MAX];

	str_append(out, quantity_put(text, bytes));
}

static const char *
os_title(const char *os)
{
	static const struct {
		const char *os, *title;
	} rows[] = {
		{ "linux", "Linux" },
		{ "android", "Android" },
		{ "freebsd", "FreeBSD" },
		{ "netbsd", "NetBSD" },
		{ "openbsd", "OpenBSD" },
		{ "dragonfly", "DragonFly" },
		{ "windows", "Windows" },
		{ "macos", "macOS" },
		{ "ios", "iOS" },
		{ "tvos", "tvOS" },
		{ "watchos", "watchOS" },
		{ "visionos", "visionOS" },
		{ "haiku", "Haiku" },
		{ "hurd", "Hurd" },
		{ "solaris", "Solaris" },
		{ "wasi", "WASI" },
		{ "uefi", "UEFI" },
		{ "emscripten", "Emscripten" },
		{ "fuchsia", "Fuchsia" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (text_is(os, rows[i].os))
			return rows[i].title;
	return os;
}

static const char *
what_it_is(const struct card *card)
{
	static const char *const kinds[] = { "file", "executable", "shared library",
		"static library", "object file" };
	static const char *const formats[] = { "file of no known format", "ELF file", "PE file",
		"Mach-O file", "WebAssembly module", "archive", "Python wheel" };

	return card->kind && card->format != FORMAT_WHEEL ? kinds[card->kind]
							  : formats[card->format];
}

void
card_title(const struct card *card, struct str *out)
{
	str_append(out, what_it_is(card));
	if (card->parts.len && card->format != FORMAT_WHEEL)
		str_appendf(out, " of %zu slices", card->parts.len);
	if (card->arch)
		str_appendf(out, " for %s", card->arch);
	if (card->os)
		str_appendf(out, " %s", os_title(card->os));
	else if (card->bits && card->arch)
		str_appendf(out, ", %d bits", card->bits);
	if (card->arch_note) {
		str_append(out, " (");
		utf8_clean(out, card->arch_note, TEXT_COLUMNS);
		str_append(out, ")");
	}
	if (card->linkage && card->kind == KIND_EXECUTABLE)
		str_appendf(out, ", %s", card_linkage_name(card->linkage));
}

static bool
is_program(const struct card *card)
{
	return card->kind == KIND_EXECUTABLE || card->kind == KIND_SHARED;
}

void
card_floor(const struct card *card, const char *plus, struct str *out)
{
	if (card->format == FORMAT_WHEEL && card_detail(card, "platform")) {
		utf8_clean(out, card_detail(card, "platform")->value, TEXT_COLUMNS);
		return;
	}
	if (!is_program(card))
		return;
	if (card->min_glibc)
		str_appendf(out, "glibc %s %s", plus, card->min_glibc);
	else if (card->min_macos)
		str_appendf(out, "macOS %s %s", plus, card->min_macos);
	else if (card->min_os)
		utf8_clean(out, card->min_os, TEXT_COLUMNS);
	else if (text_is(card->os, "linux") && card->linkage != LINKAGE_DYNAMIC)
		str_appendf(out, "any Linux %s", card->arch ? card->arch : "");
	else if (card->libc && text_is(card->os, "linux"))
		str_append(out, card->libc);
	else if (card->os)
		str_append(out, os_title(card->os));
}

/* --- rows --- */

static void
add(struct card_rows *rows, const char *label, enum card_tone tone, struct str *text)
{
	struct card_row row = { .label = label, .tone = tone };

	if (!text->len)
		return;
	row.text = str_take(text);
	vec_push(&rows->list, row);
}

static void
append_clean(struct str *out, const char *text)
{
	utf8_clean(out, text, TEXT_COLUMNS);
}

static void
add_text(struct card_rows *rows, const char *label, const char *text)
{
	struct str clean = STR_INIT;

	if (text)
		append_clean(&clean, text);
	add(rows, label, TONE_PLAIN, &clean);
}

static void
add_list(struct card_rows *rows, const char *label, const card_list *list)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < list->len; i++) {
		str_append(&text, i ? ", " : "");
		append_clean(&text, list->items[i]);
	}
	add(rows, label, TONE_PLAIN, &text);
}

static void
add_head(struct card_rows *rows, const struct card *card)
{
	struct str text = STR_INIT;

	append_bytes(&text, card->bytes);
	str_append(&text, "  ");
	card_title(card, &text);
	add(rows, "what", TONE_PLAIN, &text);
}

/* "greet 0.3.1 for Python cp39, abi3; >=3.9" */
static void
add_wheel(struct card_rows *rows, const struct card *card)
{
	static const struct {
		const char *key, *before;
	} words[] = { { "package", "" }, { "version", " " }, { "python", " for " },
		{ "python_abi", ", ABI " }, { "platform", ", " },
		{ "requires_python", ", needs Python " } };
	struct str text = STR_INIT;

	if (card->format != FORMAT_WHEEL)
		return;
	for (size_t i = 0; i < COUNT(words); i++) {
		const struct card_detail *d = card_detail(card, words[i].key);

		if (!d)
			continue;
		str_append(&text, words[i].before);
		append_clean(&text, d->value);
	}
	add(rows, "package", TONE_PLAIN, &text);
}

static void
add_floor(struct card_rows *rows, const struct card *card)
{
	struct str text = STR_INIT;

	if (card->min_glibc)
		str_appendf(&text, "%s or newer", card->min_glibc);
	if (card->min_glibc_symbol) {
		str_append(&text, ", because of ");
		append_clean(&text, card->min_glibc_symbol);
	}
	if (card->min_glibc_from) {
		str_append(&text, ", used by ");
		append_clean(&text, card->min_glibc_from);
	}
	add(rows, "glibc", TONE_PLAIN, &text);
	if (!card->min_glibc && card->libc && !text_is(card->libc, card->os))
		add_text(rows, "C library", card->libc);
	if (card->min_macos)
		str_appendf(&text, "macOS %s or newer", card->min_macos);
	else if (card->min_os)
		append_clean(&text, card->min_os);
	if (text.len && card->sdk) {
		str_append(&text, ", SDK ");
		append_clean(&text, card->sdk);
	}
	add(rows, "made for", TONE_PLAIN, &text);
	if (card->min_windows_subsystem)
		add_text(rows, "subsystem", card->min_windows_subsystem);
}

static void
add_systems(struct card_rows *rows, const struct card *card)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < card->runs_on.len; i++) {
		const struct card_system *s = &card->runs_on.items[i];

		str_appendf(&text, "%s%s%s", i ? ", " : "", s->name, s->since ? " " : "");
		if (s->since) /* without the release's nickname */
			str_append_span(
				&text, span_cut(span_of(s->since), '(', &(struct span){ 0 }));
		while (text.data[text.len - 1] == ' ')
			str_truncate(&text, text.len - 1);
	}
	if (card->runs_on.len && card->runs_on.items[0].since)
		str_append(&text, ", and newer");
	add(rows, "runs on", TONE_PLAIN, &text);
}

static void
add_hardening(struct card_rows *rows, const struct card *card)
{
	static const char *const relros[] = { NULL, "no RELRO", "partial RELRO", "full RELRO" };
	struct str text = STR_INIT;

	if (card->pie)
		str_appendf(&text, "%s%s", card->pie == TELL_YES ? "" : "no ",
			card->format == FORMAT_PE ? "ASLR" : "PIE");
	if (card->nx)
		str_appendf(&text, "%s%s", text.len ? ", " : "",
			card->nx == TELL_YES ? "NX" : "executable stack");
	if (card->relro)
		str_appendf(&text, "%s%s", text.len ? ", " : "", relros[card->relro]);
	add(rows, "hardening", TONE_PLAIN, &text);
}

static void
add_symbols(struct card_rows *rows, const struct card *card)
{
	static const char *const debugs[] = { NULL, "no debug information",
		"debug information: lines only", "debug information", "debug information in" };
	struct str text = STR_INIT;

	if (card->stripped)
		str_append(&text, card->stripped == TELL_YES ? "stripped" : "symbols kept");
	if (card->debug)
		str_appendf(&text, "%s%s", text.len ? ", " : "", debugs[card->debug]);
	if (card->debug == DEBUG_ELSEWHERE) {
		str_append(&text, " ");
		append_clean(&text, card->debug_link ? card->debug_link : "another file");
	}
	add(rows, "symbols", TONE_PLAIN, &text);
}

static int
compare_sections(const void *a, const void *b)
{
	const struct card_section *x = a, *y = b;

	return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : 0;
}

#define SECTIONS_FEW 5
#define SECTIONS_ALL 100

/* The largest first. */
static void
add_sections(struct card_rows *rows, const struct card *card, bool all)
{
	size_t count = card->sections.len, most = all ? SECTIONS_ALL : SECTIONS_FEW;
	struct card_section *sorted = xcalloc(count + 1, sizeof(*sorted));
	const char *label = "sections";
	struct str text = STR_INIT;

	if (count)
		memcpy(sorted, card->sections.items, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_sections);
	for (size_t i = 0; i < count && i < most && sorted[i].bytes; i++) {
		if (all && i) { /* each on a row of its own */
			add(rows, label, TONE_PLAIN, &text);
			label = "";
		}
		str_append(&text, text.len ? ", " : "");
		append_clean(&text, sorted[i].name);
		str_append(&text, " ");
		append_bytes(&text, sorted[i].bytes);
	}
	add(rows, label, TONE_PLAIN, &text);
	free(sorted);
}

static void
add_verdict(struct card_rows *rows, const struct card *card)
{
	struct str text = STR_INIT;

	if (card->fits == TELL_YES)
		str_append(&text, "yes");
	add(rows, "fits", TONE_GOOD, &text);
	for (size_t i = 0; i < card->misfits.len; i++) {
		append_clean(&text, card->misfits.items[i]);
		add(rows, i ? "" : "does not fit", TONE_BAD, &text);
	}
	for (size_t i = 0; i < card->problems.len; i++) {
		const struct card_problem *p = &card->problems.items[i];

		append_clean(&text, p->text);
		add(rows, p->grave ? "problem" : "note", p->grave ? TONE_BAD : TONE_WARN, &text);
	}
}

/* --- what few ask for --- */

static void
add_versions(struct card_rows *rows, const struct card *card)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < card->versions.len; i++) {
		const struct card_version *v = &card->versions.items[i];

		append_clean(&text, v->name);
		str_append(&text, " of ");
		append_clean(&text, v->library);
		str_appendf(&text, v->count == 1 ? ", 1 symbol" : ", %u symbols", v->count);
		if (v->symbol) {
			str_append(&text, v->count == 1 ? ": " : ", such as ");
			append_clean(&text, v->symbol);
		}
		str_append(&text, v->weak ? " (starts without it)" : "");
		add(rows, i ? "" : "versions", TONE_PLAIN, &text);
	}
}

static void
add_imports(struct card_rows *rows, const struct card *card)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < card->imports.len; i++) {
		const struct card_import *import = &card->imports.items[i];

		append_clean(&text, import->library);
		if (import->name) {
			str_append(&text, " ");
			append_clean(&text, import->name);
		}
		str_append(&text, import->weak ? " (starts without it)" : "");
		add(rows, i ? "" : "imports", TONE_PLAIN, &text);
	}
}

static void
add_members(struct card_rows *rows, const struct card *card)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < card->members.len; i++) {
		const struct card_member *m = &card->members.items[i];

		append_clean(&text, m->name);
		str_append(&text, "  ");
		append_bytes(&text, m->bytes);
		if (m->format)
			str_appendf(&text, "  %s", card_format_name(m->format));
		if (m->arch)
			str_appendf(&text, " %s", m->arch);
		add(rows, i ? "" : "members", TONE_PLAIN, &text);
	}
}

static void
add_details(struct card_rows *rows, const struct card *card)
{
	for (size_t i = 0; i < card->details.len; i++)
		add_text(rows, card->details.items[i].label, card->details.items[i].value);
}

static void
add_few(struct card_rows *rows, const struct card *card)
{
	add_text(rows, "kernel", card->min_kernel);
	add_text(rows, "build id", card->build_id);
	add_details(rows, card);
	add_versions(rows, card);
	add_imports(rows, card);
	add_members(rows, card);
}

void
card_rows_fill(struct card_rows *rows, const struct card *card, bool all)
{
	const struct card_detail *member = card_detail(card, "member");

	add_text(rows, "file", member ? member->value : NULL);
	add_head(rows, card);
	add_wheel(rows, card);
	add_text(rows, "loader", card->interpreter);
	add_text(rows, "name", card->soname);
	add_list(rows, "needs", &card->needed);
	add_list(rows, "rpath", &card->rpath);
	add_list(rows, "runpath", &card->runpath);
	add_floor(rows, card);
	add_systems(rows, card);
	add_hardening(rows, card);
	add_symbols(rows, card);
	add_sections(rows, card, all);
	add_list(rows, "made by", &card->producers);
	if (!all && card->members.len) {
		struct str text = STR_INIT;

		str_appendf(&text, "%zu", card->members.len);
		add(rows, "members", TONE_PLAIN, &text);
	}
	if (all)
		add_few(rows, card);
	add_verdict(rows, card);
	for (size_t i = 0; i < card->parts.len; i++)
		card_rows_fill(rows, card->parts.items[i], all);
}

void
card_rows_fini(struct card_rows *rows)
{
	for (size_t i = 0; i < rows->list.len; i++)
		free(rows->list.items[i].text);
	vec_fini(&rows->list);
}
