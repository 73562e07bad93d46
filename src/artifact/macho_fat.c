/* macho_fat: fat files; see macho.h. */
#include <inttypes.h>
#include "artifact/card.h"
#include "artifact/macho.h"
#include "artifact/macho_file.h"
#include "artifact/object.h"

bool
macho_is_fat(const struct reader *r)
{
	struct fat_slice slices[FAT_SLICES_MAX];

	return fat_slices_read(r, slices) > 0;
}

static const char *
slice_name(struct card *card, const struct fat_slice *s)
{
	const char *name = macho_arch_name(s->cpu, s->subtype);

	return name ? name
		    : arena_printf(&card->arena, "cpu %" PRIu32 ".%" PRIu32, s->cpu,
			      s->subtype & CPU_SUBTYPE_MASK);
}

/* What the file's table says of a slice, against the slice. */
static void
check_slice(struct card *card, const struct fat_slice *s, struct reader *part)
{
	struct macho_header header;
	uint64_t unit = s->align < 32 ? UINT64_C(1) << s->align : 0;
	const char *name = slice_name(card, s);

	if (!unit || s->offset % unit)
		card_add_damage(card,
			"the slice for %s at offset %" PRIu64 " is not aligned to 2^%" PRIu32, name,
			s->offset, s->align);
	if (macho_is(part) && macho_header_read(part, &header) &&
		(header.cpu != s->cpu || (header.subtype ^ s->subtype) & CPU_SUBTYPE_MASK))
		card_add_damage(card, "the slice for %s is for %s", name,
			slice_name(card,
				&(struct fat_slice){
					.cpu = header.cpu, .subtype = header.subtype }));
}

static void
add_slice(struct card *card, const struct reader *r, const struct fat_slice *s)
{
	const char *path = arena_printf(&card->arena, "%s (%s)", card->path, slice_name(card, s));
	struct err err = ERR_INIT;
	struct reader part;
	struct card *its;

	if (!reader_slice(r, s->offset, s->size, &part)) {
		card_add_damage(card,
			"the slice for %s (%" PRIu64 " bytes at offset %" PRIu64
			") reaches beyond the file's end",
			slice_name(card, s), s->size, s->offset);
		return;
	}
	check_slice(card, s, &part);
	if (macho_is_fat(&part)) {
		card_add_damage(card, "the slice for %s is a fat file itself", slice_name(card, s));
		return;
	}
	its = card_new(path);
	its->bytes = s->size;
	if (object_read(&part, its, &err)) {
		vec_push(&card->parts, its);
		return;
	}
	card_add_damage(card, "%s", err.message);
	card_free(its);
}

static bool
is_same(const struct fat_slice *a, const struct fat_slice *b)
{
	return a->cpu == b->cpu && !((a->subtype ^ b->subtype) & CPU_SUBTYPE_MASK);
}

bool
macho_read_fat(struct reader *r, struct card *card, struct err *err)
{
	struct fat_slice slices[FAT_SLICES_MAX];
	size_t count = fat_slices_read(r, slices);

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < i; k++)
			if (is_same(&slices[i], &slices[k]))
				card_add_damage(card, "two slices are for %s",
					slice_name(card, &slices[i]));
		add_slice(card, r, &slices[i]);
	}
	if (!count)
		return err_set(err, ERR_PARSE, "a fat header without slices");
	if (!card_take_over_parts(card))
		card_add_problem(card, true, "mixed-kinds", "its slices are not of one kind");
	return true;
}
