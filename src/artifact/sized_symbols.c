#include "artifact/sized_symbols.h"

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

bool
sized_symbols_each(struct reader *r, sized_visit *visit, void *arg, struct err *err)
{
	if (elf_is(r))
		return elf_each_symbol(r, visit, arg, err);
	if (pe_is(r))
		pe_each_symbol(r, visit, arg);
	else if (macho_is(r))
		macho_each_symbol(r, 0, visit, arg);
	else if (macho_is_fat(r))
		each_slice(r, visit, arg);
	else if (wasm_is(r))
		wasm_each_symbol(r, 0, visit, arg);
	else
		return err_set(err, ERR_PARSE,
			"is no program or library whose symbols are read: ELF, PE, Mach-O or "
			"WebAssembly");
	return true;
}
