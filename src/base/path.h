/* path: names of files; the file system is never asked. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

/* Everything that returns `char *` is the caller's to free. */
char *path_join(const char *dir, const char *name); /* an absolute name wins over dir */
char *path_joinf(const char *dir, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *path_dirname(const char *path);        /* "." when there is no slash, "/" for the root */
const char *path_basename(const char *path); /* borrowed, inside path; "" after a last slash */
char *path_normal(const char *path);         /* without "." and "//", ".." folded where it can be */
char *path_absolute(const char *path);       /* against the working directory, normalised */
bool path_is_absolute(const char *path);
bool path_is_listed(const char *list, const char *dir);      /* in "a:b:c", as PATH is; NULL: no */
bool path_is_below(const char *path, const char *dir);       /* by name; dir is below itself */
bool path_has_component(const char *path, struct span name); /* "/a/b/c" has "b" */
/* `path` as a person writes it: relative to `base` (may be NULL) when below it, "~/…" when below
 * HOME. */
char *path_shown(const char *path, const char *base);

/* The four folders of product.md section 4, with "/xtui" at the end, by the XDG rules (a relative
 * value counts as unset). HOME unset: the password file's; none there either: NULL. */
char *path_config_dir(void);
char *path_data_dir(void);
char *path_state_dir(void);
char *path_cache_dir(void);
char *path_home(void); /* HOME, else the password file's; NULL when neither is known */
