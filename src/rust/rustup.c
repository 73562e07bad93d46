/* rustup: see rustup.h.
 *
 * A pin is a name somebody wrote and the place where; resolving it gives a folder below
 * RUSTUP_HOME/toolchains. */
#include "rust/rustup.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "host/platform.h"
#include "io/file.h"
#include "text/toml.h"

enum pin_source { PIN_NONE, PIN_NAMED, PIN_FILE };

struct pin {
	enum pin_source source; /* PIN_FILE: a toolchain file, which may not name a host */
	char *name;             /* as written; an absolute path for a path toolchain */
	char *origin;           /* for people: what chose it */
	char *place;            /* how an error begins: "rust-toolchain.toml:2" */
};

struct search {
	char *dir;             /* the project's folder, links resolved as getcwd does */
	char *home;            /* RUSTUP_HOME */
	char *host;            /* default host triple */
	struct toml *settings; /* NULL when there is no settings.toml */
};

static char *
home_from(const char *variable, const char *folder)
{
	const char *value = getenv(variable);
	char *home, *path;

	if (value && *value)
		return path_absolute(value);
	if (!(home = path_home()))
		return NULL;
	path = path_join(home, folder);
	free(home);
	return path;
}

char *
rustup_home(void)
{
	return home_from("RUSTUP_HOME", ".rustup");
}

char *
rustup_cargo_home(void)
{
	return home_from("CARGO_HOME", ".cargo");
}

static bool
is_same_size(const char *path, const char *rustup)
{
	struct stat a, b;

	return stat(path, &a) == 0 && stat(rustup, &b) == 0 && S_ISREG(b.st_mode) &&
		a.st_size == b.st_size;
}

bool
rustup_is_proxy(const char *path)
{
	char *real = file_real_path(path);
	bool is_proxy = real && text_starts(path_basename(real), "rustup");
	char *home = NULL, *dir = NULL, *beside = NULL, *installed = NULL;

	if (!real || is_proxy)
		goto done;
	dir = path_dirname(path);
	beside = path_join(dir, "rustup");
	is_proxy = is_same_size(path, beside);
	if (!is_proxy && (home = rustup_cargo_home())) {
		installed = path_join(home, "bin/rustup");
		is_proxy = is_same_size(path, installed);
	}
done:
	free(installed);
	free(beside);
	free(dir);
	free(home);
	free(real);
	return is_proxy;
}

/* --- names --- */

static bool
is_number(struct span s, size_t min, size_t max)
{
	if (s.len < min || s.len > max)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < '0' || s.data[i] > '9')
			return false;
	return true;
}

/* "1.80", "1.80.1" */
static bool
is_version(struct span s)
{
	struct span minor, patch;
	struct span major = span_cut(s, '.', &minor);
	bool has_patch;

	minor = span_cut(minor, '.', &patch);
	has_patch = patch.len > 0;
	return is_number(major, 1, 1) && is_number(minor, 1, 3) &&
		(!has_patch || is_number(patch, 1, 2)) && s.data[s.len - 1] != '.';
}

/* Takes "-<word>" from the beginning of rest. */
static bool
take_part(struct span *rest, struct span *word)
{
	size_t n = 1;

	if (!rest->len || rest->data[0] != '-')
		return false;
	while (n < rest->len && rest->data[n] != '-')
		n++;
	*word = (struct span){ rest->data + 1, n - 1 };
	*rest = (struct span){ rest->data + n, rest->len - n };
	return true;
}

/* Takes "-2026-01-31". */
static void
take_date(struct span *rest)
{
	struct span after = *rest, year, month, day;

	if (take_part(&after, &year) && is_number(year, 4, 4) && take_part(&after, &month) &&
		is_number(month, 2, 2) && take_part(&after, &day) && is_number(day, 2, 2))
		*rest = after;
}

/* Takes "-beta" or "-beta.3" after a version. */
static void
take_beta(struct span *rest)
{
	struct span after = *rest, word;

	if (take_part(&after, &word) && (span_is(word, "beta") || span_starts(word, "beta.")))
		*rest = after;
}

/* Splits the name of an official toolchain after channel and date; false for a custom name. */
static bool
split_official(const char *name, struct span *host_part)
{
	struct span rest;
	struct span channel = span_cut(span_of(name), '-', &rest);

	*host_part = (struct span){ name + channel.len, strlen(name) - channel.len };
	if (is_version(channel))
		take_beta(host_part);
	else if (!span_is(channel, "stable") && !span_is(channel, "beta") &&
		!span_is(channel, "nightly"))
		return false;
	take_date(host_part);
	return true;
}

static bool
is_one_of(struct span word, const char *const *names)
{
	for (; *names; names++)
		if (span_is(word, *names))
			return true;
	return false;
}

static bool
is_vendor(struct span word)
{
	static const char *const vendors[] = { "unknown", "pc", "apple", "sun", "linux", "none",
		"uwp", "wrs", "rumprun", NULL };

	return is_one_of(word, vendors);
}

static bool
is_environment(struct span word)
{
	static const char *const starts[] = { "gnu", "musl", "msvc", "android", "eabi", "ohos",
		"newlib", "uclibc", "sgx", NULL };

	for (const char *const *s = starts; *s; s++)
		if (span_starts(word, *s))
			return true;
	return false;
}

struct triple_parts {
	struct span arch, vendor, os, env; /* empty: not named */
};

static struct triple_parts
split_triple(struct span text)
{
	struct triple_parts t = { 0 };
	struct span rest = text;
	struct span word = span_cut(rest, '-', &rest);

	if (word.len && !is_vendor(word) && !is_environment(word)) {
		t.arch = word;
		word = span_cut(rest, '-', &rest);
	}
	if (word.len && is_vendor(word)) {
		t.vendor = word;
		if (!span_is(word, "linux")) /* arm-linux-androideabi has no vendor */
			t.os = span_cut(rest, '-', &rest);
		word = rest;
	}
	t.env = word;
	return t;
}

static void
append_part(struct str *out, struct span part)
{
	if (part.len) {
		str_append_char(out, '-');
		str_append_span(out, part);
	}
}

char *
rustup_full_name(const char *name, const char *host)
{
	struct str out = STR_INIT;
	struct triple_parts want, own = split_triple(span_of(host));
	struct span tail;

	if (!split_official(name, &tail))
		return xstrdup(name);
	str_append_bytes(&out, name, (size_t)(tail.data - name));
	if (!tail.len) {
		append_part(&out, span_of(host));
		return str_take(&out);
	}
	want = split_triple((struct span){ tail.data + 1, tail.len - 1 });
	append_part(&out, want.arch.len ? want.arch : own.arch);
	append_part(&out, want.vendor.len ? want.vendor : own.vendor);
	append_part(&out, want.vendor.len ? want.os : own.os);
	append_part(&out, want.env.len || want.vendor.len ? want.env : own.env);
	return str_take(&out);
}

/* --- pins --- */

static void
pin_fini(struct pin *pin)
{
	free(pin->name);
	free(pin->origin);
	free(pin->place);
	*pin = (struct pin){ 0 };
}

static void
pin_named(struct pin *pin, const char *name, const char *origin, const char *place)
{
	*pin = (struct pin){ .source = PIN_NAMED,
		.name = xstrdup(name),
		.origin = xstrdup(origin),
		.place = xstrdup(place) };
}

static void
pin_from_file(struct pin *pin, const char *name, const char *path, const char *shown, int line)
{
	*pin = (struct pin){ .source = PIN_FILE,
		.name = xstrdup(name),
		.origin = xstrdup(path),
		.place = xasprintf("%s:%d", shown, line) };
}

static bool
pin_from_toml(struct pin *pin, const struct toml *doc, const char *path, struct err *err)
{
	const struct toml_value *section = toml_get(toml_root(doc), "toolchain");
	const struct toml_value *channel = toml_get(section, "channel");
	const struct toml_value *folder = toml_get(section, "path");
	const struct toml_value *value = channel ? channel : folder;

	if (!toml_count(section))
		return toml_err(doc, section ? section : toml_root(doc), err,
			"a toolchain file needs [toolchain] with a channel or a path");
	if (channel && folder)
		return toml_err(doc, folder, err, "channel and path cannot both be given");
	if (!value)
		return true; /* components and targets only: the default toolchain */
	if (toml_kind(value) != TOML_STRING)
		return toml_err(doc, value, err, "expected a string, found %s",
			toml_kind_name(toml_kind(value)));
	if (folder && !path_is_absolute(toml_string(folder, "")))
		return toml_err(doc, folder, err, "the path of a toolchain must be absolute");
	pin_from_file(pin, toml_string(value, ""), path, toml_name(doc), toml_line(value));
	return true;
}

/* A file of one line names the toolchain itself; only `rust-toolchain` may be that. */
static bool
is_one_line(struct span text)
{
	const char *end = memchr(text.data, '\n', text.len);

	return text.len && (!end || end == text.data + text.len - 1);
}

static bool
pin_read_file(struct pin *pin, const struct search *s, const char *path, bool may_be_line,
	struct err *err)
{
	struct str text = STR_INIT;
	struct span line;
	char *shown = path_shown(path, s->dir), *name = NULL;
	struct toml *doc = NULL;
	bool ok = false;

	if (!file_read(path, &text, err))
		goto done;
	line = span_trim(str_span(&text));
	if (!line.len) {
		err_set(err, ERR_PARSE, "%s: the toolchain file is empty", shown);
		err_try(err, "remove it, or write the channel into it");
	} else if (may_be_line && is_one_line(str_span(&text))) {
		name = span_dup(line);
		pin_from_file(pin, name, path, shown, 1);
		ok = true;
	} else if ((doc = toml_parse_dialect(text.data, text.len, shown, TOML_1_1, err))) {
		ok = pin_from_toml(pin, doc, path, err);
	}
done:
	toml_free(doc);
	free(name);
	free(shown);
	str_fini(&text);
	return ok;
}

static void
pin_from_override(struct pin *pin, const struct search *s, const char *dir)
{
	const struct toml_value *overrides = toml_get(toml_root(s->settings), "overrides");
	char *real = toml_count(overrides) ? file_real_path(dir) : NULL;
	const char *name = real ? toml_string(toml_get(overrides, real), NULL) : NULL;

	if (name) {
		char *origin = xasprintf("rustup override for %s", real);
		pin_named(pin, name, origin, origin);
		free(origin);
	}
	free(real);
}

/* One folder of the walk upwards. *found tells that a toolchain file ends the walk even when it
 * names no toolchain. */
static bool
pin_from_dir(struct pin *pin, const struct search *s, const char *dir, bool *found, struct err *err)
{
	static const char *const names[] = { "rust-toolchain", "rust-toolchain.toml" };
	bool ok = true;

	if (s->settings)
		pin_from_override(pin, s, dir);
	*found = pin->source != PIN_NONE;
	for (size_t i = 0; i < 2 && !*found; i++) {
		char *path = path_join(dir, names[i]);

		if ((*found = file_exists(path) && !file_is_dir(path)))
			ok = pin_read_file(pin, s, path, i == 0, err);
		free(path);
	}
	return ok;
}

static bool
pin_from_walk(struct pin *pin, const struct search *s, struct err *err)
{
	char *dir = xstrdup(s->dir);
	bool found = false, ok = true;

	while (!found && ok) {
		char *parent;

		ok = pin_from_dir(pin, s, dir, &found, err);
		parent = path_dirname(dir);
		if (text_is(parent, dir) || text_is(dir, "."))
			found = true;
		free(dir);
		dir = parent;
	}
	free(dir);
	return ok;
}

/* The default of the user, else the one that a distribution sets. */
static void
pin_default(struct pin *pin, const struct search *s)
{
	const char *name = NULL;
	struct toml *fallback = NULL;

	if (s->settings)
		name = toml_string(toml_get(toml_root(s->settings), "default_toolchain"), NULL);
	if (!name && file_exists("/etc/rustup/settings.toml") &&
		(fallback = toml_read_dialect("/etc/rustup/settings.toml", NULL, TOML_1_1, NULL)))
		name = toml_string(toml_get(toml_root(fallback), "default_toolchain"), NULL);
	if (name)
		pin_named(pin, name, "default", "rustup's default toolchain");
	toml_free(fallback);
}

static bool
pin_find(struct pin *pin, const struct search *s, const char *override, struct err *err)
{
	const char *variable = getenv("RUSTUP_TOOLCHAIN");

	if (override)
		pin_named(pin, override[0] == '+' ? override + 1 : override, "--toolchain",
			"--toolchain");
	else if (variable && *variable)
		pin_named(pin, variable, "RUSTUP_TOOLCHAIN", "RUSTUP_TOOLCHAIN");
	else if (!pin_from_walk(pin, s, err))
		return false;
	if (pin->source == PIN_NONE)
		pin_default(pin, s);
	if (pin->source != PIN_NONE)
		return true;
	err_set(err, ERR_ENVIRONMENT, "rustup: no toolchain is chosen for %s", s->dir);
	return err_try(err, "rustup default stable");
}

/* --- folders --- */

static bool
has_program(const char *root, const char *name)
{
	char *path = path_joinf(root, "bin/%s", name);
	bool has = file_is_executable(path);

	free(path);
	return has;
}

static char *
toolchain_root(const struct search *s, const char *name)
{
	return path_is_absolute(name) ? path_normal(name)
				      : path_joinf(s->home, "toolchains/%s", name);
}

/* A linked toolchain without cargo (a build of rustc itself) gets one as rustup gives it. */
static char *
cargo_root(const struct search *s, const char *root)
{
	static const char *const channels[] = { "nightly", "beta", "stable" };

	for (size_t i = 0; i < 3 && !has_program(root, "cargo"); i++) {
		char *name = rustup_full_name(channels[i], s->host);
		char *other = toolchain_root(s, name);

		free(name);
		if (has_program(other, "cargo"))
			return other;
		free(other);
	}
	return xstrdup(root);
}

static bool
err_not_installed(const struct pin *pin, const char *full, struct err *err)
{
	struct span tail;

	if (path_is_absolute(pin->name))
		return err_set(err, ERR_ENVIRONMENT, "%s: %s holds no toolchain (no bin/rustc)",
			pin->place, pin->name);
	err_set(err, ERR_ENVIRONMENT, "%s: the toolchain %s is not installed", pin->place, full);
	if (split_official(pin->name, &tail))
		return err_try(err, "rustup toolchain install %s", pin->name);
	return err_try(err, "rustup toolchain link %s FOLDER", pin->name);
}

/* A toolchain file is shared between hosts, so rustup wants no host in its channel. */
static bool
names_a_host(const struct search *s, const struct pin *pin)
{
	struct span tail;
	char *root;
	bool is_there;

	if (pin->source != PIN_FILE || !split_official(pin->name, &tail) || !tail.len)
		return false;
	root = toolchain_root(s, pin->name);
	is_there = file_is_dir(root);
	free(root);
	return !is_there;
}

static bool
resolve(const struct search *s, struct pin *pin, struct rustup_choice *out, struct err *err)
{
	char *full = path_is_absolute(pin->name) ? xstrdup(pin->name)
						 : rustup_full_name(pin->name, s->host);
	char *root = toolchain_root(s, full);

	if (!path_is_absolute(pin->name) && strchr(pin->name, '/')) {
		err_set(err, ERR_USAGE, "%s: \"%s\" is no name of a toolchain", pin->place,
			pin->name);
	} else if (names_a_host(s, pin)) {
		err_set(err, ERR_ENVIRONMENT, "%s: a target triple in the channel name %s",
			pin->place, pin->name);
		err_try(err, "leave the triple out: the file is shared between hosts");
	} else if (!has_program(root, "rustc")) {
		err_not_installed(pin, full, err);
	} else {
		*out = (struct rustup_choice){ .name = full,
			.root = root,
			.origin = pin->origin,
			.cargo_root = cargo_root(s, root) };
		pin->origin = NULL;
		return true;
	}
	free(root);
	free(full);
	return false;
}

static bool
search_open(struct search *s, const char *dir, struct err *err)
{
	char *path;
	bool ok = true;

	*s = (struct search){ .dir = file_real_path(dir), .home = rustup_home() };
	if (!s->dir)
		s->dir = path_normal(dir);
	if (!s->home)
		return err_set(err, ERR_ENVIRONMENT, "rustup: neither RUSTUP_HOME nor HOME is set");
	path = path_join(s->home, "settings.toml");
	if (file_exists(path))
		ok = (s->settings = toml_read_dialect(path, NULL, TOML_1_1, err)) != NULL;
	free(path);
	if (ok)
		s->host = xstrdup(toml_string(s->settings
				? toml_get(toml_root(s->settings), "default_host_triple")
				: NULL,
			platform_get()->triple));
	return ok;
}

static void
search_close(struct search *s)
{
	toml_free(s->settings);
	free(s->dir);
	free(s->home);
	free(s->host);
}

bool
rustup_choose(const char *dir, const char *override, struct rustup_choice *out, struct err *err)
{
	struct search s;
	struct pin pin = { 0 };
	bool ok;

	*out = (struct rustup_choice){ 0 };
	ok = search_open(&s, dir, err) && pin_find(&pin, &s, override, err) &&
		resolve(&s, &pin, out, err);
	pin_fini(&pin);
	search_close(&s);
	return ok;
}

void
rustup_choice_fini(struct rustup_choice *choice)
{
	free(choice->name);
	free(choice->root);
	free(choice->origin);
	free(choice->cargo_root);
	*choice = (struct rustup_choice){ 0 };
}
