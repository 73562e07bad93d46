#include "export/toml_keys.h"

#include "export/head.h"
#include "plan/edit.h"
#include "text/toml.h"

static const char *
quoted(struct recipe *r, const char *text)
{
	struct str out = STR_INIT;

	toml_quote(&out, span_of(text));
	return arena_take(&r->arena, &out);
}

static void
add(struct toml_keys *k, const char *table, const char *name, const char *key, const char *literal,
	bool item)
{
	const char **path = arena_array(&k->r->arena, const char *, 4);
	size_t count = 0;

	path[count++] = table;
	if (name)
		path[count++] = name;
	path[count] = key;
	vec_push(&k->items, ((struct step_key){ .path = path, .literal = literal, .item = item }));
}

void
toml_keys_path(struct toml_keys *k, const char *const *path, const char *literal)
{
	size_t count = 0;
	const char **copy;

	while (path[count])
		count++;
	copy = arena_array(&k->r->arena, const char *, count + 1);
	memcpy(copy, path, count * sizeof(*copy));
	vec_push(&k->items, ((struct step_key){ .path = copy, .literal = literal }));
}

void
toml_keys_text(
	struct toml_keys *k, const char *table, const char *name, const char *key, const char *text)
{
	add(k, table, name, key, quoted(k->r, text), false);
}

void
toml_keys_item(
	struct toml_keys *k, const char *table, const char *name, const char *key, const char *text)
{
	add(k, table, name, key, quoted(k->r, text), true);
}

void
toml_keys_texts(struct toml_keys *k, const char *table, const char *name, const char *key,
	const char *const *texts)
{
	struct str list = STR_INIT;

	str_append_char(&list, '[');
	for (size_t i = 0; texts[i]; i++)
		str_appendf(&list, "%s%s", i ? ", " : "", quoted(k->r, texts[i]));
	str_append_char(&list, ']');
	add(k, table, name, key, arena_span(&k->r->arena, str_span(&list)), false);
	str_fini(&list);
}

bool
toml_keys_write(struct toml_keys *k, const char *file, const char *comment, struct span before,
	struct str *out, struct err *err)
{
	struct str head = STR_INIT, conflicts = STR_INIT;
	bool ok;

	if (!before.len) {
		head_comment(comment, &head);
		str_append_char(&head, '\n');
		before = str_span(&head);
	}
	ok = edit_apply(file, before, k->items.items, k->items.len, true, out, &conflicts, err);
	vec_fini(&k->items);
	str_fini(&conflicts);
	str_fini(&head);
	return ok;
}
