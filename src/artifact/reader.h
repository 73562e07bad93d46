/* reader: a file, or a part of one, read by offsets that are checked.
 *
 * A value: where a part begins and ends in its source, and in which order its bytes stand. Parts of
 * parts (members of an archive, slices of a fat file) are values over the same source, which is a file
 * read by pread (never mapped: a file that somebody cuts short meanwhile must not end the program) or
 * bytes in memory. Offsets and lengths are of the part and may be any number: what is not within it
 * reads as 0, "" or nothing. One thread at a time. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct source;

struct reader {
	struct source *source;
	uint64_t start; /* of this part, in the source */
	uint64_t len;   /* bytes of this part; all within the source */
	bool big_endian;
};

/* Opens a regular file. False with err: not there, a folder, not to be read. */
bool reader_open(struct reader *r, const char *path, struct err *err);
/* Over bytes that outlive it. */
void reader_init_bytes(struct reader *r, const void *bytes, size_t len);
/* Ends the source, for all parts of it, and what reader_bytes lent. */
void reader_close(struct reader *r);

/* The part that begins at `offset`, cut where `whole` ends; its byte order is that of `whole`. False
 * when less than `len` bytes are there. */
bool reader_slice(const struct reader *whole, uint64_t offset, uint64_t len, struct reader *part);
bool reader_has(const struct reader *r, uint64_t offset, uint64_t len); /* all of it lies within */

/* Whole numbers in the part's byte order. */
uint8_t reader_u8(const struct reader *r, uint64_t offset);
uint16_t reader_u16(const struct reader *r, uint64_t offset);
uint32_t reader_u32(const struct reader *r, uint64_t offset);
uint64_t reader_u64(const struct reader *r, uint64_t offset);
uint64_t reader_word(const struct reader *r, uint64_t offset, unsigned size); /* 1, 2, 4, 8 */
/* LEB128 at *offset, which moves behind it; false when it ends nowhere or holds more than 64 bits. */
bool reader_uleb(const struct reader *r, uint64_t *offset, uint64_t *value);
bool reader_sleb(const struct reader *r, uint64_t *offset, int64_t *value);

/* Copies what is there of `len` bytes at `offset`; how many that is. For long parts in pieces. */
size_t reader_copy(const struct reader *r, uint64_t offset, void *to, size_t len);
/* `len` bytes at `offset`, lent until reader_close; data NULL when they are not all there, or more than
 * READER_BYTES_MAX in all are lent. For tables. */
struct span reader_bytes(const struct reader *r, uint64_t offset, uint64_t len);
#define READER_BYTES_MAX (48u << 20)
/* The text at `offset` up to its NUL, or up to `max` bytes or the end of the part, in the arena; never
 * NULL. For a text from outside: print it through utf8_clean, nothing else makes it harmless. */
const char *reader_text(const struct reader *r, uint64_t offset, uint64_t max, struct arena *arena);
#define READER_TEXT_MAX 65536
/* The same into `to`, cut after size - 1 bytes; its length. */
size_t reader_copy_text(const struct reader *r, uint64_t offset, char *to, size_t size);
bool reader_starts(const struct reader *r, uint64_t offset, struct span magic);
/* First place of `needle` (1 to 256 bytes) in [from, to), or -1. Reads in pieces, keeps nothing. */
int64_t reader_find(const struct reader *r, uint64_t from, uint64_t to, struct span needle);

/* An err of a read that the system refused (a bad disk), else true. Ask once at the end. */
bool reader_check(const struct reader *r, const char *path, struct err *err);
