/* ndk: cargo itself, with the compilers of Android's native development kit.
 *
 * The kit has a clang for each target and API level, "aarch64-linux-android21-clang": that one links.
 * Kits before r28 are told to align for pages of 16 KiB, which 64-bit devices have since Android 15. */
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/toolset.h"
#include "build/way.h"
#include "io/file.h"
#include "ready/ndk.h"

#define API_DEFAULT "21"
#define LARGE_PAGES_SINCE 28 /* release that aligns for them by itself */

/* The folder of the kit's programs, for whatever host it is; NULL: none. */
static const char *
bin_dir(const struct ndk *ndk, struct arena *arena)
{
	const char *parent = arena_printf(arena, "%s/toolchains/llvm/prebuilt", ndk->path);
	const char *bin = NULL;
	char **names = NULL;
	size_t count = 0;

	file_list(parent, &names, &count, NULL);
	for (size_t i = 0; i < count && !bin; i++) {
		bin = arena_printf(arena, "%s/%s/bin", parent, names[i]);
		bin = file_is_dir(bin) ? bin : NULL;
	}
	file_list_free(names, count);
	return bin;
}

/* What the kit calls the target. */
static const char *
clang_target(const char *triple)
{
	return text_ends(triple, "-linux-androideabi") ? "armv7a-linux-androideabi" : triple;
}

static const char *
api_of(const struct way *way)
{
	if (way->api)
		return way->api;
	return text_starts(way->triple, "riscv64") ? "35" : API_DEFAULT;
}

static const char *
clang(const struct ndk *ndk, const struct way *way, const char *suffix, struct arena *arena)
{
	const char *bin = bin_dir(ndk, arena);

	return bin ? arena_printf(arena, "%s/%s%s-clang%s", bin, clang_target(way->triple),
			     api_of(way), suffix)
		   : NULL;
}

/* "21 to 35", in the arena; NULL when the kit has none for the target. */
static const char *
levels(const struct ndk *ndk, const struct way *way, struct arena *arena)
{
	const char *bin = bin_dir(ndk, arena), *target = clang_target(way->triple);
	long least = 0, most = 0;
	char **names = NULL;
	size_t count = 0;

	if (bin)
		file_list(bin, &names, &count, NULL);
	for (size_t i = 0; i < count; i++) {
		long level;

		if (!text_starts(names[i], target) || !text_ends(names[i], "-clang"))
			continue;
		level = strtol(names[i] + strlen(target), NULL, 10);
		least = level && (!least || level < least) ? level : least;
		most = level > most ? level : most;
	}
	file_list_free(names, count);
	return most ? arena_printf(arena, "%ld to %ld", least, most) : NULL;
}

static bool
ndk_check(const struct run_spec *spec, const struct way *way, struct err *err)
{
	struct arena arena = { 0 };
	struct ndk ndk = ndk_find(&arena);
	const char *program = ndk.path ? clang(&ndk, way, "", &arena) : NULL;
	const char *known = ndk.path ? levels(&ndk, way, &arena) : NULL;
	bool ok = program && file_exists(program);

	if (!ok && known)
		err_set(err, ERR_USAGE, "%s: API level %s: the kit in %s has %s", way->triple,
			api_of(way), ndk.path, known);
	else if (!ok)
		err_set(err, ERR_ENVIRONMENT, "%s: %s: no clang for this target in it", way->triple,
			ndk.path ? ndk.path : "Android NDK");
	arena_fini(&arena);
	return ok;
}

static bool
is_64_bit(const char *triple)
{
	return text_starts(triple, "aarch64") || text_starts(triple, "x86_64") ||
		text_starts(triple, "riscv64");
}

static struct toolset
toolset_of(const struct ndk *ndk, const struct way *way, struct arena *arena)
{
	static const char *const large_pages[] = { "-Wl,-z,max-page-size=16384", NULL };
	const char *bin = bin_dir(ndk, arena);
	struct toolset set = { .triple = way->triple };

	if (!bin)
		return set;
	set.cc = set.linker = clang(ndk, way, "", arena);
	set.cxx = clang(ndk, way, "++", arena);
	set.ar = arena_printf(arena, "%s/llvm-ar", bin);
	set.ranlib = arena_printf(arena, "%s/llvm-ranlib", bin);
	if (is_64_bit(way->triple) && atoi(ndk->version ? ndk->version : "0") < LARGE_PAGES_SINCE)
		set.link_args = large_pages;
	return set;
}

/* Build scripts that look for the kit themselves find the same one. */
static void
ndk_environment(struct command *c, const struct command_query *query)
{
	struct toolset *sets = arena_array(&c->arena, struct toolset, query->target_count + 1);
	struct ndk ndk = ndk_find(&c->arena);

	if (!ndk.path)
		return;
	for (size_t i = 0; i < query->target_count; i++)
		sets[i] = toolset_of(&ndk, place_way(query->place, query->targets[i]), &c->arena);
	toolset_give(c, query, sets, query->target_count);
	command_set(c, "ANDROID_NDK_HOME", ndk.path);
	command_set(c, "ANDROID_NDK_ROOT", ndk.path);
}

const struct backend backend_ndk = {
	.name = "ndk",
	.traits = BACKEND_APART | BACKEND_LINKS,
	.check = ndk_check,
	.environment = ndk_environment,
};
