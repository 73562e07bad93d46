#include "base/path.h"
#include "base/alloc.h"
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *
path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);

	if (len == 0 || path_is_absolute(name))
		return xstrdup(name);
	if (!*name)
		return xstrdup(dir);
	return xasprintf("%s%s%s", dir, dir[len - 1] == '/' ? "" : "/", name);
}

char *
path_joinf(const char *dir, const char *fmt, ...)
{
	struct str name = STR_INIT;
	va_list args;
	char *path;

	va_start(args, fmt);
	str_appendv(&name, fmt, args);
	va_end(args);
	path = path_join(dir, str_cstr(&name));
	str_fini(&name);
	return path;
}

static size_t
without_slashes(const char *path, size_t len)
{
	while (len > 0 && path[len - 1] == '/')
		len--;
	return len;
}

char *
path_dirname(const char *path)
{
	size_t len = without_slashes(path, strlen(path));

	while (len > 0 && path[len - 1] != '/')
		len--;
	if (len == 0)
		return xstrdup(path_is_absolute(path) ? "/" : ".");
	len = without_slashes(path, len);
	return len ? xstrndup(path, len) : xstrdup("/");
}

const char *
path_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The next part between slashes; false at the end. */
static bool
next_component(struct span *rest, struct span *part)
{
	while (rest->len > 0) {
		*part = span_cut(*rest, '/', rest);
		if (part->len > 0)
			return true;
	}
	return false;
}

/* Removes the last component of a normal path; false when there is none to remove. */
static bool
fold_parent(struct str *path, size_t root)
{
	struct span all = str_span(path);
	size_t at = all.len;

	while (at > root && all.data[at - 1] != '/')
		at--;
	if (at == all.len || span_is((struct span){ all.data + at, all.len - at }, ".."))
		return false;
	str_truncate(path, at > root ? at - 1 : root);
	return true;
}

char *
path_normal(const char *path)
{
	struct span rest = span_of(path);
	struct str out = STR_INIT;
	struct span part;
	size_t root = path_is_absolute(path) ? 1 : 0;

	str_append_repeat(&out, '/', root);
	while (next_component(&rest, &part)) {
		if (span_is(part, "."))
			continue;
		if (span_is(part, "..") && (fold_parent(&out, root) || root))
			continue;
		if (out.len > root)
			str_append_char(&out, '/');
		str_append_span(&out, part);
	}
	if (out.len == 0)
		str_append_char(&out, '.');
	return str_take(&out);
}

char *
path_absolute(const char *path)
{
	char *here = path_is_absolute(path) ? NULL : getcwd(NULL, 0);
	char *joined = path_join(here ? here : "/", path);
	char *normal = path_normal(joined);

	free(joined);
	free(here);
	return normal;
}

bool
path_is_absolute(const char *path)
{
	return path[0] == '/';
}

/* Whether a normal path leads out of the working directory by its name. */
static bool
leads_out(const char *path)
{
	return path_is_absolute(path) || text_is(path, "..") || text_starts(path, "../");
}

/* What is left of `path` below `dir`, both normal: "" for dir itself, NULL when it is not below. */
static const char *
below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (text_is(dir, ".") && !text_is(path, "."))
		return leads_out(path) ? NULL : path;
	if (!text_starts(path, dir))
		return NULL;
	if (path[len] == '\0' || text_is(dir, "/"))
		return path + len;
	return path[len] == '/' ? path + len + 1 : NULL;
}

bool
path_is_listed(const char *list, const char *dir)
{
	for (struct span rest = span_of(list ? list : ""), entry; rest.len;) {
		entry = span_cut(rest, ':', &rest);
		if (span_is(entry, dir))
			return true;
	}
	return false;
}

bool
path_is_below(const char *path, const char *dir)
{
	char *normal = path_normal(path);
	char *normal_dir = path_normal(dir);
	bool is_below = below(normal, normal_dir) != NULL;

	free(normal_dir);
	free(normal);
	return is_below;
}

bool
path_has_component(const char *path, struct span name)
{
	struct span rest = span_of(path);
	struct span part;

	while (next_component(&rest, &part))
		if (span_equal(part, name))
			return true;
	return false;
}

/* "…/rest" below dir as `sign` says: "." for the base, "~" for HOME; NULL when not below. */
static char *
shown_below(const char *path, const char *dir, const char *sign)
{
	char *normal_dir = dir ? path_normal(dir) : NULL;
	const char *rest = normal_dir ? below(path, normal_dir) : NULL;
	char *shown = NULL;

	if (rest && !*rest)
		shown = xstrdup(sign);
	else if (rest)
		shown = text_is(sign, ".") ? xstrdup(rest) : path_join(sign, rest);
	free(normal_dir);
	return shown;
}

char *
path_shown(const char *path, const char *base)
{
	char *normal = path_normal(path);
	char *home = path_home();
	char *shown = shown_below(normal, base, ".");

	if (!shown && home && !text_is(home, "/"))
		shown = shown_below(normal, home, "~");
	if (!shown) {
		shown = normal;
		normal = NULL;
	}
	free(home);
	free(normal);
	return shown;
}

static char *
home_of_password_file(void)
{
	char buf[16 * 1024];
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwuid_r(getuid(), &entry, buf, sizeof buf, &found) != 0 || !found)
		return NULL;
	return found->pw_dir && path_is_absolute(found->pw_dir) ? xstrdup(found->pw_dir) : NULL;
}

char *
path_home(void)
{
	const char *home = getenv("HOME");

	return home && path_is_absolute(home) ? xstrdup(home) : home_of_password_file();
}

static char *
xdg_dir(const char *variable, const char *below_home)
{
	const char *value = getenv(variable);
	char *home;
	char *dir;

	if (value && path_is_absolute(value))
		return path_join(value, "xtui");
	if (!(home = path_home()))
		return NULL;
	dir = path_joinf(home, "%s/xtui", below_home);
	free(home);
	return dir;
}

char *
path_config_dir(void)
{
	return xdg_dir("XDG_CONFIG_HOME", ".config");
}

char *
path_data_dir(void)
{
	return xdg_dir("XDG_DATA_HOME", ".local/share");
}

char *
path_state_dir(void)
{
	return xdg_dir("XDG_STATE_HOME", ".local/state");
}

char *
path_cache_dir(void)
{
	return xdg_dir("XDG_CACHE_HOME", ".cache");
}
