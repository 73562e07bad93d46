/* What is left out stands in one list of anchored patterns, which rsync and git read alike. */
#include "build/remote_send.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/ignoring.h"
#include "io/digest.h"
#include "io/fd.h"
#include "io/file.h"
#include "io/proc.h"
#include "io/tempdir.h"
#include "ready/remote.h"
#include "rust/workspace.h"
#include "text/shell.h"

#define SAID_MAX (1u << 20)
#define CHUNK 65536

struct sending {
	const struct remote *remote;
	const struct workspace *ws;
	const char *folder; /* there */
	struct tempdir *temp;
	struct ignoring *ignoring;
	VEC(const char *) left_out; /* paths from the root, with a slash before them */
	int status;                 /* of the program that failed last */
	const char *own_repository; /* the first folder below the root that is one; or NULL */
	struct arena arena;
};

/* ---- what is left out ---- */

/* Where somebody's cargo has its home in the workspace. */
static bool
is_cargo_cache(const char *below)
{
	return text_is(below, "/.cargo/registry") || text_is(below, "/.cargo/git") ||
		text_is(below, "/.cargo/bin");
}

static void leave_out_below(struct sending *s, const char *dir);

static void
look_at(struct sending *s, const char *path)
{
	const char *name = path_basename(path), *below = path + strlen(s->ws->root);
	struct stat st;
	bool is_dir = lstat(path, &st) == 0 && S_ISDIR(st.st_mode);

	if (text_is(name, ".git")) {
		char *dir = path_dirname(path);

		if (!s->own_repository && !text_is(dir, s->ws->root))
			s->own_repository = arena_strdup(&s->arena, dir);
		free(dir);
		vec_push(&s->left_out, arena_strdup(&s->arena, below));
	} else if (text_is(below, "/Cargo.lock")) {
		return; /* the same versions there */
	} else if (text_is(below, "/xtui.toml") || is_cargo_cache(below) ||
		ignoring_has(s->ignoring, path, is_dir)) {
		vec_push(&s->left_out, arena_strdup(&s->arena, below));
	} else if (is_dir) {
		ignoring_enter(s->ignoring, path);
		leave_out_below(s, path);
	}
}

static void
leave_out_below(struct sending *s, const char *dir)
{
	char **names = NULL;
	size_t count = 0;

	file_list(dir, &names, &count, NULL);
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(dir, names[i]);

		look_at(s, path);
		free(path);
	}
	file_list_free(names, count);
}

/* A pattern without wildcards is taken as it is by rsync; git reads every backslash. */
static void
append_pattern(struct str *out, const char *path, bool is_for_git)
{
	bool escapes = is_for_git || strpbrk(path, "*?[");

	for (const char *c = path; *c; c++) {
		if (escapes && strchr("*?[\\ ", *c) && (is_for_git || *c != ' '))
			str_append_char(out, '\\');
		str_append_char(out, *c);
	}
	str_append_char(out, '\n');
}

static bool
write_list(struct sending *s, const char *path, bool is_for_git, struct err *err)
{
	struct str text = STR_INIT;
	bool ok;

	for (size_t i = 0; i < s->left_out.len; i++)
		append_pattern(&text, s->left_out.items[i], is_for_git);
	ok = file_write(path, str_span(&text), err);
	str_fini(&text);
	return ok;
}

/* ---- programs ---- */

/* The words end with NULL. `is_ssh`: what it says on standard error is ssh's. */
static bool
run_program(struct sending *s, const char *const *argv, bool is_ssh, struct err *err)
{
	static const struct proc_env env[] = { { "LC_ALL", "C" }, { "GIT_DIR", NULL },
		{ "GIT_WORK_TREE", NULL }, { "GIT_INDEX_FILE", NULL } };
	struct proc_spec spec = { .argv = argv, .env = env, .env_count = 4 };
	struct proc_result result;
	bool ok = proc_capture(&spec, SAID_MAX, 0, &result, err);

	if (ok && result.end.exit_code != 0) {
		struct span said = span_trim(str_span(&result.err)), first;

		first = span_cut(said, '\n', &said);
		s->status = result.end.exit_code;
		ok = is_ssh
			? remote_err(s->remote, result.end.exit_code, str_cstr(&result.err), err)
			: err_set(err, ERR_ENVIRONMENT, "%s: %.*s", argv[0], (int)first.len,
				  first.data);
	}
	proc_result_fini(&result);
	return ok;
}

#define run(s, is_ssh, err, ...)                                                                   \
	run_program(s, ((const char *const[]){ __VA_ARGS__, NULL }), is_ssh, err)

/* ---- by rsync ---- */

static const char *
ssh_line(struct sending *s)
{
	struct str line = STR_INIT;

	shell_command(&line, remote_ssh(s->remote, &s->arena));
	return arena_take(&s->arena, &line);
}

/* Compared by their contents and not given our times: cargo there must see what has changed as new,
 * whatever the two clocks say. */
static bool
send_by_rsync(struct sending *s, struct err *err)
{
	struct arena *a = &s->arena;
	const char *list = arena_printf(a, "%s/left-out", tempdir_path(s->temp));
	const char *root = arena_printf(a, "%s/", s->ws->root);
	const char *to = arena_printf(a, "%s:%s/", s->remote->host, s->folder);

	return write_list(s, list, false, err) &&
		run(s, true, err, "rsync", "-rlpz", "--checksum", "--delete", "-e", ssh_line(s),
			"--exclude-from", list, root, to);
}

/* ---- by git ---- */

/* Nothing of a person's own configuration changes a byte. */
#define GIT(dir)                                                                                   \
	"git", "-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null", "-c",                \
		"commit.gpgsign=false", "-c", "user.name=xtui", "-c", "user.email=xtui@localhost", \
		dir
#define ATTRIBUTES "* -text -filter -ident -working-tree-encoding\n"

static const char unpack[] =
	"cd \"$1\" && { [ -d .git ] || git init -q . ; } && "
	"printf '%s' \"$2\" > .git/info/attributes && cat > .git/xtui.bundle && "
	"git fetch -q --no-tags .git/xtui.bundle HEAD && git -c core.autocrlf=false "
	"reset -q --hard FETCH_HEAD && rm -f .git/xtui.bundle";

static bool
pack(struct sending *s, const char *bundle, struct err *err)
{
	const char *repo = arena_printf(&s->arena, "%s/repo", tempdir_path(s->temp));
	const char *dir = arena_printf(&s->arena, "--git-dir=%s/.git", repo);
	const char *tree = arena_printf(&s->arena, "--work-tree=%s", s->ws->root);
	char *lock = path_join(s->ws->root, "Cargo.lock");
	bool has_lock = file_exists(lock);

	free(lock);
	return run(s, false, err, "git", "init", "-q", "--template=", repo) &&
		write_list(s, arena_printf(&s->arena, "%s/.git/info/exclude", repo), true, err) &&
		file_write(arena_printf(&s->arena, "%s/.git/info/attributes", repo),
			SPAN(ATTRIBUTES), err) &&
		run(s, false, err, GIT(dir), tree, "-C", s->ws->root, "add", "-A", ".") &&
		(!has_lock ||
			run(s, false, err, GIT(dir), tree, "-C", s->ws->root, "add", "-f",
				"Cargo.lock")) &&
		run(s, false, err, GIT(dir), tree, "commit", "-q", "--allow-empty", "-m",
			"sources") &&
		run(s, false, err, GIT(dir), "bundle", "create", "-q", bundle, "HEAD");
}

static bool
send_by_git(struct sending *s, struct err *err)
{
	const char *bundle = arena_printf(&s->arena, "%s/bundle", tempdir_path(s->temp));
	const char *const words[] = { s->folder, ATTRIBUTES, NULL };
	const char *const *ssh = remote_shell(s->remote, unpack, words, &s->arena);
	struct str line = STR_INIT;
	bool ok;

	if (s->own_repository) {
		err_set(err, ERR_ENVIRONMENT,
			"%s: is a git repository of its own, which a git bundle does not hold",
			s->own_repository);
		return err_try(err, "install rsync here and on %s", s->remote->host);
	}
	shell_command(&line, ssh);
	str_append(&line, " < ");
	shell_word(&line, bundle);
	ok = pack(s, bundle, err) && run(s, true, err, "/bin/sh", "-c", str_cstr(&line));
	str_fini(&line);
	return ok;
}

/* ---- sending ---- */

static bool
has_program(const char *name)
{
	char *path = proc_find_program(name);
	bool has = path != NULL;

	free(path);
	return has;
}

/* What rsync ends with when one side does not know what the other wants: macOS's own has not all options. */
static bool
is_other_rsync(int status)
{
	return status == 1 || status == 2 || status == 4 || status == 12;
}

static bool
send_by_any(struct sending *s, struct err *err)
{
	struct remote_state state;
	bool has_git;

	if (!remote_ask(s->remote, s->folder, &state, &s->arena, err))
		return false;
	leave_out_below(s, s->ws->root);
	has_git = state.has_git && has_program("git");
	if (state.has_rsync && has_program("rsync")) {
		if (send_by_rsync(s, err))
			return true;
		if (!has_git || !is_other_rsync(s->status))
			return false;
	}
	if (has_git)
		return send_by_git(s, err);
	err_set(err, ERR_ENVIRONMENT, "%s: neither rsync nor git is on both machines",
		s->remote->name);
	return err_try(err, "install rsync here and on %s", s->remote->host);
}

bool
remote_send(const struct remote *r, const struct workspace *ws, struct err *err)
{
	struct sending s = { .remote = r, .ws = ws };
	const char *tmp = getenv("TMPDIR");
	bool ok;

	s.folder = remote_folder(r, ws->root, &s.arena);
	s.ignoring = ignoring_new(ws);
	ignoring_enter(s.ignoring, ws->root);
	s.temp = tempdir_open(tmp && *tmp == '/' ? tmp : "/tmp", "send", err);
	ok = s.temp && send_by_any(&s, err);
	tempdir_close(s.temp);
	ignoring_free(s.ignoring);
	vec_fini(&s.left_out);
	arena_fini(&s.arena);
	return ok;
}

/* ---- fetching ---- */

/* Copies a file's bytes out of what came, fewer where no more did; their SHA-256. False with errno. */
static bool
copy_part(int from, int to, uint64_t bytes, struct digest *digest)
{
	char buffer[CHUNK];
	uint64_t done = 0;

	while (done < bytes) {
		uint64_t left = bytes - done;
		ssize_t got = read(from, buffer, left < CHUNK ? (size_t)left : CHUNK);

		if (got == 0)
			break;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || !fd_write_at(to, buffer, (size_t)got, done))
			return false;
		digest_add(digest, buffer, (size_t)got);
		done += (uint64_t)got;
	}
	return fsync(to) == 0;
}

static bool
publish(const struct remote *r, int from, const struct remote_file *f, struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1] = "", *part = xasprintf("%s.xtui-part", f->here);
	char *dir = path_dirname(part);
	struct digest *digest = digest_new(err);
	int to = -1;
	bool ok = digest && file_make_dirs(dir, 0755, err);

	if (ok && (to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755)) < 0)
		ok = err_errno(err, "%s", part);
	if (ok && !copy_part(from, to, f->bytes, digest))
		ok = err_errno(err, "%s: cannot be written", part);
	fd_close(&to);
	if (ok)
		digest_take(digest, hex);
	digest_free(digest);
	if (ok && !text_is(hex, f->sha256)) {
		ok = err_set(err, ERR_FAILED, "%s: what came from %s has another SHA-256: %s",
			path_basename(f->here), r->name, hex);
		err_try(err, "build again: %s may have been changed there meanwhile", f->there);
	}
	ok = ok && file_rename(part, f->here, err);
	if (!ok)
		unlink(part);
	free(dir);
	free(part);
	return ok;
}

/* All of them in one stream, whose parts are as long as the files were when they were told of. */
static bool
get_stream(struct sending *s, const struct remote_file *files, size_t count, const char *path,
	struct err *err)
{
	const char **words = arena_array(&s->arena, const char *, count + 1);
	struct str line = STR_INIT;
	bool ok;

	for (size_t i = 0; i < count; i++)
		words[i] = files[i].there;
	shell_command(&line, remote_shell(s->remote, "exec cat -- \"$@\"", words, &s->arena));
	str_append(&line, " > ");
	shell_word(&line, path);
	ok = run(s, true, err, "/bin/sh", "-c", str_cstr(&line));
	str_fini(&line);
	return ok;
}

bool
remote_fetch(const struct remote *r, const struct remote_file *files, size_t count, struct err *err)
{
	struct sending s = { .remote = r };
	const char *path = NULL;
	char *dir = path_dirname(files[0].here); /* a file system that has the room */
	int from = -1;
	bool ok = file_make_dirs(dir, 0755, err);

	if (ok)
		tempdir_sweep(dir);
	if (ok && (ok = (s.temp = tempdir_open(dir, "fetch", err)) != NULL)) {
		path = arena_printf(&s.arena, "%s/stream", tempdir_path(s.temp));
		ok = get_stream(&s, files, count, path, err);
	}
	if (ok && (from = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		ok = err_errno(err, "%s", path);
	for (size_t i = 0; ok && i < count; i++)
		ok = publish(r, from, &files[i], err);
	fd_close(&from);
	tempdir_close(s.temp);
	free(dir);
	arena_fini(&s.arena);
	return ok;
}
