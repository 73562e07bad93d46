/* fits: see fits.h. Each check adds its own sentence to the card. */
#include "artifact/fits.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "artifact/elf_versions.h"
#include "text/version.h"
#include "rust/targets.h"

static void misfit(struct card *card, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
misfit(struct card *card, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_appendv(&text, fmt, args);
	va_end(args);
	vec_push(&card->misfits, arena_strdup(&card->arena, str_cstr(&text)));
	str_fini(&text);
}

/* --- target --- */

static bool
is_apple(const struct target *t)
{
	return text_is(t->vendor, "apple");
}

static enum card_format
format_of(const struct target *t)
{
	if (text_is(t->os, "windows") || text_is(t->os, "uefi") || text_is(t->os, "cygwin"))
		return FORMAT_PE;
	if (is_apple(t))
		return FORMAT_MACHO;
	return text_starts(t->arch, "wasm") ? FORMAT_WASM : FORMAT_ELF;
}

static void
check_format(struct card *card, const struct target *t)
{
	enum card_format wanted = format_of(t);

	if (card->format == FORMAT_UNKNOWN)
		misfit(card, "is no file of a format that is known");
	else if (card->format != wanted && card->format != FORMAT_AR)
		misfit(card, "is a file of format %s; %s wants %s", card_format_name(card->format),
			t->triple, card_format_name(wanted));
}

static void
check_machine(struct card *card, const struct target *t)
{
	bool is_big = card->endian == ENDIAN_BIG;

	if (!card->arch)
		return;
	if (!text_is(card->arch, t->arch)) {
		misfit(card, "is for %s; %s is %s", card->arch, t->triple, t->arch);
		return;
	}
	if (card->bits && t->pointer_width && card->bits != t->pointer_width)
		misfit(card, "has %d bits; %s has %d", card->bits, t->triple, t->pointer_width);
	if (card->endian && is_big != t->big_endian)
		misfit(card, "is %s endian; %s is not", is_big ? "big" : "little", t->triple);
}

/* The version of ARM's architecture in "armv7-…", "thumbv7em-…", "ARMv7-A"; 0 where none is told. */
static int
arm_version(const char *name)
{
	const char *v = name ? strchr(name, 'v') : NULL;

	if (v && isdigit((unsigned char)v[1]))
		return atoi(v + 1);
	return text_starts(name, "arm-") ? 6 : 0;
}

static void
check_arm(struct card *card, const struct target *t)
{
	const struct card_detail *abi = card_detail(card, "float_abi");
	int has = arm_version(card->arch_note), wanted = arm_version(t->triple);
	const char *float_abi = text_ends(t->triple, "hf") ? "hard" : "soft";

	if (!text_is(t->arch, "arm") || !text_is(card->arch, "arm"))
		return;
	if (abi && !text_is(abi->value, float_abi))
		misfit(card, "is of the %s float ABI; %s is %s float", abi->value, t->triple,
			float_abi);
	if (has && wanted && has > wanted)
		misfit(card,
			"has code for ARMv%d; %s is ARMv%d (Debian's and Ubuntu's "
			"arm-linux-gnueabihf is ARMv7)",
			has, t->triple, wanted);
}

static void
check_os(struct card *card, const struct target *t)
{
	if (!card->os || text_is(card->os, t->os))
		return;
	if (text_is(t->os, "unknown") && text_starts(t->arch, "wasm")) {
		misfit(card, "asks for %s; %s has nothing around it", card->os, t->triple);
		return;
	}
	misfit(card, "is for %s; %s is %s", card->os, t->triple, t->os);
}

/* A simulator's file does not run on a device, nor the other way round; both have the same machine. */
static void
check_simulator(struct card *card, const struct target *t)
{
	const struct card_detail *platform = card_detail(card, "platform");
	bool is_simulator = platform && strstr(platform->value, "simulator");
	bool wants_simulator = text_is(t->env, "sim") || text_ends(t->triple, "-sim") ||
		(text_is(t->arch, "x86_64") && !text_is(t->os, "macos") &&
			!text_is(t->env, "macabi"));

	if (platform && is_apple(t) && is_simulator != wants_simulator)
		misfit(card, "is for %s; %s is %s", platform->value, t->triple,
			wants_simulator ? "for the simulator" : "not for a simulator");
}

/* WASI's second version takes components, the first and all others take modules. */
static void
check_wasm(struct card *card, const struct target *t)
{
	const struct card_detail *wasm = card_detail(card, "wasm");
	bool is_component = wasm && text_is(wasm->value, "component");
	bool wants_component = text_is(t->env, "p2") || text_is(t->env, "p3");

	if (!wasm || card->kind == KIND_OBJECT || is_component == wants_component)
		return;
	misfit(card, "is a %s; %s wants a %s", is_component ? "component" : "module", t->triple,
		wants_component ? "component" : "module");
}

static const char *
libc_of(const struct target *t)
{
	if (!text_is(t->os, "linux"))
		return NULL;
	if (text_starts(t->env, "gnu"))
		return "glibc";
	return text_starts(t->env, "musl")      ? "musl"
		: text_starts(t->env, "uclibc") ? "uclibc"
						: NULL;
}

/* A static file brings its own. */
static void
check_libc(struct card *card, const struct target *t)
{
	const char *wanted = libc_of(t);

	if (wanted && card->libc && card->linkage == LINKAGE_DYNAMIC &&
		!text_is(card->libc, wanted) && text_is(card->os, "linux"))
		misfit(card, "needs %s; %s has %s", card->libc, t->triple, wanted);
}

static void
check_target(struct card *card, const struct target *t)
{
	check_format(card, t);
	if (card->misfits.len)
		return;
	check_machine(card, t);
	check_arm(card, t);
	check_os(card, t);
	check_simulator(card, t);
	check_wasm(card, t);
	check_libc(card, t);
}

/* --- floor --- */

struct floor_row {
	const char *name, *title, *os;
};

static const struct floor_row floors[FLOOR_COUNT] = {
	[FLOOR_GLIBC] = { "glibc", "glibc", "linux" },
	[FLOOR_MUSL] = { "musl", "musl", "linux" },
	[FLOOR_FREEBSD] = { "freebsd", "FreeBSD", "freebsd" },
	[FLOOR_ANDROID] = { "android", "Android API", "android" },
	[FLOOR_WINDOWS] = { "windows", "Windows", "windows" },
	[FLOOR_MACOS] = { "macos", "macOS", "macos" },
};

bool
floor_parse(struct floor *floor, const char *text, struct err *err)
{
	for (int i = 0; i < FLOOR_COUNT; i++) {
		size_t len = strlen(floors[i].name);
		const char *version = text + len + 1;

		if (strncmp(text, floors[i].name, len) != 0 || text[len] != '-' ||
			!version_is(version) || strlen(version) >= sizeof(floor->version))
			continue;
		floor->kind = (enum floor_kind)i;
		snprintf(floor->version, sizeof(floor->version), "%s", version);
		return true;
	}
	err_set(err, ERR_USAGE,
		"--floor: expected a system and a version, found \"%s\"; known are glibc, musl, "
		"freebsd, android, windows and macos",
		text);
	return err_try(err, "--floor glibc-2.17");
}

/* What the card says of this kind, as a number; NULL where it says nothing. */
static const char *
figure_of(const struct card *card, enum floor_kind kind)
{
	switch (kind) {
	case FLOOR_GLIBC: return card->min_glibc;
	case FLOOR_MUSL: return card->linkage == LINKAGE_DYNAMIC ? card->min_musl : NULL;
	case FLOOR_WINDOWS:
		if (!text_starts(card->min_os, "Windows "))
			return card->min_windows_subsystem;
		return strpbrk(card->min_os, "0123456789");
	case FLOOR_MACOS: return card->min_macos;
	case FLOOR_FREEBSD:
	case FLOOR_ANDROID: return card->min_os ? strpbrk(card->min_os, "0123456789") : NULL;
	case FLOOR_COUNT: break;
	}
	return NULL;
}

/* "pthread_join and 2 more of libc.so.6 ask for GLIBC_2.34; used by std (…)" */
static void
name_symbol(struct card *card, const struct card_version *v)
{
	const char *symbol = v->symbol ? v->symbol : "a symbol";
	char more[32] = "";

	if (v->count > 1)
		snprintf(more, sizeof(more), " and %u more", v->count - 1);
	misfit(card, "%s%s of %s ask%s for %s%s%s", symbol, more, v->library,
		v->count > 1 ? "" : "s", v->name, v->from ? "; used by " : "",
		v->from ? v->from : "");
}

static void
name_symbols(struct card *card, const struct floor *floor)
{
	for (size_t i = 0; i < card->versions.len; i++) {
		const struct card_version *v = &card->versions.items[i];
		const char *glibc = v->weak ? NULL : version_of_glibc(v->name);

		if (glibc && version_compare(glibc, floor->version) > 0)
			name_symbol(card, v);
	}
	if (text_starts(card->min_glibc_symbol, "packed relocations"))
		misfit(card, "its %s ask for glibc %s", card->min_glibc_symbol, card->min_glibc);
}

static void
check_floor(struct card *card, const struct floor *floor)
{
	const struct floor_row *row = &floors[floor->kind];
	const char *figure = figure_of(card, floor->kind);

	if (card->os && !text_is(card->os, row->os)) {
		misfit(card, "is for %s, not for %s", card->os, row->title);
		return;
	}
	if (!figure || version_compare(figure, floor->version) <= 0)
		return;
	misfit(card, "needs %s %s or newer, not %s", row->title, figure, floor->version);
	if (floor->kind == FLOOR_GLIBC)
		name_symbols(card, floor);
}

/* --- the whole --- */

static bool
fits_slice(struct card *card, const struct target *target)
{
	for (size_t i = 0; i < card->parts.len; i++)
		if (card->parts.items[i]->fits == TELL_YES)
			return true;
	misfit(card, "none of its %s is for %s", card->format == FORMAT_WHEEL ? "parts" : "slices",
		target->triple);
	return false;
}

static void
check_slices(struct card *card, const struct target *target, const struct floor *floor)
{
	for (size_t i = 0; i < card->parts.len; i++)
		fits_check(card->parts.items[i], target, NULL);
	if (target)
		fits_slice(card, target);
	for (size_t i = 0; floor && i < card->parts.len; i++)
		fits_check(card->parts.items[i], NULL, floor);
	for (size_t i = 0; floor && i < card->parts.len; i++)
		if (card->parts.items[i]->fits == TELL_NO)
			misfit(card, "its slice for %s does not run on so old a system",
				card->parts.items[i]->arch);
}

void
fits_check(struct card *card, const struct target *target, const struct floor *floor)
{
	if (!target && !floor)
		return;
	if (card->parts.len) {
		check_slices(card, target, floor);
	} else {
		if (target)
			check_target(card, target);
		if (floor)
			check_floor(card, floor);
	}
	card->fits = TELL(!card->misfits.len);
}
