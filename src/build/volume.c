#include "build/volume.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/path.h"
#include "base/quantity.h"
#include "host/tool.h"
#include "io/file.h"
#include "io/proc.h"
#include "ready/engine.h"

#define LIST "xtui-volumes"
#define ANSWER_MAX (1u << 20)
#define ANSWER_MS 30000
#define WORDS_MAX 8

/* ---- names and lists ---- */

const char *
volume_name(const char *engine, const char *target_dir, struct arena *arena)
{
	char here[256] = "";
	uint64_t hash;

	gethostname(here, sizeof(here) - 1);
	hash = hash_text(hash_text(hash_text(HASH_INIT, here), engine), target_dir);
	return arena_printf(arena, "xtui-%016" PRIx64, hash);
}

void
volume_keep(const char *engine, const char *name, const char *triple, const char *target_dir)
{
	char *path = path_join(target_dir, LIST);
	char *line = xasprintf("%s %s %s\n", engine, name, triple);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (file_exists(path))
		file_read(path, &text, NULL);
	if (span_find(str_span(&text), span_of(line)) < 0) {
		str_append(&text, line);
		if (!file_write(path, str_span(&text), &err))
			log_line("volume: %s", err.message);
	}
	str_fini(&text);
	free(line);
	free(path);
}

static void
read_list(struct volumes *v, const char *folder)
{
	char *path = path_join(folder, LIST);
	struct str text = STR_INIT;
	struct span rest;

	if (file_exists(path))
		file_read(path, &text, NULL);
	for (rest = str_span(&text); rest.len;) {
		struct span words = span_cut(rest, '\n', &rest);
		struct span engine = span_cut(words, ' ', &words);
		struct span name = span_cut(words, ' ', &words);

		if (name.len && words.len)
			vec_push(&v->items,
				((struct volume){ arena_span(&v->arena, engine),
					arena_span(&v->arena, name), arena_span(&v->arena, words),
					arena_strdup(&v->arena, folder) }));
	}
	str_fini(&text);
	free(path);
}

void
volumes_read(struct volumes *v, const char *target_dir)
{
	char *own = path_join(target_dir, "xtui");
	char **names = NULL;
	size_t count = 0;

	*v = (struct volumes){ 0 };
	if (file_is_dir(own))
		file_list(own, &names, &count, NULL);
	for (size_t i = 0; i < count; i++) {
		char *folder = path_join(own, names[i]);

		read_list(v, folder);
		free(folder);
	}
	file_list_free(names, count);
	free(own);
}

void
volumes_fini(struct volumes *v)
{
	vec_fini(&v->items);
	arena_fini(&v->arena);
}

/* ---- the engine ---- */

/* The words end with NULL. False with err when it could not be asked. */
static bool
ask(const struct volume *v, const char *const *words, struct proc_result *result, struct err *err)
{
	struct tool_index *tools = tool_index_new(NULL);
	struct arena arena = { 0 };
	struct engine engine = engine_look(v->engine, tools, &arena);
	const char *argv[ENGINE_WORDS_MAX + WORDS_MAX + 1] = { NULL };
	struct proc_spec spec = { .argv = argv };
	size_t len;
	bool ok;

	*result = (struct proc_result){ 0 };
	if (!engine.path) {
		ok = err_set(
			err, ERR_ENVIRONMENT, "%s: its program was not found on PATH", v->engine);
	} else {
		len = engine_words(&engine, argv);
		for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
			argv[len++] = words[i];
		argv[len] = NULL;
		ok = proc_capture(&spec, ANSWER_MAX, ANSWER_MS, result, err);
	}
	tool_index_free(tools);
	arena_fini(&arena);
	return ok;
}

/* "xtui-1f3a…  0  12.3MB", a line of docker's and podman's table. */
static uint64_t
size_in(struct span table, const char *name)
{
	int64_t bytes = 0;

	while (table.len) {
		struct span line = span_trim(span_cut(table, '\n', &table));
		size_t last = line.len;

		if (!span_starts(line, name))
			continue;
		while (last > 0 && line.data[last - 1] != ' ')
			last--;
		bytes = quantity_read((struct span){ line.data + last, line.len - last });
	}
	return bytes > 0 ? (uint64_t)bytes : 0;
}

uint64_t
volume_measure(struct volume *v)
{
	const char *const words[] = { "system", "df", "-v", NULL };
	struct proc_result result;

	if (ask(v, words, &result, NULL))
		v->bytes = size_in(str_span(&result.out), v->name);
	proc_result_fini(&result);
	return v->bytes;
}

/* The folder here, unless a cargo of this machine has built in it, too. */
static bool
forget(const char *folder, struct err *err)
{
	char *mark = path_join(folder, "CACHEDIR.TAG"), *list = path_join(folder, LIST);
	bool ok = file_remove_tree(file_exists(mark) ? list : folder, err);

	free(list);
	free(mark);
	return ok;
}

bool
volume_remove(const struct volume *v, struct err *err)
{
	const char *const words[] = { "volume", "rm", v->name, NULL };
	struct proc_result result;
	struct span said, rest;
	bool ok = ask(v, words, &result, err);

	said = span_trim(span_cut(span_trim(str_span(&result.err)), '\n', &rest));
	if (ok && result.end.exit_code != 0 && span_find(said, SPAN("no such volume")) < 0) {
		ok = err_set(err, ERR_FAILED, "%s: volume %s could not be removed: %.*s", v->engine,
			v->name, (int)said.len, said.data);
	}
	proc_result_fini(&result);
	return ok && forget(v->folder, err);
}
