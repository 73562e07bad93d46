/* Lines are gathered in `text` while a block is open; what opens and closes one is how a line
 * begins: cargo's own lines begin with a colour (it is run with --color always), those it repeats
 * from others are indented. */
#include "build/chatter.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "rust/message.h"
#include "text/ansi.h"
#include "text/lines.h"

#define LINE_MAX_BYTES (1u << 20) /* a longer line comes in pieces */
#define STATUS_COLUMN 12          /* where the verb of a status line ends */

struct chatter {
	chatter_fn *fn;
	void *arg;
	struct lines lines;
	bool is_open;           /* a block has begun */
	enum chatter_kind kind; /* of the block */
	struct str text, plain; /* of the piece */
	struct str line;        /* the line at hand, without control sequences */
};

struct chatter *
chatter_new(chatter_fn *fn, void *arg)
{
	struct chatter *c = xcalloc(1, sizeof(*c));

	c->fn = fn;
	c->arg = arg;
	lines_init(&c->lines, LINE_MAX_BYTES, true);
	return c;
}

void
chatter_free(struct chatter *c)
{
	if (!c)
		return;
	lines_fini(&c->lines);
	str_fini(&c->text);
	str_fini(&c->plain);
	str_fini(&c->line);
	free(c);
}

/* ---- pieces ---- */

static void
gather(struct chatter *c, struct span line)
{
	str_append_span(&c->text, line);
	str_append_char(&c->text, '\n');
	str_append_span(&c->plain, str_span(&c->line));
	str_append_char(&c->plain, '\n');
}

static void
hand_out(struct chatter *c, struct chatter_piece *piece)
{
	piece->text = str_span(&c->text);
	piece->plain = str_span(&c->plain);
	c->fn(c->arg, piece);
	str_clear(&c->text);
	str_clear(&c->plain);
}

void
chatter_settle(struct chatter *c)
{
	if (!c->is_open)
		return;
	c->is_open = false;
	hand_out(c, &(struct chatter_piece){ .kind = c->kind });
}

/* ---- lines ---- */

/* Without the erasing of the bar that cargo puts before a line. */
static struct span
skip_erase(struct span line)
{
	while (span_starts(line, "\033[K"))
		line = (struct span){ line.data + 3, line.len - 3 };
	return line;
}

/* "error: …", "error[E0463]: …", "warning: …" at the very beginning. */
static bool
is_head(struct span plain, enum chatter_kind *kind)
{
	static const struct {
		const char *word;
		size_t len;
		enum chatter_kind kind;
	} heads[] = { { "error", 5, CHATTER_ERROR }, { "warning", 7, CHATTER_WARNING } };

	for (size_t i = 0; i < COUNT(heads); i++) {
		if (!span_starts(plain, heads[i].word) || plain.len <= heads[i].len)
			continue;
		if (plain.data[heads[i].len] != ':' && plain.data[heads[i].len] != '[')
			continue;
		*kind = heads[i].kind;
		return true;
	}
	return false;
}

/* A coloured line whose verb ends in column 12, as cargo aligns them. */
static bool
is_status(struct span line, struct span plain, struct chatter_piece *piece)
{
	size_t start = 0;

	if (!span_starts(line, "\033[") || plain.len <= STATUS_COLUMN ||
		plain.data[STATUS_COLUMN] != ' ')
		return false;
	while (start < STATUS_COLUMN && plain.data[start] == ' ')
		start++;
	piece->verb = (struct span){ plain.data + start, STATUS_COLUMN - start };
	piece->rest =
		(struct span){ plain.data + STATUS_COLUMN + 1, plain.len - STATUS_COLUMN - 1 };
	if (!piece->verb.len || piece->verb.data[0] < 'A' || piece->verb.data[0] > 'Z' ||
		memchr(piece->verb.data, ' ', piece->verb.len))
		return false;
	piece->kind = CHATTER_STATUS;
	return true;
}

static void
single(struct chatter *c, struct span line, struct chatter_piece *piece)
{
	chatter_settle(c);
	gather(c, line);
	hand_out(c, piece);
}

/* What ends with a lone CR is drawn over: the bar, or another's. */
static void
take_bar(struct chatter *c, struct span line)
{
	struct chatter_piece piece = { .kind = CHATTER_BAR };

	if (!message_parse_bar(line, &piece.done, &piece.total, NULL))
		return;
	chatter_settle(c);
	hand_out(c, &piece);
}

static void
take_line(void *arg, struct span line, char end)
{
	struct chatter *c = arg;
	struct chatter_piece piece = { .kind = CHATTER_LINE };

	if (end == '\r') {
		take_bar(c, line);
		return;
	}
	line = skip_erase(line);
	if (!line.len && !end)
		return;
	str_clear(&c->line);
	ansi_strip(&c->line, line.data, line.len);
	if (is_head(str_span(&c->line), &piece.kind)) {
		chatter_settle(c);
		c->is_open = true;
		c->kind = piece.kind;
		gather(c, line);
	} else if (is_status(line, str_span(&c->line), &piece)) {
		single(c, line, &piece);
	} else if (c->is_open) {
		gather(c, line);
	} else {
		single(c, line, &piece);
	}
}

void
chatter_feed(struct chatter *c, const char *bytes, size_t len)
{
	lines_feed(&c->lines, bytes, len, take_line, c);
}

void
chatter_end(struct chatter *c)
{
	lines_end(&c->lines, take_line, c);
	chatter_settle(c);
}
