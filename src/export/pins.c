#include "export/pins.h"

#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/data.h"
#include "text/toml.h"

#define FILE_NAME "data/export.toml"

static bool
check_action(const struct pins *p, const char *key, struct err *err)
{
	struct pin_action a = pins_action(p, key);

	return (a.name && a.version && a.commit && strlen(a.commit) == 40) ||
		err_set(err, ERR_PARSE,
			FILE_NAME ": action.%s: name, version and commit are expected", key);
}

static bool
check(const struct pins *p, struct err *err)
{
	static const char *const actions[] = { "checkout", "rust-cache", "upload-artifact",
		"download-artifact", "freebsd-vm" };
	static const char *const texts[][2] = { { "runner", "linux" }, { "runner", "macos" },
		{ "runner", "windows" }, { "image", "rust" }, { "image", "gitlab" },
		{ "rust", "release" }, { "rust", "rustup" }, { "rust", "rustup-sha256" },
		{ "tool", "cargo-zigbuild" }, { "tool", "ziglang" }, { "tool", "maturin" },
		{ "tool", "cargo-xwin" }, { "tool", "cross" } };

	for (size_t i = 0; i < COUNT(actions); i++)
		if (!check_action(p, actions[i], err))
			return false;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (!pins_text(p, texts[i][0], texts[i][1]))
			return err_set(err, ERR_PARSE, FILE_NAME ": %s.%s is missing", texts[i][0],
				texts[i][1]);
	return p->keep_days > 0 && p->build_minutes > 0 && p->release_minutes > 0
		? true
		: err_set(err, ERR_PARSE, FILE_NAME ": days and minutes are missing");
}

static char *
take_date(struct toml *doc)
{
	return span_dup(toml_text(toml_get(toml_root(doc), "date")));
}

bool
pins_load(struct pins *p, struct err *err)
{
	const struct data_file *file = data_find(FILE_NAME);
	const struct toml_value *root;

	*p = (struct pins){ .doc = toml_parse(file->bytes, file->len, FILE_NAME, err) };
	if (!p->doc)
		return false;
	root = toml_root(p->doc);
	p->date = take_date(p->doc);
	p->rust = pins_text(p, "rust", "release");
	p->keep_days = (long)toml_integer(toml_find(root, "days", "artifacts", NULL), 0);
	p->build_minutes = (long)toml_integer(toml_find(root, "minutes", "build", NULL), 0);
	p->release_minutes = (long)toml_integer(toml_find(root, "minutes", "release", NULL), 0);
	if (check(p, err))
		return true;
	pins_fini(p);
	return false;
}

void
pins_fini(struct pins *p)
{
	free((char *)p->date);
	toml_free(p->doc);
	*p = (struct pins){ 0 };
}

struct pin_action
pins_action(const struct pins *p, const char *key)
{
	const struct toml_value *v = toml_find(toml_root(p->doc), "action", key, NULL);

	return (struct pin_action){ toml_string(toml_get(v, "name"), NULL),
		toml_string(toml_get(v, "version"), NULL),
		toml_string(toml_get(v, "commit"), NULL) };
}

const char *
pins_text(const struct pins *p, const char *table, const char *key)
{
	return toml_string(toml_find(toml_root(p->doc), table, key, NULL), NULL);
}

const char *
pins_rust_image(const struct pins *p, const char *release, struct arena *arena)
{
	const char *image = pins_text(p, "image", "rust"), *at = strstr(image, "{rust}");

	if (!at)
		return image;
	return arena_printf(
		arena, "%.*s%s%s", (int)(at - image), image, release, at + strlen("{rust}"));
}
