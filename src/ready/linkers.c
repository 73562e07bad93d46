/* linkers: -print-file-name says where a file is, or its bare name when they have none; -v how they were
 * configured, which matters where one name stands for several processors.
 *
 * An answer with a libc is kept, one driver a file: a version line, the driver with its identity and
 * what of the environment it heeds, then "crt\t<path>", which must still be there, "arch\t<name>" and
 * CACHE_END. Of a driver without libc nothing is kept: a package that brings one leaves it as it is. */
#include "ready/linkers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "io/proc.h"
#include "io/together.h"
#include "rust/rustcache.h"

#define LIMIT_MS 2000
#define OUTPUT_MAX 65536
#define AT_ONCE 4
#define CRT "crt1.o"
#define CACHE_VERSION "xtui-linker 1\n"
#define CACHE_END "end\n"

struct asked {
	char *path;
	bool answered;
	struct linker_facts facts;
	char *crt, *arch;
};

struct linkers {
	struct asked *items; /* those that were known come first */
	size_t count, known;
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
		asked->crt = span_dup(said);
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

/* ---- the cache ---- */

/* Something that stands for many compilers, as ccache does, is not the one that answers. */
static bool
is_driver_itself(const char *path)
{
	char *real = file_real_path(path);
	const char *name = real ? path_basename(real) : "";
	bool is_one = strstr(name, "gcc") || strstr(name, "clang");

	free(real);
	return is_one;
}

/* The file for this driver; NULL: nothing is kept of it. */
static char *
cache_path(const struct asked *asked)
{
	return is_driver_itself(asked->path) ? rustcache_path("linker", asked->path) : NULL;
}

/* The lines of a file that counts for the driver as it is now; "" when there is none. */
static void
cache_head(const struct asked *asked, struct str *out)
{
	static const char *const heeded[] = { "GCC_EXEC_PREFIX", "COMPILER_PATH", "LIBRARY_PATH" };
	struct file_identity id;

	if (!file_identity(asked->path, &id))
		return;
	str_appendf(out, CACHE_VERSION "%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRId64 "\n",
		asked->path, id.device, id.inode, id.size, id.mtime_ns);
	for (size_t i = 0; i < COUNT(heeded); i++) {
		const char *value = getenv(heeded[i]);

		if (value)
			str_appendf(out, "%s\t%s\n", heeded[i], value);
	}
}

static void
cache_parse(struct asked *asked, struct span text)
{
	while (text.len) {
		struct span value, key = span_cut(span_cut(text, '\n', &text), '\t', &value);

		if (span_is(key, "crt") && !asked->crt)
			asked->crt = span_dup(value);
		else if (span_is(key, "arch") && !asked->arch)
			asked->arch = span_dup(value);
	}
}

static bool
cache_recall(struct asked *asked)
{
	char *path = cache_path(asked);
	struct str head = STR_INIT, text = STR_INIT;

	if (path && file_exists(path) && file_read(path, &text, NULL))
		cache_head(asked, &head);
	if (head.len && span_starts(str_span(&text), str_cstr(&head)) &&
		span_ends(str_span(&text), "\n" CACHE_END))
		cache_parse(asked, (struct span){ text.data + head.len, text.len - head.len });
	asked->answered = asked->crt && file_exists(asked->crt);
	asked->facts.arch = asked->arch;
	str_fini(&head);
	str_fini(&text);
	free(path);
	return asked->answered;
}

static void
cache_keep(const struct asked *asked)
{
	char *path = asked->facts.lacks_libc ? NULL : cache_path(asked);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (!path)
		return;
	cache_head(asked, &text);
	str_appendf(&text, "crt\t%s\n", asked->crt);
	if (asked->arch)
		str_appendf(&text, "arch\t%s\n", asked->arch);
	str_append(&text, CACHE_END);
	if (!file_write(path, str_span(&text), &err))
		log_line("linkers: %s", err.message);
	str_fini(&text);
	free(path);
}

static void
asked_forget(struct asked *asked)
{
	free(asked->crt);
	free(asked->arch);
	asked->crt = asked->arch = NULL;
	asked->facts = (struct linker_facts){ 0 };
}

static void
ask(void *arg, size_t i)
{
	struct linkers *l = arg;
	struct asked *asked = &l->items[l->known + i];

	asked_forget(asked);
	ask_for_libc(asked);
	if (asked->answered && text_starts(path_basename(asked->path), "arm"))
		ask_for_arch(asked);
	if (asked->answered)
		cache_keep(asked);
}

struct linkers *
linkers_ask(const char *const *paths, size_t count)
{
	struct linkers *l = xcalloc(1, sizeof(*l));
	struct asked one;
	size_t known = 0;

	l->items = xcalloc(count + 1, sizeof(*l->items));
	l->count = count;
	for (size_t i = 0; i < count; i++)
		l->items[i].path = xstrdup(paths[i]);
	for (size_t i = 0; i < count; i++) { /* those to be asked are moved behind the others */
		if (!cache_recall(&l->items[i]))
			continue;
		one = l->items[known];
		l->items[known++] = l->items[i];
		l->items[i] = one;
	}
	l->known = known;
	together(count - known, AT_ONCE, ask, l);
	return l;
}

void
linkers_free(struct linkers *l)
{
	for (size_t i = 0; l && i < l->count; i++) {
		asked_forget(&l->items[i]);
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
