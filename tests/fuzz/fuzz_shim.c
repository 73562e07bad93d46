/* fuzz_shim: whatever comes over the shim's socket, a unit starts once, speaks in lines while it
 * runs and ends once, and how the bytes are cut makes no difference.
 *
 * The first byte of the input says how long the pieces are. */
#include <string.h>
#include "build/shimreader.h"
#include "tests/fuzz/require.h"

struct heard {
	struct str text; /* all that was told, written down */
	int started, ended;
};

static void
take_start(void *arg, const struct shim_unit *unit)
{
	struct heard *h = arg;

	h->started++;
	str_appendf(&h->text, "start %s %s %s %s %s %d %s\n", unit->target, unit->crate, unit->type,
		unit->package, unit->version, unit->is_primary, unit->manifest_dir);
}

static void
take_line(void *arg, const struct shim_unit *unit, struct span line)
{
	struct heard *h = arg;

	require(h->started == 1 && h->ended == 0, "a line of no unit");
	require(!memchr(line.data, '\n', line.len), "two lines in one");
	str_append_span(&h->text, line);
	str_append_char(&h->text, '\n');
}

static void
take_end(void *arg, const struct shim_unit *unit, const struct shim_end *end)
{
	struct heard *h = arg;

	h->ended++;
	str_appendf(&h->text, "end %s %d %d %llu %llu\n", unit->crate, end->is_known,
		end->exit_code, (unsigned long long)end->ms, (unsigned long long)end->peak);
}

/* One connection whose bytes come in pieces. */
static struct heard
hear(const char *bytes, size_t len, size_t piece)
{
	static const struct shim_events events = { take_start, take_start, take_line, take_end };
	struct heard h = { .text = STR_INIT };
	struct shim_reader r;
	bool ok = true;

	shim_reader_init(&r, &events, &h);
	for (size_t at = 0; ok && at < len; at += piece)
		ok = shim_reader_feed(&r, bytes + at, len - at < piece ? len - at : piece);
	shim_reader_end(&r);
	shim_reader_fini(&r);
	require(h.started <= 1, "a connection of two units");
	require(h.ended == h.started, "a unit without an end");
	return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + (size > 0);
	size_t len = size - (size > 0);
	struct heard whole = hear(bytes, len, len + 1);
	struct heard pieces = hear(bytes, len, size > 0 ? data[0] + 1u : 1);

	require(span_equal(str_span(&whole.text), str_span(&pieces.text)),
		"the cuts change what is heard");
	str_fini(&whole.text);
	str_fini(&pieces.text);
	return 0;
}
