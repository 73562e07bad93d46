#include "build/pack.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "artifact/card.h"
#include "base/alloc.h"
#include "host/packages.h"
#include "host/tool.h"
#include "io/loop.h"
#include "io/proc.h"
#include "ready/need.h"
#include "ready/survey.h"

#define SAID_MAX 65536 /* bytes kept of what upx says */

const char *
pack_program(const struct survey *s, struct err *err)
{
	static const char *const programs[] = { "upx", NULL };
	const char *path = tool_find(s->tools, *programs), *command, *trap;
	struct arena arena = ARENA_INIT;

	if (path)
		return path;
	trap = packages_for(s->packages, *programs).trap;
	err_set(err, ERR_ENVIRONMENT, "upx is not here: nothing can be packed%s%s%s",
		trap ? " (" : "", trap ? trap : "", trap ? ")" : "");
	command = need_install_command(&arena, s->packages, programs);
	err_try(err, "%s", command ? command : "https://github.com/upx/upx/releases");
	arena_fini(&arena);
	return NULL;
}

/* ---- what is left alone ---- */

static bool
is_one_of(const char *word, const char *const *list)
{
	while (*list && !text_is(word, *list))
		list++;
	return *list != NULL;
}

static const char *
format_refuses(struct arena *arena, const struct card *card)
{
	static const char *const linux_machines[] = { "x86_64", "x86", "arm", "aarch64", "mips",
		"powerpc", "powerpc64", NULL };
	static const char *const windows_machines[] = { "x86_64", "x86", NULL };

	switch (card->format) {
	case FORMAT_MACHO: return "its signature would not hold any more, and macOS would kill it";
	case FORMAT_ELF:
		if (!text_is(card->os, "linux"))
			return arena_printf(arena, "upx does not pack programs for %s",
				card->os ? card->os : "its system");
		if (is_one_of(card->arch, linux_machines))
			return NULL;
		break;
	case FORMAT_PE:
		if (is_one_of(card->arch, windows_machines))
			return NULL;
		break;
	default: return "upx does not know its format";
	}
	return arena_printf(
		arena, "upx cannot unpack on %s", card->arch ? card->arch : "its machine");
}

const char *
pack_refuses(struct arena *arena, const struct card *card, const char *kind)
{
	const char *why;

	if (!text_is(kind, "bin") && !text_is(kind, "example"))
		return "only programs are packed: who links or loads a library wants it as it is";
	if ((why = format_refuses(arena, card)))
		return why;
	if (card->kind != KIND_EXECUTABLE)
		return "it is no program";
	if (card->debug == DEBUG_LINES || card->debug == DEBUG_FULL)
		return "no debugger would find its debug information any more";
	for (size_t i = 0; i < card->problems.len; i++) {
		const struct card_problem *problem = &card->problems.items[i];

		if (text_is(problem->id, "packed"))
			return "it is packed already";
		if (problem->grave)
			return arena_printf(arena, "it has a problem already: %s", problem->text);
	}
	return NULL;
}

/* ---- upx ---- */

/* "upx: /p/greet: NotCompressibleException" -> "NotCompressibleException". */
static const char *
why_of(struct arena *arena, const struct proc_result *result)
{
	struct span rest = str_span(&result->err), last = { NULL, 0 };
	struct span said = span_trim(rest.len ? rest : str_span(&result->out));

	for (rest = said; rest.len;) {
		struct span line = span_trim(span_cut(rest, '\n', &rest));

		if (line.len)
			last = line;
	}
	for (long at; (at = span_find(last, SPAN(": "))) >= 0;)
		last = (struct span){ last.data + at + 2, last.len - (size_t)at - 2 };
	if (!last.len)
		return "upx gave up without a word";
	return arena_printf(arena, "upx says: %.*s", (int)last.len, last.data);
}

/* NULL when it went well. */
static const char *
run_upx(struct arena *arena, const char *const *argv, const _Atomic bool *cancel)
{
	const struct proc_spec spec = { .argv = argv, .cancel = cancel };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	const char *why = NULL;

	if (!proc_capture(&spec, SAID_MAX, 0, &result, &err))
		why = arena_strdup(arena, err.message);
	else if (result.end.exit_code != 0)
		why = why_of(arena, &result);
	proc_result_fini(&result);
	return why;
}

const char *
pack_try(struct arena *arena, const char *upx, const char *path, const _Atomic bool *cancel,
	struct packed *packed)
{
	char *copy = xasprintf("%s.packed", path);
	const char *pack[] = { upx, "--best", "-q", "-q", "-o", copy, path, NULL };
	const char *test[] = { upx, "-t", "-q", "-q", copy, NULL };
	uint64_t begun = loop_clock();
	const char *why = run_upx(arena, pack, cancel);
	struct stat st;

	packed->ms = (loop_clock() - begun) / 1000;
	if (!why)
		why = run_upx(arena, test, cancel);
	if (!why && stat(copy, &st) == 0)
		packed->bytes = (uint64_t)st.st_size;
	unlink(copy);
	free(copy);
	return why;
}
