/* Names are looked up in a table of parts and functions after the captures. */
#include "hint/values.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "host/platform.h"
#include "rust/targets.h"
#include "ready/backend.h"

struct machine {
	int em;           /* e_machine of ELF; 0 when it has none here */
	const char *name; /* as a person says it */
};

/* clang-format off */
static const struct machine machines[] = {
	{ 2, "SPARC" }, { 3, "x86 (32 bit)" }, { 4, "Motorola 68000" }, { 8, "MIPS" }, { 20, "PowerPC" },
	{ 21, "64-bit PowerPC" }, { 22, "s390x" }, { 40, "32-bit Arm" }, { 43, "64-bit SPARC" },
	{ 50, "Itanium" }, { 62, "x86-64" }, { 83, "AVR" }, { 94, "Xtensa" }, { 105, "MSP430" },
	{ 164, "Hexagon" }, { 183, "aarch64" }, { 243, "RISC-V" }, { 247, "eBPF" }, { 252, "C-SKY" },
	{ 258, "LoongArch" },
};

/* The first part of a triple, and what Debian calls that architecture. */
static const struct { const char *arch, *end, *debian; } debian_names[] = {
	{ "x86_64", "", "amd64" }, { "aarch64", "", "arm64" }, { "armv7", "hf", "armhf" },
	{ "thumbv7", "hf", "armhf" }, { "arm", "hf", "armhf" }, { "arm", "", "armel" },
	{ "i686", "", "i386" }, { "i586", "", "i386" }, { "riscv64", "", "riscv64" },
	{ "powerpc64le", "", "ppc64el" }, { "powerpc64", "", "ppc64" }, { "s390x", "", "s390x" },
	{ "loongarch64", "", "loong64" }, { "mips64el", "", "mips64el" }, { "mipsel", "", "mipsel" },
};

static const struct { const char *distribution; enum package_manager packages; } managers[] = {
	{ "debian", PM_APT }, { "ubuntu", PM_APT }, { "linuxmint", PM_APT }, { "pop", PM_APT },
	{ "raspbian", PM_APT }, { "fedora", PM_DNF }, { "rhel", PM_DNF }, { "centos", PM_DNF },
	{ "rocky", PM_DNF }, { "almalinux", PM_DNF }, { "arch", PM_PACMAN }, { "manjaro", PM_PACMAN },
	{ "endeavouros", PM_PACMAN }, { "alpine", PM_APK }, { "opensuse", PM_ZYPPER },
	{ "opensuse-leap", PM_ZYPPER }, { "opensuse-tumbleweed", PM_ZYPPER }, { "sles", PM_ZYPPER },
	{ "macos", PM_BREW },
};
/* clang-format on */

enum package_manager
values_package_manager(const char *distribution, const struct tool_index *tools)
{
	for (size_t i = 0; distribution && i < COUNT(managers); i++) {
		if (!strcmp(managers[i].distribution, distribution))
			return managers[i].packages;
	}
	return packages_manager_of(platform_get()->distribution, tools);
}

static const char *
capture_named(const struct values *v, const char *name)
{
	for (size_t i = 0; i < v->capture_count; i++) {
		if (!strcmp(v->captures[i].name, name))
			return v->captures[i].value;
	}
	return NULL;
}

static const char *
value_named(const struct values *v, const char *name)
{
	const char *captured = capture_named(v, name);

	for (size_t i = 0; !captured && i < FACT_VALUES; i++) {
		if (!strcmp(fact_names[i], name))
			return v->facts[i];
	}
	return captured;
}

static void
append_mapped(struct str *out, const char *text, int (*map)(int))
{
	for (; *text; text++)
		str_append_char(
			out, *text == '-' || *text == '.' ? '_' : (char)map((unsigned char)*text));
}

/* The n-th part of a triple; "x86_64-linux-android" has no vendor and counts as if it had. */
static bool
append_part(struct str *out, const char *triple, int part)
{
	struct span rest = span_of(triple), piece = span_cut(rest, '-', &rest);

	if (part && span_starts(rest, "linux-"))
		part--;
	while (part-- && rest.len)
		piece = span_cut(rest, '-', &rest);
	if (!piece.len || part >= 0)
		return false;
	str_append_span(out, piece);
	return true;
}

static bool
append_debian(struct str *out, const char *triple)
{
	for (size_t i = 0; i < COUNT(debian_names); i++) {
		if (text_starts(triple, debian_names[i].arch) &&
			text_ends(triple, debian_names[i].end)) {
			str_append(out, debian_names[i].debian);
			return true;
		}
	}
	return false;
}

/* `cc` is what links where nothing is set: then it is that what has failed. */
static bool
is_tried(const struct values *v, const char *linker)
{
	return text_is(linker, "cc") &&
		(!v->facts[FACT_LINKER] || text_is(v->facts[FACT_LINKER], "cc"));
}

static bool
append_gcc(const struct values *v, struct str *out, const char *triple)
{
	const char *host = value_named(v, "host");
	const struct backend_native *native;

	if (!v->backends || (host && !strcmp(host, triple)))
		return false;
	native = backends_native(v->backends, triple, host ? host : "x86_64-unknown-linux-gnu");
	if (!native || !native->linkers[0] || is_tried(v, native->linkers[0]))
		return false;
	str_append(out, native->linkers[0]);
	return true;
}

/* The cross tools' common prefix: "aarch64-linux-gnu" of "aarch64-linux-gnu-gcc". */
static bool
append_prefix(const struct values *v, struct str *out, const char *triple)
{
	if (!append_gcc(v, out, triple))
		return false;
	if (span_ends(str_span(out), "-gcc"))
		str_truncate(out, out->len - 4);
	return true;
}

static bool
append_property(const struct values *v, struct str *out, const char *triple, struct span name)
{
	if (span_is(name, "arch"))
		return append_part(out, triple, 0);
	if (span_is(name, "os"))
		return append_part(out, triple, 2);
	if (span_is(name, "env"))
		return append_part(out, triple, 3);
	if (span_is(name, "debian"))
		return append_debian(out, triple);
	if (span_is(name, "gcc"))
		return append_gcc(v, out, triple);
	if (span_is(name, "gnu"))
		return append_prefix(v, out, triple);
	if (span_is(name, "upper"))
		return append_mapped(out, triple, toupper), true;
	if (span_is(name, "under"))
		return append_mapped(out, triple, tolower), true;
	return false;
}

static bool
append_machine(const struct values *v, struct str *out)
{
	const char *em = value_named(v, "em");

	for (size_t i = 0; em && i < COUNT(machines); i++) {
		if (machines[i].em == atoi(em)) {
			str_append(out, machines[i].name);
			return true;
		}
	}
	return false;
}

static bool
append_base(struct str *out, struct span path)
{
	for (size_t i = path.len; i; i--) {
		if (path.data[i - 1] == '/' || path.data[i - 1] == '\\') {
			path = (struct span){ path.data + i, path.len - i };
			break;
		}
	}
	if (span_ends(path, ".exe"))
		path.len -= 4;
	str_append_span(out, path);
	return path.len > 0;
}

static bool
append_package(const struct values *v, struct str *out, struct span program)
{
	char *name = span_dup(program);
	const char *package = packages_for(v->packages, name).package;

	free(name);
	if (package)
		str_append(out, package);
	return package != NULL;
}

/* Rust's target that the name most likely means. */
static bool
append_nearest(const struct values *v, struct str *out, struct span capture)
{
	char *name = span_dup(capture);
	const char *typed = value_named(v, name);
	struct target_table *table = typed ? targets_load(NULL, true) : NULL;
	const struct target *nearest = table ? targets_nearest(table, typed) : NULL;

	if (nearest)
		str_append(out, nearest->triple);
	targets_free(table);
	free(name);
	return nearest != NULL;
}

static bool
append_call(const struct values *v, struct str *out, struct span function, struct span argument)
{
	if (span_is(function, "base"))
		return append_base(out, argument);
	if (span_is(function, "package"))
		return append_package(v, out, argument);
	if (span_is(function, "nearest"))
		return append_nearest(v, out, argument);
	return false;
}

/* Names are short; a longer one is none of ours. */
static bool
value_of(void *arg, struct span name, struct str *out)
{
	const struct values *v = arg;
	struct span rest, first = span_cut(name, ':', &rest);
	char key[64];

	if (first.len < name.len)
		return append_call(v, out, first, rest);
	if (span_is(name, "em_name"))
		return append_machine(v, out);
	first = span_cut(name, '.', &rest);
	if (first.len >= sizeof(key))
		return false;
	memcpy(key, first.data, first.len);
	key[first.len] = 0;
	const char *value = value_named(v, key);
	if (!value || !*value)
		return false;
	if (first.len < name.len)
		return append_property(v, out, value, rest);
	str_append(out, value);
	return true;
}

struct template_source
values_source(const struct values *v)
{
	return (struct template_source){ value_of, (void *)v };
}

static bool
list_fits(const char *const *globs, const char *value)
{
	if (!*globs)
		return true;
	for (; value && *globs; globs++) {
		if (text_fits(value, *globs))
			return true;
	}
	return false;
}

bool
scope_is_empty(const struct rule_scope *s)
{
	return !*s->target && !*s->host && !*s->linker && !*s->backend;
}

bool
scope_fits(const struct rule_scope *s, const char *const *facts)
{
	return list_fits(s->target, facts[FACT_TARGET]) && list_fits(s->host, facts[FACT_HOST]) &&
		list_fits(s->linker, facts[FACT_LINKER]) &&
		list_fits(s->backend, facts[FACT_BACKEND]);
}
