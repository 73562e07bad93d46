#include "tests/unit/check.h"
#include "build/linksaid.h"
#include "build/logstore.h"

/* E: an error of the linker, W: its warning, .: no line of the linker's, or one that says nothing. */
static void
take_mark(void *arg, struct span line, unsigned mark)
{
	struct str *out = arg;

	str_append_char(out, mark == LOGMARK_LINKER ? 'E' : mark == LOGMARK_WARNING ? 'W' : '.');
}

static const struct {
	const char *said, *rendered, *marks;
} messages[] = {
	{ "/usr/bin/ld: greet.o: Relocations in generic ELF (EM: 183)\n"
	  "/usr/bin/ld: greet.o: error adding symbols: file in wrong format\n"
	  "collect2: error: ld returned 1 exit status\n",
		"\033[1;31merror\033[0m: linking with `cc` failed: exit status: 1\n"
		"  \033[34m|\033[0m\n"
		"  \033[34m= \033[0m\033[1mnote\033[0m:  \"cc\" \"-m64\" \"greet.o\"\n"
		"  = note: some arguments are omitted. use `--verbose` to show all\n"
		"  = \033[1mnote\033[0m: /usr/bin/ld: greet.o: Relocations in generic ELF (EM: "
		"183)\n"
		"          /usr/bin/ld: greet.o: error adding symbols: file in wrong format\n"
		"          collect2: error: ld returned 1 exit status\n"
		"          \n"
		"\n",
		"....EEE.." },
	{ "a.o: in function `main':\n\nld: warning: old symbol\n"
	  "a.c:(.text+0x7): undefined reference to `say'\n",
		"error: linking with `cc` failed\n"
		"  = note: a.o: in function `main':\n"
		"\n"
		"          ld: warning: old symbol\n"
		"          a.c:(.text+0x7): undefined reference to `say'\n"
		"  = help: some `extern` functions couldn't be found",
		"...WE." },
	{ "ld.lld: error: undefined symbol: say\n>>> referenced by a.c:7\n",
		"error: linking with `clang` failed\n"
		"  = note: ld.lld: error: undefined symbol: say\n"
		"          >>> referenced by a.c:7\n",
		".E." },
	{ "never printed\n", "error: linking with `cc` failed\n", "." },
};

/* `c` goes to what the linker itself says, be it GNU's or LLVM's, coloured or not. */
static void
linkers_words_are_marked(void **state)
{
	for (size_t i = 0; i < COUNT(messages); i++) {
		struct str marks = STR_INIT;

		linksaid_each(span_of(messages[i].rendered), span_of(messages[i].said), take_mark,
			&marks);
		assert_string_equal(str_cstr(&marks), messages[i].marks);
		str_fini(&marks);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linkers_words_are_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
