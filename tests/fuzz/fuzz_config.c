/* fuzz_config: whatever stands in the configuration files, cargo's of two folders, the project's xtui.toml
 * and the user's settings, each is read, or refused with its place; and what is read can be asked.
 *
 * The first byte says where the input is cut in two files. */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "host/settings.h"
#include "io/file.h"
#include "rust/cargoconf.h"
#include "rust/choice.h"
#include "rust/confview.h"
#include "tests/fuzz/require.h"

#define CONFIG_MAX 65536
#define TRIPLE "x86_64-unknown-freebsd"

static char config_home[] = "/tmp/fuzz_config_XXXXXX";

static void
leave_config(void)
{
	file_remove_tree(config_home, NULL);
}

static void
write_config(const char *name, struct span text)
{
	char *path = path_join(config_home, name), *dir = path_dirname(path);
	FILE *file;

	require(file_make_dirs(dir, 0755, NULL), "no folder");
	file = fopen(path, "wb"); /* file_write would wait for the disk each time */
	require(file && fwrite(text.data, 1, text.len, file) == text.len && fclose(file) == 0,
		"a file cannot be written");
	free(dir);
	free(path);
}

/* Nothing of this machine's is read. */
static void
enter_config(void)
{
	static bool is_made;

	if (!is_made) {
		require(mkdtemp(config_home) != NULL, "no temporary folder");
		atexit(leave_config);
		is_made = true;
	}
	setenv("HOME", config_home, 1);
	setenv("CARGO_HOME", config_home, 1);
	setenv("XDG_CONFIG_HOME", config_home, 1);
}

static void
require_place(const struct err *err, const char *name)
{
	require(strstr(err->message, name) != NULL, "a refusal that does not name the file");
}

static void
require_value(const struct conf_value *v)
{
	require(v->text || v->items, "a value of nothing");
	require(v->path != NULL, "a value from nowhere");
	for (size_t i = 0; v->items && v->items[i]; i++)
		require(strlen(v->items[i]) < CONFIG_MAX * 2, "an item without an end");
}

static void
ask_cargoconf(const struct cargoconf *conf)
{
	static const char *const keys[] = { "build.target", "build.target-dir", "build.jobs",
		"build.rustflags", "profile.release.lto", "env.A", "a", "target", "" };
	static const char *const of_target[] = { "linker", "runner", "rustflags" };
	struct arena arena = { 0 };
	struct conf_entry *entries;
	struct conf_value v;
	size_t count;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (cargoconf_get(conf, keys[i], &v))
			require_value(&v);
	for (size_t i = 0; i < sizeof(of_target) / sizeof(*of_target); i++)
		if (cargoconf_target(conf, TRIPLE, of_target[i], &v))
			require_value(&v);
	if (cargoconf_rustflags(conf, TRIPLE, &v))
		require_value(&v);
	entries = confview_make(conf, &arena, &count);
	for (size_t i = 0; i < count; i++) {
		require(entries[i].key && entries[i].value && entries[i].path, "half an entry");
		require(entries[i].line > 0, "an entry that is nowhere");
		require((entries[i].fate == CONF_IGNORED) == (entries[i].fault != NULL),
			"a fault that nobody is told of");
	}
	arena_fini(&arena);
}

static void
try_cargoconf(struct span inner, struct span outer)
{
	char *dir = path_join(config_home, "p/q");
	struct cargoconf *conf;
	struct err err = ERR_INIT;

	write_config("p/.cargo/config.toml", inner);
	write_config("config.toml", outer);
	if ((conf = cargoconf_load(dir, &err)))
		ask_cargoconf(conf);
	else
		require_place(&err, "config.toml");
	cargoconf_free(conf);
	free(dir);
}

/* Marked and saved, it is read again with the mark. */
static void
mark_and_save(struct choice *c, const char *root)
{
	struct err err = ERR_INIT;
	bool had = choice_has_target(c, TRIPLE);
	struct choice *again;

	choice_mark(c, TRIPLE, !had);
	require(choice_save(c, &err), "a choice that cannot be saved");
	again = choice_load(root, &err);
	require(again && choice_has_target(again, TRIPLE) == !had, "a mark that was lost");
	choice_free(again);
}

static void
try_choice(struct span text)
{
	struct choice *c;
	struct err err = ERR_INIT;

	write_config("xtui.toml", text);
	if ((c = choice_load(config_home, &err)))
		mark_and_save(c, config_home);
	else
		require_place(&err, "xtui.toml");
	choice_free(c);
}

static void
try_settings(struct span text)
{
	char *path = path_join(config_home, "settings.toml");
	struct settings *s;
	struct err err = ERR_INIT;

	write_config("settings.toml", text);
	if (!(s = settings_load(path, &err)))
		require_place(&err, "settings.toml");
	settings_free(s);
	free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { (const char *)data + 1, size - 1 }, inner, outer;
	size_t cut;

	if (size < 1 || size > CONFIG_MAX)
		return 0;
	cut = all.len * data[0] / 255;
	inner = (struct span){ all.data, cut };
	outer = (struct span){ all.data + cut, all.len - cut };
	enter_config();
	try_cargoconf(inner, outer);
	try_choice(all);
	try_settings(all);
	return 0;
}
