/* card: what is known of one built file.
 *
 * One flat record for all formats. What a format alone knows, and nobody but people reads, goes into
 * `details`, a list of names and texts. All strings live in the card's arena; those that come out of the
 * file may hold anything. NULL, 0 and TELL_UNKNOWN say "not known, or means nothing here". */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"

struct json;

enum card_format {
	FORMAT_UNKNOWN,
	FORMAT_ELF,
	FORMAT_PE,
	FORMAT_MACHO,
	FORMAT_WASM,
	FORMAT_AR,
	FORMAT_WHEEL, /* a zip with parts */
	FORMAT_COUNT
};

enum card_kind {
	KIND_UNKNOWN,
	KIND_EXECUTABLE,
	KIND_SHARED, /* ELF shared object, DLL, dylib, loadable bundle */
	KIND_STATIC_LIB,
	KIND_OBJECT, /* relocatable, wasm object */
	KIND_COUNT
};

enum card_linkage {
	LINKAGE_NONE, /* objects and archives */
	LINKAGE_STATIC,
	LINKAGE_STATIC_PIE,
	LINKAGE_DYNAMIC,
	LINKAGE_COUNT
};

enum card_endian { ENDIAN_NONE, ENDIAN_LITTLE, ENDIAN_BIG };

enum tell { TELL_UNKNOWN, TELL_NO, TELL_YES };
#define TELL(condition) ((condition) ? TELL_YES : TELL_NO)

enum card_relro { RELRO_NONE, RELRO_OFF, RELRO_PARTIAL, RELRO_FULL };

enum card_debug {
	DEBUG_UNKNOWN,
	DEBUG_NONE,
	DEBUG_LINES,    /* line tables only */
	DEBUG_FULL,     /* within the file */
	DEBUG_ELSEWHERE /* in a .dwo, .dwp, .dSYM, .pdb or by a debug link */
};

/* Words of the JSON; "unknown", or NULL where the JSON has null. */
const char *card_format_name(enum card_format f);
const char *card_kind_name(enum card_kind k);
const char *card_linkage_name(enum card_linkage l);

struct card_section {
	const char *name;
	uint64_t bytes;  /* in the file; 0 for .bss */
	uint64_t memory; /* when loaded; 0 for what is not */
};

/* A version of a library's symbols that the file asks for: ELF's "GLIBC_2.34 of libc.so.6". */
struct card_version {
	const char *library; /* "libc.so.6" */
	const char *name;    /* "GLIBC_2.34" */
	const char *symbol;  /* one symbol of that version, the first by name; or NULL */
	const char *from;    /* who uses the symbol (object_blame), or NULL */
	unsigned count;      /* symbols of that version */
	bool weak;           /* the program starts without it */
};

/* Something taken from a library: PE imports, Mach-O dylibs, wasm imports. */
struct card_import {
	const char *library; /* "KERNEL32.dll", "wasi_snapshot_preview1" */
	const char *name;    /* "GetLastError", or NULL for the library as such */
	bool weak;           /* weak dylib, delayed DLL */
};

struct card_member { /* of an archive */
	const char *name;
	uint64_t offset; /* of its bytes in the file; 0 in a thin archive */
	uint64_t bytes;
	enum card_format format;
	const char *arch; /* or NULL */
};

/* Where a path is baked in that holds on the machine of the build only, and suchlike. `id` is fixed
 * text for programs: "text-relocations". */
struct card_problem {
	const char *id;
	const char *text; /* one sentence without full stop, with names and figures */
	bool grave;       /* will not start, or is not safe to ship; else worth knowing */
};

/* A system that runs it, from data/distributions.toml. */
struct card_system {
	const char *name;     /* "Debian", "manylinux", "Windows" */
	const char *since;    /* oldest version that runs it: "8 (jessie)", "2_17", "10" */
	const char *released; /* "2015-04-25", or NULL */
};

struct card_detail {
	const char *key;   /* snake_case: "e_flags" */
	const char *label; /* for people: "flags" */
	const char *value;
};

typedef VEC(const char *) card_list; /* texts; the array is the card's */

struct card {
	struct arena arena;
	const char *path;
	uint64_t bytes;
	const char *sha256; /* 64 hex digits; NULL until asked for */

	enum card_format format;
	enum card_kind kind;
	const char *arch;      /* as rustc says it: "x86_64", "aarch64", "arm", "powerpc64" */
	const char *arch_note; /* finer: "ARMv7, hard float", "rv64gc, double float", "MIPS32r2" */
	int bits;              /* 32, 64 */
	enum card_endian endian;
	const char *os;   /* as rustc says it: "linux", "windows", "macos", "none" */
	const char *libc; /* "glibc", "musl", "bionic", "msvcrt", "ucrt", "libSystem", "freebsd" */
	enum card_linkage linkage;
	const char *interpreter;
	const char *soname; /* ELF soname, dylib install name, DLL's own name */
	card_list needed;   /* libraries it does not start without, in order */
	card_list rpath;
	card_list runpath; /* ELF only */
	VEC(struct card_version) versions;
	VEC(struct card_import) imports;

	const char *min_glibc;        /* "2.34"; NULL without glibc */
	const char *min_glibc_symbol; /* which forces it: "pthread_join@GLIBC_2.34"; or NULL */
	const char *min_glibc_from;   /* crate or object that brought that symbol; or NULL */
	const char *min_musl;         /* "1.2.3", by the functions it calls; dynamic musl only */
	const char *min_kernel;       /* "3.2.0", of ELF's ABI note */
	const char *min_macos;        /* "11.0" when os is macos */
	const char *min_os; /* the same for any other system: "iOS 12.0", "FreeBSD 13.2" */
	const char *sdk;    /* "14.4" */
	const char *min_windows_subsystem; /* "6.0" */

	enum tell pie, nx, stripped;
	enum card_relro relro;
	enum card_debug debug;
	const char *debug_link; /* file that has the debug information */
	const char *build_id;   /* hex: ELF build id, Mach-O UUID, PDB GUID and age */
	card_list producers;    /* "rustc version 1.95.0", "GCC: (Debian) 12.2.0" */
	VEC(struct card_section) sections;
	VEC(struct card_detail) details;
	VEC(struct card_member) members; /* archives */
	VEC(struct card *)
	parts; /* a card for each slice of a fat file, each built file of a wheel; owned */

	VEC(struct card_problem) problems;
	VEC(struct card_system) runs_on;
	enum tell fits;    /* the target and floor it was held against */
	card_list misfits; /* why it does not fit, in sentences */
};

struct card *card_new(const char *path);
void card_free(struct card *card);

/* The text is formatted into the arena. `id` and `key`, `label` are literals. */
void card_add_problem(struct card *card, bool grave, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void card_add_detail(struct card *card, const char *key, const char *label, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
const struct card_detail *card_detail(const struct card *card, const char *key); /* or NULL */
/* What the file says of itself and cannot be: the problem "damaged". The rest of the card stands. */
void card_add_damage(struct card *card, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Kind, system and architecture, where all parts have them alike, become the card's; false when their kinds
 * differ. */
bool card_take_over_parts(struct card *card);

/* The section of that name, a new one where there is none yet; NULL when the card has enough of them. */
struct card_section *card_section_for(struct card *card, struct span name);
/* Once each, and not without end. */
void card_add_producer(struct card *card, const char *name);
