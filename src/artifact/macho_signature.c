/* macho_signature: see macho_signature.h. A list of blobs, big endian, by <kern/cs_blobs.h> of Apple's xnu. */
#include "artifact/macho_signature.h"
#include <inttypes.h>
#include "artifact/card.h"
#include "artifact/reader.h"

enum {
	SLOT_DIRECTORY = 0,
	SLOT_ENTITLEMENTS = 5,
	SLOT_DER_ENTITLEMENTS = 7,
	SLOT_CMS = 0x10000,
	BLOBS_MAX = 64,
};
#define MAGIC_LIST 0xfade0cc0u
#define MAGIC_DIRECTORY 0xfade0c02u

enum { FLAG_ADHOC = 2, FLAG_RUNTIME = 0x10000, FLAG_LINKER = 0x20000 };
#define VERSION_TEAM 0x20200u

struct signature {
	struct reader part;
	struct card *card;
	uint32_t flags;
	const char *identifier, *team;
	bool has_cms, has_entitlements;
};

static void
read_directory(struct signature *s, uint64_t at)
{
	const struct reader *r = &s->part;
	uint32_t name = reader_u32(r, at + 20), team = 0;

	if (reader_u32(r, at) != MAGIC_DIRECTORY)
		return;
	s->flags = reader_u32(r, at + 12);
	if (reader_u32(r, at + 8) >= VERSION_TEAM)
		team = reader_u32(r, at + 48);
	if (name)
		s->identifier = reader_text(r, at + name, 512, &s->card->arena);
	if (team)
		s->team = reader_text(r, at + team, 64, &s->card->arena);
}

static void
read_blobs(struct signature *s)
{
	const struct reader *r = &s->part;
	uint32_t count = reader_u32(r, 8);

	for (uint32_t i = 0; i < count && i < BLOBS_MAX; i++) {
		uint32_t slot = reader_u32(r, 12 + (uint64_t)i * 8);
		uint32_t at = reader_u32(r, 16 + (uint64_t)i * 8);

		if (slot == SLOT_DIRECTORY && !s->identifier)
			read_directory(s, at);
		if (slot == SLOT_CMS) /* an empty one is 8 bytes long */
			s->has_cms |= reader_u32(r, (uint64_t)at + 4) > 8;
		s->has_entitlements |= slot == SLOT_ENTITLEMENTS || slot == SLOT_DER_ENTITLEMENTS;
	}
}

static void
report(const struct signature *s)
{
	struct card *card = s->card;

	card_add_detail(card, "signature", "signature", "%s",
		s->has_cms                       ? "by a certificate"
			: s->flags & FLAG_LINKER ? "ad hoc, by the linker"
			: s->flags & FLAG_ADHOC  ? "ad hoc"
						 : "without a certificate");
	if (s->identifier)
		card_add_detail(card, "identifier", "identifier", "%s", s->identifier);
	if (s->team)
		card_add_detail(card, "team", "team", "%s", s->team);
	card_add_detail(
		card, "entitlements", "entitlements", "%s", s->has_entitlements ? "yes" : "no");
	card_add_detail(
		card, "hardened_runtime", "hardened", "%s", s->flags & FLAG_RUNTIME ? "yes" : "no");
}

void
macho_read_signature(const struct reader *r, uint64_t offset, uint64_t size, struct card *card)
{
	struct signature s = { .card = card };

	if (!reader_slice(r, offset, size, &s.part)) {
		card_add_damage(card,
			"the signature (%" PRIu64 " bytes at offset %" PRIu64
			") reaches beyond the file's end",
			size, offset);
		return;
	}
	s.part.big_endian = true;
	if (reader_u32(&s.part, 0) != MAGIC_LIST) {
		card_add_damage(card, "the signature at offset %" PRIu64 " does not begin like one",
			offset);
		return;
	}
	read_blobs(&s);
	report(&s);
}
