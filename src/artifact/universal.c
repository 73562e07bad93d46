/* universal: see universal.h. */
#include "artifact/universal.h"
#include <inttypes.h>
#include <stdlib.h>
#include "artifact/ar.h"
#include "artifact/macho.h"
#include "artifact/macho_file.h"
#include "base/alloc.h"
#include "base/vec.h"
#include "io/file.h"

enum { FAT_HEADER = 8, FAT_ENTRY = 20, PAGE_4K = 12, PAGE_16K = 14, SECTION_ALIGN_MAX = 15 };

struct slice {
	const char *file;
	struct reader part;
	uint32_t cpu, subtype;
	uint32_t type; /* of the Mach-O header; 0: a static archive */
	uint32_t align;
	uint64_t offset; /* in the file that is made */
};

struct universal {
	struct arena arena;
	struct reader *readers;
	size_t reader_count;
	VEC(struct slice) slices;
	bool is_executable;
};

/* --- alignment, as llvm-lipo has it --- */

static uint32_t
zero_bits(uint64_t number)
{
	uint32_t count = 0;

	while (count < 64 && !(number >> count & 1))
		count++;
	return count;
}

static uint32_t
segment_align(const struct reader *r, const struct macho_header *h, const struct macho_command *c)
{
	unsigned size = h->wide ? 80 : 68;
	uint64_t at = c->at + (h->wide ? 72 : 56);
	uint32_t count = reader_u32(r, at - 8), most = 2;

	if (h->type != MACHO_OBJECT)
		return zero_bits(h->wide ? reader_u64(r, c->at + 24) : reader_u32(r, c->at + 24));
	for (uint32_t i = 0; i < count && at + size <= c->at + c->size; i++, at += size) {
		uint32_t align = reader_u32(r, at + (h->wide ? 52 : 44));

		most = align > most ? align : most;
	}
	return count ? most : SECTION_ALIGN_MAX;
}

/* Of machines without a page size that is known, the least of their segments. */
static uint32_t
align_by_segments(const struct reader *r, const struct macho_header *h)
{
	struct macho_command c = { 0 };
	uint32_t least = SECTION_ALIGN_MAX;
	bool is_damaged = false;

	while (macho_command_next(r, h, &c, &is_damaged)) {
		if (c.id != (h->wide ? 0x19 : 0x1))
			continue;
		uint32_t align = segment_align(r, h, &c);

		least = align < least ? align : least;
	}
	return least < 2 ? 2 : least;
}

static uint32_t
align_of(const struct reader *r, const struct macho_header *h)
{
	switch (h->cpu) {
	case CPU_X86:
	case CPU_X86_64:
	case CPU_PPC:
	case CPU_PPC64: return PAGE_4K;
	case CPU_ARM:
	case CPU_ARM64:
	case CPU_ARM64_32: return PAGE_16K;
	default: return align_by_segments(r, h);
	}
}

/* --- reading --- */

static bool
is_same_machine(uint32_t cpu, uint32_t subtype, const struct slice *s)
{
	return cpu == s->cpu && !((subtype ^ s->subtype) & CPU_SUBTYPE_MASK);
}

static const char *
machine_of(struct universal *u, uint32_t cpu, uint32_t subtype)
{
	const char *name = macho_arch_name(cpu, subtype);

	return name ? name
		    : arena_printf(&u->arena, "cpu %" PRIu32 ".%" PRIu32, cpu,
			      subtype & CPU_SUBTYPE_MASK);
}

static bool
refuse_member(struct slice *s, const char *name, struct err *err)
{
	return err_set(err, ERR_USAGE,
		"%s: its member %s is no Mach-O object: only archives of Apple's objects can be "
		"joined",
		s->file, name);
}

/* All objects of an archive are for one machine. */
static bool
read_archive(struct universal *u, struct slice *s, struct err *err)
{
	struct macho_header h, first = { 0 };
	const char *first_name = NULL;
	struct ar_member m;
	struct reader part;
	struct ar ar;

	ar_init(&ar, &s->part, &u->arena);
	while (ar_next(&ar, &m)) {
		if (m.is_index)
			continue;
		if (!m.offset || !reader_slice(&s->part, m.offset, m.bytes, &part) ||
			!macho_header_read(&part, &h))
			return refuse_member(s, m.name, err);
		if (!first_name) {
			first = h;
			first_name = m.name;
			s->cpu = h.cpu;
			s->subtype = h.subtype;
		} else if (!is_same_machine(h.cpu, h.subtype, s)) {
			return err_set(err, ERR_USAGE,
				"%s: holds objects of several machines: %s is for %s, %s for %s",
				s->file, first_name, machine_of(u, s->cpu, s->subtype), m.name,
				machine_of(u, h.cpu, h.subtype));
		}
	}
	if (ar.is_cut || !first_name)
		return err_set(err, ERR_PARSE, "%s: is %s", s->file,
			ar.is_cut ? "cut short" : "an archive without objects");
	s->align = first.wide ? 3 : 2;
	return true;
}

static bool
read_slice(struct universal *u, struct slice *s, struct err *err)
{
	struct macho_header h;

	if (ar_is(&s->part))
		return read_archive(u, s, err);
	if (!macho_header_read(&s->part, &h)) {
		err_set(err, ERR_USAGE, "%s: is neither a Mach-O file nor an archive of them",
			s->file);
		return err_try(err, "xtui inspect %s", s->file);
	}
	s->cpu = h.cpu;
	s->subtype = h.subtype;
	s->type = h.type;
	s->align = align_of(&s->part, &h);
	return true;
}

static bool
add_fat(struct universal *u, const char *file, const struct reader *r, struct err *err)
{
	struct fat_slice slices[FAT_SLICES_MAX];
	size_t count = fat_slices_read(r, slices);

	for (size_t i = 0; i < count; i++) {
		struct slice *s = vec_add(&u->slices);

		s->file = file;
		if (!reader_slice(r, slices[i].offset, slices[i].size, &s->part))
			return err_set(err, ERR_PARSE,
				"%s: its slice at offset %" PRIu64 " reaches beyond the file's end",
				file, slices[i].offset);
		if (!read_slice(u, s, err))
			return false;
		if (slices[i].align <= SECTION_ALIGN_MAX)
			s->align = slices[i].align;
	}
	return true;
}

static bool
add_file(struct universal *u, const char *file, struct err *err)
{
	struct reader *r = &u->readers[u->reader_count];
	struct slice *s;

	if (!reader_open(r, file, err))
		return false;
	u->reader_count++;
	u->is_executable |= file_is_executable(file);
	if (macho_is_fat(r))
		return add_fat(u, file, r, err);
	s = vec_add(&u->slices);
	s->file = file;
	s->part = *r;
	return read_slice(u, s, err);
}

/* --- checks --- */

static const char *
kind_name(uint32_t type)
{
	switch (type) {
	case 0: return "a static library";
	case MACHO_OBJECT: return "an object file";
	case MACHO_EXECUTE: return "a program";
	case MACHO_DYLIB: return "a dylib";
	case MACHO_BUNDLE: return "a bundle";
	case MACHO_DSYM: return "debug information";
	default: return "a file of another kind";
	}
}

static bool
check_slices(struct universal *u, struct err *err)
{
	const struct slice *first = &u->slices.items[0];

	for (size_t i = 1; i < u->slices.len; i++) {
		const struct slice *s = &u->slices.items[i];

		if (s->type != first->type)
			return err_set(err, ERR_USAGE,
				"%s is %s, %s %s: only files of one kind can be joined",
				first->file, kind_name(first->type), s->file, kind_name(s->type));
		for (size_t k = 0; k < i; k++) {
			const struct slice *other = &u->slices.items[k];

			if (is_same_machine(s->cpu, s->subtype, other))
				return err_set(err, ERR_USAGE,
					"%s and %s are both for %s: a machine has one slice",
					other->file, s->file, machine_of(u, s->cpu, s->subtype));
		}
	}
	if (u->slices.len > FAT_SLICES_MAX)
		return err_set(err, ERR_USAGE, "%zu slices: more than %d have no room in one file",
			u->slices.len, FAT_SLICES_MAX);
	return true;
}

/* --- writing --- */

/* As Apple's lipo: arm64 last, the others by alignment, which keeps the file small. */
static bool
comes_before(const struct slice *a, const struct slice *b)
{
	if (a->cpu == b->cpu)
		return a->subtype < b->subtype;
	if (a->cpu == CPU_ARM64 || b->cpu == CPU_ARM64)
		return b->cpu == CPU_ARM64;
	return a->align < b->align;
}

/* Stable: few slices. */
static void
sort_slices(struct universal *u)
{
	for (size_t i = 1; i < u->slices.len; i++) {
		struct slice s = u->slices.items[i];
		size_t k = i;

		for (; k > 0 && comes_before(&s, &u->slices.items[k - 1]); k--)
			u->slices.items[k] = u->slices.items[k - 1];
		u->slices.items[k] = s;
	}
}

static bool
place_slices(struct universal *u, uint64_t *end, struct err *err)
{
	uint64_t at = FAT_HEADER + FAT_ENTRY * u->slices.len;

	for (size_t i = 0; i < u->slices.len; i++) {
		struct slice *s = &u->slices.items[i];
		uint64_t unit = UINT64_C(1) << s->align;

		s->offset = (at + unit - 1) & ~(unit - 1);
		at = s->offset + s->part.len;
		if (at > UINT32_MAX)
			return err_set(err, ERR_USAGE,
				"%s: a universal file has no room for more than 4 GB", s->file);
	}
	*end = at;
	return true;
}

static void
append_u32(struct str *out, uint32_t number)
{
	unsigned char bytes[4] = { (unsigned char)(number >> 24), (unsigned char)(number >> 16),
		(unsigned char)(number >> 8), (unsigned char)number };

	str_append_bytes(out, bytes, sizeof(bytes));
}

static bool
append_slice(struct str *out, const struct slice *s, struct err *err)
{
	size_t len = (size_t)s->part.len;

	str_append_repeat(out, '\0', (size_t)s->offset - out->len);
	str_reserve(out, len);
	if (reader_copy(&s->part, 0, out->data + out->len, len) < len)
		return reader_check(&s->part, s->file, err) &&
			err_set(err, ERR_ENVIRONMENT, "%s: became shorter while it was read",
				s->file);
	out->len += len;
	out->data[out->len] = '\0';
	return true;
}

static bool
join(struct universal *u, uint64_t end, struct str *out, struct err *err)
{
	str_reserve(out, (size_t)end);
	append_u32(out, 0xcafebabe);
	append_u32(out, (uint32_t)u->slices.len);
	for (size_t i = 0; i < u->slices.len; i++) {
		const struct slice *s = &u->slices.items[i];

		append_u32(out, s->cpu);
		append_u32(out, s->subtype);
		append_u32(out, (uint32_t)s->offset);
		append_u32(out, (uint32_t)s->part.len);
		append_u32(out, s->align);
	}
	for (size_t i = 0; i < u->slices.len; i++)
		if (!append_slice(out, &u->slices.items[i], err))
			return false;
	return true;
}

/* --- the whole --- */

static bool
check_out(const char *const *files, size_t count, const char *out, struct err *err)
{
	struct file_identity its, other;

	if (!file_identity(out, &its))
		return true;
	for (size_t i = 0; i < count; i++)
		if (file_identity(files[i], &other) && its.device == other.device &&
			its.inode == other.inode)
			return err_set(err, ERR_USAGE,
				"%s: is one of the files that are to be joined; name another with "
				"-o",
				out);
	return true;
}

static bool
read_all(struct universal *u, const char *const *files, size_t count, struct err *err)
{
	u->readers = xcalloc(count, sizeof(*u->readers));
	for (size_t i = 0; i < count; i++)
		if (!add_file(u, files[i], err))
			return false;
	return check_slices(u, err);
}

bool
universal_write(const char *const *files, size_t count, const char *out, struct str *machines,
	uint64_t *bytes, struct err *err)
{
	struct universal u = { 0 };
	struct str text = STR_INIT;
	bool ok;

	ok = check_out(files, count, out, err) && read_all(&u, files, count, err);
	if (ok)
		sort_slices(&u);
	ok = ok && place_slices(&u, bytes, err) && join(&u, *bytes, &text, err) &&
		(u.is_executable ? file_write_program : file_write)(out, str_span(&text), err);
	for (size_t i = 0; ok && i < u.slices.len; i++) {
		const struct slice *s = &u.slices.items[i];

		str_append(machines, i ? ", " : "");
		str_append(machines, machine_of(&u, s->cpu, s->subtype));
	}
	for (size_t i = 0; i < u.reader_count; i++)
		reader_close(&u.readers[i]);
	free(u.readers);
	vec_fini(&u.slices);
	arena_fini(&u.arena);
	str_fini(&text);
	return ok;
}
