/* shimreader: the bytes of one connection, without a socket. */
#include "check.h"
#include "build/shimwire.h"
#include "fuzz/fuzz_shim.c"
#include "corpus.h"

static void
put_frame(struct str *out, char type, struct span bytes)
{
	size_t len = bytes.len;
	char header[SHIM_FRAME_HEADER] = { type, (char)len, (char)(len >> 8), (char)(len >> 16),
		(char)(len >> 24) };

	str_append_bytes(out, header, sizeof(header));
	str_append_span(out, bytes);
}

#define START SPAN("t\0c\0lib\0p\0v\0001\0/m\0")
#define END SPAN("101\00012\000345\0")

/* What is heard of the frames, as fuzz_shim.c writes it down. */
static void
assert_heard(const struct str *frames, const char *text)
{
	struct heard h = hear(frames->data, frames->len, frames->len);

	assert_string_equal(str_cstr(&h.text), text);
	str_fini(&h.text);
}

/* A rustc's life is told in order, the last line too when no LF ends it. */
static void
life_is_told(void **state)
{
	struct str frames = STR_INIT;

	put_frame(&frames, SHIM_START, START);
	put_frame(&frames, SHIM_STDERR, SPAN("one\ntw"));
	put_frame(&frames, SHIM_STDERR, SPAN("o\r\nlast"));
	put_frame(&frames, SHIM_END, END);
	assert_heard(&frames, "start t c lib p v 1 /m\none\ntwo\nlast\nend c 1 101 12 353280\n");
	str_fini(&frames);
}

/* Who says nothing at the end was killed: its unit ends, without a known result. */
static void
silence_is_an_end(void **state)
{
	struct str frames = STR_INIT;

	put_frame(&frames, SHIM_START, START);
	put_frame(&frames, SHIM_STDERR, SPAN("one"));
	assert_heard(&frames, "start t c lib p v 1 /m\none\nend c 0 0 0 0\n");
	str_fini(&frames);
}

/* A connection is one rustc: a second one on it is not taken for the first. */
static void
second_start_is_refused(void **state)
{
	struct str frames = STR_INIT;

	put_frame(&frames, SHIM_START, START);
	put_frame(&frames, SHIM_END, END);
	put_frame(&frames, SHIM_START, SPAN("u\0d\0bin\0q\0w\0\0/n\0"));
	assert_heard(&frames, "start t c lib p v 1 /m\nend c 1 101 12 353280\n");
	str_fini(&frames);
}

/* Bytes that once did harm do none. */
static void
corpus_is_harmless(void **state)
{
	corpus_replay("tests/corpus/shim");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(life_is_told),
		cmocka_unit_test(silence_is_an_end),
		cmocka_unit_test(second_start_is_refused),
		cmocka_unit_test(corpus_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
