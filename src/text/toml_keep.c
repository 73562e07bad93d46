#include "text/toml_keep.h"

const char *
toml_keep_text(struct arena *arena, const struct toml_value *table, const char *key)
{
	return arena_strdup(arena, toml_string(toml_get(table, key), NULL));
}

const char *const *
toml_keep_texts(struct arena *arena, const struct toml_value *array)
{
	size_t count = toml_count(array);
	const char **list = arena_array(arena, const char *, count + 1);

	for (size_t i = 0; i < count; i++)
		list[i] = arena_strdup(arena, toml_string(toml_at(array, i), ""));
	return list;
}
