/* elf_machine: see elf_machine.h. A row for each machine; where flags mean something, the row has a
 * function that words them. */
#include "artifact/elf_machine.h"
#include <inttypes.h>
#include <string.h>
#include "base/count.h"
#include "artifact/elf_file.h"

/* --- attribute sections: "A", then vendors, each with sub-sections of tag and value --- */

enum { ATTRIBUTE_FILE = 1 };

struct attribute {
	uint64_t tag, number;
	const char *text; /* or NULL */
};

/* Tags of ARM's own that are followed by text, and by both; above 32 the odd ones are texts. */
static bool
is_arm_text(uint64_t tag)
{
	return tag == 4 || tag == 5 || (tag > 32 && tag % 2);
}

/* RISC-V: odd tags are texts. */
static bool
is_riscv_text(uint64_t tag)
{
	return tag % 2;
}

#define ARM_COMPATIBILITY 32 /* a number, then a text */

static bool
next_attribute(const struct elf *e, const struct reader *r, uint64_t *at,
	bool (*is_text)(uint64_t tag), struct attribute *a)
{
	*a = (struct attribute){ 0 };
	if (*at >= r->len || !reader_uleb(r, at, &a->tag))
		return false;
	if (!is_text(a->tag) && !reader_uleb(r, at, &a->number))
		return false;
	if (is_text(a->tag) || (is_text == is_arm_text && a->tag == ARM_COMPATIBILITY)) {
		a->text = reader_text(r, *at, 1024, &e->card->arena);
		*at += strlen(a->text) + 1;
	}
	return true;
}

/* The attributes of the whole file that `vendor` gives; empty when there are none. */
static struct reader
file_attributes(const struct elf *e, const char *section, struct span vendor)
{
	struct reader all = elf_section_bytes(e, elf_section(e, section));
	struct reader part = { .source = all.source, .big_endian = all.big_endian };
	uint64_t at = 1, inner;
	uint32_t len;

	if (reader_u8(&all, 0) != 'A')
		return part;
	for (; (len = reader_u32(&all, at)) > 4; at += len) {
		struct reader sub;

		reader_slice(&all, at, len, &sub);
		inner = 4 + vendor.len;
		if (!reader_starts(&sub, 4, vendor) || reader_u8(&sub, inner) != ATTRIBUTE_FILE)
			continue;
		reader_slice(&sub, inner + 5, reader_u32(&sub, inner + 1) - 5u, &part);
		return part;
	}
	return part;
}

/* --- ARM --- */

enum {
	ARM_CPU_ARCH = 6,
	ARM_PROFILE = 7,
	ARM_FP_ARCH = 10,
	ARM_SIMD_ARCH = 12,
	ARM_VFP_ARGS = 28,
	ARM_TAGS = 33
};

static const char *
at_or_null(const char *const *names, size_t count, uint64_t i)
{
	return i < count ? names[i] : NULL;
}
#define NAME_AT(names, i) at_or_null((names), COUNT(names), (i))

static void
word_arm(struct elf *e)
{
	static const char *const arches[] = { "pre-v4", "ARMv4", "ARMv4T", "ARMv5T", "ARMv5TE",
		"ARMv5TEJ", "ARMv6", "ARMv6KZ", "ARMv6T2", "ARMv6K", "ARMv7", "ARMv6-M", "ARMv6S-M",
		"ARMv7E-M", "ARMv8", "ARMv8-R", "ARMv8-M baseline", "ARMv8-M mainline", "ARMv8.1-A",
		"ARMv8.2-A", "ARMv8.3-A", "ARMv8.1-M mainline", "ARMv9-A" };
	static const char *const fps[] = { NULL, "VFPv1", "VFPv2", "VFPv3", "VFPv3-D16", "VFPv4",
		"VFPv4-D16", "FP-ARMv8", "FPv5-D16" };
	struct reader r = file_attributes(e, ".ARM.attributes", SPAN("aeabi\0"));
	uint64_t value[ARM_TAGS] = { 0 }, at = 0;
	bool has_args = false;
	struct attribute a;
	struct str note = STR_INIT;
	const char *arch, *fp;
	bool hard, is_told;

	while (next_attribute(e, &r, &at, is_arm_text, &a)) {
		if (a.tag < ARM_TAGS)
			value[a.tag] = a.number;
		has_args |= a.tag == ARM_VFP_ARGS;
	}
	hard = (e->flags & 0x400) || (has_args && value[ARM_VFP_ARGS] == 1);
	is_told = e->flags & 0x600 || (r.len && value[ARM_FP_ARCH]) || has_args;
	arch = r.len ? NAME_AT(arches, value[ARM_CPU_ARCH]) : NULL;
	fp = NAME_AT(fps, value[ARM_FP_ARCH]);
	str_append(&note, arch ? arch : "ARM");
	if (value[ARM_PROFILE] >= 'A' && value[ARM_PROFILE] <= 'S' && arch && !strchr(arch, '-'))
		str_appendf(&note, "-%c", (char)value[ARM_PROFILE]);
	if (is_told)
		str_append(&note, hard ? ", hard float" : ", soft float");
	if (fp)
		str_appendf(&note, ", %s", fp);
	if (value[ARM_SIMD_ARCH])
		str_append(&note, ", NEON");
	e->card->arch_note = arena_strdup(&e->card->arena, note.data);
	str_fini(&note);
	if (is_told)
		card_add_detail(e->card, "float_abi", "float ABI", "%s", hard ? "hard" : "soft");
	if (e->flags >> 24)
		card_add_detail(e->card, "eabi", "EABI version", "%u", e->flags >> 24);
}

/* --- RISC-V --- */

enum { RISCV_ARCH = 5 };

static void
word_riscv(struct elf *e)
{
	static const char *const floats[] = { "soft", "single", "double", "quad" };
	struct reader r = file_attributes(e, ".riscv.attributes", SPAN("riscv\0"));
	const char *isa = NULL, *abi = floats[e->flags >> 1 & 3];
	uint64_t at = 0;
	struct attribute a;

	while (next_attribute(e, &r, &at, is_riscv_text, &a))
		if (a.tag == RISCV_ARCH)
			isa = a.text;
	e->card->arch_note = arena_printf(&e->card->arena, "%s float ABI%s%s%s", abi,
		e->flags & 1 ? ", compressed" : "", e->flags & 8 ? ", RVE" : "",
		e->flags & 16 ? ", TSO" : "");
	card_add_detail(e->card, "float_abi", "float ABI", "%s", abi);
	if (isa)
		card_add_detail(e->card, "isa", "instructions", "%s", isa);
}

/* --- the others --- */

static void
word_mips(struct elf *e)
{
	static const char *const isas[] = { "MIPS I", "MIPS II", "MIPS III", "MIPS IV", "MIPS V",
		"MIPS32", "MIPS64", "MIPS32r2", "MIPS64r2", "MIPS32r6", "MIPS64r6" };
	static const char *const fps[] = { NULL, "double float", "single float", "soft float",
		"old 64-bit float", "FPXX", "64-bit float", "64A float" };
	static const char *const abis[] = { NULL, "o32", "o64", "eabi32", "eabi64" };
	struct reader abi_flags = elf_section_bytes(e, elf_section(e, ".MIPS.abiflags"));
	const char *isa = NAME_AT(isas, e->flags >> 28);
	const char *abi = e->wide ? "n64"
		: e->flags & 0x20 ? "n32"
				  : NAME_AT(abis, e->flags >> 12 & 15);
	const char *fp = abi_flags.len >= 24 ? NAME_AT(fps, reader_u8(&abi_flags, 7)) : NULL;

	e->card->arch_note = arena_printf(&e->card->arena, "%s%s%s%s%s%s", isa ? isa : "MIPS",
		abi ? ", " : "", abi ? abi : "", fp ? ", " : "", fp ? fp : "",
		e->flags & 0x400 ? ", NaN 2008" : "");
	if (strstr(e->card->arch_note, "r6"))
		e->card->arch = e->wide ? "mips64r6" : "mips32r6";
	else if (e->flags & 0x20)
		e->card->arch = "mips64";
	if (abi)
		card_add_detail(e->card, "abi", "ABI", "%s", abi);
	if (fp)
		card_add_detail(e->card, "float_abi", "float ABI", "%s", fp);
}

static void
word_powerpc64(struct elf *e)
{
	static const char *const notes[] = { NULL, "ELFv1 ABI", "ELFv2 ABI" };

	e->card->arch_note = NAME_AT(notes, e->flags & 3);
}

static void
word_loongarch(struct elf *e)
{
	static const char *const notes[] = { NULL, "soft float ABI", "single float ABI",
		"double float ABI" };

	e->card->arch_note = NAME_AT(notes, e->flags & 7);
}

static void
word_avr(struct elf *e)
{
	e->card->arch_note = arena_printf(&e->card->arena, "AVR architecture %u", e->flags & 0x7f);
}

static void
word_x86_64(struct elf *e)
{
	if (!e->wide)
		e->card->arch_note = "x32 ABI";
}

struct machine {
	unsigned id;
	const char *arch32, *arch64; /* as rustc says it, or as LLVM where rustc has none */
	void (*word)(struct elf *e); /* NULL: flags mean nothing */
};

static const struct machine machines[] = {
	{ 2, "sparc", "sparc64", NULL },
	{ 3, "x86", "x86", NULL },
	{ 4, "m68k", NULL, NULL },
	{ 6, "x86", NULL, NULL }, /* Intel MCU */
	{ 7, "i860", NULL, NULL },
	{ 8, "mips", "mips64", word_mips },
	{ 15, "hppa", "hppa64", NULL },
	{ 18, "sparc", NULL, NULL }, /* v8plus */
	{ 20, "powerpc", "powerpc64", NULL },
	{ 21, "powerpc64", "powerpc64", word_powerpc64 },
	{ 22, "s390", "s390x", NULL },
	{ 40, "arm", NULL, word_arm },
	{ 42, "sh", NULL, NULL },
	{ 43, "sparc64", "sparc64", NULL },
	{ 50, "ia64", "ia64", NULL },
	{ 62, "x86_64", "x86_64", word_x86_64 },
	{ 83, "avr", NULL, word_avr },
	{ 92, "or1k", NULL, NULL },
	{ 93, "arc", NULL, NULL },
	{ 94, "xtensa", NULL, NULL },
	{ 105, "msp430", NULL, NULL },
	{ 106, "blackfin", NULL, NULL },
	{ 113, "nios2", NULL, NULL },
	{ 164, "hexagon", NULL, NULL },
	{ 183, "aarch64", "aarch64", NULL },
	{ 185, "avr32", NULL, NULL },
	{ 189, "microblaze", NULL, NULL },
	{ 190, "nvptx", "nvptx64", NULL },
	{ 195, "arc", NULL, NULL },
	{ 203, "xcore", NULL, NULL },
	{ 224, "amdgpu", "amdgpu", NULL },
	{ 243, "riscv32", "riscv64", word_riscv },
	{ 244, "lanai", NULL, NULL },
	{ 247, NULL, "bpf", NULL },
	{ 251, NULL, "ve", NULL },
	{ 252, "csky", NULL, NULL },
	{ 258, "loongarch32", "loongarch64", word_loongarch },
	{ 0x9026, NULL, "alpha", NULL },
};

void
elf_read_machine(struct elf *e)
{
	struct card *card = e->card;

	for (size_t i = 0; i < COUNT(machines); i++) {
		const struct machine *m = &machines[i];

		if (m->id != e->machine)
			continue;
		card->arch = e->wide ? m->arch64 : m->arch32;
		if (m->word && card->arch)
			m->word(e);
	}
	if (!card->arch)
		card->arch = arena_printf(&card->arena, "machine %u", e->machine);
	if (e->flags)
		card_add_detail(card, "e_flags", "flags", "0x%" PRIx32, e->flags);
}
