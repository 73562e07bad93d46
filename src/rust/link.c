/* link: TOML assignments for target.<triple>. */
#include "rust/link.h"

#include "text/toml.h"

static const char *
linker_assignment(struct arena *arena, const char *triple, const char *linker)
{
	struct str text = STR_INIT;

	str_appendf(&text, "target.%s.linker=", triple);
	toml_quote(&text, span_of(linker));
	return arena_take(arena, &text);
}

static const char *
rustflags_assignment(struct arena *arena, const char *triple, const char *const *link_args)
{
	struct str text = STR_INIT;

	str_appendf(&text, "target.%s.rustflags=[", triple);
	for (size_t i = 0; link_args[i]; i++) {
		str_append(&text, i ? ", \"-C\", " : "\"-C\", ");
		toml_quote(&text, span_of(arena_printf(arena, "link-arg=%s", link_args[i])));
	}
	str_append_char(&text, ']');
	return arena_take(arena, &text);
}

const char *const *
link_config(
	struct arena *arena, const char *triple, const char *linker, const char *const *link_args)
{
	const char **list = arena_array(arena, const char *, 3);
	size_t count = 0;

	if (linker)
		list[count++] = linker_assignment(arena, triple, linker);
	if (*link_args)
		list[count] = rustflags_assignment(arena, triple, link_args);
	return list;
}
