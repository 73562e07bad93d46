/* One row per place where tools say what they work for. */
#include "hint/facts.h"

#include <ctype.h>
#include <string.h>
#include "base/count.h"
#include "rust/targets.h"

const char *const fact_names[FACT_VALUES] = { "target", "host", "linker", "backend" };

#define TRIPLE "[a-z0-9_]+(?:\\.[a-z]+)*(?:-[a-z0-9_.]+){1,4}"
#define TOLD 100

struct fact {
	enum fact_kind kind;
	int strength;
	const char *pattern; /* its capture "v" is the value */
};

/* clang-format off */
static const struct fact facts[] = {
	{ FACT_TARGET, 50, "--target[= ]['\"]?(?<v>" TRIPLE ")" },
	{ FACT_TARGET, 60, "the ['`\"](?<v>" TRIPLE ")['`\"] target may not" },
	{ FACT_TARGET, 55, "(?:/|\\\\)target(?:/|\\\\)(?<v>" TRIPLE ")(?:/|\\\\)" },
	{ FACT_TARGET, 55, "\\btarget/(?<v>" TRIPLE ")/(?:debug|release|dist)\\b" },
	{ FACT_TARGET, 45, "rustlib[/\\\\](?<v>" TRIPLE ")[/\\\\]lib" },
	{ FACT_TARGET, 50, "rustup target (?:add|install) (?:--toolchain \\S+ )?(?<v>" TRIPLE ")" },
	{ FACT_TARGET, 40, "\\bTARGET *= *(?:Some\\()?\"?(?<v>" TRIPLE ")" },
	{ FACT_TARGET, 45, "\\btarget: *\"?(?<v>" TRIPLE ")" },
	{ FACT_TARGET, 35, "(?:PKG_CONFIG|PKG_CONFIG_PATH|CC|CXX|AR|CFLAGS|CMAKE_TOOLCHAIN_FILE)_(?<v>" TRIPLE ")\\b" },
	{ FACT_TARGET, 34, "rerun-if-env-changed=\\w+?_(?<v>(?-i:aarch64|arm|i[356]86|loongarch|mips|powerpc|riscv|s390x|thumb|wasm|x86_64)[a-z0-9]*(?:[-_][a-z0-9]+){1,3})$" },
	{ FACT_TARGET, 45, "CARGO_TARGET_(?<v>[A-Z0-9_]+?)_(?:LINKER|RUNNER|RUSTFLAGS)" },
	{ FACT_TARGET, 40, "zigcc-(?<v>" TRIPLE ")-[0-9a-f]+\\.(?:sh|bat)" },
	{ FACT_TARGET, 30, "ghcr\\.io/cross-rs/(?<v>" TRIPLE ")" },
	{ FACT_HOST, 50, "toolchains[/\\\\][a-z0-9.]+(?:-[0-9-]+)?-(?<v>" TRIPLE ")[/\\\\]" },
	{ FACT_HOST, 60, "^host: (?<v>" TRIPLE ")" },
	{ FACT_HOST, 40, "\\bHOST *= *(?:Some\\()?\"?(?<v>" TRIPLE ")" },
	{ FACT_LINKER, 60, "linking with `?(?<v>[^`]+?)`? failed" },
	{ FACT_LINKER, 50, "linker `?(?<v>[^`]+?)`? not found" },
	{ FACT_BACKEND, 50, "(?<v>cargo-zigbuild|cargo zigbuild|zigcc-)" },
	{ FACT_BACKEND, 50, "(?<v>\\bcross build\\b|\\bcross-rs/|\\bcargo-xwin\\b|\\bcargo xwin\\b|\\bcargo-ndk\\b|\\bcargo ndk\\b)" },
	{ FACT_LINK_FAILED, 0, "linking with [^\n]* failed: " },
	{ FACT_SCRIPT_FAILED, 0, "failed to run custom build command for" },
	{ FACT_UNIT_FAILED, 0, "error: (?:could not compile|Could not compile)" },
	{ FACT_ERROR, 0, "^error(?:\\[E\\d+\\])?:" },
	{ FACT_TESTS_BEGIN, 0, "^running \\d+ tests?$" },
	{ FACT_TESTS_END, 0, "^test result: " },
	{ FACT_FINISHED, 0, "^Finished .*target\\(s\\) in" },
};

/* Words of the log and the backend they speak of. */
static const struct { const char *word, *backend; } backends[] = {
	{ "zig", "zig" }, { "xwin", "xwin" }, { "ndk", "ndk" }, { "cross", "cross" },
};
/* clang-format on */

size_t
facts_count(void)
{
	return COUNT(facts);
}

enum fact_kind
fact_kind(size_t fact)
{
	return facts[fact].kind;
}

bool
facts_add_patterns(struct patterns *p, long *numbers, struct err *err)
{
	for (size_t i = 0; i < facts_count(); i++) {
		if ((numbers[i] = patterns_add(p, facts[i].pattern, err)) < 0)
			return false;
	}
	return true;
}

static struct span
backend_named(struct span text)
{
	for (size_t i = 0; i < COUNT(backends); i++) {
		if (span_find(text, span_of(backends[i].word)) >= 0)
			return span_of(backends[i].backend);
	}
	return text;
}

/* A glibc version that zigbuild takes ("….2.17") is no part of the triple. */
static struct span
without_version(struct span triple)
{
	for (size_t i = 0; i + 1 < triple.len; i++) {
		if (triple.data[i] == '.' && triple.data[i + 1] >= '0' && triple.data[i + 1] <= '9')
			return (struct span){ triple.data, i };
	}
	return triple;
}

/* "AARCH64_UNKNOWN_LINUX_GNU" or "aarch64_unknown_linux_gnu", as environment variables have it, as a
 * triple. The only architecture of some use with an underscore of its own is x86_64. */
static struct span
triple_of(struct span value, char *buffer, size_t size)
{
	if (!value.len || value.len >= size || memchr(value.data, '-', value.len))
		return value;
	for (size_t i = 0; i < value.len; i++)
		buffer[i] =
			(char)(value.data[i] == '_' ? '-' : tolower((unsigned char)value.data[i]));
	if (span_starts((struct span){ buffer, value.len }, "x86-64-"))
		buffer[3] = '_';
	return (struct span){ buffer, value.len };
}

void
facts_take(struct facts *f, size_t fact, const struct match *m)
{
	enum fact_kind kind = facts[fact].kind;
	struct span value;
	char triple[80];

	if (kind >= FACT_VALUES || facts[fact].strength < f->strengths[kind])
		return;
	value = match_capture(m, "v");
	if (kind == FACT_TARGET || kind == FACT_HOST)
		value = without_version(triple_of(value, triple, sizeof(triple)));
	if ((kind == FACT_TARGET || kind == FACT_HOST) && !targets_is_triple(value))
		return;
	if (kind == FACT_BACKEND)
		value = backend_named(value);
	if (f->values[kind] && span_is(value, f->values[kind]))
		return;
	f->values[kind] = arena_span(f->arena, value);
	f->strengths[kind] = facts[fact].strength;
}

void
facts_tell(struct facts *f, enum fact_kind kind, const char *value)
{
	if (!value || !*value)
		return;
	f->values[kind] = value;
	f->strengths[kind] = TOLD;
}
