/* The file: one connection, and its statements, each prepared when first needed. */
#include "build/history_kind.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/log.h"
#include "base/path.h"

#define NO_TABLES_OF_OURS SQLITE_FORMAT /* SQLite itself has no use for that code any more */
/* That a screen may stand still for another's transaction; and where it is not tried again, for that other
 * may be kept from its CPU. */
#define BUSY_MS 100
#define BUSY_LAST_MS 1000

/* ---- the tables ---- */

/* What brings a file of version i to version i + 1. Never changed once released, only added to. */
static const char *const migrations[] = {
	"CREATE TABLE runs (id INTEGER PRIMARY KEY, name TEXT NOT NULL, root TEXT NOT NULL,"
	" started INTEGER NOT NULL, ended INTEGER, ms INTEGER NOT NULL DEFAULT 0,"
	" status TEXT NOT NULL DEFAULT 'running', toolchain TEXT, profile TEXT, variant TEXT,"
	" mode TEXT, command TEXT, logs TEXT,"
	" pid INTEGER NOT NULL, pid_started INTEGER NOT NULL, place TEXT NOT NULL);"
	"CREATE TABLE jobs (id INTEGER PRIMARY KEY,"
	" run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, number INTEGER NOT NULL,"
	" target TEXT NOT NULL, backend TEXT NOT NULL, variant TEXT NOT NULL,"
	" state TEXT NOT NULL DEFAULT 'waiting', done INTEGER NOT NULL DEFAULT 0,"
	" total INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0,"
	" built INTEGER NOT NULL DEFAULT 0, warnings INTEGER NOT NULL DEFAULT 0,"
	" errors INTEGER NOT NULL DEFAULT 0, exit_code INTEGER, ms INTEGER NOT NULL DEFAULT 0,"
	" log TEXT);"
	"CREATE TABLE units (job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,"
	" crate TEXT NOT NULL, started INTEGER NOT NULL, ms INTEGER NOT NULL, peak INTEGER);"
	"CREATE TABLE artifacts (job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,"
	" path TEXT NOT NULL, kind TEXT NOT NULL, bytes INTEGER NOT NULL, UNIQUE (job, path));"
	"CREATE INDEX runs_by_root ON runs (root);"
	"CREATE INDEX runs_by_name ON runs (name);"
	"CREATE INDEX runs_going ON runs (status) WHERE status = 'running';"
	"CREATE INDEX jobs_by_run ON jobs (run);"
	"CREATE INDEX jobs_by_target ON jobs (target);"
	"CREATE INDEX units_by_job ON units (job);",
	"ALTER TABLE runs ADD COLUMN spec TEXT;"
	"ALTER TABLE runs ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;",
	"CREATE TABLE labs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, root TEXT NOT NULL,"
	" result TEXT NOT NULL);"
	"CREATE INDEX labs_by_root ON labs (root);"
	"ALTER TABLE runs ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;",
};

#define VERSION ((int)(COUNT(migrations)))

/* clang-format off */
static const char *const statements[STATEMENT_COUNT] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ADD_RUN] = "INSERT INTO runs (name, root, started, toolchain, profile, variant, mode, logs, pid,"
		" pid_started, place, spec) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[SET_RUN] = "UPDATE runs SET ended = ?2, ms = ?3, status = ?4, command = ?5 WHERE id = ?1",
	[ADD_JOB] = "INSERT INTO jobs (run, number, target, backend, variant) VALUES (?, ?, ?, ?, ?)",
	[SET_JOB] = "UPDATE jobs SET state = ?2, done = ?3, total = ?4, fresh = ?5, built = ?6,"
		" warnings = ?7, errors = ?8, exit_code = ?9, ms = ?10, log = ?11 WHERE id = ?1",
	[ADD_UNIT] = "INSERT INTO units (job, crate, started, ms, peak) VALUES (?, ?, ?, ?, ?)",
	[ADD_ARTIFACT] = "INSERT OR REPLACE INTO artifacts (job, path, kind, bytes) VALUES (?, ?, ?, ?)",
	[DROP_UNITS] = "DELETE FROM units WHERE job = ?",
	[DROP_ARTIFACTS] = "DELETE FROM artifacts WHERE job = ?",
	[INTERRUPT_RUN] = "UPDATE runs SET status = 'interrupted', ended = started + ms"
		" WHERE id = ? AND status = 'running'",
	[INTERRUPT_JOBS] = "UPDATE jobs SET state = 'interrupted'"
		" WHERE run = ? AND state IN ('waiting', 'running')",
	[SET_ASKED] = "UPDATE runs SET asked = 1 WHERE id = ?",
	[FORGET_UNITS] = "DELETE FROM units WHERE job IN (SELECT jobs.id FROM jobs"
		" JOIN runs ON runs.id = jobs.run WHERE runs.logs = ?)",
	[LIST_RUNS] = "SELECT id, name, root, started, ended, ms, status, toolchain, profile, variant,"
		" mode, command, logs, pid, pid_started, place, spec, asked, marked FROM runs"
		" WHERE (?1 IS NULL OR root = ?1)"
		" AND (?2 IS NULL OR substr(name, 1, length(?2)) = ?2)"
		" AND (?3 = 0 OR status = 'running') AND (?4 = 0 OR id = ?4)"
		" AND (?6 = 0 OR marked) ORDER BY id DESC LIMIT ?5",
	[LIST_JOBS] = "SELECT id, number, target, backend, variant, state, done, total, fresh, built,"
		" warnings, errors, exit_code, ms, log FROM jobs WHERE run = ? ORDER BY number",
	[LIST_UNITS] = "SELECT crate, started, ms, peak FROM units WHERE job = ? ORDER BY started, rowid",
	[LIST_ARTIFACTS] = "SELECT path, kind, bytes FROM artifacts WHERE job = ? ORDER BY rowid",
	[LIST_TIMES] = "SELECT jobs.built, jobs.ms FROM jobs JOIN runs ON runs.id = jobs.run"
		" WHERE runs.root = ? AND jobs.target = ? AND runs.profile = ? AND jobs.variant = ?"
		" AND runs.mode = ? AND jobs.state = 'ok' AND jobs.built > 0 ORDER BY jobs.id DESC LIMIT ?",
	[MOST_MEMORY] = "SELECT MAX(peak) FROM units WHERE job IN (SELECT jobs.id FROM jobs"
		" JOIN runs ON runs.id = jobs.run WHERE runs.root = ? AND jobs.target = ?"
		" AND runs.profile = ? AND jobs.variant = ? AND runs.mode = ? AND jobs.built > 0"
		" ORDER BY jobs.id DESC LIMIT ?)",
	[PAST_SIZES] = "SELECT artifacts.path, artifacts.bytes FROM artifacts"
		" JOIN jobs ON jobs.id = artifacts.job JOIN runs ON runs.id = jobs.run"
		" WHERE runs.root = ?1 AND jobs.target = ?2 AND runs.profile = ?3 AND jobs.variant = ?4"
		" AND jobs.state = 'ok' AND runs.mode <> 'lab' AND runs.id < coalesce((SELECT id FROM runs WHERE name = ?5),"
		" 9223372036854775807) ORDER BY runs.id DESC LIMIT ?6",
	[MARKED_SIZES] = "SELECT artifacts.path, artifacts.bytes FROM artifacts"
		" JOIN jobs ON jobs.id = artifacts.job JOIN runs ON runs.id = jobs.run"
		" WHERE runs.root = ?1 AND jobs.target = ?2 AND runs.profile = ?3 AND jobs.variant = ?4"
		" AND jobs.state = 'ok' AND runs.marked",
	[ORIGIN_OF] = "SELECT runs.root, jobs.target, runs.profile, jobs.variant, runs.name, artifacts.bytes"
		" FROM artifacts JOIN jobs ON jobs.id = artifacts.job JOIN runs ON runs.id = jobs.run"
		" WHERE artifacts.path = ? AND jobs.state = 'ok' AND runs.mode <> 'lab'"
		" ORDER BY runs.id DESC LIMIT 1",
	[MARK_RUN] = "UPDATE runs SET marked = (id = ?2) WHERE root = ?1 AND (marked OR id = ?2)",
	[KEEP_LAB] = "INSERT INTO labs (name, root, result) VALUES (?, ?, ?)"
		" ON CONFLICT (name) DO UPDATE SET result = excluded.result",
	[DROP_LABS] = "DELETE FROM labs WHERE root = ?1 AND id NOT IN"
		" (SELECT id FROM labs WHERE root = ?1 ORDER BY id DESC LIMIT ?2)",
	[LIST_LABS] = "SELECT result FROM labs WHERE root = ?1"
		" AND (?2 IS NULL OR substr(name, 1, length(?2)) = ?2) ORDER BY id DESC LIMIT ?3",
};
/* clang-format on */

/* ---- statements ---- */

/* A statement with its values, by their kinds; NULL with h->error. */
static sqlite3_stmt *
bind(struct history *h, enum history_statement id, const char *kinds, va_list args)
{
	sqlite3_stmt **st = &h->prepared[id];

	if (!*st) {
		h->error = sqlite3_prepare_v3(
			h->db, statements[id], -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
		if (h->error != SQLITE_OK)
			return NULL;
	}
	for (int at = 1; kinds[at - 1]; at++) {
		int64_t number = kinds[at - 1] == 't' ? 0 : va_arg(args, int64_t);

		if (kinds[at - 1] == 't')
			sqlite3_bind_text(
				*st, at, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
		else if (kinds[at - 1] == 'n' && number < 0)
			sqlite3_bind_null(*st, at);
		else
			sqlite3_bind_int64(*st, at, number);
	}
	return *st;
}

struct sqlite3_stmt *
history_rows(struct history *h, enum history_statement id, const char *kinds, ...)
{
	sqlite3_stmt *st;
	va_list args;

	va_start(args, kinds);
	st = bind(h, id, kinds, args);
	va_end(args);
	return st;
}

bool
history_next(struct history *h, sqlite3_stmt *rows)
{
	if (!rows)
		return false;
	h->error = sqlite3_step(rows);
	if (h->error == SQLITE_ROW)
		return true;
	sqlite3_reset(rows);
	return false;
}

bool
history_end(struct history *h, sqlite3_stmt *rows)
{
	sqlite3_reset(rows);
	return h->error == SQLITE_DONE;
}

const char *
history_text(sqlite3_stmt *rows, int column)
{
	return (const char *)sqlite3_column_text(rows, column);
}

int64_t
history_number(sqlite3_stmt *rows, int column)
{
	if (sqlite3_column_type(rows, column) == SQLITE_NULL)
		return -1;
	return sqlite3_column_int64(rows, column);
}

int64_t
history_last_row(const struct history *h)
{
	return sqlite3_last_insert_rowid(h->db);
}

bool
history_do(struct history *h, enum history_statement id, const char *kinds, ...)
{
	sqlite3_stmt *st;
	va_list args;

	va_start(args, kinds);
	st = bind(h, id, kinds, args);
	va_end(args);
	return !history_next(h, st) && history_end(h, st);
}

static bool
execute(struct history *h, const char *sql)
{
	h->error = sqlite3_exec(h->db, sql, NULL, NULL, NULL);
	return h->error == SQLITE_OK;
}

void
history_undo(struct history *h)
{
	if (!sqlite3_get_autocommit(h->db))
		sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
}

void
history_set_patience(struct history *h, enum history_patience patience)
{
	static const int ms[] = {
		[PATIENCE_NONE] = 0, [PATIENCE_SOME] = BUSY_MS, [PATIENCE_LAST] = BUSY_LAST_MS
	};

	sqlite3_busy_timeout(h->db, ms[patience]);
}

bool
history_is_locked(const struct history *h)
{
	return (h->error & 0xff) == SQLITE_BUSY || (h->error & 0xff) == SQLITE_LOCKED;
}

bool
history_is_damaged(const struct history *h)
{
	return (h->error & 0xff) == SQLITE_CORRUPT || (h->error & 0xff) == SQLITE_NOTADB ||
		(h->error & 0xff) == NO_TABLES_OF_OURS;
}

/* ---- the file ---- */

static void
close_file(struct history *h)
{
	for (size_t i = 0; i < STATEMENT_COUNT; i++) {
		sqlite3_finalize(h->prepared[i]);
		h->prepared[i] = NULL;
	}
	sqlite3_close(h->db);
	h->db = NULL;
}

static bool
connect(struct history *h, const char *name, int flags)
{
	h->error = sqlite3_open_v2(name, &h->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (h->error != SQLITE_OK)
		return false;
	sqlite3_extended_result_codes(h->db, 1);
	history_set_patience(h, PATIENCE_LAST);
	return true;
}

static int
version_of(struct history *h)
{
	sqlite3_stmt *st = NULL;
	int version = -1;

	h->error = sqlite3_prepare_v2(h->db, "PRAGMA user_version", -1, &st, NULL);
	if (history_next(h, st))
		version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return version;
}

/* A file may have our version and other tables: an early xtui's, or another program's. */
static bool
has_our_tables(struct history *h)
{
	static const enum history_statement all[] = { LIST_RUNS, LIST_JOBS, LIST_UNITS,
		LIST_ARTIFACTS, ADD_RUN, ADD_JOB, ADD_UNIT, ADD_ARTIFACT };

	for (size_t i = 0; i < COUNT(all); i++) {
		h->error = sqlite3_prepare_v3(h->db, statements[all[i]], -1,
			SQLITE_PREPARE_PERSISTENT, &h->prepared[all[i]], NULL);
		if (h->error == SQLITE_ERROR)
			h->error = NO_TABLES_OF_OURS;
		if (h->error != SQLITE_OK)
			return false;
	}
	return true;
}

/* Brings the file to our version, all or nothing: another xtui may be at it too. */
static bool
migrate(struct history *h)
{
	int version = version_of(h);
	char pragma[48];

	if (version > VERSION)
		h->error = SQLITE_SCHEMA;
	if (version < 0 || version >= VERSION)
		return version == VERSION;
	if (!execute(h, "BEGIN IMMEDIATE"))
		return false;
	version = version_of(h);
	while (version >= 0 && version < VERSION && execute(h, migrations[version]))
		version++;
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", VERSION);
	if (version == VERSION && execute(h, pragma) && execute(h, "COMMIT"))
		return true;
	if (h->error == SQLITE_ERROR)
		h->error = NO_TABLES_OF_OURS;
	history_undo(h);
	return false;
}

/* Whether the file that is there is the one we opened, and not another's new one. */
static bool
is_ours(const struct history *h)
{
	struct file_identity now;

	return file_identity(h->path, &now) && now.inode == h->identity.inode &&
		now.device == h->identity.device;
}

bool
history_has_moved(struct history *h)
{
	if (!h->db || is_ours(h))
		return false;
	close_file(h);
	return true;
}

void
history_set_aside(struct history *h)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	struct err err = ERR_INIT;
	char *kept = NULL, *shown;

	close_file(h);
	if (!is_ours(h))
		return;
	for (int n = 1; !kept || file_exists(kept); n++) {
		free(kept);
		kept = xasprintf("%s.broken-%d", h->path, n);
	}
	shown = path_shown(h->path, NULL);
	err_set(&err, ERR_ENVIRONMENT, "%s: %s: kept as %s, a new history begins", shown,
		history_why(h), path_basename(kept));
	free(shown);
	for (size_t i = 0; i < COUNT(endings); i++) {
		char *from = xasprintf("%s%s", h->path, endings[i]);
		char *to = xasprintf("%s%s", kept, endings[i]);

		if (rename(from, to) < 0 && i == 0)
			err_errno(&err, "%s: %s, and cannot be set aside", h->path, history_why(h));
		free(from);
		free(to);
	}
	h->say(h->arg, &err);
	free(kept);
}

/* Which file it is that we have open; zeros for none. */
static void
identify(struct history *h)
{
	if (!file_identity(h->path, &h->identity))
		h->identity = (struct file_identity){ 0 };
}

/* A new file waits for no disk until it is whole: what a power cut leaves of it is set aside. */
static bool
prepare(struct history *h)
{
	const char *caution =
		h->identity.size ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = OFF";

	return execute(h, caution) && execute(h, "PRAGMA journal_mode = WAL") && migrate(h) &&
		has_our_tables(h) &&
		execute(h,
			"PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"
			"PRAGMA foreign_keys = ON");
}

static bool
open_once(struct history *h)
{
	char *dir = path_dirname(h->path);
	bool ok = file_make_dirs(dir, 0777, NULL);

	free(dir);
	h->error = SQLITE_CANTOPEN;
	identify(h);
	ok = ok && connect(h, h->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) && prepare(h);
	identify(h);
	return ok;
}

bool
history_use(struct history *h)
{
	bool ok = h->db || open_once(h);

	if (!ok && h->say && history_is_damaged(h)) {
		history_set_aside(h);
		ok = open_once(h);
	}
	if (!ok)
		close_file(h);
	return ok;
}

/* The version of what can be read there, or -1. Where no file beside the main one can be made, it is
 * read as it stands. */
static int
connect_to_read(struct history *h)
{
	struct str name = STR_INIT;
	int version = connect(h, h->path, SQLITE_OPEN_READONLY) ? version_of(h) : -1;

	if (version >= 0 || history_is_damaged(h) || history_is_locked(h))
		return version;
	close_file(h);
	str_append(&name, "file:");
	for (const char *c = h->path; *c; c++)
		str_appendf(&name, strchr("?#%", *c) ? "%%%02x" : "%c", *c);
	str_append(&name, "?immutable=1");
	if (connect(h, str_cstr(&name), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI))
		version = version_of(h);
	str_fini(&name);
	return version;
}

const char *
history_why(const struct history *h)
{
	static const struct {
		int error;
		const char *words;
	} causes[] = {
		{ SQLITE_CANTOPEN, "cannot be opened" },
		{ SQLITE_READONLY, "cannot be written" },
		{ SQLITE_PERM, "cannot be opened" },
		{ SQLITE_FULL, "there is no space left for it" },
		{ SQLITE_BUSY, "is locked by another program" },
		{ SQLITE_LOCKED, "is locked by another program" },
		{ SQLITE_NOTADB, "is damaged" },
		{ SQLITE_CORRUPT, "is damaged" },
		{ SQLITE_SCHEMA, "was written by a newer xtui" },
		{ NO_TABLES_OF_OURS, "has tables that are not this xtui's" },
	};

	for (size_t i = 0; i < COUNT(causes); i++) {
		if (causes[i].error == (h->error & 0xff))
			return causes[i].words;
	}
	return sqlite3_errstr(h->error);
}

/* ---- life ---- */

char *
history_usual_path(void)
{
	char *state = path_state_dir();
	char *path = state ? path_join(state, "history.db") : NULL;

	free(state);
	return path;
}

struct history *
history_open(const char *path, void (*say)(void *arg, const struct err *what), void *arg)
{
	char *usual = path ? NULL : history_usual_path();
	struct history *h;

	if (!path && !usual)
		return NULL;
	h = xcalloc(1, sizeof(*h));
	h->path = path ? xstrdup(path) : usual;
	h->say = say;
	h->arg = arg;
	if (history_use(h))
		history_mark_interrupted(h);
	return h;
}

struct history *
history_open_to_read(const char *path, struct err *err)
{
	struct history *h = xcalloc(1, sizeof(*h));
	int version;

	h->path = xstrdup(path);
	h->is_reader = true;
	if (!file_exists(path))
		return h;
	if ((version = connect_to_read(h)) == VERSION && has_our_tables(h))
		return h;
	if (version > VERSION)
		h->error = SQLITE_SCHEMA;
	if (version >= 0 && version < VERSION) {
		close_file(h);
		if (history_use(h))
			return h;
	}
	err_set(err, ERR_ENVIRONMENT, "%s: %s", path, history_why(h));
	if (history_is_damaged(h))
		err_try(err, "the next build begins a new history and keeps this file beside it");
	history_close(h);
	return NULL;
}

void
history_close(struct history *h)
{
	if (!h)
		return;
	history_drop_recordings(h);
	close_file(h);
	free(h->path);
	free(h);
}

void
history_forget_units(struct history *h, const char *logs)
{
	if (h->db && !history_do(h, FORGET_UNITS, "t", logs))
		log_line("history: %s: %s", h->path, history_why(h));
}

void
history_settle(struct history *h)
{
	if (h->db)
		sqlite3_wal_checkpoint_v2(h->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}
