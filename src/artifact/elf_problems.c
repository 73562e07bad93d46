/* elf_problems: see elf_problems.h. */
#include "artifact/elf_problems.h"
#include <inttypes.h>
#include "base/count.h"
#include "artifact/elf_file.h"

static void
check_text_relocations(struct elf *e)
{
	if (e->has[TAG_TEXTREL] || (e->has[TAG_FLAGS] && e->tag[TAG_FLAGS] & DF_TEXTREL))
		card_add_problem(e->card, true, "text-relocations",
			"the loader must write into its code (DT_TEXTREL): Android, musl and "
			"hardened "
			"systems refuse it; something in it was not compiled with -fPIC");
}

static void
check_stack(struct elf *e)
{
	if (e->card->nx == TELL_NO)
		card_add_problem(e->card, true, "executable-stack",
			e->card->kind == KIND_OBJECT
				? "asks for an executable stack (.note.GNU-stack)"
				: "its stack is executable: an assembly file lacks a "
				  ".note.GNU-stack "
				  "section; glibc 2.41 refuses to load such libraries");
}

static void
check_segments(struct elf *e)
{
	for (size_t i = 0; i < e->segment_count; i++) {
		const struct elf_segment *p = &e->segments[i];

		if (p->type != PT_LOAD || (p->flags & (PF_W | PF_X)) != (PF_W | PF_X))
			continue;
		card_add_problem(e->card, true, "writable-code",
			"segment %zu is writable and executable at once", i);
		return;
	}
}

/* https://developer.android.com/guide/practices/page-sizes: 64-bit devices since Android 15 */
#define ANDROID_PAGE 0x4000
#define AARCH64_PAGE 0x10000 /* the largest that Linux uses */

static uint64_t
smallest_alignment(const struct elf *e)
{
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < e->segment_count; i++)
		if (e->segments[i].type == PT_LOAD && e->segments[i].align < least)
			least = e->segments[i].align;
	return least;
}

static void
check_alignment(struct elf *e)
{
	uint64_t align = smallest_alignment(e);
	struct card *card = e->card;

	if (card->bits != 64 || align == UINT64_MAX)
		return;
	if (text_is(card->os, "android") && align < ANDROID_PAGE)
		card_add_problem(card, true, "page-size",
			"segments are aligned to %" PRIu64
			" bytes; devices with pages of 16 KiB need -z max-page-size=16384",
			align);
	else if (text_is(card->os, "linux") && text_is(card->arch, "aarch64") &&
		align < AARCH64_PAGE)
		card_add_problem(card, false, "page-size",
			"segments are aligned to %" PRIu64
			" bytes: kernels with larger pages (16 KiB on Apple's, 64 KiB on some "
			"servers) cannot load it",
			align);
}

/* --- paths and libraries --- */

static bool
is_system_dir(const char *dir)
{
	static const char *const dirs[] = { "$ORIGIN*", "${ORIGIN}*", "/lib", "/lib/*", "/lib32*",
		"/lib64*", "/usr/lib*", "/usr/local/*", "/opt/*", "/usr/pkg/*", "/system/*",
		"/vendor/*" };

	for (size_t i = 0; i < COUNT(dirs); i++)
		if (text_fits(dir, dirs[i]))
			return true;
	return false;
}

static void
check_run_paths(struct elf *e, const char *kind, const card_list *dirs)
{
	for (size_t i = 0; i < dirs->len; i++)
		if (!is_system_dir(dirs->items[i]))
			card_add_problem(e->card, false, "run-path",
				"its %s looks for libraries in %s, a folder of the building "
				"machine",
				kind, dirs->items[i]);
}

static void
check_loader(struct elf *e)
{
	const char *loader = e->card->interpreter;

	if (loader &&
		(text_starts(loader, "/nix/") || text_starts(loader, "/gnu/store/") ||
			text_starts(loader, "/home/") || text_starts(loader, "/tmp/")))
		card_add_problem(e->card, true, "loader",
			"starts only where %s exists; patchelf --set-interpreter sets another",
			loader);
}

/* Two C libraries in one process: which of them the file asks for, and what speaks for the other. */
static void
check_mixed_libc(struct elf *e)
{
	const struct card *card = e->card;
	const char *glibc = NULL, *musl = NULL;

	for (size_t i = 0; i < card->needed.len; i++) {
		const char *name = card->needed.items[i];

		if (text_is(name, "libc.so.6") || text_starts(name, "ld-linux"))
			glibc = name;
		if (text_starts(name, "libc.musl-") || text_starts(name, "ld-musl-") ||
			(text_is(name, "libc.so") && text_is(card->libc, "musl")))
			musl = name;
	}
	if (text_is(card->libc, "musl") && card->interpreter)
		musl = card->interpreter;
	if (text_is(card->libc, "glibc") && card->interpreter)
		glibc = card->interpreter;
	if (!glibc && card->min_glibc && card->min_glibc_symbol)
		glibc = card->min_glibc_symbol;
	if (glibc && musl)
		card_add_problem(e->card, true, "mixed-libc",
			"two C libraries at once: %s is of glibc, %s of musl", glibc, musl);
}

/* What every system with this C library has. */
static bool
comes_with_system(const char *name)
{
	static const char *const names[] = { "libc.so*", "libc.musl-*", "libm.so*",
		"libpthread.so*", "libdl.so*", "librt.so*", "libutil.so*", "libresolv.so*",
		"libanl.so*", "libmvec.so*", "ld-linux*", "ld64.so*", "ld-musl-*", "ld.so.1",
		"libgcc_s.so*", "libstdc++.so*", "libatomic.so*" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (text_fits(name, names[i]))
			return true;
	return false;
}

/* A program that is to run on other machines needs them there, too. */
static void
check_libraries(struct elf *e)
{
	struct card *card = e->card;
	struct str names = STR_INIT;
	size_t count = 0;

	if (card->kind != KIND_EXECUTABLE || !text_is(card->os, "linux"))
		return;
	for (size_t i = 0; i < card->needed.len; i++) {
		if (comes_with_system(card->needed.items[i]))
			continue;
		str_append(&names, count++ ? ", " : "");
		str_append(&names, card->needed.items[i]);
	}
	if (count)
		card_add_problem(card, false, "extra-libraries",
			"%s %s not come with every Linux: install %s there, or link statically",
			names.data, count == 1 ? "does" : "do", count == 1 ? "it" : "them");
	str_fini(&names);
}

/* glibc's libraries may use what is glibc's own. */
static bool
is_of_glibc(const char *soname)
{
	static const char *const names[] = { "libc.so.6", "libm.so.6", "libpthread.so.0",
		"libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2", "libanl.so.1",
		"libnsl.so.1", "libnss_*", "libmvec.so.1", "libthread_db.so.1", "ld-linux*",
		"ld64.so.*", "libBrokenLocale.so.1", "libc_malloc_debug.so.0", "libmemusage.so",
		"libpcprofile.so", "libSegFault.so", "libcrypt.so.1" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (text_fits(soname, names[i]))
			return true;
	return false;
}

static void
check_private_versions(struct elf *e)
{
	for (size_t i = 0; i < e->card->versions.len; i++) {
		const struct card_version *v = &e->card->versions.items[i];

		if (!text_is(v->name, "GLIBC_PRIVATE") || v->weak || is_of_glibc(e->card->soname) ||
			text_starts(v->symbol, "__gconv_"))
			continue; /* converters of characters are glibc's, and nameless */
		card_add_problem(e->card, true, "private-symbols",
			"uses %s of %s, which is glibc's own and changes with every release",
			v->symbol ? v->symbol : v->name, v->library);
		return;
	}
}

/* upx puts two records behind the program headers: l_info (checksum, magic, size, version, format) and p_info
 * (program, size of the file as it was, of its blocks); https://github.com/upx/upx/blob/v4.2.2/src/p_unix.h */
static bool
is_packed(const struct elf *e, uint32_t *was)
{
	uint64_t headers = reader_word(e->r, e->wide ? 32 : 28, e->wide ? 8 : 4);
	uint64_t size = reader_u16(e->r, e->wide ? 54 : 42),
		 count = reader_u16(e->r, e->wide ? 56 : 44);
	uint64_t at = headers + size * count;

	*was = 0;
	if (reader_starts(e->r, at + 4, SPAN("UPX!"))) {
		*was = reader_u32(e->r, at + 16);
		return true;
	}
	return !e->section_count && reader_find(e->r, 0, 4096, SPAN("UPX!")) >= 0;
}

static void
check_packed(struct elf *e)
{
	uint32_t was;

	if (!is_packed(e, &was))
		return;
	card_add_problem(e->card, false, "packed",
		"packed by UPX: what is inside cannot be seen, and some virus scanners mind");
	if (e->entry && !e->has_dynamic) { /* what the loader would have read is packed, too */
		e->card->kind = KIND_EXECUTABLE;
		e->card->linkage = LINKAGE_NONE;
	}
	if (was > e->r->len)
		card_add_detail(e->card, "unpacked_bytes", "unpacked", "%u bytes", was);
}

static void
check_debug_only(struct elf *e)
{
	if (e->is_debug_only)
		card_add_problem(e->card, true, "debug-only",
			"holds the debug information of a program, not the program");
}

void
elf_find_problems(struct elf *e)
{
	check_debug_only(e);
	check_stack(e);
	if (e->card->kind == KIND_OBJECT || e->is_debug_only)
		return;
	check_text_relocations(e);
	check_segments(e);
	check_alignment(e);
	check_loader(e);
	check_run_paths(e, "rpath", &e->card->rpath);
	check_run_paths(e, "runpath", &e->card->runpath);
	check_mixed_libc(e);
	check_libraries(e);
	check_private_versions(e);
	check_packed(e);
}
