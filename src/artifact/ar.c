/* ar: see ar.h. */
#include "artifact/ar.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "artifact/macho.h"
#include "artifact/object.h"
#include "artifact/pe.h"

enum { MAGIC = 8, HEADER = 60, NAME = 16, SIZE_AT = 48, SIZE_LEN = 10, END_AT = 58 };
#define NAME_TEXT_MAX 4096

bool
ar_is(const struct reader *r)
{
	return reader_starts(r, 0, SPAN("!<arch>\n")) || reader_starts(r, 0, SPAN("!<thin>\n"));
}

/* --- members --- */

void
ar_init(struct ar *ar, const struct reader *r, struct arena *arena)
{
	*ar = (struct ar){
		.r = r,
		.arena = arena,
		.at = MAGIC,
		.is_thin = reader_starts(r, 0, SPAN("!<thin>\n")),
	};
}

/* A field of a header is text, filled up with blanks. */
static bool
read_number(const struct reader *r, uint64_t at, size_t len, uint64_t *number)
{
	char text[24], *end;

	text[reader_copy(r, at, text, len)] = '\0';
	*number = strtoull(text, &end, 10);
	while (*end == ' ')
		end++;
	return isdigit((unsigned char)text[0]) && !*end;
}

/* GNU ends names by "/\n", COFF by NUL. */
static const char *
long_name(struct ar *ar, uint64_t offset)
{
	uint64_t room = offset < ar->names_size ? ar->names_size - offset : 0;
	const char *text = reader_text(
		ar->r, ar->names + offset, room < NAME_TEXT_MAX ? room : NAME_TEXT_MAX, ar->arena);
	const char *line = strchr(text, '\n');
	size_t len = line ? (size_t)(line - text) : strlen(text);

	if (!line && len < room)
		ar->flavour = "COFF";
	if (line && len && text[len - 1] == '/')
		len--;
	return arena_strndup(ar->arena, text, len);
}

static void
name_by_table(struct ar *ar, const char *field, struct ar_member *m)
{
	if (isdigit((unsigned char)field[1])) {
		m->name = long_name(ar, strtoull(field + 1, NULL, 10));
		return;
	}
	m->is_index = true;
	if (text_is(field, "//")) {
		ar->names = m->offset;
		ar->names_size = m->bytes;
	} else if (text_is(field, "/<ECSYMBOLS>/") || text_is(field, "/<HYBRIDMAP>/") ||
		(text_is(field, "/") && text_is(ar->flavour, "/"))) {
		ar->flavour = "COFF"; /* a second table of symbols */
		return;
	}
	if (!ar->flavour && text_is(field, "/"))
		ar->flavour = "/";
	else if (!ar->flavour || text_is(ar->flavour, "/"))
		ar->flavour = "GNU";
}

/* "#1/20": the name stands before the contents. */
static void
name_in_front(struct ar *ar, const char *field, struct ar_member *m)
{
	uint64_t len = strtoull(field + 3, NULL, 10);

	ar->flavour = "BSD";
	if (len > m->bytes)
		len = m->bytes;
	m->name =
		reader_text(ar->r, m->offset, len < NAME_TEXT_MAX ? len : NAME_TEXT_MAX, ar->arena);
	m->offset += len;
	m->bytes -= len;
}

static void
read_name(struct ar *ar, uint64_t at, struct ar_member *m)
{
	char field[NAME + 1];
	size_t len = reader_copy(ar->r, at, field, NAME);

	while (len && field[len - 1] == ' ')
		len--;
	field[len] = '\0';
	m->name = arena_strdup(ar->arena, field);
	if (field[0] == '/') {
		name_by_table(ar, field, m);
	} else if (text_starts(field, "#1/")) {
		name_in_front(ar, field, m);
	} else if (len && field[len - 1] == '/') {
		m->name = arena_strndup(ar->arena, field, len - 1);
		if (!ar->flavour || text_is(ar->flavour, "/"))
			ar->flavour = "GNU";
	}
	if (text_starts(m->name, "__.SYMDEF")) {
		m->is_index = true;
		ar->flavour = "BSD";
	}
}

bool
ar_next(struct ar *ar, struct ar_member *m)
{
	uint64_t header = ar->at, size;

	*m = (struct ar_member){ 0 };
	if (!reader_has(ar->r, header, 1) || ar->is_cut)
		return false;
	if (!reader_has(ar->r, header, HEADER) ||
		!reader_starts(ar->r, header + END_AT, SPAN("`\n")) ||
		!read_number(ar->r, header + SIZE_AT, SIZE_LEN, &size)) {
		ar->is_cut = true;
		return false;
	}
	m->offset = header + HEADER;
	m->bytes = size;
	read_name(ar, header, m);
	if (ar->is_thin && !m->is_index) {
		m->offset = 0;
		ar->at = header + HEADER;
		return true;
	}
	ar->at = header + HEADER + size + (size & 1);
	ar->is_cut = !reader_has(ar->r, header + HEADER, size);
	return true;
}

/* --- card --- */

struct summary {
	struct card *card;
	const char *other_arch; /* a second one, and who has it */
	const char *first_name, *other_name;
	const char *import; /* the DLL of an import library */
	size_t imports, objects;
};

/* A piece of an archive that is one itself is not looked into. */
static bool
is_plain_object(const struct reader *part)
{
	const struct format *format = object_format(part);

	return format && format->id != FORMAT_AR && !macho_is_fat(part);
}

static void
take_over(struct card *card, const struct card *object)
{
	card->arch = arena_strdup(&card->arena, object->arch);
	card->arch_note = arena_strdup(&card->arena, object->arch_note);
	card->bits = object->bits;
	card->endian = object->endian;
	card->min_macos = arena_strdup(&card->arena, object->min_macos);
	card->sdk = arena_strdup(&card->arena, object->sdk);
}

static void
add_object(struct summary *s, struct card_member *member, const struct card *object)
{
	struct card *card = s->card;

	s->objects++;
	member->format = object->format;
	member->arch = arena_strdup(&card->arena, object->arch);
	if (!card->os)
		card->os = arena_strdup(&card->arena, object->os);
	if (object->debug > card->debug)
		card->debug = object->debug;
	if (object->stripped == TELL_NO)
		card->stripped = TELL_NO;
	for (size_t i = 0; i < object->producers.len; i++)
		card_add_producer(card, object->producers.items[i]);
	if (!object->arch)
		return;
	if (!card->arch) {
		take_over(card, object);
		s->first_name = member->name;
	} else if (!s->other_arch &&
		(!text_is(card->arch, object->arch) || card->bits != object->bits ||
			card->endian != object->endian)) {
		s->other_arch = member->arch;
		s->other_name = member->name;
	}
}

static void
add_import(struct summary *s, const struct reader *part)
{
	const char *library = coff_import_library(part, &s->card->arena);

	if (!library)
		return;
	s->imports++;
	s->import = library;
}

static void
read_member(struct summary *s, struct card_member *member, struct reader *part)
{
	const struct format *format = object_format(part);
	struct card *object;

	if (format)
		member->format = format->id;
	if (!is_plain_object(part))
		return;
	add_import(s, part);
	object = card_new(member->name);
	if (object_read(part, object, NULL))
		add_object(s, member, object);
	card_free(object);
}

/* A crate's description: "rustc 1.95.0 (59807616e 2026-04-14)" stands near its beginning. */
static void
read_rmeta(struct card *card, const struct reader *part)
{
	int64_t at = reader_find(part, 0, 65536, SPAN("rustc 1."));
	char text[96], *end;

	card_add_detail(card, "rlib", "holds", "a crate of Rust");
	if (at < 0)
		return;
	reader_copy_text(part, (uint64_t)at, text, sizeof(text));
	if (!(end = strchr(text, ')')))
		return;
	end[1] = '\0';
	card_add_producer(card, text);
}

static void
add_member(struct summary *s, const struct reader *r, const struct ar_member *m)
{
	struct card_member *member = vec_add(&s->card->members);
	struct reader part;

	member->name = m->name;
	member->offset = m->offset;
	member->bytes = m->bytes;
	if (!m->offset)
		return;
	reader_slice(r, m->offset, m->bytes, &part);
	if (text_is(m->name, "lib.rmeta") || text_is(m->name, "rust.metadata.bin"))
		read_rmeta(s->card, &part);
	else
		read_member(s, member, &part);
}

static void
conclude(struct summary *s, const struct ar *ar)
{
	struct card *card = s->card;
	const char *flavour = text_is(ar->flavour, "/") ? "GNU" : ar->flavour;

	if (s->imports && !text_is(flavour, "BSD"))
		flavour = "COFF";
	card_add_detail(card, "archive", "archive", "%s%s", flavour ? flavour : "plain",
		ar->is_thin ? ", thin" : "");
	if (s->imports)
		card_add_detail(card, "import_library", "imports", "%s, %zu functions", s->import,
			s->imports);
	if (s->objects && card->stripped == TELL_UNKNOWN && !s->imports)
		card->stripped = TELL_YES;
	if (ar->is_thin)
		card_add_problem(card, false, "thin",
			"a thin archive holds names only: it is of no use without the files beside "
			"it");
	if (s->other_arch)
		card_add_problem(card, true, "mixed-arch",
			"objects of several machines: %s is for %s, %s for %s", s->first_name,
			card->arch, s->other_name, s->other_arch);
	if (ar->is_cut)
		card_add_damage(card, "the archive is cut short or damaged at offset %" PRIu64,
			ar->at < ar->r->len ? ar->at : ar->r->len);
}

bool
ar_read(struct reader *r, struct card *card, struct err *err)
{
	struct summary s = { .card = card };
	struct ar_member m;
	struct ar ar;

	card->kind = KIND_STATIC_LIB;
	ar_init(&ar, r, &card->arena);
	while (ar_next(&ar, &m))
		if (!m.is_index)
			add_member(&s, r, &m);
	conclude(&s, &ar);
	return true;
}
