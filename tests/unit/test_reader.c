#include "check.h"
#include "artifact/reader.h"
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "dice.h"
#include "io/file.h"
#include "unit/folder.h"

static char *dir; /* a fresh folder for each test */

static int
setup(void **state)
{
	dir = folder_new();
	return 0;
}

static int
teardown(void **state)
{
	folder_remove(dir);
	return 0;
}

static void
open_file(struct reader *r, const void *bytes, size_t len)
{
	char *path = path_join(dir, "file");

	assert_true(file_write(path, (struct span){ bytes, len }, NULL));
	assert_true(reader_open(r, path, NULL));
	free(path);
}

/* Numbers come out in the order of bytes that was asked for. */
static void
numbers(void **state)
{
	static const unsigned char bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct reader r;

	reader_init_bytes(&r, bytes, sizeof(bytes));
	assert_int_equal(reader_u8(&r, 7), 8);
	assert_int_equal(reader_u16(&r, 0), 0x0201);
	assert_int_equal(reader_u32(&r, 4), 0x08070605);
	assert_true(reader_u64(&r, 0) == 0x0807060504030201);
	r.big_endian = true;
	assert_int_equal(reader_u16(&r, 0), 0x0102);
	assert_int_equal(reader_u32(&r, 4), 0x05060708);
	assert_true(reader_u64(&r, 0) == 0x0102030405060708);
	reader_close(&r);
}

/* What lies beyond the end, or beyond all ends, is 0, "" and nothing. */
static void
beyond_the_end(void **state)
{
	static const uint64_t offsets[] = { 7, 8, 9, UINT32_MAX, INT64_MAX, UINT64_MAX - 3,
		UINT64_MAX };
	struct arena arena = ARENA_INIT;
	struct reader r, part;
	char buf[16];

	open_file(&r, "abcdefgh", 8);
	for (size_t i = 0; i < COUNT(offsets); i++) {
		assert_true(reader_u16(&r, offsets[i]) == 0);
		assert_true(reader_u64(&r, offsets[i]) == 0);
		assert_false(reader_has(&r, offsets[i], 2));
		assert_false(reader_has(&r, 1, offsets[i] + 1 ? offsets[i] + 1 : offsets[i]));
		assert_null(reader_bytes(&r, offsets[i], 2).data);
		assert_false(reader_starts(&r, offsets[i], SPAN("hi")));
		assert_int_equal(reader_find(&r, offsets[i], UINT64_MAX, SPAN("hi")), -1);
		assert_int_equal(reader_copy(&r, offsets[i], buf, 16), i == 0 ? 1 : 0);
		assert_string_equal(
			reader_text(&r, offsets[i], UINT64_MAX, &arena), i == 0 ? "h" : "");
		assert_int_equal(reader_slice(&r, offsets[i], 1, &part), i == 0);
		assert_int_equal(part.len, i == 0 ? 1 : 0);
		assert_int_equal(reader_u32(&part, 0), 0);
	}
	reader_close(&r);
	arena_fini(&arena);
}

/* A part of a part begins where it was said to, and ends with what it was cut from. */
static void
parts(void **state)
{
	struct arena arena = ARENA_INIT;
	struct reader r, part, inner;

	open_file(&r, "0123456789", 10);
	r.big_endian = true;
	assert_true(reader_slice(&r, 2, 6, &part));
	assert_true(part.big_endian);
	assert_false(reader_slice(&part, 3, 20, &inner));
	assert_int_equal(inner.len, 3);
	assert_string_equal(reader_text(&inner, 0, 99, &arena), "567");
	assert_int_equal(reader_find(&part, 0, 99, SPAN("8")), -1);
	assert_int_equal(reader_find(&part, 0, 99, SPAN("67")), 4);
	assert_span(reader_bytes(&part, 4, 2), "67");
	reader_close(&r);
	arena_fini(&arena);
}

/* LEB128 is read as it was written, and refused when it is cut or does not fit 64 bits. */
static void
leb(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool ok, sok;
		uint64_t value;
		int64_t svalue;
	} rows[] = {
		{ "\x00", 1, true, true, 0, 0 },
		{ "\x7f", 1, true, true, 127, -1 },
		{ "\x80\x01", 2, true, true, 128, 128 },
		{ "\xe5\x8e\x26", 3, true, true, 624485, 624485 },
		{ "\xc0\xbb\x78", 3, true, true, 1973696, -123456 },
		{ "\x80", 1, false, false, 0, 0 },
		{ "", 0, false, false, 0, 0 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, true, false, UINT64_MAX, 0 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10, false, true, 0, -1 },
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", 10, false, true, 0, INT64_MIN },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, false, false, 0, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reader r;
		uint64_t at = 0, value, sat = 0;
		int64_t svalue;

		reader_init_bytes(&r, rows[i].bytes, rows[i].len);
		assert_int_equal(reader_uleb(&r, &at, &value), rows[i].ok);
		assert_true(value == rows[i].value);
		assert_int_equal(at, rows[i].ok ? rows[i].len : 0);
		assert_int_equal(reader_sleb(&r, &sat, &svalue), rows[i].sok);
		assert_true(svalue == rows[i].svalue);
		assert_int_equal(sat, rows[i].sok ? rows[i].len : 0);
		reader_close(&r);
	}
}

/* However a big file is read, here and there, forth and back, it gives the bytes it has. */
static void
as_in_memory(void **state)
{
	const size_t size = 1 << 20;
	struct dice dice = { 7 };
	struct arena arena = ARENA_INIT;
	struct reader file, memory;
	char *bytes = xmalloc(size);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(dice_below(&dice, 100) ? dice_roll(&dice) : 0);
	open_file(&file, bytes, size);
	reader_init_bytes(&memory, bytes, size);
	for (int i = 0; i < 20000; i++) {
		uint64_t at = dice_below(&dice, size + 8);
		struct span a = reader_bytes(&file, at, i % 7),
			    b = reader_bytes(&memory, at, i % 7);

		assert_true(reader_u64(&file, at) == reader_u64(&memory, at));
		assert_true(span_equal(a, b) && !a.data == !b.data);
		assert_string_equal(reader_text(&file, at, 2000, &arena),
			reader_text(&memory, at, 2000, &arena));
	}
	for (int i = 0; i < 300; i++) {
		uint64_t at = dice_below(&dice, size - 4);
		struct span needle = { bytes + at, 4 };

		assert_int_equal(reader_find(&file, 0, size, needle),
			(char *)memmem(bytes, size, needle.data, 4) - bytes);
	}
	reader_close(&file);
	reader_close(&memory);
	arena_fini(&arena);
	free(bytes);
}

/* A file that somebody cuts short while it is read has less in it; nothing else happens. */
static void
cut_meanwhile(void **state)
{
	char *bytes = xcalloc(1, 300000), *path = path_join(dir, "file");
	struct reader r;

	memset(bytes, 'x', 300000);
	open_file(&r, bytes, 300000);
	assert_int_equal(truncate(path, 1000), 0);
	assert_int_equal(reader_u8(&r, 200000), 0);
	assert_int_equal(reader_u8(&r, 999), 'x');
	assert_int_equal(reader_find(&r, 0, 300000, SPAN("y")), -1);
	assert_null(reader_bytes(&r, 100, 200000).data);
	assert_true(reader_check(&r, path, NULL));
	reader_close(&r);
	free(path);
	free(bytes);
}

/* More memory than is allowed is never lent, whatever a file asks for. */
static void
lends_no_more_than_it_may(void **state)
{
	char *path = path_join(dir, "holes");
	struct reader r;

	assert_true(file_write(path, SPAN("x"), NULL));
	assert_int_equal(truncate(path, INT64_C(4) << 30), 0);
	assert_true(reader_open(&r, path, NULL));
	assert_null(reader_bytes(&r, 0, UINT32_MAX).data);
	assert_non_null(reader_bytes(&r, 0, READER_BYTES_MAX / 2 + 1).data);
	assert_null(reader_bytes(&r, 0, READER_BYTES_MAX / 2 + 1).data);
	reader_close(&r);
	free(path);
}

/* A folder, a pipe and what is not there are refused by name, and nothing is waited for. */
static void
refuses_what_is_no_file(void **state)
{
	char *pipe = path_join(dir, "pipe"), *none = path_join(dir, "none");
	struct err err = ERR_INIT;
	struct reader r;

	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_false(reader_open(&r, dir, &err));
	assert_non_null(strstr(err.message, "is a folder"));
	assert_false(reader_open(&r, pipe, &err));
	assert_non_null(strstr(err.message, "is not a regular file"));
	assert_false(reader_open(&r, none, &err));
	assert_non_null(strstr(err.message, none));
	reader_close(&r);
	free(pipe);
	free(none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test_setup_teardown(beyond_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(parts, setup, teardown),
		cmocka_unit_test(leb),
		cmocka_unit_test_setup_teardown(as_in_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(cut_meanwhile, setup, teardown),
		cmocka_unit_test_setup_teardown(lends_no_more_than_it_may, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_file, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
