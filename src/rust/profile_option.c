/* profile_option: see profile_parts.h. */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "rust/profile_parts.h"
#include "text/toml.h"

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define TRUTH VALUES("false", "true")

/* clang-format off */
const struct profile_option profile_options[] = {
	{ "opt-level", VALUES("0", "1", "2", "3", "\"s\"", "\"z\""), "3", "0",
	  "3 runs fastest, s and z make it smaller; 0 and 1 compile fastest", false, false, false },
	{ "lto", VALUES("false", "\"off\"", "\"thin\"", "\"fat\""), "false", "false",
	  "optimises across crates: fat is smallest and fastest, thin comes near it and links sooner",
	  false, true, false },
	{ "codegen-units", NULL, "16", "256",
	  "1 lets the compiler see a whole crate at once: smaller and faster code, a slower build",
	  false, false, false },
	{ "panic", VALUES("\"unwind\"", "\"abort\""), "\"unwind\"", "\"unwind\"",
	  "abort leaves the unwinding code out: smaller, but a panic ends the program at once",
	  false, true, false },
	{ "strip", VALUES("\"none\"", "\"debuginfo\"", "\"symbols\""), "\"none\"", "\"none\"",
	  "symbols makes the file smallest; backtraces then have no names", false, false, false },
	{ "debug", VALUES("0", "\"line-directives-only\"", "\"line-tables-only\"", "1", "2"),
	  "0", "2",
	  "2 is for debuggers, line tables give backtraces with lines, 0 keeps the file small",
	  false, false, false },
	{ "split-debuginfo", VALUES("\"off\"", "\"packed\"", "\"unpacked\""), "\"off\"", "\"off\"",
	  "packed puts debug info into a file beside the program, unpacked leaves it in objects",
	  false, false, false },
	{ "debug-assertions", TRUTH, "false", "true",
	  "true checks debug_assert! and the like: finds mistakes, runs slower", false, false, false },
	{ "overflow-checks", TRUTH, "false", "true",
	  "true panics where arithmetic overflows instead of wrapping: safer, a little slower",
	  false, false, false },
	{ "incremental", TRUTH, "false", "true",
	  "true makes building again faster; takes disk space and some optimisation",
	  false, false, false },
	{ "rpath", TRUTH, "false", "false",
	  "true writes where the libraries were found into the program", false, true, false },
	{ "codegen-backend", VALUES("\"llvm\"", "\"cranelift\"", "\"gcc\""), "\"llvm\"", "\"llvm\"",
	  "who makes machine code of it: cranelift compiles fast, for development", true, false, true },
	{ "rustflags", VALUES("[]"), "[]", "[]",
	  "flags that rustc is given besides, for what this profile builds", true, false, true },
	{ "trim-paths", VALUES("\"none\"", "\"macro\"", "\"diagnostics\"", "\"object\"", "\"all\""),
	  "\"none\"", "\"none\"",
	  "leaves paths of the machine that built it out of the program: all, or parts of it",
	  true, false, true },
	{ "hint-mostly-unused", TRUTH, "false", "false",
	  "true compiles of a crate only what is used of it: for large ones that are hardly used",
	  false, false, true },
};
/* clang-format on */
const size_t profile_option_count = COUNT(profile_options);

/* Other spellings that cargo takes for the same value. */
static const struct spelling {
	const char *key, *written, *value;
} spellings[] = {
	{ "lto", "true", "\"fat\"" }, { "lto", "\"n\"", "\"off\"" }, { "lto", "\"no\"", "\"off\"" },
	{ "lto", "\"none\"", "\"off\"" }, { "strip", "true", "\"symbols\"" },
	{ "strip", "false", "\"none\"" }, { "debug", "false", "0" }, { "debug", "\"none\"", "0" },
	{ "debug", "\"limited\"", "1" }, { "debug", "true", "2" }, { "debug", "\"full\"", "2" },
	{ "trim-paths", "false", "\"none\"" }, { "trim-paths", "true", "\"all\"" },
	{ "panic", "\"immediate-abort\"", "\"immediate-abort\"" }, /* of nightly cargo */
};

const struct profile_option *
profile_option_find(const char *key)
{
	for (size_t i = 0; i < profile_option_count; i++)
		if (strcmp(profile_options[i].key, key) == 0)
			return &profile_options[i];
	return NULL;
}

const char *
profile_folder(const char *name)
{
	if (text_is(name, "dev") || text_is(name, "test"))
		return "debug";
	return text_is(name, "bench") ? "release" : name;
}

struct profile_setting *
profile_settings_new(const char *table, const char *spec)
{
	struct profile_setting *settings = xcalloc(profile_option_count, sizeof(*settings));

	for (size_t i = 0; i < profile_option_count; i++) {
		settings[i].option = &profile_options[i];
		settings[i].table = table;
		settings[i].spec = spec;
	}
	return settings;
}

/* --- values --- */

static char *
quoted(const char *text)
{
	struct str out = STR_INIT;

	toml_quote(&out, span_of(text));
	return str_take(&out);
}

/* A whole number from 1 to what a u32 holds. */
static char *
number_literal(const char *text)
{
	char *end;
	unsigned long long n;

	if (*text < '0' || *text > '9')
		return NULL;
	n = strtoull(text, &end, 10);
	return *end || n < 1 || n > UINT32_MAX ? NULL : xasprintf("%llu", n);
}

/* Whether it is a literal of a kind that the open option has. */
static bool
is_open_literal(const struct profile_option *option, const char *literal)
{
	size_t len = strlen(literal);
	bool is_list = len >= 2 && literal[0] == '[' && literal[len - 1] == ']';
	bool is_text = len > 2 && literal[0] == '"' && literal[len - 1] == '"';

	if (!option->is_open)
		return false;
	return text_is(option->key, "rustflags")     ? is_list
		: text_is(option->key, "trim-paths") ? is_list
						     : is_text;
}

char *
profile_literal(const struct profile_option *option, const char *literal)
{
	if (!option->values)
		return number_literal(literal);
	for (const char *const *v = option->values; *v; v++)
		if (strcmp(*v, literal) == 0)
			return xstrdup(literal);
	for (size_t i = 0; i < COUNT(spellings); i++)
		if (strcmp(spellings[i].key, option->key) == 0 &&
			strcmp(spellings[i].written, literal) == 0)
			return xstrdup(spellings[i].value);
	return is_open_literal(option, literal) ? xstrdup(literal) : NULL;
}

char *
profile_literal_of_word(const struct profile_option *option, const char *word)
{
	char *literal = profile_literal(option, word), *text;

	if (literal || *word == '"')
		return literal;
	text = quoted(word);
	literal = profile_literal(option, text);
	free(text);
	return literal;
}

static void
append_list(struct str *out, const struct toml_value *v)
{
	str_append_char(out, '[');
	for (size_t i = 0; i < toml_count(v); i++) {
		str_append(out, i ? ", " : "");
		toml_quote(out, toml_text(toml_at(v, i)));
	}
	str_append_char(out, ']');
}

char *
profile_literal_of(const struct toml_value *v)
{
	struct str list = STR_INIT;

	switch (toml_kind(v)) {
	case TOML_STRING: return quoted(toml_string(v, ""));
	case TOML_BOOL: return xstrdup(toml_bool(v, false) ? "true" : "false");
	case TOML_INTEGER: return xasprintf("%lld", (long long)toml_integer(v, 0));
	case TOML_ARRAY: append_list(&list, v); return str_take(&list);
	default: return xstrdup(toml_kind_name(toml_kind(v)));
	}
}

/* "0, 1, "s" or "z"" */
static void
describe_values(const struct profile_option *option, struct str *out)
{
	if (!option->values)
		str_append(out, "a number from 1");
	for (const char *const *v = option->values; v && *v; v++)
		str_appendf(out, "%s%s", v == option->values ? "" : v[1] ? ", " : " or ", *v);
}

bool
profile_err_value(const struct profile_option *option, const char *found, const char *place,
	enum err_kind kind, struct err *err)
{
	struct str values = STR_INIT;

	describe_values(option, &values);
	err_set(err, kind, "%s: expected %s for %s, found %s", place, values.data, option->key,
		found);
	str_fini(&values);
	return false;
}

/* --- what cargo reads: TomlProfile of its manifest schema --- */

static bool
takes_number(const struct profile_option *option, const struct toml_value *v)
{
	int64_t n = toml_integer(v, -1);

	if (toml_kind(v) != TOML_INTEGER)
		return false;
	if (text_is(option->key, "codegen-units"))
		return n >= 0 && n <= UINT32_MAX;
	return text_is(option->key, "opt-level"); /* what there is is for rustc to say */
}

static bool
takes_text(const struct profile_option *option, const struct toml_value *v)
{
	static const char *const any[] = { "lto", "strip", "split-debuginfo", "codegen-backend" };
	const char *text = toml_string(v, NULL);

	if (!text ||
		(text_is(option->key, "lto") && (text_is(text, "true") || text_is(text, "false"))))
		return false;
	for (size_t i = 0; i < COUNT(any); i++) {
		if (text_is(any[i], option->key))
			return true;
	}
	return false;
}

bool
profile_takes(const struct profile_option *option, const struct toml_value *v)
{
	char *written = profile_literal_of(v);
	char *literal = profile_literal(option, written);
	bool is_known = literal != NULL;

	free(literal);
	free(written);
	return is_known || takes_number(option, v) || takes_text(option, v);
}
