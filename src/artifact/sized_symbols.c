#include "artifact/sized_symbols.h"

#include "artifact/ar.h"
#include "artifact/elf.h"
#include "artifact/macho.h"
#include "artifact/macho_file.h"
#include "artifact/pe.h"
#include "artifact/wasm.h"

/* The slices of a fat file one after the other. */
static void
each_slice(const struct reader *r, sized_visit *visit, void *arg)
{
	struct fat_slice slices[FAT_SLICES_MAX];
	size_t count = fat_slices_read(r, slices);

	for (size_t i = 0; i < count; i++) {
		struct reader part;

		if (reader_slice(r, slices[i].offset, slices[i].size, &part))
			macho_each_symbol(&part, slices[i].offset, visit, arg);
	}
}

/* What stands alone or in an archive; false for anything else. */
static bool
each_of_object(struct reader *r, uint64_t base, sized_visit *visit, void *arg)
{
	if (elf_is(r))
		return elf_each_symbol(r, base, visit, arg, NULL);
	if (macho_is(r))
		macho_each_symbol(r, base, visit, arg);
	else if (wasm_is(r))
		wasm_each_symbol(r, base, visit, arg);
	else
		return false;
	return true;
}

/* The objects of an archive; of other members, such as a Rust library's metadata, the bytes. */
static void
each_member(const struct reader *r, sized_visit *visit, void *arg)
{
	struct arena arena = ARENA_INIT;
	struct ar_member m;
	struct ar ar;

	ar_init(&ar, r, &arena);
	while (ar_next(&ar, &m)) {
		struct reader part;

		if (!m.offset || !m.bytes || !reader_slice(r, m.offset, m.bytes, &part))
			continue;
		if (m.is_index || !each_of_object(&part, m.offset, visit, arg))
			visit(arg,
				&(struct sized_symbol){
					.name = m.is_index ? "index of symbols" : m.name,
					.bytes = m.bytes,
					.is_rest = true });
	}
	arena_fini(&arena);
}

bool
sized_symbols_each(struct reader *r, sized_visit *visit, void *arg, struct err *err)
{
	if (elf_is(r))
		return elf_each_symbol(r, 0, visit, arg, err);
	if (pe_is(r))
		pe_each_symbol(r, visit, arg);
	else if (macho_is_fat(r))
		each_slice(r, visit, arg);
	else if (ar_is(r))
		each_member(r, visit, arg);
	else if (!each_of_object(r, 0, visit, arg))
		return err_set(err, ERR_PARSE,
			"is no program or library whose symbols are read: ELF, PE, Mach-O, "
			"WebAssembly or an archive");
	return true;
}
