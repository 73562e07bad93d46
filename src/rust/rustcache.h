/* rustcache: names of the files in which answers of rustc are kept. */
#pragma once

/* "$XDG_CACHE_HOME/xtui/<kind>-<hash of key>"; caller frees; NULL without a home. */
char *rustcache_path(const char *kind, const char *key);
