/* reader: see reader.h. A source keeps a few windows of its file, each some pages long; a number or a
 * text is taken from the window that has it, or from the oldest one, filled anew. */
#include "artifact/reader.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"

#define WINDOW_SIZE 65536u
#define WINDOW_COUNT 4
#define PAGE 4096u
#define PIECE_MAX (WINDOW_SIZE - PAGE) /* what one window always holds from any offset on */
#define NEEDLE_MAX 256

struct window {
	uint64_t offset;
	size_t len;
	unsigned char *bytes; /* NULL until first used */
};

struct source {
	int fd;                    /* -1: in memory */
	const unsigned char *data; /* in memory */
	uint64_t size;
	struct window windows[WINDOW_COUNT];
	unsigned last; /* the window used last */
	unsigned next; /* the one to fill next */
	struct arena lent;
	uint64_t lent_bytes;
	int error; /* errno of a read that failed */
};

/* --- the source --- */

static bool
check_kind(const char *path, const struct stat *st, struct err *err)
{
	if (S_ISDIR(st->st_mode))
		return err_set(err, ERR_USAGE, "%s: is a folder, not a file", path);
	if (!S_ISREG(st->st_mode))
		return err_set(err, ERR_USAGE, "%s: is not a regular file", path);
	return true;
}

bool
reader_open(struct reader *r, const char *path, struct err *err)
{
	/* O_NONBLOCK: a pipe with no writer must be refused, not waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	*r = (struct reader){ 0 };
	if (fd < 0 || fstat(fd, &st) < 0) {
		err_errno(err, "%s: cannot be read", path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (!check_kind(path, &st, err)) {
		close(fd);
		return false;
	}
	r->source = xcalloc(1, sizeof(*r->source));
	r->source->fd = fd;
	r->len = r->source->size = (uint64_t)st.st_size;
	return true;
}

void
reader_init_bytes(struct reader *r, const void *bytes, size_t len)
{
	*r = (struct reader){ .source = xcalloc(1, sizeof(*r->source)), .len = len };
	r->source->fd = -1;
	r->source->data = bytes;
	r->source->size = len;
}

void
reader_close(struct reader *r)
{
	struct source *s = r->source;

	if (!s)
		return;
	for (size_t i = 0; i < WINDOW_COUNT; i++)
		free(s->windows[i].bytes);
	if (s->fd >= 0)
		close(s->fd);
	arena_fini(&s->lent);
	free(s);
	*r = (struct reader){ 0 };
}

/* Reads what is there; less where the file has been cut short since, or the system refuses. */
static size_t
source_read(struct source *s, uint64_t offset, void *to, size_t len)
{
	size_t done = 0;
	ssize_t got;

	while (done < len) {
		got = pread(s->fd, (char *)to + done, len - done, (off_t)(offset + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			s->error = errno;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static bool
window_holds(const struct window *w, uint64_t offset, size_t len)
{
	return offset >= w->offset && offset - w->offset <= w->len &&
		len <= w->len - (offset - w->offset);
}

static const struct window *
window_fill(struct source *s, uint64_t offset)
{
	struct window *w = &s->windows[s->next];

	s->last = s->next;
	s->next = (s->next + 1) % WINDOW_COUNT;
	if (!w->bytes)
		w->bytes = xmalloc(WINDOW_SIZE);
	w->offset = offset & ~(uint64_t)(PAGE - 1);
	w->len = source_read(s, w->offset, w->bytes, WINDOW_SIZE);
	return w;
}

/* `len` <= PIECE_MAX bytes that lie within the source, good until the next call; NULL where they cannot
 * be read. */
static const unsigned char *
source_at(struct source *s, uint64_t offset, size_t len)
{
	const struct window *w = &s->windows[s->last];

	if (s->fd < 0)
		return s->data + offset;
	for (unsigned i = 0; !window_holds(w, offset, len) && i < WINDOW_COUNT; i++) {
		w = &s->windows[i];
		if (window_holds(w, offset, len))
			s->last = i;
	}
	if (!window_holds(w, offset, len))
		w = window_fill(s, offset);
	return window_holds(w, offset, len) ? w->bytes + (offset - w->offset) : NULL;
}

/* --- parts --- */

bool
reader_has(const struct reader *r, uint64_t offset, uint64_t len)
{
	return offset <= r->len && len <= r->len - offset;
}

static uint64_t
clamp(const struct reader *r, uint64_t offset, uint64_t len)
{
	uint64_t left = offset < r->len ? r->len - offset : 0;

	return len < left ? len : left;
}

bool
reader_slice(const struct reader *whole, uint64_t offset, uint64_t len, struct reader *part)
{
	bool has = reader_has(whole, offset, len);

	*part = (struct reader){
		.source = whole->source,
		.start = whole->start + (offset < whole->len ? offset : whole->len),
		.len = clamp(whole, offset, len),
		.big_endian = whole->big_endian,
	};
	return has;
}

static const unsigned char *
part_at(const struct reader *r, uint64_t offset, size_t len)
{
	return len && reader_has(r, offset, len) ? source_at(r->source, r->start + offset, len)
						 : NULL;
}

/* --- numbers --- */

uint64_t
reader_word(const struct reader *r, uint64_t offset, unsigned size)
{
	const unsigned char *p = part_at(r, offset, size);
	uint64_t value = 0;

	for (unsigned i = 0; p && i < size; i++)
		value = value << 8 | p[r->big_endian ? i : size - 1 - i];
	return value;
}

uint8_t
reader_u8(const struct reader *r, uint64_t offset)
{
	return (uint8_t)reader_word(r, offset, 1);
}

uint16_t
reader_u16(const struct reader *r, uint64_t offset)
{
	return (uint16_t)reader_word(r, offset, 2);
}

uint32_t
reader_u32(const struct reader *r, uint64_t offset)
{
	return (uint32_t)reader_word(r, offset, 4);
}

uint64_t
reader_u64(const struct reader *r, uint64_t offset)
{
	return reader_word(r, offset, 8);
}

/* Reads to the number's end; *shift is where its next bit would stand, *last its last byte. Bits beyond
 * the 64th must repeat `fill` of the last byte, 0 for what has no sign. */
static bool
read_leb(const struct reader *r, uint64_t *offset, uint64_t *value, unsigned *shift,
	unsigned char *last)
{
	const unsigned char *p;
	uint64_t at = *offset;

	*value = 0;
	for (*shift = 0; *shift < 70; *shift += 7) {
		if (!(p = part_at(r, at, 1)))
			return false;
		*last = *p;
		at++;
		*value |= *shift < 64 ? (uint64_t)(*last & 0x7f) << *shift : 0;
		if (*last & 0x80)
			continue;
		*shift += 7;
		*offset = at;
		return true;
	}
	return false;
}

bool
reader_uleb(const struct reader *r, uint64_t *offset, uint64_t *value)
{
	uint64_t at = *offset;
	unsigned char last;
	unsigned shift;

	if (!read_leb(r, &at, value, &shift, &last) || (shift == 70 && last > 1)) {
		*value = 0;
		return false;
	}
	*offset = at;
	return true;
}

bool
reader_sleb(const struct reader *r, uint64_t *offset, int64_t *value)
{
	uint64_t at = *offset, bits;
	unsigned char last;
	unsigned shift;

	*value = 0;
	if (!read_leb(r, &at, &bits, &shift, &last) || (shift == 70 && last != 0 && last != 0x7f))
		return false;
	if (shift < 64 && (last & 0x40))
		bits |= ~UINT64_C(0) << shift;
	*value = (int64_t)bits;
	*offset = at;
	return true;
}

/* --- bytes and texts --- */

size_t
reader_copy(const struct reader *r, uint64_t offset, void *to, size_t len)
{
	size_t count = (size_t)clamp(r, offset, len);

	if (!count)
		return 0;
	if (r->source->fd >= 0)
		return source_read(r->source, r->start + offset, to, count);
	memcpy(to, r->source->data + r->start + offset, count);
	return count;
}

struct span
reader_bytes(const struct reader *r, uint64_t offset, uint64_t len)
{
	struct source *s = r->source;
	char *copy;

	if (!reader_has(r, offset, len))
		return (struct span){ NULL, 0 };
	if (!len)
		return (struct span){ "", 0 };
	if (s->fd < 0)
		return (struct span){ (const char *)s->data + r->start + offset, (size_t)len };
	if (len > READER_BYTES_MAX - s->lent_bytes)
		return (struct span){ NULL, 0 };
	s->lent_bytes += len;
	copy = arena_alloc(&s->lent, (size_t)len);
	if (source_read(s, r->start + offset, copy, (size_t)len) < len)
		return (struct span){ NULL, 0 };
	return (struct span){ copy, (size_t)len };
}

const char *
reader_text(const struct reader *r, uint64_t offset, uint64_t max, struct arena *arena)
{
	size_t len = (size_t)clamp(r, offset, max < READER_TEXT_MAX ? max : READER_TEXT_MAX);
	size_t first = len < 256 ? len : 256;
	const unsigned char *p = len ? part_at(r, offset, first) : NULL;
	char *text;

	if (!p)
		return "";
	if (memchr(p, '\0', first) || first == len)
		return arena_strndup(arena, (const char *)p, first);
	text = xmalloc(len);
	len = reader_copy(r, offset, text, len);
	const char *kept = arena_strndup(arena, text, len);
	free(text);
	return kept;
}

size_t
reader_copy_text(const struct reader *r, uint64_t offset, char *to, size_t size)
{
	size_t room = size - 1 < PIECE_MAX ? size - 1 : PIECE_MAX;
	size_t len = (size_t)clamp(r, offset, room);
	const unsigned char *p = part_at(r, offset, len);

	len = p ? strnlen((const char *)p, len) : 0;
	if (len)
		memcpy(to, p, len);
	to[len] = '\0';
	return len;
}

bool
reader_starts(const struct reader *r, uint64_t offset, struct span magic)
{
	const unsigned char *p = magic.len <= PIECE_MAX ? part_at(r, offset, magic.len) : NULL;

	return p && memcmp(p, magic.data, magic.len) == 0;
}

int64_t
reader_find(const struct reader *r, uint64_t from, uint64_t to, struct span needle)
{
	uint64_t end = to < r->len ? to : r->len;
	const unsigned char *p, *hit;
	size_t len;

	if (!needle.len || needle.len > NEEDLE_MAX)
		return -1;
	while (from < end && end - from >= needle.len) {
		len = end - from < PIECE_MAX ? (size_t)(end - from) : PIECE_MAX;
		if (!(p = part_at(r, from, len)))
			return -1;
		if ((hit = memmem(p, len, needle.data, needle.len)))
			return (int64_t)(from + (uint64_t)(hit - p));
		from += len - (needle.len - 1);
	}
	return -1;
}

bool
reader_check(const struct reader *r, const char *path, struct err *err)
{
	errno = r->source ? r->source->error : 0;
	return !errno || err_errno(err, "%s: cannot be read", path);
}
