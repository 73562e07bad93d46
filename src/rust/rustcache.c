/* rustcache: see rustcache.h. */
#include "rust/rustcache.h"
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include "base/path.h"

char *
rustcache_path(const char *kind, const char *key)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
	char *dir = path_cache_dir();
	char *path;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
	path = dir ? path_joinf(dir, "%s-%016" PRIx64, kind, hash) : NULL;
	free(dir);
	return path;
}
