/* confkeys: a table of patterns; `*` stands for any one part, `**` at the end for anything below. */
#include "rust/confkeys.h"

#include "base/arena.h"
#include "base/count.h"
#include "base/str.h"
#include "text/fuzzy.h"

enum { S = 1, I = 2, B = 4, A = 8, T = 16, ANY = 31 };

/* From cargo's reference, "Configuration", of 1.96, and what its changelog added up to 1.100. */
static const struct {
	const char *pattern;
	unsigned kinds;
} rows[] = {
	{ "include", A },
	{ "paths", A },
	{ "alias.*", S | A },
	{ "build.jobs", I | S },
	{ "build.rustc", S },
	{ "build.rustc-wrapper", S },
	{ "build.rustc-workspace-wrapper", S },
	{ "build.rustdoc", S },
	{ "build.target", S | A },
	{ "build.target-dir", S },
	{ "build.build-dir", S },
	{ "build.rustflags", S | A },
	{ "build.rustdocflags", S | A },
	{ "build.incremental", B },
	{ "build.dep-info-basedir", S },
	{ "build.pipelining", B },
	{ "build.warnings", S },
	{ "build.sbom", B },
	{ "build.analysis.**", ANY },
	{ "cache.auto-clean-frequency", S },
	{ "cache.**", ANY },
	{ "cargo-new.name", S },
	{ "cargo-new.email", S },
	{ "cargo-new.vcs", S },
	{ "credential-alias.*", S | A },
	{ "doc.browser", S | A },
	{ "doc.extern-map.**", ANY },
	{ "env.*", S | T },
	{ "future-incompat-report.frequency", S },
	{ "host.**", ANY },
	{ "http.debug", B },
	{ "http.proxy", S },
	{ "http.timeout", I },
	{ "http.cainfo", S },
	{ "http.proxy-cainfo", S },
	{ "http.check-revoke", B },
	{ "http.ssl-version", S | T },
	{ "http.low-speed-limit", I },
	{ "http.multiplexing", B },
	{ "http.user-agent", S },
	{ "install.root", S },
	{ "net.retry", I },
	{ "net.git-fetch-with-cli", B },
	{ "net.offline", B },
	{ "net.ssh.known-hosts", A },
	{ "patch.**", ANY },
	{ "profile.*.inherits", S },
	{ "profile.*.opt-level", I | S },
	{ "profile.*.debug", I | B | S },
	{ "profile.*.split-debuginfo", S },
	{ "profile.*.strip", S | B },
	{ "profile.*.debug-assertions", B },
	{ "profile.*.overflow-checks", B },
	{ "profile.*.lto", S | B },
	{ "profile.*.panic", S },
	{ "profile.*.incremental", B },
	{ "profile.*.codegen-units", I },
	{ "profile.*.rpath", B },
	{ "profile.*.codegen-backend", S },
	{ "profile.*.rustflags", A },
	{ "profile.*.trim-paths", S | B | A },
	{ "profile.*.hint-mostly-unused", B },
	{ "profile.*.build-override.**", ANY },
	{ "profile.*.package.**", ANY },
	{ "registries.*.index", S },
	{ "registries.*.token", S },
	{ "registries.*.protocol", S },
	{ "registries.*.credential-provider", S | A },
	{ "registries.*.secret-key", S },
	{ "registries.*.secret-key-subject", S },
	{ "registry.index", S },
	{ "registry.default", S },
	{ "registry.token", S },
	{ "registry.credential-provider", S | A },
	{ "registry.global-credential-providers", A },
	{ "registry.secret-key", S },
	{ "registry.secret-key-subject", S },
	{ "resolver.incompatible-rust-versions", S },
	{ "resolver.feature-unification", S },
	{ "resolver.lockfile-path", S },
	{ "source.*.replace-with", S },
	{ "source.*.directory", S },
	{ "source.*.registry", S },
	{ "source.*.local-registry", S },
	{ "source.*.git", S },
	{ "source.*.branch", S },
	{ "source.*.tag", S },
	{ "source.*.rev", S },
	{ "target.*.linker", S },
	{ "target.*.runner", S | A },
	{ "target.*.rustflags", S | A },
	{ "target.*.rustdocflags", S | A },
	{ "target.*.ar", S },
	{ "target.*.*.**", ANY }, /* what a build script of a `links` crate would say */
	{ "target-applies-to-host", B },
	{ "term.quiet", B },
	{ "term.verbose", B },
	{ "term.color", S },
	{ "term.hyperlinks", B },
	{ "term.unicode", B },
	{ "term.progress.when", S },
	{ "term.progress.width", I },
	{ "term.progress.term-integration", B },
	{ "unstable.**", ANY },
};

#define ROW_COUNT (COUNT(rows))

enum match { MATCH_NOT, MATCH_ABOVE, MATCH_IT, MATCH_BELOW };

/* Where a key stands to a pattern: above it ("build" to "build.jobs"), at it, or below its `**`. */
static enum match
match(const char *pattern, const char *const *parts, size_t count)
{
	struct span rest = span_of(pattern);

	for (size_t i = 0; i < count; i++) {
		struct span part = span_cut(rest, '.', &rest);

		if (span_is(part, "**"))
			return MATCH_BELOW;
		if (!part.len || (!span_is(part, "*") && !span_is(part, parts[i])))
			return MATCH_NOT;
	}
	return rest.len ? MATCH_ABOVE : MATCH_IT;
}

static unsigned
kind_bit(enum toml_kind kind)
{
	switch (kind) {
	case TOML_STRING: return S;
	case TOML_INTEGER: return I;
	case TOML_BOOL: return B;
	case TOML_ARRAY: return A;
	case TOML_TABLE: return T;
	default: return 0;
	}
}

static const char *
kinds_text(unsigned kinds)
{
	static const struct {
		unsigned kinds;
		const char *text;
	} texts[] = {
		{ S, "a string" },
		{ I, "a whole number" },
		{ B, "true or false" },
		{ A, "an array" },
		{ S | A, "a string or an array" },
		{ S | T, "a string or a table" },
		{ I | S, "a number or a string" },
		{ S | B, "a string, true or false" },
		{ I | B | S, "a number, a string, true or false" },
		{ S | B | A, "a string, an array, true or false" },
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].kinds == kinds)
			return texts[i].text;
	return "a value of another kind";
}

enum confkey_verdict
confkey_judge(const char *const *parts, size_t count, enum toml_kind kind, const char **expected)
{
	enum confkey_verdict verdict = CONFKEY_UNKNOWN;

	*expected = NULL;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		switch (match(rows[i].pattern, parts, count)) {
		case MATCH_NOT: break;
		case MATCH_BELOW: return CONFKEY_SOUND;
		case MATCH_IT:
			if (rows[i].kinds & kind_bit(kind))
				return CONFKEY_SOUND;
			*expected = kinds_text(rows[i].kinds);
			return CONFKEY_WRONG;
		case MATCH_ABOVE:
			if (kind == TOML_TABLE)
				return CONFKEY_INSIDE;
			verdict = CONFKEY_WRONG;
			*expected = "a table";
			break;
		}
	}
	return verdict;
}

/* The pattern with what the key has in place of its stars. */
static const char *
fill_in(struct arena *arena, const char *pattern, const char *const *parts, size_t count)
{
	struct span rest = span_of(pattern);
	struct str name = STR_INIT;

	for (size_t i = 0; rest.len; i++) {
		struct span part = span_cut(rest, '.', &rest);

		str_append(&name, i ? "." : "");
		if (span_is(part, "*") && i < count)
			str_append(&name, parts[i]);
		else
			str_append_span(&name, part);
	}
	return arena_take(arena, &name);
}

const char *
confkey_nearest(struct arena *arena, const char *const *parts, size_t count)
{
	const char *names[ROW_COUNT], *nearest;
	struct str key = STR_INIT;

	for (size_t i = 0; i < count; i++)
		str_appendf(&key, "%s%s", i ? "." : "", parts[i]);
	for (size_t i = 0; i < ROW_COUNT; i++)
		names[i] = fill_in(arena, rows[i].pattern, parts, count);
	nearest = fuzzy_nearest(str_cstr(&key), names, ROW_COUNT);
	str_fini(&key);
	return nearest;
}
