/* linkers: -print-file-name says where a file is, or its bare name when they have none; -v how they were
 * configured, which matters where one name stands for several processors. */
#include "ready/linkers.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "io/proc.h"
#include "io/together.h"

#define LIMIT_MS 2000
#define OUTPUT_MAX 65536
#define AT_ONCE 4
#define CRT "crt1.o"

struct asked {
	char *path;
	bool answered;
	struct linker_facts facts;
	char *arch;
};

struct linkers {
	struct asked *items;
	size_t count;
};

/* What follows "--with-arch=" among the words it was configured with. */
static char *
configured_arch(struct span text)
{
	static const struct span option = { "--with-arch=", 12 };
	long at = span_find(text, option);
	const char *from;
	size_t len = 0;

	if (at < 0)
		return NULL;
	from = text.data + at + option.len;
	while (from + len < text.data + text.len && !strchr(" \t\n'", from[len]))
		len++;
	return xstrndup(from, len);
}

static bool
question(const char *program, const char *option, struct proc_result *result)
{
	const char *const argv[] = { program, option, NULL };
	static const struct proc_env env[] = { { "LC_ALL", "C" } };
	struct proc_spec spec = { .argv = argv, .env = env, .env_count = 1 };

	return proc_capture(&spec, OUTPUT_MAX, LIMIT_MS, result, NULL) && !result->end.exit_code;
}

static void
ask_for_libc(struct asked *asked)
{
	struct proc_result result = { 0 };
	struct span said;

	if (question(asked->path, "-print-file-name=" CRT, &result)) {
		said = span_trim(str_span(&result.out));
		asked->answered = said.len > 0;
		asked->facts.lacks_libc = span_is(said, CRT);
	}
	proc_result_fini(&result);
}

static void
ask_for_arch(struct asked *asked)
{
	struct proc_result result = { 0 };

	if (question(asked->path, "-v", &result))
		asked->facts.arch = asked->arch = configured_arch(str_span(&result.err));
	proc_result_fini(&result);
}

static void
ask(void *arg, size_t i)
{
	struct asked *asked = &((struct linkers *)arg)->items[i];

	ask_for_libc(asked);
	if (asked->answered && text_starts(path_basename(asked->path), "arm"))
		ask_for_arch(asked);
}

struct linkers *
linkers_ask(const char *const *paths, size_t count)
{
	struct linkers *l = xcalloc(1, sizeof(*l));

	l->items = xcalloc(count + 1, sizeof(*l->items));
	l->count = count;
	for (size_t i = 0; i < count; i++)
		l->items[i].path = xstrdup(paths[i]);
	together(count, AT_ONCE, ask, l);
	return l;
}

void
linkers_free(struct linkers *l)
{
	for (size_t i = 0; l && i < l->count; i++) {
		free(l->items[i].arch);
		free(l->items[i].path);
	}
	if (l)
		free(l->items);
	free(l);
}

const struct linker_facts *
linkers_get(const struct linkers *l, const char *path)
{
	for (size_t i = 0; l && i < l->count; i++)
		if (l->items[i].answered && text_is(l->items[i].path, path))
			return &l->items[i].facts;
	return NULL;
}
