#include <fcntl.h>
#include <unistd.h>
#include "tests/unit/check.h"
#include "ui/term_page.h"

static void
put(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* What came out at the terminal's end of the pipe. */
static const char *
seen(int fd)
{
	static char text[64];
	ssize_t len = read(fd, text, sizeof(text) - 1);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

/* What is written while a page is open is gathered, however often and however much, and nothing of it
 * reaches the terminal by itself; before and after that all goes there at once. */
static void
writes_are_gathered(void **state)
{
	struct str bytes = STR_INIT;
	struct page page;
	int tty[2];

	assert_int_equal(pipe2(tty, O_NONBLOCK | O_CLOEXEC), 0);
	page_init(&page, tty[1]);
	assert_true(page_is_open(&page));
	put(tty[1], "before");
	assert_string_equal(seen(tty[0]), "before");
	for (int frame = 0; frame < 3; frame++) {
		str_clear(&bytes);
		str_append(&bytes, "<");
		assert_true(page_begin(&page));
		for (int i = 0; i < 5000 >> frame; i++)
			put(tty[1], "0123456789");
		assert_string_equal(seen(tty[0]), "");
		page_end(&page, &bytes);
		assert_int_equal(bytes.len, 1 + 10 * (5000 >> frame));
		assert_true(text_starts(str_cstr(&bytes), "<01234567890123"));
		put(tty[1], "between");
		assert_string_equal(seen(tty[0]), "between");
		assert_int_equal(fcntl(tty[1], F_GETFD), FD_CLOEXEC);
	}
	page_fini(&page);
	put(tty[1], "after");
	assert_string_equal(seen(tty[0]), "after");
	str_fini(&bytes);
	close(tty[0]);
	close(tty[1]);
}

/* Without a file there is no page, and what is written goes to the terminal. */
static void
without_a_file(void **state)
{
	struct page page = { .out = -1, .tty = -1, .file = -1 };

	assert_false(page_is_open(&page));
	assert_false(page_begin(&page));
	page_fini(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_are_gathered),
		cmocka_unit_test(without_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
