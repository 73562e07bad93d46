#include "e2e/bench_setup.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include "base/hash.h"
#include "text/json.h"

/* ---- the server ---- */

static void
link_into(struct setting *w, const char *name, const char *what)
{
	struct stage *s = w->stage;
	const char *from = arena_printf(&s->bed->arena, "%s/%s", s->fixture, what);
	const char *to = arena_printf(&s->bed->arena, "%s/served/%s", s->bed->dir, name);

	assert_int_equal(symlink(from, to), 0);
}

/* It says its port on the pipe. With an environment of its own: it is none of the stage's processes. */
static void
be_server(const char *script, const char *dir, const char *path, int out)
{
	char *variable = xasprintf("PATH=%s", path);
	char *const environment[] = { variable, NULL };
	const char *const argv[] = { "env", "python3", script, ".", NULL };

	if (dup2(out, STDOUT_FILENO) < 0 || chdir(dir) < 0)
		_exit(127);
	execve("/usr/bin/env", (char *const *)argv, environment);
	_exit(127);
}

static bool
start_server(struct setting *w)
{
	struct stage *s = w->stage;
	const char *script = arena_printf(&s->bed->arena, "%s/tests/fixture/serve.py", s->source);
	int pipes[2];
	FILE *port;
	bool ok;

	bed_dirs(s->bed, "served");
	link_into(w, "dist", "dist/dist");
	link_into(w, "releases", "freebsd/releases");
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	w->server = fork();
	if (w->server == 0)
		be_server(script, bed_path(s->bed, "served"), s->bed->real_path, pipes[1]);
	close(pipes[1]);
	port = fdopen(pipes[0], "r");
	ok = port && fscanf(port, "%d", &w->port) == 1;
	if (port)
		fclose(port);
	return ok;
}

/* ---- rustup ---- */

static void
set_environment(struct setting *w)
{
	struct stage *s = w->stage;
	const char *server = arena_printf(&s->bed->arena, "http://127.0.0.1:%d", w->port);

	setenv("RUSTUP_DIST_SERVER", server, 1);
	setenv("RUSTUP_UPDATE_ROOT", server, 1);
	setenv("XTUI_FREEBSD_MIRROR", server, 1);
	setenv("RUSTUP_HOME", bed_path(s->bed, "own/rustup"), 1);
	setenv("CARGO_HOME", bed_path(s->bed, "own/cargo"), 1);
	unsetenv("CARGO_NET_OFFLINE");
}

static void
install_toolchain(struct stage *s)
{
	static const char *const argv[] = { "rustup", "toolchain", "install", "stable", "--profile",
		"minimal", "--no-self-update", NULL };
	struct str out = STR_INIT;

	if (bed_run(s->bed->dir, argv, &out) != 0)
		fail_msg("%s", str_cstr(&out));
	str_fini(&out);
}

bool
setting_open(struct setting *w, struct stage *s, bool has_toolchain, const char **why)
{
	static const char *const wanted[] = { "rustup/home", "dist/dist", "freebsd/releases" };

	*w = (struct setting){ .stage = s };
	*why = "no python3 to serve what is fetched";
	for (size_t i = 0; i < COUNT(wanted); i++) {
		if (!file_is_dir(arena_printf(&s->bed->arena, "%s/%s", s->fixture, wanted[i]))) {
			*why = arena_printf(&s->bed->arena, "no %s below build/fixture", wanted[i]);
			return false;
		}
	}
	if (!start_server(w)) {
		setting_close(w);
		return false;
	}
	bed_dirs(s->bed, "own/rustup");
	bed_dirs(s->bed, "own/cargo");
	set_environment(w);
	if (has_toolchain)
		install_toolchain(s);
	return true;
}

void
setting_close(struct setting *w)
{
	unsetenv("XTUI_FREEBSD_MIRROR");
	if (w->server <= 0)
		return;
	kill(w->server, SIGKILL);
	waitpid(w->server, NULL, 0);
	w->server = 0;
}

/* ---- snapshots ---- */

static bool
is_left_out(const char *name, const char *const *left_out)
{
	for (; *left_out; left_out++)
		if (text_is(name, *left_out))
			return true;
	return false;
}

static void
describe(const char *path, const char *name, const struct stat *st, struct str *out)
{
	struct str bytes = STR_INIT;
	char target[4096];
	ssize_t len;

	str_appendf(out, "%s %o", name, (unsigned)st->st_mode);
	if (S_ISREG(st->st_mode)) {
		if (!file_read(path, &bytes, NULL))
			fail_msg("%s cannot be read", path);
		str_appendf(out, " %zu %016llx", bytes.len,
			(unsigned long long)hash_bytes(HASH_INIT, str_cstr(&bytes), bytes.len));
		str_fini(&bytes);
	} else if (S_ISLNK(st->st_mode) && (len = readlink(path, target, sizeof(target))) > 0) {
		str_appendf(out, " -> %.*s", (int)len, target);
	}
	str_append_char(out, '\n');
}

static void
walk(const char *root, const char *below, const char *const *left_out, struct str *out)
{
	char *dir = *below ? path_join(root, below) : xstrdup(root);
	char **names;
	size_t count;

	assert_true(file_list(dir, &names, &count, NULL));
	for (size_t i = 0; i < count; i++) {
		char *name = *below ? path_join(below, names[i]) : xstrdup(names[i]);
		char *path = path_join(dir, names[i]);
		struct stat st;

		if (!is_left_out(name, left_out) && lstat(path, &st) == 0) {
			describe(path, name, &st, out);
			if (S_ISDIR(st.st_mode))
				walk(root, name, left_out, out);
		}
		free(path);
		free(name);
	}
	file_list_free(names, count);
	free(dir);
}

void
snapshot_take(const char *dir, const char *const *left_out, struct str *out)
{
	str_clear(out);
	if (file_is_dir(dir))
		walk(dir, "", left_out, out);
}

static bool
has_line(const struct str *text, struct span line)
{
	for (struct span rest = str_span(text); rest.len;)
		if (span_equal(span_cut(rest, '\n', &rest), line))
			return true;
	return false;
}

static void
append_missing(const struct str *from, const struct str *in, char mark, struct str *out)
{
	for (struct span rest = str_span(from); rest.len;) {
		struct span line = span_cut(rest, '\n', &rest);

		if (!has_line(in, line))
			str_appendf(out, "%c %.*s\n", mark, (int)line.len, line.data);
	}
}

void
snapshot_compare(const struct str *expected, const struct str *found, const char *when)
{
	struct str diff = STR_INIT;

	if (span_equal(str_span(expected), str_span(found)))
		return;
	append_missing(expected, found, '-', &diff);
	append_missing(found, expected, '+', &diff);
	fail_msg("%s:\n%s", when, str_cstr(&diff));
}

/* ---- undoing ---- */

/* The number of the newest edit; 0: there is none. */
static int
newest_edit(struct stage *s)
{
	struct json *doc;
	int number;

	xtui(s, "setup", "--undo", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "UNDO");
	number = (int)json_integer(json_get(json_first(json_get(doc, "edits")), "number"), 0);
	json_free(doc);
	return number;
}

void
setting_undo_all(struct stage *s)
{
	int number, last = 0;

	while ((number = newest_edit(s))) {
		assert_int_not_equal(number, last);
		last = number;
		xtui(s, "setup", "--undo", arena_printf(&s->bed->arena, "%d", number), "--yes");
		assert_code(s, 0);
	}
}
