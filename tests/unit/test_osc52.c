#include "check.h"
#include "ui/osc52.h"

static char *
sequence(struct span text, bool through_screen)
{
	struct str out = STR_INIT;

	osc52_append(&out, text, through_screen);
	return str_take(&out);
}

/* Text arrives as it is, whatever its length and bytes. */
static void
base64(void **state)
{
	static const struct {
		struct span text;
		const char *bytes;
	} cases[] = {
		{ SPAN(""), "\033]52;c;\a" },
		{ SPAN("f"), "\033]52;c;Zg==\a" },
		{ SPAN("fo"), "\033]52;c;Zm8=\a" },
		{ SPAN("foo"), "\033]52;c;Zm9v\a" },
		{ SPAN("foob"), "\033]52;c;Zm9vYg==\a" },
		{ SPAN("\0\xff\n"), "\033]52;c;AP8K\a" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(sequence(cases[i].text, false), cases[i].bytes);
}

/* GNU screen gets pieces that it takes, and nothing is lost between them. */
static void
through_screen(void **state)
{
	char text[3000];
	struct str joined = STR_INIT;

	memset(text, 'x', sizeof(text));
	char *plain = sequence((struct span){ text, sizeof(text) }, false);
	char *pieces = sequence((struct span){ text, sizeof(text) }, true);
	for (const char *p = pieces; *p;) {
		const char *end = strstr(p, "\033\\");
		assert_true(text_starts(p, "\033P"));
		assert_non_null(end);
		assert_true(end - p <= 764);
		str_append_bytes(&joined, p + 2, (size_t)(end - p - 2));
		p = end + 2;
	}
	assert_string_equal(str_cstr(&joined), plain);
	str_fini(&joined);
	free(pieces);
	free(plain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64),
		cmocka_unit_test(through_screen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
