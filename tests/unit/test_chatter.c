/* chatter: what cargo 1.95 prints on stderr with --color always and the bar. */
#include "unit/check.h"

#include "base/alloc.h"
#include "build/chatter.h"
#include "unit/dice.h"

#define GREEN "\033[1m\033[92m"
#define RED "\033[1m\033[91m"
#define YELLOW "\033[1m\033[33m"
#define CYAN "\033[1m\033[96m"
#define OFF "\033[0m"

/* Each piece as one line of text: kind, then what it has. */
static void
write_down(void *arg, const struct chatter_piece *piece)
{
	struct str *out = arg;

	switch (piece->kind) {
	case CHATTER_BAR: str_appendf(out, "bar %d/%d\n", piece->done, piece->total); break;
	case CHATTER_STATUS:
		str_appendf(out, "status [%.*s] [%.*s]\n", (int)piece->verb.len, piece->verb.data,
			(int)piece->rest.len, piece->rest.data);
		break;
	case CHATTER_ERROR:
		str_appendf(out, "error {%.*s}\n", (int)piece->plain.len, piece->plain.data);
		break;
	case CHATTER_WARNING:
		str_appendf(out, "warning {%.*s}\n", (int)piece->plain.len, piece->plain.data);
		break;
	case CHATTER_LINE:
		str_appendf(out, "line {%.*s}\n", (int)piece->plain.len, piece->plain.data);
		break;
	}
}

static const char build[] = CYAN
	"    Building" OFF " [      ] 0/9: gamma   \r\033[K" GREEN "   Compiling" OFF
	" gamma v0.1.0 (/p/gamma)\n" CYAN "    Building" OFF " [=>    ] 1/9: a, b   \r\033[K" RED
	"error" OFF
	": failed to run custom build command for `beta v0.1.0 (/p/beta)`\n\nCaused by:\n"
	"  process didn't exit successfully: `/p/b` (exit status: 3)\n  --- stderr\n"
	"     Compiling inner v1\n  error: not ours\n" YELLOW "warning" OFF
	": build failed, waiting for other jobs to finish...\n\033[K" RED "error" OFF
	": could not compile `alpha` (lib) due to 1 previous error\n" CYAN "    Building" OFF
	" [==>   ] 2/9: b   \r" CYAN "       Fetch" OFF " [=>  ] 12%\r\033[Kplain words\n\n" GREEN
	"    Finished" OFF " `release` profile\n\033[K";

static const char pieces[] =
	"bar 0/9\nstatus [Compiling] [gamma v0.1.0 (/p/gamma)]\nbar 1/9\n"
	"error {error: failed to run custom build command for `beta v0.1.0 (/p/beta)`\n\nCaused "
	"by:\n"
	"  process didn't exit successfully: `/p/b` (exit status: 3)\n  --- stderr\n"
	"     Compiling inner v1\n  error: not ours\n}\n"
	"warning {warning: build failed, waiting for other jobs to finish...\n}\n"
	"error {error: could not compile `alpha` (lib) due to 1 previous error\n}\n"
	"bar 2/9\nline {plain words\n}\nline {\n}\nstatus [Finished] [`release` profile]\n";

static char *
read_pieces(const char *bytes, size_t len, size_t cut)
{
	struct str out = STR_INIT;
	struct chatter *c = chatter_new(write_down, &out);

	chatter_feed(c, bytes, cut);
	chatter_feed(c, bytes + cut, len - cut);
	chatter_end(c);
	chatter_free(c);
	return str_take(&out);
}

/* A build's stderr comes apart into the bar, status lines, and errors with all that belongs to them. */
static void
whole_build(void **state)
{
	assert_text(read_pieces(build, strlen(build), 0), pieces);
}

/* Wherever the stream is cut, the pieces are the same. */
static void
cut_anywhere(void **state)
{
	for (size_t cut = 0; cut <= strlen(build); cut++)
		assert_text(read_pieces(build, strlen(build), cut), pieces);
}

/* Text keeps its colours, but not the erasing of the bar. */
static void
keep_text(void *arg, const struct chatter_piece *piece)
{
	str_append_span(arg, piece->text);
}

static void
colours_are_kept(void **state)
{
	struct str out = STR_INIT;
	struct chatter *c = chatter_new(keep_text, &out);
	static const char bytes[] = "\033[K\033[K" RED "error" OFF ": x\n  y\n";

	chatter_feed(c, bytes, strlen(bytes));
	chatter_end(c);
	chatter_free(c);
	assert_text(str_take(&out), RED "error" OFF ": x\n  y\n");
}

/* An error is handed out when nothing more comes for a while; what comes later is no part of it. */
static void
settled(void **state)
{
	struct str out = STR_INIT;
	struct chatter *c = chatter_new(write_down, &out);

	chatter_feed(c, "error: one\n  more\n", 18);
	assert_int_equal(out.len, 0);
	chatter_settle(c);
	assert_string_equal(str_cstr(&out), "error {error: one\n  more\n}\n");
	chatter_settle(c);
	chatter_feed(c, "late\n", 5);
	chatter_end(c);
	chatter_free(c);
	assert_text(str_take(&out), "error {error: one\n  more\n}\nline {late\n}\n");
}

/* Lines that only look like cargo's are anybody's. */
static void
other_lines(void **state)
{
	static const struct {
		const char *text, *piece;
	} cases[] = {
		{ "   Compiling a v1",
			"line {   Compiling a v1\n}\n" }, /* without colour: not cargo's */
		{ GREEN "Compiling" OFF " a", "line {Compiling a\n}\n" },
		{ GREEN "   compiling" OFF " a", "line {   compiling a\n}\n" },
		{ GREEN "   Com iling" OFF " a", "line {   Com iling a\n}\n" },
		{ GREEN "   Compiling" OFF, "line {   Compiling\n}\n" },
		{ "errors: none", "line {errors: none\n}\n" },
		{ "error", "line {error\n}\n" },
		{ "error[E0463]: x", "error {error[E0463]: x\n}\n" },
		{ " error: x", "line { error: x\n}\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(read_pieces(cases[i].text, strlen(cases[i].text), 0), cases[i].piece);
}

/* Any bytes at all come out as pieces, none of them empty. */
static void
count_bytes(void *arg, const struct chatter_piece *piece)
{
	size_t *len = arg;

	if (piece->kind != CHATTER_BAR)
		assert_true(piece->text.len > 0);
	*len += piece->text.len;
}

static void
random_bytes(void **state)
{
	static const char alphabet[] = "\033[K\r\n eworl:CBuilding12/9]=>";
	struct dice dice = { 3 };

	for (int i = 0; i < 3000; i++) {
		char bytes[200];
		size_t total = 0;
		struct chatter *c = chatter_new(count_bytes, &total);

		for (size_t n = 0; n < sizeof(bytes); n++)
			bytes[n] = dice_below(&dice, 20)
				? alphabet[dice_below(&dice, sizeof(alphabet))]
				: (char)dice_below(&dice, 256);
		chatter_feed(c, bytes, sizeof(bytes));
		chatter_end(c);
		chatter_free(c);
		assert_true(total <= 2 * sizeof(bytes));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_build),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(colours_are_kept),
		cmocka_unit_test(settled),
		cmocka_unit_test(other_lines),
		cmocka_unit_test(random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
