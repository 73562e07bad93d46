/* help_broken: files with everything wrong in them that can be, for readers of files. */
#pragma once
#include "artifact/card_json.h"
#include "artifact/card_text.h"
#include "dice.h"
#include "objectbed.h"
#include "text/json.h"

/* Reads bytes as a file and shows its card; whatever they are, it comes back. */
static inline void
broken_read(const char *bytes, size_t len)
{
	struct card *card = card_new("bytes");
	struct card_rows rows = { 0 };
	struct reader r;

	reader_init_bytes(&r, bytes, len);
	if (object_read(&r, card, NULL)) {
		card_rows_fill(&rows, card, true);
		json_free(card_json(card));
	}
	reader_close(&r);
	card_rows_fini(&rows);
	card_free(card);
}

/* Cut at every 64 bytes, the first 128 at each; in memory of just that size, so that a read beyond is seen. */
static inline void
broken_cut(const char *bytes, size_t len)
{
	for (size_t at = 0; at < len; at += at < 128 ? 1 : 64) {
		char *exact = xmalloc(at + !at);

		memcpy(exact, bytes, at);
		broken_read(exact, at);
		free(exact);
	}
}

/* Each half word, word and long word in [from, to) set to what no file has there, in both byte orders. */
static inline void
broken_extremes(const char *bytes, size_t len, size_t from, size_t to)
{
	static const uint64_t values[] = { 0, 1, 2, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000,
		0xffffffff, 0xffffff7f, 0xf0ffffff, 0x7fffffffffffffff, UINT64_MAX - 7,
		UINT64_MAX };
	char *copy = xmalloc(len);

	memcpy(copy, bytes, len);
	for (size_t at = from; at + 8 <= to && at + 8 <= len; at += 2)
		for (size_t v = 0; v < COUNT(values); v++) {
			memcpy(copy + at, &values[v], at % 8 == 0 ? 8 : at % 4 == 0 ? 4 : 2);
			broken_read(copy, len);
			memcpy(copy + at, bytes + at, 8);
		}
	free(copy);
}

/* Bytes thrown in at random, most of them where the headers are. */
static inline void
broken_at_random(const char *bytes, size_t len, int rounds, uint64_t seed)
{
	struct dice dice = { seed };

	for (int round = 0; round < rounds && len; round++) {
		char *copy = xmalloc(len);

		memcpy(copy, bytes, len);
		for (size_t n = 1 + dice_below(&dice, 16); n > 0; n--) {
			size_t reach = dice_below(&dice, 2) && len > 2048 ? 2048 : len;

			copy[dice_below(&dice, reach)] = (char)dice_roll(&dice);
		}
		broken_read(copy, len);
		free(copy);
	}
}

/* All of these, for a file of the folder. `head` is how much of it is headers and tables. */
static inline void
broken_all(const char *name, size_t head)
{
	char *path = path_join(objectbed_dir, name);
	struct str file = STR_INIT;

	assert_true(file_read(path, &file, NULL));
	broken_cut(file.data, file.len);
	broken_extremes(file.data, file.len, 0, head);
	broken_at_random(file.data, file.len, 500, file.len);
	str_fini(&file);
	free(path);
}
