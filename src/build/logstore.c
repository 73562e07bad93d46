/* logstore: one job's log.
 *
 * The log is the file's `written` bytes, followed by `aloft` bytes that another thread is writing, or
 * could not write, and by `buffered` bytes in memory; all are counted, indexed and readable alike. The
 * index begins with line 0 and ascends; the style of an entry is
 * known because a tracker has seen every byte before it. Only the unfinished last line is kept
 * parsed, so that a progress bar that never ends its line costs its new bytes a frame, not all. */
#include "build/logstore.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/logflight.h"
#include "build/logindex.h"
#include "build/linetimes.h"
#include "io/file.h"
#include "io/sidework.h"

#define BUFFER_SIZE (1u << 18)
#define CHUNK_SIZE (1u << 16) /* bytes read back at once */
#define INDEX_DUE 4096        /* bytes of the index that are written at once */
#define INDEX_PROOFS 8

struct logstore {
	char *path;
	int fd;
	char *buffer; /* BUFFER_SIZE bytes, and LOGSTORE_NOTES; NULL: for reading only */
	size_t buffered;
	uint64_t written;

	struct sidework *sidework; /* NULL: what is written is written at once */
	void (*has_room)(void *arg);
	void *has_room_arg;
	struct logflight *flight; /* NULL: nothing is being written */
	char *aloft;              /* BUFFER_SIZE bytes; NULL: never needed */
	size_t aloft_len;
	bool is_flush_due; /* asked for during the flight */

	uint64_t dropped; /* bytes appended after the failure */
	size_t noted;     /* bytes of notes at the buffer's end */
	bool failed;      /* a write failed: nothing is taken any more */
	bool told;        /* and a flush has said so: */
	struct err failure;

	size_t ended;                /* lines that have their LF */
	uint64_t last_line;          /* offset of the line that has not */
	struct ansi_tracker tracker; /* after the last byte */
	struct logindex index;
	struct str index_due; /* not in its file yet */
	int index_fd;         /* -1: none yet */
	bool is_unindexed;    /* that file takes no more */

	uint64_t (*now)(void *arg); /* NULL: times are not kept */
	void *now_arg;
	struct linetimes times;
	struct str times_due; /* not in their file yet */
	int times_fd;         /* -1: none yet */

	char *chunk;           /* CHUNK_SIZE bytes */
	struct ansi *finished; /* for lines with LF */
	struct ansi *open;     /* for the one without, ... */
	uint64_t open_line;    /* ... as it begins here, ... */
	uint64_t open_fed;     /* ... fed up to here; open_line: nothing yet */
};

/* --- writing ------------------------------------------------------------------------------- */

static struct logstore *
store_new(const char *path)
{
	struct logstore *ls = xcalloc(1, sizeof *ls);

	ls->path = xstrdup(path);
	ls->fd = -1;
	ls->times_fd = ls->index_fd = -1;
	ls->chunk = xmalloc(CHUNK_SIZE);
	ls->finished = ansi_new();
	ls->open = ansi_new();
	ansi_tracker_init(&ls->tracker, ANSI_STYLE_PLAIN);
	logindex_init(&ls->index);
	return ls;
}

/* Whether the line that begins at `offset` is to have an entry. */
static bool
index_wants(const struct logstore *ls, uint64_t offset)
{
	const struct logindex_entry *last = logindex_last(&ls->index);

	return ls->ended - last->line >= LOGSTORE_STEP || offset - last->offset >= LOGSTORE_STRIDE;
}

/* Counts and indexes the bytes that follow those at hand; call it before their number grows. */
static void
index_bytes(struct logstore *ls, const char *bytes, size_t len)
{
	uint64_t base = logstore_bytes(ls);
	const char *end = bytes + len;
	const char *tracked = bytes;
	const char *p = bytes;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		p++;
		ls->ended++;
		ls->last_line = base + (uint64_t)(p - bytes);
		if (!index_wants(ls, ls->last_line))
			continue;
		ansi_tracker_feed(&ls->tracker, tracked, (size_t)(p - tracked));
		tracked = p;
		logindex_add(&ls->index, ls->last_line, ls->ended, ls->tracker.style);
	}
	ansi_tracker_feed(&ls->tracker, tracked, (size_t)(end - tracked));
}

/* Writes the buffer; what is left of it after a failure stays in it. */
static bool
buffer_write(struct logstore *ls)
{
	size_t done = 0;
	bool ok = true;

	while (ok && done < ls->buffered) {
		ssize_t n = write(ls->fd, ls->buffer + done, ls->buffered - done);

		if (n > 0)
			done += (size_t)n;
		else
			ok = n < 0 && errno == EINTR;
	}
	memmove(ls->buffer, ls->buffer + done, ls->buffered - done);
	ls->buffered -= done;
	ls->written += done;
	return ok;
}

/* A file beside the log. */
static char *
path_beside(const struct logstore *ls, const char *ending)
{
	return xasprintf("%s%s", ls->path, ending);
}

/* The file beside the log that what is due goes to, made when it is not open yet. */
static int
open_beside(const struct logstore *ls, const char *ending, int *fd, const struct str *due)
{
	if (*fd < 0 && due->len) {
		char *path = path_beside(ls, ending);

		*fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		free(path);
	}
	return *fd;
}

/* Appends what is due to a file beside the log. False when not all got into it: what would follow means
 * nothing then. */
static bool
write_beside(const struct logstore *ls, const char *ending, int *fd, struct str *due)
{
	bool ok = true;

	open_beside(ls, ending, fd, due);
	if (due->len)
		ok = write(*fd, due->data, due->len) == (ssize_t)due->len;
	str_clear(due);
	return ok;
}

static void
times_write(struct logstore *ls)
{
	if (!write_beside(ls, LINETIMES_ENDING, &ls->times_fd, &ls->times_due))
		ls->now = NULL;
}

/* The index tells only of what is in the log's file. */
static void
index_write(struct logstore *ls, bool has_ended)
{
	if (ls->is_unindexed)
		return;
	logindex_save(&ls->index, ls->written, has_ended, &ls->index_due);
	if (has_ended || ls->index_due.len >= INDEX_DUE)
		ls->is_unindexed =
			!write_beside(ls, LOGINDEX_ENDING, &ls->index_fd, &ls->index_due);
}

static void
fail(struct logstore *ls, int error)
{
	ls->failed = true;
	errno = error;
	err_errno(&ls->failure, "%s: the log cannot be written", ls->path);
	err_try(&ls->failure, "free some space there; the build goes on without its log");
}

static void
write_now(struct logstore *ls)
{
	times_write(ls);
	if (ls->failed || ls->buffered == 0)
		return;
	if (buffer_write(ls))
		index_write(ls, false);
	else
		fail(ls, errno);
}

/* --- on another thread --- */

static void store_write(struct logstore *ls);

/* What it could not write stays `aloft`. */
static void
end_flight(struct logstore *ls)
{
	struct loglanding landing = logflight_take(ls->flight);

	ls->flight = NULL;
	ls->written += landing.written;
	ls->aloft_len -= landing.written;
	memmove(ls->aloft, ls->aloft + landing.written, ls->aloft_len);
	if (!landing.has_times)
		ls->now = NULL;
	ls->is_unindexed = ls->is_unindexed || !landing.has_index;
	if (ls->aloft_len)
		fail(ls, landing.error);
	else if (!ls->is_unindexed)
		logindex_save(&ls->index, ls->written, false, &ls->index_due);
}

static void
on_landed(void *arg)
{
	struct logstore *ls = arg;

	end_flight(ls);
	if (ls->is_flush_due || ls->buffered == BUFFER_SIZE)
		store_write(ls);
	if (ls->has_room)
		ls->has_room(ls->has_room_arg);
}

/* Takes the buffer aloft; the index of what is in the file already goes with it. */
static void
begin_flight(struct logstore *ls)
{
	struct logfreight freight = { .fd = ls->fd };
	char *empty = ls->aloft;

	ls->is_flush_due = false;
	if (ls->failed || (!ls->buffered && !ls->times_due.len))
		return;
	if (!empty)
		empty = xmalloc(BUFFER_SIZE + LOGSTORE_NOTES);
	ls->aloft = ls->buffer;
	ls->aloft_len = ls->buffered;
	ls->buffer = empty;
	ls->buffered = 0;
	freight.bytes = (struct span){ ls->aloft, ls->aloft_len };
	freight.times_fd = open_beside(ls, LINETIMES_ENDING, &ls->times_fd, &ls->times_due);
	freight.times = ls->times_due;
	ls->times_due = STR_INIT;
	if (ls->index_due.len >= INDEX_DUE) {
		freight.index_fd = open_beside(ls, LOGINDEX_ENDING, &ls->index_fd, &ls->index_due);
		freight.index = ls->index_due;
		ls->index_due = STR_INIT;
	}
	ls->flight = logflight_begin(ls->sidework, &freight, on_landed, ls);
}

void
logstore_write_beside(
	struct logstore *ls, struct sidework *s, void (*has_room)(void *arg), void *arg)
{
	ls->sidework = s;
	ls->has_room = has_room;
	ls->has_room_arg = arg;
}

bool
logstore_is_behind(const struct logstore *ls)
{
	return ls->flight && ls->buffered > BUFFER_SIZE - LOGSTORE_AT_ONCE;
}

/* --- both ways --- */

static void
store_write(struct logstore *ls)
{
	if (ls->flight)
		ls->is_flush_due = true;
	else if (ls->sidework && sidework_is_ready(ls->sidework))
		begin_flight(ls);
	else
		write_now(ls);
}

/* Makes room where there is none. */
static void
wait_for_room(struct logstore *ls)
{
	if (ls->flight)
		end_flight(ls);
	store_write(ls);
}

void
logstore_append(struct logstore *ls, const char *bytes, size_t len)
{
	size_t lines = logstore_lines(ls);

	while (len > 0 && ls->buffer && !ls->failed) {
		size_t room = BUFFER_SIZE - ls->buffered;
		size_t taken = len < room ? len : room;

		if (!room) {
			wait_for_room(ls);
			continue;
		}
		index_bytes(ls, bytes, taken);
		memcpy(ls->buffer + ls->buffered, bytes, taken);
		ls->buffered += taken;
		bytes += taken;
		len -= taken;
		if (ls->buffered == BUFFER_SIZE)
			store_write(ls);
	}
	ls->dropped += len;
	if (ls->now && logstore_lines(ls) > lines)
		linetimes_add(&ls->times, lines, ls->now(ls->now_arg), &ls->times_due);
}

static void
take_note(struct logstore *ls, const char *text)
{
	size_t len = strlen(text);

	if (ls->noted + len > LOGSTORE_NOTES)
		return;
	index_bytes(ls, text, len);
	memcpy(ls->buffer + ls->buffered, text, len);
	ls->buffered += len;
	ls->noted += len;
}

void
logstore_note(struct logstore *ls, const char *line)
{
	if (logstore_bytes(ls) > ls->last_line)
		take_note(ls, "\n");
	logstore_mark_next(ls, LOGMARK_ERROR);
	take_note(ls, line);
}

void
logstore_settle(struct logstore *ls)
{
	bool had_flight = ls->flight != NULL;

	if (had_flight)
		end_flight(ls);
	if (!ls->aloft_len)
		write_now(ls);
	if (had_flight && ls->has_room)
		ls->has_room(ls->has_room_arg);
}

bool
logstore_flush(struct logstore *ls, struct err *err)
{
	store_write(ls);
	if (!ls->failed || ls->told)
		return true;
	ls->told = true;
	if (err)
		*err = ls->failure;
	return false;
}

void
logstore_mark_next(struct logstore *ls, enum logstore_mark mark)
{
	logindex_mark(&ls->index, ls->ended, mark);
}

/* --- life ---------------------------------------------------------------------------------- */

static void
remove_beside(const struct logstore *ls, const char *ending)
{
	char *path = path_beside(ls, ending);

	unlink(path);
	free(path);
}

struct logstore *
logstore_create(const char *path, struct err *err)
{
	struct logstore *ls = store_new(path);
	char *dir = path_dirname(path);
	bool ok = file_make_dirs(dir, 0777, err);

	remove_beside(ls, LINETIMES_ENDING); /* those of an old log with this name */
	remove_beside(ls, LOGINDEX_ENDING);
	free(dir);
	if (!ok)
		goto failed;
	ls->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (ls->fd < 0) {
		err_errno(err, "%s: the log cannot be made", path);
		goto failed;
	}
	ls->buffer = xmalloc(BUFFER_SIZE + LOGSTORE_NOTES);
	return ls;
failed:
	logstore_close(ls);
	return NULL;
}

static void
read_beside(const struct logstore *ls, const char *ending, struct str *out)
{
	char *path = path_beside(ls, ending);

	if (file_exists(path))
		file_read(path, out, NULL);
	free(path);
}

static void
times_read(struct logstore *ls)
{
	struct str bytes = STR_INIT;

	read_beside(ls, LINETIMES_ENDING, &bytes);
	linetimes_feed(&ls->times, str_cstr(&bytes), bytes.len);
	str_fini(&bytes);
}

/* Whether a line may begin there. */
static bool
is_after_line(const struct logstore *ls, uint64_t offset)
{
	char before = '\0';

	return !offset || (pread(ls->fd, &before, 1, (off_t)offset - 1) == 1 && before == '\n');
}

/* Whether the index is of this log, as far as a few of its lines tell. */
static bool
index_fits(const struct logstore *ls)
{
	size_t count = ls->index.entries.len;

	for (size_t i = 1; i <= INDEX_PROOFS; i++) {
		if (!is_after_line(
			    ls, ls->index.entries.items[(count - 1) * i / INDEX_PROOFS].offset))
			return false;
	}
	return true;
}

/* What was indexed when the log was written need not be looked at again. */
static void
index_read(struct logstore *ls)
{
	struct str bytes = STR_INIT;
	struct stat st;

	read_beside(ls, LOGINDEX_ENDING, &bytes);
	if (bytes.len && fstat(ls->fd, &st) == 0 &&
		logindex_load(&ls->index, str_span(&bytes), (uint64_t)st.st_size) &&
		!index_fits(ls)) {
		logindex_fini(&ls->index);
		logindex_init(&ls->index);
	}
	str_fini(&bytes);
	ls->ended = logindex_last(&ls->index)->line;
	ls->written = ls->last_line = logindex_last(&ls->index)->offset;
	ansi_tracker_init(&ls->tracker, logindex_last(&ls->index)->style);
}

/* Counts and indexes what the file holds beyond that. */
static bool
store_scan(struct logstore *ls)
{
	for (;;) {
		ssize_t n = pread(ls->fd, ls->chunk, CHUNK_SIZE, (off_t)ls->written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		index_bytes(ls, ls->chunk, (size_t)n);
		ls->written += (uint64_t)n;
	}
}

static bool
store_read(struct logstore *ls)
{
	if (ls->fd < 0)
		return false;
	index_read(ls);
	times_read(ls);
	return store_scan(ls);
}

struct logstore *
logstore_open(const char *path, struct err *err)
{
	struct logstore *ls = store_new(path);

	ls->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (!store_read(ls)) {
		err_errno(err, "%s: the log cannot be read", path);
		logstore_close(ls);
		return NULL;
	}
	return ls;
}

/* After a failure too: there may be space by now. */
static void
write_rest(struct logstore *ls)
{
	char *buffer = ls->buffer;
	size_t buffered = ls->buffered;

	if (ls->aloft_len) {
		ls->buffer = ls->aloft;
		ls->buffered = ls->aloft_len;
		if (!buffer_write(ls))
			buffered = 0; /* nothing may follow a gap */
		ls->aloft_len = 0;
		ls->buffer = buffer;
		ls->buffered = buffered;
	}
	if (ls->buffered > 0)
		buffer_write(ls);
}

void
logstore_close(struct logstore *ls)
{
	if (!ls)
		return;
	if (ls->flight)
		end_flight(ls);
	write_rest(ls);
	times_write(ls);
	if (ls->buffer)
		index_write(ls, true);
	if (ls->fd >= 0)
		close(ls->fd);
	if (ls->times_fd >= 0)
		close(ls->times_fd);
	if (ls->index_fd >= 0)
		close(ls->index_fd);
	linetimes_fini(&ls->times);
	str_fini(&ls->times_due);
	logindex_fini(&ls->index);
	str_fini(&ls->index_due);
	ansi_free(ls->finished);
	ansi_free(ls->open);
	free(ls->buffer);
	free(ls->aloft);
	free(ls->chunk);
	free(ls->path);
	free(ls);
}

const char *
logstore_path(const struct logstore *ls)
{
	return ls->path;
}

void
logstore_set_clock(struct logstore *ls, uint64_t (*now)(void *arg), void *arg)
{
	ls->now = now;
	ls->now_arg = arg;
}

uint64_t
logstore_lost(const struct logstore *ls)
{
	return ls->dropped + (ls->failed ? ls->aloft_len + ls->buffered - ls->noted : 0);
}

uint64_t
logstore_bytes(const struct logstore *ls)
{
	return ls->written + ls->aloft_len + ls->buffered;
}

uint64_t
logstore_in_file(const struct logstore *ls)
{
	return ls->written;
}

size_t
logstore_lines(const struct logstore *ls)
{
	return ls->ended + (logstore_bytes(ls) > ls->last_line);
}

int64_t
logstore_time_of(const struct logstore *ls, size_t line)
{
	return line < logstore_lines(ls) ? linetimes_find(&ls->times, line) : -1;
}

/* --- reading ------------------------------------------------------------------------------- */

static struct span
span_from(const char *bytes, size_t len, uint64_t skip)
{
	return skip < len ? (struct span){ bytes + skip, len - (size_t)skip } : (struct span){ 0 };
}

/* None, too, when the file cannot be read (somebody cut it). */
struct span
logstore_bytes_at(struct logstore *ls, uint64_t offset)
{
	ssize_t n;

	if (offset >= ls->written + ls->aloft_len)
		return span_from(ls->buffer, ls->buffered, offset - ls->written - ls->aloft_len);
	if (offset >= ls->written)
		return span_from(ls->aloft, ls->aloft_len, offset - ls->written);
	do
		n = pread(ls->fd, ls->chunk, CHUNK_SIZE, (off_t)offset);
	while (n < 0 && errno == EINTR);
	return (struct span){ ls->chunk, n > 0 ? (size_t)n : 0 };
}

/* A place in the log, always the beginning of a line when nobody walks. */
struct place {
	uint64_t offset;
	size_t line;
};

/* How much of the bytes belongs to the next `lines` lines, at least one; *ended gets the LFs in it. */
static size_t
lines_within(struct span bytes, size_t lines, size_t *ended)
{
	size_t used = 0;

	for (*ended = 0; *ended < lines && used < bytes.len; ++*ended) {
		const char *lf = memchr(bytes.data + used, '\n', bytes.len - used);

		if (!lf)
			return bytes.len;
		used = (size_t)(lf - bytes.data) + 1;
	}
	return used;
}

/* Gives the bytes from a place up to the beginning of line `until` to `take`, as they come. */
static void
walk(struct logstore *ls, struct place *place, size_t until,
	void (*take)(void *arg, const char *bytes, size_t len), void *arg)
{
	while (place->line < until) {
		struct span bytes = logstore_bytes_at(ls, place->offset);
		size_t ended;

		if (bytes.len == 0)
			return;
		bytes.len = lines_within(bytes, until - place->line, &ended);
		take(arg, bytes.data, bytes.len);
		place->offset += bytes.len;
		place->line += ended;
	}
}

size_t
logstore_line_near(const struct logstore *ls, size_t line, uint64_t *offset)
{
	const struct logindex_entry *entry = logindex_before(&ls->index, line);

	*offset = entry->offset;
	return entry->line;
}

static void
skip(void *arg, const char *bytes, size_t len)
{
	ansi_tracker_feed(arg, bytes, len);
}

/* Finds the beginning of a finished line, or of the one after the last; the style it begins in. */
static struct ansi_style
place_find(struct logstore *ls, size_t line, struct place *place)
{
	const struct logindex_entry *entry = logindex_before(&ls->index, line);
	struct ansi_tracker tracker;

	ansi_tracker_init(&tracker, entry->style);
	*place = (struct place){ entry->offset, entry->line };
	walk(ls, place, line, skip, &tracker);
	return tracker.style;
}

struct reading {
	struct ansi *ansi;
	size_t line; /* of the next row */
	void (*row)(void *arg, size_t line, const struct ansi_line *text);
	void *arg;
};

static void
give_row(void *arg, const struct ansi_line *text)
{
	struct reading *r = arg;

	r->row(r->arg, r->line++, text);
}

static void
show(void *arg, const char *bytes, size_t len)
{
	struct reading *r = arg;

	ansi_feed(r->ansi, bytes, len, give_row, r);
}

/* The line that has no LF yet, which begins in `style`. */
static void
read_open_line(struct logstore *ls, struct ansi_style style, struct reading *r)
{
	struct place place = { ls->open_fed, ls->ended };
	struct ansi_line text;

	if (ls->open_line != ls->last_line || ls->open_fed == 0) {
		ansi_reset(ls->open, style);
		ls->open_line = ls->last_line;
		place.offset = ls->last_line;
	}
	r->ansi = ls->open;
	walk(ls, &place, ls->ended + 1, show, r);
	ls->open_fed = place.offset;
	text = ansi_pending(ls->open);
	give_row(r, &text);
}

void
logstore_read(struct logstore *ls, size_t first, size_t count,
	void (*row)(void *arg, size_t line, const struct ansi_line *text), void *arg)
{
	struct reading r = { ls->finished, first, row, arg };
	size_t lines = logstore_lines(ls);
	size_t end = count < lines - first ? first + count : lines;
	size_t finished = end < ls->ended ? end : ls->ended;
	struct place place;

	if (first >= lines)
		return;
	ansi_reset(ls->finished, place_find(ls, first, &place));
	walk(ls, &place, finished, show, &r);
	if (r.line == finished && finished < end)
		read_open_line(ls, ansi_current(ls->finished), &r);
}

long
logstore_find_mark(const struct logstore *ls, long from, bool backwards, unsigned marks)
{
	return logindex_find_mark(&ls->index, from, backwards, marks);
}

void
logstore_tail(struct logstore *ls, size_t max, struct str *out)
{
	uint64_t end = logstore_bytes(ls);
	uint64_t at = end > max ? end - max : 0;

	while (at < end) {
		struct span bytes = logstore_bytes_at(ls, at);

		if (bytes.len == 0)
			return;
		str_append_span(out, bytes);
		at += bytes.len;
	}
}
