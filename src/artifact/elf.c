/* elf: see elf.h. */
#include "artifact/elf.h"
#include "artifact/card.h"
#include "artifact/reader.h"

bool
elf_is(const struct reader *r)
{
	return reader_starts(r, 0, SPAN("\177ELF"));
}

bool
elf_read(struct reader *r, struct card *card, struct err *err)
{
	unsigned class = reader_u8(r, 4), order = reader_u8(r, 5);
	static const enum card_kind kinds[] = {
		[1] = KIND_OBJECT, [2] = KIND_EXECUTABLE, [3] = KIND_SHARED
	};

	if (class < 1 || class > 2)
		return err_set(
			err, ERR_PARSE, "ELF header: class %u is neither 32 nor 64 bits", class);
	if (order < 1 || order > 2)
		return err_set(
			err, ERR_PARSE, "ELF header: byte order %u is neither of the two", order);
	if (!reader_has(r, 0, class == 1 ? 52 : 64))
		return err_set(err, ERR_PARSE, "ELF header: cut short after %llu bytes",
			(unsigned long long)r->len);
	r->big_endian = order == 2;
	card->bits = class == 1 ? 32 : 64;
	card->endian = r->big_endian ? ENDIAN_BIG : ENDIAN_LITTLE;
	if (reader_u16(r, 16) < 4)
		card->kind = kinds[reader_u16(r, 16)];
	return true;
}
