/* elf_notes: see elf_notes.h. A row for each kind of note: owner, type, and what it does to the card. */
#include "artifact/elf_notes.h"
#include <inttypes.h>
#include "base/count.h"
#include "artifact/elf_file.h"

#define NOTES_MAX 10000 /* of one file; a kernel module of many probes has thousands */
#define BUILD_ID_MAX 64 /* bytes shown */

/* `part` is what the note holds. */
typedef void (*note_taker)(struct elf *e, const struct reader *part);

static const char *
hex(struct elf *e, const struct reader *part)
{
	struct str text = STR_INIT;

	for (uint64_t i = 0; i < part->len && i < BUILD_ID_MAX; i++)
		str_appendf(&text, "%02x", reader_u8(part, i));
	return arena_take(&e->card->arena, &text);
}

static void
take_build_id(struct elf *e, const struct reader *part)
{
	if (part->len && !e->card->build_id)
		e->card->build_id = hex(e, part);
}

static void
take_gnu_abi(struct elf *e, const struct reader *part)
{
	static const char *const systems[] = { "linux", "hurd", "solaris", "freebsd", "netbsd" };
	uint32_t os = reader_u32(part, 0);

	if (part->len < 16)
		return;
	if (os < COUNT(systems))
		e->card->os = systems[os];
	if (os > 1)
		return;
	e->card->libc = "glibc";
	e->card->min_kernel = arena_printf(&e->card->arena, "%" PRIu32 ".%" PRIu32 ".%" PRIu32,
		reader_u32(part, 4), reader_u32(part, 8), reader_u32(part, 12));
}

/* Properties are type, length, bytes, each padded to a word. */
enum {
	PROPERTY_X86_FEATURES = 0xc0000002,
	PROPERTY_X86_ISA_NEEDED = 0xc0008002,
	PROPERTY_AARCH64_FEATURES = 0xc0000000,
};

static void
take_property(struct elf *e, uint32_t type, uint32_t bits)
{
	static const char *const isas[] = { "x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4" };
	bool is_x86 = e->machine == EM_X86_64 || e->machine == EM_386;

	if (is_x86 && type == PROPERTY_X86_FEATURES && bits & 3)
		card_add_detail(e->card, "control_flow", "control flow", "%s%s%s",
			bits & 1 ? "IBT" : "", (bits & 3) == 3 ? ", " : "",
			bits & 2 ? "shadow stack" : "");
	if (is_x86 && type == PROPERTY_X86_ISA_NEEDED)
		for (int i = 3; i >= 0; i--)
			if (bits >> i & 1) {
				card_add_detail(e->card, "isa", "instructions", "%s", isas[i]);
				return;
			}
	if (e->machine == EM_AARCH64 && type == PROPERTY_AARCH64_FEATURES && bits & 7)
		card_add_detail(e->card, "control_flow", "control flow", "%s%s%s%s",
			bits & 1 ? "BTI" : "", (bits & 3) == 3 ? ", " : "", bits & 2 ? "PAC" : "",
			bits & 4 ? ", GCS" : "");
}

static void
take_properties(struct elf *e, const struct reader *part)
{
	unsigned word = e->wide ? 8 : 4;
	uint64_t at = 0;

	while (reader_has(part, at, 8)) {
		uint32_t len = reader_u32(part, at + 4);

		if (len == 4)
			take_property(e, reader_u32(part, at), reader_u32(part, at + 8));
		at += 8 + ((uint64_t)len + word - 1) / word * word;
	}
}

/* These have one libc each, of their own. */
static void
take_bsd(struct elf *e, const char *os)
{
	e->card->os = os;
	e->card->libc = os;
}

/* The number is `major` for each release and a hundredth of it for each after the dot. */
static void
take_release(struct elf *e, const char *title, uint32_t number, uint32_t major)
{
	e->card->min_os = arena_printf(&e->card->arena, "%s %" PRIu32 ".%" PRIu32, title,
		number / major, number / (major / 100) % 100);
}

/* 1302001 -> FreeBSD 13.2 */
static void
take_freebsd(struct elf *e, const struct reader *part)
{
	uint32_t number = reader_u32(part, 0);

	take_bsd(e, "freebsd");
	if (number >= 500000)
		take_release(e, "FreeBSD", number, 100000);
}

/* 1001000000 -> NetBSD 10.1 */
static void
take_netbsd(struct elf *e, const struct reader *part)
{
	uint32_t number = reader_u32(part, 0);

	take_bsd(e, "netbsd");
	if (number >= 100000000)
		take_release(e, "NetBSD", number, 100000000);
}

static void
take_openbsd(struct elf *e, const struct reader *part)
{
	take_bsd(e, "openbsd");
}

static void
take_dragonfly(struct elf *e, const struct reader *part)
{
	take_bsd(e, "dragonfly");
}

/* The API level, then the NDK's name and its build. */
static void
take_android(struct elf *e, const struct reader *part)
{
	const char *ndk = reader_text(part, 4, 64, &e->card->arena);

	e->card->os = "android";
	e->card->libc = "bionic";
	if (part->len < 4)
		return;
	e->card->min_os =
		arena_printf(&e->card->arena, "Android API %" PRIu32, reader_u32(part, 0));
	if (*ndk)
		card_add_detail(e->card, "ndk", "NDK", "%s", ndk);
}

static void
take_go(struct elf *e, const struct reader *part)
{
	card_add_detail(e->card, "go_build_id", "Go build id", "%s",
		reader_text(part, 0, 256, &e->card->arena));
}

static void
take_package(struct elf *e, const struct reader *part)
{
	card_add_detail(
		e->card, "package", "package", "%s", reader_text(part, 0, 1024, &e->card->arena));
}

static const struct {
	struct span owner; /* with its NUL */
	uint32_t type;
	note_taker take;
} notes[] = {
	{ SPAN("GNU\0"), 1, take_gnu_abi },
	{ SPAN("GNU\0"), 3, take_build_id },
	{ SPAN("GNU\0"), 5, take_properties },
	{ SPAN("FreeBSD\0"), 1, take_freebsd },
	{ SPAN("NetBSD\0"), 1, take_netbsd },
	{ SPAN("OpenBSD\0"), 1, take_openbsd },
	{ SPAN("DragonFly\0"), 1, take_dragonfly },
	{ SPAN("Android\0"), 1, take_android },
	{ SPAN("Go\0"), 4, take_go },
	{ SPAN("FDO\0"), 0xcafe1a7e, take_package },
};

static void
take_note(struct elf *e, const struct reader *owner, uint32_t type, const struct reader *part)
{
	for (size_t i = 0; i < COUNT(notes); i++)
		if (notes[i].type == type && owner->len == notes[i].owner.len &&
			reader_starts(owner, 0, notes[i].owner))
			notes[i].take(e, part);
}

static uint64_t
round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static void
read_notes(struct elf *e, const struct reader *all, uint64_t align)
{
	uint64_t pad = align == 8 ? 8 : 4, at = 0;
	struct reader owner, part;

	for (int count = 0; count < NOTES_MAX && reader_has(all, at, 12); count++) {
		uint32_t name_len = reader_u32(all, at), len = reader_u32(all, at + 4);
		uint64_t body = at + round_up(12 + (uint64_t)name_len, pad);

		if (!reader_slice(all, at + 12, name_len, &owner) ||
			!reader_slice(all, body, len, &part)) {
			card_add_damage(e->card, "a note reaches beyond the end of its section");
			return;
		}
		take_note(e, &owner, reader_u32(all, at + 8), &part);
		at = body + round_up(len, pad);
	}
}

/* Linked files by their segments, as the system has it; objects, and what lacks segments, by sections. */
void
elf_read_notes(struct elf *e)
{
	bool has_segments = elf_segment(e, PT_NOTE) && !e->is_debug_only;
	struct reader all;

	for (size_t i = 0; has_segments && i < e->segment_count; i++) {
		const struct elf_segment *p = &e->segments[i];

		if (p->type != PT_NOTE)
			continue;
		if (!reader_slice(e->r, p->offset, p->file_size, &all))
			card_add_damage(
				e->card, "a segment of notes reaches beyond the file's end");
		read_notes(e, &all, p->align);
	}
	for (size_t i = 0; i < e->section_count; i++) {
		const struct elf_section *s = &e->sections[i];

		if (s->type != SHT_NOTE || (has_segments && s->flags & SHF_ALLOC))
			continue;
		all = elf_section_bytes(e, s);
		read_notes(e, &all, s->align);
	}
}
