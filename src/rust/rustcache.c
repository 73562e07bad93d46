/* rustcache: see rustcache.h. */
#include "rust/rustcache.h"
#include <inttypes.h>
#include <stdlib.h>
#include "base/hash.h"
#include "base/path.h"

char *
rustcache_path(const char *kind, const char *key)
{
	uint64_t hash = hash_bytes(HASH_INIT, key, strlen(key));
	char *dir = path_cache_dir();
	char *path = dir ? path_joinf(dir, "%s-%016" PRIx64, kind, hash) : NULL;
	free(dir);
	return path;
}
