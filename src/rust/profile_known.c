/* profile_known: the table of data/profile.toml is read when it is asked, row by row. */
#include "rust/profile_known.h"

#include <stdlib.h>
#include "base/str.h"
#include "rust/profile.h"
#include "rust/toolchain.h"
#include "text/toml.h"
#include "text/version.h"

static bool
is_nightly(const struct toolchain *tc)
{
	const char *bootstrap = getenv("RUSTC_BOOTSTRAP");

	return text_is(tc->channel, "nightly") || text_is(tc->channel, "dev") ||
		text_is(bootstrap, "1");
}

static bool
has_value(const struct toml_value *row, const struct profile_setting *s)
{
	const struct toml_value *values = toml_get(row, "values");
	struct span value = span_of(s->value ? s->value : "");

	if (!values)
		return true;
	if (value.len >= 2 && *value.data == '"')
		value = (struct span){ value.data + 1, value.len - 2 };
	for (size_t i = 0; i < toml_count(values); i++) {
		if (span_is(value, toml_string(toml_at(values, i), "")))
			return true;
	}
	return false;
}

/* Whether the row is about the option, or about the table that the setting stands in. */
static bool
is_about(const struct toml_value *row, const struct profile_setting *s)
{
	const char *option = toml_string(toml_get(row, "option"), "");
	const char *table = s->spec ? "package" : s->table;

	return (text_is(option, s->option->key) && has_value(row, s)) ||
		(*table && text_is(option, table));
}

static const char *
lack_of(const struct toml_value *row, const struct toolchain *tc, struct arena *arena)
{
	const char *since = toml_string(toml_get(row, "since"), NULL);
	const char *feature = toml_string(toml_get(row, "feature"), NULL);
	const char *flag = toml_string(toml_get(row, "flag"), NULL);

	if (since)
		return version_compare(tc->release, since) < 0
			? arena_printf(arena, "cargo %s", since)
			: NULL;
	if (is_nightly(tc))
		return NULL;
	return feature
		? arena_printf(arena, "a nightly cargo, with cargo-features = [\"%s\"]", feature)
		: arena_printf(arena, "a nightly cargo, with -Z %s", flag);
}

static const char *
ask(const struct profile_setting *s, const struct toolchain *tc, bool only_refused,
	struct arena *arena)
{
	const struct toml_value *rows;
	const char *lack = NULL;
	struct toml *doc;

	if (!tc || !tc->release || !(doc = toml_read_data("data/profile.toml", NULL)))
		return NULL;
	rows = toml_get(toml_root(doc), "known");
	for (size_t i = 0; i < toml_count(rows) && !lack; i++) {
		if (is_about(toml_at(rows, i), s) &&
			(!only_refused || toml_get(toml_at(rows, i), "feature")))
			lack = lack_of(toml_at(rows, i), tc, arena);
	}
	toml_free(doc);
	return lack;
}

const char *
profile_lack(const struct profile_setting *s, const struct toolchain *tc, struct arena *arena)
{
	return ask(s, tc, false, arena);
}

const char *
profile_refusal(const struct profile_setting *s, const struct toolchain *tc, struct arena *arena)
{
	return ask(s, tc, true, arena);
}
