/* objectbed: a folder in which a test compiles small programs, and the cards of what came out. */
#pragma once
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "artifact/card.h"
#include "artifact/object.h"
#include "base/alloc.h"
#include "base/path.h"
#include "check.h"
#include "io/file.h"
#include "io/proc.h"
#include "unit/folder.h"

static char *objectbed_dir;

static inline int
objectbed_setup(void **state)
{
	objectbed_dir = folder_new();
	return 0;
}

static inline int
objectbed_teardown(void **state)
{
	folder_remove(objectbed_dir);
	return 0;
}

static inline void
objectbed_write(const char *name, const char *text)
{
	folder_put(objectbed_dir, name, text, 0644);
}

static inline bool
objectbed_has(const char *program)
{
	char *path = proc_find_program(program);
	bool has = path != NULL;

	free(path);
	return has;
}

/* Gives a tool of LLVM its plain name in the folder, whatever its version; false where
 * there is none. */
static inline bool
objectbed_llvm(const char *name)
{
	char *found = proc_find_program(name), *here = path_join(objectbed_dir, name);
	char with[64];
	bool ok;

	for (int version = 30; !found && version >= 11; version--) {
		snprintf(with, sizeof(with), "%s-%d", name, version);
		found = proc_find_program(with);
	}
	ok = found && (symlink(found, here) == 0 || errno == EEXIST);
	free(found);
	free(here);
	return ok;
}

/* Runs a program in the folder; its exit code, and both streams in *out, which may be NULL. */
static inline int
objectbed_run(const char *const *argv, struct str *out)
{
	struct proc_spec spec = { .argv = argv, .dir = objectbed_dir };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	int code;

	if (!proc_capture(&spec, 64u << 20, 60000, &result, &err))
		fail_msg("%s", err.message);
	if (out) {
		str_append_span(out, str_span(&result.out));
		str_append_span(out, str_span(&result.err));
	}
	code = result.end.exit_code;
	proc_result_fini(&result);
	return code;
}
#define objectbed(...) objectbed_run((const char *const[]){ __VA_ARGS__, NULL }, NULL)
#define objectbed_ask(out, ...) objectbed_run((const char *const[]){ __VA_ARGS__, NULL }, out)

/* A line for a shell, for tables of command lines. */
static inline int
objectbed_shell(const char *line)
{
	return objectbed("/bin/sh", "-c", line);
}

/* The card of a file in the folder, or of an absolute path; the test fails where there is none. */
static inline struct card *
objectbed_card(const char *name)
{
	char *path = path_join(objectbed_dir, name);
	struct err err = ERR_INIT;
	struct card *card = object_inspect(path, &err);

	if (!card)
		fail_msg("%s", err.message);
	free(path);
	return card;
}

static inline const struct card_problem *
card_problem_of(const struct card *card, const char *id)
{
	for (size_t i = 0; i < card->problems.len; i++)
		if (text_is(card->problems.items[i].id, id))
			return &card->problems.items[i];
	return NULL;
}

/* Ends the test as skipped, with the reason in the output. */
#define objectbed_skip(reason)                                                                     \
	do {                                                                                       \
		print_message("SKIPPED %s: %s\n", __func__, reason);                               \
		skip();                                                                            \
	} while (0)
