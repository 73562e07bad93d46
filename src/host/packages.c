/* packages: data/packages.toml as a map from program to one answer per manager.
 *
 * The built-in file is read once, at the first question, and kept; nothing is written afterwards. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/data.h"
#include "base/map.h"
#include "base/str.h"
#include "host/packages.h"
#include "host/platform.h"
#include "host/tool.h"
#include "io/file.h"
#include "text/toml.h"

#define PM_COUNT (PM_PYPI + 1)
#define FILE_NAME "data/packages.toml"

/* One row per manager, in the order of the enum. */
static const struct manager {
	const char *name;
	const char *program; /* what tells that the machine has it */
	const char *install; /* goes before the packages' names */
	bool needs_root;
	const char *distributions; /* IDs of os-release, a blank around each */
	/* Where its lists of packages lie, a part of their names, and what fetches them; NULL: the
	 * manager does by itself. */
	const char *lists, *list_name, *update;
} managers[PM_COUNT] = {
	/* clang-format off */
	[PM_NONE]   = { "", "", "", false, "", NULL, NULL, NULL },
	[PM_APT]    = { "apt", "apt-get", "apt-get install -y", true,
		" debian ubuntu linuxmint pop raspbian kali elementary zorin neon devuan ",
		"/var/lib/apt/lists", "_Packages", "apt-get update" },
	[PM_DNF]    = { "dnf", "dnf", "dnf install -y", true,
		" fedora rhel centos rocky almalinux amzn ol nobara ", NULL, NULL, NULL },
	[PM_PACMAN] = { "pacman", "pacman", "pacman -S --needed --noconfirm", true,
		" arch archarm manjaro endeavouros cachyos artix garuda ",
		"/var/lib/pacman/sync", ".db", "pacman -Sy --noconfirm" },
	[PM_APK]    = { "apk", "apk", "apk add", true,
		" alpine postmarketos ", "/var/cache/apk", "APKINDEX", "apk update" },
	[PM_ZYPPER] = { "zypper", "zypper", "zypper --non-interactive install", true,
		" opensuse-tumbleweed opensuse-leap opensuse-slowroll sles sled ", NULL, NULL, NULL },
	[PM_BREW]   = { "brew", "brew", "brew install", false,
		" macos ", NULL, NULL, NULL },
	[PM_CARGO]  = { "cargo", "cargo", "cargo install --locked", false, "", NULL, NULL, NULL },
	[PM_PYPI]   = { "pypi", "pipx", "pipx install", false, "", NULL, NULL, NULL },
	/* clang-format on */
};

struct package_row {
	struct package_answer answers[PM_COUNT];
};

struct table {
	struct map rows; /* program to struct package_row */
	struct arena arena;
};

static bool
is_of(const struct manager *m, const char *distribution)
{
	char *word = xasprintf(" %s ", distribution);
	bool found = *distribution && strstr(m->distributions, word);

	free(word);
	return found;
}

enum package_manager
packages_manager_of(const char *distribution, const struct tool_index *tools)
{
	enum package_manager first = PM_NONE;

	for (int pm = PM_APT; pm <= PM_BREW; pm++) {
		if (!tool_find(tools, managers[pm].program))
			continue;
		if (is_of(&managers[pm], distribution))
			return (enum package_manager)pm;
		if (first == PM_NONE)
			first = (enum package_manager)pm;
	}
	return first;
}

enum package_manager
packages_manager(void)
{
	struct tool_index *tools = tool_index_new(NULL);
	enum package_manager pm = packages_manager_of(platform_get()->distribution, tools);

	tool_index_free(tools);
	return pm;
}

const char *
packages_manager_name(enum package_manager pm)
{
	return managers[pm].name;
}

bool
packages_manager_parse(const char *name, enum package_manager *pm)
{
	for (int i = PM_APT; i < PM_COUNT; i++)
		if (text_is(managers[i].name, name)) {
			*pm = (enum package_manager)i;
			return true;
		}
	return false;
}

/* A string of the document kept for as long as the table; NULL stays NULL. */
static const char *
keep(struct table *t, const struct toml_value *v)
{
	return arena_strdup(&t->arena, toml_string(v, NULL));
}

/* One manager's entry of a need. */
static bool
read_answer(struct table *t, const struct toml *doc, const struct toml_value *entry,
	struct package_answer *answer, struct err *err)
{
	const struct toml_value *sources = toml_get(toml_root(doc), "source");
	const char *source = toml_string(toml_get(entry, "source"), NULL);

	answer->package = keep(t, toml_get(entry, "package"));
	if (!answer->package)
		return toml_err(doc, entry, err, "expected a package");
	if (!source || !toml_get(sources, source))
		return toml_err(doc, entry, err, "expected a source that is listed above");
	answer->verified = toml_bool(toml_get(toml_get(sources, source), "verified"), false);
	answer->preferred = toml_bool(toml_get(entry, "preferred"), false);
	answer->incomplete = toml_bool(toml_get(entry, "incomplete"), false);
	if ((answer->trap = keep(t, toml_get(entry, "note"))))
		answer->note = answer->trap;
	return true;
}

static bool
read_row(struct table *t, const struct toml *doc, const struct toml_value *need,
	struct package_row *row, struct err *err)
{
	const char *note = keep(t, toml_get(need, "note"));
	enum package_manager pm;

	for (int i = 0; i < PM_COUNT; i++)
		row->answers[i].note = note;
	for (size_t i = 0; i < toml_count(need); i++) {
		const char *key = toml_key_at(need, i);
		if (text_is(key, "programs") || text_is(key, "note"))
			continue;
		if (!packages_manager_parse(key, &pm))
			return toml_err(
				doc, toml_at(need, i), err, "no such package manager: %s", key);
		if (!read_answer(t, doc, toml_at(need, i), &row->answers[pm], err))
			return false;
	}
	return true;
}

static bool
read_need(struct table *t, const struct toml *doc, const struct toml_value *need, struct err *err)
{
	const struct toml_value *programs = toml_get(need, "programs");
	struct package_row *row = arena_new(&t->arena, struct package_row);

	if (!toml_count(programs))
		return toml_err(doc, need, err, "expected a list of programs");
	if (!read_row(t, doc, need, row, err))
		return false;
	for (size_t i = 0; i < toml_count(programs); i++) {
		const char *program = toml_string(toml_at(programs, i), NULL);
		if (!program)
			return toml_err(doc, toml_at(programs, i), err, "expected a program");
		if (map_set(&t->rows, program, row))
			return toml_err(doc, toml_at(programs, i), err, "%s: named twice", program);
	}
	return true;
}

static bool
table_read(struct table *t, struct span bytes, const char *name, struct err *err)
{
	struct toml *doc = toml_parse(bytes.data, bytes.len, name, err);
	const struct toml_value *needs;
	bool ok = doc != NULL;

	if (!doc)
		return false;
	needs = toml_get(toml_root(doc), "need");
	for (size_t i = 0; i < toml_count(needs) && ok; i++)
		ok = read_need(t, doc, toml_at(needs, i), err);
	toml_free(doc);
	return ok;
}

static void
table_fini(struct table *t)
{
	map_fini(&t->rows);
	arena_fini(&t->arena);
}

bool
packages_check(struct span bytes, const char *name, struct err *err)
{
	struct table t = { .rows = MAP_INIT, .arena = ARENA_INIT };
	bool ok = table_read(&t, bytes, name, err);

	table_fini(&t);
	return ok;
}

static struct table built_in; /* written once, by read_built_in */

static void
read_built_in(void)
{
	const struct data_file *file = data_find(FILE_NAME);
	struct err err = ERR_INIT;

	if (!file)
		die(FILE_NAME ": not built in");
	if (!table_read(&built_in, (struct span){ file->bytes, file->len }, FILE_NAME, &err))
		die("%s", err.message);
}

void
packages_read(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, read_built_in);
}

struct package_answer
packages_for(enum package_manager pm, const char *need)
{
	const struct package_row *row;

	packages_read();
	row = map_get(&built_in.rows, need);
	return row ? row->answers[pm] : (struct package_answer){ 0 };
}

static bool
said_before(const char *const *names, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (text_is(names[i], names[at]))
			return true;
	return false;
}

char *
packages_install_command(enum package_manager pm, const char *const *names, size_t count)
{
	const struct manager *m = &managers[pm];
	struct str command = STR_INIT;

	if (pm == PM_NONE || count == 0)
		return NULL;
	if (m->needs_root && !platform_get()->is_root)
		str_append(&command, "sudo ");
	str_append(&command, m->install);
	for (size_t i = 0; i < count; i++)
		if (!said_before(names, i))
			str_appendf(&command, " %s", names[i]);
	return str_take(&command);
}

bool
packages_need_root(enum package_manager pm)
{
	return managers[pm].needs_root;
}

const char *
packages_index_command(enum package_manager pm, const char *root)
{
	const struct manager *m = &managers[pm];
	char *folder = m->lists ? xasprintf("%s%s", root, m->lists) : NULL;
	char **names = NULL;
	size_t count = 0;
	bool found = !m->lists;

	if (folder && file_list(folder, &names, &count, NULL))
		for (size_t i = 0; i < count && !found; i++)
			found = strstr(names[i], m->list_name) != NULL;
	file_list_free(names, count);
	free(folder);
	return found ? NULL : m->update;
}
