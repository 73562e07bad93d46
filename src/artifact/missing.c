/* missing: see missing.h. */
#include "artifact/missing.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "artifact/elf.h"
#include "artifact/reader.h"
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "host/platform.h"
#include "io/file.h"

struct search {
	const struct card *card;
	const char *root;
	char *origin;        /* the folder of the file, links resolved */
	struct reader cache; /* /etc/ld.so.cache; empty where there is none */
};

/* The header of a library says the same of the machine as the card. */
static bool
is_usable(const struct search *s, const char *path)
{
	struct reader r;
	bool is;

	if (!reader_open(&r, path, NULL))
		return false;
	is = elf_is(&r) && reader_u8(&r, 4) == (s->card->bits == 64 ? 2 : 1) &&
		reader_u8(&r, 5) == (s->card->endian == ENDIAN_BIG ? 2 : 1);
	reader_close(&r);
	return is;
}

static bool
is_in(const struct search *s, const char *dir, const char *name)
{
	char *below = path_joinf(s->root, "./%s", dir);
	char *path = path_join(below, name);
	bool is = is_usable(s, path);

	free(below);
	free(path);
	return is;
}

/* "$ORIGIN/../lib"; the loader's other words are not known here, and then the folder counts for nothing. */
static bool
is_in_run_path(const struct search *s, const char *dir, const char *name)
{
	const char *rest = text_starts(dir, "$ORIGIN") ? dir + strlen("$ORIGIN")
		: text_starts(dir, "${ORIGIN}")        ? dir + strlen("${ORIGIN}")
						       : NULL;
	char *path;
	bool is;

	if (!rest)
		return path_is_absolute(dir) && is_in(s, dir, name);
	path = path_joinf(s->origin, ".%s/%s", rest, name);
	is = is_usable(s, path);
	free(path);
	return is;
}

static bool
is_in_run_paths(const struct search *s, const char *name)
{
	const card_list *dirs = s->card->runpath.len ? &s->card->runpath : &s->card->rpath;

	for (size_t i = 0; i < dirs->len; i++)
		if (is_in_run_path(s, dirs->items[i], name))
			return true;
	return false;
}

/* glibc's cache: a header of 48 bytes, entries of 24, the offsets of names and paths in them counted from
 * the beginning. An older cache may stand before it. */
static bool
is_in_cache(const struct search *s, const char *name)
{
	static const struct span magic = SPAN("glibc-ld.so.cache1.1");
	struct span with_end = { name, strlen(name) + 1 };
	int64_t start = reader_find(&s->cache, 0, s->cache.len, magic);
	struct reader cache;
	struct arena arena = ARENA_INIT;
	bool is = false;

	if (start < 0)
		return false;
	reader_slice(&s->cache, (uint64_t)start, s->cache.len - (uint64_t)start, &cache);
	cache.big_endian = s->card->endian == ENDIAN_BIG;
	for (uint64_t i = 0, count = reader_u32(&cache, 20); i < count && !is; i++) {
		uint64_t at = 48 + i * 24;

		if (!reader_has(&cache, at, 24))
			break;
		if (reader_starts(&cache, reader_u32(&cache, at + 4), with_end))
			is = is_in(s, reader_text(&cache, reader_u32(&cache, at + 8), 4096, &arena),
				"");
	}
	arena_fini(&arena);
	return is;
}

static bool
is_in_system(const struct search *s, const char *name)
{
	static const char *const dirs[] = { "lib", "usr/lib", "lib64", "usr/lib64",
		"usr/local/lib" };

	for (size_t i = 0; i < COUNT(dirs); i++) {
		char *multiarch = xasprintf("%s/%s-linux-gnu", dirs[i], s->card->arch);
		bool is = is_in(s, dirs[i], name) || is_in(s, multiarch, name);

		free(multiarch);
		if (is)
			return true;
	}
	return false;
}

static bool
is_here(const struct search *s, const char *name)
{
	if (strchr(name, '/'))
		return is_usable(s, name);
	return is_in_run_paths(s, name) || is_in_cache(s, name) || is_in_system(s, name);
}

static bool
is_of_this_machine(const struct card *card)
{
	const struct platform *p = platform_get();

	return card->format == FORMAT_ELF && card->linkage == LINKAGE_DYNAMIC &&
		text_is(card->os, p->os) && text_is(card->arch, p->arch) &&
		text_is(card->libc, p->is_musl ? "musl" : "glibc");
}

void
missing_check_below(struct card *card, const char *root)
{
	struct search s = { .card = card, .root = root };
	char *cache, *real;

	if (!is_of_this_machine(card) || !card->needed.len)
		return;
	cache = path_join(root, "etc/ld.so.cache");
	real = file_real_path(card->path);
	s.origin = path_dirname(real ? real : card->path);
	reader_open(&s.cache, cache, NULL);
	for (size_t i = 0; i < card->needed.len; i++)
		if (!is_here(&s, card->needed.items[i]))
			card_add_problem(card, true, "missing-library",
				"%s is not on this machine: it does not start here",
				card->needed.items[i]);
	if (s.cache.source)
		reader_close(&s.cache);
	free(s.origin);
	free(real);
	free(cache);
}

void
missing_check(struct card *card)
{
	missing_check_below(card, "/");
}
